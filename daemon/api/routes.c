// SPDX-License-Identifier: EUPL-1.2
/*
 * The table of all routes, and what their files share. docs/openapi.yaml
 * describes the same; tests/integration/test_api.c compares the two.
 */
#include "daemon/api/routes.h"

#include "base/limits.h"
#include "base/url.h"
#include "daemon/api/routes_internal.h"

/* clang-format off */
#define QUERY(name_) { .name = (name_), .kind = PARAM_QUERY }
#define WORDS(name_) { .name = (name_), .kind = PARAM_TEXT, .max = LIMIT_QUERY_BYTES }
#define NUMBER(name_, min_, max_) { .name = (name_), .kind = PARAM_NUMBER, .min = (min_), .max = (max_) }
#define FLAG(name_) { .name = (name_), .kind = PARAM_BOOL }
#define FORMATS(choices_) { .name = "format", .kind = PARAM_CHOICE, .choices = (choices_) }

/* Those of catalogue/query.h that searches and statistics share. */
#define FILTERS \
	QUERY("subject"), QUERY("level"), QUERY("ects"), QUERY("size"), QUERY("lang"), \
	QUERY("country"), QUERY("provider"), QUERY("alliance"), QUERY("mode"), QUERY("source"), \
	QUERY("start"), QUERY("open"), QUERY("price"), QUERY("credential"), QUERY("stackable"), \
	QUERY("has"), QUERY("missing"), WORDS("from")

static const struct param offers_params[] = {
	QUERY("q"), FILTERS, WORDS("sort"),
	NUMBER("limit", 0, LIMIT_RESULT_ROWS),
	{ .name = "cursor", .kind = PARAM_TEXT, .max = LIMIT_CURSOR_BYTES },
	WORDS("facets"), WORDS("fields"), WORDS("hl"),
	FLAG("snippets"),
	NUMBER("timeout", 1, LIMIT_QUERY_MS),
	FORMATS("json|csv|ndjson"),
};
static const struct param offer_params[] = {
	FORMATS("json|csv|ndjson"),
};
static const struct param suggest_params[] = {
	{ .name = "q", .kind = PARAM_TEXT, .is_required = true, .max = LIMIT_QUERY_BYTES },
	NUMBER("limit", 1, LIMIT_SUGGESTIONS),
};
static const struct param stats_params[] = {
	{ .name = "by", .kind = PARAM_TEXT, .is_required = true, .max = LIMIT_QUERY_BYTES },
	WORDS("as-of"), NUMBER("depth", 2, 4), FILTERS,
	FORMATS("json|csv"),
};
static const struct param changes_params[] = {
	NUMBER("since", 0, INT64_MAX),
	NUMBER("after", 0, LIMIT_SLOT_MAX),
	NUMBER("limit", 1, 10000),
	FLAG("offer"),
};
static const struct param runs_params[] = {
	NUMBER("limit", 1, 1000),
	NUMBER("before", 1, INT64_MAX),
};
static const struct param run_params[] = {
	FLAG("notes"),
	NUMBER("limit", 1, LIMIT_RUN_NOTES),
	NUMBER("offset", 0, LIMIT_RUN_NOTES),
};
static const struct param restore_params[] = {
	{ .name = "run", .kind = PARAM_NUMBER, .is_required = true, .min = 1, .max = INT64_MAX },
};

#define PARAMS(list) .params = (list), .n_params = countof(list)
#define GET(path_) .method = HTTP_GET, .path = (path_)
#define ADMIN_POST(path_) .method = HTTP_POST, .path = (path_), .is_admin = true

enum {
	ALL_FORMATS = FORMAT_BIT(FORMAT_JSON) | FORMAT_BIT(FORMAT_CSV) | FORMAT_BIT(FORMAT_NDJSON),
	JSON_OR_CSV = FORMAT_BIT(FORMAT_JSON) | FORMAT_BIT(FORMAT_CSV),
};

static const struct route all[] = {
	{ GET("/v1/offers"), PARAMS(offers_params), .has_etag = true, .formats = ALL_FORMATS,
	  .begin = begin_offers, .render_in_pool = render_offers_in_pool },
	{ GET("/v1/offers/{id}"), PARAMS(offer_params), .has_etag = true, .formats = ALL_FORMATS,
	  .render_in_pool = render_offer_in_pool },
	{ GET("/v1/offers/{id}/records"), .has_etag = true,
	  .render_in_pool = render_records_in_pool },
	{ GET("/v1/offers/{id}/explain"), .has_etag = true,
	  .render_in_pool = render_explain_in_pool },
	{ GET("/v1/suggest"), PARAMS(suggest_params), .begin = begin_suggest },
	{ GET("/v1/stats"), PARAMS(stats_params), .has_etag = true, .formats = JSON_OR_CSV,
	  .is_large = true, .timeout_ms = LIMIT_STATS_MS,
	  .begin = begin_stats, .render_in_pool = render_stats_in_pool },
	{ GET("/v1/changes"), PARAMS(changes_params), .has_etag = true,
	  .usual_rows = LIMIT_CHANGES_USUAL, .timeout_ms = LIMIT_STATS_MS, .render_in_pool = render_changes_in_pool },
	{ GET("/v1/sources"), .is_bare = true,
	  .begin = begin_sources, .render_in_pool = render_sources_in_pool },
	{ GET("/v1/sources/{source}"), .is_bare = true,
	  .begin = begin_source, .render_in_pool = render_source_in_pool },
	{ GET("/v1/sources/{source}/runs"), PARAMS(runs_params), .is_bare = true,
	  .begin = begin_runs, .render_in_pool = render_runs_in_pool },
	{ GET("/v1/sources/{source}/runs/{run}"), PARAMS(run_params), .is_bare = true,
	  .begin = begin_run, .render_in_pool = render_run_in_pool },
	{ GET("/v1/sources/{source}/quality"), .is_large = true, .timeout_ms = LIMIT_STATS_MS,
	  .render_in_pool = render_quality_in_pool },
	{ GET("/v1/status"), .begin = begin_status, .render_in_pool = render_status_in_pool },
	{ GET("/v1/about"), .begin = begin_about },
	{ GET("/healthz"), .begin = begin_healthz },
	{ GET("/readyz"), .begin = begin_readyz },
	{ GET("/metrics"), .begin = begin_metrics, .render_in_pool = render_metrics_in_pool },
	{ GET("/openapi.json"), .begin = begin_openapi },
	{ ADMIN_POST("/v1/sources/{source}/harvest"), .begin = begin_harvest },
	{ ADMIN_POST("/v1/sources/{source}/confirm"), .begin = begin_confirm },
	{ ADMIN_POST("/v1/sources/{source}/restore"), PARAMS(restore_params), .begin = begin_restore },
	{ ADMIN_POST("/v1/sources/{source}/replay"), .begin = begin_replay },
	{ ADMIN_POST("/v1/reload"), .begin = begin_reload },
};
/* clang-format on */

const struct route_table *routes_of_api(void)
{
	static const struct route_table table = { all, countof(all) };

	return &table;
}

/* --- shared by the files of routes --- */

static bool is_changed(struct slice pair, const struct target_change *to, size_t n)
{
	ptrdiff_t at = slice_find_byte(pair, '=');
	struct slice name = at < 0 ? pair : slice_first(pair, (size_t)at);
	size_t i = 0;

	while (i < n && !slice_eq_z(name, to[i].name))
		i++;
	return i < n;
}

/* Copies the query but for these parameters, whose names need no encoding. */
static void copy_query_without(struct buf *out, struct slice query, const struct target_change *to,
			       size_t n)
{
	struct slice pair;

	while (slice_split(&pair, &query, '&'))
		if (pair.n > 0 && !is_changed(pair, to, n))
			url_add_raw_query(out, pair);
}

struct slice target_changed(struct exchange *x, const struct target_change *to, size_t n)
{
	struct buf text = BUF_INIT(2 * LIMIT_API_TARGET_BYTES);
	struct slice target = SLICE_NONE;

	buf_slice(&text, x->target.path);
	copy_query_without(&text, x->target.query, to, n);
	for (size_t i = 0; i < n; i++)
		if (to[i].value.p != NULL)
			url_add_query(&text, slice_of(to[i].name), to[i].value);
	if (!buf_failed(&text))
		target = arena_dup(&x->arena, buf_view(&text));
	buf_clear(&text);
	return target;
}

struct slice target_with(struct exchange *x, const char *name, struct slice value)
{
	return target_changed(x, &(struct target_change){ name, value }, 1);
}

void add_next_link(struct exchange *x, struct slice target)
{
	/* A header cannot hold every byte a target may: such a client reads the body. */
	for (size_t i = 0; i < target.n; i++) {
		if (target.p[i] <= ' ' || target.p[i] == '>' || (unsigned char)target.p[i] >= 0x7f)
			return;
	}
	if (target.n > 0)
		exchange_header(
			x, "Link",
			arena_printf(&x->arena, "<%.*s>; rel=\"next\"", (int)target.n, target.p));
}

const char *arg_z(struct exchange *x, size_t i)
{
	return arena_dup(&x->arena, x->args[i]).p;
}

struct slice number_text(struct exchange *x, int64_t number)
{
	return arena_printf(&x->arena, "%lld", (long long)number);
}
