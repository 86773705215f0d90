// SPDX-License-Identifier: EUPL-1.2
/* A fetcher and a partner for it, opened and closed, and fetches with what came of them. */
#include "tests/support/fetch_fixture.h"

#include "base/limits.h"

static void on_backoff(void *data, const char *host, int64_t not_before_s)
{
	struct fetch_fixture *f = data;

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

void fetch_fixture_open_fetcher(struct fetch_fixture *f)
{
	struct fetcher_options options = { .user_agent = "microcat-test",
					   .contact = "mailto:we@example.org",
					   .files = &f->files,
					   .on_host_backoff = on_backoff,
					   .data = f };

	options.spool_dir = f->dir.path;
	assert_int_equal(fetcher_open(&f->fetcher, &f->loop, &options, NULL), ERR_OK);
}

int fetch_fixture_open(void **state)
{
	struct fetch_fixture *f = mem_new(struct fetch_fixture);

	temp_dir_make(&f->dir);
	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	pool_queue_init(&f->files, &f->loop, "files", 1);
	fetch_fixture_open_fetcher(f);
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

void fetch_fixture_close_fetcher(struct fetch_fixture *f)
{
	f->is_closed = false;
	fetcher_close(f->fetcher, on_closed, &f->is_closed);
	assert_true(loop_run_until(&f->loop, &f->is_closed, FETCH_WAIT_MS));
	f->fetcher = NULL;
}

int fetch_fixture_close(void **state)
{
	struct fetch_fixture *f = *state;
	struct err err = ERR_INIT;

	if (f->fetcher != NULL)
		fetch_fixture_close_fetcher(f);
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
	struct fetch_seen *s = container_of(fetch, struct fetch_seen, fetch);

	s->is_done = true;
	s->n_done++;
	if (failure != NULL)
		s->err = *failure;
}

void fetch_fixture_begin(struct fetch_fixture *f, size_t i)
{
	fetch_start(&f->seen[i].fetch, f->fetcher, on_done);
}

void fetch_fixture_start_url(struct fetch_fixture *f, size_t i, const char *url)
{
	struct fetch_seen *s = &f->seen[i];

	fetch_clear(&s->fetch);
	s->is_done = false;
	err_clear(&s->err);
	s->fetch.source = &f->source;
	s->fetch.url = url;
	fetch_fixture_begin(f, i);
}

void fetch_fixture_start(struct fetch_fixture *f, size_t i, const char *path)
{
	char url[256];

	snprintf(url, sizeof(url), "%s%s", partner_base(f->partner), path);
	fetch_fixture_start_url(f, i, url); /* copied */
}

void fetch_fixture_wait(struct fetch_fixture *f, size_t i)
{
	if (!loop_run_until(&f->loop, &f->seen[i].is_done, FETCH_WAIT_MS))
		fail_msg("no end of fetch %zu", i);
	assert_int_equal(f->seen[i].n_done, 1);
	f->seen[i].n_done = 0;
}

static void on_read(struct spool_read *read, const struct err *failure)
{
	struct fetch_seen *s = container_of(read, struct fetch_seen, read);

	assert_null(failure);
	s->is_read = true;
}

const struct buf *fetch_fixture_body(struct fetch_fixture *f, size_t i)
{
	struct fetch_seen *s = &f->seen[i];
	uint64_t bytes = spool_bytes(s->fetch.body);

	buf_reset(&s->body);
	while (s->body.len < bytes) {
		s->is_read = false;
		spool_read_start(&s->read, s->fetch.body, s->body.len, 256 * 1024, on_read);
		assert_true(loop_run_until(&f->loop, &s->is_read, FETCH_WAIT_MS));
		buf_slice(&s->body, buf_view(&s->read.chunk));
	}
	return &s->body;
}

/* Fetches path and expects an answer. */
struct fetch *fetch_fixture_get(struct fetch_fixture *f, const char *path)
{
	fetch_fixture_start(f, 0, path);
	fetch_fixture_wait(f, 0);
	if (f->seen[0].err.code != ERR_OK)
		fail_msg("%s: %s", path, f->seen[0].err.msg);
	return &f->seen[0].fetch;
}

const struct err *fetch_fixture_get_failure(struct fetch_fixture *f, const char *path)
{
	fetch_fixture_start(f, 0, path);
	fetch_fixture_wait(f, 0);
	assert_int_not_equal(f->seen[0].err.code, ERR_OK);
	assert_null(f->seen[0].fetch.body);
	return &f->seen[0].err;
}

void fetch_fixture_header_was(struct fetch_fixture *f, size_t request, const char *name,
			      const char *expected)
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

struct partner_answer fetch_redirect_to(const char *url)
{
	struct partner_answer a = { .status = 302, .body = "moved" };

	snprintf(a.headers[0].name, sizeof(a.headers[0].name), "Location");
	snprintf(a.headers[0].value, sizeof(a.headers[0].value), "%s", url);
	return a;
}

struct partner_answer fetch_token_answer(const char *token, const char *rest)
{
	static char bodies[4][128];
	static unsigned next;
	char *body = bodies[next++ % 4];
	struct partner_answer a = { .content_type = "application/json" };

	snprintf(body, sizeof(bodies[0]), "{\"access_token\":\"%s\"%s}", token, rest);
	a.body = body;
	return a;
}

void fetch_fixture_use_oauth(struct fetch_fixture *f, const char *token_url)
{
	f->source.auth = (struct config_auth){ .type = AUTH_OAUTH2,
					       .token_url = slice_of(token_url),
					       .client_id = SLICE_LIT("me"),
					       .scope = SLICE_LIT("read all"),
					       .secret = SLICE_LIT("s3:cret") };
}

struct partner_answer fetch_guarded_answer(const char *token, const char *body)
{
	struct partner_answer a = { .auth = PARTNER_BEARER, .body = body };

	snprintf(a.auth_secret, sizeof(a.auth_secret), "%s", token);
	return a;
}
