// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_JSON_READ_H
#define CATALOGUE_JSON_READ_H

/*
 * What offer_read() and words_read() share: where in a document one is, for
 * messages, and texts that are checked and copied. Private to catalogue/.
 *
 * Thread: any; a reader belongs to its owner.
 */

#include "base/arena.h"
#include "base/err.h"

#include <jansson.h>

/* A chain from a value up to the document: costs nothing until something is wrong. */
struct json_at {
	const struct json_at *up; /* NULL at the top */
	const char *name; /* of a member; NULL for an element of a list */
	size_t index;
};

struct json_reader {
	struct arena *arena;
	struct err *err;
};

/* The whole document as an object or array; NULL with err set. The caller decrefs. */
json_t *json_read_document(struct slice json, size_t max_bytes, const char *what, struct err *err);

/* "sessions[3].start: expected ..."; returns code. */
enum err_code json_fail(const struct json_reader *r, const struct json_at *at, enum err_code code,
			const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Whether text has control characters other than line ends and tabs (those too for a line). */
bool text_has_control(struct slice text, bool is_line);

#endif
