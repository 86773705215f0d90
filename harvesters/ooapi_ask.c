// SPDX-License-Identifier: EUPL-1.2
/* OOAPI: the addresses of lists and details, and what an answer says about itself. */
#include "base/url.h"
#include "harvesters/ooapi.h"

#include <inttypes.h>
#include <stdio.h>

char ooapi_about_root, ooapi_about_list;

/* --- addresses --- */

const char *ooapi_list_path(const struct ooapi *s)
{
	if (s->list == LIST_COURSES)
		return "courses";
	return s->configured == OOAPI_6 ? "programmes" : "programs";
}

/* Adds the source's own parameters; only "consumer" where a detail is asked for. */
static void add_parameters(struct buf *url, const struct source *source, bool is_detail)
{
	for (size_t i = 0; i < source->query.n; i++) {
		const struct setting *q = &source->query.items[i];

		if (!is_detail || slice_eq_z(q->name, "consumer"))
			url_add_query(url, q->name, q->value);
	}
}

static void add_number(struct buf *url, const char *name, uint64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRIu64, value);

	url_add_query(url, slice_of(name), slice_make(text, n > 0 ? (size_t)n : 0));
}

static enum err_code ask(struct harvest_out *out, const struct buf *url, enum request_kind kind,
			 void *about, struct err *err)
{
	struct request request = { .kind = kind,
				   .url = buf_view(url),
				   .accept = SLICE_LIT("application/json"),
				   .about = about };

	if (buf_failed(url))
		return err_set(err, ERR_LIMIT, "a URL of more than %d bytes (LIMIT_URL_BYTES)",
			       LIMIT_URL_BYTES);
	return harvest_request(out, &request, err);
}

enum err_code ooapi_ask_root(struct harvest_out *out, struct ooapi *s, struct err *err)
{
	struct buf url = BUF_INIT(LIMIT_URL_BYTES);
	bool is_british = s->configured == OOAPI_6 || s->has_asked_british;
	enum err_code rc;

	s->has_asked_british = is_british;
	url_append_path(&url, buf_view(&s->base),
			is_british ? SLICE_LIT("organisations") : SLICE_LIT("organizations"));
	url_add_query(&url,
		      is_british ? SLICE_LIT("organisationType") : SLICE_LIT("organizationType"),
		      SLICE_LIT("root"));
	rc = ask(out, &url, REQUEST_DETAIL, &ooapi_about_root, err);
	buf_clear(&url);
	return rc;
}

enum err_code ooapi_ask_list(struct harvest_out *out, struct ooapi *s, struct err *err)
{
	struct buf url = BUF_INIT(LIMIT_URL_BYTES);
	enum err_code rc;

	url_append_path(&url, buf_view(&s->base), slice_of(ooapi_list_path(s)));
	add_number(&url, "pageSize", s->page_size);
	add_number(&url, "pageNumber", s->pager.page);
	add_parameters(&url, harvest_source(out), false);
	rc = ask(out, &url, REQUEST_LIST, &ooapi_about_list, err);
	buf_clear(&url);
	return rc;
}

static const char *offerings_path(const struct pending *p)
{
	if (p->version != OOAPI_6)
		return "offerings";
	return p->list == LIST_COURSES ? "course-offerings" : "programme-offerings";
}

enum err_code ooapi_ask_offerings(struct harvest_out *out, struct ooapi *s, struct pending *p,
				  struct err *err)
{
	struct buf url = BUF_INIT(LIMIT_URL_BYTES);
	struct buf path = BUF_INIT(LIMIT_URL_BYTES);
	enum err_code rc;

	buf_str(&path, p->list == LIST_COURSES ? "courses"
		       : p->version == OOAPI_6 ? "programmes"
					       : "programs");
	buf_char(&path, '/');
	url_encode(&path, buf_view(&p->id));
	buf_printf(&path, "/%s", offerings_path(p));
	url_append_path(&url, buf_view(&s->base), buf_view(&path));
	url_add_query(&url, SLICE_LIT("since"), slice_of(s->since));
	add_number(&url, "pageSize", OOAPI_PAGE_SIZE);
	if (p->page > 1)
		add_number(&url, "pageNumber", p->page);
	add_parameters(&url, harvest_source(out), true);
	rc = ask(out, &url, REQUEST_DETAIL, p, err);
	buf_clear(&url);
	buf_clear(&path);
	return rc;
}

/* --- what a page says about itself --- */

static int64_t number_or_none(const struct json_node *object, const char *key)
{
	int64_t n;

	return json_whole_number(&n, node_get(object, key)) && n >= 0 ? n : -1;
}

/* Adds what one answer says; several come in one envelope. */
static void add_facts(struct page_facts *facts, const struct json_node *answer)
{
	enum tri more = json_tri(node_get(answer, "hasNextPage"));
	int64_t total = number_or_none(answer, "totalPages");
	int64_t size = number_or_none(answer, "pageSize");

	if (more == TRI_TRUE)
		facts->flag = PAGE_FLAG_MORE;
	else if (more == TRI_FALSE && facts->flag == PAGE_FLAG_ABSENT)
		facts->flag = PAGE_FLAG_END;
	if (total > facts->total_pages)
		facts->total_pages = total;
	if (size > facts->size)
		facts->size = size;
	if (facts->number < 0)
		facts->number = number_or_none(answer, "pageNumber");
}

void ooapi_read_facts(struct page_facts *facts, const struct json_node *rest)
{
	const struct json_node *responses = node_get(rest, "responses");

	if (!node_is_object(responses))
		add_facts(facts, rest);
	for (size_t i = 0; node_is_object(responses) && i < node_size(responses); i++)
		add_facts(facts, &node_member_at(responses, i)->value);
}

/*
 * HTTP 200 around a failure: each endpoint that the gateway asked must have
 * answered, and its answer must be there.
 */
enum err_code ooapi_check_envelope(const struct json_node *rest, struct err *err)
{
	const struct json_node *endpoints = node_get(node_get(rest, "gateway"), "endpoints");
	const struct json_node *responses = node_get(rest, "responses");

	if (node_get(rest, "gateway") == NULL)
		return ERR_OK;
	if (!node_is_object(endpoints) || node_size(endpoints) == 0)
		return err_set(err, ERR_REMOTE, "the gateway asked no endpoint: is X-Route set?");
	for (size_t i = 0; i < node_size(endpoints); i++) {
		const struct json_node_member *endpoint = node_member_at(endpoints, i);
		struct slice name = slice_first(endpoint->name, 60);
		int64_t code = number_or_none(&endpoint->value, "responseCode");

		if (code >= 400)
			return err_set(err, code == 404 || code == 410 ? ERR_NOTFOUND : ERR_REMOTE,
				       "behind the gateway %.*s answered %d", SLICE_ARG(name),
				       (int)code);
		if (node_member(responses, endpoint->name) == NULL)
			return err_set(err, ERR_REMOTE,
				       "the gateway has no answer of %.*s (code %d)",
				       SLICE_ARG(name), (int)code);
	}
	return ERR_OK;
}
