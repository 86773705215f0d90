// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_DB_H
#define INDEX_DB_H

/*
 * One connection to the database, with its prepared statements, our tokenizer
 * and our ranking function. One connection serves one thread at a time: it
 * belongs to a pool queue (store.c), or to a test.
 *
 * All SQL text stands in index/statements.c, one enum constant each, prepared
 * when the connection is opened and kept; parameters are bound by name. Every
 * folder-internal function that runs statements is called with the connection
 * in hand, in a pool thread.
 *
 *     sqlite3_stmt *st = db_stmt(db, STMT_META_GET);
 *
 *     stmt_bind_z(st, ":key", "db_uuid");
 *     rc = stmt_next(db, st, &has_row, "meta", err);
 *     if (rc == ERR_OK && has_row)
 *             value = arena_dup(arena, stmt_text(st, 0));
 *     stmt_done(st);
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "index/statements.h"

#include <sqlite3.h>
#include <stdatomic.h>

struct db_scratch;

enum db_mode {
	DB_READ,
	DB_WRITE,
	DB_COPY /* for db_copy_back() alone: no statements, no cache */
};

struct db {
	sqlite3 *conn;
	enum db_mode mode;
	unsigned log_pages; /* writer: in the log, after the last commit */
	struct sqlite3_stmt **stmts; /* STMT_COUNT, by enum stmt */
	const atomic_bool *is_cancelled; /* of the job that runs, or NULL */
	uint64_t deadline_ms; /* clock_mono_ms(); 0: none. A progress handler looks at both */
	void *search_state; /* of index/search.c, per connection */
	void (*free_search_state)(void *); /* called by db_close() when search_state is set */
	struct db_scratch *scratch; /* compressors, of index/blob.c; made at first use */
};

/*
 * Opens, sets the pragmas (WAL, foreign keys, page size 8192, synchronous
 * NORMAL, busy timeout), registers tokenizer and functions, prepares all
 * statements. DB_WRITE creates the file (mode 0600) and migrates it. vfs: NULL,
 * or a name (tests wrap one). On failure nothing is left open.
 *
 * Errors: ERR_DB, ERR_IO, ERR_FULL, ERR_BUSY; ERR_CONFLICT for a newer schema
 * (both numbers named); ERR_NOTFOUND when DB_READ finds no file.
 * Thread: any; the connection then belongs to one thread at a time.
 */
enum err_code db_open(struct db *db, const char *path, enum db_mode mode, const char *vfs,
		      struct err *err) ERR_MUST_USE;
/* A zeroed db and one whose opening failed are closed already. */
void db_close(struct db *db);

/*
 * Errors of the library end here: SQLITE_FULL is ERR_FULL, I/O ERR_IO, locked
 * ERR_BUSY; a statement that was interrupted is ERR_CANCELLED or ERR_TIMEOUT.
 */
enum err_code err_from_sqlite(struct err *err, struct db *db, const char *what);

/* Whether the job that runs was cancelled or its deadline has passed: for loops of our own. */
bool db_must_stop(const struct db *db);
/* Then: ERR_CANCELLED or ERR_TIMEOUT; what names what was stopped. */
enum err_code db_stopped(struct err *err, const struct db *db, const char *what);

enum err_code db_begin_write(struct db *db, struct err *err) ERR_MUST_USE; /* BEGIN IMMEDIATE */
enum err_code db_begin_read(struct db *db,
			    struct err *err) ERR_MUST_USE; /* a snapshot, taken at once */
enum err_code db_commit(struct db *db, struct err *err) ERR_MUST_USE;
/*
 * The log was copied back into the database up to this many of its pages before;
 * whether it should be again. Not done by a commit: readers see it then, and
 * would wait for the copying until the columns that go with it are published.
 */
bool db_log_is_full(unsigned log_pages, unsigned n_copied);
/*
 * It has grown so much, since it is written while it is copied, that the writer
 * should wait for the rest: only then its next transaction begins a new log.
 */
bool db_log_is_overfull(unsigned log_pages);
/*
 * Copies it back, but for what readers still need, and gives how many of its
 * pages are now; 0 where all of it is, or nothing could be told. Outside a
 * transaction of this connection; another may write meanwhile.
 */
unsigned db_copy_back(struct db *db);
/*
 * Whether a reader sees the file through the memory it is mapped to, as it does
 * at first: then a page costs no copy, and counts as memory of this process
 * until it is no longer mapped. Without a statement under way.
 */
void db_set_mapped(struct db *db, bool is_mapped);
/* Also when there is no transaction any more (SQLite ends it itself after some failures). */
void db_rollback(struct db *db);

/* The generation of this transaction's snapshot; 0: nothing was ever found. */
enum err_code db_generation(struct db *db, int64_t *gen, struct err *err) ERR_MUST_USE;
/* Copied into the arena; absent when the key is. */
enum err_code db_meta_get(struct db *db, struct slice *value, struct arena *arena, const char *key,
			  struct err *err) ERR_MUST_USE;
enum err_code db_meta_set(struct db *db, const char *key, struct slice value,
			  struct err *err) ERR_MUST_USE;

/* --- statements --- */

/* Ready to bind; never NULL. Whoever takes it gives it back with stmt_done(). */
sqlite3_stmt *db_stmt(struct db *db, enum stmt which);
/* Bound values are borrowed until stmt_done(); SLICE_NONE and NULL bind NULL. */
void stmt_bind_text(sqlite3_stmt *st, const char *name, struct slice text);
void stmt_bind_z(sqlite3_stmt *st, const char *name, const char *text);
void stmt_bind_blob(sqlite3_stmt *st, const char *name, struct slice bytes);
void stmt_bind_i64(sqlite3_stmt *st, const char *name, int64_t value);
/* NULL for 0, which stands for "none" in our structs. */
void stmt_bind_i64_or_null(sqlite3_stmt *st, const char *name, int64_t value);
/* Steps; *has_row false at the end. what names the statement's purpose in messages. */
enum err_code stmt_next(struct db *db, sqlite3_stmt *st, bool *has_row, const char *what,
			struct err *err) ERR_MUST_USE;
/* For a statement without rows: steps to its end and gives it back. */
enum err_code stmt_run(struct db *db, sqlite3_stmt *st, const char *what,
		       struct err *err) ERR_MUST_USE;
/* Reset and unbind: always, and after errors were read. */
void stmt_done(sqlite3_stmt *st);
/* Columns, borrowed until the next step; SLICE_NONE for NULL, 0 for NULL numbers. */
struct slice stmt_text(sqlite3_stmt *st, int column);
struct slice stmt_blob(sqlite3_stmt *st, int column);
static inline int64_t stmt_i64(sqlite3_stmt *st, int column)
{
	return sqlite3_column_int64(st, column);
}
static inline uint64_t stmt_u64(sqlite3_stmt *st, int column)
{
	int64_t v = sqlite3_column_int64(st, column);

	return v > 0 ? (uint64_t)v : 0;
}
static inline bool stmt_is_null(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL;
}

#endif
