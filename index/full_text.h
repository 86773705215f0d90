// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_FULL_TEXT_H
#define INDEX_FULL_TEXT_H

/*
 * The upkeep of the full text's index. Each transaction that changes offers
 * adds a segment to it (SQLite, FTS5, section 9: structure of the %_data
 * table); a word is looked up in each segment. While a catalogue is loaded the
 * segments are left as they are (schema version 4), and merged when nothing
 * else is to be written (index/store_tidy.h).
 *
 * Thread: pool (writer).
 */

#include "index/db.h"

/*
 * In the transaction that runs: merges segments until some n_pages pages of
 * FTS5's (4 KB) have been written. *has_more: it did something, and may find
 * more to do. What is found does not change. Errors: ERR_DB and its kin.
 */
enum err_code full_text_merge(bool *has_more, struct db *db, int n_pages,
			      struct err *err) ERR_MUST_USE;

#endif
