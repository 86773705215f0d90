// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_SERVER_INTERNAL_H
#define DAEMON_API_SERVER_INTERNAL_H

/*
 * What server.c (sockets, turns, closing) and connection.c (one client) share.
 *
 *   a connection:   IDLE ──► HEAD ──► UPLOAD ──► WAITING ──► SENDING ──► IDLE ...
 *                              request line      the store, the daemon
 *                              was read          are asked (suspended)
 *
 * Each state but WAITING has a deadline. To end a connection its socket is shut
 * down; libmicrohttpd then notices and closes it, in its own time.
 *
 * Thread: loop.
 */

#include "daemon/api/exchange.h"
#include "daemon/api/server.h"

#include <microhttpd.h>

enum connection_state {
	CONNECTION_IDLE,
	CONNECTION_HEAD,
	CONNECTION_UPLOAD,
	CONNECTION_WAITING,
	CONNECTION_SENDING,
};

struct request {
	struct list_node node; /* in server.spare */
	struct exchange exchange;
	struct connection *connection;
	size_t upload_bytes;
	bool has_head;
	bool is_started;
};

struct listener {
	uv_poll_t poll;
	struct server *server;
	int fd;
	bool is_admin;
	char name[LIMIT_SOCKET_PATH_BYTES + 8];
};

struct connection {
	struct list_node node; /* in server.connections */
	struct list_node unheard_node; /* in server.unheard, from IDLE until its request is whole */
	struct server *server;
	struct MHD_Connection *mhd;
	struct request *request; /* NULL while idle */
	enum connection_state state;
	uint64_t deadline_ms; /* 0: none */
	int fd;
	unsigned n_requests;
	size_t unsent_bytes;
	bool is_admin;
	bool is_shut; /* its socket is shut down; it is about to close */
};

struct server {
	struct loop *loop;
	struct api api;
	struct server_limits limits;
	struct MHD_Daemon *mhd;
	uv_poll_t poll; /* of libmicrohttpd's epoll descriptor */
	struct loop_timer pump_timer;
	struct loop_timer tick;
	struct deferred pump;
	struct listener listeners[SOCKETS_MAX];
	size_t n_listeners;
	const struct listener *accepting; /* whose connection is being added */
	uint64_t accept_again_ms; /* 0: accepting is not paused */
	struct list_node connections;
	struct list_node unheard; /* connections; the longest there first */
	struct list_node spare; /* requests to use again */
	unsigned n_spare;
	unsigned n_of[2]; /* connections that are not shut: queries, admin */
	unsigned n_peak; /* connections at once, since memory was given back */
	bool is_closing;
	bool is_forced; /* waiting ones were cancelled */
	uint64_t closing_deadline_ms;
	unsigned n_handles; /* open */
	struct deferred closed;
	void (*on_closed)(void *data);
	void *data;
};

/* Runs libmicrohttpd at the end of this turn. */
void server_pump(struct server *s);

/* Shuts a connection's socket down; nothing when it was already. */
void connection_shut(struct connection *c);
/* Callbacks of libmicrohttpd; cls is the server. */
void connection_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
		       enum MHD_ConnectionNotificationCode code);
void *connection_on_target(void *cls, const char *target, struct MHD_Connection *mhd);
enum MHD_Result connection_on_request(void *cls, struct MHD_Connection *mhd, const char *url,
				      const char *method, const char *version, const char *upload,
				      size_t *upload_size, void **context);
void connection_on_completed(void *cls, struct MHD_Connection *mhd, void **context,
			     enum MHD_RequestTerminationCode code);
/* Frees requests that are kept to be used again. */
void connection_free_spare(struct server *s);

#endif
