// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_TERMS_H
#define INDEX_TERMS_H

/*
 * Facet values as small integers: table term, and a copy of it in memory for
 * each connection. A term is never deleted and never means something else.
 *
 * The copy holds what was committed when it was read, and it is read again
 * when a snapshot has a higher term than it knows. What the writer adds in its
 * transaction is looked up in the table until it is committed, so that a
 * transaction (or a savepoint) that is rolled back leaves no wrong number.
 *
 * Thread: the connection's.
 */

#include "index/db.h"
#include "index/row.h"

/* Numbers of term.dim: on disk, so they never change. */
enum term_dim {
	TERM_LANG = 1,
	TERM_COUNTRY = 2,
	TERM_PROVIDER = 3,
	TERM_ALLIANCE = 4,
	TERM_MODE = 5,
	TERM_SOURCE = 6,
	TERM_CREDENTIAL = 7,
	TERM_STACKABLE = 8,
	TERM_CURRENCY = 9,
	TERM_AWARDING = 10,
	TERM_DIMS
};

/* The kind of terms a dimension is made of; 0 for one that has none. */
enum term_dim term_dim_of(enum dimension d);

struct term {
	uint32_t id;       /* 0: no such term */
	uint8_t dim;       /* enum term_dim */
	uint8_t zone;      /* of a country (time_zone.h) */
	struct slice code;
	struct slice label; /* SLICE_NONE without one */
	char *folded;      /* tokenize_join() of the label, terminated; NULL without */
};

struct terms {
	struct arena arena;
	struct term *by_id;   /* [max_id + 1] */
	uint32_t max_id;
	uint32_t kept_id;     /* those beyond are of the transaction that runs */
	uint32_t cap;
	uint32_t *buckets;    /* ids by hash of (dim, code), 0 empty; a power of two */
	uint32_t n_buckets;
	uint32_t n;
};

void terms_init(struct terms *t);
void terms_clear(struct terms *t);
/* Reads the terms that were added since. Errors: ERR_DB, ERR_LIMIT. */
enum err_code terms_refresh(struct terms *t, struct db *db, struct err *err) ERR_MUST_USE;
/* 0 when it is not known. */
uint32_t terms_find(const struct terms *t, enum term_dim dim, struct slice code);
/* NULL when it is not known. */
const struct term *terms_at(const struct terms *t, uint32_t id);
/*
 * What a transaction added is known within it: kept when it is committed,
 * forgotten when it is rolled back. Called by db_commit() and db_rollback().
 */
void terms_keep(struct terms *t);
void terms_forget(struct terms *t);
/* The writer's: finds or adds; an empty code gives 0. */
enum err_code terms_put(uint32_t *out, struct terms *t, struct db *db, enum term_dim dim,
			struct slice code, struct slice label, struct err *err) ERR_MUST_USE;

#endif
