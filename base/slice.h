// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

/*
 * Borrowed bytes, not terminated. A slice to read, a buf to build. An absent
 * text is a slice with p == NULL; an empty one has n == 0 and p != NULL.
 *
 * Thread: any; pure functions. No locale is ever consulted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *p;
	size_t n;
};

#define SLICE_LIT(text) ((struct slice){ (text), sizeof(text) - 1 })
#define SLICE_NONE ((struct slice){ NULL, 0 })
/* For printf("%.*s", SLICE_ARG(s)). */
#define SLICE_ARG(s) (int)((s).n > 4096 ? 4096 : (s).n), ((s).n > 0 ? (s).p : "")

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ text, text != NULL ? strlen(text) : 0 };
}

static inline struct slice slice_make(const char *p, size_t n)
{
	return (struct slice){ p, n };
}

/* Takes n bytes off the front of in, or returns false and changes nothing. */
static inline bool slice_take(struct slice *out, struct slice *in, size_t n)
{
	if (n > in->n) /* compare, do not add: n may be anything */
		return false;
	*out = (struct slice){ in->p, n };
	if (n > 0) /* an absent text has no address to count from */
		in->p += n;
	in->n -= n;
	return true;
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool slice_eq_z(struct slice a, const char *text)
{
	return slice_eq(a, slice_of(text));
}

/* From byte i to the end; i beyond the end gives an empty slice. */
static inline struct slice slice_from(struct slice s, size_t i)
{
	if (i < s.n)
		return (struct slice){ s.p + i, s.n - i };
	/* An absent text has no address to count from. */
	return (struct slice){ s.n > 0 ? s.p + s.n : s.p, 0 };
}

/* The first n bytes, or all of them. */
static inline struct slice slice_first(struct slice s, size_t n)
{
	return (struct slice){ s.p, n < s.n ? n : s.n };
}

static inline bool slice_starts_with(struct slice s, struct slice prefix)
{
	return s.n >= prefix.n && slice_eq(slice_first(s, prefix.n), prefix);
}

/* Order of bytes; a prefix comes before the longer one. */
int slice_cmp(struct slice a, struct slice b);
/* Equal but for the case of A to Z. */
bool slice_eq_nocase(struct slice a, struct slice b);
bool slice_starts_with_nocase(struct slice s, struct slice prefix);
bool slice_ends_with(struct slice s, struct slice suffix);
/* Without blanks, tabs and line ends at both ends (ASCII only). */
static inline struct slice slice_trim(struct slice s); /* below: called for nearly every text */
/* Index of the byte, or -1. */
ptrdiff_t slice_find_byte(struct slice s, char byte);
/* Index of the text, or -1; an empty needle is found at 0. */
ptrdiff_t slice_find(struct slice s, struct slice needle);
/* Case of A to Z ignored. */
ptrdiff_t slice_find_nocase(struct slice s, struct slice needle);
bool slice_contains(struct slice s, struct slice needle);

/*
 * Takes the part before the first separator off the front of in, or all of
 * it. False when in is used up: `while (slice_split(&part, &rest, ','))`.
 * "a,,b" gives three parts, "" none; after a separator at the very end comes
 * no further part: "a," gives one.
 */
bool slice_split(struct slice *part, struct slice *in, char separator);

/* Decimal digits only: no sign, no blanks, at most max. */
bool slice_to_u64(uint64_t *out, struct slice in, uint64_t max);
/* As above with an optional '-' in front, min to max. */
bool slice_to_i64(int64_t *out, struct slice in, int64_t min, int64_t max);
/*
 * A decimal with point or comma and at most `digits` (0 to 6) after it, scaled
 * by 10^digits: "7,5" with digits 1 is 75, and "7" is 70. No sign, no blanks,
 * no grouping, no exponent, a digit on each side of the point; more digits
 * than asked are accepted only if they are zeros. max bounds the scaled value.
 */
bool slice_to_scaled(int64_t *out, struct slice in, unsigned digits, int64_t max);

/* Some of the 256 bytes: what a text may begin with, before it is compared with a list. */
struct byte_set {
	uint64_t bits[4];
};

static inline void byte_set_add(struct byte_set *set, char c)
{
	set->bits[(unsigned char)c / 64] |= UINT64_C(1) << (unsigned char)c % 64;
}
static inline bool byte_set_has(const struct byte_set *set, char c)
{
	return (set->bits[(unsigned char)c / 64] >> (unsigned char)c % 64 & 1) != 0;
}
/* The first byte of a text, small and large where it is a letter of ASCII. */
void byte_set_add_first(struct byte_set *set, const char *text);

static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool ascii_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c);
}
static inline bool ascii_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
static inline char ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/* Of slice_trim(), where there is something to trim. */
struct slice slice_trim_blanks(struct slice s);

static inline struct slice slice_trim(struct slice s)
{
	if (s.n > 0 && (unsigned char)s.p[0] > ' ' && (unsigned char)s.p[s.n - 1] > ' ')
		return s;
	return slice_trim_blanks(s);
}

#endif
