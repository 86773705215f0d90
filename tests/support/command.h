// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_COMMAND_H
#define TESTS_SUPPORT_COMMAND_H

/*
 * A program run as a user runs it: with pipes, or on a terminal of a chosen
 * width, with an environment of its own, and what it wrote and its exit status
 * afterwards. Nothing waits for a time; every wait has a deadline and fails
 * the test.
 *
 *	struct command c;
 *	struct command_setup setup = { .socket = f.query, .columns = 80 };
 *
 *	command_run(&c, &setup, "search|statistics|--limit|5");
 *	assert_int_equal(c.status, 0);
 *	command_clear(&c);
 *
 * Thread: one test at a time.
 */

#include "tests/support/patience.h"
#include "tests/support/unit.h"

#include <sys/types.h>

/* The most that a command may take. */
#define COMMAND_WAIT_MS patience_ms(PATIENCE_MS)

struct command_setup {
	const char *program; /* NULL: microcat, of this build */
	const char *socket; /* MICROCAT_SOCKET; NULL: none */
	const char *env; /* one more, "NO_COLOR=1"; NULL: none */
	const char *input; /* standard input; NULL: empty */
	unsigned short columns; /* a terminal of this width; 0: pipes */
	bool is_closed; /* nobody reads its output */
	uid_t uid; /* who it runs as, and of which group; 0: as this test */
};

struct command {
	struct buf out; /* of a terminal all that it shows */
	struct buf err;
	int status; /* of its exit, or 128 + signal */
	/* private */
	pid_t pid;
	int out_fd, err_fd;
};

/* arguments: separated by '|'. */
void command_start(struct command *c, const struct command_setup *setup, const char *arguments);
/* Reads its output until it holds text. */
void command_wait_text(struct command *c, const char *text);
/* Reads the rest, waits for its end. */
void command_end(struct command *c);
void command_clear(struct command *c);

/* command_start() and command_end(). */
void command_run(struct command *c, const struct command_setup *setup, const char *arguments);

/* Says what it did: its output, its errors, its status. */
void command_show(const struct command *c, const char *arguments);
/* Runs it anew in a command that was used before (or is zeroed); fails unless it exits so. */
void command_try(struct command *c, const struct command_setup *setup, const char *arguments,
		 int status);
/* What it wrote holds a text; else the test fails, with all that it wrote. */
void command_expect(const struct command *c, const struct buf *in, const char *text);
#define expect_out(c, text) command_expect((c), &(c)->out, (text))
#define expect_err(c, text) command_expect((c), &(c)->err, (text))
size_t command_lines(const struct buf *b);

/*
 * The widest line of what a terminal showed, in columns; escape sequences count
 * nothing. Lines with a web address, which is never cut, are not looked at.
 */
size_t command_widest_line(const struct command *c);

#endif
