// SPDX-License-Identifier: EUPL-1.2
/*
 * The column arrays: a snapshot is what the database holds, older ones stay as
 * they are, and what did not change is shared.
 */
#include "tests/support/corpus.h"

#include "index/snapshot.h"

#include <pthread.h>

static int open_fixture(void **state)
{
	struct corpus *c = malloc(sizeof(*c));

	corpus_open(c);
	*state = c;
	return 0;
}

static int close_fixture(void **state)
{
	struct corpus *c = *state;

	corpus_close(c);
	free(c);
	return 0;
}

static void check_equal(const struct snapshot *a, const struct snapshot *b)
{
	int64_t n = snapshot_slots(a) > snapshot_slots(b) ? snapshot_slots(a) : snapshot_slots(b);

	assert_int_equal(snapshot_generation(a), snapshot_generation(b));
	assert_int_equal(snapshot_offers(a), snapshot_offers(b));
	assert_int_equal(snapshot_max_term(a), snapshot_max_term(b));
	for (unsigned f = 0; f < FIELD_COUNT; f++)
		assert_int_equal(snapshot_words(a, f), snapshot_words(b, f));
	for (int64_t slot = -1; slot <= n; slot++) {
		struct row_view x, y;
		struct row row_x, row_y;

		assert_int_equal(snapshot_row(&x, a, slot), snapshot_row(&y, b, slot));
		if (!snapshot_row(&x, a, slot))
			continue;
		row_x = *x.row;
		row_y = *y.row;
		row_x.pool_at = row_y.pool_at = 0;
		assert_memory_equal(&row_x, &row_y, sizeof(row_x));
		assert_int_equal(row_pool_size(&x), row_pool_size(&y));
		assert_memory_equal(x.pool, y.pool, row_pool_size(&x) * sizeof(uint32_t));
	}
}

static void check_like_loaded(struct corpus *c)
{
	struct columns *loaded = NULL;
	struct snapshot *s;

	assert_int_equal(columns_load(&loaded, &c->writer, NULL), ERR_OK);
	s = columns_take(loaded);
	check_equal(c->snapshot, s);
	columns_release(loaded, s);
	columns_free(loaded);
}

static void an_empty_database_gives_an_empty_snapshot(void **state)
{
	struct corpus *c = *state;
	struct row_view v;

	assert_int_equal(snapshot_generation(c->snapshot), 0);
	assert_int_equal(snapshot_offers(c->snapshot), 0);
	assert_int_equal(snapshot_slots(c->snapshot), 0);
	assert_false(snapshot_row(&v, c->snapshot, 0));
	assert_false(snapshot_row(&v, c->snapshot, -1));
	assert_false(snapshot_row(&v, c->snapshot, INT64_MAX));
}

static void a_prepared_snapshot_is_what_would_be_loaded(void **state)
{
	struct corpus *c = *state;
	size_t n_live = 0;

	for (int round = 0; round < 12; round++) {
		corpus_begin(c, CORPUS_DAY + round);
		for (int i = 0; i < 40; i++) {
			struct offer o;
			int at = c->n > 0 ? (int)random_below(&c->random, (uint32_t)c->n) : 0;

			corpus_random_offer(c, &o);
			if (c->n > 20 && i % 4 == 0 && c->offers[at].is_live)
				corpus_remove(c, at);
			else
				corpus_put(c, i % 3 == 0 && c->n > 0 ? at : CORPUS_NEW, &o);
		}
		corpus_commit(c);
		assert_int_equal(snapshot_generation(c->snapshot), round + 1);
		check_like_loaded(c);
	}
	for (size_t i = 0; i < c->n; i++)
		n_live += c->offers[i].is_live;
	assert_int_equal(snapshot_offers(c->snapshot), n_live);
}

static void the_last_of_two_changes_of_an_offer_holds(void **state)
{
	struct corpus *c = *state;
	struct offer o;
	struct row_view v;

	corpus_fill(c, CORPUS_DAY, 3);
	corpus_begin(c, CORPUS_DAY);
	corpus_random_offer(c, &o);
	corpus_remove(c, 0);
	corpus_put(c, 0, &o);
	corpus_put(c, 1, &o);
	corpus_remove(c, 1);
	o.workload =
		(struct workload){ .ects_c = 700, .ects_max_c = 700, .ects_from = FROM_DECLARED };
	corpus_put(c, 2, &o);
	corpus_commit(c);
	assert_true(snapshot_row(&v, c->snapshot, c->offers[0].slot));
	assert_false(snapshot_row(&v, c->snapshot, c->offers[1].slot));
	assert_true(snapshot_row(&v, c->snapshot, c->offers[2].slot));
	assert_int_equal(v.row->ects_min_c, 700);
	check_like_loaded(c);
}

static void a_snapshot_taken_stays_as_it_was(void **state)
{
	struct corpus *c = *state;
	struct snapshot *old;
	struct row_view before, after;
	struct row copy;
	size_t bytes;

	corpus_fill(c, CORPUS_DAY, 50);
	old = columns_take(c->columns);
	assert_true(snapshot_row(&before, old, c->offers[7].slot));
	copy = *before.row;
	corpus_begin(c, CORPUS_DAY + 1);
	corpus_remove(c, 7);
	corpus_commit(c);
	assert_false(snapshot_row(&after, c->snapshot, c->offers[7].slot));
	assert_true(snapshot_row(&after, old, c->offers[7].slot));
	assert_ptr_equal(after.row, before.row);
	assert_memory_equal(after.row, &copy, sizeof(copy));
	bytes = columns_bytes(c->columns);
	columns_release(c->columns, old);
	/* It was the last that held its chunk. */
	assert_true(columns_bytes(c->columns) + CHUNK_SLOTS * sizeof(struct row) < bytes);
}

static void chunks_that_did_not_change_are_shared(void **state)
{
	struct corpus *c = *state;
	struct index_changes changes;
	struct buf attrs = BUF_INIT(4096);
	struct attrs a = { .ects_min_c = 100 };
	struct snapshot *first, *second;
	struct row_view v;

	index_changes_init(&changes);
	attrs_encode(&attrs, &a);
	for (int64_t slot = 0; slot < 3 * CHUNK_SLOTS; slot += 1000)
		assert_int_equal(index_changes_add(&changes, 1, slot, buf_view(&attrs), NULL),
				 ERR_OK);
	first = columns_prepare(c->columns, &changes);
	index_changes_clear(&changes);
	/* Prepared before the first is published, as the writer may. */
	assert_int_equal(index_changes_add(&changes, 2, CHUNK_SLOTS + 1, buf_view(&attrs), NULL),
			 ERR_OK);
	assert_int_equal(index_changes_add(&changes, 2, 9 * CHUNK_SLOTS, buf_view(&attrs), NULL),
			 ERR_OK);
	/* Not a slot: left out. */
	assert_int_equal(index_changes_add(&changes, 2, INT64_MAX, buf_view(&attrs), NULL), ERR_OK);
	assert_int_equal(index_changes_add(&changes, 2, -5, buf_view(&attrs), NULL), ERR_OK);
	/* Damaged: left out. */
	assert_int_equal(index_changes_add(&changes, 2, 2, SLICE_LIT("\x63"), NULL), ERR_OK);
	second = columns_prepare(c->columns, &changes);
	assert_ptr_not_equal(first->chunks[1], second->chunks[1]);
	assert_ptr_equal(first->chunks[2], second->chunks[2]);
	assert_int_equal(second->n_chunks, 10);
	assert_null(second->chunks[5]);
	assert_true(snapshot_row(&v, second, 9 * CHUNK_SLOTS));
	assert_false(snapshot_row(&v, second, 2));
	assert_int_equal(snapshot_offers(second), snapshot_offers(first) + 2);
	columns_publish(c->columns, first);
	columns_publish(c->columns, second);
	/* All go: the chunk goes too. */
	index_changes_clear(&changes);
	assert_int_equal(index_changes_add(&changes, 3, 9 * CHUNK_SLOTS, SLICE_NONE, NULL), ERR_OK);
	first = columns_prepare(c->columns, &changes);
	assert_null(first->chunks[9]);
	columns_publish(c->columns, first);
	index_changes_clear(&changes);
	buf_clear(&attrs);
}

static void what_is_discarded_leaves_no_trace(void **state)
{
	struct corpus *c = *state;
	struct index_changes changes;
	struct buf attrs = BUF_INIT(4096);
	struct attrs a = { .ects_min_c = 100 };
	struct snapshot *failed, *good;
	struct row_view v;
	size_t bytes;

	index_changes_init(&changes);
	attrs_encode(&attrs, &a);
	bytes = columns_bytes(c->columns);
	assert_int_equal(index_changes_add(&changes, 1, 5, buf_view(&attrs), NULL), ERR_OK);
	failed = columns_prepare(c->columns, &changes);
	assert_true(snapshot_row(&v, failed, 5));
	columns_discard(c->columns, failed);
	assert_int_equal(columns_bytes(c->columns), bytes);
	index_changes_clear(&changes);
	assert_int_equal(index_changes_add(&changes, 1, 6, buf_view(&attrs), NULL), ERR_OK);
	good = columns_prepare(c->columns, &changes);
	columns_keep(c->columns);
	assert_false(snapshot_row(&v, good, 5));
	assert_true(snapshot_row(&v, good, 6));
	columns_publish(c->columns, good);
	index_changes_clear(&changes);
	buf_clear(&attrs);
}

static void check_found(struct corpus *c, int64_t generation, const struct snapshot *expected)
{
	struct snapshot *found = columns_find(c->columns, generation);

	assert_ptr_equal(found, expected);
	if (found != NULL)
		columns_release(c->columns, found);
}

/* A reader may meet a generation before the loop has published it. */
static void what_is_prepared_is_found_by_its_generation(void **state)
{
	struct corpus *c = *state;
	struct index_changes changes;
	struct buf attrs = BUF_INIT(4096);
	struct attrs a = { .ects_min_c = 100 };
	struct snapshot *first = columns_find(c->columns, 0), *second;

	assert_non_null(first);
	check_found(c, 1, NULL);
	index_changes_init(&changes);
	attrs_encode(&attrs, &a);
	assert_int_equal(index_changes_add(&changes, 1, 5, buf_view(&attrs), NULL), ERR_OK);
	second = columns_prepare(c->columns, &changes);
	check_found(c, 1, second);
	check_found(c, 0, first); /* as long as the transaction may fail */
	columns_discard(c->columns, second);
	check_found(c, 1, NULL);
	check_found(c, 0, first);
	second = columns_prepare(c->columns, &changes);
	columns_keep(c->columns);
	check_found(c, 1, second);
	check_found(c, 0, NULL);
	columns_publish(c->columns, second);
	columns_release(c->columns, first);
	index_changes_clear(&changes);
	buf_clear(&attrs);
}

struct preparing {
	struct columns *columns;
	struct index_changes changes;
	struct snapshot *result;
};

static void *prepare(void *arg)
{
	struct preparing *p = arg;

	p->result = columns_prepare(p->columns, &p->changes);
	return NULL;
}

/* Says little by itself; under the thread sanitizer it says whether that is so. */
static void the_writer_prepares_while_readers_come_and_go(void **state)
{
	struct corpus *c = *state;
	struct buf attrs = BUF_INIT(4096);
	struct attrs a = { .ects_min_c = 100 };

	attrs_encode(&attrs, &a);
	for (int64_t round = 1; round <= 20; round++) {
		struct preparing p = { .columns = c->columns };
		pthread_t thread;

		index_changes_init(&p.changes);
		for (int64_t slot = round; slot < 5 * CHUNK_SLOTS; slot += 3001)
			assert_int_equal(
				index_changes_add(&p.changes, round, slot, buf_view(&attrs), NULL),
				ERR_OK);
		assert_int_equal(pthread_create(&thread, NULL, prepare, &p), 0);
		for (int i = 0; i < 50; i++) {
			struct snapshot *s = columns_take(c->columns);
			struct row_view v;

			assert_int_equal(snapshot_generation(s), round - 1);
			if (snapshot_row(&v, s, round - 1))
				assert_int_equal(v.row->ects_min_c, 100);
			columns_release(c->columns, s);
		}
		assert_int_equal(pthread_join(thread, NULL), 0);
		columns_publish(c->columns, p.result);
		index_changes_clear(&p.changes);
	}
	buf_clear(&attrs);
}

static void damaged_attributes_are_named(void **state)
{
	struct corpus *c = *state;
	struct columns *loaded = NULL;
	struct err err = ERR_INIT;

	corpus_fill(c, CORPUS_DAY, 3);
	db_rollback(&c->reader);
	assert_int_equal(sqlite3_exec(c->writer.conn,
				      "UPDATE offer SET attrs = x'0102' WHERE offer = 2", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(columns_load(&loaded, &c->writer, &err), ERR_PARSE);
	assert_non_null(strstr(err.msg, "offer 2"));
	assert_null(loaded);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_database_gives_an_empty_snapshot),
		TEST(a_prepared_snapshot_is_what_would_be_loaded),
		TEST(the_last_of_two_changes_of_an_offer_holds),
		TEST(a_snapshot_taken_stays_as_it_was),
		TEST(chunks_that_did_not_change_are_shared),
		TEST(what_is_discarded_leaves_no_trace),
		TEST(what_is_prepared_is_found_by_its_generation),
		TEST(the_writer_prepares_while_readers_come_and_go),
		TEST(damaged_attributes_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
