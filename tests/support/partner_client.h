// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_PARTNER_CLIENT_H
#define TESTS_SUPPORT_PARTNER_CLIENT_H

/*
 * A client of the scripted partner over a raw socket, for the tests of the partner
 * itself: what it gets lies in answer_text.
 */

#include "tests/support/partner.h"
#include "tests/support/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum {
	WAIT_MS = 10000, /* for what must happen; reached only by a failing test */
	ANSWER_BYTES = 256 * 1024,
};

static char answer_text[ANSWER_BYTES + 1];

static inline int open_partner(void **state)
{
	*state = partner_open(NULL);
	return *state != NULL ? 0 : -1;
}

static inline int close_partner(void **state)
{
	partner_close(*state);
	return 0;
}

static inline int client_open(const struct partner *p)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(partner_port(p)) };
	const struct timeval patience = { .tv_sec = WAIT_MS / 1000 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

static inline void client_send(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Reads until the partner closes, or n bytes; returns how many. */
static inline size_t client_read(int fd, size_t n)
{
	size_t len = 0;
	ssize_t got = 1;

	while (len < n && got > 0) {
		got = recv(fd, answer_text + len, n - len, 0);
		if (got > 0)
			len += (size_t)got;
	}
	answer_text[len] = '\0';
	return len;
}

/* Reads until the text ends with what is given. */
static inline void client_read_to(int fd, const char *end)
{
	size_t len = 0;
	size_t n_end = strlen(end);

	while (len < n_end || memcmp(answer_text + len - n_end, end, n_end) != 0) {
		ssize_t got = recv(fd, answer_text + len, 1, 0);

		assert_int_equal(got, 1);
		assert_true(++len < ANSWER_BYTES);
		answer_text[len] = '\0';
	}
}

/* One request on a connection of its own; the answer up to the close. */
static inline const char *ask(const struct partner *p, const char *target, const char *headers)
{
	char request[2048];
	int fd = client_open(p);

	snprintf(request, sizeof(request),
		 "GET %s HTTP/1.1\r\nHost: partner\r\nConnection: close\r\n%s\r\n", target,
		 headers);
	client_send(fd, request);
	client_read(fd, ANSWER_BYTES);
	close(fd);
	return answer_text;
}

static inline const char *body_of(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static inline void assert_status(const char *answer, int status)
{
	char line[32];

	snprintf(line, sizeof(line), "HTTP/1.1 %d ", status);
	assert_memory_equal(answer, line, strlen(line));
}

static const struct partner_answer hello = { .content_type = "text/plain", .body = "hello" };

#define PARTNER_TEST(name) cmocka_unit_test_setup_teardown(name, open_partner, close_partner)

#endif
