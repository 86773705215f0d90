// SPDX-License-Identifier: EUPL-1.2
/*
 * Terminal width, colours and the width of characters.
 */
#include "query-cli/display.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfeff || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static size_t columns_of(uint32_t c)
{
	int width;

	if (is_control(c))
		return 0;
	width = utf8proc_charwidth((utf8proc_int32_t)c);
	return width > 0 ? (size_t)width : 0;
}

size_t display_columns(struct slice text)
{
	size_t n = 0;
	uint32_t c;

	while (utf8_next(&c, &text))
		n += columns_of(c);
	return n;
}

static void append_code_point(struct buf *out, uint32_t c)
{
	char bytes[4];

	buf_append(out, bytes, utf8_encode(bytes, c));
}

/* Line ends and tabs are blanks, other control characters nothing. */
static uint32_t shown_as(uint32_t c)
{
	if (c == '\n' || c == '\r' || c == '\t')
		return ' ';
	return is_control(c) ? 0 : c;
}

void display_clean(struct buf *out, struct slice text)
{
	uint32_t c;

	while (utf8_next(&c, &text)) {
		c = shown_as(c);
		if (c != 0)
			append_code_point(out, c);
	}
}

/* As display_clean(), but that lines stay lines. */
static void clean_lines(struct buf *out, struct slice text)
{
	struct slice line;
	bool is_first = true;

	while (slice_split(&line, &text, '\n')) {
		if (!is_first)
			buf_char(out, '\n');
		display_clean(out, line);
		is_first = false;
	}
}

static void clean_string(json_t *value)
{
	struct slice text = slice_make(json_string_value(value), json_string_length(value));
	struct buf clean = BUF_INIT(text.n); /* never longer */

	clean_lines(&clean, text);
	if (!slice_eq(buf_view(&clean), text))
		json_string_setn_nocheck(value, buf_z(&clean), clean.len);
	buf_clear(&clean);
}

static bool is_clean_name(const char *name)
{
	struct slice text = slice_of(name);
	uint32_t c;

	while (utf8_next(&c, &text))
		if (is_control(c))
			return false;
	return true;
}

/* As deep as the parser lets an answer be. */
void display_clean_json(json_t *value)
{
	const char *name;
	json_t *member;
	void *next;
	size_t i;

	if (json_is_string(value))
		clean_string(value);
	json_array_foreach(value, i, member) display_clean_json(member);
	json_object_foreach_safe(value, next, name, member)
	{
		if (is_clean_name(name))
			display_clean_json(member);
		else
			json_object_del(value, name);
	}
}

void display_fit(struct buf *out, struct slice text, size_t width)
{
	struct slice rest = text;
	size_t used = 0;
	uint32_t c;

	if (display_columns(text) <= width) {
		display_clean(out, text);
		return;
	}
	while (utf8_next(&c, &rest)) {
		c = shown_as(c);
		if (used + columns_of(c) + 1 > width)
			break;
		if (c != 0)
			append_code_point(out, c);
		used += columns_of(c);
	}
	if (width > 0)
		buf_str(out, "…");
}

void display_wrap(struct buf *out, struct slice text, size_t width, size_t indent)
{
	struct slice line;

	while (slice_split(&line, &text, '\n')) {
		size_t hanging = slice_starts_with(line, SLICE_LIT("- ")) ? 2 : 0;
		size_t room = width > indent ? width - indent : SIZE_MAX;
		struct slice word;
		size_t used = 0;

		buf_fill(out, ' ', indent);
		while (slice_split(&word, &line, ' ')) {
			size_t n = display_columns(word);

			if (used > hanging && used + 1 + n > room) {
				buf_char(out, '\n');
				buf_fill(out, ' ', indent + (hanging > 0 ? hanging - 1 : 0));
				used = hanging > 0 ? hanging - 1 : 0;
			}
			if (used > 0) {
				buf_char(out, ' ');
				used++;
			}
			display_clean(out, word);
			used += n;
		}
		buf_char(out, '\n');
	}
}

size_t display_width_of(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t n;

	if (columns != NULL && slice_to_u64(&n, slice_of(columns), 10000) && n >= 20)
		return (size_t)n;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return 80;
}

size_t display_width(void)
{
	return isatty(STDOUT_FILENO) ? display_width_of(STDOUT_FILENO) : 0;
}

bool display_has_colour(const struct options *o)
{
	const char *term = getenv("TERM");
	const char *no_colour = getenv("NO_COLOR");

	if (o->colour != COLOUR_AUTO)
		return o->colour == COLOUR_ALWAYS;
	if (no_colour != NULL && no_colour[0] != '\0')
		return false;
	return isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
}

const char *style_on(const struct options *o, enum style style)
{
	static const char *const sequences[] = { "",         "\033[1m",  "\033[2m",
						 "\033[32m", "\033[33m", "\033[31m" };

	return display_has_colour(o) ? sequences[style] : "";
}

const char *style_off(const struct options *o)
{
	return display_has_colour(o) ? "\033[0m" : "";
}
