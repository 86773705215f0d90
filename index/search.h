// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_SEARCH_H
#define INDEX_SEARCH_H

/*
 * Search: from a parsed query to ranked slots, counts, facets and snippets.
 * The one interface between whoever asks (the API) and whoever computes.
 *
 *   query ─► candidates ─► filters ─► facets, total ─► best k ─► snippets, cursor
 *            (words)       (columns)  (same pass)
 *
 * Snapshot and connection are of the same generation (store_read_start() sees
 * to it). Everything in the result lives in the arena.
 *
 * Order: page.h. A facet's last value has no code when values were left out:
 * it stands for all of them. Without words SORT_RELEVANCE is SORT_CHANGED, and
 * scores are 0; they are also 0 in every other order than relevance.
 *
 * Thread: the connection's, inside a read transaction.
 */

#include "catalogue/query.h"
#include "index/columns.h"
#include "index/db.h"

/*
 * Errors: ERR_PARSE (no word left to look for; a filter or a cursor that
 * cannot be one), ERR_LIMIT, ERR_TIMEOUT (db->deadline_ms), ERR_CANCELLED
 * (db->is_cancelled), ERR_DB and its kin. Nothing typed leads to ERR_DB.
 */
enum err_code search_run(struct search_result *out, struct arena *arena, struct db *db,
			 const struct snapshot *snapshot, const struct search_query *q,
			 struct err *err) ERR_MUST_USE;

#endif
