// SPDX-License-Identifier: EUPL-1.2
/* Subjects: codes with and without zeros, labels in many languages, and what is none. */
#include "base/arena.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

#include "tests/support/random.h"
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
	{ "Law", "", "", "0421" },
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
	{ "Psychology", "keyword", "", "0313" },
	/* ISCED 1997, where it is said or shown */
	{ "481", "ISCED97", "", "061" },
	{ "481", "isced-1997", "", "061" },
	{ "380", "isced-1997", "", "0421" },
	{ "311", "isced-1997", "", "0313" },
	{ "314", "http://example.org/isced97", "", "0311" },
	{ "34", "isced-1997", "", "041" },
	{ "ISCED 1997: 725", "", "", "0914" },
	{ "ISCED-97 223", "", "", "023" },
	{ "ISCED97 863", "", "", "1031" },
	{ "481 Computer science", "", "", "061" },
	{ "311 Psychology", "", "", "0313" },
	{ "Marketing and advertising (342)", "", "", "0414" },
	{ "721 Medicine", "", "", "0912" },
	{ "ISCED 481", "", "", "061" },
	{ "ISCED 311", "", "", NULL },
	{ "311", "isced", "", NULL },
	{ "482", "isced", "", "0611" },
	{ "850", "isced-1997", "", NULL },
	{ "999", "isced-1997", "", NULL },
	{ "5", "isced-1997", "", NULL },
	/* the same field in both, or another one */
	{ "321", "", "", "0321" },
	{ "322", "", "", "0322" },
	{ "221", "", "", "0221" },
	{ "211", "", "", NULL },
	{ "212", "", "", NULL },
	{ "222", "", "", NULL },
	{ "312", "", "", NULL },
	{ "421", "", "", NULL },
	{ "521", "", "", NULL },
	{ "541", "", "", NULL },
	{ "723", "", "", NULL },
	{ "811", "", "", NULL },
	{ "080", "", "", NULL },
	{ "090", "", "", NULL },
	{ "080", "iscedf", "", "08" },
	{ "080", "isced-1997", "", "0021" },
	{ "841", "", "", "0841" },
	{ "412", "", "", "0412" },
	{ "1041", "", "", "1041" },
	/* other ways to write a code */
	{ "iscedf:0613", "", "", "0613" },
	{ "ISCED_F 0613", "", "", "0613" },
	{ "ISCEDF 0613", "", "", "0613" },
	{ "isced-f 2013 code 0421", "", "", "0421" },
	{ "ISCED F 061", "", "", "061" },
	{ "CINE-F 0313", "", "", "0313" },
	{ "CITE-F 2013 : 0913", "", "", "0913" },
	{ "Informatique (0613)", "", "fr", "0613" },
	{ "[0613]", "", "", "0613" },
	{ "0613:", "", "", "0613" },
	{ "0613, Software and applications development and analysis", "", "", "0613" },
	{ "041 Business and administration", "", "", "041" },
	{ "06 - Information and Communication Technologies", "", "", "06" },
	{ "http://data.europa.eu/snb/isced-f/0421", "uri", "", "0421" },
	{ "https://publications.europa.eu/resource/authority/"
	  "international-education-classification/0613",
	  "", "", "0613" },
	{ "http://data.europa.eu/snb/isced-f/000", "", "", NULL },
	{ "http://example.org/isced97/481", "", "", "061" },
	{ "urn:isced-f:0541", "", "", "0541" },
	/* labels in the languages of the tables */
	{ "Business and administration", "", "", "041" },
	{ "Natural sciences, mathematics and statistics", "", "", "05" },
	{ "Services", "", "", "10" },
	{ "Health and welfare", "", "", "09" },
	{ "Engineering, manufacturing and construction", "", "", "07" },
	{ "Agriculture, forestry, fisheries and veterinary", "", "", "08" },
	{ "Social sciences, journalism and information", "", "", "03" },
	{ "Rechtswissenschaft", "", "de", "0421" },
	{ "Pädagogik", "", "de", "01" },
	{ "Krankenpflege", "", "de", "0913" },
	{ "Dienstleistungen", "", "de", "10" },
	{ "Droit", "", "fr", "0421" },
	{ "Économie", "", "fr", "0311" },
	{ "Mathématiques", "", "fr", "0541" },
	{ "Éducation", "", "fr", "01" },
	{ "Derecho", "", "es", "0421" },
	{ "Educación", "", "es", "01" },
	{ "Economía", "", "es", "0311" },
	{ "Medicina", "", "es", "0912" },
	{ "Diritto", "", "it", "0421" },
	{ "Matematica", "", "it", "0541" },
	{ "Direito", "", "pt", "0421" },
	{ "Rechten", "", "nl", "0421" },
	{ "Economie", "", "nl", "0311" },
	{ "Wiskunde", "", "nl", "0541" },
	{ "Juridik", "", "sv", "0421" },
	{ "Matematik", "", "sv", "0541" },
	{ "Nationalekonomi", "", "sv", "0311" },
	{ "Oikeustiede", "", "fi", "0421" },
	{ "Matematiikka", "", "fi", "0541" },
	{ "Kauppa ja hallinto", "", "fi", "041" },
	{ "Jura", "", "da", "0421" },
	{ "Prawo", "", "pl", "0421" },
	{ "Matematyka", "", "pl", "0541" },
	{ "Právo", "", "cs", "0421" },
	{ "Matematika", "", "hu", "0541" },
	{ "Fyzika", "", "sk", "0533" },
	{ "Õigus", "", "et", "0421" },
	{ "Teisė", "", "lt", "0421" },
	{ "Μαθηματικά", "", "el", "0541" },
	{ "Икономика", "", "bg", "0311" },
	{ "Математика", "", "uk", "0541" },
	{ "Matematik", "", "tr", "0541" },
	{ "  MATHEMATICS  ", "", "", "0541" },
	/* words that are no field of study */
	{ "General", "", "", NULL },
	{ "Other", "", "", NULL },
	{ "Course", "", "", NULL },
	{ "Interdisciplinary", "", "", NULL },
	{ "ISCED 6", "", "", NULL },
	{ "ISCED level 6", "", "", NULL },
	{ "ISCED 2011 level 7", "", "", NULL },
	{ "EQF 7", "", "", NULL },
	{ "2027-01-15", "", "", NULL },
	{ "5 ECTS", "", "", NULL },
	{ "TIEA101", "", "", NULL },
	{ "0 613 123", "", "", NULL },
	{ "+358 40 0613", "", "", NULL },
	{ "(empty)", "", "", NULL },
	{ "https://example.org/subjects/042", "", "", NULL },
	{ "613 students", "", "", NULL },
	{ "110", "", "", "011" },
	{ "1234", "", "", NULL },
	{ "99", "", "", NULL },
	{ "0099", "iscedf", "", "0099" },
	/* numbers of national lists before a name */
	{ "3.2. Психология", "", "bg", "0313" },
	{ "Професионално направление: 3.2. Психология", "", "bg", "0313" },
	{ "Направление 3.2 Психология", "", "bg", "0313" },
	{ "5.06 Psihologija", "", "hr", "0313" },
	{ "32 Psychologie", "", "de", "0313" },
	{ "053 Психологія", "", "uk", "0313" },
	{ "C4 Психологія", "", "uk", "0313" },
	{ "LM-51 Psicologia", "", "it", "0313" },
	{ "J07 Psichologija", "", "lt", "0313" },
	{ "Fachbereich 03: Theologie", "", "de", "0221" },
	{ "0613 Law", "", "en", NULL },
	{ "053 Psychology", "", "en", NULL },
	{ "ISCED-F 9999 Law", "", "en", NULL },
	{ "C4 basket weaving", "", "en", NULL },
	/* numbers of courses */
	{ "Kurskod: 0613", "", "sv", NULL },
	{ "Код/Code cours : 0421", "", "fr", NULL },
	{ "Room 0421", "", "", NULL },
	{ "Course code (0613)", "", "", NULL },

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
	/* two names that a word joins; not where one of them is none, or the whole is a name */
	{ "Mathematics and Physics", "0541 0533", NULL },
	{ "Recht und Sozialarbeit", "0421 0923", NULL },
	{ "Mathématiques, informatique et philosophie", "0541 0613 0223", NULL },
	{ "Physics and basket weaving", "", "Physics and basket weaving" },
	{ "Natur- und Rechtswissenschaft", "", "Natur- und Rechtswissenschaft" },
	{ "Physics and chemistry", "0533 0531", NULL },
	{ "Mathematik, Statistik", "0541 0542", NULL },
	{ "Mathematik und Statistik", "054", NULL },
	{ "Faculty of Architecture and Construction", "073", NULL },
	{ "Business and administration", "041", NULL },
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

static void what_was_read_is_read_again_as_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < vocab_count(VOCAB_SUBJECT_CODE); i++) {
		struct vocab_row row = vocab_at(VOCAB_SUBJECT_CODE, i);
		struct word word = { .text = row.key, .scheme = SLICE_LIT("iscedf") };
		struct subject once = { .code = "" }, twice = { .code = "" };

		if (!subject_read(&once, &word, NULL, NULL))
			continue;
		word.text = slice_of(once.code);
		assert_true(subject_read(&twice, &word, NULL, NULL));
		assert_memory_equal(&once, &twice, sizeof(once));
	}
}

static void no_text_makes_it_stumble(void **state)
{
	static const char alphabet[] = "0613 97/:-.,;()ISCEDiscedF\xc3\xa9\xff\n\t";
	struct random random = { .state = 11 };
	struct arena arena = ARENA_INIT(1 << 20);

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[48];
		struct word word = { .text = slice_make(text, random_below(&random, 48)) };
		struct subjects subjects = { NULL, 0 };

		for (size_t i = 0; i < word.text.n; i++)
			text[i] = alphabet[random_below(&random, (uint32_t)sizeof(alphabet) - 1)];
		word.scheme = slice_of(round % 3 == 0   ? "isced"
				       : round % 3 == 1 ? ""
							: "isced-1997");
		(void)subject_read_list(&subjects, &word, NULL, NULL, NULL, &arena);
		for (size_t i = 0; i < subjects.n; i++)
			assert_true(subject_label(slice_of(subjects.items[i].code)).n > 0);
		arena_reset(&arena);
	}
	arena_clear(&arena);
}

/* A partner's own list of subjects, in vocab-dir. */
static void an_operator_s_own_names_decide(void **state)
{
	static const char own[] = "code\tlang\tlabel\n"
				  "061\tsv\tData- och informationsteknik\n"
				  "0412\t\tK-17\n"
				  "0715\t\t4711\n"
				  "0231\t\thttps://partner.example/subjects/12\n"
				  "0314\ten\tPsychology\n";
	static const struct {
		const char *text, *code;
	} rows[] = {
		{ "DATA- OCH INFORMATIONSTEKNIK", "061" },
		{ "k-17", "0412" },
		{ "4711", "0715" },
		{ "https://partner.example/subjects/12", "0231" },
		{ "Psychology", "0314" },
		{ "Psychologie", "0313" },
		{ "0613", "0613" },
	};

	(void)state;
	assert_int_equal(vocab_overlay_add("isced-f-labels.tsv", SLICE_LIT(own), NULL), ERR_OK);
	for (size_t i = 0; i < countof(rows); i++) {
		struct word word = { .text = slice_of(rows[i].text) };
		struct subject subject = { .code = "" };

		assert_true(subject_read(&subject, &word, NULL, NULL));
		assert_string_equal(subject.code, rows[i].code);
	}
	vocab_overlay_clear();
	/* what words speak for is learnt when microcat is built */
	assert_int_not_equal(vocab_overlay_add("subject-terms.tsv",
					       SLICE_LIT("concept\tcode\tlang\tterms\n"), NULL),
			     ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_text_is_read_as_a_subject_or_unknown),
		cmocka_unit_test(each_list_gives_its_subjects_in_order),
		cmocka_unit_test(labels_belong_to_codes),
		cmocka_unit_test(what_was_read_is_read_again_as_itself),
		cmocka_unit_test(no_text_makes_it_stumble),
		cmocka_unit_test(an_operator_s_own_names_decide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
