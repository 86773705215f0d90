// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_HISTORY_H
#define INDEX_HISTORY_H

/*
 * Generations and what is kept of the past. A transaction that changes what
 * users find has one generation, which begins with its first change; a change
 * row names each offer that is added, changed or removed by it. What a record
 * was before is kept as a version: gen_from <= g < gen_to.
 *
 * Thread: pool; the connection's.
 */

#include "index/columns.h"
#include "index/db.h"

/*
 * Begins the transaction's generation unless it has begun: changes->generation
 * says which. run 0: of none. cause: "harvest", "confirm", ...
 */
enum err_code history_begin(struct db *db, struct index_changes *changes, int64_t now_s,
			    int64_t run, const char *cause, struct err *err) ERR_MUST_USE;

/* kind: "added", "changed", "removed" or "merged" (into other, else 0). Once an offer and
 * generation. */
enum err_code history_change(struct db *db, int64_t generation, int64_t slot, const char *kind,
			     int64_t other, struct err *err) ERR_MUST_USE;

struct record_version {
	int64_t gen_from, gen_to;
	int64_t run; /* that ended it */
	struct slice state; /* live, unlisted, stale or gone */
	struct slice mapping_version;
	struct slice body; /* JSON; absent while gone */
};

/* Keeps what record rec was; the body is compressed here. */
enum err_code history_record_version(struct db *db, int64_t rec, const struct record_version *v,
				     struct err *err) ERR_MUST_USE;

struct record_versions {
	struct record_version *items; /* oldest first */
	size_t n;
	size_t cap;
};
/* All past versions of a record; what it is now stands in record and record_body. */
enum err_code history_record_versions(struct record_versions *out, struct arena *arena,
				      struct db *db, int64_t rec, struct err *err) ERR_MUST_USE;

/*
 * The generation at the end of a UTC day (days since 1970-01-01): what users
 * found at that moment. 0 when there was none yet.
 */
enum err_code history_generation_of_day(struct db *db, int32_t day, int64_t *gen,
					struct err *err) ERR_MUST_USE;
/* When a generation began; ERR_NOTFOUND for one that never was. */
enum err_code history_time_of_generation(struct db *db, int64_t gen, int64_t *at_s,
					 struct err *err) ERR_MUST_USE;

#endif
