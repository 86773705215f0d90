// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_FETCH_H
#define DAEMON_FETCH_H

/*
 * The network: libcurl's multi interface driven by the loop. It alone knows
 * secrets, TLS, redirects, politeness, limits and conditional requests. A
 * fetch is one response of one source, with its retries (429, 5xx, time-outs,
 * cuts before the body) and redirects; its body goes into a spool.
 *
 * Addresses that are not public are refused unless the source says
 * allow-private: for the name in the URL, after resolution, after each
 * redirect, and for connections that are reused. Redirects are followed here:
 * same scheme or better, LIMIT_REDIRECTS at most; what is secret (Authorization,
 * configured headers, the parameter of auth type query) goes to the configured
 * origin only, and is taken out of what the partner repeats of it: a fetch's
 * final_url and link never hold it.
 *
 * Thread: loop.
 */

#include "base/loop.h"
#include "base/pool.h"
#include "daemon/config.h"
#include "daemon/spool.h"
#include "harvesters/harvester.h"

struct fetcher; /* service */

struct fetcher_options {
	const char *user_agent; /* texts are copied */
	const char *contact; /* the From header; "" without */
	const char *spool_dir;
	struct pool_queue *files; /* borrowed until the fetcher is closed */
	/* A host asked for time (Retry-After, 429, 503): to be remembered across restarts. */
	void (*on_host_backoff)(void *data, const char *host, int64_t not_before_s);
	void *data;
};

enum err_code fetcher_open(struct fetcher **out, struct loop *loop,
			   const struct fetcher_options *options, struct err *err) ERR_MUST_USE;
/*
 * Cancels what is under way, waits for each done, then closes; on_closed runs
 * on a later turn. A fetch that is started meanwhile ends with ERR_CANCELLED.
 */
void fetcher_close(struct fetcher *f, void (*on_closed)(void *data), void *data);
/* A host remembered from before: it is not asked before this moment (UTC). */
void fetcher_set_host_backoff(struct fetcher *f, const char *host, int64_t not_before_s);

struct fetch {
	/* asked: copied by fetch_start() but for source */
	const struct config_source *source; /* borrowed until done */
	const char *url;
	const char *accept;
	const char *etag; /* of the kept body, or NULL: conditional */
	const char *last_modified;
	/* answered */
	unsigned status;
	char *final_url;
	char *content_type;
	char *link;
	char *response_etag;
	char *response_last_modified;
	int64_t fetched_s;
	struct spool *body; /* moved out by the owner, else freed by fetch_clear() */
	enum body_end end;
	struct err why; /* of an end that is not BODY_OK */
	uint64_t wire_bytes; /* received, all tries */
	unsigned n_requests; /* sent, all tries and redirects */
	int64_t not_before_s; /* the partner asked to come back later than we may wait; 0 */
	void (*done)(struct fetch *fetch, const struct err *failure);
	/* private */
	struct fetch_state *state;
};

/*
 * One answer for fetch->url. done runs once, on a later turn; the fetch is its
 * owner's, who clears it with fetch_clear() after done.
 *
 * failure: ERR_NETWORK, ERR_TIMEOUT, ERR_REMOTE (429 and 5xx after all tries; other statuses
 * are answers), ERR_DENIED (address, redirect, origin), ERR_LIMIT (redirects), ERR_CANCELLED.
 * A body that ended badly is an answer with end != BODY_OK.
 */
void fetch_start(struct fetch *fetch, struct fetcher *f,
		 void (*done)(struct fetch *, const struct err *));
/* done comes all the same, with ERR_CANCELLED, or as it was when that was faster. */
void fetch_cancel(struct fetch *fetch);
/* Frees what was answered, the body too where nobody took it. Not while it is under way. */
void fetch_clear(struct fetch *fetch);

#endif
