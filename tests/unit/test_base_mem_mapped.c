// SPDX-License-Identifier: EUPL-1.2
/* Tests of base/mem's figure of mapped files. */
#include "base/mem.h"

#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FILE_BYTES = 16 * 1024 * 1024, LITTLE_BYTES = 4 * 1024 * 1024, PAGE = 4096 };

static void pages_count_while_they_are_mapped(void **state)
{
	FILE *file = tmpfile();
	static char page[PAGE];
	uint64_t before, mapped;
	volatile char *p;
	unsigned sum = 0;

	(void)state;
	assert_non_null(file);
	for (size_t at = 0; at < FILE_BYTES; at += PAGE)
		assert_int_equal(fwrite(page, 1, PAGE, file), PAGE);
	assert_int_equal(fflush(file), 0);
	before = mem_mapped_bytes();
	assert_true(before > 0); /* the program itself */
	p = mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, fileno(file), 0);
	assert_true(p != MAP_FAILED);
	for (size_t at = 0; at < FILE_BYTES; at += PAGE)
		sum += (unsigned)p[at];
	assert_int_equal(sum, 0);
	mapped = mem_mapped_bytes();
	assert_in_range(mapped - before, FILE_BYTES - LITTLE_BYTES, FILE_BYTES + LITTLE_BYTES);
	assert_int_equal(munmap((void *)(uintptr_t)p, FILE_BYTES), 0);
	assert_true(mem_mapped_bytes() < before + LITTLE_BYTES);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_count_while_they_are_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
