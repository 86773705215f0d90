// SPDX-License-Identifier: EUPL-1.2
/*
 * Comparing, finding and splitting borrowed bytes, and reading numbers out of
 * them. No function looks past n, and none asks the locale.
 */
#include "base/slice.h"

#include "base/mem.h"

int slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
	return a.n == b.n && slice_starts_with_nocase(a, b);
}

bool slice_starts_with_nocase(struct slice s, struct slice prefix)
{
	if (s.n < prefix.n)
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		if (ascii_lower(s.p[i]) != ascii_lower(prefix.p[i]))
			return false;
	return true;
}

bool slice_ends_with(struct slice s, struct slice suffix)
{
	return s.n >= suffix.n && slice_eq(slice_from(s, s.n - suffix.n), suffix);
}

struct slice slice_trim_blanks(struct slice s)
{
	while (s.n > 0 && ascii_is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && ascii_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

ptrdiff_t slice_find_byte(struct slice s, char byte)
{
	const char *at = s.n > 0 ? memchr(s.p, byte, s.n) : NULL;

	return at != NULL ? at - s.p : -1;
}

ptrdiff_t slice_find(struct slice s, struct slice needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	at = s.n > 0 ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at != NULL ? at - s.p : -1;
}

ptrdiff_t slice_find_nocase(struct slice s, struct slice needle)
{
	if (needle.n > s.n)
		return -1;
	for (size_t i = 0; i <= s.n - needle.n; i++)
		if (slice_starts_with_nocase(slice_from(s, i), needle))
			return (ptrdiff_t)i;
	return -1;
}

bool slice_contains(struct slice s, struct slice needle)
{
	return slice_find(s, needle) >= 0;
}

bool slice_split(struct slice *part, struct slice *in, char separator)
{
	ptrdiff_t at;

	if (in->n == 0)
		return false;
	at = slice_find_byte(*in, separator);
	*part = at >= 0 ? slice_first(*in, (size_t)at) : *in;
	*in = slice_from(*in, at >= 0 ? (size_t)at + 1 : in->n);
	return true;
}

bool slice_to_u64(uint64_t *out, struct slice in, uint64_t max)
{
	uint64_t value = 0;

	if (in.n == 0)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		uint64_t digit;

		if (!ascii_is_digit(in.p[i]))
			return false;
		digit = (uint64_t)(in.p[i] - '0');
		if (digit > max || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = value;
	return true;
}

bool slice_to_i64(int64_t *out, struct slice in, int64_t min, int64_t max)
{
	const uint64_t lowest = (uint64_t)INT64_MAX + 1; /* of INT64_MIN, without its sign */
	bool is_negative = in.n > 0 && in.p[0] == '-';
	uint64_t magnitude;
	int64_t value;

	if (!slice_to_u64(&magnitude, slice_from(in, is_negative ? 1 : 0),
			  is_negative ? lowest : (uint64_t)INT64_MAX))
		return false;
	if (!is_negative)
		value = (int64_t)magnitude;
	else
		value = magnitude == lowest ? INT64_MIN : -(int64_t)magnitude;
	if (value < min || value > max)
		return false;
	*out = value;
	return true;
}

bool slice_to_scaled(int64_t *out, struct slice in, unsigned digits, int64_t max)
{
	struct slice whole = in;
	struct slice fraction = SLICE_NONE;
	uint64_t limit = max > 0 ? (uint64_t)max : 0;
	uint64_t value;

	require(digits <= 6);
	for (size_t i = 0; i < in.n && fraction.p == NULL; i++) {
		if (in.p[i] != '.' && in.p[i] != ',')
			continue;
		whole = slice_first(in, i);
		fraction = slice_from(in, i + 1);
		if (fraction.n == 0)
			return false;
	}
	if (max < 0 || !slice_to_u64(&value, whole, limit))
		return false;
	for (size_t i = 0; i < digits || i < fraction.n; i++) {
		char c = i < fraction.n ? fraction.p[i] : '0';

		if (!ascii_is_digit(c) || (i >= digits && c != '0'))
			return false;
		if (i >= digits)
			continue;
		if ((uint64_t)(c - '0') > limit || value > (limit - (uint64_t)(c - '0')) / 10)
			return false;
		value = value * 10 + (uint64_t)(c - '0');
	}
	*out = (int64_t)value;
	return true;
}

void byte_set_add_first(struct byte_set *set, const char *text)
{
	byte_set_add(set, ascii_lower(text[0]));
	byte_set_add(set, ascii_upper(text[0]));
}
