// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_DEMO_COMMANDS_H
#define TESTS_SUPPORT_DEMO_COMMANDS_H

/*
 * microcat asks the daemon of the demo, which has harvested every catalogue:
 * the set-up and tear-down of a group of cmocka tests whose state it is.
 *
 * Thread: one test at a time.
 */

#include "tests/support/command.h"
#include "tests/support/demo.h"

#include <jansson.h>

struct demo_commands {
	struct demo demo;
	struct command_setup setup; /* of what is run: the demo's socket, pipes */
	struct command c;           /* what was run last */
};

int demo_commands_open(void **state);
int demo_commands_close(void **state);

/* With --json behind the arguments; a new value. */
json_t *demo_json(struct demo_commands *f, const char *arguments);

#endif
