// SPDX-License-Identifier: EUPL-1.2
/*
 * vocab-compile: the tables of catalogue/vocab/ as C data, at build time.
 *
 *	vocab-compile DIRECTORY OUTPUT.c
 *	vocab-compile --doc DIRECTORY OUTPUT.md
 *
 * Checks what the library then takes for granted: equal number of cells, no row
 * twice, no reference to a code that is not there. A defect ends the build with
 * file:line. With --doc, writes the list of coded values for docs/ (vocab_page.c).
 */
#include "catalogue/vocab_compile.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>

enum {
	LITERAL_BYTES = 16 * 1024, /* one string literal of the output, about */
};

/* ---- rows of tables ---- */

static size_t number_of_file(const char *name)
{
	for (size_t i = 0; i < vocab_n_files; i++)
		if (strcmp(vocab_files[i].name, name) == 0)
			return i;
	require(false);
	return 0;
}

enum err_code compiler_each_row(struct compiler *c, const char *name, row_fn *fn, const void *arg,
				struct err *err)
{
	size_t number = number_of_file(name);
	struct vocab_reader reader;
	bool has_row = true;
	enum err_code rc = vocab_reader_begin(&reader, &vocab_files[number],
					      buf_view(&c->files[number]), true, err);

	while (rc == ERR_OK) {
		rc = vocab_reader_next(&reader, &has_row, err);
		if (rc != ERR_OK || !has_row)
			break;
		rc = fn(c, &reader, arg, err);
	}
	return rc;
}

/* ---- checks ---- */

struct check {
	struct text_set *seen;
	const char *pattern;
	const char *target;
};

static enum err_code check_unique(struct compiler *c, const struct vocab_reader *r, const void *arg,
				  struct err *err)
{
	const struct check *check = arg;
	struct vocab_expansion x;

	if (!vocab_expand(&x, c->memory, r, check->pattern, 0))
		return err_set(err, ERR_PARSE, "%s:%zu: too long", r->file->name, r->line);
	if (text_set_has(check->seen, x.text))
		return err_set(err, ERR_PARSE, "%s:%zu: \"%.*s\" twice", r->file->name, r->line,
			       SLICE_ARG(x.text));
	(void)text_set_add(check->seen, x.text);
	return ERR_OK;
}

static enum err_code gather_target(struct compiler *c, const struct vocab_reader *r,
				   const void *arg, struct err *err)
{
	const struct check *check = arg;
	struct vocab_expansion x;

	if (!vocab_expand(&x, c->memory, r, check->pattern, 0))
		return err_set(err, ERR_PARSE, "%s:%zu: too long", r->file->name, r->line);
	(void)text_set_add(check->seen, x.text);
	return ERR_OK;
}

static enum err_code check_value(struct compiler *c, const struct vocab_reader *r, const void *arg,
				 struct err *err)
{
	const struct check *check = arg;
	struct vocab_expansion x;

	if (!vocab_expand(&x, c->memory, r, check->pattern, 0))
		return err_set(err, ERR_PARSE, "%s:%zu: too long", r->file->name, r->line);
	if (x.has_empty || text_set_has(check->seen, x.text))
		return ERR_OK;
	return err_set(err, ERR_PARSE, "%s:%zu: \"%.*s\" is not in %s", r->file->name, r->line,
		       SLICE_ARG(x.text), check->target);
}

static enum err_code check_file(struct compiler *c, const struct vocab_file *file, struct err *err)
{
	struct text_set seen;
	struct check check = { .seen = &seen, .pattern = file->unique };
	enum err_code rc;

	text_set_init(&seen);
	rc = compiler_each_row(c, file->name, check_unique, &check, err);
	text_set_clear(&seen);
	return rc;
}

static enum err_code check_reference(struct compiler *c, const struct vocab_reference *ref,
				     struct err *err)
{
	struct text_set known;
	struct check target = { .seen = &known, .pattern = ref->target_values };
	struct check values = { .seen = &known,
				.pattern = ref->values,
				.target = ref->target_file };
	enum err_code rc;

	text_set_init(&known);
	rc = compiler_each_row(c, ref->target_file, gather_target, &target, err);
	if (rc == ERR_OK)
		rc = compiler_each_row(c, ref->file, check_value, &values, err);
	text_set_clear(&known);
	return rc;
}

/* ---- gathering ---- */

static void add_entry(struct table *table, const struct entry *entry)
{
	if (table->n == table->cap) {
		table->cap = table->cap == 0 ? 256 : table->cap * 2;
		table->entries = mem_resize(table->entries, table->cap, sizeof(struct entry));
	}
	table->entries[table->n] = *entry;
	table->entries[table->n].order = (uint32_t)table->n;
	table->n++;
}

static enum err_code add_keys(struct compiler *c, const struct vocab_view *view,
			      const char *pattern, const struct vocab_reader *r,
			      struct entry *proto, struct err *err)
{
	struct vocab_expansion x = { .is_last = false };

	for (size_t part = 0; !x.is_last; part++) {
		char key[VOCAB_KEY_BYTES];
		size_t n;

		if (!vocab_expand(&x, c->memory, r, pattern, part))
			return err_set(err, ERR_PARSE, "%s:%zu: too long", r->file->name, r->line);
		if (x.has_empty)
			continue;
		n = vocab_fold_as(key, sizeof(key), x.text, vocab_table_fold(view->table));
		if (n == 0)
			return err_set(err, ERR_PARSE, "%s:%zu: \"%.*s\" gives no key",
				       r->file->name, r->line, SLICE_ARG(x.text));
		proto->key = text_set_add(&c->texts, slice_make(key, n));
		add_entry(&c->tables[view->table], proto);
	}
	return ERR_OK;
}

static enum err_code gather_row(struct compiler *c, const struct vocab_reader *r, const void *arg,
				struct err *err)
{
	const struct vocab_view *view = arg;
	struct entry proto = { .file = text_set_add(&c->texts, slice_of(view->file)) };

	for (size_t i = 0; i < vocab_table_cells(view->table); i++) {
		struct vocab_expansion x;

		require(view->cells[i] != NULL);
		if (!vocab_expand(&x, c->memory, r, view->cells[i], 0))
			return err_set(err, ERR_PARSE, "%s:%zu: too long", r->file->name, r->line);
		proto.cells[i] = text_set_add(&c->texts, x.text);
	}
	for (size_t k = 0; k < countof(view->keys) && view->keys[k] != NULL; k++) {
		enum err_code rc = add_keys(c, view, view->keys[k], r, &proto, err);

		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

/* ---- sorting and merging ---- */

static const struct text_set *sort_texts; /* qsort passes no argument */

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a;
	const struct entry *right = b;

	if (left->key != right->key)
		return slice_cmp(text_set_at(sort_texts, left->key),
				 text_set_at(sort_texts, right->key));
	return (left->order > right->order) - (left->order < right->order);
}

static bool is_equal_but_lang(const struct entry *a, const struct entry *b, size_t lang_cell)
{
	if (a->key != b->key || a->file != b->file)
		return false;
	for (size_t i = 0; i < VOCAB_CELLS; i++)
		if (i != lang_cell && a->cells[i] != b->cells[i])
			return false;
	return true;
}

static uint32_t join_langs(struct compiler *c, uint32_t have, uint32_t more)
{
	struct buf joined = BUF_INIT(VOCAB_CELL_BYTES);
	struct slice langs = text_set_at(&c->texts, have);
	struct slice added = text_set_at(&c->texts, more);
	struct slice one;
	uint32_t result;

	while (slice_split(&one, &langs, ' '))
		if (slice_eq(one, added))
			return have;
	buf_slice(&joined, text_set_at(&c->texts, have));
	if (joined.len > 0 && added.n > 0)
		buf_char(&joined, ' ');
	buf_slice(&joined, added);
	result = text_set_add(&c->texts, buf_view(&joined));
	buf_clear(&joined);
	return result;
}

/* Sorts by key; makes one of entries that say the same, whatever the language. */
static void settle(struct compiler *c, enum vocab_table number)
{
	struct table *table = &c->tables[number];
	size_t lang_cell = vocab_table_lang_cell(number);
	size_t kept = 0;

	sort_texts = &c->texts;
	if (table->n > 0)
		qsort(table->entries, table->n, sizeof(struct entry), compare_entries);
	for (size_t i = 0; i < table->n; i++) {
		struct entry entry = table->entries[i];
		bool is_merged = false;

		for (size_t j = kept; j > 0 && table->entries[j - 1].key == entry.key; j--) {
			struct entry *before = &table->entries[j - 1];

			if (!is_equal_but_lang(before, &entry, lang_cell))
				continue;
			if (lang_cell < VOCAB_CELLS)
				before->cells[lang_cell] = join_langs(c, before->cells[lang_cell],
								      entry.cells[lang_cell]);
			is_merged = true;
			break;
		}
		if (!is_merged)
			table->entries[kept++] = entry;
	}
	table->n = kept;
}

static uint32_t add_word(struct compiler *c, uint32_t word)
{
	if (c->n_words == c->cap_words) {
		c->cap_words = c->cap_words == 0 ? 65536 : c->cap_words * 2;
		c->words = mem_resize(c->words, c->cap_words, sizeof(uint32_t));
	}
	c->words[c->n_words] = word;
	return (uint32_t)c->n_words++;
}

/* Gives each entry its row; entries of equal cells share one. */
static void place_rows(struct compiler *c, enum vocab_table number)
{
	struct table *table = &c->tables[number];
	size_t n_cells = vocab_table_cells(number);
	size_t n_slots = 64;
	uint32_t *slots;

	while (n_slots < table->n * 2)
		n_slots *= 2;
	slots = mem_new_n(uint32_t, n_slots);
	for (size_t i = 0; i < table->n; i++) {
		uint32_t row[1 + VOCAB_CELLS] = { table->entries[i].file };
		size_t size = (1 + n_cells) * sizeof(uint32_t);
		size_t slot;

		memcpy(row + 1, table->entries[i].cells, n_cells * sizeof(uint32_t));
		slot = (size_t)vocab_hash(VOCAB_HASH_START, slice_make((const char *)row, size)) &
		       (n_slots - 1);
		while (slots[slot] != 0 && memcmp(c->words + slots[slot] - 1, row, size) != 0)
			slot = (slot + 1) & (n_slots - 1);
		if (slots[slot] == 0) {
			slots[slot] = (uint32_t)c->n_words + 1;
			for (size_t w = 0; w < 1 + n_cells; w++)
				(void)add_word(c, row[w]);
		}
		table->entries[i].row = slots[slot] - 1;
	}
	mem_free(slots);
}

/* ---- writing ---- */

static void write_pool(FILE *out, struct slice pool)
{
	size_t in_literal = 0;

	(void)fputs("const char vocab_data_pool[] =\n\"", out);
	for (size_t i = 0; i < pool.n; i++) {
		unsigned char c = (unsigned char)pool.p[i];

		if (c < ' ') {
			(void)fprintf(out, "\\%03o", (unsigned)c);
			if (c == '\0' && ++in_literal > LITERAL_BYTES / 16) {
				(void)fputs("\"\n\"", out);
				in_literal = 0;
			}
		} else if (c == '"' || c == '\\' || c == '?') {
			(void)fputc('\\', out);
			(void)fputc(c, out);
		} else {
			(void)fputc(c, out);
		}
	}
	(void)fputs("\";\n\n", out);
}

/* Writes a table's keys, the places of its rows and its hash table into the words. */
static struct vocab_data_table place_table(struct compiler *c, const struct table *table)
{
	struct vocab_data_table place = { .n_keys = (uint32_t)table->n, .slot_mask = 1 };

	require(table->n <= VOCAB_DATA_MAX_ENTRIES);
	while (place.slot_mask < table->n + table->n / 2)
		place.slot_mask = 2 * place.slot_mask + 1;
	place.keys_at = (uint32_t)c->n_words;
	for (size_t i = 0; i < table->n; i++)
		(void)add_word(c, table->entries[i].key);
	place.rows_at = (uint32_t)c->n_words;
	for (size_t i = 0; i < table->n; i++)
		(void)add_word(c, table->entries[i].row);
	place.slots_at = (uint32_t)c->n_words;
	for (size_t i = 0; i <= place.slot_mask; i++)
		(void)add_word(c, 0);
	for (size_t i = 0; i < table->n; i++) {
		uint64_t hash = vocab_key_hash(text_set_at(&c->texts, table->entries[i].key));
		uint32_t at = (uint32_t)hash & place.slot_mask;

		if (i > 0 && table->entries[i].key == table->entries[i - 1].key)
			continue;
		while (c->words[place.slots_at + at] != 0)
			at = (at + 1) & place.slot_mask;
		c->words[place.slots_at + at] = vocab_data_tag(hash) | (uint32_t)(i + 1);
	}
	return place;
}

static void write_output(FILE *out, struct compiler *c)
{
	struct vocab_data_table places[VOCAB_TABLE_COUNT];

	for (size_t t = 0; t < VOCAB_TABLE_COUNT; t++)
		places[t] = place_table(c, &c->tables[t]);
	(void)fputs(
		"// SPDX-License-Identifier: EUPL-1.2\n"
		"/* Made by vocab-compile from catalogue/vocab; see NOTICE for the sources. */\n"
		"#include \"catalogue/vocab_data.h\"\n\n",
		out);
	write_pool(out, buf_view(&c->texts.pool));
	(void)fputs("const uint32_t vocab_data_words[] = {\n", out);
	for (size_t i = 0; i < c->n_words; i++)
		(void)fprintf(out, "%u,%s", c->words[i], i % 16 == 15 ? "\n" : "");
	(void)fputs("};\n\nconst struct vocab_data_table vocab_data_tables[] = {\n", out);
	for (size_t t = 0; t < VOCAB_TABLE_COUNT; t++)
		(void)fprintf(out, "\t{ %u, %u, %u, %u, %u },\n", places[t].n_keys,
			      places[t].keys_at, places[t].rows_at, places[t].slots_at,
			      places[t].slot_mask);
	(void)fprintf(out, "};\n\nconst uint64_t vocab_data_hash = 0x%016llxu;\n",
		      (unsigned long long)c->hash);
}

/* ---- main ---- */

static enum err_code compile(struct compiler *c, struct err *err)
{
	enum err_code rc = ERR_OK;

	require(vocab_n_files <= countof(c->files));
	for (size_t i = 0; i < vocab_n_files && rc == ERR_OK; i++) {
		rc = vocab_file_read(&c->files[i], c->directory, vocab_files[i].name, err);
		c->hash = vocab_hash(c->hash, buf_view(&c->files[i]));
		if (rc == ERR_OK)
			rc = check_file(c, &vocab_files[i], err);
	}
	for (size_t i = 0; i < vocab_n_references && rc == ERR_OK; i++)
		rc = check_reference(c, &vocab_references[i], err);
	(void)text_set_add(&c->texts, SLICE_LIT(""));
	for (size_t i = 0; i < vocab_n_views && rc == ERR_OK; i++)
		rc = compiler_each_row(c, vocab_views[i].file, gather_row, &vocab_views[i], err);
	for (size_t t = 0; t < VOCAB_TABLE_COUNT && rc == ERR_OK; t++) {
		settle(c, (enum vocab_table)t);
		place_rows(c, (enum vocab_table)t);
	}
	return rc;
}

static void compiler_clear(struct compiler *c)
{
	for (size_t i = 0; i < countof(c->files); i++)
		buf_clear(&c->files[i]);
	for (size_t t = 0; t < VOCAB_TABLE_COUNT; t++)
		mem_free(c->tables[t].entries);
	mem_free(c->words);
	text_set_clear(&c->texts);
}

static enum err_code run(struct compiler *c, const char *output, bool is_doc, struct err *err)
{
	enum err_code rc = is_doc ? ERR_OK : compile(c, err);
	FILE *out;

	if (rc != ERR_OK)
		return rc;
	out = fopen(output, "wb");
	if (out == NULL)
		return err_from_errno(err, errno, output);
	if (is_doc)
		rc = vocab_page_write(out, c, err);
	else
		write_output(out, c);
	if (fclose(out) != 0 && rc == ERR_OK)
		rc = err_from_errno(err, errno, output);
	if (rc != ERR_OK)
		(void)remove(output);
	return rc;
}

int main(int argc, char **argv)
{
	bool is_doc = argc == 4 && strcmp(argv[1], "--doc") == 0;
	struct compiler *c;
	struct err err = ERR_INIT;
	enum err_code rc;

	if (argc != 3 && !is_doc) {
		(void)fprintf(stderr, "usage: vocab-compile [--doc] DIRECTORY OUTPUT\n");
		return 64;
	}
	c = mem_new(struct compiler);
	c->directory = argv[argc - 2];
	text_set_init(&c->texts);
	rc = run(c, argv[argc - 1], is_doc, &err);
	if (rc != ERR_OK)
		(void)fprintf(stderr, "vocab-compile: %s/%s\n", c->directory, err.msg);
	compiler_clear(c);
	mem_free(c);
	return rc == ERR_OK ? 0 : 65;
}
