// SPDX-License-Identifier: EUPL-1.2
/*
 * The demo catalogues, harvested by the real daemon with the demo's own
 * configuration, compared with what config/demo/README.md promises, and twelve
 * offers with what a person reads in the files.
 */
#include "tests/support/command.h"
#include "tests/support/demo.h"

#include <jansson.h>

struct expected_source {
	char id[32];
	long shown, accepted, rejected, duplicate, pages;
	bool is_found;
};

struct fixture {
	struct demo demo;
	struct expected_source expected[10]; /* the README's table, in the order of demo_sources */
	struct expected_source all; /* its last line */
};

/* --- the README's table --- */

static struct slice cell(struct slice line, unsigned n)
{
	struct slice part = SLICE_NONE;

	for (unsigned i = 0; i <= n + 1; i++) {
		if (!slice_split(&part, &line, '|'))
			return SLICE_NONE;
	}
	return slice_trim(part);
}

static long figure(struct slice line, unsigned n)
{
	uint64_t value = 0;

	assert_true(slice_to_u64(&value, cell(line, n), 100000));
	return (long)value;
}

static void read_row(struct expected_source *out, struct slice line)
{
	assert_false(out->is_found);
	snprintf(out->id, sizeof(out->id), "%.*s", SLICE_ARG(cell(line, 0)));
	out->shown = figure(line, 1);
	out->accepted = figure(line, 2);
	out->rejected = figure(line, 3);
	out->duplicate = figure(line, 4);
	out->pages = figure(line, 5);
	out->is_found = true;
}

/* Rows behind the heading "| source | shown | accepted | ..." up to an empty line. */
static void read_expected(struct fixture *f)
{
	FILE *file = fopen(MICROCAT_SOURCE_DIR "/config/demo/README.md", "re");
	char text[1024];
	bool is_table = false;

	assert_non_null(file);
	while (fgets(text, sizeof(text), file) != NULL) {
		struct slice line = slice_trim(slice_of(text));

		if (slice_starts_with(line, SLICE_LIT("| source | shown | accepted ")))
			is_table = true;
		else if (line.n == 0)
			is_table = false;
		else if (is_table && slice_eq_z(cell(line, 0), "all"))
			read_row(&f->all, line);
		for (size_t i = 0; is_table && i < countof(f->expected); i++) {
			if (slice_eq_z(cell(line, 0), demo_sources[i]))
				read_row(&f->expected[i], line);
		}
	}
	fclose(file);
	for (size_t i = 0; i < countof(f->expected); i++)
		assert_true(f->expected[i].is_found);
	assert_true(f->all.is_found);
}

/* --- harvesting --- */

static void harvest_all(struct fixture *f)
{
	struct command_setup setup = { .socket = f->demo.d.query };
	struct command c;

	command_run(&c, &setup, "harvest|" DEMO_SOURCES);
	if (c.status != 0)
		print_error("%s\n%s\n", buf_z(&c.out), buf_z(&c.err));
	assert_int_equal(c.status, 0);
	command_clear(&c);
}

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	read_expected(f);
	demo_open(&f->demo);
	harvest_all(f);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	demo_close(&f->demo);
	mem_free(f);
	return 0;
}

static json_t *get(struct fixture *f, const char *path)
{
	const char *text = daemon_get_ok(&f->demo.d, path);
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	return json;
}

/* All runs of a source, the newest first. */
static json_t *runs_of(struct fixture *f, const char *source)
{
	char path[128];

	snprintf(path, sizeof(path), "/v1/sources/%s/runs?limit=100", source);
	return get(f, path);
}

static long number(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	assert_true(json_is_integer(value));
	return (long)json_integer_value(value);
}

static void each_source_gives_what_the_readme_promises(void **state)
{
	struct fixture *f = *state;
	struct expected_source sum = { .shown = 0 };

	for (size_t i = 0; i < countof(f->expected); i++) {
		const struct expected_source *e = &f->expected[i];
		json_t *answer = runs_of(f, e->id);
		json_t *runs = json_object_get(answer, "runs");
		/* The first: it found an empty database. */
		json_t *run = json_array_get(runs, json_array_size(runs) - 1);
		json_t *ledger = json_object_get(run, "ledger");

		if (number(ledger, "shown") != e->shown || number(ledger, "new") != e->accepted ||
		    number(ledger, "rejected") != e->rejected ||
		    number(ledger, "duplicate") != e->duplicate)
			fail_msg("%s: shown %ld, new %ld, rejected %ld, duplicate %ld", e->id,
				 number(ledger, "shown"), number(ledger, "new"),
				 number(ledger, "rejected"), number(ledger, "duplicate"));
		assert_int_equal(number(ledger, "before"), 0);
		assert_string_equal(json_string_value(json_object_get(run, "state")), "complete");
		sum.shown += e->shown;
		sum.accepted += e->accepted;
		sum.rejected += e->rejected;
		sum.duplicate += e->duplicate;
		json_decref(answer);
	}
	assert_int_equal(sum.shown, f->all.shown);
	assert_int_equal(sum.accepted, f->all.accepted);
	assert_int_equal(sum.rejected, f->all.rejected);
	assert_int_equal(sum.duplicate, f->all.duplicate);
}

static void everything_accepted_is_found(void **state)
{
	struct fixture *f = *state;
	json_t *answer = get(f, "/v1/offers?limit=1&facets=source");
	json_t *facet = json_object_get(json_object_get(answer, "facets"), "source");
	json_t *value;
	size_t i;
	size_t k;
	size_t n_found = 0;

	assert_int_equal(number(answer, "total"), f->all.accepted);
	json_array_foreach(facet, i, value)
	{
		for (k = 0; k < countof(f->expected); k++) {
			if (strcmp(json_string_value(json_object_get(value, "code")),
				   f->expected[k].id) != 0)
				continue;
			assert_int_equal(number(value, "count"), f->expected[k].accepted);
			n_found++;
		}
	}
	assert_int_equal(n_found, countof(f->expected));
	json_decref(answer);
}

static long add(json_t *ledger, const char *const *keys, size_t n)
{
	long sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += number(ledger, keys[i]);
	return sum;
}

static void check_balance(json_t *run)
{
	static const char *const shown[] = { "new",      "back",       "changed",  "unchanged",
					     "rejected", "outOfScope", "duplicate" };
	static const char *const before[] = { "kept", "unlisted", "removedGone", "removedAbsent",
					      "held" };
	json_t *ledger = json_object_get(run, "ledger");

	assert_int_equal(number(ledger, "shown"), add(ledger, shown, countof(shown)));
	assert_int_equal(number(ledger, "before"), add(ledger, before, countof(before)));
	if (json_object_get(ledger, "announced") != NULL)
		assert_int_equal(number(ledger, "announced"),
				 number(ledger, "shown") + number(ledger, "missing"));
	assert_true(json_is_true(json_object_get(ledger, "balances")));
}

static void a_second_harvest_changes_nothing(void **state)
{
	struct fixture *f = *state;
	json_t *before = get(f, "/v1/status");
	json_t *after;

	harvest_all(f);
	for (size_t i = 0; i < countof(f->expected); i++) {
		const struct expected_source *e = &f->expected[i];
		json_t *answer = runs_of(f, e->id);
		json_t *runs = json_object_get(answer, "runs");
		json_t *ledger = json_object_get(json_array_get(runs, 0), "ledger");
		json_t *run;
		size_t k;

		assert_true(json_array_size(runs) >= 2);
		json_array_foreach(runs, k, run) check_balance(run);
		assert_int_equal(number(ledger, "unchanged"), e->accepted);
		assert_int_equal(number(ledger, "kept"), e->accepted);
		assert_int_equal(number(ledger, "rejected"), e->rejected);
		assert_int_equal(number(ledger, "duplicate"), e->duplicate);
		json_decref(answer);
	}
	after = get(f, "/v1/status");
	assert_int_equal(number(before, "generation"), number(after, "generation"));
	json_decref(before);
	json_decref(after);
}

/* --- offers, field by field --- */

struct field {
	const char *path; /* "sessions.0.start" */
	const char *value; /* as compact JSON; NULL: there is no such member */
};

enum { FIELDS_MAX = 12 };

/* What a person reads in the files below config/demo. */
static const struct {
	const char *source, *code; /* its course code, or its record id */
	struct field fields[FIELDS_MAX + 1];
} offers[] = {
	{ "tammerkoski",
	  "TKO-260", /* empty level, but levelOfQualification 7 */
	  { { "title", "{\"en\":\"Secure software supply chains\"}" },
	    { "level.eqf", "7" },
	    { "level.from", "\"declared\"" },
	    { "workload.ects", "5" },
	    { "subjects.0.iscedf", "\"0612\"" },
	    { "languages", "[\"en\"]" },
	    { "provider.country", "\"FI\"" },
	    { "learningOutcomes.en.2", "\"Plan the response to a compromised dependency\"" },
	    { "alliances", "[\"ARBORIA\"]" } } },
	{ "tammerkoski",
	  "TEK-118", /* enrolment dates of 1970 */
	  { { "title.fi", "\"3D-tulostuksen pajaviikko\"" },
	    { "sessions.0.start", "\"2026-11-09\"" },
	    { "sessions.0.applyFrom", NULL },
	    { "sessions.0.applyUntil", NULL },
	    { "level.qfEhea", "\"first\"" },
	    { "workload.ects", "1" },
	    { "sessions.0.price.amount", "220" } } },
	{ "tammerkoski",
	  "HOI-210", /* learningOutcomes [[]] */
	  { { "title.fi", "\"Haavanhoidon ajankohtaiset menetelmät\"" },
	    { "learningOutcomes", NULL },
	    { "workload.ects", "3" },
	    { "languages", "[\"fi\"]" },
	    { "subjects.0.iscedf", "\"0913\"" } } },
	{ "waterhoven",
	  "WH-DAT-105", /* workload in SBU, hours of study: 28 are one credit */
	  { { "title.nl", "\"Spreadsheets die kloppen\"" },
	    { "workload.ects", "2" },
	    { "workload.from", "\"converted\"" },
	    { "workload.hours", "56" },
	    { "provider.country", "\"NL\"" }, /* "nl" in the file */
	    { "learningOutcomes.nl",
	      "[\"Een rekenblad controleerbaar opbouwen\",\"Veelgemaakte fouten opsporen\"]" },
	    { "languages", "[\"nl\"]" } } },
	{ "waterhoven",
	  "WH-ECO-330", /* price "€ 890,-" */
	  { { "sessions.0.price.amount", "890" },
	    { "sessions.0.price.currency", "\"EUR\"" },
	    { "title.en", "\"Negotiation in multi-party settings\"" },
	    { "workload.ects", "6" },
	    { "level.eqf", "7" } } },
	{ "ribera",
	  "RA-LEN-60", /* level B1 is one of a language */
	  { { "level.eqf", NULL },
	    { "level.declared", "\"B1\"" },
	    { "workload.ects", "3" },
	    { "provider.country", "\"ES\"" },
	    { "title.en", "\"Spanish for health professionals (B1)\"" } } },
	{ "silverhaven",
	  "SH-AG310", /* the level in the national framework, an offering of 1970 */
	  { { "level.nqf", "\"NFQ 7\"" },
	    { "level.eqf", "6" },
	    { "level.from", "\"nqf\"" },
	    { "sessions.0.start", "\"2026-11-02\"" },
	    { "sessions.1.start", NULL },
	    { "subjects.0.iscedf", "\"0811\"" },
	    { "workload.ects", "5" },
	    { "mode", "[\"blended\"]" } } },
	{ "nordhafen",
	  "NH-GES-95", /* umlauts decoded twice */
	  { { "description.de",
	      "\"Radweg, Jugendzentrum, Hochwasserschutz: In vielen Projekten steckt Geld der "
	      "Europäischen Union. Der Kurs erklärt Fonds und Anträge aus der Sicht kleiner "
	      "Gemeinden und lässt Beschäftigte zu Wort kommen, die es geschafft haben.\"" },
	    { "workload.ects", "3" },
	    { "sessions.0.start", "\"2026-09-28\"" },
	    { "sessions.0.price.amount", "0" },
	    { "keywords.de", "[\"Europa\",\"Kommune\",\"Förderung\"]" } } },
	{ "valmont",
	  "UVM-SPO-95", /* currency "€" */
	  { { "sessions.0.price.amount", "60" },
	    { "sessions.0.price.currency", "\"EUR\"" },
	    { "workload.ects", "2" },
	    { "subjects.0.iscedf", "\"1014\"" },
	    { "url", "\"https://formations.uvalmont.example/cours/uvm-spo-95\"" } } },
	{ "donau",
	  "ocd-mediation", /* line ends written as a backslash and an n */
	  { { "description.de",
	      "\"Wo Menschen freiwillig zusammenarbeiten, sind Konflikte besonders "
	      "schmerzhaft.\\n\\nDer Kurs gibt Ehrenamtlichen einfache Mittel der Mediation an "
	      "die Hand: zuhören, Anliegen klären, Vereinbarungen festhalten.\"" },
	    { "languages", "[\"de\"]" },
	    { "sessions.0.start", "\"2026-09-28\"" },
	    { "provider.country", "\"AT\"" } } },
	{ "kallavuori",
	  "KV-KULT-170", /* credits and hours in one cell, a bulleted list */
	  { { "workload.ects", "5" },
	    { "workload.hours", "135" },
	    { "workload.declared", "\"5 op (135 h)\"" },
	    { "learningOutcomes.fi",
	      "[\"Suunnitella osallistava prosessi\",\"Ohjata taidelähtöistä työskentelyä\","
	      "\"Dokumentoida prosessi eettisesti\"]" },
	    { "mode", "[\"blended\"]" },
	    { "sessions.0.start", "\"2026-09-28\"" },
	    { "sessions.0.end", "\"2026-12-11\"" },
	    { "sessions.0.applyUntil", "\"2026-09-18\"" },
	    { "sessions.0.price.amount", "90" } } },
	{ "kallavuori",
	  "KV-SOTE-132", /* dates 00.00.0000 */
	  { { "sessions.0.start", NULL }, { "sessions.0.end", NULL }, { "workload.ects", "1" } } },
	{ "strandvik",
	  "ST1190", /* country "se" */
	  { { "provider.country", "\"SE\"" },
	    { "languages", "[\"sv\"]" },
	    { "workload.ects", "5" },
	    { "title.sv", "\"Släktforskning och källkritik\"" } } },
	{ "strandvik",
	  "ST1150", /* language "Svenska" */
	  { { "languages", "[\"sv\"]" },
	    { "workload.ects", "2" },
	    { "provider.country", "\"SE\"" } } },
	{ "montalba",
	  "MA-133", /* quotes and an empty line inside a cell, dates day first */
	  { { "description.it",
	      "\"Orsi, lupi e linci sono tornati sulle Alpi, e con loro il bisogno di dati "
	      "affidabili.\\n\\nSi impara a leggere tracce, a posare fototrappole e a stimare le "
	      "popolazioni con modelli di cattura e ricattura.\"" },
	    { "workload.ects", "4" },
	    { "level.eqf", "7" },
	    { "sessions.0.start", "\"2027-04-12\"" },
	    { "sessions.0.end", "\"2027-06-11\"" },
	    { "sessions.0.price.amount", "420" },
	    { "learningOutcomes.it.0", "\"Progettare un campionamento\"" } } },
	{ "montalba",
	  "MA-145", /* workload "25 ore": hours, whether of all work is not said */
	  { { "workload.hours", "25" },
	    { "workload.declared", "\"25 ore\"" },
	    { "title.it", "\"Gestire riunioni efficaci\"" } } },
};

static json_t *member(json_t *value, const char *path)
{
	struct slice rest = slice_of(path);
	struct slice key;
	uint64_t index;

	while (value != NULL && slice_split(&key, &rest, '.')) {
		char name[64];

		snprintf(name, sizeof(name), "%.*s", SLICE_ARG(key));
		value = json_is_array(value) && slice_to_u64(&index, key, 1000)
				? json_array_get(value, (size_t)index)
				: json_object_get(value, name);
	}
	return value;
}

static bool is_offer(json_t *offer, const char *code)
{
	const char *course = json_string_value(json_object_get(offer, "courseCode"));
	const char *record = json_string_value(member(offer, "records.0.recordId"));

	return (course != NULL && strcmp(course, code) == 0) ||
	       (record != NULL && strcmp(record, code) == 0);
}

/* The offer of a source; *answer is released by the caller. */
static json_t *find_offer(json_t **answer, struct fixture *f, const char *source, const char *code)
{
	char path[128];
	json_t *offer;
	size_t i;

	snprintf(path, sizeof(path), "/v1/offers?limit=100&source=%s", source);
	*answer = get(f, path);
	json_array_foreach(json_object_get(*answer, "offers"), i, offer)
	{
		if (is_offer(offer, code))
			return offer;
	}
	fail_msg("no offer %s of %s", code, source);
	return NULL;
}

static void offers_are_what_a_person_reads(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(offers); i++) {
		json_t *answer = NULL;
		json_t *offer = find_offer(&answer, f, offers[i].source, offers[i].code);

		for (const struct field *e = offers[i].fields; e->path != NULL; e++) {
			json_t *value = member(offer, e->path);
			char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

			if ((text == NULL) != (e->value == NULL) ||
			    (text != NULL && strcmp(text, e->value) != 0))
				fail_msg("%s %s: %s is %s, expected %s", offers[i].source,
					 offers[i].code, e->path, text != NULL ? text : "absent",
					 e->value != NULL ? e->value : "absent");
			free(text);
		}
		json_decref(answer);
	}
}

/* --- rejects --- */

static void rejects_say_why(void **state)
{
	static const struct {
		const char *source, *record, *why; /* record NULL: it has no id */
	} rejects[] = {
		{ "tammerkoski", NULL, "no title" },
		{ "waterhoven", NULL, "no id" },
		{ "silverhaven", NULL, "no title" },
		{ "nordhafen", NULL, "no title" },
		{ "donau", NULL, "no title" },
		{ "kallavuori", "KV-LIIKE-199", "no title" },
		{ "kallavuori", NULL, "no id" },
		{ "kallavuori", NULL, "3 cells, expected 16" },
		{ "strandvik", "ST1999", "no title" },
		{ "montalba", NULL, "21 cells, expected 18" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(rejects); i++) {
		char path[128];
		json_t *answer, *reject;
		bool is_found = false;
		size_t k;

		snprintf(path, sizeof(path), "/v1/sources/%s/quality", rejects[i].source);
		answer = get(f, path);
		json_array_foreach(json_object_get(answer, "rejected"), k, reject)
		{
			const char *why = json_string_value(json_object_get(reject, "why"));
			const char *record = json_string_value(json_object_get(reject, "recordId"));

			is_found = is_found ||
				   (why != NULL && strstr(why, rejects[i].why) != NULL &&
				    (rejects[i].record == NULL ||
				     (record != NULL && strcmp(record, rejects[i].record) == 0)));
		}
		if (!is_found)
			fail_msg("%s rejects nothing with: %s", rejects[i].source, rejects[i].why);
		json_decref(answer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_source_gives_what_the_readme_promises),
		cmocka_unit_test(everything_accepted_is_found),
		cmocka_unit_test(offers_are_what_a_person_reads),
		cmocka_unit_test(rejects_say_why),
		cmocka_unit_test(a_second_harvest_changes_nothing),
	};

	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
