// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/json_write: commas, escapes, numbers; jansson reads what comes out. */
#include "base/json_write.h"

#include "base/limits.h"

#include "tests/support/unit.h"

#include <jansson.h>

static void commas_are_kept_through_nesting(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct json_writer w = JSON_WRITER(&out);

	(void)state;
	json_open(&w, '{');
	json_field(&w, "id", SLICE_LIT("x"));
	json_field(&w, "none", SLICE_NONE);
	json_field_z(&w, "z", "y");
	json_field_z(&w, "no", NULL);
	json_field_i64(&w, "n", -3);
	json_field_bool(&w, "b", true);
	json_key(&w, "list");
	json_open(&w, '[');
	json_open(&w, '{');
	json_close(&w, '}');
	json_open(&w, '[');
	json_close(&w, ']');
	json_write_null(&w);
	json_bool(&w, false);
	json_text(&w, NULL);
	json_slice(&w, SLICE_NONE);
	json_raw(&w, SLICE_LIT("{\"raw\":1}"));
	json_raw(&w, SLICE_NONE);
	json_time(&w, 0);
	json_close(&w, ']');
	json_key_slice(&w, SLICE_LIT("last"));
	json_i64(&w, INT64_MIN);
	json_close(&w, '}');
	assert_false(buf_failed(&out));
	assert_buf(&out, "{\"id\":\"x\",\"z\":\"y\",\"n\":-3,\"b\":true,\"list\":[{},[],null,false,"
			 "null,null,{\"raw\":1},null,\"1970-01-01T00:00:00Z\"],"
			 "\"last\":-9223372036854775808}");
	buf_clear(&out);
}

static void values_at_the_top_stand_alone(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct json_writer w = JSON_WRITER(&out);

	(void)state;
	json_open(&w, '[');
	json_i64(&w, 1);
	json_close(&w, ']');
	buf_char(&out, '\n');
	json_open(&w, '{');
	json_close(&w, '}');
	buf_char(&out, '\n');
	json_i64(&w, 2);
	assert_buf(&out, "[1]\n{}\n2");
	buf_clear(&out);
}

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *json;
	} cases[] = {
		{ "", 0, "\"\"" },
		{ "plain ASCII ~", 13, "\"plain ASCII ~\"" },
		{ "a\"b\\c/", 6, "\"a\\\"b\\\\c/\"" },
		{ "\n\r\t\b\f", 5, "\"\\n\\r\\t\\u0008\\u000c\"" },
		{ "a\001b\x1f", 4, "\"a\\u0001b\\u001f\"" },
		/* a zero byte is in no text: jansson and SQLite would not take it */
		{ "a\0b", 3,
		  "\"a\xef\xbf\xbd"
		  "b\"" },
		{ "\x7f", 1, "\"\x7f\"" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\x93", 9,
		  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\x93\"" },
		/* not UTF-8: a U+FFFD for each maximal subpart */
		{ "a\xff"
		  "b\xc3\xa4",
		  5,
		  "\"a\xef\xbf\xbd"
		  "b\xc3\xa4\"" },
		{ "\xe2\x82", 2, "\"\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80\n", 4, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\n\"" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice text = unit_exact(slice_make(cases[i].text, cases[i].n));
		struct buf out = BUF_INIT(100);

		json_write_string(&out, text);
		assert_buf(&out, cases[i].json);
		unit_exact_free(text);
		buf_clear(&out);
	}
}

static void any_bytes_become_json_that_is_read_back(void **state)
{
	struct buf out = BUF_INIT(10000);
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char bytes[24];
		json_t *back;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			random = random * 1664525 + 1013904223;
			bytes[i] = (char)(random >> 24);
		}
		buf_reset(&out);
		json_write_string(&out, slice_make(bytes, sizeof(bytes)));
		assert_false(buf_failed(&out));
		back = json_loadb(out.data, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_non_null(back);
		json_decref(back);
	}
	buf_clear(&out);
}

static void scaled_numbers_have_no_trailing_zeros(void **state)
{
	static const struct {
		int64_t value;
		unsigned digits;
		const char *json;
	} cases[] = {
		{ 75, 1, "7.5" },
		{ 50, 1, "5" },
		{ 0, 1, "0" },
		{ 0, 0, "0" },
		{ 5, 1, "0.5" },
		{ 5, 3, "0.005" },
		{ 1050, 2, "10.5" },
		{ 1005, 2, "10.05" },
		{ -75, 1, "-7.5" },
		{ -5, 2, "-0.05" },
		{ 100, 0, "100" },
		{ 1000000000000000000, 18, "1" },
		{ INT64_MAX, 18, "9.223372036854775807" },
		{ INT64_MIN, 18, "-9.223372036854775808" },
		{ INT64_MIN, 0, "-9223372036854775808" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf out = BUF_INIT(100);
		struct json_writer w = JSON_WRITER(&out);

		json_scaled(&w, cases[i].value, cases[i].digits);
		assert_buf(&out, cases[i].json);
		buf_clear(&out);
	}
}

static void nest(struct json_writer *w, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		json_open(w, i % 2 == 0 ? '{' : '[');
		if (i % 2 == 0)
			json_key(w, "k");
	}
}

static void open_too_deep(void *arg)
{
	nest(arg, LIMIT_JSON_DEPTH + 1);
}

static void nesting_ends_at_its_limit(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct json_writer w = JSON_WRITER(&out);
	json_t *back;

	(void)state;
	assert_true(unit_aborts(open_too_deep, &w));
	nest(&w, LIMIT_JSON_DEPTH);
	for (unsigned i = LIMIT_JSON_DEPTH; i > 0; i--)
		json_close(&w, i % 2 == 1 ? '}' : ']');
	back = json_loadb(out.data, out.len, 0, NULL);
	assert_non_null(back);
	json_decref(back);
	buf_clear(&out);
}

static void close_nothing(void *arg)
{
	json_close(arg, '}');
}

static void close_with_the_wrong_bracket(void *arg)
{
	json_open(arg, '[');
	json_close(arg, '}');
}

static void write_a_value_without_a_key(void *arg)
{
	json_open(arg, '{');
	json_i64(arg, 1);
}

static void write_a_key_without_a_value(void *arg)
{
	json_open(arg, '{');
	json_key(arg, "k");
	json_close(arg, '}');
}

static void write_a_key_in_a_list(void *arg)
{
	json_open(arg, '[');
	json_key(arg, "k");
}

static void open_with_no_bracket(void *arg)
{
	json_open(arg, '(');
}

static void a_writer_that_is_misused_ends_the_process(void **state)
{
	static void (*const misuses[])(void *) = {
		close_nothing,
		close_with_the_wrong_bracket,
		write_a_value_without_a_key,
		write_a_key_without_a_value,
		write_a_key_in_a_list,
		open_with_no_bracket,
	};

	(void)state;
	for (size_t i = 0; i < countof(misuses); i++) {
		struct buf out = BUF_INIT(100);
		struct json_writer w = JSON_WRITER(&out);

		assert_true(unit_aborts(misuses[i], &w));
		buf_clear(&out);
	}
}

static void a_full_buf_is_noticed_once_at_the_end(void **state)
{
	struct buf out = BUF_INIT(10);
	struct json_writer w = JSON_WRITER(&out);

	(void)state;
	json_open(&w, '{');
	json_field(&w, "key", SLICE_LIT("a long value"));
	json_field_i64(&w, "n", 1);
	json_close(&w, '}');
	assert_true(buf_failed(&out));
	assert_in_range(out.len, 0, 10);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_are_kept_through_nesting),
		cmocka_unit_test(values_at_the_top_stand_alone),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(any_bytes_become_json_that_is_read_back),
		cmocka_unit_test(scaled_numbers_have_no_trailing_zeros),
		cmocka_unit_test(nesting_ends_at_its_limit),
		cmocka_unit_test(a_writer_that_is_misused_ends_the_process),
		cmocka_unit_test(a_full_buf_is_noticed_once_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
