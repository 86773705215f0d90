// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_JSON_NAMES_H
#define CATALOGUE_JSON_NAMES_H

/*
 * The names of an object's members, n of them in an array: whether one occurs
 * twice, and what is done about it. The number of members left is the result.
 * Private to json_tree.c.
 *
 * Thread: any; pure.
 */

#include "catalogue/json_tree.h"

bool json_names_repeat(const struct json_node_member *members, size_t n);
/* Each name once, where it was first, with its last value. */
size_t json_names_keep_last(struct json_node_member *members, size_t n);
/* Names without blanks at their ends; of several that become one, the one that had none is kept,
 * else the first. */
size_t json_names_trim(struct json_node_member *members, size_t n);

#endif
