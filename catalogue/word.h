// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_WORD_H
#define CATALOGUE_WORD_H

/*
 * A source's own words: what a harvester read for an element, before anything
 * was made of it. A record is a list of words; normalise() turns it into an
 * offer, and it is kept beside the record, so that explain, the partner's
 * report and a later mapping can go back to it.
 *
 * A price of 0 is unknown: a harvester whose format has a rule for free gives
 * the text "free" instead.
 *
 * A word belongs to a part: the nth session, provider or skill of the record,
 * counted from 0 for each kind. Elements of the offer itself are part 0.
 *
 * Thread: any; values in an arena.
 */

#include "base/arena.h"
#include "base/err.h"
#include "base/json_write.h"

/* X(constant, name in JSON and explain) */
#define CATALOGUE_ELEMENTS(X)                                                             \
	X(EL_RECORD_ID, "recordId")                                                       \
	X(EL_IDENTIFIER, "identifier")               /* scheme: of the id */             \
	X(EL_COURSE_CODE, "courseCode")                                                   \
	X(EL_TITLE, "title")                                                              \
	X(EL_DESCRIPTION, "description")             /* several are joined as paragraphs */ \
	X(EL_OUTCOME, "learningOutcomes")            /* each one outcome, or all in one */ \
	X(EL_KEYWORD, "keywords")                                                         \
	X(EL_AUDIENCE, "audience")                                                        \
	X(EL_PREREQUISITES, "prerequisites")                                              \
	X(EL_PROVIDER_NAME, "provider.name")                                              \
	X(EL_PROVIDER_UNIT, "provider.unit")                                              \
	X(EL_PROVIDER_COUNTRY, "provider.country")                                        \
	X(EL_PROVIDER_ID, "provider.id")             /* scheme: ror, schac, domain ... */ \
	X(EL_PROVIDER_URL, "provider.url")                                                \
	X(EL_JOINT_NAME, "jointProviders.name")      /* part: which one */               \
	X(EL_JOINT_COUNTRY, "jointProviders.country")                                     \
	X(EL_JOINT_ID, "jointProviders.id")                                               \
	X(EL_AWARDING_NAME, "awardingBodies.name")   /* part: which one */               \
	X(EL_AWARDING_COUNTRY, "awardingBodies.country")                                  \
	X(EL_AWARDING_ID, "awardingBodies.id")                                            \
	X(EL_ALLIANCE, "alliances")                                                       \
	X(EL_WORKLOAD, "workload")                   /* scheme: the unit, where said */  \
	X(EL_WORKLOAD_HOURS, "workload.hours")       /* hours of all study */            \
	X(EL_HOURS_PER_WEEK, "workload.hoursPerWeek")                                     \
	X(EL_DURATION, "duration")                   /* elapsed time: never workload by itself */ \
	X(EL_LEVEL, "level")                         /* scheme: eqf, nqf, isced, a standard's field */ \
	X(EL_SUBJECT, "subjects")                    /* scheme: iscedf, ... */           \
	X(EL_LANGUAGE, "languages")                  /* of teaching */                   \
	X(EL_OPPORTUNITY_TYPE, "opportunityType")                                         \
	X(EL_MODE, "mode")                                                                \
	X(EL_SCHEDULE, "schedule")                                                        \
	X(EL_ASSESSMENT, "assessment")               /* words or text */                 \
	X(EL_SUPERVISION, "supervision")                                                  \
	X(EL_QUALITY_ASSURANCE, "qualityAssurance")                                       \
	X(EL_STACKABILITY, "stackability")                                                \
	X(EL_CREDENTIAL_TYPE, "credentialTypes")                                          \
	X(EL_FORMALITY, "formality")                                                      \
	X(EL_RECOGNITION, "recognition")                                                  \
	X(EL_SKILL_URI, "skills.uri")                /* part: which one */               \
	X(EL_SKILL_LABEL, "skills.label")                                                 \
	X(EL_URL, "url")                                                                  \
	X(EL_IMAGE, "image")                                                              \
	X(EL_SESSION_ID, "sessions.id")              /* part: which session, also below */ \
	X(EL_SESSION_START, "sessions.start")                                             \
	X(EL_SESSION_END, "sessions.end")                                                 \
	X(EL_SESSION_APPLY_FROM, "sessions.applyFrom")                                    \
	X(EL_SESSION_APPLY_UNTIL, "sessions.applyUntil")                                  \
	X(EL_SESSION_TERM, "sessions.term")          /* a term in words */               \
	X(EL_SESSION_TIMEZONE, "sessions.timezone")                                       \
	X(EL_SESSION_ROLLING, "sessions.rolling")                                         \
	X(EL_SESSION_MODE, "sessions.mode")                                               \
	X(EL_SESSION_LANGUAGE, "sessions.languages")                                      \
	X(EL_SESSION_PACE, "sessions.pace")                                               \
	X(EL_SESSION_PLACE, "sessions.place")                                             \
	X(EL_SESSION_STATUS, "sessions.status")                                           \
	X(EL_SESSION_URL, "sessions.url")                                                 \
	X(EL_SESSION_PRICE, "sessions.price")        /* scheme: currency; text: amount or words */ \
	X(EL_SESSION_PRICE_AUDIENCE, "sessions.price.audience")                           \
	X(EL_PRICE, "price")                         /* of the offer: holds for each session without its own */ \
	X(EL_PRICE_AUDIENCE, "price.audience")

enum element {
#define X(constant, name) constant,
	CATALOGUE_ELEMENTS(X)
#undef X
	EL_COUNT
};

const char *element_name(enum element e);
/* EL_COUNT for an unknown name. */
enum element element_of_name(struct slice name);

struct word {
	enum element element;
	uint16_t part;
	struct slice lang;   /* BCP 47 as the source tags it; absent without a tag */
	struct slice scheme; /* unit, vocabulary or field that gives the text meaning; absent without */
	struct slice text;   /* as read, UTF-8; markup, blanks and all */
	struct slice path;   /* where in the document: "studyLoad.value", "column Laajuus" */
};

/* In the order in which they were read. */
struct words {
	struct word *items;
	size_t n;
	size_t cap; /* private */
};

/*
 * Adds one; slices are borrowed (they must live as long as the words). Absent
 * and blank texts are not added. False, once and for all, beyond
 * LIMIT_OFFER_WORDS or when the arena is full.
 */
bool words_add(struct words *words, struct arena *arena, struct word word);
/* The first of an element in a part, or NULL. */
const struct word *words_find(const struct words *words, enum element e, uint16_t part);

/* [{"element","part","lang","scheme","text","path"}, ...]; part 0 and absent members are left out. */
void words_write(struct json_writer *w, const struct words *words);
enum err_code words_read(struct words *out, struct arena *arena, struct slice json, struct err *err)
	ERR_MUST_USE;
/*
 * Whether json is what words_write() writes of what words_read() reads of it,
 * byte for byte: then it can be kept as it is. May be false where it is, for
 * texts of escapes alone.
 */
bool words_are_written(struct slice json);

/* Something to tell the partner about a record: a repair, a doubt, a value not used. */
struct note {
	struct slice code;     /* stable: "workload-without-unit", "unknown-level", "bad-date" ... */
	enum element element;  /* EL_COUNT when it is about none */
	struct slice path;
	struct slice got;      /* cut at LIMIT_NOTE_BYTES */
	struct slice expected;
};

struct notes {
	struct note *items;
	size_t n;
	size_t cap;
};

void notes_add(struct notes *notes, struct arena *arena, struct note note);

#endif
