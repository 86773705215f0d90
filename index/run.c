// SPDX-License-Identifier: EUPL-1.2
/*
 * A run's state: what is known of its source, what it has counted, and its row.
 */
#include "index/run.h"

#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "index/run_internal.h"
#include "index/sources.h"

#include <stdlib.h>
#include <xxhash.h>

enum { STATE_ARENA_BYTES = 16 * 1024 * 1024 };

static const char *const kind_names[RUN_KIND_COUNT] = {
	[RUN_HARVEST] = "harvest",
	[RUN_REPLAY] = "replay",
	[RUN_RESTORE] = "restore",
	[RUN_CONFIRM] = "confirm",
};

static const char *const end_names[RUN_END_COUNT] = {
	[RUN_RUNNING] = "running",         [RUN_COMPLETE] = "complete",
	[RUN_INCOMPLETE] = "incomplete",   [RUN_HELD] = "held",
	[RUN_CANCELLED] = "cancelled",     [RUN_FAILED] = "failed",
	[RUN_INTERRUPTED] = "interrupted", [RUN_CONFIRMED] = "confirmed",
};

const char *run_kind_name(enum run_kind kind)
{
	return kind_names[kind];
}

const char *run_end_name(enum run_end end)
{
	return end_names[end];
}

/* --- ids that were refused: a set of hashes, with the order of adding to go back --- */

struct run_refused {
	uint64_t seed; /* so that nobody can choose ids that collide */
	uint64_t *added; /* in order */
	size_t n, cap;
	uint64_t *slots; /* 0: free; n_slots is a power of two, at least twice n */
	size_t n_slots;
};

static uint64_t refused_hash(const struct run_refused *r, struct slice id)
{
	uint64_t h = XXH3_64bits_withSeed(id.p, id.n, r->seed);

	return h != 0 ? h : 1;
}

/* Where the hash is, or is free. */
static size_t refused_slot(const struct run_refused *r, uint64_t hash)
{
	size_t i = (size_t)hash & (r->n_slots - 1);

	while (r->slots[i] != 0 && r->slots[i] != hash)
		i = (i + 1) & (r->n_slots - 1);
	return i;
}

static void refused_rebuild(struct run_refused *r, size_t n_slots)
{
	mem_free(r->slots);
	r->n_slots = n_slots;
	r->slots = mem_new_n(uint64_t, n_slots);
	for (size_t i = 0; i < r->n; i++)
		r->slots[refused_slot(r, r->added[i])] = r->added[i];
}

static struct run_refused *refused_new(void)
{
	struct run_refused *r = mem_new(struct run_refused);

	sqlite3_randomness(sizeof(r->seed), &r->seed);
	refused_rebuild(r, 64);
	return r;
}

static void refused_free(struct run_refused *r)
{
	if (r == NULL)
		return;
	mem_free(r->added);
	mem_free(r->slots);
	mem_free(r);
}

bool run_is_refused(const struct run_state *state, struct slice record_id)
{
	const struct run_refused *r = state->refused;
	uint64_t hash = refused_hash(r, record_id);

	return r->slots[refused_slot(r, hash)] == hash;
}

bool run_refuse(struct run_state *state, struct slice record_id)
{
	struct run_refused *r = state->refused;
	uint64_t hash = refused_hash(r, record_id);

	if (run_is_refused(state, record_id))
		return false;
	if (r->n >= LIMIT_RUN_REFUSED)
		return true; /* no longer noticed as a duplicate */
	if (r->n == r->cap) {
		r->cap = r->cap > 0 ? r->cap * 2 : 64;
		r->added = mem_resize(r->added, r->cap, sizeof(*r->added));
	}
	r->added[r->n++] = hash;
	if (r->n * 2 > r->n_slots)
		refused_rebuild(r, r->n_slots * 2);
	else
		r->slots[refused_slot(r, hash)] = hash;
	state->counters.n_refused = r->n;
	return true;
}

void run_state_mark(struct run_state *state)
{
	state->saved = state->counters;
}

void run_state_rewind(struct run_state *state)
{
	struct run_refused *r = state->refused;

	state->counters = state->saved;
	if (r->n != state->counters.n_refused) {
		r->n = state->counters.n_refused;
		refused_rebuild(r, r->n_slots);
	}
}

/* --- what is known by its raw hash --- */

int64_t run_known_next(const struct run_state *state, const uint8_t hash[BLOB_HASH_BYTES],
		       size_t *at)
{
	size_t lo = 0;
	size_t hi = state->n_known;

	if (*at > 0) { /* the one behind, if it has the same hash */
		size_t i = (*at)++;

		return i < state->n_known && memcmp(state->known[i], hash, BLOB_HASH_BYTES) == 0
			       ? state->known_recs[i]
			       : 0;
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (memcmp(state->known[mid], hash, BLOB_HASH_BYTES) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*at = lo + 1;
	return lo < state->n_known && memcmp(state->known[lo], hash, BLOB_HASH_BYTES) == 0
		       ? state->known_recs[lo]
		       : 0;
}

struct known_row {
	uint8_t hash[BLOB_HASH_BYTES];
	int64_t rec;
};

static int compare_known(const void *a, const void *b)
{
	const struct known_row *x = a;
	const struct known_row *y = b;
	int order = memcmp(x->hash, y->hash, BLOB_HASH_BYTES);

	return order != 0 ? order : (x->rec > y->rec) - (x->rec < y->rec);
}

/* Sorts the rows and splits them into the two arrays of the state. */
static void keep_known(struct run_state *state, struct known_row *rows, size_t n)
{
	if (n == 0)
		return;
	qsort(rows, n, sizeof(*rows), compare_known);
	state->known = mem_calloc(n, sizeof(*state->known));
	state->known_recs = mem_new_n(int64_t, n);
	for (size_t i = 0; i < n; i++) {
		memcpy(state->known[i], rows[i].hash, BLOB_HASH_BYTES);
		state->known_recs[i] = rows[i].rec;
	}
	state->n_known = n;
}

static enum err_code load_known(struct run_state *state, struct db *db, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RECORD_KNOWN);
	struct known_row *rows = NULL;
	size_t n = 0;
	size_t cap = 0;
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", state->sid);
	rc = stmt_next(db, st, &has_row, "known records", err);
	while (rc == ERR_OK && has_row) {
		struct slice hash = stmt_blob(st, 0);

		if (n == cap) {
			cap = cap > 0 ? cap * 2 : 256;
			rows = mem_resize(rows, cap, sizeof(*rows));
		}
		if (hash.n == BLOB_HASH_BYTES) {
			memcpy(rows[n].hash, hash.p, BLOB_HASH_BYTES);
			rows[n++].rec = stmt_i64(st, 1);
		}
		rc = stmt_next(db, st, &has_row, "known records", err);
	}
	stmt_done(st);
	if (rc == ERR_OK)
		keep_known(state, rows, n);
	mem_free(rows);
	return rc;
}

static enum err_code load_memory(struct run_state *state, struct db *db, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_MEMORY_LIST);
	size_t cap = 0;
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", state->sid);
	rc = stmt_next(db, st, &has_row, "memory of a source", err);
	while (rc == ERR_OK && has_row) {
		struct run_memory *m = arena_push(&state->arena, (void **)&state->memory,
						  &state->n_memory, &cap, sizeof(*m));

		if (m == NULL) {
			rc = err_set(err, ERR_LIMIT, "source %.*s remembers too much",
				     SLICE_ARG(state->source_id));
			break;
		}
		m->key = arena_dup(&state->arena, stmt_text(st, 0));
		m->value = arena_dup(&state->arena, stmt_blob(st, 1));
		rc = stmt_next(db, st, &has_row, "memory of a source", err);
	}
	stmt_done(st);
	return rc;
}

/* --- opening --- */

static enum err_code add_run_row(struct run_state *state, struct db *db,
				 const struct run_options *options, struct err *err)
{
	struct run_row_options row = {
		.sid = state->sid,
		.kind = state->kind,
		.mapping_version = state->mapping_version,
		.settings_hash = slice_make((const char *)options->settings_hash, BLOB_HASH_BYTES),
		.before = state->counters.ledger.before,
		.now_s = options->now_s,
	};

	return run_add_row(&state->run, db, &row, err);
}

static enum err_code read_max_rec(struct run_state *state, struct db *db, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RECORD_MAX);
	bool has_row = false;
	enum err_code rc = stmt_next(db, st, &has_row, "records", err);

	if (rc == ERR_OK)
		state->max_rec_before = stmt_i64(st, 0);
	stmt_done(st);
	return rc;
}

enum err_code run_require_idle(struct db *db, int64_t sid, const char *source_id, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_RUN_RUNNING);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", sid);
	rc = stmt_next(db, st, &has_row, "running runs", err);
	if (rc == ERR_OK && has_row)
		rc = err_set(err, ERR_CONFLICT, "source %s: run %lld is still running", source_id,
			     (long long)stmt_i64(st, 0));
	stmt_done(st);
	return rc;
}

enum err_code run_add_row(int64_t *run, struct db *db, const struct run_row_options *o,
			  struct err *err)
{
	int64_t gen = 0;
	sqlite3_stmt *st;
	enum err_code rc = db_generation(db, &gen, err);

	if (rc != ERR_OK)
		return rc;
	st = db_stmt(db, STMT_RUN_ADD);
	stmt_bind_i64(st, ":sid", o->sid);
	stmt_bind_z(st, ":kind", run_kind_name(o->kind));
	stmt_bind_i64(st, ":started_s", o->now_s);
	stmt_bind_i64(st, ":gen_from", gen);
	stmt_bind_i64_or_null(st, ":of_run", o->of_run);
	stmt_bind_i64(st, ":before", (int64_t)o->before);
	stmt_bind_text(st, ":mapping_version", o->mapping_version);
	stmt_bind_blob(st, ":settings_hash", o->settings_hash);
	rc = stmt_run(db, st, "new run", err);
	if (rc != ERR_OK)
		return rc;
	*run = sqlite3_last_insert_rowid(db->conn);
	st = db_stmt(db, STMT_SOURCE_RUN);
	stmt_bind_i64(st, ":sid", o->sid);
	stmt_bind_i64(st, ":run", *run);
	return stmt_run(db, st, "last run of a source", err);
}

enum err_code run_open(struct run_state **out, struct db *db, const struct run_options *options,
		       struct err *err)
{
	struct run_state *state = mem_new(struct run_state);
	size_t n_interrupted = 0;
	enum err_code rc;

	assert_in_pool();
	arena_init(&state->arena, STATE_ARENA_BYTES);
	state->refused = refused_new();
	state->kind = options->kind;
	state->source_id = arena_dup(&state->arena, slice_of(options->source_id));
	state->mapping_version = arena_dup(&state->arena, slice_of(options->mapping_version));
	rc = source_sid(db, options->source_id, &state->sid, err);
	if (rc == ERR_OK)
		rc = run_interrupt(db, state->sid, options->now_s, &n_interrupted, err);
	if (rc == ERR_OK)
		rc = records_count_findable(db, state->sid, &state->counters.ledger.before, err);
	if (rc == ERR_OK)
		rc = read_max_rec(state, db, err);
	if (rc == ERR_OK)
		rc = load_known(state, db, err);
	if (rc == ERR_OK)
		rc = load_memory(state, db, err);
	if (rc == ERR_OK)
		rc = add_run_row(state, db, options, err);
	run_state_mark(state);
	if (rc == ERR_OK)
		*out = state;
	else
		run_state_free(state);
	return rc;
}

void run_state_free(struct run_state *state)
{
	if (state == NULL)
		return;
	mem_free(state->known);
	mem_free(state->known_recs);
	refused_free(state->refused);
	arena_clear(&state->arena);
	mem_free(state);
}

/* --- the row --- */

static void bind_ledger(sqlite3_stmt *st, const struct ledger *l)
{
	stmt_bind_i64(st, ":shown", (int64_t)l->shown);
	stmt_bind_i64(st, ":new", (int64_t)l->new_);
	stmt_bind_i64(st, ":back", (int64_t)l->back);
	stmt_bind_i64(st, ":changed", (int64_t)l->changed);
	stmt_bind_i64(st, ":unchanged", (int64_t)l->unchanged);
	stmt_bind_i64(st, ":rejected", (int64_t)l->rejected);
	stmt_bind_i64(st, ":out_of_scope", (int64_t)l->out_of_scope);
	stmt_bind_i64(st, ":duplicate", (int64_t)l->duplicate);
	stmt_bind_i64(st, ":before", (int64_t)l->before);
	stmt_bind_i64(st, ":kept", (int64_t)l->kept);
	stmt_bind_i64(st, ":unlisted", (int64_t)l->unlisted);
	stmt_bind_i64(st, ":removed_gone", (int64_t)l->removed_gone);
	stmt_bind_i64(st, ":removed_absent", (int64_t)l->removed_absent);
	stmt_bind_i64(st, ":held", (int64_t)l->held);
	if (l->has_announced) { /* else unbound: NULL */
		stmt_bind_i64(st, ":announced", (int64_t)l->announced);
		stmt_bind_i64(st, ":missing", (int64_t)l->missing);
	}
}

enum err_code run_store_counters(struct db *db, const struct run_state *state, struct err *err)
{
	const struct run_counters *c = &state->counters;
	sqlite3_stmt *st = db_stmt(db, STMT_RUN_COUNT);

	stmt_bind_i64(st, ":run", state->run);
	stmt_bind_i64(st, ":n_pages", (int64_t)c->n_pages);
	stmt_bind_i64(st, ":n_pages_lost", (int64_t)c->n_pages_lost);
	stmt_bind_i64(st, ":n_notes", (int64_t)c->n_notes);
	stmt_bind_i64(st, ":unidentified", (int64_t)c->n_unidentified);
	bind_ledger(st, &c->ledger);
	return stmt_run(db, st, "figures of a run", err);
}

enum err_code run_end_row(struct db *db, int64_t run, const struct run_end_row *end,
			  struct err *err)
{
	const struct run_settle *s = end->settle;
	int64_t gen = 0;
	sqlite3_stmt *st;
	enum err_code rc = db_generation(db, &gen, err);

	if (rc != ERR_OK)
		return rc;
	st = db_stmt(db, STMT_RUN_SETTLE);
	stmt_bind_i64(st, ":run", run);
	stmt_bind_z(st, ":state", run_end_name(end->end));
	stmt_bind_z(st, ":why", end->why != NULL && end->why[0] != '\0' ? end->why : NULL);
	stmt_bind_i64(st, ":ended_s", end->now_s);
	stmt_bind_i64(st, ":gen_to", gen);
	if (s != NULL && s->end_rule != NULL && s->end_rule[0] != '\0')
		stmt_bind_z(st, ":end_rule", s->end_rule);
	stmt_bind_i64(st, ":n_requests", s != NULL ? (int64_t)s->n_requests : 0);
	stmt_bind_i64(st, ":n_not_modified", s != NULL ? (int64_t)s->n_not_modified : 0);
	stmt_bind_i64(st, ":wire_bytes", s != NULL ? (int64_t)s->wire_bytes : 0);
	stmt_bind_i64(st, ":body_bytes", s != NULL ? (int64_t)s->body_bytes : 0);
	if (s != NULL) {
		stmt_bind_i64(st, ":fetch_ms", (int64_t)s->fetch_ms);
		stmt_bind_i64(st, ":worker_ms", (int64_t)s->worker_ms);
		stmt_bind_i64(st, ":write_ms", (int64_t)s->write_ms);
	}
	return stmt_run(db, st, "end of a run", err);
}

void run_writer(struct record_writer *w, struct db *db, const struct run_state *state,
		struct index_changes *changes, int64_t now_s)
{
	*w = (struct record_writer){
		.db = db,
		.changes = changes,
		.run = state->run,
		.sid = state->sid,
		.source_id = state->source_id,
		.mapping_version = state->mapping_version,
		.cause = run_kind_name(state->kind),
		.now_s = now_s,
		.is_sighting = state->kind == RUN_HARVEST,
	};
}
