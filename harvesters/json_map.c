// SPDX-License-Identifier: EUPL-1.2
/*
 * The tolerant reader. It walks each row's path through objects and lists and
 * keeps, in one small buffer, where it is: the path of each word.
 */
#include "harvesters/json_map.h"

#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/text.h"
#include "harvesters/columns.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { PATH_BYTES = 256, NUMBER_BYTES = 32 };

static const char language_keys[] = "language|@language|inLanguage|lang|locale";
static const char text_keys[] = "value|@value|name|text";
static const char link_keys[] = "url|contentUrl|href|@id|id";

/* --- single values --- */

bool json_is_absent(const struct json_node *value)
{
	if (value == NULL || value->kind == NODE_NULL)
		return true;
	if (node_is_text(value))
		return slice_trim(node_text(value)).n == 0;
	if (node_is_object(value))
		return node_size(value) == 0;
	if (!node_is_list(value))
		return false;
	for (size_t i = 0; i < node_size(value); i++)
		if (!json_is_absent(node_item(value, i)))
			return false;
	return true;
}

/* Takes what stands before the first separator off the front of a path, which is short. */
static struct slice next_part(struct slice *path, char separator)
{
	struct slice part = { path->p, 0 };

	while (part.n < path->n && part.p[part.n] != separator)
		part.n++;
	*path = slice_from(*path, part.n + 1);
	return part;
}

/* The first member of "a|b|c" that is there. */
static const struct json_node *member_of(const struct json_node *object, struct slice keys,
					 struct slice *found)
{
	while (keys.n > 0) {
		struct slice key = next_part(&keys, '|');
		const struct json_node *value = node_member(object, key);

		if (!json_is_absent(value)) {
			*found = key;
			return value;
		}
	}
	return NULL;
}

const struct json_node *json_member_named(const struct json_node *object, const char *keys,
					  struct slice *name)
{
	*name = SLICE_NONE;
	return node_is_object(object) ? member_of(object, slice_of(keys), name) : NULL;
}

const struct json_node *json_member(const struct json_node *object, const char *keys)
{
	struct slice name;

	return json_member_named(object, keys, &name);
}

struct slice json_text_of(const struct json_node *value)
{
	for (unsigned depth = 0; node_is_list(value) && depth < 4; depth++)
		value = node_item(value, 0);
	return node_text(value);
}

struct slice json_text_member(const struct json_node *object, const char *keys)
{
	return json_text_of(json_member(object, keys));
}

enum tri json_tri(const struct json_node *value)
{
	struct slice text = json_text_of(value);

	if (node_is(value, NODE_TRUE) || node_is(value, NODE_FALSE))
		return value->kind == NODE_TRUE ? TRI_TRUE : TRI_FALSE;
	if (node_is(value, NODE_INTEGER))
		return value->as.integer == 1   ? TRI_TRUE
		       : value->as.integer == 0 ? TRI_FALSE
						: TRI_UNKNOWN;
	text = slice_trim(text);
	if (slice_eq_nocase(text, SLICE_LIT("true")) || slice_eq(text, SLICE_LIT("1")))
		return TRI_TRUE;
	if (slice_eq_nocase(text, SLICE_LIT("false")) || slice_eq(text, SLICE_LIT("0")))
		return TRI_FALSE;
	return TRI_UNKNOWN;
}

bool json_whole_number(int64_t *out, const struct json_node *value)
{
	if (node_is(value, NODE_INTEGER)) {
		*out = value->as.integer;
		return true;
	}
	if (node_is(value, NODE_REAL)) {
		double real = value->as.real;

		if (!(real >= -9e15 && real <= 9e15) || real != floor(real))
			return false;
		*out = (int64_t)real;
		return true;
	}
	return node_is_text(value) &&
	       slice_to_i64(out, slice_trim(json_text_of(value)), INT64_MIN / 2, INT64_MAX / 2);
}

size_t json_count(const struct json_node *value)
{
	if (node_is_list(value))
		return node_size(value);
	return json_is_absent(value) ? 0 : 1;
}

const struct json_node *json_at(const struct json_node *value, size_t i)
{
	return node_is_list(value) ? node_item(value, i) : value;
}

/* --- the walk --- */

struct walk {
	const struct json_reading *reading;
	const struct json_row *row;
	const struct json_node *holder; /* the object that the value at hand stands in */
	uint16_t part;
	struct slice lang;
	size_t path_length;
	char path[PATH_BYTES];
};

/* Both leave the path as it is where it would grow too long. */
static void path_add_key(struct walk *w, struct slice key)
{
	size_t dot = w->path_length > 0;

	if (w->path_length + key.n + dot > PATH_BYTES)
		return;
	if (dot)
		w->path[w->path_length++] = '.';
	memcpy(w->path + w->path_length, key.p, key.n);
	w->path_length += key.n;
}

static void path_add_index(struct walk *w, size_t i)
{
	char text[24]; /* filled from its end */
	size_t at = sizeof(text);
	size_t n;

	text[--at] = ']';
	do {
		text[--at] = (char)('0' + i % 10);
		i /= 10;
	} while (i > 0);
	text[--at] = '[';
	n = sizeof(text) - at;
	if (w->path_length + n > PATH_BYTES)
		return;
	memcpy(w->path + w->path_length, text + at, n);
	w->path_length += n;
}

/* jansson lets \u0000 through; nothing behind us does. */
static struct slice without_zeros(struct slice text, struct arena *arena)
{
	struct slice copy;

	if (text.n == 0 || memchr(text.p, 0, text.n) == NULL)
		return text;
	copy = arena_dup(arena, text);
	for (size_t i = 0; i < copy.n; i++)
		if (copy.p[i] == 0)
			((char *)(uintptr_t)copy.p)[i] = ' ';
	return copy;
}

static struct slice scheme_of(const struct walk *w)
{
	const char *scheme = w->row->scheme;

	if (scheme == NULL)
		return SLICE_NONE;
	if (scheme[0] != '@')
		return slice_of(scheme);
	return slice_trim(json_text_member(w->holder, scheme + 1));
}

static bool is_left_out(const struct json_reading *r, enum element element)
{
	return r->left_out != NULL && r->left_out[element];
}

static void add(struct walk *w, struct slice text)
{
	struct arena *arena = w->reading->arena;
	struct word word = {
		.element = w->row->element,
		.part = w->part,
		.lang = w->lang,
		.scheme = scheme_of(w),
		.text = without_zeros(text, arena),
	};

	if (slice_trim(text).n == 0 || is_left_out(w->reading, w->row->element))
		return;
	word.path = arena_dup(arena, slice_make(w->path, w->path_length));
	words_add(w->reading->words, arena, word);
}

/* A number as it would be written by hand: 7.5, 30, not 30.000000. */
static struct slice number_text(const struct json_node *number, struct arena *arena)
{
	struct buf text = BUF_INIT(NUMBER_BYTES);
	struct slice copy;

	if (number->kind == NODE_INTEGER)
		buf_i64(&text, number->as.integer);
	else
		buf_printf(&text, "%.15g", number->as.real);
	copy = arena_dup(arena, buf_view(&text));
	buf_clear(&text);
	return copy;
}

/* The text of a string, number or boolean; absent for lists and objects. */
static struct slice plain_text(const struct json_node *value, struct arena *arena)
{
	if (node_is_text(value))
		return node_text(value);
	if (node_is_number(value))
		return number_text(value, arena);
	if (node_is(value, NODE_TRUE) || node_is(value, NODE_FALSE))
		return value->kind == NODE_TRUE ? SLICE_LIT("true") : SLICE_LIT("false");
	return SLICE_NONE;
}

static void add_plain(struct walk *w, struct slice text)
{
	if (text.p != NULL && !text_is_placeholder(text))
		add(w, text);
}

static void add_split(struct walk *w, struct slice text)
{
	while (text.n > 0) {
		size_t i = 0;

		while (i < text.n && text.p[i] != ',' && text.p[i] != ';')
			i++;
		add_plain(w, slice_trim(slice_first(text, i)));
		text = slice_from(text, i + 1);
	}
}

static bool is_language_key(struct slice key)
{
	size_t n = 0;

	while (n < key.n && ascii_is_alpha(key.p[n]))
		n++;
	if (n < 2 || n > 3)
		return false;
	if (n < key.n && key.p[n] == ' ') /* "en " */
		return n + 1 == key.n;
	return n == key.n || ((key.p[n] == '-' || key.p[n] == '_') && key.n - n <= 9);
}

/* {"en": "x", "fi": ["y", "z"]}: only if each key is a language's. */
static void read_language_map(struct walk *w, const struct json_node *object)
{
	for (size_t i = 0; i < node_size(object); i++)
		if (!is_language_key(node_member_at(object, i)->name))
			return;
	for (size_t i = 0; i < node_size(object); i++) {
		const struct json_node_member *member = node_member_at(object, i);
		const struct json_node *value = &member->value;
		size_t length = w->path_length;

		path_add_key(w, member->name);
		w->lang = slice_trim(member->name);
		for (size_t k = 0; k < json_count(value); k++) {
			size_t inner = w->path_length;

			if (node_is_list(value))
				path_add_index(w, k);
			add(w, plain_text(json_at(value, k), w->reading->arena));
			w->path_length = inner;
		}
		w->path_length = length;
	}
	w->lang = SLICE_NONE;
}

static void read_local(struct walk *w, const struct json_node *value)
{
	struct slice key;
	const struct json_node *text;

	if (!node_is_object(value)) {
		add(w, plain_text(value, w->reading->arena));
		return;
	}
	text = member_of(value, slice_of(text_keys), &key);
	if (text == NULL) {
		if (json_member(value, language_keys) == NULL)
			read_language_map(w, value);
		return;
	}
	w->lang = slice_trim(json_text_member(value, language_keys));
	if (w->lang.n == 0)
		w->lang = SLICE_NONE;
	path_add_key(w, key);
	for (size_t i = 0; i < json_count(text); i++)
		add(w, plain_text(json_at(text, i), w->reading->arena));
	w->lang = SLICE_NONE;
}

static void read_end(struct walk *w, const struct json_node *value)
{
	struct slice key;

	switch (w->row->kind) {
	case JSON_LOCAL:
		read_local(w, value);
		return;
	case JSON_LIST:
		if (node_is_text(value)) {
			add_split(w, json_text_of(value));
			return;
		}
		break;
	case JSON_LINK:
		if (node_is_object(value)) {
			value = member_of(value, slice_of(link_keys), &key);
			if (value == NULL)
				return;
			path_add_key(w, key);
			value = json_at(value, 0);
		}
		break;
	case JSON_VALUE:
		break;
	}
	add_plain(w, plain_text(value, w->reading->arena));
}

/* Follows the rest of a path from value; counts: a list here gives parts. */
static void follow(struct walk *w, const struct json_node *value, struct slice rest, bool counts,
		   unsigned depth)
{
	size_t length = w->path_length;
	struct slice segment, key;
	const struct json_node *holder = w->holder;
	const struct json_node *below;

	if (depth > 16 || json_is_absent(value))
		return;
	if (node_is_list(value)) {
		for (size_t i = 0; i < node_size(value); i++) {
			path_add_index(w, i);
			if (counts)
				w->part = (uint16_t)(w->reading->part + (i < 60000 ? i : 60000));
			follow(w, node_item(value, i), rest, false, depth + 1);
			w->path_length = length;
		}
		return;
	}
	if (rest.n == 0) {
		read_end(w, value);
		w->path_length = length;
		return;
	}
	if (!node_is_object(value))
		return;
	segment = next_part(&rest, '.');
	counts = segment.n > 0 && segment.p[segment.n - 1] == '#';
	if (counts)
		segment.n--;
	below = member_of(value, segment, &key);
	if (below == NULL)
		return;
	path_add_key(w, key);
	w->holder = value;
	follow(w, below, rest, counts, depth + 1);
	w->holder = holder;
	w->path_length = length;
}

static void begin_walk(struct walk *w, const struct json_reading *r, const struct json_row *row)
{
	w->reading = r;
	w->row = row;
	w->holder = NULL;
	w->part = r->part;
	w->lang = SLICE_NONE;
	w->path_length = 0;
	if (r->prefix.n > 0)
		path_add_key(w, r->prefix);
}

struct slice json_path(const struct json_reading *r, struct slice name)
{
	struct walk w;

	begin_walk(&w, r, NULL);
	path_add_key(&w, name);
	return arena_dup(r->arena, slice_make(w.path, w.path_length));
}

struct slice json_path_at(const struct json_reading *r, struct slice name, size_t i)
{
	struct walk w;

	begin_walk(&w, r, NULL);
	path_add_key(&w, name);
	path_add_index(&w, i);
	return arena_dup(r->arena, slice_make(w.path, w.path_length));
}

void json_map_read(const struct json_reading *r, const struct json_row *rows, size_t n,
		   const struct json_node *object)
{
	struct walk w;

	for (size_t i = 0; i < n; i++) {
		begin_walk(&w, r, &rows[i]);
		follow(&w, object, slice_of(rows[i].path), false, 0);
	}
}

void json_read_path(const struct json_reading *r, const struct json_node *object, const char *path,
		    enum element element, enum json_kind kind, const char *scheme)
{
	const struct json_row row = { path, element, kind, scheme };

	json_map_read(r, &row, 1, object);
}

void json_add_word(const struct json_reading *r, enum element element, struct slice text,
		   const char *scheme, struct slice path)
{
	struct word word = { .element = element,
			     .part = r->part,
			     .scheme = slice_of(scheme),
			     .text = text,
			     .path = path };

	if (!is_left_out(r, element))
		words_add(r->words, r->arena, word);
}

void json_read_value(const struct json_reading *r, const struct json_row *row,
		     const struct json_node *value, const char *path)
{
	struct walk w;

	begin_walk(&w, r, row);
	path_add_key(&w, slice_of(path));
	follow(&w, value, SLICE_NONE, false, 0);
}

/* --- the configuration's rows --- */

static enum json_kind kind_of_element(enum element e)
{
	switch (e) {
	case EL_TITLE:
	case EL_DESCRIPTION:
	case EL_OUTCOME:
	case EL_AUDIENCE:
	case EL_PREREQUISITES:
	case EL_PROVIDER_NAME:
	case EL_PROVIDER_UNIT:
	case EL_JOINT_NAME:
	case EL_AWARDING_NAME:
	case EL_ASSESSMENT:
	case EL_SKILL_LABEL:
	case EL_PRICE_AUDIENCE:
	case EL_SESSION_PRICE_AUDIENCE:
	case EL_SESSION_TERM:
	case EL_SESSION_PLACE:
		return JSON_LOCAL;
	case EL_URL:
	case EL_IMAGE:
	case EL_PROVIDER_URL:
	case EL_SESSION_URL:
		return JSON_LINK;
	case EL_KEYWORD:
		return JSON_LIST;
	default:
		return JSON_VALUE;
	}
}

enum err_code json_map_init(struct json_map *m, const struct json_row *rows, size_t n,
			    const struct settings *columns, struct err *err)
{
	struct source_place place;
	struct json_row *merged;

	*m = (struct json_map){ .rows = rows, .n = n };
	arena_init(&m->arena, LIMIT_COLUMNS_BYTES);
	if (columns_check(columns, NULL, &place, err) != ERR_OK)
		return ERR_CONFIG;
	if (columns->n == 0)
		return ERR_OK;
	merged = arena_new_n(&m->arena, struct json_row, n + columns->n);
	if (merged == NULL)
		return err_set(err, ERR_LIMIT, "columns: more than %d bytes (LIMIT_COLUMNS_BYTES)",
			       LIMIT_COLUMNS_BYTES);
	for (size_t i = 0; i < columns->n; i++)
		m->is_configured[column_of_name(columns->items[i].name)->element] = true;
	m->n = 0;
	for (size_t i = 0; i < n; i++)
		if (!m->is_configured[rows[i].element])
			merged[m->n++] = rows[i];
	for (size_t i = 0; i < columns->n; i++) {
		const struct column_name *column = column_of_name(columns->items[i].name);
		struct slice path = slice_trim(columns->items[i].value);

		if (path.n == 0)
			continue;
		path = arena_dup(&m->arena, path);
		if (path.p == NULL)
			return err_set(err, ERR_LIMIT,
				       "columns: more than %d bytes (LIMIT_COLUMNS_BYTES)",
				       LIMIT_COLUMNS_BYTES);
		merged[m->n++] =
			(struct json_row){ path.p, column->element,
					   kind_of_element(column->element), column->scheme };
	}
	m->rows = merged;
	return ERR_OK;
}

void json_map_clear(struct json_map *m)
{
	arena_clear(&m->arena);
	*m = (struct json_map){ 0 };
}
