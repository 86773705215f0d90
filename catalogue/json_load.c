// SPDX-License-Identifier: EUPL-1.2
/*
 * A recursive reader of plain JSON. It gives up at whatever is not plain, and
 * then jansson reads the text from its start.
 */
#include "catalogue/json_load.h"

#include "base/json_write.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <stdlib.h>

enum {
	MAX_DIGITS = 18, /* of an integer: it fits 64 bits */
	MAX_NUMBER_BYTES = 40,
};

#define SUPPORTED (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)

struct loader {
	const char *p, *end;
	struct buf unescaped; /* the string in hand, where it has escapes */
	unsigned depth;
	bool rejects_duplicates;
};

static json_t *read_value(struct loader *l);

static void skip_blanks(struct loader *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\n' || *l->p == '\t' || *l->p == '\r'))
		l->p++;
}

static bool take(struct loader *l, char c)
{
	if (l->p == l->end || *l->p != c)
		return false;
	l->p++;
	return true;
}

/* --- strings --- */

/* Moves to the next quote, backslash or control, or to the end. */
static void skip_plain(struct loader *l)
{
	l->p += json_plain_run(slice_make(l->p, (size_t)(l->end - l->p)), true);
}

static bool read_hex4(uint32_t *out, struct loader *l)
{
	*out = 0;
	if (l->end - l->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = ascii_lower(*l->p++);

		if (ascii_is_digit(c))
			*out = *out << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*out = *out << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* Behind "\u": one code point, of two escapes where it needs them. */
static bool read_code_point(struct loader *l)
{
	uint32_t c, low;
	char utf8[4];

	if (!read_hex4(&c, l) || c == 0 || (c >= 0xdc00 && c <= 0xdfff))
		return false;
	if (c >= 0xd800 && c <= 0xdbff) {
		if (!take(l, '\\') || !take(l, 'u') || !read_hex4(&low, l) || low < 0xdc00 ||
		    low > 0xdfff)
			return false;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	buf_append(&l->unescaped, utf8, utf8_encode(utf8, c));
	return true;
}

static bool read_escape(struct loader *l)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (l->p == l->end)
		return false;
	if (take(l, 'u'))
		return read_code_point(l);
	at = memchr(from, *l->p, sizeof(from) - 1);
	if (at == NULL)
		return false;
	buf_char(&l->unescaped, to[at - from]);
	l->p++;
	return true;
}

/* Behind its quote. The text lies in the document, or in l->unescaped until the next one. */
static bool read_string(struct loader *l, struct slice *out)
{
	const char *start = l->p;

	skip_plain(l);
	*out = slice_make(start, (size_t)(l->p - start));
	if (take(l, '"'))
		return true;
	buf_reset(&l->unescaped);
	for (;;) {
		buf_append(&l->unescaped, start, (size_t)(l->p - start));
		if (take(l, '"'))
			break;
		if (!take(l, '\\') || !read_escape(l))
			return false;
		start = l->p;
		skip_plain(l);
	}
	*out = buf_view(&l->unescaped);
	return !buf_failed(&l->unescaped);
}

/* --- numbers and words --- */

static size_t skip_digits(struct loader *l)
{
	const char *start = l->p;

	while (l->p < l->end && ascii_is_digit(*l->p))
		l->p++;
	return (size_t)(l->p - start);
}

static json_t *make_real(const char *start, size_t n)
{
	char text[MAX_NUMBER_BYTES];
	char *end;
	double value;

	if (n >= sizeof(text))
		return NULL;
	memcpy(text, start, n);
	text[n] = '\0';
	value = strtod(text, &end);
	return end == text + n ? json_real(value) : NULL; /* NULL for an infinite one, too */
}

static json_t *read_number(struct loader *l)
{
	const char *start = l->p;
	bool is_negative = take(l, '-');
	const char *digits = l->p;
	size_t n = skip_digits(l);
	int64_t value = 0;

	if (n == 0 || n > MAX_DIGITS || (n > 1 && *digits == '0'))
		return NULL;
	if (l->p < l->end && (*l->p == '.' || *l->p == 'e' || *l->p == 'E')) {
		if (take(l, '.') && skip_digits(l) == 0)
			return NULL;
		if (take(l, 'e') || take(l, 'E')) {
			if (!take(l, '+'))
				(void)take(l, '-');
			if (skip_digits(l) == 0)
				return NULL;
		}
		return make_real(start, (size_t)(l->p - start));
	}
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (digits[i] - '0');
	return json_integer(is_negative ? -value : value);
}

static bool take_word(struct loader *l, struct slice word)
{
	if (!slice_starts_with(slice_make(l->p, (size_t)(l->end - l->p)), word))
		return false;
	l->p += word.n;
	/* "nullx" is no word; jansson says why. */
	return l->p == l->end || !ascii_is_alnum(*l->p);
}

/* --- lists and objects --- */

static bool read_member(struct loader *l, json_t *object)
{
	struct slice text;
	char short_key[64];
	char *key = short_key;
	size_t before = json_object_size(object);
	json_t *value;
	bool is_good = false;

	if (!take(l, '"') || !read_string(l, &text))
		return false;
	if (text.p == buf_z(&l->unescaped)) { /* its value may have escapes, too */
		if (text.n > sizeof(short_key))
			return false;
		memcpy(short_key, text.p, text.n);
		text.p = key;
	}
	skip_blanks(l);
	if (!take(l, ':'))
		return false;
	value = read_value(l);
	is_good = value != NULL && json_object_setn_new_nocheck(object, text.p, text.n, value) == 0;
	/* One of the same name was replaced. */
	return is_good && !(l->rejects_duplicates && json_object_size(object) == before);
}

static bool read_element(struct loader *l, json_t *array)
{
	json_t *value = read_value(l);

	return value != NULL && json_array_append_new(array, value) == 0;
}

/* Behind its bracket: elements or members with commas between, and the other bracket. */
static json_t *read_all(struct loader *l, json_t *all, char close,
			bool (*read_one)(struct loader *l, json_t *all))
{
	bool is_good = all != NULL && l->depth < LIMIT_JSON_DEPTH;
	bool is_over = false;

	l->depth++;
	skip_blanks(l);
	is_over = is_good && take(l, close);
	while (is_good && !is_over) {
		skip_blanks(l);
		is_good = read_one(l, all);
		skip_blanks(l);
		is_over = take(l, close);
		is_good = is_good && (is_over || take(l, ','));
	}
	l->depth--;
	if (is_good)
		return all;
	json_decref(all);
	return NULL;
}

static json_t *read_value(struct loader *l)
{
	struct slice text;

	skip_blanks(l);
	if (l->p == l->end)
		return NULL;
	switch (*l->p) {
	case '{':
		l->p++;
		return read_all(l, json_object(), '}', read_member);
	case '[':
		l->p++;
		return read_all(l, json_array(), ']', read_element);
	case '"':
		l->p++;
		return read_string(l, &text) ? json_stringn_nocheck(text.p, text.n) : NULL;
	case 't':
		return take_word(l, SLICE_LIT("true")) ? json_true() : NULL;
	case 'f':
		return take_word(l, SLICE_LIT("false")) ? json_false() : NULL;
	case 'n':
		return take_word(l, SLICE_LIT("null")) ? json_null() : NULL;
	default:
		return read_number(l);
	}
}

static json_t *load_plain(struct slice text, size_t flags)
{
	struct loader l = { .p = text.p,
			    .end = text.p + text.n,
			    .unescaped = BUF_INIT(text.n),
			    .rejects_duplicates = (flags & JSON_REJECT_DUPLICATES) != 0 };
	json_t *value = read_value(&l);

	skip_blanks(&l);
	if (value != NULL && (l.p != l.end || ((flags & JSON_DECODE_ANY) == 0 &&
					       !json_is_object(value) && !json_is_array(value)))) {
		json_decref(value);
		value = NULL;
	}
	buf_clear(&l.unescaped);
	return value;
}

json_t *json_load(struct slice text, size_t flags, json_error_t *at)
{
	json_t *value = NULL;

	if (text.n > 0 && (flags & ~(size_t)SUPPORTED) == 0 && utf8_is_valid(text))
		value = load_plain(text, flags);
	return value != NULL ? value : json_loadb(text.p != NULL ? text.p : "", text.n, flags, at);
}
