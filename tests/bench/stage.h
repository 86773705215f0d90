// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_BENCH_STAGE_H
#define TESTS_BENCH_STAGE_H

/*
 * The catalogue as MOOChub pages in memory, and the harvester over them as the
 * worker runs it (bytes in, frames out), without process, socket and filter.
 *
 * Thread: one.
 */

#include "base/buf.h"
#include "harvesters/harvester.h"

enum { STAGE_PAGE_ITEMS = 250 };

struct pages {
	struct buf *items;
	size_t n;
	uint64_t n_offers;
	uint64_t n_bytes;
};

/* The page as a partner sends it; offers below n_changed in another revision. */
void stage_write_page(struct buf *out, const char *base_url, uint64_t n_offers, uint64_t page,
		      uint64_t n_changed, uint64_t revision);
void pages_make(struct pages *p, uint64_t n_offers, uint64_t n_changed);
void pages_clear(struct pages *p);

struct pass {
	double seconds, cpu_seconds;
	double cpu;
	uint64_t n_records, n_seen, n_rejected, n_notes;
	uint64_t checksum; /* of all frames: equal for the same pages and tables */
	struct buf *batches; /* frames of each page, where they were to be kept */
	size_t n_batches;
	struct raw_hash *hashes; /* of the records */
	size_t n_hashes;
};

/* Prints and exits when the harvest does not reach the end of the list. */
void stage_harvest(struct pass *out, const struct pages *pages, const struct raw_hash *known,
		   size_t n_known, bool keeps_frames);
void pass_clear(struct pass *p);

double stage_now(void); /* seconds, monotonic */
double stage_cpu(void); /* seconds of processor time of this process */
/* Prints why and exits. */
_Noreturn void stage_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The value behind "--name"; otherwise. */
uint64_t stage_number(int argc, char **argv, const char *name, uint64_t otherwise);
const char *stage_text(int argc, char **argv, const char *name, const char *otherwise);

#endif
