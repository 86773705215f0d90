// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_NORMALISE_H
#define CATALOGUE_NORMALISE_H

/*
 * From a record's words to an offer: the one place where elements meet
 * readers. Pure; the same words, context and tables give the same offer.
 *
 * Thread: any.
 */

#include "catalogue/offer.h"
#include "catalogue/reading.h"
#include "catalogue/word.h"

/* Changes whenever the same words may give another offer: part of the raw hash. */
#define NORMALISE_VERSION "1"

/* What the source's settings say about all its records. Absent slices: not set. */
struct source_context {
	struct slice source_id;
	struct slice title;       /* the source's; provider where a record names none */
	struct slice country;     /* alpha-2 */
	struct slice language;    /* of texts without a tag */
	struct slice standard;    /* "ooapi-5", "moochub-3", "csv" */
	struct slice date_format;
	char decimal;             /* ',' or '.', 0 either */
	struct codes alliances;
	bool is_own;              /* role "own": the provider is the source where a record names none */
};

/* One element of the offer, for explain: which words, which rule, what came of it. */
struct trace {
	enum element element;
	size_t word;           /* index into words, or SIZE_MAX for "from the source's settings" */
	struct reading reading;
	struct slice result;   /* for a person */
};

struct traces {
	struct trace *items;
	size_t n;
	size_t cap;
};

/*
 * notes and traces may be NULL. Errors: ERR_PARSE when the record cannot be
 * used ("no id", "no title"); the message is what the partner reads.
 * ERR_LIMIT when the arena is full.
 */
enum err_code normalise(struct offer *out, const struct words *words,
			const struct source_context *context, struct notes *notes,
			struct traces *traces, struct arena *arena, struct err *err) ERR_MUST_USE;

/* quality.c: completeness, size class and compatible from the other elements. */
void offer_assess(struct offer *offer);

#endif
