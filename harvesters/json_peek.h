// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_JSON_PEEK_H
#define HARVESTERS_JSON_PEEK_H

/*
 * One member of an object, from its bytes: for what no parser takes. An item
 * that is rejected for a mistake in it mostly still shows whose record it is,
 * and a known record must not count as absent then.
 *
 * Thread: any; pure.
 */

#include "base/slice.h"

/*
 * The text or whole number at a path ("id", "attributes.url|link": dots
 * between keys, of several the first that comes), as it stands there. Absent
 * where it is not found at once: a text with escapes, another kind of value, no
 * such member before the bytes end. Borrowed from object.
 */
struct slice json_peek(struct slice object, struct slice path);

#endif
