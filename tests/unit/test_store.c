// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/store: opening after whatever was left, and closing whatever runs. */
#include "tests/support/kept_bodies.h"
#include "tests/support/store_fixture.h"

#include "base/limits.h"
#include "index/offer_index.h"

static void a_store_makes_its_directories_and_opens_again(void **state)
{
	struct store_fixture *x = *state;
	struct stat st;
	char uuid[64];

	store_fixture_open(x);
	assert_int_equal(stat(temp_dir_path(&x->dir, "state"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(temp_dir_path(&x->dir, "state/responses"), &st), 0);
	snprintf(uuid, sizeof(uuid), "%s", store_db_uuid(x->store));
	assert_int_equal(strlen(uuid), 32);
	assert_int_equal(store_generation(x->store), 0);
	store_fixture_close(x);
	/* Closed cleanly: nothing is left of the write-ahead log. */
	assert_int_not_equal(stat(temp_dir_path(&x->dir, "state/microcat.db-wal"), &st), 0);
	store_fixture_open(x);
	assert_string_equal(store_db_uuid(x->store), uuid);
	store_fixture_close(x);
}

static void a_store_that_cannot_open_says_why_and_leaves_nothing_open(void **state)
{
	struct store_fixture *x = *state;
	struct err err = ERR_INIT;

	temp_dir_write(&x->dir, "state", "a file");
	assert_int_not_equal(store_fixture_try_open(x, NULL, &err), ERR_OK);
	assert_true(err.msg[0] != '\0');
	assert_int_equal(remove(temp_dir_path(&x->dir, "state")), 0);
	store_fixture_open(x);
	store_fixture_close(x);
	store_fixture_open_file(x);
	fixture_exec(&x->file, "PRAGMA user_version = 99");
	store_fixture_close_file(x);
	assert_int_equal(store_fixture_try_open(x, NULL, &err), ERR_CONFLICT);
	assert_non_null(strstr(err.msg, "99"));
}

static void what_a_crash_left_is_put_in_order(void **state)
{
	struct store_fixture *x = *state;
	struct run_state *run;
	struct read_seen r = { .n_runs = 0 };

	store_fixture_open_configured(x);
	store_fixture_harvest(x, 5, 1);
	run = store_fixture_open_run(x);
	run_state_free(run); /* still "running" */
	store_fixture_close(x);
	store_fixture_open_file(x);
	fixture_exec(
		&x->file,
		"UPDATE record_body SET body = replace(body, 'Title', 'Rescued') WHERE rec = 1;"
		"INSERT INTO dirty(rec) VALUES(1)");
	store_fixture_close_file(x);
	temp_dir_write(&x->dir, "state/responses/new-abc", "half written");

	store_fixture_open(x);
	assert_int_equal(store_generation(x->store), 2); /* of indexing what was dirty */
	read_seen_start(x, &r, 0);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.snapshot_gen, 2);
	store_fixture_close(x);
	assert_int_not_equal(access(temp_dir_path(&x->dir, "state/responses/new-abc"), F_OK), 0);
	store_fixture_open_file(x);
	assert_slice(fixture_text(&x->file, "SELECT state FROM run WHERE run = 2"), "interrupted");
	assert_int_equal(fixture_n_found(&x->file, "rescued"), 1);
	assert_int_equal(fixture_number(&x->file, "SELECT count(*) FROM dirty"), 0);
	assert_slice(fixture_text(&x->file, "SELECT value FROM meta WHERE key = 'mapping_version'"),
		     "map-1");
	store_fixture_close_file(x);
}

static void full_text_of_another_version_is_built_anew(void **state)
{
	struct store_fixture *x = *state;

	store_fixture_open_configured(x);
	store_fixture_harvest(x, 3, 1);
	store_fixture_close(x);
	store_fixture_open_file(x);
	fixture_exec(&x->file, "UPDATE meta SET value = 'old' WHERE key = 'text_version';"
			       "INSERT INTO offer_fts(offer_fts) VALUES('delete-all')");
	assert_int_equal(fixture_n_found(&x->file, "title"), 0);
	store_fixture_close_file(x);
	store_fixture_open(x);
	store_fixture_close(x);
	store_fixture_open_file(x);
	assert_int_equal(fixture_n_found(&x->file, "title"), 3);
	assert_slice(fixture_text(&x->file, "SELECT value FROM meta WHERE key = 'text_version'"),
		     OFFER_TEXT_VERSION);
	store_fixture_close_file(x);
}

static void closing_finishes_the_write_in_hand_and_cancels_those_that_wait(void **state)
{
	struct store_fixture *x = *state;
	struct write_seen writes[4];
	struct read_seen late = { .n_runs = 0 };
	struct write_seen later = { .has_run = false };
	sem_t entered, gate;

	sem_init(&entered, 0, 0);
	sem_init(&gate, 0, 0);
	store_fixture_open(x);
	for (size_t i = 0; i < countof(writes); i++) {
		writes[i] = (struct write_seen){ .entered = &entered,
						 .gate = &gate,
						 .makes_generation = true };
		write_seen_start(x, &writes[i]);
	}
	assert_int_equal(store_write_backlog(x->store), 4);
	sem_wait(&entered);
	store_fixture_begin_close(x);
	read_seen_start(x, &late, 0);
	write_seen_start(x, &later);
	sem_post(&gate);
	assert_true(loop_run_until(&x->loop, &x->is_closed, STORE_PATIENCE_MS));
	for (size_t i = 0; i < countof(writes); i++) {
		assert_int_equal(writes[i].seen.n_done, 1);
		assert_int_equal(writes[i].has_run, i == 0);
		assert_int_equal(writes[i].seen.failure.code, i == 0 ? ERR_OK : ERR_CANCELLED);
	}
	assert_int_equal(late.seen.failure.code, ERR_CANCELLED);
	assert_int_equal(later.seen.failure.code, ERR_CANCELLED);
	assert_false(later.has_run);
	store_fixture_open(x);
	assert_int_equal(store_generation(x->store), 1);
	store_fixture_close(x);
	sem_destroy(&entered);
	sem_destroy(&gate);
}

static void closing_at_any_turn_ends_each_request_once(void **state)
{
	struct store_fixture *x = *state;
	struct slice body = kept_noise(x, 300000);
	bool was_all_done = false;

	store_fixture_open_configured(x);
	{
		struct keep_seen k = { .n_wants = 0 };

		keep_seen_start(x, &k, "https://a/0", body);
		WAIT_FOR(x, &k.seen);
	}
	store_fixture_close(x);
	for (unsigned n_turns = 0; !was_all_done; n_turns++) {
		struct sources_seen a;
		struct read_seen r[3] = { { .n_runs = 0 } };
		struct write_seen w = { .makes_generation = true };
		struct keep_seen k = { .n_wants = 0 };
		struct keep_seen silent = { .is_silent = n_turns % 2 == 0 };
		struct load_seen l = { .n_pieces = 0 };
		struct load_seen slow = { .is_slow = n_turns % 3 == 0 };
		struct run_open_seen open;
		char url[32];
		char text[32];

		assert_true(n_turns < 2000);
		store_fixture_open(x);
		sources_seen_start(x, &a);
		run_open_seen_start(x, &open, "jyu");
		write_seen_start(x, &w);
		for (size_t i = 0; i < countof(r); i++)
			read_seen_start(x, &r[i], STORE_PATIENCE_MS);
		snprintf(url, sizeof(url), "https://a/%u", n_turns + 1);
		snprintf(text, sizeof(text), "body %u", n_turns);
		keep_seen_start(x, &k, url, slice_of(text));
		keep_seen_start(x, &silent, "https://a/silent", slice_make(text, 4));
		load_seen_start(x, &l, body);
		load_seen_start(x, &slow, body);
		for (unsigned i = 0; i < n_turns; i++)
			loop_turn(&x->loop, 1);
		was_all_done = a.seen.is_done && open.seen.is_done && w.seen.is_done &&
			       r[0].seen.is_done && r[1].seen.is_done && r[2].seen.is_done &&
			       k.seen.is_done && l.seen.is_done;
		store_fixture_close(x);
		assert_int_equal(a.seen.n_done, 1);
		assert_int_equal(open.seen.n_done, 1);
		assert_int_equal(w.seen.n_done, 1);
		for (size_t i = 0; i < countof(r); i++)
			assert_int_equal(r[i].seen.n_done, 1);
		assert_int_equal(k.seen.n_done, 1);
		assert_int_equal(silent.seen.n_done, 1);
		assert_int_equal(l.seen.n_done, 1);
		assert_int_equal(slow.seen.n_done, 1);
		assert_true(a.seen.failure.code == ERR_OK || a.seen.failure.code == ERR_CANCELLED);
		assert_true(l.seen.failure.code == ERR_OK || l.seen.failure.code == ERR_CANCELLED);
		run_state_free(open.req.state);
		buf_clear(&l.got);
		buf_clear(&slow.got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_store_makes_its_directories_and_opens_again),
		STORE_TEST(a_store_that_cannot_open_says_why_and_leaves_nothing_open),
		STORE_TEST(what_a_crash_left_is_put_in_order),
		STORE_TEST(full_text_of_another_version_is_built_anew),
		STORE_TEST(closing_finishes_the_write_in_hand_and_cancels_those_that_wait),
		STORE_TEST(closing_at_any_turn_ends_each_request_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
