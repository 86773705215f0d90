// SPDX-License-Identifier: EUPL-1.2
/* Database, store and server, opened and closed. */
#include "tests/support/routes_fixture.h"

#include "daemon/api/openapi.h"
#include "daemon/api/routes.h"

struct routes_fixture *routes_fixture_open(void (*fill)(struct db_fixture *db))
{
	struct routes_fixture *f = mem_new(struct routes_fixture);
	struct store_options store = { .mapping_version = "test-1", .vocab_version = "test" };
	struct server_options server = { .table = routes_of_api() };
	struct err err = ERR_INIT;

	db_fixture_open(&f->db);
	fill(&f->db);
	db_close(&f->db.db);
	server_fixture_init(&f->at, f->db.dir.path);
	store.state_dir = f->db.dir.path;
	store.now_s = f->db.now_s;
	if (store_open(&f->store, &f->at.loop, &store, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	server.store = f->store;
	server_fixture_open(&f->at, &server);
	openapi_load(&f->openapi, slice_make(openapi_json, openapi_json_bytes));
	http_client_open(&f->client, f->at.query_path, &f->at.loop);
	return f;
}

static void on_closed(void *data)
{
	*(bool *)data = true;
}

void routes_fixture_close(struct routes_fixture *f)
{
	bool is_closed = false;

	http_client_close(&f->client);
	server_fixture_close(&f->at);
	store_close(f->store, on_closed, &is_closed);
	assert_true(loop_run_until(&f->at.loop, &is_closed, HTTP_CLIENT_PATIENCE_MS));
	server_fixture_clear(&f->at);
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
