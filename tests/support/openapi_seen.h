// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_OPENAPI_SEEN_H
#define TESTS_SUPPORT_OPENAPI_SEEN_H

/*
 * What tests have seen of the description of the API, so that what is described
 * and never answered is noticed: openapi_check.c marks what it meets in the
 * description itself, programs write the names of what was marked to a file
 * each, and tests/integration/test_openapi_seen.c compares all of them with
 * what there is to see.
 *
 * Names: where it stands in the description ("components/schemas/Offer/properties/title"),
 * and, behind a blank, what of it: "=live" a value of an enum; "taken", "refused" a parameter,
 * "taken=json" with one of few values.
 *
 * Thread: one. Failures fail the test.
 */

#include "tests/support/openapi_check.h"

/* A part of the description was met; what: "" it, or something about it. */
void openapi_mark(json_t *node, const char *what);
/* An operation was asked with this value of a documented parameter, and answered so. */
void openapi_mark_parameter(const struct openapi *o, json_t *operation, const char *name,
			    struct slice value, unsigned status);

/* Remembers the marks of a description that is about to be cleared. */
void openapi_remember_marks(const struct openapi *o);
/* Writes what is remembered to NAME.seen in the folder of the tests' programs. */
void openapi_write_seen(const char *name);
/* Adds what a program wrote to a set of names: the members of a JSON object. */
void openapi_read_seen(json_t *names, const char *name);

/* All there is to see; a new set of names. */
json_t *openapi_all_to_see(const struct openapi *o);

#endif
