// SPDX-License-Identifier: EUPL-1.2
/*
 * The worker's socket. A frame that is read lies in the receive buffer until
 * the next one is asked for; what is written waits for company.
 */
#include "harvesters/worker_link.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	FLUSH_BYTES = 64 * 1024, /* written when so much waits */
	RECEIVE_BYTES = 128 * 1024, /* asked for at once */
	IN_BYTES = FRAME_HEADER_BYTES + LIMIT_BEGIN_BYTES + RECEIVE_BYTES,
	OUT_BYTES = FLUSH_BYTES + 2 * LIMIT_OFFER_BYTES,
};

void worker_link_init(struct worker_link *l, int fd)
{
	*l = (struct worker_link){ .fd = fd, .seen_at = SIZE_MAX };
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	buf_init(&l->in, IN_BYTES);
	buf_init(&l->out, OUT_BYTES);
}

_Noreturn void worker_link_leave(enum worker_exit status)
{
	_exit((int)status);
}

_Noreturn void worker_link_misunderstood(const struct err *err)
{
	fprintf(stderr, "microcatd worker: %s\n", err->msg);
	worker_link_leave(WORKER_EXIT_PROTOCOL);
}

_Noreturn void worker_link_unexpected(const struct frame *f)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_PROTOCOL, "%s (tag %u) is not expected now", frame_type_name(f->type),
		f->tag);
	worker_link_misunderstood(&err);
}

/* --- out --- */

static bool write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, p, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		p += written;
		n -= (size_t)written;
	}
	return true;
}

void worker_link_flush(struct worker_link *l)
{
	if (!write_all(l->fd, buf_z(&l->out), l->out_whole))
		worker_link_leave(WORKER_EXIT_GONE);
	buf_reset(&l->out);
	l->out_whole = 0;
	l->seen_at = SIZE_MAX;
}

void worker_link_flush_whole(struct worker_link *l, const char *text)
{
	if (l->out.data != NULL)
		(void)write_all(l->fd, l->out.data, l->out_whole);
	(void)write_all(STDERR_FILENO, text, strlen(text));
}

void worker_link_written(struct worker_link *l)
{
	require(!buf_failed(&l->out));
	l->out_whole = l->out.len;
	l->seen_at = SIZE_MAX;
	if (l->out_whole >= FLUSH_BYTES)
		worker_link_flush(l);
}

void worker_link_write_seen(struct worker_link *l, const void *hash, size_t n, uint32_t tag)
{
	size_t at = l->seen_at;

	if (at == SIZE_MAX || l->out.len - at + n > LIMIT_FRAME_BYTES + FRAME_HEADER_BYTES)
		at = frame_begin(&l->out, FRAME_SEEN, 0, tag);
	buf_append(&l->out, hash, n);
	frame_end(&l->out, at);
	worker_link_written(l);
	if (l->out.len > 0)
		l->seen_at = at;
}

/* --- in --- */

static void receive(struct worker_link *l)
{
	ssize_t n;
	char *room;

	if (l->out.len > 0)
		worker_link_flush(l);
	buf_consume(&l->in, l->in_at);
	l->in_at = 0;
	room = buf_room(&l->in, RECEIVE_BYTES);
	require(room != NULL);
	do {
		n = read(l->fd, room, RECEIVE_BYTES);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		worker_link_leave(WORKER_EXIT_GONE);
	buf_added(&l->in, (size_t)n);
}

struct frame worker_link_next_frame(struct worker_link *l)
{
	struct frame f = { 0 };
	struct err err = ERR_INIT;

	for (;;) {
		struct slice rest = slice_from(buf_view(&l->in), l->in_at);
		bool is_whole = false;

		if (frame_take(&f, &is_whole, &rest, &err) != ERR_OK)
			worker_link_misunderstood(&err);
		if (is_whole) {
			l->in_at = l->in.len - rest.n;
			return f;
		}
		receive(l);
	}
}
