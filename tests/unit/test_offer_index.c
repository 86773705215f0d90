// SPDX-License-Identifier: EUPL-1.2
/*
 * The writing half: attributes and their history, terms, full text that agrees
 * with its content, and building it anew.
 */
#include "tests/support/corpus.h"

#include "base/json_write.h"
#include "index/offer_text.h"
#include "index/search.h"
#include "index/search_state.h"

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

static int64_t number(struct corpus *c, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(c->writer.conn, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(c->writer.conn));
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static void run_sql(struct corpus *c, const char *sql)
{
	char *msg = NULL;

	if (sqlite3_exec(c->writer.conn, sql, NULL, NULL, &msg) != SQLITE_OK)
		fail_msg("%s: %s", sql, msg);
}

/* FTS5 compares its index with the texts it was made from. */
static void check_full_text(struct corpus *c)
{
	run_sql(c, "INSERT INTO offer_fts(offer_fts, rank) VALUES('integrity-check', 1)");
}

static void attrs_of(struct attrs *out, struct corpus *c, int index)
{
	struct err err = ERR_INIT;
	sqlite3_stmt *st = db_stmt(&c->writer, STMT_ATTRS_GET);
	bool has_row = false;

	stmt_bind_i64(st, ":offer", c->offers[index].slot);
	assert_int_equal(stmt_next(&c->writer, st, &has_row, "attrs", &err), ERR_OK);
	assert_true(has_row);
	assert_int_equal(attrs_decode(out, &c->arena, stmt_blob(st, 0), &err), ERR_OK);
	stmt_done(st);
}

static void check_term(struct corpus *c, uint32_t id, enum term_dim dim, const char *code,
		       const char *label)
{
	struct terms *terms = &search_state_of(&c->writer)->terms;
	const struct term *t;

	assert_int_equal(terms_refresh(terms, &c->writer, NULL), ERR_OK);
	t = terms_at(terms, id);
	assert_non_null(t);
	assert_int_equal(t->dim, dim);
	assert_slice(t->code, code);
	assert_slice(t->label, label);
	assert_int_equal(terms_find(terms, dim, slice_of(code)), id);
}

static void every_dimension_becomes_an_attribute(void **state)
{
	struct corpus *c = *state;
	struct slice langs[] = { SLICE_LIT("pt-BR"), SLICE_LIT("en") };
	struct slice modes[] = { SLICE_LIT("online") };
	struct slice alliances[] = { SLICE_LIT("FORTHEM") };
	struct slice credentials[] = { SLICE_LIT("edc"), SLICE_LIT("pdf") };
	struct text name = { SLICE_LIT("fi"), SLICE_LIT("Jyväskylän yliopisto") };
	struct scheme_value ids[] = { { SLICE_LIT("ror"), SLICE_LIT("05n3dz165") },
				      { SLICE_LIT("schac"), SLICE_LIT("jyu.fi") } };
	struct subject subjects[] = { { "0613", FROM_INFERRED, 80 }, { "06", FROM_DECLARED, 100 } };
	struct session session = { .start = { 2027, 1, 15, DATE_DAY },
				   .start_max = { 2027, 1, 15, DATE_DAY },
				   .start_from = FROM_DECLARED,
				   .apply_until = { 2026, 12, 0, DATE_MONTH },
				   .rolling = TRI_FALSE,
				   .price = { .has_amount = true,
					      .amount_c = 0,
					      .amount_max_c = 15000,
					      .currency = "EUR" } };
	struct offer o;
	struct attrs a;
	int i;

	corpus_simple_offer(c, &o, "The Äitiys of C++", "Some words");
	o.provider.name = (struct texts){ &name, 1 };
	o.provider.ids = (struct scheme_values){ ids, 2 };
	o.provider.country = SLICE_LIT("FI");
	o.languages = (struct codes){ langs, 2 };
	o.modes = (struct codes){ modes, 1 };
	o.alliances = (struct codes){ alliances, 1 };
	o.credential_types = (struct codes){ credentials, 2 };
	o.subjects = (struct subjects){ subjects, 2 };
	o.sessions = (struct sessions){ &session, 1 };
	o.workload = (struct workload){ 500, 0, FROM_DECLARED, 1350, 0, FROM_DECLARED, SLICE_NONE };
	o.level = (struct level){ .eqf = 7, .eqf_max = 7, .from = FROM_NQF };
	o.size_class = SIZE_MICRO;
	o.stackability = SLICE_LIT("stackable");
	o.formality = SLICE_LIT("non-formal-learning");
	corpus_begin(c, CORPUS_DAY);
	i = corpus_put(c, CORPUS_NEW, &o);
	corpus_commit(c);
	attrs_of(&a, c, i);
	assert_int_equal(a.ects_min_c, 500);
	assert_int_equal(a.ects_max_c, 500);
	assert_int_equal(a.hours_min_t, 1350);
	assert_int_equal(a.eqf_max, 7);
	assert_int_equal(a.level_from, FROM_NQF);
	assert_int_equal(a.size_class, SIZE_MICRO);
	assert_int_equal(a.formality, 2);
	assert_int_equal(a.n_langs, 3);
	check_term(c, a.langs[0], TERM_LANG, "pt-BR", NULL);
	check_term(c, a.langs[1], TERM_LANG, "pt", NULL);
	check_term(c, a.country, TERM_COUNTRY, "FI", NULL);
	check_term(c, a.provider, TERM_PROVIDER, "jyu.fi", "Jyväskylän yliopisto");
	check_term(c, a.stackable, TERM_STACKABLE, "stackable", NULL);
	check_term(c, a.credentials[1], TERM_CREDENTIAL, "pdf", NULL);
	check_term(c, a.sources[0], TERM_SOURCE, "jyu", NULL);
	assert_int_equal(a.n_subjects, 2);
	assert_int_equal(a.subjects[0].confidence, 80);
	assert_int_equal(a.sessions[0].start_lo, 20833);
	assert_int_equal(a.sessions[0].apply_lo, ATTR_NO_DAY);
	assert_int_equal(a.sessions[0].apply_hi, 20818); /* the last of December */
	assert_int_equal(a.sessions[0].price_max_c, 15000);
	check_term(c, a.sessions[0].currency, TERM_CURRENCY, "EUR", NULL);
	assert_slices_equal(a.title_key, SLICE_LIT("the aitiys of c++"));
	assert_int_equal(a.n_words[FIELD_TITLE], 4);
	assert_int_equal(a.n_words[FIELD_DESCRIPTION], 2);
	assert_true((a.has & 1u << REQ_WORKLOAD) != 0 && (a.has & 1u << HAS_PRICE) != 0);
	assert_true((a.missing & 1u << REQ_ASSESSMENT) != 0);
	check_full_text(c);
}

static void what_was_true_becomes_a_version(void **state)
{
	struct corpus *c = *state;
	struct offer o;

	corpus_simple_offer(c, &o, "First", "text");
	corpus_begin(c, CORPUS_DAY);
	corpus_put(c, CORPUS_NEW, &o);
	corpus_commit(c); /* 1 */
	assert_int_equal(number(c, "SELECT count(*) FROM offer_version"), 0);
	o.workload.ects_c = 300;
	corpus_begin(c, CORPUS_DAY + 1);
	corpus_put(c, 0, &o);
	o.workload.ects_c = 400;
	corpus_put(c, 0, &o); /* once more: nobody saw the 3 credits */
	corpus_commit(c); /* 2 */
	assert_int_equal(number(c, "SELECT count(*) FROM offer_version"), 1);
	assert_int_equal(number(c, "SELECT gen_from * 10 + gen_to FROM offer_version"), 12);
	assert_int_equal(number(c, "SELECT gen_from FROM offer"), 2);
	corpus_begin(c, CORPUS_DAY + 2);
	corpus_remove(c, 0);
	corpus_commit(c); /* 3 */
	assert_int_equal(number(c, "SELECT count(*) FROM offer_version"), 2);
	assert_int_equal(number(c, "SELECT gen_to FROM offer_version WHERE gen_from = 2"), 3);
	assert_int_equal(number(c, "SELECT count(*) FROM offer WHERE attrs IS NULL"), 1);
	assert_int_equal(number(c, "SELECT count(*) FROM offer_text"), 0);
	corpus_begin(c, CORPUS_DAY + 3);
	corpus_put(c, 0, &o);
	corpus_remove(c, 0);
	corpus_remove(c, 0); /* twice does nothing */
	corpus_commit(c); /* 4: came and went, nobody saw it */
	assert_int_equal(number(c, "SELECT count(*) FROM offer_version"), 2);
	check_full_text(c);
}

static void the_same_again_makes_no_version(void **state)
{
	struct corpus *c = *state;
	struct offer o;
	struct slice source = SLICE_LIT("jyu");
	const struct offer_facts facts = { &source, 1, 1000, 2000 };
	struct err err;

	corpus_simple_offer(c, &o, "First", "text");
	corpus_begin(c, CORPUS_DAY);
	corpus_put(c, CORPUS_NEW, &o);
	corpus_commit(c);
	for (int i = 0; i < 2; i++) {
		corpus_begin(c, CORPUS_DAY + 1);
		assert_int_equal(offer_index_put(&c->writer, &c->changes, c->offers[0].slot,
						 c->generation, &o, &facts, &err),
				 ERR_OK);
		corpus_commit(c);
	}
	assert_int_equal(number(c, "SELECT count(*) FROM offer_version"), 1);
	assert_int_equal(number(c, "SELECT gen_from FROM offer"), 2);
}

static void full_text_agrees_with_its_content_after_many_changes(void **state)
{
	struct corpus *c = *state;

	corpus_fill(c, CORPUS_DAY, 80);
	for (int round = 0; round < 10; round++) {
		corpus_begin(c, CORPUS_DAY + round);
		for (int i = 0; i < 20; i++) {
			int at = (int)random_below(&c->random, (uint32_t)c->n);
			struct offer o;

			corpus_random_offer(c, &o);
			if (random_below(&c->random, 3) == 0)
				corpus_remove(c, at);
			else
				corpus_put(c, at, &o);
		}
		corpus_commit(c);
		check_full_text(c);
	}
	assert_int_equal(number(c, "SELECT count(*) FROM offer_text"),
			 number(c, "SELECT count(*) FROM offer WHERE attrs IS NOT NULL"));
}

static void a_rollback_leaves_no_wrong_terms(void **state)
{
	struct corpus *c = *state;
	struct slice first = SLICE_LIT("Lost");
	struct slice second = SLICE_LIT("Kept");
	struct offer o;
	struct attrs a;
	int i;

	corpus_fill(c, CORPUS_DAY, 1);
	corpus_simple_offer(c, &o, "Title", NULL);
	o.alliances = (struct codes){ &first, 1 };
	corpus_begin(c, CORPUS_DAY);
	corpus_put(c, 0, &o);
	corpus_put(c, CORPUS_NEW, &o); /* found again within the transaction */
	corpus_rollback(c);
	/* The number of the lost term goes to another one. */
	o.alliances.items = &second;
	corpus_begin(c, CORPUS_DAY);
	i = corpus_put(c, 0, &o);
	o.alliances.items = &first;
	corpus_put(c, CORPUS_NEW, &o);
	corpus_commit(c);
	attrs_of(&a, c, i);
	check_term(c, a.alliances[0], TERM_ALLIANCE, "Kept", NULL);
	attrs_of(&a, c, 1);
	check_term(c, a.alliances[0], TERM_ALLIANCE, "Lost", NULL);
}

static void an_offer_that_does_not_exist_is_a_bug(void **state)
{
	struct corpus *c = *state;
	struct offer o;
	struct offer_facts facts = { NULL, 0, 0, 0 };
	struct err err = ERR_INIT;

	corpus_simple_offer(c, &o, "Title", NULL);
	corpus_begin(c, CORPUS_DAY);
	assert_int_equal(
		offer_index_put(&c->writer, &c->changes, 99, c->generation, &o, &facts, &err),
		ERR_INTERNAL);
	assert_int_equal(offer_index_remove(&c->writer, &c->changes, 99, c->generation, &err),
			 ERR_INTERNAL);
	corpus_rollback(c);
}

/* --- building anew --- */

/* A record for each offer, as the store keeps them. */
static void add_records(struct corpus *c)
{
	run_sql(c, "INSERT INTO source(sid, id, settings, settings_hash, is_enabled, is_configured)"
		   " VALUES(1, 'jyu', '{}', x'00', 1, 1)");
	for (size_t i = 0; i < c->n; i++) {
		struct buf body = BUF_INIT(1 << 20);
		struct json_writer w = JSON_WRITER(&body);
		char *sql;

		offer_write(&w, &c->offers[i].offer);
		sql = sqlite3_mprintf(
			"INSERT INTO record(rec, sid, record_id, offer, state, raw_hash, body_hash,"
			" gen_from, first_seen_s, seen_s, seen_run, changed_s)"
			" VALUES(%d, 1, 'r%d', %lld, 'live', x'00', x'00', 1, 1, 1, 1, 1);"
			"INSERT INTO record_body(rec, mapping_version, body) VALUES(%d, '1', %Q)",
			(int)i + 1, (int)i + 1, (long long)c->offers[i].slot, (int)i + 1,
			buf_z(&body));
		run_sql(c, sql);
		sqlite3_free(sql);
		buf_clear(&body);
	}
}

static void rebuilding_brings_the_same_texts(void **state)
{
	struct corpus *c = *state;
	struct err err = ERR_INIT;
	int64_t sum;
	int64_t n;

	corpus_fill(c, CORPUS_DAY, 60);
	corpus_begin(c, CORPUS_DAY);
	corpus_remove(c, 3);
	corpus_commit(c);
	add_records(c);
	n = number(c, "SELECT count(*) FROM offer_text");
	sum = number(c, "SELECT sum(length(title) * offer + length(description)) FROM offer_text");
	/* What an older version may have left: other words, other lengths. */
	run_sql(c, "INSERT INTO offer_fts(offer_fts) VALUES('delete-all');"
		   "UPDATE offer_text SET title = 'old';"
		   "INSERT INTO offer_fts(offer_fts) VALUES('rebuild');"
		   "INSERT OR REPLACE INTO meta(key, value) VALUES('text_version', '0')");
	if (offer_index_rebuild(&c->writer, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	check_full_text(c);
	assert_int_equal(number(c, "SELECT count(*) FROM offer_text"), n);
	assert_int_equal(
		number(c,
		       "SELECT sum(length(title) * offer + length(description)) FROM offer_text"),
		sum);
	assert_int_equal(number(c, "SELECT value = '" OFFER_TEXT_VERSION
				   "' FROM meta WHERE key = 'text_version'"),
			 1);
	/* Nothing of it is a change that anybody sees. */
	assert_int_equal(number(c, "SELECT count(*) FROM offer_version"), 1);
	assert_int_equal(number(c, "SELECT max(gen_from) FROM offer WHERE attrs IS NOT NULL"), 1);
}

static void rebuilding_that_fails_is_begun_again(void **state)
{
	struct corpus *c = *state;
	struct err err = ERR_INIT;

	corpus_fill(c, CORPUS_DAY, 5);
	add_records(c);
	run_sql(c, "UPDATE record_body SET body = '{broken' WHERE rec = 4");
	assert_int_equal(offer_index_rebuild(&c->writer, &err), ERR_PARSE);
	assert_non_null(strstr(err.msg, "full text of offer 4"));
	assert_int_equal(number(c, "SELECT value = '' FROM meta WHERE key = 'text_version'"), 1);
	assert_int_equal(sqlite3_get_autocommit(c->writer.conn), 1);
}

/* --- attributes by other rules --- */

static struct index_refreshed refresh(struct corpus *c)
{
	struct index_changes changes;
	struct index_refreshed done;
	struct err err = ERR_INIT;

	index_changes_init(&changes);
	assert_int_equal(db_begin_write(&c->writer, &err), ERR_OK);
	if (offer_index_refresh(&done, &c->writer, &changes, 1795255200, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(db_commit(&c->writer, &err), ERR_OK);
	index_changes_clear(&changes);
	return done;
}

/* Attributes of an offer as another version of the rules has left them: without has and EQF. */
static void spoil(struct corpus *c, int index)
{
	struct buf bytes = BUF_INIT(1 << 20);
	sqlite3_stmt *st = NULL;
	struct attrs a;

	attrs_of(&a, c, index);
	a.has = 0;
	a.eqf_min = a.eqf_max = 1;
	attrs_encode(&bytes, &a);
	assert_int_equal(sqlite3_prepare_v2(c->writer.conn,
					    "UPDATE offer SET attrs = ?1 WHERE offer = ?2", -1, &st,
					    NULL),
			 SQLITE_OK);
	sqlite3_bind_blob(st, 1, bytes.data, (int)bytes.len, SQLITE_TRANSIENT);
	sqlite3_bind_int64(st, 2, c->offers[index].slot);
	assert_int_equal(sqlite3_step(st), SQLITE_DONE);
	sqlite3_finalize(st);
	buf_clear(&bytes);
}

static void attributes_of_other_rules_are_made_anew_and_kept_as_a_version(void **state)
{
	struct corpus *c = *state;
	struct attrs was, is;
	int64_t sum;

	corpus_fill(c, CORPUS_DAY, 20);
	add_records(c);
	sum = number(c, "SELECT sum(length(attrs)) FROM offer");
	assert_int_equal(refresh(c).n_changed, 0); /* nothing differs: no generation */
	assert_int_equal(number(c, "SELECT max(gen) FROM generation"), 1);
	attrs_of(&was, c, 3);
	spoil(c, 3);
	spoil(c, 7);
	assert_int_equal(refresh(c).n_changed, 2);
	attrs_of(&is, c, 3);
	assert_int_equal(is.has, was.has);
	assert_int_equal(is.eqf_min, was.eqf_min);
	assert_int_equal(is.n_sources, was.n_sources);
	assert_int_equal(is.sources[0], was.sources[0]);
	assert_int_equal(is.first_seen_s, was.first_seen_s);
	assert_int_equal(is.n_words[FIELD_TITLE], was.n_words[FIELD_TITLE]);
	assert_int_equal(number(c, "SELECT sum(length(attrs)) FROM offer"), sum);
	/* The past is counted as it was. */
	assert_int_equal(number(c, "SELECT count(*) FROM offer_version WHERE gen_from = 1 AND"
				   " gen_to = 2"),
			 2);
	assert_int_equal(number(c, "SELECT count(*) FROM offer WHERE gen_from = 2"), 2);
	assert_int_equal(number(c, "SELECT cause = 'attributes' FROM generation WHERE gen = 2"), 1);
	assert_int_equal(number(c, "SELECT count(*) FROM meta WHERE key = 'attrs_version'"), 1);
}

static void an_offer_that_cannot_be_read_keeps_its_attributes(void **state)
{
	struct corpus *c = *state;
	struct index_refreshed done;

	corpus_fill(c, CORPUS_DAY, 5);
	add_records(c);
	spoil(c, 3);
	spoil(c, 4);
	run_sql(c, "UPDATE record_body SET body = '{broken' WHERE rec = 4");
	done = refresh(c);
	assert_int_equal(done.n_changed, 1);
	assert_int_equal(done.n_kept, 1);
	assert_non_null(strstr(done.first.msg, "offer 4"));
	assert_int_equal(number(c, "SELECT count(*) FROM offer WHERE attrs IS NOT NULL"), 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
	const struct CMUnitTest tests[] = {
		TEST(every_dimension_becomes_an_attribute),
		TEST(what_was_true_becomes_a_version),
		TEST(the_same_again_makes_no_version),
		TEST(full_text_agrees_with_its_content_after_many_changes),
		TEST(a_rollback_leaves_no_wrong_terms),
		TEST(an_offer_that_does_not_exist_is_a_bug),
		TEST(rebuilding_brings_the_same_texts),
		TEST(rebuilding_that_fails_is_begun_again),
		TEST(attributes_of_other_rules_are_made_anew_and_kept_as_a_version),
		TEST(an_offer_that_cannot_be_read_keeps_its_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
