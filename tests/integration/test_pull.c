// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of daemon/pull with a real worker process: one that reads scripts, and
 * one that breaks the protocol in every way we could think of.
 */
#include "daemon/pull.h"

#include "base/json_write.h"
#include "harvesters/begin.h"
#include "harvesters/message.h"
#include "tests/support/evil_worker.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#include <errno.h>

#define TIMEOUT_MS patience_ms(60000)
enum { BIG_BYTES = 5 * 1024 * 1024 + 123 };

/* A page of the source, by the last part of its URL. */
struct page {
	const char *url;
	const char *body; /* a script; NULL: big_bytes of no meaning */
	size_t big_bytes;
	unsigned status; /* 0: 200 */
	enum err_code failure;
	enum body_end end;
};

struct fixture;

/* Answers from a table, one deferred step at a time. */
struct table_answerer {
	struct answerer base;
	struct fixture *f;
	const struct page *pages;
	size_t n_pages;
	unsigned n_open, n_most_open, n_cancelled;
	bool is_slow; /* never answers: only a cancel ends it */
};

struct table_answer {
	struct table_answerer *answerer;
	struct answer *a;
	struct deferred deferred;
	bool is_cancelled;
};

/* Writes down what it is given, as lines. */
struct recorder {
	struct pull_sink base;
	struct fixture *f;
	struct buf log;
	struct deferred deferred;
	unsigned n_batches;
	unsigned n_answered;
	size_t most_bytes, last_bytes;
	unsigned last_records; /* frames, of a flood one record each */
	bool is_lazy; /* keeps what it takes */
	bool is_now; /* is ready for more at once, not later */
	bool is_refusing;
	unsigned n_in_hand;
};

struct fixture {
	struct loop loop;
	struct pool_queue files;
	struct table_answerer answerer;
	struct recorder recorder;
	struct pull pull;
	struct pull_options options;
	struct buf begin;
	struct raw_hash known[10000];
	bool is_done, is_closed;
	struct err failure;
};

/* --- answering --- */

static void on_spooled(void *data, const struct err *failure)
{
	struct table_answer *t = data;
	struct answer *a = t->a;

	t->answerer->n_open--;
	mem_free(t);
	a->done(a, failure);
}

static const struct page *find_page(const struct table_answerer *s, const char *url)
{
	for (size_t i = 0; i < s->n_pages; i++)
		if (slice_ends_with(slice_of(url), slice_of(s->pages[i].url)))
			return &s->pages[i];
	return NULL;
}

static void fill(struct answer *a, struct table_answerer *s, const struct page *page)
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
	const struct page *page = find_page(s, a->url);
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
	struct recorder *r = container_of(d, struct recorder, deferred);

	r->n_in_hand--;
	pull_sink_taken(&r->f->pull);
}

static void take(struct pull_sink *self, struct pull *pull, struct buf *frames)
{
	struct recorder *r = container_of(self, struct recorder, base);
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

static void answered(struct pull_sink *self, struct pull *pull, struct answer *a)
{
	struct recorder *r = container_of(self, struct recorder, base);

	(void)pull;
	r->n_answered++;
	if (a->body != NULL && r->n_answered % 2 == 0) {
		spool_free(a->body); /* every second one is "kept" */
		a->body = NULL;
	}
}

/* --- the fixture --- */

static int set_up(void **state)
{
	struct fixture *f = mem_new(struct fixture);

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
		.stall_timeout_ms = 30000,
	};
	signal(SIGPIPE, SIG_IGN);
	*state = f;
	return 0;
}

static void on_queue_closed(struct pool_queue *q)
{
	container_of(q, struct fixture, files)->is_closed = true;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

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
	struct fixture *f = container_of(pull, struct fixture, pull);

	assert_false(f->is_done);
	f->is_done = true;
	if (failure != NULL)
		f->failure = *failure;
}

static void start(struct fixture *f, const struct page *pages, size_t n_pages, const char *url)
{
	struct begin begin = { .now_s = 1800000000 };

	source_init(&begin.source);
	begin.source.id = SLICE_LIT("partner");
	begin.source.format = SLICE_LIT("script");
	begin.source.url = slice_of(url);
	begin.memory_bytes = f->options.memory_bytes;
	buf_reset(&f->begin);
	begin_write(&f->begin, &begin);
	f->options.begin = buf_view(&f->begin);
	f->answerer.pages = pages;
	f->answerer.n_pages = n_pages;
	f->is_done = false;
	err_clear(&f->failure);
	pull_start(&f->pull, &f->loop, &f->options, &f->answerer.base, &f->recorder.base,
		   on_pulled);
	assert_false(f->is_done);
}

static void run(struct fixture *f, const struct page *pages, size_t n_pages, const char *url)
{
	start(f, pages, n_pages, url);
	assert_true(loop_run_until(&f->loop, &f->is_done, TIMEOUT_MS));
}

#define FIRST "https://example.org/first"

static void run_one(struct fixture *f, const char *script)
{
	const struct page page = { "/first", script, 0, 0, 0, 0 };

	run(f, &page, 1, FIRST);
}

static void expect_success(struct fixture *f)
{
	if (f->failure.code != ERR_OK)
		fail_msg("%s", f->failure.msg);
	assert_true(f->pull.is_proven);
	assert_string_equal(f->pull.end_rule, "the last script was read");
}

static void expect_failure(struct fixture *f, enum err_code code, const char *text)
{
	if (f->failure.code != code || strstr(f->failure.msg, text) == NULL)
		fail_msg("got \"%s\" (%s), expected \"%s\" (%s)", f->failure.msg,
			 err_code_name(f->failure.code), text, err_code_name(code));
	assert_false(f->pull.is_proven);
}

/* --- a harvest that goes well --- */

static const struct page two_pages[] = {
	{ "/first",
	  "announce 4\nlist https://example.org/second\nreject a\nscope b\nseen 0042\n"
	  "seen 0043\nremember one\n",
	  0, 0, 0, 0 },
	{ "/second", "seen unknown\ndetail https://example.org/third\ngone old\nnote odd\n", 0, 0,
	  0, 0 },
	{ "/third", "", 0, 0, 0, 0 },
};

static const char two_pages_log[] =
	"ANNOUNCE 1 4\nREJECT 1 a (no title)\nOUT_OF_SCOPE 1 b (a degree)\nSEEN 1 2\n"
	"REMEMBER 1 position=one\nPAGE 1 4\n"
	"REJECT 2 unknown (no title)\nGONE 2 old\nNOTE 2 odd\nPAGE 2 1\n"
	"PAGE 3 0\n"
	"REMEMBER 0 end=reached\n";

static void know_all(struct fixture *f)
{
	for (size_t i = 0; i < countof(f->known); i++) {
		char id[17];

		snprintf(id, sizeof(id), "%04zu", i);
		f->known[i] = evil_hash(slice_of(id));
	}
	f->options.known = f->known;
	f->options.n_known = countof(f->known);
}

static void pages_arrive_in_order_and_whole(void **state)
{
	struct fixture *f = *state;

	know_all(f);
	run(f, two_pages, countof(two_pages), FIRST);
	expect_success(f);
	assert_buf(&f->recorder.log, two_pages_log);
	assert_int_equal(f->recorder.n_answered, 3);
	assert_int_equal(f->recorder.n_batches, 4);
	assert_int_equal(f->pull.figures.n_requests, 3);
	assert_int_equal(f->pull.figures.n_pages, 3);
	assert_int_equal(f->pull.figures.n_pages_lost, 0);
	assert_int_equal(f->pull.figures.n_shown, 5);
	assert_int_equal(f->pull.figures.n_records, 2);
	assert_true(f->pull.figures.worker_peak_kib > 0);
}

static void sink_may_be_ready_at_once(void **state)
{
	struct fixture *f = *state;

	know_all(f);
	f->recorder.is_now = true;
	run(f, two_pages, countof(two_pages), FIRST);
	expect_success(f);
	assert_buf(&f->recorder.log, two_pages_log);
}

static void nothing_to_ask_is_complete(void **state)
{
	struct fixture *f = *state;

	run(f, NULL, 0, "https://example.org/nothing-to-ask");
	expect_success(f);
	assert_buf(&f->recorder.log, "REMEMBER 0 end=reached\n");
}

static void bodies_can_be_read_again(void **state)
{
	static const struct page pages[] = {
		{ "/first", NULL, BIG_BYTES, 0, 0, 0 },
	};
	struct fixture *f = *state;

	run(f, pages, 1, FIRST);
	expect_success(f);
	assert_buf(&f->recorder.log, "REMEMBER 1 bytes=5243003 5243003 5243003 5243003\n"
				     "PAGE 1 0\nREMEMBER 0 end=reached\n");
	assert_int_equal(f->pull.figures.body_bytes, BIG_BYTES);
}

static void lost_pages_do_not_end_the_harvest(void **state)
{
	static const struct page pages[] = {
		{ "/first",
		  "list https://example.org/fails\nlist https://example.org/missing\n"
		  "list https://example.org/cut\nlist https://example.org/torn\n"
		  "list https://example.org/absent\nreject a\n",
		  0, 0, 0, 0 },
		{ "/fails", "", 0, 0, ERR_TIMEOUT, 0 },
		{ "/missing", "not read\n", 0, 404, 0, 0 },
		{ "/cut", "reject b\n", 0, 0, 0, BODY_CUT },
		{ "/torn", "reject c\nfail\nreject d\n", 0, 0, 0, 0 },
	};
	struct fixture *f = *state;
	const char *log;

	f->options.parallel_requests = 1;
	run(f, pages, countof(pages), FIRST);
	expect_success(f);
	assert_int_equal(f->pull.figures.n_pages, 6);
	assert_int_equal(f->pull.figures.n_pages_lost, 5);
	log = buf_z(&f->recorder.log);
	assert_non_null(strstr(log, "PAGE 2 0 (https://example.org/fails: as the table says)\n"));
	assert_non_null(strstr(log, "PAGE 3 0 (the page is not there)\n"));
	assert_non_null(strstr(log, "REJECT 4 b (no title)\nPAGE 4 1 (the line was cut)\n"));
	assert_non_null(strstr(log, "REJECT 5 c (no title)\nPAGE 5 1 (the page is torn)\n"));
	assert_non_null(strstr(log, "PAGE 6 0 (https://example.org/absent: no such page)\n"));
	assert_int_equal(f->answerer.n_most_open, 1);
}

static void requests_are_limited_at_the_answerer(void **state)
{
	struct buf script = BUF_INIT(100000);
	struct fixture *f = *state;
	struct page pages[2];

	for (unsigned i = 0; i < 200; i++)
		buf_printf(&script, "detail https://example.org/detail/%u/x\n", i);
	pages[0] = (struct page){ "/first", buf_z(&script), 0, 0, 0, 0 };
	pages[1] = (struct page){ "/x", "reject y\n", 0, 0, 0, 0 };
	f->options.parallel_requests = 3;
	run(f, pages, 2, FIRST);
	expect_success(f);
	assert_int_equal(f->pull.figures.n_shown, 200);
	assert_int_equal(f->answerer.n_most_open, 3);
	buf_clear(&script);
}

static void details_come_before_further_list_pages(void **state)
{
	static const struct page pages[] = {
		{ "/first",
		  "list https://example.org/second\ndetail https://example.org/d1\n"
		  "detail https://example.org/d2\n",
		  0, 0, 0, 0 },
		{ "/second", "reject last\n", 0, 0, 0, 0 },
		{ "/d1", "reject d1\n", 0, 0, 0, 0 },
		{ "/d2", "reject d2\n", 0, 0, 0, 0 },
	};
	struct fixture *f = *state;

	f->options.parallel_requests = 1;
	run(f, pages, countof(pages), FIRST);
	expect_success(f);
	assert_buf(&f->recorder.log,
		   "PAGE 1 0\nREJECT 3 d1 (no title)\nPAGE 3 1\nREJECT 4 d2 (no title)\n"
		   "PAGE 4 1\nREJECT 2 last (no title)\nPAGE 2 1\nREMEMBER 0 end=reached\n");
}

static void unproven_end_is_said_and_no_failure(void **state)
{
	static const struct {
		const char *script;
		const char *why;
	} cases[] = {
		{ "unproven\nreject a\n", "nothing proved the end of the list" },
		{ "refuse\nreject a\n", "the pages do not fit together" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		run_one(f, cases[i].script);
		assert_int_equal(f->failure.code, ERR_OK);
		assert_false(f->pull.is_proven);
		assert_string_equal(f->pull.end_rule, "");
		assert_string_equal(f->pull.incomplete.msg, cases[i].why);
	}
}

static void source_that_cannot_begin_says_why(void **state)
{
	struct fixture *f = *state;

	run(f, NULL, 0, "https://example.org/cannot-begin");
	assert_int_equal(f->failure.code, ERR_OK);
	assert_string_equal(f->pull.incomplete.msg, "the source lacks a setting");
	assert_int_equal(f->pull.incomplete.code, ERR_CONFIG);
}

/* --- a worker that ends badly: what it had said stays --- */

static void crash_names_signal_source_and_page(void **state)
{
	struct fixture *f = *state;

	run_one(f, "reject a\ncrash\n");
	expect_failure(
		f, ERR_INTERNAL,
		"partner: the worker died of SIGSEGV while reading https://example.org/first");
}

static void pages_before_a_crash_stay(void **state)
{
	static const struct page pages[] = {
		{ "/first", "reject a\nlist https://example.org/second\n", 0, 0, 0, 0 },
		{ "/second", "reject b\nsigkill\n", 0, 0, 0, 0 },
	};
	struct fixture *f = *state;

	run(f, pages, countof(pages), FIRST);
	expect_failure(f, ERR_INTERNAL, "died of SIGKILL while reading https://example.org/second");
	assert_buf(&f->recorder.log, "REJECT 1 a (no title)\nPAGE 1 1\n");
}

static void memory_limit_is_met_with_its_name(void **state)
{
	struct fixture *f = *state;

	run_one(f, "reject a\nmemory\n");
	expect_failure(f, ERR_LIMIT, "needs more than 64 MiB of memory (worker-memory)");
	/* Said before, and not lost with it. */
	assert_buf(&f->recorder.log, "REJECT 1 a (no title)\n");
}

static void uncounted_memory_is_limited_too(void **state)
{
#ifdef MICROCAT_SANITIZED
	(void)state;
	skip(); /* sanitizers need an address space without limit */
#else
	struct fixture *f = *state;
	const char *at;
	uint64_t mib = 0;

	run_one(f, "uncounted-memory\n");
	expect_success(f);
	at = strstr(buf_z(&f->recorder.log), "mib=");
	assert_non_null(at);
	at += 4;
	assert_true(slice_to_u64(&mib, slice_make(at, strcspn(at, "\n")), 100000));
	assert_in_range(mib, 32, 200);
#endif
}

static void endless_loop_meets_the_cpu_limit(void **state)
{
	struct fixture *f = *state;

	f->options.cpu_s = 1;
	run_one(f, "loop\n");
	expect_failure(f, ERR_LIMIT, "more than 1 s of processor time (worker-cpu)");
}

static void files_are_refused_and_sockets_are_deadly(void **state)
{
	struct fixture *f = *state;

	run_one(f, "file\n");
	expect_success(f);
	assert_non_null(strstr(buf_z(&f->recorder.log), "NOTE 1 refused\n"));
	run_one(f, "socket\n");
	expect_failure(f, ERR_DENIED, "killed by its lock");
}

/* --- a worker that breaks the protocol --- */

static void every_breach_is_named(void **state)
{
	static const struct {
		const char *play;
		enum err_code code;
		const char *message;
		const char *log; /* what the sink still got */
	} cases[] = {
		{ "exits_at_once", ERR_INTERNAL, "exited with status 3", "" },
		{ "exits_after_ready", ERR_PROTOCOL, "exited in the middle of its work", "" },
		{ "exits_in_page", ERR_INTERNAL,
		  "exited with status 9 while reading https://example.org/a", "GONE 1 kept\n" },
		{ "is_not_locked", ERR_DENIED, "no lock on this door", "" },
		{ "speaks_before_ready", ERR_PROTOCOL, "REQUEST (tag 1): not expected now", "" },
		{ "is_ready_twice", ERR_PROTOCOL, "READY (tag 0): not expected now", "" },
		{ "garbage", ERR_PROTOCOL, "a frame of type 47", "GONE 1 kept\n" },
		{ "oversize", ERR_PROTOCOL, "a OFFER frame of 2147483647 bytes", "" },
		{ "daemons_frame", ERR_PROTOCOL, "a frame of type 7", "" },
		{ "other_tag", ERR_PROTOCOL, "GONE (tag 2): not about what is in hand", "" },
		{ "page_of_other_tag", ERR_PROTOCOL, "PAGE (tag 7): there is no such page", "" },
		{ "page_twice", ERR_PROTOCOL, "PAGE (tag 1): there is no such page", "PAGE 1 0\n" },
		{ "items_before_pages", ERR_PROTOCOL, "items before the first response", "" },
		{ "record_before_pages", ERR_PROTOCOL, "not about what is in hand", "" },
		{ "tag_again", ERR_PROTOCOL, "the tag was used before", "" },
		{ "asks_elsewhere", ERR_DENIED,
		  "https://example.org.evil.example/a, which is not on https://example.org", "" },
		{ "asks_for_a_file", ERR_PROTOCOL, "url is not an absolute http URL", "" },
		{ "asks_while_idle", ERR_PROTOCOL, "not asked for anything", "" },
		{ "asks_too_much", ERR_LIMIT, "LIMIT_OUTSTANDING_REQUESTS", "" },
		{ "too_much_credit", ERR_PROTOCOL, "not the credit that may be given", "" },
		{ "credit_overflow", ERR_PROTOCOL, "not the credit that may be given", "" },
		{ "credit_of_nothing", ERR_PROTOCOL, "there is no such body", "" },
		{ "rewinds_for_ever", ERR_PROTOCOL, "REWIND (tag 1): too often", "" },
		{ "complete_too_early", ERR_PROTOCOL, "nobody asked whether", "" },
		{ "bad_json", ERR_PROTOCOL, "PAGE: items is not a count", "" },
		{ "bad_hashes", ERR_PROTOCOL, "SEEN (tag 1): no hashes", "" },
	};
	static const struct page pages[] = { { "/a", NULL, 1000000, 0, 0, 0 } };
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		buf_reset(&f->recorder.log);
		f->options.harvest_id = cases[i].play;
		run(f, pages, 1, FIRST);
		expect_failure(f, cases[i].code, cases[i].message);
		assert_buf(&f->recorder.log, cases[i].log);
	}
}

static void breach_after_complete_is_a_failure(void **state)
{
	static const struct {
		const char *play;
		enum err_code code;
		const char *message;
	} cases[] = {
		{ "complete_twice", ERR_PROTOCOL, "COMPLETE (tag 0): not expected now" },
		{ "half_a_frame_at_the_end", ERR_PROTOCOL, "half a frame after COMPLETE" },
		{ "exits_badly_after_complete", ERR_INTERNAL, "exited with status 4" },
		{ "stays_after_complete", ERR_TIMEOUT, "did not exit" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		f->options.harvest_id = cases[i].play;
		run(f, NULL, 0, FIRST);
		assert_int_equal(f->failure.code, cases[i].code);
		assert_non_null(strstr(f->failure.msg, cases[i].message));
	}
}

static void worker_that_gives_up_leaves_what_it_found(void **state)
{
	static const struct page pages[] = { { "/a", NULL, 1000000, 0, 0, 0 } };
	struct fixture *f = *state;

	f->options.harvest_id = "gives_up";
	run(f, pages, 1, FIRST);
	assert_int_equal(f->failure.code, ERR_OK);
	assert_false(f->pull.is_proven);
	assert_string_equal(f->pull.incomplete.msg, "gave up");
	assert_buf(&f->recorder.log, "GONE 1 kept\n");
}

static void silence_ends_after_the_stall_timeout(void **state)
{
	static const struct page pages[] = { { "/a", NULL, 1000000, 0, 0, 0 } };
	static const char *const plays[] = { "is_silent", "is_silent_in_page" };
	struct fixture *f = *state;

	f->options.stall_timeout_ms = 1000;
	for (size_t i = 0; i < countof(plays); i++) {
		f->options.harvest_id = plays[i];
		run(f, pages, 1, FIRST);
		expect_failure(f, ERR_TIMEOUT, "said nothing for 1 s (stall-timeout)");
	}
}

static void slow_partner_is_no_stall(void **state)
{
	struct fixture *f = *state;
	bool never = false;

	f->options.stall_timeout_ms = 1000;
	f->answerer.is_slow = true;
	start(f, two_pages, 2, FIRST);
	(void)loop_run_until(&f->loop, &never, 1500);
	assert_false(f->is_done);
	assert_int_equal(f->answerer.n_open, 1);
	pull_cancel(&f->pull);
	assert_true(loop_run_until(&f->loop, &f->is_done, TIMEOUT_MS));
	expect_failure(f, ERR_CANCELLED, "stopped");
	assert_true(f->answerer.n_cancelled > 0);
}

static void harvest_may_not_take_longer_than_allowed(void **state)
{
	struct fixture *f = *state;

	f->options.max_duration_ms = 300;
	f->answerer.is_slow = true;
	run(f, two_pages, 2, FIRST);
	expect_failure(f, ERR_TIMEOUT, "max-duration");
}

static void flood_stops_at_a_busy_sink(void **state)
{
	static const struct page pages[] = { { "/a", "", 0, 0, 0, 0 } };
	struct fixture *f = *state;
	bool never = false;

	f->recorder.is_lazy = true;
	f->options.harvest_id = "floods";
	f->options.stall_timeout_ms = 1000; /* which does not run while nobody listens */
	start(f, pages, 1, FIRST);
	/* The first batch is full when it is, on a slow machine too. */
	for (unsigned ms = 0; f->recorder.n_batches == 0 && ms < TIMEOUT_MS; ms += 50)
		assert_false(loop_run_until(&f->loop, &never, 50));
	assert_false(loop_run_until(&f->loop, &never, 1500));
	assert_false(f->is_done);
	assert_int_equal(f->recorder.n_batches, 1);
	assert_true(f->recorder.most_bytes <= LIMIT_BATCH_BYTES + 200);
	f->recorder.is_lazy = false;
	pull_cancel(&f->pull);
	on_ready_for_more(&f->recorder.deferred);
	assert_true(loop_run_until(&f->loop, &f->is_done, TIMEOUT_MS));
	expect_failure(f, ERR_CANCELLED, "stopped");
	assert_true(f->recorder.most_bytes <= LIMIT_BATCH_BYTES + 200);
	assert_in_range(f->recorder.n_batches, 1, 2);
}

static void second_batch_goes_ahead_when_it_is_full(void **state)
{
	static const struct page pages[] = { { "/a", "", 0, 0, 0, 0 } };
	struct fixture *f = *state;
	bool never = false;

	f->recorder.is_lazy = true;
	f->recorder.base.n_at_once = 2;
	f->options.harvest_id = "floods";
	start(f, pages, 1, FIRST);
	for (unsigned ms = 0; f->recorder.n_batches < 2 && ms < TIMEOUT_MS; ms += 50)
		assert_false(loop_run_until(&f->loop, &never, 50));
	assert_int_equal(f->recorder.n_batches, 2);
	assert_true(f->recorder.last_bytes >= LIMIT_BATCH_BYTES ||
		    f->recorder.last_records >= LIMIT_BATCH_RECORDS);
	f->recorder.is_lazy = false;
	pull_cancel(&f->pull);
	on_ready_for_more(&f->recorder.deferred);
	on_ready_for_more(&f->recorder.deferred);
	assert_true(loop_run_until(&f->loop, &f->is_done, TIMEOUT_MS));
	expect_failure(f, ERR_CANCELLED, "stopped");
}

static void batch_that_is_not_full_waits_for_an_idle_sink(void **state)
{
	struct fixture *f = *state;
	bool never = false;

	know_all(f);
	f->recorder.is_lazy = true;
	f->recorder.base.n_at_once = 2;
	start(f, two_pages, countof(two_pages), FIRST);
	while (f->pull.figures.n_pages < 2)
		assert_false(loop_run_until(&f->loop, &never, 10));
	assert_int_equal(f->recorder.n_batches, 1);
	f->recorder.is_lazy = false;
	on_ready_for_more(&f->recorder.deferred);
	assert_true(loop_run_until(&f->loop, &f->is_done, TIMEOUT_MS));
	expect_success(f);
	assert_buf(&f->recorder.log, two_pages_log);
	assert_in_range(f->recorder.n_batches, 2, 3);
}

static void sink_can_refuse(void **state)
{
	struct fixture *f = *state;

	f->recorder.is_refusing = true;
	run_one(f, "reject a\n");
	expect_failure(f, ERR_PROTOCOL, "the sink does not like it");
}

static void missing_program_is_a_failure(void **state)
{
	struct fixture *f = *state;

	f->options.worker_program = "/nowhere/microcatd";
	run(f, NULL, 0, FIRST);
	expect_failure(f, ERR_NOTFOUND, "/nowhere/microcatd");
}

/* Cancels after n turns; whether the pull had come to its end by itself. */
static bool cancel_after_turns(struct fixture *f, unsigned n_turns)
{
	start(f, two_pages, countof(two_pages), FIRST);
	for (unsigned i = 0; i < n_turns && !f->is_done; i++)
		loop_turn(&f->loop, TIMEOUT_MS);
	if (f->is_done)
		return true;
	pull_cancel(&f->pull);
	pull_cancel(&f->pull);
	assert_false(f->is_done);
	assert_true(loop_run_until(&f->loop, &f->is_done, TIMEOUT_MS));
	/* It may have been faster; else it was stopped. */
	if (f->failure.code != ERR_OK)
		assert_int_equal(f->failure.code, ERR_CANCELLED);
	assert_int_equal(f->answerer.n_open, 0);
	assert_int_equal(f->recorder.n_in_hand, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	return false;
}

static void pull_can_be_cancelled_at_every_turn(void **state)
{
	struct fixture *f = *state;
	unsigned n = 0;

	know_all(f);
	while (!cancel_after_turns(f, n))
		assert_true(++n < 2000);
	assert_true(n > 5);
	expect_success(f);
	pull_cancel(&f->pull); /* too late: nothing */
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(pages_arrive_in_order_and_whole),
		T(sink_may_be_ready_at_once),
		T(nothing_to_ask_is_complete),
		T(bodies_can_be_read_again),
		T(lost_pages_do_not_end_the_harvest),
		T(requests_are_limited_at_the_answerer),
		T(details_come_before_further_list_pages),
		T(unproven_end_is_said_and_no_failure),
		T(source_that_cannot_begin_says_why),
		T(crash_names_signal_source_and_page),
		T(pages_before_a_crash_stay),
		T(memory_limit_is_met_with_its_name),
		T(uncounted_memory_is_limited_too),
		T(endless_loop_meets_the_cpu_limit),
		T(files_are_refused_and_sockets_are_deadly),
		T(every_breach_is_named),
		T(breach_after_complete_is_a_failure),
		T(worker_that_gives_up_leaves_what_it_found),
		T(silence_ends_after_the_stall_timeout),
		T(slow_partner_is_no_stall),
		T(harvest_may_not_take_longer_than_allowed),
		T(flood_stops_at_a_busy_sink),
		T(second_batch_goes_ahead_when_it_is_full),
		T(batch_that_is_not_full_waits_for_an_idle_sink),
		T(sink_can_refuse),
		T(missing_program_is_a_failure),
		T(pull_can_be_cancelled_at_every_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
