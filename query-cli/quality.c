// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat quality: a partner's report.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <sysexits.h>

static const struct view_column missing_columns[] = {
	{ { "Missing element", false, 0, 0 }, "element", "element", VALUE_PLAIN },
	{ { "Records", true, 0, 0 }, "count", "count", VALUE_PLAIN },
	{ { "Share", true, 0, 0 }, "share", "share", VALUE_PERCENT },
	{ { "Format has no place for it", false, 0, 1 },
	  "format_limit",
	  "isFormatLimit",
	  VALUE_PLAIN },
};

static const struct view_column note_columns[] = {
	{ { "Doubt", false, 10, 0 }, "code", "code", VALUE_PLAIN },
	{ { "Times", true, 0, 0 }, "count", "count", VALUE_PLAIN },
	{ { "For example", false, 16, 0 }, "got", "example.got", VALUE_PLAIN },
	{ { "Expected", false, 12, 1 }, "expected", "example.expected", VALUE_PLAIN },
	{ { "In record", false, 10, 2 }, "record_id", "example.recordId", VALUE_PLAIN },
};

/* "unknown-level at column Taso: read X, expected Y", or the message that came. */
void write_note_text(struct buf *out, json_t *note)
{
	const char *record = value_text_at(note, "recordId");
	const char *message = value_text_at(note, "message");
	const char *code = value_text_at(note, "code");
	const char *path = value_text_at(note, "path");
	const char *got = value_text_at(note, "got");
	const char *expected = value_text_at(note, "expected");
	const char *kind = value_text_at(note, "kind");
	const char *page = value_text_at(note, "page");

	if (record != NULL)
		buf_printf(out, "%s: ", record);
	if (message != NULL) {
		buf_str(out, message);
	} else {
		buf_str(out, code != NULL ? code : "");
		if (path != NULL)
			buf_printf(out, " at %s", path);
		if (got != NULL)
			buf_printf(out, ": read “%s”", got);
		if (expected != NULL)
			buf_printf(out, "%s expected %s", got != NULL ? "," : ":", expected);
	}
	if (kind != NULL && strcmp(kind, "page-lost") == 0 && page != NULL)
		buf_printf(out, " (%s)", page);
}

/* Why each record was rejected, in full: it is what the partner should hear. */
static void write_rejected(struct buf *out, const struct options *o, json_t *rejected)
{
	json_t *reject;
	size_t i;

	if (json_array_size(rejected) > 0)
		buf_printf(out, "\n%sRejected%s\n", style_on(o, STYLE_BOLD), style_off(o));
	json_array_foreach(rejected, i, reject)
	{
		const char *record = value_text_at(reject, "recordId");
		const char *why = value_text_at(reject, "why");

		output_field(out, o, record != NULL ? record : "(no id)",
			     slice_of(why != NULL ? why : value_text_at(reject, "code")));
	}
}

enum { EXAMPLE_COLUMNS = 60 };

/* A doubt without what was read shows its message in that place. Long ones are cut anywhere. */
static void fill_examples(json_t *notes)
{
	json_t *note;
	size_t i;

	json_array_foreach(notes, i, note)
	{
		json_t *example = json_object_get(note, "example");

		const char *got = value_text_at(example, "got");
		struct buf text = BUF_INIT(4 * EXAMPLE_COLUMNS + 64);

		if (got == NULL)
			got = value_text_at(example, "message");
		display_fit(&text, slice_of(got != NULL ? got : ""), EXAMPLE_COLUMNS);
		json_object_set_new(example, "got", json_string(buf_z(&text)));
		buf_clear(&text);
	}
}

static int print_part(const struct options *o, json_t *root, const char *key,
		      const struct view_column *columns, size_t n)
{
	json_t *items = json_object_get(root, key);
	struct buf gap = BUF_INIT(8);
	int rc;

	if (json_array_size(items) == 0)
		return EX_OK;
	buf_char(&gap, '\n');
	rc = output_flush(&gap);
	return rc != EX_OK ? rc : output_list(o, root, items, columns, n, NULL);
}

static int print(const struct options *o, json_t *root)
{
	struct buf out = BUF_INIT(4096);
	struct buf share = BUF_INIT(32);
	int rc;

	value_write(&share, json_object_get(root, "averageCompleteness"), VALUE_PERCENT, NULL);
	buf_printf(&out, "%s%s%s: %lld records", style_on(o, STYLE_BOLD),
		   value_text_at(root, "source"), style_off(o),
		   (long long)value_number_at(root, "records"));
	if (share.len > 0)
		buf_printf(&out, ", on average %s complete", buf_z(&share));
	buf_char(&out, '\n');
	buf_clear(&share);

	rc = output_flush(&out);
	if (rc == EX_OK)
		rc = print_part(o, root, "missing", missing_columns, countof(missing_columns));
	write_rejected(&out, o, json_object_get(root, "rejected"));
	fill_examples(json_object_get(root, "notes"));
	if (rc == EX_OK)
		rc = output_flush(&out);
	if (rc == EX_OK)
		rc = print_part(o, root, "notes", note_columns, countof(note_columns));
	return rc;
}

int run_quality(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/sources");
	client_segment(&r, o->words[0]);
	buf_str(&r.path, "/quality");
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK && o->format == OUTPUT_TABLE)
		rc = print(o, answer.json);
	else if (rc == EX_OK)
		rc = output_list(o, answer.json, json_object_get(answer.json, "missing"),
				 missing_columns, countof(missing_columns), NULL);
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
