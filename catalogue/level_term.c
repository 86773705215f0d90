// SPDX-License-Identifier: EUPL-1.2
/*
 * Words for degrees and cycles, from level-terms.tsv: the whole text, or words
 * in a short phrase. Words that mean different levels in different languages
 * ("kandidat") need the language or the country; abbreviations count alone only.
 */
#include "base/mem.h"
#include "catalogue/level_parts.h"
#include "catalogue/phrase.h"

enum {
	MAX_ROWS = 32,
	MAX_PHRASE_BYTES = 160, /* what is longer is a description */
	MAX_TERM_WORDS = 7,
	MIN_PHRASE_TERM_BYTES = 5, /* shorter words mean too much inside a phrase */
	MAX_ABBREVIATION_BYTES = 3,
	MIN_STEM_BYTES = 5, /* "kandi", "master" */
};

enum term_cell {
	TERM_LANG,
	TERM_COUNTRY,
	TERM_CYCLE,
	TERM_EQF,
	TERM_ISCED,
	TERM_KIND,
	TERM_CONFIDENCE
};

static bool is_in_ehea(struct slice country)
{
	struct vocab_row rows[4];
	size_t n = country.n == 2 ? vocab_look_up(rows, countof(rows), VOCAB_COUNTRY, country) : 0;

	return n > 0 && slice_eq_z(rows[0].cells[5], "Y");
}

static bool shares_lang(struct slice cell, struct slice langs)
{
	struct slice lang;

	while (slice_split(&lang, &langs, ' '))
		if (vocab_lang_has(cell, lang))
			return true;
	return false;
}

/* ---- rows ---- */

/* Rows that hold here: of the country or of none, sure enough, an award of the EHEA in it. */
static bool holds_here(const struct vocab_row *row, const void *arg)
{
	const struct level_job *job = arg;

	if (row->cells[TERM_COUNTRY].n > 0 && !slice_eq(row->cells[TERM_COUNTRY], job->country))
		return false;
	if (slice_eq_z(row->cells[TERM_CONFIDENCE], "low") && row->cells[TERM_COUNTRY].n == 0 &&
	    row->cells[TERM_EQF].n > 0)
		return false;
	/* A "postgraduate certificate" is EQF 7 in the UK and 6 in New Zealand. */
	return !slice_eq_z(row->cells[TERM_KIND], "credential") ||
	       !vocab_lang_has(row->cells[TERM_LANG], SLICE_LIT("en")) || is_in_ehea(job->country);
}

static bool is_in_lang(const struct vocab_row *row, const void *arg)
{
	const struct level_job *job = arg;

	return vocab_lang_has(row->cells[TERM_LANG], job->lang);
}

static bool is_in_country_lang(const struct vocab_row *row, const void *arg)
{
	const struct level_job *job = arg;

	return shares_lang(row->cells[TERM_LANG], country_languages(job->country));
}

static bool is_of_job_country(const struct vocab_row *row, const void *arg)
{
	const struct level_job *job = arg;

	return row->cells[TERM_COUNTRY].n > 0 && slice_eq(row->cells[TERM_COUNTRY], job->country);
}

static bool rows_agree(const struct vocab_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(rows[i].cells[TERM_EQF], rows[0].cells[TERM_EQF]))
			return false;
	return n > 0;
}

/* Keeps what a rule wants, if it wants any. */
static size_t prefer(struct vocab_row *rows, size_t n, vocab_want *want,
		     const struct level_job *job)
{
	for (size_t i = 0; i < n; i++)
		if (want(&rows[i], job))
			return vocab_keep(rows, n, want, job);
	return n;
}

/* L1, BES, BUT: abbreviations of one language need it, those of English are used by all. */
static bool is_plausible_abbreviation(const struct vocab_row *row, const struct level_job *job)
{
	return row->key.n > MAX_ABBREVIATION_BYTES ||
	       vocab_lang_has(row->cells[TERM_LANG], SLICE_LIT("en")) || is_in_lang(row, job) ||
	       is_in_country_lang(row, job);
}

/* Rows that say something about a level, also that it is none. */
static bool is_word(const struct vocab_row *row, const void *arg)
{
	static const char *const others[] = { "cycle" /* of qf-ehea.tsv */, "relation", "condition",
					      "place", "offer" };

	(void)arg;
	for (size_t i = 0; i < countof(others); i++)
		if (slice_eq_z(row->cells[TERM_KIND], others[i]))
			return false;
	return true;
}

/* Last parts: the project. */
struct slice level_stem_of(struct slice word, size_t min_bytes)
{
	static const char *const tails[] = {
		"niveau",        "nivå",        "nivån",       "ebene",      "stufe",
		"studium",       "studien",     "studiengang", "studie",     "studier",
		"kurs",          "kursus",      "cursus",      "kurzus",     "modul",
		"module",        "programm",    "programma",   "program",    "programmet",
		"lehrgang",      "grad",        "abschluss",   "phase",      "fase",
		"veranstaltung", "opleiding",   "vak",         "vakken",     "utbildning",
		"uddannelse",    "uddannelses", "utdanning",   "utdannings", "examen",
		"eksamen",       "fag",         "emne",        "trin",       "trinn",
		"taso",          "tason",       "tasoa",       "tasoinen",   "tasoisen",
		"tasoiset",      "tasolla",     "opinnot",     "opintojen",  "ohjelma",
		"tutkinto",      "koulutus",    "vaihe",       "vaiheen",    "vaiheessa",
		"tutkinnon",     "ohjelman",    "koulutuksen", "kurssi",     "tase",
		"taseme",        "tasemel",     "õpe",         "õppe",       "õppes",
		"kraad",         "aste",        "astme",       "aine",       "nám",
		"stig",          "stigi",       "próf",        "gráða",      "képzés",
		"képzési",       "szint",       "szintű",      "szak",       "szakos",
		"fokozat",
	};
	struct slice stem = SLICE_NONE;

	for (size_t i = 0; i < countof(tails); i++) {
		size_t n = strlen(tails[i]);

		if (word.n >= n + min_bytes && word.n - n > stem.n &&
		    slice_eq_nocase(slice_from(word, word.n - n), slice_of(tails[i])))
			stem = slice_first(word, word.n - n);
	}
	while (slice_ends_with(stem, SLICE_LIT("-")))
		stem.n--;
	return stem;
}

/* Rows of a word; of a compound those of its first part ("bachelor", "kandidat(s)"). */
static size_t rows_of_word(struct vocab_row *rows, struct slice text)
{
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_LEVEL_TERM, text);

	n = vocab_keep(rows, n, is_word, NULL);
	if (n > 0 || slice_find_byte(text, ' ') >= 0)
		return n;
	for (struct slice stem = level_stem_of(text, MIN_STEM_BYTES);
	     n == 0 && stem.n >= MIN_STEM_BYTES; stem = level_stem_of(stem, MIN_STEM_BYTES)) {
		n = vocab_look_up(rows, MAX_ROWS, VOCAB_LEVEL_TERM, stem);
		if (n == 0 && stem.p[stem.n - 1] == 's') {
			stem.n--;
			n = vocab_look_up(rows, MAX_ROWS, VOCAB_LEVEL_TERM, stem);
		}
		n = vocab_keep(rows, n, is_word, NULL);
	}
	return n;
}

/* Settled: the words are known, and what they mean here is not, or no level. */
static enum level_answer find_term(struct vocab_row *found, struct slice text,
				   const struct level_job *job)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = rows_of_word(rows, text);

	if (n == 0)
		return LEVEL_UNKNOWN;
	n = vocab_keep(rows, n, holds_here, job);
	n = prefer(rows, n, is_of_job_country, job);
	if (!rows_agree(rows, n))
		n = prefer(rows, n, is_in_lang, job);
	if (!rows_agree(rows, n))
		n = prefer(rows, n, is_in_country_lang, job);
	if (!rows_agree(rows, n) || !is_plausible_abbreviation(&rows[0], job) ||
	    rows[0].cells[TERM_EQF].n == 0)
		return LEVEL_SETTLED;
	*found = rows[0];
	return LEVEL_FOUND;
}

static void fill(struct level *out, const struct vocab_row *row, struct reading *reading)
{
	uint64_t number = 0;

	*out = level_none();
	(void)slice_to_u64(&number, row->cells[TERM_EQF], 8);
	out->eqf = (uint8_t)number;
	out->eqf_max = (uint8_t)number;
	out->from = FROM_CYCLE;
	out->cycle = cycle_of_name(row->cells[TERM_CYCLE]);
	if (slice_to_u64(&number, row->cells[TERM_ISCED], 8))
		out->isced = (int8_t)number;
	reading_set(reading, FROM_CYCLE, "level-terms.tsv: %.*s -> EQF %d (%.*s)",
		    SLICE_ARG(row->key), out->eqf, SLICE_ARG(row->cells[TERM_LANG]));
}

enum level_answer level_read_term(struct level *out, struct slice text, const struct level_job *job,
				  struct reading *reading)
{
	struct vocab_row row;
	enum level_answer answer = find_term(&row, text, job);

	if (answer == LEVEL_FOUND)
		fill(out, &row, reading);
	return answer;
}

/* ---- phrases ---- */

/* Whether a word is of a kind that level-terms.tsv has besides levels. */
static bool has_kind(struct slice word, const char *kind)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_LEVEL_TERM, word);

	for (size_t i = 0; i < n; i++)
		if (slice_eq_z(rows[i].cells[TERM_KIND], kind))
			return true;
	return false;
}

bool level_is_of_offer(struct slice word)
{
	return has_kind(word, "offer");
}

/* Words that make a degree a condition, deny it, or say whom an offer is for. */
static bool is_blocker(struct slice word)
{
	return has_kind(word, "relation") || has_kind(word, "condition") || has_kind(word, "place");
}

/* "Etter-" of "Etter- og videreutdanning": the first part of another word. */
static bool is_cut_short(struct slice text, struct slice word)
{
	size_t end = (size_t)(word.p + word.n - text.p);

	return end + 1 < text.n && text.p[end] == '-' && text.p[end + 1] == ' ';
}

/* False when it is too long, or has a word that makes a degree a condition. */
static bool split_phrase(struct phrase *phrase, struct slice text)
{
	if (text.n > MAX_PHRASE_BYTES ||
	    !phrase_split(phrase, text, " ,;/|+&()[]:-_\n\t\"", PHRASE_MAX_WORDS, NULL))
		return false;
	for (size_t i = 0; i < phrase->n; i++)
		if (is_blocker(phrase->words[i]) && !is_cut_short(text, phrase->words[i]))
			return false;
	return phrase->n > 0;
}

/* "MSc", "PhD": small and capital letters as only abbreviations have them. */
static bool is_mixed_abbreviation(struct slice word)
{
	size_t n_capitals = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (!ascii_is_alpha(word.p[i]))
			return false;
		n_capitals += word.p[i] >= 'A' && word.p[i] <= 'Z';
	}
	return word.n >= MAX_ABBREVIATION_BYTES && n_capitals >= 2 && n_capitals < word.n;
}

/* What the longest term that begins at word i says, and how many words it has. */
static enum level_answer term_at(struct vocab_row *found, size_t *n_words,
				 const struct phrase *phrase, size_t i, const struct level_job *job)
{
	size_t longest = phrase->n - i < MAX_TERM_WORDS ? phrase->n - i : MAX_TERM_WORDS;

	for (size_t n = longest; n > 0; n--) {
		struct slice text = phrase_part(phrase, i, n);
		enum level_answer answer;

		while (text.n > MIN_PHRASE_TERM_BYTES && text.p[text.n - 1] == '.')
			text.n--;
		if (text.n < MIN_PHRASE_TERM_BYTES && !is_mixed_abbreviation(text))
			continue;
		answer = find_term(found, text, job);
		*n_words = n;
		if (answer != LEVEL_UNKNOWN)
			return answer;
	}
	*n_words = 1;
	return LEVEL_UNKNOWN;
}

/* "or higher", "co najmniej": two words, of which the first is short. */
static bool is_condition_of_two(struct slice first, struct slice second)
{
	enum { MAX_FIRST = 8 };

	return first.n > 0 && first.n <= MAX_FIRST &&
	       has_kind(slice_make(first.p, (size_t)(second.p + second.n - first.p)), "condition");
}

bool level_is_elsewhere(struct slice text)
{
	struct slice word, last = SLICE_NONE;

	while (phrase_next(&word, &text, " ,;/|+&()[]:.\n\t\"")) {
		if (has_kind(word, "condition") || has_kind(word, "place") ||
		    is_condition_of_two(last, word))
			return true;
		last = word;
	}
	return false;
}

bool level_is_condition(struct slice text)
{
	struct phrase phrase;

	return !split_phrase(&phrase, text);
}

enum level_answer level_read_phrase(struct level *out, struct slice text,
				    const struct level_job *job, struct reading *reading)
{
	enum level_answer answer = LEVEL_UNKNOWN;
	struct phrase phrase;
	size_t n_words;

	*out = level_none();
	if (!split_phrase(&phrase, text))
		return LEVEL_UNKNOWN;
	for (size_t i = 0; i < phrase.n; i += n_words) {
		struct vocab_row row;
		struct level one;

		if (term_at(&row, &n_words, &phrase, i, job) != LEVEL_FOUND)
			continue;
		fill(&one, &row, reading);
		if (answer == LEVEL_FOUND)
			level_widen(out, &one, job->arena);
		else
			*out = one;
		answer = LEVEL_FOUND;
	}
	return answer;
}
