// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/changes: what was added, changed, merged and removed since a
 * generation, one JSON object a line.
 *
 * An answer ends behind a generation, so that whoever follows can go on from
 * the header Microcat-Generation. One generation that alone has no room in an
 * answer (a source of some 300,000 offers is removed; one is restored, and told
 * with its offers) is cut: the link leads on behind the last offer that was
 * told of it, by `after`, and the header stays at the generation before.
 */
#include "base/limits.h"
#include "daemon/api/offer_json.h"
#include "daemon/api/routes_internal.h"

enum { CHANGES_AT_ONCE = 500 };

struct following {
	struct exchange *x;
	struct db *db;
	int64_t since;
	uint64_t limit;
	bool wants_offers;
	struct arena page; /* of CHANGES_AT_ONCE */
	struct arena offer;
	struct buf line;
	/* where it is */
	int64_t gen, slot; /* of the last change that was told */
	uint64_t n;
	/* what is told whole: all up to this generation, and the bytes that it takes */
	int64_t whole_gen;
	size_t whole_bytes;
	bool has_more; /* that has no room */
	bool is_cut; /* within gen */
};

/* The offer as it is now: it may be gone by now, or have been merged. */
static enum err_code write_offer(struct following *f, struct json_writer *w, int64_t slot,
				 struct err *err)
{
	struct report_offer offer;
	struct report_records records;
	struct offer_served served = { .offer = &offer, .records = &records };
	enum err_code rc;

	arena_reset(&f->offer);
	rc = report_offer_at(&offer, &f->offer, f->db, slot, err);
	if (rc == ERR_OK)
		rc = report_records(&records, &f->offer, f->db, slot, false, err);
	if (rc != ERR_OK || !slice_eq_z(offer.state, "live"))
		return rc;
	json_key(w, "offer");
	offer_json_write(w, &served, OFFER_FIELDS_ALL, &f->x->days);
	return ERR_OK;
}

static enum err_code write_line(struct following *f, const struct report_change *c, struct err *err)
{
	struct json_writer w = JSON_WRITER(&f->line);
	enum err_code rc = ERR_OK;

	buf_reset(&f->line);
	json_open(&w, '{');
	json_field_i64(&w, "generation", c->gen);
	json_key(&w, "at");
	json_time(&w, c->at_s);
	json_field(&w, "kind", c->kind);
	json_field(&w, "id", c->id);
	json_field(&w, "other", c->other_id);
	if (f->wants_offers && !slice_eq_z(c->kind, "removed") && !slice_eq_z(c->kind, "merged"))
		rc = write_offer(f, &w, c->slot, err);
	json_close(&w, '}');
	buf_char(&f->line, '\n');
	return rc;
}

/* Before the first change of another generation: whether there is enough in this answer. */
static bool end_generation(struct following *f)
{
	f->whole_gen = f->gen;
	f->whole_bytes = f->x->body.len;
	return f->n > 0 && (f->n >= f->limit || f->x->body.len > LIMIT_API_ANSWER_BYTES / 2);
}

static bool has_room(const struct following *f)
{
	return f->line.len <= LIMIT_API_ANSWER_BYTES - f->x->body.len;
}

/* The line has no room: leaves the generation to the next answer, or cuts it if it is alone. */
static void end_without_room(struct following *f)
{
	f->is_cut = f->whole_bytes == 0 && f->x->body.len > 0;
	if (!f->is_cut && f->whole_bytes > 0)
		buf_truncate(&f->x->body, f->whole_bytes);
	else if (!f->is_cut)
		buf_slice(&f->x->body, buf_view(&f->line)); /* it fails: one line alone */
}

/* Sets has_more where the answer ends before this change. */
static enum err_code tell_change(struct following *f, const struct report_change *c,
				 struct err *err)
{
	enum err_code rc = ERR_OK;

	f->has_more = c->gen != f->gen && end_generation(f);
	if (!f->has_more)
		rc = write_line(f, c, err);
	if (rc != ERR_OK || f->has_more)
		return rc;
	if (buf_failed(&f->line) || !has_room(f)) {
		f->has_more = true;
		end_without_room(f);
		return ERR_OK;
	}
	buf_slice(&f->x->body, buf_view(&f->line));
	f->gen = c->gen;
	f->slot = c->slot;
	f->n++;
	return ERR_OK;
}

static enum err_code write_page(struct following *f, bool *is_last, struct err *err)
{
	struct report_changes changes;
	enum err_code rc;

	arena_reset(&f->page);
	rc = report_changes(&changes, &f->page, f->db, f->gen, f->slot, CHANGES_AT_ONCE, err);
	for (size_t i = 0; rc == ERR_OK && i < changes.n && !f->has_more; i++)
		rc = tell_change(f, &changes.items[i], err);
	*is_last = rc != ERR_OK || f->has_more || !changes.has_more;
	return rc;
}

/* Where to go on: behind the generations that were told whole, or within one. */
static void add_next(struct following *f)
{
	struct target_change to[] = {
		{ "since", number_text(f->x, f->is_cut ? f->gen : f->whole_gen) },
		{ "after", f->is_cut ? number_text(f->x, f->slot) : SLICE_NONE },
	};

	add_next_link(f->x, target_changed(f->x, to, countof(to)));
}

static enum err_code write_changes(struct following *f, int64_t newest, struct err *err)
{
	bool is_last = false;
	enum err_code rc = ERR_OK;

	while (rc == ERR_OK && !is_last && !buf_failed(&f->x->body))
		rc = write_page(f, &is_last, err);
	if (rc != ERR_OK)
		return rc;
	/* At the end there is nothing between the last change and the newest generation. */
	exchange_header(f->x, "Microcat-Generation",
			number_text(f->x, f->has_more ? f->whole_gen : newest));
	if (f->has_more)
		add_next(f);
	return ERR_OK;
}

enum err_code render_changes_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err)
{
	struct following f = {
		.x = x,
		.db = db,
		.since = (int64_t)param_number(&x->target, "since", 0),
		.limit = param_number(&x->target, "limit", LIMIT_CHANGES_USUAL),
		.wants_offers = param_bool(&x->target, "offer", false),
		.page = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES),
		.offer = ARENA_INIT(4 * LIMIT_OFFER_ARENA_BYTES),
		.line = BUF_INIT(LIMIT_API_ANSWER_BYTES),
		.slot = (int64_t)param_number(&x->target, "after", INT64_MAX),
	};
	int64_t newest = snapshot_generation(snapshot);
	enum err_code rc;

	f.gen = f.since;
	/* With after, the generation itself is told in part. */
	f.whole_gen = f.slot < INT64_MAX && f.since > 0 ? f.since - 1 : f.since;
	x->type = http_format_type(FORMAT_NDJSON);
	exchange_header(x, "Microcat-Database", slice_of(store_db_uuid(x->api->store)));
	if (f.since > newest)
		return err_set(err, ERR_PARSE,
			       "since=%lld: the newest generation is %lld; if the database was "
			       "made anew, begin again without since",
			       (long long)f.since, (long long)newest);
	rc = write_changes(&f, newest, err);
	arena_clear(&f.page);
	arena_clear(&f.offer);
	buf_clear(&f.line);
	return rc;
}
