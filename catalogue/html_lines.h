// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_HTML_LINES_H
#define CATALOGUE_HTML_LINES_H

/*
 * What HTML's tags and texts become: lines of plain text. Told of each tag and
 * each piece of text in their order, by whoever reads the markup. Private to
 * html*.c.
 *
 * Thread: any; pure but for its buf.
 */

#include "base/buf.h"

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

/* TAG_NONE for a name that is in no table; names are in lower case. */
enum tag_effect html_tag_effect(struct slice name);

struct html_lines {
	struct buf *out;
	size_t start; /* of our text in out */
	unsigned n_dropped; /* open tags whose content is left out */
	unsigned n_items; /* open list items: paragraphs in them are lines */
	unsigned n_ends; /* line ends that are due before the next text: 0 to 2 */
	bool is_blank_due;
	bool is_bullet_due;
};

/* Appends to out what it is told from now on. */
void html_lines_begin(struct html_lines *l, struct buf *out);
/* White space, no-break spaces too, is collapsed; a word may come in pieces. */
void html_lines_text(struct html_lines *l, struct slice text);
void html_lines_open(struct html_lines *l, enum tag_effect effect);
void html_lines_close(struct html_lines *l, enum tag_effect effect);

#endif
