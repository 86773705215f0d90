// SPDX-License-Identifier: EUPL-1.2
/*
 * Readers of payloads: first a small one of JSON objects that remembers the
 * first thing that was wrong, then one a message.
 */
#include "harvesters/message.h"

#include "base/url.h"
#include "base/utf8.h"

#include <jansson.h>

struct reading_of {
	const struct frame *frame;
	struct arena *arena;
	json_t *root; /* NULL: not even an object */
	struct err *err;
	enum err_code rc;
};

static void wrong(struct reading_of *r, const char *member, const char *expected)
{
	if (r->rc == ERR_OK)
		r->rc = err_set(r->err, ERR_PROTOCOL, "%s: %s is not %s",
				frame_type_name(r->frame->type), member, expected);
}

static struct reading_of object_read(const struct frame *f, struct arena *arena, struct err *err)
{
	struct reading_of r = { .frame = f, .arena = arena, .err = err };

	r.root = json_loadb(f->payload.p, f->payload.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(r.root))
		wrong(&r, "the payload", "a JSON object");
	return r;
}

static enum err_code object_done(struct reading_of *r)
{
	json_decref(r->root);
	if (r->rc == ERR_OK && r->arena != NULL && r->arena->has_failed)
		r->rc = err_set(r->err, ERR_LIMIT, "%s: texts of more than %zu bytes",
				frame_type_name(r->frame->type), r->arena->max);
	return r->rc;
}

static struct slice text_of(const json_t *value)
{
	return slice_make(json_string_value(value), json_string_length(value));
}

/* Borrowed from the document. */
static struct slice borrow_text(struct reading_of *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (value == NULL || json_is_null(value))
		return SLICE_NONE;
	if (!json_is_string(value)) {
		wrong(r, key, "a text");
		return SLICE_NONE;
	}
	return text_of(value);
}

static struct slice read_text(struct reading_of *r, const char *key, size_t max_bytes)
{
	struct slice text = borrow_text(r, r->root, key);

	if (text.n > max_bytes) {
		wrong(r, key, "as short as agreed");
		return SLICE_NONE;
	}
	return arena_dup(r->arena, text);
}

static uint64_t read_count(struct reading_of *r, const char *key)
{
	const json_t *value = json_object_get(r->root, key);
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < 0) {
		wrong(r, key, "a count");
		return 0;
	}
	return (uint64_t)n;
}

static bool read_bool(struct reading_of *r, const char *key)
{
	const json_t *value = json_object_get(r->root, key);

	if (!json_is_boolean(value))
		wrong(r, key, "true or false");
	return json_is_true(value);
}

/* {code, msg} as an error; never ERR_OK, never without a message. */
static void read_err(struct err *out, struct reading_of *r, const json_t *object)
{
	struct slice code = borrow_text(r, object, "code");
	struct slice msg = borrow_text(r, object, "msg");

	if (code.p == NULL || msg.n == 0) {
		wrong(r, "code or msg", "there");
		return;
	}
	err_set(out, err_code_of_name(code.p), "%.*s", SLICE_ARG(msg));
}

enum err_code message_read_response(struct response *out, struct arena *arena,
				    const struct frame *f, struct err *err)
{
	struct reading_of r = object_read(f, arena, err);
	struct response draft = { 0 };

	draft.request.tag = f->tag;
	draft.final_url = read_text(&r, "finalUrl", LIMIT_URL_BYTES);
	draft.status = (unsigned)(read_count(&r, "status") % 1000);
	draft.content_type = read_text(&r, "contentType", LIMIT_LINK_BYTES);
	draft.link = read_text(&r, "link", LIMIT_LINK_BYTES);
	draft.fetched_s = json_integer_value(json_object_get(r.root, "fetchedS"));
	draft.is_kept = read_bool(&r, "isKept");
	if (object_done(&r) != ERR_OK)
		return r.rc;
	*out = draft;
	return ERR_OK;
}

enum err_code message_read_body_end(enum body_end *end, struct err *why, const struct frame *f,
				    struct err *err)
{
	struct reading_of r = object_read(f, NULL, err);
	struct slice name = borrow_text(&r, r.root, "end");
	struct err draft = ERR_INIT;
	size_t i = 0;

	while (i < BODY_ENDS && !slice_eq_z(name, body_end_name((enum body_end)i)))
		i++;
	if (i == BODY_ENDS)
		wrong(&r, "end", "ok, cut, too-big or timeout");
	else if (i != BODY_OK)
		read_err(&draft, &r, r.root);
	if (object_done(&r) != ERR_OK)
		return r.rc;
	*end = (enum body_end)i;
	*why = draft;
	return ERR_OK;
}

enum err_code message_read_failed(struct err *why, const struct frame *f, struct err *err)
{
	struct reading_of r = object_read(f, NULL, err);
	struct err draft = ERR_INIT;

	read_err(&draft, &r, r.root);
	if (object_done(&r) != ERR_OK)
		return r.rc;
	*why = draft;
	return ERR_OK;
}

enum err_code message_read_ready(struct message_ready *out, struct arena *arena,
				 const struct frame *f, struct err *err)
{
	struct reading_of r = object_read(f, arena, err);
	struct message_ready draft = { 0 };

	if (read_count(&r, "protocol") != FRAME_PROTOCOL)
		wrong(&r, "protocol", "the daemon's");
	draft.is_locked = read_bool(&r, "isLocked");
	draft.size_kib = read_count(&r, "sizeKib");
	draft.msg = read_text(&r, "msg", ERR_MSG_BYTES);
	if (object_done(&r) != ERR_OK)
		return r.rc;
	*out = draft;
	return ERR_OK;
}

static void check_url(struct reading_of *r, struct slice text)
{
	struct url url;

	if (url_parse(&url, text, NULL) != ERR_OK || url.host.n == 0 ||
	    (!slice_eq_nocase(url.scheme, SLICE_LIT("http")) &&
	     !slice_eq_nocase(url.scheme, SLICE_LIT("https"))))
		wrong(r, "url", "an absolute http URL");
}

static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return true;
	return false;
}

enum err_code message_read_request(struct request *out, struct arena *arena, const struct frame *f,
				   struct err *err)
{
	struct reading_of r = object_read(f, arena, err);
	struct slice kind = borrow_text(&r, r.root, "kind");
	struct request draft = { .tag = f->tag };

	if (slice_eq_z(kind, "list"))
		draft.kind = REQUEST_LIST;
	else if (slice_eq_z(kind, "detail"))
		draft.kind = REQUEST_DETAIL;
	else
		wrong(&r, "kind", "list or detail");
	draft.url = read_text(&r, "url", LIMIT_URL_BYTES);
	check_url(&r, draft.url);
	draft.accept = read_text(&r, "accept", LIMIT_LINK_BYTES);
	if (has_control(draft.accept))
		wrong(&r, "accept", "the value of a header");
	if (object_done(&r) != ERR_OK)
		return r.rc;
	*out = draft;
	return ERR_OK;
}

enum err_code message_read_complete(struct message_complete *out, struct arena *arena,
				    const struct frame *f, struct err *err)
{
	struct reading_of r = object_read(f, arena, err);
	struct message_complete draft = { 0 };

	draft.rule = read_text(&r, "rule", LIMIT_NOTE_BYTES);
	if (draft.rule.n == 0) {
		draft.rule = SLICE_NONE;
		read_err(&draft.why, &r, r.root);
	}
	draft.peak_kib = read_count(&r, "peakKib");
	draft.cpu_ms = read_count(&r, "cpuMs");
	if (object_done(&r) != ERR_OK)
		return r.rc;
	*out = draft;
	return ERR_OK;
}

static uint64_t little_endian(struct slice bytes)
{
	uint64_t v = 0;

	for (size_t i = bytes.n; i-- > 0;)
		v = v << 8 | (uint8_t)bytes.p[i];
	return v;
}

static bool take_number(uint64_t *out, struct slice *in, size_t n_bytes)
{
	struct slice bytes;

	if (!slice_take(&bytes, in, n_bytes))
		return false;
	*out = little_endian(bytes);
	return true;
}

static enum err_code read_offer(struct message *out, const struct frame *f, struct err *err)
{
	struct slice rest = f->payload;
	struct slice hash;
	uint64_t n = 0;

	if (!take_number(&n, &rest, 2) || !slice_take(&out->record_id, &rest, (size_t)n) ||
	    !slice_take(&hash, &rest, sizeof(out->hash.bytes)) || !take_number(&n, &rest, 4) ||
	    !slice_take(&out->offer, &rest, (size_t)n))
		return err_set(err, ERR_PROTOCOL, "OFFER: ends early");
	if (out->record_id.n == 0 || out->record_id.n > LIMIT_RECORD_ID_BYTES ||
	    !utf8_is_valid(out->record_id) || slice_find_byte(out->record_id, '\0') >= 0)
		return err_set(err, ERR_PROTOCOL, "OFFER: the record id is not one");
	memcpy(out->hash.bytes, hash.p, sizeof(out->hash.bytes));
	out->words = rest;
	return ERR_OK;
}

static void read_note(struct message *out, struct reading_of *r)
{
	struct slice element = borrow_text(r, r->root, "element");

	out->note.code = read_text(r, "code", LIMIT_NOTE_BYTES);
	if (out->note.code.n == 0)
		wrong(r, "code", "there");
	out->note.element = element.p != NULL ? element_of_name(element) : EL_COUNT;
	if (element.p != NULL && out->note.element == EL_COUNT)
		wrong(r, "element", "one of ours");
	out->note.path = read_text(r, "path", LIMIT_NOTE_BYTES);
	out->note.got = read_text(r, "got", LIMIT_NOTE_BYTES);
	out->note.expected = read_text(r, "expected", LIMIT_NOTE_BYTES);
}

static void read_page(struct message *out, struct reading_of *r)
{
	json_t *lost = json_object_get(r->root, "lost");

	out->n = read_count(r, "items");
	out->is_lost = lost != NULL;
	if (lost != NULL)
		read_err(&out->why, r, lost);
}

static void read_members(struct message *out, struct reading_of *r)
{
	struct slice why;

	if (out->type != FRAME_REMEMBER && out->type != FRAME_PAGE)
		out->record_id = read_text(r, "recordId", LIMIT_RECORD_ID_BYTES);
	switch (out->type) {
	case FRAME_GONE:
		if (out->record_id.n == 0)
			wrong(r, "recordId", "there");
		break;
	case FRAME_OUT_OF_SCOPE:
		why = borrow_text(r, r->root, "why");
		if (why.n == 0)
			wrong(r, "why", "there");
		err_set(&out->why, ERR_UNSUPPORTED, "%.*s", SLICE_ARG(why));
		break;
	case FRAME_REJECT:
		read_err(&out->why, r, r->root);
		break;
	case FRAME_NOTE:
		read_note(out, r);
		break;
	case FRAME_REMEMBER:
		out->key = read_text(r, "key", LIMIT_NOTE_BYTES);
		out->value = read_text(r, "value", LIMIT_REMEMBER_BYTES);
		if (out->key.n == 0 || out->value.p == NULL)
			wrong(r, "key or value", "there");
		break;
	default:
		read_page(out, r);
		break;
	}
}

enum err_code message_read(struct message *out, struct arena *arena, const struct frame *f,
			   struct err *err)
{
	struct message draft = { .type = (enum frame_type)f->type, .tag = f->tag };
	struct reading_of r;
	enum err_code rc = ERR_OK;

	switch (f->type) {
	case FRAME_OFFER:
		rc = read_offer(&draft, f, err);
		break;
	case FRAME_SEEN:
		draft.hashes = f->payload;
		if (f->payload.n == 0 || f->payload.n % sizeof(struct raw_hash) != 0)
			rc = err_set(err, ERR_PROTOCOL, "SEEN: %zu bytes are no hashes",
				     f->payload.n);
		break;
	case FRAME_ANNOUNCE:
		draft.n = little_endian(f->payload);
		if (f->payload.n != 8)
			rc = err_set(err, ERR_PROTOCOL, "ANNOUNCE: %zu bytes, 8 expected",
				     f->payload.n);
		break;
	case FRAME_GONE:
	case FRAME_OUT_OF_SCOPE:
	case FRAME_REJECT:
	case FRAME_NOTE:
	case FRAME_REMEMBER:
	case FRAME_PAGE:
		r = object_read(f, arena, err);
		read_members(&draft, &r);
		rc = object_done(&r);
		break;
	default:
		return err_set(err, ERR_PROTOCOL, "%s: not expected here",
			       frame_type_name(f->type));
	}
	if (rc == ERR_OK)
		*out = draft;
	return rc;
}

static enum err_code read_trace(struct trace *out, struct arena *arena, const json_t *item,
				size_t n_words, struct err *err)
{
	const json_t *word = json_object_get(item, "word");
	struct slice from = text_of(json_object_get(item, "from"));
	struct slice rule = text_of(json_object_get(item, "rule"));

	out->element = element_of_name(text_of(json_object_get(item, "element")));
	out->word = SIZE_MAX;
	if (out->element == EL_COUNT)
		return err_set(err, ERR_PROTOCOL, "explain: an unknown element");
	if (word != NULL) {
		json_int_t n = json_integer_value(word);

		if (!json_is_integer(word) || n < 0 || (uint64_t)n >= n_words)
			return err_set(err, ERR_PROTOCOL, "explain: no such word");
		out->word = (size_t)n;
	}
	reading_set(&out->reading, from.p != NULL ? from_of_name(from) : FROM_NONE, "%.*s",
		    SLICE_ARG(rule));
	out->piece = arena_dup(arena, text_of(json_object_get(item, "piece")));
	out->result = arena_dup(arena, text_of(json_object_get(item, "result")));
	return ERR_OK;
}

enum err_code message_read_traces(struct traces *out, struct arena *arena, struct slice offer,
				  size_t n_words, struct err *err)
{
	json_t *root = json_loadb(offer.p, offer.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *list = json_object_get(root, "explain");
	struct traces draft = { 0 };
	enum err_code rc = ERR_OK;

	for (size_t i = 0; i < json_array_size(list) && rc == ERR_OK; i++) {
		struct trace *t =
			arena_push(arena, (void **)&draft.items, &draft.n, &draft.cap, sizeof(*t));

		if (t == NULL)
			rc = err_set(err, ERR_LIMIT, "explain: more than %zu bytes", arena->max);
		else
			rc = read_trace(t, arena, json_array_get(list, i), n_words, err);
	}
	json_decref(root);
	if (rc == ERR_OK)
		*out = draft;
	return rc;
}
