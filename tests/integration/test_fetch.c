// SPDX-License-Identifier: EUPL-1.2
/*
 * Fetching from a scripted partner over real connections: what arrives, how
 * polite we are, and that every fetch ends exactly once, also when it is
 * cancelled at any turn.
 */
#include "tests/support/fetch_fixture.h"

#include "base/clock.h"
#include "base/limits.h"

#include <xxhash.h>

/* --- answers --- */

static void an_answer_arrives_whole_with_what_its_head_says(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .content_type = "application/json",
				    .body = "{\"items\":[]}",
				    .etag = "\"v1\"",
				    .last_modified = "Sun, 06 Nov 1994 08:49:37 GMT",
				    .headers = { { "Link", "</p2>; rel=\"next\"" },
						 { "Link", "</p9>; rel=\"last\"" } } };
	struct fetch *fetch;

	partner_route(f->partner, "/list", &a);
	f->seen[0].fetch.accept = NULL;
	fetch = fetch_fixture_get(f, "/list?page=1");
	assert_int_equal(fetch->status, 200);
	assert_int_equal(fetch->end, BODY_OK);
	assert_buf(fetch_fixture_body(f, 0), "{\"items\":[]}");
	assert_string_equal(fetch->content_type, "application/json");
	assert_string_equal(fetch->link, "</p2>; rel=\"next\", </p9>; rel=\"last\"");
	assert_string_equal(fetch->response_etag, "\"v1\"");
	assert_string_equal(fetch->response_last_modified, "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_true(strstr(fetch->final_url, "/list?page=1") != NULL);
	assert_int_equal(fetch->n_requests, 1);
	assert_true(fetch->wire_bytes > 12 && fetch->wire_bytes < 2000);
	fetch_fixture_header_was(f, 0, "User-Agent", "microcat-test");
	fetch_fixture_header_was(f, 0, "From", "we@example.org");
	fetch_fixture_header_was(f, 0, "Accept", "*/*");
	fetch_fixture_header_was(f, 0, "Authorization", NULL);
}

static void a_missing_page_is_an_answer(void **state)
{
	static const int statuses[] = { 400, 401, 403, 404, 410 };
	struct fetch_fixture *f = *state;

	for (size_t i = 0; i < countof(statuses); i++) {
		struct partner_answer a = { .status = statuses[i], .body = "no" };

		partner_route(f->partner, "/x", &a);
		assert_int_equal(fetch_fixture_get(f, "/x")->status, statuses[i]);
		assert_buf(fetch_fixture_body(f, 0), "no");
	}
	assert_int_equal(partner_count(f->partner, "/x"), countof(statuses));
}

static void compressed_bodies_are_decoded_and_counted_twice(void **state)
{
	struct fetch_fixture *f = *state;
	struct buf text = BUF_INIT(1 << 20);
	struct partner_answer a = { .is_gzip = true, .is_chunked = true };
	struct fetch *fetch;

	for (int i = 0; i < 20000; i++)
		buf_str(&text, "all the same ");
	a.body = buf_z(&text);
	partner_route(f->partner, "/z", &a);
	fetch = fetch_fixture_get(f, "/z");
	assert_int_equal(spool_bytes(fetch->body), text.len);
	assert_true(slice_eq(buf_view(fetch_fixture_body(f, 0)), buf_view(&text)));
	assert_true(fetch->wire_bytes < text.len / 20);
	buf_clear(&text);
}

static void a_large_body_goes_through_a_file(void **state)
{
	struct fetch_fixture *f = *state;
	size_t n = 3 * LIMIT_SPOOL_MEMORY_BYTES + 4711;
	char *bytes = mem_zalloc(n);
	struct partner_answer a = { .body = bytes, .body_bytes = n };
	XXH128_canonical_t hash;

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	partner_route(f->partner, "/big", &a);
	assert_int_equal(spool_bytes(fetch_fixture_get(f, "/big")->body), n);
	XXH128_canonicalFromHash(&hash, XXH3_128bits(bytes, n));
	assert_memory_equal(spool_hash(f->seen[0].fetch.body), hash.digest, 16);
	assert_memory_equal(fetch_fixture_body(f, 0)->data, bytes, n);
	mem_free(bytes);
}

static void a_page_that_did_not_change_is_a_304(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .body = "x", .etag = "\"v1\"" };
	struct fetch_seen *s = &f->seen[0];
	char url[256];

	partner_route(f->partner, "/c", &a);
	snprintf(url, sizeof(url), "%s/c", partner_base(f->partner));
	s->fetch = (struct fetch){ .source = &f->source, .url = url, .etag = "\"v1\"" };
	fetch_fixture_begin(f, 0);
	fetch_fixture_wait(f, 0);
	assert_int_equal(s->err.code, ERR_OK);
	assert_int_equal(s->fetch.status, 304);
	assert_int_equal(spool_bytes(s->fetch.body), 0);
}

/* --- politeness --- */

static void no_more_requests_at_once_than_allowed(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .fault = PARTNER_STALL_BEFORE_HEAD };
	uint64_t until_ms = clock_mono_ms() + FETCH_WAIT_MS;

	partner_route(f->partner, "/slow", &a);
	for (size_t i = 0; i < 5; i++)
		fetch_fixture_start(f, i, "/slow");
	while (partner_count(f->partner, "/slow") < 2 && clock_mono_ms() < until_ms)
		loop_turn(&f->loop, 10);
	assert_true(partner_wait_stalled(f->partner, 2, FETCH_WAIT_MS));
	for (int i = 0; i < 20; i++)
		loop_turn(&f->loop, 1);
	assert_int_equal(partner_count(f->partner, "/slow"), 2);
	partner_release(f->partner, "/slow");
	for (size_t i = 0; i < 5; i++)
		fetch_fixture_wait(f, i);
	assert_int_equal(partner_count(f->partner, "/slow"), 5);
	/* And they share connections. */
	assert_true(partner_accepted(f->partner) <= 2);
}

static void requests_are_as_far_apart_as_configured(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .body = "x" };
	uint64_t start_ms;

	f->source.delay_ms = 150;
	partner_route(f->partner, "/d", &a);
	start_ms = clock_mono_ms();
	for (size_t i = 0; i < 3; i++)
		fetch_fixture_start(f, i, "/d");
	for (size_t i = 0; i < 3; i++)
		fetch_fixture_wait(f, i);
	assert_true(clock_mono_ms() - start_ms >= 290);
}

/* --- ends --- */

static void a_fetch_cancelled_at_any_turn_ends_once(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer moved = fetch_redirect_to("/b");
	struct partner_answer good[] = { { .status = 500 }, { .body = "good" } };
	bool has_finished = false;
	unsigned n;

	partner_route(f->partner, "/a", &moved);
	for (n = 0; n < 400 && !has_finished; n++) {
		partner_route_sequence(f->partner, "/b", good, 2);
		fetch_fixture_start(f, 0, "/a");
		for (unsigned i = 0; i < n && !f->seen[0].is_done; i++)
			loop_turn(&f->loop, 20);
		has_finished = f->seen[0].is_done;
		fetch_cancel(&f->seen[0].fetch);
		fetch_cancel(&f->seen[0].fetch);
		fetch_fixture_wait(f, 0);
		if (!has_finished && f->seen[0].err.code != ERR_OK)
			assert_int_equal(f->seen[0].err.code, ERR_CANCELLED);
	}
	assert_true(has_finished);
	assert_true(n > 3);
}

static void closing_the_fetcher_ends_what_is_under_way(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer a = { .fault = PARTNER_STALL_BEFORE_HEAD };
	uint64_t until_ms = clock_mono_ms() + FETCH_WAIT_MS;

	partner_route(f->partner, "/slow", &a);
	for (size_t i = 0; i < 4; i++)
		fetch_fixture_start(f, i, "/slow");
	while (partner_count(f->partner, "/slow") < 2 && clock_mono_ms() < until_ms)
		loop_turn(&f->loop, 10);
	fetch_fixture_close_fetcher(f);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(f->seen[i].n_done, 1);
		assert_int_equal(f->seen[i].err.code, ERR_CANCELLED);
	}
}

/* Those that wait for a token: the first, which asks for it, and one that waits beside it. */
static void a_fetch_that_needs_a_token_is_cancelled_at_any_turn(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer token = fetch_token_answer("t1", ",\"token_type\":\"Bearer\"");
	struct partner_answer guarded = fetch_guarded_answer("t1", "good");
	char url[128];

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	fetch_fixture_use_oauth(f, url);
	partner_route(f->partner, "/token", &token);
	partner_route(f->partner, "/b", &guarded);
	for (size_t which = 0; which < 2; which++) {
		bool has_finished = false;
		unsigned n;

		for (n = 0; n < 400 && !has_finished; n++) {
			struct fetch_seen *one = &f->seen[which], *other = &f->seen[1 - which];

			for (size_t i = 0; i < 2; i++)
				fetch_fixture_start(f, i, "/b");
			for (unsigned i = 0; i < n && !one->is_done; i++)
				loop_turn(&f->loop, 20);
			has_finished = one->is_done;
			fetch_cancel(&one->fetch);
			fetch_cancel(&one->fetch);
			for (size_t i = 0; i < 2; i++)
				fetch_fixture_wait(f, i); /* once */
			if (has_finished || one->err.code != ERR_CANCELLED)
				assert_int_equal(one->err.code, ERR_OK);
			assert_int_equal(other->err.code,
					 ERR_OK); /* it has its token all the same */
			for (size_t i = 0; i < 2; i++)
				fetch_clear(&f->seen[i].fetch);
			/* A new one has no token yet. */
			fetch_fixture_close_fetcher(f);
			fetch_fixture_open_fetcher(f);
		}
		assert_true(has_finished);
		assert_true(n > 3);
	}
}

/* A token, a redirect, a retry and a body that goes through a file, three at a time. */
static void a_fetcher_closed_at_any_turn_ends_each_fetch_once(void **state)
{
	struct fetch_fixture *f = *state;
	struct partner_answer token = fetch_token_answer("t1", ",\"token_type\":\"Bearer\"");
	struct partner_answer moved = fetch_redirect_to("/b");
	struct partner_answer answers[] = { { .status = 500 }, fetch_guarded_answer("t1", "good") };
	bool has_finished = false;
	char url[128];
	unsigned n;

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	fetch_fixture_use_oauth(f, url);
	partner_route(f->partner, "/token", &token);
	partner_route(f->partner, "/a", &moved);
	for (n = 0; n < 400 && !has_finished; n++) {
		partner_route_sequence(f->partner, "/b", answers, 2);
		for (size_t i = 0; i < 3; i++)
			fetch_fixture_start(f, i, i == 2 ? "/b" : "/a");
		for (unsigned i = 0; i < n; i++)
			loop_turn(&f->loop, 20);
		has_finished = f->seen[0].is_done && f->seen[1].is_done && f->seen[2].is_done;
		fetch_fixture_close_fetcher(f);
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(f->seen[i].n_done, 1);
			f->seen[i].n_done = 0;
			assert_true(f->seen[i].err.code == ERR_OK ||
				    f->seen[i].err.code == ERR_CANCELLED);
			fetch_clear(&f->seen[i].fetch);
		}
		fetch_fixture_open_fetcher(f);
	}
	assert_true(has_finished);
	assert_true(n > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FETCH_TEST(an_answer_arrives_whole_with_what_its_head_says),
		FETCH_TEST(a_missing_page_is_an_answer),
		FETCH_TEST(compressed_bodies_are_decoded_and_counted_twice),
		FETCH_TEST(a_large_body_goes_through_a_file),
		FETCH_TEST(a_page_that_did_not_change_is_a_304),
		FETCH_TEST(no_more_requests_at_once_than_allowed),
		FETCH_TEST(requests_are_as_far_apart_as_configured),
		FETCH_TEST(a_fetch_cancelled_at_any_turn_ends_once),
		FETCH_TEST(a_fetch_that_needs_a_token_is_cancelled_at_any_turn),
		FETCH_TEST(closing_the_fetcher_ends_what_is_under_way),
		FETCH_TEST(a_fetcher_closed_at_any_turn_ends_each_fetch_once),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
