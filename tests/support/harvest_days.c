// SPDX-License-Identifier: EUPL-1.2
/*
 * The four days.
 */
#include "tests/support/harvest_days.h"

#include "tests/support/catalogue_pages.h"
#include "tests/support/db_dump.h"
#include "tests/support/faults.h"
#include "tests/support/folder.h"

#include "base/clock.h"

enum { DUMP_BYTES = 64 * 1024 * 1024, DEFAULT_SEED = 20261122 };

uint64_t harvest_days_seed(void)
{
	const char *text = getenv("MICROCAT_TEST_SEED");
	uint64_t seed = DEFAULT_SEED;

	if (text != NULL)
		assert_true(slice_to_u64(&seed, slice_of(text), UINT64_MAX));
	return seed;
}

/* --- the four days --- */

static const struct page_of hub_pages[HARVEST_DAYS][4] = {
	{ { 1, 12, NULL, 0 }, { 13, 24, NULL, 20 }, { 25, 36, NULL, 0 }, { 37, 40, NULL, 0 } },
	/* 21 to 24 have another title, 20 has one at last, 25 is gone. */
	{ { 1, 12, NULL, 0 }, { 13, 24, " (new)", 0 }, { 26, 36, NULL, 0 }, { 37, 40, NULL, 0 } },
	/* The third page is lost; 41 and 42 are new, 38 has no title any more. */
	{ { 1, 12, NULL, 0 }, { 13, 24, " (new)", 0 }, { 26, 36, NULL, 0 }, { 37, 42, NULL, 38 } },
	/* 25 is back. */
	{ { 2, 12, " (2)", 0 }, { 13, 24, NULL, 20 }, { 25, 36, NULL, 0 }, { 37, 42, NULL, 0 } },
};

static const struct {
	int csv_last, ooapi_first, ooapi_last;
	int status;
} others[HARVEST_DAYS] = { { 20, 1, 8, 0 }, { 20, 2, 9, 0 }, { 18, 2, 9, 75 }, { 22, 1, 6, 0 } };

void harvest_days_serve(struct harvest_days *h, int day)
{
	const struct partner_answer broken = { .status = 500 };
	struct partner_answer csv = { .status = 200 };
	const struct partner_answer plain = { .status = 200 };

	serve_moochub(h->p, hub_pages[day], countof(hub_pages[day]), &plain);
	if (day == 2)
		partner_route(h->p, "/moochub.3", &broken);
	snprintf(csv.etag, sizeof(csv.etag), "\"%d\"", others[day].csv_last);
	serve_csv(h->p, 1, others[day].csv_last, &csv);
	serve_ooapi(h->p, others[day].ooapi_first, others[day].ooapi_last, &plain);
	partner_forget(h->p);
}

static void write_configuration(struct harvest_days *h)
{
	daemon_config(&h->d, "harvest { parallel = 2 }");
	daemon_source(&h->d, "hub",
		      "format = \"moochub\" version = \"3\" url = \"%s/moochub\" retries = 1",
		      partner_base(h->p));
	daemon_source(&h->d, "table", "format = \"csv\" url = \"%s/c.csv\"", partner_base(h->p));
	daemon_source(&h->d, "ooapi", "format = \"ooapi\" version = \"5\" url = \"%s/ooapi\"",
		      partner_base(h->p));
}

/* --- states --- */

const char *harvest_days_state(struct harvest_days *h)
{
	return temp_dir_path(&h->d.dir, "state");
}

static const char *morning(struct harvest_days *h, int day)
{
	char name[32];

	snprintf(name, sizeof(name), "morning-%d", day);
	return temp_dir_path(&h->d.dir, name);
}

/* --- days without a fault --- */

const char *harvest_days_clock(int day, int later_s)
{
	static char env[64];

	snprintf(env, sizeof(env), "MICROCAT_TEST_CLOCK_OFFSET_S=%d", 2 * 86400 * day + later_s);
	return env;
}

uint32_t harvest_days_passed(const struct harvest_days *h, int day, const char *point)
{
	long n = daemon_figure(h->days[day].passed, point);

	assert_true(n >= 0);
	return (uint32_t)n;
}

static void spend_day(struct harvest_days *h, int day, const char *faulty_daemon)
{
	struct harvest_day *d = &h->days[day];
	uint64_t started_ms;

	folder_copy(harvest_days_state(h), morning(h, day));
	harvest_days_serve(h, day);
	h->d.program = faulty_daemon;
	h->d.fault = "none";
	h->d.seen = h->d.output.len;
	started_ms = clock_mono_ms();
	d->status = daemon_run_once(&h->d, "--once", harvest_days_clock(day, 0));
	d->ms = (uint32_t)(clock_mono_ms() - started_ms);
	assert_int_equal(d->status, others[day].status);
	d->n_requests = partner_count(h->p, NULL);
	snprintf(d->passed, sizeof(d->passed), "%s", daemon_wait_line(&h->d, FAULT_PASSED));
	db_check_whole(harvest_days_state(h));
	db_dump(&d->dump, harvest_days_state(h), true);
	db_dump(&d->dump_but_cache, harvest_days_state(h), false);
}

void harvest_days_open(struct harvest_days *h, const char *faulty_daemon)
{
	daemon_fixture_open(&h->d);
	h->p = partner_open(NULL);
	assert_non_null(h->p);
	write_configuration(h);
	assert_int_equal(mkdir(harvest_days_state(h), 0700), 0);
	for (int day = 0; day < HARVEST_DAYS; day++) {
		buf_init(&h->days[day].dump, DUMP_BYTES);
		buf_init(&h->days[day].dump_but_cache, DUMP_BYTES);
		spend_day(h, day, faulty_daemon);
	}
}

void harvest_days_close(struct harvest_days *h)
{
	for (int day = 0; day < HARVEST_DAYS; day++) {
		buf_clear(&h->days[day].dump);
		buf_clear(&h->days[day].dump_but_cache);
	}
	daemon_fixture_close(&h->d);
	partner_close(h->p);
}

void harvest_days_morning(struct harvest_days *h, int day)
{
	folder_remove(harvest_days_state(h));
	folder_copy(morning(h, day), harvest_days_state(h));
	harvest_days_serve(h, day);
}

void harvest_days_evening(struct harvest_days *h, int day, int later_s, bool with_cache,
			  const char *when)
{
	struct harvest_day *d = &h->days[day];
	struct buf got = BUF_INIT(DUMP_BYTES);
	int status;

	h->d.program = NULL;
	h->d.fault = NULL;
	h->d.seen = h->d.output.len;
	status = daemon_run_once(&h->d, "--once", harvest_days_clock(day, later_s));
	if (status != 0 && status != d->status)
		fail_msg("%s: exit status %d:\n%s", when, status, buf_z(&h->d.output));
	db_check_whole(harvest_days_state(h));
	db_dump(&got, harvest_days_state(h), with_cache);
	db_dump_expect(&got, with_cache ? &d->dump : &d->dump_but_cache, when);
	buf_clear(&got);
}
