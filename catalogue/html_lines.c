// SPDX-License-Identifier: EUPL-1.2
/*
 * Tags and texts as lines: see html_lines.h. Line ends and blanks are written
 * when a word follows, so that none stands at an end or twice.
 */
#include "catalogue/html_lines.h"

#include "base/mem.h"
#include "base/scan.h"

#define NAME(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

/* By name. */
static const struct {
	struct slice name;
	enum tag_effect effect;
} tag_effects[] = {
	{ NAME("address"), TAG_LINE },
	{ NAME("article"), TAG_PARAGRAPH },
	{ NAME("aside"), TAG_PARAGRAPH },
	{ NAME("audio"), TAG_DROPPED },
	{ NAME("blockquote"), TAG_PARAGRAPH },
	{ NAME("body"), TAG_LINE },
	{ NAME("br"), TAG_BREAK },
	{ NAME("button"), TAG_DROPPED },
	{ NAME("caption"), TAG_LINE },
	{ NAME("canvas"), TAG_DROPPED },
	{ NAME("center"), TAG_LINE },
	{ NAME("dd"), TAG_LINE },
	{ NAME("details"), TAG_LINE },
	{ NAME("dir"), TAG_PARAGRAPH },
	{ NAME("div"), TAG_LINE },
	{ NAME("dl"), TAG_PARAGRAPH },
	{ NAME("dt"), TAG_LINE },
	{ NAME("fieldset"), TAG_LINE },
	{ NAME("figcaption"), TAG_LINE },
	{ NAME("figure"), TAG_PARAGRAPH },
	{ NAME("footer"), TAG_LINE },
	{ NAME("form"), TAG_LINE },
	{ NAME("h1"), TAG_PARAGRAPH },
	{ NAME("h2"), TAG_PARAGRAPH },
	{ NAME("h3"), TAG_PARAGRAPH },
	{ NAME("h4"), TAG_PARAGRAPH },
	{ NAME("h5"), TAG_PARAGRAPH },
	{ NAME("h6"), TAG_PARAGRAPH },
	{ NAME("head"), TAG_DROPPED },
	{ NAME("header"), TAG_LINE },
	{ NAME("hr"), TAG_PARAGRAPH },
	{ NAME("iframe"), TAG_DROPPED },
	{ NAME("li"), TAG_ITEM },
	{ NAME("main"), TAG_LINE },
	{ NAME("menu"), TAG_PARAGRAPH },
	{ NAME("nav"), TAG_DROPPED },
	{ NAME("noscript"), TAG_DROPPED },
	{ NAME("object"), TAG_DROPPED },
	{ NAME("ol"), TAG_PARAGRAPH },
	{ NAME("option"), TAG_LINE },
	{ NAME("p"), TAG_PARAGRAPH },
	{ NAME("pre"), TAG_PARAGRAPH },
	{ NAME("script"), TAG_DROPPED },
	{ NAME("section"), TAG_PARAGRAPH },
	{ NAME("select"), TAG_DROPPED },
	{ NAME("style"), TAG_DROPPED },
	{ NAME("summary"), TAG_LINE },
	{ NAME("svg"), TAG_DROPPED },
	{ NAME("table"), TAG_PARAGRAPH },
	{ NAME("td"), TAG_CELL },
	{ NAME("template"), TAG_DROPPED },
	{ NAME("textarea"), TAG_DROPPED },
	{ NAME("th"), TAG_CELL },
	{ NAME("title"), TAG_DROPPED },
	{ NAME("tr"), TAG_LINE },
	{ NAME("ul"), TAG_PARAGRAPH },
	{ NAME("video"), TAG_DROPPED },
};

#undef NAME

enum tag_effect html_tag_effect(struct slice name)
{
	for (size_t i = 0; i < countof(tag_effects); i++)
		if (slice_eq(tag_effects[i].name, name))
			return tag_effects[i].effect;
	return TAG_NONE;
}

void html_lines_begin(struct html_lines *l, struct buf *out)
{
	*l = (struct html_lines){ .out = out, .start = out->len };
}

static void end_lines(struct html_lines *l, unsigned n)
{
	if (l->n_ends < n)
		l->n_ends = n;
	l->is_blank_due = false;
}

static void write_due(struct html_lines *l)
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

/* Bytes of the blank at p: 2 for U+00A0, which pages use as they use others; 0: none. */
static size_t blank_at(const char *p, const char *end)
{
	unsigned char c = (unsigned char)*p;

	if (c > ' ' && c != 0xc2)
		return 0;
	if (c == 0xc2)
		return end - p > 1 && (unsigned char)p[1] == 0xa0 ? 2 : 0;
	return ascii_is_space((char)c) ? 1 : 0;
}

/* Behind the words at p with one blank between them, which stay as they are. */
static const char *skip_words(const char *p, const char *end)
{
	while (p < end) {
		size_t n = (unsigned char)*p < 0x80 ? scan_words(p, (size_t)(end - p)) : 0;

		p += n > 1 ? n - 1 : 0; /* its last may be a blank */
		if (blank_at(p, end) > 0 && (*p != ' ' || end - p < 2 || blank_at(p + 1, end) > 0))
			break;
		p++;
	}
	return p;
}

void html_lines_text(struct html_lines *l, struct slice text)
{
	const char *p = text.p;
	const char *end = p + text.n;

	if (l->n_dropped > 0)
		return;
	while (p < end) {
		const char *from = p;
		size_t n;

		while (p < end && (n = blank_at(p, end)) > 0)
			p += n;
		if (p > from)
			l->is_blank_due = l->n_ends == 0;
		from = p;
		p = skip_words(p, end);
		if (p == from)
			return;
		write_due(l);
		buf_append(l->out, from, (size_t)(p - from));
	}
}

void html_lines_open(struct html_lines *l, enum tag_effect effect)
{
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

void html_lines_close(struct html_lines *l, enum tag_effect effect)
{
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
