// SPDX-License-Identifier: EUPL-1.2
/*
 * What stands between a harvester and who listens to it: requests and their
 * tags, the set of known raw hashes, and the way out of a record, which is
 * normalised here and nowhere else.
 *
 * Counting is done where it happens: harvest_item() counts for the page in
 * hand, and the sink hears of the page once, last.
 */
#include "base/limits.h"
#include "base/list.h"
#include "base/url.h"
#include "base/utf8.h"
#include "harvesters/harvester.h"

#include <stdlib.h>
#include <xxhash.h>

enum { SHOWN_ID_BYTES = 60 }; /* of one that is too long to be one */

struct asked {
	struct list_node node;
	struct request request;
	char text[]; /* url and accept */
};

struct harvest_out {
	struct harvest_begin begin;
	const struct harvest_sink *sink;
	void *sink_data;

	void *state;
	size_t state_size;
	struct arena page_arena;
	struct arena item_arena;

	struct raw_hash *known; /* sorted copy */
	uint64_t hash_seed; /* of the salt */
	XXH3_state_t *hashing; /* used again: what belongs to the seed is made once */

	struct list_node asked;
	size_t n_asked;
	uint32_t last_tag;
	uint32_t n_list_pages;

	/* the response in hand */
	uint32_t tag;
	uint64_t n_items;
	bool is_lost;
	struct err lost;

	/* one record on its way out */
	struct arena work;
	struct buf offer_json;
	struct buf words_json;
};

/* --- the body of a response --- */

enum err_code response_read(struct response *r, struct slice *out, struct err *err)
{
	enum err_code rc;

	*out = SLICE_LIT("");
	if (r->is_ended)
		return ERR_OK;
	rc = r->reader->read(r, out, err);
	if (rc != ERR_OK || out->n == 0)
		r->is_ended = true;
	return rc;
}

enum err_code response_rewind(struct response *r, struct err *err)
{
	enum err_code rc = r->reader->rewind(r, err);

	if (rc == ERR_OK)
		r->is_ended = false;
	return rc;
}

/* --- known hashes --- */

static int compare_hashes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct raw_hash));
}

static struct raw_hash *sorted_copy(const struct raw_hash *hashes, size_t n)
{
	struct raw_hash *copy;

	if (n == 0)
		return NULL;
	copy = mem_new_n(struct raw_hash, n);
	memcpy(copy, hashes, n * sizeof(*copy));
	qsort(copy, n, sizeof(*copy), compare_hashes);
	return copy;
}

/* Whether a known hash begins with the first n_bytes of key. */
static bool is_known(const struct harvest_out *out, const uint8_t *key, size_t n_bytes)
{
	size_t low = 0, high = out->begin.n_known;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(out->known[middle].bytes, key, n_bytes);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

struct raw_hash harvest_hash(const struct harvest_out *out, const struct slice *parts, size_t n)
{
	struct raw_hash hash;
	XXH128_canonical_t canonical;

	if (n == 1) {
		XXH128_canonicalFromHash(
			&canonical, XXH3_128bits_withSeed(parts[0].p, parts[0].n, out->hash_seed));
	} else {
		XXH3_128bits_reset_withSeed(out->hashing, out->hash_seed);
		for (size_t i = 0; i < n; i++) { /* lengths keep "a","bc" apart from "ab","c" */
			uint64_t length = parts[i].n;

			XXH3_128bits_update(out->hashing, &length, sizeof(length));
			if (parts[i].n > 0)
				XXH3_128bits_update(out->hashing, parts[i].p, parts[i].n);
		}
		XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(out->hashing));
	}
	memcpy(hash.bytes, canonical.digest, sizeof(hash.bytes));
	return hash;
}

/* The half of a hash that stands for a record's id. No salt: an id is an id. */
static void id_half(uint8_t half[8], struct slice record_id)
{
	XXH64_canonical_t canonical;

	XXH64_canonicalFromHash(&canonical, XXH3_64bits(record_id.p, record_id.n));
	memcpy(half, canonical.digest, 8);
}

struct raw_hash harvest_hash_of(const struct harvest_out *out, struct slice record_id,
				const struct slice *parts, size_t n)
{
	struct raw_hash hash = harvest_hash(out, parts, n);

	id_half(hash.bytes, slice_trim(record_id));
	return hash;
}

bool harvest_knows(const struct harvest_out *out, struct slice record_id)
{
	uint8_t half[8];

	id_half(half, slice_trim(record_id));
	return is_known(out, half, sizeof(half));
}

bool harvest_seen(struct harvest_out *out, const struct raw_hash *hash)
{
	if (!is_known(out, hash->bytes, sizeof(hash->bytes)))
		return false;
	out->sink->seen(out->sink_data, hash, out->tag);
	return true;
}

/* --- what a harvester knows --- */

const struct source *harvest_source(const struct harvest_out *out)
{
	return &out->begin.source;
}

int64_t harvest_now_s(const struct harvest_out *out)
{
	return out->begin.now_s;
}

void *harvest_state(struct harvest_out *out, size_t size)
{
	if (out->state == NULL) {
		out->state = mem_zalloc(size);
		out->state_size = size;
	}
	require(out->state_size == size);
	return out->state;
}

struct arena *harvest_arena(struct harvest_out *out)
{
	return &out->page_arena;
}

struct arena *harvest_item_arena(struct harvest_out *out)
{
	return &out->item_arena;
}

struct slice harvest_recall(const struct harvest_out *out, const char *key)
{
	return settings_get(&out->begin.remembered, key);
}

/* --- requests --- */

enum err_code harvest_request(struct harvest_out *out, const struct request *request,
			      struct err *err)
{
	struct slice url = request->url, accept = request->accept;
	struct asked *asked;

	if (!url_text_is_same_origin(url, out->begin.source.url))
		return err_set(err, ERR_DENIED, "%.*s is not on the source's own host %.*s",
			       SLICE_ARG(url), SLICE_ARG(out->begin.source.url));
	if (request->kind == REQUEST_LIST && out->n_list_pages >= LIMIT_LIST_PAGES)
		return err_set(err, ERR_LIMIT, "the list has more than %d pages (LIMIT_LIST_PAGES)",
			       LIMIT_LIST_PAGES);
	if (out->n_asked >= LIMIT_OUTSTANDING_REQUESTS)
		return err_set(err, ERR_LIMIT,
			       "more than %d requests are not answered "
			       "(LIMIT_OUTSTANDING_REQUESTS)",
			       LIMIT_OUTSTANDING_REQUESTS);
	if (request->kind == REQUEST_LIST)
		out->n_list_pages++;
	asked = mem_zalloc(sizeof(*asked) + url.n + accept.n);
	asked->request = *request;
	memcpy(asked->text, url.p, url.n);
	asked->request.url = slice_make(asked->text, url.n);
	if (accept.p != NULL) {
		memcpy(asked->text + url.n, accept.p, accept.n);
		asked->request.accept = slice_make(asked->text + url.n, accept.n);
	}
	asked->request.tag = ++out->last_tag;
	list_push_back(&out->asked, &asked->node);
	out->n_asked++;
	out->sink->request(out->sink_data, &asked->request);
	return ERR_OK;
}

size_t harvest_outstanding(const struct harvest_out *out)
{
	return out->n_asked;
}

static struct asked *find_asked(struct harvest_out *out, uint32_t tag)
{
	list_each (node, &out->asked) {
		struct asked *asked = container_of(node, struct asked, node);

		if (asked->request.tag == tag)
			return asked;
	}
	return NULL;
}

const struct request *harvest_request_of_tag(struct harvest_out *out, uint32_t tag)
{
	struct asked *asked = find_asked(out, tag);

	return asked != NULL ? &asked->request : NULL;
}

/* --- what a harvester says --- */

void harvest_item(struct harvest_out *out)
{
	out->n_items++;
	arena_reset(&out->item_arena);
}

/* The beginning of one that is too long is another id, so it is shown in the message alone. */
static enum err_code check_id(struct slice record_id, struct err *err)
{
	if (record_id.n == 0)
		return err_set(err, ERR_PARSE, "no id");
	if (!utf8_is_valid(record_id))
		return err_set(err, ERR_PARSE, "the id is not UTF-8");
	if (record_id.n > LIMIT_RECORD_ID_BYTES)
		return err_set(err, ERR_LIMIT,
			       "an id of %zu bytes (LIMIT_RECORD_ID_BYTES is %d): \"%.*s...\"",
			       record_id.n, LIMIT_RECORD_ID_BYTES,
			       SLICE_ARG(utf8_first(record_id, SHOWN_ID_BYTES)));
	if (slice_find_byte(record_id, '\0') >= 0)
		return err_set(err, ERR_PARSE, "the id holds a zero byte");
	return ERR_OK;
}

/* The id of what is not a record, if it can be one's. */
static struct slice id_to_say(struct slice record_id)
{
	struct slice id = slice_trim(record_id);

	return check_id(id, NULL) == ERR_OK ? id : SLICE_NONE;
}

void harvest_gone(struct harvest_out *out, struct slice record_id)
{
	struct slice id = slice_trim(record_id);

	if (check_id(id, NULL) == ERR_OK)
		out->sink->gone(out->sink_data, id, out->tag);
	else
		harvest_note(out, SLICE_NONE,
			     (struct note){ .code = SLICE_LIT("gone-without-id"),
					    .element = EL_RECORD_ID,
					    .got = utf8_is_valid(id) ? id : SLICE_NONE,
					    .expected = SLICE_LIT("the id of a record") });
}

void harvest_reject(struct harvest_out *out, struct slice record_id, const struct err *why)
{
	out->sink->reject(out->sink_data, id_to_say(record_id), why, out->tag);
}

void harvest_out_of_scope(struct harvest_out *out, struct slice record_id, const char *why)
{
	out->sink->out_of_scope(out->sink_data, id_to_say(record_id), why, out->tag);
}

void harvest_page_lost(struct harvest_out *out, const struct err *why)
{
	if (out->is_lost) /* the first reason is the one that matters */
		return;
	out->is_lost = true;
	out->lost = *why;
}

void harvest_announce(struct harvest_out *out, uint64_t total)
{
	out->sink->announce(out->sink_data, total);
}

void harvest_note(struct harvest_out *out, struct slice record_id, struct note note)
{
	note.got = utf8_first(note.got, LIMIT_NOTE_BYTES);
	out->sink->note(out->sink_data, record_id, &note, out->tag);
}

void harvest_remember(struct harvest_out *out, const char *key, struct slice value)
{
	if (value.n > LIMIT_REMEMBER_BYTES) {
		harvest_note(out, SLICE_NONE,
			     (struct note){ .code = SLICE_LIT("too-long-to-remember"),
					    .element = EL_COUNT,
					    .path = slice_of(key),
					    .got = value });
		return;
	}
	out->sink->remember(out->sink_data, key, value);
}

/* --- a record on its way out --- */

static void write_traces(struct json_writer *w, const struct traces *traces)
{
	json_key(w, "explain");
	json_open(w, '[');
	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *t = &traces->items[i];

		json_open(w, '{');
		json_field_z(w, "element", element_name(t->element));
		if (t->word != SIZE_MAX)
			json_field_i64(w, "word", (int64_t)t->word);
		json_field(w, "piece", t->piece);
		json_field_z(w, "from", from_name(t->reading.from));
		json_field_z(w, "rule", t->reading.rule);
		json_field(w, "result", t->result);
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* The offer with, where asked for, why each element is what it is. */
static void write_offer(struct harvest_out *out, const struct offer *offer,
			const struct traces *traces)
{
	struct json_writer w = JSON_WRITER(&out->offer_json);

	buf_reset(&out->offer_json);
	json_open(&w, '{');
	offer_write_members(&w, offer);
	if (out->begin.has_traces)
		write_traces(&w, traces);
	json_close(&w, '}');
}

static void write_words(struct harvest_out *out, const struct words *words)
{
	struct json_writer w = JSON_WRITER(&out->words_json);

	buf_reset(&out->words_json);
	words_write(&w, words);
}

static enum err_code make_record(struct harvest_out *out, struct slice id,
				 const struct words *words, const char *standard,
				 struct notes *notes, struct err *err)
{
	struct source_context context;
	struct traces traces = { 0 };
	struct offer offer;
	enum err_code rc = check_id(id, err);

	if (rc != ERR_OK)
		return rc;
	source_context(&context, &out->begin.source, slice_of(standard));
	rc = normalise(&offer, words, &context, notes, out->begin.has_traces ? &traces : NULL,
		       &out->work, err);
	if (rc != ERR_OK)
		return rc;
	write_offer(out, &offer, &traces);
	write_words(out, words);
	if (buf_failed(&out->offer_json) || buf_failed(&out->words_json) ||
	    out->offer_json.len + out->words_json.len > LIMIT_OFFER_BYTES)
		return err_set(err, ERR_LIMIT,
			       "the record needs more than %d bytes "
			       "(LIMIT_OFFER_BYTES)",
			       LIMIT_OFFER_BYTES);
	return ERR_OK;
}

void harvest_record(struct harvest_out *out, struct slice record_id, const struct words *words,
		    const char *standard, const struct raw_hash *hash)
{
	struct slice id = slice_trim(record_id);
	struct notes notes = { 0 };
	struct err err = ERR_INIT;

	arena_reset(&out->work);
	if (make_record(out, id, words, standard, &notes, &err) != ERR_OK) {
		harvest_reject(out, id, &err);
		return;
	}
	out->sink->record(out->sink_data, id, hash, buf_view(&out->offer_json),
			  buf_view(&out->words_json), out->tag);
	for (size_t i = 0; i < notes.n; i++)
		harvest_note(out, id, notes.items[i]);
}

/* --- life --- */

struct harvest_out *harvest_open(const struct harvest_begin *begin, const struct harvest_sink *sink,
				 void *sink_data)
{
	struct harvest_out *out = mem_new(struct harvest_out);

	require(begin->harvester != NULL);
	out->begin = *begin;
	out->sink = sink;
	out->sink_data = sink_data;
	out->known = sorted_copy(begin->known, begin->n_known);
	out->hash_seed = XXH3_64bits(begin->hash_salt.p, begin->hash_salt.n);
	out->hashing = mem_made(XXH3_createState());
	list_init(&out->asked);
	arena_init(&out->page_arena, LIMIT_PAGE_ARENA_BYTES);
	arena_init(&out->item_arena, LIMIT_ITEM_ARENA_BYTES);
	arena_init(&out->work, LIMIT_OFFER_ARENA_BYTES);
	buf_init(&out->offer_json, LIMIT_OFFER_BYTES);
	buf_init(&out->words_json, LIMIT_OFFER_BYTES);
	return out;
}

static void forget(struct harvest_out *out, struct asked *asked)
{
	list_remove(&asked->node);
	out->n_asked--;
	mem_free(asked);
}

void harvest_close(struct harvest_out *out)
{
	if (out == NULL)
		return;
	while (!list_is_empty(&out->asked))
		forget(out, container_of(out->asked.next, struct asked, node));
	if (out->state != NULL) {
		if (out->begin.harvester->free_state != NULL)
			out->begin.harvester->free_state(out->state);
		else
			mem_free(out->state);
	}
	mem_free(out->known);
	XXH3_freeState(out->hashing);
	arena_clear(&out->page_arena);
	arena_clear(&out->item_arena);
	arena_clear(&out->work);
	buf_clear(&out->offer_json);
	buf_clear(&out->words_json);
	mem_free(out);
}

enum err_code harvester_check(const struct harvester *harvester, const struct source *source,
			      struct source_place *place, struct err *err)
{
	enum err_code rc;

	*place = (struct source_place){ NULL, SLICE_NONE };
	rc = source_check(source, place, err);
	return rc == ERR_OK && harvester->check != NULL ? harvester->check(source, place, err) : rc;
}

void harvest_start(struct harvest_out *out, struct err *err)
{
	struct source_place place;
	enum err_code rc;

	err_clear(err);
	rc = harvester_check(out->begin.harvester, &out->begin.source, &place, err);
	if (rc == ERR_OK)
		rc = out->begin.harvester->begin(out, err);
	if (rc != ERR_OK && err->code == ERR_OK)
		err_set(err, rc, "the harvester could not begin");
}

static void begin_page(struct harvest_out *out, uint32_t tag)
{
	out->tag = tag;
	out->n_items = 0;
	out->is_lost = false;
	err_clear(&out->lost);
}

/* Says the page, and forgets the request it was about. */
static void end_page(struct harvest_out *out, struct asked *asked, enum err_code rc,
		     struct err *err)
{
	if (rc != ERR_OK) {
		if (err->code == ERR_OK)
			err_set(err, rc, "the page could not be read");
		harvest_page_lost(out, err);
	}
	forget(out, asked);
	out->sink->page(out->sink_data, out->tag, out->n_items, out->is_lost ? &out->lost : NULL);
	out->tag = 0;
	out->n_items = 0;
	arena_reset(&out->page_arena);
	arena_reset(&out->item_arena);
}

/* What a harvester leaves unread (the body of a 404) is read to its end. */
static enum err_code drain(struct response *r, struct err *err)
{
	struct slice rest;
	enum err_code rc = ERR_OK;

	while (rc == ERR_OK && !r->is_ended)
		rc = response_read(r, &rest, err);
	return rc;
}

void harvest_on_response(struct harvest_out *out, struct response *r)
{
	struct asked *asked = find_asked(out, r->request.tag);
	struct err err = ERR_INIT, ignored = ERR_INIT;
	enum err_code rc;

	if (asked == NULL)
		return;
	r->request = asked->request;
	begin_page(out, asked->request.tag);
	rc = out->begin.harvester->on_response(out, r, &err);
	if (drain(r, &ignored) != ERR_OK && rc == ERR_OK) {
		rc = ignored.code;
		err = ignored;
	}
	end_page(out, asked, rc, &err);
}

void harvest_on_failure(struct harvest_out *out, uint32_t tag, const struct err *why)
{
	struct asked *asked = find_asked(out, tag);
	struct err err = ERR_INIT;
	enum err_code rc;

	if (asked == NULL)
		return;
	begin_page(out, tag);
	rc = out->begin.harvester->on_failure(out, &asked->request, why, &err);
	end_page(out, asked, rc, &err);
}

void harvest_finish(struct harvest_out *out, struct slice *rule, struct err *err)
{
	enum err_code rc;

	*rule = SLICE_NONE;
	err_clear(err);
	rc = out->begin.harvester->finish(out, rule, err);
	if (rc != ERR_OK) {
		*rule = SLICE_NONE;
		if (err->code == ERR_OK)
			err_set(err, rc, "the harvester could not finish");
	} else if (rule->n == 0 && err->code == ERR_OK) {
		err_set(err, ERR_PARSE, "nothing proved the end of the list");
	}
}
