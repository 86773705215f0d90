// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_READ_LINES_H
#define INDEX_READ_LINES_H

/*
 * Who reads next. Reads wait in two lines: small ones (a page of results, one
 * offer, a report of a run) and large ones (exports, statistics), each first
 * come, first served. What is promised:
 *
 * - a small read waits for small ones only: one reader never takes a large one;
 * - large ones go on, however many small ones come: where both wait, the time
 *   of the readers is shared READ_LINES_SMALL_SHARE to 1;
 * - one that had its turn in vain keeps the place that it came with.
 *
 * A line that was empty begins where the other stands: nobody saves up time.
 *
 * Pure: no loop, no clock. Thread: one at a time.
 */

#include "base/list.h"

#include <stdbool.h>
#include <stdint.h>

enum read_line { READ_SMALL, READ_LARGE, READ_LINE_COUNT };
enum { READ_LINES_SMALL_SHARE = 3 };

/* A read's place in its line; embedded in it. */
struct read_turn {
	struct list_node node;
	uint64_t number; /* in the order in which reads came */
};

struct read_lines {
	unsigned n_readers;
	uint64_t n_added;
	struct {
		struct list_node waiting; /* by number */
		unsigned n_waiting;
		unsigned n_running;
		uint64_t clock_us; /* time used, divided by its share */
	} lines[READ_LINE_COUNT];
};

/* n_readers: above 0; with one alone a large read can stand in a small one's way. */
void read_lines_init(struct read_lines *l, unsigned n_readers);
/* At the end of its line. */
void read_lines_add(struct read_lines *l, enum read_line line, struct read_turn *read);
/* One that had its turn in vain: before all that came later than it. */
void read_lines_add_again(struct read_lines *l, enum read_line line, struct read_turn *read);
/* Out of the line, for one that is not going to run. */
void read_lines_remove(struct read_lines *l, enum read_line line, struct read_turn *read);
/*
 * The next to run, which counts as running from now on; NULL: none waits, or
 * none may run now. *line is its line.
 */
struct read_turn *read_lines_next(struct read_lines *l, enum read_line *line);
/* One that ran has ended; took_us of a reader. */
void read_lines_ended(struct read_lines *l, enum read_line line, uint64_t took_us);
/* Those of a line that wait or run. */
unsigned read_lines_length(const struct read_lines *l, enum read_line line);

#endif
