// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_HARVEST_DAYS_H
#define TESTS_SUPPORT_HARVEST_DAYS_H

/*
 * Four days of harvests of three sources of three formats, between which
 * records change, come, go, are refused and lie on a page that is lost. Each
 * is spent once without a fault; its morning is kept, and what the evening's
 * database is like. A test then takes a morning, disturbs the harvest, lets it
 * come to its end, and expects the same evening.
 *
 * Thread: the test's.
 */

#include "tests/support/daemon_fixture.h"
#include "tests/support/partner.h"

enum { HARVEST_DAYS = 4 };

/* Of the trials' numbers: MICROCAT_TEST_SEED, or the same in every run. */
uint64_t harvest_days_seed(void);

/* What a day was like without a fault. */
struct harvest_day {
	struct buf dump, dump_but_cache; /* db_dump() */
	int status; /* 75: a page is lost */
	size_t n_requests;
	uint32_t ms;
	char passed[256]; /* the line that counts calls (tests/support/faults.h) */
};

struct harvest_days {
	struct daemon_fixture d;
	struct partner *p;
	struct harvest_day days[HARVEST_DAYS];
};

/* Spends all days; faulty_daemon is the program that counts calls. */
void harvest_days_open(struct harvest_days *h, const char *faulty_daemon);
void harvest_days_close(struct harvest_days *h);
#ifdef MICROCAT_FAULTY_DAEMON
/* Of a test: *state is the struct harvest_days. */
static inline int harvest_days_group_open(void **state)
{
	struct harvest_days *h = mem_new(struct harvest_days);

	harvest_days_open(h, MICROCAT_FAULTY_DAEMON);
	*state = h;
	return 0;
}

static inline int harvest_days_group_close(void **state)
{
	harvest_days_close(*state);
	mem_free(*state);
	return 0;
}
#endif

/* Of a point of faults.h, on that day without a fault. */
uint32_t harvest_days_passed(const struct harvest_days *h, int day, const char *point);

/* Takes the state of that morning and sets what the partner serves. */
void harvest_days_morning(struct harvest_days *h, int day);
/* Serves what it serves on that day; the state stays. */
void harvest_days_serve(struct harvest_days *h, int day);
/* The environment of that day's clock, so much later; static. */
const char *harvest_days_clock(int day, int later_s);
const char *harvest_days_state(struct harvest_days *h);
/*
 * Harvests what is due, without a fault, and expects the evening: its exit
 * status (or 0, when only what was due again came), a whole database, and the
 * same rows; with_cache: of kept responses, too. `when` names the trial in
 * messages.
 */
void harvest_days_evening(struct harvest_days *h, int day, int later_s, bool with_cache,
			  const char *when);

#endif
