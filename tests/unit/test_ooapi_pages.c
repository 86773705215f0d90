// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of the OOAPI harvester: what it asks for, how it tells the end of a list,
 * pages that are lost, details of each course, and gateways in between.
 */
#include "tests/support/ooapi_run.h"

/* --- requests --- */

static void requests_carry_page_consumer_and_since(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "pageNumber=1",
		  .body = "{\"hasNextPage\":true,\"items\":[{\"courseId\":\"a/b "
			  "c\",\"name\":\"A\"}]}" },
		{ .part = "pageNumber=2", .body = "{\"hasNextPage\":false,\"items\":[]}" },
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	recorder_query(&rec, "consumer", "eduxchange");
	recorder_query(&rec, "alliances.name", "euro teq");
	rec.source.page_size = 50;
	OOAPI_RUN(&rec, routes);
	assert_string_equal(rec.requests[0].url,
			    "https://uni.example/ooapi/v5/organizations?organizationType=root");
	assert_int_equal(rec.requests[0].kind, REQUEST_DETAIL);
	assert_string_equal(rec.requests[1].url,
			    "https://uni.example/ooapi/v5/courses?pageSize=50&pageNumber=1"
			    "&consumer=eduxchange&alliances.name=euro%20teq");
	assert_int_equal(rec.requests[1].kind, REQUEST_LIST);
	/* 400 days before 2026-11-21 is 2025-10-17: from the first of that month */
	assert_string_equal(rec.requests[2].url,
			    "https://uni.example/ooapi/v5/courses/a%2Fb%20c/offerings"
			    "?since=2025-10-01&pageSize=250&consumer=eduxchange");
	assert_int_equal(rec.requests[2].kind, REQUEST_DETAIL);
	assert_true(strstr(rec.requests[3].url, "pageNumber=2") != NULL);
	assert_int_equal(rec.n_requests, 4);
	assert_string_equal(rec.requests[3].accept, "application/json");
	recorder_clear(&rec);
}

static void the_address_may_end_in_anything(void **state)
{
	static const char *const bases[] = {
		"https://uni.example/ooapi/v5",
		"https://uni.example/ooapi/v5/",
		"https://uni.example/ooapi/v5/courses",
	};

	(void)state;
	for (size_t i = 0; i < countof(bases); i++) {
		static const struct recorder_route routes[] = {
			{ .part = "/v5/courses?", .body = "{\"hasNextPage\":false,\"items\":[]}" },
		};
		struct recorder rec;

		recorder_init(&rec, &harvester_ooapi, bases[i]);
		OOAPI_RUN(&rec, routes);
		assert_string_equal(rec.rule, "hasNextPage is false");
		recorder_clear(&rec);
	}
}

static void settings_that_cannot_be_are_refused(void **state)
{
	static const struct {
		const char *url, *version, *option, *why;
	} cases[] = {
		{ "ftp", "", "", "url of the source" },
		{ "https://uni.example/", "7", "", "expected 4, 5 or 6" },
		{ "https://uni.example/", "", "courses", "neither courses nor programs" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;

		recorder_init(&rec, &harvester_ooapi, cases[i].url);
		rec.source.version = slice_of(cases[i].version);
		if (cases[i].option[0] != 0)
			recorder_option(&rec, cases[i].option, "false");
		recorder_run(&rec);
		if (strstr(rec.begin_err.msg, cases[i].why) == NULL)
			fail_msg("%s", rec.begin_err.msg);
		recorder_clear(&rec);
	}
}

static void programmes_come_after_courses_if_asked_for(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/programs/",
		  .body = "{\"items\":[{\"offeringId\":\"po\",\"startDate\":\"2027-01-01\"}],"
			  "\"hasNextPage\":false}" },
		{ .part = "/programs?",
		  .body = "{\"hasNextPage\":false,\"items\":["
			  "{\"programId\":\"p1\",\"name\":\"Minor\",\"programType\":\"minor\","
			  "\"modeOfStudy\":\"part-time\","
			  "\"qualificationAwarded\":\"None\",\"formalDocument\":\"certificate\"},"
			  "{\"programId\":\"p2\",\"name\":\"Bachelor\",\"qualificationAwarded\":"
			  "\"BSc\"}]}" },
		{ .part = "/courses?", .body = "{\"hasNextPage\":false,\"items\":[]}" },
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	recorder_option(&rec, "programs", "true");
	OOAPI_RUN(&rec, routes);
	assert_int_equal(rec.records.n, 1);
	assert_string_equal(recorder_word(&rec, "p1", EL_OPPORTUNITY_TYPE, 0, 0), "minor");
	assert_int_equal(recorder_n_words(&rec, "p1", EL_OPPORTUNITY_TYPE), 1);
	assert_string_equal(recorder_word(&rec, "p1", EL_SCHEDULE, 0, 0), "part-time");
	assert_string_equal(recorder_word(&rec, "p1", EL_CREDENTIAL_TYPE, 0, 0), "certificate");
	assert_string_equal(recorder_word(&rec, "p1", EL_SESSION_ID, 0, 0), "po");
	assert_int_equal(rec.out_of_scope.n, 1);
	assert_non_null(strstr(rec.out_of_scope.items[0].why, "degree"));
	assert_string_equal(rec.rule,
			    "courses: hasNextPage is false; programs: hasNextPage is false");
	recorder_clear(&rec);

	ooapi_start(&rec);
	recorder_option(&rec, "programs", "yes");
	recorder_option(&rec, "degrees", "yes");
	OOAPI_RUN(&rec, routes);
	assert_int_equal(rec.records.n, 2);
	recorder_clear(&rec);
}

/* --- pages --- */

static void pages_are_followed_to_their_proven_end(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "pageNumber=1",
		  .body = "{\"totalPages\":2,\"pageNumber\":1,\"items\":[{\"courseId\":\"a\","
			  "\"name\":\"A\"}]}" },
		{ .part = "pageNumber=2",
		  .body = "{\"totalPages\":2,\"pageNumber\":2,\"items\":[{\"courseId\":\"b\","
			  "\"name\":\"B\"}]}" },
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	recorder_option(&rec, "offerings", "false");
	OOAPI_RUN(&rec, routes);
	assert_int_equal(rec.records.n, 2);
	assert_string_equal(rec.rule, "the last of totalPages");
	assert_false(rec.is_announced);
	assert_int_equal(rec.n_lost, 0);
	recorder_clear(&rec);
}

static void a_server_that_ignores_page_numbers_is_noticed(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":true,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]"
			  "}" },
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	recorder_option(&rec, "offerings", "false");
	OOAPI_RUN(&rec, routes);
	assert_int_equal(recorder_n_asked(&rec, "/courses?"), 2);
	assert_false(rec.is_proven);
	assert_non_null(strstr(rec.finish_err.msg, "page 2 repeats"));
	recorder_clear(&rec);
}

static void a_lost_page_does_not_lose_the_next(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "pageNumber=1",
		  .body = "{\"hasNextPage\":true,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]"
			  "}" },
		{ .part = "pageNumber=2",
		  .body = "{\"hasNextPage\":true,\"items\":[{\"courseId\":\"b\",\"name\":\"B\"},{"
			  "\"courseId\":" },
		{ .part = "pageNumber=3",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"c\",\"name\":\"C\"}]"
			  "}" },
	};
	static const struct recorder_route failing[] = {
		{ .part = "pageNumber=1",
		  .body = "{\"hasNextPage\":true,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]"
			  "}" },
		{ .part = "pageNumber=2", .failure = ERR_TIMEOUT },
		{ .part = "pageNumber=3",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"c\",\"name\":\"C\"}]"
			  "}" },
	};
	static const struct recorder_route cut[] = {
		{ .part = "pageNumber=1",
		  .end = BODY_CUT,
		  .body = "{\"hasNextPage\":true,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]"
			  "}" },
		{ .part = "pageNumber=2", .status = 500, .body = "{\"title\":\"Oops\"}" },
		{ .part = "pageNumber=3",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"c\",\"name\":\"C\"}]"
			  "}" },
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	OOAPI_RUN(&rec, routes);
	assert_int_equal(rec.records.n, 3); /* b was read before the defect */
	assert_int_equal(rec.n_lost, 1);
	recorder_clear(&rec);

	ooapi_start(&rec);
	OOAPI_RUN(&rec, failing);
	assert_int_equal(rec.records.n, 2);
	assert_int_equal(rec.n_lost, 1);
	recorder_clear(&rec);

	ooapi_start(&rec);
	OOAPI_RUN(&rec, cut); /* two in a row: nothing more is asked for */
	assert_int_equal(rec.records.n, 1);
	assert_int_equal(rec.n_lost, 2);
	assert_int_equal(recorder_n_asked(&rec, "pageNumber=3"), 0);
	assert_false(rec.is_proven);
	assert_non_null(strstr(rec.finish_err.msg, "courses page 1: the body is cut off"));
	recorder_clear(&rec);
}

static void a_first_page_that_is_not_there_ends_the_run(void **state)
{
	static const struct {
		struct recorder_route route;
		const char *why;
	} cases[] = {
		{ { .part = "/courses?", .status = 404 },
		  "courses page 1: the server answered 404" },
		{ { .part = "/courses?",
		    .status = 401,
		    .body = "{\"title\":\"No\",\"detail\":\"key?\"}" },
		  "courses page 1: the server answered 401: key?" },
		{ { .part = "/courses?", .failure = ERR_NETWORK },
		  "courses page 1: failed by the test" },
		{ { .part = "/courses?", .body = "<html><title>Log in</title>" },
		  "courses page 1: an HTML page with the title \"Log in\" instead of JSON" },
		{ { .part = "/courses?", .body = "{\"status\":\"500\",\"title\":\"down\"}" },
		  "courses page 1: the answer is an error: down" },
		{ { .part = "/courses?", .body = "{\"pageNumber\":1}" },
		  "courses page 1: the answer has no \"items\"" },
		{ { .part = "/courses?", .body = "{\"items\":\"none\"}" },
		  "courses page 1: \"items\" is no list" },
		{ { .part = "/courses?", .body = "" },
		  "courses page 1: the body is empty, expected JSON" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;

		ooapi_start(&rec);
		ooapi_run(&rec, &cases[i].route, 1);
		assert_false(rec.is_proven);
		assert_int_equal(rec.n_lost, 1);
		assert_string_equal(rec.finish_err.msg, cases[i].why);
		assert_int_equal(recorder_n_asked(&rec, "/courses?"), 1);
		recorder_clear(&rec);
	}
}

static void an_empty_answer_is_an_empty_list(void **state)
{
	static const struct recorder_route none[] = { { .part = "/courses?", .status = 204 } };
	static const struct recorder_route null[] = {
		{ .part = "/courses?", .body = "{\"hasNextPage\":false,\"items\":null}" }
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	OOAPI_RUN(&rec, none);
	assert_string_equal(rec.rule, "an empty page");
	recorder_clear(&rec);
	ooapi_start(&rec);
	OOAPI_RUN(&rec, null);
	assert_string_equal(rec.rule, "hasNextPage is false");
	recorder_clear(&rec);
}

/* --- details --- */

static void no_offerings_is_not_a_failure(void **state)
{
	static const unsigned statuses[] = { 204, 404, 405, 410, 501 };

	(void)state;
	for (size_t i = 0; i < countof(statuses); i++) {
		struct recorder_route routes[] = {
			{ .part = "/offerings", .status = statuses[i] },
			{ .part = "/courses?",
			  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":"
				  "\"A\"}]}" },
		};
		struct recorder rec;

		ooapi_start(&rec);
		OOAPI_RUN(&rec, routes);
		assert_int_equal(rec.records.n, 1);
		assert_int_equal(rec.n_lost, 0);
		recorder_clear(&rec);
	}
}

static void failed_offerings_do_not_wipe_out_what_is_known(void **state)
{
	static const struct recorder_route good[] = {
		{ .part = "/offerings",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"offeringId\":\"o\"}]}" },
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]"
			  "}" },
	};
	static const struct recorder_route bad[] = {
		{ .part = "/a/offerings", .status = 500 },
		{ .part = "/b/offerings", .failure = ERR_TIMEOUT },
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"},"
			  "{\"courseId\":\"b\",\"name\":\"B\"}]}" },
	};
	struct recorder first, second, third;

	(void)state;
	ooapi_start(&first);
	OOAPI_RUN(&first, good);
	ooapi_start(&second);
	recorder_knows(&second, &first);
	OOAPI_RUN(&second, bad);
	assert_int_equal(second.rejected.n, 1); /* a stays as it is known, stale */
	assert_string_equal(second.rejected.items[0].id, "a");
	assert_non_null(strstr(second.rejected.items[0].why, "what is known of it stays"));
	assert_int_equal(second.records.n, 1); /* b is new, and shown without sessions */
	assert_true(recorder_has_note(&second, "offerings-not-read", "b"));
	assert_int_equal(second.n_lost, 2);
	/* and next time b is not taken for unchanged */
	ooapi_start(&third);
	recorder_knows(&third, &second);
	static const struct recorder_route later[] = {
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"b\",\"name\":\"B\"}]"
			  "}" },
	};
	OOAPI_RUN(&third, later);
	assert_int_equal(third.n_seen, 0);
	assert_int_equal(third.records.n, 1);
	recorder_clear(&first);
	recorder_clear(&second);
	recorder_clear(&third);
}

static void a_change_of_offerings_or_provider_alone_is_a_change(void **state)
{
	static const char course[] =
		"{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]}";
	static const struct recorder_route before[] = {
		{ .part = "/organizations", .body = "@ooapi/organizations-root.json" },
		{ .part = "/offerings",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"offeringId\":\"o\"}]}" },
		{ .part = "/courses?", .body = course },
	};
	static const struct recorder_route others[][3] = {
		{ { .part = "/organizations", .body = "@ooapi/organizations-root.json" },
		  { .part = "/offerings",
		    .body = "{\"hasNextPage\":false,\"items\":[{\"offeringId\":\"o\"},{"
			    "\"offeringId\":\"p\"}]}" },
		  { .part = "/courses?", .body = course } },
		{ { .part = "/organizations",
		    .body = "{\"items\":[{\"organizationId\":\"x\",\"organizationType\":\"root\","
			    "\"name\":\"New\"}]}" },
		  { .part = "/offerings",
		    .body = "{\"hasNextPage\":false,\"items\":[{\"offeringId\":\"o\"}]}" },
		  { .part = "/courses?", .body = course } },
	};
	struct recorder first, next;

	(void)state;
	ooapi_start(&first);
	OOAPI_RUN(&first, before);
	ooapi_start(&next);
	recorder_knows(&next, &first);
	OOAPI_RUN(&next, before);
	assert_int_equal(next.n_seen, 1);
	assert_int_equal(next.records.n, 0);
	recorder_clear(&next);
	for (size_t i = 0; i < countof(others); i++) {
		ooapi_start(&next);
		recorder_knows(&next, &first);
		OOAPI_RUN(&next, others[i]);
		assert_int_equal(next.n_seen, 0);
		assert_int_equal(next.records.n, 1);
		recorder_clear(&next);
	}
	recorder_clear(&first);
}

static void offerings_have_pages_of_their_own(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/offerings?since=2025-10-01&pageSize=250&pageNumber=2",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"offeringId\":\"o2\"}]}" },
		{ .part = "/offerings",
		  .body = "{\"hasNextPage\":true,\"items\":[{\"offeringId\":\"o1\"},{"
			  "\"offeringId\":NaN}]}" },
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]"
			  "}" },
	};
	static const struct recorder_route endless[] = {
		{ .part = "/offerings",
		  .body = "{\"hasNextPage\":true,\"items\":[{\"offeringId\":\"o1\"}]}" },
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]"
			  "}" },
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	OOAPI_RUN(&rec, routes);
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_ID, 0, 0), "o1");
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_ID, 1, 0), "o2");
	assert_true(recorder_has_note(&rec, "bad-offering", NULL));
	recorder_clear(&rec);
	ooapi_start(&rec);
	OOAPI_RUN(&rec, endless);
	assert_int_equal(recorder_n_asked(&rec, "/offerings"), 2);
	recorder_clear(&rec);
}

/* The nth of many courses, and none of its offerings. */
static void answer_many(void *data, const struct request *request, struct recorder_reply *reply)
{
	reply->status = 404;
	if (slice_contains(request->url, SLICE_LIT("/courses?"))) {
		reply->status = 200;
		reply->body = buf_view((const struct buf *)data);
	}
}

static void write_courses(struct buf *body, unsigned n, size_t filler)
{
	buf_str(body, "{\"hasNextPage\":false,\"items\":[");
	for (unsigned i = 0; i < n; i++) {
		buf_printf(body, "%s{\"courseId\":\"c%u\",\"name\":\"C\",\"x\":\"",
			   i > 0 ? "," : "", i);
		buf_fill(body, 'x', filler);
		buf_str(body, "\"}");
	}
	buf_str(body, "]}");
}

static void few_details_are_asked_for_at_a_time_in_any_order(void **state)
{
	struct buf body = BUF_INIT(1 << 20);
	struct recorder rec;

	(void)state;
	write_courses(&body, 100, 10);
	ooapi_start(&rec);
	rec.data = &body;
	rec.answer = answer_many;
	rec.answers_last_first = true;
	recorder_run(&rec);
	assert_int_equal(rec.records.n, 100);
	assert_true(recorder_balances(&rec));
	assert_int_equal(recorder_n_asked(&rec, "/offerings"), 100);
	assert_string_equal(rec.rule, "hasNextPage is false");
	recorder_clear(&rec);
	buf_clear(&body);
}

static void a_page_too_large_to_wait_is_read_in_parts(void **state)
{
	struct buf body = BUF_INIT(64u << 20);
	struct recorder rec;

	(void)state;
	write_courses(&body, 60, 1u << 20); /* 60 MiB: LIMIT_PENDING_BYTES is 24 */
	ooapi_start(&rec);
	rec.piece = 64 * 1024;
	rec.data = &body;
	rec.answer = answer_many;
	recorder_run(&rec);
	assert_int_equal(rec.records.n, 60);
	assert_int_equal(rec.n_items, 60);
	assert_int_equal(recorder_n_asked(&rec, "/courses?"), 3);
	assert_string_equal(rec.rule, "hasNextPage is false");
	recorder_clear(&rec);
	buf_clear(&body);
}

/* --- the gateway --- */

static void a_gateway_s_envelope_is_looked_through(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/offerings",
		  .body = "{\"gateway\":{\"endpoints\":{\"u\":{\"responseCode\":404}}},"
			  "\"responses\":{}}" },
		{ .part = "pageNumber=1",
		  .body = "{\"gateway\":{\"endpoints\":{\"u\":{\"responseCode\":200}}},"
			  "\"responses\":{\"u\":"
			  "{\"hasNextPage\":true,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]}}"
			  "}" },
		{ .part = "pageNumber=2",
		  .body = "{\"gateway\":{\"endpoints\":{\"u\":{\"responseCode\":200}}},"
			  "\"responses\":{\"u\":"
			  "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"b\",\"name\":\"B\"}]}}"
			  "}" },
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	OOAPI_RUN(&rec, routes);
	assert_int_equal(rec.records.n, 2);
	assert_int_equal(rec.n_lost, 0);
	assert_string_equal(rec.rule, "hasNextPage is false");
	recorder_clear(&rec);
}

static void a_failure_inside_an_envelope_is_a_failure(void **state)
{
	static const struct {
		const char *body, *why;
	} cases[] = {
		{ "{\"gateway\":{\"endpoints\":{\"u\":{\"responseCode\":500}}},\"responses\":{}}",
		  "courses page 1: behind the gateway u answered 500" },
		{ "{\"gateway\":{\"endpoints\":{\"u\":{\"responseCode\":200}}},\"responses\":{}}",
		  "courses page 1: the gateway has no answer of u (code 200)" },
		{ "{\"gateway\":{\"endpoints\":{\"u\":{\"responseCode\":200},\"v\":{"
		  "\"responseCode\":503}}},"
		  "\"responses\":{\"u\":{\"hasNextPage\":false,\"items\":[]}}}",
		  "courses page 1: behind the gateway v answered 503" },
		{ "{\"gateway\":{\"endpoints\":{}},\"responses\":{}}",
		  "courses page 1: the gateway asked no endpoint: is X-Route set?" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder_route routes[] = { { .part = "/courses?", .body = cases[i].body } };
		struct recorder rec;

		ooapi_start(&rec);
		OOAPI_RUN(&rec, routes);
		assert_false(rec.is_proven);
		assert_int_equal(rec.n_lost, 1);
		assert_string_equal(rec.finish_err.msg, cases[i].why);
		recorder_clear(&rec);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_carry_page_consumer_and_since),
		cmocka_unit_test(the_address_may_end_in_anything),
		cmocka_unit_test(settings_that_cannot_be_are_refused),
		cmocka_unit_test(programmes_come_after_courses_if_asked_for),
		cmocka_unit_test(pages_are_followed_to_their_proven_end),
		cmocka_unit_test(a_server_that_ignores_page_numbers_is_noticed),
		cmocka_unit_test(a_lost_page_does_not_lose_the_next),
		cmocka_unit_test(a_first_page_that_is_not_there_ends_the_run),
		cmocka_unit_test(an_empty_answer_is_an_empty_list),
		cmocka_unit_test(no_offerings_is_not_a_failure),
		cmocka_unit_test(failed_offerings_do_not_wipe_out_what_is_known),
		cmocka_unit_test(a_change_of_offerings_or_provider_alone_is_a_change),
		cmocka_unit_test(offerings_have_pages_of_their_own),
		cmocka_unit_test(few_details_are_asked_for_at_a_time_in_any_order),
		cmocka_unit_test(a_page_too_large_to_wait_is_read_in_parts),
		cmocka_unit_test(a_gateway_s_envelope_is_looked_through),
		cmocka_unit_test(a_failure_inside_an_envelope_is_a_failure),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
