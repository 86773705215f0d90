// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_WORKER_VOICE_H
#define TESTS_SUPPORT_WORKER_VOICE_H

/*
 * What a worker that a test has written says to the daemon and hears from it,
 * frame by frame and without a look at whether it may. A process whose daemon
 * hangs up ends.
 *
 * Thread: the process's only one.
 */

#include "harvesters/message.h"

enum { VOICE_SOCKET = 3 };

/* What is said next: frames written here leave with voice_say(). */
extern struct buf voice_out;

void voice_say(void);

void voice_ready(void); /* locked up, as it claims */
void voice_request(uint32_t tag, const char *url);
void voice_page(uint32_t tag, uint64_t items);
void voice_gone(uint32_t tag, const char *id);
/* With a rule that proves the end, or without. */
void voice_complete(bool is_proven);
/* So often in one piece: between two pieces the daemon may have used up the first. */
void voice_credit(uint32_t tag, uint32_t bytes, unsigned n_times);

/*
 * Waits until the daemon has said a frame of this type (of KNOWN: the last one);
 * the first one's tag. Its payload, if wanted, lies there until the next call.
 */
uint32_t voice_hear(enum frame_type type);
uint32_t voice_hear_payload(enum frame_type type, struct slice *payload);

/* Stays until it is killed. */
_Noreturn void voice_linger(void);

#endif
