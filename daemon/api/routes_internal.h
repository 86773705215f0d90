// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_ROUTES_INTERNAL_H
#define DAEMON_API_ROUTES_INTERNAL_H

/*
 * What the files of routes give the table in routes.c, and what they share.
 * begin_ functions run on the loop, those that end in _in_pool in a pool
 * thread inside a read transaction (router.h).
 */

#include "daemon/api/exchange.h"

/* offers.c: search */
enum err_code begin_offers(struct exchange *x, struct err *err);
enum err_code render_offers_in_pool(struct exchange *x, struct db *db,
				    const struct snapshot *snapshot, struct err *err);

/* offer.c: one offer, its records, how it was reached */
enum err_code render_offer_in_pool(struct exchange *x, struct db *db,
				   const struct snapshot *snapshot, struct err *err);
enum err_code render_records_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err);
/* explain.c */
enum err_code render_explain_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err);

/* suggest.c */
enum err_code begin_suggest(struct exchange *x, struct err *err);

/* stats.c */
enum err_code begin_stats(struct exchange *x, struct err *err);
enum err_code render_stats_in_pool(struct exchange *x, struct db *db,
				   const struct snapshot *snapshot, struct err *err);

/* changes.c */
enum err_code render_changes_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err);

/* sources.c, runs.c, quality.c */
enum err_code begin_sources(struct exchange *x, struct err *err);
enum err_code render_sources_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err);
enum err_code begin_source(struct exchange *x, struct err *err);
enum err_code render_source_in_pool(struct exchange *x, struct db *db,
				    const struct snapshot *snapshot, struct err *err);
enum err_code begin_runs(struct exchange *x, struct err *err);
enum err_code render_runs_in_pool(struct exchange *x, struct db *db,
				  const struct snapshot *snapshot, struct err *err);
enum err_code begin_run(struct exchange *x, struct err *err);
enum err_code render_run_in_pool(struct exchange *x, struct db *db, const struct snapshot *snapshot,
				 struct err *err);
enum err_code render_quality_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err);

/* operation.c */
enum err_code begin_status(struct exchange *x, struct err *err);
enum err_code render_status_in_pool(struct exchange *x, struct db *db,
				    const struct snapshot *snapshot, struct err *err);
enum err_code begin_about(struct exchange *x, struct err *err);
enum err_code begin_healthz(struct exchange *x, struct err *err);
enum err_code begin_readyz(struct exchange *x, struct err *err);
enum err_code begin_metrics(struct exchange *x, struct err *err);
enum err_code render_metrics_in_pool(struct exchange *x, struct db *db,
				     const struct snapshot *snapshot, struct err *err);
enum err_code begin_openapi(struct exchange *x, struct err *err);

/* admin.c */
enum err_code begin_harvest(struct exchange *x, struct err *err);
enum err_code begin_confirm(struct exchange *x, struct err *err);
enum err_code begin_restore(struct exchange *x, struct err *err);
enum err_code begin_replay(struct exchange *x, struct err *err);
enum err_code begin_reload(struct exchange *x, struct err *err);

/* --- shared --- */

/*
 * The target of this request with other values: without the parameter, and
 * with name=value instead where value is there. In the exchange's arena.
 */
struct slice target_with(struct exchange *x, const char *name, struct slice value);
/* Likewise, of several. */
struct target_change {
	const char *name;
	struct slice value; /* absent: without it */
};
struct slice target_changed(struct exchange *x, const struct target_change *to, size_t n);
/* Link: <target>; rel="next". */
void add_next_link(struct exchange *x, struct slice target);
/* A terminated copy of a path argument, in the exchange's arena. */
const char *arg_z(struct exchange *x, size_t i);
/* A number as a header's value, in the exchange's arena. */
struct slice number_text(struct exchange *x, int64_t number);

#endif
