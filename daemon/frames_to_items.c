// SPDX-License-Identifier: EUPL-1.2
/*
 * Frames of a worker as items for the store.
 */
#include "daemon/frames_to_items.h"

#include "base/mem.h"
#include "harvesters/message.h"

struct conversion {
	struct frame_items *out;
	struct arena *arena;
	const struct tag_page *pages;
	size_t n_pages;
};

static struct slice page_of(const struct conversion *c, uint32_t tag)
{
	for (size_t i = 0; i < c->n_pages; i++)
		if (c->pages[i].tag == tag)
			return c->pages[i].page;
	return SLICE_NONE;
}

/* NULL when the arena is full. */
static struct apply_item *add(struct conversion *c, enum apply_kind kind, const struct message *m)
{
	struct apply_item *item = arena_push(c->arena, (void **)&c->out->items, &c->out->n,
					     &c->out->cap, sizeof(*item));

	if (item == NULL)
		return NULL;
	item->kind = kind;
	item->page = page_of(c, m->tag);
	item->record_id = m->record_id;
	return item;
}

static void add_seen(struct conversion *c, const struct message *m)
{
	struct slice rest = m->hashes;
	struct slice hash;

	while (slice_take(&hash, &rest, BLOB_HASH_BYTES)) {
		struct apply_item *item = add(c, APPLY_SEEN, m);

		if (item == NULL)
			return;
		memcpy(item->raw_hash, hash.p, BLOB_HASH_BYTES);
	}
}

static void set_why(struct conversion *c, struct apply_item *item, const struct err *why)
{
	if (why->code != ERR_OK)
		item->code = slice_of(err_code_name(why->code));
	item->msg = arena_dup(c->arena, slice_of(why->msg));
}

static void set_note(struct apply_item *item, const struct note *note)
{
	item->code = note->code;
	item->element =
		note->element != EL_COUNT ? slice_of(element_name(note->element)) : SLICE_NONE;
	item->path = note->path;
	item->got = note->got;
	item->expected = note->expected;
}

static void convert(struct conversion *c, const struct message *m)
{
	static const enum apply_kind kinds[] = {
		[FRAME_OFFER] = APPLY_OFFER,       [FRAME_GONE] = APPLY_GONE,
		[FRAME_REJECT] = APPLY_REJECT,     [FRAME_OUT_OF_SCOPE] = APPLY_OUT_OF_SCOPE,
		[FRAME_NOTE] = APPLY_NOTE,         [FRAME_ANNOUNCE] = APPLY_ANNOUNCE,
		[FRAME_REMEMBER] = APPLY_REMEMBER, [FRAME_PAGE] = APPLY_PAGE,
	};
	struct apply_item *item;

	if (m->type == FRAME_SEEN) {
		add_seen(c, m);
		return;
	}
	item = add(c, kinds[m->type], m);
	if (item == NULL)
		return;
	item->count = m->n;
	item->is_lost = m->is_lost;
	item->offer = m->offer;
	item->words = m->words;
	item->key = m->key;
	item->value = m->value;
	memcpy(item->raw_hash, m->hash.bytes, BLOB_HASH_BYTES);
	if (m->type == FRAME_NOTE)
		set_note(item, &m->note);
	else if (m->why.msg[0] != 0)
		set_why(c, item, &m->why);
}

enum err_code frames_to_items(struct frame_items *out, struct arena *arena, struct slice frames,
			      const struct tag_page *pages, size_t n_pages, struct err *err)
{
	struct conversion c = { out, arena, pages, n_pages };
	enum err_code rc = ERR_OK;
	bool is_whole = true;

	*out = (struct frame_items){ .n = 0 };
	while (rc == ERR_OK && frames.n > 0) {
		struct message m = { .n = 0 };
		struct frame f;

		rc = frame_take(&f, &is_whole, &frames, err);
		if (rc == ERR_OK && !is_whole)
			rc = err_set(err, ERR_PROTOCOL, "half a frame");
		if (rc == ERR_OK)
			rc = message_read(&m, arena, &f, err);
		if (rc == ERR_OK)
			convert(&c, &m);
		if (rc == ERR_OK && arena->has_failed)
			rc = err_set(err, ERR_LIMIT, "a batch of more than %zu bytes", arena->max);
	}
	return rc;
}
