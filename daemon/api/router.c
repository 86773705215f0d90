// SPDX-License-Identifier: EUPL-1.2
/*
 * Finds the route of a path, and checks parameters against its table.
 */
#include "daemon/api/router.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"

#include <stdio.h>

/* --- paths --- */

static bool is_arg(struct slice segment)
{
	return segment.n > 2 && segment.p[0] == '{';
}

/*
 * Takes the next segment of both. False when one has none left, or when the
 * template's is a word and the path's is another.
 */
static bool next_segments(struct slice *segment, struct slice *template_segment, struct slice *path,
			  struct slice *template)
{
	if (!slice_split(segment, path, '/') || !slice_split(template_segment, template, '/'))
		return false;
	return is_arg(*template_segment) ? segment->n > 0 : slice_eq(*segment, *template_segment);
}

static bool is_path_of(const struct route *route, struct slice path, struct slice args[ROUTE_ARGS])
{
	struct slice template = slice_of(route->path);
	size_t n_args = 0;

	/* "/a/" would lose its last, empty segment when it is split. */
	if (slice_ends_with(path, SLICE_LIT("/")) != slice_ends_with(template, SLICE_LIT("/")))
		return false;
	while (path.n > 0 && template.n > 0) {
		struct slice segment;
		struct slice template_segment;

		if (!next_segments(&segment, &template_segment, &path, &template))
			return false;
		if (!is_arg(template_segment))
			continue;
		require(n_args < ROUTE_ARGS);
		args[n_args++] = segment;
	}
	return path.n == 0 && template.n == 0;
}

static unsigned methods_of(const struct route *route)
{
	unsigned methods = METHOD_BIT(route->method) | METHOD_BIT(HTTP_OPTIONS);

	if (route->method == HTTP_GET)
		methods |= METHOD_BIT(HTTP_HEAD);
	return methods;
}

enum err_code router_find(struct route_match *out, const struct route_table *table,
			  enum http_method method, struct slice path, struct arena *arena,
			  struct err *err)
{
	struct route_match match = { 0 };
	enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;

	for (size_t i = 0; i < table->n; i++) {
		const struct route *route = &table->routes[i];
		struct slice args[ROUTE_ARGS] = { SLICE_NONE, SLICE_NONE };

		if (!is_path_of(route, path, args))
			continue;
		match.allowed |= methods_of(route);
		if (match.route != NULL || route->method != wanted)
			continue;
		match.route = route;
		memcpy(match.args, args, sizeof(args));
	}
	for (size_t i = 0; match.route != NULL && i < ROUTE_ARGS; i++) {
		enum err_code rc =
			http_decode(&match.args[i], match.args[i], false, "the path", arena, err);

		if (rc != ERR_OK)
			return rc;
	}
	*out = match;
	return ERR_OK;
}

void router_write_allow(struct buf *out, unsigned allowed)
{
	static const struct {
		enum http_method method;
		const char *name;
	} methods[] = {
		{ HTTP_GET, "GET" },
		{ HTTP_HEAD, "HEAD" },
		{ HTTP_OPTIONS, "OPTIONS" },
		{ HTTP_POST, "POST" },
	};
	bool is_first = true;

	for (size_t i = 0; i < countof(methods); i++) {
		if ((allowed & METHOD_BIT(methods[i].method)) == 0)
			continue;
		if (!is_first)
			buf_str(out, ", ");
		buf_str(out, methods[i].name);
		is_first = false;
	}
}

/* --- parameters --- */

static bool read_bool(bool *out, struct slice value)
{
	static const char *const words[] = { "false", "true", "0", "1", "no", "yes" };

	for (size_t i = 0; i < countof(words); i++) {
		if (slice_eq_z(value, words[i])) {
			*out = i % 2 == 1;
			return true;
		}
	}
	return false;
}

static bool is_choice(struct slice value, const char *choices)
{
	struct slice rest = slice_of(choices);
	struct slice word;

	while (slice_split(&word, &rest, '|')) {
		if (slice_eq(word, value))
			return true;
	}
	return false;
}

static enum err_code refuse(const struct query_param *param, const char *expected, struct err *err)
{
	return err_set(err, ERR_PARSE, "%.*s=%.*s: expected %s", SLICE_ARG(param->name),
		       SLICE_ARG(slice_first(param->value, 80)), expected);
}

/* "a, b or c" of "a|b|c". */
static void write_choices(char *out, size_t size, const char *choices)
{
	struct slice rest = slice_of(choices);
	struct slice word;
	size_t n = 0;

	out[0] = '\0';
	while (slice_split(&word, &rest, '|') && n < size) {
		const char *before = n == 0 ? "" : rest.n == 0 ? " or " : ", ";
		int more = snprintf(out + n, size - n, "%s%.*s", before, SLICE_ARG(word));

		n += more > 0 ? (size_t)more : 0;
	}
}

static enum err_code check_value(const struct param *spec, const struct query_param *param,
				 struct err *err)
{
	char expected[160];
	uint64_t number;
	int32_t day;
	bool flag;

	switch (spec->kind) {
	case PARAM_TEXT:
		if (param->value.n > spec->max)
			return err_set(err, ERR_LIMIT, "%s: longer than %llu bytes", spec->name,
				       (unsigned long long)spec->max);
		return ERR_OK;
	case PARAM_NUMBER:
		if (slice_to_u64(&number, param->value, spec->max) && number >= spec->min)
			return ERR_OK;
		snprintf(expected, sizeof(expected), "a number from %llu to %llu",
			 (unsigned long long)spec->min, (unsigned long long)spec->max);
		return refuse(param, expected, err);
	case PARAM_BOOL:
		return read_bool(&flag, param->value) ? ERR_OK
						      : refuse(param, "true or false", err);
	case PARAM_CHOICE:
		if (is_choice(param->value, spec->choices))
			return ERR_OK;
		write_choices(expected, sizeof(expected), spec->choices);
		return refuse(param, expected, err);
	case PARAM_DAY:
		return clock_parse_day(&day, param->value)
			       ? ERR_OK
			       : refuse(param, "a day such as 2026-11-21", err);
	case PARAM_QUERY:
		return ERR_OK;
	}
	return err_set(err, ERR_INTERNAL, "%s: a parameter of no kind", spec->name);
}

static const struct param *find_spec(const struct route *route, struct slice name)
{
	for (size_t i = 0; i < route->n_params; i++) {
		if (slice_eq_z(name, route->params[i].name))
			return &route->params[i];
	}
	return NULL;
}

enum err_code router_check_params(const struct route *route, const struct http_target *target,
				  struct slice *unknown, struct err *err)
{
	for (size_t i = 0; i < target->n_params; i++) {
		const struct query_param *param = &target->params[i];
		const struct param *spec = find_spec(route, param->name);
		enum err_code rc;

		if (spec == NULL) {
			*unknown = param->name;
			return err_set(err, ERR_PARSE, "unknown parameter \"%.*s\"",
				       SLICE_ARG(slice_first(param->name, 80)));
		}
		if (spec->kind != PARAM_QUERY && http_param(target, spec->name) != param)
			return err_set(err, ERR_PARSE, "%s is given more than once", spec->name);
		rc = check_value(spec, param, err);
		if (rc != ERR_OK)
			return rc;
	}
	for (size_t i = 0; i < route->n_params; i++) {
		if (route->params[i].is_required &&
		    http_param(target, route->params[i].name) == NULL)
			return err_set(err, ERR_PARSE, "%s is missing", route->params[i].name);
	}
	return ERR_OK;
}

uint64_t param_number(const struct http_target *target, const char *name, uint64_t otherwise)
{
	const struct query_param *param = http_param(target, name);
	uint64_t value;

	return param != NULL && slice_to_u64(&value, param->value, UINT64_MAX) ? value : otherwise;
}

bool param_bool(const struct http_target *target, const char *name, bool otherwise)
{
	const struct query_param *param = http_param(target, name);
	bool value;

	return param != NULL && read_bool(&value, param->value) ? value : otherwise;
}

struct slice param_text(const struct http_target *target, const char *name)
{
	const struct query_param *param = http_param(target, name);

	return param != NULL ? param->value : SLICE_NONE;
}

bool param_day(int32_t *out, const struct http_target *target, const char *name)
{
	const struct query_param *param = http_param(target, name);

	return param != NULL && clock_parse_day(out, param->value);
}
