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
	{ "hl", "CODE", "preferred language of texts (en)", false },
	{ "records", NULL, "what each source says, in its own words", false },
	{ NULL, NULL, NULL, false },
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
	{ "Assessment", "assessmentText", VALUE_TEXTS },
	{ "Supervision", "supervision", VALUE_PLAIN },
	{ "Quality", "qualityAssurance", VALUE_PLAIN },
	{ "Quality", "qualityAssuranceText", VALUE_TEXTS },
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

/* What the source wrote, behind what it means. */
static void add_declared(struct buf *out, json_t *of)
{
	add_suffix(out, of, "declared", out->len > 0 ? "; the source says “" : "“", "”");
}

static void add_way(struct buf *out, json_t *of, const char *key)
{
	const char *way = value_way(value_text_at(of, key));

	if (way != NULL)
		buf_printf(out, " (%s)", way);
}

static void write_workload(struct buf *out, const struct options *o, json_t *offer)
{
	json_t *workload = json_object_get(offer, "workload");
	struct buf text = BUF_INIT(4096);

	if (json_number_value(json_object_get(workload, "ects")) > 0) {
		value_write(&text, workload, VALUE_ECTS, NULL);
		buf_str(&text, " ECTS");
		add_way(&text, workload, "from");
	}
	if (json_number_value(json_object_get(workload, "hours")) > 0) {
		buf_str(&text, text.len > 0 ? ", " : "");
		value_write(&text, json_object_get(workload, "hours"), VALUE_PLAIN, NULL);
		buf_str(&text, " h of work");
		add_way(&text, workload, "hoursFrom");
	}
	add_declared(&text, workload);
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
		add_way(&text, level, "from");
	}
	add_suffix(&text, level, "qfEhea", text.len > 0 ? ", " : "", " cycle");
	add_suffix(&text, level, "nqf", text.len > 0 ? ", " : "", "");
	add_declared(&text, level);
	output_field(out, o, "Level", buf_view(&text));
	buf_clear(&text);
}

static void write_subjects(struct buf *out, const struct options *o, json_t *offer)
{
	json_t *subjects = json_object_get(offer, "subjects");
	struct buf text = BUF_INIT(4096);
	json_t *subject;
	size_t i;

	json_array_foreach(subjects, i, subject)
	{
		if (json_array_size(subjects) > 1)
			buf_str(&text, "- ");
		add_suffix(&text, subject, "iscedf", "", "");
		add_suffix(&text, subject, "label", " ", "");
		add_way(&text, subject, "from");
		buf_char(&text, '\n');
	}
	output_field(out, o, "Subjects", slice_trim(buf_view(&text)));
	buf_clear(&text);
}

/* --- sessions --- */

static void add_price(struct buf *out, json_t *session)
{
	json_t *one = json_pack("[O]", session);
	struct buf price = BUF_INIT(256);

	value_write(&price, one, VALUE_PRICE, NULL);
	if (price.len > 0)
		buf_printf(out, "; %s", buf_z(&price));
	else
		add_suffix(out, json_object_get(session, "price"), "declared", "; price: “", "”");
	buf_clear(&price);
	json_decref(one);
}

/* "; apply 2026-09-01 to 2026-10-01 (open)" */
static void add_application(struct buf *out, json_t *session)
{
	const char *from = value_text_at(session, "applyFrom");
	const char *until = value_text_at(session, "applyUntil");
	const char *state = value_text_at(session, "applicationState");
	bool is_known = state != NULL && strcmp(state, "unknown") != 0;

	if (from != NULL && until != NULL)
		buf_printf(out, "; apply %s to %s", from, until);
	else if (from != NULL)
		buf_printf(out, "; apply from %s", from);
	else if (until != NULL)
		buf_printf(out, "; apply by %s", until);
	else if (is_known)
		buf_str(out, "; applications");
	if (is_known)
		buf_printf(out, from != NULL || until != NULL ? " (%s)" : ": %s", state);
}

static void write_session(struct buf *out, json_t *session)
{
	const char *start = value_text_at(session, "start");

	buf_str(out, "- ");
	if (start != NULL)
		buf_str(out, value_text_at(session, "startMax") != NULL ? "starts " : "");
	add_suffix(out, session, "start", "", "");
	add_suffix(out, session, "startMax", " to ", "");
	add_suffix(out, session, "end",
		   value_text_at(session, "startMax") != NULL ? ", ends "
		   : start != NULL                            ? " to "
							      : "until ",
		   "");
	add_suffix(out, session, "declared", start != NULL ? " (“" : "“",
		   start != NULL ? "”)" : "”");
	if (start == NULL && value_text_at(session, "end") == NULL &&
	    value_text_at(session, "declared") == NULL)
		buf_str(out, json_is_true(json_object_get(session, "rolling")) ? "at any time"
									       : "no dates");
	add_application(out, session);
	add_suffix(out, session, "status", "; ", "");
	add_suffix(out, session, "place", "; ", "");
	add_suffix(out, session, "pace", "; ", "");
	add_price(out, session);
	add_suffix(out, session, "url", "; ", "");
	buf_char(out, '\n');
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

/* What the offer states of the Bologna process's key commitments, and what it does not. */
static void write_commitments(struct buf *out, const struct options *o, json_t *offer)
{
	static const struct {
		const char *member;
		const char *name;
	} commitments[] = {
		{ "outcomes", "learning outcomes" },
		{ "level", "level" },
		{ "ects", "workload in ECTS" },
		{ "assessment", "assessment" },
		{ "qualityAssurance", "quality assurance" },
		{ "recognition", "recognition" },
	};
	json_t *compatible = json_object_get(offer, "compatible");
	struct buf stated = BUF_INIT(4096), missing = BUF_INIT(4096);

	for (size_t i = 0; i < countof(commitments) && compatible != NULL; i++) {
		bool is_stated = json_is_true(json_object_get(compatible, commitments[i].member));
		struct buf *to = is_stated ? &stated : &missing;

		buf_printf(to, "%s%s", to->len > 0 ? ", " : "", commitments[i].name);
		if (strcmp(commitments[i].member, "qualityAssurance") == 0)
			add_suffix(to, compatible, "qualityAssuranceFrom", " (", ")");
	}
	output_field(out, o, "Stated", buf_view(&stated));
	output_field(out, o, "Not stated", buf_view(&missing));
	buf_clear(&stated);
	buf_clear(&missing);
}

static void write_records(struct buf *out, const struct options *o, json_t *offer)
{
	struct buf text = BUF_INIT(64 * 1024);
	json_t *record;
	size_t i;

	json_array_foreach(json_object_get(offer, "records"), i, record)
	{
		if (json_array_size(json_object_get(offer, "records")) > 1)
			buf_str(&text, "- ");
		add_suffix(&text, record, "source", "", "");
		add_suffix(&text, record, "recordId", ": ", "");
		add_suffix(&text, record, "state", " (", ", seen ");
		value_write(&text, json_object_get(record, "seen"), VALUE_TIME, NULL);
		buf_str(&text, " UTC)\n");
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
	write_commitments(&out, o, offer);
	write_records(&out, o, offer);
	return output_flush(&out);
}

/* --- each source's own words --- */

static const struct view_column word_columns[] = {
	{ { "Source", false, 0, 0 }, "source", "source", VALUE_PLAIN },
	{ { "Record", false, 0, 0 }, "record_id", "recordId", VALUE_PLAIN },
	{ { "State", false, 0, 0 }, "state", "state", VALUE_PLAIN },
	{ { "Element", false, 0, 0 }, "element", "element", VALUE_PLAIN },
	{ { "Part", false, 0, 0 }, "part", "part", VALUE_PLAIN },
	{ { "Language", false, 0, 0 }, "lang", "lang", VALUE_PLAIN },
	{ { "Scheme", false, 0, 0 }, "scheme", "scheme", VALUE_PLAIN },
	{ { "Text", false, 0, 0 }, "text", "text", VALUE_PLAIN },
	{ { "Path", false, 0, 0 }, "path", "path", VALUE_PLAIN },
};

static void write_words(struct buf *out, const struct options *o, json_t *record)
{
	const char *last = "";
	json_t *word;
	size_t i;

	buf_printf(out, "%s", style_on(o, STYLE_DIM));
	add_suffix(out, record, "source", "", "");
	add_suffix(out, record, "recordId", ": ", "");
	add_suffix(out, record, "state", " (", ")");
	buf_printf(out, "%s\n", style_off(o));
	json_array_foreach(json_object_get(record, "words"), i, word)
	{
		const char *name = value_text_at(word, "element");
		struct buf text = BUF_INIT(OUTPUT_BYTES);

		name = name != NULL ? name : "?";
		if (strcmp(name, last) != 0)
			buf_printf(out, "%s%s%s\n", style_on(o, STYLE_BOLD), name, style_off(o));
		last = name;
		add_suffix(&text, word, "text", "", "");
		add_suffix(&text, word, "lang", " (", ")");
		add_suffix(&text, word, "scheme", " [", "]");
		add_suffix(&text, word, "path", "  at ", "");
		display_wrap(out, buf_view(&text), display_width(), 2);
		buf_clear(&text);
	}
}

/* One flat object for each word of each record. */
static json_t *flatten_words(json_t *root)
{
	json_t *items = json_array();
	json_t *record;
	json_t *word;
	size_t i;
	size_t k;

	json_array_foreach(json_object_get(root, "records"), i, record)
	{
		json_array_foreach(json_object_get(record, "words"), k, word)
		{
			json_t *item = json_copy(word);

			json_object_set(item, "source", json_object_get(record, "source"));
			json_object_set(item, "recordId", json_object_get(record, "recordId"));
			json_object_set(item, "state", json_object_get(record, "state"));
			json_array_append_new(items, item);
		}
	}
	return items;
}

static int print_records(const struct options *o, json_t *root)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	json_t *items;
	json_t *record;
	size_t i;
	int rc;

	if (o->format == OUTPUT_TABLE) {
		json_array_foreach(json_object_get(root, "records"), i, record)
			write_words(&out, o, record);
		return output_flush(&out);
	}
	items = flatten_words(root);
	rc = output_list(o, root, items, word_columns, countof(word_columns), NULL);
	json_decref(items);
	return rc;
}

/* As it is: the daemon writes a row of CSV itself. */
static int copy_csv(const struct options *o, struct client_request *r)
{
	r->accept = "text/csv";
	return client_copy(o, r);
}

static int ask_and_print(const struct options *o, struct client_request *r, bool wants_records)
{
	struct client_answer answer = { .status = 0 };
	int rc = client_ask(&answer, o, r);

	if (rc == EX_OK && wants_records)
		rc = print_records(o, answer.json);
	else if (rc == EX_OK)
		rc = o->format == OUTPUT_TABLE ? print(o, answer.json)
					       : output_json(o, answer.json);
	client_answer_clear(&answer);
	return rc;
}

int run_show(const struct options *o)
{
	bool wants_records = option_is_on(o, "records");
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/offers");
	client_segment(&r, o->words[0]);
	if (wants_records)
		buf_str(&r.path, "/records");
	rc = o->format == OUTPUT_CSV && !wants_records ? copy_csv(o, &r)
						       : ask_and_print(o, &r, wants_records);
	client_request_clear(&r);
	return rc;
}
