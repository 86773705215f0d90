// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat harvest, confirm, restore, replay, reload: what changes something.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include <stdio.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { POLL_MS = 200 };

const struct option_spec wait_options[] = {
	{ "no-wait", NULL, "come back at once" },
	{ NULL, NULL, NULL },
};

static void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

static bool is_over(json_t *run)
{
	const char *state = value_text_at(run, "state");

	return state != NULL && strcmp(state, "running") != 0;
}

static void show_progress(const struct options *o, json_t *run)
{
	if (o->format != OUTPUT_TABLE || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r%s: %lld shown, %lld pages, %lld requests\033[K",
		value_text_at(run, "source"), (long long)value_number_at(run, "ledger.shown"),
		(long long)value_number_at(run, "pages"),
		(long long)value_number_at(run, "requests"));
}

static void end_progress(const struct options *o)
{
	if (o->format == OUTPUT_TABLE && isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

/* The run at a location: one run, or the newest of a list newer than `after`. */
static int look(json_t **run, const struct options *o, const char *location, int64_t after)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	json_t *list;
	int rc;

	*run = NULL;
	client_request_init(&r, "GET", location);
	rc = client_ask_quietly(&answer, o, &r);
	if (rc == EX_OK) {
		list = json_object_get(answer.json, "runs");
		*run = list != NULL ? json_incref(json_array_get(list, 0))
				    : json_incref(answer.json);
		if (list != NULL && *run != NULL && value_number_at(*run, "run") <= after) {
			json_decref(*run);
			*run = NULL;
		}
	}
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}

static int print_end(const struct options *o, json_t *run)
{
	struct buf out = BUF_INIT(64 * 1024);
	const char *state = value_text_at(run, "state");
	int rc;

	if (o->format == OUTPUT_TABLE) {
		write_ledger(&out, o, run);
		rc = output_flush(&out);
	} else {
		rc = output_json(run);
	}
	if (rc != EX_OK)
		return rc;
	return state != NULL && (strcmp(state, "complete") == 0 || strcmp(state, "confirmed") == 0)
		       ? EX_OK
		       : EX_TEMPFAIL;
}

/* Follows a run to its end and prints its ledger. */
static int follow(const struct options *o, const char *location, int64_t after)
{
	json_t *run = NULL;
	int rc;

	for (;;) {
		rc = look(&run, o, location, after);
		if (rc != EX_OK) {
			end_progress(o);
			fprintf(stderr, "microcat: the daemon went away while the run went on\n");
			return rc;
		}
		if (run != NULL && is_over(run))
			break;
		if (run != NULL)
			show_progress(o, run);
		json_decref(run);
		pause_ms(POLL_MS);
	}
	end_progress(o);
	rc = print_end(o, run);
	json_decref(run);
	return rc;
}

/* The number of a source's newest run, 0 without one. */
static int64_t newest_run(const struct options *o, const char *source)
{
	struct client_request path;
	json_t *run = NULL;
	int64_t number = 0;

	client_request_init(&path, "GET", "/v1/sources");
	client_segment(&path, source);
	buf_str(&path.path, "/runs?limit=1");
	if (look(&run, o, buf_z(&path.path), 0) == EX_OK && run != NULL)
		number = value_number_at(run, "run");
	json_decref(run);
	client_request_clear(&path);
	return number;
}

static int print_accepted(const struct options *o, json_t *answer)
{
	struct buf out = BUF_INIT(4096);

	if (o->format != OUTPUT_TABLE)
		return output_json(answer);
	buf_printf(&out, "%s: %s", value_text_at(answer, "source"), value_text_at(answer, "state"));
	if (value_number_at(answer, "run") > 0)
		buf_printf(&out, ", run %lld", (long long)value_number_at(answer, "run"));
	buf_char(&out, '\n');
	return output_flush(&out);
}

/* Asks for one thing about one source and waits for the run that does it. */
static int act(const struct options *o, const char *source, const char *what, const char *run)
{
	int64_t before = newest_run(o, source);
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "POST", "/v1/sources");
	client_segment(&r, source);
	client_segment(&r, what);
	if (run != NULL)
		client_param(&r, "run", run);
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK && (option_is_on(o, "no-wait") || answer.location[0] == '\0'))
		rc = print_accepted(o, answer.json);
	else if (rc == EX_OK)
		rc = follow(o, answer.location, before);
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}

int run_harvest(const struct options *o)
{
	int worst = EX_OK;

	for (size_t i = 0; i < o->n_words; i++) {
		int rc = act(o, o->words[i], "harvest", NULL);

		if (rc == EX_UNAVAILABLE)
			return rc;
		if (rc != EX_OK)
			worst = rc;
	}
	return worst;
}

int run_confirm(const struct options *o)
{
	return act(o, o->words[0], "confirm", NULL);
}

int run_restore(const struct options *o)
{
	return act(o, o->words[0], "restore", o->words[1]);
}

int run_replay(const struct options *o)
{
	return act(o, o->words[0], "replay", NULL);
}

int run_reload(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	struct buf out = BUF_INIT(64 * 1024);
	json_t *key;
	size_t i;
	int rc;

	client_request_init(&r, "POST", "/v1/reload");
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK && o->format != OUTPUT_TABLE) {
		rc = output_json(answer.json);
	} else if (rc == EX_OK) {
		buf_printf(&out, "reloaded: %lld sources\n",
			   (long long)value_number_at(answer.json, "sources"));
		json_array_foreach(json_object_get(answer.json, "ignored"), i, key)
			buf_printf(&out, "%s changed: needs a restart\n", json_string_value(key));
		rc = output_flush(&out);
	}
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
