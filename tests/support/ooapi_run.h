// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_OOAPI_RUN_H
#define TESTS_SUPPORT_OOAPI_RUN_H

/*
 * A run of the OOAPI harvester against a table of answers:
 *
 *     ooapi_start(&rec);
 *     rec.source.version = ...
 *     OOAPI_RUN(&rec, routes);
 *     recorder_clear(&rec);
 */

#include "harvesters/registry.h"
#include "tests/support/recorder.h"
#include "tests/support/unit.h"

static inline void ooapi_start(struct recorder *rec)
{
	recorder_init(rec, &harvester_ooapi, "https://uni.example/ooapi/v5");
}

/* No organisation and no offerings unless they are in the table. */
static inline void ooapi_run(struct recorder *rec, const struct recorder_route *routes, size_t n)
{
	recorder_serve(rec, routes, n);
	recorder_run(rec);
	assert_true(recorder_balances(rec));
}

#define OOAPI_RUN(rec, routes) ooapi_run((rec), (routes), countof(routes))

#endif
