// SPDX-License-Identifier: EUPL-1.2
/*
 * What microcatd is built on fails in the middle of a harvest: a write, a full
 * disk, memory, libcurl, SQLite's memory, zstd (tests/support/faults.h), at a
 * place drawn from all the day passes. The daemon says why and ends as it
 * should; an hour later it harvests again, and the database is that of a day
 * without a fault, row by row.
 *
 * A small harvest meets a fault at each of its calls of libcurl in turn. (At
 * each write, lock and so on of SQLite: test_store_faults.c.)
 *
 * 4 places of each kind, with MICROCAT_TEST_LONG 40; MICROCAT_TEST_SEED
 * chooses others.
 */
#include "tests/support/catalogue_pages.h"
#include "tests/support/faults.h"
#include "tests/support/folder.h"
#include "tests/support/harvest_days.h"
#include "tests/support/random.h"

enum { N_PLACES = 4, N_PLACES_LONG = 40, AN_HOUR_S = 3600 };

static const struct kind {
	const char *point, *action;
	bool ends_the_process; /* by design: base/mem.h */
} kinds[] = {
	{ "write", "fail", false },    { "write", "full", false }, { "curl", "fail", false },
	{ "curl-mem", "fail", false }, { "zstd", "fail", false },  { "sqlite-mem", "fail", false },
	{ "mem", "fail", true },
};

enum { EXIT_ABORTED = 128 + SIGABRT, EXIT_OS = 71, EXIT_IO = 74, EXIT_AGAIN = 75 };

/* What a start wrote. */
struct said {
	struct slice text;
	const char *when;
	int status;
};

static bool has_said(const struct said *s, const char *text)
{
	return slice_contains(s->text, slice_of(text));
}

static unsigned n_said(const struct said *s, const char *text)
{
	struct slice rest = s->text;
	unsigned n = 0;
	ptrdiff_t at;

	for (; (at = slice_find(rest, slice_of(text))) >= 0; n++)
		rest = slice_from(rest, (size_t)at + strlen(text));
	return n;
}

#define expect(said, condition)                                                                    \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s: status %d\n%.*s\n", (said)->when, (said)->status,     \
				SLICE_ARG((said)->text));                                          \
			fail_msg("%s: not so: %s", (said)->when, #condition);                      \
		}                                                                                  \
	} while (0)

static struct said start_with(struct daemon_fixture *d, const char *fault, const char *clock,
			      const char *when)
{
	size_t from = d->output.len;
	struct said said = { .when = when };

	d->program = MICROCAT_FAULTY_DAEMON;
	d->fault = fault;
	said.status = daemon_run_once(d, "--once", clock);
	said.text = slice_from(buf_view(&d->output), from);
	return said;
}

/* A fault that was met: said, and no more than a run's, or the start's, end. */
static void check_survived(const struct said *s)
{
	expect(s, s->status == 0 || s->status == EXIT_AGAIN || s->status == EXIT_OS ||
			  s->status == EXIT_IO);
	expect(s, s->status == 0 || has_said(s, " warning ") || has_said(s, " error "));
	expect(s, !has_said(s, "did not end cleanly"));
}

static void check_end(const struct said *s, const struct kind *k, int undisturbed)
{
	if (!has_said(s, FAULT_STRUCK)) /* fewer calls than on the day itself */
		expect(s, s->status == undisturbed);
	else if (k->ends_the_process)
		expect(s, s->status == EXIT_ABORTED && has_said(s, "out of memory"));
	else
		check_survived(s);
}

static void try_day(struct harvest_days *h, int day, const struct kind *k, uint32_t nth)
{
	char fault[64];
	char when[128];
	struct said said;

	snprintf(fault, sizeof(fault), "%s:%s:%u", k->point, k->action, nth);
	snprintf(when, sizeof(when), "day %d, %s", day, fault);
	harvest_days_morning(h, day);
	said = start_with(&h->d, fault, harvest_days_clock(day, 0), when);
	check_end(&said, k, h->days[day].status);
	harvest_days_evening(h, day, AN_HOUR_S, false, when);
}

static void try_one(struct harvest_days *h, struct random *r, const struct kind *k)
{
	int day = (int)random_below(r, HARVEST_DAYS);

	try_day(h, day, k, 1 + random_below(r, harvest_days_passed(h, day, k->point)));
}

static void a_day_with_a_fault_ends_as_one_without(void **state)
{
	struct harvest_days *h = *state;
	uint64_t seed = harvest_days_seed();
	struct random r = RANDOM_INIT(seed);
	unsigned n = getenv("MICROCAT_TEST_LONG") != NULL ? N_PLACES_LONG : N_PLACES;

	print_message("%u places of %zu kinds, MICROCAT_TEST_SEED=%llu\n", n, countof(kinds),
		      (unsigned long long)seed);
	for (size_t k = 0; k < countof(kinds); k++)
		for (unsigned i = 0; i < n; i++)
			try_one(h, &r, &kinds[k]);
}

/*
 * Memory ends where the first sockets are made: libcurl keeps one of them half
 * made, and the next transfer over a socket of that number meets it.
 */
static void a_socket_that_is_half_made_harms_no_other_transfer(void **state)
{
	static const struct kind memory = { "curl-mem", "fail", false };

	for (uint32_t nth = 62; nth <= 66; nth++)
		try_day(*state, 1, &memory, nth);
}

/* --- each call in turn --- */

static int open_partner(void **state)
{
	struct harvest_days *h = mem_new(struct harvest_days);
	const struct partner_answer plain = { .status = 200 };

	daemon_fixture_open(&h->d);
	h->p = partner_open(NULL);
	assert_non_null(h->p);
	serve_csv(h->p, 1, 2, &plain);
	for (char id[] = "a"; id[0] <= 'b'; id[0]++)
		daemon_source(&h->d, id, "format = \"csv\" url = \"%s/c.csv\"", partner_base(h->p));
	*state = h;
	return 0;
}

/* Two sources, one after the other: what one meets is no business of the other. */
static bool fail_nth(struct harvest_days *h, const char *point, unsigned nth)
{
	char fault[64];
	struct said said;

	snprintf(fault, sizeof(fault), "%s:fail:%u", point, nth);
	folder_remove(harvest_days_state(h));
	said = start_with(&h->d, fault, NULL, fault);
	if (!has_said(&said, FAULT_STRUCK)) {
		expect(&said, said.status == 0);
		return false;
	}
	check_survived(&said);
	if (said.status == EXIT_OS)
		expect(&said, has_said(&said, "libcurl does not start"));
	else
		expect(&said, n_said(&said, "harvest complete") >= 1);
	return true;
}

static void each_call_of_libcurl_may_fail(void **state)
{
	struct harvest_days *h = *state;
	unsigned nth = 1;

	daemon_config(&h->d, "harvest { parallel = 1 }");
	while (fail_nth(h, "curl", nth))
		nth++;
	assert_true(nth > 50);
}

static void each_allocation_of_libcurl_may_fail(void **state)
{
	struct harvest_days *h = *state;
	unsigned step = getenv("MICROCAT_TEST_LONG") != NULL ? 1 : 3;
	unsigned nth = 1;

	daemon_config(&h->d, "harvest { parallel = 1 }");
	while (fail_nth(h, "curl-mem", nth))
		nth += step;
	assert_true(nth > 100);
}

/*
 * libuv ends the process where it cannot do without, and so do we; elsewhere a worker or
 * a request is not made, and its run says so.
 */
static bool fail_nth_of_libuv(struct harvest_days *h, unsigned nth)
{
	char fault[64];
	struct said said;

	snprintf(fault, sizeof(fault), "uv-mem:fail:%u", nth);
	folder_remove(harvest_days_state(h));
	said = start_with(&h->d, fault, NULL, fault);
	if (!has_said(&said, FAULT_STRUCK)) {
		expect(&said, said.status == 0);
		return false;
	}
	if (said.status != EXIT_ABORTED)
		check_survived(&said);
	said = start_with(&h->d, NULL, NULL, fault); /* and all is well again */
	expect(&said, said.status == 0 || has_said(&said, "nothing is due"));
	return true;
}

static void each_allocation_of_libuv_may_fail(void **state)
{
	struct harvest_days *h = *state;
	unsigned nth = 1;

	daemon_config(&h->d, "harvest { parallel = 1 }");
	while (fail_nth_of_libuv(h, nth))
		nth++;
	assert_true(nth > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_day_with_a_fault_ends_as_one_without,
						harvest_days_group_open, harvest_days_group_close),
		cmocka_unit_test_setup_teardown(a_socket_that_is_half_made_harms_no_other_transfer,
						harvest_days_group_open, harvest_days_group_close),
		cmocka_unit_test_setup_teardown(each_call_of_libcurl_may_fail, open_partner,
						harvest_days_group_close),
		cmocka_unit_test_setup_teardown(each_allocation_of_libcurl_may_fail, open_partner,
						harvest_days_group_close),
		cmocka_unit_test_setup_teardown(each_allocation_of_libuv_may_fail, open_partner,
						harvest_days_group_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
