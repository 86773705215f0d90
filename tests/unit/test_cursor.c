// SPDX-License-Identifier: EUPL-1.2
/*
 * Cursors: what is written is read again, and nothing else is.
 */
#include "tests/support/random.h"
#include "tests/support/unit.h"

#include "base/limits.h"
#include "index/cursor.h"

static void random_cursor(struct cursor *c, struct random *r)
{
	*c = (struct cursor){ .order = (enum sort_order)random_below(r, SORT_COUNT),
			      .generation = (int64_t)(random_next(r) >> 1),
			      .today = (int32_t)random_next(r),
			      .mark = random_next(r),
			      .major = random_next(r),
			      .slot = (int64_t)(random_next(r) >> 1) };
	if (c->order == SORT_TITLE) {
		c->n_title = random_below(r, TITLE_KEY_BYTES + 1);
		for (size_t i = 0; i < c->n_title; i++)
			c->title[i] = (char)random_next(r);
	}
}

static void what_is_written_is_read_again(void **state)
{
	struct random r = RANDOM_INIT(5);
	struct buf text = BUF_INIT(LIMIT_CURSOR_BYTES);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct cursor c, d;
		struct err err = ERR_INIT;

		random_cursor(&c, &r);
		buf_reset(&text);
		cursor_write(&text, &c);
		assert_false(buf_failed(&text));
		for (size_t k = 0; k < text.len; k++)
			assert_true(ascii_is_alnum(text.data[k]) || text.data[k] == '-' ||
				    text.data[k] == '_');
		if (cursor_read(&d, buf_view(&text), &err) != ERR_OK)
			fail_msg("%s", err.msg);
		assert_int_equal(d.order, c.order);
		assert_int_equal(d.generation, c.generation);
		assert_int_equal(d.today, c.today);
		assert_true(d.mark == c.mark && d.major == c.major);
		assert_int_equal(d.slot, c.slot);
		assert_int_equal(d.n_title, c.n_title);
		assert_memory_equal(d.title, c.title, c.n_title);
	}
	buf_clear(&text);
}

static void every_changed_letter_is_noticed(void **state)
{
	struct random r = RANDOM_INIT(6);
	struct buf text = BUF_INIT(LIMIT_CURSOR_BYTES);
	struct cursor c, d;

	(void)state;
	random_cursor(&c, &r);
	cursor_write(&text, &c);
	for (size_t i = 0; i < text.len; i++) {
		char was = text.data[i];

		for (int k = 0; k < 4; k++) {
			text.data[i] = "A9-_"[k];
			assert_int_equal(cursor_read(&d, buf_view(&text), NULL),
					 text.data[i] == was ? ERR_OK : ERR_PARSE);
		}
		text.data[i] = was;
		assert_int_equal(cursor_read(&d, slice_first(buf_view(&text), i), NULL), ERR_PARSE);
	}
	buf_clear(&text);
}

static void other_texts_are_refused(void **state)
{
	static const char *const table[] = { "",          "A",        "AAAA",          "====",
					     "no cursor", "\xff\xfe", "AQEAAAAAAAAAAA" };
	struct random r = RANDOM_INIT(8);
	struct buf text = BUF_INIT(4096);
	struct cursor c;
	struct err err;

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		assert_int_equal(cursor_read(&c, slice_of(table[i]), &err), ERR_PARSE);
		assert_non_null(strstr(err.msg, "cursor="));
	}
	for (int i = 0; i < 2000; i++) {
		struct slice exact;

		buf_reset(&text);
		for (uint32_t n = random_below(&r, 200); n > 0; n--)
			buf_char(&text, (char)random_next(&r));
		exact = unit_exact(buf_view(&text));
		assert_int_equal(cursor_read(&c, exact, &err), ERR_PARSE);
		unit_exact_free(exact);
	}
	buf_reset(&text);
	buf_fill(&text, 'A', LIMIT_CURSOR_BYTES + 1);
	assert_int_equal(cursor_read(&c, buf_view(&text), &err), ERR_PARSE);
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(every_changed_letter_is_noticed),
		cmocka_unit_test(other_texts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
