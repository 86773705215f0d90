// SPDX-License-Identifier: EUPL-1.2
/*
 * Writers of payloads: each adds one whole frame, and cuts what is too long.
 */
#include "harvesters/message.h"

#include "base/json_write.h"
#include "base/utf8.h"

const char *body_end_name(enum body_end end)
{
	static const char *const names[BODY_ENDS] = {
		[BODY_OK] = "ok",
		[BODY_CUT] = "cut",
		[BODY_TOO_BIG] = "too-big",
		[BODY_TIMEOUT] = "timeout",
	};

	return names[end];
}

/* A frame whose payload is one JSON object. */
struct writing {
	size_t at;
	struct json_writer json;
};

static struct writing object_begin(struct buf *out, enum frame_type type, uint32_t tag)
{
	struct writing w = { frame_begin(out, (uint8_t)type, 0, tag), JSON_WRITER(out) };

	json_open(&w.json, '{');
	return w;
}

static void object_end(struct writing *w)
{
	json_close(&w->json, '}');
	frame_end(w->json.out, w->at);
}

static void write_err(struct json_writer *w, const struct err *why)
{
	json_field_z(w, "code", err_code_name(why->code));
	json_field_z(w, "msg", why->msg);
}

/*
 * The first part of a text that has at most max_bytes as it is written: what
 * is no text (bytes that are not UTF-8, zero bytes) takes three bytes there.
 */
static struct slice first_of(struct slice text, size_t max_bytes)
{
	struct slice rest = text;
	size_t n_before = 0, n = 0;
	char encoded[4];
	uint32_t c;

	if (text.n <= max_bytes / 3)
		return text;
	while (utf8_next(&c, &rest)) {
		n += utf8_encode(encoded, c != 0 ? c : UTF8_REPLACEMENT);
		if (n > max_bytes)
			return slice_first(text, n_before);
		n_before = text.n - rest.n;
	}
	return text;
}

static struct slice id_of(struct slice record_id)
{
	return first_of(record_id, LIMIT_RECORD_ID_BYTES);
}

static struct slice header_of(struct slice value)
{
	return first_of(value, LIMIT_LINK_BYTES).n == value.n ? value : SLICE_NONE;
}

void message_write_response(struct buf *out, uint32_t tag, const struct response *r)
{
	struct writing w = object_begin(out, FRAME_RESPONSE, tag);

	json_field(&w.json, "finalUrl", first_of(r->final_url, LIMIT_URL_BYTES));
	json_field_i64(&w.json, "status", r->status);
	json_field(&w.json, "contentType", header_of(r->content_type));
	json_field(&w.json, "link", header_of(r->link));
	json_field_i64(&w.json, "fetchedS", r->fetched_s);
	json_field_bool(&w.json, "isKept", r->is_kept);
	object_end(&w);
}

void message_write_body_end(struct buf *out, uint32_t tag, enum body_end end, const struct err *why)
{
	struct writing w = object_begin(out, FRAME_BODY_END, tag);

	json_field_z(&w.json, "end", body_end_name(end));
	if (end != BODY_OK)
		write_err(&w.json, why);
	object_end(&w);
}

void message_write_failed(struct buf *out, uint32_t tag, const struct err *why)
{
	struct writing w = object_begin(out, FRAME_FAILED, tag);

	write_err(&w.json, why);
	object_end(&w);
}

void message_write_ready(struct buf *out, const struct message_ready *ready)
{
	struct writing w = object_begin(out, FRAME_READY, 0);

	json_field_i64(&w.json, "protocol", FRAME_PROTOCOL);
	json_field_bool(&w.json, "isLocked", ready->is_locked);
	json_field_i64(&w.json, "sizeKib", (int64_t)ready->size_kib);
	json_field(&w.json, "msg", ready->msg);
	object_end(&w);
}

void message_write_request(struct buf *out, const struct request *r)
{
	struct writing w = object_begin(out, FRAME_REQUEST, r->tag);

	json_field_z(&w.json, "kind", r->kind == REQUEST_LIST ? "list" : "detail");
	json_field(&w.json, "url", r->url);
	json_field(&w.json, "accept", header_of(r->accept));
	object_end(&w);
}

void message_write_complete(struct buf *out, const struct message_complete *complete)
{
	struct writing w = object_begin(out, FRAME_COMPLETE, 0);

	json_field(&w.json, "rule", first_of(complete->rule, LIMIT_NOTE_BYTES));
	if (complete->rule.p == NULL)
		write_err(&w.json, &complete->why);
	json_field_i64(&w.json, "peakKib", (int64_t)complete->peak_kib);
	json_field_i64(&w.json, "cpuMs", (int64_t)complete->cpu_ms);
	object_end(&w);
}

void message_write_offer(struct buf *out, uint32_t tag, struct slice record_id,
			 const struct raw_hash *hash, struct slice offer, struct slice words)
{
	size_t at = frame_begin(out, FRAME_OFFER, 0, tag);

	record_id = id_of(record_id);
	buf_char(out, (char)(record_id.n & 0xff));
	buf_char(out, (char)(record_id.n >> 8));
	buf_slice(out, record_id);
	buf_append(out, hash->bytes, sizeof(hash->bytes));
	buf_u32le(out, (uint32_t)offer.n);
	buf_slice(out, offer);
	buf_slice(out, words);
	frame_end(out, at);
}

void message_write_gone(struct buf *out, uint32_t tag, struct slice record_id)
{
	struct writing w = object_begin(out, FRAME_GONE, tag);

	json_field(&w.json, "recordId", id_of(record_id));
	object_end(&w);
}

void message_write_reject(struct buf *out, uint32_t tag, struct slice record_id,
			  const struct err *why)
{
	struct writing w = object_begin(out, FRAME_REJECT, tag);

	json_field(&w.json, "recordId", id_of(record_id));
	write_err(&w.json, why);
	object_end(&w);
}

void message_write_out_of_scope(struct buf *out, uint32_t tag, struct slice record_id,
				const char *why)
{
	struct writing w = object_begin(out, FRAME_OUT_OF_SCOPE, tag);

	json_field(&w.json, "recordId", id_of(record_id));
	json_field(&w.json, "why", first_of(slice_of(why), ERR_MSG_BYTES - 1));
	object_end(&w);
}

void message_write_note(struct buf *out, uint32_t tag, struct slice record_id,
			const struct note *note)
{
	struct writing w = object_begin(out, FRAME_NOTE, tag);

	json_field(&w.json, "recordId", id_of(record_id));
	json_field(&w.json, "code", first_of(note->code, LIMIT_NOTE_BYTES));
	if (note->element < EL_COUNT)
		json_field_z(&w.json, "element", element_name(note->element));
	json_field(&w.json, "path", first_of(note->path, LIMIT_NOTE_BYTES));
	json_field(&w.json, "got", first_of(note->got, LIMIT_NOTE_BYTES));
	json_field(&w.json, "expected", first_of(note->expected, LIMIT_NOTE_BYTES));
	object_end(&w);
}

void message_write_announce(struct buf *out, uint32_t tag, uint64_t total)
{
	size_t at = frame_begin(out, FRAME_ANNOUNCE, 0, tag);

	buf_u64le(out, total);
	frame_end(out, at);
}

void message_write_remember(struct buf *out, uint32_t tag, const char *key, struct slice value)
{
	struct writing w = object_begin(out, FRAME_REMEMBER, tag);

	json_field_z(&w.json, "key", key);
	json_field(&w.json, "value", first_of(value, LIMIT_REMEMBER_BYTES));
	object_end(&w);
}

void message_write_page(struct buf *out, uint32_t tag, uint64_t items, const struct err *lost)
{
	struct writing w = object_begin(out, FRAME_PAGE, tag);

	json_field_i64(&w.json, "items", (int64_t)items);
	if (lost != NULL) {
		json_key(&w.json, "lost");
		json_open(&w.json, '{');
		write_err(&w.json, lost);
		json_close(&w.json, '}');
	}
	object_end(&w);
}
