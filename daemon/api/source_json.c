// SPDX-License-Identifier: EUPL-1.2
/*
 * Sources and runs as JSON.
 */
#include "daemon/api/source_json.h"

#include "base/limits.h"
#include "base/mem.h"
#include "harvesters/source.h"

/* --- the schedule --- */

static enum err_code copy_sources(struct schedule *s, struct arena *arena,
				  const struct control *control)
{
	struct control_source source;
	void *items = NULL;
	size_t cap = 0;

	for (size_t i = 0; control_source_at(&source, control, i); i++) {
		struct scheduled *to = arena_push(arena, &items, &s->n, &cap, sizeof(*to));

		if (to == NULL)
			return ERR_LIMIT;
		*to = (struct scheduled){
			.id = arena_dup(arena, source.config->source.id),
			.is_enabled = source.config->is_enabled,
			.is_running = source.is_running,
			.is_queued = source.is_queued,
			.every_s = source.config->every_s,
			.next_due_s = source.next_due_s,
			.not_before_s = source.not_before_s,
			.n_failures = source.n_failures,
			.run = source.run,
		};
	}
	s->items = items;
	return ERR_OK;
}

static enum err_code copy_running(struct schedule *s, struct arena *arena,
				  const struct control *control)
{
	struct control_running running;
	void *items = NULL;
	size_t cap = 0;

	for (size_t i = 0; control_running_at(&running, control, i); i++) {
		struct control_running *to =
			arena_push(arena, &items, &s->n_running, &cap, sizeof(*to));

		if (to == NULL)
			return ERR_LIMIT;
		*to = running;
		to->source_id = arena_dup(arena, running.source_id);
	}
	s->running = items;
	return ERR_OK;
}

enum err_code schedule_read(struct schedule *out, struct arena *arena,
			    const struct control *control, int64_t now_s, struct err *err)
{
	struct schedule s = { .now_s = now_s };

	if (control != NULL && (copy_sources(&s, arena, control) != ERR_OK ||
				copy_running(&s, arena, control) != ERR_OK || arena->has_failed))
		return err_set(err, ERR_LIMIT, "there are too many sources to list");
	*out = s;
	return ERR_OK;
}

const struct scheduled *schedule_source(const struct schedule *s, struct slice id)
{
	for (size_t i = 0; i < s->n; i++) {
		if (slice_eq(s->items[i].id, id))
			return &s->items[i];
	}
	return NULL;
}

const struct control_running *schedule_running(const struct schedule *s, struct slice id,
					       int64_t run)
{
	for (size_t i = 0; i < s->n_running; i++) {
		if (s->running[i].run == run && run != 0 && slice_eq(s->running[i].source_id, id))
			return &s->running[i];
	}
	return NULL;
}

/* --- runs --- */

static void write_time(struct json_writer *w, const char *name, int64_t time_s)
{
	if (time_s == 0)
		return;
	json_key(w, name);
	json_time(w, time_s);
}

static void write_count(struct json_writer *w, const char *name, uint64_t n)
{
	json_field_i64(w, name, (int64_t)n);
}

static void write_ledger(struct json_writer *w, const struct ledger *l)
{
	json_key(w, "ledger");
	json_open(w, '{');
	write_count(w, "shown", l->shown);
	write_count(w, "new", l->new_);
	write_count(w, "back", l->back);
	write_count(w, "changed", l->changed);
	write_count(w, "unchanged", l->unchanged);
	write_count(w, "rejected", l->rejected);
	write_count(w, "outOfScope", l->out_of_scope);
	write_count(w, "duplicate", l->duplicate);
	write_count(w, "before", l->before);
	write_count(w, "kept", l->kept);
	write_count(w, "unlisted", l->unlisted);
	write_count(w, "removedGone", l->removed_gone);
	write_count(w, "removedAbsent", l->removed_absent);
	write_count(w, "held", l->held);
	if (l->has_announced) {
		write_count(w, "announced", l->announced);
		write_count(w, "missing", l->missing);
	}
	json_field_bool(w, "balances", ledger_check(l, NULL) == ERR_OK);
	json_close(w, '}');
}

static uint64_t at_least(uint64_t stored, uint64_t live)
{
	return live > stored ? live : stored;
}

void run_json_members(struct json_writer *w, const struct report_run *run,
		      const struct control_running *running)
{
	/* What the database has is as old as the last page. */
	struct control_running live = { 0 };

	if (running != NULL)
		live = *running;
	json_field_i64(w, "run", run->run);
	json_field(w, "source", run->source_id);
	json_field(w, "kind", run->kind);
	json_field(w, "state", run->state);
	json_field(w, "why", run->why);
	json_field(w, "endRule", run->end_rule);
	write_time(w, "started", run->started_s);
	write_time(w, "ended", run->ended_s);
	if (run->of_run != 0)
		json_field_i64(w, "ofRun", run->of_run);
	write_ledger(w, &run->ledger);
	write_count(w, "requests", at_least(run->n_requests, live.n_requests));
	write_count(w, "pages", at_least(run->n_pages, live.n_pages));
	write_count(w, "pagesLost", at_least(run->n_pages_lost, live.n_pages_lost));
	write_count(w, "notModified", at_least(run->n_not_modified, live.n_not_modified));
	write_count(w, "wireBytes", at_least(run->wire_bytes, live.wire_bytes));
	write_count(w, "bodyBytes", at_least(run->body_bytes, live.body_bytes));
	write_count(w, "notes", run->n_notes);
	if (running == NULL)
		return;
	json_key(w, "progress");
	json_open(w, '{');
	json_field_z(w, "state", live.state);
	write_count(w, "shown", live.n_shown);
	write_count(w, "records", live.n_records);
	if (live.estimated_s >= 0)
		json_field_i64(w, "estimatedSecondsLeft", live.estimated_s);
	json_close(w, '}');
}

/* --- sources --- */

enum { RUNS_LOOKED_AT = 50 }; /* for one that is held */

enum err_code source_held_run(int64_t *out, struct arena *arena, struct db *db,
			      const struct report_source *source, struct err *err)
{
	struct report_runs runs = { .n = 0 };
	enum err_code rc = ERR_OK;

	*out = 0;
	if (!source->has_last_run)
		return ERR_OK;
	rc = report_runs(&runs, arena, db, arena_dup(arena, source->source.id).p, 0, RUNS_LOOKED_AT,
			 err);
	for (size_t i = 0; rc == ERR_OK && i < runs.n; i++) {
		const struct report_run *r = &runs.items[i];

		/* A later complete harvest has seen for itself. */
		if (slice_eq_z(r->state, "complete") && slice_eq_z(r->kind, "harvest"))
			break;
		if (!slice_eq_z(r->state, "held"))
			continue;
		*out = r->run;
		break;
	}
	return rc;
}

static const char *state_of(const struct report_source *source, const struct scheduled *s,
			    int64_t now_s)
{
	if (s == NULL)
		return source->source.is_configured ? "idle" : "dropped";
	if (s->is_running)
		return "running";
	if (s->is_queued)
		return "waiting";
	if (!s->is_enabled)
		return "disabled";
	return s->not_before_s > now_s ? "waiting" : "idle";
}

static const char *role_name(enum source_role role)
{
	static const char *const names[] = {
		[ROLE_OWN] = "own",
		[ROLE_AUTHORITATIVE] = "authoritative",
		[ROLE_REPUBLISHER] = "republisher",
	};

	return (size_t)role < countof(names) ? names[role] : "own";
}

/* Without what may hold a secret: a query, a name and password. */
static void write_public_url(struct json_writer *w, struct slice url)
{
	struct buf shown = BUF_INIT(LIMIT_URL_BYTES);
	ptrdiff_t end = slice_find_byte(url, '?');
	struct slice authority;
	ptrdiff_t at;

	if (url.p == NULL)
		return;
	if (end >= 0)
		url = slice_first(url, (size_t)end);
	end = slice_find_byte(url, '#');
	if (end >= 0)
		url = slice_first(url, (size_t)end);
	at = slice_find(url, SLICE_LIT("://"));
	if (at >= 0) {
		buf_slice(&shown, slice_first(url, (size_t)at + 3));
		url = slice_from(url, (size_t)at + 3);
	}
	end = slice_find_byte(url, '/');
	authority = slice_first(url, end >= 0 ? (size_t)end : url.n);
	while ((at = slice_find_byte(authority, '@')) >= 0) {
		authority = slice_from(authority, (size_t)at + 1);
		url = slice_from(url, (size_t)at + 1);
	}
	buf_slice(&shown, url);
	json_field(w, "url", buf_view(&shown));
	buf_clear(&shown);
}

static void write_settings(struct json_writer *w, const struct source *s)
{
	json_field(w, "country", s->country);
	json_key(w, "alliances");
	json_open(w, '[');
	for (size_t i = 0; i < s->alliances.n; i++)
		json_slice(w, s->alliances.items[i]);
	json_close(w, ']');
	json_field_z(w, "role", role_name(s->role));
	json_field(w, "format", s->format);
	json_field(w, "version", s->version);
	write_public_url(w, s->url);
}

static void write_schedule(struct json_writer *w, const struct report_source *source,
			   const struct scheduled *s, int64_t now_s)
{
	json_field_bool(w, "enabled", s != NULL && s->is_enabled);
	if (s != NULL)
		json_field_i64(w, "every", s->every_s);
	json_field_z(w, "state", state_of(source, s, now_s));
	json_field_i64(w, "records", (int64_t)source_findable(source));
	if (s != NULL && s->is_enabled) {
		write_time(w, "nextDue", s->next_due_s);
		if (s->not_before_s > now_s)
			write_time(w, "notBefore", s->not_before_s);
	}
	json_field_i64(w, "failures", s != NULL ? s->n_failures : source->source.n_failures);
	write_time(w, "dropped", source->source.dropped_s);
}

static void write_last_runs(struct json_writer *w, const struct report_source *source,
			    const struct schedule *schedule)
{
	const struct report_run *last = &source->last_run;
	const struct report_run *complete = &source->last_complete_run;

	if (source->has_last_run) {
		json_key(w, "lastRun");
		json_open(w, '{');
		run_json_members(w, last, schedule_running(schedule, source->source.id, last->run));
		json_close(w, '}');
	}
	if (source->has_last_complete_run) {
		json_key(w, "lastComplete");
		json_open(w, '{');
		json_field_i64(w, "run", complete->run);
		write_time(w, "ended", complete->ended_s);
		json_close(w, '}');
	}
}

const char *source_read_with(const struct report_source *source, const char *mapping_version)
{
	if (source->rules.n == 0)
		return NULL;
	if (mapping_version != NULL && !slice_eq_z(source->rules, mapping_version))
		return "older-rules";
	return source->has_other_settings ? "older-settings" : "current";
}

enum err_code source_json_write(struct json_writer *w, const struct report_source *source,
				const struct schedule *schedule, int64_t held_run,
				struct arena *arena, struct err *err)
{
	const struct scheduled *s = schedule_source(schedule, source->source.id);
	struct source settings;
	enum err_code rc = source_read(&settings, arena, source->source.settings, err);

	if (rc != ERR_OK)
		return rc;
	json_open(w, '{');
	json_field(w, "id", source->source.id);
	json_field(w, "title", source->source.title);
	write_settings(w, &settings);
	write_schedule(w, source, s, schedule->now_s);
	write_last_runs(w, source, schedule);
	if (held_run != 0)
		json_field_i64(w, "heldRun", held_run);
	json_field_z(w, "readWith", source_read_with(source, schedule->mapping_version));
	json_close(w, '}');
	return ERR_OK;
}
