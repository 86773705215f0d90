// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_OOAPI_WORDS_H
#define HARVESTERS_OOAPI_WORDS_H

/*
 * What is read of OOAPI's objects: courses and programmes, their offerings and
 * their organisation become words. format_ooapi.c asks for them.
 *
 * Thread: one (the harvest's).
 */

#include "harvesters/json_map.h"

enum ooapi_version { OOAPI_UNKNOWN = 0, OOAPI_4 = 4, OOAPI_5 = 5, OOAPI_6 = 6 };

/* "ooapi-5". */
const char *ooapi_standard(enum ooapi_version version);
/*
 * By shape; configured holds where the shape does not contradict it (a body of
 * v4 behind a gateway of v5 is one of v4).
 */
enum ooapi_version ooapi_version_of(const struct json_node *item, enum ooapi_version configured);

/* The source's own id of a course or programme; absent without one. */
struct slice ooapi_id(const struct json_node *item, bool *is_programme);
/* As ooapi_id(), from the bytes of an item that need not be JSON: see json_peek.h. */
struct slice ooapi_quick_id(struct slice text);
/* Why it is not to be shown (hidden, a degree), or NULL. */
const char *ooapi_out_of_scope(const struct json_node *item, bool with_degrees);
/* What its description's own dates say: a note for the report, or NULL. today: "2026-11-21". */
const char *ooapi_expired(const struct json_node *item, const char *today);

/* Table of a version, for json_map_init(). */
const struct json_row *ooapi_rows(size_t *n, enum ooapi_version version);

/* root may be NULL. map is one of this version. */
void ooapi_read_item(struct words *words, struct arena *arena, const struct json_map *map,
		     const struct json_node *item, const struct json_node *root,
		     enum ooapi_version version);
/* False when it is not shown (its state is not active): the part is not used up. */
bool ooapi_read_offering(struct words *words, struct arena *arena, const struct json_map *map,
			 const struct json_node *offering, uint16_t part,
			 enum ooapi_version version);
/* Whether an organisation is a root. */
bool ooapi_is_root(const struct json_node *organisation);

#endif
