// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

/*
 * What every fuzz target includes. A target is one LLVMFuzzerTestOneInput():
 * it is given any bytes, and checks what must hold of them, not only that
 * nothing breaks. libFuzzer drives it in the preset `fuzz`, replay.c in all
 * others.
 *
 * Inputs that have several parts are lines of text, so that seeds can be
 * written and read by people.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/support/exact.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
/* Once, before the first input; targets that need it define it. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What must hold; the message says what was seen instead. */
#define FUZZ_EXPECT(condition, ...)                                                                \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			fprintf(stderr, __VA_ARGS__);                                              \
			fputc('\n', stderr);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)
#define FUZZ_CHECK(condition) FUZZ_EXPECT(condition, " ")

/* For printf("%.*s"): all of it. */
#define FUZZ_ARG(s) (int)(s).n, ((s).p != NULL ? (s).p : "")

/* An exact copy of the input; unit_exact_free() it. */
static inline struct slice fuzz_input(const uint8_t *data, size_t n)
{
	return unit_exact(slice_make((const char *)data, n));
}

/* The next line, without its end, off the front of in; empty at the end. */
static inline struct slice fuzz_line(struct slice *in)
{
	struct slice line = SLICE_LIT("");

	(void)slice_split(&line, in, '\n');
	return line;
}

/* A number that depends on all of the input, for choices that are not a part of it. */
static inline uint64_t fuzz_mix(struct slice s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 0x100000001b3u;
	return h;
}

/* Sizes to cut an input into: single bytes where that is quick, and one that depends on it. */
static inline size_t fuzz_piece(struct slice s, unsigned which)
{
	return which == 0 ? 1 + s.n / 512 : 2 + (size_t)(fuzz_mix(s) % 61) + s.n / 512;
}

/* A failure says what it is, in one line of UTF-8. */
static inline void fuzz_check_err(enum err_code rc, const struct err *err)
{
	struct slice msg = slice_of(err->msg);

	FUZZ_EXPECT(rc == err->code, "returned %d, err %d: %s", (int)rc, (int)err->code, err->msg);
	if (rc == ERR_OK)
		return;
	FUZZ_EXPECT(rc != ERR_INTERNAL, "%s", err->msg);
	FUZZ_EXPECT(msg.n > 0 && slice_find_byte(msg, '\n') < 0, "\"%s\"", err->msg);
}

#endif
