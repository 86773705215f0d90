// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_LINT_NETWORK_H
#define DAEMON_LINT_NETWORK_H

/*
 * The network for lint: fetches, and nothing kept.
 *
 * Thread: the process's main one.
 */

#include "daemon/lint.h"

const struct lint_network *lint_network(void);

#endif
