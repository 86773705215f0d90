// SPDX-License-Identifier: EUPL-1.2
/*
 * bench_partner --offers N [--courses N]: a partner's web server that costs
 * next to nothing, so that what is measured is the daemon. All bodies are made
 * before it listens; one thread, epoll, connections kept alive.
 *
 *   /moochub?page=K               MOOChub v3, 250 items a page, with an ETag
 *   /ooapi/...                    OOAPI v5: organizations, courses, their offerings
 *   /control/304/on, .../off      whether If-None-Match is obeyed (off at first)
 *   /control/changed/N            the first N offers in another revision from now on
 *   /control/count                answers sent so far
 *
 * Prints its port on a line when it is ready. Ends with SIGTERM.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "tests/bench/catalogue.h"
#include "tests/bench/stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_EVENTS = 64, REQUEST_BYTES = 16 * 1024, BODY_MAX = 64 << 20 };

struct body {
	struct buf head; /* of a 200 */
	struct buf text;
	char etag[40];
};

struct connection {
	int fd;
	char in[REQUEST_BYTES];
	size_t n_in;
	struct buf out; /* what is not in a body: heads of all, small answers */
	size_t out_at;
	const struct buf *text; /* being sent behind out; NULL: none */
	size_t text_at;
};

static struct {
	int epoll;
	unsigned port;
	uint64_t n_offers, n_courses;
	uint64_t revision;
	struct body *pages;
	size_t n_pages;
	struct body *course_pages;
	size_t n_course_pages;
	struct body *offerings;
	struct body organizations;
	bool obeys_etags;
	uint64_t n_answers;
} server;

/* --- bodies --- */

static void finish_body(struct body *b)
{
	static uint64_t serial;

	snprintf(b->etag, sizeof(b->etag), "\"b%" PRIu64 "\"", ++serial);
	buf_init(&b->head, 1024);
	buf_printf(&b->head,
		   "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: %s\r\n"
		   "Content-Length: %zu\r\n\r\n",
		   b->etag, b->text.len);
}

static void make_page(size_t page, uint64_t n_changed)
{
	struct body *b = &server.pages[page - 1];
	char url[64];

	buf_clear(&b->head);
	buf_clear(&b->text);
	buf_init(&b->text, BODY_MAX);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/moochub", server.port);
	stage_write_page(&b->text, url, server.n_offers, page, n_changed, server.revision);
	finish_body(b);
}

static void make_pages(void)
{
	server.n_pages = (server.n_offers + STAGE_PAGE_ITEMS - 1) / STAGE_PAGE_ITEMS;
	server.pages = mem_new_n(struct body, server.n_pages);
	for (size_t i = 0; i < server.n_pages; i++)
		make_page(i + 1, 0);
}

/* Only pages that hold a changed offer become others. */
static void change_offers(uint64_t n)
{
	size_t n_pages = (n + STAGE_PAGE_ITEMS - 1) / STAGE_PAGE_ITEMS;

	server.revision++;
	for (size_t i = 0; i < n_pages && i < server.n_pages; i++)
		make_page(i + 1, n);
}

static void make_course_page(size_t page)
{
	struct body *b = &server.course_pages[page];
	uint64_t at = page * STAGE_PAGE_ITEMS;
	uint64_t end =
		at + STAGE_PAGE_ITEMS < server.n_courses ? at + STAGE_PAGE_ITEMS : server.n_courses;
	struct catalogue_offer offer;

	catalogue_offer_init(&offer);
	buf_init(&b->text, BODY_MAX);
	buf_printf(&b->text,
		   "{\"pageSize\":%d,\"pageNumber\":%zu,\"hasPreviousPage\":%s,"
		   "\"hasNextPage\":%s,\"items\":[",
		   STAGE_PAGE_ITEMS, page + 1, page > 0 ? "true" : "false",
		   end < server.n_courses ? "true" : "false");
	for (uint64_t i = at; i < end; i++) {
		catalogue_offer_make(&offer, i, 0);
		if (i > at)
			buf_char(&b->text, ',');
		catalogue_write_course(&b->text, &offer);
		buf_init(&server.offerings[i].text, BODY_MAX);
		catalogue_write_offerings(&server.offerings[i].text, &offer);
		finish_body(&server.offerings[i]);
	}
	buf_str(&b->text, "]}");
	finish_body(b);
	catalogue_offer_clear(&offer);
}

static void make_courses(void)
{
	server.n_course_pages = (server.n_courses + STAGE_PAGE_ITEMS - 1) / STAGE_PAGE_ITEMS;
	server.course_pages = mem_new_n(struct body, server.n_course_pages);
	server.offerings = mem_new_n(struct body, server.n_courses);
	for (size_t i = 0; i < server.n_course_pages; i++)
		make_course_page(i);
	buf_init(&server.organizations.text, BODY_MAX);
	buf_str(&server.organizations.text,
		"{\"pageSize\":10,\"pageNumber\":1,\"hasNextPage\":false,\"items\":[{"
		"\"organizationId\":\"25eaf27e-c35c-5546-bfab-bb4fee95dbec\","
		"\"organizationType\":\"root\",\"name\":[{\"language\":\"en\",\"value\":"
		"\"University of Benchford\"}],\"shortName\":\"UB\"}]}");
	finish_body(&server.organizations);
}

/* --- answering --- */

static uint64_t number_behind(struct slice path, struct slice word)
{
	ptrdiff_t at = slice_find(path, word);
	struct slice digits = at < 0 ? SLICE_NONE : slice_from(path, (size_t)at + word.n);
	uint64_t n = 0;

	while (digits.n > 0 && ascii_is_digit(digits.p[0])) {
		n = n * 10 + (uint64_t)(digits.p[0] - '0');
		digits = slice_from(digits, 1);
	}
	return n;
}

/* The number in an id: its last 12 hexadecimal digits. */
static const struct body *find_offerings(struct slice path)
{
	ptrdiff_t end = slice_find(path, SLICE_LIT("/offerings"));
	char digits[13] = "";
	unsigned long long number;

	if (end < 12)
		return NULL;
	memcpy(digits, path.p + end - 12, 12);
	number = strtoull(digits, NULL, 16);
	return number < server.n_courses ? &server.offerings[number] : NULL;
}

static const struct body *find_body(struct slice path)
{
	uint64_t page;

	if (slice_starts_with(path, SLICE_LIT("/moochub"))) {
		page = number_behind(path, SLICE_LIT("page="));
		page = page > 0 ? page : 1;
		return page <= server.n_pages ? &server.pages[page - 1] : NULL;
	}
	if (server.n_courses == 0)
		return NULL;
	if (slice_starts_with(path, SLICE_LIT("/ooapi/organizations")))
		return &server.organizations;
	if (slice_starts_with(path, SLICE_LIT("/ooapi/courses?"))) {
		page = number_behind(path, SLICE_LIT("pageNumber="));
		return page > 0 && page <= server.n_course_pages ? &server.course_pages[page - 1]
								 : NULL;
	}
	return slice_starts_with(path, SLICE_LIT("/ooapi/courses/")) ? find_offerings(path) : NULL;
}

static void answer_small(struct connection *c, const char *status, const char *text)
{
	buf_printf(&c->out,
		   "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s",
		   status, strlen(text), text);
}

static void control(struct connection *c, struct slice path)
{
	char text[40] = "ok\n";

	if (slice_starts_with(path, SLICE_LIT("/control/304/")))
		server.obeys_etags = slice_ends_with(path, SLICE_LIT("/on"));
	else if (slice_starts_with(path, SLICE_LIT("/control/changed/")))
		change_offers(number_behind(path, SLICE_LIT("/changed/")));
	else
		snprintf(text, sizeof(text), "%" PRIu64 "\n", server.n_answers);
	answer_small(c, "200 OK", text);
}

static bool has_etag(struct slice head, const struct body *b)
{
	ptrdiff_t at = slice_find_nocase(head, SLICE_LIT("\r\nif-none-match:"));
	struct slice line = at < 0 ? SLICE_NONE : slice_from(head, (size_t)at + 2);

	line = slice_first(line,
			   (size_t)(slice_find_byte(line, '\r') < 0 ? (ptrdiff_t)line.n
								    : slice_find_byte(line, '\r')));
	return slice_contains(line, slice_of(b->etag));
}

static void answer(struct connection *c, struct slice head)
{
	struct slice rest = head, method, path;
	const struct body *b;

	slice_split(&method, &rest, ' ');
	slice_split(&path, &rest, ' ');
	server.n_answers++;
	buf_reset(&c->out);
	c->out_at = 0;
	c->text = NULL;
	c->text_at = 0;
	if (slice_starts_with(path, SLICE_LIT("/control/"))) {
		control(c, path);
		return;
	}
	b = find_body(path);
	if (b == NULL) {
		answer_small(c, "404 Not Found", "no such page\n");
	} else if (server.obeys_etags && has_etag(head, b)) {
		buf_printf(&c->out, "HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n", b->etag);
	} else {
		buf_slice(&c->out, buf_view(&b->head));
		c->text = &b->text;
	}
}

/* --- connections --- */

static void watch(const struct connection *c, bool is_added, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = (void *)(uintptr_t)c };

	epoll_ctl(server.epoll, is_added ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &event);
}

static void drop(struct connection *c)
{
	close(c->fd);
	buf_clear(&c->out);
	mem_free(c);
}

/* Sends what it can; false when the connection is gone. *is_sent: nothing is left. */
static bool send_out(struct connection *c, bool *is_sent)
{
	for (;;) {
		struct iovec parts[2] = { { c->out.data + c->out_at, c->out.len - c->out_at },
					  { NULL, 0 } };
		size_t n_head = parts[0].iov_len;
		ssize_t n;

		if (c->text != NULL)
			parts[1] = (struct iovec){ c->text->data + c->text_at,
						   c->text->len - c->text_at };
		*is_sent = n_head + parts[1].iov_len == 0;
		if (*is_sent)
			return true;
		n = writev(c->fd, parts, 2);
		if (n < 0)
			return errno == EAGAIN;
		c->out_at += (size_t)n < n_head ? (size_t)n : n_head;
		c->text_at += (size_t)n > n_head ? (size_t)n - n_head : 0;
	}
}

/* One request after the other, as long as whole ones are here. */
static bool serve(struct connection *c)
{
	for (;;) {
		struct slice in = slice_make(c->in, c->n_in);
		ptrdiff_t end = slice_find(in, SLICE_LIT("\r\n\r\n"));
		bool is_sent = false;

		if (end < 0)
			return c->n_in < sizeof(c->in);
		answer(c, slice_first(in, (size_t)end + 2));
		c->n_in -= (size_t)end + 4;
		memmove(c->in, c->in + end + 4, c->n_in);
		if (!send_out(c, &is_sent))
			return false;
		if (!is_sent) {
			watch(c, false, EPOLLOUT);
			return true;
		}
	}
}

static bool on_readable(struct connection *c)
{
	ssize_t n = read(c->fd, c->in + c->n_in, sizeof(c->in) - c->n_in);

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return false;
	c->n_in += (size_t)n;
	return serve(c);
}

static bool on_writable(struct connection *c)
{
	bool is_sent = false;

	if (!send_out(c, &is_sent))
		return false;
	if (!is_sent)
		return true;
	watch(c, false, EPOLLIN);
	return serve(c);
}

static void take_connection(int listener)
{
	int on = 1;
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct connection *c;

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c = mem_new(struct connection);
	c->fd = fd;
	buf_init(&c->out, 1 << 16);
	watch(c, true, EPOLLIN);
}

static int listen_on_loopback(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t n = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, n) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &n) != 0 || listen(fd, 64) != 0)
		stage_die("cannot listen: %s", strerror(errno));
	server.port = ntohs(address.sin_port);
	return fd;
}

int main(int argc, char **argv)
{
	int listener = listen_on_loopback();
	struct epoll_event events[MAX_EVENTS];
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };

	signal(SIGPIPE, SIG_IGN);
	server.n_offers = stage_number(argc, argv, "--offers", 1000);
	server.n_courses = stage_number(argc, argv, "--courses", 0);
	catalogue_init();
	make_pages();
	make_courses();
	server.epoll = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(server.epoll, EPOLL_CTL_ADD, listener, &event);
	printf("%u\n", server.port);
	fflush(stdout);
	for (;;) {
		int n = epoll_wait(server.epoll, events, MAX_EVENTS, -1);

		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;

			if (c == NULL)
				take_connection(listener);
			else if (!((events[i].events & EPOLLOUT) != 0 ? on_writable(c)
								      : on_readable(c)))
				drop(c);
		}
	}
}
