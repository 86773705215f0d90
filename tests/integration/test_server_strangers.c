// SPDX-License-Identifier: EUPL-1.2
/*
 * The HTTP server and clients that are slow, silent, too large, talk nonsense
 * or vanish: whatever one does, others are answered.
 */
#include "tests/support/plain_server.h"

#include "base/log.h"
#include "daemon/api/exchange.h"

static void bytes_that_come_one_by_one_are_a_request_too(void **state)
{
	static const char request[] = "GET /echo/slow HTTP/1.1\r\nHost: x\r\n\r\n";
	struct plain_server f;
	struct http_client c;
	struct http_answer answer;

	(void)state;
	plain_server_open(&f, NULL);
	plain_server_client(&c, &f);
	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		assert_int_equal(http_client_send_some(&c, slice_make(request + i, 1)), 1);
		loop_turn(&f.at.loop, 0);
		loop_turn(&f.at.loop, 0);
	}
	answer = http_client_answer(&c, false);
	http_assert_status(&answer, 200);
	http_assert_has(&answer, "slow");
	http_client_close(&c);
	plain_server_close(&f);
}

/* Sends a byte a turn until the server closes: idle time alone would never end it. */
static void drip_until_end(struct http_client *c, const char *start)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;

	http_client_say(c, start);
	while (!c->is_ended) {
		assert_true(clock_mono_ms() < until_ms);
		(void)http_client_send_some(c, SLICE_LIT("a"));
		http_client_turn(c);
	}
}

static void slow_heads_and_bodies_have_a_deadline(void **state)
{
	static const char *const starts[] = {
		"",
		"GET /echo/",
		"GET /echo/1 HTTP/1.1\r\nHost: x\r\nX-Long: ",
		"POST /echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
		"POST /echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfff0\r\n",
	};
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;

	(void)state;
	limits.head_ms = limits.upload_ms = limits.idle_ms = 50;
	plain_server_open(&f, &limits);
	for (size_t i = 0; i < countof(starts); i++) {
		struct http_client c;

		print_message("%.30s\n", starts[i]);
		plain_server_client(&c, &f);
		drip_until_end(&c, starts[i]);
		http_client_close(&c);
		plain_server_check_others(&f);
	}
	plain_server_close(&f);
}

static void idle_connections_end(void **state)
{
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client c;

	(void)state;
	limits.idle_ms = 30;
	plain_server_open(&f, &limits);
	plain_server_client(&c, &f);
	http_client_say(&c, "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_expect(&c, 200);
	http_client_wait_end(&c);
	http_client_close(&c);
	plain_server_close(&f);
}

static void a_client_that_takes_nothing_has_a_deadline(void **state)
{
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client c, slow;

	(void)state;
	limits.write_ms = 30;
	limits.write_bytes_per_s = 1000 * 1000 * 1000;
	plain_server_open(&f, &limits);
	plain_server_client(&c, &f);
	/* More than the socket holds. */
	http_client_say(&c, "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 100; i++)
		loop_turn(&f.at.loop, 2);
	plain_server_check_others(&f);
	http_client_wait_end(&c);
	assert_true(c.in.len > 0 && c.in.len < 8000000);
	http_client_close(&c);
	plain_server_close(&f);

	/* One that takes it slowly is given time for its size. */
	limits.write_bytes_per_s = 1000 * 1000;
	plain_server_open(&f, &limits);
	plain_server_client(&slow, &f);
	http_client_say(&slow, "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 50; i++)
		loop_turn(&f.at.loop, 2);
	http_client_expect(&slow, 200);
	http_client_close(&slow);
	plain_server_close(&f);
}

static void what_is_too_large_is_refused(void **state)
{
	enum { HEADER = 100, QUERY = 200, UPLOAD = 300, CHUNKS = 400 };
	static const struct {
		int what;
		size_t bytes;
		unsigned statuses[3]; /* one of them; 0: closed without an answer */
	} table[] = {
		{ QUERY, 9000, { 414, 414, 414 } },        { QUERY, 40000, { 414, 414, 0 } },
		{ QUERY, 1000000, { 414, 414, 0 } },       { HEADER, 1000, { 200, 200, 200 } },
		{ HEADER, 40000, { 431, 413, 0 } },        { HEADER, 1000000, { 431, 413, 0 } },
		{ UPLOAD, 65536, { 403, 403, 403 } },      { UPLOAD, 65537, { 413, 413, 413 } },
		{ UPLOAD, 1000000000, { 413, 413, 413 } }, { CHUNKS, 70000, { 413, 413, 413 } },
		{ CHUNKS, 1000000, { 413, 0, 0 } },
	};
	struct plain_server f;

	(void)state;
	plain_server_open(&f, NULL);
	for (size_t i = 0; i < countof(table); i++) {
		struct http_client c;
		struct buf text = BUF_INIT(2 * 1024 * 1024);
		size_t n = table[i].bytes;
		unsigned status;

		print_message("%d: %zu\n", table[i].what, n);
		switch (table[i].what) {
		case QUERY:
			buf_str(&text, "GET /echo/1?q=");
			buf_fill(&text, 'a', n);
			buf_str(&text, " HTTP/1.1\r\nHost: x\r\n\r\n");
			break;
		case HEADER:
			buf_str(&text, "GET /echo/1 HTTP/1.1\r\nHost: x\r\nX-A: ");
			buf_fill(&text, 'a', n);
			buf_str(&text, "\r\n\r\n");
			break;
		case UPLOAD:
			buf_printf(
				&text,
				"POST /echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n",
				n);
			buf_fill(&text, 'a', n > 100000 ? 100000 : n);
			break;
		default:
			buf_printf(&text,
				   "POST /echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
				   "chunked\r\n\r\n%zx\r\n",
				   n);
			buf_fill(&text, 'a', n);
			buf_str(&text, "\r\n0\r\n\r\n");
		}
		plain_server_client(&c, &f);
		http_client_say(&c, buf_z(&text));
		status = http_client_answer(&c, false).status;
		if (status != table[i].statuses[0] && status != table[i].statuses[1] &&
		    status != table[i].statuses[2])
			fail_msg("status %u", status);
		http_client_close(&c);
		buf_clear(&text);
		plain_server_check_others(&f);
	}
	plain_server_close(&f);
}

static void nonsense_is_answered_or_cut(void **state)
{
	static const char *const table[] = {
		"\r\n\r\n\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"GET\r\n\r\n",
		"GET / HTTP/9.9\r\n\r\n",
		"GET / HTTP/1.1\r\nno colon\r\n\r\n",
		"GET /echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
		"GET /echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"POST /echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET /echo/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /echo/1?%00 HTTP/1.1\r\nHost: x\r\n\r\n",
		": : :\r\n\r\n",
		"POST /echo/1 HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
	};
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;

	(void)state;
	limits.head_ms = limits.upload_ms = limits.idle_ms = 100;
	plain_server_open(&f, &limits);
	for (size_t i = 0; i < countof(table); i++) {
		struct http_client c;
		unsigned status;

		plain_server_client(&c, &f);
		http_client_say(&c, table[i]);
		status = http_client_answer(&c, false).status;
		print_message("%zu: %u\n", i, status);
		assert_true(status == 0 || (status >= 400 && status < 600));
		http_client_close(&c);
		plain_server_check_others(&f);
	}
	plain_server_close(&f);
}

/* A client goes away after each number of bytes of its request, and of turns. */
static void clients_vanish_at_every_moment(void **state)
{
	static const char request[] =
		"POST /echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd"
		"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;

	(void)state;
	plain_server_open(&f, &limits);
	for (size_t n = 0; n < sizeof(request); n++) {
		for (int turns = 0; turns < 4; turns++) {
			struct http_client c;

			plain_server_client(&c, &f);
			if (n > 0)
				assert_int_equal(http_client_send_some(&c, slice_make(request, n)),
						 n);
			for (int i = 0; i < turns; i++)
				loop_turn(&f.at.loop, 0);
			http_client_close(&c);
			if (plain_seen.n_waiting == 0)
				continue;
			exchange_answered(plain_seen.waiting[0], NULL);
			plain_seen.n_waiting = 0;
		}
	}
	plain_server_check_others(&f);
	plain_server_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_that_come_one_by_one_are_a_request_too),
		cmocka_unit_test(slow_heads_and_bodies_have_a_deadline),
		cmocka_unit_test(idle_connections_end),
		cmocka_unit_test(a_client_that_takes_nothing_has_a_deadline),
		cmocka_unit_test(what_is_too_large_is_refused),
		cmocka_unit_test(nonsense_is_answered_or_cut),
		cmocka_unit_test(clients_vanish_at_every_moment),
	};

	signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
