// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat harvest, confirm, restore, replay, reload: what changes something.
 * The daemon does the work; the command follows the run to its end and prints
 * its ledger. It may go away at any time: the run goes on.
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
	{ "no-wait", NULL, "come back at once", false },
	{ NULL, NULL, NULL, false },
};

/* One run that was asked for. */
struct order {
	const char *source;
	int64_t before; /* the source's newest run when it was asked for */
	char location[256]; /* of the run, or of the list of runs while it waits; "" without */
	int rc;
};

static void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* --- progress, on a terminal --- */

static bool has_progress(const struct options *o)
{
	return o->format == OUTPUT_TABLE && isatty(STDERR_FILENO);
}

static void show_progress(const struct options *o, const char *source, json_t *run)
{
	json_t *left = value_at(run, "progress.estimatedSecondsLeft");
	struct buf line = BUF_INIT(4096);
	struct buf text = BUF_INIT(4096);

	if (!has_progress(o))
		return;
	buf_printf(&text, "%s: ", source);
	if (run == NULL) {
		buf_str(&text, "waits for its turn");
	} else {
		buf_printf(&text, "%lld shown, %lld pages, %lld requests",
			   (long long)value_number_at(run, "ledger.shown"),
			   (long long)value_number_at(run, "pages"),
			   (long long)value_number_at(run, "requests"));
	}
	if (json_number_value(left) > 0) {
		buf_str(&text, ", about ");
		value_write(&text, left, VALUE_SECONDS, NULL);
		buf_str(&text, " left");
	}
	display_fit(&line, buf_view(&text), display_width_of(STDERR_FILENO) - 1);
	fprintf(stderr, "\r%s\033[K", buf_z(&line));
	buf_clear(&text);
	buf_clear(&line);
}

static void end_progress(const struct options *o)
{
	if (has_progress(o))
		fputs("\r\033[K", stderr);
}

/* --- following a run --- */

static bool is_list(const char *location)
{
	return slice_ends_with(slice_of(location), SLICE_LIT("/runs"));
}

/* The run at a location; of a list the newest, *run NULL unless newer than `after`. */
static int look(json_t **run, const struct options *o, const char *location, int64_t after)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	*run = NULL;
	client_request_init(&r, "GET", location);
	client_param(&r, is_list(location) ? "limit" : "notes", is_list(location) ? "1" : "false");
	rc = client_ask_quietly(&answer, o, &r);
	if (rc == EX_OK && is_list(location)) {
		*run = json_incref(json_array_get(json_object_get(answer.json, "runs"), 0));
		if (*run != NULL && value_number_at(*run, "run") <= after) {
			json_decref(*run);
			*run = NULL;
		}
	} else if (rc == EX_OK) {
		*run = json_incref(answer.json);
	}
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}

/* Whether the source neither runs nor waits: then a run that never began will not come. */
static bool is_idle(const struct options *o, const char *source)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	const char *state;
	bool is_idle = false;

	client_request_init(&r, "GET", "/v1/sources");
	client_segment(&r, source);
	if (client_ask_quietly(&answer, o, &r) == EX_OK) {
		state = value_text_at(answer.json, "state");
		is_idle = state != NULL && strcmp(state, "running") != 0 &&
			  strcmp(state, "waiting") != 0;
	}
	client_answer_clear(&answer);
	client_request_clear(&r);
	return is_idle;
}

static bool is_over(json_t *run)
{
	const char *state = value_text_at(run, "state");

	return state != NULL && strcmp(state, "running") != 0;
}

/* Waits for the end of a run; *run is the caller's. */
static int follow(json_t **run, const struct options *o, const struct order *order)
{
	bool was_idle = false;
	int rc;

	for (;;) {
		rc = look(run, o, order->location, order->before);
		if (rc != EX_OK || (*run != NULL && is_over(*run)))
			break;
		if (*run == NULL && was_idle) {
			rc = EX_TEMPFAIL; /* looked at once more after it was idle */
			break;
		}
		was_idle = *run == NULL && is_idle(o, order->source);
		show_progress(o, order->source, *run);
		json_decref(*run);
		*run = NULL;
		pause_ms(POLL_MS);
	}
	end_progress(o);
	if (rc == EX_TEMPFAIL && *run == NULL)
		fprintf(stderr, "microcat: %s: the run did not begin\n", order->source);
	else if (rc != EX_OK)
		fprintf(stderr, "microcat: %s: the daemon went away while the run went on\n",
			order->source);
	return rc;
}

static int exit_code_of_run(json_t *run)
{
	const char *state = value_text_at(run, "state");
	bool is_fine = state != NULL &&
		       (strcmp(state, "complete") == 0 || strcmp(state, "confirmed") == 0);

	return is_fine ? EX_OK : EX_TEMPFAIL;
}

/* --- asking --- */

/* The number of a source's newest run, 0 without one. */
static int64_t newest_run(const struct options *o, const char *source)
{
	struct client_request path;
	json_t *run = NULL;
	int64_t number = 0;

	client_request_init(&path, "GET", "/v1/sources");
	client_segment(&path, source);
	buf_str(&path.path, "/runs");
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
		return output_json(o, answer);
	buf_printf(&out, "%s: %s", value_text_at(answer, "source"), value_text_at(answer, "state"));
	if (value_number_at(answer, "run") > 0)
		buf_printf(&out, ", run %lld", (long long)value_number_at(answer, "run"));
	buf_char(&out, '\n');
	return output_flush(&out);
}

/* Asks for one thing about one source. With --no-wait, prints what was answered. */
static void place(struct order *order, const struct options *o, const char *what, const char *run)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;

	order->before = newest_run(o, order->source);
	client_request_init(&r, "POST", "/v1/sources");
	client_segment(&r, order->source);
	client_segment(&r, what);
	if (run != NULL)
		client_param(&r, "run", run);
	order->rc = client_ask(&answer, o, &r);
	if (order->rc == EX_OK && (option_is_on(o, "no-wait") || answer.location[0] == '\0'))
		order->rc = print_accepted(o, answer.json);
	else if (order->rc == EX_OK)
		memcpy(order->location, answer.location, sizeof(order->location));
	client_answer_clear(&answer);
	client_request_clear(&r);
}

/* Follows what was ordered; as a table each ledger when its run ends, else all at the end. */
static int follow_all(const struct options *o, const struct order *orders, size_t n)
{
	json_t *ended = json_array();
	int worst = EX_OK;
	int rc = EX_OK;

	for (size_t i = 0; i < n; i++) {
		struct buf out = BUF_INIT(64 * 1024);
		json_t *run = NULL;
		int end = orders[i].rc;

		if (orders[i].location[0] != '\0') {
			end = follow(&run, o, &orders[i]);
			if (end == EX_OK)
				end = exit_code_of_run(run);
		}
		if (end != EX_OK)
			worst = end;
		if (run != NULL && o->format == OUTPUT_TABLE) {
			write_ledger(&out, o, run);
			rc = output_flush(&out);
		} else if (run != NULL) {
			json_array_append(ended, run);
		}
		json_decref(run);
		if (rc != EX_OK)
			break;
	}
	if (o->format != OUTPUT_TABLE && json_array_size(ended) > 0)
		rc = output_runs(o, ended, n == 1 ? json_array_get(ended, 0) : NULL);
	json_decref(ended);
	return rc != EX_OK ? rc : worst;
}

static int act(const struct options *o, const char *what, const char *run)
{
	struct order order = { .source = o->words[0] };

	place(&order, o, what, run);
	return follow_all(o, &order, 1);
}

/* All are asked for first, so that they run side by side. */
int run_harvest(const struct options *o)
{
	struct order orders[WORDS_MAX] = { { .source = NULL } };

	for (size_t i = 0; i < o->n_words; i++) {
		orders[i].source = o->words[i];
		place(&orders[i], o, "harvest", NULL);
		if (orders[i].rc == EX_UNAVAILABLE || orders[i].rc == EX_NOPERM)
			return orders[i].rc;
	}
	return follow_all(o, orders, o->n_words);
}

int run_confirm(const struct options *o)
{
	return act(o, "confirm", NULL);
}

int run_restore(const struct options *o)
{
	return act(o, "restore", o->words[1]);
}

int run_replay(const struct options *o)
{
	return act(o, "replay", NULL);
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
		rc = output_json(o, answer.json);
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
