// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_PROC_H
#define TESTS_SUPPORT_PROC_H

/*
 * What /proc says about a process.
 *
 * Thread: any.
 */

#include "tests/support/unit.h"

#include <dirent.h>
#include <sys/types.h>

/* Open descriptors, with two that stand for the folder itself. */
static inline unsigned proc_files(pid_t pid)
{
	char path[64];
	unsigned n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

/* Its share of resident memory; 0 where the system does not say. */
static inline uint64_t proc_pss_bytes(pid_t pid)
{
	char path[64];
	char line[256];
	uint64_t bytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		struct slice text = slice_of(line);
		uint64_t kib;

		if (!slice_starts_with(text, SLICE_LIT("Pss:")))
			continue;
		text = slice_trim(slice_from(text, 4));
		if (slice_ends_with(text, SLICE_LIT(" kB")) &&
		    slice_to_u64(&kib, slice_first(text, text.n - 3), UINT32_MAX))
			bytes = kib * 1024;
	}
	fclose(file);
	return bytes;
}

#endif
