// SPDX-License-Identifier: EUPL-1.2
/*
 * Targets, negotiation, entity tags and problems: what strangers send, and
 * what is made of it.
 */
#include "tests/support/unit.h"

#include "base/limits.h"
#include "daemon/api/http.h"

static void parse(struct http_target *out, struct arena *arena, const char *target)
{
	struct err err = ERR_INIT;

	assert_int_equal(http_target_parse(out, slice_of(target), arena, &err), ERR_OK);
}

static void a_target_is_path_and_parameters(void **state)
{
	struct arena arena = ARENA_INIT(4096);
	struct http_target t;

	(void)state;
	parse(&t, &arena, "/v1/offers?q=a%20b+c&lang=fi&x&&y=&q=2");
	assert_slice(t.path, "/v1/offers");
	assert_slice(t.query, "q=a%20b+c&lang=fi&x&&y=&q=2");
	assert_int_equal(t.n_params, 5);
	assert_slice(t.params[0].name, "q");
	assert_slice(t.params[0].value, "a b c");
	assert_slice(t.params[2].name, "x");
	assert_slice(t.params[2].value, "");
	assert_slice(t.params[3].name, "y");
	assert_slice(t.params[4].value, "2");
	assert_ptr_equal(http_param(&t, "q"), &t.params[0]);
	assert_null(http_param(&t, "z"));
	arena_clear(&arena);
}

static void targets_come_in_several_forms(void **state)
{
	static const struct {
		const char *target, *path, *query;
	} table[] = {
		{ "/", "/", NULL },
		{ "/?", "/", "" },
		{ "*", "*", NULL },
		{ "http://localhost/v1/offers?q=1", "/v1/offers", "q=1" },
		{ "http://localhost", "/", NULL },
		{ "http://localhost?q=1", "/", "q=1" },
		{ "/v1/x?y=http://a/b", "/v1/x", "y=http://a/b" },
		{ "/a#b?c", "/a", NULL },
		{ "/a%2Fb", "/a%2Fb", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		struct arena arena = ARENA_INIT(4096);
		struct http_target t;

		parse(&t, &arena, table[i].target);
		assert_slice(t.path, table[i].path);
		assert_slice(t.query, table[i].query);
		arena_clear(&arena);
	}
}

static void a_target_that_is_none_is_refused(void **state)
{
	static const struct {
		const char *target, *says;
	} table[] = {
		{ "", "slash" },
		{ "v1", "slash" },
		{ "/a?q=%", "hexadecimal" },
		{ "/a?q=%4", "hexadecimal" },
		{ "/a?q=%zz", "hexadecimal" },
		{ "/a?q=%00", "zero byte" },
		{ "/a?%ff=1", "UTF-8" },
		{ "/a?q=%c3%28", "UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		struct arena arena = ARENA_INIT(4096);
		struct http_target t;
		struct err err = ERR_INIT;
		struct slice exact = unit_exact(slice_of(table[i].target));

		assert_int_equal(http_target_parse(&t, exact, &arena, &err), ERR_PARSE);
		assert_non_null(strstr(err.msg, table[i].says));
		unit_exact_free(exact);
		arena_clear(&arena);
	}
}

static void too_many_parameters_are_refused(void **state)
{
	struct arena arena = ARENA_INIT(LIMIT_API_ARENA_BYTES);
	struct buf text = BUF_INIT(64 * 1024);
	struct http_target t;
	struct err err = ERR_INIT;

	(void)state;
	buf_str(&text, "/a?");
	for (int i = 0; i < LIMIT_API_PARAMETERS; i++)
		buf_str(&text, "q=1&");
	assert_int_equal(http_target_parse(&t, buf_view(&text), &arena, &err), ERR_OK);
	assert_int_equal(t.n_params, LIMIT_API_PARAMETERS);
	buf_str(&text, "q=1");
	assert_int_equal(http_target_parse(&t, buf_view(&text), &arena, &err), ERR_LIMIT);
	buf_clear(&text);
	arena_clear(&arena);
}

static void a_request_larger_than_its_memory_is_refused(void **state)
{
	struct arena arena = ARENA_INIT(64);
	struct buf text = BUF_INIT(4096);
	struct http_target t;
	struct err err = ERR_INIT;

	(void)state;
	buf_str(&text, "/a?q=%41");
	buf_fill(&text, 'x', 1000);
	assert_int_equal(http_target_parse(&t, buf_view(&text), &arena, &err), ERR_LIMIT);
	buf_clear(&text);
	arena_clear(&arena);
}

enum {
	ALL = FORMAT_BIT(FORMAT_JSON) | FORMAT_BIT(FORMAT_CSV) | FORMAT_BIT(FORMAT_NDJSON),
	JSON_CSV = FORMAT_BIT(FORMAT_JSON) | FORMAT_BIT(FORMAT_CSV),
};

static void accept_chooses_the_representation(void **state)
{
	static const struct {
		const char *accept;
		unsigned offered;
		enum http_format format; /* FORMAT_COUNT: none */
	} table[] = {
		{ NULL, ALL, FORMAT_JSON },
		{ "", ALL, FORMAT_JSON },
		{ "*/*", ALL, FORMAT_JSON },
		{ "text/csv", ALL, FORMAT_CSV },
		{ "TEXT/CSV; charset=utf-8", ALL, FORMAT_CSV },
		{ "text/*", ALL, FORMAT_CSV },
		{ "application/*", ALL, FORMAT_JSON },
		{ "application/x-ndjson, application/json;q=0.9", ALL, FORMAT_NDJSON },
		{ "application/json;q=0.5, text/csv;q=0.7", ALL, FORMAT_CSV },
		{ "text/html,application/xhtml+xml,*/*;q=0.8", ALL, FORMAT_JSON },
		{ "*/*, application/json;q=0", JSON_CSV, FORMAT_CSV },
		{ "*/*;q=0.1, text/csv;q=0.2", ALL, FORMAT_CSV },
		{ "application/x-ndjson", JSON_CSV, FORMAT_COUNT },
		{ "text/html", ALL, FORMAT_COUNT },
		{ "application/json;q=0", FORMAT_BIT(FORMAT_JSON), FORMAT_COUNT },
		{ "application/json;q=nonsense", FORMAT_BIT(FORMAT_JSON), FORMAT_COUNT },
		{ ";;,,;q", ALL, FORMAT_COUNT },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		enum http_format format = FORMAT_COUNT;
		bool is_some = http_negotiate(&format, slice_of(table[i].accept), table[i].offered);

		print_message("%s\n", table[i].accept != NULL ? table[i].accept : "(none)");
		assert_int_equal(is_some, table[i].format != FORMAT_COUNT);
		assert_int_equal(format, table[i].format);
	}
}

static void names_and_types_of_formats_fit(void **state)
{
	(void)state;
	for (unsigned f = 0; f < FORMAT_COUNT; f++) {
		const char *name = http_format_name((enum http_format)f);

		assert_int_equal(http_format_of_name(slice_of(name)), f);
		assert_non_null(http_format_type((enum http_format)f));
	}
	assert_int_equal(http_format_of_name(SLICE_LIT("xml")), FORMAT_COUNT);
	assert_int_equal(http_method_of_name(SLICE_LIT("GET")), HTTP_GET);
	assert_int_equal(http_method_of_name(SLICE_LIT("get")), HTTP_OTHER);
	assert_int_equal(http_method_of_name(SLICE_LIT("DELETE")), HTTP_OTHER);
}

static void an_entity_tag_is_found_in_lists(void **state)
{
	static const struct {
		const char *header;
		bool matches;
	} table[] = {
		{ "W/\"a-1\"", true },
		{ "\"a-1\"", true },
		{ "*", true },
		{ " * ", true },
		{ "\"x\", W/\"a-1\" ,\"y\"", true },
		{ "\"a-2\"", false },
		{ "a-1", false },
		{ "", false },
		{ "\"x\",*", false },
		{ "\"a-1", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++)
		assert_int_equal(
			http_etag_matches(slice_of(table[i].header), SLICE_LIT("W/\"a-1\"")),
			table[i].matches);
}

static void each_failure_has_a_status(void **state)
{
	(void)state;
	for (int code = ERR_PARSE; code < ERR_COUNT; code++) {
		unsigned status = http_status_of((enum err_code)code);

		assert_true(status >= 400 && status < 600);
		assert_string_not_equal(http_status_title(status), "Error");
		assert_true(http_detail_is_public((enum err_code)code) || status >= 500);
	}
	assert_int_equal(http_status_of(ERR_NOTFOUND), 404);
	assert_int_equal(http_status_of(ERR_COUNT), 500);
	assert_false(http_detail_is_public(ERR_COUNT));
	assert_string_equal(http_status_title(299), "Error");
}

static void a_problem_is_a_document(void **state)
{
	struct buf out = BUF_INIT(1024);

	(void)state;
	http_problem(&out, 404, "not-found", SLICE_LIT("no \"x\""), SLICE_NONE);
	assert_buf(&out, "{\"type\":\"urn:microcat:problem:not-found\",\"title\":\"Not Found\","
			 "\"status\":404,\"detail\":\"no \\\"x\\\"\",\"code\":\"not-found\"}");
	buf_reset(&out);
	http_problem(&out, 400, "parse", SLICE_LIT("d"), SLICE_LIT("\"known\":[\"q\"]"));
	assert_buf(&out, "{\"type\":\"urn:microcat:problem:parse\",\"title\":\"Bad Request\","
			 "\"status\":400,\"detail\":\"d\",\"code\":\"parse\",\"known\":[\"q\"]}");
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_path_and_parameters),
		cmocka_unit_test(targets_come_in_several_forms),
		cmocka_unit_test(a_target_that_is_none_is_refused),
		cmocka_unit_test(too_many_parameters_are_refused),
		cmocka_unit_test(a_request_larger_than_its_memory_is_refused),
		cmocka_unit_test(accept_chooses_the_representation),
		cmocka_unit_test(names_and_types_of_formats_fit),
		cmocka_unit_test(an_entity_tag_is_found_in_lists),
		cmocka_unit_test(each_failure_has_a_status),
		cmocka_unit_test(a_problem_is_a_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
