// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_CSV_RUN_H
#define TESTS_SUPPORT_CSV_RUN_H

/*
 * A run of the CSV harvester over a text or a fixture; its ledger balances.
 */

#include "harvesters/registry.h"
#include "tests/support/recorder.h"
#include "tests/support/unit.h"

static inline void start(struct recorder *rec)
{
	recorder_init(rec, &harvester_csv, "https://uni.example/kurse.csv");
}

static inline void run_bytes(struct recorder *rec, const char *text, size_t n)
{
	recorder_answer_text(rec, text, n);
	recorder_run(rec);
	assert_true(recorder_balances(rec));
}

static inline void run_text(struct recorder *rec, const char *text)
{
	run_bytes(rec, text, strlen(text));
}

static inline void run_file(struct recorder *rec, const char *name)
{
	struct recorder_route route = { .part = "kurse.csv", .body = name };

	recorder_serve(rec, &route, 1);
	recorder_run(rec);
	assert_true(recorder_balances(rec));
}

/* What the note about the file's reading says. */
static inline const char *read_as(const struct recorder *rec)
{
	for (size_t i = 0; i < rec->notes.n; i++)
		if (strncmp(rec->notes.items[i].why, "csv-read-as|", 12) == 0)
			return rec->notes.items[i].why + 12;
	return "";
}

#endif
