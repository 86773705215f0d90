// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_SEARCH_FIXTURE_H
#define TESTS_SUPPORT_SEARCH_FIXTURE_H

/*
 * A generated catalogue that can be searched: SEARCH_OFFERS offers, of which
 * some have changed and some are gone. Always the same one. Thread: one.
 */

#include "index/search.h"
#include "tests/support/corpus.h"
#include "tests/support/unit.h"

enum { SEARCH_OFFERS = 400 };

struct search_fixture {
	struct corpus corpus;
	struct arena arena; /* of one query: reset before each */
	struct random random;
};

int search_fixture_open(void **state);
int search_fixture_close(void **state);
enum err_code search_fixture_search(struct search_fixture *f, struct search_result *r,
				    const struct search_query *q, struct err *err);

#endif
