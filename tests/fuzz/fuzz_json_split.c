// SPDX-License-Identifier: EUPL-1.2
/*
 * The JSON splitter. What it finds must not depend on how the bytes are cut;
 * what jansson reads is split without a repair, and its items and its rest are
 * JSON as well.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "harvesters/json_peek.h"
#include "harvesters/json_split.h"

#include <jansson.h>

static const char *const all_paths[] = { "items", "responses.*.items", "data" };

/* All that a splitting says, as text. */
struct seen {
	struct buf log;
	struct slice rest; /* a copy */
	uint64_t n_items;
	enum err_code rc;
	bool is_repaired;
};

/* What is peeked at lies in the item. */
static void check_peek(struct slice item)
{
	struct slice id = json_peek(item, SLICE_LIT("a.id|b"));

	if (id.p != NULL)
		FUZZ_CHECK(id.p >= item.p && id.n <= (size_t)(item.p + item.n - id.p));
}

static void on_item(void *data, const struct json_item *item)
{
	struct seen *seen = data;

	FUZZ_CHECK(item->index == seen->n_items);
	seen->n_items++;
	buf_printf(&seen->log, "%llu %s ", (unsigned long long)item->offset,
		   item->defect != NULL ? item->defect : "");
	if (item->under.p != NULL)
		buf_slice(&seen->log, item->under);
	buf_char(&seen->log, '|');
	if (item->defect == NULL)
		buf_slice(&seen->log, item->text);
	buf_char(&seen->log, '\n');
	FUZZ_CHECK(item->text.n <= LIMIT_ITEM_BYTES);
	check_peek(item->text);
}

static void split(struct seen *seen, struct slice text, size_t piece)
{
	struct json_split s;
	struct err err = ERR_INIT;
	enum err_code rc = ERR_OK;

	*seen = (struct seen){ .log = BUF_INIT(16 * LIMIT_MIB) };
	json_split_init(&s, all_paths, countof(all_paths), on_item, seen);
	while (text.n > 0 && rc == ERR_OK) {
		struct slice part = unit_exact(slice_first(text, piece));

		rc = json_split_feed(&s, part, &err);
		unit_exact_free(part);
		text = slice_from(text, piece);
	}
	if (rc == ERR_OK)
		rc = json_split_end(&s, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(s.n_items == seen->n_items);
	buf_printf(&seen->log, "%s, %s at %llu, %d\n", err.msg, s.repair != NULL ? s.repair : "",
		   (unsigned long long)s.repair_offset, (int)s.has_list);
	seen->rest = unit_exact(json_split_rest(&s));
	FUZZ_CHECK(seen->rest.n <= LIMIT_JSON_REST_BYTES + LIMIT_JSON_DEPTH);
	buf_slice(&seen->log, seen->rest);
	seen->rc = rc;
	seen->is_repaired = s.repair != NULL;
	json_split_clear(&s);
}

static void seen_clear(struct seen *seen)
{
	buf_clear(&seen->log);
	unit_exact_free(seen->rest);
}

static void check_item_loads(void *data, const struct json_item *item)
{
	json_t *value;

	(void)data;
	if (item->defect != NULL)
		return;
	value = json_loadb(item->text.p, item->text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	FUZZ_EXPECT(value != NULL, "item %.*s", FUZZ_ARG(item->text));
	json_decref(value);
}

static void check_json(const struct seen *seen, struct slice text)
{
	json_t *root = json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
	struct json_split s;
	struct err err = ERR_INIT;
	json_t *rest;

	if (root == NULL)
		return;
	FUZZ_EXPECT(seen->rc == ERR_OK && !seen->is_repaired, "%s", buf_z(&seen->log));
	json_split_init(&s, all_paths, countof(all_paths), check_item_loads, NULL);
	if (json_split_feed(&s, text, &err) != ERR_OK || json_split_end(&s, &err) != ERR_OK)
		FUZZ_EXPECT(false, "%s", err.msg);
	json_split_clear(&s);
	if (seen->rest.n > 0) {
		rest = json_loadb(seen->rest.p, seen->rest.n, JSON_ALLOW_NUL, NULL);
		FUZZ_EXPECT(rest != NULL, "rest %.*s", FUZZ_ARG(seen->rest));
		json_decref(rest);
	}
	json_decref(root);
}

static void check_same(struct slice text, const struct seen *whole, size_t piece)
{
	struct seen pieces;

	split(&pieces, text, piece);
	FUZZ_EXPECT(slice_eq(buf_view(&whole->log), buf_view(&pieces.log)),
		    "whole:\n%s\npieces of %zu:\n%s", buf_z(&whole->log), piece,
		    buf_z(&pieces.log));
	seen_clear(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);
	struct seen whole;

	split(&whole, text, n + 1);
	check_same(text, &whole, fuzz_piece(text, 0));
	check_same(text, &whole, fuzz_piece(text, 1));
	check_json(&whole, text);
	seen_clear(&whole);
	unit_exact_free(text);
	return 0;
}
