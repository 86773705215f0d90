// SPDX-License-Identifier: EUPL-1.2
/*
 * Snippets: matches are marked, the language asked for comes first, and no
 * text makes one that is too long or no UTF-8.
 */
#include "tests/support/random.h"
#include "tests/support/unit.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "index/offer_text.h"
#include "index/snippet.h"

struct fixture {
	struct arena arena;
	struct text_query query;
	struct offer_text text;
	struct slice fields[FIELD_COUNT];
};

static void ask(struct fixture *f, const char *const *terms, enum term_kind kind)
{
	struct query_term list[8];
	struct query_group group = { list, 0 };
	struct search_query q = { .groups = &group, .n_groups = 1 };

	for (; terms[group.n] != NULL; group.n++)
		list[group.n] = (struct query_term){ kind, false, slice_of(terms[group.n]) };
	if (group.n == 0)
		q.n_groups = 0;
	assert_int_equal(text_query_build(&f->query, &f->arena, &q, NULL), ERR_OK);
}

static void build(struct fixture *f, const struct offer *o)
{
	assert_int_equal(offer_text_build(&f->text, o, NULL), ERR_OK);
	for (size_t i = 0; i < FIELD_COUNT; i++)
		f->fields[i] = buf_view(&f->text.fields[i]);
}

/* The snippet with its marks written as [ and ]. */
static const char *snippet(struct fixture *f, const char *lang)
{
	struct snippets s;
	struct slice got, rest;
	struct buf out = BUF_INIT(4096);
	uint32_t cp;
	char *result;

	snippets_init(&s, &f->query, slice_of(lang));
	got = snippet_of_fields(&f->arena, &s, f->fields);
	snippets_clear(&s);
	assert_true(got.n <= LIMIT_SNIPPET_BYTES);
	assert_true(utf8_is_valid(got));
	for (rest = got; utf8_next(&cp, &rest);) {
		char bytes[4];

		assert_false(cp >= LANG_MARK_FIRST && cp <= LANG_MARK_LAST);
		if (cp == SNIPPET_MATCH_BEGIN || cp == SNIPPET_MATCH_END)
			buf_char(&out, cp == SNIPPET_MATCH_BEGIN ? '[' : ']');
		else
			buf_append(&out, bytes, utf8_encode(bytes, cp));
	}
	result = arena_strdup(&f->arena, buf_z(&out));
	buf_clear(&out);
	return result;
}

static struct texts texts_of(struct text *items, size_t n)
{
	return (struct texts){ items, n };
}

static int open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena, 64u << 20);
	offer_text_init(&f->text);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	offer_text_clear(&f->text);
	free(f);
	return 0;
}

static void matches_are_marked_as_they_are_written(void **state)
{
	static const struct {
		const char *terms[4];
		enum term_kind kind;
		const char *text;
		const char *expected;
	} table[] = {
		{ { "data" }, TERM_WORD, "Big DATA and data.", "Big [DATA] and [data]." },
		{ { "aani" }, TERM_WORD, "Ääni on\n\nhyvä", "[Ääni] on hyvä" },
		{ { "data science" },
		  TERM_PHRASE,
		  "data, science; data and science",
		  "[data, science]; data and science" },
		{ { "tek" }, TERM_PREFIX, "Tekoäly, tekniikka", "[Tekoäly], [tekniikka]" },
		{ { "分析" }, TERM_WORD, "データ分析を学ぶ", "データ[分析]を学ぶ" },
		{ { "c++" }, TERM_WORD, "C++17 and C", "[C++]17 and C" },
		{ { "nothing" }, TERM_WORD, "Only this", "Only this" },
		{ { NULL }, TERM_WORD, "The beginning.", "The beginning." },
		{ { "a", "b" }, TERM_WORD, "a b c", "[a] [b] c" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(table); i++) {
		struct text text = { SLICE_LIT("en"), slice_of(table[i].text) };
		struct offer o;

		offer_init(&o);
		o.description = texts_of(&text, 1);
		build(f, &o);
		ask(f, table[i].terms, table[i].kind);
		assert_string_equal(snippet(f, "en"), table[i].expected);
	}
}

static void the_language_asked_for_comes_first(void **state)
{
	static const char *const terms[] = { "data", NULL };
	struct text description[] = {
		{ SLICE_LIT("fi"), SLICE_LIT("Suomeksi data") },
		{ SLICE_LIT("en"), SLICE_LIT("In English without it") },
		{ SLICE_LIT("sv"), SLICE_LIT("Svenska utan") },
	};
	struct text title[] = { { SLICE_LIT("sv"), SLICE_LIT("Data titel") } };
	struct fixture *f = *state;
	struct offer o;

	offer_init(&o);
	o.description = texts_of(description, 3);
	o.title = texts_of(title, 1);
	build(f, &o);
	ask(f, terms, TERM_WORD);
	assert_string_equal(snippet(f, "fi"), "Suomeksi [data]");
	assert_string_equal(snippet(f, "en"), "In English without it");
	assert_string_equal(snippet(f, "en-GB"), "In English without it");
	assert_string_equal(snippet(f, "sv"), "[Data] titel");
	assert_string_equal(snippet(f, "de"), "In English without it");
	assert_string_equal(snippet(f, ""), "In English without it");
}

static void long_texts_show_the_place_with_most_matches(void **state)
{
	static const char *const terms[] = { "needle", "thread", NULL };
	struct buf b = BUF_INIT(1 << 20);
	struct text text = { SLICE_LIT("en"), SLICE_NONE };
	struct fixture *f = *state;
	struct offer o;
	const char *got;

	for (int i = 0; i < 300; i++)
		buf_printf(&b, "%s ", i == 40 ? "needle" : i == 200 ? "needle and thread" : "hay");
	text.text = buf_view(&b);
	offer_init(&o);
	o.description = texts_of(&text, 1);
	build(f, &o);
	ask(f, terms, TERM_WORD);
	got = snippet(f, "en");
	assert_non_null(strstr(got, "[needle] and [thread]"));
	assert_int_equal(strncmp(got, "…hay", strlen("…hay")), 0);
	assert_string_equal(got + strlen(got) - strlen("…"), "…");
	buf_clear(&b);
}

static void private_code_points_of_the_source_are_dropped(void **state)
{
	static const char *const terms[] = { "data", NULL };
	struct text text = { SLICE_LIT("en"), SLICE_LIT("\xee\x80\x81"
							"da"
							"\xee\x84\xa1"
							"ta \xf4\x80\x80\x80more") };
	struct fixture *f = *state;
	struct offer o;

	offer_init(&o);
	o.description = texts_of(&text, 1);
	build(f, &o);
	ask(f, terms, TERM_WORD);
	assert_string_equal(snippet(f, "en"), "[data] more");
}

static void an_offer_without_words_has_no_snippet(void **state)
{
	static const char *const terms[] = { "data", NULL };
	struct text text = { SLICE_LIT("en"), SLICE_LIT("--- !!!") };
	struct fixture *f = *state;
	struct snippets s;
	struct offer o;

	offer_init(&o);
	o.description = texts_of(&text, 1);
	build(f, &o);
	ask(f, terms, TERM_WORD);
	snippets_init(&s, &f->query, SLICE_LIT("en"));
	assert_null(snippet_of_fields(&f->arena, &s, f->fields).p);
	snippets_clear(&s);
}

static void no_text_breaks_the_limits(void **state)
{
	static const char *const pieces[] = { "data ", "\xcc\x81", "分", "x",
					      " ",     "\n",       "ä",  "\xc2\xad",
					      "C++ ",  "data",     ".",  "\xf0\x9f\x98\x80" };
	static const char *const terms[] = { "data", "分", "x", NULL };
	struct fixture *f = *state;
	struct random r = RANDOM_INIT(4);
	struct buf b = BUF_INIT(1 << 16);

	for (int i = 0; i < 300; i++) {
		struct text text = { SLICE_LIT("en"), SLICE_NONE };
		/* Some texts are one piece over and over: a word without end. */
		uint32_t n_pieces = random_below(&r, 3) == 0 ? 1 : countof(pieces);
		uint32_t first = random_below(&r, countof(pieces));
		struct offer o;

		arena_reset(&f->arena);
		buf_reset(&b);
		buf_char(&b, 'a');
		for (uint32_t n = random_below(&r, 600); n > 0; n--)
			buf_str(&b, pieces[(first + random_below(&r, n_pieces)) % countof(pieces)]);
		text.text = buf_view(&b);
		offer_init(&o);
		o.description = texts_of(&text, 1);
		build(f, &o);
		ask(f, terms, TERM_WORD);
		snippet(f, "en"); /* checks length and UTF-8 */
	}
	buf_clear(&b);
}

static void languages_have_marks_both_ways(void **state)
{
	(void)state;
	assert_slice(lang_of_mark(lang_mark_of(SLICE_LIT("fi"))), "fi");
	assert_slice(lang_of_mark(lang_mark_of(SLICE_LIT("pt-BR"))), "pt");
	assert_slice(lang_of_mark(lang_mark_of(SLICE_LIT("zu"))), "zu");
	assert_slice(lang_of_mark(lang_mark_of(SLICE_LIT("EN"))), "en");
	assert_slice(lang_of_mark(lang_mark_of(SLICE_LIT("und"))), "und");
	assert_slice(lang_of_mark(lang_mark_of(SLICE_LIT("xx"))), "und");
	assert_slice(lang_of_mark(lang_mark_of(SLICE_NONE)), "und");
	assert_slice(lang_of_mark(0x41), "und");
	/* Kept in the database: must not move. */
	assert_int_equal(lang_mark_of(SLICE_LIT("aa")), 0xe101);
	assert_int_equal(lang_mark_of(SLICE_LIT("en")), 0xe126);
	assert_int_equal(lang_mark_of(SLICE_LIT("fi")), 0xe12d);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
	const struct CMUnitTest tests[] = {
		TEST(matches_are_marked_as_they_are_written),
		TEST(the_language_asked_for_comes_first),
		TEST(long_texts_show_the_place_with_most_matches),
		TEST(private_code_points_of_the_source_are_dropped),
		TEST(an_offer_without_words_has_no_snippet),
		TEST(no_text_breaks_the_limits),
		TEST(languages_have_marks_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
