// SPDX-License-Identifier: EUPL-1.2
/* Units of institutions: the words that make one, and a name beside one; see institution_parts.h.
 */
#include "base/mem.h"
#include "catalogue/institution_parts.h"

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

/* Ends of words that make a part of an institution: "Lagadeild", "Õigusteaduskond". */
static const char *const unit_endings[] = {
	"deild",     "svið",       "fakultät",   "fakultæt", "fakultet",    "fakulteten",
	"faculteit", "tiedekunta", "laitos",     "keskus",   "instituutti", "teaduskond",
	"instituut", "institut",   "institutet", "zentrum",  "seminar",     "abteilung",
	"centrum",   "centret",    "senteret",   "kolleg",   "sektion",
};

static bool has_unit_ending(struct slice word)
{
	for (size_t i = 0; i < countof(unit_endings); i++) {
		struct slice end = slice_of(unit_endings[i]);

		if (word.n > end.n && word.p[word.n - 1] == end.p[end.n - 1] &&
		    slice_ends_with(word, end))
			return true;
	}
	return false;
}

bool institution_is_unit(struct slice text)
{
	struct slice rest = text, word;

	for (size_t i = 0; i < text.n; i++)
		if ((i == 0 || text.p[i - 1] == ' ' || text.p[i - 1] == '\'') &&
		    is_unit_word(slice_from(text, i)))
			return true;
	while (slice_split(&word, &rest, ' '))
		if (has_unit_ending(word))
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
static size_t word_starts(size_t starts[INSTITUTION_NAME_WORDS], struct slice text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < INSTITUTION_NAME_WORDS; i++)
		if (text.p[i] != ' ' && (i == 0 || text.p[i - 1] == ' ' || text.p[i - 1] == '\'' ||
					 (i > 2 && memcmp(text.p + i - 3, "’", 3) == 0)))
			starts[n++] = i;
	return n;
}

static bool look_up_beside(struct naming *n, struct slice text)
{
	return institution_look_forms(n, text) || institution_look_short(n, text);
}

bool institution_cut_unit(struct naming *n, struct slice *name, struct slice *unit,
			  struct slice text)
{
	size_t starts[INSTITUTION_NAME_WORDS];
	size_t n_starts = text.n <= INSTITUTION_NAME_BYTES && institution_is_unit(text)
				  ? word_starts(starts, text)
				  : 0;

	for (size_t i = 1; i < n_starts; i++) {
		struct slice head = slice_first(text, starts[i]);
		struct slice tail = slice_from(text, starts[i]);

		if (institution_is_unit(head) && look_up_beside(n, tail)) {
			*name = tail;
			*unit = without_joint(head);
			return true;
		}
		head = slice_first(text, starts[n_starts - i]);
		tail = slice_from(text, starts[n_starts - i]);
		if (institution_is_unit(tail) && look_up_beside(n, slice_trim(head))) {
			*name = slice_trim(head);
			*unit = without_joint(tail);
			return true;
		}
	}
	return false;
}
