// SPDX-License-Identifier: EUPL-1.2
/*
 * Cursors as text.
 */
#include "index/cursor.h"

#include "base/limits.h"

#include <xxhash.h>

enum {
	CURSOR_VERSION = 1,
	CURSOR_HEAD_BYTES = 2 + 8 + 4 + 8 + 8 + 8,
	CURSOR_SUM_BYTES = 4,
	CURSOR_MAX_BYTES = CURSOR_HEAD_BYTES + TITLE_KEY_BYTES + CURSOR_SUM_BYTES,
};

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void write_base64url(struct buf *out, struct slice in)
{
	for (size_t i = 0; i < in.n; i += 3) {
		size_t n = in.n - i < 3 ? in.n - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? (uint8_t)in.p[i + k] : 0);
		for (size_t k = 0; k <= n; k++)
			buf_char(out, base64url[bits >> (18 - 6 * k) & 63]);
	}
}

static int base64url_value(char c)
{
	const char *p = c != '\0' ? strchr(base64url, c) : NULL;

	return p != NULL ? (int)(p - base64url) : -1;
}

/* Strict: no padding, no other letters, unused bits zero. The length, or 0. */
static size_t read_base64url(char *out, size_t cap, struct slice in)
{
	size_t n = 0;
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (size_t i = 0; i < in.n; i++) {
		int v = base64url_value(in.p[i]);

		if (v < 0)
			return 0;
		bits = (bits << 6 | (uint32_t)v) & 0xfffff;
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		if (n == cap)
			return 0;
		out[n++] = (char)(bits >> n_bits);
	}
	return n_bits >= 6 || (bits & ((1u << n_bits) - 1)) != 0 ? 0 : n;
}

static uint32_t sum_of(struct slice bytes)
{
	return (uint32_t)XXH3_64bits_withSeed(bytes.p, bytes.n, CURSOR_VERSION);
}

void cursor_write(struct buf *out, const struct cursor *c)
{
	struct buf b = BUF_INIT(CURSOR_MAX_BYTES);

	buf_char(&b, CURSOR_VERSION);
	buf_char(&b, (char)c->order);
	buf_u64le(&b, (uint64_t)c->generation);
	buf_u32le(&b, (uint32_t)c->today);
	buf_u64le(&b, c->mark);
	buf_u64le(&b, c->major);
	buf_u64le(&b, (uint64_t)c->slot);
	if (c->order == SORT_TITLE)
		buf_append(&b, c->title, c->n_title);
	buf_u32le(&b, sum_of(buf_view(&b)));
	write_base64url(out, buf_view(&b));
	buf_clear(&b);
}

static uint64_t take(struct slice *in, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)(uint8_t)in->p[i] << (8 * i);
	*in = slice_from(*in, n);
	return v;
}

static bool read_bytes(struct cursor *c, struct slice in)
{
	struct slice sum;
	unsigned version, order;

	if (in.n < CURSOR_HEAD_BYTES + CURSOR_SUM_BYTES)
		return false;
	sum = slice_from(in, in.n - CURSOR_SUM_BYTES);
	in.n -= CURSOR_SUM_BYTES;
	if (take(&sum, CURSOR_SUM_BYTES) != sum_of(in))
		return false;
	version = (unsigned)take(&in, 1);
	order = (unsigned)take(&in, 1);
	if (version != CURSOR_VERSION || order >= SORT_COUNT)
		return false;
	c->order = (enum sort_order)order;
	c->generation = (int64_t)take(&in, 8);
	c->today = (int32_t)(uint32_t)take(&in, 4);
	c->mark = take(&in, 8);
	c->major = take(&in, 8);
	c->slot = (int64_t)take(&in, 8);
	if (in.n > (c->order == SORT_TITLE ? TITLE_KEY_BYTES : 0))
		return false;
	c->n_title = in.n;
	if (in.n > 0)
		memcpy(c->title, in.p, in.n);
	return c->generation >= 0 && c->slot >= 0;
}

enum err_code cursor_read(struct cursor *out, struct slice text, struct err *err)
{
	struct cursor draft = { .generation = 0 };
	char bytes[CURSOR_MAX_BYTES];
	size_t n = 0;

	if (text.n <= LIMIT_CURSOR_BYTES)
		n = read_base64url(bytes, sizeof(bytes), text);
	if (n == 0 || !read_bytes(&draft, slice_make(bytes, n)))
		return err_set(err, ERR_PARSE,
			       "cursor=%.*s: expected what an answer gave as its next cursor",
			       (int)(text.n < 40 ? text.n : 40), text.p != NULL ? text.p : "");
	*out = draft;
	return ERR_OK;
}
