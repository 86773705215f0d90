// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_BEGIN_H
#define HARVESTERS_BEGIN_H

/*
 * What a worker is told before it begins (FRAME_BEGIN): the source's settings,
 * what the last run remembered, the operator's own vocabulary rows. Written by
 * the daemon, read by the worker.
 *
 * Thread: any; pure.
 */

#include "base/limits.h"
#include "harvesters/source.h"

struct begin {
	struct source source;
	int64_t now_s;
	struct slice hash_salt; /* begin_write_salt(); the daemon may add to it */
	struct settings remembered; /* by the last run */
	struct settings vocab; /* files of vocab-dir: base name, content */
	uint64_t memory_bytes; /* the most the worker may allocate; 0: no limit */
	bool has_traces; /* explain in each offer */
};

/* The payload, into an empty buf. ERR_LIMIT where out, or LIMIT_BEGIN_BYTES, has no room for it. */
enum err_code begin_write(struct buf *out, const struct begin *begin, struct err *err) ERR_MUST_USE;
/* Errors: ERR_PROTOCOL (another version of this program), ERR_PARSE, ERR_LIMIT. */
enum err_code begin_read(struct begin *out, struct arena *arena, struct slice json,
			 struct err *err) ERR_MUST_USE;

/*
 * All that may give other records from the same bytes, but the bytes: versions
 * of the mapping, the harvester and the vocabulary, and the settings. With the
 * overlay loaded (vocab_overlay_add()).
 */
void begin_write_salt(struct buf *out, const struct source *source);

#endif
