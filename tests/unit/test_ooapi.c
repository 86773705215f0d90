// SPDX-License-Identifier: EUPL-1.2
/* Tests of the OOAPI harvester: requests, the end of a list, every field of three versions, traps.
 */
#include "harvesters/registry.h"
#include "tests/support/recorder.h"
#include "tests/support/unit.h"

static const char base[] = "https://uni.example/ooapi/v5";

/* Runs against a table of answers; no organisation and no offerings unless they are in it. */
static void run(struct recorder *rec, const struct recorder_route *routes, size_t n)
{
	recorder_serve(rec, routes, n);
	recorder_run(rec);
	assert_true(recorder_balances(rec));
}

#define RUN(rec, routes) run((rec), (routes), countof(routes))

static void start(struct recorder *rec)
{
	recorder_init(rec, &harvester_ooapi, base);
}

/* --- fields --- */

static void every_field_of_version_5_becomes_a_word(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/organizations", .body = "@ooapi/organizations-root.json" },
		{ .part = "/offerings", .body = "@ooapi/offerings-v5.json" },
		{ .part = "/courses?", .body = "@ooapi/course-v5.json" },
	};
	static const char id[] = "c1000000-0000-4000-8000-000000000001";
	static const struct {
		enum element e;
		unsigned part, nth;
		const char *text, *member, *value; /* member: another of the word, with its value */
	} words[] = {
		{ EL_RECORD_ID, 0, 0, id, "path", "courseId" },
		{ EL_COURSE_CODE, 0, 0, "DYK101", "path", "abbreviation" },
		{ EL_COURSE_CODE, 0, 1, "", NULL, NULL },
		{ EL_IDENTIFIER, 0, 0, "K-77", "scheme", "catalogue" },
		{ EL_IDENTIFIER, 0, 1, "feed0000-0000-4000-8000-000000000009", "scheme",
		  "source-uuid" },
		{ EL_IDENTIFIER, 0, 2, "IN1", "scheme", "source-code" },
		{ EL_IDENTIFIER, 0, 3, "", NULL, NULL },
		{ EL_TITLE, 0, 0, "Dijken bouwen", "lang", "nl-NL" },
		{ EL_TITLE, 0, 1, "Building dykes", "path", "name[1].value" },
		{ EL_DESCRIPTION, 0, 0, "How **dykes** hold.", "lang", "en-GB" },
		{ EL_OUTCOME, 0, 0, "You can size a dyke.", "path",
		  "learningOutcomes[0][0].value" },
		{ EL_OUTCOME, 0, 2, "You can read a tide table.", "lang", "en-GB" },
		{ EL_PREREQUISITES, 0, 0, "Two years of study", "path", "admissionRequirements" },
		{ EL_PREREQUISITES, 0, 1, "Mechanics", NULL, NULL },
		{ EL_PREREQUISITES, 0, 2, "", NULL, NULL }, /* enrollment is procedure */
		{ EL_ASSESSMENT, 0, 0, "Written exam 60 %, report 40 %", NULL, NULL },
		{ EL_WORKLOAD, 0, 0, "7.5", "scheme", "ects" },
		{ EL_DURATION, 0, 0, "P10W", NULL, NULL },
		/* the alliance's own, in the place of the course's */
		{ EL_LEVEL, 0, 0, "Master", "scheme", "ooapi-5/level" },
		{ EL_LEVEL, 0, 1, "", NULL, NULL },
		{ EL_MODE, 0, 0, "Online - time-independent", "scheme", "ooapi-5/modeOfDelivery" },
		{ EL_MODE, 0, 1, "", NULL, NULL },
		{ EL_SUBJECT, 0, 0, "0732", "scheme", "iscedf" },
		{ EL_LANGUAGE, 0, 0, "nld", NULL, NULL },
		{ EL_LANGUAGE, 0, 1, "eng", "path", "consumers[1].teachingLanguages[0]" },
		{ EL_STACKABILITY, 0, 0, "stackable", "path",
		  "consumers[0].alliances[0].microcredential" },
		{ EL_KEYWORD, 0, 0, "Water", NULL, NULL },
		{ EL_AUDIENCE, 0, 0, "forProfessionals", NULL, NULL },
		{ EL_ALLIANCE, 0, 0, "euroteq", NULL, NULL },
		{ EL_OPPORTUNITY_TYPE, 0, 0, "course", "scheme", "ooapi-5/entity" },
		{ EL_URL, 0, 0, "https://waterkant.example/dyk101", NULL, NULL },
		{ EL_PROVIDER_UNIT, 0, 0, "Faculty of Mud", NULL, NULL },
		{ EL_PROVIDER_NAME, 0, 1, "Waterside University", "path",
		  "organizations(root).name[1].value" },
		/* never of the place of teaching */
		{ EL_PROVIDER_COUNTRY, 0, 0, "nl", NULL, NULL },
		{ EL_PROVIDER_COUNTRY, 0, 1, "", NULL, NULL },
		{ EL_PROVIDER_ID, 0, 0, "99XX", "scheme", "brin" },
		{ EL_PROVIDER_URL, 0, 0, "https://waterkant.example/", NULL, NULL },
		{ EL_AWARDING_NAME, 0, 0, "Hogeschool Waterkant", NULL, NULL },
		{ EL_JOINT_ID, 0, 0, "123A123", "scheme", "rio-offerer" },
		{ EL_JOINT_ID, 1, 0, "124A124", NULL, NULL },
		{ EL_JOINT_NAME, 2, 0, "Universiteit Overzee", NULL, NULL },
		/* offerings */
		{ EL_SESSION_ID, 0, 0, "o1", NULL, NULL },
		{ EL_SESSION_START, 0, 0, "2026-11-10", "path", "offerings[0].startDate" },
		{ EL_SESSION_END, 0, 0, "2027-01-18T00:00:00Z", NULL, NULL },
		{ EL_SESSION_TERM, 0, 0, "", NULL, NULL }, /* a date says more */
		{ EL_SESSION_APPLY_FROM, 0, 0, "2026-06-01", NULL, NULL },
		{ EL_SESSION_APPLY_UNTIL, 0, 0, "2026-10-01", NULL, NULL },
		{ EL_SESSION_LANGUAGE, 0, 0, "eng", NULL, NULL },
		{ EL_SESSION_MODE, 0, 0, "online", "scheme", "ooapi-5/modeOfDelivery" },
		{ EL_SESSION_PLACE, 0, 0, "Delfzijl", NULL, NULL },
		{ EL_SESSION_STATUS, 0, 0, "open", NULL, NULL },
		{ EL_SESSION_PACE, 0, 0, "Tu 5-6", NULL, NULL },
		{ EL_SESSION_URL, 0, 0, "https://enrol.example/o1", NULL, NULL },
		{ EL_SESSION_URL, 0, 1, "", NULL, NULL },
		{ EL_SESSION_PRICE, 0, 0, "340.84", "scheme", "EUR" },
		{ EL_SESSION_PRICE, 0, 1, "", NULL, NULL }, /* STAP is a part of it */
		{ EL_SESSION_START, 1, 0, "2027-02-08", "path",
		  "offerings[1].academicSession.startDate" },
		{ EL_SESSION_END, 1, 0, "2027-04-20", NULL, NULL },
		{ EL_SESSION_PRICE, 1, 0, "gratis", NULL, NULL },
		{ EL_SESSION_TERM, 2, 0, "Autumn 2027", NULL, NULL },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	RUN(&rec, routes);
	assert_int_equal(rec.records.n, 1);
	for (size_t i = 0; i < countof(words); i++) {
		const char *text = recorder_word(&rec, id, words[i].e, words[i].part, words[i].nth);

		if (strcmp(text, words[i].text) != 0)
			fail_msg("%s %u.%u: \"%s\" is not \"%s\"", element_name(words[i].e),
				 words[i].part, words[i].nth, text, words[i].text);
		if (words[i].member != NULL)
			assert_string_equal(recorder_word_member(&rec, id, words[i].e,
								 words[i].part, words[i].nth,
								 words[i].member),
					    words[i].value);
	}
	assert_false(recorder_mentions(&rec, "Person"));
	assert_string_equal(recorder_offer_text(&rec, id, "workload.ects"), "7.5");
	assert_string_equal(recorder_offer_text(&rec, id, "provider.country"), "NL");
	assert_string_equal(recorder_offer_text(&rec, id, "level.eqf"), "7");
	assert_string_equal(recorder_offer_text(&rec, id, "subjects.0.iscedf"), "0732");
	assert_string_equal(recorder_offer_text(&rec, id, "mode.0"), "online");
	assert_string_equal(recorder_offer_text(&rec, id, "stackability"), "stackable");
	assert_string_equal(recorder_offer_text(&rec, id, "sessions.0.start"), "2026-11-10");
	assert_string_equal(recorder_offer_text(&rec, id, "sessions.0.price.amount"), "340.84");
	assert_true(recorder_has_note(&rec, "blank-in-name", NULL));
	assert_string_equal(rec.rule, "hasNextPage is false");
	recorder_clear(&rec);
}

static void version_6_has_other_names(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/course-offerings", .body = "@ooapi/offerings-v6.json" },
		{ .part = "/courses?", .body = "@ooapi/course-v6.json" },
	};
	static const char id[] = "c6000000-0000-4000-8000-000000000001";
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &harvester_ooapi, "https://uni.example/v6/");
	RUN(&rec, routes);
	assert_int_equal(recorder_n_asked(&rec, "/organisations?organisationType=root"), 1);
	assert_int_equal(recorder_n_asked(&rec, "/organizations"), 0);
	assert_string_equal(recorder_word(&rec, id, EL_COURSE_CODE, 0, 0), "LAS-6");
	assert_string_equal(recorder_word_member(&rec, id, EL_IDENTIFIER, 0, 0, "scheme"),
			    "identifier");
	assert_string_equal(recorder_word(&rec, id, EL_WORKLOAD, 0, 0), "3");
	assert_string_equal(recorder_word_member(&rec, id, EL_WORKLOAD, 0, 1, "scheme"),
			    "contact_time");
	assert_string_equal(recorder_word(&rec, id, EL_LANGUAGE, 0, 1), "eng");
	assert_string_equal(recorder_word_member(&rec, id, EL_MODE, 0, 0, "scheme"),
			    "ooapi-6/modeOfDelivery");
	assert_string_equal(recorder_word_member(&rec, id, EL_LEVEL, 0, 0, "scheme"),
			    "ooapi-6/level");
	assert_string_equal(recorder_word(&rec, id, EL_OUTCOME, 0, 0), "Welds steel");
	assert_string_equal(recorder_word(&rec, id, EL_ALLIANCE, 0, 0), "EWUU");
	/* only what is active */
	assert_string_equal(recorder_word(&rec, id, EL_SESSION_ID, 0, 0), "o62");
	assert_int_equal(recorder_n_words(&rec, id, EL_SESSION_ID), 1);
	assert_string_equal(recorder_word(&rec, id, EL_SESSION_APPLY_UNTIL, 0, 0),
			    "2026-12-01T00:00:00Z");
	assert_string_equal(recorder_word(&rec, id, EL_SESSION_URL, 0, 0),
			    "https://enrol.example/62");
	assert_string_equal(recorder_word(&rec, id, EL_SESSION_PRICE, 0, 0), "250");
	assert_string_equal(recorder_offer_text(&rec, id, "workload.ects"), "3");
	assert_string_equal(recorder_offer_text(&rec, id, "mode"), "[\"blended\"]");
	assert_string_equal(recorder_offer_text(&rec, id, "level.eqf"), "5");
	recorder_clear(&rec);
}

static void version_4_is_known_by_its_plain_name(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/courses?", .body = "@ooapi/courses-v4.json" },
	};
	static const char id[] = "c4000000-0000-4000-8000-000000000001";
	struct recorder rec;

	(void)state;
	start(&rec);
	rec.source.version = SLICE_LIT("5"); /* a body of 4 behind a gateway of 5 */
	RUN(&rec, routes);
	assert_string_equal(recorder_word(&rec, id, EL_TITLE, 0, 0), "Navigation");
	assert_string_equal(recorder_word_member(&rec, id, EL_LEVEL, 0, 0, "scheme"),
			    "ooapi-4/level");
	assert_string_equal(recorder_word(&rec, id, EL_WORKLOAD, 0, 0), "7.5");
	assert_string_equal(recorder_word(&rec, id, EL_OUTCOME, 0, 1), "Uses a sextant");
	assert_string_equal(recorder_word(&rec, id, EL_AUDIENCE, 0, 0), "euroteq");
	assert_string_equal(recorder_offer_text(&rec, id, "level.eqf"), "3");
	assert_string_equal(rec.rule, "fewer items than asked for");
	recorder_clear(&rec);
}

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
	start(&rec);
	recorder_query(&rec, "consumer", "eduxchange");
	recorder_query(&rec, "alliances.name", "euro teq");
	rec.source.page_size = 50;
	RUN(&rec, routes);
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
		RUN(&rec, routes);
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
	start(&rec);
	recorder_option(&rec, "programs", "true");
	RUN(&rec, routes);
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

	start(&rec);
	recorder_option(&rec, "programs", "yes");
	recorder_option(&rec, "degrees", "yes");
	RUN(&rec, routes);
	assert_int_equal(rec.records.n, 2);
	recorder_clear(&rec);
}

/* --- visibility --- */

static void what_no_group_may_see_is_out_of_scope(void **state)
{
	static const struct {
		const char *alliances;
		bool is_shown;
	} cases[] = {
		{ "[{\"name\":\"x\",\"visibleForOwnStudents\":false,\"visibleForGuests\":false}]",
		  false },
		{ "[{\"visibleForOwnStudents\":\"false\",\"visibleForGuests\":0}]", false },
		{ "[{\"visibleForOwnStudents\":false,\"visibleForGuests\":true}]", true },
		/* one flag is not all groups: TU/e's real data */
		{ "[{\"visibleForOwnStudents\":false}]", true },
		{ "[{\"visibleForOwnStudents\":false,\"visibleForGuests\":false},{\"name\":\"y\"}]",
		  true },
		{ "[]", true },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char body[1000];
		struct recorder_route routes[] = { { .part = "/courses?", .body = body } };
		struct recorder rec;

		snprintf(body, sizeof(body),
			 "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\","
			 "\"consumers\":[{\"consumerKey\":\"eduxchange\",\"alliances\":%s}]}]}",
			 cases[i].alliances);
		start(&rec);
		RUN(&rec, routes);
		assert_int_equal(rec.records.n, cases[i].is_shown);
		assert_int_equal(rec.out_of_scope.n, !cases[i].is_shown);
		recorder_clear(&rec);
	}
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
	start(&rec);
	recorder_option(&rec, "offerings", "false");
	RUN(&rec, routes);
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
	start(&rec);
	recorder_option(&rec, "offerings", "false");
	RUN(&rec, routes);
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
	start(&rec);
	RUN(&rec, routes);
	assert_int_equal(rec.records.n, 3); /* b was read before the defect */
	assert_int_equal(rec.n_lost, 1);
	recorder_clear(&rec);

	start(&rec);
	RUN(&rec, failing);
	assert_int_equal(rec.records.n, 2);
	assert_int_equal(rec.n_lost, 1);
	recorder_clear(&rec);

	start(&rec);
	RUN(&rec, cut); /* two in a row: nothing more is asked for */
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

		start(&rec);
		run(&rec, &cases[i].route, 1);
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
	start(&rec);
	RUN(&rec, none);
	assert_string_equal(rec.rule, "an empty page");
	recorder_clear(&rec);
	start(&rec);
	RUN(&rec, null);
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

		start(&rec);
		RUN(&rec, routes);
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
	start(&first);
	RUN(&first, good);
	start(&second);
	recorder_knows(&second, &first);
	RUN(&second, bad);
	assert_int_equal(second.rejected.n, 1); /* a stays as it is known, stale */
	assert_string_equal(second.rejected.items[0].id, "a");
	assert_non_null(strstr(second.rejected.items[0].why, "what is known of it stays"));
	assert_int_equal(second.records.n, 1); /* b is new, and shown without sessions */
	assert_true(recorder_has_note(&second, "offerings-not-read", "b"));
	assert_int_equal(second.n_lost, 2);
	/* and next time b is not taken for unchanged */
	start(&third);
	recorder_knows(&third, &second);
	static const struct recorder_route later[] = {
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"b\",\"name\":\"B\"}]"
			  "}" },
	};
	RUN(&third, later);
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
	start(&first);
	RUN(&first, before);
	start(&next);
	recorder_knows(&next, &first);
	RUN(&next, before);
	assert_int_equal(next.n_seen, 1);
	assert_int_equal(next.records.n, 0);
	recorder_clear(&next);
	for (size_t i = 0; i < countof(others); i++) {
		start(&next);
		recorder_knows(&next, &first);
		RUN(&next, others[i]);
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
	start(&rec);
	RUN(&rec, routes);
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_ID, 0, 0), "o1");
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_ID, 1, 0), "o2");
	assert_true(recorder_has_note(&rec, "bad-offering", NULL));
	recorder_clear(&rec);
	start(&rec);
	RUN(&rec, endless);
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
	start(&rec);
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
	start(&rec);
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

/* --- organisations --- */

static void without_a_root_the_run_is_complete_and_says_so(void **state)
{
	static const char course[] =
		"{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]}";
	static const struct recorder_route routes[][2] = {
		{ { .part = "/organizations", .status = 500 },
		  { .part = "/courses?", .body = course } },
		{ { .part = "/organizations", .failure = ERR_TIMEOUT },
		  { .part = "/courses?", .body = course } },
		{ { .part = "/organizations", .body = "{\"items\":[" },
		  { .part = "/courses?", .body = course } },
		/* the filter was ignored, and none of them is a root */
		{ { .part = "/organizations",
		    .body = "{\"items\":[{\"organizationId\":\"x\",\"name\":\"X\"},{"
			    "\"organizationId\":\"y\",\"name\":\"Y\"}]}" },
		  { .part = "/courses?", .body = course } },
	};

	(void)state;
	for (size_t i = 0; i < countof(routes); i++) {
		struct recorder rec;

		start(&rec);
		RUN(&rec, routes[i]);
		assert_true(recorder_has_note(&rec, "no-root-organization", NULL));
		assert_int_equal(rec.records.n, 1);
		assert_int_equal(rec.n_lost, 0);
		assert_true(rec.is_proven);
		assert_string_equal(recorder_word(&rec, "a", EL_PROVIDER_NAME, 0, 0), "");
		recorder_clear(&rec);
	}
}

static void the_root_is_found_among_others(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/organizations",
		  .body = "{\"items\":[{\"organizationId\":\"x\",\"organizationType\":\"faculty\","
			  "\"name\":\"X\"},"
			  "{\"organizationId\":\"y\",\"organizationType\":\"root\",\"name\":\"Y\"},"
			  "{\"organizationId\":\"z\",\"organizationType\":\"root\",\"name\":\"Z\"}]"
			  "}" },
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\","
			  "\"organization\":\"y\"},"
			  "{\"courseId\":\"b\",\"name\":\"B\",\"organization\":{\"name\":\"Own\"}}]"
			  "}" },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	RUN(&rec, routes);
	assert_string_equal(recorder_word(&rec, "a", EL_PROVIDER_NAME, 0, 0), "Y");
	assert_string_equal(recorder_word(&rec, "b", EL_PROVIDER_NAME, 0, 0), "Own");
	recorder_clear(&rec);
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
	start(&rec);
	RUN(&rec, routes);
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

		start(&rec);
		RUN(&rec, routes);
		assert_false(rec.is_proven);
		assert_int_equal(rec.n_lost, 1);
		assert_string_equal(rec.finish_err.msg, cases[i].why);
		recorder_clear(&rec);
	}
}

/* --- traps --- */

static void a_bad_item_costs_itself(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/courses?",
		  .body = "\xef\xbb\xbf{\"hasNextPage\":false,\"items\":["
			  "{\"courseId\":\"ok\",\"name\":\"Good\"},"
			  "{\"courseId\":\"nan\",\"name\":\"N\",\"x\":NaN},"
			  "{\"courseId\":\"twice\",\"name\":\"N\",\"name\":\"M\"},"
			  "{\"courseId\":\"noname\"},"
			  "{\"name\":\"No id\"},"
			  "{\"courseId\":\"\",\"name\":\"Blank id\"},"
			  "\"text\", null,"
			  "{\"courseId\":\"latin\",\"name\":\"Caf\xe9\"},"
			  "]}" },
	};
	struct recorder rec;

	(void)state;
	for (int with = 0; with < 2; with++) {
		start(&rec);
		recorder_option(&rec, "offerings", with ? "true" : "false");
		RUN(&rec, routes);
		assert_int_equal(rec.n_items, 9);
		assert_int_equal(rec.records.n, 2);
		assert_int_equal(rec.rejected.n, 7);
		assert_string_equal(rec.rejected.items[0].id, "nan");
		assert_non_null(strstr(rec.rejected.items[0].why, "not JSON at byte"));
		assert_non_null(strstr(rec.rejected.items[1].why, "duplicate"));
		assert_string_equal(recorder_word(&rec, "latin", EL_TITLE, 0, 0), "Café");
		assert_true(recorder_has_note(&rec, "not-utf8", NULL));
		assert_true(recorder_has_note(&rec, "json-repaired", NULL));
		assert_string_equal(rec.rule, "hasNextPage is false");
		recorder_clear(&rec);
	}
}

static void empty_strings_and_lists_are_absent(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\","
			  "\"level\":\"\","
			  "\"duration\":\"\",\"fieldsOfStudy\":\"\",\"modeOfDelivery\":[],"
			  "\"learningOutcomes\":[[]],"
			  "\"assessment\":[],\"studyLoad\":{},\"teachingLanguage\":null,"
			  "\"addresses\":null}]}" },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	RUN(&rec, routes);
	assert_int_equal(json_array_size(recorder_record(&rec, "a")->words),
			 3); /* id, title, entity */
	recorder_clear(&rec);
}

static void units_that_are_no_workload_stay_declared(void **state)
{
	static const struct {
		const char *unit, *value, *ects;
	} cases[] = {
		{ "ects", "5", "5" },        { "sbu", "140", "5" }, { "sp", "5", "" },
		{ "contacttime", "40", "" }, { "hour", "40", "" },  { "ects", "0", "" },
		{ "ects", "-5", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char body[400];
		struct recorder_route routes[] = { { .part = "/courses?", .body = body } };
		struct recorder rec;

		snprintf(body, sizeof(body),
			 "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\","
			 "\"studyLoad\":"
			 "{\"studyLoadUnit\":\"%s\",\"value\":%s}}]}",
			 cases[i].unit, cases[i].value);
		start(&rec);
		rec.source.country = SLICE_LIT("NL");
		RUN(&rec, routes);
		if (strcmp(recorder_offer_text(&rec, "a", "workload.ects"), cases[i].ects) != 0)
			fail_msg("%s %s: \"%s\"", cases[i].value, cases[i].unit,
				 recorder_offer_text(&rec, "a", "workload.ects"));
		assert_string_not_equal(recorder_word(&rec, "a", EL_WORKLOAD, 0, 0), "");
		recorder_clear(&rec);
	}
}

static void a_description_out_of_date_is_noted(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":["
			  "{\"courseId\":\"old\",\"name\":\"A\",\"validTo\":\"2026-11-20\"},"
			  "{\"courseId\":\"today\",\"name\":\"A\",\"validFrom\":\"2020-01-01\","
			  "\"validTo\":\"2026-11-21\"},"
			  "{\"courseId\":\"next\",\"name\":\"A\",\"validFrom\":\"2027-01-01T00:00:"
			  "00Z\"}]}" },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	RUN(&rec, routes);
	assert_int_equal(rec.records.n, 3);
	assert_true(recorder_has_note(&rec, "description-expired", "old"));
	assert_false(recorder_has_note(&rec, "description-expired", "today"));
	assert_true(recorder_has_note(&rec, "description-not-yet-valid", "next"));
	recorder_clear(&rec);
}

static void columns_of_the_configuration_replace_paths(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\","
			  "\"abbreviation\":\"X\","
			  "\"ext\":{\"qa\":\"ENQA review\",\"nr\":\"N-1\"}}]}" },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	recorder_column(&rec, "qualityAssurance", "ext.qa");
	recorder_column(&rec, "id", "ext.nr");
	RUN(&rec, routes);
	assert_string_equal(recorder_word(&rec, "N-1", EL_QUALITY_ASSURANCE, 0, 0), "ENQA review");
	recorder_clear(&rec);
	start(&rec);
	recorder_column(&rec, "quality-of-life", "ext.qa");
	recorder_run(&rec);
	assert_int_equal(rec.begin_err.code, ERR_CONFIG);
	recorder_clear(&rec);
}

static void a_body_in_utf_16_is_read(void **state)
{
	static const char text[] = "[{\"courseId\":\"a\",\"name\":\"A\"}]";
	char wide[2 * sizeof(text)];
	struct recorder rec;
	size_t n = 0;

	(void)state;
	wide[n++] = (char)0xff;
	wide[n++] = (char)0xfe;
	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		wide[n++] = text[i];
		wide[n++] = 0;
	}
	start(&rec);
	rec.piece = 7;
	recorder_option(&rec, "offerings", "false");
	recorder_answer_text(&rec, wide, n);
	recorder_run(&rec);
	assert_int_equal(rec.records.n, 1);
	recorder_clear(&rec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_version_5_becomes_a_word),
		cmocka_unit_test(version_6_has_other_names),
		cmocka_unit_test(version_4_is_known_by_its_plain_name),
		cmocka_unit_test(requests_carry_page_consumer_and_since),
		cmocka_unit_test(the_address_may_end_in_anything),
		cmocka_unit_test(settings_that_cannot_be_are_refused),
		cmocka_unit_test(programmes_come_after_courses_if_asked_for),
		cmocka_unit_test(what_no_group_may_see_is_out_of_scope),
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
		cmocka_unit_test(without_a_root_the_run_is_complete_and_says_so),
		cmocka_unit_test(the_root_is_found_among_others),
		cmocka_unit_test(a_gateway_s_envelope_is_looked_through),
		cmocka_unit_test(a_failure_inside_an_envelope_is_a_failure),
		cmocka_unit_test(a_bad_item_costs_itself),
		cmocka_unit_test(empty_strings_and_lists_are_absent),
		cmocka_unit_test(units_that_are_no_workload_stay_declared),
		cmocka_unit_test(a_description_out_of_date_is_noted),
		cmocka_unit_test(columns_of_the_configuration_replace_paths),
		cmocka_unit_test(a_body_in_utf_16_is_read),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
