// SPDX-License-Identifier: EUPL-1.2
/*
 * Terms in words ("autumn 2027", "HT27", "WiSe 2027/28", "S2 2027/28",
 * "September 2027") as ranges of months, always inferred.
 *
 * Sources: the usual academic calendars (European Commission/EACEA, The
 * organisation of the academic year in Europe); words by knowledge of
 * catalogues. A range errs on the wide side.
 */
#include "catalogue/readers.h"

#include "base/mem.h"
#include "catalogue/vocab.h"

enum { MAX_TERM = 120, MAX_TOKENS = 24, MAX_TOKEN = 32 };

enum term_kind {
	TERM_SPRING,
	TERM_SUMMER,
	TERM_AUTUMN,
	TERM_WINTER,
	TERM_WINTER_SEMESTER, /* October to March */
	TERM_SUMMER_SEMESTER, /* April to September */
	TERM_SEMESTER, /* with a number: of the academic year */
	TERM_QUARTER,
	TERM_PERIOD,
	TERM_MONTH /* + month - 1 */
};

/* Words as vocab_fold() writes them; a star at the end: begins with. */
static const struct {
	const char *word;
	enum term_kind kind;
} terms[] = {
	/* seasons */
	{ "spring", TERM_SPRING },
	{ "vt", TERM_SPRING },
	{ "v\303\245r*", TERM_SPRING },
	{ "kev\303\244t*", TERM_SPRING },
	{ "kev\303\244\303\244*", TERM_SPRING },
	{ "for\303\245r*", TERM_SPRING },
	{ "fr\303\274hjahr", TERM_SPRING },
	{ "fr\303\274hling", TERM_SPRING },
	{ "printemps", TERM_SPRING },
	{ "primavera", TERM_SPRING },
	{ "voorjaar", TERM_SPRING },
	{ "lente", TERM_SPRING },
	{ "kevad*", TERM_SPRING },
	{ "wiosna", TERM_SPRING },
	{ "fs", TERM_SPRING }, /* Fr\374hjahrssemester, CH */
	{ "fr\303\274hjahrssemester", TERM_SPRING },
	{ "summer", TERM_SUMMER },
	{ "sommer", TERM_SUMMER },
	{ "sommar*", TERM_SUMMER },
	{ "kes\303\244*", TERM_SUMMER },
	{ "\303\251t\303\251", TERM_SUMMER },
	{ "verano", TERM_SUMMER },
	{ "estate", TERM_SUMMER },
	{ "zomer", TERM_SUMMER },
	{ "suvi", TERM_SUMMER },
	{ "autumn", TERM_AUTUMN },
	{ "fall", TERM_AUTUMN },
	{ "ht", TERM_AUTUMN },
	{ "h\303\266st*", TERM_AUTUMN },
	{ "h\303\270st*", TERM_AUTUMN },
	{ "syksy*", TERM_AUTUMN },
	{ "syys", TERM_AUTUMN },
	{ "efter\303\245r*", TERM_AUTUMN },
	{ "herbst", TERM_AUTUMN },
	{ "herbstsemester", TERM_AUTUMN },
	{ "hs", TERM_AUTUMN },
	{ "automne", TERM_AUTUMN },
	{ "oto\303\261o", TERM_AUTUMN },
	{ "autunno", TERM_AUTUMN },
	{ "outono", TERM_AUTUMN },
	{ "herfst", TERM_AUTUMN },
	{ "najaar", TERM_AUTUMN },
	{ "s\303\274gis*", TERM_AUTUMN },
	{ "jesie\305\204", TERM_AUTUMN },
	{ "winter", TERM_WINTER },
	{ "hiver", TERM_WINTER },
	{ "invierno", TERM_WINTER },
	{ "inverno", TERM_WINTER },
	{ "talvi", TERM_WINTER },
	{ "vinter", TERM_WINTER },
	/* semesters with names */
	{ "wise", TERM_WINTER_SEMESTER },
	{ "ws", TERM_WINTER_SEMESTER },
	{ "wintersemester", TERM_WINTER_SEMESTER },
	{ "zimowy", TERM_WINTER_SEMESTER },
	{ "sose", TERM_SUMMER_SEMESTER },
	{ "ss", TERM_SUMMER_SEMESTER },
	{ "sommersemester", TERM_SUMMER_SEMESTER },
	{ "letni", TERM_SUMMER_SEMESTER },
	/* parts of the year with numbers */
	{ "s", TERM_SEMESTER },
	{ "sem", TERM_SEMESTER },
	{ "semester", TERM_SEMESTER },
	{ "semestre", TERM_SEMESTER },
	{ "semestr", TERM_SEMESTER },
	{ "cuatrimestre", TERM_SEMESTER },
	{ "q", TERM_QUARTER },
	{ "quarter", TERM_QUARTER },
	{ "quartile", TERM_QUARTER },
	{ "kwartiel", TERM_QUARTER },
	{ "period", TERM_PERIOD },
	{ "periodi", TERM_PERIOD },
	{ "periode", TERM_PERIOD },
	{ "l\303\244speriod", TERM_PERIOD },
	{ "lp", TERM_PERIOD },
/* months */
#define MONTH(word, month)                                                                         \
	{                                                                                          \
		(word), (enum term_kind)(TERM_MONTH + (month)-1)                                   \
	}
	MONTH("jan", 1),
	MONTH("januar*", 1),
	MONTH("january", 1),
	MONTH("janvier", 1),
	MONTH("enero", 1),
	MONTH("gennaio", 1),
	MONTH("janeiro", 1),
	MONTH("tammiku*", 1),
	MONTH("jaanuar*", 1),
	MONTH("stycz*", 1),
	MONTH("j\303\244nner", 1),
	MONTH("feb", 2),
	MONTH("februa*", 2),
	MONTH("f\303\251vrier", 2),
	MONTH("febrero", 2),
	MONTH("febbraio", 2),
	MONTH("fevereiro", 2),
	MONTH("helmiku*", 2),
	MONTH("veebruar*", 2),
	MONTH("lut*y", 2),
	MONTH("luty", 2),
	MONTH("lutego", 2),
	MONTH("mar", 3),
	MONTH("march", 3),
	MONTH("m\303\244rz", 3),
	MONTH("mars", 3),
	MONTH("marzo", 3),
	MONTH("mar\303\247o", 3),
	MONTH("maart", 3),
	MONTH("marts", 3),
	MONTH("maalisku*", 3),
	MONTH("m\303\244rts*", 3),
	MONTH("marzec", 3),
	MONTH("marca", 3),
	MONTH("apr", 4),
	MONTH("april*", 4),
	MONTH("avril", 4),
	MONTH("abril", 4),
	MONTH("aprile", 4),
	MONTH("huhtiku*", 4),
	MONTH("aprill*", 4),
	MONTH("kwiecie\305\204", 4),
	MONTH("kwietnia", 4),
	MONTH("may", 5),
	MONTH("mai", 5),
	MONTH("mayo", 5),
	MONTH("maggio", 5),
	MONTH("maio", 5),
	MONTH("mei", 5),
	MONTH("maj", 5),
	MONTH("maja", 5),
	MONTH("toukoku*", 5),
	MONTH("jun", 6),
	MONTH("june", 6),
	MONTH("juni", 6),
	MONTH("juin", 6),
	MONTH("junio", 6),
	MONTH("giugno", 6),
	MONTH("junho", 6),
	MONTH("kes\303\244ku*", 6),
	MONTH("juuni*", 6),
	MONTH("czerw*", 6),
	MONTH("jul", 7),
	MONTH("july", 7),
	MONTH("juli", 7),
	MONTH("juillet", 7),
	MONTH("julio", 7),
	MONTH("luglio", 7),
	MONTH("julho", 7),
	MONTH("hein\303\244ku*", 7),
	MONTH("juuli*", 7),
	MONTH("lipiec", 7),
	MONTH("lipca", 7),
	MONTH("aug", 8),
	MONTH("august*", 8),
	MONTH("ao\303\273t", 8),
	MONTH("agosto", 8),
	MONTH("augustus", 8),
	MONTH("eloku*", 8),
	MONTH("sierp*", 8),
	MONTH("sep", 9),
	MONTH("sept", 9),
	MONTH("septemb*", 9),
	MONTH("septiembre", 9),
	MONTH("settembre", 9),
	MONTH("setembro", 9),
	MONTH("syysku*", 9),
	MONTH("wrze*", 9),
	MONTH("oct", 10),
	MONTH("okt", 10),
	MONTH("octob*", 10),
	MONTH("oktob*", 10),
	MONTH("octubre", 10),
	MONTH("ottobre", 10),
	MONTH("outubro", 10),
	MONTH("lokaku*", 10),
	MONTH("oktoober*", 10),
	MONTH("pa\305\272dziernik*", 10),
	MONTH("nov", 11),
	MONTH("novemb*", 11),
	MONTH("noviembre", 11),
	MONTH("marrasku*", 11),
	MONTH("listopad*", 11),
	MONTH("dec", 12),
	MONTH("dez", 12),
	MONTH("decemb*", 12),
	MONTH("dezember", 12),
	MONTH("d\303\251cembre", 12),
	MONTH("diciembre", 12),
	MONTH("dicembre", 12),
	MONTH("dezembro", 12),
	MONTH("jouluku*", 12),
	MONTH("detsember*", 12),
	MONTH("grud*", 12),
#undef MONTH
};

/* --- tokens: words and numbers --- */

struct token {
	char text[MAX_TOKEN];
	size_t n;
	unsigned number; /* of digits only */
	bool is_number;
	bool is_joined; /* nothing before it: "HT27" */
	bool is_slash; /* "/" or "-" before it, as in "2027/28" */
};

static size_t make_tokens(struct token *out, struct slice s)
{
	size_t n = 0, i = 0;
	bool is_joined = false, is_slash = false;

	while (i < s.n && n < MAX_TOKENS) {
		struct token t = { .is_joined = is_joined, .is_slash = is_slash };
		bool is_digit = ascii_is_digit(s.p[i]);
		bool is_letter = ascii_is_alpha(s.p[i]) || (unsigned char)s.p[i] >= 0x80;

		if (!is_digit && !is_letter) {
			is_joined = false;
			is_slash = s.p[i] == '/' || s.p[i] == '-';
			i++;
			continue;
		}
		while (i < s.n && t.n < MAX_TOKEN - 1 &&
		       (is_digit ? ascii_is_digit(s.p[i])
				 : ascii_is_alpha(s.p[i]) || (unsigned char)s.p[i] >= 0x80))
			t.text[t.n++] = s.p[i++];
		t.is_number = is_digit;
		for (size_t k = 0; is_digit && k < t.n && k < 6; k++)
			t.number = t.number * 10 + (unsigned)(t.text[k] - '0');
		is_joined = true;
		is_slash = false;
		out[n++] = t;
	}
	return n;
}

static bool is_term_word(struct slice token, const char *word)
{
	struct slice w = slice_of(word);

	if (slice_ends_with(w, SLICE_LIT("*")))
		return slice_starts_with(token, slice_first(w, w.n - 1));
	return slice_eq(token, w);
}

/* The longest word wins: "kesäkuussa" is June, "kesällä" is summer. */
static bool find_term(enum term_kind *out, const struct token *t)
{
	struct slice text = slice_make(t->text, t->n);
	size_t longest = 0;

	for (size_t i = 0; !t->is_number && i < countof(terms); i++) {
		size_t n = strlen(terms[i].word);

		if (n <= longest || !is_term_word(text, terms[i].word))
			continue;
		*out = terms[i].kind;
		longest = n;
	}
	return longest > 0;
}

static bool is_year(const struct token *t)
{
	return t->is_number && t->n == 4 && t->number >= 1990 && t->number <= 2100;
}

/* The year behind or before the term at i: 4 digits, or 2 stuck to it ("HT27", "VT-27"). */
static bool find_year(unsigned *year, bool *is_academic, const struct token *t, size_t n, size_t i)
{
	size_t at = n;

	for (size_t k = i + 1; k < n && at == n; k++)
		if (is_year(&t[k]) || (k == i + 1 && t[k].is_number && t[k].n == 2 &&
				       t[k].number >= 10 && t[k].number < 60))
			at = k;
	for (size_t k = i; k > 0 && at == n; k--)
		if (is_year(&t[k - 1]))
			at = k - 1;
	if (at == n)
		return false;
	/* "autumn 2027/28": at is the first of the two. */
	if (at > 0 && t[at].is_slash && is_year(&t[at - 1]) && t[at].number == t[at - 1].number + 1)
		at--;
	*year = t[at].n == 2 ? 2000 + t[at].number : t[at].number;
	*is_academic = at + 1 < n && t[at + 1].is_number && t[at + 1].is_slash &&
		       t[at + 1].number % 100 == (*year + 1) % 100;
	return true;
}

/* The number of a semester, quarter or period: "S1", "1st semester", "2. Semester", "II". */
static unsigned find_ordinal(const struct token *t, size_t n, size_t i)
{
	static const char *const roman[] = { "i", "ii", "iii", "iv", "v" };

	if (i + 1 < n && t[i + 1].is_number && t[i + 1].n == 1)
		return t[i + 1].number;
	for (unsigned k = 0; i + 1 < n && k < countof(roman); k++)
		if (slice_eq_z(slice_make(t[i + 1].text, t[i + 1].n), roman[k]))
			return k + 1;
	for (size_t k = i; k > 0 && k + 2 >= i; k--) /* "1er semestre", "1. Semester" */
		if (t[k - 1].is_number && t[k - 1].n == 1)
			return t[k - 1].number;
	return 0;
}

/* --- terms as months --- */

struct months {
	unsigned from_year, from, to_year, to;
};

static bool is_southern(struct slice country)
{
	return slice_eq_z(country, "AU") || slice_eq_z(country, "NZ") || slice_eq_z(country, "ZA");
}

/* Seasons; in "2027/28" spring and summer belong to the second year. */
static struct months season_months(enum term_kind kind, unsigned y, bool is_academic)
{
	unsigned later = is_academic ? y + 1 : y;

	switch (kind) {
	case TERM_SPRING:
		return (struct months){ later, 1, later, 6 };
	case TERM_SUMMER:
		return (struct months){ later, 5, later, 9 };
	case TERM_AUTUMN:
		return (struct months){ y, 8, y, 12 };
	case TERM_WINTER:
		return is_academic ? (struct months){ y, 10, y + 1, 3 }
				   : (struct months){ y, 1, y, 3 };
	case TERM_WINTER_SEMESTER:
		return (struct months){ y, 10, y + 1, 3 };
	default:
		return (struct months){ later, 4, later, 9 };
	}
}

/* First and last month of the parts of an academic year; 13 is January of the second year. */
static const uint8_t semester_months[2][2] = { { 8, 13 }, { 13, 19 } };
static const uint8_t quarter_months[4][2] = { { 9, 11 }, { 11, 14 }, { 14, 16 }, { 16, 19 } };
static const uint8_t period_months[5][2] = {
	{ 8, 10 }, { 10, 12 }, { 13, 15 }, { 15, 17 }, { 17, 20 }
};

static struct months of_academic_year(const uint8_t part[2], unsigned y)
{
	return (struct months){ y + (part[0] - 1u) / 12, (part[0] - 1u) % 12 + 1,
				y + (part[1] - 1u) / 12, (part[1] - 1u) % 12 + 1 };
}

static bool part_months(struct months *out, enum term_kind kind, unsigned part, unsigned y,
			bool is_academic, struct slice country)
{
	if (kind == TERM_SEMESTER && part >= 1 && part <= 2) {
		if (is_southern(country))
			*out = (struct months){ y, part == 1 ? 2 : 7, y, part == 1 ? 6 : 11 };
		else if (is_academic || part == 1)
			*out = of_academic_year(semester_months[part - 1], y);
		else
			*out = (struct months){ y, 1, y, 7 };
		return true;
	}
	if (kind == TERM_QUARTER && part >= 1 && part <= 4) {
		*out = is_academic ? of_academic_year(quarter_months[part - 1], y)
				   : (struct months){ y, 3 * part - 2, y, 3 * part };
		return true;
	}
	if (kind == TERM_PERIOD && part >= 1 && part <= 5 && is_academic) {
		*out = of_academic_year(period_months[part - 1], y);
		return true;
	}
	return false;
}

static bool months_at(struct months *out, const struct token *t, size_t n, size_t i,
		      const struct hint *hint)
{
	enum term_kind kind = TERM_SPRING;
	unsigned year = 0, month = 0;
	bool is_academic = false;

	if (!find_term(&kind, &t[i]) || !find_year(&year, &is_academic, t, n, i))
		return false;
	if (kind >= TERM_MONTH) {
		month = (unsigned)(kind - TERM_MONTH) + 1;
		/* "March 2026/27" is March of the second year. */
		year += is_academic && month < 8;
		*out = (struct months){ year, month, year, month };
		return true;
	}
	if (kind < TERM_SEMESTER) {
		*out = season_months(kind, year, is_academic);
		return true;
	}
	return part_months(out, kind, find_ordinal(t, n, i), year, is_academic, hint->country);
}

static struct date month_date(unsigned year, unsigned month)
{
	return (struct date){ (int16_t)year, (uint8_t)month, 0, DATE_MONTH };
}

bool term_read(struct date *first, struct date *last, struct slice declared,
	       const struct hint *hint, struct reading *reading)
{
	struct token tokens[MAX_TOKENS];
	char folded[MAX_TERM];
	size_t len = vocab_fold(folded, sizeof folded, declared);
	size_t n = make_tokens(tokens, slice_make(folded, len));
	struct date from = { 0 }, to = { 0 };
	struct slice word = SLICE_NONE;

	for (size_t i = 0; i < n; i++) {
		struct months m;
		struct date begin, end;

		if (!months_at(&m, tokens, n, i, hint))
			continue;
		begin = month_date(m.from_year, m.from);
		end = month_date(m.to_year, m.to);
		/* "September to December 2027": from the first to the last of them. */
		if (from.precision == DATE_NONE || date_first_day(begin) < date_first_day(from))
			from = begin;
		if (to.precision == DATE_NONE || date_last_day(end) > date_last_day(to))
			to = end;
		word = slice_make(tokens[i].text, tokens[i].n);
	}
	if (from.precision == DATE_NONE)
		return false;
	*first = from;
	*last = to;
	reading_set(reading, FROM_INFERRED, "term in words: %.*s", SLICE_ARG(word));
	return true;
}
