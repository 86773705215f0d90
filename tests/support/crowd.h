// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_CROWD_H
#define TESTS_SUPPORT_CROWD_H

/*
 * Many clients at once that behave badly, each in its way, on a Unix socket;
 * for tests and for the bench. Nothing here blocks: crowd_turn() lets each do
 * its next small thing and notes whom the server has closed.
 *
 *	struct crowd crowd;
 *
 *	crowd_open(&crowd, path, n_of_each, true);
 *	while (is_going_on)
 *		crowd_turn(&crowd, clock_mono_ms());
 *	crowd_close(&crowd);
 *
 * Thread: one.
 */

#include "base/slice.h"

/* What those ask for who never read: far more than the sockets' buffers take. */
#define CROWD_BIG_PATH "/v1/offers?limit=1000&facets=all"

enum crowd_kind {
	CROWD_SILENT, /* connects and says nothing */
	CROWD_SLOW_LINE, /* a byte of the request line at a time, without end */
	CROWD_SLOW_HEAD, /* a header that never ends */
	CROWD_SLOW_BODY, /* announces a body and sends it byte by byte */
	CROWD_IDLE, /* asks once, reads the answer, and stays */
	CROWD_NEVER_READS, /* asks for much and takes nothing */
	CROWD_VANISHES, /* goes away in the middle of a request, or of its answer */
	CROWD_KINDS
};

struct crowd_client {
	enum crowd_kind kind;
	int fd; /* -1: not connected */
	uint64_t since_ms; /* when it said, or took, what its deadline counts from */
	size_t n_sent; /* bytes of what it says first */
	bool is_over; /* the server has closed it, and it does not come again */
};

struct crowd_end {
	unsigned n; /* connections that the server closed */
	uint64_t first_ms, last_ms; /* the shortest and the longest that one had lasted */
};

struct crowd {
	const char *path;
	struct crowd_client *clients;
	size_t n;
	uint64_t turned_ms; /* the turn before this one */
	bool comes_again; /* one whom the server closed connects again */
	struct crowd_end ended[CROWD_KINDS];
	unsigned n_vanished;
	unsigned n_connected; /* all connections made */
	unsigned n_failed; /* could not connect: the queue of the socket was full */
};

const char *crowd_kind_name(enum crowd_kind kind);

/* path is borrowed. How many of each kind: n_of[CROWD_KINDS]. They connect in the first turn. */
void crowd_open(struct crowd *c, const char *path, const unsigned *n_of, bool comes_again);
void crowd_close(struct crowd *c);
/* Each does its next thing; now_ms of the monotonic clock. */
void crowd_turn(struct crowd *c, uint64_t now_ms);
/* How many of a kind are connected. */
unsigned crowd_present(const struct crowd *c, enum crowd_kind kind);

#endif
