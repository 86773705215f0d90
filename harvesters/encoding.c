// SPDX-License-Identifier: EUPL-1.2
/*
 * Decoders and the guess. The tables say what Unicode's mapping files say; C1
 * controls (0x80 to 0x9f where an encoding has none of its own) are read as
 * windows-1252, since that is what their writers meant.
 */
#include "harvesters/encoding.h"

#include "base/mem.h"
#include "base/utf8.h"

/* clang-format off: tables of 128, bytes 0x80 to 0xff */
static const uint16_t windows_1252[128] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178, 0x00a0,
	0x00a1, 0x00a2, 0x00a3, 0x00a4, 0x00a5, 0x00a6, 0x00a7, 0x00a8, 0x00a9, 0x00aa, 0x00ab,
	0x00ac, 0x00ad, 0x00ae, 0x00af, 0x00b0, 0x00b1, 0x00b2, 0x00b3, 0x00b4, 0x00b5, 0x00b6,
	0x00b7, 0x00b8, 0x00b9, 0x00ba, 0x00bb, 0x00bc, 0x00bd, 0x00be, 0x00bf, 0x00c0, 0x00c1,
	0x00c2, 0x00c3, 0x00c4, 0x00c5, 0x00c6, 0x00c7, 0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc,
	0x00cd, 0x00ce, 0x00cf, 0x00d0, 0x00d1, 0x00d2, 0x00d3, 0x00d4, 0x00d5, 0x00d6, 0x00d7,
	0x00d8, 0x00d9, 0x00da, 0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df, 0x00e0, 0x00e1, 0x00e2,
	0x00e3, 0x00e4, 0x00e5, 0x00e6, 0x00e7, 0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed,
	0x00ee, 0x00ef, 0x00f0, 0x00f1, 0x00f2, 0x00f3, 0x00f4, 0x00f5, 0x00f6, 0x00f7, 0x00f8,
	0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x00fd, 0x00fe, 0x00ff,
};

static const uint16_t windows_1250[128] = {
	0x20ac, 0xfffd, 0x201a, 0xfffd, 0x201e, 0x2026, 0x2020, 0x2021, 0xfffd, 0x2030, 0x0160,
	0x2039, 0x015a, 0x0164, 0x017d, 0x0179, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0xfffd, 0x2122, 0x0161, 0x203a, 0x015b, 0x0165, 0x017e, 0x017a, 0x00a0,
	0x02c7, 0x02d8, 0x0141, 0x00a4, 0x0104, 0x00a6, 0x00a7, 0x00a8, 0x00a9, 0x015e, 0x00ab,
	0x00ac, 0x00ad, 0x00ae, 0x017b, 0x00b0, 0x00b1, 0x02db, 0x0142, 0x00b4, 0x00b5, 0x00b6,
	0x00b7, 0x00b8, 0x0105, 0x015f, 0x00bb, 0x013d, 0x02dd, 0x013e, 0x017c, 0x0154, 0x00c1,
	0x00c2, 0x0102, 0x00c4, 0x0139, 0x0106, 0x00c7, 0x010c, 0x00c9, 0x0118, 0x00cb, 0x011a,
	0x00cd, 0x00ce, 0x010e, 0x0110, 0x0143, 0x0147, 0x00d3, 0x00d4, 0x0150, 0x00d6, 0x00d7,
	0x0158, 0x016e, 0x00da, 0x0170, 0x00dc, 0x00dd, 0x0162, 0x00df, 0x0155, 0x00e1, 0x00e2,
	0x0103, 0x00e4, 0x013a, 0x0107, 0x00e7, 0x010d, 0x00e9, 0x0119, 0x00eb, 0x011b, 0x00ed,
	0x00ee, 0x010f, 0x0111, 0x0144, 0x0148, 0x00f3, 0x00f4, 0x0151, 0x00f6, 0x00f7, 0x0159,
	0x016f, 0x00fa, 0x0171, 0x00fc, 0x00fd, 0x0163, 0x02d9,
};

static const uint16_t iso_8859_15[128] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178, 0x00a0,
	0x00a1, 0x00a2, 0x00a3, 0x20ac, 0x00a5, 0x0160, 0x00a7, 0x0161, 0x00a9, 0x00aa, 0x00ab,
	0x00ac, 0x00ad, 0x00ae, 0x00af, 0x00b0, 0x00b1, 0x00b2, 0x00b3, 0x017d, 0x00b5, 0x00b6,
	0x00b7, 0x017e, 0x00b9, 0x00ba, 0x00bb, 0x0152, 0x0153, 0x0178, 0x00bf, 0x00c0, 0x00c1,
	0x00c2, 0x00c3, 0x00c4, 0x00c5, 0x00c6, 0x00c7, 0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc,
	0x00cd, 0x00ce, 0x00cf, 0x00d0, 0x00d1, 0x00d2, 0x00d3, 0x00d4, 0x00d5, 0x00d6, 0x00d7,
	0x00d8, 0x00d9, 0x00da, 0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df, 0x00e0, 0x00e1, 0x00e2,
	0x00e3, 0x00e4, 0x00e5, 0x00e6, 0x00e7, 0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed,
	0x00ee, 0x00ef, 0x00f0, 0x00f1, 0x00f2, 0x00f3, 0x00f4, 0x00f5, 0x00f6, 0x00f7, 0x00f8,
	0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x00fd, 0x00fe, 0x00ff,
};

static const uint16_t mac_roman[128] = {
	0x00c4, 0x00c5, 0x00c7, 0x00c9, 0x00d1, 0x00d6, 0x00dc, 0x00e1, 0x00e0, 0x00e2, 0x00e4,
	0x00e3, 0x00e5, 0x00e7, 0x00e9, 0x00e8, 0x00ea, 0x00eb, 0x00ed, 0x00ec, 0x00ee, 0x00ef,
	0x00f1, 0x00f3, 0x00f2, 0x00f4, 0x00f6, 0x00f5, 0x00fa, 0x00f9, 0x00fb, 0x00fc, 0x2020,
	0x00b0, 0x00a2, 0x00a3, 0x00a7, 0x2022, 0x00b6, 0x00df, 0x00ae, 0x00a9, 0x2122, 0x00b4,
	0x00a8, 0x2260, 0x00c6, 0x00d8, 0x221e, 0x00b1, 0x2264, 0x2265, 0x00a5, 0x00b5, 0x2202,
	0x2211, 0x220f, 0x03c0, 0x222b, 0x00aa, 0x00ba, 0x03a9, 0x00e6, 0x00f8, 0x00bf, 0x00a1,
	0x00ac, 0x221a, 0x0192, 0x2248, 0x2206, 0x00ab, 0x00bb, 0x2026, 0x00a0, 0x00c0, 0x00c3,
	0x00d5, 0x0152, 0x0153, 0x2013, 0x2014, 0x201c, 0x201d, 0x2018, 0x2019, 0x00f7, 0x25ca,
	0x00ff, 0x0178, 0x2044, 0x20ac, 0x2039, 0x203a, 0xfb01, 0xfb02, 0x2021, 0x00b7, 0x201a,
	0x201e, 0x2030, 0x00c2, 0x00ca, 0x00c1, 0x00cb, 0x00c8, 0x00cd, 0x00ce, 0x00cf, 0x00cc,
	0x00d3, 0x00d4, 0xf8ff, 0x00d2, 0x00da, 0x00db, 0x00d9, 0x0131, 0x02c6, 0x02dc, 0x00af,
	0x02d8, 0x02d9, 0x02da, 0x00b8, 0x02dd, 0x02db, 0x02c7,
};

/* clang-format on */

static const uint16_t *const tables[ENCODING_COUNT] = {
	[ENCODING_WINDOWS_1252] = windows_1252,
	[ENCODING_WINDOWS_1250] = windows_1250,
	[ENCODING_ISO_8859_15] = iso_8859_15,
	[ENCODING_MAC_ROMAN] = mac_roman,
};

static const char *const names[ENCODING_COUNT] = {
	[ENCODING_UTF_8] = "utf-8",
	[ENCODING_UTF_16LE] = "utf-16le",
	[ENCODING_UTF_16BE] = "utf-16be",
	[ENCODING_WINDOWS_1252] = "windows-1252",
	[ENCODING_WINDOWS_1250] = "windows-1250",
	[ENCODING_ISO_8859_15] = "iso-8859-15",
	[ENCODING_MAC_ROMAN] = "macintosh",
};

static const struct {
	const char *name;
	enum encoding encoding;
} aliases[] = {
	{ "utf8", ENCODING_UTF_8 },
	{ "us-ascii", ENCODING_UTF_8 },
	{ "ascii", ENCODING_UTF_8 },
	{ "utf-16", ENCODING_UTF_16LE },
	{ "utf16", ENCODING_UTF_16LE },
	{ "ucs-2", ENCODING_UTF_16LE },
	{ "cp1252", ENCODING_WINDOWS_1252 },
	{ "iso-8859-1", ENCODING_WINDOWS_1252 },
	{ "iso8859-1", ENCODING_WINDOWS_1252 },
	{ "iso_8859-1", ENCODING_WINDOWS_1252 },
	{ "latin1", ENCODING_WINDOWS_1252 },
	{ "latin-1", ENCODING_WINDOWS_1252 },
	{ "l1", ENCODING_WINDOWS_1252 },
	{ "ansi", ENCODING_WINDOWS_1252 },
	{ "cp1250", ENCODING_WINDOWS_1250 },
	{ "iso8859-15", ENCODING_ISO_8859_15 },
	{ "iso_8859-15", ENCODING_ISO_8859_15 },
	{ "latin9", ENCODING_ISO_8859_15 },
	{ "latin-9", ENCODING_ISO_8859_15 },
	{ "macroman", ENCODING_MAC_ROMAN },
	{ "mac-roman", ENCODING_MAC_ROMAN },
	{ "x-mac-roman", ENCODING_MAC_ROMAN },
	{ "mac", ENCODING_MAC_ROMAN },
};

const char *encoding_name(enum encoding e)
{
	return e < ENCODING_COUNT ? names[e] : "unknown";
}

enum encoding encoding_of_name(struct slice name)
{
	name = slice_trim(name);
	for (size_t i = 0; i < ENCODING_COUNT; i++)
		if (slice_eq_nocase(name, slice_of(names[i])))
			return (enum encoding)i;
	for (size_t i = 0; i < countof(aliases); i++)
		if (slice_eq_nocase(name, slice_of(aliases[i].name)))
			return aliases[i].encoding;
	return ENCODING_COUNT;
}

enum encoding encoding_of_content_type(struct slice content_type)
{
	ptrdiff_t at = slice_find_nocase(content_type, SLICE_LIT("charset="));
	struct slice value, rest;

	if (at < 0)
		return ENCODING_COUNT;
	rest = slice_from(content_type, (size_t)at + 8);
	if (!slice_split(&value, &rest, ';'))
		return ENCODING_COUNT;
	value = slice_trim(value);
	if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\''))
		value = slice_make(value.p + 1, value.n - 2);
	return encoding_of_name(value);
}

bool encoding_has_bytes(enum encoding e)
{
	return e < ENCODING_COUNT && tables[e] != NULL;
}

enum encoding encoding_of_mark(size_t *mark_bytes, struct slice start)
{
	static const struct {
		struct slice mark;
		enum encoding encoding;
	} marks[] = {
		{ { "\xef\xbb\xbf", 3 }, ENCODING_UTF_8 },
		{ { "\xff\xfe", 2 }, ENCODING_UTF_16LE },
		{ { "\xfe\xff", 2 }, ENCODING_UTF_16BE },
	};

	for (size_t i = 0; i < countof(marks); i++) {
		if (slice_starts_with(start, marks[i].mark)) {
			*mark_bytes = marks[i].mark.n;
			return marks[i].encoding;
		}
	}
	*mark_bytes = 0;
	return ENCODING_COUNT;
}

/* --- decoding --- */

void decoder_init(struct decoder *d, enum encoding e)
{
	*d = (struct decoder){ .encoding = e };
}

static void put(struct buf *out, uint32_t code_point)
{
	char bytes[4];
	size_t n = utf8_encode(bytes, code_point);

	buf_append(out, bytes, n);
}

/* Length of the run of ASCII at the front. */
static size_t ascii_run(struct slice in)
{
	size_t i = 0;

	for (; i + 8 <= in.n; i += 8) {
		uint64_t eight;

		memcpy(&eight, in.p + i, 8);
		if ((eight & 0x8080808080808080u) != 0)
			break;
	}
	while (i < in.n && (unsigned char)in.p[i] < 0x80)
		i++;
	return i;
}

static void decode_bytes(const uint16_t *table, struct buf *out, struct slice in)
{
	while (in.n > 0) {
		size_t n = ascii_run(in);

		buf_append(out, in.p, n);
		in = slice_from(in, n);
		while (in.n > 0 && (unsigned char)in.p[0] >= 0x80) {
			put(out, table[(unsigned char)in.p[0] - 0x80]);
			in = slice_from(in, 1);
		}
	}
}

/* Bytes that the sequence which begins with c has; 0 when none begins with it. */
static size_t utf8_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

static void decode_utf8(struct decoder *d, struct buf *out, struct slice in, bool is_end)
{
	while (in.n > 0) {
		size_t n = utf8_valid_prefix(in), length;

		buf_append(out, in.p, n);
		in = slice_from(in, n);
		if (in.n == 0)
			return;
		length = utf8_length((unsigned char)in.p[0]);
		if (!is_end && length > in.n) { /* perhaps whole with the next bytes */
			memcpy(d->carry, in.p, in.n);
			d->n_carry = (uint8_t)in.n;
			return;
		}
		put(out, windows_1252[((unsigned char)in.p[0] - 0x80) & 0x7f]);
		d->n_repaired++;
		in = slice_from(in, 1);
	}
}

static void put_utf16(struct decoder *d, struct buf *out, uint32_t unit)
{
	if (d->high != 0) {
		uint32_t high = d->high;

		d->high = 0;
		if (unit >= 0xdc00 && unit <= 0xdfff) {
			put(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
			return;
		}
		put(out, UTF8_REPLACEMENT);
		d->n_repaired++;
	}
	if (unit >= 0xd800 && unit <= 0xdbff) {
		d->high = unit;
	} else if (unit >= 0xdc00 && unit <= 0xdfff) {
		put(out, UTF8_REPLACEMENT);
		d->n_repaired++;
	} else if (unit != 0xfeff || d->has_begun) {
		put(out, unit);
	}
	d->has_begun = true;
}

static void decode_utf16(struct decoder *d, struct buf *out, struct slice in)
{
	bool is_big = d->encoding == ENCODING_UTF_16BE;

	for (size_t i = 0; i < in.n; i++) {
		unsigned char a, b = (unsigned char)in.p[i];

		if (d->n_carry == 0) {
			d->carry[0] = b;
			d->n_carry = 1;
			continue;
		}
		a = d->carry[0];
		d->n_carry = 0;
		put_utf16(d, out, is_big ? (uint32_t)(a << 8 | b) : (uint32_t)(b << 8 | a));
	}
}

static void feed_utf8(struct decoder *d, struct buf *out, struct slice in)
{
	/* Completes a carried sequence byte by byte, then goes on with the chunk. */
	while (d->n_carry > 0 && in.n > 0) {
		struct slice carried;

		d->carry[d->n_carry++] = (unsigned char)in.p[0];
		in = slice_from(in, 1);
		carried = slice_make((const char *)d->carry, d->n_carry);
		if (utf8_valid_prefix(carried) == carried.n ||
		    utf8_length(d->carry[0]) <= d->n_carry) {
			unsigned char copy[4];
			size_t n = d->n_carry;

			memcpy(copy, d->carry, n);
			d->n_carry = 0;
			decode_utf8(d, out, slice_make((const char *)copy, n), false);
		}
	}
	if (d->n_carry == 0)
		decode_utf8(d, out, in, false);
}

/* Drops a byte order mark at `start` of out. */
static void drop_mark(struct buf *out, size_t start)
{
	size_t n = out->len - start;

	if (n < 3 || memcmp(out->data + start, "\xef\xbb\xbf", 3) != 0)
		return;
	memmove(out->data + start, out->data + start + 3, n - 3);
	buf_truncate(out, out->len - 3);
}

void decoder_feed(struct decoder *d, struct buf *out, struct slice in)
{
	size_t start = out->len;

	switch (d->encoding) {
	case ENCODING_UTF_16LE:
	case ENCODING_UTF_16BE:
		decode_utf16(d, out, in);
		return;
	case ENCODING_UTF_8:
		feed_utf8(d, out, in);
		if (!d->has_begun && out->len > start) {
			d->has_begun = true;
			drop_mark(out, start);
		}
		return;
	default:
		decode_bytes(tables[d->encoding], out, in);
	}
}

void decoder_end(struct decoder *d, struct buf *out)
{
	size_t n = d->n_carry;
	unsigned char copy[4];

	memcpy(copy, d->carry, n);
	d->n_carry = 0;
	if (d->encoding == ENCODING_UTF_8) {
		decode_utf8(d, out, slice_make((const char *)copy, n), true);
	} else if (n > 0 || d->high != 0) {
		put(out, UTF8_REPLACEMENT);
		d->n_repaired++;
	}
	d->high = 0;
}

/* --- guessing --- */

void encoding_guess_init(struct encoding_guess *g)
{
	*g = (struct encoding_guess){ .low = 0x80, .high = 0xbf };
	buf_init(&g->start, 4);
}

/* One byte of the check that all is UTF-8. */
static void check_utf8(struct encoding_guess *g, unsigned char c)
{
	if (g->n_due > 0) {
		if (c < g->low || c > g->high) {
			g->is_not_utf8 = true;
			return;
		}
		g->n_due--;
		g->low = 0x80;
		g->high = 0xbf;
		return;
	}
	if (c < 0x80)
		return;
	if (utf8_length(c) == 0) {
		g->is_not_utf8 = true;
		return;
	}
	g->n_due = (uint8_t)(utf8_length(c) - 1);
	g->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	g->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
}

static void count_byte(struct encoding_guess *g, unsigned char c)
{
	if (c >= 0x80) {
		g->n_high++;
		if (c <= 0x9f)
			g->n_c1++;
		/* é è à ö ü ä ç ê î ô: letters in Mac Roman, signs or nothing in the others */
		if (c == 0x8e || c == 0x8f || c == 0x88 || c == 0x9a || c == 0x9f || c == 0x8a ||
		    c == 0x8d || c == 0x90 || c == 0x94 || c == 0x99)
			g->n_mac++;
	} else if (c == 0) {
		g->n_zero[g->n_bytes & 1]++;
	} else if (c == '\r') {
		g->n_cr++;
	} else if (c == '\n') {
		g->n_lf++;
		if (g->last == '\r')
			g->n_crlf++;
	}
	g->last = (char)c;
	g->n_bytes++;
}

void encoding_guess_feed(struct encoding_guess *g, struct slice in)
{
	if (g->start.len < 4) {
		size_t n = 4 - g->start.len;

		buf_slice(&g->start, slice_first(in, n));
	}
	for (size_t i = 0; i < in.n; i++) {
		unsigned char c = (unsigned char)in.p[i];

		if (!g->is_not_utf8 && (c >= 0x80 || g->n_due > 0))
			check_utf8(g, c);
		count_byte(g, c);
	}
}

enum encoding encoding_guess_end(struct encoding_guess *g, const char **why)
{
	size_t mark_bytes;
	enum encoding e = encoding_of_mark(&mark_bytes, buf_view(&g->start));

	buf_clear(&g->start);
	if (e != ENCODING_COUNT) {
		*why = "its byte order mark";
		return e;
	}
	if (g->n_zero[1] > g->n_bytes / 8 && g->n_zero[0] * 8 < g->n_zero[1]) {
		*why = "zero bytes at odd places";
		return ENCODING_UTF_16LE;
	}
	if (g->n_zero[0] > g->n_bytes / 8 && g->n_zero[1] * 8 < g->n_zero[0]) {
		*why = "zero bytes at even places";
		return ENCODING_UTF_16BE;
	}
	if (!g->is_not_utf8) {
		*why = g->n_high == 0 ? "ASCII only" : "valid UTF-8";
		return ENCODING_UTF_8;
	}
	if (g->n_mac > 0 && g->n_mac * 4 >= g->n_high && g->n_cr > g->n_crlf &&
	    g->n_lf <= g->n_crlf) {
		*why = "letters of Mac Roman and bare carriage returns";
		return ENCODING_MAC_ROMAN;
	}
	*why = "neither UTF-8 nor anything else that shows";
	return ENCODING_WINDOWS_1252;
}
