// SPDX-License-Identifier: EUPL-1.2
/*
 * What the admin socket of the real daemon is told, and what that sets going:
 * harvests, reloads, replays, confirming and restoring; answers are held against
 * docs/openapi.yaml.
 */
#include "base/clock.h"
#include "base/url.h"
#include "tests/support/api_fixture.h"
#include "tests/support/partner.h"

static struct http_answer post(struct api_fixture *f, const char *path, const char *target,
			       unsigned status)
{
	struct http_answer a = api_ask_admin(f, "POST", target, "Content-Length: 0\r\n");
	json_t *operation = openapi_operation(&f->openapi, path, "post");
	struct slice source = slice_from(slice_of(target), strlen("/v1/sources/"));
	const char *run = strstr(target, "run=");

	http_assert_status(&a, status);
	openapi_check_answer(&f->openapi, operation, &a);
	openapi_mark_parameter(&f->openapi, operation, "source",
			       slice_first(source, (size_t)slice_find_byte(source, '/')), a.status);
	if (run != NULL)
		openapi_mark_parameter(&f->openapi, operation, "run", slice_of(run + 4), a.status);
	return a;
}

static void orders_that_cannot_be_carried_out_are_refused(void **state)
{
	struct api_fixture *f = *state;

	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/nobody/harvest", 404);
	(void)post(f, "/v1/sources/{source}/confirm", "/v1/sources/nobody/confirm", 404);
	(void)post(f, "/v1/sources/{source}/confirm", "/v1/sources/hub/confirm", 409);
	(void)post(f, "/v1/sources/{source}/restore", "/v1/sources/hub/restore", 400);
	(void)post(f, "/v1/sources/{source}/restore", "/v1/sources/hub/restore?run=99", 404);
	(void)post(f, "/v1/sources/{source}/restore", "/v1/sources/hub/restore?run=0", 400);
	(void)post(f, "/v1/sources/{source}/replay", "/v1/sources/nobody/replay", 404);
}

/* Asks until the answer holds a text (or, is_gone, until it does not). */
static void wait_until(struct api_fixture *f, const char *target, const char *text, bool is_gone)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;
	bool is_there = is_gone;

	while (is_there == is_gone) {
		struct http_client c;
		struct http_answer a;

		assert_true(clock_mono_ms() < until_ms);
		http_client_open(&c, f->d.query, NULL);
		a = http_client_get(&c, target, "");
		http_assert_status(&a, 200);
		is_there = slice_contains(a.body, slice_of(text));
		http_client_close(&c);
	}
}

/*
 * Until nothing runs or waits for its turn. What a run stored is seen before it
 * has ended, and an order meanwhile would join it.
 */
static void wait_idle(struct api_fixture *f)
{
	wait_until(f, "/v1/status", "\"running\":[]", false);
}

/* The number behind `"run":` of an answer. */
static uint64_t run_of(const struct http_answer *a)
{
	ptrdiff_t at = slice_find(a->body, SLICE_LIT("\"run\":"));
	struct slice rest = slice_from(a->body, (size_t)at + 6);
	size_t n = 0;
	uint64_t run = 0;

	assert_true(at >= 0);
	while (n < rest.n && ascii_is_digit(rest.p[n]))
		n++;
	assert_true(slice_to_u64(&run, slice_first(rest, n), UINT32_MAX));
	return run;
}

static uint64_t newest_run(struct api_fixture *f, const char *source)
{
	char target[100];
	struct http_answer a;

	snprintf(target, sizeof(target), "/v1/sources/%s/runs?limit=1", source);
	a = http_client_get(&f->client, target, "");
	http_assert_status(&a, 200);
	return run_of(&a);
}

static void check_described(struct api_fixture *f, const char *path, const char *target)
{
	struct http_answer a = api_get(f, target);

	http_assert_status(&a, 200);
	openapi_check_answer(&f->openapi, openapi_operation(&f->openapi, path, "get"), &a);
}

static void a_harvest_can_be_followed_while_it_runs(void **state)
{
	struct api_fixture *f = *state;
	struct partner_answer stalled = { .status = 200,
					  .body = "x",
					  .fault = PARTNER_STALL_BEFORE_HEAD };
	char location[100], restore[100];
	struct http_answer a;

	daemon_config(&f->d, "harvest { parallel = 1 }");
	(void)post(f, "/v1/reload", "/v1/reload", 200);
	partner_route(f->p, "/moochub.2", &stalled);
	a = post(f, "/v1/sources/{source}/harvest", "/v1/sources/hub/harvest", 202);
	snprintf(location, sizeof(location), "%.*s", SLICE_ARG(http_answer_header(&a, "Location")));
	if (slice_contains(a.body, SLICE_LIT("\"run\":"))) {
		char expected[100];

		snprintf(expected, sizeof(expected), "/v1/sources/hub/runs/%llu",
			 (unsigned long long)run_of(&a));
		assert_string_equal(location, expected);
	} else {
		assert_string_equal(location, "/v1/sources/hub/runs");
	}
	assert_true(partner_wait_stalled(f->p, 1, HTTP_CLIENT_PATIENCE_MS));
	a = post(f, "/v1/sources/{source}/harvest", "/v1/sources/hub/harvest",
		 202); /* the same run */
	if (slice_contains(a.body, SLICE_LIT("\"run\":")) &&
	    strcmp(location, "/v1/sources/hub/runs") != 0)
		assert_slice(http_answer_header(&a, "Location"), location);
	(void)post(f, "/v1/sources/{source}/replay", "/v1/sources/hub/replay", 409);
	snprintf(restore, sizeof(restore), "/v1/sources/hub/restore?run=%llu",
		 (unsigned long long)newest_run(f, "hub"));
	(void)post(f, "/v1/sources/{source}/restore", restore, 409);
	a = post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 202);
	http_assert_has(&a, "\"state\":\"queued\"");
	check_described(f, "/v1/sources", "/v1/sources");
	check_described(f, "/v1/status", "/v1/status");
	a = http_client_get(&f->client, "/v1/status", "");
	http_assert_has(&a, "\"running\":[{\"source\":\"hub\"");
	a = http_client_get(&f->client, "/v1/sources/hub", "");
	http_assert_has(&a, "\"state\":\"running\"");
	wait_until(f, location, "\"progress\":{\"state\":\"pulling\"", false);
	check_described(f, "/v1/sources/{source}/runs", "/v1/sources/hub/runs");
	/* A reload while it runs. */
	(void)post(f, "/v1/reload", "/v1/reload", 200);
	api_serve_hub(f);
	partner_release(f->p, NULL);
	wait_until(f, "/v1/sources/hub", "\"state\":\"running\"", true);
	wait_idle(f);
}

static void a_reload_says_what_is_wrong(void **state)
{
	struct api_fixture *f = *state;
	struct http_answer a;

	daemon_source(&f->d, "wrong",
		      "format = \"csv\" url = \"https://x.example/\" every = \"often\"");
	a = post(f, "/v1/reload", "/v1/reload", 422);
	http_assert_has(&a, "wrong.conf");
	http_assert_has(&a, "often");
	daemon_source(&f->d, "wrong", "%s", "");
	a = post(f, "/v1/reload", "/v1/reload", 200);
	http_assert_has(&a, "\"sources\":3,");
	daemon_config(&f->d, "harvest { parallel = 1 keep-days = 31 }");
	a = post(f, "/v1/reload", "/v1/reload", 200);
	http_assert_has(&a, "keep-days");
}

/* What a partner took away is held, confirmed, and brought back. */
static void a_held_run_is_confirmed_and_restored(void **state)
{
	struct api_fixture *f = *state;
	struct partner_answer csv = {
		.status = 200,
		.body = "id,title,description,ects,eqf,iscedf,language,mode,start,applyUntil,price,"
			"url,outcomes\n"
	};
	char target[100];
	struct http_answer a;

	partner_route(f->p, "/t.csv", &csv);
	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 202);
	wait_until(f, "/v1/sources/table", "\"heldRun\":", false);
	check_described(f, "/v1/sources", "/v1/sources");
	a = post(f, "/v1/sources/{source}/confirm", "/v1/sources/table/confirm", 202);
	http_assert_has(&a, "\"ofRun\":");
	wait_until(f, "/v1/sources/table/runs?limit=1",
		   "\"kind\":\"confirm\",\"state\":\"complete\"", false);
	wait_idle(f);
	snprintf(target, sizeof(target), "/v1/sources/table/restore?run=%llu",
		 (unsigned long long)newest_run(f, "table"));
	(void)post(f, "/v1/sources/{source}/restore", target, 202);
	wait_until(f, "/v1/sources/table/runs?limit=1",
		   "\"kind\":\"restore\",\"state\":\"complete\"", false);
	wait_idle(f);
}

/* A partner that asks to be left alone is, also when somebody orders a harvest. */
static void a_partner_is_left_alone(void **state)
{
	struct api_fixture *f = *state;
	struct partner_answer busy = { .status = 429, .headers = { { "Retry-After", "3600" } } };

	partner_route(f->p, "/t.csv", &busy);
	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 202);
	wait_until(f, "/v1/sources/table", "\"notBefore\":", false);
	check_described(f, "/v1/sources", "/v1/sources");
	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 409);
}

static void kept_responses_are_replayed(void **state)
{
	struct api_fixture *f = *state;

	(void)post(f, "/v1/sources/{source}/replay", "/v1/sources/table/replay", 202);
	wait_until(f, "/v1/sources/table", "\"kind\":\"replay\",\"state\":\"complete\"", false);
	assert_int_equal(partner_count(f->p, "/t.csv"), 2);
	wait_until(f, "/v1/sources/table", "\"readWith\":\"current\"", false);
	wait_idle(f);
}

/* The generation moved: what a client has is no longer what there is. */
static void a_change_makes_tags_worthless(void **state)
{
	struct api_fixture *f = *state;
	struct partner_answer csv = {
		.status = 200,
		.body = "id,title,description,ects,eqf,iscedf,language,mode,start,applyUntil,price,"
			"url,outcomes\nml,Another title,,,,,,,,,,,\nhist,History,,,,,,,,,,,\n"
			"bare,Bare,,,,,,,,,,,\n"
	};
	struct http_answer a = http_client_get(&f->client, "/v1/offers?source=hub", "");
	struct buf target = BUF_INIT(4096);
	char header[200], cursor[600];
	json_t *page;

	snprintf(header, sizeof(header), "If-None-Match: %.*s\r\n",
		 SLICE_ARG(http_answer_header(&a, "ETag")));
	assert_int_equal(http_client_get(&f->client, "/v1/offers?source=hub", header).status, 304);
	a = http_client_get(&f->client, "/v1/offers?limit=2", "");
	page = json_loadb(a.body.p, a.body.n, 0, NULL);
	snprintf(cursor, sizeof(cursor), "%s", json_string_value(json_object_get(page, "next")));
	json_decref(page);
	partner_route(f->p, "/t.csv", &csv);
	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 202);
	wait_until(f, "/v1/offers?q=another", "\"total\":1", false);
	/* A page of before leads on, and says so. */
	buf_str(&target, "/v1/offers");
	url_add_query(&target, SLICE_LIT("cursor"), slice_of(cursor));
	check_described(f, "/v1/offers", buf_z(&target));
	openapi_mark_parameter(&f->openapi, openapi_operation(&f->openapi, "/v1/offers", "get"),
			       "cursor", slice_of(cursor), 200);
	buf_clear(&target);
	assert_int_equal(http_client_get(&f->client, "/v1/offers?source=hub", header).status, 200);
	wait_idle(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_that_cannot_be_carried_out_are_refused),
		cmocka_unit_test(a_harvest_can_be_followed_while_it_runs),
		cmocka_unit_test(a_reload_says_what_is_wrong),
		cmocka_unit_test(kept_responses_are_replayed),
		cmocka_unit_test(a_change_makes_tags_worthless),
		cmocka_unit_test(a_held_run_is_confirmed_and_restored),
		cmocka_unit_test(a_partner_is_left_alone),
	};

	int failed;

	signal(SIGPIPE, SIG_IGN);
	failed = cmocka_run_group_tests(tests, api_fixture_open, api_fixture_close);
	openapi_write_seen("test_api_admin");
	return failed;
}
