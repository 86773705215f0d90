// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_DB_DUMP_H
#define TESTS_SUPPORT_DB_DUMP_H

/*
 * A database as text, for comparing what a disturbed harvest left with what an
 * undisturbed one did: a line for each row of each table, by names that mean
 * the same in both (a source's id, a record's id, an offer's id) in place of
 * numbers that depend on the order of events. What is left out, and why,
 * stands in db_dump.c with each table; a table or column that is in neither
 * list fails the test.
 *
 * Thread: the test's, which is claimed for the pool too.
 */

#include "tests/support/unit.h"

/*
 * Appends the database at state_dir/microcat.db. Nothing else has it open for
 * writing. with_cache: the kept responses, too, of which any may be missing
 * after a fault (index/responses.h). A failure of the database fails the test.
 */
void db_dump(struct buf *out, const char *state_dir, bool with_cache);

/*
 * Fails unless the database is whole: SQLite's check, the full text's against
 * the texts, no record waiting to be indexed, no run "running", ledgers of
 * settled runs that balance, responses whose files are there and no others,
 * no body left in the spool.
 */
void db_check_whole(const char *state_dir);

/* Fails at the first line that differs, and prints it with what it should be. */
void db_dump_expect(const struct buf *got, const struct buf *expected, const char *when);

#endif
