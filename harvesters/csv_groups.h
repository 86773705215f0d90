// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_CSV_GROUPS_H
#define HARVESTERS_CSV_GROUPS_H

/*
 * Rows become records. Rows that share an id and a title are one record, and
 * each of them a session of it, wherever in the file they stand: a first pass
 * counts the ids, so that a row whose id comes once goes out at once and only
 * the others wait. When more than LIMIT_CSV_HELD_BYTES wait, they go out as
 * they are.
 *
 * A row that is an exact copy of another, and one with the same id and another
 * title, are shown by themselves, behind the record: the ledger counts them as
 * duplicates. With the source's option group = "id" the title does not matter:
 * the first row's counts.
 *
 * Thread: one (the harvest's).
 */

#include "base/list.h"
#include "harvesters/csv_columns.h"
#include "harvesters/harvester.h"
#include "harvesters/id_set.h"

struct csv_groups {
	/* private */
	struct harvest_out *out;
	const struct csv_columns *columns;
	bool by_id; /* titles do not matter */
	struct buf header;
	struct id_set ids;
	struct list_node groups; /* that wait */
	struct csv_group **table; /* by hash of id */
	size_t n_table, n_groups;
	size_t held_bytes;
	unsigned n_notes;
};

void csv_groups_init(struct csv_groups *g, struct harvest_out *out,
		     const struct csv_columns *columns);
void csv_groups_clear(struct csv_groups *g);
/* The first row: part of each record's hash, since it gives cells their meaning. */
void csv_groups_set_header(struct csv_groups *g, struct slice raw);
/* First pass. */
void csv_groups_count(struct csv_groups *g, struct slice id);
/* Whether the first pass has counted it; false for an absent one. */
bool csv_groups_has(const struct csv_groups *g, struct slice id);
/* Second pass: a row of the right number of cells. */
void csv_groups_add(struct csv_groups *g, const struct csv_row *row, struct slice id);
/* No more rows: what waits goes out. */
void csv_groups_flush(struct csv_groups *g);

/* The id columns' cells, '|' between several; absent when one of a single column is empty. */
struct slice csv_row_id(const struct csv_columns *columns, const struct csv_row *row,
			struct arena *arena);

#endif
