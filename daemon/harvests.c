// SPDX-License-Identifier: EUPL-1.2
/*
 * The list of jobs, and who may start.
 */
#include "daemon/harvests.h"

#include "base/log.h"
#include "base/mem.h"

struct harvests {
	struct harvests_options options;
	struct list_node jobs;
	unsigned n_running;
	bool is_stopping;
	struct deferred pump;
};

static struct harvest_job *job_of(struct list_node *node)
{
	return container_of(node, struct harvest_job, node);
}

struct harvests *harvests_open(const struct harvests_options *options)
{
	struct harvests *h = mem_new(struct harvests);

	h->options = *options;
	list_init(&h->jobs);
	deferred_init(&h->pump);
	return h;
}

void harvests_free(struct harvests *h)
{
	if (h == NULL)
		return;
	require(list_is_empty(&h->jobs));
	loop_undefer(&h->pump);
	mem_free(h);
}

/* --- a job's life --- */

static void tell(struct harvest_job *job, const struct err *failure)
{
	struct list_node *node;

	while ((node = list_pop_front(&job->watchers)) != NULL) {
		struct harvest_watch *watch = container_of(node, struct harvest_watch, node);

		watch->opened(watch, job, failure);
	}
}

static void pump_later(struct harvests *h);

static void end(struct harvest_job *job, const struct err *failure)
{
	struct harvests *h = job->of;
	struct err gone = ERR_INIT;

	if (failure == NULL && job->run.run == 0)
		err_set(&gone, ERR_CANCELLED, "the daemon stops");
	tell(job, failure != NULL ? failure : gone.code != ERR_OK ? &gone : NULL);
	if (job->is_running)
		h->n_running--;
	list_remove(&job->node);
	h->options.on_ended(h->options.data, job, failure);
	mem_free(job);
	pump_later(h);
}

static void on_done(struct harvest_run *run, const struct err *failure)
{
	end(container_of(run, struct harvest_job, run), failure);
}

static void on_opened(struct harvest_run *run)
{
	tell(container_of(run, struct harvest_job, run), NULL);
}

static void start(struct harvest_job *job)
{
	const struct harvests *h = job->of;
	struct harvest_run_options options = {
		.kept = &h->options.kept,
		.fetcher = h->options.fetcher,
		.batches = h->options.batches,
		.config = job->config,
		.source = job->source,
		.kind = job->kind,
		.worker_program = h->options.worker_program,
	};

	job->is_running = true;
	job->of->n_running++;
	harvest_run_start(&job->run, &options, on_opened, on_done);
}

static void on_pump(struct deferred *d)
{
	struct harvests *h = container_of(d, struct harvests, pump);

	list_each (node, &h->jobs) {
		struct harvest_job *job = job_of(node);

		if (job->is_running || h->n_running >= h->options.parallel)
			continue;
		log_debug(LOG_HARVEST, "source=%s: its turn; %u others run",
			  job->source->source.id.p, h->n_running);
		start(job);
	}
}

static void pump_later(struct harvests *h)
{
	if (!h->is_stopping)
		loop_defer(h->options.kept.loop, &h->pump, on_pump);
}

/* --- asking --- */

enum err_code harvests_add(struct harvest_job **out, struct harvests *h,
			   const struct config *config, const struct config_source *source,
			   enum run_kind kind, struct err *err)
{
	struct harvest_job *job = harvests_find(h, source->source.id);

	assert_on_loop();
	if (job != NULL)
		return err_set(err, ERR_CONFLICT, "%s is being harvested already%s",
			       source->source.id.p, job->is_running ? "" : " (queued)");
	if (h->is_stopping)
		return err_set(err, ERR_CONFLICT, "the daemon stops");
	job = mem_new(struct harvest_job);
	job->config = config;
	job->source = source;
	job->kind = kind;
	job->of = h;
	list_init(&job->watchers);
	list_push_back(&h->jobs, &job->node);
	pump_later(h);
	if (out != NULL)
		*out = job;
	return ERR_OK;
}

struct harvest_job *harvests_find(const struct harvests *h, struct slice source_id)
{
	list_each (node, &h->jobs)
		if (slice_eq(job_of(node)->source->source.id, source_id))
			return job_of(node);
	return NULL;
}

struct harvest_job *harvests_at(const struct harvests *h, size_t i)
{
	list_each (node, &h->jobs)
		if (i-- == 0)
			return job_of(node);
	return NULL;
}

void harvests_set_parallel(struct harvests *h, unsigned parallel)
{
	h->options.parallel = parallel;
	pump_later(h);
}

bool harvests_use(const struct harvests *h, const struct config *config)
{
	list_each (node, &h->jobs)
		if (job_of(node)->config == config)
			return true;
	return false;
}

void harvests_stop(struct harvests *h)
{
	assert_on_loop();
	h->is_stopping = true;
	loop_undefer(&h->pump);
	list_each (node, &h->jobs) {
		struct harvest_job *job = job_of(node);

		if (job->is_running)
			harvest_run_cancel(&job->run);
		else
			end(job, NULL);
	}
}

bool harvests_have_room(const struct harvests *h)
{
	unsigned n = 0;

	list_each (node, &h->jobs)
		n++;
	return n < h->options.parallel;
}

bool harvests_are_idle(const struct harvests *h)
{
	return list_is_empty(&h->jobs);
}
