// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_FAULTS_H
#define TESTS_SUPPORT_FAULTS_H

/*
 * Faults of what microcatd is built on, by count: faulty-microcatd is the
 * daemon, all of it, linked with tests/support/faults.c, where calls pass
 * before they are made.
 *
 *	MICROCAT_FAULT=write:kill:17	the process ends with SIGKILL in place of the 17th
 *					call that changes a file
 *	MICROCAT_FAULT=curl:fail:3	the third call into libcurl fails
 *	MICROCAT_FAULT=none		nothing fails; calls are counted
 *
 * It writes a line to standard error when it strikes ("fault: struck curl 3:
 * curl_easy_setopt"), and at a regular end how often each point was passed
 * ("fault: passed write=120 curl=410 ..."). Workers are left alone.
 *
 * points    write      pwrite, write to a file, ftruncate, fsync (which is not made), rename,
 *                      unlink
 *           mem        what base/mem.c allocates, and contexts of zstd and xxHash
 *           curl       calls of libcurl that can fail
 *           curl-mem   allocations in libcurl
 *           sqlite-mem allocations in SQLite
 *           uv-mem     allocations in libuv
 *           zstd       what it compresses and expands
 * actions   kill       SIGKILL, before the call
 *           fail       the call fails once, as it does when memory ran out (write: an I/O error)
 *           full       write only: the disk is full, from this call on
 */

#include <stdbool.h>

/* --- in a test's own process, which is linked with it --- */

/* Before SQLite and libuv are used for the first time: their memory passes here from now on. */
void faults_begin(void);
/* Counts from 0 again; the nth passing of a point ("sqlite-mem") fails, 0: none. */
void faults_fail(const char *point, long nth);
bool faults_have_struck(void);
long faults_passed(const char *point);

/* The prefixes of its lines. */
#define FAULT_STRUCK "fault: struck "
#define FAULT_PASSED "fault: passed "

#endif
