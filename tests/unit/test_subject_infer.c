// SPDX-License-Identifier: EUPL-1.2
/* Subjects told from texts: plain cases, what is said of them, and what no text may do. */
#include "base/limits.h"
#include "catalogue/normalise.h"
#include "catalogue/subject_infer.h"
#include "catalogue/text.h"

#include "tests/support/random.h"
#include "tests/support/unit.h"

#include <locale.h>

/* Titles with a word or two of description; a field above the one that is meant is right too. */
static const struct {
	const char *title, *description;
	const char *code; /* NULL: nothing can be told */
} cases[] = {
	{ "Linear algebra", "Vectors, matrices and eigenvalues.", "0541" },
	{ "Lineare Algebra", "Vektoren und Matrizen.", "0541" },
	{ "Algèbre linéaire", "Espaces vectoriels et matrices.", "0541" },
	{ "Palliative care at home", "For nurses who look after patients.", "0913" },
	{ "Palliatieve zorg", "Voor verpleegkundigen.", "0913" },
	{ "Enfermería comunitaria", "Cuidados paliativos y heridas.", "0913" },
	{ "Introduction to machine learning", "Neural networks in Python.", "0613" },
	{ "Koneoppiminen", "Neuroverkot ja algoritmit Pythonilla.", "0613" },
	{ "Maskininlärning", "Neurala nätverk och algoritmer.", "0613" },
	{ "Apprentissage automatique", "Réseaux de neurones et algorithmes.", "0613" },
	{ "Uczenie maszynowe", "Sieci neuronowe i algorytmy.", "0613" },
	{ "Droit des contrats", "Le tribunal et la législation.", "0421" },
	{ "Diritto del lavoro", "Legislazione e tribunale.", "0421" },
	{ "Arbeitsrecht", "Gesetze und Gerichte.", "0421" },
	{ "Metsänhoito ja puunkorjuu", "Metsätalouden menetelmät.", "0821" },
	{ "Skogsbruk", "Skogsskötsel och avverkning i skog.", "0821" },
	{ "Buchhaltung und Jahresabschluss", "Bilanz und Steuern.", "0411" },
	{ "Kirjanpito", "Tilinpäätös ja verotus.", "0411" },
	{ "Storia dell'arte", "Pittura e scultura.", "0213" },
	{ "Психология", "", "0313" },
	{ "Ψυχολογία", "", "0313" },
	/* words that say nothing, other alphabets, nothing at all */
	{ "Course", "In this course students learn new skills.", NULL },
	{ "Kurs 1", "Grundlagen und Methoden.", NULL },
	{ "Projekt", "", NULL },
	{ "Module 3: introduction", "Learning outcomes will be published.", NULL },
	{ "数学", "", NULL },
	{ "", "", NULL },
	{ "12345", "2027", NULL },
	{ "\xc3\x28\xff", "\x80", NULL },
};

static bool infer(struct subject *out, const char *title, const char *description,
		  struct reading *reading)
{
	return subject_infer(
		out,
		(struct subject_text[]){ { slice_of(title), SUBJECT_WEIGHT_TITLE },
					 { slice_of(description), SUBJECT_WEIGHT_DESCRIPTION } },
		2, reading);
}

static void plain_cases_are_told_and_empty_ones_are_not(void **state)
{
	size_t n_wrong = 0, n_silent = 0;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct subject subject = { .code = "" };
		bool got = infer(&subject, cases[i].title, cases[i].description, NULL);

		if (!got) {
			n_silent += cases[i].code != NULL ? 1 : 0;
			continue;
		}
		assert_int_equal(subject.from, FROM_INFERRED);
		assert_in_range(subject.confidence, SUBJECT_MIN_PERCENT, 100);
		if (cases[i].code != NULL &&
		    slice_starts_with(slice_of(cases[i].code), slice_of(subject.code)))
			continue;
		print_error("\"%s\": %s, expected %s\n", cases[i].title, subject.code,
			    cases[i].code != NULL ? cases[i].code : "nothing");
		n_wrong++;
	}
	assert_int_equal(n_wrong, 0);
	assert_in_range(n_silent, 0, 2);
}

static void the_terms_that_decided_are_named(void **state)
{
	struct subject subject;
	struct reading reading = { .rule = "" };

	(void)state;
	assert_true(infer(&subject, "Maskininlärning och NEURALA nätverk", "", &reading));
	assert_int_equal(reading.from, FROM_INFERRED);
	assert_non_null(strstr(reading.rule, "subject-terms.tsv: "));
	assert_non_null(strstr(reading.rule, "Maskininlärning"));
	assert_non_null(strstr(reading.rule, "-> 0613"));
}

static void case_marks_and_forms_of_letters_do_not_matter(void **state)
{
	struct subject small, large;

	(void)state;
	assert_true(infer(&small, "génie électrique et électrotechnique", "", NULL));
	assert_true(infer(&large, "GENIE ELECTRIQUE ET ELECTROTECHNIQUE", "", NULL));
	assert_string_equal(small.code, large.code);
	assert_int_equal(small.confidence, large.confidence);
	/* letters and their marks apart, as some systems write them */
	assert_true(infer(&large, "ge\xcc\x81nie e\xcc\x81lectrique et e\xcc\x81lectrotechnique",
			  "", NULL));
	assert_int_equal(small.confidence, large.confidence);
}

static struct offer read_record(struct arena *arena, const char *subject, struct traces *traces)
{
	struct words words = { NULL, 0, 0 };
	struct source_context context = { .source_id = SLICE_LIT("x") };
	struct offer offer;
	struct notes notes = { NULL, 0, 0 };

	words_add(&words, arena, (struct word){ .element = EL_RECORD_ID, .text = SLICE_LIT("1") });
	words_add(&words, arena,
		  (struct word){ .element = EL_TITLE,
				 .lang = SLICE_LIT("en"),
				 .text = SLICE_LIT("Criminal law and contract law") });
	words_add(&words, arena, (struct word){ .element = EL_SUBJECT, .text = slice_of(subject) });
	assert_int_equal(normalise(&offer, &words, &context, &notes, traces, arena, NULL), ERR_OK);
	return offer;
}

static void what_is_declared_is_never_told_anew(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct traces traces = { NULL, 0, 0 };
	struct offer offer = read_record(&arena, "0613", NULL);
	bool is_explained = false;

	(void)state;
	assert_int_equal(offer.subjects.n, 1);
	assert_string_equal(offer.subjects.items[0].code, "0613");
	assert_int_equal(offer.subjects.items[0].from, FROM_DECLARED);
	assert_false(offer.completeness.missing & 1u << REQ_SUBJECT);

	offer = read_record(&arena, "our category 7", &traces);
	assert_int_equal(offer.subjects.n, 1);
	assert_string_equal(offer.subjects.items[0].code, "0421");
	assert_int_equal(offer.subjects.items[0].from, FROM_INFERRED);
	assert_true(offer.completeness.missing & 1u << REQ_SUBJECT);
	for (size_t i = 0; i < traces.n; i++)
		is_explained =
			is_explained || (traces.items[i].element == EL_SUBJECT &&
					 strstr(traces.items[i].reading.rule, "law") != NULL);
	assert_true(is_explained);
	arena_clear(&arena);
}

/* Bytes, words of the cases, and very long words: an answer, the same each time. */
static void no_text_makes_it_stumble(void **state)
{
	static char text[3 * LIMIT_SUBJECT_TEXT_BYTES];
	struct random random = { .state = 7 };

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t n = 0, max = random_below(&random, (uint32_t)sizeof(text) - 64);
		struct subject one = { .code = "" }, two = { .code = "" };
		struct subject_text texts[2] = { { SLICE_NONE, SUBJECT_WEIGHT_TITLE },
						 { SLICE_NONE, SUBJECT_WEIGHT_OUTCOMES } };
		bool got;

		while (n < max) {
			const char *word =
				cases[random_below(&random, (uint32_t)countof(cases))].description;
			size_t length = strlen(word);

			if (round % 3 == 0 || length > 60)
				text[n++] = (char)random_below(&random, 256);
			else
				for (size_t i = 0; i < length && n < max; i++)
					text[n++] = word[i];
			if (round % 3 == 1 && n < max)
				text[n++] = ' ';
		}
		texts[0].text = slice_make(text, n / 2);
		texts[1].text = slice_make(text + n / 2, n - n / 2);
		got = subject_infer(&one, texts, 2, NULL);
		assert_int_equal(got, subject_infer(&two, texts, 2, NULL));
		assert_string_equal(one.code, two.code);
		if (got)
			assert_true(subject_label(slice_of(one.code)).n > 0);
	}
}

static void the_locale_and_the_time_zone_change_nothing(void **state)
{
	static const char *const locales[] = { "C", "tr_TR.UTF-8", "de_DE.UTF-8", "C.UTF-8" };
	struct subject first = { .code = "" };

	(void)state;
	assert_true(infer(&first, cases[7].title, cases[7].description, NULL));
	for (size_t i = 0; i < countof(locales); i++) {
		struct subject subject = { .code = "" };

		if (setlocale(LC_ALL, locales[i]) == NULL)
			continue; /* not installed */
		assert_int_equal(setenv("TZ", i % 2 == 0 ? "Asia/Tokyo" : "America/Lima", 1), 0);
		assert_true(infer(&subject, cases[7].title, cases[7].description, NULL));
		assert_memory_equal(&subject, &first, sizeof(subject));
	}
	(void)setlocale(LC_ALL, "C");
}

static int set_up(void **state)
{
	(void)state;
	text_init();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_cases_are_told_and_empty_ones_are_not),
		cmocka_unit_test(the_terms_that_decided_are_named),
		cmocka_unit_test(case_marks_and_forms_of_letters_do_not_matter),
		cmocka_unit_test(what_is_declared_is_never_told_anew),
		cmocka_unit_test(no_text_makes_it_stumble),
		cmocka_unit_test(the_locale_and_the_time_zone_change_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
