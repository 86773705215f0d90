// SPDX-License-Identifier: EUPL-1.2
/* Words and numbers of dates: see date_tokens.h. Words: term-words.tsv. */
#include "catalogue/date_tokens.h"

#include "base/mem.h"
#include "catalogue/vocab.h"

enum { MAX_TEXT = 160, MAX_ROWS = 8 };

enum word_cell { WORD_KIND, WORD_LANG };

/* The kinds of term-words.tsv; numbers of ordinals, and of months, stand behind. */
static const struct {
	const char *name;
	enum term_kind kind;
	unsigned number;
} kinds[] = {
	{ "spring", TERM_SPRING, 0 },
	{ "summer", TERM_SUMMER, 0 },
	{ "autumn", TERM_AUTUMN, 0 },
	{ "winter", TERM_WINTER, 0 },
	{ "winter-semester", TERM_WINTER_SEMESTER, 0 },
	{ "summer-semester", TERM_SUMMER_SEMESTER, 0 },
	{ "semester", TERM_SEMESTER, 0 },
	{ "half", TERM_HALF, 0 },
	{ "trimester", TERM_TRIMESTER, 0 },
	{ "trimestre", TERM_TRIMESTRE, 0 },
	{ "quarter", TERM_QUARTER, 0 },
	{ "period", TERM_PERIOD, 0 },
	{ "week", TERM_WEEK, 0 },
	{ "first", TERM_ORDINAL, 1 },
	{ "second", TERM_ORDINAL, 2 },
	{ "third", TERM_ORDINAL, 3 },
	{ "fourth", TERM_ORDINAL, 4 },
	{ "filler", TERM_FILLER, 0 },
	{ "label", TERM_LABEL, 0 },
	{ "from", TERM_START, 0 },
	{ "until", TERM_END, 0 },
	{ "end", TERM_CLOSE, 0 },
	{ "apply", TERM_APPLY, 0 },
	{ "time", TERM_TIME, 0 },
	{ "other", TERM_ELSE, 0 },
};

/* Whether a word's languages are here: that of the text, else those of the country. */
static bool is_spoken(struct slice langs, const struct hint *hint)
{
	struct slice spoken = hint->lang.n > 0 ? hint->lang : country_languages(hint->country), one;

	while (slice_split(&one, &spoken, ' '))
		if (vocab_lang_has(langs, one))
			return true;
	return false;
}

/* What a word means here; words of several languages need theirs. */
static void classify(struct date_token *t, const struct hint *hint)
{
	const struct slice month = SLICE_LIT("month-");
	struct vocab_row rows[MAX_ROWS];
	struct slice kind = SLICE_NONE;
	uint64_t number = 0;
	size_t n = vocab_look_up_word(rows, MAX_ROWS, VOCAB_TERM_WORD, slice_make(t->text, t->n));

	t->kind = TERM_OTHER;
	for (size_t i = 0; i < n; i++) {
		struct slice lang = rows[i].cells[WORD_LANG];

		if (lang.n > 0 && !is_spoken(lang, hint))
			continue;
		kind = rows[i].cells[WORD_KIND];
		/* Without a language stands last. */
		if (lang.n > 0)
			break;
	}
	if (slice_starts_with(kind, month) &&
	    slice_to_u64(&number, slice_from(kind, month.n), 12)) {
		t->kind = TERM_MONTH;
		t->number = (unsigned)number;
	}
	for (size_t i = 0; i < countof(kinds); i++) {
		if (!slice_eq_z(kind, kinds[i].name))
			continue;
		t->kind = kinds[i].kind;
		t->number = kinds[i].number;
	}
}

static unsigned roman_of(struct slice token)
{
	static const char *const numerals[] = { "i",   "ii",   "iii", "iv", "v",  "vi",
						"vii", "viii", "ix",  "x",  "xi", "xii" };

	for (unsigned i = 0; i < countof(numerals); i++)
		if (slice_eq_z(token, numerals[i]))
			return i + 1;
	return 0;
}

static bool is_letter(char c)
{
	return ascii_is_alpha(c) || (unsigned char)c >= 0x80;
}

/* Passes over what is neither letter nor digit. */
static size_t pass_signs(struct date_token *t, struct slice s, size_t i)
{
	size_t begin = i;

	for (; i < s.n && !ascii_is_digit(s.p[i]) && !is_letter(s.p[i]); i++) {
		if (s.p[i] == ' ')
			t->is_spaced = true;
		else
			t->sign = s.p[i];
	}
	t->is_joined = i == begin && begin > 0;
	return i;
}

/* "end of May 2027", "2027. május vége", with fillers between; not "End: May 2027". */
static void settle_ends(struct date_tokens *d)
{
	for (size_t i = 0; i < d->n; i++) {
		bool is_part = i > 0 && date_token_is_month(&d->t[i - 1]) && d->t[i].sign == 0;
		size_t k = i + 1;

		if (d->t[i].is_number || d->t[i].kind != TERM_CLOSE)
			continue;
		while (k < d->n && d->t[k].sign == 0 && !d->t[k].is_number &&
		       d->t[k].kind == TERM_FILLER)
			k++;
		is_part |= k < d->n && d->t[k].sign == 0 && date_token_is_month(&d->t[k]);
		d->t[i].kind = is_part ? TERM_FILLER : TERM_END;
	}
}

/* "rozpoczyna się 8.11.2027": without its tail the reflexive pronoun is the short name of a
 * month, which stands behind its day or before its year ("15 sie 2027"). */
static void settle_pronouns(struct date_tokens *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct slice text = slice_make(d->t[i].text, d->t[i].n);
		bool is_month = (i > 0 && d->t[i - 1].is_number) ||
				(i + 1 < d->n && date_token_is_year(&d->t[i + 1]));

		if (slice_eq_z(text, "się") || (slice_eq_z(text, "sie") && !is_month))
			d->t[i].kind = TERM_LABEL;
	}
}

void date_tokens_make(struct date_tokens *out, struct slice declared, const struct hint *hint)
{
	char folded[MAX_TEXT];
	size_t len = vocab_fold(folded, sizeof folded, declared);
	struct slice s = slice_make(folded, len);
	size_t i = 0;

	for (out->n = 0;;) {
		struct date_token t = { .sign = 0 };

		i = pass_signs(&t, s, i);
		if (i == s.n) {
			settle_ends(out);
			settle_pronouns(out);
			return;
		}
		if (out->n == DATE_MAX_TOKENS)
			break;
		t.is_number = ascii_is_digit(s.p[i]);
		while (i < s.n && t.n < sizeof t.text - 1 &&
		       (t.is_number ? ascii_is_digit(s.p[i]) : is_letter(s.p[i])))
			t.text[t.n++] = s.p[i++];
		for (size_t k = 0; t.is_number && k < t.n && k < 6; k++)
			t.number = t.number * 10 + (unsigned)(t.text[k] - '0');
		if (!t.is_number)
			classify(&t, hint);
		if (!t.is_number && t.n <= 4)
			t.roman = roman_of(slice_make(t.text, t.n));
		out->t[out->n++] = t;
	}
	out->n = 0; /* a text */
}

bool date_token_is_year(const struct date_token *t)
{
	return t->is_number && t->n == 4 && t->number >= 1990 && t->number <= 2100;
}

bool date_token_is_month(const struct date_token *t)
{
	return !t->is_number && t->kind == TERM_MONTH;
}
