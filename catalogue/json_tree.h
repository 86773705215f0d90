// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_JSON_TREE_H
#define CATALOGUE_JSON_TREE_H

/*
 * A JSON document as values in an arena: for what is read once and thrown
 * away, an item of a partner's page. jansson makes an allocation or two for
 * each value, a table for each object, and looks at each byte four times; here
 * texts are slices of the document unless they have escapes, members are an
 * array that is searched from its start, and all of it goes with the arena.
 *
 * What jansson refuses, and what is rare (numbers of more than 18 digits, depth
 * beyond LIMIT_JSON_DEPTH, \u0000), is given to jansson itself and copied: so
 * values and messages are its own in every case. A test holds one against the
 * other.
 *
 * Thread: any; pure.
 */

#include "base/arena.h"

#include <jansson.h>

enum json_node_kind {
	NODE_NULL,
	NODE_FALSE,
	NODE_TRUE,
	NODE_INTEGER,
	NODE_REAL,
	NODE_TEXT,
	NODE_LIST,
	NODE_OBJECT,
};

struct json_node {
	uint8_t kind; /* enum json_node_kind */
	uint32_t n; /* bytes of a text, values of a list, members of an object */
	union {
		int64_t integer;
		double real;
		const char *text; /* not terminated */
		const struct json_node *items;
		const struct json_node_member *members;
	} as;
};

struct json_node_member {
	struct slice name;
	struct json_node value;
};

/*
 * flags: JSON_REJECT_DUPLICATES, JSON_DECODE_ANY, JSON_ALLOW_NUL, as in
 * jansson; without the first the last of two members of one name counts. at may
 * be NULL. The values live in the arena and borrow from text. NULL for what is
 * no JSON, and, with arena->has_failed set, where the arena is full.
 */
const struct json_node *json_tree_load(struct slice text, size_t flags, struct arena *arena,
				       json_error_t *at);
/* As above for plain documents alone: NULL for all that is left to jansson. */
const struct json_node *json_tree_load_plain(struct slice text, size_t flags, struct arena *arena);
/* The same values with their texts in another arena; NULL when it is full. */
const struct json_node *json_tree_copy(const struct json_node *node, struct arena *arena);
/*
 * Renames members whose names begin or end in blanks, all the way down, where
 * no other member has that name; else they are left out. Whether there were any.
 */
bool json_tree_trim_names(const struct json_node *node);

static inline bool node_is(const struct json_node *node, enum json_node_kind kind)
{
	return node != NULL && node->kind == kind;
}
static inline bool node_is_object(const struct json_node *node)
{
	return node_is(node, NODE_OBJECT);
}
static inline bool node_is_list(const struct json_node *node)
{
	return node_is(node, NODE_LIST);
}
static inline bool node_is_text(const struct json_node *node)
{
	return node_is(node, NODE_TEXT);
}
static inline bool node_is_number(const struct json_node *node)
{
	return node_is(node, NODE_INTEGER) || node_is(node, NODE_REAL);
}
/* Of a text; absent for anything else. */
static inline struct slice node_text(const struct json_node *node)
{
	return node_is_text(node) ? slice_make(node->as.text, node->n) : SLICE_NONE;
}
/* Members of an object or values of a list; 0 for anything else. */
static inline size_t node_size(const struct json_node *node)
{
	return node != NULL && (node_is_list(node) || node_is_object(node)) ? node->n : 0;
}
/* The ith value of a list; NULL beyond its end and for anything else. */
static inline const struct json_node *node_item(const struct json_node *node, size_t i)
{
	return node_is_list(node) && i < node->n ? &node->as.items[i] : NULL;
}
/* The ith member of an object; i < node_size(). */
static inline const struct json_node_member *node_member_at(const struct json_node *node, size_t i)
{
	return &node->as.members[i];
}
/* The member of a name; NULL where there is none and for anything but an object. */
const struct json_node *node_member(const struct json_node *node, struct slice name);
static inline const struct json_node *node_get(const struct json_node *node, const char *name)
{
	return node_member(node, slice_of(name));
}

#endif
