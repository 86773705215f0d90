// SPDX-License-Identifier: EUPL-1.2
/* Partners' texts against a table of what they send and what becomes of it (tests/unit/tables/). */
#include "base/buf.h"
#include "base/limits.h"
#include "catalogue/text.h"

#include "tests/support/reader_arena.h"
#include "tests/support/table.h"

enum { DECLARED, KIND };

/* "\n" in a cell is a line end; partners' own backslashes are in the tests of each rule. */
static struct slice with_line_ends(struct slice cell)
{
	struct buf out = BUF_INIT(TABLE_TEXT_BYTES);
	struct slice text;

	for (size_t i = 0; i < cell.n; i++) {
		bool is_end = slice_starts_with(slice_from(cell, i), SLICE_LIT("\\n"));

		buf_char(&out, is_end ? '\n' : cell.p[i]);
		i += is_end;
	}
	text = arena_dup(&arena, buf_view(&out));
	buf_clear(&out);
	return text;
}

static void put(char out[TABLE_TEXT_BYTES], struct slice text)
{
	size_t n = strlen(out);

	for (size_t i = 0; i < text.n && n + 3 < TABLE_TEXT_BYTES; i++) {
		if (text.p[i] == '\n')
			out[n++] = '\\';
		out[n++] = text.p[i] == '\n' ? 'n' : text.p[i];
	}
	out[n] = '\0';
}

static void read_text(char out[TABLE_TEXT_BYTES], const struct table_row *row)
{
	struct slice text, *items = NULL;
	size_t n;

	arena_reset(&arena);
	text = text_clean(with_line_ends(row->cells[DECLARED]), LIMIT_TEXT_BYTES, &arena);
	if (text.n == 0) {
		put(out, SLICE_LIT("-"));
		return;
	}
	if (!slice_eq_z(row->cells[KIND], "list")) {
		put(out, text);
		return;
	}
	n = text_split_list(&items, text, &arena);
	for (size_t i = 0; i < n; i++) {
		put(out, i > 0 ? SLICE_LIT(" | ") : SLICE_NONE);
		put(out, items[i]);
	}
}

static void texts_become_what_they_say(void **state)
{
	(void)state;
	table_assert_good("text", table_run("text", 150, read_text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_become_what_they_say),
	};

	return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
}
