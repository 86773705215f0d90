// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_RANDOM_H
#define TESTS_SUPPORT_RANDOM_H

/*
 * Numbers for generated tests: the same on every machine and in every run
 * (SplitMix64).
 */

#include <stdint.h>

struct random {
	uint64_t state;
};

#define RANDOM_INIT(seed) { (seed) }

static inline uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* 0 to n - 1; 0 when n is 0. */
static inline uint32_t random_below(struct random *r, uint32_t n)
{
	return n == 0 ? 0 : (uint32_t)(random_next(r) % n);
}

#endif
