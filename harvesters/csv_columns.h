// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_CSV_COLUMNS_H
#define HARVESTERS_CSV_COLUMNS_H

/*
 * Which column of a CSV file is which element: as configured, by the
 * elements' own names, by headings that partners use in many languages.
 *
 * Thread: one (the harvest's).
 */

#include "harvesters/csv_read.h"
#include "harvesters/source.h"

#include "catalogue/word.h"

struct csv_column {
	struct slice heading; /* as it stands there; "3" in a file without headings */
	struct slice path; /* of its words: "column Laajuus" */
	enum element element; /* EL_COUNT: not read */
	const char *scheme; /* NULL: none */
	bool is_flag; /* yes and no, of what the heading names ("Online") */
	bool is_code; /* an id column whose heading calls it a course code */
};

struct csv_columns {
	struct csv_column *items;
	size_t n;
	size_t *ids; /* columns that make the record id, in order */
	size_t n_ids;
	bool id_is_url; /* no id column: the page's address stands for it */
	size_t currency; /* column, SIZE_MAX: none */
	bool has_sessions; /* some column holds a date, a term or an id of a session */
};

/*
 * From the first row, or from the number of cells where the settings say that
 * there are no headings. Everything lies in the arena.
 *
 * Errors: ERR_CONFIG, with the headings that there are: a configured heading
 * that is missing, no title, no id.
 */
enum err_code csv_columns_find(struct csv_columns *out, struct arena *arena,
			       const struct csv_row *first, const struct source *source,
			       struct err *err) ERR_MUST_USE;
/* Checks names in `columns` before there is a file. */
enum err_code csv_columns_check(const struct settings *columns, struct source_place *place,
				struct err *err) ERR_MUST_USE;

/* Whether a row looks like headings: no cell empty, none a number, all different. */
bool csv_is_heading(const struct csv_row *row);

/* Whether several values stand in one cell of this element. */
bool csv_is_list(enum element e);
/* Whether it is a session's, so that each row of a group has its own. */
bool csv_is_of_session(enum element e);

#endif
