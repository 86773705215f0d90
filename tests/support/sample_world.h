// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_SAMPLE_WORLD_H
#define TESTS_SUPPORT_SAMPLE_WORLD_H

/*
 * The shared samples of real catalogues, each served by the scripted partner as
 * its institution would, and one daemon that has harvested all of them once and
 * runs: for a whole program's tests, which ask it. Where the samples are not
 * shared there is nothing, and each test says sample_world_need() first.
 *
 * Thread: the test's.
 */

#include "tests/support/daemon_fixture.h"
#include "tests/support/sample_pages.h"

enum { SAMPLE_LISTS = 8, SAMPLE_SOURCES = 16 };

struct sample_source {
	const char *id;
	const char *config; /* %s is the partner's address */
};
extern const struct sample_source sample_sources[SAMPLE_SOURCES];

struct sample_world {
	bool is_there;
	struct daemon_fixture d;
	struct partner *p;
	struct sample_list lists[SAMPLE_LISTS];
	size_t n_lists;
	size_t n_links; /* of openHPI's page that were led to the partner */
};
extern struct sample_world sample_world;

/* Of the group: harvest, and stop. */
int sample_world_open(void **state);
int sample_world_close(void **state);
/* Skips the test where the samples are not shared. */
void sample_world_need(void);

/* An answer's body; anything but 200 fails the test. json_decref() it, as all below. */
json_t *sample_world_get(const char *path);
/* All offers of a source. */
json_t *sample_world_offers(const char *source);
/* The offer whose first record is this one; borrowed from offers. */
json_t *sample_world_offer(json_t *offers, const char *record_id);
/* The first run of a source: the one that was harvested once. */
json_t *sample_world_first_run(const char *source);

#endif
