// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_HTTP_H
#define DAEMON_API_HTTP_H

/*
 * What HTTP says and how the API answers with it, without any socket: the
 * target of a request taken apart, content negotiation, entity tags, problem
 * documents (RFC 9457) and the statuses of error codes.
 *
 * All of it is given what strangers send; none of it trusts it.
 *
 * Thread: any; pure functions.
 */

#include "base/json_write.h"
#include "catalogue/query.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OPTIONS, HTTP_OTHER };
enum http_method http_method_of_name(struct slice name);

/* The target of a request line: "/v1/offers?q=a%20b". */
struct http_target {
	struct slice path; /* as sent, still encoded, with its slash; "*" for OPTIONS */
	struct slice query; /* as sent; absent without '?' */
	struct query_param *params; /* decoded, in order; a name alone has an empty value */
	size_t n_params;
};

/*
 * The origin form, or the absolute form (scheme and authority are dropped).
 * Params are in the arena, path and query in the target.
 *
 * Errors: ERR_PARSE for a path without slash, %XX that is none, a zero byte or
 * what is not UTF-8; ERR_LIMIT for more than LIMIT_API_PARAMETERS.
 */
enum err_code http_target_parse(struct http_target *out, struct slice target, struct arena *arena,
				struct err *err) ERR_MUST_USE;
/*
 * Decodes %XX, in a query '+' too. The text itself when there is nothing to
 * decode. what names it in messages. Errors: as above.
 */
enum err_code http_decode(struct slice *out, struct slice text, bool is_query, const char *what,
			  struct arena *arena, struct err *err) ERR_MUST_USE;
/* NULL without one of that name; the first of several. */
const struct query_param *http_param(const struct http_target *target, const char *name);

/* --- representations --- */

enum http_format { FORMAT_JSON, FORMAT_CSV, FORMAT_NDJSON, FORMAT_COUNT };
#define FORMAT_BIT(f) (1u << (f))

/* "json", "csv", "ndjson". */
const char *http_format_name(enum http_format format);
/* "application/json" ... as Content-Type has it. */
const char *http_format_type(enum http_format format);
/* FORMAT_COUNT for an unknown name. */
enum http_format http_format_of_name(struct slice name);
/*
 * The offered format that an Accept header likes best (RFC 9110, 12.5.1); of
 * equals the first in the enum. An absent or empty header likes all. False when
 * it accepts none.
 */
bool http_negotiate(enum http_format *out, struct slice accept, unsigned offered);

/* Whether an If-None-Match header names this tag ("W/\"...\""), compared weakly; '*' names all. */
bool http_etag_matches(struct slice if_none_match, struct slice etag);

/* --- problems --- */

/* "Not Found" ...; "Error" for a status that is not used here. */
const char *http_status_title(unsigned status);
/* The status of a failure. */
unsigned http_status_of(enum err_code code);
/* Whether the message of such a failure is for whoever asked, and not for the log. */
bool http_detail_is_public(enum err_code code);
/*
 * Writes a problem document. code is ours and stable ("not-found"); more are
 * further members without braces (`"known":["q"]`), or absent.
 */
void http_problem(struct buf *out, unsigned status, const char *code, struct slice detail,
		  struct slice more);

#endif
