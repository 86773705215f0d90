// SPDX-License-Identifier: EUPL-1.2
/* Real catalogues on a partner's port, and the daemon that has harvested them. */
#include "tests/support/sample_world.h"

struct sample_world sample_world;

/* --- the catalogues --- */

static const char as_json[] = "application/json";

static const char as_csv[] = "text/csv";

static void serve_list(const char *path, const char *file, const char *more)
{
	struct sample_list *list = &sample_world.lists[sample_world.n_lists++];

	sample_list_init(list, path);
	sample_list_add(list, file);
	if (more != NULL)
		sample_list_add(list, more);
	sample_list_serve(sample_world.p, list);
}

static void serve_ooapi(void)
{
	/* Which of the six the offering is of is not in the file. */
	serve_list("/tue/ooapi/v5/courses/2b0e22fb-3c19-48a0-a48c-046c7211e9e9/offerings",
		   "ooapi/tue/offering.json", NULL);
	serve_list("/tue/ooapi/v5/courses", "ooapi/tue/courses-1.items.json", NULL);

	sample_serve(sample_world.p, "/rio/courses/30010000-0000-0000-0000-000000000000/offerings",
		     "ooapi/rio-mapper/course-offerings.json", as_json);
	sample_serve(sample_world.p, "/rio/programs/20010000-0000-0000-0000-000000000000/offerings",
		     "ooapi/rio-mapper/program-offerings.json", as_json);
	serve_list("/rio/organizations", "ooapi/quickstart/examples-organizations.json", NULL);
	serve_list("/rio/courses", "ooapi/rio-mapper/course.json", NULL);
	serve_list("/rio/programs", "ooapi/rio-mapper/program.json",
		   "ooapi/quickstart/program-demo04.json");
	sample_serve(sample_world.p,
		     "/demo04/programs/58095060-d18c-fcd2-04df-c20b156736f6/offerings",
		     "ooapi/rio-mapper/program-demo04-offerings.json", as_json);
	serve_list("/demo04/programs", "ooapi/quickstart/program-demo04.json", NULL);

	sample_serve(sample_world.p, "/backend/organizations",
		     "ooapi/gateway-backend/organizations.json", as_json);
	sample_serve(sample_world.p, "/backend/courses", "ooapi/gateway-backend/courses.json",
		     as_json);
	sample_serve(sample_world.p,
		     "/backend/courses/123e4567-e89b-12d3-a456-426614174000/offerings",
		     "ooapi/gateway-backend/course-offerings.json", as_json);
	/* v4: the item alone, of an address that names its list */
	sample_serve_with(sample_world.p, "/bad/courses", "ooapi/gateway-backend/course-bad.json",
			  as_json, "\"badbadba-badb", "\"badbadba-badb", NULL);
	sample_serve(sample_world.p, "/envelope/courses",
		     "ooapi/broker/eduhub-gateway-envelope.json", as_json);
}

/* The gateway's form around a page that a backend of its project answers. */
static void serve_wrapped(void)
{
	struct partner_answer answer = { .content_type = "application/json" };
	char *page = sample_text("ooapi/gateway-backend/courses.json", NULL);
	struct buf body = BUF_INIT(1 << 20);

	buf_printf(&body,
		   "{\"gateway\":{\"requestId\":\"1\",\"request\":\"/courses\",\"endpoints\":"
		   "{\"surf.nl\":{\"url\":\"https://surf.nl/courses\",\"responseCode\":200}}},"
		   "\"responses\":{\"surf.nl\":%s}}",
		   page);
	answer.body = buf_z(&body);
	partner_route(sample_world.p, "/wrapped/courses", &answer);
	buf_clear(&body);
	free(page);
}

static void serve_moochub(void)
{
	static const char last[] = "{\"links\":{\"self\":\"x\",\"next\":null},\"data\":[]}";
	struct partner_answer empty = { .content_type = "application/json", .body = last };
	char here[128];

	snprintf(here, sizeof(here), "%s/openhpi2/courses", partner_base(sample_world.p));
	sample_serve(sample_world.p, "/ki-campus/courses.php", "moochub/ki-campus/courses.php.json",
		     "text/html");
	sample_serve(sample_world.p, "/mooin/moochub.php", "moochub/mooin/courses-2020.json",
		     as_json);
	partner_route(sample_world.p, "/openhpi2/courses?page=3", &empty);
	sample_serve_with(sample_world.p, "/openhpi2/courses", "moochub/spec/openhpi-v2.1.json",
			  as_json, "https://open.hpi.de/bridges/moochub/courses", here,
			  &sample_world.n_links);
	/* The links of this one stay: they lead to another host. */
	partner_route(sample_world.p, "/openhpi3/courses?page=3", &empty);
	sample_serve(sample_world.p, "/openhpi3/courses", "moochub/spec/openhpi-v3-complete.json",
		     "application/vnd.api+json; moochub-version=3");
}

static void serve_csv(void)
{
	sample_serve(sample_world.p, "/chalmers.csv", "feeds/csv/chalmers-kurser.csv", as_csv);
	sample_serve(sample_world.p, "/grand-est.csv", "feeds/csv/grand-est-formations.csv",
		     as_csv);
	sample_serve(sample_world.p, "/edinburgh.csv", "feeds/csv/edinburgh-courses.csv", as_csv);
	sample_serve(sample_world.p, "/nci.csv", "feeds/csv/nci-events.csv", as_csv);
	sample_serve(sample_world.p, "/formacode.csv", "feeds/csv/formacode-macroman-cr.csv",
		     as_csv);
}

const struct sample_source sample_sources[SAMPLE_SOURCES] = {
	{ "tue",
	  "title = \"Eindhoven University of Technology\" country = \"NL\" format = \"ooapi\" "
	  "version = \"5\" url = \"%s/tue/ooapi/v5/\" page-size = 4 "
	  "query { consumer = \"eduxchange\" }" },
	{ "rio", "title = \"RIO mapper\" format = \"ooapi\" version = \"5\" url = \"%s/rio\" "
		 "options { programs = true }" },
	{ "demo04", "title = \"Demo 04\" country = \"NL\" format = \"ooapi\" "
		    "url = \"%s/demo04/programs\" options { degrees = true }" },
	{ "backend",
	  "title = \"Backend\" format = \"ooapi\" version = \"4\" url = \"%s/backend\"" },
	{ "bad", "title = \"Bad\" format = \"ooapi\" url = \"%s/bad\"" },
	{ "envelope", "title = \"Envelope\" format = \"ooapi\" url = \"%s/envelope\" "
		      "headers { X-Route = \"endpoint=hardewijk.nl\" }" },
	{ "wrapped", "title = \"Wrapped\" format = \"ooapi\" url = \"%s/wrapped\" "
		     "options { offerings = false }" },
	{ "ki-campus", "title = \"KI-Campus\" country = \"DE\" language = \"de\" "
		       "format = \"moochub\" url = \"%s/ki-campus/courses.php\"" },
	{ "mooin", "title = \"mooin\" country = \"DE\" format = \"moochub\" version = \"2\" "
		   "role = \"republisher\" url = \"%s/mooin/moochub.php\"" },
	{ "openhpi2", "title = \"openHPI\" format = \"moochub\" url = \"%s/openhpi2/courses\"" },
	{ "openhpi3", "title = \"openHPI\" format = \"moochub\" url = \"%s/openhpi3/courses\"" },
	{ "chalmers",
	  "title = \"Chalmers tekniska högskola\" country = \"SE\" language = \"sv\" "
	  "format = \"csv\" url = \"%s/chalmers.csv\" csv { id-columns = { \"code\" } } "
	  "columns { provider = \"\" unit = \"institution\" term = \"study period\" } "
	  "options { credits = \"hp\" }" },
	{ "grand-est",
	  "title = \"Formations Grand Est\" country = \"FR\" language = \"fr\" format = \"csv\" "
	  "role = \"republisher\" url = \"%s/grand-est.csv\" csv { separator = \";\" id-columns = "
	  "{ \"Nom_Complet_Diplome\", \"Nom_Etablissement\", \"Ville\" } }" },
	{ "edinburgh",
	  "title = \"University of Edinburgh\" country = \"GB\" language = \"en\" format = \"csv\" "
	  "url = \"%s/edinburgh.csv\" csv { id-columns = { \"drps_id\" } split = \"+\" } "
	  "columns { url = \"drps_link\" keywords = \"themes\" term = \"block\" "
	  "prerequisites = \"has_pre_req_id\" } options { group = \"id\" credits = \"CATS\" }" },
	{ "nci", "title = \"NCI\" country = \"AU\" format = \"csv\" url = \"%s/nci.csv\"" },
	{ "formacode", "title = \"Formacode\" country = \"FR\" language = \"fr\" format = \"csv\" "
		       "url = \"%s/formacode.csv\" csv { header = false } "
		       "columns { id = \"1\" title = \"3\" description = \"10\" }" },
};

/* What the daemon reported of each run, for whoever reads the test's output. */
static void print_ledgers(void)
{
	struct slice rest = buf_view(&sample_world.d.output), line;

	while (slice_split(&line, &rest, '\n'))
		if (slice_contains(line, SLICE_LIT(" shown=")))
			print_message("%.*s\n", SLICE_ARG(line));
}

int sample_world_open(void **state)
{
	(void)state;
	if (!samples_are_there())
		return 0;
	sample_world.is_there = true;
	daemon_fixture_open(&sample_world.d);
	sample_world.p = partner_open(NULL);
	assert_non_null(sample_world.p);
	serve_ooapi();
	serve_wrapped();
	serve_moochub();
	serve_csv();
	for (size_t i = 0; i < SAMPLE_SOURCES; i++)
		/* NOLINTNEXTLINE: the formats are the table's above */
		daemon_source(&sample_world.d, sample_sources[i].id, sample_sources[i].config,
			      partner_base(sample_world.p));
	/* 75: of one source, the run is not complete */
	assert_int_equal(daemon_run_once(&sample_world.d, "--once", NULL), 75);
	print_ledgers();
	daemon_start(&sample_world.d, NULL);
	daemon_wait_ready(&sample_world.d);
	return 0;
}

int sample_world_close(void **state)
{
	(void)state;
	if (!sample_world.is_there)
		return 0;
	daemon_fixture_close(&sample_world.d);
	partner_close(sample_world.p);
	for (size_t i = 0; i < sample_world.n_lists; i++)
		sample_list_clear(&sample_world.lists[i]);
	return 0;
}

void sample_world_need(void)
{
	if (!sample_world.is_there)
		skip();
}

/* --- asking --- */

json_t *sample_world_get(const char *path)
{
	struct daemon_answer answer;
	json_t *body;

	daemon_get(&sample_world.d, path, &answer);
	if (answer.status != 200)
		fail_msg("%s: %ld %s", path, answer.status, buf_z(&answer.body));
	body = json_loadb(answer.body.data, answer.body.len, 0, NULL);
	assert_non_null(body);
	buf_clear(&answer.body);
	return body;
}

/* All offers of a source; json_decref() them. */
json_t *sample_world_offers(const char *source)
{
	json_t *all = json_array();
	char path[700];
	char cursor[520] = "";

	for (;;) {
		json_t *page;
		const char *next;

		snprintf(path, sizeof(path), "/v1/offers?source=%s&limit=1000%s%s", source,
			 cursor[0] != 0 ? "&cursor=" : "", cursor);
		page = sample_world_get(path);
		json_array_extend(all, json_object_get(page, "offers"));
		next = json_string_value(json_object_get(page, "next"));
		snprintf(cursor, sizeof(cursor), "%s", next != NULL ? next : "");
		json_decref(page);
		if (cursor[0] == 0)
			return all;
	}
}

json_t *sample_world_offer(json_t *offers, const char *record_id)
{
	for (size_t i = 0; i < json_array_size(offers); i++) {
		json_t *offer = json_array_get(offers, i);

		if (strcmp(sample_at(offer, "records.0.recordId"), record_id) == 0)
			return offer;
	}
	fail_msg("no offer of record %s", record_id);
	return NULL;
}

/* The first run of a source: the one that was harvested once. */
json_t *sample_world_first_run(const char *source)
{
	char path[200];
	json_t *runs, *run;

	snprintf(path, sizeof(path), "/v1/sources/%s/runs?limit=100", source);
	runs = sample_world_get(path);
	run = json_array_get(json_object_get(runs, "runs"),
			     json_array_size(json_object_get(runs, "runs")) - 1);
	json_incref(run);
	json_decref(runs);
	return run;
}
