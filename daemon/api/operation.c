// SPDX-License-Identifier: EUPL-1.2
/*
 * What whoever operates the daemon asks: status, about, healthz, readyz, and
 * the description of the API itself.
 */
#include "base/limits.h"
#include "catalogue/vocab.h"
#include "daemon/api/openapi.h"
#include "daemon/api/routes_internal.h"
#include "daemon/api/source_json.h"

#include <stdlib.h>
#include <sys/stat.h>

/* --- status --- */

struct asked_status {
	struct schedule schedule;
	struct store_figures figures;
	struct slice db_path;
	int64_t started_s;
	uint64_t n_connections, n_waiting;
};

enum err_code begin_status(struct exchange *x, struct err *err)
{
	struct asked_status *a = arena_new(&x->arena, struct asked_status);
	const struct control *control = x->api->control;
	struct slice state_dir;
	enum err_code rc;

	if (a == NULL)
		return err_set(err, ERR_LIMIT, "the request is too large");
	x->asked = a;
	store_figures(&a->figures, x->api->store);
	a->n_connections = x->api->metrics.n_connections;
	a->n_waiting = x->api->metrics.n_waiting;
	if (control != NULL) {
		state_dir = control_config(control)->state_dir;
		a->db_path = arena_printf(&x->arena, "%.*s/microcat.db", SLICE_ARG(state_dir));
		a->started_s = control_started_s(control);
	}
	rc = schedule_read(&a->schedule, &x->arena, control, x->now_s, err);
	a->schedule.mapping_version = store_mapping_version(x->api->store);
	return rc;
}

static void write_running(struct json_writer *w, const struct schedule *s)
{
	json_key(w, "running");
	json_open(w, '[');
	for (size_t i = 0; i < s->n_running; i++) {
		const struct control_running *r = &s->running[i];

		json_open(w, '{');
		json_field(w, "source", r->source_id);
		if (r->run != 0)
			json_field_i64(w, "run", r->run);
		json_field_z(w, "kind", run_kind_name(r->kind));
		json_field_z(w, "state", r->state);
		json_key(w, "started");
		json_time(w, r->started_s != 0 ? r->started_s : s->now_s);
		json_field_i64(w, "shown", (int64_t)r->n_shown);
		json_field_i64(w, "pages", (int64_t)r->n_pages);
		json_field_i64(w, "requests", (int64_t)r->n_requests);
		json_field_i64(w, "bodyBytes", (int64_t)r->body_bytes);
		if (r->estimated_s >= 0)
			json_field_i64(w, "estimatedSecondsLeft", r->estimated_s);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static int compare_due(const void *a, const void *b)
{
	const struct scheduled *x = a;
	const struct scheduled *y = b;

	if (x->next_due_s != y->next_due_s)
		return x->next_due_s < y->next_due_s ? -1 : 1;
	return slice_cmp(x->id, y->id);
}

/* Sources that wait for their time, soonest first; the schedule is sorted by it. */
static void write_next(struct json_writer *w, struct schedule *s)
{
	if (s->n > 0)
		qsort(s->items, s->n, sizeof(s->items[0]), compare_due);
	json_key(w, "next");
	json_open(w, '[');
	for (size_t i = 0; i < s->n; i++) {
		const struct scheduled *next = &s->items[i];

		if (!next->is_enabled || next->is_running)
			continue;
		json_open(w, '{');
		json_field(w, "source", next->id);
		json_key(w, "due");
		json_time(w, next->next_due_s > s->now_s ? next->next_due_s : s->now_s);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static enum err_code write_held(struct json_writer *w, const struct report_sources *sources,
				struct db *db, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	enum err_code rc = ERR_OK;

	json_key(w, "held");
	json_open(w, '[');
	for (size_t i = 0; i < sources->n && rc == ERR_OK; i++) {
		int64_t run = 0;

		arena_reset(&arena);
		rc = source_held_run(&run, &arena, db, &sources->items[i], err);
		if (run == 0)
			continue;
		json_open(w, '{');
		json_field(w, "source", sources->items[i].source.id);
		json_field_i64(w, "run", run);
		json_close(w, '}');
	}
	json_close(w, ']');
	arena_clear(&arena);
	return rc;
}

/* Configured sources that were read with other rules or settings than a harvest would have now. */
static void write_outdated(struct json_writer *w, const struct report_sources *sources,
			   const char *mapping_version)
{
	json_key(w, "outdated");
	json_open(w, '[');
	for (size_t i = 0; i < sources->n; i++) {
		const struct report_source *s = &sources->items[i];
		const char *with = source_read_with(s, mapping_version);

		if (!s->source.is_configured || with == NULL || strcmp(with, "current") == 0)
			continue;
		json_open(w, '{');
		json_field(w, "source", s->source.id);
		json_field_z(w, "readWith", with);
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* The file and its log, where the newest pages wait; 0 when there is none. */
static int64_t database_bytes(struct exchange *x, struct slice path)
{
	struct slice log = arena_printf(&x->arena, "%.*s-wal", SLICE_ARG(path));
	struct stat file;
	int64_t bytes = 0;

	if (path.p != NULL && stat(path.p, &file) == 0)
		bytes = file.st_size;
	if (bytes > 0 && log.p != NULL && stat(log.p, &file) == 0)
		bytes += file.st_size;
	return bytes;
}

static void write_database(struct json_writer *w, struct exchange *x, const struct asked_status *a,
			   const struct snapshot *snapshot, const struct report_sources *sources)
{
	int64_t bytes = database_bytes(x, a->db_path);
	uint64_t n_records = 0;

	for (size_t i = 0; i < sources->n; i++)
		n_records += source_findable(&sources->items[i]);
	json_key(w, "database");
	json_open(w, '{');
	json_field_z(w, "uuid", store_db_uuid(x->api->store));
	json_field_i64(w, "offers", (int64_t)snapshot_offers(snapshot));
	json_field_i64(w, "records", (int64_t)n_records);
	if (bytes > 0)
		json_field_i64(w, "bytes", bytes);
	json_close(w, '}');
}

static void write_queues(struct json_writer *w, const struct asked_status *a)
{
	json_key(w, "queues");
	json_open(w, '{');
	json_field_i64(w, "reads", a->figures.n_reads_waiting);
	json_field_i64(w, "writes", a->figures.n_writes_waiting);
	json_field_i64(w, "requests", (int64_t)a->n_waiting);
	json_field_i64(w, "connections", (int64_t)a->n_connections);
	json_close(w, '}');
	json_key(w, "memory");
	json_open(w, '{');
	json_field_i64(w, "columnsBytes", (int64_t)a->figures.column_bytes);
	json_close(w, '}');
}

enum err_code render_status_in_pool(struct exchange *x, struct db *db,
				    const struct snapshot *snapshot, struct err *err)
{
	struct asked_status *a = x->asked;
	struct arena arena = ARENA_INIT(LIMIT_SOURCE_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&x->body);
	struct report_sources sources = { .n = 0 };
	enum err_code rc = report_sources(&sources, &arena, db, err);

	if (rc == ERR_OK) {
		json_open(&w, '{');
		json_field_z(&w, "version", MICROCAT_VERSION);
		json_field_i64(&w, "uptime",
			       (int64_t)(clock_mono_ms() - x->api->started_ms) / 1000);
		if (a->started_s != 0) {
			json_key(&w, "started");
			json_time(&w, a->started_s);
		}
		json_key(&w, "now");
		json_time(&w, x->now_s);
		json_field_i64(&w, "generation", snapshot_generation(snapshot));
		write_database(&w, x, a, snapshot, &sources);
		write_running(&w, &a->schedule);
		write_next(&w, &a->schedule);
		rc = write_held(&w, &sources, db, err);
		write_outdated(&w, &sources, a->schedule.mapping_version);
		write_queues(&w, a);
		json_close(&w, '}');
	}
	arena_clear(&arena);
	return rc;
}

/* --- what needs no database --- */

enum err_code begin_about(struct exchange *x, struct err *err)
{
	struct json_writer w = JSON_WRITER(&x->body);
	size_t n = 0;
	const struct vocab_attribution *attributions = vocab_attributions(&n);

	(void)err;
	json_open(&w, '{');
	json_field_z(&w, "name", "microcat");
	json_field_z(&w, "version", MICROCAT_VERSION);
	json_field_z(&w, "licence", "EUPL-1.2");
	json_key(&w, "attributions");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&w, '{');
		json_field_z(&w, "name", attributions[i].name);
		json_field_z(&w, "licence", attributions[i].licence);
		json_field_z(&w, "text", attributions[i].text);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return ERR_OK;
}

static const char text_type[] = "text/plain; charset=utf-8";

enum err_code begin_healthz(struct exchange *x, struct err *err)
{
	(void)err;
	x->type = text_type;
	buf_str(&x->body, "ok\n");
	return ERR_OK;
}

enum err_code begin_readyz(struct exchange *x, struct err *err)
{
	if (x->api->control != NULL && !control_is_ready(x->api->control))
		return err_set(err, ERR_BUSY, "the daemon is starting or being stopped");
	x->type = text_type;
	buf_str(&x->body, "ready\n");
	return ERR_OK;
}

enum err_code begin_openapi(struct exchange *x, struct err *err)
{
	(void)err;
	buf_append(&x->body, openapi_json, openapi_json_bytes);
	return ERR_OK;
}
