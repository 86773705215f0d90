// SPDX-License-Identifier: EUPL-1.2
/*
 * Lists as tables, CSV, NDJSON and JSON.
 */
#include "query-cli/output.h"

#include "base/mem.h"
#include "query-cli/display.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

int output_flush(struct buf *out)
{
	int rc = EX_OK;

	if (fwrite(buf_z(out), 1, out->len, stdout) != out->len || fflush(stdout) != 0) {
		if (errno != EPIPE)
			fprintf(stderr, "microcat: writing: %s\n", strerror(errno));
		rc = EX_IOERR;
	}
	buf_clear(out);
	return rc;
}

int output_json(const struct options *o, json_t *root)
{
	bool is_indented = o->format == OUTPUT_JSON && isatty(STDOUT_FILENO);
	size_t flags = is_indented ? JSON_INDENT(2) : JSON_COMPACT;
	char *text = json_dumps(root, flags | JSON_ENCODE_ANY);
	int rc = text != NULL && puts(text) >= 0 && fflush(stdout) == 0 ? EX_OK : EX_IOERR;

	free(text);
	return rc;
}

static int write_ndjson(json_t *items)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		char *text = json_dumps(item, JSON_COMPACT);

		buf_str(&out, text != NULL ? text : "{}");
		buf_char(&out, '\n');
		free(text);
	}
	return output_flush(&out);
}

/* RFC 4180; a cell that a spreadsheet would take for a formula gets a quote in front. */
static void write_csv_cell(struct buf *out, struct slice cell)
{
	bool is_formula = cell.n > 0 && strchr("=+-@\t\r", cell.p[0]) != NULL &&
			  !(cell.n > 1 && cell.p[0] == '-' && ascii_is_digit(cell.p[1]));
	bool is_quoted = is_formula;

	for (size_t i = 0; i < cell.n && !is_quoted; i++)
		is_quoted = strchr(",\"\r\n;", cell.p[i]) != NULL;
	if (is_quoted)
		buf_char(out, '"');
	if (is_formula)
		buf_char(out, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_char(out, '"');
		buf_char(out, cell.p[i]);
	}
	if (is_quoted)
		buf_char(out, '"');
}

static int write_csv(json_t *items, const struct view_column *columns, size_t n, const char *lang)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	struct buf cell = BUF_INIT(1024 * 1024);
	json_t *item;
	size_t i;

	for (size_t c = 0; c < n; c++)
		buf_printf(&out, "%s%s", c > 0 ? "," : "", columns[c].name);
	buf_str(&out, "\r\n");
	json_array_foreach(items, i, item)
	{
		for (size_t c = 0; c < n; c++) {
			buf_reset(&cell);
			value_write(&cell, value_at(item, columns[c].path), columns[c].kind, lang);
			if (c > 0)
				buf_char(&out, ',');
			write_csv_cell(&out, buf_view(&cell));
		}
		buf_str(&out, "\r\n");
	}
	buf_clear(&cell);
	return output_flush(&out);
}

static int write_table(const struct options *o, json_t *items, const struct view_column *columns,
		       size_t n, const char *lang)
{
	struct table_column layout[TABLE_COLUMNS_MAX];
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	struct buf cell = BUF_INIT(1024 * 1024);
	struct table t;
	json_t *item;
	size_t i;

	for (size_t c = 0; c < n; c++)
		layout[c] = columns[c].layout;
	table_init(&t, layout, n);
	json_array_foreach(items, i, item)
	{
		for (size_t c = 0; c < n; c++) {
			buf_reset(&cell);
			value_write(&cell, value_at(item, columns[c].path), columns[c].kind, lang);
			table_cell(&t, buf_view(&cell));
		}
	}
	table_write(&out, &t, display_width(), style_on(o, STYLE_BOLD), style_off(o));
	table_clear(&t);
	buf_clear(&cell);
	return output_flush(&out);
}

int output_list(const struct options *o, json_t *root, json_t *items,
		const struct view_column *columns, size_t n_columns, const char *lang)
{
	switch (o->format) {
	case OUTPUT_JSON:
		return output_json(o, root);
	case OUTPUT_NDJSON:
		return write_ndjson(items);
	case OUTPUT_CSV:
		return write_csv(items, columns, n_columns, lang);
	case OUTPUT_TABLE:
		break;
	}
	return write_table(o, items, columns, n_columns, lang);
}

int output_list_or(const struct options *o, json_t *root, json_t *items,
		   const struct view_column *columns, size_t n_columns, const char *nothing)
{
	struct buf out = BUF_INIT(1024);

	if (o->format != OUTPUT_TABLE || json_array_size(items) > 0)
		return output_list(o, root, items, columns, n_columns, NULL);
	buf_printf(&out, "%s%s%s\n", style_on(o, STYLE_DIM), nothing, style_off(o));
	return output_flush(&out);
}

void output_field(struct buf *out, const struct options *o, const char *name, struct slice value)
{
	size_t width = display_width();
	struct buf text = BUF_INIT(OUTPUT_BYTES);
	size_t indent = 18;

	if (value.n == 0)
		return;
	display_wrap(&text, value, width, indent);
	buf_printf(out, "%s%-*s%s", style_on(o, STYLE_DIM), (int)indent - 2, name, style_off(o));
	buf_str(out, "  ");
	buf_slice(out, slice_from(buf_view(&text), indent));
	buf_clear(&text);
}
