// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_WORKER_LINK_H
#define HARVESTERS_WORKER_LINK_H

/*
 * The worker's end of its socket: frames that come in, one at a time, and
 * frames that go out, which are kept until there are many or the worker has to
 * wait. Reading and writing block. Without the daemon, and where it is not
 * understood, there is nobody to return to: the process ends then.
 *
 *     message_write_note(&link->out, ...);    any writer of message.h or frame.h
 *     worker_link_written(link);                     once behind each frame
 *     f = worker_link_next_frame(link);
 *
 * Thread: the worker process's only one.
 */

#include "harvesters/frame.h"
#include "harvesters/worker.h"

struct worker_link {
	struct buf out; /* frames are written here */
	/* private */
	int fd;
	struct buf in;
	size_t in_at; /* before it all is used; a payload may lie there until the next receive */
	size_t out_whole; /* bytes of whole frames in out */
	size_t seen_at; /* of a SEEN frame that ends out; SIZE_MAX: none */
};

/* fd stays the caller's, and becomes a blocking one. Nothing is to be freed: the process ends. */
void worker_link_init(struct worker_link *l, int fd);

/* A whole frame was added to out: it may be sent now or later. */
void worker_link_written(struct worker_link *l);
/* Adds to the SEEN frame that ends out, if it is the last one written and has room; else begins
 * one. */
void worker_link_write_seen(struct worker_link *l, const void *hash, size_t n, uint32_t tag);
/* Sends what waits. */
void worker_link_flush(struct worker_link *l);
/*
 * From the middle of anything, out of memory: sends the whole frames that wait,
 * which are good, and says text on standard error. It allocates nothing.
 */
void worker_link_flush_whole(struct worker_link *l, const char *text);

/* The next frame; its payload is good until the next one is asked for. */
struct frame worker_link_next_frame(struct worker_link *l);

/* Ends of the process, for what cannot be told to the daemon. */
_Noreturn void worker_link_leave(enum worker_exit status);
/* WORKER_EXIT_PROTOCOL, and err on standard error. */
_Noreturn void worker_link_misunderstood(const struct err *err);
_Noreturn void worker_link_unexpected(const struct frame *f);

#endif
