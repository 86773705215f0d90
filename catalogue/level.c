// SPDX-License-Identifier: EUPL-1.2
/*
 * Levels: from what a source writes into a level field to EQF, QF-EHEA cycle
 * and ISCED 2011. Asked in this order: the standard's own field, the scheme the
 * word names, a URI, a framework's level, a word for a degree, several of these.
 * An explicit EQF level is stronger than a national one, that than a degree.
 */
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/level_parts.h"

enum {
	MAX_ROWS = 16,
	MAX_LEVEL_WORD = 24, /* bytes, as folded */
};

struct level level_none(void)
{
	return (struct level){ .isced = ISCED_LEVEL_UNKNOWN };
}

void level_widen(struct level *level, const struct level *other, struct arena *arena)
{
	bool is_same = level->eqf == other->eqf && level->eqf_max == other->eqf_max;

	if (level->nqf.n == 0)
		level->nqf = other->nqf;
	else if (other->nqf.n > 0 && !slice_eq(level->nqf, other->nqf))
		level->nqf = arena_printf(arena, "%.*s, %.*s", SLICE_ARG(level->nqf),
					  SLICE_ARG(other->nqf));
	if (other->eqf == 0 || is_same)
		return;
	if (level->eqf == 0 || other->eqf < level->eqf)
		level->eqf = other->eqf;
	if (other->eqf_max > level->eqf_max)
		level->eqf_max = other->eqf_max;
	if (level->cycle != other->cycle)
		level->cycle = CYCLE_NONE;
	if (level->isced != other->isced)
		level->isced = ISCED_LEVEL_UNKNOWN;
}

void level_complete(struct level *level)
{
	static const enum cycle cycles[] = { CYCLE_SHORT, CYCLE_FIRST, CYCLE_SECOND, CYCLE_THIRD };

	/* Below 5 one EQF level goes with several of ISCED, and with no cycle. */
	if (level->eqf < 5 || level->eqf != level->eqf_max)
		return;
	/* A national level 5 without a cycle in its referencing report has none. */
	if (level->cycle == CYCLE_NONE && !(level->eqf == 5 && level->from == FROM_NQF))
		level->cycle = cycles[level->eqf - 5];
	if (level->isced == ISCED_LEVEL_UNKNOWN && level->cycle != CYCLE_NONE)
		level->isced = (int8_t)(5 + (level->cycle - CYCLE_SHORT));
}

/* ---- a standard's own field ---- */

static bool is_eqf_mapping(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return slice_eq_z(row->cells[0], "eqf");
}

static struct slice field_name(struct slice scheme)
{
	ptrdiff_t slash = slice_find_byte(scheme, '/');

	return slash < 0 ? scheme : slice_from(scheme, (size_t)slash + 1);
}

/* Level fields hold degree words; those of qualification levels hold EQF. */
static enum from from_of_field(struct slice scheme)
{
	return slice_find_nocase(field_name(scheme), SLICE_LIT("qualification")) >= 0 ||
			       slice_find_nocase(field_name(scheme), SLICE_LIT("eqf")) >= 0
		       ? FROM_DECLARED
		       : FROM_CYCLE;
}

static enum level_answer read_field(struct level *out, const struct word *word, struct slice text,
				    const struct hint *hint, struct arena *arena,
				    struct reading *reading)
{
	struct vocab_row rows[MAX_ROWS];
	struct slice standard = SLICE_NONE;
	char key[FIELD_KEY_BYTES];
	uint64_t eqf = 0;
	size_t n;

	if (slice_find_byte(word->scheme, '/') < 0) {
		if (hint == NULL || hint->standard.n == 0 || word->scheme.n == 0)
			return LEVEL_UNKNOWN;
		standard = hint->standard;
	}
	n = vocab_look_up(rows, MAX_ROWS, VOCAB_CODED_MAPPING,
			  field_key(key, standard, word->scheme, text));
	n = vocab_keep(rows, n, is_eqf_mapping, NULL);
	if (n == 0)
		return LEVEL_UNKNOWN;
	*out = level_none();
	if (!slice_to_u64(&eqf, rows[0].cells[1], 8) || eqf == 0)
		return LEVEL_SETTLED;
	out->eqf = (uint8_t)eqf;
	out->eqf_max = (uint8_t)eqf;
	out->from = from_of_field(word->scheme);
	if (slice_contains(rows[0].key, SLICE_LIT("4+")) ||
	    slice_contains(rows[0].key, SLICE_LIT("4plus")))
		out->nqf = arena_dup(arena, SLICE_LIT("NLQF 4+"));
	reading_set(reading, out->from, "coded-mappings.tsv: %.*s -> EQF %d",
		    SLICE_ARG(rows[0].key), out->eqf);
	return LEVEL_FOUND;
}

/* ---- schemes ---- */

/* ISCED 2011: one digit; of a programme's three digits the first. Upwards of 5 it fixes EQF. */
static enum level_answer read_isced(struct level *out, struct slice text, struct reading *reading)
{
	uint64_t number = 0;
	size_t i = 0;
	size_t n = 0;

	while (i < text.n && !ascii_is_digit(text.p[i]))
		i++;
	if (i + 4 <= text.n && slice_eq_z(slice_make(text.p + i, 4), "2011")) {
		i += 4;
		while (i < text.n && !ascii_is_digit(text.p[i]))
			i++;
	}
	while (i + n < text.n && ascii_is_digit(text.p[i + n]))
		n++;
	if ((n != 1 && n != 3) || !slice_to_u64(&number, slice_make(text.p + i, 1), 8))
		return LEVEL_UNKNOWN;
	*out = level_none();
	out->isced = (int8_t)number;
	if (number >= 5) {
		out->eqf = (uint8_t)number;
		out->eqf_max = out->eqf;
		out->from = FROM_CYCLE;
	}
	reading_set(reading, FROM_CYCLE, "qf-ehea.tsv: ISCED %d", (int)number);
	return LEVEL_FOUND;
}

/* Behind the classification's name, in capitals but for ISCED: CINE and CITE are also words. Also
 * with a word before it: "niveau CITE 6". */
static bool names_isced(struct slice text)
{
	static const char *const names[] = { "CITE", "CINE", "МСКО" };
	ptrdiff_t blank = slice_find_byte(text, ' ');
	char folded[MAX_LEVEL_WORD];

	if (blank > 0 &&
	    level_is_level_word(slice_make(
		    folded, vocab_fold(folded, sizeof folded, slice_first(text, (size_t)blank)))))
		text = slice_from(text, (size_t)blank + 1);
	for (size_t i = 0; i < countof(names); i++)
		if (slice_starts_with(text, slice_of(names[i])))
			return true;
	return slice_starts_with_nocase(text, SLICE_LIT("isced"));
}

/* "ISCED level 6", "CITE 6" in a text: three digits may as well be a field. */
static enum level_answer read_isced_level(struct level *out, struct slice text,
					  struct reading *reading)
{
	size_t n = text.n;

	if (!names_isced(text))
		return LEVEL_UNKNOWN;
	while (n > 0 && ascii_is_digit(text.p[n - 1]))
		n--;
	return text.n - n == 1 ? read_isced(out, text, reading) : LEVEL_UNKNOWN;
}

static enum level_answer from_cycle(struct level *out, enum cycle cycle, struct reading *reading)
{
	if (cycle == CYCLE_NONE)
		return LEVEL_UNKNOWN;
	*out = level_none();
	out->eqf = (uint8_t)(5 + (cycle - CYCLE_SHORT));
	out->eqf_max = out->eqf;
	out->cycle = cycle;
	out->from = FROM_CYCLE;
	reading_set(reading, FROM_CYCLE, "qf-ehea.tsv: %s cycle -> EQF %d", cycle_name(cycle),
		    out->eqf);
	return LEVEL_FOUND;
}

/* "first", "2", "third cycle" under the scheme qf-ehea. */
static enum level_answer read_cycle(struct level *out, struct slice text, struct reading *reading)
{
	static const struct {
		const char *text;
		enum cycle cycle;
	} names[] = {
		{ "short", CYCLE_SHORT },   { "0", CYCLE_SHORT },  { "short-cycle", CYCLE_SHORT },
		{ "first", CYCLE_FIRST },   { "1", CYCLE_FIRST },  { "1st", CYCLE_FIRST },
		{ "second", CYCLE_SECOND }, { "2", CYCLE_SECOND }, { "2nd", CYCLE_SECOND },
		{ "third", CYCLE_THIRD },   { "3", CYCLE_THIRD },  { "3rd", CYCLE_THIRD },
	};
	struct slice word = uri_is(text) ? uri_last(text) : text;
	ptrdiff_t at = slice_find_nocase(word, SLICE_LIT("cycle"));

	if (at > 0 && (size_t)at + 5 == word.n)
		word = slice_trim(slice_first(word, (size_t)at));
	else if (at == 0)
		word = slice_trim(slice_from(word, 5));
	for (size_t i = 0; i < countof(names); i++)
		if (slice_eq_nocase(word, slice_of(names[i].text)))
			return from_cycle(out, names[i].cycle, reading);
	return LEVEL_UNKNOWN;
}

static uint64_t roman_number(struct slice text)
{
	static const char *const numerals[] = { "I", "II", "III", "IV", "V", "VI", "VII", "VIII" };

	for (size_t i = 0; i < countof(numerals); i++)
		if (slice_eq_z(text, numerals[i]))
			return i + 1;
	return 0;
}

/* A number 1 to 8 alone, under the scheme eqf or behind ".../eqf/". */
static enum level_answer read_eqf(struct level *out, struct slice text, struct reading *reading)
{
	uint64_t number;

	if (slice_ends_with(text, SLICE_LIT(".0")))
		text.n -= 2;
	if (slice_starts_with_nocase(text, SLICE_LIT("level ")))
		text = slice_trim(slice_from(text, 6));
	if (!slice_to_u64(&number, text, 8))
		number = roman_number(text);
	if (number == 0)
		return LEVEL_UNKNOWN;
	*out = level_none();
	out->eqf = (uint8_t)number;
	out->eqf_max = out->eqf;
	out->from = FROM_DECLARED;
	reading_set(reading, FROM_DECLARED, "EQF %d", out->eqf);
	return LEVEL_FOUND;
}

static enum level_answer read_uri(struct level *out, struct slice uri, const struct level_job *job,
				  struct reading *reading)
{
	enum level_answer answer = level_read_form(out, uri, job, reading);

	if (answer == LEVEL_FOUND)
		return answer;
	if (slice_find_nocase(uri, SLICE_LIT("/eqf")) >= 0)
		return read_eqf(out, uri_last(uri), reading);
	if (slice_find_nocase(uri, SLICE_LIT("isced")) >= 0 &&
	    slice_find_nocase(uri, SLICE_LIT("isced-f")) < 0 && uri_last(uri).n == 1)
		return read_isced(out, uri_last(uri), reading);
	if (slice_find_nocase(uri, SLICE_LIT("ehea")) >= 0)
		return read_cycle(out, uri, reading);
	return LEVEL_UNKNOWN;
}

/* ---- one ---- */

/* "MSc level", "BSc képzés": what adds nothing to a degree. */
static struct slice without_tail(struct slice text)
{
	static const char *const tails[] = {
		" level",     " degree",      " course",  " courses", " module",
		" programme", " program",     " studies", " study",   " k\303\251pz\303\251s",
		" niveau",    " niv\303\245", " studium", " opinnot", " tase"
	};

	for (size_t i = 0; i < countof(tails); i++)
		if (text.n > strlen(tails[i]) &&
		    slice_eq_nocase(slice_from(text, text.n - strlen(tails[i])),
				    slice_of(tails[i])))
			return slice_first(text, text.n - strlen(tails[i]));
	return text;
}

static enum level_scheme scheme_of(struct slice name)
{
	static const struct {
		const char *name;
		enum level_scheme scheme;
	} names[] = {
		{ "eqf", SCHEME_EQF },         { "eqflevel", SCHEME_EQF },
		{ "nqf", SCHEME_NQF },         { "nqflevel", SCHEME_NQF },
		{ "isced", SCHEME_ISCED },     { "isced-2011", SCHEME_ISCED },
		{ "isced2011", SCHEME_ISCED }, { "qf-ehea", SCHEME_CYCLE },
		{ "qfehea", SCHEME_CYCLE },    { "cycle", SCHEME_CYCLE },
	};

	for (size_t i = 0; i < countof(names); i++)
		if (slice_eq_nocase(name, slice_of(names[i].name)))
			return names[i].scheme;
	return SCHEME_ANY;
}

enum level_answer level_read_one(struct level *out, struct slice text, const struct level_job *job,
				 struct reading *reading)
{
	enum level_answer answer = LEVEL_UNKNOWN;

	if (uri_is(text))
		return read_uri(out, text, job, reading);
	if (job->scheme == SCHEME_EQF)
		answer = read_eqf(out, text, reading);
	else if (job->scheme == SCHEME_ISCED)
		return read_isced(out, text, reading);
	else if (job->scheme == SCHEME_CYCLE)
		answer = read_cycle(out, text, reading);
	else if (job->scheme == SCHEME_ANY)
		answer = read_isced_level(out, text, reading);
	if (answer == LEVEL_UNKNOWN)
		answer = level_read_form(out, text, job, reading);
	if (answer == LEVEL_UNKNOWN)
		answer = level_read_term(out, text, job, reading);
	if (answer == LEVEL_UNKNOWN && without_tail(text).n < text.n)
		answer = level_read_term(out, without_tail(text), job, reading);
	return answer;
}

/* A label before the value: "Niveau: Master", "Level: EQF 6". */
static struct slice without_label(struct slice text)
{
	ptrdiff_t at = slice_find(text, SLICE_LIT(": "));

	if (at <= 0 || uri_is(text) || level_is_condition(slice_first(text, (size_t)at)))
		return text;
	return slice_trim(slice_from(text, (size_t)at + 2));
}

static enum level_answer read_text(struct level *out, struct slice text,
				   const struct level_job *job, struct reading *reading)
{
	struct slice bare = without_label(text);
	enum level_answer answer = level_read_one(out, text, job, reading);
	bool is_whole;

	if (answer != LEVEL_UNKNOWN || uri_is(text) || text.n > LEVEL_MAX_TEXT ||
	    level_is_elsewhere(text))
		return answer;
	answer = level_read_range(out, text, job, reading);
	if (answer == LEVEL_UNKNOWN && bare.n < text.n)
		answer = level_read_one(out, bare, job, reading);
	if (answer == LEVEL_UNKNOWN)
		answer = level_read_pair(out, bare, job, reading);
	if (answer != LEVEL_UNKNOWN)
		return answer;
	/* Levels with numbers hold wherever they stand; degrees only where nothing else is said,
	 * or where the phrase has no word that makes them a condition. */
	answer = level_read_list(out, bare, job, reading, &is_whole);
	if (answer == LEVEL_FOUND && (out->from > FROM_CYCLE || is_whole))
		return LEVEL_FOUND;
	return level_read_phrase(out, text, job, reading);
}

/* Bytes of a quotation mark beyond ASCII, 0 for none; the right single one is an apostrophe. */
static size_t quote_bytes(struct slice s)
{
	static const char *const quotes[] = { "\342\200\234", "\342\200\235", "\342\200\236",
					      "\342\200\232", "\342\200\230", "\302\253",
					      "\302\273" };

	for (size_t i = 0; i < countof(quotes); i++)
		if (slice_starts_with(s, slice_of(quotes[i])))
			return strlen(quotes[i]);
	return 0;
}

/* They say nothing: "ОКС „магистър“". */
static struct slice without_quotes(struct slice text, struct arena *arena)
{
	char *copy = NULL;

	for (size_t i = 0; i < text.n; i++) {
		size_t n = (unsigned char)text.p[i] < 0x80 ? 0 : quote_bytes(slice_from(text, i));

		if (n > 0 && copy == NULL) {
			copy = arena_alloc(arena, text.n);
			if (copy == NULL)
				return text;
			memcpy(copy, text.p, text.n);
			text.p = copy;
		}
		if (n > 0)
			memset(copy + i, ' ', n);
	}
	return slice_trim(text);
}

bool level_read(struct level *out, const struct word *word, const struct hint *hint,
		struct reading *reading, struct arena *arena)
{
	struct level_job job = { .arena = arena, .scheme = scheme_of(word->scheme) };
	struct slice text = slice_trim(word->text);
	struct level level = level_none();
	enum level_answer answer;

	if (text.n == 0 || !utf8_is_valid(text))
		return false;
	if (hint != NULL) {
		job.country = hint->country;
		job.lang = hint->lang;
	}
	if (word->lang.n > 0)
		job.lang = word->lang;
	text = without_quotes(text, arena);

	answer = read_field(&level, word, text, hint, arena, reading);
	if (answer == LEVEL_UNKNOWN)
		answer = read_text(&level, text, &job, reading);
	if (answer != LEVEL_FOUND)
		return false;
	level.declared = out->declared;
	*out = level;
	return true;
}
