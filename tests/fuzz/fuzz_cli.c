// SPDX-License-Identifier: EUPL-1.2
/*
 * The command: its arguments in the first line, the daemon's answer behind it.
 * Whatever partners wrote, and whatever answers at the address that was given:
 * what is printed for people is UTF-8 and does not steer their terminal.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/options.h"

#include <sysexits.h>

enum { MAX_ARGS = 16 };

static struct slice answer; /* what the daemon says */

int __wrap_client_ask(struct client_answer *out, const struct options *o, struct client_request *r);
int __wrap_client_ask_quietly(struct client_answer *out, const struct options *o,
			      struct client_request *r);
int __wrap_client_copy(const struct options *o, struct client_request *r);

int __wrap_client_ask(struct client_answer *out, const struct options *o, struct client_request *r)
{
	FUZZ_CHECK(slice_starts_with(buf_view(&r->path), SLICE_LIT("/")));
	*out = (struct client_answer){ .status = 200, .body = BUF_INIT(CLIENT_ANSWER_BYTES) };
	buf_slice(&out->body, answer);
	client_answer_read(out, o);
	return out->json != NULL ? EX_OK : EX_SOFTWARE;
}

int __wrap_client_ask_quietly(struct client_answer *out, const struct options *o,
			      struct client_request *r)
{
	return __wrap_client_ask(out, o, r);
}

/* For programs: the daemon's bytes as they are. */
int __wrap_client_copy(const struct options *o, struct client_request *r)
{
	(void)o;
	(void)r;
	return EX_OK;
}

static void check_printed(struct slice text)
{
	struct slice line;

	FUZZ_CHECK(utf8_is_valid(text));
	while (slice_split(&line, &text, '\n')) {
		struct buf clean = BUF_INIT(16 * LIMIT_MIB);

		display_clean(&clean, line);
		FUZZ_EXPECT(slice_eq(buf_view(&clean), line), "%.*s", FUZZ_ARG(line));
		buf_clear(&clean);
	}
}

static bool is_for_people(const struct options *o)
{
	return o->command != NULL && !o->command->is_admin && !o->command->takes_anything &&
	       o->format == OUTPUT_TABLE && !o->wants_help && !o->wants_version;
}

/* What the command prints, with standard output in memory. */
static void run(const struct options *o)
{
	FILE *real = stdout;
	char *text = NULL;
	size_t n = 0;
	int rc;

	stdout = open_memstream(&text, &n);
	FUZZ_CHECK(stdout != NULL);
	rc = o->command->run(o);
	fclose(stdout);
	stdout = real;
	FUZZ_EXPECT(rc >= 0 && rc < 128, "%d", rc);
	check_printed(slice_make(text, n));
	free(text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	setenv("NO_COLOR", "1", 1);
	setenv("COLUMNS", "60", 1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), rest = text, line = fuzz_line(&rest), word;
	char *args[MAX_ARGS + 1] = { mem_strdup("microcat") };
	struct options options;
	struct err err = ERR_INIT;
	int n_args = 1;
	enum err_code rc;

	while (n_args < MAX_ARGS && slice_split(&word, &line, ' '))
		args[n_args++] = mem_strndup(word.p, word.n);
	rc = options_parse(&options, n_args, args, &err);
	fuzz_check_err(rc, &err);
	answer = rest;
	if (rc == ERR_OK && is_for_people(&options))
		run(&options);
	for (int i = 0; i < n_args; i++)
		mem_free(args[i]);
	unit_exact_free(text);
	return 0;
}
