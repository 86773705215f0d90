// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_URL_H
#define BASE_URL_H

/*
 * Absolute URLs as bytes: taken apart, compared by origin, put together. Links
 * and addresses of strangers pass through here before anything is asked.
 *
 * Nothing is decoded and nothing is looked up. Names and passwords in URLs are
 * refused: what is secret belongs to the secrets of a source.
 *
 * Thread: any; pure functions.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* The parts of an absolute URL, borrowed from its text. */
struct url {
	struct slice scheme;   /* without ':' */
	struct slice host;     /* with [] around an IPv6 address; empty for file: */
	uint16_t port;         /* as written, else the scheme's own, else 0 */
	struct slice path;     /* with its '/'; may be empty */
	struct slice query;    /* without '?'; absent without one */
	struct slice fragment; /* without '#'; absent without one */
};

/*
 * Errors: ERR_PARSE with what is wrong (no scheme, no host, a port that is
 * none, a user name, blanks or control characters), ERR_LIMIT beyond
 * LIMIT_URL_BYTES.
 */
enum err_code url_parse(struct url *out, struct slice text, struct err *err) ERR_MUST_USE;

/* Scheme, host and port are the same; letters' case does not count. */
bool url_is_same_origin(const struct url *a, const struct url *b);
/* As above for texts; false when one of them is no absolute URL. */
bool url_text_is_same_origin(struct slice a, struct slice b);

/*
 * Writes what a reference means seen from base, by RFC 3986 section 5.2
 * without dot segments. The fragment is dropped. The result may lie on
 * another origin.
 */
enum err_code url_resolve(struct buf *out, struct slice base, struct slice reference,
			  struct err *err) ERR_MUST_USE;

/*
 * Writes base with path behind its path and exactly one slash between
 * ("https://x/ooapi/v5" or ".../v5/" and "courses" give ".../v5/courses").
 * The query of base stays behind it, the fragment goes. Nothing is encoded.
 */
void url_append_path(struct buf *out, struct slice base, struct slice path);

/* Adds name=value, encoded, with '?' or '&' as the text in out needs it. */
void url_add_query(struct buf *out, struct slice name, struct slice value);
/* Adds a query that is encoded already ("page=2&x=y"); nothing when it is empty. */
void url_add_raw_query(struct buf *out, struct slice query);
/* Bytes but letters, digits and "-._~" become %XX. */
void url_encode(struct buf *out, struct slice text);
/*
 * Copies a text that holds URLs (one alone, a Link header) without each
 * name=value behind '?' or '&'. The name is compared as it stands.
 */
void url_drop_parameter(struct buf *out, struct slice text, struct slice name);
/* Value of the first parameter with this name, still encoded; absent if there is none. */
struct slice url_query_value(struct slice query, struct slice name);

#endif
