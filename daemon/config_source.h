// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_CONFIG_SOURCE_H
#define DAEMON_CONFIG_SOURCE_H

/*
 * One source { } made into a struct config_source: what its keys mean
 * together, and its secret. Private to the configuration.
 *
 * Thread: any; reads files.
 */

#include "daemon/config.h"
#include "daemon/config_file.h"

/*
 * All in out lives in the arena. secrets_dir as configured. Errors: ERR_CONFIG
 * with file and line.
 */
enum err_code config_source_make(struct config_source *out, const struct config_block *b,
				 struct slice secrets_dir, struct arena *arena,
				 struct err *err) ERR_MUST_USE;

#endif
