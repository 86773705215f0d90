// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_RECORDER_H
#define TESTS_SUPPORT_RECORDER_H

/*
 * Runs a harvester without a worker, a daemon or a network: a callback answers
 * its requests, and everything it says is written down. The test looks at the
 * record afterwards.
 *
 *     struct recorder rec;
 *     recorder_init(&rec, &harvester_ooapi, "https://uni.example/ooapi/v5");
 *     rec.answer = answer;
 *     recorder_run(&rec);
 *     assert_string_equal(recorder_offer_text(&rec, "c-1", "title.en"), "...");
 *     recorder_clear(&rec);
 */

#include "harvesters/harvester.h"

#include <jansson.h>

enum { RECORDER_MAX = 4096, RECORDER_TEXT = 400 };

struct recorded {
	char id[RECORDER_TEXT];
	struct raw_hash hash;
	json_t *offer; /* NULL unless it is a record */
	json_t *words;
	enum err_code code;
	char why[RECORDER_TEXT];
	uint32_t tag;
};

struct recorded_list {
	struct recorded *items;
	size_t n;
};

struct recorded_request {
	char url[2100];
	char accept[RECORDER_TEXT];
	enum request_kind kind;
};

struct recorded_page {
	uint32_t tag;
	uint64_t n_items;
	bool is_lost;
	struct err lost;
};

struct recorder_reply {
	bool fails; /* no response: on_failure with why */
	struct err why;
	unsigned status; /* 200 unless set */
	const char *content_type;
	struct slice body; /* borrowed until the response is read */
	enum body_end end;
	bool cannot_rewind;
};

struct recorder {
	/* to set before a run */
	void (*answer)(void *data, const struct request *request, struct recorder_reply *reply);
	void *data;
	struct source source;
	int64_t now_s; /* 2026-11-21 unless set */
	size_t piece; /* bytes a read gives; 1000 unless set */
	struct raw_hash *known;
	size_t n_known;
	const char *salt;
	bool has_traces;
	bool answers_last_first; /* the newest request is answered before older ones */

	/* what was said */
	struct recorded_list records, rejected, out_of_scope, gone, notes;
	struct raw_hash *seen;
	size_t n_seen;
	struct recorded_request *requests;
	size_t n_requests;
	struct recorded_page *pages;
	size_t n_pages;
	uint64_t n_items;
	uint64_t n_lost;
	bool is_announced;
	uint64_t announced;
	struct err begin_err;
	bool is_proven;
	char rule[RECORDER_TEXT];
	struct err finish_err;

	/* private */
	const struct recorder_route *routes;
	size_t n_routes;
	const struct harvester *harvester;
	struct harvest_out *out;
	struct arena arena;
	uint32_t *waiting;
	size_t n_waiting;
};

void recorder_init(struct recorder *rec, const struct harvester *harvester, const char *url);
/* Adds to the source's settings; values are kept as they are. */
void recorder_option(struct recorder *rec, const char *name, const char *value);
void recorder_query(struct recorder *rec, const char *name, const char *value);
void recorder_column(struct recorder *rec, const char *name, const char *value);
void recorder_id_column(struct recorder *rec, const char *name);
void recorder_run(struct recorder *rec);
void recorder_clear(struct recorder *rec);
/* Makes the hashes of rec's records what the next run knows. */
void recorder_knows(struct recorder *next, const struct recorder *rec);

/* Every item came to exactly one end. */
bool recorder_balances(const struct recorder *rec);
/* One answer for every request: text, of length n. */
void recorder_answer_text(struct recorder *rec, const char *text, size_t n);

/*
 * A partner as a table: the first route whose part is in the request's URL
 * answers; nothing else is there (404). A body that begins with '@' is a file
 * below tests/fixtures.
 */
struct recorder_route {
	const char *part;
	const char *body;
	unsigned status; /* 0: 200 */
	enum err_code failure; /* no response, with this code */
	enum body_end end;
	const char *content_type;
};
/* n routes, borrowed. */
void recorder_serve(struct recorder *rec, const struct recorder_route *routes, size_t n);
/* How many requests had this in their URL. */
size_t recorder_n_asked(const struct recorder *rec, const char *part);

/* The first record with this id; the test fails without one. */
const struct recorded *recorder_record(const struct recorder *rec, const char *id);
/* By index, in the order said. */
const struct recorded *recorder_at(const struct recorder *rec, size_t i);
/*
 * What stands at a path ("sessions.0.start", "title.en") of an offer: a
 * string's text, else its JSON; "" where nothing is. Valid until the next call.
 */
const char *recorder_offer_text(const struct recorder *rec, const char *id, const char *path);
/* The nth word of an element in a part; "" where there is none. scheme, path: of that word. */
const char *recorder_word(const struct recorder *rec, const char *id, enum element e, unsigned part,
			  size_t nth);
const char *recorder_word_member(const struct recorder *rec, const char *id, enum element e,
				 unsigned part, size_t nth, const char *member);
size_t recorder_n_words(const struct recorder *rec, const char *id, enum element e);
/* Whether a note with this code was made, about this record if id is not NULL. */
bool recorder_has_note(const struct recorder *rec, const char *code, const char *id);
/* Whether a text is in any offer or word of the run. */
bool recorder_mentions(const struct recorder *rec, const char *text);

#endif
