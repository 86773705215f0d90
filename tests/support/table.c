// SPDX-License-Identifier: EUPL-1.2
/* Tables of declared strings: see table.h. */
#include "tests/support/table.h"

#include "tests/support/unit.h"

enum { MAX_TABLE_BYTES = 256 * 1024, GOOD_PERCENT = 98 };

static struct slice read_table(const char *name)
{
	static char memory[MAX_TABLE_BYTES];
	char path[512];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof path, MICROCAT_SOURCE_DIR "/tests/unit/tables/%s.tsv", name);
	file = fopen(path, "rb");
	if (file == NULL)
		fail_msg("%s: cannot be opened", path);
	n = fread(memory, 1, sizeof memory, file);
	fclose(file);
	assert_true(n < sizeof memory);
	return slice_make(memory, n);
}

/* Cells of a line, and its last one as what is expected; the number of cells. */
static size_t split_row(struct table_row *row, struct slice line)
{
	size_t n = 0;

	*row = (struct table_row){ .expected = SLICE_NONE };
	for (;;) {
		ptrdiff_t tab = slice_find_byte(line, '\t');

		assert_true(n < TABLE_COLUMNS);
		row->cells[n] = tab < 0 ? line : slice_first(line, (size_t)tab);
		row->expected = row->cells[n++];
		if (tab < 0)
			return n;
		line = slice_from(line, (size_t)tab + 1);
	}
}

static void score_row(struct table_score *score, const struct table_row *row, const char *got)
{
	bool is_unknown = strcmp(got, "-") == 0, should_be = slice_eq_z(row->expected, "-");

	score->n++;
	if (slice_eq_z(row->expected, got)) {
		score->n_right++;
		return;
	}
	if (is_unknown)
		score->n_unread++;
	else if (should_be)
		score->n_guessed++;
	else
		score->n_wrong++;
	print_message("%s \"%.*s\" (%.*s %.*s %.*s): %s, expected %.*s\n",
		      is_unknown  ? "unread "
		      : should_be ? "GUESSED"
				  : "WRONG  ",
		      SLICE_ARG(row->cells[0]), SLICE_ARG(row->cells[1]), SLICE_ARG(row->cells[2]),
		      SLICE_ARG(row->cells[3]), got, SLICE_ARG(row->expected));
}

struct table_score table_run(const char *name, size_t min_rows, table_reader *read)
{
	struct table_score score = { .n = 0 };
	struct slice rest = read_table(name), line;
	size_t n_columns = 0;

	while (slice_split(&line, &rest, '\n')) {
		struct table_row row;
		char got[TABLE_TEXT_BYTES] = "";
		size_t n;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		n = split_row(&row, line);
		if (n_columns == 0) {
			n_columns = n;
			continue;
		}
		if (n != n_columns)
			fail_msg("%s: %zu cells of %zu: %.*s", name, n, n_columns, SLICE_ARG(line));
		read(got, &row);
		score_row(&score, &row, got);
	}
	print_message("%s: %zu strings, %zu right (%.1f %%), %zu not read, %zu wrong, "
		      "%zu read where nothing can be known\n",
		      name, score.n, score.n_right, 100.0 * (double)score.n_right / (double)score.n,
		      score.n_unread, score.n_wrong, score.n_guessed);
	assert_true(score.n >= min_rows);
	return score;
}

void table_assert_good(const char *name, struct table_score score)
{
	if (score.n_right * 100 < score.n * GOOD_PERCENT || score.n_wrong + score.n_guessed > 0)
		fail_msg("%s: below %d %% right, or values that are wrong", name, GOOD_PERCENT);
}
