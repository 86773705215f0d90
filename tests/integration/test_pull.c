// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of daemon/pull with a real worker process that reads scripts: what it
 * says arrives whole and in order, pages may be lost, and a cancel at any turn
 * ends it once.
 */
#include "tests/support/pull_fixture.h"

static void pages_arrive_in_order_and_whole(void **state)
{
	struct pull_fixture *f = *state;

	pull_fixture_know_all(f);
	pull_fixture_run(f, pull_small_source, PULL_SMALL_PAGES, PULL_FIRST);
	pull_fixture_expect_success(f);
	assert_buf(&f->recorder.log, pull_small_source_log);
	assert_int_equal(f->recorder.n_answered, 3);
	assert_int_equal(f->recorder.n_batches, 4);
	assert_int_equal(f->pull.figures.n_requests, 3);
	assert_int_equal(f->pull.figures.n_pages, 3);
	assert_int_equal(f->pull.figures.n_pages_lost, 0);
	assert_int_equal(f->pull.figures.n_shown, 5);
	assert_int_equal(f->pull.figures.n_records, 2);
	assert_true(f->pull.figures.worker_peak_kib > 0);
}

static void sink_may_be_ready_at_once(void **state)
{
	struct pull_fixture *f = *state;

	pull_fixture_know_all(f);
	f->recorder.is_now = true;
	pull_fixture_run(f, pull_small_source, PULL_SMALL_PAGES, PULL_FIRST);
	pull_fixture_expect_success(f);
	assert_buf(&f->recorder.log, pull_small_source_log);
}

static void nothing_to_ask_is_complete(void **state)
{
	struct pull_fixture *f = *state;

	pull_fixture_run(f, NULL, 0, "https://example.org/nothing-to-ask");
	pull_fixture_expect_success(f);
	assert_buf(&f->recorder.log, "REMEMBER 0 end=reached\n");
}

static void bodies_can_be_read_again(void **state)
{
	enum { BIG_BYTES = 5 * 1024 * 1024 + 123 };
	static const struct pull_page pages[] = {
		{ "/first", NULL, BIG_BYTES, 0, 0, 0 },
	};
	struct pull_fixture *f = *state;

	pull_fixture_run(f, pages, 1, PULL_FIRST);
	pull_fixture_expect_success(f);
	assert_buf(&f->recorder.log, "REMEMBER 1 bytes=5243003 5243003 5243003 5243003\n"
				     "PAGE 1 0\nREMEMBER 0 end=reached\n");
	assert_int_equal(f->pull.figures.body_bytes, BIG_BYTES);
}

static void lost_pages_do_not_end_the_harvest(void **state)
{
	static const struct pull_page pages[] = {
		{ "/first",
		  "list https://example.org/fails\nlist https://example.org/missing\n"
		  "list https://example.org/cut\nlist https://example.org/torn\n"
		  "list https://example.org/absent\nreject a\n",
		  0, 0, 0, 0 },
		{ "/fails", "", 0, 0, ERR_TIMEOUT, 0 },
		{ "/missing", "not read\n", 0, 404, 0, 0 },
		{ "/cut", "reject b\n", 0, 0, 0, BODY_CUT },
		{ "/torn", "reject c\nfail\nreject d\n", 0, 0, 0, 0 },
	};
	struct pull_fixture *f = *state;
	const char *log;

	f->options.parallel_requests = 1;
	pull_fixture_run(f, pages, countof(pages), PULL_FIRST);
	pull_fixture_expect_success(f);
	assert_int_equal(f->pull.figures.n_pages, 6);
	assert_int_equal(f->pull.figures.n_pages_lost, 5);
	log = buf_z(&f->recorder.log);
	assert_non_null(strstr(log, "PAGE 2 0 (https://example.org/fails: as the table says)\n"));
	assert_non_null(strstr(log, "PAGE 3 0 (the page is not there)\n"));
	assert_non_null(strstr(log, "REJECT 4 b (no title)\nPAGE 4 1 (the line was cut)\n"));
	assert_non_null(strstr(log, "REJECT 5 c (no title)\nPAGE 5 1 (the page is torn)\n"));
	assert_non_null(strstr(log, "PAGE 6 0 (https://example.org/absent: no such page)\n"));
	assert_int_equal(f->answerer.n_most_open, 1);
}

static void requests_are_limited_at_the_answerer(void **state)
{
	struct buf script = BUF_INIT(100000);
	struct pull_fixture *f = *state;
	struct pull_page pages[2];

	for (unsigned i = 0; i < 200; i++)
		buf_printf(&script, "detail https://example.org/detail/%u/x\n", i);
	pages[0] = (struct pull_page){ "/first", buf_z(&script), 0, 0, 0, 0 };
	pages[1] = (struct pull_page){ "/x", "reject y\n", 0, 0, 0, 0 };
	f->options.parallel_requests = 3;
	pull_fixture_run(f, pages, 2, PULL_FIRST);
	pull_fixture_expect_success(f);
	assert_int_equal(f->pull.figures.n_shown, 200);
	assert_int_equal(f->answerer.n_most_open, 3);
	buf_clear(&script);
}

static void details_come_before_further_list_pages(void **state)
{
	static const struct pull_page pages[] = {
		{ "/first",
		  "list https://example.org/second\ndetail https://example.org/d1\n"
		  "detail https://example.org/d2\n",
		  0, 0, 0, 0 },
		{ "/second", "reject last\n", 0, 0, 0, 0 },
		{ "/d1", "reject d1\n", 0, 0, 0, 0 },
		{ "/d2", "reject d2\n", 0, 0, 0, 0 },
	};
	struct pull_fixture *f = *state;

	f->options.parallel_requests = 1;
	pull_fixture_run(f, pages, countof(pages), PULL_FIRST);
	pull_fixture_expect_success(f);
	assert_buf(&f->recorder.log,
		   "PAGE 1 0\nREJECT 3 d1 (no title)\nPAGE 3 1\nREJECT 4 d2 (no title)\n"
		   "PAGE 4 1\nREJECT 2 last (no title)\nPAGE 2 1\nREMEMBER 0 end=reached\n");
}

static void unproven_end_is_said_and_no_failure(void **state)
{
	static const struct {
		const char *script;
		const char *why;
	} cases[] = {
		{ "unproven\nreject a\n", "nothing proved the end of the list" },
		{ "refuse\nreject a\n", "the pages do not fit together" },
	};
	struct pull_fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		pull_fixture_run_one(f, cases[i].script);
		assert_int_equal(f->failure.code, ERR_OK);
		assert_false(f->pull.is_proven);
		assert_string_equal(f->pull.end_rule, "");
		assert_string_equal(f->pull.incomplete.msg, cases[i].why);
	}
}

static void source_that_cannot_begin_says_why(void **state)
{
	struct pull_fixture *f = *state;

	pull_fixture_run(f, NULL, 0, "https://example.org/cannot-begin");
	assert_int_equal(f->failure.code, ERR_OK);
	assert_string_equal(f->pull.incomplete.msg, "the source lacks a setting");
	assert_int_equal(f->pull.incomplete.code, ERR_CONFIG);
}

/* Cancels after n turns; whether the pull had come to its end by itself. */
static bool cancel_after_turns(struct pull_fixture *f, unsigned n_turns)
{
	pull_fixture_start(f, pull_small_source, PULL_SMALL_PAGES, PULL_FIRST);
	for (unsigned i = 0; i < n_turns && !f->is_done; i++)
		loop_turn(&f->loop, PULL_WAIT_MS);
	if (f->is_done)
		return true;
	pull_cancel(&f->pull);
	pull_cancel(&f->pull);
	assert_false(f->is_done);
	assert_true(loop_run_until(&f->loop, &f->is_done, PULL_WAIT_MS));
	/* It may have been faster; else it was stopped. */
	if (f->failure.code != ERR_OK)
		assert_int_equal(f->failure.code, ERR_CANCELLED);
	assert_int_equal(f->answerer.n_open, 0);
	assert_int_equal(f->recorder.n_in_hand, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	return false;
}

static void pull_can_be_cancelled_at_every_turn(void **state)
{
	struct pull_fixture *f = *state;
	unsigned n = 0;

	pull_fixture_know_all(f);
	while (!cancel_after_turns(f, n))
		assert_true(++n < 2000);
	assert_true(n > 5);
	pull_fixture_expect_success(f);
	pull_cancel(&f->pull); /* too late: nothing */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PULL_TEST(pages_arrive_in_order_and_whole),
		PULL_TEST(sink_may_be_ready_at_once),
		PULL_TEST(nothing_to_ask_is_complete),
		PULL_TEST(bodies_can_be_read_again),
		PULL_TEST(lost_pages_do_not_end_the_harvest),
		PULL_TEST(requests_are_limited_at_the_answerer),
		PULL_TEST(details_come_before_further_list_pages),
		PULL_TEST(unproven_end_is_said_and_no_failure),
		PULL_TEST(source_that_cannot_begin_says_why),
		PULL_TEST(pull_can_be_cancelled_at_every_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
