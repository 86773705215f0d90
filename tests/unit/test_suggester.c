// SPDX-License-Identifier: EUPL-1.2
/*
 * The reads behind suggestions, stopped at each turn of the loop: whoever stops
 * is told once, when the read under way has ended; nothing is read afterwards; all closes.
 */
#include "base/limits.h"
#include "daemon/api/suggester.h"
#include "tests/support/db_fixture.h"
#include "tests/support/patience.h"

enum { WAIT_MS = 30000, N_OFFERS = 40, MOST_TURNS = 2000 };

struct fixture {
	struct db_fixture db;
	struct loop loop;
	struct store *store;
	struct suggester suggester;
	unsigned n_idle;
	bool is_idle, is_closed;
};

static int set_up(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	db_fixture_open(&f->db);
	fixture_harvest(&f->db, N_OFFERS, 1);
	db_close(&f->db.db);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	db_fixture_close(&f->db);
	mem_free(f);
	return 0;
}

static void open_all(struct fixture *f)
{
	const struct store_options options = { .state_dir = f->db.dir.path,
					       .keep_responses_bytes = 1 << 20,
					       .keep_days = 30,
					       .mapping_version = "test-1",
					       .vocab_version = "test",
					       .now_s = f->db.now_s };
	struct err err = ERR_INIT;

	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	if (store_open(&f->store, &f->loop, &options, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	suggester_init(&f->suggester, f->store);
	f->n_idle = 0;
	f->is_idle = f->is_closed = false;
}

static void on_idle(struct suggester *s)
{
	struct fixture *f = container_of(s, struct fixture, suggester);

	assert_true(suggester_is_idle(s));
	f->n_idle++;
	f->is_idle = true;
}

static void on_closed(void *data)
{
	*(bool *)data = true;
}

/* What is found of what begins with "tit": a word of all titles. */
static size_t n_found(struct fixture *f)
{
	struct suggestions found;
	size_t n;

	assert_int_equal(
		suggest_find(&found, &f->db.arena, f->suggester.suggest, SLICE_LIT("tit"), 5, NULL),
		ERR_OK);
	n = found.n;
	arena_reset(&f->db.arena);
	return n;
}

static void stop_and_close(struct fixture *f)
{
	bool was_reading = !suggester_is_idle(&f->suggester);
	struct err err = ERR_INIT;

	suggester_stop(&f->suggester, on_idle);
	assert_int_equal(f->n_idle, 0); /* on a later turn */
	if (was_reading)
		assert_true(loop_run_until(&f->loop, &f->is_idle, patience_ms(WAIT_MS)));
	suggester_tick(&f->suggester);
	assert_true(suggester_is_idle(&f->suggester));
	suggester_clear(&f->suggester);
	store_close(f->store, on_closed, &f->is_closed);
	assert_true(loop_run_until(&f->loop, &f->is_closed, patience_ms(WAIT_MS)));
	assert_int_equal(f->n_idle, was_reading ? 1 : 0);
	if (loop_close(&f->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
}

static void a_refresh_stops_at_every_turn(void **state)
{
	struct fixture *f = *state;
	unsigned n_stopped_while_reading = 0;
	bool has_list = false;

	for (unsigned n = 0; !has_list; n++) {
		open_all(f);
		for (unsigned i = 0; i <= n; i++) {
			suggester_tick(&f->suggester);
			if (i < n)
				loop_turn(&f->loop, 5);
		}
		n_stopped_while_reading += !suggester_is_idle(&f->suggester);
		has_list = n_found(f) > 0;
		stop_and_close(f);
		assert_true(n < MOST_TURNS);
	}
	assert_true(n_stopped_while_reading > 0);
}

/* As the server does it: told to stop, maybe twice, while the store is closing already. */
static void a_refresh_of_a_store_that_closes_ends(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	open_all(f);
	suggester_tick(&f->suggester);
	assert_false(suggester_is_idle(&f->suggester));
	suggester_stop(&f->suggester, on_idle);
	suggester_stop(&f->suggester, on_idle); /* twice is once */
	store_close(f->store, on_closed, &f->is_closed);
	assert_true(loop_run_until(&f->loop, &f->is_closed, patience_ms(WAIT_MS)));
	assert_int_equal(f->n_idle, 1);
	assert_true(n_found(f) <= 1); /* a list that was made faster is one */
	suggester_clear(&f->suggester);
	if (loop_close(&f->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(a_refresh_stops_at_every_turn),
		T(a_refresh_of_a_store_that_closes_ends),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
