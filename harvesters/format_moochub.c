// SPDX-License-Identifier: EUPL-1.2
/*
 * MOOChub, versions 2 and 3: pages that link to the next one. The list ends
 * where "next" is absent, null, empty or the page itself. What is read of a
 * course is in moochub_words.c.
 */
#include "base/limits.h"
#include "base/url.h"
#include "harvesters/columns.h"
#include "harvesters/id_set.h"
#include "harvesters/json_page.h"
#include "harvesters/json_peek.h"
#include "harvesters/moochub_words.h"
#include "harvesters/registry.h"

#include <inttypes.h>

struct moochub {
	unsigned configured; /* version 2 or 3; 0: by shape */
	bool id_is_url;
	struct json_map map;
	struct id_set ids; /* of items */
	struct id_set pages; /* of addresses asked for */
	uint64_t page; /* from 1 */
	uint64_t n_items; /* of the page */
	uint64_t n_new; /* of them, that were not on one before */
	const char *rule;
	struct err why; /* what kept the list from its end */
};

static struct moochub *state_of(struct harvest_out *out)
{
	return (struct moochub *)harvest_state(out, sizeof(struct moochub));
}

static enum err_code ask(struct harvest_out *out, struct moochub *s, struct slice url,
			 struct err *err)
{
	struct request request = {
		.kind = REQUEST_LIST,
		.url = url,
		.accept = s->configured == 2
				  ? SLICE_LIT("application/vnd.api+json; moochub-version=2")
				  : SLICE_LIT("application/vnd.api+json; moochub-version=3"),
	};

	s->page++;
	id_set_add(&s->pages, url);
	return harvest_request(out, &request, err);
}

/* "3", "3.0"; 0 for what is no version. */
static unsigned version_of_text(struct slice text)
{
	if (text.n == 0 || (text.p[0] != '2' && text.p[0] != '3') ||
	    (text.n > 1 && text.p[1] != '.'))
		return 0;
	return (unsigned)(text.p[0] - '0');
}

static enum err_code check(const struct source *source, struct source_place *place, struct err *err)
{
	if (source->version.n > 0 && version_of_text(source->version) == 0) {
		place->name = SLICE_LIT("version");
		return err_set(err, ERR_CONFIG, "version = \"%.*s\": expected 2 or 3",
			       SLICE_ARG(slice_first(source->version, 60)));
	}
	return columns_check(&source->columns, NULL, place, err);
}

static enum err_code begin(struct harvest_out *out, struct err *err)
{
	const struct source *source = harvest_source(out);
	struct moochub *s = state_of(out);
	struct buf url = BUF_INIT(LIMIT_URL_BYTES);
	size_t n;
	const struct json_row *rows = moochub_rows(&n);
	enum err_code rc;

	s->configured = version_of_text(source->version);
	s->id_is_url = slice_eq_z(settings_get(&source->options, "id"), "url");
	rc = json_map_init(&s->map, rows, n, &source->columns, err);
	if (rc != ERR_OK)
		return rc;
	rc = source_write_list_url(&url, source, err);
	if (rc == ERR_OK)
		rc = ask(out, s, buf_view(&url), err);
	buf_clear(&url);
	return rc;
}

/* --- items --- */

struct page_reading {
	struct harvest_out *out;
	struct moochub *s;
};

static void give_record(struct harvest_out *out, struct moochub *s, const struct json_node *item,
			const struct raw_hash *hash)
{
	struct arena *arena = harvest_item_arena(out);
	unsigned version = moochub_version_of(item, s->configured);
	struct words words = { 0 };
	const struct word *id;

	moochub_read_item(&words, arena, &s->map, item, version, s->id_is_url);
	id = words_find(&words, EL_RECORD_ID, 0);
	harvest_record(out, id != NULL ? id->text : SLICE_NONE, &words, moochub_standard(version),
		       hash);
}

/* The id of an item that cannot be read, as far as its bytes show it. */
static struct slice id_in_bytes(const struct moochub *s, struct slice text)
{
	struct slice id = SLICE_NONE;

	if (s->id_is_url)
		id = moochub_peek_address(text);
	for (size_t i = 0; i < s->map.n && id.n == 0; i++)
		if (s->map.rows[i].element == EL_RECORD_ID)
			id = json_peek(text, slice_of(s->map.rows[i].path));
	return id;
}

static void on_item(void *data, const struct json_item *item)
{
	struct page_reading *reading = (struct page_reading *)data;
	struct harvest_out *out = reading->out;
	struct err err = ERR_INIT;
	struct raw_hash hash;
	const char *why;
	const struct json_node *value;

	harvest_item(out);
	reading->s->n_items++;
	hash = harvest_hash(out, &item->text, 1);
	/* Known by its hash, so that its bytes are read once. */
	reading->s->n_new += id_set_add(&reading->s->ids, slice_make((const char *)hash.bytes,
								     sizeof(hash.bytes))) == 0;
	if (item->defect == NULL && harvest_seen(out, &hash))
		return;
	value = json_page_item(out, item, &err);
	why = value != NULL ? moochub_out_of_scope(value) : NULL;
	if (value == NULL)
		harvest_reject(out, id_in_bytes(reading->s, item->text), &err);
	else if (why != NULL)
		harvest_out_of_scope(out, json_text_member(value, "id"), why);
	else
		give_record(out, reading->s, value, &hash);
}

/* --- the next page --- */

static void note_link(struct harvest_out *out, struct slice link)
{
	harvest_note(out, SLICE_NONE,
		     (struct note){ .code = SLICE_LIT("next-link-elsewhere"),
				    .element = EL_COUNT,
				    .path = SLICE_LIT("links.next"),
				    .got = link,
				    .expected = SLICE_LIT("a link on the source's own host") });
}

/* The source's own parameters belong to each list request: those that a link has dropped. */
static void add_query(struct buf *url, const struct settings *query)
{
	struct url parsed;

	for (size_t i = 0; i < query->n; i++) {
		const struct setting *q = &query->items[i];
		struct buf name = BUF_INIT(LIMIT_URL_BYTES);
		struct err ignored = ERR_INIT;

		url_encode(&name, q->name);
		if (url_parse(&parsed, buf_view(url), &ignored) == ERR_OK &&
		    url_query_value(parsed.query, buf_view(&name)).p == NULL)
			url_add_query(url, q->name, q->value);
		buf_clear(&name);
	}
}

/*
 * Writes where "next" leads. A link to another host or scheme is not followed:
 * its query is put behind the address that was configured.
 */
static enum err_code next_url(struct harvest_out *out, struct buf *url, struct slice link,
			      struct slice from, struct err *err)
{
	const struct source *source = harvest_source(out);
	struct slice configured = source->url;
	struct url parsed;
	enum err_code rc = url_resolve(url, from, link, err);
	struct buf elsewhere = BUF_INIT(LIMIT_URL_BYTES);
	ptrdiff_t query;

	if (rc != ERR_OK || url_text_is_same_origin(buf_view(url), configured))
		return rc;
	note_link(out, link);
	buf_move(&elsewhere, url);
	rc = url_parse(&parsed, buf_view(&elsewhere), err);
	if (rc == ERR_OK && parsed.query.n == 0)
		rc = err_set(err, ERR_DENIED, "links.next leads to another host: %.*s",
			     SLICE_ARG(link));
	if (rc == ERR_OK) {
		query = slice_find_byte(configured, '?');
		buf_slice(url, query < 0 ? configured : slice_first(configured, (size_t)query));
		url_add_raw_query(url, parsed.query);
	}
	buf_clear(&elsewhere);
	return rc;
}

/* Why a link does not lead on, or NULL. */
static const char *end_rule(const struct json_node *links, struct slice link)
{
	if (!node_is_object(links))
		return "a single document without links";
	if (link.n == 0)
		return "links.next is absent or empty";
	return NULL;
}

/* A page that repeats another one and links to itself is no end: page numbers may be ignored. */
static bool is_same_page(const struct moochub *s, const struct response *r, struct slice url,
			 struct slice self)
{
	return !(s->n_items > 0 && s->n_new == 0) &&
	       (slice_eq(url, r->request.url) || slice_eq(url, r->final_url) ||
		slice_eq(url, self));
}

/* What is no link proves no end. PHP writes [] for {} and false for nothing. */
static enum err_code check_links(const struct json_node *links, const struct json_node *next,
				 struct slice link, struct err *err)
{
	if (!node_is_object(links) && !json_is_absent(links))
		return err_set(err, ERR_PARSE, "links is no object");
	if (link.n == 0 && !json_is_absent(next) && !node_is(next, NODE_FALSE))
		return err_set(err, ERR_PARSE, "links.next is no link");
	return ERR_OK;
}

static enum err_code check_next(const struct moochub *s, const struct buf *url, struct slice link,
				struct err *err)
{
	if (buf_failed(url))
		return err_set(err, ERR_LIMIT, "links.next is longer than %d bytes",
			       LIMIT_URL_BYTES);
	if (id_set_count(&s->pages, buf_view(url)) > 0)
		return err_set(err, ERR_PARSE, "page %" PRIu64 " links to one that was read: %.*s",
			       s->page, SLICE_ARG(link));
	if (s->n_new == 0)
		return err_set(err, ERR_PARSE,
			       "page %" PRIu64 " shows nothing new and links to a next one",
			       s->page);
	return ERR_OK;
}

static enum err_code follow_link(struct harvest_out *out, struct moochub *s,
				 const struct response *r, struct slice link, struct slice self,
				 struct err *err)
{
	static const char itself[] = "links.next is the page itself";
	struct buf url = BUF_INIT(LIMIT_URL_BYTES);
	enum err_code rc;

	if (is_same_page(s, r, link, self)) {
		s->rule = itself;
		return ERR_OK;
	}
	rc = next_url(out, &url, link, r->final_url.n > 0 ? r->final_url : r->request.url, err);
	if (rc == ERR_OK)
		add_query(&url, &harvest_source(out)->query);
	if (rc == ERR_OK && is_same_page(s, r, buf_view(&url), self))
		s->rule = itself;
	else if (rc == ERR_OK)
		rc = check_next(s, &url, link, err);
	if (rc == ERR_OK && s->rule == NULL)
		rc = ask(out, s, buf_view(&url), err);
	buf_clear(&url);
	return rc;
}

/* The page itself was read, wherever it leads: what keeps the list from its end waits for it. */
static void follow(struct harvest_out *out, struct moochub *s, const struct response *r,
		   const struct json_node *rest)
{
	const struct json_node *links = node_get(rest, "links");
	const struct json_node *next = node_get(links, "next");
	struct slice link = slice_trim(node_is_object(next) ? json_text_member(next, "href")
							    : json_text_of(next));
	struct err err = ERR_INIT;
	enum err_code rc = check_links(links, next, link, &err);

	if (rc == ERR_OK)
		s->rule = end_rule(links, link);
	if (rc == ERR_OK && s->rule == NULL)
		rc = follow_link(out, s, r, link, slice_trim(json_text_member(links, "self")),
				 &err);
	if (rc != ERR_OK && s->why.code == ERR_OK)
		s->why = err;
}

static enum err_code read_page(struct harvest_out *out, struct moochub *s, struct response *r,
			       struct err *err)
{
	static const char *const paths[] = { "data" };
	struct page_reading reading = { out, s };
	struct json_split split;
	enum err_code rc;
	const struct json_node *rest;

	s->n_items = s->n_new = 0;
	json_split_init(&split, paths, countof(paths), on_item, &reading);
	rc = json_page_read(out, r, &split, err);
	rest = json_page_rest(out, &split);
	if (rc == ERR_OK && rest == NULL)
		rc = err_set(err, ERR_PARSE, "what stands beside the list cannot be read");
	if (rc == ERR_OK && !split.has_list)
		rc = json_page_without_list(rest, "data", err);
	/* The links often stand before the courses: a cut page does not hide the next one. */
	if (rc == ERR_OK || node_get(rest, "links") != NULL)
		follow(out, s, r, rest);
	if (rc != ERR_OK)
		s->rule = NULL;
	json_split_clear(&split);
	return rc;
}

static enum err_code on_response(struct harvest_out *out, struct response *r, struct err *err)
{
	struct moochub *s = state_of(out);
	uint64_t page = s->page;
	enum err_code rc;

	rc = r->status >= 400 ? response_failed(r, err) : read_page(out, s, r, err);
	if (rc != ERR_OK) {
		err_wrap(err, "page %" PRIu64, page);
		if (s->why.code == ERR_OK)
			s->why = *err;
	}
	return rc;
}

static enum err_code on_failure(struct harvest_out *out, const struct request *request,
				const struct err *why, struct err *err)
{
	struct moochub *s = state_of(out);

	(void)request;
	err_set(err, why->code, "page %" PRIu64 ": %s", s->page, why->msg);
	if (s->why.code == ERR_OK)
		s->why = *err;
	return why->code;
}

static enum err_code finish(struct harvest_out *out, struct slice *rule, struct err *err)
{
	struct moochub *s = state_of(out);

	if (s->rule == NULL)
		return s->why.code != ERR_OK ? err_set(err, s->why.code, "%s", s->why.msg)
					     : err_set(err, ERR_PARSE, "no page was read");
	*rule = slice_of(s->rule);
	return ERR_OK;
}

static void free_state(void *state)
{
	struct moochub *s = (struct moochub *)state;

	json_map_clear(&s->map);
	id_set_clear(&s->ids);
	id_set_clear(&s->pages);
	mem_free(s);
}

const struct harvester harvester_moochub = {
	.format = "moochub",
	.check = check,
	.begin = begin,
	.on_response = on_response,
	.on_failure = on_failure,
	.finish = finish,
	.free_state = free_state,
};
