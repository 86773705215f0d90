// SPDX-License-Identifier: EUPL-1.2
/*
 * An offer from JSON, walking the tables of offer_shape.c: one look-up a
 * member, one pass over the document. Everything is checked, because the JSON
 * comes from a worker that hostile bytes may have taken over.
 */
#include "catalogue/json_read.h"
#include "catalogue/offer_shape.h"

#include "base/limits.h"
#include "base/mem.h"

#include <math.h>

enum {
	MAX_LANG = 35, /* bytes of a language tag (BCP 47, 4.4.1) */
	MAX_ECTS = 1000, /* credits */
	MAX_HOURS = 100000, /* hours of study */
};
#define MAX_AMOUNT_C INT64_C(1000000000000) /* ten thousand million */

/* --- what a text must look like --- */

static bool all_of(struct slice text, bool (*is_allowed)(char))
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_allowed(text.p[i]))
			return false;
	return text.n > 0;
}

static bool is_code_char(char c)
{
	return ascii_is_alnum(c) || (c != '\0' && strchr("-_.:+/", c) != NULL);
}

static bool is_tag_char(char c)
{
	return ascii_is_alnum(c) || c == '-';
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool has_blank(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (ascii_is_space(text.p[i]))
			return true;
	return false;
}

static bool is_url(struct slice text)
{
	return (slice_starts_with_nocase(text, SLICE_LIT("http://")) ||
		slice_starts_with_nocase(text, SLICE_LIT("https://"))) &&
	       !has_blank(text);
}

const char *text_form_problem(struct slice text, enum text_form form)
{
	if (text_has_control(text, form != FORM_TEXT))
		return "no control characters";
	switch (form) {
	case FORM_TEXT:
	case FORM_LINE:
		return NULL;
	case FORM_CODE:
		return all_of(text, is_code_char) ? NULL : "a code";
	case FORM_LANG:
		return all_of(text, is_tag_char) && text.n <= MAX_LANG ? NULL
								       : "a BCP 47 language tag";
	case FORM_COUNTRY:
		return all_of(text, is_capital) && text.n == 2 ? NULL : "a country as FI";
	case FORM_URL:
		return is_url(text) ? NULL : "an http or https URL";
	case FORM_URI:
		return has_blank(text) ? "a URI" : NULL;
	case FORM_ISCEDF:
		return all_of(text, ascii_is_digit) && text.n >= 2 && text.n <= 4
			       ? NULL
			       : "an ISCED-F code of 2 to 4 digits";
	case FORM_CURRENCY:
		return all_of(text, is_capital) && text.n == 3 ? NULL : "a currency as EUR";
	}
	return "something else";
}

/* --- numbers and names --- */

static const struct number_form number_forms[] = {
	[MEMBER_ECTS] = { 2, 0, MAX_ECTS * 100 },
	[MEMBER_HOURS] = { 1, 0, MAX_HOURS * 10 },
	[MEMBER_EQF] = { 0, 1, 8 },
	[MEMBER_ISCED] = { 0, 0, 8 },
	[MEMBER_CONFIDENCE] = { 2, 0, 100 },
	[MEMBER_SCORE] = { 2, 0, 100 },
	[MEMBER_AMOUNT] = { 2, 0, MAX_AMOUNT_C },
	[MEMBER_AMOUNT_MAX] = { 2, 0, MAX_AMOUNT_C },
};

const struct number_form *member_number_form(enum member_kind kind)
{
	if ((size_t)kind >= countof(number_forms) || number_forms[kind].max == 0)
		return NULL;
	return &number_forms[kind];
}

void member_set_number(void *to, enum member_kind kind, int64_t scaled)
{
	struct price *price = to;

	switch (kind) {
	case MEMBER_ECTS:
	case MEMBER_HOURS:
		*(int32_t *)to = (int32_t)scaled;
		break;
	case MEMBER_EQF:
		*(uint8_t *)to = (uint8_t)scaled;
		break;
	case MEMBER_ISCED:
		*(int8_t *)to = (int8_t)scaled;
		break;
	case MEMBER_CONFIDENCE:
		((struct subject *)to)->confidence = (uint8_t)scaled;
		break;
	case MEMBER_SCORE:
		((struct completeness *)to)->score = (uint8_t)scaled;
		break;
	case MEMBER_AMOUNT:
		price->amount_c = scaled;
		price->has_amount = true;
		break;
	default:
		price->amount_max_c = scaled;
		break;
	}
}

bool member_set_name(void *to, enum member_kind kind, struct slice name)
{
	if (kind == MEMBER_FROM)
		return (*(enum from *)to = from_of_name(name)) != FROM_NONE;
	if (kind == MEMBER_CYCLE)
		return (*(enum cycle *)to = cycle_of_name(name)) != CYCLE_NONE;
	return (*(enum size_class *)to = size_class_of_name(name)) != SIZE_NONE;
}

/* --- values --- */

static enum err_code read_text(struct slice *out, const struct json_reader *r,
			       const struct json_at *at, json_t *value, size_t limit,
			       enum text_form form)
{
	struct slice text = SLICE_NONE;
	const char *expected = NULL;

	if (!json_is_string(value))
		return json_fail(r, at, ERR_PARSE, "expected a text");
	text = slice_make(json_string_value(value), json_string_length(value));
	if (text.n == 0)
		return json_fail(r, at, ERR_PARSE, "expected a text that is not empty");
	if (text.n > limit)
		return json_fail(r, at, ERR_LIMIT, "%zu bytes, at most %zu are allowed", text.n,
				 limit);
	expected = text_form_problem(text, form);
	if (expected != NULL)
		return json_fail(r, at, ERR_PARSE, "expected %s, read \"%.*s\"", expected,
				 (int)(text.n > 60 ? 60 : text.n), text.p);
	*out = arena_dup(r->arena, text);
	return ERR_OK;
}

/* A number within bounds, scaled by 10^digits; 2.675 with 2 digits is no such number. */
static enum err_code read_scaled(int64_t *out, const struct json_reader *r,
				 const struct json_at *at, json_t *value, unsigned digits,
				 int64_t max)
{
	static const double factors[] = { 1.0, 10.0, 100.0 };
	double scaled = 0;

	if (!json_is_number(value))
		return json_fail(r, at, ERR_PARSE, "expected a number");
	scaled = json_number_value(value) * factors[digits];
	if (!(scaled >= 0) || scaled > (double)max)
		return json_fail(r, at, ERR_PARSE, "expected a number from 0 to %.0f, read %g",
				 (double)max / factors[digits], json_number_value(value));
	if (fabs(scaled - round(scaled)) > 1e-3)
		return json_fail(r, at, ERR_PARSE, "expected at most %u decimals, read %g", digits,
				 json_number_value(value));
	*out = (int64_t)llround(scaled);
	return ERR_OK;
}

static enum err_code read_whole(int64_t *out, const struct json_reader *r, const struct json_at *at,
				json_t *value, int64_t min, int64_t max)
{
	if (!json_is_integer(value) || json_integer_value(value) < min ||
	    json_integer_value(value) > max)
		return json_fail(r, at, ERR_PARSE, "expected a whole number from %d to %d",
				 (int)min, (int)max);
	*out = json_integer_value(value);
	return ERR_OK;
}

static enum err_code read_bool(bool *out, const struct json_reader *r, const struct json_at *at,
			       json_t *value)
{
	if (!json_is_boolean(value))
		return json_fail(r, at, ERR_PARSE, "expected true or false");
	*out = json_is_true(value);
	return ERR_OK;
}

/* The name of a constant; found is what its function makes of the text, 0 for unknown. */
static enum err_code read_name(struct slice *out, const struct json_reader *r,
			       const struct json_at *at, json_t *value)
{
	if (!json_is_string(value))
		return json_fail(r, at, ERR_PARSE, "expected a text");
	*out = slice_make(json_string_value(value), json_string_length(value));
	return ERR_OK;
}

static enum err_code fail_name(const struct json_reader *r, const struct json_at *at,
			       struct slice name)
{
	return json_fail(r, at, ERR_PARSE, "\"%.*s\" is not one of its values",
			 (int)(name.n > 60 ? 60 : name.n), name.p);
}

static enum err_code read_date(struct date *out, const struct json_reader *r,
			       const struct json_at *at, json_t *value)
{
	struct slice text = SLICE_NONE;
	enum err_code rc = read_name(&text, r, at, value);

	if (rc != ERR_OK)
		return rc;
	if (!date_parse(out, text))
		return json_fail(
			r, at, ERR_PARSE,
			"expected a date such as 2027-09-15, 2027-09 or 2027, read \"%.*s\"",
			(int)(text.n > 60 ? 60 : text.n), text.p);
	return ERR_OK;
}

/* Checks kind and length of a list or object, and makes room for its things. */
static enum err_code make_room(struct any_list *out, const struct json_reader *r,
			       const struct json_at *at, json_t *value, bool is_object,
			       size_t limit, size_t size)
{
	size_t n = is_object ? json_object_size(value) : json_array_size(value);

	if (is_object ? !json_is_object(value) : !json_is_array(value))
		return json_fail(r, at, ERR_PARSE,
				 is_object ? "expected an object" : "expected a list");
	if (n > limit)
		return json_fail(r, at, ERR_LIMIT, "%zu values, at most %zu are allowed", n, limit);
	out->n = 0;
	out->items = NULL;
	if (n == 0)
		return ERR_OK;
	out->items = arena_calloc(r->arena, n, size);
	if (out->items == NULL)
		return json_fail(r, at, ERR_LIMIT, "the record needs more memory than allowed");
	return ERR_OK;
}

static enum err_code read_texts(struct texts *out, const struct json_reader *r,
				const struct json_at *at, json_t *value, const struct member *m)
{
	const char *key = NULL;
	json_t *item = NULL;
	enum err_code rc = make_room((struct any_list *)out, r, at, value, true,
				     LIMIT_OFFER_LANGUAGES, sizeof *out->items);

	if (rc != ERR_OK)
		return rc;
	json_object_foreach(value, key, item)
	{
		struct json_at here = { at, key, 0 };
		struct text *t = &out->items[out->n++];

		if (text_form_problem(slice_of(key), FORM_LANG) != NULL)
			return json_fail(r, &here, ERR_PARSE, "expected a language tag as key");
		t->lang = arena_dup(r->arena, slice_of(key));
		rc = read_text(&t->text, r, &here, item, m->limit, m->form);
		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

/* An array of texts. */
static enum err_code read_slices(struct any_list *out, const struct json_reader *r,
				 const struct json_at *at, json_t *value, size_t max_items,
				 size_t limit, enum text_form form)
{
	enum err_code rc = make_room(out, r, at, value, false, max_items, sizeof(struct slice));
	size_t n = json_array_size(value);

	for (size_t i = 0; rc == ERR_OK && i < n; i++) {
		struct json_at here = { at, NULL, i };
		struct slice *items = out->items;

		rc = read_text(&items[i], r, &here, json_array_get(value, i), limit, form);
		out->n = i + 1;
	}
	return rc;
}

static enum err_code read_text_lists(struct text_lists *out, const struct json_reader *r,
				     const struct json_at *at, json_t *value,
				     const struct member *m)
{
	const char *key = NULL;
	json_t *item = NULL;
	enum err_code rc = make_room((struct any_list *)out, r, at, value, true,
				     LIMIT_OFFER_LANGUAGES, sizeof *out->langs);

	if (rc != ERR_OK)
		return rc;
	json_object_foreach(value, key, item)
	{
		struct json_at here = { at, key, 0 };
		struct text_list *list = &out->langs[out->n++];
		struct any_list items = { NULL, 0 };

		if (text_form_problem(slice_of(key), FORM_LANG) != NULL)
			return json_fail(r, &here, ERR_PARSE, "expected a language tag as key");
		list->lang = arena_dup(r->arena, slice_of(key));
		rc = read_slices(&items, r, &here, item, m->limit, LIMIT_TEXT_BYTES, m->form);
		list->items = items.items;
		list->n = items.n;
		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

static enum err_code read_ids(struct scheme_values *out, const struct json_reader *r,
			      const struct json_at *at, json_t *value, const struct member *m)
{
	const char *key = NULL;
	json_t *item = NULL;
	enum err_code rc =
		make_room((struct any_list *)out, r, at, value, true, m->limit, sizeof *out->items);

	if (rc != ERR_OK)
		return rc;
	json_object_foreach(value, key, item)
	{
		struct json_at here = { at, key, 0 };
		struct scheme_value *v = &out->items[out->n++];

		if (text_form_problem(slice_of(key), FORM_CODE) != NULL)
			return json_fail(r, &here, ERR_PARSE,
					 "expected the name of a scheme as key");
		v->scheme = arena_dup(r->arena, slice_of(key));
		rc = read_text(&v->value, r, &here, item, LIMIT_URL_BYTES, m->form);
		if (rc != ERR_OK)
			return rc;
	}
	return ERR_OK;
}

static enum err_code read_code_chars(char *out, const struct json_reader *r,
				     const struct json_at *at, json_t *value,
				     const struct member *m)
{
	struct slice text = SLICE_NONE;
	enum err_code rc = read_text(&text, r, at, value, m->limit, m->form);

	if (rc == ERR_OK && text.n <= m->limit && text.p != NULL) {
		memcpy(out, text.p, text.n);
		out[text.n] = '\0';
	}
	return rc;
}

static enum err_code read_missing(struct completeness *out, const struct json_reader *r,
				  const struct json_at *at, json_t *value)
{
	size_t n = json_array_size(value);

	if (!json_is_array(value) || n > REQ_COUNT)
		return json_fail(r, at, ERR_PARSE, "expected a list of elements");
	for (size_t i = 0; i < n; i++) {
		struct json_at here = { at, NULL, i };
		struct slice name = SLICE_NONE;
		enum err_code rc = read_name(&name, r, &here, json_array_get(value, i));
		enum required_element e = REQ_COUNT;

		if (rc != ERR_OK)
			return rc;
		e = required_element_of_name(name);
		if (e == REQ_COUNT)
			return fail_name(r, &here, name);
		out->missing = (uint16_t)(out->missing | 1u << e);
	}
	out->is_computed = true;
	return ERR_OK;
}

/* --- shapes --- */

static enum err_code read_shape(void *out, const struct json_reader *r, const struct json_at *at,
				const struct shape *shape, json_t *value);

static enum err_code read_list(struct any_list *out, const struct json_reader *r,
			       const struct json_at *at, json_t *value, const struct member *m)
{
	enum err_code rc = make_room(out, r, at, value, false, m->limit, m->shape->size);
	size_t n = json_array_size(value);

	for (size_t i = 0; rc == ERR_OK && i < n; i++) {
		struct json_at here = { at, NULL, i };

		rc = read_shape((char *)out->items + i * m->shape->size, r, &here, m->shape,
				json_array_get(value, i));
		out->n = i + 1;
	}
	return rc;
}

static enum err_code read_number_member(void *to, const struct json_reader *r,
					const struct json_at *at, json_t *value,
					enum member_kind kind)
{
	const struct number_form *form = member_number_form(kind);
	int64_t v = 0;
	enum err_code rc = form->digits == 0
				   ? read_whole(&v, r, at, value, form->min, form->max)
				   : read_scaled(&v, r, at, value, form->digits, form->max);

	if (rc == ERR_OK)
		member_set_number(to, kind, v);
	return rc;
}

static enum err_code read_name_member(void *to, const struct json_reader *r,
				      const struct json_at *at, json_t *value,
				      enum member_kind kind)
{
	struct slice name = SLICE_NONE;
	enum err_code rc = read_name(&name, r, at, value);

	if (rc != ERR_OK)
		return rc;
	return member_set_name(to, kind, name) ? ERR_OK : fail_name(r, at, name);
}

static enum err_code read_tri(enum tri *out, const struct json_reader *r, const struct json_at *at,
			      json_t *value)
{
	bool is_true = false;
	enum err_code rc = read_bool(&is_true, r, at, value);

	*out = rc != ERR_OK ? TRI_UNKNOWN : is_true ? TRI_TRUE : TRI_FALSE;
	return rc;
}

static enum err_code read_member(void *thing, const struct json_reader *r, const struct json_at *at,
				 const struct member *m, json_t *value)
{
	void *to = (char *)thing + m->at;

	switch (m->kind) {
	case MEMBER_TEXT:
		return read_text(to, r, at, value, m->limit, m->form);
	case MEMBER_TEXTS:
		return read_texts(to, r, at, value, m);
	case MEMBER_TEXT_LISTS:
		return read_text_lists(to, r, at, value, m);
	case MEMBER_CODES:
		return read_slices(to, r, at, value, LIMIT_OFFER_VALUES, m->limit, m->form);
	case MEMBER_IDS:
		return read_ids(to, r, at, value, m);
	case MEMBER_CODE_CHARS:
		return read_code_chars(to, r, at, value, m);
	case MEMBER_FROM:
	case MEMBER_CYCLE:
	case MEMBER_SIZE:
		return read_name_member(to, r, at, value, m->kind);
	case MEMBER_DATE:
		return read_date(to, r, at, value);
	case MEMBER_DATE_MAX:
		return read_date(&((struct session *)to)->start_max, r, at, value);
	case MEMBER_TRI:
		return read_tri(to, r, at, value);
	case MEMBER_FLAG:
	case MEMBER_BOOL:
		return read_bool(to, r, at, value);
	case MEMBER_MISSING:
		return read_missing(to, r, at, value);
	case MEMBER_OBJECT:
		return read_shape(to, r, at, m->shape, value);
	case MEMBER_LIST:
		return read_list(to, r, at, value, m);
	default:
		return read_number_member(to, r, at, value, m->kind);
	}
}

static enum err_code read_shape(void *out, const struct json_reader *r, const struct json_at *at,
				const struct shape *shape, json_t *value)
{
	const char *problem = NULL;

	if (!json_is_object(value))
		return json_fail(r, at, ERR_PARSE, "expected an object");
	for (size_t i = 0; i < shape->n; i++) {
		const struct member *m = &shape->members[i];
		struct json_at here = { at, m->name, 0 };
		json_t *found = json_object_get(value, m->name);
		enum err_code rc = ERR_OK;

		if (found == NULL || json_is_null(found))
			continue;
		rc = read_member(out, r, &here, m, found);
		if (rc != ERR_OK)
			return rc;
	}
	problem = shape->complete != NULL ? shape->complete(out) : NULL;
	return problem == NULL ? ERR_OK : json_fail(r, at, ERR_PARSE, "%s", problem);
}

/* Shapes inside an offer that a zeroed struct does not describe. */
static enum err_code read_offer(struct offer *out, const struct json_reader *r, json_t *root)
{
	struct json_at top = { NULL, "offer", 0 };
	enum err_code rc = ERR_OK;

	offer_init(out);
	rc = read_shape(out, r, &top, &shape_offer, root);
	if (rc != ERR_OK)
		return rc;
	if (out->title.n == 0)
		return json_fail(r, &top, ERR_PARSE, "no title");
	if (r->arena->has_failed)
		return json_fail(r, &top, ERR_LIMIT, "the record needs more than %zu bytes",
				 r->arena->max);
	return ERR_OK;
}

enum err_code offer_read(struct offer *out, struct arena *arena, struct slice json, struct err *err)
{
	struct json_reader r = { arena, err };
	struct offer draft;
	enum err_code rc = ERR_PARSE;
	json_t *root = json_read_document(json, LIMIT_OFFER_BYTES, "offer", err);

	if (root == NULL)
		return json.n > LIMIT_OFFER_BYTES ? ERR_LIMIT : ERR_PARSE;
	rc = read_offer(&draft, &r, root);
	if (rc == ERR_OK)
		*out = draft;
	json_decref(root);
	return rc;
}
