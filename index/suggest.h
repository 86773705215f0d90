// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_SUGGEST_H
#define INDEX_SUGGEST_H

/*
 * Suggestions while somebody types: words of titles, providers and subjects,
 * those of most offers first.
 *
 * A sorted list of what can be suggested is held in memory, with the number of
 * offers of each. It follows the database: a refresh in a reader's job reads
 * the titles of offers that have changed since (of all, the first time, in
 * steps, so that no job takes long), and makes a new list when it has caught
 * up; the writer is never waited for. The loop then exchanges the list and
 * looks things up in it: a search by halves and a walk over what begins so.
 *
 *   loop      suggest_is_due()? ──► refresh job ──► suggest_publish()
 *                                     (pool)          (loop)
 *
 * What is suggested is written as in titles, in the spelling seen first, one
 * that begins small before one that does not; numbers, single letters and
 * words beyond SUGGEST_WORDS_MAX are not suggested.
 *
 * Thread: suggest_refresh_in_pool() in one job at a time; all else on the loop,
 * none but suggest_find() while a refresh runs.
 */

#include "catalogue/query.h"
#include "index/columns.h"
#include "index/db.h"

enum suggestion_kind { SUGGEST_WORD, SUGGEST_PROVIDER, SUGGEST_SUBJECT };
/* "word", "provider", "subject". */
const char *suggestion_kind_name(enum suggestion_kind kind);

struct suggestion {
	enum suggestion_kind kind;
	struct slice text;  /* WORD: what was typed with its last word completed; else the label */
	struct slice code;  /* PROVIDER, SUBJECT: the filter's value; else absent */
	uint64_t n_offers;  /* that have the word in their title, the provider, the subject */
};

struct suggestions {
	struct suggestion *items; /* by n_offers */
	size_t n;
	int64_t generation;       /* of the list; 0: there is none yet */
};

struct suggest;

struct suggest *suggest_new(void);
void suggest_free(struct suggest *s);
/*
 * Whether a refresh should be started: the generation has moved and the list
 * is older than LIMIT_SUGGEST_AGE_MS, or a refresh has not caught up yet.
 */
bool suggest_is_due(const struct suggest *s, int64_t generation, uint64_t now_ms);
/*
 * A step: at most LIMIT_SUGGEST_STEP titles are read, so a large catalogue
 * takes several. Inside a read transaction of the snapshot's generation.
 * *has_list true: there is a new list to publish. Errors: ERR_DB and its kin,
 * ERR_TIMEOUT, ERR_CANCELLED; a step that failed is done again.
 */
enum err_code suggest_refresh_in_pool(struct suggest *s, bool *has_list, struct db *db,
				      const struct snapshot *snapshot, struct err *err) ERR_MUST_USE;
/* The new list, if there is one, becomes the one that is asked. */
void suggest_publish(struct suggest *s, uint64_t now_ms);
/*
 * Completions of what was typed, at most max (itself at most LIMIT_SUGGESTIONS).
 * The last word is completed; nothing is suggested for less than a letter.
 * Errors: ERR_LIMIT when the arena is full.
 */
enum err_code suggest_find(struct suggestions *out, struct arena *arena, const struct suggest *s,
			   struct slice typed, size_t max, struct err *err) ERR_MUST_USE;

#endif
