// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_FAULTY_VFS_H
#define TESTS_SUPPORT_FAULTY_VFS_H

/*
 * SQLite's own VFS with switches: writes that find the disk full or broken,
 * reads that fail. Counts the writes, so that a test can fail each one in turn.
 *
 * Thread: the switches may be thrown by any thread.
 */

#include <stdbool.h>

#define FAULTY_VFS "microcat-faulty"

/* Registers it; once per process. */
void faulty_vfs_install(void);
/* All well again; the count of writes starts at 0. */
void faulty_vfs_reset(void);
/* From the nth write (1: the next one) on, writes give this SQLite code (SQLITE_FULL, SQLITE_IOERR). */
void faulty_vfs_fail_writes(int code, int from_nth);
/* From now on reads give SQLITE_IOERR_READ. */
void faulty_vfs_fail_reads(bool fails);
int faulty_vfs_n_writes(void);

#endif
