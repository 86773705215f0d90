// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of base/near.
 */
#include "base/near.h"

#include "tests/support/unit.h"

static const char *nearest(const char *wanted)
{
	static const char *const names[] = { "status", "stats", "search", "format", "url",
					     "a-name-that-is-longer-than-any-other" };
	struct near near = NEAR(slice_of(wanted));

	for (size_t i = 0; i < countof(names); i++)
		near_consider(&near, names[i]);
	return near.name != NULL ? near.name : "";
}

static void what_was_misspelt_is_found(void **state)
{
	static const struct {
		const char *wanted, *name;
	} cases[] = {
		{ "serch", "search" },   /* left out */
		{ "searrch", "search" }, /* inserted */
		{ "sezrch", "search" },  /* changed */
		{ "saerch", "search" },  /* swapped */
		{ "saercj", "search" },  /* two mistakes in six letters */
		{ "stat", "stats" },     /* nearer than status */
		{ "statu", "status" },   /* the first of two as near */
		{ "ulr", "url" },        /* one mistake in three letters */
		{ "ul", "" },            /* none in two */
		{ "sea", "" },           /* three */
		{ "", "" },
		{ "dance", "" },
		{ "a-name-that-is-longer-than-any-othe", "" },
		{ "\xff\xfe\xfd", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(nearest(cases[i].wanted), cases[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_misspelt_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
