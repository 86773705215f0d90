// SPDX-License-Identifier: EUPL-1.2
/*
 * Growing bytes with a maximum. Memory doubles until it reaches the maximum,
 * so that appending stays cheap and a limit is exact. A piece goes in whole
 * or not at all.
 */
#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>

enum { FIRST_CAP_BYTES = 64 };

void buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf)BUF_INIT(max_bytes);
}

void buf_clear(struct buf *b)
{
	mem_free(b->data);
	buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->has_failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void buf_trim(struct buf *b)
{
	if (b->data == NULL || b->cap == b->len + 1)
		return;
	b->cap = b->len + 1;
	b->data = mem_resize(b->data, b->cap, 1);
}

void buf_move(struct buf *to, struct buf *from)
{
	if (to == from)
		return;
	buf_clear(to);
	*to = *from;
	buf_init(from, from->max);
}

void buf_swap(struct buf *a, struct buf *b)
{
	struct buf was = *a;

	require(a->max == b->max);
	*a = *b;
	*b = was;
}

/* Memory for need bytes and the 0 behind them; need is at most b->max. */
static void grow(struct buf *b, size_t need)
{
	size_t cap = b->cap > 0 ? b->cap : FIRST_CAP_BYTES;

	require(need < SIZE_MAX);
	while (cap <= need)
		cap = cap <= SIZE_MAX / 2 ? cap * 2 : SIZE_MAX;
	if (b->max < SIZE_MAX && cap > b->max + 1)
		cap = b->max + 1;
	b->data = mem_resize(b->data, cap, 1);
	b->cap = cap;
	b->data[b->len] = '\0';
}

char *buf_room(struct buf *b, size_t n)
{
	if (b->has_failed || n > b->max - b->len) {
		b->has_failed = true;
		return NULL;
	}
	if (b->data == NULL || b->len + n >= b->cap)
		grow(b, b->len + n);
	return b->data + b->len;
}

void buf_added(struct buf *b, size_t n)
{
	require(n == 0 || n < b->cap - b->len);
	b->len += n;
	if (b->data != NULL)
		b->data[b->len] = '\0';
}

void buf_append_grow(struct buf *b, const void *data, size_t n)
{
	char *room = buf_room(b, n);

	if (room == NULL)
		return;
	memcpy(room, data, n);
	buf_added(b, n);
}

void buf_char_grow(struct buf *b, char c)
{
	char *room = buf_room(b, 1);

	if (room == NULL)
		return;
	*room = c;
	buf_added(b, 1);
}

void buf_fill(struct buf *b, char c, size_t n)
{
	char *room;

	if (n == 0)
		return;
	room = buf_room(b, n);
	if (room == NULL)
		return;
	memset(room, c, n);
	buf_added(b, n);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	va_list again;
	char *room = buf_room(b, 0);
	size_t n_room;
	int n;

	if (room == NULL)
		return;
	va_start(args, fmt);
	va_copy(again, args);
	/* Mostly it fits in what is there already; the 0 included. */
	n_room = b->cap - b->len;
	n = vsnprintf(room, n_room, fmt, args);
	if (n < 0) {
		b->has_failed = true;
		*room = '\0';
	} else if ((size_t)n < n_room) {
		buf_added(b, (size_t)n);
	} else {
		*room = '\0'; /* nothing of it stays when there is no room for all */
		room = buf_room(b, (size_t)n);
		if (room != NULL) {
			vsnprintf(room, (size_t)n + 1, fmt, again);
			buf_added(b, (size_t)n);
		}
	}
	va_end(again);
	va_end(args);
}

void buf_u32le(struct buf *b, uint32_t v)
{
	unsigned char bytes[4];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(v >> (8 * i));
	buf_append(b, bytes, sizeof(bytes));
}

void buf_u64le(struct buf *b, uint64_t v)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(v >> (8 * i));
	buf_append(b, bytes, sizeof(bytes));
}

void buf_i64(struct buf *b, int64_t v)
{
	char digits[20]; /* "-9223372036854775808" */
	size_t at = sizeof(digits);
	/* Without its sign; the subtraction is right for INT64_MIN too. */
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (v < 0)
		digits[--at] = '-';
	buf_append(b, digits + at, sizeof(digits) - at);
}

void buf_hex(struct buf *b, const void *data, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *bytes = data;
	char *room;

	if (n == 0)
		return;
	room = n <= SIZE_MAX / 2 ? buf_room(b, 2 * n) : NULL;
	if (room == NULL) {
		b->has_failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		room[2 * i] = digits[bytes[i] >> 4];
		room[2 * i + 1] = digits[bytes[i] & 15];
	}
	buf_added(b, 2 * n);
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

void buf_consume(struct buf *b, size_t n)
{
	require(n <= b->len);
	if (n == 0)
		return;
	b->len -= n;
	memmove(b->data, b->data + n, b->len + 1);
}
