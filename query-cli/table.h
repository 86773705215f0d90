// SPDX-License-Identifier: EUPL-1.2
#ifndef QUERY_CLI_TABLE_H
#define QUERY_CLI_TABLE_H

/*
 * A table of texts that fits a width: columns that may shrink are cut, and
 * those of the least rank are left out when that is not enough.
 */

#include "base/buf.h"

enum { TABLE_COLUMNS_MAX = 24 };

struct table_column {
	const char *title;
	bool is_right; /* numbers */
	unsigned shrink; /* least width it may be cut to; 0: never cut */
	unsigned rank; /* larger ones are left out first; 0: never */
};

struct table {
	const struct table_column *columns;
	size_t n_columns;
	struct buf cells; /* texts, each ended by a zero byte, row by row */
	size_t n_cells;
};

void table_init(struct table *t, const struct table_column *columns, size_t n);
void table_clear(struct table *t);
/* The next cell, row by row. */
void table_cell(struct table *t, struct slice text);
/*
 * width 0: nothing is cut or left out; else columns of a rank that are empty are
 * left out too. head_on and head_off surround the titles.
 */
void table_write(struct buf *out, const struct table *t, size_t width, const char *head_on,
		 const char *head_off);

#endif
