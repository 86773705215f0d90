// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_CSV_READ_H
#define HARVESTERS_CSV_READ_H

/*
 * Rows and cells of a CSV text that comes in pieces, in UTF-8. A quote at the
 * start of a cell opens it, a doubled one inside is a character, and so is one
 * in the middle of a cell that none opened. Lines end with CR LF, LF or CR.
 *
 * Thread: any; a reader belongs to its owner.
 */

#include "base/buf.h"
#include "base/err.h"

struct csv_row {
	const struct slice *cells;
	size_t n; /* with a defect: those before it, which are whole */
	struct slice raw; /* all cells with 0x1f between them: to compare and to hash */
	uint64_t line; /* of its first cell, from 1 */
	bool is_ended; /* by a line end, not by the end of the text */
	const char *defect; /* NULL, or why cells are missing ("more than ..."); borrowed */
};

/* cells and raw are borrowed until it returns. */
typedef void (*csv_row_cb)(void *data, const struct csv_row *row);

struct csv_reader {
	/* private */
	char separator;
	csv_row_cb on_row;
	void *data;
	unsigned char state;
	bool has_cr; /* the byte before was a CR that ended a row or line */
	bool is_quoted; /* the cell in hand was */
	uint64_t line; /* the one being read */
	uint64_t row_line;
	uint64_t quote_line;
	bool has_defect;
	char defect[64];
	struct buf text;
	size_t *ends; /* of cells in text, LIMIT_CSV_COLUMNS of them */
	struct slice *cells;
	size_t n_cells;
};

/* line: of the first byte, from 1. */
void csv_reader_init(struct csv_reader *c, char separator, uint64_t line, csv_row_cb on_row,
		     void *data);
void csv_reader_clear(struct csv_reader *c);
/* ERR_LIMIT when a quoted cell does not end within LIMIT_CSV_ROW_BYTES: nothing comes after it. */
enum err_code csv_reader_feed(struct csv_reader *c, struct slice text,
			      struct err *err) ERR_MUST_USE;
/* The last row where no line end closes it. ERR_PARSE when the text ends inside quotes. */
enum err_code csv_reader_end(struct csv_reader *c, struct err *err) ERR_MUST_USE;

/*
 * The separator of a text among ; , tab and |: the one by which most rows have
 * the same number of cells, two at least. 0 where none does.
 */
char csv_guess_separator(struct slice sample);
/* Excel's first line "sep=;": the separator and the line's length, else 0. */
char csv_separator_line(size_t *n_bytes, struct slice text);

#endif
