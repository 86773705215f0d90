// SPDX-License-Identifier: EUPL-1.2
/*
 * The end, as an operation of its own:
 *
 *   DRAIN ──► STORE ──► REST ──► (the loop runs dry)
 *
 *   DRAIN   no more connections, schedule stopped, runs stopped and settled;
 *           answers under way may finish
 *   STORE   closed behind its last commit
 *   REST    network, queues, signals, timers
 */
#include "daemon/daemon.h"

#include "base/log.h"
#include "base/mem.h"

#include <sysexits.h>
#include <systemd/sd-daemon.h>

static void on_signal_closed(uv_handle_t *handle)
{
	/* Part of struct daemon, which outlives the loop. */
	(void)handle;
}

static void on_queue_closed(struct pool_queue *q)
{
	(void)q;
}

static void close_signals(struct daemon *d)
{
	for (size_t i = 0; i < countof(d->signals); i++)
		uv_close((uv_handle_t *)&d->signals[i], on_signal_closed);
}

static void close_rest(struct daemon *d)
{
	d->shutdown = SHUTDOWN_REST;
	pool_queue_close(&d->batches, on_queue_closed);
	pool_queue_close(&d->settings, on_queue_closed);
	close_signals(d);
	loop_timer_close(&d->watchdog, NULL);
}

static void on_store_closed(void *data)
{
	struct daemon *d = data;

	d->store = NULL;
	close_rest(d);
}

/* Runs hand their bodies to the files queue of the store: the network goes first. */
static void on_fetcher_closed(void *data)
{
	struct daemon *d = data;

	d->fetcher = NULL;
	if (d->control != NULL)
		control_free(d->control);
	d->control = NULL;
	d->shutdown = SHUTDOWN_STORE;
	store_close(d->store, on_store_closed, d);
}

static void drained_one(struct daemon *d)
{
	if (--d->n_draining > 0)
		return;
	log_debug(LOG_MAIN, "drained: all runs are settled, all clients answered");
	fetcher_close(d->fetcher, on_fetcher_closed, d);
}

static void on_server_closed(void *data)
{
	struct daemon *d = data;

	d->server = NULL;
	drained_one(d);
}

static void on_control_stopped(void *data)
{
	struct daemon *d = data;

	/* Stopped before all that was due has run. */
	if (d->control->options.is_once && !d->control->is_told && d->exit_status == EX_OK)
		d->exit_status = EX_TEMPFAIL;
	drained_one(d);
}

void shutdown_start(struct daemon *d)
{
	assert_on_loop();
	if (d->shutdown != SHUTDOWN_NOT) {
		if (d->server != NULL)
			server_hurry(d->server);
		return;
	}
	d->shutdown = SHUTDOWN_DRAIN;
	sd_notify(0, "STOPPING=1");
	log_info(LOG_MAIN, "stopping");
	control_forget(&d->reload);
	sockets_remove_files(&d->sockets);
	d->n_draining = 1 + (d->server != NULL);
	if (d->server != NULL)
		server_close(d->server, on_server_closed, d);
	control_stop(d->control, on_control_stopped, d);
}
