// SPDX-License-Identifier: EUPL-1.2
/*
 * A scripted partner: a small HTTP/1.1 server on a loopback port that behaves
 * as badly as a test asks. Integration tests let the daemon harvest it;
 * microcat-demo-partner serves the demo catalogues with it.
 *
 * It runs in one thread of its own and serves many connections at once, with
 * keep-alive and pipelining. What it answers is decided by routes, which may
 * be set and replaced at any time. Every request is recorded.
 *
 *	struct partner *p = partner_open(NULL);
 *	struct partner_answer down = { .status = 500 };
 *	struct partner_answer good = { .content_type = "application/json",
 *				       .body = "{\"items\":[]}", .etag = "\"1\"" };
 *
 *	partner_route_sequence(p, "/courses", (struct partner_answer[]){ down, good }, 2);
 *	... let something fetch partner_base(p) + "/courses" ...
 *	assert_true(partner_wait_count(p, "/courses", 2, 5000));
 *	partner_close(p);
 *
 * Thread: every function may be called from any thread but the partner's own
 * (that is, not from inside a partner_answer_fn), except where a comment says
 * otherwise. Two functions must not close the same partner.
 *
 * Memory: strings given to the partner are copied. When memory runs out the
 * process aborts: this is a test's support.
 */
#ifndef TESTS_SUPPORT_PARTNER_H
#define TESTS_SUPPORT_PARTNER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARTNER_MAX_HEADERS 12 /* extra headers of one answer */
#define PARTNER_MAX_HEAD_BYTES (64u * 1024u) /* of a request; beyond it: 431 */
#define PARTNER_MAX_BODY_BYTES (16u * 1024u * 1024u) /* of a request; beyond it: 413 */

struct partner; /* opaque */

/* One name and its value: of a header as sent, of a query parameter decoded. */
struct partner_pair {
	char *name;
	char *value; /* never NULL: a parameter without "=" has "" */
};

/* One request as it was read. A value: partner_request_clear() frees what it owns. */
struct partner_request {
	uint64_t number; /* 1 for the first the partner read, in order of arrival */
	uint64_t connection; /* 1 for the first connection accepted */
	char *method;
	char *target; /* as sent: path and query */
	char *path; /* as sent, without the query */
	struct partner_pair *query; /* decoded, in order */
	size_t n_query;
	struct partner_pair *headers; /* in order */
	size_t n_headers;
	char *body; /* body_bytes and a terminating zero */
	size_t body_bytes;
};

/* How an answer goes wrong. What "at" means is fault_at_bytes of the answer. */
enum partner_fault {
	PARTNER_NO_FAULT,
	PARTNER_CUT_BEFORE_HEAD, /* the connection closes, no byte was sent */
	PARTNER_STALL_BEFORE_HEAD, /* no byte until partner_release() */
	PARTNER_CUT, /* closes in order (FIN) after "at" bytes of body */
	PARTNER_RESET, /* closes hard (RST) after "at" bytes of body */
	PARTNER_STALL, /* after "at" bytes of body nothing until partner_release() */
};

/* Whom an answer is for; others get 401 with WWW-Authenticate. */
enum partner_auth {
	PARTNER_OPEN, /* everybody */
	PARTNER_BASIC, /* auth_name is the user, auth_secret the password */
	PARTNER_BEARER, /* auth_secret is the token */
	PARTNER_HEADER, /* the header auth_name has exactly the value auth_secret */
};

struct partner_header {
	char name[64];
	char value[512];
};

/*
 * One answer. A zeroed one is an empty 200. Bytes of a body are counted as they
 * travel: compressed when is_gzip, without the framing of chunks. A fault beyond
 * the end of the body never happens.
 */
struct partner_answer {
	int status; /* 0 means 200 */
	char content_type[128]; /* no header when empty */
	const char *body; /* copied by partner_route*(); in a partner_answer_fn
			   * it must outlive the call: use partner_print() */
	size_t body_bytes; /* 0 means strlen(body) */
	struct partner_header headers[PARTNER_MAX_HEADERS]; /* ends at an empty name */

	char etag[128]; /* with quotes; If-None-Match gets 304 */
	char last_modified[64]; /* HTTP date; If-Modified-Since gets 304 */

	enum partner_auth auth;
	char auth_name[64];
	char auth_secret[256];

	bool is_gzip; /* Content-Encoding: gzip, whether asked for or not */
	bool is_chunked;
	bool is_closing; /* says Connection: close, and does */
	bool is_dripping; /* one byte a turn, one segment each */
	bool is_endless; /* the body repeats for ever, chunked */
	uint64_t bomb_bytes; /* in place of a body: this many zeros, gzipped while sent */
	long length_lie_bytes; /* added to Content-Length; the connection closes after it */

	enum partner_fault fault;
	size_t fault_at_bytes;

	/* private: what partner_print() wrote */
	char *text;
	size_t text_bytes;
	size_t text_room;
};

/*
 * Fills answer, which comes zeroed, for one request. Runs on the partner's
 * thread without any lock; arg is what partner_route_fn() got and must live
 * until partner_close(). Status 0 with nothing filled in is an empty 200.
 */
typedef void (*partner_answer_fn)(struct partner_answer *answer,
				  const struct partner_request *request, void *arg);

struct partner_options {
	bool is_ipv6; /* ::1 instead of 127.0.0.1 */
	uint16_t port; /* 0: any free one */
	bool is_forgetful; /* keeps no requests: for a server that runs for days */
};

/*
 * Starts a partner; options may be NULL. Returns NULL and sets errno when the
 * port cannot be had. The port accepts connections when this returns.
 */
struct partner *partner_open(const struct partner_options *options);

/* Closes every connection, joins the thread, frees all. Accepts NULL. */
void partner_close(struct partner *p);

/* The port listened on, and "http://127.0.0.1:PORT" or "http://[::1]:PORT" (no slash after it). */
uint16_t partner_port(const struct partner *p);
const char *partner_base(const struct partner *p);

/*
 * Answers requests for a path. A pattern with "?" is compared with the whole
 * target; one without is compared with the path, whatever the query: a list
 * under such a route is the same page for every page number. Any method
 * matches; HEAD gets the head alone. The first route that matches wins, in the
 * order in which they were first set; setting a pattern again replaces its
 * route in its place and starts its sequence anew. No match is a 404.
 */
void partner_route(struct partner *p, const char *pattern, const struct partner_answer *answer);

/* The same with one answer after another; the last one repeats. n is at least 1. */
void partner_route_sequence(struct partner *p, const char *pattern,
			    const struct partner_answer *answers, size_t n);

/* Answers every path that begins with path_prefix through fn. */
void partner_route_fn(struct partner *p, const char *path_prefix, partner_answer_fn fn, void *arg);

/* Removes a route (of either kind); nothing happens when there is none. */
void partner_unroute(struct partner *p, const char *pattern);

/*
 * Lets answers of this pattern that stall, or will, go on; NULL means all
 * routes set so far. Stays in force until the pattern is set again, so that
 * it does not matter which comes first, the stall or the release.
 */
void partner_release(struct partner *p, const char *pattern);

/*
 * How many requests came for a path (without "?": any query; with it: the whole
 * target; NULL: all). Always 0 for a forgetful partner. A request counts before
 * the first byte of its answer is sent.
 */
size_t partner_count(struct partner *p, const char *path);

/* Waits until partner_count() is at least n; false when timeout_ms went by first. */
bool partner_wait_count(struct partner *p, const char *path, size_t n, unsigned timeout_ms);

/* Waits until at least n answers are stalled at once. */
bool partner_wait_stalled(struct partner *p, size_t n, unsigned timeout_ms);

/* Waits until exactly n connections are open. */
bool partner_wait_connections(struct partner *p, size_t n, unsigned timeout_ms);

/* How many connections were accepted since the start. */
uint64_t partner_accepted(struct partner *p);

/* Copies all requests so far, in order; returns their number. Free with partner_requests_free(). */
size_t partner_requests(struct partner *p, struct partner_request **out);
void partner_requests_free(struct partner_request *requests, size_t n);

/* Forgets the requests so far; counts begin at 0 again, numbers go on. */
void partner_forget(struct partner *p);

/* The first header of that name (any case) or parameter (exact), or NULL. Borrowed. Any thread. */
const char *partner_request_header(const struct partner_request *request, const char *name);
const char *partner_request_query(const struct partner_request *request, const char *name);
void partner_request_clear(struct partner_request *request);

/*
 * For a partner_answer_fn. partner_print() and partner_write() append to the
 * answer's body, which the partner frees; they take the place of .body.
 * partner_header() adds a header, or aborts when there are too many.
 */
void partner_print(struct partner_answer *answer, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void partner_write(struct partner_answer *answer, const void *data, size_t n);
void partner_header(struct partner_answer *answer, const char *name, const char *value);

#endif
