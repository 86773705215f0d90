// SPDX-License-Identifier: EUPL-1.2
/*
 * microcat explain: how each element of an offer was reached.
 */
#include "query-cli/client.h"
#include "query-cli/display.h"
#include "query-cli/output.h"
#include "query-cli/run_functions.h"

#include <sysexits.h>

static void write_line(struct buf *out, const struct options *o, const char *name, json_t *object,
		       const char *key)
{
	const char *text = value_text_at(object, key);

	if (text != NULL)
		output_field(out, o, name, slice_of(text));
}

static void write_word(struct buf *out, const struct options *o, json_t *word)
{
	struct buf text = BUF_INIT(1024 * 1024);
	const char *path = value_text_at(word, "path");
	const char *scheme = value_text_at(word, "scheme");
	const char *lang = value_text_at(word, "lang");

	display_fit(&text, slice_of(value_text_at(word, "text")), 400);
	if (scheme != NULL)
		buf_printf(&text, " [%s]", scheme);
	if (lang != NULL)
		buf_printf(&text, " (%s)", lang);
	if (path != NULL)
		buf_printf(&text, " at %s", path);
	output_field(out, o, "  read", buf_view(&text));
	buf_clear(&text);
}

static void write_element(struct buf *out, const struct options *o, json_t *element)
{
	const char *name = value_text_at(element, "element");
	json_t *word;
	size_t i;

	buf_printf(out, "%s%s%s\n", style_on(o, STYLE_BOLD), name != NULL ? name : "?",
		   style_off(o));
	json_array_foreach(json_object_get(element, "words"), i, word) write_word(out, o, word);
	write_line(out, o, "  rule", element, "rule");
	write_line(out, o, "  result", element, "result");
	write_line(out, o, "  from", element, "from");
}

static int print(const struct options *o, json_t *root)
{
	struct buf out = BUF_INIT(OUTPUT_BYTES);
	json_t *record;
	json_t *element;
	size_t i;
	size_t k;

	json_array_foreach(json_object_get(root, "records"), i, record)
	{
		const char *source = value_text_at(record, "source");
		const char *id = value_text_at(record, "recordId");

		buf_printf(&out, "%s%s says of %s%s\n", style_on(o, STYLE_DIM),
			   source != NULL ? source : "?", id != NULL ? id : "?", style_off(o));
		json_array_foreach(json_object_get(record, "elements"), k, element)
			write_element(&out, o, element);
	}
	return output_flush(&out);
}

int run_explain(const struct options *o)
{
	struct client_answer answer = { .status = 0 };
	struct client_request r;
	int rc;

	client_request_init(&r, "GET", "/v1/offers");
	client_segment(&r, o->words[0]);
	buf_str(&r.path, "/explain");
	rc = client_ask(&answer, o, &r);
	if (rc == EX_OK)
		rc = o->format == OUTPUT_TABLE ? print(o, answer.json) : output_json(answer.json);
	client_answer_clear(&answer);
	client_request_clear(&r);
	return rc;
}
