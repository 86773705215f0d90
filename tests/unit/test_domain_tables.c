// SPDX-License-Identifier: EUPL-1.2
/* Institutions, fields of study, the fields that titles tell, commitments, against tables
 * (tests/unit/tables/). */
#include "catalogue/commitment.h"
#include "catalogue/normalise.h"
#include "catalogue/readers.h"
#include "catalogue/subject_infer.h"

#include "tests/support/reader_arena.h"
#include "tests/support/table.h"

static void put(char out[TABLE_TEXT_BYTES], struct slice text)
{
	size_t n = strlen(out);

	(void)snprintf(out + n, TABLE_TEXT_BYTES - n, "%.*s", SLICE_ARG(text));
}

/* The domain, and the unit where the text holds one. */
static void read_institution(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	enum { NAME, COUNTRY };
	struct institution found;
	struct slice name, unit;

	if (!institution_by_name_of_unit(&found, &name, &unit, row->cells[NAME],
					 row->cells[COUNTRY], NULL)) {
		put(out, SLICE_LIT("-"));
		return;
	}
	put(out, found.domain);
	if (unit.n > 0) {
		put(out, SLICE_LIT("; "));
		put(out, unit);
	}
}

static void institutions_are_known_by_their_names(void **state)
{
	(void)state;
	table_assert_good("institution", table_run("institution", 150, read_institution));
}

static void read_subject(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	enum { TEXT, SCHEME, LANG };
	struct word word = { .text = row->cells[TEXT],
			     .scheme = row->cells[SCHEME],
			     .lang = row->cells[LANG] };
	struct subject subject;

	if (subject_read(&subject, &word, NULL, NULL) ||
	    subject_infer_label(&subject, word.text, NULL))
		put(out, slice_of(subject.code));
	else
		put(out, SLICE_LIT("-"));
}

static void subjects_are_read_as_declared(void **state)
{
	(void)state;
	table_assert_good("subject", table_run("subject", 150, read_subject));
}

/* Whether a field, or one below it, is among those that are right. */
static bool is_one_of(struct slice code, struct slice right)
{
	struct slice one;

	while (slice_split(&one, &right, ' '))
		if (slice_starts_with(one, code))
			return true;
	return false;
}

static size_t n_told; /* rows for which a field was told */

static void tell_subject(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	enum { TITLE, DESCRIPTION };
	struct subject_text texts[] = {
		{ row->cells[TITLE], SUBJECT_WEIGHT_TITLE },
		{ row->cells[DESCRIPTION], SUBJECT_WEIGHT_DESCRIPTION },
	};
	struct subject subject;
	struct reading reading = { .rule = "" };

	if (!subject_infer(&subject, texts, countof(texts), &reading))
		put(out, SLICE_LIT("-"));
	else if (++n_told > 0 && is_one_of(slice_of(subject.code), row->expected))
		put(out, row->expected);
	else
		put(out, slice_of(subject.code));
}

static void subjects_are_told_from_titles(void **state)
{
	enum { GOOD_PERCENT = 95 }; /* of those that are told: idioms fool whoever counts words */
	struct table_score score;
	size_t n_false;

	(void)state;
	n_told = 0;
	score = table_run("subject-title", 150, tell_subject);
	n_false = score.n_wrong + score.n_guessed;
	print_message("told: %zu, right: %zu\n", n_told, n_told - n_false);
	assert_true(n_told > score.n / 2);
	assert_true((n_told - n_false) * 100 >= n_told * GOOD_PERCENT);
}

/* What an offer with one such word states of the commitment that the word is about. */
static void weigh_commitment(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	enum { TEXT, ELEMENT, LANG, COUNTRY, PROVIDER };
	static const char *const elements[COMMITMENT_COUNT] = {
		[COMMITMENT_OUTCOMES] = "learningOutcomes",
		[COMMITMENT_LEVEL] = "level",
		[COMMITMENT_ECTS] = "workload",
		[COMMITMENT_ASSESSMENT] = "assessment",
		[COMMITMENT_QUALITY_ASSURANCE] = "qualityAssurance",
		[COMMITMENT_RECOGNITION] = "recognition",
	};
	struct source_context context = { .source_id = SLICE_LIT("s"),
					  .country = row->cells[COUNTRY],
					  .standard = SLICE_LIT("csv") };
	struct words words = { 0 };
	struct offer offer;
	const char *basis = NULL;
	bool is_stated = false;

	arena_reset(&arena);
	words_add(&words, &arena, (struct word){ .element = EL_RECORD_ID, .text = SLICE_LIT("1") });
	words_add(&words, &arena, (struct word){ .element = EL_TITLE, .text = SLICE_LIT("Title") });
	words_add(&words, &arena,
		  (struct word){ .element = EL_PROVIDER_NAME, .text = row->cells[PROVIDER] });
	words_add(&words, &arena,
		  (struct word){ .element = element_of_name(row->cells[ELEMENT]),
				 .text = row->cells[TEXT],
				 .lang = row->cells[LANG] });
	assert_int_equal(normalise(&offer, &words, &context, NULL, NULL, &arena, NULL), ERR_OK);
	for (unsigned c = 0; c < COMMITMENT_COUNT; c++)
		if (slice_eq_z(row->cells[ELEMENT], elements[c]))
			is_stated = commitment_is_stated(&basis, &offer, (enum commitment)c);
	if (!is_stated)
		put(out, SLICE_LIT("-"));
	if (basis != NULL)
		put(out, slice_of(basis));
}

static void commitments_rest_on_what_is_said(void **state)
{
	(void)state;
	table_assert_good("compatible", table_run("compatible", 150, weigh_commitment));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(institutions_are_known_by_their_names),
		cmocka_unit_test(subjects_are_read_as_declared),
		cmocka_unit_test(subjects_are_told_from_titles),
		cmocka_unit_test(commitments_rest_on_what_is_said),
	};

	return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
}
