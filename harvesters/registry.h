// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_REGISTRY_H
#define HARVESTERS_REGISTRY_H

/*
 * The harvesters by name; others find them with harvester_find() and
 * harvester_at().
 *
 * Thread: any; constants.
 */

#include "base/mem.h"
#include "harvesters/harvester.h"

extern const struct harvester harvester_ooapi;
extern const struct harvester harvester_moochub;
extern const struct harvester harvester_csv;

#endif
