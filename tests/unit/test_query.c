// SPDX-License-Identifier: EUPL-1.2
/*
 * The query grammar.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* After what it needs. */
#include <cmocka.h>

enum { TODAY = 20778 }; /* 2026-11-21 */

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, LIMIT_QUERY_ARENA_BYTES);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

/* Words as a person reads them: "a b* "c d" -e | f". */
static struct slice show(const struct search_query *q)
{
	struct buf out = BUF_INIT(10000);
	struct slice text;

	for (size_t i = 0; i < q->n_groups; i++) {
		buf_str(&out, i > 0 ? " | " : "");
		for (size_t k = 0; k < q->groups[i].n; k++) {
			const struct query_term *t = &q->groups[i].terms[k];

			buf_str(&out, k > 0 ? " " : "");
			buf_str(&out, t->is_excluded ? "-" : "");
			buf_str(&out, t->kind == TERM_PHRASE ? "\"" : "");
			buf_slice(&out, t->text);
			buf_str(&out, t->kind == TERM_PHRASE   ? "\""
				      : t->kind == TERM_PREFIX ? "*"
							       : "");
		}
	}
	text = arena_dup(&arena, buf_view(&out));
	buf_clear(&out);
	return text;
}

static void lines_become_groups_of_words(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{ "", "" },
		{ "   ", "" },
		{ "machine learning", "machine learning" },
		{ "\"machine learning\" ai", "\"machine learning\" ai" },
		{ "\"never closes ai", "\"never closes ai\"" },
		{ "a\"b c\"d", "a \"b c\" d" },
		{ "\342\200\236machine learning\342\200\234", "\"machine learning\"" },
		{ "comput*", "comput*" },
		{ "data -medicine", "data -medicine" },
		{ "-medicine data", "data -medicine" },
		{ "-medicine", "-medicine" },
		{ "-a -b lang:en", "-a -b" },
		{ "data -\"public health\"", "data -\"public health\"" },
		{ "a b OR c d", "a b | c d" },
		{ "a | b", "a | b" },
		{ "OR a OR OR b OR", "a | b" },
		{ "a OR b -c", "a -c | b -c" },
		{ "a AND b", "a b" },
		{ "or and", "or and" },
		{ "(a b) c", "a b c" },
		{ "e-learning C++ c#", "e-learning C++ c#" },
		{ "+must have", "must have" },
		{ "a - b", "a b" },
		{ "https://x.org/a foo:bar", "https://x.org/a foo:bar" },
		{ "NEAR(a b) title:x NOT \"", "NEAR a b title:x NOT" },
		{ "a\302\240b", "a b" },
		{ "* a", "a" },
		{ "\346\274\242\345\255\227", "\346\274\242\345\255\227" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct search_query q;
		struct err err = ERR_INIT;

		search_query_init(&q, TODAY);
		if (search_query_parse_words(&q, slice_of(rows[i].line), &arena, &err) != ERR_OK)
			fail_msg("%s: %s", rows[i].line, err.msg);
		if (!slice_eq_z(show(&q), rows[i].words))
			fail_msg("%s: read %.*s, expected %s", rows[i].line, SLICE_ARG(show(&q)),
				 rows[i].words);
	}
}

static void lines_that_ask_for_nothing_are_refused(void **state)
{
	static const struct {
		const char *line, *message;
	} rows[] = {
		{ "???", "q=???: no word to look for" },
		{ "***", "q=***: no word to look for" },
		{ "OR", "q=OR: no word to look for" },
		{ "AND -", "q=AND -: no word to look for" },
		{ "-lang:en a", "q: -lang: a filter cannot be left out" },
		{ "lang: en", "q: a value is missing behind \"lang:\"" },
		{ "level:9", "level=9: expected an EQF level" },
		{ "a\377", "q: not UTF-8 from byte 1 on" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct search_query q;
		struct err err = ERR_INIT;

		search_query_init(&q, TODAY);
		assert_int_equal(search_query_parse_words(&q, slice_of(rows[i].line), &arena, &err),
				 ERR_PARSE);
		if (strncmp(err.msg, rows[i].message, strlen(rows[i].message)) != 0)
			fail_msg("%s: \"%s\"", rows[i].line, err.msg);
	}
}

static void limits_are_met_with_a_message(void **state)
{
	struct buf line = BUF_INIT(100000);
	struct search_query q;
	struct err err = ERR_INIT;
	struct query_param param = { SLICE_LIT("source"), SLICE_NONE };
	bool is_known = false;

	(void)state;
	search_query_init(&q, TODAY);
	for (unsigned i = 0; i < LIMIT_QUERY_WORDS; i++)
		buf_str(&line, "a ");
	assert_int_equal(search_query_parse_words(&q, buf_view(&line), &arena, &err), ERR_OK);
	buf_str(&line, "a");
	search_query_init(&q, TODAY);
	assert_int_equal(search_query_parse_words(&q, buf_view(&line), &arena, &err), ERR_LIMIT);
	assert_string_equal(err.msg, "q: more than 64 words");
	buf_fill(&line, 'x', LIMIT_QUERY_BYTES);
	assert_int_equal(search_query_parse_words(&q, buf_view(&line), &arena, &err), ERR_LIMIT);
	for (unsigned i = 0; i <= LIMIT_QUERY_VALUES; i++) {
		param.value = arena_printf(&arena, "s%u", i);
		assert_int_equal(search_query_param(&q, &is_known, param, &arena, &err),
				 i < LIMIT_QUERY_VALUES ? ERR_OK : ERR_LIMIT);
	}
	buf_clear(&line);
}

static enum err_code ask(struct search_query *q, const char *name, const char *value,
			 struct err *err)
{
	bool is_known = false;
	enum err_code rc = search_query_param(
		q, &is_known, (struct query_param){ slice_of(name), slice_of(value) }, &arena, err);

	assert_true(is_known);
	return rc;
}

static void filters_take_codes_words_and_ranges(void **state)
{
	static const struct {
		const char *name, *value;
		const char *code; /* of the first value; NULL for a range */
		int64_t lo, hi;
		size_t n;
	} rows[] = {
		{ "subject", "06", "06", 0, 0, 1 },
		{ "subject", "0613,0611", "0613", 0, 0, 2 },
		{ "subject", "Software and applications development and analysis", "0613", 0, 0,
		  1 },
		{ "subject", "Business, administration and law", "04", 0, 0, 1 },
		{ "level", "6", NULL, 6, 6, 1 },
		{ "level", "6..7", NULL, 6, 7, 1 },
		{ "level", "6..", NULL, 6, 8, 1 },
		{ "level", "..7", NULL, 1, 7, 1 },
		{ "level", "6,8", NULL, 6, 6, 2 },
		{ "level", "master", NULL, 7, 7, 1 },
		{ "ects", "5", NULL, 500, 500, 1 },
		{ "ects", "1..5", NULL, 100, 500, 1 },
		{ "ects", "7.5", NULL, 750, 750, 1 },
		{ "ects", "..2.5", NULL, 0, 250, 1 },
		{ "ects", "1..", NULL, 100, INT64_MAX, 1 },
		{ "size", "micro,nano", "micro", 0, 0, 2 },
		{ "lang", "EN", "en", 0, 0, 1 },
		{ "lang", "german", "de", 0, 0, 1 },
		{ "lang", "eng,fin", "en", 0, 0, 2 },
		{ "lang", "en,eng,English", "en", 0, 0, 1 },
		{ "country", "fi", "FI", 0, 0, 1 },
		{ "country", "Suomi", "FI", 0, 0, 1 },
		{ "country", "EL", "GR", 0, 0, 1 },
		{ "provider", "University of X", "University of X", 0, 0, 1 },
		{ "alliance", "forthem", "FORTHEM", 0, 0, 1 },
		{ "alliance", "A young one", "A young one", 0, 0, 1 },
		{ "mode", "online", "online", 0, 0, 1 },
		{ "mode", "on campus", "presential", 0, 0, 1 },
		{ "source", "jyu", "jyu", 0, 0, 1 },
		{ "start", "2027-01..2027-03", NULL, 20819, 20908, 1 },
		{ "start", "2027", NULL, 20819, 21183, 1 },
		{ "start", "2027-01-01..", NULL, 20819, INT64_MAX, 1 },
		{ "start", "..today", NULL, INT64_MIN, TODAY, 1 },
		{ "open", "today", "today", 0, 0, 1 },
		{ "open", "yes", "today", 0, 0, 1 },
		{ "open", "2026-12-01", NULL, 20788, 20788, 1 },
		{ "open", "rolling", "rolling", 0, 0, 1 },
		{ "price", "free", "free", 0, 0, 1 },
		{ "price", "..200", NULL, 0, 20000, 1 },
		{ "price", "50..", NULL, 5000, INT64_MAX, 1 },
		{ "price", "49.90", NULL, 4990, 4990, 1 },
		{ "price", "free,..200", "free", 0, 0, 2 },
		{ "credential", "open-badge", "open-badge", 0, 0, 1 },
		{ "stackable", "stackable", "stackable", 0, 0, 1 },
		{ "stackable", "yes", "stackable", 0, 0, 1 },
		{ "has", "workload", "workload", 0, 0, 1 },
		{ "missing", "level,price", "level", 0, 0, 2 },
		{ "size", "", "", 0, 0, 0 },
		{ "size", ",", "", 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct search_query q;
		struct err err = ERR_INIT;
		const struct filter *f = NULL;
		enum err_code rc = ERR_OK;

		search_query_init(&q, TODAY);
		rc = ask(&q, rows[i].name, rows[i].value, &err);
		f = &q.filters.items[dimension_of_name(slice_of(rows[i].name))];
		if (rc != ERR_OK || f->n != rows[i].n)
			fail_msg("%s=%s: %zu values, %s", rows[i].name, rows[i].value, f->n,
				 err.msg);
		if (f->n == 0)
			continue;
		if (rows[i].code != NULL
			    ? !slice_eq_z(f->values[0].code, rows[i].code)
			    : f->values[0].lo != rows[i].lo || f->values[0].hi != rows[i].hi)
			fail_msg("%s=%s: %.*s %lld..%lld", rows[i].name, rows[i].value,
				 SLICE_ARG(f->values[0].code), (long long)f->values[0].lo,
				 (long long)f->values[0].hi);
		assert_int_equal(f->values[0].is_range, rows[i].code == NULL);
	}
}

static void values_that_are_wrong_are_named(void **state)
{
	static const struct {
		const char *name, *value, *message;
	} rows[] = {
		{ "subject", "99999", "subject=99999: expected an ISCED-F 2013 code" },
		{ "subject", "Basket weaving on Mars", "subject=Basket weaving on Mars: expected" },
		{ "level", "0", "level=0: expected an EQF level from 1 to 8" },
		{ "level", "9", "level=9: expected" },
		{ "level", "7..6", "level=7..6: expected" },
		{ "level", "..", "level=..: expected" },
		{ "level", "6.5", "level=6.5: expected" },
		{ "ects", "x..y", "ects=x..y: expected a number or a range such as 1..5" },
		{ "ects", "-1", "ects=-1: expected" },
		{ "size", "tiny", "size=tiny: expected nano, micro, course, pathway or macro" },
		{ "lang", "klingonic", "lang=klingonic: expected a language" },
		{ "country", "Atlantis", "country=Atlantis: expected a country" },
		{ "mode", "by owl", "mode=by owl: expected a mode" },
		{ "start", "tomorrow", "start=tomorrow: expected a date" },
		{ "start", "2027-02-30", "start=2027-02-30: expected a date" },
		{ "start", "2027..2026", "start=2027..2026: expected" },
		{ "open", "maybe", "open=maybe: expected a day" },
		{ "price", "cheap", "price=cheap: expected free" },
		{ "credential", "gold coin", "credential=gold coin: expected a format" },
		{ "has", "a;b", "has=a;b: expected the name of an element" },
		{ "from", "nowhere", "from=nowhere: expected declared" },
		{ "sort", "size", "sort=size: expected relevance" },
		{ "limit", "-1", "limit=-1: expected a number from 0 to 1000" },
		{ "limit", "1001", "limit=1001: expected" },
		{ "timeout", "x", "timeout=x: expected milliseconds" },
		{ "facets", "colour", "facets=colour: expected names of filters" },
		{ "hl", "xx-klingon", "hl=xx-klingon: expected a language" },
		{ "snippets", "maybe", "snippets=maybe: expected true or false" },
		{ "provider", "\377", "provider: not UTF-8 from byte 0 on" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct search_query q;
		struct err err = ERR_INIT;

		search_query_init(&q, TODAY);
		if (ask(&q, rows[i].name, rows[i].value, &err) != ERR_PARSE ||
		    strncmp(err.msg, rows[i].message, strlen(rows[i].message)) != 0)
			fail_msg("%s=%s: \"%s\"", rows[i].name, rows[i].value, err.msg);
	}
}

static void filters_may_stand_among_the_words(void **state)
{
	static const char *const without_words[] = { "lang:en", "OR lang:en", "lang:en AND", "" };
	struct search_query q;
	struct err err = ERR_INIT;

	(void)state;
	search_query_init(&q, TODAY);
	assert_int_equal(
		search_query_parse_words(
			&q,
			SLICE_LIT("data lang:en,fi provider:\"University of X, Y\" level:6..7 "
				  "price:free from:declared"),
			&arena, &err),
		ERR_OK);
	assert_true(slice_eq_z(show(&q), "data"));
	assert_int_equal(q.filters.items[DIM_LANG].n, 2);
	assert_int_equal(q.filters.items[DIM_PROVIDER].n, 1);
	assert_true(slice_eq_z(q.filters.items[DIM_PROVIDER].values[0].code, "University of X, Y"));
	assert_int_equal(q.filters.items[DIM_LEVEL].values[0].hi, 7);
	assert_int_equal(q.weakest, FROM_DECLARED);
	for (size_t i = 0; i < countof(without_words); i++) {
		search_query_init(&q, TODAY);
		assert_int_equal(
			search_query_parse_words(&q, slice_of(without_words[i]), &arena, &err),
			ERR_OK);
		assert_int_equal(q.n_groups, 0);
	}
}

static void other_parameters_are_taken(void **state)
{
	struct search_query q;
	struct err err = ERR_INIT;
	bool is_known = true;

	(void)state;
	search_query_init(&q, TODAY);
	assert_int_equal(q.limit, 20);
	assert_int_equal(ask(&q, "q", "a b", &err), ERR_OK);
	assert_int_equal(ask(&q, "q", "c -d", &err), ERR_OK);
	assert_true(slice_eq_z(show(&q), "a b c -d"));
	assert_int_equal(ask(&q, "q", "e OR f", &err), ERR_PARSE);
	assert_int_equal(ask(&q, "sort", "start", &err), ERR_OK);
	assert_int_equal(q.sort, SORT_START);
	assert_int_equal(ask(&q, "limit", "1000", &err), ERR_OK);
	assert_int_equal(ask(&q, "cursor", "abc", &err), ERR_OK);
	assert_int_equal(ask(&q, "hl", "German", &err), ERR_OK);
	assert_true(slice_eq_z(q.lang, "de"));
	assert_int_equal(ask(&q, "snippets", "true", &err), ERR_OK);
	assert_int_equal(ask(&q, "facets", "subject, level", &err), ERR_OK);
	assert_int_equal(q.facets, DIM_BIT(DIM_SUBJECT) | DIM_BIT(DIM_LEVEL));
	assert_int_equal(ask(&q, "facets", "all", &err), ERR_OK);
	assert_true(q.facets & DIM_BIT(DIM_PRICE));
	assert_int_equal(ask(&q, "facets", "none", &err), ERR_OK);
	assert_int_equal(q.facets, 0);
	assert_int_equal(
		search_query_param(&q, &is_known,
				   (struct query_param){ SLICE_LIT("colour"), SLICE_LIT("red") },
				   &arena, &err),
		ERR_OK);
	assert_false(is_known);
}

static void statistics_take_dimensions_and_a_day(void **state)
{
	static const struct {
		const char *name, *value;
		enum err_code rc;
	} rows[] = {
		{ "by", "country,level", ERR_OK },  { "by", "subject", ERR_OK },
		{ "by", "size", ERR_LIMIT },        { "by", "colour", ERR_PARSE },
		{ "as-of", "2026-06", ERR_OK },     { "as-of", "yesterday", ERR_PARSE },
		{ "depth", "4", ERR_OK },           { "depth", "5", ERR_PARSE },
		{ "from", "nqf", ERR_OK },          { "lang", "en", ERR_OK },
		{ "lang", "klingonic", ERR_PARSE },
	};
	struct stats_query q;
	struct err err = ERR_INIT;
	bool is_known = false;

	(void)state;
	stats_query_init(&q, TODAY);
	assert_int_equal(q.as_of, INT32_MAX);
	for (size_t i = 0; i < countof(rows); i++) {
		struct query_param p = { slice_of(rows[i].name), slice_of(rows[i].value) };

		assert_int_equal(stats_query_param(&q, &is_known, p, &arena, &err), rows[i].rc);
		assert_true(is_known);
	}
	assert_int_equal(q.n_by, 3);
	assert_int_equal(q.by[0], DIM_COUNTRY);
	assert_int_equal(q.as_of, 20634); /* 2026-06-30 */
	assert_int_equal(q.subject_depth, 4);
	assert_int_equal(q.weakest, FROM_NQF);
	stats_query_init(&q, TODAY);
	assert_int_equal(
		stats_query_param(&q, &is_known,
				  (struct query_param){ SLICE_LIT("by"), SLICE_LIT("lang,lang") },
				  &arena, &err),
		ERR_PARSE);
	assert_int_equal(stats_query_param(&q, &is_known,
					   (struct query_param){ SLICE_LIT("q"), SLICE_LIT("a") },
					   &arena, &err),
			 ERR_OK);
	assert_false(is_known);
}

static struct slice canonical(const char *line, const char *name, const char *value, bool with_page)
{
	struct buf out = BUF_INIT(100000);
	struct search_query q;
	struct slice text;

	search_query_init(&q, TODAY);
	assert_int_equal(search_query_parse_words(&q, slice_of(line), &arena, NULL), ERR_OK);
	assert_int_equal(ask(&q, name, value, NULL), ERR_OK);
	search_query_canonical(&out, &q, with_page);
	text = arena_dup(&arena, buf_view(&out));
	buf_clear(&out);
	return text;
}

static void equal_queries_have_equal_keys(void **state)
{
	(void)state;
	assert_true(slice_eq(canonical("data lang:en,fi", "level", "6,7", false),
			     canonical("  data   lang:fin,english", "level", "7,6", false)));
	assert_true(slice_eq(canonical("a b OR c", "limit", "10", false),
			     canonical("a b | c", "limit", "20", false)));
	assert_false(
		slice_eq(canonical("a", "limit", "10", true), canonical("a", "limit", "20", true)));
	assert_false(slice_eq(canonical("a b", "sort", "title", false),
			      canonical("\"a b\"", "sort", "title", false)));
	assert_false(slice_eq(canonical("a", "sort", "title", false),
			      canonical("a*", "sort", "title", false)));
	assert_false(slice_eq(canonical("a", "price", "free", false),
			      canonical("a", "price", "..0", false)));
	assert_false(slice_eq(canonical("a OR b", "sort", "title", false),
			      canonical("a b", "sort", "title", false)));
	assert_false(slice_eq(canonical("a -b", "sort", "title", false),
			      canonical("a b", "sort", "title", false)));
}

static void names_come_back(void **state)
{
	(void)state;
	for (int d = 0; d < DIM_COUNT; d++)
		assert_int_equal(dimension_of_name(slice_of(dimension_name((enum dimension)d))), d);
	for (int s = 0; s < SORT_COUNT; s++)
		assert_int_equal(sort_of_name(slice_of(sort_name((enum sort_order)s))), s);
	assert_null(dimension_name(DIM_COUNT));
	assert_null(sort_name(SORT_COUNT));
	assert_true(dimension_is_session(DIM_PRICE));
	assert_false(dimension_is_session(DIM_LEVEL));
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void whatever_is_typed_is_a_query_or_a_message(void **state)
{
	static const char *const pieces[] = {
		"a",        "\"",     "-",     "OR",    " ",    "*",         ":",
		"lang:",    "level:", "6",     "..",    ",",    "2027",      "start:",
		"price:",   "free",   "(",     ")",     "\377", "\302\240",  "\303\244",
		"|",        "open:",  "today", "has:",  "AND",  "+",         "\342\200\234",
		"subject:", "06",     "\001",  "ects:", ".5",   "provider:", "from:",
	};
	uint32_t seed = 17;

	(void)state;
	for (int round = 0; round < 6000; round++) {
		struct buf line = BUF_INIT(4096), key = BUF_INIT(100000);
		struct search_query q;
		struct err err = ERR_INIT;

		for (unsigned i = 0; i < next_random(&seed) % 20; i++)
			buf_str(&line, pieces[next_random(&seed) % countof(pieces)]);
		search_query_init(&q, TODAY);
		if (search_query_parse_words(&q, buf_view(&line), &arena, &err) != ERR_OK)
			assert_true(err.msg[0] != '\0');
		for (size_t i = 0; i < q.n_groups; i++) {
			bool has_positive = false;

			for (size_t k = 0; k < q.groups[i].n; k++)
				has_positive = has_positive || !q.groups[i].terms[k].is_excluded;
			/* Only words to leave out: one group, everything but those. */
			assert_true(has_positive || (q.n_groups == 1 && q.groups[i].n > 0));
		}
		search_query_canonical(&key, &q, true);
		assert_false(buf_failed(&key));
		buf_clear(&line);
		buf_clear(&key);
		arena_reset(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_groups_of_words),
		cmocka_unit_test(lines_that_ask_for_nothing_are_refused),
		cmocka_unit_test(limits_are_met_with_a_message),
		cmocka_unit_test(filters_take_codes_words_and_ranges),
		cmocka_unit_test(values_that_are_wrong_are_named),
		cmocka_unit_test(filters_may_stand_among_the_words),
		cmocka_unit_test(other_parameters_are_taken),
		cmocka_unit_test(statistics_take_dimensions_and_a_day),
		cmocka_unit_test(equal_queries_have_equal_keys),
		cmocka_unit_test(names_come_back),
		cmocka_unit_test(whatever_is_typed_is_a_query_or_a_message),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
