// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_FETCH_FIXTURE_H
#define TESTS_SUPPORT_FETCH_FIXTURE_H

/*
 * A fetcher on a loop, a scripted partner for it, and up to N_FETCHES fetches
 * with what came of them:
 *
 *     partner_route(f->partner, "/list", &answer);
 *     fetch = fetch_fixture_get(f, "/list");
 *     assert_buf(fetch_fixture_body(f, 0), "...");
 *
 * A test changes f->source as it needs it before it fetches. Thread: the loop's.
 */

#include "tests/support/partner.h"
#include "tests/support/patience.h"
#include "tests/support/temp_dir.h"

#include "base/loop.h"
#include "base/pool.h"
#include "daemon/fetch.h"

#define FETCH_WAIT_MS patience_ms(PATIENCE_MS)

enum { N_FETCHES = 8 };

/* A fetch and what came of it. */
struct fetch_seen {
	struct fetch fetch;
	bool is_done;
	unsigned n_done;
	struct err err;
	struct buf body; /* of the last fetch_fixture_body() */
	struct spool_read read;
	bool is_read;
};

struct fetch_fixture {
	struct temp_dir dir;
	struct loop loop;
	struct pool_queue files;
	struct fetcher *fetcher;
	struct partner *partner;
	struct config_source source; /* http and private addresses allowed, four tries */
	char base_url[64];
	struct fetch_seen seen[N_FETCHES];
	bool is_closed;
	char backoff_host[64]; /* what was said of a host last */
	int64_t backoff_s;
};

#define FETCH_TEST(name)                                                                           \
	cmocka_unit_test_setup_teardown(name, fetch_fixture_open, fetch_fixture_close)

int fetch_fixture_open(void **state);
int fetch_fixture_close(void **state);
/* The fetcher alone, for tests that close it themselves. */
void fetch_fixture_open_fetcher(struct fetch_fixture *f);
void fetch_fixture_close_fetcher(struct fetch_fixture *f);

/* Starts the i-th fetch for a path of the partner's, for a URL, or as the test has filled it in. */
void fetch_fixture_start(struct fetch_fixture *f, size_t i, const char *path);
void fetch_fixture_start_url(struct fetch_fixture *f, size_t i, const char *url);
void fetch_fixture_begin(struct fetch_fixture *f, size_t i);
/* Until its done has run: once, or the test fails. */
void fetch_fixture_wait(struct fetch_fixture *f, size_t i);
/* The body of an answer, read from its spool; the fixture's until the next call. */
const struct buf *fetch_fixture_body(struct fetch_fixture *f, size_t i);

/* The first fetch from start to answer; a failure fails the test. */
struct fetch *fetch_fixture_get(struct fetch_fixture *f, const char *path);
/* From start to failure; an answer fails the test. */
const struct err *fetch_fixture_get_failure(struct fetch_fixture *f, const char *path);

/* Fails unless the partner's n-th request (from 0) had this header; expected NULL: had not. */
void fetch_fixture_header_was(struct fetch_fixture *f, size_t request, const char *name,
			      const char *expected);

/* --- answers of a partner; the texts are borrowed or part of the answer --- */

struct partner_answer fetch_redirect_to(const char *url);
/* Of a token endpoint: a token, and what else stands in the object (",..."); static. */
struct partner_answer fetch_token_answer(const char *token, const char *rest);
/* 401 unless this token comes along. */
struct partner_answer fetch_guarded_answer(const char *token, const char *body);
/* Makes the fixture's source one with a token endpoint. */
void fetch_fixture_use_oauth(struct fetch_fixture *f, const char *token_url);

#endif
