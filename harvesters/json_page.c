// SPDX-License-Identifier: EUPL-1.2
/* Bodies, items and problems of the JSON formats. */
#include "harvesters/json_page.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "harvesters/encoding.h"
#include "harvesters/json_map.h"

#include <inttypes.h>

enum { PROBLEM_BYTES = 16 * 1024, PROBLEM_TEXT_BYTES = 120 };

static void note_repair(struct harvest_out *out, const struct json_split *s)
{
	struct slice where = arena_printf(harvest_arena(out), "byte %" PRIu64, s->repair_offset);

	harvest_note(out, SLICE_NONE,
		     (struct note){ .code = SLICE_LIT("json-repaired"),
				    .element = EL_COUNT,
				    .path = where,
				    .got = slice_of(s->repair),
				    .expected = SLICE_LIT("JSON by RFC 8259") });
}

static enum err_code body_error(const struct response *r, struct err *err)
{
	static const char *const ends[] = {
		[BODY_OK] = "whole",
		[BODY_CUT] = "cut off",
		[BODY_TOO_BIG] = "too large",
		[BODY_TIMEOUT] = "not there in time",
	};
	enum err_code code = r->end == BODY_TOO_BIG   ? ERR_LIMIT
			     : r->end == BODY_TIMEOUT ? ERR_TIMEOUT
						      : ERR_NETWORK;

	if (r->why.code != ERR_OK)
		return err_set(err, r->why.code, "%s", r->why.msg);
	return err_set(err, code, "the body is %s", ends[r->end]);
}

/* A body on its way to the splitter: one that begins in UTF-16 is decoded, others stay. */
struct body {
	struct json_split *split;
	struct decoder decoder;
	struct buf utf8;
	struct buf
		start; /* until it is known: a mark has two bytes, and they may come one by one */
	bool is_begun, is_utf16;
};

static enum err_code feed_bytes(struct body *b, struct slice bytes, struct err *err)
{
	if (b->is_utf16) {
		buf_reset(&b->utf8);
		decoder_feed(&b->decoder, &b->utf8, bytes);
		bytes = buf_view(&b->utf8);
	}
	return json_split_feed(b->split, bytes, err);
}

static enum err_code begin_body(struct body *b, struct err *err)
{
	size_t mark;
	enum encoding e = encoding_of_mark(&mark, buf_view(&b->start));

	b->is_begun = true;
	b->is_utf16 = e == ENCODING_UTF_16LE || e == ENCODING_UTF_16BE;
	decoder_init(&b->decoder, e);
	return feed_bytes(b, buf_view(&b->start), err);
}

static enum err_code feed_chunk(struct body *b, struct slice chunk, struct err *err)
{
	enum err_code rc = ERR_OK;

	if (!b->is_begun) {
		struct slice first = slice_first(chunk, b->start.max - b->start.len);

		buf_slice(&b->start, first);
		if (b->start.len < b->start.max)
			return ERR_OK;
		chunk = slice_from(chunk, first.n);
		rc = begin_body(b, err);
	}
	return rc == ERR_OK ? feed_bytes(b, chunk, err) : rc;
}

static enum err_code end_body(struct body *b, struct err *err)
{
	enum err_code rc = b->is_begun ? ERR_OK : begin_body(b, err);

	if (rc != ERR_OK || !b->is_utf16)
		return rc;
	buf_reset(&b->utf8);
	decoder_end(&b->decoder, &b->utf8);
	return json_split_feed(b->split, buf_view(&b->utf8), err);
}

/* The whole body is read, also behind a defect. */
static enum err_code feed_body(struct response *r, struct body *b, struct err *err)
{
	enum err_code rc, failed = ERR_OK;
	struct slice chunk;

	for (;;) {
		rc = response_read(r, &chunk, err);
		if (rc != ERR_OK)
			return rc;
		if (chunk.n == 0)
			return failed == ERR_OK ? end_body(b, err) : failed;
		if (failed == ERR_OK)
			failed = feed_chunk(b, chunk, err);
	}
}

enum err_code json_page_read(struct harvest_out *out, struct response *r, struct json_split *s,
			     struct err *err)
{
	struct body body = { .split = s,
			     .utf8 = BUF_INIT(LIMIT_DECODED_CHUNK_BYTES),
			     .start = BUF_INIT(2) };
	enum err_code rc = feed_body(r, &body, err);

	buf_clear(&body.utf8);
	buf_clear(&body.start);
	/* Of a body that was stopped for its size that is the reason, whatever was in it. */
	if (r->end != BODY_OK && (rc == ERR_OK || r->end == BODY_TOO_BIG))
		rc = body_error(r, err);
	if (rc == ERR_OK)
		rc = json_split_end(s, err);
	if (s->repair != NULL)
		note_repair(out, s);
	return rc;
}

const struct json_node *json_page_rest(struct harvest_out *out, struct json_split *s)
{
	struct slice rest = json_split_rest(s);

	if (rest.p == NULL)
		return NULL;
	return json_tree_load(rest, JSON_DECODE_ANY | JSON_ALLOW_NUL, harvest_arena(out), NULL);
}

static void note_item(struct harvest_out *out, const struct json_item *item, const char *code,
		      struct slice got, const char *expected)
{
	struct slice where = arena_printf(harvest_arena(out), "byte %" PRIu64, item->offset);

	harvest_note(out, SLICE_NONE,
		     (struct note){ .code = slice_of(code),
				    .element = EL_COUNT,
				    .path = where,
				    .got = got,
				    .expected = slice_of(expected) });
}

/* The item's bytes as UTF-8, whatever they are; in the page's arena where they had to change. */
static struct slice item_as_utf8(struct harvest_out *out, const struct json_item *item)
{
	struct buf utf8 = BUF_INIT(2 * LIMIT_ITEM_BYTES);
	struct decoder decoder;
	struct slice copy;

	decoder_init(&decoder, ENCODING_UTF_8);
	decoder_feed(&decoder, &utf8, item->text);
	decoder_end(&decoder, &utf8);
	copy = arena_dup(harvest_item_arena(out), buf_view(&utf8));
	buf_clear(&utf8);
	note_item(out, item, "not-utf8", SLICE_LIT("bytes of windows-1252"), "UTF-8");
	return copy;
}

/* Why an item gave no value. */
static void explain_item(struct err *err, const struct json_item *item, const struct arena *arena,
			 const json_error_t *at)
{
	if (arena->has_failed)
		err_set(err, ERR_LIMIT,
			"the item at byte %" PRIu64 " needs more than %zu bytes of memory "
			"(LIMIT_ITEM_ARENA_BYTES)",
			item->offset, arena->max);
	else
		err_set(err, ERR_PARSE,
			"not JSON at byte %" PRIu64 " (in the item at byte %" PRIu64 "): %s",
			item->offset + (uint64_t)(at->position > 0 ? at->position : 0),
			item->offset, at->text);
}

const struct json_node *json_page_item(struct harvest_out *out, const struct json_item *item,
				       struct err *err)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
	struct arena *arena = harvest_item_arena(out);
	struct slice text = item->text;
	const struct json_node *value;
	json_error_t at;

	if (item->defect != NULL) {
		err_set(err, ERR_LIMIT, "the item at byte %" PRIu64 " is not read: %s",
			item->offset, item->defect);
		return NULL;
	}
	value = json_tree_load(text, flags, arena, &at);
	if (value == NULL && !utf8_is_valid(text)) {
		text = item_as_utf8(out, item);
		value = json_tree_load(text, flags, arena, &at);
	}
	if (value == NULL) {
		explain_item(err, item, arena, &at);
		return NULL;
	}
	if (!node_is_object(value)) {
		err_set(err, ERR_PARSE, "the item at byte %" PRIu64 " is no object: %.*s",
			item->offset, SLICE_ARG(utf8_first(text, 60)));
		return NULL;
	}
	if (json_tree_trim_names(value))
		note_item(out, item, "blank-in-name", SLICE_NONE,
			  "names without blanks at their end");
	return value;
}

/* What a problem says of itself: RFC 9457, the errors of JSON:API, and what people invent. */
static struct slice problem_text(const struct json_node *problem)
{
	static const char names[] = "detail|title|message|error";
	struct slice text = json_text_member(problem, names);

	if (text.n == 0)
		text = json_text_member(node_item(node_get(problem, "errors"), 0), names);
	return utf8_first(text, PROBLEM_TEXT_BYTES);
}

enum err_code json_page_without_list(const struct json_node *rest, const char *name,
				     struct err *err)
{
	const struct json_node *place = node_get(rest, name);
	struct slice problem = problem_text(rest);

	if (node_is(place, NODE_NULL))
		return ERR_OK;
	if (place != NULL)
		return err_set(err, ERR_PARSE, "\"%s\" is no list", name);
	if (problem.n > 0)
		return err_set(err, ERR_REMOTE, "the answer is an error: %.*s", SLICE_ARG(problem));
	return err_set(err, ERR_PARSE, "the answer has no \"%s\"", name);
}

enum err_code response_failed(struct response *r, struct err *err)
{
	struct buf body = BUF_INIT(PROBLEM_BYTES);
	enum err_code code = r->status == 404 || r->status == 410 ? ERR_NOTFOUND : ERR_REMOTE;
	struct slice title;
	struct arena arena = ARENA_INIT(64 * PROBLEM_BYTES);
	const struct json_node *problem;

	while (!r->is_ended) {
		struct slice chunk;

		if (response_read(r, &chunk, NULL) != ERR_OK)
			break;
		buf_slice(&body, slice_first(chunk, PROBLEM_BYTES));
	}
	problem = json_tree_load(buf_view(&body), 0, &arena, NULL);
	title = problem_text(problem);
	if (title.n > 0)
		err_set(err, code, "the server answered %u: %.*s", r->status, SLICE_ARG(title));
	else
		err_set(err, code, "the server answered %u", r->status);
	arena_clear(&arena);
	buf_clear(&body);
	return code;
}
