// SPDX-License-Identifier: EUPL-1.2
/*
 * Secrets of every kind, a partner that repeats what it was asked, and the real
 * daemon at its most talkative: nothing it stores, logs or answers holds one.
 */
#include "tests/support/daemon_partner.h"

#include <zstd.h>

#define SECRET "s3cr3t-of-ours"

static const char *header_of(const struct partner_request *request, const char *name)
{
	const char *value = partner_request_header(request, name);

	return value != NULL ? value : "";
}

/* Base 64 of "me:" and the secret: 14 bytes of it. */
static bool is_let_in(const struct partner_request *request)
{
	const char *key = partner_request_query(request, "key");

	return (key != NULL && strcmp(key, SECRET) == 0) ||
	       strcmp(header_of(request, "Authorization"), "Bearer " SECRET) == 0 ||
	       strcmp(header_of(request, "Authorization"), "Basic bWU6czNjcjN0LW9mLW91cnM=") == 0 ||
	       strcmp(header_of(request, "X-Api-Key"), SECRET) == 0 ||
	       strcmp(header_of(request, "X-Route"), SECRET) == 0;
}

/*
 * MOOChub in two pages. Links repeat the whole query, as page links of web
 * frameworks do; /broken has a second page that is none.
 */
static void answer_pages(struct partner_answer *a, const struct partner_request *request, void *arg)
{
	const char *page = partner_request_query(request, "page");
	const char *key = partner_request_query(request, "key");
	const char *base = partner_base(arg);
	bool is_second = page != NULL && strcmp(page, "2") == 0;

	if (!is_let_in(request)) {
		a->status = 401;
		return;
	}
	snprintf(a->content_type, sizeof(a->content_type),
		 "application/vnd.api+json; moochub-version=3");
	if (is_second && strcmp(request->path, "/broken") == 0) {
		partner_print(a, "{\"data\":[{\"id\":");
		return;
	}
	partner_print(a, "{\"links\":{\"self\":\"%s%s\"", base, request->target);
	if (!is_second)
		partner_print(a, ",\"next\":\"%s%s?page=2%s%s\"", base, request->path,
			      key != NULL ? "&key=" : "", key != NULL ? key : "");
	partner_print(
		a,
		"},\"data\":[{\"type\":\"Course\",\"id\":\"%s\",\"attributes\":{"
		"\"name\":\"Course %s\",\"inLanguage\":[\"en\"],\"description\":\"About\"}}]}",
		is_second ? "b" : "a", is_second ? "two" : "one");
}

static void add_source(struct daemon_partner *f, const char *id, const char *path, const char *auth)
{
	daemon_source(&f->d, id,
		      "format = \"moochub\" version = \"3\" url = \"%s%s\" retries = 0 %s",
		      partner_base(f->p), path, auth);
}

static void assert_hides(struct slice text, const char *where)
{
	if (slice_contains(text, SLICE_LIT(SECRET)))
		fail_msg("%s holds the secret", where);
}

/* What a kept response holds, when it is one: they are compressed. */
static bool unpack(struct buf *out, struct slice packed)
{
	enum { ROOM = 1 << 20 };
	size_t n = ZSTD_decompress(buf_room(out, ROOM), ROOM, packed.p, packed.n);

	if (ZSTD_isError(n))
		return false;
	buf_added(out, n);
	return true;
}

static size_t n_unpacked;

static int check_file(const char *path, const struct stat *s, int flag, struct FTW *ftw)
{
	struct buf text = BUF_INIT(64 << 20);
	struct buf plain = BUF_INIT(64 << 20);
	char piece[4096];
	FILE *file;
	size_t n;

	(void)s;
	(void)ftw;
	if (flag != FTW_F)
		return 0;
	file = fopen(path, "re");
	assert_non_null(file);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_append(&text, piece, n);
	fclose(file);
	assert_false(buf_failed(&text));
	assert_hides(buf_view(&text), path);
	if (unpack(&plain, buf_view(&text))) {
		assert_hides(buf_view(&plain), path);
		n_unpacked++;
	}
	buf_clear(&text);
	buf_clear(&plain);
	return 0;
}

static void check_answers(struct daemon_partner *f, const char *id)
{
	static const char *const paths[] = { "/v1/sources/%s", "/v1/sources/%s/runs",
					     "/v1/sources/%s/runs/1", "/v1/sources/%s/quality",
					     "/v1/offers?source=%s" };
	static const char *const others[] = { "/v1/sources", "/v1/status", "/v1/changes?since=0",
					      "/metrics",    "/v1/offers", "/v1/about" };
	struct daemon_answer a;
	char path[128];

	for (size_t i = 0; i < countof(paths) + countof(others); i++) {
		if (i < countof(paths))
			snprintf(path, sizeof(path), paths[i], id);
		else
			snprintf(path, sizeof(path), "%s", others[i - countof(paths)]);
		daemon_request(&f->d, "GET", true, path, NULL, &a);
		assert_true(a.status == 200 ||
			    a.status == 404); /* not every run is every source's */
		assert_hides(buf_view(&a.body), path);
		buf_clear(&a.body);
	}
}

static void no_secret_is_stored_logged_or_shown(void **state)
{
	static const struct {
		const char *id, *path, *auth;
	} sources[] = {
		{ "query", "/list", "auth { type = \"query\" name = \"key\" secret = \"s\" }" },
		{ "bearer", "/list", "auth { type = \"bearer\" secret = \"s\" }" },
		{ "basic", "/list", "auth { type = \"basic\" user = \"me\" secret = \"s\" }" },
		{ "header", "/list",
		  "auth { type = \"header\" name = \"X-Api-Key\" secret = \"s\" }" },
		{ "route", "/list", "headers { X-Route = \"" SECRET "\" }" },
		{ "broken", "/broken", "auth { type = \"query\" name = \"key\" secret = \"s\" }" },
		{ "nothing", "/none", "auth { type = \"query\" name = \"key\" secret = \"s\" }" },
	};
	struct daemon_partner *f = *state;

	temp_dir_write(&f->d.dir, "secrets/s", SECRET "\n");
	partner_route_fn(f->p, "/list", answer_pages, f->p);
	partner_route_fn(f->p, "/broken", answer_pages, f->p);
	for (size_t i = 0; i < countof(sources); i++)
		add_source(f, sources[i].id, sources[i].path, sources[i].auth);
	assert_int_equal(daemon_run_once(&f->d, "--once", NULL), 75);
	for (size_t i = 0; i < countof(sources); i++) {
		bool is_good = strcmp(sources[i].path, "/list") == 0;
		const char *line;
		char text[64];

		snprintf(text, sizeof(text), "%s: run ", sources[i].id);
		f->d.seen = 0;
		line = daemon_wait_line(&f->d, text);
		if (is_good != (strstr(line, "complete: 2 shown, 2 new") != NULL))
			fail_msg("%s", line);
	}
	daemon_start(&f->d, NULL);
	daemon_wait_ready(&f->d);
	for (size_t i = 0; i < countof(sources); i++)
		check_answers(f, sources[i].id);
	assert_int_equal(daemon_stop(&f->d, SIGTERM), 0);
	assert_hides(buf_view(&f->d.output), "the log");
	assert_int_equal(nftw(temp_dir_path(&f->d.dir, "state"), check_file, 16, FTW_PHYS), 0);
	assert_true(n_unpacked >= 4); /* pages with the query's secret, and without */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_secret_is_stored_logged_or_shown,
						daemon_partner_open, daemon_partner_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
