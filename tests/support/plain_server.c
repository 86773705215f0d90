// SPDX-License-Identifier: EUPL-1.2
/* The HTTP server with four routes of the tests' own. */
#include "tests/support/plain_server.h"

#include "daemon/api/exchange.h"

/* --- the routes --- */

struct plain_seen plain_seen;

static enum err_code begin_echo(struct exchange *x, struct err *err)
{
	struct json_writer w = JSON_WRITER(&x->body);

	(void)err;
	json_open(&w, '{');
	json_field(&w, "id", x->args[0]);
	json_field(&w, "q", param_text(&x->target, "q"));
	json_field_i64(&w, "method", x->method);
	json_close(&w, '}');
	return ERR_OK;
}

static enum err_code begin_big(struct exchange *x, struct err *err)
{
	(void)err;
	buf_fill(&x->body, 'x', param_number(&x->target, "bytes", 0));
	return ERR_OK;
}

static enum err_code begin_fail(struct exchange *x, struct err *err)
{
	(void)x;
	return err_set(err, ERR_CONFLICT, "not now");
}

/* Nobody waits for it: the test forgets it, and the exchange answers itself. */
static void forget_wait(struct exchange *x)
{
	for (size_t i = 0; i < plain_seen.n_waiting; i++) {
		if (plain_seen.waiting[i] == x)
			plain_seen.waiting[i] = plain_seen.waiting[--plain_seen.n_waiting];
	}
	plain_seen.n_cancelled++;
}

static enum err_code begin_wait(struct exchange *x, struct err *err)
{
	if (plain_seen.n_waiting == PLAIN_WAITERS_MAX)
		return err_set(err, ERR_BUSY, "too many wait");
	plain_seen.waiting[plain_seen.n_waiting++] = x;
	exchange_wait(x, forget_wait);
	return ERR_OK;
}

static const struct param echo_params[] = { { .name = "q", .kind = PARAM_TEXT, .max = 4096 } };

static const struct param big_params[] = {
	{ .name = "bytes", .kind = PARAM_NUMBER, .max = 64 * 1024 * 1024 },
};

static const struct route routes[] = {
	{ .method = HTTP_GET,
	  .path = "/echo/{id}",
	  .params = echo_params,
	  .n_params = countof(echo_params),
	  .begin = begin_echo },
	{ .method = HTTP_POST, .path = "/echo/{id}", .is_admin = true, .begin = begin_echo },
	{ .method = HTTP_GET,
	  .path = "/big",
	  .params = big_params,
	  .n_params = countof(big_params),
	  .begin = begin_big },
	{ .method = HTTP_GET, .path = "/fail", .begin = begin_fail },
	{ .method = HTTP_GET, .path = "/wait", .begin = begin_wait },
};

static const struct route_table table = { routes, countof(routes) };

/* --- the server --- */

void plain_server_open(struct plain_server *f, const struct server_limits *limits)
{
	struct server_options options = { .table = &table, .limits = limits };

	plain_seen = (struct plain_seen){ .n_waiting = 0 };
	snprintf(f->dir, sizeof(f->dir), "/tmp/mcsrv-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	server_fixture_init(&f->at, f->dir);
	server_fixture_open(&f->at, &options);
}

void plain_server_close(struct plain_server *f)
{
	server_fixture_close(&f->at);
	assert_int_equal(plain_seen.n_waiting, 0);
	server_fixture_clear(&f->at);
	rmdir(f->dir);
}

struct server_limits plain_server_quick_limits(void)
{
	struct server_limits limits = SERVER_LIMITS;

	limits.tick_ms = 5;
	limits.drain_ms = 50;
	limits.force_ms = 20;
	return limits;
}

void plain_server_turn_until(struct plain_server *f, const size_t *n, size_t wanted)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;

	while (*n < wanted) {
		assert_true(clock_mono_ms() < until_ms);
		loop_turn(&f->at.loop, 1);
	}
}

void plain_server_client(struct http_client *c, struct plain_server *f)
{
	http_client_open(c, f->at.query_path, &f->at.loop);
}

void plain_server_check_others(struct plain_server *f)
{
	struct http_client c;
	struct http_answer answer;

	plain_server_client(&c, f);
	answer = http_client_get(&c, "/echo/other", "");
	http_assert_status(&answer, 200);
	http_assert_has(&answer, "{\"id\":\"other\",");
	http_client_close(&c);
}
