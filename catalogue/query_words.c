// SPDX-License-Identifier: EUPL-1.2
/*
 * The query line: words, phrases, exclusions, OR, prefixes, and filters among
 * them. Nothing typed is an operator by accident: what is none is a word.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/query_parse.h"

struct line {
	struct search_query *q;
	struct arena *arena;
	struct err *err;
	struct slice rest;
	/* groups of this line, and what it leaves out */
	struct query_group *groups;
	size_t n_groups, cap_groups;
	size_t cap_terms; /* of the last group */
	struct query_term *excluded;
	size_t n_excluded, cap_excluded;
	size_t n_terms;
	bool has_filter;
	bool has_empty; /* signs alone, OR and AND: typed, and nothing to look for */
};

/* --- characters --- */

/* Bytes of a quotation mark at the front, 0 without. */
static size_t quote_bytes(struct slice s)
{
	static const char *const quotes[] = { "\"",           "\342\200\234", "\342\200\235",
					      "\342\200\236", "\302\253",     "\302\273" };

	for (size_t i = 0; i < countof(quotes); i++)
		if (slice_starts_with(s, slice_of(quotes[i])))
			return strlen(quotes[i]);
	return 0;
}

static bool is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == '(' || c == ')' || c == 0x7f;
}

static size_t blank_bytes(struct slice s)
{
	if (s.n > 0 && is_blank(s.p[0]))
		return 1;
	if (slice_starts_with(s, SLICE_LIT("\302\240"))) /* no-break space */
		return 2;
	return slice_starts_with(s, SLICE_LIT("\343\200\200")) ? 3 : 0; /* ideographic space */
}

static void skip_blanks(struct line *l)
{
	size_t n = 0;

	while ((n = blank_bytes(l->rest)) > 0)
		l->rest = slice_from(l->rest, n);
}

/* Up to a blank or a quotation mark. */
static struct slice take_word(struct slice *rest)
{
	size_t n = 0;
	struct slice word = SLICE_NONE;

	while (n < rest->n && blank_bytes(slice_from(*rest, n)) == 0 &&
	       quote_bytes(slice_from(*rest, n)) == 0)
		n++;
	word = slice_first(*rest, n);
	*rest = slice_from(*rest, n);
	return word;
}

/* What is between the quotation marks, or up to the end. */
static struct slice take_quoted(struct slice *rest)
{
	size_t n = 0, close = 0;
	struct slice text = SLICE_NONE;

	*rest = slice_from(*rest, quote_bytes(*rest));
	while (n < rest->n && (close = quote_bytes(slice_from(*rest, n))) == 0)
		n++;
	text = slice_first(*rest, n);
	*rest = slice_from(*rest, n + close);
	return slice_trim(text);
}

/* Letters and digits of any script; signs alone are nothing to look for. */
static bool has_letter(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (ascii_is_alnum(text.p[i]) || (unsigned char)text.p[i] >= 0x80)
			return true;
	return false;
}

/* --- terms --- */

static enum err_code fail_memory(const struct line *l)
{
	return err_set(l->err, ERR_LIMIT, "the query needs more than %zu bytes", l->arena->max);
}

static enum err_code begin_group(struct line *l)
{
	struct query_group *g =
		arena_push(l->arena, (void **)&l->groups, &l->n_groups, &l->cap_groups, sizeof *g);

	l->cap_terms = 0;
	return g != NULL ? ERR_OK : fail_memory(l);
}

static enum err_code add_term(struct line *l, enum term_kind kind, bool is_excluded,
			      struct slice text)
{
	struct query_group *g = NULL;
	struct query_term *t = NULL;
	enum err_code rc = ERR_OK;

	if (!has_letter(text)) {
		l->has_empty = true;
		return ERR_OK;
	}
	if (++l->n_terms > LIMIT_QUERY_WORDS)
		return err_set(l->err, ERR_LIMIT, "q: more than %u words",
			       (unsigned)LIMIT_QUERY_WORDS);
	if (is_excluded) {
		t = arena_push(l->arena, (void **)&l->excluded, &l->n_excluded, &l->cap_excluded,
			       sizeof *t);
	} else {
		rc = l->n_groups == 0 ? begin_group(l) : ERR_OK;
		if (rc != ERR_OK)
			return rc;
		g = &l->groups[l->n_groups - 1];
		t = arena_push(l->arena, (void **)&g->terms, &g->n, &l->cap_terms, sizeof *t);
	}
	if (t == NULL)
		return fail_memory(l);
	*t = (struct query_term){ kind, is_excluded, arena_dup(l->arena, text) };
	return ERR_OK;
}

static enum err_code add_word(struct line *l, bool is_excluded, struct slice word)
{
	if (word.n > 1 && word.p[word.n - 1] == '*')
		return add_term(l, TERM_PREFIX, is_excluded, slice_first(word, word.n - 1));
	return add_term(l, TERM_WORD, is_excluded, word);
}

/* --- filters among the words --- */

/* "name:" at the front where name is a filter's; the dimension, or "from". */
static bool take_filter_name(enum dimension *dim, bool *is_from, struct slice *rest)
{
	ptrdiff_t colon = slice_find_byte(slice_first(*rest, 16), ':');
	struct slice name = colon > 0 ? slice_first(*rest, (size_t)colon) : SLICE_NONE;

	*dim = dimension_of_name(name);
	*is_from = slice_eq_z(name, "from");
	if (name.n == 0 || (*dim == DIM_COUNT && !*is_from))
		return false;
	*rest = slice_from(*rest, (size_t)colon + 1);
	return true;
}

static enum err_code take_filter(struct line *l, enum dimension dim, bool is_from)
{
	bool is_quoted = quote_bytes(l->rest) > 0;
	struct slice value = is_quoted ? take_quoted(&l->rest) : take_word(&l->rest);

	l->has_filter = true;
	if (value.n == 0)
		return err_set(l->err, ERR_PARSE, "q: a value is missing behind \"%s:\"",
			       is_from ? "from" : dimension_name(dim));
	if (is_from)
		return weakest_read(&l->q->weakest, value, l->err);
	return filters_add(&l->q->filters, dim, value, is_quoted, l->q->today, l->arena, l->err);
}

/* --- the line --- */

static enum err_code take_part(struct line *l)
{
	bool is_excluded = l->rest.p[0] == '-';
	struct slice word = SLICE_NONE;
	enum dimension dim = DIM_COUNT;
	bool is_from = false;

	if (is_excluded || l->rest.p[0] == '+')
		l->rest = slice_from(l->rest, 1);
	if (quote_bytes(l->rest) > 0)
		return add_term(l, TERM_PHRASE, is_excluded, take_quoted(&l->rest));
	if (take_filter_name(&dim, &is_from, &l->rest)) {
		if (is_excluded)
			return err_set(
				l->err, ERR_PARSE,
				"q: -%s: a filter cannot be left out; only words and phrases can",
				is_from ? "from" : dimension_name(dim));
		return take_filter(l, dim, is_from);
	}
	word = take_word(&l->rest);
	if (!is_excluded && (slice_eq_z(word, "OR") || slice_eq_z(word, "|"))) {
		/* Without words on one side it says nothing. */
		l->has_empty = true;
		if (l->n_groups > 0 && l->groups[l->n_groups - 1].n > 0)
			return begin_group(l);
		return ERR_OK;
	}
	if (!is_excluded && slice_eq_z(word, "AND")) {
		l->has_empty = true;
		return ERR_OK;
	}
	return add_word(l, is_excluded, word);
}

/* What is left out is left out of each alternative. */
static enum err_code close_groups(struct line *l)
{
	if (l->n_groups > 0 && l->groups[l->n_groups - 1].n == 0)
		l->n_groups--;
	/* Only words to leave out: all that the filters let in, but those. */
	if (l->n_groups == 0 && l->n_excluded > 0 && begin_group(l) != ERR_OK)
		return fail_memory(l);
	for (size_t i = 0; l->n_excluded > 0 && i < l->n_groups; i++) {
		struct query_group *g = &l->groups[i];
		struct query_term *terms =
			arena_new_n(l->arena, struct query_term, g->n + l->n_excluded);

		if (terms == NULL)
			return fail_memory(l);
		if (g->n > 0)
			memcpy(terms, g->terms, g->n * sizeof *terms);
		memcpy(terms + g->n, l->excluded, l->n_excluded * sizeof *terms);
		g->terms = terms;
		g->n += l->n_excluded;
	}
	return ERR_OK;
}

/* Words of a second q narrow those of the first. */
static enum err_code join(struct line *l)
{
	struct search_query *q = l->q;
	struct query_term *terms = NULL;
	size_t n = 0;

	if (l->n_groups == 0)
		return ERR_OK;
	if (q->n_groups == 0) {
		q->groups = l->groups;
		q->n_groups = l->n_groups;
		return ERR_OK;
	}
	if (q->n_groups > 1 || l->n_groups > 1)
		return err_set(l->err, ERR_PARSE, "q: given twice, with OR: put it into one line");
	n = q->groups[0].n + l->groups[0].n;
	if (n > LIMIT_QUERY_WORDS)
		return err_set(l->err, ERR_LIMIT, "q: more than %u words",
			       (unsigned)LIMIT_QUERY_WORDS);
	terms = arena_new_n(l->arena, struct query_term, n);
	if (terms == NULL)
		return fail_memory(l);
	memcpy(terms, q->groups[0].terms, q->groups[0].n * sizeof *terms);
	memcpy(terms + q->groups[0].n, l->groups[0].terms, l->groups[0].n * sizeof *terms);
	q->groups[0] = (struct query_group){ terms, n };
	return ERR_OK;
}

enum err_code search_query_parse_words(struct search_query *q, struct slice text,
				       struct arena *arena, struct err *err)
{
	struct line l = { .q = q, .arena = arena, .err = err, .rest = text };
	enum err_code rc = query_check_text(SLICE_LIT("q"), text, LIMIT_QUERY_BYTES, err);

	skip_blanks(&l);
	while (rc == ERR_OK && l.rest.n > 0) {
		rc = take_part(&l);
		skip_blanks(&l);
	}
	if (rc == ERR_OK)
		rc = close_groups(&l);
	if (rc != ERR_OK)
		return rc;
	if (l.n_groups == 0 && l.has_empty && !l.has_filter)
		return err_set(err, ERR_PARSE, "q=%.*s: no word to look for",
			       SLICE_ARG(utf8_first(text, 60)));
	return join(&l);
}
