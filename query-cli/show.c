// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat show: one offer, for a person who decides.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <sysexits.h>

const struct option_spec show_options[] = {
	{ "hl", "CODE", "preferred language of texts (en)" },
	{ "records", NULL, "what each source says, in its own words" },
	{ NULL, NULL, NULL },
};

/* Elements that are one line each. */
static const struct {
	const char *name;
	const char *path;
	enum value_kind kind;
} lines[] = {
	{ "Provider", "provider.name", VALUE_TEXTS },
	{ "Unit", "provider.unit", VALUE_TEXTS },
	{ "Country", "provider.country", VALUE_PLAIN },
	{ "Alliances", "alliances", VALUE_PLAIN },
	{ "Languages", "languages", VALUE_PLAIN },
	{ "Mode", "mode", VALUE_PLAIN },
	{ "Schedule", "schedule", VALUE_PLAIN },
	{ "Size", "sizeClass", VALUE_PLAIN },
	{ "Type", "opportunityType", VALUE_PLAIN },
	{ "Assessment", "assessment", VALUE_PLAIN },
	{ "", "assessmentText", VALUE_TEXTS },
	{ "Supervision", "supervision", VALUE_PLAIN },
	{ "Quality", "qualityAssurance", VALUE_PLAIN },
	{ "", "qualityAssuranceText", VALUE_TEXTS },
	{ "Stackability", "stackability", VALUE_PLAIN },
	{ "Credential", "credentialTypes", VALUE_PLAIN },
	{ "Formality", "formality", VALUE_PLAIN },
	{ "Course code", "courseCode", VALUE_PLAIN },
	{ "Page", "url", VALUE_PLAIN },
};

static void add_suffix(struct buf *out, json_t *of, const char *key, const char *before,
		       const char *after)
{
	const char *text = json_string_value(json_object_get(of, key));

	if (text != NULL)
		buf_printf(out, "%s%s%s", before, text, after);
}

static void write_workload(struct buf *out, const struct options *o, json_t *offer)
{
	json_t *workload = json_object_get(offer, "workload");
	struct buf text = BUF_INIT(4096);

	if (json_number_value(json_object_get(workload, "ects")) > 0) {
		value_write(&text, workload, VALUE_ECTS, NULL);
		buf_str(&text, " ECTS");
		add_suffix(&text, workload, "from", " (", ")");
	}
	if (json_number_value(json_object_get(workload, "hours")) > 0) {
		buf_str(&text, text.len > 0 ? ", " : "");
		value_write(&text, json_object_get(workload, "hours"), VALUE_PLAIN, NULL);
		buf_str(&text, " h of work");
		add_suffix(&text, workload, "hoursFrom", " (", ")");
	}
	add_suffix(&text, workload, "declared", text.len > 0 ? "; declared: " : "declared: ", "");
	output_field(out, o, "Workload", buf_view(&text));
	buf_clear(&text);
}

static void write_level(struct buf *out, const struct options *o, json_t *offer)
{
	json_t *level = json_object_get(offer, "level");
	struct buf text = BUF_INIT(4096);

	if (json_number_value(json_object_get(level, "eqf")) > 0) {
		buf_str(&text, "EQF ");
		value_write(&text, level, VALUE_LEVEL, NULL);
		add_suffix(&text, level, "from", " (", ")");
	}
	add_suffix(&text, level, "qfEhea", text.len > 0 ? ", " : "", " cycle");
	add_suffix(&text, level, "nqf", text.len > 0 ? ", " : "", "");
	add_suffix(&text, level, "declared", text.len > 0 ? "; declared: " : "declared: ", "");
	output_field(out, o, "Level", buf_view(&text));
	buf_clear(&text);
}

static void write_subjects(struct buf *out, const struct options *o, json_t *offer)
{
	struct buf text = BUF_INIT(4096);
	json_t *subject;
	size_t i;

	json_array_foreach(json_object_get(offer, "subjects"), i, subject)
	{
		if (i > 0)
			buf_str(&text, "; ");
		add_suffix(&text, subject, "iscedf", "", "");
		add_suffix(&text, subject, "label", " ", "");
		add_suffix(&text, subject, "from", " (", ")");
	}
	output_field(out, o, "Subjects", buf_view(&text));
	buf_clear(&text);
}

static void write_session(struct buf *out, json_t *session)
{
	json_t *one = json_array();
	struct buf price = BUF_INIT(256);

	json_array_append(one, session);
	value_write(&price, one, VALUE_PRICE, NULL);
	json_decref(one);

	buf_str(out, "- ");
	add_suffix(out, session, "start", "", "");
	add_suffix(out, session, "end", " to ", "");
	if (value_text_at(session, "start") == NULL)
		add_suffix(out, session, "declared", "", "");
	add_suffix(out, session, "applyUntil", ", apply until ", "");
	add_suffix(out, session, "applicationState", ", applications: ", "");
	add_suffix(out, session, "place", ", ", "");
	if (price.len > 0)
		buf_printf(out, ", %s", buf_z(&price));
	buf_char(out, '\n');
	buf_clear(&price);
}

static void write_sessions(struct buf *out, const struct options *o, json_t *offer)
{
	struct buf text = BUF_INIT(256 * 1024);
	json_t *session;
	size_t i;

	json_array_foreach(json_object_get(offer, "sessions"), i, session)
		write_session(&text, session);
	output_field(out, o, "Sessions", slice_trim(buf_view(&text)));
	buf_clear(&text);
}

static void write_outcomes(struct buf *out, const struct options *o, json_t *offer, const char *hl)
{
	json_t *lists = json_object_get(offer, "learningOutcomes");
	json_t *list = hl != NULL ? json_object_get(lists, hl) : NULL;
	struct buf text = BUF_INIT(1024 * 1024);
	json_t *item;
	size_t i;

	if (list == NULL)
		list = json_object_get(lists, "en");
	if (list == NULL)
		list = json_object_iter_value(json_object_iter(lists));
	json_array_foreach(list, i, item) buf_printf(&text, "- %s\n", json_string_value(item));
	output_field(out, o, "Outcomes", slice_trim(buf_view(&text)));
	buf_clear(&text);
}

static void write_value(struct buf *out, const struct options *o, const char *name, json_t *value,
			enum value_kind kind, const char *hl)
{
	struct buf text = BUF_INIT(1024 * 1024);

	value_write(&text, value, kind, hl);
	output_field(out, o, name, buf_view(&text));
	buf_clear(&text);
}

static void write_records(struct buf *out, const struct options *o, json_t *offer)
{
	struct buf text = BUF_INIT(64 * 1024);
	json_t *record;
	size_t i;

	json_array_foreach(json_object_get(offer, "records"), i, record)
	{
		buf_str(&text, "- ");
		add_suffix(&text, record, "source", "", "");
		add_suffix(&text, record, "recordId", ": ", "");
		add_suffix(&text, record, "state", " (", "");
		add_suffix(&text, record, "seen", ", seen ", "");
		buf_str(&text, ")\n");
	}
	output_field(out, o, "Records", slice_trim(buf_view(&text)));
	buf_clear(&text);
}

static int print(const struct options *o, json_t *offer)
{
	const char *hl = option_get(o, "hl");
	const char *title = value_pick(json_object_get(offer, "title"), hl);
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	json_t *score = value_at(offer, "completeness.score");

	buf_str(&out, style_on(o, STYLE_BOLD));
	display_clean(&out, slice_of(title != NULL ? title : "(no title)"));
	buf_printf(&out, "%s\n", style_off(o));
	write_value(&out, o, "ID", json_object_get(offer, "id"), VALUE_PLAIN, hl);
	write_workload(&out, o, offer);
	write_level(&out, o, offer);
	write_subjects(&out, o, offer);
	for (size_t i = 0; i < countof(lines); i++)
		write_value(&out, o, lines[i].name, value_at(offer, lines[i].path), lines[i].kind,
			    hl);
	write_sessions(&out, o, offer);
	write_value(&out, o, "Description", json_object_get(offer, "description"), VALUE_TEXTS, hl);
	write_outcomes(&out, o, offer, hl);
	write_value(&out, o, "Prerequisites", json_object_get(offer, "prerequisites"), VALUE_TEXTS,
		    hl);
	write_value(&out, o, "Completeness", score, VALUE_PERCENT, hl);
	write_value(&out, o, "Missing", value_at(offer, "completeness.missing"), VALUE_PLAIN, hl);
	write_records(&out, o, offer);
	return output_flush(&out);
}

/* One record's words as lines. */
static void write_words(struct buf *out, const struct options *o, json_t *record)
{
	json_t *word;
	size_t i;

	buf_printf(out, "%s", style_on(o, STYLE_BOLD));
	add_suffix(out, record, "source", "", "");
	add_suffix(out, record, "recordId", " ", "");
	add_suffix(out, record, "state", " (", ")");
	buf_printf(out, "%s\n", style_off(o));
	json_array_foreach(json_object_get(record, "words"), i, word)
	{
		struct buf name = BUF_INIT(256);

		add_suffix(&name, word, "element", "", "");
		add_suffix(out, word, "path", style_on(o, STYLE_DIM), ": ");
		buf_str(out, style_off(o));
		buf_char(out, '\n');
		output_field(out, o, buf_z(&name), slice_of(value_text_at(word, "text")));
		buf_clear(&name);
	}
}

static int print_records(const struct options *o, json_t *root)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	json_t *record;
	size_t i;

	json_array_foreach(json_object_get(root, "records"), i, record)
		write_words(&out, o, record);
	return output_flush(&out);
}

int run_show(const struct options *o)
{
	bool wants_records = option_is_on(o, "records");
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/offers");
	client_segment(&r, o->words[0]);
	if (wants_records)
		buf_str(&r.path, "/records");
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK && o->format != OUTPUT_TABLE)
		rc = output_json(answer.json);
	else if (rc == EX_OK)
		rc = wants_records ? print_records(o, answer.json) : print(o, answer.json);
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
