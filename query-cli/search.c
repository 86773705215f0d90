// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat search: words and filters in, offers out.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdio.h>
#include <sysexits.h>

const struct option_spec search_options[] = {
	FILTER_OPTIONS,
	{ "sort", "ORDER", "relevance, title, ects, level, start, changed", false },
	{ "limit", "N", "offers at most (20); 0 for the counts alone", false },
	{ "cursor", "TEXT", "the page after the one that printed it", false },
	{ "facets", "NAMES", "count by these filters too: subject,level or all", false },
	{ "hl", "CODE", "preferred language of titles and snippets (en)", false },
	{ "snippets", NULL, "show where the words were found", false },
	{ NULL, NULL, NULL, false },
};

static const struct view_column columns[] = {
	{ { "ID", false, 0, 0 }, "id", "id", VALUE_PLAIN },
	{ { "Title", false, 21, 0 }, "title", "title", VALUE_TEXTS },
	{ { "ECTS", true, 0, 2 }, "ects", "workload", VALUE_ECTS },
	{ { "EQF", true, 0, 1 }, "eqf", "level", VALUE_LEVEL },
	{ { "Lang", false, 5, 4 }, "languages", "languages", VALUE_PLAIN },
	{ { "Provider", false, 12, 5 }, "provider", "provider.name", VALUE_TEXTS },
	{ { "CC", false, 0, 3 }, "country", "provider.country", VALUE_PLAIN },
	{ { "Mode", false, 6, 7 }, "mode", "mode", VALUE_PLAIN },
	{ { "Start", false, 0, 6 }, "start", "sessions", VALUE_START },
	{ { "Price", true, 0, 8 }, "price", "sessions", VALUE_PRICE },
};

static const struct table_column facet_columns[] = {
	{ "", true, 0, 0 }, /* the filter's name is above */
	{ "", false, 12, 0 },
	{ "", false, 20, 1 },
};

void add_option_params(struct client_request *r, const struct options *o)
{
	for (size_t i = 0; i < o->n_values; i++) {
		const struct option_value *v = &o->values[i];

		if (v->value[0] != '\0' && (v->spec->is_many || option_get(o, v->name) == v->value))
			client_param(r, o->values[i].name, o->values[i].value);
	}
}

static void add_words(struct client_request *r, const struct options *o)
{
	struct buf q = BUF_INIT(16 * 1024);

	for (size_t i = 0; i < o->n_words; i++) {
		/* A word of the command line with blanks in it was quoted there: a phrase. */
		bool is_phrase = strchr(o->words[i], ' ') != NULL &&
				 strchr(o->words[i], '"') == NULL && o->n_words > 1;

		if (i > 0)
			buf_char(&q, ' ');
		buf_printf(&q, is_phrase ? "\"%s\"" : "%s", o->words[i]);
	}
	if (q.len > 0)
		client_param(r, "q", buf_z(&q));
	buf_clear(&q);
}

/* --- facets --- */

/* A label that only repeats the code is left out. */
static void write_facet(struct buf *out, const struct options *o, const char *name, json_t *values)
{
	struct table t;
	json_t *value;
	size_t i;

	if (json_array_size(values) == 0)
		return;
	table_init(&t, facet_columns, countof(facet_columns));
	json_array_foreach(values, i, value)
	{
		const char *label = value_text_at(value, "label");
		const char *code = value_text_at(value, "code");
		bool is_rest = json_is_true(value_at(value, "isRest"));
		char count[32];

		code = is_rest || code == NULL ? "(others)" : code;
		snprintf(count, sizeof(count), "%8lld", (long long)value_number_at(value, "count"));
		table_cell(&t, slice_of(count));
		table_cell(&t, slice_of(code));
		table_cell(&t, slice_of(label != NULL && strcmp(label, code) != 0 ? label : ""));
	}
	buf_printf(out, "\n%s%s%s", style_on(o, STYLE_BOLD), name, style_off(o));
	table_write(out, &t, display_width(), "", "");
	table_clear(&t);
}

/* In the order asked for; "all" in the daemon's. */
static void write_facets(struct buf *out, const struct options *o, json_t *facets)
{
	const char *asked = option_get(o, "facets");
	struct slice rest = slice_of(asked != NULL ? asked : "");
	struct slice part;
	const char *name;
	json_t *values;

	while (slice_split(&part, &rest, ',')) {
		struct buf key = BUF_INIT(256);

		buf_slice(&key, slice_trim(part));
		write_facet(out, o, buf_z(&key), json_object_get(facets, buf_z(&key)));
		json_object_del(facets, buf_z(&key));
		buf_clear(&key);
	}
	json_object_foreach(facets, name, values) write_facet(out, o, name, values);
}

/* --- snippets --- */

/*
 * Two characters of no width stand for the begin and end of a match while lines
 * are broken; escape sequences would be dropped there like any control character.
 */
enum { MATCH_BEGIN = 0x2061, MATCH_END = 0x2062 };

static void append_point(struct buf *out, uint32_t point)
{
	char bytes[4];

	buf_append(out, bytes, utf8_encode(bytes, point));
}

/* matches: [start, length] in code points. */
static void mark_matches(struct buf *out, struct slice text, json_t *matches)
{
	size_t i = 0;
	size_t n = 0;
	uint32_t point;

	for (; utf8_next(&point, &text); n++) {
		json_t *match = json_array_get(matches, i);
		size_t begin = (size_t)json_integer_value(json_array_get(match, 0));
		size_t length = (size_t)json_integer_value(json_array_get(match, 1));

		if (match != NULL && n == begin)
			append_point(out, MATCH_BEGIN);
		if (point != MATCH_BEGIN && point != MATCH_END)
			append_point(out, point);
		if (match != NULL && n + 1 == begin + length) {
			append_point(out, MATCH_END);
			i++;
		}
	}
}

static void colour_matches(struct buf *out, const struct options *o, struct slice text)
{
	uint32_t point;

	while (utf8_next(&point, &text)) {
		if (point == MATCH_BEGIN)
			buf_str(out, style_on(o, STYLE_BOLD));
		else if (point == MATCH_END)
			buf_str(out, style_off(o));
		else
			append_point(out, point);
	}
}

static void write_snippets(struct buf *out, const struct options *o, json_t *offers)
{
	json_t *offer;
	size_t i;

	json_array_foreach(offers, i, offer)
	{
		const char *snippet = value_text_at(offer, "snippet.text");
		const char *id = value_text_at(offer, "id");
		struct buf marked = BUF_INIT(64 * 1024);
		struct buf wrapped = BUF_INIT(64 * 1024);

		if (snippet == NULL)
			continue;
		buf_printf(out, "\n%s%s%s\n", style_on(o, STYLE_DIM), id != NULL ? id : "",
			   style_off(o));
		mark_matches(&marked, slice_of(snippet), value_at(offer, "snippet.matches"));
		display_wrap(&wrapped, buf_view(&marked), display_width(), 2);
		colour_matches(out, o, buf_view(&wrapped));
		buf_clear(&marked);
		buf_clear(&wrapped);
	}
}

/* What a person wants to know behind the table. */
static void write_footer(struct buf *out, const struct options *o, json_t *root)
{
	size_t shown = json_array_size(json_object_get(root, "offers"));
	int64_t total = value_number_at(root, "total");
	const char *next = value_text_at(root, "next");

	if (total == 0) {
		buf_printf(out, "%sno offers found%s\n", style_on(o, STYLE_DIM), style_off(o));
		return;
	}
	buf_str(out, style_on(o, STYLE_DIM));
	if (shown > 0) /* else only counts were asked for */
		buf_printf(out, "%zu of ", shown);
	buf_printf(out, "%lld offer%s%s\n", (long long)total, total == 1 ? "" : "s", style_off(o));
	if (next != NULL)
		buf_printf(out, "%smore: --cursor %s%s\n", style_on(o, STYLE_DIM), next,
			   style_off(o));
}

static int print(const struct options *o, json_t *root)
{
	json_t *offers = json_object_get(root, "offers");
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	int rc = EX_OK;

	if (json_array_size(offers) > 0)
		rc = output_list(o, root, offers, columns, countof(columns), option_get(o, "hl"));
	if (rc != EX_OK)
		return rc;
	if (option_is_on(o, "snippets"))
		write_snippets(&out, o, offers);
	write_facets(&out, o, json_object_get(root, "facets"));
	write_footer(&out, o, root);
	return output_flush(&out);
}

int run_search(const struct options *o)
{
	static const char *const formats[] = { "json", "json", "csv", "ndjson" };
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/offers");
	add_words(&r, o);
	add_option_params(&r, o);
	if (o->format == OUTPUT_CSV || o->format == OUTPUT_NDJSON) {
		r.accept = "*/*";
		client_param(&r, "format", formats[o->format]);
		rc = client_copy(o, &r);
	} else {
		rc = client_ask(&answer, o, &r);
		if (rc == EX_OK)
			rc = o->format == OUTPUT_JSON ? output_json(o, answer.json)
						      : print(o, answer.json);
		client_answer_clear(&answer);
	}
	client_request_clear(&r);
	return rc;
}
