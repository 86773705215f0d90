// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /metrics: the figures of the whole program in Prometheus' text format.
 * What the loop knows is written on the loop, what the database knows behind
 * it, in the pool.
 */
#include "base/limits.h"
#include "daemon/api/routes_internal.h"
#include "daemon/api/source_json.h"

static void gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
	metrics_write_one(out, name, "gauge", help, value);
}

static void counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
	metrics_write_one(out, name, "counter", help, value);
}

static void write_store(struct buf *out, const struct exchange *x)
{
	struct store_figures f;

	store_figures(&f, x->api->store);
	gauge(out, "microcat_reads_waiting", "Reads that wait for a reader.", f.n_reads_waiting);
	gauge(out, "microcat_writes_waiting", "Writes that wait or run.", f.n_writes_waiting);
	counter(out, "microcat_reads_total", "Reads of the database.", f.n_reads);
	counter(out, "microcat_reads_large_total", "Of them, those of many rows, and statistics.",
		f.n_reads_large);
	counter(out, "microcat_reads_overtaken_total",
		"Reads begun again, since the database was ahead.", f.n_reads_overtaken);
	counter(out, "microcat_reads_refused_total", "Reads refused, since too many waited.",
		f.n_reads_refused);
	counter(out, "microcat_commits_total", "Write transactions committed.", f.n_commits);
	counter(out, "microcat_rollbacks_total", "Write transactions rolled back.", f.n_rollbacks);
	counter(out, "microcat_write_milliseconds_total", "Time in write transactions.",
		f.write_ms);
	gauge(out, "microcat_longest_write_milliseconds", "The longest write transaction.",
	      f.longest_write_ms);
	gauge(out, "microcat_columns_bytes", "Memory of the column arrays.", f.column_bytes);
}

static void write_loop(struct buf *out, const struct exchange *x)
{
	counter(out, "microcat_loop_turns_total", "Turns of the event loop.",
		x->api->loop->n_turns);
	counter(out, "microcat_loop_long_turns_total", "Turns that took longer than 20 ms.",
		x->api->loop->n_long_turns);
	gauge(out, "microcat_uptime_seconds", "Since the start.",
	      (clock_mono_ms() - x->api->started_ms) / 1000);
}

static void write_running(struct buf *out, const struct schedule *s)
{
	gauge(out, "microcat_harvests_running", "Harvests and replays under way or queued.",
	      s->n_running);
}

enum err_code begin_metrics(struct exchange *x, struct err *err)
{
	struct schedule *s = arena_new(&x->arena, struct schedule);
	struct buf *out = &x->body;
	enum err_code rc;

	if (s == NULL)
		return err_set(err, ERR_LIMIT, "the request is too large");
	rc = schedule_read(s, &x->arena, x->api->control, x->now_s, err);
	if (rc != ERR_OK)
		return rc;
	metrics_write_family(out, "microcat_build_info", "gauge", "The program's version.");
	buf_str(out, "microcat_build_info{version=\"" MICROCAT_VERSION "\"} 1\n");
	write_loop(out, x);
	write_store(out, x);
	write_running(out, s);
	metrics_write(out, &x->api->metrics);
	/* The pool begins with an empty body: it puts this in front. */
	x->asked = arena_new(&x->arena, struct slice);
	if (x->asked != NULL)
		*(struct slice *)x->asked = arena_dup(&x->arena, buf_view(out));
	buf_reset(out);
	return x->asked != NULL && !x->arena.has_failed
		       ? ERR_OK
		       : err_set(err, ERR_LIMIT, "the figures are too large");
}

/* --- the database's --- */

static void write_source_line(struct buf *out, const char *name, struct slice source,
			      const char *label, struct slice value, uint64_t n)
{
	buf_printf(out, "%s{source=", name);
	metrics_write_label(out, source);
	if (label != NULL) {
		buf_printf(out, ",%s=", label);
		metrics_write_label(out, value);
	}
	buf_printf(out, "} %llu\n", (unsigned long long)n);
}

static void write_records(struct buf *out, const struct report_sources *sources)
{
	const char *name = "microcat_records";

	metrics_write_family(out, name, "gauge", "Records, by source and state.");
	for (size_t i = 0; i < sources->n; i++) {
		const struct report_source *s = &sources->items[i];
		struct slice id = s->source.id;

		write_source_line(out, name, id, "state", SLICE_LIT("live"), s->n_live);
		write_source_line(out, name, id, "state", SLICE_LIT("unlisted"), s->n_unlisted);
		write_source_line(out, name, id, "state", SLICE_LIT("stale"), s->n_stale);
		write_source_line(out, name, id, "state", SLICE_LIT("gone"), s->n_gone);
	}
}

static void write_last_runs(struct buf *out, const struct report_sources *sources)
{
	const char *state = "microcat_last_run_state";
	const char *ended = "microcat_last_run_ended_seconds";
	const char *complete = "microcat_last_complete_run_ended_seconds";

	metrics_write_family(out, state, "gauge", "1 for the state the newest run is in.");
	for (size_t i = 0; i < sources->n; i++) {
		const struct report_source *s = &sources->items[i];

		if (s->has_last_run)
			write_source_line(out, state, s->source.id, "state", s->last_run.state, 1);
	}
	metrics_write_family(out, ended, "gauge", "When the newest run ended; 0 while it runs.");
	for (size_t i = 0; i < sources->n; i++) {
		const struct report_source *s = &sources->items[i];

		if (s->has_last_run)
			write_source_line(out, ended, s->source.id, NULL, SLICE_NONE,
					  (uint64_t)s->last_run.ended_s);
	}
	metrics_write_family(out, complete, "gauge", "When the last complete harvest ended.");
	for (size_t i = 0; i < sources->n; i++) {
		const struct report_source *s = &sources->items[i];

		if (s->has_last_complete_run)
			write_source_line(out, complete, s->source.id, NULL, SLICE_NONE,
					  (uint64_t)s->last_complete_run.ended_s);
	}
}

static void write_ledgers(struct buf *out, const struct report_sources *sources)
{
	static const struct {
		const char *name;
		size_t at;
	} figures[] = {
		{ "shown", offsetof(struct ledger, shown) },
		{ "new", offsetof(struct ledger, new_) },
		{ "back", offsetof(struct ledger, back) },
		{ "changed", offsetof(struct ledger, changed) },
		{ "unchanged", offsetof(struct ledger, unchanged) },
		{ "rejected", offsetof(struct ledger, rejected) },
		{ "out_of_scope", offsetof(struct ledger, out_of_scope) },
		{ "duplicate", offsetof(struct ledger, duplicate) },
		{ "before", offsetof(struct ledger, before) },
		{ "kept", offsetof(struct ledger, kept) },
		{ "unlisted", offsetof(struct ledger, unlisted) },
		{ "removed_gone", offsetof(struct ledger, removed_gone) },
		{ "removed_absent", offsetof(struct ledger, removed_absent) },
		{ "held", offsetof(struct ledger, held) },
	};
	const char *name = "microcat_last_run_ledger";

	metrics_write_family(out, name, "gauge", "The ledger of the newest run.");
	for (size_t i = 0; i < sources->n; i++) {
		const struct report_source *s = &sources->items[i];

		for (size_t f = 0; s->has_last_run && f < countof(figures); f++) {
			uint64_t n;

			memcpy(&n, (const char *)&s->last_run.ledger + figures[f].at, sizeof(n));
			write_source_line(out, name, s->source.id, "figure",
					  slice_of(figures[f].name), n);
		}
	}
}

enum err_code render_metrics_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct report_sources sources = { .n = 0 };
	enum err_code rc = report_sources(&sources, &arena, db, err);

	x->type = "text/plain; version=0.0.4; charset=utf-8";
	if (rc == ERR_OK) {
		buf_slice(&x->body, *(const struct slice *)x->asked);
		gauge(&x->body, "microcat_generation", "The generation that users see.",
		      (uint64_t)snapshot_generation(snapshot));
		gauge(&x->body, "microcat_offers", "Offers that can be found.",
		      snapshot_offers(snapshot));
		write_records(&x->body, &sources);
		write_last_runs(&x->body, &sources);
		write_ledgers(&x->body, &sources);
	}
	arena_clear(&arena);
	return rc;
}
