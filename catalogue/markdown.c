// SPDX-License-Identifier: EUPL-1.2
/*
 * Markdown's marks, taken out: see markdown.h. One pass; what a mark opens is
 * looked for within MAX_EMPHASIS bytes, or once for all marks before it
 * (struct ahead), so that no text takes long.
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

/*
 * Where a sign next stands, for places that only grow: what was found is good
 * until it is passed, so that all of a text is looked through once.
 */
struct ahead {
	struct slice sign;
	size_t at; /* the text's end for none */
	bool is_known;
};

static size_t ahead_of(struct ahead *a, struct slice s, size_t i)
{
	if (!a->is_known || a->at < i) {
		ptrdiff_t n = slice_find(slice_from(s, i), a->sign);

		a->at = n < 0 ? s.n : i + (size_t)n;
		a->is_known = true;
	}
	return a->at;
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
	size_t tail_at; /* of the heading in hand: the signs that close it */
	size_t row_end; /* of the row of a table in hand */
	size_t first_bracket;
	struct ahead line_end, link_middle, escaped_bracket, star;
};

/* Length of a run of the byte at i. */
static size_t run_of(struct slice s, size_t i)
{
	size_t n = 1;

	while (i + n < s.n && s.p[i + n] == s.p[i])
		n++;
	return n;
}

/* "__init__.py" */
static bool is_file_ending(struct slice s)
{
	return s.n > 1 && s.p[0] == '.' && is_wordy(s.p[1]);
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
		    (end >= s.n || !is_wordy(s.p[end])) && !is_file_ending(slice_from(s, end)))
			return at;
		at = end - 1;
	}
	return 0;
}

/* "[words](target)" at i: where the words end, or 0; *end is behind it all. */
static size_t link_end(struct unmarking *u, size_t i, size_t *end)
{
	size_t close = ahead_of(&u->link_middle, u->in, i);
	size_t limit = i + LIMIT_URL_BYTES < u->in.n ? i + LIMIT_URL_BYTES : u->in.n;
	struct slice target;
	ptrdiff_t paren = 0;

	if (close <= i + 1 || close >= limit || ahead_of(&u->line_end, u->in, i) < close)
		return 0;
	target = slice_first(slice_from(u->in, close), limit - close);
	paren = slice_find_byte(target, ')');
	if (paren < 0 || has_line_end(slice_first(target, (size_t)paren)))
		return 0;
	*end = close + (size_t)paren + 1;
	return close;
}

/* --- marks at the start of a line --- */

static struct slice line_of(struct slice s)
{
	ptrdiff_t end = slice_find_byte(s, '\n');

	return end < 0 ? s : slice_first(s, (size_t)end);
}

/* "## Heading": the number of bytes to leave out at the start of a line. */
static size_t heading_mark(struct slice line)
{
	size_t n = 0;

	while (n < line.n && n < 6 && line.p[n] == '#')
		n++;
	return n > 0 && n < line.n && line.p[n] == ' ' ? n + 1 : 0;
}

/* " ###" at the end of a heading; 0 without. */
static size_t heading_tail(struct slice line)
{
	size_t n = line.n;

	while (n > 0 && line.p[n - 1] == '#')
		n--;
	return n < line.n && n > 0 && line.p[n - 1] == ' ' ? line.n - n : 0;
}

/* "> ", ">> ", but not "> 18 years" or ">= 5". */
static size_t quote_mark(struct slice line)
{
	size_t n = 0;
	char c;

	while (n < line.n && line.p[n] == '>') {
		n++;
		if (n < line.n && line.p[n] == ' ')
			n++;
	}
	if (n == 0 || n == line.n)
		return n;
	c = line.p[n];
	return (is_wordy(c) && !ascii_is_digit(c)) || strchr("*_[`#\"'(-", c) != NULL ? n : 0;
}

/* "---", "* * *", "=====", "|---|:-:|", "```c": a line that divides, and says nothing. */
static bool is_divider(struct slice line)
{
	const char *of = slice_starts_with(line, SLICE_LIT("|")) ? "|-: " : NULL;
	size_t n_marks = 0;

	if (line.n == 0 || strchr("-*_=|`", line.p[0]) == NULL || line.p[0] == '\0')
		return false;
	if (slice_starts_with(line, SLICE_LIT("```")))
		return slice_find_byte(slice_from(line, 3), '`') < 0;
	for (size_t i = 0; i < line.n; i++) {
		if (of != NULL ? line.p[i] == '\0' || strchr(of, line.p[i]) == NULL
			       : line.p[i] != ' ' && line.p[i] != line.p[0])
			return false;
		n_marks += line.p[i] == (of != NULL ? '-' : line.p[0]);
	}
	return n_marks >= 3 && line.p[0] != '`';
}

/* "- [ ] task": the box and its blank. */
static size_t task_box(struct slice line)
{
	if (line.n < 6 || (line.p[0] != '-' && line.p[0] != '*') ||
	    (!slice_starts_with(slice_from(line, 1), SLICE_LIT(" [ ] ")) &&
	     !slice_starts_with(slice_from(line, 1), SLICE_LIT(" [x] "))))
		return 0;
	return 6;
}

static bool is_table_row(struct slice line)
{
	line = slice_trim(line);
	return line.n > 2 && line.p[0] == '|' && line.p[line.n - 1] == '|';
}

bool markdown_begins_block(struct slice line)
{
	char c = line.n > 0 ? line.p[0] : '\0';

	return c == '>' || c == '|' || ((c == '-' || c == '=') && line.n > 1 && line.p[1] == c);
}

/* --- escapes --- */

/* Whether a sign stands in the line of i, at or behind a place in it. */
static bool is_in_line(struct unmarking *u, size_t i, struct ahead *sign, size_t from)
{
	return ahead_of(sign, u->in, from) < ahead_of(&u->line_end, u->in, i);
}

/*
 * "1\. Kapitel", "file\_name", "C\#", "5 \* 3", "\[1\]": whether the backslash at i can go, so
 * that what is left is no mark. Others may be of a formula or a path.
 */
static bool is_escape(struct unmarking *u, size_t i)
{
	struct slice s = u->in;
	char before = i > 0 ? s.p[i - 1] : '\n';
	char next = i + 1 < s.n ? s.p[i + 1] : '\0';
	char behind = i + 2 < s.n ? s.p[i + 2] : '\n';

	switch (next) {
	case '.':
		return ascii_is_digit(before);
	case '_':
		return is_wordy(before) && is_wordy(behind);
	case '*':
		return before != '\n' &&
		       (is_wordy(before) ? !is_wordy(behind) : !is_in_line(u, i, &u->star, i + 2));
	case '[':
		return is_in_line(u, i, &u->escaped_bracket, i) &&
		       !is_in_line(u, i, &u->link_middle, i);
	case ']':
		return behind != '(' && u->first_bracket < i;
	case '-':
	case '+':
		return is_wordy(before) || before == ' ';
	case '#':
	case '&':
	case '!':
	case '>':
		return before != '\n';
	default:
		return false;
	}
}

/* "<https://x.org>" at i: the bytes of the address, or 0. */
static size_t bare_link(struct slice s, size_t i)
{
	struct slice rest = slice_first(slice_from(s, i + 1), LIMIT_URL_BYTES);
	ptrdiff_t end = slice_find_byte(rest, '>');
	struct slice url = end > 0 ? slice_first(rest, (size_t)end) : SLICE_NONE;

	if (!slice_starts_with(url, SLICE_LIT("https://")) &&
	    !slice_starts_with(url, SLICE_LIT("http://")))
		return 0;
	return slice_find_byte(url, ' ') < 0 && !has_line_end(url) ? url.n : 0;
}

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
		u->link_words_end = link_end(u, i, &u->skip_to);
		return u->link_words_end != 0 ? 1 : 0;
	}
	if (c == '!' && i + 1 < u->in.n && u->in.p[i + 1] == '[' && link_end(u, i + 1, &end) != 0)
		return end - i; /* a picture */
	if (c != '*' && c != '_' && c != '`' && c != '~')
		return 0;
	n = run_of(u->in, i);
	if (u->n_due < countof(u->closing_at) && (c != '~' || n == 2)) /* "~5 h": about */
		end = emphasis_end(u->in, i, n);
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

/* What a line begins with, left out; the bytes that were taken. */
static size_t take_line_start(struct unmarking *u, size_t i)
{
	struct slice line = line_of(slice_from(u->in, i)), heading = SLICE_LIT("");
	size_t start = i, n;

	for (;; line = slice_from(line, n), i += n) {
		if (is_divider(line)) /* in a table with its line end */
			return i + line.n - start + (line.p[0] == '|' && i + line.n < u->in.n);
		n = quote_mark(line);
		if (n == 0 && (n = heading_mark(line)) > 0)
			heading = line;
		if (n == 0 && (n = task_box(line)) > 0)
			buf_str(u->out, "- ");
		if (n == 0)
			break;
	}
	if (heading.n > 0)
		u->tail_at = i + line.n - heading_tail(heading);
	u->row_end = is_table_row(line) ? i + line.n : 0;
	return i - start;
}

/* Deals with what is no mark of emphasis; the number of bytes it took, or 0. */
static size_t take_other(struct unmarking *u, size_t i)
{
	struct slice in = u->in;
	size_t n = 0;

	if (i < u->row_end && in.p[i] == '|') {
		buf_char(u->out, ' ');
		return 1;
	}
	if (in.p[i] == '#' && u->tail_at > 0 && i == u->tail_at)
		return run_of(in, i);
	if (in.p[i] == '\\' && i + 1 < in.n && in.p[i + 1] == '\\') {
		buf_str(u->out, "\\\\");
		return 2;
	}
	if (in.p[i] == '\\' && is_escape(u, i)) {
		buf_char(u->out, in.p[i + 1]);
		return 2;
	}
	if (in.p[i] == '<' && (n = bare_link(in, i)) > 0) {
		buf_append(u->out, in.p + i + 1, n);
		return n + 2;
	}
	return 0;
}

void markdown_unmark(struct buf *out, struct slice text)
{
	ptrdiff_t bracket = slice_find_byte(text, '[');
	struct unmarking u = {
		.in = text,
		.out = out,
		.first_bracket = bracket < 0 ? text.n : (size_t)bracket,
		.line_end = { .sign = SLICE_LIT("\n") },
		.link_middle = { .sign = SLICE_LIT("](") },
		.escaped_bracket = { .sign = SLICE_LIT("\\]") },
		.star = { .sign = SLICE_LIT("*") },
	};

	for (size_t i = 0; i < text.n;) {
		bool is_line_begin = i == 0 || text.p[i - 1] == '\n';
		size_t n = is_line_begin ? take_line_start(&u, i) : 0;

		if (n == 0)
			n = take_other(&u, i);
		if (n == 0)
			n = take_mark(&u, i);
		if (n == 0) {
			buf_char(out, text.p[i]);
			n = 1;
		}
		i += n;
	}
}
