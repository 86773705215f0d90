// SPDX-License-Identifier: EUPL-1.2
/*
 * Paths that find their route, and parameters that are checked against it.
 */
#include "tests/support/unit.h"

#include "daemon/api/router.h"

static const struct param params[] = {
	{ .name = "q", .kind = PARAM_QUERY },
	{ .name = "limit", .kind = PARAM_NUMBER, .min = 1, .max = 1000 },
	{ .name = "offer", .kind = PARAM_BOOL },
	{ .name = "format", .kind = PARAM_CHOICE, .choices = "json|csv|ndjson" },
	{ .name = "as-of", .kind = PARAM_DAY },
	{ .name = "name", .kind = PARAM_TEXT, .max = 5 },
};

static const struct param required[] = {
	{ .name = "run", .kind = PARAM_NUMBER, .is_required = true, .min = 1, .max = 9 },
};

static const struct route routes[] = {
	{ .method = HTTP_GET, .path = "/v1/things", .params = params, .n_params = countof(params) },
	{ .method = HTTP_GET, .path = "/v1/things/{id}" },
	{ .method = HTTP_GET, .path = "/v1/things/{id}/runs/{run}" },
	{ .method = HTTP_POST,
	  .path = "/v1/things/{id}/restore",
	  .params = required,
	  .n_params = countof(required) },
	{ .method = HTTP_GET, .path = "/v1/both" },
	{ .method = HTTP_POST, .path = "/v1/both" },
};
static const struct route_table table = { routes, countof(routes) };

static void find(struct route_match *match, struct arena *arena, enum http_method method,
		 const char *path)
{
	struct err err = ERR_INIT;

	assert_int_equal(router_find(match, &table, method, slice_of(path), arena, &err), ERR_OK);
}

static void paths_find_their_route(void **state)
{
	static const struct {
		enum http_method method;
		const char *path;
		int route; /* -1: none */
		const char *arg0, *arg1;
		const char *allow;
	} cases[] = {
		{ HTTP_GET, "/v1/things", 0, NULL, NULL, "GET, HEAD, OPTIONS" },
		{ HTTP_HEAD, "/v1/things", 0, NULL, NULL, "GET, HEAD, OPTIONS" },
		{ HTTP_POST, "/v1/things", -1, NULL, NULL, "GET, HEAD, OPTIONS" },
		{ HTTP_OTHER, "/v1/things", -1, NULL, NULL, "GET, HEAD, OPTIONS" },
		{ HTTP_GET, "/v1/things/a", 1, "a", NULL, "GET, HEAD, OPTIONS" },
		{ HTTP_GET, "/v1/things/a%2Fb%20c", 1, "a/b c", NULL, "GET, HEAD, OPTIONS" },
		{ HTTP_GET, "/v1/things/a/runs/12", 2, "a", "12", "GET, HEAD, OPTIONS" },
		{ HTTP_POST, "/v1/things/a/restore", 3, "a", NULL, "OPTIONS, POST" },
		{ HTTP_GET, "/v1/things/a/restore", -1, NULL, NULL, "OPTIONS, POST" },
		{ HTTP_POST, "/v1/both", 5, NULL, NULL, "GET, HEAD, OPTIONS, POST" },
		{ HTTP_GET, "/", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1/", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1/things/", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1/things//runs/1", -1, NULL, NULL, "" },
		{ HTTP_GET, "//v1/things", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1/things/a/runs", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1/things/a/runs/", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1/things/a/runs/1/2", -1, NULL, NULL, "" },
		{ HTTP_GET, "*", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1/thing", -1, NULL, NULL, "" },
		{ HTTP_GET, "/v1/thingsx", -1, NULL, NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct arena arena = ARENA_INIT(4096);
		struct buf allow = BUF_INIT(100);
		struct route_match m;

		print_message("%s\n", cases[i].path);
		find(&m, &arena, cases[i].method, cases[i].path);
		assert_ptr_equal(m.route, cases[i].route < 0 ? NULL : &routes[cases[i].route]);
		assert_slice(m.args[0], cases[i].arg0);
		assert_slice(m.args[1], cases[i].arg1);
		router_write_allow(&allow, m.allowed);
		assert_buf(&allow, cases[i].allow);
		buf_clear(&allow);
		arena_clear(&arena);
	}
}

static void a_segment_that_cannot_be_decoded_is_refused(void **state)
{
	struct arena arena = ARENA_INIT(4096);
	struct route_match m;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
		router_find(&m, &table, HTTP_GET, SLICE_LIT("/v1/things/%f"), &arena, &err),
		ERR_PARSE);
	assert_int_equal(
		router_find(&m, &table, HTTP_GET, SLICE_LIT("/v1/things/%00"), &arena, &err),
		ERR_PARSE);
	arena_clear(&arena);
}

static void parameters_are_checked(void **state)
{
	static const struct {
		const char *query;
		const char *says; /* NULL: fine */
	} cases[] = {
		{ "", NULL },
		{ "limit=1&offer=true&format=csv&as-of=2026-11-21&name=abcde", NULL },
		{ "q=a&q=b", NULL },
		{ "limit=0", "limit=0: expected a number from 1 to 1000" },
		{ "limit=1001", "limit=1001: expected a number from 1 to 1000" },
		{ "limit=-1", "expected a number from 1 to 1000" },
		{ "limit=1e3", "expected a number from 1 to 1000" },
		{ "limit=%201", "expected a number from 1 to 1000" },
		{ "limit=99999999999999999999999", "expected a number from 1 to 1000" },
		{ "limit=", "expected a number from 1 to 1000" },
		{ "limit=1&limit=1", "limit is given more than once" },
		{ "offer=maybe", "offer=maybe: expected true or false" },
		{ "format=xml", "format=xml: expected json, csv or ndjson" },
		{ "format=js", "expected json, csv or ndjson" },
		{ "format=json|csv", "expected json, csv or ndjson" },
		{ "as-of=21.11.2026", "expected a day such as 2026-11-21" },
		{ "as-of=2026-02-30", "expected a day such as 2026-11-21" },
		{ "name=abcdef", "name: longer than 5 bytes" },
		{ "Limit=1", "unknown parameter \"Limit\"" },
		{ "=1", "unknown parameter \"\"" },
		{ "x%0Ay=1", "unknown parameter \"x y\"" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct arena arena = ARENA_INIT(16384);
		struct buf target = BUF_INIT(1000);
		struct slice unknown = SLICE_NONE;
		struct err err = ERR_INIT;
		struct http_target t;
		enum err_code rc;

		print_message("%s\n", cases[i].query);
		buf_printf(&target, "/v1/things?%s", cases[i].query);
		assert_int_equal(http_target_parse(&t, buf_view(&target), &arena, &err), ERR_OK);
		rc = router_check_params(&routes[0], &t, &unknown, &err);
		if (cases[i].says == NULL) {
			assert_int_equal(rc, ERR_OK);
		} else {
			assert_int_not_equal(rc, ERR_OK);
			assert_non_null(strstr(err.msg, cases[i].says));
			assert_int_equal(unknown.p != NULL, strstr(err.msg, "unknown") != NULL);
		}
		buf_clear(&target);
		arena_clear(&arena);
	}
}

static void what_is_required_must_be_there(void **state)
{
	struct arena arena = ARENA_INIT(4096);
	struct slice unknown = SLICE_NONE;
	struct err err = ERR_INIT;
	struct http_target t;

	(void)state;
	assert_int_equal(http_target_parse(&t, SLICE_LIT("/x"), &arena, &err), ERR_OK);
	assert_int_equal(router_check_params(&routes[3], &t, &unknown, &err), ERR_PARSE);
	assert_string_equal(err.msg, "run is missing");
	arena_clear(&arena);
}

static void checked_parameters_are_read(void **state)
{
	struct arena arena = ARENA_INIT(4096);
	struct err err = ERR_INIT;
	struct http_target t;
	int32_t day = 0;

	(void)state;
	assert_int_equal(http_target_parse(&t, SLICE_LIT("/x?limit=7&offer=1&as-of=1970-01-02&q=z"),
					   &arena, &err),
			 ERR_OK);
	assert_int_equal(param_number(&t, "limit", 20), 7);
	assert_int_equal(param_number(&t, "other", 20), 20);
	assert_true(param_bool(&t, "offer", false));
	assert_true(param_bool(&t, "other", true));
	assert_false(param_bool(&t, "other", false));
	assert_slice(param_text(&t, "q"), "z");
	assert_slice(param_text(&t, "other"), NULL);
	assert_true(param_day(&day, &t, "as-of"));
	assert_int_equal(day, 1);
	assert_false(param_day(&day, &t, "other"));
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_find_their_route),
		cmocka_unit_test(a_segment_that_cannot_be_decoded_is_refused),
		cmocka_unit_test(parameters_are_checked),
		cmocka_unit_test(what_is_required_must_be_there),
		cmocka_unit_test(checked_parameters_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
