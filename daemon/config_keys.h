// SPDX-License-Identifier: EUPL-1.2
#ifndef DAEMON_CONFIG_KEYS_H
#define DAEMON_CONFIG_KEYS_H

/*
 * The table of all configuration keys: section, name, type, default, limits,
 * whether a reload takes it, and help. Checks, --help-config and the example
 * file come from it; nothing else knows a default.
 *
 * Thread: any; static data and pure functions.
 */

#include "base/buf.h"

enum config_type {
	CONFIG_TEXT,
	CONFIG_LIST, /* of texts: { "a", "b" } */
	CONFIG_BOOL, /* true, false, yes, no, on, off */
	CONFIG_NUMBER,
	CONFIG_SHARE, /* 0.0 to 1.0; read as thousandths */
	CONFIG_DURATION, /* 30s 10m 6h 7d; read as milliseconds */
	CONFIG_SIZE, /* 512K 128M 2G; read as bytes */
	CONFIG_CHOICE, /* one of the words in choices; read as its number */
	CONFIG_CHAR, /* one character, or "tab" */
	CONFIG_MAP /* a section of name = "value" lines of any name */
};

/* In the order of the example file. */
enum config_section {
	CONFIG_TOP,
	CONFIG_HARVEST, /* harvest { } */
	CONFIG_SOURCE, /* source "id" { } */
	CONFIG_SOURCE_AUTH, /* auth { } in a source */
	CONFIG_SOURCE_CSV, /* csv { } in a source */
	CONFIG_SECTION_COUNT
};

struct config_key {
	enum config_section section;
	const char *name;
	enum config_type type;
	const char *preset; /* as it would be written; NULL: none */
	const char *example; /* for the example file, where there is no preset or it says little */
	int64_t min, max; /* in the unit it is read as */
	const char *choices; /* "none|header|basic": CONFIG_CHOICE */
	bool is_required;
	bool is_fixed; /* a running daemon keeps the old value on reload */
	const char *help;
};

extern const struct config_key config_keys[];
extern const size_t n_config_keys;

/* NULL for an unknown one. */
const struct config_key *config_key_find(enum config_section section, const char *name);

/*
 * Reads a value as the key's type says: numbers in *out; texts are only
 * checked. On failure `expected` says in words what would have been right.
 */
bool config_value_read(int64_t *out, const struct config_key *key, const char *text,
		       struct buf *expected);

#endif
