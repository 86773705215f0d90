// SPDX-License-Identifier: EUPL-1.2
/*
 * kill -9 at any moment. Three sources of three formats are harvested on four
 * days, between which records change, come, go, are refused and lie on a page
 * that is lost. A trial takes the state of one day's morning, kills the daemon
 * somewhere in that day's harvest (at a request, at a change of a file, at a
 * time), starts it again, lets it finish, and compares the database with that
 * of a day without a kill, row by row (tests/support/db_dump.c).
 *
 * 20 trials, with MICROCAT_TEST_LONG 200; MICROCAT_TEST_SEED chooses others.
 */
#include "tests/support/catalogue_pages.h"
#include "tests/support/daemon_fixture.h"
#include "tests/support/db_dump.h"
#include "tests/support/faults.h"
#include "tests/support/random.h"

#include "base/clock.h"

#include <dirent.h>
#include <sys/sendfile.h>

enum {
	N_DAYS = 4,
	N_TRIALS = 20,
	N_TRIALS_LONG = 200,
	DEFAULT_SEED = 20261122,
	DUMP_BYTES = 64 * 1024 * 1024,
};

/* What a day was like without a kill. */
struct day {
	struct buf dump;
	int status;
	size_t n_requests;
	uint32_t n_writes;
	uint32_t ms;
};

struct fixture {
	struct daemon_fixture d;
	struct partner *p;
	struct day days[N_DAYS];
};

/* --- the four days --- */

static const struct page_of hub_pages[N_DAYS][4] = {
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
} others[N_DAYS] = { { 20, 1, 8, 0 }, { 20, 2, 9, 0 }, { 18, 2, 9, 75 }, { 22, 1, 6, 0 } };

static void serve_day(struct fixture *f, int day)
{
	const struct partner_answer broken = { .status = 500 };
	struct partner_answer csv = { .status = 200 };
	const struct partner_answer plain = { .status = 200 };

	serve_moochub(f->p, hub_pages[day], countof(hub_pages[day]), &plain);
	if (day == 2)
		partner_route(f->p, "/moochub.3", &broken);
	snprintf(csv.etag, sizeof(csv.etag), "\"%d\"", others[day].csv_last);
	serve_csv(f->p, 1, others[day].csv_last, &csv);
	serve_ooapi(f->p, others[day].ooapi_first, others[day].ooapi_last, &plain);
	partner_forget(f->p);
}

static void write_configuration(struct fixture *f)
{
	daemon_config(&f->d, "harvest { parallel = 2 }");
	daemon_source(&f->d, "hub",
		      "format = \"moochub\" version = \"3\" url = \"%s/moochub\" retries = 1",
		      partner_base(f->p));
	daemon_source(&f->d, "table", "format = \"csv\" url = \"%s/c.csv\"", partner_base(f->p));
	daemon_source(&f->d, "ooapi", "format = \"ooapi\" version = \"5\" url = \"%s/ooapi\"",
		      partner_base(f->p));
}

/* --- states --- */

static void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = sendfile(out, in, NULL, 1 << 20)) > 0)
		;
	assert_int_equal(n, 0);
	close(in);
	close(out);
}

static void copy_folder(const char *from, const char *to)
{
	DIR *folder = opendir(from);
	struct dirent *entry;

	assert_non_null(folder);
	assert_int_equal(mkdir(to, 0700), 0);
	while ((entry = readdir(folder)) != NULL) {
		char a[512];
		char b[512];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(a, sizeof(a), "%s/%s", from, entry->d_name);
		snprintf(b, sizeof(b), "%s/%s", to, entry->d_name);
		if (entry->d_type == DT_DIR)
			copy_folder(a, b);
		else
			copy_file(a, b);
	}
	closedir(folder);
}

static const char *state_of(struct fixture *f)
{
	return temp_dir_path(&f->d.dir, "state");
}

static const char *morning(struct fixture *f, int day)
{
	char name[32];

	snprintf(name, sizeof(name), "morning-%d", day);
	return temp_dir_path(&f->d.dir, name);
}

static void remove_state(struct fixture *f)
{
	nftw(state_of(f), temp_dir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- days without a kill --- */

static const char *clock_of(int day)
{
	static char env[64];

	snprintf(env, sizeof(env), "MICROCAT_TEST_CLOCK_OFFSET_S=%d", 2 * 86400 * day);
	return env;
}

static uint32_t count_writes(struct fixture *f)
{
	long n = daemon_figure(daemon_wait_line(&f->d, FAULT_PASSED), "write");

	assert_true(n > 0);
	return (uint32_t)n;
}

static void spend_day(struct fixture *f, int day)
{
	struct day *d = &f->days[day];
	uint64_t started_ms;

	copy_folder(state_of(f), morning(f, day));
	serve_day(f, day);
	f->d.program = MICROCAT_FAULTY_DAEMON;
	f->d.fault = "none";
	f->d.seen = f->d.output.len;
	started_ms = clock_mono_ms();
	d->status = daemon_run_once(&f->d, "--once", clock_of(day));
	d->ms = (uint32_t)(clock_mono_ms() - started_ms);
	assert_int_equal(d->status, others[day].status);
	d->n_requests = partner_count(f->p, NULL);
	d->n_writes = count_writes(f);
	db_check_whole(state_of(f));
	db_dump(&d->dump, state_of(f));
}

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	write_configuration(f);
	assert_int_equal(mkdir(state_of(f), 0700), 0);
	for (int day = 0; day < N_DAYS; day++) {
		buf_init(&f->days[day].dump, DUMP_BYTES);
		spend_day(f, day);
	}
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	for (int day = 0; day < N_DAYS; day++)
		buf_clear(&f->days[day].dump);
	daemon_fixture_close(&f->d);
	partner_close(f->p);
	mem_free(f);
	return 0;
}

/* --- killing --- */

enum how { AT_REQUEST, AT_WRITE, AT_TIME, HOW_COUNT };

static const char *const how_names[HOW_COUNT] = { "request", "write", "ms" };

struct kill {
	enum how how;
	uint32_t at; /* from 1 */
};

static struct kill draw_kill(struct random *r, const struct day *day)
{
	struct kill k = { .how = (enum how)random_below(r, HOW_COUNT) };
	const uint32_t spans[HOW_COUNT] = { [AT_REQUEST] = (uint32_t)day->n_requests,
					    [AT_WRITE] = day->n_writes,
					    [AT_TIME] = day->ms };

	k.at = 1 + random_below(r, spans[k.how]);
	return k;
}

/* Starts the day's harvest and kills it there; it may have come to its end before. */
static void start_and_kill(struct fixture *f, int day, struct kill k)
{
	const struct timespec nap = { k.at / 1000, (long)(k.at % 1000) * 1000000 };
	char fault[64];

	snprintf(fault, sizeof(fault), "write:kill:%u", k.at);
	f->d.program = k.how == AT_WRITE ? MICROCAT_FAULTY_DAEMON : NULL;
	f->d.fault = k.how == AT_WRITE ? fault : NULL;
	partner_forget(f->p);
	daemon_start_env(&f->d, "--once", clock_of(day));
	if (k.how == AT_REQUEST)
		assert_true(partner_wait_count(f->p, NULL, k.at, DAEMON_WAIT_MS));
	if (k.how == AT_TIME) /* this is the moment that was drawn: nothing is waited for */
		nanosleep(&nap, NULL);
	if (k.how == AT_WRITE)
		daemon_wait_exit(&f->d);
	else
		daemon_stop(&f->d, SIGKILL);
}

/* Lets the day come to its end; what was complete before the kill is not due again. */
static void finish_day(struct fixture *f, int day, const char *when)
{
	struct buf got = BUF_INIT(DUMP_BYTES);
	int status;

	f->d.program = NULL;
	f->d.fault = NULL;
	f->d.seen = f->d.output.len;
	status = daemon_run_once(&f->d, "--once", clock_of(day));
	if (status != 0 && status != f->days[day].status)
		fail_msg("%s: exit status %d:\n%s", when, status, buf_z(&f->d.output));
	db_check_whole(state_of(f));
	db_dump(&got, state_of(f));
	db_dump_expect(&got, &f->days[day].dump, when);
	buf_clear(&got);
}

static void try_one(struct fixture *f, struct random *r, unsigned trial)
{
	int day = (int)random_below(r, N_DAYS);
	bool is_twice = random_below(r, 4) == 0;
	bool goes_on = random_below(r, 4) == 0;
	struct kill first = draw_kill(r, &f->days[day]);
	struct kill second = draw_kill(r, &f->days[day]);
	char again[40] = "";
	char when[160];

	second.how = AT_WRITE;
	if (is_twice)
		snprintf(again, sizeof(again), " and again at write %u", second.at);
	snprintf(when, sizeof(when), "trial %u: day %d killed at %s %u%s", trial, day,
		 how_names[first.how], first.at, again);
	remove_state(f);
	copy_folder(morning(f, day), state_of(f));
	serve_day(f, day);
	start_and_kill(f, day, first);
	if (is_twice)
		start_and_kill(f, day, second);
	finish_day(f, day, when);
	if (goes_on && day + 1 < N_DAYS) {
		serve_day(f, day + 1);
		finish_day(f, day + 1, when);
	}
}

static void a_day_with_a_kill_ends_as_one_without(void **state)
{
	struct fixture *f = *state;
	const char *text = getenv("MICROCAT_TEST_SEED");
	uint64_t seed = DEFAULT_SEED;
	struct random r;
	unsigned n = getenv("MICROCAT_TEST_LONG") != NULL ? N_TRIALS_LONG : N_TRIALS;

	if (text != NULL)
		assert_true(slice_to_u64(&seed, slice_of(text), UINT64_MAX));
	print_message("%u trials, MICROCAT_TEST_SEED=%llu\n", n, (unsigned long long)seed);
	r = (struct random)RANDOM_INIT(seed);
	for (unsigned i = 0; i < n; i++)
		try_one(f, &r, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_day_with_a_kill_ends_as_one_without, open_fixture,
						close_fixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
