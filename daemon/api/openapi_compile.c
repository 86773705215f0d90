// SPDX-License-Identifier: EUPL-1.2
/*
 * openapi-compile YAML OUT: reads docs/openapi.yaml and writes it as JSON,
 * within a C file when OUT ends in ".c". Runs at build time.
 *
 * YAML's core schema: a plain scalar that looks like a number, a boolean or
 * null is one; keys and quoted scalars are texts. Anchors, tags and keys given
 * twice are refused, so that the document says what it seems to say.
 */
#include "base/json_write.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

enum { JSON_BYTES_MAX = 4 * 1024 * 1024 };

static void fail_at(const yaml_mark_t *mark, const char *what)
{
	fprintf(stderr, "openapi-compile: line %zu, column %zu: %s\n", mark->line + 1,
		mark->column + 1, what);
	exit(1);
}

static struct slice text_of(const yaml_node_t *node)
{
	return slice_make((const char *)node->data.scalar.value, node->data.scalar.length);
}

/* "-12", "0.5": what JSON takes as it is. */
static bool is_number(struct slice text)
{
	size_t n_digits = 0;
	size_t n_points = 0;

	if (text.n > 0 && text.p[0] == '-')
		text = slice_from(text, 1);
	if (text.n > 1 && text.p[0] == '0' && text.p[1] != '.')
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (ascii_is_digit(text.p[i]))
			n_digits++;
		else if (text.p[i] == '.' && i > 0 && i + 1 < text.n)
			n_points++;
		else
			return false;
	}
	return n_digits > 0 && n_points <= 1;
}

static void write_scalar(struct json_writer *w, const yaml_node_t *node)
{
	bool is_plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	struct slice text = text_of(node);

	if (is_plain && (text.n == 0 || slice_eq_z(text, "null") || slice_eq_z(text, "~")))
		json_write_null(w);
	else if (is_plain &&
		 (slice_eq_z(text, "true") || slice_eq_z(text, "false") || is_number(text)))
		json_raw(w, text);
	else
		json_slice(w, text);
}

static void write_node(struct json_writer *w, yaml_document_t *doc, int index);

static const yaml_node_t *key_of(yaml_document_t *doc, const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = yaml_document_get_node(doc, pair->key);

	if (key->type != YAML_SCALAR_NODE)
		fail_at(&key->start_mark, "a key must be a text");
	return key;
}

static void write_mapping(struct json_writer *w, yaml_document_t *doc, const yaml_node_t *node)
{
	json_open(w, '{');
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = key_of(doc, pair);

		for (yaml_node_pair_t *before = node->data.mapping.pairs.start; before < pair;
		     before++) {
			if (slice_eq(text_of(key_of(doc, before)), text_of(key)))
				fail_at(&key->start_mark, "this key is given twice");
		}
		json_key_slice(w, text_of(key));
		write_node(w, doc, pair->value);
	}
	json_close(w, '}');
}

static void write_node(struct json_writer *w, yaml_document_t *doc, int index)
{
	const yaml_node_t *node = yaml_document_get_node(doc, index);

	switch (node->type) {
	case YAML_SCALAR_NODE:
		write_scalar(w, node);
		return;
	case YAML_MAPPING_NODE:
		write_mapping(w, doc, node);
		return;
	case YAML_SEQUENCE_NODE:
		json_open(w, '[');
		for (yaml_node_item_t *item = node->data.sequence.items.start;
		     item < node->data.sequence.items.top; item++)
			write_node(w, doc, *item);
		json_close(w, ']');
		return;
	case YAML_NO_NODE:
		break;
	}
	fail_at(&node->start_mark, "expected a text, a list or a mapping");
}

/* Aliases would make one text of two places: not used. */
static void refuse_anchors(const char *path)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool is_end = false;
	FILE *in = fopen(path, "rb");

	if (in == NULL || !yaml_parser_initialize(&parser)) {
		perror(path);
		exit(1);
	}
	yaml_parser_set_input_file(&parser, in);
	while (!is_end) {
		if (!yaml_parser_parse(&parser, &event))
			fail_at(&parser.problem_mark, parser.problem);
		if (event.type == YAML_ALIAS_EVENT)
			fail_at(&event.start_mark, "aliases are not used here");
		is_end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	fclose(in);
}

static void read_yaml(struct buf *json, const char *path)
{
	struct json_writer w = JSON_WRITER(json);
	yaml_parser_t parser;
	yaml_document_t doc;
	FILE *in = fopen(path, "rb");

	if (in == NULL || !yaml_parser_initialize(&parser)) {
		perror(path);
		exit(1);
	}
	yaml_parser_set_input_file(&parser, in);
	if (!yaml_parser_load(&parser, &doc))
		fail_at(&parser.problem_mark, parser.problem);
	write_node(&w, &doc, 1);
	yaml_document_delete(&doc);
	yaml_parser_delete(&parser);
	fclose(in);
}

static void write_c(FILE *out, struct slice json)
{
	fprintf(out, "/* Made by openapi-compile from docs/openapi.yaml. */\n"
		     "#include \"daemon/api/openapi.h\"\n\nconst char openapi_json[] = {");
	for (size_t i = 0; i < json.n; i++)
		fprintf(out, "%s%d,", i % 20 == 0 ? "\n\t" : " ", json.p[i]);
	fprintf(out, "\n\t0,\n};\nconst size_t openapi_json_bytes = %zu;\n", json.n);
}

int main(int argc, char **argv)
{
	struct buf json = BUF_INIT(JSON_BYTES_MAX);
	FILE *out;

	if (argc != 3) {
		fprintf(stderr, "usage: openapi-compile YAML OUT\n");
		return 64;
	}
	refuse_anchors(argv[1]);
	read_yaml(&json, argv[1]);
	if (buf_failed(&json)) {
		fprintf(stderr, "openapi-compile: %s is too large\n", argv[1]);
		return 1;
	}
	out = fopen(argv[2], "wb");
	if (out == NULL) {
		perror(argv[2]);
		return 1;
	}
	if (slice_ends_with(slice_of(argv[2]), SLICE_LIT(".c")))
		write_c(out, buf_view(&json));
	else
		fwrite(json.data, 1, json.len, out);
	if (fclose(out) != 0) {
		perror(argv[2]);
		return 1;
	}
	buf_clear(&json);
	return 0;
}
