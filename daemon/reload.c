// SPDX-License-Identifier: EUPL-1.2
/*
 * A new configuration while the daemon runs: read in a pool job as a whole,
 * taken over by the store and then by schedule and harvests, or refused with
 * the reason and nothing changed. Runs under way keep the one they began with.
 *
 *   read (pool) ─► apply (store) ─► take over ─► done
 *        └ mistake ────┴ failure ────────────────► done: the old one stays
 */
#include "daemon/control_internal.h"

#include "base/log.h"
#include "base/mem.h"

static void end(struct control_work *w, const struct err *failure)
{
	struct control *c = w->control;

	c->reload = NULL;
	if (failure != NULL && failure->code != ERR_CANCELLED)
		log_error(LOG_CONFIG, "%s; the old configuration stays", failure->msg);
	else
		log_info(LOG_CONFIG, "%s: %zu sources", c->config->path.p, c->config->n_sources);
	if (failure == NULL && w->req != NULL)
		w->req->n_sources = c->config->n_sources;
	control_work_end(w, failure);
}

static void log_ignored(const struct buf *ignored)
{
	struct slice rest = buf_view(ignored);
	struct slice key;

	while (slice_split(&key, &rest, '\n'))
		log_warning(LOG_CONFIG, "%.*s has changed: taken at the next start",
			    SLICE_ARG(key));
}

void reload_applied(struct control *c, const struct err *failure)
{
	struct control_work *w = c->reload;
	struct err stopped = ERR_INIT;

	if (failure == NULL && c->is_stopping) {
		err_set(&stopped, ERR_CANCELLED, "the daemon stops");
		failure = &stopped;
	}
	if (failure != NULL) {
		config_free(c->incoming);
		c->incoming = NULL;
		buf_reset(&w->ignored);
	} else {
		log_ignored(&w->ignored);
	}
	end(w, failure);
}

static void load_in_pool(struct pool_job *job)
{
	struct control_work *w = container_of(job, struct control_work, job);

	if (config_load(&w->loaded, w->path, &w->err) != ERR_OK)
		w->loaded = NULL;
}

static void on_loaded(struct pool_job *job)
{
	struct control_work *w = container_of(job, struct control_work, job);
	struct control *c = w->control;

	if (!job->has_run || c->is_stopping) {
		config_free(w->loaded);
		err_set(&w->err, ERR_CANCELLED, "the daemon stops");
		end(w, &w->err);
		return;
	}
	if (w->loaded == NULL) {
		end(w, &w->err);
		return;
	}
	config_fixed_differences(&w->ignored, c->config, w->loaded);
	control_apply(c, w->loaded);
}

static void on_refused(struct deferred *d)
{
	struct control_work *w = container_of(d, struct control_work, deferred);

	control_work_end(w, &w->err);
}

void control_reload_start(struct control_request *req, struct control *c,
			  void (*done)(struct control_request *, const struct err *))
{
	struct control_work *w = control_work_new(c, req, SLICE_NONE, done);

	if (c->reload != NULL || !c->is_ready) {
		err_set(&w->err, ERR_CONFLICT,
			c->reload != NULL ? "a reload is under way" : "the daemon starts or stops");
		loop_defer(c->options.kept.loop, &w->deferred, on_refused);
		return;
	}
	c->reload = w;
	w->path = mem_strdup(c->config->path.p);
	pool_start(c->options.files, &w->job, load_in_pool, on_loaded);
}
