// SPDX-License-Identifier: EUPL-1.2
/*
 * Scans over bytes: see scan.h. Each block of sixteen bytes gives a mask with a
 * bit for each byte that ends the run; a rest of fewer bytes is read with a
 * block that overlaps the one before, whose bits are all zero.
 */
#include "base/scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum what { WHAT_ASCII, WHAT_JSON, WHAT_JSON_UTF8 };

static inline bool ends_run(unsigned char c, enum what what)
{
	switch (what) {
	case WHAT_ASCII:
		return c >= 0x80;
	case WHAT_JSON:
		return c < 0x20 || c >= 0x80 || c == '"' || c == '\\';
	default:
		return c < 0x20 || c == '"' || c == '\\';
	}
}

/* Whether any of eight bytes ends the run. */
static inline bool any_ends(uint64_t eight, enum what what)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
	uint64_t quotes = eight ^ ones * '"', backslashes = eight ^ ones * '\\';
	uint64_t signs = ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes);

	switch (what) {
	case WHAT_ASCII:
		return (eight & tops) != 0;
	case WHAT_JSON:
		return ((((eight - ones * 0x20) & ~eight) | signs | eight) & tops) != 0;
	default:
		return ((((eight - ones * 0x20) & ~eight) | signs) & tops) != 0;
	}
}

static inline uint64_t load_eight(const char *p)
{
	uint64_t eight;

	memcpy(&eight, p, sizeof(eight));
	return eight;
}

#ifdef __SSE2__

/* A bit for each of sixteen bytes that ends the run. */
static inline unsigned ends_of(const char *p, enum what what)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i signs = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
				     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
	/* Signed: bytes of 0x80 and above are below all others. */
	__m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));

	switch (what) {
	case WHAT_ASCII:
		return (unsigned)_mm_movemask_epi8(bytes);
	case WHAT_JSON:
		return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, signs));
	default:
		low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
		return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, signs));
	}
}

#endif

static inline size_t scan(const char *p, size_t n, enum what what)
{
	size_t i = 0;

#ifdef __SSE2__
	unsigned ends;

	for (; n - i >= 16; i += 16) {
		ends = ends_of(p + i, what);
		if (ends != 0)
			return i + (size_t)__builtin_ctz(ends);
	}
	if (i == n)
		return n;
	if (n >= 16) {
		ends = ends_of(p + n - 16, what);
		return ends != 0 ? n - 16 + (size_t)__builtin_ctz(ends) : n;
	}
	if (n >= 8 && !any_ends(load_eight(p), what) && !any_ends(load_eight(p + n - 8), what))
		return n;
#else
	while (n - i >= 8 && !any_ends(load_eight(p + i), what))
		i += 8;
#endif
	while (i < n && !ends_run((unsigned char)p[i], what))
		i++;
	return i;
}

size_t scan_ascii(const char *p, size_t n)
{
	return scan(p, n, WHAT_ASCII);
}

size_t scan_json_plain(const char *p, size_t n, bool is_utf8)
{
	return is_utf8 ? scan(p, n, WHAT_JSON_UTF8) : scan(p, n, WHAT_JSON);
}

/* --- words --- */

static inline bool ends_words(const char *p, size_t i)
{
	unsigned char c = (unsigned char)p[i];

	return c < 0x20 || c >= 0x7f || (c == ' ' && i > 0 && p[i - 1] == ' ') ||
	       memchr("#&*<[\\_`", c, 8) != NULL;
}

#ifdef __SSE2__

static inline __m128i is_either(__m128i bytes, char a, char b)
{
	return _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(a)),
			    _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b)));
}

/* As ends_of(), for words; follows_blank: the byte before is a blank. */
static inline unsigned word_ends_of(const char *p, bool follows_blank)
{
	__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i controls = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
					_mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)));
	__m128i signs =
		_mm_or_si128(_mm_or_si128(is_either(bytes, '#', '&'), is_either(bytes, '*', '<')),
			     _mm_or_si128(is_either(bytes, '[', '\\'), is_either(bytes, '_', '`')));
	unsigned blanks = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(controls, signs)) |
	       (blanks & (blanks << 1 | follows_blank));
}

#endif

size_t scan_words(const char *p, size_t n)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; n - i >= 16; i += 16) {
		unsigned ends = word_ends_of(p + i, i > 0 && p[i - 1] == ' ');

		if (ends != 0)
			return i + (size_t)__builtin_ctz(ends);
	}
	if (n >= 16) {
		unsigned ends = word_ends_of(p + n - 16, n > 16 && p[n - 17] == ' ');

		return ends != 0 ? n - 16 + (size_t)__builtin_ctz(ends) : n;
	}
#endif
	while (i < n && !ends_words(p, i))
		i++;
	return i;
}
