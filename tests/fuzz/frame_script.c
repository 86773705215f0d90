// SPDX-License-Identifier: EUPL-1.2
/* Frames of a script. */
#include "tests/fuzz/frame_script.h"

#include "harvesters/message.h"

enum { SCRIPT_BYTES = 4 * 1024 * 1024, HASH_LETTERS = 16 };

static uint8_t type_of(struct slice name)
{
	uint64_t number = 0;

	if (slice_to_u64(&number, name, UINT8_MAX))
		return (uint8_t)number;
	for (unsigned type = 1; type <= UINT8_MAX; type++)
		if (slice_eq_z(name, frame_type_name((uint8_t)type)))
			return (uint8_t)type;
	return 0;
}

static uint64_t number_of(struct slice text)
{
	uint64_t number = 0;

	(void)slice_to_u64(&number, slice_trim(text), UINT64_MAX);
	return number;
}

static void write_offer(struct buf *out, uint32_t tag, struct slice payload)
{
	struct slice id = SLICE_LIT(""), offer = SLICE_LIT("");
	struct raw_hash hash = { { 0 } };

	(void)slice_split(&id, &payload, '\n');
	(void)slice_split(&offer, &payload, '\n');
	memcpy(hash.bytes, id.p, id.n < HASH_LETTERS ? id.n : HASH_LETTERS);
	message_write_offer(out, tag, id, &hash, offer, payload);
}

/* Also frames that frame_begin() would not begin. */
static void write_any(struct buf *out, const struct script_frame *f, bool is_last,
		      struct slice payload)
{
	struct buf number = BUF_INIT(4);

	if (f->type == FRAME_CREDIT) {
		buf_u32le(&number, (uint32_t)number_of(payload));
		payload = buf_view(&number);
	}
	buf_u32le(out, (uint32_t)payload.n);
	buf_char(out, (char)f->type);
	buf_char(out, is_last ? FRAME_FLAG_LAST : 0);
	buf_append(out, "\0", 2);
	buf_u32le(out, f->tag);
	buf_slice(out, payload);
	buf_clear(&number);
}

static void add_frame(struct frame_script *s, struct slice head, struct slice payload)
{
	struct slice type = SLICE_LIT(""), tag = SLICE_LIT("");
	struct script_frame *f = &s->frames[s->n];
	size_t at = s->bytes.len;

	(void)slice_split(&type, &head, ' ');
	(void)slice_split(&tag, &head, ' ');
	f->type = type_of(type);
	f->tag = (uint32_t)number_of(tag);
	if (slice_eq_z(type, "RAW"))
		buf_slice(&s->bytes, payload);
	else if (f->type == FRAME_OFFER)
		write_offer(&s->bytes, f->tag, payload);
	else if (f->type == FRAME_ANNOUNCE)
		message_write_announce(&s->bytes, f->tag, number_of(payload));
	else
		write_any(&s->bytes, f, slice_eq_z(head, "last"), payload);
	if (buf_failed(&s->bytes))
		return;
	f->bytes = slice_make(NULL, s->bytes.len - at); /* it may move while it grows */
	s->n++;
}

void frame_script_read(struct frame_script *s, struct slice text)
{
	struct slice mark = SLICE_LIT("\n@@ ");
	const char *at;

	*s = (struct frame_script){ .bytes = BUF_INIT(SCRIPT_BYTES) };
	if (slice_starts_with(text, SLICE_LIT("@@ ")))
		text = slice_from(text, 3);
	while (text.n > 0 && s->n < SCRIPT_FRAMES && !buf_failed(&s->bytes)) {
		ptrdiff_t end = slice_find(text, mark);
		struct slice payload = slice_first(text, end < 0 ? text.n : (size_t)end);
		struct slice head = SLICE_LIT("");

		(void)slice_split(&head, &payload, '\n');
		add_frame(s, head, payload);
		text = end < 0 ? SLICE_LIT("") : slice_from(text, (size_t)end + mark.n);
	}
	at = buf_z(&s->bytes);
	for (size_t i = 0; i < s->n; i++) {
		s->frames[i].bytes.p = at;
		at += s->frames[i].bytes.n;
	}
}

void frame_script_clear(struct frame_script *s)
{
	buf_clear(&s->bytes);
}
