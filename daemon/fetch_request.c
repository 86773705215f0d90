// SPDX-License-Identifier: EUPL-1.2
/*
 * Headers, secrets and hosts of one request.
 */
#include "daemon/fetch_request.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/url.h"

#include <stdio.h>

static void add_line(struct fetch_request *r, struct slice name, struct slice value)
{
	struct buf line = BUF_INIT(LIMIT_HEAD_BYTES);

	if (r->n_lines == FETCH_HEADERS_MAX || value.p == NULL)
		return;
	buf_slice(&line, name);
	buf_str(&line, ": ");
	buf_slice(&line, value);
	if (!buf_failed(&line))
		r->lines[r->n_lines++] = mem_strndup(line.data, line.len);
	if (line.data != NULL)
		explicit_bzero(line.data, line.len);
	buf_clear(&line);
}

static char *copy_of(struct slice text)
{
	return mem_strndup(text.p, text.n);
}

/* A secret of the query: into the URL that is sent, and out of what is answered. */
static void add_parameter(struct fetch_request *r, const struct config_auth *auth)
{
	struct buf value = BUF_INIT(4 * LIMIT_SECRET_BYTES);
	struct buf url = BUF_INIT(LIMIT_URL_BYTES + 4 * LIMIT_SECRET_BYTES);

	r->url[strcspn(r->url, "#")] = 0;
	buf_str(&url, r->url);
	url_add_query(&url, auth->name, auth->secret);
	url_encode(&value, auth->secret);
	mem_free(r->url);
	r->url = mem_strdup(buf_z(&url));
	secret_mask_init(&r->mask, buf_view(&value));
	explicit_bzero(url.data, url.len);
	explicit_bzero(value.data, value.len);
	buf_clear(&url);
	buf_clear(&value);
}

static void add_auth(struct fetch_request *r, const struct config_auth *auth, struct slice token)
{
	struct buf value = BUF_INIT(LIMIT_HEAD_BYTES);

	switch (auth->type) {
	case AUTH_NONE:
		break;
	case AUTH_QUERY:
		add_parameter(r, auth);
		break;
	case AUTH_HEADER:
		add_line(r, auth->name, auth->secret);
		break;
	case AUTH_BASIC:
		r->user = copy_of(auth->user);
		r->password = copy_of(auth->secret);
		break;
	case AUTH_BEARER:
	case AUTH_OAUTH2:
		buf_str(&value, "Bearer ");
		buf_slice(&value, auth->type == AUTH_BEARER ? auth->secret : token);
		add_line(r, SLICE_LIT("Authorization"), buf_view(&value));
		explicit_bzero(value.data, value.len);
		break;
	}
	buf_clear(&value);
}

static void add_contact(struct fetch_request *r, struct slice contact)
{
	if (slice_starts_with_nocase(contact, SLICE_LIT("mailto:")))
		add_line(r, SLICE_LIT("From"), slice_from(contact, 7));
}

static bool has_header(const struct settings *headers, struct slice name)
{
	for (size_t i = 0; i < headers->n; i++)
		if (slice_eq_nocase(headers->items[i].name, name))
			return true;
	return false;
}

char *fetch_without_secret(const struct config_source *source, const char *text)
{
	struct slice all = slice_of(text);
	struct buf rest = BUF_INIT(all.n + 1);
	char *copy;

	if (text == NULL || source->auth.type != AUTH_QUERY)
		return mem_strdup(text);
	url_drop_parameter(&rest, all, source->auth.name);
	copy = mem_strdup(buf_z(&rest));
	buf_clear(&rest);
	return copy;
}

void fetch_request_make(struct fetch_request *out, const struct fetch *fetch, const char *url,
			struct slice token, const char *contact)
{
	const struct config_source *s = fetch->source;
	const struct settings *headers = &s->headers;

	*out = (struct fetch_request){ .n_lines = 0 };
	out->has_secrets = url_text_is_same_origin(slice_of(url), s->source.url);
	out->url = fetch_without_secret(s, url);
	if (out->has_secrets) {
		add_auth(out, &s->auth, token);
		for (size_t i = 0; i < headers->n; i++)
			add_line(out, headers->items[i].name, headers->items[i].value);
	}
	if (!out->has_secrets || !has_header(headers, SLICE_LIT("Accept")))
		add_line(out, SLICE_LIT("Accept"),
			 fetch->accept != NULL && fetch->accept[0] != 0 ? slice_of(fetch->accept)
									: SLICE_LIT("*/*"));
	add_contact(out, slice_of(contact));
	add_line(out, SLICE_LIT("If-None-Match"), slice_of(fetch->etag));
	if (fetch->etag == NULL)
		add_line(out, SLICE_LIT("If-Modified-Since"), slice_of(fetch->last_modified));
}

static void wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	mem_free(text);
}

void fetch_request_clear(struct fetch_request *r)
{
	for (size_t i = 0; i < r->n_lines; i++)
		wipe((char *)(uintptr_t)r->lines[i]);
	wipe(r->url);
	secret_mask_clear(&r->mask);
	wipe(r->user);
	wipe(r->password);
	*r = (struct fetch_request){ .n_lines = 0 };
}

bool fetch_host_name(struct buf *out, struct slice url)
{
	struct url parts;

	if (url_parse(&parts, url, NULL) != ERR_OK || parts.host.n == 0)
		return false;
	for (size_t i = 0; i < parts.host.n; i++)
		buf_char(out, ascii_lower(parts.host.p[i]));
	buf_printf(out, ":%u", parts.port);
	return true;
}

static bool is_configured(const struct config_source *source, struct slice name)
{
	struct buf encoded = BUF_INIT(LIMIT_URL_BYTES);
	bool is_found = false;

	for (size_t i = 0; i < source->source.query.n && !is_found; i++) {
		buf_reset(&encoded);
		url_encode(&encoded, source->source.query.items[i].name);
		is_found = slice_eq(buf_view(&encoded), name) ||
			   slice_eq(source->source.query.items[i].name, name);
	}
	buf_clear(&encoded);
	return is_found;
}

void fetch_public_url(struct buf *out, const struct config_source *source, struct slice url)
{
	ptrdiff_t mark = slice_find_byte(url, '?');
	struct slice query;
	struct slice part;
	char before = '?';

	if (mark < 0) {
		buf_slice(out, url);
		return;
	}
	buf_slice(out, slice_first(url, (size_t)mark));
	query = slice_from(url, (size_t)mark + 1);
	while (slice_split(&part, &query, '&')) {
		ptrdiff_t equals = slice_find_byte(part, '=');

		buf_char(out, before);
		before = '&';
		if (equals > 0 && is_configured(source, slice_first(part, (size_t)equals))) {
			buf_slice(out, slice_first(part, (size_t)equals + 1));
			buf_str(out, "...");
		} else {
			buf_slice(out, part);
		}
	}
}
