// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/reports and sources: what is told about runs, sources, offers and changes. */
#include "index/reports.h"

#include "catalogue/word.h"
#include "tests/support/db_fixture.h"

#define OK(call)                                                                                   \
	do {                                                                                       \
		if ((call) != ERR_OK)                                                              \
			fail_msg("%s", f->err.msg);                                                \
	} while (0)

/* --- runs --- */

static void runs_are_listed_newest_first_and_in_pages(void **state)
{
	struct db_fixture *f = *state;
	struct report_runs runs;

	for (unsigned i = 0; i < 5; i++)
		fixture_harvest(f, 1, i + 1);
	fixture_add_source(f, "oulu");
	run_state_free(fixture_run_of(f, "oulu", RUN_HARVEST));
	OK(report_runs(&runs, &f->arena, &f->db, "jyu", 0, 2, &f->err));
	assert_int_equal(runs.n, 2);
	assert_int_equal(runs.items[0].run, 5);
	assert_int_equal(runs.items[1].run, 4);
	OK(report_runs(&runs, &f->arena, &f->db, "jyu", 4, 10, &f->err));
	assert_int_equal(runs.n, 3);
	assert_int_equal(runs.items[0].run, 3);
	assert_slice(runs.items[0].state, "complete");
	assert_slice(runs.items[0].kind, "harvest");
	assert_slice(runs.items[0].source_id, "jyu");
	assert_slice(runs.items[0].mapping_version, "test-1");
	assert_int_equal(runs.items[0].ledger.changed, 1);
	assert_int_equal(report_runs(&runs, &f->arena, &f->db, "nowhere", 0, 2, &f->err),
			 ERR_NOTFOUND);
}

static void a_run_is_told_with_its_figures_also_while_it_runs(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct run_settle settle = fixture_good_end(f);
	struct report_run r;

	fixture_offer(f, run, "a", "Title", 1);
	OK(report_run(&r, &f->arena, &f->db, "jyu", run->run, &f->err));
	assert_slice(r.state, "running");
	assert_int_equal(r.ended_s, 0);
	assert_int_equal(r.ledger.new_, 1);
	assert_false(r.ledger.has_announced);
	fixture_page(f, run, 1);
	settle.n_requests = 3;
	settle.n_not_modified = 1;
	settle.wire_bytes = 1000;
	settle.body_bytes = 5000;
	settle.fetch_ms = 10;
	settle.worker_ms = 20;
	settle.write_ms = 30;
	settle.now_s += 9;
	assert_int_equal(fixture_settle(f, run, &settle), RUN_COMPLETE);
	OK(report_run(&r, &f->arena, &f->db, NULL, 1, &f->err));
	assert_int_equal(r.started_s, f->now_s);
	assert_int_equal(r.ended_s, f->now_s + 9);
	assert_int_equal(r.n_requests, 3);
	assert_int_equal(r.n_not_modified, 1);
	assert_int_equal(r.wire_bytes, 1000);
	assert_int_equal(r.body_bytes, 5000);
	assert_int_equal(r.n_pages, 1);
	assert_int_equal(r.fetch_ms, 10);
	assert_int_equal(r.worker_ms, 20);
	assert_int_equal(r.write_ms, 30);
	assert_slice(r.end_rule, "no next page");
	assert_slice(r.why, NULL);
	assert_int_equal(report_run(&r, &f->arena, &f->db, NULL, 2, &f->err), ERR_NOTFOUND);
	fixture_add_source(f, "oulu");
	assert_int_equal(report_run(&r, &f->arena, &f->db, "oulu", 1, &f->err), ERR_NOTFOUND);
	assert_string_equal(f->err.msg, "source oulu has no run 1");
}

static void notes_come_in_pages_and_are_counted_by_kind(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct report_notes notes;
	struct report_note_counts counts;

	fixture_reject(f, run, "a");
	fixture_reject(f, run, "b");
	fixture_reject(f, run, "b");
	OK(report_notes(&notes, &f->arena, &f->db, 1, 0, 2, &f->err));
	assert_int_equal(notes.n, 2);
	assert_slice(notes.items[1].record_id, "b");
	assert_slice(notes.items[1].msg, "title: missing");
	assert_slice(notes.items[1].page, NULL);
	OK(report_notes(&notes, &f->arena, &f->db, 1, notes.items[1].seq, 2, &f->err));
	assert_int_equal(notes.n, 1);
	assert_slice(notes.items[0].kind, "duplicate");
	OK(report_note_counts(&counts, &f->arena, &f->db, 1, &f->err));
	assert_int_equal(counts.n, 2);
	assert_slice(counts.items[0].kind, "reject");
	assert_slice(counts.items[0].code, "no-title");
	assert_int_equal(counts.items[0].n, 2);
	assert_int_equal(counts.items[1].n, 1);
	run_state_free(run);
}

/* --- sources --- */

static void sources_are_told_with_their_records_and_runs(void **state)
{
	struct db_fixture *f = *state;
	struct report_sources sources;
	struct report_source s;
	struct run_state *run;
	struct run_settle settle = fixture_good_end(f);

	fixture_harvest(f, 20, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_reject(f, run, "1");
	fixture_gone(f, run, "2");
	fixture_page(f, run, 1);
	settle.is_proven = false;
	assert_int_equal(fixture_settle(f, run, &settle), RUN_INCOMPLETE);
	fixture_add_source(f, "aalto");
	OK(report_sources(&sources, &f->arena, &f->db, &f->err));
	assert_int_equal(sources.n, 2);
	assert_slice(sources.items[0].source.id, "aalto");
	assert_false(sources.items[0].has_last_run);
	assert_int_equal(sources.items[0].n_live, 0);
	OK(report_source(&s, &f->arena, &f->db, "jyu", &f->err));
	assert_int_equal(s.n_live, 18);
	assert_int_equal(s.n_stale, 1);
	assert_int_equal(s.n_gone, 1);
	assert_int_equal(s.last_run.run, 2);
	assert_slice(s.last_run.state, "incomplete");
	assert_int_equal(s.last_complete_run.run, 1);
	assert_int_equal(report_source(&s, &f->arena, &f->db, "nowhere", &f->err), ERR_NOTFOUND);
}

static void a_source_that_is_configured_no_more_is_dropped_and_kept(void **state)
{
	struct db_fixture *f = *state;
	struct source_entry aalto = { .id = "aalto", .settings = SLICE_LIT("{\"x\":1}") };
	struct source_row row;

	fixture_harvest(f, 2, 1);
	f->now_s += 10;
	OK(sources_apply(&f->db, &aalto, 1, f->now_s, &f->err));
	OK(source_by_id(&row, &f->arena, &f->db, "jyu", &f->err));
	assert_false(row.is_configured);
	assert_int_equal(row.dropped_s, f->now_s);
	assert_int_equal(fixture_n_found(f, "title"), 2);
	/* The time of the first absence stays; it ends when it is back. */
	OK(sources_apply(&f->db, &aalto, 1, f->now_s + 10, &f->err));
	OK(source_by_id(&row, &f->arena, &f->db, "jyu", &f->err));
	assert_int_equal(row.dropped_s, f->now_s);
	fixture_add_source(f, "jyu");
	OK(source_by_id(&row, &f->arena, &f->db, "jyu", &f->err));
	assert_true(row.is_configured);
	assert_int_equal(row.dropped_s, 0);
	assert_int_equal(row.sid, 1);
	OK(source_by_id(&row, &f->arena, &f->db, "aalto", &f->err));
	assert_slice(row.settings, "{\"x\":1}");
}

static void due_times_and_hosts_that_wait_are_kept(void **state)
{
	struct db_fixture *f = *state;
	struct source_due due = {
		.id = "jyu", .next_due_s = 500, .not_before_s = 600, .n_failures = 3
	};
	struct source_row row;
	struct host_rows hosts;

	OK(source_by_id(&row, &f->arena, &f->db, "jyu", &f->err));
	assert_int_equal(row.next_due_s, 0);
	OK(source_set_due(&f->db, &due, &f->err));
	OK(source_by_id(&row, &f->arena, &f->db, "jyu", &f->err));
	assert_int_equal(row.next_due_s, 500);
	assert_int_equal(row.not_before_s, 600);
	assert_int_equal(row.n_failures, 3);
	due.id = "nowhere";
	assert_int_equal(source_set_due(&f->db, &due, &f->err), ERR_NOTFOUND);
	OK(host_set_not_before(&f->db, "a.example", 1000, &f->err));
	OK(host_set_not_before(&f->db, "b.example", 2000, &f->err));
	OK(host_set_not_before(&f->db, "b.example", 1500, &f->err)); /* the later one holds */
	OK(hosts_list(&hosts, &f->arena, &f->db, 1000, true, &f->err));
	assert_int_equal(hosts.n, 1);
	assert_slice(hosts.items[0].host, "b.example");
	assert_int_equal(hosts.items[0].not_before_s, 2000);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM host"), 1);
}

static void quality_counts_what_is_missing_and_why_records_were_rejected(void **state)
{
	struct db_fixture *f = *state;
	struct report_quality q;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct apply_item items[2] = { fixture_item(f, "a", "Title", 1),
				       fixture_item(f, "b", "Title", 1) };

	items[0].offer = SLICE_LIT("{\"title\":{\"en\":\"A\"},\"completeness\":{\"score\":0.9,"
				   "\"missing\":[\"level\"]}}");
	items[1].offer = SLICE_LIT("{\"title\":{\"en\":\"B\"},\"completeness\":{\"score\":0.81,"
				   "\"missing\":[\"level\",\"subjects\"]}}");
	assert_int_equal(fixture_batch(f, run, items, 2), ERR_OK);
	fixture_reject(f, run, "c");
	fixture_page(f, run, 3);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	OK(report_quality(&q, &f->arena, &f->db, "jyu", &f->err));
	assert_int_equal(q.n_offers, 2);
	assert_int_equal(q.n_missing[REQ_LEVEL], 2);
	assert_int_equal(q.n_missing[REQ_SUBJECT], 1);
	assert_int_equal(q.n_missing[REQ_TITLE], 0);
	assert_int_equal(q.n_complete, 0);
	assert_int_equal(q.score_sum, 171);
	assert_int_equal(q.notes_run, 1);
	assert_int_equal(q.notes.n, 1);
	assert_slice(q.notes.items[0].code, "no-title");
}

/* --- offers --- */

static void an_offer_is_found_by_its_id_in_either_case(void **state)
{
	struct db_fixture *f = *state;
	struct report_offer o;
	struct slice id;
	char lower[64];

	fixture_harvest(f, 2, 1);
	id = fixture_text(f, "SELECT id FROM offer WHERE offer = 2");
	OK(report_offer(&o, &f->arena, &f->db, id, &f->err));
	assert_int_equal(o.slot, 2);
	assert_slices_equal(o.id, id);
	assert_slice(o.state, "live");
	assert_slice(o.merged_id, NULL);
	assert_true(slice_contains(o.body, SLICE_LIT("Title 2")));
	for (size_t i = 0; i <= id.n; i++)
		lower[i] = ascii_lower(id.p[i]);
	OK(report_offer(&o, &f->arena, &f->db, slice_of(lower), &f->err));
	assert_slices_equal(o.id, id);
	OK(report_offer_at(&o, &f->arena, &f->db, 1, &f->err));
	assert_true(slice_contains(o.body, SLICE_LIT("Title 1")));
	assert_int_equal(report_offer(&o, &f->arena, &f->db, SLICE_LIT("../etc"), &f->err),
			 ERR_NOTFOUND);
	assert_int_equal(report_offer(&o, &f->arena, &f->db,
				      SLICE_LIT("00000000000000000000000000"), &f->err),
			 ERR_NOTFOUND);
	assert_int_equal(report_offer_at(&o, &f->arena, &f->db, 99, &f->err), ERR_NOTFOUND);
}

static void an_offer_that_is_gone_is_told_with_its_last_body(void **state)
{
	struct db_fixture *f = *state;
	struct report_offer o;
	struct report_records records;
	struct run_state *run;

	fixture_harvest(f, 1, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_gone(f, run, "1");
	run_state_free(run);
	OK(report_offer_at(&o, &f->arena, &f->db, 1, &f->err));
	assert_slice(o.state, "gone");
	assert_true(slice_contains(o.body, SLICE_LIT("Title 1")));
	OK(report_records(&records, &f->arena, &f->db, 1, false, &f->err));
	assert_slice(records.items[0].state, "gone");
	assert_slice(records.items[0].gone_why, "source");
	assert_int_equal(records.items[0].gone_s, f->now_s);
}

static void a_merged_id_leads_to_what_it_was_merged_into(void **state)
{
	struct db_fixture *f = *state;
	struct report_offer o;
	struct slice ids[3];

	fixture_harvest(f, 3, 1);
	for (int i = 0; i < 3; i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT id FROM offer WHERE offer = %d", i + 1);
		ids[i] = fixture_text(f, sql);
	}
	fixture_exec(f,
		     "UPDATE offer SET state = 'merged', merged_into = offer + 1 WHERE offer < 3");
	OK(report_offer(&o, &f->arena, &f->db, ids[0], &f->err));
	assert_slices_equal(o.id, ids[2]);
	assert_slices_equal(o.merged_id, ids[0]);
	/* A circle, which nobody makes, ends. */
	fixture_exec(f, "UPDATE offer SET merged_into = 1 WHERE offer = 3");
	OK(report_offer(&o, &f->arena, &f->db, ids[0], &f->err));
}

static void records_come_with_the_sources_own_words(void **state)
{
	struct db_fixture *f = *state;
	struct report_records records;
	struct words words;

	fixture_harvest(f, 1, 1);
	OK(report_records(&records, &f->arena, &f->db, 1, false, &f->err));
	assert_int_equal(records.n, 1);
	assert_slice(records.items[0].words, NULL);
	OK(report_records(&records, &f->arena, &f->db, 1, true, &f->err));
	assert_slice(records.items[0].source_id, "jyu");
	assert_slice(records.items[0].source_title, "jyu");
	assert_slice(records.items[0].record_id, "1");
	assert_slice(records.items[0].state, "live");
	assert_int_equal(records.items[0].seen_s, f->now_s);
	OK(words_read(&words, &f->arena, records.items[0].words, &f->err));
	assert_int_equal(words.n, 1);
	assert_int_equal(words.items[0].element, EL_TITLE);
	assert_slice(words.items[0].text, "Title 1");
	assert_slice(words.items[0].path, "name");
}

/* --- changes --- */

static void changes_come_by_generation_in_pages(void **state)
{
	struct db_fixture *f = *state;
	struct report_changes c;
	struct run_state *run;
	struct apply_item items[3] = { fixture_item(f, "a", "A", 1), fixture_item(f, "b", "B", 1),
				       fixture_item(f, "c", "C", 1) };

	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(fixture_batch(f, run, items, 3), ERR_OK);
	run_state_free(run);
	run = fixture_run(f, RUN_HARVEST);
	fixture_offer(f, run, "b", "Changed", 2);
	fixture_gone(f, run, "a");
	run_state_free(run);
	OK(report_changes(&c, &f->arena, &f->db, 0, INT64_MAX, 2, &f->err));
	assert_int_equal(c.n, 2);
	assert_true(c.has_more);
	assert_int_equal(c.items[1].gen, 1);
	assert_slice(c.items[1].kind, "added");
	assert_int_equal(c.items[1].at_s, f->now_s);
	OK(report_changes(&c, &f->arena, &f->db, c.items[1].gen, c.items[1].slot, 10, &f->err));
	assert_int_equal(c.n, 3);
	assert_false(c.has_more);
	assert_int_equal(c.items[0].slot, 3);
	assert_slice(c.items[1].kind, "changed");
	assert_slice(c.items[2].kind, "removed");
	assert_slice(c.items[2].other_id, NULL);
	assert_slices_equal(c.items[2].id, fixture_text(f, "SELECT id FROM offer WHERE offer = 1"));
	OK(report_changes(&c, &f->arena, &f->db, 1, INT64_MAX, 10, &f->err));
	assert_int_equal(c.n, 2);
	OK(report_changes(&c, &f->arena, &f->db, 3, INT64_MAX, 10, &f->err));
	assert_int_equal(c.n, 0);
	assert_false(c.has_more);
}

static void an_answer_that_does_not_fit_is_refused(void **state)
{
	struct db_fixture *f = *state;
	struct arena small = ARENA_INIT(600);
	struct report_changes c;

	fixture_harvest(f, 20, 1);
	assert_int_equal(report_changes(&c, &small, &f->db, 0, INT64_MAX, 100, &f->err), ERR_LIMIT);
	arena_clear(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, db_fixture_set_up, db_fixture_tear_down)
		T(runs_are_listed_newest_first_and_in_pages),
		T(a_run_is_told_with_its_figures_also_while_it_runs),
		T(notes_come_in_pages_and_are_counted_by_kind),
		T(sources_are_told_with_their_records_and_runs),
		T(a_source_that_is_configured_no_more_is_dropped_and_kept),
		T(due_times_and_hosts_that_wait_are_kept),
		T(quality_counts_what_is_missing_and_why_records_were_rejected),
		T(an_offer_is_found_by_its_id_in_either_case),
		T(an_offer_that_is_gone_is_told_with_its_last_body),
		T(a_merged_id_leads_to_what_it_was_merged_into),
		T(records_come_with_the_sources_own_words),
		T(changes_come_by_generation_in_pages),
		T(an_answer_that_does_not_fit_is_refused),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
