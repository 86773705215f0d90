// SPDX-License-Identifier: EUPL-1.2
/*
 * Lowers the priority of threads and processes that may wait. See sched(7) and
 * sched_setattr(2), which the C library does not have in all versions.
 */
#include "base/priority.h"

#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct sched_attr of linux/sched/types.h, in its first size. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns;
	uint64_t deadline_ns;
	uint64_t period_ns;
};

void priority_lower(pid_t id)
{
	int nice = getpriority(PRIO_PROCESS, (id_t)getpid()) + PRIORITY_NICENESS;
	struct attributes a = {
		.size = sizeof(a),
		.policy = SCHED_BATCH,
		.nice = nice < PRIO_MAX - 1 ? nice : PRIO_MAX - 1,
		.runtime_ns = PRIORITY_SLICE_NS,
	};

	if (syscall(SYS_sched_setattr, id, &a, 0) != 0)
		(void)setpriority(PRIO_PROCESS, (id_t)id, a.nice);
}
