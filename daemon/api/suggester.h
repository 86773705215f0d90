// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_SUGGESTER_H
#define DAEMON_API_SUGGESTER_H

/*
 * Keeps the list of suggestions up to date with reads of the store, one at a
 * time, when the server's tick finds that it is due.
 *
 * Thread: loop.
 */

#include "index/store.h"
#include "index/suggest.h"

struct suggester {
	struct suggest *suggest;
	/* private */
	struct store *store;
	bool is_reading;
	bool is_stopped;
	void (*on_idle)(struct suggester *s);
	struct store_read read;
	/* Written in the pool while is_reading: away from what the loop reads then, since
	 * compilers load neighbouring bools at once. */
	bool has_list;
};

void suggester_init(struct suggester *s, struct store *store);
/* It is idle, or zeroed. */
void suggester_clear(struct suggester *s);
/* Starts a read if one is due. */
void suggester_tick(struct suggester *s);
/* No more reads; on_idle runs when the one under way, if any, has ended. */
void suggester_stop(struct suggester *s, void (*on_idle)(struct suggester *));
bool suggester_is_idle(const struct suggester *s);

#endif
