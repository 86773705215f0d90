// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_NORMALISE_JOB_H
#define CATALOGUE_NORMALISE_JOB_H

/*
 * What the parts of normalise() share. Private to normalise*.c.
 *
 *   normalise.c          the way through a record, the table of elements
 *   normalise_text.c     texts in languages, lists of texts
 *   normalise_org.c      provider, joint providers, awarding bodies, alliances
 *   normalise_session.c  sessions and prices
 *   normalise_subject.c  the subject, where none is declared
 *   normalise_trace.c    how each value was reached, for explain
 *
 * Thread: any; a job belongs to the normalise() that made it.
 */

#include "catalogue/normalise.h"
#include "catalogue/readers.h"
#include "catalogue/text.h"

struct job {
	struct offer *out;
	const struct words *words;
	const struct source_context *context;
	struct hint hint; /* lang is the word's */
	struct notes *notes;
	struct traces *traces;
	struct findings each; /* of the word being read, where traces are asked for */
	struct arena *arena;
	/* arrays of out that grow */
	size_t cap_sessions, cap_joint, cap_awarding, cap_skills, cap_identifiers;
	/* parts of the words that the nth session, joint provider ... came from */
	uint16_t *session_parts, *joint_parts, *awarding_parts, *skill_parts;
	size_t n_lost_sessions;
	struct price price; /* of the offer */
	struct slice untagged_lang; /* that texts without a tag look like; absent: the source's */
	struct slice last_tag, last_lang; /* of the last word that had a tag */
	struct slice found_lang; /* of the first text under several tags that tells; absent: none */
};

/* --- normalise.c --- */
/* A note about a word. */
void job_note(struct job *j, const struct word *word, const char *code, const char *expected);
/* The same about a part of it: the one item of a list that is not known. */
void job_note_part(struct job *j, const struct word *word, struct slice part, const char *code,
		   const char *expected);
/* For explain; reading may be NULL. word NULL: no word of the record says it. */
void job_trace(struct job *j, enum element element, const struct word *word,
	       const struct reading *reading, struct slice result);
/* The same for each value that the reader of a word has told apart (reading->each). */
void job_trace_each(struct job *j, enum element element, const struct word *word,
		    const struct reading *reading);
/* For explain: nothing came of a word, and why. */
void job_trace_unused(struct job *j, const struct word *word, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* What was told of the words of an element and part does not hold: their results go; of_unit: only
 * those that end so. */
void job_untrace(struct job *j, enum element element, uint16_t part, const char *of_unit,
		 const char *why);
/* normalise_trace.c: words of which nothing was told so far, and the order of all. */
void job_settle_traces(struct job *j);
/* An empty reading; its rule is written only where somebody asks how values were reached. */
struct reading job_reading(struct job *j);
/* The hint with the word's language. */
struct hint job_hint(struct job *j, const struct word *word);
/* A code in which only letters, digits and "-_.:+/" are left. */
struct slice job_code(struct job *j, struct slice raw);
/* Index of a part among those seen so far, adding it; SIZE_MAX beyond max. */
size_t job_part(struct job *j, uint16_t **parts, size_t n, uint16_t part, size_t max);

/* --- normalise_text.c --- */
/* Finds untagged_lang in the first text without a tag that is long enough to tell. */
void job_find_untagged_lang(struct job *j);
/* Language of a word's text. */
struct slice job_lang(struct job *j, const struct word *word);
enum repeat { REPEAT_FIRST, REPEAT_JOIN };
/* Cleans a word's text and adds it; one line or several; what a second text of a language does. */
bool job_add_text(struct job *j, struct texts *texts, const struct word *word, bool is_line,
		  size_t max_bytes, enum repeat repeat);
/* One text that is clean already; all of one struct texts with the same repeat. */
void texts_add(struct texts *texts, struct slice lang, struct slice text, enum repeat repeat,
	       struct arena *arena);
/* One text under several tags is kept once. */
void job_settle_texts(struct job *j, struct texts *texts, enum element element);
/* "450 EUR", for a trace. */
struct slice job_price_text(struct job *j, const struct price *p);
/* All outcomes and keywords, from all words. */
void job_read_outcomes(struct job *j);
void job_read_keywords(struct job *j);

/* --- normalise_org.c --- */
void job_read_orgs(struct job *j);

/* --- normalise_subject.c --- */
/* Where no subject was read; after all texts. */
void job_infer_subject(struct job *j);

/* --- normalise_session.c --- */
bool job_is_session_element(enum element e);
void job_read_session_word(struct job *j, const struct word *word);
void job_settle_sessions(struct job *j);

#endif
