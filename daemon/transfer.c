// SPDX-License-Identifier: EUPL-1.2
/*
 * One exchange: what libcurl is told, what its callbacks take, and how its
 * codes read in our words. The multi handle and its sockets are in net.c.
 */
#include "daemon/transfer.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "daemon/address.h"
#include "daemon/net.h"

#include <curl/curl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert(sizeof(((struct transfer *)0)->error) == CURL_ERROR_SIZE, "libcurl writes so much");

/* --- what comes --- */

static void touch(struct transfer *t)
{
	t->active_ms = loop_now_ms(net_loop(t->net));
}

static void take_text(char **to, struct slice value)
{
	mem_free(*to);
	*to = mem_strndup(value.p, value.n);
}

/* Several Link headers are one, RFC 9110 section 5.3. */
static void add_link(struct transfer *t, struct slice value)
{
	struct buf joined = BUF_INIT(LIMIT_HEAD_BYTES);

	if (t->link != NULL)
		buf_printf(&joined, "%s, ", t->link);
	buf_slice(&joined, value);
	take_text(&t->link, buf_view(&joined));
	buf_clear(&joined);
}

static void forget_head(struct transfer *t)
{
	char **texts[] = { &t->content_type,  &t->link,        &t->etag,
			   &t->last_modified, &t->retry_after, &t->location };

	for (size_t i = 0; i < countof(texts); i++) {
		mem_free(*texts[i]);
		*texts[i] = NULL;
	}
}

static void take_field(struct transfer *t, struct slice name, struct slice value)
{
	const struct {
		const char *name;
		char **to;
	} fields[] = {
		{ "Content-Type", &t->content_type },   { "ETag", &t->etag },
		{ "Last-Modified", &t->last_modified }, { "Retry-After", &t->retry_after },
		{ "Location", &t->location },
	};

	if (slice_eq_nocase(name, SLICE_LIT("Link")))
		add_link(t, value);
	for (size_t i = 0; i < countof(fields); i++)
		if (slice_eq_nocase(name, slice_of(fields[i].name)))
			take_text(fields[i].to, value);
}

/* The blank line behind a head; of 1xx comes another head. */
static void end_head(struct transfer *t)
{
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200)
		return;
	t->status = (unsigned)status;
	t->is_head_whole = true;
	t->on_head(t);
}

static size_t on_header(char *bytes, size_t size, size_t n, void *data)
{
	struct transfer *t = data;
	struct slice line = slice_trim(slice_make(bytes, size * n));
	ptrdiff_t colon;

	touch(t);
	t->head_bytes += size * n;
	if (t->head_bytes > LIMIT_HEAD_BYTES)
		return 0;
	if (t->is_head_whole)
		return n; /* trailers */
	colon = slice_find_byte(line, ':');
	if (slice_starts_with_nocase(line, SLICE_LIT("HTTP/")))
		forget_head(t);
	else if (line.n == 0)
		end_head(t);
	else if (colon > 0)
		take_field(t, slice_first(line, (size_t)colon),
			   slice_trim(slice_from(line, (size_t)colon + 1)));
	return n;
}

static size_t on_bytes(char *bytes, size_t size, size_t n, void *data)
{
	struct transfer *t = data;

	touch(t);
	if (t->is_paused) {
		t->is_paused_by_curl = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (n > t->max_body_bytes - t->body_bytes) {
		t->end = TRANSFER_TOO_BIG;
		return 0;
	}
	t->body_bytes += n;
	t->is_paused = !t->on_body(t, slice_make(bytes, size * n));
	return n;
}

/* Bytes as they travel: what decodes to nothing has a limit too. */
static int on_progress(void *data, curl_off_t total, curl_off_t received, curl_off_t to_send,
		       curl_off_t sent)
{
	struct transfer *t = data;

	(void)total;
	(void)to_send;
	(void)sent;
	if (received <= 0 || (uint64_t)received <= t->max_body_bytes)
		return 0;
	t->end = TRANSFER_TOO_BIG;
	return 1;
}

/* --- where it goes --- */

static curl_socket_t on_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = data;

	(void)purpose;
	if (!t->allow_private && !address_is_public(&address->addr)) {
		t->is_address_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Also for a connection that another source opened and left in the pool. */
static int on_before_request(void *data, char *remote, char *local, int remote_port, int local_port)
{
	struct transfer *t = data;

	(void)local;
	(void)remote_port;
	(void)local_port;
	if (t->allow_private || !address_text_is_private(slice_of(remote)))
		return CURL_PREREQFUNC_OK;
	t->is_address_refused = true;
	return CURL_PREREQFUNC_ABORT;
}

/* --- what is asked --- */

/* libcurl copies texts: there may be no memory for one. */
static void note_setup(struct transfer *t, CURLcode code)
{
	if (t->setup == CURLE_OK)
		t->setup = (int)code;
}

#define SET(option, value) note_setup(t, curl_easy_setopt(t->easy, (option), (value)))

static void set_headers(struct transfer *t)
{
	struct curl_slist *lines = NULL;

	for (size_t i = 0; i < t->n_headers; i++) {
		struct curl_slist *longer = curl_slist_append(lines, t->headers[i]);

		if (longer == NULL)
			note_setup(t, CURLE_OUT_OF_MEMORY);
		else
			lines = longer;
	}
	t->lines = lines;
	SET(CURLOPT_HTTPHEADER, lines);
}

static void set_rules(struct transfer *t)
{
	SET(CURLOPT_PROTOCOLS_STR, t->allow_http ? "http,https" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_QUICK_EXIT, 1L); /* a slow resolver does not hold the loop */
	SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(CURLOPT_OPENSOCKETDATA, t);
	SET(CURLOPT_PREREQFUNCTION, on_before_request);
	SET(CURLOPT_PREREQDATA, t);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)t->connect_timeout_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)t->total_timeout_ms);
}

static void set_request(struct transfer *t)
{
	SET(CURLOPT_URL, t->url);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
	SET(CURLOPT_USERAGENT, t->user_agent);
	set_headers(t);
	if (t->user != NULL) {
		SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		SET(CURLOPT_USERNAME, t->user);
		SET(CURLOPT_PASSWORD, t->password);
	}
	if (t->post.p != NULL) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->post.n);
		SET(CURLOPT_POSTFIELDS, t->post.p);
	}
}

static void set_callbacks(struct transfer *t)
{
	SET(CURLOPT_ERRORBUFFER, t->error);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_WRITEFUNCTION, on_bytes);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(CURLOPT_XFERINFODATA, t);
}

#undef SET

/* --- how it ends --- */

static enum err_code code_of(CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return ERR_TIMEOUT;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return ERR_DENIED;
	case CURLE_URL_MALFORMAT:
		return ERR_PARSE;
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
	case CURLE_BAD_FUNCTION_ARGUMENT:
		return ERR_INTERNAL;
	default:
		return ERR_NETWORK;
	}
}

/* How it ended, from libcurl's code and what the callbacks noted. */
static void judge(struct transfer *t, CURLcode code)
{
	const char *detail = t->error[0] != 0   ? t->error
			     : code == CURLE_OK ? "the answer has no head"
						: curl_easy_strerror(code);

	if (code == CURLE_OK)
		t->end = t->is_head_whole ? TRANSFER_WHOLE : TRANSFER_NO_HEAD;
	if (t->end == TRANSFER_TOO_BIG)
		err_set(&t->why, ERR_LIMIT, "the body has more than %llu bytes",
			(unsigned long long)t->max_body_bytes);
	else if (t->head_bytes > LIMIT_HEAD_BYTES)
		err_set(&t->why, ERR_LIMIT, "the head has more than %d bytes", LIMIT_HEAD_BYTES);
	else if (t->is_address_refused && code != CURLE_OK)
		err_set(&t->why, ERR_DENIED,
			"its address is not public (allow-private = true would allow it)");
	else if (t->end != TRANSFER_WHOLE || code != CURLE_OK)
		err_set(&t->why, code == CURLE_OK ? ERR_NETWORK : code_of(code), "%s", detail);
	if (code == CURLE_OK || t->end == TRANSFER_TOO_BIG)
		return;
	if (!t->is_head_whole)
		t->end = TRANSFER_NO_HEAD;
	else
		t->end = code == CURLE_OPERATION_TIMEDOUT ? TRANSFER_TIMED_OUT : TRANSFER_CUT;
}

static void take_figures(struct transfer *t)
{
	curl_off_t received = 0;
	char *url = NULL;

	curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
	t->wire_bytes = t->head_bytes + (received > 0 ? (uint64_t)received : 0);
	curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &url);
	t->redirect_url = mem_strdup(url);
}

static void release(struct transfer *t)
{
	net_remove(t->net, t);
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->lines);
	t->easy = NULL;
	t->lines = NULL;
}

void transfer_finished(struct transfer *t, int code)
{
	judge(t, (CURLcode)code);
	take_figures(t);
	release(t);
	t->done(t); /* t may be gone after this line */
}

static void on_deferred_done(struct deferred *d)
{
	struct transfer *t = container_of(d, struct transfer, deferred);

	t->done(t);
}

static void stop(struct transfer *t, enum err_code code, const char *why)
{
	err_set(&t->why, code, "%s", why);
	t->end = !t->is_head_whole     ? TRANSFER_NO_HEAD
		 : code == ERR_TIMEOUT ? TRANSFER_TIMED_OUT
				       : TRANSFER_CUT;
	take_figures(t);
	release(t);
	loop_defer(net_loop(t->net), &t->deferred, on_deferred_done);
}

void transfer_give_up(struct transfer *t, const char *why)
{
	char text[128];

	snprintf(text, sizeof(text), "libcurl: %s", why);
	stop(t, ERR_NETWORK, text);
}

bool transfer_look_at_clock(struct transfer *t, uint64_t now_ms, uint64_t late_ms)
{
	if (t->is_paused || t->active_ms + late_ms > now_ms)
		t->active_ms = now_ms; /* it is us who wait */
	else
		t->active_ms += late_ms;
	if (now_ms - t->active_ms < t->idle_timeout_ms)
		return true;
	stop(t, ERR_TIMEOUT, "nothing came for longer than idle-timeout");
	return false;
}

/* --- the verbs --- */

static enum err_code set_up(struct transfer *t, struct err *err)
{
	t->easy = curl_easy_init();
	if (t->easy == NULL)
		return err_set(err, ERR_INTERNAL, "libcurl: no memory for a transfer");
	set_rules(t);
	set_request(t);
	set_callbacks(t);
	if (t->setup != CURLE_OK)
		return err_set(err, code_of((CURLcode)t->setup), "libcurl: %s",
			       curl_easy_strerror((CURLcode)t->setup));
	return ERR_OK;
}

void transfer_start(struct transfer *t, struct net *net, void (*done)(struct transfer *))
{
	struct err err = ERR_INIT;
	enum err_code rc;

	assert_on_loop();
	t->net = net;
	t->done = done;
	deferred_init(&t->deferred);
	list_init(&t->node);
	touch(t);
	rc = set_up(t, &err);
	if (rc == ERR_OK)
		rc = net_add(net, t, &err);
	if (rc != ERR_OK)
		stop(t, rc, err.msg);
}

void transfer_cancel(struct transfer *t)
{
	assert_on_loop();
	if (t->easy != NULL)
		stop(t, ERR_CANCELLED, "stopped");
}

void transfer_resume(struct transfer *t)
{
	assert_on_loop();
	if (t->easy == NULL || !t->is_paused)
		return;
	t->is_paused = false;
	touch(t);
	if (!t->is_paused_by_curl)
		return;
	t->is_paused_by_curl = false;
	net_unpause(t->net, t);
}

void transfer_clear(struct transfer *t)
{
	require(t->easy == NULL);
	loop_undefer(&t->deferred);
	forget_head(t);
	mem_free(t->redirect_url);
	*t = (struct transfer){ .status = 0 };
}
