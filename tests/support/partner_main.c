// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat-demo-partner: serves the demo catalogues as partners would.
 *
 *	microcat-demo-partner --root config/demo [--port N] [--port-file FILE]
 *
 * ROOT/demo.json lists the catalogues: the path of each, its format, its files.
 * Pages, page links, single courses, offerings, validators and 304 are made
 * here, so that the files hold nothing but the courses. "since" and other
 * filters are accepted and ignored: the demo gives the same answer on any day.
 *
 * Prints "listening on http://127.0.0.1:PORT" once it accepts connections, then
 * writes the port into the port file. SIGTERM and SIGINT end it with status 0.
 */
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/partner.h"

enum {
	MAX_CATALOGUES = 32,
	DEFAULT_PAGE_SIZE = 10, /* OOAPI's; also of MOOChub feeds that do not say */
};

/* One catalogue as demo.json describes it, with its files read. */
struct catalogue {
	const char *prefix; /* borrowed from the manifest, like the next two */
	const char *format; /* "ooapi", "moochub" or "csv" */
	const char *content_type;
	const char *last_next; /* moochub: what "next" is on the last page: absent, empty, self */
	bool is_v6; /* ooapi: British spelling of the paths */
	json_int_t page_size; /* moochub */
	json_t *courses; /* array */
	json_t *offerings; /* ooapi: object, course id to array */
	json_t *organizations; /* ooapi: array */
	char *text; /* csv: the file */
	size_t text_bytes;
	time_t modified;
};

struct demo {
	const char *root;
	json_t *manifest;
	struct catalogue list[MAX_CATALOGUES];
	size_t n;
};

/* ---- reading the files ---- */

static bool file_path(char out[PATH_MAX], const struct demo *demo, const char *name)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", demo->root, name);

	if (n > 0 && n < PATH_MAX)
		return true;
	fprintf(stderr, "microcat-demo-partner: %s/%s: the path is too long\n", demo->root, name);
	return false;
}

/* Remembers the newest change of the catalogue's files. */
static void modified_note(struct catalogue *c, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_mtime > c->modified)
		c->modified = st.st_mtime;
}

/* The JSON file that entry names under key; absent is fine unless it is needed. */
static bool json_file_read(json_t **out, struct catalogue *c, const struct demo *demo,
			   const json_t *entry, const char *key, bool is_needed)
{
	const char *name = json_string_value(json_object_get(entry, key));
	char path[PATH_MAX];
	json_error_t at;

	if (name == NULL) {
		if (is_needed)
			fprintf(stderr, "microcat-demo-partner: %s: \"%s\" is missing\n", c->prefix,
				key);
		return !is_needed;
	}
	if (!file_path(path, demo, name))
		return false;
	*out = json_load_file(path, 0, &at);
	if (*out == NULL) {
		fprintf(stderr, "microcat-demo-partner: %s:%d: %s\n", path, at.line, at.text);
		return false;
	}
	modified_note(c, path);
	return true;
}

static bool text_file_read(struct catalogue *c, const struct demo *demo, const json_t *entry)
{
	const char *name = json_string_value(json_object_get(entry, "file"));
	char path[PATH_MAX];
	struct stat st;
	FILE *f = NULL;
	bool is_read = false;

	if (name == NULL || !file_path(path, demo, name) || (f = fopen(path, "rb")) == NULL ||
	    fstat(fileno(f), &st) != 0)
		goto out;
	c->text_bytes = (size_t)st.st_size;
	c->text = malloc(c->text_bytes + 1);
	is_read = c->text != NULL && fread(c->text, 1, c->text_bytes, f) == c->text_bytes;
	modified_note(c, path);
out:
	if (f != NULL)
		fclose(f);
	if (!is_read)
		fprintf(stderr, "microcat-demo-partner: %s: cannot read \"file\"\n", c->prefix);
	return is_read;
}

static bool catalogue_read(struct catalogue *c, const struct demo *demo, const json_t *entry)
{
	const char *version = json_string_value(json_object_get(entry, "version"));

	c->prefix = json_string_value(json_object_get(entry, "path"));
	c->format = json_string_value(json_object_get(entry, "format"));
	c->content_type = json_string_value(json_object_get(entry, "contentType"));
	c->last_next = json_string_value(json_object_get(entry, "lastNext"));
	c->page_size = json_integer_value(json_object_get(entry, "pageSize"));
	c->is_v6 = version != NULL && strcmp(version, "6") == 0;
	if (c->page_size <= 0)
		c->page_size = DEFAULT_PAGE_SIZE;
	if (c->prefix == NULL || c->format == NULL) {
		fprintf(stderr,
			"microcat-demo-partner: demo.json: an entry lacks path or format\n");
		return false;
	}
	if (strcmp(c->format, "csv") == 0)
		return text_file_read(c, demo, entry);
	return json_file_read(&c->courses, c, demo, entry, "courses", true) &&
	       json_file_read(&c->offerings, c, demo, entry, "offerings", false) &&
	       json_file_read(&c->organizations, c, demo, entry, "organizations", false);
}

static bool demo_read(struct demo *demo)
{
	char path[PATH_MAX];
	json_error_t at;
	json_t *entry;
	json_t *list;
	size_t i;

	if (!file_path(path, demo, "demo.json"))
		return false;
	demo->manifest = json_load_file(path, 0, &at);
	if (demo->manifest == NULL) {
		fprintf(stderr, "microcat-demo-partner: %s:%d: %s\n", path, at.line, at.text);
		return false;
	}
	list = json_object_get(demo->manifest, "catalogues");
	if (json_array_size(list) == 0 || json_array_size(list) > MAX_CATALOGUES) {
		fprintf(stderr, "microcat-demo-partner: %s: 1 to %d catalogues expected\n", path,
			MAX_CATALOGUES);
		return false;
	}
	json_array_foreach(list, i, entry)
	{
		demo->n = i + 1;
		if (!catalogue_read(&demo->list[i], demo, entry))
			return false;
	}
	return true;
}

static void demo_clear(struct demo *demo)
{
	for (size_t i = 0; i < demo->n; i++) {
		json_decref(demo->list[i].courses);
		json_decref(demo->list[i].offerings);
		json_decref(demo->list[i].organizations);
		free(demo->list[i].text);
	}
	json_decref(demo->manifest);
}

/* ---- answers ---- */

static void answer_problem(struct partner_answer *answer, int status, const char *detail)
{
	answer->status = status;
	snprintf(answer->content_type, sizeof(answer->content_type), "application/problem+json");
	partner_print(answer, "{\"status\": %d, \"title\": \"%s\", \"detail\": \"%s\"}\n", status,
		      status == 404 ? "Not Found" : "Bad Request", detail);
}

/* FNV-1a: enough to tell one page from another. */
static uint64_t hash(const char *data, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)data[i]) * UINT64_C(1099511628211);
	return h;
}

static void validators_add(struct partner_answer *answer, const struct catalogue *c)
{
	struct tm tm;

	snprintf(answer->etag, sizeof(answer->etag), "\"%016" PRIx64 "\"",
		 hash(answer->text, answer->text_bytes));
	gmtime_r(&c->modified, &tm);
	strftime(answer->last_modified, sizeof(answer->last_modified), "%a, %d %b %Y %H:%M:%S GMT",
		 &tm);
}

/* Takes json. */
static void answer_json(struct partner_answer *answer, const struct catalogue *c, json_t *json)
{
	char *text = json_dumps(json, JSON_INDENT(2));

	json_decref(json);
	if (text == NULL) {
		answer_problem(answer, 500, "the answer could not be written");
		return;
	}
	snprintf(answer->content_type, sizeof(answer->content_type), "%s",
		 c->content_type != NULL ? c->content_type : "application/json");
	partner_write(answer, text, strlen(text));
	free(text);
	validators_add(answer, c);
}

/* A whole number from 1; what is absent is otherwise. Returns false for anything else. */
static bool number_read(json_int_t *out, const struct partner_request *request, const char *name,
			json_int_t otherwise)
{
	const char *text = partner_request_query(request, name);
	char *end = NULL;
	long n;

	*out = otherwise;
	if (text == NULL)
		return true;
	n = strtol(text, &end, 10);
	if (end == text || *end != '\0' || n < 1 || n > 100000)
		return false;
	*out = n;
	return true;
}

static json_t *slice_of(const json_t *list, json_int_t page, json_int_t size)
{
	json_t *items = json_array();
	size_t first = (size_t)((page - 1) * size);

	for (size_t i = first; i < first + (size_t)size && i < json_array_size(list); i++)
		json_array_append(items, json_array_get(list, i));
	return items;
}

static json_int_t pages_of(const json_t *list, json_int_t size)
{
	json_int_t n = (json_int_t)json_array_size(list);

	return n == 0 ? 1 : (n + size - 1) / size;
}

/* OOAPI's envelope around one page of list. */
static void answer_page(struct partner_answer *answer, const struct catalogue *c,
			const struct partner_request *request, const json_t *list)
{
	static const json_int_t sizes[] = { 10, 20, 50, 100, 250 };
	bool is_allowed = false;
	json_int_t page;
	json_int_t size;
	json_int_t last;

	if (!number_read(&page, request, "pageNumber", 1)) {
		answer_problem(answer, 400, "pageNumber is a number from 1");
		return;
	}
	if (number_read(&size, request, "pageSize", DEFAULT_PAGE_SIZE)) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
			is_allowed = is_allowed || sizes[i] == size;
	}
	if (!is_allowed) {
		answer_problem(answer, 400, "pageSize is one of 10, 20, 50, 100, 250");
		return;
	}
	last = pages_of(list, size);
	answer_json(answer, c,
		    json_pack("{s:I, s:I, s:b, s:b, s:I, s:o}", "pageSize", size, "pageNumber",
			      page, "hasPreviousPage", page > 1, "hasNextPage", page < last,
			      "totalPages", last, "items", slice_of(list, page, size)));
}

/* The first object of list whose key is n bytes of id. Borrowed, or NULL. */
static json_t *find(const json_t *list, const char *key, const char *id, size_t n)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *value = json_string_value(json_object_get(item, key));

		if (value != NULL && strlen(value) == n && memcmp(value, id, n) == 0)
			return item;
	}
	return NULL;
}

/* "/courses/ID" and what follows it. */
static void answer_course(struct partner_answer *answer, const struct catalogue *c,
			  const struct partner_request *request, const char *id)
{
	size_t n = strcspn(id, "/");
	json_t *course = find(c->courses, "courseId", id, n);
	const json_t *offerings;

	if (course == NULL) {
		answer_problem(answer, 404, "no such course");
		return;
	}
	if (id[n] == '\0') {
		answer_json(answer, c, json_incref(course));
		return;
	}
	offerings = json_object_get(c->offerings,
				    json_string_value(json_object_get(course, "courseId")));
	if (strcmp(id + n, c->is_v6 ? "/course-offerings" : "/offerings") == 0 && offerings != NULL)
		answer_page(answer, c, request, offerings);
	else
		answer_problem(answer, 404, "this course has no offerings");
}

static void answer_organization(struct partner_answer *answer, const struct catalogue *c,
				const char *id)
{
	json_t *found = find(c->organizations, c->is_v6 ? "organisationId" : "organizationId", id,
			     strlen(id));

	if (found != NULL)
		answer_json(answer, c, json_incref(found));
	else
		answer_problem(answer, 404, "no such organization");
}

static void answer_ooapi(struct partner_answer *answer, const struct catalogue *c,
			 const struct partner_request *request, const char *rest)
{
	const char *organizations = c->is_v6 ? "/organisations" : "/organizations";
	size_t n = strlen(organizations);

	if (strcmp(rest, "") == 0 || strcmp(rest, "/") == 0)
		answer_json(answer, c,
			    json_pack("{s:s, s:s}", "specification", "https://openonderwijsapi.nl/",
				      "documentation", "https://openonderwijsapi.nl/"));
	else if (strcmp(rest, "/courses") == 0)
		answer_page(answer, c, request, c->courses);
	else if (strncmp(rest, "/courses/", 9) == 0)
		answer_course(answer, c, request, rest + 9);
	else if (strcmp(rest, organizations) == 0)
		answer_page(answer, c, request, c->organizations);
	else if (strncmp(rest, organizations, n) == 0 && rest[n] == '/')
		answer_organization(answer, c, rest + n + 1);
	else
		answer_problem(answer, 404, "nothing here");
}

/* A link to a page of this feed, on the host that the client named. */
static json_t *link_to(const struct catalogue *c, const struct partner_request *request,
		       json_int_t page)
{
	const char *host = partner_request_header(request, "Host");

	return json_sprintf("http://%s%s?page=%" JSON_INTEGER_FORMAT,
			    host != NULL ? host : "127.0.0.1", c->prefix, page);
}

static json_t *link_after(const struct catalogue *c, const struct partner_request *request,
			  json_int_t page, json_int_t last)
{
	if (page < last)
		return link_to(c, request, page + 1);
	if (c->last_next != NULL && strcmp(c->last_next, "empty") == 0)
		return json_string("");
	if (c->last_next != NULL && strcmp(c->last_next, "self") == 0)
		return link_to(c, request, page);
	return NULL;
}

static void answer_moochub(struct partner_answer *answer, const struct catalogue *c,
			   const struct partner_request *request, const char *rest)
{
	json_int_t last = pages_of(c->courses, c->page_size);
	json_int_t page;
	json_t *links;
	json_t *next;

	if (*rest != '\0' || !number_read(&page, request, "page", 1) || page > last) {
		answer_problem(answer, 404, "no such page");
		return;
	}
	links = json_pack("{s:o, s:o, s:o}", "self", link_to(c, request, page), "first",
			  link_to(c, request, 1), "last", link_to(c, request, last));
	next = link_after(c, request, page, last);
	if (next != NULL)
		json_object_set_new(links, "next", next);
	if (page > 1)
		json_object_set_new(links, "prev", link_to(c, request, page - 1));
	answer_json(answer, c,
		    json_pack("{s:o, s:o}", "links", links, "data",
			      slice_of(c->courses, page, c->page_size)));
}

static void answer_csv(struct partner_answer *answer, const struct catalogue *c)
{
	snprintf(answer->content_type, sizeof(answer->content_type), "%s",
		 c->content_type != NULL ? c->content_type : "text/csv");
	partner_write(answer, c->text, c->text_bytes);
	validators_add(answer, c);
}

static const struct catalogue *catalogue_of(const struct demo *demo, const char *path)
{
	for (size_t i = 0; i < demo->n; i++) {
		size_t n = strlen(demo->list[i].prefix);

		if (strncmp(path, demo->list[i].prefix, n) == 0 &&
		    (path[n] == '\0' || path[n] == '/'))
			return &demo->list[i];
	}
	return NULL;
}

/* A partner_answer_fn; arg is the struct demo. */
static void answer_any(struct partner_answer *answer, const struct partner_request *request,
		       void *arg)
{
	const struct catalogue *c = catalogue_of(arg, request->path);
	const char *rest;

	if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
		answer->status = 405;
		partner_header(answer, "Allow", "GET, HEAD");
		return;
	}
	if (c == NULL) {
		answer_problem(answer, 404, "no catalogue here");
		return;
	}
	rest = request->path + strlen(c->prefix);
	if (strcmp(c->format, "ooapi") == 0)
		answer_ooapi(answer, c, request, rest);
	else if (strcmp(c->format, "moochub") == 0)
		answer_moochub(answer, c, request, rest);
	else
		answer_csv(answer, c);
}

/* ---- the program ---- */

/* Whoever sees the file sees the whole number. */
static bool port_file_write(const char *path, uint16_t port)
{
	char draft[PATH_MAX];
	int n = snprintf(draft, sizeof(draft), "%s.%ld", path, (long)getpid());
	FILE *f = n > 0 && n < PATH_MAX ? fopen(draft, "w") : NULL;
	bool is_written;

	if (f == NULL) {
		perror(path);
		return false;
	}
	is_written = fprintf(f, "%u\n", (unsigned)port) > 0;
	is_written = fclose(f) == 0 && is_written;
	if (is_written && rename(draft, path) == 0)
		return true;
	perror(path);
	unlink(draft);
	return false;
}

static void print_help(FILE *out)
{
	fprintf(out, "usage: microcat-demo-partner --root DIR [--port N] [--port-file FILE]\n"
		     "Serves the catalogues that DIR/demo.json lists, on 127.0.0.1.\n"
		     "  --root DIR        where demo.json and the catalogues are\n"
		     "  --port N          the port; 0, the default, takes any free one\n"
		     "  --port-file FILE  where to write the port\n"
		     "  --help            this text\n");
}

struct settings {
	const char *root;
	const char *port_file;
	uint16_t port;
	bool wants_help;
};

static bool settings_read(struct settings *out, int argc, char **argv)
{
	static const struct option options[] = {
		{ "root", required_argument, NULL, 'r' },
		{ "port", required_argument, NULL, 'p' },
		{ "port-file", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	char *end = NULL;
	long port;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'r':
			out->root = optarg;
			break;
		case 'f':
			out->port_file = optarg;
			break;
		case 'p':
			port = strtol(optarg, &end, 10);
			if (end == optarg || *end != '\0' || port < 0 || port > UINT16_MAX)
				return false;
			out->port = (uint16_t)port;
			break;
		case 'h':
			out->wants_help = true;
			return true;
		default:
			return false;
		}
	}
	return out->root != NULL && optind == argc;
}

/* Serves until a signal of the set comes; the set is blocked in every thread. */
static int serve(struct demo *demo, const struct settings *settings, const sigset_t *ending)
{
	struct partner_options options = { .port = settings->port, .is_forgetful = true };
	struct partner *p = partner_open(&options);
	int status = EX_OK;
	int signal_seen;

	if (p == NULL) {
		perror("microcat-demo-partner: listen");
		return EX_UNAVAILABLE;
	}
	partner_route_fn(p, "/", answer_any, demo);
	printf("listening on %s\n", partner_base(p));
	fflush(stdout);
	if (settings->port_file != NULL && !port_file_write(settings->port_file, partner_port(p)))
		status = EX_CANTCREAT;
	else
		sigwait(ending, &signal_seen);
	partner_close(p);
	return status;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct demo demo = { 0 };
	sigset_t ending;
	int status = EX_CONFIG;

	if (!settings_read(&settings, argc, argv)) {
		print_help(stderr);
		return EX_USAGE;
	}
	if (settings.wants_help) {
		print_help(stdout);
		return EX_OK;
	}
	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	demo.root = settings.root;
	if (demo_read(&demo))
		status = serve(&demo, &settings, &ending);
	demo_clear(&demo);
	return status;
}
