// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_MARKDOWN_H
#define CATALOGUE_MARKDOWN_H

/*
 * Light Markdown to plain text: emphasis, code, links, headings, quotes ("> "),
 * tables and boxes of tasks lose their marks, pictures are left out, rules and
 * underlines of headings are empty lines, lists stay as they are. A text that
 * only looks like Markdown ("2 * 3 * 4", "snake_case_name", "> 18 years") is not
 * touched.
 * Private to text.c.
 *
 * Thread: any; pure.
 */

#include "base/buf.h"

/* Whether a line may begin with marks that no sign inside a line shows: "> ", "| ", "---", "===". */
bool markdown_begins_block(struct slice line);
/* Appends the text without its marks. */
void markdown_unmark(struct buf *out, struct slice text);

#endif
