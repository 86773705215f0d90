// SPDX-License-Identifier: EUPL-1.2
/*
 * What tells people how to use both programs: --help, the manual pages and the
 * completion, each held against the others.
 */
#include "tests/support/demo_commands.h"

#include <sysexits.h>

/* --- help --- */

static void every_command_has_help(void **state)
{
	static const char *const names[] = {
		"search",  "show",    "explain", "suggest", "stats",   "sources",
		"runs",    "quality", "changes", "status",  "harvest", "confirm",
		"restore", "replay",  "reload",  "lint",
	};
	struct demo_commands *f = *state;

	f->setup.socket = NULL;
	command_try(&f->c, &f->setup, "--help", EX_OK);
	for (size_t i = 0; i < countof(names); i++) {
		char text[64], usage[64];

		snprintf(text, sizeof(text), "\n  %s ", names[i]);
		command_try(&f->c, &f->setup, "--help", EX_OK);
		expect_out(&f->c, text);
		snprintf(text, sizeof(text), "%s|--help", names[i]);
		snprintf(usage, sizeof(usage), "usage: microcat %s", names[i]);
		command_try(&f->c, &f->setup, text, EX_OK);
		expect_out(&f->c, usage);
		assert_int_equal(f->c.err.len, 0);
	}
	command_try(&f->c, &f->setup, "--version", EX_OK);
	expect_out(&f->c, "microcat ");
	f->setup.socket = f->demo.d.query;
}

/* --- names: members of a JSON object, in no order --- */

static void add_name(json_t *names, struct slice name)
{
	json_object_setn_new(names, name.p, name.n, json_true());
}

/* Letters and dashes behind each begin: "--" in help, "Fl -" in a manual. */
static void add_options(json_t *names, struct slice text, const char *begin)
{
	ptrdiff_t at;

	while ((at = slice_find(text, slice_of(begin))) >= 0) {
		size_t n = 0;

		text = slice_from(text, (size_t)at + strlen(begin));
		while (n < text.n && (ascii_is_alpha(text.p[n]) || (n > 0 && text.p[n] == '-')))
			n++;
		if (n > 0)
			add_name(names, slice_first(text, n));
	}
}

/* The first word of each line that begins so and goes on with a letter. */
static void add_first_words(json_t *names, struct slice text, const char *begin)
{
	struct slice line;

	while (slice_split(&line, &text, '\n')) {
		struct slice words = slice_from(line, strlen(begin));
		struct slice name;

		if (slice_starts_with(line, slice_of(begin)) && words.n > 0 &&
		    ascii_is_alpha(words.p[0]) && slice_split(&name, &words, ' '))
			add_name(names, name);
	}
}

static void expect_all(json_t *names, json_t *among, const char *where, const char *lacks)
{
	const char *name;
	json_t *value;

	json_object_foreach(names, name, value)
	{
		if (json_object_get(among, name) == NULL)
			fail_msg("%s has %s, %s", where, name, lacks);
	}
}

static void expect_same(json_t *of_help, json_t *theirs, const char *what)
{
	char text[100];

	snprintf(text, sizeof(text), "and %s lacks it", what);
	expect_all(of_help, theirs, "--help", text);
	expect_all(theirs, of_help, what, "and --help lacks it");
}

/* From the line that holds one text to that which holds the other. */
static struct slice part_of(const struct buf *text, const char *from, const char *to)
{
	struct slice all = buf_view(text);
	ptrdiff_t begin = slice_find(all, slice_of(from));
	ptrdiff_t end;

	assert_true(begin >= 0);
	all = slice_from(all, (size_t)begin);
	end = slice_find(all, slice_of(to));
	assert_true(end >= 0);
	return slice_first(all, (size_t)end);
}

static void read_page(struct buf *out, const char *name)
{
	char path[1024];
	char piece[4096];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/docs/man/%s", MICROCAT_SOURCE_DIR, name);
	file = fopen(path, "re");
	assert_non_null(file);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_append(out, piece, n);
	fclose(file);
}

/* --- completion --- */

/* What Tab offers behind these words of the shell; in f->c. */
static void complete_with(struct demo_commands *f, const char *program, const char *words)
{
	struct command_setup bash = f->setup;
	char script[2048];

	snprintf(script, sizeof(script),
		 "-c|PATH=%s:$PATH; source %s/docs/completions/%s.bash; COMP_WORDS=(%s); "
		 "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _%s; echo \"${COMPREPLY[*]}\"",
		 MICROCAT_BIN_DIR, MICROCAT_SOURCE_DIR, program, words, program);
	bash.program = "/bin/bash";
	command_try(&f->c, &bash, script, 0);
	assert_int_equal(f->c.err.len, 0);
}

static void complete(struct demo_commands *f, const char *program, const char *words,
		     const char *expected)
{
	complete_with(f, program, words);
	if (strcmp(buf_z(&f->c.out), expected) != 0)
		command_show(&f->c, words);
	assert_string_equal(buf_z(&f->c.out), expected);
}

/* The names that are offered, without what they begin with ("--" or ""). */
static json_t *offered(struct demo_commands *f, const char *program, const char *words,
		       const char *begin)
{
	json_t *names = json_object();
	struct slice rest, name;

	complete_with(f, program, words);
	rest = slice_trim(buf_view(&f->c.out));
	while (slice_split(&name, &rest, ' ')) {
		assert_true(slice_starts_with(name, slice_of(begin)));
		add_name(names, slice_from(name, strlen(begin)));
	}
	return names;
}

static void bash_completes(void **state)
{
	static const struct {
		const char *words, *expected;
	} cases[] = {
		{ "microcat ha", "harvest\n" },
		{ "microcat s", "search show suggest stats sources status\n" },
		{ "microcat --json re", "restore replay reload\n" },
		{ "microcat harvest ka", "kallavuori\n" },
		{ "microcat harvest donau ka", "kallavuori\n" },
		{ "microcat search --sn", "--snippets\n" },
		{ "microcat search --sort r", "relevance\n" },
		{ "microcat search --source wa", "waterhoven\n" },
		{ "microcat search --color a", "auto always\n" },
		{ "microcat --soc", "--socket\n" },
		{ "microcat harvest --no", "--no-wait\n" },
		{ "microcat lint moo", "moochub\n" },
	};
	struct demo_commands *f = *state;

	for (size_t i = 0; i < countof(cases); i++)
		complete(f, "microcat", cases[i].words, cases[i].expected);
}

static void bash_completes_the_daemons_options(void **state)
{
	static const struct {
		const char *words, *expected;
	} cases[] = {
		{ "microcatd --o", "--once\n" },
		{ "microcatd --log-level w", "warning\n" },
		{ "microcatd l", "lint\n" },
		{ "microcatd lint moo", "moochub\n" },
		{ "microcatd lint --s", "--set --source-file\n" },
	};
	struct demo_commands *f = *state;

	for (size_t i = 0; i < countof(cases); i++)
		complete(f, "microcatd", cases[i].words, cases[i].expected);
}

/* Each word that may stand behind an option is named by the command's help. */
static void values_that_are_offered_are_explained(void **state)
{
	static const char *const options[] = { "sort",  "color", "size", "stackable", "mode",
					       "price", "open",  "from", "by",        "facets" };
	struct demo_commands *f = *state;
	size_t n = 0;

	for (size_t i = 0; i < countof(options); i++) {
		char words[100];
		const char *name;
		json_t *value;
		json_t *names;

		snprintf(words, sizeof(words), "microcat search --%s \"\"", options[i]);
		names = offered(f, "microcat", words, "");
		command_try(&f->c, &f->setup, "search|--help", EX_OK);
		json_object_foreach(names, name, value)
		{
			expect_out(&f->c, name);
			n++;
		}
		json_decref(names);
	}
	assert_true(n > 40);
}

/* --- manual, help and completion --- */

static void commands_are_the_same_everywhere(void **state)
{
	struct demo_commands *f = *state;
	struct buf manual = BUF_INIT(1 << 20);
	json_t *of_help = json_object();
	json_t *of_manual = json_object();
	json_t *of_completion;

	read_page(&manual, "microcat.1");
	add_first_words(of_manual, part_of(&manual, ".Sh COMMANDS", ".Sh ENVIRONMENT"), ".It Cm ");
	command_try(&f->c, &f->setup, "--help", EX_OK);
	add_first_words(of_help, part_of(&f->c.out, "commands:", "options:"), "  ");
	of_completion = offered(f, "microcat", "microcat \"\"", "");
	assert_int_equal(json_object_size(of_help), 16);
	expect_same(of_help, of_manual, "microcat.1");
	expect_same(of_help, of_completion, "the completion");
	json_decref(of_help);
	json_decref(of_manual);
	json_decref(of_completion);
	buf_clear(&manual);
}

/* The options of a command's help, or of the program's (""), are those that Tab offers. */
static void expect_offered(struct demo_commands *f, const char *program, const char *command,
			   json_t *all)
{
	char name[64], path[1024], words[128], help[64];
	struct command_setup setup = f->setup;
	json_t *of_help = json_object();
	json_t *of_completion;

	snprintf(path, sizeof(path), "%s/%s", MICROCAT_BIN_DIR, program);
	snprintf(help, sizeof(help), "%s%s--help", command, command[0] != '\0' ? "|" : "");
	snprintf(words, sizeof(words), "%s %s --", program, command);
	snprintf(name, sizeof(name), "the completion of %s", command);
	setup.program = path;
	command_try(&f->c, &setup, help, EX_OK);
	add_options(of_help, buf_view(&f->c.out), "--");
	of_completion = offered(f, program, words, "--");
	assert_true(json_object_size(of_help) > 0);
	expect_same(of_help, of_completion, name);
	json_object_update(all, of_help);
	json_decref(of_help);
	json_decref(of_completion);
}

static void options_are_the_same_everywhere(void **state)
{
	static const struct {
		const char *program, *page;
		const char *commands[20];
	} cases[] = {
		{ "microcat",
		  "microcat.1",
		  { "", "search", "show", "explain", "suggest", "stats", "sources", "runs",
		    "quality", "changes", "status", "lint", "harvest", "confirm", "restore",
		    "replay", "reload" } },
		{ "microcatd", "microcatd.8", { "", "lint" } },
	};
	struct demo_commands *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		struct buf manual = BUF_INIT(1 << 20);
		json_t *of_help = json_object();
		json_t *of_manual = json_object();

		for (size_t k = 0; cases[i].commands[k] != NULL; k++)
			expect_offered(f, cases[i].program, cases[i].commands[k], of_help);
		read_page(&manual, cases[i].page);
		add_options(of_manual, buf_view(&manual), "Fl -");
		expect_same(of_help, of_manual, cases[i].page);
		json_decref(of_help);
		json_decref(of_manual);
		buf_clear(&manual);
	}
}

/* Keys of --help-config: "#name = value", "#	name { ... }". */
static bool next_key(struct slice *key, struct slice *rest)
{
	struct slice line;

	while (slice_split(&line, rest, '\n')) {
		struct slice words =
			slice_from(line, slice_starts_with(line, SLICE_LIT("#")) ? 1 : 0);

		words = slice_trim(words);
		if (words.n == 0 || !ascii_is_alpha(words.p[0]) ||
		    slice_starts_with(line, SLICE_LIT("# ")) || !slice_split(key, &words, ' '))
			continue;
		if (words.n > 1 && (words.p[0] == '=' || (words.p[0] == '{' && words.n > 2)))
			return true;
	}
	return false;
}

static void the_manual_has_every_key_and_no_other(void **state)
{
	struct demo_commands *f = *state;
	struct command_setup daemon = { .program = MICROCAT_BIN_DIR "/microcatd" };
	struct buf manual = BUF_INIT(1 << 20);
	json_t *of_help = json_object();
	json_t *of_manual = json_object();
	struct slice rest, key;

	read_page(&manual, "microcat.conf.5");
	add_first_words(of_manual, buf_view(&manual), ".It Cm ");
	command_try(&f->c, &daemon, "--help-config", EX_OK);
	rest = buf_view(&f->c.out);
	while (next_key(&key, &rest))
		add_name(of_help, key);
	assert_true(json_object_size(of_help) > 50);
	expect_same(of_help, of_manual, "microcat.conf.5");
	json_decref(of_help);
	json_decref(of_manual);
	buf_clear(&manual);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_has_help),
		cmocka_unit_test(bash_completes),
		cmocka_unit_test(bash_completes_the_daemons_options),
		cmocka_unit_test(values_that_are_offered_are_explained),
		cmocka_unit_test(commands_are_the_same_everywhere),
		cmocka_unit_test(options_are_the_same_everywhere),
		cmocka_unit_test(the_manual_has_every_key_and_no_other),
	};

	return cmocka_run_group_tests(tests, demo_commands_open, demo_commands_close);
}
