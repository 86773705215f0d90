// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_CONFIG_NEAR_H
#define DAEMON_CONFIG_NEAR_H

/*
 * What somebody who wrote an unknown key may have meant: the same name in
 * another section, or the nearest one in this section by letters inserted,
 * left out, changed or swapped. Private to the configuration.
 *
 * Thread: any; pure.
 */

#include "daemon/config_keys.h"

/* "source", "auth" ...; "" at the top. */
const char *config_section_name(enum config_section section);

/*
 * Writes the hint behind "no such option 'x'": where the key belongs, which key is near, or
 * else how to find all.
 */
void config_write_hint(struct buf *out, enum config_section section, struct slice name);

#endif
