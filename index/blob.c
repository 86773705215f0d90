// SPDX-License-Identifier: EUPL-1.2
/*
 * zstd in one piece, with contexts that are kept. Level -2: a record's words are
 * a few kilobytes, and level 1 took a fifth of all the writer's time for them.
 * It makes them a quarter smaller, which shows only where two records would fit
 * into a page of the database.
 */
#include "index/blob.h"

#include "base/limits.h"
#include "base/mem.h"

#include <xxhash.h>
#include <zstd.h>

enum { LEVEL = -2 };

struct db_scratch {
	ZSTD_CCtx *compressor;
	ZSTD_DCtx *decompressor;
	struct buf packed;
	struct buf texts[BLOB_BUFS];
	struct arena arena;
};

static struct db_scratch *scratch_of(struct db *db)
{
	struct db_scratch *s = db->scratch;

	if (s != NULL)
		return s;
	s = mem_new(struct db_scratch);
	s->compressor = mem_made(ZSTD_createCCtx());
	s->decompressor = mem_made(ZSTD_createDCtx());
	require(!ZSTD_isError(
		ZSTD_CCtx_setParameter(s->compressor, ZSTD_c_compressionLevel, LEVEL)));
	buf_init(&s->packed, ZSTD_COMPRESSBOUND(LIMIT_OFFER_ARENA_BYTES));
	for (unsigned i = 0; i < BLOB_BUFS; i++)
		buf_init(&s->texts[i], LIMIT_OFFER_ARENA_BYTES);
	arena_init(&s->arena, 4 * LIMIT_OFFER_ARENA_BYTES);
	db->scratch = s;
	return s;
}

void blob_scratch_free(struct db *db)
{
	struct db_scratch *s = db->scratch;

	if (s == NULL)
		return;
	ZSTD_freeCCtx(s->compressor);
	ZSTD_freeDCtx(s->decompressor);
	buf_clear(&s->packed);
	for (unsigned i = 0; i < BLOB_BUFS; i++)
		buf_clear(&s->texts[i]);
	arena_clear(&s->arena);
	mem_free(s);
	db->scratch = NULL;
}

struct arena *blob_arena(struct db *db)
{
	return &scratch_of(db)->arena;
}

struct buf *blob_buf(struct db *db, unsigned which)
{
	require(which < BLOB_BUFS);
	return &scratch_of(db)->texts[which];
}

void blob_hash(uint8_t out[BLOB_HASH_BYTES], struct slice bytes)
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.n > 0 ? bytes.p : "", bytes.n));
	memcpy(out, canonical.digest, BLOB_HASH_BYTES);
}

enum err_code blob_pack(struct db *db, struct slice *out, struct slice bytes, struct err *err)
{
	struct db_scratch *s = scratch_of(db);
	size_t bound = ZSTD_compressBound(bytes.n);
	char *room;
	size_t n;

	buf_reset(&s->packed);
	room = buf_room(&s->packed, bound);
	if (room == NULL)
		return err_set(err, ERR_LIMIT, "%zu bytes are too many to be kept", bytes.n);
	n = ZSTD_compress2(s->compressor, room, bound, bytes.n > 0 ? bytes.p : "", bytes.n);
	if (ZSTD_isError(n))
		return err_set(err, ERR_INTERNAL, "zstd: %s", ZSTD_getErrorName(n));
	buf_added(&s->packed, n);
	*out = buf_view(&s->packed);
	return ERR_OK;
}

enum err_code blob_unpack(struct db *db, struct slice *out, struct arena *arena,
			  struct slice packed, size_t max_bytes, struct err *err)
{
	struct db_scratch *s = scratch_of(db);
	unsigned long long claimed = ZSTD_getFrameContentSize(packed.p, packed.n);
	char *room;
	size_t n;

	if (claimed == ZSTD_CONTENTSIZE_ERROR || claimed == ZSTD_CONTENTSIZE_UNKNOWN ||
	    claimed > max_bytes)
		return err_set(err, ERR_DB, "a compressed value is damaged");
	room = arena_alloc(arena, (size_t)claimed + 1);
	if (room == NULL)
		return err_set(err, ERR_LIMIT, "no room for a value of %llu bytes", claimed);
	n = ZSTD_decompressDCtx(s->decompressor, room, (size_t)claimed, packed.p, packed.n);
	if (ZSTD_isError(n) || n != claimed)
		return err_set(err, ERR_DB, "a compressed value is damaged: %s",
			       ZSTD_isError(n) ? ZSTD_getErrorName(n) : "too short");
	*out = slice_make(room, n);
	return ERR_OK;
}
