// SPDX-License-Identifier: EUPL-1.2
/*
 * The worker process, from start to exit:
 *
 *   prepare ─► lock up ─► READY ─► BEGIN, KNOWN... ─► serve answers ─► FINISH ─► COMPLETE
 *
 * What a harvester says comes in through the sink and goes out as frames; what
 * it reads of a body comes in as BODY frames against credit, and is handed on
 * where it lies in the receive buffer (worker_link.c).
 */
#include "harvesters/worker.h"

#include "base/json_write.h"
#include "base/mem.h"
#include "catalogue/text.h"
#include "catalogue/vocab.h"
#include "harvesters/begin.h"
#include "harvesters/message.h"
#include "harvesters/sandbox.h"
#include "harvesters/worker_link.h"

#include <jansson.h>
#include <libxml/xmlmemory.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct worker {
	struct worker_link link;
	struct arena arena; /* lives as long as the run */
	struct arena message; /* one answer */
	struct begin begin;
	struct raw_hash *known;
	size_t n_known;
	struct harvest_out *harvest;
	/* the answer in hand */
	uint32_t tag;
	uint32_t credit; /* granted and not yet received */
	unsigned n_rewinds;
};

/* The one worker of this process, for when memory is used up. */
static struct worker *the_worker;

/* Called by mem.c in the middle of anything: no memory, no return. */
static void on_memory_used_up(void)
{
	/* The daemon keeps what arrived. */
	if (the_worker != NULL)
		worker_link_flush_whole(&the_worker->link,
					"microcatd worker: the memory limit is met\n");
	worker_link_leave(WORKER_EXIT_MEMORY);
}

/* --- the body of the answer in hand --- */

static void write_credit(struct worker *w, uint32_t bytes)
{
	size_t at = frame_begin(&w->link.out, FRAME_CREDIT, 0, w->tag);

	buf_u32le(&w->link.out, bytes);
	frame_end(&w->link.out, at);
	worker_link_written(&w->link);
	w->credit += bytes;
}

static void grant_credit(struct worker *w)
{
	if (w->credit <= LIMIT_BODY_CREDIT_BYTES / 2)
		write_credit(w, LIMIT_BODY_CREDIT_BYTES - w->credit);
}

static enum err_code read_body(struct response *r, struct slice *out, struct err *err)
{
	struct worker *w = r->reader_data;
	struct err wrong = ERR_INIT;
	struct frame f;

	(void)err; /* without the daemon there is nobody to return to */
	grant_credit(w);
	f = worker_link_next_frame(&w->link);
	if (f.tag != w->tag || (f.type != FRAME_BODY && f.type != FRAME_BODY_END))
		worker_link_unexpected(&f);
	if (f.type == FRAME_BODY_END) {
		*out = SLICE_LIT("");
		if (message_read_body_end(&r->end, &r->why, &f, &wrong) != ERR_OK)
			worker_link_misunderstood(&wrong);
		return ERR_OK;
	}
	if (f.payload.n == 0 || f.payload.n > w->credit)
		worker_link_unexpected(&f);
	w->credit -= (uint32_t)f.payload.n;
	*out = f.payload;
	return ERR_OK;
}

static enum err_code rewind_body(struct response *r, struct err *err)
{
	struct worker *w = r->reader_data;
	struct frame f;

	if (++w->n_rewinds > LIMIT_REWINDS)
		return err_set(err, ERR_LIMIT, "a body is read at most %d times (LIMIT_REWINDS)",
			       LIMIT_REWINDS + 1);
	frame_write(&w->link.out, FRAME_REWIND, 0, w->tag, SLICE_NONE);
	worker_link_written(&w->link);
	/* What is under way is of the old reading. */
	do {
		f = worker_link_next_frame(&w->link);
	} while (f.tag == w->tag && (f.type == FRAME_BODY || f.type == FRAME_BODY_END));
	if (f.tag != w->tag || f.type != FRAME_RESPONSE)
		worker_link_unexpected(&f);
	w->credit = 0;
	return ERR_OK;
}

static const struct body_reader socket_reader = { read_body, rewind_body };

/* --- what the harvester says --- */

static void on_request(void *data, const struct request *r)
{
	struct worker *w = data;

	message_write_request(&w->link.out, r);
	worker_link_written(&w->link);
}

static void on_record(void *data, struct slice record_id, const struct raw_hash *hash,
		      struct slice offer, struct slice words, uint32_t tag)
{
	struct worker *w = data;

	message_write_offer(&w->link.out, tag, record_id, hash, offer, words);
	worker_link_written(&w->link);
}

static void on_seen(void *data, const struct raw_hash *hash, uint32_t tag)
{
	struct worker *w = data;

	worker_link_write_seen(&w->link, hash->bytes, sizeof(hash->bytes), tag);
}

static void on_gone(void *data, struct slice record_id, uint32_t tag)
{
	struct worker *w = data;

	message_write_gone(&w->link.out, tag, record_id);
	worker_link_written(&w->link);
}

static void on_reject(void *data, struct slice record_id, const struct err *why, uint32_t tag)
{
	struct worker *w = data;

	message_write_reject(&w->link.out, tag, record_id, why);
	worker_link_written(&w->link);
}

static void on_out_of_scope(void *data, struct slice record_id, const char *why, uint32_t tag)
{
	struct worker *w = data;

	message_write_out_of_scope(&w->link.out, tag, record_id, why);
	worker_link_written(&w->link);
}

static void on_announce(void *data, uint64_t total)
{
	struct worker *w = data;

	message_write_announce(&w->link.out, w->tag, total);
	worker_link_written(&w->link);
}

static void on_note(void *data, struct slice record_id, const struct note *note, uint32_t tag)
{
	struct worker *w = data;

	message_write_note(&w->link.out, tag, record_id, note);
	worker_link_written(&w->link);
}

static void on_remember(void *data, const char *key, struct slice value)
{
	struct worker *w = data;

	message_write_remember(&w->link.out, w->tag, key, value);
	worker_link_written(&w->link);
}

static void on_page(void *data, uint32_t tag, uint64_t items, const struct err *lost)
{
	struct worker *w = data;

	message_write_page(&w->link.out, tag, items, lost);
	worker_link_written(&w->link);
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

/* --- the run --- */

static void write_complete(struct worker *w, struct slice rule, const struct err *why)
{
	struct message_complete complete = { .rule = rule, .why = *why };
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used) == 0) {
		complete.peak_kib = (uint64_t)used.ru_maxrss;
		complete.cpu_ms = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
				  (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
	}
	if (rule.p == NULL && why->code == ERR_OK)
		err_set(&complete.why, ERR_INTERNAL, "the end of the list was not proven");
	message_write_complete(&w->link.out, &complete);
	worker_link_written(&w->link);
	worker_link_flush(&w->link);
}

static enum err_code read_begin(struct worker *w, struct err *err)
{
	struct frame f = worker_link_next_frame(&w->link);

	if (f.type != FRAME_BEGIN)
		worker_link_unexpected(&f);
	return begin_read(&w->begin, &w->arena, f.payload, err);
}

static void read_known(struct worker *w)
{
	struct frame f;
	size_t cap = 0;

	do {
		size_t n;

		f = worker_link_next_frame(&w->link);
		if (f.type != FRAME_KNOWN || f.payload.n % sizeof(struct raw_hash) != 0)
			worker_link_unexpected(&f);
		n = f.payload.n / sizeof(struct raw_hash);
		if (w->n_known + n > cap) {
			cap = (w->n_known + n) * 2;
			w->known = mem_resize(w->known, cap, sizeof(*w->known));
		}
		if (n > 0)
			memcpy(w->known + w->n_known, f.payload.p, f.payload.n);
		w->n_known += n;
	} while ((f.flags & FRAME_FLAG_LAST) == 0);
}

static enum err_code load_vocabulary(const struct settings *files, struct err *err)
{
	for (size_t i = 0; i < files->n; i++) {
		char name[256];
		int n = snprintf(name, sizeof(name), "%.*s", SLICE_ARG(files->items[i].name));
		enum err_code rc;

		if (n < 0 || (size_t)n >= sizeof(name))
			return err_set(err, ERR_LIMIT, "a vocabulary's file name of %d bytes", n);
		rc = vocab_overlay_add(name, files->items[i].value, err);
		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

static enum err_code open_harvest(struct worker *w, struct err *err)
{
	const struct begin *b = &w->begin;
	struct harvest_begin begin = {
		.harvester = harvester_find(b->source.format),
		.source = b->source,
		.now_s = b->now_s,
		.hash_salt = b->hash_salt,
		.known = w->known,
		.n_known = w->n_known,
		.remembered = b->remembered,
		.has_traces = b->has_traces,
	};
	enum err_code rc = load_vocabulary(&b->vocab, err);

	if (rc != ERR_OK)
		return rc;
	if (begin.harvester == NULL)
		return err_set(err, ERR_CONFIG, "no harvester reads the format \"%.*s\"",
			       SLICE_ARG(b->source.format));
	w->harvest = harvest_open(&begin, &sink, w);
	/* It has a copy. */
	mem_free(w->known);
	w->known = NULL;
	return ERR_OK;
}

static void serve_response(struct worker *w, const struct frame *f)
{
	struct response r;
	struct err err = ERR_INIT;

	if (message_read_response(&r, &w->message, f, &err) != ERR_OK)
		worker_link_misunderstood(&err);
	r.reader = &socket_reader;
	r.reader_data = w;
	harvest_on_response(w->harvest, &r);
}

static void serve_failure(struct worker *w, const struct frame *f)
{
	struct err why = ERR_INIT;
	struct err err = ERR_INIT;

	if (message_read_failed(&why, f, &err) != ERR_OK)
		worker_link_misunderstood(&err);
	harvest_on_failure(w->harvest, f->tag, &why);
}

/* One answer after the other until FINISH. */
static void serve(struct worker *w)
{
	for (;;) {
		struct frame f = worker_link_next_frame(&w->link);

		/* Of a body that was not read to its end. */
		if (f.tag == w->tag && (f.type == FRAME_BODY || f.type == FRAME_BODY_END))
			continue;
		if (f.type == FRAME_FINISH)
			return;
		if ((f.type != FRAME_RESPONSE && f.type != FRAME_FAILED) ||
		    harvest_request_of_tag(w->harvest, f.tag) == NULL)
			worker_link_unexpected(&f);
		w->tag = f.tag;
		w->credit = 0;
		w->n_rewinds = 0;
		if (f.type == FRAME_RESPONSE)
			serve_response(w, &f);
		else
			serve_failure(w, &f);
		arena_reset(&w->message);
	}
}

static void run(struct worker *w)
{
	struct slice rule = SLICE_NONE;
	struct err err = ERR_INIT;
	enum err_code rc = read_begin(w, &err);

	if (rc == ERR_OK) {
		if (w->begin.memory_bytes > 0)
			mem_limit((size_t)w->begin.memory_bytes, on_memory_used_up);
		read_known(w);
		rc = open_harvest(w, &err);
	}
	if (rc == ERR_OK) {
		harvest_start(w->harvest, &err);
		rc = err.code;
	}
	if (rc == ERR_OK) {
		message_write_page(&w->link.out, 0, 0, NULL);
		worker_link_written(&w->link);
		serve(w);
		w->tag = 0;
		harvest_finish(w->harvest, &rule, &err);
	}
	write_complete(w, rule, &err);
	harvest_close(w->harvest);
}

/* --- start --- */

static void *alloc(size_t size)
{
	return mem_resize(NULL, size, 1);
}

static void *resize(void *p, size_t size)
{
	return mem_resize(p, size, 1);
}

/* All that needs files, and memory that is counted everywhere. */
static void prepare(void)
{
	mem_limit(SIZE_MAX, on_memory_used_up);
	json_set_alloc_funcs(alloc, mem_free);
	xmlMemSetup(mem_free, alloc, resize, mem_strdup);
	text_init();
	json_object_seed(0);
	signal(SIGPIPE, SIG_IGN);
	/* SIGXCPU ends it: whoever started it may have had other plans. */
	signal(SIGXCPU, SIG_DFL);
}

/* Of the address space; 0 when it cannot be known. */
static uint64_t own_size_kib(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	char line[64] = "";
	struct slice rest;
	struct slice first;
	uint64_t n_pages = 0;

	if (f == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) != NULL) {
		rest = slice_of(line);
		if (!slice_split(&first, &rest, ' ') || !slice_to_u64(&n_pages, first, UINT64_MAX))
			n_pages = 0;
	}
	fclose(f);
	return n_pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

static bool lock_up(struct worker *w, int fd)
{
	struct message_ready ready = { .size_kib = own_size_kib() };
	struct err err = ERR_INIT;

	/* The daemon may have died already: then the socket is closed, and reading ends it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		err_from_errno(&err, errno, "dying with the daemon");
	else if (sandbox_enter(fd, &err) == ERR_OK)
		ready.is_locked = true;
	if (!ready.is_locked) {
		ready.msg = slice_of(err.msg);
		fprintf(stderr, "microcatd worker: %s\n", err.msg);
	}
	message_write_ready(&w->link.out, &ready);
	worker_link_written(&w->link);
	worker_link_flush(&w->link);
	return ready.is_locked;
}

int worker_main(int fd)
{
	static struct worker worker;
	struct worker *w = &worker;

	*w = (struct worker){ .harvest = NULL };
	worker_link_init(&w->link, fd);
	the_worker = w;
	prepare();
	arena_init(&w->arena, 2 * (size_t)LIMIT_BEGIN_BYTES);
	arena_init(&w->message, LIMIT_MESSAGE_ARENA_BYTES);
	if (!lock_up(w, fd))
		worker_link_leave(WORKER_EXIT_SANDBOX);
	run(w);
	/* No exit handlers: what they would do is not allowed here. */
	worker_link_leave(WORKER_EXIT_OK);
}
