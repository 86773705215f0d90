// SPDX-License-Identifier: EUPL-1.2
/*
 * Addresses as partners write them.
 */
#include "catalogue/text.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "catalogue/html.h"
#include "catalogue/json_read.h"

/* "www.x.org", "x.org": letters, digits, dots, hyphens, and a name at the end. */
static bool is_host(struct slice host)
{
	size_t n_dots = 0, last_dot = 0;

	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (c == '.') {
			if (i == 0 || host.p[i - 1] == '.')
				return false;
			n_dots++;
			last_dot = i;
		} else if (!ascii_is_alnum(c) && c != '-' && (unsigned char)c < 0x80) {
			return false;
		}
	}
	return n_dots > 0 && host.n - last_dot > 2 && !ascii_is_digit(host.p[last_dot + 1]);
}

/* Up to the first of "/?#". */
static struct slice authority_of(struct slice rest)
{
	size_t n = 0;

	while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?' && rest.p[n] != '#' &&
	       rest.p[n] != '\0')
		n++;
	return slice_first(rest, n);
}

/* Host without its port; absent when there is none, or a user name in front. */
static struct slice host_of(struct slice authority)
{
	ptrdiff_t colon = slice_find_byte(authority, ':');

	if (slice_find_byte(authority, '@') >= 0)
		return SLICE_NONE;
	return colon < 0 || authority.p[0] == '[' ? authority
						  : slice_first(authority, (size_t)colon);
}

/* What people leave in addresses and no address holds. */
static bool is_escaped(char c)
{
	switch (c) {
	case ' ':
	case '"':
	case '<':
	case '>':
	case '\\':
	case '^':
	case '`':
	case '{':
	case '|':
	case '}':
		return true;
	default:
		return false;
	}
}

static void write_escaped(struct buf *out, struct slice s)
{
	while (s.n > 0) {
		size_t n = 0;

		while (n < s.n && !is_escaped(s.p[n]))
			n++;
		buf_append(out, s.p, n);
		if (n < s.n)
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)s.p[n]);
		s = slice_from(s, n + 1);
	}
}

/* "?a=1&amp;b=2" was escaped once too often. */
static struct slice unescaped(struct slice raw, struct arena *arena)
{
	struct buf out = BUF_INIT(LIMIT_URL_BYTES);
	struct slice url = slice_trim(raw);

	if (!slice_contains(url, SLICE_LIT("&amp;")))
		return url;
	html_unescape(&out, url);
	url = buf_failed(&out) ? SLICE_NONE : arena_dup(arena, buf_view(&out));
	buf_clear(&out);
	return url;
}

struct slice text_url(struct slice raw, struct arena *arena)
{
	struct buf out = BUF_INIT(LIMIT_URL_BYTES);
	struct slice url = unescaped(raw, arena);
	struct slice rest = url, authority = SLICE_NONE, found = SLICE_NONE;
	bool has_scheme = true;

	if (!utf8_is_valid(url) || text_has_control(url, true))
		return SLICE_NONE;
	if (slice_starts_with_nocase(url, SLICE_LIT("https://"))) {
		buf_str(&out, "https://");
		rest = slice_from(url, 8);
	} else if (slice_starts_with_nocase(url, SLICE_LIT("http://"))) {
		buf_str(&out, "http://");
		rest = slice_from(url, 7);
	} else {
		has_scheme = slice_starts_with(url, SLICE_LIT("//"));
		buf_str(&out, "https://");
		rest = slice_from(url, has_scheme ? 2 : 0);
	}
	authority = authority_of(rest);
	/* With a scheme a bare name ("localhost") will do; blanks are in no host. */
	if (authority.n > 0 && slice_find_byte(authority, ' ') < 0 && host_of(authority).n > 0 &&
	    (has_scheme || is_host(host_of(authority)))) {
		write_escaped(&out, rest);
		if (!buf_failed(&out))
			found = arena_dup(arena, buf_view(&out));
	}
	buf_clear(&out);
	return found;
}
