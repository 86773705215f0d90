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

/* --- places and dedications --- */

/* Whether a name or the domain of an institution holds the beginning of a place's name. */
static bool is_at(const struct institution *one, struct slice place)
{
	enum { SAME_BYTES = 4 }; /* "Praze", "Praha" differ at the end */
	const struct slice names[] = { one->name_own, one->name_en, one->domain };
	char folded[INSTITUTION_NAME_BYTES], wanted[INSTITUTION_NAME_BYTES];
	size_t n_wanted = vocab_fold_for(wanted, sizeof(wanted), VOCAB_INSTITUTION_NAME, place);

	if (n_wanted < SAME_BYTES)
		return false;
	for (size_t i = 0; i < countof(names); i++) {
		size_t n_folded =
			vocab_fold_for(folded, sizeof(folded), VOCAB_INSTITUTION_NAME, names[i]);

		if (slice_contains(slice_make(folded, n_folded), slice_make(wanted, SAME_BYTES)))
			return true;
	}
	return false;
}

static struct slice last_word(struct slice text)
{
	size_t n = text.n;

	while (n > 0 && text.p[n - 1] != ' ')
		n--;
	return slice_from(text, n);
}

/* Where what a name is dedicated to begins: "im. …", "„Ангел Кънчев“"; the text's end without. */
static size_t dedication(struct slice text)
{
	static const char *const begins[] = { " \"",   " „",           " “",        " ”",
					      " «",    " im. ",        " imienia ", " імені ",
					      " ім. ", " named after " };
	size_t nearest = text.n;

	for (size_t i = 0; i < countof(begins); i++) {
		ptrdiff_t at = slice_find(text, slice_of(begins[i]));

		if (at > 0 && (size_t)at < nearest)
			nearest = (size_t)at;
	}
	return nearest;
}

/* "Universitatea Babeș-Bolyai din Cluj-Napoca", "ČVUT v Praze": a name, and where it is. */
static bool look_up_at_place(struct naming *n, struct slice *name, struct slice text)
{
	static const char *const in[] = { " din ", " v ", " ve ", " w ",  " we ", " in ", " i ",
					  " u ",   " à ", " a ",  " en ", " em ", " zu ", " - " };

	for (size_t i = 0; i < countof(in); i++) {
		ptrdiff_t at = slice_find(text, slice_of(in[i]));
		struct slice head = at > 0 ? slice_first(text, (size_t)at) : SLICE_NONE;
		struct naming trial = *n;

		if (head.n == 0 || institution_is_generic(head) ||
		    !(institution_look(&trial, head) || institution_look_acronym(&trial, head)) ||
		    !is_at(&trial.found, last_word(text)))
			continue;
		*n = trial;
		*name = text;
		return true;
	}
	return false;
}

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

/* The institution in one part and its unit in another. */
static bool look_up_parts(struct naming *n, struct slice *name, struct slice *unit,
			  struct slice text)
{
	struct slice named = SLICE_NONE, of_unit = SLICE_NONE;
	size_t from = 0, at, length;
	bool has_more;

	if (text.n > INSTITUTION_NAME_BYTES || !find_separator(&at, &length, text, 0))
		return false;
	do {
		struct slice part, place;

		has_more = find_separator(&at, &length, text, from);
		part = slice_trim(has_more ? slice_make(text.p + from, at - from)
					   : slice_from(text, from));
		from = has_more ? at + length : text.n;
		if (part.n == 0)
			continue;
		if (institution_look_forms(n, part) || look_up_at_place(n, &place, part))
			named = part;
		else if (is_another(part) && !institution_is_unit(part))
			return false;
		else if (institution_is_unit(part) && of_unit.n == 0 &&
			 !slice_eq_nocase(part, SLICE_LIT("institution")))
			of_unit = part;
	} while (has_more);
	if (named.n == 0)
		return false;
	*name = named;
	*unit = of_unit;
	return true;
}

/* --- acronyms and kinds beside a name --- */

/* "HAMK", "SeAMK", "TalTech": two capitals or more, and no other signs. */
static bool looks_like_acronym(struct slice word)
{
	size_t n_capitals = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (!ascii_is_alnum(word.p[i]))
			return false;
		n_capitals += word.p[i] >= 'A' && word.p[i] <= 'Z';
	}
	return n_capitals >= 2 && word.n <= INSTITUTION_ACRONYM_BYTES;
}

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
	struct slice last = last_word(text);
	struct slice first = blank > 0 ? slice_first(text, (size_t)blank) : SLICE_NONE;

	*name = slice_trim(slice_first(text, text.n - last.n));
	if (first.n == 0 || text.n > INSTITUTION_NAME_BYTES)
		return false;
	if (looks_like_acronym(last) && institution_look_forms(n, *name))
		return true;
	*name = slice_trim(slice_from(text, first.n));
	return (looks_like_acronym(first) || is_kind(first)) && institution_look_forms(n, *name);
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
	if (dedication(text) < text.n &&
	    !institution_is_generic(slice_first(text, dedication(text))) &&
	    institution_look(n, slice_first(text, dedication(text))))
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
	       institution_look_acronym(n, text) || look_up_at_place(n, name, text) ||
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
