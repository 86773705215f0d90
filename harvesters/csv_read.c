// SPDX-License-Identifier: EUPL-1.2
/* The CSV reader and the guess at its separator. */
#include "harvesters/csv_read.h"

#include "base/limits.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

enum state {
	AT_START, /* of a cell */
	IN_PLAIN,
	IN_QUOTES,
	BEHIND_QUOTE, /* inside quotes, behind one: it closes or is doubled */
};

enum { CELL_MARK = 0x1f };

void csv_reader_init(struct csv_reader *c, char separator, uint64_t line, csv_row_cb on_row,
		     void *data)
{
	*c = (struct csv_reader){ .separator = separator,
				  .on_row = on_row,
				  .data = data,
				  .line = line,
				  .row_line = line };
	buf_init(&c->text, LIMIT_CSV_ROW_BYTES);
	c->ends = mem_new_n(size_t, LIMIT_CSV_COLUMNS);
	c->cells = mem_new_n(struct slice, LIMIT_CSV_COLUMNS);
}

void csv_reader_clear(struct csv_reader *c)
{
	buf_clear(&c->text);
	mem_free(c->ends);
	mem_free(c->cells);
	c->ends = NULL;
	c->cells = NULL;
}

static void mark_defect(struct csv_reader *c, const char *limit, unsigned max, const char *unit)
{
	c->has_defect = true;
	snprintf(c->defect, sizeof(c->defect), "%s than %u %s", limit, max, unit);
}

/* Cells behind a defect do not count; those before it are whole. */
static void end_cell(struct csv_reader *c)
{
	if (!c->has_defect && buf_failed(&c->text))
		mark_defect(c, "longer", LIMIT_CSV_ROW_BYTES / LIMIT_MIB,
			    "MiB (LIMIT_CSV_ROW_BYTES)");
	if (!c->has_defect && c->n_cells == LIMIT_CSV_COLUMNS)
		mark_defect(c, "more", LIMIT_CSV_COLUMNS, "cells (LIMIT_CSV_COLUMNS)");
	if (!c->has_defect)
		c->ends[c->n_cells++] = c->text.len;
	buf_char(&c->text, CELL_MARK);
	c->is_quoted = false;
	c->state = AT_START;
}

static void end_row(struct csv_reader *c, bool is_ended)
{
	struct csv_row row = { .line = c->row_line, .is_ended = is_ended };
	size_t start = 0;

	end_cell(c);
	for (size_t i = 0; i < c->n_cells; i++) {
		c->cells[i] = slice_make(buf_z(&c->text) + start, c->ends[i] - start);
		start = c->ends[i] + 1;
	}
	row.cells = c->cells;
	row.n = c->n_cells;
	row.raw = slice_first(buf_view(&c->text), c->text.len > 0 ? c->text.len - 1 : 0);
	row.defect = c->has_defect ? c->defect : NULL;
	c->on_row(c->data, &row);
	buf_reset(&c->text);
	c->n_cells = 0;
	c->has_defect = false;
	c->row_line = c->line;
}

/* Counts the line ends of a run inside quotes. */
static void count_lines(struct csv_reader *c, const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p == '\r' || (*p == '\n' && !c->has_cr))
			c->line++;
		c->has_cr = *p == '\r';
	}
}

static const char *read_plain(struct csv_reader *c, const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q != c->separator && *q != '\n' && *q != '\r')
		q++;
	buf_append(&c->text, p, (size_t)(q - p));
	return q;
}

static const char *read_quoted(struct csv_reader *c, const char *p, const char *end)
{
	const char *quote = memchr(p, '"', (size_t)(end - p));
	const char *stop = quote != NULL ? quote : end;

	buf_append(&c->text, p, (size_t)(stop - p));
	count_lines(c, p, stop);
	if (quote == NULL)
		return end;
	c->has_cr = false;
	c->state = BEHIND_QUOTE;
	return quote + 1;
}

/* A byte that is not the rest of a run: a separator, a line end, the start of a cell. */
static void step(struct csv_reader *c, char b)
{
	if (b == '\n' && c->has_cr) { /* the second half of CR LF */
		c->has_cr = false;
		return;
	}
	c->has_cr = b == '\r';
	if (b == '\n' || b == '\r') {
		c->line++;
		end_row(c, true);
	} else if (b == c->separator) {
		end_cell(c);
	} else if (b == '"' && c->state == AT_START) {
		c->state = IN_QUOTES;
		c->is_quoted = true;
		c->quote_line = c->line;
	} else if (b == '"' && c->state == BEHIND_QUOTE) {
		buf_char(&c->text, '"');
		c->state = IN_QUOTES;
	} else {
		buf_char(&c->text, b);
		c->state = IN_PLAIN;
	}
}

enum err_code csv_reader_feed(struct csv_reader *c, struct slice text, struct err *err)
{
	const char *p = text.p, *end = text.p + text.n;

	while (p < end) {
		if (c->state == IN_QUOTES)
			p = read_quoted(c, p, end);
		else if (c->state == IN_PLAIN && *p != c->separator && *p != '\n' && *p != '\r')
			p = read_plain(c, p, end);
		else
			step(c, *p++);
		if (c->state == IN_QUOTES && buf_failed(&c->text))
			return err_set(err, ERR_LIMIT,
				       "the quote opened on line %" PRIu64
				       " is not closed within %u MiB (LIMIT_CSV_ROW_BYTES)",
				       c->quote_line, LIMIT_CSV_ROW_BYTES / LIMIT_MIB);
	}
	return ERR_OK;
}

enum err_code csv_reader_end(struct csv_reader *c, struct err *err)
{
	if (c->state == IN_QUOTES)
		return err_set(err, ERR_PARSE,
			       "the text ends inside quotes that line %" PRIu64 " opens",
			       c->quote_line);
	if (c->n_cells > 0 || c->text.len > 0 || c->is_quoted)
		end_row(c, false);
	return ERR_OK;
}

/* --- guessing --- */

struct counting {
	size_t rows_with[LIMIT_CSV_COLUMNS + 1]; /* by number of cells */
	size_t n_rows;
};

static void count_row(void *data, const struct csv_row *row)
{
	struct counting *counting = (struct counting *)data;

	if (row->raw.n == 0 || row->defect != NULL)
		return;
	counting->rows_with[row->n]++;
	counting->n_rows++;
}

/* How many rows in a thousand have the commonest number of cells, and that number. */
static size_t rate(struct slice sample, char separator, size_t *n_cells)
{
	struct counting *counting = mem_new(struct counting);
	struct csv_reader reader;
	size_t best = 0, share = 0;

	csv_reader_init(&reader, separator, 1, count_row, counting);
	if (csv_reader_feed(&reader, sample, NULL) == ERR_OK) {
		/* The last row of a sample may be half of one: it counts only where it is alone. */
		if (counting->n_rows == 0 && csv_reader_end(&reader, NULL) != ERR_OK)
			counting->n_rows = 0;
		for (size_t i = 2; i <= LIMIT_CSV_COLUMNS; i++)
			if (counting->rows_with[i] >= counting->rows_with[best] &&
			    counting->rows_with[i] > 0)
				best = i;
		if (counting->n_rows > 0 && best > 0)
			share = counting->rows_with[best] * 1000 / counting->n_rows;
	}
	*n_cells = best;
	csv_reader_clear(&reader);
	mem_free(counting);
	return share;
}

char csv_guess_separator(struct slice sample)
{
	static const char candidates[] = { ';', ',', '\t', '|' };
	size_t best_share = 0, best_cells = 0;
	char best = 0;

	for (size_t i = 0; i < countof(candidates); i++) {
		size_t n_cells;
		size_t share = rate(sample, candidates[i], &n_cells);

		if (share > best_share || (share == best_share && n_cells > best_cells)) {
			best = candidates[i];
			best_share = share;
			best_cells = n_cells;
		}
	}
	return best_share > 0 ? best : 0;
}

char csv_separator_line(size_t *n_bytes, struct slice text)
{
	char separator;

	if (!slice_starts_with_nocase(text, SLICE_LIT("sep=")) || text.n < 5)
		return 0;
	separator = text.p[4];
	if (text.n > 5 && text.p[5] != '\r' && text.p[5] != '\n')
		return 0;
	*n_bytes = 5;
	if (text.n > 5)
		*n_bytes += text.p[5] == '\r' && text.n > 6 && text.p[6] == '\n' ? 2 : 1;
	return separator;
}
