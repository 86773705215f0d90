// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_RUN_INTERNAL_H
#define INDEX_RUN_INTERNAL_H

/*
 * What run.c, settle.c and decide.c share: rows of table run.
 *
 * Thread: pool (writer), inside the caller's write transaction.
 */

#include "index/run.h"

struct run_row_options {
	int64_t sid;
	enum run_kind kind;
	int64_t of_run; /* 0: none */
	struct slice mapping_version;
	struct slice settings_hash;
	uint64_t before;
	int64_t now_s;
};

/* Adds a row, "running", and makes it the source's last one. */
enum err_code run_add_row(int64_t *run, struct db *db, const struct run_row_options *o,
			  struct err *err) ERR_MUST_USE;
/* ERR_CONFLICT while a run of the source is running. */
enum err_code run_require_idle(struct db *db, int64_t sid, const char *source_id,
			       struct err *err) ERR_MUST_USE;

/* Runs of the source (0: of all) that are still "running" become "interrupted". */
enum err_code run_interrupt(struct db *db, int64_t sid, int64_t now_s, size_t *n,
			    struct err *err) ERR_MUST_USE;

struct run_end_row {
	enum run_end end;
	const char *why; /* NULL or "": nothing to say */
	const struct run_settle *settle; /* figures, or NULL */
	int64_t now_s;
};
enum err_code run_end_row(struct db *db, int64_t run, const struct run_end_row *end,
			  struct err *err) ERR_MUST_USE;
/* What the run asked to remember is final now. */
enum err_code run_finalise_memory(struct db *db, int64_t sid, int64_t run,
				  struct err *err) ERR_MUST_USE;
/* The responses and removals of this run are what the source has. */
enum err_code run_is_newest_complete(struct db *db, int64_t sid, int64_t run,
				     struct err *err) ERR_MUST_USE;

#endif
