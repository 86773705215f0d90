// SPDX-License-Identifier: EUPL-1.2
/*
 * One run, as one switch. See harvest.h for the states.
 */
#include "daemon/harvest.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/url.h"
#include "harvesters/begin.h"

#include <stdio.h>

static void step(struct harvest_run *h);

static const char *id_of(const struct harvest_run *h)
{
	return h->options.source->source.id.p;
}

const char *harvest_run_state_name(const struct harvest_run *h)
{
	static const char *const names[] = {
		[HARVEST_OPEN] = "opening", [HARVEST_LIST] = "opening",
		[HARVEST_PULL] = "pulling", [HARVEST_SETTLE] = "settling",
		[HARVEST_DONE] = "done",
	};

	return names[h->state];
}

/* Goes on to next, or to otherwise when something has failed or a cancel was asked for. */
static void resume(struct harvest_run *h, enum harvest_run_state next,
		   enum harvest_run_state otherwise, const struct err *failure)
{
	if (h->err.code == ERR_OK && failure != NULL)
		h->err = *failure;
	if (h->err.code == ERR_OK && h->is_cancelled)
		err_set(&h->err, ERR_CANCELLED, "the harvest was stopped");
	h->state = h->err.code == ERR_OK ? next : otherwise;
	log_debug(LOG_HARVEST, "source=%s run=%lld: %s", id_of(h), (long long)h->run,
		  harvest_run_state_name(h));
	step(h);
}

/* --- OPEN --- */

static void on_opened(struct store_run_open *open, const struct err *failure)
{
	struct harvest_run *h = container_of(open, struct harvest_run, open);

	if (failure == NULL) {
		h->run_state = open->state;
		h->run = open->state->run;
		h->n_before = open->state->counters.ledger.before;
		if (h->on_opened != NULL)
			h->on_opened(h);
	}
	resume(h, h->options.kind == RUN_REPLAY ? HARVEST_LIST : HARVEST_PULL,
	       failure != NULL ? HARVEST_DONE : HARVEST_SETTLE, failure);
}

static void open_run(struct harvest_run *h)
{
	h->open.options = (struct run_options){
		.source_id = id_of(h),
		.kind = h->options.kind,
		.now_s = h->started_s,
	};
	memcpy(h->open.options.settings_hash, h->options.source->settings_hash, BLOB_HASH_BYTES);
	store_run_open_start(&h->open, h->options.kept->store, on_opened);
}

/* --- LIST --- */

static void on_listed(struct store_replay_list *list, const struct err *failure)
{
	struct harvest_run *h = container_of(list, struct harvest_run, list);
	struct err err = ERR_INIT;

	if (failure == NULL &&
	    replay_answerer_init(&h->replay, h->options.kept, list, &err) != ERR_OK)
		failure = &err;
	resume(h, HARVEST_PULL, HARVEST_SETTLE, failure);
}

/* --- PULL --- */

static struct answerer *inner(struct harvest_run *h)
{
	return h->options.kind == RUN_REPLAY ? &h->replay.answerer : &h->network.answerer;
}

static void on_ask(struct answerer *self, struct answer *a)
{
	struct harvest_run *h = container_of(self, struct harvest_run, asker);

	harvest_sink_asked(&h->sink, a->tag, a->url);
	inner(h)->start(inner(h), a);
}

static void on_cancel_ask(struct answerer *self, struct answer *a)
{
	struct harvest_run *h = container_of(self, struct harvest_run, asker);

	inner(h)->cancel(inner(h), a);
}

/* What is still on its way into the store belongs to this run. */
static void settle_when_kept(struct harvest_run *h)
{
	if (h->state == HARVEST_PULL && h->pull.state == NULL &&
	    network_answerer_keeping(&h->network) == 0)
		resume(h, HARVEST_SETTLE, HARVEST_SETTLE, NULL);
}

static void on_kept(struct network_answerer *n)
{
	struct harvest_run *h = container_of(n, struct harvest_run, network);

	if (h->pull.state != NULL)
		harvest_sink_kept(&h->sink);
	else
		settle_when_kept(h);
}

static void on_pulled(struct pull *pull, const struct err *failure)
{
	struct harvest_run *h = container_of(pull, struct harvest_run, pull);

	if (failure != NULL && h->err.code == ERR_OK)
		h->err = *failure;
	settle_when_kept(h);
}

static enum err_code write_begin(struct harvest_run *h, struct err *err)
{
	const struct config *c = h->options.config;
	struct buf salt = BUF_INIT(LIMIT_BEGIN_BYTES);
	enum err_code rc;
	struct setting *items = mem_new_n(struct setting, h->run_state->n_memory + 1);
	struct begin begin = {
		.source = h->options.source->source,
		.now_s = h->options.kind == RUN_REPLAY ? h->replay.as_of_s : h->started_s,
		.remembered = { items, h->run_state->n_memory },
		.vocab = c->vocab_files,
		.memory_bytes = c->worker_memory_bytes,
	};

	for (size_t i = 0; i < h->run_state->n_memory; i++)
		items[i] = (struct setting){ h->run_state->memory[i].key,
					     h->run_state->memory[i].value };
	begin_write_salt(&salt, &h->options.source->source);
	begin.hash_salt = buf_view(&salt);
	rc = begin_write(&h->begin, &begin, err);
	buf_clear(&salt);
	mem_free(items);
	return rc;
}

/* "https://example.org:8443" of the configured URL. */
static void write_origin(struct harvest_run *h)
{
	struct slice text = h->options.source->source.url;
	struct url url;

	if (url_parse(&url, text, NULL) != ERR_OK)
		return; /* it was checked when it was read */
	buf_slice(&h->origin, url.scheme);
	buf_str(&h->origin, "://");
	buf_slice(&h->origin, url.host);
	buf_printf(&h->origin, ":%u", url.port);
}

_Static_assert(sizeof(struct raw_hash) == BLOB_HASH_BYTES, "the store's hashes are the worker's");

static void pull_run(struct harvest_run *h)
{
	const struct config *c = h->options.config;
	const struct config_source *source = h->options.source;
	struct pull_options options = {
		.worker_program = h->options.worker_program,
		.harvest_id = id_of(h),
		.known = (const struct raw_hash *)(const void *)h->run_state->known,
		.n_known = h->run_state->n_known,
		.own_parameter = source->auth.type == AUTH_QUERY ? source->auth.name.p : NULL,
		.parallel_requests = source->parallel_requests,
		.memory_bytes = c->worker_memory_bytes,
		.cpu_s = c->worker_cpu_s,
		.stall_timeout_ms = c->stall_timeout_s * 1000,
		.max_duration_ms = c->max_duration_s * 1000,
	};
	struct err err = ERR_INIT;

	if (write_begin(h, &err) != ERR_OK) {
		resume(h, HARVEST_SETTLE, HARVEST_SETTLE, &err);
		return;
	}
	write_origin(h);
	options.begin = buf_view(&h->begin);
	options.origin = buf_z(&h->origin);
	network_answerer_init(&h->network, h->options.kept, h->options.fetcher, source,
			      h->run_state->sid, h->run);
	network_answerer_on_kept(&h->network, on_kept);
	harvest_sink_init(&h->sink, h->options.kept->store, h->options.batches, h->run_state,
			  source, h->options.kind == RUN_HARVEST ? &h->network : NULL, &h->pull);
	h->asker = (struct answerer){ .start = on_ask, .cancel = on_cancel_ask };
	pull_start(&h->pull, h->options.kept->loop, &options, &h->asker, &h->sink.sink, on_pulled);
}

/* --- SETTLE --- */

static void on_settled(struct store_run_settle *settle, const struct err *failure)
{
	struct harvest_run *h = container_of(settle, struct harvest_run, settle);

	if (failure == NULL) {
		h->outcome = settle->outcome;
		err_clear(&h->err); /* it is in the run */
	} else {
		h->err = *failure;
	}
	h->state = HARVEST_DONE;
	step(h);
}

static void settle(struct harvest_run *h)
{
	const struct config_source *source = h->options.source;

	h->not_before_s = h->network.figures.not_before_s;
	h->settle.state = h->run_state;
	h->settle.settle = (struct run_settle){
		.failure = h->err,
		.is_proven = h->pull.is_proven,
		.end_rule = h->pull.end_rule,
		.incomplete = h->pull.incomplete,
		.n_requests = h->network.figures.n_requests,
		.n_not_modified = h->network.figures.n_not_modified,
		.wire_bytes = h->network.figures.wire_bytes,
		.body_bytes = h->pull.figures.body_bytes,
		.fetch_ms = h->pull.figures.fetch_ms,
		.worker_ms = h->pull.figures.worker_cpu_ms,
		.write_ms = h->sink.write_ms,
		.shrink_guard_permille = source->shrink_guard_permille,
		.absent_grace_s = source->absent_grace_s,
		.is_total_hint = source->source.is_total_hint,
		.now_s = clock_now_s(),
	};
	store_run_settle_start(&h->settle, h->options.kept->store, on_settled);
}

/* --- DONE --- */

/* One line a run, with its ledger. */
static void log_run(const struct harvest_run *h)
{
	const struct ledger *l = &h->outcome.ledger;
	enum log_level level = h->outcome.end == RUN_COMPLETE || h->outcome.end == RUN_CANCELLED
				       ? LOG_LEVEL_INFO
				       : LOG_LEVEL_WARNING;

	if (h->err.code != ERR_OK) {
		log_error(LOG_HARVEST, "source=%s run=%lld: could not be %s: %s", id_of(h),
			  (long long)h->run, h->run == 0 ? "opened" : "settled", h->err.msg);
		return;
	}
	log_line(level, LOG_HARVEST,
		 "source=%s run=%lld: %s %s%s%s; shown=%llu new=%llu back=%llu changed=%llu "
		 "unchanged=%llu rejected=%llu out-of-scope=%llu duplicate=%llu before=%llu "
		 "kept=%llu unlisted=%llu gone=%llu absent=%llu held=%llu requests=%llu "
		 "bytes=%llu seconds=%lld",
		 id_of(h), (long long)h->run, run_kind_name(h->options.kind),
		 run_end_name(h->outcome.end), h->outcome.why[0] != 0 ? ": " : "", h->outcome.why,
		 (unsigned long long)l->shown, (unsigned long long)l->new_,
		 (unsigned long long)l->back, (unsigned long long)l->changed,
		 (unsigned long long)l->unchanged, (unsigned long long)l->rejected,
		 (unsigned long long)l->out_of_scope, (unsigned long long)l->duplicate,
		 (unsigned long long)l->before, (unsigned long long)l->kept,
		 (unsigned long long)l->unlisted, (unsigned long long)l->removed_gone,
		 (unsigned long long)l->removed_absent, (unsigned long long)l->held,
		 (unsigned long long)h->network.figures.n_requests,
		 (unsigned long long)h->network.figures.wire_bytes,
		 (long long)(clock_now_s() - h->started_s));
}

static void finish(struct harvest_run *h)
{
	struct err err = h->err;

	log_run(h);
	harvest_sink_clear(&h->sink);
	network_answerer_clear(&h->network);
	replay_answerer_clear(&h->replay);
	run_state_free(h->run_state);
	h->run_state = NULL;
	buf_clear(&h->begin);
	buf_clear(&h->origin);
	h->done(h, err.code != ERR_OK ? &err : NULL); /* h may be gone after this line */
}

static void step(struct harvest_run *h)
{
	switch (h->state) {
	case HARVEST_OPEN:
		open_run(h);
		return;
	case HARVEST_LIST:
		h->list.source_id = id_of(h);
		store_replay_list_start(&h->list, h->options.kept->store, on_listed);
		return;
	case HARVEST_PULL:
		pull_run(h);
		return;
	case HARVEST_SETTLE:
		settle(h);
		return;
	case HARVEST_DONE:
		finish(h);
		return;
	}
}

void harvest_run_start(struct harvest_run *h, const struct harvest_run_options *options,
		       void (*on_opened_cb)(struct harvest_run *),
		       void (*done)(struct harvest_run *, const struct err *failure))
{
	assert_on_loop();
	*h = (struct harvest_run){
		.options = *options,
		.on_opened = on_opened_cb,
		.done = done,
		.started_s = clock_now_s(),
	};
	buf_init(&h->begin, LIMIT_BEGIN_BYTES);
	buf_init(&h->origin, LIMIT_URL_BYTES);
	step(h);
}

void harvest_run_cancel(struct harvest_run *h)
{
	assert_on_loop();
	if (h->is_cancelled)
		return;
	h->is_cancelled = true;
	if (h->state == HARVEST_PULL && h->pull.state != NULL)
		pull_cancel(&h->pull);
}

void harvest_run_figures(struct harvest_figures *out, const struct harvest_run *h)
{
	out->pull = h->pull.figures;
	out->network = h->network.figures;
}
