// SPDX-License-Identifier: EUPL-1.2
/*
 * The configuration: the main file, and behind a line "@@" the one file of
 * sources. A configuration is loaded whole or refused with file and line;
 * what was loaded is within its limits and goes to a worker and back.
 *
 * No file of the system is read, whatever the paths say: the calls that read
 * files are wrapped by the linker and know three, the secret among them.
 * libconfuse's scanner ends the process where it does not know what to do, and
 * libFuzzer takes that for a failure.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "daemon/config.h"
#include "harvesters/begin.h"
#include "harvesters/harvester.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>

#define MAIN_PATH "/etc/test/microcat.conf"
#define SOURCES_PATH "/etc/test/sources.d/one.conf"

#define SECRET "s3cret"

static struct files {
	struct slice main, sources;
	bool are_all; /* while an input runs, not when inputs themselves are read */
} files;

/* --- the files there are --- */

FILE *__real_fopen(const char *path, const char *mode);
int __real_scandir(const char *dir, struct dirent ***names, int (*filter)(const struct dirent *),
		   int (*compare)(const struct dirent **, const struct dirent **));
FILE *__wrap_fopen(const char *path, const char *mode);
int __wrap_glob(const char *pattern, int flags, int (*on_error)(const char *, int), glob_t *found);
int __wrap_scandir(const char *dir, struct dirent ***names, int (*filter)(const struct dirent *),
		   int (*compare)(const struct dirent **, const struct dirent **));

FILE *__wrap_fopen(const char *path, const char *mode)
{
	struct slice text = SLICE_LIT(SECRET "\n");

	if (!files.are_all)
		return __real_fopen(path, mode);
	if (strcmp(path, MAIN_PATH) == 0)
		text = files.main;
	else if (strcmp(path, SOURCES_PATH) == 0)
		text = files.sources;
	else if (!slice_ends_with(slice_of(path), SLICE_LIT("/token"))) {
		errno = ENOENT;
		return NULL;
	}
	return text.n > 0 ? fmemopen((void *)(uintptr_t)text.p, text.n, "r") : tmpfile();
}

int __wrap_glob(const char *pattern, int flags, int (*on_error)(const char *, int), glob_t *found)
{
	static char *paths[] = { (char *)(uintptr_t)SOURCES_PATH, NULL };

	(void)flags;
	(void)on_error;
	FUZZ_CHECK(pattern[0] != '\0');
	found->gl_pathc = 1;
	found->gl_pathv = paths;
	return 0;
}

void __wrap_globfree(glob_t *found);
void __wrap_globfree(glob_t *found)
{
	(void)found;
}

int __wrap_scandir(const char *dir, struct dirent ***names, int (*filter)(const struct dirent *),
		   int (*compare)(const struct dirent **, const struct dirent **))
{
	if (!files.are_all)
		return __real_scandir(dir, names, filter, compare);
	errno = ENOENT;
	return -1;
}

/* --- what must hold --- */

/* The secret is nowhere, unless the files themselves say it. */
static bool is_silent(struct slice text)
{
	struct slice secret = SLICE_LIT(SECRET);

	return !slice_contains(text, secret) || slice_contains(files.main, secret) ||
	       slice_contains(files.sources, secret);
}

static void check_failure(enum err_code rc, const struct err *err)
{
	struct slice msg = slice_of(err->msg);

	fuzz_check_err(rc, err);
	FUZZ_EXPECT(rc == ERR_CONFIG || rc == ERR_LIMIT || rc == ERR_IO || rc == ERR_NOTFOUND, "%s",
		    err->msg);
	FUZZ_EXPECT(slice_starts_with(msg, SLICE_LIT("/etc/test/")) ||
			    slice_contains(msg, SLICE_LIT("token")),
		    "%s", err->msg);
	FUZZ_EXPECT(is_silent(msg), "%s", err->msg);
}

/* As a worker gets it, it gets the same. */
static void check_begin(const struct config_source *c)
{
	struct arena arena = ARENA_INIT(2 * (size_t)LIMIT_BEGIN_BYTES);
	struct buf text = BUF_INIT(LIMIT_BEGIN_BYTES), again = BUF_INIT(LIMIT_BEGIN_BYTES);
	struct begin begin = { .source = c->source, .now_s = 1 }, read;
	struct err err = ERR_INIT;

	FUZZ_CHECK(begin_write(&text, &begin, NULL) == ERR_OK);
	FUZZ_CHECK(is_silent(buf_view(&text)));
	FUZZ_EXPECT(begin_read(&read, &arena, buf_view(&text), &err) == ERR_OK, "%s: %s", err.msg,
		    buf_z(&text));
	FUZZ_CHECK(begin_write(&again, &read, NULL) == ERR_OK);
	FUZZ_EXPECT(slice_eq(buf_view(&text), buf_view(&again)), "%s\n%s", buf_z(&text),
		    buf_z(&again));
	buf_clear(&text);
	buf_clear(&again);
	arena_clear(&arena);
}

static void check_source(const struct config_source *c)
{
	const struct source *s = &c->source;

	FUZZ_CHECK(s->id.n > 0 && s->id.n <= LIMIT_SOURCE_ID_BYTES && utf8_is_valid(s->id));
	FUZZ_CHECK(s->title.n > 0 && utf8_is_valid(s->title));
	FUZZ_CHECK(s->country.p == NULL || s->country.n == 2);
	FUZZ_CHECK(slice_starts_with_nocase(s->url, SLICE_LIT("http")));
	FUZZ_CHECK(s->page_size <= LIMIT_PAGE_SIZE && c->every_s > 0 && c->parallel_requests > 0);
	FUZZ_CHECK(c->shrink_guard_permille <= 1000);
	FUZZ_CHECK(harvester_find(s->format) != NULL);
	FUZZ_CHECK(c->settings_json.n > 0);
	for (size_t i = 0; i < c->headers.n; i++)
		for (size_t k = 0; k < c->headers.items[i].value.n; k++)
			FUZZ_CHECK((unsigned char)c->headers.items[i].value.p[k] >= ' ');
	check_begin(c);
}

static void check_config(const struct config *c)
{
	struct buf differences = BUF_INIT(1000);

	FUZZ_CHECK(c->listen.n <= LIMIT_CONFIG_BYTES && c->admin.n > 0 && c->state_dir.n > 0);
	FUZZ_CHECK(c->parallel > 0 && c->worker_memory_bytes > 0);
	FUZZ_CHECK(c->n_sources <= LIMIT_SOURCES);
	for (size_t i = 0; i < c->n_sources; i++) {
		check_source(&c->sources[i]);
		FUZZ_CHECK(config_source(c, c->sources[i].source.id) == &c->sources[i]);
	}
	config_fixed_differences(&differences, c, c);
	FUZZ_CHECK(differences.len == 0);
	buf_clear(&differences);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), mark = SLICE_LIT("\n@@\n");
	ptrdiff_t at = slice_find(text, mark);
	struct config *config = NULL, *again = NULL;
	struct err err = ERR_INIT;
	enum err_code rc;

	files.main = slice_first(text, at < 0 ? text.n : (size_t)at);
	files.sources = at < 0 ? SLICE_LIT("") : slice_from(text, (size_t)at + mark.n);
	files.are_all = true;
	rc = config_load(&config, MAIN_PATH, &err);
	if (rc != ERR_OK) {
		check_failure(rc, &err);
	} else {
		struct buf differences = BUF_INIT(1000);

		check_config(config);
		FUZZ_CHECK(config_load(&again, MAIN_PATH, &err) == ERR_OK);
		config_fixed_differences(&differences, config, again);
		FUZZ_CHECK(differences.len == 0 && config->n_sources == again->n_sources);
		buf_clear(&differences);
	}
	files.are_all = false;
	config_free(config);
	config_free(again);
	unit_exact_free(text);
	return 0;
}
