// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/run, settle and decide: what a run ends as, what it removes, and what operators
 * undo. */
#include "index/run.h"

#include "base/limits.h"
#include "tests/support/db_fixture.h"

enum { DAY_S = 86400 };

static int64_t count_in_state(struct db_fixture *f, const char *state)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM record WHERE state = '%s'", state);
	return fixture_number(f, sql);
}

/* Shows the records from first to last as they were at this revision. */
static void show(struct db_fixture *f, struct run_state *run, unsigned first, unsigned last,
		 unsigned revision)
{
	for (unsigned i = first; i <= last; i++) {
		char id[16];

		snprintf(id, sizeof(id), "%u", i);
		fixture_seen(f, run, id, revision);
	}
	fixture_page(f, run, last + 1 - first);
}

/* A harvest that shows the first n of the records of fixture_harvest(). */
static enum run_end harvest_first(struct db_fixture *f, unsigned n, const struct run_settle *settle)
{
	struct run_state *run = fixture_run(f, RUN_HARVEST);

	if (n > 0)
		show(f, run, 1, n, 1);
	return fixture_settle(f, run, settle);
}

static enum err_code decide_on(struct db_fixture *f, struct run_decided *out, bool confirms,
			       const char *source, int64_t run)
{
	struct run_decision d = {
		.source_id = source, .run = run, .mapping_version = "test-1", .now_s = f->now_s
	};
	struct index_changes changes;
	enum err_code rc;

	index_changes_init(&changes);
	err_clear(&f->err);
	assert_int_equal(db_begin_write(&f->db, &f->err), ERR_OK);
	rc = (confirms ? run_confirm : run_restore)(out, &f->db, &d, &changes, &f->err);
	if (rc == ERR_OK)
		rc = db_commit(&f->db, &f->err);
	else
		db_rollback(&f->db);
	f->generation = changes.generation;
	index_changes_clear(&changes);
	return rc;
}

/* --- what it ends as --- */

static void a_first_harvest_is_complete_and_balances(void **state)
{
	struct db_fixture *f = *state;
	int64_t run = fixture_harvest(f, 4, 1);

	fixture_check_ledger(f, run, &(struct ledger){ .shown = 4, .new_ = 4 });
	assert_slice(fixture_text(f, "SELECT state FROM run"), "complete");
	assert_slice(fixture_text(f, "SELECT why FROM run"), NULL);
	assert_slice(fixture_text(f, "SELECT end_rule FROM run"), "no next page");
	assert_int_equal(fixture_number(f, "SELECT gen_from FROM run"), 0);
	assert_int_equal(fixture_number(f, "SELECT gen_to FROM run"), 4);
	assert_int_equal(fixture_number(f, "SELECT last_complete_run FROM source"), run);
	assert_int_equal(fixture_number(f, "SELECT last_run FROM source"), run);
}

static void what_keeps_a_run_from_being_complete(void **state)
{
	enum { LOSES_PAGE = 1, ANNOUNCES_MORE = 2 };
	static const struct {
		enum err_code failure;
		bool is_proven;
		int does;
		bool is_total_hint;
		enum run_end end;
		const char *why; /* a part */
	} rows[] = {
		{ ERR_CANCELLED, true, 0, false, RUN_CANCELLED, "as asked" },
		{ ERR_PROTOCOL, true, 0, false, RUN_FAILED, "as asked" },
		{ ERR_TIMEOUT, false, LOSES_PAGE, false, RUN_FAILED, "as asked" },
		{ ERR_OK, true, LOSES_PAGE, false, RUN_INCOMPLETE, "1 of 2 pages were lost" },
		{ ERR_OK, false, 0, false, RUN_INCOMPLETE,
		  "the end of the list was not proven: no last page" },
		{ ERR_OK, true, ANNOUNCES_MORE, false, RUN_INCOMPLETE, "2 are missing" },
		{ ERR_OK, true, ANNOUNCES_MORE, true, RUN_COMPLETE, "" },
		{ ERR_OK, true, 0, false, RUN_COMPLETE, "" },
	};
	struct db_fixture *f = *state;

	fixture_harvest(f, 20, 1);
	for (size_t i = 0; i < countof(rows); i++) {
		struct run_state *run = fixture_run(f, RUN_HARVEST);
		struct run_settle settle = fixture_good_end(f);
		int64_t id = run->run;
		bool removes = rows[i].end == RUN_COMPLETE;
		struct ledger expected = { .shown = 18, .unchanged = 18, .before = 20, .kept = 18 };

		show(f, run, 1, 18, 1);
		if (rows[i].does & LOSES_PAGE)
			fixture_batch(f, run,
				      &(struct apply_item){ .kind = APPLY_PAGE, .is_lost = true },
				      1);
		if (rows[i].does & ANNOUNCES_MORE) {
			fixture_batch(f, run,
				      &(struct apply_item){ .kind = APPLY_ANNOUNCE, .count = 20 },
				      1);
			expected.has_announced = true;
			expected.announced = 20;
			expected.missing = 2;
		}
		settle.is_proven = rows[i].is_proven;
		settle.is_total_hint = rows[i].is_total_hint;
		if (rows[i].failure != ERR_OK)
			err_set(&settle.failure, rows[i].failure, "as asked");
		err_set(&settle.incomplete, ERR_REMOTE, "no last page");
		assert_int_equal(fixture_settle(f, run, &settle), rows[i].end);
		assert_true(slice_contains(slice_of(f->outcome.why), slice_of(rows[i].why)));
		*(removes ? &expected.removed_absent : &expected.held) = 2;
		fixture_check_ledger(f, id, &expected);
		assert_int_equal(count_in_state(f, "live"), removes ? 18 : 20);
		if (removes) { /* as before, for the next row */
			run = fixture_run(f, RUN_HARVEST);
			show(f, run, 1, 18, 1);
			fixture_offer(f, run, "19", "Title 19", 1);
			fixture_offer(f, run, "20", "Title 20", 1);
			fixture_page(f, run, 2);
			assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
		}
	}
	assert_slice(fixture_text(f, "SELECT msg FROM run_note WHERE kind = 'missing' LIMIT 1"),
		     "20 announced, 18 shown");
}

static void a_miscount_fails_the_run_and_removes_nothing(void **state)
{
	static const struct {
		unsigned shown;
		size_t offset; /* of a figure that is counted once too often */
		const char *why;
	} rows[] = {
		{ 19, 0, "miscounted: shown 19 is not new 0 + back 0 + changed 0 + unchanged 18" },
		{ 17, 0, "miscounted: shown 17 is not" },
		{ 18, offsetof(struct ledger, kept), "miscounted: before 20 is not kept 19" },
		{ 18, offsetof(struct ledger, removed_gone), "removed as gone 1" },
	};
	struct db_fixture *f = *state;

	fixture_harvest(f, 20, 1);
	for (size_t i = 0; i < countof(rows); i++) {
		struct run_state *run = fixture_run(f, RUN_HARVEST);

		for (unsigned n = 1; n <= 18; n++) {
			char id[16];

			snprintf(id, sizeof(id), "%u", n);
			fixture_seen(f, run, id, 1);
		}
		if (rows[i].offset != 0)
			++*(uint64_t *)(void *)((char *)&run->counters.ledger + rows[i].offset);
		fixture_page(f, run, rows[i].shown);
		assert_int_equal(fixture_settle(f, run, NULL), RUN_FAILED);
		assert_true(slice_contains(slice_of(f->outcome.why), slice_of(rows[i].why)));
		assert_int_equal(count_in_state(f, "live"), 20);
		assert_int_equal(f->outcome.ledger.removed_absent, 0);
		assert_int_equal(f->outcome.ledger.held, 2);
		assert_int_equal(f->generation, 0);
	}
}

/* --- sweeping --- */

static void a_complete_run_removes_what_it_did_not_see(void **state)
{
	struct db_fixture *f = *state;

	fixture_harvest(f, 20, 1);
	f->now_s += 60;
	assert_int_equal(harvest_first(f, 18, NULL), RUN_COMPLETE);
	fixture_check_ledger(f, 2,
			     &(struct ledger){ .shown = 18,
					       .unchanged = 18,
					       .before = 20,
					       .kept = 18,
					       .removed_absent = 2 });
	assert_int_equal(fixture_n_found(f, "title"), 18);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM change WHERE kind = 'removed'"),
			 2);
	assert_int_equal(fixture_number(f, "SELECT gone_run FROM record WHERE record_id = '20'"),
			 2);
	assert_int_equal(fixture_number(f, "SELECT gone_s FROM record WHERE record_id = '20'"),
			 f->now_s);
	assert_slice(fixture_text(f, "SELECT gone_why FROM record WHERE record_id = '20'"),
		     "absent");
	/* All in one generation, with the run that made it. */
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM generation WHERE run = 2"), 1);
}

static void an_absent_record_is_unlisted_until_its_grace_is_over(void **state)
{
	struct db_fixture *f = *state;
	struct run_settle settle;

	fixture_harvest(f, 20, 1);
	settle = fixture_good_end(f);
	settle.absent_grace_s = 7 * DAY_S;
	assert_int_equal(harvest_first(f, 19, &settle), RUN_COMPLETE);
	assert_int_equal(f->outcome.ledger.unlisted, 1);
	assert_int_equal(count_in_state(f, "unlisted"), 1);
	assert_int_equal(fixture_n_found(f, "title"), 20);
	/* The day before, and again: the time counts from the first absence. */
	f->now_s += 7 * DAY_S - 1;
	settle.now_s = f->now_s;
	assert_int_equal(harvest_first(f, 19, &settle), RUN_COMPLETE);
	assert_int_equal(f->outcome.ledger.unlisted, 1);
	f->now_s += 1;
	settle.now_s = f->now_s;
	assert_int_equal(harvest_first(f, 19, &settle), RUN_COMPLETE);
	assert_int_equal(f->outcome.ledger.removed_absent, 1);
	assert_int_equal(count_in_state(f, "unlisted"), 0);
	assert_int_equal(fixture_n_found(f, "title"), 19);
}

static void an_unlisted_record_that_is_seen_is_live_and_has_its_grace_again(void **state)
{
	struct db_fixture *f = *state;
	struct run_settle settle;

	fixture_harvest(f, 20, 1);
	settle = fixture_good_end(f);
	settle.absent_grace_s = 7 * DAY_S;
	assert_int_equal(harvest_first(f, 19, &settle), RUN_COMPLETE);
	f->now_s = settle.now_s += 6 * DAY_S;
	assert_int_equal(harvest_first(f, 20, &settle), RUN_COMPLETE);
	assert_int_equal(f->outcome.ledger.unchanged, 20);
	assert_int_equal(count_in_state(f, "live"), 20);
	f->now_s = settle.now_s += 6 * DAY_S;
	assert_int_equal(harvest_first(f, 19, &settle), RUN_COMPLETE);
	assert_int_equal(f->outcome.ledger.unlisted, 1);
}

static void a_known_record_that_is_out_of_scope_now_is_swept(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 20, 1);
	run = fixture_run(f, RUN_HARVEST);
	show(f, run, 1, 19, 1);
	fixture_batch(f, run,
		      &(struct apply_item){ .kind = APPLY_OUT_OF_SCOPE,
					    .record_id = SLICE_LIT("20"),
					    .msg = SLICE_LIT("a degree") },
		      1);
	fixture_page(f, run, 1);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	fixture_check_ledger(f, 2,
			     &(struct ledger){ .shown = 20,
					       .unchanged = 19,
					       .out_of_scope = 1,
					       .before = 20,
					       .kept = 19,
					       .removed_absent = 1 });
}

static void a_replay_removes_nothing(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 20, 1);
	run = fixture_run(f, RUN_REPLAY);
	show(f, run, 1, 3, 1);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	assert_int_equal(f->outcome.ledger.held, 17);
	assert_int_equal(count_in_state(f, "live"), 20);
	assert_int_equal(fixture_number(f, "SELECT last_complete_run FROM source"), 1);
}

static void runs_of_one_source_leave_another_alone(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 3, 1);
	fixture_add_source(f, "oulu");
	run = fixture_run_of(f, "oulu", RUN_HARVEST);
	assert_int_equal(run->counters.ledger.before, 0);
	fixture_offer(f, run, "1", "Of Oulu", 1);
	fixture_page(f, run, 1);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	assert_int_equal(count_in_state(f, "live"), 4);
}

/* --- guards --- */

static void removing_too_many_is_held(void **state)
{
	static const struct {
		unsigned before, shown, permille;
		enum run_end end;
	} rows[] = {
		{ 20, 14, 300, RUN_COMPLETE }, /* 6 of 20: not more than 30 % */
		{ 20, 13, 300, RUN_HELD },
		{ 20, 15, 0, RUN_COMPLETE }, /* 5 may always go */
		{ 20, 14, 0, RUN_HELD },
		{ 20, 1, 1000, RUN_COMPLETE },
		{ 6, 1, 300, RUN_COMPLETE },
		{ 6, 0, 1000, RUN_HELD }, /* nothing where there was something */
		{ 1, 0, 1000, RUN_HELD },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct db_fixture *f = *state;
		struct run_settle settle = fixture_good_end(f);
		bool is_held = rows[i].end == RUN_HELD;

		fixture_harvest(f, rows[i].before, 1);
		settle.shrink_guard_permille = rows[i].permille;
		assert_int_equal(harvest_first(f, rows[i].shown, &settle), rows[i].end);
		assert_int_equal(count_in_state(f, "live"),
				 is_held ? rows[i].before : rows[i].shown);
		assert_int_equal(is_held ? f->outcome.ledger.held
					 : f->outcome.ledger.removed_absent,
				 rows[i].before - rows[i].shown);
		assert_int_equal(f->outcome.why[0] != '\0', is_held);
		db_fixture_tear_down(state);
		db_fixture_set_up(state);
	}
}

static void an_empty_source_that_stays_empty_is_complete(void **state)
{
	struct db_fixture *f = *state;

	assert_int_equal(harvest_first(f, 0, NULL), RUN_COMPLETE);
}

static void a_run_in_which_all_is_rejected_is_held(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 3, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_reject(f, run, "other");
	fixture_page(f, run, 1);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_HELD);
	assert_int_equal(count_in_state(f, "live"), 3);
}

/* What could not be told from the item: no id, an impossible one. */
static void reject_nameless(struct db_fixture *f, struct run_state *run, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		fixture_reject(f, run, "");
}

/*
 * An absent record may be the item that nobody can read. Runs of one source, each behind the one
 * before: 4 records, of which the last runs do not show the fourth.
 */
static void what_may_be_among_unreadable_items_is_not_removed(void **state)
{
	static const struct {
		unsigned shown, nameless;
		bool confirms; /* the held one, afterwards */
		enum run_end end;
		unsigned live; /* after it all */
	} rows[] = {
		{ 4, 2, false, RUN_COMPLETE, 4 }, /* all are there: none is among the two */
		{ 4, 1, false, RUN_COMPLETE, 4 }, /* one was mended */
		{ 3, 2, false, RUN_HELD, 4 }, /* it may be the fourth that is new among them */
		{ 3, 2, false, RUN_HELD, 4 }, /* also the next day: no complete run was between */
		{ 3, 1, false, RUN_COMPLETE, 3 }, /* the one that was always there */
		{ 2, 3, true, RUN_HELD, 2 },
		{ 1, 3, false, RUN_COMPLETE, 1 }, /* those three are confirmed to be no records */
	};
	struct db_fixture *f = *state;

	fixture_harvest(f, 4, 1);
	for (size_t i = 0; i < countof(rows); i++) {
		struct run_state *run = fixture_run(f, RUN_HARVEST);
		struct run_decided d;

		show(f, run, 1, rows[i].shown, 1);
		reject_nameless(f, run, rows[i].nameless);
		fixture_page(f, run, rows[i].nameless);
		assert_int_equal(fixture_settle(f, run, NULL), rows[i].end);
		if (rows[i].end == RUN_HELD)
			assert_non_null(strstr(f->outcome.why, "no id could be read"));
		if (rows[i].confirms)
			assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_OK);
		assert_int_equal(count_in_state(f, "live"), rows[i].live);
	}
}

/* Those that were absent before are not; the grace of others is not begun. */
static void grace_begins_when_an_absent_record_is_none_of_the_unreadable_items(void **state)
{
	struct db_fixture *f = *state;
	struct run_settle settle = fixture_good_end(f);
	struct run_state *run;

	settle.absent_grace_s = 7 * DAY_S;
	fixture_harvest(f, 4, 1);
	assert_int_equal(harvest_first(f, 3, &settle), RUN_COMPLETE);
	run = fixture_run(f, RUN_HARVEST);
	show(f, run, 1, 3, 1);
	reject_nameless(f, run, 1);
	fixture_page(f, run, 1);
	assert_int_equal(fixture_settle(f, run, &settle), RUN_COMPLETE);
	assert_int_equal(count_in_state(f, "unlisted"), 1);
	run = fixture_run(f, RUN_HARVEST);
	show(f, run, 1, 2, 1);
	reject_nameless(f, run, 2);
	fixture_page(f, run, 2);
	assert_int_equal(fixture_settle(f, run, &settle), RUN_HELD);
	assert_int_equal(count_in_state(f, "unlisted"), 1);
	assert_int_equal(count_in_state(f, "live"), 3);
}

static void new_ids_with_the_old_titles_are_held(void **state)
{
	static const struct {
		unsigned n_same_id, n_same_title, n_other_title;
		enum run_end end;
	} rows[] = {
		{ 0, 4, 0, RUN_HELD },     { 1, 3, 0, RUN_HELD },
		{ 2, 2, 0, RUN_COMPLETE }, /* not more than half are new */
		{ 0, 2, 2, RUN_COMPLETE }, /* not more than half of them have known titles */
		{ 0, 3, 2, RUN_HELD },     { 0, 0, 4, RUN_COMPLETE },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct db_fixture *f = *state;
		struct run_state *run;
		char id[16];
		char title[32];
		unsigned n = 0;

		fixture_harvest(f, 4, 1);
		run = fixture_run(f, RUN_HARVEST);
		for (unsigned k = 0; k < rows[i].n_same_id; k++) {
			snprintf(id, sizeof(id), "%u", ++n);
			fixture_seen(f, run, id, 1);
		}
		for (unsigned k = 0; k < rows[i].n_same_title; k++) {
			/* Case and punctuation do not make another title. */
			snprintf(id, sizeof(id), "new-%u", ++n);
			snprintf(title, sizeof(title), "TITLE: %u!", n);
			fixture_offer(f, run, id, title, 1);
		}
		for (unsigned k = 0; k < rows[i].n_other_title; k++) {
			snprintf(id, sizeof(id), "new-%u", ++n);
			snprintf(title, sizeof(title), "Unheard of %u", n);
			fixture_offer(f, run, id, title, 1);
		}
		fixture_page(f, run, n);
		assert_int_equal(fixture_settle(f, run, NULL), rows[i].end);
		if (rows[i].end == RUN_HELD) {
			assert_non_null(strstr(f->outcome.why, "new ids"));
			assert_int_equal(f->outcome.ledger.held, 4 - rows[i].n_same_id);
		}
		db_fixture_tear_down(state);
		db_fixture_set_up(state);
	}
}

/* --- memory --- */

static void remember(struct db_fixture *f, struct run_state *run, const char *key,
		     const char *value)
{
	assert_int_equal(fixture_batch(f, run,
				       &(struct apply_item){ .kind = APPLY_REMEMBER,
							     .key = slice_of(key),
							     .value = slice_of(value) },
				       1),
			 ERR_OK);
}

static void what_was_remembered_is_final_when_the_run_completes(void **state)
{
	struct db_fixture *f = *state;
	struct run_settle settle = fixture_good_end(f);
	struct run_state *run = fixture_run(f, RUN_HARVEST);

	remember(f, run, "since", "2026-01-01");
	remember(f, run, "since", "2026-02-02");
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(run->n_memory, 1);
	assert_slice(run->memory[0].key, "since");
	assert_slice(run->memory[0].value, "2026-02-02");
	remember(f, run, "since", "2026-03-03");
	remember(f, run, "token", "abc");
	settle.is_proven = false;
	assert_int_equal(fixture_settle(f, run, &settle), RUN_INCOMPLETE);
	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(run->n_memory, 1);
	assert_slice(run->memory[0].value, "2026-02-02");
	run_state_free(run);
}

/* --- confirming and restoring --- */

static void confirming_removes_what_the_held_run_did_not_see(void **state)
{
	struct db_fixture *f = *state;
	struct run_decided d;
	struct run_state *run;

	fixture_harvest(f, 20, 1);
	run = fixture_run(f, RUN_HARVEST);
	remember(f, run, "since", "held");
	show(f, run, 1, 5, 1);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_HELD);
	assert_int_equal(fixture_number(f, "SELECT last_complete_run FROM source"), 1);
	assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_OK);
	assert_int_equal(d.of_run, 2);
	assert_int_equal(d.run, 3);
	fixture_check_ledger(f, 3,
			     &(struct ledger){ .before = 20, .kept = 5, .removed_absent = 15 });
	assert_int_equal(count_in_state(f, "live"), 5);
	assert_slice(fixture_text(f, "SELECT state FROM run WHERE run = 2"), "confirmed");
	assert_slice(fixture_text(f, "SELECT kind || ' ' || state || ' ' || of_run FROM run"
				     " WHERE run = 3"),
		     "confirm complete 2");
	assert_int_equal(fixture_number(f, "SELECT last_complete_run FROM source"), 2);
	assert_int_equal(fixture_n_found(f, "title"), 5);
	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(run->n_memory, 1);
	assert_slice(run->memory[0].value, "held");
	run_state_free(run);
	/* No run is held any more. */
	fixture_exec(f, "UPDATE run SET state = 'failed' WHERE state = 'running'");
	assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_CONFLICT);
}

static void confirming_spares_what_has_been_seen_since(void **state)
{
	struct db_fixture *f = *state;
	struct run_settle incomplete = fixture_good_end(f);
	struct run_decided d;

	fixture_harvest(f, 20, 1);
	assert_int_equal(harvest_first(f, 5, NULL), RUN_HELD);
	incomplete.is_proven = false;
	assert_int_equal(harvest_first(f, 8, &incomplete), RUN_INCOMPLETE);
	assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_OK);
	assert_int_equal(count_in_state(f, "live"), 8);
	assert_int_equal(d.ledger.removed_absent, 12);
}

/* Shows the records from first to last with another text, in a page that is not said. */
static void read_anew(struct db_fixture *f, struct run_state *run, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++) {
		char id[16];

		snprintf(id, sizeof(id), "%u", i);
		fixture_offer(f, run, id, "Another reading", 2);
	}
}

/* A replay shows what the source said before: it lists nothing. */
static void a_replay_does_not_stand_in_the_way_of_a_confirmation(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;
	struct run_decided d;

	fixture_harvest(f, 20, 1);
	assert_int_equal(harvest_first(f, 5, NULL), RUN_HELD);
	run = fixture_run(f, RUN_REPLAY);
	show(f, run, 1, 18, 1);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	run = fixture_run(f, RUN_REPLAY);
	read_anew(f, run, 1, 18);
	fixture_reject(f, run, "20"); /* stale by it, and no less absent */
	fixture_offer(f, run, "new", "Read by this mapping", 1);
	fixture_page(f, run, 20);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	assert_int_equal(count_in_state(f, "stale"), 1);
	assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_OK);
	/* What the replay found itself was not there to be missed. */
	assert_int_equal(d.ledger.removed_absent, 15);
	assert_int_equal(count_in_state(f, "live"), 6);
	/* A harvest lists all by itself. */
	run = fixture_run(f, RUN_HARVEST);
	read_anew(f, run, 1, 5);
	fixture_page(f, run, 5);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	assert_int_equal(count_in_state(f, "live"), 5);
	assert_int_equal(fixture_number(f, "SELECT count(listed_run) FROM record"
					   " WHERE state = 'live'"),
			 0);
}

static void what_was_restored_since_is_not_confirmed_away(void **state)
{
	struct db_fixture *f = *state;
	struct run_decided d;

	fixture_harvest(f, 20, 1);
	assert_int_equal(harvest_first(f, 18, NULL), RUN_COMPLETE);
	assert_int_equal(harvest_first(f, 5, NULL), RUN_HELD);
	assert_int_equal(decide_on(f, &d, false, "jyu", 2), ERR_OK);
	assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_OK);
	assert_int_equal(d.ledger.removed_absent, 13);
	assert_int_equal(count_in_state(f, "unlisted"), 2);
}

static void the_newest_held_run_is_the_one_that_is_confirmed(void **state)
{
	struct db_fixture *f = *state;
	struct run_decided d;

	fixture_harvest(f, 20, 1);
	assert_int_equal(harvest_first(f, 5, NULL), RUN_HELD);
	assert_int_equal(harvest_first(f, 7, NULL), RUN_HELD);
	assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_OK);
	assert_int_equal(d.of_run, 3);
	assert_int_equal(count_in_state(f, "live"), 7);
}

static void restoring_brings_back_what_a_run_removed(void **state)
{
	struct db_fixture *f = *state;
	struct run_decided d;
	struct slice ids;

	fixture_harvest(f, 20, 1);
	ids = fixture_text(f, "SELECT group_concat(id) FROM offer");
	assert_int_equal(harvest_first(f, 18, NULL), RUN_COMPLETE);
	assert_int_equal(fixture_n_found(f, "title"), 18);
	assert_int_equal(decide_on(f, &d, false, "jyu", 2), ERR_OK);
	fixture_check_ledger(f, d.run,
			     &(struct ledger){ .shown = 2, .back = 2, .before = 18, .kept = 18 });
	assert_int_equal(fixture_n_found(f, "title"), 20);
	assert_int_equal(count_in_state(f, "unlisted"), 2);
	assert_slices_equal(fixture_text(f, "SELECT group_concat(id) FROM offer"), ids);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM offer WHERE state = 'live'"), 20);
	/* Seen again they are as they were. */
	assert_int_equal(harvest_first(f, 20, NULL), RUN_COMPLETE);
	assert_int_equal(f->outcome.ledger.unchanged, 20);
	assert_int_equal(count_in_state(f, "live"), 20);
	/* Nothing is left to restore. */
	assert_int_equal(decide_on(f, &d, false, "jyu", 2), ERR_CONFLICT);
}

static void restoring_a_confirmed_run_undoes_the_confirmation(void **state)
{
	for (int64_t of = 2; of <= 3; of++) { /* the held run, or the confirmation: the same */
		struct db_fixture *f = *state;
		struct run_decided d;

		fixture_harvest(f, 20, 1);
		assert_int_equal(harvest_first(f, 5, NULL), RUN_HELD);
		assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_OK);
		assert_int_equal(decide_on(f, &d, false, "jyu", of), ERR_OK);
		assert_int_equal(d.ledger.back, 15);
		assert_int_equal(fixture_n_found(f, "title"), 20);
		db_fixture_tear_down(state);
		db_fixture_set_up(state);
	}
}

static void decisions_that_are_not_possible(void **state)
{
	struct db_fixture *f = *state;
	struct run_decided d;
	struct run_state *run;

	fixture_harvest(f, 3, 1);
	fixture_add_source(f, "oulu");
	assert_int_equal(decide_on(f, &d, true, "nowhere", 0), ERR_NOTFOUND);
	assert_string_equal(f->err.msg, "source nowhere is not known");
	assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_CONFLICT);
	assert_string_equal(f->err.msg, "source jyu: no run is held");
	assert_int_equal(decide_on(f, &d, false, "jyu", 99), ERR_NOTFOUND);
	assert_string_equal(f->err.msg, "source jyu has no run 99");
	assert_int_equal(decide_on(f, &d, false, "oulu", 1), ERR_NOTFOUND); /* of another source */
	assert_int_equal(decide_on(f, &d, false, "jyu", 1), ERR_CONFLICT);
	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(decide_on(f, &d, true, "jyu", 0), ERR_CONFLICT);
	assert_non_null(strstr(f->err.msg, "still running"));
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM run"), 2);
	run_state_free(run);
}

/* --- opening --- */

static void an_unknown_source_has_no_runs(void **state)
{
	struct db_fixture *f = *state;
	struct run_options options = { .source_id = "nowhere", .mapping_version = "test-1" };
	struct run_state *run = NULL;

	assert_int_equal(run_open(&run, &f->db, &options, &f->err), ERR_NOTFOUND);
	assert_null(run);
}

static void a_run_that_was_cut_off_is_interrupted_and_its_records_stay(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;
	size_t n = 0;

	fixture_harvest(f, 5, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_seen(f, run, "1", 1);
	fixture_offer(f, run, "new", "Newcomer", 1);
	run_state_free(run);
	db_fixture_reopen(f);
	assert_int_equal(db_begin_write(&f->db, &f->err), ERR_OK);
	assert_int_equal(run_interrupt_left_over(&f->db, f->now_s, &n, &f->err), ERR_OK);
	assert_int_equal(db_commit(&f->db, &f->err), ERR_OK);
	assert_int_equal(n, 1);
	assert_slice(fixture_text(f, "SELECT state FROM run WHERE run = 2"), "interrupted");
	assert_int_equal(fixture_number(f, "SELECT new FROM run WHERE run = 2"), 1);
	assert_int_equal(fixture_number(f, "SELECT before = kept + held FROM run WHERE run = 2"),
			 1);
	assert_int_equal(fixture_n_found(f, "newcomer"), 1);
	/* The next harvest makes it as if nothing had happened. */
	assert_int_equal(harvest_first(f, 5, NULL), RUN_COMPLETE);
	assert_int_equal(f->outcome.ledger.removed_absent, 1);
}

static void opening_ends_a_run_of_the_source_whose_end_was_lost(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *lost = fixture_run(f, RUN_HARVEST);
	struct run_state *run = fixture_run(f, RUN_HARVEST);

	assert_slice(fixture_text(f, "SELECT group_concat(state) FROM run"), "interrupted,running");
	run_state_free(lost);
	run_state_free(run);
}

static void known_hashes_come_sorted_and_lead_to_their_records(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;
	struct apply_item item = { .kind = APPLY_GONE, .record_id = SLICE_LIT("7") };

	fixture_harvest(f, 50, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_batch(f, run, &item, 1);
	run_state_free(run);
	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(run->n_known, 49);
	for (size_t i = 1; i < run->n_known; i++)
		assert_true(memcmp(run->known[i - 1], run->known[i], BLOB_HASH_BYTES) < 0);
	for (unsigned i = 1; i <= 50; i++) {
		char id[16];
		uint8_t hash[BLOB_HASH_BYTES];
		size_t at = 0;

		snprintf(id, sizeof(id), "%u", i);
		fixture_raw_hash(hash, id, 1);
		assert_int_equal(run_known_next(run, hash, &at), i == 7 ? 0 : i);
		if (i != 7)
			assert_int_equal(run_known_next(run, hash, &at), 0);
	}
	run_state_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, db_fixture_set_up, db_fixture_tear_down)
		T(a_first_harvest_is_complete_and_balances),
		T(what_keeps_a_run_from_being_complete),
		T(a_miscount_fails_the_run_and_removes_nothing),
		T(a_complete_run_removes_what_it_did_not_see),
		T(an_absent_record_is_unlisted_until_its_grace_is_over),
		T(an_unlisted_record_that_is_seen_is_live_and_has_its_grace_again),
		T(a_known_record_that_is_out_of_scope_now_is_swept),
		T(a_replay_removes_nothing),
		T(runs_of_one_source_leave_another_alone),
		T(removing_too_many_is_held),
		T(an_empty_source_that_stays_empty_is_complete),
		T(a_run_in_which_all_is_rejected_is_held),
		T(what_may_be_among_unreadable_items_is_not_removed),
		T(grace_begins_when_an_absent_record_is_none_of_the_unreadable_items),
		T(new_ids_with_the_old_titles_are_held),
		T(what_was_remembered_is_final_when_the_run_completes),
		T(confirming_removes_what_the_held_run_did_not_see),
		T(confirming_spares_what_has_been_seen_since),
		T(a_replay_does_not_stand_in_the_way_of_a_confirmation),
		T(what_was_restored_since_is_not_confirmed_away),
		T(the_newest_held_run_is_the_one_that_is_confirmed),
		T(restoring_brings_back_what_a_run_removed),
		T(restoring_a_confirmed_run_undoes_the_confirmation),
		T(decisions_that_are_not_possible),
		T(an_unknown_source_has_no_runs),
		T(a_run_that_was_cut_off_is_interrupted_and_its_records_stay),
		T(opening_ends_a_run_of_the_source_whose_end_was_lost),
		T(known_hashes_come_sorted_and_lead_to_their_records),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
