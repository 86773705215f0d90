// SPDX-License-Identifier: EUPL-1.2
/*
 * Answers out of files: which page gets which file, what is too large or not
 * there, and a cancel at every turn.
 */
#include "daemon/file_answerer.h"

#include "base/limits.h"
#include "tests/support/temp_dir.h"

enum { WAIT_MS = 20000, BIG_BYTES = 6 * 1024 * 1024, MAX_BYTES = 8 * 1024 * 1024 };

struct fixture {
	struct temp_dir dir;
	struct loop loop;
	struct pool_queue files;
	struct file_answerer answerer;
	const char *paths[2];
	char path[2][128];
	struct answer answer;
	struct err failure;
	unsigned n_done;
	bool is_done, is_closed;
};

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);
	char *big = mem_zalloc(BIG_BYTES + 1);

	temp_dir_make(&f->dir);
	memset(big, 'x', BIG_BYTES);
	snprintf(f->path[0], sizeof(f->path[0]), "%s",
		 temp_dir_write(&f->dir, "one.json", "{\"items\":[]}"));
	snprintf(f->path[1], sizeof(f->path[1]), "%s", temp_dir_write(&f->dir, "two.csv", big));
	mem_free(big);
	for (size_t i = 0; i < 2; i++)
		f->paths[i] = f->path[i];
	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	pool_queue_init(&f->files, &f->loop, "files", 1);
	*state = f;
	return 0;
}

static void on_queue_closed(struct pool_queue *q)
{
	container_of(q, struct fixture, files)->is_closed = true;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	pool_queue_close(&f->files, on_queue_closed);
	loop_run(&f->loop);
	assert_true(f->is_closed);
	if (loop_close(&f->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	temp_dir_remove(&f->dir);
	mem_free(f);
	return 0;
}

static void on_done(struct answer *a, const struct err *failure)
{
	struct fixture *f = container_of(a, struct fixture, answer);

	f->n_done++;
	f->is_done = true;
	if (failure != NULL)
		f->failure = *failure;
}

static void begin(struct fixture *f, uint64_t max_bytes)
{
	file_answerer_init(&f->answerer, &f->loop, &f->files, f->dir.path, f->paths, 2, max_bytes,
			   1800000000);
}

static void ask(struct fixture *f, enum request_kind kind)
{
	f->answer = (struct answer){ .kind = kind, .url = "https://e.org/", .done = on_done };
	err_clear(&f->failure);
	f->is_done = false;
	f->n_done = 0;
	f->answerer.answerer.start(&f->answerer.answerer, &f->answer);
	assert_false(f->is_done);
}

static void answer_is(struct fixture *f, enum err_code code, uint64_t bytes)
{
	assert_true(loop_run_until(&f->loop, &f->is_done, WAIT_MS));
	assert_int_equal(f->n_done, 1);
	assert_int_equal(f->failure.code, code);
	if (code == ERR_OK)
		assert_int_equal(spool_bytes(f->answer.body), bytes);
	answer_clear(&f->answer);
}

static void each_page_of_the_list_gets_its_file(void **state)
{
	struct fixture *f = *state;

	begin(f, MAX_BYTES);
	ask(f, REQUEST_DETAIL);
	answer_is(f, ERR_NOTFOUND, 0);
	ask(f, REQUEST_LIST);
	answer_is(f, ERR_OK, strlen("{\"items\":[]}"));
	ask(f, REQUEST_LIST);
	answer_is(f, ERR_OK, BIG_BYTES);
	ask(f, REQUEST_LIST);
	answer_is(f, ERR_NOTFOUND, 0);
}

static void a_file_that_is_too_large_is_cut_and_one_that_is_not_there_named(void **state)
{
	struct fixture *f = *state;

	f->paths[0] = f->path[1];
	f->paths[1] = "/nowhere/at-all.csv";
	begin(f, LIMIT_MIB);
	ask(f, REQUEST_LIST);
	assert_true(loop_run_until(&f->loop, &f->is_done, WAIT_MS));
	assert_int_equal(f->answer.end, BODY_TOO_BIG);
	assert_int_equal(f->answer.why.code, ERR_LIMIT);
	assert_non_null(strstr(f->answer.why.msg, "two.csv: more than 1048576 bytes"));
	answer_clear(&f->answer);
	ask(f, REQUEST_LIST);
	assert_true(loop_run_until(&f->loop, &f->is_done, WAIT_MS));
	assert_int_equal(f->failure.code, ERR_NOTFOUND);
	assert_non_null(strstr(f->failure.msg, "/nowhere/at-all.csv"));
	answer_clear(&f->answer);
}

static void an_answer_can_be_cancelled_at_every_turn(void **state)
{
	struct fixture *f = *state;
	bool has_ended = false;
	unsigned n;

	f->paths[0] = f->path[1]; /* the one that goes through a file */
	for (n = 0; !has_ended; n++) {
		begin(f, MAX_BYTES);
		ask(f, REQUEST_LIST);
		for (unsigned i = 0; i < n && !f->is_done; i++)
			loop_turn(&f->loop, WAIT_MS);
		has_ended = f->is_done;
		if (!has_ended) {
			f->answerer.answerer.cancel(&f->answerer.answerer, &f->answer);
			f->answerer.answerer.cancel(&f->answerer.answerer, &f->answer);
			assert_false(f->is_done);
			assert_true(loop_run_until(&f->loop, &f->is_done, WAIT_MS));
		}
		assert_int_equal(f->n_done, 1);
		if (f->failure.code != ERR_OK) {
			assert_int_equal(f->failure.code, ERR_CANCELLED);
			assert_false(has_ended);
		}
		answer_clear(&f->answer);
		assert_true(n < 2000);
	}
	assert_true(n > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
		T(each_page_of_the_list_gets_its_file),
		T(a_file_that_is_too_large_is_cut_and_one_that_is_not_there_named),
		T(an_answer_can_be_cancelled_at_every_turn),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
