// SPDX-License-Identifier: EUPL-1.2
/*
 * The end of a run:
 *
 *   find what was not seen ─► decide ─► count ─► check the ledger ─► remove
 *
 * Nothing is removed before the ledger is known to balance.
 */
#include "index/run.h"

#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "index/notes.h"
#include "index/run_internal.h"
#include "index/tokenizer.h"

#include <stdlib.h>
#include <xxhash.h>

enum { GUARD_RECORDS = 5 }; /* so few may always go */

struct settling {
	struct db *db;
	struct run_state *run;
	const struct run_settle *settle;
	struct record_rows absent; /* findable, and not seen by this run */
	struct run_outcome *out;
	struct err *err;
};

/* An absent record's grace is over, or there is none. */
static bool is_expired(const struct settling *s, const struct record_row *row)
{
	if (s->settle->absent_grace_s <= 0)
		return true;
	return row->state == RECORD_UNLISTED && row->absent_since_s > 0 &&
	       s->settle->now_s - row->absent_since_s >= s->settle->absent_grace_s;
}

/* --- have the ids changed, and not the titles? --- */

struct titles {
	uint64_t *hashes; /* of folded titles, sorted */
	size_t n, cap;
};

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The hash of an offer's title, folded to its words; 0 without one. */
static uint64_t title_hash(struct slice body, struct arena *arena)
{
	char folded[LIMIT_TITLE_BYTES];
	struct offer offer;
	struct slice title;
	size_t n;

	arena_reset(arena);
	if (offer_read(&offer, arena, body, NULL) != ERR_OK)
		return 0;
	title = texts_pick(&offer.title, SLICE_LIT("en"));
	n = title.p != NULL ? tokenize_join(folded, sizeof(folded), title) : 0;
	return n > 0 ? XXH3_64bits(folded, n) : 0;
}

/* The titles of a statement's bodies. */
static enum err_code collect_titles(struct settling *s, struct titles *out, sqlite3_stmt *st)
{
	struct arena *arena = blob_arena(s->db);
	bool has_row = false;
	enum err_code rc = stmt_next(s->db, st, &has_row, "titles of a source", s->err);

	while (rc == ERR_OK && has_row) {
		uint64_t hash = title_hash(stmt_text(st, 0), arena);

		if (out->n == out->cap) {
			out->cap = out->cap > 0 ? out->cap * 2 : 256;
			out->hashes = mem_resize(out->hashes, out->cap, sizeof(*out->hashes));
		}
		if (hash != 0)
			out->hashes[out->n++] = hash;
		rc = stmt_next(s->db, st, &has_row, "titles of a source", s->err);
	}
	stmt_done(st);
	if (out->n > 0)
		qsort(out->hashes, out->n, sizeof(*out->hashes), compare_u64);
	return rc;
}

static size_t count_common(const struct titles *new_ones, const struct titles *absent)
{
	size_t n = 0;

	for (size_t i = 0; i < new_ones->n && absent->n > 0; i++)
		if (bsearch(&new_ones->hashes[i], absent->hashes, absent->n,
			    sizeof(*absent->hashes), compare_u64) != NULL)
			n++;
	return n;
}

/* Most records are new, and most of the new ones have titles of absent ones. */
static enum err_code look_for_changed_ids(struct settling *s, bool *is_so)
{
	const struct ledger *l = &s->run->counters.ledger;
	struct titles new_ones = { .n = 0 };
	struct titles absent = { .n = 0 };
	sqlite3_stmt *st;
	enum err_code rc;

	*is_so = false;
	if (l->new_ * 2 <= l->shown || s->absent.n == 0)
		return ERR_OK;
	st = db_stmt(s->db, STMT_RECORD_NEW_BODIES);
	stmt_bind_i64(st, ":sid", s->run->sid);
	stmt_bind_i64(st, ":run", s->run->run);
	stmt_bind_i64(st, ":max_rec", s->run->max_rec_before);
	rc = collect_titles(s, &new_ones, st);
	if (rc == ERR_OK) {
		st = db_stmt(s->db, STMT_RECORD_ABSENT_BODIES);
		stmt_bind_i64(st, ":sid", s->run->sid);
		stmt_bind_i64(st, ":run", s->run->run);
		rc = collect_titles(s, &absent, st);
	}
	if (rc == ERR_OK)
		*is_so = count_common(&new_ones, &absent) * 2 > l->new_;
	mem_free(new_ones.hashes);
	mem_free(absent.hashes);
	return rc;
}

/* --- deciding --- */

static void decide(struct settling *s, enum run_end end, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void decide(struct settling *s, enum run_end end, const char *fmt, ...)
{
	struct err text = ERR_INIT; /* cuts as messages are cut */
	va_list args;

	va_start(args, fmt);
	err_vset(&text, ERR_INTERNAL, fmt, args);
	va_end(args);
	s->out->end = end;
	memcpy(s->out->why, text.msg, sizeof(s->out->why));
}

/* Whether the pull and its pages leave room for "complete". */
static bool decide_by_pull(struct settling *s)
{
	const struct run_settle *in = s->settle;
	const struct run_counters *c = &s->run->counters;
	unsigned long long missing = c->ledger.missing;

	if (in->failure.code == ERR_CANCELLED)
		decide(s, RUN_CANCELLED, "%s", in->failure.msg);
	else if (in->failure.code != ERR_OK)
		decide(s, RUN_FAILED, "%s", in->failure.msg);
	else if (c->n_pages_lost > 0)
		decide(s, RUN_INCOMPLETE, "%llu of %llu pages were lost%s%s",
		       (unsigned long long)c->n_pages_lost, (unsigned long long)c->n_pages,
		       in->incomplete.msg[0] != '\0' ? ": " : "", in->incomplete.msg);
	else if (!in->is_proven)
		decide(s, RUN_INCOMPLETE, "the end of the list was not proven%s%s",
		       in->incomplete.msg[0] != '\0' ? ": " : "", in->incomplete.msg);
	else if (missing > 0 && !in->is_total_hint)
		decide(s, RUN_INCOMPLETE,
		       "%llu records were announced, %llu were shown: %llu are missing",
		       (unsigned long long)c->ledger.announced, (unsigned long long)c->ledger.shown,
		       missing);
	else
		return true;
	return false;
}

/* --- may what is absent be among what could not be read? --- */

/* What the last complete run had of them: no record that is findable now was among those. */
static enum err_code unidentified_before(struct settling *s, uint64_t *n)
{
	sqlite3_stmt *st = db_stmt(s->db, STMT_RUN_UNIDENTIFIED);
	bool has_row = false;
	enum err_code rc;

	*n = 0;
	stmt_bind_i64(st, ":sid", s->run->sid);
	rc = stmt_next(s->db, st, &has_row, "last complete run", s->err);
	if (rc == ERR_OK && has_row)
		*n = stmt_u64(st, 0);
	stmt_done(st);
	return rc;
}

/*
 * Absent records that this run would mark or remove, and that may be among the
 * rejects whose ids cannot be read. There may always have been such: only those
 * that have come since the last complete run can be records that were known.
 */
static enum err_code count_unrecognised(struct settling *s, uint64_t *n_more, size_t *n_absent)
{
	uint64_t n_now = s->run->counters.n_unidentified;
	uint64_t n_before = 0;
	enum err_code rc;

	*n_more = 0;
	*n_absent = 0;
	if (n_now == 0)
		return ERR_OK;
	rc = unidentified_before(s, &n_before);
	if (rc != ERR_OK || n_now <= n_before)
		return rc;
	*n_more = n_now - n_before;
	for (size_t i = 0; i < s->absent.n; i++) {
		const struct record_row *row = &s->absent.items[i];

		*n_absent += row->state != RECORD_UNLISTED || is_expired(s, row);
	}
	return ERR_OK;
}

/* Whether what a complete run would remove looks wrong. */
static enum err_code decide_by_guards(struct settling *s)
{
	const struct ledger *l = &s->run->counters.ledger;
	uint64_t n_expired = 0;
	bool has_changed_ids = false;
	uint64_t n_more = 0;
	size_t n_unrecognised = 0;
	enum err_code rc;

	for (size_t i = 0; i < s->absent.n; i++)
		n_expired += is_expired(s, &s->absent.items[i]);
	if (l->before > 0 && l->new_ + l->back + l->kept == 0) {
		decide(s, RUN_HELD, "no record was shown where there were %llu",
		       (unsigned long long)l->before);
		return ERR_OK;
	}
	rc = look_for_changed_ids(s, &has_changed_ids);
	if (rc == ERR_OK)
		rc = count_unrecognised(s, &n_more, &n_unrecognised);
	if (rc != ERR_OK)
		return rc;
	if (has_changed_ids)
		decide(s, RUN_HELD,
		       "most records have new ids and the titles of records that are absent: %llu "
		       "are"
		       " new, %zu would be removed",
		       (unsigned long long)l->new_, s->absent.n);
	else if (n_expired > GUARD_RECORDS &&
		 n_expired * 1000 > l->before * s->settle->shrink_guard_permille)
		decide(s, RUN_HELD,
		       "%llu of %llu records would be removed, more than the shrink-guard's %u.%u "
		       "%%",
		       (unsigned long long)n_expired, (unsigned long long)l->before,
		       s->settle->shrink_guard_permille / 10,
		       s->settle->shrink_guard_permille % 10);
	else if (n_unrecognised > 0)
		decide(s, RUN_HELD,
		       "no id could be read of %llu rejected items, %llu more than in the last "
		       "complete run: %zu absent records may be among them",
		       (unsigned long long)s->run->counters.n_unidentified,
		       (unsigned long long)n_more, n_unrecognised);
	return ERR_OK;
}

static bool may_remove(const struct settling *s)
{
	return s->out->end == RUN_COMPLETE && s->run->kind == RUN_HARVEST;
}

/* --- closing the ledger --- */

/* Counts each absent record as what becomes of it. */
static void count_absent(struct settling *s)
{
	struct ledger *l = &s->run->counters.ledger;

	l->unlisted = l->removed_absent = l->held = 0;
	for (size_t i = 0; i < s->absent.n; i++) {
		if (!may_remove(s))
			l->held++;
		else if (is_expired(s, &s->absent.items[i]))
			l->removed_absent++;
		else
			l->unlisted++;
	}
}

/* The ledger of a run whose pull ended well must balance; else it has failed. */
static void check_ledger(struct settling *s)
{
	struct err miscount = ERR_INIT;

	if (s->settle->failure.code != ERR_OK ||
	    ledger_check(&s->run->counters.ledger, &miscount) == ERR_OK)
		return;
	decide(s, RUN_FAILED, "%s", miscount.msg);
	count_absent(s);
}

static enum err_code sweep(struct settling *s, struct index_changes *changes)
{
	struct record_writer w;

	run_writer(&w, s->db, s->run, changes, s->settle->now_s);
	for (size_t i = 0; i < s->absent.n; i++) {
		const struct record_row *row = &s->absent.items[i];
		enum err_code rc = is_expired(s, row) ? records_remove(&w, row, "absent", s->err)
						      : records_unlist(&w, row, s->err);

		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

/* A report line for what an announced total lacks, also where it is only a hint. */
static enum err_code note_missing(struct settling *s)
{
	const struct ledger *l = &s->run->counters.ledger;
	char msg[128];

	if (l->missing == 0)
		return ERR_OK;
	snprintf(msg, sizeof(msg), "%llu announced, %llu shown", (unsigned long long)l->announced,
		 (unsigned long long)l->shown);
	return notes_store(s->db, s->run,
			   &(struct run_note){ .kind = RUN_NOTE_MISSING,
					       .code = SLICE_LIT("missing"),
					       .msg = slice_of(msg) },
			   s->err);
}

enum err_code run_finalise_memory(struct db *db, int64_t sid, int64_t run, struct err *err)
{
	static const enum stmt steps[] = { STMT_MEMORY_FINALISE, STMT_MEMORY_FORGET };

	for (size_t i = 0; i < countof(steps); i++) {
		sqlite3_stmt *st = db_stmt(db, steps[i]);
		enum err_code rc;

		stmt_bind_i64(st, ":sid", sid);
		stmt_bind_i64(st, ":run", run);
		rc = stmt_run(db, st, "memory of a source", err);
		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

enum err_code run_is_newest_complete(struct db *db, int64_t sid, int64_t run, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_SOURCE_COMPLETE_RUN);

	stmt_bind_i64(st, ":sid", sid);
	stmt_bind_i64(st, ":run", run);
	return stmt_run(db, st, "last complete run", err);
}

static enum err_code finish(struct settling *s, struct index_changes *changes)
{
	bool is_complete_harvest = may_remove(s);
	struct run_end_row row = {
		.end = s->out->end,
		.why = s->out->why,
		.settle = s->settle,
		.now_s = s->settle->now_s,
	};
	enum err_code rc = note_missing(s);

	if (rc == ERR_OK && is_complete_harvest)
		rc = sweep(s, changes);
	if (rc == ERR_OK && is_complete_harvest)
		rc = run_finalise_memory(s->db, s->run->sid, s->run->run, s->err);
	if (rc == ERR_OK && is_complete_harvest)
		rc = run_is_newest_complete(s->db, s->run->sid, s->run->run, s->err);
	if (rc == ERR_OK)
		rc = run_store_counters(s->db, s->run, s->err);
	return rc == ERR_OK ? run_end_row(s->db, s->run->run, &row, s->err) : rc;
}

enum err_code run_settle(struct run_outcome *out, struct db *db, struct run_state *state,
			 const struct run_settle *settle, struct index_changes *changes,
			 struct err *err)
{
	struct run_outcome outcome = { .end = RUN_COMPLETE };
	struct settling s = {
		.db = db, .run = state, .settle = settle, .out = &outcome, .err = err
	};
	enum err_code rc;

	assert_in_pool();
	rc = records_absent(&s.absent, db, state->sid, state->run, err);
	if (rc == ERR_OK && decide_by_pull(&s) && state->kind == RUN_HARVEST)
		rc = decide_by_guards(&s);
	if (rc == ERR_OK) {
		count_absent(&s);
		check_ledger(&s);
		rc = finish(&s, changes);
	}
	record_rows_clear(&s.absent);
	if (rc == ERR_OK) {
		outcome.ledger = state->counters.ledger;
		*out = outcome;
	}
	return rc;
}
