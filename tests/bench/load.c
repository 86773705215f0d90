// SPDX-License-Identifier: EUPL-1.2
/*
 * bench_load SOCKET QUERIES.tsv [--clients N] [--connections N] [--seconds-tenths N] [--kind K]
 *
 * Asks over a Unix socket: N clients, each with one request under way all the
 * time; kind by kind, paths in turn. With more connections than clients each
 * client takes those that are its own in turn. Prints a line a kind:
 *
 *     kind  clients  requests  median ms  99th percentile ms  answers a second  bytes an answer
 *
 * An answer other than 200 ends it with status 1.
 */
#include "base/mem.h"
#include "base/slice.h"
#include "tests/bench/stage.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CLIENTS_MAX = 1024, ANSWER_BYTES = 4 << 20, KIND_BYTES = 32 };

struct query {
	char kind[KIND_BYTES];
	struct slice path;
};

struct queries {
	char *text;
	struct query *items;
	size_t n;
};

struct client {
	int fd;
	char *in;
	size_t n_in;
	size_t n_wanted; /* head and body; 0: the head is not whole yet */
	double asked_s;
};

struct figures {
	double *ms;
	size_t n, cap;
	uint64_t n_bytes;
};

/* --- queries --- */

static void read_queries(struct queries *q, const char *path)
{
	FILE *file = fopen(path, "r");
	struct slice rest, line, field;
	size_t n;

	if (file == NULL)
		stage_die("cannot open %s: %s", path, strerror(errno));
	q->text = mem_zalloc(1 << 20);
	n = fread(q->text, 1, 1 << 20, file);
	fclose(file);
	rest = slice_make(q->text, n);
	while (slice_split(&line, &rest, '\n')) {
		struct query query = { .path = SLICE_NONE };

		if (!slice_split(&field, &line, '\t') || field.n >= KIND_BYTES)
			continue;
		memcpy(query.kind, field.p, field.n);
		if (!slice_split(&query.path, &line, '\t'))
			continue;
		q->items = mem_resize(q->items, q->n + 1, sizeof(*q->items));
		q->items[q->n++] = query;
	}
	if (q->n == 0)
		stage_die("%s holds no query", path);
}

/* --- one client --- */

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		stage_die("the path of the socket is too long: %s", path);
	memcpy(address.sun_path, path, strlen(path));
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		stage_die("cannot connect to %s: %s", path, strerror(errno));
	return fd;
}

static void ask(struct client *c, const struct query *query)
{
	char text[16384];
	int n = snprintf(text, sizeof(text), "GET %.*s HTTP/1.1\r\nHost: localhost\r\n\r\n",
			 SLICE_ARG(query->path));

	c->n_in = 0;
	c->n_wanted = 0;
	c->asked_s = stage_now();
	if (n <= 0 || write(c->fd, text, (size_t)n) != n)
		stage_die("cannot ask: %s", strerror(errno));
}

static void read_head(struct client *c)
{
	struct slice in = slice_make(c->in, c->n_in);
	ptrdiff_t end = slice_find(in, SLICE_LIT("\r\n\r\n"));
	ptrdiff_t at = slice_find_nocase(in, SLICE_LIT("\r\ncontent-length:"));
	struct slice digits, rest;
	uint64_t length = 0;

	if (end < 0)
		return;
	if (!slice_starts_with(in, SLICE_LIT("HTTP/1.1 200")))
		stage_die("answered: %.*s", SLICE_ARG(slice_first(in, 400)));
	rest = at < 0 ? SLICE_NONE : slice_from(in, (size_t)at + 17);
	if (at < 0 || !slice_split(&digits, &rest, '\r') ||
	    !slice_to_u64(&length, slice_trim(digits), ANSWER_BYTES))
		stage_die("an answer without a length: %.*s", SLICE_ARG(slice_first(in, 400)));
	c->n_wanted = (size_t)end + 4 + (size_t)length;
}

/* Whether the answer is whole. */
static bool read_answer(struct client *c)
{
	ssize_t n = read(c->fd, c->in + c->n_in, ANSWER_BYTES - c->n_in);

	if (n <= 0)
		stage_die("the connection was closed: %s", n < 0 ? strerror(errno) : "early");
	c->n_in += (size_t)n;
	if (c->n_wanted == 0)
		read_head(c);
	return c->n_wanted > 0 && c->n_in >= c->n_wanted;
}

/* --- all of them --- */

static int compare_ms(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static void note(struct figures *f, const struct client *c)
{
	if (f->n == f->cap) {
		f->cap = f->cap * 2 + 1024;
		f->ms = mem_resize(f->ms, f->cap, sizeof(*f->ms));
	}
	f->ms[f->n++] = (stage_now() - c->asked_s) * 1000;
	f->n_bytes += c->n_in;
}

static double share(const struct figures *f, size_t permille)
{
	size_t at = f->n * permille / 1000;

	return f->ms[at < f->n ? at : f->n - 1];
}

struct load {
	struct client *clients; /* connections: n of them take part at a time */
	size_t n_connections;
	size_t n;
	const struct query *queries; /* of one kind */
	size_t n_queries;
	size_t next;
};

/* The connection behind this one that is of the same client's. */
static struct client *ask_next(struct load *l, struct client *before)
{
	size_t at = (size_t)(before - l->clients) + l->n;
	struct client *c = &l->clients[at < l->n_connections ? at : at % l->n];

	ask(c, &l->queries[l->next++ % l->n_queries]);
	return c;
}

static void run_kind(struct load *l, double seconds)
{
	struct pollfd *fds = mem_new_n(struct pollfd, l->n);
	struct client **asking = mem_new_n(struct client *, l->n);
	struct figures f = { .n = 0 };
	double start = stage_now(), end = start + seconds;
	size_t n_waiting = l->n;

	for (size_t i = 0; i < l->n; i++) {
		asking[i] = ask_next(l, &l->clients[i]);
		fds[i] = (struct pollfd){ .fd = asking[i]->fd, .events = POLLIN };
	}
	while (n_waiting > 0 && poll(fds, l->n, 30000) > 0) {
		for (size_t i = 0; i < l->n; i++) {
			if (fds[i].revents == 0 || !read_answer(asking[i]))
				continue;
			note(&f, asking[i]);
			if (stage_now() < end) {
				asking[i] = ask_next(l, asking[i]);
				fds[i].fd = asking[i]->fd;
			} else {
				n_waiting--;
			}
		}
	}
	if (n_waiting > 0)
		stage_die("no answer for 30 s");
	qsort(f.ms, f.n, sizeof(*f.ms), compare_ms);
	printf("%s\t%zu\t%zu\t%.4f\t%.4f\t%.1f\t%.0f\n", l->queries[0].kind, l->n, f.n,
	       share(&f, 500), share(&f, 990), (double)f.n / (stage_now() - start),
	       (double)f.n_bytes / (double)f.n);
	fflush(stdout);
	mem_free(f.ms);
	mem_free(asking);
	mem_free(fds);
}

int main(int argc, char **argv)
{
	size_t n_clients = stage_number(argc, argv, "--clients", 1);
	size_t n_connections = stage_number(argc, argv, "--connections", n_clients);
	double seconds = (double)stage_number(argc, argv, "--seconds-tenths", 10) / 10;
	const char *only = stage_text(argc, argv, "--kind", NULL);
	struct queries q = { .n = 0 };
	struct load l = { .n = n_clients, .n_connections = n_connections };

	if (argc < 3 || n_clients == 0 || n_connections > CLIENTS_MAX || n_connections < n_clients)
		stage_die("bench_load SOCKET QUERIES.tsv [--clients N] [--connections N] "
			  "[--seconds-tenths N] [--kind K]");
	read_queries(&q, argv[2]);
	l.clients = mem_new_n(struct client, n_connections);
	for (size_t i = 0; i < n_connections; i++) {
		l.clients[i].fd = connect_to(argv[1]);
		l.clients[i].in = mem_zalloc(ANSWER_BYTES);
	}
	for (size_t i = 0; i < q.n; i += l.n_queries) {
		l.queries = &q.items[i];
		l.n_queries = 1;
		while (i + l.n_queries < q.n &&
		       strcmp(q.items[i + l.n_queries].kind, q.items[i].kind) == 0)
			l.n_queries++;
		if (only == NULL || strcmp(only, q.items[i].kind) == 0)
			run_kind(&l, seconds);
	}
	for (size_t i = 0; i < n_connections; i++) {
		close(l.clients[i].fd);
		mem_free(l.clients[i].in);
	}
	mem_free(l.clients);
	mem_free(q.items);
	mem_free(q.text);
	return 0;
}
