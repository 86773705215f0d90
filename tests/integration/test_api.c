// SPDX-License-Identifier: EUPL-1.2
/*
 * The API of the real daemon, held against docs/openapi.yaml: each path with
 * each parameter, valid and hostile; administration and what it sets going.
 */
#include "base/clock.h"
#include "base/url.h"
#include "daemon/api/openapi.h"
#include "tests/support/catalogue_pages.h"
#include "tests/support/daemon_fixture.h"
#include "tests/support/openapi_seen.h"

struct fixture {
	struct daemon_fixture d;
	struct partner *p;
	struct http_client client, admin;
	struct openapi openapi;
	char offer_id[32];
};

static const char table[] =
	"id,title,description,ects,eqf,iscedf,language,mode,start,applyUntil,price,url,outcomes\n"
	"ml,Machine learning,Learning from data with statistics,2.5,7,0613,en,online,2099-01-15,"
	"2098-12-01,0 EUR,https://example.org/ml,explains learning\n"
	"hist,=Historia <b>\"x\"</b>,Menneisyys,5,6,0222,fi,presential,2020-01-15,2019-12-01,100 "
	"EUR,"
	"https://example.org/h,\n"
	"bare,Bare,,,,,,,,,,,\n"
	",No id,,,,,,,,,,,\n";

static const struct page_of pages[] = { { 1, 30, NULL, 0 }, { 31, 60, NULL, 33 } };
static const struct partner_answer plain = { .status = 200 };

static void write_configuration(struct fixture *f)
{
	struct partner_answer csv = { .status = 200, .body = table };

	snprintf(csv.content_type, sizeof(csv.content_type), "text/csv; charset=utf-8");
	partner_route(f->p, "/t.csv", &csv);
	serve_moochub(f->p, pages, 2, &plain);
	daemon_source(&f->d, "off", "format = \"csv\" url = \"%s/t.csv\" enabled = false",
		      partner_base(f->p));
	daemon_source(&f->d, "hub",
		      "title = \"Hub\" country = \"DE\" alliance = { \"FORTHEM\" } "
		      "format = \"moochub\" version = \"3\" url = \"%s/moochub\"",
		      partner_base(f->p));
	daemon_source(&f->d, "table",
		      "title = \"Table\" country = \"FI\" format = \"csv\" url = \"%s/t.csv\" "
		      "columns { id = \"id\" title = \"title\" description = \"description\" "
		      "ects = \"ects\" eqf = \"eqf\" iscedf = \"iscedf\" language = \"language\" "
		      "mode = \"mode\" start = \"start\" applyUntil = \"applyUntil\" "
		      "price = \"price\" url = \"url\" outcomes = \"outcomes\" }",
		      partner_base(f->p));
}

static void find_an_offer(struct fixture *f)
{
	struct http_answer a =
		http_client_get(&f->client, "/v1/offers?q=statistics&fields=title", "");
	ptrdiff_t at = slice_find(a.body, SLICE_LIT("{\"id\":\""));

	http_assert_has(&a, "\"total\":1");
	snprintf(f->offer_id, sizeof(f->offer_id), "%.*s", 26, a.body.p + at + 7);
}

/* One daemon for all tests of this file, with both sources harvested. */
static int open_all(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	write_configuration(f);
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	/* The order of the two is chance. */
	for (int i = 0; i < 2; i++)
		daemon_wait_line(&f->d, ": harvest complete;");
	http_client_open(&f->client, f->d.query, NULL);
	http_client_open(&f->admin, f->d.admin, NULL); /* opened anew for each order */
	openapi_load(&f->openapi, slice_make(openapi_json, openapi_json_bytes));
	find_an_offer(f);
	*state = f;
	return 0;
}

static int close_all(void **state)
{
	struct fixture *f = *state;

	http_client_close(&f->client);
	http_client_close(&f->admin);
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	openapi_clear(&f->openapi);
	daemon_fixture_close(&f->d);
	partner_close(f->p);
	mem_free(f);
	return 0;
}

/* --- asking --- */

static void add_escaped(struct buf *out, struct slice value)
{
	for (size_t i = 0; i < value.n; i++)
		buf_printf(out, "%%%02X", (unsigned)(unsigned char)value.p[i]);
}

/* "/v1/offers/{id}" with what the fixture knows, but for one that is given (or NULL). */
static void expand_with(struct buf *out, struct fixture *f, const char *path, const char *given,
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

static void expand(struct buf *out, struct fixture *f, const char *path)
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

/* A search that waited too long for its turn, on a busy machine, is told to come again, and does.
 */
static struct http_answer get_in_the_end(struct fixture *f, const char *target)
{
	struct http_answer a = http_client_get(&f->client, target, "");

	for (int i = 0; a.status == 503 && i < HTTP_CLIENT_TRIES; i++) {
		http_assert_has(&a, "\"code\":\"timeout\"");
		a = http_client_get(&f->client, target, "");
	}
	return a;
}

/* Asks for a path with a parameter (or NULL), encoded here; holds the answer against the
 * description. */
static unsigned ask(struct fixture *f, const char *path, const char *name, struct slice value)
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
	a = get_in_the_end(f, buf_z(&target));
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
static unsigned ask_path(struct fixture *f, const char *path, const char *name, struct slice value)
{
	json_t *operation = openapi_operation(&f->openapi, path, "get");
	struct buf target = BUF_INIT(65536);
	struct http_answer a;

	expand_with(&target, f, path, name, value);
	a = get_in_the_end(f, buf_z(&target));
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
	struct fixture *f = *state;
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
static void ask_formats(struct fixture *f, const char *path, json_t *parameter)
{
	json_t *choices = json_object_get(json_object_get(parameter, "schema"), "enum");
	json_t *choice;
	size_t i;

	json_array_foreach(choices, i, choice)
		assert_int_equal(ask(f, path, "format", slice_of(json_string_value(choice))), 200);
}

static void ask_good_values(struct fixture *f, const char *path, json_t *parameter)
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

static void ask_hostile_values(struct fixture *f, const char *path, json_t *parameter)
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
static void ask_hostile_places(struct fixture *f, const char *path, json_t *parameter)
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

static void ask_good_place(struct fixture *f, const char *path, json_t *parameter)
{
	const char *name = json_string_value(json_object_get(parameter, "name"));
	const char *value = strcmp(name, "id") == 0 ? f->offer_id : "hub";

	value = strcmp(name, "run") == 0 ? "1" : value;
	/* Which of the two sources had the first run is chance. */
	if (ask_path(f, path, name, slice_of(value)) != 200)
		assert_int_equal(ask_path(f, path, name, SLICE_LIT("2")), 200);
}

static void each_parameter(struct fixture *f, const char *in,
			   void (*ask_values)(struct fixture *, const char *, json_t *))
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
	struct fixture *f = *state;

	each_parameter(f, "query", ask_hostile_values);
	each_parameter(f, "path", ask_hostile_places);
	assert_int_equal(ask(f, "/v1/offers", "q", SLICE_LIT("machine")), 200);
}

static void every_path_refuses_parameters_it_does_not_know(void **state)
{
	struct fixture *f = *state;
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
	struct fixture *f = *state;
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
	struct fixture *f = *state;
	struct http_answer a = http_client_get(&f->client, "/v1/offers?q=historia&format=csv", "");

	http_assert_status(&a, 200);
	http_assert_has(&a, ",\"'=Historia ");
}

static void a_run_lists_what_was_rejected(void **state)
{
	struct fixture *f = *state;
	struct http_answer a = http_client_get(&f->client, "/v1/sources/hub/quality", "");

	http_assert_status(&a, 200);
	http_assert_has(&a, "\"rejected\":[{\"recordId\":\"c33\"");
	a = http_client_get(&f->client, "/v1/sources/hub", "");
	http_assert_has(&a, "\"state\":\"idle\",\"records\":59,\"nextDue\":\"");
	a = http_client_get(&f->client, "/v1/status", "");
	http_assert_has(&a, "\"running\":[],\"next\":[{\"source\":\"");
}

/* --- administration --- */

/* On a connection of its own: one that was silent for long would be closed. */
static struct http_answer ask_admin(struct fixture *f, const char *method, const char *target,
				    const char *headers)
{
	http_client_close(&f->admin);
	http_client_open(&f->admin, f->d.admin, NULL);
	return http_client_ask(&f->admin, method, target, headers);
}

static struct http_answer post(struct fixture *f, const char *path, const char *target,
			       unsigned status)
{
	struct http_answer a = ask_admin(f, "POST", target, "Content-Length: 0\r\n");
	json_t *operation = openapi_operation(&f->openapi, path, "post");
	struct slice source = slice_from(slice_of(target), strlen("/v1/sources/"));
	const char *run = strstr(target, "run=");

	http_assert_status(&a, status);
	openapi_check_answer(&f->openapi, operation, &a);
	openapi_mark_parameter(&f->openapi, operation, "source",
			       slice_first(source, (size_t)slice_find_byte(source, '/')), a.status);
	if (run != NULL)
		openapi_mark_parameter(&f->openapi, operation, "run", slice_of(run + 4), a.status);
	return a;
}

static void administration_is_refused_on_the_query_socket(void **state)
{
	struct fixture *f = *state;
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
	a = ask_admin(f, "GET", "/v1/sources/hub/runs", "");
	http_assert_status(&a, 200);
	http_assert_lacks(&a, "\"run\":3");
}

static void orders_that_cannot_be_carried_out_are_refused(void **state)
{
	struct fixture *f = *state;

	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/nobody/harvest", 404);
	(void)post(f, "/v1/sources/{source}/confirm", "/v1/sources/nobody/confirm", 404);
	(void)post(f, "/v1/sources/{source}/confirm", "/v1/sources/hub/confirm", 409);
	(void)post(f, "/v1/sources/{source}/restore", "/v1/sources/hub/restore", 400);
	(void)post(f, "/v1/sources/{source}/restore", "/v1/sources/hub/restore?run=99", 404);
	(void)post(f, "/v1/sources/{source}/restore", "/v1/sources/hub/restore?run=0", 400);
	(void)post(f, "/v1/sources/{source}/replay", "/v1/sources/nobody/replay", 404);
}

/* Asks until the answer holds a text (or, is_gone, until it does not). */
static void wait_until(struct fixture *f, const char *target, const char *text, bool is_gone)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;
	bool is_there = is_gone;

	while (is_there == is_gone) {
		struct http_client c;
		struct http_answer a;

		assert_true(clock_mono_ms() < until_ms);
		http_client_open(&c, f->d.query, NULL);
		a = http_client_get(&c, target, "");
		http_assert_status(&a, 200);
		is_there = slice_contains(a.body, slice_of(text));
		http_client_close(&c);
	}
}

/*
 * Until nothing runs or waits for its turn. What a run stored is seen before it
 * has ended, and an order meanwhile would join it.
 */
static void wait_idle(struct fixture *f)
{
	wait_until(f, "/v1/status", "\"running\":[]", false);
}

/* The number behind `"run":` of an answer. */
static uint64_t run_of(const struct http_answer *a)
{
	ptrdiff_t at = slice_find(a->body, SLICE_LIT("\"run\":"));
	struct slice rest = slice_from(a->body, (size_t)at + 6);
	size_t n = 0;
	uint64_t run = 0;

	assert_true(at >= 0);
	while (n < rest.n && ascii_is_digit(rest.p[n]))
		n++;
	assert_true(slice_to_u64(&run, slice_first(rest, n), UINT32_MAX));
	return run;
}

static uint64_t newest_run(struct fixture *f, const char *source)
{
	char target[100];
	struct http_answer a;

	snprintf(target, sizeof(target), "/v1/sources/%s/runs?limit=1", source);
	a = http_client_get(&f->client, target, "");
	http_assert_status(&a, 200);
	return run_of(&a);
}

static void a_harvest_can_be_followed_while_it_runs(void **state)
{
	struct fixture *f = *state;
	struct partner_answer stalled = { .status = 200,
					  .body = "x",
					  .fault = PARTNER_STALL_BEFORE_HEAD };
	char location[100], restore[100];
	struct http_answer a;

	daemon_config(&f->d, "harvest { parallel = 1 }");
	(void)post(f, "/v1/reload", "/v1/reload", 200);
	partner_route(f->p, "/moochub.2", &stalled);
	a = post(f, "/v1/sources/{source}/harvest", "/v1/sources/hub/harvest", 202);
	snprintf(location, sizeof(location), "%.*s", SLICE_ARG(http_answer_header(&a, "Location")));
	if (slice_contains(a.body, SLICE_LIT("\"run\":"))) {
		char expected[100];

		snprintf(expected, sizeof(expected), "/v1/sources/hub/runs/%llu",
			 (unsigned long long)run_of(&a));
		assert_string_equal(location, expected);
	} else {
		assert_string_equal(location, "/v1/sources/hub/runs");
	}
	assert_true(partner_wait_stalled(f->p, 1, HTTP_CLIENT_PATIENCE_MS));
	a = post(f, "/v1/sources/{source}/harvest", "/v1/sources/hub/harvest",
		 202); /* the same run */
	if (slice_contains(a.body, SLICE_LIT("\"run\":")) &&
	    strcmp(location, "/v1/sources/hub/runs") != 0)
		assert_slice(http_answer_header(&a, "Location"), location);
	(void)post(f, "/v1/sources/{source}/replay", "/v1/sources/hub/replay", 409);
	snprintf(restore, sizeof(restore), "/v1/sources/hub/restore?run=%llu",
		 (unsigned long long)newest_run(f, "hub"));
	(void)post(f, "/v1/sources/{source}/restore", restore, 409);
	a = post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 202);
	http_assert_has(&a, "\"state\":\"queued\"");
	assert_int_equal(ask(f, "/v1/sources", NULL, SLICE_NONE), 200);
	assert_int_equal(ask(f, "/v1/status", NULL, SLICE_NONE), 200);
	a = http_client_get(&f->client, "/v1/status", "");
	http_assert_has(&a, "\"running\":[{\"source\":\"hub\"");
	a = http_client_get(&f->client, "/v1/sources/hub", "");
	http_assert_has(&a, "\"state\":\"running\"");
	wait_until(f, location, "\"progress\":{\"state\":\"pulling\"", false);
	assert_int_equal(ask(f, "/v1/sources/{source}/runs", NULL, SLICE_NONE), 200);
	/* A reload while it runs. */
	(void)post(f, "/v1/reload", "/v1/reload", 200);
	serve_moochub(f->p, pages, 2, &plain);
	partner_release(f->p, NULL);
	wait_until(f, "/v1/sources/hub", "\"state\":\"running\"", true);
	wait_idle(f);
}

static void a_reload_says_what_is_wrong(void **state)
{
	struct fixture *f = *state;
	struct http_answer a;

	daemon_source(&f->d, "wrong",
		      "format = \"csv\" url = \"https://x.example/\" every = \"often\"");
	a = post(f, "/v1/reload", "/v1/reload", 422);
	http_assert_has(&a, "wrong.conf");
	http_assert_has(&a, "often");
	daemon_source(&f->d, "wrong", "%s", "");
	a = post(f, "/v1/reload", "/v1/reload", 200);
	http_assert_has(&a, "\"sources\":3,");
	daemon_config(&f->d, "harvest { parallel = 1 keep-days = 31 }");
	a = post(f, "/v1/reload", "/v1/reload", 200);
	http_assert_has(&a, "keep-days");
}

/* What a partner took away is held, confirmed, and brought back. */
static void a_held_run_is_confirmed_and_restored(void **state)
{
	struct fixture *f = *state;
	struct partner_answer csv = {
		.status = 200,
		.body = "id,title,description,ects,eqf,iscedf,language,mode,start,applyUntil,price,"
			"url,outcomes\n"
	};
	char target[100];
	struct http_answer a;

	partner_route(f->p, "/t.csv", &csv);
	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 202);
	wait_until(f, "/v1/sources/table", "\"heldRun\":", false);
	assert_int_equal(ask(f, "/v1/sources", NULL, SLICE_NONE), 200);
	a = post(f, "/v1/sources/{source}/confirm", "/v1/sources/table/confirm", 202);
	http_assert_has(&a, "\"ofRun\":");
	wait_until(f, "/v1/sources/table/runs?limit=1",
		   "\"kind\":\"confirm\",\"state\":\"complete\"", false);
	wait_idle(f);
	snprintf(target, sizeof(target), "/v1/sources/table/restore?run=%llu",
		 (unsigned long long)newest_run(f, "table"));
	(void)post(f, "/v1/sources/{source}/restore", target, 202);
	wait_until(f, "/v1/sources/table/runs?limit=1",
		   "\"kind\":\"restore\",\"state\":\"complete\"", false);
	wait_idle(f);
}

/* A partner that asks to be left alone is, also when somebody orders a harvest. */
static void a_partner_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct partner_answer busy = { .status = 429, .headers = { { "Retry-After", "3600" } } };

	partner_route(f->p, "/t.csv", &busy);
	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 202);
	wait_until(f, "/v1/sources/table", "\"notBefore\":", false);
	assert_int_equal(ask(f, "/v1/sources", NULL, SLICE_NONE), 200);
	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 409);
}

static void kept_responses_are_replayed(void **state)
{
	struct fixture *f = *state;

	(void)post(f, "/v1/sources/{source}/replay", "/v1/sources/table/replay", 202);
	wait_until(f, "/v1/sources/table", "\"kind\":\"replay\",\"state\":\"complete\"", false);
	assert_int_equal(partner_count(f->p, "/t.csv"), 2);
	wait_until(f, "/v1/sources/table", "\"readWith\":\"current\"", false);
	wait_idle(f);
}

/* The generation moved: what a client has is no longer what there is. */
static void a_change_makes_tags_worthless(void **state)
{
	struct fixture *f = *state;
	struct partner_answer csv = {
		.status = 200,
		.body = "id,title,description,ects,eqf,iscedf,language,mode,start,applyUntil,price,"
			"url,outcomes\nml,Another title,,,,,,,,,,,\nhist,History,,,,,,,,,,,\n"
			"bare,Bare,,,,,,,,,,,\n"
	};
	struct http_answer a = http_client_get(&f->client, "/v1/offers?source=hub", "");
	char header[200], cursor[600];
	json_t *page;

	snprintf(header, sizeof(header), "If-None-Match: %.*s\r\n",
		 SLICE_ARG(http_answer_header(&a, "ETag")));
	assert_int_equal(http_client_get(&f->client, "/v1/offers?source=hub", header).status, 304);
	a = http_client_get(&f->client, "/v1/offers?limit=2", "");
	page = json_loadb(a.body.p, a.body.n, 0, NULL);
	snprintf(cursor, sizeof(cursor), "%s", json_string_value(json_object_get(page, "next")));
	json_decref(page);
	partner_route(f->p, "/t.csv", &csv);
	(void)post(f, "/v1/sources/{source}/harvest", "/v1/sources/table/harvest", 202);
	wait_until(f, "/v1/offers?q=another", "\"total\":1", false);
	/* A page of before leads on, and says so. */
	assert_int_equal(ask(f, "/v1/offers", "cursor", slice_of(cursor)), 200);
	assert_int_equal(http_client_get(&f->client, "/v1/offers?source=hub", header).status, 200);
	wait_idle(f);
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
		cmocka_unit_test(orders_that_cannot_be_carried_out_are_refused),
		cmocka_unit_test(a_harvest_can_be_followed_while_it_runs),
		cmocka_unit_test(a_reload_says_what_is_wrong),
		cmocka_unit_test(kept_responses_are_replayed),
		cmocka_unit_test(a_change_makes_tags_worthless),
		cmocka_unit_test(a_held_run_is_confirmed_and_restored),
		cmocka_unit_test(a_partner_is_left_alone),
	};

	int failed;

	signal(SIGPIPE, SIG_IGN);
	failed = cmocka_run_group_tests(tests, open_all, close_all);
	openapi_write_seen("test_api");
	return failed;
}
