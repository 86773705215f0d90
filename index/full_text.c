// SPDX-License-Identifier: EUPL-1.2
/* The upkeep of the full text's index: see full_text.h. */
#include "index/full_text.h"

/* Changed rows that FTS5 counts for a merge that found nothing (FTS5, section 6.8). */
enum { ROWS_OF_NO_MERGE = 1 };

enum err_code full_text_merge(bool *has_more, struct db *db, int n_pages, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_FTS_MERGE);
	sqlite3_int64 n_before = sqlite3_total_changes64(db->conn);
	enum err_code rc;

	stmt_bind_i64(st, ":pages", n_pages);
	rc = stmt_run(db, st, "merge the full text", err);
	*has_more = sqlite3_total_changes64(db->conn) - n_before > ROWS_OF_NO_MERGE;
	return rc;
}
