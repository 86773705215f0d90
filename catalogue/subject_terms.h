// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_SUBJECT_TERMS_H
#define CATALOGUE_SUBJECT_TERMS_H

/*
 * Feeds a learner from the tables of a directory: fields (isced-f-2013.tsv) and
 * their labels (isced-f-labels.tsv), frequent words (language-words.tsv) and
 * terms (subject-terms.tsv). For tools and measurements: it reads files.
 *
 * Thread: any.
 */

#include "base/err.h"
#include "catalogue/subject_learn.h"

/* A row of subject-terms.tsv. */
struct subject_term_row {
	struct slice concept, code, lang, terms;
};

/* Whether a row is learnt. */
typedef bool subject_terms_want(const struct subject_term_row *row, void *arg);

/* want may be NULL: all rows. Errors: ERR_IO, ERR_PARSE with file:line. */
enum err_code subject_terms_learn(struct subject_learner *l, const char *directory,
				  subject_terms_want *want, void *arg,
				  struct err *err) ERR_MUST_USE;

#endif
