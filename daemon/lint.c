// SPDX-License-Identifier: EUPL-1.2
/*
 * The lint command: arguments, one pull from files or from the network, and
 * what the exit status says.
 */
#include "daemon/lint.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/url.h"
#include "daemon/file_answerer.h"
#include "daemon/lint_report.h"
#include "daemon/lint_source.h"
#include "harvesters/begin.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	WORKER_MEMORY_MIB = 256,
	WORKER_CPU_S = 600,
	STALL_TIMEOUT_MS = 10 * 60 * 1000,
};

static const char usage[] =
	"usage: microcat lint FORMAT FILE...|URL [options]\n"
	"\n"
	"Reads a catalogue and prints what microcat would make of it. A FILE is a page of\n"
	"the list as the partner serves it, - is standard input; several are the pages in\n"
	"their order.\n"
	"\n"
	"  --set KEY=VALUE    a setting of the source: country=FI, csv.separator=; ...\n"
	"  --source-file F    settings from a file with one source { }\n"
	"  --explain          element by element: the source's words, the rule, the result\n"
	"  --ndjson           one record a line, with recordId; all else on standard error\n"
	"  --help\n"
	"\n"
	"Exit status: 0, or 1 if something was rejected or lost.\n";

struct lint {
	struct lint_settings settings;
	const char *const *paths; /* of files */
	size_t n_paths;
	bool is_ndjson, is_explained, is_help;
	struct arena arena;
	struct config_source source;
	struct loop loop;
	struct pool_queue files;
	struct file_answerer file_answerer;
	const struct lint_network *network;
	struct answerer *answerer;
	struct lint_report report;
	struct pull pull;
	struct err failure;
};

/* --- arguments --- */

static bool is_url(const char *text)
{
	return slice_starts_with_nocase(slice_of(text), SLICE_LIT("https://")) ||
	       slice_starts_with_nocase(slice_of(text), SLICE_LIT("http://"));
}

static int refuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static int refuse(const char *fmt, ...)
{
	va_list args;

	fputs("microcat lint: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\n%s", usage);
	return EX_USAGE;
}

static int take_operands(struct lint *l, int n, char **operands)
{
	if (l->is_help)
		return EX_OK;
	if (n < 2)
		return refuse("expected a format, and a file or URL");
	if (harvester_find(slice_of(operands[0])) == NULL)
		return refuse("no harvester reads the format \"%s\"", operands[0]);
	l->settings.format = operands[0];
	l->paths = (const char *const *)operands + 1;
	l->n_paths = (size_t)n - 1;
	for (int i = 1; i < n; i++)
		if (is_url(operands[i]) && n > 2)
			return refuse("%s: expected one URL, or files", operands[i]);
	if (is_url(operands[1])) {
		l->settings.url = operands[1];
		l->n_paths = 0;
	}
	return EX_OK;
}

static int read_arguments(struct lint *l, int argc, char **argv, const char **assignments)
{
	static const struct option options[] = {
		{ "set", required_argument, NULL, 's' },
		{ "source-file", required_argument, NULL, 'f' },
		{ "explain", no_argument, NULL, 'e' },
		{ "ndjson", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	optind = 1;
	opterr = 0;
	l->settings.assignments = assignments;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's':
			assignments[l->settings.n_assignments++] = optarg;
			break;
		case 'f':
			l->settings.source_file = optarg;
			break;
		case 'e':
			l->is_explained = true;
			break;
		case 'n':
			l->is_ndjson = true;
			break;
		case 'h':
			l->is_help = true;
			break;
		default:
			return refuse("%s: not an option, or without its value", argv[optind - 1]);
		}
	}
	return take_operands(l, argc - optind, argv + optind);
}

/* Told before anything starts, with the right status. */
static int check_files(const struct lint *l)
{
	for (size_t i = 0; i < l->n_paths; i++) {
		if (strcmp(l->paths[i], "-") == 0 || access(l->paths[i], R_OK) == 0)
			continue;
		fprintf(stderr, "microcat lint: %s: %s\n", l->paths[i], strerror(errno));
		return EX_NOINPUT;
	}
	return EX_OK;
}

/* --- the pull --- */

static void on_queue_closed(struct pool_queue *files)
{
	(void)files;
}

static void on_network_closed(void *data)
{
	struct lint *l = data;

	pool_queue_close(&l->files, on_queue_closed);
}

static void on_pulled(struct pull *pull, const struct err *failure)
{
	struct lint *l = container_of(pull, struct lint, pull);

	if (failure != NULL)
		l->failure = *failure;
	if (l->settings.url != NULL)
		l->network->close(l->answerer, on_network_closed, l);
	else
		on_network_closed(l);
}

static enum err_code open_answerer(struct lint *l, struct err *err)
{
	if (l->settings.url == NULL) {
		file_answerer_init(&l->file_answerer, &l->loop, &l->files, "/tmp", l->paths,
				   l->n_paths, l->source.max_body_bytes, clock_now_s());
		l->answerer = &l->file_answerer.answerer;
		return ERR_OK;
	}
	if (l->network == NULL)
		return err_set(err, ERR_UNSUPPORTED, "this program reads files only");
	return l->network->open(&l->answerer, &l->loop, &l->files, &l->source, err);
}

static void start(struct lint *l, struct buf *begin_json, const char *origin)
{
	struct begin begin = {
		.source = l->source.source,
		.now_s = clock_now_s(),
		.memory_bytes = WORKER_MEMORY_MIB * (uint64_t)LIMIT_MIB,
		.has_traces = l->is_explained,
	};
	struct buf salt = BUF_INIT(LIMIT_BEGIN_BYTES);
	struct pull_options options = {
		.harvest_id = "lint",
		.origin = origin,
		.own_parameter = l->source.auth.type == AUTH_QUERY ? l->source.auth.name.p : NULL,
		.parallel_requests = l->source.parallel_requests,
		.memory_bytes = begin.memory_bytes,
		.cpu_s = WORKER_CPU_S,
		.stall_timeout_ms = STALL_TIMEOUT_MS,
	};
	struct err err = ERR_INIT;

	begin_write_salt(&salt, &begin.source);
	begin.hash_salt = buf_view(&salt);
	if (begin_write(begin_json, &begin, &err) == ERR_OK) {
		options.begin = buf_view(begin_json);
		pull_start(&l->pull, &l->loop, &options, l->answerer, &l->report.sink, on_pulled);
	} else {
		on_pulled(&l->pull, &err);
	}
	buf_clear(&salt);
}

static enum err_code run(struct lint *l, struct err *err)
{
	struct buf json = BUF_INIT(LIMIT_BEGIN_BYTES);
	char *origin = mem_strndup(l->source.source.url.p, l->source.source.url.n);
	enum err_code rc = loop_init(&l->loop, err);

	if (rc != ERR_OK)
		goto out;
	l->loop.is_alone = true;
	pool_queue_init(&l->files, &l->loop, "files", 1);
	rc = open_answerer(l, err);
	if (rc != ERR_OK)
		pool_queue_close(&l->files, on_queue_closed);
	else
		start(l, &json, origin);
	loop_run(&l->loop);
	if (loop_close(&l->loop, rc == ERR_OK ? err : NULL) != ERR_OK && rc == ERR_OK)
		rc = ERR_INTERNAL;
out:
	buf_clear(&json);
	mem_free(origin);
	return rc;
}

/* --- the end --- */

static int say_failure(const struct err *err, int status)
{
	fprintf(stderr, "microcat lint: %s\n", err->msg);
	return status;
}

static int status_of(const struct lint *l)
{
	const struct lint_report *r = &l->report;
	bool is_nothing = r->n_shown == 0 && r->n_records == 0;

	if (l->failure.code != ERR_OK)
		return say_failure(&l->failure,
				   l->failure.code == ERR_LIMIT ? EX_DATAERR : EX_SOFTWARE);
	if (is_nothing && r->n_lost > 0)
		return l->settings.url != NULL && err_is_retryable(r->first_lost.code)
			       ? EX_UNAVAILABLE
			       : EX_DATAERR;
	if (!l->pull.is_proven && r->n_lost == 0 && r->n_not_in_file == 0) {
		(void)say_failure(&l->pull.incomplete, 1);
		return l->pull.incomplete.code == ERR_CONFIG ? EX_CONFIG
		       : is_nothing                          ? EX_DATAERR
							     : 1;
	}
	return r->n_rejected > 0 || r->n_lost > 0 ? 1 : EX_OK;
}

static int lint(struct lint *l)
{
	struct err err = ERR_INIT;
	int status = check_files(l);
	enum err_code rc;

	if (status != EX_OK)
		return status;
	rc = lint_source_make(&l->source, &l->arena, &l->settings, &err);
	if (rc != ERR_OK)
		return say_failure(&err, rc == ERR_NOTFOUND ? EX_NOINPUT : EX_CONFIG);
	lint_report_init(&l->report, stdout, stderr, l->is_ndjson, l->is_explained);
	rc = run(l, &err);
	if (rc == ERR_OK) {
		lint_report_print_summary(&l->report);
		status = status_of(l);
	} else {
		status = say_failure(&err, rc == ERR_UNSUPPORTED ? EX_USAGE : EX_SOFTWARE);
	}
	lint_report_clear(&l->report);
	return status;
}

int lint_main(int argc, char **argv, const struct lint_network *network)
{
	const char **assignments = mem_new_n(const char *, (size_t)argc + 1);
	struct lint *l = mem_new(struct lint);
	int status;

	l->network = network;
	arena_init(&l->arena, LIMIT_BEGIN_BYTES);
	signal(SIGPIPE, SIG_IGN);
	status = read_arguments(l, argc, argv, assignments);
	if (status == EX_OK && l->is_help)
		fputs(usage, stdout);
	else if (status == EX_OK)
		status = lint(l);
	if (fflush(stdout) != 0 && status == EX_OK)
		status = EX_IOERR;
	arena_clear(&l->arena);
	mem_free(assignments);
	mem_free(l);
	return status;
}
