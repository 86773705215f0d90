// SPDX-License-Identifier: EUPL-1.2
/*
 * The scripted partner's server: one thread, one poll() over all connections.
 * What they are answered, and what is kept of their requests, is partner_script.c.
 *
 *	one connection:  READING ──► ANSWERING ──► READING ...
 *	                    │            │
 *	                    └────────────┴──► FLUSHING ──► LINGERING ──► closed
 *
 * Connections belong to the thread.
 */
#include "partner.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "partner_internal.h"

enum {
	READ_BYTES = 64 * 1024,
	INPUT_BYTES = PARTNER_MAX_HEAD_BYTES + PARTNER_MAX_BODY_BYTES, /* then reading pauses */
	STEPS_PER_TURN = 16, /* of one connection, before others get theirs */
	BACKLOG = 128,
	FIRST_CONN_SLOT = 2, /* in the poll table, after the listener and the wakeup */
};

enum conn_state {
	CONN_READING,
	CONN_ANSWERING,
	CONN_FLUSHING, /* sends what is left, then ends */
	CONN_LINGERING, /* our side is shut; waits for the client to close */
	CONN_CLOSED,
};

struct conn {
	struct conn *next;
	int fd;
	uint64_t number;
	enum conn_state state;
	struct bytes in;
	struct bytes out;
	struct reply reply;
	const struct route *route; /* of the reply; may be NULL */
	size_t poll_slot;
	bool is_at_end; /* the client will send nothing more */
	bool is_ready; /* its steps of this turn were used up: it has more to do */
	bool is_stalled;
	bool is_hard; /* ends with RST */
	bool is_cut; /* closes without lingering */
	bool has_continued; /* "100 Continue" was sent for the request being read */
};

/* ---- connections: the partner's thread ---- */

static void conn_close(struct partner *p, struct conn *c)
{
	const struct linger hard = { .l_onoff = 1, .l_linger = 0 };

	if (c->state == CONN_CLOSED)
		return;
	if (c->is_hard)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(c->fd);
	c->state = CONN_CLOSED;
	pthread_mutex_lock(&p->lock);
	p->n_conns--;
	if (c->is_stalled)
		p->n_stalled--;
	c->is_stalled = false;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

static void conn_free(struct conn *c)
{
	bytes_clear(&c->in);
	bytes_clear(&c->out);
	reply_clear(&c->reply);
	free(c);
}

static void stalled_set(struct partner *p, struct conn *c, bool is_stalled)
{
	if (c->is_stalled == is_stalled)
		return;
	c->is_stalled = is_stalled;
	pthread_mutex_lock(&p->lock);
	if (is_stalled)
		p->n_stalled++;
	else
		p->n_stalled--;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

static void answer_problem(struct partner_answer *answer, int status, const char *detail)
{
	answer->status = status;
	snprintf(answer->content_type, sizeof(answer->content_type), "application/problem+json");
	partner_print(answer, "{\"status\":%d,\"detail\":\"%s\"}\n", status, detail);
}

static void answer_begin(struct partner *p, struct conn *c, struct partner_request *request,
			 const struct request_facts *facts)
{
	struct partner_answer answer = { 0 };

	request->connection = c->number;
	c->route = request_note(p, request, &answer);
	if (c->route == NULL)
		answer_problem(&answer, 404, "nothing here");
	else if (c->route->fn != NULL)
		c->route->fn(&answer, request, c->route->arg);
	reply_start(&c->reply, &answer, request, facts);
	c->state = CONN_ANSWERING;
}

/* A request that cannot be read gets its status, and the connection ends. */
static void answer_bad(struct conn *c, const struct request_facts *facts)
{
	struct partner_request nothing = { .method = (char[]){ "GET" } };
	struct request_facts closing = { .keeps_alive = false };
	struct partner_answer answer = { 0 };

	c->in.len = 0;
	c->is_at_end = true;
	c->route = NULL;
	answer_problem(&answer, facts->bad_status, "the request cannot be read");
	reply_start(&c->reply, &answer, &nothing, &closing);
	c->state = CONN_ANSWERING;
}

/* READING: returns true when it got further without waiting. */
static bool step_reading(struct partner *p, struct conn *c)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct partner_request request = { 0 };
	struct request_facts facts;

	switch (request_read(&request, &facts, c->in.data, c->in.len)) {
	case REQUEST_PARTIAL:
		if (facts.wants_continue && !c->has_continued) {
			bytes_add(&c->out, go_on, sizeof(go_on) - 1);
			c->has_continued = true;
			return true;
		}
		if (c->is_at_end)
			conn_close(p, c);
		return false;
	case REQUEST_WHOLE:
		c->has_continued = false;
		bytes_drop(&c->in, facts.used_bytes);
		answer_begin(p, c, &request, &facts);
		partner_request_clear(&request);
		return true;
	case REQUEST_BAD:
		answer_bad(c, &facts);
		return true;
	}
	return false;
}

static bool step_answering(struct partner *p, struct conn *c)
{
	enum reply_next next = reply_produce(&c->reply, &c->out, route_is_released(p, c->route));

	stalled_set(p, c, next == REPLY_STALLED);
	switch (next) {
	case REPLY_MORE:
		return true;
	case REPLY_STALLED:
		if (c->is_at_end) /* nobody is left to wait for it */
			conn_close(p, c);
		return false;
	case REPLY_CUT:
	case REPLY_RESET:
		c->is_hard = next == REPLY_RESET;
		c->is_cut = true;
		c->state = CONN_FLUSHING;
		return true;
	case REPLY_DONE:
		break;
	}
	c->state = c->reply.is_closing ? CONN_FLUSHING : CONN_READING;
	reply_clear(&c->reply);
	return true;
}

/* FLUSHING is over: all is sent. */
static void step_flushed(struct partner *p, struct conn *c)
{
	if (c->is_cut || shutdown(c->fd, SHUT_WR) != 0) {
		conn_close(p, c);
		return;
	}
	/* closing with unread input would reset the connection under the answer */
	c->state = CONN_LINGERING;
	c->is_at_end = false;
}

static bool conn_drips(const struct conn *c)
{
	return c->reply.is_active && c->reply.answer.is_dripping;
}

/* Sends what is pending; false when it has to wait or the client is gone. */
static bool conn_send(struct partner *p, struct conn *c)
{
	bool drips = conn_drips(c);
	ssize_t n = send(c->fd, c->out.data, drips ? 1 : c->out.len, MSG_NOSIGNAL);

	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			conn_close(p, c);
		return false;
	}
	bytes_drop(&c->out, (size_t)n);
	return !drips; /* a drop a turn */
}

/* Takes one connection as far as it goes without waiting. */
static void conn_run(struct partner *p, struct conn *c)
{
	bool goes_on = true;

	for (int i = 0; i < STEPS_PER_TURN && goes_on; i++) {
		if (c->out.len > 0) {
			goes_on = conn_send(p, c);
			continue;
		}
		switch (c->state) {
		case CONN_READING:
			goes_on = step_reading(p, c);
			break;
		case CONN_ANSWERING:
			goes_on = step_answering(p, c);
			break;
		case CONN_FLUSHING:
			step_flushed(p, c);
			break;
		case CONN_LINGERING:
			c->in.len = 0;
			if (c->is_at_end)
				conn_close(p, c);
			goes_on = false;
			break;
		case CONN_CLOSED:
			goes_on = false;
			break;
		}
	}
	c->is_ready = goes_on || (conn_drips(c) && !c->is_stalled);
}

static void conn_read(struct partner *p, struct conn *c)
{
	char piece[READ_BYTES];
	ssize_t n = recv(c->fd, piece, sizeof(piece), 0);

	if (n > 0)
		bytes_add(&c->in, piece, (size_t)n);
	else if (n == 0)
		c->is_at_end = true;
	else if (errno != EAGAIN && errno != EINTR)
		conn_close(p, c);
}

static short conn_events(const struct conn *c)
{
	int events = 0;

	if (!c->is_at_end && c->in.len < INPUT_BYTES)
		events |= POLLIN;
	if (c->out.len > 0 || c->is_ready)
		events |= POLLOUT;
	return (short)events;
}

static void conns_accept(struct partner *p)
{
	const int on = 1;
	int fd;

	while ((fd = accept4(p->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct conn *c = partner_alloc(sizeof(*c));

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		c->fd = fd;
		c->next = p->conns;
		p->conns = c;
		pthread_mutex_lock(&p->lock);
		c->number = ++p->n_accepted;
		p->n_conns++;
		pthread_cond_broadcast(&p->changed);
		pthread_mutex_unlock(&p->lock);
	}
}

static void conns_sweep(struct partner *p)
{
	for (struct conn **at = &p->conns; *at != NULL;) {
		struct conn *c = *at;

		if (c->state != CONN_CLOSED) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		conn_free(c);
	}
}

/* Writes the poll table and returns its length. */
static size_t polls_fill(struct partner *p)
{
	size_t n = FIRST_CONN_SLOT;

	for (const struct conn *c = p->conns; c != NULL; c = c->next)
		n++;
	if (n > p->polls_room) {
		free(p->polls);
		p->polls_room = n * 2;
		p->polls = partner_alloc(p->polls_room * sizeof(*p->polls));
	}
	p->polls[0] = (struct pollfd){ .fd = p->listen_fd, .events = POLLIN };
	p->polls[1] = (struct pollfd){ .fd = p->wake_fd, .events = POLLIN };
	n = FIRST_CONN_SLOT;
	for (struct conn *c = p->conns; c != NULL; c = c->next) {
		c->poll_slot = n;
		p->polls[n++] = (struct pollfd){ .fd = c->fd, .events = conn_events(c) };
	}
	return n;
}

static bool is_ending(struct partner *p)
{
	bool is;

	pthread_mutex_lock(&p->lock);
	is = p->is_ending;
	pthread_mutex_unlock(&p->lock);
	return is;
}

static void conn_turn(struct partner *p, struct conn *c)
{
	short seen = p->polls[c->poll_slot].revents;

	if ((seen & POLLIN) != 0)
		conn_read(p, c);
	else if ((seen & (POLLERR | POLLHUP)) != 0)
		conn_close(p, c);
	conn_run(p, c);
}

static void *serve(void *arg)
{
	struct partner *p = arg;

	while (!is_ending(p)) {
		size_t n = polls_fill(p);
		uint64_t wakeups;

		if (poll(p->polls, n, -1) < 0)
			continue;
		if (p->polls[1].revents != 0 && read(p->wake_fd, &wakeups, sizeof(wakeups)) < 0 &&
		    errno != EAGAIN)
			abort();
		for (struct conn *c = p->conns; c != NULL; c = c->next)
			conn_turn(p, c);
		conns_sweep(p);
		if (p->polls[0].revents != 0)
			conns_accept(p);
	}
	return NULL;
}

/* ---- opening and closing ---- */

static int listener_open(const struct partner_options *options, uint16_t *port)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(options->port) };
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(options->port) };
	struct sockaddr *addr = options->is_ipv6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
	socklen_t n = options->is_ipv6 ? sizeof(v6) : sizeof(v4);
	const int on = 1;
	int fd = socket(addr->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	v6.sin6_addr = in6addr_loopback;
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, addr, n) != 0 || listen(fd, BACKLOG) != 0 || getsockname(fd, addr, &n) != 0) {
		int why = errno;

		close(fd);
		errno = why;
		return -1;
	}
	*port = ntohs(options->is_ipv6 ? v6.sin6_port : v4.sin_port);
	return fd;
}

static void condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attr);
	pthread_condattr_destroy(&attr);
}

struct partner *partner_open(const struct partner_options *options)
{
	static const struct partner_options defaults;
	const struct partner_options *opt = options != NULL ? options : &defaults;
	uint16_t port = 0;
	int fd = listener_open(opt, &port);
	struct partner *p;

	if (fd < 0)
		return NULL;
	p = partner_alloc(sizeof(*p));
	p->listen_fd = fd;
	p->port = port;
	p->is_forgetful = opt->is_forgetful;
	p->last = &p->first;
	snprintf(p->base, sizeof(p->base), "http://%s:%u", opt->is_ipv6 ? "[::1]" : "127.0.0.1",
		 (unsigned)p->port);
	p->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&p->lock, NULL);
	condition_init(&p->changed);
	if (p->wake_fd < 0 || pthread_create(&p->thread, NULL, serve, p) != 0)
		abort();
	return p;
}

void partner_close(struct partner *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->is_ending = true;
	pthread_mutex_unlock(&p->lock);
	partner_wake(p);
	pthread_join(p->thread, NULL);

	for (struct conn *c = p->conns; c != NULL; c = c->next)
		conn_close(p, c);
	conns_sweep(p);
	while (p->routes != NULL) {
		struct route *r = p->routes;

		p->routes = r->next;
		route_free(r);
	}
	records_drop(p);
	free(p->polls);
	close(p->listen_fd);
	close(p->wake_fd);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

uint16_t partner_port(const struct partner *p)
{
	return p->port;
}

const char *partner_base(const struct partner *p)
{
	return p->base;
}
