// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_ROUTES_H
#define DAEMON_API_ROUTES_H

/*
 * The API's routes: one table, put together from the files that answer them.
 *
 * Thread: any; static tables.
 */

#include "daemon/api/exchange.h"

/* All of them; docs/openapi.yaml describes the same. */
const struct route_table *routes_of_api(void);

#endif
