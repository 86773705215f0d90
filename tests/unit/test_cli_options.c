// SPDX-License-Identifier: EUPL-1.2
/*
 * The command line of microcat.
 */
#include "query-cli/options.h"
#include "tests/support/unit.h"

enum { ARGS_MAX = 12 };

static enum err_code parse(struct options *o, struct err *err, const char *const *args)
{
	char *argv[ARGS_MAX + 1] = { (char *)"microcat" };
	int argc = 1;

	while (args[argc - 1] != NULL && argc < ARGS_MAX) {
		argv[argc] = (char *)args[argc - 1];
		argc++;
	}
	return options_parse(o, argc, argv, err);
}

static void options_stand_before_and_after_words(void **state)
{
	const char *const args[] = { "--socket", "/x",     "search",  "data", "--limit=3",
				     "-without", "--json", "--level", "6..7", NULL };
	struct options o;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(parse(&o, &err, args), ERR_OK);
	assert_string_equal(o.socket, "/x");
	assert_string_equal(o.command->name, "search");
	assert_int_equal(o.n_words, 2);
	assert_string_equal(o.words[1], "-without");
	assert_string_equal(option_get(&o, "limit"), "3");
	assert_string_equal(option_get(&o, "level"), "6..7");
	assert_null(option_get(&o, "sort"));
	assert_int_equal(o.format, OUTPUT_JSON);
}

static void two_dashes_end_options(void **state)
{
	const char *const args[] = { "search", "--", "--limit", NULL };
	struct options o;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(parse(&o, &err, args), ERR_OK);
	assert_int_equal(o.n_words, 1);
	assert_string_equal(o.words[0], "--limit");
}

static void lint_takes_everything_that_follows(void **state)
{
	const char *const args[] = {
		"lint", "csv", "x.csv", "--set", "country=FI", "--json", NULL
	};
	struct options o;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(parse(&o, &err, args), ERR_OK);
	assert_int_equal(o.n_words, 5);
	assert_int_equal(o.format, OUTPUT_TABLE);
}

static void mistakes_say_what_was_read(void **state)
{
	static const struct {
		const char *args[4];
		const char *says;
	} cases[] = {
		{ { "serch", NULL }, "unknown command 'serch': expected search, perhaps" },
		{ { "hravest", NULL }, "unknown command 'hravest': expected harvest, perhaps" },
		{ { "dance", NULL }, "unknown command 'dance'; see microcat --help" },
		{ { "search", "--lmit", NULL },
		  "unknown option --lmit for search: expected --limit, perhaps" },
		{ { "show", "--jsno", NULL },
		  "unknown option --jsno for show: expected --json, perhaps" },
		{ { "show", "--limit", NULL },
		  "unknown option --limit for show; see microcat show --help" },
		{ { "--sockt", NULL }, "unknown option --sockt: expected --socket, perhaps" },
		{ { "search", "--limit", NULL }, "--limit needs a value" },
		{ { "show", NULL }, "usage: microcat show ID" },
		{ { "show", "a", "b", NULL }, "usage: microcat show ID" },
		{ { "--color", "blue", NULL }, "--color blue: expected auto, always or never" },
		{ { "harvest", "x", "--no-wait=1", NULL }, "--no-wait takes no value" },
		{ { "--socket", NULL }, "--socket needs a value" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct options o;
		struct err err = ERR_INIT;

		assert_int_not_equal(parse(&o, &err, cases[i].args), ERR_OK);
		assert_non_null(strstr(err.msg, cases[i].says));
	}
}

static void help_needs_no_words(void **state)
{
	const char *const args[] = { "show", "--help", NULL };
	struct options o;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(parse(&o, &err, args), ERR_OK);
	assert_true(o.wants_help);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_before_and_after_words),
		cmocka_unit_test(two_dashes_end_options),
		cmocka_unit_test(lint_takes_everything_that_follows),
		cmocka_unit_test(mistakes_say_what_was_read),
		cmocka_unit_test(help_needs_no_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
