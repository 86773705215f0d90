// SPDX-License-Identifier: EUPL-1.2
/*
 * The daemon's JSON as text for people.
 */
#include "query-cli/value.h"
#include "tests/support/unit.h"

static void values_read_as_people_write_them(void **state)
{
	static const struct {
		const char *json;
		const char *path;
		enum value_kind kind;
		const char *lang;
		const char *text;
	} cases[] = {
		{ "{\"a\":{\"b\":7}}", "a.b", VALUE_PLAIN, NULL, "7" },
		{ "{\"a\":7.5}", "a", VALUE_PLAIN, NULL, "7.5" },
		{ "{\"a\":[\"en\",\"fi\"]}", "a", VALUE_PLAIN, NULL, "en, fi" },
		{ "{\"a\":true}", "a", VALUE_PLAIN, NULL, "yes" },
		{ "{\"a\":null}", "a", VALUE_PLAIN, NULL, "" },
		{ "{}", "a.b.c", VALUE_PLAIN, NULL, "" },
		{ "{\"t\":{\"fi\":\"Matematiikka\",\"en\":\"Maths\"}}", "t", VALUE_TEXTS, NULL,
		  "Maths" },
		{ "{\"t\":{\"fi\":\"Matematiikka\",\"en\":\"Maths\"}}", "t", VALUE_TEXTS, "fi",
		  "Matematiikka" },
		{ "{\"t\":{\"sv\":\"Matte\"}}", "t", VALUE_TEXTS, "fi", "Matte" },
		{ "{\"t\":\"2026-11-21T10:00:00Z\"}", "t", VALUE_TIME, NULL, "2026-11-21 10:00" },
		{ "{\"s\":21600}", "s", VALUE_SECONDS, NULL, "6h" },
		{ "{\"s\":95}", "s", VALUE_SECONDS, NULL, "1m 35s" },
		{ "{\"s\":0.834}", "s", VALUE_PERCENT, NULL, "83 %" },
		{ "{\"w\":{\"ects\":3,\"ectsMax\":5}}", "w", VALUE_ECTS, NULL, "3–5" },
		{ "{\"w\":{\"ects\":7.5,\"ectsMax\":7.5}}", "w", VALUE_ECTS, NULL, "7.5" },
		{ "{\"w\":{\"hours\":27}}", "w", VALUE_ECTS, NULL, "27 h" },
		{ "{\"l\":{\"eqf\":6,\"eqfMax\":7}}", "l", VALUE_LEVEL, NULL, "6–7" },
		{ "{\"l\":{\"declared\":\"x\"}}", "l", VALUE_LEVEL, NULL, "" },
		{ "{\"s\":[{\"iscedf\":\"0613\"},{\"iscedf\":\"06\"}]}", "s", VALUE_SUBJECTS, NULL,
		  "0613, 06" },
		{ "{\"s\":[{\"start\":\"2020-01\"},{\"start\":\"2021-02-03\"}]}", "s", VALUE_START,
		  NULL, "2021-02-03" },
		{ "{\"s\":[{\"start\":\"2999-01\"},{\"start\":\"2020\"},{\"start\":\"2998\"}]}",
		  "s", VALUE_START, NULL, "2998" },
		{ "{\"s\":[{\"price\":{\"amount\":0}}]}", "s", VALUE_PRICE, NULL, "free" },
		{ "{\"s\":[{},{\"price\":{\"amount\":50,\"max\":99.5,\"currency\":\"EUR\"}}]}", "s",
		  VALUE_PRICE, NULL, "50–99.5 EUR" },
		{ "{\"b\":1536000}", "b", VALUE_BYTES, NULL, "1.5 MB" },
		{ "{\"b\":12}", "b", VALUE_BYTES, NULL, "12 B" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *root = json_loads(cases[i].json, 0, NULL);
		struct buf out = BUF_INIT(4096);

		assert_non_null(root);
		value_write(&out, value_at(root, cases[i].path), cases[i].kind, cases[i].lang);
		assert_string_equal(buf_z(&out), cases[i].text);
		buf_clear(&out);
		json_decref(root);
	}
}

static void values_of_another_type_are_nothing_worse_than_empty(void **state)
{
	static const char *const roots[] = { "{\"a\":1}", "{\"a\":\"x\"}", "{\"a\":[1,[2]]}",
					     "{\"a\":{\"b\":[]}}", "{\"a\":[{\"price\":3}]}" };

	(void)state;
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		json_t *root = json_loads(roots[i], 0, NULL);

		for (int kind = VALUE_PLAIN; kind <= VALUE_BYTES; kind++) {
			struct buf out = BUF_INIT(4096);

			value_write(&out, value_at(root, "a"), (enum value_kind)kind, NULL);
			assert_false(buf_failed(&out));
			buf_clear(&out);
		}
		json_decref(root);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_read_as_people_write_them),
		cmocka_unit_test(values_of_another_type_are_nothing_worse_than_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
