// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/offers: search. The question is read on the loop, searched and
 * rendered in the reader's thread.
 */
#include "base/limits.h"
#include "daemon/api/offer_json.h"
#include "daemon/api/routes_internal.h"
#include "index/search.h"

struct asked {
	struct search_query query;
	offer_fields fields;
};

/* One parameter: those of a search, and those of how it is shown. */
static enum err_code read_param(struct asked *a, const struct query_param *param,
				struct exchange *x, struct err *err)
{
	bool is_known = false;

	if (slice_eq_z(param->name, "fields"))
		return offer_fields_read(&a->fields, param->value, err);
	if (slice_eq_z(param->name, "format"))
		return ERR_OK;
	return search_query_param(&a->query, &is_known, *param, &x->arena, err);
}

enum err_code begin_offers(struct exchange *x, struct err *err)
{
	struct asked *a = arena_new(&x->arena, struct asked);
	enum err_code rc = ERR_OK;

	if (a == NULL)
		return err_set(err, ERR_LIMIT, "the request is too large");
	search_query_init_at(&a->query, x->now_s);
	a->query.wants_snippets = true;
	a->fields = OFFER_FIELDS_ALL;
	for (size_t i = 0; i < x->target.n_params && rc == ERR_OK; i++)
		rc = read_param(a, &x->target.params[i], x, err);
	/* A table has no place for them. */
	if (x->format == FORMAT_CSV)
		a->query.wants_snippets = false;
	x->timeout_ms = a->query.timeout_ms;
	x->asked = a;
	return rc;
}

/* --- rendering --- */

struct rendering {
	struct exchange *x;
	const struct asked *asked;
	const struct search_result *result;
	struct db *db;
	struct arena row; /* memory for one offer */
	struct json_writer json;
	struct csv_writer csv;
};

static enum err_code write_row(struct rendering *r, const struct search_hit *hit, struct err *err)
{
	struct report_offer offer;
	struct report_records records;
	struct offer_served served = { .offer = &offer, .snippet = hit->snippet_html_free };
	bool wants_records =
		r->x->format == FORMAT_CSV || offer_fields_want_records(r->asked->fields);
	enum err_code rc;

	arena_reset(&r->row);
	rc = report_offer_at(&offer, &r->row, r->db, hit->slot, err);
	if (rc == ERR_OK && wants_records) {
		rc = report_records(&records, &r->row, r->db, hit->slot, false, err);
		served.records = &records;
	}
	if (rc != ERR_OK)
		return rc;
	if (r->x->format == FORMAT_CSV)
		return offer_csv_write(&r->csv, &served, r->asked->query.lang, r->x->today, &r->row,
				       err);
	offer_json_write(&r->json, &served, r->asked->fields, &r->x->days);
	if (r->x->format == FORMAT_NDJSON)
		buf_char(&r->x->body, '\n');
	return ERR_OK;
}

static enum err_code write_rows(struct rendering *r, struct err *err)
{
	enum err_code rc = ERR_OK;

	/* A body that is full is refused as a whole: no need to go on. */
	for (size_t i = 0; i < r->result->n && rc == ERR_OK && !buf_failed(&r->x->body); i++)
		rc = write_row(r, &r->result->hits[i], err);
	return rc;
}

static void write_facet(struct json_writer *w, const struct facet *facet)
{
	json_key(w, dimension_name(facet->dim));
	json_open(w, '[');
	for (size_t i = 0; i < facet->n; i++) {
		const struct facet_count *c = &facet->items[i];

		json_open(w, '{');
		json_field(w, "code", c->code.p != NULL ? c->code : SLICE_LIT(""));
		json_field(w, "label", c->label);
		json_field_i64(w, "count", (int64_t)c->n);
		if (c->code.p == NULL)
			json_field_bool(w, "isRest", true);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static enum err_code write_json(struct rendering *r, struct err *err)
{
	const struct search_result *result = r->result;
	struct json_writer *w = &r->json;
	enum err_code rc;

	json_open(w, '{');
	json_field_i64(w, "generation", result->generation);
	json_field_i64(w, "total", (int64_t)result->total);
	json_key(w, "offers");
	json_open(w, '[');
	rc = write_rows(r, err);
	json_close(w, ']');
	if (result->n_facets > 0) {
		json_key(w, "facets");
		json_open(w, '{');
		for (size_t i = 0; i < result->n_facets; i++)
			write_facet(w, &result->facets[i]);
		json_close(w, '}');
	}
	json_field(w, "next", result->next_cursor);
	if (result->has_changed)
		json_field_bool(w, "changed", true);
	json_close(w, '}');
	return rc;
}

static enum err_code write_answer(struct rendering *r, struct err *err)
{
	if (r->x->format == FORMAT_JSON)
		return write_json(r, err);
	exchange_header(r->x, "Microcat-Generation", number_text(r->x, r->result->generation));
	exchange_header(r->x, "Microcat-Total", number_text(r->x, (int64_t)r->result->total));
	if (r->x->format == FORMAT_CSV)
		csv_header(&r->csv, OFFER_CSV_COLUMNS);
	return write_rows(r, err);
}

enum err_code render_offers_in_pool(struct exchange *x, struct db *db,
				    const struct snapshot *snapshot, struct err *err)
{
	const struct asked *asked = x->asked;
	struct arena arena = ARENA_INIT(LIMIT_QUERY_ARENA_BYTES);
	struct search_result result;
	struct rendering r = {
		.x = x,
		.asked = asked,
		.result = &result,
		.db = db,
		.row = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES),
		.json = JSON_WRITER(&x->body),
		.csv = CSV_WRITER(&x->body),
	};
	enum err_code rc = search_run(&result, &arena, db, snapshot, &asked->query, err);

	if (rc == ERR_OK)
		rc = write_answer(&r, err);
	if (rc == ERR_OK && result.next_cursor.p != NULL)
		add_next_link(x, target_with(x, "cursor", result.next_cursor));
	arena_clear(&r.row);
	arena_clear(&arena);
	return rc;
}
