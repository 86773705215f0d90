// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_DESCRIPTORS_H
#define DAEMON_DESCRIPTORS_H

/*
 * How many files the system lets this process open. A shell or a container
 * often gives 1,024, which clients alone would use up: partners could then not
 * be fetched from, nor workers started. So the soft limit is raised as far as
 * it may be, and where that is not far enough fewer clients are taken.
 *
 * Thread: any, before the server is opened.
 */

/*
 * Raises the soft limit, if it must be, for so many connections beside what the
 * daemon needs for itself (LIMIT_OWN_DESCRIPTORS); how many of them it really
 * allows, at least one. Fewer than wanted are logged.
 */
unsigned descriptors_for_connections(unsigned n_wanted);

#endif
