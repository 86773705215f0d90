// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_MEMORY_BODY_H
#define TESTS_SUPPORT_MEMORY_BODY_H

/*
 * A response's body out of memory, some bytes at a time. Set the first group
 * of members, give memory_body_reader and the body to the response, and clear
 * it when the harvester has answered.
 *
 * Thread: one.
 */

#include "base/limits.h"
#include "harvesters/harvester.h"
#include "tests/support/exact.h"

struct memory_body {
	struct slice all; /* borrowed */
	size_t piece; /* bytes given at a time */
	bool is_exact; /* each piece on the heap by itself, for sanitizers */
	bool cannot_rewind;
	enum body_end end;
	/* private */
	size_t at;
	struct slice part;
	unsigned n_rewinds;
};

static inline enum err_code memory_body_read(struct response *r, struct slice *out, struct err *err)
{
	struct memory_body *b = r->reader_data;

	(void)err;
	*out = slice_first(slice_from(b->all, b->at), b->piece);
	b->at += out->n;
	if (out->n == 0)
		r->end = b->end;
	if (b->is_exact) {
		unit_exact_free(b->part);
		*out = b->part = unit_exact(*out);
	}
	return ERR_OK;
}

static inline enum err_code memory_body_rewind(struct response *r, struct err *err)
{
	struct memory_body *b = r->reader_data;

	if (b->cannot_rewind)
		return err_set(err, ERR_UNSUPPORTED, "no rewind");
	if (++b->n_rewinds > LIMIT_REWINDS)
		return err_set(err, ERR_LIMIT, "more than %d rewinds", LIMIT_REWINDS);
	b->at = 0;
	return ERR_OK;
}

static const struct body_reader memory_body_reader = { memory_body_read, memory_body_rewind };

static inline void memory_body_clear(struct memory_body *b)
{
	unit_exact_free(b->part);
	*b = (struct memory_body){ .at = 0 };
}

#endif
