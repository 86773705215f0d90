// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of the OOAPI harvester: what the items of three versions become, who may
 * see them, whose they are, and the traps in them.
 */
#include "tests/support/ooapi_run.h"

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
	ooapi_start(&rec);
	OOAPI_RUN(&rec, routes);
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
	OOAPI_RUN(&rec, routes);
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
	ooapi_start(&rec);
	rec.source.version = SLICE_LIT("5"); /* a body of 4 behind a gateway of 5 */
	OOAPI_RUN(&rec, routes);
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
		ooapi_start(&rec);
		OOAPI_RUN(&rec, routes);
		assert_int_equal(rec.records.n, cases[i].is_shown);
		assert_int_equal(rec.out_of_scope.n, !cases[i].is_shown);
		recorder_clear(&rec);
	}
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

		ooapi_start(&rec);
		OOAPI_RUN(&rec, routes[i]);
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
	ooapi_start(&rec);
	OOAPI_RUN(&rec, routes);
	assert_string_equal(recorder_word(&rec, "a", EL_PROVIDER_NAME, 0, 0), "Y");
	assert_string_equal(recorder_word(&rec, "b", EL_PROVIDER_NAME, 0, 0), "Own");
	recorder_clear(&rec);
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
		ooapi_start(&rec);
		recorder_option(&rec, "offerings", with ? "true" : "false");
		OOAPI_RUN(&rec, routes);
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
	ooapi_start(&rec);
	OOAPI_RUN(&rec, routes);
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
		ooapi_start(&rec);
		rec.source.country = SLICE_LIT("NL");
		OOAPI_RUN(&rec, routes);
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
	ooapi_start(&rec);
	OOAPI_RUN(&rec, routes);
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
	ooapi_start(&rec);
	recorder_column(&rec, "qualityAssurance", "ext.qa");
	recorder_column(&rec, "id", "ext.nr");
	OOAPI_RUN(&rec, routes);
	assert_string_equal(recorder_word(&rec, "N-1", EL_QUALITY_ASSURANCE, 0, 0), "ENQA review");
	recorder_clear(&rec);
	ooapi_start(&rec);
	recorder_column(&rec, "quality-of-life", "ext.qa");
	recorder_run(&rec);
	assert_int_equal(rec.begin_err.code, ERR_CONFIG);
	recorder_clear(&rec);
}

/* Also where no table but code reads an element: of offerings, organisations, codes. */
static void columns_of_the_configuration_stand_alone(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/offerings",
		  .body = "{\"items\":[{\"offeringId\":\"o\",\"startDate\":\"2027-01-11\","
			  "\"endDate\":\"2027-02-12\",\"priceInformation\":[{\"costType\":"
			  "\"total costs\",\"amount\":\"12\",\"currency\":\"EUR\"}]}]}" },
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\","
			  "\"primaryCode\":{\"codeType\":\"identifier\",\"code\":\"X1\"},"
			  "\"organization\":{\"name\":\"O\"},\"ext\":{\"by\":\"P\"}}]}" },
	};
	struct recorder rec;

	(void)state;
	ooapi_start(&rec);
	recorder_column(&rec, "provider", "ext.by");
	recorder_column(&rec, "courseCode", "");
	recorder_column(&rec, "sessions.start", "");
	recorder_column(&rec, "sessions.price", "");
	OOAPI_RUN(&rec, routes);
	assert_string_equal(recorder_word(&rec, "a", EL_PROVIDER_NAME, 0, 0), "P");
	assert_string_equal(recorder_word(&rec, "a", EL_PROVIDER_NAME, 0, 1), "");
	assert_string_equal(recorder_word(&rec, "a", EL_IDENTIFIER, 0, 0), "X1");
	assert_string_equal(recorder_word(&rec, "a", EL_COURSE_CODE, 0, 0), "");
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_START, 0, 0), "");
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_END, 0, 0), "2027-02-12");
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_PRICE, 0, 0), "");
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
	ooapi_start(&rec);
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
		cmocka_unit_test(what_no_group_may_see_is_out_of_scope),
		cmocka_unit_test(without_a_root_the_run_is_complete_and_says_so),
		cmocka_unit_test(the_root_is_found_among_others),
		cmocka_unit_test(a_bad_item_costs_itself),
		cmocka_unit_test(empty_strings_and_lists_are_absent),
		cmocka_unit_test(units_that_are_no_workload_stay_declared),
		cmocka_unit_test(a_description_out_of_date_is_noted),
		cmocka_unit_test(columns_of_the_configuration_replace_paths),
		cmocka_unit_test(columns_of_the_configuration_stand_alone),
		cmocka_unit_test(a_body_in_utf_16_is_read),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
