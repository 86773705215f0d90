// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

/*
 * Writes JSON (RFC 8259) straight into a buf. Commas are kept by the writer;
 * nesting, brackets and keys are checked with require(), so what they are must
 * not depend on a stranger. Text must be valid UTF-8 without zero bytes
 * (anything else is written as U+FFFD). Values at the top are not separated: with buf_char(out,
 * '\n') between them they are NDJSON. After the last call look at buf_failed().
 *
 *     struct json_writer w = JSON_WRITER(&out);
 *     json_open(&w, '{');
 *     json_key(&w, "id");
 *     json_slice(&w, id);
 *     json_close(&w, '}');
 *
 * Thread: any.
 */

#include "base/buf.h"

struct json_writer {
	struct buf *out;
	/* private */
	unsigned depth; /* at most LIMIT_JSON_DEPTH */
	bool needs_comma;
	bool has_key; /* written, and its value is due */
	uint64_t arrays; /* a bit a level: '[' and not '{' */
};

#define JSON_WRITER(out_buf)                                                                       \
	{                                                                                          \
		.out = (out_buf)                                                                   \
	}

void json_open(struct json_writer *w, char bracket); /* '{' or '[' */
void json_close(struct json_writer *w, char bracket); /* '}' or ']' */
/* A name of the program's own: ASCII without anything that JSON escapes. Others: below. */
void json_key(struct json_writer *w, const char *key);
void json_key_slice(struct json_writer *w, struct slice key);
void json_slice(struct json_writer *w, struct slice text); /* SLICE_NONE writes null */
void json_text(struct json_writer *w, const char *text); /* NULL writes null */
void json_i64(struct json_writer *w, int64_t value);
void json_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w); /* json_null() is jansson's */
/* value / 10^digits without trailing zeros: (75, 1) is 7.5, (50, 1) is 5; digits at most 18. */
void json_scaled(struct json_writer *w, int64_t value, unsigned digits);
/* Where the caller writes a value that is JSON, in pieces: the comma before it is written. */
struct buf *json_begin_raw(struct json_writer *w);
/* A value that is JSON already; nothing at all writes null. */
void json_raw(struct json_writer *w, struct slice json);
/* "2026-11-21T10:00:00Z". */
void json_time(struct json_writer *w, int64_t time_s);

/* key and value in one; those with a SLICE_NONE or NULL value write nothing. */
void json_field(struct json_writer *w, const char *key, struct slice text);
void json_field_z(struct json_writer *w, const char *key, const char *text);
void json_field_i64(struct json_writer *w, const char *key, int64_t value);
void json_field_bool(struct json_writer *w, const char *key, bool value);

/* Number of bytes at the front of s that stand in JSON as they are; is_utf8: s is valid. */
size_t json_plain_run(struct slice s, bool is_utf8);
/* Only the quoted text. */
void json_write_string(struct buf *out, struct slice text);

#endif
