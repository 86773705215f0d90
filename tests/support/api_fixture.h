// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_API_FIXTURE_H
#define TESTS_SUPPORT_API_FIXTURE_H

/*
 * The real daemon for all tests of a program, with two sources harvested ("hub",
 * MOOChub, and "table", CSV; "off" is switched off), and clients whose answers
 * are held against docs/openapi.yaml.
 *
 * Thread: the test's.
 */

#include "tests/support/daemon_fixture.h"
#include "tests/support/openapi_seen.h"

struct api_fixture {
	struct daemon_fixture d;
	struct partner *p;
	struct http_client client, admin;
	struct openapi openapi;
	char offer_id[32];
};

/* Of the group: *state is the struct api_fixture. */
int api_fixture_open(void **state);
int api_fixture_close(void **state);

/* The catalogue of "hub" as it is from the start. */
void api_serve_hub(struct api_fixture *f);

/* On the query socket; a search that waited too long for its turn, on a busy machine, is told to
 * come again, and does. */
struct http_answer api_get(struct api_fixture *f, const char *target);
/* On a connection of its own: one that was silent for long would be closed. */
struct http_answer api_ask_admin(struct api_fixture *f, const char *method, const char *target,
				 const char *headers);

#endif
