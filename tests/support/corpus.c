// SPDX-License-Identifier: EUPL-1.2
/*
 * A catalogue for tests of searching. What it needs of the writer's part of
 * the store it does itself, with the same statements.
 */
#include "tests/support/corpus.h"

#include "base/clock.h"

static const char *const words[] = {
	"data",    "science",    "tekoäly",  "machine",   "learning", "introduction",
	"C++",     "C#",         "ääni",     "Straße",    "climate",  "energy",
	"policy",  "health",     "nursing",  "chemistry", "Søren",    "analysis",
	"分析",    "データ",     "ethics",   "law",       "history",  "micro-credential",
	"project", "management", "Καλημέρα", "чай",
};

const char *corpus_word(size_t i)
{
	return words[i % countof(words)];
}

size_t corpus_n_words(void)
{
	return countof(words);
}

/* --- the database --- */

static void run_sql(struct db *db, const char *sql)
{
	char *msg = NULL;

	if (sqlite3_exec(db->conn, sql, NULL, NULL, &msg) != SQLITE_OK)
		fail_msg("%s: %s", sql, msg);
}

static void must(enum err_code rc, const struct err *err)
{
	if (rc != ERR_OK)
		fail_msg("%s: %s", err_code_name(rc), err->msg);
}

void corpus_open(struct corpus *c)
{
	struct err err = ERR_INIT;

	memset(c, 0, sizeof(*c));
	snprintf(c->dir, sizeof(c->dir), "/tmp/microcat-corpus-XXXXXX");
	assert_non_null(mkdtemp(c->dir));
	snprintf(c->path, sizeof(c->path), "%s/microcat.db", c->dir);
	must(db_open(&c->writer, c->path, DB_WRITE, NULL, &err), &err);
	must(db_open(&c->reader, c->path, DB_READ, NULL, &err), &err);
	must(columns_load(&c->columns, &c->writer, &err), &err);
	c->snapshot = columns_take(c->columns);
	must(db_begin_read(&c->reader, &err), &err);
	index_changes_init(&c->changes);
	arena_init(&c->arena, 256u << 20);
	c->random = (struct random)RANDOM_INIT(20261121);
}

void corpus_close(struct corpus *c)
{
	static const char *const files[] = { "", "-wal", "-shm" };
	char path[128];

	db_rollback(&c->reader);
	db_rollback(&c->writer);
	columns_release(c->columns, c->snapshot);
	columns_free(c->columns);
	db_close(&c->reader);
	db_close(&c->writer);
	index_changes_clear(&c->changes);
	arena_clear(&c->arena);
	for (size_t i = 0; i < countof(files); i++) {
		snprintf(path, sizeof(path), "%s%s", c->path, files[i]);
		unlink(path);
	}
	rmdir(c->dir);
}

void corpus_begin(struct corpus *c, int32_t day)
{
	struct err err = ERR_INIT;
	sqlite3_stmt *st;

	c->now_s = (int64_t)day * CLOCK_DAY_S + CLOCK_DAY_S / 2 + c->generation;
	must(db_begin_write(&c->writer, &err), &err);
	c->generation++;
	st = db_stmt(&c->writer, STMT_GENERATION_ADD);
	stmt_bind_i64(st, ":gen", c->generation);
	stmt_bind_i64(st, ":at_s", c->now_s);
	stmt_bind_z(st, ":cause", "test");
	must(stmt_run(&c->writer, st, "generation", &err), &err);
}

static int64_t new_slot(struct corpus *c)
{
	struct err err = ERR_INIT;
	sqlite3_stmt *st = db_stmt(&c->writer, STMT_OFFER_ADD);
	char id[32];

	snprintf(id, sizeof(id), "OFFER%06zu", c->n);
	stmt_bind_z(st, ":id", id);
	stmt_bind_i64(st, ":gen", c->generation);
	stmt_bind_i64(st, ":now_s", c->now_s);
	must(stmt_run(&c->writer, st, "offer", &err), &err);
	return sqlite3_last_insert_rowid(c->writer.conn);
}

static void note_change(struct corpus *c, int64_t slot)
{
	char *sql = sqlite3_mprintf("INSERT OR REPLACE INTO change(gen, offer, kind)"
				    " VALUES(%lld, %lld, 'changed')",
				    (long long)c->generation, (long long)slot);

	run_sql(&c->writer, sql);
	sqlite3_free(sql);
}

int corpus_put(struct corpus *c, int index, const struct offer *offer)
{
	struct err err = ERR_INIT;
	struct corpus_offer *o;
	struct offer_facts facts;

	if (index == CORPUS_NEW) {
		assert_true(c->n < CORPUS_MAX);
		index = (int)c->n;
		c->offers[c->n].slot = new_slot(c);
		c->n++;
	}
	o = &c->offers[index];
	o->offer = *offer;
	o->source = index % 3 == 0 ? SLICE_LIT("jyu") : SLICE_LIT("kth");
	/* Several with the same, so that the order by slot is needed. */
	o->changed_s = c->now_s - index % 7;
	o->is_live = true;
	facts = (struct offer_facts){ &o->source, 1, c->now_s, o->changed_s };
	must(offer_index_put(&c->writer, &c->changes, o->slot, c->generation, offer, &facts, &err),
	     &err);
	note_change(c, o->slot);
	return index;
}

void corpus_remove(struct corpus *c, int index)
{
	struct err err = ERR_INIT;

	must(offer_index_remove(&c->writer, &c->changes, c->offers[index].slot, c->generation,
				&err),
	     &err);
	note_change(c, c->offers[index].slot);
	c->offers[index].is_live = false;
}

void corpus_commit(struct corpus *c)
{
	struct err err = ERR_INIT;

	must(db_commit(&c->writer, &err), &err);
	columns_publish(c->columns, columns_prepare(c->columns, &c->changes));
	columns_keep(c->columns);
	index_changes_clear(&c->changes);
	columns_release(c->columns, c->snapshot);
	c->snapshot = columns_take(c->columns);
	db_rollback(&c->reader);
	must(db_begin_read(&c->reader, &err), &err);
}

void corpus_rollback(struct corpus *c)
{
	db_rollback(&c->writer);
	index_changes_clear(&c->changes);
	c->generation--;
}

/* --- offers --- */

static uint32_t below(struct corpus *c, uint32_t n)
{
	return random_below(&c->random, n);
}

static bool one_in(struct corpus *c, uint32_t n)
{
	return below(c, n) == 0;
}

/* Small numbers come more often, as words do. */
static const char *random_word(struct corpus *c)
{
	return words[below(c, 1 + below(c, countof(words)))];
}

static struct slice random_text(struct corpus *c, uint32_t n_words)
{
	struct buf b = BUF_INIT(64 * 1024);
	struct slice text;

	for (uint32_t i = 0; i < n_words; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : one_in(c, 6) ? ". " : " ", random_word(c));
	text = arena_dup(&c->arena, buf_view(&b));
	buf_clear(&b);
	return text;
}

static struct texts one_text(struct corpus *c, const char *lang, struct slice text)
{
	struct texts t = { arena_new(&c->arena, struct text), 1 };

	t.items[0] = (struct text){ slice_of(lang), text };
	return t;
}

static struct texts random_texts(struct corpus *c, uint32_t max_words)
{
	struct texts t = { arena_new_n(&c->arena, struct text, 2), 1 + below(c, 2) };

	for (size_t i = 0; i < t.n; i++)
		t.items[i] = (struct text){ i == 0 ? SLICE_LIT("en") : SLICE_LIT("fi"),
					    random_text(c, 1 + below(c, max_words)) };
	return t;
}

/* Up to max different ones of n codes. */
static struct codes random_codes(struct corpus *c, const char *const *codes, uint32_t n,
				 uint32_t max)
{
	struct codes out = { arena_new_n(&c->arena, struct slice, max), 0 };
	uint32_t wanted = below(c, max + 1);
	uint32_t first = below(c, n);

	for (uint32_t i = 0; i < wanted; i++)
		out.items[out.n++] = slice_of(codes[(first + i) % n]);
	return out;
}

static struct date random_date(struct corpus *c, int32_t from_day, uint32_t days)
{
	struct civil civil = civil_from_days(from_day + (int32_t)below(c, days));
	struct date d = { (int16_t)civil.year, civil.month, civil.day, DATE_DAY };

	switch (below(c, 6)) {
	case 0:
		return (struct date){ .precision = DATE_NONE };
	case 1:
		return (struct date){ d.year, 0, 0, DATE_YEAR };
	case 2:
		return (struct date){ d.year, d.month, 0, DATE_MONTH };
	default:
		return d;
	}
}

static const char *const langs[] = { "en", "fi", "sv", "pt-BR" };
static const char *const modes[] = { "online", "presential", "blended" };

static void random_session(struct corpus *c, struct session *s)
{
	static const char *const zones[] = { "Asia/Tokyo", "America/New_York", "+13:00", "UTC" };
	static const enum tri rolling[] = { TRI_UNKNOWN, TRI_UNKNOWN, TRI_FALSE, TRI_TRUE };

	*s = (struct session){ .start = random_date(c, CORPUS_DAY - 200, 500) };
	s->start_max = s->start;
	if (s->start.precision == DATE_DAY && one_in(c, 4))
		s->start_max = (struct date){ s->start.year, 12, 0, DATE_MONTH };
	s->start_from = s->start.precision == DATE_NONE ? FROM_NONE
			: one_in(c, 4)                  ? FROM_INFERRED
							: FROM_DECLARED;
	if (one_in(c, 2))
		s->end = random_date(c, CORPUS_DAY, 400);
	if (one_in(c, 2))
		s->apply_from = random_date(c, CORPUS_DAY - 100, 120);
	if (one_in(c, 2))
		s->apply_until = random_date(c, CORPUS_DAY - 20, 120);
	s->rolling = rolling[below(c, countof(rolling))];
	if (one_in(c, 3))
		s->timezone = slice_of(zones[below(c, countof(zones))]);
	s->modes = random_codes(c, modes, countof(modes), 2);
	s->languages = random_codes(c, langs, countof(langs), 2);
	if (one_in(c, 2)) {
		s->price.has_amount = true;
		s->price.amount_c = one_in(c, 2) ? 0 : 100 * (int64_t)below(c, 500);
		s->price.amount_max_c = s->price.amount_c + (one_in(c, 3) ? 15000 : 0);
		memcpy(s->price.currency, "EUR", 4);
	}
}

static void random_provider(struct corpus *c, struct org *org)
{
	static const struct {
		const char *name, *schac, *country;
	} table[] = {
		{ "Jyväskylän yliopisto", "jyu.fi", "FI" },
		{ "KTH Royal Institute", "kth.se", "SE" },
		{ "Universität Köln", "", "DE" },
		{ "Åbo Akademi", "abo.fi", "FI" },
		{ "Nameless College", "", "" },
	};
	uint32_t i = below(c, countof(table));

	*org = (struct org){ .name = one_text(c, "en", slice_of(table[i].name)) };
	if (table[i].country[0] != '\0')
		org->country = slice_of(table[i].country);
	if (table[i].schac[0] != '\0') {
		org->ids.items = arena_new(&c->arena, struct scheme_value);
		org->ids.items[0] =
			(struct scheme_value){ SLICE_LIT("schac"), slice_of(table[i].schac) };
		org->ids.n = 1;
	}
}

static enum size_class size_of(int32_t ects_c)
{
	if (ects_c <= 0)
		return SIZE_NONE;
	if (ects_c < 100)
		return SIZE_NANO;
	if (ects_c <= 500)
		return SIZE_MICRO;
	if (ects_c <= 1500)
		return SIZE_COURSE;
	return ects_c <= 6000 ? SIZE_PATHWAY : SIZE_MACRO;
}

static void random_measures(struct corpus *c, struct offer *o)
{
	static const int32_t ects[] = { 0, 50, 100, 250, 300, 500, 1000, 3000, 9000, 125 };
	static const enum from froms[] = { FROM_DECLARED, FROM_DECLARED, FROM_HOURS,
					   FROM_INFERRED };
	static const char *const codes[] = { "06", "061", "0613", "0612", "0311", "01", "0999" };

	o->workload.ects_c = ects[below(c, countof(ects))];
	o->workload.ects_max_c =
		o->workload.ects_c + (o->workload.ects_c > 0 && one_in(c, 4) ? 500 : 0);
	o->workload.ects_from =
		o->workload.ects_c > 0 ? froms[below(c, countof(froms))] : FROM_NONE;
	o->size_class = size_of(o->workload.ects_c);
	o->level.eqf = (uint8_t)below(c, 9);
	o->level.eqf_max = o->level.eqf;
	if (o->level.eqf > 0 && o->level.eqf < 8 && one_in(c, 3))
		o->level.eqf_max++;
	o->level.from = o->level.eqf > 0 ? froms[below(c, countof(froms))] : FROM_NONE;
	o->subjects.n = below(c, 4);
	o->subjects.items = arena_new_n(&c->arena, struct subject, 4);
	for (size_t i = 0; i < o->subjects.n; i++) {
		struct subject *s = &o->subjects.items[i];

		snprintf(s->code, sizeof(s->code), "%s",
			 codes[(below(c, 3) + 2 * i) % countof(codes)]);
		s->from = one_in(c, 3) ? FROM_INFERRED : FROM_DECLARED;
		s->confidence = 100;
	}
}

void corpus_random_offer(struct corpus *c, struct offer *o)
{
	static const char *const alliances[] = { "FORTHEM", "Unite!", "EUTOPIA" };
	static const char *const credentials[] = { "edc", "open-badge", "pdf" };

	offer_init(o);
	o->title = random_texts(c, 4);
	if (!one_in(c, 5))
		o->description = random_texts(c, 40);
	if (one_in(c, 2)) {
		struct text_list *list = arena_new(&c->arena, struct text_list);

		list->lang = SLICE_LIT("en");
		list->n = 1 + below(c, 3);
		list->items = arena_new_n(&c->arena, struct slice, list->n);
		for (size_t i = 0; i < list->n; i++)
			list->items[i] = random_text(c, 1 + below(c, 8));
		o->outcomes = (struct text_lists){ list, 1 };
	}
	random_provider(c, &o->provider);
	random_measures(c, o);
	o->alliances = random_codes(c, alliances, countof(alliances), 2);
	o->languages = random_codes(c, langs, countof(langs), 2);
	o->modes = random_codes(c, modes, countof(modes), 2);
	o->credential_types = random_codes(c, credentials, countof(credentials), 2);
	if (one_in(c, 2))
		o->stackability = one_in(c, 2) ? SLICE_LIT("stackable") : SLICE_LIT("stand-alone");
	if (one_in(c, 3))
		o->url = SLICE_LIT("https://example.org/offer");
	o->sessions.n = below(c, 4);
	o->sessions.items = arena_new_n(&c->arena, struct session, 4);
	for (size_t i = 0; i < o->sessions.n; i++)
		random_session(c, &o->sessions.items[i]);
	assert_false(c->arena.has_failed);
}

void corpus_simple_offer(struct corpus *c, struct offer *o, const char *title,
			 const char *description)
{
	offer_init(o);
	o->title = one_text(c, "en", slice_of(title));
	if (description != NULL)
		o->description = one_text(c, "en", slice_of(description));
}

void corpus_fill(struct corpus *c, int32_t day, size_t n)
{
	corpus_begin(c, day);
	for (size_t i = 0; i < n; i++) {
		struct offer o;

		corpus_random_offer(c, &o);
		corpus_put(c, CORPUS_NEW, &o);
	}
	corpus_commit(c);
}
