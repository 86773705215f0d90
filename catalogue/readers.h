// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_READERS_H
#define CATALOGUE_READERS_H

/*
 * One reader per coded element: from what a source wrote to our codes. Each
 * answers false, and leaves out untouched, when the words do not decide.
 * Tables: catalogue/vocab/ (vocab.h); every reader names the row in reading->rule.
 *
 * Slices handed out are static or lie in the arena. Thread: any.
 */

#include "catalogue/reading.h"
#include "catalogue/word.h"

/* language.c: codes of any ISO 639 part, names, EU authority URIs, region and script
 * subtags kept where they matter ("pt-BR", "sr-Latn"; "en-GB" is "en"). */
bool language_read(struct slice *tag, struct slice declared, const struct hint *hint,
		   struct reading *reading, struct arena *arena);
/* As above for the tag of a text ("en_EN", "ENG", "nl-NL"): "und" when not understood. */
struct slice language_of_tag(struct slice declared, struct arena *arena);
/* Several in one string ("englanti, suomi", "de/en", "EN + FI"); adds those understood.
 * The number added; *unknown gets the first part that was not understood. */
size_t language_read_list(struct codes *out, struct slice declared, const struct hint *hint,
			  struct slice *unknown, struct reading *reading, struct arena *arena);
/* The language a text is written in, from its words; false when unsure (short texts). Tags and
 * references of HTML are passed over. */
bool language_detect(struct slice *tag, struct slice text, struct arena *arena);
/* Whether language_detect() knows a language, by primary subtag. */
bool language_is_detected(struct slice lang);

/* country.c: alpha-2, alpha-3, EU codes (EL, UK), names in many languages, URIs. */
bool country_read(struct slice *alpha2, struct slice declared, const struct hint *hint,
		  struct reading *reading);
/* From the top-level domain of a host or URL, only where it is a country's. */
bool country_of_domain(struct slice *alpha2, struct slice host_or_url);
/* Languages in which a country's catalogues are written, English apart; absent for others. */
struct slice country_languages(struct slice alpha2);

/* subject.c: ISCED-F 2013 at the declared depth: code, label, URI. scheme may be absent. A code
 * of ISCED 1997, where it is said to be one or its label stands with it, gives its successor.
 * A three-digit code without a scheme that means something else in ISCED 1997 is undecided.
 * What no one declares may be told from an offer's texts: subject_infer.h. */
bool subject_read(struct subject *out, const struct word *word, const struct hint *hint,
		  struct reading *reading);
/* Several in one string ("0613; 0611", "06, 041"), as language_read_list() does. */
size_t subject_read_list(struct subjects *out, const struct word *word, const struct hint *hint,
			 struct slice *unknown, struct reading *reading, struct arena *arena);
/* The English label of a code; absent for an unknown one. */
struct slice subject_label(struct slice code);

/* level.c: EQF, range, cycle and ISCED level from levels, degrees, cycle words, URIs.
 * Fills nqf where a national level was named. Difficulty words are no levels. */
bool level_read(struct level *out, const struct word *word, const struct hint *hint,
		struct reading *reading, struct arena *arena);
/* Several may stand in one word ("Bachelor, Master", "EQF 6-7"): a range from the lowest to the
 * highest. Schemes of word: "eqf", "nqf", "isced", "qf-ehea", a URI, or "standard/field". */
/* Derives what follows from EQF alone (cycle, ISCED) where it is not set. */
void level_complete(struct level *level);

/* coded.c: codes of coded-values.tsv by scheme ("mode", "assessment", "qa-type",
 * "stackability", "supervision-annex", "learning-opportunity", "learning-schedule",
 * "learning-setting", "award-format" ...). The word's scheme may name a standard's field
 * ("ooapi-5/modeOfDelivery"), which is asked of coded-mappings.tsv first. */
bool coded_read(struct slice *code, const char *scheme, const struct word *word,
		const struct hint *hint, struct reading *reading);
/* Several in one string ("Online, campus", "exam and project"), as language_read_list() does. */
size_t coded_read_list(struct codes *out, const char *scheme, const struct word *word,
		       const struct hint *hint, struct slice *unknown, struct reading *reading,
		       struct arena *arena);
/* Whether a code is one of the scheme's (for queries and the boundary). */
bool coded_is_known(const char *scheme, struct slice code);
/* The English label of a code; absent for an unknown one. */
struct slice coded_label(const char *scheme, struct slice code);

/* institution.c: the institution behind a name, domain or id. */
struct institution {
	struct slice ror, domain, name_en, name_own, own_lang, country, erasmus_code, pic;
};
/* Schemes: ror, schac, domain, erasmus (code), eter, pic, oid, wikidata; absent: by its form. */
bool institution_by_id(struct institution *out, struct slice scheme, struct slice value);
/* By the domain of its web address, or one above it ("courses.jyu.fi"). */
bool institution_by_url(struct institution *out, struct slice url);
/* institution_name.c: in any of its languages, shortened, with a unit or country beside it. A
 * name that fits two is none; an acronym alone counts in a known country only. What was told a
 * moment ago is not looked for again (institution_memo.c). */
bool institution_by_name(struct institution *out, struct slice name, struct slice country,
			 struct reading *reading);
/* As above; name gets the part of the text that is the institution's, unit that of its faculty,
 * school ..., absent where there is none. */
bool institution_by_name_of_unit(struct institution *out, struct slice *name, struct slice *unit,
				 struct slice text, struct slice country, struct reading *reading);
/* Whether a text names a part of an institution: "Faculty of Law", "Institut für Physik". */
bool institution_is_unit(struct slice text);
/* Alliances of an institution by domain (or ROR), full members only, who have not left; the number
 * added to out. reading says since when, where it is known. */
size_t institution_alliances(struct codes *out, struct slice domain, struct reading *reading,
			     struct arena *arena);
/* The alliance that a name or code means ("4EU Plus", "euroteq"). */
bool alliance_read(struct slice *code, struct slice declared, struct reading *reading);

/* workload.c: credits and hours from one word (unit in the scheme or in the text). Adds to
 * out what the word says; a weaker value never replaces a stronger one. Reports why not. */
bool workload_read(struct workload *out, const struct word *word, const struct hint *hint,
		   struct reading *reading, struct notes *notes, struct arena *arena);
/* Hours per week times weeks; ECTS from hours by the country's hours per credit where
 * nothing better is known (FROM_HOURS) and the hours are declared as all work. The word that
 * this came of, with its rule in *reading (may be NULL); NULL where nothing was added. */
const struct word *workload_complete(struct workload *out, const struct words *words,
				     const struct hint *hint, struct reading *reading,
				     struct notes *notes, struct arena *arena);

/* dates.c: one date; sentinels (0001-01-01, 1970-01-01, 1999-11-30) are absent. Of a moment in UTC
 * the day in hint->country. */
bool date_read(struct date *out, struct slice declared, const struct hint *hint,
	       struct reading *reading);
/* Whether a text is a date that stands for none: the sentinels. */
bool date_is_none(struct slice declared, const struct hint *hint);
/* Whether a source's own pattern can be read: d, dd, M, MM, yy and yyyy, each at most once and
 * the year always, signs between, and H or h where a time begins ("dd.MM.yyyy HH:mm"). */
bool date_format_is_good(struct slice pattern);
/* A term in words as a range, inferred ("autumn 2027", "HT27", "WiSe 2027/28"). */
bool term_read(struct date *first, struct date *last, struct slice declared,
	       const struct hint *hint, struct reading *reading);
/* A duration in days (months of 30, years of 365), ISO 8601 or in words ("6 weeks"); false if
 * negative or none. */
bool duration_days_read(int32_t *out, struct slice declared);

enum application_state { APPLY_UNKNOWN, APPLY_OPENS, APPLY_OPEN, APPLY_CLOSED, APPLY_ROLLING };
const char *application_state_name(enum application_state state);
/* application.c: whether one can still apply on a day (days since 1970-01-01, in its zone). */
enum application_state session_application_state(const struct session *s, int32_t day);
/* The zone whose day counts (time_zone.h): the session's, else that of its provider's country. */
uint8_t session_zone(const struct session *s, struct slice country);

/* price.c: amount, range, currency, free, on request. */
bool price_read(struct price *out, const struct word *word, const struct hint *hint,
		struct reading *reading, struct notes *notes, struct arena *arena);

#endif
