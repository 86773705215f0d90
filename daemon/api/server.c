// SPDX-License-Identifier: EUPL-1.2
/*
 * The server as a service: listening sockets, libmicrohttpd's turns, deadlines,
 * closing.
 *
 *   listening socket ─► accept ─► libmicrohttpd's epoll ─► pump() ─► connection.c
 *
 * libmicrohttpd runs when its epoll descriptor is readable, when its own
 * timeout is due (pipelined requests wait for nothing else), and after a
 * connection was resumed. Connections are accepted here and not by it, so that
 * all listeners share one set of limits, and when there is no room the client
 * of whom nothing whole was heard for longest makes it: one that is idle, or
 * that takes its time to ask.
 *
 * Closing: no new connections; answers under way until drain_ms; then their
 * reads are cancelled, which answers them with 503; after force_ms the rest is
 * cut. libmicrohttpd is stopped when none is suspended: it aborts otherwise.
 */
#include "daemon/api/server_internal.h"

#include "base/limits.h"
#include "base/log.h"
#include "catalogue/text.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_SPARE = 128 }; /* shut down, and not yet closed by libmicrohttpd */

static void finish_closing(struct server *s);

/* --- turns of libmicrohttpd --- */

static void run_pump(struct deferred *pump);

static void on_pump_due(struct loop_timer *timer)
{
	server_pump(container_of(timer, struct server, pump_timer));
}

static void run_pump(struct deferred *pump)
{
	struct server *s = container_of(pump, struct server, pump);
	MHD_UNSIGNED_LONG_LONG timeout_ms;

	if (s->mhd == NULL)
		return;
	(void)MHD_run(s->mhd);
	if (s->is_closing)
		finish_closing(s);
	if (s->mhd == NULL || MHD_get_timeout(s->mhd, &timeout_ms) != MHD_YES)
		return;
	if (timeout_ms == 0)
		server_pump(s);
	else
		loop_timer_start(&s->pump_timer, timeout_ms, on_pump_due);
}

void server_pump(struct server *s)
{
	loop_defer(s->loop, &s->pump, run_pump);
}

static void on_mhd_readable(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	server_pump(container_of(poll, struct server, poll));
}

/* --- accepting --- */

static void on_connecting(uv_poll_t *poll, int status, int events);

static void pause_accepting(struct server *s)
{
	if (s->accept_again_ms == 0)
		log_warning(LOG_API, "no connection can be taken for a moment: %s",
			    strerror(errno));
	s->accept_again_ms = clock_mono_ms() + LIMIT_API_ACCEPT_PAUSE_MS;
	for (size_t i = 0; i < s->n_listeners; i++)
		uv_poll_stop(&s->listeners[i].poll);
}

static void resume_accepting(struct server *s)
{
	s->accept_again_ms = 0;
	for (size_t i = 0; i < s->n_listeners; i++)
		(void)uv_poll_start(&s->listeners[i].poll, UV_READABLE, on_connecting);
}

/* What is sent to one that finds no room, whatever it asks. */
static void refuse(struct server *s, int fd)
{
	struct buf body = BUF_INIT(1024);
	struct buf answer = BUF_INIT(2048);

	http_problem(&body, 503, "busy", SLICE_LIT("Too many connections are open."), SLICE_NONE);
	buf_printf(&answer,
		   "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
		   "Content-Length: %zu\r\nRetry-After: 1\r\nConnection: close\r\n\r\n",
		   body.len);
	buf_slice(&answer, buf_view(&body));
	(void)send(fd, answer.data, answer.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
	s->api.metrics.n_refused++;
	buf_clear(&answer);
	buf_clear(&body);
}

/* False: there is none, and none can be made. */
static bool make_room(struct server *s, bool is_admin)
{
	unsigned max = is_admin ? s->limits.n_admin_connections : s->limits.n_connections;

	if (s->n_of[is_admin] < max)
		return true;
	list_each (node, &s->unheard) {
		struct connection *c = container_of(node, struct connection, unheard_node);

		if (c->is_admin != is_admin)
			continue;
		connection_shut(c);
		s->api.metrics.n_evicted++;
		return true;
	}
	return false;
}

static void take(struct server *s, const struct listener *l, int fd, const struct sockaddr *address,
		 socklen_t address_bytes)
{
	if (!make_room(s, l->is_admin)) {
		refuse(s, fd);
		return;
	}
	s->accepting = l;
	/* On failure it closes the socket itself. */
	if (MHD_add_connection(s->mhd, fd, address, address_bytes) != MHD_YES)
		s->api.metrics.n_refused++;
	s->accepting = NULL;
}

static void on_connecting(uv_poll_t *poll, int status, int events)
{
	struct listener *l = container_of(poll, struct listener, poll);
	struct server *s = l->server;

	(void)status;
	(void)events;
	for (unsigned i = 0; i < LIMIT_API_ACCEPTS; i++) {
		struct sockaddr_storage address = { 0 };
		socklen_t n = sizeof(address);
		int fd = accept4(l->fd, (struct sockaddr *)&address, &n,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			    errno == ENOMEM)
				pause_accepting(s);
			break;
		}
		/* A Unix socket's client has no address; the family alone is needed. */
		if (n == 0)
			n = sizeof(address.ss_family);
		take(s, l, fd, (struct sockaddr *)&address, n);
	}
	server_pump(s);
}

/* --- deadlines and clients that went away --- */

static void cancel_waiting(struct connection *c)
{
	if (c->state == CONNECTION_WAITING)
		exchange_cancel(&c->request->exchange);
}

/* A client whose socket is closed at both ends reads no answer; half-closed ones do. */
static void look_for_vanished(struct server *s)
{
	struct pollfd *fds;
	size_t n = 0;

	if (s->api.metrics.n_waiting == 0)
		return;
	fds = mem_new_n(struct pollfd, s->api.metrics.n_waiting);
	list_each (node, &s->connections) {
		struct connection *c = container_of(node, struct connection, node);

		if (c->state == CONNECTION_WAITING)
			fds[n++] = (struct pollfd){ .fd = c->fd };
	}
	require(n == s->api.metrics.n_waiting);
	if (poll(fds, n, 0) > 0) {
		n = 0;
		list_each (node, &s->connections) {
			struct connection *c = container_of(node, struct connection, node);

			if (c->state != CONNECTION_WAITING)
				continue;
			if ((fds[n++].revents & (POLLHUP | POLLERR)) == 0 || c->is_shut)
				continue;
			s->api.metrics.n_vanished++;
			connection_shut(c);
			cancel_waiting(c);
		}
	}
	mem_free(fds);
}

static void look_at_deadlines(struct server *s, uint64_t now_ms)
{
	list_each (node, &s->connections) {
		struct connection *c = container_of(node, struct connection, node);

		if (c->deadline_ms == 0 || c->deadline_ms > now_ms)
			continue;
		if (c->state != CONNECTION_IDLE)
			s->api.metrics.n_overdue++;
		connection_shut(c);
	}
}

static void force(struct server *s)
{
	s->is_forced = true;
	s->closing_deadline_ms = clock_mono_ms() + s->limits.force_ms;
	list_each (node, &s->connections)
		cancel_waiting(container_of(node, struct connection, node));
}

/*
 * The C library keeps what a crowd's connections and answers have had, for the
 * next one: some 60 MiB after 2,000 clients. It is given back when three in four
 * of many have gone.
 */
static void give_memory_back(struct server *s)
{
	unsigned n = (unsigned)s->api.metrics.n_connections;

	if (n > s->n_peak)
		s->n_peak = n;
	if (s->n_peak < LIMIT_API_CROWD || n > s->n_peak / 4)
		return;
	s->n_peak = n;
	malloc_trim(0);
}

static void on_tick(struct loop_timer *tick)
{
	struct server *s = container_of(tick, struct server, tick);
	uint64_t now_ms = clock_mono_ms();

	loop_timer_start(&s->tick, s->limits.tick_ms, on_tick);
	look_at_deadlines(s, now_ms);
	look_for_vanished(s);
	give_memory_back(s);
	if (s->api.store != NULL)
		suggester_tick(&s->api.suggester);
	if (s->accept_again_ms != 0 && now_ms >= s->accept_again_ms && !s->is_closing)
		resume_accepting(s);
	if (s->is_closing && now_ms >= s->closing_deadline_ms) {
		if (!s->is_forced) {
			force(s);
		} else {
			list_each (node, &s->connections)
				connection_shut(container_of(node, struct connection, node));
		}
	}
	server_pump(s);
}

/* --- opening --- */

static void log_mhd(void *cls, const char *fmt, va_list args)
{
	char text[200];

	(void)cls;
	if (!log_is_on(LOG_LEVEL_DEBUG))
		return;
	vsnprintf(text, sizeof(text), fmt, args);
	log_debug(LOG_API, "%s", text);
}

static struct MHD_Daemon *start_mhd(struct server *s)
{
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_ERROR_LOG;
	unsigned max = s->limits.n_connections + s->limits.n_admin_connections + CONNECTIONS_SPARE;

	/* clang-format off */
	return MHD_start_daemon(flags, 0, NULL, NULL, connection_on_request, s,
		MHD_OPTION_EXTERNAL_LOGGER, log_mhd, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, connection_notify, s,
		MHD_OPTION_URI_LOG_CALLBACK, connection_on_target, s,
		MHD_OPTION_NOTIFY_COMPLETED, connection_on_completed, s,
		MHD_OPTION_CONNECTION_LIMIT, max,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LIMIT_API_CONNECTION_BYTES,
		MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)4096,
		MHD_OPTION_CONNECTION_TIMEOUT, 0u,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_END);
	/* clang-format on */
}

static void listen_on(struct server *s, struct listening_socket *socket)
{
	struct listener *l = &s->listeners[s->n_listeners++];

	l->server = s;
	l->fd = socket->fd;
	l->is_admin = socket->is_admin;
	snprintf(l->name, sizeof(l->name), "%s", socket->name);
	socket->fd = -1;
	require(uv_poll_init(&s->loop->uv, &l->poll, l->fd) == 0);
	require(uv_poll_start(&l->poll, UV_READABLE, on_connecting) == 0);
	s->n_handles++;
	log_info(LOG_API, "listening on %s%s", l->name, l->is_admin ? " (administration)" : "");
}

enum err_code server_open(struct server **out, struct loop *loop,
			  const struct server_options *options, struct err *err)
{
	static const struct server_limits usual = SERVER_LIMITS;
	struct server *s = mem_new(struct server);
	const union MHD_DaemonInfo *info;

	assert_on_loop();
	text_init(); /* explain normalises in pool threads */
	s->loop = loop;
	s->limits = options->limits != NULL ? *options->limits : usual;
	s->api = (struct api){
		.loop = loop,
		.store = options->store,
		.control = options->control,
		.table = *options->table,
		.started_ms = clock_mono_ms(),
	};
	list_init(&s->connections);
	list_init(&s->unheard);
	list_init(&s->spare);
	s->mhd = start_mhd(s);
	if (s->mhd == NULL) {
		mem_free(s);
		return err_set(err, ERR_IO, "the HTTP server cannot be started");
	}
	metrics_init(&s->api.metrics, &s->api.table);
	if (s->api.store != NULL)
		suggester_init(&s->api.suggester, s->api.store);
	info = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	require(info != NULL);
	require(uv_poll_init(&loop->uv, &s->poll, info->epoll_fd) == 0);
	require(uv_poll_start(&s->poll, UV_READABLE, on_mhd_readable) == 0);
	loop_timer_init(&s->pump_timer, loop, false);
	loop_timer_init(&s->tick, loop, false);
	loop_timer_start(&s->tick, s->limits.tick_ms, on_tick);
	s->n_handles = 3;
	for (size_t i = 0; i < options->sockets->n; i++)
		listen_on(s, &options->sockets->items[i]);
	*out = s;
	return ERR_OK;
}

/* --- closing --- */

static void run_closed(struct deferred *closed)
{
	struct server *s = container_of(closed, struct server, closed);
	void (*on_closed)(void *data) = s->on_closed;
	void *data = s->data;

	loop_undefer(&s->pump);
	connection_free_spare(s);
	metrics_clear(&s->api.metrics);
	suggester_clear(&s->api.suggester);
	mem_free(s);
	on_closed(data);
}

static void handle_closed(struct server *s)
{
	if (--s->n_handles == 0)
		loop_defer(s->loop, &s->closed, run_closed);
}

static void on_listener_closed(uv_handle_t *handle)
{
	struct listener *l = container_of(handle, struct listener, poll);

	handle_closed(l->server);
}

static void on_poll_closed(uv_handle_t *handle)
{
	handle_closed(container_of(handle, struct server, poll));
}

static void on_pump_timer_closed(struct loop_timer *timer)
{
	handle_closed(container_of(timer, struct server, pump_timer));
}

static void on_tick_closed(struct loop_timer *timer)
{
	handle_closed(container_of(timer, struct server, tick));
}

/* Behind the last answer, or when the rest is to be cut. */
static void finish_closing(struct server *s)
{
	bool is_cut = s->is_forced && clock_mono_ms() >= s->closing_deadline_ms;

	if (s->api.metrics.n_waiting > 0 || !suggester_is_idle(&s->api.suggester))
		return;
	if (!list_is_empty(&s->connections) && !is_cut)
		return;
	/* The descriptor is libmicrohttpd's: no longer watched when it closes. */
	uv_close((uv_handle_t *)&s->poll, on_poll_closed);
	MHD_stop_daemon(s->mhd);
	s->mhd = NULL;
	loop_timer_close(&s->pump_timer, on_pump_timer_closed);
	loop_timer_close(&s->tick, on_tick_closed);
}

static void on_suggester_idle(struct suggester *suggester)
{
	server_pump(container_of(suggester, struct server, api.suggester));
}

void server_close(struct server *s, void (*on_closed)(void *data), void *data)
{
	assert_on_loop();
	require(!s->is_closing);
	s->is_closing = true;
	s->on_closed = on_closed;
	s->data = data;
	s->closing_deadline_ms = clock_mono_ms() + s->limits.drain_ms;
	for (size_t i = 0; i < s->n_listeners; i++) {
		uv_close((uv_handle_t *)&s->listeners[i].poll, on_listener_closed);
		close(s->listeners[i].fd);
	}
	list_each (node, &s->unheard) {
		struct connection *c = container_of(node, struct connection, unheard_node);

		if (c->state == CONNECTION_IDLE)
			connection_shut(c);
	}
	suggester_stop(&s->api.suggester, on_suggester_idle);
	server_pump(s);
}

void server_hurry(struct server *s)
{
	if (s->is_closing && !s->is_forced)
		force(s);
}
