// SPDX-License-Identifier: EUPL-1.2
/*
 * Which addresses are public: the edges of each network, from IANA's
 * registries.
 */
#include "tests/support/unit.h"

#include "daemon/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

struct expectation {
	const char *address;
	bool is_public;
};

static const struct expectation v4[] = {
	{ "0.0.0.0", false },         { "0.255.255.255", false },   { "1.0.0.0", true },
	{ "9.255.255.255", true },    { "10.0.0.0", false },        { "10.255.255.255", false },
	{ "11.0.0.0", true },         { "100.63.255.255", true },   { "100.64.0.0", false },
	{ "100.127.255.255", false }, { "100.128.0.0", true },      { "126.255.255.255", true },
	{ "127.0.0.1", false },       { "128.0.0.0", true },        { "169.253.255.255", true },
	{ "169.254.169.254", false }, { "169.255.0.0", true },      { "172.15.255.255", true },
	{ "172.16.0.0", false },      { "172.31.255.255", false },  { "172.32.0.0", true },
	{ "192.0.0.1", false },       { "192.0.1.0", true },        { "192.0.2.1", false },
	{ "192.88.99.1", false },     { "192.167.255.255", true },  { "192.168.0.0", false },
	{ "192.169.0.0", true },      { "198.17.255.255", true },   { "198.18.0.0", false },
	{ "198.19.255.255", false },  { "198.20.0.0", true },       { "198.51.100.7", false },
	{ "203.0.113.7", false },     { "223.255.255.255", true },  { "224.0.0.1", false },
	{ "240.0.0.0", false },       { "255.255.255.255", false }, { "8.8.8.8", true },
};

static const struct expectation v6[] = {
	{ "::", false },
	{ "::1", false },
	{ "::ffff:8.8.8.8", false },
	{ "::ffff:127.0.0.1", false },
	{ "64:ff9b::8.8.8.8", false },
	{ "64:ff9b:1::1", false },
	{ "100::1", false },
	{ "1fff:ffff::1", false },
	{ "2001::1", false },
	{ "2001:1ff:ffff::", false },
	{ "2001:200::1", true },
	{ "2001:db8::1", false },
	{ "2001:db9::1", true },
	{ "2002:7f00:1::", false },
	{ "2003::1", true },
	{ "2a00:1450:4001::200e", true },
	{ "3fff:fff::1", false },
	{ "3fff:1000::1", true },
	{ "4000::1", false },
	{ "fc00::1", false },
	{ "fd12:3456::1", false },
	{ "fe80::1", false },
	{ "fec0::1", false },
	{ "ff02::1", false },
};

static void each_network_ends_where_the_registry_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(v4); i++) {
		struct sockaddr_in a = { .sin_family = AF_INET };

		assert_int_equal(inet_pton(AF_INET, v4[i].address, &a.sin_addr), 1);
		if (address_is_public((const struct sockaddr *)&a) != v4[i].is_public)
			fail_msg("%s", v4[i].address);
	}
	for (size_t i = 0; i < countof(v6); i++) {
		struct sockaddr_in6 a = { .sin6_family = AF_INET6 };

		assert_int_equal(inet_pton(AF_INET6, v6[i].address, &a.sin6_addr), 1);
		if (address_is_public((const struct sockaddr *)&a) != v6[i].is_public)
			fail_msg("%s", v6[i].address);
	}
}

static void addresses_of_other_families_are_not_public(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/tmp/x" };

	(void)state;
	assert_false(address_is_public((const struct sockaddr *)&a));
}

static void addresses_in_urls_are_recognised_as_text(void **state)
{
	static const struct {
		const char *text;
		bool is_private;
	} cases[] = {
		{ "127.0.0.1", true },
		{ "[::1]", true },
		{ "::1", true },
		{ "[fe80::1%eth0]", true },
		{ "93.184.215.14", false },
		{ "[2a00:1450::1]", false },
		{ "example.org", false },
		{ "localhost", false },
		{ "", false },
		{ "[]", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		if (address_text_is_private(slice_of(cases[i].text)) != cases[i].is_private)
			fail_msg("%s", cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_network_ends_where_the_registry_says),
		cmocka_unit_test(addresses_of_other_families_are_not_public),
		cmocka_unit_test(addresses_in_urls_are_recognised_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
