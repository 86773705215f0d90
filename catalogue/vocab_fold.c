// SPDX-License-Identifier: EUPL-1.2
/* Folding of vocabulary keys: see vocab_fold.h. */
#include "catalogue/vocab_fold.h"

#include "base/utf8.h"

#include <utf8proc.h>

static bool is_dash(int32_t c)
{
	return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe58 || c == 0xfe63;
}

/* Quotes, dashes and blanks in their plain form; 0 for what is dropped. */
static int32_t plain(int32_t c)
{
	if (is_dash(c))
		return '-';
	switch (c) {
	case 0x2018: /* single quotes, primes and what stands for an apostrophe */
	case 0x2019:
	case 0x201a:
	case 0x201b:
	case 0x2032:
	case 0x02bc:
	case 0x02b9:
	case 0x0384:
	case 0x00b4:
	case '`':
		return '\'';
	case 0x201c: /* double quotes */
	case 0x201d:
	case 0x201e:
	case 0x201f:
	case 0x00ab:
	case 0x00bb:
		return '"';
	case 0x0131: /* Turkish dotless i: capitals of both i are written without care */
		return 'i';
	case '\t':
	case '\n':
	case '\r':
	case '\f':
	case '\v':
	case 0x2028:
	case 0x2029:
		return ' ';
	default:
		return c;
	}
}

static bool is_greek(int32_t c)
{
	return c >= 0x370 && c <= 0x3ff;
}

/* Whether a code point of the decomposed text is dropped, prev being the one before it. */
static bool is_dropped(int32_t c, int32_t prev, enum vocab_fold how)
{
	if (c == 0x307 && prev == 'i') /* what is left of a dotted capital I */
		return true;
	if (c == 0x301 && is_greek(prev)) /* Greek capitals are written without tonos */
		return true;
	return how >= VOCAB_FOLD_NAME && utf8proc_category(c) == UTF8PROC_CATEGORY_MN;
}

static bool is_blank_for(int32_t c, enum vocab_fold how)
{
	if (c == ' ')
		return true;
	if (how == VOCAB_FOLD_TEXT)
		return false;
	if (c == '-' || c == '_')
		return true;
	if (how < VOCAB_FOLD_NAME || (c == '*' && how == VOCAB_FOLD_PATTERN))
		return false;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
	case UTF8PROC_CATEGORY_ZS:
		return true;
	default:
		return false;
	}
}

/* Drops, replaces and collapses in place; the number of points left. */
static utf8proc_ssize_t tidy(utf8proc_int32_t *points, utf8proc_ssize_t n, enum vocab_fold how)
{
	utf8proc_ssize_t kept = 0;
	int32_t base = 0; /* the letter that following marks belong to */

	for (utf8proc_ssize_t i = 0; i < n; i++) {
		int32_t c = plain(points[i]);

		if (is_dropped(c, base, how))
			continue;
		if (c == 0x301 && kept > 0 && points[kept - 1] == ' ') {
			points[kept - 1] = '\''; /* a free-standing accent, taken apart */
			continue;
		}
		if (utf8proc_category(c) != UTF8PROC_CATEGORY_MN)
			base = c;
		if (is_blank_for(c, how)) {
			if (kept > 0 && points[kept - 1] != ' ')
				points[kept++] = ' ';
			continue;
		}
		points[kept++] = c;
	}
	while (kept > 0 && points[kept - 1] == ' ')
		kept--;
	return kept;
}

/* "http://" and "https://" in front, slashes behind. */
static struct slice without_scheme(struct slice text)
{
	size_t scheme = 0;

	text = slice_trim(text);
	if (slice_starts_with_nocase(text, SLICE_LIT("https://")))
		scheme = 8;
	else if (slice_starts_with_nocase(text, SLICE_LIT("http://")))
		scheme = 7;
	if (scheme == 0)
		return text;
	text = slice_from(text, scheme);
	while (text.n > 0 && text.p[text.n - 1] == '/')
		text.n--;
	return text;
}

/* The usual case without Unicode: the length, or SIZE_MAX when text is not ASCII. */
static size_t fold_ascii(char *out, size_t cap, struct slice text, enum vocab_fold how)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char byte = (unsigned char)text.p[i];
		char c;

		if (ascii_is_alnum((char)byte) && n < cap) { /* nearly all */
			out[n++] = ascii_lower((char)byte);
			continue;
		}
		if (byte >= 0x80)
			return SIZE_MAX;
		if (byte < 0x20 && !ascii_is_space((char)byte))
			continue;
		c = (char)plain(ascii_lower((char)byte));
		if (c == ' ' || is_blank_for(c, how)) {
			if (n == 0 || out[n - 1] == ' ')
				continue;
			c = ' ';
		}
		if (n == cap)
			return 0;
		out[n++] = c;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	return n;
}

size_t vocab_fold_as(char *out, size_t cap, struct slice text, enum vocab_fold how)
{
	const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
					  UTF8PROC_IGNORE | UTF8PROC_STABLE;
	utf8proc_int32_t points[VOCAB_FOLD_POINTS];
	utf8proc_ssize_t n;
	size_t len;

	text = without_scheme(text);
	if (text.n == 0 || text.n > VOCAB_KEY_BYTES)
		return 0;
	len = fold_ascii(out, cap, text, how);
	if (len != SIZE_MAX)
		return len;

	n = utf8proc_decompose((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, points,
			       VOCAB_FOLD_POINTS, options);
	if (n <= 0 || n > VOCAB_FOLD_POINTS)
		return 0;
	n = tidy(points, n, how);
	n = utf8proc_normalize_utf32(points, n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	len = 0;
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		char bytes[4];
		size_t size = utf8_encode(bytes, (uint32_t)points[i]);

		if (size > cap - len)
			return 0;
		memcpy(out + len, bytes, size);
		len += size;
	}
	return len;
}

uint64_t vocab_hash(uint64_t hash, struct slice data)
{
	hash ^= 0xcbf29ce484222325u; /* the offset basis, so that a start of 0 will do */
	for (size_t i = 0; i < data.n; i++) {
		hash ^= (unsigned char)data.p[i];
		hash *= 0x100000001b3u;
	}
	return hash;
}
