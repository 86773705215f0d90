// SPDX-License-Identifier: EUPL-1.2
/*
 * The scripted partner of the test suite, tested over raw sockets: what it answers,
 * and what it keeps of requests. Where it misbehaves: test_partner_faults.c.
 */
#include "tests/support/partner_client.h"

static void a_route_is_answered_and_others_are_not_found(void **state)
{
	struct partner *p = *state;

	partner_route(p, "/hello", &hello);
	assert_status(ask(p, "/hello", ""), 200);
	assert_non_null(strstr(answer_text, "Content-Type: text/plain\r\n"));
	assert_non_null(strstr(answer_text, "Content-Length: 5\r\n"));
	assert_string_equal(body_of(answer_text), "hello");
	assert_status(ask(p, "/other", ""), 404);
	partner_unroute(p, "/hello");
	assert_status(ask(p, "/hello", ""), 404);
}

static void first_match_wins_and_a_query_counts_only_where_the_pattern_has_one(void **state)
{
	static const struct {
		const char *target;
		const char *body;
	} table[] = {
		{ "/list?page=2", "second" },
		{ "/list?page=1", "any" },
		{ "/list", "any" },
		{ "/list?page=2&x=1", "any" },
	};
	struct partner *p = *state;

	partner_route(p, "/list?page=2", &(struct partner_answer){ .body = "second" });
	partner_route(p, "/list", &(struct partner_answer){ .body = "any" });
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_string_equal(body_of(ask(p, table[i].target, "")), table[i].body);
	partner_route(p, "/list?page=2", &(struct partner_answer){ .body = "new" });
	assert_string_equal(body_of(ask(p, "/list?page=2", "")), "new");
}

static void a_sequence_is_followed_and_its_last_answer_repeats(void **state)
{
	static const struct partner_answer answers[] = {
		{ .status = 500 },
		{ .status = 429, .headers = { { "Retry-After", "7" } } },
		{ .body = "at last" },
	};
	struct partner *p = *state;

	partner_route_sequence(p, "/flaky", answers, 3);
	assert_status(ask(p, "/flaky", ""), 500);
	assert_status(ask(p, "/flaky", ""), 429);
	assert_non_null(strstr(answer_text, "Retry-After: 7\r\n"));
	for (int i = 0; i < 2; i++) {
		assert_status(ask(p, "/flaky", ""), 200);
		assert_string_equal(body_of(answer_text), "at last");
	}
}

static void validators_are_answered_with_304(void **state)
{
	static const struct partner_answer page = {
		.body = "page",
		.etag = "\"v1\"",
		.last_modified = "Sun, 01 Nov 2026 10:00:00 GMT",
	};
	static const struct {
		const char *headers;
		int status;
	} table[] = {
		{ "", 200 },
		{ "If-None-Match: \"v1\"\r\n", 304 },
		{ "If-None-Match: \"v0\", W/\"v1\"\r\n", 304 },
		{ "If-None-Match: *\r\n", 304 },
		{ "If-None-Match: \"v0\"\r\n", 200 },
		{ "If-Modified-Since: Sun, 01 Nov 2026 10:00:00 GMT\r\n", 304 },
		{ "If-Modified-Since: Mon, 02 Nov 2026 10:00:00 GMT\r\n", 304 },
		{ "If-Modified-Since: Sun, 01 Nov 2026 09:59:59 GMT\r\n", 200 },
		{ "If-Modified-Since: yesterday\r\n", 200 },
		{ "If-None-Match: \"v0\"\r\nIf-Modified-Since: Mon, 02 Nov 2026 10:00:00 GMT\r\n",
		  200 },
	};
	struct partner *p = *state;

	partner_route(p, "/page", &page);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_status(ask(p, "/page", table[i].headers), table[i].status);
		assert_non_null(strstr(answer_text, "ETag: \"v1\"\r\n"));
		assert_string_equal(body_of(answer_text), table[i].status == 304 ? "" : "page");
	}
}

static void credentials_are_checked(void **state)
{
	static const struct {
		enum partner_auth auth;
		const char *name;
		const char *secret;
		const char *good;
		const char *bad;
	} table[] = {
		{ PARTNER_BASIC, "Aladdin", "open sesame",
		  "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n",
		  "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ\r\n" },
		{ PARTNER_BASIC, "me", "", "Authorization: Basic bWU6\r\n", "" },
		{ PARTNER_BEARER, "", "t0ken", "authorization: Bearer t0ken\r\n",
		  "Authorization: Bearer token\r\n" },
		{ PARTNER_HEADER, "X-Api-Key", "k", "x-api-key: k\r\n", "X-Api-Key: kk\r\n" },
	};
	struct partner *p = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct partner_answer secret = { .body = "secret", .auth = table[i].auth };

		snprintf(secret.auth_name, sizeof(secret.auth_name), "%s", table[i].name);
		snprintf(secret.auth_secret, sizeof(secret.auth_secret), "%s", table[i].secret);
		partner_route(p, "/secret", &secret);
		assert_status(ask(p, "/secret", table[i].good), 200);
		assert_status(ask(p, "/secret", table[i].bad), 401);
		assert_non_null(strstr(answer_text, "WWW-Authenticate: "));
		assert_null(strstr(answer_text, "secret"));
	}
}

static void connections_are_kept_and_pipelined_requests_answered_in_order(void **state)
{
	enum { N = 60 };
	struct partner *p = *state;
	char request[128];
	char want[16];
	int fd = client_open(p);

	for (int i = 0; i < N; i++) {
		struct partner_answer answer = { .is_chunked = i % 2 == 1 };

		snprintf(request, sizeof(request), "/%d", i);
		snprintf(want, sizeof(want), "<%d>", i);
		answer.body = want;
		partner_route(p, request, &answer);
	}
	for (int i = 0; i < N; i++) {
		snprintf(request, sizeof(request), "GET /%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
		client_send(fd, request);
	}
	for (int i = 0; i < N; i++) {
		snprintf(want, sizeof(want), "<%d>", i);
		client_read_to(fd, want);
		assert_int_equal(strncmp(strstr(answer_text, "HTTP/1.1"), "HTTP/1.1 200", 12), 0);
	}
	assert_int_equal(partner_accepted(p), 1);
	assert_int_equal(partner_count(p, NULL), N);
	client_send(fd, "GET /0 HTTP/1.0\r\n\r\n");
	assert_true(client_read(fd, ANSWER_BYTES) > 0);
	assert_non_null(strstr(answer_text, "Connection: close"));
	close(fd);
	assert_true(partner_wait_connections(p, 0, WAIT_MS));
}

static void a_request_in_pieces_with_a_body_is_read_and_recorded(void **state)
{
	static const char whole[] = "POST /form?a=1&b=x%20y&c&d=%zz+ HTTP/1.1\r\nHost: x\r\n"
				    "X-Kind:  two words \r\nContent-Length: 7\r\n"
				    "Connection: close\r\n\r\nq=1\r\nxy";
	struct partner *p = *state;
	struct partner_request *seen;
	int fd = client_open(p);
	size_t n;

	partner_route(p, "/form", &hello);
	for (size_t i = 0; i < sizeof(whole) - 1; i++)
		assert_int_equal(send(fd, whole + i, 1, MSG_NOSIGNAL), 1);
	client_read(fd, ANSWER_BYTES);
	close(fd);
	assert_status(answer_text, 200);

	n = partner_requests(p, &seen);
	assert_int_equal(n, 1);
	assert_string_equal(seen[0].method, "POST");
	assert_string_equal(seen[0].path, "/form");
	assert_string_equal(seen[0].target, "/form?a=1&b=x%20y&c&d=%zz+");
	assert_string_equal(partner_request_query(&seen[0], "b"), "x y");
	assert_string_equal(partner_request_query(&seen[0], "c"), "");
	assert_string_equal(partner_request_query(&seen[0], "d"), "%zz ");
	assert_null(partner_request_query(&seen[0], "e"));
	assert_string_equal(partner_request_header(&seen[0], "x-kind"), "two words");
	assert_int_equal(seen[0].body_bytes, 7);
	assert_string_equal(seen[0].body, "q=1\r\nxy");
	assert_int_equal(seen[0].number, 1);
	assert_int_equal(seen[0].connection, 1);
	partner_requests_free(seen, n);
	assert_int_equal(partner_count(p, "/form"), 1);
	assert_int_equal(partner_count(p, "/form?a=1"), 0);
	partner_forget(p);
	assert_int_equal(partner_count(p, NULL), 0);
}

static void a_client_that_expects_100_is_told_to_go_on(void **state)
{
	struct partner *p = *state;
	int fd = client_open(p);

	partner_route(p, "/", &hello);
	client_send(fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
			"Expect: 100-continue\r\nConnection: close\r\n\r\n");
	client_read_to(fd, "\r\n\r\n");
	assert_string_equal(answer_text, "HTTP/1.1 100 Continue\r\n\r\n");
	client_send(fd, "ok");
	client_read(fd, ANSWER_BYTES);
	assert_status(answer_text, 200);
	close(fd);
}

static void requests_that_cannot_be_read_are_refused(void **state)
{
	static const struct {
		const char *request;
		int status;
	} table[] = {
		{ "nonsense\r\n\r\n", 400 },
		{ "\r\n\r\n", 400 },
		{ "GET http://x/ HTTP/1.1\r\n\r\n", 400 },
		{ "GET / HTTP/2.0\r\n\r\n", 400 },
		{ "GET /a b HTTP/1.1\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nno colon\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413 },
		{ "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501 },
	};
	struct partner *p = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int fd = client_open(p);

		client_send(fd, table[i].request);
		client_read(fd, ANSWER_BYTES);
		close(fd);
		assert_status(answer_text, table[i].status);
	}
	assert_int_equal(partner_count(p, NULL), 0);
}

static void head_sends_no_body(void **state)
{
	struct partner *p = *state;
	int fd = client_open(p);

	partner_route(p, "/hello", &hello);
	client_send(fd, "HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	client_read(fd, ANSWER_BYTES);
	close(fd);
	assert_non_null(strstr(answer_text, "Content-Length: 5\r\n"));
	assert_string_equal(body_of(answer_text), "");
}

static void a_redirect_names_its_target(void **state)
{
	struct partner *p = *state;

	partner_route(
		p, "/old",
		&(struct partner_answer){ .status = 301, .headers = { { "Location", "/new" } } });
	assert_status(ask(p, "/old", ""), 301);
	assert_non_null(strstr(answer_text, "\r\nLocation: /new\r\n"));
}

/* Two pages of courses, made from the query. */
static void answer_courses(struct partner_answer *answer, const struct partner_request *request,
			   void *arg)
{
	const char *page = partner_request_query(request, "pageNumber");
	int *n_calls = arg;

	++*n_calls;
	snprintf(answer->content_type, sizeof(answer->content_type), "application/json");
	partner_header(answer, "X-Page", page != NULL ? page : "1");
	partner_print(answer, "{\"pageNumber\":%s,", page != NULL ? page : "1");
	partner_write(answer, "\"items\":[]}", 11);
}

/* An OAuth2 token endpoint with client credentials. */
static void answer_token(struct partner_answer *answer, const struct partner_request *request,
			 void *arg)
{
	(void)arg;
	answer->auth = PARTNER_BASIC;
	snprintf(answer->auth_name, sizeof(answer->auth_name), "client");
	snprintf(answer->auth_secret, sizeof(answer->auth_secret), "s3cret");
	if (strstr(request->body, "grant_type=client_credentials") == NULL) {
		answer->status = 400;
		answer->body = "{\"error\":\"unsupported_grant_type\"}";
		return;
	}
	answer->body = "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":60}";
}

static void a_function_generates_pages(void **state)
{
	struct partner *p = *state;
	int n_calls = 0;

	partner_route_fn(p, "/ooapi/", answer_courses, &n_calls);
	assert_string_equal(body_of(ask(p, "/ooapi/courses?pageNumber=2", "")),
			    "{\"pageNumber\":2,\"items\":[]}");
	assert_non_null(strstr(answer_text, "X-Page: 2\r\n"));
	assert_status(ask(p, "/ooapi", ""), 404);
	assert_true(partner_wait_count(p, "/ooapi/courses", 1, WAIT_MS));
	partner_close(p); /* joins: n_calls is ours again */
	*state = NULL;
	assert_int_equal(n_calls, 1);
}

static void a_function_can_be_a_token_endpoint(void **state)
{
	static const char form[] = "POST /token HTTP/1.1\r\nConnection: close\r\n"
				   "Authorization: Basic Y2xpZW50OnMzY3JldA==\r\n"
				   "Content-Length: 29\r\n\r\ngrant_type=client_credentials";
	struct partner *p = *state;
	int fd = client_open(p);

	partner_route_fn(p, "/token", answer_token, NULL);
	client_send(fd, form);
	client_read(fd, ANSWER_BYTES);
	close(fd);
	assert_status(answer_text, 200);
	assert_non_null(strstr(answer_text, "\"access_token\":\"abc\""));
	assert_status(ask(p, "/token", ""), 401);
}

static void waiting_for_a_request_ends_when_it_comes_or_time_is_up(void **state)
{
	struct partner *p = *state;
	int fd = client_open(p);

	partner_route(p, "/a", &hello);
	assert_false(partner_wait_count(p, "/a", 1, 1));
	client_send(fd, "GET /a?x HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
	assert_true(partner_wait_count(p, "/a", 1, WAIT_MS));
	assert_true(partner_wait_count(p, NULL, 2, WAIT_MS));
	assert_int_equal(partner_count(p, "/a?x"), 1);
	close(fd);
}

static void it_listens_on_ipv6_and_on_a_given_port(void **state)
{
	struct partner_options options = { .is_ipv6 = true };
	struct partner *first = partner_open(&options);

	(void)state;
	if (first == NULL) {
		print_message("no ::1 on this machine\n");
		skip();
	}
	assert_memory_equal(partner_base(first), "http://[::1]:", 13);
	options.port = partner_port(first);
	assert_null(partner_open(&options));
	assert_int_equal(errno, EADDRINUSE);
	partner_close(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PARTNER_TEST(a_route_is_answered_and_others_are_not_found),
		PARTNER_TEST(first_match_wins_and_a_query_counts_only_where_the_pattern_has_one),
		PARTNER_TEST(a_sequence_is_followed_and_its_last_answer_repeats),
		PARTNER_TEST(validators_are_answered_with_304),
		PARTNER_TEST(credentials_are_checked),
		PARTNER_TEST(connections_are_kept_and_pipelined_requests_answered_in_order),
		PARTNER_TEST(a_request_in_pieces_with_a_body_is_read_and_recorded),
		PARTNER_TEST(a_client_that_expects_100_is_told_to_go_on),
		PARTNER_TEST(requests_that_cannot_be_read_are_refused),
		PARTNER_TEST(head_sends_no_body),
		PARTNER_TEST(a_redirect_names_its_target),
		PARTNER_TEST(a_function_generates_pages),
		PARTNER_TEST(a_function_can_be_a_token_endpoint),
		PARTNER_TEST(waiting_for_a_request_ends_when_it_comes_or_time_is_up),
		cmocka_unit_test(it_listens_on_ipv6_and_on_a_given_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
