// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/sources/ID/quality: the partner's report. What its catalogue lacks
 * against the European standard elements, what was rejected and why, and one
 * example of each doubt.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "daemon/api/routes_internal.h"
#include "daemon/api/source_json.h"
#include "harvesters/source.h"

/*
 * Required elements that a format has no field for, as its words show
 * (harvesters/ooapi_words.c, moochub_words.c): a partner cannot mend them
 * within the format. In a table of columns everything has a place.
 */
static const struct {
	const char *format;
	enum required_element element;
	const char *column; /* a setting of `columns` that gives it a place */
} format_limits[] = {
	{ "ooapi", REQ_QUALITY_ASSURANCE, "quality" },
	{ "moochub", REQ_QUALITY_ASSURANCE, "quality" },
};

static bool is_format_limit(const struct source *source, enum required_element e)
{
	for (size_t i = 0; i < countof(format_limits); i++) {
		if (format_limits[i].element != e ||
		    !slice_eq_z(source->format, format_limits[i].format))
			continue;
		return settings_get(&source->columns, format_limits[i].column).n == 0 &&
		       settings_get(&source->columns, required_element_name(e)).n == 0;
	}
	return false;
}

static void write_limits(struct json_writer *w, const struct source *source)
{
	json_key(w, "formatLimits");
	json_open(w, '[');
	for (unsigned e = 0; e < REQ_COUNT; e++) {
		if (is_format_limit(source, (enum required_element)e))
			json_text(w, required_element_name((enum required_element)e));
	}
	json_close(w, ']');
}

static void write_missing(struct json_writer *w, const struct report_quality *q,
			  const struct source *source)
{
	json_key(w, "missing");
	json_open(w, '[');
	for (unsigned e = 0; e < REQ_COUNT; e++) {
		uint64_t n = q->n_missing[e];

		if (n == 0 || q->n_offers == 0)
			continue;
		json_open(w, '{');
		json_field_z(w, "element", required_element_name((enum required_element)e));
		json_field_i64(w, "count", (int64_t)n);
		json_key(w, "share");
		json_scaled(w, (int64_t)(n * 1000 / q->n_offers), 3);
		if (is_format_limit(source, (enum required_element)e))
			json_field_bool(w, "isFormatLimit", true);
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* --- notes --- */

enum { NOTES_AT_ONCE = 500, REJECTED_SHOWN = 1000 };

struct found_notes {
	struct report_note *rejected; /* at most REJECTED_SHOWN */
	size_t n_rejected;
	struct report_note *examples; /* one for each of the counts, kind absent: none found */
	const struct report_note_counts *counts;
};

static void keep_example(struct found_notes *f, const struct report_note *note)
{
	for (size_t i = 0; i < f->counts->n; i++) {
		const struct report_note_count *c = &f->counts->items[i];

		if (f->examples[i].kind.p == NULL && slice_eq(c->kind, note->kind) &&
		    slice_eq(c->code, note->code))
			f->examples[i] = *note;
	}
}

/* Looks through all notes that are kept of the run. */
static enum err_code find_notes(struct found_notes *f, struct arena *arena, struct db *db,
				int64_t run, struct err *err)
{
	struct report_notes notes = { .n = NOTES_AT_ONCE };
	int64_t seq = 0;

	f->rejected = arena_new_n(arena, struct report_note, REJECTED_SHOWN);
	f->examples = arena_new_n(arena, struct report_note, f->counts->n + 1);
	if (f->rejected == NULL || f->examples == NULL)
		return err_set(err, ERR_LIMIT, "the report is too large");
	while (run != 0 && notes.n == NOTES_AT_ONCE) {
		enum err_code rc;

		notes = (struct report_notes){ .n = 0 };
		rc = report_notes(&notes, arena, db, run, seq, NOTES_AT_ONCE, err);
		if (rc != ERR_OK)
			return rc;
		for (size_t i = 0; i < notes.n; i++) {
			const struct report_note *note = &notes.items[i];

			seq = note->seq;
			keep_example(f, note);
			if (slice_eq_z(note->kind, "reject") && f->n_rejected < REJECTED_SHOWN)
				f->rejected[f->n_rejected++] = *note;
		}
	}
	return ERR_OK;
}

static void write_rejected(struct json_writer *w, const struct found_notes *f, int64_t run)
{
	json_key(w, "rejected");
	json_open(w, '[');
	for (size_t i = 0; i < f->n_rejected; i++) {
		const struct report_note *n = &f->rejected[i];

		json_open(w, '{');
		json_field(w, "recordId", n->record_id);
		json_field(w, "code", n->code);
		json_field(w, "why", n->msg);
		json_field(w, "element", n->element);
		json_field(w, "path", n->path);
		json_field(w, "got", n->got);
		json_field(w, "page", n->page);
		json_field_i64(w, "run", run);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void write_note_counts(struct json_writer *w, const struct found_notes *f)
{
	json_key(w, "notes");
	json_open(w, '[');
	for (size_t i = 0; i < f->counts->n; i++) {
		const struct report_note_count *c = &f->counts->items[i];
		const struct report_note *example = &f->examples[i];

		if (slice_eq_z(c->kind, "reject"))
			continue; /* has a list of its own */
		json_open(w, '{');
		json_field(w, "kind", c->kind);
		json_field(w, "code", c->code);
		json_field_i64(w, "count", (int64_t)c->n);
		json_key(w, "example");
		json_open(w, '{');
		json_field(w, "recordId", example->record_id);
		json_field(w, "element", example->element);
		json_field(w, "path", example->path);
		json_field(w, "got", example->got);
		json_field(w, "expected", example->expected);
		json_field(w, "message", example->msg);
		json_close(w, '}');
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* --- the whole --- */

static void write_quality(struct json_writer *w, const struct report_quality *q,
			  const struct source *source, const struct found_notes *found)
{
	json_open(w, '{');
	json_field(w, "source", q->source.source.id);
	json_field(w, "title", q->source.source.title);
	json_field_i64(w, "records", (int64_t)source_findable(&q->source));
	json_field_i64(w, "offers", (int64_t)q->n_offers);
	json_field_i64(w, "complete", (int64_t)q->n_complete);
	if (q->n_offers > 0) {
		json_key(w, "averageCompleteness");
		json_scaled(w, (int64_t)(q->score_sum * 10 / q->n_offers), 3);
	}
	if (q->notes_run != 0)
		json_field_i64(w, "run", q->notes_run);
	write_missing(w, q, source);
	write_rejected(w, found, q->notes_run);
	write_note_counts(w, found);
	write_limits(w, source);
	json_close(w, '}');
}

enum err_code render_quality_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_QUERY_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&x->body);
	struct report_quality q;
	struct found_notes found = { .counts = &q.notes };
	struct source source;
	enum err_code rc = report_quality(&q, &arena, db, arg_z(x, 0), err);

	(void)snapshot;
	if (rc == ERR_OK)
		rc = source_read(&source, &arena, q.source.source.settings, err);
	if (rc == ERR_OK)
		rc = find_notes(&found, &arena, db, q.notes_run, err);
	if (rc == ERR_OK)
		write_quality(&w, &q, &source, &found);
	arena_clear(&arena);
	return rc;
}
