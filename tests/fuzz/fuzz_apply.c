// SPDX-License-Identifier: EUPL-1.2
/*
 * What a worker said (frame_script.h), all the way into the database: frames
 * become items, items a batch, and the run is settled. Whatever was said, the
 * batch is applied or refused as a breach, each item counts once, and the
 * ledger balances. The transaction is rolled back, so that each input meets
 * the same database.
 */
#include "tests/fuzz/frame_script.h"
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "daemon/frames_to_items.h"
#include "harvesters/message.h"
#include "tests/support/db_fixture.h"

static struct db_fixture db;

static void remove_database(void)
{
	temp_dir_remove(&db.dir);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	db_fixture_open(&db);
	atexit(remove_database);
	(void)fixture_harvest(&db, 3, 1);
	return 0;
}

/* Items of frames that go to the store; false when one cannot be read. */
static bool read_items(struct frame_items *items, struct arena *arena, struct slice frames)
{
	struct err err = ERR_INIT;
	enum err_code rc = frames_to_items(items, arena, frames, NULL, 0, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_PROTOCOL || rc == ERR_LIMIT);
	return rc == ERR_OK;
}

static uint64_t accounted(const struct ledger *l)
{
	return l->new_ + l->back + l->changed + l->unchanged + l->rejected + l->out_of_scope +
	       l->duplicate;
}

static bool is_shown(const struct apply_item *item)
{
	return item->kind == APPLY_OFFER || item->kind == APPLY_SEEN ||
	       item->kind == APPLY_REJECT || item->kind == APPLY_OUT_OF_SCOPE;
}

/* Each item that is shown comes to one end. */
static void check_counters(const struct run_state *run, const struct frame_items *items)
{
	uint64_t n = 0;

	for (size_t i = 0; i < items->n; i++)
		n += is_shown(&items->items[i]);
	FUZZ_EXPECT(accounted(&run->counters.ledger) == n, "%llu of %llu",
		    (unsigned long long)accounted(&run->counters.ledger), (unsigned long long)n);
	FUZZ_CHECK(run->counters.n_notes_stored <= LIMIT_RUN_NOTES);
}

static void settle(struct run_state *run, struct index_changes *changes)
{
	struct run_settle good = fixture_good_end(&db);
	struct run_outcome outcome;
	struct err err = ERR_INIT;

	if (run_settle(&outcome, &db.db, run, &good, changes, &err) != ERR_OK)
		FUZZ_EXPECT(false, "%s", err.msg);
	/* A miscount of the worker's is a failed run; a complete one balances. */
	FUZZ_CHECK(outcome.end != RUN_RUNNING);
	if (outcome.end == RUN_COMPLETE)
		FUZZ_EXPECT(ledger_check(&outcome.ledger, &err) == ERR_OK, "%s", err.msg);
	FUZZ_CHECK(outcome.end == RUN_COMPLETE || outcome.why[0] != '\0');
}

static void apply(const struct frame_items *items)
{
	struct run_options options = { .source_id = "jyu",
				       .kind = RUN_HARVEST,
				       .mapping_version = "test-1",
				       .now_s = db.now_s };
	struct index_changes changes;
	struct run_state *run = NULL;
	struct err err = ERR_INIT;
	enum err_code rc;

	index_changes_init(&changes);
	if (db_begin_write(&db.db, &err) != ERR_OK ||
	    run_open(&run, &db.db, &options, &err) != ERR_OK)
		FUZZ_EXPECT(false, "%s", err.msg);
	rc = apply_batch(&db.db, run, items->items, items->n, &changes, db.now_s, &err);
	fuzz_check_err(rc, &err);
	FUZZ_EXPECT(rc == ERR_OK || rc == ERR_PROTOCOL, "%s", err.msg);
	if (rc == ERR_OK) {
		check_counters(run, items);
		settle(run, &changes);
	}
	db_rollback(&db.db);
	index_changes_clear(&changes);
	run_state_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);
	struct arena arena = ARENA_INIT(LIMIT_BATCH_ARENA_BYTES);
	struct frame_script script;
	struct frame_items items;

	frame_script_read(&script, text);
	if (read_items(&items, &arena, buf_view(&script.bytes)))
		apply(&items);
	arena_clear(&arena);
	frame_script_clear(&script);
	unit_exact_free(text);
	return 0;
}
