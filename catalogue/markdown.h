// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_MARKDOWN_H
#define CATALOGUE_MARKDOWN_H

/*
 * Light Markdown to plain text: emphasis, code, links and headings lose their
 * marks, pictures are left out, lists stay as they are. A text that only looks
 * like Markdown ("2 * 3 * 4", "snake_case_name") is not touched.
 * Private to text.c.
 *
 * Thread: any; pure.
 */

#include "base/buf.h"

/* Whether a sign occurs that Markdown uses. */
bool markdown_is_possible(struct slice text);
/* Appends the text without its marks. */
void markdown_unmark(struct buf *out, struct slice text);

#endif
