// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_OFFER_INDEX_H
#define INDEX_OFFER_INDEX_H

/*
 * The writing half of search: brings one offer's attributes, full text and
 * history up to date, inside the writer's transaction. Called by the writer
 * for each offer that is new, changed or no longer findable.
 *
 * Thread: pool (writer).
 */

#include "catalogue/offer.h"
#include "index/columns.h"
#include "index/db.h"

/* What is indexed beside the offer itself. */
struct offer_facts {
	const struct slice *sources; /* ids of the sources of its live records */
	size_t n_sources;
	int64_t first_seen_s;
	int64_t changed_s;
};

/*
 * Replaces the offer's attributes and full text. The attributes it had are
 * kept as a version that ends at `generation` (attributes of this very
 * generation, which nobody has seen, are not). The row in table offer exists.
 * Errors: ERR_DB and its kin, ERR_LIMIT.
 */
enum err_code offer_index_put(struct db *db, struct index_changes *changes, int64_t slot,
			      int64_t generation, const struct offer *offer,
			      const struct offer_facts *facts, struct err *err) ERR_MUST_USE;
/* No longer findable: full text and attributes go, the version ends. */
enum err_code offer_index_remove(struct db *db, struct index_changes *changes, int64_t slot,
				 int64_t generation, struct err *err) ERR_MUST_USE;
/* The version of the text that is indexed: another one in meta (key text_version) rebuilds the
 * full text at start. Any change of offer_text.c or tokenizer.c that gives other words raises it. */
#define OFFER_TEXT_VERSION "1"
/*
 * Builds all full text anew from the offers' bodies, in transactions of its
 * own, and sets text_version at the end: a crash in between starts it again.
 * Blocks: at start-up, before the columns are loaded. Thread: the writer's.
 */
enum err_code offer_index_rebuild(struct db *db, struct err *err) ERR_MUST_USE;

/* Which rules make attributes of an offer: changes with their sources, by itself. Another one in
 * meta (key attrs_version) makes all attributes anew at start. */
const char *offer_attrs_version(void);
/*
 * Makes the attributes of all offers anew from their bodies, inside the
 * caller's transaction; those that differ from what is stored are a change of
 * a new generation, and what they were becomes a version: the past stays as it
 * was counted. An offer that cannot be read keeps what it has. Sets
 * attrs_version. Blocks: at start-up, before the columns are loaded. Thread:
 * the writer's.
 */
struct index_refreshed {
	size_t n_changed, n_kept; /* n_kept: not read */
	struct err first; /* why the first of those was not */
};
enum err_code offer_index_refresh(struct index_refreshed *out, struct db *db,
				  struct index_changes *changes, int64_t now_s,
				  struct err *err) ERR_MUST_USE;

#endif
