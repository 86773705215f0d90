// SPDX-License-Identifier: EUPL-1.2
/* BEGIN: what a worker is told before it begins, as JSON and back. */
#include "harvesters/begin.h"

#include "catalogue/vocab.h"
#include "harvesters/frame.h"
#include "harvesters/harvester.h"

#include <jansson.h>

static void write_settings(struct json_writer *w, const char *key, const struct settings *settings)
{
	json_key(w, key);
	json_open(w, '{');
	for (size_t i = 0; i < settings->n; i++) {
		json_key_slice(w, settings->items[i].name);
		json_slice(w, settings->items[i].value);
	}
	json_close(w, '}');
}

enum err_code begin_write(struct buf *out, const struct begin *begin, struct err *err)
{
	struct json_writer w = JSON_WRITER(out);

	json_open(&w, '{');
	json_field_i64(&w, "protocol", FRAME_PROTOCOL);
	json_key(&w, "source");
	source_write(&w, &begin->source);
	json_field_i64(&w, "nowS", begin->now_s);
	json_field(&w, "hashSalt", begin->hash_salt);
	json_field_bool(&w, "hasTraces", begin->has_traces);
	json_field_i64(&w, "memoryBytes", (int64_t)begin->memory_bytes);
	write_settings(&w, "remembered", &begin->remembered);
	write_settings(&w, "vocab", &begin->vocab);
	json_close(&w, '}');
	if (buf_failed(out) || out->len > LIMIT_BEGIN_BYTES)
		return err_set(err, ERR_LIMIT,
			       "settings, what was remembered and vocab-dir are more than %d bytes "
			       "for the worker (LIMIT_BEGIN_BYTES)",
			       LIMIT_BEGIN_BYTES);
	return ERR_OK;
}

static struct slice dup_text(struct arena *arena, const json_t *value)
{
	if (!json_is_string(value))
		return SLICE_NONE;
	return arena_dup(arena, slice_make(json_string_value(value), json_string_length(value)));
}

static enum err_code read_settings(struct settings *out, struct arena *arena, json_t *root,
				   const char *key, struct err *err)
{
	json_t *object = json_object_get(root, key);
	const char *name;
	json_t *value;

	*out = (struct settings){ 0 };
	out->items = arena_new_n(arena, struct setting, json_object_size(object));
	if (out->items == NULL)
		return ERR_OK; /* the arena remembers it */
	json_object_foreach(object, name, value)
	{
		struct slice text = dup_text(arena, value);

		if (!json_is_string(value))
			return err_set(err, ERR_PARSE, "BEGIN: %s.%s is no text", key, name);
		out->items[out->n].name = arena_dup(arena, slice_of(name));
		out->items[out->n++].value = text;
	}
	return ERR_OK;
}

static int append(const char *piece, size_t n, void *data)
{
	struct buf *out = data;

	buf_append(out, piece, n);
	return buf_failed(out) ? -1 : 0;
}

static enum err_code read_source(struct source *out, struct arena *arena, json_t *root,
				 struct err *err)
{
	struct buf text = BUF_INIT(LIMIT_BEGIN_BYTES);
	enum err_code rc;

	if (json_dump_callback(json_object_get(root, "source"), append, &text, JSON_COMPACT) != 0)
		rc = err_set(err, ERR_PARSE, "BEGIN: no source");
	else
		rc = source_read(out, arena, buf_view(&text), err);
	buf_clear(&text);
	return rc;
}

static enum err_code read_members(struct begin *out, struct arena *arena, json_t *root,
				  struct err *err)
{
	json_int_t protocol = json_integer_value(json_object_get(root, "protocol"));
	json_int_t memory = json_integer_value(json_object_get(root, "memoryBytes"));
	enum err_code rc;

	if (protocol != FRAME_PROTOCOL)
		return err_set(err, ERR_PROTOCOL, "BEGIN: protocol %lld, expected %d",
			       (long long)protocol, FRAME_PROTOCOL);
	if (memory < 0)
		return err_set(err, ERR_PARSE, "BEGIN: memoryBytes is negative");
	out->memory_bytes = (uint64_t)memory;
	out->now_s = json_integer_value(json_object_get(root, "nowS"));
	out->hash_salt = dup_text(arena, json_object_get(root, "hashSalt"));
	out->has_traces = json_is_true(json_object_get(root, "hasTraces"));
	rc = read_source(&out->source, arena, root, err);
	if (rc == ERR_OK)
		rc = read_settings(&out->remembered, arena, root, "remembered", err);
	if (rc == ERR_OK)
		rc = read_settings(&out->vocab, arena, root, "vocab", err);
	if (rc == ERR_OK && arena->has_failed)
		rc = err_set(err, ERR_LIMIT, "BEGIN: more than %zu bytes", arena->max);
	return rc;
}

enum err_code begin_read(struct begin *out, struct arena *arena, struct slice json, struct err *err)
{
	struct begin draft = { 0 };
	json_error_t at;
	json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &at);
	enum err_code rc;

	if (root == NULL)
		return err_set(err, ERR_PARSE, "BEGIN: %s at byte %d", at.text, at.position);
	rc = read_members(&draft, arena, root, err);
	json_decref(root);
	if (rc == ERR_OK)
		*out = draft;
	return rc;
}

void begin_write_salt(struct buf *out, const struct source *source)
{
	struct json_writer w = JSON_WRITER(out);

	buf_printf(out, "mapping %s, vocabulary %s, ", mapping_version(), vocab_version());
	source_write(&w, source);
}
