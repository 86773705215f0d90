// SPDX-License-Identifier: EUPL-1.2
/*
 * The tokenizer of the full text, over any bytes: words lie in their order in
 * the text, folding a word again gives the same word, and what FTS5 was given
 * is found by each of its words.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "index/tokenizer.h"

#include <sqlite3.h>

enum { N_ASKED = 8, MAX_WORDS = 512 };

static struct {
	sqlite3 *conn;
	sqlite3_stmt *begin, *insert, *match, *rollback;
	struct tokenizer_counts counts;
} fts;

static void prepare(sqlite3_stmt **out, const char *sql)
{
	FUZZ_EXPECT(sqlite3_prepare_v2(fts.conn, sql, -1, out, NULL) == SQLITE_OK, "%s",
		    sqlite3_errmsg(fts.conn));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	FUZZ_CHECK(sqlite3_open(":memory:", &fts.conn) == SQLITE_OK);
	FUZZ_CHECK(tokenizer_register(fts.conn, &fts.counts, NULL) == ERR_OK);
	FUZZ_CHECK(sqlite3_exec(fts.conn,
				"CREATE VIRTUAL TABLE t USING fts5(x, tokenize = microcat)", NULL,
				NULL, NULL) == SQLITE_OK);
	prepare(&fts.insert, "INSERT INTO t (rowid, x) VALUES (1, ?1)");
	prepare(&fts.match, "SELECT rowid FROM t WHERE t MATCH ?1");
	prepare(&fts.begin, "BEGIN");
	prepare(&fts.rollback, "ROLLBACK");
	return 0;
}

/* --- words --- */

struct walk {
	struct slice text;
	size_t end; /* of the word before */
	size_t n;
};

static int check_word(void *data, const struct token *token)
{
	struct walk *w = data;
	char again[2 * TOKEN_MAX_BYTES];
	size_t n;

	FUZZ_CHECK(token->word.n > 0 && token->word.n <= TOKEN_MAX_BYTES);
	FUZZ_CHECK(utf8_is_valid(token->word));
	FUZZ_EXPECT(token->start >= w->end && token->end > token->start && token->end <= w->text.n,
		    "%zu to %zu behind %zu", token->start, token->end, w->end);
	n = tokenize_join(again, sizeof(again), token->word);
	FUZZ_EXPECT(slice_eq(slice_make(again, n), token->word), "%.*s: %.*s",
		    FUZZ_ARG(token->word), (int)n, again);
	w->end = token->end;
	w->n++;
	return 0;
}

static void check_join(struct slice text)
{
	struct buf whole = BUF_INIT(16 * LIMIT_MIB);
	char *room = buf_room(&whole, 8 * text.n + 8);
	char few[20];
	size_t n = tokenize_join(room, 8 * text.n + 8, text);
	size_t n_few = tokenize_join(few, sizeof(few), text);

	FUZZ_CHECK(utf8_is_valid(slice_make(room, n)) && utf8_is_valid(slice_make(few, n_few)));
	FUZZ_CHECK(n_few <= n && memcmp(room, few, n_few) == 0);
	FUZZ_CHECK(tokenize_count(slice_make(room, n)) == tokenize_count(text));
	buf_clear(&whole);
}

/* --- FTS5 --- */

static void check_found(const struct token_list *words)
{
	for (size_t i = 0; i < words->n && i < N_ASKED; i++) {
		struct buf phrase = BUF_INIT(1024);

		buf_printf(&phrase, "\"%.*s\"", FUZZ_ARG(words->items[i]));
		sqlite3_bind_text(fts.match, 1, buf_z(&phrase), (int)phrase.len, SQLITE_STATIC);
		FUZZ_EXPECT(sqlite3_step(fts.match) == SQLITE_ROW, "%s", buf_z(&phrase));
		sqlite3_reset(fts.match);
		buf_clear(&phrase);
	}
}

static void run(sqlite3_stmt *st)
{
	FUZZ_EXPECT(sqlite3_step(st) == SQLITE_DONE, "%s", sqlite3_errmsg(fts.conn));
	sqlite3_reset(st);
}

static void check_index(struct slice text)
{
	struct arena arena = ARENA_INIT(16 * LIMIT_MIB);
	struct token_list words;
	bool is_whole = tokenize_all(&words, &arena, text, MAX_WORDS);

	FUZZ_CHECK(is_whole == (tokenize_count(text) <= MAX_WORDS));
	fts.counts.n = 0;
	run(fts.begin);
	sqlite3_bind_text(fts.insert, 1, text.n > 0 ? text.p : "", (int)text.n, SQLITE_STATIC);
	run(fts.insert);
	FUZZ_CHECK(fts.counts.n == 1 && fts.counts.n_words[0] == tokenize_count(text));
	check_found(&words);
	run(fts.rollback);
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);
	struct walk walk = { .text = text };

	FUZZ_CHECK(tokenize(text, check_word, &walk) == 0);
	FUZZ_CHECK(walk.n == tokenize_count(text));
	check_join(text);
	check_index(text);
	unit_exact_free(text);
	return 0;
}
