// SPDX-License-Identifier: EUPL-1.2
/* Institutions by identifier and name, and alliances. */
#include "base/arena.h"
#include "catalogue/readers.h"

#include "tests/support/unit.h"

/* Says what differs and counts it, so that one run shows all. */
#define print_failure(...) (print_error(__VA_ARGS__), print_error("\n"), 1)

static const struct {
	const char *scheme;
	const char *value;
	const char *ror; /* NULL: unknown */
} ids[] = {
	{ "domain", "jyu.fi", "05n3dz165" },
	{ "domain", "JYU.FI", "05n3dz165" },
	{ "schac", "jyu.fi", "05n3dz165" },
	{ "url", "https://www.jyu.fi/en/", "05n3dz165" },
	{ "url", "https://courses.it.jyu.fi/x", "05n3dz165" },
	{ "ror", "05n3dz165", "05n3dz165" },
	{ "ror", "https://ror.org/05n3dz165", "05n3dz165" },
	{ "ror", "ror.org/05n3dz165", NULL },
	{ "erasmus", "SF JYVASKY01", "05n3dz165" },
	{ "erasmus-code", "SF  JYVASKY01", "05n3dz165" },
	{ "pic", "999842245", "05n3dz165" },
	{ "oid", "E10208640", "05n3dz165" },
	{ "wikidata", "https://www.wikidata.org/wiki/Q578326", "05n3dz165" },
	{ "", "jyu.fi", "05n3dz165" },
	{ "", "05n3dz165", "05n3dz165" },
	{ "", "https://ror.org/05n3dz165", "05n3dz165" },
	{ "domain", "aalto.fi", "020hwjq30" },
	/* shared with its own institute */
	{ "domain", "ub.edu", "021018s57" },
	/* a number of another kind */
	{ "ror", "999842245", NULL },
	{ "pic", "05n3dz165", NULL },
	{ "", "999842245", NULL },
	{ "local", "jyu.fi", NULL },
	{ "domain", "example.org", NULL },
	{ "domain", "fi", NULL },
	{ "domain", "ac.at", NULL },
	{ "domain", "", NULL },
	{ "domain", ".", NULL },
	{ "url", "https://", NULL },
};

static void each_identifier_finds_its_institution_or_none(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(ids); i++) {
		struct institution found = { .ror = SLICE_NONE };
		bool got =
			institution_by_id(&found, slice_of(ids[i].scheme), slice_of(ids[i].value));

		if (got != (ids[i].ror != NULL) || (got && !slice_eq_z(found.ror, ids[i].ror)))
			failures += print_failure("%s \"%s\": got \"%.*s\", expected \"%s\"",
						  ids[i].scheme, ids[i].value, SLICE_ARG(found.ror),
						  ids[i].ror != NULL ? ids[i].ror : "unknown");
	}
	assert_int_equal(failures, 0);
}

static const struct {
	const char *name;
	const char *country;
	const char *domain;
} names[] = {
	{ "University of Jyväskylä", "", "jyu.fi" },
	{ "UNIVERSITY OF JYVASKYLA", "", "jyu.fi" },
	{ "Jyväskylän yliopisto", "", "jyu.fi" },
	{ "JYVASKYLAN YLIOPISTO", "FI", "jyu.fi" },
	{ "University of Jyväskylä (JYU)", "", "jyu.fi" },
	{ "  Aalto-yliopisto ", "", "aalto.fi" },
	{ "Aalto yliopisto", "", "aalto.fi" },
	{ "TU Wien", "AT", "tuwien.ac.at" },
	{ "Universität Wien", "", "univie.ac.at" },
	{ "University of Barcelona", "", "ub.edu" },
	/* of another country, several of one name, acronyms, nobody */
	{ "University of Jyväskylä", "SE", NULL },
	{ "ESCP Business School", "", NULL },
	{ "MSU", "", NULL },
	{ "INSA", "FR", NULL },
	{ "University", "", NULL },
	{ "Universität", "DE", NULL },
	{ "Miskatonic University", "", NULL },
	{ "", "", NULL },
};

static void each_name_finds_its_institution_or_none(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(names); i++) {
		struct institution found = { .ror = SLICE_NONE };
		struct reading reading = { .rule = "" };
		bool got = institution_by_name(&found, slice_of(names[i].name),
					       slice_of(names[i].country), &reading);

		if (got != (names[i].domain != NULL) ||
		    (got && !slice_eq_z(found.domain, names[i].domain)))
			failures += print_failure("\"%s\" %s: got \"%.*s\" (%s)", names[i].name,
						  names[i].country, SLICE_ARG(found.domain),
						  reading.rule);
	}
	assert_int_equal(failures, 0);
}

static void an_institution_has_all_that_is_known_of_it(void **state)
{
	struct institution found;

	(void)state;
	assert_true(institution_by_id(&found, SLICE_LIT("domain"), SLICE_LIT("jyu.fi")));
	assert_slice(found.name_en, "University of Jyväskylä");
	assert_slice(found.own_lang, "fi");
	assert_slice(found.country, "FI");
	assert_slice(found.erasmus_code, "SF JYVASKY01");
	assert_slice(found.pic, "999842245");
}

static void alliances_are_those_of_full_members(void **state)
{
	struct arena arena = ARENA_INIT(1 << 16);
	struct codes codes = { NULL, 0 };

	(void)state;
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("jyu.fi"), &arena), 1);
	assert_slice(codes.items[0], "FORTHEM");
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("jyu.fi"), &arena), 0);
	/* associated with EuroTeQ, no member */
	codes = (struct codes){ NULL, 0 };
	(void)institution_alliances(&codes, SLICE_LIT("epfl.ch"), &arena);
	assert_false(codes_has(&codes, SLICE_LIT("EuroTeQ")));
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("example.org"), &arena), 0);
	assert_int_equal(institution_alliances(&codes, SLICE_LIT("FORTHEM"), &arena), 0);
	arena_clear(&arena);
}

static void alliances_are_read_by_code_and_name(void **state)
{
	static const struct {
		const char *text;
		const char *code;
	} rows[] = {
		{ "FORTHEM", "FORTHEM" },
		{ "forthem", "FORTHEM" },
		{ "FORTHEM Alliance", "FORTHEM" },
		{ "4EU+", "4EU+" },
		{ "4EU Plus", "4EU+" },
		{ "Una Europa", "UNA-EUROPA" },
		{ "UNITE!", "UNITE!" },
		{ "euroteq", "EuroTeQ" },
		{ "Circle U.", "CIRCLE-U" },
		{ "E³UDRES²", "E3UDRES2" },
		{ "Transform4Europe", "T4EU" },
		{ "jyu.fi", NULL },
		{ "", NULL },
		{ "No Such Alliance", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct slice code = SLICE_NONE;
		bool got = alliance_read(&code, slice_of(rows[i].text), NULL);

		assert_int_equal(got, rows[i].code != NULL);
		assert_slice(code, rows[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_identifier_finds_its_institution_or_none),
		cmocka_unit_test(each_name_finds_its_institution_or_none),
		cmocka_unit_test(an_institution_has_all_that_is_known_of_it),
		cmocka_unit_test(alliances_are_those_of_full_members),
		cmocka_unit_test(alliances_are_read_by_code_and_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
