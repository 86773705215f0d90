// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_DEMO_H
#define TESTS_SUPPORT_DEMO_H

/*
 * The demo as its users start it: microcat-demo-partner with the catalogues of
 * config/demo, and the real microcatd with the configuration there, in a
 * temporary folder.
 *
 * Thread: one test at a time.
 */

#include "tests/support/daemon_fixture.h"

struct demo {
	struct daemon_fixture d;
	pid_t partner;
	char url[64]; /* where the partner listens */
};

/* The names of its sources, in the order of the alphabet, and as arguments of a command. */
extern const char *const demo_sources[10];
#define DEMO_SOURCES                                                                               \
	"donau|kallavuori|montalba|nordhafen|ribera|silverhaven|strandvik|"                        \
	"tammerkoski|valmont|waterhoven"

/* Starts both; ready when this returns. */
void demo_open(struct demo *demo);
/* Stops both, and expects them to end cleanly. */
void demo_close(struct demo *demo);

#endif
