// SPDX-License-Identifier: EUPL-1.2
/*
 * Workers that were taken over, under the real daemon: what each tries
 * (tests/support/takeover.c) fails, is one failed run of its source with a
 * reason that says so, and costs nobody else anything.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "daemon/api/openapi.h"
#include "tests/support/catalogue_pages.h"
#include "tests/support/daemon_fixture.h"
#include "tests/support/openapi_check.h"
#include "tests/support/proc.h"

#include <poll.h>

struct trial {
	const char *play; /* and the source's name */
	const char *state;
	/* What the reason holds: one of these, up to the first NULL. */
	const char *whys[4];
};

#define REFUSED "exited with status 101" /* 100 and EPERM */
#define LOCKED "killed by its lock"
/* Whichever limit is met first: that depends on the machine. */
#define TOO_LONG "(max-duration)", "(worker-cpu)"
#define TOO_MUCH "a batch of more than 67108864 bytes"

static const struct trial trials[] = {
	{ "opens", "failed", { REFUSED } },
	{ "creates", "failed", { REFUSED } },
	{ "connects", "failed", { LOCKED } },
	{ "makes-a-socket", "failed", { LOCKED } },
	{ "executes", "failed", { LOCKED } },
	{ "traces", "failed", { LOCKED } },
	{ "reads-the-daemon", "failed", { LOCKED } },
	{ "forks", "failed", { LOCKED } },
	{ "clones", "failed", { LOCKED } },
	{ "kills", "failed", { REFUSED } },
	{ "unlocks", "failed", { REFUSED } },
	{ "runs-written-memory", "failed", { REFUSED } },
	{ "sends-descriptors", "failed", { REFUSED } },
	{ "writes-beyond-its-frame", "failed", { "a frame of type" } },
	{ "answers-for-another", "failed", { "GONE (tag 2): not about what is in hand" } },
	{ "announces-a-huge-frame", "failed", { "a OFFER frame of 4294967295 bytes" } },
	{ "never-ends-its-frame", "failed", { "stall-timeout" } },
	{ "asks-another-host", "failed", { "which is not on http://127.0.0.1" } },
	{ "sees-what-nobody-knows", "failed", { "a record that nobody knows" } },
	{ "counts-more-than-there-is", "failed", { "miscounted: shown 5 is not" } },
	{ "counts-beyond-all-bounds", "failed", { "PAGE: the payload is not a JSON object" } },
	{ "counts-to-the-edge", "failed", { "items of one run: more than 1000000000" } },
	{ "announces-everything", "incomplete", { "announced" } },
	{ "remembers-everything", "failed", { "LIMIT_REMEMBER_KEYS" } },
	{ "floods-with-the-gone", "failed", { TOO_LONG, TOO_MUCH } },
	{ "floods-with-tiny-frames", "failed", { TOO_MUCH, TOO_LONG } },
	{ "floods-with-rejects", "failed", { TOO_LONG, TOO_MUCH } },
	{ "floods-with-notes", "failed", { TOO_LONG, TOO_MUCH } },
	{ "floods-with-offers", "failed", { TOO_LONG, TOO_MUCH } },
	{ "floods-with-requests", "failed", { "which is not on http://127.0.0.1" } },
	{ "floods-standard-error", "failed", { "LIMIT_WORKER_WORDS_BYTES" } },
	{ "stalls", "failed", { "stall-timeout" } },
	{ "stops-itself", "failed", { "stall-timeout" } },
	{ "hangs-up", "failed", { "stall-timeout" } }, /* it may not even do that */
	{ "loops", "failed", { "(worker-cpu)", "(stall-timeout)" } },
	{ "takes-all-memory", "failed", { "exited with status 112" } },
	/* What these say is read like a partner's page: bad records are rejected. */
	{ "offers-nonsense", "complete", { NULL } },
	{ "offers-what-cannot-be", "complete", { NULL } },
	{ "offers-too-many", "complete", { NULL } },
};

enum { PARALLEL = 3, VICTIMS = 40 };

struct fixture {
	struct daemon_fixture d;
	struct partner *p;
	struct http_client client;
	struct openapi openapi;
};

static const struct partner_answer plain = { .status = 200 };

static void write_source(struct fixture *f, const char *name)
{
	daemon_source(&f->d, name, "format = \"csv\" url = \"%s/c.csv\" every = \"30d\"",
		      partner_base(f->p));
}

static int open_all(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	daemon_fixture_open(&f->d);
	f->d.program = MICROCAT_EVIL_DAEMON;
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	serve_csv(f->p, 1, VICTIMS, &plain);
	daemon_config(&f->d,
		      "harvest { parallel = %d worker-cpu = \"1s\" stall-timeout = \"2s\" "
		      "max-duration = \"10s\" worker-memory = \"32M\" }",
		      PARALLEL);
	write_source(f, "victim");
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	http_client_open(&f->client, f->d.query, NULL);
	openapi_load(&f->openapi, slice_make(openapi_json, openapi_json_bytes));
	*state = f;
	return 0;
}

static int close_all(void **state)
{
	struct fixture *f = *state;

	http_client_close(&f->client);
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	openapi_clear(&f->openapi);
	daemon_fixture_close(&f->d);
	partner_close(f->p);
	mem_free(f);
	return 0;
}

/* --- asking --- */

/* The answer to a path, held against the description of `documented`; json_decref() it. */
static json_t *ask(struct fixture *f, const char *documented, const char *path)
{
	struct http_answer a = http_client_get(&f->client, path, "");
	json_error_t at;
	json_t *root;

	if (a.status == 0) { /* a connection has its share of requests */
		http_client_close(&f->client);
		http_client_open(&f->client, f->d.query, NULL);
		a = http_client_get(&f->client, path, "");
	}

	http_assert_status(&a, 200);
	openapi_check_answer(&f->openapi, openapi_operation(&f->openapi, documented, "get"), &a);
	root = json_loadb(a.body.p, a.body.n, JSON_REJECT_DUPLICATES, &at);
	if (root == NULL)
		fail_msg("%s: %s", path, at.text);
	return root;
}

static json_t *runs_of(struct fixture *f, const char *source)
{
	char path[128];

	snprintf(path, sizeof(path), "/v1/sources/%s/runs", source);
	return ask(f, "/v1/sources/{source}/runs", path);
}

/* The only run of a source when it has ended; NULL before. json_decref(*answer). */
static const json_t *ended_run(struct fixture *f, const char *source, json_t **answer)
{
	const json_t *runs, *run;

	*answer = runs_of(f, source);
	runs = json_object_get(*answer, "runs");
	run = json_array_get(runs, 0);
	if (run != NULL &&
	    strcmp(json_string_value(json_object_get(run, "state")), "running") != 0) {
		assert_int_equal(json_array_size(runs), 1);
		return run;
	}
	json_decref(*answer);
	*answer = NULL;
	return NULL;
}

static void wait_for_run(struct fixture *f, const char *source, uint64_t *peak)
{
	/* Others may come before it, each for as long as a run may last. */
	uint64_t until_ms = clock_mono_ms() + countof(trials) * 3000;
	json_t *answer;

	while (ended_run(f, source, &answer) == NULL) {
		uint64_t now = proc_pss_bytes(f->d.pid);

		*peak = now > *peak ? now : *peak;
		if (clock_mono_ms() > until_ms) {
			fprintf(stderr, "%s\n", buf_z(&f->d.output));
			fail_msg("source=%s: its run does not end", source);
		}
		(void)poll(NULL, 0, 50); /* between two looks at a run's state */
	}
	json_decref(answer);
}

/* What a source's offers are, without generation and times of this answer. */
static char *items_of(struct fixture *f, const char *source)
{
	char path[128];
	char *text;
	json_t *answer;

	snprintf(path, sizeof(path), "/v1/offers?source=%s&limit=1000&sort=title", source);
	answer = ask(f, "/v1/offers", path);
	text = json_dumps(json_object_get(answer, "offers"), JSON_SORT_KEYS);
	json_decref(answer);
	assert_non_null(text);
	return text;
}

/* --- the trials --- */

static bool is_expected(const struct trial *t, const char *why)
{
	bool is = false;

	for (size_t i = 0; why != NULL && i < countof(t->whys) && t->whys[i] != NULL; i++)
		is = is || strstr(why, t->whys[i]) != NULL;
	return is;
}

static void check_trial(struct fixture *f, const struct trial *t)
{
	json_t *answer;
	const json_t *run = ended_run(f, t->play, &answer);
	const char *state = json_string_value(json_object_get(run, "state"));
	const char *why = json_string_value(json_object_get(run, "why"));

	print_message("%-26s %s: %s\n", t->play, state, why != NULL ? why : "-");
	assert_string_equal(state, t->state);
	if (t->whys[0] != NULL && !is_expected(t, why))
		fail_msg("%s: expected \"%s\", got \"%s\"", t->play, t->whys[0],
			 why != NULL ? why : "nothing");
	json_decref(answer);
}

/* All answers about a source's offers are what the API says they can be. */
static void check_offers(struct fixture *f, const char *source)
{
	char path[256];
	json_t *answer, *item;
	size_t i;

	snprintf(path, sizeof(path), "/v1/offers?source=%s&limit=1000&facets=all", source);
	answer = ask(f, "/v1/offers", path);
	print_message("%s: %zu offers\n", source,
		      json_array_size(json_object_get(answer, "offers")));
	json_array_foreach(json_object_get(answer, "offers"), i, item)
	{
		const char *id = json_string_value(json_object_get(item, "id"));

		assert_non_null(id);
		snprintf(path, sizeof(path), "/v1/offers/%s", id);
		json_decref(ask(f, "/v1/offers/{id}", path));
		snprintf(path, sizeof(path), "/v1/offers/%s/records", id);
		json_decref(ask(f, "/v1/offers/{id}/records", path));
	}
	json_decref(answer);
	snprintf(path, sizeof(path), "/v1/stats?by=level,subject,lang&source=%s", source);
	json_decref(ask(f, "/v1/stats", path));
	snprintf(path, sizeof(path), "/v1/sources/%s/quality", source);
	json_decref(ask(f, "/v1/sources/{source}/quality", path));
}

/* Some new sources are harvested at once, the others would be within minutes. */
static void ask_for_harvest(struct fixture *f, const char *source)
{
	json_t *runs = runs_of(f, source);
	struct daemon_answer answer;
	char path[128];

	if (json_array_size(json_object_get(runs, "runs")) == 0) {
		snprintf(path, sizeof(path), "/v1/sources/%s/harvest", source);
		daemon_post(&f->d, path, NULL, &answer);
		assert_int_equal(answer.status, 202);
		buf_clear(&answer.body);
	}
	json_decref(runs);
}

static void a_worker_that_was_taken_over_costs_one_run(void **state)
{
	/* Caches of SQLite, what malloc has not given back yet. */
	const uint64_t other_bytes_max = 64ull * LIMIT_MIB;
	/* Of each run: a batch on its way, one being gathered, its items, what is being heard. */
	const uint64_t run_bytes_max = 2ull * (LIMIT_BATCH_BYTES + LIMIT_OFFER_BYTES) +
				       LIMIT_BATCH_ARENA_BYTES + 4ull * LIMIT_OFFER_BYTES;
	struct fixture *f = *state;
	struct daemon_answer answer;
	uint64_t before, peak = 0;
	char *items, *items_after;

	wait_for_run(f, "victim", &peak);
	items = items_of(f, "victim");
	before = proc_pss_bytes(f->d.pid);
	for (size_t i = 0; i < countof(trials); i++)
		write_source(f, trials[i].play);
	daemon_post(&f->d, "/v1/reload", NULL, &answer);
	assert_in_range(answer.status, 200, 202);
	buf_clear(&answer.body);
	peak = before;
	for (size_t i = 0; i < countof(trials); i++)
		ask_for_harvest(f, trials[i].play);
	for (size_t i = 0; i < countof(trials); i++)
		wait_for_run(f, trials[i].play, &peak);
	for (size_t i = 0; i < countof(trials); i++)
		check_trial(f, &trials[i]);

	items_after = items_of(f, "victim");
	assert_string_equal(items_after, items);
	assert_int_equal(access("/tmp/microcat-was-here", F_OK), -1);
	/* What it writes stands behind whose words they are, on each line. */
	assert_true(daemon_has_said(&f->d, "floods-standard-error: the worker says: <3>main"));
	assert_false(daemon_has_begun_line(&f->d, "<3>main"));
	print_message("memory: %.1f MiB at its peak, %.1f before\n", (double)peak / LIMIT_MIB,
		      (double)before / LIMIT_MIB);
#ifndef MICROCAT_SANITIZED
	assert_true(peak <= before + other_bytes_max + PARALLEL * run_bytes_max);
#else
	(void)run_bytes_max;
	(void)other_bytes_max;
#endif
	free(items);
	free(items_after);
}

static void what_it_offered_is_served_as_described(void **state)
{
	check_offers(*state, "offers-nonsense");
	check_offers(*state, "offers-what-cannot-be");
	check_offers(*state, "offers-too-many");
	check_offers(*state, "floods-with-offers");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_worker_that_was_taken_over_costs_one_run),
		cmocka_unit_test(what_it_offered_is_served_as_described),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
