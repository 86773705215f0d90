// SPDX-License-Identifier: EUPL-1.2
/*
 * bench_crowd SOCKET [--clients N]
 *
 * N clients that behave badly (tests/support/crowd.h), each of whom comes again
 * when the server has closed it: silent and slow ones, idle ones, those who
 * take nothing of an answer, those who go away. Prints "there" when all have
 * connected, and goes on until its standard input ends; then what became of
 * them.
 */
#include "base/clock.h"
#include "tests/bench/stage.h"
#include "tests/support/crowd.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { TURN_MS = 50 };

/* Percent of each. */
static const unsigned shares[CROWD_KINDS] = {
	[CROWD_SILENT] = 20,    [CROWD_SLOW_LINE] = 15, [CROWD_SLOW_HEAD] = 15,
	[CROWD_SLOW_BODY] = 15, [CROWD_IDLE] = 20,      [CROWD_NEVER_READS] = 10,
	[CROWD_VANISHES] = 5,
};

int main(int argc, char **argv)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned n = (unsigned)stage_number(argc, argv, "--clients", 1000);
	unsigned n_of[CROWD_KINDS];
	struct crowd crowd;
	bool is_there = false;

	if (argc < 2)
		stage_die("bench_crowd SOCKET [--clients N]");
	signal(SIGPIPE, SIG_IGN);
	for (int kind = 0; kind < CROWD_KINDS; kind++)
		n_of[kind] = n * shares[kind] / 100;
	crowd_open(&crowd, argv[1], n_of, true);
	while (poll(&input, 1, TURN_MS) == 0) {
		crowd_turn(&crowd, clock_mono_ms());
		if (!is_there && crowd.n_connected >= crowd.n) {
			is_there = true;
			puts("there");
			fflush(stdout);
		}
	}
	printf("%u connections, %u vanished\n", crowd.n_connected, crowd.n_vanished);
	for (int kind = 0; kind < CROWD_KINDS; kind++)
		if (crowd.ended[kind].n > 0)
			printf("%s: %u closed after %.1f to %.1f s\n",
			       crowd_kind_name((enum crowd_kind)kind), crowd.ended[kind].n,
			       (double)crowd.ended[kind].first_ms / 1000,
			       (double)crowd.ended[kind].last_ms / 1000);
	crowd_close(&crowd);
	return 0;
}
