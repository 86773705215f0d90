// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_OPENAPI_CHECK_H
#define TESTS_SUPPORT_OPENAPI_CHECK_H

/*
 * Compares answers with the description of the API (OpenAPI 3.1 as JSON): a
 * validator for the part of JSON Schema that docs/openapi.yaml uses. Stricter
 * than the standard in one thing: a member that an object's schema does not
 * name is an error, unless additionalProperties or no properties at all say
 * that anything may be there.
 *
 * What was met is marked: tests/support/openapi_seen.h.
 *
 * Thread: one. Failures fail the test.
 */

#include "tests/support/http_client.h"

#include <jansson.h>

struct openapi {
	json_t *doc;
};

void openapi_load(struct openapi *o, struct slice json);
void openapi_clear(struct openapi *o);
/* What a $ref means, or the node itself. Borrowed, as all below. */
json_t *openapi_resolve(const struct openapi *o, json_t *node);
/* Of a path as documented and "get" or "post"; NULL without. */
json_t *openapi_operation(const struct openapi *o, const char *path, const char *method);
/* The documented parameter of an operation, resolved; NULL without. */
json_t *openapi_parameter(const struct openapi *o, json_t *operation, const char *name);

/* Whether a value is what the schema says; why names the member and what is wrong. */
bool openapi_fits(const struct openapi *o, json_t *schema, json_t *value, struct buf *why);
/*
 * The answer's status is documented (or one that every path may give), and so
 * is its type; JSON, each line of NDJSON and problems fit their schema.
 */
void openapi_check_answer(const struct openapi *o, json_t *operation, const struct http_answer *a);
/* Marks each status that every path may give. */
void openapi_mark_common(const struct openapi *o);

#endif
