// SPDX-License-Identifier: EUPL-1.2
/*
 * Marks of lists: those that count by themselves, and those that count only
 * where they follow each other.
 */
#include "catalogue/list_marks.h"

#include "base/mem.h"
#include "base/utf8.h"

/* Bytes of "LO1: ", "LO 2. ", "3: ", "4 - " at the start of a line; 0 without. */
static size_t label_mark(struct slice line)
{
	size_t i = slice_starts_with(line, SLICE_LIT("LO")) ? 2 : 0;
	size_t digits;

	if (i > 0 && i < line.n && line.p[i] == ' ')
		i++;
	digits = i;
	while (i < line.n && i < digits + 2 && ascii_is_digit(line.p[i]))
		i++;
	if (i == digits)
		return 0;
	line = slice_from(line, i);
	if (slice_starts_with(line, SLICE_LIT(" - ")))
		return i + 3;
	if (slice_starts_with(line, SLICE_LIT(": ")) ||
	    (digits > 0 && (slice_starts_with(line, SLICE_LIT(". ")) ||
			    slice_starts_with(line, SLICE_LIT(") ")))))
		return i + 2;
	return 0;
}

/* Bytes of "- ", "12. ", "3) ", "(b) ", "iv) " at the start of a line; 0 without. */
static size_t item_mark(struct slice line)
{
	size_t i = 0;
	bool has_paren = false;

	if (slice_starts_with(line, SLICE_LIT("- ")))
		return 2;
	if (label_mark(line) > 0)
		return label_mark(line);
	if (i < line.n && line.p[i] == '(') {
		has_paren = true;
		i++;
	}
	if (i < line.n && ascii_is_digit(line.p[i])) {
		while (i < line.n && i < 4 && ascii_is_digit(line.p[i]))
			i++;
	} else if (i < line.n && ascii_is_alpha(line.p[i])) {
		i++;
		while (i < line.n && i < 4 && strchr("ivx", line.p[i]) != NULL &&
		       strchr("ivx", line.p[i - 1]) != NULL)
			i++;
		if (i >= line.n || line.p[i] != ')') /* "a." begins sentences too */
			return 0;
	} else {
		return 0;
	}
	if (i + 1 >= line.n || (line.p[i] != ')' && (has_paren || line.p[i] != '.')) ||
	    line.p[i + 1] != ' ')
		return 0;
	return i + 2;
}

/* Bullets of Word's Symbol and Wingdings that became the letters of their places; bytes with the
 * blank, 0 without. They count where each line has the same. */
static size_t lost_bullet(struct slice line)
{
	static const struct slice letters[] = { { "o ", 2 },        { "\302\247 ", 3 },
						{ "\303\274 ", 3 }, { "\303\230 ", 3 },
						{ "\303\240 ", 3 }, { "\302\252 ", 3 },
						{ "v ", 2 },        { "q ", 2 } };

	for (size_t i = 0; i < countof(letters); i++)
		if (slice_starts_with(line, letters[i]))
			return letters[i].n;
	return 0;
}

static bool has_lost_bullets(struct slice text)
{
	struct slice line, first = SLICE_NONE;
	size_t n = 0;

	while (slice_split(&line, &text, '\n')) {
		size_t mark = lost_bullet(line);

		if (line.n == 0)
			continue;
		if (mark == 0 || (n > 0 && !slice_eq(slice_first(line, mark), first)))
			return false;
		first = slice_first(line, mark);
		n++;
	}
	return n >= 2;
}

/* --- marks that count only where they follow each other --- */

/* "RA2 - ", "1.2 ", "II. ", "[3] ", "2º ": what it begins with, its number, and its bytes. */
struct ordinal {
	struct slice series; /* "RA", "1." */
	unsigned number;
	unsigned letter; /* its place in the alphabet; 0: none, or a Roman number of several */
	bool is_initial; /* "A." may begin a name */
	size_t n_bytes; /* 0: no mark */
};

/* What partners write before the number of an outcome, besides capitals; longer ones first. */
static const struct slice outcome_words[] = {
	{ "\316\274\316\261\316\270\316\267\317\203\316\271\316\261\316\272\317\214 "
	  "\316\261\317\200\316\277\317\204\316\255\316\273\316\265\317\203\316\274\316\261",
	  39 },
	{ "resultado de aprendizagem", 25 },
	{ "resultado de aprendizaje", 24 },
	{ "resultat d'aprenentatge", 23 },
	{ "\303\266\304\237renme \303\247\304\261kt\304\261s\304\261", 21 },
	{ "\316\261\317\200\316\277\317\204\316\255\316\273\316\265\317\203\316\274\316\261", 20 },
	{ "efekt uczenia si\304\231", 18 },
	{ "\321\200\320\265\320\267\321\203\320\273\321\214\321\202\320\260\321\202", 18 },
	{ "\321\200\320\265\320\267\321\203\320\273\321\202\320\260\321\202", 16 },
	{ "learning outcome", 16 },
	{ "l\303\246ringsutbytte", 15 },
	{ "toradh foghlama", 15 },
	{ "h\303\246fnivi\303\260mi\303\260", 14 },
	{ "osaamistavoite", 14 },
	{ "umiej\304\231tno\305\233\304\207", 14 },
	{ "ishod u\304\215enja", 13 },
	{ "\317\203\317\204\317\214\317\207\316\277\317\202", 12 },
	{ "lernergebnis", 12 },
	{ "compet\303\252ncia", 12 },
	{ "l\303\244randem\303\245l", 12 },
	{ "compet\303\250ncia", 12 },
	{ "l\303\246ringsm\303\245l", 12 },
	{ "competen\310\233\304\203", 12 },
	{ "leeruitkomst", 12 },
	{ "\303\265piv\303\244ljund", 12 },
	{ "competencia", 11 },
	{ "kompetencia", 11 },
	{ "comp\303\251tence", 11 },
	{ "competentie", 11 },
	{ "competenza", 10 },
	{ "rezultatas", 10 },
	{ "u\304\215ni izid", 10 },
	{ "competence", 10 },
	{ "\320\270\321\201\321\205\320\276\320\264", 10 },
	{ "rezult\304\201ts", 10 },
	{ "eredm\303\251ny", 9 },
	{ "objective", 9 },
	{ "risultato", 9 },
	{ "v\303\275sledek", 9 },
	{ "objectivo", 9 },
	{ "v\303\275sledok", 9 },
	{ "obiettivo", 9 },
	{ "resultado", 9 },
	{ "kompetenz", 9 },
	{ "m\304\223r\304\267is", 8 },
	{ "lernziel", 8 },
	{ "obiectiv", 8 },
	{ "aptitude", 8 },
	{ "rezultat", 8 },
	{ "objetivo", 8 },
	{ "leerdoel", 8 },
	{ "\320\274\320\265\321\202\320\260", 8 },
	{ "objectif", 8 },
	{ "eesm\303\244rk", 8 },
	{ "kunnskap", 8 },
	{ "objectiu", 8 },
	{ "kazan\304\261m", 8 },
	{ "v\303\275stup", 7 },
	{ "outcome", 7 },
	{ "tikslas", 7 },
	{ "tavoite", 7 },
	{ "acquis", 6 },
	{ "module", 6 },
	{ "\321\206\320\265\320\273", 6 },
	{ "th\303\250me", 6 },
	{ "topic", 5 },
	{ "cie\304\276", 5 },
	{ "efekt", 5 },
	{ "skill", 5 },
	{ "thema", 5 },
	{ "modul", 5 },
	{ "hedef", 5 },
	{ "ishod", 5 },
	{ "ziel", 4 },
	{ "izid", 4 },
	{ "c\303\255l", 4 },
	{ "c\303\251l", 4 },
	{ "goal", 4 },
	{ "doel", 4 },
	{ "cilj", 4 },
	{ "unit", 4 },
	{ "m\303\245l", 4 },
	{ "cel", 3 },
	{ "aim", 3 },
};

enum { MAX_SERIES_CAPITALS = 4, MAX_SERIES_LETTERS = 4, MAX_ORDINAL_DIGITS = 2 };

/* "\303\225v1", "K_W01": up to four letters of any alphabet, right in front of a digit; 0 without.
 */
static size_t letters_before_digit(struct slice line)
{
	struct slice rest = line;
	uint32_t c = 0;

	for (size_t i = 0; i <= MAX_SERIES_LETTERS && utf8_next(&c, &rest); i++) {
		if (c < 0x80 && ascii_is_digit((char)c))
			return line.n - rest.n - 1;
		if (c < 0xc0 && c != '_' && !ascii_is_alpha((char)c))
			return 0;
	}
	return 0;
}

/* Bytes of the words or capitals in front of a number, with a blank behind them. */
static size_t series_bytes(struct slice line)
{
	size_t n = letters_before_digit(line);

	if (n > 0)
		return n;

	for (size_t i = 0; i < countof(outcome_words) && n == 0; i++)
		if (slice_starts_with_nocase(line, outcome_words[i]))
			n = outcome_words[i].n;
	while (n < line.n && n < MAX_SERIES_CAPITALS && ascii_is_alpha(line.p[n]) &&
	       !(line.p[n] & 0x20))
		n++;
	return n > 0 && n < line.n && line.p[n] == ' ' ? n + 1 : n;
}

static size_t take_digits(unsigned *number, struct slice s)
{
	size_t n = 0;

	*number = 0;
	while (n < s.n && n < MAX_ORDINAL_DIGITS && ascii_is_digit(s.p[n]))
		*number = *number * 10 + (unsigned)(s.p[n++] - '0');
	return n < s.n && ascii_is_digit(s.p[n]) ? 0 : n;
}

/* "1", "RA 2", "1.2": what stands before the last number is the series. */
static size_t take_number(struct ordinal *o, struct slice line)
{
	size_t n_series = series_bytes(line),
	       n = take_digits(&o->number, slice_from(line, n_series));
	unsigned inner = 0;
	size_t n_inner;

	if (n == 0)
		return 0;
	n += n_series;
	n_inner = n < line.n && line.p[n] == '.' ? take_digits(&inner, slice_from(line, n + 1)) : 0;
	if (n_inner > 0) {
		n_series = n + 1;
		n = n_series + n_inner;
		o->number = inner;
	}
	o->series = slice_first(line, n_series);
	return n;
}

/* "A", "iv", "\316\262": a letter by its place in its alphabet, a Roman number by its value. */
static size_t take_letter(struct ordinal *o, struct slice line)
{
	static const char *const roman[] = { "I",   "II",   "III", "IV", "V",  "VI",
					     "VII", "VIII", "IX",  "X",  "XI", "XII" };
	/* As they are used in lists: without those that national alphabets leave out. */
	static const char *const alphabets[] = {
		"\316\261\316\262\316\263\316\264\316\265\317\203\316\266\316\267\316\270",
		"\320\260\320\261\320\262\320\263\320\264\320\265\320\266\320\267\320\270",
	};
	size_t n = 0;

	o->series = SLICE_NONE;
	while (n < line.n && n < 4 && strchr("IVXivx", line.p[n]) != NULL)
		n++;
	if (line.n > 1 && ascii_is_alpha(line.p[0]) && n <= 1)
		o->letter = (unsigned)(ascii_lower(line.p[0]) - 'a') + 1;
	for (unsigned i = 0; i < countof(roman) && n > 0; i++)
		if (slice_eq_nocase(slice_first(line, n), slice_of(roman[i]))) {
			o->number = i + 1;
			return n;
		}
	if (o->letter > 0) {
		o->is_initial = true;
		o->number = o->letter;
		return 1;
	}
	for (size_t a = 0; a < countof(alphabets); a++)
		for (unsigned i = 0; i < 9 && line.n > 2; i++)
			if (memcmp(alphabets[a] + 2 * i, line.p, 2) == 0) {
				o->number = i + 1;
				return 2;
			}
	return 0;
}

/* "1.one", "2)two": a letter right behind the sign. */
static bool is_stuck_end(struct slice rest)
{
	return rest.n > 1 && (rest.p[0] == '.' || rest.p[0] == ')') &&
	       (ascii_is_alpha(rest.p[1]) || (unsigned char)rest.p[1] >= 0xc3);
}

/* Bytes of what stands between a number and its item, with the blank. */
static size_t ordinal_end(struct slice rest, bool is_number, bool is_numbered_series)
{
	static const struct slice ends[] = {
		{ ". ", 2 },
		{ ") ", 2 },
		{ ": ", 2 },
		{ "] ", 2 },
		{ ".- ", 3 },
		{ ".) ", 3 },
		{ "/ ", 2 },
		{ ".\t", 2 },
		{ "\342\203\243 ", 4 }, /* a key's cap around the number */
		{ "\302\272 ", 3 },
		{ "\302\260 ", 3 },
		{ ".\302\272 ", 4 },
		{ " - ", 3 },
		{ " : ", 3 },
		{ " \342\200\223 ", 5 },
		{ " \342\200\224 ", 5 },
		{ "- ", 2 },
	};

	for (size_t i = 0; i < countof(ends); i++)
		if (slice_starts_with(rest, ends[i]))
			return ends[i].n;
	if (is_numbered_series && slice_starts_with(rest, SLICE_LIT(" ")))
		return 1;
	return is_number && is_stuck_end(rest) ? 1 : 0;
}

static struct ordinal read_ordinal(struct slice line)
{
	struct ordinal o = { .number = 0 };
	size_t n_open = line.n > 0 && (line.p[0] == '[' || line.p[0] == '(') ? 1 : 0;
	struct slice rest = slice_from(line, n_open);
	size_t n = take_number(&o, rest), n_end;
	bool is_number = n > 0;

	if (n == 0)
		n = take_letter(&o, rest);
	n_end = n == 0 ? 0 : ordinal_end(slice_from(rest, n), is_number, o.series.n > 1);
	o.is_initial = o.is_initial && n_open == 0;
	o.n_bytes = n_end == 0 ? 0 : n_open + n + n_end;
	return o;
}

/* Whether next goes on behind o, or begins another series. */
static bool follows(const struct ordinal *next, const struct ordinal *o)
{
	if (!slice_eq(next->series, o->series))
		return next->number == 1;
	return next->number == o->number + 1 || (o->letter > 0 && next->letter == o->letter + 1);
}

/* Whether two or more lines have such marks, from one on, in their order. */
static bool has_ordinals(struct slice text)
{
	struct ordinal last = { .number = 0 };
	struct slice line = SLICE_NONE;
	size_t n = 0;

	while (slice_split(&line, &text, '\n')) {
		struct ordinal o = read_ordinal(line);

		if (o.n_bytes == 0)
			continue;
		if (n == 0 ? o.number != 1 : !follows(&o, &last))
			return false;
		last = o;
		n++;
	}
	return n >= (last.is_initial ? 3 : 2);
}

static size_t ordinal_mark(struct slice line)
{
	return read_ordinal(line).n_bytes;
}

/* --- which it is --- */

static size_t count_marked_lines(struct slice text, list_mark *mark_of)
{
	struct slice line = SLICE_NONE;
	size_t n = 0;

	while (slice_split(&line, &text, '\n'))
		n += mark_of(line) > 0;
	return n;
}

list_mark *list_marks_of(struct slice text)
{
	if (count_marked_lines(text, item_mark) >= 2)
		return item_mark;
	if (has_ordinals(text))
		return ordinal_mark;
	return has_lost_bullets(text) ? lost_bullet : NULL;
}
