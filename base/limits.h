// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/*
 * Every size, count and wait that a stranger influences, with unit and
 * reason. Meeting one is an ordinary ERR_LIMIT, and the message names it.
 * Those an operator may change are keys of the configuration instead; their
 * defaults stand in daemon/config.c.
 */

#include <stdint.h>

#define LIMIT_KIB (1024u)
#define LIMIT_MIB (1024u * 1024u)

/* How many times longer than usual a process may take to start and to end: more where memcheck
 * watches it (MICROCAT_TEST_RUNNER), which makes it slower and looks for leaks at its end. */
#ifndef MICROCAT_SLOWNESS
#define MICROCAT_SLOWNESS 1
#endif

/* base */
enum {
	LIMIT_LOOP_TURN_MS = 20,     /* a longer turn of the loop is logged */
	/* between two such lines, so that a busy machine does not fill the log */
	LIMIT_LOOP_WARN_MS = 10000,
	LIMIT_LOG_LINE_BYTES = 2048, /* what is longer is cut */
	LIMIT_JSON_DEPTH = 64,       /* nesting that json_write and the JSON splitter accept */
	/* shared: two readers, resolving, settings; low queues have their own */
	LIMIT_POOL_THREADS = 4,
};

/* catalogue: one offer */
enum {
	/* JSON of one normalised record with its words; real ones have 2 to 40 KB */
	LIMIT_OFFER_BYTES = 1024 * 1024,
	LIMIT_OFFER_ARENA_BYTES = 8 * 1024 * 1024, /* memory while one record is read */
	/* one text in one language; longer is cut at a code point and noted */
	LIMIT_TEXT_BYTES = 64 * 1024,
	LIMIT_TITLE_BYTES = 1024,
	LIMIT_RECORD_ID_BYTES = 512,
	LIMIT_URL_BYTES = 2048,
	LIMIT_OFFER_SESSIONS = 256, /* kept per offer; more are counted and noted */
	LIMIT_OFFER_WORDS = 4096,   /* declared values of one record */
	LIMIT_OFFER_VALUES = 64,    /* values of one coded element, providers, subjects */
	LIMIT_OFFER_OUTCOMES = 200,
	LIMIT_OFFER_TRACES = 1024, /* values of one record whose way is told, where that is asked for */
	LIMIT_OFFER_LANGUAGES = 40, /* languages one text is given in */
};

enum {
	LIMIT_NOTE_BYTES = 200,  /* of a value quoted in a note */
	LIMIT_OFFER_NOTES = 200, /* of one record; a report that long helps nobody */
	/* nesting of tags in a text; libxml2 looks up the stack at each end tag */
	LIMIT_HTML_DEPTH = 256,
};

/* catalogue: an operator's own vocabulary rows, all files together */
enum {
	LIMIT_VOCAB_OWN_BYTES = 8 * 1024 * 1024,
	LIMIT_VOCAB_OWN_ROWS = 50000, /* keys; the tables of the project have 100,000 */
};

/* catalogue: texts of an offer that are read to tell its subject, together */
enum { LIMIT_SUBJECT_TEXT_BYTES = 16 * 1024 };

/* catalogue: one query */
enum {
	LIMIT_QUERY_BYTES = 2048,     /* the query line */
	LIMIT_QUERY_WORDS = 64,
	LIMIT_QUERY_VALUES = 64,      /* alternatives of one filter */
	LIMIT_RESULT_ROWS = 1000,     /* per page */
	LIMIT_CHANGES_USUAL = 1000,   /* changes told at once, unless asked for another number */
	LIMIT_CURSOR_BYTES = 512,
	LIMIT_QUERY_ARENA_BYTES = 64 * 1024 * 1024,
	LIMIT_QUERY_MS = 2000,        /* one search, unless asked for less */
	LIMIT_STATS_CELLS = 100000,
	LIMIT_STATS_MS = 10000,
	LIMIT_SNIPPET_BYTES = 320,
	LIMIT_FACET_VALUES = 100,     /* values listed per facet; more are counted together */
	LIMIT_SUGGESTIONS = 20,
};

/* harvesters: one source */
enum {
	LIMIT_ITEM_BYTES = 8 * 1024 * 1024, /* one item of a list, before it is parsed */
	LIMIT_LIST_PAGES = 20000,           /* pages of one run */
	LIMIT_PAGE_SIZE = 10000,            /* items asked for per page */
	/* what a harvester builds while it reads one page */
	LIMIT_PAGE_ARENA_BYTES = 32 * 1024 * 1024,
	/* words of one item, before they are normalised */
	LIMIT_ITEM_ARENA_BYTES = 32 * 1024 * 1024,
	LIMIT_DECODED_CHUNK_BYTES = 16 * 1024 * 1024, /* UTF-8 of one piece of a body */
	LIMIT_RUN_IDS = 1 << 19,            /* ids remembered to notice pages that repeat; 16 MiB */
	/* items that wait for further requests about them */
	LIMIT_PENDING_BYTES = 24 * 1024 * 1024,
	LIMIT_DETAILS_IN_FLIGHT = 16,       /* such requests at a time */
	LIMIT_DETAIL_PAGES = 40,            /* pages about one record */
	LIMIT_COLUMNS_BYTES = 64 * 1024,    /* an operator's `columns` of one source */
	LIMIT_JSON_REST_BYTES = 8 * 1024 * 1024,   /* of a JSON page without its list's items */
	/* before the first brace of a JSON body: <pre>, warnings of PHP */
	LIMIT_JSON_JUNK_BYTES = 4096,
	LIMIT_CSV_ROW_BYTES = 1024 * 1024,
	LIMIT_CSV_COLUMNS = 512,
	LIMIT_CSV_SAMPLE_BYTES = 256 * 1024,     /* what separator and header are guessed from */
	LIMIT_CSV_HELD_BYTES = 24 * 1024 * 1024, /* rows that wait for others of the same id */
	LIMIT_REMEMBER_BYTES = 4096, /* one value a harvester asks to remember */
	LIMIT_REMEMBER_KEYS = 64,    /* such values of one source; formats have a handful */
};

/* worker protocol */
enum {
	LIMIT_FRAME_BYTES = 64 * 1024, /* payload of a frame other than OFFER and BEGIN */
	/* Settings, what was remembered, and an operator's vocabulary, whose tabs, line ends and
	 * quotes take two bytes each in JSON. */
	LIMIT_BEGIN_BYTES = 4 * 1024 * 1024 + 2 * LIMIT_VOCAB_OWN_BYTES,
	LIMIT_BODY_CREDIT_BYTES = 256 * 1024, /* body bytes on their way to a worker */
	LIMIT_LINK_BYTES = 4096, /* of a Link or Content-Type header; a longer one is left out */
	LIMIT_MESSAGE_ARENA_BYTES = 1024 * 1024, /* texts of one message but an OFFER */
	LIMIT_RUN_NOTES = 10000, /* notes kept of one run; more are counted */
	LIMIT_REWINDS = 3,
};

/* daemon: configuration */
enum {
	LIMIT_CONFIG_BYTES = 64 * 1024 * 1024, /* all files with an operator's vocabulary */
	LIMIT_SECRET_BYTES = 8 * 1024,
	LIMIT_SOURCE_ID_BYTES = 64,
	LIMIT_SOURCES = 4096,
	LIMIT_SOCKET_PATH_BYTES = 107, /* of sockaddr_un, without the 0 */
};

/* daemon: the network */
enum {
	LIMIT_REDIRECTS = 5,              /* of one fetch */
	LIMIT_HEAD_BYTES = 128 * 1024,    /* status line and headers of one response */
	LIMIT_DROPPED_BYTES = 64 * 1024,  /* read of a body nobody wants, to keep the connection */
	LIMIT_RETRY_AFTER_S = 300,        /* a longer wish ends the run; the source comes later */
	LIMIT_NOT_BEFORE_S = 7 * 86400,   /* the longest wish that is obeyed */
	LIMIT_RETRY_MS = 10 * 60 * 1000,  /* between two tries of our own */
	LIMIT_TOKEN_BYTES = 64 * 1024,    /* answer of a token endpoint */
	LIMIT_TOKEN_S = 86400,            /* a token is not believed to hold longer */
	LIMIT_IDLE_CONNECTIONS = 32,      /* kept open for the next request */
};

/* daemon: one pull */
enum {
	LIMIT_SPOOL_MEMORY_BYTES = 4 * 1024 * 1024, /* a body beyond goes to a file */
	/* waiting to be written before the transfer pauses */
	LIMIT_SPOOL_BACKLOG_BYTES = 4 * 1024 * 1024,
	LIMIT_SPOOL_PIECE_BYTES = 1024 * 1024, /* appended or read at once */
	LIMIT_BATCH_RECORDS = 1000,                 /* of one write transaction */
	LIMIT_BATCH_BYTES = 12 * 1024 * 1024,
	/* from spawn to READY: it is nice, and others may be busy */
	LIMIT_WORKER_START_MS = 60000 * MICROCAT_SLOWNESS,
	LIMIT_WORKER_EXIT_MS = 60000 * MICROCAT_SLOWNESS,  /* from COMPLETE to exit; as nice */
	/* of each deadline of a pull: a machine that stands still takes one of them at
	 * most */
	LIMIT_DEADLINE_PARTS = 8,
	/* of its standard error, which is logged; a good one writes a line */
	LIMIT_WORKER_WORDS_BYTES = 64 * 1024,
	LIMIT_LINT_NAMES = 200, /* reasons and notes that lint counts by name */
	LIMIT_ANSWERS_AHEAD = 1, /* bodies that wait for a worker beyond those being fetched */
	LIMIT_OUTSTANDING_REQUESTS = 16384,         /* asked for by a worker and not answered */
};

/* daemon: harvests */
enum {
	LIMIT_BATCH_ARENA_BYTES = 64 * 1024 * 1024,  /* items of one batch, beside its frames */
	LIMIT_READ_AHEAD_BYTES = 32 * 1024 * 1024, /* of a batch's records, read before its turn */
	/* responses on their way into the store before the worker waits */
	LIMIT_KEEPING = 8,
	LIMIT_REPLAY_LIST_BYTES = 64 * 1024 * 1024,  /* addresses of a source's kept responses */
	/* over which sources that are overdue at start are spread */
	LIMIT_SPREAD_S = 600,
	/* after a first failed run the next one; doubled each time */
	LIMIT_SOON_S = 300,
	LIMIT_SCHEDULE_LOOK_S = 60,       /* between two looks at the clock, which may be set */
};

/* index */
enum {
	LIMIT_DB_BUSY_MS = 5000,       /* for a lock held by another program, such as a backup */
	LIMIT_STORE_WRITE_TRIES = 3,   /* of a write, each of which waits so long for that lock */
	/* small ones that wait for a reader or have one; more are refused */
	LIMIT_STORE_READS = 512,
	LIMIT_STORE_LARGE_READS = 128, /* large ones, which wait behind each other */
	LIMIT_STORE_SMALL_ROWS = 100,  /* asked for at most by a read that is small */
	/* of files in this process' memory before readers give them back */
	LIMIT_STORE_MAPPED_BYTES = 64 * 1024 * 1024,
	LIMIT_STORE_MAPPED_MS = 100,   /* between two looks at it by a reader */
	LIMIT_STORE_READ_TRIES = 8,    /* of a read whose snapshot was overtaken each time */
	/* without a write, before segments of the full text are merged */
	LIMIT_STORE_QUIET_MS = 2000,
	/* of the full text, before some are merged after each write */
	LIMIT_STORE_SEGMENTS = 128,
	LIMIT_STORE_TIDY_PAGES = 500,  /* of 4 KB, merged in one transaction */
	/* waiting for the writer before workers are no longer read */
	LIMIT_STORE_WRITE_BACKLOG = 8,
	/* of settings and states of sources, read at once */
	LIMIT_SOURCE_ARENA_BYTES = 16 * 1024 * 1024,
	LIMIT_RUN_ITEMS = 1000000000,  /* shown by one run: a count beyond is none */
	/* ids of refused records remembered to notice duplicates; of 8 bytes */
	LIMIT_RUN_REFUSED = 1000000,
	LIMIT_PATH_BYTES = 200,        /* path, code or expectation quoted in a note of a run */
	LIMIT_RESPONSE_CHUNK_BYTES = 256 * 1024, /* of a kept body, read or written at once */
	/* the list of a source's kept responses: some 100,000 */
	LIMIT_REPLAY_ARENA_BYTES = 64 * 1024 * 1024,
	LIMIT_RESPONSE_EVICTIONS = 10000, /* rows dropped in one transaction */
	LIMIT_RESPONSE_BYTES = 1024 * 1024 * 1024, /* of one kept body, decompressed */
};

/* index: searching */
enum {
	LIMIT_SLOT_MAX = (1 << 28) - 1,  /* offers ever seen; the column arrays are dense */
	LIMIT_INDEX_CHANGES_BYTES = 256 * 1024 * 1024, /* attributes that one transaction changes */
	LIMIT_TERMS = 4 * 1024 * 1024,   /* values of facets: providers, languages, sources */
	LIMIT_TERMS_BYTES = 512 * 1024 * 1024, /* their codes and labels in memory, a connection */
	LIMIT_TERM_BYTES = 256,          /* one code or label; longer is cut */
	/* words of a query when folded: a run of Han is one word a character */
	LIMIT_QUERY_TOKENS = 2048,
	LIMIT_QUERY_MATCH_BYTES = 256 * 1024,  /* the expression given to FTS5 */
	LIMIT_QUERY_CANONICAL_BYTES = 64 * 1024, /* text that stands for a query */
	LIMIT_SUGGEST_STEP = 20000,      /* titles read by one job that refreshes suggestions */
	LIMIT_SUGGEST_AGE_MS = 10000,    /* suggestions are refreshed at most that often */
	LIMIT_SUGGEST_BYTES = 512 * 1024 * 1024, /* of the list of suggestions */
};

/* daemon/api: one client, and all of them together */
enum {
	/* open files kept for all but clients: database, spools, partners, workers */
	LIMIT_OWN_DESCRIPTORS = 512,
	/* at once; beyond, the longest without a whole request makes room, or 503 */
	LIMIT_API_CONNECTIONS = 2048,
	LIMIT_API_ADMIN_CONNECTIONS = 32,  /* of the admin socket, beside those */
	/* connections at once whose memory is given back when they have gone */
	LIMIT_API_CROWD = 256,
	LIMIT_API_CONNECTION_BYTES = 32 * 1024, /* memory for a head and an answer's head */
	LIMIT_API_TARGET_BYTES = 8 * 1024, /* path and query as sent; beyond: 414 */
	LIMIT_API_PARAMETERS = 128,        /* of one query */
	LIMIT_API_ARENA_BYTES = 1024 * 1024, /* what is made of one request before it is answered */
	LIMIT_API_UPLOAD_BYTES = 64 * 1024, /* of a body that is sent to us; none is used */
	LIMIT_API_REQUESTS = 10000,        /* of one connection; then it is closed in order */
	LIMIT_API_HEAD_MS = 10000,         /* for a request's head */
	/* between two requests; nginx closes its own after 60 s */
	LIMIT_API_IDLE_MS = 65000,
	LIMIT_API_UPLOAD_MS = 10000,
	LIMIT_API_WRITE_MS = 30000,        /* for a client to take an answer, and beside it */
	LIMIT_API_WRITE_BYTES_PER_S = 32 * 1024, /* time for its size */
	LIMIT_API_ANSWER_BYTES = 32 * 1024 * 1024, /* of one answer's body */
	/* of all bodies that wait for their clients; beyond: 503 */
	LIMIT_API_UNSENT_BYTES = 256 * 1024 * 1024,
	/* given also beyond that, so that others are answered */
	LIMIT_API_SMALL_ANSWER_BYTES = 64 * 1024,
	LIMIT_API_ACCEPTS = 64,            /* connections taken in one turn of the loop */
	/* between two looks at deadlines and at clients that went away */
	LIMIT_API_TICK_MS = 250,
	/* after a connection could not be taken (no descriptors left) */
	LIMIT_API_ACCEPT_PAUSE_MS = 200,
	LIMIT_API_DRAIN_MS = 5000,         /* at shutdown, for answers under way */
	LIMIT_API_FORCE_MS = 1000,         /* then, for saying 503 to the rest */
};

#endif
