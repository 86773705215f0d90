// SPDX-License-Identifier: EUPL-1.2
/*
 * zstd and LZ4 in one piece, with contexts that are kept.
 *
 * beside:  0x01, size (4 bytes, little-endian), LZ4 block with the other text as
 *          its dictionary. A zstd frame begins with 0x28.
 */
#include "index/blob.h"

#include "base/limits.h"
#include "base/mem.h"

#include <lz4.h>
#include <xxhash.h>
#include <zstd.h>

enum {
	LEVEL = -2, /* a past body is a few kilobytes: level 1 takes twice the time for a quarter */
	BESIDE_TAG = 1,
	BESIDE_HEAD_BYTES = 5,
	BESIDE_REACH_BYTES = 64 * 1024, /* how far back LZ4 can refer */
};

struct blob_packer {
	LZ4_stream_t *lz4;
	struct buf packed;
};

struct db_scratch {
	ZSTD_CCtx *compressor;
	ZSTD_DCtx *decompressor;
	struct blob_packer *packer;
	struct buf packed;
	struct buf text;
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
	s->packer = blob_packer_new();
	require(!ZSTD_isError(
		ZSTD_CCtx_setParameter(s->compressor, ZSTD_c_compressionLevel, LEVEL)));
	buf_init(&s->packed, ZSTD_COMPRESSBOUND(LIMIT_OFFER_ARENA_BYTES));
	buf_init(&s->text, LIMIT_OFFER_ARENA_BYTES);
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
	blob_packer_free(s->packer);
	buf_clear(&s->packed);
	buf_clear(&s->text);
	arena_clear(&s->arena);
	mem_free(s);
	db->scratch = NULL;
}

struct arena *blob_arena(struct db *db)
{
	return &scratch_of(db)->arena;
}

struct buf *blob_buf(struct db *db)
{
	return &scratch_of(db)->text;
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

/* --- beside another text --- */

/* What LZ4 can refer to; its pointer is never NULL. */
static struct slice reach_of(struct slice beside)
{
	if (beside.n == 0)
		return SLICE_LIT("");
	return beside.n > BESIDE_REACH_BYTES ? slice_from(beside, beside.n - BESIDE_REACH_BYTES)
					     : beside;
}

struct blob_packer *blob_packer_new(void)
{
	struct blob_packer *packer = mem_new(struct blob_packer);

	packer->lz4 = mem_made(LZ4_createStream());
	buf_init(&packer->packed, BESIDE_HEAD_BYTES + LZ4_COMPRESSBOUND(LIMIT_OFFER_ARENA_BYTES));
	return packer;
}

void blob_packer_free(struct blob_packer *packer)
{
	if (packer == NULL)
		return;
	LZ4_freeStream(packer->lz4);
	buf_clear(&packer->packed);
	mem_free(packer);
}

struct blob_packer *blob_packer_of(struct db *db)
{
	return scratch_of(db)->packer;
}

enum err_code blob_pack_beside(struct blob_packer *packer, struct slice *out, struct arena *arena,
			       struct slice bytes, struct slice beside, struct err *err)
{
	struct slice reach = reach_of(beside);
	int bound = bytes.n <= LIMIT_OFFER_ARENA_BYTES ? LZ4_compressBound((int)bytes.n) : 0;
	char *room = NULL;
	int n = 0;

	buf_reset(&packer->packed);
	if (bound > 0)
		room = buf_room(&packer->packed, BESIDE_HEAD_BYTES + (size_t)bound);
	if (room == NULL)
		return err_set(err, ERR_LIMIT, "%zu bytes are too many to be kept", bytes.n);
	room[0] = BESIDE_TAG;
	for (unsigned i = 0; i < 4; i++)
		room[1 + i] = (char)(bytes.n >> (8 * i) & 0xff);
	LZ4_loadDict(packer->lz4, reach.p, (int)reach.n);
	n = LZ4_compress_fast_continue(packer->lz4, bytes.n > 0 ? bytes.p : "",
				       room + BESIDE_HEAD_BYTES, (int)bytes.n, bound, 1);
	if (n <= 0)
		return err_set(err, ERR_INTERNAL, "LZ4 failed for %zu bytes", bytes.n);
	buf_added(&packer->packed, BESIDE_HEAD_BYTES + (size_t)n);
	*out = arena_dup(arena, buf_view(&packer->packed));
	if (arena->has_failed)
		return err_set(err, ERR_LIMIT, "no room for a value of %d bytes", n);
	return ERR_OK;
}

enum err_code blob_unpack_beside(struct db *db, struct slice *out, struct arena *arena,
				 struct slice packed, struct slice beside, size_t max_bytes,
				 struct err *err)
{
	struct slice reach = reach_of(beside);
	size_t claimed = 0;
	char *room = NULL;

	if (packed.n < BESIDE_HEAD_BYTES || packed.p[0] != BESIDE_TAG)
		return blob_unpack(db, out, arena, packed, max_bytes, err);
	for (unsigned i = 0; i < 4; i++)
		claimed |= (size_t)(uint8_t)packed.p[1 + i] << (8 * i);
	packed = slice_from(packed, BESIDE_HEAD_BYTES);
	if (claimed > max_bytes || claimed > INT32_MAX || packed.n > INT32_MAX)
		return err_set(err, ERR_DB, "a compressed value is damaged");
	room = arena_alloc(arena, claimed + 1);
	if (room == NULL)
		return err_set(err, ERR_LIMIT, "no room for a value of %zu bytes", claimed);
	if (LZ4_decompress_safe_usingDict(packed.p, room, (int)packed.n, (int)claimed, reach.p,
					  (int)reach.n) != (int)claimed)
		return err_set(err, ERR_DB, "a compressed value is damaged, or what it refers to");
	*out = slice_make(room, claimed);
	return ERR_OK;
}
