// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_SUBJECT_LEARN_H
#define CATALOGUE_SUBJECT_LEARN_H

/*
 * Makes a subject_model from terms that belong to a field: of subject-terms.tsv
 * and of the labels of ISCED-F. Used at build time by subject-compile, and by
 * measurements that hold a part of the terms out.
 *
 * How: each row counts for its features once, with the row's weight; what
 * several fields share speaks for each by its part; a feature that many fields
 * share, or that was seen in a single row, speaks softly. Fields with many
 * terms are weighed down a little.
 *
 * Order: fields, then words (exempt ones, SUBJECT_SPEAKS, before all others), then terms.
 * Thread: one; memory is the learner's until subject_learner_free().
 */

#include "catalogue/subject_model.h"

struct subject_learner;

struct subject_learner *subject_learner_new(void);
void subject_learner_free(struct subject_learner *l);
/* A field of the classification, of two to four digits; the fields above come first. */
void subject_learner_add_field(struct subject_learner *l, struct slice code);
/* The words of a text say nothing; use SUBJECT_SPEAKS: they do, whatever is added later. */
void subject_learner_add_words(struct subject_learner *l, struct slice text, enum subject_use use);
/* Terms, separated by " | ", of a row of subject-terms.tsv ("own:0413") or "isced". Fields that
 * were not added are passed over. */
void subject_learner_add_terms(struct subject_learner *l, struct slice concept, struct slice code,
			       struct slice terms);
/* All that was added, as a model that lives as long as the learner. */
const struct subject_model *subject_learner_finish(struct subject_learner *l);

#endif
