// SPDX-License-Identifier: EUPL-1.2
/*
 * Small forms inside texts: lists of items, addresses.
 */
#include "catalogue/text.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "catalogue/html.h"
#include "catalogue/json_read.h"

#include <stdio.h>

/* --- lists --- */

/* Bytes of "LO1: ", "LO 2. ", "3: ", "4 - " at the start of a line; 0 without. */
static size_t label_mark(struct slice line)
{
	size_t i = slice_starts_with(line, SLICE_LIT("LO")) ? 2 : 0;
	size_t digits;

	if (i > 0 && i < line.n && line.p[i] == ' ')
		i++;
	digits = i;
	while (i < line.n && i < digits + 2 && ascii_is_digit(line.p[i]))
		i++;
	if (i == digits)
		return 0;
	line = slice_from(line, i);
	if (slice_starts_with(line, SLICE_LIT(" - ")))
		return i + 3;
	if (slice_starts_with(line, SLICE_LIT(": ")) ||
	    (digits > 0 && (slice_starts_with(line, SLICE_LIT(". ")) ||
			    slice_starts_with(line, SLICE_LIT(") ")))))
		return i + 2;
	return 0;
}

/* Bytes of "- ", "12. ", "3) ", "(b) ", "iv) " at the start of a line; 0 without. */
static size_t item_mark(struct slice line)
{
	size_t i = 0;
	bool has_paren = false;

	if (slice_starts_with(line, SLICE_LIT("- ")))
		return 2;
	if (label_mark(line) > 0)
		return label_mark(line);
	if (i < line.n && line.p[i] == '(') {
		has_paren = true;
		i++;
	}
	if (i < line.n && ascii_is_digit(line.p[i])) {
		while (i < line.n && i < 4 && ascii_is_digit(line.p[i]))
			i++;
	} else if (i < line.n && ascii_is_alpha(line.p[i])) {
		i++;
		while (i < line.n && i < 4 && strchr("ivx", line.p[i]) != NULL &&
		       strchr("ivx", line.p[i - 1]) != NULL)
			i++;
		if (i >= line.n || line.p[i] != ')') /* "a." begins sentences too */
			return 0;
	} else {
		return 0;
	}
	if (i + 1 >= line.n || (line.p[i] != ')' && (has_paren || line.p[i] != '.')) ||
	    line.p[i + 1] != ' ')
		return 0;
	return i + 2;
}

static size_t count_marked_lines(struct slice text)
{
	struct slice line = SLICE_NONE;
	size_t n = 0;

	while (slice_split(&line, &text, '\n'))
		n += item_mark(line) > 0;
	return n;
}

struct item_list {
	struct slice *items;
	size_t n, cap;
};

static void add_item(struct item_list *list, struct slice item, struct arena *arena)
{
	struct slice *to = NULL;

	item = slice_trim(item);
	if (item.n == 0 || list->n >= LIMIT_OFFER_OUTCOMES)
		return;
	to = arena_push(arena, (void **)&list->items, &list->n, &list->cap, sizeof *to);
	if (to != NULL)
		*to = item;
}

/* "You will learn to:" is not an item. */
static bool is_heading(struct slice text)
{
	return slice_ends_with(text, SLICE_LIT(":")) || slice_ends_with(text, SLICE_LIT("...")) ||
	       slice_ends_with(text, SLICE_LIT("\342\200\246"));
}

/* One line right before the first item that no stop ends: "After the course, the student". */
static bool is_lead_in(struct slice text, size_t n_lines)
{
	return n_lines == 1 && strchr(".!?;,)\"", text.p[text.n - 1]) == NULL;
}

/* Lines behind an item that carry no mark belong to it, up to an empty line. */
static void split_lines(struct item_list *list, struct slice text, struct arena *arena)
{
	struct buf item = BUF_INIT(LIMIT_TEXT_BYTES);
	struct slice line = SLICE_NONE;
	size_t n_lines = 0;
	bool is_marked = false;

	while (slice_split(&line, &text, '\n')) {
		size_t mark = item_mark(line);
		bool is_end = mark > 0 || line.n == 0 || text.n == 0;
		bool is_intro;

		if (mark == 0 && line.n > 0) {
			if (item.len > 0)
				buf_char(&item, ' ');
			buf_slice(&item, line);
			n_lines++;
		}
		if (!is_end)
			continue;
		is_intro = !is_marked && (is_heading(buf_view(&item)) ||
					  (mark > 0 && is_lead_in(buf_view(&item), n_lines)));
		if (item.len > 0 && !is_intro)
			add_item(list, arena_dup(arena, buf_view(&item)), arena);
		buf_reset(&item);
		is_marked = mark > 0;
		n_lines = 0;
		buf_slice(&item, slice_from(line, mark > 0 ? mark : line.n));
	}
	if (is_marked)
		add_item(list, arena_dup(arena, buf_view(&item)), arena);
	buf_clear(&item);
}

/* "a bullet b bullet c" in one line. */
static const struct slice bullet = { "\342\200\242", 3 };

static bool split_bullets(struct item_list *list, struct slice text, struct arena *arena)
{
	ptrdiff_t first = slice_find(text, bullet);
	ptrdiff_t second = first < 0 ? -1 : slice_find(slice_from(text, (size_t)first + 3), bullet);
	bool is_first = true;

	if (slice_starts_with(text, SLICE_LIT("- ")) && first >= 0) {
		text = slice_from(text, 2); /* the first bullet was tidied */
		is_first = false;
	} else if (second < 0) {
		return false;
	}
	for (;;) {
		ptrdiff_t at = slice_find(text, bullet);
		struct slice part = at < 0 ? text : slice_first(text, (size_t)at);

		part = slice_trim(part);
		if (!is_first || !is_heading(part))
			add_item(list, part, arena);
		is_first = false;
		if (at < 0)
			return true;
		text = slice_from(text, (size_t)at + 3);
	}
}

enum { MAX_INNER_MARK_BYTES = 8, MIN_INNER_ITEMS = 3 };

/* How items are numbered inside a line; n is 1 for the first. */
enum numbering { NUMBERED_PAREN, NUMBERED_PARENS, NUMBERED_STOP, LETTERED_PAREN, NUMBERINGS };

static struct slice inner_mark(char out[MAX_INNER_MARK_BYTES], enum numbering how, unsigned n)
{
	static const char *const around[][2] = {
		[NUMBERED_PAREN] = { "", ") " },
		[NUMBERED_PARENS] = { "(", ") " },
		[NUMBERED_STOP] = { "", ". " },
		[LETTERED_PAREN] = { "", ") " },
	};

	if (how == LETTERED_PAREN)
		(void)snprintf(out, MAX_INNER_MARK_BYTES, "%c%s", (char)('a' + n - 1),
			       around[how][1]);
	else
		(void)snprintf(out, MAX_INNER_MARK_BYTES, "%s%u%s", around[how][0], n,
			       around[how][1]);
	return slice_of(out);
}

/* The place of a mark behind a blank, or -1. */
static ptrdiff_t find_mark(struct slice text, struct slice mark)
{
	size_t from = 0;

	for (;;) {
		ptrdiff_t at = slice_find(slice_from(text, from), mark);

		if (at < 0)
			return -1;
		from += (size_t)at;
		if (from > 0 && text.p[from - 1] == ' ')
			return (ptrdiff_t)from;
		from++;
	}
}

/* "1) a 2) b 3) c" in one line: from one on, in their order, at least three. */
static bool split_numbers(struct item_list *list, struct slice text, enum numbering how,
			  struct arena *arena)
{
	enum { MAX_NUMBER = 26 };
	struct slice parts[MAX_NUMBER];
	char memory[MAX_INNER_MARK_BYTES];
	struct slice mark = inner_mark(memory, how, 1);
	unsigned n = 0;

	if (!slice_starts_with(text, mark) || slice_find_byte(text, '\n') >= 0)
		return false;
	while (n < MAX_NUMBER) {
		ptrdiff_t at;

		text = slice_from(text, mark.n);
		mark = inner_mark(memory, how, n + 2);
		at = n + 1 < MAX_NUMBER ? find_mark(text, mark) : -1;
		parts[n++] = at < 0 ? text : slice_first(text, (size_t)at);
		if (at < 0)
			break;
		text = slice_from(text, (size_t)at);
	}
	if (n < MIN_INNER_ITEMS)
		return false;
	for (unsigned i = 0; i < n; i++)
		add_item(list, parts[i], arena);
	return true;
}

static bool split_inside(struct item_list *list, struct slice text, struct arena *arena)
{
	for (unsigned how = 0; how < NUMBERINGS; how++)
		if (split_numbers(list, text, (enum numbering)how, arena))
			return true;
	return false;
}

size_t text_split_list(struct slice **items, struct slice text, struct arena *arena)
{
	struct item_list list = { 0 };

	text = slice_trim(text);
	if (count_marked_lines(text) >= 2)
		split_lines(&list, text, arena);
	else if (!split_bullets(&list, text, arena) && !split_inside(&list, text, arena))
		add_item(&list, slice_from(text, slice_starts_with(text, SLICE_LIT("- ")) ? 2 : 0),
			 arena);
	*items = list.items;
	return list.n;
}

/* --- addresses --- */

/* "www.x.org", "x.org": letters, digits, dots, hyphens, and a name at the end. */
static bool is_host(struct slice host)
{
	size_t n_dots = 0, last_dot = 0;

	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (c == '.') {
			if (i == 0 || host.p[i - 1] == '.')
				return false;
			n_dots++;
			last_dot = i;
		} else if (!ascii_is_alnum(c) && c != '-' && (unsigned char)c < 0x80) {
			return false;
		}
	}
	return n_dots > 0 && host.n - last_dot > 2 && !ascii_is_digit(host.p[last_dot + 1]);
}

/* Up to the first of "/?#". */
static struct slice authority_of(struct slice rest)
{
	size_t n = 0;

	while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?' && rest.p[n] != '#' &&
	       rest.p[n] != '\0')
		n++;
	return slice_first(rest, n);
}

/* Host without its port; absent when there is none, or a user name in front. */
static struct slice host_of(struct slice authority)
{
	ptrdiff_t colon = slice_find_byte(authority, ':');

	if (slice_find_byte(authority, '@') >= 0)
		return SLICE_NONE;
	return colon < 0 || authority.p[0] == '[' ? authority
						  : slice_first(authority, (size_t)colon);
}

/* What people leave in addresses and no address holds. */
static bool is_escaped(char c)
{
	switch (c) {
	case ' ':
	case '"':
	case '<':
	case '>':
	case '\\':
	case '^':
	case '`':
	case '{':
	case '|':
	case '}':
		return true;
	default:
		return false;
	}
}

static void write_escaped(struct buf *out, struct slice s)
{
	while (s.n > 0) {
		size_t n = 0;

		while (n < s.n && !is_escaped(s.p[n]))
			n++;
		buf_append(out, s.p, n);
		if (n < s.n)
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)s.p[n]);
		s = slice_from(s, n + 1);
	}
}

/* "?a=1&amp;b=2" was escaped once too often. */
static struct slice unescaped(struct slice raw, struct arena *arena)
{
	struct buf out = BUF_INIT(LIMIT_URL_BYTES);
	struct slice url = slice_trim(raw);

	if (!slice_contains(url, SLICE_LIT("&amp;")))
		return url;
	html_unescape(&out, url);
	url = buf_failed(&out) ? SLICE_NONE : arena_dup(arena, buf_view(&out));
	buf_clear(&out);
	return url;
}

struct slice text_url(struct slice raw, struct arena *arena)
{
	struct buf out = BUF_INIT(LIMIT_URL_BYTES);
	struct slice url = unescaped(raw, arena);
	struct slice rest = url, authority = SLICE_NONE, found = SLICE_NONE;
	bool has_scheme = true;

	if (!utf8_is_valid(url) || text_has_control(url, true))
		return SLICE_NONE;
	if (slice_starts_with_nocase(url, SLICE_LIT("https://"))) {
		buf_str(&out, "https://");
		rest = slice_from(url, 8);
	} else if (slice_starts_with_nocase(url, SLICE_LIT("http://"))) {
		buf_str(&out, "http://");
		rest = slice_from(url, 7);
	} else {
		has_scheme = slice_starts_with(url, SLICE_LIT("//"));
		buf_str(&out, "https://");
		rest = slice_from(url, has_scheme ? 2 : 0);
	}
	authority = authority_of(rest);
	/* With a scheme a bare name ("localhost") will do; blanks are in no host. */
	if (authority.n > 0 && slice_find_byte(authority, ' ') < 0 && host_of(authority).n > 0 &&
	    (has_scheme || is_host(host_of(authority)))) {
		write_escaped(&out, rest);
		if (!buf_failed(&out))
			found = arena_dup(arena, buf_view(&out));
	}
	buf_clear(&out);
	return found;
}
