// SPDX-License-Identifier: EUPL-1.2
/*
 * Fetching from a scripted partner over real connections: what arrives, what
 * is tried again, who learns secrets, what is refused, and that every fetch
 * ends exactly once, also when it is cancelled at any turn.
 */
#include "tests/support/partner.h"
#include "tests/support/patience.h"
#include "tests/support/temp_dir.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/pool.h"
#include "daemon/fetch.h"
#include "daemon/fetch_request.h"

#include <xxhash.h>

#define WAIT_MS patience_ms(20000)
enum { N_FETCHES = 8 };

/* A fetch and what came of it. */
struct seen {
	struct fetch fetch;
	bool is_done;
	unsigned n_done;
	struct err err;
	struct buf body;
	struct spool_read read;
	bool is_read;
};

struct fixture {
	struct temp_dir dir;
	struct loop loop;
	struct pool_queue files;
	struct fetcher *fetcher;
	struct partner *partner;
	struct config_source source;
	char base_url[64];
	struct seen seen[N_FETCHES];
	bool is_closed;
	char backoff_host[64];
	int64_t backoff_s;
};

static void on_backoff(void *data, const char *host, int64_t not_before_s)
{
	struct fixture *f = data;

	snprintf(f->backoff_host, sizeof(f->backoff_host), "%s", host);
	f->backoff_s = not_before_s;
}

static void on_closed(void *data)
{
	*(bool *)data = true;
}

static void on_queue_closed(struct pool_queue *q)
{
	(void)q;
}

static void open_fetcher(struct fixture *f)
{
	struct fetcher_options options = { .user_agent = "microcat-test",
					   .contact = "mailto:we@example.org",
					   .files = &f->files,
					   .on_host_backoff = on_backoff,
					   .data = f };

	options.spool_dir = f->dir.path;
	assert_int_equal(fetcher_open(&f->fetcher, &f->loop, &options, NULL), ERR_OK);
}

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	temp_dir_make(&f->dir);
	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	pool_queue_init(&f->files, &f->loop, "files", 1);
	open_fetcher(f);
	f->partner = partner_open(NULL);
	assert_non_null(f->partner);
	snprintf(f->base_url, sizeof(f->base_url), "%s/", partner_base(f->partner));
	f->source = (struct config_source){
		.parallel_requests = 2,
		.allow_private = true,
		.allow_http = true,
		.max_body_bytes = 64 * LIMIT_MIB,
		.connect_timeout_ms = 5000,
		.idle_timeout_ms = 5000,
		.request_timeout_ms = 20000,
		.n_retries = 3,
		.retry_delay_ms = 4,
	};
	f->source.source.id = SLICE_LIT("partner");
	f->source.source.url = slice_of(f->base_url);
	for (size_t i = 0; i < N_FETCHES; i++)
		buf_init(&f->seen[i].body, 64 * LIMIT_MIB);
	*state = f;
	return 0;
}

static void close_fetcher(struct fixture *f)
{
	f->is_closed = false;
	fetcher_close(f->fetcher, on_closed, &f->is_closed);
	assert_true(loop_run_until(&f->loop, &f->is_closed, WAIT_MS));
	f->fetcher = NULL;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	if (f->fetcher != NULL)
		close_fetcher(f);
	for (size_t i = 0; i < N_FETCHES; i++) {
		fetch_clear(&f->seen[i].fetch);
		buf_clear(&f->seen[i].body);
		buf_clear(&f->seen[i].read.chunk);
	}
	pool_queue_close(&f->files, on_queue_closed);
	loop_run(&f->loop);
	if (loop_close(&f->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	partner_close(f->partner);
	temp_dir_remove(&f->dir);
	mem_free(f);
	return 0;
}

static void on_done(struct fetch *fetch, const struct err *failure)
{
	struct seen *s = container_of(fetch, struct seen, fetch);

	s->is_done = true;
	s->n_done++;
	if (failure != NULL)
		s->err = *failure;
}

static void start_url(struct fixture *f, size_t i, const char *url)
{
	struct seen *s = &f->seen[i];

	fetch_clear(&s->fetch);
	s->is_done = false;
	err_clear(&s->err);
	s->fetch.source = &f->source;
	s->fetch.url = url;
	fetch_start(&s->fetch, f->fetcher, on_done);
}

static void start(struct fixture *f, size_t i, const char *path)
{
	char url[256];

	snprintf(url, sizeof(url), "%s%s", partner_base(f->partner), path);
	start_url(f, i, url); /* copied */
}

static void wait_for(struct fixture *f, size_t i)
{
	if (!loop_run_until(&f->loop, &f->seen[i].is_done, WAIT_MS))
		fail_msg("no end of fetch %zu", i);
	assert_int_equal(f->seen[i].n_done, 1);
	f->seen[i].n_done = 0;
}

static void on_read(struct spool_read *read, const struct err *failure)
{
	struct seen *s = container_of(read, struct seen, read);

	assert_null(failure);
	s->is_read = true;
}

static const struct buf *body_of(struct fixture *f, size_t i)
{
	struct seen *s = &f->seen[i];
	uint64_t bytes = spool_bytes(s->fetch.body);

	buf_reset(&s->body);
	while (s->body.len < bytes) {
		s->is_read = false;
		spool_read_start(&s->read, s->fetch.body, s->body.len, 256 * 1024, on_read);
		assert_true(loop_run_until(&f->loop, &s->is_read, WAIT_MS));
		buf_slice(&s->body, buf_view(&s->read.chunk));
	}
	return &s->body;
}

/* Fetches path and expects an answer. */
static struct fetch *get(struct fixture *f, const char *path)
{
	start(f, 0, path);
	wait_for(f, 0);
	if (f->seen[0].err.code != ERR_OK)
		fail_msg("%s: %s", path, f->seen[0].err.msg);
	return &f->seen[0].fetch;
}

static const struct err *get_failure(struct fixture *f, const char *path)
{
	start(f, 0, path);
	wait_for(f, 0);
	assert_int_not_equal(f->seen[0].err.code, ERR_OK);
	assert_null(f->seen[0].fetch.body);
	return &f->seen[0].err;
}

static void header_was(struct fixture *f, size_t request, const char *name, const char *expected)
{
	struct partner_request *all;
	size_t n = partner_requests(f->partner, &all);
	const char *got;

	assert_true(request < n);
	got = partner_request_header(&all[request], name);
	if (expected == NULL)
		assert_null(got);
	else
		assert_string_equal(got != NULL ? got : "(none)", expected);
	partner_requests_free(all, n);
}

/* --- answers --- */

static void an_answer_arrives_whole_with_what_its_head_says(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .content_type = "application/json",
				    .body = "{\"items\":[]}",
				    .etag = "\"v1\"",
				    .last_modified = "Sun, 06 Nov 1994 08:49:37 GMT",
				    .headers = { { "Link", "</p2>; rel=\"next\"" },
						 { "Link", "</p9>; rel=\"last\"" } } };
	struct fetch *fetch;

	partner_route(f->partner, "/list", &a);
	f->seen[0].fetch.accept = NULL;
	fetch = get(f, "/list?page=1");
	assert_int_equal(fetch->status, 200);
	assert_int_equal(fetch->end, BODY_OK);
	assert_buf(body_of(f, 0), "{\"items\":[]}");
	assert_string_equal(fetch->content_type, "application/json");
	assert_string_equal(fetch->link, "</p2>; rel=\"next\", </p9>; rel=\"last\"");
	assert_string_equal(fetch->response_etag, "\"v1\"");
	assert_string_equal(fetch->response_last_modified, "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_true(strstr(fetch->final_url, "/list?page=1") != NULL);
	assert_int_equal(fetch->n_requests, 1);
	assert_true(fetch->wire_bytes > 12 && fetch->wire_bytes < 2000);
	header_was(f, 0, "User-Agent", "microcat-test");
	header_was(f, 0, "From", "we@example.org");
	header_was(f, 0, "Accept", "*/*");
	header_was(f, 0, "Authorization", NULL);
}

static void a_missing_page_is_an_answer(void **state)
{
	static const int statuses[] = { 400, 401, 403, 404, 410 };
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(statuses); i++) {
		struct partner_answer a = { .status = statuses[i], .body = "no" };

		partner_route(f->partner, "/x", &a);
		assert_int_equal(get(f, "/x")->status, statuses[i]);
		assert_buf(body_of(f, 0), "no");
	}
	assert_int_equal(partner_count(f->partner, "/x"), countof(statuses));
}

static void compressed_bodies_are_decoded_and_counted_twice(void **state)
{
	struct fixture *f = *state;
	struct buf text = BUF_INIT(1 << 20);
	struct partner_answer a = { .is_gzip = true, .is_chunked = true };
	struct fetch *fetch;

	for (int i = 0; i < 20000; i++)
		buf_str(&text, "all the same ");
	a.body = buf_z(&text);
	partner_route(f->partner, "/z", &a);
	fetch = get(f, "/z");
	assert_int_equal(spool_bytes(fetch->body), text.len);
	assert_true(slice_eq(buf_view(body_of(f, 0)), buf_view(&text)));
	assert_true(fetch->wire_bytes < text.len / 20);
	buf_clear(&text);
}

static void a_large_body_goes_through_a_file(void **state)
{
	struct fixture *f = *state;
	size_t n = 3 * LIMIT_SPOOL_MEMORY_BYTES + 4711;
	char *bytes = mem_zalloc(n);
	struct partner_answer a = { .body = bytes, .body_bytes = n };
	XXH128_canonical_t hash;

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	partner_route(f->partner, "/big", &a);
	assert_int_equal(spool_bytes(get(f, "/big")->body), n);
	XXH128_canonicalFromHash(&hash, XXH3_128bits(bytes, n));
	assert_memory_equal(spool_hash(f->seen[0].fetch.body), hash.digest, 16);
	assert_memory_equal(body_of(f, 0)->data, bytes, n);
	mem_free(bytes);
}

static void a_page_that_did_not_change_is_a_304(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .body = "x", .etag = "\"v1\"" };
	struct seen *s = &f->seen[0];
	char url[256];

	partner_route(f->partner, "/c", &a);
	snprintf(url, sizeof(url), "%s/c", partner_base(f->partner));
	s->fetch = (struct fetch){ .source = &f->source, .url = url, .etag = "\"v1\"" };
	fetch_start(&s->fetch, f->fetcher, on_done);
	wait_for(f, 0);
	assert_int_equal(s->err.code, ERR_OK);
	assert_int_equal(s->fetch.status, 304);
	assert_int_equal(spool_bytes(s->fetch.body), 0);
}

/* --- what goes wrong --- */

static void faults_before_the_body_are_tried_again(void **state)
{
	static const struct partner_answer faults[] = {
		{ .status = 500 },
		{ .status = 503 },
		{ .status = 429, .headers = { { "Retry-After", "0" } } },
		{ .fault = PARTNER_CUT_BEFORE_HEAD },
		{ .fault = PARTNER_RESET, .body = "lost" },
		{ .fault = PARTNER_CUT, .body = "lost" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(faults); i++) {
		struct partner_answer sequence[] = { faults[i], faults[i], { .body = "good" } };
		struct fetch *fetch;

		partner_forget(f->partner);
		partner_route_sequence(f->partner, "/r", sequence, countof(sequence));
		fetch = get(f, "/r");
		/* A kept connection that is cut is tried anew by libcurl, uncounted. */
		if (fetch->status != 200 || partner_count(f->partner, "/r") != 3)
			fail_msg("fault %zu: status %u after %u requests", i, fetch->status,
				 fetch->n_requests);
		assert_buf(body_of(f, 0), "good");
	}
}

static void a_partner_that_only_fails_is_given_up_after_all_tries(void **state)
{
	struct fixture *f = *state;
	struct partner_answer down = { .status = 502, .body = "gateway" };
	const struct err *err;

	partner_route(f->partner, "/down", &down);
	err = get_failure(f, "/down");
	assert_int_equal(err->code, ERR_REMOTE);
	assert_non_null(strstr(err->msg, "502"));
	assert_int_equal(partner_count(f->partner, "/down"), 1 + f->source.n_retries);
	assert_int_equal(f->seen[0].fetch.n_requests, 1 + f->source.n_retries);
}

static void a_body_that_ends_badly_is_an_answer_with_what_came(void **state)
{
	static const struct {
		struct partner_answer answer;
		enum body_end end;
	} cases[] = {
		{ { .body = "0123456789", .fault = PARTNER_CUT, .fault_at_bytes = 5 }, BODY_CUT },
		{ { .body = "0123456789",
		    .is_chunked = true,
		    .fault = PARTNER_CUT,
		    .fault_at_bytes = 5 },
		  BODY_CUT },
		{ { .body = "01234", .length_lie_bytes = 7 }, BODY_CUT },
		{ { .body = "01234", .is_endless = true }, BODY_TOO_BIG },
		{ { .body = "0123456789", .fault = PARTNER_STALL, .fault_at_bytes = 5 },
		  BODY_TIMEOUT },
	};
	struct fixture *f = *state;

	f->source.max_body_bytes = 100000;
	f->source.idle_timeout_ms = 300;
	for (size_t i = 0; i < countof(cases); i++) {
		struct fetch *fetch;

		partner_route(f->partner, "/bad", &cases[i].answer);
		fetch = get(f, "/bad");
		assert_int_equal(fetch->status, 200);
		if (fetch->end != cases[i].end)
			fail_msg("case %zu: end %d: %s", i, (int)fetch->end, fetch->why.msg);
		assert_int_not_equal(fetch->why.code, ERR_OK);
		assert_true(spool_bytes(fetch->body) <= 100000);
		assert_memory_equal(body_of(f, 0)->data, "01234", 5);
	}
}

static void a_bomb_stops_at_the_limit_of_decoded_bytes(void **state)
{
	struct fixture *f = *state;
	struct partner_answer bomb = { .is_gzip = true, .bomb_bytes = 1u << 30 };
	struct fetch *fetch;

	f->source.max_body_bytes = 1 << 20;
	partner_route(f->partner, "/bomb", &bomb);
	fetch = get(f, "/bomb");
	assert_int_equal(fetch->end, BODY_TOO_BIG);
	assert_int_equal(fetch->why.code, ERR_LIMIT);
	assert_true(spool_bytes(fetch->body) <= 1 << 20);
}

static void what_cannot_be_decoded_is_a_cut(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .body = "this is not gzip",
				    .headers = { { "Content-Encoding", "gzip" } } };

	f->source.n_retries = 0;
	partner_route(f->partner, "/enc", &a);
	assert_int_equal(get_failure(f, "/enc")->code, ERR_NETWORK);
}

static void a_partner_that_says_nothing_is_a_time_out(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .fault = PARTNER_STALL_BEFORE_HEAD };

	f->source.idle_timeout_ms = 250;
	f->source.n_retries = 1;
	partner_route(f->partner, "/mute", &a);
	assert_int_equal(get_failure(f, "/mute")->code, ERR_TIMEOUT);
	assert_int_equal(f->seen[0].fetch.n_requests, 2);
}

static void a_dripping_body_ends_at_the_deadline_of_the_whole(void **state)
{
	struct fixture *f = *state;
	struct buf long_text = BUF_INIT(1 << 22);
	struct partner_answer a = { .is_dripping = true };

	buf_fill(&long_text, 'x', 1 << 21);
	a.body = buf_z(&long_text);
	f->source.request_timeout_ms = 300;
	partner_route(f->partner, "/drip", &a);
	assert_int_equal(get(f, "/drip")->end, BODY_TIMEOUT);
	buf_clear(&long_text);
}

static void nobody_listening_is_a_failure_of_the_network(void **state)
{
	struct fixture *f = *state;
	uint16_t port = partner_port(f->partner);
	char url[64];

	partner_close(f->partner);
	f->source.n_retries = 1;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
	start_url(f, 0, url);
	wait_for(f, 0);
	assert_int_equal(f->seen[0].err.code, ERR_NETWORK);
	f->partner = partner_open(NULL);
}

/* --- Retry-After --- */

static void a_short_wish_for_time_is_waited_for(void **state)
{
	struct fixture *f = *state;
	struct partner_answer sequence[] = {
		{ .status = 429, .headers = { { "Retry-After", "1" } } }, { .body = "now" }
	};
	uint64_t start_ms = clock_mono_ms();

	partner_route_sequence(f->partner, "/busy", sequence, 2);
	get(f, "/busy");
	assert_buf(body_of(f, 0), "now");
	assert_true(clock_mono_ms() - start_ms >= 900);
}

static void a_long_wish_ends_the_fetch_and_is_remembered(void **state)
{
	struct fixture *f = *state;
	char date[32];
	struct partner_answer a = { .status = 503 };
	const char *wishes[] = { "7200", date };

	for (size_t i = 0; i < countof(wishes); i++) {
		char path[16];

		clock_format_http(date, clock_now_s() + 7300);
		snprintf(a.headers[0].name, sizeof(a.headers[0].name), "Retry-After");
		snprintf(a.headers[0].value, sizeof(a.headers[0].value), "%s", wishes[i]);
		snprintf(path, sizeof(path), "/later%zu", i);
		partner_route(f->partner, path, &a);
		assert_int_equal(get_failure(f, path)->code, ERR_REMOTE);
		assert_in_range(f->seen[0].fetch.not_before_s, clock_now_s() + 7190,
				clock_now_s() + 7310);
		/* The host is left alone: not even asked. */
		assert_int_equal(partner_count(f->partner, path), i == 0 ? 1 : 0);
	}
	assert_in_range(f->backoff_s, clock_now_s() + 7190, clock_now_s() + 7310);
	assert_non_null(strstr(partner_base(f->partner), f->backoff_host));
}

static void a_host_remembered_from_before_is_not_asked(void **state)
{
	struct fixture *f = *state;
	char host[64];

	snprintf(host, sizeof(host), "127.0.0.1:%u", partner_port(f->partner));
	fetcher_set_host_backoff(f->fetcher, host, clock_now_s() + 10000);
	assert_int_equal(get_failure(f, "/any")->code, ERR_REMOTE);
	assert_int_equal(partner_count(f->partner, NULL), 0);
}

/* --- redirects and secrets --- */

static struct partner_answer redirect_to(const char *url)
{
	struct partner_answer a = { .status = 302, .body = "moved" };

	snprintf(a.headers[0].name, sizeof(a.headers[0].name), "Location");
	snprintf(a.headers[0].value, sizeof(a.headers[0].value), "%s", url);
	return a;
}

static void redirects_are_followed_as_written(void **state)
{
	struct fixture *f = *state;
	struct partner_answer first = redirect_to("b?x=1#part");
	struct partner_answer second = redirect_to("/c");
	struct partner_answer last = { .body = "here" };
	struct fetch *fetch;

	partner_route(f->partner, "/dir/a", &first);
	partner_route(f->partner, "/dir/b?x=1", &second);
	partner_route(f->partner, "/c", &last);
	fetch = get(f, "/dir/a");
	assert_buf(body_of(f, 0), "here");
	assert_int_equal(fetch->n_requests, 3);
	assert_true(slice_ends_with(slice_of(fetch->final_url), SLICE_LIT("/c")));
}

static void a_ring_of_redirects_ends_at_the_limit(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = redirect_to("/ring");

	partner_route(f->partner, "/ring", &a);
	assert_int_equal(get_failure(f, "/ring")->code, ERR_LIMIT);
	assert_int_equal(partner_count(f->partner, "/ring"), 1 + LIMIT_REDIRECTS);
}

static void redirects_to_other_schemes_are_refused(void **state)
{
	static const char *const targets[] = { "file:///etc/passwd", "ftp://example.org/",
					       "gopher://127.0.0.1/" };
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(targets); i++) {
		struct partner_answer a = redirect_to(targets[i]);

		partner_route(f->partner, "/else", &a);
		assert_int_equal(get_failure(f, "/else")->code, ERR_DENIED);
	}
}

/*
 * The partner is public, and sends us home: in its place stands one that may be
 * asked until it has been.
 */
static void a_redirect_to_an_address_of_our_own_is_refused(void **state)
{
	struct fixture *f = *state;
	char url[128];
	struct partner_answer away;
	struct partner_answer treasure = { .body = "not for you" };

	snprintf(url, sizeof(url), "%s/treasure", partner_base(f->partner));
	away = redirect_to(url);
	away.fault = PARTNER_STALL_BEFORE_HEAD;
	partner_route(f->partner, "/away", &away);
	partner_route(f->partner, "/treasure", &treasure);
	start(f, 0, "/away");
	while (partner_count(f->partner, "/away") == 0)
		loop_turn(&f->loop, 10);
	f->source.allow_private = false;
	partner_release(f->partner, "/away");
	wait_for(f, 0);
	assert_int_equal(f->seen[0].err.code, ERR_DENIED);
	assert_non_null(strstr(f->seen[0].err.msg, "127.0.0.1 is not public"));
	assert_int_equal(partner_count(f->partner, "/treasure"), 0);
}

static void secrets_do_not_follow_a_redirect_to_another_origin(void **state)
{
	static const struct {
		enum auth_type type;
		const char *header;
		const char *expected; /* at the configured origin */
	} cases[] = {
		{ AUTH_BEARER, "Authorization", "Bearer s3cret" },
		{ AUTH_BASIC, "Authorization", "Basic bWU6czNjcmV0" },
		{ AUTH_HEADER, "X-Api-Key", "s3cret" },
	};
	struct fixture *f = *state;
	struct setting route = { SLICE_LIT("X-Route"), SLICE_LIT("endpoint=me") };

	for (size_t i = 0; i < countof(cases); i++) {
		struct partner *other = partner_open(NULL);
		struct partner *mine = f->partner;
		struct partner_answer here = { .body = "stolen?" };
		struct partner_answer away;
		char url[128];

		snprintf(url, sizeof(url), "%s/there", partner_base(other));
		away = redirect_to(url);
		partner_route(mine, "/away", &away);
		partner_route(other, "/there", &here);
		f->source.auth = (struct config_auth){ .type = cases[i].type,
						       .name = SLICE_LIT("X-Api-Key"),
						       .user = SLICE_LIT("me"),
						       .secret = SLICE_LIT("s3cret") };
		f->source.headers = (struct settings){ &route, 1 };
		get(f, "/away");
		assert_buf(body_of(f, 0), "stolen?");
		header_was(f, 0, cases[i].header, cases[i].expected);
		header_was(f, 0, "X-Route", "endpoint=me");
		partner_forget(mine);
		f->partner = other;
		header_was(f, 0, cases[i].header, NULL);
		header_was(f, 0, "X-Route", NULL);
		f->partner = mine;
		partner_close(other);
	}
}

/* Partners repeat what they were asked: in redirects, Link headers and bodies. */
static void a_secret_of_the_query_goes_to_its_origin_alone(void **state)
{
	struct fixture *f = *state;
	struct partner *other = partner_open(NULL);
	struct partner_answer there = { .body = "next=/p?page=2&key=s%26cret-one",
					.headers = { { "Link", "</p?key=s%26cret-one&page=2>; "
							       "rel=\"next\", </p?page=1>" } } };
	struct partner_answer back = redirect_to("/there?key=s%26cret-one&page=1");
	struct partner_answer away;
	struct partner_request *requests;
	struct fetch *fetch;
	char url[128];
	size_t n;

	f->source.auth = (struct config_auth){ .type = AUTH_QUERY,
					       .name = SLICE_LIT("key"),
					       .secret = SLICE_LIT("s&cret-one") };
	partner_route(f->partner, "/back", &back);
	partner_route(f->partner, "/there", &there);
	fetch = get(f, "/back?page=1");
	n = partner_requests(f->partner, &requests);
	assert_int_equal(n, 2);
	assert_string_equal(requests[0].target, "/back?page=1&key=s%26cret-one");
	assert_string_equal(requests[1].target, "/there?page=1&key=s%26cret-one");
	partner_requests_free(requests, n);
	assert_true(slice_ends_with(slice_of(fetch->final_url), SLICE_LIT("/there?page=1")));
	assert_string_equal(fetch->link, "</p?page=2>; rel=\"next\", </p?page=1>");
	assert_buf(body_of(f, 0), "next=/p?page=2&key=xxxxxxxxxxxx");

	snprintf(url, sizeof(url), "%s/there?x=1&key=s%%26cret-one", partner_base(other));
	away = redirect_to(url);
	partner_route(f->partner, "/away", &away);
	partner_route(other, "/there", &there);
	get(f, "/away");
	n = partner_requests(other, &requests);
	assert_int_equal(n, 1);
	assert_string_equal(requests[0].target, "/there?x=1");
	partner_requests_free(requests, n);
	partner_close(other);
}

static void plain_http_is_not_asked_for_a_source_with_https(void **state)
{
	struct fixture *f = *state;

	f->source.allow_http = false;
	assert_int_equal(get_failure(f, "/x")->code, ERR_DENIED);
	assert_int_equal(partner_count(f->partner, NULL), 0);
}

static void addresses_that_are_not_public_are_refused(void **state)
{
	struct fixture *f = *state;
	uint16_t port = partner_port(f->partner);
	const char *hosts[] = { "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]",
				"0.0.0.0" };

	f->source.allow_private = false;
	f->source.n_retries = 0;
	for (size_t i = 0; i < countof(hosts); i++) {
		char url[128];

		snprintf(url, sizeof(url), "http://%s:%u/", hosts[i], port);
		start_url(f, 0, url);
		wait_for(f, 0);
		if (f->seen[0].err.code != ERR_DENIED)
			fail_msg("%s: %s", hosts[i], f->seen[0].err.msg);
		assert_non_null(strstr(f->seen[0].err.msg, "not public"));
	}
	assert_int_equal(partner_accepted(f->partner), 0);
}

static void a_connection_left_by_another_source_is_not_used(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .body = "inside" };
	char url[64];

	partner_route(f->partner, "/in", &a);
	snprintf(url, sizeof(url), "http://localhost:%u/in", partner_port(f->partner));
	start_url(f, 0, url);
	wait_for(f, 0);
	assert_int_equal(f->seen[0].err.code, ERR_OK);
	f->source.allow_private = false;
	start_url(f, 1, url);
	wait_for(f, 1);
	assert_int_equal(f->seen[1].err.code, ERR_DENIED);
	assert_int_equal(partner_count(f->partner, "/in"), 1);
}

static void a_proxy_of_the_environment_is_not_used(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .body = "direct" };

	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	partner_route(f->partner, "/d", &a);
	get(f, "/d");
	unsetenv("http_proxy");
	assert_buf(body_of(f, 0), "direct");
}

/* --- OAuth --- */

static struct partner_answer token_answer(const char *token, const char *rest)
{
	static char bodies[4][128];
	static unsigned next;
	char *body = bodies[next++ % 4];
	struct partner_answer a = { .content_type = "application/json" };

	snprintf(body, sizeof(bodies[0]), "{\"access_token\":\"%s\"%s}", token, rest);
	a.body = body;
	return a;
}

static void use_oauth(struct fixture *f, const char *token_url)
{
	f->source.auth = (struct config_auth){ .type = AUTH_OAUTH2,
					       .token_url = slice_of(token_url),
					       .client_id = SLICE_LIT("me"),
					       .scope = SLICE_LIT("read all"),
					       .secret = SLICE_LIT("s3:cret") };
}

static struct partner_answer guarded(const char *token, const char *body)
{
	struct partner_answer a = { .auth = PARTNER_BEARER, .body = body };

	snprintf(a.auth_secret, sizeof(a.auth_secret), "%s", token);
	return a;
}

static void one_token_serves_many_fetches(void **state)
{
	struct fixture *f = *state;
	struct partner_answer token =
		token_answer("t1", ",\"token_type\":\"Bearer\",\"expires_in\":3600");
	struct partner_answer data = guarded("t1", "data");
	char url[128];
	struct partner_request *all;
	size_t n;

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	use_oauth(f, url);
	partner_route(f->partner, "/token", &token);
	partner_route(f->partner, "/data", &data);
	for (size_t i = 0; i < 4; i++)
		start(f, i, "/data");
	for (size_t i = 0; i < 4; i++) {
		wait_for(f, i);
		assert_int_equal(f->seen[i].fetch.status, 200);
	}
	assert_int_equal(partner_count(f->partner, "/token"), 1);
	n = partner_requests(f->partner, &all);
	assert_string_equal(all[0].method, "POST");
	assert_string_equal(all[0].body, "grant_type=client_credentials&scope=read%20all");
	assert_string_equal(partner_request_header(&all[0], "Authorization"),
			    "Basic bWU6czMlM0FjcmV0");
	partner_requests_free(all, n);
}

static void a_token_that_is_refused_is_renewed_once(void **state)
{
	struct fixture *f = *state;
	struct partner_answer tokens[] = { token_answer("old", ""), token_answer("new", "") };
	struct partner_answer data = guarded("new", "data");
	char url[128];

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	use_oauth(f, url);
	partner_route_sequence(f->partner, "/token", tokens, 2);
	partner_route(f->partner, "/data", &data);
	assert_int_equal(get(f, "/data")->status, 200);
	assert_int_equal(partner_count(f->partner, "/token"), 2);
	/* One that is never taken is an answer in the end. */
	data = guarded("another", "data");
	partner_route(f->partner, "/data", &data);
	assert_int_equal(get(f, "/data")->status, 401);
	assert_int_equal(partner_count(f->partner, "/token"), 3);
}

static void a_token_that_expires_is_renewed_before(void **state)
{
	struct fixture *f = *state;
	struct partner_answer tokens[] = { token_answer("t1", ",\"expires_in\":\"20\""),
					   token_answer("t1", ",\"expires_in\":3600") };
	struct partner_answer data = guarded("t1", "data");
	char url[128];

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	use_oauth(f, url);
	partner_route_sequence(f->partner, "/token", tokens, 2);
	partner_route(f->partner, "/data", &data);
	for (int i = 0; i < 3; i++)
		assert_int_equal(get(f, "/data")->status, 200);
	assert_int_equal(partner_count(f->partner, "/token"), 2);
}

static void an_endpoint_that_wants_the_secret_in_the_form_gets_it(void **state)
{
	struct fixture *f = *state;
	struct partner_answer tokens[] = { { .status = 401 }, token_answer("t1", "") };
	struct partner_answer data = guarded("t1", "data");
	struct partner_request *all;
	char url[128];
	size_t n;

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	use_oauth(f, url);
	partner_route_sequence(f->partner, "/token", tokens, 2);
	partner_route(f->partner, "/data", &data);
	assert_int_equal(get(f, "/data")->status, 200);
	n = partner_requests(f->partner, &all);
	assert_string_equal(all[1].body, "grant_type=client_credentials&scope=read%20all"
					 "&client_id=me&client_secret=s3%3Acret");
	assert_null(partner_request_header(&all[1], "Authorization"));
	partner_requests_free(all, n);
}

static void a_token_endpoint_that_fails_fails_the_fetch_without_its_secret(void **state)
{
	static const struct {
		struct partner_answer answer;
		enum err_code code;
	} cases[] = {
		{ { .status = 403 }, ERR_DENIED },
		{ { .status = 500 }, ERR_REMOTE },
		{ { .body = "<html>" }, ERR_PARSE },
		{ { .body = "{\"access_token\":7}" }, ERR_PARSE },
		{ { .body = "{\"access_token\":\"a b\"}" }, ERR_PARSE },
		{ { .body = "{\"access_token\":\"a\",\"token_type\":\"mac\"}" }, ERR_PARSE },
		{ { .status = 302, .headers = { { "Location", "http://127.0.0.1/" } } },
		  ERR_DENIED },
	};
	struct fixture *f = *state;
	char url[128];

	f->source.n_retries = 1;
	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	use_oauth(f, url);
	for (size_t i = 0; i < countof(cases); i++) {
		const struct err *err;

		partner_route(f->partner, "/token", &cases[i].answer);
		err = get_failure(f, "/data");
		if (err->code != cases[i].code)
			fail_msg("case %zu: %s", i, err->msg);
		assert_null(strstr(err->msg, "s3"));
	}
	assert_int_equal(partner_count(f->partner, "/data"), 0);
}

static void a_token_endpoint_must_be_public_too(void **state)
{
	struct fixture *f = *state;
	char url[128];

	snprintf(url, sizeof(url), "http://localhost:%u/token", partner_port(f->partner));
	use_oauth(f, url);
	f->source.allow_private = false;
	f->source.n_retries = 0;
	f->source.source.url = SLICE_LIT("https://192.0.43.7/");
	f->source.allow_http = false;
	start_url(f, 0, "https://192.0.43.7/"); /* never asked: there is no token */
	wait_for(f, 0);
	assert_int_equal(f->seen[0].err.code, ERR_DENIED);
	assert_int_equal(partner_accepted(f->partner), 0);
}

/* --- politeness --- */

static void no_more_requests_at_once_than_allowed(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .fault = PARTNER_STALL_BEFORE_HEAD };
	uint64_t until_ms = clock_mono_ms() + WAIT_MS;

	partner_route(f->partner, "/slow", &a);
	for (size_t i = 0; i < 5; i++)
		start(f, i, "/slow");
	while (partner_count(f->partner, "/slow") < 2 && clock_mono_ms() < until_ms)
		loop_turn(&f->loop, 10);
	assert_true(partner_wait_stalled(f->partner, 2, WAIT_MS));
	for (int i = 0; i < 20; i++)
		loop_turn(&f->loop, 1);
	assert_int_equal(partner_count(f->partner, "/slow"), 2);
	partner_release(f->partner, "/slow");
	for (size_t i = 0; i < 5; i++)
		wait_for(f, i);
	assert_int_equal(partner_count(f->partner, "/slow"), 5);
	/* And they share connections. */
	assert_true(partner_accepted(f->partner) <= 2);
}

static void requests_are_as_far_apart_as_configured(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .body = "x" };
	uint64_t start_ms;

	f->source.delay_ms = 150;
	partner_route(f->partner, "/d", &a);
	start_ms = clock_mono_ms();
	for (size_t i = 0; i < 3; i++)
		start(f, i, "/d");
	for (size_t i = 0; i < 3; i++)
		wait_for(f, i);
	assert_true(clock_mono_ms() - start_ms >= 290);
}

/* --- ends --- */

static void a_fetch_cancelled_at_any_turn_ends_once(void **state)
{
	struct fixture *f = *state;
	struct partner_answer moved = redirect_to("/b");
	struct partner_answer good[] = { { .status = 500 }, { .body = "good" } };
	bool has_finished = false;
	unsigned n;

	partner_route(f->partner, "/a", &moved);
	for (n = 0; n < 400 && !has_finished; n++) {
		partner_route_sequence(f->partner, "/b", good, 2);
		start(f, 0, "/a");
		for (unsigned i = 0; i < n && !f->seen[0].is_done; i++)
			loop_turn(&f->loop, 20);
		has_finished = f->seen[0].is_done;
		fetch_cancel(&f->seen[0].fetch);
		fetch_cancel(&f->seen[0].fetch);
		wait_for(f, 0);
		if (!has_finished && f->seen[0].err.code != ERR_OK)
			assert_int_equal(f->seen[0].err.code, ERR_CANCELLED);
	}
	assert_true(has_finished);
	assert_true(n > 3);
}

static void closing_the_fetcher_ends_what_is_under_way(void **state)
{
	struct fixture *f = *state;
	struct partner_answer a = { .fault = PARTNER_STALL_BEFORE_HEAD };
	uint64_t until_ms = clock_mono_ms() + WAIT_MS;

	partner_route(f->partner, "/slow", &a);
	for (size_t i = 0; i < 4; i++)
		start(f, i, "/slow");
	while (partner_count(f->partner, "/slow") < 2 && clock_mono_ms() < until_ms)
		loop_turn(&f->loop, 10);
	close_fetcher(f);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(f->seen[i].n_done, 1);
		assert_int_equal(f->seen[i].err.code, ERR_CANCELLED);
	}
}

/* A token, a redirect, a retry and a body that goes through a file, three at a time. */
static void a_fetcher_closed_at_any_turn_ends_each_fetch_once(void **state)
{
	struct fixture *f = *state;
	struct partner_answer token = token_answer("t1", ",\"token_type\":\"Bearer\"");
	struct partner_answer moved = redirect_to("/b");
	struct partner_answer answers[] = { { .status = 500 }, guarded("t1", "good") };
	bool has_finished = false;
	char url[128];
	unsigned n;

	snprintf(url, sizeof(url), "%s/token", partner_base(f->partner));
	use_oauth(f, url);
	partner_route(f->partner, "/token", &token);
	partner_route(f->partner, "/a", &moved);
	for (n = 0; n < 400 && !has_finished; n++) {
		partner_route_sequence(f->partner, "/b", answers, 2);
		for (size_t i = 0; i < 3; i++)
			start(f, i, i == 2 ? "/b" : "/a");
		for (unsigned i = 0; i < n; i++)
			loop_turn(&f->loop, 20);
		has_finished = f->seen[0].is_done && f->seen[1].is_done && f->seen[2].is_done;
		close_fetcher(f);
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(f->seen[i].n_done, 1);
			f->seen[i].n_done = 0;
			assert_true(f->seen[i].err.code == ERR_OK ||
				    f->seen[i].err.code == ERR_CANCELLED);
			fetch_clear(&f->seen[i].fetch);
		}
		open_fetcher(f);
	}
	assert_true(has_finished);
	assert_true(n > 3);
}

static void keys_in_configured_parameters_are_not_shown(void **state)
{
	static const struct {
		const char *url;
		const char *expected;
	} cases[] = {
		{ "https://a.org/x", "https://a.org/x" },
		{ "https://a.org/x?page=2", "https://a.org/x?page=2" },
		{ "https://a.org/x?key=abc&page=2", "https://a.org/x?key=...&page=2" },
		{ "https://a.org/x?page=2&key=abc", "https://a.org/x?page=2&key=..." },
		{ "https://a.org/x?keys=abc", "https://a.org/x?keys=abc" },
	};
	struct fixture *f = *state;
	struct setting key = { SLICE_LIT("key"), SLICE_LIT("abc") };

	f->source.source.query = (struct settings){ &key, 1 };
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf out = BUF_INIT(1000);

		fetch_public_url(&out, &f->source, slice_of(cases[i].url));
		assert_buf(&out, cases[i].expected);
		buf_clear(&out);
	}
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(an_answer_arrives_whole_with_what_its_head_says),
		WITH_FIXTURE(a_missing_page_is_an_answer),
		WITH_FIXTURE(compressed_bodies_are_decoded_and_counted_twice),
		WITH_FIXTURE(a_large_body_goes_through_a_file),
		WITH_FIXTURE(a_page_that_did_not_change_is_a_304),
		WITH_FIXTURE(faults_before_the_body_are_tried_again),
		WITH_FIXTURE(a_partner_that_only_fails_is_given_up_after_all_tries),
		WITH_FIXTURE(a_body_that_ends_badly_is_an_answer_with_what_came),
		WITH_FIXTURE(a_bomb_stops_at_the_limit_of_decoded_bytes),
		WITH_FIXTURE(what_cannot_be_decoded_is_a_cut),
		WITH_FIXTURE(a_partner_that_says_nothing_is_a_time_out),
		WITH_FIXTURE(a_dripping_body_ends_at_the_deadline_of_the_whole),
		WITH_FIXTURE(nobody_listening_is_a_failure_of_the_network),
		WITH_FIXTURE(a_short_wish_for_time_is_waited_for),
		WITH_FIXTURE(a_long_wish_ends_the_fetch_and_is_remembered),
		WITH_FIXTURE(a_host_remembered_from_before_is_not_asked),
		WITH_FIXTURE(redirects_are_followed_as_written),
		WITH_FIXTURE(a_ring_of_redirects_ends_at_the_limit),
		WITH_FIXTURE(redirects_to_other_schemes_are_refused),
		WITH_FIXTURE(a_redirect_to_an_address_of_our_own_is_refused),
		WITH_FIXTURE(secrets_do_not_follow_a_redirect_to_another_origin),
		WITH_FIXTURE(a_secret_of_the_query_goes_to_its_origin_alone),
		WITH_FIXTURE(plain_http_is_not_asked_for_a_source_with_https),
		WITH_FIXTURE(addresses_that_are_not_public_are_refused),
		WITH_FIXTURE(a_connection_left_by_another_source_is_not_used),
		WITH_FIXTURE(a_proxy_of_the_environment_is_not_used),
		WITH_FIXTURE(one_token_serves_many_fetches),
		WITH_FIXTURE(a_token_that_is_refused_is_renewed_once),
		WITH_FIXTURE(a_token_that_expires_is_renewed_before),
		WITH_FIXTURE(an_endpoint_that_wants_the_secret_in_the_form_gets_it),
		WITH_FIXTURE(a_token_endpoint_that_fails_fails_the_fetch_without_its_secret),
		WITH_FIXTURE(a_token_endpoint_must_be_public_too),
		WITH_FIXTURE(no_more_requests_at_once_than_allowed),
		WITH_FIXTURE(requests_are_as_far_apart_as_configured),
		WITH_FIXTURE(a_fetch_cancelled_at_any_turn_ends_once),
		WITH_FIXTURE(closing_the_fetcher_ends_what_is_under_way),
		WITH_FIXTURE(a_fetcher_closed_at_any_turn_ends_each_fetch_once),
		WITH_FIXTURE(keys_in_configured_parameters_are_not_shown),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
