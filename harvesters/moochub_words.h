// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_MOOCHUB_WORDS_H
#define HARVESTERS_MOOCHUB_WORDS_H

/*
 * What is read of a MOOChub course, version 2 or 3, or the mixture of both
 * that platforms send.
 *
 * Thread: one (the harvest's).
 */

#include "harvesters/json_map.h"

/* 2 or 3, by shape; what is configured holds where the shape shows neither. */
unsigned moochub_version_of(const struct json_node *item, unsigned configured);
/* "moochub-3". */
const char *moochub_standard(unsigned version);
/* Why it is not to be shown (a site's front page), or NULL. */
const char *moochub_out_of_scope(const struct json_node *item);

/* The course's address, from the bytes of an item that need not be JSON: see json_peek.h. */
struct slice moochub_peek_address(struct slice text);
/* Table of paths from the item, for json_map_init(). */
const struct json_row *moochub_rows(size_t *n);
/* id_is_url: the course's address is the record's id. */
void moochub_read_item(struct words *words, struct arena *arena, const struct json_map *map,
		       const struct json_node *item, unsigned version, bool id_is_url);

#endif
