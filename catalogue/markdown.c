// SPDX-License-Identifier: EUPL-1.2
/*
 * Markdown's marks, taken out: see markdown.h. One pass; what a mark opens is
 * looked for within MAX_EMPHASIS bytes, so that no text takes long.
 */
#include "catalogue/markdown.h"

#include "base/limits.h"
#include "base/mem.h"

static bool has_line_end(struct slice s)
{
	return slice_find_byte(s, '\n') >= 0;
}

static bool is_wordy(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

/* Length of a run of the byte at i. */
static size_t run_of(struct slice s, size_t i)
{
	size_t n = 1;

	while (i + n < s.n && s.p[i + n] == s.p[i])
		n++;
	return n;
}

enum { MAX_EMPHASIS = 400 }; /* bytes between two marks */

/*
 * The end of the emphasis that a run of marks at i begins, as the index of its
 * closing run, or 0. Marks hug the words: "*so*", not "2 * 3 * 4".
 */
static size_t emphasis_end(struct slice s, size_t i, size_t n_marks)
{
	size_t from = i + n_marks;
	size_t limit = from + MAX_EMPHASIS < s.n ? from + MAX_EMPHASIS : s.n;

	if (n_marks > 3 || (i > 0 && is_wordy(s.p[i - 1])) || from >= s.n ||
	    ascii_is_space(s.p[from]))
		return 0;
	for (size_t at = from + 1; at < limit && s.p[at - 1] != '\n'; at++) {
		size_t end = 0;

		if (s.p[at] != s.p[i])
			continue;
		end = at + run_of(s, at);
		if (end - at == n_marks && !ascii_is_space(s.p[at - 1]) &&
		    (end >= s.n || !is_wordy(s.p[end])))
			return at;
		at = end - 1;
	}
	return 0;
}

/* "[words](target)" at i: where the words end, or 0; *end is behind it all. */
static size_t link_end(struct slice s, size_t i, size_t *end)
{
	struct slice rest = slice_first(slice_from(s, i), LIMIT_URL_BYTES);
	ptrdiff_t close = slice_find(rest, SLICE_LIT("]("));
	ptrdiff_t line = slice_find_byte(rest, '\n');
	ptrdiff_t paren = 0;

	if (close <= 1 || (line >= 0 && line < close))
		return 0;
	paren = slice_find_byte(slice_from(rest, (size_t)close), ')');
	if (paren < 0 || has_line_end(slice_first(slice_from(rest, (size_t)close), (size_t)paren)))
		return 0;
	*end = i + (size_t)close + (size_t)paren + 1;
	return i + (size_t)close;
}

/* "## Heading": the number of bytes to leave out at the start of a line. */
static size_t heading_mark(struct slice line)
{
	size_t n = 0;

	while (n < line.n && n < 6 && line.p[n] == '#')
		n++;
	return n > 0 && n < line.n && line.p[n] == ' ' ? n + 1 : 0;
}

/* Marks that were copied as text, or left out with their partner, by position. */
struct unmarking {
	struct slice in;
	struct buf *out;
	size_t closing_at[4]; /* closing marks still due, innermost last */
	size_t closing_n[4];
	size_t n_due;
	size_t skip_to; /* behind a link's target */
	size_t link_words_end;
};

/* Deals with a mark at i; the number of bytes it took, 0 if it is no mark. */
static size_t take_mark(struct unmarking *u, size_t i)
{
	char c = u->in.p[i];
	size_t n = 0, end = 0;

	if (u->n_due > 0 && u->closing_at[u->n_due - 1] == i)
		return u->closing_n[--u->n_due];
	if (u->link_words_end != 0 && u->link_words_end == i) {
		n = u->skip_to - i;
		u->link_words_end = 0;
		return n;
	}
	if (c == '[' && u->link_words_end == 0) {
		u->link_words_end = link_end(u->in, i, &u->skip_to);
		return u->link_words_end != 0 ? 1 : 0;
	}
	if (c == '!' && i + 1 < u->in.n && u->in.p[i + 1] == '[' &&
	    link_end(u->in, i + 1, &end) != 0)
		return end - i; /* a picture */
	if (c != '*' && c != '_' && c != '`')
		return 0;
	n = run_of(u->in, i);
	end = u->n_due < countof(u->closing_at) ? emphasis_end(u->in, i, n) : 0;
	if (end == 0) {
		buf_append(u->out, u->in.p + i, n);
		return n;
	}
	/* Crossing marks ("*a _b* c_") would come in the wrong order: leave the inner. */
	if (u->n_due > 0 && end > u->closing_at[u->n_due - 1]) {
		buf_append(u->out, u->in.p + i, n);
		return n;
	}
	u->closing_at[u->n_due] = end;
	u->closing_n[u->n_due++] = n;
	return n;
}

bool markdown_is_possible(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\0' && strchr("*_`[#", text.p[i]) != NULL)
			return true;
	return false;
}

void markdown_unmark(struct buf *out, struct slice text)
{
	struct unmarking u = { .in = text, .out = out };

	for (size_t i = 0; i < text.n;) {
		bool is_line_begin = i == 0 || text.p[i - 1] == '\n';
		size_t n = is_line_begin ? heading_mark(slice_from(text, i)) : 0;

		if (n == 0)
			n = take_mark(&u, i);
		if (n == 0) {
			buf_char(out, text.p[i]);
			n = 1;
		}
		i += n;
	}
}
