// SPDX-License-Identifier: EUPL-1.2
/* The tables from which subjects are learnt: see subject_terms.h. */
#include "catalogue/subject_terms.h"

#include "base/mem.h"
#include "catalogue/vocab_file.h"

struct teaching {
	struct subject_learner *learner;
	subject_terms_want *want;
	void *arg;
	enum subject_use use; /* of the words that are added now */
};

typedef void row_fn(struct teaching *t, const struct vocab_reader *r);

/* Runs over the rows of a file. */
static enum err_code each_row(struct teaching *t, const char *directory, const char *name,
			      row_fn *fn, struct err *err)
{
	struct vocab_reader reader;
	struct buf text = { .data = NULL };
	bool has_row = true;
	enum err_code rc = vocab_file_read(&text, directory, name, err);

	if (rc == ERR_OK)
		rc = vocab_reader_begin(&reader, vocab_file_of_project(name), buf_view(&text), true,
					err);
	while (rc == ERR_OK) {
		rc = vocab_reader_next(&reader, &has_row, err);
		if (rc != ERR_OK || !has_row)
			break;
		fn(t, &reader);
	}
	buf_clear(&text);
	return rc;
}

/* Cells in the order of the columns (vocab_schema.c). */
enum { FIELD_CODE, FIELD_PARENT, FIELD_KIND };
enum { LABEL_CODE, LABEL_LANG, LABEL_KIND, LABEL_TEXT };
enum { WORDS_LANG, WORDS_WORDS };
enum { TERM_CONCEPT, TERM_CODE, TERM_LANG, TERM_TERMS };

static void add_field(struct teaching *t, const struct vocab_reader *r)
{
	if (slice_eq_z(r->cells[FIELD_KIND], "proper"))
		subject_learner_add_field(t->learner, r->cells[FIELD_CODE]);
}

/* Words, and letters behind a star, which are of no use here. */
static void add_frequent(struct teaching *t, const struct vocab_reader *r)
{
	struct slice rest = r->cells[WORDS_WORDS];
	struct slice word;

	while (slice_split(&word, &rest, '|')) {
		word = slice_trim(word);
		if (!slice_starts_with(word, SLICE_LIT("*")))
			subject_learner_add_words(t->learner, word, SUBJECT_FUNCTION);
	}
}

/* Rows without a field: "+" words that always speak, "-" words that say nothing alone, "~" words
 * that only join others. */
static void add_marked(struct teaching *t, const struct vocab_reader *r)
{
	static const char *const marks[] = {
		[SUBJECT_SPEAKS] = "+", [SUBJECT_GENERIC] = "-", [SUBJECT_FUNCTION] = "~"
	};

	if (slice_eq_z(r->cells[TERM_CODE], marks[t->use]))
		subject_learner_add_words(t->learner, r->cells[TERM_TERMS], t->use);
}

static void add_label(struct teaching *t, const struct vocab_reader *r)
{
	subject_learner_add_terms(t->learner, SLICE_LIT("isced"), r->cells[LABEL_CODE],
				  r->cells[LABEL_TEXT]);
}

static void add_terms(struct teaching *t, const struct vocab_reader *r)
{
	struct subject_term_row row = { r->cells[TERM_CONCEPT], r->cells[TERM_CODE],
					r->cells[TERM_LANG], r->cells[TERM_TERMS] };

	if (ascii_is_digit(row.code.p[0]) && (t->want == NULL || t->want(&row, t->arg)))
		subject_learner_add_terms(t->learner, row.concept, row.code, row.terms);
}

enum err_code subject_terms_learn(struct subject_learner *l, const char *directory,
				  subject_terms_want *want, void *arg, struct err *err)
{
	static const struct {
		const char *file;
		row_fn *fn;
		enum subject_use use;
	} steps[] = {
		{ "isced-f-2013.tsv", add_field, SUBJECT_SPEAKS },
		{ "subject-terms.tsv", add_marked, SUBJECT_SPEAKS },
		{ "language-words.tsv", add_frequent, SUBJECT_FUNCTION },
		{ "subject-terms.tsv", add_marked, SUBJECT_FUNCTION },
		{ "subject-terms.tsv", add_marked, SUBJECT_GENERIC },
		{ "isced-f-labels.tsv", add_label, SUBJECT_SPEAKS },
		{ "subject-terms.tsv", add_terms, SUBJECT_SPEAKS },
	};
	struct teaching t = { .learner = l, .want = want, .arg = arg };
	enum err_code rc = ERR_OK;

	for (size_t i = 0; i < countof(steps) && rc == ERR_OK; i++) {
		t.use = steps[i].use;
		rc = each_row(&t, directory, steps[i].file, steps[i].fn, err);
	}
	return rc;
}
