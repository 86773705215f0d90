// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_LANGUAGE_PARTS_H
#define CATALOGUE_LANGUAGE_PARTS_H

/*
 * What reading one language and reading several share: private to language*.c.
 *
 * Thread: any; pure functions.
 */

#include "catalogue/readers.h"

/* Between the subtags of a tag: "en-GB", "en_GB". */
bool language_is_separator(char c);
/* Whether a subtag is the alpha-2 code of a country. */
bool language_is_country(struct slice subtag);
/* Whether two letters behind a code may as well be a second language: "fi-sv", but not "fi-SV" (the
 * case tells a region), "fi-fi", or "sv-fi", which exists. */
bool language_may_be_second(struct slice primary, struct slice subtag);
/* Up to the first blank, and behind the last one. */
struct slice language_first_word(struct slice text);
struct slice language_last_word(struct slice text);
/* Without brackets, quotes and punctuation around it. */
struct slice language_unwrapped(struct slice text);
/* Without one word that may stand before a language ("taught"), or behind it ("B2", "k."); the
 * text itself where there is none. */
struct slice language_without_head(struct slice text);
struct slice language_without_tail(struct slice text);
/* "B2", "C1+", "A1-A2": a level of the Common European Framework. */
bool language_is_level(struct slice word);
/* The language that a name or form written out, and nothing else, says. */
bool language_of_name(struct slice *tag, struct slice name, const struct hint *hint);
/* Whether a label says that a language must be known: "Prerequisite: English B2". */
bool language_is_required(struct slice text);
/* What a phrase says. */
enum language_phrase {
	LANGUAGE_PHRASE_UNKNOWN,
	LANGUAGE_PHRASE_NAMES, /* languages of teaching, and words that say nothing */
	LANGUAGE_PHRASE_MAYBE, /* as above, where they are wanted */
	LANGUAGE_PHRASE_LABEL, /* "Language of instruction", "if needed": nothing by itself */
	LANGUAGE_PHRASE_OTHER, /* speaks of a language that it does not name */
};
/*
 * "angļu un latviešu valodās", "Delivered bilingually (English and Welsh)": the
 * languages that a phrase names, at most max tags into out (static), if every
 * other word is one that says nothing.
 */
enum language_phrase language_read_phrase(struct slice *out, size_t max, size_t *n,
					  struct slice text, const struct hint *hint);

#endif
