// SPDX-License-Identifier: EUPL-1.2
/*
 * Networks that are not of the public internet, from IANA's special-purpose
 * address registries for IPv4 and IPv6 (RFC 6890, 8190), whose column "Globally
 * Reachable" is not true; and multicast.
 */
#include "daemon/address.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct network {
	uint8_t prefix[16];
	uint8_t bits;
};

static const struct network v4_networks[] = {
	{ { 0 }, 8 }, /* this network */
	{ { 10 }, 8 }, /* private */
	{ { 100, 64 }, 10 }, /* shared by carriers */
	{ { 127 }, 8 }, /* loopback */
	{ { 169, 254 }, 16 }, /* link-local */
	{ { 172, 16 }, 12 }, /* private */
	{ { 192, 0, 0 }, 24 }, /* protocol assignments */
	{ { 192, 0, 2 }, 24 }, /* documentation */
	{ { 192, 88, 99 }, 24 }, /* 6to4 relays, withdrawn */
	{ { 192, 168 }, 16 }, /* private */
	{ { 198, 18 }, 15 }, /* benchmarks */
	{ { 198, 51, 100 }, 24 }, /* documentation */
	{ { 203, 0, 113 }, 24 }, /* documentation */
	{ { 224 }, 4 }, /* multicast */
	{ { 240 }, 4 }, /* reserved, and broadcast */
};

/* Outside of 2000::/3 nothing is public today, so only exceptions within it are listed. */
static const struct network v6_global = { { 0x20 }, 3 };
static const struct network v6_networks[] = {
	{ { 0x20, 0x01, 0, 0 }, 23 }, /* protocol assignments, Teredo, ORCHID, benchmarks */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x20, 0x02 }, 16 }, /* 6to4: holds any IPv4 address */
	{ { 0x3f, 0xff, 0x00 }, 20 }, /* documentation */
};

static bool is_in(const uint8_t *address, const struct network *n)
{
	size_t whole = n->bits / 8;
	unsigned rest = n->bits % 8;

	if (memcmp(address, n->prefix, whole) != 0)
		return false;
	return rest == 0 || ((address[whole] ^ n->prefix[whole]) >> (8 - rest)) == 0;
}

static bool is_in_any(const uint8_t *address, const struct network *networks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_in(address, &networks[i]))
			return true;
	return false;
}

static bool is_public_v4(const uint8_t address[4])
{
	return !is_in_any(address, v4_networks, countof(v4_networks));
}

static bool is_public_v6(const uint8_t address[16])
{
	return is_in(address, &v6_global) && !is_in_any(address, v6_networks, countof(v6_networks));
}

bool address_is_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, address, sizeof(v4));
		return is_public_v4((const uint8_t *)&v4.sin_addr);
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, address, sizeof(v6));
		return is_public_v6(v6.sin6_addr.s6_addr);
	}
	return false;
}

bool address_text_is_private(struct slice text)
{
	char host[INET6_ADDRSTRLEN + 32];
	uint8_t number[16];
	char *zone;

	if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
		text = slice_make(text.p + 1, text.n - 2);
	if (text.n == 0 || text.n >= sizeof(host))
		return false;
	memcpy(host, text.p, text.n);
	host[text.n] = 0;
	zone = strchr(host, '%');
	if (zone != NULL)
		*zone = 0;
	if (inet_pton(AF_INET, host, number) == 1)
		return !is_public_v4(number);
	if (inet_pton(AF_INET6, host, number) == 1)
		return !is_public_v6(number);
	return false;
}
