// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_EXACT_H
#define TESTS_SUPPORT_EXACT_H

/*
 * A copy on the heap of exactly these bytes, so that a sanitizer sees a step
 * too far.
 */

#include "base/mem.h"
#include "base/slice.h"

static inline struct slice unit_exact(struct slice s)
{
	char *copy = mem_zalloc(s.n);

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return slice_make(copy, s.n);
}

static inline void unit_exact_free(struct slice s)
{
	mem_free((void *)(uintptr_t)s.p);
}

#endif
