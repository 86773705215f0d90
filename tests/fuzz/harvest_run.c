// SPDX-License-Identifier: EUPL-1.2
/* Harvests of fuzzed pages, and what must hold of them. */
#include "tests/fuzz/harvest_run.h"

#include "base/limits.h"
#include "base/url.h"
#include "catalogue/readers.h"
#include "daemon/frames_to_items.h"
#include "harvesters/message.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_body.h"

enum { MAX_ANSWERS = 48, MAX_TURNS = 96, NOW_S = 1795255200, FRAMES_BYTES = 64 * 1024 * 1024 };

struct page {
	unsigned status;
	struct slice content_type, link, body;
};

struct input {
	struct slice settings;
	struct page pages[MAX_ANSWERS];
	size_t n_pages;
};

/* One harvest, and all that was said. */
struct run {
	const struct input *input;
	const struct harvester *harvester;
	struct harvest_out *out;
	struct source source;
	struct arena arena;
	struct buf frames;
	size_t piece;
	bool repeats, answers_last_first, has_traces;
	/* requests not answered yet */
	uint32_t waiting[MAX_ANSWERS * 4];
	size_t n_waiting;
	uint32_t last_tag;
	size_t n_answered;
	uint32_t tag; /* of the answer in hand */
	/* figures */
	uint64_t n_items, n_records, n_seen, n_rejected, n_out_of_scope, n_pages;
	struct raw_hash *hashes; /* of records */
	const struct run *before; /* whose records are known */
	bool is_cut_short; /* there were too many requests to answer them all */
};

/* --- the input --- */

/* "@@ 200 type link: <...>" */
static void read_head(struct page *page, struct slice head)
{
	ptrdiff_t link = slice_find(head, SLICE_LIT(" link: "));
	struct slice status = SLICE_NONE;
	uint64_t number = 200;

	if (link >= 0) {
		page->link = slice_from(head, (size_t)link + 7);
		head = slice_first(head, (size_t)link);
	}
	(void)slice_split(&status, &head, ' ');
	(void)slice_to_u64(&number, status, 599);
	page->status = number >= 100 ? (unsigned)number : 200;
	if (head.n > 0)
		page->content_type = head;
}

static void read_input(struct input *in, struct slice data)
{
	struct slice mark = SLICE_LIT("\n@@ ");
	ptrdiff_t at = slice_find(data, mark);

	*in = (struct input){ .settings = slice_first(data, at < 0 ? data.n : (size_t)at) };
	while (at >= 0 && in->n_pages < MAX_ANSWERS) {
		struct page *page = &in->pages[in->n_pages++];

		data = slice_from(data, (size_t)at + mark.n);
		at = slice_find(data, mark);
		page->body = slice_first(data, at < 0 ? data.n : (size_t)at);
		read_head(page, fuzz_line(&page->body));
	}
}

static void add_setting(struct run *run, struct settings *list, struct slice name,
			struct slice value)
{
	struct setting *items = arena_new_n(&run->arena, struct setting, list->n + 1);

	if (list->n > 0)
		memcpy(items, list->items, list->n * sizeof(*items));
	items[list->n] = (struct setting){ name, value };
	list->items = items;
	list->n++;
}

static void set_csv(struct run *run, struct slice name, struct slice value)
{
	struct source *s = &run->source;

	if (slice_eq_z(name, "separator") && value.n > 0)
		s->csv.separator = value.p[0];
	else if (slice_eq_z(name, "encoding"))
		s->csv.encoding = value;
	else if (slice_eq_z(name, "date-format"))
		s->csv.date_format = value;
	else if (slice_eq_z(name, "decimal"))
		s->csv.decimal = value.n > 0 && value.p[0] == ',' ? ',' : '.';
	else if (slice_eq_z(name, "header"))
		s->csv.has_header = !slice_eq_z(value, "false");
	else if (slice_eq_z(name, "split"))
		s->csv.split = value;
	else if (slice_eq_z(name, "id"))
		(void)codes_add(&s->csv.id_columns, value, &run->arena);
}

/* One of the first line's settings, as far as the configuration would take it. */
static void set(struct run *run, struct slice name, struct slice value)
{
	static const char *const roles[] = { "own", "authoritative", "republisher" };
	const struct hint hint = { .decimal = 0 };
	struct source *s = &run->source;
	uint64_t number = 0;

	if (slice_starts_with(name, SLICE_LIT("column.")))
		add_setting(run, &s->columns, slice_from(name, 7), value);
	else if (slice_starts_with(name, SLICE_LIT("option.")))
		add_setting(run, &s->options, slice_from(name, 7), value);
	else if (slice_starts_with(name, SLICE_LIT("query.")))
		add_setting(run, &s->query, slice_from(name, 6), value);
	else if (slice_starts_with(name, SLICE_LIT("csv.")))
		set_csv(run, slice_from(name, 4), value);
	else if (slice_eq_z(name, "version"))
		s->version = value;
	else if (slice_eq_z(name, "country"))
		(void)country_read(&s->country, value, &hint, NULL);
	else if (slice_eq_z(name, "language"))
		(void)language_read(&s->language, value, &hint, NULL, &run->arena);
	else if (slice_eq_z(name, "total"))
		s->is_total_hint = slice_eq_z(value, "hint");
	else if (slice_eq_z(name, "page-size") && slice_to_u64(&number, value, LIMIT_PAGE_SIZE))
		s->page_size = (uint32_t)number;
	else if (slice_eq_z(name, "piece") && slice_to_u64(&number, value, LIMIT_FRAME_BYTES))
		run->piece = number > 0 ? (size_t)number : 1;
	else if (slice_eq_z(name, "repeat"))
		run->repeats = true;
	else if (slice_eq_z(name, "last-first"))
		run->answers_last_first = true;
	else if (slice_eq_z(name, "explain"))
		run->has_traces = true;
	for (unsigned i = 0; i < countof(roles); i++)
		if (slice_eq_z(name, "role") && slice_eq_z(value, roles[i]))
			s->role = (enum source_role)i;
}

static void read_settings(struct run *run, const char *url)
{
	struct slice rest = run->input->settings, value, name;

	source_init(&run->source);
	run->source.id = SLICE_LIT("test");
	run->source.title = SLICE_LIT("Test University");
	run->source.format = slice_of(run->harvester->format);
	run->source.url = slice_of(url);
	run->piece = 13;
	if (!utf8_is_valid(rest))
		return;
	while (slice_split(&value, &rest, '|'))
		if (slice_split(&name, &value, '='))
			set(run, name, value.p != NULL ? value : SLICE_LIT(""));
}

/* --- what is said, as frames --- */

static void check_offer(const struct run *run, struct slice json)
{
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct buf again = BUF_INIT(LIMIT_OFFER_BYTES);
	struct json_writer w = JSON_WRITER(&again);
	struct offer offer;
	struct err err = ERR_INIT;

	FUZZ_EXPECT(offer_read(&offer, &arena, json, &err) == ERR_OK, "%s: %.*s", err.msg,
		    FUZZ_ARG(json));
	offer_write(&w, &offer);
	FUZZ_EXPECT(run->has_traces || slice_eq(buf_view(&again), json), "%s\n%.*s", buf_z(&again),
		    FUZZ_ARG(json));
	buf_clear(&again);
	arena_clear(&arena);
}

static void check_words(struct slice json)
{
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct buf again = BUF_INIT(LIMIT_OFFER_BYTES);
	struct json_writer w = JSON_WRITER(&again);
	struct words words;
	struct err err = ERR_INIT;

	FUZZ_EXPECT(words_read(&words, &arena, json, &err) == ERR_OK, "%s: %.*s", err.msg,
		    FUZZ_ARG(json));
	words_write(&w, &words);
	FUZZ_EXPECT(slice_eq(buf_view(&again), json), "%s\n%.*s", buf_z(&again), FUZZ_ARG(json));
	buf_clear(&again);
	arena_clear(&arena);
}

static void check_request(struct run *run, const struct frame *f)
{
	struct arena arena = ARENA_INIT(LIMIT_MESSAGE_ARENA_BYTES);
	struct request r;
	struct err err = ERR_INIT;

	FUZZ_EXPECT(message_read_request(&r, &arena, f, &err) == ERR_OK, "%s: %.*s", err.msg,
		    FUZZ_ARG(f->payload));
	FUZZ_EXPECT(url_text_is_same_origin(r.url, run->source.url), "%.*s", FUZZ_ARG(r.url));
	FUZZ_CHECK(r.tag > run->last_tag);
	run->last_tag = r.tag;
	arena_clear(&arena);
}

/* The frame that was just added, as the daemon takes it. */
static void check_frame(struct run *run, size_t at)
{
	struct slice rest = slice_from(buf_view(&run->frames), at);
	struct arena arena = ARENA_INIT(LIMIT_MESSAGE_ARENA_BYTES);
	bool is_whole = false;
	struct message m;
	struct frame f;
	struct err err = ERR_INIT;

	FUZZ_CHECK(!buf_failed(&run->frames));
	FUZZ_EXPECT(frame_take(&f, &is_whole, &rest, &err) == ERR_OK, "%s", err.msg);
	FUZZ_CHECK(is_whole && rest.n == 0);
	if (f.type == FRAME_REQUEST) {
		check_request(run, &f);
	} else {
		FUZZ_EXPECT(message_read(&m, &arena, &f, &err) == ERR_OK, "%s: %s: %.*s",
			    frame_type_name(f.type), err.msg, FUZZ_ARG(f.payload));
		FUZZ_EXPECT(f.tag == run->tag, "%s of %u while reading %u", frame_type_name(f.type),
			    f.tag, run->tag);
	}
	arena_clear(&arena);
}

static void on_request(void *data, const struct request *r)
{
	struct run *run = data;
	size_t at = run->frames.len;

	message_write_request(&run->frames, r);
	check_frame(run, at);
	if (run->n_waiting < countof(run->waiting))
		run->waiting[run->n_waiting++] = r->tag;
	else
		run->is_cut_short = true;
}

static void on_record(void *data, struct slice record_id, const struct raw_hash *hash,
		      struct slice offer, struct slice words, uint32_t tag)
{
	struct run *run = data;
	size_t at = run->frames.len;

	message_write_offer(&run->frames, tag, record_id, hash, offer, words);
	check_frame(run, at);
	check_offer(run, offer);
	check_words(words);
	run->hashes = mem_resize(run->hashes, run->n_records + 1, sizeof(*run->hashes));
	run->hashes[run->n_records++] = *hash;
}

static void on_seen(void *data, const struct raw_hash *hash, uint32_t tag)
{
	struct run *run = data;
	bool is_known = false;

	FUZZ_CHECK(tag == run->tag && run->before != NULL);
	for (size_t i = 0; i < run->before->n_records; i++)
		is_known = is_known || memcmp(&run->before->hashes[i], hash, sizeof(*hash)) == 0;
	FUZZ_CHECK(is_known);
	frame_write(&run->frames, FRAME_SEEN, 0, tag,
		    slice_make((const char *)hash->bytes, sizeof(hash->bytes)));
	run->n_seen++;
}

static void on_gone(void *data, struct slice record_id, uint32_t tag)
{
	struct run *run = data;
	size_t at = run->frames.len;

	if (record_id.n == 0)
		return; /* as the worker does */
	message_write_gone(&run->frames, tag, record_id);
	check_frame(run, at);
}

static void on_reject(void *data, struct slice record_id, const struct err *why, uint32_t tag)
{
	struct run *run = data;
	size_t at = run->frames.len;

	FUZZ_CHECK(why->code != ERR_OK && why->msg[0] != '\0' && why->code != ERR_INTERNAL);
	message_write_reject(&run->frames, tag, record_id, why);
	check_frame(run, at);
	run->n_rejected++;
}

static void on_out_of_scope(void *data, struct slice record_id, const char *why, uint32_t tag)
{
	struct run *run = data;
	size_t at = run->frames.len;

	FUZZ_CHECK(why[0] != '\0');
	message_write_out_of_scope(&run->frames, tag, record_id, why);
	check_frame(run, at);
	run->n_out_of_scope++;
}

static void on_announce(void *data, uint64_t total)
{
	struct run *run = data;
	size_t at = run->frames.len;

	message_write_announce(&run->frames, run->tag, total);
	check_frame(run, at);
}

static void on_note(void *data, struct slice record_id, const struct note *note, uint32_t tag)
{
	struct run *run = data;
	size_t at = run->frames.len;

	FUZZ_CHECK(note->code.n > 0);
	message_write_note(&run->frames, tag, record_id, note);
	check_frame(run, at);
}

static void on_remember(void *data, const char *key, struct slice value)
{
	struct run *run = data;
	size_t at = run->frames.len;

	message_write_remember(&run->frames, run->tag, key, value);
	check_frame(run, at);
}

static void on_page(void *data, uint32_t tag, uint64_t items, const struct err *lost)
{
	struct run *run = data;
	size_t at = run->frames.len;

	FUZZ_CHECK(lost == NULL || (lost->code != ERR_OK && lost->code != ERR_INTERNAL));
	message_write_page(&run->frames, tag, items, lost);
	check_frame(run, at);
	run->n_items += items;
	run->n_pages++;
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

static void respond(struct run *run, const struct page *page, const struct request *request)
{
	struct memory_body body = { .all = page->body, .piece = run->piece, .is_exact = true };
	struct response r = {
		.request = *request,
		.final_url = request->url,
		.status = page->status,
		.content_type = page->content_type,
		.link = page->link,
		.fetched_s = NOW_S,
		.reader = &memory_body_reader,
		.reader_data = &body,
	};

	harvest_on_response(run->out, &r);
	memory_body_clear(&body);
}

/* --- a run --- */

static uint32_t next_tag(struct run *run)
{
	uint32_t tag = run->waiting[run->answers_last_first ? run->n_waiting - 1 : 0];

	run->n_waiting--;
	if (!run->answers_last_first)
		memmove(run->waiting, run->waiting + 1, run->n_waiting * sizeof(run->waiting[0]));
	return tag;
}

static void answer_next(struct run *run)
{
	static const struct page nothing = { .status = 404, .body = { "", 0 } };
	const struct input *in = run->input;
	const struct page *page = &nothing;
	uint32_t tag = next_tag(run);
	const struct request *request = harvest_request_of_tag(run->out, tag);
	uint64_t n_pages = run->n_pages;
	struct request copy;

	FUZZ_CHECK(request != NULL);
	copy = *request;
	if (in->n_pages > 0 && (run->repeats || run->n_answered < in->n_pages))
		page = &in->pages[run->n_answered % in->n_pages];
	run->n_answered++;
	run->tag = tag;
	respond(run, page, &copy);
	run->tag = 0;
	FUZZ_CHECK(run->n_pages == n_pages + 1);
	FUZZ_CHECK(harvest_request_of_tag(run->out, tag) == NULL);
}

static void finish(struct run *run)
{
	struct slice rule;
	struct err err = ERR_INIT;

	FUZZ_CHECK(harvest_outstanding(run->out) == 0);
	harvest_finish(run->out, &rule, &err);
	FUZZ_CHECK((rule.n > 0) == (err.code == ERR_OK));
	FUZZ_CHECK(err.code != ERR_INTERNAL && utf8_is_valid(rule));
	FUZZ_EXPECT(run->n_items ==
			    run->n_records + run->n_seen + run->n_rejected + run->n_out_of_scope,
		    "%llu items: %llu records, %llu seen, %llu rejected, %llu out of scope",
		    (unsigned long long)run->n_items, (unsigned long long)run->n_records,
		    (unsigned long long)run->n_seen, (unsigned long long)run->n_rejected,
		    (unsigned long long)run->n_out_of_scope);
	buf_printf(&run->frames, "%.*s|%s", SLICE_ARG(rule), err.msg);
}

static void run_harvest(struct run *run)
{
	struct harvest_begin begin = {
		.harvester = run->harvester,
		.source = run->source,
		.now_s = NOW_S,
		.hash_salt = SLICE_LIT("test"),
		.has_traces = run->has_traces,
	};
	struct err err = ERR_INIT;

	if (run->before != NULL) {
		begin.known = run->before->hashes;
		begin.n_known = run->before->n_records;
	}
	run->out = harvest_open(&begin, &sink, run);
	harvest_start(run->out, &err);
	FUZZ_CHECK(err.code != ERR_INTERNAL);
	while (err.code == ERR_OK && run->n_waiting > 0 && run->n_answered < MAX_TURNS)
		answer_next(run);
	run->is_cut_short = run->is_cut_short || run->n_waiting > 0;
	if (err.code == ERR_OK && !run->is_cut_short)
		finish(run);
	harvest_close(run->out);
}

static void run_clear(struct run *run)
{
	arena_clear(&run->arena);
	buf_clear(&run->frames);
	mem_free(run->hashes);
}

/* piece 0: as the settings say. */
static void run_once(struct run *run, const struct harvester *harvester, const char *url,
		     const struct input *input, size_t piece, const struct run *before)
{
	*run = (struct run){ .harvester = harvester, .input = input, .before = before };
	arena_init(&run->arena, LIMIT_MIB);
	buf_init(&run->frames, FRAMES_BYTES);
	read_settings(run, url);
	if (piece > 0)
		run->piece = piece;
	run_harvest(run);
}

/* The frames that go to the store, as items. */
static void check_items(const struct run *run)
{
	struct slice rest = buf_view(&run->frames);
	struct buf found = BUF_INIT(FRAMES_BYTES);
	struct arena arena = ARENA_INIT(LIMIT_BATCH_ARENA_BYTES);
	struct frame_items items;
	struct frame f;
	bool is_whole = true;
	struct err err = ERR_INIT;

	while (is_whole && frame_take(&f, &is_whole, &rest, &err) == ERR_OK)
		if (is_whole && f.type != FRAME_REQUEST)
			frame_write(&found, f.type, f.flags, f.tag, f.payload);
	if (frames_to_items(&items, &arena, buf_view(&found), NULL, 0, &err) != ERR_OK)
		FUZZ_EXPECT(false, "%s", err.msg);
	FUZZ_CHECK(items.n >= run->n_records + run->n_rejected + run->n_pages);
	arena_clear(&arena);
	buf_clear(&found);
}

/* What stands around an offset, to be looked at. */
static void show(struct slice frames, size_t at)
{
	struct slice part = slice_first(slice_from(frames, at > 200 ? at - 200 : 0), 500);

	for (size_t i = 0; i < part.n; i++)
		fputc(part.p[i] >= ' ' && part.p[i] < 0x7f ? part.p[i] : '.', stderr);
	fputc('\n', stderr);
}

/* All that was said, however the bodies were cut. */
static void check_same(const struct run *whole, const struct run *pieces)
{
	struct slice a = buf_view(&whole->frames), b = buf_view(&pieces->frames);
	size_t at = 0;

	while (at < a.n && at < b.n && a.p[at] == b.p[at])
		at++;
	if (at == a.n && at == b.n)
		return;
	show(a, at);
	show(b, at);
	FUZZ_EXPECT(false, "whole, and in pieces of %zu", pieces->piece);
}

void harvest_run(const struct harvester *harvester, const char *url, const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);
	struct input input;
	struct run whole, pieces, again;

	read_input(&input, text);
	run_once(&whole, harvester, url, &input, n + 1, NULL);
	run_once(&pieces, harvester, url, &input, 0, NULL);
	check_same(&whole, &pieces);
	check_items(&whole);
	run_once(&again, harvester, url, &input, n + 1, &whole);
	run_clear(&again);
	run_clear(&pieces);
	run_clear(&whole);
	unit_exact_free(text);
}
