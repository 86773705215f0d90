// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_SERVER_FIXTURE_H
#define TESTS_SUPPORT_SERVER_FIXTURE_H

/*
 * An HTTP server on a loop of its own in this process, with a query socket and
 * an admin socket in a folder of the test's:
 *
 *     server_fixture_init(&f, dir);            the loop is there: for a store
 *     server_fixture_open(&f, &options);
 *     ...
 *     server_fixture_close(&f);
 *     server_fixture_clear(&f);                the loop ran dry, and is closed
 *
 * Thread: one, the loop's.
 */

#include "daemon/api/server.h"
#include "tests/support/http_client.h"

struct server_fixture {
	struct loop loop;
	struct server *server; /* NULL from when closing has begun */
	char query_path[80], admin_path[80];
	bool is_closed;
};

void server_fixture_init(struct server_fixture *f, const char *dir);
/* options but for their sockets. */
void server_fixture_open(struct server_fixture *f, struct server_options *options);
/* is_closed says when it is done. */
void server_fixture_begin_close(struct server_fixture *f);
/* In a hurry, also after closing has begun. */
void server_fixture_close(struct server_fixture *f);
/* After all that used the loop; the sockets' files are gone too. */
void server_fixture_clear(struct server_fixture *f);

#endif
