// SPDX-License-Identifier: EUPL-1.2
/*
 * microcatd: the command line, and which of its lives the program leads: the
 * daemon, a worker of it, lint, or one answer and the end.
 */
#include "daemon/daemon.h"
#include "daemon/lint.h"
#include "daemon/lint_network.h"

#include "base/log.h"
#include "harvesters/sandbox.h"
#include "harvesters/worker.h"

#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char usage[] =
	"usage: microcatd [-c FILE] [--log-level LEVEL]\n"
	"       microcatd [-c FILE] --check\n"
	"       microcatd [-c FILE] --once\n"
	"       microcatd lint FORMAT FILE|URL...\n"
	"\n"
	"  -c, --config FILE    the configuration (/etc/microcat/microcat.conf)\n"
	"      --check          reads the configuration and says what is wrong with it\n"
	"      --once           harvests what is due, prints a line for each run, and ends:\n"
	"                       0 if every run was complete, 75 if one was not\n"
	"      --log-level LEVEL  error, warning, info or debug, whatever the configuration says\n"
	"      --help-config    prints every key of the configuration\n"
	"      --help, --version\n"
	"\n"
	"Exit status: 0; 65 the database is of a newer version; 75 another daemon is running, or\n"
	"a run was not complete; 78 the configuration; others of sysexits.h.\n";

enum { OPT_CHECK = 256, OPT_ONCE, OPT_LOG_LEVEL, OPT_HELP_CONFIG, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "log-level", required_argument, NULL, OPT_LOG_LEVEL },
	{ "help-config", no_argument, NULL, OPT_HELP_CONFIG },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

struct command_line {
	const char *config_path;
	bool is_check;
	bool is_once;
	bool has_log_level;
	enum log_level log_level;
	int exit_status; /* -1: go on */
};

static int print_help_config(void)
{
	struct buf text = BUF_INIT(1024 * 1024);

	config_write_help(&text);
	fputs(buf_z(&text), stdout);
	buf_clear(&text);
	return EX_OK;
}

static int complain(const char *what, const char *about)
{
	fprintf(stderr, "microcatd: %s%s; --help lists what there is\n", what, about);
	return EX_USAGE;
}

static void read_option(struct command_line *line, int option)
{
	switch (option) {
	case 'c':
		line->config_path = optarg;
		break;
	case OPT_CHECK:
		line->is_check = true;
		break;
	case OPT_ONCE:
		line->is_once = true;
		break;
	case OPT_LOG_LEVEL:
		line->has_log_level = true;
		if (!log_level_of_name(&line->log_level, optarg))
			line->exit_status = complain("no log level: ", optarg);
		break;
	case OPT_HELP_CONFIG:
		line->exit_status = print_help_config();
		break;
	case OPT_HELP:
		fputs(usage, stdout);
		line->exit_status = EX_OK;
		break;
	case OPT_VERSION:
		puts("microcatd " MICROCAT_VERSION);
		line->exit_status = EX_OK;
		break;
	default:
		line->exit_status = EX_USAGE; /* getopt has complained */
		break;
	}
}

static void read_command_line(struct command_line *line, int argc, char **argv)
{
	int option;

	*line = (struct command_line){ .config_path = "/etc/microcat/microcat.conf",
				       .exit_status = -1 };
	while (line->exit_status < 0 &&
	       (option = getopt_long(argc, argv, "c:", long_options, NULL)) != -1)
		read_option(line, option);
	if (line->exit_status < 0 && optind < argc)
		line->exit_status = complain("not understood: ", argv[optind]);
	if (line->exit_status < 0 && line->is_check && line->is_once)
		line->exit_status = complain("--check and --once do not go together", "");
}

static int check(const struct config *c)
{
	printf("%s: ok, %zu source%s", c->path.p, c->n_sources, c->n_sources == 1 ? "" : "s");
	if (c->n_sources == 0)
		printf("; none in it, and none in %s",
		       c->sources_pattern.n > 0 ? c->sources_pattern.p : "other files (sources)");
	printf("\n");
	return EX_OK;
}

static int run(const struct command_line *line)
{
	struct daemon_options options = { .is_once = line->is_once,
					  .has_log_level = line->has_log_level };
	struct config *config = NULL;
	struct err err = ERR_INIT;
	int status;

	if (config_load(&config, line->config_path, &err) != ERR_OK) {
		fprintf(stderr, "microcatd: %s\n", err.msg);
		return EX_CONFIG;
	}
	if (line->is_check) {
		status = check(config);
		config_free(config);
		return status;
	}
	log_set_level(line->has_log_level ? line->log_level : config->log_level);
	options.config = config;
	return daemon_run(&options);
}

/*
 * The C library raises both thresholds to the largest block it was ever given
 * back, a batch of 12 MiB, and then keeps what batches and the full text's
 * memory leave behind, for each thread that has worked on one. Lower than
 * this, each page's buffers would be mapped and cleared anew.
 */
static void limit_idle_memory(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, 2 * LIMIT_MIB);
	(void)mallopt(M_TRIM_THRESHOLD, 8 * LIMIT_MIB);
	(void)mallopt(M_ARENA_MAX, 2);
}

/*
 * The full text's memory is touched at random while it is filled: with pages of
 * 4 KiB a tenth of loading is looking their addresses up. The C library asks for
 * large ones where its environment says so, which it reads before main(): so the
 * program begins anew, once, with the same number. Whoever has set the variable
 * has decided; where it cannot begin anew it goes on as it is.
 */
static void begin_with_large_pages(char **argv)
{
	static const char variable[] = "GLIBC_TUNABLES";
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0 || getenv(variable) != NULL)
		return;
	path[n] = '\0';
	if (setenv(variable, "glibc.malloc.hugetlb=1", 1) == 0)
		(void)execv(path, argv);
}

/* Before the first thread. */
static void prepare_process(void)
{
	static const char threads[] = "4"; /* LIMIT_POOL_THREADS */

	_Static_assert(LIMIT_POOL_THREADS == 4, "threads");
	limit_idle_memory();
	setenv("UV_THREADPOOL_SIZE", threads, 1);
	signal(SIGPIPE, SIG_IGN);
	umask(0077);
	log_set_journal(getenv("JOURNAL_STREAM") != NULL && !isatty(STDERR_FILENO));
}

int main(int argc, char **argv)
{
	struct command_line line;

	if (argc > 1 && strcmp(argv[1], "--worker") == 0)
		return worker_main(SANDBOX_FD);
	prepare_process();
	if (argc > 1 && strcmp(argv[1], "lint") == 0)
		return lint_main(argc - 1, argv + 1, lint_network());
	read_command_line(&line, argc, argv);
	if (line.exit_status >= 0)
		return line.exit_status;
	if (!line.is_check)
		begin_with_large_pages(argv);
	return run(&line);
}
