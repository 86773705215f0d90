// SPDX-License-Identifier: EUPL-1.2
/*
 * The real daemon and two thousand clients at once, half of them slow, silent
 * or gone: the other half is answered, memory and descriptors stay within
 * their bounds and come back, and each deadline of base/limits.h ends those
 * that it is for. How fast the others are answered is printed, and measured by
 * script/bench.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "tests/support/catalogue_pages.h"
#include "tests/support/crowd.h"
#include "tests/support/daemon_fixture.h"
#include "tests/support/http_client.h"
#include "tests/support/proc.h"

#include <poll.h>
#include <sys/resource.h>

enum {
	OFFERS = 4000,
	GOOD = 1000, /* clients that behave */
	AT_ONCE = 8, /* of their requests */
	SAMPLES_MAX = 200000,
	/* What a connection costs at most beside its answer: libmicrohttpd's memory, and ours. */
	CONNECTION_BYTES_MAX = LIMIT_API_CONNECTION_BYTES + 8 * 1024,
	LEFT_BYTES_MAX = 64 * 1024 * 1024, /* requests kept to be used again, heaps of threads */
	GONE_BYTES_MAX = 24 * 1024 * 1024, /* what the crowd had is given back to the system */
	GIVEN_BACK_MS = 5000,
};

static const unsigned bad_half[CROWD_KINDS] = {
	[CROWD_SILENT] = 200,    [CROWD_SLOW_LINE] = 150, [CROWD_SLOW_HEAD] = 150,
	[CROWD_SLOW_BODY] = 150, [CROWD_IDLE] = 150,      [CROWD_NEVER_READS] = 100,
	[CROWD_VANISHES] = 100,
};

struct fixture {
	struct daemon_fixture d;
	struct partner *p;
};

static const struct partner_answer plain = { .status = 200 };

/* More descriptors than a shell gives: ours, the daemon has its own limit. */
static void raise_own_limit(void)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max < 8192 ? limit.rlim_max : 8192;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void start(struct fixture *f, unsigned n_files)
{
	f->d.n_files = n_files;
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
}

static int open_all(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	raise_own_limit();
	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	serve_csv(f->p, 1, OFFERS, &plain);
	daemon_source(&f->d, "table", "format = \"csv\" url = \"%s/c.csv\"", partner_base(f->p));
	start(f, 0);
	daemon_wait_line(&f->d, ": harvest complete;");
	*state = f;
	return 0;
}

static int close_all(void **state)
{
	struct fixture *f = *state;

	if (f == NULL) /* it was not opened, and that is what failed */
		return 0;
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	daemon_fixture_close(&f->d);
	partner_close(f->p);
	mem_free(f);
	return 0;
}

/* --- the good half --- */

struct good {
	struct http_client clients[GOOD];
	const char *path;
	uint64_t *waited_us;
	size_t n_waited;
	struct http_again again;
};

static void good_open(struct good *g, const char *path)
{
	g->path = path;
	g->waited_us = mem_new_n(uint64_t, SAMPLES_MAX);
	for (size_t i = 0; i < GOOD; i++)
		http_client_open(&g->clients[i], path, NULL);
}

static void good_close(struct good *g)
{
	for (size_t i = 0; i < GOOD; i++)
		http_client_close(&g->clients[i]);
	mem_free(g->waited_us);
	mem_free(g);
}

static int compare_u64(const void *a, const void *b)
{
	const uint64_t *left = a;
	const uint64_t *right = b;

	return (*left > *right) - (*left < *right);
}

/* The 99th percentile of what was waited since the last time, which it forgets. */
static double good_p99_ms(struct good *g)
{
	size_t at = g->n_waited * 99 / 100;
	double ms;

	assert_true(g->n_waited > 0);
	qsort(g->waited_us, g->n_waited, sizeof(*g->waited_us), compare_u64);
	ms = (double)g->waited_us[at] / 1000;
	g->n_waited = 0;
	return ms;
}

static const char search[] = "GET /v1/offers?q=course&facets=all&limit=20 HTTP/1.1\r\n"
			     "Host: x\r\n\r\n";

/* In one piece, byte by byte, or twice at once; how many answers are to come. */
static unsigned ask(struct http_client *c, size_t i)
{
	if (i % 16 == 3) {
		for (size_t n = 0; n < sizeof(search) - 1; n++)
			http_client_send(c, slice_make(search + n, 1));
		return 1;
	}
	http_client_send(c, SLICE_LIT(search));
	if (i % 16 != 5)
		return 1;
	http_client_send(c, SLICE_LIT(search));
	return 2;
}

static void assert_found(struct good *g, struct http_client *c)
{
	char total[32];
	struct http_answer a =
		http_client_answer_in_the_end(c, g->path, SLICE_LIT(search), &g->again);

	http_assert_status(&a, 200);
	snprintf(total, sizeof(total), "\"total\":%d", OFFERS);
	http_assert_has(&a, total);
}

/* The next AT_ONCE of them ask and are answered. */
static void good_turn(struct good *g, size_t *next)
{
	unsigned n_answers[AT_ONCE];
	struct http_client *asking[AT_ONCE];
	uint64_t asked_us[AT_ONCE];

	for (size_t i = 0; i < AT_ONCE; i++) {
		size_t at = (*next)++ % GOOD;

		asking[i] = &g->clients[at];
		asked_us[i] = clock_mono_us();
		n_answers[i] = ask(asking[i], at);
	}
	for (size_t i = 0; i < AT_ONCE; i++) {
		unsigned n_closed = g->again.n_closed;

		/* A second request is lost with the connection that it was made on. */
		while (n_answers[i]-- > 0 && g->again.n_closed == n_closed)
			assert_found(g, asking[i]);
		if (g->n_waited < SAMPLES_MAX)
			g->waited_us[g->n_waited++] = clock_mono_us() - asked_us[i];
	}
}

static void good_round(struct good *g)
{
	size_t next = 0;

	while (next < GOOD)
		good_turn(g, &next);
}

/* --- tests --- */

static void assert_memory_is_bounded(const char *when, uint64_t before, uint64_t now, uint64_t max)
{
	print_message("%s: %.1f MiB, %.1f before; at most %.1f more\n", when,
		      (double)now / LIMIT_MIB, (double)before / LIMIT_MIB, (double)max / LIMIT_MIB);
#ifndef MICROCAT_SANITIZED /* sanitizers keep what was freed */
	assert_true(now <= before + max);
#endif
}

static void wait_for_files(struct fixture *f, unsigned n_max)
{
	uint64_t until_ms = clock_mono_ms() + DAEMON_WAIT_MS;

	while (proc_files(f->d.pid) > n_max) {
		assert_true(clock_mono_ms() < until_ms);
		(void)poll(NULL, 0, 20); /* a look at /proc wakes nobody */
	}
}

/* It is given back on a later turn. */
static uint64_t memory_given_back(struct fixture *f, uint64_t before)
{
	uint64_t until_ms = clock_mono_ms() + GIVEN_BACK_MS, now;

	while ((now = proc_pss_bytes(f->d.pid)) > before + GONE_BYTES_MAX &&
	       clock_mono_ms() < until_ms)
		(void)poll(NULL, 0, 20); /* a look at /proc wakes nobody */
	return now;
}

static bool are_gone(const struct crowd *crowd, const enum crowd_kind *kinds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (crowd->ended[kinds[i]].n < bad_half[kinds[i]])
			return false;
	return true;
}

static void print_ends(const struct crowd *crowd)
{
	for (int kind = 0; kind < CROWD_KINDS; kind++) {
		const struct crowd_end *end = &crowd->ended[kind];

		if (end->n > 0)
			print_message("%s: %u closed after %.2f to %.2f s\n",
				      crowd_kind_name((enum crowd_kind)kind), end->n,
				      (double)end->first_ms / 1000, (double)end->last_ms / 1000);
	}
	print_message("%u connections, %u vanished, %u found the queue full\n", crowd->n_connected,
		      crowd->n_vanished, crowd->n_failed);
}

/* Closed by its deadline: not before, and not much later than the machine is slow. */
static void assert_closed_at(const struct crowd *crowd, enum crowd_kind kind, uint64_t limit_ms)
{
	const struct crowd_end *end = &crowd->ended[kind];

	assert_int_equal(end->n, bad_half[kind]);
	assert_in_range(end->first_ms, limit_ms - LIMIT_API_TICK_MS, limit_ms + DAEMON_WAIT_MS);
	assert_in_range(end->last_ms, limit_ms - LIMIT_API_TICK_MS, limit_ms + DAEMON_WAIT_MS);
}

static void two_thousand_clients_are_there_and_those_who_behave_are_answered(void **state)
{
	static const enum crowd_kind soon[] = { CROWD_SILENT, CROWD_SLOW_LINE, CROWD_SLOW_HEAD,
						CROWD_SLOW_BODY };
	static const enum crowd_kind late[] = { CROWD_IDLE, CROWD_NEVER_READS };
	const bool is_long = getenv("MICROCAT_TEST_LONG") != NULL;
	struct fixture *f = *state;
	struct good *g = mem_new(struct good);
	struct crowd crowd;
	uint64_t before, peak = 0;
	unsigned n_files = proc_files(f->d.pid);
	size_t next = 0;
	double idle_p99_ms, p99_ms;
	/* A buffer doubles: the last bytes of an answer may have doubled it. */
	uint64_t unread_bytes = 2 * strlen(daemon_get_ok(&f->d, CROWD_BIG_PATH));

	assert_true(bad_half[CROWD_NEVER_READS] * unread_bytes < LIMIT_API_UNSENT_BYTES);
	good_open(g, f->d.query);
	good_round(g);
	(void)good_p99_ms(g);
	good_round(g);
	idle_p99_ms = good_p99_ms(g);
	before = proc_pss_bytes(f->d.pid);

	crowd_open(&crowd, f->d.query, bad_half, false);
	/* However slow the machine is, each of the good ones has its turn. */
	while (next < GOOD || !are_gone(&crowd, soon, countof(soon)) ||
	       (is_long && !are_gone(&crowd, late, countof(late)))) {
		uint64_t now;

		crowd_turn(&crowd, clock_mono_ms());
		good_turn(g, &next);
		now = proc_pss_bytes(f->d.pid);
		peak = now > peak ? now : peak;
	}
	p99_ms = good_p99_ms(g);
	print_ends(&crowd);
	print_message("99th percentile of %d clients, %d at once: %.2f ms alone, %.2f ms beside "
		      "the others: %.2f times; %u asked again\n",
		      GOOD, AT_ONCE, idle_p99_ms, p99_ms, p99_ms / idle_p99_ms,
		      g->again.n_told + g->again.n_closed);
	assert_closed_at(&crowd, CROWD_SILENT, LIMIT_API_HEAD_MS);
	assert_closed_at(&crowd, CROWD_SLOW_LINE, LIMIT_API_HEAD_MS);
	assert_closed_at(&crowd, CROWD_SLOW_HEAD, LIMIT_API_HEAD_MS);
	assert_closed_at(&crowd, CROWD_SLOW_BODY, LIMIT_API_UPLOAD_MS);
	assert_true(crowd.n_vanished > bad_half[CROWD_VANISHES]);
	if (is_long) {
		assert_closed_at(&crowd, CROWD_IDLE, LIMIT_API_IDLE_MS);
		assert_int_equal(crowd.ended[CROWD_NEVER_READS].n, bad_half[CROWD_NEVER_READS]);
		assert_true(crowd.ended[CROWD_NEVER_READS].first_ms >= LIMIT_API_WRITE_MS);
	} else {
		assert_int_equal(crowd_present(&crowd, CROWD_IDLE), bad_half[CROWD_IDLE]);
		assert_int_equal(crowd_present(&crowd, CROWD_NEVER_READS),
				 bad_half[CROWD_NEVER_READS]);
	}
	assert_memory_is_bounded("at its peak", before, peak,
				 LEFT_BYTES_MAX + (uint64_t)crowd.n * CONNECTION_BYTES_MAX +
					 bad_half[CROWD_NEVER_READS] * unread_bytes);
	crowd_close(&crowd);
	good_close(g);
	wait_for_files(f, n_files);
	assert_memory_is_bounded("when all are gone", before, memory_given_back(f, before),
				 GONE_BYTES_MAX);
}

/* One that behaves, new: answered, whoever else is there. */
static void assert_newcomer_is_answered(struct fixture *f)
{
	struct http_client c;
	struct http_answer a;

	http_client_open(&c, f->d.query, NULL);
	http_client_send(&c, SLICE_LIT(search));
	a = http_client_answer(&c, false);
	http_assert_status(&a, 200);
	http_client_close(&c);
}

/* More of a kind than there is room for, each of whom comes again when it is closed. */
static void try_to_fill_all_room(struct fixture *f, enum crowd_kind kind)
{
	unsigned n_of[CROWD_KINDS] = { 0 };
	unsigned n_files = proc_files(f->d.pid);
	struct crowd crowd;

	n_of[kind] = f->d.n_files > 0 ? 2 * f->d.n_files : LIMIT_API_CONNECTIONS + 500;
	crowd_open(&crowd, f->d.query, n_of, true);
	for (int i = 0; i < 50; i++) {
		crowd_turn(&crowd, clock_mono_ms());
		assert_newcomer_is_answered(f);
	}
	assert_true(crowd.n_connected > n_of[kind]);
	print_ends(&crowd);
	crowd_close(&crowd);
	wait_for_files(f, n_files);
}

static void those_who_ask_nothing_whole_keep_no_room_from_others(void **state)
{
	static const enum crowd_kind kinds[] = { CROWD_SILENT, CROWD_SLOW_LINE, CROWD_SLOW_HEAD,
						 CROWD_SLOW_BODY, CROWD_IDLE };
	struct fixture *f = *state;
	uint64_t before = proc_pss_bytes(f->d.pid);

	for (size_t i = 0; i < countof(kinds); i++)
		try_to_fill_all_room(f, kinds[i]);
	assert_memory_is_bounded("after them", before, memory_given_back(f, before),
				 GONE_BYTES_MAX);
}

/* Clients take their share of descriptors; the rest fetches, stores and starts workers. */
static void few_descriptors_are_shared_between_clients_and_harvests(void **state)
{
	enum { FILES = 200 };
	unsigned n_of[CROWD_KINDS] = { 0 };
	struct fixture *f = *state;
	struct daemon_answer answer;
	struct crowd crowd;

	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	start(f, FILES);
	daemon_wait_line(&f->d, "raise the limit");
	try_to_fill_all_room(f, CROWD_SLOW_HEAD);
	n_of[CROWD_SLOW_HEAD] = 2 * FILES;
	crowd_open(&crowd, f->d.query, n_of, true);
	crowd_turn(&crowd, clock_mono_ms());
	daemon_post(&f->d, "/v1/sources/table/harvest", NULL, &answer);
	assert_int_equal(answer.status, 202);
	buf_clear(&answer.body);
	daemon_wait_line(&f->d, ": harvest complete;");
	assert_true(proc_files(f->d.pid) < FILES);
	crowd_close(&crowd);
	assert_false(daemon_has_said(&f->d, "no connection can be taken"));
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	start(f, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_thousand_clients_are_there_and_those_who_behave_are_answered),
		cmocka_unit_test(those_who_ask_nothing_whole_keep_no_room_from_others),
		cmocka_unit_test(few_descriptors_are_shared_between_clients_and_harvests),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
