// SPDX-License-Identifier: EUPL-1.2
/* Tests of harvesters/json_peek: one member from the bytes of what is no JSON. */
#include "base/mem.h"
#include "harvesters/json_peek.h"
#include "tests/support/unit.h"

struct peeked {
	const char *object, *path;
	const char *value; /* NULL: absent */
};

static void check(const struct peeked *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice got = json_peek(slice_of(cases[i].object), slice_of(cases[i].path));
		struct slice expected = slice_of(cases[i].value);

		if ((got.p == NULL) != (expected.p == NULL) || !slice_eq(got, expected))
			fail_msg("%s of %s: \"%.*s\"", cases[i].path, cases[i].object,
				 SLICE_ARG(got));
	}
}

static void a_member_is_found_whatever_is_wrong_elsewhere(void **state)
{
	static const struct peeked cases[] = {
		{ "{\"id\":\"a\"}", "id", "a" },
		{ " {\n\t\"x\": NaN, \"id\" : \"a\", }", "id", "a" },
		{ "{\"id\":17}", "id", "17" },
		{ "{\"id\": 17 ,\"id\":18}", "id", "17" },
		{ "{\"x\":[[[{\"id\":\"b\"}]]],\"y\":{\"id\":\"c\"},\"id\":\"a\",", "id", "a" },
		{ "{\"x\":\"\\\"id\\\":1\",\"id\":\"a\"", "id", "a" },
		{ "{\"x\":\"id\",\"id \":\"a\"", "id", "a" },
		{ "{\"link\":\"l\",\"url\":\"u\"}", "url|link", "l" },
		{ "{\"b\":{\"url\":\"n\"},\"a\":{\"x\":{\"url\":\"n\"},\"url\":\"u\"}}", "a.url",
		  "u" },
	};

	(void)state;
	check(cases, countof(cases));
}

static void what_is_not_found_at_once_is_absent(void **state)
{
	static const struct peeked cases[] = {
		{ "", "id", NULL },
		{ "{}", "id", NULL },
		{ "17", "id", NULL },
		{ "\"id\":\"a\"", "id", NULL },
		{ "[\"id\",\"a\"]", "id", NULL },
		{ "{\"id\"", "id", NULL },
		{ "{\"id\":", "id", NULL },
		{ "{\"id\":\"a", "id", NULL },
		{ "{\"id\":\"a\\", "id", NULL },
		{ "{\"id\":\"a\\u0020\"}", "id", NULL },
		{ "{\"id\":17", "id", NULL }, /* may go on */
		{ "{\"id\":-1}", "id", NULL },
		{ "{\"id\":1.5}", "id", NULL },
		{ "{\"id\":null}", "id", NULL },
		{ "{\"id\":{\"id\":\"a\"}}", "id", NULL },
		{ "{\"x\":1}}{\"id\":\"a\"}", "id", NULL },
		{ "{\"a\":[{\"url\":\"u\"}]}", "a.url", NULL },
		{ "{\"a\":{\"x\":1},\"url\":\"u\"}", "a.url", NULL },
		{ "{\"a\":", "a.url", NULL },
		{ "}]{\"id\":\"a\"}", "id", NULL },
	};

	(void)state;
	check(cases, countof(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_is_found_whatever_is_wrong_elsewhere),
		cmocka_unit_test(what_is_not_found_at_once_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
