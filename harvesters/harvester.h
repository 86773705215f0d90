// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_HARVESTER_H
#define HARVESTERS_HARVESTER_H

/*
 * A harvester reads one format. It does no I/O: it is given responses, and
 * says which offers they hold, which records are gone, what was wrong, and
 * which requests come next. No loop, clock or globals, so that it can be
 * tested, fuzzed and locked up in a worker process.
 *
 * Life: begin, then on_response or on_failure once for each request it made,
 * in any order but never two at once, then finish when nothing is outstanding.
 * Returning an error from begin or finish ends the run as incomplete; from
 * on_response it loses that page (the same as harvest_page_lost()).
 *
 * Accounting: for each item a page shows, the harvester calls harvest_item()
 * first and then exactly one of harvest_record(), harvest_seen(),
 * harvest_reject(), harvest_out_of_scope() - at once, or after further
 * requests about it. Nothing else makes the ledger balance.
 *
 * Thread: one (the worker's main thread, or a test).
 */

#include "harvesters/source.h"

enum request_kind {
	REQUEST_LIST, /* a page of the list: its loss makes the run incomplete */
	/* About one record: may be answered from a kept response ("details-every"). */
	REQUEST_DETAIL
};

struct request {
	enum request_kind kind;
	struct slice url; /* absolute, on the source's origin; encoded */
	struct slice accept; /* the Accept header; absent: the default */
	void *about; /* the harvester's own: comes back with the response */
	uint32_t tag; /* set by harvest_request() */
};

enum body_end { BODY_OK, BODY_CUT, BODY_TOO_BIG, BODY_TIMEOUT };

struct response {
	struct request request; /* the one it answers */
	struct slice final_url; /* after redirects */
	unsigned status;
	struct slice content_type; /* absent if none was sent */
	struct slice link; /* Link header */
	int64_t fetched_s;
	bool is_kept; /* the kept body, after a 304 or by details-every */
	/* private: how the body is read */
	const struct body_reader *reader;
	void *reader_data;
	enum body_end end; /* valid when response_read() gave 0 bytes */
	struct err why; /* of a body that did not end well */
	bool is_ended; /* response_read() gave 0 bytes; a rewind takes it back */
};

/* Where a body comes from: the worker's socket, a file, a test. */
struct body_reader {
	/* Fills out with the next bytes, borrowed until the next call; 0 bytes at the end. */
	enum err_code (*read)(struct response *r, struct slice *out, struct err *err);
	/* From the start again (at most LIMIT_REWINDS times). */
	enum err_code (*rewind)(struct response *r, struct err *err);
};

/*
 * The next bytes of the body, decoded (no transfer or content encoding), as
 * they come. out->n == 0: the end; r->end says how it ended. Errors: those
 * of the connection to the daemon.
 */
enum err_code response_read(struct response *r, struct slice *out, struct err *err) ERR_MUST_USE;
enum err_code response_rewind(struct response *r, struct err *err) ERR_MUST_USE;

struct harvest_out;

struct harvester {
	const char *format; /* "ooapi": the word in the configuration */
	/*
	 * Whether the settings can be harvested with. Pure: asked where the
	 * configuration is read, and again before begin, which relies on it.
	 * ERR_CONFIG with what was read and what was expected; *place tells where.
	 */
	enum err_code (*check)(const struct source *source, struct source_place *place,
			       struct err *err);
	enum err_code (*begin)(struct harvest_out *out, struct err *err);
	enum err_code (*on_response)(struct harvest_out *out, struct response *r, struct err *err);
	enum err_code (*on_failure)(struct harvest_out *out, const struct request *request,
				    const struct err *why, struct err *err);
	/* *rule names what proved the end of the list ("hasNextPage is false"), or is left
	 * absent: then the run is incomplete and err says why. */
	enum err_code (*finish)(struct harvest_out *out, struct slice *rule, struct err *err);
	void (*free_state)(void *state); /* of harvest_state(); NULL: mem_free */
};

/* By format name; NULL for an unknown one. The ith, or NULL, for listings. */
const struct harvester *harvester_find(struct slice format);
const struct harvester *harvester_at(size_t i);

/* What source_check() and the harvester itself find wrong; *place is set with an error. */
enum err_code harvester_check(const struct harvester *harvester, const struct source *source,
			      struct source_place *place, struct err *err) ERR_MUST_USE;

struct raw_hash {
	uint8_t bytes[16];
};

/* --- what a harvester may ask and say --- */

const struct source *harvest_source(const struct harvest_out *out);
/* Today, for requests that need a date; UTC seconds. */
int64_t harvest_now_s(const struct harvest_out *out);
/* The harvester's own state: zeroed on first use, size bytes, the same pointer ever after. */
void *harvest_state(struct harvest_out *out, size_t size);
/* Memory for one page; emptied when on_response returns. */
struct arena *harvest_arena(struct harvest_out *out);
/* Memory for one item: emptied by harvest_item() and when on_response returns. */
struct arena *harvest_item_arena(struct harvest_out *out);

/* What to fetch next. The request is copied. ERR_LIMIT beyond LIMIT_LIST_PAGES list pages
 * and beyond LIMIT_OUTSTANDING_REQUESTS at once (details are asked for before further list pages);
 * ERR_DENIED for a URL that is not on the source's origin. */
enum err_code harvest_request(struct harvest_out *out, const struct request *request,
			      struct err *err) ERR_MUST_USE;
/* Requests made and not yet answered. */
size_t harvest_outstanding(const struct harvest_out *out);

/* Counts an item that the page shows. */
void harvest_item(struct harvest_out *out);
/* The raw hash of an item's bytes under the present mapping, vocabulary and settings. */
struct raw_hash harvest_hash(const struct harvest_out *out, const struct slice *parts, size_t n);
/*
 * As above with the record's id in its first half, for formats that read a
 * record from several responses: harvest_knows() then tells whether there is a
 * live record with this id, whatever it said.
 */
struct raw_hash harvest_hash_of(const struct harvest_out *out, struct slice record_id,
				const struct slice *parts, size_t n);
bool harvest_knows(const struct harvest_out *out, struct slice record_id);
/*
 * True, and said to the daemon, when a live record with this hash is known
 * already: the item needs no parsing.
 */
bool harvest_seen(struct harvest_out *out, const struct raw_hash *hash);
/*
 * A record: normalises the words and sends the offer with them, or rejects it
 * when it has no id or title. standard ("ooapi-5") tells the tables which
 * words to expect. words live in harvest_item_arena() or longer.
 */
void harvest_record(struct harvest_out *out, struct slice record_id, const struct words *words,
		    const char *standard, const struct raw_hash *hash);
/* The source says that the record is gone. What can be no record's id becomes a note. */
void harvest_gone(struct harvest_out *out, struct slice record_id);
/* record_id may be absent, and counts as absent where it can be no record's. why->msg is what the
 * partner reads. */
void harvest_reject(struct harvest_out *out, struct slice record_id, const struct err *why);
void harvest_out_of_scope(struct harvest_out *out, struct slice record_id, const char *why);
/* What was read of the page in hand before stays; the run is incomplete. */
void harvest_page_lost(struct harvest_out *out, const struct err *why);
/* What the source says it has. */
void harvest_announce(struct harvest_out *out, uint64_t total);
/* A repair or a doubt for the partner's report. Slices may be absent. */
void harvest_note(struct harvest_out *out, struct slice record_id, struct note note);
/* Kept for the next run; final only if this run completes. */
void harvest_remember(struct harvest_out *out, const char *key, struct slice value);
/* What was remembered; absent if nothing. */
struct slice harvest_recall(const struct harvest_out *out, const char *key);

/* --- the other side: who receives it (the worker's frames, a test's recorder) --- */

struct harvest_sink {
	void (*request)(void *data, const struct request *r);
	/* offer: its JSON object; words: JSON array */
	void (*record)(void *data, struct slice record_id, const struct raw_hash *hash,
		       struct slice offer, struct slice words, uint32_t tag);
	void (*seen)(void *data, const struct raw_hash *hash, uint32_t tag);
	void (*gone)(void *data, struct slice record_id, uint32_t tag);
	void (*reject)(void *data, struct slice record_id, const struct err *why, uint32_t tag);
	void (*out_of_scope)(void *data, struct slice record_id, const char *why, uint32_t tag);
	void (*announce)(void *data, uint64_t total);
	void (*note)(void *data, struct slice record_id, const struct note *note, uint32_t tag);
	void (*remember)(void *data, const char *key, struct slice value);
	/* Once for each response and failure, last: items shown since the last page, and
	 * why it was lost (NULL: it was not). */
	void (*page)(void *data, uint32_t tag, uint64_t items, const struct err *lost);
};

struct harvest_begin {
	const struct harvester *harvester;
	struct source source; /* borrowed memory: lives as long as the harvest */
	int64_t now_s;
	struct slice hash_salt; /* mapping, vocabulary and settings, as one text */
	const struct raw_hash *known; /* borrowed */
	size_t n_known;
	struct settings remembered;
	bool has_traces; /* lint --explain */
};

struct harvest_out *harvest_open(const struct harvest_begin *begin, const struct harvest_sink *sink,
				 void *sink_data);
/* Checks the settings, then begins. */
void harvest_start(struct harvest_out *out, struct err *err);
/* Each calls the harvester and then the sink's page(). */
void harvest_on_response(struct harvest_out *out, struct response *r);
void harvest_on_failure(struct harvest_out *out, uint32_t tag, const struct err *why);
/* The rule that proved the end, absent if it was not; err says why. */
void harvest_finish(struct harvest_out *out, struct slice *rule, struct err *err);
void harvest_close(struct harvest_out *out);
/* The request of a tag, NULL if it is not outstanding. */
const struct request *harvest_request_of_tag(struct harvest_out *out, uint32_t tag);

#endif
