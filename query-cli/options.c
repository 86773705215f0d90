// SPDX-License-Identifier: EUPL-1.2
/*
 * Reads the command line by the commands' tables.
 */
#include "query-cli/options.h"

#include "base/near.h"

#include <string.h>

static const struct option_spec *find_spec(const struct option_spec *specs, struct slice name)
{
	for (; specs != NULL && specs->name != NULL; specs++) {
		if (slice_eq_z(name, specs->name))
			return specs;
	}
	return NULL;
}

/* The value of an option: behind '=', or the next argument. */
static const char *take_value(char **argv, int argc, int *i, const char *equals)
{
	if (equals != NULL)
		return equals + 1;
	return *i + 1 < argc ? argv[++*i] : NULL;
}

static bool set_format(struct options *o, struct slice name)
{
	static const struct {
		const char *name;
		enum output_format format;
	} formats[] = { { "json", OUTPUT_JSON },
			{ "csv", OUTPUT_CSV },
			{ "ndjson", OUTPUT_NDJSON } };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (slice_eq_z(name, formats[i].name)) {
			o->format = formats[i].format;
			return true;
		}
	}
	return false;
}

static enum err_code set_colour(struct options *o, const char *value, struct err *err)
{
	if (strcmp(value, "auto") == 0)
		o->colour = COLOUR_AUTO;
	else if (strcmp(value, "always") == 0)
		o->colour = COLOUR_ALWAYS;
	else if (strcmp(value, "never") == 0)
		o->colour = COLOUR_NEVER;
	else
		return err_set(err, ERR_PARSE, "--color %s: expected auto, always or never", value);
	return ERR_OK;
}

/* An option of the program; *is_taken false when it is none. */
static enum err_code program_option(bool *is_taken, struct options *o, struct slice name,
				    char **argv, int argc, int *i, const char *equals,
				    struct err *err)
{
	const char *value = NULL;

	*is_taken = true;
	if (slice_eq_z(name, "help")) {
		o->wants_help = true;
		return ERR_OK;
	}
	if (slice_eq_z(name, "version")) {
		o->wants_version = true;
		return ERR_OK;
	}
	if (set_format(o, name))
		return ERR_OK;

	*is_taken =
		slice_eq_z(name, "socket") || slice_eq_z(name, "url") || slice_eq_z(name, "color");
	if (!*is_taken)
		return ERR_OK;
	value = take_value(argv, argc, i, equals);
	if (value == NULL)
		return err_set(err, ERR_PARSE, "--%.*s needs a value", SLICE_ARG(name));
	if (slice_eq_z(name, "socket"))
		o->socket = value;
	else if (slice_eq_z(name, "url"))
		o->url = value;
	else
		return set_colour(o, value, err);
	return ERR_OK;
}

static void consider_options(struct near *near, const struct option_spec *specs)
{
	for (; specs != NULL && specs->name != NULL; specs++)
		near_consider(near, specs->name);
}

static enum err_code unknown_option(const struct command *c, struct slice name, struct err *err)
{
	struct near near = NEAR(name);
	const char *command = c != NULL ? c->name : "";

	consider_options(&near, c != NULL ? c->options : NULL);
	consider_options(&near, program_options);
	if (near.name != NULL)
		return err_set(err, ERR_PARSE, "unknown option --%.*s%s%s: expected --%s, perhaps",
			       SLICE_ARG(name), c != NULL ? " for " : "", command, near.name);
	return err_set(err, ERR_PARSE, "unknown option --%.*s%s%s; see microcat %s%s--help",
		       SLICE_ARG(name), c != NULL ? " for " : "", command, command,
		       c != NULL ? " " : "");
}

static enum err_code command_option(struct options *o, struct slice name, char **argv, int argc,
				    int *i, const char *equals, struct err *err)
{
	const struct option_spec *spec =
		o->command != NULL ? find_spec(o->command->options, name) : NULL;
	const char *value = "";

	if (spec == NULL)
		return unknown_option(o->command, name, err);
	if (spec->value != NULL) {
		value = take_value(argv, argc, i, equals);
		if (value == NULL)
			return err_set(err, ERR_PARSE, "--%s needs a value: --%s %s", spec->name,
				       spec->name, spec->value);
	} else if (equals != NULL) {
		return err_set(err, ERR_PARSE, "--%s takes no value", spec->name);
	}
	if (o->n_values == OPTIONS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d options", OPTIONS_MAX);
	o->values[o->n_values++] = (struct option_value){ spec, spec->name, value };
	return ERR_OK;
}

static enum err_code take_option(struct options *o, char **argv, int argc, int *i, struct err *err)
{
	const char *text = argv[*i] + 2;
	const char *equals = strchr(text, '=');
	struct slice name =
		slice_make(text, equals != NULL ? (size_t)(equals - text) : strlen(text));
	bool is_taken = false;
	enum err_code rc;

	rc = program_option(&is_taken, o, name, argv, argc, i, equals, err);
	if (rc != ERR_OK || is_taken)
		return rc;
	return command_option(o, name, argv, argc, i, equals, err);
}

static enum err_code unknown_command(const char *word, struct err *err)
{
	struct near near = NEAR(slice_of(word));

	for (size_t i = 0; i < n_commands; i++)
		near_consider(&near, commands[i].name);
	if (near.name == NULL)
		return err_set(err, ERR_PARSE, "unknown command '%s'; see microcat --help", word);
	return err_set(err, ERR_PARSE, "unknown command '%s': expected %s, perhaps", word,
		       near.name);
}

static enum err_code take_word(struct options *o, const char *word, struct err *err)
{
	if (o->command == NULL) {
		o->command = command_find(word);
		return o->command != NULL ? ERR_OK : unknown_command(word, err);
	}
	if (o->n_words == WORDS_MAX)
		return err_set(err, ERR_LIMIT, "more than %d words", WORDS_MAX);
	o->words[o->n_words++] = word;
	return ERR_OK;
}

static enum err_code check_words(const struct options *o, struct err *err)
{
	const struct command *c = o->command;

	if (c == NULL || o->wants_help || c->takes_anything)
		return ERR_OK;
	if (o->n_words < c->min_words || o->n_words > c->max_words)
		return err_set(err, ERR_PARSE, "usage: microcat %s%s%s", c->name,
			       c->usage[0] != '\0' ? " " : "", c->usage);
	if (o->format == OUTPUT_CSV && c->has_no_csv)
		return err_set(err, ERR_PARSE, "%s is no list and has no --csv; use --json",
			       c->name);
	return ERR_OK;
}

enum err_code options_parse(struct options *out, int argc, char **argv, struct err *err)
{
	struct options o = { .format = OUTPUT_TABLE };
	bool only_words = false;

	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i];
		enum err_code rc = ERR_OK;

		only_words = only_words || (o.command != NULL && o.command->takes_anything);
		/* -without belongs to a query: only "--" and "-h" begin options. */
		if (!only_words && strcmp(arg, "--") == 0)
			only_words = true;
		else if (!only_words && strcmp(arg, "-h") == 0)
			o.wants_help = true;
		else if (!only_words && strncmp(arg, "--", 2) == 0)
			rc = take_option(&o, argv, argc, &i, err);
		else
			rc = take_word(&o, arg, err);
		if (rc != ERR_OK)
			return rc;
	}
	if (check_words(&o, err) != ERR_OK)
		return ERR_PARSE;
	*out = o;
	return ERR_OK;
}

const char *option_get(const struct options *o, const char *name)
{
	for (size_t i = o->n_values; i > 0; i--) {
		if (strcmp(o->values[i - 1].name, name) == 0)
			return o->values[i - 1].value;
	}
	return NULL;
}

bool option_is_on(const struct options *o, const char *name)
{
	return option_get(o, name) != NULL;
}
