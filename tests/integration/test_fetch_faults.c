// SPDX-License-Identifier: EUPL-1.2
/*
 * Fetching from a scripted partner that fails, breaks off, says nothing or asks
 * for time: what is tried again, when, and what counts as an answer.
 */
#include "tests/support/fetch_fixture.h"
#include "tests/support/jumping_clock.h"

#include "base/clock.h"
#include "base/limits.h"

/* --- what goes wrong --- */

static void faults_before_the_body_are_tried_again(void **state)
{
	static const struct partner_answer faults[] = {
		{ .status = 500 },
		{ .status = 503 },
		{ .status = 429, .headers = { { "Retry-After", "0" } } },
		{ .fault = PARTNER_CUT_BEFORE_HEAD },
		{ .fault = PARTNER_RESET, .body = "lost" },
		{ .fault = PARTNER_CUT, .body = "lost" },
	};
	struct fetch_fixture *f = *state;

	for (size_t i = 0; i < countof(faults); i++) {
		struct partner_answer sequence[] = { faults[i], faults[i], { .body = "good" } };
		struct fetch *fetch;

		partner_forget(f->partner);
		partner_route_sequence(f->partner, "/r", sequence, countof(sequence));
		fetch = fetch_fixture_get(f, "/r");
		/* A kept connection that is cut is tried anew by libcurl, uncounted. */
		if (fetch->status != 200 || partner_count(f->partner, "/r") != 3)
			fail_msg("fault %zu: status %u after %u requests", i, fetch->status,
				 fetch->n_requests);
		assert_buf(fetch_fixture_body(f, 0), "good");
	}
}

static void a_partner_that_only_fails_is_given_up_after_all_tries(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer down = { .status = 502, .body = "gateway" };
	const struct err *err;

	partner_route(f->partner, "/down", &down);
	err = fetch_fixture_get_failure(f, "/down");
	assert_int_equal(err->code, ERR_REMOTE);
	assert_non_null(strstr(err->msg, "502"));
	assert_int_equal(partner_count(f->partner, "/down"), 1 + f->source.n_retries);
	assert_int_equal(f->seen[0].fetch.n_requests, 1 + f->source.n_retries);
}

static void a_body_that_ends_badly_is_an_answer_with_what_came(void **state)
{
	static const struct {
		struct partner_answer answer;
		enum body_end end;
	} cases[] = {
		{ { .body = "0123456789", .fault = PARTNER_CUT, .fault_at_bytes = 5 }, BODY_CUT },
		{ { .body = "0123456789",
		    .is_chunked = true,
		    .fault = PARTNER_CUT,
		    .fault_at_bytes = 5 },
		  BODY_CUT },
		{ { .body = "01234", .length_lie_bytes = 7 }, BODY_CUT },
		{ { .body = "01234", .is_endless = true }, BODY_TOO_BIG },
		{ { .body = "0123456789", .fault = PARTNER_STALL, .fault_at_bytes = 5 },
		  BODY_TIMEOUT },
	};
	struct fetch_fixture *f = *state;

	f->source.max_body_bytes = 100000;
	f->source.idle_timeout_ms = 300;
	for (size_t i = 0; i < countof(cases); i++) {
		struct fetch *fetch;

		partner_route(f->partner, "/bad", &cases[i].answer);
		fetch = fetch_fixture_get(f, "/bad");
		assert_int_equal(fetch->status, 200);
		if (fetch->end != cases[i].end)
			fail_msg("case %zu: end %d: %s", i, (int)fetch->end, fetch->why.msg);
		assert_int_not_equal(fetch->why.code, ERR_OK);
		assert_true(spool_bytes(fetch->body) <= 100000);
		assert_memory_equal(fetch_fixture_body(f, 0)->data, "01234", 5);
	}
}

static void a_bomb_stops_at_the_limit_of_decoded_bytes(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer bomb = { .is_gzip = true, .bomb_bytes = 1u << 30 };
	struct fetch *fetch;

	f->source.max_body_bytes = 1 << 20;
	partner_route(f->partner, "/bomb", &bomb);
	fetch = fetch_fixture_get(f, "/bomb");
	assert_int_equal(fetch->end, BODY_TOO_BIG);
	assert_int_equal(fetch->why.code, ERR_LIMIT);
	assert_true(spool_bytes(fetch->body) <= 1 << 20);
}

static void what_cannot_be_decoded_is_a_cut(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .body = "this is not gzip",
				    .headers = { { "Content-Encoding", "gzip" } } };

	f->source.n_retries = 0;
	partner_route(f->partner, "/enc", &a);
	assert_int_equal(fetch_fixture_get_failure(f, "/enc")->code, ERR_NETWORK);
}

static void a_partner_that_says_nothing_is_a_time_out(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .fault = PARTNER_STALL_BEFORE_HEAD };

	f->source.idle_timeout_ms = 250;
	f->source.n_retries = 1;
	partner_route(f->partner, "/mute", &a);
	assert_int_equal(fetch_fixture_get_failure(f, "/mute")->code, ERR_TIMEOUT);
	assert_int_equal(f->seen[0].fetch.n_requests, 2);
}

static void a_machine_that_stands_still_ends_no_transfer(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .body = "all of it",
				    .fault = PARTNER_STALL,
				    .fault_at_bytes = 3 };
	uint64_t until_ms = clock_mono_ms() + FETCH_WAIT_MS;

	f->source.request_timeout_ms = 24 * 3600 * 1000;
	f->source.n_retries = 0;
	partner_route(f->partner, "/still", &a);
	fetch_fixture_start(f, 0, "/still");
	while (!partner_wait_stalled(f->partner, 1, 1) && clock_mono_ms() < until_ms)
		loop_turn(&f->loop, 10);
	for (int i = 0; i < 20; i++)
		loop_turn(&f->loop, 1); /* the first bytes are read, if they are there */
	jumping_clock_forward_ms(3600 * 1000);
	loop_turn(&f->loop, 0);
	partner_release(f->partner, NULL);
	fetch_fixture_wait(f, 0);
	assert_int_equal(f->seen[0].fetch.end, BODY_OK);
	assert_buf(fetch_fixture_body(f, 0), "all of it");
}

static void a_dripping_body_ends_at_the_deadline_of_the_whole(void **state)
{
	struct fetch_fixture *f = *state;
	struct buf long_text = BUF_INIT(1 << 22);
	struct partner_answer a = { .is_dripping = true };

	buf_fill(&long_text, 'x', 1 << 21);
	a.body = buf_z(&long_text);
	f->source.request_timeout_ms = 300;
	partner_route(f->partner, "/drip", &a);
	assert_int_equal(fetch_fixture_get(f, "/drip")->end, BODY_TIMEOUT);
	buf_clear(&long_text);
}

static void nobody_listening_is_a_failure_of_the_network(void **state)
{
	struct fetch_fixture *f = *state;
	uint16_t port = partner_port(f->partner);
	char url[64];

	partner_close(f->partner);
	f->source.n_retries = 1;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
	fetch_fixture_start_url(f, 0, url);
	fetch_fixture_wait(f, 0);
	assert_int_equal(f->seen[0].err.code, ERR_NETWORK);
	f->partner = partner_open(NULL);
}

/* --- Retry-After --- */

static void a_short_wish_for_time_is_waited_for(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer sequence[] = {
		{ .status = 429, .headers = { { "Retry-After", "1" } } }, { .body = "now" }
	};
	uint64_t start_ms = clock_mono_ms();

	partner_route_sequence(f->partner, "/busy", sequence, 2);
	fetch_fixture_get(f, "/busy");
	assert_buf(fetch_fixture_body(f, 0), "now");
	assert_true(clock_mono_ms() - start_ms >= 900);
}

static void a_long_wish_ends_the_fetch_and_is_remembered(void **state)
{
	struct fetch_fixture *f = *state;
	char date[32];
	struct partner_answer a = { .status = 503 };
	const char *wishes[] = { "7200", date };

	for (size_t i = 0; i < countof(wishes); i++) {
		char path[16];

		clock_format_http(date, clock_now_s() + 7300);
		snprintf(a.headers[0].name, sizeof(a.headers[0].name), "Retry-After");
		snprintf(a.headers[0].value, sizeof(a.headers[0].value), "%s", wishes[i]);
		snprintf(path, sizeof(path), "/later%zu", i);
		partner_route(f->partner, path, &a);
		assert_int_equal(fetch_fixture_get_failure(f, path)->code, ERR_REMOTE);
		assert_in_range(f->seen[0].fetch.not_before_s, clock_now_s() + 7190,
				clock_now_s() + 7310);
		/* The host is left alone: not even asked. */
		assert_int_equal(partner_count(f->partner, path), i == 0 ? 1 : 0);
	}
	assert_in_range(f->backoff_s, clock_now_s() + 7190, clock_now_s() + 7310);
	assert_non_null(strstr(partner_base(f->partner), f->backoff_host));
}

static void a_host_remembered_from_before_is_not_asked(void **state)
{
	struct fetch_fixture *f = *state;
	char host[64];

	snprintf(host, sizeof(host), "127.0.0.1:%u", partner_port(f->partner));
	fetcher_set_host_backoff(f->fetcher, host, clock_now_s() + 10000);
	assert_int_equal(fetch_fixture_get_failure(f, "/any")->code, ERR_REMOTE);
	assert_int_equal(partner_count(f->partner, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FETCH_TEST(faults_before_the_body_are_tried_again),
		FETCH_TEST(a_partner_that_only_fails_is_given_up_after_all_tries),
		FETCH_TEST(a_body_that_ends_badly_is_an_answer_with_what_came),
		FETCH_TEST(a_bomb_stops_at_the_limit_of_decoded_bytes),
		FETCH_TEST(what_cannot_be_decoded_is_a_cut),
		FETCH_TEST(a_partner_that_says_nothing_is_a_time_out),
		FETCH_TEST(a_machine_that_stands_still_ends_no_transfer),
		FETCH_TEST(a_dripping_body_ends_at_the_deadline_of_the_whole),
		FETCH_TEST(nobody_listening_is_a_failure_of_the_network),
		FETCH_TEST(a_short_wish_for_time_is_waited_for),
		FETCH_TEST(a_long_wish_ends_the_fetch_and_is_remembered),
		FETCH_TEST(a_host_remembered_from_before_is_not_asked),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
