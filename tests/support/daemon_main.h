// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_DAEMON_MAIN_H
#define TESTS_SUPPORT_DAEMON_MAIN_H

/* The main() of daemon/main.c under another name, for programs that begin otherwise. */
int daemon_main(int argc, char **argv);

#endif
