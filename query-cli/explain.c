// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat explain: how each element of an offer was reached.
 *
 *   level
 *     syventävät opinnot  at column Taso
 *     → EQF 7 (by degree or cycle), level-terms.tsv: syventävät opinnot -> EQF 7 (fi)
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <sysexits.h>

enum { TEXT_BYTES = 1024 * 1024, TEXT_COLUMNS = 300 };

/* For CSV and NDJSON: one row an element and word. */
static const struct view_column columns[] = {
	{ { "Source", false, 0, 0 }, "source", "source", VALUE_PLAIN },
	{ { "Record", false, 0, 0 }, "record_id", "recordId", VALUE_PLAIN },
	{ { "Element", false, 0, 0 }, "element", "element", VALUE_PLAIN },
	{ { "Read", false, 0, 0 }, "text", "text", VALUE_PLAIN },
	{ { "Piece", false, 0, 0 }, "piece", "piece", VALUE_PLAIN },
	{ { "Language", false, 0, 0 }, "lang", "lang", VALUE_PLAIN },
	{ { "Scheme", false, 0, 0 }, "scheme", "scheme", VALUE_PLAIN },
	{ { "Path", false, 0, 0 }, "path", "path", VALUE_PLAIN },
	{ { "Rule", false, 0, 0 }, "rule", "rule", VALUE_PLAIN },
	{ { "Result", false, 0, 0 }, "result", "result", VALUE_PLAIN },
	{ { "From", false, 0, 0 }, "from", "from", VALUE_PLAIN },
};

static json_t *first_word(json_t *element)
{
	return json_array_get(json_object_get(element, "words"), 0);
}

static void write_line(struct buf *out, const struct buf *text)
{
	display_wrap(out, buf_view(text), display_width(), 2);
}

/* What the source wrote, and where. */
static void write_word(struct buf *out, json_t *word)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	const char *path = value_text_at(word, "path");
	const char *scheme = value_text_at(word, "scheme");
	const char *lang = value_text_at(word, "lang");

	display_fit(&text, slice_of(value_text_at(word, "text")), TEXT_COLUMNS);
	if (lang != NULL)
		buf_printf(&text, " (%s)", lang);
	if (scheme != NULL)
		buf_printf(&text, " [%s]", scheme);
	if (path != NULL)
		buf_printf(&text, "  at %s", path);
	write_line(out, &text);
	buf_clear(&text);
}

/* What is said of a text that was taken over as it is: nothing, or its language. */
static const char *taken_over(json_t *element)
{
	static const char as_declared[] = "as declared";
	const char *text = value_text_at(first_word(element), "text");
	const char *result = value_text_at(element, "result");
	const char *rule = value_text_at(element, "rule");

	if (text == NULL || result == NULL || rule == NULL ||
	    strncmp(text, result, strlen(result)) != 0 ||
	    strncmp(rule, as_declared, strlen(as_declared)) != 0)
		return NULL;
	rule += strlen(as_declared);
	return rule + strspn(rule, "; ");
}

static void write_result(struct buf *out, json_t *element)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	const char *piece = value_text_at(element, "piece");
	const char *result = value_text_at(element, "result");
	const char *rule = value_text_at(element, "rule");
	const char *way = value_way(value_text_at(element, "from"));
	const char *said = taken_over(element);

	if (said != NULL) {
		if (said[0] != '\0')
			buf_printf(&text, "→ %s", said);
	} else {
		if (piece != NULL) {
			buf_str(&text, "“");
			display_fit(&text, slice_of(piece), TEXT_COLUMNS);
			buf_str(&text, "” ");
		}
		buf_str(&text, "→ ");
		display_fit(&text, slice_of(result != NULL ? result : "nothing"), TEXT_COLUMNS);
		if (way != NULL)
			buf_printf(&text, " (%s)", way);
		if (rule != NULL)
			buf_printf(&text, ", %s", rule);
	}
	if (text.len > 0)
		write_line(out, &text);
	buf_clear(&text);
}

/* Of several values in one word each has a line below it. */
static bool is_of_same_word(json_t *element, json_t *before)
{
	return before != NULL && first_word(element) != NULL &&
	       json_equal(first_word(element), first_word(before)) &&
	       json_equal(json_object_get(element, "element"), json_object_get(before, "element"));
}

static void write_elements(struct buf *out, const struct options *o, json_t *elements)
{
	const char *last = "";
	json_t *element, *before = NULL;
	size_t i;

	json_array_foreach(elements, i, element)
	{
		const char *name = value_text_at(element, "element");

		name = name != NULL ? name : "?";
		if (strcmp(name, last) != 0)
			buf_printf(out, "%s%s%s\n", style_on(o, STYLE_BOLD), name, style_off(o));
		last = name;
		if (first_word(element) != NULL && !is_of_same_word(element, before))
			write_word(out, first_word(element));
		write_result(out, element);
		before = element;
	}
}

static void write_notes(struct buf *out, const struct options *o, json_t *notes)
{
	json_t *note;
	size_t i;

	if (json_array_size(notes) > 0)
		buf_printf(out, "%sdoubts%s\n", style_on(o, STYLE_YELLOW), style_off(o));
	json_array_foreach(notes, i, note)
	{
		struct buf text = BUF_INIT(TEXT_BYTES);

		write_note_text(&text, note);
		write_line(out, &text);
		buf_clear(&text);
	}
}

/* "outcomes, ects (declared)": the commitments that are stated, or the others. */
static void write_commitments(struct buf *out, const struct options *o, json_t *commitments,
			      bool that_are_stated)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	json_t *one;
	size_t i;

	json_array_foreach(commitments, i, one)
	{
		const char *name = value_text_at(one, "commitment");
		const char *basis = value_text_at(one, "basis");

		if (name == NULL || json_is_true(json_object_get(one, "stated")) != that_are_stated)
			continue;
		buf_printf(&text, "%s%s", text.len > 0 ? ", " : "", name);
		if (basis != NULL && strcmp(basis, "stated") != 0)
			buf_printf(&text, " (%s)", basis);
	}
	if (text.len > 0) {
		buf_printf(out, "%skey commitments %s%s\n", style_on(o, STYLE_BOLD),
			   that_are_stated ? "stated" : "not stated", style_off(o));
		write_line(out, &text);
	}
	buf_clear(&text);
}

static void write_record(struct buf *out, const struct options *o, json_t *record)
{
	const char *source = value_text_at(record, "source");
	const char *id = value_text_at(record, "recordId");
	const char *state = value_text_at(record, "state");
	const char *refused = value_text_at(record, "refused");

	buf_printf(out, "%s%s: %s%s%s%s%s\n", style_on(o, STYLE_DIM), source != NULL ? source : "?",
		   id != NULL ? id : "?", state != NULL ? " (" : "", state != NULL ? state : "",
		   state != NULL ? ")" : "", style_off(o));
	if (refused != NULL)
		buf_printf(out, "would be rejected today: %s\n", refused);
	if (json_is_true(json_object_get(record, "isOlder")))
		buf_str(out, "made by older rules; what follows is what those of now make of it\n");
	write_elements(out, o, json_object_get(record, "elements"));
	write_commitments(out, o, json_object_get(record, "commitments"), true);
	write_commitments(out, o, json_object_get(record, "commitments"), false);
	write_notes(out, o, json_object_get(record, "notes"));
}

static int print(const struct options *o, json_t *root)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	const char *title = value_text_at(root, "title");
	json_t *record;
	size_t i;

	if (title != NULL) {
		buf_str(&out, style_on(o, STYLE_BOLD));
		display_clean(&out, slice_of(title));
		buf_printf(&out, "%s\n", style_off(o));
	}
	json_array_foreach(json_object_get(root, "records"), i, record)
		write_record(&out, o, record);
	return output_flush(&out);
}

/* One flat object for each element of each record. */
static json_t *flatten(json_t *root)
{
	json_t *items = json_array();
	json_t *record;
	json_t *element;
	size_t i;
	size_t k;

	json_array_foreach(json_object_get(root, "records"), i, record)
	{
		json_array_foreach(json_object_get(record, "elements"), k, element)
		{
			json_t *item = json_object();

			json_object_set(item, "source", json_object_get(record, "source"));
			json_object_set(item, "recordId", json_object_get(record, "recordId"));
			json_object_update(item, first_word(element));
			json_object_update(item, element);
			json_object_del(item, "words");
			json_array_append_new(items, item);
		}
	}
	return items;
}

int run_explain(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	json_t *items;
	int rc;

	client_request_init(&r, "GET", "/v1/offers");
	client_segment(&r, o->words[0]);
	buf_str(&r.path, "/explain");
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK && o->format == OUTPUT_TABLE) {
		rc = print(o, answer.json);
	} else if (rc == EX_OK) {
		items = flatten(answer.json);
		rc = output_list(o, answer.json, items, columns, countof(columns), NULL);
		json_decref(items);
	}
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
