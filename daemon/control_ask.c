// SPDX-License-Identifier: EUPL-1.2
/*
 * What may be asked of the running daemon: harvest, replay, confirm, restore.
 * Each is a piece of work that lives until it is done; whoever asked may be
 * gone before.
 */
#include "daemon/control_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

struct control_work *control_work_new(struct control *c, struct control_request *req,
				      struct slice source_id,
				      void (*done)(struct control_request *, const struct err *))
{
	struct control_work *w = mem_new(struct control_work);

	assert_on_loop();
	*req = (struct control_request){ .done = done, .work = w };
	w->control = c;
	w->req = req;
	w->source_id = mem_strndup(source_id.p != NULL ? source_id.p : "", source_id.n);
	buf_init(&w->ignored, ERR_MSG_BYTES);
	c->n_pending++;
	return w;
}

void control_work_end(struct control_work *w, const struct err *failure)
{
	struct control *c = w->control;
	struct control_request *req = w->req;
	struct buf ignored = w->ignored;
	struct err err = ERR_INIT;

	if (failure != NULL)
		err = *failure;
	mem_free(w->path);
	mem_free(w->source_id);
	mem_free(w);
	if (req != NULL) {
		req->ignored = ignored;
		req->work = NULL;
		req->done(req, err.code != ERR_OK ? &err : NULL); /* req may be gone */
	}
	buf_clear(&ignored);
	control_finished_one(c);
}

void control_forget(struct control_request *req)
{
	assert_on_loop();
	if (req->work == NULL)
		return;
	req->work->req = NULL;
	req->work = NULL;
}

/* --- ends that are known at once come on a later turn all the same --- */

static void on_later(struct deferred *d)
{
	struct control_work *w = container_of(d, struct control_work, deferred);

	control_work_end(w, w->err.code != ERR_OK ? &w->err : NULL);
}

static void end_later(struct control_work *w)
{
	loop_defer(w->control->options.kept.loop, &w->deferred, on_later);
}

/* --- harvest, replay --- */

enum err_code control_find_source(const struct config_source **out, const struct control *c,
				  struct slice source_id, struct err *err)
{
	const struct config_source *source =
		c->config != NULL ? config_source(c->config, source_id) : NULL;

	if (c->is_stopping)
		return err_set(err, ERR_CONFLICT, "the daemon stops");
	if (source == NULL)
		return err_set(err, ERR_NOTFOUND, "no source %.*s is configured",
			       SLICE_ARG(source_id));
	*out = source;
	return ERR_OK;
}

/* Whether its partner may be asked now. */
static enum err_code check_time(const struct control *c, const struct config_source *source,
				struct err *err)
{
	struct control_source state;
	char when[CLOCK_TEXT_BYTES];

	if (!source->is_enabled)
		return err_set(err, ERR_CONFLICT, "%s is switched off (enabled = false)",
			       source->source.id.p);
	if (!control_source(&state, c, source->source.id) || state.not_before_s == 0)
		return ERR_OK;
	clock_format(when, state.not_before_s);
	return err_set(err, ERR_CONFLICT, "%s: the partner asked to be left alone until %s",
		       source->source.id.p, when);
}

static void on_opened(struct harvest_watch *watch, struct harvest_job *job,
		      const struct err *failure)
{
	struct control_work *w = container_of(watch, struct control_work, watch);

	if (w->req != NULL)
		w->req->run = job->run.run;
	control_work_end(w, failure);
}

/* A harvest of the source that is under way, or queued, is the one asked for. */
static bool join_harvest(struct control_work *w)
{
	struct harvest_job *job = harvests_find(w->control->harvests, slice_of(w->source_id));

	if (job == NULL || job->kind != RUN_HARVEST)
		return false;
	w->req->is_queued = !job->is_running;
	if (job->is_running && job->run.run == 0) {
		w->watch.opened = on_opened;
		list_push_back(&job->watchers, &w->watch.node);
		return true;
	}
	w->req->run = job->is_running ? job->run.run : 0;
	end_later(w);
	return true;
}

static void start_run(struct control_work *w, enum run_kind kind)
{
	struct control *c = w->control;
	const struct config_source *source = NULL;
	struct harvest_job *job = NULL;
	bool has_room = harvests_have_room(c->harvests);
	enum err_code rc;

	rc = control_find_source(&source, c, slice_of(w->source_id), &w->err);
	if (rc == ERR_OK && kind == RUN_HARVEST && join_harvest(w))
		return;
	if (rc == ERR_OK && kind == RUN_HARVEST)
		rc = check_time(c, source, &w->err);
	if (rc == ERR_OK)
		rc = harvests_add(&job, c->harvests, c->config, source, kind, &w->err);
	if (rc != ERR_OK) {
		end_later(w);
		return;
	}
	log_info(LOG_HARVEST, "source=%s: %s asked for%s", w->source_id, run_kind_name(kind),
		 has_room ? "" : "; it waits for its turn");
	w->req->is_queued = !has_room;
	if (has_room) {
		w->watch.opened = on_opened;
		list_push_back(&job->watchers, &w->watch.node);
	} else {
		end_later(w);
	}
}

void control_harvest_start(struct control_request *req, struct control *c, struct slice source_id,
			   void (*done)(struct control_request *, const struct err *))
{
	start_run(control_work_new(c, req, source_id, done), RUN_HARVEST);
}

void control_replay_start(struct control_request *req, struct control *c, struct slice source_id,
			  void (*done)(struct control_request *, const struct err *))
{
	start_run(control_work_new(c, req, source_id, done), RUN_REPLAY);
}

/* --- confirm, restore --- */

static void on_decided(struct store_decision *decision, const struct err *failure)
{
	struct control_work *w = container_of(decision, struct control_work, decision);

	if (failure == NULL) {
		log_info(LOG_HARVEST, "source=%s run=%lld: decided about run %lld", w->source_id,
			 (long long)decision->decided.run, (long long)decision->decided.of_run);
		if (w->req != NULL) {
			w->req->run = decision->decided.run;
			w->req->of_run = decision->decided.of_run;
		}
	}
	control_work_end(w, failure);
}

static bool may_decide(struct control_work *w)
{
	const struct harvest_job *job = harvests_find(w->control->harvests, slice_of(w->source_id));

	if (w->control->is_stopping)
		err_set(&w->err, ERR_CONFLICT, "the daemon stops");
	else if (job != NULL && job->is_running)
		err_set(&w->err, ERR_CONFLICT, "%s is being harvested", w->source_id);
	if (w->err.code != ERR_OK)
		end_later(w);
	return w->err.code == ERR_OK;
}

void control_confirm_start(struct control_request *req, struct control *c, struct slice source_id,
			   void (*done)(struct control_request *, const struct err *))
{
	struct control_work *w = control_work_new(c, req, source_id, done);

	if (!may_decide(w))
		return;
	w->decision.decision =
		(struct run_decision){ .source_id = w->source_id, .now_s = clock_now_s() };
	store_confirm_start(&w->decision, c->options.kept.store, on_decided);
}

void control_restore_start(struct control_request *req, struct control *c, struct slice source_id,
			   int64_t run, void (*done)(struct control_request *, const struct err *))
{
	struct control_work *w = control_work_new(c, req, source_id, done);

	if (!may_decide(w))
		return;
	w->decision.decision = (struct run_decision){ .source_id = w->source_id,
						      .run = run,
						      .now_s = clock_now_s() };
	store_restore_start(&w->decision, c->options.kept.store, on_decided);
}
