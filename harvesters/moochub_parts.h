// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_MOOCHUB_PARTS_H
#define HARVESTERS_MOOCHUB_PARTS_H

/*
 * The parts of a MOOChub course that take more than a table: for
 * moochub_words.c alone. a: the course's attributes.
 *
 * Thread: one (the harvest's).
 */

#include "harvesters/json_map.h"

/* Dates, application, rhythm. */
void moochub_read_sessions(const struct json_reading *r, const struct json_node *a);
void moochub_read_price(const struct json_reading *r, const struct json_node *a);
/* Provider, joint and awarding organisations. */
void moochub_read_parties(const struct json_reading *r, const struct json_node *a);

/* 0, 0.0 or "0". */
bool moochub_is_zero(const struct json_node *number);
/* Behind the last '/'. */
struct slice moochub_last_part(struct slice address);

#endif
