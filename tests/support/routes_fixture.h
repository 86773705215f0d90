// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_ROUTES_FIXTURE_H
#define TESTS_SUPPORT_ROUTES_FIXTURE_H

/*
 * The API's routes over a real database and store in this process, with no
 * daemon behind them, and a client whose answers are held against
 * docs/openapi.yaml.
 *
 * Thread: one, the loop's.
 */

#include "tests/support/db_fixture.h"
#include "tests/support/openapi_check.h"
#include "tests/support/server_fixture.h"

struct routes_fixture {
	struct db_fixture db; /* closed while the server runs */
	struct server_fixture at;
	struct store *store;
	struct http_client client; /* on the query socket */
	struct openapi openapi;
};

/* fill: what the database holds. */
struct routes_fixture *routes_fixture_open(void (*fill)(struct db_fixture *db));
void routes_fixture_close(struct routes_fixture *f);

/* Asks, expects the status, and holds the answer against the description of the path. */
struct http_answer routes_get(struct routes_fixture *f, const char *path, const char *target,
			      const char *headers, unsigned status);
/* An answer's body; new. */
json_t *routes_json(const struct http_answer *a);

#endif
