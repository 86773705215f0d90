// SPDX-License-Identifier: EUPL-1.2
/*
 * HTML to lines of text. libxml2 calls us for each tag and each piece of
 * text (its SAX interface; no tree is built); a table says what a tag does to
 * the lines.
 */
#include "catalogue/html.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <libxml/HTMLparser.h>

/* What a tag does to the text around it. */
enum tag_effect {
	TAG_NONE,
	TAG_LINE, /* begins and ends a line */
	TAG_PARAGRAPH, /* an empty line before and after */
	TAG_ITEM, /* a line that begins with "- " */
	TAG_BREAK, /* br: a line end; two of them make a paragraph */
	TAG_CELL, /* a blank before */
	TAG_DROPPED /* with all it holds */
};

/* Sorted by name. */
static const struct {
	const char *name;
	enum tag_effect effect;
} tag_effects[] = {
	{ "address", TAG_LINE },
	{ "article", TAG_PARAGRAPH },
	{ "aside", TAG_PARAGRAPH },
	{ "audio", TAG_DROPPED },
	{ "blockquote", TAG_PARAGRAPH },
	{ "body", TAG_LINE },
	{ "br", TAG_BREAK },
	{ "button", TAG_DROPPED },
	{ "caption", TAG_LINE },
	{ "canvas", TAG_DROPPED },
	{ "center", TAG_LINE },
	{ "dd", TAG_LINE },
	{ "details", TAG_LINE },
	{ "dir", TAG_PARAGRAPH },
	{ "div", TAG_LINE },
	{ "dl", TAG_PARAGRAPH },
	{ "dt", TAG_LINE },
	{ "fieldset", TAG_LINE },
	{ "figcaption", TAG_LINE },
	{ "figure", TAG_PARAGRAPH },
	{ "footer", TAG_LINE },
	{ "form", TAG_LINE },
	{ "h1", TAG_PARAGRAPH },
	{ "h2", TAG_PARAGRAPH },
	{ "h3", TAG_PARAGRAPH },
	{ "h4", TAG_PARAGRAPH },
	{ "h5", TAG_PARAGRAPH },
	{ "h6", TAG_PARAGRAPH },
	{ "head", TAG_DROPPED },
	{ "header", TAG_LINE },
	{ "hr", TAG_PARAGRAPH },
	{ "iframe", TAG_DROPPED },
	{ "li", TAG_ITEM },
	{ "main", TAG_LINE },
	{ "menu", TAG_PARAGRAPH },
	{ "nav", TAG_DROPPED },
	{ "noscript", TAG_DROPPED },
	{ "object", TAG_DROPPED },
	{ "ol", TAG_PARAGRAPH },
	{ "option", TAG_LINE },
	{ "p", TAG_PARAGRAPH },
	{ "pre", TAG_PARAGRAPH },
	{ "script", TAG_DROPPED },
	{ "section", TAG_PARAGRAPH },
	{ "select", TAG_DROPPED },
	{ "style", TAG_DROPPED },
	{ "summary", TAG_LINE },
	{ "svg", TAG_DROPPED },
	{ "table", TAG_PARAGRAPH },
	{ "td", TAG_CELL },
	{ "template", TAG_DROPPED },
	{ "textarea", TAG_DROPPED },
	{ "th", TAG_CELL },
	{ "title", TAG_DROPPED },
	{ "tr", TAG_LINE },
	{ "ul", TAG_PARAGRAPH },
	{ "video", TAG_DROPPED },
};

static enum tag_effect effect_of(const char *name)
{
	for (size_t i = 0; i < countof(tag_effects); i++)
		if (strcmp(tag_effects[i].name, name) == 0)
			return tag_effects[i].effect;
	return TAG_NONE;
}

/* --- what the parser tells us --- */

struct lines {
	struct buf *out;
	htmlParserCtxtPtr parser;
	size_t start; /* of our text in out */
	unsigned depth; /* open tags */
	unsigned n_dropped; /* of them those whose content is left out */
	unsigned n_items; /* open list items: paragraphs in them are lines */
	unsigned n_ends; /* line ends that are due before the next text: 0 to 2 */
	bool is_blank_due;
	bool is_bullet_due;
};

static void end_lines(struct lines *l, unsigned n)
{
	if (l->n_ends < n)
		l->n_ends = n;
	l->is_blank_due = false;
}

static void write_due(struct lines *l)
{
	bool is_first = l->out->len == l->start;

	if (!is_first && l->n_ends > 0)
		buf_fill(l->out, '\n', l->n_ends);
	else if (!is_first && l->is_blank_due)
		buf_char(l->out, ' ');
	if (l->is_bullet_due)
		buf_str(l->out, "- ");
	l->n_ends = 0;
	l->is_blank_due = false;
	l->is_bullet_due = false;
}

static void on_text(void *user, const xmlChar *text, int n)
{
	struct lines *l = user;
	const char *p = (const char *)text;
	const char *end = p + (n > 0 ? n : 0);

	if (l->n_dropped > 0)
		return;
	while (p < end) {
		const char *from = p;

		while (p < end && ascii_is_space(*p))
			p++;
		if (p > from)
			l->is_blank_due = l->n_ends == 0;
		from = p;
		while (p < end && !ascii_is_space(*p))
			p++;
		if (p == from)
			return;
		write_due(l);
		buf_append(l->out, from, (size_t)(p - from));
	}
}

static void on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
	struct lines *l = user;
	enum tag_effect effect = effect_of((const char *)name);

	(void)attributes;
	if (++l->depth > LIMIT_HTML_DEPTH) {
		xmlStopParser(l->parser);
		return;
	}
	if (effect == TAG_DROPPED)
		l->n_dropped++;
	if (l->n_dropped > 0)
		return;
	switch (effect) {
	case TAG_LINE:
		end_lines(l, 1);
		return;
	case TAG_PARAGRAPH:
		end_lines(l, l->n_items > 0 ? 1 : 2);
		return;
	case TAG_ITEM:
		end_lines(l, 1);
		l->is_bullet_due = true;
		l->n_items++;
		return;
	case TAG_BREAK:
		end_lines(l, l->n_ends < 2 ? l->n_ends + 1 : 2);
		return;
	case TAG_CELL:
		l->is_blank_due = l->n_ends == 0;
		return;
	case TAG_NONE:
	case TAG_DROPPED:
		return;
	}
}

static void on_end(void *user, const xmlChar *name)
{
	struct lines *l = user;
	enum tag_effect effect = effect_of((const char *)name);

	if (l->depth > 0)
		l->depth--;
	if (effect == TAG_DROPPED && l->n_dropped > 0)
		l->n_dropped--;
	if (l->n_dropped > 0)
		return;
	if (effect == TAG_PARAGRAPH)
		end_lines(l, l->n_items > 0 ? 1 : 2);
	else if (effect == TAG_LINE || effect == TAG_ITEM)
		end_lines(l, 1);
	if (effect == TAG_ITEM) {
		l->is_bullet_due = false;
		l->n_items -= l->n_items > 0;
	}
}

void html_to_text(struct buf *out, struct slice html)
{
	struct lines l = { .out = out, .start = out->len };
	htmlParserCtxtPtr parser = htmlNewParserCtxt();

	if (parser == NULL || html.n == 0 || html.n > LIMIT_OFFER_BYTES) {
		htmlFreeParserCtxt(parser);
		return;
	}
	l.parser = parser;
	memset(parser->sax, 0, sizeof *parser->sax);
	parser->sax->startElement = on_start;
	parser->sax->endElement = on_end;
	parser->sax->characters = on_text;
	parser->sax->ignorableWhitespace = on_text;
	parser->sax->cdataBlock = on_text;
	parser->userData = &l;
	/* No document comes back, since none of the tree's callbacks is set. */
	(void)htmlCtxtReadMemory(parser, html.p, (int)html.n, NULL, "UTF-8",
				 HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					 HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	if (parser->myDoc != NULL)
		xmlFreeDoc(parser->myDoc);
	htmlFreeParserCtxt(parser);
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
	if (n == 0 || !ascii_is_alpha(name[0]))
		return false;
	if (n < s.n && !ascii_is_space(s.p[n]) && s.p[n] != '>' && s.p[n] != '/')
		return false;
	return htmlTagLookup((const xmlChar *)name) != NULL || effect_of(name) != TAG_NONE ||
	       strchr(name, ':') != NULL;
}

bool html_is_likely(struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, '<');

	while (at >= 0) {
		text = slice_from(text, (size_t)at + 1);
		if (is_tag_start(text))
			return true;
		at = slice_find_byte(text, '<');
	}
	return false;
}

/* The character of "&#228;" or "&auml;"; *n the bytes of the reference; 0 if it is none. */
static uint32_t read_reference(struct slice s, size_t *n)
{
	ptrdiff_t end = slice_find_byte(slice_first(s, MAX_NAME), ';');
	struct slice name = end > 1 ? slice_make(s.p + 1, (size_t)end - 1) : SLICE_NONE;
	char text[MAX_NAME] = { 0 };
	const htmlEntityDesc *entity = NULL;

	if (name.n == 0)
		return 0;
	*n = (size_t)end + 1;
	if (name.p[0] == '#' && name.n > 2 && ascii_lower(name.p[1]) == 'x') {
		uint32_t v = 0;

		for (size_t i = 2; i < name.n; i++) {
			char c = ascii_lower(name.p[i]);

			if (!(ascii_is_digit(c) || (c >= 'a' && c <= 'f')) || v > 0x10ffff)
				return 0;
			v = v * 16 + (uint32_t)(ascii_is_digit(c) ? c - '0' : c - 'a' + 10);
		}
		return v > 0x10ffff || (v >= 0xd800 && v < 0xe000) ? 0 : v;
	}
	if (name.p[0] == '#') {
		uint64_t v = 0;

		if (!slice_to_u64(&v, slice_from(name, 1), 0x10ffff) || (v >= 0xd800 && v < 0xe000))
			return 0;
		return (uint32_t)v;
	}
	memcpy(text, name.p, name.n);
	if (strcmp(text, "apos") == 0) /* XML has it, HTML 4 does not */
		return '\'';
	entity = htmlEntityLookup((const xmlChar *)text);
	return entity != NULL ? entity->value : 0;
}

bool html_has_reference(struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, '&');
	size_t n = 0;

	while (at >= 0) {
		text = slice_from(text, (size_t)at);
		if (read_reference(text, &n) != 0)
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
		c = read_reference(text, &n);
		if (c != 0)
			buf_append(out, encoded, utf8_encode(encoded, c));
		else
			buf_char(out, '&');
		text = slice_from(text, c != 0 ? n : 1);
		at = slice_find_byte(text, '&');
	}
	buf_slice(out, text);
}
