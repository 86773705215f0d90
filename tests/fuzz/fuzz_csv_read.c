// SPDX-License-Identifier: EUPL-1.2
/*
 * The CSV reader, with the separator that it guesses itself. Rows must not
 * depend on how the bytes are cut, and what is read and written again (by the
 * API's writer) is read as the same cells.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "daemon/api/csv_write.h"
#include "harvesters/csv_read.h"

enum { LOG_BYTES = 16 * 1024 * 1024, CELL_END = 0x1f };

struct seen {
	struct buf log; /* "cell 1f cell 1f\n" a row */
	struct buf again; /* the same rows as CSV with commas; NULL data: not wanted */
	bool has_defect;
	uint64_t last_line;
	bool with_facts;
};

static void on_row(void *data, const struct csv_row *row)
{
	struct seen *seen = data;
	struct csv_writer w = CSV_WRITER(&seen->again);
	struct slice raw = row->raw;

	FUZZ_CHECK(row->n > 0 && row->n <= LIMIT_CSV_COLUMNS);
	FUZZ_EXPECT(row->line > seen->last_line || (seen->last_line == 0 && row->line > 0),
		    "line %llu", (unsigned long long)row->line);
	seen->last_line = row->line;
	seen->has_defect = seen->has_defect || row->defect != NULL;
	for (size_t i = 0; i < row->n; i++) {
		struct slice cell;

		buf_slice(&seen->log, row->cells[i]);
		buf_char(&seen->log, CELL_END);
		FUZZ_CHECK(slice_take(&cell, &raw, row->cells[i].n) &&
			   slice_eq(cell, row->cells[i]));
		if (i + 1 < row->n)
			FUZZ_CHECK(slice_take(&cell, &raw, 1) && cell.p[0] == CELL_END);
		/* A row of one empty cell would be no row at all. */
		if (row->n == 1 && row->cells[i].n == 0)
			buf_str(&seen->again, "\"\"");
		else
			csv_word(&w, row->cells[i]);
	}
	FUZZ_CHECK(raw.n == 0 || row->defect != NULL);
	csv_end(&w);
	if (seen->with_facts)
		buf_printf(&seen->log, "%llu %d %s", (unsigned long long)row->line,
			   (int)row->is_ended, row->defect != NULL ? row->defect : "");
	buf_char(&seen->log, '\n');
}

static void read_rows(struct seen *seen, struct slice text, char separator, size_t piece,
		      bool with_facts)
{
	struct csv_reader c;
	struct err err = ERR_INIT;
	enum err_code rc = ERR_OK;

	*seen = (struct seen){ .log = BUF_INIT(LOG_BYTES),
			       .again = BUF_INIT(LOG_BYTES),
			       .with_facts = with_facts };
	csv_reader_init(&c, separator, 1, on_row, seen);
	while (text.n > 0 && rc == ERR_OK) {
		struct slice part = unit_exact(slice_first(text, piece));

		rc = csv_reader_feed(&c, part, &err);
		unit_exact_free(part);
		text = slice_from(text, piece);
	}
	if (rc == ERR_OK)
		rc = csv_reader_end(&c, &err);
	fuzz_check_err(rc, &err);
	if (with_facts)
		buf_str(&seen->log, err.msg);
	csv_reader_clear(&c);
}

static void seen_clear(struct seen *seen)
{
	buf_clear(&seen->log);
	buf_clear(&seen->again);
}

static void check_same(const struct seen *whole, struct slice text, char separator, size_t piece)
{
	struct seen pieces;

	read_rows(&pieces, text, separator, piece, true);
	FUZZ_EXPECT(slice_eq(buf_view(&whole->log), buf_view(&pieces.log)),
		    "whole:\n%s\npieces of %zu:\n%s", buf_z(&whole->log), piece,
		    buf_z(&pieces.log));
	seen_clear(&pieces);
}

static void check_written(struct slice text, char separator)
{
	struct seen first, second;

	read_rows(&first, text, separator, text.n + 1, false);
	read_rows(&second, buf_view(&first.again), ',', first.again.len + 1, false);
	FUZZ_EXPECT(first.has_defect || slice_eq(buf_view(&first.log), buf_view(&second.log)),
		    "read:\n%s\nwritten:\n%s\nread again:\n%s", buf_z(&first.log),
		    buf_z(&first.again), buf_z(&second.log));
	seen_clear(&first);
	seen_clear(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);
	size_t n_first = 0;
	char separator = csv_separator_line(&n_first, text);
	struct seen whole;

	FUZZ_CHECK(n_first <= n);
	if (separator == 0)
		separator = csv_guess_separator(text);
	if (separator == 0)
		separator = ';';
	read_rows(&whole, text, separator, n + 1, true);
	check_same(&whole, text, separator, fuzz_piece(text, 0));
	check_same(&whole, text, separator, fuzz_piece(text, 1));
	check_written(text, separator);
	seen_clear(&whole);
	unit_exact_free(text);
	return 0;
}
