// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_BENCH_QUERIES_H
#define TESTS_BENCH_QUERIES_H

/*
 * Queries of each kind, with words chosen by how many offers hold them:
 *
 *   rare      a word in 0.01 % of the offers (at least 1)
 *   medium    in 0.3 %
 *   common    in 8 to 12 %
 *   filtered  a common word, with a filter by country, level, mode or language
 *   two       two common words, both
 *   or5       five words of 1 to 10 %, any
 *   phrase    two words that often follow each other
 *   browse    no words, one filter: not for the plain way
 *
 * A line each: kind, tab, path on the socket, tab, FTS5 text (empty: none),
 * tab, filters as a JSON object of columns of the plain way.
 *
 * Thread: one, after catalogue_init().
 */

#include "base/buf.h"

void queries_write(struct buf *out, uint64_t n_offers);

#endif
