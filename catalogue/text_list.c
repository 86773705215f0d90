// SPDX-License-Identifier: EUPL-1.2
/*
 * Lists inside texts: items that begin lines (list_marks.c), or stand in one
 * line behind each other.
 */
#include "catalogue/text.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/list_marks.h"

#include <stdio.h>

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
static void split_lines(struct item_list *list, struct slice text, list_mark *mark_of,
			struct arena *arena)
{
	struct buf item = BUF_INIT(LIMIT_TEXT_BYTES);
	struct slice line = SLICE_NONE;
	size_t n_lines = 0;
	bool is_marked = false;

	while (slice_split(&line, &text, '\n')) {
		size_t mark = mark_of(line);
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

/* Bullets that stand between items in one line, too. */
static const struct slice inner_bullets[] = {
	{ "\342\200\242", 3 }, /* U+2022 */
	{ "\342\227\217", 3 }, /* U+25CF */
	{ "\342\227\213", 3 }, /* U+25CB */
	{ "\342\227\246", 3 }, /* U+25E6 */
	{ "\342\226\252", 3 }, /* U+25AA */
	{ "\342\226\240", 3 }, /* U+25A0 */
	{ "\342\226\272", 3 }, /* U+25BA */
	{ "\342\226\270", 3 }, /* U+25B8 */
	{ "\342\234\223", 3 }, /* U+2713 */
	{ "\342\234\224", 3 }, /* U+2714 */
	{ "\342\236\242", 3 }, /* U+27A2 */
	{ "\342\236\244", 3 }, /* U+27A4 */
	{ "\342\231\246", 3 }, /* U+2666 */
	{ "\342\227\206", 3 }, /* U+25C6 */
};

static struct slice bullet_in(struct slice text)
{
	for (size_t i = 0; i < countof(inner_bullets); i++)
		if (slice_contains(text, inner_bullets[i]))
			return inner_bullets[i];
	return inner_bullets[0];
}

/* "a bullet b bullet c" in one line. */
static bool split_bullets(struct item_list *list, struct slice text, struct arena *arena)
{
	struct slice bullet = bullet_in(text);
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
	list_mark *mark_of;

	text = slice_trim(text);
	mark_of = list_marks_of(text);
	if (mark_of != NULL)
		split_lines(&list, text, mark_of, arena);
	else if (!split_bullets(&list, text, arena) && !split_inside(&list, text, arena))
		add_item(&list, slice_from(text, slice_starts_with(text, SLICE_LIT("- ")) ? 2 : 0),
			 arena);
	*items = list.items;
	return list.n;
}
