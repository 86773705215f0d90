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
 * never blocks the loop). The hash (XXH3-128, its bytes big-endian) is
 * computed as bytes come.
 *
 * Thread: loop.
 */

#include "base/buf.h"
#include "base/pool.h"

struct spool; /* service */

/* dir: for large bodies, copied; files: the queue that writes and reads them, borrowed. */
struct spool *spool_new(struct loop *loop, struct pool_queue *files, const char *dir);
/*
 * Appends at most LIMIT_SPOOL_PIECE_BYTES; they are copied. False when so much
 * waits to be written that the source should pause: on_drained runs once, on
 * a later turn, when it may go on. What is appended regardless counts as a
 * failure only when another LIMIT_SPOOL_BACKLOG_BYTES have come. After a
 * failure bytes are dropped and spool_finish() says why.
 */
bool spool_append(struct spool *s, struct slice bytes, void (*on_drained)(void *data), void *data);
/* No more bytes come; done runs on a later turn when all is in its place. Once.
 * Failures: ERR_FULL, ERR_IO, ERR_LIMIT. */
void spool_finish(struct spool *s, void (*done)(void *data, const struct err *failure), void *data);
uint64_t spool_bytes(const struct spool *s);
/* 16 bytes, valid after spool_finish() is done. */
const uint8_t *spool_hash(const struct spool *s);

/* One reading position; at most one read at a time. */
struct spool_read {
	struct buf chunk; /* the bytes read; the owner clears it */
	void (*done)(struct spool_read *read, const struct err *failure);
	/* private */
	struct spool_job *job; /* NULL: none in flight */
};

/* Delivers up to max bytes (at most LIMIT_SPOOL_PIECE_BYTES) from `at` into chunk (empty at the
 * end), on a later turn. After spool_finish() is done without failure. read is zeroed at first. */
void spool_read_start(struct spool_read *read, struct spool *s, uint64_t at, uint32_t max,
		      void (*done)(struct spool_read *, const struct err *));
/* Forgets a read in flight: done does not run, and read may go. Does nothing without one. */
void spool_read_forget(struct spool_read *read);
/* Frees it (NULL: nothing); jobs in flight finish first, on their own. No callback runs after it.
 */
void spool_free(struct spool *s);

#endif
