// SPDX-License-Identifier: EUPL-1.2
/*
 * The daemon, but for workers of sources named below: those start as they
 * should, are locked up as they should be, ask for their page, and are then
 * somebody else's. A program of its own (evil-microcatd), so that the real
 * daemon runs them, with all its limits:
 *
 *	evil-microcatd -c FILE              the daemon
 *	evil-microcatd --worker SOURCE      a worker of it: taken over, if SOURCE is a play
 *
 * One who succeeds with what the lock forbids ends as a complete harvest; one
 * who is refused exits with 100 and the error number.
 */
#include "harvesters/begin.h"
#include "harvesters/sandbox.h"
#include "tests/support/daemon_main.h"
#include "tests/support/worker_voice.h"

#include <jansson.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { PAGE = 1, REFUSED = 100 };

static void end_as_complete(uint64_t n_items)
{
	voice_page(PAGE, n_items);
	(void)voice_hear(FRAME_FINISH);
	voice_complete(true);
	_exit(0);
}

/* --- what the lock forbids --- */

_Noreturn static void judge(long result)
{
	if (result < 0)
		_exit(REFUSED + errno);
	end_as_complete(0);
	_exit(0);
}

static void play_opens(void)
{
	judge(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY));
}
static void play_creates(void)
{
	judge(syscall(SYS_open, "/tmp/microcat-was-here", O_CREAT | O_WRONLY, 0600));
}
static void play_connects(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = "/run/microcat/admin.sock" };

	judge(syscall(SYS_connect, VOICE_SOCKET, &at, sizeof(at)));
}
static void play_makes_a_socket(void)
{
	judge(syscall(SYS_socket, AF_INET, SOCK_STREAM, 0));
}
static void play_executes(void)
{
	char *args[] = { "sh", "-c", "touch /tmp/microcat-was-here", NULL };
	char *none[] = { NULL };

	judge(syscall(SYS_execve, "/bin/sh", args, none));
}
static void play_traces(void)
{
	judge(syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), NULL, NULL));
}
static void play_reads_the_daemon(void)
{
	judge(syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
}
static void play_forks(void)
{
	judge(syscall(SYS_fork));
}
static void play_clones(void)
{
	judge(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL));
}
static void play_kills(void)
{
	judge(syscall(SYS_kill, -1, SIGKILL));
}
static void play_unlocks(void)
{
	judge(syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0));
}
static void play_runs_written_memory(void)
{
	judge((long)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}
static void play_sends_descriptors(void)
{
	struct msghdr message = { 0 };

	judge(syscall(SYS_sendmsg, VOICE_SOCKET, &message, 0));
}

/* --- what the protocol forbids --- */

static void play_writes_beyond_its_frame(void)
{
	size_t at = frame_begin(&voice_out, FRAME_ANNOUNCE, 0, PAGE);

	buf_u32le(&voice_out, 7);
	buf_u32le(&voice_out, 0);
	frame_end(&voice_out, at);
	buf_str(&voice_out, "and now for something that no frame holds");
	voice_say();
	voice_linger();
}
static void play_answers_for_another(void)
{
	voice_gone(PAGE + 1, "c1");
	voice_linger();
}
static void play_announces_a_huge_frame(void)
{
	buf_append(&voice_out, "\xff\xff\xff\xff\x24\0\0\0\x01\0\0\0", FRAME_HEADER_BYTES);
	voice_say();
	voice_linger();
}
/* As large as one may be, and then nothing. */
static void play_never_ends_its_frame(void)
{
	uint32_t n = frame_max_payload(FRAME_OFFER);

	buf_u32le(&voice_out, n);
	buf_append(&voice_out, "\x24\0\0\0\x01\0\0\0", FRAME_HEADER_BYTES - 4);
	for (uint32_t i = 0; i + 1 < n; i++)
		buf_char(&voice_out, 'x');
	voice_say();
	voice_linger();
}
static void play_asks_another_host(void)
{
	voice_request(PAGE + 1, "http://127.0.0.1:1/admin");
	voice_linger();
}
static void play_sees_what_nobody_knows(void)
{
	frame_write(&voice_out, FRAME_SEEN, 0, PAGE, SLICE_LIT("0123456789abcdef"));
	end_as_complete(1);
}
static void play_counts_more_than_there_is(void)
{
	end_as_complete(5);
}
static void play_counts_beyond_all_bounds(void)
{
	frame_write(&voice_out, FRAME_PAGE, 0, PAGE, SLICE_LIT("{\"items\":18446744073709551615}"));
	voice_say();
	voice_linger();
}
static void play_counts_to_the_edge(void)
{
	end_as_complete(INT64_MAX);
}
static void play_announces_everything(void)
{
	message_write_announce(&voice_out, PAGE, UINT64_MAX);
	end_as_complete(0);
}
static void play_remembers_everything(void)
{
	for (unsigned i = 0; i < 10000; i++) {
		char key[32];

		snprintf(key, sizeof(key), "key-%u", i);
		message_write_remember(&voice_out, PAGE, key, SLICE_LIT("x"));
	}
	end_as_complete(0);
}

/* --- floods --- */

static void play_floods_with_the_gone(void)
{
	for (;;)
		voice_gone(PAGE, "one that nobody knows, again and again");
}
static void play_floods_with_tiny_frames(void)
{
	for (;;) {
		for (unsigned i = 0; i < 1000; i++)
			message_write_gone(&voice_out, PAGE, SLICE_LIT("x"));
		voice_say();
	}
}
static void play_floods_with_rejects(void)
{
	char id[32];
	struct err why = ERR_INIT;

	err_set(&why, ERR_PARSE, "there is no reason");
	for (unsigned i = 0;; i++) {
		snprintf(id, sizeof(id), "reject-%u", i);
		message_write_reject(&voice_out, PAGE, slice_of(id), &why);
		voice_say();
	}
}
static void play_floods_with_notes(void)
{
	static char text[8000];
	const struct note note = { .code = SLICE_LIT("doubt"),
				   .element = EL_TITLE,
				   .got = { text, sizeof(text) } };

	memset(text, 'n', sizeof(text));
	for (;;) {
		message_write_note(&voice_out, PAGE, SLICE_LIT("a"), &note);
		voice_say();
	}
}
static void play_floods_with_offers(void)
{
	static char offer[900000];
	const struct raw_hash hash = { { 1 } };
	int n = snprintf(offer, sizeof(offer), "{\"title\":{\"en\":\"");

	memset(offer + n, 'o', sizeof(offer) - (size_t)n);
	memcpy(offer + sizeof(offer) - 3, "\"}}", 3);
	for (;;) {
		message_write_offer(&voice_out, PAGE, SLICE_LIT("flood"), &hash,
				    slice_make(offer, sizeof(offer)), SLICE_LIT("[]"));
		voice_say();
	}
}
static void play_floods_with_requests(void)
{
	for (uint32_t i = PAGE + 1;; i++)
		voice_request(i, "http://127.0.0.1:1/");
}
static void play_floods_standard_error(void)
{
	static const char line[] = "<3>main: the disk is on fire, says nobody\n";

	for (;;)
		if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
			voice_linger();
}

/* --- standing still --- */

static void play_stalls(void)
{
	voice_linger();
}
static void play_stops_itself(void)
{
	syscall(SYS_tgkill, getpid(), gettid(), SIGSTOP);
	voice_linger();
}
static void play_hangs_up(void)
{
	close(VOICE_SOCKET);
	voice_linger();
}
static void play_loops(void)
{
	for (volatile unsigned i = 0;; i++)
		continue;
}
static void play_takes_all_memory(void)
{
	for (size_t n = 0;; n++) {
		volatile char *p = mmap(NULL, LIMIT_MIB, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED || n > 1024)
			_exit(REFUSED + ENOMEM);
		*p = 1;
	}
}

/* --- frames as they should be, and what they hold --- */

static void say_offer(const char *id, struct slice offer, struct slice words)
{
	const struct raw_hash hash = { { 1 } };

	message_write_offer(&voice_out, PAGE, slice_of(id), &hash, offer, words);
}

static void play_offers_nonsense(void)
{
	static const char *const offers[] = {
		"",
		"null",
		"[]",
		"{}",
		"{\"title\":7}",
		"{\"title\":{\"en\":7}}",
		"{\"title\":{\"en\":\"cut",
		"{\"title\":{\"en\":\"\xff\xfe\"}}",
		"{\"title\":{\"en\":\"\\u0000\"}}",
		"{\"title\":{\"en\":\"\\ud800\"}}",
		"{\"title\":{\"en\":\"a\"},\"title\":{\"en\":\"b\"}}",
		"{\"title\":{\"en\":\"t\"},\"workload\":{\"ects\":1e999}}",
		"{\"title\":{\"en\":\"t\"}}{\"title\":{\"en\":\"t\"}}",
	};
	struct buf deep = BUF_INIT(LIMIT_MIB);
	char id[16];
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		snprintf(id, sizeof(id), "n%llu", (unsigned long long)n++);
		say_offer(id, slice_of(offers[i]), SLICE_LIT("[]"));
	}
	buf_str(&deep, "{\"title\":");
	for (unsigned i = 0; i < 100000; i++)
		buf_str(&deep, "[");
	snprintf(id, sizeof(id), "n%llu", (unsigned long long)n++);
	say_offer(id, buf_view(&deep), SLICE_LIT("[]"));
	snprintf(id, sizeof(id), "n%llu", (unsigned long long)n++);
	say_offer(id, SLICE_LIT("{\"title\":{\"en\":\"t\"}}"), SLICE_LIT("{\"not\":\"words\"}"));
	end_as_complete(n);
}

/* Each in an offer that is otherwise good; what cannot be must never be served. */
static void play_offers_what_cannot_be(void)
{
	static const char *const members[] = {
		"\"workload\":{\"ects\":1e300,\"ectsMax\":-5,\"from\":\"declared\"}",
		"\"workload\":{\"ects\":-1,\"from\":\"declared\"}",
		"\"workload\":{\"ects\":5,\"from\":\"revelation\"}",
		"\"workload\":{\"hours\":99999999999,\"hoursFrom\":\"declared\"}",
		"\"level\":{\"eqf\":99,\"eqfMax\":-3,\"from\":\"declared\"}",
		"\"level\":{\"eqf\":4294967302,\"from\":\"declared\"}",
		"\"level\":{\"isced\":300}",
		"\"subjects\":[{\"iscedf\":\"999999999\",\"from\":\"declared\"}]",
		"\"subjects\":[{\"iscedf\":\"0613\",\"from\":\"inferred\",\"confidence\":7}]",
		"\"languages\":[\"a language that nobody speaks\"]",
		"\"provider\":{\"name\":{\"en\":\"P\"},\"country\":\"ATLANTIS\"}",
		"\"mode\":[\"telepathic\"]",
		"\"sizeClass\":\"enormous\"",
		"\"formality\":\"black tie\"",
		"\"completeness\":{\"score\":17,\"missing\":[\"everything\"]}",
		"\"sessions\":[{\"start\":\"9999-99-99\",\"end\":\"-1\"}]",
		"\"sessions\":[{\"start\":\"2027-02-30\"}]",
		"\"sessions\":[{\"price\":{\"amount\":-1,\"currency\":\"GOLD\"}}]",
		"\"sessions\":[{\"price\":{\"amount\":1e300,\"currency\":\"EUR\"}}]",
		"\"url\":\"javascript:alert(1)\"",
		"\"image\":\"file:///etc/passwd\"",
		"\"id\":\"00000000000000000000000000\"",
		"\"records\":[{\"source\":\"victim\",\"recordId\":\"c1\"}]",
		"\"sources\":{\"title\":\"victim\"}",
		"\"firstSeen\":\"yesterday\",\"changed\":\"tomorrow\"",
		"\"surprise\":{\"html\":\"<script>\"}",
	};
	struct buf offer = BUF_INIT(4096);
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		char id[16];

		/* The first ones have the victim's record ids. */
		snprintf(id, sizeof(id), "c%llu", (unsigned long long)++n);
		buf_reset(&offer);
		buf_printf(&offer, "{\"title\":{\"en\":\"Impossible %zu\"},%s}", i, members[i]);
		say_offer(id, buf_view(&offer), SLICE_LIT("[]"));
	}
	end_as_complete(n);
}

/* As many of each as fit into a frame. */
static void play_offers_too_many(void)
{
	static const char *const members[][2] = {
		{ "sessions", "{\"start\":\"2027-01-01\"}," },
		{ "subjects", "{\"iscedf\":\"0613\",\"from\":\"declared\"}," },
		{ "languages", "\"en\"," },
		{ "jointProviders", "{\"name\":{\"en\":\"P\"}}," },
		{ "skills", "{\"uri\":\"https://example.org/s\"}," },
		{ "identifiers", "{\"scheme\":\"s\",\"value\":\"v\"}," },
	};
	struct buf offer = BUF_INIT(LIMIT_OFFER_BYTES);
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		char id[16];

		snprintf(id, sizeof(id), "m%llu", (unsigned long long)n++);
		buf_reset(&offer);
		buf_printf(&offer, "{\"title\":{\"en\":\"Many\"},\"%s\":[", members[i][0]);
		while (offer.len < LIMIT_OFFER_BYTES - 1000)
			buf_str(&offer, members[i][1]);
		offer.len--;
		buf_str(&offer, "]}");
		say_offer(id, buf_view(&offer), SLICE_LIT("[]"));
		voice_say();
	}
	end_as_complete(n);
}

static const struct {
	const char *name;
	void (*run)(void);
} plays[] = {
	{ "opens", play_opens },
	{ "creates", play_creates },
	{ "connects", play_connects },
	{ "makes-a-socket", play_makes_a_socket },
	{ "executes", play_executes },
	{ "traces", play_traces },
	{ "reads-the-daemon", play_reads_the_daemon },
	{ "forks", play_forks },
	{ "clones", play_clones },
	{ "kills", play_kills },
	{ "unlocks", play_unlocks },
	{ "runs-written-memory", play_runs_written_memory },
	{ "sends-descriptors", play_sends_descriptors },
	{ "writes-beyond-its-frame", play_writes_beyond_its_frame },
	{ "answers-for-another", play_answers_for_another },
	{ "announces-a-huge-frame", play_announces_a_huge_frame },
	{ "never-ends-its-frame", play_never_ends_its_frame },
	{ "asks-another-host", play_asks_another_host },
	{ "sees-what-nobody-knows", play_sees_what_nobody_knows },
	{ "counts-more-than-there-is", play_counts_more_than_there_is },
	{ "counts-beyond-all-bounds", play_counts_beyond_all_bounds },
	{ "counts-to-the-edge", play_counts_to_the_edge },
	{ "announces-everything", play_announces_everything },
	{ "remembers-everything", play_remembers_everything },
	{ "floods-with-the-gone", play_floods_with_the_gone },
	{ "floods-with-tiny-frames", play_floods_with_tiny_frames },
	{ "floods-with-rejects", play_floods_with_rejects },
	{ "floods-with-notes", play_floods_with_notes },
	{ "floods-with-offers", play_floods_with_offers },
	{ "floods-with-requests", play_floods_with_requests },
	{ "floods-standard-error", play_floods_standard_error },
	{ "stalls", play_stalls },
	{ "stops-itself", play_stops_itself },
	{ "hangs-up", play_hangs_up },
	{ "loops", play_loops },
	{ "takes-all-memory", play_takes_all_memory },
	{ "offers-nonsense", play_offers_nonsense },
	{ "offers-what-cannot-be", play_offers_what_cannot_be },
	{ "offers-too-many", play_offers_too_many },
};

/* How each of them begins: as it should. */
static void begin(void)
{
	struct arena arena = ARENA_INIT(64 * LIMIT_MIB);
	struct begin settings = { .now_s = 0 };
	struct slice payload;
	char url[LIMIT_URL_BYTES + 1];
	struct err err = ERR_INIT;

	json_object_seed(0);
	if (sandbox_enter(VOICE_SOCKET, &err) != ERR_OK)
		_exit(REFUSED);
	voice_ready();
	(void)voice_hear_payload(FRAME_BEGIN, &payload);
	if (begin_read(&settings, &arena, payload, &err) != ERR_OK)
		_exit(REFUSED);
	snprintf(url, sizeof(url), "%.*s", SLICE_ARG(settings.source.url));
	(void)voice_hear(FRAME_KNOWN);
	voice_request(PAGE, url);
	voice_page(0, 0);
	(void)voice_hear(FRAME_RESPONSE);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
		if (argc < 3 || strcmp(argv[1], "--worker") != 0 ||
		    strcmp(argv[2], plays[i].name) != 0)
			continue;
		begin();
		plays[i].run();
		_exit(0);
	}
	return daemon_main(argc, argv);
}
