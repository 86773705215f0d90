// SPDX-License-Identifier: EUPL-1.2
/*
 * What an operator decides about a run, and what a crash left of one.
 */
#include "base/limits.h"
#include "base/loop.h"
#include "index/run.h"
#include "index/run_internal.h"
#include "index/sources.h"

#include <stdio.h>

/* A decision while it is carried out: a run of its own that shows nothing. */
struct deciding {
	struct run_state run; /* run, sid, kind, texts and ledger only */
	struct record_writer w;
	struct source_row source;
	struct arena arena;
};

static enum err_code begin(struct deciding *d, struct db *db, enum run_kind kind,
			   const struct run_decision *in, struct index_changes *changes,
			   struct err *err)
{
	enum err_code rc;

	assert_in_pool();
	*d = (struct deciding){ .arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES) };
	rc = source_by_id(&d->source, &d->arena, db, in->source_id, err);
	if (rc != ERR_OK)
		return rc;
	d->run.sid = d->source.sid;
	d->run.kind = kind;
	d->run.source_id = d->source.id;
	d->run.mapping_version = slice_of(in->mapping_version);
	rc = run_require_idle(db, d->run.sid, in->source_id, err);
	if (rc == ERR_OK)
		rc = records_count_findable(db, d->run.sid, &d->run.counters.ledger.before, err);
	run_writer(&d->w, db, &d->run, changes, in->now_s);
	return rc;
}

/* The decision's own row. */
static enum err_code add_row(struct deciding *d, int64_t of_run, struct err *err)
{
	struct run_row_options row = {
		.sid = d->run.sid,
		.kind = d->run.kind,
		.of_run = of_run,
		.mapping_version = d->run.mapping_version,
		.settings_hash = d->source.settings_hash,
		.before = d->run.counters.ledger.before,
		.now_s = d->w.now_s,
	};
	enum err_code rc = run_add_row(&d->run.run, d->w.db, &row, err);

	d->w.run = d->run.run;
	return rc;
}

static enum err_code end(struct deciding *d, struct run_decided *out, int64_t of_run,
			 const char *why, struct err *err)
{
	struct run_end_row row = { .end = RUN_COMPLETE, .why = why, .now_s = d->w.now_s };
	enum err_code rc = ledger_check(&d->run.counters.ledger, err);

	if (rc == ERR_OK)
		rc = run_store_counters(d->w.db, &d->run, err);
	if (rc == ERR_OK)
		rc = run_end_row(d->w.db, d->run.run, &row, err);
	if (rc == ERR_OK)
		*out = (struct run_decided){ .run = d->run.run,
					     .of_run = of_run,
					     .ledger = d->run.counters.ledger };
	return rc;
}

/* --- confirm --- */

static enum err_code find_held(struct deciding *d, int64_t *held, struct err *err)
{
	sqlite3_stmt *st = db_stmt(d->w.db, STMT_RUN_NEWEST_HELD);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":sid", d->run.sid);
	rc = stmt_next(d->w.db, st, &has_row, "held run", err);
	if (rc == ERR_OK && !has_row)
		rc = err_set(err, ERR_CONFLICT, "source %.*s: no run is held",
			     SLICE_ARG(d->source.id));
	if (rc == ERR_OK)
		*held = stmt_i64(st, 0);
	stmt_done(st);
	return rc;
}

static enum err_code remove_all(struct deciding *d, const struct record_rows *rows, struct err *err)
{
	for (size_t i = 0; i < rows->n; i++) {
		enum err_code rc = records_remove(&d->w, &rows->items[i], "confirmed", err);

		if (rc != ERR_OK)
			return rc;
		d->run.counters.ledger.removed_absent++;
	}
	return ERR_OK;
}

/* The held run counts as complete from now on. */
static enum err_code accept_held(struct deciding *d, int64_t held, struct err *err)
{
	sqlite3_stmt *st = db_stmt(d->w.db, STMT_RUN_STATE);
	enum err_code rc;

	stmt_bind_i64(st, ":run", held);
	stmt_bind_z(st, ":state", run_end_name(RUN_CONFIRMED));
	rc = stmt_run(d->w.db, st, "held run", err);
	if (rc == ERR_OK)
		rc = run_finalise_memory(d->w.db, d->run.sid, held, err);
	/* A later complete run stays the newest one. */
	if (rc == ERR_OK && held > d->source.last_complete_run)
		rc = run_is_newest_complete(d->w.db, d->run.sid, held, err);
	return rc;
}

enum err_code run_confirm(struct run_decided *out, struct db *db, const struct run_decision *in,
			  struct index_changes *changes, struct err *err)
{
	struct deciding d;
	struct record_rows rows = { .n = 0 };
	char why[64];
	int64_t held = 0;
	enum err_code rc = begin(&d, db, RUN_CONFIRM, in, changes, err);

	if (rc == ERR_OK)
		rc = find_held(&d, &held, err);
	if (rc == ERR_OK)
		rc = records_absent_since(&rows, db, d.run.sid, held, err);
	if (rc == ERR_OK)
		rc = add_row(&d, held, err);
	if (rc == ERR_OK)
		rc = remove_all(&d, &rows, err);
	if (rc == ERR_OK)
		rc = accept_held(&d, held, err);
	if (rc == ERR_OK)
		rc = records_count_findable(db, d.run.sid, &d.run.counters.ledger.kept, err);
	snprintf(why, sizeof(why), "run %lld was confirmed", (long long)held);
	if (rc == ERR_OK)
		rc = end(&d, out, held, why, err);
	record_rows_clear(&rows);
	arena_clear(&d.arena);
	return rc;
}

/* --- restore --- */

static enum err_code check_run(struct deciding *d, int64_t run, struct err *err)
{
	sqlite3_stmt *st = db_stmt(d->w.db, STMT_RUN_SOURCE);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":run", run);
	rc = stmt_next(d->w.db, st, &has_row, "run", err);
	if (rc == ERR_OK && (!has_row || stmt_i64(st, 0) != d->run.sid))
		rc = err_set(err, ERR_NOTFOUND, "source %.*s has no run %lld",
			     SLICE_ARG(d->source.id), (long long)run);
	stmt_done(st);
	return rc;
}

static enum err_code restore_all(struct deciding *d, const struct record_rows *rows,
				 struct err *err)
{
	struct ledger *l = &d->run.counters.ledger;

	for (size_t i = 0; i < rows->n; i++) {
		enum err_code rc = records_restore(&d->w, &rows->items[i], err);

		if (rc != ERR_OK)
			return rc;
		l->shown++;
		l->back++;
	}
	return ERR_OK;
}

enum err_code run_restore(struct run_decided *out, struct db *db, const struct run_decision *in,
			  struct index_changes *changes, struct err *err)
{
	struct deciding d;
	struct record_rows rows = { .n = 0 };
	char why[64];
	enum err_code rc = begin(&d, db, RUN_RESTORE, in, changes, err);

	if (rc == ERR_OK)
		rc = check_run(&d, in->run, err);
	if (rc == ERR_OK)
		rc = records_gone_by(&rows, db, d.run.sid, in->run, err);
	if (rc == ERR_OK && rows.n == 0)
		rc = err_set(err, ERR_CONFLICT,
			     "source %s: run %lld removed nothing that is still gone",
			     in->source_id, (long long)in->run);
	if (rc == ERR_OK)
		rc = add_row(&d, in->run, err);
	d.run.counters.ledger.kept = d.run.counters.ledger.before;
	if (rc == ERR_OK)
		rc = restore_all(&d, &rows, err);
	snprintf(why, sizeof(why), "what run %lld removed is back", (long long)in->run);
	if (rc == ERR_OK)
		rc = end(&d, out, in->run, why, err);
	record_rows_clear(&rows);
	arena_clear(&d.arena);
	return rc;
}

/* --- what a crash left --- */

/* Closes the ledger of one: what it had not seen is held. */
static enum err_code interrupt(struct db *db, int64_t run, int64_t sid, int64_t now_s,
			       struct err *err)
{
	struct run_end_row row = {
		.end = RUN_INTERRUPTED,
		.why = "stopped before its end could be written",
		.now_s = now_s,
	};
	struct record_rows absent = { .n = 0 };
	sqlite3_stmt *st;
	enum err_code rc = records_absent(&absent, db, sid, run, err);

	if (rc != ERR_OK)
		return rc;
	st = db_stmt(db, STMT_RUN_HELD);
	stmt_bind_i64(st, ":run", run);
	stmt_bind_i64(st, ":held", (int64_t)absent.n);
	record_rows_clear(&absent);
	rc = stmt_run(db, st, "interrupted run", err);
	return rc == ERR_OK ? run_end_row(db, run, &row, err) : rc;
}

enum err_code run_interrupt(struct db *db, int64_t of_sid, int64_t now_s, size_t *n,
			    struct err *err)
{
	bool has_row = true;
	enum err_code rc = ERR_OK;

	*n = 0;
	/* One at a time: each leaves the list. */
	while (rc == ERR_OK && has_row) {
		sqlite3_stmt *st = db_stmt(db, STMT_RUN_LEFT_OVER);
		int64_t run = 0;
		int64_t sid = 0;

		stmt_bind_i64_or_null(st, ":sid", of_sid);
		rc = stmt_next(db, st, &has_row, "interrupted runs", err);
		if (rc == ERR_OK && has_row) {
			run = stmt_i64(st, 0);
			sid = stmt_i64(st, 1);
		}
		stmt_done(st);
		if (rc == ERR_OK && has_row) {
			rc = interrupt(db, run, sid, now_s, err);
			++*n;
		}
	}
	return rc;
}

enum err_code run_interrupt_left_over(struct db *db, int64_t now_s, size_t *n, struct err *err)
{
	return run_interrupt(db, 0, now_s, n, err);
}
