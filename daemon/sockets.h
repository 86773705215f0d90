// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_SOCKETS_H
#define DAEMON_SOCKETS_H

/*
 * The listening sockets: systemd's, by the names "query" and "admin", else our
 * own: 0666 for queries, 0660 for administration. A Unix socket that a dead
 * daemon left is removed; one that answers is an error.
 *
 * Thread: loop, at start-up.
 */

#include "base/err.h"
#include "base/limits.h"
#include "base/slice.h"
#include "daemon/config.h"

#include <stddef.h>
#include <stdint.h>

struct socket_address {
	bool is_unix;
	char path[LIMIT_SOCKET_PATH_BYTES + 1]; /* unix */
	char host[64]; /* tcp: a number, without [] */
	uint16_t port;
};

/* Reads "unix:/path", "tcp:127.0.0.1:8420", "tcp:[::1]:8420". ERR_PARSE says why not. */
enum err_code socket_address_read(struct socket_address *out, struct slice text,
				  struct err *err) ERR_MUST_USE;

struct listening_socket {
	int fd; /* non-blocking, listening, close-on-exec */
	bool is_admin; /* administration is answered here too */
	bool is_tcp;
	bool is_ours; /* a Unix socket that we made: its file goes with us */
	char name[LIMIT_SOCKET_PATH_BYTES + 8]; /* as configured, for logs */
};

enum { SOCKETS_MAX = 16 };

struct sockets {
	struct listening_socket items[SOCKETS_MAX];
	size_t n;
};

/* Errors: ERR_CONFIG, ERR_BUSY when another program listens there, ERR_IO. Nothing stays open then.
 */
enum err_code sockets_open(struct sockets *out, const struct config *config,
			   struct err *err) ERR_MUST_USE;
/* Removes the files of our own; who serves the descriptors closes them. */
void sockets_remove_files(struct sockets *s);
/* Closes what is still open (fd -1: it was handed over), after removing our files. */
void sockets_close(struct sockets *s);

#endif
