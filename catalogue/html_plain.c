// SPDX-License-Identifier: EUPL-1.2
/*
 * A reader of plain HTML: see html_plain.h. It keeps a stack of open tags and
 * gives up wherever the parser would have to guess: a tag it does not know, an
 * end tag of something else, a block inside emphasis, a "<" that begins
 * nothing. A paragraph ends where another block begins, as HTML has it.
 */
#include "catalogue/html_plain.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "catalogue/html.h"
#include "catalogue/html_lines.h"

enum { MAX_OPEN = 32, MAX_NAME = 10 };

enum kind {
	KIND_BODY,
	KIND_INLINE,
	KIND_LINK,
	KIND_PARAGRAPH,
	KIND_BREAK,
	KIND_LIST,
	KIND_ITEM,
	KIND_DIVISION,
	KIND_HEADING
};

struct tag {
	struct slice name;
	enum kind kind;
	enum tag_effect effect;
};

#define TAG(name, kind, effect)                                                                    \
	{                                                                                          \
		{ (name), sizeof(name) - 1 }, (kind), (effect)                                     \
	}
static const struct tag tags[] = {
	TAG("p", KIND_PARAGRAPH, TAG_PARAGRAPH), TAG("br", KIND_BREAK, TAG_BREAK),
	TAG("li", KIND_ITEM, TAG_ITEM),          TAG("ul", KIND_LIST, TAG_PARAGRAPH),
	TAG("ol", KIND_LIST, TAG_PARAGRAPH),     TAG("strong", KIND_INLINE, TAG_NONE),
	TAG("b", KIND_INLINE, TAG_NONE),         TAG("em", KIND_INLINE, TAG_NONE),
	TAG("i", KIND_INLINE, TAG_NONE),         TAG("u", KIND_INLINE, TAG_NONE),
	TAG("span", KIND_INLINE, TAG_NONE),      TAG("a", KIND_LINK, TAG_NONE),
	TAG("div", KIND_DIVISION, TAG_LINE),     TAG("h1", KIND_HEADING, TAG_PARAGRAPH),
	TAG("h2", KIND_HEADING, TAG_PARAGRAPH),  TAG("h3", KIND_HEADING, TAG_PARAGRAPH),
	TAG("h4", KIND_HEADING, TAG_PARAGRAPH),  TAG("h5", KIND_HEADING, TAG_PARAGRAPH),
	TAG("h6", KIND_HEADING, TAG_PARAGRAPH),
};
#undef TAG

struct reading {
	struct html_lines lines;
	const struct tag *open[MAX_OPEN];
	size_t n_open;
	bool has_body; /* the first tag or text opened it */
	struct slice rest;
};

static enum kind innermost(const struct reading *r)
{
	return r->n_open > 0 ? r->open[r->n_open - 1]->kind : KIND_BODY;
}

static bool push(struct reading *r, const struct tag *tag)
{
	if (r->n_open == MAX_OPEN)
		return false;
	r->open[r->n_open++] = tag;
	html_lines_open(&r->lines, tag->effect);
	return true;
}

static void pop(struct reading *r)
{
	html_lines_close(&r->lines, r->open[--r->n_open]->effect);
}

/* Text that stands in front of all tags is a paragraph. */
static bool begin_text(struct reading *r)
{
	if (r->has_body)
		return true;
	r->has_body = true;
	return push(r, &tags[0]);
}

/* --- tags --- */

static bool may_open(const struct reading *r, enum kind kind)
{
	enum kind in = innermost(r);

	switch (kind) {
	case KIND_LINK:
		return in != KIND_LINK;
	case KIND_INLINE:
	case KIND_BREAK:
		return true;
	case KIND_ITEM:
		return in == KIND_LIST;
	case KIND_HEADING:
		return in == KIND_BODY || in == KIND_DIVISION;
	default:
		return in == KIND_BODY || in == KIND_DIVISION || in == KIND_ITEM;
	}
}

static bool open_tag(struct reading *r, const struct tag *tag)
{
	bool is_block = tag->kind >= KIND_LIST || tag->kind == KIND_PARAGRAPH;

	r->has_body = true;
	if (is_block && innermost(r) == KIND_PARAGRAPH)
		pop(r);
	if (tag->kind == KIND_ITEM && innermost(r) == KIND_ITEM)
		pop(r);
	if (!may_open(r, tag->kind) || !push(r, tag))
		return false;
	if (tag->kind == KIND_BREAK)
		pop(r);
	return true;
}

static bool close_tag(struct reading *r, const struct tag *tag)
{
	if (r->n_open == 0 || r->open[r->n_open - 1] != tag)
		return false;
	pop(r);
	return true;
}

static bool take_byte(struct slice *in, char c)
{
	if (in->n == 0 || in->p[0] != c)
		return false;
	*in = slice_from(*in, 1);
	return true;
}

static void skip_blanks(struct slice *in)
{
	while (in->n > 0 && (in->p[0] == ' ' || in->p[0] == '\n' || in->p[0] == '\t'))
		*in = slice_from(*in, 1);
}

/* Letters, digits and hyphens; as many as there are. */
static struct slice take_name(struct slice *in)
{
	size_t n = 0;

	while (n < in->n && (ascii_is_alnum(in->p[n]) || in->p[n] == '-'))
		n++;
	*in = slice_from(*in, n);
	return slice_make(in->p - n, n);
}

static const struct tag *find_tag(struct slice name)
{
	char lower[MAX_NAME];

	if (name.n == 0 || name.n > MAX_NAME)
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		lower[i] = ascii_lower(name.p[i]);
	for (size_t i = 0; i < countof(tags); i++)
		if (slice_eq(tags[i].name, slice_make(lower, name.n)))
			return &tags[i];
	return NULL;
}

/* name="value" or name='value', as often as they come; what they say is of no interest. */
static bool skip_attributes(struct slice *in)
{
	for (;;) {
		size_t before = in->n;
		ptrdiff_t n;
		char quote;

		skip_blanks(in);
		if (in->n == 0 || in->p[0] == '>' || in->p[0] == '/')
			return true;
		if (in->n == before || !ascii_is_alpha(in->p[0]))
			return false;
		(void)take_name(in);
		if (!take_byte(in, '=') || in->n == 0 || (in->p[0] != '"' && in->p[0] != '\''))
			return false;
		quote = in->p[0];
		*in = slice_from(*in, 1);
		n = slice_find_byte(*in, quote);
		if (n < 0 || slice_find_byte(slice_first(*in, (size_t)n), '\0') >= 0)
			return false;
		*in = slice_from(*in, (size_t)n + 1);
	}
}

/* At a "<". */
static bool read_tag(struct reading *r)
{
	bool is_end;
	const struct tag *tag;

	(void)take_byte(&r->rest, '<');
	is_end = take_byte(&r->rest, '/');
	if (r->rest.n == 0 || !ascii_is_alpha(r->rest.p[0]))
		return false;
	tag = find_tag(take_name(&r->rest));
	if (tag == NULL)
		return false;
	if (is_end)
		return take_byte(&r->rest, '>') && close_tag(r, tag);
	if (!skip_attributes(&r->rest))
		return false;
	if (tag->kind == KIND_BREAK)
		(void)take_byte(&r->rest, '/');
	return take_byte(&r->rest, '>') && open_tag(r, tag);
}

/* --- text --- */

/* A character that each reader of HTML takes for the same. */
static bool is_plain_char(uint32_t c)
{
	return (c >= ' ' && c < 0x7f) || (c >= 0xa0 && c < 0xd800);
}

/* At a "&". */
static bool read_reference(struct reading *r)
{
	char encoded[4];
	size_t n = 0;
	uint32_t c = html_read_reference(r->rest, &n);

	if (!is_plain_char(c) || slice_starts_with(r->rest, SLICE_LIT("&apos;")))
		return false; /* which is a name in XML and none in HTML 4 */
	r->rest = slice_from(r->rest, n);
	if (!begin_text(r))
		return false;
	html_lines_text(&r->lines, slice_make(encoded, utf8_encode(encoded, c)));
	return true;
}

/* Up to the next tag or reference; false at a byte that parsers may not like. */
static bool read_text(struct reading *r)
{
	static const bool is_end[256] = { ['<'] = true, ['&'] = true };
	struct slice text;
	size_t n = 0;

	while (n < r->rest.n && !is_end[(unsigned char)r->rest.p[n]]) {
		unsigned char c = (unsigned char)r->rest.p[n];
		size_t n_words = c < 0x80 ? scan_words(r->rest.p + n, r->rest.n - n) : 0;

		if (n_words > 0) {
			n += n_words;
			continue;
		}
		if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7f || c >= 0xee)
			return false;
		n++;
	}
	text = slice_first(r->rest, n);
	r->rest = slice_from(r->rest, n);
	if (slice_trim(text).n > 0 && !begin_text(r))
		return false;
	html_lines_text(&r->lines, text);
	return true;
}

bool html_plain_to_text(struct buf *out, struct slice html)
{
	struct reading r = { .rest = html };
	bool is_good = html.n > 0 && html.n <= LIMIT_OFFER_BYTES;

	html_lines_begin(&r.lines, out);
	while (r.rest.n > 0 && is_good) {
		if (r.rest.p[0] == '<')
			is_good = read_tag(&r);
		else if (r.rest.p[0] == '&')
			is_good = read_reference(&r);
		else
			is_good = read_text(&r);
	}
	return is_good;
}
