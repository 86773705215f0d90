// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat search: words and filters in, offers out.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include "base/mem.h"

#include <stdio.h>
#include <sysexits.h>

const struct option_spec search_options[] = {
	FILTER_OPTIONS,
	{ "sort", "ORDER", "relevance, title, ects, level, start, changed" },
	{ "limit", "N", "offers at most (20)" },
	{ "cursor", "TEXT", "the page after the one that printed it" },
	{ "facets", "NAMES", "count by these filters too: subject,level or all" },
	{ "hl", "CODE", "preferred language of titles and snippets (en)" },
	{ "snippets", NULL, "show where the words were found" },
	{ NULL, NULL, NULL },
};

static const struct view_column columns[] = {
	{ { "ID", false, 0, 0 }, "id", "id", VALUE_PLAIN },
	{ { "Title", false, 18, 0 }, "title", "title", VALUE_TEXTS },
	{ { "ECTS", true, 0, 2 }, "ects", "workload", VALUE_ECTS },
	{ { "EQF", true, 0, 1 }, "eqf", "level", VALUE_LEVEL },
	{ { "Language", false, 5, 4 }, "languages", "languages", VALUE_PLAIN },
	{ { "Provider", false, 12, 5 }, "provider", "provider.name", VALUE_TEXTS },
	{ { "CC", false, 0, 3 }, "country", "provider.country", VALUE_PLAIN },
	{ { "Mode", false, 6, 7 }, "mode", "mode", VALUE_PLAIN },
	{ { "Start", false, 0, 6 }, "start", "sessions", VALUE_START },
	{ { "Price", true, 0, 8 }, "price", "sessions", VALUE_PRICE },
};

void add_option_params(struct client_request *r, const struct options *o)
{
	for (size_t i = 0; i < o->n_values; i++) {
		if (o->values[i].value[0] != '\0')
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

static void write_facets(struct buf *out, const struct options *o, json_t *facets)
{
	const char *name;
	json_t *values;

	json_object_foreach(facets, name, values)
	{
		json_t *value;
		size_t i;

		buf_printf(out, "\n%s%s%s\n", style_on(o, STYLE_BOLD), name, style_off(o));
		json_array_foreach(values, i, value)
		{
			const char *label = value_text_at(value, "label");

			buf_printf(out, "%8lld  ", (long long)value_number_at(value, "count"));
			value_write(out, value_at(value, "code"), VALUE_PLAIN, NULL);
			if (label != NULL)
				buf_printf(out, "  %s", label);
			buf_char(out, '\n');
		}
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

		if (snippet == NULL)
			continue;
		buf_printf(out, "\n%s%s%s\n", style_on(o, STYLE_DIM), id != NULL ? id : "",
			   style_off(o));
		display_wrap(out, slice_of(snippet), display_width(), 2);
	}
}

/* What a person wants to know behind the table. */
static void write_footer(struct buf *out, const struct options *o, json_t *root)
{
	size_t shown = json_array_size(json_object_get(root, "offers"));
	int64_t total = value_number_at(root, "total");
	const char *next = value_text_at(root, "next");

	buf_printf(out, "%s%zu of %lld offers%s\n", style_on(o, STYLE_DIM), shown, (long long)total,
		   style_off(o));
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
			rc = o->format == OUTPUT_JSON ? output_json(answer.json)
						      : print(o, answer.json);
		client_answer_clear(&answer);
	}
	client_request_clear(&r);
	return rc;
}
