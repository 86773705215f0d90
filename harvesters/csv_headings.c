// SPDX-License-Identifier: EUPL-1.2
/* Headings that partners use, in many languages, and how they are folded. */
#include "harvesters/csv_headings.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "harvesters/columns.h"

enum { HEADING_BYTES = 160 };

/* Folded as csv_fold_heading() does. Of two columns for one element the earlier line wins. */
static const struct {
	const char *heading;
	enum element element;
	const char *scheme;
} headings[] = {
	{ "id", EL_RECORD_ID, NULL },
	{ "course id", EL_RECORD_ID, NULL },
	{ "kursid", EL_RECORD_ID, NULL },
	{ "reference", EL_RECORD_ID, NULL },
	{ "your reference", EL_RECORD_ID, NULL },
	{ "tunniste", EL_RECORD_ID, NULL },
	{ "code", EL_RECORD_ID, "code" },
	{ "course code", EL_RECORD_ID, "code" },
	{ "kurskod", EL_RECORD_ID, "code" },
	{ "kod", EL_RECORD_ID, "code" },
	{ "kurs nr", EL_RECORD_ID, "code" },
	{ "kurscode", EL_RECORD_ID, "code" },
	{ "kursnummer", EL_RECORD_ID, "code" },
	{ "codigo", EL_RECORD_ID, "code" },
	{ "codice", EL_RECORD_ID, "code" },
	{ "emnekode", EL_RECORD_ID, "code" },

	{ "title", EL_TITLE, NULL },
	{ "course name", EL_TITLE, NULL },
	{ "course title", EL_TITLE, NULL },
	{ "titel", EL_TITLE, NULL },
	{ "kursname", EL_TITLE, NULL },
	{ "kurstitel", EL_TITLE, NULL },
	{ "bezeichnung", EL_TITLE, NULL },
	{ "intitule", EL_TITLE, NULL },
	{ "nom complet diplome", EL_TITLE, NULL },
	{ "titre", EL_TITLE, NULL },
	{ "titolo", EL_TITLE, NULL },
	{ "denominazione", EL_TITLE, NULL },
	{ "titulo", EL_TITLE, NULL },
	{ "nombre", EL_TITLE, NULL },
	{ "opintojakson nimi", EL_TITLE, NULL },
	{ "nimi", EL_TITLE, NULL },
	{ "benamning", EL_TITLE, NULL },
	{ "kursnamn", EL_TITLE, NULL },
	{ "naam", EL_TITLE, NULL },
	{ "nazwa", EL_TITLE, NULL },
	{ "nazev", EL_TITLE, NULL },
	{ "name", EL_TITLE, NULL },

	{ "url", EL_URL, NULL },
	{ "link", EL_URL, NULL },
	{ "lien", EL_URL, NULL },
	{ "url page formation", EL_URL, NULL },
	{ "course url", EL_URL, NULL },
	{ "course webpage", EL_URL, NULL },
	{ "webseite", EL_URL, NULL },
	{ "sito", EL_URL, NULL },
	{ "enlace", EL_URL, NULL },
	{ "linkki", EL_URL, NULL },

	{ "description", EL_DESCRIPTION, NULL },
	{ "beschreibung", EL_DESCRIPTION, NULL },
	{ "inhalt", EL_DESCRIPTION, NULL },
	{ "description diplome", EL_DESCRIPTION, NULL },
	{ "objectifs", EL_DESCRIPTION, NULL },
	{ "descrizione", EL_DESCRIPTION, NULL },
	{ "descripcion", EL_DESCRIPTION, NULL },
	{ "descricao", EL_DESCRIPTION, NULL },
	{ "kuvaus", EL_DESCRIPTION, NULL },
	{ "sisalto", EL_DESCRIPTION, NULL },
	{ "beskrivning", EL_DESCRIPTION, NULL },
	{ "innehall", EL_DESCRIPTION, NULL },
	{ "omschrijving", EL_DESCRIPTION, NULL },
	{ "opis", EL_DESCRIPTION, NULL },

	{ "learning outcomes", EL_OUTCOME, NULL },
	{ "objectives", EL_OUTCOME, NULL },
	{ "what you will learn", EL_OUTCOME, NULL },
	{ "lernziele", EL_OUTCOME, NULL },
	{ "lernergebnisse", EL_OUTCOME, NULL },
	{ "acquis d apprentissage", EL_OUTCOME, NULL },
	{ "obiettivi", EL_OUTCOME, NULL },
	{ "resultados de aprendizaje", EL_OUTCOME, NULL },
	{ "osaamistavoitteet", EL_OUTCOME, NULL },
	{ "larandemal", EL_OUTCOME, NULL },
	{ "leerdoelen", EL_OUTCOME, NULL },
	{ "efekty uczenia sie", EL_OUTCOME, NULL },

	{ "ects", EL_WORKLOAD, "ects" },
	{ "ects credits", EL_WORKLOAD, "ects" },
	{ "ects punkte", EL_WORKLOAD, "ects" },
	{ "credits ects", EL_WORKLOAD, "ects" },
	{ "creditos ects", EL_WORKLOAD, "ects" },
	{ "punkty ects", EL_WORKLOAD, "ects" },
	{ "leistungspunkte", EL_WORKLOAD, "Leistungspunkte" },
	{ "lp", EL_WORKLOAD, "LP" },
	{ "cfu", EL_WORKLOAD, "CFU" },
	{ "opintopisteet", EL_WORKLOAD, "op" },
	{ "op", EL_WORKLOAD, "op" },
	{ "hogskolepoang", EL_WORKLOAD, "hp" },
	{ "hp", EL_WORKLOAD, "hp" },
	{ "studiepoeng", EL_WORKLOAD, "studiepoeng" },
	{ "ec", EL_WORKLOAD, "EC" },
	{ "credits", EL_WORKLOAD, NULL },

	{ "hours", EL_WORKLOAD_HOURS, NULL },
	{ "stunden", EL_WORKLOAD_HOURS, NULL },
	{ "arbeitsaufwand", EL_WORKLOAD_HOURS, NULL },
	{ "heures", EL_WORKLOAD_HOURS, NULL },
	{ "ore", EL_WORKLOAD_HOURS, NULL },
	{ "horas", EL_WORKLOAD_HOURS, NULL },
	{ "tunnit", EL_WORKLOAD_HOURS, NULL },
	{ "uren", EL_WORKLOAD_HOURS, NULL },
	{ "godziny", EL_WORKLOAD_HOURS, NULL },
	{ "duration", EL_DURATION, NULL },
	{ "dauer", EL_DURATION, NULL },

	{ "eqf", EL_LEVEL, "eqf" },
	{ "eqf level", EL_LEVEL, "eqf" },
	{ "niveau europeen", EL_LEVEL, "eqf" },
	{ "eqr", EL_LEVEL, "eqf" },
	{ "level", EL_LEVEL, NULL },
	{ "niveau", EL_LEVEL, NULL },
	{ "livello", EL_LEVEL, NULL },
	{ "nivel", EL_LEVEL, NULL },
	{ "taso", EL_LEVEL, NULL },
	{ "niva", EL_LEVEL, NULL },

	{ "language", EL_LANGUAGE, NULL },
	{ "languages", EL_LANGUAGE, NULL },
	{ "sprache", EL_LANGUAGE, NULL },
	{ "unterrichtssprache", EL_LANGUAGE, NULL },
	{ "langue", EL_LANGUAGE, NULL },
	{ "lingua", EL_LANGUAGE, NULL },
	{ "idioma", EL_LANGUAGE, NULL },
	{ "kieli", EL_LANGUAGE, NULL },
	{ "opetuskieli", EL_LANGUAGE, NULL },
	{ "sprak", EL_LANGUAGE, NULL },
	{ "undervisningssprak", EL_LANGUAGE, NULL },
	{ "taal", EL_LANGUAGE, NULL },
	{ "jezyk", EL_LANGUAGE, NULL },

	{ "start", EL_SESSION_START, NULL },
	{ "start date", EL_SESSION_START, NULL },
	{ "startdate", EL_SESSION_START, NULL },
	{ "beginn", EL_SESSION_START, NULL },
	{ "debut", EL_SESSION_START, NULL },
	{ "inizio", EL_SESSION_START, NULL },
	{ "inicio", EL_SESSION_START, NULL },
	{ "alkaa", EL_SESSION_START, NULL },
	{ "startdatum", EL_SESSION_START, NULL },
	{ "rozpoczecie", EL_SESSION_START, NULL },
	{ "end", EL_SESSION_END, NULL },
	{ "end date", EL_SESSION_END, NULL },
	{ "enddate", EL_SESSION_END, NULL },
	{ "ende", EL_SESSION_END, NULL },
	{ "fin", EL_SESSION_END, NULL },
	{ "fine", EL_SESSION_END, NULL },
	{ "fim", EL_SESSION_END, NULL },
	{ "paattyy", EL_SESSION_END, NULL },
	{ "slut", EL_SESSION_END, NULL },
	{ "application deadline", EL_SESSION_APPLY_UNTIL, NULL },
	{ "deadline", EL_SESSION_APPLY_UNTIL, NULL },
	{ "anmeldeschluss", EL_SESSION_APPLY_UNTIL, NULL },
	{ "date limite", EL_SESSION_APPLY_UNTIL, NULL },
	{ "scadenza", EL_SESSION_APPLY_UNTIL, NULL },
	{ "plazo", EL_SESSION_APPLY_UNTIL, NULL },
	{ "hakuaika paattyy", EL_SESSION_APPLY_UNTIL, NULL },
	{ "sista ansokningsdag", EL_SESSION_APPLY_UNTIL, NULL },
	{ "timezone", EL_SESSION_TIMEZONE, NULL },
	{ "city", EL_SESSION_PLACE, NULL },
	{ "ort", EL_SESSION_PLACE, NULL },
	{ "ville", EL_SESSION_PLACE, NULL },
	{ "citta", EL_SESSION_PLACE, NULL },
	{ "ciudad", EL_SESSION_PLACE, NULL },
	{ "kaupunki", EL_SESSION_PLACE, NULL },

	{ "price", EL_PRICE, NULL },
	{ "cost", EL_PRICE, NULL },
	{ "fee", EL_PRICE, NULL },
	{ "gebuhr", EL_PRICE, NULL },
	{ "kosten", EL_PRICE, NULL },
	{ "prix", EL_PRICE, NULL },
	{ "tarif", EL_PRICE, NULL },
	{ "prezzo", EL_PRICE, NULL },
	{ "costo", EL_PRICE, NULL },
	{ "precio", EL_PRICE, NULL },
	{ "preco", EL_PRICE, NULL },
	{ "hinta", EL_PRICE, NULL },
	{ "avgift", EL_PRICE, NULL },
	{ "prijs", EL_PRICE, NULL },
	{ "cena", EL_PRICE, NULL },

	{ "provider", EL_PROVIDER_NAME, NULL },
	{ "organizer", EL_PROVIDER_NAME, NULL },
	{ "institution", EL_PROVIDER_NAME, NULL },
	{ "hochschule", EL_PROVIDER_NAME, NULL },
	{ "nom etablissement", EL_PROVIDER_NAME, NULL },
	{ "etablissement", EL_PROVIDER_NAME, NULL },
	{ "ateneo", EL_PROVIDER_NAME, NULL },
	{ "universidad", EL_PROVIDER_NAME, NULL },
	{ "jarjestaja", EL_PROVIDER_NAME, NULL },
	{ "larosate", EL_PROVIDER_NAME, NULL },
	{ "url site etablissement", EL_PROVIDER_URL, NULL },
	{ "country", EL_PROVIDER_COUNTRY, NULL },
	{ "land", EL_PROVIDER_COUNTRY, NULL },
	{ "pays", EL_PROVIDER_COUNTRY, NULL },
	{ "paese", EL_PROVIDER_COUNTRY, NULL },
	{ "pais", EL_PROVIDER_COUNTRY, NULL },
	{ "maa", EL_PROVIDER_COUNTRY, NULL },

	{ "mode", EL_MODE, NULL },
	{ "delivery mode", EL_MODE, NULL },
	{ "online", EL_MODE, NULL },
	{ "format", EL_MODE, NULL },
	{ "durchfuhrungsform", EL_MODE, NULL },
	{ "modalite", EL_MODE, NULL },
	{ "modalita", EL_MODE, NULL },
	{ "modalidad", EL_MODE, NULL },
	{ "toteutustapa", EL_MODE, NULL },
	{ "studieform", EL_MODE, NULL },
	{ "prerequisites", EL_PREREQUISITES, NULL },
	{ "entry requirements", EL_PREREQUISITES, NULL },
	{ "voraussetzungen", EL_PREREQUISITES, NULL },
	{ "prerequis", EL_PREREQUISITES, NULL },
	{ "requisiti", EL_PREREQUISITES, NULL },
	{ "requisitos", EL_PREREQUISITES, NULL },
	{ "esitiedot", EL_PREREQUISITES, NULL },
	{ "forkunskaper", EL_PREREQUISITES, NULL },
	{ "assessment", EL_ASSESSMENT, NULL },
	{ "how you will be assessed", EL_ASSESSMENT, NULL },
	{ "prufung", EL_ASSESSMENT, NULL },
	{ "evaluation", EL_ASSESSMENT, NULL },
	{ "valutazione", EL_ASSESSMENT, NULL },
	{ "evaluacion", EL_ASSESSMENT, NULL },
	{ "arviointi", EL_ASSESSMENT, NULL },
	{ "examination", EL_ASSESSMENT, NULL },
	{ "keywords", EL_KEYWORD, NULL },
	{ "schlagworte", EL_KEYWORD, NULL },
	{ "mots cles", EL_KEYWORD, NULL },
	{ "audience", EL_AUDIENCE, NULL },
	{ "audiences", EL_AUDIENCE, NULL },
	{ "who this course is for", EL_AUDIENCE, NULL },
	{ "isced f", EL_SUBJECT, "iscedf" },
	{ "isced", EL_SUBJECT, "iscedf" },
	{ "subject", EL_SUBJECT, NULL },
	{ "field", EL_SUBJECT, NULL },
	{ "fields", EL_SUBJECT, NULL },
	{ "fach", EL_SUBJECT, NULL },
	{ "domaine", EL_SUBJECT, NULL },
	{ "grande categorie", EL_SUBJECT, NULL },
};

/* --- folding --- */

/* U+00C0 to U+017F to ASCII; '?' where two letters come of one, '.' for none. */
static const char latin[] = "AAAAAA?CEEEEIIIIDNOOOOO.OUUUUY??aaaaaa?ceeeeiiiidnooooo.ouuuuy?y"
			    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi??JjKkkLlLlLlL"
			    "lLlNnNnNnnNnOoOoOo??RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

static const struct {
	uint32_t code_point;
	const char *text;
} pairs[] = {
	{ 0xc6, "ae" },  { 0xe6, "ae" },  { 0xde, "th" },  { 0xfe, "th" },  { 0xdf, "ss" },
	{ 0x132, "ij" }, { 0x133, "ij" }, { 0x152, "oe" }, { 0x153, "oe" },
};

/* Writes the plain letters of a code point; 0 where it is punctuation. */
static size_t plain_letters(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = ascii_lower((char)c);
		return ascii_is_alnum((char)c) ? 1 : 0;
	}
	for (size_t i = 0; i < countof(pairs); i++) {
		if (pairs[i].code_point == c) {
			memcpy(out, pairs[i].text, 2);
			return 2;
		}
	}
	if (c >= 0xc0 && c <= 0x17f && latin[c - 0xc0] != '.') {
		out[0] = ascii_lower(latin[c - 0xc0]);
		return 1;
	}
	if (c >= 0x300 && c <= 0x36f) { /* an accent by itself */
		out[0] = 0;
		return 1;
	}
	return c >= 0x180 && c < 0x2000 ? utf8_encode(out, c) : 0;
}

size_t csv_fold_heading(char *out, size_t cap, struct slice heading)
{
	size_t n = 0;
	bool has_blank = false;
	uint32_t c;

	while (utf8_next(&c, &heading)) {
		char letters[4] = { 0 };
		size_t k = plain_letters(letters, c);

		if (k == 1 && letters[0] == 0)
			continue;
		if (k == 0) {
			has_blank = n > 0;
			continue;
		}
		if (n + k + 1 > cap)
			return 0;
		if (has_blank)
			out[n++] = ' ';
		has_blank = false;
		memcpy(out + n, letters, k);
		n += k;
	}
	return n;
}

bool csv_same_heading(struct slice a, struct slice b)
{
	char fa[HEADING_BYTES], fb[HEADING_BYTES];
	size_t na = csv_fold_heading(fa, sizeof(fa), a);
	size_t nb = csv_fold_heading(fb, sizeof(fb), b);

	return na > 0 && na == nb && memcmp(fa, fb, na) == 0;
}

size_t csv_read_heading(struct csv_heading *out, struct slice heading)
{
	const struct column_name *own = column_of_name(heading);
	char folded[HEADING_BYTES];
	size_t n = csv_fold_heading(folded, sizeof(folded), heading);

	for (size_t i = 0; i < countof(headings); i++) {
		if (!slice_eq_z(slice_make(folded, n), headings[i].heading))
			continue;
		if (own != NULL && headings[i].element != EL_RECORD_ID)
			break;
		out->element = headings[i].element;
		out->scheme = headings[i].scheme;
		out->is_code = out->element == EL_RECORD_ID && out->scheme != NULL;
		if (out->is_code)
			out->scheme = NULL;
		out->is_flag = slice_eq_z(slice_make(folded, n), "online");
		return i + 1;
	}
	if (own == NULL)
		return CSV_NO_RANK;
	out->element = own->element;
	out->scheme = own->scheme;
	return 0;
}
