// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_FILE_ANSWERER_H
#define DAEMON_FILE_ANSWERER_H

/*
 * An answerer that reads files: for lint, and for tests. The nth request for a
 * page of the list gets the nth file; all others, and details, fail with
 * ERR_NOTFOUND: a file on somebody's disk is not the whole of a source.
 *
 * Thread: loop; files are read on the pool.
 */

#include "daemon/pull.h"

struct file_answerer {
	struct answerer answerer;
	/* private */
	struct loop *loop;
	struct pool_queue *files;
	const char *spool_dir;
	const char *const *paths;
	size_t n_paths;
	size_t n_given;
	uint64_t max_body_bytes;
	int64_t now_s;
};

/*
 * paths: borrowed; "-" is standard input. spool_dir: for large ones, borrowed.
 * now_s: when the answers are said to have been fetched.
 */
void file_answerer_init(struct file_answerer *f, struct loop *loop, struct pool_queue *files,
			const char *spool_dir, const char *const *paths, size_t n_paths,
			uint64_t max_body_bytes, int64_t now_s);

#endif
