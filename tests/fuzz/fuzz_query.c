// SPDX-License-Identifier: EUPL-1.2
/*
 * The query language: lines "name=value", as parameters come from a URL.
 * Whatever is typed gives a query within its limits or a message; the same
 * question gives the same canonical text; and no word reaches FTS5 as syntax.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "index/text_query.h"

#include <sqlite3.h>

enum { TODAY = 20780 /* 2026-11-23 */ };

static sqlite3_stmt *match_stmt;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	sqlite3 *conn = NULL;

	(void)argc;
	(void)argv;
	if (sqlite3_open(":memory:", &conn) != SQLITE_OK ||
	    sqlite3_exec(conn, "CREATE VIRTUAL TABLE t USING fts5(x)", NULL, NULL, NULL) !=
		    SQLITE_OK ||
	    sqlite3_prepare_v2(conn, "SELECT rowid FROM t WHERE t MATCH ?1", -1, &match_stmt,
			       NULL) != SQLITE_OK)
		FUZZ_EXPECT(false, "%s", sqlite3_errmsg(conn));
	return 0;
}

static void check_match(const char *expression)
{
	int rc;

	sqlite3_bind_text(match_stmt, 1, expression, -1, SQLITE_STATIC);
	rc = sqlite3_step(match_stmt);
	FUZZ_EXPECT(rc == SQLITE_DONE, "%s: %s", expression,
		    sqlite3_errmsg(sqlite3_db_handle(match_stmt)));
	sqlite3_reset(match_stmt);
}

/* All lines as parameters, each of which is taken or refused by itself. */
static void read_params(struct search_query *q, struct stats_query *s, struct slice lines,
			struct arena *arena, struct buf *said)
{
	search_query_init(q, TODAY);
	stats_query_init(s, TODAY);
	while (lines.n > 0) {
		struct slice value = fuzz_line(&lines);
		struct slice name = SLICE_LIT("");
		struct query_param param;
		struct err err = ERR_INIT;
		bool is_known;
		enum err_code rc;

		(void)slice_split(&name, &value, '=');
		param = (struct query_param){ name, value };
		rc = search_query_param(q, &is_known, param, arena, &err);
		fuzz_check_err(rc, &err);
		FUZZ_CHECK(rc == ERR_OK || rc == ERR_PARSE || rc == ERR_LIMIT);
		buf_str(said, err.msg);
		err_clear(&err);
		rc = stats_query_param(s, &is_known, param, arena, &err);
		fuzz_check_err(rc, &err);
		buf_str(said, err.msg);
	}
}

static void check_filters(const struct filters *filters)
{
	for (size_t d = 0; d < DIM_COUNT; d++) {
		const struct filter *f = &filters->items[d];

		FUZZ_CHECK(f->n <= LIMIT_QUERY_VALUES);
		FUZZ_CHECK(f->n == 0 || f->dim == (enum dimension)d);
		for (size_t i = 0; i < f->n; i++) {
			FUZZ_CHECK(f->values[i].is_range || f->values[i].code.n > 0);
			FUZZ_CHECK(utf8_is_valid(f->values[i].code));
			FUZZ_EXPECT(!f->values[i].is_range || f->values[i].lo <= f->values[i].hi,
				    "%s: %lld..%lld", dimension_name((enum dimension)d),
				    (long long)f->values[i].lo, (long long)f->values[i].hi);
		}
	}
}

static void check_terms(const struct search_query *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->n_groups; i++) {
		const struct query_group *g = &q->groups[i];

		/* Words to leave out stand in each group. */
		FUZZ_CHECK(g->n > 0 && g->n <= LIMIT_QUERY_WORDS);
		for (size_t k = 0; k < g->n; k++) {
			FUZZ_CHECK(g->terms[k].text.n > 0 && utf8_is_valid(g->terms[k].text));
			n += !g->terms[k].is_excluded;
		}
	}
	FUZZ_CHECK(n <= LIMIT_QUERY_WORDS);
	FUZZ_CHECK(q->limit <= LIMIT_RESULT_ROWS);
	FUZZ_CHECK(q->timeout_ms <= LIMIT_QUERY_MS && q->cursor.n <= LIMIT_CURSOR_BYTES);
	FUZZ_CHECK(q->facets < DIM_BIT(DIM_COUNT) && q->sort < SORT_COUNT);
}

static void check_text_query(const struct search_query *q, struct arena *arena)
{
	struct text_query text;
	struct err err = ERR_INIT;
	enum err_code rc = text_query_build(&text, arena, q, &err);

	fuzz_check_err(rc, &err);
	if (rc != ERR_OK)
		return;
	if (text.match != NULL)
		check_match(text.match);
	for (size_t i = 0; i < text.n_leave_out; i++)
		check_match(text.leave_out[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice lines = fuzz_input(data, n);
	struct arena arena = ARENA_INIT(LIMIT_API_ARENA_BYTES);
	struct buf texts[2] = { BUF_INIT(LIMIT_MIB), BUF_INIT(LIMIT_MIB) };

	for (size_t i = 0; i < 2; i++) {
		struct search_query q;
		struct stats_query s;

		arena_reset(&arena);
		read_params(&q, &s, lines, &arena, &texts[i]);
		check_filters(&q.filters);
		check_filters(&s.filters);
		check_terms(&q);
		FUZZ_CHECK(s.n_by <= STATS_MAX_DIMENSIONS);
		search_query_canonical(&texts[i], &q, true);
		if (i == 0)
			check_text_query(&q, &arena);
	}
	FUZZ_EXPECT(slice_eq(buf_view(&texts[0]), buf_view(&texts[1])), "%s\n%s", buf_z(&texts[0]),
		    buf_z(&texts[1]));
	buf_clear(&texts[0]);
	buf_clear(&texts[1]);
	arena_clear(&arena);
	unit_exact_free(lines);
	return 0;
}
