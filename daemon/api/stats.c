// SPDX-License-Identifier: EUPL-1.2
/*
 * GET /v1/stats: counts and sums by one to three dimensions.
 */
#include "index/stats.h"
#include "base/limits.h"
#include "daemon/api/csv_write.h"
#include "daemon/api/routes_internal.h"

enum err_code begin_stats(struct exchange *x, struct err *err)
{
	struct stats_query *q = arena_new(&x->arena, struct stats_query);
	enum err_code rc = ERR_OK;

	if (q == NULL)
		return err_set(err, ERR_LIMIT, "the request is too large");
	stats_query_init_at(q, x->now_s);
	for (size_t i = 0; i < x->target.n_params && rc == ERR_OK; i++) {
		bool is_known = false;

		if (!slice_eq_z(x->target.params[i].name, "format"))
			rc = stats_query_param(q, &is_known, x->target.params[i], &x->arena, err);
	}
	if (rc == ERR_OK && q->as_of != INT32_MAX && q->as_of > x->today)
		rc = err_set(err, ERR_PARSE, "as-of=%.*s: expected a day that is not to come",
			     SLICE_ARG(param_text(&x->target, "as-of")));
	/* Its name is that of the sum, and its classes are those of size. */
	for (size_t i = 0; rc == ERR_OK && i < q->n_by; i++) {
		if (q->by[i] == DIM_ECTS)
			rc = err_set(err, ERR_PARSE,
				     "by=ects: expected size, which has the ranges");
	}
	x->asked = q;
	return rc;
}

static void write_csv(struct buf *out, const struct stats_query *q,
		      const struct stats_result *result)
{
	struct csv_writer w = CSV_WRITER(out);

	for (size_t i = 0; i < q->n_by; i++)
		csv_word(&w, slice_of(dimension_name(q->by[i])));
	csv_header(&w, "offers,sessions,with_ects,ects");
	for (size_t i = 0; i < result->n; i++) {
		const struct stats_cell *c = &result->cells[i];

		for (size_t d = 0; d < q->n_by; d++)
			csv_text(&w, c->key[d]);
		csv_i64(&w, (int64_t)c->n_offers);
		csv_i64(&w, (int64_t)c->n_sessions);
		csv_i64(&w, (int64_t)c->n_with_ects);
		csv_scaled(&w, c->ects_sum_c, 2);
		csv_end(&w);
	}
}

static void write_cell(struct json_writer *w, const struct stats_query *q,
		       const struct stats_cell *c)
{
	json_open(w, '{');
	for (size_t d = 0; d < q->n_by; d++)
		json_field(w, dimension_name(q->by[d]), c->key[d]);
	json_field_i64(w, "offers", (int64_t)c->n_offers);
	json_field_i64(w, "sessions", (int64_t)c->n_sessions);
	json_field_i64(w, "withEcts", (int64_t)c->n_with_ects);
	json_key(w, "ects");
	json_scaled(w, c->ects_sum_c, 2);
	json_close(w, '}');
}

static void write_json(struct buf *out, const struct stats_query *q,
		       const struct stats_result *result)
{
	struct json_writer w = JSON_WRITER(out);
	char day[CLOCK_TEXT_BYTES];

	clock_format_day(day, q->as_of == INT32_MAX ? q->today : q->as_of);
	json_open(&w, '{');
	json_field_z(&w, "asOf", day);
	json_field_i64(&w, "generation", result->generation);
	json_key(&w, "by");
	json_open(&w, '[');
	for (size_t i = 0; i < q->n_by; i++)
		json_text(&w, dimension_name(q->by[i]));
	json_close(&w, ']');
	json_field_i64(&w, "offers", result->n_offers);
	json_key(&w, "cells");
	json_open(&w, '[');
	for (size_t i = 0; i < result->n; i++)
		write_cell(&w, q, &result->cells[i]);
	json_close(&w, ']');
	json_close(&w, '}');
}

enum err_code render_stats_in_pool(struct exchange *x, struct db *db,
				   const struct snapshot *snapshot, struct err *err)
{
	const struct stats_query *q = x->asked;
	struct arena arena = ARENA_INIT(LIMIT_QUERY_ARENA_BYTES);
	struct stats_result result;
	enum err_code rc = stats_run(&result, &arena, db, snapshot, q, err);

	if (rc == ERR_OK && x->format == FORMAT_CSV)
		write_csv(&x->body, q, &result);
	else if (rc == ERR_OK)
		write_json(&x->body, q, &result);
	arena_clear(&arena);
	return rc;
}
