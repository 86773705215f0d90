// SPDX-License-Identifier: EUPL-1.2
/*
 * The language a text is written in, from its frequent words (language-words.tsv).
 * A word that k languages share gives each of them 1/k, a letter half as much.
 * Silent when the text is
 * short, when few of its words are known, or when two languages are close: an
 * absent tag is repaired by others, a wrong one by nobody.
 */
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/language_words.h"
#include "catalogue/readers.h"

enum {
	MAX_WORDS = 300, /* of each half of the text that are looked at */
	FIRST_WORDS = 24, /* of each half: no more where these speak clearly */
	MIN_WORDS = 10, /* a shorter text is not guessed at */
	MIN_HITS = 4, /* known words, repetitions not counted twice in a row */
	MIN_SHARE_PERCENT = 10, /* of known words among all */
	MIN_LEAD_PERCENT = 20, /* of the best language before the second */
	CLEAR_SHARE_PERCENT = 25,
	CLEAR_LEAD_PERCENT = 40,
	MIN_OWN_HITS = 3, /* words that a near relative does not have */
	MIN_OWN_LEAD = 4, /* times those that it has alone */
};

/* By number of a language (language_words_tag()). */
struct tally {
	uint32_t scores[LANGUAGE_WORDS_LANGS];
	uint32_t hits[LANGUAGE_WORDS_LANGS];
	size_t n_words;
};

static void count_word(struct tally *t, const struct language_word *word)
{
	t->n_words++;
	for (uint64_t langs = word->share.langs; langs != 0; langs &= langs - 1) {
		int i = __builtin_ctzll(langs);

		t->scores[i] += word->share.score;
		t->hits[i]++;
	}
	for (size_t k = 0; k < word->n_letters; k++) { /* "*ł" in the table */
		const struct language_share *letter = &word->letters[k];

		for (uint64_t langs = letter->langs; langs != 0; langs &= langs - 1)
			t->scores[__builtin_ctzll(langs)] += letter->score / 2;
	}
}

/* What a tag ("<p class=x>") or a reference ("&nbsp;") takes at the front; 0: it is none. */
static size_t markup_length(struct slice text)
{
	char end = text.p[0] == '<' ? '>' : ';';
	ptrdiff_t n = -1;

	if (text.p[0] == '&')
		n = slice_find_byte(slice_first(text, 10), end);
	else if (text.p[0] == '<' && text.n > 1 &&
		 (ascii_is_alpha(text.p[1]) || text.p[1] == '/' || text.p[1] == '!'))
		n = slice_find_byte(text, end);
	return n > 0 ? (size_t)n + 1 : 0;
}

/* Blanks, digits and signs of ASCII that begin no markup. */
static bool is_between_words(char c)
{
	return (unsigned char)c < 0x80 && !ascii_is_alpha(c) && c != '<' && c != '&';
}

/* What is no letter at the front: markup as a whole, else characters. */
static void skip(struct slice *text)
{
	size_t n = text->p[0] == '<' || text->p[0] == '&' ? markup_length(*text) : 0;
	uint32_t c;

	if (n == 0 && (unsigned char)text->p[0] >= 0x80) {
		utf8_next(&c, text);
		return;
	}
	n = n > 0 ? n : 1;
	while (n < text->n && is_between_words(text->p[n]))
		n++;
	*text = slice_from(*text, n);
}

/* Goes on up to so many. Runs of letters are words; markup and numbers are none. */
static void count_words(struct tally *t, struct slice *text, size_t n)
{
	struct language_word word;

	while (text->n > 0 && t->n_words < n) {
		if (!is_between_words(text->p[0]) && language_words_take(&word, text))
			count_word(t, &word);
		else
			skip(text);
	}
}

static size_t best_of(const struct tally *t)
{
	size_t best = 0, n_langs = language_words_langs();

	for (size_t i = 1; i < n_langs; i++)
		if (t->scores[i] > t->scores[best])
			best = i;
	return best;
}

/* Whether the halves seem to be in two languages, and not in one that is close to another. */
static bool halves_differ(const struct tally *left, const struct tally *right)
{
	size_t l = best_of(left);
	size_t r = best_of(right);

	if (left->hits[l] < MIN_HITS || right->hits[r] < MIN_HITS || l == r)
		return false;
	return left->scores[r] * 2 < left->scores[l] && right->scores[l] * 2 < right->scores[r];
}

/* About the first half of a text: no word is cut. */
static struct slice first_half(struct slice text)
{
	size_t n = text.n / 2;

	while (n < text.n && ((unsigned char)text.p[n] >= 0x80 || ascii_is_alpha(text.p[n])))
		n++;
	return slice_first(text, n);
}

static void add_tally(struct tally *t, const struct tally *other)
{
	size_t n_langs = language_words_langs();

	t->n_words += other->n_words;
	for (size_t i = 0; i < n_langs; i++) {
		t->scores[i] += other->scores[i];
		t->hits[i] += other->hits[i];
	}
}

/*
 * Of two near relatives most words speak for both ("og", "kan", "til"), so that no lead is
 * large: those that only one of them has decide. Those of the other may be names and quotes.
 */
struct rivals {
	uint64_t left, right; /* a bit each */
	uint32_t n_left, n_right;
};

static void count_rivals(struct rivals *r, struct slice text)
{
	struct language_word word;

	for (size_t n = 0; text.n > 0 && n < MAX_WORDS;) {
		if (is_between_words(text.p[0]) || !language_words_take(&word, &text)) {
			skip(&text);
			continue;
		}
		n++;
		r->n_left += (word.share.langs & (r->left | r->right)) == r->left;
		r->n_right += (word.share.langs & (r->left | r->right)) == r->right;
	}
}

static bool beats_relative(size_t best, size_t second, struct slice half, struct slice rest)
{
	struct rivals r = { UINT64_C(1) << best, UINT64_C(1) << second, 0, 0 };

	count_rivals(&r, half);
	count_rivals(&r, rest);
	return r.n_left >= MIN_OWN_HITS && r.n_left >= MIN_OWN_LEAD * r.n_right;
}

/* What the words of both halves say together. */
struct verdict {
	size_t best, second;
	struct tally sum;
};

static void weigh(struct verdict *v, const struct tally *left, const struct tally *right)
{
	size_t n_langs = language_words_langs();

	v->sum = *left;
	add_tally(&v->sum, right);
	v->best = best_of(&v->sum);
	v->second = v->best == 0 ? 1 : 0;
	for (size_t i = 0; i < n_langs; i++)
		if (i != v->best && v->sum.scores[i] > v->sum.scores[v->second])
			v->second = i;
}

static bool has_share(const struct verdict *v, unsigned percent)
{
	uint32_t hits = v->sum.hits[v->best];

	return v->sum.n_words >= MIN_WORDS && hits >= MIN_HITS &&
	       hits * 100 >= v->sum.n_words * percent;
}

static bool has_lead(const struct verdict *v, unsigned percent)
{
	return (uint64_t)v->sum.scores[v->best] * (100 - percent) >=
	       (uint64_t)v->sum.scores[v->second] * 100;
}

static bool is_clear(const struct verdict *v, const struct tally *left, const struct tally *right)
{
	return left->n_words >= FIRST_WORDS && right->n_words >= FIRST_WORDS &&
	       has_share(v, CLEAR_SHARE_PERCENT) && has_lead(v, CLEAR_LEAD_PERCENT) &&
	       best_of(left) == best_of(right);
}

bool language_detect(struct slice *tag, struct slice text, struct arena *arena)
{
	struct tally left = { .n_words = 0 };
	struct tally right = { .n_words = 0 };
	struct slice half = first_half(text), half_left = half;
	struct slice rest = slice_from(text, half.n), rest_left = rest;
	struct verdict v;

	(void)arena; /* tags are static */
	language_words_prepare();
	count_words(&left, &half_left, FIRST_WORDS);
	count_words(&right, &rest_left, FIRST_WORDS);
	weigh(&v, &left, &right);
	if (!is_clear(&v, &left, &right)) {
		count_words(&left, &half_left, MAX_WORDS);
		count_words(&right, &rest_left, MAX_WORDS);
		weigh(&v, &left, &right);
		if (!has_share(&v, MIN_SHARE_PERCENT) || halves_differ(&left, &right))
			return false;
		if (!has_lead(&v, MIN_LEAD_PERCENT) &&
		    !beats_relative(v.best, v.second, half, rest))
			return false;
	}
	*tag = language_words_tag(v.best);
	return true;
}

bool language_is_detected(struct slice lang)
{
	ptrdiff_t dash = slice_find_byte(lang, '-');
	struct slice primary = dash < 0 ? lang : slice_first(lang, (size_t)dash);

	language_words_prepare();
	for (size_t i = 0; i < language_words_langs(); i++)
		if (slice_eq(language_words_tag(i), primary))
			return true;
	return false;
}
