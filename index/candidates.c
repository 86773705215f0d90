// SPDX-License-Identifier: EUPL-1.2
/*
 * Candidates from FTS5's cursor and from a scan of the columns.
 */
#include "index/candidates.h"

#include "base/limits.h"
#include "index/search_state.h"

enum { LOOK_STEPS = 4096 }; /* candidates between two looks at the deadline */

static bool bit_has(const uint64_t *bits, int64_t slot)
{
	return (bits[slot / 64] >> (slot % 64) & 1) != 0;
}

static void bit_set(uint64_t *bits, int64_t slot, int64_t n_slots)
{
	if (slot >= 0 && slot < n_slots)
		bits[slot / 64] |= (uint64_t)1 << (slot % 64);
}

static uint64_t *bits_new(const struct candidates *c, struct arena *arena)
{
	return arena_new_n(arena, uint64_t, (size_t)c->n_slots / 64 + 1);
}

static enum err_code look(struct candidates *c, struct err *err)
{
	if (++c->n_steps % LOOK_STEPS == 0 && db_must_stop(c->db))
		return db_stopped(err, c->db, "search");
	return ERR_OK;
}

/* The offers that match an expression, as bits. */
static enum err_code collect(uint64_t *bits, struct candidates *c, const char *match,
			     struct err *err)
{
	sqlite3_stmt *st = db_stmt(c->db, STMT_FTS_MATCH);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_z(st, ":match", match);
	do {
		rc = stmt_next(c->db, st, &has_row, "search", err);
		if (rc == ERR_OK && has_row) {
			bit_set(bits, stmt_i64(st, 0), c->n_slots);
			rc = look(c, err);
		}
	} while (rc == ERR_OK && has_row);
	stmt_done(st);
	return rc;
}

static enum err_code collect_left_out(struct candidates *c, const struct text_query *query,
				      struct arena *arena, struct err *err)
{
	enum err_code rc = ERR_OK;

	c->left_out = arena_new_n(arena, uint64_t *, query->n_leave_out);
	for (size_t i = 0; c->left_out != NULL && i < query->n_leave_out && rc == ERR_OK; i++) {
		c->left_out[i] = bits_new(c, arena);
		if (c->left_out[i] == NULL)
			break;
		c->n_left_out++;
		rc = collect(c->left_out[i], c, query->leave_out[i], err);
	}
	if (rc == ERR_OK && query->match != NULL)
		c->is_seen = bits_new(c, arena);
	if (rc == ERR_OK && arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "the query needs more than %zu bytes", arena->max);
	return rc;
}

enum err_code candidates_open(struct candidates *c, struct db *db, const struct snapshot *snapshot,
			      const struct text_query *query, bool wants_scores,
			      struct arena *arena, struct err *err)
{
	*c = (struct candidates){ .db = db,
				  .snapshot = snapshot,
				  .n_slots = snapshot_slots(snapshot),
				  .scans = !query->has_words || query->n_leave_out > 0 };
	if (query->n_leave_out > 0) {
		enum err_code rc = collect_left_out(c, query, arena, err);

		if (rc != ERR_OK)
			return rc;
	}
	if (query->match == NULL)
		return ERR_OK;
	c->has_scores = wants_scores;
	if (wants_scores)
		rank_prepare(&search_state_of(db)->rank, db, snapshot, query->ranked,
			     query->n_phrases);
	c->st = db_stmt(db, wants_scores ? STMT_FTS_RANK : STMT_FTS_MATCH);
	stmt_bind_z(c->st, ":match", query->match);
	return ERR_OK;
}

void candidates_close(struct candidates *c)
{
	if (c->st != NULL)
		stmt_done(c->st);
	c->st = NULL;
}

static enum err_code next_match(struct candidate *out, bool *has_next, struct candidates *c,
				struct err *err)
{
	enum err_code rc;

	do {
		rc = stmt_next(c->db, c->st, has_next, "search", err);
		if (rc == ERR_OK)
			rc = look(c, err);
		if (rc != ERR_OK || !*has_next)
			return rc;
		out->slot = stmt_i64(c->st, 0);
	} while (!snapshot_row(&out->view, c->snapshot, out->slot));
	out->score = c->has_scores ? sqlite3_column_double(c->st, 1) : 0;
	if (c->is_seen != NULL)
		bit_set(c->is_seen, out->slot, c->n_slots);
	return ERR_OK;
}

/* Whether a group that only excludes lets it in; without such groups everything is. */
static bool is_let_in(const struct candidates *c, int64_t slot)
{
	if (c->is_seen != NULL && bit_has(c->is_seen, slot))
		return false;
	for (size_t i = 0; i < c->n_left_out; i++)
		if (!bit_has(c->left_out[i], slot))
			return true;
	return c->n_left_out == 0;
}

static enum err_code next_scanned(struct candidate *out, bool *has_next, struct candidates *c,
				  struct err *err)
{
	*has_next = false;
	while (c->next_slot < c->n_slots && !*has_next) {
		enum err_code rc = look(c, err);

		if (rc != ERR_OK)
			return rc;
		out->slot = c->next_slot++;
		out->score = 0;
		*has_next =
			snapshot_row(&out->view, c->snapshot, out->slot) && is_let_in(c, out->slot);
	}
	return ERR_OK;
}

enum err_code candidates_next(struct candidate *out, bool *has_next, struct candidates *c,
			      struct err *err)
{
	if (c->st != NULL) {
		enum err_code rc = next_match(out, has_next, c, err);

		if (rc != ERR_OK || *has_next)
			return rc;
		candidates_close(c);
	}
	*has_next = false;
	return c->scans ? next_scanned(out, has_next, c, err) : ERR_OK;
}
