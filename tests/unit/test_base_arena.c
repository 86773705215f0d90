// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/arena: alignment, the maximum, reuse, and growing arrays. */
#include "base/arena.h"

#include "tests/support/unit.h"

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
	struct arena a = ARENA_INIT(1 << 20);
	unsigned char *before = NULL;

	(void)state;
	for (size_t size = 0; size < 300; size++) {
		unsigned char *p = arena_alloc(&a, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xee, size);
		if (before != NULL && size > 1)
			assert_int_equal(before[size - 2], 0xee);
		assert_ptr_not_equal(p, before);
		before = p;
	}
	assert_false(a.has_failed);
	arena_clear(&a);
	assert_null(a.chunks);
	assert_int_equal(a.used, 0);
	arena_clear(&a);
}

static void the_maximum_holds_and_a_failure_stays(void **state)
{
	struct arena a = ARENA_INIT(1000);
	size_t n = 0;

	(void)state;
	while (arena_alloc(&a, 100) != NULL)
		n++;
	assert_int_equal(n, 1000 / 112);
	assert_true(a.has_failed);
	assert_in_range(a.used, 1, 1000);
	assert_null(arena_alloc(&a, 1));
	arena_reset(&a);
	assert_false(a.has_failed);
	assert_non_null(arena_alloc(&a, 100));
	arena_clear(&a);
}

static void sizes_near_the_end_of_the_world_fail(void **state)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX - 16,
					SIZE_MAX / 2 };

	(void)state;
	for (size_t i = 0; i < countof(sizes); i++) {
		struct arena a = ARENA_INIT(1000);

		assert_null(arena_alloc(&a, sizes[i]));
		assert_true(a.has_failed);
		arena_reset(&a);
		assert_null(arena_calloc(&a, sizes[i], 3));
		assert_true(a.has_failed);
		arena_reset(&a);
		assert_slice(arena_dup(&a, slice_make("", sizes[i])), NULL);
		assert_true(a.has_failed);
		arena_clear(&a);
	}
}

static void one_large_piece_gets_a_chunk_of_its_own(void **state)
{
	struct arena a = ARENA_INIT(10 << 20);
	char *small = arena_alloc(&a, 10);
	char *large = arena_alloc(&a, 5 << 20);

	(void)state;
	assert_non_null(small);
	assert_non_null(large);
	memset(large, 'x', 5 << 20);
	assert_non_null(arena_alloc(&a, 10));
	/* Of the three chunks the large one, in the middle, is kept. */
	arena_reset(&a);
	assert_ptr_equal(arena_alloc(&a, 5 << 20), large);
	assert_int_equal(large[0], 0);
	arena_clear(&a);
}

static void a_reset_arena_hands_out_zeroed_memory_again(void **state)
{
	struct arena a = ARENA_INIT(10 << 20);

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 50; i++) {
			unsigned char *p = arena_alloc(&a, 1000);

			assert_non_null(p);
			for (size_t j = 0; j < 1000; j++)
				assert_int_equal(p[j], 0);
			memset(p, 0xff, 1000);
		}
		arena_reset(&a);
		assert_int_equal(a.used, 0);
		assert_non_null(a.chunks);
	}
	arena_clear(&a);
	arena_reset(&a);
	assert_null(a.chunks);
}

static void copies_are_terminated(void **state)
{
	struct arena a = ARENA_INIT(100000);
	struct slice text = unit_exact(SLICE_LIT("abc"));
	struct slice copy = arena_dup(&a, text);
	struct slice printed;

	(void)state;
	unit_exact_free(text);
	assert_slice(copy, "abc");
	assert_int_equal(copy.p[3], 0);
	assert_slice(arena_dup(&a, SLICE_NONE), NULL);
	assert_slice(arena_dup(&a, SLICE_LIT("")), "");
	assert_string_equal(arena_strdup(&a, "xyz"), "xyz");
	assert_null(arena_strdup(&a, NULL));
	printed = arena_printf(&a, "%s-%05d", "a", 42);
	assert_slice(printed, "a-00042");
	assert_int_equal(printed.p[printed.n], 0);
	assert_int_equal(arena_printf(&a, "%*s", 20000, "").n, 20000);
	assert_false(a.has_failed);
	arena_clear(&a);
}

static void helpers_accept_a_full_arena(void **state)
{
	struct arena a = ARENA_INIT(0);
	int *items = NULL;
	size_t n = 0;
	size_t cap = 0;

	(void)state;
	assert_slice(arena_dup(&a, SLICE_LIT("x")), NULL);
	assert_null(arena_strdup(&a, "x"));
	assert_slice(arena_printf(&a, "%d", 1), NULL);
	assert_null(arena_new(&a, int));
	assert_null(arena_new_n(&a, int, 3));
	assert_null(arena_push(&a, (void **)&items, &n, &cap, sizeof(*items)));
	assert_int_equal(n, 0);
	assert_true(a.has_failed);
	arena_clear(&a);
}

static void arrays_grow_and_keep_what_they_hold(void **state)
{
	struct arena a = ARENA_INIT(1 << 20);
	int *items = NULL;
	size_t n = 0;
	size_t cap = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int *item = arena_push(&a, (void **)&items, &n, &cap, sizeof(*items));

		assert_non_null(item);
		assert_int_equal(*item, 0);
		*item = i;
	}
	assert_int_equal(n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	arena_clear(&a);
}

static void a_full_arena_leaves_the_array_as_it_was(void **state)
{
	struct arena a = ARENA_INIT(256);
	uint64_t *items = NULL;
	size_t n = 0;
	size_t cap = 0;
	uint64_t *item;

	(void)state;
	while ((item = arena_push(&a, (void **)&items, &n, &cap, sizeof(*items))) != NULL)
		*item = n;
	assert_true(a.has_failed);
	assert_int_equal(n, 16); /* 64 + 128 bytes; the next 256 do not fit */
	assert_int_equal(items[n - 1], n);
	arena_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
		cmocka_unit_test(the_maximum_holds_and_a_failure_stays),
		cmocka_unit_test(sizes_near_the_end_of_the_world_fail),
		cmocka_unit_test(one_large_piece_gets_a_chunk_of_its_own),
		cmocka_unit_test(a_reset_arena_hands_out_zeroed_memory_again),
		cmocka_unit_test(copies_are_terminated),
		cmocka_unit_test(helpers_accept_a_full_arena),
		cmocka_unit_test(arrays_grow_and_keep_what_they_hold),
		cmocka_unit_test(a_full_arena_leaves_the_array_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
