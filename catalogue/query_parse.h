// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_QUERY_PARSE_H
#define CATALOGUE_QUERY_PARSE_H

/*
 * What the parts of the query grammar share. Private to query*.c.
 *
 * Thread: any; pure, results in an arena.
 */

#include "catalogue/query.h"

/* Adds the values of a filter; commas separate them unless is_one. */
enum err_code filters_add(struct filters *filters, enum dimension dim, struct slice value,
			  bool is_one, int32_t today, struct arena *arena, struct err *err);
/* "declared" and so on; into *weakest. */
enum err_code weakest_read(enum from *weakest, struct slice value, struct err *err);
/* Whether a text may be looked at: valid UTF-8 of at most max bytes. */
enum err_code query_check_text(struct slice name, struct slice text, size_t max, struct err *err);

#endif
