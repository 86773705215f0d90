// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_ROUTES_CATALOGUE_H
#define TESTS_SUPPORT_ROUTES_CATALOGUE_H

/*
 * A small catalogue behind the routes (routes_fixture.h), of the source "jyu":
 * 31 live offers, "ml" with all that matters and those with numbers, one that
 * is gone and one that was rejected, after two harvests.
 *
 * Thread: one, the loop's.
 */

#include "tests/support/routes_fixture.h"

/* Of a test: *state is the struct routes_fixture. */
int routes_catalogue_open(void **state);
int routes_catalogue_close(void **state);
#define ROUTES_TEST(name)                                                                          \
	cmocka_unit_test_setup_teardown(name, routes_catalogue_open, routes_catalogue_close)

/* What "ml" is: its offer and its words, as JSON. */
extern const char routes_rich_offer[], routes_rich_words[];

/* The id of the offer that a query finds first; static. */
const char *routes_find_id(struct routes_fixture *f, const char *query);
/* A member that has to be a number. */
json_int_t routes_number(json_t *json, const char *name);
void routes_assert_begins(const struct http_answer *a, const char *text);

#endif
