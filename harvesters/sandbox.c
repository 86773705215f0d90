// SPDX-License-Identifier: EUPL-1.2
/*
 * The worker's lock: descriptors, resource limits, a seccomp filter that
 * allows by list, and a trial that the filter does what it should. The lists
 * are below; memory and processor time are limited by the daemon, which knows
 * how much there may be.
 */
#include "harvesters/sandbox.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Allowed whatever the arguments. */
static const int allowed[] = {
	/* memory; mmap and mprotect are below */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	/* waiting for the socket */
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(restart_syscall),
	/* locks of libc */
	SCMP_SYS(futex),
	/* time and figures about itself */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(getrusage),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getrandom),
	/* ending, abort() included; tgkill is below */
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
#ifdef MICROCAT_SANITIZED
	/* What the address and thread sanitizers do besides. */
	SCMP_SYS(sigaltstack),
	SCMP_SYS(sched_yield),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
#endif
};

/* No program of ours does this by mistake: whoever tries is not ours any more. */
static const int deadly[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(clone),
	SCMP_SYS(clone3),
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(bpf),
	SCMP_SYS(io_uring_setup),
};

static enum err_code denied(struct err *err, const char *what, int errnum)
{
	return err_set(err, ERR_DENIED, "the worker cannot be locked up: %s: %s", what,
		       strerror(errnum));
}

static enum err_code close_others(int fd, struct err *err)
{
	if (fd != SANDBOX_FD)
		return err_set(err, ERR_DENIED,
			       "the worker cannot be locked up: its socket is descriptor %d, "
			       "%d expected",
			       fd, SANDBOX_FD);
	if (close_range(SANDBOX_FD + 1, UINT_MAX, 0) != 0)
		return denied(err, "closing descriptors", errno);
	return ERR_OK;
}

static enum err_code limit_resources(struct err *err)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t value;
		const char *name;
	} limits[] = {
		{ RLIMIT_CORE, 0, "no core file" },
		{ RLIMIT_NOFILE, SANDBOX_FD + 1, "no more descriptors" },
		{ RLIMIT_MEMLOCK, 0, "no locked memory" },
	};

	for (size_t i = 0; i < countof(limits); i++) {
		struct rlimit r = { limits[i].value, limits[i].value };

		if (setrlimit(limits[i].resource, &r) != 0)
			return denied(err, limits[i].name, errno);
	}
	return ERR_OK;
}

/* Rules that look at arguments; 0 or -errno. */
static int add_rules_on_arguments(scmp_filter_ctx filter, int fd)
{
	/* Memory that is executable would make a taken-over parser's work easy. */
	const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp of_socket = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)fd, 0);
	const struct scmp_arg_cmp of_stderr = SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO, 0);
	const struct scmp_arg_cmp of_itself = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);
	const struct scmp_arg_cmp is_question = SCMP_A0(SCMP_CMP_EQ, PR_GET_SECCOMP, 0);
	const struct {
		int call;
		struct scmp_arg_cmp when;
	} rules[] = {
		{ SCMP_SYS(read), of_socket },          { SCMP_SYS(write), of_socket },
		{ SCMP_SYS(write), of_stderr },         { SCMP_SYS(mmap), not_executable },
		{ SCMP_SYS(mprotect), not_executable }, { SCMP_SYS(tgkill), of_itself },
		{ SCMP_SYS(prctl), is_question },
	};
	int status = 0;

	for (size_t i = 0; status == 0 && i < countof(rules); i++)
		status = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rules[i].call, 1,
						&rules[i].when);
	return status;
}

static int add_rules(scmp_filter_ctx filter, int fd)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < countof(allowed); i++)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; status == 0 && i < countof(deadly); i++)
		status = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	return status == 0 ? add_rules_on_arguments(filter, fd) : status;
}

static enum err_code load_filter(int fd, struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int status;

	if (filter == NULL)
		return denied(err, "making a seccomp filter", ENOMEM);
	status = add_rules(filter, fd);
	if (status == 0)
		status = seccomp_load(filter);
	seccomp_release(filter);
	if (status != 0)
		return denied(err,
			      "loading the seccomp filter (a service unit that filters system "
			      "calls must allow seccomp)",
			      -status);
	return ERR_OK;
}

/* What counts is not that the filter was loaded, but what it does. */
static enum err_code try_filter(struct err *err)
{
	int fd;

	if (prctl(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER)
		return err_set(err, ERR_DENIED,
			       "the worker cannot be locked up: the seccomp filter is not on");
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 || errno != EPERM)
		return err_set(err, ERR_DENIED,
			       "the worker cannot be locked up: it could still open a file");
	return ERR_OK;
}

enum err_code sandbox_enter(int fd, struct err *err)
{
	enum err_code rc;

	rc = close_others(fd, err);
	if (rc != ERR_OK)
		return rc;
	rc = limit_resources(err);
	if (rc != ERR_OK)
		return rc;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return denied(err, "keeping others out", errno);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return denied(err, "no new privileges", errno);
	rc = load_filter(fd, err);
	if (rc != ERR_OK)
		return rc;
	return try_filter(err);
}
