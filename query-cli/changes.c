// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat changes: what was added, changed, merged and removed.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <stdio.h>
#include <sysexits.h>

const struct option_spec changes_options[] = {
	{ "since", "GENERATION", "only what came after it (0)", false },
	{ "after", "PLACE", "of that generation itself what comes behind it", false },
	{ "limit", "N", "changes at most (1000)", false },
	{ NULL, NULL, NULL, false },
};

static const struct view_column columns[] = {
	{ { "Generation", true, 0, 0 }, "generation", "generation", VALUE_PLAIN },
	{ { "At (UTC)", false, 0, 2 }, "at", "at", VALUE_TIME },
	{ { "Change", false, 0, 0 }, "kind", "kind", VALUE_PLAIN },
	{ { "Offer", false, 0, 0 }, "id", "id", VALUE_PLAIN },
	{ { "Into", false, 0, 1 }, "other", "other", VALUE_PLAIN },
};

/* The answer is one object a line. */
static json_t *read_lines(struct slice text)
{
	json_t *items = json_array();
	struct slice line;

	while (slice_split(&line, &text, '\n')) {
		json_t *item = json_loadb(line.p, line.n, 0, NULL);

		if (item != NULL)
			json_array_append_new(items, item);
	}
	return items;
}

/* The place in a link that leads on within a generation, absent in others. */
static struct slice place_of(const char *link)
{
	static const char name[] = "&after=";
	struct slice rest = slice_of(link);
	ptrdiff_t at = slice_find(rest, slice_of(name));
	size_t n = 0;

	if (at < 0)
		return SLICE_NONE;
	rest = slice_from(rest, (size_t)at + strlen(name));
	while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
		n++;
	return slice_first(rest, n);
}

static int print(const struct options *o, json_t *items, const char *link)
{
	size_t n = json_array_size(items);
	json_t *last = n > 0 ? json_array_get(items, n - 1) : NULL;
	struct slice place = place_of(link);
	struct buf out = BUF_INIT(4096);
	int rc = output_list_or(o, items, items, columns, countof(columns), "no changes");

	if (rc != EX_OK || o->format != OUTPUT_TABLE || last == NULL)
		return rc;
	buf_printf(&out, "%swhat comes next: --since %lld", style_on(o, STYLE_DIM),
		   (long long)value_number_at(last, "generation"));
	if (place.n > 0)
		buf_printf(&out, " --after %.*s", SLICE_ARG(place));
	buf_printf(&out, "%s\n", style_off(o));
	return output_flush(&out);
}

int run_changes(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	json_t *items;
	int rc;

	client_request_init(&r, "GET", "/v1/changes");
	r.accept = "application/x-ndjson";
	add_option_params(&r, o);
	if (o->format == OUTPUT_NDJSON) {
		rc = client_copy(o, &r);
	} else {
		rc = client_ask_quietly(&answer, o, &r);
		if (rc == EX_OK) {
			items = read_lines(buf_view(&answer.body));
			rc = print(o, items, answer.link);
			json_decref(items);
		} else {
			client_answer_clear(&answer);
			rc = client_copy(o, &r); /* says what is wrong */
		}
		client_answer_clear(&answer);
	}
	client_request_clear(&r);
	return rc;
}
