// SPDX-License-Identifier: EUPL-1.2
#ifndef QUERY_CLI_DISPLAY_H
#define QUERY_CLI_DISPLAY_H

/*
 * What a terminal shows: its width, colours, and how many columns a text
 * takes (wide and combining characters).
 */

#include "base/buf.h"
#include "query-cli/options.h"

#include <jansson.h>

/* Columns a text takes; control characters count 0. */
size_t display_columns(struct slice text);
/* Appends at most width columns of text, with "…" where it is cut. Control characters are
 * dropped: what a partner wrote does not steer a terminal. */
void display_fit(struct buf *out, struct slice text, size_t width);
/* All of it, without control characters. */
void display_clean(struct buf *out, struct slice text);
/*
 * All texts of an answer without control characters but line ends, wherever
 * they will be printed; members whose names have some are left out.
 */
void display_clean_json(json_t *value);
/*
 * Appends text broken at blanks into lines of at most width columns, each after
 * indent blanks; the further lines of "- an item" stand below its text. width 0: not broken.
 */
void display_wrap(struct buf *out, struct slice text, size_t width, size_t indent);

/* Of standard output; 0 when it is no terminal: nothing is cut. COLUMNS counts too. */
size_t display_width(void);
/* Of a terminal. */
size_t display_width_of(int fd);
bool display_has_colour(const struct options *o);

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GREEN, STYLE_YELLOW, STYLE_RED };
/* Escape sequences, "" without colour. */
const char *style_on(const struct options *o, enum style style);
const char *style_off(const struct options *o);

#endif
