// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_SOURCES_H
#define INDEX_SOURCES_H

/*
 * The configured sources in the database: what they were last configured as,
 * when they are due, and for how long a host must be left alone. A source that
 * is no longer configured keeps its records, findable, and its history.
 *
 * Thread: pool; what writes, inside the caller's write transaction.
 */

#include "index/blob.h"

/* One of the configuration. */
struct source_entry {
	const char *id;
	const char *title; /* NULL: none */
	struct slice settings; /* source_write(): no secrets */
	uint8_t settings_hash[BLOB_HASH_BYTES];
	bool is_enabled;
};

/* One of the database; texts in the arena it was read into. */
struct source_row {
	int64_t sid;
	struct slice id, title, settings, settings_hash;
	bool is_enabled, is_configured;
	int64_t next_due_s; /* 0: at once */
	int64_t not_before_s; /* 0: none */
	int64_t last_complete_run, last_run; /* 0: none */
	int64_t n_failures; /* runs in a row that were not complete, as the schedule counts them */
	int64_t dropped_s; /* since when it is not configured; 0: it is */
};

struct source_rows {
	struct source_row *items; /* by id */
	size_t n;
	size_t cap; /* private */
};

/* Makes these n the configured ones. Errors: those of the database. */
enum err_code sources_apply(struct db *db, const struct source_entry *entries, size_t n,
			    int64_t now_s, struct err *err) ERR_MUST_USE;
/* All, also those no longer configured. Errors: ERR_LIMIT, those of the database. */
enum err_code sources_list(struct source_rows *out, struct arena *arena, struct db *db,
			   struct err *err) ERR_MUST_USE;
/* ERR_NOTFOUND names the source. */
enum err_code source_by_id(struct source_row *out, struct arena *arena, struct db *db,
			   const char *id, struct err *err) ERR_MUST_USE;
enum err_code source_sid(struct db *db, const char *id, int64_t *sid, struct err *err) ERR_MUST_USE;

/* When it is harvested next (0: at once), not before when, and failures in a row. */
struct source_due {
	const char *id;
	int64_t next_due_s, not_before_s, n_failures;
};
/* ERR_NOTFOUND for an unknown source. */
enum err_code source_set_due(struct db *db, const struct source_due *due,
			     struct err *err) ERR_MUST_USE;

/* A host that asked to be left alone (Retry-After). */
struct host_row {
	struct slice host;
	int64_t not_before_s;
};
struct host_rows {
	struct host_row *items;
	size_t n;
	size_t cap; /* private */
};
/* The later of what is known and this. */
enum err_code host_set_not_before(struct db *db, const char *host, int64_t not_before_s,
				  struct err *err) ERR_MUST_USE;
/* Those whose time has not come; others are forgotten when forgets. */
enum err_code hosts_list(struct host_rows *out, struct arena *arena, struct db *db, int64_t now_s,
			 bool forgets, struct err *err) ERR_MUST_USE;

#endif
