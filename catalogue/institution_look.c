// SPDX-License-Identifier: EUPL-1.2
/* Institutions that a text is the name or the acronym of, letter by letter (institution-names.tsv);
 * see institution_parts.h. */
#include "base/mem.h"
#include "catalogue/institution_parts.h"
#include "catalogue/vocab.h"

enum {
	MAX_ROWS = 48,
	MIN_ACRONYM = 3,
	MIN_SHORT = 2,
	MAX_ACRONYM = 12,
};

enum name_cell { NAME_ROR, NAME_DOMAIN, NAME_TYPE };

static bool is_same(const struct institution *a, const struct institution *b)
{
	return slice_eq(a->ror, b->ror) && slice_eq(a->domain, b->domain);
}

static void add_found(struct naming *n, const struct institution *one, const struct vocab_row *row)
{
	if (n->has_found && !is_same(&n->found, one)) {
		n->is_ambiguous = true;
		return;
	}
	n->found = *one;
	n->has_found = true;
	n->table = row->table;
	n->key = row->key;
}

static bool is_acronym(const struct vocab_row *row)
{
	return slice_eq_z(row->cells[NAME_TYPE], "acronym");
}

bool institution_is_generic(struct slice text)
{
	static const char *const words[] = {
		"a",
		"academy",
		"and",
		"applied",
		"art",
		"arts",
		"business",
		"college",
		"economics",
		"education",
		"fachhochschule",
		"fine",
		"for",
		"für",
		"hochschule",
		"institute",
		"international",
		"kunst",
		"medical",
		"music",
		"musik",
		"national",
		"of",
		"open",
		"polytechnic",
		"school",
		"science",
		"sciences",
		"state",
		"technical",
		"technische",
		"technology",
		"the",
		"universität",
		"university",
		"université",
		"universidad",
		"università",
		"ammattikorkeakoulu",
		"yliopisto",
		"högskolan",
		"högskola",
		"universitet",
	};
	struct slice word;

	while (slice_split(&word, &text, ' ')) {
		size_t i = 0;

		while (i < countof(words) && !slice_eq_nocase(word, slice_of(words[i])))
			i++;
		if (word.n > 0 && i == countof(words))
			return false;
	}
	return true;
}

static bool look_up(struct naming *n, struct slice text, bool is_of_acronyms)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n_rows = vocab_look_up(rows, MAX_ROWS, VOCAB_INSTITUTION_NAME, text);
	bool own_only = n_rows > 0 && rows[0].is_own;
	bool has_any = false;

	if (n_rows > 0 && !own_only && n->country.n == 0 && institution_is_generic(text))
		return false;
	for (size_t i = 0; i < n_rows; i++) {
		struct institution one;

		if ((own_only && !rows[i].is_own) || is_acronym(&rows[i]) != is_of_acronyms ||
		    !institution_of_row(&one, rows[i].cells[NAME_ROR],
					rows[i].cells[NAME_DOMAIN]) ||
		    (n->country.n > 0 && !slice_eq_nocase(one.country, n->country)))
			continue;
		add_found(n, &one, &rows[i]);
		has_any = true;
	}
	return has_any;
}

bool institution_look(struct naming *n, struct slice text)
{
	return look_up(n, text, false);
}

bool institution_look_acronym(struct naming *n, struct slice text)
{
	text = slice_trim(text);
	return n->country.n > 0 && text.n >= MIN_ACRONYM && text.n <= MAX_ACRONYM &&
	       look_up(n, text, true);
}

/* A letter of two bytes: -1: none, 1: a capital of Greek or Cyrillic, 0: another. */
static int is_capital_at(struct slice word, size_t i)
{
	unsigned lead = (unsigned char)word.p[i], next;

	if (i + 1 >= word.n)
		return -1;
	next = (unsigned char)word.p[i + 1];
	if (lead < 0xc3 || lead > 0xd2 || (next & 0xc0) != 0x80)
		return -1;
	if (lead == 0xce) /* U+0391 to U+03A9 */
		return next >= 0x91 && next <= 0xa9;
	/* U+0401 to U+042F, U+0490 */
	return (lead == 0xd0 && next >= 0x81 && next <= 0xaf) || (lead == 0xd2 && next == 0x90);
}

bool institution_looks_like_acronym(struct slice word)
{
	size_t n_capitals = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (ascii_is_alnum(word.p[i])) {
			n_capitals += word.p[i] >= 'A' && word.p[i] <= 'Z';
		} else {
			int capital = is_capital_at(word, i);

			if (capital < 0)
				return false;
			n_capitals += (size_t)capital;
			i++;
		}
	}
	return n_capitals >= MIN_SHORT && word.n <= MAX_ACRONYM;
}

/* "HR Department", "Campus UK": what such letters mean more often than an institution. */
static bool is_common(struct slice acronym)
{
	static const char *const words[] = { "IT", "HR", "PR", "AI", "UX", "EU", "UK", "US" };

	for (size_t i = 0; i < countof(words); i++)
		if (slice_eq_z(acronym, words[i]))
			return true;
	return false;
}

bool institution_look_short(struct naming *n, struct slice text)
{
	text = slice_trim(text);
	return n->country.n > 0 && institution_looks_like_acronym(text) && !is_common(text) &&
	       look_up(n, text, true);
}
