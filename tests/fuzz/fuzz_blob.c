// SPDX-License-Identifier: EUPL-1.2
/*
 * What is kept compressed: values of the database and files of responses. The
 * first byte chooses:
 *
 *   Z   a zstd frame, as read from the database
 *   B   a line, then a block that refers to that line (or a frame: what older
 *       versions wrote)
 *   F   a file of a kept response, whose hash is that of what follows a line
 *       before it ("F\n": of nothing)
 *   P   a line, then a text that is packed beside it and by itself
 *
 * Damaged bytes are refused and give no more than was asked for; what was
 * packed comes back as it was.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "index/responses.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_BYTES = 256 * 1024, FILE_PIECE_BYTES = 4096, FILE_MAX_BYTES = 8 * 1024 * 1024 };

static struct db db; /* its compressors only */
static struct arena arena = ARENA_INIT(4 * MAX_BYTES);

/* --- files --- */

static struct slice file; /* what the reader finds, while one is open */
static bool has_file;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;
	int fd;

	va_start(args, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(args, mode_t);
	va_end(args);
	if (!has_file)
		return __real_open(path, flags, mode);
	fd = memfd_create("response", MFD_CLOEXEC);
	FUZZ_CHECK(fd >= 0 && write(fd, file.p, file.n) == (ssize_t)file.n);
	FUZZ_CHECK(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* All of it, or the failure; never more than a piece at a time. */
static enum err_code read_file(struct buf *out, const uint8_t hash[BLOB_HASH_BYTES],
			       struct err *err)
{
	struct response_reader *r = NULL;
	struct buf piece = BUF_INIT(FILE_PIECE_BYTES);
	enum err_code rc;

	has_file = true;
	rc = response_reader_open(&r, "/nowhere", hash, err);
	has_file = false;
	while (rc == ERR_OK && !buf_failed(out)) {
		buf_reset(&piece);
		rc = response_reader_next(r, &piece, FILE_PIECE_BYTES, err);
		FUZZ_CHECK(piece.len <= FILE_PIECE_BYTES);
		buf_slice(out, buf_view(&piece));
		if (piece.len < FILE_PIECE_BYTES)
			break;
	}
	response_reader_close(r);
	buf_clear(&piece);
	return rc;
}

static void check_file(struct slice body, struct slice bytes)
{
	struct buf out = BUF_INIT(FILE_MAX_BYTES);
	uint8_t hash[BLOB_HASH_BYTES];
	struct err err = ERR_INIT;
	enum err_code rc;

	file = bytes;
	blob_hash(hash, body);
	rc = read_file(&out, hash, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_NOTFOUND);
	if (rc == ERR_OK && !buf_failed(&out))
		FUZZ_CHECK(slice_eq(buf_view(&out), body));
	buf_clear(&out);
}

/* --- values --- */

static void check_unpacked(enum err_code rc, struct slice got, const struct err *err)
{
	fuzz_check_err(rc, err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_DB || rc == ERR_LIMIT);
	FUZZ_CHECK(rc != ERR_OK || got.n <= MAX_BYTES);
}

static void check_damaged(struct slice beside, struct slice packed, bool is_beside)
{
	struct slice got = SLICE_NONE;
	struct err err = ERR_INIT;
	enum err_code rc =
		is_beside ? blob_unpack_beside(&db, &got, &arena, packed, beside, MAX_BYTES, &err)
			  : blob_unpack(&db, &got, &arena, packed, MAX_BYTES, &err);

	check_unpacked(rc, got, &err);
	if (got.n > 0) /* all of it can be read */
		(void)fuzz_mix(got);
}

static void check_packed(struct slice beside, struct slice text)
{
	struct slice packed, copy, got;
	struct err err = ERR_INIT;

	FUZZ_EXPECT(blob_pack(&db, &packed, text, &err) == ERR_OK, "%s", err.msg);
	copy = unit_exact(packed);
	FUZZ_CHECK(blob_unpack(&db, &got, &arena, copy, MAX_BYTES, &err) == ERR_OK);
	FUZZ_CHECK(slice_eq(got, text));
	FUZZ_CHECK(blob_unpack_beside(&db, &got, &arena, copy, beside, MAX_BYTES, &err) == ERR_OK);
	FUZZ_CHECK(slice_eq(got, text));
	unit_exact_free(copy);

	FUZZ_EXPECT(blob_pack_beside(blob_packer_of(&db), &packed, &arena, text, beside, &err) ==
			    ERR_OK,
		    "%s", err.msg);
	copy = unit_exact(packed);
	FUZZ_EXPECT(blob_unpack_beside(&db, &got, &arena, copy, beside, MAX_BYTES, &err) == ERR_OK,
		    "%s", err.msg);
	FUZZ_CHECK(slice_eq(got, text));
	unit_exact_free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), rest = slice_from(text, 1);
	char kind = n > 0 ? text.p[0] : 'Z';
	struct slice line = SLICE_LIT(""), exact;

	if (kind != 'Z')
		line = fuzz_line(&rest);
	exact = unit_exact(rest);
	if (kind == 'P' && exact.n <= MAX_BYTES)
		check_packed(line, exact);
	else if (kind == 'F')
		check_file(line, exact);
	else
		check_damaged(line, exact, kind == 'B');
	arena_reset(&arena);
	unit_exact_free(exact);
	unit_exact_free(text);
	return 0;
}
