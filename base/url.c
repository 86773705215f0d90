// SPDX-License-Identifier: EUPL-1.2
/*
 * URLs by RFC 3986, without its rarer corners: what a partner's links need.
 */
#include "base/url.h"

#include "base/limits.h"

static bool is_scheme_char(char c, bool is_first)
{
	return ascii_is_alpha(c) ||
	       (!is_first && (ascii_is_digit(c) || c == '+' || c == '-' || c == '.'));
}

/* Takes "scheme:" off the front of in. */
static bool take_scheme(struct slice *scheme, struct slice *in)
{
	size_t i = 0;

	while (i < in->n && is_scheme_char(in->p[i], i == 0))
		i++;
	if (i == 0 || i >= in->n || in->p[i] != ':')
		return false;
	*scheme = slice_first(*in, i);
	*in = slice_from(*in, i + 1);
	return true;
}

/* The bytes before the first of a, b, c (0: none). */
static struct slice take_until(struct slice *in, char a, char b, char c)
{
	struct slice head;
	size_t i = 0;

	while (i < in->n && in->p[i] != a && in->p[i] != b && in->p[i] != c)
		i++;
	head = slice_first(*in, i);
	*in = slice_from(*in, i);
	return head;
}

static uint16_t port_of_scheme(struct slice scheme)
{
	if (slice_eq_nocase(scheme, SLICE_LIT("https")))
		return 443;
	if (slice_eq_nocase(scheme, SLICE_LIT("http")))
		return 80;
	return 0;
}

static bool has_bad_byte(struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c <= ' ' || c == 0x7f || c == '"' || c == '<' || c == '>' || c == '\\')
			return true;
	}
	return false;
}

static enum err_code parse_authority(struct url *u, struct slice text, struct err *err)
{
	struct slice port = SLICE_NONE;
	uint64_t number = 0;
	ptrdiff_t colon;

	if (slice_find_byte(text, '@') >= 0)
		return err_set(err, ERR_PARSE, "a user name or password in a URL is not accepted");
	u->host = text;
	if (text.n > 0 && text.p[0] == '[') {
		ptrdiff_t end = slice_find_byte(text, ']');

		if (end < 0)
			return err_set(err, ERR_PARSE, "the URL's IPv6 address has no ']'");
		u->host = slice_first(text, (size_t)end + 1);
		port = slice_from(text, (size_t)end + 1);
	} else {
		colon = slice_find_byte(text, ':');
		if (colon >= 0) {
			u->host = slice_first(text, (size_t)colon);
			port = slice_from(text, (size_t)colon);
		}
	}
	u->port = port_of_scheme(u->scheme);
	/* A colon alone names none. */
	if (port.n > 0 && !slice_eq(port, SLICE_LIT(":"))) {
		if (port.p[0] != ':' || !slice_to_u64(&number, slice_from(port, 1), 65535) ||
		    number == 0)
			return err_set(err, ERR_PARSE, "the URL's port is none: %.*s",
				       SLICE_ARG(port));
		u->port = (uint16_t)number;
	}
	if (u->host.n == 0 && !slice_eq_nocase(u->scheme, SLICE_LIT("file")))
		return err_set(err, ERR_PARSE, "the URL names no host");
	return ERR_OK;
}

enum err_code url_parse(struct url *out, struct slice text, struct err *err)
{
	struct url u = { 0 };
	struct slice rest = text;
	enum err_code rc;

	if (text.n > LIMIT_URL_BYTES)
		return err_set(err, ERR_LIMIT, "a URL of %zu bytes (LIMIT_URL_BYTES is %d)", text.n,
			       LIMIT_URL_BYTES);
	if (has_bad_byte(text))
		return err_set(err, ERR_PARSE, "blanks, quotes or control characters in URL %.*s",
			       SLICE_ARG(text));
	if (!take_scheme(&u.scheme, &rest) || !slice_starts_with(rest, SLICE_LIT("//")))
		return err_set(err, ERR_PARSE, "not an absolute URL (https://host/path): %.*s",
			       SLICE_ARG(text));
	rest = slice_from(rest, 2);
	rc = parse_authority(&u, take_until(&rest, '/', '?', '#'), err);
	if (rc != ERR_OK)
		return rc;
	u.path = take_until(&rest, '?', '#', '#');
	if (rest.n > 0 && rest.p[0] == '?') {
		rest = slice_from(rest, 1);
		u.query = take_until(&rest, '#', '#', '#');
	}
	if (rest.n > 0)
		u.fragment = slice_from(rest, 1);
	*out = u;
	return ERR_OK;
}

bool url_is_same_origin(const struct url *a, const struct url *b)
{
	return a->port == b->port && slice_eq_nocase(a->scheme, b->scheme) &&
	       slice_eq_nocase(a->host, b->host);
}

bool url_text_is_same_origin(struct slice a, struct slice b)
{
	struct url ua = { .port = 0 }, ub = { .port = 0 };

	return url_parse(&ua, a, NULL) == ERR_OK && url_parse(&ub, b, NULL) == ERR_OK &&
	       url_is_same_origin(&ua, &ub);
}

/* From the scheme to the end of the host and port, as written. */
static struct slice origin_text(const struct url *u, struct slice text)
{
	size_t n = u->path.p != NULL ? (size_t)(u->path.p - text.p) : text.n;

	return slice_first(text, n);
}

/* Writes a path that begins with '/' without "." and ".." segments (RFC 3986, 5.2.4). */
static void write_without_dots(struct buf *out, struct slice path)
{
	size_t start = out->len;
	bool ends_in_dir = false;

	while (path.n > 0) {
		struct slice segment;

		path = slice_from(path, 1); /* its '/' */
		segment = take_until(&path, '/', '/', '/');
		ends_in_dir = false;
		if (slice_eq(segment, SLICE_LIT("."))) {
			ends_in_dir = true;
		} else if (slice_eq(segment, SLICE_LIT(".."))) {
			while (out->len > start && out->data[out->len - 1] != '/')
				buf_truncate(out, out->len - 1);
			if (out->len > start)
				buf_truncate(out, out->len - 1);
			ends_in_dir = true;
		} else {
			buf_char(out, '/');
			buf_slice(out, segment);
		}
		if (buf_failed(out))
			return;
	}
	if (ends_in_dir || out->len == start)
		buf_char(out, '/');
}

/* Base's path up to its last '/', with path behind it. */
static void write_merged(struct buf *out, struct slice base, struct slice path)
{
	struct buf merged = BUF_INIT(2 * LIMIT_URL_BYTES + 1);

	while (base.n > 0 && base.p[base.n - 1] != '/')
		base.n--;
	if (base.n == 0)
		base = SLICE_LIT("/");
	buf_slice(&merged, base);
	buf_slice(&merged, path);
	write_without_dots(out, buf_view(&merged));
	buf_clear(&merged);
}

static struct slice without_fragment(struct slice text)
{
	ptrdiff_t at = slice_find_byte(text, '#');

	return at < 0 ? text : slice_first(text, (size_t)at);
}

enum err_code url_resolve(struct buf *out, struct slice base, struct slice reference,
			  struct err *err)
{
	struct slice ref = without_fragment(slice_trim(reference));
	struct slice rest = ref, scheme, path, query = SLICE_NONE;
	struct url u = { .port = 0 };
	enum err_code rc = url_parse(&u, base, err);

	if (rc != ERR_OK)
		return rc;
	if (take_scheme(&scheme, &rest)) {
		rc = url_parse(&u, ref, err);
		if (rc == ERR_OK)
			buf_slice(out, ref);
		goto out;
	}
	if (has_bad_byte(ref))
		return err_set(err, ERR_PARSE, "blanks, quotes or control characters in link %.*s",
			       SLICE_ARG(ref));
	if (slice_starts_with(ref, SLICE_LIT("//"))) {
		buf_slice(out, u.scheme);
		buf_char(out, ':');
		buf_slice(out, ref);
		goto out;
	}
	buf_slice(out, origin_text(&u, base));
	path = take_until(&rest, '?', '?', '?');
	if (rest.n > 0)
		query = slice_from(rest, 1);
	if (path.n == 0) {
		buf_slice(out, u.path);
		if (query.p == NULL)
			query = u.query;
	} else if (path.p[0] == '/') {
		write_without_dots(out, path);
	} else {
		write_merged(out, u.path, path);
	}
	if (query.p != NULL) {
		buf_char(out, '?');
		buf_slice(out, query);
	}
out:
	if (rc == ERR_OK && buf_failed(out))
		rc = err_set(err, ERR_LIMIT, "a link of more than %zu bytes", out->max);
	return rc;
}

void url_append_path(struct buf *out, struct slice base, struct slice path)
{
	struct slice rest = without_fragment(base);
	struct slice head = take_until(&rest, '?', '?', '?');

	while (head.n > 0 && head.p[head.n - 1] == '/')
		head.n--;
	while (path.n > 0 && path.p[0] == '/')
		path = slice_from(path, 1);
	buf_slice(out, head);
	if (path.n > 0) {
		buf_char(out, '/');
		buf_slice(out, path);
	}
	buf_slice(out, rest);
}

static void add_separator(struct buf *out)
{
	struct slice text = buf_view(out);
	char last = text.n > 0 ? text.p[text.n - 1] : 0;

	if (slice_find_byte(text, '?') < 0)
		buf_char(out, '?');
	else if (last != '?' && last != '&')
		buf_char(out, '&');
}

void url_add_query(struct buf *out, struct slice name, struct slice value)
{
	add_separator(out);
	url_encode(out, name);
	buf_char(out, '=');
	url_encode(out, value);
}

void url_add_raw_query(struct buf *out, struct slice query)
{
	if (query.n == 0)
		return;
	add_separator(out);
	buf_slice(out, query);
}

void url_encode(struct buf *out, struct slice text)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (ascii_is_alnum((char)c) || c == '-' || c == '.' || c == '_' || c == '~') {
			buf_char(out, (char)c);
		} else {
			buf_char(out, '%');
			buf_char(out, hex[c >> 4]);
			buf_char(out, hex[c & 15]);
		}
	}
}

/* Whether text begins with the parameter; *n is then how long it is, with its value. */
static bool is_parameter(size_t *n, struct slice text, struct slice name)
{
	static const char ends[] = "&#>\" ";

	if (!slice_starts_with(text, name))
		return false;
	*n = name.n;
	if (text.n > *n && text.p[*n] == '=')
		while (*n < text.n && slice_find_byte(SLICE_LIT(ends), text.p[*n]) < 0)
			++*n;
	return text.n == *n || slice_find_byte(SLICE_LIT(ends), text.p[*n]) >= 0;
}

void url_drop_parameter(struct buf *out, struct slice text, struct slice name)
{
	char before = 0; /* stands for the byte in hand: what follows a '?' that stays */

	for (size_t i = 0, n = 0; i < text.n;) {
		char c = before != 0 ? before : text.p[i];

		before = 0;
		i++;
		if ((c != '?' && c != '&') || !is_parameter(&n, slice_from(text, i), name)) {
			buf_char(out, c);
			continue;
		}
		i += n;
		if (c == '?' && i < text.n && text.p[i] == '&')
			before = '?';
	}
}

struct slice url_query_value(struct slice query, struct slice name)
{
	struct slice part;

	while (slice_split(&part, &query, '&')) {
		struct slice key = take_until(&part, '=', '=', '=');

		if (slice_eq(key, name))
			return part.n > 0 ? slice_from(part, 1) : part;
	}
	return SLICE_NONE;
}
