// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_BENCH_CATALOGUE_H
#define TESTS_BENCH_CATALOGUE_H

/*
 * A catalogue of any size for measuring: offer i is the same in every run and
 * on every machine. Eight languages, words by Zipf's law from lexicons with
 * the letters of the language and its real function words, about 1.5 KB of
 * text an offer; providers, subjects, levels, workloads, prices and sessions
 * are skewed as in real catalogues, and some offers lack each of them.
 *
 * Thread: catalogue_init() once, then any.
 */

#include "base/buf.h"

enum { CATALOGUE_LANGUAGES = 8, CATALOGUE_MODES = 2, CATALOGUE_SESSIONS = 4 };

/* One offer as values: what the writers below put into each form. */
struct catalogue_offer {
	uint64_t number;
	uint64_t revision; /* 0, or how often it was changed: other text, same id */
	unsigned lang; /* index */
	unsigned provider;
	unsigned subject;
	unsigned eqf; /* 0: none */
	unsigned ects_halves; /* 5 credits: 10; 0: none */
	unsigned workload_form;
	unsigned modes[CATALOGUE_MODES];
	unsigned n_modes;
	unsigned price; /* euros; 0: free; 9999: none said */
	unsigned n_sessions;
	int start_month[CATALOGUE_SESSIONS]; /* months since 2026-01 */
	struct buf title, description, outcomes, keywords; /* the last two: a line each */
	bool is_html;
};

void catalogue_init(void);
void catalogue_free(void);

void catalogue_offer_init(struct catalogue_offer *o);
void catalogue_offer_make(struct catalogue_offer *o, uint64_t number, uint64_t revision);
void catalogue_offer_clear(struct catalogue_offer *o);

/* "b0000123-...": of MOOChub items and OOAPI courses. */
void catalogue_id(struct buf *out, uint64_t number);
const char *catalogue_language(unsigned lang); /* "en" */
const char *catalogue_country(unsigned provider); /* "IE" */
const char *catalogue_subject(unsigned subject); /* "0613" */
const char *catalogue_mode(unsigned mode); /* "online" */
const char *catalogue_provider(unsigned provider);
/* A word of a lexicon by its rank, most frequent first; function words are not counted. */
const char *catalogue_word(unsigned lang, unsigned rank);
unsigned catalogue_words(void); /* in each lexicon */
/* The word that often follows the one of this rank; its rank. */
unsigned catalogue_follower(unsigned rank);

/* One item of a MOOChub v3 list. */
void catalogue_write_moochub(struct buf *out, const struct catalogue_offer *o);
/* One OOAPI v5 course, and the list of its offerings. */
void catalogue_write_course(struct buf *out, const struct catalogue_offer *o);
void catalogue_write_offerings(struct buf *out, const struct catalogue_offer *o);
/* One line of JSON with what the plain way stores: texts and attributes as parsed. */
void catalogue_write_plain(struct buf *out, const struct catalogue_offer *o);

#endif
