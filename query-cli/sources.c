// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat sources: the partners and how they are.
 */
#include "query-cli/client.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <sysexits.h>

static const struct view_column columns[] = {
	{ { "Source", false, 0, 0 }, "id", "id", VALUE_PLAIN },
	{ { "Title", false, 12, 3 }, "title", "title", VALUE_PLAIN },
	{ { "CC", false, 0, 5 }, "country", "country", VALUE_PLAIN },
	{ { "Format", false, 0, 4 }, "format", "format", VALUE_PLAIN },
	{ { "State", false, 0, 0 }, "state", "state", VALUE_PLAIN },
	{ { "Records", true, 0, 0 }, "records", "records", VALUE_PLAIN },
	{ { "Last run", false, 0, 1 }, "last_run", "lastRun.state", VALUE_PLAIN },
	{ { "Ended (UTC)", false, 0, 2 }, "ended", "lastRun.ended", VALUE_TIME },
	{ { "Next (UTC)", false, 0, 6 }, "next_due", "nextDue", VALUE_TIME },
	{ { "Held", true, 0, 7 }, "held_run", "heldRun", VALUE_PLAIN },
};

int run_sources(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	json_t *items;
	int rc;

	client_request_init(&r, "GET", "/v1/sources");
	if (o->n_words > 0)
		client_segment(&r, o->words[0]);
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK) {
		items = o->n_words > 0 ? json_pack("[O]", answer.json)
				       : json_incref(json_object_get(answer.json, "sources"));
		rc = output_list_or(o, answer.json, items, columns, countof(columns), "no sources");
		json_decref(items);
	}
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
