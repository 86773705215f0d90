// SPDX-License-Identifier: EUPL-1.2
/* Subjects: codes with and without zeros, labels in many languages, and what is none. */
#include "base/arena.h"
#include "catalogue/readers.h"

#include "tests/support/unit.h"

/* Says what differs and counts it, so that one run shows all. */
#define print_failure(...) (print_error(__VA_ARGS__), print_error("\n"), 1)

static const struct {
	const char *text;
	const char *scheme;
	const char *lang;
	const char *code; /* NULL: unknown */
} texts[] = {
	/* codes at their depth */
	{ "0613", "", "", "0613" },
	{ "061", "", "", "061" },
	{ "06", "", "", "06" },
	{ "0613", "iscedf", "", "0613" },
	{ "1013", "", "", "1013" },
	{ "10", "iscedf", "", "10" },
	{ "01", "", "", "01" },
	{ " 0311 ", "", "", "0311" },
	{ "0619", "", "", "0619" },
	{ "0688", "", "", "0688" },
	/* lost zeros */
	{ "613", "", "", "0613" },
	{ "613", "iscedf", "", "0613" },
	{ "911", "", "", "0911" },
	{ "101", "", "", "101" },
	{ "111", "", "", "0111" },
	{ "311", "", "", NULL },
	{ "311", "isced-f", "", "0311" },
	{ "721", "", "", NULL },
	{ "721", "ooapi-5/fieldsOfStudy", "", "0721" },
	{ "481", "", "", NULL },
	{ "481", "iscedf", "", NULL },
	{ "11", "", "", NULL },
	{ "6", "", "", NULL },
	{ "6", "iscedf", "", NULL },
	{ "61", "", "", NULL },
	/* national additions */
	{ "061301", "", "", "0613" },
	{ "061301", "iscedf", "", "0613" },
	{ "61301", "iscedf", "", "0613" },
	{ "61301", "", "", NULL },
	{ "0315", "iscedf", "", "031" },
	{ "0315", "", "", NULL },
	{ "0918", "iscedf", "", "091" },
	/* not further defined, not known */
	{ "0610", "", "", "061" },
	{ "0600", "", "", "06" },
	{ "060", "", "", "06" },
	{ "00", "", "", NULL },
	{ "000", "", "", NULL },
	{ "0000", "", "", NULL },
	{ "9999", "", "", NULL },
	{ "99", "iscedf", "", NULL },
	{ "0031", "", "", "0031" },
	/* written out */
	{ "ISCED 0613", "", "", "0613" },
	{ "ISCED-F 2013: 0613", "", "", "0613" },
	{ "ISCED-F 061", "", "", "061" },
	{ "ISCED-F 311", "", "", "0311" },
	{ "06.1.3", "", "", "0613" },
	{ "061.3", "", "", "0613" },
	{ "0613 Software and applications development and analysis", "", "", "0613" },
	{ "0613 - Software and applications development and analysis", "", "", "0613" },
	{ "0613 – something of our own", "", "", "0613" },
	{ "Law (042)", "", "", "042" },
	{ "311 Economics", "", "", "0311" },
	{ "(0613)", "", "", "0613" },
	/* URIs */
	{ "http://data.europa.eu/snb/isced-f/0613", "", "", "0613" },
	{ "https://data.europa.eu/snb/isced-f/061/", "", "", "061" },
	{ "http://data.europa.eu/esco/isced-f/06", "", "", "06" },
	{ "http://data.europa.eu/snb/isced-f/9999", "", "", NULL },
	{ "http://data.europa.eu/snb/isced-f/xyz", "", "", NULL },
	{ "https://example.org/0613", "", "", NULL },
	/* labels */
	{ "Software and applications development and analysis", "", "", "0613" },
	{ "SOFTWARE AND APPLICATIONS DEVELOPMENT AND ANALYSIS", "", "", "0613" },
	{ "Psychology", "", "", "0313" },
	{ "Psychologie", "", "", "0313" },
	{ "Psicología", "", "", "0313" },
	{ "PSICOLOGIA", "", "", "0313" },
	{ "Psykologia", "", "", "0313" },
	{ "Psykologi", "", "", "0313" },
	{ "Psychologia", "", "", "0313" },
	{ "Ψυχολογία", "", "", "0313" },
	{ "Психология", "", "", "0313" },
	{ "Economics", "", "", "0311" },
	{ "Mathematics", "", "", "0541" },
	{ "Mathematik", "", "", "0541" },
	{ "Law", "", "", "042" },
	{ "Nursing and midwifery", "", "", "0913" },
	{ "Education", "", "", "01" },
	{ "Arts and humanities", "", "", "02" },
	{ "Audio-visual techniques and media production", "", "", "0211" },
	{ "Information and Communication Technologies (ICTs)", "", "", "06" },
	{ "Computer use", "", "", "0611" },
	{ "Philosophy and ethics", "", "", "0223" },
	{ "ISCED: Physics", "", "", "0533" },
	/* other classifications */
	{ "0613", "cip", "", NULL },
	{ "0613", "isced-1997", "", NULL },
	{ "481", "ISCED97", "", NULL },
	{ "Psychology", "keyword", "", "0313" },
	/* unknown */
	{ "", "", "", NULL },
	{ "-", "", "", NULL },
	{ "n/a", "", "", NULL },
	{ "2026", "", "", NULL },
	{ "abc", "", "", NULL },
	{ "Room 0613 and 0614", "", "", NULL },
	{ "course 613 of the spring", "", "", NULL },
	{ "Course 613", "", "", NULL },
	{ "Underwater basket weaving", "", "", NULL },
	{ "06130613", "", "", NULL },
	{ "6.13", "", "", "0613" },
	{ "\xc3\x28", "", "", NULL },
};

static void each_text_is_read_as_a_subject_or_unknown(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct word word = { .text = slice_of(texts[i].text),
				     .scheme = slice_of(texts[i].scheme),
				     .lang = slice_of(texts[i].lang) };
		struct reading reading = { .rule = "" };
		struct subject subject = { .code = "" };
		bool got = subject_read(&subject, &word, NULL, &reading);

		if (got != (texts[i].code != NULL) ||
		    (got && strcmp(subject.code, texts[i].code) != 0))
			failures += print_failure("\"%s\" %s: got \"%s\", expected \"%s\" (%s)",
						  texts[i].text, texts[i].scheme, subject.code,
						  texts[i].code != NULL ? texts[i].code : "unknown",
						  reading.rule);
		if (got) {
			assert_int_equal(subject.from, FROM_DECLARED);
			assert_int_equal(subject.confidence, 100);
			assert_true(subject_label(slice_of(subject.code)).n > 0);
		}
	}
	assert_int_equal(failures, 0);
}

static const struct {
	const char *text;
	const char *codes;
	const char *unknown;
} lists[] = {
	{ "0613; 0611", "0613 0611", NULL },
	{ "06, 041", "06 041", NULL },
	{ "0613, 0613", "0613", NULL },
	{ "Psychology, Economics", "0313 0311", NULL },
	{ "Fashion, interior and industrial design", "0212", NULL },
	{ "Psychology, basket weaving", "0313", "basket weaving" },
	{ "http://data.europa.eu/snb/isced-f/0613 http://data.europa.eu/snb/isced-f/0311",
	  "0613 0311", NULL },
	{ "", "", NULL },
};

static void each_list_gives_its_subjects_in_order(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(lists); i++) {
		struct word word = { .text = slice_of(lists[i].text) };
		struct subjects subjects = { NULL, 0 };
		struct slice unknown;
		char have[256] = "";

		(void)subject_read_list(&subjects, &word, NULL, &unknown, NULL, &arena);
		for (size_t s = 0; s < subjects.n; s++)
			(void)snprintf(have + strlen(have), sizeof(have) - strlen(have), "%s%s",
				       s > 0 ? " " : "", subjects.items[s].code);
		if (strcmp(have, lists[i].codes) != 0)
			failures += print_failure("\"%s\": got \"%s\"", lists[i].text, have);
		if (lists[i].unknown == NULL ? unknown.p != NULL
					     : !slice_eq_z(unknown, lists[i].unknown))
			failures += print_failure("\"%s\": not understood \"%.*s\"", lists[i].text,
						  SLICE_ARG(unknown));
	}
	arena_clear(&arena);
	assert_int_equal(failures, 0);
}

static void labels_belong_to_codes(void **state)
{
	(void)state;
	assert_slice(subject_label(SLICE_LIT("0313")), "Psychology");
	assert_slice(subject_label(SLICE_LIT("06")),
		     "Information and Communication Technologies (ICTs)");
	assert_slice(subject_label(SLICE_LIT("0692")), NULL);
	assert_slice(subject_label(SLICE_LIT("")), NULL);
	assert_slice(subject_label(SLICE_LIT("isced-1997 481")), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_is_read_as_a_subject_or_unknown),
		cmocka_unit_test(each_list_gives_its_subjects_in_order),
		cmocka_unit_test(labels_belong_to_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
