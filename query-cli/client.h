// SPDX-License-Identifier: EUPL-1.2
#ifndef QUERY_CLI_CLIENT_H
#define QUERY_CLI_CLIENT_H

/*
 * One question to the daemon over its socket (libcurl), one answer. What went
 * wrong becomes one line on standard error and an exit code of sysexits.h.
 */

#include "base/buf.h"
#include "query-cli/options.h"

#include <jansson.h>

enum {
	CLIENT_ANSWER_BYTES = 256 * 1024 * 1024, /* the most that is read into memory */
	CLIENT_TIMEOUT_S = 120,
};

struct client_request {
	const char *method; /* "GET", "POST" */
	struct buf path; /* "/v1/offers?q=..."; built with client_path() and client_param() */
	const char *accept; /* NULL: JSON */
};

struct client_answer {
	long status; /* of HTTP; 0: none */
	struct buf body;
	char location[256]; /* of a 202 */
	char link[512]; /* to what comes next; "" without */
	json_t *json; /* parsed body of a JSON answer, or NULL */
};

void client_request_init(struct client_request *r, const char *method, const char *path);
void client_request_clear(struct client_request *r);
/* Appends an encoded path segment with its slash. */
void client_segment(struct client_request *r, const char *text);
/* Appends "?name=value" or "&name=value", encoded. */
void client_param(struct client_request *r, const char *name, const char *value);

/*
 * Asks. EX_OK with the answer (status 200 or 202), or prints the daemon's
 * problem in one line and returns: 64 for 400, 66 for 404 and 410, 77 for 403, 75 for
 * 409, 429 and 503, 78 for 422, 70 for other 5xx, 69 when no daemon answers, 77 when its
 * socket is not ours to use.
 */
int client_ask(struct client_answer *out, const struct options *o, struct client_request *r);
/* The same without the line: for polling. */
int client_ask_quietly(struct client_answer *out, const struct options *o,
		       struct client_request *r);
void client_answer_clear(struct client_answer *a);
/* Takes body apart; for a table without what would steer a terminal. NULL json: it is none. */
void client_answer_read(struct client_answer *a, const struct options *o);

/* Asks and writes the body to standard output as it comes (CSV, NDJSON). */
int client_copy(const struct options *o, struct client_request *r);

#endif
