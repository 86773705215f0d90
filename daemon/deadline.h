// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_DEADLINE_H
#define DAEMON_DEADLINE_H

/*
 * How long somebody else may take, in time in which this machine ran. A
 * deadline is looked at in LIMIT_DEADLINE_PARTS equal parts, and each counts as
 * one part, however much too late its timer fires: when the machine stood
 * still (a virtual machine that was stopped, a group of processes that was
 * frozen), whoever is waited for stood still as well, and still has all but one
 * part of its time.
 *
 * Embedded in its owner, who closes it and keeps its memory until on_closed.
 *
 * Thread: loop.
 */

#include "base/loop.h"

struct deadline {
	/* private */
	struct loop_timer timer;
	uint64_t part_ms;
	unsigned n_left; /* parts */
	void (*on_passed)(struct deadline *);
	void (*on_closed)(struct deadline *);
};

void deadline_init(struct deadline *d, struct loop *loop);
/* Passes once, not before within_ms from now; starting again moves it. */
void deadline_start(struct deadline *d, uint64_t within_ms, void (*on_passed)(struct deadline *));
void deadline_stop(struct deadline *d);
/* on_closed runs on a later turn; then the memory may go. Once per init. */
void deadline_close(struct deadline *d, void (*on_closed)(struct deadline *));

#endif
