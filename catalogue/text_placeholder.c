// SPDX-License-Identifier: EUPL-1.2
/*
 * What partners write where they have nothing to say: in the languages of
 * catalogues, and what forms and templates leave behind.
 */
#include "catalogue/text.h"

#include "base/mem.h"
#include "catalogue/vocab.h"

enum { MAX_PLACEHOLDER_BYTES = 80 }; /* of the longest of placeholders.tsv, with what wraps it */

/* How texts begin that are none, however they go on. */
static const struct slice starts[] = {
	{ "todo ", 5 },
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

/* A zero byte is a sign, too. */
static bool has_only_signs(struct slice text)
{
	size_t i = 0;

	while (i < text.n && !ascii_is_alnum(text.p[i]) && strchr("-_.?*/ ", text.p[i]) != NULL)
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

/* "<Beschreibung>", whose brackets are signs to the tables, not punctuation. */
static struct slice unwrapped(struct slice text)
{
	if (text.n > 2 && text.p[0] == '<' && text.p[text.n - 1] == '>')
		return slice_make(text.p + 1, text.n - 2);
	return text;
}

/* What a template was not filled with: "{{title}}", "${title}", "%TITLE%". */
static bool is_variable(struct slice text)
{
	if (strchr("{$%", text.p[0]) == NULL || slice_find_byte(text, ' ') >= 0)
		return false;
	return (slice_starts_with(text, SLICE_LIT("{{")) &&
		slice_ends_with(text, SLICE_LIT("}}"))) ||
	       (slice_starts_with(text, SLICE_LIT("${")) &&
		slice_ends_with(text, SLICE_LIT("}"))) ||
	       (text.n > 2 && text.p[0] == '%' && text.p[text.n - 1] == '%');
}

static bool is_started(struct slice text)
{
	if (strchr("tTsScClL", text.p[0]) == NULL)
		return false;
	for (size_t i = 0; i < countof(starts); i++)
		if (slice_starts_with_nocase(text, starts[i]))
			return true;
	return false;
}

static bool is_error(struct slice text)
{
	for (size_t i = 0; i < countof(errors) && text.p[0] == '#'; i++)
		if (slice_eq_nocase(text, errors[i]))
			return true;
	return false;
}

enum { MAX_ROWS = 8, MAX_WORDS = 8 };

/* Whether a text is one of a kind in the table; has_any: of any kind at all. */
static bool is_of_kind(bool *has_any, struct slice text, const char *kind)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_PLACEHOLDER, text);

	*has_any = n > 0;
	for (size_t i = 0; i < n; i++)
		if (slice_eq_z(rows[i].cells[0], kind))
			return true;
	return false;
}

/* "Opis w przygotowaniu", "No details available": only words of the table, two or more, and one
 * that says that there is nothing. */
static bool has_only_words(struct slice text)
{
	struct slice word;
	size_t n_words = 0, n_states = 0;

	while (slice_split(&word, &text, ' ')) {
		bool has_any;

		if (word.n == 0)
			continue;
		n_states += is_of_kind(&has_any, word, "state");
		if (!has_any || ++n_words > MAX_WORDS)
			return false;
	}
	return n_words >= 2 && n_states > 0;
}

static bool is_word(struct slice text)
{
	bool has_any;

	text = unwrapped(text);
	return is_of_kind(&has_any, text, "text") || has_only_words(text);
}

bool text_is_placeholder(struct slice text)
{
	text = slice_trim(text);
	if (has_only_signs(text) || is_started(text))
		return true;
	if (text.n > MAX_PLACEHOLDER_BYTES)
		return false;
	return is_dash(text) || is_variable(text) || is_error(text) || is_word(text);
}
