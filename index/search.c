// SPDX-License-Identifier: EUPL-1.2
/*
 * One search, in one pass over its candidates.
 */
#include "index/search.h"

#include "base/limits.h"
#include "index/candidates.h"
#include "index/cursor.h"
#include "index/facets.h"
#include "index/page.h"
#include "index/search_state.h"
#include "index/snippet.h"

#include <xxhash.h>

struct pass {
	const struct search_query *q;
	struct matcher matcher;
	struct facets facets;
	struct page page;
	bool needs_sessions; /* to look at each session */
	uint64_t total;
};

/* --- cursors --- */

/* A number that is another in each database. */
static enum err_code db_mark(uint64_t *out, struct db *db, struct arena *arena, struct err *err)
{
	struct search_state *state = search_state_of(db);
	struct slice uuid = SLICE_NONE;
	enum err_code rc = ERR_OK;

	if (state->db_mark == 0) {
		rc = db_meta_get(db, &uuid, arena, "db_uuid", err);
		if (rc == ERR_OK)
			state->db_mark = XXH3_64bits(uuid.p != NULL ? uuid.p : "", uuid.n) | 1;
	}
	*out = state->db_mark;
	return rc;
}

static enum err_code query_mark(uint64_t *out, struct db *db, const struct search_query *q,
				struct arena *arena, struct err *err)
{
	struct buf text = BUF_INIT(LIMIT_QUERY_CANONICAL_BYTES);
	uint64_t seed = 0;
	enum err_code rc = db_mark(&seed, db, arena, err);

	search_query_canonical(&text, q, false);
	if (rc == ERR_OK && buf_failed(&text))
		rc = err_set(err, ERR_LIMIT, "the query is too large");
	if (rc == ERR_OK)
		*out = XXH3_64bits_withSeed(buf_z(&text), text.len, seed);
	buf_clear(&text);
	return rc;
}

/* A row that holds nothing but a title key, to compare others with. */
static bool title_view(struct row_view *out, struct arena *arena, const struct cursor *c)
{
	struct attrs attrs = { .title_key = slice_make(c->title, c->n_title) };
	struct row *row = arena_new(arena, struct row);
	uint32_t *pool = arena_new_n(arena, uint32_t, row_pool_words(&attrs) + 1);

	if (row == NULL || pool == NULL)
		return false;
	row_build(row, pool, 0, &attrs);
	*out = (struct row_view){ row, pool };
	return true;
}

static enum err_code start_at_cursor(struct pass *p, struct search_result *out,
				     const struct snapshot *snapshot, uint64_t mark,
				     struct arena *arena, struct err *err)
{
	struct cursor c;
	enum err_code rc = cursor_read(&c, p->q->cursor, err);

	if (rc != ERR_OK)
		return rc;
	if (c.mark != mark || c.order != p->page.order ||
	    c.generation > snapshot_generation(snapshot))
		return err_set(err, ERR_PARSE,
			       "the cursor is of another query: ask with the same words, filters "
			       "and order, or without cursor");
	p->page.has_start = true;
	p->page.start.major = c.major;
	p->page.start.slot = c.slot;
	if (c.order == SORT_TITLE && !title_view(&p->page.start.view, arena, &c))
		return err_set(err, ERR_LIMIT, "the query needs more than %zu bytes", arena->max);
	/* The order of next sessions changes with the day. */
	out->has_changed = c.generation != snapshot_generation(snapshot) ||
			   (c.order == SORT_START && c.today != p->q->today);
	return ERR_OK;
}

static void write_next_cursor(struct search_result *out, const struct pass *p, uint64_t mark,
			      struct arena *arena)
{
	const struct page_item *last;
	struct buf text = BUF_INIT(LIMIT_CURSOR_BYTES);
	struct cursor c;

	if (p->page.n == 0 || p->page.n_behind <= p->page.n)
		return;
	last = &p->page.items[p->page.n - 1];
	c = (struct cursor){ .order = p->page.order,
			     .generation = out->generation,
			     .today = p->q->today,
			     .mark = mark,
			     .major = last->key.major,
			     .slot = last->key.slot };
	if (c.order == SORT_TITLE)
		c.n_title = row_title_key(c.title, &last->key.view);
	cursor_write(&text, &c);
	out->next_cursor = arena_dup(arena, buf_view(&text));
	buf_clear(&text);
}

/* --- the pass --- */

struct seen_sessions {
	bool has_one; /* that fails no filter */
	int32_t start_day; /* of the next of them */
};

/* Days before today are past: a session that may still start counts as today's. */
static int32_t coming_day(const struct matcher *m, const struct row_session *s)
{
	if (s->start_lo == ATTR_NO_DAY || s->start_hi < m->today || s->is_cancelled ||
	    s->start_from < m->weakest)
		return INT32_MAX;
	return s->start_lo > m->today ? s->start_lo : m->today;
}

static struct seen_sessions see_sessions(struct pass *p, const struct row_view *v,
					 bool counts_facets)
{
	struct row_sessions it = row_sessions_of(v);
	struct seen_sessions seen = { false, INT32_MAX };
	struct row_session s;

	while (row_session_next(&s, &it)) {
		dimension_set failed = matcher_session(&p->matcher, v, &s);

		if (counts_facets)
			facets_count_session(&p->facets, &p->matcher, v, &s, failed);
		if (failed == 0) {
			int32_t day = coming_day(&p->matcher, &s);

			seen.has_one = true;
			seen.start_day = day < seen.start_day ? day : seen.start_day;
		}
	}
	return seen;
}

static void visit(struct pass *p, const struct candidate *c)
{
	dimension_set failed = matcher_offer(&p->matcher, &c->view);
	struct seen_sessions seen = { true, INT32_MAX };
	struct page_item item;

	/* Two filters failed, or one whose facet nobody asked for. */
	if ((failed & (failed - 1)) != 0 || (failed & ~p->facets.offer_dims) != 0)
		return;
	facets_next_offer(&p->facets);
	if (p->needs_sessions)
		seen = see_sessions(p, &c->view, failed == 0);
	if (!seen.has_one)
		return;
	facets_count_offer(&p->facets, &p->matcher, &c->view, failed);
	if (failed != 0)
		return;
	p->total++;
	item = (struct page_item){
		.key = { .major = page_major(p->page.order, &c->view, c->score, seen.start_day,
					     p->q->weakest),
			 .slot = c->slot,
			 .view = c->view },
		.score = c->score,
	};
	page_add(&p->page, &item);
}

static enum err_code visit_all(struct pass *p, struct db *db, const struct snapshot *snapshot,
			       const struct text_query *words, struct arena *arena, struct err *err)
{
	struct candidates candidates;
	struct candidate c;
	bool has_next = true;
	enum err_code rc = candidates_open(&candidates, db, snapshot, words,
					   p->page.order == SORT_RELEVANCE, arena, err);

	while (rc == ERR_OK && has_next) {
		rc = candidates_next(&c, &has_next, &candidates, err);
		if (rc == ERR_OK && has_next)
			visit(p, &c);
	}
	candidates_close(&candidates);
	return rc;
}

/* --- the whole --- */

static enum sort_order order_of(const struct search_query *q)
{
	return q->sort == SORT_RELEVANCE && q->n_groups == 0 ? SORT_CHANGED : q->sort;
}

static enum err_code prepare(struct pass *p, struct db *db, const struct snapshot *snapshot,
			     const struct search_query *q, struct arena *arena, struct err *err)
{
	struct terms *terms = &search_state_of(db)->terms;
	enum err_code rc = ERR_OK;

	*p = (struct pass){ .q = q };
	if (q->limit > LIMIT_RESULT_ROWS)
		return err_set(err, ERR_LIMIT, "limit=%u: at most %u", q->limit,
			       (unsigned)LIMIT_RESULT_ROWS);
	if (terms->max_id < snapshot_max_term(snapshot))
		rc = terms_refresh(terms, db, err);
	if (rc == ERR_OK)
		rc = matcher_init(&p->matcher, arena, &q->filters, q->weakest, q->today, &q->days, terms,
				  err);
	if (rc != ERR_OK)
		return rc;
	facets_init(&p->facets, arena, q->facets, snapshot_max_term(snapshot));
	if (!page_init(&p->page, arena, order_of(q), q->limit) || arena->has_failed)
		return err_set(err, ERR_LIMIT, "the query needs more than %zu bytes", arena->max);
	p->needs_sessions = p->matcher.session_dims != 0 || p->facets.session_dims != 0 ||
			    p->page.order == SORT_START;
	return ERR_OK;
}

static enum err_code write_hits(struct search_result *out, const struct pass *p, struct db *db,
				const struct text_query *words, struct arena *arena,
				struct err *err)
{
	struct snippets snippets;
	enum err_code rc = ERR_OK;

	if (p->q->wants_snippets)
		snippets_init(&snippets, words, p->q->lang);
	out->n = p->page.n;
	out->hits = arena_new_n(arena, struct search_hit, out->n + 1);
	for (size_t i = 0; out->hits != NULL && i < out->n && rc == ERR_OK; i++) {
		struct search_hit *hit = &out->hits[i];

		hit->slot = p->page.items[i].key.slot;
		hit->score = p->page.items[i].score;
		if (p->q->wants_snippets)
			rc = snippet_of_offer(&hit->snippet_html_free, arena, &snippets, db,
					      hit->slot, err);
	}
	if (p->q->wants_snippets)
		snippets_clear(&snippets);
	return rc;
}

enum err_code search_run(struct search_result *out, struct arena *arena, struct db *db,
			 const struct snapshot *snapshot, const struct search_query *q,
			 struct err *err)
{
	struct search_result draft = { .generation = snapshot_generation(snapshot) };
	struct text_query words;
	struct pass p;
	uint64_t mark = 0;
	enum err_code rc = prepare(&p, db, snapshot, q, arena, err);

	if (rc == ERR_OK)
		rc = text_query_build(&words, arena, q, err);
	if (rc == ERR_OK)
		rc = query_mark(&mark, db, q, arena, err);
	if (rc == ERR_OK && q->cursor.p != NULL)
		rc = start_at_cursor(&p, &draft, snapshot, mark, arena, err);
	if (rc == ERR_OK)
		rc = visit_all(&p, db, snapshot, &words, arena, err);
	if (rc != ERR_OK)
		return rc;
	page_sort(&p.page);
	draft.total = p.total;
	facets_write(&draft.facets, &draft.n_facets, &p.facets, &search_state_of(db)->terms);
	rc = write_hits(&draft, &p, db, &words, arena, err);
	write_next_cursor(&draft, &p, mark, arena);
	if (rc == ERR_OK && arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "the answer needs more than %zu bytes", arena->max);
	if (rc == ERR_OK)
		*out = draft;
	return rc;
}
