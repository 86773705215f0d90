// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_LEVEL_PARTS_H
#define CATALOGUE_LEVEL_PARTS_H

/*
 * The parts of reading a level, private to level*.c: levels of frameworks by name
 * and number, words for degrees and cycles, several of these.
 *
 * Thread: any; pure functions.
 */

#include "catalogue/readers.h"
#include "catalogue/vocab.h"

enum { LEVEL_MAX_TEXT = 400 }; /* bytes: what is longer is no list of levels */

/* What the source says that its word is of. */
enum level_scheme {
	SCHEME_ANY,
	SCHEME_EQF,
	SCHEME_NQF, /* a number alone is a level of the country's framework */
	SCHEME_ISCED,
	SCHEME_CYCLE
};

/* What is being read, and what may help. */
struct level_job {
	struct slice country;
	struct slice lang;
	struct arena *arena;
	enum level_scheme scheme;
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
/* Any one of these, as the scheme has it. */
enum level_answer level_read_one(struct level *out, struct slice text, const struct level_job *job,
				 struct reading *reading);
/* level_list.c: two numbers ("EQF 6-7"). */
enum level_answer level_read_range(struct level *out, struct slice text,
				   const struct level_job *job, struct reading *reading);
/* Two that share what is said once ("first and second cycle", "Bachelor- und Masterniveau");
 * settled where only one of them is understood. */
enum level_answer level_read_pair(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading);
/* Parts between signs and words such as "and". *is_whole: every part was understood, so that
 * nothing can turn the meaning round. */
enum level_answer level_read_list(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading, bool *is_whole);
/* Such words in a short phrase; several make a range. */
enum level_answer level_read_phrase(struct level *out, struct slice text,
				    const struct level_job *job, struct reading *reading);

/* The first part of a compound of languages that write one word ("Bachelorgradsnivå",
 * "masteropleiding"), of min_bytes or more; absent for none. */
struct slice level_stem_of(struct slice word, size_t min_bytes);

/* Whether a text makes what follows a condition, or denies it ("entry requirement"). */
bool level_is_condition(struct slice text);

/* Whether a folded word is one for "level", or may stand beside one ("of", "qualification"). */
bool level_is_level_word(struct slice token);

/* Whether a word says what is offered ("award", "module"), so that a level beside it is its own. */
bool level_is_of_offer(struct slice word);

/* Whether a text is about a place ("Level 8, Room 12") or a requirement, so that no level in
 * it is the offer's. */
bool level_is_elsewhere(struct slice text);

/* A level in which nothing is known. */
struct level level_none(void);
/* Widens a range by another level; cycle, ISCED and NQF stay only where both say the same. */
void level_widen(struct level *level, const struct level *other, struct arena *arena);

#endif
