// SPDX-License-Identifier: EUPL-1.2
/* Plain documents by json_tree.h, made into jansson's values; others by jansson. */
#include "catalogue/json_load.h"

#include "catalogue/json_tree.h"

static json_t *make_value(const struct json_node *node);

static json_t *make_list(const struct json_node *node)
{
	json_t *list = json_array();

	for (size_t i = 0; i < node->n; i++)
		json_array_append_new(list, make_value(&node->as.items[i]));
	return list;
}

static json_t *make_object(const struct json_node *node)
{
	json_t *object = json_object();

	for (size_t i = 0; i < node->n; i++) {
		const struct json_node_member *member = &node->as.members[i];

		json_object_setn_new_nocheck(object, member->name.p, member->name.n,
					     make_value(&member->value));
	}
	return object;
}

static json_t *make_value(const struct json_node *node)
{
	switch ((enum json_node_kind)node->kind) {
	case NODE_OBJECT:
		return make_object(node);
	case NODE_LIST:
		return make_list(node);
	case NODE_TEXT:
		return json_stringn_nocheck(node->as.text, node->n);
	case NODE_INTEGER:
		return json_integer(node->as.integer);
	case NODE_REAL:
		return json_real(node->as.real);
	case NODE_TRUE:
		return json_true();
	case NODE_FALSE:
		return json_false();
	default:
		return json_null();
	}
}

json_t *json_load(struct slice text, size_t flags, json_error_t *at)
{
	struct arena arena = ARENA_INIT(SIZE_MAX); /* about as large as the text */
	const struct json_node *node = json_tree_load_plain(text, flags, &arena);
	json_t *value = node != NULL ? make_value(node) : NULL;

	arena_clear(&arena);
	return value != NULL ? value : json_loadb(text.p != NULL ? text.p : "", text.n, flags, at);
}
