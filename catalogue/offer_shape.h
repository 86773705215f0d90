// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_OFFER_SHAPE_H
#define CATALOGUE_OFFER_SHAPE_H

/*
 * The JSON form of an offer as tables: one row a member, in the order in which
 * members are written. offer_write.c, offer_read.c and offer_scan.c walk them,
 * so that the directions cannot drift apart. Private to those three.
 *
 * Thread: any; static tables.
 */

#include "catalogue/offer.h"

/* What a member holds, and the C type that lies at its offset. */
enum member_kind {
	MEMBER_TEXT, /* struct slice */
	MEMBER_TEXTS, /* struct texts: object from language to text */
	MEMBER_TEXT_LISTS, /* struct text_lists: object from language to array */
	MEMBER_CODES, /* struct codes: array of text */
	MEMBER_IDS, /* struct scheme_values: object from scheme to value */
	MEMBER_CODE_CHARS, /* char[limit + 1] */
	MEMBER_ECTS, /* int32_t, hundredths, 0 unknown */
	MEMBER_HOURS, /* int32_t, tenths, 0 unknown */
	MEMBER_EQF, /* uint8_t, 1 to 8, 0 unknown */
	MEMBER_ISCED, /* int8_t, 0 to 8, ISCED_LEVEL_UNKNOWN */
	MEMBER_FROM, /* enum from */
	MEMBER_CYCLE, /* enum cycle */
	MEMBER_SIZE, /* enum size_class */
	MEMBER_DATE, /* struct date */
	MEMBER_DATE_MAX, /* struct session: start_max, where it differs from start */
	MEMBER_TRI, /* enum tri */
	MEMBER_FLAG, /* bool, written only when true */
	MEMBER_BOOL, /* bool, always written */
	MEMBER_CONFIDENCE, /* struct subject: share, unless declared */
	MEMBER_AMOUNT, /* struct price */
	MEMBER_AMOUNT_MAX, /* struct price */
	MEMBER_SCORE, /* struct completeness */
	MEMBER_MISSING, /* struct completeness */
	MEMBER_OBJECT, /* shape->size bytes */
	MEMBER_LIST /* { items, n } of things of shape->size bytes */
};

/* What a text must look like at the boundary. */
enum text_form {
	FORM_TEXT, /* lines allowed */
	FORM_LINE, /* no line ends */
	FORM_CODE, /* ASCII letters, digits, "-_.:+/" */
	FORM_LANG, /* BCP 47 */
	FORM_COUNTRY, /* two capital letters */
	FORM_URL, /* http(s), no blanks */
	FORM_URI, /* any scheme, no blanks */
	FORM_ISCEDF, /* 2 to 4 digits */
	FORM_CURRENCY /* three capital letters */
};

struct shape;

struct member {
	const char *name;
	enum member_kind kind;
	size_t at; /* offset in the struct */
	size_t limit; /* bytes of a text; things of a list */
	enum text_form form;
	const struct shape *shape; /* of an object or a list */
};

struct shape {
	const struct member *members;
	size_t n;
	size_t size; /* bytes of the struct */
	/* Puts what an absent member means where it belongs, and checks what
	 * one member alone does not show: NULL, or what is wrong. */
	const char *(*complete)(void *thing);
};

extern const struct shape shape_offer;

/* Whether a member of a thing, with what `complete` made of it, is written. */
bool member_is_written(const struct shape *shape, const struct member *m, const char *thing);

/* What was expected, or NULL when the text is as it should be. */
const char *text_form_problem(struct slice text, enum text_form form);

/* A number of `digits` decimals, times 10^digits, and its bounds. */
struct number_form {
	unsigned digits;
	int64_t min, max;
};
/* NULL for a kind whose value is no number. */
const struct number_form *member_number_form(enum member_kind kind);
/* `to`: what lies at the member's offset. */
void member_set_number(void *to, enum member_kind kind, int64_t scaled);
/* MEMBER_FROM, _CYCLE, _SIZE: false for a name that is none of its values. */
bool member_set_name(void *to, enum member_kind kind, struct slice name);

/* The layout that all our lists share: texts, codes, orgs, sessions ... */
struct any_list {
	void *items;
	size_t n;
};

#endif
