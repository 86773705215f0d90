// SPDX-License-Identifier: EUPL-1.2
/*
 * bench_worker [--offers N]: what a worker does with pages, on one core: bytes
 * to frames, all new and all known.
 */
#include "catalogue/text.h"
#include "tests/bench/catalogue.h"
#include "tests/bench/stage.h"

#include <inttypes.h>
#include <stdio.h>

static void report(const char *what, const struct pass *p, const struct pages *pages)
{
	double n = (double)pages->n_offers;

	if (p->n_records > 0)
		printf("frames' checksum %016" PRIx64 "\n", p->checksum);
	printf("%-22s %9.0f items/s %8.1f us each (%.1f us of processor) %7.1f MB/s  (%" PRIu64
	       " records, %" PRIu64 " seen, %" PRIu64 " rejected, %" PRIu64 " notes)\n",
	       what, n / p->seconds, p->seconds / n * 1e6, p->cpu_seconds / n * 1e6,
	       (double)pages->n_bytes / 1e6 / p->seconds, p->n_records, p->n_seen, p->n_rejected,
	       p->n_notes);
}

int main(int argc, char **argv)
{
	uint64_t n = stage_number(argc, argv, "--offers", 20000);
	struct pages pages;
	struct pass first, again;

	catalogue_init();
	text_init();
	pages_make(&pages, n, 0);
	printf("%" PRIu64 " items of %.0f bytes\n", n, (double)pages.n_bytes / (double)n);
	stage_harvest(&first, &pages, NULL, 0, false);
	report("all new", &first, &pages);
	stage_harvest(&again, &pages, first.hashes, first.n_hashes, false);
	report("all known", &again, &pages);
	pass_clear(&first);
	pass_clear(&again);
	pages_clear(&pages);
	catalogue_free();
	return 0;
}
