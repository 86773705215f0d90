// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_SOURCE_H
#define HARVESTERS_SOURCE_H

/*
 * What a harvester knows of its source: the configuration's entry without
 * secrets, as JSON on its way from the daemon, as a struct in the worker. The
 * daemon writes it with source_write(); the store keeps the same text.
 *
 * Thread: any; values in an arena.
 */

#include "catalogue/normalise.h"

struct setting {
	struct slice name;
	struct slice value;
};

struct settings {
	struct setting *items;
	size_t n;
};

enum source_role { ROLE_OWN, ROLE_AUTHORITATIVE, ROLE_REPUBLISHER };

struct source {
	struct slice id;
	struct slice title;
	struct slice country;      /* alpha-2 */
	struct slice language;     /* of texts that carry no tag */
	struct codes alliances;
	enum source_role role;
	struct slice format;       /* "ooapi", "moochub", "csv" */
	struct slice version;      /* "5"; absent: by shape */
	struct slice url;          /* as configured */
	struct settings query;     /* added to each list request */
	uint32_t page_size;        /* 0: the format's default */
	bool is_total_hint;        /* total = "hint" */
	struct {
		char separator;        /* 0: detect */
		struct slice encoding; /* absent: detect */
		struct slice date_format;
		char decimal;          /* 0: either */
		bool has_header;       /* true unless header = false */
		struct slice split;    /* separators inside a cell; absent: the default of format_csv.c */
		struct codes id_columns;
	} csv;
	struct settings columns;   /* element name -> column heading, or path for JSON formats */
	struct settings options;   /* format-specific, as configured */
};

void source_init(struct source *s);
void source_write(struct json_writer *w, const struct source *s);
enum err_code source_read(struct source *out, struct arena *arena, struct slice json,
			  struct err *err) ERR_MUST_USE;
/*
 * Appends the address where a list begins that is asked for as configured: url
 * with the parameters of query. ERR_LIMIT when out is too small for it.
 */
enum err_code source_write_list_url(struct buf *out, const struct source *s,
				    struct err *err) ERR_MUST_USE;

/* Where in a source's block a mistake stands, for the message's line. */
struct source_place {
	const char *block; /* "csv", "columns"; NULL: in the source itself */
	struct slice name; /* of the key, or of the column; absent: not known */
};

/*
 * What is wrong whatever the format: a date format that cannot be read.
 * ERR_CONFIG with what was read and what was expected; *place tells where.
 */
enum err_code source_check(const struct source *s, struct source_place *place,
			   struct err *err) ERR_MUST_USE;
/* For normalise(): borrowed from s. */
void source_context(struct source_context *out, const struct source *s, struct slice standard);

/* The value of a setting; absent if it is not set. */
struct slice settings_get(const struct settings *settings, const char *name);
/* Whether it says true, yes, on or 1; anything else is false. */
bool settings_is_true(const struct settings *settings, const char *name, bool otherwise);

#endif
