// SPDX-License-Identifier: EUPL-1.2
/*
 * Migrations. A database is created by running all of them, so that a fresh
 * and a migrated one cannot differ.
 */
#include "index/schema.h"

#include "base/mem.h"
#include "index/db.h"
#include "index/migration_2_sql.h" /* migration_2_sql: index/migrations/2.sql, made by CMake */
#include "index/migration_3_sql.h" /* likewise */
#include "index/migration_4_sql.h" /* likewise */
#include "index/migration_5_sql.h" /* likewise */
#include "index/schema_sql.h" /* schema_sql: index/schema.sql, made by CMake */

#include <stdio.h>

/* By version: the nth brings a database from n to n + 1. */
static const char *const migrations[] = {
	/* clang-format off */
	schema_sql,
	migration_2_sql,
	migration_3_sql,
	migration_4_sql,
	migration_5_sql,
	/* clang-format on */
};

int schema_version(void)
{
	return (int)countof(migrations);
}

static enum err_code read_version(struct db *db, int *version, struct err *err)
{
	enum err_code rc = ERR_OK;
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db->conn, "PRAGMA user_version", -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		*version = sqlite3_column_int(st, 0);
	else
		rc = err_from_sqlite(err, db, "schema version");
	sqlite3_finalize(st);
	return rc;
}

static enum err_code refuse(int version, struct err *err)
{
	return err_set(
		err, ERR_CONFLICT, "the database has schema %d, this program %s %d; %s", version,
		version > schema_version() ? "knows only up to" : "needs", schema_version(),
		version > schema_version() ? "use the newer program" : "open it for writing first");
}

enum err_code schema_check(struct db *db, struct err *err)
{
	int version = 0;
	enum err_code rc = read_version(db, &version, err);

	if (rc == ERR_OK && version != schema_version())
		rc = refuse(version, err);
	return rc;
}

static enum err_code run_sql(struct db *db, const char *sql, const char *what, struct err *err)
{
	if (sqlite3_exec(db->conn, sql, NULL, NULL, NULL) != SQLITE_OK)
		return err_from_sqlite(err, db, what);
	return ERR_OK;
}

/* One migration with its number, whole or not at all. */
static enum err_code migrate_one(struct db *db, int from, struct err *err)
{
	char pragma[64];
	char what[64];
	enum err_code rc;

	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", from + 1);
	snprintf(what, sizeof(what), "migration to schema %d", from + 1);
	rc = run_sql(db, "BEGIN IMMEDIATE", what, err);
	if (rc != ERR_OK)
		return rc;
	rc = run_sql(db, migrations[from], what, err);
	if (rc == ERR_OK && from == 0)
		rc = run_sql(db,
			     "INSERT INTO meta(key, value)"
			     " VALUES('db_uuid', lower(hex(randomblob(16))))",
			     what, err);
	if (rc == ERR_OK)
		rc = run_sql(db, pragma, what, err);
	if (rc == ERR_OK)
		rc = run_sql(db, "COMMIT", what, err);
	if (rc != ERR_OK)
		db_rollback(db);
	return rc;
}

enum err_code schema_migrate(struct db *db, struct err *err)
{
	int version = 0;
	enum err_code rc = read_version(db, &version, err);

	if (rc == ERR_OK && version > schema_version())
		rc = refuse(version, err);
	for (; rc == ERR_OK && version < schema_version(); version++)
		rc = migrate_one(db, version, err);
	return rc;
}
