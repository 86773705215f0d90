// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_CORPUS_H
#define TESTS_SUPPORT_CORPUS_H

/*
 * A small catalogue in a temporary database, with its columns, for tests of
 * searching: offers are put and removed as the writer does it, and kept here
 * as well, so that a test can find out for itself what the index must answer.
 *
 *     corpus_open(&c);
 *     corpus_begin(&c, day);
 *     corpus_put(&c, CORPUS_NEW, offer);
 *     corpus_commit(&c);
 */

#include "tests/support/random.h"
#include "tests/support/unit.h"

#include "index/columns.h"
#include "index/db.h"
#include "index/offer_index.h"

struct corpus_offer {
	int64_t slot;
	struct offer offer;
	struct slice source;
	int64_t changed_s;
	bool is_live;
};

enum { CORPUS_MAX = 4096, CORPUS_NEW = -1, CORPUS_DAY = 20780 /* 2026-11-23 */ };

struct corpus {
	char dir[64];
	char path[96];
	struct db writer;
	struct db reader;
	struct columns *columns;
	struct snapshot *snapshot; /* of the last commit */
	struct index_changes changes;
	struct arena arena;        /* offers' memory */
	struct random random;
	struct corpus_offer offers[CORPUS_MAX];
	size_t n;
	int64_t generation;        /* of the open transaction, else the last */
	int64_t now_s;
};

void corpus_open(struct corpus *c);
void corpus_close(struct corpus *c);
/* A write transaction, at noon of a day. */
void corpus_begin(struct corpus *c, int32_t day);
/* Adds an offer (index CORPUS_NEW) or replaces one; its index. */
int corpus_put(struct corpus *c, int index, const struct offer *offer);
void corpus_remove(struct corpus *c, int index);
/* Commits; columns, snapshot and the reader's transaction are of it. */
void corpus_commit(struct corpus *c);
void corpus_rollback(struct corpus *c);

/* n random offers in one transaction. */
void corpus_fill(struct corpus *c, int32_t day, size_t n);
/* One random offer, in the corpus's arena. */
void corpus_random_offer(struct corpus *c, struct offer *out);
/* An offer with a title and a description in English. */
void corpus_simple_offer(struct corpus *c, struct offer *out, const char *title,
			 const char *description);
/* Words that the texts of random offers are made of; n of them. */
const char *corpus_word(size_t i);
size_t corpus_n_words(void);

#endif
