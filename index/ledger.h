// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_LEDGER_H
#define INDEX_LEDGER_H

/*
 * A run's ledger: it accounts for each record that the source showed and each
 * that it had before. Each figure is counted where it happens, never as a
 * difference, so that the equations below say something:
 *
 *     shown     = new + back + changed + unchanged + rejected + out_of_scope + duplicate
 *     before    = kept + unlisted + removed_gone + removed_absent + held
 *     announced = shown + missing         (where the source announces a total)
 *
 * held: not seen by this run and left findable, because the run may not
 * remove: it is held for confirmation, incomplete, or a replay.
 *
 * A run that was cut off in the middle of a page (cancelled, killed) keeps the
 * figures it had: its first equation need not hold, and it is never complete.
 *
 * Thread: any; pure.
 */

#include "base/err.h"

#include <stdint.h>

struct ledger {
	uint64_t shown; /* items the pages showed, counted by the worker */
	uint64_t new_; /* never seen before */
	uint64_t back; /* was gone, has returned */
	uint64_t changed;
	uint64_t unchanged;
	uint64_t rejected;
	uint64_t out_of_scope; /* a known record that is now out of scope counts as not seen, too */
	uint64_t duplicate; /* the same id twice in a run; the first one holds */
	uint64_t before; /* records that were findable when the run began */
	uint64_t kept; /* of them: seen again, also when now rejected */
	uint64_t unlisted; /* not seen, within absent-grace */
	uint64_t removed_gone; /* the source said so */
	uint64_t removed_absent;
	uint64_t held;
	bool has_announced;
	uint64_t announced;
	uint64_t missing; /* announced and not shown; 0 when more were shown */
};

/* ERR_INTERNAL with the equation that fails and its figures. */
enum err_code ledger_check(const struct ledger *l, struct err *err) ERR_MUST_USE;
/* Sets missing from announced and shown. */
void ledger_count_missing(struct ledger *l);

#endif
