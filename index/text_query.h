// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_TEXT_QUERY_H
#define INDEX_TEXT_QUERY_H

/*
 * From what people type to what FTS5 is asked. Only folded words, made of
 * letters and digits, "+" and "#", come into the expression, each phrase in
 * double quotes; brackets, AND, OR, NOT and stars are ours. So nothing typed
 * is an operator.
 *
 *   "elements of ai" tekoäly* -kurssi   ((("elements of ai") AND ("tekoaly" *)) NOT (("kurssi")))
 *
 * A typed word that folds to several words ("micro-credential") is a phrase. A
 * group of an OR that only excludes cannot be asked of FTS5: it stands apart,
 * as what is to be left out of everything.
 *
 * Memory: the arena's. Thread: any; pure.
 */

#include "base/buf.h"
#include "catalogue/query.h"
#include "index/rank.h"
#include "index/tokenizer.h"

struct text_phrase {
	struct token_list words;
	bool is_prefix; /* the last word is the beginning of one */
	bool is_excluded;
};

struct text_query {
	bool has_words;              /* false: everything */
	const char *match;           /* of groups that ask for something; NULL: there is none */
	struct text_phrase *phrases; /* of match, in its order */
	struct rank_phrase *ranked;  /* the same, for the ranking function */
	size_t n_phrases;
	const char **leave_out;      /* of each group that only excludes: what it excludes */
	size_t n_leave_out;
};

/*
 * Errors: ERR_PARSE "no word left to look for" when there are groups and none
 * has a word, ERR_LIMIT beyond LIMIT_QUERY_TOKENS.
 */
enum err_code text_query_build(struct text_query *out, struct arena *arena,
			       const struct search_query *q, struct err *err) ERR_MUST_USE;

#endif
