// SPDX-License-Identifier: EUPL-1.2
/* The formats that this build reads. */
#include "harvesters/registry.h"

static const struct harvester *const harvesters[] = {
	NULL,
};

const struct harvester *harvester_at(size_t i)
{
	return i < countof(harvesters) ? harvesters[i] : NULL;
}

const struct harvester *harvester_find(struct slice format)
{
	for (size_t i = 0; i < countof(harvesters); i++)
		if (harvesters[i] != NULL && slice_eq_z(format, harvesters[i]->format))
			return harvesters[i];
	return NULL;
}
