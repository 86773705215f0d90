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
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

#include <stdio.h>

enum {
	MAX_ROWS = 48,
	MAX_NAME_BYTES = 512, /* a longer text is a sentence */
	MAX_WORDS = 24,
	MIN_ACRONYM = 3,
	MAX_ACRONYM = 12,
};

enum name_cell { NAME_ROR, NAME_DOMAIN, NAME_TYPE };

struct naming {
	struct slice country; /* absent: any */
	struct institution found;
	const char *table;
	struct slice key; /* by which it was found */
	bool has_found;
	bool is_ambiguous;
	size_t genitive; /* of genitives[], which the text holds; NO_GENITIVE: none */
};

/* --- one text --- */

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

/* "Open University", "Technical University", "Hochschule": names that every country has one of. */
static bool is_generic(struct slice text)
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

/* All institutions that a text names; whether there is one. */
static bool look_up(struct naming *n, struct slice text, bool is_of_acronyms)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n_rows = vocab_look_up(rows, MAX_ROWS, VOCAB_INSTITUTION_NAME, text);
	bool own_only = n_rows > 0 && rows[0].is_own;
	bool has_any = false;

	if (n_rows > 0 && !own_only && n->country.n == 0 && is_generic(text))
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

/* --- abbreviations --- */

/* Each is tried where it stands as a word; texts in the order of their languages' numbers. */
static const struct {
	const char *shortened, *full;
} abbreviations[] = {
	{ "&", "and" },
	{ "&", "und" },
	{ "&", "et" },
	{ "&", "e" },
	{ "&", "y" },
	{ "&", "ja" },
	{ "&", "och" },
	{ "univ.", "university" },
	{ "univ.", "universität" },
	{ "univ.", "université" },
	{ "univ.", "universidad" },
	{ "univ.", "università" },
	{ "univ.", "universidade" },
	{ "univ.", "universiteit" },
	{ "univ.", "uniwersytet" },
	{ "univ", "university" },
	{ "univ", "universität" },
	{ "univ", "université" },
	{ "univ", "universidad" },
	{ "univ", "università" },
	{ "univ", "universidade" },
	{ "uni", "universität" },
	{ "uni", "university" },
	{ "u.", "university" },
	{ "uas", "university of applied sciences" },
	{ "amk", "ammattikorkeakoulu" },
	{ "yo", "yliopisto" },
	{ "fh", "fachhochschule" },
	{ "hs", "hochschule" },
	{ "tu", "technische universität" },
	{ "tu", "technische universiteit" },
	{ "tech.", "technology" },
	{ "tech", "technology" },
	{ "inst.", "institute" },
	{ "politechn.", "politechnika" },
	{ "st.", "saint" },
	{ "st", "saint" },
	{ "saint", "st" },
};

/* The text with one word of it written out as the abbreviation i says. */
static bool look_up_with(struct naming *n, struct slice text, struct slice word, size_t i)
{
	char memory[MAX_NAME_BYTES + 40];
	struct slice to = slice_of(abbreviations[i].full);
	size_t head = (size_t)(word.p - text.p);

	if (text.n + to.n > sizeof(memory))
		return false;
	memcpy(memory, text.p, head);
	memcpy(memory + head, to.p, to.n);
	memcpy(memory + head + to.n, word.p + word.n, text.n - head - word.n);
	return look_up(n, slice_make(memory, text.n - word.n + to.n), false);
}

/* The text with each abbreviation in turn written out. */
static bool look_up_written_out(struct naming *n, struct slice text)
{
	struct slice rest = text, word;
	bool has_any = false;

	while (slice_split(&word, &rest, ' '))
		for (size_t i = 0; i < countof(abbreviations); i++)
			if (word.n > 0 && ascii_lower(word.p[0]) == abbreviations[i].shortened[0] &&
			    slice_eq_nocase(word, slice_of(abbreviations[i].shortened)))
				has_any = look_up_with(n, text, word, i) || has_any;
	return has_any;
}

/* "Gothenburg University" is the University of Gothenburg, and the other way round. */
static bool look_up_turned(struct naming *n, struct slice text)
{
	static const struct slice front = { "University of ", 14 }, back = { " University", 11 };
	char memory[MAX_NAME_BYTES + 40];
	int length;

	if (slice_starts_with_nocase(text, front) && text.n > front.n)
		length = snprintf(memory, sizeof(memory), "%.*s%s",
				  SLICE_ARG(slice_from(text, front.n)), back.p);
	else if (text.n > back.n && slice_eq_nocase(slice_from(text, text.n - back.n), back))
		length = snprintf(memory, sizeof(memory), "%s%.*s", front.p,
				  SLICE_ARG(slice_first(text, text.n - back.n)));
	else
		return false;
	return look_up(n, slice_make(memory, (size_t)length), false);
}

/* "Universität Heidelberg": as English says it, both ways. */
static bool look_up_in_english(struct naming *n, struct slice text)
{
	static const char *const heads[] = {
		"universität ",       "uni ",           "univ. ",
		"universität zu ",    "université de ", "université d'",
		"universidad de ",    "università di ", "università degli studi di ",
		"universidade de ",   "universiteit ",  "universiteit van ",
		"uniwersytet ",       "univerzita ",    "universitetet i ",
		"universitatea din ",
	};
	bool has_any = false;

	for (size_t i = 0; i < countof(heads); i++) {
		char memory[MAX_NAME_BYTES + 40];
		struct slice place;
		int length;

		if (!slice_starts_with_nocase(text, slice_of(heads[i])))
			continue;
		place = slice_from(text, strlen(heads[i]));
		length = snprintf(memory, sizeof(memory), "University of %.*s", SLICE_ARG(place));
		has_any = look_up(n, slice_make(memory, (size_t)length), false) || has_any;
		length = snprintf(memory, sizeof(memory), "%.*s University", SLICE_ARG(place));
		has_any = look_up(n, slice_make(memory, (size_t)length), false) || has_any;
	}
	return has_any || look_up_turned(n, text);
}

/*
 * "Wydział Prawa Uniwersytetu Warszawskiego": behind a unit the name stands in
 * the genitive. The noun of each language with its nominative, and how the
 * adjectives beside it end; stars stand for the word's beginning.
 */
static const struct {
	const char *genitive, *nominative;
	const char *adjectives[4][2]; /* ending, and what it is in the nominative */
} genitives[] = {
	{ "yliopiston", "yliopisto", { { NULL, NULL } } },
	{ "korkeakoulun", "korkeakoulu", { { NULL, NULL } } },
	{ "ammattikorkeakoulun", "ammattikorkeakoulu", { { NULL, NULL } } },
	{ "universitets", "universitet", { { NULL, NULL } } },
	{ "högskolans", "högskolan", { { NULL, NULL } } },
	{ "ülikooli", "ülikool", { { NULL, NULL } } },
	{ "universitātes", "universitāte", { { "ās", "ā" } } },
	{ "universiteto", "universitetas", { { NULL, NULL } } },
	{ "uniwersytetu", "uniwersytet", { { "iego", "i" }, { "ego", "y" } } },
	{ "politechniki", "politechnika", { { "iej", "a" }, { "ej", "a" } } },
	{ "akademii", "akademia", { { "iej", "a" }, { "ej", "a" } } },
	{ "univerzity", "univerzita", { { "ovy", "ova" }, { "é", "á" }, { "ej", "á" } } },
	{ "učení", "učení", { { "ého", "é" } } },
	{ "univerze", "univerza", { { NULL, NULL } } },
	{ "sveučilišta", "sveučilište", { { NULL, NULL } } },
	{ "univerziteta", "univerzitet", { { NULL, NULL } } },
	{ "универзитета", "универзитет", { { NULL, NULL } } },
	{ "universității", "universitatea", { { NULL, NULL } } },
	{ "universitatii", "universitatea", { { NULL, NULL } } },
	{ "університету", "університет", { { "ого", "ий" } } },
	{ "університета", "університет", { { "ого", "ий" } } },
	{ "політехніки", "політехніка", { { "ої", "а" } } },
	{ "университет", "университет", { { "ия", "и" } } },
	{ "πανεπιστημίου", "πανεπιστήμιο", { { "ιού", "ιό" }, { "είου", "ειο" }, { "ου", "ο" } } },
	{ "πανεπιστήμιον", "πανεπιστήμιο", { { "ιον", "ιο" }, { "όν", "ό" }, { "ον", "ο" } } },
	{ "πολυτεχνείον", "πολυτεχνείο", { { "ιον", "ιο" }, { "όν", "ό" }, { "ον", "ο" } } },
	{ "πολυτεχνείου", "πολυτεχνείο", { { "ιου", "ιο" }, { "ου", "ο" } } },
};

enum { NO_GENITIVE = countof(genitives) };

/* As they are in names: with a capital or without. */
static bool is_same_word(struct slice a, struct slice b)
{
	size_t n_first = a.n > 1 && (unsigned char)a.p[0] >= 0x80 ? 2 : 0;

	return a.n == b.n && slice_eq_nocase(slice_from(a, n_first), slice_from(b, n_first));
}

/* The row whose noun the text holds. */
static size_t genitive_in(struct slice text)
{
	struct slice word;

	while (slice_split(&word, &text, ' '))
		for (size_t g = 0; g < countof(genitives); g++)
			if (is_same_word(word, slice_of(genitives[g].genitive)))
				return g;
	return NO_GENITIVE;
}

/* A word in the nominative, written to out; its length. */
static size_t put_nominative(char *out, struct slice word, size_t g)
{
	struct slice stem = word, end = SLICE_NONE;

	if (is_same_word(word, slice_of(genitives[g].genitive))) {
		stem = SLICE_NONE;
		end = slice_of(genitives[g].nominative);
	} else {
		for (size_t a = 0; a < countof(genitives[g].adjectives) && end.n == 0; a++) {
			const char *from = genitives[g].adjectives[a][0];

			if (from == NULL || !slice_ends_with(word, slice_of(from)))
				continue;
			stem = slice_first(word, word.n - strlen(from));
			end = slice_of(genitives[g].adjectives[a][1]);
		}
	}
	if (stem.n > 0)
		memcpy(out, stem.p, stem.n);
	if (end.n > 0)
		memcpy(out + stem.n, end.p, end.n);
	return stem.n + end.n;
}

/* The text with its words in the nominative, where it holds the genitive's noun. */
static bool look_up_nominative(struct naming *n, struct slice text)
{
	enum { ROOM = 8 }; /* bytes by which a word may grow */
	char memory[MAX_NAME_BYTES + MAX_WORDS * ROOM];
	struct slice rest = text, word;
	size_t length = 0, n_words = 0;

	if (n->genitive == NO_GENITIVE || text.n > MAX_NAME_BYTES)
		return false;
	while (slice_split(&word, &rest, ' ')) {
		if (++n_words > MAX_WORDS)
			return false;
		if (length > 0)
			memory[length++] = ' ';
		length += put_nominative(memory + length, word, n->genitive);
	}
	return look_up(n, slice_make(memory, length), false);
}

static bool look_up_all(struct naming *n, struct slice text)
{
	static const char *const articles[] = { "the ", "der ", "die ", "das ", "an der ",
						"de ",  "la ",  "l'",   "l’",   "den " };

	text = slice_trim(text);
	if (text.n == 0 || text.n > MAX_NAME_BYTES)
		return false;
	if (look_up(n, text, false) || look_up_written_out(n, text) ||
	    look_up_nominative(n, text) || look_up_in_english(n, text))
		return true;
	for (size_t i = 0; i < countof(articles); i++)
		if (slice_starts_with_nocase(text, slice_of(articles[i])))
			return look_up(n, slice_from(text, strlen(articles[i])), false);
	return false;
}

/* --- units --- */

/* Beginnings of words that make a part of an institution; beside them stands what it is of. */
static const char *const unit_words[] = {
	"facult",
	"fakult",
	"facoltà",
	"school",
	"department",
	"dept",
	"departement",
	"département",
	"departament",
	"dipartimento",
	"institut",
	"istituto",
	"section",
	"fachbereich",
	"abteilung",
	"lehrstuhl",
	"zentrum",
	"centre",
	"center",
	"centro",
	"centrum",
	"keskus",
	"tiedekunta",
	"laitos",
	"yksikkö",
	"osasto",
	"escuela",
	"escola",
	"scuola",
	"école",
	"École",
	"ecole",
	"ufr",
	"iut",
	"wydział",
	"wydzial",
	"katedra",
	"instytut",
	"kar",
	"tanszék",
	"faculdade",
	"college",
	"campus",
	"academy",
	"akademi",
	"open university",
	"avoin yliopisto",
	"continuing education",
	"weiterbildung",
	"institution",
	"avdeling",
	"afdeling",
	"opleiding",
	"vakgroep",
	"faculteit",
	"unit",
	"division",
	"extension",
	"library",
	"kirjasto",
	"bibliothek",
	"biblioteket",
	"learning",
	"e-learning",
	"lifelong",
	"kauppakorkeakoulu",
	"õigusteaduskond",
	"teaduskond",
	"kolledž",
	"fakülte",
	"enstitü",
	"факульт",
	"Факульт",
	"факулт",
	"Факулт",
	"Кафедра",
	"Τμήμα",
	"Σχολή",
	"institu",
	"mokykl",
	"katedr",
	"ústav",
	"inštit",
	"oddel",
	"odjel",
	"odsjek",
	"odsek",
	"zavod",
	"centar",
	"centrs",
	"centras",
	"departm",
	"departam",
	"departem",
	"școala",
	"şcoala",
	"școal",
	"intézet",
	"központ",
	"iskola",
	"szakkollégium",
	"škola",
	"skola",
	"instituut",
	"akadeemia",
	"kultuuriakadeemia",
	"kolledz",
	"deild",
	"svið",
	"stofnun",
	"scoil",
	"roinn",
	"dámh",
	"lárionad",
	"coláiste",
	"dipartiment",
	"istitut",
	"ċentru",
	"saila",
	"eskola",
	"ikastegi",
	"yüksekokul",
	"bölüm",
	"merkez",
	"meslek yüksek",
	"anabilim",
	"akadémia",
	"seminar",
	"onderzoeks",
	"expertisecentr",
	"domein",
	"kompetens",
	"enhet",
	"ämnes",
	"tutkimus",
	"tiedekun",
	"koulutus",
	"akatemia",
	"skolen",
	"seksjon",
	"senter",
	"кафедра",
	"інститут",
	"институт",
	"департамент",
	"центр",
	"център",
	"центар",
	"катедра",
	"коледж",
	"колеж",
	"школа",
	"училище",
	"Інститут",
	"Институт",
	"Департамент",
	"Център",
	"Центр",
	"Колеж",
	"Школа",
	"τμήμα",
	"σχολή",
	"ινστιτούτο",
	"Ινστιτούτο",
	"κέντρο",
	"Κέντρο",
	"εργαστήριο",
	"Εργαστήριο",
	"τομέας",
	"Τομέας",
	"Šola",
	"Škola",
	"Ústav",
	"Școala",
	"Şcoala",
	"Área",
	"área",
	"Área de",
	"Unidad",
	"unidad",
	"unidade",
};

/* Whether a word that makes a unit begins a text. */
static bool is_unit_word(struct slice text)
{
	for (size_t i = 0; i < countof(unit_words); i++)
		if (ascii_lower(text.p[0]) == unit_words[i][0] &&
		    slice_starts_with_nocase(text, slice_of(unit_words[i])))
			return true;
	return false;
}

bool institution_is_unit(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((i == 0 || text.p[i - 1] == ' ' || text.p[i - 1] == '\'') &&
		    is_unit_word(slice_from(text, i)))
			return true;
	return false;
}

/* What joins a unit to its institution, at the front or end of the rest. */
static struct slice without_joint(struct slice unit)
{
	static const char *const joints[] = {
		" of the", " of",    " at the", " at",  " der",   " an der", " am",    " de la",
		" de l'",  " de l’", " de",     " del", " della", " dell'",  " dell’", " di",
		" da",     " do",    " vid",    " ved", " på",    " van de", " van",   " von",
		" for",    " a",     " al",     " -",   ",",      ":",       " –",     "/",
	};
	bool has_more = true;

	unit = slice_trim(unit);
	while (has_more) {
		has_more = false;
		for (size_t i = 0; i < countof(joints) && !has_more; i++) {
			struct slice joint = slice_of(joints[i]);

			if (unit.n <= joint.n ||
			    !slice_eq_nocase(slice_from(unit, unit.n - joint.n), joint))
				continue;
			unit = slice_trim(slice_first(unit, unit.n - joint.n));
			has_more = true;
		}
	}
	if (unit.n > 1 && unit.p[unit.n - 1] == '.' && unit.p[unit.n - 2] != '.')
		unit.n--;
	while (unit.n > 0 && strchr(",;:-/|(", unit.p[0]) != NULL)
		unit = slice_trim(slice_from(unit, 1));
	return unit;
}

/* Offsets at which words begin; their number. */
static size_t word_starts(size_t starts[MAX_WORDS], struct slice text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < MAX_WORDS; i++)
		if (text.p[i] != ' ' && (i == 0 || text.p[i - 1] == ' ' || text.p[i - 1] == '\'' ||
					 (i > 2 && memcmp(text.p + i - 3, "’", 3) == 0)))
			starts[n++] = i;
	return n;
}

/* "Faculty of Law of the University of Y", "University of Y Faculty of Law". */
static bool cut_unit(struct naming *n, struct slice *name, struct slice *unit, struct slice text)
{
	size_t starts[MAX_WORDS];
	size_t n_starts = text.n <= MAX_NAME_BYTES && institution_is_unit(text)
				  ? word_starts(starts, text)
				  : 0;

	for (size_t i = 1; i < n_starts; i++) {
		struct slice head = slice_first(text, starts[i]);
		struct slice tail = slice_from(text, starts[i]);

		if (institution_is_unit(head) && look_up_all(n, tail)) {
			*name = tail;
			*unit = without_joint(head);
			return true;
		}
		head = slice_first(text, starts[n_starts - i]);
		tail = slice_from(text, starts[n_starts - i]);
		if (institution_is_unit(tail) && look_up_all(n, slice_trim(head))) {
			*name = slice_trim(head);
			*unit = without_joint(tail);
			return true;
		}
	}
	return false;
}

/* --- acronyms --- */

/* "JYU": never alone, for they repeat; in a known country, where it is the only one. */
static bool look_up_acronym(struct naming *n, struct slice text)
{
	text = slice_trim(text);
	return n->country.n > 0 && text.n >= MIN_ACRONYM && text.n <= MAX_ACRONYM &&
	       look_up(n, text, true);
}

/* --- places and dedications --- */

/* Whether a name or the domain of an institution holds the beginning of a place's name. */
static bool is_at(const struct institution *one, struct slice place)
{
	enum { SAME_BYTES = 4 }; /* "Praze", "Praha" differ at the end */
	const struct slice names[] = { one->name_own, one->name_en, one->domain };
	char folded[MAX_NAME_BYTES], wanted[MAX_NAME_BYTES];
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

		if (head.n == 0 || is_generic(head) ||
		    !(look_up(&trial, head, false) || look_up_acronym(&trial, head)) ||
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

	if (text.n > MAX_NAME_BYTES || !find_separator(&at, &length, text, 0))
		return false;
	do {
		struct slice part, place;

		has_more = find_separator(&at, &length, text, from);
		part = slice_trim(has_more ? slice_make(text.p + from, at - from)
					   : slice_from(text, from));
		from = has_more ? at + length : text.n;
		if (part.n == 0)
			continue;
		if (look_up_all(n, part) || look_up_at_place(n, &place, part))
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
	return n_capitals >= 2 && word.n <= MAX_ACRONYM;
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
	if (first.n == 0 || text.n > MAX_NAME_BYTES)
		return false;
	if (looks_like_acronym(last) && look_up_all(n, *name))
		return true;
	*name = slice_trim(slice_from(text, first.n));
	return (looks_like_acronym(first) || is_kind(first)) && look_up_all(n, *name);
}

/* --- the ways in their order --- */

static bool find(struct naming *n, struct slice *name, struct slice *unit, struct slice text)
{
	ptrdiff_t open = slice_find_byte(text, '(');
	ptrdiff_t close = slice_find_byte(text, ')');

	*name = text;
	*unit = SLICE_NONE;
	if (look_up_all(n, text))
		return true;
	if (dedication(text) < text.n && !is_generic(slice_first(text, dedication(text))) &&
	    look_up(n, slice_first(text, dedication(text)), false))
		return true;
	if (open > 0 && close > open) {
		struct slice outer = slice_trim(slice_first(text, (size_t)open));
		struct slice inner =
			slice_trim(slice_make(text.p + open + 1, (size_t)(close - open - 1)));

		*name = outer;
		if (look_up_all(n, outer)) {
			*unit = institution_is_unit(inner) ? inner : SLICE_NONE;
			return true;
		}
		*name = inner;
		if (look_up_all(n, inner)) {
			*unit = institution_is_unit(outer) ? outer : SLICE_NONE;
			return true;
		}
		text = outer;
	}
	*name = text;
	return look_up_parts(n, name, unit, text) || cut_unit(n, name, unit, text) ||
	       look_up_acronym(n, text) || look_up_at_place(n, name, text) ||
	       look_up_without_word(n, name, text);
}

bool institution_find_name(struct institution_naming *out, struct slice text, struct slice country)
{
	struct naming n = { .country = country, .genitive = genitive_in(text) };
	struct slice name, unit;

	if (!find(&n, &name, &unit, text) || n.is_ambiguous)
		return false;
	*out = (struct institution_naming){ n.found, name, unit, n.table, n.key };
	return true;
}
