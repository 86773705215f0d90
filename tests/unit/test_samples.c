// SPDX-License-Identifier: EUPL-1.2
/*
 * Catalogues of partners, as shared for tests: counts made without our code
 * (jq and Python, how is said at each), and offers field by field. Skipped
 * where the samples are not there.
 */
#include "harvesters/registry.h"
#include "tests/support/recorder.h"
#include "tests/support/shared_dir.h"
#include "tests/support/unit.h"

struct sample {
	char *text;
	size_t n;
	bool is_served;
};

/* The file answers the first list request; nothing else is there. */
static void answer_file(void *data, const struct request *request, struct recorder_reply *reply)
{
	struct sample *sample = (struct sample *)data;

	if (request->kind != REQUEST_LIST || sample->is_served) {
		reply->fails = true;
		err_set(&reply->why, ERR_NOTFOUND, "only one file is there");
		return;
	}
	sample->is_served = true;
	reply->body = slice_make(sample->text, sample->n);
}

static void load(struct sample *sample, const char *name)
{
	char path[500];
	FILE *file;

	*sample = (struct sample){ .text = malloc(4 << 20) };
	snprintf(path, sizeof(path), "%s/samples/%s", shared_dir(), name);
	file = fopen(path, "rb");
	if (file == NULL) {
		free(sample->text);
		print_message("no %s: set MICROCAT_SHARED\n", path);
		skip();
		return; /* skip() does not come back */
	}
	sample->n = fread(sample->text, 1, 4 << 20, file);
	fclose(file);
}

static void run(struct recorder *rec, const char *name)
{
	static struct sample sample; /* the recorder keeps its address */

	load(&sample, name);
	rec->data = &sample;
	rec->answer = answer_file;
	recorder_run(rec);
	assert_true(recorder_balances(rec));
	free(sample.text);
}

static void catalogues_have_as_many_offers_as_were_counted(void **state)
{
	static const struct {
		const struct harvester *harvester;
		const char *name;
		const char *id_columns[3];
		size_t n_records, n_distinct, n_rejected, n_out_of_scope;
	} cases[] = {
		/* jq length; all have courseId and name */
		{ &harvester_ooapi, "ooapi/tue/courses-1.items.json", { NULL }, 6, 6, 0, 0 },
		/* jq '.items|length' */
		{ &harvester_ooapi, "ooapi/gateway-backend/courses.json", { NULL }, 1, 1, 0, 0 },
		/* jq 'has("name")' is false */
		{ &harvester_ooapi, "ooapi/gateway-backend/course-bad.json", { NULL }, 0, 0, 1, 0 },
		{ &harvester_ooapi, "ooapi/rio-mapper/course.json", { NULL }, 1, 1, 0, 0 },
		{ &harvester_ooapi, "ooapi/rio-mapper/program.json", { NULL }, 1, 1, 0, 0 },
		/* jq .qualificationAwarded is "Phd" */
		{ &harvester_ooapi, "ooapi/quickstart/program-demo04.json", { NULL }, 0, 0, 0, 1 },
		/* jq '.data|length' is 44, of which id 1 is the front page */
		{ &harvester_moochub,
		  "moochub/ki-campus/courses.php.json",
		  { NULL },
		  43,
		  43,
		  0,
		  1 },
		{ &harvester_moochub, "moochub/mooin/courses-2020.json", { NULL }, 2, 2, 0, 0 },
		{ &harvester_moochub, "moochub/spec/openhpi-v2.1.json", { NULL }, 1, 1, 0, 0 },
		{ &harvester_moochub,
		  "moochub/spec/openhpi-v3-complete.json",
		  { NULL },
		  1,
		  1,
		  0,
		  0 },
		/* csv.reader: 1,233 rows, 1,207 codes, each code with one name */
		{ &harvester_csv, "feeds/csv/chalmers-kurser.csv", { NULL }, 1207, 1207, 0, 0 },
		/* 1,207 rows, 1,089 keys of three columns; 2 rows are exact copies of others */
		{ &harvester_csv,
		  "feeds/csv/grand-est-formations.csv",
		  { "Nom_Complet_Diplome", "Nom_Etablissement", "Ville" },
		  1091,
		  1089,
		  0,
		  0 },
		/* 53 rows; 49 drps_id, 4 of them with two names ("... (1 of 2)") */
		{ &harvester_csv, "feeds/csv/edinburgh-courses.csv", { "drps_id" }, 53, 49, 0, 0 },
		/* 14 rows, no id: 14 different URLs */
		{ &harvester_csv, "feeds/csv/nci-events.csv", { NULL }, 14, 14, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;
		size_t n_distinct = 0;

		recorder_init(&rec, cases[i].harvester, "https://partner.example/catalogue");
		for (size_t k = 0; k < 3 && cases[i].id_columns[k] != NULL; k++)
			recorder_id_column(&rec, cases[i].id_columns[k]);
		run(&rec, cases[i].name);
		for (size_t k = 0; k < rec.records.n; k++) {
			size_t j = 0;

			while (strcmp(rec.records.items[j].id, rec.records.items[k].id) != 0)
				j++;
			n_distinct += j == k;
		}
		if (rec.records.n != cases[i].n_records || n_distinct != cases[i].n_distinct ||
		    rec.rejected.n != cases[i].n_rejected ||
		    rec.out_of_scope.n != cases[i].n_out_of_scope)
			fail_msg("%s: %zu records of %zu ids, %zu rejected, %zu out of scope",
				 cases[i].name, rec.records.n, n_distinct, rec.rejected.n,
				 rec.out_of_scope.n);
		recorder_clear(&rec);
	}
}

/* What is found at a path of an offer, as recorder_offer_text() gives it. */
struct expected_field {
	const char *path, *value;
};

static void check_fields(const struct recorder *rec, const char *id,
			 const struct expected_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = recorder_offer_text(rec, id, fields[i].path);

		if (strcmp(value, fields[i].value) != 0)
			fail_msg("%s %s: \"%s\" is not \"%s\"", id, fields[i].path, value,
				 fields[i].value);
	}
}

static void eindhoven_s_courses_are_read_field_by_field(void **state)
{
	static const struct {
		const char *id, *code, *title, *ects, *eqf, *language;
	} courses[] = {
		{ "2b0e22fb-3c19-48a0-a48c-046c7211e9e9", "0HM130", "Advanced cognition", "5", "7",
		  "en" },
		{ "c2af7f53-6cf6-4cd2-870d-b91d6ba001e0", "0HM150",
		  "Advanced cognitive engineering", "5", "7", "en" },
		{ "06167ec8-cf12-41e3-b781-a4665b039944", "0HM120", "Advanced data analysis", "5",
		  "7", "en" },
		{ "b67b1c22-290c-48b5-936f-9d06a22948e5", "0HM140", "Advanced perception", "5", "7",
		  "en" },
		{ "afc388a5-345f-494a-b40c-5eae74906204", "6EMA06", "Advanced process design", "5",
		  "7", "en" },
		{ "d26afdd7-da49-4b17-a595-3c1a8c40d1e5", "0HV110",
		  "Advanced research methods and research ethics", "5", "6", "en" },
	};
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &harvester_ooapi, "https://tue.example/ooapi/v5");
	run(&rec, "ooapi/tue/courses-1.items.json");
	for (size_t i = 0; i < countof(courses); i++) {
		const struct expected_field fields[] = {
			{ "courseCode", courses[i].code },
			{ "workload.ects", courses[i].ects },
			{ "workload.from", "declared" },
			{ "level.eqf", courses[i].eqf },
			{ "languages.0", courses[i].language },
			{ "alliances.0", "EWUU" },
			{ "opportunityType", "course" },
			/* empty strings and lists in the source are unknown here */
			{ "mode", "" },
			{ "assessment", "" },
			{ "sessions", "" },
			{ "identifiers", "" },
		};

		check_fields(&rec, courses[i].id, fields, countof(fields));
		/* none is declared, some are told from the texts */
		assert_string_not_equal(recorder_offer_text(&rec, courses[i].id, "subjects.0.from"),
					"declared");
		assert_string_equal(recorder_word(&rec, courses[i].id, EL_TITLE, 0, 1),
				    courses[i].title);
		assert_true(recorder_n_words(&rec, courses[i].id, EL_OUTCOME) == 2);
	}
	recorder_clear(&rec);
}

static void moochub_s_courses_are_read_field_by_field(void **state)
{
	static const struct expected_field pronunciation[] = {
		{ "courseCode", "oncampus-MOOC-oin-2016-002518" },
		{ "languages", "[\"de\",\"ar\"]" },
		{ "mode", "[\"online\"]" },
		{ "workload", "{\"declared\":\"1080\"}" },
		{ "jointProviders.0.name.und", "Fachhochschule Lübeck" },
		{ "awardingBodies.0.name.und", "Fachhochschule Lübeck" },
		{ "sessions.0.start", "2016-10-15" },
		{ "sessions.0.end", "2016-11-26" },
		{ "sessions.1", "" },
		{ "sessions.0.price.amount", "" },
		{ "url", "https://mooin.oncampus.de/mod/page/view.php?id=1941&lang=de" },
		{ "level", "" },
		{ "subjects.0.iscedf", "0231" }, /* told from the texts */
		{ "subjects.0.from", "inferred" },
	};
	static const struct expected_field wind[] = {
		{ "courseCode", "oncampus-MOOC-oin-2016-002527" },
		{ "sessions.0.start", "2016-10-24" },
		{ "sessions.0.price.amount", "0" },
		{ "workload", "" },
		{ "url", "" },
	};
	static const struct expected_field complete[] = {
		{ "courseCode", "CourseComplete23" },
		{ "subjects.0.iscedf", "0611" },
		{ "level", "" }, /* DigComp is no level */
		{ "workload.hours", "6" }, /* three a week, two weeks */
		{ "workload.ects", "" }, /* 0 is none */
		{ "sessions.0.start", "2021-01-13" },
		{ "sessions.0.price.amount", "0" }, /* the certificate costs 50 */
		{ "provider.name.und", "openHPI" },
		{ "provider.country", "DE" },
		{ "jointProviders", "" },
		{ "stackability", "stackable" },
	};
	static const struct expected_field internet[] = {
		{ "courseCode", "internetworking2020" },
		{ "workload.hours", "45.7" }, /* five a week, two months and four days */
		{ "workload.hoursFrom", "inferred" },
		{ "sessions.0.start", "2020-08-16" },
		{ "sessions.0.end", "2020-10-20" },
		{ "sessions.0.price.amount", "0" },
		{ "jointProviders.0.name.und", "HPI Academy GmbH" },
		{ "mode.0", "online" },
	};
	static const struct {
		const char *name, *id, *person;
		const struct expected_field *fields;
		size_t n;
	} cases[] = {
		{ "mooin/courses-2020.json", "7fb8bf5bcccb7560ab56c02b19d9cb97", "Handke",
		  pronunciation, countof(pronunciation) },
		{ "mooin/courses-2020.json", "04c99073eb53d13bab526141ab872f30", "Loviscach", wind,
		  countof(wind) },
		{ "spec/openhpi-v3-complete.json", "8978f51e-770c-4d0a-a2e3-23fae8f6aa79", "Meinel",
		  complete, countof(complete) },
		{ "spec/openhpi-v2.1.json", "string", "Meinel", internet, countof(internet) },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;
		char name[100];

		snprintf(name, sizeof(name), "moochub/%s", cases[i].name);
		recorder_init(&rec, &harvester_moochub,
			      "https://open.hpi.de/bridges/moochub/courses");
		run(&rec, name);
		check_fields(&rec, cases[i].id, cases[i].fields, cases[i].n);
		assert_false(recorder_mentions(&rec, cases[i].person));
		recorder_clear(&rec);
	}
}

static void ki_campus_names_no_person(void **state)
{
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &harvester_moochub, "https://moodle.ki-campus.org/courses.php");
	run(&rec, "moochub/ki-campus/courses.php.json");
	check_fields(&rec, "6",
		     (const struct expected_field[]){
			     { "title.en", "Introduction to Machine Learning Part 1: Foundations" },
			     { "url", "https://moodle.ki-campus.org/course/view.php?id=6" },
			     { "languages", "" } },
		     3);
	assert_false(recorder_mentions(&rec, "Marina Lex"));
	assert_string_equal(rec.rule, "links.next is absent or empty");
	recorder_clear(&rec);
}

static void offerings_of_samples_become_sessions(void **state)
{
	/* jq '.items|length' is 6; all of them have an offeringId */
	struct sample offerings;
	struct recorder_route routes[2] = {
		{ .part = "/offerings" },
		{ .part = "/courses?",
		  .body = "{\"hasNextPage\":false,\"items\":[{\"courseId\":\"a\",\"name\":\"A\"}]"
			  "}" },
	};
	struct recorder rec;

	(void)state;
	load(&offerings, "ooapi/rio-mapper/program-demo04-offerings.json");
	offerings.text[offerings.n] = 0;
	routes[0].body = offerings.text;
	recorder_init(&rec, &harvester_ooapi, "https://demo.example/v5");
	recorder_serve(&rec, routes, countof(routes));
	recorder_run(&rec);
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_START, 0, 0), "2003-09-01");
	assert_int_equal(recorder_n_words(&rec, "a", EL_SESSION_ID), 6);
	recorder_clear(&rec);
	free(offerings.text);
}

static void rows_of_one_course_are_joined_if_told_so(void **state)
{
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &harvester_csv, "https://partner.example/courses.csv");
	recorder_id_column(&rec, "drps_id");
	recorder_option(&rec, "group", "id");
	run(&rec, "feeds/csv/edinburgh-courses.csv");
	assert_int_equal(rec.records.n, 49);
	assert_true(recorder_has_note(&rec, "rows-differ", "HEIN11037"));
	assert_false(recorder_has_note(&rec, "same-id-other-title", NULL));
	/* Scottish credits are no ECTS by default, and the organiser is a person */
	check_fields(&rec, "HEIN11037",
		     (const struct expected_field[]){ { "workload", "{\"declared\":\"10\"}" } }, 1);
	assert_int_equal(recorder_n_words(&rec, "HEIN11037", EL_WORKLOAD), 1);
	recorder_clear(&rec);
}

static void a_table_of_codes_in_mac_roman_is_decoded(void **state)
{
	struct recorder rec;

	(void)state;
	recorder_init(&rec, &harvester_csv, "https://partner.example/codes.csv");
	rec.source.csv.has_header = false;
	recorder_column(&rec, "id", "1");
	recorder_column(&rec, "title", "3");
	run(&rec, "feeds/csv/formacode-macroman-cr.csv");
	/* Python: 3,048 rows in mac_roman, 2,912 of them with the first row's 15 cells */
	assert_int_equal(rec.records.n, 2912);
	assert_int_equal(rec.n_items, 3048);
	assert_string_equal(recorder_word(&rec, "11001", EL_TITLE, 0, 0), "théorie graphes");
	for (size_t i = 0; i < rec.notes.n; i++)
		if (strncmp(rec.notes.items[i].why, "csv-read-as|", 12) == 0)
			assert_non_null(
				strstr(rec.notes.items[i].why,
				       "encoding macintosh (letters of Mac Roman and bare"));
	recorder_clear(&rec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(catalogues_have_as_many_offers_as_were_counted),
		cmocka_unit_test(eindhoven_s_courses_are_read_field_by_field),
		cmocka_unit_test(moochub_s_courses_are_read_field_by_field),
		cmocka_unit_test(ki_campus_names_no_person),
		cmocka_unit_test(offerings_of_samples_become_sessions),
		cmocka_unit_test(rows_of_one_course_are_joined_if_told_so),
		cmocka_unit_test(a_table_of_codes_in_mac_roman_is_decoded),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
