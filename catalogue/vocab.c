// SPDX-License-Identifier: EUPL-1.2
/*
 * Look-ups in the compiled vocabularies and in the operator's overlay. What
 * each table holds stands in vocab.h; how files become tables, in
 * vocab_schema.c; the data are generated.
 */
#include "catalogue/vocab.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/vocab_data.h"
#include "catalogue/vocab_schema.h"
#include "catalogue/vocab_shape.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the operator's rows ---- */

struct own_row {
	struct vocab_row row;
	size_t order; /* rows of one key stay in the order of the file */
};

static struct {
	struct arena texts;
	struct own_row *rows[VOCAB_TABLE_COUNT];
	size_t n[VOCAB_TABLE_COUNT];
	size_t cap[VOCAB_TABLE_COUNT];
	size_t n_all;
	uint64_t hash;
	unsigned epoch;
	bool is_used;
} overlay;

static char version_text[17];

static int compare_own(const void *a, const void *b)
{
	const struct own_row *left = a;
	const struct own_row *right = b;
	int order = slice_cmp(left->row.key, right->row.key);

	if (order != 0)
		return order;
	return (left->order > right->order) - (left->order < right->order);
}

/* The first row of a key or the first behind it. */
static size_t own_lower_bound(enum vocab_table table, struct slice key)
{
	size_t low = 0;
	size_t high = overlay.n[table];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slice_cmp(overlay.rows[table][middle].row.key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

unsigned vocab_overlay_epoch(void)
{
	return overlay.epoch;
}

size_t vocab_own_count(enum vocab_table table)
{
	return overlay.n[table];
}

struct vocab_row vocab_own_at(enum vocab_table table, size_t i)
{
	return overlay.rows[table][i].row;
}

static size_t find_own(struct vocab_row *out, size_t max, enum vocab_table table, struct slice key)
{
	size_t n = 0;

	for (size_t i = own_lower_bound(table, key); i < overlay.n[table] && n < max; i++) {
		if (!slice_eq(overlay.rows[table][i].row.key, key))
			break;
		out[n++] = overlay.rows[table][i].row;
	}
	return n;
}

/* ---- the compiled rows ---- */

static struct slice pool_text(uint32_t at)
{
	const char *p = vocab_data_pool + at;

	return slice_make(p, (size_t)p[-2] | (size_t)p[-1] << 7);
}

static struct slice key_at(enum vocab_table table, size_t i)
{
	return pool_text(vocab_data_words[vocab_data_tables[table].keys_at + i]);
}

/* In place: rows are large, and a look-up makes several. */
static void fill_row(struct vocab_row *row, enum vocab_table table, size_t i)
{
	const uint32_t *words =
		vocab_data_words + vocab_data_words[vocab_data_tables[table].rows_at + i];
	size_t n_cells = vocab_table_cells(table);

	row->key = key_at(table, i);
	row->table = vocab_data_pool + words[0];
	row->is_own = false;
	for (size_t c = 0; c < n_cells; c++)
		row->cells[c] = pool_text(words[1 + c]);
	for (size_t c = n_cells; c < VOCAB_CELLS; c++)
		row->cells[c] = SLICE_LIT("");
}

struct vocab_row vocab_at(enum vocab_table table, size_t i)
{
	struct vocab_row row;

	fill_row(&row, table, i);
	return row;
}

size_t vocab_count(enum vocab_table table)
{
	return vocab_data_tables[table].n_keys;
}

/* The first entry of a key, or as many as there are. */
static size_t find_entry(enum vocab_table table, struct slice key)
{
	const struct vocab_data_table *t = &vocab_data_tables[table];
	const uint32_t *slots = vocab_data_words + t->slots_at;
	uint64_t hash = vocab_key_hash(key);
	uint32_t tag = vocab_data_tag(hash);
	uint32_t slot;

	for (uint32_t at = (uint32_t)hash & t->slot_mask; (slot = slots[at]) != 0;
	     at = (at + 1) & t->slot_mask) {
		size_t entry = (slot & VOCAB_DATA_MAX_ENTRIES) - 1;

		if (((slot ^ tag) & ~(uint32_t)VOCAB_DATA_MAX_ENTRIES) == 0 &&
		    slice_eq(key_at(table, entry), key))
			return entry;
	}
	return t->n_keys;
}

size_t vocab_find(struct vocab_row *out, size_t max, enum vocab_table table, struct slice key)
{
	const struct vocab_data_table *t = &vocab_data_tables[table];
	const uint32_t *keys = vocab_data_words + t->keys_at;
	size_t n = overlay.is_used ? find_own(out, max, table, key) : 0;
	size_t first = find_entry(table, key);

	for (size_t i = first; i < t->n_keys && n < max && keys[i] == keys[first]; i++)
		fill_row(&out[n++], table, i);
	return n;
}

static bool find_own_cell(struct vocab_row *out, enum vocab_table table, struct slice key,
			  size_t cell, struct slice text)
{
	for (size_t i = own_lower_bound(table, key); i < overlay.n[table]; i++) {
		const struct vocab_row *row = &overlay.rows[table][i].row;

		if (!slice_eq(row->key, key))
			return false;
		if (!slice_eq(row->cells[cell], text))
			continue;
		*out = *row;
		return true;
	}
	return false;
}

bool vocab_find_cell(struct vocab_row *out, enum vocab_table table, struct slice key, size_t cell,
		     struct slice text)
{
	const struct vocab_data_table *t = &vocab_data_tables[table];
	const uint32_t *keys = vocab_data_words + t->keys_at;
	const uint32_t *rows = vocab_data_words + t->rows_at;
	size_t first;

	if (overlay.is_used && find_own_cell(out, table, key, cell, text))
		return true;
	first = find_entry(table, key);
	for (size_t i = first; i < t->n_keys && keys[i] == keys[first]; i++) {
		if (!slice_eq(pool_text(vocab_data_words[rows[i] + 1 + cell]), text))
			continue;
		fill_row(out, table, i);
		return true;
	}
	return false;
}

/* The first entry whose key is the text or behind it. */
static size_t lower_bound(enum vocab_table table, struct slice text)
{
	size_t low = 0, high = vocab_data_tables[table].n_keys;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slice_cmp(key_at(table, middle), text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool vocab_has_prefix(enum vocab_table table, struct slice prefix)
{
	size_t at = lower_bound(table, prefix);

	if (at < vocab_data_tables[table].n_keys && slice_starts_with(key_at(table, at), prefix))
		return true;
	at = own_lower_bound(table, prefix);
	return at < overlay.n[table] && slice_starts_with(overlay.rows[table][at].row.key, prefix);
}

size_t vocab_fold(char *out, size_t cap, struct slice text)
{
	return vocab_fold_as(out, cap, text, VOCAB_FOLD_TEXT);
}

size_t vocab_fold_for(char *out, size_t cap, enum vocab_table table, struct slice text)
{
	return vocab_fold_as(out, cap, text, vocab_table_fold(table));
}

size_t vocab_look_up(struct vocab_row *out, size_t max, enum vocab_table table, struct slice text)
{
	char key[VOCAB_KEY_BYTES];
	size_t n = vocab_fold_for(key, sizeof(key), table, text);

	return n == 0 ? 0 : vocab_find(out, max, table, slice_make(key, n));
}

size_t vocab_look_up_word(struct vocab_row *out, size_t max, enum vocab_table table,
			  struct slice text)
{
	char key[VOCAB_KEY_BYTES + 1];
	size_t n = vocab_fold_for(key, VOCAB_KEY_BYTES, table, text);
	size_t n_rows = n == 0 ? 0 : vocab_find(out, max, table, slice_make(key, n));

	/* A letter cut in half is no key's. */
	for (; n_rows == 0 && n > 1; n--) {
		key[n] = '*';
		n_rows = vocab_find(out, max, table, slice_make(key, n + 1));
	}
	return n_rows;
}

size_t vocab_keep(struct vocab_row *rows, size_t n, vocab_want *want, const void *arg)
{
	size_t kept = 0;
	bool own_only = false;

	for (size_t i = 0; i < n; i++) {
		if (!want(&rows[i], arg) || (own_only && !rows[i].is_own))
			continue;
		own_only = own_only || rows[i].is_own; /* own rows come first */
		rows[kept++] = rows[i];
	}
	return kept;
}

/* "pt" of "pt-BR"; Norwegian is one. */
static struct slice primary_subtag(struct slice tag)
{
	for (size_t i = 0; i < tag.n; i++) {
		if (tag.p[i] == '-' || tag.p[i] == '_') {
			tag.n = i;
			break;
		}
	}
	if (slice_eq_nocase(tag, SLICE_LIT("nb")) || slice_eq_nocase(tag, SLICE_LIT("nn")))
		return SLICE_LIT("no");
	return tag;
}

bool vocab_lang_has(struct slice cell, struct slice lang)
{
	struct slice wanted = primary_subtag(lang);
	struct slice one;

	if (wanted.n == 0)
		return false;
	while (slice_split(&one, &cell, ' '))
		if (slice_eq_nocase(primary_subtag(one), wanted))
			return true;
	return false;
}

const char *vocab_version(void)
{
	uint64_t hash = vocab_data_hash;

	if (overlay.is_used)
		hash = vocab_hash(hash,
				  slice_make((const char *)&overlay.hash, sizeof(overlay.hash)));
	(void)snprintf(version_text, sizeof(version_text), "%016llx", (unsigned long long)hash);
	return version_text;
}

/* ---- reading the overlay ---- */

/* A text that lives as long as the overlay; absent when it is full. */
static struct slice keep_text(struct slice text)
{
	return text.n == 0 ? SLICE_LIT("") : arena_dup(&overlay.texts, text);
}

static enum err_code too_big(const struct vocab_reader *r, struct err *err)
{
	return err_set(err, ERR_LIMIT, "%s:%zu: more than %u rows or %u bytes of an operator's own",
		       r->file->name, r->line, (unsigned)LIMIT_VOCAB_OWN_ROWS,
		       (unsigned)LIMIT_VOCAB_OWN_BYTES);
}

static enum err_code too_long(const struct vocab_reader *r, struct err *err)
{
	return err_set(err, ERR_PARSE, "%s:%zu: a cell longer than %d bytes", r->file->name,
		       r->line, VOCAB_KEY_BYTES);
}

static enum err_code no_key(struct slice text, const struct vocab_reader *r, struct err *err)
{
	return err_set(err, ERR_PARSE, "%s:%zu: \"%.*s\" holds nothing that it could be found by",
		       r->file->name, r->line, SLICE_ARG(utf8_first(text, 40)));
}

static enum err_code add_key(struct slice key, const struct vocab_row *proto,
			     enum vocab_table table, const struct vocab_reader *r, struct err *err)
{
	struct own_row *added;

	if (overlay.n_all >= LIMIT_VOCAB_OWN_ROWS)
		return too_big(r, err);
	if (overlay.n[table] == overlay.cap[table]) {
		overlay.cap[table] = overlay.cap[table] > 0 ? 2 * overlay.cap[table] : 64;
		overlay.rows[table] =
			mem_resize(overlay.rows[table], overlay.cap[table], sizeof(struct own_row));
	}
	added = &overlay.rows[table][overlay.n[table]];
	*added = (struct own_row){ .row = *proto, .order = overlay.n_all };
	added->row.key = keep_text(key);
	if (overlay.texts.has_failed)
		return too_big(r, err);
	overlay.n[table]++;
	overlay.n_all++;
	return ERR_OK;
}

/* All keys that a key pattern gives for the current row. */
static enum err_code add_keys(const char *pattern, const struct vocab_row *proto,
			      enum vocab_table table, const struct vocab_reader *r, char *memory,
			      struct err *err)
{
	struct vocab_expansion x = { .is_last = false };

	for (size_t part = 0; !x.is_last; part++) {
		char key[VOCAB_KEY_BYTES];
		size_t n;
		enum err_code rc;

		if (!vocab_expand(&x, memory, r, pattern, part))
			return too_long(r, err);
		if (x.has_empty)
			continue;
		n = vocab_fold_for(key, sizeof(key), table, x.text);
		if (n == 0)
			return x.text.n < VOCAB_KEY_BYTES ? no_key(x.text, r, err)
							  : too_long(r, err);
		rc = add_key(slice_make(key, n), proto, table, r, err);
		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

static enum err_code add_view_row(const struct vocab_view *view, const struct vocab_reader *r,
				  char *memory, struct err *err)
{
	struct vocab_row proto = { .table = view->file, .is_own = true };

	for (size_t c = 0; c < VOCAB_CELLS; c++) {
		struct vocab_expansion x;

		proto.cells[c] = SLICE_LIT("");
		if (view->cells[c] == NULL)
			continue;
		if (!vocab_expand(&x, memory, r, view->cells[c], 0))
			return too_long(r, err);
		proto.cells[c] = keep_text(x.text);
	}
	for (size_t k = 0; k < countof(view->keys) && view->keys[k] != NULL; k++) {
		enum err_code rc = add_keys(view->keys[k], &proto, view->table, r, memory, err);

		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

static enum err_code add_rows(const struct vocab_file *file, struct slice text, char *memory,
			      struct err *err)
{
	struct vocab_reader reader;
	bool has_row = true;
	enum err_code rc = vocab_reader_begin(&reader, file, text, false, err);

	while (rc == ERR_OK) {
		rc = vocab_reader_next(&reader, &has_row, err);
		if (rc == ERR_OK && has_row)
			rc = vocab_shape_check(&reader, err);
		if (rc != ERR_OK || !has_row)
			break;
		for (size_t v = 0; v < vocab_n_views && rc == ERR_OK; v++)
			if (strcmp(vocab_views[v].file, file->name) == 0)
				rc = add_view_row(&vocab_views[v], &reader, memory, err);
	}
	return rc;
}

enum err_code vocab_overlay_add(const char *file, struct slice text, struct err *err)
{
	const struct vocab_file *known = vocab_file_of(file);
	char *memory;
	enum err_code rc;

	if (known == NULL)
		return err_set(
			err, ERR_CONFIG,
			"%s: no such vocabulary; expected the name of one, as credit-forms.tsv",
			file);
	if (!overlay.is_used)
		arena_init(&overlay.texts, LIMIT_VOCAB_OWN_BYTES);
	overlay.is_used = true;
	overlay.epoch++;

	memory = mem_zalloc(VOCAB_CELL_BYTES);
	rc = add_rows(known, text, memory, err);
	mem_free(memory);
	for (size_t t = 0; t < VOCAB_TABLE_COUNT; t++)
		if (overlay.n[t] > 1)
			qsort(overlay.rows[t], overlay.n[t], sizeof(struct own_row), compare_own);
	overlay.hash = vocab_hash(overlay.hash, slice_of(file));
	overlay.hash = vocab_hash(overlay.hash, text);
	return rc;
}

void vocab_overlay_clear(void)
{
	if (!overlay.is_used)
		return;
	for (size_t t = 0; t < VOCAB_TABLE_COUNT; t++) {
		mem_free(overlay.rows[t]);
		overlay.rows[t] = NULL;
		overlay.n[t] = 0;
		overlay.cap[t] = 0;
	}
	arena_clear(&overlay.texts);
	overlay.epoch++;
	overlay.n_all = 0;
	overlay.hash = 0;
	overlay.is_used = false;
}
