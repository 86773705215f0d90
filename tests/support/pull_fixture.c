// SPDX-License-Identifier: EUPL-1.2
/* A pull with an answerer and a sink that a test can see through, and how it went. */
#include "tests/support/pull_fixture.h"

#include "harvesters/begin.h"
#include "harvesters/message.h"
#include "tests/support/evil_worker.h"

#include <errno.h>

/* --- answering --- */

struct table_answer {
	struct table_answerer *answerer;
	struct answer *a;
	struct deferred deferred;
	bool is_cancelled;
};

static void on_spooled(void *data, const struct err *failure)
{
	struct table_answer *t = data;
	struct answer *a = t->a;

	t->answerer->n_open--;
	mem_free(t);
	a->done(a, failure);
}

static const struct pull_page *find_page(const struct table_answerer *s, const char *url)
{
	for (size_t i = 0; i < s->n_pages; i++)
		if (slice_ends_with(slice_of(url), slice_of(s->pages[i].url)))
			return &s->pages[i];
	return NULL;
}

static void fill(struct answer *a, struct table_answerer *s, const struct pull_page *page)
{
	static const char bytes[LIMIT_MIB];

	a->body = spool_new(&s->f->loop, &s->f->files, "/tmp");
	a->status = page->status != 0 ? page->status : 200;
	a->fetched_s = 1800000000;
	a->end = page->end;
	if (page->end != BODY_OK)
		err_set(&a->why, ERR_NETWORK, "the line was cut");
	a->content_type =
		mem_strdup(page->body != NULL ? "text/plain" : "application/octet-stream");
	if (page->body != NULL)
		(void)spool_append(a->body, slice_of(page->body), NULL, NULL);
	for (size_t at = 0; page->body == NULL && at < page->big_bytes;) {
		size_t n =
			page->big_bytes - at < sizeof(bytes) ? page->big_bytes - at : sizeof(bytes);

		(void)spool_append(a->body, slice_make(bytes, n), NULL, NULL);
		at += n;
	}
}

static void on_turn(struct deferred *d)
{
	struct table_answer *t = container_of(d, struct table_answer, deferred);
	struct table_answerer *s = t->answerer;
	struct answer *a = t->a;
	const struct pull_page *page = find_page(s, a->url);
	struct err err = ERR_INIT;

	if (t->is_cancelled)
		err_set(&err, ERR_CANCELLED, "stopped");
	else if (page == NULL)
		err_set(&err, ERR_NOTFOUND, "no such page");
	else if (page->failure != ERR_OK)
		err_set(&err, page->failure, "as the table says");
	if (err.code == ERR_OK) {
		fill(a, s, page);
		spool_finish(a->body, on_spooled, t);
		return;
	}
	s->n_open--;
	a->state = NULL;
	mem_free(t);
	a->done(a, &err);
}

static void answer_start(struct answerer *self, struct answer *a)
{
	struct table_answerer *s = container_of(self, struct table_answerer, base);
	struct table_answer *t = mem_new(struct table_answer);

	t->answerer = s;
	t->a = a;
	a->state = t;
	s->n_open++;
	if (s->n_open > s->n_most_open)
		s->n_most_open = s->n_open;
	if (!s->is_slow)
		loop_defer(&s->f->loop, &t->deferred, on_turn);
}

static void answer_cancel(struct answerer *self, struct answer *a)
{
	struct table_answerer *s = container_of(self, struct table_answerer, base);
	struct table_answer *t = a->state;

	s->n_cancelled++;
	if (a->body != NULL)
		return; /* as good as done */
	t->is_cancelled = true;
	loop_defer(&s->f->loop, &t->deferred, on_turn);
}

/* --- taking --- */

static void log_message(struct buf *log, const struct message *m)
{
	buf_printf(log, "%s %u", frame_type_name((uint8_t)m->type), m->tag);
	if (m->record_id.p != NULL)
		buf_printf(log, " %.*s", SLICE_ARG(m->record_id));
	if (m->type == FRAME_SEEN)
		buf_printf(log, " %zu", m->hashes.n / 16);
	if (m->type == FRAME_ANNOUNCE || m->type == FRAME_PAGE)
		buf_printf(log, " %llu", (unsigned long long)m->n);
	if (m->type == FRAME_NOTE)
		buf_printf(log, " %.*s", SLICE_ARG(m->note.code));
	if (m->type == FRAME_REMEMBER)
		buf_printf(log, " %.*s=%.*s", SLICE_ARG(m->key), SLICE_ARG(m->value));
	if (m->why.code != ERR_OK)
		buf_printf(log, " (%s)", m->why.msg);
	buf_char(log, '\n');
}

static void on_ready_for_more(struct deferred *d)
{
	struct pull_recorder *r = container_of(d, struct pull_recorder, deferred);

	r->n_in_hand--;
	pull_sink_taken(&r->f->pull);
}

static void take(struct pull_sink *self, struct pull *pull, struct buf *frames)
{
	struct pull_recorder *r = container_of(self, struct pull_recorder, base);
	struct arena arena = ARENA_INIT(LIMIT_MIB);
	struct slice rest = buf_view(frames);
	bool is_whole = true;
	struct buf mine = BUF_INIT(0);
	struct err why = ERR_INIT;

	assert_true(r->n_in_hand == 0 || r->n_in_hand < self->n_at_once);
	assert_true(rest.n > 0);
	r->n_batches++;
	r->last_bytes = rest.n;
	r->last_records = 0;
	if (rest.n > r->most_bytes)
		r->most_bytes = rest.n;
	while (rest.n > 0 && is_whole) {
		struct message m;
		struct frame f;

		if (frame_take(&f, &is_whole, &rest, &why) != ERR_OK)
			break;
		if (message_read(&m, &arena, &f, &why) != ERR_OK)
			buf_printf(&r->log, "unreadable %s\n", why.msg);
		else
			log_message(&r->log, &m);
		r->last_records++;
		arena_reset(&arena);
	}
	arena_clear(&arena);
	buf_move(&mine, frames);
	buf_clear(&mine);
	if (r->is_refusing) {
		err_set(&why, ERR_PROTOCOL, "the sink does not like it");
		pull_refuse(pull, &why);
	}
	if (r->is_now) {
		pull_sink_taken(pull);
		return;
	}
	r->n_in_hand++;
	if (!r->is_lazy)
		loop_defer(&r->f->loop, &r->deferred, on_ready_for_more);
}

void pull_recorder_ready(struct pull_recorder *r)
{
	on_ready_for_more(&r->deferred);
}

static void answered(struct pull_sink *self, struct pull *pull, struct answer *a)
{
	struct pull_recorder *r = container_of(self, struct pull_recorder, base);

	(void)pull;
	r->n_answered++;
	if (a->body != NULL && r->n_answered % 2 == 0) {
		spool_free(a->body); /* every second one is "kept" */
		a->body = NULL;
	}
}

/* --- the fixture --- */

int pull_fixture_set_up(void **state)
{
	struct pull_fixture *f = mem_new(struct pull_fixture);

	assert_int_equal(loop_init(&f->loop, NULL), ERR_OK);
	pool_queue_init(&f->files, &f->loop, "files", 1);
	f->answerer.base = (struct answerer){ answer_start, answer_cancel };
	f->answerer.f = f;
	f->recorder.base = (struct pull_sink){ .take = take, .answered = answered };
	f->recorder.f = f;
	buf_init(&f->recorder.log, 64 * (size_t)LIMIT_MIB);
	buf_init(&f->begin, LIMIT_BEGIN_BYTES);
	f->options = (struct pull_options){
		.worker_program = MICROCAT_EVIL_WORKER,
		.harvest_id = "partner",
		.origin = "https://example.org",
		.parallel_requests = 2,
		.memory_bytes = 64 * (uint64_t)LIMIT_MIB,
		.stall_timeout_ms = PULL_WAIT_MS, /* a starved worker is not silent */
	};
	signal(SIGPIPE, SIG_IGN);
	*state = f;
	return 0;
}

static void on_queue_closed(struct pool_queue *q)
{
	container_of(q, struct pull_fixture, files)->is_closed = true;
}

/* A test that has failed in its middle leaves its pull behind. */
static void end_what_runs(struct pull_fixture *f)
{
	if (f->pull.state == NULL)
		return;
	f->recorder.is_lazy = false;
	loop_undefer(&f->recorder.deferred);
	while (f->recorder.n_in_hand > 0)
		pull_recorder_ready(&f->recorder);
	pull_cancel(&f->pull);
}

int pull_fixture_tear_down(void **state)
{
	struct pull_fixture *f = *state;
	struct err err = ERR_INIT;

	end_what_runs(f);
	loop_run(&f->loop);
	pool_queue_close(&f->files, on_queue_closed);
	loop_run(&f->loop);
	assert_true(f->is_closed);
	if (loop_close(&f->loop, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	/* No child is left, not even a dead one. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	buf_clear(&f->recorder.log);
	buf_clear(&f->begin);
	mem_free(f);
	return 0;
}

static void on_pulled(struct pull *pull, const struct err *failure)
{
	struct pull_fixture *f = container_of(pull, struct pull_fixture, pull);

	assert_false(f->is_done);
	f->is_done = true;
	if (failure != NULL)
		f->failure = *failure;
}

void pull_fixture_start(struct pull_fixture *f, const struct pull_page *pages, size_t n_pages,
			const char *url)
{
	struct begin begin = { .now_s = 1800000000 };

	source_init(&begin.source);
	begin.source.id = SLICE_LIT("partner");
	begin.source.format = SLICE_LIT("script");
	begin.source.url = slice_of(url);
	begin.memory_bytes = f->options.memory_bytes;
	buf_reset(&f->begin);
	assert_int_equal(begin_write(&f->begin, &begin, NULL), ERR_OK);
	f->options.begin = buf_view(&f->begin);
	f->answerer.pages = pages;
	f->answerer.n_pages = n_pages;
	f->is_done = false;
	err_clear(&f->failure);
	pull_start(&f->pull, &f->loop, &f->options, &f->answerer.base, &f->recorder.base,
		   on_pulled);
	assert_false(f->is_done);
}

void pull_fixture_run(struct pull_fixture *f, const struct pull_page *pages, size_t n_pages,
		      const char *url)
{
	pull_fixture_start(f, pages, n_pages, url);
	assert_true(loop_run_until(&f->loop, &f->is_done, PULL_WAIT_MS));
}

void pull_fixture_run_one(struct pull_fixture *f, const char *script)
{
	const struct pull_page page = { "/first", script, 0, 0, 0, 0 };

	pull_fixture_run(f, &page, 1, PULL_FIRST);
}

void pull_fixture_expect_success(struct pull_fixture *f)
{
	if (f->failure.code != ERR_OK)
		fail_msg("%s", f->failure.msg);
	assert_true(f->pull.is_proven);
	assert_string_equal(f->pull.end_rule, "the last script was read");
}

void pull_fixture_expect_failure(struct pull_fixture *f, enum err_code code, const char *text)
{
	if (f->failure.code != code || strstr(f->failure.msg, text) == NULL)
		fail_msg("got \"%s\" (%s), expected \"%s\" (%s)", f->failure.msg,
			 err_code_name(f->failure.code), text, err_code_name(code));
	assert_false(f->pull.is_proven);
}

/* --- a source of three pages --- */

const struct pull_page pull_small_source[PULL_SMALL_PAGES] = {
	{ "/first",
	  "announce 4\nlist https://example.org/second\nreject a\nscope b\nseen 0042\n"
	  "seen 0043\nremember one\n",
	  0, 0, 0, 0 },
	{ "/second", "seen unknown\ndetail https://example.org/third\ngone old\nnote odd\n", 0, 0,
	  0, 0 },
	{ "/third", "", 0, 0, 0, 0 },
};

const char pull_small_source_log[] =
	"ANNOUNCE 1 4\nREJECT 1 a (no title)\nOUT_OF_SCOPE 1 b (a degree)\nSEEN 1 2\n"
	"REMEMBER 1 position=one\nPAGE 1 4\n"
	"REJECT 2 unknown (no title)\nGONE 2 old\nNOTE 2 odd\nPAGE 2 1\n"
	"PAGE 3 0\n"
	"REMEMBER 0 end=reached\n";

void pull_fixture_know_all(struct pull_fixture *f)
{
	for (size_t i = 0; i < countof(f->known); i++) {
		char id[17];

		snprintf(id, sizeof(id), "%04zu", i);
		f->known[i] = evil_hash(slice_of(id));
	}
	f->options.known = f->known;
	f->options.n_known = countof(f->known);
}
