// SPDX-License-Identifier: EUPL-1.2
/*
 * A database for tests.
 */
#include "tests/support/db_fixture.h"

#include "base/clock.h"
#include "base/loop.h"
#include "catalogue/word.h"
#include "index/notes.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

#define CHECK(rc, err)                                                                             \
	do {                                                                                       \
		if ((rc) != ERR_OK)                                                                \
			fail_msg("%s: %s", err_code_name(rc), (err).msg);                          \
	} while (0)

static void open_db(struct db_fixture *f)
{
	struct err err = ERR_INIT;

	CHECK(db_open(&f->db, f->path, DB_WRITE, NULL, &err), err);
}

/* Ends a transaction as store.c does. */
static enum err_code end_transaction(struct db_fixture *f, struct index_changes *changes,
				     enum err_code rc)
{
	if (rc == ERR_OK)
		rc = db_commit(&f->db, &f->err);
	if (rc != ERR_OK)
		db_rollback(&f->db);
	f->generation = rc == ERR_OK ? changes->generation : 0;
	index_changes_clear(changes);
	return rc;
}

static void begin_transaction(struct db_fixture *f, struct index_changes *changes)
{
	index_changes_init(changes);
	err_clear(&f->err);
	CHECK(db_begin_write(&f->db, &f->err), f->err);
}

void db_fixture_open(struct db_fixture *f)
{
	*f = (struct db_fixture){ .now_s = 1795000000 };
	arena_init(&f->arena, ARENA_BYTES);
	loop_claim_thread();
	pool_claim_thread();
	temp_dir_make(&f->dir);
	snprintf(f->path, sizeof(f->path), "%s/microcat.db", f->dir.path);
	open_db(f);
	fixture_add_source(f, "jyu");
}

void db_fixture_close(struct db_fixture *f)
{
	db_close(&f->db);
	arena_clear(&f->arena);
	temp_dir_remove(&f->dir);
}

int db_fixture_set_up(void **state)
{
	struct db_fixture *f = mem_new(struct db_fixture);

	db_fixture_open(f);
	*state = f;
	return 0;
}

int db_fixture_tear_down(void **state)
{
	db_fixture_close(*state);
	mem_free(*state);
	return 0;
}

void db_fixture_reopen(struct db_fixture *f)
{
	db_close(&f->db);
	open_db(f);
}

void fixture_add_source(struct db_fixture *f, const char *id)
{
	struct source_rows known = { .n = 0 };
	struct source_entry entries[16];
	size_t n = 0;
	struct index_changes changes;

	begin_transaction(f, &changes);
	CHECK(sources_list(&known, &f->arena, &f->db, &f->err), f->err);
	for (; n < known.n; n++)
		entries[n] = (struct source_entry){ .id = known.items[n].id.p,
						    .settings = known.items[n].settings,
						    .is_enabled = true };
	entries[n++] = (struct source_entry){
		.id = id, .title = id, .settings = SLICE_LIT("{}"), .is_enabled = true
	};
	CHECK(end_transaction(f, &changes, sources_apply(&f->db, entries, n, f->now_s, &f->err)),
	      f->err);
}

/* --- one record --- */

struct slice fixture_json(struct db_fixture *f, const char *title, unsigned revision)
{
	return arena_printf(
		&f->arena,
		"{\"title\":{\"en\":\"%s\"},\"description\":{\"en\":\"Revision %u\"},"
		"\"provider\":{\"name\":{\"en\":\"University of Tests\"},\"country\":\"FI\"},"
		"\"languages\":[\"en\"]}",
		title, revision);
}

void fixture_raw_hash(uint8_t out[BLOB_HASH_BYTES], const char *id, unsigned revision)
{
	char text[600];

	snprintf(text, sizeof(text), "%s/%u", id, revision);
	blob_hash(out, slice_of(text));
}

struct apply_item fixture_item(struct db_fixture *f, const char *id, const char *title,
			       unsigned revision)
{
	struct apply_item item = {
		.kind = APPLY_OFFER,
		.page = SLICE_LIT("https://jyu.example/page/1"),
		.record_id = slice_of(arena_strdup(&f->arena, id)),
		.offer = fixture_json(f, title, revision),
		.words = arena_printf(&f->arena,
				      "[{\"element\":\"title\",\"lang\":\"en\",\"text\":\"%s\","
				      "\"path\":\"name\"}]",
				      title),
	};

	fixture_raw_hash(item.raw_hash, id, revision);
	return item;
}

/* --- a run --- */

struct run_state *fixture_run_of(struct db_fixture *f, const char *source, enum run_kind kind)
{
	struct run_options options = {
		.source_id = source,
		.kind = kind,
		.mapping_version = "test-1",
		.now_s = f->now_s,
	};
	struct index_changes changes;
	struct run_state *run = NULL;

	begin_transaction(f, &changes);
	CHECK(end_transaction(f, &changes, run_open(&run, &f->db, &options, &f->err)), f->err);
	return run;
}

struct run_state *fixture_run(struct db_fixture *f, enum run_kind kind)
{
	return fixture_run_of(f, "jyu", kind);
}

enum err_code fixture_batch(struct db_fixture *f, struct run_state *run,
			    const struct apply_item *items, size_t n)
{
	struct index_changes changes;
	enum err_code rc;

	begin_transaction(f, &changes);
	run_state_mark(run);
	rc = end_transaction(f, &changes,
			     apply_batch(&f->db, run, items, n, &changes, f->now_s, &f->err));
	if (rc != ERR_OK)
		run_state_rewind(run);
	return rc;
}

static void apply_one(struct db_fixture *f, struct run_state *run, struct apply_item item)
{
	CHECK(fixture_batch(f, run, &item, 1), f->err);
}

void fixture_offer(struct db_fixture *f, struct run_state *run, const char *id, const char *title,
		   unsigned revision)
{
	apply_one(f, run, fixture_item(f, id, title, revision));
}

void fixture_seen(struct db_fixture *f, struct run_state *run, const char *id, unsigned revision)
{
	struct apply_item item = { .kind = APPLY_SEEN };

	fixture_raw_hash(item.raw_hash, id, revision);
	apply_one(f, run, item);
}

void fixture_gone(struct db_fixture *f, struct run_state *run, const char *id)
{
	apply_one(f, run, (struct apply_item){ .kind = APPLY_GONE, .record_id = slice_of(id) });
}

void fixture_reject(struct db_fixture *f, struct run_state *run, const char *id)
{
	apply_one(f, run,
		  (struct apply_item){ .kind = APPLY_REJECT,
				       .record_id = slice_of(id),
				       .code = SLICE_LIT("no-title"),
				       .msg = SLICE_LIT("title: missing") });
}

void fixture_page(struct db_fixture *f, struct run_state *run, uint64_t n_items)
{
	apply_one(f, run, (struct apply_item){ .kind = APPLY_PAGE, .count = n_items });
}

struct run_settle fixture_good_end(const struct db_fixture *f)
{
	return (struct run_settle){
		.is_proven = true,
		.end_rule = "no next page",
		.shrink_guard_permille = 300,
		.now_s = f->now_s,
	};
}

enum run_end fixture_settle(struct db_fixture *f, struct run_state *run,
			    const struct run_settle *settle)
{
	struct run_settle good = fixture_good_end(f);
	struct index_changes changes;

	begin_transaction(f, &changes);
	CHECK(end_transaction(f, &changes,
			      run_settle(&f->outcome, &f->db, run, settle != NULL ? settle : &good,
					 &changes, &f->err)),
	      f->err);
	run_state_free(run);
	return f->outcome.end;
}

int64_t fixture_harvest(struct db_fixture *f, unsigned n, unsigned revision)
{
	struct run_state *run = fixture_run(f, RUN_HARVEST);
	int64_t id = run->run;

	for (unsigned i = 1; i <= n; i++) {
		char record_id[16];
		char title[32];

		snprintf(record_id, sizeof(record_id), "%u", i);
		snprintf(title, sizeof(title), "Title %u", i);
		fixture_offer(f, run, record_id, title, revision);
	}
	fixture_page(f, run, n);
	assert_int_equal(fixture_settle(f, run, NULL), RUN_COMPLETE);
	return id;
}

/* --- looking --- */

static sqlite3_stmt *prepare(struct db_fixture *f, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(f->db.conn, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(f->db.conn));
	return st;
}

int64_t fixture_number(struct db_fixture *f, const char *sql)
{
	sqlite3_stmt *st = prepare(f, sql);
	int64_t n = 0;

	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	else
		fail_msg("%s: no row", sql);
	sqlite3_finalize(st);
	return n;
}

struct slice fixture_text(struct db_fixture *f, const char *sql)
{
	sqlite3_stmt *st = prepare(f, sql);
	struct slice text = SLICE_NONE;

	if (sqlite3_step(st) == SQLITE_ROW)
		text = arena_dup(&f->arena, stmt_text(st, 0));
	sqlite3_finalize(st);
	return text;
}

struct slice fixture_state_of(struct db_fixture *f, const char *record_id)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT state FROM record WHERE record_id = '%s'", record_id);
	return fixture_text(f, sql);
}

struct slice fixture_newest_note(struct db_fixture *f)
{
	return fixture_text(f, "SELECT kind || ' ' || code || ' ' || coalesce(record_id, '-')"
			       " FROM run_note ORDER BY run DESC, seq DESC LIMIT 1");
}

void fixture_exec(struct db_fixture *f, const char *sql)
{
	if (sqlite3_exec(f->db.conn, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(f->db.conn));
}

int64_t fixture_n_found(struct db_fixture *f, const char *word)
{
	sqlite3_stmt *st = prepare(f, "SELECT count(*) FROM offer_fts WHERE offer_fts MATCH ?1");
	int64_t n = -1;

	sqlite3_bind_text(st, 1, word, -1, SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	else
		fail_msg("%s: %s", word, sqlite3_errmsg(f->db.conn));
	sqlite3_finalize(st);
	return n;
}

void fixture_check_ledger(struct db_fixture *f, int64_t run, const struct ledger *e)
{
	struct report_run r;
	struct err err = ERR_INIT;

	CHECK(report_run(&r, &f->arena, &f->db, NULL, run, &err), err);
#define SAME(field) assert_int_equal(r.ledger.field, e->field)
	SAME(shown);
	SAME(new_);
	SAME(back);
	SAME(changed);
	SAME(unchanged);
	SAME(rejected);
	SAME(out_of_scope);
	SAME(duplicate);
	SAME(before);
	SAME(kept);
	SAME(unlisted);
	SAME(removed_gone);
	SAME(removed_absent);
	SAME(held);
	SAME(has_announced);
	SAME(announced);
	SAME(missing);
#undef SAME
	CHECK(ledger_check(&r.ledger, &err), err);
}
