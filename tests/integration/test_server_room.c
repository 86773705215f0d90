// SPDX-License-Identifier: EUPL-1.2
/*
 * The HTTP server and more clients than it has room for: who gets it, who is
 * told to come again, and that answers nobody takes do not fill the memory.
 */
#include "tests/support/plain_server.h"

#include "base/log.h"
#include "daemon/api/exchange.h"

static void three_hundred_connections_are_served_at_once(void **state)
{
	enum { N = 300 };
	struct plain_server f;
	struct http_client *clients = mem_new_n(struct http_client, N);
	struct http_answer answer;

	(void)state;
	plain_server_open(&f, NULL);
	for (int i = 0; i < N; i++) {
		plain_server_client(&clients[i], &f);
		http_client_say(&clients[i], "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	plain_server_turn_until(&f, &plain_seen.n_waiting, N);
	plain_server_check_others(&f);
	for (int i = N - 1; i >= 0; i--) {
		buf_str(&plain_seen.waiting[i]->body, "{}");
		exchange_answered(plain_seen.waiting[i], NULL);
	}
	plain_seen.n_waiting = 0;
	for (int i = 0; i < N; i++) {
		answer = http_client_answer(&clients[i], false);
		http_assert_status(&answer, 200);
		http_client_close(&clients[i]);
	}
	mem_free(clients);
	plain_server_close(&f);
}

static void the_longest_idle_connection_makes_room(void **state)
{
	enum { N = 8 };
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client clients[N + 1];
	struct http_client admin;

	(void)state;
	limits.n_connections = N;
	plain_server_open(&f, &limits);
	for (int i = 0; i < N; i++) {
		plain_server_client(&clients[i], &f);
		http_client_say(&clients[i], "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
		http_client_expect(&clients[i], 200);
	}
	plain_server_client(&clients[N], &f);
	http_client_say(&clients[N], "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_expect(&clients[N], 200);
	http_client_wait_end(&clients[0]);
	http_client_say(&clients[1], "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_expect(&clients[1], 200);
	http_client_open(&admin, f.at.admin_path, &f.at.loop);
	http_client_say(&admin, "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_expect(&admin, 200);
	http_client_close(&admin);
	for (int i = 0; i <= N; i++)
		http_client_close(&clients[i]);
	plain_server_close(&f);
}

static void a_connection_without_room_is_told_so(void **state)
{
	enum { N = 4 };
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client clients[N + 1];
	struct http_answer answer;

	(void)state;
	limits.n_connections = N;
	plain_server_open(&f, &limits);
	for (int i = 0; i < N; i++) {
		plain_server_client(&clients[i], &f);
		http_client_say(&clients[i], "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	plain_server_turn_until(&f, &plain_seen.n_waiting, N);
	plain_server_client(&clients[N], &f);
	answer = http_client_answer(&clients[N], false);
	http_assert_status(&answer, 503);
	http_assert_has(&answer, "\"code\":\"busy\"");
	for (int i = 0; i <= N; i++)
		http_client_close(&clients[i]);
	plain_server_close(&f);
}

static void answers_that_nobody_takes_do_not_fill_the_memory(void **state)
{
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client clients[3];
	struct http_answer answer;

	(void)state;
	limits.unsent_bytes = 20 * 1024 * 1024;
	plain_server_open(&f, &limits);
	for (int i = 0; i < 3; i++)
		plain_server_client(&clients[i], &f);
	http_client_say(&clients[0], "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_say(&clients[1], "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 20; i++)
		loop_turn(&f.at.loop, 1);
	http_client_say(&clients[2], "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	answer = http_client_answer(&clients[2], false);
	http_assert_status(&answer, 503);
	plain_server_check_others(&f);
	http_client_close(&clients[0]);
	http_client_expect(&clients[1], 200);
	http_client_say(&clients[2], "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_expect(&clients[2], 200);
	http_client_close(&clients[1]);
	http_client_close(&clients[2]);
	plain_server_close(&f);
}

/* And not as what it once might have become. */
static void an_answer_counts_as_the_bytes_it_has(void **state)
{
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client clients[2];

	(void)state;
	limits.unsent_bytes = 10 * 1000 * 1000;
	plain_server_open(&f, &limits);
	for (int i = 0; i < 2; i++) {
		plain_server_client(&clients[i], &f);
		http_client_say(&clients[i], "GET /big?bytes=4900000 HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	for (int i = 0; i < 20; i++)
		loop_turn(&f.at.loop, 1);
	for (int i = 0; i < 2; i++) {
		http_client_expect(&clients[i], 200);
		http_client_close(&clients[i]);
	}
	plain_server_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_hundred_connections_are_served_at_once),
		cmocka_unit_test(the_longest_idle_connection_makes_room),
		cmocka_unit_test(a_connection_without_room_is_told_so),
		cmocka_unit_test(answers_that_nobody_takes_do_not_fill_the_memory),
		cmocka_unit_test(an_answer_counts_as_the_bytes_it_has),
	};

	signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
