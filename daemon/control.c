// SPDX-License-Identifier: EUPL-1.2
/*
 * The running daemon: a configuration taken over, sources that become due,
 * runs that end.
 *
 *   control_open ─► apply (store) ─► schedule ─► ready ─► ... ─► control_stop ─► all settled
 */
#include "daemon/control_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>

/* --- configuration --- */

static void free_unused(struct control *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_retired; i++) {
		if (harvests_use(c->harvests, c->retired[i]))
			c->retired[n++] = c->retired[i];
		else
			config_free(c->retired[i]);
	}
	c->n_retired = n;
}

static void retire(struct control *c, struct config *old)
{
	if (old == NULL)
		return;
	c->retired = mem_resize(c->retired, c->n_retired + 1, sizeof(struct config *));
	c->retired[c->n_retired++] = old;
	free_unused(c);
}

static void look_later(struct control *c);

static bool start_harvest(struct control *c, const struct config_source *source)
{
	struct err err = ERR_INIT;

	if (harvests_add(NULL, c->harvests, c->config, source, RUN_HARVEST, &err) == ERR_OK)
		return true;
	log_debug(LOG_SCHEDULE, "source=%s: %s", source->source.id.p, err.msg);
	return false;
}

/* is_once: what is due runs now, all of it; the rest says when it will be. */
static void harvest_due(struct control *c)
{
	int64_t now_s = clock_now_s();
	const struct schedule_entry *e;

	for (size_t i = 0; (e = schedule_at(c->schedule, i)) != NULL; i++) {
		int64_t due_s = e->next_due_s > e->not_before_s ? e->next_due_s : e->not_before_s;
		char when[CLOCK_TEXT_BYTES];

		if (!e->source->is_enabled)
			continue;
		if (due_s <= now_s) {
			start_harvest(c, e->source);
			continue;
		}
		clock_format(when, due_s);
		printf("%s: not due before %s\n", e->source->source.id.p, when);
	}
	look_later(c);
}

static void set_hosts(struct control *c, const struct host_rows *hosts)
{
	for (size_t i = 0; i < hosts->n; i++)
		fetcher_set_host_backoff(c->options.fetcher, hosts->items[i].host.p,
					 hosts->items[i].not_before_s);
}

static void take_over(struct control *c, const struct store_sources_apply *apply)
{
	struct config *old = c->config;

	c->config = c->incoming;
	c->incoming = NULL;
	if (!c->options.has_log_level)
		log_set_level(c->config->log_level);
	harvests_set_parallel(c->harvests, c->config->parallel);
	schedule_apply(c->schedule, c->config, &apply->sources, !c->options.is_once);
	set_hosts(c, &apply->hosts);
	retire(c, old);
}

static void on_applied(struct store_sources_apply *apply, const struct err *failure)
{
	struct control *c = container_of(apply, struct control, apply);
	bool is_first = c->config == NULL;

	mem_free(c->entries);
	c->entries = NULL;
	if (failure == NULL && !c->is_stopping)
		take_over(c, apply);
	if (!is_first) {
		reload_applied(c, failure);
	} else if (!c->is_stopping) {
		c->is_ready = failure == NULL;
		c->options.on_ready(c->options.data, failure);
		if (failure == NULL && c->options.is_once)
			harvest_due(c);
	}
	control_finished_one(c);
}

void control_apply(struct control *c, struct config *config)
{
	c->incoming = config;
	c->entries = mem_new_n(struct source_entry, config->n_sources + 1);
	for (size_t i = 0; i < config->n_sources; i++) {
		const struct config_source *s = &config->sources[i];
		struct source_entry *e = &c->entries[i];

		*e = (struct source_entry){ .id = s->source.id.p,
					    .title = s->source.title.p,
					    .settings = s->settings_json,
					    .is_enabled = s->is_enabled };
		memcpy(e->settings_hash, s->settings_hash, BLOB_HASH_BYTES);
	}
	c->apply = (struct store_sources_apply){ .entries = c->entries,
						 .n = config->n_sources,
						 .now_s = clock_now_s() };
	c->n_pending++;
	store_sources_apply_start(&c->apply, c->options.kept.store, on_applied);
}

/* --- what is remembered of a run --- */

struct due_write {
	struct store_source_due req;
	struct control *control;
	char *id;
};

static void on_due_written(struct store_source_due *req, const struct err *failure)
{
	struct due_write *w = container_of(req, struct due_write, req);
	struct control *c = w->control;

	if (failure != NULL)
		log_warning(LOG_SCHEDULE, "source=%s: when it is due is not remembered: %s", w->id,
			    failure->msg);
	mem_free(w->id);
	mem_free(w);
	control_finished_one(c);
}

static void remember(struct control *c, const struct schedule_entry *e)
{
	struct due_write *w = mem_new(struct due_write);

	w->control = c;
	w->id = mem_strdup(e->source->source.id.p);
	w->req.due = (struct source_due){ .id = w->id,
					  .next_due_s = e->next_due_s,
					  .not_before_s = e->not_before_s,
					  .n_failures = e->n_failures };
	c->n_pending++;
	store_source_due_start(&w->req, c->options.kept.store, on_due_written);
}

struct host_write {
	struct store_host_backoff req;
	struct control *control;
	char *host;
};

static void on_host_written(struct store_host_backoff *req, const struct err *failure)
{
	struct host_write *w = container_of(req, struct host_write, req);
	struct control *c = w->control;

	if (failure != NULL)
		log_debug(LOG_SCHEDULE, "host=%s: not remembered: %s", w->host, failure->msg);
	mem_free(w->host);
	mem_free(w);
	control_finished_one(c);
}

void control_host_backoff(struct control *c, const char *host, int64_t not_before_s)
{
	struct host_write *w = mem_new(struct host_write);

	w->control = c;
	w->host = mem_strdup(host);
	w->req.host = w->host;
	w->req.not_before_s = not_before_s;
	c->n_pending++;
	store_host_backoff_start(&w->req, c->options.kept.store, on_host_written);
}

/* --- runs that end --- */

static void print_run(const struct harvest_job *job, const struct err *failure)
{
	const struct run_outcome *o = &job->run.outcome;
	unsigned long long n_removed = o->ledger.removed_gone + o->ledger.removed_absent;

	if (o->end == RUN_RUNNING)
		printf("%s: failed: %s\n", job->source->source.id.p,
		       failure != NULL ? failure->msg : "not started");
	else
		printf("%s: run %lld %s: %llu shown, %llu new, %llu changed, %llu removed, "
		       "%llu rejected%s%s\n",
		       job->source->source.id.p, (long long)job->run.run, run_end_name(o->end),
		       (unsigned long long)o->ledger.shown, (unsigned long long)o->ledger.new_,
		       (unsigned long long)o->ledger.changed, n_removed,
		       (unsigned long long)o->ledger.rejected, o->why[0] != 0 ? ": " : "", o->why);
	fflush(stdout);
}

static void on_job_ended(void *data, struct harvest_job *job, const struct err *failure)
{
	struct control *c = data;
	enum run_end end = job->run.outcome.end;
	const struct schedule_entry *e = NULL;

	if (job->kind == RUN_HARVEST && job->is_running && end != RUN_CANCELLED && !c->is_stopping)
		e = schedule_ended(c->schedule, job->source->source.id, end, job->run.not_before_s);
	if (e != NULL)
		remember(c, e);
	if (c->options.is_once && job->is_running) {
		print_run(job, failure);
		c->is_incomplete = c->is_incomplete || end != RUN_COMPLETE;
	}
	look_later(c);
}

/* Is there nothing left to wait for? */
static void on_look(struct deferred *d)
{
	struct control *c = container_of(d, struct control, look);

	free_unused(c);
	if (!harvests_are_idle(c->harvests) || c->n_pending > 0)
		return;
	if (c->is_stopping && c->on_stopped != NULL) {
		void (*on_stopped)(void *) = c->on_stopped;

		c->on_stopped = NULL;
		on_stopped(c->stopped_data);
	} else if (c->options.is_once && c->is_ready && !c->is_stopping && !c->is_told) {
		c->is_told = true;
		c->options.on_once_done(c->options.data, !c->is_incomplete);
	}
}

/* On a later turn, when what has ended is out of the lists. */
static void look_later(struct control *c)
{
	loop_defer(c->options.kept.loop, &c->look, on_look);
}

void control_finished_one(struct control *c)
{
	require(c->n_pending > 0);
	c->n_pending--;
	look_later(c);
}

static bool on_due(void *data, const struct config_source *source)
{
	struct control *c = data;

	return !c->options.is_once && start_harvest(c, source);
}

/* --- life --- */

void control_open(struct control **out, const struct control_options *options)
{
	struct control *c = mem_new(struct control);
	struct harvests_options harvests = {
		.kept = options->kept,
		.fetcher = options->fetcher,
		.batches = options->batches,
		.worker_program = options->worker_program,
		.parallel = options->config->parallel,
		.on_ended = on_job_ended,
		.data = c,
	};

	assert_on_loop();
	c->options = *options;
	c->options.config = NULL;
	c->started_s = clock_now_s();
	c->harvests = harvests_open(&harvests);
	c->schedule = schedule_open(options->kept.loop, on_due, c);
	*out = c;
	control_apply(c, options->config);
}

static void on_schedule_closed(void *data)
{
	struct control *c = data;

	c->schedule = NULL;
	control_finished_one(c);
}

void control_stop(struct control *c, void (*on_stopped)(void *data), void *data)
{
	assert_on_loop();
	require(!c->is_stopping);
	c->is_stopping = true;
	c->is_ready = false;
	c->on_stopped = on_stopped;
	c->stopped_data = data;
	harvests_stop(c->harvests);
	c->n_pending++;
	schedule_close(c->schedule, on_schedule_closed, c);
}

void control_free(struct control *c)
{
	loop_undefer(&c->look);
	for (size_t i = 0; i < c->n_retired; i++)
		config_free(c->retired[i]);
	mem_free(c->retired);
	config_free(c->config);
	config_free(c->incoming);
	harvests_free(c->harvests);
	mem_free(c);
}

/* --- what is going on --- */

static int64_t estimate_s(const struct harvest_job *job, const struct harvest_figures *f)
{
	int64_t passed_s = clock_now_s() - job->run.started_s;
	uint64_t n_before = job->run.n_before;

	if (f->pull.n_records == 0 || n_before <= f->pull.n_records || passed_s < 5)
		return -1;
	return (int64_t)((n_before - f->pull.n_records) * (uint64_t)passed_s / f->pull.n_records);
}

bool control_running_at(struct control_running *out, const struct control *c, size_t i)
{
	const struct harvest_job *job = harvests_at(c->harvests, i);
	struct harvest_figures f = { .network = { 0 } };

	if (job == NULL)
		return false;
	*out = (struct control_running){ .source_id = job->source->source.id,
					 .kind = job->kind,
					 .state = "queued",
					 .estimated_s = -1 };
	if (!job->is_running)
		return true;
	harvest_run_figures(&f, &job->run);
	out->run = job->run.run;
	out->state = harvest_run_state_name(&job->run);
	out->started_s = job->run.started_s;
	out->n_requests = f.network.n_requests;
	out->n_pages = f.pull.n_pages;
	out->n_pages_lost = f.pull.n_pages_lost;
	out->n_shown = f.pull.n_shown;
	out->n_records = f.pull.n_records;
	out->n_not_modified = f.network.n_not_modified;
	out->wire_bytes = f.network.wire_bytes;
	out->body_bytes = f.pull.body_bytes;
	out->estimated_s = estimate_s(job, &f);
	return true;
}

static void take_entry(struct control_source *out, const struct control *c,
		       const struct schedule_entry *e)
{
	const struct harvest_job *job = harvests_find(c->harvests, e->source->source.id);

	*out = (struct control_source){
		.config = e->source,
		.is_running = job != NULL && job->is_running,
		.is_queued = job != NULL && !job->is_running,
		.run = job != NULL && job->is_running ? job->run.run : 0,
		.next_due_s = e->source->is_enabled ? e->next_due_s : 0,
		.not_before_s = e->not_before_s > clock_now_s() ? e->not_before_s : 0,
		.n_failures = e->n_failures,
	};
}

bool control_source(struct control_source *out, const struct control *c, struct slice source_id)
{
	const struct schedule_entry *e =
		c->schedule != NULL ? schedule_find(c->schedule, source_id) : NULL;

	if (e != NULL)
		take_entry(out, c, e);
	return e != NULL;
}

bool control_source_at(struct control_source *out, const struct control *c, size_t i)
{
	const struct schedule_entry *e = c->schedule != NULL ? schedule_at(c->schedule, i) : NULL;

	if (e != NULL)
		take_entry(out, c, e);
	return e != NULL;
}

int64_t control_started_s(const struct control *c)
{
	return c->started_s;
}

bool control_is_ready(const struct control *c)
{
	return c->is_ready;
}

const struct config *control_config(const struct control *c)
{
	return c->config != NULL ? c->config : c->incoming;
}
