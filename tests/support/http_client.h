// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_HTTP_CLIENT_H
#define TESTS_SUPPORT_HTTP_CLIENT_H

/*
 * A client on a Unix socket that says exactly the bytes it is told to, for
 * tests of the API. Its socket never blocks: with a loop, the loop turns while
 * it waits (the server is in this process); without, it waits for the socket.
 * What takes longer than HTTP_CLIENT_PATIENCE_MS fails the test.
 *
 * Thread: one, the loop's where there is one.
 */

#include "base/buf.h"
#include "base/loop.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define HTTP_CLIENT_PATIENCE_MS patience_ms(PATIENCE_MS)

enum { HTTP_CLIENT_TRIES = 100 };

struct http_client {
	int fd; /* -1: closed by the test */
	struct buf in; /* received and not yet taken */
	size_t n_taken; /* of them: handed out by the last http_client_answer() */
	bool is_ended; /* the server closed the connection */
	struct loop *loop;
};

/* One answer; its texts lie in the client and last until the next call. */
struct http_answer {
	unsigned status; /* 0: the connection ended before a whole answer */
	struct slice head; /* with its first line */
	struct slice body;
};

void http_client_open(struct http_client *c, const char *path, struct loop *loop);
void http_client_close(struct http_client *c);
/* One turn, or a moment's wait for bytes; then takes what came. */
void http_client_turn(struct http_client *c);
/* What the socket takes at once; the number of bytes, 0 when none. */
size_t http_client_send_some(struct http_client *c, struct slice bytes);
/* All of it, or until the server closed. */
void http_client_send(struct http_client *c, struct slice bytes);
/* A text, whole. */
void http_client_say(struct http_client *c, const char *text);
/* Says that nothing more will be sent; answers are still read. */
void http_client_finish(struct http_client *c);
/* The next whole answer. is_head: it has no body. */
struct http_answer http_client_answer(struct http_client *c, bool is_head);
/*
 * The answer to a request that was sent, on a machine of any speed. A search that waited too
 * long for its turn is told to come again (503 timeout), and a connection that was silent while
 * others had theirs is closed: the request is sent again, on a new connection to the socket
 * where the old one ended, and what else was asked on that is gone with it. Both are counted.
 */
struct http_again {
	unsigned n_told;
	unsigned n_closed;
};
struct http_answer http_client_answer_in_the_end(struct http_client *c, const char *socket,
						 struct slice request, struct http_again *again);
/* Takes the next whole answer and fails unless it has this status. */
void http_client_expect(struct http_client *c, unsigned status);
void http_client_wait_end(struct http_client *c);

/* "GET target" with these header lines ("Accept: text/csv\r\n", or ""), and its answer. */
struct http_answer http_client_get(struct http_client *c, const char *target, const char *headers);
struct http_answer http_client_ask(struct http_client *c, const char *method, const char *target,
				   const char *headers);
/* The value of a header of an answer, absent without. */
struct slice http_answer_header(const struct http_answer *a, const char *name);
/* Fail and print the answer. */
void http_assert_has(const struct http_answer *a, const char *text);
void http_assert_lacks(const struct http_answer *a, const char *text);
void http_assert_status(const struct http_answer *a, unsigned status);

#endif
