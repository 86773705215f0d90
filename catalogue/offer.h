// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_OFFER_H
#define CATALOGUE_OFFER_H

/*
 * The offer record: what one source says about one micro-credential, brought
 * to one comparable form, and its one JSON form (worker to daemon, store, API,
 * `microcat show --json`). Absent means unknown.
 *
 * A struct offer is a value whose memory, texts and arrays alike, lives in the
 * arena it was built in: it has no clear function, and copying the struct
 * copies the references.
 *
 * Thread: any; pure functions.
 */

#include "base/arena.h"
#include "base/err.h"
#include "base/json_write.h"

/* How a value was reached; a weaker one never overwrites a stronger one. */
enum from {
	FROM_NONE, /* no value */
	FROM_INFERRED, /* guessed from text */
	FROM_HOURS, /* ECTS from hours of work, by the country's hours per credit */
	FROM_CYCLE, /* a degree or cycle word */
	FROM_NQF, /* a national level, by the referencing table */
	FROM_CONVERTED, /* another credit system, by its factor */
	FROM_DECLARED,
	FROM_COUNT
};

/* "declared", ...; NULL for FROM_NONE. */
const char *from_name(enum from from);
/* FROM_NONE for an unknown name. */
enum from from_of_name(struct slice name);

/* One text in one language. */
struct text {
	struct slice lang; /* BCP 47, "und" when unknown */
	struct slice text; /* plain UTF-8, NFC; paragraphs and list items are lines */
};

/* The same text in several languages: at most one each, in the source's order. */
struct texts {
	struct text *items;
	size_t n;
};

/* Several texts in one language, in order (learning outcomes, keywords). */
struct text_list {
	struct slice lang;
	struct slice *items;
	size_t n;
};

struct text_lists {
	struct text_list *langs;
	size_t n;
};

/* Codes of one vocabulary, without repetition, in the source's order. */
struct codes {
	struct slice *items;
	size_t n;
};

struct scheme_value {
	struct slice scheme; /* "ror", "schac", "urn-schac-course" */
	struct slice value;
};

struct scheme_values {
	struct scheme_value *items;
	size_t n;
};

/* A provider, joint provider or awarding body. */
struct org {
	struct texts name;
	struct texts unit; /* faculty, department */
	struct slice country; /* ISO 3166-1 alpha-2, XK for Kosovo */
	struct scheme_values ids; /* at most one a scheme */
	struct slice url;
};

struct orgs {
	struct org *items;
	size_t n;
};

struct workload {
	int32_t ects_c; /* hundredths of ECTS, 0 unknown */
	int32_t ects_max_c; /* equal to ects_c unless a range */
	enum from ects_from;
	int32_t hours_t; /* tenths of hours of all study, 0 unknown; never made from credits */
	int32_t hours_max_t;
	enum from hours_from;
	struct slice declared; /* the source's words, several joined with "; " */
};

enum cycle { CYCLE_NONE, CYCLE_SHORT, CYCLE_FIRST, CYCLE_SECOND, CYCLE_THIRD };
/* "short", "first", "second", "third"; NULL for CYCLE_NONE. */
const char *cycle_name(enum cycle cycle);
enum cycle cycle_of_name(struct slice name);

enum { ISCED_LEVEL_UNKNOWN = -1 };

struct level {
	uint8_t eqf; /* 1 to 8, 0 unknown */
	uint8_t eqf_max; /* equal to eqf unless a range */
	enum from from;
	enum cycle cycle; /* QF-EHEA */
	struct slice nqf; /* "FiNQF 7" */
	int8_t isced; /* ISCED 2011, 0 to 8, or ISCED_LEVEL_UNKNOWN */
	struct slice declared;
};

struct subject {
	char code[5]; /* ISCED-F 2013, 2 to 4 digits */
	enum from from; /* declared or inferred */
	uint8_t confidence; /* percent; 100 when declared */
};

struct subjects {
	struct subject *items;
	size_t n;
};

enum date_precision { DATE_NONE, DATE_YEAR, DATE_MONTH, DATE_DAY };

/* A date as exact as the source says it: reduced ISO 8601. */
struct date {
	int16_t year;
	uint8_t month; /* 0 unless known */
	uint8_t day; /* 0 unless known */
	uint8_t precision; /* enum date_precision */
};

/* First and last day it may mean, as days since 1970-01-01. */
int32_t date_first_day(struct date d);
int32_t date_last_day(struct date d);
enum { DATE_TEXT_BYTES = 12 };
/* "2027", "2027-09", "2027-09-15"; "" for none. */
void date_format(char out[DATE_TEXT_BYTES], struct date d);
/* The reverse, nothing else. */
bool date_parse(struct date *out, struct slice text);

/* A truth that may be unknown. */
enum tri { TRI_UNKNOWN, TRI_FALSE, TRI_TRUE };

struct price {
	bool has_amount;
	int64_t amount_c; /* hundredths of the currency; 0 is free and was said so */
	int64_t amount_max_c; /* equal to amount_c unless a range */
	char currency[4]; /* ISO 4217, "" unknown */
	bool is_on_request;
	struct texts audience; /* whom it is for ("EU students") */
	struct slice declared;
};

/* One time an offer can be taken. */
struct session {
	struct slice id;
	struct date start; /* of a term in words: its first day */
	struct date start_max; /* its last day; equal to start unless a range */
	enum from start_from;
	struct date end;
	struct date apply_from;
	struct date apply_until; /* the last day counts as open */
	struct slice timezone; /* IANA name or offset, where said */
	enum tri rolling; /* one may always apply */
	struct codes modes;
	struct codes languages;
	struct slice pace; /* as said */
	struct slice place;
	struct slice status; /* as said ("cancelled") */
	struct slice declared; /* dates that could not be read, as said */
	struct price price;
	struct slice url;
};

struct sessions {
	struct session *items;
	size_t n;
};

struct skill {
	struct slice uri;
	struct texts label;
};

struct skills {
	struct skill *items;
	size_t n;
};

enum size_class { SIZE_NONE, SIZE_NANO, SIZE_MICRO, SIZE_COURSE, SIZE_PATHWAY, SIZE_MACRO };
const char *size_class_name(enum size_class size); /* NULL for SIZE_NONE */
enum size_class size_class_of_name(struct slice name);

/* The mandatory elements that a catalogue can hold; bits of completeness.missing. */
enum required_element {
	REQ_TITLE,
	REQ_AWARDING_BODY,
	REQ_COUNTRY,
	REQ_OUTCOMES,
	REQ_WORKLOAD,
	REQ_LEVEL,
	REQ_ASSESSMENT,
	REQ_MODE,
	REQ_QUALITY_ASSURANCE,
	REQ_LANGUAGES,
	REQ_SUBJECT,
	REQ_COUNT
};
/* The JSON name of the element: "title", "awardingBodies", "country", "learningOutcomes",
 * "workload", "level", "assessment", "mode", "qualityAssurance", "languages", "subjects". */
const char *required_element_name(enum required_element e);
/* REQ_COUNT for an unknown name. */
enum required_element required_element_of_name(struct slice name);

struct completeness {
	uint8_t score; /* percent of REQ_COUNT elements present, rounded down */
	uint16_t missing; /* bit (1 << enum required_element) */
	bool is_computed;
};

/* Bologna key commitments that MICROBOL ties to micro-credentials; false means "not stated"
 * (commitment.h has the rules). */
struct compatible {
	bool outcomes, ects, level, assessment, quality_assurance, recognition;
	struct slice quality_from; /* what quality assurance rests on: "esg", "agency" ... */
};

struct offer {
	struct scheme_values identifiers;
	struct slice course_code;
	struct texts title;
	struct texts description;
	struct text_lists outcomes;
	struct text_lists keywords;
	struct texts audience;
	struct org provider;
	struct orgs joint_providers;
	struct orgs awarding_bodies;
	struct codes alliances;
	struct workload workload;
	struct level level;
	struct subjects subjects;
	struct codes languages; /* of teaching, BCP 47 */
	struct slice opportunity_type;
	struct codes modes;
	struct codes schedules;
	struct codes assessments;
	struct texts assessment_text;
	struct slice supervision;
	struct codes quality_assurance;
	struct texts quality_assurance_text;
	struct texts prerequisites;
	struct slice stackability;
	struct codes credential_types;
	struct slice formality;
	enum size_class size_class;
	struct compatible compatible;
	struct skills skills;
	struct sessions sessions;
	struct slice url;
	struct slice image;
	struct completeness completeness;
};

/* An offer in which nothing is known. */
void offer_init(struct offer *offer);

/*
 * Writes the members of the JSON object in a fixed order without its braces,
 * so that a caller can add its own (id, records, firstSeen). Absent members
 * are not written. Equal offers give equal bytes.
 */
void offer_write_members(struct json_writer *w, const struct offer *offer);
/* The whole object. */
void offer_write(struct json_writer *w, const struct offer *offer);

/*
 * Reads one JSON object. Everything is checked: types, limits, codes' form,
 * valid UTF-8; unknown members are ignored. Texts are copied into the arena.
 *
 * Errors: ERR_PARSE with the member's path, ERR_LIMIT.
 */
enum err_code offer_read(struct offer *out, struct arena *arena, struct slice json,
			 struct err *err) ERR_MUST_USE;
/*
 * The same in a sixth of the time, of what offer_write() writes byte for byte:
 * when it is true, offer_write() would write json again and offer_read() would
 * read the same. False for any other text, good or bad, and when the arena is
 * full. The offer's texts lie in json, those with escapes in the arena.
 */
bool offer_read_written(struct offer *out, struct arena *arena, struct slice json) ERR_MUST_USE;

/* The text in the wanted language, else in English, else the first; absent if none. */
struct slice texts_pick(const struct texts *texts, struct slice lang);
bool codes_has(const struct codes *codes, struct slice code);

/*
 * The stable id of an offer founded by a record: 26 Crockford base-32
 * characters of XXH3-128 over the source's id, a zero byte and the record id
 * (and, for a record split off, a salt).
 */
enum { OFFER_ID_CHARS = 26 };
/* hash: 16 bytes, big-endian; the hash itself is made where xxHash is linked. */
void offer_id_of_hash(char out[OFFER_ID_CHARS + 1], const uint8_t hash[16]);
/* Accepts lower case; false when it is no id. Writes the canonical upper-case form. */
bool offer_id_parse(char out[OFFER_ID_CHARS + 1], struct slice text);

#endif
