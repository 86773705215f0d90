// SPDX-License-Identifier: EUPL-1.2
/*
 * An operator's own rows (vocab-dir): what the readers make of them, and that
 * all is as before without them.
 */
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

#include "tests/support/reader_arena.h"

static int clear_overlay(void **state)
{
	(void)state;
	vocab_overlay_clear();
	return 0;
}

static void add(const char *file, const char *text)
{
	struct err err = ERR_INIT;

	if (vocab_overlay_add(file, slice_of(text), &err) != ERR_OK)
		fail_msg("%s", err.msg);
}

static const struct hint german = { .country = { "DE", 2 }, .lang = { "de", 2 } };

static struct workload workload_of(const char *text, const char *scheme, char *rule)
{
	struct word word = { .element = EL_WORKLOAD,
			     .text = slice_of(text),
			     .scheme = slice_of(scheme) };
	struct workload w = { 0 };
	struct notes notes = { 0 };
	struct reading reading = { .rule = "" };

	(void)workload_read(&w, &word, &german, &reading, &notes, &arena);
	if (rule != NULL)
		(void)snprintf(rule, READING_RULE_BYTES, "%s", reading.rule);
	return w;
}

static void a_local_credit_name_is_read(void **state)
{
	char rule[READING_RULE_BYTES];
	struct workload w;

	(void)state;
	assert_int_equal(workload_of("4 Bausteine", NULL, NULL).ects_c, 0);
	/* A form of a system that exists, and a system of one's own. */
	add("credit-forms.tsv", "unit\tlang\tform\tkind\tambiguity\tnote\n"
				"ects\tde\tBausteine\tword\t\t\n"
				"baustein-neu\tde\tNeubausteine\tword\t\t\n");
	add("credit-systems.tsv",
	    "unit\tname\tcountry\tfactor_to_ects\thours_min\thours_max\tvalid_from\tvalid_to\t"
	    "confidence\tsource\tnote\n"
	    "baustein-neu\tNeubaustein\tDE\t0.5\t15\t15\t\t\thigh\tour rules\t\n");
	assert_int_equal(workload_of("4 Bausteine", NULL, NULL).ects_c, 400);
	assert_int_equal(workload_of("Umfang: 2-4 Bausteine", NULL, NULL).ects_max_c, 400);
	w = workload_of("3 Neubausteine", NULL, rule);
	assert_int_equal(w.ects_c, 150);
	assert_int_equal(w.ects_from, FROM_CONVERTED);
	if (strstr(rule, "baustein-neu") == NULL)
		fail_msg("the rule names another row: %s", rule);
	assert_int_equal(workload_of("3", "Neubausteine", NULL).ects_c, 150);
	vocab_overlay_clear();
	assert_int_equal(workload_of("4 Bausteine", NULL, NULL).ects_c, 0);
}

static int eqf_of(const char *text)
{
	struct word word = { .element = EL_LEVEL, .text = slice_of(text) };
	struct level level = { .isced = ISCED_LEVEL_UNKNOWN };

	return level_read(&level, &word, &german, NULL, &arena) ? level.eqf : 0;
}

static void local_levels_are_read(void **state)
{
	(void)state;
	assert_int_equal(eqf_of("Aufbaustufe"), 0);
	assert_int_equal(eqf_of("Hausrahmen Stufe 3"), 0);
	assert_int_equal(eqf_of("Advanced"), 0);
	add("level-terms.tsv",
	    "term\tlang\tcountry\tqf_ehea\teqf\tisced2011\tkind\tconfidence\tnote\n"
	    "Aufbaustufe\tde\t\tsecond\t7\t7\tdegree\thigh\t\n"
	    "Advanced\ten\t\tsecond\t7\t7\tlevel\thigh\t\n");
	add("nqf-eqf.tsv", "country\tframework\tframework_name\tnational_level\teqf\tqf_ehea\t"
			   "level_forms\tfirmness\tqdr_uri\tnote\n"
			   "DE\tHAUS\tHausrahmen\t3\t6\tfirst\tHausrahmen 3\treferenced\t\t\n");
	add("framework-names.tsv", "country\tframework\tname\nDE\tHAUS\tHausrahmen\n");
	assert_int_equal(eqf_of("Aufbaustufe"), 7);
	assert_int_equal(eqf_of("Advanced"), 7);
	assert_int_equal(eqf_of("Hausrahmen 3"), 6);
	assert_int_equal(eqf_of("Hausrahmen: Stufe 3"), 6);
	vocab_overlay_clear();
	assert_int_equal(eqf_of("Advanced"), 0);
}

static bool reads_term(const char *text)
{
	struct date first, last;

	return term_read(&first, &last, slice_of(text), &german, NULL);
}

static bool is_free(const char *text)
{
	struct word word = { .element = EL_PRICE, .text = slice_of(text) };
	struct price price = { .currency = "" };
	struct notes notes = { 0 };

	return price_read(&price, &word, &german, NULL, &notes, &arena) && price.has_amount;
}

static void own_words_for_terms_prices_languages_and_countries_are_read(void **state)
{
	struct slice found = SLICE_NONE;

	(void)state;
	assert_false(reads_term("Erntezeit 2027"));
	assert_false(is_free("auf Haus"));
	assert_false(language_read(&found, SLICE_LIT("Hausdeutsch"), &german, NULL, &arena));
	assert_false(country_read(&found, SLICE_LIT("Freistaat"), &german, NULL));
	add("term-words.tsv", "word\tkind\nErntezeit\tautumn\n");
	add("price-words.tsv", "word\tkind\nauf Haus\tfree\n");
	add("language-forms.tsv", "bcp47\tin_lang\tform\nde\tde\tHausdeutsch\n");
	add("country-names.tsv", "alpha2\tin_lang\tname\nDE\tde\tFreistaat\n");
	assert_true(reads_term("Erntezeit 2027"));
	assert_true(is_free("auf Haus"));
	assert_true(language_read(&found, SLICE_LIT("Hausdeutsch"), &german, NULL, &arena));
	assert_slice(found, "de");
	assert_true(country_read(&found, SLICE_LIT("Freistaat"), &german, NULL));
	assert_slice(found, "DE");
}

static const char *coded_as(const char *scheme, const char *text)
{
	static char code[64];
	struct word word = { .text = slice_of(text) };
	struct slice found;

	if (!coded_read(&found, scheme, &word, &german, NULL))
		return "-";
	(void)snprintf(code, sizeof(code), "%.*s", SLICE_ARG(found));
	return code;
}

static void own_words_for_coded_values_are_read(void **state)
{
	(void)state;
	assert_string_equal(coded_as("mode", "Hausnetz"), "-");
	assert_string_equal(coded_as("mode", "Kurs im Hausnetzverbund"), "-");
	assert_string_equal(coded_as("assessment", "Klausur im Werkstattpass"),
			    "written-examination");
	add("coded-values.tsv", "scheme\tcode\turi\tlang\tkind\tlabel\tsource\tconfidence\n"
				"mode\tonline\t\tde\tterm\tHausnetz\town\thigh\n");
	add("coded-words.tsv", "scheme\tcode\trank\twords\n"
			       "mode\tonline\tterm\thausnetz* | im hofe\n"
			       "any\t\tstop\twerkstattpass\n");
	assert_string_equal(coded_as("mode", "Hausnetz"), "online");
	assert_string_equal(coded_as("mode", "Kurs im Hausnetzverbund"), "online");
	assert_string_equal(coded_as("mode", "Lernen im Hofe"), "online");
	assert_string_equal(coded_as("assessment", "Klausur im Werkstattpass"), "-");
	vocab_overlay_clear();
	assert_string_equal(coded_as("mode", "Hausnetz"), "-");
}

static void a_partner_s_own_enumeration_is_mapped(void **state)
{
	struct word word = { .text = SLICE_LIT("X7"), .scheme = SLICE_LIT("formOfTeaching") };
	struct hint hint = { .standard = SLICE_LIT("ooapi-5") };
	struct slice code;

	(void)state;
	assert_false(coded_read(&code, "mode", &word, &hint, NULL));
	add("coded-mappings.tsv", "standard\tfield\tvalue\tscheme\tcode\tnote\n"
				  "ooapi-5\tformOfTeaching\tX7\tmode\tblended\t\n");
	assert_true(coded_read(&code, "mode", &word, &hint, NULL));
	assert_slice(code, "blended");
}

static void a_partner_s_own_list_of_subjects_is_read(void **state)
{
	struct word word = { .element = EL_SUBJECT, .text = SLICE_LIT("Themenfeld Roboter") };
	struct subject subject;

	(void)state;
	assert_false(subject_read(&subject, &word, &german, NULL));
	add("isced-f-labels.tsv", "code\tlang\tkind\tlabel\n0714\tde\talt\tThemenfeld Roboter\n");
	assert_true(subject_read(&subject, &word, &german, NULL));
	assert_string_equal(subject.code, "0714");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_local_credit_name_is_read, clear_overlay),
		cmocka_unit_test_teardown(local_levels_are_read, clear_overlay),
		cmocka_unit_test_teardown(
			own_words_for_terms_prices_languages_and_countries_are_read, clear_overlay),
		cmocka_unit_test_teardown(own_words_for_coded_values_are_read, clear_overlay),
		cmocka_unit_test_teardown(a_partner_s_own_enumeration_is_mapped, clear_overlay),
		cmocka_unit_test_teardown(a_partner_s_own_list_of_subjects_is_read, clear_overlay),
	};

	return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
}
