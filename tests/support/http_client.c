// SPDX-License-Identifier: EUPL-1.2
/* The client of the API's tests. */
#include "tests/support/http_client.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { ANSWER_BYTES_MAX = 256 * 1024 * 1024 };

void http_client_open(struct http_client *c, const char *path, struct loop *loop)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	*c = (struct http_client){ .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
				   .loop = loop };
	buf_init(&c->in, ANSWER_BYTES_MAX);
	assert_true(c->fd >= 0);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(fcntl(c->fd, F_SETFL, O_NONBLOCK), 0);
}

void http_client_close(struct http_client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	buf_clear(&c->in);
}

static void read_some(struct http_client *c)
{
	char bytes[65536];
	ssize_t n;

	while ((n = recv(c->fd, bytes, sizeof(bytes), 0)) > 0)
		buf_append(&c->in, bytes, (size_t)n);
	if (n == 0 || (errno != EAGAIN && errno != EINTR))
		c->is_ended = true;
}

void http_client_turn(struct http_client *c)
{
	struct pollfd readable = { .fd = c->fd, .events = POLLIN };

	if (c->loop != NULL)
		loop_turn(c->loop, 1);
	else
		(void)poll(&readable, 1, 20);
	read_some(c);
}

size_t http_client_send_some(struct http_client *c, struct slice bytes)
{
	ssize_t n = send(c->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

	return n > 0 ? (size_t)n : 0;
}

void http_client_send(struct http_client *c, struct slice bytes)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;

	while (bytes.n > 0) {
		size_t n = http_client_send_some(c, bytes);

		if (n == 0 && errno != EAGAIN)
			return;
		assert_true(clock_mono_ms() < until_ms);
		bytes = slice_from(bytes, n);
		if (bytes.n > 0 && c->loop != NULL)
			loop_turn(c->loop, 0);
		else if (bytes.n > 0 && n == 0)
			http_client_turn(c);
	}
}

void http_client_say(struct http_client *c, const char *text)
{
	http_client_send(c, slice_of(text));
}

void http_client_finish(struct http_client *c)
{
	shutdown(c->fd, SHUT_WR);
}

/* Bytes of the first answer, 0 while it is not whole; *head is those of its head. */
static size_t answer_bytes(const struct http_client *c, size_t *head, bool is_head)
{
	struct slice in = buf_view(&c->in);
	ptrdiff_t end = slice_find(in, SLICE_LIT("\r\n\r\n"));
	ptrdiff_t at;
	struct slice number;
	uint64_t n = 0;

	if (end < 0)
		return 0;
	*head = (size_t)end + 4;
	at = slice_find_nocase(slice_first(in, *head), SLICE_LIT("\r\ncontent-length: "));
	if (at >= 0 && !is_head) {
		number = slice_from(in, (size_t)at + 18);
		number = slice_first(number, (size_t)slice_find_byte(number, '\r'));
		assert_true(slice_to_u64(&n, number, ANSWER_BYTES_MAX));
	}
	n += *head;
	return in.n >= n ? (size_t)n : 0;
}

/* It is dropped from the buffer when the next one is asked for. */
static struct http_answer take_answer(struct http_client *c, size_t head, size_t n)
{
	struct slice in = buf_view(&c->in);
	struct http_answer a = { 0 };
	uint64_t status = 0;

	assert_true(slice_to_u64(&status, slice_make(in.p + 9, 3), 999));
	a.status = (unsigned)status;
	a.head = slice_first(in, head);
	a.body = slice_make(in.p + head, n - head);
	c->n_taken = n;
	return a;
}

struct http_answer http_client_answer(struct http_client *c, bool is_head)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;
	size_t head = 0;
	size_t n;

	buf_consume(&c->in, c->n_taken);
	c->n_taken = 0;
	while ((n = answer_bytes(c, &head, is_head)) == 0 && !c->is_ended) {
		assert_true(clock_mono_ms() < until_ms);
		http_client_turn(c);
	}
	if (n == 0)
		return (struct http_answer){ .status = 0,
					     .head = SLICE_LIT(""),
					     .body = SLICE_LIT("") };
	return take_answer(c, head, n);
}

struct http_answer http_client_answer_in_the_end(struct http_client *c, const char *socket,
						 struct slice request, struct http_again *again)
{
	struct http_answer a = http_client_answer(c, false);
	struct loop *loop = c->loop;

	for (int i = 0; (a.status == 503 || a.status == 0) && i < HTTP_CLIENT_TRIES; i++) {
		if (a.status == 503) {
			http_assert_has(&a, "\"code\":\"timeout\"");
			again->n_told++;
		}
		if (c->is_ended) {
			http_client_close(c);
			http_client_open(c, socket, loop);
			again->n_closed++;
		}
		http_client_send(c, request);
		a = http_client_answer(c, false);
	}
	return a;
}

void http_client_expect(struct http_client *c, unsigned status)
{
	struct http_answer a = http_client_answer(c, false);

	http_assert_status(&a, status);
}

void http_client_wait_end(struct http_client *c)
{
	uint64_t until_ms = clock_mono_ms() + HTTP_CLIENT_PATIENCE_MS;

	while (!c->is_ended) {
		assert_true(clock_mono_ms() < until_ms);
		http_client_turn(c);
	}
}

struct http_answer http_client_ask(struct http_client *c, const char *method, const char *target,
				   const char *headers)
{
	struct buf request = BUF_INIT(1024 * 1024);

	buf_printf(&request, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", method, target,
		   headers);
	http_client_send(c, buf_view(&request));
	buf_clear(&request);
	return http_client_answer(c, strcmp(method, "HEAD") == 0);
}

struct http_answer http_client_get(struct http_client *c, const char *target, const char *headers)
{
	return http_client_ask(c, "GET", target, headers);
}

struct slice http_answer_header(const struct http_answer *a, const char *name)
{
	struct slice rest = a->head;
	struct slice line;

	while (slice_split(&line, &rest, '\n')) {
		size_t n = strlen(name);

		if (line.n > n && line.p[n] == ':' &&
		    slice_eq_nocase(slice_first(line, n), slice_of(name)))
			return slice_trim(slice_from(line, n + 1));
	}
	return SLICE_NONE;
}

static void print_answer(const struct http_answer *a)
{
	print_error("%.*s%.*s\n", SLICE_ARG(a->head), SLICE_ARG(a->body));
}

static bool has(const struct http_answer *a, const char *text)
{
	return slice_contains(a->head, slice_of(text)) || slice_contains(a->body, slice_of(text));
}

void http_assert_has(const struct http_answer *a, const char *text)
{
	if (has(a, text))
		return;
	print_answer(a);
	fail_msg("no \"%s\" in this answer", text);
}

void http_assert_lacks(const struct http_answer *a, const char *text)
{
	if (!has(a, text))
		return;
	print_answer(a);
	fail_msg("\"%s\" in this answer", text);
}

void http_assert_status(const struct http_answer *a, unsigned status)
{
	if (a->status == status)
		return;
	print_answer(a);
	fail_msg("status %u instead of %u", a->status, status);
}
