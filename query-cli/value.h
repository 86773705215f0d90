// SPDX-License-Identifier: EUPL-1.2
#ifndef QUERY_CLI_VALUE_H
#define QUERY_CLI_VALUE_H

/*
 * From members of the daemon's JSON to text for people: one function for each
 * kind of value, found by a path such as "lastRun.ledger.shown".
 */

#include "base/buf.h"

#include <jansson.h>

enum value_kind {
	VALUE_PLAIN, /* text, number or truth as it is; a list with commas */
	VALUE_TEXTS, /* localised: the wanted language, else English, else the first */
	VALUE_TIME, /* 2026-11-21 10:00 (UTC) */
	VALUE_SECONDS, /* 6h */
	VALUE_PERCENT, /* 0.83: 83 % */
	VALUE_ECTS, /* of a workload: 5, 3-5; hours as 27 h where there is no credit */
	VALUE_LEVEL, /* of a level: 6, 6-7 */
	VALUE_SUBJECTS, /* codes */
	VALUE_START, /* of sessions: the first start that is not past, else the last */
	VALUE_PRICE, /* of sessions: free, 150 EUR, 50-100 EUR */
	VALUE_BYTES, /* 1.5 MB */
};

/* NULL when there is no such member. */
json_t *value_at(json_t *object, const char *path);
const char *value_text_at(json_t *object, const char *path); /* NULL unless a text */
int64_t value_number_at(json_t *object, const char *path); /* 0 unless a number */
/* Appends nothing for an absent value. lang: preferred, NULL: en. */
void value_write(struct buf *out, json_t *value, enum value_kind kind, const char *lang);
/* How a value was reached, for people ("converted"); NULL when it was declared. */
const char *value_way(const char *from);
/* The text of a localised value. */
const char *value_pick(json_t *texts, const char *lang);

#endif
