// SPDX-License-Identifier: EUPL-1.2
/*
 * From parsed words to FTS5's expression.
 */
#include "index/text_query.h"

#include "base/limits.h"

struct building {
	struct arena *arena;
	struct text_query *out;
	size_t cap_phrases;
	size_t cap_leave_out;
	size_t n_tokens;
	struct buf match;
};

static bool read_phrase(struct text_phrase *out, struct building *b, const struct query_term *term)
{
	bool is_whole = tokenize_all(&out->words, b->arena, term->text, LIMIT_QUERY_TOKENS);

	out->is_prefix = term->kind == TERM_PREFIX;
	out->is_excluded = term->is_excluded;
	b->n_tokens += out->words.n;
	return is_whole && b->n_tokens <= LIMIT_QUERY_TOKENS;
}

static void write_phrase(struct buf *out, const struct text_phrase *p)
{
	buf_char(out, '"');
	for (size_t i = 0; i < p->words.n; i++) {
		if (i > 0)
			buf_char(out, ' ');
		buf_slice(out, p->words.items[i]);
	}
	buf_str(out, p->is_prefix ? "\" *" : "\"");
}

/* Phrases of one kind, between them an operator. */
static void write_phrases(struct buf *out, const struct text_phrase *phrases, size_t n,
			  bool is_excluded)
{
	bool is_first = true;

	buf_char(out, '(');
	for (size_t i = 0; i < n; i++) {
		if (phrases[i].is_excluded != is_excluded)
			continue;
		if (!is_first)
			buf_str(out, is_excluded ? " OR " : " AND ");
		write_phrase(out, &phrases[i]);
		is_first = false;
	}
	buf_char(out, ')');
}

static void note_phrase(struct building *b, const struct text_phrase *p)
{
	void *items = b->out->phrases;
	struct text_phrase *copy =
		arena_push(b->arena, &items, &b->out->n_phrases, &b->cap_phrases, sizeof(*copy));

	b->out->phrases = items;
	if (copy != NULL)
		*copy = *p;
}

/* As the expression has them: first what is asked for, then what is excluded. */
static void note_phrases(struct building *b, const struct text_phrase *phrases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!phrases[i].is_excluded)
			note_phrase(b, &phrases[i]);
	for (size_t i = 0; i < n; i++)
		if (phrases[i].is_excluded)
			note_phrase(b, &phrases[i]);
}

static void add_asking_group(struct building *b, const struct text_phrase *phrases, size_t n,
			     size_t n_excluded)
{
	if (b->match.len > 0)
		buf_str(&b->match, " OR ");
	buf_char(&b->match, '(');
	write_phrases(&b->match, phrases, n, false);
	if (n_excluded > 0) {
		buf_str(&b->match, " NOT ");
		write_phrases(&b->match, phrases, n, true);
	}
	buf_char(&b->match, ')');
	note_phrases(b, phrases, n);
}

static void add_excluding_group(struct building *b, const struct text_phrase *phrases, size_t n)
{
	struct buf text = BUF_INIT(LIMIT_QUERY_MATCH_BYTES);
	void *items = b->out->leave_out;
	const char **place = arena_push(b->arena, &items, &b->out->n_leave_out, &b->cap_leave_out,
					sizeof(*place));

	b->out->leave_out = items;
	write_phrases(&text, phrases, n, true);
	if (place != NULL)
		*place = arena_strdup(b->arena, buf_z(&text));
	buf_clear(&text);
}

static enum err_code add_group(struct building *b, const struct query_group *group, struct err *err)
{
	struct text_phrase *phrases = arena_new_n(b->arena, struct text_phrase, group->n + 1);
	size_t n_excluded = 0;
	size_t n = 0;

	for (size_t i = 0; phrases != NULL && i < group->n; i++) {
		if (!read_phrase(&phrases[n], b, &group->terms[i]))
			return err_set(err, ERR_LIMIT, "more than %d words to look for",
				       (int)LIMIT_QUERY_TOKENS);
		if (phrases[n].words.n == 0)
			continue; /* nothing but punctuation */
		n_excluded += phrases[n].is_excluded;
		n++;
	}
	if (n > n_excluded)
		add_asking_group(b, phrases, n, n_excluded);
	else if (n > 0)
		add_excluding_group(b, phrases, n);
	return ERR_OK;
}

/* Equal keys for what finds equal offers: the phrase as the expression has it. */
static void set_ranked(struct building *b)
{
	struct text_query *q = b->out;
	struct buf key = BUF_INIT(LIMIT_QUERY_MATCH_BYTES);

	q->ranked = arena_new_n(b->arena, struct rank_phrase, q->n_phrases + 1);
	for (size_t i = 0; q->ranked != NULL && i < q->n_phrases; i++) {
		buf_reset(&key);
		write_phrase(&key, &q->phrases[i]);
		q->ranked[i].key = arena_dup(b->arena, buf_view(&key));
		q->ranked[i].is_excluded = q->phrases[i].is_excluded;
	}
	buf_clear(&key);
}

enum err_code text_query_build(struct text_query *out, struct arena *arena,
			       const struct search_query *q, struct err *err)
{
	struct text_query draft = { .has_words = q->n_groups > 0 };
	struct building b = { .arena = arena,
			      .out = &draft,
			      .match = BUF_INIT(LIMIT_QUERY_MATCH_BYTES) };
	enum err_code rc = ERR_OK;

	for (size_t i = 0; i < q->n_groups && rc == ERR_OK; i++)
		rc = add_group(&b, &q->groups[i], err);
	if (rc == ERR_OK && draft.has_words && b.match.len == 0 && draft.n_leave_out == 0)
		rc = err_set(err, ERR_PARSE, "no word left to look for");
	if (rc == ERR_OK && b.match.len > 0)
		draft.match = arena_strdup(arena, buf_z(&b.match));
	if (rc == ERR_OK)
		set_ranked(&b);
	if (rc == ERR_OK && (arena->has_failed || buf_failed(&b.match)))
		rc = err_set(err, ERR_LIMIT, "the query is too large");
	buf_clear(&b.match);
	if (rc == ERR_OK)
		*out = draft;
	return rc;
}
