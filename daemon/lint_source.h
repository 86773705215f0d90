// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_LINT_SOURCE_H
#define DAEMON_LINT_SOURCE_H

/*
 * The source that lint harvests: a source { } of a configuration file, single
 * settings of the command line over it, checked as the configuration's are.
 *
 * Thread: any; reads files.
 */

#include "daemon/config.h"

struct lint_settings {
	const char *format;
	const char *url; /* of the source; NULL: there are files, and it needs no secret */
	const char *source_file; /* with one source { }; NULL: none */
	const char *const *assignments; /* "country=FI", "csv.separator=;", "columns.title=Nimi" */
	size_t n_assignments;
};

/* What requests are said to go to when the source is a file. */
#define LINT_FILE_URL "https://file.invalid/"

/* All of out lives in the arena. Errors: ERR_CONFIG, ERR_IO, ERR_NOTFOUND. */
enum err_code lint_source_make(struct config_source *out, struct arena *arena,
			       const struct lint_settings *settings, struct err *err) ERR_MUST_USE;

#endif
