// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_TOKENIZER_H
#define INDEX_TOKENIZER_H

/*
 * From text to the words that are searched: one rule for what is indexed, for
 * what people type and for what a snippet marks.
 *
 *   - A word is a run of letters and digits of any script; everything else
 *     separates, but for joiners and soft hyphens, which are left out.
 *   - Case and diacritics are folded: "Ääni" is "aani", "Søren" "soren",
 *     "Straße" "strasse", "Ærø" "aero", "Αθήνα" "αθηνα", "Чёрный" "черныи".
 *     Vowel signs of scripts that cannot be read without them are kept.
 *   - Han, kana and Hangul are one word a character, so that a typed run of
 *     them becomes a phrase.
 *   - One letter with "++" or "#" behind it is one word: "C++", "C#", "F#".
 *   - Words are cut at TOKEN_MAX_BYTES.
 *   - A language mark (index/offer_text.h) separates and is no word.
 *
 * Folding a word again gives the same word: queries are put together from
 * folded words (index/text_query.c) and rely on it.
 *
 * Thread: any.
 */

#include "base/arena.h"
#include "base/err.h"

enum { TOKEN_MAX_BYTES = 64 };

struct fts5_api;
struct sqlite3;

/* FTS5's own functions on a connection; NULL when this SQLite has no FTS5. */
struct fts5_api *fts5_api_of(struct sqlite3 *conn);
/*
 * Words that FTS5 was given of each text it indexed since n was set to 0, in
 * the order of the columns; texts that are absent are left out. Of more texts
 * than there is room for only n is counted.
 */
struct tokenizer_counts {
	unsigned n;
	uint32_t n_words[16];
};
/*
 * Makes the tokenizer "microcat" known to FTS5 on a connection; counts outlives
 * it. Errors: ERR_DB.
 */
enum err_code tokenizer_register(struct sqlite3 *conn, struct tokenizer_counts *counts,
				 struct err *err) ERR_MUST_USE;

/* A word: folded, lying in a buffer of the tokenizer; start and end are offsets in the text. */
struct token {
	struct slice word;
	size_t start;
	size_t end;
};

/* Anything but 0 stops, and is what tokenize() returns. */
typedef int (*token_fn)(void *data, const struct token *token);

/* Bytes that are no UTF-8 separate. 0, or what token_fn returned. */
int tokenize(struct slice text, token_fn on_token, void *data);

/* The words of a text, copied. */
struct token_list {
	struct slice *items;
	size_t n;
	size_t cap; /* private */
};

/* False when the arena is full or there are more than max words (the first max are there). */
bool tokenize_all(struct token_list *out, struct arena *arena, struct slice text, size_t max);
/* The number of words. */
size_t tokenize_count(struct slice text);
/*
 * The words with one blank between them, at most cap bytes: how texts are
 * compared and sorted. The number of bytes written; not terminated.
 */
size_t tokenize_join(char *out, size_t cap, struct slice text);

#endif
