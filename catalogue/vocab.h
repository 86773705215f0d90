// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_H
#define CATALOGUE_VOCAB_H

/*
 * The vocabularies: tables of catalogue/vocab/ (*.tsv), compiled at build time by
 * vocab-compile into sorted static data. No parsing at start, no heap, no
 * pointers to relocate. Every table is a map from a folded key to rows.
 *
 * An operator's own rows (`vocab-dir`) are loaded once at start into an
 * overlay that is asked first.
 *
 * Keys are folded with vocab_fold(): NFKC, case folded, blanks collapsed,
 * typographic quotes and dashes plain.
 *
 * Thread: any for look-ups; vocab_overlay_load() once, before any other thread
 * or process uses the tables.
 */

#include "base/arena.h"
#include "base/err.h"

enum vocab_table {
	VOCAB_LANGUAGE,      /* any code, name or form of a language -> BCP 47 */
	VOCAB_COUNTRY,       /* any code or name -> alpha-2 */
	VOCAB_SUBJECT,       /* ISCED-F label -> code */
	VOCAB_SUBJECT_CODE,  /* ISCED-F code -> English label */
	VOCAB_LEVEL_FORM,    /* form of a national or European level */
	VOCAB_LEVEL_TERM,    /* degree and cycle words */
	VOCAB_CREDIT_FORM,   /* form of a credit unit */
	VOCAB_CREDIT_SYSTEM, /* unit and country -> factor, hours */
	VOCAB_WORKLOAD_FORM, /* words for hour, week, contact time ... */
	VOCAB_CODED_VALUE,   /* scheme + word or URI -> code */
	VOCAB_CODED_MAPPING, /* standard + field + value -> scheme, code */
	VOCAB_INSTITUTION_ID,   /* domain, ROR, Erasmus code ... -> institution row */
	VOCAB_INSTITUTION_NAME, /* name -> institution row */
	VOCAB_ALLIANCE,      /* institution (domain) -> alliance */
	VOCAB_TABLE_COUNT
};

enum { VOCAB_CELLS = 8 };

/* One row: its cells in the order the table's comment in vocab.c gives them. */
struct vocab_row {
	struct slice key;               /* folded */
	struct slice cells[VOCAB_CELLS];
	const char *table;              /* "credit-forms.tsv" */
};

/* Folds text for look-up into out (of cap bytes); its length, 0 when empty or too long. */
size_t vocab_fold(char *out, size_t cap, struct slice text);

/*
 * The rows of a key, folded already, at most max; their number. Rows of the
 * overlay come first.
 */
size_t vocab_find(struct vocab_row *out, size_t max, enum vocab_table table, struct slice key);
/* Folds first. */
size_t vocab_look_up(struct vocab_row *out, size_t max, enum vocab_table table, struct slice text);
/* Number of compiled rows, and the ith, for tests, documentation and scanners. */
size_t vocab_count(enum vocab_table table);
struct vocab_row vocab_at(enum vocab_table table, size_t i);

/* A hash of all tables with the overlay: part of the raw hash and of meta. 16 hex digits. */
const char *vocab_version(void);

/*
 * Adds an operator's rows: a text in the *.tsv form of `file` (its base name
 * says which table). Called with the content: no files are read here.
 */
enum err_code vocab_overlay_add(const char *file, struct slice text, struct err *err) ERR_MUST_USE;
void vocab_overlay_clear(void);

#endif
