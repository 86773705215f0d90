// SPDX-License-Identifier: EUPL-1.2
/*
 * Connections, transactions, and the few calls with which everybody here runs
 * statements.
 */
#include "index/db.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "index/blob.h"
#include "index/schema.h"
#include "index/search_state.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum {
	PROGRESS_OPS = 4000, /* steps of SQLite's machine between two looks: some 0.1 ms */
	READER_MMAP_BYTES = 1024 * 1024 * 1024,
	CACHE_KIB_WRITE = 64 * 1024,
	CACHE_KIB_READ = 8 * 1024, /* what is in the log, and all that large reads look at */
	/* The log is copied back every 48 MiB: the same pages of the full text change again
	 * and again while loading. */
	LOG_PAGES = 6000,
	LOG_PAGES_OVERFULL = 4 * LOG_PAGES,
};

static const char writer_pragmas[] =
	"PRAGMA page_size = 8192;"
	"PRAGMA auto_vacuum = NONE;"
	"PRAGMA journal_mode = WAL;"
	"PRAGMA synchronous = NORMAL;"
	/* Records hold no personal data; overwriting what is deleted doubles the writes. */
	"PRAGMA secure_delete = OFF;"
	"PRAGMA foreign_keys = ON;"
	/* The log shrinks again after it was copied back: db_copy_back(). */
	"PRAGMA journal_size_limit = 67108864;"
	"PRAGMA temp_store = MEMORY";

static const char reader_pragmas[] = "PRAGMA query_only = ON;"
				     "PRAGMA temp_store = MEMORY";

/* --- errors --- */

static enum err_code code_of_interrupt(const struct db *db)
{
	if (db->is_cancelled != NULL && atomic_load(db->is_cancelled))
		return ERR_CANCELLED;
	return db->deadline_ms != 0 && clock_mono_ms() >= db->deadline_ms ? ERR_TIMEOUT
									  : ERR_CANCELLED;
}

static enum err_code code_of_sqlite(const struct db *db, int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		return ERR_IO;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_INTERRUPT:
		return code_of_interrupt(db);
	case SQLITE_TOOBIG:
		return ERR_LIMIT;
	default:
		return ERR_DB;
	}
}

enum err_code err_from_sqlite(struct err *err, struct db *db, const char *what)
{
	int code = sqlite3_extended_errcode(db->conn);
	enum err_code rc = code_of_sqlite(db, code);

	if (rc == ERR_TIMEOUT || rc == ERR_CANCELLED)
		return db_stopped(err, db, what);
	return err_set(err, rc, "database: %s: %s (%d)", what, sqlite3_errmsg(db->conn), code);
}

bool db_must_stop(const struct db *db)
{
	if (db->is_cancelled != NULL && atomic_load(db->is_cancelled))
		return true;
	return db->deadline_ms != 0 && clock_mono_ms() >= db->deadline_ms;
}

enum err_code db_stopped(struct err *err, const struct db *db, const char *what)
{
	if (code_of_interrupt(db) == ERR_TIMEOUT)
		return err_set(err, ERR_TIMEOUT, "%s: took too long", what);
	return err_set(err, ERR_CANCELLED, "%s: stopped", what);
}

/* Not 0 ends the statement that runs. */
static int look_at_deadline(void *arg)
{
	return db_must_stop(arg);
}

/* --- opening and closing --- */

/* Makes the file ourselves, so that nobody else can read it. */
static enum err_code create_private(const char *path, struct err *err)
{
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_from_errno(err, errno, path);
	close(fd);
	return ERR_OK;
}

static enum err_code exec(struct db *db, const char *sql, const char *what, struct err *err)
{
	if (sqlite3_exec(db->conn, sql, NULL, NULL, NULL) != SQLITE_OK)
		return err_from_sqlite(err, db, what);
	return ERR_OK;
}

static enum err_code set_pragmas(struct db *db, struct err *err)
{
	bool is_writer = db->mode == DB_WRITE;
	char *sql = sqlite3_mprintf("PRAGMA cache_size = -%d; PRAGMA mmap_size = %d",
				    is_writer ? CACHE_KIB_WRITE : CACHE_KIB_READ,
				    is_writer ? 0 : READER_MMAP_BYTES);
	enum err_code rc;

	require(sql != NULL);
	sqlite3_busy_timeout(db->conn, LIMIT_DB_BUSY_MS);
	rc = exec(db, is_writer ? writer_pragmas : reader_pragmas, "settings", err);
	if (rc == ERR_OK)
		rc = exec(db, sql, "settings", err);
	sqlite3_free(sql);
	return rc;
}

/* SQLite would copy the log back within the commit: see db_log_is_full(). */
static int on_log_grown(void *arg, sqlite3 *conn, const char *name, int n_pages)
{
	(void)conn;
	(void)name;
	((struct db *)arg)->log_pages = n_pages > 0 ? (unsigned)n_pages : 0;
	return SQLITE_OK;
}

static enum err_code prepare_all(struct db *db, struct err *err)
{
	db->stmts = mem_new_n(sqlite3_stmt *, STMT_COUNT);
	for (int i = 0; i < STMT_COUNT; i++)
		if (sqlite3_prepare_v3(db->conn, stmt_sql((enum stmt)i), -1,
				       SQLITE_PREPARE_PERSISTENT, &db->stmts[i], NULL) != SQLITE_OK)
			return err_from_sqlite(err, db, stmt_sql((enum stmt)i));
	return ERR_OK;
}

static void configure_library(void)
{
	/* Nobody asks how much memory SQLite has; counting it takes a lock each time. Refused
	 * without harm where the library is in use already. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* All that copying needs; the first read finds that there is a log. */
static enum err_code prepare_to_copy(struct db *db, struct err *err)
{
	return exec(db, "SELECT 1 FROM sqlite_schema", "settings", err);
}

static enum err_code prepare_to_ask(struct db *db, struct err *err)
{
	enum err_code rc = set_pragmas(db, err);

	if (rc == ERR_OK)
		rc = search_state_attach(db, err);
	if (rc == ERR_OK)
		rc = db->mode == DB_WRITE ? schema_migrate(db, err) : schema_check(db, err);
	if (rc == ERR_OK)
		rc = prepare_all(db, err);
	if (rc == ERR_OK)
		sqlite3_progress_handler(db->conn, PROGRESS_OPS, look_at_deadline, db);
	if (rc == ERR_OK && db->mode == DB_WRITE)
		sqlite3_wal_hook(db->conn, on_log_grown, db);
	return rc;
}

static enum err_code open_connection(struct db *db, const char *path, const char *vfs,
				     struct err *err)
{
	/* No mutex: a connection is used by one thread at a time. */
	if (sqlite3_open_v2(path, &db->conn,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			    vfs) != SQLITE_OK)
		return err_from_sqlite(err, db, path);
	return db->mode == DB_COPY ? prepare_to_copy(db, err) : prepare_to_ask(db, err);
}

enum err_code db_open(struct db *db, const char *path, enum db_mode mode, const char *vfs,
		      struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	enum err_code rc = ERR_OK;

	pthread_once(&once, configure_library);
	*db = (struct db){ .mode = mode };
	if (mode == DB_WRITE)
		rc = create_private(path, err);
	else if (access(path, F_OK) != 0)
		rc = err_from_errno(err, errno, path);
	if (rc == ERR_OK)
		rc = open_connection(db, path, vfs, err);
	if (rc != ERR_OK)
		db_close(db);
	return rc;
}

void db_close(struct db *db)
{
	if (db->search_state != NULL && db->free_search_state != NULL)
		db->free_search_state(db->search_state);
	for (int i = 0; db->stmts != NULL && i < STMT_COUNT; i++)
		sqlite3_finalize(db->stmts[i]);
	mem_free(db->stmts);
	blob_scratch_free(db);
	/* Nothing of ours is left in it, so that this cannot be refused. */
	sqlite3_close_v2(db->conn);
	*db = (struct db){ .conn = NULL };
}

/* --- transactions --- */

enum err_code db_begin_write(struct db *db, struct err *err)
{
	return stmt_run(db, db_stmt(db, STMT_BEGIN_WRITE), "begin", err);
}

enum err_code db_begin_read(struct db *db, struct err *err)
{
	int64_t gen;
	enum err_code rc = stmt_run(db, db_stmt(db, STMT_BEGIN_READ), "begin", err);

	/* The first read takes the snapshot. */
	if (rc == ERR_OK) {
		rc = db_generation(db, &gen, err);
		if (rc != ERR_OK)
			db_rollback(db);
	}
	return rc;
}

enum err_code db_commit(struct db *db, struct err *err)
{
	enum err_code rc = stmt_run(db, db_stmt(db, STMT_COMMIT), "commit", err);

	if (rc == ERR_OK)
		terms_keep(&search_state_of(db)->terms);
	return rc;
}

void db_set_mapped(struct db *db, bool is_mapped)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA mmap_size = %d", is_mapped ? READER_MMAP_BYTES : 0);
	/* Where it cannot be done all stays as it is. */
	(void)sqlite3_exec(db->conn, sql, NULL, NULL, NULL);
}

bool db_log_is_full(unsigned log_pages, unsigned n_copied)
{
	/* A log that is shorter than what was copied of it has begun anew. */
	return log_pages - (n_copied < log_pages ? n_copied : 0) >= LOG_PAGES;
}

bool db_log_is_overfull(unsigned log_pages)
{
	return log_pages >= LOG_PAGES_OVERFULL;
}

unsigned db_copy_back(struct db *db)
{
	int n_pages = 0, n_copied = 0;

	/* What a reader still needs, and what fails, is left to the next time. */
	if (sqlite3_wal_checkpoint_v2(db->conn, NULL, SQLITE_CHECKPOINT_PASSIVE, &n_pages,
				      &n_copied) != SQLITE_OK)
		return 0;
	return n_copied > 0 ? (unsigned)n_copied : 0;
}

void db_rollback(struct db *db)
{
	sqlite3_stmt *st;

	if (db->search_state != NULL) /* also where SQLite has rolled back by itself */
		terms_forget(&search_state_of(db)->terms);
	if (db->conn == NULL || sqlite3_get_autocommit(db->conn))
		return;
	if (db->stmts == NULL) { /* while migrating */
		sqlite3_exec(db->conn, "ROLLBACK", NULL, NULL, NULL);
		return;
	}
	st = db_stmt(db, STMT_ROLLBACK);
	sqlite3_step(st);
	stmt_done(st);
}

enum err_code db_generation(struct db *db, int64_t *gen, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_GENERATION_NOW);
	bool has_row = false;
	enum err_code rc = stmt_next(db, st, &has_row, "generation", err);

	if (rc == ERR_OK)
		*gen = stmt_i64(st, 0);
	stmt_done(st);
	return rc;
}

enum err_code db_meta_get(struct db *db, struct slice *value, struct arena *arena, const char *key,
			  struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_META_GET);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_z(st, ":key", key);
	rc = stmt_next(db, st, &has_row, "meta", err);
	if (rc == ERR_OK)
		*value = has_row ? arena_dup(arena, stmt_text(st, 0)) : SLICE_NONE;
	stmt_done(st);
	return rc;
}

enum err_code db_meta_set(struct db *db, const char *key, struct slice value, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_META_SET);

	stmt_bind_z(st, ":key", key);
	stmt_bind_text(st, ":value", value);
	return stmt_run(db, st, "meta", err);
}

/* --- statements --- */

sqlite3_stmt *db_stmt(struct db *db, enum stmt which)
{
	require(which >= 0 && which < STMT_COUNT);
	return db->stmts[which];
}

static int parameter(sqlite3_stmt *st, const char *name)
{
	int index = sqlite3_bind_parameter_index(st, name);

	require(index > 0); /* a statement's text and its caller disagree */
	return index;
}

void stmt_bind_text(sqlite3_stmt *st, const char *name, struct slice text)
{
	/* NULL with a length binds NULL. */
	require(sqlite3_bind_text64(st, parameter(st, name), text.p, text.n, SQLITE_STATIC,
				    SQLITE_UTF8) == SQLITE_OK);
}

void stmt_bind_z(sqlite3_stmt *st, const char *name, const char *text)
{
	stmt_bind_text(st, name, slice_of(text));
}

void stmt_bind_blob(sqlite3_stmt *st, const char *name, struct slice bytes)
{
	require(sqlite3_bind_blob64(st, parameter(st, name), bytes.p, bytes.n, SQLITE_STATIC) ==
		SQLITE_OK);
}

void stmt_bind_i64(sqlite3_stmt *st, const char *name, int64_t value)
{
	require(sqlite3_bind_int64(st, parameter(st, name), value) == SQLITE_OK);
}

void stmt_bind_i64_or_null(sqlite3_stmt *st, const char *name, int64_t value)
{
	if (value != 0)
		stmt_bind_i64(st, name, value);
	else
		require(sqlite3_bind_null(st, parameter(st, name)) == SQLITE_OK);
}

enum err_code stmt_next(struct db *db, sqlite3_stmt *st, bool *has_row, const char *what,
			struct err *err)
{
	switch (sqlite3_step(st)) {
	case SQLITE_ROW:
		*has_row = true;
		return ERR_OK;
	case SQLITE_DONE:
		*has_row = false;
		return ERR_OK;
	default:
		*has_row = false;
		return err_from_sqlite(err, db, what);
	}
}

enum err_code stmt_run(struct db *db, sqlite3_stmt *st, const char *what, struct err *err)
{
	bool has_row = true;
	enum err_code rc = ERR_OK;

	while (rc == ERR_OK && has_row)
		rc = stmt_next(db, st, &has_row, what, err);
	stmt_done(st);
	return rc;
}

void stmt_done(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

/*
 * Not sqlite3_column_text(): that ends the text with a 0, and where there is no
 * memory for it a text of several pages reads as NULL.
 */
struct slice stmt_text(sqlite3_stmt *st, int column)
{
	bool is_null = sqlite3_column_type(st, column) == SQLITE_NULL;
	const char *p = sqlite3_column_blob(st, column);
	size_t n = (size_t)sqlite3_column_bytes(st, column);

	return is_null ? SLICE_NONE : slice_make(p != NULL ? p : "", n);
}

struct slice stmt_blob(sqlite3_stmt *st, int column)
{
	const void *p = sqlite3_column_blob(st, column);

	return p != NULL ? slice_make(p, (size_t)sqlite3_column_bytes(st, column)) : SLICE_NONE;
}
