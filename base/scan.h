// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_SCAN_H
#define BASE_SCAN_H

/*
 * How far a text stays simple, many bytes at a time: what nearly all bytes of
 * a catalogue are looked at for. Each function has the length of the longest
 * run at the front of p[0..n) as its result.
 *
 * Sixteen bytes at a time where the compiler has SSE2 (each x86-64 has it),
 * else eight in a register; unit tests hold both against a loop over bytes.
 *
 * Thread: any; pure functions.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes below 0x80. */
size_t scan_ascii(const char *p, size_t n);
/* Bytes that a JSON string holds as they are: no quote, backslash or control; ASCII alone
 * unless is_utf8, which takes all bytes of 0x80 and above. */
size_t scan_json_plain(const char *p, size_t n, bool is_utf8);
/*
 * Words as most texts are made of: letters, digits and signs of ASCII with one
 * blank between them, but none of the signs # & * < [ \ _ and `, by which
 * markup begins. A blank at the front or at the end may belong to the run.
 */
size_t scan_words(const char *p, size_t n);

#endif
