// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_OAUTH_H
#define DAEMON_OAUTH_H

/*
 * Tokens of OAuth 2.0 client credentials (RFC 6749 section 4.4): asked for
 * when first needed, kept in memory, renewed before they expire and when a
 * partner no longer takes one. Several fetches that need one wait for the same
 * request. The token endpoint obeys the same rules as any address.
 *
 * Thread: loop.
 */

#include "daemon/config.h"
#include "daemon/transfer.h"

struct oauth; /* service */

/* user_agent: borrowed. */
struct oauth *oauth_open(struct loop *loop, struct net *net, const char *user_agent);
/* Nobody waits any more; on_closed runs on a later turn, after requests under way have ended. */
void oauth_close(struct oauth *o, void (*on_closed)(void *data), void *data);

struct token_wait {
	struct slice token; /* result: borrowed until done returns */
	/* private */
	struct list_node node;
	struct deferred deferred;
	struct token *of;
	void (*done)(struct token_wait *wait, const struct err *failure);
};

/*
 * refused: a token the partner did not take, or absent; borrowed for the call.
 * Errors: those of a transfer; ERR_REMOTE when the endpoint gives none;
 * ERR_PARSE when its answer cannot be read. No message holds a secret.
 */
void oauth_get_start(struct token_wait *wait, struct oauth *o, const struct config_source *source,
		     struct slice refused,
		     void (*done)(struct token_wait *, const struct err *failure));
/* done does not run. Does nothing for one that does not wait. */
void oauth_get_forget(struct token_wait *wait);

#endif
