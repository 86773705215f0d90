// SPDX-License-Identifier: EUPL-1.2
/*
 * Names of dimensions and orders, parameters of searches and statistics, and
 * the canonical text of a query.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/query_parse.h"
#include "catalogue/readers.h"

#include <stdlib.h>

enum { DEFAULT_ROWS = 20 };

static const char *const dimension_names[DIM_COUNT] = {
	[DIM_SUBJECT] = "subject",     [DIM_LEVEL] = "level",
	[DIM_ECTS] = "ects",           [DIM_SIZE] = "size",
	[DIM_LANG] = "lang",           [DIM_COUNTRY] = "country",
	[DIM_PROVIDER] = "provider",   [DIM_ALLIANCE] = "alliance",
	[DIM_MODE] = "mode",           [DIM_SOURCE] = "source",
	[DIM_START] = "start",         [DIM_OPEN] = "open",
	[DIM_PRICE] = "price",         [DIM_CREDENTIAL] = "credential",
	[DIM_STACKABLE] = "stackable", [DIM_HAS] = "has",
	[DIM_MISSING] = "missing",
};
static const char *const sort_names[SORT_COUNT] = {
	[SORT_RELEVANCE] = "relevance", [SORT_TITLE] = "title", [SORT_ECTS] = "ects",
	[SORT_LEVEL] = "level",         [SORT_START] = "start", [SORT_CHANGED] = "changed",
};

const char *dimension_name(enum dimension d)
{
	return (size_t)d < DIM_COUNT ? dimension_names[d] : NULL;
}

enum dimension dimension_of_name(struct slice name)
{
	for (size_t d = 0; d < DIM_COUNT; d++)
		if (slice_eq_z(name, dimension_names[d]))
			return (enum dimension)d;
	return DIM_COUNT;
}

bool dimension_is_session(enum dimension d)
{
	return d == DIM_LANG || d == DIM_MODE || d == DIM_START || d == DIM_OPEN || d == DIM_PRICE;
}

const char *sort_name(enum sort_order s)
{
	return (size_t)s < SORT_COUNT ? sort_names[s] : NULL;
}

enum sort_order sort_of_name(struct slice name)
{
	for (size_t s = 0; s < SORT_COUNT; s++)
		if (slice_eq_z(name, sort_names[s]))
			return (enum sort_order)s;
	return SORT_COUNT;
}

static void filters_init(struct filters *f)
{
	for (size_t d = 0; d < DIM_COUNT; d++)
		f->items[d] = (struct filter){ .dim = (enum dimension)d };
}

void search_query_init(struct search_query *q, int32_t today)
{
	*q = (struct search_query){ .limit = DEFAULT_ROWS,
				    .today = today,
				    .timeout_ms = LIMIT_QUERY_MS };
	zone_days_all(&q->days, today);
	filters_init(&q->filters);
}

void search_query_init_at(struct search_query *q, int64_t now_s)
{
	search_query_init(q, clock_day_of(now_s));
	zone_days_at(&q->days, now_s);
}

void stats_query_init(struct stats_query *q, int32_t today)
{
	*q = (struct stats_query){ .as_of = INT32_MAX, .subject_depth = 2, .today = today };
	zone_days_all(&q->days, today);
	filters_init(&q->filters);
}

void stats_query_init_at(struct stats_query *q, int64_t now_s)
{
	stats_query_init(q, clock_day_of(now_s));
	zone_days_at(&q->days, now_s);
}

enum err_code query_check_text(struct slice name, struct slice text, size_t max, struct err *err)
{
	if (text.n > max)
		return err_set(err, ERR_LIMIT, "%.*s: %zu bytes, at most %zu are read",
			       SLICE_ARG(name), text.n, max);
	if (!utf8_is_valid(text))
		return err_set(err, ERR_PARSE, "%.*s: not UTF-8 from byte %zu on", SLICE_ARG(name),
			       utf8_valid_prefix(text));
	return ERR_OK;
}

/* For messages: not more of it than a line holds. */
static struct slice brief(struct slice text)
{
	return utf8_first(text, 60);
}

enum err_code weakest_read(enum from *weakest, struct slice value, struct err *err)
{
	enum from from = from_of_name(slice_trim(value));

	if (from == FROM_NONE)
		return err_set(
			err, ERR_PARSE,
			"from=%.*s: expected declared, converted, nqf, cycle, hours or inferred",
			SLICE_ARG(brief(value)));
	*weakest = from;
	return ERR_OK;
}

/* --- parameters that say how to answer --- */

typedef enum err_code param_reader(struct search_query *, struct slice value, struct arena *,
				   struct err *);

static enum err_code read_sort(struct search_query *q, struct slice value, struct arena *arena,
			       struct err *err)
{
	enum sort_order s = sort_of_name(value);

	(void)arena;
	if (s == SORT_COUNT)
		return err_set(
			err, ERR_PARSE,
			"sort=%.*s: expected relevance, title, ects, level, start or changed",
			SLICE_ARG(brief(value)));
	q->sort = s;
	return ERR_OK;
}

static enum err_code read_limit(struct search_query *q, struct slice value, struct arena *arena,
				struct err *err)
{
	uint64_t n = 0;

	(void)arena;
	if (!slice_to_u64(&n, value, LIMIT_RESULT_ROWS))
		return err_set(err, ERR_PARSE, "limit=%.*s: expected a number from 0 to %u",
			       SLICE_ARG(brief(value)), (unsigned)LIMIT_RESULT_ROWS);
	q->limit = (uint32_t)n;
	return ERR_OK;
}

static enum err_code read_timeout(struct search_query *q, struct slice value, struct arena *arena,
				  struct err *err)
{
	uint64_t ms = 0;

	(void)arena;
	if (!slice_to_u64(&ms, value, LIMIT_QUERY_MS) || ms == 0)
		return err_set(err, ERR_PARSE, "timeout=%.*s: expected milliseconds from 1 to %u",
			       SLICE_ARG(brief(value)), (unsigned)LIMIT_QUERY_MS);
	q->timeout_ms = (uint32_t)ms;
	return ERR_OK;
}

static enum err_code read_cursor(struct search_query *q, struct slice value, struct arena *arena,
				 struct err *err)
{
	if (value.n > LIMIT_CURSOR_BYTES)
		return err_set(err, ERR_LIMIT, "cursor: %zu bytes, at most %u are read", value.n,
			       (unsigned)LIMIT_CURSOR_BYTES);
	q->cursor = value.n > 0 ? arena_dup(arena, value) : SLICE_NONE;
	return ERR_OK;
}

/* What a facet can be counted for: ECTS is counted by size, elements by completeness. */
static dimension_set all_facets(void)
{
	dimension_set all = DIM_BIT(DIM_COUNT) - 1;

	return all & ~(DIM_BIT(DIM_ECTS) | DIM_BIT(DIM_HAS) | DIM_BIT(DIM_MISSING));
}

static enum err_code read_facets(struct search_query *q, struct slice value, struct arena *arena,
				 struct err *err)
{
	struct slice part = SLICE_NONE;
	dimension_set facets = 0;

	(void)arena;
	while (slice_split(&part, &value, ',')) {
		enum dimension d = dimension_of_name(slice_trim(part));

		if (slice_eq_z(slice_trim(part), "all"))
			facets |= all_facets();
		else if (d != DIM_COUNT)
			facets |= DIM_BIT(d);
		else if (!slice_eq_z(slice_trim(part), "none") && slice_trim(part).n > 0)
			return err_set(
				err, ERR_PARSE,
				"facets=%.*s: expected names of filters such as subject,level,"
				" or all, or none",
				SLICE_ARG(brief(part)));
	}
	q->facets = facets;
	return ERR_OK;
}

static enum err_code read_preferred(struct search_query *q, struct slice value, struct arena *arena,
				    struct err *err)
{
	struct hint hint = { .decimal = 0 };

	if (!language_read(&q->lang, slice_trim(value), &hint, NULL, arena))
		return err_set(err, ERR_PARSE, "hl=%.*s: expected a language such as en or fi",
			       SLICE_ARG(brief(value)));
	return ERR_OK;
}

static enum err_code read_snippets(struct search_query *q, struct slice value, struct arena *arena,
				   struct err *err)
{
	bool is_true =
		slice_eq_z(value, "true") || slice_eq_z(value, "1") || slice_eq_z(value, "yes");
	bool is_false =
		slice_eq_z(value, "false") || slice_eq_z(value, "0") || slice_eq_z(value, "no");

	(void)arena;
	if (!is_true && !is_false)
		return err_set(err, ERR_PARSE, "snippets=%.*s: expected true or false",
			       SLICE_ARG(brief(value)));
	q->wants_snippets = is_true;
	return ERR_OK;
}

static enum err_code read_from(struct search_query *q, struct slice value, struct arena *arena,
			       struct err *err)
{
	(void)arena;
	return weakest_read(&q->weakest, value, err);
}

static enum err_code read_line(struct search_query *q, struct slice value, struct arena *arena,
			       struct err *err)
{
	return search_query_parse_words(q, value, arena, err);
}

static const struct {
	const char *name;
	param_reader *read;
} params[] = {
	{ "q", read_line },       { "from", read_from },         { "sort", read_sort },
	{ "limit", read_limit },  { "cursor", read_cursor },     { "facets", read_facets },
	{ "hl", read_preferred }, { "snippets", read_snippets }, { "timeout", read_timeout },
};

enum err_code search_query_param(struct search_query *q, bool *is_known, struct query_param param,
				 struct arena *arena, struct err *err)
{
	enum dimension dim = dimension_of_name(param.name);

	*is_known = true;
	for (size_t i = 0; i < countof(params); i++) {
		enum err_code rc = ERR_OK;

		if (!slice_eq_z(param.name, params[i].name))
			continue;
		rc = query_check_text(param.name, param.value, LIMIT_QUERY_BYTES, err);
		return rc == ERR_OK ? params[i].read(q, param.value, arena, err) : rc;
	}
	if (dim != DIM_COUNT)
		return filters_add(&q->filters, dim, param.value, false, q->today, arena, err);
	*is_known = false;
	return ERR_OK;
}

/* --- statistics --- */

static enum err_code read_by(struct stats_query *q, struct slice value, struct err *err)
{
	struct slice part = SLICE_NONE;

	while (slice_split(&part, &value, ',')) {
		enum dimension d = dimension_of_name(slice_trim(part));

		if (d == DIM_COUNT)
			return err_set(err, ERR_PARSE,
				       "by=%.*s: expected names of filters such as country,level",
				       SLICE_ARG(brief(part)));
		if (q->n_by == STATS_MAX_DIMENSIONS)
			return err_set(err, ERR_LIMIT, "by: at most %u names",
				       (unsigned)STATS_MAX_DIMENSIONS);
		for (size_t i = 0; i < q->n_by; i++)
			if (q->by[i] == d)
				return err_set(err, ERR_PARSE, "by: %s is named twice",
					       dimension_name(d));
		q->by[q->n_by++] = d;
	}
	return ERR_OK;
}

static enum err_code read_as_of(struct stats_query *q, struct slice value, struct err *err)
{
	struct date d;

	if (slice_eq_z(value, "now") || slice_eq_z(value, "today")) {
		q->as_of = INT32_MAX;
		return ERR_OK;
	}
	if (!date_parse(&d, value))
		return err_set(err, ERR_PARSE, "as-of=%.*s: expected a day such as 2026-12-31",
			       SLICE_ARG(brief(value)));
	q->as_of = date_last_day(d);
	return ERR_OK;
}

static enum err_code read_depth(struct stats_query *q, struct slice value, struct err *err)
{
	uint64_t depth = 0;

	if (!slice_to_u64(&depth, value, 4) || depth < 2)
		return err_set(err, ERR_PARSE, "depth=%.*s: expected 2, 3 or 4 digits of a subject",
			       SLICE_ARG(brief(value)));
	q->subject_depth = (uint8_t)depth;
	return ERR_OK;
}

enum err_code stats_query_param(struct stats_query *q, bool *is_known, struct query_param param,
				struct arena *arena, struct err *err)
{
	enum dimension dim = dimension_of_name(param.name);
	enum err_code rc = ERR_OK;

	*is_known = true;
	if (dim != DIM_COUNT)
		return filters_add(&q->filters, dim, param.value, false, q->today, arena, err);
	rc = query_check_text(param.name, param.value, LIMIT_QUERY_BYTES, err);
	if (rc != ERR_OK)
		return rc;
	if (slice_eq_z(param.name, "by"))
		return read_by(q, param.value, err);
	if (slice_eq_z(param.name, "as-of"))
		return read_as_of(q, param.value, err);
	if (slice_eq_z(param.name, "depth"))
		return read_depth(q, param.value, err);
	if (slice_eq_z(param.name, "from"))
		return weakest_read(&q->weakest, param.value, err);
	*is_known = false;
	return ERR_OK;
}

/* --- canonical text --- */

static int compare_values(const void *a, const void *b)
{
	const struct filter_value *x = a, *y = b;

	if (x->is_range != y->is_range)
		return x->is_range ? 1 : -1;
	if (!x->is_range)
		return slice_cmp(x->code, y->code);
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	return x->hi == y->hi ? 0 : x->hi < y->hi ? -1 : 1;
}

static void write_value(struct buf *out, const struct filter_value *v)
{
	if (!v->is_range) {
		json_write_string(out, v->code);
		return;
	}
	buf_i64(out, v->lo);
	buf_str(out, "..");
	buf_i64(out, v->hi);
}

/* Alternatives in one order, whatever the order in which they were typed. */
static void write_filter(struct buf *out, const struct filter *f)
{
	struct filter_value values[LIMIT_QUERY_VALUES];
	size_t n = f->n < LIMIT_QUERY_VALUES ? f->n : LIMIT_QUERY_VALUES;

	if (n == 0)
		return;
	memcpy(values, f->values, n * sizeof values[0]);
	qsort(values, n, sizeof values[0], compare_values);
	buf_printf(out, "&%s=", dimension_name(f->dim));
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_char(out, ',');
		write_value(out, &values[i]);
	}
}

static void write_groups(struct buf *out, const struct search_query *q)
{
	static const char *const kinds[] = {
		[TERM_WORD] = "w", [TERM_PREFIX] = "p", [TERM_PHRASE] = "s"
	};

	buf_str(out, "q=");
	for (size_t i = 0; i < q->n_groups; i++) {
		if (i > 0)
			buf_char(out, '|');
		for (size_t k = 0; k < q->groups[i].n; k++) {
			const struct query_term *t = &q->groups[i].terms[k];

			buf_str(out, t->is_excluded ? "-" : "");
			buf_str(out, kinds[t->kind]);
			json_write_string(out, t->text);
		}
	}
}

void search_query_canonical(struct buf *out, const struct search_query *q, bool with_page)
{
	write_groups(out, q);
	for (size_t d = 0; d < DIM_COUNT; d++)
		write_filter(out, &q->filters.items[d]);
	if (q->weakest != FROM_NONE)
		buf_printf(out, "&from=%s", from_name(q->weakest));
	buf_printf(out, "&sort=%s", sort_name(q->sort));
	if (q->lang.n > 0) {
		buf_str(out, "&hl=");
		json_write_string(out, q->lang);
	}
	if (!with_page)
		return;
	buf_printf(out, "&facets=%x&limit=%u&snippets=%d&today=%d", q->facets, q->limit,
		   q->wants_snippets, q->today);
	if (q->cursor.n > 0) {
		buf_str(out, "&cursor=");
		json_write_string(out, q->cursor);
	}
}
