// SPDX-License-Identifier: EUPL-1.2
/* Tests of index/ledger: each equation notices each figure that is wrong. */
#include "index/ledger.h"

#include "tests/support/unit.h"

/* Balances, with no two figures alike. */
static struct ledger balanced(void)
{
	return (struct ledger){
		.shown = 1 + 20 + 300 + 4000 + 50000 + 600000 + 7000000,
		.new_ = 1,
		.back = 20,
		.changed = 300,
		.unchanged = 4000,
		.rejected = 50000,
		.out_of_scope = 600000,
		.duplicate = 7000000,
		.before = 5 + 60 + 700 + 8000 + 90000,
		.kept = 5,
		.unlisted = 60,
		.removed_gone = 700,
		.removed_absent = 8000,
		.held = 90000,
		.has_announced = true,
		.announced = 7654321 + 9,
		.missing = 9,
	};
}

static void a_balanced_ledger_passes(void **state)
{
	struct ledger l = balanced();
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(ledger_check(&l, &err), ERR_OK);
	assert_string_equal(err.msg, "");
	assert_int_equal(ledger_check(&(struct ledger){ .shown = 0 }, NULL), ERR_OK);
}

static void one_too_many_of_any_figure_is_noticed(void **state)
{
	static const struct {
		size_t offset;
		const char *part; /* of the message: the equation and its figures */
	} rows[] = {
		{ offsetof(struct ledger, shown),
		  "shown 7654322 is not new 1 + back 20 + changed 300" },
		{ offsetof(struct ledger, new_), "shown 7654321 is not new 2 +" },
		{ offsetof(struct ledger, back), "back 21" },
		{ offsetof(struct ledger, changed), "changed 301" },
		{ offsetof(struct ledger, unchanged), "unchanged 4001" },
		{ offsetof(struct ledger, rejected), "rejected 50001" },
		{ offsetof(struct ledger, out_of_scope), "out of scope 600001" },
		{ offsetof(struct ledger, duplicate), "duplicate 7000001" },
		{ offsetof(struct ledger, before), "before 98766 is not kept 5" },
		{ offsetof(struct ledger, kept), "before 98765 is not kept 6" },
		{ offsetof(struct ledger, unlisted), "unlisted 61" },
		{ offsetof(struct ledger, removed_gone), "removed as gone 701" },
		{ offsetof(struct ledger, removed_absent), "removed as absent 8001" },
		{ offsetof(struct ledger, held), "held 90001" },
		{ offsetof(struct ledger, announced),
		  "announced 7654331, shown 7654321, but missing 9" },
		{ offsetof(struct ledger, missing), "but missing 10" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct ledger l = balanced();
		struct err err = ERR_INIT;

		++*(uint64_t *)(void *)((char *)&l + rows[i].offset);
		assert_int_equal(ledger_check(&l, &err), ERR_INTERNAL);
		if (strstr(err.msg, rows[i].part) == NULL)
			fail_msg("expected \"%s\" in \"%s\"", rows[i].part, err.msg);
	}
}

static void missing_is_counted_only_where_a_total_is_announced(void **state)
{
	static const struct {
		bool has_announced;
		uint64_t announced, shown, missing;
	} rows[] = {
		{ false, 0, 10, 0 }, { true, 10, 10, 0 }, { true, 12, 10, 2 },
		{ true, 8, 10, 0 },  { true, 5, 0, 5 },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct ledger l = { .has_announced = rows[i].has_announced,
				    .announced = rows[i].announced,
				    .shown = rows[i].shown,
				    .new_ = rows[i].shown };

		ledger_count_missing(&l);
		assert_int_equal(l.missing, rows[i].missing);
		assert_int_equal(ledger_check(&l, NULL), ERR_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_balanced_ledger_passes),
		cmocka_unit_test(one_too_many_of_any_figure_is_noticed),
		cmocka_unit_test(missing_is_counted_only_where_a_total_is_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
