// SPDX-License-Identifier: EUPL-1.2
/*
 * HTML by libxml2's parser, which takes whatever it is given, and the marks by
 * which HTML and its references are known.
 */
#include "catalogue/html.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/html_lines.h"
#include "catalogue/html_plain.h"

#include <libxml/HTMLparser.h>

/* --- what the parser tells us --- */

struct parsing {
	struct html_lines lines;
	htmlParserCtxtPtr parser;
	unsigned depth; /* open tags */
};

static void on_text(void *user, const xmlChar *text, int n)
{
	struct parsing *p = user;

	html_lines_text(&p->lines, slice_make((const char *)text, n > 0 ? (size_t)n : 0));
}

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
	struct parsing *p = user;

	(void)attributes;
	if (++p->depth > LIMIT_HTML_DEPTH)
		xmlStopParser(p->parser);
	else
		html_lines_open(&p->lines, html_tag_effect(slice_of((const char *)name)));
}

static void on_end(void *user, const xmlChar *name)
{
	struct parsing *p = user;

	if (p->depth > 0)
		p->depth--;
	html_lines_close(&p->lines, html_tag_effect(slice_of((const char *)name)));
}

void html_to_text_by_parser(struct buf *out, struct slice html)
{
	struct parsing p = { .depth = 0 };
	htmlParserCtxtPtr parser = htmlNewParserCtxt();

	if (parser == NULL || html.n == 0 || html.n > LIMIT_OFFER_BYTES) {
		htmlFreeParserCtxt(parser);
		return;
	}
	html_lines_begin(&p.lines, out);
	p.parser = parser;
	memset(parser->sax, 0, sizeof *parser->sax);
	parser->sax->startElement = on_start;
	parser->sax->endElement = on_end;
	parser->sax->characters = on_text;
	parser->sax->ignorableWhitespace = on_text;
	parser->sax->cdataBlock = on_text;
	parser->userData = &p;
	/* No document comes back, since none of the tree's callbacks is set. */
	(void)htmlCtxtReadMemory(parser, html.p, (int)html.n, NULL, "UTF-8",
				 HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					 HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	if (parser->myDoc != NULL)
		xmlFreeDoc(parser->myDoc);
	htmlFreeParserCtxt(parser);
}

void html_to_text(struct buf *out, struct slice html)
{
	size_t start = out->len;

	if (html_plain_to_text(out, html))
		return;
	buf_truncate(out, start);
	html_to_text_by_parser(out, html);
}

/* --- looking at a text --- */

enum { MAX_NAME = 32 }; /* bytes of a tag's or a character's name */

/* "<p", "</p", "<!--": s begins behind the "<". */
static bool is_tag_start(struct slice s)
{
	char name[MAX_NAME + 1];
	size_t n = 0;

	if (slice_starts_with(s, SLICE_LIT("!--")) ||
	    slice_starts_with_nocase(s, SLICE_LIT("!doctype")) ||
	    slice_starts_with(s, SLICE_LIT("![CDATA[")))
		return true;
	if (s.n > 0 && s.p[0] == '/')
		s = slice_from(s, 1);
	while (n < s.n && n < MAX_NAME && (ascii_is_alnum(s.p[n]) || s.p[n] == ':')) {
		name[n] = ascii_lower(s.p[n]);
		n++;
	}
	name[n] = '\0';
	if (n == 0 || !ascii_is_alpha(name[0]) || name[n - 1] == ':') /* <https://x.org> */
		return false;
	if (n < s.n && !ascii_is_space(s.p[n]) && s.p[n] != '>' && s.p[n] != '/')
		return false;
	return htmlTagLookup((const xmlChar *)name) != NULL ||
	       html_tag_effect(slice_make(name, n)) != TAG_NONE || strchr(name, ':') != NULL;
}

/* Whether what stands beside a tag leaves room for it in a sentence: a blank, a bracket, a stop. */
static bool is_apart(char c)
{
	return ascii_is_space(c) || strchr("()\"',;:.!?", c) != NULL;
}

/*
 * "Learn the <div> and <span> elements": tags that are spoken of stand apart
 * like words, have no attributes, and are not closed. at: of the "<".
 */
static bool is_mentioned(struct slice text, size_t at)
{
	static const struct slice empty[] = { { "br", 2 }, { "hr", 2 }, { "img", 3 } };
	struct slice name = slice_from(text, at + 1);
	size_t n = 0;

	while (n < name.n && ascii_is_alnum(name.p[n]))
		n++;
	if (at == 0 || !is_apart(text.p[at - 1]) || text.p[at - 1] == '\n' || n == 0 ||
	    n + 1 >= name.n || name.p[n] != '>' || !is_apart(name.p[n + 1]) ||
	    name.p[n + 1] == '\n')
		return false;
	for (size_t i = 0; i < countof(empty); i++)
		if (slice_eq_nocase(slice_first(name, n), empty[i]))
			return false;
	return true;
}

bool html_is_likely(struct slice text)
{
	size_t from = 0;
	ptrdiff_t at;

	while ((at = slice_find_byte(slice_from(text, from), '<')) >= 0) {
		from += (size_t)at + 1;
		if (is_tag_start(slice_from(text, from)) && !is_mentioned(text, from - 1))
			return true;
	}
	return false;
}

/* "#228" or "#xe4". */
static uint32_t read_number(struct slice name)
{
	uint64_t v = 0;

	if (name.n > 2 && ascii_lower(name.p[1]) == 'x') {
		for (size_t i = 2; i < name.n; i++) {
			char c = ascii_lower(name.p[i]);

			if (!(ascii_is_digit(c) || (c >= 'a' && c <= 'f')) || v > 0x10ffff)
				return 0;
			v = v * 16 + (uint64_t)(ascii_is_digit(c) ? c - '0' : c - 'a' + 10);
		}
	} else if (!slice_to_u64(&v, slice_from(name, 1), 0x10ffff)) {
		return 0;
	}
	return v > 0x10ffff || (v >= 0xd800 && v < 0xe000) ? 0 : (uint32_t)v;
}

static uint32_t read_name(struct slice name)
{
	/* Those that nearly all references are: libxml2 looks through its whole table. */
	static const struct {
		struct slice name;
		uint32_t c;
	} usual[] = {
		{ { "amp", 3 }, '&' },   { { "nbsp", 4 }, 0xa0 }, { { "lt", 2 }, '<' },
		{ { "gt", 2 }, '>' },    { { "quot", 4 }, '"' },  { { "auml", 4 }, 0xe4 },
		{ { "ouml", 4 }, 0xf6 }, { { "uuml", 4 }, 0xfc }, { { "szlig", 5 }, 0xdf },
		{ { "apos", 4 }, '\'' }, /* XML has it, HTML 4 does not */
	};
	char text[MAX_NAME] = { 0 };
	const htmlEntityDesc *entity = NULL;

	for (size_t i = 0; i < countof(usual); i++)
		if (slice_eq(usual[i].name, name))
			return usual[i].c;
	memcpy(text, name.p, name.n);
	entity = htmlEntityLookup((const xmlChar *)text);
	return entity != NULL ? entity->value : 0;
}

uint32_t html_read_reference(struct slice s, size_t *n)
{
	ptrdiff_t end = slice_find_byte(slice_first(s, MAX_NAME), ';');
	struct slice name = end > 1 ? slice_make(s.p + 1, (size_t)end - 1) : SLICE_NONE;

	if (name.n == 0)
		return 0;
	*n = (size_t)end + 1;
	return name.p[0] == '#' ? read_number(name) : read_name(name);
}

bool html_has_reference(struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, '&');
	size_t n = 0;

	while (at >= 0) {
		text = slice_from(text, (size_t)at);
		if (html_read_reference(text, &n) != 0)
			return true;
		text = slice_from(text, 1);
		at = slice_find_byte(text, '&');
	}
	return false;
}

void html_unescape(struct buf *out, struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, '&');

	while (at >= 0) {
		char encoded[4];
		size_t n = 1;
		uint32_t c = 0;

		buf_slice(out, slice_first(text, (size_t)at));
		text = slice_from(text, (size_t)at);
		c = html_read_reference(text, &n);
		if (c != 0)
			buf_append(out, encoded, utf8_encode(encoded, c));
		else
			buf_char(out, '&');
		text = slice_from(text, c != 0 ? n : 1);
		at = slice_find_byte(text, '&');
	}
	buf_slice(out, text);
}
