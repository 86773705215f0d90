// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_SCHEMA_H
#define INDEX_SCHEMA_H

/*
 * The schema and how an older database becomes a present one: numbered
 * migrations, each in one transaction together with its PRAGMA user_version.
 * One that has landed is never edited; the first is index/schema.sql.
 *
 * Thread: any; the connection's.
 */

#include "base/err.h"

struct db;

/* The version this program writes. */
int schema_version(void);
/*
 * Brings the database to schema_version(); a new one gets meta's db_uuid.
 * Errors: ERR_CONFLICT for a newer one, ERR_DB, ERR_IO, ERR_FULL.
 */
enum err_code schema_migrate(struct db *db, struct err *err) ERR_MUST_USE;
/* ERR_CONFLICT unless the database has exactly schema_version(). */
enum err_code schema_check(struct db *db, struct err *err) ERR_MUST_USE;

#endif
