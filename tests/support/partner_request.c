// SPDX-License-Identifier: EUPL-1.2
/*
 * The scripted partner reads requests: request line, headers, a body of known
 * length, the query decoded. It is strict where a client of ours could be
 * wrong and knows only what such a client sends: no chunked request bodies.
 */
#include "partner_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void *partner_alloc(size_t n)
{
	void *p = calloc(1, n > 0 ? n : 1);

	if (p == NULL)
		abort();
	return p;
}

char *partner_copy(const char *data, size_t n)
{
	char *p = partner_alloc(n + 1);

	if (n > 0)
		memcpy(p, data, n);
	return p;
}

void bytes_add(struct bytes *b, const void *data, size_t n)
{
	if (n == 0)
		return;
	if (n > b->room - b->len) {
		size_t room = b->room * 2 > b->len + n ? b->room * 2 : b->len + n;
		char *grown = partner_alloc(room);

		if (b->len > 0)
			memcpy(grown, b->data, b->len);
		free(b->data);
		b->data = grown;
		b->room = room;
	}
	memcpy(b->data + b->len, data, n);
	b->len += n;
}

static void bytes_vprint(struct bytes *b, const char *fmt, va_list args)
{
	char *text = NULL;
	int n = vasprintf(&text, fmt, args);

	if (n < 0)
		abort();
	bytes_add(b, text, (size_t)n);
	free(text);
}

void bytes_print(struct bytes *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	bytes_vprint(b, fmt, args);
	va_end(args);
}

void bytes_drop(struct bytes *b, size_t n)
{
	b->len -= n;
	if (b->len > 0)
		memmove(b->data, b->data + n, b->len);
}

void bytes_clear(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){ 0 };
}

/* An answer's text is a struct bytes whose fields stand in the public struct. */
void partner_write(struct partner_answer *answer, const void *data, size_t n)
{
	struct bytes b = { answer->text, answer->text_bytes, answer->text_room };

	bytes_add(&b, data, n);
	answer->text = b.data;
	answer->text_bytes = b.len;
	answer->text_room = b.room;
}

void partner_print(struct partner_answer *answer, const char *fmt, ...)
{
	struct bytes b = { answer->text, answer->text_bytes, answer->text_room };
	va_list args;

	va_start(args, fmt);
	bytes_vprint(&b, fmt, args);
	va_end(args);
	answer->text = b.data;
	answer->text_bytes = b.len;
	answer->text_room = b.room;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Percent and plus decoding; what is no valid escape stays as it is. */
static char *query_decode(const char *p, size_t n)
{
	char *out = partner_alloc(n + 1);
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		int high = i + 2 < n ? hex_digit(p[i + 1]) : -1;
		int low = i + 2 < n ? hex_digit(p[i + 2]) : -1;

		if (p[i] == '%' && high >= 0 && low >= 0) {
			out[len++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[len++] = p[i] == '+' ? ' ' : p[i];
		}
	}
	return out;
}

static struct partner_pair *pair_add(struct partner_pair **list, size_t *n)
{
	struct partner_pair *grown = partner_alloc((*n + 1) * sizeof(**list));

	if (*n > 0)
		memcpy(grown, *list, *n * sizeof(**list));
	free(*list);
	*list = grown;
	return &grown[(*n)++];
}

static void target_split(struct partner_request *r)
{
	const char *query = strchr(r->target, '?');
	const char *p;

	r->path = partner_copy(r->target,
			       query != NULL ? (size_t)(query - r->target) : strlen(r->target));
	for (p = query; p != NULL && *p != '\0';) {
		const char *name = p + 1;
		size_t n = strcspn(name, "&");
		const char *equals = memchr(name, '=', n);
		struct partner_pair *pair;

		p = name + n;
		if (n == 0)
			continue;
		pair = pair_add(&r->query, &r->n_query);
		pair->name = query_decode(name, equals != NULL ? (size_t)(equals - name) : n);
		pair->value = equals != NULL
				      ? query_decode(equals + 1, (size_t)(name + n - equals - 1))
				      : partner_copy("", 0);
	}
}

/* "GET /path HTTP/1.1": three words and nothing else. */
static bool request_line_read(struct partner_request *r, struct request_facts *facts,
			      const char *line, size_t n)
{
	const char *first = memchr(line, ' ', n);
	const char *last =
		first != NULL ? memchr(first + 1, ' ', n - (size_t)(first + 1 - line)) : NULL;
	size_t n_version = last != NULL ? n - (size_t)(last + 1 - line) : 0;

	if (first == NULL || first == line || last == NULL || first[1] != '/' || n_version != 8)
		return false;
	if (memcmp(last + 1, "HTTP/1.1", 8) != 0 && memcmp(last + 1, "HTTP/1.0", 8) != 0)
		return false;
	facts->is_http10 = last[8] == '0';
	r->method = partner_copy(line, (size_t)(first - line));
	r->target = partner_copy(first + 1, (size_t)(last - first - 1));
	target_split(r);
	return true;
}

static bool header_line_read(struct partner_request *r, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	const char *end = line + n;
	const char *value;
	struct partner_pair *pair;

	if (colon == NULL || colon == line || memchr(line, ' ', (size_t)(colon - line)) != NULL)
		return false;
	for (value = colon + 1; value < end && (*value == ' ' || *value == '\t');)
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	pair = pair_add(&r->headers, &r->n_headers);
	pair->name = partner_copy(line, (size_t)(colon - line));
	pair->value = partner_copy(value, (size_t)(end - value));
	return true;
}

/* The head's lines; n_head counts the empty line too. */
static bool head_read(struct partner_request *r, struct request_facts *facts, const char *data,
		      size_t n_head)
{
	const char *line = data;
	const char *stop = data + n_head - 2;
	bool is_first = true;

	while (line < stop) {
		const char *end = memchr(line, '\r', (size_t)(data + n_head - line));
		size_t n = (size_t)(end - line);

		if (end[1] != '\n')
			return false;
		if (is_first ? !request_line_read(r, facts, line, n)
			     : !header_line_read(r, line, n))
			return false;
		is_first = false;
		line = end + 2;
	}
	return !is_first;
}

static bool word_in(const char *list, const char *word)
{
	return list != NULL && strcasestr(list, word) != NULL;
}

/* How long the body is; or a status that refuses it. */
static int body_length(size_t *out, const struct partner_request *r)
{
	const char *length = partner_request_header(r, "Content-Length");
	size_t n = 0;

	*out = 0;
	if (partner_request_header(r, "Transfer-Encoding") != NULL)
		return 501;
	for (; length != NULL && *length != '\0'; length++) {
		if (*length < '0' || *length > '9')
			return 400;
		n = n * 10 + (size_t)(*length - '0');
		if (n > PARTNER_MAX_BODY_BYTES)
			return 413;
	}
	*out = n;
	return 0;
}

enum request_state request_read(struct partner_request *out, struct request_facts *facts,
				const char *data, size_t n)
{
	const char *end = n > 0 ? memmem(data, n, "\r\n\r\n", 4) : NULL;
	size_t n_head = end != NULL ? (size_t)(end - data) + 4 : n;
	struct partner_request draft = { 0 };
	enum request_state state = REQUEST_BAD;
	const char *connection;
	size_t n_body;

	*facts = (struct request_facts){ .bad_status = 400 };
	if (n_head > PARTNER_MAX_HEAD_BYTES) {
		facts->bad_status = 431;
		return REQUEST_BAD;
	}
	if (end == NULL)
		return REQUEST_PARTIAL;
	if (!head_read(&draft, facts, data, n_head))
		goto out;
	facts->bad_status = body_length(&n_body, &draft);
	if (facts->bad_status != 0)
		goto out;
	if (n - n_head < n_body) {
		facts->wants_continue = word_in(partner_request_header(&draft, "Expect"), "100");
		state = REQUEST_PARTIAL;
		goto out;
	}
	draft.body = partner_copy(data + n_head, n_body);
	draft.body_bytes = n_body;
	connection = partner_request_header(&draft, "Connection");
	facts->keeps_alive = facts->is_http10 ? word_in(connection, "keep-alive")
					      : !word_in(connection, "close");
	facts->used_bytes = n_head + n_body;
	*out = draft;
	draft = (struct partner_request){ 0 };
	state = REQUEST_WHOLE;
out:
	partner_request_clear(&draft);
	return state;
}

static struct partner_pair *pairs_copy(const struct partner_pair *in, size_t n)
{
	struct partner_pair *out = n > 0 ? partner_alloc(n * sizeof(*out)) : NULL;

	for (size_t i = 0; i < n; i++) {
		out[i].name = partner_copy(in[i].name, strlen(in[i].name));
		out[i].value = partner_copy(in[i].value, strlen(in[i].value));
	}
	return out;
}

static void pairs_free(struct partner_pair *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].name);
		free(list[i].value);
	}
	free(list);
}

void request_copy(struct partner_request *out, const struct partner_request *in)
{
	*out = *in;
	out->method = partner_copy(in->method, strlen(in->method));
	out->target = partner_copy(in->target, strlen(in->target));
	out->path = partner_copy(in->path, strlen(in->path));
	out->query = pairs_copy(in->query, in->n_query);
	out->headers = pairs_copy(in->headers, in->n_headers);
	out->body = partner_copy(in->body, in->body_bytes);
}

void partner_request_clear(struct partner_request *request)
{
	free(request->method);
	free(request->target);
	free(request->path);
	pairs_free(request->query, request->n_query);
	pairs_free(request->headers, request->n_headers);
	free(request->body);
	*request = (struct partner_request){ 0 };
}

const char *partner_request_header(const struct partner_request *request, const char *name)
{
	for (size_t i = 0; i < request->n_headers; i++) {
		if (strcasecmp(request->headers[i].name, name) == 0)
			return request->headers[i].value;
	}
	return NULL;
}

const char *partner_request_query(const struct partner_request *request, const char *name)
{
	for (size_t i = 0; i < request->n_query; i++) {
		if (strcmp(request->query[i].name, name) == 0)
			return request->query[i].value;
	}
	return NULL;
}
