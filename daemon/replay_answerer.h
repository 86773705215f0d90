// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_REPLAY_ANSWERER_H
#define DAEMON_REPLAY_ANSWERER_H

/*
 * Answers a worker's requests from the kept responses alone: a replay asks the
 * partner nothing. What is not kept is a failure.
 *
 * Thread: loop.
 */

#include "daemon/kept_body.h"
#include "daemon/pull.h"

struct replay_answerer {
	struct answerer answerer;
	int64_t as_of_s; /* when they were fetched: the day the worker is told, so that it asks the
			    same */
	size_t n_kept;
	/* private */
	struct kept_options kept;
	struct arena arena;
	struct response_row *rows; /* sorted by URL */
};

/* Copies the list. Errors: ERR_NOTFOUND when nothing is kept; ERR_LIMIT. */
enum err_code replay_answerer_init(struct replay_answerer *r, const struct kept_options *kept,
				   const struct store_replay_list *list,
				   struct err *err) ERR_MUST_USE;
void replay_answerer_clear(struct replay_answerer *r);

#endif
