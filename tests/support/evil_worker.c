// SPDX-License-Identifier: EUPL-1.2
/*
 * A worker that misbehaves on request, in the place of `microcatd --worker ID`.
 *
 * An ID that names one of the plays below breaks the protocol in that way. Any
 * other ID is the real worker with a harvester of its own ("script"), which
 * does what the bodies it is given say, line by line: see do_line().
 */
#include "tests/support/evil_worker.h"
#include "base/mem.h"
#include "harvesters/message.h"
#include "harvesters/worker.h"
#include "tests/support/worker_voice.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- the scripted harvester --- */

struct script {
	bool is_unproven;
	bool is_refusing; /* finish fails */
};

static struct script *script_of(struct harvest_out *out)
{
	return harvest_state(out, sizeof(struct script));
}

static enum err_code ask(struct harvest_out *out, enum request_kind kind, struct slice url,
			 struct err *err)
{
	const struct request r = { .kind = kind, .url = url, .accept = SLICE_LIT("text/plain") };

	return harvest_request(out, &r, err);
}

static void show(struct harvest_out *out, struct slice how, struct slice id)
{
	struct err why = ERR_INIT;

	harvest_item(out);
	if (slice_eq_z(how, "seen")) {
		struct raw_hash hash = evil_hash(id);

		if (harvest_seen(out, &hash))
			return;
	}
	if (slice_eq_z(how, "scope")) {
		harvest_out_of_scope(out, id, "a degree");
		return;
	}
	err_set(&why, ERR_PARSE, "no title");
	harvest_reject(out, id, &why);
}

/* Until the limit says no; volatile, so that no compiler knows better. */
static void use_up_memory(void)
{
	volatile char *p;

	for (;;) {
		p = mem_zalloc(LIMIT_MIB);
		*p = 1;
	}
}

/* Memory that nobody counts, until the system gives no more: how many MiB that was. */
static unsigned use_up_uncounted_memory(void)
{
	void *volatile last = NULL;
	unsigned n = 0;

	while (n < 4096) {
		void **p = malloc(LIMIT_MIB);

		if (p == NULL)
			break;
		*p = last;
		last = p;
		n++;
	}
	while (last != NULL) {
		void *next = *(void **)last;

		free(last);
		last = next;
	}
	return n;
}

static void die_of(int signal_number)
{
	signal(signal_number, SIG_DFL);
	syscall(SYS_tgkill, getpid(), gettid(), signal_number);
}

static void try_a_file(struct harvest_out *out)
{
	FILE *file = fopen("/etc/passwd", "r");
	struct note note = { .code = file != NULL ? SLICE_LIT("opened") : SLICE_LIT("refused"),
			     .element = EL_COUNT };

	harvest_note(out, SLICE_NONE, note);
	if (file != NULL)
		fclose(file);
}

static enum err_code do_line(struct harvest_out *out, struct slice line, struct err *err)
{
	struct script *s = script_of(out);
	struct slice word = SLICE_NONE;
	struct slice arg = line;
	char number[16];
	uint64_t n = 0;

	(void)slice_split(&word, &arg, ' ');
	if (slice_eq_z(word, "list") || slice_eq_z(word, "detail"))
		return ask(out, word.n == 4 ? REQUEST_LIST : REQUEST_DETAIL, arg, err);
	if (slice_eq_z(word, "reject") || slice_eq_z(word, "scope") || slice_eq_z(word, "seen"))
		show(out, word, arg);
	else if (slice_eq_z(word, "gone"))
		harvest_gone(out, arg);
	else if (slice_eq_z(word, "announce") && slice_to_u64(&n, arg, UINT32_MAX))
		harvest_announce(out, n);
	else if (slice_eq_z(word, "note"))
		harvest_note(out, SLICE_NONE, (struct note){ .code = arg, .element = EL_TITLE });
	else if (slice_eq_z(word, "remember"))
		harvest_remember(out, "position", arg);
	else if (slice_eq_z(word, "unproven"))
		s->is_unproven = true;
	else if (slice_eq_z(word, "refuse"))
		s->is_refusing = true;
	else if (slice_eq_z(word, "fail"))
		return err_set(err, ERR_PARSE, "the page is torn");
	else if (slice_eq_z(word, "memory"))
		use_up_memory();
	else if (slice_eq_z(word, "uncounted-memory")) {
		snprintf(number, sizeof(number), "%u", use_up_uncounted_memory());
		harvest_remember(out, "mib", slice_of(number));
	} else if (slice_eq_z(word, "crash"))
		die_of(SIGSEGV);
	else if (slice_eq_z(word, "sigkill"))
		die_of(SIGKILL);
	else if (slice_eq_z(word, "file"))
		try_a_file(out);
	else if (slice_eq_z(word, "socket"))
		(void)socket(AF_INET, SOCK_STREAM, 0);
	else if (slice_eq_z(word, "loop"))
		for (volatile unsigned i = 0;; i++)
			continue;
	return ERR_OK;
}

static enum err_code begin(struct harvest_out *out, struct err *err)
{
	const struct source *s = harvest_source(out);

	if (slice_ends_with(s->url, SLICE_LIT("/cannot-begin")))
		return err_set(err, ERR_CONFIG, "the source lacks a setting");
	if (slice_ends_with(s->url, SLICE_LIT("/nothing-to-ask")))
		return ERR_OK;
	return ask(out, REQUEST_LIST, s->url, err);
}

/* The body's bytes added up, and its lines done unless it is only to be counted. */
static enum err_code read_lines(struct harvest_out *out, struct response *r, uint64_t *n_bytes,
				bool is_done, struct err *err)
{
	struct buf line = BUF_INIT(4096);
	struct slice piece;
	enum err_code rc;

	*n_bytes = 0;
	while ((rc = response_read(r, &piece, err)) == ERR_OK && piece.n > 0) {
		*n_bytes += piece.n;
		for (size_t i = 0; is_done && rc == ERR_OK && i < piece.n; i++) {
			if (piece.p[i] != '\n') {
				buf_char(&line, piece.p[i]);
				continue;
			}
			rc = do_line(out, buf_view(&line), err);
			buf_reset(&line);
		}
		if (rc != ERR_OK)
			break;
	}
	buf_clear(&line);
	return rc;
}

static enum err_code on_response(struct harvest_out *out, struct response *r, struct err *err)
{
	struct buf text = BUF_INIT(200);
	uint64_t n_bytes = 0;
	enum err_code rc;

	if (r->status == 404)
		return err_set(err, ERR_NOTFOUND, "the page is not there");
	/* Large bodies are only counted: what they hold is no script. */
	if (slice_eq_z(r->content_type, "application/octet-stream")) {
		for (unsigned i = 0; i < 1 + LIMIT_REWINDS; i++) {
			if (i > 0)
				rc = response_rewind(r, err);
			else
				rc = ERR_OK;
			if (rc == ERR_OK)
				rc = read_lines(out, r, &n_bytes, false, err);
			if (rc != ERR_OK)
				return rc;
			buf_printf(&text, "%s%llu", i > 0 ? " " : "", (unsigned long long)n_bytes);
		}
		harvest_remember(out, "bytes", buf_view(&text));
		buf_clear(&text);
		return response_rewind(r, err) == ERR_LIMIT ? ERR_OK : ERR_INTERNAL;
	}
	rc = read_lines(out, r, &n_bytes, true, err);
	if (rc == ERR_OK && r->end != BODY_OK)
		rc = err_set(err, r->why.code, "%s", r->why.msg);
	return rc;
}

static enum err_code on_failure(struct harvest_out *out, const struct request *request,
				const struct err *why, struct err *err)
{
	(void)out;
	return err_set(err, why->code, "%.*s: %s", SLICE_ARG(request->url), why->msg);
}

static enum err_code finish(struct harvest_out *out, struct slice *rule, struct err *err)
{
	struct script *s = script_of(out);

	if (s->is_refusing)
		return err_set(err, ERR_PARSE, "the pages do not fit together");
	harvest_remember(out, "end", SLICE_LIT("reached"));
	if (!s->is_unproven)
		*rule = SLICE_LIT("the last script was read");
	return ERR_OK;
}

static const struct harvester script_harvester = {
	.format = "script",
	.begin = begin,
	.on_response = on_response,
	.on_failure = on_failure,
	.finish = finish,
};

const struct harvester *harvester_find(struct slice format)
{
	return slice_eq_z(format, script_harvester.format) ? &script_harvester : NULL;
}

const struct harvester *harvester_at(size_t i)
{
	return i == 0 ? &script_harvester : NULL;
}

/* --- plays that break the protocol --- */

/* To where the real work begins. */
static void say_begun(void)
{
	voice_ready();
	(void)voice_hear(FRAME_BEGIN);
	(void)voice_hear(FRAME_KNOWN);
	voice_page(0, 0);
}

/* With one page asked for and delivered: tag 1. */
static void say_until_page(void)
{
	voice_ready();
	(void)voice_hear(FRAME_KNOWN);
	voice_request(1, "https://example.org/a");
	voice_page(0, 0);
	(void)voice_hear(FRAME_RESPONSE);
}

static void say_finished(void)
{
	say_begun();
	(void)voice_hear(FRAME_FINISH);
}

static void play_exits_at_once(void)
{
	_exit(3);
}
static void play_exits_after_ready(void)
{
	voice_ready();
	_exit(0);
}
static void play_exits_in_page(void)
{
	say_until_page();
	voice_gone(1, "kept");
	_exit(9);
}
static void play_is_silent(void)
{
	voice_ready();
	voice_linger();
}
static void play_is_silent_in_page(void)
{
	say_until_page();
	voice_linger();
}
static void play_is_not_locked(void)
{
	const struct message_ready ready = { .msg = SLICE_LIT("no lock on this door") };

	message_write_ready(&voice_out, &ready);
	voice_say();
	voice_linger();
}
static void play_speaks_before_ready(void)
{
	voice_request(1, "https://example.org/a");
	voice_linger();
}
static void play_is_ready_twice(void)
{
	voice_ready();
	voice_ready();
	voice_linger();
}
static void play_garbage(void)
{
	say_until_page();
	voice_gone(1, "kept");
	buf_str(&voice_out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	voice_say();
	voice_linger();
}
static void play_oversize(void)
{
	say_begun();
	buf_append(&voice_out, "\xff\xff\xff\x7f\x24\0\0\0\0\0\0\0", FRAME_HEADER_BYTES);
	voice_say();
	voice_linger();
}
static void play_daemons_frame(void)
{
	say_begun();
	frame_write(&voice_out, FRAME_FINISH, 0, 0, SLICE_NONE);
	voice_say();
	voice_linger();
}
static void play_other_tag(void)
{
	say_until_page();
	voice_gone(2, "x");
	voice_linger();
}
static void play_page_of_other_tag(void)
{
	say_until_page();
	voice_page(7, 0);
	voice_linger();
}
static void play_page_twice(void)
{
	say_until_page();
	voice_page(1, 0);
	voice_page(1, 0);
	voice_linger();
}
static void play_items_before_pages(void)
{
	voice_ready();
	(void)voice_hear(FRAME_KNOWN);
	voice_page(0, 5);
	voice_linger();
}
static void play_record_before_pages(void)
{
	voice_ready();
	(void)voice_hear(FRAME_KNOWN);
	voice_gone(0, "x");
	voice_linger();
}
static void play_tag_again(void)
{
	voice_ready();
	(void)voice_hear(FRAME_KNOWN);
	voice_request(1, "https://example.org/a");
	voice_request(1, "https://example.org/b");
	voice_linger();
}
static void play_asks_elsewhere(void)
{
	voice_ready();
	(void)voice_hear(FRAME_KNOWN);
	voice_request(1, "https://example.org.evil.example/a");
	voice_linger();
}
static void play_asks_for_a_file(void)
{
	voice_ready();
	(void)voice_hear(FRAME_KNOWN);
	voice_request(1, "file:///etc/passwd");
	voice_linger();
}
static void play_asks_while_idle(void)
{
	say_finished();
	voice_request(1, "https://example.org/a");
	voice_linger();
}
static void play_asks_too_much(void)
{
	voice_ready();
	(void)voice_hear(FRAME_KNOWN);
	for (uint32_t i = 1; i <= LIMIT_OUTSTANDING_REQUESTS + 1; i++)
		voice_request(i, "https://example.org/a");
	voice_linger();
}
static void play_too_much_credit(void)
{
	say_until_page();
	voice_credit(1, LIMIT_BODY_CREDIT_BYTES, 2);
	voice_linger();
}
static void play_credit_overflow(void)
{
	say_until_page();
	voice_credit(1, UINT32_MAX, 1);
	voice_linger();
}
static void play_credit_of_nothing(void)
{
	say_finished();
	voice_credit(1, 10, 1);
	voice_linger();
}
static void play_rewinds_for_ever(void)
{
	say_until_page();
	for (;;) {
		frame_write(&voice_out, FRAME_REWIND, 0, 1, SLICE_NONE);
		voice_say();
		(void)voice_hear(FRAME_RESPONSE);
	}
}
static void play_complete_twice(void)
{
	say_finished();
	voice_complete(true);
	voice_complete(true);
	_exit(0);
}
static void play_complete_too_early(void)
{
	say_until_page();
	voice_complete(true);
	_exit(0);
}
static void play_half_a_frame_at_the_end(void)
{
	say_finished();
	voice_complete(true);
	buf_append(&voice_out, "\x05\0\0\0\x26\0", 6);
	voice_say();
	_exit(0);
}
static void play_exits_badly_after_complete(void)
{
	say_finished();
	voice_complete(true);
	_exit(4);
}
static void play_stays_after_complete(void)
{
	say_finished();
	voice_complete(true);
	voice_linger();
}
static void play_gives_up(void)
{
	say_until_page();
	voice_gone(1, "kept");
	voice_complete(false);
	_exit(0);
}
static void play_bad_json(void)
{
	say_until_page();
	frame_write(&voice_out, FRAME_PAGE, 0, 1, SLICE_LIT("{\"items\":-1}"));
	voice_say();
	voice_linger();
}
static void play_bad_hashes(void)
{
	say_until_page();
	frame_write(&voice_out, FRAME_SEEN, 0, 1, SLICE_LIT("not 16 bytes"));
	voice_say();
	voice_linger();
}
static void play_floods(void)
{
	const struct slice id =
		SLICE_LIT("a record id of some length, again and again, without an end in sight");

	say_until_page();
	for (;;) {
		while (voice_out.len < 64 * LIMIT_KIB)
			message_write_gone(&voice_out, 1, id);
		voice_say();
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} plays[] = {
#define PLAY(name)                                                                                 \
	{                                                                                          \
#name, play_##name                                                                 \
	}
	PLAY(exits_at_once),
	PLAY(exits_after_ready),
	PLAY(exits_in_page),
	PLAY(is_silent),
	PLAY(is_silent_in_page),
	PLAY(is_not_locked),
	PLAY(speaks_before_ready),
	PLAY(is_ready_twice),
	PLAY(garbage),
	PLAY(oversize),
	PLAY(daemons_frame),
	PLAY(other_tag),
	PLAY(page_of_other_tag),
	PLAY(page_twice),
	PLAY(items_before_pages),
	PLAY(record_before_pages),
	PLAY(tag_again),
	PLAY(asks_elsewhere),
	PLAY(asks_for_a_file),
	PLAY(asks_while_idle),
	PLAY(asks_too_much),
	PLAY(too_much_credit),
	PLAY(credit_overflow),
	PLAY(credit_of_nothing),
	PLAY(rewinds_for_ever),
	PLAY(complete_twice),
	PLAY(complete_too_early),
	PLAY(half_a_frame_at_the_end),
	PLAY(exits_badly_after_complete),
	PLAY(stays_after_complete),
	PLAY(gives_up),
	PLAY(bad_json),
	PLAY(bad_hashes),
	PLAY(floods),
#undef PLAY
};

int main(int argc, char **argv)
{
	const char *id = argc > 2 ? argv[2] : "";

	for (size_t i = 0; i < countof(plays); i++)
		if (strcmp(id, plays[i].name) == 0)
			plays[i].run();
	return worker_main(VOICE_SOCKET);
}
