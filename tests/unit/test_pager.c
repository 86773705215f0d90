// SPDX-License-Identifier: EUPL-1.2
/* Tests of the pager: each rule, and the order in which they are tried. */
#include "harvesters/pager.h"

#include "tests/support/unit.h"

struct step {
	struct page_facts facts;
	enum pager_verdict verdict;
	const char *text; /* the rule of PAGER_END, part of the error of PAGER_STUCK */
};

struct walk {
	const char *what;
	uint64_t asked_size;
	struct step steps[4]; /* up to the first that is not PAGER_NEXT */
};

#define FACTS(flag, total, number, size, items, fresh)                                             \
	{                                                                                          \
		PAGE_FLAG_##flag, total, number, size, items, fresh                                \
	}

static const struct walk walks[] = {
	{ "the flag ends it",
	  250,
	  { { FACTS(MORE, -1, 1, 250, 250, 250), PAGER_NEXT, NULL },
	    { FACTS(END, -1, 2, 250, 3, 3), PAGER_END, "hasNextPage is false" } } },
	{ "a full page with a flag is the end",
	  250,
	  { { FACTS(END, 1, 1, 250, 250, 250), PAGER_END, "hasNextPage is false" } } },
	{ "the flag goes before the number of pages",
	  250,
	  { { FACTS(MORE, 1, 1, 250, 250, 250), PAGER_NEXT, NULL },
	    { FACTS(END, 2, 2, 250, 9, 9), PAGER_END, "hasNextPage is false" } } },
	{ "a flag that contradicts the number of pages proves nothing",
	  250,
	  { { FACTS(END, 5, 1, 250, 250, 250), PAGER_STUCK, "page 1 of 5" } } },
	{ "an empty page that says there are more",
	  250,
	  { { FACTS(MORE, -1, 1, 250, 0, 0), PAGER_STUCK, "empty" } } },
	{ "the number of pages ends it",
	  10,
	  { { FACTS(ABSENT, 2, 1, 10, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, 2, 2, 10, 10, 10), PAGER_END, "the last of totalPages" } } },
	{ "no pages at all",
	  10,
	  { { FACTS(ABSENT, 0, 1, 10, 0, 0), PAGER_END, "the last of totalPages" } } },
	{ "an empty page in the middle of totalPages",
	  10,
	  { { FACTS(ABSENT, 3, 1, 10, 0, 0), PAGER_STUCK, "page 1 of 3 is empty" } } },
	{ "fewer items than asked for",
	  250,
	  { { FACTS(ABSENT, -1, -1, -1, 250, 250), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, -1, -1, -1, 7, 7), PAGER_END, "fewer items than asked for" } } },
	{ "an empty page ends it",
	  250,
	  { { FACTS(ABSENT, -1, -1, -1, 250, 250), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, -1, -1, -1, 0, 0), PAGER_END, "an empty page" } } },
	{ "the default of 10 is not the whole catalogue",
	  250,
	  { { FACTS(ABSENT, -1, -1, -1, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, -1, -1, -1, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, -1, -1, -1, 3, 3), PAGER_END, "fewer items than asked for" } } },
	{ "the server's own page size counts",
	  250,
	  { { FACTS(ABSENT, -1, 1, 40, 40, 40), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, -1, 2, 40, 39, 39), PAGER_END, "fewer items than asked for" } } },
	{ "pageNumber is ignored and the page says that there are more",
	  250,
	  { { FACTS(MORE, -1, -1, -1, 250, 250), PAGER_NEXT, NULL },
	    { FACTS(MORE, -1, -1, -1, 250, 0), PAGER_STUCK, "page 2 repeats" } } },
	{ "pageNumber is ignored and nothing says so",
	  250,
	  { { FACTS(ABSENT, -1, 0, 0, 250, 250), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, -1, 0, 0, 250, 0), PAGER_STUCK, "repeats" } } },
	{ "all on one page, whatever is asked for",
	  250,
	  { { FACTS(ABSENT, -1, -1, -1, 700, 700), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, -1, -1, -1, 700, 0), PAGER_END, "all items are on one page" } } },
	{ "another page than the one asked for",
	  250,
	  { { FACTS(MORE, -1, 1, 250, 250, 250), PAGER_NEXT, NULL },
	    { FACTS(END, -1, 1, 250, 250, 0), PAGER_STUCK,
	      "asked for page 2, the answer is page 1" } } },
	{ "a list that shrinks while it is paged",
	  10,
	  { { FACTS(ABSENT, 3, 1, 10, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, 2, 2, 10, 9, 9), PAGER_STUCK, "from 3 pages to 2" } } },
	{ "a list that shrinks, and whose flag ends it",
	  10,
	  { { FACTS(MORE, 4, 1, 10, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(MORE, 3, 2, 10, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(END, 3, 3, 10, 10, 10), PAGER_STUCK, "from 4 pages to 3" } } },
	{ "a list that grows while it is paged",
	  10,
	  { { FACTS(ABSENT, 2, 1, 10, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, 3, 2, 10, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(ABSENT, 3, 3, 10, 1, 1), PAGER_END, "the last of totalPages" } } },
	{ "a server that counts from 0",
	  10,
	  { { FACTS(MORE, -1, 0, 10, 10, 10), PAGER_NEXT, NULL },
	    { FACTS(END, -1, 1, 10, 4, 4), PAGER_END, "hasNextPage is false" } } },
};

static void each_rule_ends_or_stops_the_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(walks); i++) {
		struct pager p;

		pager_init(&p, walks[i].asked_size);
		for (size_t k = 0; k < countof(walks[i].steps); k++) {
			const struct step *s = &walks[i].steps[k];
			struct err err = ERR_INIT;
			const char *rule = "";
			enum pager_verdict verdict = pager_judge(&p, &s->facts, &rule, &err);

			if (verdict != s->verdict)
				fail_msg("%s, page %zu: %d (%s%s)", walks[i].what, k + 1, verdict,
					 rule, err.msg);
			if (verdict == PAGER_NEXT) {
				assert_int_equal(p.page, k + 2);
				continue;
			}
			if (strstr(verdict == PAGER_END ? rule : err.msg, s->text) == NULL)
				fail_msg("%s: \"%s%s\"", walks[i].what, rule, err.msg);
			break;
		}
	}
}

static void a_page_that_is_not_there_ends_only_what_nothing_promised(void **state)
{
	static const struct page_facts probed = FACTS(ABSENT, -1, -1, -1, 10, 10);
	static const struct page_facts promised = FACTS(MORE, -1, -1, -1, 10, 10);
	const char *rule = NULL;
	struct pager p;

	(void)state;
	pager_init(&p, 10);
	assert_int_equal(pager_missing(&p, &rule), PAGER_STUCK);
	assert_int_equal(pager_judge(&p, &probed, &rule, NULL), PAGER_NEXT);
	assert_int_equal(pager_missing(&p, &rule), PAGER_END);
	assert_string_equal(rule, "no further page");
	assert_int_equal(pager_judge(&p, &promised, &rule, NULL), PAGER_NEXT);
	assert_int_equal(pager_missing(&p, &rule), PAGER_STUCK);
}

static void a_lost_page_is_gone_over_up_to_the_last(void **state)
{
	static const struct page_facts first = FACTS(ABSENT, 3, -1, -1, 10, 10);
	const char *rule = NULL;
	struct pager p;

	(void)state;
	pager_init(&p, 10);
	assert_int_equal(pager_judge(&p, &first, &rule, NULL), PAGER_NEXT);
	assert_true(pager_skip(&p));
	assert_int_equal(p.page, 3);
	assert_int_equal(pager_missing(&p, &rule), PAGER_STUCK);
	assert_false(pager_skip(&p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_ends_or_stops_the_list),
		cmocka_unit_test(a_page_that_is_not_there_ends_only_what_nothing_promised),
		cmocka_unit_test(a_lost_page_is_gone_over_up_to_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
