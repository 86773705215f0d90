// SPDX-License-Identifier: EUPL-1.2
/*
 * Clients that behave badly, many at once.
 */
#include "tests/support/crowd.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SMALL_BUFFER = 2048, VANISHES_AFTER = 120 };

/* What is said at once; the rest of a slow one comes byte by byte. */
static const char *const starts[CROWD_KINDS] = {
	[CROWD_SILENT] = "",
	[CROWD_SLOW_LINE] = "GET /v1/offers?q=",
	[CROWD_SLOW_HEAD] = "GET /v1/offers?q=course HTTP/1.1\r\nHost: x\r\nX-Slow: ",
	[CROWD_SLOW_BODY] = "GET /v1/offers?q=course HTTP/1.1\r\nHost: x\r\n"
			    "Content-Length: 60000\r\n\r\n",
	[CROWD_IDLE] = "GET /v1/about HTTP/1.1\r\nHost: x\r\n\r\n",
	[CROWD_NEVER_READS] = "GET " CROWD_BIG_PATH " HTTP/1.1\r\nHost: x\r\n\r\n",
	[CROWD_VANISHES] = "GET /v1/offers?q=course&limit=100&facets=all HTTP/1.1\r\n"
			   "Host: x\r\n\r\n",
};

const char *crowd_kind_name(enum crowd_kind kind)
{
	static const char *const names[CROWD_KINDS] = {
		[CROWD_SILENT] = "silent",       [CROWD_SLOW_LINE] = "slow line",
		[CROWD_SLOW_HEAD] = "slow head", [CROWD_SLOW_BODY] = "slow body",
		[CROWD_IDLE] = "idle",           [CROWD_NEVER_READS] = "never reads",
		[CROWD_VANISHES] = "vanishes",
	};

	return names[kind];
}

void crowd_open(struct crowd *c, const char *path, const unsigned *n_of, bool comes_again)
{
	*c = (struct crowd){ .path = path, .comes_again = comes_again };
	for (size_t kind = 0; kind < CROWD_KINDS; kind++)
		c->n += n_of[kind];
	c->clients = mem_new_n(struct crowd_client, c->n);
	for (size_t kind = 0, i = 0; kind < CROWD_KINDS; kind++)
		for (unsigned k = 0; k < n_of[kind]; k++)
			c->clients[i++] =
				(struct crowd_client){ .kind = (enum crowd_kind)kind, .fd = -1 };
}

void crowd_close(struct crowd *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->clients[i].fd >= 0)
			close(c->clients[i].fd);
	mem_free(c->clients);
	*c = (struct crowd){ .n = 0 };
}

static void come(struct crowd *c, struct crowd_client *who, uint64_t now_ms)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", c->path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		if (fd >= 0)
			close(fd);
		c->n_failed++;
		return;
	}
	if (who->kind == CROWD_NEVER_READS)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){ SMALL_BUFFER }, sizeof(int));
	c->n_connected++;
	who->fd = fd;
	who->since_ms = now_ms;
	who->n_sent = 0;
}

static void leave(struct crowd_client *who)
{
	close(who->fd);
	who->fd = -1;
}

static void note_end(struct crowd *c, struct crowd_client *who, uint64_t now_ms)
{
	struct crowd_end *end = &c->ended[who->kind];
	uint64_t lasted_ms = now_ms - who->since_ms;

	if (end->n == 0 || lasted_ms < end->first_ms)
		end->first_ms = lasted_ms;
	if (lasted_ms > end->last_ms)
		end->last_ms = lasted_ms;
	end->n++;
	who->is_over = !c->comes_again;
	leave(who);
}

/* At most max bytes of its start; true when there is nothing of it left to say. */
static bool say_some(struct crowd_client *who, size_t max)
{
	struct slice rest = slice_from(slice_of(starts[who->kind]), who->n_sent);
	ssize_t n;

	if (rest.n == 0)
		return true;
	n = send(who->fd, rest.p, rest.n < max ? rest.n : max, MSG_NOSIGNAL);
	if (n > 0)
		who->n_sent += (size_t)n;
	return n > 0 && (size_t)n == rest.n;
}

/*
 * What came is thrown away; the clock of one that is idle starts behind it: at some
 * time after the turn before, which on a busy machine was long ago.
 */
static void take_answer(const struct crowd *c, struct crowd_client *who)
{
	char bytes[4096];

	while (recv(who->fd, bytes, sizeof(bytes), 0) > 0)
		if (c->turned_ms > who->since_ms)
			who->since_ms = c->turned_ms;
}

/* Goes away sooner or later: within its request, or when it has asked. */
static void vanish_some_time(struct crowd *c, struct crowd_client *who, size_t i)
{
	size_t at = i % VANISHES_AFTER;
	bool is_said = say_some(who, 1 + at % 7);

	if (who->n_sent <= at && !is_said)
		return;
	leave(who);
	c->n_vanished++;
}

static void do_next_thing(struct crowd *c, struct crowd_client *who, size_t i)
{
	switch (who->kind) {
	case CROWD_VANISHES:
		vanish_some_time(c, who, i);
		return;
	case CROWD_SLOW_LINE:
	case CROWD_SLOW_HEAD:
	case CROWD_SLOW_BODY:
		if (say_some(who, SIZE_MAX))
			(void)send(who->fd, "a", 1, MSG_NOSIGNAL);
		return;
	case CROWD_IDLE:
		(void)say_some(who, SIZE_MAX);
		take_answer(c, who);
		return;
	case CROWD_SILENT:
	case CROWD_NEVER_READS:
	default:
		(void)say_some(who, SIZE_MAX);
		return;
	}
}

/* A server that has closed a connection hangs up, also on one who never reads. */
static void look_who_was_closed(struct crowd *c, uint64_t now_ms)
{
	struct pollfd *fds = mem_new_n(struct pollfd, c->n);

	for (size_t i = 0; i < c->n; i++)
		fds[i] = (struct pollfd){ .fd = c->clients[i].fd, .events = 0 };
	if (poll(fds, c->n, 0) > 0)
		for (size_t i = 0; i < c->n; i++)
			if ((fds[i].revents & (POLLHUP | POLLERR)) != 0)
				note_end(c, &c->clients[i], now_ms);
	mem_free(fds);
}

void crowd_turn(struct crowd *c, uint64_t now_ms)
{
	look_who_was_closed(c, now_ms);
	for (size_t i = 0; i < c->n; i++) {
		struct crowd_client *who = &c->clients[i];

		if (who->fd < 0 && !who->is_over)
			come(c, who, now_ms);
		if (who->fd >= 0)
			do_next_thing(c, who, i);
	}
	c->turned_ms = now_ms;
}

unsigned crowd_present(const struct crowd *c, enum crowd_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->clients[i].kind == kind && c->clients[i].fd >= 0;
	return n;
}
