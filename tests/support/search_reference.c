// SPDX-License-Identifier: EUPL-1.2
/* What words find, and how well, told by looking at every text. */
#include "tests/support/search_reference.h"

#include "index/offer_text.h"
#include "tests/support/unit.h"

#include <math.h>

void search_reference_open(struct search_reference *r, const struct corpus *corpus,
			   struct arena *arena)
{
	r->corpus = corpus;
	r->arena = arena;
	arena_init(&r->texts_arena, 256u << 20);
	search_reference_read(r);
}

void search_reference_close(struct search_reference *r)
{
	arena_clear(&r->texts_arena);
}

void search_reference_read(struct search_reference *r)
{
	struct offer_text text;
	double sum[FIELD_COUNT] = { 0 };

	arena_reset(&r->texts_arena);
	r->n_live = 0;
	offer_text_init(&text);
	for (size_t i = 0; i < r->corpus->n; i++) {
		const struct corpus_offer *o = &r->corpus->offers[i];

		assert_int_equal(offer_text_build(&text, &o->offer, NULL), ERR_OK);
		r->n_live += o->is_live;
		for (size_t k = 0; k < FIELD_COUNT; k++) {
			struct token_list *list = &r->texts[i].fields[k];

			assert_true(tokenize_all(list, &r->texts_arena, buf_view(&text.fields[k]),
						 SIZE_MAX));
			if (o->is_live)
				sum[k] += row_words(row_words_pack((uint32_t)list->n));
		}
	}
	for (size_t k = 0; k < FIELD_COUNT; k++)
		r->mean[k] = r->n_live > 0 && sum[k] > (double)r->n_live
				     ? sum[k] / (double)r->n_live
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

static bool has_term(const struct reference_fields *text, const struct token_list *phrase,
		     bool is_prefix)
{
	for (size_t k = 0; k < FIELD_COUNT; k++)
		if (occurrences(&text->fields[k], phrase, is_prefix) > 0)
			return true;
	return false;
}

/* A group holds if all its terms do; terms without a word are not there. */
static bool group_holds(struct search_reference *r, const struct reference_fields *text,
			const struct query_group *group)
{
	bool has_words = false;

	for (size_t i = 0; i < group->n; i++) {
		const struct query_term *t = &group->terms[i];
		struct token_list phrase;

		assert_true(tokenize_all(&phrase, r->arena, t->text, 1000));
		if (phrase.n == 0)
			continue;
		has_words = true;
		if (has_term(text, &phrase, t->kind == TERM_PREFIX) == t->is_excluded)
			return false;
	}
	return has_words;
}

bool search_reference_matches(struct search_reference *r, size_t i, const struct search_query *q)
{
	if (q->n_groups == 0)
		return true;
	for (size_t g = 0; g < q->n_groups; g++)
		if (group_holds(r, &r->texts[i], &q->groups[g]))
			return true;
	return false;
}

static double idf_of(struct search_reference *r, const struct token_list *phrase, bool is_prefix)
{
	double df = 0;

	for (size_t i = 0; i < r->corpus->n; i++)
		df += r->corpus->offers[i].is_live && has_term(&r->texts[i], phrase, is_prefix);
	return log(1 + ((double)r->n_live - df + 0.5) / (df + 0.5));
}

static double term_score(struct search_reference *r, size_t i, const struct token_list *phrase,
			 bool is_prefix)
{
	static const double weight[] = { 8, 3, 2, 3, 1 };
	static const double b[] = { 0.4, 0.6, 0.3, 0.3, 0.75 };
	double tf = 0;

	for (size_t k = 0; k < FIELD_COUNT; k++) {
		const struct token_list *text = &r->texts[i].fields[k];
		double words = row_words(row_words_pack((uint32_t)text->n));

		tf += (double)occurrences(text, phrase, is_prefix) * weight[k] /
		      (1 - b[k] + b[k] * words / r->mean[k]);
	}
	return tf / (1.2 + tf);
}

/* Only phrases of groups that ask for something; those of groups that do not hold count
 * where FTS5 stands on them, so generated queries for scores have one group. */
double search_reference_score(struct search_reference *r, size_t i, const struct search_query *q)
{
	double score = 0;
	size_t n = 0;

	for (unsigned pass = 0; pass < 2; pass++) {
		for (size_t t = 0; t < q->groups[0].n; t++) {
			const struct query_term *term = &q->groups[0].terms[t];
			bool is_prefix = term->kind == TERM_PREFIX;
			struct token_list phrase;

			assert_true(tokenize_all(&phrase, r->arena, term->text, 1000));
			if (term->is_excluded || phrase.n == 0)
				continue;
			if (pass == 0)
				n++;
			else
				score += (n > 1 ? idf_of(r, &phrase, is_prefix) : 1) *
					 term_score(r, i, &phrase, is_prefix);
		}
	}
	return score;
}
