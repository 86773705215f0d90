// SPDX-License-Identifier: EUPL-1.2
/*
 * Lays out a table.
 */
#include "query-cli/table.h"

#include "base/mem.h"
#include "query-cli/display.h"

enum { GAP = 2, TABLE_BYTES = 256 * 1024 * 1024 };

struct layout {
	size_t widths[TABLE_COLUMNS_MAX];
	bool is_shown[TABLE_COLUMNS_MAX];
	bool is_empty[TABLE_COLUMNS_MAX];
};

void table_init(struct table *t, const struct table_column *columns, size_t n)
{
	require(n > 0 && n <= TABLE_COLUMNS_MAX);
	*t = (struct table){ .columns = columns, .n_columns = n, .cells = BUF_INIT(TABLE_BYTES) };
}

void table_clear(struct table *t)
{
	buf_clear(&t->cells);
	t->n_cells = 0;
}

void table_cell(struct table *t, struct slice text)
{
	buf_slice(&t->cells, text);
	buf_char(&t->cells, '\0');
	t->n_cells++;
}

/* The cell at *at; moves behind it. */
static struct slice take_cell(const struct table *t, size_t *at)
{
	struct slice cell = slice_of(t->cells.data + *at);

	*at += cell.n + 1;
	return cell;
}

static void measure(struct layout *l, const struct table *t)
{
	size_t at = 0;

	for (size_t c = 0; c < t->n_columns; c++) {
		l->widths[c] = display_columns(slice_of(t->columns[c].title));
		l->is_shown[c] = true;
		l->is_empty[c] = true;
	}
	for (size_t i = 0; t->n_columns > 0 && i < t->n_cells; i++) {
		size_t n = display_columns(take_cell(t, &at));
		size_t c = i % t->n_columns;

		if (n > l->widths[c])
			l->widths[c] = n;
		if (n > 0)
			l->is_empty[c] = false;
	}
}

static size_t total_width(const struct layout *l, const struct table *t)
{
	size_t sum = 0;
	size_t n = 0;

	for (size_t c = 0; c < t->n_columns; c++) {
		if (l->is_shown[c]) {
			sum += l->widths[c];
			n++;
		}
	}
	return n == 0 ? 0 : sum + (n - 1) * GAP;
}

/* What the widths come to when every column is as narrow as it may be. */
static size_t least_width(const struct layout *l, const struct table *t)
{
	struct layout least = *l;

	for (size_t c = 0; c < t->n_columns; c++) {
		unsigned shrink = t->columns[c].shrink;

		if (shrink > 0 && least.widths[c] > shrink)
			least.widths[c] = shrink;
	}
	return total_width(&least, t);
}

/* Leaves out the column of the largest rank; false when none may go. */
static bool drop_one(struct layout *l, const struct table *t)
{
	size_t worst = t->n_columns;

	for (size_t c = 0; c < t->n_columns; c++) {
		if (!l->is_shown[c] || t->columns[c].rank == 0)
			continue;
		if (worst == t->n_columns || t->columns[c].rank > t->columns[worst].rank)
			worst = c;
	}
	if (worst == t->n_columns)
		return false;
	l->is_shown[worst] = false;
	return true;
}

/* Takes one column of width off that which is furthest above its least. */
static bool shrink_one(struct layout *l, const struct table *t)
{
	size_t widest = t->n_columns;
	size_t most = 0;

	for (size_t c = 0; c < t->n_columns; c++) {
		unsigned shrink = t->columns[c].shrink;

		if (!l->is_shown[c] || shrink == 0 || l->widths[c] <= shrink)
			continue;
		if (l->widths[c] - shrink > most) {
			most = l->widths[c] - shrink;
			widest = c;
		}
	}
	if (widest == t->n_columns)
		return false;
	l->widths[widest]--;
	return true;
}

static void fit(struct layout *l, const struct table *t, size_t width)
{
	for (size_t c = 0; c < t->n_columns; c++)
		l->is_shown[c] = !l->is_empty[c] || t->columns[c].rank == 0 || t->n_cells == 0;
	while (least_width(l, t) > width && drop_one(l, t))
		;
	while (total_width(l, t) > width && shrink_one(l, t))
		;
}

static void write_cell(struct buf *out, struct slice text, size_t width, bool is_right,
		       bool is_last)
{
	size_t n = display_columns(text);

	n = n > width ? width : n;
	if (is_right)
		buf_fill(out, ' ', width - n);
	display_fit(out, text, width);
	if (!is_right && !is_last)
		buf_fill(out, ' ', width - n);
	if (!is_last)
		buf_fill(out, ' ', GAP);
}

static void trim_blanks(struct buf *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
}

static size_t last_shown(const struct layout *l, const struct table *t)
{
	size_t last = 0;

	for (size_t c = 0; c < t->n_columns; c++) {
		if (l->is_shown[c])
			last = c;
	}
	return last;
}

void table_write(struct buf *out, const struct table *t, size_t width, const char *head_on,
		 const char *head_off)
{
	struct layout l;
	size_t last;
	size_t at = 0;

	measure(&l, t);
	if (width > 0)
		fit(&l, t, width);
	last = last_shown(&l, t);

	buf_str(out, head_on);
	for (size_t c = 0; c < t->n_columns; c++) {
		if (l.is_shown[c])
			write_cell(out, slice_of(t->columns[c].title), l.widths[c],
				   t->columns[c].is_right, c == last);
	}
	trim_blanks(out);
	buf_str(out, head_off);
	buf_char(out, '\n');
	for (size_t i = 0; i < t->n_cells; i++) {
		struct slice cell = take_cell(t, &at);
		size_t c = i % t->n_columns;

		if (l.is_shown[c])
			write_cell(out, cell, l.widths[c], t->columns[c].is_right, c == last);
		if (c + 1 == t->n_columns) {
			trim_blanks(out);
			buf_char(out, '\n');
		}
	}
}
