// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_PULL_FIXTURE_H
#define TESTS_SUPPORT_PULL_FIXTURE_H

/*
 * A pull (daemon/pull.h) with a real worker process, evil-worker: it reads
 * pages that are scripts, or plays what options.harvest_id names. It is
 * answered from a table of pages, and its frames end in a recorder that writes
 * them down as lines.
 *
 *     f->options.parallel_requests = 1;
 *     pull_fixture_run(f, pages, countof(pages), PULL_FIRST);
 *     pull_fixture_expect_success(f);
 *     assert_buf(&f->recorder.log, "PAGE 1 0\n...");
 *
 * Thread: the loop's.
 */

#include "daemon/pull.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define PULL_WAIT_MS patience_ms(PATIENCE_MS)
#define PULL_FIRST "https://example.org/first" /* the source's own URL */

/* A page of the source, by the last part of its URL. */
struct pull_page {
	const char *url;
	const char *body; /* a script; NULL: big_bytes of no meaning */
	size_t big_bytes;
	unsigned status; /* 0: 200 */
	enum err_code failure;
	enum body_end end;
};

struct pull_fixture;

/* Answers from a table, one deferred step at a time. */
struct table_answerer {
	struct answerer base;
	struct pull_fixture *f;
	const struct pull_page *pages;
	size_t n_pages;
	unsigned n_open, n_most_open, n_cancelled;
	bool is_slow; /* never answers: only a cancel ends it */
};

/* Writes down what it is given, as lines. */
struct pull_recorder {
	struct pull_sink base;
	struct pull_fixture *f;
	struct buf log;
	struct deferred deferred;
	unsigned n_batches;
	unsigned n_answered;
	size_t most_bytes, last_bytes;
	unsigned last_records; /* frames, of a flood one record each */
	bool is_lazy; /* keeps what it takes */
	bool is_now; /* is ready for more at once, not later */
	bool is_refusing;
	unsigned n_in_hand;
};

struct pull_fixture {
	struct loop loop;
	struct pool_queue files;
	struct table_answerer answerer;
	struct pull_recorder recorder;
	struct pull pull;
	struct pull_options options;
	struct buf begin;
	struct raw_hash known[10000]; /* of pull_fixture_know_all() */
	bool is_done, is_closed;
	struct err failure;
};
#define PULL_TEST(name)                                                                            \
	cmocka_unit_test_setup_teardown(name, pull_fixture_set_up, pull_fixture_tear_down)

int pull_fixture_set_up(void **state);
/* Fails when a child is left, even a dead one. */
int pull_fixture_tear_down(void **state);

/* The pages are borrowed until it is done. */
void pull_fixture_start(struct pull_fixture *f, const struct pull_page *pages, size_t n_pages,
			const char *url);
/* From start to done. */
void pull_fixture_run(struct pull_fixture *f, const struct pull_page *pages, size_t n_pages,
		      const char *url);
/* With one page, a script. */
void pull_fixture_run_one(struct pull_fixture *f, const char *script);
/* Gives back one of what a lazy recorder has in hand. */
void pull_recorder_ready(struct pull_recorder *r);

/* Without failure, and with its end proven. */
void pull_fixture_expect_success(struct pull_fixture *f);
void pull_fixture_expect_failure(struct pull_fixture *f, enum err_code code, const char *text);

/* A source of three pages with something of each kind, and what is heard of it when all is known.
 */
enum { PULL_SMALL_PAGES = 3 };
extern const struct pull_page pull_small_source[PULL_SMALL_PAGES];
extern const char pull_small_source_log[];
void pull_fixture_know_all(struct pull_fixture *f);

#endif
