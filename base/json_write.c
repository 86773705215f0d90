// SPDX-License-Identifier: EUPL-1.2
/*
 * Writing JSON into a buf. What is open is kept as one bit a level, so that a
 * bracket that does not fit, or a value without a key, is found at once.
 */
#include "base/json_write.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/scan.h"
#include "base/utf8.h"

_Static_assert(LIMIT_JSON_DEPTH <= 64, "json_writer.arrays has a bit a level");

static bool is_in_object(const struct json_writer *w)
{
	return w->depth > 0 && (w->arrays >> (w->depth - 1) & 1) == 0;
}

/* What comes before a value: the comma that is due. */
static void begin_value(struct json_writer *w)
{
	require(!is_in_object(w) || w->has_key);
	if (w->needs_comma)
		buf_char(w->out, ',');
	w->has_key = false;
	/* At the top, values stand alone: a document, or one a line. */
	w->needs_comma = w->depth > 0;
}

void json_open(struct json_writer *w, char bracket)
{
	require(bracket == '{' || bracket == '[');
	require(w->depth < LIMIT_JSON_DEPTH);
	begin_value(w);
	buf_char(w->out, bracket);
	if (bracket == '[')
		w->arrays |= UINT64_C(1) << w->depth;
	else
		w->arrays &= ~(UINT64_C(1) << w->depth);
	w->depth++;
	w->needs_comma = false;
}

void json_close(struct json_writer *w, char bracket)
{
	require(w->depth > 0 && !w->has_key);
	require(bracket == (is_in_object(w) ? '}' : ']'));
	buf_char(w->out, bracket);
	w->depth--;
	w->needs_comma = w->depth > 0;
}

/* The comma that is due before a key. */
static void begin_key(struct json_writer *w)
{
	require(is_in_object(w) && !w->has_key);
	if (w->needs_comma)
		buf_char(w->out, ',');
	w->needs_comma = false;
	w->has_key = true;
}

void json_key(struct json_writer *w, const char *key)
{
	struct slice name = slice_of(key);
	char *room;

	begin_key(w);
	room = buf_room(w->out, name.n + 3);
	if (room == NULL)
		return;
	room[0] = '"';
	memcpy(room + 1, name.p, name.n);
	memcpy(room + 1 + name.n, "\":", 2);
	buf_added(w->out, name.n + 3);
}

void json_key_slice(struct json_writer *w, struct slice key)
{
	begin_key(w);
	json_write_string(w->out, key);
	buf_char(w->out, ':');
}

void json_slice(struct json_writer *w, struct slice text)
{
	if (text.p == NULL) {
		json_write_null(w);
		return;
	}
	begin_value(w);
	json_write_string(w->out, text);
}

void json_text(struct json_writer *w, const char *text)
{
	json_slice(w, slice_of(text));
}

void json_i64(struct json_writer *w, int64_t value)
{
	begin_value(w);
	buf_i64(w->out, value);
}

void json_bool(struct json_writer *w, bool value)
{
	begin_value(w);
	buf_str(w->out, value ? "true" : "false");
}

void json_write_null(struct json_writer *w)
{
	begin_value(w);
	buf_str(w->out, "null");
}

void json_scaled(struct json_writer *w, int64_t value, unsigned digits)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint64_t unit = 1;

	require(digits <= 18);
	begin_value(w);
	/* 7.50 is 7.5, and 5.0 is 5. */
	while (digits > 0 && rest % 10 == 0) {
		rest /= 10;
		digits--;
	}
	for (unsigned i = 0; i < digits; i++)
		unit *= 10;
	if (value < 0)
		buf_char(w->out, '-');
	if (rest / unit <= INT64_MAX)
		buf_i64(w->out, (int64_t)(rest / unit));
	else
		buf_printf(w->out, "%llu", (unsigned long long)(rest / unit));
	if (digits > 0)
		buf_printf(w->out, ".%0*llu", (int)digits, (unsigned long long)(rest % unit));
}

struct buf *json_begin_raw(struct json_writer *w)
{
	begin_value(w);
	return w->out;
}

void json_raw(struct json_writer *w, struct slice json)
{
	if (json.n == 0) {
		json_write_null(w);
		return;
	}
	begin_value(w);
	buf_slice(w->out, json);
}

void json_time(struct json_writer *w, int64_t time_s)
{
	char text[CLOCK_TEXT_BYTES];

	clock_format(text, time_s);
	json_text(w, text);
}

void json_field(struct json_writer *w, const char *key, struct slice text)
{
	if (text.p == NULL)
		return;
	json_key(w, key);
	json_slice(w, text);
}

void json_field_z(struct json_writer *w, const char *key, const char *text)
{
	json_field(w, key, slice_of(text));
}

void json_field_i64(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_i64(w, value);
}

void json_field_bool(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_bool(w, value);
}

static void write_escape(struct buf *out, unsigned char c)
{
	switch (c) {
	case '\0': /* JSON has it, and hardly a reader takes it */
		buf_str(out, "\xef\xbf\xbd");
		break;
	case '"':
		buf_str(out, "\\\"");
		break;
	case '\\':
		buf_str(out, "\\\\");
		break;
	case '\n':
		buf_str(out, "\\n");
		break;
	case '\r':
		buf_str(out, "\\r");
		break;
	case '\t':
		buf_str(out, "\\t");
		break;
	default:
		buf_printf(out, "\\u%04x", c);
	}
}

size_t json_plain_run(struct slice s, bool is_utf8)
{
	return scan_json_plain(s.p, s.n, is_utf8);
}

/* From the first byte on that does not stand for itself. */
static void write_rest(struct buf *out, struct slice text)
{
	bool is_utf8 = utf8_is_valid(text);

	while (text.n > 0) {
		size_t n = json_plain_run(text, is_utf8);
		char utf8[4];
		uint32_t code_point;

		buf_append(out, text.p, n);
		text = slice_from(text, n);
		if (text.n == 0)
			break;
		if ((unsigned char)text.p[0] < 0x80) {
			write_escape(out, (unsigned char)text.p[0]);
			text = slice_from(text, 1);
			continue;
		}
		utf8_next(&code_point, &text);
		buf_append(out, utf8, utf8_encode(utf8, code_point));
	}
}

void json_write_string(struct buf *out, struct slice text)
{
	size_t n = json_plain_run(text, false);

	buf_char(out, '"');
	buf_append(out, text.p, n);
	if (n < text.n)
		write_rest(out, slice_from(text, n));
	buf_char(out, '"');
}
