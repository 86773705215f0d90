// SPDX-License-Identifier: EUPL-1.2
#ifndef QUERY_CLI_OPTIONS_H
#define QUERY_CLI_OPTIONS_H

/*
 * The command line: options of the program, then a command with its own
 * options and words. Options may stand before and after the words; "--" ends
 * them. A table per command says which it has; help is printed from it.
 */

#include "base/err.h"
#include "base/slice.h"

enum output_format { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_CSV, OUTPUT_NDJSON };

struct option_spec {
	const char *name; /* "limit": --limit */
	const char *value; /* what it takes ("N"), NULL: a switch */
	const char *help;
	bool is_many; /* several values count together; else the last one does */
};

struct option_value {
	const struct option_spec *spec;
	const char *name;
	const char *value; /* "" for a switch */
};

enum { OPTIONS_MAX = 128, WORDS_MAX = 256 };

struct command;

struct options {
	/* of the program */
	const char *socket; /* NULL: the default */
	const char *url; /* NULL: the socket */
	enum output_format format;
	enum { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } colour;
	bool wants_help;
	bool wants_version;
	/* of the command */
	const struct command *command; /* NULL: none was named */
	struct option_value values[OPTIONS_MAX];
	size_t n_values;
	const char *words[WORDS_MAX];
	size_t n_words;
};

struct command {
	const char *name;
	const char *usage; /* words after the name: "SOURCE [RUN]" */
	const char *summary; /* one line */
	const char *help; /* more, may be NULL */
	const struct option_spec *options; /* ends with a NULL name; may be NULL */
	unsigned min_words, max_words;
	bool is_admin; /* speaks to the admin socket */
	bool takes_anything; /* all that follows goes to run as words (lint) */
	bool has_no_csv; /* its answer is no list */
	int (*run)(const struct options *o); /* an exit code of sysexits.h */
};

/* Errors: ERR_PARSE with one line that says what was read and what was expected. */
enum err_code options_parse(struct options *out, int argc, char **argv,
			    struct err *err) ERR_MUST_USE;
/* The last value given, or NULL. */
const char *option_get(const struct options *o, const char *name);
bool option_is_on(const struct options *o, const char *name);

/* commands.c */
extern const struct command commands[];
extern const size_t n_commands;
extern const struct option_spec program_options[]; /* ends with a NULL name */
const struct command *command_find(const char *name);
void print_program_help(void);
void print_command_help(const struct command *c);

#endif
