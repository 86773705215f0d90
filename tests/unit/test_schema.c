// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/schema, statements and db: creating, refusing, preparing, plans, errors. */
#include "index/schema.h"

#include "base/clock.h"
#include "index/blob.h"
#include "index/tokenizer.h"
#include "tests/support/db_fixture.h"

static void a_new_database_has_the_schema_and_an_identity(void **state)
{
	struct db_fixture *f = *state;
	struct slice uuid = fixture_text(f, "SELECT value FROM meta WHERE key = 'db_uuid'");
	struct stat st;

	assert_int_equal(fixture_number(f, "PRAGMA user_version"), schema_version());
	assert_int_equal(uuid.n, 32);
	assert_int_equal(fixture_number(f, "PRAGMA page_size"), 8192);
	assert_int_equal(fixture_number(f, "PRAGMA foreign_keys"), 1);
	assert_int_equal(fixture_number(f, "PRAGMA synchronous"), 1);
	assert_slice(fixture_text(f, "PRAGMA journal_mode"), "wal");
	assert_int_equal(fixture_number(f, "SELECT v FROM offer_fts_config WHERE k = 'hashsize'"),
			 32 * 1024 * 1024);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void opening_again_changes_nothing(void **state)
{
	struct db_fixture *f = *state;
	struct slice uuid = fixture_text(f, "SELECT value FROM meta WHERE key = 'db_uuid'");
	int64_t version = fixture_number(f, "PRAGMA schema_version");

	db_fixture_reopen(f);
	assert_slices_equal(fixture_text(f, "SELECT value FROM meta WHERE key = 'db_uuid'"), uuid);
	assert_int_equal(fixture_number(f, "PRAGMA schema_version"), version);
	assert_int_equal(fixture_number(f, "SELECT count(*) FROM source"), 1);
}

static void all_tables_are_strict(void **state)
{
	struct db_fixture *f = *state;
	struct slice loose = fixture_text(
		f, "SELECT group_concat(name) FROM pragma_table_list WHERE schema = 'main'"
		   " AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'");

	assert_slice(loose, NULL);
}

static void a_newer_database_is_refused_with_both_numbers(void **state)
{
	struct db_fixture *f = *state;
	struct err err = ERR_INIT;
	struct db other;
	char expected[32];

	fixture_exec(f, "PRAGMA user_version = 4711");
	for (int mode = 0; mode < 2; mode++) {
		assert_int_equal(
			db_open(&other, f->path, mode == 0 ? DB_WRITE : DB_READ, NULL, &err),
			ERR_CONFLICT);
		assert_non_null(strstr(err.msg, "4711"));
		snprintf(expected, sizeof(expected), "up to %d", schema_version());
		assert_non_null(strstr(err.msg, expected));
		assert_null(other.conn);
	}
}

static void a_reader_needs_a_database_and_may_not_write(void **state)
{
	struct db_fixture *f = *state;
	struct err err = ERR_INIT;
	struct db reader;

	assert_int_equal(db_open(&reader, temp_dir_path(&f->dir, "none.db"), DB_READ, NULL, &err),
			 ERR_NOTFOUND);
	assert_int_equal(db_open(&reader, f->path, DB_READ, NULL, &err), ERR_OK);
	assert_int_equal(db_meta_set(&reader, "x", SLICE_LIT("y"), &err), ERR_IO);
	db_close(&reader);
}

static void a_file_that_is_no_database_is_an_error(void **state)
{
	struct db_fixture *f = *state;
	struct err err = ERR_INIT;
	struct db other;
	const char *path = temp_dir_write(
		&f->dir, "x/none.db", "This is a text and no database, long enough to show it.");

	assert_int_equal(db_open(&other, path, DB_WRITE, NULL, &err), ERR_DB);
	assert_true(err.msg[0] != '\0');
}

static void every_statement_has_a_text_that_prepares(void **state)
{
	struct db_fixture *f = *state;

	for (int i = 0; i < STMT_COUNT; i++) {
		assert_non_null(stmt_sql((enum stmt)i));
		assert_non_null(db_stmt(&f->db, (enum stmt)i));
	}
}

static void hot_statements_scan_no_table(void **state)
{
	struct db_fixture *f = *state;
	unsigned n_hot = 0;

	for (int i = 0; i < STMT_COUNT; i++) {
		char *sql;
		sqlite3_stmt *st = NULL;

		if (!stmt_is_hot((enum stmt)i))
			continue;
		n_hot++;
		sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", stmt_sql((enum stmt)i));
		assert_int_equal(sqlite3_prepare_v2(f->db.conn, sql, -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW) {
			const char *step = (const char *)sqlite3_column_text(st, 3);

			if (strncmp(step, "SCAN", 4) == 0 &&
			    strstr(step, "VIRTUAL TABLE") == NULL &&
			    strcmp(step, "SCAN CONSTANT ROW") != 0)
				fail_msg("%s\n%s", stmt_sql((enum stmt)i), step);
		}
		sqlite3_finalize(st);
		sqlite3_free(sql);
	}
	assert_true(n_hot > 20);
}

/* What is asked for while a source is loaded reads an index, and no row of a record. */
static void records_of_a_source_are_counted_in_an_index(void **state)
{
	static const enum stmt counts[] = { STMT_REPORT_SOURCE_COUNTS, STMT_RECORD_COUNT_FINDABLE };
	struct db_fixture *f = *state;

	for (size_t i = 0; i < countof(counts); i++) {
		char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", stmt_sql(counts[i]));
		sqlite3_stmt *st = NULL;
		const char *step;

		assert_int_equal(sqlite3_prepare_v2(f->db.conn, sql, -1, &st, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_step(st), SQLITE_ROW);
		step = (const char *)sqlite3_column_text(st, 3);
		if (strstr(step, "COVERING INDEX record_by_state") == NULL)
			fail_msg("%s\n%s", stmt_sql(counts[i]), step);
		sqlite3_finalize(st);
		sqlite3_free(sql);
	}
}

/* --- from version 1 --- */

static void read_whole(struct buf *out, const char *path)
{
	FILE *file = fopen(path, "re");
	char *room = buf_room(out, 64 * 1024);

	assert_non_null(file);
	buf_added(out, fread(room, 1, 64 * 1024, file));
	assert_true(feof(file));
	fclose(file);
}

/* Into main, from now, whose table may have more columns. */
static void copy_table(sqlite3 *db, const char *table)
{
	char *sql = sqlite3_mprintf("SELECT group_concat(name) FROM pragma_table_info(%Q, 'main')",
				    table);
	sqlite3_stmt *st = NULL;
	char *copy;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	copy = sqlite3_mprintf("INSERT INTO main.%s SELECT %s FROM now.%s", table,
			       sqlite3_column_text(st, 0), table);
	assert_int_equal(sqlite3_exec(db, copy, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_finalize(st);
	sqlite3_free(copy);
	sqlite3_free(sql);
}

/* A database of version 1 with all that the fixture's holds, its words as they were kept then. */
static void write_version_1(struct db_fixture *f, const char *path)
{
	static const char *const same[] = {
		"generation", "source", "source_memory",  "run",           "run_note", "offer",
		"record",     "change", "record_version", "offer_version", "term",     "offer_text",
	};
	struct tokenizer_counts counts = { .n = 0 };
	struct buf schema = BUF_INIT(1 << 20);
	struct err err = ERR_INIT;
	sqlite3_stmt *st = NULL;
	sqlite3 *old = NULL;
	char *sql = sqlite3_mprintf("ATTACH %Q AS now", f->path);

	read_whole(&schema, MICROCAT_SOURCE_DIR "/index/schema.sql");
	assert_int_equal(sqlite3_open(path, &old), SQLITE_OK);
	assert_int_equal(tokenizer_register(old, &counts, &err), ERR_OK);
	assert_int_equal(sqlite3_exec(old, buf_z(&schema), NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(old, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(sql);
	for (size_t i = 0; i < countof(same); i++) {
		copy_table(old, same[i]);
	}
	assert_int_equal(sqlite3_prepare_v2(old,
					    "INSERT INTO main.record_body SELECT rec,"
					    " mapping_version, body, ?2 FROM now.record_body"
					    " WHERE rec = ?1",
					    -1, &st, NULL),
			 SQLITE_OK);
	for (int64_t rec = 1; rec <= fixture_number(f, "SELECT count(*) FROM record"); rec++) {
		struct report_records records;
		struct slice packed;

		assert_int_equal(report_records(&records, &f->arena, &f->db, rec, true, &err),
				 ERR_OK);
		assert_int_equal(blob_pack(&f->db, &packed, records.items[0].words, &err), ERR_OK);
		sqlite3_bind_int64(st, 1, rec);
		sqlite3_bind_blob(st, 2, packed.p, (int)packed.n, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(st), SQLITE_DONE);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	assert_int_equal(sqlite3_exec(old,
				      "INSERT INTO main.meta SELECT * FROM now.meta;"
				      "INSERT INTO offer_fts(offer_fts) VALUES('rebuild');"
				      "PRAGMA user_version = 1",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(old);
	buf_clear(&schema);
}

static int64_t number_of(struct db *db, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(db->conn, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static void a_database_of_version_1_becomes_one_of_today(void **state)
{
	struct db_fixture *f = *state;
	const char *path = temp_dir_path(&f->dir, "version-1.db");
	struct err err = ERR_INIT;
	struct db old;

	fixture_harvest(f, 7, 1);
	fixture_harvest(f, 6, 2);
	write_version_1(f, path);
	if (db_open(&old, path, DB_WRITE, NULL, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(number_of(&old, "PRAGMA user_version"), schema_version());
	assert_int_equal(number_of(&old, "SELECT count(*) FROM record_words"), 7);
	assert_int_equal(number_of(&old, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	assert_int_equal(
		number_of(&old, "SELECT count(*) FROM offer_fts WHERE offer_fts MATCH 'title'"),
		fixture_number(f, "SELECT count(*) FROM offer_fts WHERE offer_fts MATCH 'title'"));
	assert_int_equal(
		sqlite3_exec(old.conn,
			     "INSERT INTO offer_fts(offer_fts, rank) VALUES('integrity-check', 1)",
			     NULL, NULL, NULL),
		SQLITE_OK);
	for (int64_t slot = 1; slot <= 7; slot++) {
		struct report_records before, after;

		assert_int_equal(report_records(&before, &f->arena, &f->db, slot, true, &err),
				 ERR_OK);
		assert_int_equal(report_records(&after, &f->arena, &old, slot, true, &err), ERR_OK);
		assert_slices_equal(after.items[0].body, before.items[0].body);
		assert_slices_equal(after.items[0].words, before.items[0].words);
		assert_true(after.items[0].words.n > 2);
	}
	db_close(&old);
}

static void a_transaction_that_is_rolled_back_leaves_nothing(void **state)
{
	struct db_fixture *f = *state;
	struct err err = ERR_INIT;
	struct slice value;

	assert_int_equal(db_begin_write(&f->db, &err), ERR_OK);
	assert_int_equal(db_meta_set(&f->db, "key", SLICE_LIT("value"), &err), ERR_OK);
	db_rollback(&f->db);
	db_rollback(&f->db); /* nothing is left to roll back */
	assert_int_equal(db_meta_get(&f->db, &value, &f->arena, "key", &err), ERR_OK);
	assert_slice(value, NULL);
}

static void a_lock_of_another_program_is_busy(void **state)
{
	struct db_fixture *f = *state;
	struct err err = ERR_INIT;
	struct db other;

	assert_int_equal(db_open(&other, f->path, DB_WRITE, NULL, &err), ERR_OK);
	sqlite3_busy_timeout(other.conn, 0);
	assert_int_equal(db_begin_write(&f->db, &err), ERR_OK);
	assert_int_equal(db_begin_write(&other, &err), ERR_BUSY);
	db_rollback(&f->db);
	assert_int_equal(db_begin_write(&other, &err), ERR_OK);
	db_rollback(&other);
	db_close(&other);
}

/* Counts so far that only the progress handler ends it. */
static enum err_code count_for_ever(struct db *db, struct err *err)
{
	static const char sql[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
				  " SELECT count(*) FROM n";
	sqlite3_stmt *st = NULL;
	bool has_row = false;
	enum err_code rc;

	assert_int_equal(sqlite3_prepare_v2(db->conn, sql, -1, &st, NULL), SQLITE_OK);
	rc = stmt_next(db, st, &has_row, "counting", err);
	sqlite3_finalize(st);
	return rc;
}

static void a_deadline_ends_a_statement(void **state)
{
	struct db_fixture *f = *state;
	struct err err = ERR_INIT;

	f->db.deadline_ms = clock_mono_ms() + 5;
	assert_int_equal(count_for_ever(&f->db, &err), ERR_TIMEOUT);
	assert_string_equal(err.msg, "counting: took too long");
	f->db.deadline_ms = 0;
}

static void cancelling_ends_a_statement(void **state)
{
	struct db_fixture *f = *state;
	atomic_bool is_cancelled = true;
	struct err err = ERR_INIT;

	f->db.is_cancelled = &is_cancelled;
	assert_int_equal(count_for_ever(&f->db, &err), ERR_CANCELLED);
	f->db.is_cancelled = NULL;
	assert_int_equal(db_meta_set(&f->db, "still", SLICE_LIT("works"), &err), ERR_OK);
}

/* --- the log --- */

static off_t bytes_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void the_log_is_copied_back_while_another_connection_writes(void **state)
{
	struct db_fixture *f = *state;
	struct db copier;
	off_t before;
	unsigned n_pages;

	assert_int_equal(db_open(&copier, f->path, DB_COPY, NULL, &f->err), ERR_OK);
	fixture_exec(f, "CREATE TABLE ballast(x BLOB)");
	fixture_exec(f, "INSERT INTO ballast VALUES(zeroblob(1000000))");
	n_pages = f->db.log_pages;
	assert_in_range(n_pages, 100, 1000);
	before = bytes_of(f->path);
	fixture_exec(f, "BEGIN IMMEDIATE; INSERT INTO ballast VALUES(zeroblob(1000))");
	assert_int_equal(db_copy_back(&copier), n_pages);
	assert_true(bytes_of(f->path) >= before + 1000000);
	fixture_exec(f, "COMMIT");
	/* All of it was not copied: the transaction went on with the same log. */
	assert_in_range(f->db.log_pages, n_pages + 1, n_pages + 20);
	assert_int_equal(db_copy_back(&copier), f->db.log_pages);
	fixture_exec(f, "INSERT INTO ballast VALUES(1)");
	assert_in_range(f->db.log_pages, 1, 20);
	db_close(&copier);
}

static void a_log_is_full_by_what_was_not_copied_and_overfull_by_its_length(void **state)
{
	static const struct {
		unsigned log_pages, n_copied;
		bool is_full, is_overfull;
	} cases[] = {
		{ 0, 0, false, false },        { 5999, 0, false, false },
		{ 6000, 0, true, false },      { 8000, 6000, false, false },
		{ 12000, 6000, true, false },  { 6000, 7000, true, false },
		{ 24000, 23999, false, true }, { 24000, 0, true, true },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(db_log_is_full(cases[i].log_pages, cases[i].n_copied),
				 cases[i].is_full);
		assert_int_equal(db_log_is_overfull(cases[i].log_pages), cases[i].is_overfull);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, db_fixture_set_up, db_fixture_tear_down)
		T(a_new_database_has_the_schema_and_an_identity),
		T(opening_again_changes_nothing),
		T(all_tables_are_strict),
		T(a_newer_database_is_refused_with_both_numbers),
		T(a_reader_needs_a_database_and_may_not_write),
		T(a_file_that_is_no_database_is_an_error),
		T(every_statement_has_a_text_that_prepares),
		T(hot_statements_scan_no_table),
		T(records_of_a_source_are_counted_in_an_index),
		T(a_database_of_version_1_becomes_one_of_today),
		T(a_transaction_that_is_rolled_back_leaves_nothing),
		T(a_lock_of_another_program_is_busy),
		T(a_deadline_ends_a_statement),
		T(cancelling_ends_a_statement),
		T(the_log_is_copied_back_while_another_connection_writes),
		T(a_log_is_full_by_what_was_not_copied_and_overfull_by_its_length),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
