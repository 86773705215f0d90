// SPDX-License-Identifier: EUPL-1.2
/* Tests of daemon/descriptors: each in a process of its own, whose limits it may spoil. */
#include "tests/support/unit.h"

#include "base/limits.h"
#include "base/log.h"
#include "daemon/descriptors.h"

#include <sys/resource.h>
#include <sys/wait.h>

struct expectation {
	rlim_t soft, hard;
	unsigned n_wanted, n_given;
	rlim_t soft_after;
};

static const struct expectation cases[] = {
	/* enough: nothing changes */
	{ 4096, 4096, 2000, 2000, 4096 },
	{ 100 + LIMIT_OWN_DESCRIPTORS, 4096, 100, 100, 100 + LIMIT_OWN_DESCRIPTORS },
	/* raised as far as needed and no further */
	{ 256, 4096, 2000, 2000, 2000 + LIMIT_OWN_DESCRIPTORS },
	/* raised to the hard limit, with fewer clients */
	{ 256, 2048, 2000, 2048 - LIMIT_OWN_DESCRIPTORS, 2048 },
	{ 1024, 1024, 2000, 512, 1024 },
	/* less than the daemon's own share: half of it each */
	{ 64, 64, 2000, 32, 64 },
};

/* Exit status of the child: 0 when all is as expected. */
static int try_case(const struct expectation *e)
{
	struct rlimit limit = { e->soft, e->hard };

	log_set_level(LOG_LEVEL_ERROR);
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 2;
	if (descriptors_for_connections(e->n_wanted) != e->n_given)
		return 3;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur != e->soft_after ||
	    limit.rlim_max != e->hard)
		return 4;
	return 0;
}

static void clients_are_as_many_as_files_may_be_open(void **state)
{
	struct rlimit mine;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &mine), 0);
	for (size_t i = 0; i < countof(cases); i++) {
		int status = 0;
		pid_t child;

		if (cases[i].hard > mine.rlim_max) {
			print_message("case %zu needs a limit of %llu files: skipped\n", i,
				      (unsigned long long)cases[i].hard);
			continue;
		}
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			_exit(try_case(&cases[i]));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (status != 0)
			fail_msg("case %zu: status %d", i, WEXITSTATUS(status));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_are_as_many_as_files_may_be_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
