// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_JSON_SCAN_H
#define DAEMON_API_JSON_SCAN_H

/*
 * Walks over stored JSON without parsing it: which members an object has, and
 * the bytes of each value, to be spliced into an answer as they are. What is
 * stored was written by json_write.h; damaged bytes end a walk early, and never
 * lead outside of it.
 *
 *     struct json_scan it = json_scan_of(body, '{');
 *     while (json_scan_member(&key, &value, &it)) ...
 *
 * Thread: any; pure functions.
 */

#include "base/slice.h"

struct json_scan {
	struct slice rest; /* behind the last bracket or comma */
};

/* The inside of an object '{' or array '['; nothing for anything else. */
struct json_scan json_scan_of(struct slice json, char bracket);
/* key without quotes, as written (its escapes stay); value as written. False at the end. */
bool json_scan_member(struct slice *key, struct slice *value, struct json_scan *it);
bool json_scan_element(struct slice *value, struct json_scan *it);
/* The value of a member of an object; absent without. */
struct slice json_scan_get(struct slice object, const char *name);
/* What stands between the quotes of a text without escapes; absent for others. */
struct slice json_scan_text(struct slice value);

#endif
