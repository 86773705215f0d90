// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/read_lines: order in a line, what is kept free, how time is shared. */
#include "index/read_lines.h"

#include "tests/support/unit.h"

enum { READS = 40 };

struct read {
	struct read_turn turn;
	unsigned number;
};

struct fixture {
	struct read_lines lines;
	struct read reads[READS];
	unsigned n;
};

static void open_fixture(struct fixture *f, unsigned n_readers)
{
	*f = (struct fixture){ .n = 0 };
	read_lines_init(&f->lines, n_readers);
}

static struct read *add(struct fixture *f, enum read_line line)
{
	struct read *r = &f->reads[f->n];

	assert_true(f->n < READS);
	r->number = f->n++;
	read_lines_add(&f->lines, line, &r->turn);
	return r;
}

/* The number of the next, which is of this line; -1: none may run. */
static int next(struct fixture *f, enum read_line expected)
{
	enum read_line line = READ_LINE_COUNT;
	struct read_turn *turn = read_lines_next(&f->lines, &line);

	if (turn == NULL)
		return -1;
	assert_int_equal(line, expected);
	return (int)container_of(turn, struct read, turn)->number;
}

static void each_line_is_first_come_first_served(void **state)
{
	(void)state;
	for (enum read_line line = READ_SMALL; line < READ_LINE_COUNT; line++) {
		struct fixture f;

		open_fixture(&f, 2);
		for (unsigned i = 0; i < 5; i++)
			add(&f, line);
		for (int i = 0; i < 5; i++) {
			assert_int_equal(next(&f, line), i);
			read_lines_ended(&f.lines, line, 100);
		}
		assert_int_equal(next(&f, line), -1);
		assert_int_equal(read_lines_length(&f.lines, line), 0);
	}
}

static void no_more_run_than_there_are_readers(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, 2);
	for (unsigned i = 0; i < 3; i++)
		add(&f, READ_SMALL);
	assert_int_equal(next(&f, READ_SMALL), 0);
	assert_int_equal(next(&f, READ_SMALL), 1);
	assert_int_equal(next(&f, READ_SMALL), -1);
	assert_int_equal(read_lines_length(&f.lines, READ_SMALL), 3);
	read_lines_ended(&f.lines, READ_SMALL, 1);
	assert_int_equal(next(&f, READ_SMALL), 2);
}

static void one_reader_is_kept_for_small_reads(void **state)
{
	static const struct {
		unsigned n_readers;
		int n_large; /* at once */
	} rows[] = { { 1, 1 }, { 2, 1 }, { 3, 2 }, { 8, 7 } };

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct fixture f;
		struct read *small;

		open_fixture(&f, rows[i].n_readers);
		for (unsigned k = 0; k < 20; k++)
			add(&f, READ_LARGE);
		for (int k = 0; k < rows[i].n_large; k++)
			assert_int_equal(next(&f, READ_LARGE), k);
		assert_int_equal(next(&f, READ_LARGE), -1);
		small = add(&f, READ_SMALL);
		/* It comes at once, but where there is one reader only. */
		assert_int_equal(next(&f, READ_SMALL),
				 rows[i].n_readers > 1 ? (int)small->number : -1);
	}
}

/* Readers that are never idle; small reads take 2 ms, large ones 100. */
static void time_is_shared_where_both_wait(void **state)
{
	static const uint64_t took_us[] = { [READ_SMALL] = 2000, [READ_LARGE] = 100000 };
	struct fixture f;
	struct {
		struct read *read;
		enum read_line line;
		uint64_t until_us;
	} readers[2] = { { .read = NULL }, { .read = NULL } };
	uint64_t now_us = 0, used_us[READ_LINE_COUNT] = { 0 };

	(void)state;
	open_fixture(&f, 2);
	for (unsigned i = 0; i < READS; i++)
		add(&f, i % 2 == 0 ? READ_SMALL : READ_LARGE);
	while (now_us < 60 * 1000 * 1000) {
		size_t first;

		for (size_t i = 0; i < 2; i++) {
			struct read_turn *turn;

			if (readers[i].read != NULL)
				continue;
			turn = read_lines_next(&f.lines, &readers[i].line);
			assert_non_null(turn);
			readers[i].read = container_of(turn, struct read, turn);
			readers[i].until_us = now_us + took_us[readers[i].line];
		}
		first = readers[0].until_us <= readers[1].until_us ? 0 : 1;
		now_us = readers[first].until_us;
		used_us[readers[first].line] += took_us[readers[first].line];
		read_lines_ended(&f.lines, readers[first].line, took_us[readers[first].line]);
		read_lines_add(&f.lines, readers[first].line, &readers[first].read->turn);
		readers[first].read = NULL;
	}
	assert_in_range(used_us[READ_SMALL] * 100 / used_us[READ_LARGE],
			READ_LINES_SMALL_SHARE * 100 - 5, READ_LINES_SMALL_SHARE * 100 + 5);
}

/* An hour of small reads alone is not held against them, nor saved up by large ones. */
static void nobody_saves_up_time(void **state)
{
	struct fixture f;

	(void)state;
	open_fixture(&f, 1);
	for (unsigned i = 0; i < 8; i++) {
		add(&f, READ_SMALL);
		assert_int_equal(next(&f, READ_SMALL), i);
		read_lines_ended(&f.lines, READ_SMALL, 3600 * (uint64_t)1000000);
	}
	for (unsigned i = 0; i < 8; i++)
		add(&f, i % 2 == 0 ? READ_SMALL : READ_LARGE);
	assert_int_equal(next(&f, READ_SMALL), 8);
	read_lines_ended(&f.lines, READ_SMALL, 3000);
	assert_int_equal(next(&f, READ_LARGE), 9);
	read_lines_ended(&f.lines, READ_LARGE, 1500);
	assert_int_equal(next(&f, READ_SMALL), 10);
}

static void one_that_leaves_is_not_served(void **state)
{
	struct fixture f;
	struct read *second;

	(void)state;
	open_fixture(&f, 2);
	add(&f, READ_LARGE);
	second = add(&f, READ_LARGE);
	add(&f, READ_LARGE);
	read_lines_remove(&f.lines, READ_LARGE, &second->turn);
	assert_int_equal(read_lines_length(&f.lines, READ_LARGE), 2);
	assert_int_equal(next(&f, READ_LARGE), 0);
	read_lines_ended(&f.lines, READ_LARGE, 1);
	assert_int_equal(next(&f, READ_LARGE), 2);
}

/* Whatever the order in which they come back, and others between. */
static void those_whose_turn_was_in_vain_keep_their_order(void **state)
{
	static const unsigned orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 0, 2 }, { 2, 0, 1 } };

	(void)state;
	for (size_t i = 0; i < countof(orders); i++) {
		struct fixture f;

		open_fixture(&f, 3);
		for (int k = 0; k < 5; k++)
			add(&f, READ_SMALL);
		for (int k = 0; k < 3; k++)
			assert_int_equal(next(&f, READ_SMALL), k);
		for (int k = 0; k < 3; k++) {
			read_lines_ended(&f.lines, READ_SMALL, 1);
			read_lines_add_again(&f.lines, READ_SMALL, &f.reads[orders[i][k]].turn);
		}
		for (int k = 0; k < 5; k++) {
			assert_int_equal(next(&f, READ_SMALL), k);
			read_lines_ended(&f.lines, READ_SMALL, 1);
		}
		assert_int_equal(read_lines_length(&f.lines, READ_SMALL), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_is_first_come_first_served),
		cmocka_unit_test(no_more_run_than_there_are_readers),
		cmocka_unit_test(one_reader_is_kept_for_small_reads),
		cmocka_unit_test(time_is_shared_where_both_wait),
		cmocka_unit_test(nobody_saves_up_time),
		cmocka_unit_test(one_that_leaves_is_not_served),
		cmocka_unit_test(those_whose_turn_was_in_vain_keep_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
