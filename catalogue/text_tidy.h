// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_TEXT_TIDY_H
#define CATALOGUE_TEXT_TIDY_H

/*
 * The last pass over a text: blanks of all widths, line ends, controls and
 * marks that nobody sees, and the characters that editors begin items of lists
 * with. Private to text.c.
 *
 * Thread: any; pure.
 */

#include "base/buf.h"

/* What windows-1252 has at 0x80 to 0x9f; 0 where it has nothing. */
extern const uint16_t text_windows_1252[32];

/*
 * Appends text (valid UTF-8) as people read it: blanks are single, lines end
 * with one \n and paragraphs with two, items begin with "- ". is_line: line
 * ends are blanks, too.
 */
void text_tidy(struct buf *out, struct slice text, bool is_line);

/* Whether a character may begin an item of a list; "-" is one already. */
bool text_is_bullet(uint32_t c);

#endif
