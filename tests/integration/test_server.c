// SPDX-License-Identifier: EUPL-1.2
/*
 * The HTTP server in this process, with routes of the test's own and clients
 * that behave as badly as they can. Whatever one does, others are answered.
 *
 * Clients are sockets that never block; the loop turns while they wait.
 */
#include "tests/support/unit.h"

#include "base/log.h"
#include "daemon/api/exchange.h"
#include "daemon/api/server.h"
#include "tests/support/http_client.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { WAITERS_MAX = 400 };

/* --- the test's routes --- */

static struct {
	struct exchange *waiting[WAITERS_MAX]; /* whose answer the test gives */
	size_t n_waiting;
	size_t n_cancelled;
} seen;

static enum err_code begin_echo(struct exchange *x, struct err *err)
{
	struct json_writer w = JSON_WRITER(&x->body);

	(void)err;
	json_open(&w, '{');
	json_field(&w, "id", x->args[0]);
	json_field(&w, "q", param_text(&x->target, "q"));
	json_field_i64(&w, "method", x->method);
	json_close(&w, '}');
	return ERR_OK;
}

static enum err_code begin_big(struct exchange *x, struct err *err)
{
	(void)err;
	buf_fill(&x->body, 'x', param_number(&x->target, "bytes", 0));
	return ERR_OK;
}

static enum err_code begin_fail(struct exchange *x, struct err *err)
{
	(void)x;
	return err_set(err, ERR_CONFLICT, "not now");
}

/* Nobody waits for it: the test forgets it, and the exchange answers itself. */
static void forget_wait(struct exchange *x)
{
	for (size_t i = 0; i < seen.n_waiting; i++) {
		if (seen.waiting[i] == x)
			seen.waiting[i] = seen.waiting[--seen.n_waiting];
	}
	seen.n_cancelled++;
}

static enum err_code begin_wait(struct exchange *x, struct err *err)
{
	if (seen.n_waiting == WAITERS_MAX)
		return err_set(err, ERR_BUSY, "too many wait");
	seen.waiting[seen.n_waiting++] = x;
	exchange_wait(x, forget_wait);
	return ERR_OK;
}

static const struct param echo_params[] = { { .name = "q", .kind = PARAM_TEXT, .max = 4096 } };
static const struct param big_params[] = {
	{ .name = "bytes", .kind = PARAM_NUMBER, .max = 64 * 1024 * 1024 },
};

static const struct route test_routes[] = {
	{ .method = HTTP_GET,
	  .path = "/echo/{id}",
	  .params = echo_params,
	  .n_params = countof(echo_params),
	  .begin = begin_echo },
	{ .method = HTTP_POST, .path = "/echo/{id}", .is_admin = true, .begin = begin_echo },
	{ .method = HTTP_GET,
	  .path = "/big",
	  .params = big_params,
	  .n_params = countof(big_params),
	  .begin = begin_big },
	{ .method = HTTP_GET, .path = "/fail", .begin = begin_fail },
	{ .method = HTTP_GET, .path = "/wait", .begin = begin_wait },
};
static const struct route_table test_table = { test_routes, countof(test_routes) };

/* --- the server --- */

struct fixture {
	struct loop loop;
	struct server *server;
	char dir[32];
	char query_path[64], admin_path[64];
	bool is_closed;
};

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1024), 0);
	return fd;
}

static void open_fixture(struct fixture *f, const struct server_limits *limits)
{
	struct sockets sockets = { .n = 2 };
	struct server_options options = { .sockets = &sockets,
					  .table = &test_table,
					  .limits = limits };
	struct err err = ERR_INIT;

	memset(f, 0, sizeof(*f));
	memset(&seen, 0, sizeof(seen));
	snprintf(f->dir, sizeof(f->dir), "/tmp/mcsrv-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->query_path, sizeof(f->query_path), "%s/query", f->dir);
	snprintf(f->admin_path, sizeof(f->admin_path), "%s/admin", f->dir);
	sockets.items[0] = (struct listening_socket){ .fd = listen_at(f->query_path) };
	sockets.items[1] =
		(struct listening_socket){ .fd = listen_at(f->admin_path), .is_admin = true };
	assert_int_equal(loop_init(&f->loop, &err), ERR_OK);
	assert_int_equal(server_open(&f->server, &f->loop, &options, &err), ERR_OK);
	assert_int_equal(sockets.items[0].fd, -1);
	assert_int_equal(sockets.items[1].fd, -1);
}

static void on_server_closed(void *data)
{
	struct fixture *f = data;

	f->is_closed = true;
}

/* Loop and server end clean, whatever clients did. */
static void close_fixture(struct fixture *f)
{
	struct err err = ERR_INIT;

	if (f->server != NULL) {
		server_close(f->server, on_server_closed, f);
		server_hurry(f->server);
	}
	assert_true(loop_run_until(&f->loop, &f->is_closed, HTTP_CLIENT_PATIENCE_MS));
	assert_int_equal(seen.n_waiting, 0);
	loop_run(&f->loop);
	assert_int_equal(loop_close(&f->loop, &err), ERR_OK);
	unlink(f->query_path);
	unlink(f->admin_path);
	rmdir(f->dir);
}

static struct server_limits quick_limits(void)
{
	struct server_limits limits = SERVER_LIMITS;

	limits.tick_ms = 5;
	limits.drain_ms = 50;
	limits.force_ms = 20;
	return limits;
}

/* --- clients --- */

static void send_text(struct http_client *c, const char *text)
{
	http_client_send(c, slice_of(text));
}

static void turn_until(struct fixture *f, const size_t *n, size_t wanted)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;

	while (*n < wanted) {
		assert_true(clock_mono_ms() < until_ms);
		loop_turn(&f->loop, 1);
	}
}

static void open_client(struct http_client *c, struct fixture *f)
{
	http_client_open(c, f->query_path, &f->loop);
}

static void assert_answered(struct http_client *c, unsigned status)
{
	struct http_answer a = http_client_answer(c, false);

	http_assert_status(&a, status);
}

/* A client that behaves is answered, at once. */
static void assert_others_are_served(struct fixture *f)
{
	struct http_client c;
	struct http_answer answer;

	open_client(&c, f);
	answer = http_client_get(&c, "/echo/other", "");
	http_assert_status(&answer, 200);
	http_assert_has(&answer, "{\"id\":\"other\",");
	http_client_close(&c);
}

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
	struct fixture f;
	struct http_client c;
	struct http_answer answer;

	(void)state;
	open_fixture(&f, NULL);
	open_client(&c, &f);
	for (size_t i = 0; i < countof(table); i++) {
		struct slice request = slice_of(table[i].request);
		bool is_head = slice_starts_with(request, SLICE_LIT("HEAD"));

		print_message("%.*s\n", SLICE_ARG(slice_first(request, 40)));
		send_text(&c, table[i].request);
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
	close_fixture(&f);
}

static void the_admin_socket_answers_more(void **state)
{
	struct fixture f;
	struct http_client c;
	struct http_answer answer;

	(void)state;
	open_fixture(&f, NULL);
	http_client_open(&c, f.admin_path, &f.loop);
	send_text(&c, "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
	answer = http_client_answer(&c, false);
	http_assert_status(&answer, 200);
	http_assert_has(&answer, "\"method\":2");
	send_text(&c, "GET /echo/b HTTP/1.1\r\nHost: x\r\n\r\n");
	answer = http_client_answer(&c, false);
	http_assert_status(&answer, 200);
	http_client_close(&c);
	close_fixture(&f);
}

static void pipelined_requests_are_all_answered(void **state)
{
	enum { N = 2000 };
	struct fixture f;
	struct http_client c;
	struct buf text = BUF_INIT(1024 * 1024);
	struct http_answer answer;

	(void)state;
	open_fixture(&f, NULL);
	open_client(&c, &f);
	for (int i = 0; i < N; i++)
		buf_printf(&text, "GET /echo/%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
	send_text(&c, buf_z(&text));
	for (int i = 0; i < N; i++) {
		char id[32];

		snprintf(id, sizeof(id), "{\"id\":\"%d\"", i);
		answer = http_client_answer(&c, false);
		http_assert_status(&answer, 200);
		http_assert_has(&answer, id);
	}
	http_client_close(&c);
	buf_clear(&text);
	close_fixture(&f);
}

static void a_connection_ends_after_its_share_of_requests(void **state)
{
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client c;
	struct http_answer answer;

	(void)state;
	limits.n_requests = 3;
	open_fixture(&f, &limits);
	open_client(&c, &f);
	for (int i = 0; i < 3; i++) {
		send_text(&c, "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
		answer = http_client_answer(&c, false);
		http_assert_status(&answer, 200);
		if (i < 2)
			http_assert_lacks(&answer, "Connection: close");
		else
			http_assert_has(&answer, "Connection: close");
	}
	http_client_wait_end(&c);
	http_client_close(&c);
	close_fixture(&f);
}

/* --- answers that come later --- */

static void waiting_requests_are_answered_when_their_answer_is_there(void **state)
{
	struct fixture f;
	struct http_client first, second;
	struct http_answer answer;
	struct err why = ERR_INIT;

	(void)state;
	open_fixture(&f, NULL);
	open_client(&first, &f);
	open_client(&second, &f);
	send_text(&first, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	turn_until(&f, &seen.n_waiting, 1);
	send_text(&second, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	turn_until(&f, &seen.n_waiting, 2);
	assert_others_are_served(&f);
	buf_str(&seen.waiting[1]->body, "{}");
	exchange_answered(seen.waiting[1], NULL);
	answer = http_client_answer(&second, false);
	http_assert_status(&answer, 200);
	err_set(&why, ERR_TIMEOUT, "too slow");
	exchange_answered(seen.waiting[0], &why);
	answer = http_client_answer(&first, false);
	http_assert_status(&answer, 503);
	http_assert_has(&answer, "too slow");
	http_assert_has(&answer, "Retry-After: 1");
	seen.n_waiting = 0;
	http_client_close(&first);
	http_client_close(&second);
	close_fixture(&f);
}

static void a_client_that_vanishes_cancels_what_it_asked(void **state)
{
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client c;

	(void)state;
	open_fixture(&f, &limits);
	open_client(&c, &f);
	send_text(&c, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	turn_until(&f, &seen.n_waiting, 1);
	http_client_close(&c);
	turn_until(&f, &seen.n_cancelled, 1);
	assert_others_are_served(&f);
	close_fixture(&f);
	assert_int_equal(seen.n_cancelled, 1);
}

static void a_half_closed_client_gets_its_answer(void **state)
{
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client c, idle;
	struct http_answer answer;

	(void)state;
	open_fixture(&f, &limits);
	/* With another connection the order in which the library looks at them is another. */
	open_client(&idle, &f);
	answer = http_client_get(&idle, "/echo/1", "");
	http_assert_status(&answer, 200);
	open_client(&c, &f);
	send_text(&c, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	http_client_finish(&c);
	turn_until(&f, &seen.n_waiting, 1);
	for (int i = 0; i < 20; i++)
		loop_turn(&f.loop, 1);
	assert_int_equal(seen.n_cancelled, 0);
	buf_str(&seen.waiting[0]->body, "{\"late\":true}");
	exchange_answered(seen.waiting[0], NULL);
	seen.n_waiting = 0;
	answer = http_client_answer(&c, false);
	http_assert_status(&answer, 200);
	http_assert_has(&answer, "late");
	http_client_wait_end(&c);
	http_client_close(&c);
	http_client_close(&idle);
	close_fixture(&f);
}

/* --- strangers --- */

static void bytes_that_come_one_by_one_are_a_request_too(void **state)
{
	static const char request[] = "GET /echo/slow HTTP/1.1\r\nHost: x\r\n\r\n";
	struct fixture f;
	struct http_client c;
	struct http_answer answer;

	(void)state;
	open_fixture(&f, NULL);
	open_client(&c, &f);
	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		assert_int_equal(http_client_send_some(&c, slice_make(request + i, 1)), 1);
		loop_turn(&f.loop, 0);
		loop_turn(&f.loop, 0);
	}
	answer = http_client_answer(&c, false);
	http_assert_status(&answer, 200);
	http_assert_has(&answer, "slow");
	http_client_close(&c);
	close_fixture(&f);
}

/* Sends a byte a turn until the server closes: idle time alone would never end it. */
static void drip_until_end(struct http_client *c, const char *start)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;

	send_text(c, start);
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
	struct server_limits limits = quick_limits();
	struct fixture f;

	(void)state;
	limits.head_ms = limits.upload_ms = limits.idle_ms = 50;
	open_fixture(&f, &limits);
	for (size_t i = 0; i < countof(starts); i++) {
		struct http_client c;

		print_message("%.30s\n", starts[i]);
		open_client(&c, &f);
		drip_until_end(&c, starts[i]);
		http_client_close(&c);
		assert_others_are_served(&f);
	}
	close_fixture(&f);
}

static void idle_connections_end(void **state)
{
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client c;

	(void)state;
	limits.idle_ms = 30;
	open_fixture(&f, &limits);
	open_client(&c, &f);
	send_text(&c, "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_answered(&c, 200);
	http_client_wait_end(&c);
	http_client_close(&c);
	close_fixture(&f);
}

static void a_client_that_takes_nothing_has_a_deadline(void **state)
{
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client c, slow;

	(void)state;
	limits.write_ms = 30;
	limits.write_bytes_per_s = 1000 * 1000 * 1000;
	open_fixture(&f, &limits);
	open_client(&c, &f);
	/* More than the socket holds. */
	send_text(&c, "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 100; i++)
		loop_turn(&f.loop, 2);
	assert_others_are_served(&f);
	http_client_wait_end(&c);
	assert_true(c.in.len > 0 && c.in.len < 8000000);
	http_client_close(&c);
	close_fixture(&f);

	/* One that takes it slowly is given time for its size. */
	limits.write_bytes_per_s = 1000 * 1000;
	open_fixture(&f, &limits);
	open_client(&slow, &f);
	send_text(&slow, "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 50; i++)
		loop_turn(&f.loop, 2);
	assert_answered(&slow, 200);
	http_client_close(&slow);
	close_fixture(&f);
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
	struct fixture f;

	(void)state;
	open_fixture(&f, NULL);
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
		open_client(&c, &f);
		send_text(&c, buf_z(&text));
		status = http_client_answer(&c, false).status;
		if (status != table[i].statuses[0] && status != table[i].statuses[1] &&
		    status != table[i].statuses[2])
			fail_msg("status %u", status);
		http_client_close(&c);
		buf_clear(&text);
		assert_others_are_served(&f);
	}
	close_fixture(&f);
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
	struct server_limits limits = quick_limits();
	struct fixture f;

	(void)state;
	limits.head_ms = limits.upload_ms = limits.idle_ms = 100;
	open_fixture(&f, &limits);
	for (size_t i = 0; i < countof(table); i++) {
		struct http_client c;
		unsigned status;

		open_client(&c, &f);
		send_text(&c, table[i]);
		status = http_client_answer(&c, false).status;
		print_message("%zu: %u\n", i, status);
		assert_true(status == 0 || (status >= 400 && status < 600));
		http_client_close(&c);
		assert_others_are_served(&f);
	}
	close_fixture(&f);
}

/* A client goes away after each number of bytes of its request, and of turns. */
static void clients_vanish_at_every_moment(void **state)
{
	static const char request[] =
		"POST /echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd"
		"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
	struct server_limits limits = quick_limits();
	struct fixture f;

	(void)state;
	open_fixture(&f, &limits);
	for (size_t n = 0; n < sizeof(request); n++) {
		for (int turns = 0; turns < 4; turns++) {
			struct http_client c;

			open_client(&c, &f);
			if (n > 0)
				assert_int_equal(http_client_send_some(&c, slice_make(request, n)),
						 n);
			for (int i = 0; i < turns; i++)
				loop_turn(&f.loop, 0);
			http_client_close(&c);
			if (seen.n_waiting == 0)
				continue;
			exchange_answered(seen.waiting[0], NULL);
			seen.n_waiting = 0;
		}
	}
	assert_others_are_served(&f);
	close_fixture(&f);
}

static void three_hundred_connections_are_served_at_once(void **state)
{
	enum { N = 300 };
	struct fixture f;
	struct http_client *clients = mem_new_n(struct http_client, N);
	struct http_answer answer;

	(void)state;
	open_fixture(&f, NULL);
	for (int i = 0; i < N; i++) {
		open_client(&clients[i], &f);
		send_text(&clients[i], "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	turn_until(&f, &seen.n_waiting, N);
	assert_others_are_served(&f);
	for (int i = N - 1; i >= 0; i--) {
		buf_str(&seen.waiting[i]->body, "{}");
		exchange_answered(seen.waiting[i], NULL);
	}
	seen.n_waiting = 0;
	for (int i = 0; i < N; i++) {
		answer = http_client_answer(&clients[i], false);
		http_assert_status(&answer, 200);
		http_client_close(&clients[i]);
	}
	mem_free(clients);
	close_fixture(&f);
}

static void the_longest_idle_connection_makes_room(void **state)
{
	enum { N = 8 };
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client clients[N + 1];
	struct http_client admin;

	(void)state;
	limits.n_connections = N;
	open_fixture(&f, &limits);
	for (int i = 0; i < N; i++) {
		open_client(&clients[i], &f);
		send_text(&clients[i], "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
		assert_answered(&clients[i], 200);
	}
	open_client(&clients[N], &f);
	send_text(&clients[N], "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_answered(&clients[N], 200);
	http_client_wait_end(&clients[0]);
	send_text(&clients[1], "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_answered(&clients[1], 200);
	http_client_open(&admin, f.admin_path, &f.loop);
	send_text(&admin, "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_answered(&admin, 200);
	http_client_close(&admin);
	for (int i = 0; i <= N; i++)
		http_client_close(&clients[i]);
	close_fixture(&f);
}

static void a_connection_without_room_is_told_so(void **state)
{
	enum { N = 4 };
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client clients[N + 1];
	struct http_answer answer;

	(void)state;
	limits.n_connections = N;
	open_fixture(&f, &limits);
	for (int i = 0; i < N; i++) {
		open_client(&clients[i], &f);
		send_text(&clients[i], "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	turn_until(&f, &seen.n_waiting, N);
	open_client(&clients[N], &f);
	answer = http_client_answer(&clients[N], false);
	http_assert_status(&answer, 503);
	http_assert_has(&answer, "\"code\":\"busy\"");
	for (int i = 0; i <= N; i++)
		http_client_close(&clients[i]);
	close_fixture(&f);
}

static void answers_that_nobody_takes_do_not_fill_the_memory(void **state)
{
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client clients[3];
	struct http_answer answer;

	(void)state;
	limits.unsent_bytes = 20 * 1024 * 1024;
	open_fixture(&f, &limits);
	for (int i = 0; i < 3; i++)
		open_client(&clients[i], &f);
	send_text(&clients[0], "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	send_text(&clients[1], "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 20; i++)
		loop_turn(&f.loop, 1);
	send_text(&clients[2], "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	answer = http_client_answer(&clients[2], false);
	http_assert_status(&answer, 503);
	assert_others_are_served(&f);
	http_client_close(&clients[0]);
	assert_answered(&clients[1], 200);
	send_text(&clients[2], "GET /big?bytes=8000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_answered(&clients[2], 200);
	http_client_close(&clients[1]);
	http_client_close(&clients[2]);
	close_fixture(&f);
}

/* --- closing --- */

static void closing_answers_what_waits(void **state)
{
	struct server_limits limits = quick_limits();
	struct fixture f;
	struct http_client waiting, idle;
	struct http_answer answer;

	(void)state;
	limits.drain_ms = 20;
	limits.force_ms = 10000;
	open_fixture(&f, &limits);
	open_client(&idle, &f);
	send_text(&idle, "GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_answered(&idle, 200);
	open_client(&waiting, &f);
	send_text(&waiting, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	turn_until(&f, &seen.n_waiting, 1);
	server_close(f.server, on_server_closed, &f);
	f.server = NULL;
	http_client_wait_end(&idle);
	assert_false(f.is_closed);
	turn_until(&f, &seen.n_cancelled, 1);
	answer = http_client_answer(&waiting, false);
	http_assert_status(&answer, 503);
	http_assert_has(&answer, "Connection: close");
	http_client_wait_end(&waiting);
	http_client_close(&waiting);
	http_client_close(&idle);
	close_fixture(&f);
}

static void closing_at_every_turn_ends_clean(void **state)
{
	static const char *const requests[] = {
		"GET /echo/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /echo/2 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /big?bytes=3000000 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
	};
	struct server_limits limits = quick_limits();

	(void)state;
	limits.drain_ms = limits.force_ms = 0;
	limits.tick_ms = 1;
	for (size_t r = 0; r < countof(requests); r++) {
		for (int turns = 0; turns < 8; turns++) {
			struct fixture f;
			struct http_client c;

			open_fixture(&f, &limits);
			open_client(&c, &f);
			assert_true(http_client_send_some(&c, slice_of(requests[r])) > 0);
			for (int i = 0; i < turns; i++)
				loop_turn(&f.loop, 0);
			close_fixture(&f);
			http_client_close(&c);
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
		cmocka_unit_test(bytes_that_come_one_by_one_are_a_request_too),
		cmocka_unit_test(slow_heads_and_bodies_have_a_deadline),
		cmocka_unit_test(idle_connections_end),
		cmocka_unit_test(a_client_that_takes_nothing_has_a_deadline),
		cmocka_unit_test(what_is_too_large_is_refused),
		cmocka_unit_test(nonsense_is_answered_or_cut),
		cmocka_unit_test(clients_vanish_at_every_moment),
		cmocka_unit_test(three_hundred_connections_are_served_at_once),
		cmocka_unit_test(the_longest_idle_connection_makes_room),
		cmocka_unit_test(a_connection_without_room_is_told_so),
		cmocka_unit_test(answers_that_nobody_takes_do_not_fill_the_memory),
		cmocka_unit_test(closing_answers_what_waits),
		cmocka_unit_test(closing_at_every_turn_ends_clean),
	};

	signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
