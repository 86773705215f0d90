// SPDX-License-Identifier: EUPL-1.2
/* A generated catalogue, opened to be searched. */
#include "tests/support/search_fixture.h"

int search_fixture_open(void **state)
{
	struct search_fixture *f = calloc(1, sizeof(*f));

	corpus_open(&f->corpus);
	arena_init(&f->arena, 64u << 20);
	f->random = (struct random)RANDOM_INIT(7);
	corpus_fill(&f->corpus, CORPUS_DAY - 1, SEARCH_OFFERS);
	/* Some change, some go. */
	corpus_begin(&f->corpus, CORPUS_DAY);
	for (int i = 0; i < SEARCH_OFFERS; i += 5) {
		struct offer o;

		corpus_random_offer(&f->corpus, &o);
		if (i % 2 == 0)
			corpus_put(&f->corpus, i, &o);
		else
			corpus_remove(&f->corpus, i);
	}
	corpus_commit(&f->corpus);
	*state = f;
	return 0;
}

int search_fixture_close(void **state)
{
	struct search_fixture *f = *state;

	corpus_close(&f->corpus);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

enum err_code search_fixture_search(struct search_fixture *f, struct search_result *r,
				    const struct search_query *q, struct err *err)
{
	return search_run(r, &f->arena, &f->corpus.reader, f->corpus.snapshot, q, err);
}
