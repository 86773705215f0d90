// SPDX-License-Identifier: EUPL-1.2
/* A server with its sockets and its loop, opened and closed. */
#include "tests/support/server_fixture.h"

#include <sys/socket.h>
#include <sys/un.h>

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1024), 0);
	return fd;
}

void server_fixture_init(struct server_fixture *f, const char *dir)
{
	struct err err = ERR_INIT;

	*f = (struct server_fixture){ .server = NULL };
	snprintf(f->query_path, sizeof(f->query_path), "%s/q", dir);
	snprintf(f->admin_path, sizeof(f->admin_path), "%s/a", dir);
	assert_int_equal(loop_init(&f->loop, &err), ERR_OK);
}

void server_fixture_open(struct server_fixture *f, struct server_options *options)
{
	struct sockets sockets = {
		.n = 2,
		.items = { { .fd = listen_at(f->query_path) },
			   { .fd = listen_at(f->admin_path), .is_admin = true } },
	};
	struct err err = ERR_INIT;

	options->sockets = &sockets;
	assert_int_equal(server_open(&f->server, &f->loop, options, &err), ERR_OK);
	options->sockets = NULL;
	assert_int_equal(sockets.items[0].fd, -1);
	assert_int_equal(sockets.items[1].fd, -1);
}

static void on_closed(void *data)
{
	struct server_fixture *f = data;

	f->is_closed = true;
}

void server_fixture_begin_close(struct server_fixture *f)
{
	server_close(f->server, on_closed, f);
	f->server = NULL;
}

void server_fixture_close(struct server_fixture *f)
{
	struct server *server = f->server;

	if (server != NULL) {
		server_fixture_begin_close(f);
		server_hurry(server);
	}
	assert_true(loop_run_until(&f->loop, &f->is_closed, HTTP_CLIENT_PATIENCE_MS));
}

void server_fixture_clear(struct server_fixture *f)
{
	struct err err = ERR_INIT;

	loop_run(&f->loop);
	if (loop_close(&f->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	unlink(f->query_path);
	unlink(f->admin_path);
}
