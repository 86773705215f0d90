// SPDX-License-Identifier: EUPL-1.2
/*
 * Two lines and their clocks. See docs/decisions/answers-first.md.
 */
#include "index/read_lines.h"

#include "base/mem.h"

static const unsigned shares[READ_LINE_COUNT] = {
	[READ_SMALL] = READ_LINES_SMALL_SHARE,
	[READ_LARGE] = 1,
};

void read_lines_init(struct read_lines *l, unsigned n_readers)
{
	require(n_readers > 0);
	*l = (struct read_lines){ .n_readers = n_readers };
	for (int i = 0; i < READ_LINE_COUNT; i++)
		list_init(&l->lines[i].waiting);
}

/* Before one is added. */
static void begin_line(struct read_lines *l, enum read_line line)
{
	enum read_line other = line == READ_SMALL ? READ_LARGE : READ_SMALL;

	if (read_lines_length(l, line) == 0 && l->lines[line].clock_us < l->lines[other].clock_us)
		l->lines[line].clock_us = l->lines[other].clock_us;
	l->lines[line].n_waiting++;
}

void read_lines_add(struct read_lines *l, enum read_line line, struct read_turn *read)
{
	begin_line(l, line);
	read->number = ++l->n_added;
	list_push_back(&l->lines[line].waiting, &read->node);
}

void read_lines_add_again(struct read_lines *l, enum read_line line, struct read_turn *read)
{
	struct list_node *head = &l->lines[line].waiting;
	struct list_node *later = head->next;

	begin_line(l, line);
	while (later != head && container_of(later, struct read_turn, node)->number < read->number)
		later = later->next; /* few: those that had their turn in vain, too */
	list_insert_before(later, &read->node);
}

void read_lines_remove(struct read_lines *l, enum read_line line, struct read_turn *read)
{
	list_remove(&read->node);
	l->lines[line].n_waiting--;
}

/* Whether its first may run, as far as its own line is concerned. */
static bool may_run(const struct read_lines *l, enum read_line line)
{
	unsigned most = l->n_readers;

	if (line == READ_LARGE && most > 1)
		most--; /* one is kept for small ones */
	return l->lines[line].n_waiting > 0 && l->lines[line].n_running < most;
}

struct read_turn *read_lines_next(struct read_lines *l, enum read_line *line)
{
	bool small = may_run(l, READ_SMALL), large = may_run(l, READ_LARGE);

	if (l->lines[READ_SMALL].n_running + l->lines[READ_LARGE].n_running >= l->n_readers ||
	    (!small && !large))
		return NULL;
	if (small && large)
		small = l->lines[READ_SMALL].clock_us <= l->lines[READ_LARGE].clock_us;
	*line = small ? READ_SMALL : READ_LARGE;
	l->lines[*line].n_waiting--;
	l->lines[*line].n_running++;
	return container_of(list_pop_front(&l->lines[*line].waiting), struct read_turn, node);
}

void read_lines_ended(struct read_lines *l, enum read_line line, uint64_t took_us)
{
	require(l->lines[line].n_running > 0);
	l->lines[line].n_running--;
	l->lines[line].clock_us += took_us / shares[line];
}

unsigned read_lines_length(const struct read_lines *l, enum read_line line)
{
	return l->lines[line].n_waiting + l->lines[line].n_running;
}
