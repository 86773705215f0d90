// SPDX-License-Identifier: EUPL-1.2
/*
 * Which column of a CSV file is which element. The first line holds settings,
 * as an operator writes them: column.title=Nimi|id=Koodi|credits=CATS|header=false;
 * the second is the file's first row, with ';' between cells; what follows are
 * rows, whose ids are made and whose cells are cleaned.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "harvesters/csv_cells.h"
#include "harvesters/csv_columns.h"
#include "harvesters/csv_groups.h"
#include "harvesters/csv_headings.h"

enum { ARENA_BYTES = 16 * 1024 * 1024, SHORT_HEADING_BYTES = 60 };

struct reading_rows {
	struct arena arena;
	struct source source;
	struct csv_columns columns;
	bool has_columns;
	uint64_t n_rows;
};

/* --- settings --- */

static void add_setting(struct settings *list, struct arena *arena, struct slice name,
			struct slice value)
{
	struct setting *items = arena_new_n(arena, struct setting, list->n + 1);

	if (list->n > 0)
		memcpy(items, list->items, list->n * sizeof(*items));
	items[list->n] = (struct setting){ name, value };
	list->items = items;
	list->n++;
}

static void read_settings(struct reading_rows *r, struct slice line)
{
	struct slice value, name;
	struct source *s = &r->source;

	source_init(s);
	while (slice_split(&value, &line, '|')) {
		if (!slice_split(&name, &value, '=') || value.p == NULL)
			continue;
		if (slice_starts_with(name, SLICE_LIT("column.")))
			add_setting(&s->columns, &r->arena, slice_from(name, 7), value);
		else if (slice_eq_z(name, "id"))
			(void)codes_add(&s->csv.id_columns, value, &r->arena);
		else if (slice_eq_z(name, "header"))
			s->csv.has_header = !slice_eq_z(value, "false");
		else
			add_setting(&s->options, &r->arena, name, value);
	}
}

/* --- what must hold --- */

static void check_heading(struct slice heading)
{
	struct csv_heading once = { .element = EL_COUNT }, twice = { .element = EL_COUNT };
	char folded[256], again[2 * sizeof(folded)];
	size_t n = csv_fold_heading(folded, sizeof(folded), heading); /* 0: nothing, or too long */
	size_t rank = csv_read_heading(&once, heading);

	FUZZ_CHECK(n <= sizeof(folded));
	FUZZ_EXPECT(csv_fold_heading(again, sizeof(again), slice_make(folded, n)) == n &&
			    memcmp(folded, again, n) == 0,
		    "%.*s: %.*s", FUZZ_ARG(heading), (int)n, folded);
	FUZZ_CHECK(n > 0 || !csv_same_heading(heading, heading));
	FUZZ_CHECK(n == 0 || n > SHORT_HEADING_BYTES || csv_same_heading(heading, heading));
	FUZZ_CHECK(csv_read_heading(&twice, heading) == rank && once.element == twice.element);
	FUZZ_CHECK((rank == CSV_NO_RANK) == (once.element == EL_COUNT));
}

static void check_columns(const struct csv_columns *c, const struct source *source)
{
	size_t n_titles = 0;

	for (size_t i = 0; i < c->n; i++) {
		FUZZ_CHECK(c->items[i].element <= EL_COUNT);
		FUZZ_CHECK(utf8_is_valid(c->items[i].path) && c->items[i].path.n > 0);
		n_titles += c->items[i].element == EL_TITLE;
	}
	FUZZ_CHECK(n_titles > 0 && c->n_ids > 0);
	FUZZ_CHECK(source->csv.id_columns.n == 0 || c->n_ids == source->csv.id_columns.n);
	for (size_t i = 0; i < c->n_ids; i++)
		FUZZ_CHECK(c->ids[i] < c->n);
	FUZZ_CHECK(c->currency == SIZE_MAX || c->currency < c->n);
}

static void on_first(struct reading_rows *r, const struct csv_row *row)
{
	struct source_place place = { .block = NULL };
	struct err err = ERR_INIT;
	enum err_code rc = csv_columns_check(&r->source.columns, &place, &err);

	fuzz_check_err(rc, &err);
	for (size_t i = 0; i < row->n; i++)
		check_heading(csv_trim(row->cells[i]));
	if (rc != ERR_OK) { /* the configuration would be refused */
		FUZZ_CHECK(place.block != NULL && rc == ERR_CONFIG);
		return;
	}
	rc = csv_columns_find(&r->columns, &r->arena, row, &r->source, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_CONFIG || rc == ERR_LIMIT);
	r->has_columns = rc == ERR_OK;
	if (r->has_columns)
		check_columns(&r->columns, &r->source);
}

static void check_cell(struct slice cell)
{
	for (unsigned is_link = 0; is_link < 2; is_link++) {
		struct slice clean = csv_clean_cell(cell, is_link == 1);

		FUZZ_CHECK(clean.n == 0 ||
			   (clean.p >= cell.p && clean.p + clean.n <= cell.p + cell.n));
		FUZZ_EXPECT(utf8_is_valid(clean), "%.*s", FUZZ_ARG(cell));
		FUZZ_CHECK(slice_eq(csv_trim(clean), clean));
	}
}

static void on_row(void *data, const struct csv_row *row)
{
	struct reading_rows *r = data;
	struct slice id;

	if (r->n_rows++ == 0) {
		on_first(r, row);
		return;
	}
	for (size_t i = 0; i < row->n; i++)
		check_cell(row->cells[i]);
	if (!r->has_columns || row->n != r->columns.n)
		return;
	id = csv_row_id(&r->columns, row, &r->arena);
	FUZZ_CHECK(utf8_is_valid(id));
	FUZZ_CHECK(slice_eq(id, csv_row_id(&r->columns, row, &r->arena)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), rest = text, settings = fuzz_line(&rest);
	struct reading_rows r = { .arena = ARENA_INIT(ARENA_BYTES) };
	struct csv_reader reader;

	/* Both come as UTF-8: settings are checked, the file is decoded. */
	if (utf8_is_valid(text)) {
		read_settings(&r, settings);
		csv_reader_init(&reader, ';', 1, on_row, &r);
		if (csv_reader_feed(&reader, rest, NULL) == ERR_OK)
			(void)(csv_reader_end(&reader, NULL) == ERR_OK);
		csv_reader_clear(&reader);
	}
	arena_clear(&r.arena);
	unit_exact_free(text);
	return 0;
}
