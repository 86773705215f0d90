// SPDX-License-Identifier: EUPL-1.2
/* Headings to elements, cells to texts. */
#include "harvesters/csv_columns.h"

#include "base/limits.h"
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

enum { NO_RANK = 1 << 20 };

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

static bool same_heading(struct slice a, struct slice b)
{
	char fa[HEADING_BYTES], fb[HEADING_BYTES];
	size_t na = csv_fold_heading(fa, sizeof(fa), a);
	size_t nb = csv_fold_heading(fb, sizeof(fb), b);

	return na > 0 && na == nb && memcmp(fa, fb, na) == 0;
}

/* --- cells --- */

/* Blanks that break, that do not, and that have no width. */
static struct slice trim_wide(struct slice s)
{
	static const struct slice blanks[] = {
		{ "\xc2\xa0", 2 },
		{ "\xe2\x80\xaf", 3 },
		{ "\xe2\x80\x8b", 3 },
		{ "\xef\xbb\xbf", 3 },
	};
	bool has_changed = true;

	while (has_changed) {
		has_changed = false;
		s = slice_trim(s);
		for (size_t i = 0; i < countof(blanks); i++) {
			if (slice_starts_with(s, blanks[i])) {
				s = slice_from(s, blanks[i].n);
				has_changed = true;
			}
			if (slice_ends_with(s, blanks[i])) {
				s.n -= blanks[i].n;
				has_changed = true;
			}
		}
	}
	return s;
}

static bool is_excel_error(struct slice s)
{
	static const char *const errors[] = { "#N/A",   "#REF!",   "#VALUE!", "#NAME?",  "#DIV/0!",
					      "#NULL!", "#NUM!",   "#NV",     "#BEZUG!", "#WERT!",
					      "#REF",   "#SPILL!", "#ARVO!",  "#SAKNAS!" };

	for (size_t i = 0; i < countof(errors); i++)
		if (slice_eq_nocase(s, slice_of(errors[i])))
			return true;
	return false;
}

/* The nth text in quotes of a formula. */
static struct slice quoted_part(struct slice s, unsigned nth)
{
	for (;;) {
		ptrdiff_t start = slice_find_byte(s, '"'), end;

		if (start < 0)
			return SLICE_NONE;
		s = slice_from(s, (size_t)start + 1);
		end = slice_find_byte(s, '"');
		if (end < 0)
			return SLICE_NONE;
		if (nth-- == 0)
			return slice_first(s, (size_t)end);
		s = slice_from(s, (size_t)end + 1);
	}
}

/*
 * Text in quotes of its own: exports quote what is quoted already, some more
 * than once. "Faust" and "Hamlet" is not one text in quotes.
 */
static struct slice unquote(struct slice s)
{
	size_t front = 0, back = 0, n_pairs;
	struct slice inner;

	while (front < s.n && s.p[front] == '"')
		front++;
	if (front == s.n) /* nothing else: "" holds nothing, and one mark may be inches */
		return front > 1 ? SLICE_LIT("") : s;
	while (back < s.n - front && s.p[s.n - 1 - back] == '"')
		back++;
	n_pairs = front < back ? front : back;
	inner = slice_make(s.p + n_pairs, s.n - 2 * n_pairs);
	return n_pairs == 1 && slice_find_byte(inner, '"') >= 0 ? s : inner;
}

struct slice csv_clean_cell(struct slice cell, bool is_link)
{
	struct slice s = trim_wide(cell), part;

	if (slice_starts_with_nocase(s, SLICE_LIT("=HYPERLINK("))) {
		part = quoted_part(s, is_link ? 0 : 1);
		s = part.p != NULL ? part : quoted_part(s, 0);
	} else if (slice_starts_with(s, SLICE_LIT("=\"")) && s.n > 2 && s.p[s.n - 1] == '"') {
		s = slice_make(s.p + 2, s.n - 3);
	} else {
		s = unquote(s);
	}
	s = trim_wide(s);
	return s.n == 0 || is_excel_error(s) ? SLICE_NONE : s;
}

bool csv_is_list(enum element e)
{
	switch (e) {
	case EL_KEYWORD:
	case EL_SUBJECT:
	case EL_LANGUAGE:
	case EL_MODE:
	case EL_SCHEDULE:
	case EL_OUTCOME:
	case EL_ALLIANCE:
	case EL_CREDENTIAL_TYPE:
	case EL_QUALITY_ASSURANCE:
	case EL_JOINT_NAME:
	case EL_AWARDING_NAME:
	case EL_SKILL_LABEL:
	case EL_SKILL_URI:
		return true;
	default:
		return false;
	}
}

bool csv_is_of_session(enum element e)
{
	return e >= EL_SESSION_ID && e <= EL_SESSION_PRICE_AUDIENCE;
}

/* --- the header --- */

static bool is_number(struct slice s)
{
	size_t n_digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (ascii_is_digit(s.p[i]))
			n_digits++;
		else if (strchr("+-., %", s.p[i]) == NULL)
			return false;
	}
	return n_digits > 0;
}

bool csv_is_heading(const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		struct slice cell = trim_wide(row->cells[i]);

		if (cell.n == 0 || is_number(cell))
			return false;
		for (size_t j = 0; j < i; j++)
			if (slice_eq(cell, trim_wide(row->cells[j])))
				return false;
	}
	return row->n > 0;
}

static const char currency_name[] = "currency";

static bool is_currency_name(struct slice name)
{
	return slice_eq_nocase(slice_trim(name), slice_of(currency_name));
}

enum err_code csv_columns_check(const struct settings *columns, struct source_place *place,
				struct err *err)
{
	return columns_check(columns, currency_name, place, err);
}

/* The headings for a message, as many as fit. */
static struct slice list_headings(const struct csv_columns *c, struct arena *arena)
{
	struct slice text = SLICE_LIT("");

	for (size_t i = 0; i < c->n && text.n < 120; i++)
		text = arena_printf(arena, "%.*s%s%.*s", SLICE_ARG(text), i > 0 ? ", " : "",
				    SLICE_ARG(utf8_first(c->items[i].heading, 40)));
	return text;
}

/* Exactly, then folded, then by number ("#3", or "3" where there are no headings). */
static size_t find_column(const struct csv_columns *c, struct slice heading, bool has_header)
{
	struct slice number = heading;
	uint64_t n;

	for (size_t i = 0; i < c->n; i++)
		if (slice_eq(c->items[i].heading, heading))
			return i;
	for (size_t i = 0; i < c->n; i++)
		if (same_heading(c->items[i].heading, heading))
			return i;
	if (number.n > 1 && number.p[0] == '#')
		number = slice_from(number, 1);
	else if (has_header)
		return SIZE_MAX;
	return slice_to_u64(&n, number, c->n) && n > 0 ? (size_t)n - 1 : SIZE_MAX;
}

static enum err_code missing(const struct csv_columns *c, struct slice heading, struct arena *arena,
			     struct err *err)
{
	return err_set(err, ERR_CONFIG, "no column \"%.*s\"; there are: %.*s", SLICE_ARG(heading),
		       SLICE_ARG(list_headings(c, arena)));
}

/* Columns that the configuration names, in several alternatives "A | B" all that are there. */
static enum err_code assign_configured(struct csv_columns *c, struct arena *arena,
				       const struct source *source, struct err *err)
{
	for (size_t i = 0; i < source->columns.n; i++) {
		const struct setting *setting = &source->columns.items[i];
		const struct column_name *column = column_of_name(setting->name);
		struct slice rest = slice_trim(setting->value), part;
		size_t whole = rest.n > 0 ? find_column(c, rest, source->csv.has_header) : 0;
		size_t n_found = 0;

		if (rest.n == 0)
			continue;
		if (whole != SIZE_MAX)
			rest = SLICE_LIT("");
		if (whole == SIZE_MAX && slice_find_byte(rest, '|') < 0)
			return missing(c, rest, arena, err);
		while (whole != SIZE_MAX || slice_split(&part, &rest, '|')) {
			size_t at = whole != SIZE_MAX ? whole
						      : find_column(c, slice_trim(part),
								    source->csv.has_header);

			whole = SIZE_MAX;
			if (at == SIZE_MAX)
				continue;
			n_found++;
			if (column == NULL) {
				c->currency = at;
				continue;
			}
			c->items[at].element = column->element;
			c->items[at].scheme = column->scheme;
		}
		if (n_found == 0)
			return missing(c, setting->value, arena, err);
	}
	return ERR_OK;
}

static bool is_configured(const struct source *source, enum element e)
{
	for (size_t i = 0; i < source->columns.n; i++) {
		const struct column_name *column = column_of_name(source->columns.items[i].name);

		if (column != NULL && column->element == e)
			return true;
	}
	return false;
}

/* What a heading says by itself: an element's own name first, then the table; its rank. */
static size_t read_heading(struct csv_column *column, struct slice heading)
{
	const struct column_name *own = column_of_name(heading);
	char folded[HEADING_BYTES];
	size_t n = csv_fold_heading(folded, sizeof(folded), heading);

	for (size_t i = 0; i < countof(headings); i++) {
		if (!slice_eq_z(slice_make(folded, n), headings[i].heading))
			continue;
		if (own != NULL && headings[i].element != EL_RECORD_ID)
			break;
		column->element = headings[i].element;
		column->scheme = headings[i].scheme;
		column->is_code = column->element == EL_RECORD_ID && column->scheme != NULL;
		if (column->is_code)
			column->scheme = NULL;
		column->is_flag = slice_eq_z(slice_make(folded, n), "online");
		return i + 1;
	}
	if (own == NULL)
		return NO_RANK;
	column->element = own->element;
	column->scheme = own->scheme;
	return 0;
}

/* Headings that nothing was configured for: of several for one element the best one. */
static void assign_by_heading(struct csv_columns *c, const struct source *source)
{
	size_t ranks[EL_COUNT];
	size_t best[EL_COUNT];

	for (size_t i = 0; i < EL_COUNT; i++) {
		ranks[i] = NO_RANK;
		best[i] = SIZE_MAX;
	}
	for (size_t i = 0; i < c->n; i++) {
		struct csv_column guess = { .element = EL_COUNT };
		size_t rank;

		if (is_currency_name(c->items[i].heading) && c->currency == SIZE_MAX)
			c->currency = i;
		if (c->items[i].element != EL_COUNT || c->currency == i)
			continue;
		rank = read_heading(&guess, c->items[i].heading);
		if (rank == NO_RANK || is_configured(source, guess.element))
			continue;
		if (rank >= ranks[guess.element]) {
			if (guess.is_code) /* beside an id, a code is still the course's */
				c->items[i].element = EL_COURSE_CODE;
			continue;
		}
		if (best[guess.element] != SIZE_MAX)
			c->items[best[guess.element]].element =
				c->items[best[guess.element]].is_code ? EL_COURSE_CODE : EL_COUNT;
		ranks[guess.element] = rank;
		best[guess.element] = i;
		c->items[i].element = guess.element;
		c->items[i].scheme = guess.scheme;
		c->items[i].is_code = guess.is_code;
		c->items[i].is_flag = guess.is_flag;
	}
}

static size_t column_of(const struct csv_columns *c, enum element e)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->items[i].element == e)
			return i;
	return SIZE_MAX;
}

static enum err_code find_ids(struct csv_columns *c, struct arena *arena,
			      const struct source *source, struct err *err)
{
	static const enum element stand_ins[] = { EL_RECORD_ID, EL_COURSE_CODE, EL_URL };
	const struct codes *wanted = &source->csv.id_columns;

	c->ids = arena_new_n(arena, size_t, wanted->n + 1);
	if (c->ids == NULL)
		return err_set(err, ERR_LIMIT, "too many id-columns");
	for (size_t i = 0; i < wanted->n; i++) {
		size_t at = find_column(c, slice_trim(wanted->items[i]), source->csv.has_header);

		if (at == SIZE_MAX)
			return missing(c, wanted->items[i], arena, err);
		c->ids[c->n_ids++] = at;
	}
	for (size_t i = 0; i < countof(stand_ins) && c->n_ids == 0; i++) {
		size_t at = column_of(c, stand_ins[i]);

		if (at != SIZE_MAX)
			c->ids[c->n_ids++] = at;
		c->id_is_url = stand_ins[i] == EL_URL;
	}
	if (c->n_ids == 0)
		return err_set(
			err, ERR_CONFIG,
			"no column is an id: name some in csv { id-columns }; there are: %.*s",
			SLICE_ARG(list_headings(c, arena)));
	return ERR_OK;
}

/* options { credits = "CATS" }: the unit of columns that name none. */
static void name_credits(struct csv_columns *c, struct arena *arena, const struct source *source)
{
	struct slice unit = slice_trim(settings_get(&source->options, "credits"));
	const char *scheme;

	if (unit.n == 0)
		return;
	scheme = arena_printf(arena, "%.*s", SLICE_ARG(unit)).p; /* ends with a zero byte */
	for (size_t i = 0; i < c->n; i++)
		if (c->items[i].element == EL_WORKLOAD && c->items[i].scheme == NULL)
			c->items[i].scheme = scheme;
}

static void note_sessions(struct csv_columns *c)
{
	for (size_t i = 0; i < c->n; i++) {
		enum element e = c->items[i].element;

		if (e == EL_SESSION_ID || e == EL_SESSION_START || e == EL_SESSION_END ||
		    e == EL_SESSION_TERM || e == EL_SESSION_APPLY_FROM ||
		    e == EL_SESSION_APPLY_UNTIL)
			c->has_sessions = true;
	}
	for (size_t i = 0; i < c->n && c->has_sessions; i++)
		if (c->items[i].element == EL_PRICE)
			c->items[i].element = EL_SESSION_PRICE;
}

enum err_code csv_columns_find(struct csv_columns *out, struct arena *arena,
			       const struct csv_row *first, const struct source *source,
			       struct err *err)
{
	struct csv_columns c = { .n = first->n, .currency = SIZE_MAX };
	enum err_code rc;

	c.items = arena_new_n(arena, struct csv_column, first->n + 1);
	if (c.items == NULL)
		return err_set(err, ERR_LIMIT, "the first row is too large");
	for (size_t i = 0; i < c.n; i++) {
		struct csv_column *column = &c.items[i];

		column->element = EL_COUNT;
		if (source->csv.has_header)
			column->heading = arena_dup(arena, trim_wide(first->cells[i]));
		else
			column->heading = arena_printf(arena, "%zu", i + 1);
		column->path = arena_printf(arena, "column %.*s",
					    SLICE_ARG(utf8_first(column->heading, 100)));
	}
	rc = assign_configured(&c, arena, source, err);
	if (rc != ERR_OK)
		return rc;
	if (source->csv.has_header)
		assign_by_heading(&c, source);
	if (column_of(&c, EL_TITLE) == SIZE_MAX && !csv_is_heading(first))
		return err_set(err, ERR_CONFIG,
			       "the first row looks like data: set csv { header = false } and name "
			       "columns by number, or name the title's heading in columns");
	if (column_of(&c, EL_TITLE) == SIZE_MAX)
		return err_set(err, ERR_CONFIG,
			       "no column is the title: name it in columns; there are: %.*s",
			       SLICE_ARG(list_headings(&c, arena)));
	rc = find_ids(&c, arena, source, err);
	if (rc != ERR_OK)
		return rc;
	note_sessions(&c);
	name_credits(&c, arena, source);
	*out = c;
	return ERR_OK;
}
