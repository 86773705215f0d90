// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_DB_H
#define INDEX_DB_H

/*
 * One connection to the database, with its prepared statements, our tokenizer
 * and our ranking function. One connection serves one thread at a time: it
 * belongs to a pool queue (store.c), or to a test.
 *
 * All SQL text stands in index/statements.c, one enum constant each, prepared
 * at first use and kept; parameters are bound by name. Every folder-internal
 * function that runs statements is called with the connection in hand, in a
 * pool thread.
 */

#include "base/err.h"
#include "base/slice.h"

#include <sqlite3.h>
#include <stdatomic.h>

struct db {
	sqlite3 *conn;
	bool is_writer;
	struct sqlite3_stmt **stmts;   /* STMT_COUNT, by enum stmt */
	const atomic_bool *is_cancelled; /* of the job that runs, or NULL */
	uint64_t deadline_ms;          /* clock_mono_ms(); 0: none. A progress handler looks at both */
	void *search_state;            /* of index/search.c, per connection */
};

enum db_mode { DB_READ, DB_WRITE };

/*
 * Opens, sets the pragmas (WAL, foreign keys, page size 8192, synchronous
 * NORMAL, busy timeout), registers tokenizer and functions. DB_WRITE creates
 * the file and migrates it. vfs: NULL, or a name (tests wrap one).
 * Errors: ERR_DB, ERR_IO, ERR_CONFLICT for a newer schema (both numbers named).
 */
enum err_code db_open(struct db *db, const char *path, enum db_mode mode, const char *vfs,
		      struct err *err) ERR_MUST_USE;
void db_close(struct db *db);

/* Errors of the library end here: busy, full and I/O become our codes. */
enum err_code err_from_sqlite(struct err *err, struct db *db, const char *what);

enum err_code db_begin_write(struct db *db, struct err *err) ERR_MUST_USE;  /* BEGIN IMMEDIATE */
enum err_code db_begin_read(struct db *db, struct err *err) ERR_MUST_USE;   /* a snapshot, taken at once */
enum err_code db_commit(struct db *db, struct err *err) ERR_MUST_USE;
void db_rollback(struct db *db);

enum stmt; /* index/statements.h */

#endif
