// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_LEVEL_PARTS_H
#define CATALOGUE_LEVEL_PARTS_H

/*
 * The two halves of reading a level, private to level*.c: levels of frameworks
 * by name and number, and words for degrees and cycles.
 *
 * Thread: any; pure functions.
 */

#include "catalogue/readers.h"
#include "catalogue/vocab.h"

/* What is being read, and what may help. */
struct level_job {
	struct slice country;
	struct slice lang;
	struct arena *arena;
	bool is_nqf_field; /* a number alone is a level of the country's framework */
};

/* What the words say of themselves. */
enum level_answer {
	LEVEL_UNKNOWN, /* nothing that is understood */
	LEVEL_SETTLED, /* understood, and no level: nothing else should be tried */
	LEVEL_FOUND,
};

/* One level of a framework ("NFQ Level 9", "EQF 6", "niveau 6" in France), no list. */
enum level_answer level_read_form(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading);
/* The whole text as a word for a degree, a cycle or no level ("laurea magistrale"). */
enum level_answer level_read_term(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading);
/* Such words in a short phrase; several make a range. */
enum level_answer level_read_phrase(struct level *out, struct slice text,
				    const struct level_job *job, struct reading *reading);

/* Whether a text makes what follows a condition, or denies it ("entry requirement"). */
bool level_is_condition(struct slice text);

/* Whether a text is about a place ("Level 8, Room 12") or a requirement, so that no level in
 * it is the offer's. */
bool level_is_elsewhere(struct slice text);

/* A level in which nothing is known. */
struct level level_none(void);
/* Widens a range by another level; cycle, ISCED and NQF stay only where both say the same. */
void level_widen(struct level *level, const struct level *other, struct arena *arena);

#endif
