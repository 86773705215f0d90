// SPDX-License-Identifier: EUPL-1.2
/*
 * Programs as children, on pipes or a pseudo-terminal.
 */
#include "tests/support/command.h"

#include "base/utf8.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <time.h>
#include <utf8proc.h>

enum { OUTPUT_BYTES = 64 * 1024 * 1024, ARGUMENTS_MAX = 64 };

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- the child --- */

static void run_child(const struct command_setup *setup, const char *arguments)
{
	static const char *const forget[] = { "MICROCAT_SOCKET", "MICROCAT_ADMIN_SOCKET",
					      "NO_COLOR",        "COLUMNS",
					      "NOTIFY_SOCKET",   "LISTEN_FDS" };
	const char *program =
		setup->program != NULL ? setup->program : MICROCAT_BIN_DIR "/microcat";
	char *text = mem_strdup(arguments);
	char *argv[ARGUMENTS_MAX + 1] = { mem_strdup(program) };
	size_t n = 1;

	for (size_t i = 0; i < countof(forget); i++)
		unsetenv(forget[i]);
	setenv("TERM", "xterm", 1);
	if (setup->socket != NULL)
		setenv("MICROCAT_SOCKET", setup->socket, 1);
	if (setup->env != NULL)
		putenv((char *)(uintptr_t)setup->env);
	for (char *at = text; at != NULL && *text != '\0' && n < ARGUMENTS_MAX;) {
		char *bar = strchr(at, '|');

		if (bar != NULL)
			*bar++ = '\0';
		argv[n++] = at;
		at = bar;
	}
	if (setup->uid != 0 &&
	    (setgroups(0, NULL) != 0 || setgid(setup->uid) != 0 || setuid(setup->uid) != 0))
		_exit(126);
	execv(program, argv);
	_exit(127);
}

static int input_file(const struct command_setup *setup)
{
	const char *text = setup->input != NULL ? setup->input : "";
	char path[] = "/tmp/mcinXXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void start_on_pipes(struct command *c, const struct command_setup *setup,
			   const char *arguments)
{
	int in = input_file(setup);
	int out[2], err[2];

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	if (setup->is_closed)
		close(out[0]);
	c->pid = fork();
	assert_true(c->pid >= 0);
	if (c->pid == 0) {
		dup2(in, STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		run_child(setup, arguments);
	}
	close(in);
	close(out[1]);
	close(err[1]);
	c->out_fd = setup->is_closed ? -1 : out[0];
	c->err_fd = err[0];
}

static void start_on_terminal(struct command *c, const struct command_setup *setup,
			      const char *arguments)
{
	struct winsize size = { .ws_row = 40, .ws_col = setup->columns };

	c->err_fd = -1;
	c->pid = forkpty(&c->out_fd, NULL, NULL, &size);
	assert_true(c->pid >= 0);
	if (c->pid == 0)
		run_child(setup, arguments);
	fcntl(c->out_fd, F_SETFD, FD_CLOEXEC);
}

void command_start(struct command *c, const struct command_setup *setup, const char *arguments)
{
	memset(c, 0, sizeof(*c));
	buf_init(&c->out, OUTPUT_BYTES);
	buf_init(&c->err, OUTPUT_BYTES);
	if (setup->columns > 0)
		start_on_terminal(c, setup, arguments);
	else
		start_on_pipes(c, setup, arguments);
}

/* --- reading --- */

/* One piece of output; closes what has ended (a terminal ends with EIO). */
static void read_piece(int *fd, struct buf *to)
{
	char piece[4096];
	ssize_t n = read(*fd, piece, sizeof(piece));

	if (n > 0) {
		buf_append(to, piece, (size_t)n);
	} else if (n == 0 || errno != EINTR) {
		close(*fd);
		*fd = -1;
	}
}

static void give_up(struct command *c, const char *why)
{
	kill(c->pid, SIGKILL);
	print_error("--- output ---\n%s\n--- errors ---\n%s\n---\n", buf_z(&c->out),
		    buf_z(&c->err));
	fail_msg("%s", why);
}

/* Waits for some output; false when both have ended. */
static bool read_some(struct command *c, int64_t until_ms)
{
	struct pollfd p[2] = { { .fd = c->out_fd, .events = POLLIN },
			       { .fd = c->err_fd, .events = POLLIN } };
	int64_t left_ms = until_ms - now_ms();

	if (c->out_fd < 0 && c->err_fd < 0)
		return false;
	if (left_ms <= 0 || poll(p, 2, (int)left_ms) == 0)
		give_up(c, "the command does not end");
	if (p[0].revents != 0)
		read_piece(&c->out_fd, &c->out);
	if (p[1].revents != 0)
		read_piece(&c->err_fd, &c->err);
	return true;
}

void command_wait_text(struct command *c, const char *text)
{
	int64_t until_ms = now_ms() + COMMAND_WAIT_MS;

	while (!slice_contains(buf_view(&c->out), slice_of(text))) {
		if (!read_some(c, until_ms))
			give_up(c, text);
	}
}

void command_end(struct command *c)
{
	int64_t until_ms = now_ms() + COMMAND_WAIT_MS;
	int status = 0;

	while (read_some(c, until_ms))
		;
	assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
	c->pid = 0;
	c->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void command_clear(struct command *c)
{
	buf_clear(&c->out);
	buf_clear(&c->err);
}

void command_run(struct command *c, const struct command_setup *setup, const char *arguments)
{
	command_start(c, setup, arguments);
	command_end(c);
}

/* --- what is expected of it --- */

void command_show(const struct command *c, const char *arguments)
{
	print_error("microcat %s\n--- status %d\n--- output\n%s\n--- errors\n%s\n", arguments,
		    c->status, buf_z(&c->out), buf_z(&c->err));
}

void command_try(struct command *c, const struct command_setup *setup, const char *arguments,
		 int status)
{
	command_clear(c);
	command_run(c, setup, arguments);
	if (c->status == status)
		return;
	command_show(c, arguments);
	fail_msg("exit status %d, expected %d", c->status, status);
}

void command_expect(const struct command *c, const struct buf *in, const char *text)
{
	if (slice_contains(buf_view(in), slice_of(text)))
		return;
	command_show(c, "");
	fail_msg("does not hold: %s", text);
}

size_t command_lines(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

/* --- what a terminal shows --- */

/* Skips "ESC [ ... letter"; false when text does not begin with one. */
static bool skip_escape(struct slice *text)
{
	size_t n = 2;

	if (!slice_starts_with(*text, SLICE_LIT("\033[")))
		return false;
	while (n < text->n && !ascii_is_alpha(text->p[n]))
		n++;
	*text = slice_from(*text, n + 1);
	return true;
}

/* Of a line that may have been written over, progress for one. */
static size_t columns_of(struct slice line)
{
	size_t width = 0;
	size_t widest = 0;
	uint32_t point;

	while (line.n > 0) {
		if (skip_escape(&line))
			continue;
		if (!utf8_next(&point, &line))
			break;
		width = point == '\r' ? 0
				      : width + (size_t)utf8proc_charwidth((utf8proc_int32_t)point);
		widest = width > widest ? width : widest;
	}
	return widest;
}

size_t command_widest_line(const struct command *c)
{
	struct slice rest = buf_view(&c->out);
	struct slice line;
	size_t widest = 0;

	while (slice_split(&line, &rest, '\n')) {
		if (!slice_contains(line, SLICE_LIT("://")) && columns_of(line) > widest)
			widest = columns_of(line);
	}
	return widest;
}
