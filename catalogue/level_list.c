// SPDX-License-Identifier: EUPL-1.2
/*
 * Several levels in one text: two numbers of a range, two that share what is said
 * once ("first and second cycle"), parts between signs and words such as "and".
 */
#include "base/mem.h"
#include "catalogue/level_parts.h"
#include "catalogue/phrase.h"
#include "catalogue/workload_scan.h"

#include <stdio.h>

enum {
	MAX_PARTS = 16,
	MAX_PAIR_TEXT = 160, /* bytes: as long as a phrase */
	MAX_PAIR_JOINTS = 4, /* that are tried in a text */
	MAX_PAIR_DEPTH = 2, /* "first, second and third cycle" */
	MIN_STEM = 3, /* bytes: "aine-", "alap-" */
	MAX_ORDINAL_BYTES = 5, /* "1st", "1.\302\272", "VIII." */
};

/* What stands between two levels: of numbers, of parts of a list, of words that share a third. */
enum { BETWEEN_NUMBERS = 1, BETWEEN_PARTS = 2, BETWEEN_WORDS = 4, AND = 7, AND_OF_LANG = 5 };

/* Words for "and", "or" and "to" of the teaching languages; AND_OF_LANG: what means much else in
 * other ones is no separator of parts. */
static const struct {
	const char *text;
	unsigned uses;
} joints[] = {
	{ " - ", BETWEEN_NUMBERS | BETWEEN_PARTS },
	{ " \342\200\223 ", BETWEEN_NUMBERS | BETWEEN_PARTS },
	{ " \342\200\224 ", BETWEEN_NUMBERS | BETWEEN_PARTS },
	{ "-", BETWEEN_NUMBERS },
	{ "\342\200\223", BETWEEN_NUMBERS },
	{ "\342\200\224", BETWEEN_NUMBERS },
	{ "..", BETWEEN_NUMBERS },
	{ "/", BETWEEN_NUMBERS | BETWEEN_WORDS }, /* "1st/2nd" */
	{ " / ", BETWEEN_NUMBERS | BETWEEN_WORDS },
	{ ",", BETWEEN_NUMBERS },
	{ ", ", BETWEEN_NUMBERS | BETWEEN_WORDS },
	{ " to ", BETWEEN_NUMBERS },
	{ " bis ", BETWEEN_NUMBERS },
	{ " \303\240 ", BETWEEN_NUMBERS },
	{ " til ", BETWEEN_NUMBERS },
	{ " till ", BETWEEN_NUMBERS },
	{ " tot ", BETWEEN_NUMBERS },
	{ " do ", BETWEEN_NUMBERS },
	{ " a\305\276 ", BETWEEN_NUMBERS },
	{ " az ", BETWEEN_NUMBERS },
	{ " iki ", BETWEEN_NUMBERS },
	{ " l\304\253dz ", BETWEEN_NUMBERS },
	{ " kuni ", BETWEEN_NUMBERS },
	{ " \316\255\317\211\317\202 ", BETWEEN_NUMBERS },
	{ " \320\264\320\276 ", BETWEEN_NUMBERS },
	{ " and ", AND },
	{ " & ", AND },
	{ " or ", AND },
	{ " und ", AND },
	{ " oder ", AND },
	{ " et ", AND },
	{ " ou ", AND },
	{ " y ", AND },
	{ " o ", AND },
	{ " e ", AND },
	{ " och ", AND },
	{ " eller ", AND },
	{ " og ", AND },
	{ " en ", AND },
	{ " of ", AND },
	{ " ja ", AND },
	{ " tai ", AND },
	{ " i ", AND },
	{ " lub ", AND },
	{ " oraz ", AND },
	{ " a ", AND },
	{ " nebo ", AND },
	{ " alebo ", AND },
	{ " albo ", AND },
	{ " ali ", AND },
	{ " \303\251s ", AND },
	{ " vagy ", AND },
	{ " sau ", AND },
	{ " \310\231i ", AND },
	{ " \305\237i ", AND },
	{ " \320\270 ", AND },
	{ " \320\270\320\273\320\270 ", AND },
	{ " \321\226 ", AND },
	{ " \320\271 ", AND },
	{ " \321\202\320\260 ", AND },
	{ " \320\260\320\261\320\276 ", AND },
	{ " \316\272\316\261\316\271 ", AND },
	{ " \316\256 ", AND },
	{ " ir ", AND },
	{ " arba ", AND },
	{ " un ", AND },
	{ " vai ", AND },
	{ " v\303\265i ", AND },
	{ " ve ", AND },
	{ " veya ", AND },
	{ " eta ", AND },
	{ " edo ", AND },
	{ " agus ", AND },
	{ " n\303\263 ", AND },
	{ " jew ", AND },
	{ " sek\303\244 ", AND },
	{ " sowie ", AND },
	{ " e\303\260a ", AND },
	{ " dhe ", AND },
	{ " ose ", AND },
	{ " in ", AND_OF_LANG },
	{ " ter ", AND_OF_LANG },
	{ " kao i ", AND_OF_LANG },
	{ " ili ", AND_OF_LANG },
	{ " u ", AND_OF_LANG },
};

/* Bytes of the longest joint of a use at the front of text, 0 for none. */
static size_t joint_bytes(struct slice text, unsigned use)
{
	size_t longest = 0;

	if (slice_starts_with_nocase(text, SLICE_LIT(" a ciclo"))) /* "laurea a ciclo unico" */
		return 0;
	for (size_t i = 0; i < countof(joints); i++) {
		size_t n = strlen(joints[i].text);

		if ((joints[i].uses & use) != 0 && n > longest &&
		    slice_starts_with_nocase(text, slice_of(joints[i].text)))
			longest = n;
	}
	return longest;
}

/* ---- two numbers ---- */

static bool is_number_char(char c)
{
	return ascii_is_digit(c) || c == '.';
}

/* Whether a unit of workload begins a text: "NFQ Level 9, 10 ECTS" is no range. */
static bool is_unit_behind(struct slice text, const struct level_job *job)
{
	const struct hint hint = { .country = job->country, .lang = job->lang };
	struct slice rest = slice_trim(text), word = SLICE_NONE;
	enum { MAX_LETTERS = 2 }; /* of units that are words of other languages */
	struct vocab_row row;
	struct unit unit;
	size_t n = 0;

	(void)slice_split(&word, &rest, ' ');
	while (n < word.n && strchr(",;:()/|", word.p[n]) == NULL)
		n++;
	word = slice_first(word, n);
	/* "credits" are credits also where nobody knows of which size */
	if (n > MAX_LETTERS && vocab_look_up(&row, 1, VOCAB_CREDIT_FORM, word) > 0)
		return true;
	return n > 0 && unit_of_form(&unit, word, &hint) && unit.kind >= UNIT_CREDIT &&
	       unit.kind <= UNIT_SEMESTER;
}

/* The words before the first number once more before the second: "EQF 5 to EQF 7", "Level 8 - Level
 * 9"; their bytes at the front of text, 0 for others. */
static size_t repeated_bytes(struct slice text, struct slice before)
{
	enum { MAX_WORDS = 2 };
	size_t from = before.n, repeated = 0;

	for (int k = 0; k < MAX_WORDS && from > 0; k++) {
		struct slice words;

		from--;
		while (from > 0 && before.p[from - 1] != ' ')
			from--;
		words = slice_from(before, from);
		if (words.n > 1 && text.n >= words.n &&
		    slice_eq_nocase(slice_first(text, words.n), words))
			repeated = words.n;
	}
	return repeated;
}

/* "EQF 6-7": the place of two numbers, small and rising, and of what is between them. */
static bool find_range(struct slice text, const struct level_job *job, size_t *low_at,
		       size_t *low_n, size_t *high_at, size_t *high_n)
{
	for (size_t i = 0; i < text.n; i++) {
		uint64_t low;
		uint64_t high;
		size_t n = 0;
		size_t middle;
		size_t m = 0;

		if (!ascii_is_digit(text.p[i]) || (i > 0 && is_number_char(text.p[i - 1])))
			continue;
		while (i + n < text.n && ascii_is_digit(text.p[i + n]))
			n++;
		middle = joint_bytes(slice_from(text, i + n), BETWEEN_NUMBERS);
		if (middle == 0)
			continue;
		middle += repeated_bytes(slice_from(text, i + n + middle), slice_first(text, i));
		while (i + n + middle + m < text.n && ascii_is_digit(text.p[i + n + middle + m]))
			m++;
		if (i + n + middle + m < text.n && is_number_char(text.p[i + n + middle + m]))
			continue;
		if (!slice_to_u64(&low, slice_make(text.p + i, n), 12) ||
		    !slice_to_u64(&high, slice_make(text.p + i + n + middle, m), 12) ||
		    low >= high || low == 0 ||
		    is_unit_behind(slice_from(text, i + n + middle + m), job))
			continue;
		*low_at = i;
		*low_n = n;
		*high_at = i + n + middle;
		*high_n = m;
		return true;
	}
	return false;
}

/* The text with what begins at from and ends at to taken out. */
static struct slice cut(char *memory, size_t cap, struct slice text, size_t from, size_t to)
{
	if (text.n > cap)
		return SLICE_NONE;
	memcpy(memory, text.p, from);
	memcpy(memory + from, text.p + to, text.n - to);
	return slice_make(memory, text.n - (to - from));
}

/* The rule of a range is that of its lowest and that of its highest. */
static void name_both(struct reading *reading, const struct reading *of_low)
{
	struct reading of_high;

	if (reading == NULL || reading->is_brief || of_low->rule[0] == '\0')
		return;
	of_high = *reading;
	reading_set(reading, of_high.from, "%s; %s", of_low->rule, of_high.rule);
}

enum level_answer level_read_range(struct level *out, struct slice text,
				   const struct level_job *job, struct reading *reading)
{
	char memory[LEVEL_MAX_TEXT];
	size_t low_at;
	size_t low_n;
	size_t high_at;
	size_t high_n;
	struct level high;
	struct reading of_low = { .is_brief = reading == NULL || reading->is_brief };

	if (!find_range(text, job, &low_at, &low_n, &high_at, &high_n))
		return LEVEL_UNKNOWN;
	if (level_read_one(out, cut(memory, sizeof(memory), text, low_at + low_n, high_at + high_n),
			   job, &of_low) != LEVEL_FOUND ||
	    level_read_one(&high, cut(memory, sizeof(memory), text, low_at, high_at), job,
			   reading) != LEVEL_FOUND)
		return LEVEL_UNKNOWN;
	if (out->eqf == 0 || high.eqf == 0)
		return LEVEL_UNKNOWN;
	level_widen(out, &high, job->arena);
	name_both(reading, &of_low);
	return LEVEL_FOUND;
}

/* ---- two that share a word ---- */

/* "first and second cycle": what is before, the two words, what is behind. */
struct pair {
	struct slice before, first, second, behind;
};

/* The words on both sides of a joint of n bytes at i. */
static bool pair_at(struct pair *out, struct slice text, size_t i, size_t n)
{
	size_t from = i, to = i + n;

	while (from > 0 && text.p[from - 1] != ' ')
		from--;
	while (to < text.n && text.p[to] != ' ' && text.p[to] != ',' && text.p[to] != ')')
		to++;
	*out = (struct pair){ slice_first(text, from), slice_make(text.p + from, i - from),
			      slice_make(text.p + i + n, to - i - n), slice_from(text, to) };
	return out->first.n > 0 && out->second.n > 0;
}

static bool is_ordinal(struct slice word)
{
	struct vocab_row rows[4];
	size_t n;

	if (word.n <= MAX_ORDINAL_BYTES &&
	    (ascii_is_digit(word.p[0]) || strchr("IV", word.p[0]) != NULL))
		return true;
	n = vocab_look_up_word(rows, countof(rows), VOCAB_TERM_WORD, word);
	for (size_t i = 0; i < n; i++)
		if (slice_eq_z(rows[i].cells[0], "first") ||
		    slice_eq_z(rows[i].cells[0], "second") || slice_eq_z(rows[i].cells[0], "third"))
			return true;
	return false;
}

/* "Bachelor-" of "Bachelor- und Masterniveau". */
static bool is_cut_short(struct slice word)
{
	return word.n > 1 && word.p[word.n - 1] == '-';
}

static enum level_answer read_half(struct level *out, struct slice text,
				   const struct level_job *job, unsigned depth,
				   struct reading *reading);

/* A word between what the two share. */
static enum level_answer read_with(struct level *out, const struct pair *pair, struct slice word,
				   struct slice ending, const struct level_job *job, unsigned depth,
				   struct reading *reading)
{
	char text[2 * MAX_PAIR_TEXT];
	int n = snprintf(text, sizeof(text), "%.*s%.*s%.*s%.*s", SLICE_ARG(pair->before),
			 SLICE_ARG(word), SLICE_ARG(ending), SLICE_ARG(pair->behind));

	if (n <= 0 || (size_t)n >= sizeof(text))
		return LEVEL_UNKNOWN;
	return read_half(out, slice_trim(slice_make(text, (size_t)n)), job, depth, reading);
}

/* What is left out of a word that is cut short stands at the end of the other, or is a word of its
 * own behind it: "alap- \303\251s mesterk\303\251pz\303\251s", "grund- och avancerad niv\303\245".
 */
static enum level_answer read_cut_short(struct level *out, const struct pair *pair,
					const struct level_job *job, unsigned depth,
					struct reading *reading)
{
	struct slice stem = slice_first(pair->first, pair->first.n - 1);
	struct slice rest = pair->behind, word = SLICE_NONE;
	enum { MAX_BEHIND = 3 }; /* words: "grund-, avancerad och forskarniv\303\245" */
	size_t n_stem = level_stem_of(pair->second, MIN_STEM).n;
	const struct pair alone = { .before = SLICE_NONE };
	enum level_answer answer = LEVEL_UNKNOWN;

	if (n_stem > 0)
		answer = read_with(out, &alone, stem, slice_from(pair->second, n_stem), job, depth,
				   reading);
	for (size_t k = 0;
	     k < MAX_BEHIND && answer != LEVEL_FOUND && phrase_next(&word, &rest, " ,;()"); k++) {
		answer = read_with(out, &alone, stem, word, job, depth, reading);
		n_stem = level_stem_of(word, MIN_STEM).n;
		if (answer != LEVEL_FOUND && n_stem > 0)
			answer = read_with(out, &alone, stem, slice_from(word, n_stem), job, depth,
					   reading);
	}
	if (answer != LEVEL_FOUND)
		answer = read_with(out, &alone, stem, SLICE_NONE, job, depth, reading);
	return answer;
}

static enum level_answer read_pair(struct level *out, const struct pair *pair,
				   const struct level_job *job, unsigned depth,
				   struct reading *reading)
{
	bool is_short = is_cut_short(pair->first);
	struct level second, neither;
	enum level_answer first_answer, answer;

	answer = read_with(&second, pair, pair->second, SLICE_NONE, job, depth, reading);
	if (answer != LEVEL_FOUND && !is_ordinal(pair->second))
		return LEVEL_UNKNOWN;
	first_answer = is_short
			       ? read_cut_short(out, pair, job, depth, reading)
			       : read_with(out, pair, pair->first, SLICE_NONE, job, depth, reading);
	if (first_answer == LEVEL_FOUND && answer == LEVEL_FOUND) {
		if (out->eqf == 0 || second.eqf == 0 ||
		    (out->eqf == second.eqf && out->eqf_max == second.eqf_max))
			return LEVEL_UNKNOWN;
		level_widen(out, &second, job->arena);
		return LEVEL_FOUND;
	}
	if (first_answer != LEVEL_FOUND && answer != LEVEL_FOUND)
		return LEVEL_UNKNOWN;
	/* One is read and the other is not: half of what is said, if they are what is read. */
	if (!is_short && !(is_ordinal(pair->first) && is_ordinal(pair->second)))
		return LEVEL_UNKNOWN;
	return read_with(&neither, pair, SLICE_NONE, SLICE_NONE, job, depth, NULL) == LEVEL_FOUND
		       ? LEVEL_UNKNOWN
		       : LEVEL_SETTLED;
}

/* Numbers without a sign are those of a range, of a classification ("6/2") or of something else
 * ("EQF 5, 6 ECTS"); a comma is one of a row ("first, second and third"). */
static bool may_share(const struct pair *pair, char joint)
{
	uint64_t number;

	if (slice_to_u64(&number, pair->first, UINT64_MAX) ||
	    slice_to_u64(&number, pair->second, UINT64_MAX))
		return false;
	return joint != ',' || is_cut_short(pair->first) ||
	       (is_ordinal(pair->first) && is_ordinal(pair->second));
}

static enum level_answer read_pairs(struct level *out, struct slice text,
				    const struct level_job *job, unsigned depth,
				    struct reading *reading)
{
	enum level_answer answer = LEVEL_UNKNOWN;
	size_t n_tried = 0;

	if (text.n > MAX_PAIR_TEXT || depth == MAX_PAIR_DEPTH)
		return LEVEL_UNKNOWN;
	for (size_t i = 1; i < text.n && n_tried < MAX_PAIR_JOINTS && answer == LEVEL_UNKNOWN;
	     i++) {
		struct pair pair;
		size_t n = strchr(" ,/", text.p[i]) == NULL
				   ? 0
				   : joint_bytes(slice_from(text, i), BETWEEN_WORDS);

		if (n == 0 || !pair_at(&pair, text, i, n) || !may_share(&pair, text.p[i]))
			continue;
		n_tried++;
		answer = read_pair(out, &pair, job, depth + 1, reading);
	}
	return answer;
}

static enum level_answer read_half(struct level *out, struct slice text,
				   const struct level_job *job, unsigned depth,
				   struct reading *reading)
{
	enum level_answer answer = level_read_one(out, text, job, reading);

	if (answer == LEVEL_UNKNOWN)
		answer = read_pairs(out, text, job, depth, reading);
	return answer != LEVEL_UNKNOWN ? answer : level_read_phrase(out, text, job, reading);
}

enum level_answer level_read_pair(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading)
{
	return read_pairs(out, text, job, 0, reading);
}

/* ---- a list ---- */

/* Whether text at i separates two statements: punctuation, or a word for "and", "or". */
static size_t separator_bytes(struct slice text, size_t i)
{
	size_t n;

	/* "4+" is a level, "6/2" one number of a classification. */
	if (strchr(",;/|+&()[]\n", text.p[i]) != NULL)
		return (text.p[i] == '+' ||
			(text.p[i] == '/' && i + 1 < text.n && ascii_is_digit(text.p[i + 1]))) &&
				       i > 0 && ascii_is_digit(text.p[i - 1])
			       ? 0
			       : 1;
	n = text.p[i] == ' ' ? joint_bytes(slice_from(text, i), BETWEEN_PARTS) : 0;
	return n > 0 ? n - 1 : 0; /* the blank may begin the next one */
}

/* Joins what a part says: the stronger kind alone, equals as a range; names of levels stay. */
static void join_part(struct level *out, const struct level *part, bool *has_any,
		      struct arena *arena)
{
	struct level kept = *part;

	if (!*has_any) {
		*out = kept;
		*has_any = true;
		return;
	}
	if (part->from > out->from) {
		if (kept.nqf.n == 0)
			kept.nqf = out->nqf;
		*out = kept;
	} else if (part->from == out->from) {
		level_widen(out, part, arena);
	} else if (out->nqf.n == 0) {
		out->nqf = part->nqf;
	}
}

/* Bytes of brackets at i that have no number, and so may name the framework of the one before
 * them ("8. raven (SOK)"); 0 for none. */
static size_t name_bytes(struct slice text, size_t i)
{
	size_t n = 1;

	if (i == text.n || text.p[i] != '(')
		return 0;
	while (i + n < text.n && text.p[i + n] != ')' && !ascii_is_digit(text.p[i + n]))
		n++;
	return i + n < text.n && text.p[i + n] == ')' ? n + 1 : 0;
}

enum level_answer level_read_list(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading, bool *is_whole)
{
	bool is_brief = reading == NULL || reading->is_brief;
	struct reading best = { .is_brief = is_brief };
	bool has_any = false;
	size_t start = 0;
	size_t n_parts = 0;

	*is_whole = true;
	for (size_t i = 0; i <= text.n && n_parts < MAX_PARTS;) {
		size_t skip = i == text.n ? 1 : separator_bytes(text, i);
		size_t n_name = name_bytes(text, i);
		struct slice part = slice_trim(slice_make(text.p + start, i - start));
		struct slice named = slice_make(text.p + start, i + n_name - start);
		struct reading one = { .is_brief = is_brief };
		struct level level;
		enum level_answer answer = LEVEL_UNKNOWN;

		if (skip == 0) {
			i++;
			continue;
		}
		i += skip;
		start = i;
		if (part.n == 0)
			continue;
		n_parts++;
		if (n_name > 0)
			answer = level_read_form(&level, slice_trim(named), job, &one);
		if (answer == LEVEL_FOUND)
			start = i += n_name - skip;
		else
			answer = level_read_range(&level, part, job, &one);
		if (answer == LEVEL_UNKNOWN)
			answer = level_read_one(&level, part, job, &one);
		*is_whole = *is_whole && answer != LEVEL_UNKNOWN;
		if (answer != LEVEL_FOUND)
			continue;
		if (has_any && level.eqf > 0 && one.from == best.from)
			name_both(&one, &best);
		if (one.from >= best.from)
			best = one;
		join_part(out, &level, &has_any, job->arena);
	}
	if (has_any)
		reading_set(reading, best.from, "%s", best.rule);
	return has_any ? LEVEL_FOUND : LEVEL_UNKNOWN;
}
