// SPDX-License-Identifier: EUPL-1.2
/*
 * What stands between microcatd and its libraries in faulty-microcatd. Calls
 * of our own code are turned here by the linker (--wrap, in
 * tests/cmake/faults.cmake); calls that libraries make into libc find the
 * functions of this program first.
 */
#define CURL_DISABLE_TYPECHECK

#include "tests/support/faults.h"

#include "base/mem.h"
#include "base/slice.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>
#include <xxhash.h>
#include <zstd.h>

enum point {
	POINT_WRITE,
	POINT_MEM,
	POINT_CURL,
	POINT_CURL_MEM,
	POINT_SQLITE_MEM,
	POINT_ZSTD,
	POINT_UV_MEM,
	POINT_COUNT
};

static const char *const point_names[POINT_COUNT] = {
	[POINT_WRITE] = "write",
	[POINT_MEM] = "mem",
	[POINT_CURL] = "curl",
	[POINT_CURL_MEM] = "curl-mem",
	[POINT_SQLITE_MEM] = "sqlite-mem",
	[POINT_ZSTD] = "zstd",
	[POINT_UV_MEM] = "uv-mem",
};

enum action { ACTION_NONE, ACTION_KILL, ACTION_FAIL, ACTION_FULL };

static struct {
	bool is_on;
	bool says; /* what it does */
	enum point point;
	enum action action;
	long nth;
	atomic_long passed[POINT_COUNT];
	atomic_bool has_struck;
} faults;

/* --- counting --- */

/* The function of that name behind ours. */
#define REAL(name) (__extension__(__typeof__(&name)) real_function(#name))

static void *real_function(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (f == NULL)
		abort();
	return f;
}

/* No allocation: this runs inside of some. */
static void say_struck(enum point point, long n, const char *what)
{
	char line[160];
	int len = snprintf(line, sizeof(line), FAULT_STRUCK "%s %ld: %s\n", point_names[point], n,
			   what);
	ssize_t written = REAL(write)(STDERR_FILENO, line, (size_t)len);

	(void)written;
}

/* Whether this passing is the one that fails. */
static bool strikes(enum point point, const char *what)
{
	long n;

	if (!faults.is_on)
		return false;
	n = atomic_fetch_add(&faults.passed[point], 1) + 1;
	if (faults.action == ACTION_NONE || point != faults.point)
		return false;
	if (n != faults.nth && !(faults.action == ACTION_FULL && n > faults.nth))
		return false;
	atomic_store(&faults.has_struck, true);
	if (n == faults.nth && faults.says)
		say_struck(point, n, what);
	if (faults.action == ACTION_KILL)
		raise(SIGKILL);
	return true;
}

static void say_passed(void)
{
	char line[256];
	int len = snprintf(line, sizeof(line), FAULT_PASSED);

	for (int i = 0; i < POINT_COUNT; i++)
		len += snprintf(line + len, sizeof(line) - (size_t)len, "%s=%ld ", point_names[i],
				atomic_load(&faults.passed[i]));
	fprintf(stderr, "%s\n", line);
}

/* --- files --- */

static bool is_file(int fd)
{
	struct stat s;

	return fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
}

/* Sets errno when the call is to fail. */
static bool write_fails(const char *what)
{
	if (!strikes(POINT_WRITE, what))
		return false;
	errno = faults.action == ACTION_FULL ? ENOSPC : EIO;
	return true;
}

ssize_t write(int fd, const void *p, size_t n)
{
	if (faults.is_on && is_file(fd) && write_fails("write"))
		return -1;
	return REAL(write)(fd, p, n);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return write_fails("pwrite") ? -1 : REAL(pwrite)(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return write_fails("pwrite") ? -1 : REAL(pwrite64)(fd, p, n, at);
}

/* What frees room does not fail on a full disk, and what syncs has its room. */
static bool change_fails(const char *what)
{
	return faults.action == ACTION_FULL ? false : write_fails(what);
}

int ftruncate(int fd, off_t n)
{
	return change_fails("ftruncate") ? -1 : REAL(ftruncate)(fd, n);
}

int ftruncate64(int fd, off64_t n)
{
	return change_fails("ftruncate") ? -1 : REAL(ftruncate64)(fd, n);
}

/* Syncs are not made, which saves most of the time: nobody here cuts the power. */
int fsync(int fd)
{
	if (change_fails("fsync"))
		return -1;
	return faults.is_on ? 0 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
	if (change_fails("fdatasync"))
		return -1;
	return faults.is_on ? 0 : REAL(fdatasync)(fd);
}

int rename(const char *from, const char *to)
{
	return change_fails("rename") ? -1 : REAL(rename)(from, to);
}

int unlink(const char *path)
{
	return change_fails("unlink") ? -1 : REAL(unlink)(path);
}

/* --- base/mem.c --- */

void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_calloc(size_t n, size_t size)
{
	return strikes(POINT_MEM, "calloc") ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return strikes(POINT_MEM, "realloc") ? NULL : __real_realloc(p, n);
}

/* --- SQLite's memory --- */

static sqlite3_mem_methods sqlite_memory;

static void *sqlite_malloc(int n)
{
	return strikes(POINT_SQLITE_MEM, "malloc") ? NULL : sqlite_memory.xMalloc(n);
}

static void *sqlite_realloc(void *p, int n)
{
	return strikes(POINT_SQLITE_MEM, "realloc") ? NULL : sqlite_memory.xRealloc(p, n);
}

static void wrap_sqlite_memory(void)
{
	sqlite3_mem_methods wrapped;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory) != SQLITE_OK)
		abort();
	wrapped = sqlite_memory;
	wrapped.xMalloc = sqlite_malloc;
	wrapped.xRealloc = sqlite_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &wrapped) != SQLITE_OK)
		abort();
}

/* --- libcurl's memory --- */

static void *curl_malloc(size_t n)
{
	return strikes(POINT_CURL_MEM, "malloc") ? NULL : malloc(n);
}

static void *curl_calloc(size_t n, size_t size)
{
	return strikes(POINT_CURL_MEM, "calloc") ? NULL : __real_calloc(n, size);
}

static void *curl_realloc(void *p, size_t n)
{
	return strikes(POINT_CURL_MEM, "realloc") ? NULL : __real_realloc(p, n);
}

static char *curl_strdup(const char *text)
{
	return strikes(POINT_CURL_MEM, "strdup") ? NULL : strdup(text);
}

static void curl_give_back(void *p)
{
	free(p);
}

/* --- libuv's memory --- */

static void *uv_malloc(size_t n)
{
	return strikes(POINT_UV_MEM, "malloc") ? NULL : malloc(n);
}

static void *uv_calloc(size_t n, size_t size)
{
	return strikes(POINT_UV_MEM, "calloc") ? NULL : __real_calloc(n, size);
}

static void *uv_realloc(void *p, size_t n)
{
	return strikes(POINT_UV_MEM, "realloc") ? NULL : __real_realloc(p, n);
}

static void uv_give_back(void *p)
{
	free(p);
}

/* Before libuv is used for the first time. */
static void wrap_uv_memory(void)
{
	if (uv_replace_allocator(uv_malloc, uv_realloc, uv_calloc, uv_give_back) != 0)
		abort();
}

/* --- libcurl's functions --- */

CURLcode __wrap_curl_global_init(long flags);
CURL *__real_curl_easy_init(void);
CURL *__wrap_curl_easy_init(void);
CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __real_curl_easy_getinfo(CURL *easy, CURLINFO info, ...);
CURLcode __wrap_curl_easy_getinfo(CURL *easy, CURLINFO info, ...);
CURLcode __real_curl_easy_pause(CURL *easy, int bits);
CURLcode __wrap_curl_easy_pause(CURL *easy, int bits);
struct curl_slist *__real_curl_slist_append(struct curl_slist *list, const char *text);
struct curl_slist *__wrap_curl_slist_append(struct curl_slist *list, const char *text);
CURLM *__real_curl_multi_init(void);
CURLM *__wrap_curl_multi_init(void);
CURLMcode __real_curl_multi_setopt(CURLM *multi, CURLMoption option, ...);
CURLMcode __wrap_curl_multi_setopt(CURLM *multi, CURLMoption option, ...);
CURLMcode __real_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __real_curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode __real_curl_multi_socket_action(CURLM *multi, curl_socket_t fd, int events, int *n);
CURLMcode __wrap_curl_multi_socket_action(CURLM *multi, curl_socket_t fd, int events, int *n);

CURLcode __wrap_curl_global_init(long flags)
{
	if (strikes(POINT_CURL, "curl_global_init"))
		return CURLE_FAILED_INIT;
	return curl_global_init_mem(flags, curl_malloc, curl_give_back, curl_realloc, curl_strdup,
				    curl_calloc);
}

CURL *__wrap_curl_easy_init(void)
{
	return strikes(POINT_CURL, "curl_easy_init") ? NULL : __real_curl_easy_init();
}

/* The value of an option or place of an info is of the type its number says. */
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	CURLcode code = CURLE_OUT_OF_MEMORY;
	char what[64];
	va_list args;

	snprintf(what, sizeof(what), "curl_easy_setopt %d", (int)option);
	va_start(args, option);
	if (strikes(POINT_CURL, what))
		;
	else if (option < CURLOPTTYPE_OBJECTPOINT)
		/* NOLINTNEXTLINE(bugprone-branch-clone): the types of the values differ */
		code = __real_curl_easy_setopt(easy, option, va_arg(args, long));
	else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
		code = __real_curl_easy_setopt(easy, option, va_arg(args, curl_off_t));
	else
		code = __real_curl_easy_setopt(easy, option, va_arg(args, void *));
	va_end(args);
	return code;
}

CURLcode __wrap_curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
	CURLcode code = CURLE_UNKNOWN_OPTION;
	va_list args;

	va_start(args, info);
	if (!strikes(POINT_CURL, "curl_easy_getinfo"))
		code = __real_curl_easy_getinfo(easy, info, va_arg(args, void *));
	va_end(args);
	return code;
}

CURLcode __wrap_curl_easy_pause(CURL *easy, int bits)
{
	return strikes(POINT_CURL, "curl_easy_pause") ? CURLE_OUT_OF_MEMORY
						      : __real_curl_easy_pause(easy, bits);
}

struct curl_slist *__wrap_curl_slist_append(struct curl_slist *list, const char *text)
{
	return strikes(POINT_CURL, "curl_slist_append") ? NULL
							: __real_curl_slist_append(list, text);
}

CURLM *__wrap_curl_multi_init(void)
{
	return strikes(POINT_CURL, "curl_multi_init") ? NULL : __real_curl_multi_init();
}

CURLMcode __wrap_curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
	CURLMcode code = CURLM_UNKNOWN_OPTION;
	va_list args;

	va_start(args, option);
	if (strikes(POINT_CURL, "curl_multi_setopt"))
		;
	else if ((int)option < CURLOPTTYPE_OBJECTPOINT)
		/* NOLINTNEXTLINE(bugprone-branch-clone): the types of the values differ */
		code = __real_curl_multi_setopt(multi, option, va_arg(args, long));
	else
		code = __real_curl_multi_setopt(multi, option, va_arg(args, void *));
	va_end(args);
	return code;
}

CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy)
{
	return strikes(POINT_CURL, "curl_multi_add_handle")
		       ? CURLM_OUT_OF_MEMORY
		       : __real_curl_multi_add_handle(multi, easy);
}

CURLMcode __wrap_curl_multi_remove_handle(CURLM *multi, CURL *easy)
{
	return strikes(POINT_CURL, "curl_multi_remove_handle")
		       ? CURLM_BAD_EASY_HANDLE
		       : __real_curl_multi_remove_handle(multi, easy);
}

CURLMcode __wrap_curl_multi_socket_action(CURLM *multi, curl_socket_t fd, int events, int *n)
{
	return strikes(POINT_CURL, "curl_multi_socket_action")
		       ? CURLM_OUT_OF_MEMORY
		       : __real_curl_multi_socket_action(multi, fd, events, n);
}

/* --- zstd and xxHash --- */

/* As ZSTD_isError() knows them: ZSTD_error_memory_allocation. */
static const size_t zstd_no_memory = (size_t)-64;

ZSTD_CCtx *__real_ZSTD_createCCtx(void);
ZSTD_CCtx *__wrap_ZSTD_createCCtx(void);
ZSTD_DCtx *__real_ZSTD_createDCtx(void);
ZSTD_DCtx *__wrap_ZSTD_createDCtx(void);
size_t __real_ZSTD_compress2(ZSTD_CCtx *c, void *to, size_t n_to, const void *from, size_t n);
size_t __wrap_ZSTD_compress2(ZSTD_CCtx *c, void *to, size_t n_to, const void *from, size_t n);
size_t __real_ZSTD_compressStream2(ZSTD_CCtx *c, ZSTD_outBuffer *to, ZSTD_inBuffer *from,
				   ZSTD_EndDirective end);
size_t __wrap_ZSTD_compressStream2(ZSTD_CCtx *c, ZSTD_outBuffer *to, ZSTD_inBuffer *from,
				   ZSTD_EndDirective end);
size_t __real_ZSTD_decompressStream(ZSTD_DCtx *d, ZSTD_outBuffer *to, ZSTD_inBuffer *from);
size_t __wrap_ZSTD_decompressStream(ZSTD_DCtx *d, ZSTD_outBuffer *to, ZSTD_inBuffer *from);
size_t __real_ZSTD_decompressDCtx(ZSTD_DCtx *d, void *to, size_t n_to, const void *from, size_t n);
size_t __wrap_ZSTD_decompressDCtx(ZSTD_DCtx *d, void *to, size_t n_to, const void *from, size_t n);
XXH3_state_t *__real_XXH3_createState(void);
XXH3_state_t *__wrap_XXH3_createState(void);

ZSTD_CCtx *__wrap_ZSTD_createCCtx(void)
{
	return strikes(POINT_MEM, "ZSTD_createCCtx") ? NULL : __real_ZSTD_createCCtx();
}

ZSTD_DCtx *__wrap_ZSTD_createDCtx(void)
{
	return strikes(POINT_MEM, "ZSTD_createDCtx") ? NULL : __real_ZSTD_createDCtx();
}

size_t __wrap_ZSTD_compress2(ZSTD_CCtx *c, void *to, size_t n_to, const void *from, size_t n)
{
	return strikes(POINT_ZSTD, "ZSTD_compress2") ? zstd_no_memory
						     : __real_ZSTD_compress2(c, to, n_to, from, n);
}

size_t __wrap_ZSTD_compressStream2(ZSTD_CCtx *c, ZSTD_outBuffer *to, ZSTD_inBuffer *from,
				   ZSTD_EndDirective end)
{
	return strikes(POINT_ZSTD, "ZSTD_compressStream2")
		       ? zstd_no_memory
		       : __real_ZSTD_compressStream2(c, to, from, end);
}

size_t __wrap_ZSTD_decompressStream(ZSTD_DCtx *d, ZSTD_outBuffer *to, ZSTD_inBuffer *from)
{
	return strikes(POINT_ZSTD, "ZSTD_decompressStream")
		       ? zstd_no_memory
		       : __real_ZSTD_decompressStream(d, to, from);
}

size_t __wrap_ZSTD_decompressDCtx(ZSTD_DCtx *d, void *to, size_t n_to, const void *from, size_t n)
{
	return strikes(POINT_ZSTD, "ZSTD_decompressDCtx")
		       ? zstd_no_memory
		       : __real_ZSTD_decompressDCtx(d, to, n_to, from, n);
}

XXH3_state_t *__wrap_XXH3_createState(void)
{
	return strikes(POINT_MEM, "XXH3_createState") ? NULL : __real_XXH3_createState();
}

/* --- the wish --- */

static bool read_name(int *out, struct slice text, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (names[i] != NULL && slice_eq_z(text, names[i])) {
			*out = i;
			return true;
		}
	return false;
}

/* "POINT:ACTION:N", or "none"; anything else is a mistake of the test. */
static void read_wish(const char *text)
{
	static const char *const actions[] = {
		[ACTION_KILL] = "kill",
		[ACTION_FAIL] = "fail",
		[ACTION_FULL] = "full",
	};
	struct slice rest = slice_of(text);
	struct slice part;
	uint64_t nth = 0;
	int point = 0;
	int action = ACTION_NONE;

	if (!slice_eq_z(rest, "none") &&
	    !(slice_split(&part, &rest, ':') && read_name(&point, part, point_names, POINT_COUNT) &&
	      slice_split(&part, &rest, ':') &&
	      read_name(&action, part, actions, (int)countof(actions)) &&
	      slice_to_u64(&nth, rest, INT32_MAX) && nth > 0)) {
		fprintf(stderr, "fault: not understood: %s\n", text);
		abort();
	}
	faults.point = (enum point)point;
	faults.action = (enum action)action;
	faults.nth = (long)nth;
}

/* Before main(); a worker's environment is empty, so that it is left alone. */
__attribute__((constructor)) static void begin(void)
{
	const char *wish = getenv("MICROCAT_FAULT");

	if (wish == NULL)
		return;
	read_wish(wish);
	wrap_sqlite_memory();
	wrap_uv_memory();
	atexit(say_passed);
	faults.is_on = faults.says = true;
}

/* --- in process --- */

static enum point point_of(const char *name)
{
	int point = 0;

	require(read_name(&point, slice_of(name), point_names, POINT_COUNT));
	return (enum point)point;
}

void faults_begin(void)
{
	wrap_sqlite_memory();
	wrap_uv_memory();
	faults.is_on = true;
}

void faults_fail(const char *point, long nth)
{
	for (int i = 0; i < POINT_COUNT; i++)
		atomic_store(&faults.passed[i], 0);
	atomic_store(&faults.has_struck, false);
	faults.point = point_of(point);
	faults.nth = nth;
	faults.action = nth > 0 ? ACTION_FAIL : ACTION_NONE;
}

bool faults_have_struck(void)
{
	return atomic_load(&faults.has_struck);
}

long faults_passed(const char *point)
{
	return atomic_load(&faults.passed[point_of(point)]);
}
