// SPDX-License-Identifier: EUPL-1.2
/* Coded values: enumerations of standards, EU identifiers, words of catalogues. */
#include "base/arena.h"
#include "catalogue/readers.h"

#include "tests/support/unit.h"

/* Says what differs and counts it, so that one run shows all. */
#define print_failure(...) (print_error(__VA_ARGS__), print_error("\n"), 1)

#define URI "http://data.europa.eu/snb/"

static const struct {
	const char *scheme;
	const char *field; /* the word's scheme */
	const char *lang;
	const char *text;
	const char *code; /* NULL: unknown */
} values[] = {
	/* OOAPI 5: hyphens, blanks and underscores are equal */
	{ "mode", "ooapi-5/modeOfDelivery", "", "online", "online" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "distance-learning", "online" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "distance_learning", "online" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "distance learning", "online" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "on campus", "presential" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "on-campus", "presential" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "on_campus", "presential" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "ON CAMPUS", "presential" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "hybrid", "hybrid" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "situated", "presential" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "Online - at a specific time", "online" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "Blended", "blended" },
	{ "mode", "ooapi-5/modeOfDelivery", "", "", NULL },
	{ "mode", "ooapi-5/modeOfDelivery", "", "x-other", NULL },
	{ "mode", "ooapi-4/modeOfDelivery", "", "situated", "presential" },
	{ "mode", "ooapi-6/modeOfDelivery", "", "presential", "presential" },
	{ "mode", "ooapi-6/modeOfDelivery", "", "work_based", "work-based" },
	{ "mode", "ooapi-6/modeOfDelivery", "", "work-based", "work-based" },
	{ "mode", "ooapi-6/modeOfDelivery", "", "project_based", "project-based" },
	{ "mode", "ooapi-6/modeOfDelivery", "", "research_lab_based", "research-lab-based" },
	{ "mode", "ooapi-6/modeOfDelivery", "", "coil", "online" },
	{ "mode", "ooapi-6/modeOfDelivery", "", "joint_delivery", NULL },
	{ "mode", "ooapi-6/modeOfDelivery", "", "joint delivery", NULL },
	{ "learning-schedule", "ooapi-6/modeOfStudy", "", "full_time", "full-time" },
	{ "learning-schedule", "ooapi-5/modeOfStudy", "", "part-time", "part-time-light" },
	{ "learning-schedule", "ooapi-5/modeOfStudy", "", "dual training", NULL },
	{ "learning-opportunity", "ooapi-6/programmeType", "", "minor", "programme-module" },
	{ "learning-opportunity", "ooapi-5/programType", "", "specialization", "programme-module" },
	{ "stackability", "ooapi-5/microcredential", "", "standalone", "stand-alone" },
	{ "stackability", "ooapi-5/microcredential", "", "stackable", "stackable" },
	{ "assessment", "ooapi-6/testComponentType", "", "oral_test", "oral-examination" },
	/* other standards */
	{ "mode", "moochub-2/courseMode", "", "MOOC", "online" },
	{ "mode", "moochub-2/courseMode", "", "onsite", "presential" },
	{ "mode", "moochub-3/courseMode", "", "blended", "blended" },
	{ "mode", "moochub-3/courseMode", "", "asynchronous", NULL },
	{ "mode", "moochub-3/courseMode", "", "synchronous", NULL },
	{ "mode", "schema.org/eventAttendanceMode", "",
	  "https://schema.org/OnlineEventAttendanceMode", "online" },
	{ "mode", "schema.org/eventAttendanceMode", "",
	  "http://schema.org/MixedEventAttendanceMode", "blended" },
	{ "mode", "schema.org/eventAttendanceMode", "", "OfflineEventAttendanceMode",
	  "presential" },
	{ "mode", "schema.org/CourseInstance.courseMode", "", "part-time", NULL },
	{ "mode", "xcri-cap-1.2/attendanceMode", "", "CM", "presential" },
	{ "mode", "lheo/modalites-enseignement", "", "2", "blended" },
	{ "mode", "konfo/opetuspaikkakk", "", "opetuspaikkakk_3", "online" },
	{ "mode", "ctdl/deliveryType", "", "deliveryType:InPerson", "presential" },
	{ "mode", "unknown/field", "", "Online", "online" },
	{ "supervision-annex", "elm/idVerification", "", URI "supervision-verification/c598449d64",
	  "unsupervised-no-id" },
	{ "supervision-annex", "elm/idVerification", "", URI "supervision-verification/70be69aaf9",
	  NULL },
	/* identifiers and codes */
	{ "mode", "", "", URI "learning-assessment/920fbb3cbe", "online" },
	{ "mode", "", "", "https://data.europa.eu/snb/learning-assessment/920fbb3cbe/", "online" },
	{ "mode", "", "", URI "learning-assessment/c_3a90b26d", "hybrid" },
	{ "mode", "", "", URI "learning-assessment/ffffffffff", NULL },
	{ "mode", "", "", "work-based", "work-based" },
	{ "mode", "", "", "research-lab-based", "research-lab-based" },
	{ "assessment", "", "", URI "assessment/c_04b30a72", "presentation" },
	{ "assessment", "", "", URI "learning-assessment/920fbb3cbe", NULL },
	{ "learning-setting", "", "", URI "learning-setting/6fd4685715", "formal-learning" },
	{ "learning-schedule", "", "", URI "learning-schedule/72a0ab92fa", "full-time" },
	{ "learning-opportunity", "", "", URI "learning-opportunity/17744a2647", "mooc" },
	/* words */
	{ "mode", "", "", "Online", "online" },
	{ "mode", "", "", "ONLINE", "online" },
	{ "mode", "", "", "E-Learning", "online" },
	{ "mode", "", "", "e_learning", "online" },
	{ "mode", "", "", "remote", "online" },
	{ "mode", "", "", "100 % online", "online" },
	{ "mode", "", "", "100% online", "online" },
	{ "mode", "", "", "Online (Zoom)", "online" },
	{ "mode", "", "", "In Person", "presential" },
	{ "mode", "", "", "face-to-face", "presential" },
	{ "mode", "", "", "face to face", "presential" },
	{ "mode", "", "", "Präsenz", "presential" },
	{ "mode", "", "", "PRÄSENZ", "presential" },
	{ "mode", "", "", "Präsenz in Berlin", "presential" },
	{ "mode", "", "", "verkko-opetus", "online" },
	{ "mode", "", "", "lähiopetus", "presential" },
	{ "mode", "", "", "monimuoto-opetus", "blended" },
	{ "mode", "", "", "hybridi", "hybrid" },
	{ "mode", "", "", "distans", "online" },
	{ "mode", "", "", "Distans med träffar", "blended" },
	{ "mode", "", "", "en présentiel", "presential" },
	{ "mode", "", "", "à distance", "online" },
	{ "mode", "", "", "semipresencial", "blended" },
	{ "mode", "", "", "no presencial", "online" },
	{ "mode", "", "", "in presenza", "presential" },
	{ "mode", "", "", "zdalnie", "online" },
	{ "mode", "", "", "stacjonarnie", "presential" },
	{ "mode", "", "", "veebipõhine", "online" },
	{ "mode", "", "", "дистанционно", "online" },
	{ "mode", "", "", "εξ αποστάσεως", "online" },
	{ "mode", "", "", "ΕΞ ΑΠΟΣΤΑΣΕΩΣ", "online" },
	{ "mode", "", "", "çevrim içi", "online" },
	{ "mode", "", "", "Blended learning", "blended" },
	{ "mode", "", "", "Blended: online and on campus", "blended" },
	{ "mode", "", "", "Blended learning (50% online)", "blended" },
	{ "mode", "", "", "hybrid", "hybrid" },
	{ "mode", "", "", "υβριδική", "hybrid" },
	{ "mode", "", "", "hibridna nastava", "hybrid" },
	{ "mode", "", "nb", "samlingsbasert", "blended" },
	{ "assessment", "", "", "Written exam (60%)", "written-examination" },
	{ "assessment", "", "", "Klausur", "written-examination" },
	{ "assessment", "", "", "Klausur (90 min)", "written-examination" },
	{ "assessment", "", "", "mündliche Prüfung", "oral-examination" },
	{ "assessment", "", "", "portfolio", "portfolio" },
	{ "assessment", "", "", "QCM", "quiz" },
	{ "assessment", "", "", "tentti", "written-examination" },
	{ "assessment", "", "", "esame orale", "oral-examination" },
	{ "assessment", "", "", "peer review", "peer-review" },
	{ "qa-type", "", "", "Internal quality assurance", "internal" },
	{ "qa-type", "", "", "internal and external", "internal-and-external" },
	{ "qa-type", "", "", "accredited", "external" },
	{ "stackability", "", "", "stand-alone", "stand-alone" },
	{ "stackability", "", "", "Standalone", "stand-alone" },
	{ "stackability", "", "", "not stackable", "stand-alone" },
	{ "stackability", "", "", "stackable", "stackable" },
	{ "stackability", "", "", "cumulable", "stackable" },
	{ "supervision-annex", "", "", "onsite with identity verification",
	  "supervised-onsite-id" },
	{ "supervision-annex", "", "", "supervised online", "supervised-online-id" },
	{ "award-format", "", "", "edc", "edc" },
	{ "award-format", "", "", "European Digital Credential", "edc" },
	{ "award-format", "", "", "Open Badge", "open-badge" },
	{ "award-format", "", "", "edubadge", "open-badge" },
	{ "award-format", "", "", "osaamismerkki", "open-badge" },
	{ "award-format", "", "", "PDF", "pdf" },
	{ "award-format", "", "", "Diploma Supplement", "diploma-supplement" },
	{ "award-format", "", "", "Credentify", "credentify" },
	{ "award-format", "", "", "Digitary", "digitary" },
	{ "learning-setting", "", "", "non-formal", "non-formal-learning" },
	{ "learning-setting", "", "", "formal", "formal-learning" },
	{ "learning-setting", "", "", "informal", "informal-learning" },
	{ "learning-schedule", "", "", "Part time", "part-time-light" },
	{ "learning-opportunity", "", "", "MOOC", "mooc" },
	{ "learning-opportunity", "", "", "short course", "short-learning-programme" },
	/* unknown */
	{ "mode", "", "", "null", NULL },
	{ "mode", "", "", "n/a", NULL },
	{ "mode", "", "", "-", NULL },
	{ "mode", "", "", "TBC", NULL },
	{ "mode", "", "", "not online", NULL },
	{ "mode", "", "", "kein Präsenzunterricht", NULL },
	{ "mode", "", "", "Online oder in Präsenz", NULL },
	{ "mode", "", "", "self-paced", NULL },
	{ "mode", "", "", "Berlin", NULL },
	{ "mode", "", "", "full-time", NULL },
	{ "mode", "", "de", "Ort", NULL },
	{ "mode", "", "en", "normal", NULL },
	{ "mode", "", "", "id", NULL },
	{ "mode", "", "", "https://example.org/online", NULL },
	{ "assessment", "", "", "no exam", NULL },
	{ "assessment", "", "", "exam and project", NULL },
	{ "assessment", "", "", "online", NULL },
	{ "stackability", "", "", "maybe", NULL },
	{ "qa-type", "", "", "ISO 9001", NULL },
	{ "no-such-scheme", "", "", "online", NULL },
	{ "mode", "", "",
	  "The lectures of this course are recorded and put online, while the "
	  "laboratory takes place on campus in two blocks in spring.",
	  NULL },
	{ "mode", "", "", "\xc3\x28", NULL },
};

static void each_value_is_read_as_one_code_or_unknown(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(values); i++) {
		struct word word = { .text = slice_of(values[i].text),
				     .scheme = slice_of(values[i].field),
				     .lang = slice_of(values[i].lang) };
		struct hint hint = { .standard = SLICE_NONE };
		struct reading reading = { .rule = "" };
		struct slice code = SLICE_NONE;
		bool got = coded_read(&code, values[i].scheme, &word, &hint, &reading);

		if (got != (values[i].code != NULL) || (got && !slice_eq_z(code, values[i].code)))
			failures += print_failure(
				"%s %s \"%s\": got \"%.*s\", expected \"%s\" (%s)",
				values[i].scheme, values[i].field, values[i].text, SLICE_ARG(code),
				values[i].code != NULL ? values[i].code : "unknown", reading.rule);
		if (got && !coded_is_known(values[i].scheme, code))
			failures += print_failure("%s: %.*s is not known", values[i].scheme,
						  SLICE_ARG(code));
	}
	assert_int_equal(failures, 0);
}

static void a_field_without_standard_uses_that_of_the_source(void **state)
{
	struct word word = { .text = SLICE_LIT("situated"), .scheme = SLICE_LIT("modeOfDelivery") };
	struct hint hint = { .standard = SLICE_LIT("ooapi-5") };
	struct slice code;

	(void)state;
	assert_true(coded_read(&code, "mode", &word, &hint, NULL));
	assert_slice(code, "presential");
	assert_false(coded_read(&code, "mode", &word, NULL, NULL));
}

static const struct {
	const char *scheme;
	const char *text;
	const char *codes;
	const char *unknown;
} lists[] = {
	{ "mode", "Online, campus", "online presential", NULL },
	{ "mode", "online / hybrid", "online hybrid", NULL },
	{ "mode", "Online and Hybrid", "online hybrid", NULL },
	{ "mode", "online or on campus", "hybrid", NULL },
	{ "mode", "Präsenz oder online", "presential online", NULL },
	{ "mode", "Blended", "blended", NULL },
	{ "mode", "online; telepathy", "online", "telepathy" },
	{ "mode", "", "", NULL },
	{ "mode", "n/a", "", NULL },
	{ "assessment", "exam and project", "written-examination project-work", NULL },
	{ "assessment", "Essay, presentation, quiz", "marked-assignment presentation quiz", NULL },
	{ "award-format", "PDF + Open Badge", "pdf open-badge", NULL },
	{ "award-format", "EDC, PDF, Diploma Supplement", "edc pdf diploma-supplement", NULL },
};

static void each_list_gives_its_codes_in_order(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(lists); i++) {
		struct word word = { .text = slice_of(lists[i].text) };
		struct codes codes = { NULL, 0 };
		struct slice unknown;
		char have[256] = "";

		(void)coded_read_list(&codes, lists[i].scheme, &word, NULL, &unknown, NULL, &arena);
		for (size_t c = 0; c < codes.n; c++)
			(void)snprintf(have + strlen(have), sizeof(have) - strlen(have), "%s%.*s",
				       c > 0 ? " " : "", SLICE_ARG(codes.items[c]));
		if (strcmp(have, lists[i].codes) != 0)
			failures += print_failure("\"%s\": got \"%s\", expected \"%s\"",
						  lists[i].text, have, lists[i].codes);
		if (lists[i].unknown == NULL ? unknown.p != NULL
					     : !slice_eq_z(unknown, lists[i].unknown))
			failures += print_failure("\"%s\": not understood \"%.*s\"", lists[i].text,
						  SLICE_ARG(unknown));
	}
	arena_clear(&arena);
	assert_int_equal(failures, 0);
}

static void codes_are_known_as_written_only(void **state)
{
	(void)state;
	assert_true(coded_is_known("mode", SLICE_LIT("online")));
	assert_true(coded_is_known("award-format", SLICE_LIT("open-badge")));
	assert_false(coded_is_known("mode", SLICE_LIT("Online")));
	assert_false(coded_is_known("mode", SLICE_LIT("open-badge")));
	assert_false(coded_is_known("mode", SLICE_LIT("distans")));
	assert_false(coded_is_known("mode", SLICE_LIT("")));
	assert_false(coded_is_known("nothing", SLICE_LIT("online")));
	assert_slice(coded_label("mode", SLICE_LIT("presential")), "Presential");
	assert_slice(coded_label("award-format", SLICE_LIT("pdf")), "PDF document");
	assert_slice(coded_label("mode", SLICE_LIT("nothing")), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_is_read_as_one_code_or_unknown),
		cmocka_unit_test(a_field_without_standard_uses_that_of_the_source),
		cmocka_unit_test(each_list_gives_its_codes_in_order),
		cmocka_unit_test(codes_are_known_as_written_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
