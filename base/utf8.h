// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/*
 * UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). Text
 * is checked once, where it enters.
 *
 * Thread: any; pure functions.
 */

#include "base/slice.h"

enum { UTF8_REPLACEMENT = 0xfffd };

/*
 * Takes one code point off the front. False at the end. A malformed sequence
 * gives UTF8_REPLACEMENT and takes its maximal subpart (Unicode 15, 3.9).
 */
bool utf8_next(uint32_t *out, struct slice *in);
bool utf8_is_valid(struct slice s);
/* Offset of the first malformed byte, or s.n. */
size_t utf8_valid_prefix(struct slice s);
/* Writes 1 to 4 bytes; the number of them. No code point: UTF8_REPLACEMENT is written. */
size_t utf8_encode(char out[4], uint32_t code_point);
/*
 * The longest prefix of at most max_bytes that ends between code points; bytes
 * that are no UTF-8 are cut at max_bytes.
 */
struct slice utf8_first(struct slice s, size_t max_bytes);
/* Number of code points of valid text. */
size_t utf8_count(struct slice s);

#endif
