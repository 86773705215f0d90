// SPDX-License-Identifier: EUPL-1.2
/*
 * The lock of the state directory.
 */
#include "daemon/state_lock.h"

#include "base/slice.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err_code busy(int fd, const char *path, struct err *err)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	struct slice pid = slice_trim(slice_make(text, n > 0 ? (size_t)n : 0));
	uint64_t number;

	if (slice_to_u64(&number, pid, INT32_MAX))
		return err_set(err, ERR_BUSY, "%s: in use by process %llu", path,
			       (unsigned long long)number);
	return err_set(err, ERR_BUSY, "%s: in use by another process", path);
}

static const char expected[] = "a folder that may be written to, or one to make it in";

enum err_code state_lock_take(struct state_lock *out, const char *state_dir, struct err *err)
{
	char path[4096];
	char pid[32];
	int n;
	int fd;

	if (mkdir(state_dir, 0700) != 0 && errno != EEXIST)
		return err_from_errno_expected(err, errno, state_dir, expected);
	n = snprintf(path, sizeof(path), "%s/lock", state_dir);
	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(err, ERR_CONFIG, "the path is too long");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_from_errno_expected(err, errno, path, expected);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		enum err_code rc = errno == EWOULDBLOCK ? busy(fd, path, err)
							: err_from_errno(err, errno, path);

		close(fd);
		return rc;
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n) {
		enum err_code rc = err_from_errno(err, errno, path);

		close(fd);
		return rc;
	}
	out->fd = fd;
	return ERR_OK;
}

void state_lock_release(struct state_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}
