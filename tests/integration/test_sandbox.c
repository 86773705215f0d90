// SPDX-License-Identifier: EUPL-1.2
/* Tests of harvesters/sandbox: what a locked-up process may still do, each in one of its own. */
#include "harvesters/sandbox.h"

#include "tests/support/unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

enum {
	WORKED = 10, /* exit statuses of a trial */
	REFUSED, /* with EPERM */
	FAILED_OTHERWISE,
	NOT_LOCKED
};

static int other_fd; /* open before the lock, and not the socket */
static pid_t parent;

/* A trial: below 0 with errno, like a system call. */
typedef long (*trial)(void);

/* By number, so that no library stands between. */
static long try_open(void)
{
	return syscall(SYS_open, "/etc/passwd", O_RDONLY);
}
static long try_openat(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}
static long try_creating_a_file(void)
{
	return syscall(SYS_openat, AT_FDCWD, "/tmp/sandbox-was-here", O_CREAT | O_WRONLY, 0600);
}
static long try_unlink(void)
{
	return syscall(SYS_unlink, "/tmp/sandbox-was-never-here");
}
static long try_stat(void)
{
	struct stat st;

	return stat("/etc/passwd", &st);
}
static long try_getcwd(void)
{
	char dir[256];

	return syscall(SYS_getcwd, dir, sizeof(dir));
}
static long try_other_descriptor(void)
{
	return write(other_fd, "x", 1);
}
static long try_reading_standard_input(void)
{
	char c;

	return syscall(SYS_read, 0, &c, 1);
}
static long try_writing_standard_output(void)
{
	return syscall(SYS_write, 1, "x", 1);
}
static long try_dup(void)
{
	return syscall(SYS_dup, 3);
}
static long try_sending_descriptors(void)
{
	struct msghdr message = { 0 };

	return syscall(SYS_sendmsg, 3, &message, 0);
}
static long try_receiving_descriptors(void)
{
	struct msghdr message = { 0 };

	return syscall(SYS_recvmsg, 3, &message, MSG_DONTWAIT);
}
static long try_killing_the_daemon(void)
{
	return syscall(SYS_kill, parent, 0);
}
static long try_killing_threads_of_others(void)
{
	return syscall(SYS_tgkill, parent, parent, 0);
}
static long try_changing_limits(void)
{
	struct rlimit r = { 1, 1 };

	return syscall(SYS_setrlimit, RLIMIT_NOFILE, &r);
}
static long try_executable_memory(void)
{
	return (long)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static long try_making_memory_executable(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return syscall(SYS_mprotect, p, 4096, PROT_READ | PROT_EXEC);
}
static long try_another_filter(void)
{
	return syscall(SYS_prctl, PR_SET_SECCOMP, 0, 0, 0, 0);
}
static long try_execve(void)
{
	char *args[] = { "true", NULL };
	char *none[] = { NULL };

	return syscall(SYS_execve, "/bin/true", args, none);
}
static long try_fork(void)
{
	return syscall(SYS_fork);
}
static long try_clone(void)
{
	return syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}
static long try_thread(void)
{
	return syscall(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, NULL, NULL, NULL, NULL);
}
static long try_socket(void)
{
	return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}
static long try_socketpair(void)
{
	int fds[2];

	return syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fds);
}
static long try_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/run/x.sock" };

	return syscall(SYS_connect, 3, &address, sizeof(address));
}
static long try_ptrace(void)
{
	return syscall(SYS_ptrace, PTRACE_ATTACH, parent, NULL, NULL);
}
static long try_reading_another_process(void)
{
	return syscall(SYS_process_vm_readv, parent, NULL, 0, NULL, 0, 0);
}
static long may_speak(void)
{
	return write(3, "hello", 5);
}
static long may_say_a_last_word(void)
{
	return write(2, "", 0);
}
static long may_get_memory(void)
{
	for (size_t n = 1; n < 64u * 1024 * 1024; n *= 2) {
		char *p = malloc(n);

		if (p == NULL)
			return -1;
		p[n - 1] = 1;
		free(p);
	}
	return 0;
}
static long may_measure_itself(void)
{
	struct rusage used;

	return getrusage(RUSAGE_SELF, &used);
}

/* Exit status, or signal + 1000, of a process that locks itself up and tries. */
static int outcome_of(trial try)
{
	int pair[2];
	int status = 0;
	pid_t child;

	parent = getpid();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	close(pair[0]);
	child = fork();
	if (child == 0) {
		struct err err = ERR_INIT;
		int quiet = open("/dev/null", O_WRONLY);

		/* Where the worker has them; the other one survives only without the lock. */
		other_fd = fcntl(quiet, F_DUPFD, 100);
		dup2(quiet, 0);
		dup2(quiet, 1);
		dup2(pair[1], SANDBOX_FD);
		if (sandbox_enter(SANDBOX_FD, &err) != ERR_OK) {
			fprintf(stderr, "%s\n", err.msg);
			_exit(NOT_LOCKED);
		}
		errno = 0;
		_exit(try() >= 0 ? WORKED : errno == EPERM ? REFUSED : FAILED_OTHERWISE);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(pair[1]);
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void forbidden_calls_fail_or_kill(void **state)
{
	static const struct {
		const char *name;
		trial try;
		int expected;
	} cases[] = {
		{ "open", try_open, REFUSED },
		{ "openat", try_openat, REFUSED },
		{ "a new file", try_creating_a_file, REFUSED },
		{ "unlink", try_unlink, REFUSED },
		{ "stat", try_stat, REFUSED },
		{ "getcwd", try_getcwd, REFUSED },
		{ "a descriptor from before", try_other_descriptor, REFUSED },
		{ "standard input", try_reading_standard_input, REFUSED },
		{ "standard output", try_writing_standard_output, REFUSED },
		{ "dup", try_dup, REFUSED },
		{ "sendmsg", try_sending_descriptors, REFUSED },
		{ "recvmsg", try_receiving_descriptors, REFUSED },
		{ "kill", try_killing_the_daemon, REFUSED },
		{ "tgkill", try_killing_threads_of_others, REFUSED },
		{ "setrlimit", try_changing_limits, REFUSED },
		{ "executable memory", try_executable_memory, REFUSED },
		{ "mprotect", try_making_memory_executable, REFUSED },
		{ "prctl", try_another_filter, REFUSED },
		{ "execve", try_execve, 1000 + SIGSYS },
		{ "fork", try_fork, 1000 + SIGSYS },
		{ "clone", try_clone, 1000 + SIGSYS },
		{ "a thread", try_thread, 1000 + SIGSYS },
		{ "socket", try_socket, 1000 + SIGSYS },
		{ "socketpair", try_socketpair, 1000 + SIGSYS },
		{ "connect", try_connect, 1000 + SIGSYS },
		{ "ptrace", try_ptrace, 1000 + SIGSYS },
		{ "process_vm_readv", try_reading_another_process, 1000 + SIGSYS },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		int outcome = outcome_of(cases[i].try);

		if (outcome != cases[i].expected)
			fail_msg("%s: %d, expected %d", cases[i].name, outcome, cases[i].expected);
	}
}

static void needed_calls_work(void **state)
{
	(void)state;
	assert_int_equal(outcome_of(may_get_memory), WORKED);
	assert_int_equal(outcome_of(may_measure_itself), WORKED);
	assert_int_equal(outcome_of(may_say_a_last_word), WORKED);
}

/* The other end is closed: writing is allowed, and fails for that reason alone. */
static void writing_to_the_socket_is_allowed(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(outcome_of(may_speak), 1000 + SIGPIPE);
}

static void abort_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(outcome_of((trial)(void (*)(void))abort), 1000 + SIGABRT);
}

static void socket_elsewhere_is_refused_with_a_reason(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(sandbox_enter(7, &err), ERR_DENIED);
	assert_string_equal(err.msg, "the worker cannot be locked up: its socket is descriptor 7, "
				     "3 expected");
}

/* Of a service unit whose SystemCallFilter= lacks seccomp. */
static void missing_permission_is_a_reason_and_no_lock(void **state)
{
	int status = 0;
	pid_t child;

	(void)state;
	child = fork();
	if (child == 0) {
		struct rlimit none = { 0, 0 };
		struct err err = ERR_INIT;

		/* Anything on the way that fails must be noticed: here, a lower limit. */
		setrlimit(RLIMIT_NOFILE, &none);
		if (setuid(65534) != 0 || sandbox_enter(SANDBOX_FD, &err) != ERR_DENIED)
			_exit(1);
		_exit(strstr(err.msg, "no more descriptors") != NULL ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WEXITSTATUS(status) == 1)
		skip(); /* needs a user to change to */
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forbidden_calls_fail_or_kill),
		cmocka_unit_test(needed_calls_work),
		cmocka_unit_test(writing_to_the_socket_is_allowed),
		cmocka_unit_test(abort_ends_the_process),
		cmocka_unit_test(socket_elsewhere_is_refused_with_a_reason),
		cmocka_unit_test(missing_permission_is_a_reason_and_no_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
