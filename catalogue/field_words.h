// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_FIELD_WORDS_H
#define CATALOGUE_FIELD_WORDS_H

/*
 * What words around the value of a field are (field-words.tsv). Private to the
 * readers of catalogue/.
 *
 * Thread: any; pure.
 */

#include "base/slice.h"

/* One bit each: a word may be several. */
enum field_word {
	FIELD_AND = 1, /* joins values */
	FIELD_OR = 1024,
	FIELD_REQUIRED = 2, /* of learners, not of the offer */
	FIELD_HEAD = 4, /* of a language: stands before its name and says nothing */
	FIELD_TAIL = 8, /* behind it */
	FIELD_BESIDE = 16, /* on either side */
	FIELD_ASIDE = 32, /* names of languages beside it are not those of teaching */
	FIELD_LANGUAGE = 64, /* what a language is called */
	FIELD_OTHER = 128, /* beside FIELD_LANGUAGE: one that is not named */
	FIELD_MAYBE = 256, /* a language that is taught in where it is wanted */
	FIELD_NOT = 2048, /* turns what it stands beside round */
	FIELD_NEED = 4096, /* "necessary": with FIELD_NOT, what is not asked for */
	FIELD_LABEL = 512, /* of a subject: what such a field is called */
	FIELD_BEFORE = 8192, /* of a subject: a kind of studies or of schools before its name */
	FIELD_BEHIND = 16384, /* behind it */
	FIELD_ENDING = 32768, /* at the end of its last word */
	FIELD_NUMBERED = 65536, /* a number beside it is that of no field: "course" */
};

/* The bits of a word, or of a whole text; 0: none of the table's. */
unsigned field_word_of(struct slice text);

#endif
