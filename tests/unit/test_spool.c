// SPDX-License-Identifier: EUPL-1.2
/* Tests of daemon/spool: bodies in memory and in files, back-pressure, failures, freeing. */
#include "daemon/spool.h"

#include "base/limits.h"
#include "tests/support/unit.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <xxhash.h>

enum { TIMEOUT_MS = 20000 };

struct fixture {
	struct loop loop;
	struct pool_queue files;
	char dir[64];
	struct spool *spool;
	bool is_drained, is_finished, is_read, is_closed;
	struct err failure;
	struct spool_read read;
};

static int set_up(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	pool_queue_init(&f->files, &f->loop, "files", 1);
	snprintf(f->dir, sizeof(f->dir), "/tmp/test-spool-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->spool = spool_new(&f->loop, &f->files, f->dir);
	*state = f;
	return 0;
}

static void on_queue_closed(struct pool_queue *q)
{
	struct fixture *f = container_of(q, struct fixture, files);

	f->is_closed = true;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	spool_free(f->spool);
	buf_clear(&f->read.chunk);
	loop_run(&f->loop);
	pool_queue_close(&f->files, on_queue_closed);
	loop_run(&f->loop);
	assert_true(f->is_closed);
	assert_int_equal(loop_close(&f->loop, &err), ERR_OK);
	assert_int_equal(rmdir(f->dir), 0); /* which it is not when a file was left */
	mem_free(f);
	return 0;
}

static void on_drained(void *data)
{
	struct fixture *f = data;

	f->is_drained = true;
}

static void on_finished(void *data, const struct err *failure)
{
	struct fixture *f = data;

	assert_false(f->is_finished);
	f->is_finished = true;
	if (failure != NULL)
		f->failure = *failure;
}

static void on_read(struct spool_read *read, const struct err *failure)
{
	struct fixture *f = container_of(read, struct fixture, read);

	f->is_read = true;
	if (failure != NULL)
		f->failure = *failure;
}

/* The nth byte of every test's body: no two pieces are alike. */
static char byte_at(uint64_t n)
{
	return (char)((n * 2654435761u) >> 11);
}

/* Appends until total bytes are there, pausing when told to. */
static void fill(struct fixture *f, uint64_t total, size_t piece)
{
	char *bytes = mem_zalloc(piece);

	for (uint64_t at = 0; at < total;) {
		size_t n = total - at < piece ? (size_t)(total - at) : piece;

		for (size_t i = 0; i < n; i++)
			bytes[i] = byte_at(at + i);
		f->is_drained = false;
		if (!spool_append(f->spool, slice_make(bytes, n), on_drained, f))
			assert_true(loop_run_until(&f->loop, &f->is_drained, TIMEOUT_MS));
		at += n;
	}
	mem_free(bytes);
}

static void finish(struct fixture *f)
{
	spool_finish(f->spool, on_finished, f);
	assert_false(f->is_finished);
	assert_true(loop_run_until(&f->loop, &f->is_finished, TIMEOUT_MS));
}

static void read_at(struct fixture *f, uint64_t at, uint32_t max)
{
	f->is_read = false;
	spool_read_start(&f->read, f->spool, at, max, on_read);
	assert_false(f->is_read);
	assert_true(loop_run_until(&f->loop, &f->is_read, TIMEOUT_MS));
}

static void check_chunk(struct fixture *f, uint64_t at, size_t expected)
{
	assert_int_equal(f->read.chunk.len, expected);
	for (size_t i = 0; i < expected; i++)
		if (f->read.chunk.data[i] != byte_at(at + i))
			fail_msg("byte %llu differs", (unsigned long long)(at + i));
}

static void check_hash(struct fixture *f, uint64_t total)
{
	char *all = mem_zalloc((size_t)total + 1);
	XXH128_canonical_t expected;

	for (uint64_t i = 0; i < total; i++)
		all[i] = byte_at(i);
	XXH128_canonicalFromHash(&expected, XXH3_128bits(all, (size_t)total));
	assert_memory_equal(spool_hash(f->spool), expected.digest, 16);
	mem_free(all);
}

static void bodies_of_any_size_are_read_back(void **state)
{
	static const struct {
		uint64_t total;
		size_t piece;
	} cases[] = {
		{ 0, 1 },
		{ 1, 1 },
		{ 100000, 1999 },
		{ LIMIT_SPOOL_MEMORY_BYTES, 65536 },
		{ LIMIT_SPOOL_MEMORY_BYTES + 1, 65536 },
		{ 3 * LIMIT_SPOOL_MEMORY_BYTES + 77, 16384 },
		{ 3 * LIMIT_SPOOL_MEMORY_BYTES, LIMIT_SPOOL_PIECE_BYTES },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		uint64_t total = cases[i].total;
		uint64_t at = 0;

		f->is_finished = false;
		fill(f, total, cases[i].piece);
		finish(f);
		assert_int_equal(f->failure.code, ERR_OK);
		assert_int_equal(spool_bytes(f->spool), total);
		check_hash(f, total);
		while (at < total) {
			uint64_t left = total - at;

			read_at(f, at, 200000);
			check_chunk(f, at, left < 200000 ? (size_t)left : 200000);
			at += f->read.chunk.len;
		}
		read_at(f, total, 10);
		assert_int_equal(f->read.chunk.len, 0);
		read_at(f, UINT64_MAX, 10);
		assert_int_equal(f->read.chunk.len, 0);
		if (total > 1) { /* from the start again */
			read_at(f, 1, 5);
			check_chunk(f, 1, total - 1 < 5 ? (size_t)total - 1 : 5);
		}
		spool_free(f->spool);
		f->spool = spool_new(&f->loop, &f->files, f->dir);
	}
}

static void source_is_told_to_pause_and_to_go_on(void **state)
{
	struct fixture *f = *state;
	static char piece[LIMIT_SPOOL_PIECE_BYTES];
	unsigned n_pieces = 0;

	/* The loop does not run: nothing can be written. */
	while (spool_append(f->spool, slice_make(piece, sizeof(piece)), on_drained, f))
		n_pieces++;
	assert_in_range(n_pieces, 4, 9);
	assert_false(f->is_drained);
	assert_true(loop_run_until(&f->loop, &f->is_drained, TIMEOUT_MS));
	finish(f);
	assert_int_equal(f->failure.code, ERR_OK);
}

static void source_that_does_not_pause_fails(void **state)
{
	struct fixture *f = *state;
	static char piece[LIMIT_SPOOL_PIECE_BYTES];

	for (unsigned i = 0; i < 32; i++)
		(void)spool_append(f->spool, slice_make(piece, sizeof(piece)), on_drained, f);
	finish(f);
	assert_int_equal(f->failure.code, ERR_LIMIT);
}

static void missing_directory_is_a_failure_with_its_name(void **state)
{
	struct fixture *f = *state;

	spool_free(f->spool);
	f->spool = spool_new(&f->loop, &f->files, "/nowhere/at/all");
	fill(f, LIMIT_SPOOL_MEMORY_BYTES + 1000, 65536);
	finish(f);
	assert_int_not_equal(f->failure.code, ERR_OK);
	assert_non_null(strstr(f->failure.msg, "/nowhere/at/all"));
}

static void full_disk_is_a_failure(void **state)
{
	struct fixture *f = *state;
	struct rlimit before;
	struct rlimit small;

	/* The nearest thing to a full disk that needs no privilege: files may not grow. */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ LIMIT_SPOOL_MEMORY_BYTES, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	fill(f, 2 * LIMIT_SPOOL_MEMORY_BYTES, 65536);
	finish(f);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_not_equal(f->failure.code, ERR_OK);
	assert_non_null(strstr(f->failure.msg, "writing a spool file"));
}

/* Frees the spool after n turns of filling, finishing and reading a body in a file. */
static bool free_after_turns(struct fixture *f, unsigned n_turns)
{
	static char piece[LIMIT_SPOOL_PIECE_BYTES];
	struct spool_read *read = mem_new(struct spool_read);
	bool is_reading = false;
	bool has_ended;

	f->is_finished = f->is_read = false;
	for (unsigned i = 0; i < 6; i++)
		(void)spool_append(f->spool, slice_make(piece, sizeof(piece)), on_drained, f);
	spool_finish(f->spool, on_finished, f);
	for (unsigned i = 0; i < n_turns; i++) {
		if (f->is_finished && !is_reading) {
			spool_read_start(&f->read, f->spool, 5, 1000, on_read);
			spool_read_start(read, f->spool, 5, 1000, on_read);
			spool_read_forget(read);
			is_reading = true;
		}
		loop_turn(&f->loop, 20);
	}
	has_ended = f->is_read;
	spool_free(f->spool);
	f->is_finished = f->is_read = false;
	mem_free(read);
	loop_run(&f->loop);
	assert_false(f->is_finished);
	assert_false(f->is_read);
	f->spool = spool_new(&f->loop, &f->files, f->dir);
	return has_ended;
}

static void spool_can_be_freed_at_every_turn(void **state)
{
	struct fixture *f = *state;
	unsigned n = 0;

	while (!free_after_turns(f, n))
		assert_true(++n < 1000);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(bodies_of_any_size_are_read_back),
		T(source_is_told_to_pause_and_to_go_on),
		T(source_that_does_not_pause_fails),
		T(missing_directory_is_a_failure_with_its_name),
		T(full_disk_is_a_failure),
		T(spool_can_be_freed_at_every_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
