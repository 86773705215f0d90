// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_DAEMON_FIXTURE_H
#define TESTS_SUPPORT_DAEMON_FIXTURE_H

/*
 * The real microcatd in a folder of its own, for integration tests: started
 * with a configuration made here, awaited by what it says (readiness over
 * NOTIFY_SOCKET, lines of its log, answers on its sockets), stopped, killed.
 * Nothing waits for a time; every wait has a deadline and fails the test.
 *
 *	struct daemon_fixture f;
 *
 *	daemon_fixture_open(&f);
 *	daemon_source(&f, "one", "format = \"csv\" url = \"%s/c.csv\"", partner_base(p));
 *	daemon_start(&f, NULL);
 *	daemon_wait_ready(&f);
 *	daemon_get(&f, "/v1/status", &answer);
 *	assert_int_equal(daemon_stop(&f, SIGTERM), 0);
 *	daemon_fixture_close(&f);
 *
 * Thread: one test at a time; a thread of the fixture's reads the log.
 */

#include "tests/support/patience.h"
#include "tests/support/temp_dir.h"

#include <pthread.h>
#include <sys/types.h>

#define DAEMON_WAIT_MS patience_ms(PATIENCE_MS)

struct daemon_fixture {
	struct temp_dir dir;
	char config[128]; /* path of the main file */
	char query[128]; /* paths of the sockets */
	char admin[128];
	const char *program; /* NULL: microcatd; or another build of it */
	const char *fault; /* MICROCAT_FAULT of the next start (tests/support/faults.h); NULL: none */
	uid_t user; /* it runs as this one, of those who may change; 0: as we do */
	pid_t pid; /* 0: not running */
	bool passes_sockets; /* as systemd does: query and admin, made here */
	unsigned n_files; /* its limit on open files; 0: ours */
	int notify_fd;
	char notify[128];
	/* what it wrote to standard error and output, all starts */
	pthread_t reader;
	bool has_reader;
	int output_fd;
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct buf output;
	size_t seen; /* up to here daemon_wait_line() has looked */
	bool is_output_over;
};

void daemon_fixture_open(struct daemon_fixture *f);
/* Kills it if it runs; removes the folder. */
void daemon_fixture_close(struct daemon_fixture *f);

/* Writes the main file again: state-dir, sockets, and this behind. */
void daemon_config(struct daemon_fixture *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Writes sources.d/ID.conf: allow-private, short waits, and this. An empty text
 * removes it.
 */
void daemon_source(struct daemon_fixture *f, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Drops what it has written, so that lines before are not found again. */
void daemon_forget_output(struct daemon_fixture *f);
/* option may be NULL, "--once", "--check" ...; env: "NAME=value" or NULL. */
void daemon_start(struct daemon_fixture *f, const char *option);
void daemon_start_env(struct daemon_fixture *f, const char *option, const char *env);
/* READY=1 over the socket. */
void daemon_wait_ready(struct daemon_fixture *f);
/* Any message that holds this ("RELOADING=1"). */
void daemon_wait_notified(struct daemon_fixture *f, const char *text);
/*
 * A line that holds text, among those that came since the last one found;
 * copied to a static buffer.
 */
const char *daemon_wait_line(struct daemon_fixture *f, const char *text);
/* Whether any line so far holds it. */
bool daemon_has_said(struct daemon_fixture *f, const char *text);
/* Whether any line but the first begins with it. */
bool daemon_has_begun_line(struct daemon_fixture *f, const char *text);
/* Waits for its end; its exit status, or 128 + signal. */
int daemon_wait_exit(struct daemon_fixture *f);
/* Sends the signal and waits. */
int daemon_stop(struct daemon_fixture *f, int signal_number);
/* daemon_start(option) and daemon_wait_exit(). */
int daemon_run_once(struct daemon_fixture *f, const char *option, const char *env);
/* The process number of a worker; waits until there is one. */
pid_t daemon_wait_worker(struct daemon_fixture *f);

struct daemon_answer {
	long status;
	struct buf body; /* buf_clear() it */
	char etag[128];
	char location[256];
	char content_type[128];
};

/* Over the query socket (is_admin false) or the admin socket. Fail the test when nothing answers.
 */
void daemon_get(struct daemon_fixture *f, const char *path, struct daemon_answer *answer);
void daemon_post(struct daemon_fixture *f, const char *path, const char *body,
		 struct daemon_answer *answer);
void daemon_request(struct daemon_fixture *f, const char *method, bool is_admin, const char *path,
		    const char *body, struct daemon_answer *answer);
/* Expects the status and gives the body, in a static buffer. */
const char *daemon_get_ok(struct daemon_fixture *f, const char *path);

/* "new=12" of a run's line in the log: the number behind "name=", or -1. */
long daemon_figure(const char *line, const char *name);

#endif
