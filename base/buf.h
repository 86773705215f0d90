// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_BUF_H
#define BASE_BUF_H

/*
 * Bytes that grow up to a maximum known from birth. A buf remembers its first
 * failure: write ten pieces, check buf_failed() once. A piece that does not fit
 * is left out whole, and after it nothing more is appended. data is terminated
 * with a 0 that len does not count (it is NULL while nothing was written: use
 * buf_z()).
 *
 * Thread: any; a buf belongs to its owner.
 */

#include "base/err.h"
#include "base/slice.h"

struct buf {
	char *data;
	size_t len;     /* bytes */
	size_t cap;     /* bytes allocated */
	size_t max;     /* len never exceeds it */
	bool has_failed; /* max was met */
};

#define BUF_INIT(max_bytes) { NULL, 0, 0, (max_bytes), false }

void buf_init(struct buf *b, size_t max_bytes);
void buf_clear(struct buf *b);        /* frees; keeps max */
void buf_reset(struct buf *b);        /* empty, keeps the memory and max, forgets a failure */
/* Gives back the memory that its bytes do not need; it may grow again. */
void buf_trim(struct buf *b);
/* Frees what to held (it is initialised or zeroed) and leaves from empty, with its max. */
void buf_move(struct buf *to, struct buf *from);
/* Each takes the other's bytes and memory. Of one maximum. */
void buf_swap(struct buf *a, struct buf *b);
/* data must not lie in the buf itself; so for all that append. */
static inline void buf_append(struct buf *b, const void *data, size_t n); /* below */
static inline void buf_slice(struct buf *b, struct slice s);
static inline void buf_str(struct buf *b, const char *text);
static inline void buf_char(struct buf *b, char c); /* below: called for each byte */
void buf_fill(struct buf *b, char c, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_u32le(struct buf *b, uint32_t v);
void buf_u64le(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);     /* decimal, fast */
void buf_hex(struct buf *b, const void *data, size_t n); /* lower case */
/* Room for n more bytes, or NULL (and failed); then buf_added(b, used). */
char *buf_room(struct buf *b, size_t n);
void buf_added(struct buf *b, size_t n);
/* Drops what is behind len; shorter ones stay as they are. */
void buf_truncate(struct buf *b, size_t len);
/* Drops the first n bytes; n is at most len. */
void buf_consume(struct buf *b, size_t n);

static inline bool buf_failed(const struct buf *b)
{
	return b->has_failed;
}
static inline const char *buf_z(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}
static inline struct slice buf_view(const struct buf *b)
{
	return (struct slice){ buf_z(b), b->len };
}

/* Of the functions below, when there is no room yet. */
void buf_char_grow(struct buf *b, char c);
void buf_append_grow(struct buf *b, const void *data, size_t n);

static inline void buf_char(struct buf *b, char c)
{
	if (b->has_failed || b->len + 1 >= b->cap) { /* cap is at most max + 1 */
		buf_char_grow(b, c);
		return;
	}
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

static inline void buf_append(struct buf *b, const void *data, size_t n)
{
	if (n == 0)
		return;
	if (b->has_failed || n >= b->cap - b->len) { /* cap is at most max + 1 */
		buf_append_grow(b, data, n);
		return;
	}
	memcpy(b->data + b->len, data, n);
	b->len += n;
	b->data[b->len] = '\0';
}

static inline void buf_slice(struct buf *b, struct slice s)
{
	buf_append(b, s.p, s.n);
}

static inline void buf_str(struct buf *b, const char *text)
{
	buf_slice(b, slice_of(text));
}

#endif
