// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_FETCH_RULES_H
#define DAEMON_FETCH_RULES_H

/*
 * The rules of a fetch, without its way through the loop (fetch.c): what may be
 * asked, what the end of one exchange means, and how long to wait before the
 * next try.
 *
 * Thread: any; pure.
 */

#include "daemon/config.h"
#include "daemon/transfer.h"

/*
 * Whether a URL may be asked at all for this source: https unless allow-http,
 * and no address that is not public unless allow-private. What a name resolves
 * to is looked at later, where the connection is made (net.c). ERR_DENIED.
 */
enum err_code fetch_check_url(const struct config_source *source, const char *url,
			      struct err *err) ERR_MUST_USE;

/*
 * Whether the n-th redirect of a fetch (from 1) may be followed. to: absolute,
 * NULL where the partner wrote what is no URL. ERR_LIMIT after LIMIT_REDIRECTS,
 * ERR_DENIED for no URL and for leaving https.
 */
enum err_code fetch_check_redirect(const char *from, const char *to, unsigned n,
				   struct err *err) ERR_MUST_USE;

enum fetch_meaning {
	FETCH_MEANS_ANSWER, /* the body is what was asked for, whatever the status says of it */
	FETCH_MEANS_BUSY, /* 429, 5xx: try again later */
	FETCH_MEANS_OTHER_TOKEN, /* 401, and another token may help */
	FETCH_MEANS_REDIRECT,
};

/* What a head says. may_renew: a token went along that was not replaced yet. */
enum fetch_meaning fetch_meaning_of(const struct transfer *t, bool may_renew);

/*
 * Whether nothing of an answer came. Such an exchange may be tried again; one
 * whose body ended early is an answer, with what came of it.
 */
bool fetch_is_lost(const struct transfer *t);

/* Seconds from now_s that a Retry-After asks for, LIMIT_NOT_BEFORE_S at most; -1 for none. */
int64_t fetch_retry_after_s(const char *text, int64_t now_s);

/*
 * The wait before the next try of whoever has tried again n_retries times,
 * before chance is added: the source's retry delay, four times as long each
 * time, LIMIT_RETRY_MS at most.
 */
uint64_t fetch_retry_wait_ms(const struct config_source *source, unsigned n_retries);

#endif
