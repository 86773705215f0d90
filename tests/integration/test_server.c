// SPDX-License-Identifier: EUPL-1.2
/*
 * The HTTP server in this process: what is asked is answered, at once or
 * later, in its order, and closing answers what waits.
 */
#include "tests/support/plain_server.h"

#include "base/log.h"
#include "daemon/api/exchange.h"

enum { MOST_TURNS = 5000 };

/* --- ordinary things --- */

static void requests_are_answered_in_their_order(void **state)
{
	static const struct {
		const char *request;
		unsigned status;
		const char *has, *has_too, *lacks;
	} table[] = {
		{ "GET /echo/a%20b?q=%C3%A4+1 HTTP/1.1\r\nHost: x\r\n\r\n", 200,
		  "{\"id\":\"a b\",\"q\":\"ä 1\",\"method\":0}", "Cache-Control: no-store",
		  "ETag" },
		{ "GET http://y/echo/z HTTP/1.1\r\nHost: x\r\n\r\n", 200, "\"id\":\"z\"",
		  "Content-Type: application/json", NULL },
		{ "HEAD /echo/a HTTP/1.1\r\nHost: x\r\n\r\n", 200, "Content-Length: 21", NULL,
		  "{\"id\"" },
		{ "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404, "\"code\":\"not-found\"",
		  "Content-Type: application/problem+json", NULL },
		{ "PUT /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", 405,
		  "Allow: GET, HEAD, OPTIONS, POST\r\n", "\"status\":405", NULL },
		{ "DELETE /big HTTP/1.1\r\nHost: x\r\n\r\n", 405, "Allow: GET, HEAD, OPTIONS\r\n",
		  NULL, NULL },
		{ "OPTIONS /big HTTP/1.1\r\nHost: x\r\n\r\n", 204, "Allow: GET, HEAD, OPTIONS\r\n",
		  NULL, NULL },
		{ "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 204,
		  "Allow: GET, HEAD, OPTIONS, POST\r\n", NULL, NULL },
		{ "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 403,
		  "admin socket only", "\"code\":\"denied\"", NULL },
		{ "GET /echo/a?r=1 HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		  "unknown parameter \\\"r\\\": /echo/{id} knows q", "\"known\":[\"q\"]", NULL },
		{ "GET /echo/a?q=%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400, "expected UTF-8", NULL,
		  NULL },
		{ "GET /fail HTTP/1.1\r\nHost: x\r\n\r\n", 409, "\"detail\":\"not now\"", NULL,
		  NULL },
		{ "GET /big?bytes=33554433 HTTP/1.1\r\nHost: x\r\n\r\n", 200, "Content-Length: 0",
		  NULL, NULL },
	};
	struct plain_server f;
	struct http_client c;
	struct http_answer answer;

	(void)state;
	plain_server_open(&f, NULL);
	plain_server_client(&c, &f);
	for (size_t i = 0; i < countof(table); i++) {
		struct slice request = slice_of(table[i].request);
		bool is_head = slice_starts_with(request, SLICE_LIT("HEAD"));

		print_message("%.*s\n", SLICE_ARG(slice_first(request, 40)));
		http_client_say(&c, table[i].request);
		answer = http_client_answer(&c, is_head);
		http_assert_status(&answer, table[i].status);
		http_assert_has(&answer, table[i].has);
		if (table[i].has_too != NULL)
			http_assert_has(&answer, table[i].has_too);
		if (table[i].lacks != NULL)
			http_assert_lacks(&answer, table[i].lacks);
		assert_int_equal(c.in.len, c.n_taken);
	}
	http_client_close(&c);
	plain_server_close(&f);
}

static void the_admin_socket_answers_more(void **state)
{
	struct plain_server f;
	struct http_client c;
	struct http_answer answer;

	(void)state;
	plain_server_open(&f, NULL);
	http_client_open(&c, f.at.admin_path, &f.at.loop);
	http_client_say(&c, "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
	answer = http_client_answer(&c, false);
	http_assert_status(&answer, 200);
	http_assert_has(&answer, "\"method\":2");
	http_client_say(&c, "GET /echo/b HTTP/1.1\r\nHost: x\r\n\r\n");
	answer = http_client_answer(&c, false);
	http_assert_status(&answer, 200);
	http_client_close(&c);
	plain_server_close(&f);
}

static void pipelined_requests_are_all_answered(void **state)
{
	enum { N = 2000 };
	struct plain_server f;
	struct http_client c;
	struct buf text = BUF_INIT(1024 * 1024);
	struct http_answer answer;

	(void)state;
	plain_server_open(&f, NULL);
	plain_server_client(&c, &f);
	for (int i = 0; i < N; i++)
		buf_printf(&text, "GET /echo/%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
	http_client_say(&c, buf_z(&text));
	for (int i = 0; i < N; i++) {
		char id[32];

		snprintf(id, sizeof(id), "{\"id\":\"%d\"", i);
		answer = http_client_answer(&c, false);
		http_assert_status(&answer, 200);
		http_assert_has(&answer, id);
	}
	http_client_close(&c);
	buf_clear(&text);
	plain_server_close(&f);
}

static void a_connection_ends_after_its_share_of_requests(void **state)
{
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client c;
	struct http_answer answer;

	(void)state;
	limits.n_requests = 3;
	plain_server_open(&f, &limits);
	plain_server_client(&c, &f);
	for (int i = 0; i < 3; i++) {
		http_client_say(&c, "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
		answer = http_client_answer(&c, false);
		http_assert_status(&answer, 200);
		if (i < 2)
			http_assert_lacks(&answer, "Connection: close");
		else
			http_assert_has(&answer, "Connection: close");
	}
	http_client_wait_end(&c);
	http_client_close(&c);
	plain_server_close(&f);
}

/* --- answers that come later --- */

static void waiting_requests_are_answered_when_their_answer_is_there(void **state)
{
	struct plain_server f;
	struct http_client first, second;
	struct http_answer answer;
	struct err why = ERR_INIT;

	(void)state;
	plain_server_open(&f, NULL);
	plain_server_client(&first, &f);
	plain_server_client(&second, &f);
	http_client_say(&first, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	plain_server_turn_until(&f, &plain_seen.n_waiting, 1);
	http_client_say(&second, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	plain_server_turn_until(&f, &plain_seen.n_waiting, 2);
	plain_server_check_others(&f);
	buf_str(&plain_seen.waiting[1]->body, "{}");
	exchange_answered(plain_seen.waiting[1], NULL);
	answer = http_client_answer(&second, false);
	http_assert_status(&answer, 200);
	err_set(&why, ERR_TIMEOUT, "too slow");
	exchange_answered(plain_seen.waiting[0], &why);
	answer = http_client_answer(&first, false);
	http_assert_status(&answer, 503);
	http_assert_has(&answer, "too slow");
	http_assert_has(&answer, "Retry-After: 1");
	plain_seen.n_waiting = 0;
	http_client_close(&first);
	http_client_close(&second);
	plain_server_close(&f);
}

static void a_client_that_vanishes_cancels_what_it_asked(void **state)
{
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client c;

	(void)state;
	plain_server_open(&f, &limits);
	plain_server_client(&c, &f);
	http_client_say(&c, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	plain_server_turn_until(&f, &plain_seen.n_waiting, 1);
	http_client_close(&c);
	plain_server_turn_until(&f, &plain_seen.n_cancelled, 1);
	plain_server_check_others(&f);
	plain_server_close(&f);
	assert_int_equal(plain_seen.n_cancelled, 1);
}

static void a_half_closed_client_gets_its_answer(void **state)
{
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client c, idle;
	struct http_answer answer;

	(void)state;
	plain_server_open(&f, &limits);
	/* With another connection the order in which the library looks at them is another. */
	plain_server_client(&idle, &f);
	answer = http_client_get(&idle, "/echo/1", "");
	http_assert_status(&answer, 200);
	plain_server_client(&c, &f);
	http_client_say(&c, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_finish(&c);
	plain_server_turn_until(&f, &plain_seen.n_waiting, 1);
	for (int i = 0; i < 20; i++)
		loop_turn(&f.at.loop, 1);
	assert_int_equal(plain_seen.n_cancelled, 0);
	buf_str(&plain_seen.waiting[0]->body, "{\"late\":true}");
	exchange_answered(plain_seen.waiting[0], NULL);
	plain_seen.n_waiting = 0;
	answer = http_client_answer(&c, false);
	http_assert_status(&answer, 200);
	http_assert_has(&answer, "late");
	http_client_wait_end(&c);
	http_client_close(&c);
	http_client_close(&idle);
	plain_server_close(&f);
}

/* --- closing --- */

static void closing_answers_what_waits(void **state)
{
	struct server_limits limits = plain_server_quick_limits();
	struct plain_server f;
	struct http_client waiting, idle;
	struct http_answer answer;

	(void)state;
	limits.drain_ms = 20;
	limits.force_ms = 10000;
	plain_server_open(&f, &limits);
	plain_server_client(&idle, &f);
	http_client_say(&idle, "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_expect(&idle, 200);
	plain_server_client(&waiting, &f);
	http_client_say(&waiting, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	plain_server_turn_until(&f, &plain_seen.n_waiting, 1);
	server_fixture_begin_close(&f.at);
	http_client_wait_end(&idle);
	assert_false(f.at.is_closed);
	plain_server_turn_until(&f, &plain_seen.n_cancelled, 1);
	answer = http_client_answer(&waiting, false);
	http_assert_status(&answer, 503);
	http_assert_has(&answer, "Connection: close");
	http_client_wait_end(&waiting);
	http_client_close(&waiting);
	http_client_close(&idle);
	plain_server_close(&f);
}

static unsigned count_answers(struct slice bytes)
{
	unsigned n = 0;
	ptrdiff_t at;

	while ((at = slice_find(bytes, SLICE_LIT("HTTP/1.1 "))) >= 0) {
		bytes = slice_from(bytes, (size_t)at + 1);
		n++;
	}
	return n;
}

/* From the first turn to the one in which the client has what it will get. */
static void closing_at_every_turn_ends_clean(void **state)
{
	static const struct {
		const char *request;
		unsigned n_answers;
		size_t n_bytes; /* of them, at least */
		size_t n_waiting; /* that wait for their answer */
		bool ends; /* the server closes the connection */
	} rows[] = {
		{ "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /echo/2 HTTP/1.1\r\nHost: x\r\n\r\n",
		  2, 0, 0, false },
		{ "GET /big?bytes=3000000 HTTP/1.1\r\nHost: x\r\n\r\n", 1, 3000000, 0, false },
		{ "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", 0, 0, 1, false },
		/* The rest of the body never comes. */
		{ "POST /echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", 0, 0, 0,
		  true },
	};
	struct server_limits limits = plain_server_quick_limits();

	(void)state;
	limits.drain_ms = limits.force_ms = 0;
	limits.tick_ms = 1;
	limits.upload_ms = 20;
	for (size_t r = 0; r < countof(rows); r++) {
		bool has_all = false;

		for (int turns = 0; !has_all; turns++) {
			struct plain_server f;
			struct http_client c;

			plain_server_open(&f, &limits);
			plain_server_client(&c, &f);
			assert_true(http_client_send_some(&c, slice_of(rows[r].request)) > 0);
			for (int i = 0; i < turns; i++)
				http_client_turn(&c);
			has_all = count_answers(buf_view(&c.in)) >= rows[r].n_answers &&
				  c.in.len >= rows[r].n_bytes &&
				  plain_seen.n_waiting >= rows[r].n_waiting &&
				  (c.is_ended || !rows[r].ends);
			plain_server_close(&f);
			http_client_close(&c);
			assert_true(turns < MOST_TURNS);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_answered_in_their_order),
		cmocka_unit_test(the_admin_socket_answers_more),
		cmocka_unit_test(pipelined_requests_are_all_answered),
		cmocka_unit_test(a_connection_ends_after_its_share_of_requests),
		cmocka_unit_test(waiting_requests_are_answered_when_their_answer_is_there),
		cmocka_unit_test(a_client_that_vanishes_cancels_what_it_asked),
		cmocka_unit_test(a_half_closed_client_gets_its_answer),
		cmocka_unit_test(closing_answers_what_waits),
		cmocka_unit_test(closing_at_every_turn_ends_clean),
	};

	signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
