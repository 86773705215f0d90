// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat stats: counts and sums by one to three dimensions.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <sysexits.h>

const struct option_spec stats_options[] = {
	FILTER_OPTIONS,
	{ "by", "NAMES", "one to three filters, with commas (country)", false },
	{ "as-of", "DATE", "the end of a past day (UTC)", false },
	{ "depth", "N", "digits of a subject: 2, 3 or 4", false },
	{ NULL, NULL, NULL, false },
};

enum { DIMENSIONS_MAX = 3, FIGURES = 4 };

static int print(const struct options *o, json_t *root)
{
	static const struct view_column figures[FIGURES] = {
		{ { "Offers", true, 0, 0 }, "offers", "offers", VALUE_PLAIN },
		{ { "Sessions", true, 0, 2 }, "sessions", "sessions", VALUE_PLAIN },
		{ { "With ECTS", true, 0, 3 }, "with_ects", "withEcts", VALUE_PLAIN },
		{ { "ECTS", true, 0, 1 }, "ects", "ects", VALUE_PLAIN },
	};
	struct view_column columns[DIMENSIONS_MAX + FIGURES];
	struct buf out = BUF_INIT(4096);
	json_t *by = json_object_get(root, "by");
	const char *as_of = value_text_at(root, "asOf");
	size_t n = 0;
	json_t *name;
	size_t i;
	int rc;

	json_array_foreach(by, i, name)
	{
		const char *text = json_string_value(name);

		if (text != NULL && n < DIMENSIONS_MAX)
			columns[n++] = (struct view_column){
				{ text, false, 10, 0 }, text, text, VALUE_PLAIN
			};
	}
	for (i = 0; i < FIGURES; i++)
		columns[n++] = figures[i];
	rc = output_list(o, root, json_object_get(root, "cells"), columns, n, NULL);
	if (rc != EX_OK || o->format != OUTPUT_TABLE)
		return rc;
	buf_printf(&out, "%s%lld offers, as of %s, generation %lld%s\n", style_on(o, STYLE_DIM),
		   (long long)value_number_at(root, "offers"), as_of != NULL ? as_of : "now",
		   (long long)value_number_at(root, "generation"), style_off(o));
	return output_flush(&out);
}

int run_stats(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/stats");
	add_option_params(&r, o);
	if (option_get(o, "by") == NULL)
		client_param(&r, "by", o->n_words > 0 ? o->words[0] : "country");
	if (o->format == OUTPUT_CSV) {
		r.accept = "text/csv";
		rc = client_copy(o, &r);
	} else {
		rc = client_ask(&answer, o, &r);
		if (rc == EX_OK)
			rc = print(o, answer.json);
		client_answer_clear(&answer);
	}
	client_request_clear(&r);
	return rc;
}
