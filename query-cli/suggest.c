// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat suggest: completions of what is being typed.
 */
#include "query-cli/client.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <sysexits.h>

const struct option_spec suggest_options[] = {
	{ "limit", "N", "suggestions at most (10)", false },
	{ NULL, NULL, NULL, false },
};

static const struct view_column columns[] = {
	{ { "Text", false, 20, 0 }, "text", "text", VALUE_PLAIN },
	{ { "Offers", true, 0, 0 }, "count", "count", VALUE_PLAIN },
	{ { "Kind", false, 0, 1 }, "kind", "kind", VALUE_PLAIN },
};

int run_suggest(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/suggest");
	client_param(&r, "q", o->words[0]);
	add_option_params(&r, o);
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK)
		rc = output_list_or(o, answer.json, json_object_get(answer.json, "suggestions"),
				    columns, countof(columns), "no suggestions");
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
