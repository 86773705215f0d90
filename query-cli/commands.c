// SPDX-License-Identifier: EUPL-1.2
/*
 * The table of commands, and the help that is printed from it.
 */
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <stdio.h>

/* clang-format off */
const struct command commands[] = {
	{ .name = "search", .usage = "[WORD...]", .summary = "find offers by words and filters",
	  .help = "Words narrow; \"phrases\" in quotes, -without, OR, prefix*, and filters as\n"
		  "name:value are understood. Several values of one filter (with commas) are\n"
		  "alternatives; different filters narrow.\n",
	  .options = search_options, .max_words = WORDS_MAX, .run = run_search },
	{ .name = "show", .usage = "ID", .summary = "one offer, whole",
	  .options = show_options, .min_words = 1, .max_words = 1, .run = run_show },
	{ .name = "explain", .usage = "ID", .summary = "how each element of an offer was reached",
	  .min_words = 1, .max_words = 1, .run = run_explain },
	{ .name = "suggest", .usage = "TEXT", .summary = "completions of what is being typed",
	  .options = suggest_options, .min_words = 1, .max_words = 1, .run = run_suggest },
	{ .name = "stats", .usage = "[BY]", .summary = "counts and sums, also of past days",
	  .help = "BY is one to three filters with commas, country unless given.\n",
	  .options = stats_options, .max_words = 1, .run = run_stats },
	{ .name = "sources", .usage = "[SOURCE]", .summary = "partners and their state",
	  .max_words = 1, .run = run_sources },
	{ .name = "runs", .usage = "[SOURCE [RUN]]", .summary = "harvests and their ledgers",
	  .help = "Without a source: the last run of each.\n",
	  .options = runs_options, .max_words = 2, .run = run_runs },
	{ .name = "quality", .usage = "SOURCE", .summary = "what a catalogue lacks, what was rejected and why",
	  .min_words = 1, .max_words = 1, .run = run_quality },
	{ .name = "changes", .usage = "", .summary = "what was added, changed, merged and removed",
	  .options = changes_options, .run = run_changes },
	{ .name = "status", .usage = "", .summary = "what runs, what is next, how long it will take",
	  .has_no_csv = true, .run = run_status },
	{ .name = "lint", .usage = "FORMAT FILE|URL [OPTION...]",
	  .summary = "what would be made of a partner's catalogue; needs no daemon",
	  .takes_anything = true, .run = run_lint },
	{ .name = "harvest", .usage = "SOURCE...", .summary = "harvest now and print the ledger",
	  .options = wait_options, .min_words = 1, .max_words = WORDS_MAX, .is_admin = true, .run = run_harvest },
	{ .name = "confirm", .usage = "SOURCE", .summary = "let the newest held run remove what it wanted to",
	  .options = wait_options, .min_words = 1, .max_words = 1, .is_admin = true, .run = run_confirm },
	{ .name = "restore", .usage = "SOURCE RUN", .summary = "bring back what a run removed",
	  .options = wait_options, .min_words = 2, .max_words = 2, .is_admin = true, .run = run_restore },
	{ .name = "replay", .usage = "SOURCE", .summary = "normalise the kept responses again",
	  .options = wait_options, .min_words = 1, .max_words = 1, .is_admin = true, .run = run_replay },
	{ .name = "reload", .usage = "", .summary = "read the configuration again",
	  .is_admin = true, .has_no_csv = true, .run = run_reload },
};
/* clang-format on */

const size_t n_commands = countof(commands);

const struct option_spec program_options[] = {
	{ "socket", "PATH", "the daemon's socket (/run/microcat/query.sock; $MICROCAT_SOCKET)",
	  false },
	{ "url", "URL", "ask over TCP instead", false },
	{ "json", NULL, "the daemon's own answer", false },
	{ "csv", NULL, "comma separated values", false },
	{ "ndjson", NULL, "one JSON object a line", false },
	{ "color", "WHEN", "auto, always or never", false },
	{ "help", NULL, "this; with a command, about it", false },
	{ "version", NULL, "the version", false },
	{ NULL, NULL, NULL, false },
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static void print_option(const char *name, const char *value, const char *help)
{
	char left[64];

	snprintf(left, sizeof(left), "--%s%s%s", name, value != NULL ? " " : "",
		 value != NULL ? value : "");
	printf("  %-24s  %s\n", left, help);
}

static void print_options(const struct option_spec *specs)
{
	for (; specs->name != NULL; specs++)
		print_option(specs->name, specs->value, specs->help);
}

void print_program_help(void)
{
	printf("usage: microcat [--socket PATH | --url URL] COMMAND\n\n"
	       "Finds, compares and counts micro-credentials that microcatd has "
	       "harvested.\n\ncommands:\n");
	for (size_t i = 0; i < n_commands; i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].summary);
	printf("\noptions:\n");
	print_options(program_options);
	printf("\nexit codes: 0 fine, 64 usage, 66 no such thing, 69 no daemon, 75 try again, 77 "
	       "not allowed\n");
}

void print_command_help(const struct command *c)
{
	printf("usage: microcat %s%s%s\n\n%s\n", c->name, c->usage[0] != '\0' ? " " : "", c->usage,
	       c->summary);
	if (c->help != NULL)
		printf("\n%s", c->help);
	if (c->options != NULL) {
		printf("\noptions:\n");
		print_options(c->options);
	}
	printf("\noptions of the program:\n");
	print_options(program_options);
}
