// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_READER_ARENA_H
#define TESTS_SUPPORT_READER_ARENA_H

/*
 * What a program that tests readers of words needs around its tests: an arena
 * for whatever they read, and the tables of texts made ready. For one file a
 * program:
 *
 *     return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
 *
 * Who runs over many rows calls arena_reset(&arena) at each.
 */

#include "base/arena.h"
#include "base/limits.h"
#include "catalogue/text.h"
#include "tests/support/unit.h"

static struct arena arena;

static inline int reader_arena_make(void **state)
{
	(void)state;
	text_init();
	arena_init(&arena, 64 * LIMIT_MIB);
	return 0;
}

static inline int reader_arena_clear(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

#endif
