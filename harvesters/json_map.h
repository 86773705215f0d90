// SPDX-License-Identifier: EUPL-1.2
#ifndef HARVESTERS_JSON_MAP_H
#define HARVESTERS_JSON_MAP_H

/*
 * From JSON to words by a table: which path holds which element. One tolerant
 * reader for all formats: every value may be single or a list, a number may be
 * text, a text may come in any of five encodings of language. What no row names
 * is not read, so that persons stay out.
 *
 * Paths are keys with dots between. "a|b" takes the first of two keys that is
 * not absent (a misspelling, another version). A '#' behind a key makes the
 * index of its list the part of the words below it ("startDate#"); lists are
 * looked through wherever they stand.
 *
 * Thread: any; a map belongs to its owner.
 */

#include "catalogue/json_tree.h"
#include "catalogue/word.h"
#include "harvesters/source.h"

enum json_kind {
	JSON_VALUE, /* texts, numbers and booleans as they stand; placeholders are absent */
	JSON_LOCAL, /* a text in one language or several: "x", {"en": "x"}, {"en": ["x"]},
		     * [{"language": "en", "value": "x"}], {"@language": "en", "@value": "x"} */
	JSON_LINK, /* as JSON_VALUE, or the url, contentUrl, href, @id or id of an object */
	JSON_LIST, /* as JSON_VALUE, texts split at commas and semicolons */
};

struct json_row {
	const char *path;
	enum element element;
	enum json_kind kind;
	const char *scheme; /* of the words; "@codeType": what stands in that member of the object
			     * that holds the value; NULL: none */
};

struct json_map {
	const struct json_row *rows;
	size_t n;
	bool is_configured[EL_COUNT]; /* elements that the configuration has a path for, or leaves
					 out */
	struct arena arena; /* of rows that the configuration changed */
};

/*
 * A table with the rows of `columns` in the place of its own for the same
 * elements; an element with an empty path is not read at all. rows are
 * borrowed. ERR_CONFIG for a name that is no element.
 */
enum err_code json_map_init(struct json_map *m, const struct json_row *rows, size_t n,
			    const struct settings *columns, struct err *err) ERR_MUST_USE;
void json_map_clear(struct json_map *m);

/* What words are added to, and where in the document one is. */
struct json_reading {
	struct words *words;
	struct arena *arena;
	struct slice prefix; /* put before each path ("offerings[2]"); may be absent */
	uint16_t part; /* of words in rows without '#', and what '#' counts from */
	const bool *left_out; /* elements that are not added: a map's is_configured, where code
			       * reads what its rows do not; NULL: none */
};

/* Reads all rows from an object. Texts are borrowed from what it was read of. */
void json_map_read(const struct json_reading *r, const struct json_row *rows, size_t n,
		   const struct json_node *object);
/* As one row. */
void json_read_path(const struct json_reading *r, const struct json_node *object, const char *path,
		    enum element element, enum json_kind kind, const char *scheme);
/* As one row: also for values that are found by other means; path is what is recorded. */
void json_read_value(const struct json_reading *r, const struct json_row *row,
		     const struct json_node *value, const char *path);
/* A text that stands nowhere by itself: a rule made it, or parts of a text. */
void json_add_word(const struct json_reading *r, enum element element, struct slice text,
		   const char *scheme, struct slice path);

/* "prefix.name", "prefix.name[i]", in the reading's arena. */
struct slice json_path(const struct json_reading *r, struct slice name);
struct slice json_path_at(const struct json_reading *r, struct slice name, size_t i);

/* The first member of "a|b|c" that is not absent; NULL if there is none. */
const struct json_node *json_member(const struct json_node *object, const char *keys);
/* The same, and which of them; absent as the member is. */
const struct json_node *json_member_named(const struct json_node *object, const char *keys,
					  struct slice *name);
/* Absent: NULL, null, a blank text, [], {}, [[]]. */
bool json_is_absent(const struct json_node *value);
/* The text of a string; the first of a list; absent for anything else. */
struct slice json_text_of(const struct json_node *value);
/* As json_text_of(json_member(...)). */
struct slice json_text_member(const struct json_node *object, const char *keys);
/* Booleans, 0 and 1, "true" and "false"; TRI_UNKNOWN for anything else. */
enum tri json_tri(const struct json_node *value);
/* Integers, also as text or with ".0"; false for anything else. */
bool json_whole_number(int64_t *out, const struct json_node *value);
/* The value, or what is in the list if it is one: `for i < n`. */
size_t json_count(const struct json_node *value);
const struct json_node *json_at(const struct json_node *value, size_t i);

#endif
