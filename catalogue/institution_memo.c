// SPDX-License-Identifier: EUPL-1.2
/*
 * Names of institutions that were told a moment ago. Nearly all offers of a
 * source have one of a few providers, and trying a name in all its forms takes
 * longer than anything else about a record. What is remembered is what would be
 * found again: the tables alone decide, and a change of the operator's rows
 * forgets all.
 *
 * Each thread has a memory of its own. A name has one place in it; the next name that falls
 * there takes it, and the one that stood there moves to the place beside.
 */
#include "base/mem.h"
#include "catalogue/institution_parts.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"
#include "catalogue/vocab_fold.h"

enum {
	PLACES = 2048, /* a power of two */
	KEY_BYTES = 128, /* longer ones are told each time */
};

/* A part of the text that was asked about. */
struct span {
	uint16_t at, n;
	bool is_there;
};

struct remembered {
	unsigned epoch; /* of the operator's rows, plus 1; 0: nothing */
	uint16_t n_country, n_text;
	char bytes[KEY_BYTES]; /* the country's, then the text's */
	bool has_found;
	struct institution_naming naming; /* but for the name and the unit */
	struct span name, unit;
};

static _Thread_local struct remembered places[PLACES];

static struct span span_of(struct slice part, struct slice text)
{
	if (part.p == NULL)
		return (struct span){ 0 };
	return (struct span){ (uint16_t)(part.p - text.p), (uint16_t)part.n, true };
}

static struct slice part_of(struct span span, struct slice text)
{
	return span.is_there ? slice_make(text.p + span.at, span.n) : SLICE_NONE;
}

static bool is_of(const struct remembered *r, struct slice text, struct slice country)
{
	return r->epoch == vocab_overlay_epoch() + 1 &&
	       slice_eq(slice_make(r->bytes, r->n_country), country) &&
	       slice_eq(slice_make(r->bytes + r->n_country, r->n_text), text);
}

/* What takes a place: found now. */
static void remember(struct remembered *r, struct slice text, struct slice country)
{
	struct institution_naming naming = { .table = NULL };

	r->has_found = institution_find_name(&naming, text, country);
	r->naming = naming;
	r->name = span_of(naming.name, text);
	r->unit = span_of(naming.unit, text);
	r->epoch = vocab_overlay_epoch() + 1;
	r->n_country = (uint16_t)country.n;
	r->n_text = (uint16_t)text.n;
	if (country.n > 0)
		memcpy(r->bytes, country.p, country.n);
	if (text.n > 0)
		memcpy(r->bytes + country.n, text.p, text.n);
}

static bool name_is_told(struct institution_naming *out, struct slice text, struct slice country)
{
	struct remembered *r, *beside;
	size_t at;

	if (country.n > KEY_BYTES || text.n > KEY_BYTES - country.n)
		return institution_find_name(out, text, country);
	at = (vocab_key_hash(text) ^ vocab_key_hash(country)) & (PLACES - 1);
	r = &places[at];
	beside = &places[at ^ 1];
	if (!is_of(r, text, country) && is_of(beside, text, country)) {
		r = beside;
	} else if (!is_of(r, text, country)) {
		*beside = *r;
		remember(r, text, country);
	}
	if (!r->has_found)
		return false;
	*out = r->naming;
	out->name = part_of(r->name, text);
	out->unit = part_of(r->unit, text);
	return true;
}

bool institution_by_name_of_unit(struct institution *out, struct slice *name, struct slice *unit,
				 struct slice text, struct slice country, struct reading *reading)
{
	struct institution_naming naming;

	if (!name_is_told(&naming, slice_trim(text), country))
		return false;
	*out = naming.found;
	*name = naming.name;
	*unit = naming.unit;
	reading_set(reading, FROM_INFERRED, "%s: %.*s -> %.*s", naming.table, SLICE_ARG(naming.key),
		    SLICE_ARG(naming.found.domain));
	return true;
}

bool institution_by_name(struct institution *out, struct slice name, struct slice country,
			 struct reading *reading)
{
	struct slice of_name, of_unit;

	return institution_by_name_of_unit(out, &of_name, &of_unit, name, country, reading);
}
