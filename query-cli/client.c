// SPDX-License-Identifier: EUPL-1.2
/*
 * Speaks HTTP to the daemon: over its Unix socket, or to --url.
 */
#include "query-cli/client.h"

#include "base/mem.h"
#include "query-cli/display.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static const char default_query_socket[] = "/run/microcat/query.sock";
static const char default_admin_socket[] = "/run/microcat/admin.sock";

void client_request_init(struct client_request *r, const char *method, const char *path)
{
	r->method = method;
	r->accept = NULL;
	buf_init(&r->path, 64 * 1024);
	buf_str(&r->path, path);
}

void client_request_clear(struct client_request *r)
{
	buf_clear(&r->path);
}

/* RFC 3986, section 2.3: what is not unreserved is encoded. */
static void encode(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (ascii_is_alnum(*text) || strchr("-._~", *text) != NULL)
			buf_char(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}

void client_segment(struct client_request *r, const char *text)
{
	buf_char(&r->path, '/');
	encode(&r->path, text);
}

void client_param(struct client_request *r, const char *name, const char *value)
{
	bool is_first = strchr(buf_z(&r->path), '?') == NULL;

	buf_char(&r->path, is_first ? '?' : '&');
	encode(&r->path, name);
	buf_char(&r->path, '=');
	encode(&r->path, value);
}

/*
 * The socket to use. An admin command given the query socket of a folder
 * means the admin socket beside it.
 */
static void find_socket(struct buf *out, const struct options *o)
{
	bool is_admin = o->command != NULL && o->command->is_admin;
	const char *path = o->socket;

	if (path == NULL)
		path = getenv(is_admin ? "MICROCAT_ADMIN_SOCKET" : "MICROCAT_SOCKET");
	if (path == NULL && is_admin)
		path = getenv("MICROCAT_SOCKET");
	if (path == NULL || path[0] == '\0')
		path = is_admin ? default_admin_socket : default_query_socket;
	if (strncmp(path, "unix:", 5) == 0)
		path += 5;
	buf_str(out, path);
	if (is_admin && slice_ends_with(buf_view(out), SLICE_LIT("query.sock"))) {
		buf_truncate(out, out->len - strlen("query.sock"));
		buf_str(out, "admin.sock");
	}
}

static size_t on_bytes(char *data, size_t size, size_t n, void *user)
{
	struct buf *out = user;

	buf_append(out, data, size * n);
	return buf_failed(out) ? 0 : size * n;
}

/* While copying: the body of an answer that is fine goes straight out. */
struct copy {
	CURL *curl;
	struct buf problem;
};

static size_t on_bytes_to_copy(char *data, size_t size, size_t n, void *user)
{
	struct copy *copy = user;
	long status = 0;

	curl_easy_getinfo(copy->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200) {
		buf_append(&copy->problem, data, size * n);
		return size * n;
	}
	return fwrite(data, 1, size * n, stdout);
}

static int say_forbidden(const char *socket)
{
	fprintf(stderr,
		"microcat: not allowed to use %s; administration is for root and the group "
		"microcat\n",
		socket);
	return EX_NOPERM;
}

static int say_unreachable(const struct options *o, const char *socket, CURLcode code)
{
	if (o->url != NULL)
		fprintf(stderr, "microcat: no answer from %s: %s\n", o->url,
			curl_easy_strerror(code));
	else if (code != CURLE_COULDNT_CONNECT)
		fprintf(stderr, "microcat: %s: %s\n", socket, curl_easy_strerror(code));
	else if (access(socket, F_OK) != 0 ? errno == EACCES : access(socket, R_OK | W_OK) != 0)
		return say_forbidden(socket);
	else
		fprintf(stderr, "microcat: no daemon answers on %s; is microcatd running?\n",
			socket);
	return EX_UNAVAILABLE;
}

static int exit_code_of_status(long status)
{
	static const struct {
		long status;
		int code;
	} codes[] = {
		{ 400, EX_USAGE },    { 403, EX_NOPERM },   { 404, EX_NOINPUT },
		{ 405, EX_USAGE },    { 409, EX_TEMPFAIL }, { 410, EX_NOINPUT },
		{ 414, EX_USAGE },    { 422, EX_CONFIG },   { 429, EX_TEMPFAIL },
		{ 503, EX_TEMPFAIL }, { 504, EX_TEMPFAIL },
	};

	if (status >= 200 && status < 300)
		return EX_OK;
	for (size_t i = 0; i < countof(codes); i++) {
		if (codes[i].status == status)
			return codes[i].code;
	}
	return EX_SOFTWARE;
}

/* The problem document's own words, in one line. */
static void say_problem(long status, struct slice body)
{
	json_t *problem = json_loadb(body.p != NULL ? body.p : "", body.n, 0, NULL);
	const char *detail = json_string_value(json_object_get(problem, "detail"));
	const char *title = json_string_value(json_object_get(problem, "title"));
	struct buf line = BUF_INIT(64 * 1024);

	if (detail == NULL)
		detail = title != NULL ? title : "the daemon gave no reason";
	display_clean(&line, slice_of(detail));
	if (status >= 500)
		fprintf(stderr, "microcat: %s (HTTP status %ld)\n", buf_z(&line), status);
	else
		fprintf(stderr, "microcat: %s\n", buf_z(&line));
	buf_clear(&line);
	json_decref(problem);
}

void client_answer_read(struct client_answer *a, const struct options *o)
{
	a->json = json_loadb(buf_z(&a->body), a->body.len, 0, NULL);
	if (o->format == OUTPUT_TABLE)
		display_clean_json(a->json);
}

static CURL *prepare(const struct options *o, const struct client_request *r, const char *socket,
		     struct curl_slist **headers)
{
	CURL *curl = curl_easy_init();
	struct buf url = BUF_INIT(128 * 1024);
	struct buf accept = BUF_INIT(256);

	require(curl != NULL);
	buf_str(&url, o->url != NULL ? o->url : "http://localhost");
	while (url.len > 0 && url.data[url.len - 1] == '/')
		buf_truncate(&url, url.len - 1);
	buf_slice(&url, buf_view(&r->path));
	buf_printf(&accept, "Accept: %s", r->accept != NULL ? r->accept : "application/json");
	*headers = curl_slist_append(NULL, buf_z(&accept));

	curl_easy_setopt(curl, CURLOPT_URL, buf_z(&url));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CLIENT_TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L); /* a joined offer */
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 3L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "microcat/" MICROCAT_VERSION);
	if (o->url == NULL)
		curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
	if (strcmp(r->method, "POST") == 0) {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, 0L);
	}
	buf_clear(&url);
	buf_clear(&accept);
	return curl;
}

/* Keeps the value of a header line of this name ("location:"), if there is room for it. */
static void keep_header(char *out, size_t size, struct slice line, const char *name)
{
	struct slice value;

	if (!slice_starts_with_nocase(line, slice_of(name)))
		return;
	value = slice_trim(slice_from(line, strlen(name)));
	if (value.n < size) {
		memcpy(out, value.p, value.n);
		out[value.n] = '\0';
	}
}

static size_t on_header(char *data, size_t size, size_t n, void *user)
{
	struct client_answer *answer = user;
	struct slice line = slice_trim(slice_make(data, size * n));

	keep_header(answer->location, sizeof(answer->location), line, "location:");
	keep_header(answer->link, sizeof(answer->link), line, "link:");
	return size * n;
}

static int ask(struct client_answer *out, const struct options *o, struct client_request *r,
	       bool is_quiet)
{
	struct buf socket = BUF_INIT(4096);
	struct curl_slist *headers = NULL;
	CURL *curl;
	CURLcode code;
	int rc;

	*out = (struct client_answer){ .body = BUF_INIT(CLIENT_ANSWER_BYTES) };
	find_socket(&socket, o);
	curl = prepare(o, r, buf_z(&socket), &headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &out->body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, out);

	code = curl_easy_perform(curl);
	if (code != CURLE_OK) {
		rc = is_quiet ? EX_UNAVAILABLE : say_unreachable(o, buf_z(&socket), code);
	} else {
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &out->status);
		rc = exit_code_of_status(out->status);
		if (rc == EX_OK)
			client_answer_read(out, o);
		else if (!is_quiet)
			say_problem(out->status, buf_view(&out->body));
	}
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	buf_clear(&socket);
	return rc;
}

int client_ask(struct client_answer *out, const struct options *o, struct client_request *r)
{
	int rc = ask(out, o, r, false);

	if (rc == EX_OK && out->json == NULL) {
		fprintf(stderr, "microcat: the answer to %s is no JSON\n", buf_z(&r->path));
		rc = EX_PROTOCOL;
	}
	return rc;
}

int client_ask_quietly(struct client_answer *out, const struct options *o, struct client_request *r)
{
	return ask(out, o, r, true);
}

void client_answer_clear(struct client_answer *a)
{
	buf_clear(&a->body);
	json_decref(a->json);
	a->json = NULL;
}

int client_copy(const struct options *o, struct client_request *r)
{
	struct buf socket = BUF_INIT(4096);
	struct copy copy = { .problem = BUF_INIT(64 * 1024) };
	struct curl_slist *headers = NULL;
	CURLcode code;
	long status = 0;
	int rc;

	find_socket(&socket, o);
	copy.curl = prepare(o, r, buf_z(&socket), &headers);
	curl_easy_setopt(copy.curl, CURLOPT_WRITEFUNCTION, on_bytes_to_copy);
	curl_easy_setopt(copy.curl, CURLOPT_WRITEDATA, &copy);

	code = curl_easy_perform(copy.curl);
	curl_easy_getinfo(copy.curl, CURLINFO_RESPONSE_CODE, &status);
	rc = exit_code_of_status(status);
	/* Nobody reads any more: no message. */
	if (status == 200 &&
	    (code == CURLE_WRITE_ERROR || (code == CURLE_OK && fflush(stdout) != 0)))
		rc = EX_IOERR;
	else if (code != CURLE_OK)
		rc = say_unreachable(o, buf_z(&socket), code);
	else if (rc != EX_OK)
		say_problem(status, buf_view(&copy.problem));

	curl_slist_free_all(headers);
	curl_easy_cleanup(copy.curl);
	buf_clear(&copy.problem);
	buf_clear(&socket);
	return rc;
}
