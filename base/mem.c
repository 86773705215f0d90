// SPDX-License-Identifier: EUPL-1.2
/*
 * Memory of fixed size, and the assertion that stays on. The only place that
 * calls realloc().
 */
#include "base/mem.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a process that asked for a limit; others pay one comparison. */
static struct {
	size_t max_bytes; /* 0: nothing is counted */
	size_t used_bytes;
	void (*exhausted)(void);
} limit;

_Noreturn static void out_of_memory(size_t n, size_t size)
{
	if (limit.exhausted != NULL)
		limit.exhausted();
	fprintf(stderr, "microcat: out of memory: %zu x %zu bytes\n", n, size);
	abort();
}

void *mem_made(void *thing)
{
	if (thing == NULL)
		out_of_memory(1, 0);
	return thing;
}

void mem_limit(size_t max_bytes, void (*exhausted)(void))
{
	limit.max_bytes = max_bytes;
	limit.exhausted = exhausted;
}

/* Before n * size bytes are taken, which is no overflow. */
static void check_limit(size_t n, size_t size)
{
	if (limit.max_bytes == 0)
		return;
	if (limit.used_bytes > limit.max_bytes || n * size > limit.max_bytes - limit.used_bytes)
		out_of_memory(n, size);
}

static void count_taken(void *p)
{
	if (limit.max_bytes != 0)
		limit.used_bytes += malloc_usable_size(p);
}

static void count_given_back(void *p)
{
	size_t n;

	if (limit.max_bytes == 0)
		return;
	n = malloc_usable_size(p);
	/* What was taken before counting began was not counted. */
	limit.used_bytes -= n < limit.used_bytes ? n : limit.used_bytes;
}

void *mem_zalloc(size_t size)
{
	return mem_calloc(1, size);
}

void *mem_calloc(size_t n, size_t size)
{
	void *p;

	/* At least one byte, since calloc(0) may be NULL. */
	if (n == 0 || size == 0)
		n = size = 1;
	if (n > SIZE_MAX / size)
		out_of_memory(n, size);
	check_limit(n, size);
	p = calloc(n, size);
	if (p == NULL)
		out_of_memory(n, size);
	count_taken(p);
	return p;
}

void *mem_resize(void *p, size_t n, size_t size)
{
	void *resized;

	if (n == 0 || size == 0)
		n = size = 1;
	if (n > SIZE_MAX / size)
		out_of_memory(n, size);
	check_limit(n, size);
	count_given_back(p);
	resized = realloc(p, n * size);
	if (resized == NULL)
		out_of_memory(n, size);
	count_taken(resized);
	return resized;
}

char *mem_strdup(const char *text)
{
	return text != NULL ? mem_strndup(text, strlen(text)) : NULL;
}

char *mem_strndup(const char *p, size_t n)
{
	char *copy;

	if (n == SIZE_MAX)
		out_of_memory(n, 1);
	copy = mem_zalloc(n + 1);
	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

void mem_free(void *p)
{
	count_given_back(p);
	free(p);
}

/* Of /proc/self/statm: size, resident and shared pages, where "shared" are those of files. */
uint64_t mem_mapped_bytes(void)
{
	char text[96];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	char *at = text;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	(void)strtoul(at, &at, 10);
	(void)strtoul(at, &at, 10);
	return (uint64_t)strtoul(at, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

_Noreturn void mem_require_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "microcat: %s:%d: not so: %s\n", file, line, condition);
	abort();
}
