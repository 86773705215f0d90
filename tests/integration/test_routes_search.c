// SPDX-License-Identifier: EUPL-1.2
/*
 * The routes of many offers over a real database, in this process: search, its
 * representations and tags, suggestions, statistics, and many who ask at once.
 */
#include "base/clock.h"
#include "base/log.h"
#include "tests/support/openapi_seen.h"
#include "tests/support/routes_catalogue.h"

static void a_search_gives_offers_facets_and_the_next_page(void **state)
{
	struct routes_fixture *f = *state;
	char target[700];
	size_t n_seen = 0;
	struct http_answer a =
		routes_get(f, "/v1/offers",
			   "/v1/offers?q=title&sort=title&limit=12&facets=country,lang", "", 200);
	json_t *json = routes_json(&a);
	json_t *facet;

	assert_int_equal(routes_number(json, "total"), 30);
	facet = json_array_get(json_object_get(json_object_get(json, "facets"), "country"), 0);
	assert_string_equal(json_string_value(json_object_get(facet, "code")), "FI");
	assert_int_equal(routes_number(facet, "count"), 30);
	for (int page = 0; page < 3; page++) {
		const char *next = json_string_value(json_object_get(json, "next"));
		struct slice link = http_answer_header(&a, "Link");

		n_seen += json_array_size(json_object_get(json, "offers"));
		if (page == 2) {
			assert_null(next);
			assert_null(link.p);
			break;
		}
		assert_non_null(next);
		assert_true(slice_ends_with(link, SLICE_LIT(">; rel=\"next\"")));
		snprintf(target, sizeof(target), "%.*s", (int)link.n - 14, link.p + 1);
		assert_non_null(strstr(target, next));
		assert_non_null(strstr(target, "limit=12&facets=country,lang&cursor="));
		json_decref(json);
		a = routes_get(f, "/v1/offers", target, "", 200);
		json = routes_json(&a);
	}
	assert_int_equal(n_seen, 30);
	json_decref(json);
}

static void a_row_holds_the_whole_offer(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a =
		routes_get(f, "/v1/offers", "/v1/offers?q=statistics&ects=2..3", "", 200);
	json_t *json = routes_json(&a);
	json_t *offer = json_array_get(json_object_get(json, "offers"), 0);
	json_t *stored = json_loads(routes_rich_offer, 0, NULL);
	const char *name;
	json_t *member;

	json_object_foreach(stored, name, member)
	{
		if (strcmp(name, "sessions") != 0 && strcmp(name, "subjects") != 0)
			assert_true(json_equal(json_object_get(offer, name), member));
	}
	http_assert_has(&a, "\"subjects\":[{\"iscedf\":\"0613\",\"from\":\"declared\","
			    "\"label\":\"Software and applications development and analysis\"}]");
	http_assert_has(&a, "\"applicationState\":\"open\"");
	http_assert_has(&a, "\"records\":[{\"source\":\"jyu\",\"recordId\":\"ml\","
			    "\"url\":\"https://jyu.example/ml?x=1\",");
	http_assert_has(&a, "\"snippet\":{\"text\":\"");
	http_assert_has(&a, "\"matches\":[[");
	json_decref(stored);
	json_decref(json);
}

static void a_search_shows_what_is_asked_for(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a;

	a = routes_get(f, "/v1/offers", "/v1/offers?q=statistics&fields=title,level&snippets=false",
		       "", 200);
	http_assert_has(&a, "\"title\":{\"en\":\"Machine learning\",\"fi\":\"Koneoppiminen\"},"
			    "\"level\":{\"eqf\":7,\"eqfMax\":7,\"from\":\"declared\"}}]");
	a = routes_get(f, "/v1/offers", "/v1/offers?q=machine&format=csv&hl=fi", "", 200);
	routes_assert_begins(&a, "id,title,provider,country,ects");
	http_assert_has(&a,
			",Koneoppiminen,University of Tests,FI,2.5,,7,0613,en,online,2099-01-15,"
			"0,EUR,https://jyu.example/ml?x=1,FORTHEM,jyu,0.81\r\n");
	http_assert_has(&a, "Microcat-Total: 1\r\n");
	a = routes_get(f, "/v1/offers", "/v1/offers?limit=3", "Accept: application/x-ndjson\r\n",
		       200);
	http_assert_has(&a, "Content-Type: application/x-ndjson");
	http_assert_has(&a, "rel=\"next\"");
	http_assert_has(&a, "Microcat-Total: 31\r\n");
	a = routes_get(f, "/v1/offers", "/v1/offers?limit=0&facets=country", "", 200);
	http_assert_has(&a, "\"total\":31,\"offers\":[],\"facets\":{\"country\":[{");
	http_assert_lacks(&a, "next");
	a = http_client_ask(&f->client, "HEAD", "/v1/offers?q=machine", "");
	http_assert_status(&a, 200);
	assert_int_equal(a.body.n, 0);
}

static void what_is_typed_is_answered_or_refused_with_reasons(void **state)
{
	static const struct {
		const char *target, *says;
	} table[] = {
		{ "/v1/offers?ects=x", "ects" },
		{ "/v1/offers?limit=-1", "limit=-1: expected a number from 0 to 1000" },
		{ "/v1/offers?sort=best", "sort=best" },
		{ "/v1/offers?facets=color", "facets=color" },
		{ "/v1/offers?fields=color", "fields=color" },
		{ "/v1/offers?hl=zzzz", "hl=zzzz" },
		{ "/v1/offers?cursor=abc", "cursor" },
		{ "/v1/offers?format=xml", "format=xml: expected json, csv or ndjson" },
		{ "/v1/offers?timeout=0", "timeout=0" },
		{ "/v1/offers?colour=1", "unknown parameter \\\"colour\\\"" },
		{ "/v1/offers?q=%00", "zero byte" },
		{ "/v1/offers?q=OR", "q=OR: no word to look for" },
		{ "/v1/offers?q=***", "q=***: no word to look for" },
		{ "/v1/stats", "by is missing" },
		{ "/v1/stats?by=color", "by=color" },
		{ "/v1/stats?by=ects", "by=ects: expected size" },
		{ "/v1/stats?by=country&as-of=2999-01-01", "not to come" },
		{ "/v1/stats?by=country&depth=5", "depth=5" },
		{ "/v1/stats?by=country,level,lang,mode", "by" },
		{ "/v1/changes?since=-1", "since=-1" },
		{ "/v1/changes?after=x", "after=x" },
		{ "/v1/changes?after=268435456", "after=268435456" },
		{ "/v1/changes?since=999999", "the newest generation is" },
		{ "/v1/suggest", "q is missing" },
		{ "/v1/sources/jyu/runs?before=0", "before=0" },
	};
	struct routes_fixture *f = *state;

	for (size_t i = 0; i < countof(table); i++) {
		struct http_answer a = http_client_get(&f->client, table[i].target, "");

		http_assert_status(&a, 400);
		http_assert_has(&a, table[i].says);
		http_assert_has(&a, "Content-Type: application/problem+json");
	}
	(void)routes_get(f, "/v1/offers",
			 "/v1/offers?q=%22unclosed+-+OR+NEAR(*+%27;drop+AND+NOT+title:", "", 200);
}

static void an_accept_that_nothing_fits_is_refused(void **state)
{
	struct routes_fixture *f = *state;

	(void)routes_get(f, "/v1/offers", "/v1/offers", "Accept: text/html\r\n", 406);
	(void)routes_get(f, "/v1/stats", "/v1/stats?by=country", "Accept: application/x-ndjson\r\n",
			 406);
	(void)routes_get(f, "/v1/about", "/v1/about", "Accept: text/html\r\n", 200);
}

static void what_has_not_changed_is_not_sent_again(void **state)
{
	static const char *const targets[] = {
		"/v1/offers?q=title",
		"/v1/offers?q=title&limit=3",
		"/v1/offers?q=title&format=csv",
		"/v1/stats?by=country",
		"/v1/changes",
	};
	struct routes_fixture *f = *state;
	char tags[countof(targets)][128];
	char header[200];

	for (size_t i = 0; i < countof(targets); i++) {
		struct http_answer a = http_client_get(&f->client, targets[i], "");
		struct slice tag = http_answer_header(&a, "ETag");

		http_assert_status(&a, 200);
		http_assert_has(&a, "Vary: Accept\r\n");
		http_assert_has(&a, "Cache-Control: no-cache\r\n");
		assert_true(slice_starts_with(tag, SLICE_LIT("W/\"")));
		snprintf(tags[i], sizeof(tags[i]), "%.*s", SLICE_ARG(tag));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(tags[i], tags[k]);
		snprintf(header, sizeof(header), "If-None-Match: \"x\", %.127s\r\n", tags[i]);
		a = http_client_get(&f->client, targets[i], header);
		http_assert_status(&a, 304);
		assert_int_equal(a.body.n, 0);
		http_assert_has(&a, tags[i]);
		a = http_client_get(&f->client, targets[i], "If-None-Match: *\r\n");
		http_assert_status(&a, 304);
	}
	/* The same path in another representation is another thing. */
	snprintf(header, sizeof(header), "Accept: text/csv\r\nIf-None-Match: %.127s\r\n", tags[0]);
	assert_int_equal(http_client_get(&f->client, targets[0], header).status, 200);
}

static void statistics_are_counted(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a = routes_get(f, "/v1/stats", "/v1/stats?by=country,size", "", 200);

	http_assert_has(&a, "\"by\":[\"country\",\"size\"],\"offers\":31,\"cells\":[");
	http_assert_has(&a, "{\"country\":\"FI\",\"size\":\"micro\",\"offers\":1,\"sessions\":1,"
			    "\"withEcts\":1,\"ects\":2.5}");
	a = routes_get(f, "/v1/stats", "/v1/stats?by=size&format=csv", "", 200);
	routes_assert_begins(&a, "size,offers,sessions,with_ects,ects\r\nmicro,1,1,1,2.5\r\n");
	a = routes_get(f, "/v1/stats", "/v1/stats?by=country&as-of=2001-01-01", "", 200);
	http_assert_has(&a, "\"asOf\":\"2001-01-01\"");
	http_assert_has(&a, "\"offers\":0,\"cells\":[]");
}

/* The list is made after the start, in the background. */
static struct http_answer wait_for_suggestions(struct routes_fixture *f)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;
	struct http_answer a;

	do {
		assert_true(clock_mono_ms() < until_ms);
		/* The server's tick looks whether the list is due. */
		for (int i = 0; i < 20; i++)
			loop_turn(&f->at.loop, 1);
		a = routes_get(f, "/v1/suggest", "/v1/suggest?q=mach&limit=5", "", 200);
	} while (!slice_contains(a.body, SLICE_LIT("achine")));
	return a;
}

static void suggestions_come_when_their_list_is_made(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a = wait_for_suggestions(f);

	http_assert_has(&a, "\"kind\":\"word\"");
	a = routes_get(f, "/v1/suggest", "/v1/suggest?q=", "", 200);
	http_assert_has(&a, "{\"suggestions\":[]}");
}

/* What is large waits in a line of its own. */
static void reads_are_large_by_what_is_asked_for(void **state)
{
	static const struct {
		const char *target;
		bool is_large;
	} rows[] = {
		{ "/v1/offers", false },
		{ "/v1/offers?q=machine&limit=100&facets=all", false },
		{ "/v1/offers?limit=101", true },
		{ "/v1/offers?limit=1000&format=csv", true },
		{ "/v1/stats?by=country", true },
		{ "/v1/changes", true },
		{ "/v1/changes?limit=10", false },
		{ "/v1/sources", false },
		{ "/v1/sources/jyu/quality", true },
		{ "/v1/sources/jyu/runs?limit=500", true },
		{ "/v1/status", false },
	};
	struct routes_fixture *f = *state;

	wait_for_suggestions(f); /* their list is read too */
	for (size_t i = 0; i < countof(rows); i++) {
		struct store_figures before, after;
		struct http_answer a;

		store_figures(&before, f->store);
		a = http_client_get(&f->client, rows[i].target, "");
		http_assert_status(&a, 200);
		store_figures(&after, f->store);
		if (after.n_reads_large - before.n_reads_large != rows[i].is_large)
			fail_msg("%s: expected a %s read", rows[i].target,
				 rows[i].is_large ? "large" : "small");
	}
}

static void three_hundred_clients_search_at_once(void **state)
{
	enum { N = 300 };
	const struct slice search = SLICE_LIT("GET /v1/offers?q=title&facets=all "
					      "HTTP/1.1\r\nHost: x\r\n\r\n");
	struct routes_fixture *f = *state;
	struct http_client *clients = mem_new_n(struct http_client, N);

	for (int i = 0; i < N; i++) {
		http_client_open(&clients[i], f->at.query_path, &f->at.loop);
		http_client_send(&clients[i], search);
	}
	for (int i = 0; i < N; i++) {
		struct http_answer a = http_client_answer(&clients[i], false);

		/* On a slow machine it may have waited too long for its turn. */
		while (a.status == 503) {
			http_assert_has(&a, "\"code\":\"timeout\"");
			http_client_send(&clients[i], search);
			a = http_client_answer(&clients[i], false);
		}
		http_assert_status(&a, 200);
		http_assert_has(&a, "\"total\":30");
		http_client_close(&clients[i]);
	}
	mem_free(clients);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROUTES_TEST(a_search_gives_offers_facets_and_the_next_page),
		ROUTES_TEST(a_row_holds_the_whole_offer),
		ROUTES_TEST(a_search_shows_what_is_asked_for),
		ROUTES_TEST(what_is_typed_is_answered_or_refused_with_reasons),
		ROUTES_TEST(an_accept_that_nothing_fits_is_refused),
		ROUTES_TEST(what_has_not_changed_is_not_sent_again),
		ROUTES_TEST(statistics_are_counted),
		ROUTES_TEST(suggestions_come_when_their_list_is_made),
		ROUTES_TEST(reads_are_large_by_what_is_asked_for),
		ROUTES_TEST(three_hundred_clients_search_at_once),
	};

	int failed;

	signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_LEVEL_WARNING);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	openapi_write_seen("test_routes_search");
	return failed;
}
