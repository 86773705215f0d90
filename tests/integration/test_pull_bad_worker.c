// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of daemon/pull with workers that crash, need too much, fall silent or
 * break the protocol in every way we could think of: what was said before
 * stays, and the message names the breach.
 */
#include "daemon/pull_internal.h"
#include "tests/support/jumping_clock.h"
#include "tests/support/pull_fixture.h"

/* --- a worker that ends badly: what it had said stays --- */

static void crash_names_signal_source_and_page(void **state)
{
	struct pull_fixture *f = *state;

	pull_fixture_run_one(f, "reject a\ncrash\n");
	pull_fixture_expect_failure(
		f, ERR_INTERNAL,
		"partner: the worker died of SIGSEGV while reading https://example.org/first");
}

static void pages_before_a_crash_stay(void **state)
{
	static const struct pull_page pages[] = {
		{ "/first", "reject a\nlist https://example.org/second\n", 0, 0, 0, 0 },
		{ "/second", "reject b\nsigkill\n", 0, 0, 0, 0 },
	};
	struct pull_fixture *f = *state;

	pull_fixture_run(f, pages, countof(pages), PULL_FIRST);
	pull_fixture_expect_failure(f, ERR_INTERNAL,
				    "died of SIGKILL while reading https://example.org/second");
	assert_buf(&f->recorder.log, "REJECT 1 a (no title)\nPAGE 1 1\n");
}

static void memory_limit_is_met_with_its_name(void **state)
{
	struct pull_fixture *f = *state;

	pull_fixture_run_one(f, "reject a\nmemory\n");
	pull_fixture_expect_failure(f, ERR_LIMIT,
				    "needs more than 64 MiB of memory (worker-memory)");
	/* Said before, and not lost with it. */
	assert_buf(&f->recorder.log, "REJECT 1 a (no title)\n");
}

static void uncounted_memory_is_limited_too(void **state)
{
#ifdef MICROCAT_SANITIZED
	(void)state;
	skip(); /* sanitizers need an address space without limit */
#else
	struct pull_fixture *f = *state;
	const char *at;
	uint64_t mib = 0;

	pull_fixture_run_one(f, "uncounted-memory\n");
	pull_fixture_expect_success(f);
	at = strstr(buf_z(&f->recorder.log), "mib=");
	assert_non_null(at);
	at += 4;
	assert_true(slice_to_u64(&mib, slice_make(at, strcspn(at, "\n")), 100000));
	assert_in_range(mib, 32, 200);
#endif
}

static void endless_loop_meets_the_cpu_limit(void **state)
{
	struct pull_fixture *f = *state;

	f->options.cpu_s = 1;
	f->options.stall_timeout_ms = 300000; /* where others are busy it waits for its second */
	pull_fixture_run_one(f, "loop\n");
	pull_fixture_expect_failure(f, ERR_LIMIT, "more than 1 s of processor time (worker-cpu)");
}

static void files_are_refused_and_sockets_are_deadly(void **state)
{
	struct pull_fixture *f = *state;

	pull_fixture_run_one(f, "file\n");
	pull_fixture_expect_success(f);
	assert_non_null(strstr(buf_z(&f->recorder.log), "NOTE 1 refused\n"));
	pull_fixture_run_one(f, "socket\n");
	pull_fixture_expect_failure(f, ERR_DENIED, "killed by its lock");
}

/* --- a worker that breaks the protocol --- */

static void every_breach_is_named(void **state)
{
	static const struct {
		const char *play;
		enum err_code code;
		const char *message;
		const char *log; /* what the sink still got */
	} cases[] = {
		{ "exits_at_once", ERR_INTERNAL, "exited with status 3", "" },
		{ "exits_after_ready", ERR_PROTOCOL, "exited in the middle of its work", "" },
		{ "exits_in_page", ERR_INTERNAL,
		  "exited with status 9 while reading https://example.org/a", "GONE 1 kept\n" },
		{ "is_not_locked", ERR_DENIED, "no lock on this door", "" },
		{ "speaks_before_ready", ERR_PROTOCOL, "REQUEST (tag 1): not expected now", "" },
		{ "is_ready_twice", ERR_PROTOCOL, "READY (tag 0): not expected now", "" },
		{ "garbage", ERR_PROTOCOL, "a frame of type 47", "GONE 1 kept\n" },
		{ "oversize", ERR_PROTOCOL, "a OFFER frame of 2147483647 bytes", "" },
		{ "daemons_frame", ERR_PROTOCOL, "a frame of type 7", "" },
		{ "other_tag", ERR_PROTOCOL, "GONE (tag 2): not about what is in hand", "" },
		{ "page_of_other_tag", ERR_PROTOCOL, "PAGE (tag 7): there is no such page", "" },
		{ "page_twice", ERR_PROTOCOL, "PAGE (tag 1): there is no such page", "PAGE 1 0\n" },
		{ "items_before_pages", ERR_PROTOCOL, "items before the first response", "" },
		{ "record_before_pages", ERR_PROTOCOL, "not about what is in hand", "" },
		{ "tag_again", ERR_PROTOCOL, "the tag was used before", "" },
		{ "asks_elsewhere", ERR_DENIED,
		  "https://example.org.evil.example/a, which is not on https://example.org", "" },
		{ "asks_for_a_file", ERR_PROTOCOL, "url is not an absolute http URL", "" },
		{ "asks_while_idle", ERR_PROTOCOL, "not asked for anything", "" },
		{ "asks_too_much", ERR_LIMIT, "LIMIT_OUTSTANDING_REQUESTS", "" },
		{ "too_much_credit", ERR_PROTOCOL, "not the credit that may be given", "" },
		{ "credit_overflow", ERR_PROTOCOL, "not the credit that may be given", "" },
		{ "credit_of_nothing", ERR_PROTOCOL, "there is no such body", "" },
		{ "rewinds_for_ever", ERR_PROTOCOL, "REWIND (tag 1): too often", "" },
		{ "complete_too_early", ERR_PROTOCOL, "nobody asked whether", "" },
		{ "bad_json", ERR_PROTOCOL, "PAGE: items is not a count", "" },
		{ "bad_hashes", ERR_PROTOCOL, "SEEN (tag 1): no hashes", "" },
	};
	static const struct pull_page pages[] = { { "/a", NULL, 1000000, 0, 0, 0 } };
	struct pull_fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		buf_reset(&f->recorder.log);
		f->options.harvest_id = cases[i].play;
		pull_fixture_run(f, pages, 1, PULL_FIRST);
		pull_fixture_expect_failure(f, cases[i].code, cases[i].message);
		assert_buf(&f->recorder.log, cases[i].log);
	}
}

static void breach_after_complete_is_a_failure(void **state)
{
	static const struct {
		const char *play;
		enum err_code code;
		const char *message;
	} cases[] = {
		{ "complete_twice", ERR_PROTOCOL, "COMPLETE (tag 0): not expected now" },
		{ "half_a_frame_at_the_end", ERR_PROTOCOL, "half a frame after COMPLETE" },
		{ "exits_badly_after_complete", ERR_INTERNAL, "exited with status 4" },
	};
	struct pull_fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		f->options.harvest_id = cases[i].play;
		pull_fixture_run(f, NULL, 0, PULL_FIRST);
		assert_int_equal(f->failure.code, cases[i].code);
		assert_non_null(strstr(f->failure.msg, cases[i].message));
	}
}

static void worker_that_stays_after_complete_is_a_failure(void **state)
{
	struct pull_fixture *f = *state;

	f->options.harvest_id = "stays_after_complete";
	pull_fixture_start(f, NULL, 0, PULL_FIRST);
	while (!f->is_done) {
		if (f->pull.state->phase == PULL_COMPLETE)
			jumping_clock_forward_ms(LIMIT_WORKER_EXIT_MS);
		loop_turn(&f->loop, 10);
	}
	assert_int_equal(f->failure.code, ERR_TIMEOUT);
	assert_non_null(strstr(f->failure.msg, "did not exit"));
}

static void worker_that_gives_up_leaves_what_it_found(void **state)
{
	static const struct pull_page pages[] = { { "/a", NULL, 1000000, 0, 0, 0 } };
	struct pull_fixture *f = *state;

	f->options.harvest_id = "gives_up";
	pull_fixture_run(f, pages, 1, PULL_FIRST);
	assert_int_equal(f->failure.code, ERR_OK);
	assert_false(f->pull.is_proven);
	assert_string_equal(f->pull.incomplete.msg, "gave up");
	assert_buf(&f->recorder.log, "GONE 1 kept\n");
}

static void silence_ends_after_the_stall_timeout(void **state)
{
	static const struct pull_page pages[] = { { "/a", NULL, 1000000, 0, 0, 0 } };
	static const char *const plays[] = { "is_silent", "is_silent_in_page" };
	struct pull_fixture *f = *state;

	f->options.stall_timeout_ms = 1000;
	for (size_t i = 0; i < countof(plays); i++) {
		f->options.harvest_id = plays[i];
		pull_fixture_run(f, pages, 1, PULL_FIRST);
		pull_fixture_expect_failure(f, ERR_TIMEOUT, "said nothing for 1 s (stall-timeout)");
	}
}

static void missing_program_is_a_failure(void **state)
{
	struct pull_fixture *f = *state;

	f->options.worker_program = "/nowhere/microcatd";
	pull_fixture_run(f, NULL, 0, PULL_FIRST);
	pull_fixture_expect_failure(f, ERR_NOTFOUND, "/nowhere/microcatd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PULL_TEST(crash_names_signal_source_and_page),
		PULL_TEST(pages_before_a_crash_stay),
		PULL_TEST(memory_limit_is_met_with_its_name),
		PULL_TEST(uncounted_memory_is_limited_too),
		PULL_TEST(endless_loop_meets_the_cpu_limit),
		PULL_TEST(files_are_refused_and_sockets_are_deadly),
		PULL_TEST(every_breach_is_named),
		PULL_TEST(breach_after_complete_is_a_failure),
		PULL_TEST(worker_that_stays_after_complete_is_a_failure),
		PULL_TEST(worker_that_gives_up_leaves_what_it_found),
		PULL_TEST(silence_ends_after_the_stall_timeout),
		PULL_TEST(missing_program_is_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
