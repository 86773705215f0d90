// SPDX-License-Identifier: EUPL-1.2
/* Tests of the MOOChub harvester: links, every field of both versions, traps. */
#include "harvesters/registry.h"
#include "tests/support/recorder.h"
#include "tests/support/unit.h"

static const char feed[] = "https://mooc.example/feed";

static void run(struct recorder *rec, const struct recorder_route *routes, size_t n)
{
	recorder_serve(rec, routes, n);
	recorder_run(rec);
	assert_true(recorder_balances(rec));
}

#define RUN(rec, routes) run((rec), (routes), countof(routes))

static void start(struct recorder *rec)
{
	recorder_init(rec, &harvester_moochub, feed);
}

struct expected_word {
	enum element e;
	unsigned part, nth;
	const char *text, *member, *value;
};

static void check_words(const struct recorder *rec, const char *id,
			const struct expected_word *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct expected_word *w = &words[i];
		const char *text = recorder_word(rec, id, w->e, w->part, w->nth);

		if (strcmp(text, w->text) != 0)
			fail_msg("%s %u.%u: \"%s\" is not \"%s\"", element_name(w->e), w->part,
				 w->nth, text, w->text);
		if (w->member != NULL)
			assert_string_equal(
				recorder_word_member(rec, id, w->e, w->part, w->nth, w->member),
				w->value);
	}
}

static void every_field_of_version_3_becomes_a_word(void **state)
{
	static const struct recorder_route routes[] = { { .part = "/feed",
							  .body = "@moochub/v3.json" } };
	static const char id[] = "7d000000-0000-4000-8000-000000000003";
	static const struct expected_word words[] = {
		{ EL_RECORD_ID, 0, 0, id, "path", "id" },
		{ EL_COURSE_CODE, 0, 0, "torf27", NULL, NULL },
		{ EL_TITLE, 0, 0, "Torf und Technik", "path", "attributes.name" },
		{ EL_DESCRIPTION, 0, 0, "<p>Alles &uuml;ber Torf &amp; Technik</p>", NULL, NULL },
		{ EL_LANGUAGE, 0, 1, "en", NULL, NULL },
		{ EL_MODE, 0, 0, "online", "scheme", "moochub-3/courseMode" },
		{ EL_DURATION, 0, 0, "P4W", NULL, NULL },
		{ EL_HOURS_PER_WEEK, 0, 0, "5", "path", "attributes.workload.timeValue" },
		{ EL_WORKLOAD, 0, 0, "2.5", "scheme", "ects" },
		{ EL_IMAGE, 0, 0, "https://mooc.example/torf.png", NULL, NULL },
		{ EL_OUTCOME, 0, 0, "Torf erkennen", "lang", "de" },
		{ EL_OUTCOME, 0, 2, "soil science", NULL, NULL },
		{ EL_SKILL_LABEL, 0, 0, "soil science", "lang", "en" },
		{ EL_SKILL_LABEL, 1, 0, "", NULL, NULL },
		{ EL_SKILL_URI, 0, 0, "http://data.europa.eu/esco/skill/x", "scheme", "ESCO" },
		{ EL_SUBJECT, 0, 0, "0532", "scheme", "iscedf" },
		{ EL_SUBJECT, 0, 1, "", NULL, NULL },
		{ EL_KEYWORD, 0, 0, "Moor", NULL, NULL },
		{ EL_KEYWORD, 0, 2, "Bodenkunde", "lang", "de" },
		{ EL_LEVEL, 0, 0, "6", "scheme", "eqf" }, /* DigComp is none */
		{ EL_LEVEL, 0, 1, "", NULL, NULL },
		{ EL_PREREQUISITES, 0, 0, "Geduld", NULL, NULL },
		{ EL_AUDIENCE, 0, 0, "general public", NULL, NULL },
		{ EL_ASSESSMENT, 0, 0, "Quiz", "path", "attributes.hasPart[1].type" },
		{ EL_ASSESSMENT, 0, 1, "", NULL, NULL },
		{ EL_CREDENTIAL_TYPE, 0, 0, "certificate", NULL, NULL },
		{ EL_STACKABILITY, 0, 0, "stackable", "path", "attributes.isPartOf[0]" },
		{ EL_PROVIDER_COUNTRY, 0, 0, "de", NULL, NULL },
		{ EL_PROVIDER_NAME, 0, 0, "Moorplattform", NULL, NULL },
		{ EL_PROVIDER_URL, 0, 0, "https://mooc.example/", NULL, NULL },
		{ EL_JOINT_NAME, 0, 0, "Moorhochschule", "path", "attributes.creator[1].name" },
		{ EL_JOINT_NAME, 1, 0, "Torfverband", NULL, NULL },
		{ EL_JOINT_NAME, 2, 0, "", NULL, NULL },
		{ EL_AWARDING_NAME, 0, 0, "Moorhochschule", NULL, NULL },
		{ EL_AWARDING_NAME, 0, 1, "", NULL, NULL },
		{ EL_URL, 0, 0, "https://mooc.example/courses/torf27", NULL, NULL },
		/* the course's price, not the certificate's */
		{ EL_PRICE, 0, 0, "149.5", "scheme", "EUR" },
		{ EL_PRICE, 0, 1, "", NULL, NULL },
		/* pairs of dates, application and rhythm for each */
		{ EL_SESSION_START, 0, 0, "2027-01-11T08:00:00Z", "path",
		  "attributes.startDate[0]" },
		{ EL_SESSION_END, 0, 0, "2027-02-08T20:00:00Z", NULL, NULL },
		{ EL_SESSION_START, 1, 0, "2027-05-03T08:00:00Z", NULL, NULL },
		{ EL_SESSION_END, 1, 0, "2027-06-01T20:00:00Z", NULL, NULL },
		{ EL_SESSION_APPLY_FROM, 1, 0, "2026-12-01T00:00:00Z", NULL, NULL },
		{ EL_SESSION_APPLY_UNTIL, 0, 0, "2027-01-05T23:59:59Z", NULL, NULL },
		{ EL_SESSION_PACE, 1, 0, "Monday 18:00:00-19:30:00; synchronous", NULL, NULL },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	RUN(&rec, routes);
	assert_string_equal(rec.requests[0].accept, "application/vnd.api+json; moochub-version=3");
	check_words(&rec, id, words, countof(words));
	assert_false(recorder_mentions(&rec, "Person"));
	assert_string_equal(recorder_offer_text(&rec, id, "workload.ects"), "2.5");
	assert_string_equal(recorder_offer_text(&rec, id, "sessions.1.start"), "2027-05-03");
	assert_string_equal(recorder_offer_text(&rec, id, "sessions.0.price.amount"), "149.5");
	assert_string_equal(recorder_offer_text(&rec, id, "description.und"),
			    "Alles über Torf & Technik");
	assert_string_equal(rec.rule, "links.next is absent or empty");
	recorder_clear(&rec);
}

/* What is known of a record stays when its item is bad: it must not count as absent. */
static void an_item_that_cannot_be_read_says_whose_it_is(void **state)
{
	static const struct {
		const char *item, *id;
	} cases[] = {
		{ "{\"id\":\"a\",\"attributes\":{\"name\":\"x\ty\"}}", "a" },
		{ "{\"attributes\":{\"id\":\"z\",\"name\":\"A\",\"name\":\"B\"},\"id\":12}", "12" },
		{ "{\"attributes\":{\"id\":\"z\",\"url\":NaN}}", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char body[400];
		struct recorder_route routes[] = { { .part = "/feed", .body = body } };
		struct recorder rec;

		snprintf(body, sizeof(body), "{\"data\":[%s],\"links\":{}}", cases[i].item);
		start(&rec);
		RUN(&rec, routes);
		assert_int_equal(rec.rejected.n, 1);
		assert_string_equal(rec.rejected.items[0].id, cases[i].id);
		recorder_clear(&rec);
	}
}

static void an_item_that_cannot_be_read_shows_its_address(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/feed",
		  .body = "{\"data\":[{\"id\":\"a\",\"attributes\":{\"url\":\"https://mooc.example/"
			  "a\","
			  "\"x\":NaN}}],\"links\":{}}" },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	recorder_option(&rec, "id", "url");
	RUN(&rec, routes);
	assert_string_equal(rec.rejected.items[0].id, "https://mooc.example/a");
	recorder_clear(&rec);
}

static void version_2_and_its_misspellings_are_read(void **state)
{
	static const struct recorder_route routes[] = { { .part = "/feed",
							  .body = "@moochub/v2.json" } };
	static const struct expected_word words[] = {
		{ EL_TITLE, 0, 0, "Moore der Welt", NULL, NULL },
		{ EL_DESCRIPTION, 0, 0, "Kurz gesagt.", "path", "attributes.abtract" },
		{ EL_DESCRIPTION, 0, 1, "Lang gesagt, aber anders.", NULL, NULL },
		{ EL_OUTCOME, 0, 0, "Moore kennen", NULL, NULL },
		{ EL_MODE, 0, 0, "MOOC", "scheme", "moochub-2/courseMode" },
		{ EL_OPPORTUNITY_TYPE, 0, 0, "MOOC", NULL, NULL },
		{ EL_HOURS_PER_WEEK, 0, 0, "5", "scheme", "h/week" },
		{ EL_KEYWORD, 0, 0, "Moor", NULL, NULL },
		{ EL_KEYWORD, 0, 2, "Boden", NULL, NULL },
		{ EL_IMAGE, 0, 0, "https://mooc.example/moor.png", NULL, NULL },
		{ EL_PROVIDER_NAME, 0, 0, "Moorplattform", NULL, NULL },
		{ EL_JOINT_NAME, 0, 0, "Moorhochschule", NULL, NULL },
		{ EL_JOINT_NAME, 1, 0, "", NULL, NULL }, /* the platform once more */
		{ EL_AWARDING_NAME, 0, 0, "Moorhochschule", NULL, NULL },
		{ EL_PRICE, 0, 0, "free", "path", "attributes.access[0]" },
		{ EL_PRICE, 0, 1, "", NULL, NULL },
		{ EL_SESSION_START, 0, 0, "2026-10-01T00:00:00+02:00", NULL, NULL },
		{ EL_URL, 0, 0, "https://mooc.example/moor", NULL, NULL },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	RUN(&rec, routes);
	assert_int_equal(rec.records.n, 3);
	check_words(&rec, "moor-1", words, countof(words));
	assert_false(recorder_mentions(&rec, "Person"));
	assert_false(recorder_mentions(&rec, "1999"));
	/* 1080 is no number of hours a week: kept, and not understood */
	assert_string_equal(recorder_word(&rec, "2", EL_HOURS_PER_WEEK, 0, 0), "");
	assert_string_equal(recorder_word(&rec, "2", EL_WORKLOAD, 0, 0), "1080");
	assert_string_equal(recorder_offer_text(&rec, "2", "workload"), "{\"declared\":\"1080\"}");
	assert_string_equal(recorder_word(&rec, "2", EL_PROVIDER_NAME, 0, 0), "Nur Text");
	assert_string_equal(recorder_word(&rec, "2", EL_PRICE, 0, 0), "paid");
	/* without "attributes" */
	assert_string_equal(recorder_word(&rec, "flat", EL_TITLE, 0, 0), "Flach");
	assert_string_equal(recorder_word(&rec, "flat", EL_LANGUAGE, 0, 0), "en");
	assert_string_equal(recorder_word(&rec, "flat", EL_PRICE, 0, 0), "free");
	/* the front page */
	assert_int_equal(rec.out_of_scope.n, 1);
	assert_non_null(strstr(rec.out_of_scope.items[0].why, "front page"));
	recorder_clear(&rec);
}

#define COURSE(id) "{\"id\":\"" id "\",\"type\":\"courses\",\"attributes\":{\"name\":\"N" id "\"}}"

static void links_are_followed_to_their_proven_end(void **state)
{
	static const struct {
		const char *first, *rule;
	} cases[] = {
		{ "{\"links\":{\"next\":\"\"},\"data\":[" COURSE("a") "]}",
		  "links.next is absent or empty" },
		{ "{\"links\":{\"next\":null},\"data\":[" COURSE("a") "]}",
		  "links.next is absent or empty" },
		{ "{\"links\":{\"self\":\"x\"},\"data\":[" COURSE("a") "]}",
		  "links.next is absent or empty" },
		{ "{\"data\":[" COURSE("a") "]}", "a single document without links" },
		{ "[" COURSE("a") "]", "a single document without links" },
		{ "{\"links\":{\"self\":\"/p\",\"next\":\"/p\"},\"data\":[" COURSE("a") "]}",
		  "links.next is the page itself" },
		{ "{\"links\":{\"next\":\"https://mooc.example/feed\"},\"data\":[" COURSE("a") "]}",
		  "links.next is the page itself" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder_route routes[] = { { .part = "/feed", .body = cases[i].first } };
		struct recorder rec;

		start(&rec);
		RUN(&rec, routes);
		assert_string_equal(rec.rule, cases[i].rule);
		assert_int_equal(rec.records.n, 1);
		assert_int_equal(rec.n_requests, 1);
		recorder_clear(&rec);
	}
}

static void a_next_link_leads_on(void **state)
{
	static const struct {
		const char *next, *asked;
		bool is_noted;
	} cases[] = {
		{ "https://mooc.example/feed?page=2", "https://mooc.example/feed?page=2", false },
		{ "?page=2", "https://mooc.example/feed?page=2", false },
		{ "/feed2?page=2", "https://mooc.example/feed2?page=2", false },
		/* another host or scheme: its query behind our address */
		{ "http://mooc.example/feed?page=2", "https://mooc.example/feed?page=2", true },
		{ "https://evil.example/x?page=2", "https://mooc.example/feed?page=2", true },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char first[500];
		struct recorder_route routes[] = {
			{ .part = "page=2", .body = "{\"links\":{},\"data\":[" COURSE("b") "]}" },
			{ .part = "/feed", .body = first },
		};
		struct recorder rec;

		snprintf(first, sizeof(first),
			 "{\"links\":{\"next\":\"%s\"},\"data\":[" COURSE("a") "]}", cases[i].next);
		start(&rec);
		RUN(&rec, routes);
		assert_int_equal(rec.n_requests, 2);
		assert_string_equal(rec.requests[1].url, cases[i].asked);
		assert_int_equal(rec.records.n, 2);
		assert_true(rec.is_proven);
		assert_int_equal(recorder_has_note(&rec, "next-link-elsewhere", NULL),
				 cases[i].is_noted);
		recorder_clear(&rec);
	}
}

static void parameters_of_the_source_stay_on_every_page(void **state)
{
	static const char first[] =
		"{\"links\":{\"next\":\"?page=2&k+y=theirs\"},\"data\":[" COURSE("a") "]}";
	static const struct recorder_route routes[] = {
		{ .part = "page=2", .body = "{\"links\":{},\"data\":[" COURSE("b") "]}" },
		{ .part = "/feed", .body = first },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	recorder_query(&rec, "key", "a b");
	recorder_query(&rec, "k+y", "1");
	recorder_query(&rec, "page", "9");
	RUN(&rec, routes);
	assert_int_equal(rec.n_requests, 2);
	assert_string_equal(rec.requests[0].url,
			    "https://mooc.example/feed?key=a%20b&k%2By=1&page=9");
	/* What the link says itself is the partner's business. */
	assert_string_equal(rec.requests[1].url,
			    "https://mooc.example/feed?page=2&k+y=theirs&key=a%20b&k%2By=1");
	assert_true(rec.is_proven);
	recorder_clear(&rec);
}

static void links_that_lead_round_or_away_stop_the_run(void **state)
{
	static const struct {
		const char *second, *why;
	} cases[] = {
		{ "{\"links\":{\"next\":\"/feed\"},\"data\":[" COURSE("b") "]}",
		  "links to one that was read" },
		{ "{\"links\":{\"next\":\"?page=3\"},\"data\":[" COURSE("a") "]}", "nothing new" },
		{ "{\"links\":{\"next\":\"https://evil.example/x\"},\"data\":[" COURSE("b") "]}",
		  "another host" },
		{ "{\"links\":{\"next\":\"https://\"},\"data\":[" COURSE("b") "]}",
		  "names no host" },
		{ "{\"links\":{\"next\":17},\"data\":[" COURSE("b") "]}", "links.next is no link" },
		{ "{\"links\":7,\"data\":[" COURSE("b") "]}", "links is no object" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder_route routes[] = {
			{ .part = "page=2", .body = cases[i].second },
			{ .part = "/feed",
			  .body = "{\"links\":{\"next\":\"?page=2\"},\"data\":[" COURSE("a") "]}" },
		};
		struct recorder rec;

		start(&rec);
		RUN(&rec, routes);
		assert_int_equal(rec.n_requests, 2);
		assert_false(rec.is_proven);
		if (strstr(rec.finish_err.msg, cases[i].why) == NULL)
			fail_msg("%s", rec.finish_err.msg);
		recorder_clear(&rec);
	}
}

static void a_cut_page_keeps_what_came_and_follows_its_link(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "page=2", .body = "{\"links\":{},\"data\":[" COURSE("c") "]}" },
		{ .part = "/feed",
		  .body = "{\"links\":{\"next\":\"?page=2\"},\"data\":[" COURSE(
			  "a") ",{\"id\":\"b" },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	RUN(&rec, routes);
	assert_int_equal(rec.records.n, 2);
	assert_int_equal(rec.n_lost, 1);
	assert_non_null(strstr(rec.pages[0].lost.msg, "inside item 2"));
	recorder_clear(&rec);
}

static void failures_say_which_page(void **state)
{
	static const struct {
		struct recorder_route route;
		const char *why;
	} cases[] = {
		{ { .part = "/feed", .status = 406, .body = "{\"title\":\"Not Acceptable\"}" },
		  "page 1: the server answered 406: Not Acceptable" },
		{ { .part = "/feed", .failure = ERR_NETWORK }, "page 1: failed by the test" },
		{ { .part = "/feed", .body = "{\"links\":{}}" },
		  "page 1: the answer has no \"data\"" },
		{ { .part = "/feed", .body = "{\"data\":\"none\"}" },
		  "page 1: \"data\" is no list" },
		{ { .part = "/feed",
		    .body = "{\"errors\":[{\"status\":\"500\",\"title\":\"down\"}]}" },
		  "page 1: the answer is an error: down" },
		{ { .part = "/feed", .body = "<!DOCTYPE html><title>404</title>" },
		  "page 1: an HTML page with the title \"404\" instead of JSON" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;

		start(&rec);
		run(&rec, &cases[i].route, 1);
		assert_false(rec.is_proven);
		assert_int_equal(rec.n_lost, 1);
		assert_string_equal(rec.finish_err.msg, cases[i].why);
		recorder_clear(&rec);
	}
}

static void the_address_is_the_id_if_told_so(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/feed",
		  .body = "{\"data\":[{\"id\":7,\"attributes\":{\"name\":\"A\",\"url\":\"https://"
			  "mooc.example/a\"}}]}" },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	recorder_option(&rec, "id", "url");
	RUN(&rec, routes);
	assert_string_equal(recorder_at(&rec, 0)->id, "https://mooc.example/a");
	recorder_clear(&rec);
	start(&rec);
	RUN(&rec, routes);
	assert_string_equal(recorder_at(&rec, 0)->id, "7");
	recorder_clear(&rec);
}

static void prices_follow_the_rule(void **state)
{
	static const struct {
		const char *attributes, *price, *scheme;
	} cases[] = {
		{ "\"access\":[\"free\"]", "free", "" },
		{ "\"access\":\"free\"", "free", "" },
		{ "\"isAccessibleForFree\":true", "free", "" },
		{ "\"offer\":[{\"price\":0,\"category\":\"course\",\"priceCurrency\":\"EUR\"}]",
		  "free", "" },
		{ "\"offer\":[{\"price\":0,\"category\":\"certificate\"},"
		  "{\"price\":12,\"category\":\"course\",\"priceCurrency\":\"EUR\"}]",
		  "12", "EUR" },
		{ "\"offer\":[{\"price\":99,\"category\":\"complete\",\"priceCurrency\":\"CHF\"}]",
		  "99", "CHF" },
		{ "\"offer\":[{\"price\":50,\"category\":\"certificate\"}]", "", "" },
		{ "\"access\":[\"member-only\"]", "", "" },
		{ "\"access\":[\"other\",\"paid\"]", "paid", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char body[600];
		struct recorder_route routes[] = { { .part = "/feed", .body = body } };
		struct recorder rec;

		snprintf(body, sizeof(body),
			 "{\"data\":[{\"id\":\"a\",\"attributes\":{\"name\":\"A\",%s}}]}",
			 cases[i].attributes);
		start(&rec);
		RUN(&rec, routes);
		assert_string_equal(recorder_word(&rec, "a", EL_PRICE, 0, 0), cases[i].price);
		assert_string_equal(recorder_word_member(&rec, "a", EL_PRICE, 0, 0, "scheme"),
				    cases[i].scheme);
		recorder_clear(&rec);
	}
}

/* A feed without "attributes" has everything in the item itself: no path says otherwise. */
static void paths_are_those_of_the_item(void **state)
{
	static const struct recorder_route routes[] = {
		{ .part = "/feed",
		  .body = "{\"data\":[{\"id\":\"a\",\"name\":\"A\",\"access\":[\"other\",\"free\"],"
			  "\"hasPart\":[{\"type\":\"Quiz\"}],"
			  "\"workload\":{\"timeValue\":5,\"timeUnit\":\"h/week\"},"
			  "\"startDate\":[\"2027-01-11\"],\"applicationDeadline\":\"2027-01-05\","
			  "\"repeatFrequency\":\"weekly\"},"
			  "{\"id\":\"b\",\"attributes\":{\"name\":\"B\",\"partnerInstitute\":["
			  "\"C\"],"
			  "\"offers\":[{\"category\":\"course\",\"price\":12,"
			  "\"priceCurrency\":\"EUR\"}]}}]}" },
	};
	static const struct expected_word flat[] = {
		{ EL_TITLE, 0, 0, "A", "path", "name" },
		{ EL_PRICE, 0, 0, "free", "path", "access[1]" },
		{ EL_ASSESSMENT, 0, 0, "Quiz", "path", "hasPart[0].type" },
		{ EL_HOURS_PER_WEEK, 0, 0, "5", "path", "workload.timeValue" },
		{ EL_SESSION_START, 0, 0, "2027-01-11", "path", "startDate[0]" },
		{ EL_SESSION_APPLY_UNTIL, 0, 0, "2027-01-05", "path", "applicationDeadline" },
		{ EL_SESSION_PACE, 0, 0, "weekly", "path", "repeatFrequency, courseMode" },
	};
	static const struct expected_word whole[] = {
		{ EL_PRICE, 0, 0, "12", "path", "attributes.offers[0].price" },
		{ EL_PROVIDER_NAME, 0, 0, "C", "path", "attributes.partnerInstitute[0]" },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	RUN(&rec, routes);
	check_words(&rec, "a", flat, countof(flat));
	check_words(&rec, "b", whole, countof(whole));
	recorder_clear(&rec);
}

/* Also where no table but code reads an element; an empty path leaves it out. */
static void columns_of_the_configuration_stand_alone(void **state)
{
	static const struct recorder_route routes[] = { { .part = "/feed",
							  .body = "@moochub/v3.json" } };
	static const char id[] = "7d000000-0000-4000-8000-000000000003";
	static const struct expected_word words[] = {
		{ EL_DESCRIPTION, 0, 0, "", NULL, NULL },
		{ EL_WORKLOAD, 0, 0, "torf27", "path", "attributes.courseCode" },
		{ EL_WORKLOAD, 0, 1, "", NULL, NULL },
		{ EL_HOURS_PER_WEEK, 0, 0, "", NULL, NULL },
		{ EL_PRICE, 0, 0, "", NULL, NULL },
		{ EL_SESSION_START, 0, 0, "", NULL, NULL },
		{ EL_SESSION_END, 1, 0, "2027-06-01T20:00:00Z", NULL, NULL },
		{ EL_PROVIDER_NAME, 0, 0, "Torf und Technik", NULL, NULL },
		{ EL_PROVIDER_NAME, 0, 1, "", NULL, NULL },
	};
	struct recorder rec;

	(void)state;
	start(&rec);
	recorder_column(&rec, "description", "");
	recorder_column(&rec, "workload", "attributes.courseCode");
	recorder_column(&rec, "price", "");
	recorder_column(&rec, "sessions.start", "");
	recorder_column(&rec, "provider.name", "attributes.name");
	RUN(&rec, routes);
	check_words(&rec, id, words, countof(words));
	recorder_clear(&rec);
}

static void known_courses_are_not_read_again(void **state)
{
	static const struct recorder_route routes[] = { { .part = "/feed",
							  .body = "@moochub/v2.json" } };
	struct recorder first, second;

	(void)state;
	start(&first);
	RUN(&first, routes);
	start(&second);
	recorder_knows(&second, &first);
	RUN(&second, routes);
	assert_int_equal(second.n_seen, 3);
	assert_int_equal(second.records.n, 0);
	assert_int_equal(second.out_of_scope.n, 1);
	recorder_clear(&first);
	recorder_clear(&second);
}

static void a_page_in_utf_16_is_read_however_it_comes(void **state)
{
	static const char page[] = "{\"data\":[{\"id\":\"1\",\"type\":\"courses\",\"attributes\":"
				   "{\"name\":\"Moor\",\"url\":\"https://uni.example/1\"}}]}";
	struct buf text = BUF_INIT(1000);

	(void)state;
	buf_str(&text, "\xff\xfe");
	for (size_t i = 0; i + 1 < sizeof(page); i++)
		buf_append(&text, (char[]){ page[i], '\0' }, 2);
	for (size_t piece = 1; piece < 5; piece++) {
		struct recorder rec;

		recorder_init(&rec, &harvester_moochub, feed);
		rec.piece = piece;
		recorder_answer_text(&rec, text.data, text.len);
		recorder_run(&rec);
		assert_int_equal(rec.records.n, 1);
		assert_string_equal(recorder_offer_text(&rec, "1", "title.und"), "Moor");
		recorder_clear(&rec);
	}
	buf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_version_3_becomes_a_word),
		cmocka_unit_test(an_item_that_cannot_be_read_says_whose_it_is),
		cmocka_unit_test(an_item_that_cannot_be_read_shows_its_address),
		cmocka_unit_test(version_2_and_its_misspellings_are_read),
		cmocka_unit_test(links_are_followed_to_their_proven_end),
		cmocka_unit_test(a_next_link_leads_on),
		cmocka_unit_test(parameters_of_the_source_stay_on_every_page),
		cmocka_unit_test(links_that_lead_round_or_away_stop_the_run),
		cmocka_unit_test(a_cut_page_keeps_what_came_and_follows_its_link),
		cmocka_unit_test(failures_say_which_page),
		cmocka_unit_test(the_address_is_the_id_if_told_so),
		cmocka_unit_test(prices_follow_the_rule),
		cmocka_unit_test(paths_are_those_of_the_item),
		cmocka_unit_test(columns_of_the_configuration_stand_alone),
		cmocka_unit_test(known_courses_are_not_read_again),
		cmocka_unit_test(a_page_in_utf_16_is_read_however_it_comes),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
