// SPDX-License-Identifier: EUPL-1.2
/*
 * Snippets: the words of a run of text are compared with the query's phrases,
 * and the window with the most different phrases is cut out.
 */
#include "index/snippet.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "index/offer_text.h"

enum {
	SNIPPET_WORDS = 4096, /* of a run that are looked at */
	SNIPPET_PHRASES = 64, /* bits of a set; further ones are marked but not counted apart */
	MARK_BYTES = 3, /* of U+E001 in UTF-8 */
	ELLIPSIS_BYTES = 3,
	LEAD_BYTES = 80, /* shown before the first match */
};

static const char match_begin[] = "\xee\x80\x81";
static const char match_end[] = "\xee\x80\x82";
static const char ellipsis[] = "\xe2\x80\xa6";

struct snippet_word {
	struct slice folded;
	size_t start, end; /* in the run */
	uint64_t phrases; /* bits of those that have a match which begins here */
	bool is_match;
	bool goes_on; /* the next word belongs to the same match */
};

struct snippet_run {
	struct slice text;
	struct snippet_word *words;
	size_t n;
	uint64_t phrases; /* of all words */
};

/* --- words and matches --- */

struct reading_run {
	struct snippet_run *run;
	struct arena *arena;
};

static int add_word(void *data, const struct token *token)
{
	struct reading_run *r = data;
	struct snippet_word *w = &r->run->words[r->run->n];

	if (r->run->n == SNIPPET_WORDS)
		return 1;
	*w = (struct snippet_word){ .folded = arena_dup(r->arena, token->word),
				    .start = token->start,
				    .end = token->end };
	r->run->n++;
	return w->folded.p == NULL;
}

static bool phrase_matches(const struct snippet_run *run, size_t at, const struct text_phrase *p)
{
	if (p->words.n > run->n - at)
		return false;
	for (size_t i = 0; i < p->words.n; i++) {
		struct slice word = run->words[at + i].folded;
		bool is_prefix = p->is_prefix && i + 1 == p->words.n;

		if (is_prefix ? !slice_starts_with(word, p->words.items[i])
			      : !slice_eq(word, p->words.items[i]))
			return false;
	}
	return true;
}

static void mark_match(struct snippet_run *run, size_t at, size_t n, uint64_t bit)
{
	run->words[at].phrases |= bit;
	run->phrases |= bit;
	for (size_t i = at; i < at + n; i++) {
		run->words[i].is_match = true;
		run->words[i].goes_on = run->words[i].goes_on || i + 1 < at + n;
	}
}

static void find_matches(struct snippet_run *run, const struct text_query *query)
{
	for (size_t p = 0; p < query->n_phrases; p++) {
		const struct text_phrase *phrase = &query->phrases[p];
		uint64_t bit = p < SNIPPET_PHRASES ? (uint64_t)1 << p : 0;

		if (phrase->is_excluded)
			continue;
		for (size_t i = 0; i < run->n; i++)
			if (phrase_matches(run, i, phrase))
				mark_match(run, i, phrase->words.n, bit);
	}
}

/* Into place `which` of the scratch. False when there is no word in it. */
static bool read_run(struct snippet_run *out, struct snippets *s, size_t which, struct slice text)
{
	struct reading_run r = { out, &s->folded[which] };

	arena_reset(&s->folded[which]);
	*out = (struct snippet_run){ .text = text, .words = s->words[which] };
	tokenize(text, add_word, &r);
	find_matches(out, s->query);
	return out->n > 0;
}

/* --- which run --- */

static const enum text_field field_order[] = { FIELD_DESCRIPTION, FIELD_OUTCOMES, FIELD_SUBJECT,
					       FIELD_PROVIDER, FIELD_TITLE };

static bool is_lang(struct slice lang, struct slice wanted)
{
	struct slice first = wanted;

	slice_split(&first, &wanted, '-');
	return first.n > 0 && slice_eq_nocase(lang, first);
}

/* What a run is worth by its language and column, with and without a match. */
static unsigned worth_of(const struct snippets *s, struct slice run_lang, enum text_field field,
			 bool is_match)
{
	bool is_prose = field == FIELD_DESCRIPTION || field == FIELD_OUTCOMES;
	unsigned worth = 0;

	if (is_lang(run_lang, s->lang.n > 0 ? s->lang : SLICE_LIT("en")))
		worth = 2000;
	else if (is_lang(run_lang, SLICE_LIT("en")))
		worth = 1000;
	/* A name that matches says more than a description that does not. */
	if (is_match)
		return worth + (is_prose ? 400 : 300);
	return worth + (is_prose ? 200 : 0);
}

struct best_run {
	struct snippet_run run;
	unsigned worth; /* 1 more than it is, so that 0 is none */
	size_t which; /* place in the scratch */
};

static void try_run(struct best_run *best, struct snippets *s, const struct text_run *part,
		    enum text_field field)
{
	unsigned most = worth_of(s, part->lang, field, true) + SNIPPET_PHRASES;
	size_t which = 1 - best->which;
	struct snippet_run run;
	unsigned worth;

	if (most + 1 <= best->worth || !read_run(&run, s, which, part->text))
		return;
	worth = worth_of(s, part->lang, field, run.phrases != 0) +
		(unsigned)__builtin_popcountll(run.phrases) + 1;
	if (worth > best->worth)
		*best = (struct best_run){ run, worth, which };
}

static bool best_run(struct snippet_run *out, struct snippets *s,
		     const struct slice fields[FIELD_COUNT])
{
	struct best_run best = { .worth = 0 };

	for (size_t i = 0; i < countof(field_order); i++) {
		struct slice column = fields[field_order[i]];
		struct text_run part;

		while (text_run_next(&part, &column))
			try_run(&best, s, &part, field_order[i]);
	}
	*out = best.run;
	return best.worth > 0;
}

/* --- which part of it --- */

struct window {
	size_t first, last; /* words, both included */
};

static unsigned phrases_in(const struct snippet_run *run, struct window w)
{
	uint64_t bits = 0;

	for (size_t i = w.first; i <= w.last; i++)
		bits |= run->words[i].phrases;
	return (unsigned)__builtin_popcountll(bits);
}

/* Bytes that a word takes behind the one before it, with marks if it matches. */
static size_t cost_of(const struct snippet_run *run, size_t i, size_t from)
{
	return run->words[i].end - from + (run->words[i].is_match ? 2 * MARK_BYTES : 0);
}

/* As many words from first on as fit; one at least. */
static struct window window_from(const struct snippet_run *run, size_t first, size_t room)
{
	struct window w = { first, first };
	size_t n = cost_of(run, first, run->words[first].start);

	while (w.last + 1 < run->n) {
		n += cost_of(run, w.last + 1, run->words[w.last].end);
		if (n > room)
			break;
		w.last++;
	}
	return w;
}

/* Some words before the first match, to read it in its sentence. */
static size_t lead(const struct snippet_run *run, size_t match)
{
	size_t first = match;

	while (first > 0 && run->words[match].start - run->words[first - 1].start <= LEAD_BYTES)
		first--;
	return first;
}

static struct window best_window(const struct snippet_run *run, size_t room)
{
	struct window best = window_from(run, 0, room);
	unsigned best_n = phrases_in(run, best);

	for (size_t i = 0; i < run->n && run->phrases != 0; i++) {
		struct window w;
		unsigned n;

		if (run->words[i].phrases == 0)
			continue;
		w = window_from(run, lead(run, i), room);
		n = phrases_in(run, w);
		if (n > best_n) {
			best = w;
			best_n = n;
		}
		if (best_n == (unsigned)__builtin_popcountll(run->phrases))
			break;
	}
	return best;
}

/* --- writing --- */

/* On one line: any white space is one blank. */
static void write_plain(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		bool is_blank = ascii_is_space(text.p[i]);

		if (is_blank && (out->len == 0 || out->data[out->len - 1] == ' '))
			continue;
		buf_char(out, is_blank ? ' ' : text.p[i]);
	}
}

static void write_window(struct buf *out, const struct snippet_run *run, struct window w)
{
	size_t at = run->words[w.first].start;

	for (size_t i = w.first; i <= w.last; i++) {
		const struct snippet_word *word = &run->words[i];
		bool begins = word->is_match && (i == w.first || !run->words[i - 1].goes_on);
		bool ends = word->is_match && (i == w.last || !word->goes_on);

		write_plain(out, slice_make(run->text.p + at, word->start - at));
		if (begins)
			buf_str(out, match_begin);
		write_plain(out, slice_make(run->text.p + word->start, word->end - word->start));
		if (ends)
			buf_str(out, match_end);
		at = word->end;
	}
}

/* Punctuation behind the last word, if it ends the text or fits. */
static void write_tail(struct buf *out, const struct snippet_run *run, struct window w)
{
	size_t end = run->words[w.last].end;
	struct slice tail = slice_from(run->text, end);

	if (w.last + 1 == run->n && run->n < SNIPPET_WORDS && tail.n <= ELLIPSIS_BYTES)
		write_plain(out, tail);
	else
		buf_str(out, ellipsis);
}

static struct slice cut_out(struct arena *arena, const struct snippet_run *run)
{
	/* The marks, a beginning "…" and an end are in it; a word of 64 bytes always fits. */
	struct buf out = BUF_INIT(LIMIT_SNIPPET_BYTES);
	struct window w = best_window(run, LIMIT_SNIPPET_BYTES - 2 * ELLIPSIS_BYTES);
	struct slice result = SLICE_NONE;

	if (w.first > 0)
		buf_str(&out, ellipsis);
	write_window(&out, run, w);
	write_tail(&out, run, w);
	/* A single word longer than all room (its source may be, though folded it is not). */
	if (buf_failed(&out)) {
		buf_reset(&out);
		write_plain(&out, utf8_first(slice_from(run->text, run->words[w.first].start),
					     LIMIT_SNIPPET_BYTES - ELLIPSIS_BYTES));
		buf_str(&out, ellipsis);
	}
	result = arena_dup(arena, buf_view(&out));
	buf_clear(&out);
	return result;
}

void snippets_init(struct snippets *s, const struct text_query *query, struct slice lang)
{
	*s = (struct snippets){ .query = query, .lang = lang };
	for (size_t i = 0; i < 2; i++) {
		s->words[i] = mem_new_n(struct snippet_word, SNIPPET_WORDS);
		arena_init(&s->folded[i], SNIPPET_WORDS * 2 * TOKEN_MAX_BYTES);
	}
}

void snippets_clear(struct snippets *s)
{
	for (size_t i = 0; i < 2; i++) {
		mem_free(s->words[i]);
		arena_clear(&s->folded[i]);
	}
	*s = (struct snippets){ .query = NULL };
}

struct slice snippet_of_fields(struct arena *arena, struct snippets *s,
			       const struct slice fields[FIELD_COUNT])
{
	struct snippet_run run;

	return best_run(&run, s, fields) ? cut_out(arena, &run) : SLICE_NONE;
}

enum err_code snippet_of_offer(struct slice *out, struct arena *arena, struct snippets *s,
			       struct db *db, int64_t slot, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_TEXT_GET);
	struct slice fields[FIELD_COUNT];
	bool has_row = false;
	enum err_code rc;

	*out = SLICE_NONE;
	stmt_bind_i64(st, ":offer", slot);
	rc = stmt_next(db, st, &has_row, "text", err);
	if (rc == ERR_OK && has_row) {
		for (int i = 0; i < FIELD_COUNT; i++)
			fields[i] = stmt_text(st, i);
		*out = snippet_of_fields(arena, s, fields);
	}
	stmt_done(st);
	return rc;
}
