// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_OOAPI_H
#define HARVESTERS_OOAPI_H

/*
 * What the files of the OOAPI harvester share: its state, and the steps from
 * one to the next. format_ooapi.c tells the story.
 *
 * Thread: one (the harvest's).
 */

#include "base/clock.h"
#include "base/limits.h"
#include "base/list.h"
#include "harvesters/id_set.h"
#include "harvesters/json_page.h"
#include "harvesters/ooapi_words.h"
#include "harvesters/pager.h"

enum {
	OOAPI_PAGE_SIZE = 250, /* the largest that the standard names */
	OOAPI_RULE_BYTES = 200,
};

enum page_state {
	PAGE_UNREAD, /* asked for */
	PAGE_READ, /* whole: its end decides what comes next */
	PAGE_PARTIAL, /* it has more items than may wait at a time: to be asked for again */
	PAGE_LOST,
};

enum list_kind { LIST_COURSES, LIST_PROGRAMMES, LIST_COUNT };

/* An item that waits for its offerings. */
struct pending {
	struct list_node node;
	struct buf id;
	struct buf item;
	struct buf offerings; /* their texts, commas between */
	uint64_t offset;
	enum ooapi_version version;
	enum list_kind list;
	unsigned page; /* of offerings, from 1 */
	uint64_t n_on_page;
	uint64_t page_hash; /* of the page before, to notice one that repeats */
	uint64_t next_hash;
	bool is_asked;
	struct err failed;
};

struct ooapi {
	/* settings */
	enum ooapi_version configured;
	bool with_list[LIST_COUNT];
	bool with_offerings;
	bool with_degrees;
	uint32_t page_size;
	char today[CLOCK_TEXT_BYTES];
	char since[CLOCK_TEXT_BYTES];
	struct json_map maps[3]; /* of versions 4, 5, 6 */
	struct buf base; /* the address that paths are put behind */

	/* the root organisation */
	struct buf root_text;
	struct arena root_arena;
	const struct json_node *root; /* lives in its arena */
	bool has_asked_british; /* "organisations", as version 6 spells it */

	/* the list in hand */
	enum list_kind list;
	struct pager pager;
	struct id_set ids;
	struct page_facts facts;
	uint64_t index; /* of the item in hand on its page */
	uint64_t n_done; /* items of this page that an earlier answer gave */
	enum page_state page; /* what to do when none of its items waits any more */
	struct err page_lost;
	unsigned n_failed; /* pages lost in a row */

	struct list_node pending;
	size_t n_in_flight;
	size_t pending_bytes;

	char rules[LIST_COUNT][OOAPI_RULE_BYTES];
	char rule[2 * OOAPI_RULE_BYTES + 40];
	struct err why; /* the first thing that kept a list from its end */
};

/* What the splitter's callback needs. */
struct page_reading {
	struct harvest_out *out;
	struct ooapi *s;
};

/* What on_response() knows a request by: addresses, nothing is stored in them. */
extern char ooapi_about_root, ooapi_about_list;

/* ooapi_ask.c: addresses, and what an answer says about itself */
enum err_code ooapi_ask_root(struct harvest_out *out, struct ooapi *s, struct err *err);
enum err_code ooapi_ask_list(struct harvest_out *out, struct ooapi *s, struct err *err);
enum err_code ooapi_ask_offerings(struct harvest_out *out, struct ooapi *s, struct pending *p,
				  struct err *err);
/* "courses", "programs", "programmes": as it is asked for. */
const char *ooapi_list_path(const struct ooapi *s);
/* Page numbers of an answer, or of all answers in a gateway's envelope; rest may be NULL. */
void ooapi_read_facts(struct page_facts *facts, const struct json_node *rest);
/* A failure behind a gateway that answers 200 itself; ERR_NOTFOUND where it is a 404. */
enum err_code ooapi_check_envelope(const struct json_node *rest, struct err *err);

/* ooapi_list.c: the pages of a list */
enum err_code ooapi_begin_list(struct harvest_out *out, struct ooapi *s, struct err *err);
enum err_code ooapi_on_list(struct harvest_out *out, struct ooapi *s, struct response *r,
			    struct err *err);
enum err_code ooapi_on_list_failed(struct harvest_out *out, struct ooapi *s, const struct err *why,
				   struct err *err);
/* Asks for more details, or goes on when nothing of the page is outstanding any more. */
enum err_code ooapi_advance(struct harvest_out *out, struct ooapi *s, struct err *err);

/* ooapi_details.c: items, their offerings, records */
struct pending *ooapi_wait(struct ooapi *s, const struct json_item *item, struct slice id,
			   enum ooapi_version version);
void ooapi_forget(struct ooapi *s, struct pending *p);
void ooapi_ask_details(struct harvest_out *out, struct ooapi *s);
enum err_code ooapi_on_offerings(struct harvest_out *out, struct ooapi *s, struct pending *p,
				 struct response *r, struct err *err);
enum err_code ooapi_on_offerings_failed(struct harvest_out *out, struct ooapi *s, struct pending *p,
					const struct err *why, struct err *err);
/* offerings: JSON values with commas between; may be absent. */
void ooapi_give_record(struct harvest_out *out, struct ooapi *s, const struct json_node *item,
		       struct slice offerings, const struct raw_hash *hash);

#endif
