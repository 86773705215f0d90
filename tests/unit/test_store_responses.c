// SPDX-License-Identifier: EUPL-1.2
/* Tests of the responses that index/store keeps: put by, found, loaded, listed, dropped. */
#include "tests/support/kept_bodies.h"
#include "tests/support/store_fixture.h"

#include "base/limits.h"

struct find_seen {
	struct store_response_find req;
	struct seen seen;
	bool is_found;
	uint64_t body_bytes;
	char etag[16];
};

static void on_found(struct store_response_find *req, const struct err *failure)
{
	struct find_seen *s = container_of(req, struct find_seen, req);

	s->is_found = req->is_found;
	s->body_bytes = req->row.body_bytes;
	if (req->is_found)
		snprintf(s->etag, sizeof(s->etag), "%.*s", SLICE_ARG(req->row.etag));
	seen_note(&s->seen, failure);
}

static struct find_seen find(struct store_fixture *x, const char *url)
{
	struct find_seen s = { .is_found = false };

	s.req.sid = 1;
	s.req.url = slice_of(url);
	store_response_find_start(&s.req, x->store, on_found);
	WAIT_FOR(x, &s.seen);
	assert_int_equal(s.seen.failure.code, ERR_OK);
	return s;
}

static void a_body_is_kept_found_and_loaded(void **state)
{
	struct store_fixture *x = *state;
	struct slice body = kept_noise(x, 3 * LIMIT_RESPONSE_CHUNK_BYTES / 2);
	struct keep_seen k = { .n_wants = 0 };
	struct keep_seen again = { .n_wants = 0 };
	struct load_seen l = { .n_pieces = 0 };
	struct find_seen s;

	store_fixture_open_configured(x);
	assert_false(find(x, "https://a/1").is_found);
	keep_seen_start(x, &k, "https://a/1", body);
	k.n_piece = 100000;
	WAIT_FOR(x, &k.seen);
	assert_int_equal(k.seen.failure.code, ERR_OK);
	assert_int_equal(k.n_wants, 5); /* four pieces and the end */
	s = find(x, "https://a/1");
	assert_true(s.is_found);
	assert_int_equal(s.body_bytes, body.n);
	assert_string_equal(s.etag, "\"v1\"");
	load_seen_start(x, &l, body);
	WAIT_FOR(x, &l.seen);
	assert_int_equal(l.seen.failure.code, ERR_OK);
	assert_int_equal(l.n_pieces, 2);
	assert_slices_equal(buf_view(&l.got), body);
	/* The same body of another URL is not asked for. */
	keep_seen_start(x, &again, "https://a/2", body);
	WAIT_FOR(x, &again.seen);
	assert_int_equal(again.seen.failure.code, ERR_OK);
	assert_int_equal(again.n_wants, 0);
	assert_true(find(x, "https://a/2").is_found);
	buf_clear(&l.got);
	store_fixture_close(x);
}

static void a_body_that_cannot_be_kept_leaves_nothing(void **state)
{
	struct store_fixture *x = *state;
	struct keep_seen k = { .gives_up = true };
	struct keep_seen wrong = { .n_wants = 0 };
	size_t n = 7;

	store_fixture_open_configured(x);
	keep_seen_start(x, &k, "https://a/1", kept_noise(x, 5000));
	WAIT_FOR(x, &k.seen);
	assert_int_equal(k.seen.failure.code, ERR_IO);
	assert_string_equal(k.seen.failure.msg, "the spool is gone");
	keep_seen_start(x, &wrong, "https://a/1", kept_noise(x, 5000));
	wrong.body = slice_first(wrong.body, 4000); /* less than was hashed */
	WAIT_FOR(x, &wrong.seen);
	assert_int_equal(wrong.seen.failure.code, ERR_CONFLICT);
	assert_false(find(x, "https://a/1").is_found);
	store_fixture_close(x);
	/* No unfinished file either: opening again finds none to delete. */
	store_fixture_open_file(x);
	assert_int_equal(response_files_clean(temp_dir_path(&x->dir, "state/responses"),
					      &x->file.db, &n, NULL),
			 ERR_OK);
	assert_int_equal(n, 0);
	store_fixture_close_file(x);
}

static void a_file_that_is_missing_takes_its_row_along(void **state)
{
	struct store_fixture *x = *state;
	struct slice body = kept_noise(x, 5000);
	struct keep_seen k = { .n_wants = 0 };
	struct keep_seen again = { .n_wants = 0 };
	struct load_seen l = { .n_pieces = 0 };
	char dir[128];

	store_fixture_open_configured(x);
	keep_seen_start(x, &k, "https://a/1", body);
	WAIT_FOR(x, &k.seen);
	snprintf(dir, sizeof(dir), "%s/state/responses", x->dir.path);
	response_file_delete(dir, k.req.row.body_hash);
	load_seen_start(x, &l, body);
	WAIT_FOR(x, &l.seen);
	assert_int_equal(l.seen.failure.code, ERR_NOTFOUND);
	assert_int_equal(l.n_pieces, 0);
	assert_false(find(x, "https://a/1").is_found);
	/* It can be kept again. */
	keep_seen_start(x, &again, "https://a/1", body);
	WAIT_FOR(x, &again.seen);
	assert_int_equal(again.seen.failure.code, ERR_OK);
	assert_true(again.n_wants > 0);
	assert_true(find(x, "https://a/1").is_found);
	buf_clear(&l.got);
	store_fixture_close(x);
}

static void loading_goes_on_when_asked_and_can_be_cancelled(void **state)
{
	struct store_fixture *x = *state;
	struct slice body = kept_noise(x, 2 * LIMIT_RESPONSE_CHUNK_BYTES);
	struct keep_seen k = { .n_wants = 0 };
	struct load_seen slow = { .is_slow = true };
	struct load_seen stopped = { .cancels = true };

	store_fixture_open_configured(x);
	keep_seen_start(x, &k, "https://a/1", body);
	k.n_piece = LIMIT_SPOOL_PIECE_BYTES;
	WAIT_FOR(x, &k.seen);
	load_seen_start(x, &slow, body);
	while (slow.n_pieces == 0)
		loop_turn(&x->loop, 10);
	for (int i = 0; i < 10; i++)
		loop_turn(&x->loop, 1);
	assert_int_equal(slow.n_pieces, 1);
	store_response_load_next(&slow.req);
	while (slow.n_pieces == 1)
		loop_turn(&x->loop, 10);
	store_response_load_next(&slow.req);
	WAIT_FOR(x, &slow.seen);
	assert_int_equal(slow.seen.failure.code, ERR_OK);
	assert_slices_equal(buf_view(&slow.got), body);
	load_seen_start(x, &stopped, body);
	WAIT_FOR(x, &stopped.seen);
	assert_int_equal(stopped.seen.failure.code, ERR_CANCELLED);
	assert_int_equal(stopped.n_pieces, 1);
	store_response_load_cancel(&stopped.req);
	buf_clear(&slow.got);
	buf_clear(&stopped.got);
	store_fixture_close(x);
}

struct list_seen {
	struct store_replay_list req;
	struct seen seen;
	size_t n;
	int64_t last_complete_run;
	char first_url[64];
};

static void on_listed(struct store_replay_list *req, const struct err *failure)
{
	struct list_seen *l = container_of(req, struct list_seen, req);

	l->n = req->responses.n;
	l->last_complete_run = req->last_complete_run;
	if (l->n > 0)
		snprintf(l->first_url, sizeof(l->first_url), "%.*s",
			 SLICE_ARG(req->responses.items[0].url));
	seen_note(&l->seen, failure);
}

struct touch_seen {
	struct store_response_touch req;
	struct seen seen;
};

static void on_touched(struct store_response_touch *req, const struct err *failure)
{
	seen_note(&container_of(req, struct touch_seen, req)->seen, failure);
}

static void a_replay_finds_what_was_kept_in_order(void **state)
{
	struct store_fixture *x = *state;
	struct keep_seen a = { .n_wants = 0 };
	struct keep_seen b = { .n_wants = 0 };
	struct touch_seen t = { .seen = { .n_done = 0 } };
	struct list_seen l = { .n = 0 };

	store_fixture_open_configured(x);
	store_fixture_harvest(x, 2, 1);
	keep_seen_start(x, &a, "https://a/1", SLICE_LIT("one"));
	WAIT_FOR(x, &a.seen);
	keep_seen_start(x, &b, "https://a/2", SLICE_LIT("two"));
	WAIT_FOR(x, &b.seen);
	t.req.row = (struct response_row){
		.sid = 1, .url = SLICE_LIT("https://a/1"), .run = 2, .seq = 1, .checked_s = x->now_s
	};
	store_response_touch_start(&t.req, x->store, on_touched);
	WAIT_FOR(x, &t.seen);
	l.req.source_id = "jyu";
	store_replay_list_start(&l.req, x->store, on_listed);
	WAIT_FOR(x, &l.seen);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.first_url, "https://a/2");
	assert_int_equal(l.last_complete_run, 1);
	l = (struct list_seen){ .n = 0 };
	l.req.source_id = "nowhere";
	store_replay_list_start(&l.req, x->store, on_listed);
	WAIT_FOR(x, &l.seen);
	assert_int_equal(l.seen.failure.code, ERR_NOTFOUND);
	store_fixture_close(x);
}

static void settling_drops_what_is_too_much(void **state)
{
	struct store_fixture *x = *state;
	struct keep_seen k = { .n_wants = 0 };
	struct slice body = kept_noise(x, 5000);
	uint64_t n;
	char dir[128];

	x->keep_responses_bytes = 100;
	store_fixture_open_configured(x);
	keep_seen_start(x, &k, "https://a/1", body);
	WAIT_FOR(x, &k.seen);
	assert_true(find(x, "https://a/1").is_found);
	store_fixture_harvest(x, 1, 1);
	store_fixture_close(x); /* waits for what runs in the background, or has it given up */
	store_fixture_open(x);
	store_fixture_harvest(x, 1, 1);
	while (find(x, "https://a/1").is_found)
		loop_turn(&x->loop, 10);
	store_fixture_close(x);
	snprintf(dir, sizeof(dir), "%s/state/responses", x->dir.path);
	assert_false(response_file_exists(dir, k.req.row.body_hash, &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_body_is_kept_found_and_loaded),
		STORE_TEST(a_body_that_cannot_be_kept_leaves_nothing),
		STORE_TEST(a_file_that_is_missing_takes_its_row_along),
		STORE_TEST(loading_goes_on_when_asked_and_can_be_cancelled),
		STORE_TEST(a_replay_finds_what_was_kept_in_order),
		STORE_TEST(settling_drops_what_is_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
