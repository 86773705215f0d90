// SPDX-License-Identifier: EUPL-1.2
/*
 * What a connection is given when it is opened, and loses when it is closed.
 */
#include "index/search_state.h"

#include "base/mem.h"
#include "index/tokenizer.h"

static void search_state_free(void *data)
{
	struct search_state *s = data;

	terms_clear(&s->terms);
	rank_clear(&s->rank);
	index_scratch_free(s->scratch);
	mem_free(s);
}

enum err_code search_state_attach(struct db *db, struct err *err)
{
	struct search_state *s = mem_new(struct search_state);
	enum err_code rc;

	terms_init(&s->terms);
	db->search_state = s;
	db->free_search_state = search_state_free;
	rc = tokenizer_register(db->conn, &s->counts, err);
	if (rc == ERR_OK)
		rc = rank_register(&s->rank, db->conn, err);
	return rc;
}
