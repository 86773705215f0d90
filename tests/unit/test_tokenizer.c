// SPDX-License-Identifier: EUPL-1.2
/*
 * The tokenizer: what becomes a word, how it is folded, and that folding is
 * stable, since queries are put together from folded words.
 */
#include "tests/support/unit.h"

#include "base/utf8.h"
#include "index/offer_text.h"
#include "index/tokenizer.h"

#include <sqlite3.h>

static void check_words(const char *text, const char *expected)
{
	char out[4096];
	size_t n = tokenize_join(out, sizeof(out), slice_of(text));

	assert_slices_equal(slice_make(out, n), slice_of(expected));
}

static void words_are_folded_runs_of_letters_and_digits(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} table[] = {
		{ "", "" },
		{ " ,;-- ", "" },
		{ "Hello, World!", "hello world" },
		{ "Ääni ÅÄÖ åäö", "aani aao aao" },
		{ "Søren Ærø cœur Straße STRASSE ẞ", "soren aero coeur strasse strasse ss" },
		{ "Łódź Đorđe Ħal İstanbul ıslak", "lodz dorde hal istanbul islak" },
		{ "Þórður Œuvre ŋ", "thordur oeuvre n" },
		{ "cafe\xcc\x81 caf\xc3\xa9", "cafe cafe" },
		{ "Αθήνα ΑΘΗΝΑΣ ᾳ", "αθηνα αθηνασ αι" },
		{ "Чёрный чай ЙОД", "черныи чаи иод" },
		{ "Ελλάς", "ελλασ" },
		{ "l’intelligence d'abord", "l intelligence d abord" },
		{ "micro-credential micro\xc2\xad"
		  "credential",
		  "micro credential microcredential" },
		{ "ﬁnance x² Ⅷ １２", "finance x2 viii 12" },
		{ "データ分析", "デ ー タ 分 析" },
		{ "ﾃﾞｰﾀ", "テ ー タ" },
		{ "한국어 AI", "한 국 어 ai" },
		{ "हिन्दी", "हिन्दी" },
		{ "العَرَبِيَّة", "العربية" },
		{ "a_b a.b a/b", "a b a b a b" },
		{ "year 2027-09", "year 2027 09" },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++)
		check_words(table[i].text, table[i].words);
}

static void names_of_programming_languages_are_words(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} table[] = {
		{ "C++", "c++" },
		{ "c++ and C#.", "c++ and c#" },
		{ "Modern C++17, C++/CLI", "modern c++ 17 c++ cli" },
		{ "F# for .NET", "f# for net" },
		{ "ASP.NET", "asp net" },
		{ "a+b a++b a+", "a b a++ b a" },
		{ "C+++ C## #C ++C", "c c c c" },
		{ "x#y", "x# y" },
		{ "Notepad++ page#2", "notepad page 2" },
		{ "5++ 5#", "5 5" },
		{ "é++", "e++" },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++)
		check_words(table[i].text, table[i].words);
}

static void a_language_mark_separates_and_is_no_word(void **state)
{
	struct buf text = BUF_INIT(256);
	char mark[4];

	(void)state;
	buf_str(&text, "eins");
	buf_append(&text, mark, utf8_encode(mark, lang_mark_of(SLICE_LIT("fi"))));
	buf_str(&text, "kaksi");
	buf_append(&text, mark, utf8_encode(mark, LANG_MARK_FIRST));
	check_words(buf_z(&text), "eins kaksi");
	buf_clear(&text);
}

static void long_words_are_cut_between_code_points(void **state)
{
	char text[300];
	char out[300];
	struct slice in = { text, 0 };
	size_t n;

	(void)state;
	/* One byte, then letters of two: the 64th byte would be half of one. */
	text[in.n++] = 'a';
	for (int i = 0; i < 100; i++) {
		memcpy(text + in.n, "\xce\xb1", 2); /* alpha */
		in.n += 2;
	}
	memcpy(text + in.n, " end", 4);
	in.n += 4;
	n = tokenize_join(out, sizeof(out), in);
	assert_int_equal(n, 63 + 1 + 3);
	assert_true(utf8_is_valid(slice_make(out, n)));
	assert_int_equal(tokenize_count(in), 2);
}

static void bytes_that_are_no_utf8_separate(void **state)
{
	(void)state;
	check_words("ab\xff"
		    "cd \xc3",
		    "ab cd");
	check_words("x\xed\xa0\x80y", "x y");
}

struct positions {
	struct {
		size_t start, end;
	} at[8];
	size_t n;
};

static int on_position(void *data, const struct token *token)
{
	struct positions *p = data;

	p->at[p->n].start = token->start;
	p->at[p->n++].end = token->end;
	return p->n == 8;
}

static void positions_are_those_of_the_source(void **state)
{
	struct positions p = { .n = 0 };
	struct slice text = SLICE_LIT("  \xc3\x84"
				      "b C++ \xe5\x88\x86\xe6\x9e\x90");

	(void)state;
	assert_int_equal(tokenize(text, on_position, &p), 0);
	assert_int_equal(p.n, 4);
	assert_int_equal(p.at[0].start, 2);
	assert_int_equal(p.at[0].end, 5);
	assert_int_equal(p.at[1].start, 6);
	assert_int_equal(p.at[1].end, 9);
	assert_int_equal(p.at[2].start, 10);
	assert_int_equal(p.at[2].end, 13);
	assert_int_equal(p.at[3].end, 16);
}

/* Over all code points: the words of one are words that stay as they are. */
static void folding_a_folded_word_changes_nothing(void **state)
{
	size_t n_words = 0;

	(void)state;
	for (uint32_t cp = 1; cp <= 0x10ffff; cp++) {
		char text[12] = "x ";
		char once[512];
		char twice[512];
		size_t n = 2;
		size_t n_once, n_twice;

		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		n += utf8_encode(text + n, cp);
		memcpy(text + n, " y", 2);
		n += 2;
		n_once = tokenize_join(once, sizeof(once), slice_make(text, n));
		n_twice = tokenize_join(twice, sizeof(twice), slice_make(once, n_once));
		n_words += n_once > 3;
		if (n_once != n_twice || memcmp(once, twice, n_once) != 0)
			fail_msg("U+%04X: \"%.*s\" becomes \"%.*s\"", cp, (int)n_once, once,
				 (int)n_twice, twice);
		if (!utf8_is_valid(slice_make(once, n_once)))
			fail_msg("U+%04X: no UTF-8", cp);
	}
	assert_true(n_words > 100000);
}

static void lists_stop_at_their_maximum(void **state)
{
	struct arena arena = ARENA_INIT(4096);
	struct token_list list;

	(void)state;
	assert_true(tokenize_all(&list, &arena, SLICE_LIT("one two three"), 3));
	assert_int_equal(list.n, 3);
	assert_slice(list.items[2], "three");
	assert_false(tokenize_all(&list, &arena, SLICE_LIT("one two three"), 2));
	assert_int_equal(list.n, 2);
	arena_clear(&arena);
}

static int count_rows(void *data, int n, char **values, char **names)
{
	(void)values;
	(void)names;
	*(int *)data += n;
	return 0;
}

static void fts5_finds_with_it(void **state)
{
	static const struct {
		const char *match;
		int n;
	} table[] = {
		{ "\"aani\"", 1 }, { "\"ÄÄNI\"", 1 }, { "\"c++\"", 1 },     { "\"c\"", 0 },
		{ "\"分析\"", 1 }, { "\"析分\"", 0 }, { "\"tekoa\" *", 1 }, { "\"strasse c#\"", 1 },
	};
	struct tokenizer_counts counts = { .n = 0 };
	sqlite3 *conn = NULL;
	struct err err;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &conn), SQLITE_OK);
	assert_int_equal(tokenizer_register(conn, &counts, &err), ERR_OK);
	assert_int_equal(
		sqlite3_exec(conn,
			     "CREATE VIRTUAL TABLE t USING fts5(a, tokenize='microcat');"
			     "INSERT INTO t VALUES('Ääni tekoäly C++ データ分析 Straße C#');"
			     "INSERT INTO t VALUES(NULL)",
			     NULL, NULL, NULL),
		SQLITE_OK);
	for (size_t i = 0; i < countof(table); i++) {
		char *sql = sqlite3_mprintf("SELECT rowid FROM t WHERE t MATCH %Q", table[i].match);
		int n = 0;

		assert_int_equal(sqlite3_exec(conn, sql, count_rows, &n, NULL), SQLITE_OK);
		if (n != table[i].n)
			fail_msg("%s: %d rows", table[i].match, n);
		sqlite3_free(sql);
	}
	assert_int_not_equal(
		sqlite3_exec(conn, "CREATE VIRTUAL TABLE u USING fts5(a, tokenize='microcat x')",
			     NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_folded_runs_of_letters_and_digits),
		cmocka_unit_test(names_of_programming_languages_are_words),
		cmocka_unit_test(a_language_mark_separates_and_is_no_word),
		cmocka_unit_test(long_words_are_cut_between_code_points),
		cmocka_unit_test(bytes_that_are_no_utf8_separate),
		cmocka_unit_test(positions_are_those_of_the_source),
		cmocka_unit_test(folding_a_folded_word_changes_nothing),
		cmocka_unit_test(lists_stop_at_their_maximum),
		cmocka_unit_test(fts5_finds_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
