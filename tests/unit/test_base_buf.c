// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/buf: growing, the maximum, and what stays after a failure. */
#include "base/buf.h"

#include "tests/support/unit.h"

static void an_unused_buf_is_an_empty_text(void **state)
{
	struct buf b = BUF_INIT(10);

	(void)state;
	assert_null(b.data);
	assert_string_equal(buf_z(&b), "");
	assert_buf(&b, "");
	buf_append(&b, NULL, 0);
	buf_slice(&b, SLICE_NONE);
	buf_str(&b, NULL);
	buf_consume(&b, 0);
	buf_truncate(&b, 0);
	assert_null(b.data);
	assert_false(buf_failed(&b));
	buf_clear(&b);
	buf_clear(&b);
}

static void pieces_come_in_order(void **state)
{
	struct buf b = BUF_INIT(1000);
	const uint8_t bytes[] = { 0x00, 0x7f, 0xff };

	(void)state;
	buf_str(&b, "a");
	buf_char(&b, 'b');
	buf_fill(&b, '-', 3);
	buf_slice(&b, SLICE_LIT("cd"));
	buf_printf(&b, "%d%s", 42, "!");
	buf_hex(&b, bytes, sizeof(bytes));
	assert_buf(&b, "ab---cd42!007fff");
	assert_string_equal(b.data, "ab---cd42!007fff");
	buf_clear(&b);
}

static void numbers_are_decimal_or_little_endian(void **state)
{
	static const struct {
		int64_t value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 7, "7" },
		{ -1, "-1" },
		{ 1234567890, "1234567890" },
		{ INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	struct buf b = BUF_INIT(100);

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		buf_reset(&b);
		buf_i64(&b, cases[i].value);
		assert_buf(&b, cases[i].text);
	}
	buf_reset(&b);
	buf_u32le(&b, 0x01020304);
	buf_u64le(&b, UINT64_C(0x1112131415161718));
	assert_int_equal(b.len, 12);
	assert_memory_equal(b.data, "\x04\x03\x02\x01\x18\x17\x16\x15\x14\x13\x12\x11", 12);
	buf_clear(&b);
}

static void the_maximum_is_exact_and_a_piece_goes_in_whole(void **state)
{
	static const size_t maxima[] = { 0, 1, 63, 64, 65, 127, 128, 129, 1000 };

	(void)state;
	for (size_t i = 0; i < countof(maxima); i++) {
		struct buf b = BUF_INIT(maxima[i]);

		for (size_t n = 0; n < maxima[i]; n++)
			buf_char(&b, 'x');
		assert_false(buf_failed(&b));
		assert_int_equal(b.len, maxima[i]);
		assert_in_range(b.cap, 0, maxima[i] + 1);
		buf_str(&b, "yy");
		assert_true(buf_failed(&b));
		assert_int_equal(b.len, maxima[i]);
		assert_int_equal(strlen(buf_z(&b)), maxima[i]);
		buf_clear(&b);
	}
}

static void nothing_is_appended_after_a_failure(void **state)
{
	struct buf b = BUF_INIT(4);

	(void)state;
	buf_str(&b, "abc");
	buf_str(&b, "de");
	buf_char(&b, 'x');
	buf_str(&b, "");
	buf_i64(&b, 1);
	buf_printf(&b, "x");
	buf_hex(&b, "", 0);
	assert_null(buf_room(&b, 0));
	assert_true(buf_failed(&b));
	assert_buf(&b, "abc");
	buf_reset(&b);
	assert_false(buf_failed(&b));
	buf_str(&b, "de");
	assert_buf(&b, "de");
	buf_clear(&b);
	assert_int_equal(b.max, 4);
}

static void sizes_near_the_end_of_the_world_fail(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_str(&b, "abc");
	assert_null(buf_room(&b, SIZE_MAX));
	buf_reset(&b);
	buf_hex(&b, "", SIZE_MAX / 2 + 1);
	assert_true(buf_failed(&b));
	buf_reset(&b);
	buf_fill(&b, ' ', SIZE_MAX - 1);
	assert_true(buf_failed(&b));
	buf_clear(&b);
}

static void printing_handles_any_length(void **state)
{
	static const int lengths[] = { 0, 1, 62, 63, 64, 65, 4095, 4096, 100000 };

	(void)state;
	for (size_t i = 0; i < countof(lengths); i++) {
		struct buf b = BUF_INIT(200000);

		buf_printf(&b, "%*s", lengths[i], "");
		buf_printf(&b, "%s", "end");
		assert_false(buf_failed(&b));
		assert_int_equal(b.len, lengths[i] + 3);
		assert_string_equal(b.data + lengths[i], "end");
		buf_clear(&b);
	}
}

static void printing_too_much_leaves_what_was_there(void **state)
{
	struct buf b = BUF_INIT(5);

	(void)state;
	buf_str(&b, "ab");
	buf_printf(&b, "%s", "cde");
	assert_buf(&b, "abcde");
	buf_printf(&b, "%s", "");
	assert_false(buf_failed(&b));
	buf_printf(&b, "%s", "f");
	assert_true(buf_failed(&b));
	assert_string_equal(b.data, "abcde");
	buf_clear(&b);
}

static void room_is_written_by_the_caller(void **state)
{
	struct buf b = BUF_INIT(1000);
	char *room = buf_room(&b, 500);

	(void)state;
	assert_non_null(room);
	memset(room, 'x', 500);
	buf_added(&b, 2);
	assert_buf(&b, "xx");
	buf_clear(&b);
}

static void add_more_than_the_room(void *arg)
{
	struct buf *b = arg;

	buf_added(b, b->cap);
}

static void adding_more_than_the_room_ends_the_process(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	assert_non_null(buf_room(&b, 10));
	assert_true(unit_aborts(add_more_than_the_room, &b));
	buf_clear(&b);
}

static void both_ends_can_be_dropped(void **state)
{
	struct buf b = BUF_INIT(100);

	(void)state;
	buf_str(&b, "abcdef");
	buf_truncate(&b, 9);
	assert_buf(&b, "abcdef");
	buf_truncate(&b, 4);
	assert_string_equal(b.data, "abcd");
	buf_consume(&b, 1);
	assert_string_equal(b.data, "bcd");
	assert_buf(&b, "bcd");
	buf_consume(&b, 3);
	assert_buf(&b, "");
	buf_clear(&b);
}

static void moving_leaves_the_source_empty(void **state)
{
	struct buf from = BUF_INIT(10);
	struct buf to = BUF_INIT(3);

	(void)state;
	buf_str(&from, "abcdef");
	buf_str(&to, "x");
	buf_move(&to, &from);
	assert_buf(&to, "abcdef");
	assert_int_equal(to.max, 10);
	assert_null(from.data);
	assert_int_equal(from.len, 0);
	assert_int_equal(from.max, 10);
	buf_move(&to, &to);
	assert_buf(&to, "abcdef");
	buf_clear(&to);
	buf_clear(&from);
}

static void memory_grows_by_doubling(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	size_t n_grown = 0;
	size_t cap = 0;

	(void)state;
	for (size_t i = 0; i < 1 << 20; i++) {
		buf_char(&b, 'x');
		n_grown += b.cap != cap;
		cap = b.cap;
	}
	assert_false(buf_failed(&b));
	assert_in_range(n_grown, 2, 20);
	buf_clear(&b);
}

static void trimming_leaves_the_bytes_and_no_more(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	buf_trim(&b);
	assert_null(b.data);
	buf_fill(&b, 'a', 300);
	assert_true(b.cap > 301);
	buf_trim(&b);
	assert_int_equal(b.cap, 301);
	assert_int_equal(b.len, 300);
	assert_int_equal(b.data[300], '\0');
	buf_trim(&b);
	buf_str(&b, "b");
	assert_slice(slice_from(buf_view(&b), 299), "ab");
	buf_fill(&b, 'c', 699);
	assert_false(buf_failed(&b));
	assert_int_equal(b.len, 1000);
	buf_trim(&b);
	buf_reset(&b);
	buf_trim(&b);
	assert_buf(&b, "");
	assert_int_equal(b.cap, 1);
	buf_clear(&b);
}

static void a_calloc_that_overflows(void *arg)
{
	mem_free(mem_calloc(SIZE_MAX / 2, *(size_t *)arg));
}

static void a_resize_that_overflows(void *arg)
{
	mem_free(mem_resize(NULL, SIZE_MAX / 2, *(size_t *)arg));
}

static void memory_is_there_or_the_process_ends(void **state)
{
	size_t size = 3;
	char *p = mem_zalloc(0);
	char *copy = mem_strndup("abc", 2);

	(void)state;
	assert_non_null(p);
	p = mem_resize(p, 0, 0);
	assert_non_null(p);
	p = mem_resize(p, 10, 10);
	assert_non_null(p);
	mem_free(p);
	mem_free(NULL);
	assert_string_equal(copy, "ab");
	mem_free(copy);
	assert_null(mem_strdup(NULL));
	assert_true(unit_aborts(a_calloc_that_overflows, &size));
	assert_true(unit_aborts(a_resize_that_overflows, &size));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unused_buf_is_an_empty_text),
		cmocka_unit_test(pieces_come_in_order),
		cmocka_unit_test(numbers_are_decimal_or_little_endian),
		cmocka_unit_test(the_maximum_is_exact_and_a_piece_goes_in_whole),
		cmocka_unit_test(nothing_is_appended_after_a_failure),
		cmocka_unit_test(sizes_near_the_end_of_the_world_fail),
		cmocka_unit_test(printing_handles_any_length),
		cmocka_unit_test(printing_too_much_leaves_what_was_there),
		cmocka_unit_test(room_is_written_by_the_caller),
		cmocka_unit_test(adding_more_than_the_room_ends_the_process),
		cmocka_unit_test(both_ends_can_be_dropped),
		cmocka_unit_test(moving_leaves_the_source_empty),
		cmocka_unit_test(memory_grows_by_doubling),
		cmocka_unit_test(trimming_leaves_the_bytes_and_no_more),
		cmocka_unit_test(memory_is_there_or_the_process_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
