// SPDX-License-Identifier: EUPL-1.2
/* Tests of the tolerant reader: every shape of every kind, paths, parts, the configuration. */
#include "harvesters/columns.h"
#include "harvesters/json_map.h"

#include "tests/support/unit.h"

/* Words as "part lang scheme path=text", a line each; '-' for what is absent. */
static char *read_words(const struct json_row *rows, size_t n, const char *json)
{
	static char text[4000];
	struct arena arena = ARENA_INIT(1 << 20);
	struct words words = { 0 };
	struct json_reading r = { &words, &arena, SLICE_NONE, 0, NULL };
	const struct json_node *object =
		json_tree_load(slice_of(json), JSON_ALLOW_NUL, &arena, NULL);
	size_t at = 0;

	assert_non_null(object);
	text[0] = 0;
	json_map_read(&r, rows, n, object);
	for (size_t i = 0; i < words.n; i++) {
		const struct word *w = &words.items[i];

		at += (size_t)snprintf(text + at, sizeof(text) - at, "%u %.*s %.*s %.*s=%.*s\n",
				       w->part, SLICE_ARG(w->lang.p ? w->lang : SLICE_LIT("-")),
				       SLICE_ARG(w->scheme.p ? w->scheme : SLICE_LIT("-")),
				       SLICE_ARG(w->path), SLICE_ARG(w->text));
	}
	arena_clear(&arena);
	return text;
}

static void texts_come_in_five_encodings(void **state)
{
	static const struct json_row row[] = { { "name", EL_TITLE, JSON_LOCAL, NULL } };
	static const struct {
		const char *json, *words;
	} cases[] = {
		{ "{\"name\":\"x\"}", "0 - - name=x\n" },
		{ "{\"name\":{\"en\":\"x\",\"nl_NL\":\"y\"}}",
		  "0 en - name.en=x\n0 nl_NL - name.nl_NL=y\n" },
		{ "{\"name\":{\"en\":[\"x\",\"y\"]}}",
		  "0 en - name.en[0]=x\n0 en - name.en[1]=y\n" },
		{ "{\"name\":[{\"language\":\"en-GB\",\"value\":\"x\"},"
		  "{\"language\":\"nl-NL\",\"value\":\"y\"}]}",
		  "0 en-GB - name[0].value=x\n0 nl-NL - name[1].value=y\n" },
		{ "{\"name\":{\"@language\":\"en \",\"@value\":\"x\"}}", "0 en - name.@value=x\n" },
		{ "{\"name\":[{\"inLanguage\":\"en\",\"name\":\"x\"}]}",
		  "0 en - name[0].name=x\n" },
		/* not one of them */
		{ "{\"name\":{\"first\":\"x\",\"address\":\"y\"}}", "" },
		{ "{\"name\":{\"language\":\"en\"}}", "" },
		{ "{\"name\":{\"language\":\"en\",\"value\":null}}", "" },
		/* absent */
		{ "{\"name\":null}", "" },
		{ "{\"name\":\"  \"}", "" },
		{ "{\"name\":[[]]}", "" },
		{ "{\"name\":{}}", "" },
		{ "{}", "" },
		/* one or many, in both directions */
		{ "{\"name\":[\"x\",[\"y\"]]}", "0 - - name[0]=x\n0 - - name[1][0]=y\n" },
		{ "{\"name\":7}", "0 - - name=7\n" },
		{ "{\"name\":\"a\\u0000b\"}", "0 - - name=a b\n" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(read_words(row, 1, cases[i].json), cases[i].words);
}

static void values_are_kept_as_they_stand(void **state)
{
	static const struct json_row row[] = { { "v", EL_WORKLOAD, JSON_VALUE, NULL } };
	static const struct {
		const char *json, *words;
	} cases[] = {
		{ "{\"v\":\"6.00\"}", "0 - - v=6.00\n" },
		{ "{\"v\":7.5}", "0 - - v=7.5\n" },
		{ "{\"v\":30.0}", "0 - - v=30\n" },
		{ "{\"v\":12345678901234}", "0 - - v=12345678901234\n" },
		{ "{\"v\":true}", "0 - - v=true\n" },
		{ "{\"v\":[\"a\",1,false]}", "0 - - v[0]=a\n0 - - v[1]=1\n0 - - v[2]=false\n" },
		{ "{\"v\":\"null\"}", "" },
		{ "{\"v\":\"n/a\"}", "" },
		{ "{\"v\":\"-\"}", "" },
		{ "{\"v\":{\"x\":1}}", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		if (cases[i].words != NULL)
			assert_string_equal(read_words(row, 1, cases[i].json), cases[i].words);
}

static void lists_in_one_text_are_split(void **state)
{
	static const struct json_row row[] = { { "k", EL_KEYWORD, JSON_LIST, NULL } };

	(void)state;
	assert_string_equal(read_words(row, 1, "{\"k\":\"a, b;c,,\"}"),
			    "0 - - k=a\n0 - - k=b\n0 - - k=c\n");
	assert_string_equal(read_words(row, 1, "{\"k\":[\"a\",\"b, c\"]}"),
			    "0 - - k[0]=a\n0 - - k[1]=b\n0 - - k[1]=c\n");
}

static void links_are_texts_or_objects(void **state)
{
	static const struct json_row row[] = { { "l", EL_IMAGE, JSON_LINK, NULL } };

	(void)state;
	assert_string_equal(read_words(row, 1, "{\"l\":\"u\"}"), "0 - - l=u\n");
	assert_string_equal(read_words(row, 1, "{\"l\":{\"contentUrl\":\"u\"}}"),
			    "0 - - l.contentUrl=u\n");
	assert_string_equal(read_words(row, 1, "{\"l\":[{\"url\":\"u\"},{\"@id\":\"v\"}]}"),
			    "0 - - l[0].url=u\n0 - - l[1].@id=v\n");
	assert_string_equal(read_words(row, 1, "{\"l\":{\"name\":\"u\"}}"), "");
}

static void paths_have_alternatives_parts_and_schemes(void **state)
{
	static const struct json_row rows[] = {
		{ "abstract|abtract", EL_DESCRIPTION, JSON_LOCAL, NULL },
		{ "codes.code", EL_IDENTIFIER, JSON_VALUE, "@codeType|type" },
		{ "dates#", EL_SESSION_START, JSON_VALUE, NULL },
		{ "runs#.start", EL_SESSION_END, JSON_VALUE, "fixed" },
	};

	(void)state;
	assert_string_equal(read_words(rows, 4, "{\"abtract\":\"x\",\"abstract\":\"\"}"),
			    "0 - - abtract=x\n");
	assert_string_equal(
		read_words(rows, 4,
			   "{\"codes\":[{\"codeType\":\"brin\",\"code\":\"21PE\"},"
			   "{\"type\":\"t\",\"code\":7},{\"code\":\"z\"}]}"),
		"0 - brin codes[0].code=21PE\n0 - t codes[1].code=7\n0 - - codes[2].code=z\n");
	assert_string_equal(read_words(rows, 4, "{\"dates\":[\"a\",null,\"b\"]}"),
			    "0 - - dates[0]=a\n2 - - dates[2]=b\n");
	assert_string_equal(read_words(rows, 4, "{\"dates\":\"a\"}"), "0 - - dates=a\n");
	assert_string_equal(read_words(rows, 4, "{\"runs\":[{\"start\":\"a\"},{\"start\":\"b\"}]}"),
			    "0 - fixed runs[0].start=a\n1 - fixed runs[1].start=b\n");
}

static void what_no_row_names_is_not_read(void **state)
{
	static const struct json_row row[] = { { "name", EL_TITLE, JSON_LOCAL, NULL } };

	(void)state;
	assert_string_equal(read_words(row, 1,
				       "{\"name\":\"x\",\"coordinators\":[{\"name\":\"p\"}],"
				       "\"instructor\":\"q\"}"),
			    "0 - - name=x\n");
}

static void deep_or_long_paths_end(void **state)
{
	static const struct json_row row[] = { { "a", EL_TITLE, JSON_LOCAL, NULL } };
	struct buf json = BUF_INIT(4000);

	(void)state;
	buf_str(&json, "{\"a\":");
	buf_fill(&json, '[', 60);
	buf_str(&json, "\"x\"");
	buf_fill(&json, ']', 60);
	buf_str(&json, "}");
	assert_string_equal(read_words(row, 1, buf_z(&json)), "");
	buf_clear(&json);
}

static void the_configuration_replaces_rows(void **state)
{
	static const struct json_row rows[] = {
		{ "name", EL_TITLE, JSON_LOCAL, NULL },
		{ "description", EL_DESCRIPTION, JSON_LOCAL, NULL },
		{ "level", EL_LEVEL, JSON_VALUE, "x" },
	};
	struct setting set[] = {
		{ SLICE_LIT("title"), SLICE_LIT("info.titel|name") },
		{ SLICE_LIT("ects"), SLICE_LIT("info.punkte") },
		{ SLICE_LIT("level"), SLICE_LIT("") },
	};
	const struct settings columns = { set, countof(set) };
	struct json_map map;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(json_map_init(&map, rows, countof(rows), &columns, &err), ERR_OK);
	assert_string_equal(read_words(map.rows, map.n,
				       "{\"name\":\"no\",\"description\":\"d\",\"level\":\"6\","
				       "\"info\":{\"titel\":\"T\",\"punkte\":5}}"),
			    "0 - - description=d\n0 - - info.titel=T\n0 - ects info.punkte=5\n");
	json_map_clear(&map);
	set[0].name = SLICE_LIT("titel");
	assert_int_equal(json_map_init(&map, rows, countof(rows), &columns, &err), ERR_CONFIG);
	assert_string_equal(err.msg, "columns: \"titel\" is no element: expected a name such as "
				     "title, workload or provider.name");
	json_map_clear(&map);
}

static void every_element_has_its_own_name(void **state)
{
	(void)state;
	for (int e = 0; e < EL_COUNT; e++) {
		const struct column_name *c =
			column_of_name(slice_of(element_name((enum element)e)));

		assert_non_null(c);
		assert_int_equal(c->element, e);
	}
	assert_int_equal(column_of_name(SLICE_LIT(" Provider "))->element, EL_PROVIDER_NAME);
	assert_int_equal(column_of_name(SLICE_LIT("id"))->element, EL_RECORD_ID);
	assert_string_equal(column_of_name(SLICE_LIT("ects"))->scheme, "ects");
	assert_null(column_of_name(SLICE_LIT("lecturer")));
}

static void small_readers_take_all_shapes(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	const struct json_node *v = json_tree_load(
		SLICE_LIT("{\"t\":[\"true\",1,\"0\",false,\"maybe\",null],"
			  "\"n\":[7,\"8\",9.0,9.5,\"x\",null,1e300],\"s\":[[\"in\"]]}"),
		0, &arena, NULL);
	const struct json_node *t = json_member(v, "x|t"), *n = json_member(v, "n");
	static const enum tri tris[] = { TRI_TRUE,  TRI_TRUE,    TRI_FALSE,
					 TRI_FALSE, TRI_UNKNOWN, TRI_UNKNOWN };
	int64_t number = 0;

	(void)state;
	for (size_t i = 0; i < countof(tris); i++)
		assert_int_equal(json_tri(node_item(t, i)), tris[i]);
	assert_true(json_whole_number(&number, node_item(n, 0)) && number == 7);
	assert_true(json_whole_number(&number, node_item(n, 1)) && number == 8);
	assert_true(json_whole_number(&number, node_item(n, 2)) && number == 9);
	for (size_t i = 3; i < 7; i++)
		assert_false(json_whole_number(&number, node_item(n, i)));
	assert_slice(json_text_member(v, "s"), "in");
	assert_slice(json_text_member(v, "none"), NULL);
	assert_int_equal(json_count(node_get(v, "s")), 1);
	assert_int_equal(json_count(NULL), 0);
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_in_five_encodings),
		cmocka_unit_test(values_are_kept_as_they_stand),
		cmocka_unit_test(lists_in_one_text_are_split),
		cmocka_unit_test(links_are_texts_or_objects),
		cmocka_unit_test(paths_have_alternatives_parts_and_schemes),
		cmocka_unit_test(what_no_row_names_is_not_read),
		cmocka_unit_test(deep_or_long_paths_end),
		cmocka_unit_test(the_configuration_replaces_rows),
		cmocka_unit_test(every_element_has_its_own_name),
		cmocka_unit_test(small_readers_take_all_shapes),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
