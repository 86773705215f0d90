// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_PROCESS_LOOK_H
#define TESTS_SUPPORT_PROCESS_LOOK_H

/*
 * What a process that does not end is doing, for the message of the test that
 * waits for it: it happens once in a thousand runs on a machine nobody can look
 * at. Printed are the process and its children with each thread's name, state,
 * system call and return addresses on its stack, as FILE+OFFSET for addr2line.
 * The addresses are all words of the stack that point into code: some are left
 * over from calls that have returned.
 *
 * Source: proc(5), the files stat, task, syscall, maps and mem.
 */

#include <stdio.h>
#include <sys/types.h>

/* Prints what can be read; of a process that is gone, nothing. */
void process_look(FILE *out, pid_t pid);

#endif
