// SPDX-License-Identifier: EUPL-1.2
#ifndef INDEX_CURSOR_H
#define INDEX_CURSOR_H

/*
 * Where a page of results ended, as opaque text: base64url (RFC 4648, no
 * padding) of version, order, generation, day, a mark of the query and the
 * database, the key of the last result, and a check sum. Within its generation
 * the next page continues exactly; in a newer one it goes on behind the key.
 *
 * Thread: any; pure.
 */

#include "base/buf.h"
#include "catalogue/query.h"
#include "index/attrs.h"

struct cursor {
	enum sort_order order;
	int64_t generation;
	int32_t today;
	uint64_t mark;  /* of query and database */
	uint64_t major;
	int64_t slot;
	char title[TITLE_KEY_BYTES]; /* SORT_TITLE: the whole key */
	size_t n_title;
};

/* At most LIMIT_CURSOR_BYTES. */
void cursor_write(struct buf *out, const struct cursor *c);
/* Errors: ERR_PARSE for anything that cursor_write() did not write. */
enum err_code cursor_read(struct cursor *out, struct slice text, struct err *err) ERR_MUST_USE;

#endif
