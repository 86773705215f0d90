// SPDX-License-Identifier: EUPL-1.2
#ifndef QUERY_CLI_OUTPUT_H
#define QUERY_CLI_OUTPUT_H

/*
 * A list of JSON objects as a table, CSV, NDJSON or JSON, by one table of
 * columns a command.
 */

#include "query-cli/options.h"
#include "query-cli/table.h"
#include "query-cli/value.h"

struct view_column {
	struct table_column layout;
	const char *name; /* heading in CSV */
	const char *path; /* of the member, from the object */
	enum value_kind kind;
};

/*
 * root: the whole answer, printed for --json; items: the list in it. lang:
 * preferred for localised texts, or NULL. Returns an exit code.
 */
int output_list(const struct options *o, json_t *root, json_t *items,
		const struct view_column *columns, size_t n_columns, const char *lang);
/* The same; a table of no items is this line instead: "no suggestions". */
int output_list_or(const struct options *o, json_t *root, json_t *items,
		   const struct view_column *columns, size_t n_columns, const char *nothing);
/* The answer as JSON: with --json indented on a terminal, else in one line. */
int output_json(const struct options *o, json_t *root);
/* "name   value" lines; nothing for an absent value. */
void output_field(struct buf *out, const struct options *o, const char *name, struct slice value);
/* Writes it and reports a failure (a closed pipe, a full disk). */
int output_flush(struct buf *out);

enum { OUTPUT_BYTES = 512 * 1024 * 1024 };

#endif
