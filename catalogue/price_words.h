// SPDX-License-Identifier: EUPL-1.2
#ifndef CATALOGUE_PRICE_WORDS_H
#define CATALOGUE_PRICE_WORDS_H

/*
 * The words of a text about a price, by price-words.tsv: currencies, free, on
 * request, for whom, and what makes an amount something else than the price.
 * Private to price.c.
 *
 * Slices handed out are parts of the text. Thread: any; pure.
 */

#include "base/slice.h"

enum { PRICE_CURRENCY_BYTES = 4 };

struct price_words {
	struct slice free; /* the word for free; absent: none that holds */
	struct slice request; /* the word for on request; absent: none */
	struct slice audience; /* for whom it is free, where said */
	bool has_words;
	bool has_strange; /* among them some that say nothing about a price */
};

void price_words_read(struct price_words *out, struct slice text);

/*
 * Whether a word or sign is a currency: code, sign, name or the IRI of the EU's
 * authority table. out gets its code, or stays as it is where only a country
 * would decide ("kr", "$").
 */
bool price_currency_read(char out[PRICE_CURRENCY_BYTES], struct slice word, struct slice country);
/* A currency at the front of s, of up to three words; its bytes, 0 for none. */
size_t price_currency_at(char out[PRICE_CURRENCY_BYTES], struct slice s, struct slice country);

/* "thousand" right behind a number, with the blanks before it and a full stop; its bytes, or 0. */
size_t price_thousand_at(struct slice s);

/* Whether an amount is no price of the whole offer: "/month" or "discount" behind it, or
 * "discount of" before it. */
bool price_is_part(struct slice before, struct slice behind);

/* Whether what stands between two amounts makes neither the price: "30 EUR + 200 EUR", and where
 * the first has no currency of its own, "200 or 400 EUR". */
bool price_is_joined(struct slice between, bool is_first_bare);

/* Bytes of a letter at the front of s, 0 where there is none. */
size_t price_letter(struct slice s);

#endif
