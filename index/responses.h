// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_RESPONSES_H
#define INDEX_RESPONSES_H

/*
 * The kept responses: the newest body of each URL of each source, so that a
 * 304 can be handed to the harvester as that body and a source can be replayed
 * without a request. A row in table response names a zstd file
 * `responses/ab/cdef....zst` by the hash of the body; equal bodies share it.
 *
 * It is a cache: a file that is missing or damaged means that the response is
 * not kept, and its row is dropped. Files are written under another name and
 * renamed, not synced: what a power failure leaves of one is found when it is
 * read, since its hash is compared. Files are 0600 in directories of 0700:
 * responses may name persons, and are never served.
 *
 * A writer and a reader hold a descriptor and one chunk of memory, whatever
 * the body's size.
 *
 * Thread: rows with the connection's; files on any pool thread, one at a time.
 */

#include "base/buf.h"
#include "index/blob.h"

/* --- rows --- */

struct response_row {
	int64_t sid, run, seq;  /* of the last run that had it: its order there */
	struct slice url;
	int kind;               /* the daemon's: list or detail */
	unsigned status;
	struct slice final_url, content_type, link, etag, last_modified; /* absent: none */
	int64_t fetched_s;      /* when the body was sent */
	int64_t checked_s;      /* when it was last said to be so */
	uint8_t body_hash[BLOB_HASH_BYTES];
	uint64_t body_bytes, file_bytes;
};

struct response_rows {
	struct response_row *items;
	size_t n;
	size_t cap; /* private */
};

/* Texts in the arena. *is_found false: not kept. */
enum err_code response_find(struct response_row *out, bool *is_found, struct arena *arena,
			    struct db *db, int64_t sid, struct slice url, struct err *err)
	ERR_MUST_USE;
/* Replaces what was kept of that URL. */
enum err_code response_put(struct db *db, const struct response_row *row, struct err *err)
	ERR_MUST_USE;
/* Said to be unchanged (304), or used again, in this run. Nothing happens when it is not kept. */
enum err_code response_touch(struct db *db, const struct response_row *row, struct err *err)
	ERR_MUST_USE;
/* Drops all rows with that body: its file is missing or damaged. */
enum err_code response_drop(struct db *db, const uint8_t hash[BLOB_HASH_BYTES], struct err *err)
	ERR_MUST_USE;
/*
 * All that is kept of a source, oldest run first and in its order there. Those
 * of runs before the last complete one are details that have not been asked
 * for since, and pages that are no longer listed.
 */
enum err_code response_list(struct response_rows *out, struct arena *arena, struct db *db,
			    int64_t sid, struct err *err) ERR_MUST_USE;

/* Files that no row names any more, on the heap. */
struct response_hashes {
	uint8_t (*items)[BLOB_HASH_BYTES];
	size_t n, cap;
};
void response_hashes_clear(struct response_hashes *h);

struct response_limits {
	uint64_t keep_bytes;
	uint32_t keep_days;
	int64_t now_s;
};
/*
 * Drops rows: first those not checked for keep_days, then the oldest until the
 * files have at most keep_bytes. What the last complete run of a source had is
 * kept regardless of days, and goes last when there are too many bytes.
 * At most LIMIT_RESPONSE_EVICTIONS at once; *unnamed: the files to delete.
 */
enum err_code response_evict(struct db *db, const struct response_limits *limits,
			     struct response_hashes *unnamed, struct err *err) ERR_MUST_USE;

/* --- files; dir is the directory "responses" --- */

/* Makes it. */
enum err_code response_dir_make(const char *dir, struct err *err) ERR_MUST_USE;
bool response_file_exists(const char *dir, const uint8_t hash[BLOB_HASH_BYTES],
			  uint64_t *file_bytes);
/* Nothing happens when it is not there. */
void response_file_delete(const char *dir, const uint8_t hash[BLOB_HASH_BYTES]);
/*
 * At start-up: deletes what no row names and what a crash left half written.
 * Rows whose file is missing stay until it is asked for.
 */
enum err_code response_files_clean(const char *dir, struct db *db, size_t *n_deleted,
				   struct err *err) ERR_MUST_USE;

struct response_writer; /* one file on its way */

/* A name of its own below dir. Errors: ERR_IO, ERR_FULL, ERR_DENIED. */
enum err_code response_writer_open(struct response_writer **out, const char *dir, struct err *err)
	ERR_MUST_USE;
enum err_code response_writer_add(struct response_writer *w, struct slice bytes, struct err *err)
	ERR_MUST_USE;
/*
 * Gives it its name, after comparing the hash: ERR_CONFLICT when the bytes
 * were others. Frees the writer whatever happens; so does _abort (NULL: nothing).
 */
enum err_code response_writer_finish(struct response_writer *w,
				     const uint8_t hash[BLOB_HASH_BYTES], uint64_t *file_bytes,
				     struct err *err) ERR_MUST_USE;
void response_writer_abort(struct response_writer *w);

struct response_reader; /* one file being read */

/* ERR_NOTFOUND: it is not kept. */
enum err_code response_reader_open(struct response_reader **out, const char *dir,
				   const uint8_t hash[BLOB_HASH_BYTES], struct err *err)
	ERR_MUST_USE;
/*
 * Appends the next bytes, at most max, to out; none at the end. ERR_NOTFOUND
 * for a damaged file, also when only the hash at the end shows it: what was
 * read before is to be forgotten.
 */
enum err_code response_reader_next(struct response_reader *r, struct buf *out, size_t max,
				   struct err *err) ERR_MUST_USE;
void response_reader_close(struct response_reader *r); /* NULL: nothing */

#endif
