// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_WORKER_H
#define HARVESTERS_WORKER_H

/*
 * The worker process: locks itself up, says READY, is told what to harvest,
 * hosts the harvester, and exits. It does nothing but what frames ask; without
 * its daemon it ends. Memory beyond the limit, and any other end, shows in the
 * exit status.
 *
 * Thread: the process's only one. Nothing of it is to be used in the daemon.
 */

/* Exit statuses, those of sysexits.h where there is one. */
enum worker_exit {
	WORKER_EXIT_OK = 0,
	WORKER_EXIT_MEMORY = 71, /* the limit in BEGIN was met */
	WORKER_EXIT_GONE = 74, /* the daemon has closed the socket */
	WORKER_EXIT_PROTOCOL = 76, /* the daemon's frames are not understood */
	WORKER_EXIT_SANDBOX = 77 /* cannot be locked up; READY says why */
};

/* main() of `microcatd --worker`; fd: the socket (SANDBOX_FD). Returns the exit status. */
int worker_main(int fd);

#endif
