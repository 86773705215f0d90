// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_JUMPING_CLOCK_H
#define TESTS_SUPPORT_JUMPING_CLOCK_H

/*
 * The running clock of this process, and of the libraries in it, jumps as it
 * does for a program whose machine stood still. A test that is linked with
 * this needs no time to let time pass. Its children keep their clock.
 *
 * Thread: any.
 */

#include <stdint.h>

/* From now on it is so much later. */
void jumping_clock_forward_ms(uint64_t ms);

#endif
