// SPDX-License-Identifier: EUPL-1.2
/* The recording sink and the driver. */
#include "tests/support/recorder.h"

#include "tests/support/memory_body.h"
#include "tests/support/unit.h"

enum { RECORDER_FIXTURE = 64 * 1024 };

/* --- the sink --- */

static struct recorded *add(struct recorder *rec, struct recorded_list *list, struct slice id,
			    uint32_t tag)
{
	struct recorded *r;

	(void)rec;
	list->items = mem_resize(list->items, list->n + 1, sizeof(*list->items));
	r = &list->items[list->n++];
	*r = (struct recorded){ .tag = tag };
	snprintf(r->id, sizeof(r->id), "%.*s", SLICE_ARG(id));
	return r;
}

static void on_request(void *data, const struct request *r)
{
	struct recorder *rec = (struct recorder *)data;
	struct recorded_request *seen;

	rec->requests = mem_resize(rec->requests, rec->n_requests + 1, sizeof(*rec->requests));
	seen = &rec->requests[rec->n_requests++];
	*seen = (struct recorded_request){ .kind = r->kind };
	snprintf(seen->url, sizeof(seen->url), "%.*s", SLICE_ARG(r->url));
	snprintf(seen->accept, sizeof(seen->accept), "%.*s", SLICE_ARG(r->accept));
	rec->waiting = mem_resize(rec->waiting, rec->n_waiting + 1, sizeof(*rec->waiting));
	rec->waiting[rec->n_waiting++] = r->tag;
}

static void on_record(void *data, struct slice record_id, const struct raw_hash *hash,
		      struct slice offer, struct slice words, uint32_t tag)
{
	struct recorder *rec = (struct recorder *)data;
	struct recorded *r = add(rec, &rec->records, record_id, tag);

	r->hash = *hash;
	r->offer = json_loadb(offer.p, offer.n, JSON_REJECT_DUPLICATES, NULL);
	r->words = json_loadb(words.p, words.n, JSON_REJECT_DUPLICATES, NULL);
	assert_true(json_is_object(r->offer));
	assert_true(json_is_array(r->words));
}

static void on_seen(void *data, const struct raw_hash *hash, uint32_t tag)
{
	struct recorder *rec = (struct recorder *)data;

	(void)tag;
	rec->seen = mem_resize(rec->seen, rec->n_seen + 1, sizeof(*rec->seen));
	rec->seen[rec->n_seen++] = *hash;
}

static void on_gone(void *data, struct slice record_id, uint32_t tag)
{
	struct recorder *rec = (struct recorder *)data;

	add(rec, &rec->gone, record_id, tag);
}

static void on_reject(void *data, struct slice record_id, const struct err *why, uint32_t tag)
{
	struct recorder *rec = (struct recorder *)data;
	struct recorded *r = add(rec, &rec->rejected, record_id, tag);

	r->code = why->code;
	snprintf(r->why, sizeof(r->why), "%s", why->msg);
}

static void on_out_of_scope(void *data, struct slice record_id, const char *why, uint32_t tag)
{
	struct recorder *rec = (struct recorder *)data;
	struct recorded *r = add(rec, &rec->out_of_scope, record_id, tag);

	snprintf(r->why, sizeof(r->why), "%s", why);
}

static void on_announce(void *data, uint64_t total)
{
	struct recorder *rec = (struct recorder *)data;

	rec->is_announced = true;
	rec->announced = total;
}

static void on_note(void *data, struct slice record_id, const struct note *note, uint32_t tag)
{
	struct recorder *rec = (struct recorder *)data;
	struct recorded *r = add(rec, &rec->notes, record_id, tag);

	snprintf(r->why, sizeof(r->why), "%.*s|%.*s|%.*s", SLICE_ARG(note->code),
		 SLICE_ARG(note->path), SLICE_ARG(note->got));
}

static void on_remember(void *data, const char *key, struct slice value)
{
	(void)data;
	(void)key;
	(void)value;
}

static void on_page(void *data, uint32_t tag, uint64_t items, const struct err *lost)
{
	struct recorder *rec = (struct recorder *)data;
	struct recorded_page *page;

	rec->pages = mem_resize(rec->pages, rec->n_pages + 1, sizeof(*rec->pages));
	page = &rec->pages[rec->n_pages++];
	*page = (struct recorded_page){ .tag = tag, .n_items = items, .is_lost = lost != NULL };
	if (lost != NULL) {
		page->lost = *lost;
		rec->n_lost++;
	}
	rec->n_items += items;
}

static const struct harvest_sink sink = {
	.request = on_request,
	.record = on_record,
	.seen = on_seen,
	.gone = on_gone,
	.reject = on_reject,
	.out_of_scope = on_out_of_scope,
	.announce = on_announce,
	.note = on_note,
	.remember = on_remember,
	.page = on_page,
};

/* --- the driver --- */

void recorder_init(struct recorder *rec, const struct harvester *harvester, const char *url)
{
	*rec = (struct recorder){ .harvester = harvester, .piece = 1000, .salt = "test" };
	source_init(&rec->source);
	arena_init(&rec->arena, 16 << 20);
	rec->source.id = SLICE_LIT("test");
	rec->source.title = SLICE_LIT("Test University");
	rec->source.format = slice_of(harvester->format);
	rec->source.url = slice_of(url);
	rec->now_s = 1795255200; /* 2026-11-21 10:00 */
}

static void add_setting(struct recorder *rec, struct settings *settings, const char *name,
			const char *value)
{
	struct setting *items = arena_new_n(&rec->arena, struct setting, settings->n + 1);

	if (settings->n > 0)
		memcpy(items, settings->items, settings->n * sizeof(*items));
	items[settings->n] = (struct setting){ slice_of(name), slice_of(value) };
	settings->items = items;
	settings->n++;
}

void recorder_option(struct recorder *rec, const char *name, const char *value)
{
	add_setting(rec, &rec->source.options, name, value);
}

void recorder_query(struct recorder *rec, const char *name, const char *value)
{
	add_setting(rec, &rec->source.query, name, value);
}

void recorder_column(struct recorder *rec, const char *name, const char *value)
{
	add_setting(rec, &rec->source.columns, name, value);
}

void recorder_id_column(struct recorder *rec, const char *name)
{
	struct codes *codes = &rec->source.csv.id_columns;
	struct slice *items = arena_new_n(&rec->arena, struct slice, codes->n + 1);

	if (codes->n > 0)
		memcpy(items, codes->items, codes->n * sizeof(*items));
	items[codes->n] = slice_of(name);
	codes->items = items;
	codes->n++;
}

static void respond(struct recorder *rec, const struct request *request,
		    const struct recorder_reply *reply)
{
	struct memory_body body = { .all = reply->body,
				    .piece = rec->piece,
				    .is_exact = true,
				    .cannot_rewind = reply->cannot_rewind,
				    .end = reply->end };
	struct response r = {
		.request = *request,
		.final_url = request->url,
		.status = reply->status != 0 ? reply->status : 200,
		.content_type = slice_of(reply->content_type),
		.fetched_s = rec->now_s,
		.reader = &memory_body_reader,
		.reader_data = &body,
	};

	harvest_on_response(rec->out, &r);
	memory_body_clear(&body);
}

static uint32_t next_tag(struct recorder *rec)
{
	uint32_t tag;

	if (rec->answers_last_first)
		return rec->waiting[--rec->n_waiting];
	tag = rec->waiting[0];
	rec->n_waiting--;
	memmove(rec->waiting, rec->waiting + 1, rec->n_waiting * sizeof(*rec->waiting));
	return tag;
}

static void answer_next(struct recorder *rec)
{
	uint32_t tag = next_tag(rec);
	const struct request *request = harvest_request_of_tag(rec->out, tag);
	struct recorder_reply reply = { 0 };
	struct request copy;

	assert_non_null(request);
	copy = *request;
	rec->answer(rec->data, &copy, &reply);
	if (reply.fails)
		harvest_on_failure(rec->out, tag, &reply.why);
	else
		respond(rec, &copy, &reply);
}

void recorder_run(struct recorder *rec)
{
	struct harvest_begin begin = {
		.harvester = rec->harvester,
		.source = rec->source,
		.now_s = rec->now_s,
		.hash_salt = slice_of(rec->salt),
		.known = rec->known,
		.n_known = rec->n_known,
		.has_traces = rec->has_traces,
	};
	struct slice rule;

	rec->out = harvest_open(&begin, &sink, rec);
	harvest_start(rec->out, &rec->begin_err);
	while (rec->n_waiting > 0) {
		assert_true(rec->n_pages < RECORDER_MAX);
		answer_next(rec);
	}
	assert_int_equal(harvest_outstanding(rec->out), 0);
	if (rec->begin_err.code == ERR_OK) {
		harvest_finish(rec->out, &rule, &rec->finish_err);
		rec->is_proven = rule.n > 0;
		snprintf(rec->rule, sizeof(rec->rule), "%.*s", SLICE_ARG(rule));
	}
	harvest_close(rec->out);
	rec->out = NULL;
}

static void clear_list(struct recorded_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		json_decref(list->items[i].offer);
		json_decref(list->items[i].words);
	}
	mem_free(list->items);
}

void recorder_clear(struct recorder *rec)
{
	clear_list(&rec->records);
	clear_list(&rec->rejected);
	clear_list(&rec->out_of_scope);
	clear_list(&rec->gone);
	clear_list(&rec->notes);
	mem_free(rec->seen);
	mem_free(rec->requests);
	mem_free(rec->pages);
	mem_free(rec->waiting);
	mem_free(rec->known);
	arena_clear(&rec->arena);
	*rec = (struct recorder){ 0 };
}

void recorder_knows(struct recorder *next, const struct recorder *rec)
{
	next->known = mem_new_n(struct raw_hash, rec->records.n);
	next->n_known = rec->records.n;
	for (size_t i = 0; i < rec->records.n; i++)
		next->known[i] = rec->records.items[i].hash;
}

bool recorder_balances(const struct recorder *rec)
{
	return rec->n_items == rec->records.n + rec->rejected.n + rec->out_of_scope.n + rec->n_seen;
}

static void answer_text(void *data, const struct request *request, struct recorder_reply *reply)
{
	struct slice *body = (struct slice *)data;

	(void)request;
	reply->body = *body;
}

void recorder_answer_text(struct recorder *rec, const char *text, size_t n)
{
	struct slice *body = arena_new(&rec->arena, struct slice);

	*body = slice_make(text, n);
	rec->data = body;
	rec->answer = answer_text;
}

/* --- a partner as a table --- */

/* The whole of a file below tests/fixtures, in the recorder's arena. */
static struct slice fixture(struct recorder *rec, const char *name)
{
	struct slice path =
		arena_printf(&rec->arena, "%s/tests/fixtures/%s", MICROCAT_SOURCE_DIR, name);
	FILE *file = fopen(path.p, "rb");
	char *text = (char *)arena_alloc(&rec->arena, RECORDER_FIXTURE);
	size_t n;

	if (file == NULL)
		fail_msg("no fixture %s", path.p);
	assert_non_null(text);
	n = fread(text, 1, RECORDER_FIXTURE, file);
	assert_true(n < RECORDER_FIXTURE);
	fclose(file);
	return slice_make(text, n);
}

static void answer_by_route(void *data, const struct request *request, struct recorder_reply *reply)
{
	struct recorder *rec = (struct recorder *)data;

	reply->status = 404;
	for (size_t i = 0; i < rec->n_routes; i++) {
		const struct recorder_route *route = &rec->routes[i];

		if (!slice_contains(request->url, slice_of(route->part)))
			continue;
		reply->status = route->status;
		reply->content_type = route->content_type;
		reply->end = route->end;
		reply->fails = route->failure != ERR_OK;
		if (reply->fails)
			err_set(&reply->why, route->failure, "failed by the test");
		else if (route->body != NULL && route->body[0] == '@')
			reply->body = fixture(rec, route->body + 1);
		else
			reply->body = slice_of(route->body);
		return;
	}
}

void recorder_serve(struct recorder *rec, const struct recorder_route *routes, size_t n)
{
	rec->routes = routes;
	rec->n_routes = n;
	rec->data = rec;
	rec->answer = answer_by_route;
}

size_t recorder_n_asked(const struct recorder *rec, const char *part)
{
	size_t n = 0;

	for (size_t i = 0; i < rec->n_requests; i++)
		n += strstr(rec->requests[i].url, part) != NULL;
	return n;
}

/* --- looking at it --- */

const struct recorded *recorder_record(const struct recorder *rec, const char *id)
{
	for (size_t i = 0; i < rec->records.n; i++)
		if (strcmp(rec->records.items[i].id, id) == 0)
			return &rec->records.items[i];
	print_error("no record \"%s\" among %zu\n", id, rec->records.n);
	for (size_t i = 0; i < rec->rejected.n; i++)
		print_error("rejected \"%s\": %s\n", rec->rejected.items[i].id,
			    rec->rejected.items[i].why);
	fail();
	return NULL;
}

const struct recorded *recorder_at(const struct recorder *rec, size_t i)
{
	assert_true(i < rec->records.n);
	return &rec->records.items[i];
}

/* A string's text or a value's JSON, in one of a few buffers that take turns. */
static const char *as_text(const json_t *value)
{
	static char *texts[16];
	static size_t turn;
	char **text = &texts[turn++ % countof(texts)];

	if (value == NULL)
		return "";
	free(*text);
	if (json_is_string(value))
		*text = strdup(json_string_value(value));
	else
		*text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(12));
	return *text;
}

static const json_t *follow(const json_t *value, const char *path)
{
	struct slice rest = slice_of(path), key;
	uint64_t index;

	while (value != NULL && slice_split(&key, &rest, '.')) {
		if (json_is_array(value) && slice_to_u64(&index, key, 1 << 20))
			value = json_array_get(value, (size_t)index);
		else
			value = json_object_getn(value, key.p, key.n);
	}
	return value;
}

const char *recorder_offer_text(const struct recorder *rec, const char *id, const char *path)
{
	return as_text(follow(recorder_record(rec, id)->offer, path));
}

static const json_t *find_word(const struct recorder *rec, const char *id, enum element e,
			       unsigned part, size_t nth)
{
	const json_t *words = recorder_record(rec, id)->words;

	for (size_t i = 0; i < json_array_size(words); i++) {
		const json_t *word = json_array_get(words, i);
		json_int_t p = json_integer_value(json_object_get(word, "part"));

		if (strcmp(json_string_value(json_object_get(word, "element")), element_name(e)) ==
			    0 &&
		    p == (json_int_t)part && nth-- == 0)
			return word;
	}
	return NULL;
}

const char *recorder_word(const struct recorder *rec, const char *id, enum element e, unsigned part,
			  size_t nth)
{
	return recorder_word_member(rec, id, e, part, nth, "text");
}

const char *recorder_word_member(const struct recorder *rec, const char *id, enum element e,
				 unsigned part, size_t nth, const char *member)
{
	return as_text(json_object_get(find_word(rec, id, e, part, nth), member));
}

size_t recorder_n_words(const struct recorder *rec, const char *id, enum element e)
{
	const json_t *words = recorder_record(rec, id)->words;
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(words); i++)
		n += strcmp(json_string_value(json_object_get(json_array_get(words, i), "element")),
			    element_name(e)) == 0;
	return n;
}

bool recorder_has_note(const struct recorder *rec, const char *code, const char *id)
{
	size_t n = strlen(code);

	for (size_t i = 0; i < rec->notes.n; i++)
		if (strncmp(rec->notes.items[i].why, code, n) == 0 &&
		    rec->notes.items[i].why[n] == '|' &&
		    (id == NULL || strcmp(rec->notes.items[i].id, id) == 0))
			return true;
	return false;
}

bool recorder_mentions(const struct recorder *rec, const char *text)
{
	for (size_t i = 0; i < rec->records.n; i++)
		if (strstr(as_text(rec->records.items[i].offer), text) != NULL ||
		    strstr(as_text(rec->records.items[i].words), text) != NULL)
			return true;
	return false;
}
