// SPDX-License-Identifier: EUPL-1.2
/* Pages, and the harvester over them. */
#include "tests/bench/stage.h"

#include "base/mem.h"
#include "catalogue/vocab_fold.h"
#include "harvesters/begin.h"
#include "harvesters/message.h"
#include "tests/bench/catalogue.h"
#include "tests/support/memory_body.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PIECE_BYTES = 64 * 1024 }; /* of a body, as BODY frames bring it */

#define STAGE_URL "http://127.0.0.1/moochub"

/* --- small things --- */

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double stage_now(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

double stage_cpu(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

void stage_die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

const char *stage_text(int argc, char **argv, const char *name, const char *otherwise)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return argv[i + 1];
	return otherwise;
}

uint64_t stage_number(int argc, char **argv, const char *name, uint64_t otherwise)
{
	const char *text = stage_text(argc, argv, name, NULL);
	uint64_t n = otherwise;

	if (text != NULL && !slice_to_u64(&n, slice_of(text), UINT64_MAX))
		stage_die("%s: expected a number, got \"%s\"", name, text);
	return n;
}

/* --- pages --- */

void stage_write_page(struct buf *out, const char *base_url, uint64_t n_offers, uint64_t page,
		      uint64_t n_changed, uint64_t revision)
{
	uint64_t n_pages = (n_offers + STAGE_PAGE_ITEMS - 1) / STAGE_PAGE_ITEMS;
	uint64_t at = (page - 1) * STAGE_PAGE_ITEMS;
	uint64_t end = at + STAGE_PAGE_ITEMS < n_offers ? at + STAGE_PAGE_ITEMS : n_offers;
	struct catalogue_offer offer;

	catalogue_offer_init(&offer);
	buf_printf(out, "{\"links\":{\"self\":\"%s?page=%" PRIu64 "\"", base_url, page);
	if (page < n_pages)
		buf_printf(out, ",\"next\":\"%s?page=%" PRIu64 "\"", base_url, page + 1);
	buf_str(out, "},\"data\":[");
	for (uint64_t i = at; i < end; i++) {
		catalogue_offer_make(&offer, i, i < n_changed ? revision : 0);
		buf_str(out, i > at ? ",\n" : "\n");
		catalogue_write_moochub(out, &offer);
	}
	buf_str(out, "]}");
	catalogue_offer_clear(&offer);
}

void pages_make(struct pages *p, uint64_t n_offers, uint64_t n_changed)
{
	*p = (struct pages){ .n_offers = n_offers };
	p->n = (n_offers + STAGE_PAGE_ITEMS - 1) / STAGE_PAGE_ITEMS;
	p->items = mem_new_n(struct buf, p->n);
	for (size_t i = 0; i < p->n; i++) {
		buf_init(&p->items[i], 64 << 20);
		stage_write_page(&p->items[i], STAGE_URL, n_offers, i + 1, n_changed, 1);
		p->n_bytes += p->items[i].len;
	}
}

void pages_clear(struct pages *p)
{
	for (size_t i = 0; i < p->n; i++)
		buf_clear(&p->items[i]);
	mem_free(p->items);
	*p = (struct pages){ .n = 0 };
}

/* --- the sink: frames, as worker.c writes them --- */

struct stage {
	struct pass *pass;
	struct buf frames;
	bool keeps_frames;
	uint32_t waiting; /* tag; 0: none */
	uint64_t page; /* that the tag asks for, from 1 */
	size_t cap_hashes;
	double own_seconds, own_cpu_seconds; /* of the bench itself */
};

static void on_request(void *data, const struct request *r)
{
	struct stage *s = data;
	ptrdiff_t at = slice_find(r->url, SLICE_LIT("page="));

	s->waiting = r->tag;
	s->page = 1;
	if (at >= 0 && !slice_to_u64(&s->page, slice_from(r->url, (size_t)at + 5), 1 << 30))
		stage_die("a request for %.*s", SLICE_ARG(r->url));
}

static void on_record(void *data, struct slice record_id, const struct raw_hash *hash,
		      struct slice offer, struct slice words, uint32_t tag)
{
	struct stage *s = data;
	struct pass *p = s->pass;

	p->n_records++;
	if (p->n_hashes == s->cap_hashes) {
		s->cap_hashes = s->cap_hashes * 2 + 1024;
		p->hashes = mem_resize(p->hashes, s->cap_hashes, sizeof(*p->hashes));
	}
	p->hashes[p->n_hashes++] = *hash;
	message_write_offer(&s->frames, tag, record_id, hash, offer, words);
}

static void on_seen(void *data, const struct raw_hash *hash, uint32_t tag)
{
	struct stage *s = data;

	s->pass->n_seen++;
	frame_write(&s->frames, FRAME_SEEN, 0, tag,
		    slice_make((const char *)hash->bytes, sizeof(hash->bytes)));
}

static void on_gone(void *data, struct slice record_id, uint32_t tag)
{
	struct stage *s = data;

	message_write_gone(&s->frames, tag, record_id);
}

static void on_reject(void *data, struct slice record_id, const struct err *why, uint32_t tag)
{
	struct stage *s = data;

	s->pass->n_rejected++;
	message_write_reject(&s->frames, tag, record_id, why);
}

static void on_out_of_scope(void *data, struct slice record_id, const char *why, uint32_t tag)
{
	struct stage *s = data;

	message_write_out_of_scope(&s->frames, tag, record_id, why);
}

static void on_announce(void *data, uint64_t total)
{
	(void)data;
	(void)total;
}

static void on_note(void *data, struct slice record_id, const struct note *note, uint32_t tag)
{
	struct stage *s = data;

	if (s->pass->n_notes++ == 0)
		fprintf(stderr, "  first note: %.*s \"%.*s\"\n", SLICE_ARG(note->code),
			SLICE_ARG(note->got));
	message_write_note(&s->frames, tag, record_id, note);
}

static void on_remember(void *data, const char *key, struct slice value)
{
	(void)data;
	(void)key;
	(void)value;
}

static void keep_frames(struct stage *s)
{
	struct pass *p = s->pass;

	p->batches = mem_resize(p->batches, p->n_batches + 1, sizeof(*p->batches));
	buf_init(&p->batches[p->n_batches], 64 << 20);
	buf_move(&p->batches[p->n_batches++], &s->frames);
	buf_init(&s->frames, 64 << 20);
}

/* The bench's own work, which takes a tenth of the worker's time: it is not counted. */
static void add_checksum(struct stage *s)
{
	double start = stage_now(), cpu = stage_cpu();

	s->pass->checksum = vocab_hash(s->pass->checksum, buf_view(&s->frames));
	s->own_seconds += stage_now() - start;
	s->own_cpu_seconds += stage_cpu() - cpu;
}

static void on_page(void *data, uint32_t tag, uint64_t items, const struct err *lost)
{
	struct stage *s = data;

	if (lost != NULL)
		stage_die("page %" PRIu64 " was lost: %s", s->page, lost->msg);
	message_write_page(&s->frames, tag, items, lost);
	add_checksum(s);
	if (s->keeps_frames)
		keep_frames(s);
	else
		buf_reset(&s->frames);
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

static void answer(struct stage *s, struct harvest_out *out, const struct pages *pages)
{
	const struct request *request = harvest_request_of_tag(out, s->waiting);
	struct memory_body body = { .piece = PIECE_BYTES };
	struct response r = {
		.request = *request,
		.final_url = request->url,
		.status = 200,
		.content_type = SLICE_LIT("application/vnd.api+json"),
		.reader = &memory_body_reader,
		.reader_data = &body,
	};

	if (s->page > pages->n)
		stage_die("page %" PRIu64 " is asked for", s->page);
	body.all = buf_view(&pages->items[s->page - 1]);
	s->waiting = 0;
	harvest_on_response(out, &r);
	memory_body_clear(&body);
}

void stage_harvest(struct pass *pass, const struct pages *pages, const struct raw_hash *known,
		   size_t n_known, bool keeps_frames)
{
	struct stage s = { .pass = pass, .keeps_frames = keeps_frames };
	struct harvest_begin begin = {
		.harvester = harvester_find(SLICE_LIT("moochub")),
		.now_s = 1795255200,
		.hash_salt = SLICE_LIT("bench"),
		.known = known,
		.n_known = n_known,
	};
	struct slice rule;
	struct err err = ERR_INIT;
	struct harvest_out *out;
	double start = stage_now(), cpu = stage_cpu();

	*pass = (struct pass){ .n_records = 0 };
	buf_init(&s.frames, 64 << 20);
	source_init(&begin.source);
	begin.source.id = SLICE_LIT("bench");
	begin.source.title = SLICE_LIT("Bench");
	begin.source.role = ROLE_REPUBLISHER;
	begin.source.format = SLICE_LIT("moochub");
	begin.source.version = SLICE_LIT("3");
	begin.source.url = SLICE_LIT(STAGE_URL);
	out = harvest_open(&begin, &sink, &s);
	harvest_start(out, &err);
	while (err.code == ERR_OK && s.waiting != 0)
		answer(&s, out, pages);
	if (err.code == ERR_OK)
		harvest_finish(out, &rule, &err);
	if (err.code != ERR_OK)
		stage_die("the harvest failed: %s", err.msg);
	harvest_close(out);
	buf_clear(&s.frames);
	pass->seconds = stage_now() - start - s.own_seconds;
	pass->cpu_seconds = stage_cpu() - cpu - s.own_cpu_seconds;
}

void pass_clear(struct pass *p)
{
	for (size_t i = 0; i < p->n_batches; i++)
		buf_clear(&p->batches[i]);
	mem_free(p->batches);
	mem_free(p->hashes);
	*p = (struct pass){ .n_records = 0 };
}
