// SPDX-License-Identifier: EUPL-1.2
/*
 * The shared samples as files, as pages, and their values by path.
 */
#include "tests/support/sample_pages.h"

#include "tests/support/shared_dir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_PATH = 500, DEFAULT_PAGE_SIZE = 10 };

bool samples_are_there(void)
{
	char path[MAX_PATH];
	struct stat s;

	snprintf(path, sizeof(path), "%s/samples", shared_dir());
	if (stat(path, &s) == 0)
		return true;
	fprintf(stderr, "no %s: set MICROCAT_SHARED\n", path);
	return false;
}

static void must(bool is_so, const char *name)
{
	if (is_so)
		return;
	fprintf(stderr, "sample %s cannot be read\n", name);
	abort();
}

char *sample_text(const char *name, size_t *n)
{
	char path[MAX_PATH];
	struct stat s;
	FILE *file;
	char *text;

	snprintf(path, sizeof(path), "%s/samples/%s", shared_dir(), name);
	file = fopen(path, "re");
	must(file != NULL && fstat(fileno(file), &s) == 0, path);
	text = malloc((size_t)s.st_size + 1);
	must(text != NULL && fread(text, 1, (size_t)s.st_size, file) == (size_t)s.st_size, path);
	fclose(file);
	text[s.st_size] = 0;
	if (n != NULL)
		*n = (size_t)s.st_size;
	return text;
}

json_t *sample_json(const char *name)
{
	size_t n;
	char *text = sample_text(name, &n);
	json_t *document = json_loadb(text, n, 0, NULL);

	must(document != NULL, name);
	free(text);
	return document;
}

/* --- files --- */

void sample_serve(struct partner *p, const char *path, const char *name, const char *content_type)
{
	struct partner_answer answer = { .status = 200 };
	char *text = sample_text(name, &answer.body_bytes);

	answer.body = text;
	snprintf(answer.content_type, sizeof(answer.content_type), "%s", content_type);
	partner_route(p, path, &answer);
	free(text);
}

void sample_serve_with(struct partner *p, const char *path, const char *name,
		       const char *content_type, const char *from, const char *to,
		       size_t *n_replaced)
{
	struct partner_answer answer = { .status = 200 };
	char *text = sample_text(name, NULL);
	char *changed = NULL;
	FILE *out = open_memstream(&changed, &answer.body_bytes);
	const char *rest = text;
	size_t n = 0;

	must(out != NULL, name);
	for (const char *at = strstr(rest, from); at != NULL; at = strstr(rest, from), n++) {
		fprintf(out, "%.*s%s", (int)(at - rest), rest, to);
		rest = at + strlen(from);
	}
	fputs(rest, out);
	fclose(out);
	answer.body = changed;
	snprintf(answer.content_type, sizeof(answer.content_type), "%s", content_type);
	partner_route(p, path, &answer);
	if (n_replaced != NULL)
		*n_replaced = n;
	free(changed);
	free(text);
}

/* --- lists --- */

void sample_list_init(struct sample_list *list, const char *path)
{
	snprintf(list->path, sizeof(list->path), "%s", path);
	list->items = json_array();
}

void sample_list_clear(struct sample_list *list)
{
	json_decref(list->items);
	list->items = NULL;
}

void sample_list_add(struct sample_list *list, const char *name)
{
	json_t *document = sample_json(name);
	json_t *items = json_is_array(document) ? document : json_object_get(document, "items");

	if (items != NULL)
		must(json_array_extend(list->items, items) == 0, name);
	else
		must(json_array_append(list->items, document) == 0, name);
	json_decref(document);
}

static size_t number_of(const struct partner_request *request, const char *name, size_t otherwise)
{
	const char *text = partner_request_query(request, name);
	size_t n = text != NULL ? strtoul(text, NULL, 10) : 0;

	return n > 0 ? n : otherwise;
}

static void answer_page(struct partner_answer *answer, const struct partner_request *request,
			void *arg)
{
	const struct sample_list *list = arg;
	size_t size = number_of(request, "pageSize", DEFAULT_PAGE_SIZE);
	size_t page = number_of(request, "pageNumber", 1);
	size_t n = json_array_size(list->items);
	size_t first = (page - 1) * size;

	if (strcmp(request->path, list->path) != 0) {
		answer->status = 404;
		return;
	}
	snprintf(answer->content_type, sizeof(answer->content_type), "application/json");
	partner_print(answer,
		      "{\"pageSize\":%zu,\"pageNumber\":%zu,\"hasPreviousPage\":%s,"
		      "\"hasNextPage\":%s,\"items\":[",
		      size, page, page > 1 ? "true" : "false", page * size < n ? "true" : "false");
	for (size_t i = first; i < n && i < first + size; i++) {
		char *text = json_dumps(json_array_get(list->items, i), JSON_COMPACT);

		partner_print(answer, "%s%s", i > first ? "," : "", text);
		free(text);
	}
	partner_print(answer, "]}");
}

void sample_list_serve(struct partner *p, struct sample_list *list)
{
	partner_route_fn(p, list->path, answer_page, list);
}

/* --- values --- */

static const json_t *step_into(const json_t *from, const char *name, size_t n)
{
	char key[200];

	if (json_is_array(from))
		return json_array_get(from, strtoul(name, NULL, 10));
	snprintf(key, sizeof(key), "%.*s", (int)n, name);
	return json_object_get(from, key);
}

const char *sample_at(const json_t *document, const char *path)
{
	static char texts[4][20000];
	static unsigned next;
	char *text = texts[next++ % 4];
	const json_t *at = document;
	char *dump;

	while (at != NULL && *path != 0) {
		size_t n = strcspn(path, ".");

		at = step_into(at, path, n);
		path += n;
		path += *path == '.';
	}
	text[0] = 0;
	if (json_is_string(at)) {
		snprintf(text, sizeof(texts[0]), "%s", json_string_value(at));
	} else if (at != NULL) {
		dump = json_dumps(at, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
		snprintf(text, sizeof(texts[0]), "%s", dump);
		free(dump);
	}
	return text;
}
