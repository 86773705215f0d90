// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_STATS_H
#define INDEX_STATS_H

/*
 * Statistics: offers, sessions and ECTS by up to three dimensions, now or at
 * the end of any past day.
 *
 * A day's figures come from the attributes that were true in the last
 * generation of that day (UTC), present and superseded ones, which are never
 * changed or pruned: asked at any later time, they are what they were. What
 * depends on a day (whether one can apply) is asked for that day.
 *
 *   n_offers     an offer once in each cell whose values it has; where a
 *                dimension is of a session, its values are those of sessions
 *                that meet the session filters, and two such dimensions are of
 *                the same session
 *   n_sessions   sessions that meet the session filters (and, where a
 *                dimension is of a session, have the cell's value); the
 *                implied session of an offer without any is not counted
 *   unknown      the value where there is none
 *
 * Cells are ordered by their codes, unknown last; result->n_offers counts each
 * offer once. Everything in the result lives in the arena.
 *
 * Thread: the connection's, inside a read transaction of the snapshot's generation.
 */

#include "catalogue/query.h"
#include "index/columns.h"
#include "index/db.h"

/*
 * Errors: ERR_PARSE (a filter, a depth or a dimension that cannot be one; the
 * same dimension twice), ERR_LIMIT beyond LIMIT_STATS_CELLS, ERR_TIMEOUT,
 * ERR_CANCELLED, ERR_DB and its kin.
 */
enum err_code stats_run(struct stats_result *out, struct arena *arena, struct db *db,
			const struct snapshot *snapshot, const struct stats_query *q,
			struct err *err) ERR_MUST_USE;

#endif
