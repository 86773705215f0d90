// SPDX-License-Identifier: EUPL-1.2
/* Marks in the description, their names, and the files that keep them. */
#include "tests/support/openapi_seen.h"

/* A member that OpenAPI leaves to us: what was met, as members of an object. */
static const char marks[] = "x-seen";

/* Of all descriptions of this process. */
static json_t *remembered;

void openapi_mark(json_t *node, const char *what)
{
	if (json_object_get(node, marks) == NULL)
		json_object_set_new(node, marks, json_object());
	json_object_set_new(json_object_get(node, marks), what, json_true());
}

static json_t *parameter_node(const struct openapi *o, json_t *operation, const char *name)
{
	json_t *node;
	size_t i;

	json_array_foreach(json_object_get(operation, "parameters"), i, node)
	{
		json_t *is = json_object_get(openapi_resolve(o, node), "name");

		if (strcmp(json_string_value(is), name) == 0)
			return node;
	}
	return NULL;
}

static bool has_few_values(json_t *schema)
{
	const char *type = json_string_value(json_object_get(schema, "type"));

	return json_object_get(schema, "enum") != NULL || strcmp(type, "boolean") == 0;
}

void openapi_mark_parameter(const struct openapi *o, json_t *operation, const char *name,
			    struct slice value, unsigned status)
{
	json_t *node = parameter_node(o, operation, name);
	json_t *schema = json_object_get(openapi_resolve(o, node), "schema");
	char text[100];

	if (node == NULL)
		return; /* one that is not described was tried */
	if (status >= 400) {
		openapi_mark(node, "refused");
		return;
	}
	openapi_mark(node, "taken");
	snprintf(text, sizeof(text), "taken=%.*s", SLICE_ARG(value));
	if (has_few_values(schema))
		openapi_mark(node, text);
}

/* --- names of marks --- */

static void add_marks(json_t *names, const char *path, json_t *node)
{
	const char *what;
	json_t *is;

	json_object_foreach(json_object_get(node, marks), what, is)
	{
		char name[600];

		snprintf(name, sizeof(name), "%s%s%s", path, what[0] != '\0' ? " " : "", what);
		json_object_set_new(names, name, json_true());
	}
}

static void collect(json_t *names, const char *path, json_t *node)
{
	const char *name;
	json_t *member;
	char inner[500];
	size_t i;

	add_marks(names, path, node);
	json_object_foreach(node, name, member)
	{
		snprintf(inner, sizeof(inner), "%s%s%s", path, path[0] != '\0' ? "/" : "", name);
		if (strcmp(name, marks) != 0)
			collect(names, inner, member);
	}
	json_array_foreach(node, i, member)
	{
		snprintf(inner, sizeof(inner), "%s/%zu", path, i);
		collect(names, inner, member);
	}
}

void openapi_remember_marks(const struct openapi *o)
{
	if (remembered == NULL)
		remembered = json_object();
	collect(remembered, "", o->doc);
}

static void name_file(char path[1024], const char *name)
{
	snprintf(path, 1024, "%s/%s.seen", MICROCAT_SEEN_DIR, name);
}

void openapi_write_seen(const char *name)
{
	char path[1024];

	name_file(path, name);
	if (json_dump_file(remembered, path, JSON_INDENT(1) | JSON_SORT_KEYS) != 0)
		abort(); /* outside of any test */
	json_decref(remembered);
	remembered = NULL;
}

void openapi_read_seen(json_t *names, const char *name)
{
	char path[1024];
	json_error_t at;
	json_t *theirs;

	name_file(path, name);
	theirs = json_load_file(path, 0, &at);
	if (theirs == NULL)
		fail_msg("%s: %s; run %s before", path, at.text, name);
	json_object_update(names, theirs);
	json_decref(theirs);
}

/* --- what there is to see: a copy of the description, all of it marked --- */

static void mark_schema(const struct openapi *o, json_t *node);

static void mark_members(const struct openapi *o, json_t *schema)
{
	const char *name;
	json_t *member;
	size_t i;

	json_object_foreach(json_object_get(schema, "properties"), name, member)
		mark_schema(o, member);
	json_array_foreach(json_object_get(schema, "allOf"), i, member)
		mark_members(o, openapi_resolve(o, member));
}

static void mark_values(json_t *node, json_t *values, const char *before)
{
	json_t *value;
	size_t i;

	json_array_foreach(values, i, value)
	{
		char text[100];

		snprintf(text, sizeof(text), "%s=%s", before, json_string_value(value));
		openapi_mark(node, text);
	}
}

static void mark_schema(const struct openapi *o, json_t *node)
{
	json_t *schema = openapi_resolve(o, node);
	bool is_new = json_object_get(schema, marks) == NULL;

	openapi_mark(node, "");
	openapi_mark(schema, "");
	if (!is_new)
		return;
	mark_values(schema, json_object_get(schema, "enum"), "");
	mark_members(o, schema);
	if (json_object_get(schema, "items") != NULL)
		mark_schema(o, json_object_get(schema, "items"));
	if (json_object_get(schema, "additionalProperties") != NULL)
		mark_schema(o, json_object_get(schema, "additionalProperties"));
}

static void mark_response(const struct openapi *o, json_t *node)
{
	json_t *response = openapi_resolve(o, node);
	const char *name;
	json_t *part;

	openapi_mark(node, "");
	openapi_mark(response, "");
	json_object_foreach(json_object_get(response, "headers"), name, part)
		openapi_mark(part, "");
	json_object_foreach(json_object_get(response, "content"), name, part)
	{
		openapi_mark(part, "");
		mark_schema(o, json_object_get(part, "schema"));
	}
}

static void mark_all_of_parameter(const struct openapi *o, json_t *node)
{
	json_t *schema = json_object_get(openapi_resolve(o, node), "schema");
	const char *type = json_string_value(json_object_get(schema, "type"));

	openapi_mark(node, "taken");
	openapi_mark(node, "refused");
	mark_values(node, json_object_get(schema, "enum"), "taken");
	if (strcmp(type, "boolean") == 0) {
		openapi_mark(node, "taken=true");
		openapi_mark(node, "taken=false");
	}
}

static void mark_operation(const struct openapi *o, json_t *operation)
{
	const char *name;
	json_t *node;
	size_t i;

	json_array_foreach(json_object_get(operation, "parameters"), i, node)
		mark_all_of_parameter(o, node);
	json_object_foreach(json_object_get(operation, "responses"), name, node)
		mark_response(o, node);
}

json_t *openapi_all_to_see(const struct openapi *o)
{
	struct openapi all = { .doc = json_deep_copy(o->doc) };
	json_t *names = json_object();
	const char *path, *method;
	json_t *methods, *operation;

	json_object_foreach(json_object_get(all.doc, "paths"), path, methods)
	{
		json_object_foreach(methods, method, operation) mark_operation(&all, operation);
	}
	openapi_mark_common(&all);
	collect(names, "", all.doc);
	json_decref(all.doc);
	return names;
}
