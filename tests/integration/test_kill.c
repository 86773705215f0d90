// SPDX-License-Identifier: EUPL-1.2
/*
 * kill -9 at any moment of a harvest. A trial takes the state of one morning
 * (tests/support/harvest_days.h), kills the daemon somewhere in that day's
 * harvest (at a request, at a change of a file, at a time), starts it again,
 * lets it finish, and compares the database with that of a day without a kill,
 * row by row (tests/support/db_dump.c).
 *
 * 20 trials, with MICROCAT_TEST_LONG 200; MICROCAT_TEST_SEED chooses others.
 */
#include "tests/support/faults.h"
#include "tests/support/harvest_days.h"
#include "tests/support/random.h"

#include <time.h>

enum { N_TRIALS = 20, N_TRIALS_LONG = 200 };

enum how { AT_REQUEST, AT_WRITE, AT_TIME, HOW_COUNT };

static const char *const how_names[HOW_COUNT] = { "request", "write", "ms" };

struct kill {
	enum how how;
	uint32_t at; /* from 1 */
};

static struct kill draw_kill(struct random *r, const struct harvest_days *h, int day)
{
	struct kill k = { .how = (enum how)random_below(r, HOW_COUNT) };
	const uint32_t spans[HOW_COUNT] = { [AT_REQUEST] = (uint32_t)h->days[day].n_requests,
					    [AT_WRITE] = harvest_days_passed(h, day, "write"),
					    [AT_TIME] = h->days[day].ms };

	k.at = 1 + random_below(r, spans[k.how]);
	return k;
}

/* Starts the day's harvest and kills it there; it may have come to its end before. */
static void start_and_kill(struct harvest_days *h, int day, struct kill k)
{
	const struct timespec nap = { k.at / 1000, (long)(k.at % 1000) * 1000000 };
	char fault[64];

	snprintf(fault, sizeof(fault), "write:kill:%u", k.at);
	h->d.program = k.how == AT_WRITE ? MICROCAT_FAULTY_DAEMON : NULL;
	h->d.fault = k.how == AT_WRITE ? fault : NULL;
	partner_forget(h->p);
	daemon_start_env(&h->d, "--once", harvest_days_clock(day, 0));
	if (k.how == AT_REQUEST)
		assert_true(partner_wait_count(h->p, NULL, k.at, DAEMON_WAIT_MS));
	if (k.how == AT_TIME) /* this is the moment that was drawn: nothing is waited for */
		nanosleep(&nap, NULL);
	if (k.how == AT_WRITE)
		daemon_wait_exit(&h->d);
	else
		daemon_stop(&h->d, SIGKILL);
}

static void try_one(struct harvest_days *h, struct random *r, unsigned trial)
{
	int day = (int)random_below(r, HARVEST_DAYS);
	bool is_twice = random_below(r, 4) == 0;
	bool goes_on = random_below(r, 4) == 0;
	struct kill first = draw_kill(r, h, day);
	struct kill second = draw_kill(r, h, day);
	char again[40] = "";
	char when[160];

	second.how = AT_WRITE;
	if (is_twice)
		snprintf(again, sizeof(again), " and again at write %u", second.at);
	snprintf(when, sizeof(when), "trial %u: day %d killed at %s %u%s", trial, day,
		 how_names[first.how], first.at, again);
	harvest_days_morning(h, day);
	start_and_kill(h, day, first);
	if (is_twice)
		start_and_kill(h, day, second);
	harvest_days_evening(h, day, 0, true, when);
	if (goes_on && day + 1 < HARVEST_DAYS) {
		harvest_days_serve(h, day + 1);
		harvest_days_evening(h, day + 1, 0, true, when);
	}
}

static void a_day_with_a_kill_ends_as_one_without(void **state)
{
	struct harvest_days *h = *state;
	uint64_t seed = harvest_days_seed();
	struct random r = RANDOM_INIT(seed);
	unsigned n = getenv("MICROCAT_TEST_LONG") != NULL ? N_TRIALS_LONG : N_TRIALS;

	print_message("%u trials, MICROCAT_TEST_SEED=%llu\n", n, (unsigned long long)seed);
	for (unsigned i = 0; i < n; i++)
		try_one(h, &r, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_day_with_a_kill_ends_as_one_without,
						harvest_days_group_open, harvest_days_group_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
