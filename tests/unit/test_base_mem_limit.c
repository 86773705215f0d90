// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/mem's limit, each in a process of its own. */
#include "base/mem.h"

#include "tests/support/unit.h"

enum { MAX_BYTES = 1024 * 1024, MET = 7 };

static void on_exhausted(void)
{
	_exit(MET);
}

/* The exit status of a process that does this under a limit. */
static int status_of(void (*use)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		mem_limit(MAX_BYTES, on_exhausted);
		use();
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void *volatile kept[64]; /* so that nothing is optimised away */

static void use_little(void)
{
	kept[0] = mem_zalloc(MAX_BYTES / 2);
}

static void use_and_give_back(void)
{
	for (unsigned i = 0; i < 1000; i++) {
		kept[0] = mem_zalloc(MAX_BYTES / 2);
		mem_free(kept[0]);
	}
}

static void grow_in_place(void)
{
	for (size_t n = 1; n < MAX_BYTES / 4; n += 1000)
		kept[0] = mem_resize(kept[0], n, 1);
}

static void use_much_at_once(void)
{
	kept[0] = mem_zalloc(MAX_BYTES + 1);
}

static void use_much_in_pieces(void)
{
	for (unsigned i = 0; i < 33; i++)
		kept[i] = mem_zalloc(MAX_BYTES / 32);
}

static void grow_too_far(void)
{
	for (size_t n = 1; n <= MAX_BYTES + 1; n += 1000)
		kept[0] = mem_resize(kept[0], n, 1);
}

static void duplicate_too_much(void)
{
	char text[1001];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (unsigned i = 0; i < 1100; i++)
		kept[0] = mem_strdup(text);
}

static void overflow(void)
{
	kept[0] = mem_calloc(SIZE_MAX / 2, 3);
}

static void limit_is_met_exactly_when_too_much_is_used(void **state)
{
	static const struct {
		void (*use)(void);
		int status;
	} cases[] = {
		{ use_little, 0 },           { use_and_give_back, 0 },    { grow_in_place, 0 },
		{ use_much_at_once, MET },   { use_much_in_pieces, MET }, { grow_too_far, MET },
		{ duplicate_too_much, MET }, { overflow, MET },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(status_of(cases[i].use), cases[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limit_is_met_exactly_when_too_much_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
