// SPDX-License-Identifier: EUPL-1.2
/* What the words of coded values are: see coded_words.h. */
#include "catalogue/coded_ranks.h"

#include "base/mem.h"

enum {
	MAX_ROWS = 64,
	MAX_TERM_WORDS = 6,
	MIN_TERM_BYTES = 4, /* shorter words of coded-values.tsv mean too much in a phrase */
	MIN_STEM_BYTES = 3,
	MAX_ENDING_LETTERS = 3,
	MAX_WORD_BYTES = 128,
};

static bool is_of_scheme(const struct vocab_row *row, const void *arg)
{
	const struct wanted *wanted = arg;

	return slice_eq_z(row->cells[0], wanted->scheme);
}

static bool is_of_scheme_or_any(const struct vocab_row *row, const void *arg)
{
	return is_of_scheme(row, arg) || slice_eq_z(row->cells[WORD_SCHEME], "any");
}

static bool is_in_lang(const struct vocab_row *row, const void *arg)
{
	const struct wanted *wanted = arg;

	return vocab_lang_has(row->cells[VALUE_LANG], wanted->lang);
}

static bool codes_agree(const struct vocab_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(rows[i].cells[VALUE_CODE], rows[0].cells[VALUE_CODE]))
			return false;
	return n > 0;
}

bool coded_read_whole(struct vocab_row *found, const char *scheme, struct slice lang,
		      struct slice text)
{
	struct wanted wanted = { scheme, lang };
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_CODED_VALUE, text);

	n = vocab_keep(rows, n, is_of_scheme, &wanted);
	if (!codes_agree(rows, n))
		n = vocab_keep(rows, n, is_in_lang, &wanted);
	if (!codes_agree(rows, n))
		return false;
	*found = rows[0];
	return true;
}

static enum rank rank_of(const struct vocab_row *row)
{
	static const struct {
		const char *name;
		enum rank rank;
	} ranks[] = { { "term", RANK_TERM },
		      { "weak", RANK_WEAK },
		      { "doubtful", RANK_DOUBTFUL },
		      { "vague", RANK_VAGUE },
		      { "head", RANK_HEAD },
		      { "last", RANK_LAST },
		      { "half", RANK_HALF },
		      { "whole", RANK_WHOLE },
		      { "sure", RANK_SURE },
		      { "days", RANK_DAYS },
		      { "turning", RANK_TURNING },
		      { "of", RANK_OF },
		      { "part", RANK_PART },
		      { "online", RANK_ONLINE },
		      { "onsite", RANK_ONSITE },
		      { "supervised", RANK_SUPERVISED },
		      { "unsupervised", RANK_UNSUPERVISED },
		      { "identity", RANK_IDENTITY },
		      { "anonymous", RANK_ANONYMOUS },
		      { "strange", RANK_STRANGE },
		      { "noun", RANK_KNOWN },
		      { "filler", RANK_KNOWN },
		      { "or", RANK_OR },
		      { "with", RANK_WITH },
		      { "and", RANK_AND },
		      { "without", RANK_WITHOUT },
		      { "not", RANK_NOT },
		      { "stop", RANK_STOP } };

	for (size_t i = 0; i < countof(ranks); i++)
		if (slice_eq_z(row->cells[WORD_RANK], ranks[i].name))
			return ranks[i].rank;
	return RANK_NONE;
}

/* Whether a word of the rank says its code only beside what is known. */
static bool means_much(enum rank rank)
{
	return (rank >= RANK_VAGUE && rank <= RANK_HEAD) || rank == RANK_DOUBTFUL;
}

/* A key of coded-words.tsv, folded already. */
static enum rank find_key(struct vocab_row *found, const struct wanted *wanted, struct slice key)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_find(rows, MAX_ROWS, VOCAB_CODED_WORD, key);

	n = vocab_keep(rows, n, is_of_scheme_or_any, wanted);
	/* What a scheme says of a word comes before what holds for all. */
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && !is_of_scheme(&rows[i], wanted))
			continue;
		*found = rows[i];
		if (is_of_scheme(&rows[i], wanted))
			break;
	}
	return n > 0 ? rank_of(found) : RANK_NONE;
}

/* Letters of folded text, where they are more than an ending. */
static bool is_long(struct slice rest)
{
	size_t n = 0;

	for (size_t i = 0; i < rest.n; i++)
		n += ((unsigned char)rest.p[i] & 0xC0) != 0x80;
	return n > MAX_ENDING_LETTERS;
}

/* What may stand beside a code and does not change it. */
static bool adds_nothing(enum rank rank)
{
	return rank > RANK_STRANGE && rank < RANK_ONLINE;
}

/* Whether the rest of a word is known: "kurs", "lehrgang" and with the s between. */
static bool is_known_rest(const struct wanted *wanted, struct slice rest)
{
	struct vocab_row row;
	char key[MAX_WORD_BYTES + 1];

	for (int pass = 0; pass < 2; pass++) {
		if (adds_nothing(find_key(&row, wanted, rest)))
			return true;
		for (size_t n = rest.n; n >= MIN_STEM_BYTES; n--) {
			memcpy(key, rest.p, n);
			key[n] = '*';
			if (adds_nothing(find_key(&row, wanted, slice_make(key, n + 1))))
				return true;
		}
		if (rest.p[0] != 's' && rest.p[0] != ' ')
			return false;
		rest = slice_from(rest, 1);
	}
	return false;
}

/* A stem that means much else says its code with an ending, or beside what is known:
 * "Projekte", "Teilzeitlehrgang", not "Projektleiter", "Teilzeitkraft". */
static bool may_begin(enum rank rank, const struct wanted *wanted, struct slice rest)
{
	return !means_much(rank) || !is_long(rest) || is_known_rest(wanted, rest);
}

/* Takes what a stem is if that is more than *best; rest is what follows it. */
static void keep_better(struct vocab_row *found, enum rank *best, const struct wanted *wanted,
			struct slice stem, struct slice rest)
{
	struct vocab_row row;
	enum rank rank = find_key(&row, wanted, stem);

	if (rank <= *best || (rank != RANK_STOP && coded_says(*best)) ||
	    !may_begin(rank, wanted, rest))
		return;
	*found = row;
	*best = rank;
}

/*
 * The longest stem that a folded word begins with, or that it ends with; but a
 * code comes before what says nothing ("online*", "*veranstaltung"), and what a
 * phrase is not about before all ("teilnahme*", "*gebühr").
 */
static enum rank find_stem(struct vocab_row *found, const struct wanted *wanted, struct slice word)
{
	enum rank best = RANK_NONE;

	for (size_t n = word.n; n >= MIN_STEM_BYTES && best != RANK_STOP; n--) {
		char key[MAX_WORD_BYTES + 1];

		memcpy(key, word.p, n);
		key[n] = '*';
		keep_better(found, &best, wanted, slice_make(key, n + 1), slice_from(word, n));
		key[0] = '*';
		memcpy(key + 1, word.p + word.n - n, n);
		keep_better(found, &best, wanted, slice_make(key, n + 1), SLICE_NONE);
	}
	return best;
}

/* Of a word with hyphens any part: "Live-Online-Seminar"; but of one that means much the last
 * says what the word is: "Statistik-Kurs", not "Kurs-Leiter". */
static enum rank find_part(struct vocab_row *found, const struct wanted *wanted, struct slice word)
{
	enum rank best = find_stem(found, wanted, word);
	struct slice part, rest = word;
	enum rank rank = best;

	if (slice_find_byte(word, ' ') < 0)
		return best;
	while (slice_split(&part, &rest, ' ')) {
		struct vocab_row row;

		rank = find_key(&row, wanted, part);
		if (rank == RANK_NONE)
			rank = find_stem(&row, wanted, part);
		if (rank >= RANK_WITH && rank <= RANK_OR)
			rank = RANK_KNOWN; /* "master's", "d'un" */
		if (coded_says(best) && coded_says(rank) &&
		    (best == RANK_TERM) == (rank == RANK_TERM) &&
		    !slice_eq(row.cells[WORD_CODE], found->cells[WORD_CODE]))
			return RANK_NONE; /* two things in one word */
		if (rank == RANK_STOP ||
		    (rank > best && (!coded_says(best) || rank == RANK_TERM))) {
			*found = row;
			best = rank;
		}
	}
	/* "Kurs-Leiter", but "PDF-ben" */
	return rank == RANK_NONE && means_much(best) && is_long(part) ? RANK_NONE : best;
}

/* Of several words the longest key that has the others and of the last the beginning, and more
 * of it than a star: "savęs vertinim*". */
static enum rank find_inflected(struct vocab_row *found, const struct wanted *wanted,
				struct slice words)
{
	char key[MAX_WORD_BYTES + 1];
	size_t last = words.n;

	while (last > 0 && words.p[last - 1] != ' ')
		last--;
	if (words.n < last + MIN_STEM_BYTES ||
	    !vocab_has_prefix(VOCAB_CODED_WORD, slice_first(words, last + MIN_STEM_BYTES)))
		return RANK_NONE;
	memcpy(key, words.p, words.n);
	for (size_t n = words.n; n >= last + MIN_STEM_BYTES; n--) {
		enum rank rank;

		key[n] = '*';
		rank = find_key(found, wanted, slice_make(key, n + 1));
		if (rank != RANK_NONE && may_begin(rank, wanted, slice_from(words, n)))
			return rank;
	}
	return RANK_NONE;
}

static bool is_number(struct slice word)
{
	return word.n > 0 && ascii_is_digit(word.p[0]);
}

static bool is_frequent_word(struct slice word)
{
	struct vocab_row row;

	return vocab_look_up(&row, 1, VOCAB_LANGUAGE_WORD, word) > 0;
}

/* Schemes whose labels mean much else ("independent", "course", "formal"). */
static bool is_of_common_words(const struct wanted *wanted)
{
	static const char *const schemes[] = { "learning-opportunity", "learning-setting",
					       "learning-schedule", "stackability", "qa-type" };

	for (size_t i = 0; i < countof(schemes); i++)
		if (coded_is_of(wanted, schemes[i]))
			return true;
	return false;
}

/* Whether labels of several words mean nothing else ("internal quality assurance"). */
static bool has_long_labels(const struct wanted *wanted)
{
	return coded_is_of(wanted, "qa-type") || coded_is_of(wanted, "learning-setting");
}

/* What n words that are a label are. */
static enum rank label_rank(const struct wanted *wanted, size_t n)
{
	if (coded_is_of(wanted, "learning-opportunity"))
		return RANK_LAST;
	return is_of_common_words(wanted) && (n == 1 || !has_long_labels(wanted)) ? RANK_DOUBTFUL
										  : RANK_TERM;
}

/* Words of one or two letters that join in one language and stand beside in another. */
static enum rank small_word(const struct wanted *wanted, struct slice word)
{
	static const struct {
		const char *word, *langs;
		enum rank rank;
	} words[] = {
		{ "a", "cs sk", RANK_AND },
		{ "no", "pt gl lv", RANK_KNOWN },
		{ "o", "cs pl pt sk", RANK_KNOWN },
		{ "i", "da is nb nn no sv", RANK_KNOWN },
		{ "en", "ca da es fr gl nb nn no sv", RANK_KNOWN },
		{ "no", "ga", RANK_OR },
		{ "u", "mt", RANK_AND },
		{ "un", "ca es fr gl it ro", RANK_KNOWN },
		{ "et", "da nb nn no", RANK_KNOWN },
		{ "ve", "cs sk", RANK_KNOWN },
		{ "in", "sl", RANK_AND },
		{ "of", "nl", RANK_OR },
		{ "an", "is", RANK_WITHOUT }, /* án */
	};

	for (size_t i = 0; word.n <= 2 && wanted->lang.n > 0 && i < countof(words); i++)
		if (slice_eq_z(word, words[i].word) &&
		    vocab_lang_has(slice_of(words[i].langs), wanted->lang))
			return words[i].rank;
	return RANK_NONE;
}

/* What the n words from i on are. */
static enum rank rank_at(struct vocab_row *found, const struct wanted *wanted,
			 const struct phrase *phrase, size_t i, size_t n)
{
	struct slice text = phrase_part(phrase, i, n);
	char key[MAX_WORD_BYTES];
	struct vocab_row label;
	size_t n_key;
	enum rank rank;

	if (slice_eq_z(text, "+") || slice_eq_z(text, "&"))
		return RANK_AND;
	if (text.n > MAX_WORD_BYTES / 2)
		return RANK_NONE;
	n_key = vocab_fold_for(key, sizeof(key), VOCAB_CODED_WORD, text);
	if (n_key == 0)
		return n == 1 ? RANK_KNOWN : RANK_NONE; /* a dash */
	rank = find_key(found, wanted, slice_make(key, n_key));
	if (rank == RANK_NONE && n > 1)
		rank = find_inflected(found, wanted, slice_make(key, n_key));
	if (rank != RANK_NONE && n == 1 && !is_of_scheme(found, wanted) &&
	    small_word(wanted, slice_make(key, n_key)) != RANK_NONE)
		return small_word(wanted, slice_make(key, n_key));
	/* What holds for all schemes yields to a label of this one; of supervision each word
	 * tells a part. */
	if (!coded_is_of(wanted, "supervision-annex") &&
	    (rank == RANK_NONE || (!is_of_scheme(found, wanted) && rank < RANK_WITHOUT)) &&
	    text.n >= MIN_TERM_BYTES &&
	    coded_read_whole(&label, wanted->scheme, wanted->lang, text)) {
		rank = n == 1 ? find_stem(found, wanted, slice_make(key, n_key)) : RANK_NONE;
		if (coded_says(rank) && is_of_scheme(found, wanted))
			return rank;
		*found = label;
		return label_rank(wanted, n);
	}
	if (rank == RANK_NONE && n == 1)
		rank = find_part(found, wanted, slice_make(key, n_key));
	if (rank == RANK_NONE && n == 1 && (is_number(text) || is_frequent_word(text)))
		rank = RANK_KNOWN;
	return rank;
}

/* Whether a key of several words may begin with a word. */
static bool begins_several(struct slice word)
{
	static const enum vocab_table tables[] = { VOCAB_CODED_WORD, VOCAB_CODED_VALUE };
	char key[MAX_WORD_BYTES + 1];

	for (size_t i = 0; i < countof(tables); i++) {
		size_t n = vocab_fold_for(key, MAX_WORD_BYTES, tables[i], word);

		key[n] = ' ';
		if (n > 0 && vocab_has_prefix(tables[i], slice_make(key, n + 1)))
			return true;
	}
	return false;
}

enum rank coded_longest_at(struct vocab_row *found, size_t *n, const struct wanted *wanted,
			   const struct phrase *phrase, size_t i)
{
	enum rank rank = RANK_NONE;

	*n = phrase->n - i < MAX_TERM_WORDS ? phrase->n - i : MAX_TERM_WORDS;
	if (*n > 1 && !begins_several(phrase->words[i]))
		*n = 1;
	for (;; (*n)--) {
		rank = rank_at(found, wanted, phrase, i, *n);
		if (rank != RANK_NONE || *n == 1)
			return rank;
	}
}
