// SPDX-License-Identifier: EUPL-1.2
/* Tests of the JSON splitter: items, rest, defects; each document in pieces of every size. */
#include "base/limits.h"
#include "harvesters/json_split.h"

#include "tests/support/unit.h"

static const char *const all_paths[] = { "items", "responses.*.items", "data" };

struct seen {
	struct buf text; /* items, a line each: "offset under|item" or "offset !defect" */
};

static void on_item(void *data, const struct json_item *item)
{
	struct seen *seen = (struct seen *)data;

	buf_printf(&seen->text, "%d ", (int)item->offset);
	if (item->under.p != NULL) {
		buf_slice(&seen->text, item->under);
		buf_char(&seen->text, '|');
	}
	if (item->defect != NULL)
		buf_printf(&seen->text, "!%s", item->defect);
	else
		buf_slice(&seen->text, item->text);
	buf_char(&seen->text, '\n');
}

/* Splits text in pieces of `piece` bytes, each on the heap by itself. */
static enum err_code split(struct json_split *s, struct seen *seen, struct slice text, size_t piece,
			   struct err *err)
{
	enum err_code rc = ERR_OK;

	buf_init(&seen->text, 1 << 20);
	json_split_init(s, all_paths, countof(all_paths), on_item, seen);
	while (text.n > 0 && rc == ERR_OK) {
		struct slice part = unit_exact(slice_first(text, piece));

		rc = json_split_feed(s, part, err);
		unit_exact_free(part);
		text = slice_from(text, piece);
	}
	if (rc == ERR_OK)
		rc = json_split_end(s, err);
	return rc;
}

struct expected {
	const char *text;
	const char *items; /* as on_item() writes them */
	const char *rest; /* NULL: none */
	const char *repair; /* NULL: none */
	const char *failure; /* NULL: it splits to the end */
};

static void check(const struct expected *e)
{
	size_t n = strlen(e->text);

	for (size_t piece = 1; piece <= n + 1; piece++) {
		struct json_split s;
		struct seen seen;
		struct err err = ERR_INIT;
		enum err_code rc = split(&s, &seen, slice_of(e->text), piece, &err);

		if (e->failure == NULL) {
			assert_string_equal(err.msg, "");
			assert_int_equal(rc, ERR_OK);
		} else {
			assert_int_equal(rc, ERR_PARSE);
			assert_string_equal(err.msg, e->failure);
		}
		assert_string_equal(buf_z(&seen.text), e->items);
		assert_slice(json_split_rest(&s), e->rest);
		if (e->repair == NULL)
			assert_null(s.repair);
		else
			assert_string_equal(s.repair, e->repair);
		json_split_clear(&s);
		buf_clear(&seen.text);
	}
}

static void items_and_rest_are_told_apart(void **state)
{
	static const struct expected cases[] = {
		{ "{\"items\":[]}", "", "{\"items\":[]}", NULL, NULL },
		{ "{\"pageNumber\":1,\"items\":[{\"a\":1},{\"b\":[2,{}]}],\"hasNextPage\":false}",
		  "25 {\"a\":1}\n33 {\"b\":[2,{}]}\n",
		  "{\"pageNumber\":1,\"items\":[],\"hasNextPage\":false}", NULL, NULL },
		{ " {\n \"ext\" : { \"items\" : [ 1 ] } ,\n\t\"items\" : [ { } , {} ] } \r\n",
		  "47 { }\n53 {}\n", "{\"ext\":{ \"items\" : [ 1 ] },\"items\":[]}", NULL, NULL },
		{ "{\"items\":[\"a\",12,null,[1,[2]],-1.5e3 , true]}",
		  "10 \"a\"\n14 12\n17 null\n22 [1,[2]]\n30 -1.5e3\n39 true\n", "{\"items\":[]}",
		  NULL, NULL },
		{ "[{\"a\":1},{\"b\":2}]", "1 {\"a\":1}\n9 {\"b\":2}\n", "[]", NULL, NULL },
		{ "{\"data\":{\"id\":1},\"links\":{\"next\":\"\"}}", "8 {\"id\":1}\n",
		  "{\"data\":null,\"links\":{\"next\":\"\"}}", NULL, NULL },
		{ "{\"items\":null,\"x\":1}", "", "{\"items\":null,\"x\":1}", NULL, NULL },
		{ "{\"courseId\":\"x\",\"name\":[]}", "", "{\"courseId\":\"x\",\"name\":[]}", NULL,
		  NULL },
		{ "{}", "", "{}", NULL, NULL },
		{ "{\"items \":[1]}", "11 1\n", "{\"items \":[]}", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void an_envelope_is_looked_through(void **state)
{
	static const struct expected cases[] = {
		{ "{\"gateway\":{\"e\":1},\"responses\":{\"uu.nl\":{\"items\":[1,2],\"n\":3}}}",
		  "50 uu.nl|1\n52 uu.nl|2\n",
		  "{\"gateway\":{\"e\":1},\"responses\":{\"uu.nl\":{\"items\":[],\"n\":3}}}", NULL,
		  NULL },
		{ "{\"responses\":{\"a\":{\"items\":[1]},\"b\":[{}],\"c\":{\"id\":7},\"d\":null}}",
		  "28 a|1\n37 b|{}\n",
		  "{\"responses\":{\"a\":{\"items\":[]},\"b\":[],\"c\":{\"id\":7},\"d\":null}}",
		  NULL, NULL },
		{ "{\"responses\":{\"a\":{\"items\":{\"id\":1}}}}", "27 a|{\"id\":1}\n",
		  "{\"responses\":{\"a\":{\"items\":null}}}", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void strings_hide_brackets_and_quotes(void **state)
{
	static const struct expected cases[] = {
		{ "[\"}]\",{\"a\":\"\\\"}\"},{\"b\\\\\":\"\\\\\"},\"\\\\\\\"\"]",
		  "1 \"}]\"\n6 {\"a\":\"\\\"}\"}\n18 {\"b\\\\\":\"\\\\\"}\n31 \"\\\\\\\"\"\n", "[]",
		  NULL, NULL },
		{ "{\"a\\\"b\":\"{[\",\"items\":[1]}", "22 1\n", "{\"a\\\"b\":\"{[\",\"items\":[]}",
		  NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void what_is_not_quite_json_is_read(void **state)
{
	static const struct expected cases[] = {
		{ "\xef\xbb\xbf[1]", "4 1\n", "[]", NULL, NULL },
		{ "<pre>\n{\"items\":[1]}</pre>", "16 1\n", "{\"items\":[]}",
		  "text before the JSON", NULL },
		{ "<!DOCTYPE html><html><body><pre>[1]</pre></body></html>", "33 1\n", "[]",
		  "text before the JSON", NULL },
		{ "<br />\n<b>Notice</b>: x\n[1]", "25 1\n", "[]", "text before the JSON", NULL },
		{ "[1,]", "1 1\n", "[]", "a comma after the last item", NULL },
		{ "[1,,2]", "1 1\n4 2\n", "[]", "a comma too many between items", NULL },
		{ "[,1]", "2 1\n", "[]", "a comma too many between items", NULL },
		{ "[{\"a\":1}{\"b\":2}]", "1 {\"a\":1}\n8 {\"b\":2}\n", "[]",
		  "a comma missing between items", NULL },
		{ "[1] [2]", "1 1\n", "[]", "text after the JSON", NULL },
		/* mistakes inside of an item are for whoever parses it */
		{ "[{\"a\":NaN},{\"b\":1,}]", "1 {\"a\":NaN}\n11 {\"b\":1,}\n", "[]", NULL, NULL },
		{ "[{\"a\" 1},{\"a\":1,\"a\":2}]", "1 {\"a\" 1}\n9 {\"a\":1,\"a\":2}\n", "[]", NULL,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void what_came_instead_is_quoted_from_its_beginning(void **state)
{
	static const size_t pieces[] = { 1, 1000, LIMIT_JSON_JUNK_BYTES,
					 2 * LIMIT_JSON_JUNK_BYTES };
	struct buf text = BUF_INIT(2 * LIMIT_JSON_JUNK_BYTES);

	(void)state;
	buf_str(&text, "Database down.");
	buf_fill(&text, 'x', LIMIT_JSON_JUNK_BYTES);
	for (size_t i = 0; i < countof(pieces); i++) {
		struct json_split s;
		struct seen seen;
		struct err err = ERR_INIT;

		assert_int_equal(split(&s, &seen, buf_view(&text), pieces[i], &err), ERR_PARSE);
		assert_string_equal(err.msg,
				    "no JSON object or list; the body begins \"Database "
				    "down.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"");
		json_split_clear(&s);
		buf_clear(&seen.text);
	}
	buf_clear(&text);
}

static void an_early_end_keeps_what_came_before(void **state)
{
	static const struct expected cases[] = {
		{ "{\"links\":{\"next\":\"n\"},\"items\":[{\"a\":1},{\"b\":", "31 {\"a\":1}\n",
		  "{\"links\":{\"next\":\"n\"},\"items\":[]}", NULL,
		  "ends at byte 44 inside item 2, which begins at byte 39" },
		{ "{\"items\":[1,2", "10 1\n", "{\"items\":[]}", NULL,
		  "ends at byte 13 inside item 2, which begins at byte 12" },
		{ "{\"items\":[1,", "10 1\n", "{\"items\":[]}", NULL,
		  "ends at byte 12 after 1 items" },
		{ "{\"items\":[\"abc", "", "{\"items\":[]}", NULL,
		  "ends at byte 14 inside item 1, which begins at byte 10" },
		{ "{\"items\":[1],\"n", "10 1\n", "{\"items\":[]}", NULL,
		  "ends at byte 15 after 1 items" },
		{ "{\"items\":[1],\"n\"", "10 1\n", "{\"items\":[]}", NULL,
		  "ends at byte 16 after 1 items" },
		{ "{\"items\":[1],\"n\":{\"x\":", "10 1\n", "{\"items\":[]}", NULL,
		  "ends at byte 22 after 1 items" },
		{ "{\"p\":1,\"n\":tr", "", "{\"p\":1}", NULL, "ends at byte 13 after 0 items" },
		{ "{\"responses\":{\"a\":{\"items\":[1,2],\"n\":1},\"b\":", "28 a|1\n30 a|2\n",
		  "{\"responses\":{\"a\":{\"items\":[],\"n\":1}}}", NULL,
		  "ends at byte 44 after 2 items" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void defects_are_told_with_their_offset(void **state)
{
	static const struct expected cases[] = {
		{ "", "", NULL, NULL, "the body is empty, expected JSON" },
		{ " \n ", "", NULL, NULL, "the body is empty, expected JSON" },
		{ "Service down", "", NULL, NULL,
		  "no JSON object or list; the body begins \"Service down\"" },
		{ "<html><head><title>Log in</title></head><script>{}", "", NULL, NULL,
		  "an HTML page with the title \"Log in\" instead of JSON" },
		{ "<html><body>", "", NULL, NULL, "an HTML page instead of JSON" },
		{ "{\"items\":[{\"a\":[1}]}", "", "{\"items\":[]}", NULL,
		  "byte 17: inside an item: expected the other closing bracket, found '}'" },
		{ "{\"items\":[1]]", "10 1\n", "{\"items\":[]}", NULL,
		  "byte 12: expected a member's name in quotes, found ']'" },
		{ "{\"items\":[1}", "10 1\n", "{\"items\":[]}", NULL,
		  "byte 11: expected an item or the end of the list, found '}'" },
		{ "{items:[1]}", "", "{}", NULL,
		  "byte 1: expected a member's name in quotes, found 'i'" },
		{ "{\"items\" [1]}", "", "{}", NULL,
		  "byte 9: expected ':' behind a member's name, found '['" },
		{ "{\"a\":,\"items\":[1]}", "", "{}", NULL, "byte 5: expected a value, found ','" },
		{ "{\"a\":1,\"b\":{]", "", "{\"a\":1}", NULL,
		  "byte 12: expected the other closing bracket, found ']'" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void an_item_beyond_a_limit_costs_itself(void **state)
{
	struct buf text = BUF_INIT(64u << 20);
	struct seen seen;
	struct json_split s;
	struct err err = ERR_INIT;

	(void)state;
	buf_str(&text, "[1,");
	buf_fill(&text, '[', LIMIT_JSON_DEPTH + 1);
	buf_fill(&text, ']', LIMIT_JSON_DEPTH + 1);
	buf_str(&text, ",\"");
	buf_fill(&text, 'x', LIMIT_ITEM_BYTES);
	buf_str(&text, "\",2]");
	for (size_t piece = 1000; piece <= text.len; piece *= 8) {
		assert_int_equal(split(&s, &seen, buf_view(&text), piece, &err), ERR_OK);
		assert_int_equal(s.n_items, 4);
		assert_non_null(strstr(buf_z(&seen.text), "1 1\n"));
		assert_non_null(strstr(buf_z(&seen.text), "LIMIT_JSON_DEPTH"));
		assert_non_null(strstr(buf_z(&seen.text), "LIMIT_ITEM_BYTES"));
		assert_non_null(strstr(buf_z(&seen.text), " 2\n"));
		json_split_clear(&s);
		buf_clear(&seen.text);
	}
	assert_int_equal(split(&s, &seen, buf_view(&text), text.len, &err), ERR_OK);
	assert_non_null(strstr(buf_z(&seen.text), "LIMIT_ITEM_BYTES"));
	json_split_clear(&s);
	buf_clear(&seen.text);
	buf_clear(&text);
}

static void a_rest_beyond_its_limit_is_absent(void **state)
{
	struct buf text = BUF_INIT(64u << 20);
	struct seen seen;
	struct json_split s;
	struct err err = ERR_INIT;

	(void)state;
	buf_str(&text, "{\"x\":\"");
	buf_fill(&text, 'x', LIMIT_JSON_REST_BYTES);
	buf_str(&text, "\",\"items\":[1]}");
	assert_int_equal(split(&s, &seen, buf_view(&text), 65536, &err), ERR_OK);
	assert_int_equal(s.n_items, 1);
	assert_slice(json_split_rest(&s), NULL);
	json_split_clear(&s);
	buf_clear(&seen.text);
	buf_clear(&text);
}

static void a_long_name_is_no_name_of_ours(void **state)
{
	struct buf text = BUF_INIT(4096);
	struct seen seen;
	struct json_split s;
	struct err err = ERR_INIT;

	(void)state;
	buf_str(&text, "{\"");
	buf_fill(&text, 'k', 1000);
	buf_str(&text, "\":1,\"items\":[2]}");
	for (size_t piece = 1; piece <= text.len; piece += 13) {
		assert_int_equal(split(&s, &seen, buf_view(&text), piece, &err), ERR_OK);
		assert_int_equal(s.n_items, 1);
		assert_non_null(json_split_rest(&s).p);
		json_split_clear(&s);
		buf_clear(&seen.text);
	}
	buf_clear(&text);
}

/* Nor where it begins like one and goes on in the next piece. */
static void a_long_name_is_not_its_beginning(void **state)
{
	enum { PIECE = 300 };
	static const char name[] = "{\"items";
	struct buf text = BUF_INIT(4096);
	struct seen seen;
	struct json_split s;
	struct err err = ERR_INIT;

	(void)state;
	buf_fill(&text, ' ', PIECE - strlen(name));
	buf_str(&text, name);
	buf_fill(&text, 'k', 1000);
	buf_str(&text, "\":[1],\"items\":[2]}");
	assert_int_equal(split(&s, &seen, buf_view(&text), PIECE, &err), ERR_OK);
	assert_int_equal(s.n_items, 1);
	assert_non_null(strstr(buf_z(&seen.text), " 2\n"));
	json_split_clear(&s);
	buf_clear(&seen.text);
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_and_rest_are_told_apart),
		cmocka_unit_test(an_envelope_is_looked_through),
		cmocka_unit_test(strings_hide_brackets_and_quotes),
		cmocka_unit_test(what_is_not_quite_json_is_read),
		cmocka_unit_test(what_came_instead_is_quoted_from_its_beginning),
		cmocka_unit_test(an_early_end_keeps_what_came_before),
		cmocka_unit_test(defects_are_told_with_their_offset),
		cmocka_unit_test(an_item_beyond_a_limit_costs_itself),
		cmocka_unit_test(a_rest_beyond_its_limit_is_absent),
		cmocka_unit_test(a_long_name_is_no_name_of_ours),
		cmocka_unit_test(a_long_name_is_not_its_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
