// SPDX-License-Identifier: EUPL-1.2
/* Trees and jansson's values, compared. */
#include "tests/support/json_same.h"

static bool is_same_object(const struct json_node *node, const json_t *object)
{
	const char *name;
	json_t *value;
	size_t i = 0;

	if (node_size(node) != json_object_size(object))
		return false;
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		const struct json_node_member *member = node_member_at(node, i++);

		if (!slice_eq_z(member->name, name) || !json_same(&member->value, value) ||
		    node_get(node, name) != &member->value)
			return false;
	}
	return true;
}

static bool is_same_list(const struct json_node *node, const json_t *list)
{
	if (node_size(node) != json_array_size(list))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!json_same(node_item(node, i), json_array_get(list, i)))
			return false;
	return true;
}

/* Zero has two signs. */
static uint64_t bits_of(double real)
{
	uint64_t bits = 0;

	memcpy(&bits, &real, sizeof(bits));
	return bits;
}

bool json_same(const struct json_node *node, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return node_is_object(node) && is_same_object(node, value);
	case JSON_ARRAY:
		return node_is_list(node) && is_same_list(node, value);
	case JSON_STRING:
		return node_is_text(node) &&
		       slice_eq(node_text(node),
				slice_make(json_string_value(value), json_string_length(value)));
	case JSON_INTEGER:
		return node_is(node, NODE_INTEGER) && node->as.integer == json_integer_value(value);
	case JSON_REAL:
		return node_is(node, NODE_REAL) &&
		       bits_of(node->as.real) == bits_of(json_real_value(value));
	case JSON_TRUE:
		return node_is(node, NODE_TRUE);
	case JSON_FALSE:
		return node_is(node, NODE_FALSE);
	default:
		return node_is(node, NODE_NULL);
	}
}
