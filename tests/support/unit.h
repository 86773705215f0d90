// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_UNIT_H
#define TESTS_SUPPORT_UNIT_H

/*
 * What every cmocka program includes: cmocka with the headers it wants before
 * it, comparisons of slices and bufs that print both sides, and an expectation
 * that a call ends the process.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tests/support/exact.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __clang_analyzer__
/* They jump, which the static analyzer does not see in cmocka's declarations. */
void _fail(const char *file, int line) __attribute__((noreturn));
void _skip(const char *file, int line) __attribute__((noreturn));
#undef assert_true
#define assert_true(c) ((c) ? (void)0 : _fail(__FILE__, __LINE__))
#undef assert_non_null
#define assert_non_null(c) assert_true((c) != NULL)
#undef assert_int_equal
#define assert_int_equal(a, b) assert_true((a) == (b))
#endif

static inline void unit_check_slice(struct slice got, struct slice expected, const char *file,
				    int line)
{
	if (slice_eq(got, expected) && (got.p == NULL) == (expected.p == NULL))
		return;
	print_error("got      %s\"%.*s\" (%zu bytes)\nexpected %s\"%.*s\" (%zu bytes)\n",
		    got.p == NULL ? "no text " : "", SLICE_ARG(got), got.n,
		    expected.p == NULL ? "no text " : "", SLICE_ARG(expected), expected.n);
	_fail(file, line);
}
#define assert_slices_equal(got, expected) unit_check_slice((got), (expected), __FILE__, __LINE__)
/* text NULL: expects SLICE_NONE. */
#define assert_slice(got, text) unit_check_slice((got), slice_of(text), __FILE__, __LINE__)
#define assert_buf(b, text) unit_check_slice(buf_view(b), slice_of(text), __FILE__, __LINE__)

/* Whether call ends the process with an abort; run in a child, quietly. */
static inline bool unit_aborts(void (*call)(void *), void *arg)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

		signal(SIGABRT, SIG_DFL);
		if (quiet >= 0)
			dup2(quiet, STDERR_FILENO);
		call(arg);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
