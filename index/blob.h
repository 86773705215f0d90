// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_BLOB_H
#define INDEX_BLOB_H

/*
 * What is kept compressed in the database: past bodies as zstd frames that
 * know their size, and words, most of which stand in the record's body too, as
 * LZ4 blocks that refer to it. The compressors belong to the connection, so
 * that a record costs no allocation; a packer may also stand alone.
 *
 * Thread: pool; the connection's, or the packer's.
 */

#include "index/db.h"

enum { BLOB_HASH_BYTES = 16 };

/* XXH3-128, big-endian: of bodies, responses and settings. */
void blob_hash(uint8_t out[BLOB_HASH_BYTES], struct slice bytes);
/* Borrowed until the next call for the same connection. */
enum err_code blob_pack(struct db *db, struct slice *out, struct slice bytes,
			struct err *err) ERR_MUST_USE;
/*
 * Into the arena. Errors: ERR_DB for bytes that are no frame or claim more than
 * max_bytes, ERR_LIMIT when the arena is full.
 */
enum err_code blob_unpack(struct db *db, struct slice *out, struct arena *arena,
			  struct slice packed, size_t max_bytes, struct err *err) ERR_MUST_USE;
/* Packs texts beside others; one thread's at a time. */
struct blob_packer;
struct blob_packer *blob_packer_new(void);
void blob_packer_free(struct blob_packer *packer); /* NULL is allowed */
/* The connection's own. */
struct blob_packer *blob_packer_of(struct db *db);
/*
 * Text that mostly stands in `beside` as well, which is needed to unpack it; into
 * the arena. ERR_LIMIT: too large, or the arena is full.
 */
enum err_code blob_pack_beside(struct blob_packer *packer, struct slice *out, struct arena *arena,
			       struct slice bytes, struct slice beside,
			       struct err *err) ERR_MUST_USE;
/* Takes frames of blob_pack() too: so words were kept once. */
enum err_code blob_unpack_beside(struct db *db, struct slice *out, struct arena *arena,
				 struct slice packed, struct slice beside, size_t max_bytes,
				 struct err *err) ERR_MUST_USE;
/* Memory for the writer while it handles one record: emptied by each record. */
struct arena *blob_arena(struct db *db);
/* For a text of one record; reset by who writes into it. */
struct buf *blob_buf(struct db *db);
void blob_scratch_free(struct db *db);

#endif
