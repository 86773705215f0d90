// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_OFFER_TEXT_H
#define INDEX_OFFER_TEXT_H

/*
 * Which of an offer's texts are searched, in which column, and how they mark
 * their language: each run of text begins with one private-use code point that
 * says its language. The tokenizer takes it for a separator and may, one day,
 * stem by it; snippets drop it. Private-use code points in the source's text
 * are dropped before, so a mark is always ours.
 *
 *   title        titles
 *   outcomes     learning outcomes
 *   provider     names of provider, its unit, joint providers, awarding bodies; alliances
 *   subject      labels of subjects, keywords, skills, course code
 *   description  description, audience, prerequisites
 *
 * Thread: any; pure.
 */

#include "base/buf.h"
#include "catalogue/offer.h"
#include "index/attrs.h"

enum {
	LANG_MARK_FIRST = 0xe100, /* undetermined; then one for each ISO 639-1 code, in its order */
	LANG_MARK_LAST = 0xe1ff,
};

/* The mark of a BCP 47 tag by its first subtag; LANG_MARK_FIRST when it has none. */
uint32_t lang_mark_of(struct slice tag);
/* "en"; "und" for LANG_MARK_FIRST and what is no mark. Static. */
struct slice lang_of_mark(uint32_t code_point);

/* One run of text in one language. */
struct text_run {
	struct slice lang; /* static */
	struct slice text;
};

/* Takes the first run off a column: while (text_run_next(&run, &rest)). */
bool text_run_next(struct text_run *out, struct slice *column);

struct offer_text {
	struct buf fields[FIELD_COUNT];
};

void offer_text_init(struct offer_text *t);
void offer_text_clear(struct offer_text *t);
/* Replaces what it held. Errors: ERR_LIMIT for more than LIMIT_OFFER_BYTES in a column. */
enum err_code offer_text_build(struct offer_text *t, const struct offer *offer, struct err *err)
	ERR_MUST_USE;

#endif
