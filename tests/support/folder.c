// SPDX-License-Identifier: EUPL-1.2
/*
 * Copying and removing folders.
 */
#include "tests/support/folder.h"

#include "tests/support/temp_dir.h"

#include <dirent.h>
#include <sys/sendfile.h>

static void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = sendfile(out, in, NULL, 1 << 20)) > 0)
		;
	assert_int_equal(n, 0);
	close(in);
	close(out);
}

void folder_copy(const char *from, const char *to)
{
	DIR *folder = opendir(from);
	struct dirent *entry;

	assert_non_null(folder);
	assert_int_equal(mkdir(to, 0700), 0);
	while ((entry = readdir(folder)) != NULL) {
		char a[512];
		char b[512];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(a, sizeof(a), "%s/%s", from, entry->d_name);
		snprintf(b, sizeof(b), "%s/%s", to, entry->d_name);
		if (entry->d_type == DT_DIR)
			folder_copy(a, b);
		else
			copy_file(a, b);
	}
	closedir(folder);
}

void folder_remove(const char *path)
{
	nftw(path, temp_dir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
