// SPDX-License-Identifier: EUPL-1.2
/* Tests of daemon/deadline: when it passes, on a machine that runs and on one that stood still. */
#include "daemon/deadline.h"

#include "base/limits.h"
#include "tests/support/jumping_clock.h"
#include "tests/support/unit.h"

enum { WITHIN_MS = 3600 * 1000 };

struct fixture {
	struct loop loop;
	struct deadline deadline;
	unsigned n_passed;
	bool is_closed;
};

static void on_passed(struct deadline *d)
{
	container_of(d, struct fixture, deadline)->n_passed++;
}

static void on_closed(struct deadline *d)
{
	container_of(d, struct fixture, deadline)->is_closed = true;
}

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	f->loop.is_alone = true;
	deadline_init(&f->deadline, &f->loop);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	deadline_close(&f->deadline, on_closed);
	loop_run(&f->loop);
	assert_true(f->is_closed);
	assert_int_equal(loop_close(&f->loop, NULL), ERR_OK);
	mem_free(f);
	return 0;
}

/* Goes on by so much at once, n times; how often it had passed then. */
static unsigned after_jumps(struct fixture *f, uint64_t ms, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		jumping_clock_forward_ms(ms);
		loop_turn(&f->loop, 0);
	}
	return f->n_passed;
}

static void it_passes_once_after_all_its_parts(void **state)
{
	struct fixture *f = *state;

	deadline_start(&f->deadline, WITHIN_MS, on_passed);
	assert_int_equal(
		after_jumps(f, WITHIN_MS / LIMIT_DEADLINE_PARTS + 1, LIMIT_DEADLINE_PARTS - 1), 0);
	assert_int_equal(after_jumps(f, WITHIN_MS / LIMIT_DEADLINE_PARTS + 1, 1), 1);
	assert_int_equal(after_jumps(f, WITHIN_MS, LIMIT_DEADLINE_PARTS), 1);
}

static void standing_still_takes_one_part_however_long(void **state)
{
	struct fixture *f = *state;

	deadline_start(&f->deadline, WITHIN_MS, on_passed);
	assert_int_equal(after_jumps(f, 1000 * (uint64_t)WITHIN_MS, LIMIT_DEADLINE_PARTS - 1), 0);
	assert_int_equal(after_jumps(f, 1000 * (uint64_t)WITHIN_MS, 1), 1);
}

static void it_has_all_its_parts_when_it_starts_again(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 3; i++) {
		deadline_start(&f->deadline, WITHIN_MS, on_passed);
		assert_int_equal(after_jumps(f, WITHIN_MS, LIMIT_DEADLINE_PARTS - 1), 0);
	}
	deadline_stop(&f->deadline);
	assert_int_equal(after_jumps(f, WITHIN_MS, LIMIT_DEADLINE_PARTS), 0);
}

static void it_may_be_shorter_than_its_parts(void **state)
{
	struct fixture *f = *state;

	deadline_start(&f->deadline, 1, on_passed);
	assert_int_equal(after_jumps(f, 1, LIMIT_DEADLINE_PARTS), 1);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(it_passes_once_after_all_its_parts),
		WITH_FIXTURE(standing_still_takes_one_part_however_long),
		WITH_FIXTURE(it_has_all_its_parts_when_it_starts_again),
		WITH_FIXTURE(it_may_be_shorter_than_its_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
