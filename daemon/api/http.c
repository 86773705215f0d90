// SPDX-License-Identifier: EUPL-1.2
/*
 * HTTP without sockets: targets, negotiation, entity tags, problems.
 */
#include "daemon/api/http.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdio.h>

enum http_method http_method_of_name(struct slice name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
		{ "GET", HTTP_GET },
		{ "HEAD", HTTP_HEAD },
		{ "POST", HTTP_POST },
		{ "OPTIONS", HTTP_OPTIONS },
	};

	for (size_t i = 0; i < countof(methods); i++) {
		if (slice_eq_z(name, methods[i].name))
			return methods[i].method;
	}
	return HTTP_OTHER;
}

/* --- targets --- */

static int hex_value(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte of encoded text at i, which moves behind it; -1 for a %XX that is none. */
static int decode_byte(struct slice text, size_t *i, bool is_query)
{
	char c = text.p[(*i)++];
	int high;
	int low;

	if (c == '+' && is_query)
		return ' ';
	if (c != '%')
		return (unsigned char)c;
	if (text.n - *i < 2)
		return -1;
	high = hex_value(text.p[*i]);
	low = hex_value(text.p[*i + 1]);
	*i += 2;
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool has_code(struct slice text, bool is_query)
{
	return slice_find_byte(text, '%') >= 0 || (is_query && slice_find_byte(text, '+') >= 0);
}

enum err_code http_decode(struct slice *out, struct slice text, bool is_query, const char *what,
			  struct arena *arena, struct err *err)
{
	struct slice decoded = text;

	if (text.n > 0 && has_code(text, is_query)) {
		char *to = arena_alloc(arena, text.n);
		size_t n = 0;

		if (to == NULL)
			return err_set(err, ERR_LIMIT, "the request is too large");
		for (size_t i = 0; i < text.n;) {
			int byte = decode_byte(text, &i, is_query);

			if (byte < 0)
				return err_set(err, ERR_PARSE,
					       "%s: expected two hexadecimal digits after each %%: "
					       "\"%.*s\"",
					       what, SLICE_ARG(slice_first(text, 80)));
			to[n++] = (char)byte;
		}
		decoded = slice_make(to, n);
	}
	if (slice_find_byte(decoded, '\0') >= 0)
		return err_set(err, ERR_PARSE, "%s: has a zero byte", what);
	if (!utf8_is_valid(decoded))
		return err_set(err, ERR_PARSE, "%s: expected UTF-8: \"%.*s\"", what,
			       SLICE_ARG(slice_first(text, 80)));
	*out = decoded;
	return ERR_OK;
}

/* What stands behind scheme and authority of an absolute form. */
static struct slice drop_authority(struct slice target)
{
	ptrdiff_t at = slice_find(target, SLICE_LIT("://"));
	struct slice rest;
	size_t end = 0;

	if (at <= 0 || slice_starts_with(target, SLICE_LIT("/")))
		return target;
	rest = slice_from(target, (size_t)at + 3);
	while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
		end++;
	return end == rest.n ? SLICE_LIT("/") : slice_from(rest, end);
}

static enum err_code parse_params(struct http_target *t, struct arena *arena, struct err *err)
{
	struct slice rest = t->query;
	struct slice pair;
	void *items = NULL;
	size_t cap = 0;

	while (slice_split(&pair, &rest, '&')) {
		ptrdiff_t at = slice_find_byte(pair, '=');
		struct slice name = at < 0 ? pair : slice_first(pair, (size_t)at);
		struct slice value = at < 0 ? SLICE_LIT("") : slice_from(pair, (size_t)at + 1);
		struct query_param *param;
		enum err_code rc;

		if (pair.n == 0)
			continue;
		if (t->n_params == LIMIT_API_PARAMETERS)
			return err_set(err, ERR_LIMIT, "more than %d parameters",
				       LIMIT_API_PARAMETERS);
		param = arena_push(arena, &items, &t->n_params, &cap, sizeof(*param));
		t->params = items;
		if (param == NULL)
			return err_set(err, ERR_LIMIT, "the request is too large");
		rc = http_decode(&param->name, name, true, "a parameter's name", arena, err);
		if (rc == ERR_OK)
			rc = http_decode(&param->value, value, true, "a parameter's value", arena,
					 err);
		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

enum err_code http_target_parse(struct http_target *out, struct slice target, struct arena *arena,
				struct err *err)
{
	struct http_target draft = { 0 };
	struct slice rest = drop_authority(target);
	ptrdiff_t hash = slice_find_byte(rest, '#');
	ptrdiff_t mark;
	enum err_code rc;

	if (hash >= 0)
		rest = slice_first(rest, (size_t)hash);
	mark = slice_find_byte(rest, '?');
	draft.path = mark < 0 ? rest : slice_first(rest, (size_t)mark);
	draft.query = mark < 0 ? SLICE_NONE : slice_from(rest, (size_t)mark + 1);
	if (draft.path.n == 0 && mark == 0)
		draft.path = SLICE_LIT("/");
	if (!slice_starts_with(draft.path, SLICE_LIT("/")) && !slice_eq_z(draft.path, "*"))
		return err_set(err, ERR_PARSE, "expected a path that begins with a slash: \"%.*s\"",
			       SLICE_ARG(slice_first(draft.path, 80)));
	rc = parse_params(&draft, arena, err);
	if (rc == ERR_OK)
		*out = draft;
	return rc;
}

const struct query_param *http_param(const struct http_target *target, const char *name)
{
	for (size_t i = 0; i < target->n_params; i++) {
		if (slice_eq_z(target->params[i].name, name))
			return &target->params[i];
	}
	return NULL;
}

/* --- representations --- */

static const struct {
	const char *name;
	const char *range; /* as Accept names it */
	const char *type; /* as Content-Type has it */
} formats[FORMAT_COUNT] = {
	[FORMAT_JSON] = { "json", "application/json", "application/json" },
	[FORMAT_CSV] = { "csv", "text/csv", "text/csv; charset=utf-8; header=present" },
	[FORMAT_NDJSON] = { "ndjson", "application/x-ndjson", "application/x-ndjson" },
};

const char *http_format_name(enum http_format format)
{
	return formats[format].name;
}

const char *http_format_type(enum http_format format)
{
	return formats[format].type;
}

enum http_format http_format_of_name(struct slice name)
{
	for (unsigned f = 0; f < FORMAT_COUNT; f++) {
		if (slice_eq_z(name, formats[f].name))
			return (enum http_format)f;
	}
	return FORMAT_COUNT;
}

/* The weight of ";q=0.8" among a range's parameters, in thousandths; 1000 without. */
static int weight_of(struct slice parameters)
{
	struct slice parameter;

	while (slice_split(&parameter, &parameters, ';')) {
		int64_t weight;

		parameter = slice_trim(parameter);
		if (!slice_starts_with_nocase(parameter, SLICE_LIT("q=")))
			continue;
		/* What cannot be read weighs nothing: it was meant to be less than all. */
		if (!slice_to_scaled(&weight, slice_from(parameter, 2), 3, 1000))
			return 0;
		return (int)weight;
	}
	return 1000;
}

/* How exactly a media range names a type: 0 not, 1 by star, 2 by star of its kind, 3 by name. */
static int range_fit(struct slice range, struct slice type)
{
	ptrdiff_t slash = slice_find_byte(type, '/');

	if (slice_eq_nocase(range, type))
		return 3;
	if (slice_eq_z(range, "*/*") || slice_eq_z(range, "*"))
		return 1;
	if (range.n == (size_t)slash + 2 && slice_ends_with(range, SLICE_LIT("/*")) &&
	    slice_eq_nocase(slice_first(range, (size_t)slash), slice_first(type, (size_t)slash)))
		return 2;
	return 0;
}

/* What a header gives a type: the weight of the range that names it most exactly. */
static int weight_in(struct slice accept, struct slice type)
{
	struct slice item;
	int best_fit = 0;
	int weight = 0;

	while (slice_split(&item, &accept, ',')) {
		ptrdiff_t at = slice_find_byte(item, ';');
		struct slice range = at < 0 ? item : slice_first(item, (size_t)at);
		int fit = range_fit(slice_trim(range), type);

		if (fit <= best_fit)
			continue;
		best_fit = fit;
		weight = at < 0 ? 1000 : weight_of(slice_from(item, (size_t)at + 1));
	}
	return weight;
}

bool http_negotiate(enum http_format *out, struct slice accept, unsigned offered)
{
	int best = 0;

	accept = slice_trim(accept);
	for (unsigned f = 0; f < FORMAT_COUNT; f++) {
		int weight;

		if ((offered & FORMAT_BIT(f)) == 0)
			continue;
		weight = accept.n == 0 ? 1000 : weight_in(accept, slice_of(formats[f].range));
		if (weight <= best)
			continue;
		best = weight;
		*out = (enum http_format)f;
	}
	return best > 0;
}

static struct slice without_weakness(struct slice tag)
{
	return slice_starts_with(tag, SLICE_LIT("W/")) ? slice_from(tag, 2) : tag;
}

bool http_etag_matches(struct slice if_none_match, struct slice etag)
{
	struct slice wanted = without_weakness(etag);
	struct slice item;

	if (slice_eq_z(slice_trim(if_none_match), "*"))
		return true;
	/* Our tags have no commas, so that a part with half of another's tag fits none. */
	while (slice_split(&item, &if_none_match, ',')) {
		if (slice_eq(without_weakness(slice_trim(item)), wanted))
			return true;
	}
	return false;
}

/* --- problems --- */

const char *http_status_title(unsigned status)
{
	static const struct {
		unsigned status;
		const char *title;
	} titles[] = {
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 422, "Unprocessable Content" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 507, "Insufficient Storage" },
	};

	for (size_t i = 0; i < countof(titles); i++) {
		if (titles[i].status == status)
			return titles[i].title;
	}
	return "Error";
}

static const struct {
	unsigned status;
	bool is_public;
} failures[ERR_COUNT] = {
	[ERR_OK] = { 200, true },        [ERR_PARSE] = { 400, true },
	[ERR_LIMIT] = { 400, true },     [ERR_NETWORK] = { 502, true },
	[ERR_REMOTE] = { 502, true },    [ERR_TIMEOUT] = { 503, true },
	[ERR_CANCELLED] = { 503, true }, [ERR_NOTFOUND] = { 404, true },
	[ERR_CONFIG] = { 422, true },    [ERR_DENIED] = { 403, true },
	[ERR_DB] = { 500, false },       [ERR_IO] = { 500, false },
	[ERR_FULL] = { 507, false },     [ERR_BUSY] = { 503, true },
	[ERR_PROTOCOL] = { 500, false }, [ERR_UNSUPPORTED] = { 501, true },
	[ERR_CONFLICT] = { 409, true },  [ERR_INTERNAL] = { 500, false },
};

unsigned http_status_of(enum err_code code)
{
	return (unsigned)code < ERR_COUNT ? failures[code].status : 500;
}

bool http_detail_is_public(enum err_code code)
{
	return (unsigned)code < ERR_COUNT && failures[code].is_public;
}

void http_problem(struct buf *out, unsigned status, const char *code, struct slice detail,
		  struct slice more)
{
	struct json_writer w = JSON_WRITER(out);
	char type[80];

	snprintf(type, sizeof(type), "urn:microcat:problem:%s", code);
	json_open(&w, '{');
	json_field_z(&w, "type", type);
	json_field_z(&w, "title", http_status_title(status));
	json_field_i64(&w, "status", status);
	json_field(&w, "detail", detail);
	json_field_z(&w, "code", code);
	if (more.n > 0) {
		buf_char(out, ',');
		buf_slice(out, more);
	}
	json_close(&w, '}');
}
