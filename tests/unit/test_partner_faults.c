// SPDX-License-Identifier: EUPL-1.2
/*
 * The scripted partner where it misbehaves, over raw sockets: lengths that lie, cut,
 * stalled, dripping and endless answers, gzip bombs.
 */
#include "tests/support/partner_client.h"

#include <zlib.h>

static void the_length_can_lie_in_both_directions(void **state)
{
	struct partner *p = *state;

	partner_route(p, "/l", &(struct partner_answer){ .body = "12345", .length_lie_bytes = 10 });
	assert_non_null(strstr(ask(p, "/l", ""), "Content-Length: 15\r\n"));
	assert_string_equal(body_of(answer_text), "12345");
	partner_route(p, "/l", &(struct partner_answer){ .body = "12345", .length_lie_bytes = -3 });
	assert_non_null(strstr(ask(p, "/l", ""), "Content-Length: 2\r\n"));
	assert_string_equal(body_of(answer_text), "12345");
}

static void a_connection_can_be_cut(void **state)
{
	struct partner *p = *state;
	int fd;

	partner_route(p, "/cut",
		      &(struct partner_answer){
			      .body = "12345", .fault = PARTNER_CUT, .fault_at_bytes = 3 });
	assert_non_null(strstr(ask(p, "/cut", ""), "Content-Length: 5\r\n"));
	assert_string_equal(body_of(answer_text), "123");

	partner_route(p, "/cut", &(struct partner_answer){ .fault = PARTNER_CUT_BEFORE_HEAD });
	assert_string_equal(ask(p, "/cut", ""), "");

	partner_route(p, "/cut",
		      &(struct partner_answer){ .body = "12345", .fault = PARTNER_RESET });
	fd = client_open(p);
	client_send(fd, "GET /cut HTTP/1.1\r\n\r\n");
	assert_true(partner_wait_connections(p, 0, WAIT_MS));
	errno = 0;
	while (recv(fd, answer_text, ANSWER_BYTES, 0) > 0)
		;
	assert_int_equal(errno, ECONNRESET);
	close(fd);
}

static void a_stalled_answer_waits_for_its_release(void **state)
{
	static const struct partner_answer stalling = {
		.body = "12345",
		.is_closing = true,
		.fault = PARTNER_STALL,
		.fault_at_bytes = 2,
	};
	struct partner *p = *state;
	int fd = client_open(p);
	int other = client_open(p);

	partner_route(p, "/slow", &stalling);
	client_send(fd, "GET /slow HTTP/1.1\r\n\r\n");
	client_read_to(fd, "\r\n\r\n12");
	assert_true(partner_wait_stalled(p, 1, WAIT_MS));
	partner_route(p, "/slow", &hello); /* others are served meanwhile, by the new route */
	client_send(other, "GET /slow HTTP/1.1\r\n\r\n");
	client_read_to(other, "hello");
	partner_release(p, "/slow");
	assert_int_equal(client_read(fd, ANSWER_BYTES), 3);
	assert_string_equal(answer_text, "345");
	close(fd);
	close(other);

	partner_route(p, "/slow", &stalling);
	partner_release(p, "/slow"); /* before the stall: it does not stall */
	assert_string_equal(body_of(ask(p, "/slow", "")), "12345");
}

static void a_stalled_client_that_leaves_is_noticed(void **state)
{
	struct partner *p = *state;
	int fd = client_open(p);

	partner_route(p, "/never", &(struct partner_answer){ .fault = PARTNER_STALL_BEFORE_HEAD });
	client_send(fd, "GET /never HTTP/1.1\r\n\r\n");
	assert_true(partner_wait_stalled(p, 1, WAIT_MS));
	close(fd);
	assert_true(partner_wait_connections(p, 0, WAIT_MS));
	assert_false(partner_wait_stalled(p, 1, 0));
}

static void a_dripping_answer_arrives_whole(void **state)
{
	struct partner *p = *state;

	partner_route(p, "/drip",
		      &(struct partner_answer){ .body = "drop by drop", .is_dripping = true });
	assert_string_equal(body_of(ask(p, "/drip", "")), "drop by drop");
}

/* Inflates what ask() left behind; the length of the whole answer is len. */
static size_t gunzip(char *out, size_t room, size_t len)
{
	const char *body = body_of(answer_text);
	z_stream z = { 0 };
	size_t n;

	z.next_in = (Bytef *)body;
	z.avail_in = (uInt)(len - (size_t)(body - answer_text));
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	n = z.total_out;
	inflateEnd(&z);
	return n;
}

static void a_gzipped_answer_unpacks_to_its_body(void **state)
{
	struct partner *p = *state;
	char text[64];
	size_t len;
	int fd = client_open(p);

	partner_route(p, "/z", &(struct partner_answer){ .body = "zip zip zip", .is_gzip = true });
	client_send(fd, "GET /z HTTP/1.1\r\nConnection: close\r\n\r\n");
	len = client_read(fd, ANSWER_BYTES);
	close(fd);
	assert_non_null(strstr(answer_text, "Content-Encoding: gzip\r\n"));
	assert_int_equal(gunzip(text, sizeof(text), len), 11);
	assert_memory_equal(text, "zip zip zip", 11);
}

/* Reads chunks and counts what they inflate to. */
static uint64_t bomb_size(int fd)
{
	static char zeros[64 * 1024];
	z_stream z = { 0 };
	int rc = Z_OK;
	uint64_t total;

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	client_read_to(fd, "\r\n\r\n");
	while (rc != Z_STREAM_END) {
		size_t n;

		client_read_to(fd, "\r\n");
		n = strtoul(answer_text, NULL, 16);
		assert_true(n > 0);
		assert_int_equal(client_read(fd, n + 2), n + 2);
		z.next_in = (Bytef *)answer_text;
		z.avail_in = (uInt)n;
		while (z.avail_in > 0 && rc != Z_STREAM_END) {
			z.next_out = (Bytef *)zeros;
			z.avail_out = sizeof(zeros);
			rc = inflate(&z, Z_NO_FLUSH);
			assert_true(rc == Z_OK || rc == Z_STREAM_END);
		}
	}
	total = z.total_out;
	inflateEnd(&z);
	return total;
}

static void a_gzip_bomb_is_as_large_as_told_and_small_on_the_way(void **state)
{
	const uint64_t size = 50u * 1024u * 1024u + 1;
	struct partner *p = *state;
	int fd = client_open(p);

	partner_route(p, "/bomb", &(struct partner_answer){ .bomb_bytes = size });
	client_send(fd, "GET /bomb HTTP/1.1\r\n\r\n");
	assert_true(bomb_size(fd) == size);
	client_read_to(fd, "0\r\n\r\n");
	close(fd);
}

static void an_endless_answer_goes_on_until_the_client_leaves(void **state)
{
	struct partner *p = *state;
	int fd = client_open(p);

	partner_route(p, "/ever", &(struct partner_answer){ .body = "again ", .is_endless = true });
	client_send(fd, "GET /ever HTTP/1.1\r\n\r\n");
	for (int i = 0; i < 8; i++)
		assert_int_equal(client_read(fd, ANSWER_BYTES), ANSWER_BYTES);
	close(fd);
	assert_true(partner_wait_connections(p, 0, WAIT_MS));
}

static void closing_with_open_stalled_and_endless_connections_leaves_nothing(void **state)
{
	struct partner *p = *state;
	int idle = client_open(p);
	int stalled = client_open(p);
	int endless = client_open(p);

	partner_route(p, "/never", &(struct partner_answer){ .fault = PARTNER_STALL_BEFORE_HEAD });
	partner_route(p, "/ever", &(struct partner_answer){ .body = "x", .is_endless = true });
	partner_route(p, "/bomb", &(struct partner_answer){ .bomb_bytes = UINT64_C(1) << 40 });
	client_send(stalled, "GET /never HTTP/1.1\r\n\r\n");
	client_send(endless, "GET /bomb HTTP/1.1\r\n\r\n");
	assert_true(partner_wait_stalled(p, 1, WAIT_MS));
	assert_true(partner_wait_count(p, NULL, 2, WAIT_MS));
	partner_close(p);
	*state = NULL;
	assert_int_equal(client_read(idle, 1), 0);
	close(idle);
	close(stalled);
	close(endless);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PARTNER_TEST(the_length_can_lie_in_both_directions),
		PARTNER_TEST(a_connection_can_be_cut),
		PARTNER_TEST(a_stalled_answer_waits_for_its_release),
		PARTNER_TEST(a_stalled_client_that_leaves_is_noticed),
		PARTNER_TEST(a_dripping_answer_arrives_whole),
		PARTNER_TEST(a_gzipped_answer_unpacks_to_its_body),
		PARTNER_TEST(a_gzip_bomb_is_as_large_as_told_and_small_on_the_way),
		PARTNER_TEST(an_endless_answer_goes_on_until_the_client_leaves),
		PARTNER_TEST(closing_with_open_stalled_and_endless_connections_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
