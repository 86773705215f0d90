// SPDX-License-Identifier: EUPL-1.2
/*
 * An offer as JSON, walking the tables of offer_shape.c.
 */
#include "catalogue/offer_shape.h"

#include "base/mem.h"

static bool shape_is_present(const struct shape *shape, const char *thing);

/*
 * "compatible" says something as soon as one of its members is true, or when
 * the offer was assessed: then all false is an answer too. The table cannot
 * see the offer, so a bool alone counts only when true; member_is_written()
 * adds the other case.
 */
static bool member_is_present(const struct member *m, const char *thing)
{
	const void *at = thing + m->at;

	switch (m->kind) {
	case MEMBER_TEXT:
		return ((const struct slice *)at)->n > 0;
	case MEMBER_TEXTS:
	case MEMBER_TEXT_LISTS:
	case MEMBER_CODES:
	case MEMBER_IDS:
	case MEMBER_LIST:
		return ((const struct any_list *)at)->n > 0;
	case MEMBER_CODE_CHARS:
		return *(const char *)at != '\0';
	case MEMBER_ECTS:
	case MEMBER_HOURS:
		return *(const int32_t *)at > 0;
	case MEMBER_EQF:
		return *(const uint8_t *)at > 0;
	case MEMBER_ISCED:
		return *(const int8_t *)at >= 0;
	case MEMBER_FROM:
		return from_name(*(const enum from *)at) != NULL;
	case MEMBER_CYCLE:
		return cycle_name(*(const enum cycle *)at) != NULL;
	case MEMBER_SIZE:
		return size_class_name(*(const enum size_class *)at) != NULL;
	case MEMBER_DATE:
		return ((const struct date *)at)->precision != DATE_NONE;
	case MEMBER_DATE_MAX: {
		const struct session *s = at;

		return s->start_max.precision != DATE_NONE &&
		       (s->start_max.precision != s->start.precision ||
			date_last_day(s->start_max) != date_last_day(s->start));
	}
	case MEMBER_TRI:
		return *(const enum tri *)at != TRI_UNKNOWN;
	case MEMBER_FLAG:
	case MEMBER_BOOL:
		return *(const bool *)at;
	case MEMBER_CONFIDENCE:
		return ((const struct subject *)at)->from != FROM_DECLARED;
	case MEMBER_AMOUNT:
	case MEMBER_AMOUNT_MAX:
		return ((const struct price *)at)->has_amount;
	case MEMBER_SCORE:
	case MEMBER_MISSING:
		return ((const struct completeness *)at)->is_computed;
	case MEMBER_OBJECT:
		return shape_is_present(m->shape, at);
	}
	return false;
}

static bool shape_is_present(const struct shape *shape, const char *thing)
{
	for (size_t i = 0; i < shape->n; i++)
		if (member_is_present(&shape->members[i], thing))
			return true;
	return false;
}

bool member_is_written(const struct shape *shape, const struct member *m, const char *thing)
{
	/* Of an assessed offer, "compatible" all false is an answer. */
	if (shape == &shape_offer && m->at == offsetof(struct offer, compatible) &&
	    ((const struct offer *)(const void *)thing)->completeness.is_computed)
		return true;
	return m->kind == MEMBER_BOOL || member_is_present(m, thing);
}

static void write_texts(struct json_writer *w, const struct texts *texts)
{
	json_open(w, '{');
	for (size_t i = 0; i < texts->n; i++) {
		json_key_slice(w, texts->items[i].lang);
		json_slice(w, texts->items[i].text);
	}
	json_close(w, '}');
}

static void write_slices(struct json_writer *w, const struct slice *items, size_t n)
{
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		json_slice(w, items[i]);
	json_close(w, ']');
}

static void write_text_lists(struct json_writer *w, const struct text_lists *lists)
{
	json_open(w, '{');
	for (size_t i = 0; i < lists->n; i++) {
		json_key_slice(w, lists->langs[i].lang);
		write_slices(w, lists->langs[i].items, lists->langs[i].n);
	}
	json_close(w, '}');
}

static void write_ids(struct json_writer *w, const struct scheme_values *ids)
{
	json_open(w, '{');
	for (size_t i = 0; i < ids->n; i++) {
		json_key_slice(w, ids->items[i].scheme);
		json_slice(w, ids->items[i].value);
	}
	json_close(w, '}');
}

static void write_missing(struct json_writer *w, unsigned missing)
{
	json_open(w, '[');
	for (unsigned e = 0; e < REQ_COUNT; e++)
		if (missing & 1u << e)
			json_text(w, required_element_name((enum required_element)e));
	json_close(w, ']');
}

static void write_date(struct json_writer *w, struct date date)
{
	char text[DATE_TEXT_BYTES];

	date_format(text, date);
	json_text(w, text);
}

static void write_shape(struct json_writer *w, const struct shape *shape, const char *thing);

static void write_list(struct json_writer *w, const struct shape *shape,
		       const struct any_list *list)
{
	json_open(w, '[');
	for (size_t i = 0; i < list->n; i++)
		write_shape(w, shape, (const char *)list->items + i * shape->size);
	json_close(w, ']');
}

static void write_value(struct json_writer *w, const struct member *m, const char *thing)
{
	const void *at = thing + m->at;

	switch (m->kind) {
	case MEMBER_TEXT:
		json_slice(w, *(const struct slice *)at);
		return;
	case MEMBER_TEXTS:
		write_texts(w, at);
		return;
	case MEMBER_TEXT_LISTS:
		write_text_lists(w, at);
		return;
	case MEMBER_CODES:
		write_slices(w, ((const struct codes *)at)->items, ((const struct codes *)at)->n);
		return;
	case MEMBER_IDS:
		write_ids(w, at);
		return;
	case MEMBER_CODE_CHARS:
		json_text(w, at);
		return;
	case MEMBER_ECTS:
		json_scaled(w, *(const int32_t *)at, 2);
		return;
	case MEMBER_HOURS:
		json_scaled(w, *(const int32_t *)at, 1);
		return;
	case MEMBER_EQF:
		json_i64(w, *(const uint8_t *)at);
		return;
	case MEMBER_ISCED:
		json_i64(w, *(const int8_t *)at);
		return;
	case MEMBER_FROM:
		json_text(w, from_name(*(const enum from *)at));
		return;
	case MEMBER_CYCLE:
		json_text(w, cycle_name(*(const enum cycle *)at));
		return;
	case MEMBER_SIZE:
		json_text(w, size_class_name(*(const enum size_class *)at));
		return;
	case MEMBER_DATE:
		write_date(w, *(const struct date *)at);
		return;
	case MEMBER_DATE_MAX:
		write_date(w, ((const struct session *)at)->start_max);
		return;
	case MEMBER_TRI:
		json_bool(w, *(const enum tri *)at == TRI_TRUE);
		return;
	case MEMBER_FLAG:
	case MEMBER_BOOL:
		json_bool(w, *(const bool *)at);
		return;
	case MEMBER_CONFIDENCE:
		json_scaled(w, ((const struct subject *)at)->confidence, 2);
		return;
	case MEMBER_AMOUNT:
		json_scaled(w, ((const struct price *)at)->amount_c, 2);
		return;
	case MEMBER_AMOUNT_MAX:
		json_scaled(w, ((const struct price *)at)->amount_max_c, 2);
		return;
	case MEMBER_SCORE:
		json_scaled(w, ((const struct completeness *)at)->score, 2);
		return;
	case MEMBER_MISSING:
		write_missing(w, ((const struct completeness *)at)->missing);
		return;
	case MEMBER_OBJECT:
		write_shape(w, m->shape, at);
		return;
	case MEMBER_LIST:
		write_list(w, m->shape, at);
		return;
	}
}

static void write_members(struct json_writer *w, const struct shape *shape, const char *thing)
{
	for (size_t i = 0; i < shape->n; i++) {
		const struct member *m = &shape->members[i];

		if (!member_is_written(shape, m, thing))
			continue;
		json_key(w, m->name);
		write_value(w, m, thing);
	}
}

static void write_shape(struct json_writer *w, const struct shape *shape, const char *thing)
{
	json_open(w, '{');
	write_members(w, shape, thing);
	json_close(w, '}');
}

void offer_write_members(struct json_writer *w, const struct offer *offer)
{
	write_members(w, &shape_offer, (const char *)offer);
}

void offer_write(struct json_writer *w, const struct offer *offer)
{
	json_open(w, '{');
	offer_write_members(w, offer);
	json_close(w, '}');
}
