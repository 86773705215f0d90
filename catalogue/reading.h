// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_READING_H
#define CATALOGUE_READING_H

/*
 * What every reader of one element's words shares: what is known about where
 * they come from, and how a value was reached. A reader is a pure function
 * from words to a value: it says "unknown" rather than something wrong, and
 * names the table row or rule that decided.
 *
 * Thread: any; pure.
 */

#include "catalogue/offer.h"

/* What a date is asked for, of several in one text ("Apply by 1 May 2027, start 4 October 2027",
 * "4-8 October 2027"). */
enum date_role {
	DATE_OF_START, /* never a last day or one of application, where the words say so */
	DATE_OF_END,
	DATE_OF_APPLY_FROM,
	DATE_OF_APPLY_UNTIL,
};

/* What may help to read a word. Absent slices mean unknown. */
struct hint {
	struct slice country; /* of the provider, ISO 3166-1 alpha-2 */
	struct slice lang; /* of the text, BCP 47 */
	struct slice standard; /* of the source: "ooapi-5", "moochub-3", "csv" ... */
	struct slice date_format; /* of the source's settings: "dd.MM.yyyy"; absent: ISO only */
	enum date_role date_role;
	char decimal; /* ',' or '.' where the settings say so, else 0: either */
};

enum { READING_RULE_BYTES = 120 };

/* What one of several values in a text came of, or a part of it that gave none. */
struct finding {
	struct slice text; /* that part of the word's; absent: all of it */
	struct slice result; /* for a person; absent: nothing came of it */
	enum from from;
	char rule[READING_RULE_BYTES];
};

struct findings {
	struct finding *items;
	size_t n;
	size_t cap;
};

/* Why a value is what it is: for explain and the partner's report. */
struct reading {
	enum from from;
	bool is_brief; /* only from is asked for: rule stays empty, which saves its formatting */
	struct findings *each; /* readers of several values say each here; NULL: not asked */
	char rule[READING_RULE_BYTES]; /* "credit-forms.tsv: op -> ects (FI)" */
};

/* Fills rule (cut to fit) and from; reading may be NULL. */
void reading_set(struct reading *reading, enum from from, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Where each is asked for: what a part of a text gave, with from and rule as
 * they stand now. text and result are borrowed. reading may be NULL.
 */
void reading_add(struct reading *reading, struct slice text, struct slice result,
		 struct arena *arena);
/* What was said of each so far does not hold: the whole means something else. */
void reading_forget(struct reading *reading);
/* The same for a part of which nothing came, and why not. */
void reading_add_unread(struct reading *reading, struct slice text, const char *why,
			struct arena *arena);

/*
 * What a standard's own field says, as the keys of VOCAB_CODED_MAPPING have
 * it: "moochub-3/courseMode=online"; standard may be absent where the field
 * names it. The key lies in out; absent when it does not fit.
 */
enum { FIELD_KEY_BYTES = 512 };
struct slice field_key(char out[FIELD_KEY_BYTES], struct slice standard, struct slice field,
		       struct slice text);

/* Adds a code that is not there yet, in a copy of the array; false when it is there already,
 * beyond LIMIT_OFFER_VALUES, or when the arena is full. */
bool codes_add(struct codes *codes, struct slice code, struct arena *arena);

/* Whether a text is a URI (has "://" or begins with "urn:"), and what stands behind its
 * last '/', '#' or ':' (slashes at the end are ignored). */
bool uri_is(struct slice text);
struct slice uri_last(struct slice text);

#endif
