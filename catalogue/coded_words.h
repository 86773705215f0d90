// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_CODED_WORDS_H
#define CATALOGUE_CODED_WORDS_H

/*
 * Coded values in a short phrase of plain language ("findet vollständig online
 * statt", "Klausur (90 min) und Referat"): words of coded-words.tsv, in which a
 * star stands for what may follow or come before, and of coded-values.tsv. Each
 * has a rank:
 *
 *   term      says its code
 *   weak      says it where no term says another ("exam" beside "oral")
 *   doubtful  means much else: says it where every other word of its part is known
 *   vague     both weak and doubtful ("course", "test")
 *   head      vague too, but also beside strange words: "Kurs Projektmanagement"
 *   last      the same behind them ("law course"), or where an of or a sign parts them
 *             ("course in law"); not "course leader"
 *   half      says it where the phrase has its whole: "part of the master"
 *   of        what follows is what a head is of, whatever it is
 *   noun      what codes are said of (course, teaching); filler: stands beside;
 *             whole: a noun that has halves; sure: one that makes the doubtful sure
 *   strange   as unknown, though it stops phrases of other vocabularies
 *   turning   makes another code of what stands beside it: intensive part-time, a short course
 *   and, or, with  join what is said
 *   part      "partly": the mode beside it is one of two
 *   not       the phrase says what is not so: nothing is read; without: where something is said
 *             before it only what follows is not so
 *   days      at a place they are a part of a mixture: "online + 2 days in Porto"
 *   stop      the phrase is about something else (a fee, a registration)
 *
 * The longest words win: "no presencial" is a term, and its "no" no "not". In two
 * vocabularies "not" itself says something: what "cannot be stacked" stands alone,
 * and supervision is put together of what its words tell each ("online", "no",
 * "identity check").
 * Private to coded*.c. Thread: any; pure.
 */

#include "catalogue/readers.h"
#include "catalogue/vocab.h"

enum {
	CODED_MAX_FOUND = 8,
	CODED_MAX_PHRASE_BYTES = 160, /* what is longer is a description */
};

/* Codes of a phrase, each once, in their order. */
struct coded_found {
	struct vocab_row rows[CODED_MAX_FOUND]; /* what said them */
	struct slice codes[CODED_MAX_FOUND];
	size_t n;
};

/* Cells of VOCAB_CODED_VALUE. */
enum coded_value_cell { VALUE_SCHEME, VALUE_CODE, VALUE_LANG, VALUE_KIND, VALUE_LABEL };

/* The one code that a text as a whole means in coded-values.tsv. */
bool coded_read_whole(struct vocab_row *found, const char *scheme, struct slice lang,
		      struct slice text);
/* Several in a phrase; false for none, and for what is too long for a phrase. Modes that are
 * mixed are one ("online with some days on campus": blended). */
bool coded_read_phrase(struct coded_found *out, const char *scheme, struct slice lang,
		       struct slice text);

#endif
