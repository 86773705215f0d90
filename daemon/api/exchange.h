// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_EXCHANGE_H
#define DAEMON_API_EXCHANGE_H

/*
 * One request and its answer, between the server (which knows sockets) and the
 * routes (which know what is asked):
 *
 *   server:   exchange_start()  ─►  on_answered, once, now or on a later turn
 *   route:    begin (loop)  ─►  render_in_pool (pool, one read transaction)
 *
 * Here are the things that hold for every route: path, method, who may ask,
 * parameters, representation, entity tag, and that each failure becomes a
 * problem document.
 *
 * Memory: what a route makes lives in the exchange's arena until the answer
 * was sent; the body is the exchange's until the server takes it.
 */

#include "base/clock.h"
#include "base/loop.h"
#include "daemon/api/metrics.h"
#include "daemon/api/suggester.h"
#include "index/store.h"

struct control;

/* What routes answer from. Lives as long as the server. */
struct api {
	struct loop *loop;
	struct store *store; /* NULL in a test whose routes read nothing */
	struct control *control; /* NULL in such a test */
	struct route_table table;
	struct metrics metrics;
	struct suggester suggester; /* of a store */
	uint64_t started_ms; /* clock_mono_ms() */
};

struct header {
	const char *name; /* static */
	struct slice value;
};

enum { EXCHANGE_HEADERS = 8 };

struct exchange {
	struct api *api;
	/* asked; the texts lie in the arena */
	enum http_method method;
	struct http_target target;
	struct slice raw_target;
	struct slice accept; /* headers; absent without */
	struct slice if_none_match;
	bool is_admin; /* came in on the admin socket */
	const struct route *route; /* NULL until it is found */
	struct slice args[ROUTE_ARGS];
	enum http_format format; /* to answer in */
	int64_t now_s; /* when it was asked */
	int32_t today; /* UTC */
	struct zone_days days; /* today in each time zone */
	struct arena arena;
	void *asked; /* what begin read, for render_in_pool */
	uint32_t timeout_ms; /* of the read; the route's unless begin sets another */

	/* answered */
	unsigned status;
	const char *type; /* Content-Type, static; NULL without a body */
	struct header headers[EXCHANGE_HEADERS];
	size_t n_headers;
	struct buf body;
	char etag[96]; /* "" without */

	/* private */
	bool is_waiting; /* begin said exchange_wait() */
	bool is_reading; /* a read of the store is under way */
	bool is_answered;
	struct store_read read;
	void (*forget)(struct exchange *x);
	struct deferred cancelled;
	void (*on_answered)(struct exchange *x);
	uint64_t started_us;
};

/* --- the server's side. Thread: loop. --- */

void exchange_init(struct exchange *x, struct api *api);
/* Ready for another request, with the memory it has. It is not under way. */
void exchange_reset(struct exchange *x);
void exchange_clear(struct exchange *x);
/*
 * Answers raw_target, with method, accept, if_none_match and is_admin as set.
 * True: it is answered already. False: on_answered runs once, on a later turn.
 */
bool exchange_start(struct exchange *x, void (*on_answered)(struct exchange *));
/* Nobody waits for it any more; on_answered still comes. */
void exchange_cancel(struct exchange *x);
/* Whether it was started and on_answered is still to come. */
bool exchange_is_under_way(const struct exchange *x);

/* --- the routes' side --- */

/* Adds a header; the value is borrowed until the answer is sent. Any thread that has x. */
void exchange_header(struct exchange *x, const char *name, struct slice value);
/* Another status, type or body than a route of its kind has. Any thread that has x. */
void exchange_problem(struct exchange *x, unsigned status, const char *code, struct slice detail,
		      struct slice more);
/* A failure as a problem. */
void exchange_fail(struct exchange *x, const struct err *why);
/*
 * For begin: the answer comes later, by exchange_answered() on another turn.
 * forget is called when nobody waits for it any more: exchange_answered() must
 * not be called after that.
 */
void exchange_wait(struct exchange *x, void (*forget)(struct exchange *));
/* failure NULL: status, type and body are set. Loop, not inside begin. */
void exchange_answered(struct exchange *x, const struct err *failure);

#endif
