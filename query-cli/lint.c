// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat lint: hands over to `microcatd lint`, which has what it takes.
 */
#include "query-cli/run_functions.h"

#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

/* microcatd beside this program (a build), else where it is installed. */
static void find_daemon(struct buf *out)
{
	static const char *const places[] = { MICROCAT_SBINDIR "/microcatd", "/usr/sbin/microcatd",
					      "/usr/local/sbin/microcatd" };
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		*(strrchr(self, '/') + 1) = '\0';
		buf_printf(out, "%smicrocatd", self);
		if (access(buf_z(out), X_OK) == 0)
			return;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		buf_reset(out);
		buf_str(out, places[i]);
		if (access(places[i], X_OK) == 0)
			return;
	}
	buf_reset(out);
	buf_str(out, "microcatd");
}

int run_lint(const struct options *o)
{
	struct buf path = BUF_INIT(8192);
	char *argv[WORDS_MAX + 3];
	size_t n = 0;

	find_daemon(&path);
	argv[n++] = (char *)buf_z(&path);
	argv[n++] = (char *)"lint";
	for (size_t i = 0; i < o->n_words; i++)
		argv[n++] = (char *)o->words[i];
	argv[n] = NULL;
	execvp(argv[0], argv);
	fprintf(stderr, "microcat: cannot start %s: %s\n", argv[0], strerror(errno));
	buf_clear(&path);
	return EX_UNAVAILABLE;
}
