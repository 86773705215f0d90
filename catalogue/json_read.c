// SPDX-License-Identifier: EUPL-1.2
/*
 * Shared pieces of reading our own JSON at a boundary: the document, and
 * messages that name the member.
 */
#include "catalogue/json_read.h"

#include "catalogue/json_load.h"

#include <stdio.h>

enum { PATH_BYTES = 120 };

json_t *json_read_document(struct slice json, size_t max_bytes, const char *what, struct err *err)
{
	json_error_t at;
	json_t *root = NULL;

	if (json.n > max_bytes) {
		(void)err_set(err, ERR_LIMIT, "%s: %zu bytes of JSON, at most %zu are read", what,
			      json.n, max_bytes);
		return NULL;
	}
	root = json_load(json, JSON_REJECT_DUPLICATES, &at);
	if (root == NULL)
		(void)err_set(err, ERR_PARSE, "%s: not JSON at byte %d: %s", what, at.position,
			      at.text);
	return root;
}

static size_t write_path(char *out, size_t cap, const struct json_at *at)
{
	size_t n = at->up != NULL ? write_path(out, cap, at->up) : 0;
	int added = 0;

	if (n + 1 >= cap)
		return n;
	if (at->name == NULL)
		added = snprintf(out + n, cap - n, "[%zu]", at->index);
	else
		added = snprintf(out + n, cap - n, "%s%s", n > 0 ? "." : "", at->name);
	return added < 0 || (size_t)added >= cap - n ? cap - 1 : n + (size_t)added;
}

enum err_code json_fail(const struct json_reader *r, const struct json_at *at, enum err_code code,
			const char *fmt, ...)
{
	char path[PATH_BYTES] = "";
	va_list args;

	if (at != NULL)
		(void)write_path(path, sizeof path, at);
	va_start(args, fmt);
	(void)err_vset(r->err, code, fmt, args);
	va_end(args);
	if (path[0] != '\0')
		(void)err_wrap(r->err, "%s", path);
	return code;
}

bool text_has_control(struct slice text, bool is_line)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c >= 0x20 && c != 0x7f)
			continue;
		if (is_line || (c != '\n' && c != '\t'))
			return true;
	}
	return false;
}
