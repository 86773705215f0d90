// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_SNIPPET_H
#define INDEX_SNIPPET_H

/*
 * A piece of an offer's text that shows why it was found: plain UTF-8 on one
 * line, at most LIMIT_SNIPPET_BYTES, "…" where text was left out, matches
 * between U+E001 and U+E002. There is no markup in it: whoever prints it
 * escapes what must be escaped and turns the two marks into what they like.
 *
 * Texts in the language asked for come first, else English, else any; among
 * these description and learning outcomes before names and titles, which a
 * list of results shows anyway; among these, the one with most of the words.
 *
 * Thread: the connection's.
 */

#include "index/db.h"
#include "index/text_query.h"

enum {
	SNIPPET_MATCH_BEGIN = 0xe001,
	SNIPPET_MATCH_END = 0xe002,
};

struct snippet_word;

/* Memory from one snippet to the next: one for all rows of a page. */
struct snippets {
	const struct text_query *query;
	struct slice lang;              /* wanted; may be absent */
	struct snippet_word *words[2];  /* of the best run so far, of the run in hand */
	struct arena folded[2];
};

/* query and lang are borrowed. */
void snippets_init(struct snippets *s, const struct text_query *query, struct slice lang);
void snippets_clear(struct snippets *s);
/* *out is absent when the offer has no text. Errors: ERR_DB and its kin. */
enum err_code snippet_of_offer(struct slice *out, struct arena *arena, struct snippets *s,
			       struct db *db, int64_t slot, struct err *err) ERR_MUST_USE;
/* The same of the columns of offer_text.h. Absent when they hold no word. */
struct slice snippet_of_fields(struct arena *arena, struct snippets *s,
			       const struct slice fields[FIELD_COUNT]);

#endif
