// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_FUZZ_FRAME_SCRIPT_H
#define TESTS_FUZZ_FRAME_SCRIPT_H

/*
 * Frames of the worker protocol written as text, so that seeds can be read and
 * a fuzzer's changes mostly stay frames:
 *
 *     @@ REQUEST 1
 *     {"kind":"list","url":"https://uni.example/catalogue"}
 *     @@ CREDIT 1
 *     1000
 *     @@ OFFER 1
 *     id
 *     {"title":{"en":"One"}}
 *     [{"element":"title","text":"One"}]
 *
 * A type is a name or a number, a flag "last" may follow the tag. The payload
 * is what stands behind the line, but of CREDIT and ANNOUNCE (a number) and of
 * OFFER (lines: id, offer, words). "@@ RAW" adds its bytes as they are.
 */

#include "harvesters/frame.h"

enum { SCRIPT_FRAMES = 256 };

struct script_frame {
	uint8_t type; /* 0: raw */
	uint32_t tag;
	struct slice bytes; /* with the header; in the script's buf */
};

struct frame_script {
	struct buf bytes;
	struct script_frame frames[SCRIPT_FRAMES];
	size_t n;
};

void frame_script_read(struct frame_script *s, struct slice text);
void frame_script_clear(struct frame_script *s);

#endif
