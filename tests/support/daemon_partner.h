// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_DAEMON_PARTNER_H
#define TESTS_SUPPORT_DAEMON_PARTNER_H

/*
 * A daemon that is not started yet and a partner that serves nothing yet: the
 * set-up and tear-down of a cmocka test whose state it is.
 *
 * Thread: one test at a time.
 */

#include "tests/support/daemon_fixture.h"
#include "tests/support/partner.h"
#include "tests/support/unit.h"

struct daemon_partner {
	struct daemon_fixture d;
	struct partner *p;
	int day; /* for tests of several days, from 0 */
};

static inline int daemon_partner_open(void **state)
{
	struct daemon_partner *f = mem_new(struct daemon_partner);

	daemon_fixture_open(&f->d);
	f->p = partner_open(NULL);
	assert_non_null(f->p);
	*state = f;
	return 0;
}

static inline int daemon_partner_close(void **state)
{
	struct daemon_partner *f = *state;

	daemon_fixture_close(&f->d);
	partner_close(f->p);
	mem_free(f);
	return 0;
}

#endif
