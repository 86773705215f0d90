// SPDX-License-Identifier: EUPL-1.2
/*
 * Institutions by name as catalogues write it: shortened, with an acronym, with
 * a faculty or country beside it. Where two institutions fit, there is none.
 *
 *   the whole ─► without "(…)" ─► its parts between commas and dashes ─►
 *   "Faculty of X of the University of Y" cut before or behind the unit ─►
 *   an acronym, in a country that is known
 *
 * Each of these also with abbreviations written out.
 */
#include "base/mem.h"
#include "catalogue/institution_parts.h"
#include "catalogue/vocab.h"

/* --- parts --- */

/* The first separator at or behind from: where it begins and how long it is. */
static bool find_separator(size_t *at, size_t *length, struct slice text, size_t from)
{
	static const char *const separators[] = { ",", ";",   " - ", " – ", " — ", " / ",
						  "/", " | ", "|",   ": ",  "\n" };
	size_t nearest = SIZE_MAX;

	for (size_t i = 0; i < countof(separators); i++) {
		ptrdiff_t found = slice_find(slice_from(text, from), slice_of(separators[i]));

		if (found < 0 || from + (size_t)found >= nearest)
			continue;
		nearest = from + (size_t)found;
		*at = nearest;
		*length = strlen(separators[i]);
	}
	return nearest != SIZE_MAX;
}

/* "Students' Union, University of Oslo": what stands beside an institution and is none of it. */
static bool is_another(struct slice part)
{
	static const char *const words[] = { "student",  "alumni",   "union",      "hospital",
					     "klinikum", "spital",   "sjukhus",    "sygehus",
					     "sykehus",  "museum",   "press",      "friends of",
					     "verein",   "förening", "association" };

	for (size_t i = 0; i < countof(words); i++)
		if (slice_find_nocase(part, slice_of(words[i])) >= 0)
			return true;
	return false;
}

/* What the parts of a text are. */
struct parts {
	struct slice named; /* an institution */
	struct slice unit;
	struct slice acronym; /* perhaps an institution's */
	struct slice other;
};

static bool look_up_part(struct naming *n, struct slice part)
{
	return institution_look_forms(n, part) || institution_look_dedicated(n, part) ||
	       institution_look_at_place(n, part);
}

/* Puts a part where it belongs; false where it says that the text is of something else. */
static bool sort_part(struct parts *parts, struct naming *n, struct slice part)
{
	if (look_up_part(n, part))
		parts->named = part;
	else if (is_another(part) && !institution_is_unit(part))
		return false;
	else if (institution_is_unit(part) && !slice_eq_nocase(part, SLICE_LIT("institution")))
		parts->unit = parts->unit.n == 0 ? part : parts->unit;
	else if (parts->acronym.n == 0 && institution_looks_like_acronym(part))
		parts->acronym = part;
	else
		parts->other = part;
	return true;
}

/* "Danmarks Tekniske Universitet, DTU Compute": begins with the institution's acronym. */
static bool is_by_acronym_of(const struct institution *one, struct slice part)
{
	struct naming trial = { .country = one->country };
	ptrdiff_t blank = slice_find_byte(part, ' ');

	return blank > 0 && institution_look_short(&trial, slice_first(part, (size_t)blank)) &&
	       slice_eq(trial.found.ror, one->ror) && slice_eq(trial.found.domain, one->domain);
}

/* The institution in one part and its unit in another. */
static bool look_up_parts(struct naming *n, struct slice *name, struct slice *unit,
			  struct slice text)
{
	struct parts parts = { .named = SLICE_NONE };
	size_t from = 0, at, length;
	bool has_more;

	if (text.n > INSTITUTION_NAME_BYTES || !find_separator(&at, &length, text, 0))
		return false;
	do {
		struct slice part;

		has_more = find_separator(&at, &length, text, from);
		part = slice_trim(has_more ? slice_make(text.p + from, at - from)
					   : slice_from(text, from));
		from = has_more ? at + length : text.n;
		if (part.n > 0 && !sort_part(&parts, n, part))
			return false;
	} while (has_more);
	/* "ΑΠΘ, Τμήμα Νομικής" */
	if (parts.named.n == 0 && parts.unit.n > 0 && institution_look_short(n, parts.acronym))
		parts.named = parts.acronym;
	if (parts.named.n == 0)
		return false;
	if (parts.unit.n == 0 && is_by_acronym_of(&n->found, parts.other))
		parts.unit = parts.other;
	*name = parts.named;
	*unit = parts.unit;
	return true;
}

/* --- acronyms and kinds beside a name --- */

/* What stands before a name and says what it is of. */
static bool is_kind(struct slice word)
{
	static const char *const kinds[] = { "professionshøjskolen",
					     "erhvervsakademiet",
					     "yrkeshögskolan",
					     "ammattikorkeakoulu",
					     "stiftelsen",
					     "fundación",
					     "fondazione",
					     "fundação",
					     "stichting",
					     "hogeschool",
					     "vzw" };

	for (size_t i = 0; i < countof(kinds); i++)
		if (slice_eq_nocase(word, slice_of(kinds[i])))
			return true;
	return false;
}

/* "Hämeen ammattikorkeakoulu HAMK", "KTH Kungliga Tekniska högskolan", "Professionshøjskolen VIA
 * University College": without the word at an end that is an acronym or says what it is. */
static bool look_up_without_word(struct naming *n, struct slice *name, struct slice text)
{
	ptrdiff_t blank = slice_find_byte(text, ' ');
	struct slice last = institution_last_word(text);
	struct slice first = blank > 0 ? slice_first(text, (size_t)blank) : SLICE_NONE;

	*name = slice_trim(slice_first(text, text.n - last.n));
	if (first.n == 0 || text.n > INSTITUTION_NAME_BYTES)
		return false;
	if (institution_looks_like_acronym(last) && institution_look_forms(n, *name))
		return true;
	*name = slice_trim(slice_from(text, first.n));
	return (institution_looks_like_acronym(first) || is_kind(first)) &&
	       institution_look_forms(n, *name);
}

/* --- the ways in their order --- */

static bool find(struct naming *n, struct slice *name, struct slice *unit, struct slice text)
{
	ptrdiff_t open = slice_find_byte(text, '(');
	ptrdiff_t close = slice_find_byte(text, ')');

	*name = text;
	*unit = SLICE_NONE;
	if (institution_look_forms(n, text))
		return true;
	if (slice_find_byte(text, ',') < 0 && institution_look_dedicated(n, text))
		return true;
	if (open > 0 && close > open) {
		struct slice outer = slice_trim(slice_first(text, (size_t)open));
		struct slice inner =
			slice_trim(slice_make(text.p + open + 1, (size_t)(close - open - 1)));

		*name = outer;
		if (institution_look_forms(n, outer)) {
			*unit = institution_is_unit(inner) ? inner : SLICE_NONE;
			return true;
		}
		*name = inner;
		if (institution_look_forms(n, inner)) {
			*unit = institution_is_unit(outer) ? outer : SLICE_NONE;
			return true;
		}
		text = outer;
	}
	*name = text;
	return look_up_parts(n, name, unit, text) || institution_cut_unit(n, name, unit, text) ||
	       institution_look_acronym(n, text) || institution_look_at_place(n, text) ||
	       look_up_without_word(n, name, text);
}

bool institution_find_name(struct institution_naming *out, struct slice text, struct slice country)
{
	struct naming n = { .country = country, .genitive = institution_genitive_in(text) };
	struct slice name, unit;

	if (!find(&n, &name, &unit, text) || n.is_ambiguous)
		return false;
	*out = (struct institution_naming){ n.found, name, unit, n.table, n.key };
	return true;
}
