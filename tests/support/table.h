// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_TABLE_H
#define TESTS_SUPPORT_TABLE_H

/*
 * Tables of declared strings with what may be made of them (tests/unit/tables/):
 * tab-separated, comment lines first, then the names of the columns. The last
 * column is what is expected, "-" for unknown. A reader is run over each row,
 * and scored: what it does not read is a pity, what it reads wrongly is not
 * allowed at all.
 */

#include "base/slice.h"

enum { TABLE_COLUMNS = 8, TABLE_TEXT_BYTES = 256 };

struct table_row {
	struct slice cells[TABLE_COLUMNS];
	struct slice expected; /* the last cell */
};

/* Writes what is made of a row into out, "-" for unknown. */
typedef void table_reader(char out[TABLE_TEXT_BYTES], const struct table_row *row);

struct table_score {
	size_t n;
	size_t n_right;
	size_t n_unread; /* a value is expected, none was read */
	size_t n_wrong; /* another value was read */
	size_t n_guessed; /* a value was read where there is none */
};

/*
 * Reads tests/unit/tables/NAME.tsv with a reader, prints each row that is not
 * right and the score. Fails the test when there are fewer than min_rows rows
 * or the file cannot be read.
 */
struct table_score table_run(const char *name, size_t min_rows, table_reader *read);
/* Fails the test below 98 % right, and for any value that is wrong or guessed. */
void table_assert_good(const char *name, struct table_score score);

#endif
