// SPDX-License-Identifier: EUPL-1.2
/*
 * The terms of a connection: an array by number and an open hash by code.
 */
#include "index/terms.h"

#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/time_zone.h"
#include "index/tokenizer.h"

#include <xxhash.h>

enum {
	BUCKETS_FIRST = 1024,
	LABEL_FOLDED_BYTES = 256, /* of a label, folded for comparing with what is typed */
};

enum term_dim term_dim_of(enum dimension d)
{
	switch (d) {
	case DIM_LANG:
		return TERM_LANG;
	case DIM_COUNTRY:
		return TERM_COUNTRY;
	case DIM_PROVIDER:
		return TERM_PROVIDER;
	case DIM_ALLIANCE:
		return TERM_ALLIANCE;
	case DIM_MODE:
		return TERM_MODE;
	case DIM_SOURCE:
		return TERM_SOURCE;
	case DIM_CREDENTIAL:
		return TERM_CREDENTIAL;
	case DIM_STACKABLE:
		return TERM_STACKABLE;
	default:
		return (enum term_dim)0;
	}
}

void terms_init(struct terms *t)
{
	*t = (struct terms){ .arena = ARENA_INIT(LIMIT_TERMS_BYTES) };
}

void terms_clear(struct terms *t)
{
	arena_clear(&t->arena);
	mem_free(t->by_id);
	mem_free(t->buckets);
	terms_init(t);
}

static uint32_t bucket_of(const struct terms *t, unsigned dim, struct slice code)
{
	uint64_t h = XXH3_64bits_withSeed(code.p != NULL ? code.p : "", code.n, dim);

	return (uint32_t)h & (t->n_buckets - 1);
}

static void bucket_put(struct terms *t, uint32_t id)
{
	const struct term *term = &t->by_id[id];
	uint32_t i = bucket_of(t, term->dim, term->code);

	while (t->buckets[i] != 0)
		i = (i + 1) & (t->n_buckets - 1);
	t->buckets[i] = id;
}

/* All terms into n_buckets empty ones. */
static void buckets_rebuild(struct terms *t, uint32_t n_buckets)
{
	t->n_buckets = n_buckets;
	mem_free(t->buckets);
	t->buckets = mem_new_n(uint32_t, t->n_buckets);
	for (uint32_t id = 1; id <= t->max_id; id++)
		if (t->by_id[id].id != 0)
			bucket_put(t, id);
}

static void by_id_grow(struct terms *t, uint32_t id)
{
	uint32_t cap = t->cap * 2 > id + 1 ? t->cap * 2 : id + 1;

	if (id < t->cap)
		return;
	t->by_id = mem_resize(t->by_id, cap, sizeof(*t->by_id));
	memset(t->by_id + t->cap, 0, (cap - t->cap) * sizeof(*t->by_id));
	t->cap = cap;
}

static enum err_code term_add(struct terms *t, const struct term *seen, struct err *err)
{
	char folded[LABEL_FOLDED_BYTES + 1];
	struct term *term;

	if (seen->id == 0 || seen->id > LIMIT_TERMS)
		return err_set(err, ERR_LIMIT, "more than %u values of facets",
			       (unsigned)LIMIT_TERMS);
	by_id_grow(t, seen->id);
	term = &t->by_id[seen->id];
	*term = *seen;
	term->zone =
		seen->dim == TERM_COUNTRY ? time_zone_of_country(seen->code) : TIME_ZONE_UNKNOWN;
	term->code = arena_dup(&t->arena, seen->code);
	term->label = arena_dup(&t->arena, seen->label);
	if (seen->label.p != NULL) {
		folded[tokenize_join(folded, LABEL_FOLDED_BYTES, seen->label)] = '\0';
		term->folded = arena_strdup(&t->arena, folded);
	}
	if (t->arena.has_failed) {
		*term = (struct term){ 0 };
		return err_set(err, ERR_LIMIT, "values of facets need more than %u bytes",
			       (unsigned)LIMIT_TERMS_BYTES);
	}
	t->max_id = seen->id > t->max_id ? seen->id : t->max_id;
	t->n++;
	if (t->n * 2 >= t->n_buckets) /* puts it in */
		buckets_rebuild(t, t->n_buckets == 0 ? BUCKETS_FIRST : t->n_buckets * 2);
	else
		bucket_put(t, seen->id);
	return ERR_OK;
}

enum err_code terms_refresh(struct terms *t, struct db *db, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_TERMS_AFTER);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":after", t->max_id);
	do {
		rc = stmt_next(db, st, &has_row, "terms", err);
		if (rc == ERR_OK && has_row) {
			int64_t id = stmt_i64(st, 0);
			struct term seen = { .id = id > 0 && id <= LIMIT_TERMS ? (uint32_t)id : 0,
					     .dim = (uint8_t)stmt_i64(st, 1),
					     .code = stmt_text(st, 2),
					     .label = stmt_text(st, 3) };

			rc = term_add(t, &seen, err);
		}
	} while (rc == ERR_OK && has_row);
	stmt_done(st);
	if (rc == ERR_OK)
		terms_keep(t);
	return rc;
}

void terms_keep(struct terms *t)
{
	t->kept_id = t->max_id;
}

void terms_forget(struct terms *t)
{
	if (t->max_id == t->kept_id)
		return;
	for (uint32_t id = t->kept_id + 1; id <= t->max_id; id++)
		if (t->by_id[id].id != 0) {
			t->by_id[id] = (struct term){ .id = 0 };
			t->n--;
		}
	t->max_id = t->kept_id;
	buckets_rebuild(t, t->n_buckets);
}

uint32_t terms_find(const struct terms *t, enum term_dim dim, struct slice code)
{
	if (t->n_buckets == 0)
		return 0;
	for (uint32_t i = bucket_of(t, (unsigned)dim, code); t->buckets[i] != 0;
	     i = (i + 1) & (t->n_buckets - 1)) {
		const struct term *term = &t->by_id[t->buckets[i]];

		if (term->dim == (uint8_t)dim && slice_eq(term->code, code))
			return term->id;
	}
	return 0;
}

const struct term *terms_at(const struct terms *t, uint32_t id)
{
	return id > 0 && id <= t->max_id && t->by_id[id].id != 0 ? &t->by_id[id] : NULL;
}

static enum err_code term_look_up(uint32_t *out, struct db *db, enum term_dim dim,
				  struct slice code, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_TERM_FIND);
	bool has_row = false;
	enum err_code rc;

	stmt_bind_i64(st, ":dim", (int64_t)dim);
	stmt_bind_text(st, ":code", code);
	rc = stmt_next(db, st, &has_row, "term", err);
	*out = rc == ERR_OK && has_row ? (uint32_t)stmt_u64(st, 0) : 0;
	stmt_done(st);
	return rc;
}

static enum err_code term_insert(uint32_t *out, struct db *db, enum term_dim dim, struct slice code,
				 struct slice label, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, STMT_TERM_ADD);
	enum err_code rc;

	stmt_bind_i64(st, ":dim", (int64_t)dim);
	stmt_bind_text(st, ":code", code);
	stmt_bind_text(st, ":label", label.n > 0 ? label : SLICE_NONE);
	rc = stmt_run(db, st, "new term", err);
	if (rc != ERR_OK)
		return rc;
	if (sqlite3_last_insert_rowid(db->conn) > LIMIT_TERMS)
		return err_set(err, ERR_LIMIT, "more than %u values of facets",
			       (unsigned)LIMIT_TERMS);
	*out = (uint32_t)sqlite3_last_insert_rowid(db->conn);
	return ERR_OK;
}

static enum err_code term_new(uint32_t *out, struct terms *t, struct db *db, enum term_dim dim,
			      struct slice code, struct slice label, struct err *err)
{
	struct term added = { .dim = (uint8_t)dim,
			      .code = code,
			      .label = label.n > 0 ? label : SLICE_NONE };
	enum err_code rc = term_insert(&added.id, db, dim, code, label, err);

	if (rc == ERR_OK)
		rc = term_add(t, &added, err);
	if (rc == ERR_OK)
		*out = added.id;
	return rc;
}

enum err_code terms_put(uint32_t *out, struct terms *t, struct db *db, enum term_dim dim,
			struct slice code, struct slice label, struct err *err)
{
	uint32_t id = 0;
	enum err_code rc = ERR_OK;

	if (code.n > 0) {
		id = terms_find(t, dim, code);
		if (id == 0)
			rc = term_look_up(&id, db, dim, code, err);
		if (rc == ERR_OK && id == 0)
			rc = term_new(&id, t, db, dim, code, label, err);
	}
	if (rc == ERR_OK)
		*out = id;
	return rc;
}
