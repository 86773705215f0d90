// SPDX-License-Identifier: EUPL-1.2
/*
 * The worker protocol, worker's side: the worker's own loop, fed with frames
 * (frame_script.h) in the place of a socket, without its lock. Whatever it is
 * told, it exits with one of its statuses, and all it said before are frames
 * that the daemon can read: READY first, COMPLETE last if it ends well.
 *
 * The worker ends its process in the middle of anything. Here it comes back
 * to the target, and what it had allocated is found by tracking: mem.c's calls
 * are wrapped by the linker.
 */
#include "tests/fuzz/frame_script.h"
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "catalogue/text.h"
#include "catalogue/vocab.h"
#include "harvesters/message.h"
#include "harvesters/sandbox.h"

#include <fcntl.h>
#include <libxml/xmlmemory.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { FD = 3, MAX_ALLOCATIONS = 1 << 15, READ_AT_ONCE = 100, SAID_BYTES = 64 * 1024 * 1024 };

static struct telling {
	struct slice rest; /* of the script's bytes */
	struct buf said;
	jmp_buf left;
	int status;
} telling;

/* --- memory --- */

/* The worker frees nothing at its end, as its process ends too. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void *allocated[MAX_ALLOCATIONS]; /* open addressing */
static size_t n_allocated;
static bool is_tracking;

void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void __wrap_free(void *p);

static size_t place_of(const void *p)
{
	size_t i = ((uintptr_t)p >> 4) * 0x9e3779b97f4a7c15u % MAX_ALLOCATIONS;

	while (allocated[i] != NULL && allocated[i] != p)
		i = (i + 1) % MAX_ALLOCATIONS;
	return i;
}

static void remember(void *p)
{
	if (!is_tracking || p == NULL)
		return;
	FUZZ_CHECK(++n_allocated < MAX_ALLOCATIONS / 2);
	allocated[place_of(p)] = p;
}

static void forget(void *p)
{
	size_t i, k;

	if (!is_tracking || p == NULL || allocated[i = place_of(p)] == NULL)
		return;
	n_allocated--;
	allocated[i] = NULL;
	/* Those behind it may have wanted its place. */
	for (k = (i + 1) % MAX_ALLOCATIONS; allocated[k] != NULL; k = (k + 1) % MAX_ALLOCATIONS) {
		void *other = allocated[k];

		allocated[k] = NULL;
		allocated[place_of(other)] = other;
	}
}

void *__wrap_calloc(size_t n, size_t size)
{
	void *p = __real_calloc(n, size);

	remember(p);
	return p;
}

void *__wrap_realloc(void *p, size_t size)
{
	forget(p);
	p = __real_realloc(p, size);
	remember(p);
	return p;
}

void __wrap_free(void *p)
{
	forget(p);
	__real_free(p);
}

static void free_all(void)
{
	is_tracking = false;
	for (size_t i = 0; i < MAX_ALLOCATIONS && n_allocated > 0; i++) {
		if (allocated[i] == NULL)
			continue;
		__real_free(allocated[i]);
		allocated[i] = NULL;
		n_allocated--;
	}
}

/* --- the worker, with its socket and its process in our hands --- */

_Noreturn static void leave_here(int status)
{
	telling.status = status;
	longjmp(telling.left, 1);
}

static ssize_t read_script(int fd, void *out, size_t n)
{
	struct slice bytes;

	FUZZ_CHECK(fd == FD);
	bytes = slice_first(telling.rest, n < READ_AT_ONCE ? n : READ_AT_ONCE);
	if (bytes.n > 0)
		memcpy(out, bytes.p, bytes.n);
	telling.rest = slice_from(telling.rest, bytes.n);
	return (ssize_t)bytes.n;
}

static ssize_t write_said(int fd, const void *p, size_t n)
{
	if (fd == FD)
		buf_append(&telling.said, p, n);
	return (ssize_t)n;
}

static void print_nothing(FILE *file, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void print_nothing(FILE *file, const char *fmt, ...)
{
	(void)file;
	(void)fmt;
}

#define _exit(status) leave_here(status)
#define read(fd, p, n) read_script((fd), (p), (n))
#define write(fd, p, n) write_said((fd), (p), (n))
#define fprintf print_nothing
#define prctl(...) 0
#define fcntl(...) 0
#define signal(...) ((void)0)
#define sandbox_enter(fd, err) (err_clear((err)), (void)(fd), ERR_OK)
#define xmlMemSetup(...) ((void)resize)
#include "harvesters/worker.c" // NOLINT(bugprone-suspicious-include): it talks to the above
#include "harvesters/worker_link.c" // NOLINT(bugprone-suspicious-include): as above
#undef _exit
#undef read
#undef write
#undef fprintf

/* --- what it said --- */

/* Of the source: the configuration takes no other. */
static bool has_http_url(void)
{
	struct slice url = the_worker->begin.source.url;

	return slice_starts_with_nocase(url, SLICE_LIT("http://")) ||
	       slice_starts_with_nocase(url, SLICE_LIT("https://"));
}

static void check_one(const struct frame *f, bool is_first)
{
	struct arena arena = ARENA_INIT(LIMIT_MESSAGE_ARENA_BYTES);
	struct message_ready ready;
	struct message_complete complete;
	struct request request;
	struct message m;
	struct err err = ERR_INIT;
	enum err_code rc = ERR_OK;

	FUZZ_CHECK(frame_is_from_worker(f->type) && is_first == (f->type == FRAME_READY));
	if (f->type == FRAME_READY)
		rc = message_read_ready(&ready, &arena, f, &err);
	else if (f->type == FRAME_COMPLETE)
		rc = message_read_complete(&complete, &arena, f, &err);
	else if (f->type == FRAME_REQUEST && has_http_url())
		rc = message_read_request(&request, &arena, f, &err);
	else if (f->type != FRAME_CREDIT && f->type != FRAME_REWIND && f->type != FRAME_REQUEST)
		rc = message_read(&m, &arena, f, &err);
	FUZZ_EXPECT(rc == ERR_OK, "%s: %s: %.*s", frame_type_name(f->type), err.msg,
		    FUZZ_ARG(f->payload));
	arena_clear(&arena);
}

static void check_said(void)
{
	struct slice rest = buf_view(&telling.said);
	bool is_whole = true, is_first = true;
	uint8_t last = 0;

	FUZZ_CHECK(!buf_failed(&telling.said));
	while (is_whole) {
		struct err err = ERR_INIT;
		struct frame f;

		FUZZ_EXPECT(frame_take(&f, &is_whole, &rest, &err) == ERR_OK, "%s", err.msg);
		if (!is_whole)
			break;
		check_one(&f, is_first);
		is_first = false;
		last = f.type;
	}
	FUZZ_CHECK(rest.n == 0 && !is_first);
	FUZZ_CHECK((last == FRAME_COMPLETE) == (telling.status == WORKER_EXIT_OK));
	FUZZ_CHECK(telling.status == WORKER_EXIT_OK || telling.status == WORKER_EXIT_MEMORY ||
		   telling.status == WORKER_EXIT_GONE || telling.status == WORKER_EXIT_PROTOCOL);
}

static void run_script(struct slice text)
{
	struct frame_script script;

	frame_script_read(&script, text);
	telling.rest = buf_view(&script.bytes);
	if (setjmp(telling.left) == 0)
		telling.status = worker_main(FD);
	mem_limit(0, NULL);
	vocab_overlay_clear();
	check_said();
	the_worker = NULL;
	buf_clear(&telling.said);
	frame_script_clear(&script);
}

/* What libraries and tables make once and keep is made before it is tracked. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char warm_up[] =
		"@@ BEGIN 0\n{\"protocol\":1,\"source\":{\"id\":\"t\",\"title\":\"T\",\"format\":"
		"\"moochub\",\"url\":\"https://uni.example/c\"},\"nowS\":1795255200}\n"
		"@@ KNOWN 0 last\n\n@@ RESPONSE 1\n"
		"{\"finalUrl\":\"https://uni.example/c\",\"status\":200,\"fetchedS\":1,"
		"\"isKept\":false}\n@@ BODY 1\n"
		"{\"data\":[{\"id\":\"1\",\"attributes\":{\"name\":\"<p>Kurs &uuml;ber &amp; "
		"mehr</p>\",\"url\":\"https://uni.example/1\",\"abstract\":\"Ein l\xc3\xa4ngerer "
		"Text in deutscher Sprache, damit sie erkannt wird, und ein A\xcc\x88.\"}}]}\n"
		"@@ BODY_END 1\n{\"end\":\"ok\"}\n@@ FINISH 0\n";

	(void)argc;
	(void)argv;
	buf_init(&telling.said, SAID_BYTES);
	run_script(slice_of(warm_up));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n);

	buf_init(&telling.said, SAID_BYTES);
	is_tracking = true;
	run_script(text);
	free_all();
	unit_exact_free(text);
	return 0;
}
