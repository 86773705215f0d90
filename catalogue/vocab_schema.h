// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_SCHEMA_H
#define CATALOGUE_VOCAB_SCHEMA_H

/*
 * What each file of catalogue/vocab/ gives to which table: shared by
 * vocab-compile, which makes the tables at build time, and by the overlay,
 * which reads an operator's rows at run time.
 *
 * A file is tab-separated UTF-8: comment lines (#) first, then a line of column
 * names, then rows with as many cells. Cells hold no tabs, quotes or escapes.
 *
 * Thread: any; pure functions and constant tables.
 */

#include "base/err.h"
#include "catalogue/vocab.h"
#include "catalogue/vocab_fold.h"

/*
 * A pattern is a text with {column} in it, or {column|} for a cell with
 * several values separated by " | ", each of which gives a key of its own, or
 * {column-} for what stands before the first hyphen ("pt" of "pt-BR"), or
 * {column=value}, which adds nothing and makes no key where the cell differs.
 */
struct vocab_view {
	const char *file; /* base name, "credit-forms.tsv" */
	enum vocab_table table;
	const char *keys[6]; /* patterns; a key without text is no key */
	const char *cells[VOCAB_CELLS]; /* patterns, in the order vocab.h gives */
};

struct vocab_file {
	const char *name;
	const char *columns; /* all of them, separated by blanks */
	const char *unique; /* pattern that no two rows share */
};

/* Every value of a pattern in a file must be one of a pattern in another file. */
struct vocab_reference {
	const char *file;
	const char *values;
	const char *target_file;
	const char *target_values;
};

extern const struct vocab_view vocab_views[];
extern const size_t vocab_n_views;
extern const struct vocab_file vocab_files[];
extern const size_t vocab_n_files;
extern const struct vocab_reference vocab_references[];
extern const size_t vocab_n_references;

/* Used cells of a table's rows, how its keys are folded, and which cell names the language. */
size_t vocab_table_cells(enum vocab_table table);
enum vocab_fold vocab_table_fold(enum vocab_table table);
enum { VOCAB_NO_LANG = VOCAB_CELLS };
/* Index of the cell in which rows that differ in it alone are merged ("da nb sv"). */
size_t vocab_table_lang_cell(enum vocab_table table);

/* A file whose rows are in a table, which an operator's may be too; NULL for no such file. */
const struct vocab_file *vocab_file_of(const char *name);
/* Any file of catalogue/vocab/. */
const struct vocab_file *vocab_file_of_project(const char *name);

enum { VOCAB_COLUMNS = 24 };

/* One file while it is read. */
struct vocab_reader {
	const struct vocab_file *file;
	struct slice rest;
	size_t line; /* of the row last read, from 1 */
	size_t n_columns;
	struct slice columns[VOCAB_COLUMNS];
	struct slice cells[VOCAB_COLUMNS];
	bool is_strict;
};

/*
 * Reads comments and column names. strict: all columns must be there, in their
 * order; else any of them in any order. Errors: ERR_PARSE with file:line.
 */
enum err_code vocab_reader_begin(struct vocab_reader *r, const struct vocab_file *file,
				 struct slice text, bool is_strict, struct err *err) ERR_MUST_USE;
/* The next row; *has_row is false at the end. Errors: ERR_PARSE with file:line. */
enum err_code vocab_reader_next(struct vocab_reader *r, bool *has_row,
				struct err *err) ERR_MUST_USE;

enum { VOCAB_CELL_BYTES = 8192 };
/*
 * Expands a pattern for the current row into out, of VOCAB_CELL_BYTES; false when
 * that is too small. has_empty: a column of the pattern has no value, or there is no
 * text at all: no key, and nothing to check.
 * part: which value of a {column|}, from 0; is_last when there is none after it.
 */
struct vocab_expansion {
	struct slice text;
	bool has_empty;
	bool is_last;
};
bool vocab_expand(struct vocab_expansion *out, char *memory, const struct vocab_reader *r,
		  const char *pattern, size_t part);

#endif
