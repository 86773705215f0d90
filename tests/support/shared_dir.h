// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_SHARED_DIR_H
#define TESTS_SUPPORT_SHARED_DIR_H

/*
 * Where samples and vocabularies that are not part of the project may stand:
 * MICROCAT_SHARED, or the folder the build was told of. Tests that need them skip
 * where they are absent.
 */

#include <stdlib.h>

static inline const char *shared_dir(void)
{
	const char *dir = getenv("MICROCAT_SHARED");

	return dir != NULL ? dir : MICROCAT_SHARED_DIR;
}

#endif
