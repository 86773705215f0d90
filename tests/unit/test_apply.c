// SPDX-License-Identifier: EUPL-1.2
/*
 * index/apply: each kind of item that is taken, what it counts as, and what it leaves
 * behind. What is refused is in test_apply_refused.c.
 */
#include "index/apply.h"

#include "base/limits.h"
#include "tests/support/db_fixture.h"

static void a_new_record_is_stored_found_and_named_as_added(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);

	fixture_offer(f, run, "a", "Sourdough", 1);
	assert_int_equal(f->generation, 1);
	assert_int_equal(run->counters.ledger.new_, 1);
	assert_int_equal(fixture_n_found(f, "sourdough"), 1);
	assert_slice(fixture_state_of(f, "a"), "live");
	assert_int_equal(fixture_number(f, "SELECT gen FROM change WHERE kind = 'added'"), 1);
	assert_int_equal(fixture_number(f, "SELECT first_seen_s FROM offer WHERE state = 'live'"),
			 f->now_s);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM record_version"), 0);
	assert_int_equal(fixture_number(f, "SELECT new FROM run"), 1);
	run_state_free(run);
}

static void an_offers_id_depends_on_source_and_record_alone(void **state)
{
	struct db_fixture *f = *state;
	/* XXH3-128 over "jyu", 0, "a" as 26 characters: portals' links hold for ever. */
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	char expected[OFFER_ID_CHARS + 1];
	uint8_t hash[BLOB_HASH_BYTES];

	fixture_offer(f, run, "a", "One", 1);
	blob_hash(hash, slice_make("jyu\0a", 5));
	offer_id_of_hash(expected, hash);
	assert_slice(fixture_text(f, "SELECT id FROM offer"), expected);
	fixture_add_source(f, "oulu");
	run_state_free(run);
	run = fixture_run_of(f, "oulu", RUN_HARVEST);
	fixture_offer(f, run, "a", "One", 1);
	assert_int_equal(fixture_number(f, "SELECT count(DISTINCT id) FROM offer"), 2);
	run_state_free(run);
}

static void the_same_bytes_again_touch_no_index(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 3, 1);
	f->now_s += 60;
	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(run->n_known, 3);
	fixture_seen(f, run, "2", 1);
	assert_int_equal(f->generation, 0);
	assert_int_equal(run->counters.ledger.unchanged, 1);
	assert_int_equal(run->counters.ledger.kept, 1);
	assert_int_equal(fixture_number(f, "SELECT seen_s FROM record WHERE record_id = '2'"),
			 f->now_s);
	assert_int_equal(fixture_number(f, "SELECT changed_s FROM record WHERE record_id = '2'"),
			 f->now_s - 60);
	run_state_free(run);
}

static void other_bytes_with_the_same_meaning_are_unchanged_and_known_next_time(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;
	struct apply_item item;

	fixture_harvest(f, 1, 1);
	run = fixture_run(f, RUN_HARVEST);
	item = fixture_item(f, "1", "Title 1", 1);
	fixture_raw_hash(item.raw_hash, "1", 2);
	item.words = SLICE_LIT("[{\"element\":\"title\",\"text\":\" Title 1 \"}]");
	assert_int_equal(fixture_batch(f, run, &item, 1), ERR_OK);
	assert_int_equal(run->counters.ledger.unchanged, 1);
	assert_int_equal(f->generation, 0);
	fixture_page(f, run, 1);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	run = fixture_run(f, RUN_HARVEST);
	fixture_seen(f, run, "1", 2);
	assert_int_equal(run->counters.ledger.unchanged, 1);
	run_state_free(run);
}

static void a_change_keeps_what_was_before(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;
	struct record_versions versions;
	struct slice before;
	struct err err = ERR_INIT;

	fixture_harvest(f, 1, 1);
	before = fixture_text(f, "SELECT body FROM record_body");
	f->now_s += 60;
	run = fixture_run(f, RUN_HARVEST);
	fixture_offer(f, run, "1", "Othername", 2);
	assert_int_equal(run->counters.ledger.changed, 1);
	assert_int_equal(run->counters.ledger.kept, 1);
	assert_int_equal(f->generation, 2);
	assert_int_equal(fixture_n_found(f, "othername"), 1);
	assert_int_equal(fixture_n_found(f, "title"), 0);
	assert_int_equal(history_record_versions(&versions, &f->arena, &f->db, 1, &err), ERR_OK);
	assert_int_equal(versions.n, 1);
	assert_int_equal(versions.items[0].gen_from, 1);
	assert_int_equal(versions.items[0].gen_to, 2);
	assert_slice(versions.items[0].state, "live");
	assert_slices_equal(versions.items[0].body, before);
	assert_int_equal(fixture_number(f, "SELECT gen_from FROM record"), 2);
	assert_int_equal(fixture_number(f, "SELECT changed_s FROM offer"), f->now_s);
	assert_int_equal(fixture_number(f, "SELECT first_seen_s FROM offer"), f->now_s - 60);
	assert_int_equal(fixture_number(f, "SELECT gen FROM change WHERE kind = 'changed'"), 2);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM offer_version"), 1);
	run_state_free(run);
}

static void records_with_equal_bytes_are_each_seen(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct apply_item items[3];

	for (size_t i = 0; i < 3; i++) {
		items[i] = fixture_item(f, i == 0 ? "a" : i == 1 ? "b" : "c", "Same", 1);
		fixture_raw_hash(items[i].raw_hash, "same", 1);
	}
	assert_int_equal(fixture_batch(f, run, items, 3), ERR_OK);
	fixture_page(f, run, 3);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	run = fixture_run(f, RUN_HARVEST);
	for (int i = 0; i < 4; i++)
		fixture_seen(f, run, "same", 1);
	assert_int_equal(run->counters.ledger.unchanged, 3);
	assert_int_equal(run->counters.ledger.duplicate, 1);
	run_state_free(run);
}

static void what_was_read_ahead_is_stored_as_what_is_read_in_its_turn(void **state)
{
	/* Room for all, for some of the records, for none. */
	static const size_t room_bytes[] = { LIMIT_READ_AHEAD_BYTES, 16 * 1024, 1 };
	enum { N = 40 };
	struct db_fixture *f = *state;
	struct slice expected = SLICE_NONE;

	for (size_t k = 0; k <= countof(room_bytes); k++) {
		struct arena readings = ARENA_INIT(k > 0 ? room_bytes[k - 1] : 1);
		char source[8];
		struct apply_item items[N];
		struct run_state *run;
		struct slice stored;
		size_t n_read = 0;

		snprintf(source, sizeof(source), "s%zu", k);
		fixture_add_source(f, source);
		run = fixture_run_of(f, source, RUN_HARVEST);
		for (size_t i = 0; i < N; i++) {
			struct slice id = arena_printf(&f->arena, "r%zu", i);

			items[i] = fixture_item(f, id.p, i % 7 == 0 ? "Bad" : "Good", (unsigned)i);
			if (i % 7 == 0)
				items[i].offer = SLICE_LIT("{\"title\":7}");
		}
		if (k > 0) /* the first time all is read in its turn */
			apply_read_ahead(items, N, &readings);
		for (size_t i = 0; i < N; i++)
			n_read += items[i].reading != NULL;
		assert_in_range(n_read, k == 1 ? N : 0, k == 1 ? N : k == 2 ? N - 1 : 0);
		assert_int_equal(fixture_batch(f, run, items, N), ERR_OK);
		stored = fixture_text(
			f, "SELECT group_concat(record_id || hex(body_hash) || body || hex(words))"
			   " || (SELECT group_concat(code || msg || coalesce(record_id, '-'))"
			   "     FROM run_note WHERE run = (SELECT max(run) FROM run))"
			   " FROM record JOIN record_body USING(rec) JOIN record_words USING(rec)"
			   " WHERE sid = (SELECT max(sid) FROM record) ORDER BY rec");
		assert_true(stored.n > N * 100);
		if (k > 0)
			assert_slices_equal(stored, expected);
		expected = stored;
		run_state_free(run);
		arena_clear(&readings);
	}
}

static void a_source_may_say_that_a_record_is_gone(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 3, 1);
	run = fixture_run(f, RUN_HARVEST);
	fixture_gone(f, run, "2");
	assert_int_equal(run->counters.ledger.removed_gone, 1);
	assert_int_equal(f->generation, 4);
	assert_slice(fixture_state_of(f, "2"), "gone");
	assert_slice(fixture_text(f, "SELECT state FROM offer WHERE offer = 2"), "gone");
	assert_int_equal(fixture_n_found(f, "title"), 2);
	assert_int_equal(fixture_number(f, "SELECT offer FROM change WHERE kind = 'removed'"), 2);
	/* Again, and of what was never here: nothing. */
	fixture_gone(f, run, "2");
	fixture_gone(f, run, "never");
	assert_int_equal(run->counters.ledger.removed_gone, 1);
	assert_int_equal(f->generation, 0);
	/* Of what was shown in this run: a contradiction, and the record stays. */
	fixture_seen(f, run, "1", 1);
	fixture_gone(f, run, "1");
	assert_slice(fixture_state_of(f, "1"), "live");
	assert_slice(fixture_newest_note(f), "gone gone-and-shown 1");
	run_state_free(run);
}

static void a_record_that_returns_keeps_its_offer_id(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;
	struct slice id;
	struct record_versions versions;
	struct err err = ERR_INIT;

	fixture_harvest(f, 1, 1);
	id = fixture_text(f, "SELECT id FROM offer");
	run = fixture_run(f, RUN_HARVEST);
	fixture_gone(f, run, "1");
	run_state_free(run);
	run = fixture_run(f, RUN_HARVEST);
	assert_int_equal(run->n_known, 0);
	assert_int_equal(run->counters.ledger.before, 0);
	fixture_offer(f, run, "1", "Title 1", 1);
	assert_int_equal(run->counters.ledger.back, 1);
	assert_int_equal(run->counters.ledger.kept, 0);
	assert_slices_equal(fixture_text(f, "SELECT id FROM offer WHERE state = 'live'"), id);
	assert_int_equal(fixture_n_found(f, "title"), 1);
	assert_slice(fixture_text(f, "SELECT gone_why FROM record"), NULL);
	assert_slice(fixture_text(f, "SELECT kind FROM change WHERE gen = 3"), "added");
	assert_int_equal(history_record_versions(&versions, &f->arena, &f->db, 1, &err), ERR_OK);
	assert_int_equal(versions.n, 2);
	assert_slice(versions.items[1].state, "gone");
	assert_slice(versions.items[1].body, NULL);
	run_state_free(run);
}

static void one_batch_makes_one_generation(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct apply_item items[50];

	for (size_t i = 0; i < countof(items); i++) {
		char id[8];

		snprintf(id, sizeof(id), "%zu", i);
		items[i] = fixture_item(f, id, "Title", 1);
	}
	assert_int_equal(fixture_batch(f, run, items, countof(items)), ERR_OK);
	assert_int_equal(f->generation, 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM generation"), 1);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM change WHERE gen = 1"), 50);
	assert_slice(fixture_text(f, "SELECT cause FROM generation"), "harvest");
	run_state_free(run);
}

static void pages_totals_and_notes_are_kept_with_the_run(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	const struct apply_item items[] = {
		{ .kind = APPLY_ANNOUNCE, .count = 12 },
		{ .kind = APPLY_NOTE,
		  .record_id = SLICE_LIT("a"),
		  .code = SLICE_LIT("bad-date"),
		  .element = SLICE_LIT("sessions.start"),
		  .path = SLICE_LIT("start"),
		  .got = SLICE_LIT("soon"),
		  .expected = SLICE_LIT("a date") },
		{ .kind = APPLY_PAGE, .count = 0 },
		{ .kind = APPLY_PAGE,
		  .is_lost = true,
		  .page = SLICE_LIT("https://jyu.example/page/2"),
		  .code = SLICE_LIT("parse"),
		  .msg = SLICE_LIT("ends inside an object") },
	};

	assert_int_equal(fixture_batch(f, run, items, countof(items)), ERR_OK);
	assert_int_equal(fixture_number(f, "SELECT n_pages FROM run"), 2);
	assert_int_equal(fixture_number(f, "SELECT n_pages_lost FROM run"), 1);
	assert_int_equal(fixture_number(f, "SELECT announced FROM run"), 12);
	assert_int_equal(fixture_number(f, "SELECT missing FROM run"), 12);
	assert_int_equal(fixture_number(f, "SELECT n_notes FROM run"), 2);
	assert_slice(fixture_text(f, "SELECT code || element || path || got || expected"
				     " FROM run_note WHERE seq = 1"),
		     "bad-datesessions.startstartsoona date");
	assert_slice(fixture_text(f, "SELECT kind || page || msg FROM run_note WHERE seq = 2"),
		     "page-losthttps://jyu.example/page/2ends inside an object");
	run_state_free(run);
}

static void notes_beyond_the_limit_are_counted_and_losses_have_room_of_their_own(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	struct apply_item *items = mem_new_n(struct apply_item, LIMIT_RUN_NOTES + 10);

	for (size_t i = 0; i < LIMIT_RUN_NOTES + 10; i++)
		items[i] = (struct apply_item){ .kind = APPLY_NOTE, .code = SLICE_LIT("doubt") };
	assert_int_equal(fixture_batch(f, run, items, LIMIT_RUN_NOTES + 10), ERR_OK);
	assert_int_equal(fixture_number(f, "SELECT n_notes FROM run"), LIMIT_RUN_NOTES + 10);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM run_note"),
			 LIMIT_RUN_NOTES - LIMIT_RUN_NOTES / 5);
	fixture_reject(f, run, "a");
	assert_slice(fixture_newest_note(f), "reject no-title a");
	mem_free(items);
	run_state_free(run);
}

static void a_long_value_in_a_note_is_cut_between_code_points(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	char text[2 * LIMIT_NOTE_BYTES + 1] = "x"; /* and then letters of two bytes */
	struct apply_item item = { .kind = APPLY_NOTE, .code = SLICE_LIT("c") };

	for (size_t i = 1; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	item.got = slice_make(text, sizeof(text));
	assert_int_equal(fixture_batch(f, run, &item, 1), ERR_OK);
	assert_int_equal(fixture_number(f,
					"SELECT octet_length FROM (SELECT length(CAST(got AS BLOB))"
					" AS octet_length FROM run_note)"),
			 LIMIT_NOTE_BYTES - 1);
	run_state_free(run);
}

static void a_replay_leaves_the_time_of_the_last_sighting(void **state)
{
	struct db_fixture *f = *state;
	struct run_state *run;

	fixture_harvest(f, 2, 1);
	f->now_s += 60;
	run = fixture_run(f, RUN_REPLAY);
	fixture_seen(f, run, "1", 1);
	fixture_offer(f, run, "2", "Othername", 2);
	assert_int_equal(fixture_number(f, "SELECT min(seen_s) = max(seen_s) AND max(seen_s) ="
					   " max(first_seen_s) FROM record"),
			 1);
	assert_int_equal(fixture_number(f, "SELECT changed_s FROM record WHERE record_id = '2'"),
			 f->now_s);
	run_state_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, db_fixture_set_up, db_fixture_tear_down)
		T(a_new_record_is_stored_found_and_named_as_added),
		T(an_offers_id_depends_on_source_and_record_alone),
		T(the_same_bytes_again_touch_no_index),
		T(other_bytes_with_the_same_meaning_are_unchanged_and_known_next_time),
		T(a_change_keeps_what_was_before),
		T(records_with_equal_bytes_are_each_seen),
		T(what_was_read_ahead_is_stored_as_what_is_read_in_its_turn),
		T(a_source_may_say_that_a_record_is_gone),
		T(a_record_that_returns_keeps_its_offer_id),
		T(one_batch_makes_one_generation),
		T(pages_totals_and_notes_are_kept_with_the_run),
		T(notes_beyond_the_limit_are_counted_and_losses_have_room_of_their_own),
		T(a_long_value_in_a_note_is_cut_between_code_points),
		T(a_replay_leaves_the_time_of_the_last_sighting),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
