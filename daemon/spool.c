// SPDX-License-Identifier: EUPL-1.2
/*
 * Response bodies between network and worker.
 *
 *   memory ──► file       when it becomes too large; never back
 *
 * Whatever runs on a pool thread is a struct spool_job of its own on the heap,
 * so that neither a spool nor a reading position has to outlive it: who goes
 * first is cut off, and the last job in flight takes the rest away.
 */
#include "daemon/spool.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <xxhash.h>

struct spool_job {
	struct pool_job job;
	struct deferred deferred;
	struct spool *spool;
	struct spool_read *owner; /* of a read; NULL: forgotten */
	const char *dir; /* open a file here first; NULL: it is open */
	int fd;
	uint64_t at;
	uint32_t max;
	struct buf bytes; /* to write, or read */
	struct err err;
	struct list_node node; /* in spool->reads */
};

struct spool {
	struct loop *loop;
	struct pool_queue *files;
	char *dir;
	bool is_file;
	int fd; /* -1: not open (yet) */
	struct buf memory; /* all of it, or what waits to be written */
	uint64_t size; /* appended */
	uint64_t written; /* in the file, or on the way there */
	XXH3_state_t *hashing;
	uint8_t hash[16];
	struct err failure;
	struct list_node reads;
	unsigned n_jobs; /* in flight */
	bool is_writing;
	bool is_freed;
	bool is_done; /* finish was answered */
	void (*on_drained)(void *data);
	void *drained_data;
	void (*on_finished)(void *data, const struct err *failure);
	void *finished_data;
	struct deferred deferred;
};

static void pump(struct spool *s);

struct spool *spool_new(struct loop *loop, struct pool_queue *files, const char *dir)
{
	struct spool *s = mem_new(struct spool);

	assert_on_loop();
	s->loop = loop;
	s->files = files;
	s->dir = mem_strdup(dir);
	s->fd = -1;
	/* What waits may exceed the backlog by what a source sends before it pauses. */
	buf_init(&s->memory, LIMIT_SPOOL_MEMORY_BYTES + 2 * (size_t)LIMIT_SPOOL_BACKLOG_BYTES);
	list_init(&s->reads);
	s->hashing = mem_made(XXH3_createState());
	require(XXH3_128bits_reset(s->hashing) == XXH_OK);
	return s;
}

/* --- on pool threads --- */

static int open_unlinked(const char *dir)
{
	char path[4096];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	/* A file system without O_TMPFILE. */
	if (snprintf(path, sizeof(path), "%s/spool-XXXXXX", dir) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static void write_in_pool(struct pool_job *job)
{
	struct spool_job *j = container_of(job, struct spool_job, job);
	size_t done = 0;

	if (j->dir != NULL) {
		j->fd = open_unlinked(j->dir);
		if (j->fd < 0) {
			err_from_errno(&j->err, errno, "making a spool file");
			err_wrap(&j->err, "%s", j->dir);
			return;
		}
	}
	while (done < j->bytes.len) {
		ssize_t n = pwrite(j->fd, j->bytes.data + done, j->bytes.len - done,
				   (off_t)(j->at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			err_from_errno(&j->err, n < 0 ? errno : ENOSPC, "writing a spool file");
			return;
		}
		done += (size_t)n;
	}
}

static void read_in_pool(struct pool_job *job)
{
	struct spool_job *j = container_of(job, struct spool_job, job);
	char *room = buf_room(&j->bytes, j->max);
	size_t done = 0;

	while (room != NULL && done < j->max) {
		ssize_t n = pread(j->fd, room + done, j->max - done, (off_t)(j->at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			err_from_errno(&j->err, n < 0 ? errno : EIO, "reading a spool file");
			return;
		}
		done += (size_t)n;
	}
	buf_added(&j->bytes, done);
}

static void close_in_pool(struct pool_job *job)
{
	struct spool_job *j = container_of(job, struct spool_job, job);

	close(j->fd); /* frees the blocks of a large file: not on the loop */
	j->fd = -1;
}

/* --- on the loop --- */

static struct spool_job *job_new(struct spool *s)
{
	struct spool_job *j = mem_new(struct spool_job);

	j->spool = s;
	j->fd = s->fd;
	list_init(&j->node);
	s->n_jobs++;
	return j;
}

static void job_free(struct spool_job *j)
{
	buf_clear(&j->bytes);
	mem_free(j);
}

static void free_now(struct spool *s)
{
	buf_clear(&s->memory);
	XXH3_freeState(s->hashing);
	mem_free(s->dir);
	mem_free(s);
}

static void on_file_closed(struct pool_job *job)
{
	struct spool_job *j = container_of(job, struct spool_job, job);

	if (j->fd >= 0)
		close(j->fd); /* the queue is closing and has not run it */
	free_now(j->spool);
	job_free(j);
}

/* Of a spool that was freed: when nothing is in flight any more, so it is. */
static void free_when_idle(struct spool *s)
{
	struct spool_job *j;

	if (!s->is_freed || s->n_jobs > 0)
		return;
	if (s->fd < 0) {
		free_now(s);
		return;
	}
	j = job_new(s);
	pool_start(s->files, &j->job, close_in_pool, on_file_closed);
}

/* Takes a finished job away; false when the spool has been freed meanwhile. */
static bool job_is_wanted(struct spool_job *j)
{
	struct spool *s = j->spool;

	s->n_jobs--;
	if (!j->job.has_run && j->err.code == ERR_OK)
		err_set(&j->err, ERR_CANCELLED, "the spool is closing");
	if (s->is_freed) {
		free_when_idle(s);
		return false;
	}
	return true;
}

static void on_written(struct pool_job *job)
{
	struct spool_job *j = container_of(job, struct spool_job, job);
	struct spool *s = j->spool;

	if (s->fd < 0)
		s->fd = j->fd;
	s->is_writing = false;
	if (job_is_wanted(j)) {
		if (s->failure.code == ERR_OK)
			s->failure = j->err;
		pump(s);
	}
	job_free(j);
}

static void start_writing(struct spool *s)
{
	struct spool_job *j = job_new(s);

	if (s->fd < 0)
		j->dir = s->dir;
	j->at = s->written;
	s->written += s->memory.len;
	buf_move(&j->bytes, &s->memory);
	s->is_writing = true;
	pool_start(s->files, &j->job, write_in_pool, on_written);
}

static void finish_hash(struct spool *s)
{
	XXH128_canonical_t canonical;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(s->hashing));
	_Static_assert(sizeof(canonical.digest) == sizeof(s->hash), "16 bytes");
	memcpy(s->hash, canonical.digest, sizeof(s->hash));
}

/* Tells who waits; a callback may free the spool, so one a turn, last. */
static void on_due(struct deferred *d)
{
	struct spool *s = container_of(d, struct spool, deferred);
	void (*on_drained)(void *) = s->on_drained;
	void (*on_finished)(void *, const struct err *) = s->on_finished;
	struct err failure = s->failure;

	if (on_drained != NULL) {
		s->on_drained = NULL;
		if (on_finished != NULL && !s->is_writing)
			loop_defer(s->loop, &s->deferred, on_due);
		on_drained(s->drained_data);
		return;
	}
	if (on_finished == NULL || s->is_done || s->is_writing)
		return; /* on_written() comes back to it */
	s->is_done = true;
	finish_hash(s);
	on_finished(s->finished_data, failure.code != ERR_OK ? &failure : NULL);
}

/* The one place that decides what happens next. */
static void pump(struct spool *s)
{
	bool may_write = s->is_file && !s->is_writing && s->failure.code == ERR_OK;

	if (s->failure.code != ERR_OK)
		buf_clear(&s->memory);
	if (may_write && s->memory.len > 0)
		start_writing(s);
	if (s->on_drained != NULL && s->memory.len < LIMIT_SPOOL_BACKLOG_BYTES)
		loop_defer(s->loop, &s->deferred, on_due);
	if (s->on_finished != NULL && !s->is_writing && !s->is_done)
		loop_defer(s->loop, &s->deferred, on_due);
}

bool spool_append(struct spool *s, struct slice bytes, void (*on_drained)(void *data), void *data)
{
	assert_on_loop();
	require(s->on_finished == NULL && !s->is_freed);
	require(bytes.n <= LIMIT_SPOOL_PIECE_BYTES);
	XXH3_128bits_update(s->hashing, bytes.p, bytes.n);
	s->size += bytes.n;
	if (s->failure.code != ERR_OK)
		return true;
	buf_slice(&s->memory, bytes);
	if (buf_failed(&s->memory))
		err_set(&s->failure, ERR_LIMIT,
			"a body comes faster than it can be written (%d bytes wait)",
			LIMIT_SPOOL_MEMORY_BYTES + 2 * LIMIT_SPOOL_BACKLOG_BYTES);
	if (s->memory.len > LIMIT_SPOOL_MEMORY_BYTES)
		s->is_file = true;
	pump(s);
	if (!s->is_file || s->memory.len < LIMIT_SPOOL_BACKLOG_BYTES)
		return true;
	s->on_drained = on_drained;
	s->drained_data = data;
	return false;
}

void spool_finish(struct spool *s, void (*done)(void *data, const struct err *failure), void *data)
{
	assert_on_loop();
	require(s->on_finished == NULL && !s->is_freed);
	s->on_finished = done;
	s->finished_data = data;
	pump(s);
}

uint64_t spool_bytes(const struct spool *s)
{
	return s->size;
}

const uint8_t *spool_hash(const struct spool *s)
{
	require(s->is_done);
	return s->hash;
}

/* Cuts a reading position off its job. */
static struct spool_read *detach(struct spool_job *j)
{
	struct spool_read *read = j->owner;

	list_remove(&j->node);
	j->owner = NULL;
	if (read != NULL)
		read->job = NULL;
	return read;
}

static void deliver(struct spool_job *j)
{
	struct spool_read *read = detach(j);
	struct err failure = j->err;

	if (read != NULL && failure.code == ERR_OK)
		buf_move(&read->chunk, &j->bytes);
	job_free(j);
	if (read != NULL)
		read->done(read, failure.code != ERR_OK ? &failure : NULL);
}

static void on_read(struct pool_job *job)
{
	struct spool_job *j = container_of(job, struct spool_job, job);

	if (job_is_wanted(j))
		deliver(j);
	else
		job_free(j);
}

static void on_read_due(struct deferred *d)
{
	struct spool_job *j = container_of(d, struct spool_job, deferred);
	struct spool *s = j->spool;

	s->n_jobs--;
	if (s->is_freed) {
		job_free(j);
		free_when_idle(s);
		return;
	}
	deliver(j);
}

void spool_read_start(struct spool_read *read, struct spool *s, uint64_t at, uint32_t max,
		      void (*done)(struct spool_read *, const struct err *))
{
	struct spool_job *j;
	uint64_t left = at < s->size ? s->size - at : 0;

	assert_on_loop();
	require(s->is_done && s->failure.code == ERR_OK && !s->is_freed);
	require(read->job == NULL && max <= LIMIT_SPOOL_PIECE_BYTES);
	j = job_new(s);
	j->owner = read;
	j->at = at;
	j->max = left < max ? (uint32_t)left : max;
	buf_init(&j->bytes, LIMIT_SPOOL_PIECE_BYTES);
	list_push_back(&s->reads, &j->node);
	read->job = j;
	read->done = done;
	buf_clear(&read->chunk);
	if (s->is_file && j->max > 0) {
		pool_start(s->files, &j->job, read_in_pool, on_read);
		return;
	}
	if (j->max > 0)
		buf_slice(&j->bytes, slice_make(s->memory.data + at, j->max));
	loop_defer(s->loop, &j->deferred, on_read_due);
}

void spool_read_forget(struct spool_read *read)
{
	assert_on_loop();
	if (read->job != NULL)
		detach(read->job);
}

void spool_free(struct spool *s)
{
	assert_on_loop();
	if (s == NULL)
		return;
	require(!s->is_freed);
	s->is_freed = true;
	loop_undefer(&s->deferred);
	list_each (node, &s->reads)
		detach(container_of(node, struct spool_job, node));
	free_when_idle(s);
}
