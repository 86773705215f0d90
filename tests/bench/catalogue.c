// SPDX-License-Identifier: EUPL-1.2
/*
 * The words of the catalogue, and which of them an offer has. How an offer is
 * written is in catalogue_write.c.
 */
#include "tests/bench/catalogue.h"

#include "base/mem.h"
#include "tests/support/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	WORDS = 24000, /* of a lexicon */
	WORD_BYTES = 40,
	ZIPF_SHIFT = 40, /* p(rank) ~ 1 / (rank + shift): what function words leave over */
	PROVIDERS = 400,
	TOPIC_FIRST = 1500, /* ranks of words that belong to a subject */
	TOPIC_WORDS = 250,
	FUNCTION_PERMILLE = 420,
	TOPIC_PERMILLE = 250,
};

struct language {
	const char *tag, *country;
	unsigned permille; /* of the offers */
	const char *onsets, *nuclei, *codas, *endings; /* alternatives, separated by blanks */
	const char *function_words; /* most frequent first */
	const char *town, *institution; /* "%s" is the town */
};

static const struct language languages[CATALOGUE_LANGUAGES] = {
	{ "en", "IE", 310, "b c d f g h l m n p r s t v w th st pr tr cl gr sh",
	  "a e i o u ea ou ai oo", "n r s t l m nd st ck", "ing tion ment er s ed ity ness al ly",
	  "the of and to in a is that for with as on are by this be from will an your how which "
	  "or their can you course students learn we have into about these what between also",
	  "ford", "University of %s" },
	{ "de", "DE", 190, "b d f g h k l m n r s t w z sch st pr tr gr br kl",
	  "a e i o u ei au ie ä ö ü", "n r s t l ch nd rt ng",
	  "ung keit en er heit schaft lich isch "
	  "tion e",
	  "die der und in den von zu mit das des für im ist auf sie eine dem werden an "
	  "als auch es sich wie durch oder bei aus nach zur einer Kurs lernen über wird können",
	  "hausen", "Hochschule %s" },
	{ "fi", "FI", 120, "h j k l m n p r s t v", "a e i o u y ä ö aa ää ii uu ie uo yö",
	  "n s t l", "nen minen sta ssa lla ttaa ja us ys ton llinen",
	  "ja on ei että se kurssin sekä tai ovat opiskelija osaa mukaan myös joka kuin niiden "
	  "voi kanssa eri miten sen jälkeen aikana opintojakson hän ovat osana",
	  "järvi", "%sn yliopisto" },
	{ "fr", "FR", 110, "b c d f g j l m n p r s t v ch pr tr cl gr",
	  "a e i o u é è ou ai eau oi", "n r s l t", "tion ment eur ique ité age ance er s es",
	  "de la et les des le à en un une "
	  "pour du dans que est sur par au avec ce qui plus ou cours son aux ces vous leur comme "
	  "être sont",
	  "ville", "Université de %s" },
	{ "es", "ES", 100, "b c d f g l m n p r s t v ch pr tr cl gr", "a e i o u ia ie ue á é ó",
	  "n r s l", "ción dad mente ador ico ar er ado os as",
	  "de la y en el los que a las del "
	  "para un una con por se es como su al más lo o este curso sobre entre son estudiantes "
	  "sus desde",
	  "villa", "Universidad de %s" },
	{ "it", "IT", 80, "b c d f g l m n p r s t v ch pr tr gl gr sc", "a e i o u ia io ie à ò",
	  "n r l", "zione mento tore ico ità are ere ato i e",
	  "di e il la che in per un a del della "
	  "con le i una dei sono è delle gli si da nel al come corso alla anche studenti più "
	  "questo",
	  "monte", "Università di %s" },
	{ "sv", "SE", 60, "b d f g h j k l m n r s t v st pr tr gr br sk", "a e i o u å ä ö y",
	  "n r s t l nd ng rt", "ning het ande are lig skap en ar isk tion",
	  "och i att som en av är för på med den till det ett kursen om eller de kan från inom "
	  "studenten har ska vid hur efter genom",
	  "vik", "Högskolan i %s" },
	{ "pl", "PL", 30, "b c d g k l m n p r s t w z sz cz prz st rz", "a e i o u y ą ę ie ó",
	  "n r s l ć ń t", "ność nie acja owy ski ka arz stwo y ów",
	  "i w z na do się jest o dla że "
	  "oraz nie od po są przez jak a ze to studentów lub kursu który w tym",
	  "ów", "Uniwersytet w %s" },
};

static const char *const subjects[] = {
	"0613", "0413", "0111", "0612", "0923", "0314", "0311", "0612", "0421", "0231", "0522",
	"0313", "0712", "0114", "0611", "0688", "0541", "0542", "0732", "0521", "0511", "0531",
	"0713", "0714", "0715", "0811", "0912", "0913", "0915", "0211", "0213", "0215", "0222",
	"0223", "0312", "0321", "0322", "0411", "0412", "0414", "0512", "0532", "0533", "0716",
	"0731", "0788", "0821", "0831", "1013", "1015", "1022", "1041", "06",   "041",  "07",
};
enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]) };

static const char *const modes[] = { "online", "hybrid", "presential" };

static char (*lexicon)[WORDS][WORD_BYTES];
static char (*function_words)[64][WORD_BYTES];
static unsigned n_function_words[CATALOGUE_LANGUAGES];
static char provider_names[PROVIDERS][160];
static unsigned provider_langs[PROVIDERS];

/* --- drawing --- */

static double draw_unit(struct random *r)
{
	return (double)(random_next(r) >> 11) * 0x1.0p-53;
}

/* 0 to n - 1, small ones more often: p(k) ~ 1 / (k + shift). */
static unsigned draw_skewed(struct random *r, unsigned n, unsigned shift)
{
	double x = (double)shift * exp(draw_unit(r) * log((double)(n + shift) / shift)) - shift;
	unsigned k = (unsigned)x;

	return k < n ? k : n - 1;
}

static bool draw_permille(struct random *r, unsigned permille)
{
	return random_below(r, 1000) < permille;
}

/* --- lexicons --- */

static unsigned count_parts(const char *list)
{
	unsigned n = 1;

	for (; *list != '\0'; list++)
		n += *list == ' ';
	return n;
}

static void add_part(struct buf *out, const char *list, unsigned which)
{
	struct slice rest = slice_of(list), part = SLICE_NONE;

	for (unsigned i = 0; i <= which; i++)
		slice_split(&part, &rest, ' ');
	buf_slice(out, part);
}

static void add_any_part(struct buf *out, const char *list, struct random *r)
{
	add_part(out, list, (unsigned)random_below(r, count_parts(list)));
}

static void make_word(char *out, const struct language *l, struct random *r, unsigned rank)
{
	struct buf word = BUF_INIT(WORD_BYTES - 1);
	unsigned n = 1 + (unsigned)random_below(r, rank < 300 ? 2 : 3);

	for (unsigned i = 0; i < n; i++) {
		add_any_part(&word, l->onsets, r);
		add_any_part(&word, l->nuclei, r);
		if (random_below(r, 2) == 0)
			add_any_part(&word, l->codas, r);
	}
	add_any_part(&word, l->endings, r);
	snprintf(out, WORD_BYTES, "%s", buf_z(&word));
	buf_clear(&word);
}

static void make_function_words(unsigned lang)
{
	struct slice rest = slice_of(languages[lang].function_words), part;

	while (n_function_words[lang] < 64 && slice_split(&part, &rest, ' '))
		snprintf(function_words[lang][n_function_words[lang]++], WORD_BYTES, "%.*s",
			 SLICE_ARG(part));
}

static unsigned draw_language(struct random *r)
{
	unsigned x = (unsigned)random_below(r, 1000), i = 0;

	while (i + 1 < CATALOGUE_LANGUAGES && x >= languages[i].permille)
		x -= languages[i++].permille;
	return i;
}

static void make_provider(unsigned i, struct random *r)
{
	const struct language *l;
	struct buf town = BUF_INIT(WORD_BYTES);

	provider_langs[i] = i < CATALOGUE_LANGUAGES ? i : draw_language(r);
	l = &languages[provider_langs[i]];
	buf_char(&town, (char)('A' + random_below(r, 20)));
	add_any_part(&town, l->nuclei, r);
	add_any_part(&town, l->onsets, r);
	add_any_part(&town, l->nuclei, r);
	buf_str(&town, l->town);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(provider_names[i], sizeof(provider_names[i]), l->institution, buf_z(&town));
#pragma GCC diagnostic pop
	buf_clear(&town);
}

void catalogue_init(void)
{
	struct random r = { 20260101 };

	lexicon = mem_zalloc(CATALOGUE_LANGUAGES * sizeof(*lexicon));
	function_words = mem_zalloc(CATALOGUE_LANGUAGES * sizeof(*function_words));
	for (unsigned lang = 0; lang < CATALOGUE_LANGUAGES; lang++) {
		n_function_words[lang] = 0;
		make_function_words(lang);
		for (unsigned k = 0; k < WORDS; k++)
			make_word(lexicon[lang][k], &languages[lang], &r, k);
	}
	for (unsigned i = 0; i < PROVIDERS; i++)
		make_provider(i, &r);
}

void catalogue_free(void)
{
	mem_free(lexicon);
	mem_free(function_words);
	lexicon = NULL;
	function_words = NULL;
}

const char *catalogue_word(unsigned lang, unsigned rank)
{
	return lexicon[lang][rank % WORDS];
}

unsigned catalogue_words(void)
{
	return WORDS;
}

unsigned catalogue_follower(unsigned rank)
{
	return (rank * 31 + 17) % 3000;
}

const char *catalogue_language(unsigned lang)
{
	return languages[lang].tag;
}

const char *catalogue_country(unsigned provider)
{
	return languages[provider_langs[provider]].country;
}

const char *catalogue_subject(unsigned subject)
{
	return subjects[subject];
}

const char *catalogue_mode(unsigned mode)
{
	return modes[mode];
}

const char *catalogue_provider(unsigned provider)
{
	return provider_names[provider];
}

/* --- one offer --- */

void catalogue_offer_init(struct catalogue_offer *o)
{
	*o = (struct catalogue_offer){ 0 };
	buf_init(&o->title, 4096);
	buf_init(&o->description, 1 << 16);
	buf_init(&o->outcomes, 1 << 16);
	buf_init(&o->keywords, 4096);
}

void catalogue_offer_clear(struct catalogue_offer *o)
{
	buf_clear(&o->title);
	buf_clear(&o->description);
	buf_clear(&o->outcomes);
	buf_clear(&o->keywords);
}

static unsigned draw_content(const struct catalogue_offer *o, struct random *r)
{
	if (draw_permille(r, TOPIC_PERMILLE))
		return TOPIC_FIRST + o->subject * TOPIC_WORDS + draw_skewed(r, TOPIC_WORDS, 4);
	return draw_skewed(r, WORDS, ZIPF_SHIFT);
}

static void add_capital(struct buf *out, const char *word)
{
	buf_char(out, ascii_upper(word[0]));
	buf_str(out, word + 1);
}

/* n words; after some words their follower comes often, so that phrases occur. */
static void add_words(struct buf *out, const struct catalogue_offer *o, struct random *r,
		      unsigned n, unsigned function_permille)
{
	unsigned rank = WORDS;

	for (unsigned i = 0; i < n; i++) {
		const char *word;

		if (i > 0)
			buf_char(out, ' ');
		if (rank < 400 && rank % 4 == 0 && draw_permille(r, 400)) {
			rank = catalogue_follower(rank);
			word = catalogue_word(o->lang, rank);
		} else if (draw_permille(r, function_permille)) {
			unsigned k = draw_skewed(r, n_function_words[o->lang], 2);

			rank = WORDS;
			word = function_words[o->lang][k];
		} else {
			rank = draw_content(o, r);
			word = catalogue_word(o->lang, rank);
		}
		if (i == 0)
			add_capital(out, word);
		else
			buf_str(out, word);
	}
}

static void add_sentences(struct buf *out, const struct catalogue_offer *o, struct random *r,
			  size_t bytes)
{
	size_t end = out->len + bytes;

	while (out->len < end) {
		add_words(out, o, r, 8 + (unsigned)random_below(r, 10), FUNCTION_PERMILLE);
		buf_str(out, out->len < end ? ". " : ".");
	}
}

static void make_texts(struct catalogue_offer *o, struct random *r)
{
	unsigned n_outcomes = 3 + (unsigned)random_below(r, 4);
	unsigned n_keywords = 3 + (unsigned)random_below(r, 3);
	size_t half = 300 + random_below(r, 400);

	o->is_html = draw_permille(r, 400);
	add_words(&o->title, o, r, 3 + (unsigned)random_below(r, 5), 200);
	buf_str(&o->description, o->is_html ? "<p>" : "");
	add_sentences(&o->description, o, r, half);
	buf_str(&o->description, o->is_html ? "</p>\n<p><strong>" : " ");
	add_sentences(&o->description, o, r, 60);
	buf_str(&o->description, o->is_html ? "</strong>&nbsp;" : " ");
	add_sentences(&o->description, o, r, half);
	buf_str(&o->description, o->is_html ? "</p>" : "");
	for (unsigned i = 0; i < n_outcomes; i++) {
		add_words(&o->outcomes, o, r, 6 + (unsigned)random_below(r, 7), FUNCTION_PERMILLE);
		buf_char(&o->outcomes, '\n');
	}
	for (unsigned i = 0; i < n_keywords; i++) {
		add_words(&o->keywords, o, r, 1, 0);
		buf_char(&o->keywords, '\n');
	}
}

static void make_attributes(struct catalogue_offer *o, struct random *r)
{
	static const unsigned eqf[] = { 6, 6, 6, 7, 7, 5, 4, 6 };
	static const unsigned halves[] = { 10, 10, 6, 2, 4, 10, 12, 15, 20, 30, 1, 8, 60 };
	static const unsigned prices[] = { 0, 0, 0, 49, 120, 250, 490, 950, 1800, 9999 };

	o->eqf = draw_permille(r, 620) ? eqf[random_below(r, 8)] : 0;
	o->ects_halves = draw_permille(r, 880) ? halves[draw_skewed(r, 13, 3)] : 0;
	o->workload_form = (unsigned)random_below(r, 10);
	o->modes[0] = draw_skewed(r, 3, 1);
	o->modes[1] = (o->modes[0] + 1) % 3;
	o->n_modes = draw_permille(r, 900) ? (draw_permille(r, 120) ? 2 : 1) : 0;
	o->price = prices[random_below(r, 10)];
	o->n_sessions = draw_permille(r, 850) ? 1 + draw_skewed(r, CATALOGUE_SESSIONS, 1) : 0;
	for (unsigned i = 0; i < o->n_sessions; i++)
		o->start_month[i] = (int)random_below(r, 24);
}

void catalogue_offer_make(struct catalogue_offer *o, uint64_t number, uint64_t revision)
{
	struct random r = { number * 0x9e3779b97f4a7c15u + 77 };

	buf_reset(&o->title);
	buf_reset(&o->description);
	buf_reset(&o->outcomes);
	buf_reset(&o->keywords);
	o->number = number;
	o->revision = revision;
	o->provider = draw_skewed(&r, PROVIDERS, 8);
	o->lang = draw_permille(&r, 800) ? provider_langs[o->provider] : 0; /* else English */
	o->subject = draw_skewed(&r, SUBJECTS, 5);
	make_attributes(o, &r);
	r.state += revision * 0x9e3779b97f4a7c15u;
	make_texts(o, &r);
}
