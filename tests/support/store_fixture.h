// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_STORE_FIXTURE_H
#define TESTS_SUPPORT_STORE_FIXTURE_H

/*
 * A store on a loop, in a folder of its own, and its requests, each in a struct
 * that notes how often its done ran and with what:
 *
 *     struct read_seen r = { .n_runs = 0 };
 *
 *     store_fixture_open_configured(x);            the source "jyu"
 *     store_fixture_harvest(x, 20, 1);             records "1" to "20"
 *     read_seen_start(x, &r, 0);
 *     WAIT_FOR(x, &r.seen);
 *     assert_int_equal(r.n_offers, 20);
 *     store_fixture_close(x);
 *
 * What nobody expects to fail fails the test. Thread: the test's, which is the loop's.
 */

#include "base/loop.h"
#include "index/store_requests.h"
#include "tests/support/db_fixture.h"
#include "tests/support/patience.h"

#include <semaphore.h>

#define STORE_PATIENCE_MS patience_ms(PATIENCE_MS)

struct store_fixture {
	struct loop loop;
	struct temp_dir dir;
	struct store *store; /* NULL when closed */
	bool is_closed;
	int64_t now_s; /* given to all that asks */
	uint64_t keep_responses_bytes; /* of the next opening; 0: plenty */
	uint32_t quiet_ms; /* of the next opening; 0: as usual */
	struct db_fixture file; /* arena: of items and texts; db: store_fixture_open_file() */
};

/* A test of a store: each has a folder and a loop of its own, and opens its store itself. */
#define STORE_TEST(name)                                                                           \
	cmocka_unit_test_setup_teardown(name, store_fixture_set_up, store_fixture_tear_down)

int store_fixture_set_up(void **state);
int store_fixture_tear_down(void **state);

enum err_code store_fixture_try_open(struct store_fixture *x, const char *vfs, struct err *err);
void store_fixture_open(struct store_fixture *x);
/* And makes the source "jyu" known. */
void store_fixture_open_configured(struct store_fixture *x);
/* x->is_closed says when it is done. */
void store_fixture_begin_close(struct store_fixture *x);
void store_fixture_close(struct store_fixture *x);

/* The database in x->file, while the store is closed: for what db_fixture.h looks at. */
void store_fixture_open_file(struct store_fixture *x);
void store_fixture_close_file(struct store_fixture *x);

/* --- what a done notes --- */

struct seen {
	bool is_done;
	unsigned n_done;
	struct err failure; /* ERR_OK: none */
};

void seen_note(struct seen *s, const struct err *failure);

#define WAIT_FOR(x, seen)                                                                          \
	assert_true(loop_run_until(&(x)->loop, &(seen)->is_done, STORE_PATIENCE_MS))

/* --- requests: zeroed, then started; they must live until their done has run --- */

struct sources_seen {
	struct store_sources_apply req;
	struct source_entry entry;
	struct seen seen;
	struct source_row first;
	size_t n, n_hosts;
};

/* Names "jyu" as the one source. */
void sources_seen_start(struct store_fixture *x, struct sources_seen *a);

struct run_open_seen {
	struct store_run_open req;
	struct seen seen;
};

void run_open_seen_start(struct store_fixture *x, struct run_open_seen *open, const char *source);

struct batch_seen {
	struct store_run_batch req;
	struct seen seen;
	struct apply_item items[64];
};

/* Prepares n records and their page; starts nothing. */
void batch_seen_fill(struct store_fixture *x, struct batch_seen *b, struct run_state *run, size_t n,
		     unsigned revision);
/* Runs it, also again; the code it ends with. */
enum err_code batch_seen_try(struct store_fixture *x, struct batch_seen *b);

struct settle_seen {
	struct store_run_settle req;
	struct seen seen;
};

/* Settles with a good end, also again; the code it ends with. */
enum err_code settle_seen_try(struct store_fixture *x, struct settle_seen *s,
			      struct run_state *run);

/* A read that compares its snapshot with its transaction and counts the offers. */
struct read_seen {
	struct store_read read;
	struct seen seen;
	int64_t db_gen, snapshot_gen;
	int64_t n_offers;
	sem_t *entered, *gate; /* NULL: does not wait */
	bool counts_for_ever;
	unsigned n_runs;
};

typedef enum err_code read_seen_pool_fn(struct store_read *, struct db *, const struct snapshot *,
					struct err *);

void read_seen_start(struct store_fixture *x, struct read_seen *r, uint32_t timeout_ms);
/* run_in_pool NULL: counts, as ever. */
void read_seen_start_as(struct store_fixture *x, struct read_seen *r,
			const struct store_read_options *options, read_seen_pool_fn *run_in_pool);

/* A write that waits for a gate and then does nothing, or makes a generation. */
struct write_seen {
	struct store_write write;
	struct seen seen;
	sem_t *entered, *gate;
	bool has_run;
	bool makes_generation;
};

void write_seen_start(struct store_fixture *x, struct write_seen *w);

/* --- runs, from start to done --- */

/* The run belongs to the caller: run_state_free(), or store_fixture_settle(). */
struct run_state *store_fixture_open_run(struct store_fixture *x);
/* Ends it well and frees it. */
struct run_outcome store_fixture_settle(struct store_fixture *x, struct run_state *run);
/* A whole harvest of n records. */
struct run_outcome store_fixture_harvest(struct store_fixture *x, size_t n, unsigned revision);

#endif
