// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_API_METRICS_H
#define DAEMON_API_METRICS_H

/*
 * What the API counts about itself: requests by route and status, how long
 * they took, connections. Written in Prometheus' text format.
 *
 * Thread: loop.
 */

#include "daemon/api/router.h"

enum { METRICS_STATUSES = 24, METRICS_BUCKETS = 12 };

struct route_metrics {
	uint64_t n_by_status[METRICS_STATUSES];
	uint64_t n_by_time[METRICS_BUCKETS + 1]; /* the last one: longer than all */
	uint64_t total_us;
	uint64_t n;
};

struct metrics {
	const struct route_table *table;
	struct route_metrics *routes; /* one more than the table: requests of no route */
	uint64_t n_accepted; /* connections */
	uint64_t n_refused; /* connections that found no room */
	uint64_t n_evicted; /* idle ones that made room */
	uint64_t n_overdue; /* closed at a deadline */
	uint64_t n_vanished; /* clients that went away while they were answered */
	/* now */
	size_t n_connections;
	size_t n_waiting; /* requests whose answer is being made */
	size_t unsent_bytes; /* of bodies that wait for their clients */
};

/* table is borrowed. */
void metrics_init(struct metrics *m, const struct route_table *table);
void metrics_clear(struct metrics *m);
/* route NULL: none was found. */
void metrics_count(struct metrics *m, const struct route *route, unsigned status, uint64_t took_us);
void metrics_write(struct buf *out, const struct metrics *m);

/* One line "name value" with its HELP and TYPE before it. */
void metrics_write_one(struct buf *out, const char *name, const char *type, const char *help,
		       uint64_t value);
/* HELP and TYPE of a family whose lines follow. */
void metrics_write_family(struct buf *out, const char *name, const char *type, const char *help);
/* A label's value, escaped, with its quotes. */
void metrics_write_label(struct buf *out, struct slice value);

#endif
