// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat status: what runs, what is next, and how long it will take.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <sysexits.h>

static const struct view_column running_columns[] = {
	{ { "Running", false, 8, 0 }, "source", "source", VALUE_PLAIN },
	{ { "Run", true, 0, 2 }, "run", "run", VALUE_PLAIN },
	{ { "State", false, 0, 1 }, "state", "state", VALUE_PLAIN },
	{ { "Since (UTC)", false, 0, 3 }, "started", "started", VALUE_TIME },
	{ { "Shown", true, 0, 0 }, "shown", "shown", VALUE_PLAIN },
	{ { "Pages", true, 0, 4 }, "pages", "pages", VALUE_PLAIN },
	{ { "Left", true, 0, 0 }, "left", "estimatedSecondsLeft", VALUE_SECONDS },
};

static const struct view_column next_columns[] = {
	{ { "Next", false, 8, 0 }, "source", "source", VALUE_PLAIN },
	{ { "Due (UTC)", false, 0, 0 }, "due", "due", VALUE_TIME },
};

static const struct view_column held_columns[] = {
	{ { "Held", false, 8, 0 }, "source", "source", VALUE_PLAIN },
	{ { "Run", true, 0, 0 }, "run", "run", VALUE_PLAIN },
};

static const struct view_column outdated_columns[] = {
	{ { "Outdated", false, 8, 0 }, "source", "source", VALUE_PLAIN },
	{ { "Read with", false, 0, 0 }, "read_with", "readWith", VALUE_PLAIN },
};

static int print_part(const struct options *o, json_t *root, const char *key,
		      const struct view_column *columns, size_t n)
{
	json_t *items = json_object_get(root, key);

	return json_array_size(items) == 0 ? EX_OK : output_list(o, root, items, columns, n, NULL);
}

/* What to do about it: nothing, or not to wait. */
static int print_outdated(const struct options *o, json_t *root)
{
	struct buf out = BUF_INIT(4096);
	int rc;

	if (json_array_size(json_object_get(root, "outdated")) == 0)
		return EX_OK;
	buf_str(&out, "the next harvest of these reads them again; microcat replay SOURCE does so "
		      "now, from what is kept:\n");
	rc = output_flush(&out);
	if (rc == EX_OK)
		rc = print_part(o, root, "outdated", outdated_columns, countof(outdated_columns));
	return rc;
}

static int print(const struct options *o, json_t *root)
{
	struct buf out = BUF_INIT(4096);
	int rc;

	buf_printf(&out, "%smicrocatd %s%s, up ", style_on(o, STYLE_BOLD),
		   value_text_at(root, "version"), style_off(o));
	value_write(&out, json_object_get(root, "uptime"), VALUE_SECONDS, NULL);
	buf_printf(&out, "\n%lld offers of %lld records, generation %lld, ",
		   (long long)value_number_at(root, "database.offers"),
		   (long long)value_number_at(root, "database.records"),
		   (long long)value_number_at(root, "generation"));
	value_write(&out, value_at(root, "database.bytes"), VALUE_BYTES, NULL);
	buf_char(&out, '\n');
	rc = output_flush(&out);
	if (rc == EX_OK)
		rc = print_part(o, root, "running", running_columns, countof(running_columns));
	if (rc == EX_OK)
		rc = print_part(o, root, "held", held_columns, countof(held_columns));
	if (rc == EX_OK)
		rc = print_outdated(o, root);
	if (rc == EX_OK)
		rc = print_part(o, root, "next", next_columns, countof(next_columns));
	return rc;
}

int run_status(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/status");
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK)
		rc = o->format == OUTPUT_TABLE ? print(o, answer.json)
					       : output_json(o, answer.json);
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
