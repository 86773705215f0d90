// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/sources, one source, its runs, one run with its notes.
 */
#include "base/limits.h"
#include "daemon/api/routes_internal.h"
#include "daemon/api/source_json.h"

/* What every route here asks the schedule before it reads. */
static enum err_code begin_with_schedule(struct exchange *x, struct err *err)
{
	struct schedule *s = arena_new(&x->arena, struct schedule);
	enum err_code rc;

	if (s == NULL)
		return err_set(err, ERR_LIMIT, "the request is too large");
	x->asked = s;
	rc = schedule_read(s, &x->arena, x->api->control, x->now_s, err);
	s->mapping_version = store_mapping_version(x->api->store);
	return rc;
}

enum err_code begin_sources(struct exchange *x, struct err *err)
{
	return begin_with_schedule(x, err);
}

enum err_code begin_source(struct exchange *x, struct err *err)
{
	return begin_with_schedule(x, err);
}

enum err_code begin_runs(struct exchange *x, struct err *err)
{
	return begin_with_schedule(x, err);
}

static enum err_code write_source(struct json_writer *w, const struct report_source *source,
				  const struct schedule *schedule, struct db *db, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	int64_t held_run = 0;
	enum err_code rc = source_held_run(&held_run, &arena, db, source, err);

	if (rc == ERR_OK)
		rc = source_json_write(w, source, schedule, held_run, &arena, err);
	arena_clear(&arena);
	return rc;
}

enum err_code render_sources_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&x->body);
	struct report_sources sources = { .n = 0 };
	enum err_code rc = report_sources(&sources, &arena, db, err);

	(void)snapshot;
	json_open(&w, '{');
	json_key(&w, "sources");
	json_open(&w, '[');
	for (size_t i = 0; rc == ERR_OK && i < sources.n; i++)
		rc = write_source(&w, &sources.items[i], x->asked, db, err);
	json_close(&w, ']');
	json_close(&w, '}');
	arena_clear(&arena);
	return rc;
}

enum err_code render_source_in_pool(struct exchange *x, struct db *db,
				    const struct snapshot *snapshot, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&x->body);
	struct report_source source;
	enum err_code rc = report_source(&source, &arena, db, arg_z(x, 0), err);

	(void)snapshot;
	if (rc == ERR_OK)
		rc = write_source(&w, &source, x->asked, db, err);
	arena_clear(&arena);
	return rc;
}

/* --- runs --- */

static void write_run(struct json_writer *w, const struct report_run *run,
		      const struct schedule *schedule)
{
	json_open(w, '{');
	run_json_members(w, run, schedule_running(schedule, run->source_id, run->run));
	json_close(w, '}');
}

enum err_code render_runs_in_pool(struct exchange *x, struct db *db,
				  const struct snapshot *snapshot, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&x->body);
	struct report_runs runs = { .n = 0 };
	uint32_t limit = (uint32_t)param_number(&x->target, "limit", 20);
	int64_t before = (int64_t)param_number(&x->target, "before", 0);
	/* One more, to know whether there are others. */
	enum err_code rc = report_runs(&runs, &arena, db, arg_z(x, 0), before, limit + 1, err);
	size_t n = runs.n > limit ? limit : runs.n;

	(void)snapshot;
	if (rc == ERR_OK) {
		json_open(&w, '{');
		json_key(&w, "runs");
		json_open(&w, '[');
		for (size_t i = 0; i < n; i++)
			write_run(&w, &runs.items[i], x->asked);
		json_close(&w, ']');
		json_close(&w, '}');
	}
	if (rc == ERR_OK && runs.n > n)
		add_next_link(x, target_with(x, "before", number_text(x, runs.items[n - 1].run)));
	arena_clear(&arena);
	return rc;
}

enum err_code begin_run(struct exchange *x, struct err *err)
{
	uint64_t run;

	if (!slice_to_u64(&run, x->args[1], INT64_MAX) || run == 0)
		return err_set(err, ERR_NOTFOUND, "%.*s is no run's number",
			       SLICE_ARG(slice_first(x->args[1], 40)));
	return begin_with_schedule(x, err);
}

static void write_note(struct json_writer *w, const struct report_note *n)
{
	json_open(w, '{');
	json_field(w, "kind", n->kind);
	json_field(w, "code", n->code);
	json_field(w, "page", n->page);
	json_field(w, "recordId", n->record_id);
	json_field(w, "element", n->element);
	json_field(w, "path", n->path);
	json_field(w, "got", n->got);
	json_field(w, "expected", n->expected);
	json_field(w, "message", n->msg);
	json_close(w, '}');
}

/* Notes are numbered from 1 without gaps, so that an offset is a number to begin behind. */
static enum err_code write_notes(struct exchange *x, struct json_writer *w, struct arena *arena,
				 struct db *db, int64_t run, struct err *err)
{
	struct report_notes notes = { .n = 0 };
	uint32_t limit = (uint32_t)param_number(&x->target, "limit", 100);
	int64_t offset = (int64_t)param_number(&x->target, "offset", 0);
	enum err_code rc = report_notes(&notes, arena, db, run, offset, limit, err);

	if (rc != ERR_OK)
		return rc;
	json_key(w, "noteList");
	json_open(w, '[');
	for (size_t i = 0; i < notes.n; i++)
		write_note(w, &notes.items[i]);
	json_close(w, ']');
	if (notes.n == limit)
		add_next_link(
			x, target_with(x, "offset", number_text(x, notes.items[notes.n - 1].seq)));
	return ERR_OK;
}

enum err_code render_run_in_pool(struct exchange *x, struct db *db, const struct snapshot *snapshot,
				 struct err *err)
{
	const struct schedule *schedule = x->asked;
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&x->body);
	struct report_run run;
	uint64_t number = 0;
	enum err_code rc;

	(void)snapshot;
	(void)slice_to_u64(&number, x->args[1], INT64_MAX);
	rc = report_run(&run, &arena, db, arg_z(x, 0), (int64_t)number, err);
	if (rc == ERR_OK) {
		json_open(&w, '{');
		run_json_members(&w, &run, schedule_running(schedule, run.source_id, run.run));
		if (param_bool(&x->target, "notes", true))
			rc = write_notes(x, &w, &arena, db, run.run, err);
		json_close(&w, '}');
	}
	arena_clear(&arena);
	return rc;
}
