// SPDX-License-Identifier: EUPL-1.2
/* Reading the files of catalogue/vocab/: see vocab_file.h. */
#include "catalogue/vocab_file.h"

#include <errno.h>
#include <stdio.h>

enum { MAX_FILE_BYTES = 16 * 1024 * 1024, READ_BYTES = 65536 };

enum err_code vocab_file_read(struct buf *out, const char *directory, const char *name,
			      struct err *err)
{
	char path[4096];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return err_from_errno(err, errno, path);
	buf_init(out, MAX_FILE_BYTES);
	do {
		char *room = buf_room(out, READ_BYTES);

		if (room == NULL)
			break;
		n = fread(room, 1, READ_BYTES, file);
		buf_added(out, n);
	} while (n > 0);
	(void)fclose(file);
	return buf_failed(out) ? err_set(err, ERR_LIMIT, "%s: too long", path) : ERR_OK;
}
