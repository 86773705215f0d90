// SPDX-License-Identifier: EUPL-1.2
/*
 * The worker protocol, daemon's side: a whole pull on a real loop and socket,
 * at whose other end the input (frame_script.h) plays the worker. Whatever it
 * says, the pull ends once, every answer is given back, the sink gets whole
 * frames that it may get, and what the daemon says can be read by a worker.
 *
 * The frames after a request wait until the daemon has answered it, as those
 * of a worker would.
 */
#include "tests/fuzz/frame_script.h"
#include "tests/fuzz/fuzz.h"

#include "daemon/frames_to_items.h"
#include "daemon/pull.h"
#include "daemon/worker_process.h"
#include "harvesters/message.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_TURNS = 40, STALL_MS = 5000, BODY_BYTES = 300 };

static struct talk {
	struct loop loop;
	struct pool_queue files;
	struct answerer answerer;
	struct pull_sink sink;
	struct pull pull;
	struct worker_process *worker;
	int fd; /* the worker's end */
	struct buf heard; /* what the daemon said, not yet looked at */
	uint32_t last_answered; /* tag of the last RESPONSE or FAILED */
	uint64_t n_shown, n_pages;
	unsigned n_answers; /* started and not given back */
	bool is_done, has_failed, has_exited;
	struct deferred exited, taken;
} talk;

/* --- the process, in the place of daemon/worker_process.c --- */

enum err_code worker_process_start(struct worker_process *w, struct loop *loop,
				   const struct worker_process_options *options,
				   void (*on_exit)(struct worker_process *), struct err *err)
{
	int fds[2];

	(void)options;
	(void)err;
	FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
	*w = (struct worker_process){ .loop = loop, .on_exit = on_exit, .is_running = true };
	FUZZ_CHECK(uv_pipe_init(&loop->uv, &w->socket, 0) == 0);
	FUZZ_CHECK(uv_pipe_open(&w->socket, fds[0]) == 0);
	w->socket.data = w;
	talk.worker = w;
	talk.fd = fds[1];
	return ERR_OK;
}

void worker_process_limit_memory(struct worker_process *w, uint64_t own_size_kib)
{
	(void)w;
	(void)own_size_kib;
}

static void on_exited(struct deferred *d)
{
	struct worker_process *w = talk.worker;

	(void)d;
	w->is_running = false;
	w->on_exit(w);
}

static void end_worker(void)
{
	if (talk.has_exited)
		return;
	talk.has_exited = true;
	close(talk.fd);
	talk.fd = -1;
	loop_defer(&talk.loop, &talk.exited, on_exited);
}

void worker_process_kill(struct worker_process *w)
{
	if (!w->is_running || w->is_killed)
		return;
	w->is_killed = true;
	end_worker();
}

enum err_code worker_process_reason(const struct worker_process *w, struct err *err)
{
	return w->is_killed ? err_set(err, ERR_INTERNAL, "killed") : ERR_OK;
}

static void on_socket_closed(uv_handle_t *handle)
{
	struct worker_process *w = handle->data;

	w->on_closed(w);
}

void worker_process_close(struct worker_process *w, void (*on_closed)(struct worker_process *))
{
	FUZZ_CHECK(!w->is_running);
	w->on_closed = on_closed;
	uv_close((uv_handle_t *)&w->socket, on_socket_closed);
}

/* --- answers --- */

struct reply {
	struct answer *a;
	struct deferred deferred;
	bool is_cancelled;
};

static void on_spooled(void *data, const struct err *failure)
{
	struct reply *r = data;
	struct answer *a = r->a;

	mem_free(r);
	talk.n_answers--;
	a->done(a, failure);
}

/* What stands in the URL says how the answer goes. */
static void on_reply_due(struct deferred *d)
{
	struct reply *r = container_of(d, struct reply, deferred);
	struct slice url = slice_of(r->a->url);
	char text[BODY_BYTES];
	struct err err = ERR_INIT;

	if (r->is_cancelled || slice_contains(url, SLICE_LIT("fail"))) {
		struct answer *a = r->a;

		err_set(&err, r->is_cancelled ? ERR_CANCELLED : ERR_NETWORK, "no answer");
		mem_free(r);
		talk.n_answers--;
		a->done(a, &err);
		return;
	}
	memset(text, 'x', sizeof(text));
	r->a->status = 200;
	r->a->body = spool_new(&talk.loop, &talk.files, "/tmp");
	r->a->end = slice_contains(url, SLICE_LIT("cut")) ? BODY_CUT : BODY_OK;
	if (r->a->end != BODY_OK)
		err_set(&r->a->why, ERR_NETWORK, "cut");
	r->a->content_type = mem_strdup("text/\xff\x01 plain");
	(void)spool_append(r->a->body, slice_make(text, sizeof(text)), NULL, NULL);
	spool_finish(r->a->body, on_spooled, r);
}

static void start_answer(struct answerer *self, struct answer *a)
{
	struct reply *r = mem_new(struct reply);

	(void)self;
	r->a = a;
	a->state = r;
	talk.n_answers++;
	FUZZ_CHECK(strlen(a->url) > 0 && strlen(a->url) <= LIMIT_URL_BYTES);
	loop_defer(&talk.loop, &r->deferred, on_reply_due);
}

static void cancel_answer(struct answerer *self, struct answer *a)
{
	struct reply *r = a->state;

	(void)self;
	if (a->body == NULL)
		r->is_cancelled = true;
}

/* --- the sink --- */

static void on_taken(struct deferred *d)
{
	(void)d;
	pull_sink_taken(&talk.pull);
}

static void take(struct pull_sink *self, struct pull *pull, struct buf *frames)
{
	struct arena arena = ARENA_INIT(LIMIT_BATCH_ARENA_BYTES);
	struct frame_items items;
	struct err err = ERR_INIT;
	enum err_code rc;

	(void)self;
	FUZZ_CHECK(frames->len > 0);
	rc = frames_to_items(&items, &arena, buf_view(frames), NULL, 0, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_PROTOCOL);
	for (size_t i = 0; rc == ERR_OK && i < items.n; i++) {
		talk.n_pages += items.items[i].kind == APPLY_PAGE;
		talk.n_shown += items.items[i].kind == APPLY_PAGE ? items.items[i].count : 0;
	}
	arena_clear(&arena);
	loop_defer(&talk.loop, &talk.taken, on_taken);
	if (rc != ERR_OK)
		pull_refuse(pull, &err);
}

/* --- what the daemon says --- */

static void check_said(const struct frame *f)
{
	struct arena arena = ARENA_INIT(LIMIT_MESSAGE_ARENA_BYTES);
	struct response r;
	enum body_end end;
	struct err why = ERR_INIT, err = ERR_INIT;
	enum err_code rc = ERR_OK;

	FUZZ_CHECK(!frame_is_from_worker(f->type));
	if (f->type == FRAME_RESPONSE)
		rc = message_read_response(&r, &arena, f, &err);
	else if (f->type == FRAME_BODY_END)
		rc = message_read_body_end(&end, &why, f, &err);
	else if (f->type == FRAME_FAILED)
		rc = message_read_failed(&why, f, &err);
	FUZZ_EXPECT(rc == ERR_OK, "%s", err.msg);
	if (f->type == FRAME_RESPONSE || f->type == FRAME_FAILED)
		talk.last_answered = f->tag;
	arena_clear(&arena);
}

static void listen_to_daemon(void)
{
	struct slice rest;
	bool is_whole = true;
	ssize_t n = 0;

	while (talk.fd >= 0) {
		char *room = buf_room(&talk.heard, LIMIT_FRAME_BYTES);

		FUZZ_CHECK(room != NULL);
		n = read(talk.fd, room, LIMIT_FRAME_BYTES);
		if (n <= 0)
			break;
		buf_added(&talk.heard, (size_t)n);
	}
	rest = buf_view(&talk.heard);
	while (is_whole) {
		struct err err = ERR_INIT;
		struct frame f;

		FUZZ_EXPECT(frame_take(&f, &is_whole, &rest, &err) == ERR_OK, "%s", err.msg);
		if (is_whole)
			check_said(&f);
	}
	buf_consume(&talk.heard, talk.heard.len - rest.n);
}

/* --- the worker --- */

static void turn(void)
{
	loop_turn(&talk.loop, talk.n_answers > 0 ? 1 : 0);
	listen_to_daemon();
}

/* Most frames are about an answer, which has to come first. */
static void wait_for_answer(const struct script_frame *f)
{
	bool is_about = f->type != FRAME_REQUEST && f->type != FRAME_READY && f->tag != 0;

	for (unsigned i = 0; i < MAX_TURNS && !talk.is_done; i++) {
		if (i > 3 && (!is_about || talk.last_answered == f->tag))
			return;
		turn();
	}
}

static void say(const struct script_frame *f)
{
	struct slice rest = f->bytes;

	while (rest.n > 0 && talk.fd >= 0) {
		ssize_t n = send(talk.fd, rest.p, rest.n, MSG_NOSIGNAL);

		if (n > 0)
			rest = slice_from(rest, (size_t)n);
		else if (errno != EAGAIN)
			return;
		turn();
	}
}

static void on_done(struct pull *pull, const struct err *failure)
{
	FUZZ_CHECK(!talk.is_done && pull == &talk.pull);
	talk.is_done = true;
	talk.has_failed = failure != NULL;
	if (failure != NULL)
		FUZZ_EXPECT(failure->code != ERR_INTERNAL || talk.worker->is_killed, "%s",
			    failure->msg);
}

static void run_pull(const struct frame_script *script)
{
	static const struct raw_hash known[] = { { "0123456789abcde" } };
	const struct pull_options options = {
		.harvest_id = "test",
		.begin = SLICE_LIT("{}"),
		.known = known,
		.n_known = countof(known),
		.origin = "https://uni.example",
		.parallel_requests = 2,
		.stall_timeout_ms = STALL_MS,
	};

	pull_start(&talk.pull, &talk.loop, &options, &talk.answerer, &talk.sink, on_done);
	for (size_t i = 0; i < script->n && !talk.is_done; i++) {
		wait_for_answer(&script->frames[i]);
		say(&script->frames[i]);
	}
	for (unsigned i = 0; i < MAX_TURNS && !talk.is_done; i++)
		turn();
	end_worker();
	FUZZ_CHECK(loop_run_until(&talk.loop, &talk.is_done, 60000));
}

static void check_end(void)
{
	const struct pull *pull = &talk.pull;

	/* Nothing is left on the loop or at the answerer. */
	for (unsigned i = 0; i < MAX_TURNS && talk.n_answers > 0; i++)
		loop_turn(&talk.loop, 1);
	FUZZ_CHECK(talk.n_answers == 0);
	FUZZ_CHECK(pull->figures.n_pages == talk.n_pages || talk.has_failed);
	FUZZ_CHECK(pull->figures.n_shown == talk.n_shown || talk.has_failed);
	FUZZ_CHECK(!pull->is_proven || pull->end_rule[0] != '\0');
	FUZZ_CHECK(talk.has_failed || pull->is_proven || pull->incomplete.code != ERR_OK);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct err err = ERR_INIT;

	(void)argc;
	(void)argv;
	FUZZ_CHECK(loop_init(&talk.loop, &err) == ERR_OK);
	pool_queue_init(&talk.files, &talk.loop, "files", 1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);
	struct frame_script script;

	talk.answerer = (struct answerer){ start_answer, cancel_answer };
	talk.sink = (struct pull_sink){ .take = take };
	talk.last_answered = 0;
	talk.n_shown = talk.n_pages = 0;
	talk.is_done = talk.has_failed = talk.has_exited = false;
	buf_init(&talk.heard, 32 * (size_t)LIMIT_MIB);
	frame_script_read(&script, text);
	run_pull(&script);
	check_end();
	buf_clear(&talk.heard);
	frame_script_clear(&script);
	unit_exact_free(text);
	return 0;
}
