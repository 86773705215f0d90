// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_PATIENCE_H
#define TESTS_SUPPORT_PATIENCE_H

/*
 * How long tests wait for what must come before they fail: under valgrind all
 * takes many times as long, and the environment says how many
 * (MICROCAT_TEST_SLOWNESS, 1 to 1000; script/test --long sets it).
 *
 * Thread: any.
 */

#include "base/slice.h"

#include <stdlib.h>

/*
 * Waiting long costs nothing where all goes well, and a machine may stand still:
 * a disk that writes what a build has left behind lets an fsync() wait for half
 * a minute.
 */
enum { PATIENCE_MS = 120000 };

static inline uint32_t patience_ms(uint32_t ms)
{
	const char *text = getenv("MICROCAT_TEST_SLOWNESS");
	uint64_t times;

	if (text == NULL || !slice_to_u64(&times, slice_of(text), 1000) || times == 0)
		return ms;
	return ms * (uint32_t)times;
}

#endif
