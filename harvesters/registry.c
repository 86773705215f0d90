// SPDX-License-Identifier: EUPL-1.2
/* The formats that this build reads. */
#include "harvesters/registry.h"

static const struct harvester *const harvesters[] = {
	&harvester_ooapi,
	&harvester_moochub,
	&harvester_csv,
};

const struct harvester *harvester_at(size_t i)
{
	return i < countof(harvesters) ? harvesters[i] : NULL;
}

const struct harvester *harvester_find(struct slice format)
{
	for (size_t i = 0; i < countof(harvesters); i++)
		if (slice_eq_z(format, harvesters[i]->format))
			return harvesters[i];
	return NULL;
}
