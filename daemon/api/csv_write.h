// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_CSV_WRITE_H
#define DAEMON_API_CSV_WRITE_H

/*
 * Writes CSV as RFC 4180 has it: commas, CRLF, cells in double quotes where
 * they need it. Texts come from strangers and end up in spreadsheets: one that
 * begins like a formula (= + - @, a tab or a return) gets an apostrophe in
 * front, which spreadsheets show as text.
 *
 *     csv_text(&row, title);
 *     csv_i64(&row, n);
 *     csv_end(&row);
 *
 * Thread: any; a writer belongs to its owner.
 */

#include "base/buf.h"

struct csv_writer {
	struct buf *out;
	bool has_cell; /* of this row */
};

#define CSV_WRITER(out_buf)                                                                        \
	{                                                                                          \
		.out = (out_buf)                                                                   \
	}

/* A stranger's text; absent: an empty cell. */
void csv_text(struct csv_writer *w, struct slice text);
/* Our own word or code: quoted where needed, no apostrophe. */
void csv_word(struct csv_writer *w, struct slice word);
void csv_i64(struct csv_writer *w, int64_t value);
/* value / 10^digits without trailing zeros: (750, 2) is 7.5; digits at most 6. */
void csv_scaled(struct csv_writer *w, int64_t value, unsigned digits);
void csv_empty(struct csv_writer *w);
void csv_end(struct csv_writer *w);
/* A row of words, separated by commas: the header. */
void csv_header(struct csv_writer *w, const char *names);

#endif
