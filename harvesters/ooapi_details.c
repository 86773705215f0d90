// SPDX-License-Identifier: EUPL-1.2
/*
 * OOAPI: items that wait for their offerings, and the records that come of
 * both. Offerings are kept as text: most of them turn out to be known already.
 */
#include "harvesters/ooapi.h"

#include <inttypes.h>
#include <xxhash.h>

static const struct json_map *map_of(const struct ooapi *s, enum ooapi_version version)
{
	return &s->maps[version == OOAPI_4 ? 0 : version == OOAPI_6 ? 2 : 1];
}

/* --- records --- */

struct offering_reading {
	struct harvest_out *out;
	struct words *words;
	struct arena *arena;
	const struct json_map *map;
	enum ooapi_version version;
	uint16_t part;
};

static void on_kept_offering(void *data, const struct json_item *item)
{
	struct offering_reading *reading = (struct offering_reading *)data;
	/* The splitter's bytes do not stay: words borrow from a copy. */
	struct json_item kept = { .text = arena_dup(reading->arena, item->text),
				  .offset = item->offset,
				  .defect = item->defect };
	struct err err = ERR_INIT;
	const struct json_node *offering = json_page_item(reading->out, &kept, &err);

	if (offering == NULL) {
		harvest_note(reading->out, SLICE_NONE,
			     (struct note){ .code = SLICE_LIT("bad-offering"),
					    .element = EL_SESSION_ID,
					    .got = slice_of(err.msg),
					    .expected = SLICE_LIT("an offering") });
		return;
	}
	if (reading->part < LIMIT_OFFER_SESSIONS &&
	    ooapi_read_offering(reading->words, reading->arena, reading->map, offering,
				reading->part, reading->version))
		reading->part++;
}

/* The offerings' texts once more through the splitter, each into a session. */
static void read_offerings(struct offering_reading *reading, struct slice offerings)
{
	static const char *const paths[] = { "items" };
	struct json_split split;

	struct slice pieces[] = { SLICE_LIT("["), offerings, SLICE_LIT("]") };
	enum err_code rc = ERR_OK;

	json_split_init(&split, paths, countof(paths), on_kept_offering, reading);
	for (size_t i = 0; i < countof(pieces) && rc == ERR_OK; i++)
		rc = json_split_feed(&split, pieces[i], NULL);
	json_split_clear(&split);
}

static void note_dates(struct harvest_out *out, const struct ooapi *s, struct slice id,
		       const struct json_node *item)
{
	const char *code = ooapi_expired(item, s->today);

	if (code != NULL)
		harvest_note(
			out, id,
			(struct note){ .code = slice_of(code),
				       .element = EL_COUNT,
				       .path = SLICE_LIT("validFrom, validTo"),
				       .got = json_text_member(item, "validTo|validFrom"),
				       .expected = SLICE_LIT("a description that holds today") });
}

/* Item and offerings become a record. */
void ooapi_give_record(struct harvest_out *out, struct ooapi *s, const struct json_node *item,
		       struct slice offerings, const struct raw_hash *hash)
{
	enum ooapi_version version = ooapi_version_of(item, s->configured);
	struct arena *arena = harvest_item_arena(out);
	struct words words = { 0 };
	const struct json_map *map = map_of(s, version);
	struct offering_reading reading = { out, &words, arena, map, version, 0 };
	const struct word *id;

	ooapi_read_item(&words, arena, map, item, s->root, version);
	if (offerings.n > 0)
		read_offerings(&reading, offerings);
	id = words_find(&words, EL_RECORD_ID, 0);
	if (id != NULL)
		note_dates(out, s, id->text, item);
	harvest_record(out, id != NULL ? id->text : SLICE_NONE, &words, ooapi_standard(version),
		       hash);
}

/* --- items that wait --- */

struct pending *ooapi_wait(struct ooapi *s, const struct json_item *item, struct slice id,
			   enum ooapi_version version)
{
	struct pending *p = mem_new(struct pending);

	buf_init(&p->id, LIMIT_RECORD_ID_BYTES);
	buf_init(&p->item, LIMIT_ITEM_BYTES);
	buf_init(&p->offerings, LIMIT_ITEM_BYTES);
	buf_slice(&p->id, slice_first(id, LIMIT_RECORD_ID_BYTES));
	buf_slice(&p->item, item->text);
	p->offset = item->offset;
	p->version = version;
	p->list = s->list;
	p->page = 1;
	list_push_back(&s->pending, &p->node);
	s->pending_bytes += item->text.n;
	return p;
}

void ooapi_forget(struct ooapi *s, struct pending *p)
{
	list_remove(&p->node);
	s->pending_bytes -= p->item.len;
	buf_clear(&p->id);
	buf_clear(&p->item);
	buf_clear(&p->offerings);
	mem_free(p);
}

/*
 * The offerings could not be read. A record that is known keeps the sessions it
 * has and goes stale; a new one comes without. The page is lost either way.
 */
static bool is_kept_back(struct harvest_out *out, struct pending *p)
{
	struct err why = ERR_INIT;

	if (p->failed.code == ERR_OK)
		return false;
	err_set(&why, p->failed.code, "offerings of %.*s: %s", SLICE_ARG(buf_view(&p->id)),
		p->failed.msg);
	harvest_page_lost(out, &why);
	if (harvest_knows(out, buf_view(&p->id))) {
		err_wrap(&why, "what is known of it stays");
		harvest_reject(out, buf_view(&p->id), &why);
		return true;
	}
	harvest_note(out, buf_view(&p->id),
		     (struct note){ .code = SLICE_LIT("offerings-not-read"),
				    .element = EL_SESSION_START,
				    .got = slice_of(p->failed.msg),
				    .expected = SLICE_LIT("the course's offerings") });
	return false;
}

static void finish_pending(struct harvest_out *out, struct ooapi *s, struct pending *p)
{
	struct json_item item = { .text = buf_view(&p->item), .offset = p->offset };
	struct slice parts[] = {
		item.text,
		buf_view(&p->offerings),
		buf_view(&s->root_text),
		p->failed.code != ERR_OK ? SLICE_LIT("without offerings") : SLICE_LIT(""),
	};
	struct raw_hash hash = harvest_hash_of(out, buf_view(&p->id), parts, countof(parts));
	struct err err = ERR_INIT;
	const struct json_node *value;

	if (!is_kept_back(out, p) && !harvest_seen(out, &hash)) {
		value = json_page_item(out, &item, &err);
		if (value != NULL)
			ooapi_give_record(out, s, value, buf_view(&p->offerings), &hash);
		else
			harvest_reject(out, buf_view(&p->id), &err);
	}
	ooapi_forget(s, p);
}

/* Asks for the offerings of items that wait, a few at a time. */
void ooapi_ask_details(struct harvest_out *out, struct ooapi *s)
{
	list_each (node, &s->pending) {
		struct pending *p = container_of(node, struct pending, node);

		if (s->n_in_flight >= LIMIT_DETAILS_IN_FLIGHT)
			return;
		if (p->is_asked)
			continue;
		p->is_asked = true;
		if (ooapi_ask_offerings(out, s, p, &p->failed) == ERR_OK)
			s->n_in_flight++;
		else
			finish_pending(out, s, p);
	}
}

/* --- offerings --- */

static void on_offering(void *data, const struct json_item *item)
{
	struct pending *p = (struct pending *)data;

	p->n_on_page++;
	p->next_hash = XXH3_64bits_withSeed(item->text.p, item->text.n, p->next_hash);
	if (item->defect != NULL)
		return;
	if (p->offerings.len > 0)
		buf_char(&p->offerings, ',');
	buf_slice(&p->offerings, item->text);
}

/* Whether another page of this item's offerings is to be asked for. */
static bool has_more_offerings(struct pending *p, const struct page_facts *facts)
{
	bool repeats = p->page > 1 && p->next_hash == p->page_hash;

	p->page_hash = p->next_hash;
	if (p->n_on_page == 0 || repeats || p->page >= LIMIT_DETAIL_PAGES)
		return false;
	if (facts->flag != PAGE_FLAG_ABSENT)
		return facts->flag == PAGE_FLAG_MORE;
	if (facts->total_pages >= 0)
		return (uint64_t)facts->total_pages > p->page;
	return p->n_on_page >= OOAPI_PAGE_SIZE;
}

static enum err_code read_offerings_page(struct harvest_out *out, struct pending *p,
					 struct response *r, struct page_facts *facts,
					 struct err *err)
{
	static const char *const paths[] = { "items", "responses.*.items" };
	struct json_split split;
	enum err_code rc;
	const struct json_node *rest;

	p->n_on_page = 0;
	p->next_hash = 0;
	json_split_init(&split, paths, countof(paths), on_offering, p);
	rc = json_page_read(out, r, &split, err);
	rest = json_page_rest(out, &split);
	if (rc == ERR_OK)
		rc = ooapi_check_envelope(rest, err);
	if (rc == ERR_OK && !split.has_list)
		rc = json_page_without_list(rest, "items", err);
	ooapi_read_facts(facts, rest);
	json_split_clear(&split);
	if (rc == ERR_OK && buf_failed(&p->offerings))
		rc = err_set(err, ERR_LIMIT, "more than %u MiB of offerings (LIMIT_ITEM_BYTES)",
			     LIMIT_ITEM_BYTES / LIMIT_MIB);
	return rc;
}

/* Statuses by which a server says that this course has none, or that it knows none at all. */
static bool means_none(unsigned status)
{
	return status == 204 || status == 404 || status == 405 || status == 410 || status == 501;
}

enum err_code ooapi_on_offerings(struct harvest_out *out, struct ooapi *s, struct pending *p,
				 struct response *r, struct err *err)
{
	struct page_facts facts = PAGE_FACTS_NONE;
	struct err why = ERR_INIT;
	bool has_more = false;
	enum err_code rc = ERR_OK;

	s->n_in_flight--;
	if (means_none(r->status))
		rc = ERR_OK;
	else if (r->status >= 400)
		rc = response_failed(r, &why);
	else
		rc = read_offerings_page(out, p, r, &facts, &why);
	if (rc == ERR_OK && !means_none(r->status))
		has_more = has_more_offerings(p, &facts);
	if (rc != ERR_OK && rc != ERR_NOTFOUND)
		p->failed = why;
	if (has_more) {
		p->page++;
		if (ooapi_ask_offerings(out, s, p, &p->failed) == ERR_OK) {
			s->n_in_flight++;
			return ERR_OK;
		}
	}
	finish_pending(out, s, p);
	return ooapi_advance(out, s, err);
}

enum err_code ooapi_on_offerings_failed(struct harvest_out *out, struct ooapi *s, struct pending *p,
					const struct err *why, struct err *err)
{
	s->n_in_flight--;
	/* Nothing there, or not to be asked here ("lint" of a file): the course has none. */
	if (why->code != ERR_NOTFOUND && why->code != ERR_UNSUPPORTED && why->code != ERR_DENIED)
		p->failed = *why;
	finish_pending(out, s, p);
	return ooapi_advance(out, s, err);
}
