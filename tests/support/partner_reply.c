// SPDX-License-Identifier: EUPL-1.2
/*
 * The scripted partner makes answers: who may have it (401), whether the client
 * has it already (304), the head, and then the body piece by piece, so that it
 * can stall, end too early, never end, or be a gzip bomb, without ever being
 * whole in memory.
 */
#include "partner_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	PIECE_BYTES = 16 * 1024, /* of body in one turn */
	MAX_WINDOW_GZIP = 15 + 16, /* zlib: the largest window, gzip's wrapper */
};

void partner_header(struct partner_answer *answer, const char *name, const char *value)
{
	for (size_t i = 0; i < PARTNER_MAX_HEADERS; i++) {
		struct partner_header *h = &answer->headers[i];

		if (h->name[0] != '\0')
			continue;
		if (strlen(name) >= sizeof(h->name) || strlen(value) >= sizeof(h->value))
			abort();
		memcpy(h->name, name, strlen(name) + 1);
		memcpy(h->value, value, strlen(value) + 1);
		return;
	}
	abort();
}

static const char *answer_body(const struct partner_answer *a, size_t *n)
{
	if (a->text != NULL) {
		*n = a->text_bytes;
		return a->text;
	}
	*n = a->body == NULL ? 0 : a->body_bytes > 0 ? a->body_bytes : strlen(a->body);
	return a->body;
}

void answer_copy(struct partner_answer *out, const struct partner_answer *in)
{
	size_t n;
	const char *body = answer_body(in, &n);

	*out = *in;
	out->body = NULL;
	out->body_bytes = 0;
	out->text = NULL;
	out->text_bytes = 0;
	out->text_room = 0;
	partner_write(out, body, n);
}

void partner_answer_clear(struct partner_answer *answer)
{
	free(answer->text);
	*answer = (struct partner_answer){ 0 };
}

static void base64_add(struct bytes *out, const char *data, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		unsigned a = (unsigned char)data[i];
		unsigned b = left > 1 ? (unsigned char)data[i + 1] : 0;
		unsigned c = left > 2 ? (unsigned char)data[i + 2] : 0;
		unsigned all = a << 16 | b << 8 | c;
		char four[4] = { digits[all >> 18], digits[all >> 12 & 63],
				 left > 1 ? digits[all >> 6 & 63] : '=',
				 left > 2 ? digits[all & 63] : '=' };

		bytes_add(out, four, sizeof(four));
	}
}

/* Compares a header with what the answer's auth wants to see there. */
static bool is_authorized(const struct partner_answer *a, const struct partner_request *request)
{
	const char *given = partner_request_header(request, "Authorization");
	struct bytes want = { 0 };
	struct bytes login = { 0 };
	bool is_same;

	switch (a->auth) {
	case PARTNER_OPEN:
		return true;
	case PARTNER_BASIC:
		bytes_print(&login, "%s:%s", a->auth_name, a->auth_secret);
		bytes_print(&want, "Basic ");
		base64_add(&want, login.data, login.len);
		break;
	case PARTNER_BEARER:
		bytes_print(&want, "Bearer %s", a->auth_secret);
		break;
	case PARTNER_HEADER:
		given = partner_request_header(request, a->auth_name);
		bytes_print(&want, "%s", a->auth_secret);
		break;
	}
	is_same = given != NULL && strlen(given) == want.len &&
		  (want.len == 0 || memcmp(given, want.data, want.len) == 0);
	bytes_clear(&login);
	bytes_clear(&want);
	return is_same;
}

static void refuse(struct partner_answer *a)
{
	enum partner_auth auth = a->auth;

	partner_answer_clear(a);
	a->status = 401;
	snprintf(a->content_type, sizeof(a->content_type), "application/problem+json");
	if (auth == PARTNER_BASIC)
		partner_header(a, "WWW-Authenticate", "Basic realm=\"partner\"");
	else if (auth == PARTNER_BEARER)
		partner_header(a, "WWW-Authenticate", "Bearer realm=\"partner\"");
	else
		partner_header(a, "WWW-Authenticate", "ApiKey");
	partner_print(a, "{\"status\":401,\"title\":\"Unauthorized\","
			 "\"detail\":\"credentials are missing or wrong\"}\n");
}

static bool http_date_read(time_t *out, const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);

	if (end == NULL || *end != '\0')
		return false;
	*out = timegm(&tm);
	return true;
}

/* Weak comparison over the list, RFC 9110 section 13.1.2. */
static bool etag_in_list(const char *etag, const char *list)
{
	const char *opaque = strncmp(etag, "W/", 2) == 0 ? etag + 2 : etag;
	size_t n = strlen(opaque);

	if (strcmp(list, "*") == 0)
		return true;
	for (const char *p = list; (p = strstr(p, opaque)) != NULL; p++) {
		if (p[n] == '\0' || p[n] == ',' || p[n] == ' ')
			return true;
	}
	return false;
}

/* If-Modified-Since counts only without If-None-Match, section 13.1.3. */
static bool is_unchanged(const struct partner_answer *a, const struct partner_request *request)
{
	const char *none_match = partner_request_header(request, "If-None-Match");
	const char *since = partner_request_header(request, "If-Modified-Since");
	time_t modified;
	time_t seen;

	if (none_match != NULL)
		return a->etag[0] != '\0' && etag_in_list(a->etag, none_match);
	return since != NULL && http_date_read(&seen, since) &&
	       http_date_read(&modified, a->last_modified) && modified <= seen;
}

static void body_gzip(struct bytes *body)
{
	struct bytes packed = { 0 };
	z_stream z = { 0 };
	uLong most;

	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WINDOW_GZIP, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	most = deflateBound(&z, (uLong)body->len);
	packed.data = partner_alloc(most);
	packed.room = most;
	z.next_in = (Bytef *)body->data;
	z.avail_in = (uInt)body->len;
	z.next_out = (Bytef *)packed.data;
	z.avail_out = (uInt)most;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	packed.len = z.total_out;
	deflateEnd(&z);
	bytes_clear(body);
	*body = packed;
}

static void bomb_start(struct reply *r)
{
	r->has_bomb = true;
	r->bomb_left_bytes = r->answer.bomb_bytes;
	if (deflateInit2(&r->bomb, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WINDOW_GZIP, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
}

void reply_start(struct reply *r, struct partner_answer *answer,
		 const struct partner_request *request, const struct request_facts *facts)
{
	struct partner_answer *a = &r->answer;
	const char *body;
	size_t n;

	*r = (struct reply){ .is_active = true, .answer = *answer };
	*answer = (struct partner_answer){ 0 };
	if (!is_authorized(a, request))
		refuse(a);
	r->status = a->status != 0 ? a->status : 200;
	if (r->status == 200 && is_unchanged(a, request))
		r->status = 304;
	r->is_bodiless =
		r->status == 204 || r->status == 304 || strcmp(request->method, "HEAD") == 0;
	r->is_chunked = !facts->is_http10 && r->status != 204 &&
			(a->is_chunked || a->is_endless || a->bomb_bytes > 0);
	r->is_closing = !facts->keeps_alive || a->is_closing || a->length_lie_bytes != 0 ||
			(facts->is_http10 && (a->is_endless || a->bomb_bytes > 0));
	if (a->bomb_bytes > 0) {
		bomb_start(r);
		return;
	}
	body = answer_body(a, &n);
	bytes_add(&r->body, body, n);
	if (a->is_gzip)
		body_gzip(&r->body);
}

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} table[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 307, "Temporary Redirect" },
		{ 308, "Permanent Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 410, "Gone" },
		{ 413, "Content Too Large" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].status == status)
			return table[i].text;
	}
	return "Unnamed";
}

static void head_write(const struct reply *r, struct bytes *out)
{
	const struct partner_answer *a = &r->answer;
	long length = (long)r->body.len + a->length_lie_bytes;

	bytes_print(out, "HTTP/1.1 %d %s\r\n", r->status, reason(r->status));
	if (a->content_type[0] != '\0' && r->status != 304)
		bytes_print(out, "Content-Type: %s\r\n", a->content_type);
	if (a->etag[0] != '\0')
		bytes_print(out, "ETag: %s\r\n", a->etag);
	if (a->last_modified[0] != '\0')
		bytes_print(out, "Last-Modified: %s\r\n", a->last_modified);
	for (size_t i = 0; i < PARTNER_MAX_HEADERS && a->headers[i].name[0] != '\0'; i++)
		bytes_print(out, "%s: %s\r\n", a->headers[i].name, a->headers[i].value);
	if ((a->is_gzip || r->has_bomb) && r->status != 304)
		bytes_print(out, "Content-Encoding: gzip\r\n");
	if (r->is_chunked)
		bytes_print(out, "Transfer-Encoding: chunked\r\n");
	else if (!a->is_endless && !r->has_bomb && r->status != 204 && r->status != 304)
		bytes_print(out, "Content-Length: %ld\r\n", length > 0 ? length : 0);
	bytes_print(out, "Connection: %s\r\n\r\n", r->is_closing ? "close" : "keep-alive");
}

/* The next compressed piece of a bomb: zeros go in until something comes out. */
static size_t bomb_next(struct reply *r, char *piece, size_t max)
{
	static const char zeros[64 * 1024];
	int flush = Z_NO_FLUSH;

	r->bomb.next_out = (Bytef *)piece;
	r->bomb.avail_out = (uInt)max;
	while (r->bomb.avail_out == (uInt)max && flush != Z_FINISH) {
		uint64_t n =
			r->bomb_left_bytes < sizeof(zeros) ? r->bomb_left_bytes : sizeof(zeros);

		if (r->bomb.avail_in == 0) {
			r->bomb.next_in = (Bytef *)zeros;
			r->bomb.avail_in = (uInt)n;
			r->bomb_left_bytes -= n;
		}
		flush = r->bomb_left_bytes == 0 ? Z_FINISH : Z_NO_FLUSH;
		deflate(&r->bomb, flush);
	}
	return max - r->bomb.avail_out;
}

/* Up to max bytes of the body as it travels; 0 when it is at its end. */
static size_t body_next(struct reply *r, char *piece, size_t max)
{
	size_t at = r->produced_bytes;
	size_t n;

	if (r->has_bomb)
		return bomb_next(r, piece, max);
	if (r->answer.is_endless && r->body.len > 0)
		at %= r->body.len;
	n = r->body.len - at < max ? r->body.len - at : max;
	if (n > 0)
		memcpy(piece, r->body.data + at, n);
	return n;
}

/* What happens at the point where the fault is due. */
static enum reply_next fault_now(struct reply *r, bool is_released)
{
	switch (r->answer.fault) {
	case PARTNER_CUT_BEFORE_HEAD:
	case PARTNER_CUT:
		return REPLY_CUT;
	case PARTNER_RESET:
		return REPLY_RESET;
	case PARTNER_STALL_BEFORE_HEAD:
	case PARTNER_STALL:
		if (!is_released)
			return REPLY_STALLED;
		r->has_stalled = true;
		return REPLY_MORE;
	case PARTNER_NO_FAULT:
		break;
	}
	return REPLY_MORE;
}

static bool is_fault_before_head(enum partner_fault fault)
{
	return fault == PARTNER_CUT_BEFORE_HEAD || fault == PARTNER_STALL_BEFORE_HEAD;
}

static void piece_add(const struct reply *r, struct bytes *out, const char *piece, size_t n)
{
	if (r->is_chunked)
		bytes_print(out, "%zx\r\n", n);
	bytes_add(out, piece, n);
	if (r->is_chunked)
		bytes_add(out, "\r\n", 2);
}

enum reply_next reply_produce(struct reply *r, struct bytes *out, bool is_released)
{
	const enum partner_fault fault = r->has_stalled ? PARTNER_NO_FAULT : r->answer.fault;
	char piece[PIECE_BYTES];
	size_t room = sizeof(piece);
	size_t n;

	if (!r->is_head_sent) {
		if (is_fault_before_head(fault)) {
			enum reply_next next = fault_now(r, is_released);

			if (next != REPLY_MORE)
				return next;
		}
		head_write(r, out);
		r->is_head_sent = true;
		return r->is_bodiless ? REPLY_DONE : REPLY_MORE;
	}
	if (fault != PARTNER_NO_FAULT && !is_fault_before_head(fault)) {
		size_t left = r->answer.fault_at_bytes - r->produced_bytes;

		if (left == 0)
			return fault_now(r, is_released);
		room = left < room ? left : room;
	}
	n = body_next(r, piece, room);
	if (n > 0) {
		piece_add(r, out, piece, n);
		r->produced_bytes += n;
		return REPLY_MORE;
	}
	if (r->is_chunked)
		bytes_add(out, "0\r\n\r\n", 5);
	return REPLY_DONE;
}

void reply_clear(struct reply *r)
{
	partner_answer_clear(&r->answer);
	bytes_clear(&r->body);
	if (r->has_bomb)
		deflateEnd(&r->bomb);
	*r = (struct reply){ 0 };
}
