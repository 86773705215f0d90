// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_HTML_PLAIN_H
#define CATALOGUE_HTML_PLAIN_H

/*
 * HTML as the editors of content systems write it: paragraphs, lists,
 * headings, emphasis and links, each closed where it should be. libxml2's
 * parser spends more on a fragment than on its bytes, so such ones are read
 * here; anything else is left to it. A test holds the one against the other.
 * Private to html*.c.
 *
 * Thread: any; pure.
 */

#include "base/buf.h"

/* Appends the text as html_to_text() does, or returns false (and may have appended some). */
bool html_plain_to_text(struct buf *out, struct slice html);

#endif
