// SPDX-License-Identifier: EUPL-1.2
/*
 * The ranking function, called by FTS5 once a matching row.
 */
#include "index/rank.h"

#include "base/mem.h"
#include "index/db.h"
#include "index/tokenizer.h"

#include <math.h>
#include <xxhash.h>

/* A word in a title says more than one in a description. */
static const double field_weight[FIELD_COUNT] = {
	[FIELD_TITLE] = 8,   [FIELD_OUTCOMES] = 3,    [FIELD_PROVIDER] = 2,
	[FIELD_SUBJECT] = 3, [FIELD_DESCRIPTION] = 1,
};

/* How much a field's length counts: titles and names are long for other reasons than talking. */
static const double field_b[FIELD_COUNT] = {
	[FIELD_TITLE] = 0.4,   [FIELD_OUTCOMES] = 0.6,     [FIELD_PROVIDER] = 0.3,
	[FIELD_SUBJECT] = 0.3, [FIELD_DESCRIPTION] = 0.75,
};

static const double rank_k1 = 1.2;

enum { COUNT_STEPS = 4096 }; /* rows between two looks at the deadline */

void rank_clear(struct rank *r)
{
	mem_free(r->frequencies);
	*r = (struct rank){ 0 };
}

static void set_norms(struct rank *r)
{
	uint64_t n_offers = snapshot_offers(r->snapshot);

	for (size_t f = 0; f < FIELD_COUNT; f++) {
		double words = (double)snapshot_words(r->snapshot, (enum text_field)f);
		double mean = n_offers > 0 ? words / (double)n_offers : 1;

		mean = mean < 1 ? 1 : mean;
		for (unsigned i = 0; i < 256; i++) {
			double norm = 1 - field_b[f] + field_b[f] * row_words((uint8_t)i) / mean;

			r->per_word[f][i] = (float)(field_weight[f] / norm);
		}
	}
}

void rank_prepare(struct rank *r, const struct db *db, const struct snapshot *snapshot,
		  struct rank_phrase *phrases, size_t n_phrases)
{
	int64_t generation = snapshot_generation(snapshot);

	if (r->frequencies == NULL)
		r->frequencies = mem_new_n(struct rank_frequency, RANK_FREQUENCIES);
	else if (r->frequencies_of != generation)
		memset(r->frequencies, 0, RANK_FREQUENCIES * sizeof(*r->frequencies));
	r->frequencies_of = generation;
	r->snapshot = snapshot;
	r->db = db;
	r->phrases = phrases;
	r->n_phrases = n_phrases;
	r->is_ready = false;
	set_norms(r);
}

/* --- how many offers hold a phrase --- */

struct count {
	const struct db *db;
	uint64_t n;
};

static int count_row(const Fts5ExtensionApi *api, Fts5Context *fts, void *data)
{
	struct count *c = data;

	(void)api;
	(void)fts;
	c->n++;
	return c->n % COUNT_STEPS == 0 && db_must_stop(c->db) ? SQLITE_INTERRUPT : SQLITE_OK;
}

/* Each key has one place; a newer one takes it. */
static int frequency(uint64_t *out, struct rank *r, const Fts5ExtensionApi *api, Fts5Context *fts,
		     size_t phrase)
{
	struct slice key = r->phrases[phrase].key;
	uint64_t hash = XXH3_64bits(key.p != NULL ? key.p : "", key.n) | 1;
	struct rank_frequency *place = &r->frequencies[(hash >> 1) % RANK_FREQUENCIES];
	struct count count = { .db = r->db };
	int rc;

	if (place->key_hash == hash) {
		*out = place->n_offers;
		return SQLITE_OK;
	}
	rc = api->xQueryPhrase(fts, (int)phrase, &count, count_row);
	if (rc != SQLITE_OK)
		return rc;
	*place = (struct rank_frequency){ hash, count.n };
	*out = count.n;
	return SQLITE_OK;
}

static int set_idf(struct rank *r, const Fts5ExtensionApi *api, Fts5Context *fts)
{
	double n_offers = (double)snapshot_offers(r->snapshot);
	size_t n_ranked = 0;
	int rc = SQLITE_OK;

	for (size_t i = 0; i < r->n_phrases; i++)
		n_ranked += !r->phrases[i].is_excluded;
	for (size_t i = 0; i < r->n_phrases && rc == SQLITE_OK; i++) {
		uint64_t df = 0;

		r->phrases[i].idf = 1;
		/* Of a single phrase it would change no order. */
		if (r->phrases[i].is_excluded || n_ranked < 2)
			continue;
		rc = frequency(&df, r, api, fts, i);
		if ((double)df > n_offers)
			df = (uint64_t)n_offers;
		r->phrases[i].idf = log(1 + (n_offers - (double)df + 0.5) / ((double)df + 0.5));
	}
	r->is_ready = rc == SQLITE_OK;
	return rc;
}

/* --- the score --- */

static int phrase_tf(double *out, const struct rank *r, const Fts5ExtensionApi *api,
		     Fts5Context *fts, int phrase, const struct row *row)
{
	Fts5PhraseIter at;
	int column = -1;
	int offset = 0;
	double tf = 0;
	int rc = api->xPhraseFirst(fts, phrase, &at, &column, &offset);

	for (; rc == SQLITE_OK && column >= 0; api->xPhraseNext(fts, &at, &column, &offset))
		if (column < FIELD_COUNT)
			tf += (double)r->per_word[column][row->n_words[column]];
	*out = tf;
	return rc;
}

static int row_score(double *out, const struct rank *r, const Fts5ExtensionApi *api,
		     Fts5Context *fts)
{
	struct row_view v;
	int n = api->xPhraseCount(fts);
	int rc = SQLITE_OK;
	double score = 0;

	if (!snapshot_row(&v, r->snapshot, api->xRowid(fts)))
		n = 0;
	for (int i = 0; i < n && (size_t)i < r->n_phrases && rc == SQLITE_OK; i++) {
		double tf = 0;

		if (r->phrases[i].is_excluded)
			continue;
		rc = phrase_tf(&tf, r, api, fts, i, v.row);
		score += r->phrases[i].idf * tf / (rank_k1 + tf);
	}
	*out = score;
	return rc;
}

static void rank_function(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *ctx,
			  int n_args, sqlite3_value **args)
{
	struct rank *r = api->xUserData(fts);
	double score = 0;
	int rc = SQLITE_OK;

	(void)n_args;
	(void)args;
	if (r->snapshot == NULL) {
		sqlite3_result_error(ctx, "microcat_rank: not prepared", -1);
		return;
	}
	if (!r->is_ready)
		rc = set_idf(r, api, fts);
	if (rc == SQLITE_OK)
		rc = row_score(&score, r, api, fts);
	if (rc == SQLITE_OK)
		sqlite3_result_double(ctx, score);
	else
		sqlite3_result_error_code(ctx, rc);
}

enum err_code rank_register(struct rank *r, struct sqlite3 *conn, struct err *err)
{
	fts5_api *api = fts5_api_of(conn);
	int rc;

	if (api == NULL)
		return err_set(err, ERR_DB, "SQLite has no FTS5");
	rc = api->xCreateFunction(api, "microcat_rank", r, rank_function, NULL);
	if (rc != SQLITE_OK)
		return err_set(err, ERR_DB, "cannot register the ranking function: %s",
			       sqlite3_errstr(rc));
	return ERR_OK;
}
