// SPDX-License-Identifier: EUPL-1.2
/*
 * Chooses the words by counting, in a sample of the catalogue, in how many
 * offers each occurs.
 */
#include "tests/bench/queries.h"

#include "base/mem.h"
#include "base/url.h"
#include "tests/bench/catalogue.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	SAMPLE = 4000,
	SLOTS = 1 << 18, /* of the hash table */
	QUERIES = 40, /* of each kind */
	BAND_MAX = 400,
};

struct counted {
	char word[40];
	uint32_t n_offers;
	uint32_t last; /* offer it was counted in, from 1 */
};

struct counts {
	struct counted *slots;
};

/* --- counting --- */

static uint64_t hash_of(struct slice word)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < word.n; i++)
		h = (h ^ (unsigned char)word.p[i]) * 1099511628211u;
	return h;
}

static void count_word(struct counts *c, struct slice word, uint32_t offer)
{
	size_t at = hash_of(word) % SLOTS;

	if (word.n < 5 || word.n >= sizeof(c->slots[0].word))
		return;
	while (c->slots[at].n_offers > 0 && !slice_eq_z(word, c->slots[at].word))
		at = (at + 1) % SLOTS;
	if (c->slots[at].n_offers == 0)
		memcpy(c->slots[at].word, word.p, word.n);
	if (c->slots[at].last == offer)
		return;
	c->slots[at].last = offer;
	c->slots[at].n_offers++;
}

static bool is_word_byte(char c)
{
	return ascii_is_alpha(c) || (unsigned char)c >= 0x80;
}

static void count_text(struct counts *c, struct slice text, uint32_t offer)
{
	size_t at = 0;

	while (at < text.n) {
		size_t start = at;

		while (at < text.n && is_word_byte(text.p[at]))
			at++;
		count_word(c, slice_make(text.p + start, at - start), offer);
		at += at < text.n;
	}
}

static uint32_t count_sample(struct counts *c, uint64_t n_offers)
{
	uint32_t n = n_offers < SAMPLE ? (uint32_t)n_offers : SAMPLE;
	struct catalogue_offer offer;

	c->slots = mem_new_n(struct counted, SLOTS);
	catalogue_offer_init(&offer);
	for (uint32_t i = 0; i < n; i++) {
		catalogue_offer_make(&offer, i * (n_offers / n), 0);
		count_text(c, buf_view(&offer.title), i + 1);
		count_text(c, buf_view(&offer.description), i + 1);
		count_text(c, buf_view(&offer.outcomes), i + 1);
	}
	catalogue_offer_clear(&offer);
	return n;
}

/* Words of a share of the sample, in the order of the table: as good as any. */
struct band {
	const char *words[BAND_MAX];
	size_t n;
};

static void band_fill(struct band *b, const struct counts *c, uint32_t low, uint32_t high)
{
	b->n = 0;
	for (size_t i = 0; i < SLOTS && b->n < BAND_MAX; i++)
		if (c->slots[i].n_offers >= low && c->slots[i].n_offers <= high)
			b->words[b->n++] = c->slots[i].word;
}

static const char *band_word(const struct band *b, struct random *r)
{
	return b->n > 0 ? b->words[random_below(r, (uint32_t)b->n)] : "course";
}

/* --- writing --- */

static const char facets[] = "subject,level,lang,country,mode,size,provider";

static void write_query(struct buf *out, const char *kind, const char *q, const char *match,
			const char *filter, const char *value)
{
	struct buf path = BUF_INIT(8192);

	buf_str(&path, "/v1/offers");
	if (q[0] != '\0')
		url_add_query(&path, SLICE_LIT("q"), slice_of(q));
	url_add_query(&path, SLICE_LIT("facets"), slice_of(facets));
	if (filter != NULL)
		url_add_query(&path, slice_of(filter), slice_of(value));
	buf_printf(out, "%s\t%s\t%s\t", kind, buf_z(&path), match);
	if (filter != NULL)
		buf_printf(out, "{\"%s\": \"%s\"}\n", filter, value);
	else
		buf_str(out, "{}\n");
	buf_clear(&path);
}

static void write_words(struct buf *out, const char *kind, const struct band *band,
			struct random *r, unsigned n_words, const char *joint)
{
	for (unsigned i = 0; i < QUERIES; i++) {
		struct buf q = BUF_INIT(2000), match = BUF_INIT(2000);

		for (unsigned k = 0; k < n_words; k++) {
			const char *word = band_word(band, r);

			buf_printf(&q, "%s%s", k > 0 ? joint : "", word);
			buf_printf(&match, "%s\"%s\"", k > 0 ? joint : "", word);
		}
		write_query(out, kind, buf_z(&q), buf_z(&match), NULL, NULL);
		buf_clear(&q);
		buf_clear(&match);
	}
}

static const struct filter {
	const char *name, *value;
} filters[] = {
	{ "country", "IE" }, { "country", "DE" },   { "level", "6" },    { "mode", "online" },
	{ "lang", "en" },    { "subject", "0613" }, { "size", "micro" }, { "mode", "presential" },
};

static void write_filtered(struct buf *out, const struct band *band, struct random *r)
{
	for (unsigned i = 0; i < QUERIES; i++) {
		const struct filter *f = &filters[i % (sizeof(filters) / sizeof(filters[0]))];
		const char *word = band_word(band, r);
		struct buf match = BUF_INIT(200);

		buf_printf(&match, "\"%s\"", word);
		write_query(out, "filtered", word, buf_z(&match), f->name, f->value);
		buf_clear(&match);
	}
}

/* A word of English and the one that often follows it. */
static void write_phrases(struct buf *out)
{
	for (unsigned i = 0; i < QUERIES; i++) {
		unsigned rank = i * 4;
		struct buf text = BUF_INIT(300);

		buf_printf(&text, "\"%s %s\"", catalogue_word(0, rank),
			   catalogue_word(0, catalogue_follower(rank)));
		write_query(out, "phrase", buf_z(&text), buf_z(&text), NULL, NULL);
		buf_clear(&text);
	}
}

static void write_browse(struct buf *out)
{
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		write_query(out, "browse", "", "", filters[i].name, filters[i].value);
}

void queries_write(struct buf *out, uint64_t n_offers)
{
	struct counts counts;
	struct random r = { 7 };
	uint32_t n = count_sample(&counts, n_offers);
	struct band band;

	band_fill(&band, &counts, 1, 1);
	write_words(out, "rare", &band, &r, 1, "");
	band_fill(&band, &counts, n * 2 / 1000, n * 4 / 1000);
	write_words(out, "medium", &band, &r, 1, "");
	band_fill(&band, &counts, n * 8 / 100, n * 12 / 100);
	write_words(out, "common", &band, &r, 1, "");
	write_filtered(out, &band, &r);
	write_words(out, "two", &band, &r, 2, " ");
	band_fill(&band, &counts, n / 100, n / 10);
	write_words(out, "or5", &band, &r, 5, " OR ");
	write_phrases(out);
	write_browse(out);
	mem_free(counts.slots);
}
