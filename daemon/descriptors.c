// SPDX-License-Identifier: EUPL-1.2
/*
 * The limit on open files, and what it leaves for clients.
 */
#include "daemon/descriptors.h"

#include "base/limits.h"
#include "base/log.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

unsigned descriptors_for_connections(unsigned n_wanted)
{
	const rlim_t needed = (rlim_t)n_wanted + LIMIT_OWN_DESCRIPTORS;
	struct rlimit limit;
	rlim_t n_left;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
		log_warning(LOG_MAIN, "the limit on open files is unknown: %s", strerror(errno));
		return n_wanted;
	}
	if (limit.rlim_cur < needed) {
		struct rlimit raised = { .rlim_cur = needed, .rlim_max = limit.rlim_max };

		if (raised.rlim_cur > limit.rlim_max)
			raised.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
			limit = raised;
	}
	if (limit.rlim_cur >= needed)
		return n_wanted;
	/* Where even the daemon's own share is more than there is, half is kept for it. */
	n_left = limit.rlim_cur > 2 * LIMIT_OWN_DESCRIPTORS ? limit.rlim_cur - LIMIT_OWN_DESCRIPTORS
							    : limit.rlim_cur / 2;
	if (n_left == 0)
		n_left = 1;
	log_warning(LOG_MAIN,
		    "only %llu files may be open at once: %llu clients are served at once instead "
		    "of %u; raise the limit (LimitNOFILE=, ulimit -n) to %llu",
		    (unsigned long long)limit.rlim_cur, (unsigned long long)n_left, n_wanted,
		    (unsigned long long)needed);
	return (unsigned)n_left;
}
