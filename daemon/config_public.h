// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_CONFIG_PUBLIC_H
#define DAEMON_CONFIG_PUBLIC_H

/*
 * What of a source's configuration is public: its url and query { } are stored
 * with its runs and responses, and given to the worker. A secret that a partner
 * wants in the query has its place in auth { type = "query" }; parameters whose
 * names say that they are secret are refused elsewhere, so that nobody puts one
 * there by mistake. Private to the configuration.
 *
 * Thread: any; pure.
 */

#include "daemon/config.h"
#include "daemon/config_file.h"

/*
 * Errors: ERR_CONFIG with file and line, the parameter's name and what was
 * expected, never with its value.
 */
enum err_code config_check_public(const struct config_source *source, const struct config_block *b,
				  struct err *err) ERR_MUST_USE;

#endif
