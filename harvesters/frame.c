// SPDX-License-Identifier: EUPL-1.2
/*
 * Frames of the worker protocol: one table of types, writing, and taking one
 * whole frame off received bytes.
 */
#include "harvesters/frame.h"

#include "base/mem.h"

enum direction { TO_WORKER, FROM_WORKER };

struct frame_kind {
	const char *name; /* NULL: no such type */
	uint32_t max_payload;
	enum direction direction;
	uint8_t flags; /* those it may carry */
};

/* clang-format off */
static const struct frame_kind kinds[] = {
	[FRAME_BEGIN]        = { "BEGIN", LIMIT_BEGIN_BYTES, TO_WORKER, 0 },
	[FRAME_KNOWN]        = { "KNOWN", LIMIT_FRAME_BYTES, TO_WORKER, FRAME_FLAG_LAST },
	[FRAME_RESPONSE]     = { "RESPONSE", LIMIT_FRAME_BYTES, TO_WORKER, 0 },
	[FRAME_BODY]         = { "BODY", LIMIT_FRAME_BYTES, TO_WORKER, 0 },
	[FRAME_BODY_END]     = { "BODY_END", LIMIT_FRAME_BYTES, TO_WORKER, 0 },
	[FRAME_FAILED]       = { "FAILED", LIMIT_FRAME_BYTES, TO_WORKER, 0 },
	[FRAME_FINISH]       = { "FINISH", 0, TO_WORKER, 0 },
	[FRAME_READY]        = { "READY", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_REQUEST]      = { "REQUEST", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_CREDIT]       = { "CREDIT", 4, FROM_WORKER, 0 },
	[FRAME_REWIND]       = { "REWIND", 0, FROM_WORKER, 0 },
	[FRAME_OFFER]        = { "OFFER", LIMIT_OFFER_BYTES + LIMIT_RECORD_ID_BYTES + 22, FROM_WORKER, 0 },
	[FRAME_SEEN]         = { "SEEN", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_GONE]         = { "GONE", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_OUT_OF_SCOPE] = { "OUT_OF_SCOPE", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_REJECT]       = { "REJECT", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_NOTE]         = { "NOTE", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_ANNOUNCE]     = { "ANNOUNCE", 8, FROM_WORKER, 0 },
	[FRAME_REMEMBER]     = { "REMEMBER", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_PAGE]         = { "PAGE", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
	[FRAME_COMPLETE]     = { "COMPLETE", LIMIT_FRAME_BYTES, FROM_WORKER, 0 },
};
/* clang-format on */

/* NULL for an unknown type. */
static const struct frame_kind *kind_of(uint8_t type)
{
	if (type >= countof(kinds) || kinds[type].name == NULL)
		return NULL;
	return &kinds[type];
}

const char *frame_type_name(uint8_t type)
{
	const struct frame_kind *kind = kind_of(type);

	return kind != NULL ? kind->name : "?";
}

uint32_t frame_max_payload(uint8_t type)
{
	const struct frame_kind *kind = kind_of(type);

	return kind != NULL ? kind->max_payload : 0;
}

bool frame_is_from_worker(uint8_t type)
{
	const struct frame_kind *kind = kind_of(type);

	return kind != NULL && kind->direction == FROM_WORKER;
}

static void write_header(struct buf *out, uint32_t length, uint8_t type, uint8_t flags,
			 uint32_t tag)
{
	buf_u32le(out, length);
	buf_char(out, (char)type);
	buf_char(out, (char)flags);
	buf_fill(out, 0, 2);
	buf_u32le(out, tag);
}

void frame_write(struct buf *out, uint8_t type, uint8_t flags, uint32_t tag, struct slice payload)
{
	require(payload.n <= frame_max_payload(type));
	/* All or nothing: half a frame would make what follows unreadable. */
	if (buf_room(out, FRAME_HEADER_BYTES + payload.n) == NULL)
		return;
	write_header(out, (uint32_t)payload.n, type, flags, tag);
	buf_slice(out, payload);
}

size_t frame_begin(struct buf *out, uint8_t type, uint8_t flags, uint32_t tag)
{
	size_t at = out->len;

	require(kind_of(type) != NULL);
	write_header(out, 0, type, flags, tag);
	return at;
}

void frame_end(struct buf *out, size_t at)
{
	size_t length;

	if (buf_failed(out)) {
		buf_truncate(out, at);
		return;
	}
	require(out->len >= at + FRAME_HEADER_BYTES);
	length = out->len - at - FRAME_HEADER_BYTES;
	require(length <= frame_max_payload((uint8_t)out->data[at + 4]));
	for (unsigned i = 0; i < 4; i++)
		out->data[at + i] = (char)(uint8_t)(length >> (8 * i));
}

static uint32_t u32le(const char *p)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < 4; i++)
		v |= (uint32_t)(uint8_t)p[i] << (8 * i);
	return v;
}

/* Whether a header can be; its payload need not have arrived. */
static enum err_code check_header(const char *p, struct err *err)
{
	uint32_t length = u32le(p);
	uint8_t type = (uint8_t)p[4];
	uint8_t flags = (uint8_t)p[5];
	const struct frame_kind *kind = kind_of(type);

	if (kind == NULL)
		return err_set(err, ERR_PROTOCOL, "a frame of unknown type %u", type);
	if (length > kind->max_payload)
		return err_set(err, ERR_PROTOCOL, "a %s frame of %u bytes, at most %u expected",
			       kind->name, length, kind->max_payload);
	if ((flags & ~kind->flags) != 0 || p[6] != 0 || p[7] != 0)
		return err_set(err, ERR_PROTOCOL, "a %s frame with unknown flags", kind->name);
	return ERR_OK;
}

enum err_code frame_take(struct frame *out, bool *is_whole, struct slice *in, struct err *err)
{
	struct slice header;
	struct slice rest = *in;
	struct slice payload;

	if (!slice_take(&header, &rest, FRAME_HEADER_BYTES)) {
		*is_whole = false;
		return ERR_OK;
	}
	if (check_header(header.p, err) != ERR_OK)
		return ERR_PROTOCOL;
	if (!slice_take(&payload, &rest, u32le(header.p))) {
		*is_whole = false;
		return ERR_OK;
	}
	*out = (struct frame){ .type = (uint8_t)header.p[4],
			       .flags = (uint8_t)header.p[5],
			       .tag = u32le(header.p + 8),
			       .payload = payload };
	*in = rest;
	*is_whole = true;
	return ERR_OK;
}
