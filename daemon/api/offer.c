// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/offers/ID and /records: one offer, and what each source says about
 * it in its own words.
 */
#include "base/limits.h"
#include "daemon/api/offer_json.h"
#include "daemon/api/routes_internal.h"

#include <stdio.h>

/* The id was merged into another: the same path there. */
static void redirect(struct exchange *x, struct slice id)
{
	struct slice path = x->target.path;
	struct slice rest = slice_from(path, sizeof("/v1/offers/") - 1);
	ptrdiff_t slash = slice_find_byte(rest, '/');
	struct slice suffix = slash < 0 ? SLICE_LIT("") : slice_from(rest, (size_t)slash);

	struct json_writer w = JSON_WRITER(&x->body);

	json_open(&w, '{');
	json_field(&w, "id", id);
	json_close(&w, '}');
	x->status = 308;
	x->type = http_format_type(FORMAT_JSON);
	exchange_header(
		x, "Location",
		arena_printf(&x->arena, "/v1/offers/%.*s%.*s", SLICE_ARG(id), SLICE_ARG(suffix)));
}

static void say_gone(struct exchange *x, const struct report_records *records)
{
	int64_t gone_s = 0;
	char when[CLOCK_TEXT_BYTES];
	char more[64];

	for (size_t i = 0; i < records->n; i++)
		gone_s = records->items[i].gone_s > gone_s ? records->items[i].gone_s : gone_s;
	clock_format(when, gone_s);
	snprintf(more, sizeof(more), "\"gone\":\"%s\"", when);
	exchange_problem(x, 410, "gone",
			 SLICE_LIT("This offer is no longer in its source's catalogue; "
				   "/records has what it was."),
			 slice_of(more));
}

static enum err_code write_offer(struct exchange *x, const struct offer_served *served,
				 struct arena *arena, struct err *err)
{
	struct json_writer json = JSON_WRITER(&x->body);
	struct csv_writer csv = CSV_WRITER(&x->body);

	if (x->format == FORMAT_CSV) {
		csv_header(&csv, OFFER_CSV_COLUMNS);
		return offer_csv_write(&csv, served, SLICE_NONE, x->today, arena, err);
	}
	offer_json_write(&json, served, OFFER_FIELDS_ALL, &x->days);
	if (x->format == FORMAT_NDJSON)
		buf_char(&x->body, '\n');
	return ERR_OK;
}

enum err_code render_offer_in_pool(struct exchange *x, struct db *db,
				   const struct snapshot *snapshot, struct err *err)
{
	struct arena arena = ARENA_INIT(4 * LIMIT_OFFER_ARENA_BYTES);
	struct report_offer offer;
	struct report_records records;
	struct offer_served served = { .offer = &offer, .records = &records };
	enum err_code rc = report_offer(&offer, &arena, db, x->args[0], err);

	(void)snapshot;
	if (rc == ERR_OK)
		rc = report_records(&records, &arena, db, offer.slot, false, err);
	if (rc == ERR_OK) {
		if (offer.merged_id.p != NULL)
			redirect(x, offer.id);
		else if (!slice_eq_z(offer.state, "live"))
			say_gone(x, &records);
		else
			rc = write_offer(x, &served, &arena, err);
	}
	arena_clear(&arena);
	return rc;
}

/* --- records --- */

static void write_time(struct json_writer *w, const char *name, int64_t time_s)
{
	json_key(w, name);
	json_time(w, time_s);
}

static void write_record(struct json_writer *w, const struct report_record *r)
{
	json_open(w, '{');
	json_field(w, "source", r->source_id);
	json_field(w, "sourceTitle", r->source_title);
	json_field(w, "recordId", r->record_id);
	json_field(w, "state", r->state);
	write_time(w, "seen", r->seen_s);
	write_time(w, "firstSeen", r->first_seen_s);
	write_time(w, "changed", r->changed_s);
	if (r->gone_s != 0)
		write_time(w, "gone", r->gone_s);
	json_field(w, "goneWhy", r->gone_why);
	json_field(w, "mappingVersion", r->mapping_version);
	json_key(w, "offer");
	json_raw(w, r->body);
	json_key(w, "words");
	json_raw(w, r->words.n > 0 ? r->words : SLICE_LIT("[]"));
	json_close(w, '}');
}

enum err_code render_records_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err)
{
	struct arena arena = ARENA_INIT(LIMIT_QUERY_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&x->body);
	struct report_offer offer;
	struct report_records records;
	enum err_code rc = report_offer(&offer, &arena, db, x->args[0], err);

	(void)snapshot;
	if (rc == ERR_OK && offer.merged_id.p != NULL) {
		redirect(x, offer.id);
		arena_clear(&arena);
		return ERR_OK;
	}
	if (rc == ERR_OK)
		rc = report_records(&records, &arena, db, offer.slot, true, err);
	if (rc == ERR_OK) {
		json_open(&w, '{');
		json_field(&w, "id", offer.id);
		json_key(&w, "records");
		json_open(&w, '[');
		for (size_t i = 0; i < records.n; i++)
			write_record(&w, &records.items[i]);
		json_close(&w, ']');
		json_close(&w, '}');
	}
	arena_clear(&arena);
	return rc;
}
