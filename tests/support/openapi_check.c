// SPDX-License-Identifier: EUPL-1.2
/* A small validator of answers against the description of the API. */
#include "tests/support/openapi_check.h"

#include "tests/support/openapi_seen.h"

void openapi_load(struct openapi *o, struct slice json)
{
	json_error_t at;

	o->doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &at);
	if (o->doc == NULL)
		fail_msg("line %d: %s", at.line, at.text);
}

void openapi_clear(struct openapi *o)
{
	openapi_remember_marks(o);
	json_decref(o->doc);
	o->doc = NULL;
}

/* Follows "#/components/schemas/Offer". */
static json_t *follow(const struct openapi *o, const char *pointer)
{
	struct slice rest = slice_from(slice_of(pointer), 2);
	struct slice name;
	json_t *node = o->doc;

	while (slice_split(&name, &rest, '/'))
		node = json_object_getn(node, name.p, name.n);
	if (node == NULL)
		fail_msg("%s leads nowhere", pointer);
	return node;
}

json_t *openapi_resolve(const struct openapi *o, json_t *node)
{
	const char *pointer = json_string_value(json_object_get(node, "$ref"));

	return pointer != NULL ? openapi_resolve(o, follow(o, pointer)) : node;
}

json_t *openapi_operation(const struct openapi *o, const char *path, const char *method)
{
	json_t *paths = json_object_get(o->doc, "paths");

	return json_object_get(json_object_get(paths, path), method);
}

json_t *openapi_parameter(const struct openapi *o, json_t *operation, const char *name)
{
	json_t *parameter;
	size_t i;

	json_array_foreach(json_object_get(operation, "parameters"), i, parameter)
	{
		parameter = openapi_resolve(o, parameter);
		if (strcmp(json_string_value(json_object_get(parameter, "name")), name) == 0)
			return parameter;
	}
	return NULL;
}

/* --- schemas --- */

struct place {
	const struct place *up;
	const char *name;
	size_t index;
};

static void write_place(struct buf *out, const struct place *at)
{
	if (at == NULL)
		return;
	write_place(out, at->up);
	if (at->name != NULL)
		buf_printf(out, ".%s", at->name);
	else
		buf_printf(out, "[%zu]", at->index);
}

static bool refuse(struct buf *why, const struct place *at, const char *what, json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	buf_reset(why);
	write_place(why, at);
	buf_printf(why, ": %s: %.200s", what, text != NULL ? text : "?");
	free(text);
	return false;
}

static bool is_type(json_t *value, const char *type)
{
	if (strcmp(type, "object") == 0)
		return json_is_object(value);
	if (strcmp(type, "array") == 0)
		return json_is_array(value);
	if (strcmp(type, "string") == 0)
		return json_is_string(value);
	if (strcmp(type, "integer") == 0)
		return json_is_integer(value);
	if (strcmp(type, "number") == 0)
		return json_is_number(value);
	if (strcmp(type, "boolean") == 0)
		return json_is_boolean(value);
	fail_msg("the description has a type %s", type);
	return false;
}

static bool is_one_of(json_t *value, json_t *choices)
{
	json_t *choice;
	size_t i;

	json_array_foreach(choices, i, choice)
	{
		if (json_equal(choice, value))
			return true;
	}
	return false;
}

static void mark_choice(json_t *schema, json_t *value)
{
	char text[100];

	snprintf(text, sizeof(text), "=%s", json_string_value(value));
	openapi_mark(schema, text);
}

static bool is_date_time(json_t *value)
{
	struct slice text = slice_of(json_string_value(value));

	return text.n == 20 && text.p[4] == '-' && text.p[10] == 'T' && text.p[19] == 'Z';
}

static bool fits(const struct openapi *o, json_t *schema, json_t *value, struct buf *why,
		 const struct place *at);

/* The schema that names a member: in properties, or in a part of allOf. */
static json_t *member_schema(const struct openapi *o, json_t *schema, const char *name)
{
	json_t *found = json_object_get(json_object_get(schema, "properties"), name);
	json_t *part;
	size_t i;

	json_array_foreach(json_object_get(schema, "allOf"), i, part)
	{
		if (found == NULL)
			found = member_schema(o, openapi_resolve(o, part), name);
	}
	return found;
}

static bool names_members(json_t *schema)
{
	return json_object_get(schema, "properties") != NULL ||
	       json_object_get(schema, "allOf") != NULL;
}

static bool has_required(const struct openapi *o, json_t *schema, json_t *value, struct buf *why,
			 const struct place *at)
{
	json_t *name;
	json_t *part;
	size_t i;

	json_array_foreach(json_object_get(schema, "required"), i, name)
	{
		struct place member = { at, json_string_value(name), 0 };

		if (json_object_get(value, json_string_value(name)) == NULL)
			return refuse(why, &member, "is missing", value);
	}
	json_array_foreach(json_object_get(schema, "allOf"), i, part)
	{
		if (!has_required(o, openapi_resolve(o, part), value, why, at))
			return false;
	}
	return true;
}

static bool object_fits(const struct openapi *o, json_t *schema, json_t *value, struct buf *why,
			const struct place *at)
{
	json_t *others = json_object_get(schema, "additionalProperties");
	const char *name;
	json_t *member;

	if (!has_required(o, schema, value, why, at))
		return false;
	json_object_foreach(value, name, member)
	{
		struct place place = { at, name, 0 };
		json_t *expected = member_schema(o, schema, name);

		if (expected == NULL)
			expected = others;
		if (expected == NULL && names_members(schema))
			return refuse(why, &place, "is not described", member);
		if (expected != NULL && !fits(o, expected, member, why, &place))
			return false;
	}
	return true;
}

static bool array_fits(const struct openapi *o, json_t *schema, json_t *value, struct buf *why,
		       const struct place *at)
{
	json_t *items = json_object_get(schema, "items");
	json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
	{
		struct place place = { at, NULL, i };

		if (items != NULL && !fits(o, items, item, why, &place))
			return false;
	}
	return true;
}

static bool number_fits(json_t *schema, json_t *value)
{
	json_t *minimum = json_object_get(schema, "minimum");
	json_t *maximum = json_object_get(schema, "maximum");
	double v = json_number_value(value);

	return (minimum == NULL || v >= json_number_value(minimum)) &&
	       (maximum == NULL || v <= json_number_value(maximum));
}

static bool fits(const struct openapi *o, json_t *schema, json_t *value, struct buf *why,
		 const struct place *at)
{
	const char *type;
	const char *format;
	json_t *choices;

	openapi_mark(schema, "");
	schema = openapi_resolve(o, schema);
	openapi_mark(schema, "");
	type = json_string_value(json_object_get(schema, "type"));
	format = json_string_value(json_object_get(schema, "format"));
	choices = json_object_get(schema, "enum");
	if (type != NULL && !is_type(value, type))
		return refuse(why, at, type, value);
	if (choices != NULL && !is_one_of(value, choices))
		return refuse(why, at, "is none of those described", value);
	if (choices != NULL)
		mark_choice(schema, value);
	if (format != NULL && strcmp(format, "date-time") == 0 && !is_date_time(value))
		return refuse(why, at, "is no date-time", value);
	if (json_is_number(value) && !number_fits(schema, value))
		return refuse(why, at, "is out of range", value);
	if (json_is_object(value))
		return object_fits(o, schema, value, why, at);
	return !json_is_array(value) || array_fits(o, schema, value, why, at);
}

bool openapi_fits(const struct openapi *o, json_t *schema, json_t *value, struct buf *why)
{
	return fits(o, schema, value, why, NULL);
}

/* --- answers --- */

static void check_json(const struct openapi *o, json_t *schema, struct slice text,
		       const struct http_answer *a)
{
	struct buf why = BUF_INIT(4096);
	json_error_t at;
	json_t *value = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &at);

	if (value == NULL)
		fail_msg("%s at %d in: %.*s", at.text, at.position, SLICE_ARG(text));
	if (!openapi_fits(o, schema, value, &why))
		fail_msg("%s\nin %.*s%.*s", buf_z(&why), SLICE_ARG(a->head), SLICE_ARG(text));
	json_decref(value);
	buf_clear(&why);
}

/* What every path may answer is described once, in the introduction. */
static const unsigned common_statuses[] = { 400, 405, 406, 413, 414, 503 };

static void mark_common_status(const struct openapi *o, unsigned status)
{
	char text[40];

	snprintf(text, sizeof(text), "status %u", status);
	openapi_mark(json_object_get(o->doc, "info"), text);
}

void openapi_mark_common(const struct openapi *o)
{
	for (size_t i = 0; i < countof(common_statuses); i++)
		mark_common_status(o, common_statuses[i]);
}

static json_t *common_response(const struct openapi *o, unsigned status)
{
	json_t *components = json_object_get(o->doc, "components");

	for (size_t i = 0; i < countof(common_statuses); i++) {
		if (common_statuses[i] == status)
			return json_object_get(json_object_get(components, "responses"), "Problem");
	}
	return NULL;
}

static void mark_headers(json_t *response, const struct http_answer *a)
{
	const char *name;
	json_t *header;

	json_object_foreach(json_object_get(response, "headers"), name, header)
	{
		if (http_answer_header(a, name).p != NULL)
			openapi_mark(header, "");
	}
}

void openapi_check_answer(const struct openapi *o, json_t *operation, const struct http_answer *a)
{
	struct slice type = http_answer_header(a, "Content-Type");
	ptrdiff_t end = slice_find_byte(type, ';');
	char status[8];
	char name[80];
	json_t *response;
	json_t *content;
	json_t *schema;
	struct slice rest;
	struct slice line;

	snprintf(status, sizeof(status), "%u", a->status);
	snprintf(name, sizeof(name), "%.*s",
		 SLICE_ARG(end < 0 ? type : slice_first(type, (size_t)end)));
	response = json_object_get(json_object_get(operation, "responses"), status);
	if (response == NULL)
		response = common_response(o, a->status);
	if (response == NULL)
		fail_msg("status %u is not described: %.*s", a->status, SLICE_ARG(a->body));
	if (common_response(o, a->status) != NULL)
		mark_common_status(o, a->status);
	openapi_mark(response, "");
	response = openapi_resolve(o, response);
	openapi_mark(response, "");
	mark_headers(response, a);
	content = json_object_get(response, "content");
	if (content == NULL)
		return;
	if (json_object_get(content, name) == NULL)
		fail_msg("type \"%s\" is not described: %.*s", name, SLICE_ARG(a->head));
	openapi_mark(json_object_get(content, name), "");
	openapi_mark(json_object_get(json_object_get(content, name), "schema"), "");
	schema = json_object_get(json_object_get(content, name), "schema");
	if (strstr(name, "json") == NULL)
		return;
	if (strcmp(name, "application/x-ndjson") != 0) {
		check_json(o, schema, a->body, a);
		return;
	}
	rest = a->body;
	while (slice_split(&line, &rest, '\n'))
		check_json(o, schema, line, a);
}
