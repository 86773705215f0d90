// SPDX-License-Identifier: EUPL-1.2
/*
 * Harvests of the real program from a scripted partner, one `microcatd --once`
 * after the other, days apart by its clock: what the ledger says, what is kept,
 * what is removed, and what a failure costs.
 */
#include "base/limits.h"
#include "tests/support/catalogue_pages.h"
#include "tests/support/daemon_partner.h"

#include <sysexits.h>

/* The next day's run: its exit status must be this; the run's line in the log. */
static const char *run(struct daemon_partner *f, int status)
{
	char env[64];
	int got;

	snprintf(env, sizeof(env), "MICROCAT_TEST_CLOCK_OFFSET_S=%d", 2 * 86400 * f->day++);
	got = daemon_run_once(&f->d, "--once", env);
	if (got != status)
		fail_msg("exit status %d, expected %d:\n%s", got, status, buf_z(&f->d.output));
	return daemon_wait_line(&f->d, ": harvest ");
}

#define assert_figure(line, name, expected)                                                        \
	do {                                                                                       \
		if (daemon_figure((line), (name)) != (expected))                                   \
			fail_msg("%s is not %ld: %s", (name), (long)(expected), (line));           \
	} while (0)

static void moochub_source(struct daemon_partner *f, const char *more)
{
	daemon_source(&f->d, "hub", "format = \"moochub\" version = \"3\" url = \"%s/moochub\" %s",
		      partner_base(f->p), more);
}

static const struct page_of two_pages[] = { { 1, 6, NULL, 0 }, { 7, 10, NULL, 0 } };
static const struct partner_answer plain = { .status = 200 };

static void each_format_is_harvested(void **state)
{
	struct daemon_partner *f = *state;
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	serve_csv(f->p, 1, 7, &plain);
	serve_ooapi(f->p, 1, 4, &plain);
	moochub_source(f, "");
	daemon_source(&f->d, "table", "format = \"csv\" url = \"%s/c.csv\"", partner_base(f->p));
	daemon_source(&f->d, "ooapi", "format = \"ooapi\" version = \"5\" url = \"%s/ooapi\"",
		      partner_base(f->p));
	assert_int_equal(daemon_run_once(&f->d, "--once", NULL), 0);
	line = daemon_wait_line(&f->d, "hub: run ");
	assert_non_null(strstr(line, "complete: 10 shown, 10 new"));
	f->d.seen = 0;
	line = daemon_wait_line(&f->d, "table: run ");
	assert_non_null(strstr(line, "complete: 7 shown, 7 new"));
	f->d.seen = 0;
	line = daemon_wait_line(&f->d, "ooapi: run ");
	assert_non_null(strstr(line, "complete: 4 shown, 4 new"));
}

static void nothing_changes_when_the_same_bytes_come_again(void **state)
{
	struct daemon_partner *f = *state;
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	moochub_source(f, "");
	line = run(f, 0);
	assert_figure(line, "new", 10);
	line = run(f, 0);
	assert_figure(line, "shown", 10);
	assert_figure(line, "unchanged", 10);
	assert_figure(line, "before", 10);
	assert_figure(line, "kept", 10);
	assert_int_equal(partner_count(f->p, "/moochub"), 2);
	assert_int_equal(partner_count(f->p, "/moochub.2"), 2);
}

static void a_304_shows_the_records_of_the_kept_page(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer like = { .etag = "\"v1\"" };
	const char *line;
	long bytes;

	serve_moochub(f->p, two_pages, 2, &like);
	moochub_source(f, "");
	line = run(f, 0);
	bytes = daemon_figure(line, "bytes");
	line = run(f, 0);
	assert_figure(line, "unchanged", 10);
	assert_true(daemon_figure(line, "bytes") < bytes / 2);
	/* Only where the body is kept is a 304 of any use. */
	nftw(temp_dir_path(&f->d.dir, "state/responses"), temp_dir_remove_one, 16,
	     FTW_DEPTH | FTW_PHYS);
	line = run(f, 0);
	assert_figure(line, "unchanged", 10);
	assert_true(daemon_figure(line, "bytes") >= bytes);
}

static void what_changed_and_what_went_is_counted(void **state)
{
	struct daemon_partner *f = *state;
	const struct page_of later[] = { { 1, 6, NULL, 0 }, { 8, 11, " (new)", 0 } };
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	moochub_source(f, "");
	run(f, 0);
	serve_moochub(f->p, later, 2, &plain);
	line = run(f, 0);
	assert_figure(line, "shown", 10);
	assert_figure(line, "unchanged", 6);
	assert_figure(line, "changed", 3);
	assert_figure(line, "new", 1);
	assert_figure(line, "absent", 1);
	/* It comes back. */
	serve_moochub(f->p, two_pages, 2, &plain);
	line = run(f, 0);
	assert_figure(line, "back", 1);
	assert_figure(line, "absent", 1);
}

static void a_run_that_would_remove_too_much_is_held(void **state)
{
	struct daemon_partner *f = *state;
	const struct page_of few[] = { { 1, 3, NULL, 0 } };
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	moochub_source(f, "");
	run(f, 0);
	serve_moochub(f->p, few, 1, &plain);
	line = run(f, 75);
	assert_non_null(strstr(line, "harvest held"));
	assert_figure(line, "held", 7);
	assert_figure(line, "absent", 0);
}

static void grace_keeps_what_is_not_listed_for_a_while(void **state)
{
	struct daemon_partner *f = *state;
	const struct page_of later[] = { { 1, 9, NULL, 0 } };
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	moochub_source(f, "absent-grace = \"3d\"");
	run(f, 0);
	serve_moochub(f->p, later, 1, &plain);
	line = run(f, 0);
	assert_figure(line, "unlisted", 1);
	line = run(f, 0); /* two days later */
	assert_figure(line, "unlisted", 1);
	line = run(f, 0);
	assert_figure(line, "absent", 1);
}

static void a_lost_page_removes_nothing(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer broken = { .status = 500 };
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	moochub_source(f, "");
	run(f, 0);
	partner_route(f->p, "/moochub.2", &broken);
	line = run(f, 75);
	assert_non_null(strstr(line, "harvest incomplete"));
	assert_figure(line, "shown", 6);
	assert_figure(line, "unchanged", 6);
	assert_figure(line, "absent", 0);
	assert_figure(line, "held", 4);
}

static void records_before_a_cut_are_kept(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer cut = { .fault = PARTNER_CUT, .fault_at_bytes = 1000 };
	const struct page_of page[] = { { 1, 50, NULL, 0 } };
	const char *line;
	long shown;

	serve_moochub(f->p, page, 1, &cut);
	moochub_source(f, "");
	line = run(f, 75);
	assert_non_null(strstr(line, "harvest incomplete"));
	shown = daemon_figure(line, "shown");
	assert_true(shown > 0 && shown < 50);
	assert_figure(line, "new", shown);
}

static void a_bad_record_costs_itself(void **state)
{
	struct daemon_partner *f = *state;
	const struct page_of page[] = { { 1, 6, NULL, 3 } };
	const char *line;

	serve_moochub(f->p, page, 1, &plain);
	moochub_source(f, "");
	line = run(f, 0);
	assert_figure(line, "shown", 6);
	assert_figure(line, "new", 5);
	assert_figure(line, "rejected", 1);
}

static void a_partner_that_fails_costs_the_run_and_nothing_else(void **state)
{
	static const struct partner_answer faults[] = {
		{ .status = 500 },
		{ .status = 404 },
		{ .fault = PARTNER_CUT_BEFORE_HEAD },
		{ .body = "<html>maintenance</html>", .content_type = "text/html" },
		{ .status = 200 },
	};
	struct daemon_partner *f = *state;

	serve_moochub(f->p, two_pages, 2, &plain);
	moochub_source(f, "retries = 1");
	run(f, 0);
	for (size_t i = 0; i < countof(faults); i++) {
		const char *line;

		partner_route(f->p, "/moochub", &faults[i]);
		line = run(f, 75);
		if (strstr(line, "harvest incomplete") == NULL && strstr(line, "held") == NULL)
			fail_msg("fault %zu: %s", i, line);
		assert_figure(line, "absent", 0);
		assert_figure(line, "held", 10);
	}
	serve_moochub(f->p, two_pages, 2, &plain);
	assert_figure(run(f, 0), "unchanged", 10);
}

static void a_partner_that_asks_for_time_gets_it(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer busy = { .status = 429, .headers = { { "Retry-After", "90000" } } };
	char env[64];

	partner_route(f->p, "/moochub", &busy);
	moochub_source(f, "");
	run(f, 75);
	assert_int_equal(partner_count(f->p, "/moochub"), 1);
	/* An hour later it is not asked; two days later it is. */
	snprintf(env, sizeof(env), "MICROCAT_TEST_CLOCK_OFFSET_S=%d", 3600);
	assert_int_equal(daemon_run_once(&f->d, "--once", env), 0);
	daemon_wait_line(&f->d, "hub: not due before");
	assert_int_equal(partner_count(f->p, "/moochub"), 1);
	run(f, 75);
	assert_int_equal(partner_count(f->p, "/moochub"), 2);
}

static void a_killed_daemon_loses_nothing_and_goes_on(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	partner_route(f->p, "/moochub.2", &stalled);
	moochub_source(f, "");
	daemon_start(&f->d, "--once");
	assert_true(partner_wait_stalled(f->p, 1, DAEMON_WAIT_MS));
	daemon_wait_line(&f->d, "run=1: stored"); /* the first page */
	assert_int_equal(daemon_stop(&f->d, SIGKILL), 128 + SIGKILL);
	f->d.seen = f->d.output.len;
	/* What the page before brought is there; the run counts as interrupted. */
	serve_moochub(f->p, two_pages, 2, &plain);
	line = run(f, 0);
	assert_figure(line, "shown", 10);
	assert_figure(line, "new", 4);
	assert_figure(line, "unchanged", 6);
	assert_figure(line, "before", 6);
	assert_non_null(strstr(line, "run=2"));
}

static void a_killed_worker_costs_one_run(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	partner_route(f->p, "/moochub.2", &stalled);
	moochub_source(f, "");
	daemon_start(&f->d, "--once");
	assert_true(partner_wait_stalled(f->p, 1, DAEMON_WAIT_MS));
	daemon_wait_line(&f->d, "run=1: stored"); /* the first page */
	assert_int_equal(kill(daemon_wait_worker(&f->d), SIGKILL), 0);
	line = daemon_wait_line(&f->d, ": harvest failed");
	assert_figure(line, "new", 6);
	assert_int_equal(daemon_wait_exit(&f->d), 75);
}

static void a_stopped_run_is_settled_as_cancelled(void **state)
{
	struct daemon_partner *f = *state;
	struct partner_answer stalled = { .fault = PARTNER_STALL_BEFORE_HEAD };
	const char *line;

	serve_moochub(f->p, two_pages, 2, &plain);
	partner_route(f->p, "/moochub.2", &stalled);
	moochub_source(f, "");
	daemon_start(&f->d, "--once");
	assert_true(partner_wait_stalled(f->p, 1, DAEMON_WAIT_MS));
	daemon_wait_line(&f->d, "run=1: stored"); /* the first page */
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 75);
	line = daemon_wait_line(&f->d, ": harvest cancelled");
	assert_figure(line, "new", 6);
	assert_false(daemon_has_said(&f->d, "did not end cleanly"));
}

static void what_is_not_due_is_not_asked(void **state)
{
	struct daemon_partner *f = *state;

	serve_moochub(f->p, two_pages, 2, &plain);
	moochub_source(f, "");
	run(f, 0);
	assert_int_equal(daemon_run_once(&f->d, "--once", NULL), 0);
	daemon_wait_line(&f->d, "hub: not due before");
	assert_int_equal(partner_count(f->p, "/moochub"), 1);
}

static void details_are_asked_for_again_only_after_details_every(void **state)
{
	struct daemon_partner *f = *state;
	char env[64];
	const char *line;

	serve_ooapi(f->p, 1, 4, &plain);
	daemon_source(&f->d, "ooapi",
		      "format = \"ooapi\" version = \"5\" url = \"%s/ooapi\" every = \"1h\" "
		      "details-every = \"1d\"",
		      partner_base(f->p));
	line = run(f, 0);
	assert_figure(line, "new", 4);
	assert_int_equal(partner_count(f->p, "/ooapi/courses/c1/offerings"), 1);
	snprintf(env, sizeof(env), "MICROCAT_TEST_CLOCK_OFFSET_S=%d", 7200);
	assert_int_equal(daemon_run_once(&f->d, "--once", env), 0);
	line = daemon_wait_line(&f->d, ": harvest ");
	assert_figure(line, "unchanged", 4);
	assert_true(partner_count(f->p, "/ooapi/courses") == 2);
	/* At midnight the request itself is another one (since=...). */
	assert_true(partner_count(f->p, "/ooapi/courses/c1/offerings") <= 2);
	run(f, 0);
	assert_true(partner_count(f->p, "/ooapi/courses/c1/offerings") >= 2);
}

/* Comments count, too: what the worker is told has a limit, and the run names it. */
static void a_vocabulary_too_large_for_a_worker_is_named(void **state)
{
	static const struct {
		const char *path, *columns;
	} files[] = {
		{ "vocab/time-zones.tsv", "zone\toffset\trule\n#" },
		{ "vocab/term-words.tsv", "word\tkind\tlang\n#" },
		{ "vocab/country-names.tsv", "alpha2\tin_lang\tname\n#" },
	};
	struct daemon_partner *f = *state;
	struct buf text = BUF_INIT(LIMIT_VOCAB_OWN_BYTES);
	const char *line;

	for (size_t i = 0; i < countof(files); i++) {
		buf_reset(&text);
		buf_str(&text, files[i].columns);
		buf_fill(&text, 'x', LIMIT_VOCAB_OWN_BYTES - text.len - 1);
		buf_str(&text, "\n");
		temp_dir_write(&f->d.dir, files[i].path, buf_z(&text));
	}
	buf_clear(&text);
	daemon_config(&f->d, "vocab-dir = \"vocab\"");
	serve_moochub(f->p, two_pages, 2, &plain);
	moochub_source(f, "");
	line = run(f, EX_TEMPFAIL);
	assert_non_null(strstr(line, "harvest failed"));
	assert_non_null(strstr(line, "LIMIT_BEGIN_BYTES"));
	assert_int_equal(partner_count(f->p, "/moochub"), 0);
}

#define WITH_FIXTURE(test)                                                                         \
	cmocka_unit_test_setup_teardown(test, daemon_partner_open, daemon_partner_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(each_format_is_harvested),
		WITH_FIXTURE(nothing_changes_when_the_same_bytes_come_again),
		WITH_FIXTURE(a_304_shows_the_records_of_the_kept_page),
		WITH_FIXTURE(what_changed_and_what_went_is_counted),
		WITH_FIXTURE(a_run_that_would_remove_too_much_is_held),
		WITH_FIXTURE(grace_keeps_what_is_not_listed_for_a_while),
		WITH_FIXTURE(a_lost_page_removes_nothing),
		WITH_FIXTURE(records_before_a_cut_are_kept),
		WITH_FIXTURE(a_bad_record_costs_itself),
		WITH_FIXTURE(a_partner_that_fails_costs_the_run_and_nothing_else),
		WITH_FIXTURE(a_partner_that_asks_for_time_gets_it),
		WITH_FIXTURE(a_killed_daemon_loses_nothing_and_goes_on),
		WITH_FIXTURE(a_killed_worker_costs_one_run),
		WITH_FIXTURE(a_stopped_run_is_settled_as_cancelled),
		WITH_FIXTURE(what_is_not_due_is_not_asked),
		WITH_FIXTURE(a_vocabulary_too_large_for_a_worker_is_named),
		WITH_FIXTURE(details_are_asked_for_again_only_after_details_every),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
