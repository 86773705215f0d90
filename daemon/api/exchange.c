// SPDX-License-Identifier: EUPL-1.2
/*
 * What holds for every request:
 *
 *   target ─► route ─► who ─► parameters ─► representation ─► entity tag ─► begin
 *        └── 400, 414   └── 404, 405   └── 403   └── 400   └── 406   └── 304
 *                                                         ─► read ─► render ─► answer
 *
 * The entity tag is made twice: for the present generation, so that what a
 * client has already costs no read; and for the generation that was read.
 */
#include "daemon/api/exchange.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

void exchange_init(struct exchange *x, struct api *api)
{
	*x = (struct exchange){ .api = api };
	arena_init(&x->arena, LIMIT_API_ARENA_BYTES);
	buf_init(&x->body, LIMIT_API_ANSWER_BYTES);
}

void exchange_clear(struct exchange *x)
{
	arena_clear(&x->arena);
	buf_clear(&x->body);
}

void exchange_reset(struct exchange *x)
{
	struct arena arena = x->arena;
	struct buf body = x->body;

	arena_reset(&arena);
	buf_reset(&body);
	*x = (struct exchange){ .api = x->api, .arena = arena, .body = body };
}

/* --- answers --- */

void exchange_header(struct exchange *x, const char *name, struct slice value)
{
	require(x->n_headers < EXCHANGE_HEADERS);
	x->headers[x->n_headers++] = (struct header){ name, value };
}

/* An answer that was begun and is not given. */
static void forget_answer(struct exchange *x)
{
	buf_reset(&x->body);
	x->n_headers = 0;
	x->etag[0] = '\0';
	x->type = NULL;
	x->status = 0;
}

void exchange_problem(struct exchange *x, unsigned status, const char *code, struct slice detail,
		      struct slice more)
{
	forget_answer(x);
	x->status = status;
	x->type = "application/problem+json";
	http_problem(&x->body, status, code, detail, more);
	if (status == 503)
		exchange_header(x, "Retry-After", SLICE_LIT("1"));
}

void exchange_fail(struct exchange *x, const struct err *why)
{
	unsigned status = http_status_of(why->code);
	struct slice detail = slice_of(why->msg);

	if (!http_detail_is_public(why->code)) {
		log_error(LOG_API, "%.*s: %s", SLICE_ARG(slice_first(x->raw_target, 200)),
			  why->msg);
		detail = SLICE_LIT("The daemon could not answer; its log says why.");
	}
	exchange_problem(x, status, err_code_name(why->code), detail, SLICE_NONE);
}

static void make_etag(struct exchange *x, int64_t generation)
{
	const char *version = MICROCAT_VERSION;
	XXH64_hash_t hash = XXH3_64bits(x->raw_target.p, x->raw_target.n);

	hash = XXH3_64bits_withSeed(version, strlen(version), hash + (XXH64_hash_t)x->format);
	/* Whether one can apply changes with the day of each zone. */
	hash = XXH3_64bits_withSeed(&x->days, sizeof(x->days), hash);
	snprintf(x->etag, sizeof(x->etag), "W/\"%.36s-%" PRId64 "-%" PRId32 "-%016" PRIx64 "\"",
		 store_db_uuid(x->api->store), generation, x->today, (uint64_t)hash);
}

/* True, and answered with 304, when the client has what it asks for. */
static bool is_not_modified(struct exchange *x)
{
	if (x->if_none_match.n == 0 || !http_etag_matches(x->if_none_match, slice_of(x->etag)))
		return false;
	buf_reset(&x->body);
	x->n_headers = 0;
	x->status = 304;
	x->type = NULL;
	return true;
}

static void count(struct exchange *x)
{
	metrics_count(&x->api->metrics, x->route, x->status, clock_mono_us() - x->started_us);
}

/* --- before a route is asked --- */

static bool answer_options(struct exchange *x, const struct route_match *match)
{
	struct buf allow = BUF_INIT(64);

	router_write_allow(&allow, match->allowed);
	if (x->method == HTTP_OPTIONS)
		x->status = 204;
	else
		exchange_problem(x, 405, "method-not-allowed",
				 SLICE_LIT("This path is not asked with that method."), SLICE_NONE);
	exchange_header(x, "Allow", arena_dup(&x->arena, buf_view(&allow)));
	buf_clear(&allow);
	return true;
}

/* The names of a route's parameters as a member of a problem. */
static struct slice known_params(struct exchange *x)
{
	struct buf text = BUF_INIT(4096);
	struct slice known;

	buf_str(&text, "\"known\":[");
	for (size_t i = 0; i < x->route->n_params; i++)
		buf_printf(&text, "%s\"%s\"", i > 0 ? "," : "", x->route->params[i].name);
	buf_char(&text, ']');
	known = arena_dup(&x->arena, buf_view(&text));
	buf_clear(&text);
	return known;
}

static struct slice unknown_param_detail(struct exchange *x, struct slice name)
{
	struct buf text = BUF_INIT(4096);
	struct slice detail;

	buf_printf(&text, "unknown parameter \"%.*s\": %s knows", SLICE_ARG(utf8_first(name, 80)),
		   x->route->path);
	if (x->route->n_params == 0)
		buf_str(&text, " none");
	for (size_t i = 0; i < x->route->n_params; i++)
		buf_printf(&text, "%s %s", i > 0 ? "," : "", x->route->params[i].name);
	detail = arena_dup(&x->arena, buf_view(&text));
	buf_clear(&text);
	return detail;
}

/* False: answered with a problem. */
static bool check_params(struct exchange *x)
{
	struct slice unknown = SLICE_NONE;
	struct err err = ERR_INIT;

	if (router_check_params(x->route, &x->target, &unknown, &err) == ERR_OK)
		return true;
	if (unknown.p != NULL)
		exchange_problem(x, 400, "unknown-parameter", unknown_param_detail(x, unknown),
				 known_params(x));
	else
		exchange_fail(x, &err);
	return false;
}

/* False: answered with a problem. */
static bool choose_format(struct exchange *x)
{
	unsigned offered = x->route->formats;
	struct slice wanted;

	x->format = FORMAT_JSON;
	if (offered == 0)
		return true;
	wanted = param_text(&x->target, "format");
	if (wanted.p != NULL) {
		x->format = http_format_of_name(wanted);
		if (x->format != FORMAT_COUNT && (offered & FORMAT_BIT(x->format)) != 0)
			return true;
	} else if (http_negotiate(&x->format, x->accept, offered)) {
		return true;
	}
	exchange_problem(x, 406, "not-acceptable",
			 SLICE_LIT("Accept names no representation there is: expected "
				   "application/json, or text/csv and application/x-ndjson where "
				   "docs/openapi.yaml has them"),
			 SLICE_NONE);
	return false;
}

/* False: answered with a problem. */
static bool find_route(struct exchange *x)
{
	struct route_match match = { 0 };
	struct err err = ERR_INIT;

	if (x->raw_target.n > LIMIT_API_TARGET_BYTES) {
		exchange_problem(x, 414, "limit",
				 SLICE_LIT("The request's path and query are too long."),
				 SLICE_NONE);
		return false;
	}
	if (http_target_parse(&x->target, x->raw_target, &x->arena, &err) != ERR_OK ||
	    router_find(&match, &x->api->table, x->method, x->target.path, &x->arena, &err) !=
		    ERR_OK) {
		exchange_fail(x, &err);
		return false;
	}
	if (x->method == HTTP_OPTIONS && slice_eq_z(x->target.path, "*"))
		match.allowed = METHOD_BIT(HTTP_GET) | METHOD_BIT(HTTP_HEAD) |
				METHOD_BIT(HTTP_OPTIONS) | METHOD_BIT(HTTP_POST);
	if (match.allowed == 0) {
		exchange_problem(x, 404, "not-found",
				 SLICE_LIT("There is no such path: see /openapi.json."),
				 SLICE_NONE);
		return false;
	}
	if (match.route == NULL)
		return !answer_options(x, &match);
	x->route = match.route;
	memcpy(x->args, match.args, sizeof(x->args));
	if (x->route->is_admin && !x->is_admin) {
		exchange_problem(x, 403, "denied",
				 SLICE_LIT("This is answered on the admin socket only."),
				 SLICE_NONE);
		return false;
	}
	return check_params(x) && choose_format(x);
}

/* --- reading --- */

static enum err_code render_in_pool(struct store_read *read, struct db *db,
				    const struct snapshot *snapshot, struct err *err)
{
	struct exchange *x = container_of(read, struct exchange, read);
	enum err_code rc;

	/* It may be asked again, when the snapshot was overtaken. */
	forget_answer(x);
	if (x->route->has_etag) {
		make_etag(x, snapshot_generation(snapshot));
		if (is_not_modified(x))
			return ERR_OK;
	}
	x->status = 200;
	x->type = http_format_type(x->format);
	rc = x->route->render_in_pool(x, db, snapshot, err);
	if (rc == ERR_OK && buf_failed(&x->body))
		return err_set(err, ERR_LIMIT,
			       "the answer would be larger than %d MiB: ask for fewer rows (limit) "
			       "or members (fields)",
			       LIMIT_API_ANSWER_BYTES / (1024 * 1024));
	return rc;
}

static void answered(struct exchange *x)
{
	x->is_waiting = false;
	x->is_reading = false;
	x->is_answered = true;
	count(x);
}

static void on_read(struct store_read *read, const struct err *failure)
{
	struct exchange *x = container_of(read, struct exchange, read);

	if (failure != NULL)
		exchange_fail(x, failure);
	answered(x);
	x->on_answered(x); /* x may be gone after this line */
}

/* --- life --- */

void exchange_wait(struct exchange *x, void (*forget)(struct exchange *))
{
	x->is_waiting = true;
	x->forget = forget;
}

void exchange_answered(struct exchange *x, const struct err *failure)
{
	require(x->is_waiting);
	if (failure != NULL)
		exchange_fail(x, failure);
	answered(x);
	x->on_answered(x); /* x may be gone after this line */
}

/* True: answered, or begin waits. */
static bool begin(struct exchange *x)
{
	struct err err = ERR_INIT;

	if (!find_route(x))
		return true;
	if (x->route->has_etag && x->if_none_match.n > 0) {
		make_etag(x, store_generation(x->api->store));
		if (is_not_modified(x))
			return true;
	}
	x->status = 200;
	x->type = http_format_type(x->format);
	x->timeout_ms = x->route->timeout_ms;
	if (x->route->begin != NULL && x->route->begin(x, &err) != ERR_OK) {
		x->is_waiting = false;
		exchange_fail(x, &err);
		return true;
	}
	return x->is_waiting || x->route->render_in_pool == NULL || x->status != 200;
}

/* By what is asked for: what it takes is known too late. */
static bool is_large(const struct exchange *x)
{
	return x->route->is_large ||
	       param_number(&x->target, "limit", x->route->usual_rows) > LIMIT_STORE_SMALL_ROWS;
}

static void start_reading(struct exchange *x)
{
	struct store_read_options options = { .timeout_ms = x->timeout_ms,
					      .is_bare = x->route->is_bare,
					      .is_large = is_large(x) };

	x->is_reading = true;
	store_read_start_as(&x->read, x->api->store, &options, render_in_pool, on_read);
}

bool exchange_start(struct exchange *x, void (*on_answered)(struct exchange *))
{
	assert_on_loop();
	x->on_answered = on_answered;
	x->started_us = clock_mono_us();
	x->now_s = clock_now_s();
	x->today = clock_day_of(x->now_s);
	zone_days_at(&x->days, x->now_s);
	if (!begin(x)) {
		start_reading(x);
		return false;
	}
	if (x->is_waiting)
		return false;
	answered(x);
	return true;
}

static void answer_cancelled(struct deferred *cancelled)
{
	struct exchange *x = container_of(cancelled, struct exchange, cancelled);
	struct err why = ERR_INIT;

	err_set(&why, ERR_CANCELLED, "nobody waits for this answer any more");
	exchange_answered(x, &why);
}

void exchange_cancel(struct exchange *x)
{
	void (*forget)(struct exchange *) = x->forget;

	x->forget = NULL;
	if (x->is_reading) {
		store_read_cancel(&x->read);
	} else if (x->is_waiting && forget != NULL) {
		forget(x);
		loop_defer(x->api->loop, &x->cancelled, answer_cancelled);
	}
}

bool exchange_is_under_way(const struct exchange *x)
{
	return x->is_reading || x->is_waiting;
}
