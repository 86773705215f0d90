// SPDX-License-Identifier: EUPL-1.2
/*
 * One request as the server gives it to the routes, answered over a real
 * database: lines "METHOD", target, Accept and If-None-Match. Every answer has
 * one of the statuses there are and a body that is what its type says; none is
 * a failure of the database or of ours; the same request gives the same
 * answer, and its own entity tag 304.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "daemon/api/routes.h"
#include "harvesters/csv_read.h"
#include "tests/support/db_fixture.h"

#include <jansson.h>

static struct fixture {
	struct db_fixture db;
	struct loop loop;
	struct api api;
	bool is_answered;
} fixture;

/* --- a small catalogue, a store, no daemon --- */

static void fill(struct db_fixture *db)
{
	static const char *const titles[] = { "Machine learning", "Tekoäly ja etiikka",
					      "C++ 分析" };
	struct run_state *run = fixture_run(db, RUN_HARVEST);

	for (size_t i = 0; i < countof(titles); i++) {
		char id[8];

		snprintf(id, sizeof(id), "%zu", i);
		fixture_offer(db, run, id, titles[i], 1);
	}
	fixture_reject(db, run, "bad");
	fixture_page(db, run, countof(titles) + 1);
	if (fixture_settle(db, run, NULL) != RUN_COMPLETE)
		FUZZ_EXPECT(false, "%s", db->outcome.why);
	fixture_exec(db, "UPDATE source SET settings = '{\"id\":\"jyu\",\"format\":\"ooapi\","
			 "\"url\":\"https://jyu.example/v5\"}'");
}

static void remove_database(void)
{
	temp_dir_remove(&fixture.db.dir);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct fixture *f = &fixture;
	struct store_options options = { .mapping_version = "test-1", .vocab_version = "test" };
	struct err err = ERR_INIT;

	(void)argc;
	(void)argv;
	db_fixture_open(&f->db);
	atexit(remove_database);
	fill(&f->db);
	db_close(&f->db.db);
	options.state_dir = f->db.dir.path;
	options.now_s = f->db.now_s;
	if (loop_init(&f->loop, &err) != ERR_OK ||
	    store_open(&f->api.store, &f->loop, &options, &err) != ERR_OK)
		FUZZ_EXPECT(false, "%s", err.msg);
	f->api.loop = &f->loop;
	f->api.table = *routes_of_api();
	metrics_init(&f->api.metrics, &f->api.table);
	suggester_init(&f->api.suggester, f->api.store);
	return 0;
}

/* --- what an answer must be --- */

static void on_answered(struct exchange *x)
{
	(void)x;
	fixture.is_answered = true;
}

static void check_json(struct slice body)
{
	json_error_t at;
	json_t *value = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &at);

	FUZZ_EXPECT(value != NULL, "%s: %.*s", at.text, FUZZ_ARG(body));
	json_decref(value);
}

static void on_row(void *data, const struct csv_row *row)
{
	size_t *n_cells = data;

	FUZZ_CHECK(row->defect == NULL && (*n_cells == 0 || row->n == *n_cells));
	*n_cells = row->n;
}

static void check_csv(struct slice body)
{
	struct csv_reader c;
	struct err err = ERR_INIT;
	size_t n_cells = 0;

	csv_reader_init(&c, ',', 1, on_row, &n_cells);
	if (csv_reader_feed(&c, body, &err) != ERR_OK || csv_reader_end(&c, &err) != ERR_OK)
		FUZZ_EXPECT(false, "%s", err.msg);
	csv_reader_clear(&c);
}

static void check_body(const struct exchange *x)
{
	struct slice body = buf_view(&x->body), line;

	if (x->type == NULL) {
		FUZZ_CHECK(body.n == 0);
		return;
	}
	FUZZ_CHECK(utf8_is_valid(body));
	if (strstr(x->type, "ndjson") != NULL)
		while (slice_split(&line, &body, '\n'))
			check_json(line);
	else if (strstr(x->type, "json") != NULL)
		check_json(body);
	else if (strstr(x->type, "csv") != NULL)
		check_csv(body);
}

static void check_head(const struct exchange *x)
{
	static const unsigned statuses[] = { 200, 202, 204, 304, 400, 403, 404, 405,
					     406, 409, 413, 414, 422, 501, 503 };
	bool is_one = false;

	for (size_t i = 0; i < countof(statuses); i++)
		is_one = is_one || x->status == statuses[i];
	FUZZ_EXPECT(is_one, "status %u: %s", x->status, buf_z(&x->body));
	for (size_t i = 0; i < x->n_headers; i++) {
		struct slice value = x->headers[i].value;

		FUZZ_CHECK(value.n <= LIMIT_API_TARGET_BYTES + LIMIT_API_CONNECTION_BYTES);
		for (size_t k = 0; k < value.n; k++)
			FUZZ_EXPECT(value.p[k] >= ' ' && value.p[k] != 0x7f, "%s: %.*s",
				    x->headers[i].name, FUZZ_ARG(value));
	}
}

/* --- asking --- */

/* A request, line by line; the texts are copied as the server does. */
static void ask(struct exchange *x, struct slice lines)
{
	struct slice method = fuzz_line(&lines);
	struct slice target = fuzz_line(&lines);
	struct slice accept = fuzz_line(&lines);
	struct slice etag = fuzz_line(&lines);

	exchange_init(x, &fixture.api);
	x->is_admin = slice_starts_with(method, SLICE_LIT("!"));
	x->method = http_method_of_name(slice_from(method, x->is_admin));
	x->raw_target = arena_dup(&x->arena, target);
	x->accept = accept.n > 0 ? arena_dup(&x->arena, accept) : SLICE_NONE;
	x->if_none_match = etag.n > 0 ? arena_dup(&x->arena, etag) : SLICE_NONE;
}

static void run(struct exchange *x)
{
	fixture.is_answered = exchange_start(x, on_answered);
	while (!fixture.is_answered)
		loop_turn(&fixture.loop, 1000);
	check_head(x);
	check_body(x);
}

/* Answers that depend on the index alone are the same twice, and known by their tag. */
static void check_again(const struct exchange *first, struct slice lines)
{
	struct exchange x;

	ask(&x, lines);
	run(&x);
	/* Midnight may have come, or the time that was asked for be over. */
	if (x.today == first->today && x.status != 503) {
		FUZZ_CHECK(x.status == first->status && strcmp(x.etag, first->etag) == 0);
		FUZZ_CHECK(slice_eq(buf_view(&x.body), buf_view(&first->body)));
	}
	exchange_clear(&x);
	ask(&x, lines);
	x.if_none_match = slice_of(first->etag);
	run(&x);
	FUZZ_EXPECT(x.status == 304 || x.today != first->today, "status %u", x.status);
	exchange_clear(&x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice lines = fuzz_input(data, n);
	struct exchange x;

	ask(&x, lines);
	run(&x);
	if (x.status == 200 && x.etag[0] != '\0')
		check_again(&x, lines);
	exchange_clear(&x);
	unit_exact_free(lines);
	return 0;
}
