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
/* clang-format off */
#define FILTER_OPTIONS \
	{ "subject", "CODE", "ISCED-F, any depth: 06 holds 0613", true }, \
	{ "level", "LEVEL", "EQF, or a range: 6..7", true }, \
	{ "ects", "N", "credits, or a range: 1..5", true }, \
	{ "size", "CLASS", "nano, micro, course, pathway, macro", true }, \
	{ "lang", "CODE", "language of teaching", true }, \
	{ "country", "CODE", "of the provider", true }, \
	{ "provider", "NAME", "provider", true }, \
	{ "alliance", "NAME", "alliance", true }, \
	{ "mode", "MODE", "online, presential, blended, hybrid, work-based ...", true }, \
	{ "source", "ID", "catalogue", true }, \
	{ "start", "DATE..DATE", "of a session", true }, \
	{ "open", "DATE", "applications open on a day, or today", true }, \
	{ "price", "PRICE", "free, or a range: ..200", true }, \
	{ "credential", "TYPE", "open-badge, edc, pdf ...", true }, \
	{ "stackable", "WORD", "stand-alone, stackable, integrated", true }, \
	{ "has", "ELEMENT", "an element that must be present", true }, \
	{ "missing", "ELEMENT", "an element that must be absent", true }, \
	{ "from", "WAY", "the weakest way in which level, credits or subject were reached: declared, " \
			 "converted, nqf, cycle, hours, inferred", false }
/* clang-format on */

struct client_request;
/* Adds all options of the table that were given and are no switches, as parameters: of one that
 * takes a single value the last. */
void add_option_params(struct client_request *r, const struct options *o);

#endif
