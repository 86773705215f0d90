// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_HTML_H
#define CATALOGUE_HTML_H

/*
 * HTML fragments to lines of text: libxml2's tolerant parser, used as a stream
 * of tags, so that nothing grows with the depth of the markup; and a reader of
 * our own in front of it for what editors write (html_plain.h). Private to
 * text*.c and html*.c.
 *
 * Thread: any, after text_init().
 */

#include "base/buf.h"

/* Whether a "<" begins a tag that HTML knows, a comment or a document type. */
bool html_is_likely(struct slice text);
/* Whether a named or numbered character reference occurs ("&amp;", "&#228;"). */
bool html_has_reference(struct slice text);
/*
 * Appends the text: paragraphs are set apart by an empty line, items begin
 * with "- ", scripts, styles, buttons and navigation are left out. White space
 * is collapsed. Valid UTF-8 in. Markup nested deeper than LIMIT_HTML_DEPTH
 * ends the text there.
 */
void html_to_text(struct buf *out, struct slice html);
/* As above for whatever html_plain.h leaves to the parser: for comparing. */
void html_to_text_by_parser(struct buf *out, struct slice html);
/* The character of "&#228;" or "&auml;" at the front; *n the bytes of the reference; 0: none. */
uint32_t html_read_reference(struct slice s, size_t *n);
/* Appends the text with its character references replaced, once. */
void html_unescape(struct buf *out, struct slice text);

#endif
