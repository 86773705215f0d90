// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_PLAIN_SERVER_H
#define TESTS_SUPPORT_PLAIN_SERVER_H

/*
 * The HTTP server with routes that need no database, for clients that behave
 * as badly as they can:
 *
 *     GET, POST (admin) /echo/{id}?q=    what was asked, at once
 *     GET /big?bytes=                    so many bytes
 *     GET /fail                          409
 *     GET /wait                          when the test answers it: plain_seen
 *
 * Clients are sockets that never block; the loop turns while they wait. One
 * server at a time. Thread: one, the loop's.
 */

#include "tests/support/server_fixture.h"

struct exchange;

enum { PLAIN_WAITERS_MAX = 400 };

struct plain_server {
	struct server_fixture at;
	char dir[32];
};

/* What the routes met since the server was opened. */
struct plain_seen {
	struct exchange *waiting[PLAIN_WAITERS_MAX]; /* whose answer the test gives */
	size_t n_waiting;
	size_t n_cancelled;
};
extern struct plain_seen plain_seen;

/* limits NULL: the server's own. */
void plain_server_open(struct plain_server *f, const struct server_limits *limits);
/* Fails unless loop and server end clean, whatever clients did, and all that waits is answered. */
void plain_server_close(struct plain_server *f);
/* The server's own limits, with ticks and closing quick enough for tests. */
struct server_limits plain_server_quick_limits(void);

void plain_server_client(struct http_client *c, struct plain_server *f);
/* Turns the loop until the count is there. */
void plain_server_turn_until(struct plain_server *f, const size_t *n, size_t wanted);
/* Fails unless a client that behaves is answered, at once. */
void plain_server_check_others(struct plain_server *f);

#endif
