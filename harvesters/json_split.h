// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_JSON_SPLIT_H
#define HARVESTERS_JSON_SPLIT_H

/*
 * Finds the items of a list in a JSON document that comes in pieces, without
 * holding the document: each item's bytes go to a callback, and what is left
 * (links, page numbers) is kept as a small document of its own.
 *
 * It looks for brackets and strings only, so that an item with a mistake in it
 * (NaN, a comma too many) costs that item: what is wrong inside is found by
 * whoever parses it. It reads what is not quite JSON: a byte order mark,
 * <pre> or a warning of PHP in front, commas too many or missing between
 * items, text behind the end; `repair` tells the first of these.
 *
 * Paths name the list by keys, dots between, '*' for any one key:
 * "items", "data", "responses.*.items". A list in the place of an object on
 * the way (an array as the whole document, too) counts as the list; an object
 * in the place of the list is its one item.
 *
 * Thread: any; a splitter belongs to its owner.
 */

#include "base/buf.h"
#include "base/err.h"

enum { JSON_SPLIT_PATHS = 4, JSON_SPLIT_KEYS = 4 };

struct json_item {
	struct slice text; /* one JSON value; borrowed until the callback returns */
	uint64_t offset; /* of its first byte in the body */
	uint64_t index; /* from 0 */
	struct slice under; /* the key that '*' stood for; absent without */
	const char *defect; /* NULL, or why text is not all of it ("deeper than ..."); borrowed */
};

typedef void (*json_item_cb)(void *data, const struct json_item *item);

struct json_split_level {
	bool is_list;
	bool has_member; /* of rest: a comma is due; of a list: a value was read */
	bool has_comma; /* of a list: since the last value */
	uint8_t paths; /* a bit for each path that leads here */
	struct slice star; /* in keys: the key that '*' stood for on the way here */
};

struct json_split {
	uint64_t n_items;
	bool has_list; /* a list, or an object in its place, was found */
	const char *repair; /* the first thing put right, NULL if none */
	uint64_t repair_offset;
	/* private */
	struct slice paths[JSON_SPLIT_PATHS][JSON_SPLIT_KEYS];
	uint8_t n_keys[JSON_SPLIT_PATHS];
	uint8_t n_paths;
	json_item_cb on_item;
	void *data;

	uint8_t state;
	uint8_t n_levels;
	struct json_split_level levels[JSON_SPLIT_KEYS + 2];
	uint64_t offset; /* of the chunk's first byte */
	struct buf head; /* bytes before the first brace */
	struct buf key;
	struct buf star;
	struct buf rest;
	size_t rest_mark; /* its length before the member in hand */
	bool is_rest_half; /* that member's value is not complete */
	struct err failed;

	/* the value in hand */
	bool is_item;
	struct slice under; /* of an item: the key that '*' stood for */
	bool in_string;
	bool is_escaped; /* the next byte of the string is */
	bool is_scalar;
	unsigned depth;
	uint64_t kinds; /* a bit a level: '[' and not '{' */
	uint64_t value_offset;
	bool has_defect;
	char defect[64];
	struct buf pending; /* its bytes from earlier chunks */
};

/* paths live as long as the splitter; 1 to JSON_SPLIT_PATHS of at most JSON_SPLIT_KEYS keys. */
void json_split_init(struct json_split *s, const char *const *paths, size_t n_paths,
		     json_item_cb on_item, void *data);
void json_split_clear(struct json_split *s);

/*
 * The next bytes. Errors (ERR_PARSE, with the offset) stay: items before the
 * defect have been given, nothing comes after it.
 */
enum err_code json_split_feed(struct json_split *s, struct slice chunk,
			      struct err *err) ERR_MUST_USE;
/* No more bytes. ERR_PARSE when the document has not come to its end. */
enum err_code json_split_end(struct json_split *s, struct err *err) ERR_MUST_USE;

/*
 * The document without its items, as JSON: lists are [] and objects in their
 * place null. Whole also after an early end. Absent if it was larger than
 * LIMIT_JSON_REST_BYTES or nothing was read. Borrowed.
 */
struct slice json_split_rest(struct json_split *s);

#endif
