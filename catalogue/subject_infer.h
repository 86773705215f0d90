// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_SUBJECT_INFER_H
#define CATALOGUE_SUBJECT_INFER_H

/*
 * The field of an offer that declares none, from its words.
 *
 * Each feature that is found (subject_model.h) speaks once, louder in a title
 * than in a description and a little louder when it is repeated. The best broad
 * field, in it the best narrow, in it the best detailed field are the guess;
 * how far ahead they are and how much was heard give a confidence for each
 * depth. The deepest that is sure enough is the answer; often there is none.
 *
 * Integers but for the confidence: the same on every machine. No heap; time and
 * memory are bounded by LIMIT_SUBJECT_TEXT_BYTES and SUBJECT_FEATURES.
 *
 * Thread: any; pure functions.
 */

#include "catalogue/readers.h"
#include "catalogue/subject_model.h"

enum {
	SUBJECT_FEATURES = 512, /* of an offer that are heard */
	SUBJECT_TOP = 4, /* terms that are named */
	SUBJECT_DEPTHS = 3, /* broad, narrow, detailed */
	/* The least confidence of an answer: docs/vocabularies.md has what others would give. */
	SUBJECT_MIN_PERCENT = 80,
	/* The least score of an answer: less is a part of a word, or one that many fields share. */
	SUBJECT_MIN_SCORE = 4,
};

/* How loud a text is. */
enum subject_weight {
	SUBJECT_WEIGHT_DESCRIPTION = 2,
	SUBJECT_WEIGHT_OUTCOMES = 3,
	SUBJECT_WEIGHT_UNIT = 3,
	SUBJECT_WEIGHT_KEYWORDS = 6,
	SUBJECT_WEIGHT_TITLE = 8,
};

struct subject_text {
	struct slice text;
	enum subject_weight weight;
};

/* What was heard, for whom. Scores: one whole feature in a text of weight 1 is 1. */
struct subject_evidence {
	size_t n; /* depths at which there is a best field; 0: nothing was heard */
	uint8_t nodes[SUBJECT_DEPTHS]; /* the best at each */
	double scores[SUBJECT_DEPTHS]; /* of the best */
	double second; /* score of the second broad field */
	double loudest; /* score of the feature that spoke loudest for the deepest */
	double all; /* of all that was heard */
	struct {
		struct slice text; /* where it stands */
		uint32_t score;
	} top[SUBJECT_TOP]; /* what spoke loudest for the best at the deepest */
	size_t n_top;
};

void subject_weigh(struct subject_evidence *out, const struct subject_model *model,
		   const struct subject_text *texts, size_t n);

/* What the confidence of a depth is made from; the first is 1. */
enum { SUBJECT_SIGNS = 5 };
void subject_signs(double out[SUBJECT_SIGNS], const struct subject_evidence *e, size_t depth);
/* Probability that the field at a depth (0 to e->n - 1) is right. */
double subject_confidence(const struct subject_evidence *e, size_t depth);

/*
 * The answer; false when unsure. reading gets the terms that decided. With the
 * model of the build.
 */
bool subject_infer(struct subject *out, const struct subject_text *texts, size_t n,
		   struct reading *reading);

/*
 * The same for what stands where a field is declared and is in no table: a name of a
 * partner's own ("Radiologische technologie (medische beeldvorming)"). Numbers are codes,
 * and no words: false for what holds a digit.
 */
bool subject_infer_label(struct subject *out, struct slice label, struct reading *reading);

#endif
