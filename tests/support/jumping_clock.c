// SPDX-License-Identifier: EUPL-1.2
/*
 * Calls of clock_gettime() find this program's first, those of libuv too. The
 * kernel is asked without libc, whose function this stands for.
 */
#include "tests/support/jumping_clock.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic uint64_t ahead_ms;

void jumping_clock_forward_ms(uint64_t ms)
{
	atomic_fetch_add(&ahead_ms, ms);
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
	uint64_t ms = atomic_load(&ahead_ms);
	long failed = syscall(SYS_clock_gettime, clock, out);

	if (failed != 0 || (clock != CLOCK_MONOTONIC && clock != CLOCK_MONOTONIC_COARSE))
		return (int)failed;
	out->tv_sec += (time_t)(ms / 1000);
	out->tv_nsec += (long)(ms % 1000) * 1000000;
	if (out->tv_nsec >= 1000000000) {
		out->tv_sec++;
		out->tv_nsec -= 1000000000;
	}
	return 0;
}
