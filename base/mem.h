// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_MEM_H
#define BASE_MEM_H

/*
 * Memory. Small things of fixed size: zeroed, or the process ends. systemd
 * starts it again and the database loses nothing, so the error paths nobody
 * can test are not there. Anything whose size a stranger decides lives in a
 * buf or an arena with a maximum instead.
 */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed memory; never NULL. */
void *mem_zalloc(size_t size);
/* n things of size bytes, zeroed; an overflow ends the process. */
void *mem_calloc(size_t n, size_t size);
/* Resizes an array to n things; new ones are not zeroed; never NULL. */
void *mem_resize(void *p, size_t n, size_t size);
char *mem_strdup(const char *text); /* NULL gives NULL */
char *mem_strndup(const char *p, size_t n);
void mem_free(void *p);
/* A thing of fixed size as a library made it; where it had no memory the process ends, too. */
void *mem_made(void *thing);

/*
 * Counts from now on what is in use of the memory handed out here, and calls
 * exhausted(), which must not return, when that would become more than
 * max_bytes or the system has no more. For a process with one thread that
 * reads bytes of strangers; max_bytes may be changed later.
 */
void mem_limit(size_t max_bytes, void (*exhausted)(void));

/*
 * How much of this process' memory are pages of files that are mapped, those of
 * programs too; a page counts for each of its mappings. 0 where it is not told.
 * Thread: any.
 */
uint64_t mem_mapped_bytes(void);

#define mem_new(type) ((type *)mem_zalloc(sizeof(type)))
#define mem_new_n(type, n) ((type *)mem_calloc((n), sizeof(type)))

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
#define countof(array) (sizeof(array) / sizeof((array)[0]))

/* An assertion that stays on in release builds: what the program guarantees to itself. */
#define require(condition)                                                                         \
	((condition) ? (void)0 : mem_require_failed(#condition, __FILE__, __LINE__))
_Noreturn void mem_require_failed(const char *condition, const char *file, int line);

#endif
