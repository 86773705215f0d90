// SPDX-License-Identifier: EUPL-1.2
/*
 * The catalogue of one source, as two harvests have left it.
 */
#include "tests/support/routes_catalogue.h"

const char routes_rich_offer[] =
	"{\"title\":{\"en\":\"Machine learning\",\"fi\":\"Koneoppiminen\"},"
	"\"description\":{\"en\":\"Learning from data with statistics.\"},"
	"\"learningOutcomes\":{\"en\":[\"explains learning\",\"applies it\"]},"
	"\"provider\":{\"name\":{\"en\":\"University of Tests\"},\"country\":\"FI\"},"
	"\"alliances\":[\"FORTHEM\"],"
	"\"workload\":{\"ects\":2.5,\"ectsMax\":2.5,\"from\":\"declared\",\"declared\":\"2,5 op\"},"
	"\"level\":{\"eqf\":7,\"eqfMax\":7,\"from\":\"declared\"},"
	"\"subjects\":[{\"iscedf\":\"0613\",\"from\":\"declared\"}],"
	"\"languages\":[\"en\"],\"mode\":[\"online\"],\"sizeClass\":\"micro\","
	"\"sessions\":[{\"start\":\"2099-01-15\",\"startFrom\":\"declared\","
	"\"applyUntil\":\"2098-12-01\",\"price\":{\"amount\":0,\"currency\":\"EUR\"}}],"
	"\"url\":\"https://jyu.example/ml?x=1\","
	"\"completeness\":{\"score\":0.81,\"missing\":[\"assessment\",\"qualityAssurance\"]}}";

const char routes_rich_words[] =
	"[{\"element\":\"recordId\",\"text\":\"ml\",\"path\":\"courseId\"},"
	"{\"element\":\"title\",\"lang\":\"en\",\"text\":\"Machine "
	"learning\",\"path\":\"name[0]\"},"
	"{\"element\":\"workload\",\"scheme\":\"ects\",\"text\":\"2.5\",\"path\":\"studyLoad\"},"
	"{\"element\":\"level\",\"text\":\"no level at all\",\"path\":\"level\"},"
	"{\"element\":\"languages\",\"text\":\"suomi, englanti\",\"path\":\"taught\"}]";

static void add_rich(struct db_fixture *db, struct run_state *run)
{
	struct apply_item item = fixture_item(db, "ml", "Machine learning", 1);

	item.offer = SLICE_LIT(routes_rich_offer);
	item.words = SLICE_LIT(routes_rich_words);
	assert_int_equal(fixture_batch(db, run, &item, 1), ERR_OK);
}

/* 31 live offers ("ml", and those with numbers), one gone, one rejected. */
static void routes_catalogue_fill(struct db_fixture *db)
{
	struct run_state *run = fixture_run(db, RUN_HARVEST);
	char id[16];
	char title[64];

	add_rich(db, run);
	for (int i = 1; i <= 30; i++) {
		snprintf(id, sizeof(id), "%d", i);
		snprintf(title, sizeof(title), "Title %d", i);
		fixture_offer(db, run, id, title, 1);
	}
	fixture_offer(db, run, "old", "Old course", 1);
	fixture_page(db, run, 32);
	assert_int_equal(fixture_settle(db, run, NULL), RUN_COMPLETE);

	db->now_s += 3600;
	run = fixture_run(db, RUN_HARVEST);
	fixture_seen(db, run, "ml", 1);
	for (int i = 1; i <= 30; i++) {
		snprintf(id, sizeof(id), "%d", i);
		fixture_seen(db, run, id, 1);
	}
	fixture_reject(db, run, "bad");
	fixture_page(db, run, 32);
	assert_int_equal(fixture_settle(db, run, NULL), RUN_COMPLETE);
	fixture_exec(db,
		     "UPDATE run SET mapping_version = 'older';"
		     "UPDATE record_body SET mapping_version = 'older';"
		     "UPDATE source SET settings = '{\"id\":\"jyu\",\"title\":\"Tests\","
		     "\"country\":\"FI\",\"role\":\"own\",\"format\":\"ooapi\",\"version\":\"5\","
		     "\"url\":\"https://user:hush@jyu.example/v5?token=hush#a@b\"}'");
}

int routes_catalogue_open(void **state)
{
	*state = routes_fixture_open(routes_catalogue_fill);
	return 0;
}

int routes_catalogue_close(void **state)
{
	routes_fixture_close(*state);
	return 0;
}

json_int_t routes_number(json_t *json, const char *name)
{
	json_t *value = json_object_get(json, name);

	if (!json_is_integer(value))
		fail_msg("no number %s", name);
	return json_integer_value(value);
}

void routes_assert_begins(const struct http_answer *a, const char *text)
{
	if (!slice_starts_with(a->body, slice_of(text)))
		fail_msg("%.*s", SLICE_ARG(a->body));
}

/* The id of the offer that a query finds first; static. */
const char *routes_find_id(struct routes_fixture *f, const char *query)
{
	static char id[OFFER_ID_CHARS + 1];
	char target[200];
	struct http_answer a;
	json_t *json;

	snprintf(target, sizeof(target), "/v1/offers?q=%s", query);
	a = routes_get(f, "/v1/offers", target, "", 200);
	json = routes_json(&a);
	snprintf(id, sizeof(id), "%s",
		 json_string_value(json_object_get(
			 json_array_get(json_object_get(json, "offers"), 0), "id")));
	json_decref(json);
	return id;
}
