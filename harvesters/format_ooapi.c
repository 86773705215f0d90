// SPDX-License-Identifier: EUPL-1.2
/*
 * OOAPI / OEAPI, versions 4, 5 and 6.
 *
 *  ROOT ──► LIST ──► (details of the page) ──► LIST next page ... ──► next list ──► DONE
 *
 *  ROOT   the root organisation: the provider of items that name none. Nothing
 *         is lost without it
 *  LIST   /courses, then /programs if asked for (ooapi_list.c). An item waits
 *         for its offerings (ooapi_details.c); the next page is asked for when
 *         none waits any more
 *
 * What is read of an object is in ooapi_words.c.
 */
#include "base/url.h"
#include "harvesters/columns.h"
#include "harvesters/ooapi.h"
#include "harvesters/registry.h"

#include <stdio.h>

enum { SINCE_DAYS = 400 };

static const char *const list_names[LIST_COUNT] = { "courses", "programs" };

static struct ooapi *state_of(struct harvest_out *out)
{
	return (struct ooapi *)harvest_state(out, sizeof(struct ooapi));
}

/* --- the root organisation --- */

static void on_organisation(void *data, const struct json_item *item)
{
	struct page_reading *reading = (struct page_reading *)data;
	struct ooapi *s = reading->s;
	const struct json_node *organisation;

	if (s->root != NULL && ooapi_is_root(s->root))
		return;
	organisation = json_page_item(reading->out, item, NULL);
	if (organisation == NULL ||
	    json_member(organisation, "organizationId|organisationId") == NULL ||
	    (s->root != NULL && !ooapi_is_root(organisation)))
		return;
	arena_reset(&s->root_arena);
	s->root = json_tree_copy(organisation, &s->root_arena);
	buf_reset(&s->root_text);
	buf_slice(&s->root_text, item->text);
	s->index++;
}

static enum err_code read_root(struct harvest_out *out, struct ooapi *s, struct response *r,
			       struct err *err)
{
	static const char *const paths[] = { "items", "responses.*.items" };
	struct page_reading reading = { out, s };
	struct json_split split;
	enum err_code rc;

	json_split_init(&split, paths, countof(paths), on_organisation, &reading);
	rc = json_page_read(out, r, &split, err);
	if (rc == ERR_OK && !split.has_list) {
		struct json_item item = { .text = json_split_rest(&split) };

		if (item.text.p != NULL)
			on_organisation(&reading, &item);
	}
	/* The server ignored the filter and has several: none of them is known to be the root. */
	if (split.n_items > 1 && s->root != NULL && !ooapi_is_root(s->root)) {
		s->root = NULL;
		buf_reset(&s->root_text);
	}
	json_split_clear(&split);
	return rc;
}

static void note_no_root(struct harvest_out *out, const char *why)
{
	harvest_note(out, SLICE_NONE,
		     (struct note){ .code = SLICE_LIT("no-root-organization"),
				    .element = EL_PROVIDER_NAME,
				    .path = SLICE_LIT("organizations?organizationType=root"),
				    .got = slice_of(why),
				    .expected = SLICE_LIT("the organization that publishes") });
}

/* With or without a root: the lists begin. */
static enum err_code after_root(struct harvest_out *out, struct ooapi *s, const struct err *why,
				struct err *err)
{
	if (s->root == NULL && s->configured == OOAPI_UNKNOWN && !s->has_asked_british) {
		s->has_asked_british = true;
		return ooapi_ask_root(out, s, err);
	}
	if (s->root == NULL)
		note_no_root(out, why->code != ERR_OK ? why->msg : "none in the answer");
	s->list = s->with_list[LIST_COURSES] ? LIST_COURSES : LIST_PROGRAMMES;
	return ooapi_begin_list(out, s, err);
}

/* --- the four of struct harvester --- */

static enum ooapi_version version_of_text(struct slice text)
{
	struct slice v = slice_trim(text);

	if (v.n > 0 && (v.p[0] == 'v' || v.p[0] == 'V'))
		v = slice_from(v, 1);
	if (v.n == 0 || v.p[0] < '4' || v.p[0] > '6' || (v.n > 1 && v.p[1] != '.'))
		return OOAPI_UNKNOWN;
	return (enum ooapi_version)(v.p[0] - '0');
}

/* ".../ooapi/v5/" says it, too. */
static enum ooapi_version version_of_path(struct slice path)
{
	enum ooapi_version version = OOAPI_UNKNOWN;
	struct slice part;

	while (slice_split(&part, &path, '/'))
		if (part.n >= 2 && (part.p[0] == 'v' || part.p[0] == 'V') &&
		    version_of_text(part) != OOAPI_UNKNOWN)
			version = version_of_text(part);
	return version;
}

/* The last part of the path if it names a list already: then the address before it counts. */
static void set_base(struct ooapi *s, struct slice url, const struct url *parsed)
{
	static const char *const lists[] = { "courses", "programs", "programmes" };
	size_t before = (size_t)(parsed->path.p - url.p);
	struct slice path = parsed->path;

	while (path.n > 0 && path.p[path.n - 1] == '/')
		path.n--;
	for (size_t i = 0; i < countof(lists); i++) {
		size_t n = strlen(lists[i]);

		if (path.n > n && path.p[path.n - n - 1] == '/' &&
		    slice_ends_with(path, slice_of(lists[i]))) {
			path.n -= n + 1;
			if (i > 0) {
				s->with_list[LIST_COURSES] = false;
				s->with_list[LIST_PROGRAMMES] = true;
			}
			break;
		}
	}
	buf_slice(&s->base, slice_first(url, before + path.n));
	if (parsed->query.n > 0) {
		buf_char(&s->base, '?');
		buf_slice(&s->base, parsed->query);
	}
}

static void set_dates(struct ooapi *s, int64_t now_s)
{
	int32_t today = clock_day_of(now_s);
	struct civil since = civil_from_days(today - SINCE_DAYS);

	/* From the first of the month, so that the addresses of offerings stay the same for
	 * one: what is kept of them (validators, bodies) is found again. */
	since.day = 1;
	clock_format_day(s->today, today);
	clock_format_day(s->since, days_from_civil(since));
}

static enum err_code check(const struct source *source, struct source_place *place, struct err *err)
{
	if (source->version.n > 0 && version_of_text(source->version) == OOAPI_UNKNOWN) {
		place->name = SLICE_LIT("version");
		return err_set(err, ERR_CONFIG, "version = \"%.*s\": expected 4, 5 or 6",
			       SLICE_ARG(slice_first(source->version, 60)));
	}
	return columns_check(&source->columns, NULL, place, err);
}

static enum err_code begin(struct harvest_out *out, struct err *err)
{
	static const enum ooapi_version versions[] = { OOAPI_4, OOAPI_5, OOAPI_6 };
	const struct source *source = harvest_source(out);
	struct ooapi *s = state_of(out);
	struct url url;
	enum err_code rc;

	list_init(&s->pending);
	buf_init(&s->base, LIMIT_URL_BYTES);
	buf_init(&s->root_text, LIMIT_ITEM_BYTES);
	arena_init(&s->root_arena, LIMIT_ITEM_ARENA_BYTES);
	s->with_list[LIST_COURSES] = settings_is_true(&source->options, "courses", true);
	s->with_list[LIST_PROGRAMMES] = settings_is_true(&source->options, "programs", false);
	s->with_offerings = settings_is_true(&source->options, "offerings", true);
	s->with_degrees = settings_is_true(&source->options, "degrees", false);
	s->page_size = source->page_size != 0 ? source->page_size : OOAPI_PAGE_SIZE;
	set_dates(s, harvest_now_s(out));
	rc = url_parse(&url, source->url, err);
	if (rc != ERR_OK)
		return err_wrap(err, "url of the source");
	set_base(s, source->url, &url);
	if (!s->with_list[LIST_COURSES] && !s->with_list[LIST_PROGRAMMES])
		return err_set(err, ERR_CONFIG, "neither courses nor programs are asked for");
	s->configured = version_of_text(source->version);
	if (s->configured == OOAPI_UNKNOWN)
		s->configured = version_of_path(url.path);
	for (size_t i = 0; i < countof(versions) && rc == ERR_OK; i++) {
		size_t n;
		const struct json_row *rows = ooapi_rows(&n, versions[i]);

		rc = json_map_init(&s->maps[i], rows, n, &source->columns, err);
	}
	return rc == ERR_OK ? ooapi_ask_root(out, s, err) : rc;
}

static enum err_code on_root_response(struct harvest_out *out, struct ooapi *s, struct response *r,
				      struct err *err)
{
	struct err why = ERR_INIT;

	if (r->status >= 400)
		response_failed(r, &why);
	else if (r->status != 204 && read_root(out, s, r, &why) == ERR_OK)
		err_clear(&why);
	return after_root(out, s, &why, err);
}

static enum err_code on_response(struct harvest_out *out, struct response *r, struct err *err)
{
	struct ooapi *s = state_of(out);

	if (r->request.about == &ooapi_about_root)
		return on_root_response(out, s, r, err);
	if (r->request.about == &ooapi_about_list)
		return ooapi_on_list(out, s, r, err);
	return ooapi_on_offerings(out, s, (struct pending *)r->request.about, r, err);
}

static enum err_code on_failure(struct harvest_out *out, const struct request *request,
				const struct err *why, struct err *err)
{
	struct ooapi *s = state_of(out);

	if (request->about == &ooapi_about_root)
		return after_root(out, s, why, err);
	if (request->about == &ooapi_about_list) {
		s->index = 0;
		return ooapi_on_list_failed(out, s, why, err);
	}
	return ooapi_on_offerings_failed(out, s, (struct pending *)request->about, why, err);
}

static enum err_code finish(struct harvest_out *out, struct slice *rule, struct err *err)
{
	struct ooapi *s = state_of(out);

	for (size_t i = 0; i < LIST_COUNT; i++) {
		size_t n = strlen(s->rule);

		if (!s->with_list[i])
			continue;
		if (s->rules[i][0] == 0)
			return s->why.code != ERR_OK ? err_set(err, s->why.code, "%s", s->why.msg)
						     : err_set(err, ERR_PARSE,
							       "the end of the %s was not reached",
							       list_names[i]);
		snprintf(s->rule + n, sizeof(s->rule) - n, "%s%s%s%s", n > 0 ? "; " : "",
			 s->with_list[LIST_PROGRAMMES] ? list_names[i] : "",
			 s->with_list[LIST_PROGRAMMES] ? ": " : "", s->rules[i]);
	}
	*rule = slice_of(s->rule);
	return ERR_OK;
}

static void free_state(void *state)
{
	struct ooapi *s = (struct ooapi *)state;

	if (s->pending.next != NULL)
		while (!list_is_empty(&s->pending))
			ooapi_forget(s, container_of(s->pending.next, struct pending, node));
	for (size_t i = 0; i < countof(s->maps); i++)
		json_map_clear(&s->maps[i]);
	buf_clear(&s->base);
	buf_clear(&s->root_text);
	arena_clear(&s->root_arena);
	id_set_clear(&s->ids);
	mem_free(s);
}

const struct harvester harvester_ooapi = {
	.format = "ooapi",
	.check = check,
	.begin = begin,
	.on_response = on_response,
	.on_failure = on_failure,
	.finish = finish,
	.free_state = free_state,
};
