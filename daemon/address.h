// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_ADDRESS_H
#define DAEMON_ADDRESS_H

/*
 * Which addresses are those of the public internet. A partner's name, or a
 * redirect of his, must not lead the daemon to what only its own network may
 * reach.
 *
 * Thread: any; pure functions.
 */

#include "base/slice.h"

struct sockaddr;

/*
 * False for everything IANA's registries of special-purpose addresses (RFC 6890 and
 * successors) call not globally reachable, for multicast, for IPv4 inside
 * IPv6, and for families other than the two.
 */
bool address_is_public(const struct sockaddr *address);
/* Whether text is an address ("127.0.0.1", "::1", "[::1]") and not public. */
bool address_text_is_private(struct slice text);

#endif
