// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_PRIORITY_H
#define BASE_PRIORITY_H

/*
 * Who waits for whom on the processors. Harvesting (the writer's thread, the
 * worker processes) takes all it can get where nobody asks; where somebody
 * does, the threads that answer go first.
 *
 * Thread: any; each lowers itself, or a process that it has started.
 */

#include <sys/types.h>

/*
 * Lets a thread (0: the calling one) or a process of one thread go behind the
 * others of this program: a nice value PRIORITY_NICENESS higher than the
 * process', the policy SCHED_BATCH (waking up interrupts nobody), and from
 * Linux 6.12 on a slice of PRIORITY_SLICE_NS, so that whoever wakes up with the
 * usual, shorter one interrupts it at once. What the system refuses is left out.
 * It cannot be undone without privileges.
 */
void priority_lower(pid_t id);

enum {
	PRIORITY_NICENESS = 10, /* a tenth of the share of whoever answers */
	PRIORITY_SLICE_NS = 10 * 1000 * 1000,
};

#endif
