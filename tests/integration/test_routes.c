// SPDX-License-Identifier: EUPL-1.2
/*
 * Every route over a real database, in this process: what is answered fits
 * docs/openapi.yaml, and says what the database holds. Searches are in
 * test_routes_search.c; the daemon behind it (schedule, harvests) is the real one's
 * business: tests/integration/test_api.c.
 */
#include "base/log.h"
#include "daemon/api/offer_json.h"
#include "daemon/api/openapi.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "tests/support/openapi_seen.h"
#include "tests/support/routes_catalogue.h"

/* --- the table and its description --- */

/* "/v1/offers" of ours for each path of the description, with the same parameters. */
static void routes_and_description_are_the_same(void **state)
{
	struct routes_fixture *f = *state;
	const struct route_table *table = routes_of_api();
	json_t *paths = json_object_get(f->openapi.doc, "paths");
	size_t n_described = 0;
	const char *path;
	json_t *methods;

	for (size_t i = 0; i < table->n; i++) {
		const struct route *r = &table->routes[i];
		const char *method = r->method == HTTP_POST ? "post" : "get";
		json_t *operation = openapi_operation(&f->openapi, r->path, method);
		json_t *parameter;
		size_t n_query = 0;
		size_t k;

		if (operation == NULL)
			fail_msg("%s %s is not described", method, r->path);
		json_array_foreach(json_object_get(operation, "parameters"), k, parameter)
		{
			parameter = openapi_resolve(&f->openapi, parameter);
			n_query += strcmp(json_string_value(json_object_get(parameter, "in")),
					  "query") == 0;
		}
		assert_int_equal(n_query, r->n_params);
		for (size_t p = 0; p < r->n_params; p++) {
			const struct param *spec = &r->params[p];
			json_t *schema;

			parameter = openapi_parameter(&f->openapi, operation, spec->name);
			if (parameter == NULL)
				fail_msg("%s: %s is not described", r->path, spec->name);
			assert_int_equal(json_is_true(json_object_get(parameter, "required")),
					 spec->is_required);
			schema = json_object_get(parameter, "schema");
			if (spec->kind != PARAM_NUMBER)
				continue;
			assert_int_equal(routes_number(schema, "minimum"), spec->min);
			if (spec->max != INT64_MAX)
				assert_int_equal(routes_number(schema, "maximum"), spec->max);
		}
	}
	json_object_foreach(paths, path, methods) n_described += json_object_size(methods);
	assert_int_equal(n_described, table->n);
}

static void fields_are_those_of_the_description(void **state)
{
	struct routes_fixture *f = *state;
	json_t *components = json_object_get(f->openapi.doc, "components");
	json_t *offer = json_object_get(json_object_get(components, "schemas"), "Offer");
	json_t *properties = json_object_get(offer, "properties");
	size_t n = 0;

	for (; offer_field_name(n) != NULL; n++) {
		if (json_object_get(properties, offer_field_name(n)) == NULL)
			fail_msg("%s is not described", offer_field_name(n));
	}
	assert_int_equal(json_object_size(properties), n);
}

/* --- one offer --- */

static void an_offer_is_found_by_its_id(void **state)
{
	struct routes_fixture *f = *state;
	char target[100];
	char lower[OFFER_ID_CHARS + 1] = "";
	const char *id = routes_find_id(f, "machine");
	struct http_answer a;

	for (int i = 0; i < OFFER_ID_CHARS; i++)
		lower[i] = ascii_lower(id[i]);
	snprintf(target, sizeof(target), "/v1/offers/%s", id);
	a = routes_get(f, "/v1/offers/{id}", target, "", 200);
	http_assert_has(&a, "\"applicationState\":\"open\"");
	assert_non_null(http_answer_header(&a, "ETag").p);
	snprintf(target, sizeof(target), "/v1/offers/%s", lower);
	(void)routes_get(f, "/v1/offers/{id}", target, "", 200);
	a = routes_get(f, "/v1/offers/{id}", target, "Accept: text/csv\r\n", 200);
	http_assert_has(&a, "Machine learning");
	(void)routes_get(f, "/v1/offers/{id}", "/v1/offers/00000000000000000000000000", "", 404);
	(void)routes_get(f, "/v1/offers/{id}", "/v1/offers/nonsense", "", 404);
	(void)routes_get(f, "/v1/offers/{id}", "/v1/offers/%2e%2e%2fstatus", "", 404);
}

static void an_offer_that_was_removed_says_when(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a = routes_get(f, "/v1/changes", "/v1/changes", "", 200);
	ptrdiff_t at = slice_find(a.body, SLICE_LIT("\"kind\":\"removed\",\"id\":\""));
	char target[100];

	assert_true(at > 0);
	snprintf(target, sizeof(target), "/v1/offers/%.*s", OFFER_ID_CHARS, a.body.p + at + 23);
	a = routes_get(f, "/v1/offers/{id}", target, "", 410);
	http_assert_has(&a, "\"code\":\"gone\"");
	http_assert_has(&a, "\"gone\":\"2026-");
	snprintf(target + strlen(target), 20, "/records");
	a = routes_get(f, "/v1/offers/{id}/records", target, "", 200);
	http_assert_has(&a, "\"state\":\"gone\"");
	http_assert_has(&a, "\"goneWhy\":\"absent\"");
}

static void records_are_shown_in_their_own_words(void **state)
{
	struct routes_fixture *f = *state;
	char target[100];
	struct http_answer a;

	snprintf(target, sizeof(target), "/v1/offers/%s/records", routes_find_id(f, "machine"));
	a = routes_get(f, "/v1/offers/{id}/records", target, "", 200);
	http_assert_has(&a, "\"offer\":{\"title\":{\"en\":\"Machine learning\"");
	http_assert_has(&a, routes_rich_words);
	(void)routes_get(f, "/v1/offers/{id}/records", "/v1/offers/nonsense/records", "", 404);
}

static void explain_says_how_each_element_was_reached(void **state)
{
	struct routes_fixture *f = *state;
	char target[100];
	struct http_answer a;

	snprintf(target, sizeof(target), "/v1/offers/%s/explain", routes_find_id(f, "machine"));
	a = routes_get(f, "/v1/offers/{id}/explain", target, "", 200);
	http_assert_has(&a, "\"title\":\"Machine learning\",\"records\":[{\"source\":\"jyu\"");
	http_assert_has(
		&a, "{\"element\":\"workload\",\"words\":[{\"element\":\"workload\","
		    "\"scheme\":\"ects\",\"text\":\"2.5\",\"path\":\"studyLoad\"}],\"rule\":\"");
	http_assert_has(&a, "{\"element\":\"level\",\"words\":[{\"element\":\"level\","
			    "\"text\":\"no level at all\",\"path\":\"level\"}],\"rule\":"
			    "\"unknown-level, expected an EQF");
	http_assert_has(&a, "\"state\":\"live\",\"isOlder\":true,");
	http_assert_has(&a, "\"piece\":\"suomi\",\"rule\":\"languages.tsv: suomi -> fi\",");
	http_assert_has(&a, "\"piece\":\"englanti\",\"rule\":\"language-names.tsv: ");
	http_assert_has(&a, "\"code\":\"unknown-level\"");
	(void)routes_get(f, "/v1/offers/{id}/explain", "/v1/offers/nonsense/explain", "", 404);
}

/* --- the rest --- */

static void changes_are_followed_by_generation(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a =
		routes_get(f, "/v1/changes", "/v1/changes?limit=1&offer=true", "", 200);
	struct slice link = http_answer_header(&a, "Link");
	struct slice generation = http_answer_header(&a, "Microcat-Generation");
	uint64_t at = 0;
	char target[200];
	char last[24];

	assert_slice(http_answer_header(&a, "Microcat-Database"), store_db_uuid(f->store));
	http_assert_has(&a, "\"kind\":\"added\",\"id\":\"");
	http_assert_has(&a, "\"offer\":{\"id\":\"");
	assert_true(slice_to_u64(&at, generation, 1000));
	assert_true(at >= 1);
	assert_true(slice_ends_with(link, SLICE_LIT("; rel=\"next\"")));
	snprintf(target, sizeof(target), "%.*s", (int)link.n - 14, link.p + 1);
	assert_non_null(strstr(target, "offer=true&since="));
	/* To the end, and then nothing more until something changes. */
	snprintf(last, sizeof(last), "%lld", (long long)store_generation(f->store));
	a = routes_get(f, "/v1/changes", "/v1/changes?limit=10000", "", 200);
	assert_slice(http_answer_header(&a, "Microcat-Generation"), last);
	assert_null(http_answer_header(&a, "Link").p);
	snprintf(target, sizeof(target), "/v1/changes?since=%s", last);
	a = routes_get(f, "/v1/changes", target, "", 200);
	assert_int_equal(a.body.n, 0);
	assert_slice(http_answer_header(&a, "Microcat-Generation"), last);
}

/* Whole generations only, whatever the limit: all changes are seen, none twice. */
static void no_change_is_lost_between_two_pages(void **state)
{
	struct routes_fixture *f = *state;
	size_t n_all = 0;
	size_t n_paged = 0;
	char target[200] = "/v1/changes?limit=1";
	struct http_answer a = routes_get(f, "/v1/changes", "/v1/changes?limit=10000", "", 200);
	bool has_next = true;

	for (size_t i = 0; i < a.body.n; i++)
		n_all += a.body.p[i] == '\n';
	assert_int_equal(n_all, 33);
	while (has_next) {
		struct slice link;

		a = routes_get(f, "/v1/changes", target, "", 200);
		for (size_t i = 0; i < a.body.n; i++)
			n_paged += a.body.p[i] == '\n';
		link = http_answer_header(&a, "Link");
		has_next = link.n > 0;
		if (has_next)
			snprintf(target, sizeof(target), "%.*s", (int)link.n - 14, link.p + 1);
	}
	assert_int_equal(n_paged, n_all);
}

/* --- a generation that has no room in one answer --- */

enum { SMALL = 3, LARGE = 45 }; /* offers of a generation; a large one needs 0.9 MB */

/* Generations 1 and 3 are small, 2 needs 40 MB with its offers. */
static void fill_with_a_large_generation(struct db_fixture *db)
{
	struct apply_item items[LARGE];
	struct run_state *run = fixture_run(db, RUN_HARVEST);
	static const unsigned n_offers[] = { SMALL, LARGE, SMALL };
	char id[32];

	for (unsigned gen = 0; gen < countof(n_offers); gen++) {
		for (unsigned i = 0; i < n_offers[gen]; i++) {
			snprintf(id, sizeof(id), "%u-%u", gen, i);
			items[i] = fixture_item(db, id, id, 1);
		}
		assert_int_equal(fixture_batch(db, run, items, n_offers[gen]), ERR_OK);
	}
	fixture_page(db, run, LARGE + 2 * SMALL);
	assert_int_equal(fixture_settle(db, run, NULL), RUN_COMPLETE);
	assert_int_equal(fixture_number(db, "SELECT max(gen) FROM generation"), 3);
	fixture_exec(db,
		     "UPDATE record_body SET body = json_set(body, '$.description',"
		     "  (SELECT json_group_object(value, printf('%.*c', 65000, 'x'))"
		     "     FROM "
		     "json_each('[\"cs\",\"da\",\"de\",\"el\",\"en\",\"es\",\"et\",\"fi\",\"fr\","
		     "                      \"hr\",\"it\",\"nl\",\"pl\",\"sv\"]')))"
		     " WHERE rec IN (SELECT rec FROM record WHERE gen_from = 2)");
}

/* One answer on the way along the links, and what it holds. */
static void follow(struct routes_fixture *f, char target[200], unsigned generation,
		   unsigned n_lines, const char *next)
{
	struct http_answer a = routes_get(f, "/v1/changes", target, "", 200);
	struct slice link = http_answer_header(&a, "Link");
	uint64_t header = 0;
	unsigned n = 0;

	for (size_t i = 0; i < a.body.n; i++)
		n += a.body.p[i] == '\n';
	assert_int_equal(n, n_lines);
	assert_true(slice_to_u64(&header, http_answer_header(&a, "Microcat-Generation"), 1000));
	assert_int_equal(header, generation);
	assert_true(next == NULL ? link.n == 0 : slice_contains(link, slice_of(next)));
	if (next != NULL)
		snprintf(target, 200, "%.*s", (int)link.n - 14, link.p + 1);
}

/* The header stays where following could begin again, and the link always leads on. */
static void a_generation_that_has_no_room_is_told_in_parts(void **state)
{
	struct routes_fixture *f = routes_fixture_open(fill_with_a_large_generation);
	char target[200] = "/v1/changes?offer=true&limit=100";
	unsigned n_fit = 32 * 1024 * 1024 / 911000;

	(void)state;
	follow(f, target, 1, SMALL, "&since=1>"); /* the large one is left out whole */
	follow(f, target, 1, n_fit, "&since=2&after=");
	follow(f, target, 3, LARGE - n_fit + SMALL, NULL);
	/* Alone, or without its offers, it is as ever. */
	snprintf(target, sizeof(target), "/v1/changes?limit=4");
	follow(f, target, 2, SMALL + LARGE, "limit=4&since=2>");
	snprintf(target, sizeof(target), "/v1/changes?since=2&after=0&limit=1");
	follow(f, target, 2, LARGE, "limit=1&since=2>");
	snprintf(target, sizeof(target), "/v1/changes?after=0");
	follow(f, target, 3, LARGE + 2 * SMALL, NULL);
	routes_fixture_close(f);
}

static void sources_and_runs_are_listed(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a = routes_get(f, "/v1/sources", "/v1/sources", "", 200);

	http_assert_has(&a, "\"sources\":[{\"id\":\"jyu\"");
	http_assert_has(&a, "\"url\":\"https://jyu.example/v5\"");
	http_assert_has(&a, "\"readWith\":\"older-rules\"");
	http_assert_lacks(&a, "hush"); /* neither a password nor a query is shown */
	http_assert_lacks(&a, "ETag");
	a = routes_get(f, "/v1/sources/{source}", "/v1/sources/jyu", "", 200);
	http_assert_lacks(&a, "hush");
	http_assert_has(&a, "\"records\":31,");
	http_assert_has(&a, "\"balances\":true");
	(void)routes_get(f, "/v1/sources/{source}", "/v1/sources/nobody", "", 404);
	a = routes_get(f, "/v1/sources/{source}/runs", "/v1/sources/jyu/runs?limit=1", "", 200);
	http_assert_has(&a, "\"runs\":[{\"run\":2,");
	http_assert_has(&a, "Link: </v1/sources/jyu/runs?limit=1&before=2>; rel=\"next\"");
	a = routes_get(f, "/v1/sources/{source}/runs", "/v1/sources/jyu/runs?limit=1&before=2", "",
		       200);
	http_assert_has(&a, "\"runs\":[{\"run\":1,");
	http_assert_lacks(&a, "Link");
	a = routes_get(f, "/v1/sources/{source}/runs/{run}", "/v1/sources/jyu/runs/2", "", 200);
	http_assert_has(&a, "\"removedAbsent\":1,");
	http_assert_has(&a, "\"noteList\":[{\"kind\":\"reject\"");
	a = routes_get(f, "/v1/sources/{source}/runs/{run}", "/v1/sources/jyu/runs/2?notes=false",
		       "", 200);
	http_assert_lacks(&a, "noteList");
	(void)routes_get(f, "/v1/sources/{source}/runs/{run}", "/v1/sources/jyu/runs/99", "", 404);
	(void)routes_get(f, "/v1/sources/{source}/runs/{run}", "/v1/sources/jyu/runs/x", "", 404);
	(void)routes_get(f, "/v1/sources/{source}/runs/{run}", "/v1/sources/nobody/runs/1", "",
			 404);
}

static void the_partners_report_says_what_is_missing(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a =
		routes_get(f, "/v1/sources/{source}/quality", "/v1/sources/jyu/quality", "", 200);

	http_assert_has(&a, "\"records\":31,\"offers\":31,");
	http_assert_has(&a, "\"rejected\":[{\"recordId\":\"bad\"");
	http_assert_has(&a, "\"formatLimits\":[\"qualityAssurance\"]");
	(void)routes_get(f, "/v1/sources/{source}/quality", "/v1/sources/nobody/quality", "", 404);
}

static void operators_see_what_is_going_on(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a = routes_get(f, "/v1/status", "/v1/status", "", 200);

	http_assert_has(&a, "\"offers\":31,\"records\":31");
	http_assert_has(&a, "\"outdated\":[{\"source\":\"jyu\",\"readWith\":\"older-rules\"}]");
	http_assert_has(&a, "\"version\":\"" MICROCAT_VERSION "\"");
	a = routes_get(f, "/v1/about", "/v1/about", "", 200);
	http_assert_has(&a, "\"licence\":\"EUPL-1.2\"");
	http_assert_has(&a, "ISCED");
	a = routes_get(f, "/healthz", "/healthz", "", 200);
	assert_slice(a.body, "ok\n");
	a = routes_get(f, "/readyz", "/readyz", "", 200);
	a = routes_get(f, "/metrics", "/metrics", "", 200);
	http_assert_has(&a, "\nmicrocat_offers 31\n");
	http_assert_has(&a, "\nmicrocat_records{source=\"jyu\",state=\"live\"} 31\n");
	http_assert_has(&a, "\nmicrocat_last_run_ledger{source=\"jyu\",figure=\"rejected\"} 1\n");
	http_assert_has(&a, "\nmicrocat_http_requests_total{route=\"/healthz\",method=\"GET\","
			    "status=\"200\"} ");
	http_assert_has(&a, "\nmicrocat_http_connections 1\n");
	a = routes_get(f, "/openapi.json", "/openapi.json", "", 200);
	assert_int_equal(a.body.n, openapi_json_bytes);
}

static void administration_is_for_the_admin_socket(void **state)
{
	static const char *const paths[] = {
		"/v1/sources/jyu/harvest",
		"/v1/sources/jyu/confirm",
		"/v1/sources/jyu/replay",
		"/v1/sources/jyu/restore?run=1",
		"/v1/reload",
	};
	struct routes_fixture *f = *state;
	struct http_client admin;
	struct http_answer a;

	http_client_open(&admin, f->at.admin_path, &f->at.loop);
	for (size_t i = 0; i < countof(paths); i++) {
		a = http_client_ask(&f->client, "POST", paths[i], "Content-Length: 0\r\n");
		http_assert_status(&a, 403);
		http_assert_has(&a, "answered on the admin socket only");
		a = http_client_get(&f->client, paths[i], "");
		http_assert_status(&a, 405);
		http_assert_has(&a, "Allow: OPTIONS, POST\r\n");
		/* There is no daemon behind this server. */
		a = http_client_ask(&admin, "POST", paths[i], "Content-Length: 0\r\n");
		http_assert_status(&a, 501);
	}
	a = http_client_get(&admin, "/v1/offers?limit=1", "");
	http_assert_status(&a, 200);
	http_client_close(&admin);
}

/* --- clients that go away, and the end --- */

static void clients_that_vanish_while_they_are_answered_cost_nothing(void **state)
{
	struct routes_fixture *f = *state;

	for (int turns = 0; turns < 12; turns++) {
		struct http_client clients[8];

		for (size_t i = 0; i < countof(clients); i++) {
			http_client_open(&clients[i], f->at.query_path, &f->at.loop);
			http_client_send(&clients[i],
					 SLICE_LIT("GET /v1/offers?q=title&facets=all HTTP/1.1\r\n"
						   "Host: x\r\n\r\n"));
		}
		for (int i = 0; i < turns; i++)
			loop_turn(&f->at.loop, 0);
		for (size_t i = 0; i < countof(clients); i++)
			http_client_close(&clients[i]);
	}
	(void)routes_get(f, "/v1/offers", "/v1/offers?q=title", "", 200);
}

static void closing_while_reads_run_ends_clean(void **state)
{
	struct routes_fixture *f = *state;
	struct http_client clients[16];

	for (size_t i = 0; i < countof(clients); i++) {
		http_client_open(&clients[i], f->at.query_path, &f->at.loop);
		http_client_send(&clients[i], SLICE_LIT("GET /v1/stats?by=country,level,size "
							"HTTP/1.1\r\nHost: x\r\n\r\n"));
	}
	loop_turn(&f->at.loop, 0);
	/* The fixture closes server and store now. */
	for (size_t i = 0; i < countof(clients); i++)
		http_client_close(&clients[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROUTES_TEST(routes_and_description_are_the_same),
		ROUTES_TEST(fields_are_those_of_the_description),
		ROUTES_TEST(an_offer_is_found_by_its_id),
		ROUTES_TEST(an_offer_that_was_removed_says_when),
		ROUTES_TEST(records_are_shown_in_their_own_words),
		ROUTES_TEST(explain_says_how_each_element_was_reached),
		ROUTES_TEST(changes_are_followed_by_generation),
		ROUTES_TEST(no_change_is_lost_between_two_pages),
		cmocka_unit_test(a_generation_that_has_no_room_is_told_in_parts),
		ROUTES_TEST(sources_and_runs_are_listed),
		ROUTES_TEST(the_partners_report_says_what_is_missing),
		ROUTES_TEST(operators_see_what_is_going_on),
		ROUTES_TEST(administration_is_for_the_admin_socket),
		ROUTES_TEST(clients_that_vanish_while_they_are_answered_cost_nothing),
		ROUTES_TEST(closing_while_reads_run_ends_clean),
	};

	int failed;

	signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_LEVEL_WARNING);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	openapi_write_seen("test_routes");
	return failed;
}
