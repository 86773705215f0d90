// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_FETCH_INTERNAL_H
#define DAEMON_FETCH_INTERNAL_H

/*
 * What a fetcher has (fetcher.c) and its fetches use (fetch.c).
 *
 * Thread: loop.
 */

#include "base/list.h"
#include "daemon/fetch.h"
#include "daemon/host.h"
#include "daemon/oauth.h"
#include "daemon/transfer.h"

struct fetcher {
	struct loop *loop;
	struct net *net;
	struct hosts *hosts;
	struct oauth *oauth;
	struct fetcher_options options;
	char *user_agent;
	char *contact;
	char *spool_dir;
	struct list_node fetches; /* under way; fetch.c's */
	bool is_closing;
	void (*on_closed)(void *data);
	void *data;
};

/* Asks all fetches that are under way to stop. */
void fetch_cancel_all(struct fetcher *f);
/* A fetch has ended: goes on closing where it was the last. */
void fetcher_close_when_quiet(struct fetcher *f);

#endif
