// SPDX-License-Identifier: EUPL-1.2
/*
 * Canonical forms: as our own worker writes them they are taken as they are,
 * anything else is read and written here.
 */
#include "index/record_reading.h"

#include "base/limits.h"
#include "catalogue/word.h"

/* What was written into a buffer of its own, into the arena. */
static enum err_code keep(struct slice *out, struct arena *arena, struct buf *text,
			  const char *what, struct err *why)
{
	bool is_too_large = buf_failed(text);

	if (!is_too_large)
		*out = arena_dup(arena, buf_view(text));
	buf_clear(text);
	if (is_too_large || arena->has_failed)
		return err_set(why, ERR_LIMIT, "%s: too large to be kept", what);
	return ERR_OK;
}

static enum err_code read_offer(struct record_reading *out, struct arena *arena, struct slice json,
				struct err *why)
{
	struct buf text = BUF_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&text);
	enum err_code rc;

	out->body = json;
	if (offer_read_written(&out->offer, arena, json))
		return ERR_OK;
	rc = offer_read(&out->offer, arena, json, why);
	if (rc != ERR_OK)
		return rc;
	if (out->offer.title.n == 0)
		return err_set(why, ERR_PARSE, "title: expected one, there is none");
	offer_write(&w, &out->offer);
	return keep(&out->body, arena, &text, "record", why);
}

static enum err_code read_words(struct slice *out, struct arena *arena, struct slice json,
				struct err *why)
{
	struct buf text = BUF_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&text);
	struct words words = { .n = 0 };
	enum err_code rc;

	*out = json.p != NULL ? json : SLICE_LIT("[]");
	if (words_are_written(*out))
		return ERR_OK;
	rc = words_read(&words, arena, json, why);
	if (rc != ERR_OK) {
		err_wrap(why, "words");
		return rc;
	}
	words_write(&w, &words);
	return keep(out, arena, &text, "words", why);
}

struct record_reading *record_reading_make(struct arena *arena, struct blob_packer *packer,
					   struct slice offer, struct slice words)
{
	struct record_reading *r = arena_new(arena, struct record_reading);
	struct slice plain = SLICE_NONE;
	struct err why = ERR_INIT;

	if (r == NULL)
		return NULL;
	r->code = read_offer(r, arena, offer, &why);
	if (r->code == ERR_OK)
		r->code = read_words(&plain, arena, words, &why);
	if (r->code == ERR_OK)
		r->code = blob_pack_beside(packer, &r->words, arena, plain, r->body, &why);
	if (r->code == ERR_OK)
		blob_hash(r->body_hash, r->body);
	else
		r->why = arena_dup(arena, slice_of(why.msg));
	return arena->has_failed ? NULL : r;
}
