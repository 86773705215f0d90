// SPDX-License-Identifier: EUPL-1.2
/*
 * Reading and writing UTF-8 by the table of well-formed sequences (Unicode
 * 15, table 3-7). Malformed bytes are grouped by maximal subparts, as the
 * standard recommends and browsers do.
 */
#include "base/utf8.h"

#include "base/mem.h"
#include "base/scan.h"

struct lead {
	uint8_t n_more; /* continuation bytes; 0: not a lead byte */
	uint8_t low; /* bounds of the first of them */
	uint8_t high;
	uint8_t bits; /* of the lead byte that belong to the code point */
};

static struct lead lead_of(uint8_t byte)
{
	if (byte >= 0xc2 && byte <= 0xdf)
		return (struct lead){ 1, 0x80, 0xbf, 0x1f };
	if (byte == 0xe0)
		return (struct lead){ 2, 0xa0, 0xbf, 0x0f };
	if (byte == 0xed)
		return (struct lead){ 2, 0x80, 0x9f, 0x0f };
	if (byte >= 0xe1 && byte <= 0xef)
		return (struct lead){ 2, 0x80, 0xbf, 0x0f };
	if (byte == 0xf0)
		return (struct lead){ 3, 0x90, 0xbf, 0x07 };
	if (byte >= 0xf1 && byte <= 0xf3)
		return (struct lead){ 3, 0x80, 0xbf, 0x07 };
	if (byte == 0xf4)
		return (struct lead){ 3, 0x80, 0x8f, 0x07 };
	return (struct lead){ 0, 0, 0, 0 };
}

static bool is_continuation(char c)
{
	return ((uint8_t)c & 0xc0) == 0x80;
}

/* Reads the code point at the start of s (n > 0): its bytes, and whether it is well-formed. */
static size_t decode(uint32_t *out, bool *is_valid, struct slice s)
{
	uint8_t first = (uint8_t)s.p[0];
	struct lead lead;
	uint32_t code_point;

	*is_valid = true;
	*out = first;
	if (first < 0x80)
		return 1;
	lead = lead_of(first);
	code_point = first & lead.bits;
	*is_valid = false;
	*out = UTF8_REPLACEMENT;
	if (lead.n_more == 0)
		return 1;
	for (size_t i = 1; i <= lead.n_more; i++) {
		uint8_t byte = i < s.n ? (uint8_t)s.p[i] : 0;
		uint8_t low = i == 1 ? lead.low : 0x80;
		uint8_t high = i == 1 ? lead.high : 0xbf;

		if (byte < low || byte > high)
			return i;
		code_point = code_point << 6 | (byte & 0x3f);
	}
	*is_valid = true;
	*out = code_point;
	return (size_t)lead.n_more + 1;
}

bool utf8_next(uint32_t *out, struct slice *in)
{
	bool is_valid;
	size_t n;

	if (in->n == 0)
		return false;
	n = decode(out, &is_valid, *in);
	in->p += n;
	in->n -= n;
	return true;
}

/* The length of a well-formed sequence of two or three bytes that is usual, else 0. */
static size_t usual_sequence(struct slice s, size_t i)
{
	uint8_t first = (uint8_t)s.p[i];

	if (first >= 0xc2 && first <= 0xdf && s.n - i >= 2 && is_continuation(s.p[i + 1]))
		return 2;
	if (first >= 0xe1 && first <= 0xec && s.n - i >= 3 && is_continuation(s.p[i + 1]) &&
	    is_continuation(s.p[i + 2]))
		return 3;
	return 0;
}

size_t utf8_valid_prefix(struct slice s)
{
	size_t i = scan_ascii(s.p, s.n);

	while (i < s.n) {
		uint32_t code_point;
		bool is_valid = true;
		size_t n = usual_sequence(s, i);

		if (n == 0)
			n = decode(&code_point, &is_valid, slice_from(s, i));
		if (!is_valid)
			return i;
		i += n;
		/* Letters beyond ASCII often stand beside one another. */
		if (i < s.n && (uint8_t)s.p[i] < 0x80)
			i += scan_ascii(s.p + i, s.n - i);
	}
	return s.n;
}

bool utf8_is_valid(struct slice s)
{
	return utf8_valid_prefix(s) == s.n;
}

size_t utf8_encode(char out[4], uint32_t code_point)
{
	if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
		code_point = UTF8_REPLACEMENT;
	if (code_point < 0x80) {
		out[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		out[0] = (char)(0xc0 | code_point >> 6);
		out[1] = (char)(0x80 | (code_point & 0x3f));
		return 2;
	}
	if (code_point < 0x10000) {
		out[0] = (char)(0xe0 | code_point >> 12);
		out[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code_point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code_point >> 18);
	out[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code_point & 0x3f));
	return 4;
}

struct slice utf8_first(struct slice s, size_t max_bytes)
{
	size_t n = max_bytes;

	if (s.n <= max_bytes)
		return s;
	/* At most three steps back; bytes that are no UTF-8 are cut where asked. */
	for (size_t back = 0; back < 3 && n > 0 && is_continuation(s.p[n]); back++)
		n--;
	if (is_continuation(s.p[n]))
		n = max_bytes;
	return slice_first(s, n);
}

size_t utf8_count(struct slice s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.n; i++)
		count += !is_continuation(s.p[i]);
	return count;
}
