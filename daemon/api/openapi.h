// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_OPENAPI_H
#define DAEMON_API_OPENAPI_H

/*
 * docs/openapi.yaml as JSON, compiled in by openapi-compile.
 *
 * Thread: any; constants.
 */

#include <stddef.h>

extern const char openapi_json[];
extern const size_t openapi_json_bytes;

#endif
