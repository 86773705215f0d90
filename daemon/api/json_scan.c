// SPDX-License-Identifier: EUPL-1.2
/*
 * Bounds of values in JSON, found by brackets and quotes alone.
 */
#include "daemon/api/json_scan.h"

static struct slice skip_blanks(struct slice s)
{
	while (s.n > 0 && ascii_is_space(s.p[0]))
		s = slice_from(s, 1);
	return s;
}

/* Bytes of the text that s begins with, with its quotes; 0 when it does not end. */
static size_t text_bytes(struct slice s)
{
	size_t at = 1;

	while (at < s.n) {
		const char *quote = memchr(s.p + at, '"', s.n - at);
		size_t n_escapes = 0;
		size_t end;

		if (quote == NULL)
			return 0;
		end = (size_t)(quote - s.p);
		while (end - n_escapes > at && s.p[end - n_escapes - 1] == '\\')
			n_escapes++;
		if (n_escapes % 2 == 0)
			return end + 1;
		at = end + 1;
	}
	return 0;
}

/* Bytes of the object or array that s begins with; 0 when it does not end. */
static size_t nested_bytes(struct slice s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.n;) {
		size_t n = 1;

		switch (s.p[i]) {
		case '"':
			n = text_bytes(slice_from(s, i));
			if (n == 0)
				return 0;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (--depth == 0)
				return i + 1;
			break;
		default:
			break;
		}
		i += n;
	}
	return 0;
}

static size_t word_bytes(struct slice s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ',' && s.p[n] != '}' && s.p[n] != ']' &&
	       !ascii_is_space(s.p[n]))
		n++;
	return n;
}

static size_t value_bytes(struct slice s)
{
	if (s.n == 0)
		return 0;
	if (s.p[0] == '"')
		return text_bytes(s);
	return s.p[0] == '{' || s.p[0] == '[' ? nested_bytes(s) : word_bytes(s);
}

struct json_scan json_scan_of(struct slice json, char bracket)
{
	struct json_scan it = { SLICE_NONE };

	json = skip_blanks(json);
	if (json.n > 0 && json.p[0] == bracket)
		it.rest = skip_blanks(slice_from(json, 1));
	return it;
}

bool json_scan_element(struct slice *value, struct json_scan *it)
{
	struct slice rest = it->rest;

	if (!slice_take(value, &rest, value_bytes(rest)) || value->n == 0)
		return false;
	rest = skip_blanks(rest);
	if (rest.n > 0 && rest.p[0] == ',')
		rest = skip_blanks(slice_from(rest, 1));
	it->rest = rest;
	return true;
}

bool json_scan_member(struct slice *key, struct slice *value, struct json_scan *it)
{
	struct json_scan rest = *it;
	struct slice text;
	size_t n = rest.rest.n > 0 && rest.rest.p[0] == '"' ? text_bytes(rest.rest) : 0;

	if (n == 0 || !slice_take(&text, &rest.rest, n))
		return false;
	rest.rest = skip_blanks(rest.rest);
	if (rest.rest.n == 0 || rest.rest.p[0] != ':')
		return false;
	rest.rest = skip_blanks(slice_from(rest.rest, 1));
	if (!json_scan_element(value, &rest))
		return false;
	*key = slice_make(text.p + 1, text.n - 2);
	*it = rest;
	return true;
}

struct slice json_scan_get(struct slice object, const char *name)
{
	struct json_scan it = json_scan_of(object, '{');
	struct slice key;
	struct slice value;

	while (json_scan_member(&key, &value, &it)) {
		if (slice_eq_z(key, name))
			return value;
	}
	return SLICE_NONE;
}

struct slice json_scan_text(struct slice value)
{
	if (value.n < 2 || value.p[0] != '"' || slice_find_byte(value, '\\') >= 0)
		return SLICE_NONE;
	return slice_make(value.p + 1, value.n - 2);
}
