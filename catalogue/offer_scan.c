// SPDX-License-Identifier: EUPL-1.2
/*
 * An offer from the very text that offer_write() writes, without values in
 * between: the members in the order of the tables, no blanks, one form of each
 * number, one escape of each character. That nothing else passes is shown as it
 * is read: each value has its one form, and at the end of an object the members
 * that were there are those that would be written.
 *
 * Whatever is not understood is false, never an error: offer_read() has the
 * words for it.
 */
#include "catalogue/offer_shape.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"

struct scan {
	struct arena *arena;
	struct slice in;
};

static bool take(struct scan *s, char c)
{
	if (s->in.n == 0 || s->in.p[0] != c)
		return false;
	s->in = slice_from(s->in, 1);
	return true;
}

/* "name": */
static bool take_key(struct scan *s, const char *name)
{
	const char *p = s->in.p;
	size_t n = s->in.n;
	size_t i = 1;

	if (n == 0 || p[0] != '"')
		return false;
	for (; *name != '\0'; name++, i++)
		if (i >= n || p[i] != *name)
			return false;
	if (i + 2 > n || p[i] != '"' || p[i + 1] != ':')
		return false;
	s->in = slice_from(s->in, i + 2);
	return true;
}

/* Between the things of a list: a comma, unless it is the first; *is_over at its end. */
static bool take_next(struct scan *s, bool is_first, char bracket, bool *is_over)
{
	*is_over = take(s, bracket);
	return *is_over || is_first || take(s, ',');
}

/* --- texts --- */

/* The character that one escape of a text with lines stands for; 0 for any other. */
static char unescaped(char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case 'n':
		return '\n';
	case 't':
		return '\t';
	default:
		return '\0';
	}
}

/* Behind the opening quote, of a text that has escapes: copied into the arena. */
static bool scan_escaped(struct scan *s, struct slice *out, bool has_lines)
{
	struct slice rest = s->in;
	char *room = NULL;
	size_t n = 0;

	/* The closing quote is behind an even number of backslashes. */
	for (bool is_escape = false; n < rest.n && (is_escape || rest.p[n] != '"'); n++)
		is_escape = !is_escape && rest.p[n] == '\\';
	if (n == rest.n || (room = arena_alloc(s->arena, n)) == NULL)
		return false;
	rest = slice_first(rest, n);
	s->in = slice_from(s->in, n + 1);
	*out = slice_make(room, 0);
	while (rest.n > 0) {
		size_t run = json_plain_run(rest, true);
		char c = '\0';

		memcpy(room + out->n, rest.p, run);
		out->n += run;
		rest = slice_from(rest, run);
		if (rest.n == 0)
			break;
		c = rest.n > 1 && rest.p[0] == '\\' ? unescaped(rest.p[1]) : '\0';
		if (c == '\0' || (c < ' ' && !has_lines))
			return false;
		room[out->n++] = c;
		rest = slice_from(rest, 2);
	}
	return true;
}

/* Control characters cannot stand in a text as they are, and 0x7f was looked for before. */
static bool scan_string(struct scan *s, struct slice *out, bool has_lines)
{
	size_t n = 0;

	if (!take(s, '"'))
		return false;
	n = json_plain_run(s->in, true);
	if (n == s->in.n || s->in.p[n] != '"')
		return scan_escaped(s, out, has_lines);
	*out = slice_first(s->in, n);
	s->in = slice_from(s->in, n + 1);
	return true;
}

static bool scan_text(struct scan *s, struct slice *out, size_t limit, enum text_form form)
{
	if (!scan_string(s, out, form == FORM_TEXT) || out->n == 0 || out->n > limit)
		return false;
	return form == FORM_TEXT || form == FORM_LINE || text_form_problem(*out, form) == NULL;
}

/* A key that the source chose: a language, a scheme. */
static bool scan_key(struct scan *s, struct slice *out, enum text_form form)
{
	return scan_text(s, out, LIMIT_TEXT_BYTES, form) && take(s, ':');
}

/* --- lists --- */

static bool scan_slices(struct scan *s, struct any_list *out, size_t max_items, size_t limit,
			enum text_form form)
{
	size_t cap = 0;
	bool is_over = false;

	if (!take(s, '['))
		return false;
	while (take_next(s, out->n == 0, ']', &is_over) && !is_over) {
		struct slice *item = out->n < max_items ? arena_push(s->arena, &out->items, &out->n,
								     &cap, sizeof(*item))
							: NULL;

		if (item == NULL || !scan_text(s, item, limit, form))
			return false;
	}
	return is_over;
}

/*
 * An object with keys of the source's: a list of things of `size` bytes whose
 * first member is the key, a slice. One key stands once.
 */
typedef bool (*scan_item)(struct scan *s, void *item, const struct member *m);

static bool is_key_new(const struct any_list *list, size_t size, struct slice key)
{
	for (size_t i = 0; i + 1 < list->n; i++)
		if (slice_eq(*(const struct slice *)(const void *)((const char *)list->items +
								   i * size),
			     key))
			return false;
	return true;
}

static bool scan_keyed(struct scan *s, struct any_list *out, const struct member *m,
		       size_t max_items, size_t size, enum text_form key_form, scan_item scan_value)
{
	size_t cap = 0;
	bool is_over = false;

	if (!take(s, '{'))
		return false;
	while (take_next(s, out->n == 0, '}', &is_over) && !is_over) {
		void *item = out->n < max_items
				     ? arena_push(s->arena, &out->items, &out->n, &cap, size)
				     : NULL;

		if (item == NULL || !scan_key(s, item, key_form) ||
		    !is_key_new(out, size, *(struct slice *)item) || !scan_value(s, item, m))
			return false;
	}
	return is_over;
}

static bool scan_text_item(struct scan *s, void *item, const struct member *m)
{
	return scan_text(s, &((struct text *)item)->text, m->limit, m->form);
}

static bool scan_id_item(struct scan *s, void *item, const struct member *m)
{
	return scan_text(s, &((struct scheme_value *)item)->value, LIMIT_URL_BYTES, m->form);
}

static bool scan_text_list_item(struct scan *s, void *item, const struct member *m)
{
	struct text_list *list = item;
	struct any_list items = { NULL, 0 };
	bool is_read = scan_slices(s, &items, m->limit, LIMIT_TEXT_BYTES, m->form);

	list->items = items.items;
	list->n = items.n;
	return is_read;
}

_Static_assert(offsetof(struct text, lang) == 0 && offsetof(struct text_list, lang) == 0 &&
		       offsetof(struct scheme_value, scheme) == 0,
	       "scan_keyed() finds the key in front");

/* --- single values --- */

/* As json_scaled() and json_i64() write it: no zeros in front or behind. */
static bool scan_number(struct scan *s, int64_t *out, const struct number_form *form)
{
	unsigned left = form->digits;
	bool is_fraction = false;
	int64_t v = 0;
	size_t i = 0;

	for (; i < s->in.n && (ascii_is_digit(s->in.p[i]) || s->in.p[i] == '.'); i++) {
		if (s->in.p[i] == '.') {
			if (is_fraction || i == 0)
				return false;
			is_fraction = true;
			continue;
		}
		if (v > form->max || (is_fraction && left == 0) ||
		    (!is_fraction && i == 1 && s->in.p[0] == '0'))
			return false;
		v = v * 10 + (s->in.p[i] - '0');
		left -= is_fraction;
	}
	if (i == 0 || (is_fraction && (s->in.p[i - 1] == '0' || s->in.p[i - 1] == '.')))
		return false;
	for (; left > 0; left--)
		v *= 10;
	s->in = slice_from(s->in, i);
	*out = v;
	return v >= form->min && v <= form->max;
}

static bool scan_number_member(struct scan *s, void *to, enum member_kind kind)
{
	const struct number_form *form = member_number_form(kind);
	int64_t v = 0;

	if (form == NULL || !scan_number(s, &v, form))
		return false;
	/* Without an amount nothing is written; a greatest of 0 would be taken for the amount. */
	if (kind == MEMBER_AMOUNT_MAX && v == 0 && ((const struct price *)to)->amount_c != 0)
		return false;
	member_set_number(to, kind, v);
	return true;
}

static bool scan_bool(struct scan *s, bool *out)
{
	struct slice word = SLICE_LIT("false");

	*out = s->in.n > 0 && s->in.p[0] == 't';
	if (*out)
		word = SLICE_LIT("true");
	if (!slice_starts_with(s->in, word))
		return false;
	s->in = slice_from(s->in, word.n);
	return true;
}

static bool scan_tri(struct scan *s, enum tri *out)
{
	bool is_true = false;

	if (!scan_bool(s, &is_true))
		return false;
	*out = is_true ? TRI_TRUE : TRI_FALSE;
	return true;
}

static bool scan_date(struct scan *s, struct date *out)
{
	struct slice text = SLICE_NONE;

	return scan_string(s, &text, false) && date_parse(out, text);
}

static bool scan_name(struct scan *s, void *to, enum member_kind kind)
{
	struct slice name = SLICE_NONE;

	return scan_string(s, &name, false) && member_set_name(to, kind, name);
}

static bool scan_code_chars(struct scan *s, char *out, const struct member *m)
{
	struct slice text = SLICE_NONE;

	if (!scan_text(s, &text, m->limit, m->form))
		return false;
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	return true;
}

/* Names in the order of their numbers. */
static bool scan_missing(struct scan *s, struct completeness *out)
{
	bool is_over = false;

	if (!take(s, '['))
		return false;
	while (take_next(s, out->missing == 0, ']', &is_over) && !is_over) {
		struct slice name = SLICE_NONE;
		enum required_element e = REQ_COUNT;

		if (!scan_string(s, &name, false))
			return false;
		e = required_element_of_name(name);
		if (e == REQ_COUNT || out->missing >> e != 0)
			return false;
		out->missing = (uint16_t)(out->missing | 1u << e);
	}
	out->is_computed = true;
	return is_over;
}

/* --- shapes --- */

static bool scan_shape(struct scan *s, const struct shape *shape, void *thing);

static bool scan_list(struct scan *s, struct any_list *out, const struct member *m)
{
	size_t cap = 0;
	bool is_over = false;

	if (!take(s, '['))
		return false;
	while (take_next(s, out->n == 0, ']', &is_over) && !is_over) {
		void *item = out->n < m->limit ? arena_push(s->arena, &out->items, &out->n, &cap,
							    m->shape->size)
					       : NULL;

		if (item == NULL || !scan_shape(s, m->shape, item))
			return false;
	}
	return is_over;
}

static bool scan_member(struct scan *s, void *thing, const struct member *m)
{
	void *to = (char *)thing + m->at;

	switch (m->kind) {
	case MEMBER_TEXT:
		return scan_text(s, to, m->limit, m->form);
	case MEMBER_TEXTS:
		return scan_keyed(s, to, m, LIMIT_OFFER_LANGUAGES, sizeof(struct text), FORM_LANG,
				  scan_text_item);
	case MEMBER_TEXT_LISTS:
		return scan_keyed(s, to, m, LIMIT_OFFER_LANGUAGES, sizeof(struct text_list),
				  FORM_LANG, scan_text_list_item);
	case MEMBER_IDS:
		return scan_keyed(s, to, m, m->limit, sizeof(struct scheme_value), FORM_CODE,
				  scan_id_item);
	case MEMBER_CODES:
		return scan_slices(s, to, LIMIT_OFFER_VALUES, m->limit, m->form);
	case MEMBER_CODE_CHARS:
		return scan_code_chars(s, to, m);
	case MEMBER_FROM:
	case MEMBER_CYCLE:
	case MEMBER_SIZE:
		return scan_name(s, to, m->kind);
	case MEMBER_DATE:
		return scan_date(s, to);
	case MEMBER_DATE_MAX:
		return scan_date(s, &((struct session *)to)->start_max);
	case MEMBER_TRI:
		return scan_tri(s, to);
	case MEMBER_FLAG:
	case MEMBER_BOOL:
		return scan_bool(s, to);
	case MEMBER_MISSING:
		return scan_missing(s, to);
	case MEMBER_OBJECT:
		return scan_shape(s, m->shape, to);
	case MEMBER_LIST:
		return scan_list(s, to, m);
	default:
		return scan_number_member(s, to, m->kind);
	}
}

/* Bit i: member i was there. */
static bool scan_members(struct scan *s, const struct shape *shape, void *thing, uint64_t *seen)
{
	*seen = 0;
	for (size_t i = 0; i < shape->n && s->in.n > 0 && s->in.p[0] != '}'; i++) {
		struct scan at = { s->arena, s->in };

		if ((*seen != 0 && !take(&at, ',')))
			return false;
		if (!take_key(&at, shape->members[i].name))
			continue;
		s->in = at.in;
		if (!scan_member(s, thing, &shape->members[i]))
			return false;
		*seen |= UINT64_C(1) << i;
	}
	return true;
}

static bool scan_shape(struct scan *s, const struct shape *shape, void *thing)
{
	uint64_t seen = 0;

	require(shape->n <= 64);
	if (!take(s, '{') || !scan_members(s, shape, thing, &seen) || !take(s, '}'))
		return false;
	if (shape->complete != NULL && shape->complete(thing) != NULL)
		return false;
	for (size_t i = 0; i < shape->n; i++)
		if (member_is_written(shape, &shape->members[i], thing) != (seen >> i & 1))
			return false;
	return true;
}

bool offer_read_written(struct offer *out, struct arena *arena, struct slice json)
{
	struct scan s = { arena, json };
	struct offer draft;

	offer_init(&draft);
	if (json.n > LIMIT_OFFER_BYTES || !utf8_is_valid(json) ||
	    slice_find_byte(json, '\x7f') >= 0 || !scan_shape(&s, &shape_offer, &draft) ||
	    s.in.n > 0 || draft.title.n == 0)
		return false;
	*out = draft;
	return true;
}
