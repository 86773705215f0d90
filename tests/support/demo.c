// SPDX-License-Identifier: EUPL-1.2
/*
 * Starts and stops the demo's two programs.
 */
#include "tests/support/demo.h"

const char *const demo_sources[10] = { "donau",   "kallavuori",  "montalba",  "nordhafen",
				       "ribera",  "silverhaven", "strandvik", "tammerkoski",
				       "valmont", "waterhoven" };

/* "listening on http://127.0.0.1:PORT", its first line. */
static void read_url(struct demo *demo, int fd)
{
	static const char before[] = "listening on ";
	FILE *file = fdopen(fd, "r");
	char line[128] = "";

	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_int_equal(strncmp(line, before, strlen(before)), 0);
	snprintf(demo->url, sizeof(demo->url), "%.*s",
		 SLICE_ARG(slice_trim(slice_of(line + strlen(before)))));
}

static void start_partner(struct demo *demo)
{
	static const char program[] = MICROCAT_BIN_DIR "/microcat-demo-partner";
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	demo->partner = fork();
	assert_true(demo->partner >= 0);
	if (demo->partner == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl(program, program, "--root", MICROCAT_SOURCE_DIR "/config/demo", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	read_url(demo, ends[0]);
}

void demo_open(struct demo *demo)
{
	const char *state;

	memset(demo, 0, sizeof(*demo));
	daemon_fixture_open(&demo->d);
	start_partner(demo);
	state = temp_dir_path(&demo->d.dir, "state");
	assert_int_equal(mkdir(state, 0700), 0);
	setenv("MICROCAT_DEMO_URL", demo->url, 1);
	setenv("MICROCAT_DEMO_STATE", state, 1);
	/* A link, so that its path is short wherever the sources are. */
	assert_int_equal(
		symlink(MICROCAT_SOURCE_DIR "/config/demo", temp_dir_path(&demo->d.dir, "config")),
		0);
	snprintf(demo->d.config, sizeof(demo->d.config), "%s",
		 temp_dir_path(&demo->d.dir, "config/microcat.conf"));
	snprintf(demo->d.query, sizeof(demo->d.query), "%s/query.sock", state);
	snprintf(demo->d.admin, sizeof(demo->d.admin), "%s/admin.sock", state);
	daemon_start(&demo->d, NULL);
	daemon_wait_ready(&demo->d);
}

void demo_close(struct demo *demo)
{
	int status = 0;
	int end = daemon_stop(&demo->d, SIGTERM);

	kill(demo->partner, SIGTERM);
	waitpid(demo->partner, &status, 0);
	daemon_fixture_close(&demo->d);
	assert_int_equal(end, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}
