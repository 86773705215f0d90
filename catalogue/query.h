// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_QUERY_H
#define CATALOGUE_QUERY_H

/*
 * Questions and answers: what a user may ask, parsed; and what a search gives
 * back, whoever computes it. One grammar for the API's parameters, the
 * command's options and the query line.
 *
 *   q        words, "phrases", -without, OR, prefix*, and any filter as name:value
 *            (name:"two words"). Words are joined by AND; OR stands between two
 *            alternatives of everything beside it ("a b OR c": a and b, or c);
 *            -without counts for the whole query. A quote that never closes
 *            ends with the line. A name that is no filter is part of a word.
 *   filters  subject=06  level=6..7  ects=1..5  size=micro  lang=en  country=FI
 *            provider=...  alliance=...  mode=online  source=jyu
 *            start=2027-01-01..  open=2026-12-01  price=free | ..200
 *            credential=open-badge  stackable=stackable  has=workload  missing=level
 *            from=declared (excludes weaker values from level, ects and subject)
 *   Several values of one filter are alternatives (repeated or with commas);
 *   different filters narrow. Codes are taken as well as the words for them
 *   (lang=german, country=Suomi, mode="on campus"). Dates are reduced ISO 8601:
 *   2027-01..2027-03 is the first day of January to the last of March; "today"
 *   is a date. open=yes is open=today, which is the day where the offer is; open also takes the
 *   states opens, open, closed, rolling, unknown (of that day). price takes free, paid, unknown.
 *   size of a page and order: sort, limit, cursor, facets (names with commas, all,
 *   none), hl (preferred language), snippets, timeout (ms)
 *
 * Whatever is typed is answered with a query or with an ERR_PARSE that says
 * what was read and what was expected.
 *
 * Memory: a query lives in the arena it was parsed in. Thread: any.
 */

#include "catalogue/offer.h"
#include "catalogue/time_zone.h"

/* Dimensions: what filters select, facets count and statistics group by. */
enum dimension {
	DIM_SUBJECT,    /* ISCED-F, any depth; "06" holds "0613" */
	DIM_LEVEL,      /* EQF 1 to 8 */
	DIM_ECTS,       /* facet and statistics: size class bounds are DIM_SIZE; filter: a range */
	DIM_SIZE,
	DIM_LANG,       /* session */
	DIM_COUNTRY,    /* of the provider */
	DIM_PROVIDER,
	DIM_ALLIANCE,
	DIM_MODE,       /* session */
	DIM_SOURCE,
	DIM_START,      /* session; facet and statistics: by month "2027-01" */
	DIM_OPEN,       /* session; facet: application state */
	DIM_PRICE,      /* session; facet: free, paid, unknown */
	DIM_CREDENTIAL,
	DIM_STACKABLE,
	DIM_HAS,        /* element present */
	DIM_MISSING,    /* element absent */
	DIM_COUNT
};

const char *dimension_name(enum dimension d);         /* "subject", ... */
enum dimension dimension_of_name(struct slice name);  /* DIM_COUNT for an unknown one */
bool dimension_is_session(enum dimension d);          /* LANG, MODE, START, OPEN, PRICE */

/* A set of dimensions as bits. */
typedef uint32_t dimension_set;
#define DIM_BIT(d) ((dimension_set)1 << (d))

/* One filter: alternatives. Ranges are for LEVEL, ECTS, START, PRICE; the rest are codes. */
struct filter_value {
	struct slice code;  /* canonical: "06", "en", "FI", "micro"; absent for a range */
	/* Both included; LEVEL: EQF, ECTS: hundredths, START, OPEN: days, PRICE: hundredths. */
	int64_t lo, hi;
	bool is_range;
};

struct filter {
	enum dimension dim;
	struct filter_value *values;
	size_t n;
};

struct filters {
	struct filter items[DIM_COUNT]; /* by dimension; n == 0: not filtered */
};

/* The words of a query: a disjunction of conjunctions, minus what is excluded. */
enum term_kind { TERM_WORD, TERM_PREFIX, TERM_PHRASE };

struct query_term {
	enum term_kind kind;
	bool is_excluded;
	struct slice text; /* as typed, without quotes and star */
};

/* One alternative of OR: all its terms must match. */
struct query_group {
	struct query_term *terms;
	size_t n;
};

enum sort_order {
	SORT_RELEVANCE, /* without words: as SORT_CHANGED */
	SORT_TITLE,
	SORT_ECTS,
	SORT_LEVEL,
	SORT_START,     /* next session first */
	SORT_CHANGED,   /* newest first */
	SORT_COUNT
};
const char *sort_name(enum sort_order s);
/* SORT_COUNT for an unknown name. */
enum sort_order sort_of_name(struct slice name);

struct search_query {
	struct query_group *groups; /* n == 0: everything */
	size_t n_groups;
	struct filters filters;
	dimension_set facets;       /* to count */
	enum sort_order sort;
	uint32_t limit;             /* rows, 0 (total and facets alone) to LIMIT_RESULT_ROWS */
	struct slice cursor;        /* opaque; absent: from the start */
	enum from weakest;          /* values weaker than this do not count; FROM_NONE: all */
	struct slice lang;          /* preferred language of titles and snippets; absent: en */
	bool wants_snippets;
	uint32_t timeout_ms;
	int32_t today;              /* UTC day, given by the daemon's clock */
	struct zone_days days;      /* the same moment in all time zones: whether one can apply */
};

/* As if it were the same day everywhere. */
void search_query_init(struct search_query *q, int32_t today);
void search_query_init_at(struct search_query *q, int64_t now_s);

/* One parameter as it comes from a URL (decoded), an option or a name:value pair. */
struct query_param {
	struct slice name;
	struct slice value;
};

/*
 * Takes one parameter: q, a filter, from, sort, limit, cursor, facets, hl,
 * snippets, timeout.
 * *is_known false and ERR_OK for a name that is none of search's.
 * Errors: ERR_PARSE ("ects=x..y: expected a number or a range such as 1..5"), ERR_LIMIT.
 */
enum err_code search_query_param(struct search_query *q, bool *is_known, struct query_param param,
				 struct arena *arena, struct err *err) ERR_MUST_USE;
/*
 * The query line: adds its words and its name:value filters. ERR_PARSE when
 * there are only signs without a letter or digit. Only words to leave out: everything but those.
 */
enum err_code search_query_parse_words(struct search_query *q, struct slice line,
				       struct arena *arena, struct err *err) ERR_MUST_USE;
/*
 * A key that is equal for equal queries (for cursors and caches): canonical
 * text. with_page: also what shows one page of them: facets, limit, cursor,
 * snippets, and the day.
 */
void search_query_canonical(struct buf *out, const struct search_query *q, bool with_page);

/* --- answers --- */

struct facet_count {
	struct slice code;
	struct slice label; /* English or native; absent when the code says it */
	uint64_t n;
};

struct facet {
	enum dimension dim;
	struct facet_count *items; /* by count, then code */
	size_t n;
};

struct search_hit {
	int64_t slot;       /* dense number of the offer */
	double score;       /* larger is better; 0 without words */
	/* Plain text with matches between U+E001 and U+E002; absent if not asked. */
	struct slice snippet_html_free;
};

struct search_result {
	struct search_hit *hits;
	size_t n;
	uint64_t total;        /* offers that match */
	struct facet *facets;
	size_t n_facets;
	int64_t generation;
	struct slice next_cursor; /* absent on the last page */
	bool has_changed;      /* the cursor was of an older generation */
};

/* Statistics: counts and sums of offers by up to three dimensions. */
enum { STATS_MAX_DIMENSIONS = 3 };
struct stats_query {
	enum dimension by[STATS_MAX_DIMENSIONS];
	size_t n_by;
	struct filters filters;
	enum from weakest;
	int32_t as_of;        /* UTC day whose end is asked for; INT32_MAX: now */
	uint8_t subject_depth; /* 2, 3 or 4 digits for by=subject; 2 unless asked */
	int32_t today;
	struct zone_days days; /* as of a search */
};

struct stats_cell {
	struct slice key[STATS_MAX_DIMENSIONS]; /* code; "unknown" where not known */
	uint64_t n_offers;
	uint64_t n_sessions;
	uint64_t n_with_ects;
	int64_t ects_sum_c;   /* hundredths, of those with ECTS (lower bound of ranges) */
};

struct stats_result {
	struct stats_cell *cells;
	size_t n;
	int64_t generation;
	int64_t n_offers; /* in the selection, each once */
};

void stats_query_init(struct stats_query *q, int32_t today);
void stats_query_init_at(struct stats_query *q, int64_t now_s);
/* Takes one parameter: by, as-of, depth, from, a filter. Errors as above. */
enum err_code stats_query_param(struct stats_query *q, bool *is_known, struct query_param param,
				struct arena *arena, struct err *err) ERR_MUST_USE;

#endif
