// SPDX-License-Identifier: EUPL-1.2
/*
 * Each request of index/store, while the store closes after any turn: its done
 * runs once, with what it was asked for or with ERR_CANCELLED. Those that take
 * several steps with their owner are in test_store.c.
 */
#include "tests/support/store_fixture.h"

enum { MOST_TURNS = 1000 };

struct asked {
	struct seen seen;
	struct run_state *run; /* of the requests that need one; the test's */
	struct apply_item items[3];
	struct source_entry entry;
	union {
		struct store_run_open open;
		struct store_run_batch batch;
		struct store_run_settle settle;
		struct store_decision decision;
		struct store_sources_apply sources;
		struct store_source_due due;
		struct store_host_backoff backoff;
		struct store_response_find find;
		struct store_response_touch touch;
		struct store_replay_list replay;
		struct store_read read;
		struct store_write write;
	} req;
};

/* --- each request --- */

#define ON_DONE(type, member)                                                                      \
	static void on_##member(struct type *req, const struct err *failure)                       \
	{                                                                                          \
		seen_note(&container_of(req, struct asked, req.member)->seen, failure);            \
	}

ON_DONE(store_run_batch, batch)
ON_DONE(store_run_settle, settle)
ON_DONE(store_decision, decision)
ON_DONE(store_sources_apply, sources)
ON_DONE(store_source_due, due)
ON_DONE(store_host_backoff, backoff)
ON_DONE(store_response_find, find)
ON_DONE(store_response_touch, touch)
ON_DONE(store_replay_list, replay)
ON_DONE(store_read, read)
ON_DONE(store_write, write)

static void on_open(struct store_run_open *req, const struct err *failure)
{
	struct asked *a = container_of(req, struct asked, req.open);

	if (failure == NULL)
		a->run = req->state;
	seen_note(&a->seen, failure);
}

static void start_open(struct store_fixture *x, struct asked *a)
{
	a->req.open.options = (struct run_options){ .source_id = "jyu", .now_s = x->now_s };
	store_run_open_start(&a->req.open, x->store, on_open);
}

static void start_batch(struct store_fixture *x, struct asked *a)
{
	a->items[0] = fixture_item(&x->file, "a", "Title", 1);
	a->items[1] = fixture_item(&x->file, "b", "Title", 1);
	a->items[2] = (struct apply_item){ .kind = APPLY_PAGE, .count = 2 };
	a->req.batch.state = a->run;
	a->req.batch.items = a->items;
	a->req.batch.n = 3;
	a->req.batch.now_s = x->now_s;
	store_run_batch_start(&a->req.batch, x->store, on_batch);
}

static void start_settle(struct store_fixture *x, struct asked *a)
{
	a->req.settle.state = a->run;
	a->req.settle.settle = (struct run_settle){ .is_proven = true, .now_s = x->now_s };
	store_run_settle_start(&a->req.settle, x->store, on_settle);
}

static void start_confirm(struct store_fixture *x, struct asked *a)
{
	a->req.decision.decision = (struct run_decision){ .source_id = "jyu", .now_s = x->now_s };
	store_confirm_start(&a->req.decision, x->store, on_decision);
}

static void start_restore(struct store_fixture *x, struct asked *a)
{
	a->req.decision.decision =
		(struct run_decision){ .source_id = "jyu", .run = 1, .now_s = x->now_s };
	store_restore_start(&a->req.decision, x->store, on_decision);
}

static void start_sources(struct store_fixture *x, struct asked *a)
{
	a->entry = (struct source_entry){
		.id = "jyu", .title = "Tests", .settings = SLICE_LIT("{}"), .is_enabled = true
	};
	a->req.sources.entries = &a->entry;
	a->req.sources.n = 1;
	a->req.sources.now_s = x->now_s;
	store_sources_apply_start(&a->req.sources, x->store, on_sources);
}

static void start_due(struct store_fixture *x, struct asked *a)
{
	a->req.due.due = (struct source_due){ .id = "jyu", .next_due_s = x->now_s };
	store_source_due_start(&a->req.due, x->store, on_due);
}

static void start_backoff(struct store_fixture *x, struct asked *a)
{
	a->req.backoff.host = "jyu.example:443";
	a->req.backoff.not_before_s = x->now_s + 60;
	store_host_backoff_start(&a->req.backoff, x->store, on_backoff);
}

static void start_find(struct store_fixture *x, struct asked *a)
{
	a->req.find.sid = 1;
	a->req.find.url = SLICE_LIT("https://a/1");
	store_response_find_start(&a->req.find, x->store, on_find);
}

static void start_touch(struct store_fixture *x, struct asked *a)
{
	a->req.touch.row = (struct response_row){
		.sid = 1, .url = SLICE_LIT("https://a/1"), .run = 1, .checked_s = x->now_s
	};
	store_response_touch_start(&a->req.touch, x->store, on_touch);
}

static void start_replay_list(struct store_fixture *x, struct asked *a)
{
	a->req.replay.source_id = "jyu";
	store_replay_list_start(&a->req.replay, x->store, on_replay);
}

static enum err_code look_in_pool(struct store_read *read, struct db *db,
				  const struct snapshot *snapshot, struct err *err)
{
	int64_t generation = 0;

	(void)read;
	(void)snapshot;
	return db_generation(db, &generation, err);
}

static void start_read(struct store_fixture *x, struct asked *a)
{
	store_read_start(&a->req.read, x->store, 0, look_in_pool, on_read);
}

static void start_bare_read(struct store_fixture *x, struct asked *a)
{
	store_read_bare_start(&a->req.read, x->store, 0, look_in_pool, on_read);
}

static void start_large_read(struct store_fixture *x, struct asked *a)
{
	struct store_read_options options = { .is_large = true };

	store_read_start_as(&a->req.read, x->store, &options, look_in_pool, on_read);
}

static enum err_code change_in_pool(struct store_write *write, struct db *db, struct err *err)
{
	return history_begin(db, &write->changes, 5, 0, "test", err);
}

static void start_write(struct store_fixture *x, struct asked *a)
{
	store_write_start(&a->req.write, x->store, change_in_pool, on_write);
}

static void start_small_write(struct store_fixture *x, struct asked *a)
{
	store_write_small_start(&a->req.write, x->store, change_in_pool, on_write);
}

static const struct {
	const char *name;
	void (*start)(struct store_fixture *x, struct asked *a);
	bool needs_run;
	enum err_code code; /* where nothing closes */
} requests[] = {
	/* Before the runs that follow: nothing is held, nothing was removed. */
	{ "confirm", start_confirm, false, ERR_CONFLICT },
	{ "restore", start_restore, false, ERR_CONFLICT },
	{ "run open", start_open, false, ERR_OK },
	{ "run batch", start_batch, true, ERR_OK },
	{ "run settle", start_settle, true, ERR_OK },
	{ "sources apply", start_sources, false, ERR_OK },
	{ "source due", start_due, false, ERR_OK },
	{ "host backoff", start_backoff, false, ERR_OK },
	{ "response find", start_find, false, ERR_OK },
	{ "response touch", start_touch, false, ERR_OK },
	{ "replay list", start_replay_list, false, ERR_OK },
	{ "read", start_read, false, ERR_OK },
	{ "bare read", start_bare_read, false, ERR_OK },
	{ "large read", start_large_read, false, ERR_OK },
	{ "write", start_write, false, ERR_OK },
	{ "small write", start_small_write, false, ERR_OK },
};

/* --- closing --- */

/* Closes n turns after the start; whether it had come to its end by then. */
static bool close_after(struct store_fixture *x, size_t i, unsigned n)
{
	struct asked a = { .run = NULL };
	bool has_ended;

	store_fixture_open(x);
	if (requests[i].needs_run)
		a.run = store_fixture_open_run(x);
	requests[i].start(x, &a);
	assert_false(a.seen.is_done);
	for (unsigned k = 0; k < n && !a.seen.is_done; k++)
		loop_turn(&x->loop, 1);
	has_ended = a.seen.is_done;
	store_fixture_close(x);
	if (a.seen.n_done != 1)
		fail_msg("%s, closed after %u turns: %u ends", requests[i].name, n, a.seen.n_done);
	if (a.seen.failure.code != requests[i].code &&
	    (has_ended || a.seen.failure.code != ERR_CANCELLED))
		fail_msg("%s, closed after %u turns: %s", requests[i].name, n, a.seen.failure.msg);
	run_state_free(a.run);
	return has_ended;
}

static void each_request_ends_once_when_the_store_closes_at_any_turn(void **state)
{
	struct store_fixture *x = *state;

	store_fixture_open_configured(x);
	store_fixture_harvest(x, 2, 1);
	store_fixture_close(x);
	for (size_t i = 0; i < countof(requests); i++) {
		unsigned n = 0;

		while (!close_after(x, i, n))
			assert_true(++n < MOST_TURNS);
		assert_true(n > 0);
	}
	/* Runs that were left open are not running any more, all else is whole. */
	store_fixture_open(x);
	store_fixture_close(x);
	store_fixture_open_file(x);
	assert_int_equal(
		fixture_number(&x->file, "SELECT count(*) FROM run WHERE state = 'running'"), 0);
	assert_slice(fixture_text(&x->file, "PRAGMA integrity_check"), "ok");
	store_fixture_close_file(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(each_request_ends_once_when_the_store_closes_at_any_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
