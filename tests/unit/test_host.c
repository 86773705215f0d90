// SPDX-License-Identifier: EUPL-1.2
/*
 * Turns at hosts: order, number, distance, and hosts that asked for time.
 */
#include "tests/support/unit.h"

#include "base/clock.h"
#include "base/limits.h"
#include "daemon/host.h"

enum { N_TURNS = 6, WAIT_MS = 5000 };

struct fixture;

struct one {
	struct host_turn turn;
	struct fixture *f;
	bool is_granted;
	unsigned place; /* from 1: its place among the granted */
};

struct fixture {
	struct loop loop;
	struct hosts *hosts;
	struct one turns[N_TURNS];
	unsigned n_granted;
	bool is_closed;
};

static void on_closed(void *data)
{
	*(bool *)data = true;
}

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	f->hosts = hosts_open(&f->loop);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	clock_set_offset_s(0);
	for (size_t i = 0; i < N_TURNS; i++)
		host_turn_end(&f->turns[i].turn);
	hosts_close(f->hosts, on_closed, &f->is_closed);
	loop_run(&f->loop);
	assert_true(f->is_closed);
	assert_int_equal(loop_close(&f->loop, NULL), ERR_OK);
	mem_free(f);
	return 0;
}

static void on_granted(struct host_turn *turn)
{
	struct one *one = container_of(turn, struct one, turn);

	one->is_granted = true;
	one->place = ++one->f->n_granted;
}

static void start(struct fixture *f, size_t i, const char *host, unsigned parallel,
		  uint32_t delay_ms, uint64_t wait_ms)
{
	struct host_manner manner = { parallel, delay_ms, wait_ms };

	f->turns[i].f = f;
	f->turns[i].is_granted = false;
	host_turn_start(&f->turns[i].turn, f->hosts, host, &manner, on_granted);
	assert_false(f->turns[i].is_granted);
}

static void turn_some(struct fixture *f)
{
	for (int i = 0; i < 10; i++)
		loop_turn(&f->loop, 0);
}

static void wait_for(struct fixture *f, size_t i)
{
	assert_true(loop_run_until(&f->loop, &f->turns[i].is_granted, WAIT_MS));
}

static void turns_come_in_order_and_as_many_as_allowed(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++)
		start(f, i, "a:443", 2, 0, 0);
	start(f, 4, "b:443", 2, 0, 0);
	turn_some(f);
	assert_true(f->turns[0].is_granted && f->turns[1].is_granted);
	assert_true(f->turns[0].place < f->turns[1].place);
	assert_false(f->turns[2].is_granted);
	assert_true(f->turns[4].is_granted); /* another host */
	host_turn_end(&f->turns[1].turn);
	turn_some(f);
	assert_true(f->turns[2].is_granted);
	assert_false(f->turns[3].is_granted);
	host_turn_end(&f->turns[0].turn);
	host_turn_end(&f->turns[0].turn); /* twice does nothing */
	turn_some(f);
	assert_true(f->turns[3].is_granted);
}

static void whoever_gives_up_is_not_granted(void **state)
{
	struct fixture *f = *state;

	start(f, 0, "a:443", 1, 0, 0);
	start(f, 1, "a:443", 1, 0, 0);
	start(f, 2, "a:443", 1, 0, 0);
	turn_some(f);
	host_turn_end(&f->turns[1].turn);
	host_turn_end(&f->turns[0].turn);
	turn_some(f);
	assert_false(f->turns[1].is_granted);
	assert_true(f->turns[2].is_granted);
}

static void turns_are_apart_by_the_delay(void **state)
{
	struct fixture *f = *state;
	uint64_t start_ms = clock_mono_ms();

	for (size_t i = 0; i < 3; i++)
		start(f, i, "a:443", 3, 60, 0);
	wait_for(f, 2);
	assert_true(clock_mono_ms() - start_ms >= 115);
	assert_int_equal(f->turns[2].place, 3);
}

static void one_that_waits_by_itself_does_not_hold_the_others(void **state)
{
	struct fixture *f = *state;
	uint64_t start_ms = clock_mono_ms();

	start(f, 0, "a:443", 1, 0, 120);
	start(f, 1, "a:443", 1, 0, 0);
	wait_for(f, 1);
	assert_false(f->turns[0].is_granted);
	host_turn_end(&f->turns[1].turn);
	wait_for(f, 0);
	assert_true(clock_mono_ms() - start_ms >= 115);
}

static void a_host_that_asked_for_time_gets_it_on_the_wall_clock(void **state)
{
	struct fixture *f = *state;
	int64_t until_s = clock_now_s() + 3600;

	hosts_set_not_before(f->hosts, "a:443", until_s);
	hosts_set_not_before(f->hosts, "a:443", until_s - 1800); /* the later one holds */
	hosts_set_not_before(f->hosts, "b:443", clock_now_s() - 5);
	assert_int_equal(hosts_not_before_s(f->hosts, "a:443"), until_s);
	assert_int_equal(hosts_not_before_s(f->hosts, "b:443"), 0);
	assert_int_equal(hosts_not_before_s(f->hosts, "c:443"), 0);
	/* A wish for longer than any is obeyed: the clock was wrong when it was noted. */
	hosts_set_not_before(f->hosts, "d:443", clock_now_s() + 10 * LIMIT_NOT_BEFORE_S);
	assert_int_equal(hosts_not_before_s(f->hosts, "d:443"), 0);
	hosts_set_not_before(f->hosts, "d:443", clock_now_s() + 3600);
	assert_int_equal(hosts_not_before_s(f->hosts, "d:443"), clock_now_s() + 3600);
	start(f, 0, "a:443", 1, 0, 0);
	turn_some(f);
	assert_false(f->turns[0].is_granted);
	clock_set_offset_s(3601);
	assert_int_equal(hosts_not_before_s(f->hosts, "a:443"), 0);
	/* Whatever wakes the hosts next finds that its time has come. */
	start(f, 1, "b:443", 1, 0, 0);
	wait_for(f, 0);
}

static void a_long_wish_refuses_those_that_wait_already(void **state)
{
	struct fixture *f = *state;

	start(f, 0, "a:443", 1, 0, 0);
	start(f, 1, "a:443", 1, 0, 0);
	start(f, 2, "a:443", 2, 0, 600000); /* a retry of its own */
	turn_some(f);
	hosts_set_not_before(f->hosts, "a:443", clock_now_s() + 20);
	turn_some(f);
	assert_false(f->turns[1].is_granted); /* so long is waited for */
	hosts_set_not_before(f->hosts, "a:443", clock_now_s() + 3600);
	wait_for(f, 1);
	wait_for(f, 2);
	assert_false(f->turns[0].turn.is_refused);
	assert_true(f->turns[1].turn.is_refused);
	assert_true(f->turns[2].turn.is_refused);
	host_turn_end(&f->turns[1].turn); /* it has none */
	clock_set_offset_s(3601);
	start(f, 3, "a:443", 1, 0, 0);
	turn_some(f);
	assert_false(f->turns[3].is_granted); /* the first one's is still taken */
	host_turn_end(&f->turns[0].turn);
	wait_for(f, 3);
	assert_false(f->turns[3].turn.is_refused);
}

static void hosts_close_after_any_turn(void **state)
{
	struct fixture *f = *state;
	unsigned n_turns = 0;

	do {
		f->n_granted = 0;
		for (size_t i = 0; i < N_TURNS; i++)
			start(f, i, i % 2 == 0 ? "a:443" : "b:443", 2, 0, (uint32_t)i % 3);
		for (unsigned i = 0; i < n_turns; i++)
			loop_turn(&f->loop, 5);
		n_turns++;
		for (size_t i = 0; i < N_TURNS; i++)
			host_turn_end(&f->turns[i].turn); /* waiting, taken, or not any more */
		f->is_closed = false;
		hosts_close(f->hosts, on_closed, &f->is_closed);
		assert_true(loop_run_until(&f->loop, &f->is_closed, WAIT_MS));
		f->hosts = hosts_open(&f->loop);
		assert_true(n_turns < 1000);
	} while (f->n_granted < 4); /* two of each: nobody gives back */
	f->is_closed = false;
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(turns_come_in_order_and_as_many_as_allowed),
		WITH_FIXTURE(whoever_gives_up_is_not_granted),
		WITH_FIXTURE(turns_are_apart_by_the_delay),
		WITH_FIXTURE(one_that_waits_by_itself_does_not_hold_the_others),
		WITH_FIXTURE(a_host_that_asked_for_time_gets_it_on_the_wall_clock),
		WITH_FIXTURE(a_long_wish_refuses_those_that_wait_already),
		WITH_FIXTURE(hosts_close_after_any_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
