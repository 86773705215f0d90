// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_SERVER_H
#define DAEMON_API_SERVER_H

/*
 * The HTTP server: libmicrohttpd with external epoll on the loop. It knows
 * sockets, connections and deadlines; what is asked and answered is the
 * routes' (router.h, exchange.h).
 *
 * Clients are strangers. Heads, bodies and the taking of answers have
 * deadlines, sizes have limits (base/limits.h, "daemon/api"), and what goes
 * beyond costs that client its connection and nobody else anything.
 *
 * Thread: loop.
 */

#include "base/loop.h"
#include "daemon/api/router.h"
#include "daemon/sockets.h"
#include "index/store.h"

struct server; /* service */
struct control;

/* Those of base/limits.h; tests have smaller ones. */
struct server_limits {
	unsigned n_connections, n_admin_connections;
	unsigned n_requests; /* of one connection */
	uint64_t head_ms, idle_ms, upload_ms, write_ms, drain_ms, force_ms, tick_ms;
	size_t upload_bytes, unsent_bytes;
	size_t write_bytes_per_s; /* time for an answer's size, beside write_ms */
};
/* clang-format off */
#define SERVER_LIMITS {                                            \
	.n_connections = LIMIT_API_CONNECTIONS,                    \
	.n_admin_connections = LIMIT_API_ADMIN_CONNECTIONS,        \
	.n_requests = LIMIT_API_REQUESTS,                          \
	.head_ms = LIMIT_API_HEAD_MS,                              \
	.idle_ms = LIMIT_API_IDLE_MS,                              \
	.upload_ms = LIMIT_API_UPLOAD_MS,                          \
	.write_ms = LIMIT_API_WRITE_MS,                            \
	.drain_ms = LIMIT_API_DRAIN_MS,                            \
	.force_ms = LIMIT_API_FORCE_MS,                            \
	.tick_ms = LIMIT_API_TICK_MS,                              \
	.upload_bytes = LIMIT_API_UPLOAD_BYTES,                    \
	.unsent_bytes = LIMIT_API_UNSENT_BYTES,                    \
	.write_bytes_per_s = LIMIT_API_WRITE_BYTES_PER_S,          \
}
/* clang-format on */

struct server_options {
	struct sockets *sockets; /* their descriptors become the server's (fd is then -1) */
	struct store *store; /* what routes read; NULL where none does */
	struct control *control; /* what they ask of the daemon; NULL where none does */
	const struct route_table *table; /* borrowed: routes_of_api(), or a test's */
	const struct server_limits *limits; /* copied; NULL: SERVER_LIMITS */
};

/* Answers from the loop's next turn on. Errors: ERR_IO, and nothing is taken over then. */
enum err_code server_open(struct server **out, struct loop *loop,
			  const struct server_options *options, struct err *err) ERR_MUST_USE;
/*
 * Takes no more connections, lets answers under way finish until drain_ms,
 * answers the rest with 503, and closes all; then on_closed on a later turn.
 * The store is still open until then.
 */
void server_close(struct server *s, void (*on_closed)(void *data), void *data);
/* After server_close(): does not wait for answers under way. */
void server_hurry(struct server *s);

#endif
