// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_SECRET_MASK_H
#define DAEMON_SECRET_MASK_H

/*
 * Overwrites a secret in bytes that pass by, wherever their pieces are cut.
 * Partners that want a key in the query repeat it in their links; bodies are
 * kept, and given to the worker, without it. Lengths stay as they are.
 *
 * Thread: any; one body at a time.
 */

#include "base/buf.h"

struct secret_mask {
	char *secret; /* NULL: every byte passes */
	size_t n;
	struct buf held; /* behind what was passed: the beginning of a secret, perhaps */
	size_t n_passed;
};

/* An absent secret masks nothing. The secret is copied. */
void secret_mask_init(struct secret_mask *m, struct slice secret);
/* What may go on, valid until the next call: less or more than what came. */
struct slice secret_mask_pass(struct secret_mask *m, struct slice bytes);
/* What is left at the end. */
struct slice secret_mask_rest(struct secret_mask *m);
void secret_mask_clear(struct secret_mask *m); /* wipes; accepts a zeroed one */

#endif
