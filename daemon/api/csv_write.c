// SPDX-License-Identifier: EUPL-1.2
/*
 * CSV, one cell after the other.
 */
#include "daemon/api/csv_write.h"

#include "base/json_write.h"
#include "base/mem.h"

static void begin_cell(struct csv_writer *w)
{
	if (w->has_cell)
		buf_char(w->out, ',');
	w->has_cell = true;
}

static bool needs_quotes(struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == ',' || text.p[i] == '\r' || text.p[i] == '\n')
			return true;
	}
	return false;
}

/* What spreadsheets take for the beginning of a formula. */
static bool looks_like_formula(struct slice text)
{
	return text.n > 0 && memchr("=+-@\t\r", text.p[0], 6) != NULL;
}

static void write_cell(struct csv_writer *w, struct slice text, bool is_guarded)
{
	bool is_quoted = needs_quotes(text);

	begin_cell(w);
	if (is_quoted)
		buf_char(w->out, '"');
	if (is_guarded)
		buf_char(w->out, '\'');
	while (text.n > 0) {
		ptrdiff_t at = slice_find_byte(text, '"');
		size_t n = at < 0 ? text.n : (size_t)at + 1;

		buf_append(w->out, text.p, n);
		if (at >= 0)
			buf_char(w->out, '"');
		text = slice_from(text, n);
	}
	if (is_quoted)
		buf_char(w->out, '"');
}

void csv_text(struct csv_writer *w, struct slice text)
{
	write_cell(w, text, looks_like_formula(text));
}

void csv_word(struct csv_writer *w, struct slice word)
{
	write_cell(w, word, false);
}

void csv_i64(struct csv_writer *w, int64_t value)
{
	begin_cell(w);
	buf_i64(w->out, value);
}

void csv_scaled(struct csv_writer *w, int64_t value, unsigned digits)
{
	struct json_writer number = JSON_WRITER(w->out);

	begin_cell(w);
	json_scaled(&number, value, digits);
}

void csv_empty(struct csv_writer *w)
{
	begin_cell(w);
}

void csv_end(struct csv_writer *w)
{
	buf_str(w->out, "\r\n");
	w->has_cell = false;
}

void csv_header(struct csv_writer *w, const char *names)
{
	struct slice rest = slice_of(names);
	struct slice name;

	while (slice_split(&name, &rest, ','))
		csv_word(w, name);
	csv_end(w);
}
