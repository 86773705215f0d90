// SPDX-License-Identifier: EUPL-1.2
/*
 * The real daemon and clients that behave as badly as they can, with its own
 * limits and deadlines. Whatever one does, others are answered and the daemon
 * stops in order. (test_server_strangers.c does the same in one process, with small ones.)
 */
#include "base/clock.h"
#include "base/limits.h"
#include "tests/support/catalogue_pages.h"
#include "tests/support/daemon_fixture.h"
#include "tests/support/http_client.h"

enum { CLIENTS = 300, PIPELINED = 2000 };

struct fixture {
	struct daemon_fixture d;
	struct partner *p;
	struct http_client good; /* one that behaves, connected all the time */
};

static const struct partner_answer plain = { .status = 200 };

static int open_all(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	serve_csv(f->p, 1, 500, &plain);
	daemon_source(&f->d, "table", "format = \"csv\" url = \"%s/c.csv\"", partner_base(f->p));
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	daemon_wait_line(&f->d, ": harvest complete;");
	http_client_open(&f->good, f->d.query, NULL);
	*state = f;
	return 0;
}

static int close_all(void **state)
{
	struct fixture *f = *state;

	http_client_close(&f->good);
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	daemon_fixture_close(&f->d);
	partner_close(f->p);
	mem_free(f);
	return 0;
}

static void assert_others_are_served(struct fixture *f)
{
	struct http_answer a = http_client_get(&f->good, "/v1/offers?q=course&limit=3", "");

	/*
	 * It was silent while others had their turn: on a slow machine for longer than the
	 * server waits for a head (LIMIT_API_HEAD_MS) or another request.
	 */
	if (a.status == 0 && f->good.is_ended) {
		http_client_close(&f->good);
		http_client_open(&f->good, f->d.query, NULL);
		a = http_client_get(&f->good, "/v1/offers?q=course&limit=3", "");
	}
	http_assert_status(&a, 200);
	http_assert_has(&a, "\"total\":500");
}

static const char search[] = "GET /v1/offers?q=course&facets=all HTTP/1.1\r\n"
			     "Host: x\r\n\r\n";

static void assert_found(struct fixture *f, struct http_client *c)
{
	struct http_again again = { 0 };
	struct http_answer a =
		http_client_answer_in_the_end(c, f->d.query, SLICE_LIT(search), &again);

	http_assert_status(&a, 200);
	http_assert_has(&a, "\"total\":500");
}

static void three_hundred_clients_search_at_once(void **state)
{
	struct fixture *f = *state;
	struct http_client *clients = mem_new_n(struct http_client, CLIENTS);

	for (int i = 0; i < CLIENTS; i++)
		http_client_open(&clients[i], f->d.query, NULL);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < CLIENTS; i++)
			http_client_send(&clients[i], SLICE_LIT(search));
		for (int i = 0; i < CLIENTS; i++)
			assert_found(f, &clients[i]);
	}
	for (int i = 0; i < CLIENTS; i++)
		http_client_close(&clients[i]);
	mem_free(clients);
	assert_others_are_served(f);
}

/* More than may be connected: each gets an answer, or is told that there is no room. */
static void more_clients_than_there_is_room_for_are_survived(void **state)
{
	enum { MANY = 900 };
	struct fixture *f = *state;
	struct http_client *clients = mem_new_n(struct http_client, MANY);
	int n_answered = 0;
	int n_refused = 0;

	for (int i = 0; i < MANY; i++) {
		http_client_open(&clients[i], f->d.query, NULL);
		http_client_send(
			&clients[i],
			SLICE_LIT("GET /v1/stats?by=lang,source HTTP/1.1\r\nHost: x\r\n\r\n"));
	}
	for (int i = 0; i < MANY; i++) {
		struct http_answer a = http_client_answer(&clients[i], false);

		if (a.status == 200)
			n_answered++;
		else if (a.status == 503)
			n_refused++;
		http_client_close(&clients[i]);
	}
	print_message("%d answered, %d refused\n", n_answered, n_refused);
	assert_int_equal(n_answered + n_refused, MANY);
	assert_true(n_answered > 0);
	mem_free(clients);
	assert_others_are_served(f);
}

static void pipelined_searches_are_all_answered(void **state)
{
	struct fixture *f = *state;
	struct http_client c;
	struct buf text = BUF_INIT(1024 * 1024);

	for (int i = 0; i < PIPELINED; i++)
		buf_printf(&text,
			   "GET /v1/offers?q=course&limit=1&fields=id&snippets=%d HTTP/1.1\r\n"
			   "Host: x\r\n\r\n",
			   i % 2);
	http_client_open(&c, f->d.query, NULL);
	http_client_send(&c, buf_view(&text));
	for (int i = 0; i < PIPELINED; i++) {
		struct http_answer a = http_client_answer(&c, false);

		http_assert_status(&a, 200);
	}
	http_client_close(&c);
	buf_clear(&text);
	assert_others_are_served(f);
}

static void bytes_that_come_one_by_one_are_a_search_too(void **state)
{
	static const char request[] = "GET /v1/offers?q=course HTTP/1.1\r\nHost: x\r\n\r\n";
	struct fixture *f = *state;
	struct http_client c;
	struct http_answer a;

	http_client_open(&c, f->d.query, NULL);
	for (size_t i = 0; i < sizeof(request) - 1; i++)
		assert_int_equal(http_client_send_some(&c, slice_make(request + i, 1)), 1);
	a = http_client_answer(&c, false);
	http_assert_status(&a, 200);
	http_client_close(&c);
}

static void a_half_closed_client_gets_its_answer(void **state)
{
	static const char request[] = "GET /v1/stats?by=lang HTTP/1.1\r\nHost: x\r\n\r\n";
	struct fixture *f = *state;
	struct http_client c;
	struct http_answer a;

	http_client_open(&c, f->d.query, NULL);
	http_client_send(&c, SLICE_LIT(request));
	http_client_finish(&c);
	a = http_client_answer(&c, false);
	http_assert_status(&a, 200);
	http_client_wait_end(&c);
	http_client_close(&c);
}

static void huge_heads_and_query_lines_are_refused(void **state)
{
	static const struct {
		const char *start, *end;
		size_t n;
	} cases[] = {
		{ "GET /v1/offers?q=", " HTTP/1.1\r\nHost: x\r\n\r\n", LIMIT_API_TARGET_BYTES },
		{ "GET /v1/offers?q=", " HTTP/1.1\r\nHost: x\r\n\r\n", 1000000 },
		{ "GET /v1/offers HTTP/1.1\r\nHost: x\r\nCookie: ", "\r\n\r\n", 100000 },
		{ "GET /v1/offers HTTP/1.1\r\n", "Host: x\r\n\r\n", 0 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		struct http_client c;
		struct http_answer a;

		http_client_open(&c, f->d.query, NULL);
		http_client_say(&c, cases[i].start);
		for (size_t n = 0; n < cases[i].n && !c.is_ended; n += 10)
			http_client_send(&c, SLICE_LIT("aaaaaaaaaa"));
		for (int line = 0; cases[i].n == 0 && line < 5000 && !c.is_ended; line++)
			http_client_send(&c, SLICE_LIT("X-Many: 1\r\n"));
		http_client_say(&c, cases[i].end);
		a = http_client_answer(&c, false);
		print_message("%zu: %u\n", i, a.status);
		/* Cut off while it still sends, or told. */
		assert_true(a.status == 0 || a.status == 414 || a.status == 431 || a.status == 413);
		http_client_close(&c);
		assert_others_are_served(f);
	}
}

static void clients_that_vanish_cost_nothing(void **state)
{
	static const char request[] = "GET /v1/stats?by=lang,source HTTP/1.1\r\nHost: x\r\n\r\n";
	struct fixture *f = *state;

	for (size_t n = 0; n < sizeof(request); n++) {
		struct http_client clients[4];

		for (size_t i = 0; i < countof(clients); i++) {
			http_client_open(&clients[i], f->d.query, NULL);
			if (n > 0)
				(void)http_client_send_some(&clients[i], slice_make(request, n));
		}
		for (size_t i = 0; i < countof(clients); i++)
			http_client_close(&clients[i]);
	}
	assert_others_are_served(f);
}

/* All at once, since each waits for the daemon's own deadline. */
static void slow_heads_and_bodies_have_a_deadline(void **state)
{
	static const char *const starts[] = {
		"",
		"G",
		"GET /v1/offers HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"POST /v1/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
		"POST /v1/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff00\r\n",
	};
	struct fixture *f = *state;
	struct http_client clients[countof(starts)];
	uint64_t started_ms = clock_mono_ms();
	bool are_all_ended = false;

	for (size_t i = 0; i < countof(starts); i++) {
		http_client_open(&clients[i], i < 3 ? f->d.query : f->d.admin, NULL);
		http_client_say(&clients[i], starts[i]);
	}
	while (!are_all_ended) {
		are_all_ended = true;
		for (size_t i = 0; i < countof(starts); i++) {
			if (clients[i].is_ended)
				continue;
			are_all_ended = false;
			(void)http_client_send_some(&clients[i], SLICE_LIT("a"));
			http_client_turn(&clients[i]);
		}
		assert_others_are_served(f);
		assert_true(clock_mono_ms() < started_ms + 3 * LIMIT_API_HEAD_MS);
	}
	assert_true(clock_mono_ms() >= started_ms + LIMIT_API_HEAD_MS);
	for (size_t i = 0; i < countof(starts); i++)
		http_client_close(&clients[i]);
}

/* What waits when the daemon is told to stop is answered, or its connection closed: never left. */
static void stopping_leaves_no_client_waiting(void **state)
{
	struct fixture *f = *state;
	struct http_client clients[50];

	for (size_t i = 0; i < countof(clients); i++) {
		http_client_open(&clients[i], f->d.query, NULL);
		http_client_send(&clients[i], SLICE_LIT("GET /v1/stats?by=lang,source,country "
							"HTTP/1.1\r\nHost: x\r\n\r\n"));
	}
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	for (size_t i = 0; i < countof(clients); i++) {
		struct http_answer a = http_client_answer(&clients[i], false);

		assert_true(a.status == 0 || a.status == 200 || a.status == 503);
		http_client_wait_end(&clients[i]);
		http_client_close(&clients[i]);
	}
	http_client_close(&f->good);
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	http_client_open(&f->good, f->d.query, NULL);
	assert_others_are_served(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_hundred_clients_search_at_once),
		cmocka_unit_test(more_clients_than_there_is_room_for_are_survived),
		cmocka_unit_test(pipelined_searches_are_all_answered),
		cmocka_unit_test(bytes_that_come_one_by_one_are_a_search_too),
		cmocka_unit_test(a_half_closed_client_gets_its_answer),
		cmocka_unit_test(huge_heads_and_query_lines_are_refused),
		cmocka_unit_test(clients_that_vanish_cost_nothing),
		cmocka_unit_test(slow_heads_and_bodies_have_a_deadline),
		cmocka_unit_test(stopping_leaves_no_client_waiting),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
