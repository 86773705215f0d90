// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_SPOOL_H
#define DAEMON_SPOOL_H

/*
 * One response body, whole, between network and worker: received first, then
 * read by the worker as often as it needs, then kept or dropped. So a slow
 * worker holds no partner's connection, a body can be read twice, and a body
 * from the network, from the kept responses and from a file all look alike.
 *
 * Up to LIMIT_SPOOL_MEMORY_BYTES a body stays in memory; a larger one goes to
 * an unlinked file in the spool directory (written on the pool: appending
 * never blocks the loop). The hash (XXH3-128) is computed as bytes come.
 *
 * Thread: loop.
 */

#include "base/buf.h"
#include "base/pool.h"

struct spool; /* service */

/* dir: for large bodies; files: the queue that writes and reads them. */
struct spool *spool_new(struct loop *loop, struct pool_queue *files, const char *dir);
/*
 * Appends; the bytes are copied. False when so much waits to be written that
 * the source should pause: on_drained runs once when it may go on.
 */
bool spool_append(struct spool *s, struct slice bytes, void (*on_drained)(void *data), void *data);
/* No more bytes come; done runs when all is on its place (failure: no space, I/O). */
void spool_finish(struct spool *s, void (*done)(void *data, const struct err *failure), void *data);
uint64_t spool_bytes(const struct spool *s);
/* 16 bytes, valid after spool_finish() is done. */
const uint8_t *spool_hash(const struct spool *s);

/* One reading position; at most one read at a time. */
struct spool_read {
	struct pool_job job;
	struct spool *spool;
	uint64_t at;
	uint32_t max;
	struct buf chunk;          /* the bytes read */
	void (*done)(struct spool_read *read, const struct err *failure);
	struct err err;
	struct deferred deferred;
};
/* Delivers up to max bytes from `at` into chunk (empty at the end), on a later turn. */
void spool_read_start(struct spool_read *read, struct spool *s, uint64_t at, uint32_t max,
		      void (*done)(struct spool_read *, const struct err *));
/* Frees it; jobs in flight finish first, on their own. No callback runs after it. */
void spool_free(struct spool *s);

#endif
