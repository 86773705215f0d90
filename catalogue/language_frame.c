// SPDX-License-Identifier: EUPL-1.2
/*
 * What may stand before and behind the name of a language in one string: "taught
 * in English", "Kursen ges på engelska", "anglų k.". The words are the project's,
 * from catalogues in the languages of Europe.
 */
#include "base/mem.h"
#include "catalogue/language_parts.h"
#include "catalogue/vocab.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_WORD_BYTES = 64 };

/* In the order of their bytes, folded as a look-up folds. */
/* clang-format off */
static const char *const heads[] = {
		"a", "apmācība", "are", "as", "auf", "aulas", "ausschließlich", "az", "be", "bedarf",
		"bedrivs", "bei", "bil", "bilingual", "bilingue", "bilingüe", "ce", "cette",
		"clases", "class", "classes", "completely", "conducted", "conducts", "corso",
		"cours", "course", "curso", "cursul", "cursurile", "cursus", "das", "de",
		"delivered", "delvis", "der", "dersin", "deze", "di", "die", "dieser", "dili",
		"disciplina", "dispensé", "dispensée", "docencia", "donné", "donnée", "dwujęzyczny",
		"dėstoma", "dėstomas", "dėstomi", "dėstymas", "dėstymo", "egy", "el", "előadások",
		"em", "emnet", "en", "enseignement", "enseigné", "entirely", "entièrement", "er",
		"erfolgt", "erogata", "erogato", "erogazione", "est", "este", "exclusively",
		"eğitim", "eğitimi", "findet", "foregår", "formation", "fully", "gedeeltelijk",
		"gegeven", "gehouden", "ges", "gis", "given", "gives", "grotendeels",
		"hauptsächlich", "held", "helt", "het", "hovedsakelig", "huvudsakligen", "i",
		"idioma", "idiomas", "il", "imparte", "impartición", "impartida", "impartido",
		"impartit", "in", "insegnamento", "instruction", "interamente", "is", "ist",
		"izvaja", "izvajanje", "izvedba", "izvodi", "işlenir", "jazyce", "jazyk", "jazyku",
		"je", "jezik", "jeziku", "jezyk", "järjestetään", "język", "języka", "języku",
		"kaksikielinen", "kalba", "kennsla", "kennslumál", "kennt", "kielet", "kieli",
		"kieliä", "kokonaan", "kolegij", "kurs", "kursas", "kursen", "kurset", "kurssi",
		"kurssin", "kurssprache", "kursspråk", "kursus", "kurz", "kurzus", "képzés", "la",
		"language", "langue", "las", "lasīts", "le", "lecionada", "lecionadas", "lecionado",
		"lecture", "lectures", "lehre", "lehrsprache", "lengua", "lenguas", "les", "lessen",
		"lessons", "lezioni", "lezzjonijiet", "limba", "limbă", "lingua", "lingue", "los",
		"luennot", "luetaan", "língua", "línguas", "mainly", "medium", "ministrada",
		"ministrado", "mit", "modul", "module", "mostly", "múintear", "mācības", "na",
		"nastava", "nastave", "notiek", "nyelve", "odbywają", "održava", "of", "offered",
		"oktatás", "oktatási", "on", "onderwijs", "only", "opetetaan", "opetus",
		"opetuskielenä", "opetuskielet", "opetuskieli", "opintojakso", "orele", "osittain",
		"parcialmente", "partiellement", "partly", "pidetään", "po", "poteka", "potekajo",
		"pouk", "prebieha", "prebiehajú", "predare", "predarea", "predat", "predată",
		"predavanja", "predavanje", "predmet", "prednášky", "predă", "primarily",
		"principalement", "principalmente", "probíhá", "programme", "provided", "prowadzona",
		"prowadzone", "prowadzony", "przednášky", "pääosin", "på", "ranganna", "realizowane",
		"realizowany", "se", "seminars", "sessions", "się", "sker", "sont", "sprache",
		"sprog", "språk", "svolto", "są", "taal", "tagħlim", "tanfolyam", "tanítás",
		"taught", "taught-in", "teaching", "teagasctar", "teilweise", "tenuta", "tenute",
		"tenuto", "the", "this", "through", "tiek", "tiene", "toimub", "totally",
		"totalmente", "toteutetaan", "trí", "tuition", "tungumál", "tvåspråkig", "tweetalig",
		"undervisas", "undervises", "undervisning", "undervisningen", "undervisningssprog",
		"undervisningssproget", "undervisningsspråk", "uniquement", "unterricht",
		"unterrichtssprache", "utbildningen", "učni", "v", "vak", "valoda", "ve", "vedama",
		"veranstaltung", "verilir", "viene", "vo", "voertaal", "volledig", "vollständig",
		"vorwiegend", "vyksta", "vyučovací", "vyučovaný", "vyučován", "vyučována", "vyučuje",
		"výuka", "výuky", "výučba", "výučby", "w", "wholly", "will", "wird", "worden",
		"wordt", "wykład", "wykładany", "wykładowy", "wykłady", "zajęcia", "zajęć",
		"zweisprachig", "á", "är", "è", "é", "íntegramente", "õpetatakse", "õppekeel",
		"õppetöö", "öğretim", "überwiegend", "γλώσσα", "διδάσκεται", "διδάσκονται",
		"διδασκαλία", "διδασκαλίας", "μάθημα", "μαθήματα", "στα", "στην", "τα", "το",
		"викладання", "викладається", "език", "занятията", "заняття", "курс", "курсът",
		"лекциите", "лекції", "мова", "на", "навчання", "обучение", "обучението",
		"преподава", "преподаване", "у",
};
static const char *const tails[] = {
		"abgehalten", "angeboten", "available", "dili", "dilinde", "disponible",
		"durchgeführt", "gegeven", "gehalten", "gehouden", "idioma", "j", "jaz", "jazyk",
		"jezik", "jeziku", "język", "k", "kalba", "kalbos", "keel", "kieli", "lang",
		"language", "langue", "lengua", "level", "limba", "lingua", "livello", "língua",
		"möglich", "niveau", "nivel", "nivå", "nyelv", "nyelven", "nyelvű", "only",
		"opetetaan", "pidetään", "possible", "poziom", "sprache", "sprog", "språk", "statt",
		"taal", "taso", "tungumál", "undervisas", "unterrichtet", "valoda", "valodā",
		"vyučován", "γλώσσα", "език", "мова", "мовою", "язык",
};
/* clang-format on */

static int compare(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool is_one_of(struct slice word, const char *const *words, size_t n)
{
	char folded[MAX_WORD_BYTES + 1];
	size_t len = word.n <= MAX_WORD_BYTES ? vocab_fold(folded, MAX_WORD_BYTES, word) : 0;

	folded[len] = '\0';
	return len > 0 && bsearch(folded, words, n, sizeof(words[0]), compare) != NULL;
}

/* "B2", "C1+", "A1-A2": a level of the Common European Framework. */
static bool is_cefr(struct slice word)
{
	if (word.n < 2 || word.n > 5 || strchr("ABCabc", word.p[0]) == NULL)
		return false;
	if (word.p[1] != '1' && word.p[1] != '2')
		return false;
	return word.n == 2 || word.p[2] == '+' || word.p[2] == '-' || word.p[2] == '/';
}

struct slice language_without_tail(struct slice text)
{
	struct slice word = language_last_word(text);

	if (word.n == text.n ||
	    (!is_cefr(word) && !is_one_of(language_unwrapped(word), tails, countof(tails))))
		return text;
	return language_unwrapped(slice_first(text, text.n - word.n));
}

struct slice language_without_head(struct slice text)
{
	struct slice word = language_first_word(text);

	if (word.n == text.n || !is_one_of(language_unwrapped(word), heads, countof(heads)))
		return text;
	return language_unwrapped(slice_from(text, word.n));
}

bool language_is_required(struct slice text)
{
	static const char *const words[] = { "require",  "prerequi", "voraussetz", "kenntnis",
					     "prérequi", "requisit", "vereis",     "krav",
					     "vaatimu",  "wymag",    "požadav",    "követelm" };
	ptrdiff_t at = slice_find_byte(text, ':');

	for (size_t i = 0; i < countof(words) && at > 0; i++)
		if (slice_find_nocase(slice_first(text, (size_t)at), slice_of(words[i])) >= 0)
			return true;
	return false;
}
