// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_COMPILE_H
#define CATALOGUE_VOCAB_COMPILE_H

/*
 * What the parts of vocab-compile share: vocab_compile.c (checks, gathers and
 * writes the tables) and vocab_page.c (the page of coded values).
 *
 * Thread: the program's only one.
 */

#include "base/err.h"
#include "catalogue/text_set.h"
#include "catalogue/vocab_data.h"
#include "catalogue/vocab_file.h"

#include <stdio.h>

struct entry {
	uint32_t key;
	uint32_t file;
	uint32_t cells[VOCAB_CELLS];
	uint32_t row; /* place of the row in words, once it has one */
	uint32_t order; /* in which it was read */
};

struct table {
	struct entry *entries;
	size_t n;
	size_t cap;
};

struct compiler {
	const char *directory;
	struct buf files[48]; /* by number of vocab_files */
	struct text_set texts;
	struct table tables[VOCAB_TABLE_COUNT];
	uint32_t *words;
	size_t n_words;
	size_t cap_words;
	uint64_t hash;
	char memory[VOCAB_CELL_BYTES];
};

/* What is done with one row; arg is the caller's. */
typedef enum err_code row_fn(struct compiler *c, const struct vocab_reader *r, const void *arg,
			     struct err *err);
/* Runs over the rows of a file that was read; stops at the first failure. */
enum err_code compiler_each_row(struct compiler *c, const char *name, row_fn *fn, const void *arg,
				struct err *err);

/* Reads the tables and writes docs/vocabularies.md. Errors: those of reading, with file:line. */
enum err_code vocab_page_write(FILE *out, struct compiler *c, struct err *err);

#endif
