// SPDX-License-Identifier: EUPL-1.2
/*
 * A record's words and the notes about it, and the words' JSON form.
 */
#include "catalogue/word.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/json_read.h"

static const struct slice element_names[EL_COUNT] = {
#define X(constant, name) [constant] = { name, sizeof(name) - 1 },
	CATALOGUE_ELEMENTS(X)
#undef X
};

const char *element_name(enum element e)
{
	return (size_t)e < EL_COUNT ? element_names[e].p : NULL;
}

enum element element_of_name(struct slice name)
{
	for (size_t e = 0; e < EL_COUNT; e++)
		if (slice_eq(name, element_names[e]))
			return (enum element)e;
	return EL_COUNT;
}

bool words_add(struct words *words, struct arena *arena, struct word word)
{
	struct word *to = NULL;

	if (slice_trim(word.text).n == 0)
		return true;
	if (words->n >= LIMIT_OFFER_WORDS)
		return false;
	to = arena_push(arena, (void **)&words->items, &words->n, &words->cap, sizeof *to);
	if (to == NULL)
		return false;
	*to = word;
	return true;
}

const struct word *words_find(const struct words *words, enum element e, uint16_t part)
{
	for (size_t i = 0; i < words->n; i++)
		if (words->items[i].element == e && words->items[i].part == part)
			return &words->items[i];
	return NULL;
}

/* What stands before each member, as it is written and looked for. */
static const struct slice before_element = { "{\"element\":\"", 12 };
static const struct slice before_part = { ",\"part\":", 8 };
static const struct slice before_lang = { ",\"lang\":", 8 };
static const struct slice before_scheme = { ",\"scheme\":", 10 };
static const struct slice before_text = { ",\"text\":", 8 };
static const struct slice before_path = { ",\"path\":", 8 };

static void write_text(struct buf *out, struct slice before, struct slice text)
{
	if (text.p == NULL)
		return;
	buf_slice(out, before);
	json_write_string(out, text);
}

static void write_word(struct buf *out, const struct word *word)
{
	require((size_t)word->element < EL_COUNT);
	buf_slice(out, before_element);
	buf_slice(out, element_names[word->element]);
	buf_char(out, '"');
	if (word->part != 0) {
		buf_slice(out, before_part);
		buf_i64(out, word->part);
	}
	write_text(out, before_lang, word->lang);
	write_text(out, before_scheme, word->scheme);
	write_text(out, before_text, word->text);
	write_text(out, before_path, word->path);
	buf_char(out, '}');
}

/* Dozens of words a record: the members' names are written as they stand. */
void words_write(struct json_writer *w, const struct words *words)
{
	struct buf *out = json_begin_raw(w);

	buf_char(out, '[');
	for (size_t i = 0; i < words->n; i++) {
		if (i > 0)
			buf_char(out, ',');
		write_word(out, &words->items[i]);
	}
	buf_char(out, ']');
}

/* --- whether a text is one that words_write() wrote --- */

static bool take(struct slice *in, struct slice expected)
{
	if (!slice_starts_with(*in, expected))
		return false;
	*in = slice_from(*in, expected.n);
	return true;
}

/* Behind a backslash: the one way in which the writer escapes a character; NUL is not read back. */
static bool take_escape(struct slice *in)
{
	struct slice digits;
	bool is_known = false;

	if (in->n > 0 && memchr("\"\\nrt", in->p[0], 5) != NULL) {
		*in = slice_from(*in, 1);
		return true;
	}
	if (!take(in, SLICE_LIT("u00")) || !slice_take(&digits, in, 2))
		return false;
	is_known = digits.p[0] == '1' || (digits.p[0] == '0' && digits.p[1] != '0' &&
					  memchr("9ad", digits.p[1], 3) == NULL);
	return is_known &&
	       (ascii_is_digit(digits.p[1]) || (digits.p[1] >= 'a' && digits.p[1] <= 'f'));
}

/* Whether something in it is no blank, whatever escapes stand for. */
static bool has_sign(struct slice plain)
{
	for (size_t i = 0; i < plain.n; i++)
		if ((unsigned char)plain.p[i] > ' ')
			return true;
	return false;
}

static bool take_string(struct slice *in, bool *is_blank)
{
	*is_blank = true;
	if (!take(in, SLICE_LIT("\"")))
		return false;
	for (;;) {
		struct slice plain = slice_first(*in, json_plain_run(*in, true));

		*is_blank = *is_blank && !has_sign(plain);
		*in = slice_from(*in, plain.n);
		if (take(in, SLICE_LIT("\"")))
			return true;
		if (!take(in, SLICE_LIT("\\")) || !take_escape(in))
			return false;
	}
}

static bool take_text(struct slice *in, struct slice key, bool is_needed)
{
	bool is_blank;

	if (!take(in, key))
		return !is_needed;
	return take_string(in, &is_blank) && !(is_needed && is_blank);
}

static bool take_part(struct slice *in)
{
	struct slice digits = *in;
	uint64_t part = 0;

	if (!take(in, before_part))
		return true;
	digits = *in;
	while (in->n > 0 && ascii_is_digit(in->p[0]))
		*in = slice_from(*in, 1);
	digits = slice_first(digits, digits.n - in->n);
	return slice_to_u64(&part, digits, UINT16_MAX) && part > 0 && digits.p[0] != '0';
}

static bool take_element(struct slice *in)
{
	struct slice name = *in;
	ptrdiff_t n = slice_find_byte(*in, '"');

	if (n < 0)
		return false;
	name = slice_first(name, (size_t)n);
	*in = slice_from(*in, (size_t)n + 1);
	return element_of_name(name) != EL_COUNT;
}

static bool take_word(struct slice *in)
{
	return take(in, before_element) && take_element(in) && take_part(in) &&
	       take_text(in, before_lang, false) && take_text(in, before_scheme, false) &&
	       take_text(in, before_text, true) && take_text(in, before_path, false) &&
	       take(in, SLICE_LIT("}"));
}

bool words_are_written(struct slice json)
{
	struct slice in = json;
	size_t n = 0;

	if (json.n > LIMIT_OFFER_BYTES || !utf8_is_valid(json) || !take(&in, SLICE_LIT("[")))
		return false;
	if (take(&in, SLICE_LIT("]")))
		return in.n == 0;
	do {
		if (++n > LIMIT_OFFER_WORDS || !take_word(&in))
			return false;
	} while (take(&in, SLICE_LIT(",")));
	return take(&in, SLICE_LIT("]")) && in.n == 0;
}

/* --- reading --- */

/* An optional text member, copied. */
static enum err_code read_member(struct slice *out, const struct json_reader *r,
				 const struct json_at *up, json_t *object, const char *name)
{
	struct json_at at = { up, name, 0 };
	json_t *value = json_object_get(object, name);

	if (value == NULL || json_is_null(value))
		return ERR_OK;
	if (!json_is_string(value))
		return json_fail(r, &at, ERR_PARSE, "expected a text");
	*out = arena_dup(r->arena, slice_make(json_string_value(value), json_string_length(value)));
	return ERR_OK;
}

static enum err_code read_part(uint16_t *out, const struct json_reader *r, const struct json_at *up,
			       json_t *object)
{
	struct json_at at = { up, "part", 0 };
	json_t *value = json_object_get(object, "part");

	if (value == NULL)
		return ERR_OK;
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > UINT16_MAX)
		return json_fail(r, &at, ERR_PARSE, "expected a whole number from 0 to %u",
				 (unsigned)UINT16_MAX);
	*out = (uint16_t)json_integer_value(value);
	return ERR_OK;
}

/* *is_known false for an element that a former version had: left out. */
static enum err_code read_word(struct word *out, bool *is_known, const struct json_reader *r,
			       const struct json_at *at, json_t *object)
{
	struct json_at here = { at, "element", 0 };
	const char *name = json_string_value(json_object_get(object, "element"));
	enum err_code rc = ERR_OK;

	if (!json_is_object(object))
		return json_fail(r, at, ERR_PARSE, "expected an object");
	if (name == NULL)
		return json_fail(r, &here, ERR_PARSE, "expected the name of an element");
	*out = (struct word){ .element = element_of_name(slice_of(name)) };
	*is_known = out->element != EL_COUNT;
	rc = read_part(&out->part, r, at, object);
	if (rc == ERR_OK)
		rc = read_member(&out->lang, r, at, object, "lang");
	if (rc == ERR_OK)
		rc = read_member(&out->scheme, r, at, object, "scheme");
	if (rc == ERR_OK)
		rc = read_member(&out->text, r, at, object, "text");
	if (rc == ERR_OK)
		rc = read_member(&out->path, r, at, object, "path");
	return rc;
}

static enum err_code read_words(struct words *out, const struct json_reader *r, json_t *root)
{
	struct json_at top = { NULL, "words", 0 };
	size_t n = json_array_size(root);

	if (!json_is_array(root))
		return json_fail(r, &top, ERR_PARSE, "expected a list");
	if (n > LIMIT_OFFER_WORDS)
		return json_fail(r, &top, ERR_LIMIT, "%zu words, at most %u are allowed", n,
				 (unsigned)LIMIT_OFFER_WORDS);
	for (size_t i = 0; i < n; i++) {
		struct json_at at = { &top, NULL, i };
		struct word word = { 0 };
		bool is_known = false;
		enum err_code rc = read_word(&word, &is_known, r, &at, json_array_get(root, i));

		if (rc != ERR_OK)
			return rc;
		if (is_known && !words_add(out, r->arena, word))
			break;
	}
	if (r->arena->has_failed)
		return json_fail(r, &top, ERR_LIMIT, "the words need more than %zu bytes",
				 r->arena->max);
	return ERR_OK;
}

enum err_code words_read(struct words *out, struct arena *arena, struct slice json, struct err *err)
{
	struct json_reader r = { arena, err };
	struct words draft = { 0 };
	enum err_code rc = ERR_PARSE;
	json_t *root = json_read_document(json, LIMIT_OFFER_BYTES, "words", err);

	if (root == NULL)
		return json.n > LIMIT_OFFER_BYTES ? ERR_LIMIT : ERR_PARSE;
	rc = read_words(&draft, &r, root);
	if (rc == ERR_OK)
		*out = draft;
	json_decref(root);
	return rc;
}

void notes_add(struct notes *notes, struct arena *arena, struct note note)
{
	struct note *to = NULL;

	if (notes == NULL)
		return;
	if (notes->n >= LIMIT_OFFER_NOTES)
		return;
	note.got = utf8_first(note.got, LIMIT_NOTE_BYTES);
	note.expected = utf8_first(note.expected, LIMIT_NOTE_BYTES);
	to = arena_push(arena, (void **)&notes->items, &notes->n, &notes->cap, sizeof *to);
	if (to != NULL)
		*to = note;
}
