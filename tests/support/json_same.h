// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_JSON_SAME_H
#define TESTS_SUPPORT_JSON_SAME_H

/*
 * Whether a tree of catalogue/json_tree is the value that jansson reads: kinds,
 * numbers to the last bit, members in jansson's order, each found by its name.
 *
 * Thread: any; pure.
 */

#include "catalogue/json_tree.h"

bool json_same(const struct json_node *node, const json_t *value);

#endif
