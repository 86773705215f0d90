// SPDX-License-Identifier: EUPL-1.2
/* The words of a text about a price: see price_words.h. */
#include "catalogue/price_words.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/reading.h"
#include "catalogue/vocab.h"

enum {
	MAX_TOKENS = 48,
	MAX_ROWS = 16, /* of one word */
	MAX_PHRASE = 4, /* words */
	MAX_AUDIENCE_BYTES = 80,
};

enum word_cell { WORD_KIND, WORD_VALUE, WORD_COUNTRY, WORD_FORM };

/* --- letters and tokens --- */

size_t price_letter(struct slice s)
{
	uint32_t c = 0;
	struct slice rest = s;

	if (s.n == 0 || (!ascii_is_alpha(s.p[0]) && (unsigned char)s.p[0] < 0x80))
		return 0;
	if ((unsigned char)s.p[0] < 0x80)
		return 1;
	(void)utf8_next(&c, &rest);
	/* Blanks, punctuation, signs of currencies and of calculation beyond ASCII. */
	if (c < 0xaa || c == 0xab || (c >= 0xac && c <= 0xb4) || (c >= 0xb6 && c <= 0xb9) ||
	    (c >= 0xbb && c <= 0xbf) || c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x206f) ||
	    (c >= 0x20a0 && c <= 0x20cf) || c == 0x2212)
		return 0;
	return s.n - rest.n;
}

/* Letters, and a hyphen or apostrophe between them ("fee-free", "b'xejn"). */
static size_t word_bytes(struct slice s)
{
	size_t n = 0;

	for (;;) {
		size_t step = price_letter(slice_from(s, n));

		if (step == 0 && n > 0 && n < s.n && strchr("-'", s.p[n]) != NULL &&
		    s.p[n] != '\0' && price_letter(slice_from(s, n + 1)) > 0)
			step = 1;
		if (step == 0)
			return n;
		n += step;
	}
}

struct tokens {
	struct slice items[MAX_TOKENS];
	size_t n;
};

static void make_tokens(struct tokens *t, struct slice text)
{
	size_t at = 0;

	t->n = 0;
	while (at < text.n && t->n < MAX_TOKENS) {
		size_t n = word_bytes(slice_from(text, at));

		if (n > 0)
			t->items[t->n++] = slice_make(text.p + at, n);
		at += n > 0 ? n : 1;
	}
}

/* Words from i on as one text, where only blanks stand between them; else absent. */
static struct slice phrase_at(const struct tokens *t, size_t i, size_t n)
{
	const char *from = t->items[i].p;

	for (size_t k = i + 1; k < i + n; k++) {
		const char *end = t->items[k - 1].p + t->items[k - 1].n;

		if (t->items[k].p != end + 1 || *end != ' ')
			return SLICE_NONE;
	}
	return slice_make(from, (size_t)(t->items[i + n - 1].p + t->items[i + n - 1].n - from));
}

/* --- the table --- */

/* Only a single word may be the beginning of one ("student*"). */
static size_t look_up(struct vocab_row *rows, struct slice phrase)
{
	return slice_find_byte(phrase, ' ') < 0
		       ? vocab_look_up_word(rows, MAX_ROWS, VOCAB_PRICE_WORD, phrase)
		       : vocab_look_up(rows, MAX_ROWS, VOCAB_PRICE_WORD, phrase);
}

static bool has_kind(struct slice phrase, const char *kind)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = look_up(rows, phrase);

	for (size_t i = 0; i < n; i++)
		if (slice_eq_z(rows[i].cells[WORD_KIND], kind))
			return true;
	return false;
}

/* The number of words of the longest phrase of a kind at token i, 0 for none. */
static size_t phrase_of_kind(const struct tokens *t, size_t i, const char *kind)
{
	for (size_t n = t->n - i < MAX_PHRASE ? t->n - i : MAX_PHRASE; n > 0; n--) {
		struct slice phrase = phrase_at(t, i, n);

		if (phrase.n > 0 && has_kind(phrase, kind))
			return n;
	}
	return 0;
}

/* Whether any row knows the words at token i; their number, 0 for none. */
static size_t known_phrase(const struct tokens *t, size_t i)
{
	struct vocab_row rows[MAX_ROWS];

	for (size_t n = t->n - i < MAX_PHRASE ? t->n - i : MAX_PHRASE; n > 0; n--) {
		struct slice phrase = phrase_at(t, i, n);

		if (phrase.n > 0 && look_up(rows, phrase) > 0)
			return n;
	}
	return 0;
}

/* --- currencies --- */

/* A form with capitals counts only as it is written: "ALL" is the Albanian lek. */
static bool is_written_so(struct slice form, struct slice word)
{
	for (size_t i = 0; i < form.n; i++)
		if (form.p[i] >= 'A' && form.p[i] <= 'Z')
			return slice_eq(form, word);
	return true;
}

bool price_currency_read(char out[PRICE_CURRENCY_BYTES], struct slice word, struct slice country)
{
	struct vocab_row rows[MAX_ROWS];
	bool is_currency = false;
	size_t n;

	word = slice_trim(word);
	if (uri_is(word))
		word = uri_last(word);
	n = word.n > 0 ? vocab_look_up(rows, MAX_ROWS, VOCAB_PRICE_WORD, word) : 0;
	for (size_t i = 0; i < n; i++) {
		struct slice where = rows[i].cells[WORD_COUNTRY];

		if (!slice_eq_z(rows[i].cells[WORD_KIND], "currency") ||
		    !is_written_so(rows[i].cells[WORD_FORM], word))
			continue;
		is_currency = true;
		if ((where.n > 0 && !slice_eq(where, country)) ||
		    rows[i].cells[WORD_VALUE].n != PRICE_CURRENCY_BYTES - 1)
			continue;
		memcpy(out, rows[i].cells[WORD_VALUE].p, PRICE_CURRENCY_BYTES - 1);
		out[PRICE_CURRENCY_BYTES - 1] = '\0';
		return true;
	}
	return is_currency;
}

/* Where a sign ends that is no letter: "€", "$", ":-". */
static size_t sign_bytes(struct slice s)
{
	struct slice rest = s;
	uint32_t c = 0;

	if (slice_starts_with(s, SLICE_LIT(":-")))
		return 2;
	if (s.n == 0 || !utf8_next(&c, &rest))
		return 0;
	return c == '$' || c == 0xa3 || c == 0xa5 || (c >= 0x20a0 && c <= 0x20cf) ? s.n - rest.n
										  : 0;
}

size_t price_currency_at(char out[PRICE_CURRENCY_BYTES], struct slice s, struct slice country)
{
	size_t ends[3], n_ends = 0, at = sign_bytes(s);

	if (at > 0)
		return price_currency_read(
			       out, at == 2 && s.p[0] == ':' ? SLICE_LIT("kr") : slice_first(s, at),
			       country)
			       ? at
			       : 0;
	while (n_ends < countof(ends)) {
		size_t n = word_bytes(slice_from(s, at));

		if (n == 0)
			break;
		ends[n_ends++] = at + n;
		at += n;
		if (at < s.n && s.p[at] == '$') /* "US$" */
			ends[n_ends - 1] = ++at;
		if (at >= s.n || s.p[at] != ' ')
			break;
		at++;
	}
	while (n_ends > 0)
		if (price_currency_read(out, slice_first(s, ends[--n_ends]), country))
			return ends[n_ends];
	return 0;
}

/* --- free, on request, for whom --- */

/* What ends a statement about somebody: "free for students, otherwise 50 EUR". */
static size_t clause_bytes(struct slice s)
{
	size_t n = 0;

	while (n < s.n && strchr(",;.:(|\n", s.p[n]) == NULL)
		n++;
	return n;
}

/* The clause that ends where s ends, or at a colon there ("Students: free"). */
static struct slice clause_before(struct slice s)
{
	size_t from = 0;

	s = slice_trim(s);
	if (slice_ends_with(s, SLICE_LIT(":")))
		s = slice_first(s, s.n - 1);
	from = s.n;
	while (from > 0 && strchr(",;.:)|\n", s.p[from - 1]) == NULL)
		from--;
	return slice_trim(slice_from(s, from));
}

/* "students"; of a compound the last part ("EU-medborgare"). */
static bool is_people(struct slice word)
{
	size_t from = word.n;

	while (from > 0 && word.p[from - 1] != '-')
		from--;
	return has_kind(word, "audience") ||
	       (from > 0 && has_kind(slice_from(word, from), "audience"));
}

/* Without "for the" in front; absent where nobody is named. */
static struct slice people_of(struct slice clause)
{
	struct tokens t;
	size_t first = 0;
	bool has_people = false;

	clause = slice_trim(clause);
	make_tokens(&t, clause);
	for (size_t i = 0; i < t.n && !has_people; i++)
		has_people = is_people(t.items[i]);
	if (!has_people || clause.n > MAX_AUDIENCE_BYTES)
		return SLICE_NONE;
	while (first + 1 < t.n && has_kind(t.items[first], "for"))
		first++;
	return slice_trim(slice_from(clause, (size_t)(t.items[first].p - clause.p)));
}

static bool is_negated(const struct tokens *t, size_t i)
{
	return (i > 0 && has_kind(t->items[i - 1], "negation")) ||
	       (i > 1 && has_kind(phrase_at(t, i - 2, 2), "negation"));
}

/* A word for free at token i, of n words: whether it is the price that is free, and for whom. */
static void take_free(struct price_words *out, struct slice text, const struct tokens *t, size_t i,
		      size_t n)
{
	struct slice word =
		slice_make(t->items[i].p,
			   (size_t)(t->items[i + n - 1].p + t->items[i + n - 1].n - t->items[i].p));
	struct slice behind = slice_from(text, (size_t)(word.p + word.n - text.p));
	bool is_other = i + n < t->n && phrase_at(t, i + n - 1, 2).n > 0 &&
			phrase_of_kind(t, i + n, "other-free") > 0;

	if (is_other || is_negated(t, i))
		return;
	out->free = word;
	out->audience = people_of(slice_first(behind, clause_bytes(behind)));
	if (out->audience.n == 0)
		out->audience =
			people_of(clause_before(slice_first(text, (size_t)(word.p - text.p))));
}

/* "Kosten: keine": a word for none behind a colon, and before it nothing but what is none. */
static struct slice nothing_of(struct slice text, const struct tokens *t)
{
	struct slice last = t->n > 1 ? t->items[t->n - 1] : SLICE_NONE;

	if (last.n == 0 || !has_kind(last, "nothing") ||
	    !slice_ends_with(slice_trim(slice_first(text, (size_t)(last.p - text.p))),
			     SLICE_LIT(":")))
		return SLICE_NONE;
	for (size_t i = 0; i + 1 < t->n; i++)
		if (!has_kind(t->items[i], "filler"))
			return SLICE_NONE;
	return last;
}

void price_words_read(struct price_words *out, struct slice text)
{
	struct tokens t;
	size_t n = 0;

	*out = (struct price_words){ .has_words = false };
	make_tokens(&t, text);
	out->has_words = t.n > 0;
	out->free = nothing_of(text, &t);
	for (size_t i = 0; i < t.n; i += n) {
		n = phrase_of_kind(&t, i, "free");
		if (n > 0 && out->free.n == 0)
			take_free(out, text, &t, i, n);
		if (n == 0) {
			n = phrase_of_kind(&t, i, "request");
			if (n > 0)
				out->request = phrase_at(&t, i, n);
		}
		if (n == 0)
			n = known_phrase(&t, i);
		if (n == 0)
			out->has_strange = true;
		n += n == 0;
	}
}

/* --- what is no price --- */

static struct slice skip_blanks(struct slice s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '.'))
		s = slice_from(s, 1);
	return s;
}

/* "50 EUR/person", "300 EUR/members": still the price; "EUR/USD" is two currencies. */
static bool is_for_one(struct slice word)
{
	char code[PRICE_CURRENCY_BYTES];

	return has_kind(word, "person") || has_kind(word, "audience") ||
	       price_currency_read(code, word, SLICE_NONE);
}

/* Whether a word is the next one, with at most a blank and the full stop of an abbreviation
 * between ("pr. måned"). */
static bool is_next(struct slice word, struct slice next)
{
	const char *end = word.p + word.n;

	return next.p == end + 1 || (next.p == end + 2 && end[0] == '.' && end[1] == ' ');
}

/* "/month", "per credit", "je Stunde"; a price per person is one. */
static bool is_rate(struct slice behind, const struct tokens *t)
{
	if (t->n > 0 && behind.n > 1 && behind.p[0] == '/')
		return t->items[0].p == behind.p + 1 ? !is_for_one(t->items[0])
						     : phrase_of_kind(t, 0, "rate") > 0;
	if (t->n < 2 || t->items[0].p != behind.p || !has_kind(t->items[0], "per"))
		return false;
	/* "per socio", "per non soci" */
	return is_next(t->items[0], t->items[1]) && phrase_of_kind(t, 1, "person") == 0 &&
	       !has_kind(t->items[1], "audience") &&
	       !(t->n > 2 && has_kind(t->items[2], "audience"));
}

/* "2 x 150 EUR": the number before is not the price, and neither is this one. */
static bool is_times(struct slice before)
{
	before = slice_trim(before);
	while (before.n > 0 && (sign_bytes(slice_from(before, before.n - 1)) > 0))
		before.n--;
	return (slice_ends_with(before, SLICE_LIT("x")) ||
		slice_ends_with(before, SLICE_LIT("\303\227"))) &&
	       before.n > 2 &&
	       (ascii_is_digit(before.p[before.n - 2]) || before.p[before.n - 2] == ' ' ||
		ascii_is_digit(before.p[before.n - 3]));
}

size_t price_thousand_at(struct slice s)
{
	size_t at = s.n - skip_blanks(s).n, n = word_bytes(slice_from(s, at));

	if (n == 0 || slice_find_byte(slice_first(s, at), '.') >= 0 ||
	    !has_kind(slice_make(s.p + at, n), "thousand"))
		return 0;
	at += n;
	return at + (at < s.n && s.p[at] == '.');
}

bool price_is_part(struct slice before, struct slice behind)
{
	enum { MAX_BEFORE = 2 /* words other than fillers */, MAX_ABBREVIATION = 3 /* bytes */ };
	struct tokens t;
	size_t n;

	behind = skip_blanks(behind);
	n = clause_bytes(behind);
	if (n > 0 && n <= MAX_ABBREVIATION && n < behind.n && behind.p[n] == '.')
		n += 1 + clause_bytes(slice_from(behind, n + 1)); /* "pr. måned" */
	make_tokens(&t, slice_first(behind, n));
	if (is_rate(behind, &t) ||
	    (t.n > 0 && t.items[0].p == behind.p && has_kind(t.items[0], "discount")))
		return true;
	make_tokens(&t, clause_before(before));
	/* "pro Modul 450 EUR" */
	if (is_times(before) ||
	    (t.n > 1 && has_kind(t.items[t.n - 2], "per") && has_kind(t.items[t.n - 1], "rate")))
		return true;
	for (size_t i = t.n, n_words = 0; i > 0 && n_words < MAX_BEFORE; i--) {
		if (has_kind(t.items[i - 1], "discount"))
			return true;
		n_words += !has_kind(t.items[i - 1], "filler") && !has_kind(t.items[i - 1], "for");
	}
	return false;
}

bool price_is_joined(struct slice between, bool is_first_bare)
{
	struct tokens t;

	if (slice_find_byte(between, '+') >= 0)
		return true;
	make_tokens(&t, between);
	for (size_t i = 0; i < t.n; i++)
		if (has_kind(t.items[i], "plus"))
			return true;
	return is_first_bare && t.n == 1 && has_kind(t.items[0], "or") &&
	       slice_trim(between).n == t.items[0].n;
}
