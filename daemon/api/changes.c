// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/changes: what was added, changed, merged and removed since a
 * generation, one JSON object a line. A generation is never cut, so that
 * whoever follows can go on from the header Microcat-Generation.
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
	/* where it is */
	int64_t gen, slot;
	uint64_t n;
	bool has_more; /* generations that do not fit */
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

static enum err_code write_change(struct following *f, const struct report_change *c,
				  struct err *err)
{
	struct json_writer w = JSON_WRITER(&f->x->body);
	enum err_code rc = ERR_OK;

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
	buf_char(&f->x->body, '\n');
	return rc;
}

/* Whether a change belongs to a generation that does not fit any more. */
static bool is_beyond(const struct following *f, const struct report_change *c)
{
	return c->gen != f->gen && f->n > 0 &&
	       (f->n >= f->limit || f->x->body.len > LIMIT_API_ANSWER_BYTES / 2);
}

static enum err_code write_page(struct following *f, bool *is_last, struct err *err)
{
	struct report_changes changes;
	enum err_code rc;

	arena_reset(&f->page);
	rc = report_changes(&changes, &f->page, f->db, f->gen, f->slot, CHANGES_AT_ONCE, err);
	for (size_t i = 0; rc == ERR_OK && i < changes.n; i++) {
		const struct report_change *c = &changes.items[i];

		if (is_beyond(f, c)) {
			f->has_more = true;
			*is_last = true;
			return ERR_OK;
		}
		rc = write_change(f, c, err);
		f->gen = c->gen;
		f->slot = c->slot;
		f->n++;
	}
	if (rc == ERR_OK)
		*is_last = !changes.has_more;
	return rc;
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
	if (!f->has_more)
		f->gen = newest;
	exchange_header(f->x, "Microcat-Generation", number_text(f->x, f->gen));
	if (f->has_more)
		add_next_link(f->x, target_with(f->x, "since", number_text(f->x, f->gen)));
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
		.slot = INT64_MAX,
	};
	int64_t newest = snapshot_generation(snapshot);
	enum err_code rc;

	f.gen = f.since;
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
	return rc;
}
