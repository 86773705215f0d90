// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_NET_H
#define DAEMON_NET_H

/*
 * Between net.c (libcurl's multi handle on the loop) and transfer.c (one
 * exchange). Nobody else includes it.
 *
 * Thread: loop.
 */

#include "daemon/transfer.h"

struct loop *net_loop(const struct net *net);
/* Errors: ERR_CANCELLED while closing, ERR_INTERNAL of libcurl; nothing was added then. */
enum err_code net_add(struct net *net, struct transfer *t, struct err *err) ERR_MUST_USE;
/* Takes the easy handle out; for one that was never added too. */
void net_remove(struct net *net, struct transfer *t);
/* Lets a paused easy handle go on; it may be finished, and gone, afterwards. */
void net_unpause(struct net *net, struct transfer *t);

/* transfer.c: libcurl is done with it. */
void transfer_finished(struct transfer *t, int curl_code);
/* transfer.c: libcurl is not to be trusted with it any more; done comes on a later turn. */
void transfer_give_up(struct transfer *t, const char *why);
/* transfer.c: false when it was idle for too long and is stopped now. late_ms: since the last look,
 * in which nobody could read what came. */
bool transfer_look_at_clock(struct transfer *t, uint64_t now_ms, uint64_t late_ms);

#endif
