// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_TRANSFER_H
#define DAEMON_TRANSFER_H

/*
 * One HTTP exchange over libcurl's multi interface, driven by the loop: no
 * redirect is followed, nothing is tried twice, no secret is known by itself.
 * fetch.c makes a fetch of them. Addresses that are not public are refused
 * after resolution and for connections that are reused.
 *
 * Thread: loop. No callback runs inside libcurl's but on_head and on_body,
 * which must not call anything of this file.
 */

#include "base/err.h"
#include "base/list.h"
#include "base/loop.h"
#include "base/slice.h"

struct net; /* service: the multi handle with its connections */

enum err_code net_open(struct net **out, struct loop *loop, struct err *err) ERR_MUST_USE;
/* No transfer is under way; on_closed runs on a later turn. */
void net_close(struct net *net, void (*on_closed)(void *data), void *data);

enum transfer_end {
	TRANSFER_WHOLE,
	TRANSFER_NO_HEAD, /* nothing, or not a whole head, came */
	TRANSFER_CUT, /* the body ended early, or could not be decoded */
	TRANSFER_TOO_BIG,
	TRANSFER_TIMED_OUT, /* within the body */
};

struct transfer {
	/* asked: borrowed until done */
	const char *url;
	struct slice post; /* absent: GET */
	const char *const *headers; /* "Name: value" */
	size_t n_headers;
	const char *user_agent;
	const char *user, *password; /* Basic; NULL: none */
	bool allow_private;
	bool allow_http;
	uint32_t connect_timeout_ms, idle_timeout_ms, total_timeout_ms;
	uint64_t max_body_bytes; /* decoded, and as sent */
	/* The head is whole: status and texts below are set. May lower max_body_bytes. */
	void (*on_head)(struct transfer *t);
	/* False: no more until transfer_resume(); these bytes were taken. */
	bool (*on_body)(struct transfer *t, struct slice bytes);
	/* answered; the texts are the transfer's until transfer_clear() */
	unsigned status; /* 0: no head */
	char *content_type, *link, *etag, *last_modified, *retry_after, *location; /* NULL: none */
	char *redirect_url; /* location, made absolute */
	enum transfer_end end;
	struct err why; /* of an end that is not TRANSFER_WHOLE */
	uint64_t wire_bytes; /* received: heads and bodies, as sent */
	uint64_t body_bytes; /* decoded */
	void (*done)(struct transfer *t);
	/* private */
	struct net *net;
	void *easy; /* CURL */
	void *lines; /* struct curl_slist */
	struct list_node node;
	struct deferred deferred;
	int setup; /* CURLcode: the first of setting it up that was no success */
	size_t head_bytes;
	uint64_t active_ms; /* when something last moved */
	char error[256]; /* CURL_ERROR_SIZE */
	bool is_address_refused;
	bool is_head_whole;
	bool is_paused;
	bool is_paused_by_curl; /* bytes wait inside libcurl */
};

/* done runs once, on a later turn: end tells how it went, why is set but for TRANSFER_WHOLE. */
void transfer_start(struct transfer *t, struct net *net, void (*done)(struct transfer *));
/* done comes on a later turn, with ERR_CANCELLED, or as it was when that was faster. */
void transfer_cancel(struct transfer *t);
/* Goes on after on_body answered false. Too late, or early, does nothing. */
void transfer_resume(struct transfer *t);
void transfer_clear(struct transfer *t);

#endif
