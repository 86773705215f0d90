// SPDX-License-Identifier: EUPL-1.2
/*
 * Writes one offer's attributes, history and full text, and builds all full
 * text anew when its rules have changed.
 */
#include "index/offer_index.h"

#include "base/limits.h"
#include "base/mem.h"
#include "index/attrs_version_hash.h" /* made by CMake */
#include "index/history.h"
#include "index/offer_attrs.h"
#include "index/offer_text.h"
#include "index/search_state.h"
#include "index/snapshot.h"

enum {
	REBUILD_BATCH = 2000
}; /* offers of one transaction while rebuilding, of one look for more */

/* Memory that lives from one offer to the next. */
struct index_scratch {
	struct offer_text text;
	struct arena arena;
	struct buf attrs;
};

static struct index_scratch *scratch_of(struct db *db)
{
	struct search_state *state = search_state_of(db);

	if (state->scratch == NULL) {
		state->scratch = mem_new(struct index_scratch);
		offer_text_init(&state->scratch->text);
		arena_init(&state->scratch->arena, LIMIT_OFFER_ARENA_BYTES);
		buf_init(&state->scratch->attrs, LIMIT_OFFER_BYTES);
	}
	arena_reset(&state->scratch->arena);
	buf_reset(&state->scratch->attrs);
	return state->scratch;
}

void index_scratch_free(struct index_scratch *s)
{
	if (s == NULL)
		return;
	offer_text_clear(&s->text);
	arena_clear(&s->arena);
	buf_clear(&s->attrs);
	mem_free(s);
}

/*
 * Terms are read when the first offer of a generation is written: what other
 * transactions committed is then known.
 */
static enum err_code terms_for(struct db *db, int64_t generation, struct err *err)
{
	struct search_state *state = search_state_of(db);
	enum err_code rc = ERR_OK;

	if (state->put_gen != generation) {
		rc = terms_refresh(&state->terms, db, err);
		if (rc == ERR_OK)
			state->put_gen = generation;
	}
	return rc;
}

/* --- attributes and history --- */

struct old_attrs {
	struct slice attrs; /* in the arena; absent when not findable */
	int64_t gen_from;
};

static enum err_code attrs_read(struct old_attrs *out, struct db *db, struct arena *arena,
				int64_t slot, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_ATTRS_GET);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":offer", slot);
	rc = stmt_next(db, st, &has_row, "attributes", err);
	if (rc == ERR_OK && has_row)
		*out = (struct old_attrs){ arena_dup(arena, stmt_blob(st, 0)), stmt_i64(st, 1) };
	else if (rc == ERR_OK)
		rc = err_set(err, ERR_INTERNAL, "offer %lld is indexed and does not exist",
			     (long long)slot);
	stmt_done(st);
	if (rc == ERR_OK && arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "attributes of offer %lld: more than %zu bytes",
			     (long long)slot, arena->max);
	return rc;
}

/* The attributes that were true up to this generation become a version. */
static enum err_code version_add(struct db *db, int64_t slot, const struct old_attrs *old,
				 int64_t generation, struct err *err)
{
	sqlite3_stmt *st;

	/* Nothing was ever seen of attributes of this same transaction. */
	if (old->attrs.p == NULL || old->gen_from >= generation)
		return ERR_OK;
	st = db_stmt(db, STMT_VERSION_ADD);
	stmt_bind_i64(st, ":offer", slot);
	stmt_bind_i64(st, ":gen_from", old->gen_from);
	stmt_bind_i64(st, ":gen_to", generation);
	stmt_bind_blob(st, ":attrs", old->attrs);
	return stmt_run(db, st, "offer version", err);
}

/* attrs: SLICE_NONE when no longer findable. */
static enum err_code attrs_write(struct db *db, int64_t slot, struct slice attrs,
				 int64_t generation, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_ATTRS_SET);

	stmt_bind_i64(st, ":offer", slot);
	stmt_bind_blob(st, ":attrs", attrs);
	stmt_bind_i64(st, ":gen", generation);
	return stmt_run(db, st, "attributes", err);
}

/* --- full text --- */

static const char *const field_parameters[FIELD_COUNT] = {
	[FIELD_TITLE] = ":title",
	[FIELD_OUTCOMES] = ":outcomes",
	[FIELD_PROVIDER] = ":provider",
	[FIELD_SUBJECT] = ":subject",
	[FIELD_DESCRIPTION] = ":description",
};

static enum err_code text_run(struct db *db, enum stmt which, int64_t slot,
			      const struct slice fields[FIELD_COUNT], struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, which);

	stmt_bind_i64(st, ":offer", slot);
	for (size_t i = 0; i < FIELD_COUNT; i++)
		stmt_bind_text(st, field_parameters[i], fields[i]);
	return stmt_run(db, st, "full text", err);
}

/* Takes the old text out of the index unless it is the new one (NULL: none). */
static enum err_code text_take_out(bool *is_same, struct db *db, int64_t slot,
				   const struct slice *fields, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_TEXT_GET);
	struct slice old[FIELD_COUNT];
	bool has_row = false;
	enum err_code rc;

	*is_same = false;
	stmt_bind_i64(st, ":offer", slot);
	rc = stmt_next(db, st, &has_row, "text", err);
	if (rc == ERR_OK && has_row) {
		*is_same = fields != NULL;
		for (int i = 0; i < FIELD_COUNT; i++) {
			old[i] = stmt_text(st, i);
			*is_same = *is_same && slice_eq(old[i], fields[i]);
		}
		if (!*is_same)
			rc = text_run(db, STMT_FTS_DELETE, slot, old, err);
	}
	stmt_done(st);
	return rc;
}

/* What FTS5's run of the tokenizer over these fields has counted. */
static void take_counts(uint32_t n_words[FIELD_COUNT], const struct tokenizer_counts *counts,
			const struct slice fields[FIELD_COUNT])
{
	unsigned n = 0;

	for (size_t i = 0; i < FIELD_COUNT; i++)
		n_words[i] = fields[i].p != NULL && n < countof(counts->n_words)
				     ? counts->n_words[n++]
				     : 0;
	require(n == counts->n);
}

/* n_words: how many words each column has. */
static enum err_code text_put(uint32_t n_words[FIELD_COUNT], struct db *db, int64_t slot,
			      const struct offer_text *text, struct err *err)
{
	struct tokenizer_counts *counts = &search_state_of(db)->counts;
	struct slice fields[FIELD_COUNT];
	bool is_same = false;
	enum err_code rc;

	for (size_t i = 0; i < FIELD_COUNT; i++)
		fields[i] = buf_view(&text->fields[i]);
	rc = text_take_out(&is_same, db, slot, fields, err);
	if (rc == ERR_OK && is_same)
		for (size_t i = 0; i < FIELD_COUNT; i++)
			n_words[i] = (uint32_t)tokenize_count(fields[i]);
	if (rc != ERR_OK || is_same)
		return rc;
	rc = text_run(db, STMT_TEXT_PUT, slot, fields, err);
	counts->n = 0;
	if (rc == ERR_OK)
		rc = text_run(db, STMT_FTS_ADD, slot, fields, err);
	if (rc == ERR_OK)
		take_counts(n_words, counts, fields);
	return rc;
}

static enum err_code text_remove(struct db *db, int64_t slot, struct err *err)
{
	sqlite3_stmt *st;
	bool is_same = false;
	enum err_code rc = text_take_out(&is_same, db, slot, NULL, err);

	if (rc != ERR_OK)
		return rc;
	st = db_stmt(db, STMT_TEXT_DELETE);
	stmt_bind_i64(st, ":offer", slot);
	return stmt_run(db, st, "text", err);
}

/* --- the two calls of the writer --- */

enum err_code offer_index_put(struct db *db, struct index_changes *changes, int64_t slot,
			      int64_t generation, const struct offer *offer,
			      const struct offer_facts *facts, struct err *err)
{
	struct index_scratch *s = scratch_of(db);
	struct old_attrs old = { SLICE_NONE, 0 };
	uint32_t n_words[FIELD_COUNT];
	struct attrs attrs;
	enum err_code rc;

	rc = terms_for(db, generation, err);
	if (rc == ERR_OK)
		rc = attrs_read(&old, db, &s->arena, slot, err);
	if (rc == ERR_OK)
		rc = offer_text_build(&s->text, offer, err);
	if (rc == ERR_OK)
		rc = text_put(n_words, db, slot, &s->text, err);
	if (rc == ERR_OK)
		rc = attrs_of_offer(&attrs, &s->arena, db, offer, facts, n_words, err);
	if (rc != ERR_OK)
		return rc;
	attrs_encode(&s->attrs, &attrs);
	if (buf_failed(&s->attrs))
		return err_set(err, ERR_LIMIT, "attributes of offer %lld: more than %zu bytes",
			       (long long)slot, s->attrs.max);
	if (old.attrs.p == NULL || !slice_eq(old.attrs, buf_view(&s->attrs))) {
		rc = version_add(db, slot, &old, generation, err);
		if (rc == ERR_OK)
			rc = attrs_write(db, slot, buf_view(&s->attrs), generation, err);
	}
	if (rc == ERR_OK)
		rc = index_changes_add(changes, generation, slot, buf_view(&s->attrs), err);
	return rc;
}

enum err_code offer_index_remove(struct db *db, struct index_changes *changes, int64_t slot,
				 int64_t generation, struct err *err)
{
	struct index_scratch *s = scratch_of(db);
	struct old_attrs old = { SLICE_NONE, 0 };
	enum err_code rc = attrs_read(&old, db, &s->arena, slot, err);

	if (rc == ERR_OK)
		rc = version_add(db, slot, &old, generation, err);
	if (rc == ERR_OK && old.attrs.p != NULL)
		rc = attrs_write(db, slot, SLICE_NONE, generation, err);
	if (rc == ERR_OK)
		rc = text_remove(db, slot, err);
	if (rc == ERR_OK)
		rc = index_changes_add(changes, generation, slot, SLICE_NONE, err);
	return rc;
}

/* --- rebuilding the full text --- */

/* Empties the full text; from here on a crash starts it again. */
static enum err_code rebuild_begin(struct db *db, struct err *err)
{
	enum err_code rc = db_begin_write(db, err);

	if (rc != ERR_OK)
		return rc;
	rc = stmt_run(db, db_stmt(db, STMT_FTS_DELETE_ALL), "empty the full text", err);
	if (rc == ERR_OK)
		rc = stmt_run(db, db_stmt(db, STMT_TEXT_DELETE_ALL), "empty the texts", err);
	if (rc == ERR_OK)
		rc = db_meta_set(db, "text_version", SLICE_LIT(""), err);
	if (rc == ERR_OK)
		rc = db_commit(db, err);
	if (rc != ERR_OK)
		db_rollback(db);
	return rc;
}

static enum err_code body_read(struct slice *out, struct db *db, struct arena *arena, int64_t slot,
			       struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_OFFER_BODY);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":offer", slot);
	rc = stmt_next(db, st, &has_row, "offer's body", err);
	if (rc == ERR_OK)
		*out = has_row ? arena_dup(arena, stmt_text(st, 0)) : SLICE_NONE;
	stmt_done(st);
	if (rc == ERR_OK && out->p == NULL)
		rc = err_set(err, ERR_DB, "offer %lld has no record", (long long)slot);
	return rc;
}

/*
 * One offer's text from its body. Of its attributes only what follows from the
 * text changes, and that is no part of any statistics: so no version is made.
 */
static enum err_code rebuild_offer(struct db *db, int64_t slot, struct err *err)
{
	struct index_scratch *s = scratch_of(db);
	char title_key[TITLE_KEY_BYTES];
	struct old_attrs old = { SLICE_NONE, 0 };
	struct slice body = SLICE_NONE;
	uint32_t n_words[FIELD_COUNT];
	struct offer offer;
	struct attrs attrs;
	enum err_code rc;

	rc = body_read(&body, db, &s->arena, slot, err);
	if (rc == ERR_OK)
		rc = offer_read(&offer, &s->arena, body, err);
	if (rc == ERR_OK)
		rc = offer_text_build(&s->text, &offer, err);
	if (rc == ERR_OK)
		rc = text_put(n_words, db, slot, &s->text, err);
	if (rc == ERR_OK)
		rc = attrs_read(&old, db, &s->arena, slot, err);
	if (rc == ERR_OK)
		rc = attrs_decode(&attrs, &s->arena, old.attrs, err);
	if (rc != ERR_OK)
		return rc;
	attrs_set_text(&attrs, title_key, &offer, n_words);
	attrs_encode(&s->attrs, &attrs);
	return attrs_write(db, slot, buf_view(&s->attrs), old.gen_from, err);
}

/* The next slots behind after; their number. */
static enum err_code next_slots(int64_t slots[REBUILD_BATCH], size_t *n, struct db *db,
				int64_t after, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_ATTRS_AFTER);
	bool has_row = false;
	enum err_code rc;

	*n = 0;
	stmt_bind_i64(st, ":after", after);
	stmt_bind_i64(st, ":limit", REBUILD_BATCH);
	do {
		rc = stmt_next(db, st, &has_row, "offers", err);
		if (rc == ERR_OK && has_row && *n < REBUILD_BATCH)
			slots[(*n)++] = stmt_i64(st, 0);
	} while (rc == ERR_OK && has_row);
	stmt_done(st);
	return rc;
}

/* One transaction; *after moves on, *is_done when no offer is left. */
static enum err_code rebuild_batch(struct db *db, int64_t *after, bool *is_done, struct err *err)
{
	int64_t *slots = mem_new_n(int64_t, REBUILD_BATCH);
	size_t n = 0;
	enum err_code rc = db_begin_write(db, err);

	if (rc != ERR_OK)
		goto out;
	rc = next_slots(slots, &n, db, *after, err);
	for (size_t i = 0; i < n && rc == ERR_OK; i++) {
		rc = rebuild_offer(db, slots[i], err);
		if (rc != ERR_OK)
			err_wrap(err, "full text of offer %lld", (long long)slots[i]);
	}
	if (rc == ERR_OK && n == 0)
		rc = db_meta_set(db, "text_version", SLICE_LIT(OFFER_TEXT_VERSION), err);
	if (rc == ERR_OK)
		rc = db_commit(db, err);
	if (rc != ERR_OK) {
		db_rollback(db);
		goto out;
	}
	if (db_log_is_full(db->log_pages, 0))
		db_copy_back(db);
	*is_done = n == 0;
	*after = n > 0 ? slots[n - 1] : *after;
out:
	mem_free(slots);
	return rc;
}

enum err_code offer_index_rebuild(struct db *db, struct err *err)
{
	int64_t after = -1;
	bool is_done = false;
	enum err_code rc = rebuild_begin(db, err);

	while (rc == ERR_OK && !is_done)
		rc = rebuild_batch(db, &after, &is_done, err);
	return rc;
}

/* --- making the attributes anew --- */

const char *offer_attrs_version(void)
{
	return ATTRS_VERSION_HASH;
}

/* The attributes that follow from an offer's body by today's rules; those of its text, its sources
 * and its times stay. */
static enum err_code attrs_anew(struct index_scratch *s, struct db *db, int64_t slot,
				const struct old_attrs *old, struct err *err)
{
	struct slice body = SLICE_NONE;
	struct attrs was, is;
	struct offer_facts facts = { .n_sources = 0 };
	struct offer offer;
	enum err_code rc = body_read(&body, db, &s->arena, slot, err);

	if (rc == ERR_OK)
		rc = offer_read(&offer, &s->arena, body, err);
	if (rc == ERR_OK)
		rc = attrs_decode(&was, &s->arena, old->attrs, err);
	if (rc != ERR_OK)
		return rc;
	facts.first_seen_s = was.first_seen_s;
	facts.changed_s = was.changed_s;
	rc = attrs_of_offer(&is, &s->arena, db, &offer, &facts, was.n_words, err);
	if (rc != ERR_OK)
		return rc;
	is.sources = was.sources;
	is.n_sources = was.n_sources;
	attrs_encode(&s->attrs, &is);
	if (buf_failed(&s->attrs))
		return err_set(err, ERR_LIMIT, "more than %zu bytes", s->attrs.max);
	return ERR_OK;
}

static enum err_code refresh_offer(struct index_refreshed *out, struct db *db,
				   struct index_changes *changes, int64_t slot, int64_t now_s,
				   struct err *err)
{
	struct index_scratch *s = scratch_of(db);
	struct old_attrs old = { SLICE_NONE, 0 };
	struct err why = ERR_INIT;
	enum err_code rc = attrs_read(&old, db, &s->arena, slot, err);

	if (rc != ERR_OK)
		return rc;
	rc = attrs_anew(s, db, slot, &old, &why);
	if (rc == ERR_PARSE || rc == ERR_LIMIT) {
		err_wrap(&why, "offer %lld", (long long)slot);
		if (out->n_kept++ == 0)
			out->first = why;
		return ERR_OK;
	}
	if (rc != ERR_OK)
		return err_set(err, rc, "attributes of offer %lld: %s", (long long)slot, why.msg);
	if (slice_eq(old.attrs, buf_view(&s->attrs)))
		return ERR_OK;
	out->n_changed++;
	rc = history_begin(db, changes, now_s, 0, "attributes", err);
	if (rc == ERR_OK)
		rc = version_add(db, slot, &old, changes->generation, err);
	if (rc == ERR_OK)
		rc = attrs_write(db, slot, buf_view(&s->attrs), changes->generation, err);
	return rc;
}

enum err_code offer_index_refresh(struct index_refreshed *out, struct db *db,
				  struct index_changes *changes, int64_t now_s, struct err *err)
{
	int64_t *slots = mem_new_n(int64_t, REBUILD_BATCH), after = -1;
	size_t n = 0;
	enum err_code rc = terms_refresh(&search_state_of(db)->terms, db, err);

	*out = (struct index_refreshed){ .first = ERR_INIT };
	do {
		if (rc == ERR_OK)
			rc = next_slots(slots, &n, db, after, err);
		for (size_t i = 0; rc == ERR_OK && i < n; i++) {
			after = slots[i];
			rc = refresh_offer(out, db, changes, after, now_s, err);
		}
	} while (rc == ERR_OK && n > 0);
	if (rc == ERR_OK)
		rc = db_meta_set(db, "attrs_version", slice_of(offer_attrs_version()), err);
	mem_free(slots);
	return rc;
}
