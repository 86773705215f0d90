// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_FUZZ_HARVEST_RUN_H
#define TESTS_FUZZ_HARVEST_RUN_H

/*
 * A whole harvest in this process, over pages that the input holds, for the
 * targets of the harvesters:
 *
 *     version=5|page-size=2|column.title=Nimi|piece=7
 *     @@ 200 application/json link: <https://a.example/?page=2>; rel="next"
 *     {"items":[...]}
 *     @@ 404
 *
 * The first line sets the source, each "@@" begins an answer: status, content
 * type, Link header, and the body behind the line. Requests get them in their
 * order, and 404 when there are none left ("repeat": the first one again).
 *
 * What is said goes the way it goes in a worker, as frames, and is read as the
 * daemon reads it. So what is checked of every harvest: frames are readable,
 * offers and words are read as they were written, requests stay on the
 * source's origin, every item came to one end, one page for each answer, all
 * of it the same however the bodies are cut, and the same records again are
 * seen or come with the same hash.
 */

#include "harvesters/harvester.h"

#include <stdint.h>

/* url: of the source, as configured. */
void harvest_run(const struct harvester *harvester, const char *url, const uint8_t *data, size_t n);

#endif
