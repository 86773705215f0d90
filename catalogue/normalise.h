// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_NORMALISE_H
#define CATALOGUE_NORMALISE_H

/*
 * From a record's words to an offer: the one place where elements meet
 * readers. Pure; the same words, context and tables give the same offer.
 *
 * Rules that concern several elements:
 *  - A text's language is its tag, else the source's language, else "und". One
 *    text under several tags is kept once; where it is long enough to tell, its
 *    language is detected (note "language-tag-lies" for a tag that is not it).
 *  - Several words of learning outcomes are one outcome each; one word is split
 *    at its bullets or numbers.
 *  - A provider without a name is the source's title when the source's role is
 *    "own". Its country: its own word, else that of its institution (by id,
 *    else by name), else the source's, else that of its web address.
 *  - Awarding bodies are only those that words name. In a source with the role
 *    "own" the provider counts as awarding body for completeness, since an
 *    institution's own catalogue offers what it awards; awardingBodies stays
 *    empty.
 *  - Alliances: words, then the source's settings; where neither says any, the
 *    alliances of which the provider is a full member.
 *  - Where no subject is declared that is understood, it is told from the texts
 *    (subject_infer.h): one field, inferred, or none. It does not make the offer
 *    more complete: the partner has not said it.
 *  - A price of the offer goes to each session that has none of its own. An
 *    offer without sessions gets one undated session that holds it (an offer
 *    without sessions has an implied one anyway, DESIGN: filters on sessions).
 *  - A start that is no date but a term in words is a range, inferred. An end
 *    before its start: neither is used, both are kept as declared.
 *  - What is not understood stays in the words and becomes a note
 *    ("unknown-level") with what was read and what was expected.
 *
 * A record is rejected for a missing id or title only.
 *
 * Thread: any, after text_init() in the process.
 */

#include "catalogue/offer.h"
#include "catalogue/reading.h"
#include "catalogue/word.h"

/* mapping_version.c: changes whenever the same bytes may give another record, by itself: a
 * hash over the sources. Part of the raw hash. */
const char *mapping_version(void);

/* What the source's settings say about all its records. Absent slices: not set. */
struct source_context {
	struct slice source_id;
	struct slice title; /* the source's; provider where a record names none */
	struct slice country; /* alpha-2 */
	struct slice language; /* of texts without a tag */
	struct slice standard; /* "ooapi-5", "moochub-3", "csv" */
	struct slice date_format;
	char decimal; /* ',' or '.', 0 either */
	struct codes alliances;
	bool is_own; /* role "own": the provider is the source where a record names none */
};

/*
 * One value of the offer, for explain: which words, which rule, what came of it.
 * Of several values in one word each has its own, and so has each word of which
 * nothing came: no result, and a rule that says why. By element; those of
 * sessions last, by session.
 */
struct trace {
	enum element element;
	size_t word; /* index into words; SIZE_MAX: none says it, but settings or tables do */
	struct slice piece; /* the part of the word's text; absent: all of it */
	struct reading reading;
	struct slice result; /* for a person; absent: nothing */
};

struct traces {
	struct trace *items;
	size_t n;
	size_t cap;
};

/*
 * notes and traces may be NULL. The offer's texts lie in the arena or are the
 * words' and the context's own: those must live as long. Errors: ERR_PARSE
 * when the record cannot be used ("no id", "no title"); the message is what
 * the partner reads. ERR_LIMIT when the arena is full.
 */
enum err_code normalise(struct offer *out, const struct words *words,
			const struct source_context *context, struct notes *notes,
			struct traces *traces, struct arena *arena, struct err *err) ERR_MUST_USE;

/*
 * quality.c: completeness, size class and compatible from the other elements;
 * compatible.recognition is kept as it is (only the record's words say it).
 * An offer that was assessed before with its provider as awarding body stays
 * so.
 */
void offer_assess(struct offer *offer);
/* As above; provider_awards: a provider with a name counts as awarding body. */
void offer_assess_as(struct offer *offer, bool provider_awards);

#endif
