// SPDX-License-Identifier: EUPL-1.2
/* Tests of what index/store writes on request: sources, runs, decisions, due times. */
#include "tests/support/store_fixture.h"

static void a_harvest_through_the_requests_is_found_afterwards(void **state)
{
	struct store_fixture *x = *state;
	struct run_outcome outcome;
	struct read_seen r = { .n_runs = 0 };
	struct store_figures figures;

	store_fixture_open_configured(x);
	outcome = store_fixture_harvest(x, 20, 1);
	assert_int_equal(outcome.end, RUN_COMPLETE);
	assert_int_equal(outcome.ledger.new_, 20);
	assert_int_equal(store_generation(x->store), 1);
	read_seen_start(x, &r, 0);
	assert_false(r.seen.is_done);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.seen.failure.code, ERR_OK);
	assert_int_equal(r.n_offers, 20);
	assert_int_equal(r.db_gen, 1);
	assert_int_equal(r.snapshot_gen, 1);
	outcome = store_fixture_harvest(x, 18, 2);
	assert_int_equal(outcome.ledger.changed, 18);
	assert_int_equal(outcome.ledger.removed_absent, 2);
	assert_int_equal(store_generation(x->store), 3);
	store_figures(&figures, x->store);
	assert_true(figures.n_commits >= 7);
	assert_int_equal(figures.n_rollbacks, 0);
	assert_int_equal(figures.n_reads, 1);
	assert_true(figures.column_bytes > 0);
	store_fixture_close(x);
}

struct decision_seen {
	struct store_decision req;
	struct seen seen;
};

static void on_decided(struct store_decision *req, const struct err *failure)
{
	seen_note(&container_of(req, struct decision_seen, req)->seen, failure);
}

static void decisions_run_through_the_store(void **state)
{
	struct store_fixture *x = *state;
	struct decision_seen d = { .seen = { .n_done = 0 } };
	struct read_seen r = { .n_runs = 0 };

	store_fixture_open_configured(x);
	store_fixture_harvest(x, 20, 1);
	assert_int_equal(store_fixture_harvest(x, 2, 1).end, RUN_HELD);
	d.req.decision = (struct run_decision){ .source_id = "jyu", .now_s = x->now_s };
	store_confirm_start(&d.req, x->store, on_decided);
	WAIT_FOR(x, &d.seen);
	assert_int_equal(d.seen.failure.code, ERR_OK);
	assert_int_equal(d.req.decided.ledger.removed_absent, 18);
	read_seen_start(x, &r, 0);
	WAIT_FOR(x, &r.seen);
	assert_int_equal(r.n_offers, 2);
	d.seen = (struct seen){ .n_done = 0 };
	d.req.decision.run = d.req.decided.run;
	store_restore_start(&d.req, x->store, on_decided);
	WAIT_FOR(x, &d.seen);
	assert_int_equal(d.seen.failure.code, ERR_OK);
	assert_int_equal(d.req.decided.ledger.back, 18);
	d.seen = (struct seen){ .n_done = 0 };
	store_confirm_start(&d.req, x->store, on_decided);
	WAIT_FOR(x, &d.seen);
	assert_int_equal(d.seen.failure.code, ERR_CONFLICT);
	store_fixture_close(x);
}

struct due_seen {
	struct store_source_due due;
	struct store_host_backoff backoff;
	struct seen due_done, backoff_done;
};

static void on_due(struct store_source_due *req, const struct err *failure)
{
	seen_note(&container_of(req, struct due_seen, due)->due_done, failure);
}

static void on_backoff(struct store_host_backoff *req, const struct err *failure)
{
	seen_note(&container_of(req, struct due_seen, backoff)->backoff_done, failure);
}

static void due_times_and_hosts_survive_a_restart(void **state)
{
	struct store_fixture *x = *state;
	struct due_seen d = { .due_done = { .n_done = 0 } };
	struct sources_seen a;

	store_fixture_open_configured(x);
	d.due.due = (struct source_due){ .id = "jyu",
					 .next_due_s = x->now_s + 100,
					 .not_before_s = x->now_s + 50,
					 .n_failures = 2 };
	d.backoff.host = "jyu.example";
	d.backoff.not_before_s = x->now_s + 70;
	store_source_due_start(&d.due, x->store, on_due);
	store_host_backoff_start(&d.backoff, x->store, on_backoff);
	WAIT_FOR(x, &d.due_done);
	WAIT_FOR(x, &d.backoff_done);
	store_fixture_close(x);
	store_fixture_open(x);
	sources_seen_start(x, &a);
	WAIT_FOR(x, &a.seen);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.first.next_due_s, x->now_s + 100);
	assert_int_equal(a.first.not_before_s, x->now_s + 50);
	assert_int_equal(a.first.n_failures, 2);
	assert_int_equal(a.n_hosts, 1);
	store_fixture_close(x);
}

static void an_unknown_source_fails_its_requests(void **state)
{
	struct store_fixture *x = *state;
	struct run_open_seen open;

	store_fixture_open(x);
	run_open_seen_start(x, &open, "nowhere");
	WAIT_FOR(x, &open.seen);
	assert_int_equal(open.seen.failure.code, ERR_NOTFOUND);
	assert_null(open.req.state);
	store_fixture_close(x);
}

static void a_batch_that_fails_changes_nothing_and_may_be_tried_again(void **state)
{
	struct store_fixture *x = *state;
	struct run_state *run;
	struct batch_seen b;

	store_fixture_open_configured(x);
	run = store_fixture_open_run(x);
	batch_seen_fill(x, &b, run, 10, 1);
	b.items[10] = (struct apply_item){ .kind = APPLY_SEEN }; /* a breach, last */
	assert_int_equal(batch_seen_try(x, &b), ERR_PROTOCOL);
	assert_int_equal(run->counters.ledger.new_, 0);
	assert_int_equal(store_generation(x->store), 0);
	b.req.n = 10;
	assert_int_equal(batch_seen_try(x, &b), ERR_OK);
	assert_int_equal(run->counters.ledger.new_, 10);
	assert_int_equal(store_generation(x->store), 1);
	run_state_free(run);
	store_fixture_close(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(a_harvest_through_the_requests_is_found_afterwards),
		STORE_TEST(decisions_run_through_the_store),
		STORE_TEST(due_times_and_hosts_survive_a_restart),
		STORE_TEST(an_unknown_source_fails_its_requests),
		STORE_TEST(a_batch_that_fails_changes_nothing_and_may_be_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
