// SPDX-License-Identifier: EUPL-1.2
/* Database, store and server, opened and closed. */
#include "tests/support/routes_fixture.h"

#include "daemon/api/openapi.h"
#include "daemon/api/routes.h"

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

struct routes_fixture *routes_fixture_open(void (*fill)(struct db_fixture *db))
{
	struct routes_fixture *f = mem_new(struct routes_fixture);
	struct sockets sockets = { .n = 2 };
	struct store_options store = { .mapping_version = "test-1", .vocab_version = "test" };
	struct server_options server = { .sockets = &sockets, .table = routes_of_api() };
	struct err err = ERR_INIT;

	db_fixture_open(&f->db);
	fill(&f->db);
	db_close(&f->db.db);
	snprintf(f->query_path, sizeof(f->query_path), "%s/q", f->db.dir.path);
	snprintf(f->admin_path, sizeof(f->admin_path), "%s/a", f->db.dir.path);
	sockets.items[0] = (struct listening_socket){ .fd = listen_at(f->query_path) };
	sockets.items[1] =
		(struct listening_socket){ .fd = listen_at(f->admin_path), .is_admin = true };
	assert_int_equal(loop_init(&f->loop, &err), ERR_OK);
	store.state_dir = f->db.dir.path;
	store.now_s = f->db.now_s;
	if (store_open(&f->store, &f->loop, &store, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	server.store = f->store;
	assert_int_equal(server_open(&f->server, &f->loop, &server, &err), ERR_OK);
	openapi_load(&f->openapi, slice_make(openapi_json, openapi_json_bytes));
	http_client_open(&f->client, f->query_path, &f->loop);
	return f;
}

static void on_closed(void *data)
{
	struct routes_fixture *f = data;

	f->is_closed = true;
}

void routes_fixture_close(struct routes_fixture *f)
{
	struct err err = ERR_INIT;

	http_client_close(&f->client);
	server_close(f->server, on_closed, f);
	server_hurry(f->server);
	assert_true(loop_run_until(&f->loop, &f->is_closed, HTTP_CLIENT_PATIENCE_MS));
	f->is_closed = false;
	store_close(f->store, on_closed, f);
	assert_true(loop_run_until(&f->loop, &f->is_closed, HTTP_CLIENT_PATIENCE_MS));
	loop_run(&f->loop);
	assert_int_equal(loop_close(&f->loop, &err), ERR_OK);
	openapi_clear(&f->openapi);
	db_fixture_close(&f->db);
	mem_free(f);
}

/* --- asking --- */

struct http_answer routes_get(struct routes_fixture *f, const char *path, const char *target,
			      const char *headers, unsigned status)
{
	struct http_answer a = http_client_get(&f->client, target, headers);
	json_t *operation = openapi_operation(&f->openapi, path, "get");

	http_assert_status(&a, status);
	assert_non_null(operation);
	openapi_check_answer(&f->openapi, operation, &a);
	return a;
}

json_t *routes_json(const struct http_answer *a)
{
	json_t *json = json_loadb(a->body.p, a->body.n, 0, NULL);

	assert_non_null(json);
	return json;
}
