// SPDX-License-Identifier: EUPL-1.2
/*
 * Files of kept responses: dir/ab/cdef....zst, one zstd frame each.
 */
#include "index/responses.h"

#include "base/limits.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>
#include <zstd.h>

enum {
	LEVEL = 1, /* twice as fast as 3, and a twentieth larger */
	PATH_BYTES = 4096,
	NAME_CHARS = 2 * BLOB_HASH_BYTES, /* the first two name the directory */
};

static const char suffix[] = ".zst";
static const char unfinished[] = "new-"; /* in front of a name that is not final */

static bool path_of_dir(char out[PATH_BYTES], const char *dir, const uint8_t *hash)
{
	return snprintf(out, PATH_BYTES, "%s/%02x", dir, hash[0]) < PATH_BYTES;
}

static bool path_of(char out[PATH_BYTES], const char *dir, const uint8_t *hash)
{
	struct buf name = BUF_INIT(NAME_CHARS);
	bool fits;

	buf_hex(&name, hash + 1, BLOB_HASH_BYTES - 1);
	fits = snprintf(out, PATH_BYTES, "%s/%02x/%s%s", dir, hash[0], buf_z(&name), suffix) <
	       PATH_BYTES;
	buf_clear(&name);
	return fits;
}

static enum err_code make_dir(const char *path, struct err *err)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return err_from_errno(err, errno, path);
	return ERR_OK;
}

enum err_code response_dir_make(const char *dir, struct err *err)
{
	return make_dir(dir, err);
}

bool response_file_exists(const char *dir, const uint8_t hash[BLOB_HASH_BYTES],
			  uint64_t *file_bytes)
{
	char path[PATH_BYTES];
	struct stat st;

	if (!path_of(path, dir, hash) || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	*file_bytes = (uint64_t)st.st_size;
	return true;
}

void response_file_delete(const char *dir, const uint8_t hash[BLOB_HASH_BYTES])
{
	char path[PATH_BYTES];

	if (path_of(path, dir, hash))
		unlink(path);
}

/* --- writing --- */

struct response_writer {
	char *dir;
	char path[PATH_BYTES]; /* of the unfinished file */
	int fd;
	ZSTD_CCtx *compressor;
	XXH3_state_t *hashing;
	char *out;
	size_t out_bytes;
	uint64_t file_bytes;
};

static void writer_free(struct response_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	ZSTD_freeCCtx(w->compressor);
	XXH3_freeState(w->hashing);
	mem_free(w->out);
	mem_free(w->dir);
	mem_free(w);
}

enum err_code response_writer_open(struct response_writer **out, const char *dir, struct err *err)
{
	struct response_writer *w = mem_new(struct response_writer);
	enum err_code rc;

	w->fd = -1;
	w->dir = mem_strdup(dir);
	if (snprintf(w->path, sizeof(w->path), "%s/%sXXXXXX", dir, unfinished) >= PATH_BYTES) {
		rc = err_set(err, ERR_LIMIT, "%.100s...: path is too long", dir);
		writer_free(w);
		return rc;
	}
	w->fd = mkostemp(w->path, O_CLOEXEC); /* mode 0600 */
	if (w->fd < 0) {
		rc = err_from_errno(err, errno, w->path);
		writer_free(w);
		return rc;
	}
	w->compressor = mem_made(ZSTD_createCCtx());
	w->hashing = mem_made(XXH3_createState());
	require(XXH3_128bits_reset(w->hashing) == XXH_OK);
	require(!ZSTD_isError(
		ZSTD_CCtx_setParameter(w->compressor, ZSTD_c_compressionLevel, LEVEL)));
	w->out_bytes = ZSTD_CStreamOutSize();
	w->out = mem_calloc(w->out_bytes, 1);
	*out = w;
	return ERR_OK;
}

static enum err_code write_all(struct response_writer *w, size_t n, struct err *err)
{
	size_t at = 0;

	while (at < n) {
		ssize_t written = write(w->fd, w->out + at, n - at);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_from_errno(err, errno, w->path);
		at += (size_t)written;
	}
	w->file_bytes += n;
	return ERR_OK;
}

/* Compresses all of bytes; with ZSTD_e_end also what waits inside, and ends the frame. */
static enum err_code compress(struct response_writer *w, struct slice bytes, ZSTD_EndDirective how,
			      struct err *err)
{
	ZSTD_inBuffer in = { bytes.p, bytes.n, 0 };
	bool is_done = false;

	while (!is_done) {
		ZSTD_outBuffer out = { w->out, w->out_bytes, 0 };
		size_t left = ZSTD_compressStream2(w->compressor, &out, &in, how);
		enum err_code rc;

		if (ZSTD_isError(left))
			return err_set(err, ERR_INTERNAL, "zstd: %s", ZSTD_getErrorName(left));
		rc = write_all(w, out.pos, err);
		if (rc != ERR_OK)
			return rc;
		is_done = how == ZSTD_e_end ? left == 0 : in.pos == in.size;
	}
	return ERR_OK;
}

enum err_code response_writer_add(struct response_writer *w, struct slice bytes, struct err *err)
{
	if (bytes.n == 0)
		return ERR_OK;
	require(XXH3_128bits_update(w->hashing, bytes.p, bytes.n) == XXH_OK);
	return compress(w, bytes, ZSTD_e_continue, err);
}

static void digest(uint8_t out[BLOB_HASH_BYTES], const XXH3_state_t *hashing)
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(hashing));
	memcpy(out, canonical.digest, BLOB_HASH_BYTES);
}

/* Gives the file its final name. */
static enum err_code name_file(struct response_writer *w, const uint8_t *hash, struct err *err)
{
	char path[PATH_BYTES];
	enum err_code rc;

	if (!path_of_dir(path, w->dir, hash))
		return err_set(err, ERR_LIMIT, "%.100s...: path is too long", w->dir);
	rc = make_dir(path, err);
	if (rc != ERR_OK)
		return rc;
	if (!path_of(path, w->dir, hash))
		return err_set(err, ERR_LIMIT, "%.100s...: path is too long", w->dir);
	if (rename(w->path, path) != 0)
		return err_from_errno(err, errno, path);
	return ERR_OK;
}

enum err_code response_writer_finish(struct response_writer *w, const uint8_t hash[BLOB_HASH_BYTES],
				     uint64_t *file_bytes, struct err *err)
{
	uint8_t got[BLOB_HASH_BYTES];
	enum err_code rc = compress(w, SLICE_LIT(""), ZSTD_e_end, err);

	digest(got, w->hashing);
	if (rc == ERR_OK && memcmp(got, hash, BLOB_HASH_BYTES) != 0)
		rc = err_set(err, ERR_CONFLICT, "a response's bytes are not those of its hash");
	if (rc == ERR_OK)
		rc = name_file(w, hash, err);
	if (rc != ERR_OK) {
		response_writer_abort(w);
		return rc;
	}
	*file_bytes = w->file_bytes;
	writer_free(w);
	return ERR_OK;
}

void response_writer_abort(struct response_writer *w)
{
	if (w == NULL)
		return;
	unlink(w->path);
	writer_free(w);
}

/* --- reading --- */

struct response_reader {
	int fd;
	uint8_t hash[BLOB_HASH_BYTES];
	ZSTD_DCtx *decompressor;
	XXH3_state_t *hashing;
	char *in;
	size_t in_bytes; /* room */
	ZSTD_inBuffer at;
	uint64_t n_bytes; /* decompressed */
	bool is_frame_done;
};

enum err_code response_reader_open(struct response_reader **out, const char *dir,
				   const uint8_t hash[BLOB_HASH_BYTES], struct err *err)
{
	char path[PATH_BYTES];
	struct response_reader *r;
	int fd;

	if (!path_of(path, dir, hash))
		return err_set(err, ERR_NOTFOUND, "%.100s...: path is too long", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_set(err, ERR_NOTFOUND, "kept response: %s: not there", path);
	r = mem_new(struct response_reader);
	r->fd = fd;
	memcpy(r->hash, hash, BLOB_HASH_BYTES);
	r->decompressor = mem_made(ZSTD_createDCtx());
	r->hashing = mem_made(XXH3_createState());
	require(XXH3_128bits_reset(r->hashing) == XXH_OK);
	r->in_bytes = ZSTD_DStreamInSize();
	r->in = mem_calloc(r->in_bytes, 1);
	r->at.src = r->in;
	*out = r;
	return ERR_OK;
}

static enum err_code damaged(struct err *err, const char *what)
{
	return err_set(err, ERR_NOTFOUND, "kept response: its file is damaged: %s", what);
}

/* More of the file; *is_end when there is none. */
static enum err_code refill(struct response_reader *r, bool *is_end, struct err *err)
{
	ssize_t n;

	do {
		n = read(r->fd, r->in, r->in_bytes);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return damaged(err, strerrorname_np(errno));
	r->at.pos = 0;
	r->at.size = (size_t)n;
	*is_end = n == 0;
	return ERR_OK;
}

/* The end of the file: it must be that of the frame, and of the bytes that were hashed. */
static enum err_code check_end(const struct response_reader *r, struct err *err)
{
	uint8_t got[BLOB_HASH_BYTES];

	digest(got, r->hashing);
	if (!r->is_frame_done)
		return damaged(err, "it ends too early");
	if (memcmp(got, r->hash, BLOB_HASH_BYTES) != 0)
		return damaged(err, "other bytes than were written");
	return ERR_OK;
}

enum err_code response_reader_next(struct response_reader *r, struct buf *out, size_t max,
				   struct err *err)
{
	char *room = buf_room(out, max);
	ZSTD_outBuffer to = { room, max, 0 };
	bool is_end = false;
	enum err_code rc = ERR_OK;

	if (room == NULL)
		return err_set(err, ERR_LIMIT, "no room for %zu bytes of a kept response", max);
	while (rc == ERR_OK && to.pos < max && !is_end) {
		size_t before = to.pos;
		size_t left;

		if (r->at.pos == r->at.size)
			rc = refill(r, &is_end, err);
		if (rc != ERR_OK || is_end)
			break;
		if (r->is_frame_done)
			return damaged(err, "there is more than one frame");
		left = ZSTD_decompressStream(r->decompressor, &to, &r->at);
		if (ZSTD_isError(left))
			return damaged(err, ZSTD_getErrorName(left));
		r->is_frame_done = left == 0;
		r->n_bytes += to.pos - before;
		if (r->n_bytes > LIMIT_RESPONSE_BYTES)
			return damaged(err, "it is larger than any response");
	}
	if (rc != ERR_OK)
		return rc;
	require(XXH3_128bits_update(r->hashing, room, to.pos) == XXH_OK);
	if (is_end) {
		rc = check_end(r, err);
		if (rc != ERR_OK)
			return rc;
	}
	buf_added(out, to.pos);
	return ERR_OK;
}

void response_reader_close(struct response_reader *r)
{
	if (r == NULL)
		return;
	close(r->fd);
	ZSTD_freeDCtx(r->decompressor);
	XXH3_freeState(r->hashing);
	mem_free(r->in);
	mem_free(r);
}

/* --- cleaning --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The hash that directory and file name stand for. */
static bool hash_of_name(uint8_t out[BLOB_HASH_BYTES], const char *dir_name, const char *file_name)
{
	char digits[NAME_CHARS + 1];
	size_t n = strlen(file_name);

	if (strlen(dir_name) != 2 || n != NAME_CHARS - 2 + sizeof(suffix) - 1 ||
	    strcmp(file_name + NAME_CHARS - 2, suffix) != 0)
		return false;
	memcpy(digits, dir_name, 2);
	memcpy(digits + 2, file_name, NAME_CHARS - 2);
	for (size_t i = 0; i < BLOB_HASH_BYTES; i++) {
		int hi = hex_digit(digits[2 * i]);
		int lo = hex_digit(digits[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		out[i] = (uint8_t)(hi * 16 + lo);
	}
	return true;
}

struct cleaning {
	struct db *db;
	size_t n_deleted;
	struct err *err;
};

static enum err_code clean_file(struct cleaning *c, int dir_fd, const char *dir_name,
				const char *file_name)
{
	uint8_t hash[BLOB_HASH_BYTES];
	sqlite3_stmt *st;
	bool has_row = false;
	enum err_code rc;

	if (!hash_of_name(hash, dir_name, file_name))
		return ERR_OK; /* not ours */
	st = db_stmt(c->db, STMT_RESPONSE_HAS_HASH);
	stmt_bind_blob(st, ":body_hash", slice_make((const char *)hash, BLOB_HASH_BYTES));
	rc = stmt_next(c->db, st, &has_row, "kept response", c->err);
	stmt_done(st);
	if (rc == ERR_OK && !has_row && unlinkat(dir_fd, file_name, 0) == 0)
		c->n_deleted++;
	return rc;
}

static enum err_code clean_dir(struct cleaning *c, int parent_fd, const char *dir_name)
{
	int fd = openat(parent_fd, dir_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	enum err_code rc = ERR_OK;
	struct dirent *e;

	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return ERR_OK; /* not one of ours, or gone */
	}
	while (rc == ERR_OK && (e = readdir(d)) != NULL)
		rc = clean_file(c, dirfd(d), dir_name, e->d_name);
	closedir(d);
	return rc;
}

enum err_code response_files_clean(const char *dir, struct db *db, size_t *n_deleted,
				   struct err *err)
{
	struct cleaning c = { .db = db, .err = err };
	DIR *d = opendir(dir);
	enum err_code rc = ERR_OK;
	struct dirent *e;

	if (d == NULL)
		return err_from_errno(err, errno, dir);
	while (rc == ERR_OK && (e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, unfinished, sizeof(unfinished) - 1) == 0) {
			if (unlinkat(dirfd(d), e->d_name, 0) == 0)
				c.n_deleted++;
		} else if (strlen(e->d_name) == 2 && e->d_name[0] != '.') {
			rc = clean_dir(&c, dirfd(d), e->d_name);
		}
	}
	closedir(d);
	*n_deleted = c.n_deleted;
	return rc;
}
