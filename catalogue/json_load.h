// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_JSON_LOAD_H
#define CATALOGUE_JSON_LOAD_H

/*
 * json_loadb() for what is loaded once for each record. jansson looks at every
 * byte four times on its way through a stream, a buffer and a check; here the
 * text lies in memory, so strings are found eight bytes at a time and UTF-8 is
 * checked once. The values are jansson's own.
 *
 * What jansson refuses, and what is rare (numbers of more than 18 digits, depth
 * beyond LIMIT_JSON_DEPTH, \u0000), is given to jansson itself: so results and
 * messages are its own in every case. A test holds one against the other.
 *
 * Thread: any.
 */

#include "base/slice.h"

#include <jansson.h>

/*
 * flags: JSON_REJECT_DUPLICATES, JSON_DECODE_ANY, JSON_ALLOW_NUL, as in
 * jansson; other ones leave all to it. at may be NULL. A new reference, or NULL.
 */
json_t *json_load(struct slice text, size_t flags, json_error_t *at);

#endif
