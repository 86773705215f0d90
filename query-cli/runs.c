// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat runs: harvests and their ledgers.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <sysexits.h>

const struct option_spec runs_options[] = {
	{ "limit", "N", "runs, or notes of one run, at most", false },
	{ "before", "RUN", "only older runs", false },
	{ NULL, NULL, NULL, false },
};

static const struct view_column columns[] = {
	{ { "Run", true, 0, 0 }, "run", "run", VALUE_PLAIN },
	{ { "Source", false, 14, 0 }, "source", "source", VALUE_PLAIN },
	{ { "Kind", false, 0, 9 }, "kind", "kind", VALUE_PLAIN },
	{ { "State", false, 0, 0 }, "state", "state", VALUE_PLAIN },
	{ { "Started (UTC)", false, 0, 8 }, "started", "started", VALUE_TIME },
	{ { "Shown", true, 0, 0 }, "shown", "ledger.shown", VALUE_PLAIN },
	{ { "New", true, 0, 0 }, "new", "ledger.new", VALUE_PLAIN },
	{ { "Changed", true, 0, 1 }, "changed", "ledger.changed", VALUE_PLAIN },
	{ { "Same", true, 0, 4 }, "unchanged", "ledger.unchanged", VALUE_PLAIN },
	{ { "Back", true, 0, 6 }, "back", "ledger.back", VALUE_PLAIN },
	{ { "Rejected", true, 0, 2 }, "rejected", "ledger.rejected", VALUE_PLAIN },
	{ { "Scope", true, 0, 10 }, "out_of_scope", "ledger.outOfScope", VALUE_PLAIN },
	{ { "Double", true, 0, 7 }, "duplicate", "ledger.duplicate", VALUE_PLAIN },
	{ { "Gone", true, 0, 3 }, "removed_absent", "ledger.removedAbsent", VALUE_PLAIN },
	{ { "Left", true, 0, 5 }, "held", "ledger.held", VALUE_PLAIN },
	{ { "Why", false, 12, 11 }, "why", "why", VALUE_PLAIN },
};

static const struct view_column note_columns[] = {
	{ { "Kind", false, 0, 0 }, "kind", "kind", VALUE_PLAIN },
	{ { "Code", false, 10, 0 }, "code", "code", VALUE_PLAIN },
	{ { "Record", false, 10, 1 }, "record_id", "recordId", VALUE_PLAIN },
	{ { "Path", false, 8, 3 }, "path", "path", VALUE_PLAIN },
	{ { "Read", false, 12, 0 }, "got", "got", VALUE_PLAIN },
	{ { "Expected", false, 12, 2 }, "expected", "expected", VALUE_PLAIN },
	{ { "Why", false, 12, 5 }, "message", "message", VALUE_PLAIN },
	{ { "Page", false, 8, 4 }, "page", "page", VALUE_PLAIN },
};

struct ledger_part {
	const char *name;
	const char *key;
};

static void write_equation(struct buf *out, json_t *ledger, const char *total,
			   const struct ledger_part *parts, size_t n)
{
	enum { INDENT = 21 }; /* of the right side */
	struct buf sum = BUF_INIT(4096);
	struct buf lines = BUF_INIT(8192);

	for (size_t i = 0; i < n; i++) {
		int64_t figure = value_number_at(ledger, parts[i].key);

		if (figure != 0)
			buf_printf(&sum, "%s%lld %s", sum.len > 0 ? " + " : "", (long long)figure,
				   parts[i].name);
	}
	if (sum.len == 0)
		buf_char(&sum, '0');
	display_wrap(&lines, buf_view(&sum), display_width(), INDENT);
	buf_printf(out, "  %-9s %6lld = ", total, (long long)value_number_at(ledger, total));
	buf_slice(out, slice_from(buf_view(&lines), INDENT));
	buf_clear(&sum);
	buf_clear(&lines);
}

void write_ledger(struct buf *out, const struct options *o, json_t *run)
{
	const char *state = value_text_at(run, "state");
	/* An incomplete run and a replay, too, leave what they did not see. */
	bool may_be_confirmed = state != NULL && strcmp(state, "held") == 0;
	static const struct ledger_part shown[] = {
		{ "new", "new" },
		{ "back", "back" },
		{ "changed", "changed" },
		{ "unchanged", "unchanged" },
		{ "rejected", "rejected" },
		{ "out of scope", "outOfScope" },
		{ "duplicate", "duplicate" },
	};
	const struct ledger_part before[] = {
		{ "kept", "kept" },
		{ "unlisted", "unlisted" },
		{ "removed (said gone)", "removedGone" },
		{ "removed (absent)", "removedAbsent" },
		{ may_be_confirmed ? "held" : "left as they were", "held" },
	};
	static const struct ledger_part announced[] = {
		{ "shown", "shown" },
		{ "missing", "missing" },
	};
	json_t *ledger = json_object_get(run, "ledger");
	const char *rule = value_text_at(run, "endRule");
	const char *why = value_text_at(run, "why");
	bool is_fine = state != NULL && strcmp(state, "complete") == 0;

	buf_printf(out, "%s%s%s run %lld: %s%s%s\n", style_on(o, STYLE_BOLD),
		   value_text_at(run, "source"), style_off(o),
		   (long long)value_number_at(run, "run"),
		   style_on(o, is_fine ? STYLE_GREEN : STYLE_YELLOW), state != NULL ? state : "?",
		   style_off(o));
	if (why != NULL)
		display_wrap(out, slice_of(why), display_width(), 2);
	write_equation(out, ledger, "shown", shown, countof(shown));
	write_equation(out, ledger, "before", before, countof(before));
	if (json_object_get(ledger, "announced") != NULL)
		write_equation(out, ledger, "announced", announced, countof(announced));
	if (rule != NULL)
		buf_printf(out, "  end of the list: %s\n", rule);
}

/* One paragraph a note: reasons are read in full. */
static void write_notes(struct buf *out, const struct options *o, json_t *run)
{
	json_t *notes = json_object_get(run, "noteList");
	int64_t total = value_number_at(run, "notes");
	json_t *note;
	size_t i;

	json_array_foreach(notes, i, note)
	{
		const char *kind = value_text_at(note, "kind");
		struct buf text = BUF_INIT(64 * 1024);

		write_note_text(&text, note);
		output_field(out, o, kind != NULL ? kind : "note", buf_view(&text));
		buf_clear(&text);
	}
	if ((int64_t)json_array_size(notes) < total)
		buf_printf(out, "%s%zu of %lld notes; --limit shows more%s\n",
			   style_on(o, STYLE_DIM), json_array_size(notes), (long long)total,
			   style_off(o));
}

static int print_run(const struct options *o, json_t *run)
{
	static const struct view_column lines[] = {
		{ { "Kind", false, 0, 0 }, "kind", "kind", VALUE_PLAIN },
		{ { "Started (UTC)", false, 0, 0 }, "started", "started", VALUE_TIME },
		{ { "Ended (UTC)", false, 0, 0 }, "ended", "ended", VALUE_TIME },
		{ { "Requests", false, 0, 0 }, "requests", "requests", VALUE_PLAIN },
		{ { "Not modified", false, 0, 0 }, "notModified", "notModified", VALUE_PLAIN },
		{ { "Pages", false, 0, 0 }, "pages", "pages", VALUE_PLAIN },
		{ { "Pages lost", false, 0, 0 }, "pagesLost", "pagesLost", VALUE_PLAIN },
		{ { "Received", false, 0, 0 }, "wireBytes", "wireBytes", VALUE_BYTES },
		{ { "Decoded", false, 0, 0 }, "bodyBytes", "bodyBytes", VALUE_BYTES },
		{ { "Notes", false, 0, 0 }, "notes", "notes", VALUE_PLAIN },
	};
	struct buf out = BUF_INIT(OUTPUT_BYTES);

	write_ledger(&out, o, run);
	for (size_t i = 0; i < countof(lines); i++) {
		struct buf text = BUF_INIT(4096);

		value_write(&text, value_at(run, lines[i].path), lines[i].kind, NULL);
		if (text.len > 0)
			buf_printf(&out, "  %-16s%s\n", lines[i].layout.title, buf_z(&text));
		buf_clear(&text);
	}
	write_notes(&out, o, run);
	return output_flush(&out);
}

int output_runs(const struct options *o, json_t *runs, json_t *one)
{
	json_t *root = one != NULL ? json_incref(one) : json_pack("{sO}", "runs", runs);
	int rc = output_list_or(o, root, runs, columns, countof(columns), "no runs");

	json_decref(root);
	return rc;
}

/* The last run of each source, out of the list of sources. */
static json_t *last_runs(json_t *sources)
{
	json_t *runs = json_array();
	json_t *source;
	size_t i;

	json_array_foreach(sources, i, source)
	{
		json_t *run = json_object_get(source, "lastRun");

		if (run != NULL)
			json_array_append(runs, run);
	}
	return runs;
}

static int print_answer(const struct options *o, json_t *root)
{
	json_t *runs;
	int rc;

	if (o->n_words == 2) {
		if (o->format == OUTPUT_TABLE)
			return print_run(o, root);
		return output_list(o, root, json_object_get(root, "noteList"), note_columns,
				   countof(note_columns), NULL);
	}
	runs = o->n_words == 1 ? json_incref(json_object_get(root, "runs"))
			       : last_runs(json_object_get(root, "sources"));
	rc = output_runs(o, runs, NULL);
	json_decref(runs);
	return rc;
}

int run_runs(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/sources");
	if (o->n_words > 0) {
		client_segment(&r, o->words[0]);
		buf_str(&r.path, "/runs");
	}
	if (o->n_words > 1)
		client_segment(&r, o->words[1]);
	if (o->n_words > 0)
		add_option_params(&r, o);
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK)
		rc = print_answer(o, answer.json);
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
