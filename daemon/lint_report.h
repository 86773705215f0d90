// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_LINT_REPORT_H
#define DAEMON_LINT_REPORT_H

/*
 * A pull's sink that prints what was found as it comes, counts it, and prints
 * a summary at the end. What partners wrote reaches the terminal without
 * control characters.
 *
 * Thread: loop. Writes to stdio streams, which may block: for lint only.
 */

#include "daemon/pull.h"

#include <stdio.h>

struct lint_count {
	char *name;
	unsigned n;
};

/* How often what happened; the rarest names are not kept beyond LIMIT_LINT_NAMES. */
struct lint_counts {
	struct lint_count *items;
	size_t n;
	unsigned n_others;
};

struct lint_report {
	struct pull_sink sink;
	FILE *out;
	FILE *err;
	bool is_ndjson; /* records to out, one a line; all else to err */
	bool is_explained;
	/* counted */
	unsigned n_records;
	unsigned n_rejected;
	unsigned n_out_of_scope;
	unsigned n_gone;
	unsigned n_lost; /* pages, and what was on them */
	unsigned n_not_in_file; /* pages that were asked for and that no file was given for */
	uint64_t n_shown;
	uint64_t announced;
	bool has_announced;
	uint64_t score_sum; /* of completeness, percent */
	unsigned n_missing[REQ_COUNT];
	struct lint_counts notes; /* by code */
	struct lint_counts rejects; /* by reason */
	struct err first_lost;
	/* private */
	uint32_t refused_tag;
	bool has_refused;
};

void lint_report_init(struct lint_report *r, FILE *out, FILE *err, bool is_ndjson,
		      bool is_explained);
void lint_report_clear(struct lint_report *r);
void lint_report_print_summary(struct lint_report *r);

#endif
