// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_FAULTY_VFS_H
#define TESTS_SUPPORT_FAULTY_VFS_H

/*
 * SQLite's own VFS with switches: calls of any kind that find the disk full or
 * broken, or the database in use, so that a test can fail each one in turn.
 *
 * Thread: the switches may be thrown by any thread.
 */

#include <stdbool.h>

#define FAULTY_VFS "microcat-faulty"

enum faulty_call {
	FAULTY_READ,
	FAULTY_WRITE,
	FAULTY_TRUNCATE,
	FAULTY_SYNC,
	FAULTY_OPEN,
	FAULTY_DELETE,
	FAULTY_LOCK, /* of the file, and of the log's index */
	FAULTY_WRITE_LOCK, /* of these: whoever begins to write */
	FAULTY_CALLS
};

/* Registers it; once per process. */
void faulty_vfs_install(void);
/* All well again; the counts start at 0. */
void faulty_vfs_reset(void);
/*
 * The nth call of that kind (1: the next one) gives this SQLite code; is_lasting:
 * those after it, too.
 */
void faulty_vfs_fail(enum faulty_call call, int code, int nth, bool is_lasting);
/* Whether a call has failed since the reset. */
bool faulty_vfs_has_struck(void);
/*
 * The next n_calls that begin to write find the database in use, and those that
 * wait for it do so in no time: waiting is counted, not measured.
 */
void faulty_vfs_lock_out(int n_calls);
/* Calls of that kind since the reset, or since the switch was thrown. */
int faulty_vfs_calls(enum faulty_call call);

/* From the nth write on, writes give this SQLite code (SQLITE_FULL, SQLITE_IOERR). */
void faulty_vfs_fail_writes(int code, int from_nth);
/* From now on reads give SQLITE_IOERR_READ. */
void faulty_vfs_fail_reads(bool fails);

#endif
