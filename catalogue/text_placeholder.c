// SPDX-License-Identifier: EUPL-1.2
/*
 * What partners write where they have nothing to say: in the languages of
 * catalogues, and what forms and templates leave behind. Most texts are told
 * to be none of it by their first words (may_be_known), without a look-up.
 */
#include "catalogue/text.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/vocab.h"
#include "catalogue/vocab_fold.h"

#include <pthread.h>
#include <stdatomic.h>

enum { MAX_PLACEHOLDER_BYTES = 100 }; /* of the longest of placeholders.tsv, with what wraps it */

/* How texts begin that are none, however they go on. */
static const struct slice starts[] = {
	{ "todo:", 5 },
	{ "select from ", 12 },
	{ "controlled list", 15 },
	{ "lorem ipsum dolor", 17 },
};

/* What a spreadsheet shows for a formula that failed. */
static const struct slice errors[] = {
	{ "#n/a", 4 },   { "#nv", 3 },    { "#ref!", 5 },  { "#value!", 7 },
	{ "#wert!", 7 }, { "#name?", 6 }, { "#null!", 6 }, { "#div/0!", 7 },
};

/* Signs alone; long rows of brackets are kept. A zero byte is a sign, too. */
static bool has_only_signs(struct slice text)
{
	const char *signs =
		text.n <= MAX_PLACEHOLDER_BYTES ? "-_.?*/ ,;:!|\\+=~#()[]{}<>\"'" : "-_.?*/ ";
	size_t i = 0;

	while (i < text.n && !ascii_is_alnum(text.p[i]) && strchr(signs, text.p[i]) != NULL)
		i++;
	return i == text.n;
}

/* Dashes and an ellipsis alone. */
static bool is_dash(struct slice text)
{
	return text.n == 3 && (slice_eq(text, SLICE_LIT("\342\200\223")) ||
			       slice_eq(text, SLICE_LIT("\342\200\224")) ||
			       slice_eq(text, SLICE_LIT("\342\200\246")));
}

static bool is_started(struct slice text)
{
	if (strchr("tTsScClL", text.p[0]) == NULL)
		return false;
	for (size_t i = 0; i < countof(starts); i++)
		if (slice_starts_with_nocase(text, starts[i]))
			return true;
	return slice_starts_with(text, SLICE_LIT("TODO ")); /* "Todo" is Spanish */
}

static bool is_error(struct slice text)
{
	for (size_t i = 0; i < countof(errors) && text.p[0] == '#'; i++)
		if (slice_eq_nocase(text, errors[i]))
			return true;
	return false;
}

/* "XXXXXX", "aaa", "zzz zzz": one letter, three times or more; not "III", which counts, or "www".
 */
static bool is_one_letter(struct slice text)
{
	struct slice rest = text;
	uint32_t first = 0, c = 0;
	size_t n = 0;

	if ((unsigned char)text.p[0] < 0x80 &&
	    (!ascii_is_alpha(text.p[0]) || strchr("iIwW", text.p[0]) != NULL))
		return false;
	while (utf8_next(&c, &rest)) {
		first = n == 0 ? c : first;
		if (c != first && c != (first ^ 0x20) && c != ' ') /* small or capital */
			return false;
		n += c != ' ';
	}
	return n >= 3;
}

/* --- the table --- */

enum {
	MAX_ROWS = 8,
	MAX_WORDS = 10,
	WORD_BITS = 1 << 15,
};

/* A bit for each word of the table's rows, by its hash; built at first use, and anew when an
 * operator's rows were added. */
static uint64_t word_bits[WORD_BITS / 64];
static pthread_mutex_t building = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint built_for; /* the overlay's epoch, plus 1 */

static uint64_t *bits_of(struct slice folded, uint64_t *bit)
{
	uint64_t hash = vocab_key_hash(folded);

	*bit = UINT64_C(1) << (hash & 63);
	return &word_bits[(hash >> 6) % countof(word_bits)];
}

static void add_words(struct slice key)
{
	struct slice word;
	uint64_t bit;

	while (slice_split(&word, &key, ' ')) {
		uint64_t *bits = bits_of(word, &bit);

		*bits |= bit;
	}
}

static void prepare(void)
{
	unsigned epoch = vocab_overlay_epoch() + 1;

	if (atomic_load(&built_for) == epoch)
		return;
	pthread_mutex_lock(&building);
	for (size_t i = 0; i < vocab_own_count(VOCAB_PLACEHOLDER); i++)
		add_words(vocab_own_at(VOCAB_PLACEHOLDER, i).key);
	for (size_t i = 0; i < vocab_count(VOCAB_PLACEHOLDER); i++)
		add_words(vocab_at(VOCAB_PLACEHOLDER, i).key);
	atomic_store(&built_for, epoch);
	pthread_mutex_unlock(&building);
}

/* Whether a folded word is likely to be one of the table's. Numbers may stand between those
 * ("test 2"), but a text that begins with one is none unless the table has it. */
static bool has_bit(struct slice folded, bool is_first)
{
	uint64_t bit;

	return (*bits_of(folded, &bit) & bit) != 0 || (!is_first && ascii_is_digit(folded.p[0]));
}

/* A word, which folding may part, whatever it is made of. */
static bool is_likely(struct slice word, bool is_first)
{
	char memory[VOCAB_KEY_BYTES];
	struct slice part, folded;
	size_t n = 0;

	while (n < word.n && ascii_is_alnum(word.p[n])) {
		memory[n] = ascii_lower(word.p[n]);
		if (++n == MAX_PLACEHOLDER_BYTES)
			return false;
	}
	/* "2027-09-15": what is in front of these signs is a part, whatever follows. */
	if (n > 0 && n < word.n && memchr("-./,", word.p[n], 4) != NULL &&
	    !has_bit(slice_make(memory, n), is_first))
		return false;
	if (n < word.n) /* no plain one */
		n = vocab_fold_for(memory, sizeof(memory), VOCAB_PLACEHOLDER, word);
	folded = slice_make(memory, n);
	for (; slice_split(&part, &folded, ' '); is_first = false)
		if (!has_bit(part, is_first))
			return false;
	return true;
}

/* Whether each word of a text is a number or likely to be one of the table's; most texts' first is
 * not. */
static bool may_be_known(struct slice text)
{
	struct slice word;

	prepare();
	for (bool is_first = true; slice_split(&word, &text, ' '); is_first = false)
		if (!is_likely(word, is_first))
			return false;
	return true;
}

/* What the table says of a text; a word has several kinds. */
struct kinds {
	bool any, text, sample, state, noun, field;
};

static struct kinds kinds_of(struct slice text)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_PLACEHOLDER, text);
	struct kinds kinds = { .any = n > 0 };

	for (size_t i = 0; i < n; i++) {
		struct slice kind = rows[i].cells[0];

		kinds.text = kinds.text || slice_eq_z(kind, "text");
		kinds.sample = kinds.sample || slice_eq_z(kind, "sample");
		kinds.state = kinds.state || slice_eq_z(kind, "state");
		kinds.noun = kinds.noun || slice_eq_z(kind, "noun");
		kinds.field = kinds.field || slice_eq_z(kind, "field");
	}
	return kinds;
}

/* How many words of a text are of each kind. */
struct word_count {
	size_t n, n_text, n_sample, n_state, n_noun, n_field, n_number;
	bool begins_with_sample, ends_with_sample; /* numbers aside */
};

static bool is_number(struct slice word)
{
	uint64_t number;

	return slice_to_u64(&number, word, UINT32_MAX);
}

/* False where a word is none of the table's. */
static bool count_words(struct word_count *out, struct slice text)
{
	struct slice word;

	*out = (struct word_count){ .n = 0 };
	while (slice_split(&word, &text, ' ')) {
		struct kinds kinds = { .any = false };

		if (word.n == 0)
			continue;
		if (out->n > 0 && is_number(word))
			out->n_number++;
		else if (!(kinds = kinds_of(word)).any)
			return false;
		if (++out->n > MAX_WORDS)
			return false;
		out->begins_with_sample = out->begins_with_sample || (out->n == 1 && kinds.sample);
		if (kinds.any)
			out->ends_with_sample = kinds.sample;
		out->n_text += kinds.text;
		out->n_sample += kinds.sample;
		out->n_state += kinds.state;
		out->n_noun += kinds.noun;
		out->n_field += kinds.field;
	}
	return true;
}

/* A whole text of the table. */
static bool is_of_table(struct slice text)
{
	return may_be_known(text) && kinds_of(text).text;
}

/*
 * "Opis w przygotowaniu", "No details available", "This is a test 1": only
 * words of the table, one of which says that there is nothing, or only a try.
 */
static bool is_of_words(struct slice text)
{
	struct word_count words;

	if (!count_words(&words, text) || words.n_field > 0)
		return false;
	if (words.begins_with_sample || words.ends_with_sample) /* not "The test of time" */
		return true;
	return words.n > 1 && words.n_number == 0 && (words.n_state > 0 || words.n_text == words.n);
}

/* --- templates --- */

static bool is_name(struct slice text)
{
	bool has_letter = false;

	for (size_t i = 0; i < text.n; i++) {
		if (!ascii_is_alnum(text.p[i]) && strchr("_-.:#$@", text.p[i]) == NULL)
			return false;
		has_letter = has_letter || ascii_is_alpha(text.p[i]);
	}
	return has_letter;
}

static bool has_small_letter(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 'a' && text.p[i] <= 'z')
			return true;
	return false;
}

/* Words for what belongs there: "Course description", "COURSE_TITLE". */
static bool speaks_of_itself(struct slice inner)
{
	char memory[MAX_PLACEHOLDER_BYTES];
	struct word_count words;

	for (size_t i = 0; i < inner.n; i++)
		memory[i] = strchr("_-.:", inner.p[i]) != NULL ? ' ' : inner.p[i];
	inner = slice_make(memory, inner.n);
	return count_words(&words, inner) &&
	       words.n_noun + words.n_field + words.n_state + words.n_text + words.n_sample > 0;
}

/*
 * What a template was not filled with. The marks around it, and what stands
 * there: any name ("{{title}}", "${title}", "%TITLE%"), one in capitals
 * ("__TITLE__"), or words for what belongs there ("[Course description]").
 */
bool text_is_template(struct slice text)
{
	static const struct {
		struct slice open, close;
		bool is_of_names, is_of_capitals;
	} marks[] = {
		{ { "{{", 2 }, { "}}", 2 }, true, true }, { { "${", 2 }, { "}", 1 }, true, true },
		{ { "#{", 2 }, { "}", 1 }, true, true },  { { "<%", 2 }, { "%>", 2 }, true, true },
		{ { "{%", 2 }, { "%}", 2 }, true, true }, { { "{", 1 }, { "}", 1 }, true, true },
		{ { "<<", 2 }, { ">>", 2 }, true, true }, { { "@@", 2 }, { "@@", 2 }, true, true },
		{ { "##", 2 }, { "##", 2 }, true, true }, { { "%%", 2 }, { "%%", 2 }, true, true },
		{ { "%", 1 }, { "%", 1 }, true, true },   { { "$", 1 }, { "$", 1 }, false, true },
		{ { "[[", 2 }, { "]]", 2 }, true, true }, { { "__", 2 }, { "__", 2 }, false, true },
		{ { "[", 1 }, { "]", 1 }, false, false }, { { "<", 1 }, { ">", 1 }, false, false },
	};

	if (text.n == 0 || text.n > MAX_PLACEHOLDER_BYTES || strchr("{[<$#%@_", text.p[0]) == NULL)
		return false;
	for (size_t i = 0; i < countof(marks); i++) {
		struct slice inner;

		if (text.n <= marks[i].open.n + marks[i].close.n ||
		    !slice_starts_with(text, marks[i].open) ||
		    !slice_ends_with(text, marks[i].close))
			continue;
		inner = slice_trim(slice_make(text.p + marks[i].open.n,
					      text.n - marks[i].open.n - marks[i].close.n));
		if (is_name(inner) &&
		    (marks[i].is_of_names || (marks[i].is_of_capitals && !has_small_letter(inner))))
			return true;
		return speaks_of_itself(inner) || is_of_table(inner);
	}
	return false;
}

/* --- all together --- */

/* What needs no table. */
static bool is_sign(struct slice text)
{
	return is_dash(text) || is_one_letter(text) || text_is_template(text) || is_error(text);
}

bool text_is_placeholder(struct slice text)
{
	text = slice_trim(text);
	if (has_only_signs(text) || is_started(text))
		return true;
	return text.n <= MAX_PLACEHOLDER_BYTES && (is_sign(text) || is_of_table(text));
}

bool text_says_nothing(struct slice text)
{
	text = slice_trim(text);
	if (has_only_signs(text) || is_started(text))
		return true;
	return text.n <= MAX_PLACEHOLDER_BYTES &&
	       (is_sign(text) ||
		(may_be_known(text) && (kinds_of(text).text || is_of_words(text))));
}
