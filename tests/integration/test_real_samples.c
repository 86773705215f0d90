// SPDX-License-Identifier: EUPL-1.2
/*
 * Real catalogues, served over HTTP and harvested by the real daemon: as many
 * records as were counted without it (how is said beside each number; run below
 * the samples' folder), what reports name, and nothing new the second time.
 * Skipped where the samples are not shared.
 */
#include "tests/support/sample_world.h"

/* --- how many --- */

static const struct counted {
	const char *source;
	const char *state;
	long shown, new, rejected, out_of_scope, duplicate;
	long sessions;
	const char *rule;
} counted[] = {
	/* jq length ooapi/tue/courses-1.items.json; one offering */
	{ "tue", "complete", 6, 6, 0, 0, 0, 1, "hasNextPage is false" },
	/* course.json, program.json; program-demo04.json awards a PhD (jq .qualificationAwarded);
	 * jq '.items|length' course-offerings.json program-offerings.json: 1 and 1 */
	{ "rio", "complete", 3, 2, 0, 1, 0, 2,
	  "courses: hasNextPage is false; programs: hasNextPage is false" },
	/* jq '.items|length' ooapi/rio-mapper/program-demo04-offerings.json */
	{ "demo04", "complete", 1, 1, 0, 0, 0, 6, "programs: hasNextPage is false" },
	/* jq '.items|length' courses.json course-offerings.json (both without a flag) */
	{ "backend", "complete", 1, 1, 0, 0, 0, 1, NULL },
	/* jq 'has("name")' course-bad.json: false */
	{ "bad", "complete", 1, 0, 1, 0, 0, 0, NULL },
	/* jq '.gateway.endpoints|keys', '.responses|keys': not the same endpoint */
	{ "envelope", "incomplete", 0, 0, 0, 0, 0, 0, NULL },
	{ "wrapped", "complete", 1, 1, 0, 0, 0, 0, NULL },
	/* jq '.data|length' is 44; id 1 is the site's front page; no dates */
	{ "ki-campus", "complete", 44, 43, 0, 1, 0, 0, "links.next is absent or empty" },
	/* jq '.data|length'; each has a startDate */
	{ "mooin", "complete", 2, 2, 0, 0, 0, 2, "links.next is absent or empty" },
	{ "openhpi2", "complete", 1, 1, 0, 0, 0, 1, "links.next is absent or empty" },
	{ "openhpi3", "complete", 1, 1, 0, 0, 0, 1, "links.next is absent or empty" },
	/* python3: rows = list(csv.reader(open(f, newline='')))[1:]; len(rows) is 1233,
	 * len({r[0] for r in rows}) is 1207; each (code, study period) once */
	{ "chalmers", "complete", 1207, 1207, 0, 0, 0, 1233, "the end of the file" },
	/* with delimiter=';': 1207 rows, len({(r[0], r[5], r[6]) for r in rows}) is 1089; rows less
	 * len(set(map(tuple, rows))) is 2: exact copies, shown by themselves. A place each */
	{ "grand-est", "complete", 1091, 1089, 0, 0, 2, 1089, "the end of the file" },
	/* 53 rows of 49 drps_id; len({(r['drps_id'], r['block']) for r in rows}) is 53 */
	{ "edinburgh", "complete", 49, 49, 0, 0, 0, 53, "the end of the file" },
	/* 14 rows, 14 URLs, a Start each */
	{ "nci", "complete", 14, 14, 0, 0, 0, 14, "the end of the file" },
	/* decode('mac_roman'), \r to \n, csv.reader(delimiter=';'): 3048 rows, 2912 of 15 cells
	 * with as many codes, 136 of 4 */
	{ "formacode", "complete", 3048, 2912, 136, 0, 0, 0, "the end of the file" },
};

static long figure(const json_t *run, const char *name)
{
	const json_t *value = json_object_get(json_object_get(run, "ledger"), name);

	return json_is_integer(value) ? (long)json_integer_value(value) : -1;
}

static void check_ledger(const struct counted *c, const json_t *run)
{
	char *text = json_dumps(run, JSON_COMPACT);
	bool is_right = strcmp(sample_at(run, "state"), c->state) == 0 &&
			figure(run, "shown") == c->shown &&
			figure(run, "new") == c->new &&figure(run, "rejected") ==
				c->rejected &&figure(run, "outOfScope") ==
				c->out_of_scope &&figure(run, "duplicate") ==
				c->duplicate &&figure(run, "before") == 0 &&
			figure(run, "unchanged") == 0 &&
			strcmp(sample_at(run, "ledger.balances"), "true") == 0 &&
			(c->rule == NULL || strcmp(sample_at(run, "endRule"), c->rule) == 0);

	if (!is_right)
		fail_msg("%s, not as counted: %s", c->source, text);
	free(text);
}

static void each_catalogue_has_the_records_that_were_counted(void **state)
{
	(void)state;
	sample_world_need();
	for (size_t i = 0; i < countof(counted); i++) {
		json_t *run = sample_world_first_run(counted[i].source);
		json_t *offers = sample_world_offers(counted[i].source);
		long n_sessions = 0;

		check_ledger(&counted[i], run);
		assert_int_equal(json_array_size(offers), counted[i].new);
		for (size_t k = 0; k < json_array_size(offers); k++)
			n_sessions += (long)json_array_size(
				json_object_get(json_array_get(offers, k), "sessions"));
		if (n_sessions != counted[i].sessions)
			fail_msg("%s: %ld sessions, counted %ld", counted[i].source, n_sessions,
				 counted[i].sessions);
		json_decref(offers);
		json_decref(run);
	}
}

static void a_gateway_that_lacks_an_answer_is_said_to(void **state)
{
	json_t *run;

	(void)state;
	sample_world_need();
	run = sample_world_first_run("envelope");
	assert_int_equal(json_integer_value(json_object_get(run, "pagesLost")), 1);
	assert_non_null(strstr(sample_at(run, "why"),
			       "the gateway has no answer of api.uat.uu.connext.com"));
	json_decref(run);
}

static void links_are_followed_on_the_source_s_own_host(void **state)
{
	(void)state;
	sample_world_need();
	assert_int_equal(sample_world.n_links,
			 5); /* grep -o bridges/moochub/courses FILE | wc -l */
	assert_int_equal(partner_count(sample_world.p, "/openhpi2/courses?page=3"), 1);
	assert_int_equal(partner_count(sample_world.p, "/openhpi3/courses?page=3"), 1);
}

static void reports_name_what_was_rejected_and_what_is_missing(void **state)
{
	json_t *report;

	(void)state;
	sample_world_need();
	for (size_t i = 0; i < countof(counted); i++) {
		char path[200];

		snprintf(path, sizeof(path), "/v1/sources/%s/quality", counted[i].source);
		report = sample_world_get(path);
		assert_int_equal(json_integer_value(json_object_get(report, "records")),
				 counted[i].new);
		if (counted[i].rejected == 0)
			assert_int_equal(json_array_size(json_object_get(report, "rejected")), 0);
		json_decref(report);
	}
	report = sample_world_get("/v1/sources/bad/quality");
	assert_string_equal(sample_at(report, "rejected.0.recordId"),
			    "badbadba-badb-badb-badb-badbadbadbad");
	assert_non_null(strstr(sample_at(report, "rejected.0.why"), "no title"));
	json_decref(report);
	report = sample_world_get("/v1/sources/formacode/quality");
	assert_non_null(strstr(sample_at(report, "rejected.0.why"), "4 cells, expected 15"));
	json_decref(report);
	/* jq '[.[]|select(.modeOfDelivery==[])]|length' is 6 */
	report = sample_world_get("/v1/sources/tue/quality");
	for (size_t i = 0; i < json_array_size(json_object_get(report, "missing")); i++) {
		const json_t *missing = json_array_get(json_object_get(report, "missing"), i);

		if (strcmp(sample_at(missing, "element"), "mode") == 0)
			assert_string_equal(sample_at(missing, "count"), "6");
	}
	json_decref(report);
}

/* --- again --- */

static void the_same_catalogue_again_changes_nothing(void **state)
{
	static const struct {
		const char *source;
		long shown, unchanged, out_of_scope, duplicate;
	} again[] = {
		{ "tue", 6, 6, 0, 0 },
		{ "ki-campus", 44, 43, 1, 0 },
		{ "grand-est", 1091, 1089, 0, 2 },
	};

	(void)state;
	sample_world_need();
	for (size_t i = 0; i < countof(again); i++) {
		struct daemon_answer answer;
		char path[100], line[100];
		json_t *runs, *run;

		snprintf(path, sizeof(path), "/v1/sources/%s/harvest", again[i].source);
		snprintf(line, sizeof(line), "source=%s run=", again[i].source);
		pthread_mutex_lock(&sample_world.d.lock);
		sample_world.d.seen = sample_world.d.output.len;
		pthread_mutex_unlock(&sample_world.d.lock);
		daemon_post(&sample_world.d, path, NULL, &answer);
		assert_int_equal(answer.status, 202);
		buf_clear(&answer.body);
		while (strstr(daemon_wait_line(&sample_world.d, line), ": harvest ") == NULL)
			;
		snprintf(path, sizeof(path), "/v1/sources/%s/runs?limit=1", again[i].source);
		runs = sample_world_get(path);
		run = json_array_get(json_object_get(runs, "runs"), 0);
		assert_string_equal(sample_at(run, "state"), "complete");
		assert_int_equal(figure(run, "shown"), again[i].shown);
		assert_int_equal(figure(run, "unchanged"), again[i].unchanged);
		assert_int_equal(figure(run, "kept"), again[i].unchanged);
		assert_int_equal(figure(run, "outOfScope"), again[i].out_of_scope);
		assert_int_equal(figure(run, "duplicate"), again[i].duplicate);
		assert_string_equal(sample_at(run, "ledger.balances"), "true");
		json_decref(runs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_catalogue_has_the_records_that_were_counted),
		cmocka_unit_test(a_gateway_that_lacks_an_answer_is_said_to),
		cmocka_unit_test(links_are_followed_on_the_source_s_own_host),
		cmocka_unit_test(reports_name_what_was_rejected_and_what_is_missing),
		cmocka_unit_test(the_same_catalogue_again_changes_nothing),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, sample_world_open, sample_world_close);
}
