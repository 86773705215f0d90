// SPDX-License-Identifier: EUPL-1.2
/*
 * One client: from its connection to its end, request after request.
 *
 * A request whose answer comes later suspends its connection; on_answered
 * resumes it, exactly once, and libmicrohttpd asks again for the answer.
 */
#include "daemon/api/server_internal.h"

#include "base/limits.h"
#include "base/log.h"

#include <stdlib.h>
#include <sys/socket.h>

enum { SPARE_REQUESTS = 64 };

static struct connection *connection_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	require(info != NULL && info->socket_context != NULL);
	return info->socket_context;
}

static void set_state(struct connection *c, enum connection_state state, uint64_t timeout_ms)
{
	c->state = state;
	c->deadline_ms = timeout_ms == 0 ? 0 : clock_mono_ms() + timeout_ms;
}

void connection_shut(struct connection *c)
{
	if (c->is_shut)
		return;
	c->is_shut = true;
	c->deadline_ms = 0;
	c->server->n_of[c->is_admin]--;
	list_remove(&c->unheard_node);
	shutdown(c->fd, SHUT_RDWR);
}

static void move_to_end_of_unheard(struct connection *c)
{
	list_remove(&c->unheard_node);
	if (!c->is_shut)
		list_push_back(&c->server->unheard, &c->unheard_node);
}

static void become_idle(struct connection *c, uint64_t timeout_ms)
{
	set_state(c, CONNECTION_IDLE, c->is_shut ? 0 : timeout_ms);
	move_to_end_of_unheard(c);
	if (c->server->is_closing)
		connection_shut(c);
}

static void connection_started(struct server *s, struct MHD_Connection *mhd, void **socket_context)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct connection *c = mem_new(struct connection);

	require(info != NULL && s->accepting != NULL);
	c->server = s;
	c->mhd = mhd;
	c->fd = info->connect_fd;
	c->is_admin = s->accepting->is_admin;
	list_init(&c->unheard_node);
	list_push_back(&s->connections, &c->node);
	s->n_of[c->is_admin]++;
	s->api.metrics.n_connections++;
	s->api.metrics.n_accepted++;
	become_idle(c, s->limits.head_ms);
	*socket_context = c;
}

static void connection_ended(struct connection *c)
{
	struct server *s = c->server;

	require(c->request == NULL);
	if (!c->is_shut)
		s->n_of[c->is_admin]--;
	list_remove(&c->unheard_node);
	list_remove(&c->node);
	s->api.metrics.n_connections--;
	mem_free(c);
}

void connection_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
		       enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		connection_started(cls, mhd, socket_context);
	else if (*socket_context != NULL)
		connection_ended(*socket_context);
}

/* --- requests --- */

static struct request *take_request(struct server *s)
{
	struct list_node *node = list_pop_front(&s->spare);
	struct request *r;

	if (node != NULL) {
		s->n_spare--;
		return container_of(node, struct request, node);
	}
	r = mem_new(struct request);
	exchange_init(&r->exchange, &s->api);
	list_init(&r->node);
	return r;
}

static void free_request(struct request *r)
{
	exchange_clear(&r->exchange);
	mem_free(r);
}

static void give_back_request(struct server *s, struct request *r)
{
	if (s->n_spare == SPARE_REQUESTS) {
		free_request(r);
		return;
	}
	if (r->exchange.body.cap > LIMIT_API_SMALL_ANSWER_BYTES)
		buf_clear(&r->exchange.body);
	exchange_reset(&r->exchange);
	r->connection = NULL;
	r->upload_bytes = 0;
	r->has_head = false;
	r->is_started = false;
	list_push_front(&s->spare, &r->node);
	s->n_spare++;
}

void connection_free_spare(struct server *s)
{
	struct list_node *node;

	while ((node = list_pop_front(&s->spare)) != NULL)
		free_request(container_of(node, struct request, node));
	s->n_spare = 0;
}

/* The request line was read; the target is gone when this returns. */
void *connection_on_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
	struct server *s = cls;
	struct connection *c = connection_of(mhd);
	struct request *r = take_request(s);

	require(c->request == NULL);
	r->connection = c;
	r->exchange.raw_target = arena_dup(&r->exchange.arena, slice_of(target));
	r->exchange.is_admin = c->is_admin;
	c->request = r;
	set_state(c, CONNECTION_HEAD, c->is_shut ? 0 : s->limits.head_ms);
	move_to_end_of_unheard(c);
	return r;
}

static struct slice header_of(struct exchange *x, struct MHD_Connection *mhd, const char *name)
{
	const char *value = MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);

	return value != NULL ? arena_dup(&x->arena, slice_of(value)) : SLICE_NONE;
}

static void read_head(struct exchange *x, struct MHD_Connection *mhd, const char *method)
{
	x->method = http_method_of_name(slice_of(method));
	x->accept = header_of(x, mhd, "Accept");
	x->if_none_match = header_of(x, mhd, "If-None-Match");
}

/* --- answers --- */

static void add_header(struct MHD_Response *response, const char *name, struct slice value)
{
	char text[2 * LIMIT_API_TARGET_BYTES];

	if (value.n >= sizeof(text))
		return;
	memcpy(text, value.p, value.n);
	text[value.n] = '\0';
	/* Fails for a value with line ends, and the header is left out: values are encoded. */
	(void)MHD_add_response_header(response, name, text);
}

static bool is_last_request(const struct connection *c)
{
	return c->server->is_closing || c->n_requests + 1 >= c->server->limits.n_requests;
}

static void add_headers(struct MHD_Response *response, const struct connection *c,
			const struct exchange *x)
{
	const bool has_tag = x->etag[0] != '\0' && x->status < 400;

	if (x->type != NULL)
		add_header(response, "Content-Type", slice_of(x->type));
	for (size_t i = 0; i < x->n_headers; i++)
		add_header(response, x->headers[i].name, x->headers[i].value);
	if (has_tag)
		add_header(response, "ETag", slice_of(x->etag));
	if (has_tag || (x->route != NULL && x->route->formats != 0))
		add_header(response, "Vary", SLICE_LIT("Accept"));
	/* With a tag: ask again each time, cheaply. Without: it changes by itself. */
	add_header(response, "Cache-Control",
		   has_tag ? SLICE_LIT("no-cache") : SLICE_LIT("no-store"));
	add_header(response, "X-Content-Type-Options", SLICE_LIT("nosniff"));
	if (is_last_request(c))
		add_header(response, "Connection", SLICE_LIT("close"));
}

/*
 * So that answers nobody takes do not fill the memory: one that is not small has
 * to fit, and holds no more memory than it has bytes, since it may wait for long.
 */
static void refuse_if_too_much_is_unsent(struct connection *c, struct exchange *x)
{
	const struct server *s = c->server;

	if (x->body.cap > LIMIT_API_SMALL_ANSWER_BYTES)
		buf_trim(&x->body);
	if (x->body.cap <= LIMIT_API_SMALL_ANSWER_BYTES ||
	    s->api.metrics.unsent_bytes + x->body.cap <= s->limits.unsent_bytes)
		return;
	buf_clear(&x->body);
	exchange_problem(x, 503, "busy", SLICE_LIT("Too many answers wait for their clients."),
			 SLICE_NONE);
}

/* The body stays the exchange's, which outlives the response. */
static enum MHD_Result send_answer(struct connection *c, struct exchange *x)
{
	struct server *s = c->server;
	struct MHD_Response *response;
	enum MHD_Result result;

	refuse_if_too_much_is_unsent(c, x);
	response =
		MHD_create_response_from_buffer(x->body.len, x->body.data, MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		return MHD_NO;
	add_headers(response, c, x);
	result = MHD_queue_response(c->mhd, x->status, response);
	MHD_destroy_response(response);
	c->unsent_bytes = x->body.cap;
	s->api.metrics.unsent_bytes += c->unsent_bytes;
	set_state(c, CONNECTION_SENDING,
		  c->is_shut
			  ? 0
			  : s->limits.write_ms + x->body.len * 1000 / s->limits.write_bytes_per_s);
	return result;
}

/*
 * libmicrohttpd 0.9.75 reads from a resumed connection before it asks for the
 * answer, and closes one whose client has half-closed. Connections with a
 * timeout of their own (this one never comes) are handled before that.
 */
static void set_handled_first(struct connection *c, bool is_first)
{
	unsigned timeout_s = is_first ? CLOCK_DAY_S : 0;

	(void)MHD_set_connection_option(c->mhd, MHD_CONNECTION_OPTION_TIMEOUT, timeout_s);
}

static void on_answered(struct exchange *x)
{
	struct request *r = container_of(x, struct request, exchange);
	struct connection *c = r->connection;

	require(c->state == CONNECTION_WAITING);
	c->server->api.metrics.n_waiting--;
	/* The answer is queued as soon as libmicrohttpd runs: the deadline is then set. */
	set_state(c, CONNECTION_SENDING, 0);
	MHD_resume_connection(c->mhd);
	server_pump(c->server);
}

static enum MHD_Result start(struct connection *c, struct request *r)
{
	struct server *s = c->server;
	struct exchange *x = &r->exchange;

	r->is_started = true;
	list_remove(&c->unheard_node);
	if (r->upload_bytes > s->limits.upload_bytes) {
		exchange_problem(x, 413, "limit", SLICE_LIT("The body is too large; none is used."),
				 SLICE_NONE);
		return send_answer(c, x);
	}
	if (s->is_closing) {
		exchange_problem(x, 503, "cancelled", SLICE_LIT("The daemon is being stopped."),
				 SLICE_NONE);
		return send_answer(c, x);
	}
	if (exchange_start(x, on_answered))
		return send_answer(c, x);
	set_state(c, CONNECTION_WAITING, 0);
	s->api.metrics.n_waiting++;
	set_handled_first(c, true);
	MHD_suspend_connection(c->mhd);
	return MHD_YES;
}

/* What a Content-Length header announces; 0 without one that can be read. */
static uint64_t announced_upload(struct MHD_Connection *mhd)
{
	const char *text = MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, "Content-Length");
	uint64_t n;

	return text != NULL && slice_to_u64(&n, slice_of(text), UINT64_MAX) ? n : 0;
}

/* Once with the head, for each piece of a body, at its end, and when it was resumed. */
enum MHD_Result connection_on_request(void *cls, struct MHD_Connection *mhd, const char *url,
				      const char *method, const char *version, const char *upload,
				      size_t *upload_size, void **context)
{
	struct server *s = cls;
	struct request *r = *context;
	struct connection *c = r->connection;

	(void)url;
	(void)version;
	(void)upload;
	if (!r->has_head) {
		r->has_head = true;
		read_head(&r->exchange, mhd, method);
		set_state(c, CONNECTION_UPLOAD, c->is_shut ? 0 : s->limits.upload_ms);
		if (announced_upload(mhd) > s->limits.upload_bytes) {
			r->upload_bytes = s->limits.upload_bytes + 1;
			return start(c, r);
		}
		return MHD_YES;
	}
	if (*upload_size > 0) {
		r->upload_bytes += *upload_size;
		*upload_size = 0;
		/* An answer cannot be given before the end; one who sends for ever is cut off. */
		return r->upload_bytes > 4 * s->limits.upload_bytes ? MHD_NO : MHD_YES;
	}
	return r->is_started ? send_answer(c, &r->exchange) : start(c, r);
}

void connection_on_completed(void *cls, struct MHD_Connection *mhd, void **context,
			     enum MHD_RequestTerminationCode code)
{
	struct server *s = cls;
	struct request *r = *context;
	struct connection *c;

	(void)mhd;
	(void)code;
	if (r == NULL)
		return;
	c = r->connection;
	require(!exchange_is_under_way(&r->exchange));
	s->api.metrics.unsent_bytes -= c->unsent_bytes;
	c->unsent_bytes = 0;
	c->request = NULL;
	c->n_requests++;
	set_handled_first(c, false);
	give_back_request(s, r);
	*context = NULL;
	become_idle(c, s->limits.idle_ms);
}
