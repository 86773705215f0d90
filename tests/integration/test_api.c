// SPDX-License-Identifier: EUPL-1.2
/*
 * The API of the real daemon, held against docs/openapi.yaml: each path with
 * each parameter, valid and hostile. Administration is in test_api_admin.c.
 */
#include "base/url.h"
#include "tests/support/api_fixture.h"

/* --- asking --- */

static void add_escaped(struct buf *out, struct slice value)
{
	for (size_t i = 0; i < value.n; i++)
		buf_printf(out, "%%%02X", (unsigned)(unsigned char)value.p[i]);
}

/* "/v1/offers/{id}" with what the fixture knows, but for one that is given (or NULL). */
static void expand_with(struct buf *out, struct api_fixture *f, const char *path, const char *given,
			struct slice value)
{
	struct slice rest = slice_of(path);

	while (rest.n > 0) {
		ptrdiff_t at = slice_find_byte(rest, '{');
		ptrdiff_t end = slice_find_byte(rest, '}');
		struct slice name;

		buf_slice(out, at < 0 ? rest : slice_first(rest, (size_t)at));
		if (at < 0)
			return;
		name = slice_make(rest.p + at + 1, (size_t)(end - at - 1));
		if (given != NULL && slice_eq_z(name, given))
			add_escaped(out, value);
		else if (slice_eq_z(name, "id"))
			buf_str(out, f->offer_id);
		else if (slice_eq_z(name, "run"))
			buf_str(out, "1");
		else
			buf_str(out, "hub");
		rest = slice_from(rest, (size_t)end + 1);
	}
}

static void expand(struct buf *out, struct api_fixture *f, const char *path)
{
	expand_with(out, f, path, NULL, SLICE_NONE);
}

/* What a path cannot be asked without. */
static const char *required_of(const char *path)
{
	if (strcmp(path, "/v1/stats") == 0)
		return "by=country";
	return strcmp(path, "/v1/suggest") == 0 ? "q=mach" : "";
}

/* Asks for a path with a parameter (or NULL), encoded here; holds the answer against the
 * description. */
static unsigned ask(struct api_fixture *f, const char *path, const char *name, struct slice value)
{
	struct buf target = BUF_INIT(65536);
	struct http_answer a;
	json_t *operation;
	const char *required = required_of(path);

	expand(&target, f, path);
	if (required[0] != '\0' && (name == NULL || strncmp(required, name, strlen(name)) != 0))
		url_add_raw_query(&target, slice_of(required));
	if (name != NULL)
		url_add_query(&target, slice_of(name), value);
	a = api_get(f, buf_z(&target));
	if (a.status == 0) {
		/* Nobody is cut off for what he asks. */
		fail_msg("no answer to %s", buf_z(&target));
	}
	if (a.status == 500)
		fail_msg("%s: %.*s", buf_z(&target), SLICE_ARG(a.body));
	assert_null(http_answer_header(&a, "X-Injected").p);
	operation = openapi_operation(&f->openapi, path, "get");
	openapi_check_answer(&f->openapi, operation, &a);
	if (name != NULL)
		openapi_mark_parameter(&f->openapi, operation, name, value, a.status);
	buf_clear(&target);
	return a.status;
}

/* Asks with another value of a parameter in the path. */
static unsigned ask_path(struct api_fixture *f, const char *path, const char *name,
			 struct slice value)
{
	json_t *operation = openapi_operation(&f->openapi, path, "get");
	struct buf target = BUF_INIT(65536);
	struct http_answer a;

	expand_with(&target, f, path, name, value);
	a = api_get(f, buf_z(&target));
	if (a.status == 0 || a.status == 500)
		fail_msg("%s: status %u", buf_z(&target), a.status);
	openapi_check_answer(&f->openapi, operation, &a);
	openapi_mark_parameter(&f->openapi, operation, name, value, a.status);
	buf_clear(&target);
	return a.status;
}

/* --- the description --- */

static void every_path_answers_as_described(void **state)
{
	struct api_fixture *f = *state;
	const char *path;
	json_t *methods;

	json_object_foreach(json_object_get(f->openapi.doc, "paths"), path, methods)
	{
		if (json_object_get(methods, "get") == NULL)
			continue;
		print_message("%s\n", path);
		assert_int_equal(ask(f, path, NULL, SLICE_NONE), 200);
	}
}

static const struct {
	const char *name;
	const char *values[10];
} good_values[] = {
	{ "q",
	  { "machine", "\"machine learning\" -history", "mach* OR bare", "lang:en course", "" } },
	{ "subject", { "06", "0613", "06,02" } },
	{ "level", { "6", "6..7", "..5", "7.." } },
	{ "ects", { "1..5", "2.5", "..3", "3.." } },
	{ "size", { "nano", "micro,course" } },
	{ "lang", { "en", "en,fi" } },
	{ "country", { "FI", "DE,FI" } },
	{ "provider", { "Hub", "nobody" } },
	{ "alliance", { "FORTHEM" } },
	{ "mode", { "online" } },
	{ "source", { "hub", "table,hub", "nobody" } },
	{ "start", { "2027-01-01..", "..2030", "2099-01" } },
	{ "open", { "today", "2098-01-01", "open" } },
	{ "price", { "free", "..200", "paid" } },
	{ "credential", { "open-badge" } },
	{ "stackable", { "stackable" } },
	{ "has", { "workload" } },
	{ "missing", { "level" } },
	{ "from", { "declared", "inferred" } },
	{ "sort", { "relevance", "title", "ects", "level", "start", "changed" } },
	{ "limit", { "1", "10", "20" } },
	{ "facets", { "all", "none", "subject,level,open,price" } },
	{ "fields", { "title", "id,records,sessions,completeness" } },
	{ "hl", { "fi", "de" } },
	{ "snippets", { "true", "false" } },
	{ "timeout", { "2000" } },
	{ "by", { "country", "country,level", "subject,lang,mode" } },
	{ "as-of", { "2001-01-01", "2020" } },
	{ "depth", { "2", "3", "4" } },
	{ "since", { "0", "1" } },
	{ "after", { "0", "268435455" } },
	{ "offer", { "true", "false" } },
	{ "before", { "1", "100" } },
	{ "notes", { "true", "false" } },
	{ "offset", { "0", "5" } },
	{ "cursor", { "" } },
};

/* The formats that this path offers. */
static void ask_formats(struct api_fixture *f, const char *path, json_t *parameter)
{
	json_t *choices = json_object_get(json_object_get(parameter, "schema"), "enum");
	json_t *choice;
	size_t i;

	json_array_foreach(choices, i, choice)
		assert_int_equal(ask(f, path, "format", slice_of(json_string_value(choice))), 200);
}

static void ask_good_values(struct api_fixture *f, const char *path, json_t *parameter)
{
	const char *name = json_string_value(json_object_get(parameter, "name"));
	const char *const *values = NULL;

	if (strcmp(name, "format") == 0) {
		ask_formats(f, path, parameter);
		return;
	}
	for (size_t i = 0; i < countof(good_values); i++) {
		if (strcmp(good_values[i].name, name) == 0)
			values = good_values[i].values;
	}
	if (values == NULL)
		fail_msg("no good value for %s is known here", name);
	for (size_t i = 0; values[i] != NULL; i++) {
		unsigned status = ask(f, path, name, slice_of(values[i]));

		if (status != 200)
			fail_msg("%s?%s=%s: status %u", path, name, values[i], status);
	}
}

static const struct {
	const char *text;
	size_t n; /* 0: of the text */
} hostile_values[] = {
	{ "", 0 },
	{ "\0", 1 },
	{ "\xff\xfe", 2 },
	{ "'\"<script>alert(1)</script>", 0 },
	{ "-1", 0 },
	{ "99999999999999999999999", 0 },
	{ "9223372036854775807", 0 },
	{ "-9223372036854775808", 0 },
	{ "1e9", 0 },
	{ "NaN", 0 },
	{ "..", 0 },
	{ "5..1", 0 },
	{ "1..2..3", 0 },
	{ "../../../etc/passwd", 0 },
	{ "x\r\nX-Injected: 1", 0 },
	{ ",,,,", 0 },
	{ "a,b,c,d,e,f,g,h", 0 },
	{ "\"", 0 },
	{ "(((((", 0 },
	{ "* NEAR/3 * AND NOT OR", 0 },
	{ "title:x AND rowid:1", 0 },
	{ "'; DROP TABLE offer; --", 0 },
	{ "%s%n%x", 0 },
	{ "\xf0\x9f\x8e\x93\xe2\x80\xae\xc2\xa0", 0 },
	{ "2026-02-30", 0 },
	{ "true", 0 },
	{ "null", 0 },
};

static void ask_hostile_values(struct api_fixture *f, const char *path, json_t *parameter)
{
	const char *name = json_string_value(json_object_get(parameter, "name"));
	struct buf longer = BUF_INIT(65536);

	for (size_t i = 0; i < countof(hostile_values); i++) {
		size_t n = hostile_values[i].n > 0 ? hostile_values[i].n
						   : strlen(hostile_values[i].text);
		unsigned status = ask(f, path, name, slice_make(hostile_values[i].text, n));

		if (status != 200 && status != 400)
			fail_msg("%s?%s: status %u", path, name, status);
	}
	buf_fill(&longer, 'a', 3000);
	assert_int_equal(ask(f, path, name, buf_view(&longer)), 400);
	buf_reset(&longer);
	for (int i = 0; i < 1500; i++)
		buf_str(&longer, "a,");
	assert_int_equal(ask(f, path, name, buf_view(&longer)), 400);
	buf_clear(&longer);
}

/* In a path: what is not there is 404, what can be no id 400 or 404. */
static void ask_hostile_places(struct api_fixture *f, const char *path, json_t *parameter)
{
	const char *name = json_string_value(json_object_get(parameter, "name"));
	struct buf longer = BUF_INIT(65536);

	for (size_t i = 0; i < countof(hostile_values); i++) {
		size_t n = hostile_values[i].n > 0 ? hostile_values[i].n
						   : strlen(hostile_values[i].text);
		unsigned status = ask_path(f, path, name, slice_make(hostile_values[i].text, n));

		if (n > 0 && status != 400 && status != 404)
			fail_msg("%s with %s: status %u", path, hostile_values[i].text, status);
	}
	buf_fill(&longer, 'a', 2000);
	assert_in_range(ask_path(f, path, name, buf_view(&longer)), 400, 404);
	buf_clear(&longer);
}

static void ask_good_place(struct api_fixture *f, const char *path, json_t *parameter)
{
	const char *name = json_string_value(json_object_get(parameter, "name"));
	const char *value = strcmp(name, "id") == 0 ? f->offer_id : "hub";

	value = strcmp(name, "run") == 0 ? "1" : value;
	/* Which of the two sources had the first run is chance. */
	if (ask_path(f, path, name, slice_of(value)) != 200)
		assert_int_equal(ask_path(f, path, name, SLICE_LIT("2")), 200);
}

static void each_parameter(struct api_fixture *f, const char *in,
			   void (*ask_values)(struct api_fixture *, const char *, json_t *))
{
	const char *path;
	json_t *methods;

	json_object_foreach(json_object_get(f->openapi.doc, "paths"), path, methods)
	{
		json_t *parameters = json_object_get(json_object_get(methods, "get"), "parameters");
		json_t *parameter;
		size_t i;

		json_array_foreach(parameters, i, parameter)
		{
			parameter = openapi_resolve(&f->openapi, parameter);
			if (strcmp(json_string_value(json_object_get(parameter, "in")), in) == 0)
				ask_values(f, path, parameter);
		}
	}
}

static void every_parameter_takes_what_is_described(void **state)
{
	each_parameter(*state, "query", ask_good_values);
	each_parameter(*state, "path", ask_good_place);
}

static void every_parameter_survives_what_is_hostile(void **state)
{
	struct api_fixture *f = *state;

	each_parameter(f, "query", ask_hostile_values);
	each_parameter(f, "path", ask_hostile_places);
	assert_int_equal(ask(f, "/v1/offers", "q", SLICE_LIT("machine")), 200);
}

static void every_path_refuses_parameters_it_does_not_know(void **state)
{
	struct api_fixture *f = *state;
	const char *path;
	json_t *methods;

	json_object_foreach(json_object_get(f->openapi.doc, "paths"), path, methods)
	{
		if (json_object_get(methods, "get") != NULL)
			assert_int_equal(ask(f, path, "colour", SLICE_LIT("red")), 400);
	}
}

static void every_path_answers_head_options_and_nothing_else(void **state)
{
	struct api_fixture *f = *state;
	const char *path;
	json_t *methods;

	json_object_foreach(json_object_get(f->openapi.doc, "paths"), path, methods)
	{
		bool is_get = json_object_get(methods, "get") != NULL;
		struct buf target = BUF_INIT(4096);
		struct http_answer a;

		expand(&target, f, path);
		url_add_raw_query(&target, slice_of(required_of(path)));
		a = http_client_ask(&f->client, "HEAD", buf_z(&target), "");
		http_assert_status(&a, is_get ? 200 : 405);
		a = http_client_ask(&f->client, "OPTIONS", buf_z(&target), "");
		http_assert_status(&a, 204);
		http_assert_has(&a, is_get ? "Allow: GET, HEAD, OPTIONS\r\n"
					   : "Allow: OPTIONS, POST\r\n");
		a = http_client_ask(&f->client, "DELETE", buf_z(&target), "");
		http_assert_status(&a, 405);
		buf_clear(&target);
	}
}

static void what_strangers_wrote_is_no_formula_in_a_table(void **state)
{
	struct api_fixture *f = *state;
	struct http_answer a = http_client_get(&f->client, "/v1/offers?q=historia&format=csv", "");

	http_assert_status(&a, 200);
	http_assert_has(&a, ",\"'=Historia ");
}

static void a_run_lists_what_was_rejected(void **state)
{
	struct api_fixture *f = *state;
	struct http_answer a = http_client_get(&f->client, "/v1/sources/hub/quality", "");

	http_assert_status(&a, 200);
	http_assert_has(&a, "\"rejected\":[{\"recordId\":\"c33\"");
	a = http_client_get(&f->client, "/v1/sources/hub", "");
	http_assert_has(&a, "\"state\":\"idle\",\"records\":59,\"nextDue\":\"");
	a = http_client_get(&f->client, "/v1/status", "");
	http_assert_has(&a, "\"running\":[],\"next\":[{\"source\":\"");
}

static void administration_is_refused_on_the_query_socket(void **state)
{
	struct api_fixture *f = *state;
	struct http_answer a;
	const char *path;
	json_t *methods;

	json_object_foreach(json_object_get(f->openapi.doc, "paths"), path, methods)
	{
		json_t *operation = json_object_get(methods, "post");
		struct buf target = BUF_INIT(4096);

		if (operation == NULL)
			continue;
		expand(&target, f, path);
		if (strstr(path, "/restore") != NULL)
			buf_str(&target, "?run=1");
		a = http_client_ask(&f->client, "POST", buf_z(&target), "Content-Length: 0\r\n");
		http_assert_status(&a, 403);
		http_assert_has(&a, "answered on the admin socket only");
		openapi_check_answer(&f->openapi, operation, &a);
		buf_clear(&target);
	}
	a = api_ask_admin(f, "GET", "/v1/sources/hub/runs", "");
	http_assert_status(&a, 200);
	http_assert_lacks(&a, "\"run\":3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_answers_as_described),
		cmocka_unit_test(every_parameter_takes_what_is_described),
		cmocka_unit_test(every_parameter_survives_what_is_hostile),
		cmocka_unit_test(every_path_refuses_parameters_it_does_not_know),
		cmocka_unit_test(every_path_answers_head_options_and_nothing_else),
		cmocka_unit_test(what_strangers_wrote_is_no_formula_in_a_table),
		cmocka_unit_test(a_run_lists_what_was_rejected),
		cmocka_unit_test(administration_is_refused_on_the_query_socket),
	};

	int failed;

	signal(SIGPIPE, SIG_IGN);
	failed = cmocka_run_group_tests(tests, api_fixture_open, api_fixture_close);
	openapi_write_seen("test_api");
	return failed;
}
