// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_LINT_H
#define DAEMON_LINT_H

/*
 * `microcatd lint FORMAT FILE|URL...`: runs a harvester in its worker over a
 * partner's catalogue and prints what microcat would make of it. No daemon, no
 * database. Several files are the pages of one list.
 *
 * Thread: the process's main one; makes a loop of its own.
 */

#include "daemon/config.h"
#include "daemon/pull.h"

/* How main() gives lint the network, which lint does not know. */
struct lint_network {
	/* Opens what answers requests for the source. Both are borrowed until closed. */
	enum err_code (*open)(struct answerer **out, struct loop *loop, struct pool_queue *files,
			      const struct config_source *source, struct err *err);
	/* on_closed runs on a later turn. */
	void (*close)(struct answerer *answerer, void (*on_closed)(void *data), void *data);
};

/*
 * argv[0] is "lint". network NULL: files only. Exit status: 0; 1 when
 * something was rejected or lost; 64 for the command line, 65 for data that
 * cannot be read, 66 for a file that is not there, 69 for a source that does
 * not answer, 70 for a worker that failed, 78 for settings.
 */
int lint_main(int argc, char **argv, const struct lint_network *network);

#endif
