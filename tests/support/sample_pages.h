// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_SAMPLE_PAGES_H
#define TESTS_SUPPORT_SAMPLE_PAGES_H

/*
 * Real catalogues, as shared for tests, served by the scripted partner: files
 * as they are, and items of OOAPI files put into pages. They stand below
 * MICROCAT_SHARED (or the folder the build was told of) and are never copied.
 *
 * Also: what stands at a path of a JSON document, for comparisons with what a
 * person reads in the file.
 *
 * Thread: the test's; pages are written on the partner's.
 */

#include "tests/support/partner.h"

#include <jansson.h>

/* Whether the samples are there; prints where they were looked for if not. */
bool samples_are_there(void);

/* The bytes of samples/NAME and a terminating zero; free() them. Aborts where there are none. */
char *sample_text(const char *name, size_t *n);
/* The same, read as JSON; json_decref() it. */
json_t *sample_json(const char *name);

/* Answers a path with the file as it is. */
void sample_serve(struct partner *p, const char *path, const char *name, const char *content_type);
/* With every `from` in it replaced; n_replaced may be NULL. */
void sample_serve_with(struct partner *p, const char *path, const char *name,
		       const char *content_type, const char *from, const char *to,
		       size_t *n_replaced);

/* A list under `path`; must live until partner_close(), then sample_list_clear(). */
struct sample_list {
	char path[128];
	json_t *items;
};
void sample_list_init(struct sample_list *list, const char *path);
void sample_list_clear(struct sample_list *list);
/* Adds the items of a file: of its list, of its "items", or the one object that it is. */
void sample_list_add(struct sample_list *list, const char *name);
/*
 * Answers requests for the list with pages of pageSize (10 unless asked) items:
 * pageSize, pageNumber, hasPreviousPage, hasNextPage, items. What stands below
 * the path is to be routed before.
 */
void sample_list_serve(struct partner *p, struct sample_list *list);

/*
 * What stands at "sessions.0.start": the text of a string, the JSON of anything
 * else, "" of nothing. A static buffer, one of a few.
 */
const char *sample_at(const json_t *document, const char *path);

#endif
