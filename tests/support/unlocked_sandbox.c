// SPDX-License-Identifier: EUPL-1.2
/*
 * In the place of harvesters/sandbox.c where programs run under memcheck, which
 * needs system calls that the lock refuses: a worker without a lock, so that it is
 * watched like the rest. Only a build with MICROCAT_TEST_RUNNER has it, and such a
 * build cannot be installed (CMakeLists.txt).
 */
#include "harvesters/sandbox.h"

enum err_code sandbox_enter(int fd, struct err *err)
{
	if (fd != SANDBOX_FD)
		return err_set(err, ERR_DENIED, "the worker's socket is descriptor %d, %d expected",
			       fd, SANDBOX_FD);
	return ERR_OK;
}
