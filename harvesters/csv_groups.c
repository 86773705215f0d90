// SPDX-License-Identifier: EUPL-1.2
/* Rows that wait for each other, and the words of a group. */
#include "harvesters/csv_groups.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "harvesters/csv_cells.h"

#include <inttypes.h>
#include <stdlib.h>
#include <xxhash.h>

enum {
	TABLE_SIZE = 4096,
	MAX_NOTES = 100, /* about ids that rows of different content share */
};

/* A row that waits: its text, and slices into it. */
struct held_row {
	struct held_row *next;
	size_t n_bytes;
	struct csv_row row;
	struct slice cells[];
};

struct csv_group {
	struct list_node node; /* in the order of the file */
	struct csv_group *bucket; /* next of the same hash */
	uint64_t hash;
	struct buf id;
	struct held_row *first;
	struct held_row **end;
	uint32_t n_rows; /* added so far, whatever became of them */
	uint32_t n_expected;
};

/* --- rows on the heap --- */

static struct held_row *hold(const struct csv_row *row)
{
	size_t n_bytes = row->n * sizeof(struct slice) + row->raw.n;
	struct held_row *held = mem_zalloc(sizeof(*held) + n_bytes);
	char *text = (char *)&held->cells[row->n];

	held->n_bytes = n_bytes + sizeof(*held);
	held->row = *row;
	memcpy(text, row->raw.p, row->raw.n);
	held->row.raw = slice_make(text, row->raw.n);
	held->row.cells = held->cells;
	for (size_t i = 0; i < row->n; i++)
		held->cells[i] = slice_make(text + (row->cells[i].p - row->raw.p), row->cells[i].n);
	return held;
}

/* --- ids --- */

struct slice csv_row_id(const struct csv_columns *columns, const struct csv_row *row,
			struct arena *arena)
{
	struct slice id = SLICE_NONE;
	size_t n_said = 0;

	for (size_t i = 0; i < columns->n_ids; i++) {
		struct slice cell = csv_clean_cell(row->cells[columns->ids[i]], columns->id_is_url);

		n_said += cell.n > 0;
		if (i == 0)
			id = cell.p != NULL ? cell : SLICE_LIT("");
		else
			id = arena_printf(arena, "%.*s|%.*s", SLICE_ARG(id), SLICE_ARG(cell));
	}
	return n_said > 0 ? id : SLICE_NONE;
}

static struct slice title_of(const struct csv_columns *columns, const struct csv_row *row)
{
	for (size_t i = 0; i < columns->n; i++)
		if (columns->items[i].element == EL_TITLE)
			return csv_clean_cell(row->cells[i], false);
	return SLICE_NONE;
}

/* --- words --- */

struct cell_reading {
	const struct csv_columns *columns;
	struct words *words;
	struct arena *arena;
	struct slice separators; /* inside a cell */
};

static void add_word(struct cell_reading *r, const struct csv_column *column, enum element element,
		     uint16_t part, struct slice scheme, struct slice text)
{
	struct word word = { .element = element,
			     .part = part,
			     .scheme = scheme.n > 0 ? scheme : SLICE_NONE,
			     .text = text,
			     .path = column->path };

	words_add(r->words, r->arena, word);
}

static bool means_yes(struct slice text)
{
	static const char *const yes[] = { "true", "yes", "1",   "x",     "ja",  "oui",
					   "si",   "y",   "sim", "kyllä", "tak", "ano" };

	for (size_t i = 0; i < countof(yes); i++)
		if (slice_eq_nocase(text, slice_of(yes[i])))
			return true;
	return false;
}

static bool means_no(struct slice text)
{
	static const char *const no[] = {
		"false", "no", "0", "nein", "non", "n", "nej", "ei", "nie"
	};

	for (size_t i = 0; i < countof(no); i++)
		if (slice_eq_nocase(text, slice_of(no[i])))
			return true;
	return false;
}

static bool is_separator(const struct cell_reading *r, enum element e, char c)
{
	return slice_find_byte(r->separators, c) >= 0 || (e == EL_KEYWORD && c == ',');
}

/* Several values in a cell: each a word; empty ones are dropped. */
static void add_list(struct cell_reading *r, const struct csv_column *column, enum element element,
		     uint16_t part, struct slice text)
{
	size_t start = 0;

	for (size_t i = 0; i <= text.n; i++) {
		struct slice value;

		if (i < text.n && !is_separator(r, column->element, text.p[i]))
			continue;
		value = csv_clean_cell(slice_make(text.p + start, i - start), false);
		start = i + 1;
		if (value.n > 0)
			add_word(r, column, element, part, slice_of(column->scheme), value);
	}
}

/* One cell as an element: the column's own, or the session's in its place. */
static void read_cell(struct cell_reading *r, size_t at, const struct csv_row *row,
		      enum element element, uint16_t part)
{
	const struct csv_column *column = &r->columns->items[at];
	bool is_link = element == EL_URL || element == EL_IMAGE || element == EL_SESSION_URL ||
		       element == EL_PROVIDER_URL;
	struct slice text = csv_clean_cell(row->cells[at], is_link);
	struct slice scheme = slice_of(column->scheme);

	if (text.p == NULL)
		return;
	if (column->is_flag && means_no(text))
		return;
	if (column->is_flag && means_yes(text))
		text = column->heading;
	if ((element == EL_PRICE || element == EL_SESSION_PRICE) &&
	    r->columns->currency != SIZE_MAX)
		scheme = csv_clean_cell(row->cells[r->columns->currency], false);
	if (csv_is_list(column->element))
		add_list(r, column, element, part, text);
	else
		add_word(r, column, element, part, scheme, text);
}

/* Elements of the offer that are a session's where its rows differ in them. */
static enum element session_element(enum element e)
{
	return e == EL_LANGUAGE ? EL_SESSION_LANGUAGE : e == EL_MODE ? EL_SESSION_MODE : EL_COUNT;
}

static bool rows_differ(const struct csv_row *const *rows, size_t n, size_t column)
{
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(rows[0]->cells[column], rows[i]->cells[column]))
			return true;
	return false;
}

static void read_id(struct cell_reading *r, const struct csv_row *row, struct slice id)
{
	const struct csv_column *first = &r->columns->items[r->columns->ids[0]];

	add_word(r, first, EL_RECORD_ID, 0, SLICE_NONE, id);
	for (size_t i = 0; i < r->columns->n; i++)
		if (r->columns->items[i].is_code)
			read_cell(r, i, row, EL_COURSE_CODE, 0);
}

static void read_rows(struct cell_reading *r, const struct csv_row *const *rows, size_t n,
		      struct slice id)
{
	read_id(r, rows[0], id);
	for (size_t c = 0; c < r->columns->n; c++) {
		enum element e = r->columns->items[c].element;
		enum element of_session = session_element(e);

		if (e == EL_COUNT || e == EL_RECORD_ID || csv_is_of_session(e))
			continue;
		read_cell(r, c, rows[0], e, 0);
		if (of_session != EL_COUNT && rows_differ(rows, n, c))
			for (size_t k = 0; k < n; k++)
				read_cell(r, c, rows[k], of_session, (uint16_t)k);
	}
	for (size_t k = 0; k < n; k++)
		for (size_t c = 0; c < r->columns->n; c++)
			if (csv_is_of_session(r->columns->items[c].element))
				read_cell(r, c, rows[k], r->columns->items[c].element, (uint16_t)k);
}

/* Columns of the offer in which rows of a group differ: the first row's value was taken. */
static void note_differences(struct csv_groups *g, const struct csv_row *const *rows, size_t n,
			     struct slice id)
{
	for (size_t c = 0; c < g->columns->n; c++) {
		const struct csv_column *column = &g->columns->items[c];
		enum element e = column->element;

		if (e == EL_COUNT || e == EL_RECORD_ID || csv_is_of_session(e) ||
		    session_element(e) != EL_COUNT || !rows_differ(rows, n, c))
			continue;
		harvest_note(
			g->out, id,
			(struct note){ .code = SLICE_LIT("rows-differ"),
				       .element = e,
				       .path = column->path,
				       .got = utf8_first(rows[n - 1]->cells[c], 100),
				       .expected = SLICE_LIT("the same in all rows of an id") });
	}
}

static void give(struct csv_groups *g, const struct csv_row *const *rows, size_t n, struct slice id)
{
	const struct source *source = harvest_source(g->out);
	struct words words = { 0 };
	struct cell_reading r = { .columns = g->columns, .words = &words };
	struct slice *parts;
	struct raw_hash hash;
	size_t n_sessions;

	harvest_item(g->out);
	r.arena = harvest_item_arena(g->out);
	r.separators = source->csv.split.n > 0 ? source->csv.split : SLICE_LIT(";|\n");
	parts = arena_new_n(r.arena, struct slice, n + 1);
	if (parts == NULL) {
		struct err why = ERR_INIT;

		err_set(&why, ERR_LIMIT, "too many rows of one id");
		harvest_reject(g->out, id, &why);
		return;
	}
	parts[0] = buf_view(&g->header);
	for (size_t i = 0; i < n; i++)
		parts[i + 1] = rows[i]->raw;
	hash = harvest_hash(g->out, parts, n + 1);
	if (harvest_seen(g->out, &hash))
		return;
	n_sessions = n < LIMIT_OFFER_SESSIONS ? n : LIMIT_OFFER_SESSIONS;
	read_rows(&r, rows, n_sessions, id);
	if (n > n_sessions)
		harvest_note(
			g->out, id,
			(struct note){ .code = SLICE_LIT("too-many-rows"),
				       .element = EL_SESSION_START,
				       .got = arena_printf(r.arena, "%zu rows", n),
				       .expected = arena_printf(r.arena,
								"at most %d sessions of an offer "
								"(LIMIT_OFFER_SESSIONS)",
								LIMIT_OFFER_SESSIONS) });
	if (n > 1)
		note_differences(g, rows, n, id);
	harvest_record(g->out, id, &words, "csv", &hash);
}

/* --- groups --- */

static void note_same_id(struct csv_groups *g, const struct csv_group *group,
			 const struct csv_row *row)
{
	if (g->n_notes++ >= MAX_NOTES)
		return;
	harvest_note(
		g->out, buf_view(&group->id),
		(struct note){
			.code = SLICE_LIT("same-id-other-title"),
			.element = EL_RECORD_ID,
			.path = arena_printf(harvest_arena(g->out), "line %" PRIu64, row->line),
			.got = utf8_first(title_of(g->columns, row), 100),
			.expected = SLICE_LIT("one title for one id: are the id-columns "
					      "right?") });
}

/* The group as a record, then what is by itself: copies and rows of another title. */
static void give_group(struct csv_groups *g, const struct csv_group *group)
{
	const struct csv_row **rows = mem_new_n(const struct csv_row *, group->n_rows);
	const struct csv_row **others = mem_new_n(const struct csv_row *, group->n_rows);
	struct slice title = title_of(g->columns, &group->first->row);
	size_t n = 0, n_others = 0, n_copies = 0;
	struct id_set texts = { 0 };

	for (const struct held_row *held = group->first; held != NULL; held = held->next) {
		if (id_set_add(&texts, held->row.raw) > 0)
			n_copies++;
		else if (!g->by_id && !slice_eq(title, title_of(g->columns, &held->row)))
			others[n_others++] = &held->row;
		else
			rows[n++] = &held->row;
	}
	give(g, rows, n, buf_view(&group->id));
	for (size_t i = 0; i < n_copies; i++)
		give(g, rows, n, buf_view(&group->id));
	for (size_t i = 0; i < n_others; i++) {
		note_same_id(g, group, others[i]);
		give(g, &others[i], 1, buf_view(&group->id));
	}
	id_set_clear(&texts);
	mem_free(rows);
	mem_free(others);
}

static struct csv_group **bucket_of(struct csv_groups *g, uint64_t hash)
{
	return &g->table[hash & (TABLE_SIZE - 1)];
}

static struct csv_group *find_group(struct csv_groups *g, struct slice id, uint64_t hash)
{
	struct csv_group *group = *bucket_of(g, hash);

	while (group != NULL && (group->hash != hash || !slice_eq(buf_view(&group->id), id)))
		group = group->bucket;
	return group;
}

static struct csv_group *new_group(struct csv_groups *g, struct slice id, uint64_t hash)
{
	struct csv_group *group = mem_new(struct csv_group);
	struct csv_group **bucket = bucket_of(g, hash);

	group->hash = hash;
	buf_init(&group->id, LIMIT_CSV_ROW_BYTES);
	buf_slice(&group->id, id);
	group->end = &group->first;
	group->n_expected = id_set_count(&g->ids, id);
	group->bucket = *bucket;
	*bucket = group;
	list_push_back(&g->groups, &group->node);
	g->n_groups++;
	return group;
}

static void free_group(struct csv_groups *g, struct csv_group *group)
{
	struct csv_group **link = bucket_of(g, group->hash);

	while (*link != group)
		link = &(*link)->bucket;
	*link = group->bucket;
	list_remove(&group->node);
	while (group->first != NULL) {
		struct held_row *held = group->first;

		group->first = held->next;
		g->held_bytes -= held->n_bytes;
		mem_free(held);
	}
	buf_clear(&group->id);
	mem_free(group);
	g->n_groups--;
}

void csv_groups_init(struct csv_groups *g, struct harvest_out *out,
		     const struct csv_columns *columns)
{
	*g = (struct csv_groups){ .out = out, .columns = columns };
	g->by_id = slice_eq_z(settings_get(&harvest_source(out)->options, "group"), "id");
	buf_init(&g->header, LIMIT_CSV_ROW_BYTES);
	list_init(&g->groups);
	g->table = mem_new_n(struct csv_group *, TABLE_SIZE);
}

void csv_groups_clear(struct csv_groups *g)
{
	if (g->table == NULL) /* begin() did not come to it */
		return;
	while (!list_is_empty(&g->groups))
		free_group(g, container_of(g->groups.next, struct csv_group, node));
	id_set_clear(&g->ids);
	buf_clear(&g->header);
	mem_free(g->table);
	g->table = NULL;
}

void csv_groups_set_header(struct csv_groups *g, struct slice raw)
{
	buf_reset(&g->header);
	if (harvest_source(g->out)->csv.has_header)
		buf_slice(&g->header, raw);
}

void csv_groups_count(struct csv_groups *g, struct slice id)
{
	id_set_add(&g->ids, id);
}

bool csv_groups_has(const struct csv_groups *g, struct slice id)
{
	return id.n > 0 && id_set_count(&g->ids, id) > 0;
}

static void note_too_far_apart(struct csv_groups *g)
{
	harvest_note(
		g->out, SLICE_NONE,
		(struct note){ .code = SLICE_LIT("rows-too-far-apart"),
			       .element = EL_RECORD_ID,
			       .got = arena_printf(harvest_arena(g->out),
						   "more than %u MiB of rows wait for others of "
						   "their id (LIMIT_CSV_HELD_BYTES)",
						   LIMIT_CSV_HELD_BYTES / LIMIT_MIB),
			       .expected = SLICE_LIT("rows of an id beside each other") });
}

void csv_groups_add(struct csv_groups *g, const struct csv_row *row, struct slice id)
{
	struct csv_group *group;
	struct held_row *held;
	uint64_t hash;

	if (id_set_count(&g->ids, id) <= 1) {
		give(g, &row, 1, id);
		return;
	}
	hash = XXH3_64bits(id.p, id.n);
	group = find_group(g, id, hash);
	if (group == NULL)
		group = new_group(g, id, hash);
	held = hold(row);
	*group->end = held;
	group->end = &held->next;
	g->held_bytes += held->n_bytes;
	group->n_rows++;
	if (group->n_rows >= group->n_expected) {
		give_group(g, group);
		free_group(g, group);
	} else if (g->held_bytes > LIMIT_CSV_HELD_BYTES) {
		note_too_far_apart(g);
		csv_groups_flush(g);
	}
}

void csv_groups_flush(struct csv_groups *g)
{
	while (!list_is_empty(&g->groups)) {
		struct csv_group *group = container_of(g->groups.next, struct csv_group, node);

		give_group(g, group);
		free_group(g, group);
	}
}
