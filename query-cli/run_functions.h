// SPDX-License-Identifier: EUPL-1.2
#ifndef QUERY_CLI_RUN_FUNCTIONS_H
#define QUERY_CLI_RUN_FUNCTIONS_H

/*
 * The commands, one function each: given the command line, an exit code of
 * sysexits.h.
 */

#include "query-cli/options.h"
#include "query-cli/value.h"

int run_search(const struct options *o);
int run_show(const struct options *o);
int run_explain(const struct options *o);
int run_suggest(const struct options *o);
int run_stats(const struct options *o);
int run_sources(const struct options *o);
int run_runs(const struct options *o);
int run_quality(const struct options *o);
int run_changes(const struct options *o);
int run_status(const struct options *o);
int run_harvest(const struct options *o);
int run_confirm(const struct options *o);
int run_restore(const struct options *o);
int run_replay(const struct options *o);
int run_reload(const struct options *o);
int run_lint(const struct options *o);

/* runs.c: the ledger of a run, as three balanced lines; used where a run ends. */
void write_ledger(struct buf *out, const struct options *o, json_t *run);
/* runs.c: runs as a list; --json gives `one` where there is one. */
int output_runs(const struct options *o, json_t *runs, json_t *one);
/* quality.c: a doubt, a repair or a reject in words. */
void write_note_text(struct buf *out, json_t *note);

extern const struct option_spec search_options[];
extern const struct option_spec show_options[];
extern const struct option_spec stats_options[];
extern const struct option_spec suggest_options[];
extern const struct option_spec runs_options[];
extern const struct option_spec changes_options[];
extern const struct option_spec wait_options[];

/* The filters, as options of search and stats. */
#define FILTER_OPTIONS                                                                             \
	{ "subject", "CODE", "ISCED-F, any depth: 06 holds 0613" },                                \
		{ "level", "LEVEL", "EQF, or a range: 6..7" },                                     \
		{ "ects", "N", "credits, or a range: 1..5" },                                      \
		{ "size", "CLASS", "nano, micro, course, pathway, macro" },                        \
		{ "lang", "CODE", "language of teaching" },                                        \
		{ "country", "CODE", "of the provider" }, { "provider", "NAME", "provider" },      \
		{ "alliance", "NAME", "alliance" },                                                \
		{ "mode", "MODE", "online, presential, blended, hybrid, work-based ..." },         \
		{ "source", "ID", "catalogue" }, { "start", "DATE..DATE", "of a session" },        \
		{ "open", "DATE", "applications open on a day, or today" },                        \
		{ "price", "PRICE", "free, or a range: ..200" },                                   \
		{ "credential", "TYPE", "open-badge, edc, pdf ..." },                              \
		{ "stackable", "WORD", "stand-alone, stackable" },                                 \
		{ "has", "ELEMENT", "an element that must be present" },                           \
		{ "missing", "ELEMENT", "an element that must be absent" },                        \
	{                                                                                          \
		"from", "WAY",                                                                     \
			"weakest way a value was reached: declared, converted, nqf, cycle, hours"  \
	}

struct client_request;
/* Adds all options of the table that were given and are no switches, as parameters. */
void add_option_params(struct client_request *r, const struct options *o);

#endif
