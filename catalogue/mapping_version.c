// SPDX-License-Identifier: EUPL-1.2
/*
 * Which mapping this program has: see docs/decisions/mapping-version.md.
 */
#include "catalogue/normalise.h"

#include "catalogue/mapping_version_hash.h" /* made by CMake */

const char *mapping_version(void)
{
	return MAPPING_VERSION_HASH;
}
