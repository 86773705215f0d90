// SPDX-License-Identifier: EUPL-1.2
/*
 * Opening everything in its order, and what comes from outside the sockets:
 * signals, readiness, watchdog.
 */
#include "daemon/daemon.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "catalogue/normalise.h"
#include "catalogue/vocab.h"
#include "daemon/api/routes.h"
#include "daemon/descriptors.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

static int exit_status_of(enum err_code code)
{
	switch (code) {
	case ERR_OK:
		return EX_OK;
	case ERR_CONFIG:
	case ERR_PARSE:
	case ERR_NOTFOUND:
		return EX_CONFIG;
	case ERR_BUSY:
		return EX_TEMPFAIL;
	case ERR_CONFLICT: /* the database is newer than we are */
		return EX_DATAERR;
	case ERR_IO:
	case ERR_FULL:
	case ERR_DB:
		return EX_IOERR;
	case ERR_DENIED:
		return EX_NOPERM;
	default:
		return EX_OSERR;
	}
}

/* --- what comes from outside --- */

static void on_reloaded(struct control_request *req, const struct err *failure)
{
	(void)req;
	(void)failure; /* it is in the log */
	sd_notify(0, "READY=1");
}

static void reload(struct daemon *d)
{
	if (d->shutdown != SHUTDOWN_NOT || d->reload.work != NULL)
		return;
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)clock_mono_us());
	control_reload_start(&d->reload, d->control, on_reloaded);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct daemon *d = handle->data;

	loop_signal_came(&d->loop);
	if (number == SIGHUP)
		reload(d);
	else
		shutdown_start(d);
}

static void on_watchdog(struct loop_timer *timer)
{
	struct daemon *d = container_of(timer, struct daemon, watchdog);

	sd_notify(0, "WATCHDOG=1");
	loop_timer_start(timer, d->watchdog_ms, on_watchdog);
}

static void start_watchdog(struct daemon *d)
{
	uint64_t period_us = 0;

	if (sd_watchdog_enabled(0, &period_us) <= 0)
		return;
	d->watchdog_ms = period_us / 3000;
	loop_timer_start(&d->watchdog, d->watchdog_ms, on_watchdog);
}

static void start_signals(struct daemon *d)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

	for (size_t i = 0; i < countof(d->signals); i++) {
		require(uv_signal_init(&d->loop.uv, &d->signals[i]) == 0);
		d->signals[i].data = d;
		require(uv_signal_start(&d->signals[i], on_signal, numbers[i]) == 0);
	}
}

/* --- control's callbacks --- */

static enum err_code open_server(struct daemon *d, struct err *err)
{
	struct server_limits limits = SERVER_LIMITS;
	struct server_options options = {
		.sockets = &d->sockets,
		.store = d->store,
		.control = d->control,
		.table = routes_of_api(),
		.limits = &limits,
	};

	limits.n_connections = descriptors_for_connections(limits.n_connections);
	return server_open(&d->server, &d->loop, &options, err);
}

static void stop_with(struct daemon *d, const struct err *why)
{
	log_error(LOG_MAIN, "%s", why->msg);
	d->exit_status = exit_status_of(why->code);
	shutdown_start(d);
}

static void on_ready(void *data, const struct err *failure)
{
	struct daemon *d = data;
	struct err err = ERR_INIT;
	const struct config *c = control_config(d->control);

	if (failure != NULL) {
		stop_with(d, failure);
		return;
	}
	if (d->sockets.n > 0 && open_server(d, &err) != ERR_OK) {
		stop_with(d, &err);
		return;
	}
	log_info(LOG_MAIN, "ready: %zu sources, generation %lld", c->n_sources,
		 (long long)store_generation(d->store));
	sd_notifyf(0, "READY=1\nSTATUS=%zu sources", c->n_sources);
}

static void on_once_done(void *data, bool is_complete)
{
	struct daemon *d = data;

	if (!is_complete)
		d->exit_status = EX_TEMPFAIL;
	shutdown_start(d);
}

static void on_host_backoff(void *data, const char *host, int64_t not_before_s)
{
	struct daemon *d = data;

	if (d->control != NULL && d->shutdown == SHUTDOWN_NOT)
		control_host_backoff(d->control, host, not_before_s);
}

/* --- opening --- */

static enum err_code load_vocabulary(const struct config *c, struct err *err)
{
	for (size_t i = 0; i < c->vocab_files.n; i++) {
		const struct setting *file = &c->vocab_files.items[i];

		if (vocab_overlay_add(file->name.p, file->value, err) != ERR_OK)
			return err_set(err, ERR_CONFIG, "vocab-dir: %s: %s", file->name.p,
				       err->msg);
	}
	return ERR_OK;
}

static enum err_code open_store(struct daemon *d, const struct config *c, struct err *err)
{
	/* With an operator's own rows the rules are other ones than this version's. */
	struct buf rules = BUF_INIT(LIMIT_NOTE_BYTES);
	enum err_code rc;
	struct store_options options = {
		.state_dir = c->state_dir.p,
		.keep_responses_bytes = c->keep_responses_bytes,
		.keep_days = c->keep_days,
		.vocab_version = vocab_version(),
		.now_s = clock_now_s(),
	};

	buf_str(&rules, mapping_version());
	if (c->vocab_files.n > 0)
		buf_printf(&rules, "+%s", vocab_version());
	options.mapping_version = buf_z(&rules);
	rc = store_open(&d->store, &d->loop, &options, err);
	buf_clear(&rules);
	return rc;
}

static enum err_code make_spool_dir(struct daemon *d, const struct config *c, struct err *err)
{
	struct buf path = BUF_INIT(4096);

	buf_printf(&path, "%s/spool", c->state_dir.p);
	d->spool_dir = mem_strdup(buf_z(&path));
	buf_clear(&path);
	if (mkdir(d->spool_dir, 0700) != 0 && errno != EEXIST)
		return err_from_errno(err, errno, d->spool_dir);
	return ERR_OK;
}

static enum err_code open_fetcher(struct daemon *d, const struct config *c, struct err *err)
{
	struct fetcher_options options = {
		.user_agent = c->user_agent.p,
		.contact = c->contact.p,
		.spool_dir = d->spool_dir,
		.files = store_files_queue(d->store),
		.on_host_backoff = on_host_backoff,
		.data = d,
	};

	return fetcher_open(&d->fetcher, &d->loop, &options, err);
}

static void open_control(struct daemon *d, const struct daemon_options *o)
{
	struct control_options options = {
		.kept = { .loop = &d->loop,
			  .store = d->store,
			  .files = store_files_queue(d->store),
			  .spool_dir = d->spool_dir },
		.fetcher = d->fetcher,
		.batches = &d->batches,
		.files = &d->settings,
		.config = o->config,
		.is_once = o->is_once,
		.has_log_level = o->has_log_level,
		.on_ready = on_ready,
		.on_once_done = on_once_done,
		.data = d,
	};

	control_open(&d->control, &options);
}

/* What needs no loop to be closed again. */
static enum err_code open_files(struct daemon *d, const struct daemon_options *o, struct err *err)
{
	const struct config *c = o->config;
	enum err_code rc = state_lock_take(&d->lock, c->state_dir.p, err);

	if (rc == ERR_OK)
		log_info(LOG_MAIN, "microcatd " MICROCAT_VERSION ": opening %s", c->state_dir.p);
	else
		(void)config_wrap(err, c, "state-dir");
	if (rc == ERR_OK && !o->is_once)
		rc = sockets_open(&d->sockets, c, err);
	if (rc == ERR_OK)
		rc = make_spool_dir(d, c, err);
	if (rc == ERR_OK)
		rc = load_vocabulary(c, err);
	return rc;
}

static void close_files(struct daemon *d)
{
	sockets_close(&d->sockets);
	vocab_overlay_clear();
	state_lock_release(&d->lock);
	mem_free(d->spool_dir);
}

static void on_nothing(void *data)
{
	(void)data;
}

/* Opens and runs, and closes the loop; the daemon's own handles begin when nothing can fail any
 * more. */
static enum err_code run(struct daemon *d, const struct daemon_options *o, struct err *err)
{
	enum err_code rc = open_store(d, o->config, err);
	struct err at_end = ERR_INIT;

	if (rc == ERR_OK)
		rc = open_fetcher(d, o->config, err);
	if (rc == ERR_OK) {
		pool_queue_init_low(&d->batches, &d->loop, "batches");
		pool_queue_init(&d->settings, &d->loop, "settings", 1);
		loop_timer_init(&d->watchdog, &d->loop, true);
		start_signals(d);
		start_watchdog(d);
		open_control(d, o);
	} else {
		config_free(o->config);
		if (d->store != NULL)
			store_close(d->store, on_nothing, NULL);
	}
	loop_run(&d->loop);
	if (loop_close(&d->loop, &at_end) != ERR_OK)
		log_error(LOG_MAIN, "the loop did not end cleanly: %s", at_end.msg);
	return rc;
}

int daemon_run(const struct daemon_options *options)
{
	struct daemon *d = mem_new(struct daemon);
	struct err err = ERR_INIT;
	enum err_code rc;
	int status;

	d->lock.fd = -1;
	rc = open_files(d, options, &err);
	if (rc == ERR_OK)
		rc = loop_init(&d->loop, &err);
	if (rc == ERR_OK)
		rc = run(d, options, &err);
	else
		config_free(options->config);
	if (rc != ERR_OK)
		log_error(LOG_MAIN, "%s", err.msg);
	status = rc != ERR_OK ? exit_status_of(rc) : d->exit_status;
	close_files(d);
	if (rc == ERR_OK)
		log_info(LOG_MAIN, "stopped");
	mem_free(d);
	return status;
}
