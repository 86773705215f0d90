// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

/*
 * The whole daemon: everything opened in its order, signals, readiness and
 * watchdog; shutdown.c closes it in the other order.
 *
 *   lock ─► sockets ─► vocabulary ─► store ─► fetcher ─► control ─► server ─► READY
 *
 * Thread: the process's main one, which becomes the loop's.
 */

#include "base/loop.h"
#include "base/pool.h"
#include "daemon/api/server.h"
#include "daemon/control_internal.h"
#include "daemon/sockets.h"
#include "daemon/state_lock.h"

#include <uv.h>

struct daemon_options {
	struct config *config; /* taken */
	bool is_once; /* harvest what is due, and end; no sockets */
	bool has_log_level; /* from the command line */
};

/*
 * Runs until it is stopped. Exit status: 0; with is_once 75 when a run was not
 * complete; 65 the database is of a newer version; 75 somebody else has the
 * state directory or a socket; 78 the configuration; 71 and 74 the system.
 */
int daemon_run(const struct daemon_options *options);

/* --- for shutdown.c --- */

enum shutdown_state { SHUTDOWN_NOT, SHUTDOWN_DRAIN, SHUTDOWN_STORE, SHUTDOWN_REST };

struct daemon {
	struct loop loop;
	struct state_lock lock;
	struct sockets sockets;
	struct store *store;
	struct fetcher *fetcher;
	struct pool_queue batches;
	struct pool_queue settings; /* reading the configuration */
	struct control *control;
	struct server *server;
	char *spool_dir;
	uv_signal_t signals[3]; /* SIGTERM, SIGINT, SIGHUP */
	struct loop_timer watchdog;
	uint64_t watchdog_ms; /* 0: none */
	struct control_request reload;
	enum shutdown_state shutdown;
	unsigned n_draining; /* control, server */
	int exit_status;
};

/*
 * Begins to end the daemon; what was opened is closed, the loop runs dry. A
 * second call does not wait for answers under way.
 */
void shutdown_start(struct daemon *d);

#endif
