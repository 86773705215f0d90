// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_TWO_SOURCES_H
#define TESTS_SUPPORT_TWO_SOURCES_H

/*
 * The daemon with a source "bad" whose partner a test makes misbehave, and
 * beside it a source "good" of TWO_GOOD records that nothing must touch.
 *
 * Thread: one.
 */

#include "tests/support/daemon_fixture.h"

enum { TWO_GOOD = 3 };

struct two_sources {
	struct daemon_fixture d;
	struct partner *p;
	struct partner *other; /* of the good source: waits are by host */
};

int two_sources_open(void **state);
int two_sources_close(void **state);

/* Sources anew, without a state; settings of the bad one, whose lists are below /list. */
void two_sources_begin(struct two_sources *f, const char *settings);
void two_sources_serve(struct two_sources *f, const char *path, const char *type,
		       struct slice body);

/* Waits for the line in the log that ends a run of the source. */
void two_sources_line(char *line, size_t cap, struct two_sources *f, const char *source);
/* The line's figures add up, unless the run was cut off. */
void two_sources_check_ledger(const char *line);
void two_sources_expect(const char *name, const char *line, const char *figure, long expected);
/* The report of the run that such a line is about, the fixture's until the next answer. */
const char *two_sources_report(struct two_sources *f, const char *source, const char *line);
/* Holds each of n texts, up to the first NULL. */
void two_sources_expect_said(const char *name, const char *report, const char *const *said,
			     size_t n);

#define WITH_TWO_SOURCES(test)                                                                     \
	cmocka_unit_test_setup_teardown(test, two_sources_open, two_sources_close)

#endif
