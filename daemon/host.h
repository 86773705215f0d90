// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_HOST_H
#define DAEMON_HOST_H

/*
 * Politeness: how many requests are under way to one host at a time, how far
 * apart they begin, and when it asked to be left alone. Every request takes a
 * turn first and gives it back at its end.
 *
 * Thread: loop.
 */

#include "base/loop.h"

struct hosts; /* service */
struct host;

struct hosts *hosts_open(struct loop *loop);
/* No turn is taken or waiting any more; on_closed runs on a later turn. */
void hosts_close(struct hosts *hosts, void (*on_closed)(void *data), void *data);

struct host_turn {
	bool is_refused; /* granted() runs without a turn: the host has asked for a long time */
	/* private */
	struct list_node node;
	struct host *host; /* NULL: neither waiting nor taken */
	unsigned parallel;
	uint32_t delay_ms;
	uint64_t not_before_ms;
	bool is_taken;
	void (*granted)(struct host_turn *turn);
};

struct host_manner {
	unsigned parallel; /* at most so many turns taken when this one is granted */
	uint32_t delay_ms; /* since the turn before was granted */
	uint64_t wait_ms; /* not before so long from now, for this turn alone */
};

/*
 * granted runs once on a later turn of the loop, unless host_turn_end() comes
 * first. Turns are granted in their order but for those that have to wait.
 * host: "example.org:443"; copied.
 */
void host_turn_start(struct host_turn *turn, struct hosts *hosts, const char *host,
		     const struct host_manner *manner, void (*granted)(struct host_turn *));
/* Gives it back, or gives up waiting. Does nothing for a turn that is neither. */
void host_turn_end(struct host_turn *turn);

/*
 * Nobody's turn comes before; an earlier time than the known one changes
 * nothing. Those that wait already are refused when it is more than
 * LIMIT_RETRY_AFTER_S away: their runs end, and come back after it.
 */
void hosts_set_not_before(struct hosts *hosts, const char *host, int64_t not_before_s);
/* 0: no such wish is known. */
int64_t hosts_not_before_s(struct hosts *hosts, const char *host);

#endif
