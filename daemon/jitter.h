// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_JITTER_H
#define DAEMON_JITTER_H

/*
 * A little chance in waiting times, so that many sources, or many catalogues,
 * do not come at the same moment. Nothing secret hangs on it.
 *
 * Thread: any.
 */

#include <stdint.h>
#include <sys/random.h>

/* 0 to below n; 0 for n 0. */
static inline uint64_t jitter(uint64_t n)
{
	uint64_t chance = 0;

	if (n == 0 || getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
		return 0;
	return chance % n;
}

/* A wait of wait_ms, less up to a quarter of it. */
static inline uint64_t jitter_wait_ms(uint64_t wait_ms)
{
	return wait_ms - jitter(wait_ms / 4 + 1);
}

#endif
