// SPDX-License-Identifier: EUPL-1.2
/*
 * Searching: hundreds of generated queries over a generated catalogue give what
 * a simple reference gives, in the same order, page by page too.
 */
#include "tests/support/reference.h"
#include "tests/support/search_fixture.h"
#include "tests/support/search_reference.h"

#include "base/clock.h"
#include "base/limits.h"

#include <math.h>

enum { N_QUERIES = 400 };

static struct search_reference reference;

static int open_both(void **state)
{
	int failed = search_fixture_open(state);
	struct search_fixture *f = *state;

	search_reference_open(&reference, &f->corpus, &f->arena);
	return failed;
}

static int close_both(void **state)
{
	search_reference_close(&reference);
	return search_fixture_close(state);
}

/* --- random queries --- */

static struct slice random_words(struct search_fixture *f, uint32_t n)
{
	struct buf b = BUF_INIT(1024);
	struct slice text;

	for (uint32_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "",
			   corpus_word(random_below(
				   &f->random,
				   random_below(&f->random, (uint32_t)corpus_n_words()) + 1)));
	text = arena_dup(&f->arena, buf_view(&b));
	buf_clear(&b);
	return text;
}

static void random_term(struct search_fixture *f, struct query_term *t)
{
	static const char *const odd[] = {
		"???",   "\"*",  "AND", "NEAR(a b)", "title:data", "ÄÄNI", "micro credential",
		"^data", "a\"b", "c"
	};

	*t = (struct query_term){ .kind = TERM_WORD, .text = random_words(f, 1) };
	switch (random_below(&f->random, 8)) {
	case 0:
		t->kind = TERM_PHRASE;
		t->text = random_words(f, 2);
		break;
	case 1:
		t->kind = TERM_PREFIX;
		t->text = slice_first(t->text, 2);
		if ((unsigned char)t->text.p[0] >= 0x80)
			t->text = SLICE_LIT("an");
		break;
	case 2:
		t->text = slice_of(odd[random_below(&f->random, countof(odd))]);
		break;
	default:
		break;
	}
	t->is_excluded = random_below(&f->random, 6) == 0;
}

static void random_groups(struct search_fixture *f, struct search_query *q, size_t n_groups)
{
	q->n_groups = n_groups;
	q->groups = arena_new_n(&f->arena, struct query_group, n_groups + 1);
	for (size_t i = 0; i < n_groups; i++) {
		struct query_group *g = &q->groups[i];

		g->n = 1 + random_below(&f->random, 3);
		g->terms = arena_new_n(&f->arena, struct query_term, g->n);
		for (size_t k = 0; k < g->n; k++)
			random_term(f, &g->terms[k]);
	}
}

static void random_query(struct search_fixture *f, struct search_query *q)
{
	static const enum from weakest[] = { FROM_NONE, FROM_NONE, FROM_DECLARED, FROM_HOURS };

	/* At any hour: it is another day in the east, or in the west. */
	search_query_init_at(q, (int64_t)CORPUS_DAY * CLOCK_DAY_S +
					(int64_t)random_below(&f->random, CLOCK_DAY_S));
	ref_random_filters(&q->filters, &f->arena, &f->random, 4 + random_below(&f->random, 20));
	random_groups(f, q, random_below(&f->random, 3));
	q->facets = (dimension_set)random_next(&f->random) & (DIM_BIT(DIM_COUNT) - 1);
	q->sort = (enum sort_order)random_below(&f->random, SORT_COUNT);
	q->weakest = weakest[random_below(&f->random, countof(weakest))];
	q->limit = 1000;
}

/* --- comparing --- */

struct ref_count {
	char code[REF_VALUE_BYTES];
	uint64_t n;
};

struct ref_counts {
	struct ref_count items[512];
	size_t n;
};

static void ref_count(struct ref_counts *counts, const struct ref_values *values)
{
	for (size_t i = 0; i < values->n; i++) {
		size_t k = 0;

		while (k < counts->n && strcmp(counts->items[k].code, values->items[i]) != 0)
			k++;
		if (k == counts->n) {
			assert_true(counts->n < countof(counts->items));
			snprintf(counts->items[k].code, REF_VALUE_BYTES, "%s", values->items[i]);
			counts->items[k].n = 0;
			counts->n++;
		}
		counts->items[k].n++;
	}
}

/* The values that an offer counts for in a facet. */
static void facet_values(struct ref_values *out, enum dimension d, const struct corpus_offer *o,
			 const struct ref_terms *t)
{
	struct ref_values one;

	out->n = 0;
	if (!ref_matches(o, t, DIM_BIT(d)))
		return;
	if (!dimension_is_session(d)) {
		ref_dim_values(out, d, o, NULL, t, 0);
		return;
	}
	for (size_t i = 0; i < ref_n_sessions(&o->offer); i++) {
		const struct session *s = ref_session(&o->offer, i);

		if (!ref_session_meets(o, s, t, DIM_BIT(d)))
			continue;
		ref_dim_values(&one, d, o, s, t, 0);
		for (size_t k = 0; k < one.n; k++)
			ref_add(out, one.items[k]);
	}
}

static void check_facet(struct search_fixture *f, const struct facet *facet,
			const struct search_query *q)
{
	const struct ref_terms t = { &q->filters, q->weakest, q->today, &q->days };
	struct ref_counts *counts = calloc(1, sizeof(*counts));

	for (size_t i = 0; i < f->corpus.n; i++) {
		struct ref_values values;

		if (!search_reference_matches(&reference, i, q))
			continue;
		facet_values(&values, facet->dim, &f->corpus.offers[i], &t);
		ref_count(counts, &values);
	}
	assert_true(counts->n <= LIMIT_FACET_VALUES);
	assert_int_equal(facet->n, counts->n);
	for (size_t i = 0; i < facet->n; i++) {
		size_t k = 0;

		while (k < counts->n && !slice_eq_z(facet->items[i].code, counts->items[k].code))
			k++;
		if (k == counts->n || counts->items[k].n != facet->items[i].n)
			fail_msg("%s %.*s: %llu, expected %llu", dimension_name(facet->dim),
				 SLICE_ARG(facet->items[i].code),
				 (unsigned long long)facet->items[i].n,
				 k < counts->n ? (unsigned long long)counts->items[k].n : 0);
		if (i > 0)
			assert_true(facet->items[i - 1].n >= facet->items[i].n);
	}
	free(counts);
}

static int32_t ref_next_start(const struct corpus_offer *o, const struct ref_terms *t)
{
	int32_t best = INT32_MAX;

	for (size_t i = 0; i < o->offer.sessions.n; i++) {
		const struct session *s = &o->offer.sessions.items[i];
		int32_t day;

		if (s->start.precision == DATE_NONE || s->start_from < t->weakest ||
		    !ref_session_meets(o, s, t, 0) || date_last_day(s->start_max) < t->today)
			continue;
		day = date_first_day(s->start);
		day = day < t->today ? t->today : day;
		best = day < best ? day : best;
	}
	return best;
}

/* Whether a stands before b; slots decide where nothing else does. */
static bool is_in_order(const struct corpus_offer *a, const struct corpus_offer *b,
			const struct search_query *q)
{
	const struct ref_terms t = { &q->filters, q->weakest, q->today, &q->days };
	bool knows_a, knows_b;
	char key_a[TITLE_KEY_BYTES + 1] = "";
	char key_b[TITLE_KEY_BYTES + 1] = "";
	int64_t x = 0;
	int64_t y = 0;
	int rc;

	switch (q->sort) {
	case SORT_TITLE:
		tokenize_join(key_a, TITLE_KEY_BYTES, texts_pick(&a->offer.title, SLICE_LIT("en")));
		tokenize_join(key_b, TITLE_KEY_BYTES, texts_pick(&b->offer.title, SLICE_LIT("en")));
		rc = strcmp(key_a, key_b);
		return rc != 0 ? rc < 0 : a->slot < b->slot;
	case SORT_ECTS:
		knows_a = a->offer.workload.ects_from >= q->weakest && a->offer.workload.ects_c > 0;
		knows_b = b->offer.workload.ects_from >= q->weakest && b->offer.workload.ects_c > 0;
		x = knows_a ? a->offer.workload.ects_c : INT64_MAX;
		y = knows_b ? b->offer.workload.ects_c : INT64_MAX;
		break;
	case SORT_LEVEL:
		x = a->offer.level.from >= q->weakest && a->offer.level.eqf > 0 ? a->offer.level.eqf
										: 99;
		y = b->offer.level.from >= q->weakest && b->offer.level.eqf > 0 ? b->offer.level.eqf
										: 99;
		break;
	case SORT_START:
		x = ref_next_start(a, &t);
		y = ref_next_start(b, &t);
		break;
	default:
		x = -a->changed_s;
		y = -b->changed_s;
		break;
	}
	return x != y ? x < y : a->slot < b->slot;
}

static size_t index_of_slot(const struct search_fixture *f, int64_t slot)
{
	size_t i = 0;

	while (i < f->corpus.n && f->corpus.offers[i].slot != slot)
		i++;
	assert_true(i < f->corpus.n);
	return i;
}

static void check_order(struct search_fixture *f, const struct search_result *r,
			const struct search_query *q)
{
	bool by_score = q->sort == SORT_RELEVANCE && q->n_groups > 0;

	for (size_t i = 1; i < r->n; i++) {
		const struct search_hit *a = &r->hits[i - 1];
		const struct search_hit *b = &r->hits[i];

		if (by_score)
			assert_true(a->score > b->score ||
				    (a->score == b->score && a->slot < b->slot));
		else if (!is_in_order(&f->corpus.offers[index_of_slot(f, a->slot)],
				      &f->corpus.offers[index_of_slot(f, b->slot)], q))
			fail_msg("%s: %lld stands before %lld", sort_name(q->sort),
				 (long long)a->slot, (long long)b->slot);
	}
}

static void check_hits(struct search_fixture *f, const struct search_result *r,
		       const struct search_query *q)
{
	const struct ref_terms t = { &q->filters, q->weakest, q->today, &q->days };
	bool *is_hit = calloc(f->corpus.n, sizeof(*is_hit));

	assert_int_equal(r->total, r->n);
	for (size_t i = 0; i < r->n; i++) {
		size_t at = index_of_slot(f, r->hits[i].slot);

		assert_false(is_hit[at]);
		is_hit[at] = true;
		if (q->sort == SORT_RELEVANCE && q->n_groups == 1 && r->hits[i].score > 0) {
			double expected = search_reference_score(&reference, at, q);

			if (fabs(expected - r->hits[i].score) > 1e-5 * (1 + expected))
				fail_msg("slot %lld: score %f, expected %f",
					 (long long)r->hits[i].slot, r->hits[i].score, expected);
		}
	}
	for (size_t i = 0; i < f->corpus.n; i++)
		if (is_hit[i] != (ref_matches(&f->corpus.offers[i], &t, 0) &&
				  search_reference_matches(&reference, i, q)))
			fail_msg("slot %lld is %sfound", (long long)f->corpus.offers[i].slot,
				 is_hit[i] ? "" : "not ");
	free(is_hit);
	check_order(f, r, q);
}

static bool has_a_word(struct search_fixture *f, const struct search_query *q)
{
	for (size_t g = 0; g < q->n_groups; g++)
		for (size_t i = 0; i < q->groups[g].n; i++)
			if (tokenize_count(q->groups[g].terms[i].text) > 0)
				return true;
	(void)f;
	return q->n_groups == 0;
}

/* --- tests --- */

static void generated_queries_give_what_the_reference_gives(void **state)
{
	struct search_fixture *f = *state;
	size_t n_found = 0;

	for (int i = 0; i < N_QUERIES; i++) {
		struct search_query q;
		struct search_result r;
		struct err err = ERR_INIT;
		enum err_code rc;

		arena_reset(&f->arena);
		random_query(f, &q);
		rc = search_fixture_search(f, &r, &q, &err);
		if (!has_a_word(f, &q)) {
			assert_int_equal(rc, ERR_PARSE);
			assert_string_equal(err.msg, "no word left to look for");
			continue;
		}
		if (rc != ERR_OK)
			fail_msg("query %d: %s", i, err.msg);
		check_hits(f, &r, &q);
		assert_int_equal(r.n_facets, __builtin_popcount(q.facets));
		for (size_t k = 0; k < r.n_facets; k++)
			check_facet(f, &r.facets[k], &q);
		n_found += r.n > 0;
	}
	assert_true(n_found > N_QUERIES / 3);
}

static void pages_in_a_row_are_the_whole(void **state)
{
	struct search_fixture *f = *state;

	for (int i = 0; i < 60; i++) {
		struct search_query q;
		struct search_result all, page;
		struct err err = ERR_INIT;
		size_t n = 0;

		arena_reset(&f->arena);
		random_query(f, &q);
		q.facets = 0;
		memset(&q.filters, 0, sizeof(q.filters));
		q.sort = (enum sort_order)(i % SORT_COUNT);
		if (!has_a_word(f, &q))
			continue;
		assert_int_equal(search_fixture_search(f, &all, &q, &err), ERR_OK);
		q.limit = 1 + random_below(&f->random, 50);
		do {
			if (search_fixture_search(f, &page, &q, &err) != ERR_OK)
				fail_msg("%s", err.msg);
			assert_false(page.has_changed);
			assert_int_equal(page.total, all.total);
			for (size_t k = 0; k < page.n; k++)
				assert_int_equal(page.hits[k].slot, all.hits[n++].slot);
			assert_true(page.n == q.limit || page.next_cursor.p == NULL);
			q.cursor = page.next_cursor;
		} while (page.next_cursor.p != NULL);
		assert_int_equal(n, all.n);
	}
}

static struct slice first_cursor(struct search_fixture *f, struct search_query *q)
{
	struct search_result r;

	assert_int_equal(search_fixture_search(f, &r, q, NULL), ERR_OK);
	assert_non_null(r.next_cursor.p);
	return r.next_cursor;
}

static void a_cursor_goes_on_in_a_newer_generation(void **state)
{
	struct search_fixture *f = *state;
	struct search_query q;
	struct search_result before, after;

	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.sort = SORT_TITLE;
	q.limit = 1000;
	assert_int_equal(search_fixture_search(f, &before, &q, NULL), ERR_OK);
	q.limit = 10;
	q.cursor = first_cursor(f, &q);
	corpus_begin(&f->corpus, CORPUS_DAY);
	for (size_t i = 5; i < 15; i++)
		corpus_remove(&f->corpus, (int)index_of_slot(f, before.hits[i].slot));
	corpus_commit(&f->corpus);
	search_reference_read(&reference);
	assert_int_equal(search_fixture_search(f, &after, &q, NULL), ERR_OK);
	assert_true(after.has_changed);
	/* The tenth is gone, and so are five behind it. */
	for (size_t i = 0; i < after.n; i++)
		assert_int_equal(after.hits[i].slot, before.hits[15 + i].slot);
}

static void a_cursor_of_another_query_is_refused(void **state)
{
	struct search_fixture *f = *state;
	struct search_query q, other;
	struct search_result r;
	struct slice cursor;
	struct err err = ERR_INIT;
	char *forged;

	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.limit = 3;
	q.sort = SORT_ECTS;
	cursor = first_cursor(f, &q);
	search_query_init(&other, CORPUS_DAY);
	ref_random_filters(&other.filters, &f->arena, &f->random, 1);
	other.limit = 3;
	other.cursor = cursor;
	assert_int_equal(search_fixture_search(f, &r, &other, &err), ERR_PARSE);
	q.cursor = cursor;
	q.sort = SORT_LEVEL;
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_PARSE);
	assert_non_null(strstr(err.msg, "of another query"));
	q.sort = SORT_ECTS;
	forged = arena_strdup(&f->arena, cursor.p);
	forged[cursor.n / 2] = forged[cursor.n / 2] == 'A' ? 'B' : 'A';
	q.cursor = slice_of(forged);
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_PARSE);
	q.cursor = SLICE_LIT("");
	assert_int_equal(search_fixture_search(f, &r, &q, &err), ERR_PARSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generated_queries_give_what_the_reference_gives),
		cmocka_unit_test(pages_in_a_row_are_the_whole),
		cmocka_unit_test(a_cursor_goes_on_in_a_newer_generation),
		cmocka_unit_test(a_cursor_of_another_query_is_refused),
	};

	return cmocka_run_group_tests(tests, open_both, close_both);
}
