// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_STATE_LOCK_H
#define DAEMON_STATE_LOCK_H

/*
 * One owner of the state directory: a file with a lock and the owner's process
 * number. The lock goes with the process, however it ends.
 *
 * Thread: any, at start-up.
 */

#include "base/err.h"

struct state_lock {
	int fd; /* -1: none */
};

/*
 * Makes the directory (0700, its parent is there) if it is missing. Errors:
 * ERR_BUSY names the process that has it; ERR_IO, ERR_DENIED.
 */
enum err_code state_lock_take(struct state_lock *out, const char *state_dir,
			      struct err *err) ERR_MUST_USE;
/* The file stays, without a lock. */
void state_lock_release(struct state_lock *lock);

#endif
