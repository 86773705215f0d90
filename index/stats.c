// SPDX-License-Identifier: EUPL-1.2
/*
 * Statistics over the columns, or over the attributes of a past generation.
 */
#include "index/stats.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "index/history.h"
#include "index/match.h"
#include "index/search_state.h"

#include <stdlib.h>

enum {
	LOOK_STEPS = 4096, /* combinations of values between two looks at the deadline */
	CELLS_FIRST = 1024,
	SUBJECT_DEPTH = 2,
};

/* A value like any other, written "unknown". */
static const uint32_t value_unknown = UINT32_MAX;

struct cell {
	uint32_t key[STATS_MAX_DIMENSIONS];
	uint32_t last; /* the offer counted last */
	uint64_t n_offers, n_sessions, n_with_ects;
	int64_t ects_sum_c;
};

struct counting {
	const struct stats_query *q;
	struct matcher matcher;
	unsigned depth;
	bool by_session; /* a dimension is of a session */
	struct cell *cells;
	size_t n_cells, cap_cells;
	uint32_t *places; /* open hash: index of the cell + 1 */
	size_t n_places; /* a power of two */
	uint32_t serial; /* of the offer in hand */
	uint64_t n_offers;
	uint64_t n_steps;
	struct db *db;
	struct err *err;
	enum err_code rc;
};

/* --- cells --- */

static size_t place_of(const struct counting *c, const uint32_t key[STATS_MAX_DIMENSIONS])
{
	uint64_t h = 0;
	size_t i;

	for (size_t k = 0; k < STATS_MAX_DIMENSIONS; k++)
		h = (h ^ key[k]) * 0x9e3779b97f4a7c15u;
	for (i = (size_t)(h >> 32) & (c->n_places - 1); c->places[i] != 0;
	     i = (i + 1) & (c->n_places - 1))
		if (memcmp(c->cells[c->places[i] - 1].key, key, sizeof(c->cells[0].key)) == 0)
			break;
	return i;
}

static void cells_grow(struct counting *c)
{
	c->cap_cells = c->cap_cells == 0 ? CELLS_FIRST : c->cap_cells * 2;
	c->cells = mem_resize(c->cells, c->cap_cells, sizeof(*c->cells));
	c->n_places = c->cap_cells * 2;
	mem_free(c->places);
	c->places = mem_new_n(uint32_t, c->n_places);
	for (size_t i = 0; i < c->n_cells; i++)
		c->places[place_of(c, c->cells[i].key)] = (uint32_t)i + 1;
}

/* NULL beyond LIMIT_STATS_CELLS. */
static struct cell *cell_at(struct counting *c, const uint32_t key[STATS_MAX_DIMENSIONS])
{
	size_t place;

	if (c->n_cells == c->cap_cells)
		cells_grow(c);
	place = place_of(c, key);
	if (c->places[place] == 0) {
		if (c->n_cells == LIMIT_STATS_CELLS) {
			c->rc = err_set(
				c->err, ERR_LIMIT,
				"statistics of more than %u cells: ask for fewer dimensions "
				"or narrow them with filters",
				(unsigned)LIMIT_STATS_CELLS);
			return NULL;
		}
		c->cells[c->n_cells] = (struct cell){ .n_offers = 0 };
		memcpy(c->cells[c->n_cells].key, key, sizeof(c->cells[0].key));
		c->places[place] = (uint32_t)++c->n_cells;
	}
	return &c->cells[c->places[place] - 1];
}

/* --- counting --- */

static bool step(struct counting *c)
{
	if (++c->n_steps % LOOK_STEPS == 0 && db_must_stop(c->db))
		c->rc = db_stopped(c->err, c->db, "statistics");
	return c->rc == ERR_OK;
}

static void count_cell(struct counting *c, const struct row_view *v,
		       const uint32_t key[STATS_MAX_DIMENSIONS], uint64_t n_sessions)
{
	const struct row *row = v->row;
	struct cell *cell = step(c) ? cell_at(c, key) : NULL;

	if (cell == NULL)
		return;
	cell->n_sessions += n_sessions;
	if (cell->last == c->serial)
		return;
	cell->last = c->serial;
	cell->n_offers++;
	if (row->ects_min_c > 0 && row->ects_from >= c->matcher.weakest) {
		cell->n_with_ects++;
		cell->ects_sum_c += row->ects_min_c;
	}
}

/* Every combination of the values of the dimensions. */
static void count_combinations(struct counting *c, const struct row_view *v,
			       const struct row_session *s, uint64_t n_sessions)
{
	struct dim_values values[STATS_MAX_DIMENSIONS];
	size_t at[STATS_MAX_DIMENSIONS] = { 0 };
	size_t n = c->q->n_by;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		dim_values(&values[i], c->q->by[i], &c->matcher, v, s, c->depth);
		if (values[i].n == 0)
			values[i].items[values[i].n++] = value_unknown;
	}
	do {
		uint32_t key[STATS_MAX_DIMENSIONS] = { 0 };

		for (size_t i = 0; i < n; i++)
			key[i] = values[i].items[at[i]];
		count_cell(c, v, key, n_sessions);
		for (k = 0; k < n && ++at[k] == values[k].n; k++)
			at[k] = 0;
	} while (k < n && c->rc == ERR_OK);
}

static void count_offer(struct counting *c, const struct row_view *v)
{
	struct row_sessions it = row_sessions_of(v);
	struct row_session s;
	uint64_t n_sessions = 0;
	bool is_met = false;

	if (!step(c) || matcher_offer(&c->matcher, v) != 0)
		return;
	c->serial++;
	while (row_session_next(&s, &it) && c->rc == ERR_OK) {
		if (matcher_session(&c->matcher, v, &s) != 0)
			continue;
		is_met = true;
		n_sessions += s.is_implied ? 0 : 1;
		if (c->by_session)
			count_combinations(c, v, &s, s.is_implied ? 0 : 1);
	}
	if (!is_met)
		return;
	c->n_offers++;
	if (!c->by_session)
		count_combinations(c, v, NULL, n_sessions);
}

static enum err_code count_present(struct counting *c, const struct snapshot *snapshot)
{
	int64_t n_slots = snapshot_slots(snapshot);
	struct row_view v;

	for (int64_t slot = 0; slot < n_slots && c->rc == ERR_OK; slot++)
		if (snapshot_row(&v, snapshot, slot))
			count_offer(c, &v);
	return c->rc;
}

/* --- the past --- */

struct past_row {
	struct arena arena;
	struct row row;
	uint32_t *pool;
	size_t cap_pool;
};

static enum err_code count_attrs(struct counting *c, struct past_row *p, struct slice bytes,
				 int64_t slot)
{
	struct row_view v = { &p->row, NULL };
	struct attrs attrs;
	size_t n;
	enum err_code rc;

	arena_reset(&p->arena);
	rc = attrs_decode(&attrs, &p->arena, bytes, c->err);
	if (rc != ERR_OK) {
		err_wrap(c->err, "offer %lld", (long long)slot);
		return rc;
	}
	n = row_pool_words(&attrs) + 1;
	if (n > p->cap_pool) {
		p->pool = mem_resize(p->pool, n, sizeof(*p->pool));
		p->cap_pool = n;
	}
	v.pool = p->pool;
	row_build(&p->row, p->pool, 0, &attrs);
	count_offer(c, &v);
	return c->rc;
}

static enum err_code count_past(struct counting *c, int64_t generation)
{
	struct past_row p = { .arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES) };
	sqlite3_stmt *st = db_stmt(c->db, STMT_ATTRS_AT);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":gen", generation);
	do {
		rc = stmt_next(c->db, st, &has_row, "statistics", c->err);
		if (rc == ERR_OK && has_row)
			rc = count_attrs(c, &p, stmt_blob(st, 1), stmt_i64(st, 0));
	} while (rc == ERR_OK && has_row);
	stmt_done(st);
	mem_free(p.pool);
	arena_clear(&p.arena);
	return rc;
}

/* --- the answer --- */

static int key_cmp(struct slice a, struct slice b)
{
	bool is_a = slice_eq_z(a, "unknown");
	bool is_b = slice_eq_z(b, "unknown");

	return is_a != is_b ? (is_a ? 1 : -1) : slice_cmp(a, b);
}

static int by_keys(const void *a, const void *b)
{
	const struct stats_cell *x = a;
	const struct stats_cell *y = b;
	int rc = 0;

	for (size_t i = 0; i < STATS_MAX_DIMENSIONS && rc == 0; i++)
		rc = key_cmp(x->key[i], y->key[i]);
	return rc;
}

static void write_cells(struct stats_result *out, const struct counting *c, struct arena *arena)
{
	const struct terms *terms = &search_state_of(c->db)->terms;

	out->cells = arena_new_n(arena, struct stats_cell, c->n_cells + 1);
	for (size_t i = 0; out->cells != NULL && i < c->n_cells; i++) {
		const struct cell *cell = &c->cells[i];
		struct stats_cell *to = &out->cells[out->n++];

		for (size_t k = 0; k < c->q->n_by; k++)
			to->key[k] =
				cell->key[k] == value_unknown
					? SLICE_LIT("unknown")
					: dim_value_code(arena, c->q->by[k], cell->key[k], terms);
		to->n_offers = cell->n_offers;
		to->n_sessions = cell->n_sessions;
		to->n_with_ects = cell->n_with_ects;
		to->ects_sum_c = cell->ects_sum_c;
	}
	if (out->n > 1)
		qsort(out->cells, out->n, sizeof(*out->cells), by_keys);
	out->n_offers = (int64_t)c->n_offers;
}

static enum err_code check(const struct stats_query *q, struct err *err)
{
	if (q->n_by > STATS_MAX_DIMENSIONS)
		return err_set(err, ERR_PARSE, "by: at most %d dimensions",
			       (int)STATS_MAX_DIMENSIONS);
	for (size_t i = 0; i < q->n_by; i++)
		for (size_t k = 0; k < i; k++)
			if (q->by[i] == q->by[k])
				return err_set(err, ERR_PARSE, "by: %s is named twice",
					       dimension_name(q->by[i]));
	if (q->subject_depth != 0 && (q->subject_depth < 2 || q->subject_depth > 4))
		return err_set(err, ERR_PARSE, "subject depth %u: expected 2, 3 or 4 digits",
			       (unsigned)q->subject_depth);
	return ERR_OK;
}

static enum err_code prepare(struct counting *c, struct arena *arena,
			     const struct snapshot *snapshot)
{
	const struct stats_query *q = c->q;
	struct terms *terms = &search_state_of(c->db)->terms;
	int32_t day = q->as_of == INT32_MAX ? q->today : q->as_of;
	struct zone_days days = q->days;
	enum err_code rc = check(q, c->err);

	if (q->as_of != INT32_MAX) /* the end of that day, wherever */
		zone_days_all(&days, day);
	if (rc == ERR_OK && (q->as_of != INT32_MAX || terms->max_id < snapshot_max_term(snapshot)))
		rc = terms_refresh(terms, c->db, c->err);
	if (rc == ERR_OK)
		rc = matcher_init(&c->matcher, arena, &q->filters, q->weakest, day, &days, terms,
				  c->err);
	c->depth = q->subject_depth != 0 ? q->subject_depth : SUBJECT_DEPTH;
	for (size_t i = 0; i < q->n_by; i++)
		c->by_session = c->by_session || dimension_is_session(q->by[i]);
	return rc;
}

enum err_code stats_run(struct stats_result *out, struct arena *arena, struct db *db,
			const struct snapshot *snapshot, const struct stats_query *q,
			struct err *err)
{
	struct counting c = { .q = q, .db = db, .err = err };
	struct stats_result draft = { .generation = snapshot_generation(snapshot) };
	enum err_code rc = prepare(&c, arena, snapshot);

	if (rc == ERR_OK && q->as_of != INT32_MAX)
		rc = history_generation_of_day(db, q->as_of, &draft.generation, err);
	if (rc == ERR_OK)
		rc = draft.generation >= snapshot_generation(snapshot)
			     ? count_present(&c, snapshot)
			     : count_past(&c, draft.generation);
	if (rc == ERR_OK) {
		write_cells(&draft, &c, arena);
		if (arena->has_failed)
			rc = err_set(err, ERR_LIMIT, "statistics need more than %zu bytes",
				     arena->max);
	}
	if (rc == ERR_OK)
		*out = draft;
	mem_free(c.cells);
	mem_free(c.places);
	return rc;
}
