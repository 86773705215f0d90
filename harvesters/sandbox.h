// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_SANDBOX_H
#define HARVESTERS_SANDBOX_H

/*
 * Locks up the process that calls it: from then on it can compute, get memory,
 * read and write one socket, write a last word to standard error, and end.
 *
 * | asked for                                   | what happens             |
 * | ------------------------------------------- | ------------------------ |
 * | another program, process or thread; a       | the process is killed    |
 * | socket; a look into another process         | (SIGSYS)                 |
 * | files, signals to others, executable        | EPERM                    |
 * | memory, anything else that is not listed    |                          |
 *
 * Everything that needs files or threads comes before: libxml2's and jansson's
 * initialisation, random numbers.
 *
 * Thread: the only one of the process (sanitizers' own threads apart).
 */

#include "base/err.h"

enum { SANDBOX_FD = 3 }; /* where the socket is: behind standard error */

/*
 * fd: the socket, SANDBOX_FD; standard input, output and error stay open, all others are
 * closed. Errors: ERR_DENIED with what could not be locked; the process must
 * then not be trusted with anything.
 */
enum err_code sandbox_enter(int fd, struct err *err) ERR_MUST_USE;

#endif
