// SPDX-License-Identifier: EUPL-1.2
/*
 * What is rare in answers, and described all the same: each member that an offer
 * may have, each state of records, runs and sources. All of it stands in the
 * database from the start; tests/integration/test_openapi_seen.c looks whether
 * something is left out.
 */
#include "base/clock.h"
#include "base/log.h"
#include "tests/support/openapi_seen.h"
#include "tests/support/routes_fixture.h"

/* All members of an offer, and all of the first session's. */
static const char full_offer[] =
	"{\"identifiers\":[{\"scheme\":\"urn-schac-course\",\"value\":\"urn:x:1\"}],"
	"\"courseCode\":\"TIEA101\","
	"\"title\":{\"en\":\"Everything\"},\"description\":{\"en\":\"All of it.\"},"
	"\"learningOutcomes\":{\"en\":[\"knows all\"]},\"keywords\":{\"en\":[\"all\"]},"
	"\"audience\":{\"en\":\"everybody\"},"
	"\"provider\":{\"name\":{\"en\":\"University of Tests\"},\"unit\":{\"en\":\"Faculty\"},"
	"\"country\":\"FI\",\"ids\":{\"schac\":\"tests.example\"},\"url\":\"https://t.example/\"},"
	"\"jointProviders\":[{\"name\":{\"en\":\"Other\"},\"country\":\"IT\"}],"
	"\"awardingBodies\":[{\"name\":{\"en\":\"University of Tests\"},\"country\":\"FI\"}],"
	"\"alliances\":[\"FORTHEM\"],"
	"\"workload\":{\"ects\":5,\"ectsMax\":6,\"from\":\"declared\",\"hours\":135,\"hoursMax\":"
	"150,"
	"\"hoursFrom\":\"declared\",\"declared\":\"5 op\"},"
	"\"level\":{\"eqf\":7,\"eqfMax\":7,\"from\":\"nqf\",\"qfEhea\":\"second\",\"nqf\":\"FiNQF "
	"7\","
	"\"isced\":7,\"declared\":\"7\"},"
	"\"subjects\":[{\"iscedf\":\"0613\",\"from\":\"inferred\",\"confidence\":0.8}],"
	"\"languages\":[\"en\"],\"opportunityType\":\"course\",\"mode\":[\"online\"],"
	"\"schedule\":[\"full-time\"],\"assessment\":[\"written-exam\"],"
	"\"assessmentText\":{\"en\":\"An exam.\"},\"supervision\":\"unsupervised\","
	"\"qualityAssurance\":[\"accreditation\"],\"qualityAssuranceText\":{\"en\":\"Accredited.\"}"
	","
	"\"prerequisites\":{\"en\":\"None.\"},\"stackability\":\"stackable\","
	"\"credentialTypes\":[\"edc\"],\"formality\":\"formal\",\"sizeClass\":\"micro\","
	"\"compatible\":{\"outcomes\":true,\"ects\":true,\"level\":true,\"assessment\":true,"
	"\"qualityAssurance\":true,\"recognition\":false,\"qualityAssuranceFrom\":\"external\"},"
	"\"skills\":[{\"uri\":\"http://data.europa.eu/esco/skill/x\",\"label\":{\"en\":\"x\"}}],"
	"\"sessions\":[{\"id\":\"s1\",\"start\":\"2099-01-15\",\"startMax\":\"2099-02-15\","
	"\"startFrom\":\"declared\",\"end\":\"2099-06\",\"applyFrom\":\"2098-01-01\","
	"\"applyUntil\":\"2098-12-01\",\"timezone\":\"Europe/Helsinki\",\"rolling\":false,"
	"\"mode\":[\"online\"],\"languages\":[\"en\"],\"pace\":\"p\",\"place\":\"Here\","
	"\"status\":\"s\",\"declared\":\"15.1.2099\","
	"\"price\":{\"amount\":10,\"max\":20,\"currency\":\"EUR\"},\"url\":\"https://t.example/"
	"s\"},"
	"{\"rolling\":true},{\"start\":\"2001\",\"startFrom\":\"declared\",\"applyUntil\":\"2000-"
	"12-01\"},"
	"{\"start\":\"2099\",\"startFrom\":\"declared\",\"applyUntil\":\"2098-12-01\"},{\"start\":"
	"\"2099\",\"startFrom\":\"declared\"}],"
	"\"url\":\"https://t.example/all\",\"image\":\"https://t.example/all.png\","
	"\"completeness\":{\"score\":0.81,\"missing\":[\"assessment\"]},"
	"\"sources\":{\"title\":\"jyu\"}}";

static const char full_words[] =
	"[{\"element\":\"recordId\",\"text\":\"full\",\"path\":\"courseId\"},"
	"{\"element\":\"title\",\"lang\":\"en\",\"text\":\"Everything\",\"path\":\"name[0]\"},"
	"{\"element\":\"workload\",\"part\":1,\"scheme\":\"ects\",\"text\":\"5\",\"path\":\"x\"}]";

/* Of a record that would be refused today. */
static const char words_without_title[] =
	"[{\"element\":\"workload\",\"scheme\":\"ects\",\"text\":\"5\",\"path\":\"x\"}]";

/* Offers that differ in one value of an enum; the record id is the title. */
static const struct {
	const char *id, *members;
} others[] = {
	{ "nano",
	  "\"sizeClass\":\"nano\",\"level\":{\"eqf\":5,\"from\":\"cycle\",\"qfEhea\":\"short\"}" },
	{ "course", "\"sizeClass\":\"course\",\"level\":{\"eqf\":6,\"from\":\"cycle\",\"qfEhea\":"
		    "\"first\"}" },
	{ "pathway", "\"sizeClass\":\"pathway\",\"level\":{\"eqf\":8,\"from\":\"cycle\",\"qfEhea\":"
		     "\"third\"}" },
	{ "macro", "\"sizeClass\":\"macro\"" },
	{ "esg", "\"compatible\":{\"qualityAssuranceFrom\":\"esg\"}" },
	{ "agency", "\"compatible\":{\"qualityAssuranceFrom\":\"agency\"}" },
	{ "internal", "\"compatible\":{\"qualityAssuranceFrom\":\"internal\"}" },
	{ "text", "\"compatible\":{\"qualityAssuranceFrom\":\"text\"}" },
	{ "denied", "\"compatible\":{\"qualityAssuranceFrom\":\"denied\"}" },
};

/* The records whose state is set below, by their id. */
static const char *const states[] = { "stale", "unlisted", "by-source", "absent", "confirmed" };

static void add(struct db_fixture *db, struct run_state *run, const char *id, const char *offer,
		const char *words)
{
	struct apply_item item = fixture_item(db, id, id, 1);

	if (offer != NULL)
		item.offer = slice_of(offer);
	if (words != NULL)
		item.words = slice_of(words);
	assert_int_equal(fixture_batch(db, run, &item, 1), ERR_OK);
	if (fixture_number(db, "SELECT count(*) FROM run_note") > 0)
		fail_msg("%.*s: %.*s", SLICE_ARG(slice_of(id)),
			 SLICE_ARG(fixture_text(db, "SELECT msg FROM run_note")));
}

enum { PROVIDERS = LIMIT_FACET_VALUES + 5 }; /* more than a facet lists */

static void add_offers(struct db_fixture *db)
{
	struct run_state *run = fixture_run(db, RUN_HARVEST);
	struct buf text = BUF_INIT(4096);
	char id[16];

	add(db, run, "full", full_offer, full_words);
	for (size_t i = 0; i < countof(others); i++) {
		buf_reset(&text);
		buf_printf(&text, "{\"title\":{\"en\":\"%s\"},%s}", others[i].id,
			   others[i].members);
		add(db, run, others[i].id, buf_z(&text), NULL);
	}
	for (int i = 0; i < PROVIDERS; i++) {
		buf_reset(&text);
		buf_printf(&text,
			   "{\"title\":{\"en\":\"Offer %d\"},"
			   "\"provider\":{\"name\":{\"en\":\"Provider %d\"}}}",
			   i, i);
		snprintf(id, sizeof(id), "p%d", i);
		add(db, run, id, buf_z(&text), NULL);
	}
	for (size_t i = 0; i < countof(states); i++)
		add(db, run, states[i], NULL, i == 0 ? words_without_title : NULL);
	fixture_page(db, run, 1 + countof(others) + PROVIDERS + countof(states));
	assert_int_equal(fixture_settle(db, run, NULL), RUN_COMPLETE);
	buf_clear(&text);
}

/* What other modules write; their tests show that they do. */
static const char *const changes_of_state[] = {
	"UPDATE record SET state = 'stale' WHERE record_id = 'stale'",
	"UPDATE record SET state = 'unlisted' WHERE record_id = 'unlisted'",
	"UPDATE record SET state = 'gone', gone_s = seen_s, gone_why = 'source'"
	"  WHERE record_id = 'by-source'",
	"UPDATE record SET state = 'gone', gone_s = seen_s, gone_why = 'absent'"
	"  WHERE record_id = 'absent'",
	"UPDATE record SET state = 'gone', gone_s = seen_s, gone_why = 'confirmed'"
	"  WHERE record_id = 'confirmed'",
	/* All joined with one that stays. */
	"UPDATE offer SET state = 'merged', attrs = NULL,"
	"  merged_into = (SELECT offer FROM record WHERE record_id = 'full')"
	"  WHERE offer IN (SELECT offer FROM record"
	"    WHERE record_id IN ('stale', 'unlisted', 'by-source', 'absent', 'confirmed'))",
	"DELETE FROM offer_text WHERE offer IN (SELECT offer FROM offer WHERE state = 'merged')",
	"UPDATE record SET offer = (SELECT offer FROM record WHERE record_id = 'full')"
	"  WHERE record_id IN ('stale', 'unlisted', 'by-source', 'absent', 'confirmed')",
	"INSERT INTO generation SELECT max(gen) + 1, max(at_s), NULL, 'test' FROM generation",
	"INSERT INTO change SELECT (SELECT max(gen) FROM generation), offer, 'merged', merged_into"
	"  FROM offer WHERE state = 'merged'",
	"INSERT INTO change SELECT (SELECT max(gen) FROM generation), offer, 'changed', NULL"
	"  FROM record WHERE record_id = 'full'",
	"INSERT INTO change SELECT (SELECT max(gen) FROM generation), offer, 'removed', NULL"
	"  FROM record WHERE record_id = 'nano'",
};

static void add_run(struct db_fixture *db, const char *kind, const char *state)
{
	char sql[800];

	snprintf(sql, sizeof(sql),
		 "INSERT INTO run(sid, kind, state, why, started_s, ended_s, of_run, announced,"
		 "  missing, mapping_version, settings_hash)"
		 " SELECT sid, '%s', '%s', 'because', started_s, started_s, 1, 7, 0,"
		 "  mapping_version, settings_hash FROM run WHERE run = 1",
		 kind, state);
	fixture_exec(db, sql);
}

static void add_runs(struct db_fixture *db)
{
	static const char *const run_states[] = { "incomplete",  "cancelled", "failed",
						  "interrupted", "confirmed", "held" };

	add_run(db, "replay", "complete");
	add_run(db, "restore", "complete");
	add_run(db, "confirm", "complete");
	for (size_t i = 0; i < countof(run_states); i++)
		add_run(db, "harvest", run_states[i]);
	fixture_exec(db,
		     "INSERT INTO run_note(run, seq, kind, code, page, record_id, element, path,"
		     "  got, expected, msg)"
		     " SELECT run, k, note, 'a-code', 'https://jyu.example/1', 'full', 'level',"
		     "  'a.b', 'x', 'a level', 'level: x'"
		     " FROM run, (SELECT 900 AS k, 'reject' AS note UNION SELECT 901, 'note');"
		     "UPDATE run SET settings_hash = x'01';"
		     "UPDATE source SET last_run = (SELECT max(run) FROM run),"
		     "  settings = '{\"id\":\"jyu\",\"title\":\"Tests\",\"country\":\"FI\","
		     "\"alliances\":[\"FORTHEM\"],\"role\":\"own\",\"format\":\"ooapi\","
		     "\"version\":\"5\",\"url\":\"https://jyu.example/v5\"}',"
		     "  is_configured = 0, dropped_s = 1795255200");
}

static void fill(struct db_fixture *db)
{
	add_offers(db);
	for (size_t i = 0; i < countof(changes_of_state); i++)
		fixture_exec(db, changes_of_state[i]);
	add_runs(db);
}

static int set_up(void **state)
{
	*state = routes_fixture_open(fill);
	return 0;
}

static int tear_down(void **state)
{
	routes_fixture_close(*state);
	return 0;
}

/* The id of the offer that a query finds first; static. */
static const char *find_id(struct routes_fixture *f, const char *query)
{
	static char id[40];
	char target[200];
	struct http_answer a;
	json_t *json, *first;

	snprintf(target, sizeof(target), "/v1/offers?q=%s", query);
	a = routes_get(f, "/v1/offers", target, "", 200);
	json = routes_json(&a);
	first = json_array_get(json_object_get(json, "offers"), 0);
	snprintf(id, sizeof(id), "%s", json_string_value(json_object_get(first, "id")));
	json_decref(json);
	return id;
}

static void offers_have_every_member(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a = routes_get(f, "/v1/offers", "/v1/offers?limit=100", "", 200);

	for (size_t i = 0; i < countof(others); i++)
		http_assert_has(&a, others[i].id);
	a = routes_get(f, "/v1/offers", "/v1/offers?limit=0&facets=provider", "", 200);
	http_assert_has(&a, "\"isRest\":true");
}

static void records_are_in_every_state(void **state)
{
	struct routes_fixture *f = *state;
	char target[100];
	struct http_answer a;
	const char *id = find_id(f, "everything");

	snprintf(target, sizeof(target), "/v1/offers/%s/records", id);
	a = routes_get(f, "/v1/offers/{id}/records", target, "", 200);
	http_assert_has(&a, "\"goneWhy\":\"confirmed\"");
	snprintf(target, sizeof(target), "/v1/offers/%s/explain", id);
	a = routes_get(f, "/v1/offers/{id}/explain", target, "", 200);
	http_assert_has(&a, "\"state\":\"unlisted\"");
	snprintf(target, sizeof(target), "/v1/offers/%s", id);
	(void)routes_get(f, "/v1/offers/{id}", target, "", 200);
}

static void an_offer_that_was_joined_leads_to_the_other(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a = routes_get(f, "/v1/changes", "/v1/changes?offer=true", "", 200);
	ptrdiff_t at = slice_find(a.body, SLICE_LIT("\"kind\":\"merged\",\"id\":\""));
	char target[100];

	assert_true(at >= 0);
	snprintf(target, sizeof(target), "/v1/offers/%.26s", a.body.p + at + 22);
	a = routes_get(f, "/v1/offers/{id}", target, "", 308);
	assert_true(
		slice_starts_with(http_answer_header(&a, "Location"), SLICE_LIT("/v1/offers/")));
}

static void runs_are_of_every_kind_and_state(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a =
		routes_get(f, "/v1/sources/{source}/runs", "/v1/sources/jyu/runs", "", 200);

	http_assert_has(&a, "\"state\":\"interrupted\"");
	a = routes_get(f, "/v1/sources/{source}/runs/{run}", "/v1/sources/jyu/runs/2", "", 200);
	http_assert_has(&a, "\"expected\":\"a level\"");
	a = routes_get(f, "/v1/sources/{source}/quality", "/v1/sources/jyu/quality", "", 200);
	http_assert_has(&a, "\"example\":{\"recordId\":\"full\"");
	(void)routes_get(f, "/v1/sources/{source}/runs", "/v1/sources/nobody/runs", "", 404);
}

static void sources_tell_what_waits_for_a_person(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a = routes_get(f, "/v1/sources", "/v1/sources", "", 200);

	http_assert_has(&a, "\"state\":\"dropped\"");
	http_assert_has(&a, "\"heldRun\":");
	http_assert_has(&a, "\"readWith\":\"older-settings\"");
	a = routes_get(f, "/v1/status", "/v1/status", "", 200);
	http_assert_has(&a, "\"held\":[{\"source\":\"jyu\"");
}

/* The list is made by and by: asks until one of this kind is among the completions. */
static void suggest_until(struct routes_fixture *f, const char *target, const char *kind)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;
	struct http_answer a;

	do {
		assert_true(clock_mono_ms() < until_ms);
		for (int i = 0; i < 20; i++)
			loop_turn(&f->at.loop, 1);
		a = routes_get(f, "/v1/suggest", target, "", 200);
	} while (!slice_contains(a.body, slice_of(kind)));
	http_assert_has(&a, "\"code\":\"");
}

static void completions_are_of_every_kind(void **state)
{
	struct routes_fixture *f = *state;

	suggest_until(f, "/v1/suggest?q=softw", "\"kind\":\"subject\"");
	suggest_until(f, "/v1/suggest?q=univ", "\"kind\":\"provider\"");
}

static void what_has_not_changed_is_not_sent_again(void **state)
{
	struct routes_fixture *f = *state;
	const char *const paths[] = { "/v1/offers", "/v1/offers/{id}" };
	char targets[2][100] = { "/v1/offers" };

	snprintf(targets[1], sizeof(targets[1]), "/v1/offers/%s", find_id(f, "everything"));
	for (size_t i = 0; i < countof(paths); i++) {
		struct http_answer a = routes_get(f, paths[i], targets[i], "", 200);
		char header[200];

		snprintf(header, sizeof(header), "If-None-Match: %.*s\r\n",
			 SLICE_ARG(http_answer_header(&a, "ETag")));
		(void)routes_get(f, paths[i], targets[i], header, 304);
	}
}

/* What every path may answer, whatever is asked. */
static void bad_requests_are_problems(void **state)
{
	struct routes_fixture *f = *state;
	json_t *operation = openapi_operation(&f->openapi, "/v1/offers", "get");
	struct buf target = BUF_INIT(1 << 20);
	struct http_answer a = http_client_ask(&f->client, "DELETE", "/v1/offers", "");

	http_assert_status(&a, 405);
	openapi_check_answer(&f->openapi, operation, &a);
	a = http_client_get(&f->client, "/v1/offers", "Accept: image/png\r\n");
	http_assert_status(&a, 406);
	openapi_check_answer(&f->openapi, operation, &a);
	buf_str(&target, "/v1/offers?q=");
	buf_fill(&target, 'a', 10000);
	a = http_client_get(&f->client, buf_z(&target), "");
	http_assert_status(&a, 414);
	openapi_check_answer(&f->openapi, operation, &a);
	buf_clear(&target);
}

/* Behind others, a search whose time is over before its turn is told to come again. */
static void a_search_that_waits_too_long_is_a_problem(void **state)
{
	static const char heavy[] =
		"GET /v1/stats?by=provider,level,size HTTP/1.1\r\nHost: x\r\n\r\n";
	struct routes_fixture *f = *state;
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;
	struct http_client others_first[40];
	struct http_answer a = { .status = 0 };

	while (a.status != 503) {
		assert_true(clock_mono_ms() < until_ms);
		for (size_t i = 0; i < countof(others_first); i++) {
			http_client_open(&others_first[i], f->at.query_path, &f->at.loop);
			http_client_send(&others_first[i], SLICE_LIT(heavy));
		}
		a = http_client_get(&f->client, "/v1/offers?q=offer&facets=all&timeout=1", "");
		openapi_check_answer(&f->openapi,
				     openapi_operation(&f->openapi, "/v1/offers", "get"), &a);
		for (size_t i = 0; i < countof(others_first); i++)
			http_client_close(&others_first[i]);
	}
	http_assert_has(&a, "\"code\":\"timeout\"");
}

static void a_body_that_nobody_wants_is_too_large(void **state)
{
	struct routes_fixture *f = *state;
	struct http_answer a =
		http_client_ask(&f->client, "POST", "/v1/reload", "Content-Length: 99999999\r\n");

	http_assert_status(&a, 413);
	openapi_check_answer(&f->openapi, openapi_operation(&f->openapi, "/v1/reload", "post"), &a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(offers_have_every_member),
		TEST(records_are_in_every_state),
		TEST(an_offer_that_was_joined_leads_to_the_other),
		TEST(runs_are_of_every_kind_and_state),
		TEST(sources_tell_what_waits_for_a_person),
		TEST(completions_are_of_every_kind),
		TEST(what_has_not_changed_is_not_sent_again),
		TEST(bad_requests_are_problems),
		TEST(a_search_that_waits_too_long_is_a_problem),
		TEST(a_body_that_nobody_wants_is_too_large),
	};
	int failed;

	signal(SIGPIPE, SIG_IGN);
	log_set_level(LOG_LEVEL_WARNING);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	openapi_write_seen("test_described");
	return failed;
}
