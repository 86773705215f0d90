// SPDX-License-Identifier: EUPL-1.2
/*
 * Walks over strings and brackets, as the splitter does, and looks at the keys
 * of the one object that the path has come to.
 */
#include "harvesters/json_peek.h"

struct peek {
	struct slice rest; /* not looked at yet */
	struct slice path; /* behind the keys in hand */
	struct slice keys; /* "a|b" that is looked for */
	unsigned depth; /* of brackets open */
	unsigned wanted; /* depth of the object that the key is to stand in */
};

static void skip_blanks(struct slice *in)
{
	while (in->n > 0 && ascii_is_space(in->p[0]))
		*in = slice_from(*in, 1);
}

/* Takes a string, whose quote is next, with what stands between its quotes; false: it does not end.
 */
static bool take_string(struct slice *out, struct slice *in)
{
	struct slice text = slice_from(*in, 1);
	size_t n = 0;

	while (n < text.n && text.p[n] != '"')
		n += text.p[n] == '\\' ? 2 : 1;
	if (n >= text.n)
		return false;
	*out = slice_first(text, n);
	*in = slice_from(text, n + 1);
	return true;
}

static bool is_wanted(const struct peek *p, struct slice key)
{
	struct slice keys = p->keys, one;

	while (slice_split(&one, &keys, '|'))
		if (slice_eq(one, slice_trim(key)))
			return true;
	return false;
}

/* The value behind the last key of the path. */
static struct slice value_of(struct slice rest)
{
	struct slice text;
	size_t n = 0;

	if (rest.n > 0 && rest.p[0] == '"')
		return take_string(&text, &rest) && slice_find_byte(text, '\\') < 0 ? text
										    : SLICE_NONE;
	while (n < rest.n && ascii_is_digit(rest.p[n]))
		n++;
	if (n == 0 || n == rest.n || slice_find_byte(SLICE_LIT(",} \t\r\n"), rest.p[n]) < 0)
		return SLICE_NONE;
	return slice_first(rest, n);
}

/* A string was read: is it the key that is looked for? Then the way goes on, or *found ends it. */
static bool look_at_string(struct peek *p, struct slice text, struct slice *found)
{
	if (p->depth != p->wanted)
		return false;
	skip_blanks(&p->rest);
	if (p->rest.n == 0 || p->rest.p[0] != ':' || !is_wanted(p, text))
		return false;
	p->rest = slice_from(p->rest, 1);
	skip_blanks(&p->rest);
	if (p->path.n == 0) {
		*found = value_of(p->rest);
		return true;
	}
	slice_split(&p->keys, &p->path, '.');
	p->wanted++;
	return p->rest.n == 0 || p->rest.p[0] != '{';
}

struct slice json_peek(struct slice object, struct slice path)
{
	struct peek p = { .rest = slice_trim(object), .path = path, .wanted = 1 };
	struct slice found = SLICE_NONE, text;

	slice_split(&p.keys, &p.path, '.');
	while (p.rest.n > 0) {
		char c = p.rest.p[0];

		if (c == '"') {
			if (!take_string(&text, &p.rest) || look_at_string(&p, text, &found))
				return found;
			continue;
		}
		p.depth += c == '{' || c == '[';
		p.depth -= p.depth > 0 && (c == '}' || c == ']');
		if (p.depth < p.wanted && (c == '}' || c == ']'))
			return SLICE_NONE;
		p.rest = slice_from(p.rest, 1);
	}
	return SLICE_NONE;
}
