// SPDX-License-Identifier: EUPL-1.2
/*
 * The worker process, from start to exit:
 *
 *   prepare ─► lock up ─► READY ─► BEGIN, KNOWN... ─► serve answers ─► FINISH ─► COMPLETE
 *
 * Reading and writing block; frames written are kept until there are many or
 * the worker has to wait. What a harvester says comes in through the sink and
 * goes out as frames; what it reads of a body comes in as BODY frames against
 * credit, and is handed on where it lies in the receive buffer.
 */
#include "harvesters/worker.h"

#include "base/json_write.h"
#include "base/mem.h"
#include "catalogue/text.h"
#include "catalogue/vocab.h"
#include "harvesters/begin.h"
#include "harvesters/message.h"
#include "harvesters/sandbox.h"

#include <jansson.h>
#include <libxml/xmlmemory.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	FLUSH_BYTES = 64 * 1024, /* written when so much waits */
	RECEIVE_BYTES = 128 * 1024, /* asked for at once */
	IN_BYTES = FRAME_HEADER_BYTES + LIMIT_BEGIN_BYTES + RECEIVE_BYTES,
	OUT_BYTES = FLUSH_BYTES + 2 * LIMIT_OFFER_BYTES,
};

struct worker {
	int fd;
	struct buf in;
	size_t in_at; /* before it all is used; a body's piece may lie there until the next receive
		       */
	struct buf out;
	size_t out_whole; /* whole frames in out */
	size_t seen_at; /* of a SEEN frame that ends out; SIZE_MAX: none */
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

/* --- the socket --- */

/* Ends the process: nobody is left to tell. */
_Noreturn static void leave(enum worker_exit status)
{
	_exit((int)status);
}

_Noreturn static void misunderstood(const struct err *err)
{
	fprintf(stderr, "microcatd worker: %s\n", err->msg);
	leave(WORKER_EXIT_PROTOCOL);
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, p, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		p += written;
		n -= (size_t)written;
	}
	return true;
}

static void flush(struct worker *w)
{
	if (!write_all(w->fd, buf_z(&w->out), w->out_whole))
		leave(WORKER_EXIT_GONE);
	buf_reset(&w->out);
	w->out_whole = 0;
	w->seen_at = SIZE_MAX;
}

/* After each frame. */
static void written(struct worker *w)
{
	require(!buf_failed(&w->out));
	w->out_whole = w->out.len;
	w->seen_at = SIZE_MAX;
	if (w->out_whole >= FLUSH_BYTES)
		flush(w);
}

/* Called by mem.c in the middle of anything: no memory, no return. */
static void on_memory_used_up(void)
{
	static const char text[] = "microcatd worker: the memory limit is met\n";
	struct worker *w = the_worker;

	/* Whole frames are good, and the daemon keeps what arrived. */
	if (w != NULL && w->out.data != NULL)
		(void)write_all(w->fd, w->out.data, w->out_whole);
	(void)write_all(STDERR_FILENO, text, sizeof(text) - 1);
	leave(WORKER_EXIT_MEMORY);
}

static void receive(struct worker *w)
{
	ssize_t n;
	char *room;

	if (w->out.len > 0)
		flush(w);
	buf_consume(&w->in, w->in_at);
	w->in_at = 0;
	room = buf_room(&w->in, RECEIVE_BYTES);
	require(room != NULL);
	do {
		n = read(w->fd, room, RECEIVE_BYTES);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		leave(WORKER_EXIT_GONE);
	buf_added(&w->in, (size_t)n);
}

/* The next frame; its payload is good until the next one is asked for. */
static struct frame next_frame(struct worker *w)
{
	struct frame f = { 0 };
	struct err err = ERR_INIT;

	for (;;) {
		struct slice rest = slice_from(buf_view(&w->in), w->in_at);
		bool is_whole = false;

		if (frame_take(&f, &is_whole, &rest, &err) != ERR_OK)
			misunderstood(&err);
		if (is_whole) {
			w->in_at = w->in.len - rest.n;
			return f;
		}
		receive(w);
	}
}

_Noreturn static void unexpected(const struct frame *f)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_PROTOCOL, "%s (tag %u) is not expected now", frame_type_name(f->type),
		f->tag);
	misunderstood(&err);
}

/* --- the body of the answer in hand --- */

static void write_credit(struct worker *w, uint32_t bytes)
{
	size_t at = frame_begin(&w->out, FRAME_CREDIT, 0, w->tag);

	buf_u32le(&w->out, bytes);
	frame_end(&w->out, at);
	written(w);
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
	f = next_frame(w);
	if (f.tag != w->tag || (f.type != FRAME_BODY && f.type != FRAME_BODY_END))
		unexpected(&f);
	if (f.type == FRAME_BODY_END) {
		*out = SLICE_LIT("");
		if (message_read_body_end(&r->end, &r->why, &f, &wrong) != ERR_OK)
			misunderstood(&wrong);
		return ERR_OK;
	}
	if (f.payload.n == 0 || f.payload.n > w->credit)
		unexpected(&f);
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
	frame_write(&w->out, FRAME_REWIND, 0, w->tag, SLICE_NONE);
	written(w);
	/* What is under way is of the old reading. */
	do {
		f = next_frame(w);
	} while (f.tag == w->tag && (f.type == FRAME_BODY || f.type == FRAME_BODY_END));
	if (f.tag != w->tag || f.type != FRAME_RESPONSE)
		unexpected(&f);
	w->credit = 0;
	return ERR_OK;
}

static const struct body_reader socket_reader = { read_body, rewind_body };

/* --- what the harvester says --- */

static void on_request(void *data, const struct request *r)
{
	struct worker *w = data;

	message_write_request(&w->out, r);
	written(w);
}

static void on_record(void *data, struct slice record_id, const struct raw_hash *hash,
		      struct slice offer, struct slice words, uint32_t tag)
{
	struct worker *w = data;

	message_write_offer(&w->out, tag, record_id, hash, offer, words);
	written(w);
}

/* Many in one frame, as long as nothing else comes between. */
static void on_seen(void *data, const struct raw_hash *hash, uint32_t tag)
{
	struct worker *w = data;
	size_t at = w->seen_at;

	if (at == SIZE_MAX ||
	    w->out.len - at + sizeof(hash->bytes) > LIMIT_FRAME_BYTES + FRAME_HEADER_BYTES)
		at = frame_begin(&w->out, FRAME_SEEN, 0, tag);
	buf_append(&w->out, hash->bytes, sizeof(hash->bytes));
	frame_end(&w->out, at);
	written(w);
	if (w->out.len > 0)
		w->seen_at = at;
}

static void on_gone(void *data, struct slice record_id, uint32_t tag)
{
	struct worker *w = data;

	message_write_gone(&w->out, tag, record_id);
	written(w);
}

static void on_reject(void *data, struct slice record_id, const struct err *why, uint32_t tag)
{
	struct worker *w = data;

	message_write_reject(&w->out, tag, record_id, why);
	written(w);
}

static void on_out_of_scope(void *data, struct slice record_id, const char *why, uint32_t tag)
{
	struct worker *w = data;

	message_write_out_of_scope(&w->out, tag, record_id, why);
	written(w);
}

static void on_announce(void *data, uint64_t total)
{
	struct worker *w = data;

	message_write_announce(&w->out, w->tag, total);
	written(w);
}

static void on_note(void *data, struct slice record_id, const struct note *note, uint32_t tag)
{
	struct worker *w = data;

	message_write_note(&w->out, tag, record_id, note);
	written(w);
}

static void on_remember(void *data, const char *key, struct slice value)
{
	struct worker *w = data;

	message_write_remember(&w->out, w->tag, key, value);
	written(w);
}

static void on_page(void *data, uint32_t tag, uint64_t items, const struct err *lost)
{
	struct worker *w = data;

	message_write_page(&w->out, tag, items, lost);
	written(w);
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
	message_write_complete(&w->out, &complete);
	written(w);
	flush(w);
}

static enum err_code read_begin(struct worker *w, struct err *err)
{
	struct frame f = next_frame(w);

	if (f.type != FRAME_BEGIN)
		unexpected(&f);
	return begin_read(&w->begin, &w->arena, f.payload, err);
}

static void read_known(struct worker *w)
{
	struct frame f;
	size_t cap = 0;

	do {
		size_t n;

		f = next_frame(w);
		if (f.type != FRAME_KNOWN || f.payload.n % sizeof(struct raw_hash) != 0)
			unexpected(&f);
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
		misunderstood(&err);
	r.reader = &socket_reader;
	r.reader_data = w;
	harvest_on_response(w->harvest, &r);
}

static void serve_failure(struct worker *w, const struct frame *f)
{
	struct err why = ERR_INIT;
	struct err err = ERR_INIT;

	if (message_read_failed(&why, f, &err) != ERR_OK)
		misunderstood(&err);
	harvest_on_failure(w->harvest, f->tag, &why);
}

/* One answer after the other until FINISH. */
static void serve(struct worker *w)
{
	for (;;) {
		struct frame f = next_frame(w);

		/* Of a body that was not read to its end. */
		if (f.tag == w->tag && (f.type == FRAME_BODY || f.type == FRAME_BODY_END))
			continue;
		if (f.type == FRAME_FINISH)
			return;
		if ((f.type != FRAME_RESPONSE && f.type != FRAME_FAILED) ||
		    harvest_request_of_tag(w->harvest, f.tag) == NULL)
			unexpected(&f);
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
		message_write_page(&w->out, 0, 0, NULL);
		written(w);
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

static bool lock_up(struct worker *w)
{
	struct message_ready ready = { .size_kib = own_size_kib() };
	struct err err = ERR_INIT;

	/* The daemon may have died already: then the socket is closed, and reading ends it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		err_from_errno(&err, errno, "dying with the daemon");
	else if (sandbox_enter(w->fd, &err) == ERR_OK)
		ready.is_locked = true;
	if (!ready.is_locked) {
		ready.msg = slice_of(err.msg);
		fprintf(stderr, "microcatd worker: %s\n", err.msg);
	}
	message_write_ready(&w->out, &ready);
	written(w);
	flush(w);
	return ready.is_locked;
}

int worker_main(int fd)
{
	static struct worker worker;
	struct worker *w = &worker;

	*w = (struct worker){ .fd = fd, .seen_at = SIZE_MAX };
	the_worker = w;
	prepare();
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	buf_init(&w->in, IN_BYTES);
	buf_init(&w->out, OUT_BYTES);
	arena_init(&w->arena, 2 * (size_t)LIMIT_BEGIN_BYTES);
	arena_init(&w->message, LIMIT_MESSAGE_ARENA_BYTES);
	if (!lock_up(w))
		leave(WORKER_EXIT_SANDBOX);
	run(w);
	/* No exit handlers: what they would do is not allowed here. */
	leave(WORKER_EXIT_OK);
}
