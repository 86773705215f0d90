// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_STATEMENTS_H
#define INDEX_STATEMENTS_H

/*
 * Names of all SQL statements of the project; their text stands in
 * statements.c. Add one to the section of its table here and there. Those
 * marked hot run once a record or a query: tests/unit/test_schema.c checks
 * that their plan scans no table.
 *
 * Thread: any; constants.
 */

#include <stdbool.h>

enum stmt {
	/* transactions, meta, generations (db.c, history.c) */
	STMT_BEGIN_WRITE,
	STMT_BEGIN_READ,
	STMT_COMMIT,
	STMT_ROLLBACK,
	STMT_META_GET,
	STMT_META_SET,
	STMT_GENERATION_NOW,
	STMT_GENERATION_ADD,
	STMT_GENERATION_OF_TIME,
	STMT_GENERATION_TIME,
	STMT_CHANGE_ADD,

	/* sources, hosts, memory (sources.c) */
	STMT_SOURCE_PUT,
	STMT_SOURCE_BY_ID,
	STMT_SOURCE_BY_SID,
	STMT_SOURCE_LIST,
	STMT_SOURCES_UNCONFIGURE,
	STMT_SOURCES_DROP,
	STMT_SOURCE_DUE,
	STMT_SOURCE_RUN,
	STMT_SOURCE_COMPLETE_RUN,
	STMT_MEMORY_PUT,
	STMT_MEMORY_LIST,
	STMT_MEMORY_FINALISE,
	STMT_MEMORY_FORGET,
	STMT_HOST_PUT,
	STMT_HOST_LIST,
	STMT_HOST_FORGET,

	/* runs (run.c, apply.c) */
	STMT_RUN_ADD,
	STMT_RUN_COUNT,
	STMT_RUN_SETTLE,
	STMT_RUN_STATE,
	STMT_RUN_RUNNING,
	STMT_RUN_NEWEST_HELD,
	STMT_RUN_LEFT_OVER,
	STMT_RUN_GET,
	STMT_RUN_LIST,
	STMT_NOTE_ADD,
	STMT_NOTE_LIST,
	STMT_NOTE_COUNTS,

	/* records (records.c) */
	STMT_RECORD_KNOWN,
	STMT_RECORD_COUNT_FINDABLE,
	STMT_RECORD_MAX,
	STMT_RECORD_FIND,
	STMT_RECORD_ADD,
	STMT_RECORD_BODY_ADD,
	STMT_RECORD_BODY_GET,
	STMT_RECORD_BODY_PUT,
	STMT_RECORD_SEEN,
	STMT_RECORD_SAME,
	STMT_RECORD_CHANGED,
	STMT_RECORD_STALE,
	STMT_RECORD_GONE,
	STMT_RECORD_RESTORE,
	STMT_RECORD_UNLISTED,
	STMT_RECORD_ABSENT,
	STMT_RECORD_ABSENT_COUNT,
	STMT_RECORD_STILL_ABSENT,
	STMT_RECORD_NEW_BODIES,
	STMT_RECORD_ABSENT_BODIES,
	STMT_RECORD_GONE_BY,
	STMT_RECORD_VERSION_ADD,
	STMT_RECORD_VERSION_LIST,
	STMT_DIRTY_LIST,
	STMT_DIRTY_DELETE,

	/* offers (records.c, reports.c) */
	STMT_OFFER_ADD,
	STMT_OFFER_CHANGED,
	STMT_OFFER_STATE,
	STMT_OFFER_BY_ID,
	STMT_OFFER_BY_SLOT,
	STMT_OFFER_BODY,
	STMT_OFFER_RECORDS,

	/* kept responses (responses.c) */
	STMT_RESPONSE_FIND,
	STMT_RESPONSE_PUT,
	STMT_RESPONSE_TOUCH,
	STMT_RESPONSE_DROP,
	STMT_RESPONSE_DROP_HASH,
	STMT_RESPONSE_LIST,
	STMT_RESPONSE_HAS_HASH,
	STMT_RESPONSE_OLD,
	STMT_RESPONSE_BYTES,
	STMT_RESPONSE_OLDEST,

	/* reports (reports.c) */
	STMT_REPORT_SOURCE_COUNTS,
	STMT_REPORT_SOURCE_ATTRS,
	STMT_REPORT_CHANGES,

	/* the index of offers: attributes, full text, history (offer_index.c) */

	/* searching, statistics, suggestions (columns.c, search*.c, stats.c, suggest.c) */

	STMT_COUNT
};

/* The text of a statement; never NULL. */
const char *stmt_sql(enum stmt which);
/* Whether it runs once a record or a query: its plan may not scan a table. */
bool stmt_is_hot(enum stmt which);

#endif
