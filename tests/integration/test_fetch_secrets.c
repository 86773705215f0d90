// SPDX-License-Identifier: EUPL-1.2
/*
 * Fetching from a scripted partner that leads elsewhere: which redirects are
 * followed, which addresses are asked, and who learns secrets and tokens.
 */
#include "tests/support/fetch_fixture.h"

#include "base/limits.h"
#include "daemon/fetch_request.h"

/* --- redirects and secrets --- */

static void redirects_are_followed_as_written(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer first = fetch_redirect_to("b?x=1#part");
	struct partner_answer second = fetch_redirect_to("/c");
	struct partner_answer last = { .body = "here" };
	struct fetch *fetch;

	partner_route(f->partner, "/dir/a", &first);
	partner_route(f->partner, "/dir/b?x=1", &second);
	partner_route(f->partner, "/c", &last);
	fetch = fetch_fixture_get(f, "/dir/a");
	assert_buf(fetch_fixture_body(f, 0), "here");
	assert_int_equal(fetch->n_requests, 3);
	assert_true(slice_ends_with(slice_of(fetch->final_url), SLICE_LIT("/c")));
}

static void a_ring_of_redirects_ends_at_the_limit(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = fetch_redirect_to("/ring");

	partner_route(f->partner, "/ring", &a);
	assert_int_equal(fetch_fixture_get_failure(f, "/ring")->code, ERR_LIMIT);
	assert_int_equal(partner_count(f->partner, "/ring"), 1 + LIMIT_REDIRECTS);
}

static void redirects_to_other_schemes_are_refused(void **state)
{
	static const char *const targets[] = { "file:///etc/passwd", "ftp://example.org/",
					       "gopher://127.0.0.1/" };
	struct fetch_fixture *f = *state;

	for (size_t i = 0; i < countof(targets); i++) {
		struct partner_answer a = fetch_redirect_to(targets[i]);

		partner_route(f->partner, "/else", &a);
		assert_int_equal(fetch_fixture_get_failure(f, "/else")->code, ERR_DENIED);
	}
}

/*
 * The partner is public, and sends us home: in its place stands one that may be
 * asked until it has been.
 */
static void a_redirect_to_an_address_of_our_own_is_refused(void **state)
{
	struct fetch_fixture *f = *state;
	char url[128];
	struct partner_answer away;
	struct partner_answer treasure = { .body = "not for you" };

	snprintf(url, sizeof(url), "%s/treasure", partner_base(f->partner));
	away = fetch_redirect_to(url);
	away.fault = PARTNER_STALL_BEFORE_HEAD;
	partner_route(f->partner, "/away", &away);
	partner_route(f->partner, "/treasure", &treasure);
	fetch_fixture_start(f, 0, "/away");
	while (partner_count(f->partner, "/away") == 0)
		loop_turn(&f->loop, 10);
	f->source.allow_private = false;
	partner_release(f->partner, "/away");
	fetch_fixture_wait(f, 0);
	assert_int_equal(f->seen[0].err.code, ERR_DENIED);
	assert_non_null(strstr(f->seen[0].err.msg, "127.0.0.1 is not public"));
	assert_int_equal(partner_count(f->partner, "/treasure"), 0);
}

static void secrets_do_not_follow_a_redirect_to_another_origin(void **state)
{
	static const struct {
		enum auth_type type;
		const char *header;
		const char *expected; /* at the configured origin */
	} cases[] = {
		{ AUTH_BEARER, "Authorization", "Bearer s3cret" },
		{ AUTH_BASIC, "Authorization", "Basic bWU6czNjcmV0" },
		{ AUTH_HEADER, "X-Api-Key", "s3cret" },
	};
	struct fetch_fixture *f = *state;
	struct setting route = { SLICE_LIT("X-Route"), SLICE_LIT("endpoint=me") };

	for (size_t i = 0; i < countof(cases); i++) {
		struct partner *other = partner_open(NULL);
		struct partner *mine = f->partner;
		struct partner_answer here = { .body = "stolen?" };
		struct partner_answer away;
		char url[128];

		snprintf(url, sizeof(url), "%s/there", partner_base(other));
		away = fetch_redirect_to(url);
		partner_route(mine, "/away", &away);
		partner_route(other, "/there", &here);
		f->source.auth = (struct config_auth){ .type = cases[i].type,
						       .name = SLICE_LIT("X-Api-Key"),
						       .user = SLICE_LIT("me"),
						       .secret = SLICE_LIT("s3cret") };
		f->source.headers = (struct settings){ &route, 1 };
		fetch_fixture_get(f, "/away");
		assert_buf(fetch_fixture_body(f, 0), "stolen?");
		fetch_fixture_header_was(f, 0, cases[i].header, cases[i].expected);
		fetch_fixture_header_was(f, 0, "X-Route", "endpoint=me");
		partner_forget(mine);
		f->partner = other;
		fetch_fixture_header_was(f, 0, cases[i].header, NULL);
		fetch_fixture_header_was(f, 0, "X-Route", NULL);
		f->partner = mine;
		partner_close(other);
	}
}

/* Partners repeat what they were asked: in redirects, Link headers and bodies. */
static void a_secret_of_the_query_goes_to_its_origin_alone(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner *other = partner_open(NULL);
	struct partner_answer there = { .body = "next=/p?page=2&key=s%26cret-one",
					.headers = { { "Link", "</p?key=s%26cret-one&page=2>; "
							       "rel=\"next\", </p?page=1>" } } };
	struct partner_answer back = fetch_redirect_to("/there?key=s%26cret-one&page=1");
	struct partner_answer away;
	struct partner_request *requests;
	struct fetch *fetch;
	char url[128];
	size_t n;

	f->source.auth = (struct config_auth){ .type = AUTH_QUERY,
					       .name = SLICE_LIT("key"),
					       .secret = SLICE_LIT("s&cret-one") };
	partner_route(f->partner, "/back", &back);
	partner_route(f->partner, "/there", &there);
	fetch = fetch_fixture_get(f, "/back?page=1");
	n = partner_requests(f->partner, &requests);
	assert_int_equal(n, 2);
	assert_string_equal(requests[0].target, "/back?page=1&key=s%26cret-one");
	assert_string_equal(requests[1].target, "/there?page=1&key=s%26cret-one");
	partner_requests_free(requests, n);
	assert_true(slice_ends_with(slice_of(fetch->final_url), SLICE_LIT("/there?page=1")));
	assert_string_equal(fetch->link, "</p?page=2>; rel=\"next\", </p?page=1>");
	assert_buf(fetch_fixture_body(f, 0), "next=/p?page=2&key=xxxxxxxxxxxx");

	snprintf(url, sizeof(url), "%s/there?x=1&key=s%%26cret-one", partner_base(other));
	away = fetch_redirect_to(url);
	partner_route(f->partner, "/away", &away);
	partner_route(other, "/there", &there);
	fetch_fixture_get(f, "/away");
	n = partner_requests(other, &requests);
	assert_int_equal(n, 1);
	assert_string_equal(requests[0].target, "/there?x=1");
	partner_requests_free(requests, n);
	partner_close(other);
}

static void plain_http_is_not_asked_for_a_source_with_https(void **state)
{
	struct fetch_fixture *f = *state;

	f->source.allow_http = false;
	assert_int_equal(fetch_fixture_get_failure(f, "/x")->code, ERR_DENIED);
	assert_int_equal(partner_count(f->partner, NULL), 0);
}

static void addresses_that_are_not_public_are_refused(void **state)
{
	struct fetch_fixture *f = *state;
	uint16_t port = partner_port(f->partner);
	const char *hosts[] = { "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]",
				"0.0.0.0" };

	f->source.allow_private = false;
	f->source.n_retries = 0;
	for (size_t i = 0; i < countof(hosts); i++) {
		char url[128];

		snprintf(url, sizeof(url), "http://%s:%u/", hosts[i], port);
		fetch_fixture_start_url(f, 0, url);
		fetch_fixture_wait(f, 0);
		if (f->seen[0].err.code != ERR_DENIED)
			fail_msg("%s: %s", hosts[i], f->seen[0].err.msg);
		assert_non_null(strstr(f->seen[0].err.msg, "not public"));
	}
	assert_int_equal(partner_accepted(f->partner), 0);
}

static void a_connection_left_by_another_source_is_not_used(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .body = "inside" };
	char url[64];

	partner_route(f->partner, "/in", &a);
	snprintf(url, sizeof(url), "http://localhost:%u/in", partner_port(f->partner));
	fetch_fixture_start_url(f, 0, url);
	fetch_fixture_wait(f, 0);
	assert_int_equal(f->seen[0].err.code, ERR_OK);
	f->source.allow_private = false;
	fetch_fixture_start_url(f, 1, url);
	fetch_fixture_wait(f, 1);
	assert_int_equal(f->seen[1].err.code, ERR_DENIED);
	assert_int_equal(partner_count(f->partner, "/in"), 1);
}

static void a_proxy_of_the_environment_is_not_used(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .body = "direct" };

	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	partner_route(f->partner, "/d", &a);
	fetch_fixture_get(f, "/d");
	unsetenv("http_proxy");
	assert_buf(fetch_fixture_body(f, 0), "direct");
}

/* --- OAuth --- */

static void one_token_serves_many_fetches(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer token =
		fetch_token_answer("t1", ",\"token_type\":\"Bearer\",\"expires_in\":3600");
	struct partner_answer data = fetch_guarded_answer("t1", "data");
	char url[128];
	struct partner_request *all;
	size_t n;

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	fetch_fixture_use_oauth(f, url);
	partner_route(f->partner, "/token", &token);
	partner_route(f->partner, "/data", &data);
	for (size_t i = 0; i < 4; i++)
		fetch_fixture_start(f, i, "/data");
	for (size_t i = 0; i < 4; i++) {
		fetch_fixture_wait(f, i);
		assert_int_equal(f->seen[i].fetch.status, 200);
	}
	assert_int_equal(partner_count(f->partner, "/token"), 1);
	n = partner_requests(f->partner, &all);
	assert_string_equal(all[0].method, "POST");
	assert_string_equal(all[0].body, "grant_type=client_credentials&scope=read%20all");
	assert_string_equal(partner_request_header(&all[0], "Authorization"),
			    "Basic bWU6czMlM0FjcmV0");
	partner_requests_free(all, n);
}

static void a_token_that_is_refused_is_renewed_once(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer tokens[] = { fetch_token_answer("old", ""),
					   fetch_token_answer("new", "") };
	struct partner_answer data = fetch_guarded_answer("new", "data");
	char url[128];

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	fetch_fixture_use_oauth(f, url);
	partner_route_sequence(f->partner, "/token", tokens, 2);
	partner_route(f->partner, "/data", &data);
	assert_int_equal(fetch_fixture_get(f, "/data")->status, 200);
	assert_int_equal(partner_count(f->partner, "/token"), 2);
	/* One that is never taken is an answer in the end. */
	data = fetch_guarded_answer("another", "data");
	partner_route(f->partner, "/data", &data);
	assert_int_equal(fetch_fixture_get(f, "/data")->status, 401);
	assert_int_equal(partner_count(f->partner, "/token"), 3);
}

static void a_token_that_expires_is_renewed_before(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer tokens[] = { fetch_token_answer("t1", ",\"expires_in\":\"20\""),
					   fetch_token_answer("t1", ",\"expires_in\":3600") };
	struct partner_answer data = fetch_guarded_answer("t1", "data");
	char url[128];

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	fetch_fixture_use_oauth(f, url);
	partner_route_sequence(f->partner, "/token", tokens, 2);
	partner_route(f->partner, "/data", &data);
	for (int i = 0; i < 3; i++)
		assert_int_equal(fetch_fixture_get(f, "/data")->status, 200);
	assert_int_equal(partner_count(f->partner, "/token"), 2);
}

static void an_endpoint_that_wants_the_secret_in_the_form_gets_it(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer tokens[] = { { .status = 401 }, fetch_token_answer("t1", "") };
	struct partner_answer data = fetch_guarded_answer("t1", "data");
	struct partner_request *all;
	char url[128];
	size_t n;

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	fetch_fixture_use_oauth(f, url);
	partner_route_sequence(f->partner, "/token", tokens, 2);
	partner_route(f->partner, "/data", &data);
	assert_int_equal(fetch_fixture_get(f, "/data")->status, 200);
	n = partner_requests(f->partner, &all);
	assert_string_equal(all[1].body, "grant_type=client_credentials&scope=read%20all"
					 "&client_id=me&client_secret=s3%3Acret");
	assert_null(partner_request_header(&all[1], "Authorization"));
	partner_requests_free(all, n);
}

static void a_token_endpoint_that_fails_fails_the_fetch_without_its_secret(void **state)
{
	static const struct {
		struct partner_answer answer;
		enum err_code code;
	} cases[] = {
		{ { .status = 403 }, ERR_DENIED },
		{ { .status = 500 }, ERR_REMOTE },
		{ { .body = "<html>" }, ERR_PARSE },
		{ { .body = "{\"access_token\":7}" }, ERR_PARSE },
		{ { .body = "{\"access_token\":\"a b\"}" }, ERR_PARSE },
		{ { .body = "{\"access_token\":\"a\",\"token_type\":\"mac\"}" }, ERR_PARSE },
		{ { .status = 302, .headers = { { "Location", "http://127.0.0.1/" } } },
		  ERR_DENIED },
	};
	struct fetch_fixture *f = *state;
	char url[128];

	f->source.n_retries = 1;
	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	fetch_fixture_use_oauth(f, url);
	for (size_t i = 0; i < countof(cases); i++) {
		const struct err *err;

		partner_route(f->partner, "/token", &cases[i].answer);
		err = fetch_fixture_get_failure(f, "/data");
		if (err->code != cases[i].code)
			fail_msg("case %zu: %s", i, err->msg);
		assert_null(strstr(err->msg, "s3"));
	}
	assert_int_equal(partner_count(f->partner, "/data"), 0);
}

static void a_token_endpoint_must_be_public_too(void **state)
{
	struct fetch_fixture *f = *state;
	char url[128];

	snprintf(url, sizeof(url), "http://localhost:%u/token", partner_port(f->partner));
	fetch_fixture_use_oauth(f, url);
	f->source.allow_private = false;
	f->source.n_retries = 0;
	f->source.source.url = SLICE_LIT("https://192.0.43.7/");
	f->source.allow_http = false;
	fetch_fixture_start_url(f, 0, "https://192.0.43.7/"); /* never asked: there is no token */
	fetch_fixture_wait(f, 0);
	assert_int_equal(f->seen[0].err.code, ERR_DENIED);
	assert_int_equal(partner_accepted(f->partner), 0);
}

static void keys_in_configured_parameters_are_not_shown(void **state)
{
	static const struct {
		const char *url;
		const char *expected;
	} cases[] = {
		{ "https://a.org/x", "https://a.org/x" },
		{ "https://a.org/x?page=2", "https://a.org/x?page=2" },
		{ "https://a.org/x?key=abc&page=2", "https://a.org/x?key=...&page=2" },
		{ "https://a.org/x?page=2&key=abc", "https://a.org/x?page=2&key=..." },
		{ "https://a.org/x?keys=abc", "https://a.org/x?keys=abc" },
	};
	struct fetch_fixture *f = *state;
	struct setting key = { SLICE_LIT("key"), SLICE_LIT("abc") };

	f->source.source.query = (struct settings){ &key, 1 };
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf out = BUF_INIT(1000);

		fetch_public_url(&out, &f->source, slice_of(cases[i].url));
		assert_buf(&out, cases[i].expected);
		buf_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FETCH_TEST(redirects_are_followed_as_written),
		FETCH_TEST(a_ring_of_redirects_ends_at_the_limit),
		FETCH_TEST(redirects_to_other_schemes_are_refused),
		FETCH_TEST(a_redirect_to_an_address_of_our_own_is_refused),
		FETCH_TEST(secrets_do_not_follow_a_redirect_to_another_origin),
		FETCH_TEST(a_secret_of_the_query_goes_to_its_origin_alone),
		FETCH_TEST(plain_http_is_not_asked_for_a_source_with_https),
		FETCH_TEST(addresses_that_are_not_public_are_refused),
		FETCH_TEST(a_connection_left_by_another_source_is_not_used),
		FETCH_TEST(a_proxy_of_the_environment_is_not_used),
		FETCH_TEST(one_token_serves_many_fetches),
		FETCH_TEST(a_token_that_is_refused_is_renewed_once),
		FETCH_TEST(a_token_that_expires_is_renewed_before),
		FETCH_TEST(an_endpoint_that_wants_the_secret_in_the_form_gets_it),
		FETCH_TEST(a_token_endpoint_that_fails_fails_the_fetch_without_its_secret),
		FETCH_TEST(a_token_endpoint_must_be_public_too),
		FETCH_TEST(keys_in_configured_parameters_are_not_shown),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
