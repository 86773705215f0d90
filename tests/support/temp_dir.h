// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_TEMP_DIR_H
#define TESTS_SUPPORT_TEMP_DIR_H

/*
 * A folder of a test's own, with short paths (sockets need them), removed with
 * all it holds. A failure fails the test.
 *
 * Thread: any.
 */

#include "tests/support/unit.h"

#include <ftw.h>
#include <sys/stat.h>

struct temp_dir {
	char path[64];
};

static inline void temp_dir_make(struct temp_dir *d)
{
	snprintf(d->path, sizeof(d->path), "/tmp/mcXXXXXX");
	assert_non_null(mkdtemp(d->path));
}

/* Where files cost no disk, if there is such a place: for tests that make thousands of databases. */
static inline void temp_dir_make_in_memory(struct temp_dir *d)
{
	snprintf(d->path, sizeof(d->path), "/dev/shm/mcXXXXXX");
	if (mkdtemp(d->path) == NULL)
		temp_dir_make(d);
}

/* The path of a file in it; the answer is one of a few static ones. */
static inline const char *temp_dir_path(const struct temp_dir *d, const char *name)
{
	static char paths[8][256];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", d->path, name);
	return path;
}

/* Writes a file, making the folder it stands in ("sources.d/x.conf": one level). */
static inline const char *temp_dir_write(const struct temp_dir *d, const char *name,
					 const char *text)
{
	const char *path = temp_dir_path(d, name);
	char folder[256];
	char *slash;
	FILE *file;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	*slash = 0;
	mkdir(folder, 0700);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
	return path;
}

static inline int temp_dir_remove_one(const char *path, const struct stat *s, int flag,
				      struct FTW *ftw)
{
	(void)s;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void temp_dir_remove(struct temp_dir *d)
{
	if (d->path[0] != 0)
		nftw(d->path, temp_dir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	d->path[0] = 0;
}

#endif
