// SPDX-License-Identifier: EUPL-1.2
/*
 * Searching: what people and programs may ask, what is refused, what is
 * counted together, and when a search is ended.
 */
#include "tests/support/search_fixture.h"

#include "base/limits.h"
#include "index/text_query.h"

static void codes_that_cannot_be_are_refused(void **state)
{
	static const struct {
		enum dimension d;
		const char *code;
		const char *msg;
	} table[] = {
		{ DIM_SUBJECT, "6x", "expected an ISCED-F code" },
		{ DIM_SIZE, "huge", "expected nano" },
		{ DIM_HAS, "nonsense", "expected an element" },
		{ DIM_MISSING, "", "expected an element" },
		{ DIM_PRICE, "cheap", "expected free" },
		{ DIM_OPEN, "maybe", "expected a day" },
		{ DIM_LEVEL, "x", "expected a number" },
	};
	struct search_fixture *f = *state;

	for (size_t i = 0; i < countof(table); i++) {
		struct filter_value value = { .code = slice_of(table[i].code) };
		struct search_query q;
		struct search_result r;
		struct err err = ERR_INIT;

		arena_reset(&f->arena);
		search_query_init(&q, CORPUS_DAY);
		q.filters.items[table[i].d] = (struct filter){ table[i].d, &value, 1 };
		assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_PARSE);
		if (strstr(err.msg, table[i].msg) == NULL)
			fail_msg("%s", err.msg);
	}
}

static void a_provider_is_found_by_its_name_too(void **state)
{
	struct filter_value by_code = { .code = SLICE_LIT("jyu.fi") };
	struct filter_value by_name = { .code = SLICE_LIT("jyvaskylan YLIOPISTO") };
	struct search_fixture *f = *state;
	struct search_query q;
	struct search_result a, b;

	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.filters.items[DIM_PROVIDER] = (struct filter){ DIM_PROVIDER, &by_code, 1 };
	assert_int_equal(search_fixture_search(f, &a, &q, NULL), ERR_OK);
	q.filters.items[DIM_PROVIDER].values = &by_name;
	assert_int_equal(search_fixture_search(f, &b, &q, NULL), ERR_OK);
	assert_true(a.total > 10);
	assert_int_equal(a.total, b.total);
}

static void facets_have_labels_where_codes_say_nothing(void **state)
{
	struct search_fixture *f = *state;
	struct search_query q;
	struct search_result r;

	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.facets = DIM_BIT(DIM_PROVIDER) | DIM_BIT(DIM_SUBJECT) | DIM_BIT(DIM_LANG);
	assert_int_equal(search_fixture_search(f, &r, &q, NULL), ERR_OK);
	for (size_t i = 0; i < r.n_facets; i++)
		for (size_t k = 0; k < r.facets[i].n; k++) {
			const struct facet_count *c = &r.facets[i].items[k];

			if (slice_eq_z(c->code, "jyu.fi"))
				assert_slice(c->label, "Jyväskylän yliopisto");
			if (r.facets[i].dim == DIM_SUBJECT && slice_eq_z(c->code, "06"))
				assert_true(c->label.n > 0);
			if (r.facets[i].dim == DIM_LANG)
				assert_null(c->label.p);
		}
}

static void too_many_words_are_refused(void **state)
{
	struct search_fixture *f = *state;
	struct buf text = BUF_INIT(1 << 20);
	struct search_query q;
	struct search_result r;
	struct err err = ERR_INIT;
	struct query_term term = { .kind = TERM_WORD };
	struct query_group group = { &term, 1 };

	for (int i = 0; i < LIMIT_QUERY_TOKENS + 1; i++)
		buf_str(&text, "分");
	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.groups = &group;
	q.n_groups = 1;
	term.text = buf_view(&text);
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_LIMIT);
	term.text.n -= 3;
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_OK);
	assert_int_equal(r.total, 0);
	q.limit = LIMIT_RESULT_ROWS + 1;
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_LIMIT);
	buf_clear(&text);
}

/* Whatever is typed is a query or a mistake in it, and never one of the database. */
static void nothing_typed_is_an_error_of_the_database(void **state)
{
	static const char *const pieces[] = {
		"\"",
		"*",
		"-",
		"OR",
		"AND",
		"NOT",
		"NEAR",
		"(",
		")",
		":",
		"^",
		"+",
		"{",
		"}",
		"title",
		"subject:06",
		"level:6..7",
		"ects:1..",
		"lang:en",
		"data",
		"c++",
		"分析",
		"\xff",
		"\x01",
		"{title}",
		"'",
		";",
		"--",
		"\xee\x84\xa1",
		"price:free",
		"start:2027..",
		"open:2026-12-01",
		"has:workload",
		"ÄÄ*",
		"a\"b",
	};
	struct search_fixture *f = *state;
	struct random r = RANDOM_INIT(99);
	size_t n_ok = 0;

	for (int i = 0; i < 3000; i++) {
		struct buf line = BUF_INIT(4096);
		struct search_query q;
		struct search_result result;
		struct err err = ERR_INIT;
		enum err_code rc;

		arena_reset(&f->arena);
		for (uint32_t n = random_below(&r, 9); n > 0; n--)
			buf_printf(&line, "%s%s", pieces[random_below(&r, countof(pieces))],
				   random_below(&r, 2) == 0 ? " " : "");
		search_query_init(&q, CORPUS_DAY);
		rc = search_query_parse_words(&q, buf_view(&line), &f->arena, &err);
		if (rc == ERR_OK)
			rc = search_fixture_search(f, &result, &q, &err);
		if (rc != ERR_OK && rc != ERR_PARSE && rc != ERR_LIMIT)
			fail_msg("%s: %s", buf_z(&line), err.msg);
		n_ok += rc == ERR_OK;
		buf_clear(&line);
	}
	assert_true(n_ok > 300);
}

static void words_alone_reach_fts5(void **state)
{
	static const struct {
		enum term_kind kind;
		const char *text;
		const char *match; /* NULL: no word */
	} table[] = {
		{ TERM_WORD, "Data", "((\"data\"))" },
		{ TERM_WORD, "micro-credential", "((\"micro credential\"))" },
		{ TERM_PREFIX, "Tekoä", "((\"tekoa\" *))" },
		{ TERM_WORD, "a\"b", "((\"a b\"))" },
		{ TERM_WORD, "title:x) OR (y", "((\"title x or y\"))" },
		{ TERM_WORD, "C++", "((\"c++\"))" },
		{ TERM_WORD, "\"\" * ^ --", NULL },
	};
	struct search_fixture *f = *state;

	for (size_t i = 0; i < countof(table); i++) {
		struct query_term term = { table[i].kind, false, slice_of(table[i].text) };
		struct query_group group = { &term, 1 };
		struct search_query q = { .groups = &group, .n_groups = 1 };
		struct text_query out;
		struct err err;

		arena_reset(&f->arena);
		if (table[i].match == NULL) {
			assert_int_equal(text_query_build(&out, &f->arena, &q, &err), ERR_PARSE);
			continue;
		}
		assert_int_equal(text_query_build(&out, &f->arena, &q, &err), ERR_OK);
		assert_string_equal(out.match, table[i].match);
	}
}

static void a_search_that_takes_too_long_is_ended(void **state)
{
	struct search_fixture *f = *state;
	struct search_query q;
	struct search_result r;
	struct err err = ERR_INIT;
	atomic_bool is_cancelled = true;
	struct query_term term = { .text = SLICE_LIT("data") };
	struct query_group group = { &term, 1 };

	/* More slots than are looked at between two looks at the clock. */
	corpus_begin(&f->corpus, CORPUS_DAY);
	for (int i = 0; i < 20; i++) {
		struct offer o;

		corpus_random_offer(&f->corpus, &o);
		corpus_put(&f->corpus, CORPUS_NEW, &o);
	}
	corpus_commit(&f->corpus);
	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	f->corpus.reader.deadline_ms = 1;
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_TIMEOUT);
	f->corpus.reader.deadline_ms = 0;
	f->corpus.reader.is_cancelled = &is_cancelled;
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_CANCELLED);
	is_cancelled = false;
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_OK);
	q.groups = &group;
	q.n_groups = 1;
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_OK);
	f->corpus.reader.is_cancelled = NULL;
}

static void values_beyond_the_limit_are_counted_together(void **state)
{
	struct search_fixture *f = *state;
	struct search_query q;
	struct search_result r;
	const struct facet_count *last;
	uint64_t n = 0;

	/* More providers than are listed, one offer each; those of the corpus have more. */
	corpus_begin(&f->corpus, CORPUS_DAY);
	for (int i = 0; i < LIMIT_FACET_VALUES; i++) {
		struct offer o;

		corpus_simple_offer(&f->corpus, &o, "Many", NULL);
		o.provider.name = (struct texts){ arena_new(&f->corpus.arena, struct text), 1 };
		o.provider.name.items[0].lang = SLICE_LIT("en");
		o.provider.name.items[0].text = arena_printf(&f->corpus.arena, "P %d", i);
		corpus_put(&f->corpus, CORPUS_NEW, &o);
	}
	corpus_commit(&f->corpus);
	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.facets = DIM_BIT(DIM_PROVIDER);
	assert_int_equal(search_fixture_search(f, &r, &q, NULL), ERR_OK);
	assert_int_equal(r.facets[0].n, LIMIT_FACET_VALUES + 1);
	last = &r.facets[0].items[LIMIT_FACET_VALUES];
	assert_null(last->code.p);
	assert_int_equal(last->n, 5);
	for (size_t i = 0; i < r.facets[0].n; i++)
		n += r.facets[0].items[i].n;
	assert_int_equal(n, r.total);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_that_cannot_be_are_refused),
		cmocka_unit_test(a_provider_is_found_by_its_name_too),
		cmocka_unit_test(facets_have_labels_where_codes_say_nothing),
		cmocka_unit_test(too_many_words_are_refused),
		cmocka_unit_test(nothing_typed_is_an_error_of_the_database),
		cmocka_unit_test(words_alone_reach_fts5),
		cmocka_unit_test(a_search_that_takes_too_long_is_ended),
		/* Last: adds many providers. */
		cmocka_unit_test(values_beyond_the_limit_are_counted_together),
	};

	return cmocka_run_group_tests(tests, search_fixture_open, search_fixture_close);
}
