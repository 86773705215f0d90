// SPDX-License-Identifier: EUPL-1.2
/*
 * What of each table is compared, and what is not. Numbers that depend on the
 * order of events (rec, sid, offer, term, gen, run) are replaced by the names
 * they stand for, or by a place in a sequence.
 */
#include "tests/support/db_dump.h"

#include "base/loop.h"
#include "index/attrs.h"
#include "index/blob.h"
#include "index/ledger.h"
#include "index/responses.h"

#include <dirent.h>

enum {
	DUMP_ARENA_BYTES = 64 * 1024 * 1024,
	UNPACKED_BYTES = 64 * 1024 * 1024,
	DATABASE_PATH_BYTES = 512,
};

struct table {
	const char *name;
	const char *compared; /* its columns */
	const char *left_out; /* the others */
	const char *why; /* they are left out */
	const char *sql; /* what stands for the table; NULL: nothing does */
};

#define LAST_RUNS "(SELECT max(run) FROM run GROUP BY sid)"

static const struct table tables[] = {
	{ "meta", "key value", "", "db_uuid is drawn once a database",
	  "SELECT key, value FROM meta WHERE key <> 'db_uuid' ORDER BY key" },
	{ "generation", "", "gen at_s run cause",
	  "how many transactions a harvest has depends on how its pages gathered", NULL },
	{ "source", "id settings settings_hash title is_enabled is_configured",
	  "sid next_due_s not_before_s last_complete_run last_run n_failures dropped_s",
	  "numbers, times, runs; a run that is repeated counts its failure twice",
	  "SELECT id, settings, hex(settings_hash), title, is_enabled, is_configured"
	  "  FROM source ORDER BY id" },
	{ "source_memory", "sid key value is_final", "run", "a run's number",
	  "SELECT id, key, value, is_final FROM source_memory JOIN source USING (sid)"
	  " ORDER BY id, key, is_final" },
	{ "host", "host", "not_before_s", "a time", "SELECT host FROM host ORDER BY host" },
	/* The last run of each source, and what all its runs did together: what an
	 * interrupted run had stored is in its figures, and not in those of the next. */
	{ "run",
	  "sid kind state why end_rule n_pages n_pages_lost announced missing shown rejected "
	  "out_of_scope duplicate held new back changed removed_gone removed_absent "
	  "mapping_version settings_hash of_run unidentified",
	  "run started_s ended_s gen_from gen_to n_requests n_not_modified wire_bytes body_bytes "
	  "unchanged before kept unlisted n_notes fetch_ms worker_ms write_ms",
	  "numbers and times; what was stored before an interruption is unchanged after it; a kept "
	  "response of an interrupted run spares a transfer; a repair is noted when a record is "
	  "read",
	  "SELECT id, kind, state, why, end_rule, n_pages, n_pages_lost, announced, missing, shown,"
	  "       rejected, out_of_scope, duplicate, held, mapping_version, hex(run.settings_hash),"
	  "       of_run IS NOT NULL, unidentified, n_new, n_back, n_changed,"
	  "       n_gone, n_absent"
	  "  FROM run JOIN source USING (sid)"
	  "  JOIN (SELECT sid, sum(new) n_new, sum(back) n_back, sum(changed) n_changed,"
	  "               sum(removed_gone) n_gone, sum(removed_absent) n_absent FROM run GROUP BY "
	  "sid) sums USING (sid)"
	  " WHERE run IN " LAST_RUNS " ORDER BY id" },
	{ "run_note", "run kind code page record_id element path got expected msg", "seq",
	  "its place among notes that are not compared; of kinds: reject, duplicate, page-lost and "
	  "missing, which each run says again",
	  "SELECT id, run_note.kind, code, page, record_id, element, path, got, expected, msg"
	  "  FROM run_note JOIN run USING (run) JOIN source USING (sid)"
	  " WHERE run IN " LAST_RUNS
	  "   AND run_note.kind IN ('reject', 'duplicate', 'page-lost', 'missing')"
	  " ORDER BY id, run_note.kind, page, record_id, path, code, msg" },
	{ "response",
	  "sid url kind status final_url content_type link etag last_modified body_hash body_bytes "
	  "file_bytes",
	  "run seq fetched_s checked_s", "a run's numbers, times",
	  "SELECT id, url, kind, status, final_url, content_type, link, etag, last_modified,"
	  "       hex(body_hash), body_bytes, file_bytes"
	  "  FROM response JOIN source USING (sid) ORDER BY id, url" },
	{ "record",
	  "sid record_id offer state raw_hash body_hash absent_since_s gone_s gone_run gone_why "
	  "listed_run",
	  "rec gen_from first_seen_s seen_s seen_run changed_s",
	  "numbers and times; of those that may be absent: whether they are",
	  "SELECT source.id, record_id, offer.id, record.state, hex(raw_hash), hex(body_hash),"
	  "       absent_since_s IS NULL, gone_s IS NULL, gone_run IS NULL, gone_why, listed_run "
	  "IS NULL"
	  "  FROM record JOIN source USING (sid) JOIN offer USING (offer)"
	  " ORDER BY source.id, record_id" },
	{ "record_body", "rec mapping_version body", "", "",
	  "SELECT source.id, record_id, mapping_version, body"
	  "  FROM record_body JOIN record USING (rec) JOIN source USING (sid)"
	  " ORDER BY source.id, record_id" },
	{ "record_words", "rec words", "", "",
	  "SELECT source.id, record_id, unpacked(words, body)"
	  "  FROM record_words JOIN record_body USING (rec) JOIN record USING (rec)"
	  "  JOIN source USING (sid) ORDER BY source.id, record_id" },
	{ "record_version", "rec gen_from gen_to state mapping_version body", "run",
	  "a run's number; generations are a sequence",
	  "SELECT source.id, record_id,"
	  "       row_number() OVER (PARTITION BY rec ORDER BY v.gen_from),"
	  "       v.gen_to = coalesce(lead(v.gen_from) OVER (PARTITION BY rec ORDER BY v.gen_from),"
	  "                           record.gen_from),"
	  "       v.state, v.mapping_version, unpacked(v.body, NULL)"
	  "  FROM record_version v JOIN record USING (rec) JOIN source USING (sid)"
	  " ORDER BY source.id, record_id, v.gen_from" },
	{ "dirty", "rec", "", "",
	  "SELECT source.id, record_id FROM dirty JOIN record USING (rec) JOIN source USING (sid)"
	  " ORDER BY source.id, record_id" },
	{ "offer", "id state merged_into attrs", "offer gen_from first_seen_s changed_s",
	  "numbers and times",
	  "SELECT o.id, o.state, m.id, attributes(o.attrs)"
	  "  FROM offer o LEFT JOIN offer m ON m.offer = o.merged_into ORDER BY o.id" },
	{ "offer_body", "offer body", "", "",
	  "SELECT id, body FROM offer_body JOIN offer USING (offer) ORDER BY id" },
	{ "offer_member", "offer rec gen_from gen_to why score", "", "generations are a sequence",
	  "SELECT offer.id, source.id, record_id,"
	  "       row_number() OVER (PARTITION BY m.offer, rec ORDER BY m.gen_from),"
	  "       m.gen_to IS NULL, why, score"
	  "  FROM offer_member m JOIN offer USING (offer) JOIN record USING (rec)"
	  "  JOIN source USING (sid) ORDER BY offer.id, source.id, record_id, m.gen_from" },
	{ "offer_version", "offer gen_from gen_to attrs", "", "generations are a sequence",
	  "SELECT id, row_number() OVER (PARTITION BY v.offer ORDER BY v.gen_from),"
	  "       attributes(v.attrs)"
	  "  FROM offer_version v JOIN offer USING (offer) ORDER BY id, v.gen_from" },
	{ "change", "gen offer kind other", "", "generations are a sequence",
	  "SELECT o.id, row_number() OVER (PARTITION BY c.offer ORDER BY gen), kind, other.id"
	  "  FROM change c JOIN offer o USING (offer)"
	  "  LEFT JOIN offer other ON other.offer = c.other ORDER BY o.id, gen" },
	{ "consumer", "name", "gen", "a generation's number",
	  "SELECT name FROM consumer ORDER BY name" },
	{ "term", "dim code label", "term", "given in the order in which values come",
	  "SELECT dim, code, label FROM term ORDER BY dim, code" },
	{ "offer_text", "offer title outcomes provider subject description", "", "",
	  "SELECT id, t.title, outcomes, provider, subject, description"
	  "  FROM offer_text t JOIN offer USING (offer) ORDER BY id" },
	/* Compared with offer_text by its own check. */
	{ "offer_fts", "title outcomes provider subject description", "", "", NULL },
};

/* --- functions of SQL --- */

struct dump {
	struct db db;
	struct arena arena;
	sqlite3_stmt *term;
};

/* unpacked(blob, beside): the hash of what blob_pack() or blob_pack_beside() packed. */
static void sql_unpacked(sqlite3_context *ctx, int n, sqlite3_value **values)
{
	struct dump *d = sqlite3_user_data(ctx);
	const char *p = sqlite3_value_blob(values[0]);
	struct slice beside = slice_of((const char *)sqlite3_value_text(values[1]));
	struct buf hex = BUF_INIT(64);
	uint8_t hash[BLOB_HASH_BYTES];
	struct slice plain;
	struct err err = ERR_INIT;

	(void)n;
	if (p == NULL)
		return; /* NULL */
	arena_reset(&d->arena);
	if (blob_unpack_beside(&d->db, &plain, &d->arena,
			       slice_make(p, (size_t)sqlite3_value_bytes(values[0])), beside,
			       UNPACKED_BYTES, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	blob_hash(hash, plain);
	buf_hex(&hex, hash, sizeof(hash));
	sqlite3_result_text(ctx, buf_z(&hex), (int)hex.len, SQLITE_TRANSIENT);
	buf_clear(&hex);
}

static void put_term(struct buf *out, struct dump *d, uint32_t term)
{
	if (term == 0) {
		buf_str(out, " -");
		return;
	}
	sqlite3_bind_int64(d->term, 1, term);
	assert_int_equal(sqlite3_step(d->term), SQLITE_ROW);
	buf_printf(out, " %s", (const char *)sqlite3_column_text(d->term, 0));
	sqlite3_reset(d->term);
}

static void put_terms(struct buf *out, struct dump *d, const char *name, const uint32_t *terms,
		      uint32_t n)
{
	buf_printf(out, " %s(", name);
	for (uint32_t i = 0; i < n; i++)
		put_term(out, d, terms[i]);
	buf_char(out, ')');
}

static void put_session(struct buf *out, struct dump *d, const struct attr_session *s)
{
	buf_printf(out, " session(%d %d %d %d %d %d %d %d %d %lld %lld", s->start_lo, s->start_hi,
		   s->end_hi, s->apply_lo, s->apply_hi, s->rolling, s->start_from, s->zone,
		   s->is_cancelled, (long long)s->price_min_c, (long long)s->price_max_c);
	put_term(out, d, s->currency);
	put_terms(out, d, "langs", s->langs, s->n_langs);
	put_terms(out, d, "modes", s->modes, s->n_modes);
	buf_char(out, ')');
}

/* All but first_seen_s and changed_s. */
static void put_attrs(struct buf *out, struct dump *d, const struct attrs *a)
{
	buf_printf(out, "%d %d %d %d %d %d %d %d %d %d %d %d %x %x", a->ects_min_c, a->ects_max_c,
		   a->ects_from, a->hours_min_t, a->hours_max_t, a->hours_from, a->eqf_min,
		   a->eqf_max, a->level_from, a->size_class, a->score, a->formality, a->missing,
		   a->has);
	put_term(out, d, a->country);
	put_term(out, d, a->provider);
	put_term(out, d, a->stackable);
	for (uint32_t i = 0; i < a->n_subjects; i++)
		buf_printf(out, " subject(%u %u %u)", a->subjects[i].key, a->subjects[i].from,
			   a->subjects[i].confidence);
	put_terms(out, d, "langs", a->langs, a->n_langs);
	put_terms(out, d, "alliances", a->alliances, a->n_alliances);
	put_terms(out, d, "modes", a->modes, a->n_modes);
	put_terms(out, d, "credentials", a->credentials, a->n_credentials);
	put_terms(out, d, "sources", a->sources, a->n_sources);
	put_terms(out, d, "awarding", a->awarding, a->n_awarding);
	for (uint32_t i = 0; i < a->n_sessions; i++)
		put_session(out, d, &a->sessions[i]);
	buf_printf(out, " title(%.*s) words(", SLICE_ARG(a->title_key));
	for (size_t i = 0; i < FIELD_COUNT; i++)
		buf_printf(out, " %u", a->n_words[i]);
	buf_char(out, ')');
}

/* attributes(blob): as text, with codes for terms. */
static void sql_attributes(sqlite3_context *ctx, int n, sqlite3_value **values)
{
	struct dump *d = sqlite3_user_data(ctx);
	const char *p = sqlite3_value_blob(values[0]);
	struct buf text = BUF_INIT(DUMP_ARENA_BYTES);
	struct attrs a;
	struct err err = ERR_INIT;

	(void)n;
	if (p == NULL)
		return;
	arena_reset(&d->arena);
	if (attrs_decode(&a, &d->arena, slice_make(p, (size_t)sqlite3_value_bytes(values[0])),
			 &err) != ERR_OK)
		fail_msg("%s", err.msg);
	put_attrs(&text, d, &a);
	sqlite3_result_text(ctx, buf_z(&text), (int)text.len, SQLITE_TRANSIENT);
	buf_clear(&text);
}

/* --- opening --- */

static void open_dump(struct dump *d, const char *state_dir)
{
	char path[DATABASE_PATH_BYTES];
	struct err err = ERR_INIT;

	*d = (struct dump){ .term = NULL };
	pool_claim_thread();
	arena_init(&d->arena, DUMP_ARENA_BYTES);
	snprintf(path, sizeof(path), "%s/microcat.db", state_dir);
	if (db_open(&d->db, path, DB_WRITE, NULL, &err) != ERR_OK)
		fail_msg("%s: %s", path, err.msg);
	sqlite3_create_function(d->db.conn, "unpacked", 2, SQLITE_UTF8, d, sql_unpacked, NULL,
				NULL);
	sqlite3_create_function(d->db.conn, "attributes", 1, SQLITE_UTF8, d, sql_attributes, NULL,
				NULL);
	assert_int_equal(sqlite3_prepare_v2(d->db.conn, "SELECT code FROM term WHERE term = ?", -1,
					    &d->term, NULL),
			 SQLITE_OK);
}

static void close_dump(struct dump *d)
{
	sqlite3_finalize(d->term);
	db_close(&d->db);
	arena_clear(&d->arena);
}

/* --- every column is in a list --- */

static bool has_word(const char *words, struct slice wanted)
{
	struct slice rest = slice_of(words);
	struct slice word;

	while (slice_split(&word, &rest, ' '))
		if (slice_eq(word, wanted))
			return true;
	return false;
}

static const struct table *find_table(struct slice name)
{
	for (size_t i = 0; i < countof(tables); i++)
		if (slice_eq_z(name, tables[i].name))
			return &tables[i];
	return NULL;
}

static void check_column(struct slice table, struct slice column)
{
	const struct table *t = find_table(table);

	if (t == NULL)
		fail_msg("table %.*s is neither compared nor left out", SLICE_ARG(table));
	if (has_word(t->compared, column) == has_word(t->left_out, column))
		fail_msg("%.*s.%.*s is neither compared nor left out (or both)", SLICE_ARG(table),
			 SLICE_ARG(column));
}

static void check_columns(struct dump *d)
{
	sqlite3_stmt *st = NULL;
	int code;

	assert_int_equal(
		sqlite3_prepare_v2(
			d->db.conn,
			"SELECT t.name, c.name FROM sqlite_schema t"
			"  JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
			"   AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'offer\\_fts\\_%' "
			"ESCAPE '\\'",
			-1, &st, NULL),
		SQLITE_OK);
	while ((code = sqlite3_step(st)) == SQLITE_ROW)
		check_column(stmt_text(st, 0), stmt_text(st, 1));
	assert_int_equal(code, SQLITE_DONE);
	sqlite3_finalize(st);
}

/* --- dumping --- */

static void put_value(struct buf *out, struct slice text)
{
	buf_char(out, '|');
	if (text.p == NULL)
		buf_str(out, "NULL");
	for (size_t i = 0; text.p != NULL && i < text.n; i++)
		buf_char(out, text.p[i] == '\n' ? ' ' : text.p[i]);
}

static void put_rows(struct buf *out, struct dump *d, const char *name, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int code;

	if (sqlite3_prepare_v2(d->db.conn, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", name, sqlite3_errmsg(d->db.conn));
	while ((code = sqlite3_step(st)) == SQLITE_ROW) {
		buf_str(out, name);
		for (int i = 0; i < sqlite3_column_count(st); i++)
			put_value(out, stmt_text(st, i));
		buf_char(out, '\n');
	}
	if (code != SQLITE_DONE)
		fail_msg("%s: %s", name, sqlite3_errmsg(d->db.conn));
	sqlite3_finalize(st);
}

static bool is_cache(const struct table *t)
{
	return strcmp(t->name, "response") == 0;
}

void db_dump(struct buf *out, const char *state_dir, bool with_cache)
{
	struct dump d;

	open_dump(&d, state_dir);
	check_columns(&d);
	for (size_t i = 0; i < countof(tables); i++)
		if (tables[i].sql != NULL && (with_cache || !is_cache(&tables[i])))
			put_rows(out, &d, tables[i].name, tables[i].sql);
	close_dump(&d);
	assert_false(buf_failed(out));
}

/* The line that begins at p. */
static struct slice line_at(struct slice rest)
{
	ptrdiff_t n = slice_find_byte(rest, '\n');

	return n < 0 ? rest : slice_first(rest, (size_t)n);
}

void db_dump_expect(const struct buf *got, const struct buf *expected, const char *when)
{
	struct slice a = buf_view(got);
	struct slice b = buf_view(expected);

	while (a.n > 0 && b.n > 0 && slice_eq(line_at(a), line_at(b))) {
		a = slice_from(a, line_at(a).n + 1);
		b = slice_from(b, line_at(b).n + 1);
	}
	if (a.n == 0 && b.n == 0)
		return;
	fprintf(stderr, "%s\ngot      %.*s\nexpected %.*s\n", when, SLICE_ARG(line_at(a)),
		SLICE_ARG(line_at(b)));
	fail_msg("another database than without a fault: %s", when);
}

/* --- is it whole --- */

static const struct {
	const char *sql; /* gives no row when all is well */
	const char *what;
} checks[] = {
	{ "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'", "SQLite's check" },
	{ "SELECT * FROM pragma_foreign_key_check", "a row that nothing stands behind" },
	{ "SELECT rec FROM dirty", "a record that is not indexed" },
	{ "SELECT run FROM run WHERE state = 'running'", "a run that does not run" },
	{ "SELECT run FROM run WHERE state <> 'interrupted' AND ended_s IS NULL",
	  "a settled run without an end" },
	{ "SELECT run FROM run WHERE state IN ('complete', 'held', 'confirmed') AND"
	  "  (shown <> new + back + changed + unchanged + rejected + out_of_scope + duplicate"
	  "   OR before <> kept + unlisted + removed_gone + removed_absent + held"
	  "   OR announced <> shown + missing)",
	  "a ledger that does not balance" },
	{ "SELECT g.gen FROM generation g JOIN generation before ON before.gen = g.gen - 1"
	  " WHERE before.at_s > g.at_s",
	  "a generation before its predecessor" },
	{ "SELECT offer FROM offer WHERE gen_from > (SELECT max(gen) FROM generation)",
	  "an offer of no generation" },
	{ "SELECT offer FROM offer LEFT JOIN offer_text USING (offer)"
	  " WHERE state = 'live' AND offer_text.offer IS NULL",
	  "an offer that cannot be found" },
};

static void check_nothing(struct dump *d, const char *sql, const char *what)
{
	struct buf rows = BUF_INIT(DUMP_ARENA_BYTES);

	put_rows(&rows, d, what, sql);
	if (rows.len > 0)
		fail_msg("%s", buf_z(&rows));
	buf_clear(&rows);
}

/* With rank 1 the full text is compared with the texts. */
static void check_full_text(struct dump *d)
{
	if (sqlite3_exec(d->db.conn,
			 "INSERT INTO offer_fts(offer_fts, rank) VALUES('integrity-check', 1)",
			 NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("the full text's check: %s", sqlite3_errmsg(d->db.conn));
}

/* Every row has its file. */
static void check_response_files(struct dump *d, const char *dir)
{
	sqlite3_stmt *st = NULL;

	assert_int_equal(sqlite3_prepare_v2(d->db.conn, "SELECT url, body_hash FROM response", -1,
					    &st, NULL),
			 SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		uint64_t n;

		if (!response_file_exists(dir, (const uint8_t *)stmt_blob(st, 1).p, &n))
			fail_msg("%.*s: no file of its body", SLICE_ARG(stmt_text(st, 0)));
	}
	sqlite3_finalize(st);
}

static void check_empty(const char *dir)
{
	DIR *folder = opendir(dir);
	struct dirent *entry;

	if (folder == NULL)
		return; /* nothing was ever in it */
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			fail_msg("%s/%s was left over", dir, entry->d_name);
	closedir(folder);
}

void db_check_whole(const char *state_dir)
{
	struct dump d;
	char path[DATABASE_PATH_BYTES];

	open_dump(&d, state_dir);
	for (size_t i = 0; i < countof(checks); i++)
		check_nothing(&d, checks[i].sql, checks[i].what);
	check_full_text(&d);
	snprintf(path, sizeof(path), "%s/responses", state_dir);
	check_response_files(&d, path);
	snprintf(path, sizeof(path), "%s/spool", state_dir);
	check_empty(path);
	close_dump(&d);
}
