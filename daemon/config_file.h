// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_CONFIG_FILE_H
#define DAEMON_CONFIG_FILE_H

/*
 * Configuration files as blocks of entries: the syntax (libconfuse) and the
 * table of keys end here; what the values mean together is for config.c and
 * config_source.c. Each value was read once as its type says, so that asking
 * for it cannot fail.
 *
 * Thread: any; one at a time (libconfuse's scanner is global).
 */

#include "base/arena.h"
#include "daemon/config_keys.h"
#include "harvesters/source.h"

/* One value as written. */
struct config_entry {
	enum config_section section;
	struct slice map; /* "headers": a line of this map; absent: a key of the table */
	struct slice name;
	struct slice *texts; /* one; those of a list */
	size_t n_texts;
	int line; /* 0: it comes from the command line, as lint's may */
};

/* The top of the main file with its harvest { }, or one source { }. */
struct config_block {
	struct slice title; /* the source's id; absent: the top */
	const char *file;
	int line; /* where it ends; 0: all of it comes from the command line */
	struct config_entry *entries;
	size_t n_entries;
	size_t cap_entries;
};

struct config_blocks {
	struct config_block *items;
	size_t n;
	size_t cap;
};

/*
 * Adds the blocks of a file. is_main: keys of the top are allowed, and their
 * block comes first; else there may be sources only. All is copied into the
 * arena. Errors: ERR_CONFIG with file and line; ERR_IO.
 */
enum err_code config_file_read(struct config_blocks *out, struct arena *arena, const char *path,
			       bool is_main, struct err *err) ERR_MUST_USE;

/* NULL when it is not set. */
const struct config_entry *config_block_find(const struct config_block *b,
					     enum config_section section, const char *name);
/* The value, else the table's preset, else absent. */
struct slice config_block_text(const struct config_block *b, enum config_section section,
			       const char *name);
/* The value, else the preset, in the unit the key is read as; 0 without either. */
int64_t config_block_number(const struct config_block *b, enum config_section section,
			    const char *name);
/* Borrowed from b, or from static memory. */
struct codes config_block_list(const struct config_block *b, enum config_section section,
			       const char *name, struct arena *arena);
struct settings config_block_map(const struct config_block *b, const char *map,
				 struct arena *arena);

/* ERR_CONFIG: "FILE:LINE: what", or "the command line: what" for line 0. */
enum err_code config_fail_at(struct err *err, const struct config_block *b, int line,
			     const char *what);
/* ERR_CONFIG: "FILE:LINE: ..." where the key stands, or the block if it does not. */
enum err_code config_block_fail(struct err *err, const struct config_block *b,
				enum config_section section, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif
