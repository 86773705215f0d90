// SPDX-License-Identifier: EUPL-1.2
/*
 * Searching: hundreds of generated queries over a generated catalogue give what
 * a simple reference gives; paging, limits, what people type.
 */
#include "tests/support/reference.h"

#include "base/clock.h"
#include "base/limits.h"
#include "index/offer_text.h"
#include "index/search.h"
#include "index/text_query.h"
#include "index/tokenizer.h"

#include <math.h>

enum { N_OFFERS = 400, N_QUERIES = 400 };

/* --- the reference for words --- */

struct ref_fields {
	struct token_list fields[FIELD_COUNT];
};

struct fixture {
	struct corpus corpus;
	struct ref_fields texts[CORPUS_MAX];
	struct arena texts_arena;
	double mean[FIELD_COUNT];
	size_t n_live;
	struct arena arena; /* of one query */
	struct random random;
};

static void read_texts(struct fixture *f)
{
	struct offer_text text;
	double sum[FIELD_COUNT] = { 0 };

	arena_reset(&f->texts_arena);
	f->n_live = 0;
	offer_text_init(&text);
	for (size_t i = 0; i < f->corpus.n; i++) {
		const struct corpus_offer *o = &f->corpus.offers[i];

		assert_int_equal(offer_text_build(&text, &o->offer, NULL), ERR_OK);
		f->n_live += o->is_live;
		for (size_t k = 0; k < FIELD_COUNT; k++) {
			struct token_list *list = &f->texts[i].fields[k];

			assert_true(tokenize_all(list, &f->texts_arena, buf_view(&text.fields[k]),
						 SIZE_MAX));
			if (o->is_live)
				sum[k] += row_words(row_words_pack((uint32_t)list->n));
		}
	}
	for (size_t k = 0; k < FIELD_COUNT; k++)
		f->mean[k] = f->n_live > 0 && sum[k] > (double)f->n_live
				     ? sum[k] / (double)f->n_live
				     : 1;
	offer_text_clear(&text);
}

static size_t occurrences(const struct token_list *text, const struct token_list *phrase,
			  bool is_prefix)
{
	size_t n = 0;

	for (size_t at = 0; at + phrase->n <= text->n; at++) {
		size_t i = 0;

		while (i < phrase->n &&
		       (is_prefix && i + 1 == phrase->n
				? slice_starts_with(text->items[at + i], phrase->items[i])
				: slice_eq(text->items[at + i], phrase->items[i])))
			i++;
		n += i == phrase->n;
	}
	return n;
}

static bool has_term(const struct ref_fields *text, const struct token_list *phrase, bool is_prefix)
{
	for (size_t k = 0; k < FIELD_COUNT; k++)
		if (occurrences(&text->fields[k], phrase, is_prefix) > 0)
			return true;
	return false;
}

/* A group holds if all its terms do; terms without a word are not there. */
static bool group_holds(struct fixture *f, const struct ref_fields *text,
			const struct query_group *group)
{
	bool has_words = false;

	for (size_t i = 0; i < group->n; i++) {
		const struct query_term *t = &group->terms[i];
		struct token_list phrase;

		assert_true(tokenize_all(&phrase, &f->arena, t->text, 1000));
		if (phrase.n == 0)
			continue;
		has_words = true;
		if (has_term(text, &phrase, t->kind == TERM_PREFIX) == t->is_excluded)
			return false;
	}
	return has_words;
}

static bool words_match(struct fixture *f, size_t i, const struct search_query *q)
{
	if (q->n_groups == 0)
		return true;
	for (size_t g = 0; g < q->n_groups; g++)
		if (group_holds(f, &f->texts[i], &q->groups[g]))
			return true;
	return false;
}

/* --- the reference for scores --- */

static double idf_of(struct fixture *f, const struct token_list *phrase, bool is_prefix)
{
	double df = 0;

	for (size_t i = 0; i < f->corpus.n; i++)
		df += f->corpus.offers[i].is_live && has_term(&f->texts[i], phrase, is_prefix);
	return log(1 + ((double)f->n_live - df + 0.5) / (df + 0.5));
}

static double term_score(struct fixture *f, size_t i, const struct token_list *phrase,
			 bool is_prefix)
{
	static const double weight[] = { 8, 3, 2, 3, 1 };
	static const double b[] = { 0.4, 0.6, 0.3, 0.3, 0.75 };
	double tf = 0;

	for (size_t k = 0; k < FIELD_COUNT; k++) {
		const struct token_list *text = &f->texts[i].fields[k];
		double words = row_words(row_words_pack((uint32_t)text->n));

		tf += (double)occurrences(text, phrase, is_prefix) * weight[k] /
		      (1 - b[k] + b[k] * words / f->mean[k]);
	}
	return tf / (1.2 + tf);
}

/* Only phrases of groups that ask for something; those of groups that do not hold count
 * where FTS5 stands on them, so generated queries for scores have one group. */
static double score_of(struct fixture *f, size_t i, const struct search_query *q)
{
	double score = 0;
	size_t n = 0;

	for (unsigned pass = 0; pass < 2; pass++) {
		for (size_t t = 0; t < q->groups[0].n; t++) {
			const struct query_term *term = &q->groups[0].terms[t];
			bool is_prefix = term->kind == TERM_PREFIX;
			struct token_list phrase;

			assert_true(tokenize_all(&phrase, &f->arena, term->text, 1000));
			if (term->is_excluded || phrase.n == 0)
				continue;
			if (pass == 0)
				n++;
			else
				score += (n > 1 ? idf_of(f, &phrase, is_prefix) : 1) *
					 term_score(f, i, &phrase, is_prefix);
		}
	}
	return score;
}

/* --- random queries --- */

static struct slice random_words(struct fixture *f, uint32_t n)
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

static void random_term(struct fixture *f, struct query_term *t)
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

static void random_groups(struct fixture *f, struct search_query *q, size_t n_groups)
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

static void random_query(struct fixture *f, struct search_query *q)
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

static void check_facet(struct fixture *f, const struct facet *facet, const struct search_query *q)
{
	const struct ref_terms t = { &q->filters, q->weakest, q->today, &q->days };
	struct ref_counts *counts = calloc(1, sizeof(*counts));

	for (size_t i = 0; i < f->corpus.n; i++) {
		struct ref_values values;

		if (!words_match(f, i, q))
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

static size_t index_of_slot(const struct fixture *f, int64_t slot)
{
	size_t i = 0;

	while (i < f->corpus.n && f->corpus.offers[i].slot != slot)
		i++;
	assert_true(i < f->corpus.n);
	return i;
}

static void check_order(struct fixture *f, const struct search_result *r,
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

static void check_hits(struct fixture *f, const struct search_result *r,
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
			double expected = score_of(f, at, q);

			if (fabs(expected - r->hits[i].score) > 1e-5 * (1 + expected))
				fail_msg("slot %lld: score %f, expected %f",
					 (long long)r->hits[i].slot, r->hits[i].score, expected);
		}
	}
	for (size_t i = 0; i < f->corpus.n; i++)
		if (is_hit[i] != (ref_matches(&f->corpus.offers[i], &t, 0) && words_match(f, i, q)))
			fail_msg("slot %lld is %sfound", (long long)f->corpus.offers[i].slot,
				 is_hit[i] ? "" : "not ");
	free(is_hit);
	check_order(f, r, q);
}

static bool has_a_word(struct fixture *f, const struct search_query *q)
{
	for (size_t g = 0; g < q->n_groups; g++)
		for (size_t i = 0; i < q->groups[g].n; i++)
			if (tokenize_count(q->groups[g].terms[i].text) > 0)
				return true;
	(void)f;
	return q->n_groups == 0;
}

/* --- fixtures --- */

static int open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	corpus_open(&f->corpus);
	arena_init(&f->texts_arena, 256u << 20);
	arena_init(&f->arena, 64u << 20);
	f->random = (struct random)RANDOM_INIT(7);
	corpus_fill(&f->corpus, CORPUS_DAY - 1, N_OFFERS);
	/* Some change, some go. */
	corpus_begin(&f->corpus, CORPUS_DAY);
	for (int i = 0; i < N_OFFERS; i += 5) {
		struct offer o;

		corpus_random_offer(&f->corpus, &o);
		if (i % 2 == 0)
			corpus_put(&f->corpus, i, &o);
		else
			corpus_remove(&f->corpus, i);
	}
	corpus_commit(&f->corpus);
	read_texts(f);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	corpus_close(&f->corpus);
	arena_clear(&f->texts_arena);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static enum err_code search(struct fixture *f, struct search_result *r,
			    const struct search_query *q, struct err *err)
{
	return search_run(r, &f->arena, &f->corpus.reader, f->corpus.snapshot, q, err);
}

/* --- tests --- */

static void generated_queries_give_what_the_reference_gives(void **state)
{
	struct fixture *f = *state;
	size_t n_found = 0;

	for (int i = 0; i < N_QUERIES; i++) {
		struct search_query q;
		struct search_result r;
		struct err err = ERR_INIT;
		enum err_code rc;

		arena_reset(&f->arena);
		random_query(f, &q);
		rc = search(f, &r, &q, &err);
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
	struct fixture *f = *state;

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
		assert_int_equal(search(f, &all, &q, &err), ERR_OK);
		q.limit = 1 + random_below(&f->random, 50);
		do {
			if (search(f, &page, &q, &err) != ERR_OK)
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

static struct slice first_cursor(struct fixture *f, struct search_query *q)
{
	struct search_result r;

	assert_int_equal(search(f, &r, q, NULL), ERR_OK);
	assert_non_null(r.next_cursor.p);
	return r.next_cursor;
}

static void a_cursor_goes_on_in_a_newer_generation(void **state)
{
	struct fixture *f = *state;
	struct search_query q;
	struct search_result before, after;

	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.sort = SORT_TITLE;
	q.limit = 1000;
	assert_int_equal(search(f, &before, &q, NULL), ERR_OK);
	q.limit = 10;
	q.cursor = first_cursor(f, &q);
	corpus_begin(&f->corpus, CORPUS_DAY);
	for (size_t i = 5; i < 15; i++)
		corpus_remove(&f->corpus, (int)index_of_slot(f, before.hits[i].slot));
	corpus_commit(&f->corpus);
	read_texts(f);
	assert_int_equal(search(f, &after, &q, NULL), ERR_OK);
	assert_true(after.has_changed);
	/* The tenth is gone, and so are five behind it. */
	for (size_t i = 0; i < after.n; i++)
		assert_int_equal(after.hits[i].slot, before.hits[15 + i].slot);
}

static void a_cursor_of_another_query_is_refused(void **state)
{
	struct fixture *f = *state;
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
	assert_int_equal(search(f, &r, &other, &err), ERR_PARSE);
	q.cursor = cursor;
	q.sort = SORT_LEVEL;
	assert_int_equal(search(f, &r, &q, &err), ERR_PARSE);
	assert_non_null(strstr(err.msg, "of another query"));
	q.sort = SORT_ECTS;
	forged = arena_strdup(&f->arena, cursor.p);
	forged[cursor.n / 2] = forged[cursor.n / 2] == 'A' ? 'B' : 'A';
	q.cursor = slice_of(forged);
	assert_int_equal(search(f, &r, &q, &err), ERR_PARSE);
	q.cursor = SLICE_LIT("");
	assert_int_equal(search(f, &r, &q, &err), ERR_PARSE);
}

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
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(table); i++) {
		struct filter_value value = { .code = slice_of(table[i].code) };
		struct search_query q;
		struct search_result r;
		struct err err = ERR_INIT;

		arena_reset(&f->arena);
		search_query_init(&q, CORPUS_DAY);
		q.filters.items[table[i].d] = (struct filter){ table[i].d, &value, 1 };
		assert_int_equal(search(f, &r, &q, &err), ERR_PARSE);
		if (strstr(err.msg, table[i].msg) == NULL)
			fail_msg("%s", err.msg);
	}
}

static void a_provider_is_found_by_its_name_too(void **state)
{
	struct filter_value by_code = { .code = SLICE_LIT("jyu.fi") };
	struct filter_value by_name = { .code = SLICE_LIT("jyvaskylan YLIOPISTO") };
	struct fixture *f = *state;
	struct search_query q;
	struct search_result a, b;

	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.filters.items[DIM_PROVIDER] = (struct filter){ DIM_PROVIDER, &by_code, 1 };
	assert_int_equal(search(f, &a, &q, NULL), ERR_OK);
	q.filters.items[DIM_PROVIDER].values = &by_name;
	assert_int_equal(search(f, &b, &q, NULL), ERR_OK);
	assert_true(a.total > 10);
	assert_int_equal(a.total, b.total);
}

static void facets_have_labels_where_codes_say_nothing(void **state)
{
	struct fixture *f = *state;
	struct search_query q;
	struct search_result r;

	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.facets = DIM_BIT(DIM_PROVIDER) | DIM_BIT(DIM_SUBJECT) | DIM_BIT(DIM_LANG);
	assert_int_equal(search(f, &r, &q, NULL), ERR_OK);
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

static void values_beyond_the_limit_are_counted_together(void **state)
{
	struct fixture *f = *state;
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
	read_texts(f);
	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	q.facets = DIM_BIT(DIM_PROVIDER);
	assert_int_equal(search(f, &r, &q, NULL), ERR_OK);
	assert_int_equal(r.facets[0].n, LIMIT_FACET_VALUES + 1);
	last = &r.facets[0].items[LIMIT_FACET_VALUES];
	assert_null(last->code.p);
	assert_int_equal(last->n, 5);
	for (size_t i = 0; i < r.facets[0].n; i++)
		n += r.facets[0].items[i].n;
	assert_int_equal(n, r.total);
}

static void a_search_that_takes_too_long_is_ended(void **state)
{
	struct fixture *f = *state;
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
	read_texts(f);
	arena_reset(&f->arena);
	search_query_init(&q, CORPUS_DAY);
	f->corpus.reader.deadline_ms = 1;
	assert_int_equal(search(f, &r, &q, &err), ERR_TIMEOUT);
	f->corpus.reader.deadline_ms = 0;
	f->corpus.reader.is_cancelled = &is_cancelled;
	assert_int_equal(search(f, &r, &q, &err), ERR_CANCELLED);
	is_cancelled = false;
	assert_int_equal(search(f, &r, &q, &err), ERR_OK);
	q.groups = &group;
	q.n_groups = 1;
	assert_int_equal(search(f, &r, &q, &err), ERR_OK);
	f->corpus.reader.is_cancelled = NULL;
}

static void too_many_words_are_refused(void **state)
{
	struct fixture *f = *state;
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
	assert_int_equal(search(f, &r, &q, &err), ERR_LIMIT);
	term.text.n -= 3;
	assert_int_equal(search(f, &r, &q, &err), ERR_OK);
	assert_int_equal(r.total, 0);
	q.limit = LIMIT_RESULT_ROWS + 1;
	assert_int_equal(search(f, &r, &q, &err), ERR_LIMIT);
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
	struct fixture *f = *state;
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
			rc = search(f, &result, &q, &err);
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
	struct fixture *f = *state;

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generated_queries_give_what_the_reference_gives),
		cmocka_unit_test(pages_in_a_row_are_the_whole),
		cmocka_unit_test(a_cursor_goes_on_in_a_newer_generation),
		cmocka_unit_test(a_cursor_of_another_query_is_refused),
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

	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
