// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/responses: rows, files, what is dropped, and files that are damaged. */
#include "index/responses.h"

#include "base/limits.h"
#include "tests/support/db_fixture.h"

enum { DAY_S = 86400 };

struct fixture {
	struct db_fixture f;
	char dir[128];
};

static int set_up(void **state)
{
	struct fixture *x = mem_new(struct fixture);
	struct err err = ERR_INIT;

	db_fixture_open(&x->f);
	snprintf(x->dir, sizeof(x->dir), "%s/responses", x->f.dir.path);
	assert_int_equal(response_dir_make(x->dir, &err), ERR_OK);
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *x = *state;

	db_fixture_close(&x->f);
	mem_free(x);
	return 0;
}

/* Writes a body in pieces of n_piece bytes; its hash in out. */
static uint64_t keep_body(struct fixture *x, uint8_t hash[BLOB_HASH_BYTES], struct slice body,
			  size_t n_piece)
{
	struct response_writer *w = NULL;
	struct err err = ERR_INIT;
	uint64_t file_bytes = 0;

	blob_hash(hash, body);
	assert_int_equal(response_writer_open(&w, x->dir, &err), ERR_OK);
	for (size_t at = 0; at < body.n; at += n_piece)
		assert_int_equal(
			response_writer_add(w, slice_first(slice_from(body, at), n_piece), &err),
			ERR_OK);
	assert_int_equal(response_writer_finish(w, hash, &file_bytes, &err), ERR_OK);
	return file_bytes;
}

/* Reads a body in pieces of at most n_piece bytes. */
static enum err_code load_body(struct fixture *x, struct buf *out,
			       const uint8_t hash[BLOB_HASH_BYTES], size_t n_piece)
{
	struct response_reader *r = NULL;
	enum err_code rc = response_reader_open(&r, x->dir, hash, &x->f.err);
	size_t before;

	buf_reset(out);
	while (rc == ERR_OK) {
		before = out->len;
		rc = response_reader_next(r, out, n_piece, &x->f.err);
		if (out->len == before)
			break;
		assert_true(out->len - before <= n_piece);
	}
	response_reader_close(r);
	return rc;
}

static void file_path(char out[300], struct fixture *x, const uint8_t hash[BLOB_HASH_BYTES])
{
	int n = snprintf(out, 300, "%s/%02x/", x->dir, hash[0]);

	for (size_t i = 1; i < BLOB_HASH_BYTES; i++)
		n += snprintf(out + n, 300 - (size_t)n, "%02x", hash[i]);
	snprintf(out + n, 300 - (size_t)n, ".zst");
}

/* A body that compresses badly. */
static struct slice noise(struct fixture *x, size_t n)
{
	char *p = arena_alloc(&x->f.arena, n > 0 ? n : 1);
	uint64_t v = 88172645463325252u;

	for (size_t i = 0; i < n; i++) {
		v ^= v << 13;
		v ^= v >> 7;
		v ^= v << 17;
		p[i] = (char)v;
	}
	return slice_make(p, n);
}

static void a_body_comes_back_as_it_was_in_pieces_of_any_size(void **state)
{
	static const size_t sizes[] = { 0, 1, 1000, 300000 };
	static const size_t pieces[] = { 1000, 4096, LIMIT_RESPONSE_CHUNK_BYTES };
	struct fixture *x = *state;
	struct buf got = BUF_INIT(1024 * 1024);

	for (size_t i = 0; i < countof(sizes); i++) {
		struct slice body = noise(x, sizes[i]);

		for (size_t k = 0; k < countof(pieces); k++) {
			uint8_t hash[BLOB_HASH_BYTES];
			uint64_t file_bytes = keep_body(x, hash, body, pieces[k]);
			uint64_t on_disk = 0;

			assert_true(response_file_exists(x->dir, hash, &on_disk));
			assert_int_equal(on_disk, file_bytes);
			assert_int_equal(load_body(x, &got, hash, pieces[k]), ERR_OK);
			assert_slices_equal(buf_view(&got), body.n > 0 ? body : SLICE_LIT(""));
			response_file_delete(x->dir, hash);
			assert_false(response_file_exists(x->dir, hash, &on_disk));
		}
	}
	buf_clear(&got);
}

static void files_are_for_their_owner_alone_and_none_is_left_over(void **state)
{
	struct fixture *x = *state;
	uint8_t hash[BLOB_HASH_BYTES];
	char path[300];
	struct stat st;

	keep_body(x, hash, SLICE_LIT("personal"), 100);
	file_path(path, x, hash);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	*strrchr(path, '/') = '\0';
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(x->dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	/* "responses", its one directory, nothing unfinished. */
	assert_int_equal(st.st_nlink, 3);
}

static void bytes_of_another_hash_are_refused(void **state)
{
	struct fixture *x = *state;
	struct response_writer *w = NULL;
	uint8_t hash[BLOB_HASH_BYTES];
	uint64_t file_bytes;

	blob_hash(hash, SLICE_LIT("these"));
	assert_int_equal(response_writer_open(&w, x->dir, &x->f.err), ERR_OK);
	assert_int_equal(response_writer_add(w, SLICE_LIT("those"), &x->f.err), ERR_OK);
	assert_int_equal(response_writer_finish(w, hash, &file_bytes, &x->f.err), ERR_CONFLICT);
	assert_false(response_file_exists(x->dir, hash, &file_bytes));
	response_writer_abort(NULL);
}

static void a_directory_that_is_not_there_is_an_error(void **state)
{
	struct fixture *x = *state;
	struct response_writer *w = NULL;

	assert_int_equal(response_writer_open(&w, "/nonexistent/dir", &x->f.err), ERR_NOTFOUND);
	assert_null(w);
	assert_int_equal(response_dir_make("/nonexistent/dir", &x->f.err), ERR_NOTFOUND);
}

static void spoil(const char *path, long at, const char *bytes, size_t n, long cut_to)
{
	FILE *file = fopen(path, "r+be");

	assert_non_null(file);
	if (cut_to >= 0)
		assert_int_equal(ftruncate(fileno(file), cut_to), 0);
	assert_int_equal(fseek(file, at, at < 0 ? SEEK_END : SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static void a_missing_or_damaged_file_is_not_kept(void **state)
{
	enum { SIZE = 200000 };
	static const struct {
		long at, cut_to; /* at below 0: from the end */
		const char *bytes;
	} rows[] = {
		{ 0, -1, "XXXX" }, /* no frame */
		{ 1000, -1, "XXXXXXXX" }, /* other bytes inside */
		{ -1, -1, "X" },          { 0, 0, "" }, /* nothing */
		{ 0, 100000, "" }, /* half of it */
		{ 0, SIZE - 100, "" },
	};
	struct fixture *x = *state;
	struct buf got = BUF_INIT(1024 * 1024);
	struct slice body = noise(x, SIZE);
	uint8_t hash[BLOB_HASH_BYTES];
	char path[300];

	blob_hash(hash, body);
	assert_int_equal(load_body(x, &got, hash, 4096), ERR_NOTFOUND);
	for (size_t i = 0; i < countof(rows); i++) {
		keep_body(x, hash, body, 4096);
		file_path(path, x, hash);
		spoil(path, rows[i].at, rows[i].bytes, strlen(rows[i].bytes), rows[i].cut_to);
		err_clear(&x->f.err);
		assert_int_equal(load_body(x, &got, hash, 4096), ERR_NOTFOUND);
		assert_true(x->f.err.msg[0] != '\0');
	}
	/* Another body, whole, under this one's name. */
	keep_body(x, hash, body, 4096);
	{
		uint8_t other[BLOB_HASH_BYTES];
		char other_path[300];

		keep_body(x, other, SLICE_LIT("other"), 4096);
		file_path(other_path, x, other);
		file_path(path, x, hash);
		assert_int_equal(rename(other_path, path), 0);
	}
	assert_int_equal(load_body(x, &got, hash, 4096), ERR_NOTFOUND);
	assert_non_null(strstr(x->f.err.msg, "other bytes"));
	buf_clear(&got);
}

/* --- rows --- */

static struct response_row make_row(struct fixture *x, const char *url, int64_t run, int64_t seq,
				    const char *body)
{
	struct response_row row = {
		.sid = 1,
		.run = run,
		.seq = seq,
		.url = slice_of(arena_strdup(&x->f.arena, url)),
		.status = 200,
		.content_type = SLICE_LIT("application/json"),
		.etag = SLICE_LIT("\"abc\""),
		.fetched_s = x->f.now_s,
		.checked_s = x->f.now_s,
		.body_bytes = strlen(body),
	};

	row.file_bytes = keep_body(x, row.body_hash, slice_of(body), 4096);
	return row;
}

static void put(struct fixture *x, const char *url, int64_t run, int64_t seq, const char *body)
{
	struct response_row row = make_row(x, url, run, seq, body);

	if (response_put(&x->f.db, &row, &x->f.err) != ERR_OK)
		fail_msg("%s", x->f.err.msg);
}

static bool is_kept(struct fixture *x, const char *url)
{
	struct response_row row;
	bool is_found = false;

	assert_int_equal(
		response_find(&row, &is_found, &x->f.arena, &x->f.db, 1, slice_of(url), &x->f.err),
		ERR_OK);
	return is_found;
}

static void the_newest_of_each_url_is_kept_with_its_validators(void **state)
{
	struct fixture *x = *state;
	struct response_row row;
	bool is_found = false;

	put(x, "https://a/1", 1, 1, "old");
	put(x, "https://a/1", 2, 5, "new");
	assert_int_equal(response_find(&row, &is_found, &x->f.arena, &x->f.db, 1,
				       SLICE_LIT("https://a/1"), &x->f.err),
			 ERR_OK);
	assert_true(is_found);
	assert_int_equal(row.run, 2);
	assert_int_equal(row.seq, 5);
	assert_int_equal(row.status, 200);
	assert_slice(row.etag, "\"abc\"");
	assert_slice(row.content_type, "application/json");
	assert_slice(row.last_modified, NULL);
	assert_slice(row.final_url, NULL);
	assert_int_equal(row.body_bytes, 3);
	assert_false(is_kept(x, "https://a/2"));
}

static void a_response_that_is_used_again_belongs_to_the_new_run(void **state)
{
	struct fixture *x = *state;
	struct response_row row;
	bool is_found = false;

	put(x, "https://a/1", 1, 1, "body");
	row = (struct response_row){ .sid = 1,
				     .url = SLICE_LIT("https://a/1"),
				     .run = 7,
				     .seq = 3,
				     .checked_s = x->f.now_s + 50 };
	assert_int_equal(response_touch(&x->f.db, &row, &x->f.err), ERR_OK);
	assert_int_equal(response_find(&row, &is_found, &x->f.arena, &x->f.db, 1,
				       SLICE_LIT("https://a/1"), &x->f.err),
			 ERR_OK);
	assert_int_equal(row.run, 7);
	assert_int_equal(row.seq, 3);
	assert_int_equal(row.checked_s, x->f.now_s + 50);
	assert_int_equal(row.fetched_s, x->f.now_s);
	assert_int_equal(row.body_bytes, 4);
}

static void a_list_comes_in_the_order_of_runs_and_requests(void **state)
{
	struct fixture *x = *state;
	struct response_rows rows;

	put(x, "https://a/3", 2, 3, "c");
	put(x, "https://a/detail", 1, 9, "d");
	put(x, "https://a/1", 2, 1, "a");
	put(x, "https://a/2", 2, 2, "b");
	assert_int_equal(response_list(&rows, &x->f.arena, &x->f.db, 1, &x->f.err), ERR_OK);
	assert_int_equal(rows.n, 4);
	assert_slice(rows.items[0].url, "https://a/detail");
	assert_slice(rows.items[1].url, "https://a/1");
	assert_slice(rows.items[2].url, "https://a/2");
	assert_slice(rows.items[3].url, "https://a/3");
}

static void a_damaged_body_takes_all_its_rows(void **state)
{
	struct fixture *x = *state;
	struct response_row row = make_row(x, "https://a/1", 1, 1, "same");

	put(x, "https://a/1", 1, 1, "same");
	put(x, "https://a/2", 1, 2, "same");
	put(x, "https://a/3", 1, 3, "other");
	assert_int_equal(response_drop(&x->f.db, row.body_hash, &x->f.err), ERR_OK);
	assert_false(is_kept(x, "https://a/1"));
	assert_false(is_kept(x, "https://a/2"));
	assert_true(is_kept(x, "https://a/3"));
}

/* --- dropping --- */

static size_t evict(struct fixture *x, uint64_t keep_bytes, uint32_t keep_days)
{
	struct response_hashes unnamed = { .n = 0 };
	struct response_limits limits = { .keep_bytes = keep_bytes,
					  .keep_days = keep_days,
					  .now_s = x->f.now_s };
	size_t n;

	assert_int_equal(response_evict(&x->f.db, &limits, &unnamed, &x->f.err), ERR_OK);
	for (size_t i = 0; i < unnamed.n; i++)
		response_file_delete(x->dir, unnamed.items[i]);
	n = unnamed.n;
	response_hashes_clear(&unnamed);
	return n;
}

static void old_responses_go_but_not_those_of_the_last_complete_run(void **state)
{
	struct fixture *x = *state;

	fixture_exec(&x->f, "UPDATE source SET last_complete_run = 5");
	put(x, "https://a/detail", 4, 1, "old detail");
	put(x, "https://a/1", 5, 1, "complete");
	put(x, "https://a/2", 6, 1, "of an incomplete run since");
	x->f.now_s += 30 * DAY_S;
	assert_int_equal(evict(x, UINT64_MAX, 30), 0);
	x->f.now_s += 1;
	assert_int_equal(evict(x, UINT64_MAX, 30), 1);
	assert_false(is_kept(x, "https://a/detail"));
	assert_true(is_kept(x, "https://a/1"));
	assert_true(is_kept(x, "https://a/2"));
}

static void beyond_the_size_the_oldest_go_first_and_the_last_complete_run_last(void **state)
{
	struct fixture *x = *state;
	uint64_t all;

	fixture_exec(&x->f, "UPDATE source SET last_complete_run = 5");
	put(x, "https://a/1", 5, 1, "of the complete run");
	x->f.now_s += 10;
	put(x, "https://a/x", 4, 1, "older run, checked later");
	x->f.now_s += 10;
	put(x, "https://a/y", 4, 2, "older run, checked last");
	all = (uint64_t)fixture_number(&x->f, "SELECT sum(file_bytes) FROM response");
	assert_int_equal(evict(x, all, 3650), 0);
	assert_int_equal(evict(x, all - 1, 3650), 1);
	assert_false(is_kept(x, "https://a/x"));
	assert_int_equal(evict(x, 1, 3650), 2);
	assert_false(is_kept(x, "https://a/y"));
	assert_false(is_kept(x, "https://a/1"));
}

static void a_file_goes_with_the_last_row_that_names_it(void **state)
{
	struct fixture *x = *state;
	uint8_t hash[BLOB_HASH_BYTES];
	uint64_t n;

	blob_hash(hash, SLICE_LIT("shared"));
	put(x, "https://a/1", 1, 1, "shared");
	x->f.now_s += 31 * DAY_S;
	put(x, "https://a/2", 2, 1, "shared");
	assert_int_equal(evict(x, UINT64_MAX, 30), 0);
	assert_false(is_kept(x, "https://a/1"));
	assert_true(response_file_exists(x->dir, hash, &n));
	/* Two rows count their one file once. */
	put(x, "https://a/3", 2, 2, "shared");
	assert_int_equal(evict(x, n, 30), 0);
	assert_int_equal(evict(x, n - 1, 30), 1);
	assert_false(response_file_exists(x->dir, hash, &n));
}

static void files_that_nothing_names_are_cleaned_away(void **state)
{
	struct fixture *x = *state;
	struct response_writer *unfinished = NULL;
	uint8_t named[BLOB_HASH_BYTES];
	uint8_t orphan[BLOB_HASH_BYTES];
	const char *foreign;
	uint64_t n;
	size_t n_deleted = 0;

	put(x, "https://a/1", 1, 1, "named");
	blob_hash(named, SLICE_LIT("named"));
	keep_body(x, orphan, SLICE_LIT("orphan"), 10);
	assert_int_equal(response_writer_open(&unfinished, x->dir, &x->f.err), ERR_OK);
	foreign = temp_dir_write(&x->f.dir, "responses/README", "not ours");
	assert_int_equal(response_files_clean(x->dir, &x->f.db, &n_deleted, &x->f.err), ERR_OK);
	assert_int_equal(n_deleted, 2); /* the orphan, and what a crash would have left */
	assert_true(response_file_exists(x->dir, named, &n));
	assert_false(response_file_exists(x->dir, orphan, &n));
	assert_int_equal(access(foreign, F_OK), 0);
	response_writer_abort(unfinished);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(a_body_comes_back_as_it_was_in_pieces_of_any_size),
		T(files_are_for_their_owner_alone_and_none_is_left_over),
		T(bytes_of_another_hash_are_refused),
		T(a_directory_that_is_not_there_is_an_error),
		T(a_missing_or_damaged_file_is_not_kept),
		T(the_newest_of_each_url_is_kept_with_its_validators),
		T(a_response_that_is_used_again_belongs_to_the_new_run),
		T(a_list_comes_in_the_order_of_runs_and_requests),
		T(a_damaged_body_takes_all_its_rows),
		T(old_responses_go_but_not_those_of_the_last_complete_run),
		T(beyond_the_size_the_oldest_go_first_and_the_last_complete_run_last),
		T(a_file_goes_with_the_last_row_that_names_it),
		T(files_that_nothing_names_are_cleaned_away),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
