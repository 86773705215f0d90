// SPDX-License-Identifier: EUPL-1.2
/*
 * OOAPI: the pages of a list. What is held is at most one page, and at most
 * LIMIT_PENDING_BYTES of it: the rest of a larger page is read when it is asked
 * for again.
 */
#include "harvesters/ooapi.h"

#include <inttypes.h>
#include <stdio.h>

/* --- the list --- */

enum err_code ooapi_begin_list(struct harvest_out *out, struct ooapi *s, struct err *err)
{
	pager_init(&s->pager, s->page_size);
	id_set_clear(&s->ids);
	s->n_done = 0;
	s->n_failed = 0;
	return ooapi_ask_list(out, s, err);
}

static void keep_why(struct ooapi *s, const struct err *why)
{
	if (s->why.code == ERR_OK)
		s->why = *why;
}

/* This list is over, one way or the other; the next one begins. */
static enum err_code next_list(struct harvest_out *out, struct ooapi *s, struct err *err)
{
	do {
		s->list++;
		if (s->list >= LIST_COUNT)
			return ERR_OK;
	} while (!s->with_list[s->list]);
	return ooapi_begin_list(out, s, err);
}

/* The page is done and nothing waits: what comes next. */
static enum err_code judge_page(struct harvest_out *out, struct ooapi *s, struct err *err)
{
	struct err why = ERR_INIT;
	const char *rule = NULL;

	s->n_done = 0;
	s->n_failed = 0;
	switch (pager_judge(&s->pager, &s->facts, &rule, &why)) {
	case PAGER_NEXT:
		return ooapi_ask_list(out, s, err);
	case PAGER_END:
		snprintf(s->rules[s->list], OOAPI_RULE_BYTES, "%s", rule);
		break;
	case PAGER_STUCK:
		keep_why(s, &why);
		break;
	}
	return next_list(out, s, err);
}

/* A page was lost. Those that do not depend on it are still asked for. */
static enum err_code skip_page(struct harvest_out *out, struct ooapi *s, struct err *err)
{
	s->n_done = 0;
	s->n_failed++;
	keep_why(s, &s->page_lost);
	if (s->n_failed < 2 && (s->pager.page > 1 || s->index > 0) && pager_skip(&s->pager))
		return ooapi_ask_list(out, s, err);
	return next_list(out, s, err);
}

enum err_code ooapi_advance(struct harvest_out *out, struct ooapi *s, struct err *err)
{
	enum page_state page = s->page;
	enum err_code rc = ERR_OK;

	ooapi_ask_details(out, s);
	if (!list_is_empty(&s->pending))
		return ERR_OK;
	s->page = PAGE_UNREAD;
	switch (page) {
	case PAGE_UNREAD:
		break;
	case PAGE_READ:
		rc = judge_page(out, s, err);
		break;
	case PAGE_PARTIAL:
		rc = ooapi_ask_list(out, s, err);
		break;
	case PAGE_LOST:
		rc = skip_page(out, s, err);
		break;
	}
	if (rc != ERR_OK)
		keep_why(s, err);
	return rc;
}

/* Whether the id, or the bytes where none shows, is new in this run. */
static bool is_new(struct ooapi *s, struct slice text)
{
	struct slice id = ooapi_quick_id(text);

	return id_set_add(&s->ids, id.n > 0 ? id : text) == 0;
}

static void read_at_once(struct harvest_out *out, struct ooapi *s, const struct json_node *value,
			 const struct raw_hash *hash)
{
	const char *why = ooapi_out_of_scope(value, s->with_degrees);
	bool is_programme;

	if (why != NULL)
		harvest_out_of_scope(out, ooapi_id(value, &is_programme), why);
	else
		ooapi_give_record(out, s, value, SLICE_NONE, hash);
}

static void wait_for_offerings(struct harvest_out *out, struct ooapi *s,
			       const struct json_item *item, const struct json_node *value)
{
	const char *why = ooapi_out_of_scope(value, s->with_degrees);
	struct err err = ERR_INIT;
	bool is_programme;
	struct slice id = ooapi_id(value, &is_programme);

	if (why != NULL) {
		harvest_out_of_scope(out, id, why);
	} else if (id.n == 0) {
		err_set(&err, ERR_PARSE,
			"no id: courseId or programId is missing (item at byte %" PRIu64 ")",
			item->offset);
		harvest_reject(out, SLICE_NONE, &err);
	} else {
		ooapi_wait(s, item, id, ooapi_version_of(value, s->configured));
	}
}

static void handle_item(struct harvest_out *out, struct ooapi *s, const struct json_item *item)
{
	struct slice parts[] = { item->text, buf_view(&s->root_text) };
	struct raw_hash hash = { { 0 } };
	struct err err = ERR_INIT;
	const struct json_node *value;

	harvest_item(out);
	if (!s->with_offerings && item->defect == NULL) {
		hash = harvest_hash(out, parts, countof(parts));
		if (harvest_seen(out, &hash))
			return;
	}
	value = json_page_item(out, item, &err);
	if (value == NULL)
		harvest_reject(out, ooapi_quick_id(item->text), &err);
	else if (s->with_offerings)
		wait_for_offerings(out, s, item, value);
	else
		read_at_once(out, s, value, &hash);
}

static void on_list_item(void *data, const struct json_item *item)
{
	struct page_reading *reading = (struct page_reading *)data;
	struct ooapi *s = reading->s;
	uint64_t index = s->index++;

	if (s->page == PAGE_PARTIAL)
		return; /* counted and read when the page is asked for again */
	if (index < s->n_done)
		return;
	if (!list_is_empty(&s->pending) && s->pending_bytes + item->text.n > LIMIT_PENDING_BYTES) {
		s->page = PAGE_PARTIAL;
		return;
	}
	s->n_done = index + 1;
	s->facts.n_items++;
	s->facts.n_new += is_new(s, item->text);
	handle_item(reading->out, s, item);
}

/* A document that is no list may be the one item itself ("lint" of a single course). */
static enum err_code read_single(struct harvest_out *out, struct ooapi *s, struct json_split *split,
				 const struct json_node *rest, struct err *err)
{
	struct page_reading reading = { out, s };
	struct json_item item = { .text = json_split_rest(split) };
	bool is_programme;

	if (ooapi_id(rest, &is_programme).n > 0) {
		on_list_item(&reading, &item);
		s->facts.flag = PAGE_FLAG_END;
		return ERR_OK;
	}
	return json_page_without_list(rest, "items", err);
}

static enum err_code read_list(struct harvest_out *out, struct ooapi *s, struct response *r,
			       struct err *err)
{
	static const char *const paths[] = { "items", "responses.*.items" };
	struct page_reading reading = { out, s };
	struct json_split split;
	enum err_code rc;
	const struct json_node *rest;

	json_split_init(&split, paths, countof(paths), on_list_item, &reading);
	rc = json_page_read(out, r, &split, err);
	rest = json_page_rest(out, &split);
	if (rc == ERR_OK && rest == NULL)
		rc = err_set(err, ERR_PARSE, "what stands beside the list cannot be read");
	if (rc == ERR_OK)
		rc = ooapi_check_envelope(rest, err);
	ooapi_read_facts(&s->facts, rest);
	if (rc == ERR_OK && !split.has_list)
		rc = read_single(out, s, &split, rest, err);
	json_split_clear(&split);
	return rc;
}

enum err_code ooapi_on_list(struct harvest_out *out, struct ooapi *s, struct response *r,
			    struct err *err)
{
	struct err why = ERR_INIT;
	const char *rule = NULL;
	enum err_code rc = ERR_OK;

	s->index = 0;
	s->page = PAGE_UNREAD;
	if (s->n_done == 0)
		s->facts = (struct page_facts)PAGE_FACTS_NONE;
	if (r->status >= 400)
		rc = response_failed(r, &why);
	else if (r->status != 204)
		rc = read_list(out, s, r, &why);
	if (rc == ERR_NOTFOUND && pager_missing(&s->pager, &rule) == PAGER_END) {
		snprintf(s->rules[s->list], OOAPI_RULE_BYTES, "%s", rule);
		return next_list(out, s, err);
	}
	if (rc != ERR_OK)
		return ooapi_on_list_failed(out, s, &why, err);
	if (s->page == PAGE_UNREAD)
		s->page = PAGE_READ;
	return ooapi_advance(out, s, err);
}

/* What was read of the page may still wait for its offerings: the next one comes after it. */
enum err_code ooapi_on_list_failed(struct harvest_out *out, struct ooapi *s, const struct err *why,
				   struct err *err)
{
	s->page_lost = *why;
	err_wrap(&s->page_lost, "%s page %" PRIu64, ooapi_list_path(s), s->pager.page);
	harvest_page_lost(out, &s->page_lost);
	s->page = PAGE_LOST;
	return ooapi_advance(out, s, err);
}
