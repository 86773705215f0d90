// SPDX-License-Identifier: EUPL-1.2
/*
 * The running daemon without its sockets, in this process: schedule, harvests,
 * what an administrator asks, a new configuration; stopped at each turn of the
 * loop. Each request ends once, or not at all when it was forgotten; all
 * closes; no run stays "running".
 */
#include "base/log.h"
#include "daemon/control_internal.h"
#include "daemon/fetch.h"
#include "tests/support/catalogue_pages.h"
#include "tests/support/db_dump.h"
#include "tests/support/folder.h"
#include "tests/support/patience.h"
#include "tests/support/temp_dir.h"

#include <errno.h>

#define WAIT_MS patience_ms(PATIENCE_MS)
enum { MOST_TURNS = 3000 };

/* Something asked of it. */
struct ask {
	struct control_request req;
	unsigned n_done;
	bool is_forgotten;
	enum err_code code;
};

enum { ASK_HARVEST, ASK_AGAIN, ASK_REPLAY, ASK_CONFIRM, ASK_RESTORE, ASK_RELOAD, ASK_COUNT };

struct fixture {
	struct temp_dir dir;
	struct partner *p;
	char config[128];
	struct loop loop;
	struct pool_queue batches, settings;
	struct store *store;
	struct fetcher *fetcher;
	struct control *control;
	struct ask asks[ASK_COUNT];
	unsigned n_ready, n_queues_open;
	bool is_ready, is_stopped, is_closed, is_once_done, is_complete;
};

static const struct page_of pages[] = { { 1, 4, NULL, 0 }, { 5, 8, NULL, 6 } };

static int set_up(void **state)
{
	struct fixture *f = mem_new(struct fixture);
	const struct partner_answer plain = { .status = 200 };
	char text[1024];

	log_set_level(LOG_LEVEL_ERROR);
	temp_dir_make(&f->dir);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	serve_moochub(f->p, pages, countof(pages), &plain);
	serve_csv(f->p, 1, 3, &plain);
	snprintf(text, sizeof(text),
		 "log-level = \"error\"\n"
		 "source \"hub\" { format = \"moochub\" version = \"3\" url = \"%s/moochub\"\n"
		 "allow-private = true retry-delay = \"1ms\" }\n"
		 "source \"table\" { format = \"csv\" url = \"%s/c.csv\"\n"
		 "allow-private = true retry-delay = \"1ms\" }\n",
		 partner_base(f->p), partner_base(f->p));
	snprintf(f->config, sizeof(f->config), "%s", temp_dir_write(&f->dir, "m.conf", text));
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	partner_close(f->p);
	temp_dir_remove(&f->dir);
	mem_free(f);
	return 0;
}

static void wait_until(struct fixture *f, const bool *flag)
{
	assert_true(loop_run_until(&f->loop, flag, WAIT_MS));
}

/* --- what the daemon is made of --- */

static void on_ready(void *data, const struct err *failure)
{
	struct fixture *f = data;

	assert_null(failure);
	f->n_ready++;
	f->is_ready = true;
}

static void on_once_done(void *data, bool is_complete)
{
	struct fixture *f = data;

	f->is_once_done = true;
	f->is_complete = is_complete;
}

static void open_store(struct fixture *f)
{
	char state_dir[128];
	const struct store_options options = {
		.state_dir = state_dir,
		.keep_responses_bytes = 1 << 30,
		.keep_days = 30,
		.mapping_version = "map-1",
		.vocab_version = "vocab-1",
		.now_s = 1800000000,
	};
	struct err err = ERR_INIT;

	snprintf(state_dir, sizeof(state_dir), "%s", temp_dir_path(&f->dir, "state"));
	if (store_open(&f->store, &f->loop, &options, &err) != ERR_OK)
		fail_msg("%s", err.msg);
}

static void open_control(struct fixture *f, bool is_once)
{
	struct control_options options = {
		.kept = { .loop = &f->loop,
			  .store = f->store,
			  .files = store_files_queue(f->store),
			  .spool_dir = f->dir.path },
		.fetcher = f->fetcher,
		.batches = &f->batches,
		.files = &f->settings,
		.worker_program = MICROCAT_BIN_DIR "/microcatd",
		.is_once = is_once,
		.on_ready = on_ready,
		.on_once_done = on_once_done,
		.data = f,
	};
	struct err err = ERR_INIT;

	if (config_load(&options.config, f->config, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	control_open(&f->control, &options);
}

static void open_all(struct fixture *f, bool is_once)
{
	struct fetcher_options fetching = { .user_agent = "test", .spool_dir = f->dir.path };

	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	pool_queue_init(&f->batches, &f->loop, "batches", 1);
	pool_queue_init(&f->settings, &f->loop, "settings", 1);
	open_store(f);
	fetching.files = store_files_queue(f->store);
	assert_int_equal(fetcher_open(&f->fetcher, &f->loop, &fetching, NULL), ERR_OK);
	f->is_ready = f->is_once_done = false;
	f->n_ready = 0;
	open_control(f, is_once);
	assert_false(f->is_ready);
}

static void on_true(void *data)
{
	*(bool *)data = true;
}

static void on_batches_closed(struct pool_queue *q)
{
	container_of(q, struct fixture, batches)->n_queues_open--;
}

static void on_settings_closed(struct pool_queue *q)
{
	container_of(q, struct fixture, settings)->n_queues_open--;
}

/* As daemon/shutdown.c does it. */
static void close_all(struct fixture *f)
{
	struct err err = ERR_INIT;

	f->is_stopped = false;
	control_stop(f->control, on_true, &f->is_stopped);
	assert_false(f->is_stopped);
	wait_until(f, &f->is_stopped);
	f->is_closed = false;
	fetcher_close(f->fetcher, on_true, &f->is_closed);
	wait_until(f, &f->is_closed);
	control_free(f->control);
	f->is_closed = false;
	store_close(f->store, on_true, &f->is_closed);
	wait_until(f, &f->is_closed);
	f->n_queues_open = 2;
	pool_queue_close(&f->batches, on_batches_closed);
	pool_queue_close(&f->settings, on_settings_closed);
	loop_run(&f->loop);
	assert_int_equal(f->n_queues_open, 0);
	if (loop_close(&f->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no worker is left */
	assert_int_equal(errno, ECHILD);
}

static void remove_state(struct fixture *f)
{
	folder_remove(temp_dir_path(&f->dir, "state"));
}

/* --- asking --- */

static void on_asked(struct control_request *req, const struct err *failure)
{
	struct ask *a = container_of(req, struct ask, req);

	assert_false(a->is_forgotten);
	a->n_done++;
	a->code = failure != NULL ? failure->code : ERR_OK;
}

static void ask_all(struct fixture *f)
{
	struct slice hub = SLICE_LIT("hub");

	memset(f->asks, 0, sizeof(f->asks));
	control_harvest_start(&f->asks[ASK_HARVEST].req, f->control, hub, on_asked);
	control_harvest_start(&f->asks[ASK_AGAIN].req, f->control, SLICE_LIT("table"), on_asked);
	control_replay_start(&f->asks[ASK_REPLAY].req, f->control, SLICE_LIT("table"), on_asked);
	control_confirm_start(&f->asks[ASK_CONFIRM].req, f->control, hub, on_asked);
	control_restore_start(&f->asks[ASK_RESTORE].req, f->control, hub, 1, on_asked);
	control_reload_start(&f->asks[ASK_RELOAD].req, f->control, on_asked);
}

static void forget(struct ask *a)
{
	control_forget(&a->req);
	control_forget(&a->req);
	a->is_forgotten = true;
}

/* --- tests --- */

/* The schedule starts both by itself: every moment from the first to that of the last run's end. */
static void a_daemon_stops_at_every_turn_of_its_harvests(void **state)
{
	struct fixture *f = *state;
	bool has_ended = false;
	unsigned n;

	for (n = 0; !has_ended; n++) {
		remove_state(f);
		open_all(f, true);
		for (unsigned i = 0; i < n && !f->is_once_done; i++)
			loop_turn(&f->loop, WAIT_MS);
		has_ended = f->is_once_done;
		close_all(f);
		assert_true(f->n_ready <= 1);
		db_check_whole(temp_dir_path(&f->dir, "state"));
		assert_true(n < MOST_TURNS);
	}
	assert_true(f->is_complete);
	assert_true(n > 20);
}

/* All kinds at once, on a database that a harvest has filled. */
static void what_is_asked_ends_once_when_the_daemon_stops(void **state)
{
	struct fixture *f = *state;
	bool have_all_ended = false;
	unsigned n;

	remove_state(f);
	open_all(f, true);
	wait_until(f, &f->is_once_done);
	close_all(f);
	folder_copy(temp_dir_path(&f->dir, "state"), temp_dir_path(&f->dir, "kept"));
	for (n = 0; !have_all_ended; n++) {
		remove_state(f);
		folder_copy(temp_dir_path(&f->dir, "kept"), temp_dir_path(&f->dir, "state"));
		open_all(f, false);
		wait_until(f, &f->is_ready);
		ask_all(f);
		if (n % 3 == 1)
			forget(&f->asks[n % ASK_COUNT]);
		for (unsigned i = 0; i < n; i++)
			loop_turn(&f->loop, 5);
		have_all_ended = n % 3 != 1;
		for (size_t i = 0; i < ASK_COUNT; i++)
			have_all_ended = have_all_ended && f->asks[i].n_done == 1;
		close_all(f);
		for (size_t i = 0; i < ASK_COUNT; i++)
			if (!f->asks[i].is_forgotten)
				assert_int_equal(f->asks[i].n_done, 1);
		db_check_whole(temp_dir_path(&f->dir, "state"));
		assert_true(n < MOST_TURNS);
	}
	assert_int_equal(f->asks[ASK_HARVEST].code, ERR_OK);
	assert_int_equal(f->asks[ASK_RELOAD].code, ERR_OK);
	assert_int_equal(f->asks[ASK_CONFIRM].code, ERR_CONFLICT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(a_daemon_stops_at_every_turn_of_its_harvests),
		T(what_is_asked_ends_once_when_the_daemon_stops),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
