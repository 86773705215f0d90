// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_VOCAB_H
#define CATALOGUE_VOCAB_H

/*
 * The vocabularies: tables of catalogue/vocab/ (*.tsv), compiled at build time by
 * vocab-compile into sorted static data. No parsing at start, no heap, no
 * pointers to relocate. Every table is a map from a folded key to rows.
 *
 * An operator's own rows (`vocab-dir`) are loaded once at start into an
 * overlay that is asked first.
 *
 * Keys are folded with vocab_fold(): NFKC, case folded, blanks collapsed,
 * typographic quotes and dashes plain, "http(s)://" dropped. Tables marked W
 * below take hyphens and underscores for blanks as well, those marked N all
 * punctuation, and drop accents; vocab_look_up() folds as its table wants it.
 *
 * Rows that differ in their language alone are one row with all languages,
 * separated by blanks: ask vocab_lang_has().
 *
 * Thread: any for look-ups; vocab_overlay_load() once, before any other thread
 * or process uses the tables.
 */

#include "base/arena.h"
#include "base/err.h"

/* Each with its cells, in the order of vocab_row.cells; "" where nothing is known. */
enum vocab_table {
	/* any code, name or form of a language:
	 * bcp47, lang, kind (code | name | form | one of language-aliases.tsv), name_en, note,
	 * doubtful_in (countries) */
	VOCAB_LANGUAGE,
	/* N: any code or name: alpha2, lang, kind (code | name), name_en, eu (Y N), ehea (Y N) */
	VOCAB_COUNTRY,
	/* N, words in the order of the alphabet, without articles and prepositions: ISCED-F label:
	 * code, lang, kind (pref | alt), source */
	VOCAB_SUBJECT,
	/* ISCED-F code, and "isced-1997 NNN":
	 * label_en, parent (of 1997: the successor), kind (proper | nfd | nec | interdisciplinary | unknown), uri, note,
	 * scheme */
	VOCAB_SUBJECT_CODE,
	/* W: form of a national or European level, its URI, "country#national_level", and
	 * "country/framework#national_level":
	 * country, framework, national_level, eqf, qf_ehea, firmness */
	VOCAB_LEVEL_FORM,
	/* W: degree and cycle words; "cycle N" for what an EQF level usually means:
	 * lang, country, qf_ehea, eqf, isced2011, kind, confidence, note */
	VOCAB_LEVEL_TERM,
	/* form of a credit unit: unit, lang, form (case as written), kind, ambiguity, note */
	VOCAB_CREDIT_FORM,
	/* unit: country, factor_to_ects, hours_min, hours_max, valid_from, valid_to, confidence,
	 * name; one row for each country and time */
	VOCAB_CREDIT_SYSTEM,
	/* words for hour, week, contact time ...: unit, lang, form (case as written) */
	VOCAB_WORKLOAD_FORM,
	/* W: word, code, URI or "scheme#code": scheme, code, lang, kind (pref | term | code | uri |
	 * label), label, uri, confidence */
	VOCAB_CODED_VALUE,
	/* N: words in a phrase that say a code, stars at either end of a word (begins, ends with):
	 * scheme (any: of all), code, rank (coded_words.h) */
	VOCAB_CODED_WORD,
	/* W: "standard/field=value": scheme, code ("": none of ours), standard, field, value, note
	 */
	VOCAB_CODED_MAPPING,
	/* domain, ROR, Erasmus code, PIC, OID, Wikidata id, ETER number:
	 * ror, domain, name_en, name_own, own_lang, country, erasmus_code, pic */
	VOCAB_INSTITUTION_ID,
	/* N: name: ror, domain, type (label | alias | acronym | display | legal), lang */
	VOCAB_INSTITUTION_NAME,
	/* N: domain or ROR of a member, or name of an alliance:
	 * alliance, alliance_name, role (member | associated | former | name), since, until */
	VOCAB_ALLIANCE,
	/* W: words for micro-credential and its relatives: lang, kind, confidence */
	VOCAB_MICROCREDENTIAL_TERM,
	/* frequent words: languages, separated by blanks */
	VOCAB_LANGUAGE_WORD,
	/* word of a term or month, a star at its end (begins with): kind, lang */
	VOCAB_TERM_WORD,
	/* W: name of a framework of qualifications: country, framework */
	VOCAB_FRAMEWORK_NAME,
	/* word about a price, a star at its end (begins with): kind, value, country, word (case as
	 * written) */
	VOCAB_PRICE_WORD,
	/* name of a time zone, or alpha-2 of a country: offset, rule (of summer time) */
	VOCAB_TIME_ZONE,
	/* N: texts that stand for nothing, and words of such: kind (text | noun | state | filler) */
	VOCAB_PLACEHOLDER,
	/* W: words around values in a field, a star at the end (begins with): element (any: of all),
	 * kind (field_words.h) */
	VOCAB_FIELD_WORD,
	/* N: words by which an offer states, or does not, a key commitment, a star at the end (begins
	 * with): commitment, kind, country */
	VOCAB_COMMITMENT_WORD,
	VOCAB_TABLE_COUNT
};

enum { VOCAB_CELLS = 8 };

/* One row; all of it is static, or the overlay's (until vocab_overlay_clear()). */
struct vocab_row {
	struct slice key; /* folded */
	struct slice cells[VOCAB_CELLS];
	const char *table; /* "credit-forms.tsv" */
	bool is_own; /* the operator's, from the overlay */
};

/* Folds text for look-up into out (of cap bytes); its length, 0 when empty or too long. */
size_t vocab_fold(char *out, size_t cap, struct slice text);
/* As the keys of a table are folded. */
size_t vocab_fold_for(char *out, size_t cap, enum vocab_table table, struct slice text);

/*
 * The rows of a key, folded already, at most max; their number. Rows of the
 * overlay come first.
 */
size_t vocab_find(struct vocab_row *out, size_t max, enum vocab_table table, struct slice key);
/*
 * The first row of a key, folded already, that has this text in a cell (counted from 0): for
 * keys of many rows, as a unit that has one a country. The overlay's comes first.
 */
bool vocab_find_cell(struct vocab_row *out, enum vocab_table table, struct slice key, size_t cell,
		     struct slice text);
/* Whether a key of the table begins with a text, folded already. */
bool vocab_has_prefix(enum vocab_table table, struct slice prefix);
/* Folds first, as the table's keys are. */
size_t vocab_look_up(struct vocab_row *out, size_t max, enum vocab_table table, struct slice text);
/*
 * As vocab_look_up(); where no key is the text, the rows of the longest key that ends in a
 * star and that the text begins with ("student*").
 */
size_t vocab_look_up_word(struct vocab_row *out, size_t max, enum vocab_table table,
			  struct slice text);
/*
 * Keeps the rows that are wanted; if the operator's own are among them, only
 * those, so that an overlay decides where it speaks. The number left.
 */
typedef bool vocab_want(const struct vocab_row *row, const void *arg);
size_t vocab_keep(struct vocab_row *rows, size_t n, vocab_want *want, const void *arg);
/* Whether a lang cell ("da nb sv") holds a language, by primary subtag; no, nb and nn are
 * one. An empty cell, and "mul", hold none. */
bool vocab_lang_has(struct slice cell, struct slice lang);
/* Number of compiled keys, and the ith with its row, for tests, documentation and scanners. */
size_t vocab_count(enum vocab_table table);
struct vocab_row vocab_at(enum vocab_table table, size_t i);

/* A hash of all tables with the overlay: part of the raw hash and of meta. 16 hex digits. */
const char *vocab_version(void);

/*
 * Adds an operator's rows: a text in the *.tsv form of `file` (its base name
 * says which table). Called with the content: no files are read here.
 */
enum err_code vocab_overlay_add(const char *file, struct slice text, struct err *err) ERR_MUST_USE;
void vocab_overlay_clear(void);
/* Grows whenever the operator's rows change, for what is derived from the tables. */
unsigned vocab_overlay_epoch(void);
/* The operator's rows of a table, by key, as vocab_count() and vocab_at() for the compiled. */
size_t vocab_own_count(enum vocab_table table);
struct vocab_row vocab_own_at(enum vocab_table table, size_t i);

/* Whom the tables' sources want named: printed by /v1/about and NOTICE. */
struct vocab_attribution {
	const char *name; /* "ISCED-F 2013" */
	const char *licence; /* "CC BY-SA 3.0 IGO" */
	const char *text; /* the sentence to print */
	const char *files; /* "isced-f-2013.tsv isced-f-labels.tsv" */
};
/* All of them; *n gets their number. Static. */
const struct vocab_attribution *vocab_attributions(size_t *n);

#endif
