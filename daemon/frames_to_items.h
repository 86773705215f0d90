// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_FRAMES_TO_ITEMS_H
#define DAEMON_FRAMES_TO_ITEMS_H

/*
 * What a worker said, as frames, made into items the store applies. The
 * frames' payloads are a stranger's: what cannot be read is ERR_PROTOCOL.
 *
 * Thread: any; pure.
 */

#include "harvesters/frame.h"
#include "index/apply.h"

/* Which page a tag stands for, in notes. */
struct tag_page {
	uint32_t tag;
	struct slice page;
};

struct frame_items {
	struct apply_item *items; /* in the arena; their texts there, or in the frames */
	size_t n;
	size_t cap; /* private */
};

/*
 * frames: whole ones of the types that go to the store; they outlive the
 * items. pages: those of the tags in it; a tag without one has no page.
 * Errors: ERR_PROTOCOL; ERR_LIMIT when the arena is full.
 */
enum err_code frames_to_items(struct frame_items *out, struct arena *arena, struct slice frames,
			      const struct tag_page *pages, size_t n_pages,
			      struct err *err) ERR_MUST_USE;

#endif
