// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of catalogue/json_tree: the values are jansson's, for plain documents,
 * odd ones, and such as jansson has to read; names that occur twice.
 */
#include "catalogue/json_tree.h"

#include "base/buf.h"
#include "base/limits.h"
#include "tests/support/json_same.h"
#include "tests/support/random.h"
#include "tests/support/unit.h"

enum { ROUNDS = 5000 };

/* Loads both ways and compares; a copy, too, when the document is gone. */
static void check(struct slice text, size_t flags)
{
	struct slice exact = unit_exact(text);
	struct arena arena = ARENA_INIT(LIMIT_ITEM_ARENA_BYTES);
	struct arena other = ARENA_INIT(LIMIT_ITEM_ARENA_BYTES);
	json_error_t ours_at = { 0 }, theirs_at = { 0 };
	const struct json_node *ours = json_tree_load(exact, flags, &arena, &ours_at), *copy = NULL;
	json_t *theirs = json_loadb(exact.p, exact.n, flags, &theirs_at);

	if ((ours == NULL) != (theirs == NULL) || (ours != NULL && !json_same(ours, theirs)))
		fail_msg("\"%.*s\" (flags %zu) is not what jansson makes of it", SLICE_ARG(text),
			 flags);
	if (ours == NULL)
		assert_string_equal(ours_at.text, theirs_at.text);
	else
		copy = json_tree_copy(ours, &other);
	unit_exact_free(exact);
	arena_clear(&arena);
	if (theirs != NULL)
		assert_true(json_same(copy, theirs));
	arena_clear(&other);
	json_decref(theirs);
}

static void check_all(struct slice text)
{
	check(text, 0);
	check(text, JSON_REJECT_DUPLICATES);
	check(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL);
	check(text, JSON_DECODE_ANY);
}

static void odd_documents_are_as_jansson_has_them(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"{}",
		"[]",
		"[{},[],\"\"]",
		"{\"\":1,\" \":2}",
		"{\"a\":1,\"b\":2,\"a\":3,\"c\":4,\"b\":5,\"a\":6}",
		"[1,-0,12345678901234567,1234567890123456789,12345678901234567890]",
		"[1.5,-2e3,1e400,0.1,1E-7]",
		"[\"\\u0000\",\"a\\u0000b\"]",
		"{\"a\\u0000\":1}",
		"[\"\\ud83d\\ude00\\n\\t\\/\\\\\\\"\"]",
		"{\"\\u00e4\":\"\\u00e4\",\"\303\244\":1}",
		"[true,false,null,nul]",
		"[1,2",
		"{\"a\":1,}",
		"[\"\303\"]",
		"17",
		"\"text\"",
	};

	(void)state;
	for (size_t i = 0; i < countof(texts); i++)
		check_all(slice_of(texts[i]));
}

static void depth_beyond_ours_is_janssons(void **state)
{
	struct buf text = BUF_INIT(100000);
	unsigned depths[] = { LIMIT_JSON_DEPTH - 1, LIMIT_JSON_DEPTH, LIMIT_JSON_DEPTH + 1, 3000 };

	(void)state;
	for (size_t i = 0; i < countof(depths); i++) {
		buf_reset(&text);
		buf_fill(&text, '[', depths[i]);
		buf_fill(&text, ']', depths[i]);
		check_all(buf_view(&text));
	}
	buf_clear(&text);
}

static void many_names_are_told_apart(void **state)
{
	struct buf text = BUF_INIT(100000);
	struct random random = RANDOM_INIT(3);

	(void)state;
	for (int round = 0; round < 300; round++) {
		uint32_t n = random_below(&random, 130);
		uint32_t kinds = random_below(&random, 2) == 0 ? n + 1 : 100000;

		buf_reset(&text);
		buf_char(&text, '{');
		for (uint32_t i = 0; i < n; i++)
			buf_printf(&text, "%s\"n%u\":%u", i > 0 ? "," : "",
				   random_below(&random, kinds), i);
		buf_char(&text, '}');
		check_all(buf_view(&text));
	}
	buf_clear(&text);
}

static void add_random(struct buf *out, struct random *random, int depth)
{
	static const char *const scalars[] = { "1",    "-7.25", "\"\"",        "\"text\"",
					       "true", "null",  "\"a\\nb\"",   "\"\303\244\"",
					       "1e2",  "false", "\"\\u00e9\"", "0" };
	static const char *const names[] = {
		"a", "b", "name", "title", "a b", "\\u0061", "\303\244"
	};
	uint32_t n = random_below(random, 6);
	bool is_list = random_below(random, 2) == 0;

	if (depth > 4 || random_below(random, 3) == 0) {
		buf_str(out, scalars[random_below(random, countof(scalars))]);
		return;
	}
	buf_char(out, is_list ? '[' : '{');
	for (uint32_t i = 0; i < n; i++) {
		buf_str(out, i > 0 ? ", " : " ");
		if (!is_list)
			buf_printf(out, "\"%s\" :", names[random_below(random, countof(names))]);
		add_random(out, random, depth + 1);
	}
	buf_char(out, is_list ? ']' : '}');
}

static void random_documents_are_as_jansson_has_them(void **state)
{
	struct buf text = BUF_INIT(1 << 20);
	struct random random = RANDOM_INIT(17);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		buf_reset(&text);
		add_random(&text, &random, 0);
		if (random_below(&random, 8) == 0) /* damaged */
			buf_truncate(&text, random_below(&random, (uint32_t)text.len));
		check_all(buf_view(&text));
	}
	buf_clear(&text);
}

static void an_arena_that_is_full_is_no_syntax_error(void **state)
{
	struct buf text = BUF_INIT(100000);
	struct arena arena = ARENA_INIT(8000);

	(void)state;
	buf_char(&text, '[');
	for (int i = 0; i < 2000; i++)
		buf_str(&text, "1,");
	buf_str(&text, "1]");
	assert_null(json_tree_load(buf_view(&text), 0, &arena, NULL));
	assert_true(arena.has_failed);
	arena_clear(&arena);
	buf_clear(&text);
}

static void names_lose_their_blanks(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	const struct json_node *v = json_tree_load(
		SLICE_LIT("{\"a \":1,\"b\":2,\"b \":3,\" c\":4,\"c \":5,\"d\":[{\"e \":6}]}"), 0,
		&arena, NULL);

	(void)state;
	assert_true(json_tree_trim_names(v));
	assert_int_equal(node_size(v), 4);
	assert_int_equal(node_get(v, "a")->as.integer, 1);
	assert_int_equal(node_get(v, "b")->as.integer, 2);
	assert_int_equal(node_get(v, "c")->as.integer, 4);
	assert_int_equal(node_get(node_item(node_get(v, "d"), 0), "e")->as.integer, 6);
	assert_false(json_tree_trim_names(v));
	arena_clear(&arena);
}

static void what_is_not_there_is_null(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	const struct json_node *v =
		json_tree_load(SLICE_LIT("{\"list\":[1],\"text\":\"x\"}"), 0, &arena, NULL);

	(void)state;
	assert_null(node_get(NULL, "a"));
	assert_null(node_get(v, "a"));
	assert_null(node_get(node_get(v, "list"), "a"));
	assert_null(node_item(v, 0));
	assert_null(node_item(node_get(v, "list"), 1));
	assert_int_equal(node_size(NULL), 0);
	assert_int_equal(node_size(node_get(v, "text")), 0);
	assert_null(node_text(v).p);
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_documents_are_as_jansson_has_them),
		cmocka_unit_test(depth_beyond_ours_is_janssons),
		cmocka_unit_test(many_names_are_told_apart),
		cmocka_unit_test(random_documents_are_as_jansson_has_them),
		cmocka_unit_test(an_arena_that_is_full_is_no_syntax_error),
		cmocka_unit_test(names_lose_their_blanks),
		cmocka_unit_test(what_is_not_there_is_null),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
