// SPDX-License-Identifier: EUPL-1.2
/*
 * Languages: from codes of all parts of ISO 639, names and forms in many
 * languages, tags with region or script and authority URIs to BCP 47. Several in
 * one string are language_list.c, detecting the language of a text is
 * language_detect.c.
 */
#include "base/mem.h"
#include "catalogue/language_parts.h"
#include "catalogue/vocab.h"

enum { MAX_ROWS = 48 };

enum language_cell { CELL_TAG, CELL_LANG, CELL_KIND, CELL_NAME, CELL_NOTE, CELL_DOUBTFUL_IN };

/* ---- tags ---- */

/* The subtags that are kept, of all that may come: they change what a reader understands. */
static const struct {
	const char *primary;
	const char *subtag;
	const char *tag;
} kept_subtags[] = {
	{ "pt", "BR", "pt-BR" },     { "sr", "Latn", "sr-Latn" },
	{ "zh", "Hans", "zh-Hans" }, { "zh", "Hant", "zh-Hant" },
	{ "zh", "TW", "zh-Hant" },   { "zh", "HK", "zh-Hant" },
	{ "zh", "MO", "zh-Hant" },   { "ca", "valencia", "ca-valencia" },
};

bool language_is_separator(char c)
{
	return c == '-' || c == '_';
}

/* Takes one subtag off the front. */
static bool next_subtag(struct slice *subtag, struct slice *rest)
{
	size_t i = 0;

	if (rest->n == 0)
		return false;
	while (i < rest->n && !language_is_separator(rest->p[i]))
		i++;
	*subtag = slice_first(*rest, i);
	*rest = slice_from(*rest, i < rest->n ? i + 1 : i);
	return true;
}

/* "de" of "de-AT", "pt-BR" as it is. */
static struct slice canonical(struct slice primary, struct slice subtags)
{
	struct slice subtag;

	while (next_subtag(&subtag, &subtags))
		for (size_t i = 0; i < countof(kept_subtags); i++)
			if (slice_eq_z(primary, kept_subtags[i].primary) &&
			    slice_eq_nocase(subtag, slice_of(kept_subtags[i].subtag)))
				return slice_of(kept_subtags[i].tag);
	return primary;
}

static struct slice canonical_tag(struct slice tag)
{
	struct slice primary;

	if (!next_subtag(&primary, &tag))
		return SLICE_NONE;
	return canonical(primary, tag);
}

static bool all_alpha(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alpha(s.p[i]))
			return false;
	return s.n > 0;
}

static bool all_alnum(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]))
			return false;
	return s.n > 0;
}

/* ---- rows ---- */

static bool is_written_out(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return slice_eq_z(row->cells[CELL_KIND], "name") ||
	       slice_eq_z(row->cells[CELL_KIND], "form") ||
	       slice_eq_z(row->cells[CELL_KIND], "name-variant") ||
	       slice_eq_z(row->cells[CELL_KIND], "catalogue-habit") ||
	       slice_eq_z(row->cells[CELL_KIND], "ambiguous");
}

static bool is_alias(const struct vocab_row *row, const void *arg)
{
	return !is_written_out(row, arg) && !slice_eq_z(row->cells[CELL_KIND], "code") &&
	       !slice_eq_z(row->cells[CELL_KIND], "not-an-alias");
}

static bool is_code(const struct vocab_row *row, const void *arg)
{
	return !is_written_out(row, arg);
}

static bool is_in_lang(const struct vocab_row *row, const void *arg)
{
	const struct slice *lang = arg;

	return vocab_lang_has(row->cells[CELL_LANG], *lang);
}

struct doubt {
	struct slice country;
	struct slice tags[4]; /* what is more likely a mistake there */
	size_t n;
};

static bool is_beyond_doubt(const struct vocab_row *row, const void *arg)
{
	const struct doubt *doubt = arg;

	for (size_t i = 0; i < doubt->n; i++)
		if (slice_eq(row->cells[CELL_TAG], doubt->tags[i]))
			return false;
	return true;
}

/* Drops what language-aliases.tsv doubts in this country ("se" in Sweden). */
static size_t drop_doubtful(struct vocab_row *rows, size_t n, const struct hint *hint)
{
	struct doubt doubt = { .n = 0 };

	if (hint == NULL || hint->country.n == 0)
		return n;
	doubt.country = hint->country;
	for (size_t i = 0; i < n && doubt.n < countof(doubt.tags); i++) {
		struct slice countries = rows[i].cells[CELL_DOUBTFUL_IN];
		struct slice country;

		while (slice_split(&country, &countries, ' '))
			if (slice_eq(country, doubt.country) && doubt.n < countof(doubt.tags))
				doubt.tags[doubt.n++] = rows[i].cells[CELL_TAG];
	}
	return doubt.n == 0 ? n : vocab_keep(rows, n, is_beyond_doubt, &doubt);
}

static bool is_norwegian(struct slice tag)
{
	return slice_eq_z(tag, "no") || slice_eq_z(tag, "nb") || slice_eq_z(tag, "nn");
}

/* The one tag that all rows mean; Norwegian's forms together are Norwegian. */
static bool agree(struct slice *tag, const struct vocab_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice one = canonical_tag(rows[i].cells[CELL_TAG]);

		if (i == 0 || slice_eq(one, *tag))
			*tag = one;
		else if (is_norwegian(one) && is_norwegian(*tag))
			*tag = SLICE_LIT("no");
		else
			return false;
	}
	return n > 0;
}

/* What a reader of one piece found. */
struct found {
	struct slice tag;
	const char *table;
	struct slice key;
	bool is_doubtful; /* understood, and more likely a mistake */
};

/* Picks the rows that a wanted kind leaves, and their one tag. */
static bool pick(struct found *found, const struct vocab_row *all, size_t n_all, vocab_want *want,
		 const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n;
	size_t n_sure;

	memcpy(rows, all, n_all * sizeof(all[0]));
	n = vocab_keep(rows, n_all, want, NULL);
	n_sure = drop_doubtful(rows, n, hint);
	found->is_doubtful = found->is_doubtful || (n > 0 && n_sure == 0);
	if (!agree(&found->tag, rows, n_sure)) {
		if (hint == NULL || hint->lang.n == 0)
			return false;
		n_sure = vocab_keep(rows, n_sure, is_in_lang, &hint->lang);
		if (!agree(&found->tag, rows, n_sure))
			return false;
	}
	found->table = rows[0].table;
	found->key = rows[0].key;
	return true;
}

/* ---- one language ---- */

bool language_is_country(struct slice subtag)
{
	struct slice alpha2;

	return subtag.n == 2 && country_read(&alpha2, subtag, NULL, NULL);
}

/* Whether a code of ISO 639 is known, whatever it may be doubted for. */
static bool is_known_code(struct slice code)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_LANGUAGE, code);

	return vocab_keep(rows, n, is_code, NULL) > 0;
}

bool language_may_be_second(struct slice primary, struct slice subtag)
{
	static const char *const taught[] = { "bg", "cs", "da", "de", "el", "en", "es", "et",
					      "fi", "fr", "ga", "hr", "hu", "is", "it", "lt",
					      "lv", "mt", "nl", "no", "pl", "pt", "ro", "ru",
					      "sk", "sl", "sv", "tr", "uk" };
	bool same_case = (primary.p[0] >= 'a') == (subtag.p[0] >= 'a');

	if (!same_case || slice_eq_nocase(primary, subtag))
		return false;
	if (slice_eq_nocase(primary, SLICE_LIT("sv")) && slice_eq_nocase(subtag, SLICE_LIT("fi")))
		return false;
	for (size_t i = 0; i < countof(taught); i++)
		if (slice_eq_nocase(subtag, slice_of(taught[i])))
			return true;
	return false;
}

/* Form of the subtags, and whether they are no second language. */
static bool subtags_are_plausible(struct slice primary, struct slice subtags)
{
	struct slice subtag;

	while (next_subtag(&subtag, &subtags)) {
		if (subtag.n == 1) /* an extension follows: whatever it says */
			return true;
		if (subtag.n > 8 || !all_alnum(subtag))
			return false;
		if (subtag.n == 3 && !ascii_is_digit(subtag.p[0]))
			return false;
		if (subtag.n != 2)
			continue;
		if (language_may_be_second(primary, subtag) ||
		    (!language_is_country(subtag) && !slice_eq_nocase(subtag, primary) &&
		     is_known_code(subtag)))
			return false;
	}
	return true;
}

/* "en", "eng", "en-GB", "en_EN", "sr-Latn-RS". */
static bool read_code(struct found *found, struct slice text, const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	struct slice rest = text;
	struct slice primary;
	size_t n;

	if (!next_subtag(&primary, &rest) || primary.n < 2 || primary.n > 3 || !all_alpha(primary))
		return false;
	n = vocab_look_up(rows, MAX_ROWS, VOCAB_LANGUAGE, primary);
	if (!subtags_are_plausible(primary, rest))
		return false;
	if (!pick(found, rows, n, is_alias, hint) &&
	    (found->is_doubtful || !pick(found, rows, n, is_code, hint)))
		return false;
	if (slice_find_byte(found->tag, '-') < 0)
		found->tag = canonical(found->tag, rest);
	return true;
}

static bool read_name(struct found *found, struct slice text, const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_LANGUAGE, text);

	return pick(found, rows, n, is_written_out, hint);
}

static bool read_uri(struct found *found, struct slice uri)
{
	if (slice_find_nocase(uri, SLICE_LIT("language")) < 0 &&
	    slice_find_nocase(uri, SLICE_LIT("iso639")) < 0 &&
	    slice_find_nocase(uri, SLICE_LIT("iso:639")) < 0)
		return false;
	/* A URI is no slip of the pen: no doubts about the country. */
	return read_code(found, uri_last(uri), NULL);
}

struct slice language_unwrapped(struct slice text)
{
	text = slice_trim(text);
	while (text.n > 0 && strchr("([{\"'.,;:-", text.p[0]) != NULL)
		text = slice_from(text, 1);
	while (text.n > 0 && strchr(")]}\"'.,;:-*", text.p[text.n - 1]) != NULL)
		text.n--;
	return slice_trim(text);
}

struct slice language_last_word(struct slice text)
{
	size_t i = text.n;

	while (i > 0 && text.p[i - 1] != ' ')
		i--;
	return slice_from(text, i);
}

struct slice language_first_word(struct slice text)
{
	size_t i = 0;

	while (i < text.n && text.p[i] != ' ')
		i++;
	return slice_first(text, i);
}

/* No language of teaching: undetermined, uncoded, no linguistic content. */
static bool is_nothing(struct slice tag)
{
	return slice_eq_z(tag, "und") || slice_eq_z(tag, "mis") || slice_eq_z(tag, "zxx");
}

bool language_of_name(struct slice *tag, struct slice name, const struct hint *hint)
{
	struct found found = { .table = NULL };

	if (!read_name(&found, name, hint) || found.is_doubtful || is_nothing(found.tag) ||
	    slice_eq_z(found.tag, "mul"))
		return false;
	*tag = found.tag;
	return true;
}

/* A name among words that may stand around it, taken off one by one: "is given in English
 * language". What was not alone must be a name: "in no", "it level" are nothing. */
static bool read_framed(struct found *found, struct slice text, const struct hint *hint)
{
	size_t n_before;

	for (struct slice left = text; left.n > 3;) {
		struct slice bare = left;

		do {
			if (bare.n < text.n && bare.n > 3 && read_name(found, bare, hint))
				return !slice_eq_z(found->tag, "mul");
			n_before = bare.n;
			bare = language_without_head(bare);
		} while (bare.n < n_before);
		n_before = left.n;
		left = language_without_tail(left);
		if (left.n == n_before)
			return false;
	}
	return false;
}

static bool read_plain(struct found *found, struct slice text, const struct hint *hint)
{
	text = language_unwrapped(text);
	if (text.n == 0)
		return false;
	if (uri_is(text))
		return slice_find_byte(text, ' ') < 0 && slice_find_byte(text, ',') < 0 &&
		       read_uri(found, text);
	if (read_code(found, text, hint) || found->is_doubtful || read_name(found, text, hint))
		return !found->is_doubtful;
	return read_framed(found, text, hint);
}

/* "English (B2)", "German (Deutsch)", "Language: English". */
static bool read_decorated(struct found *found, struct slice text, const struct hint *hint)
{
	struct found inner = { .table = NULL };
	ptrdiff_t at = slice_find_byte(text, ':');
	bool has_outer;

	/* "Norsk (bokmål)", "Chinese (Simplified)": names with brackets in them. */
	if (at < 0 && slice_ends_with(text, SLICE_LIT(")")) && read_name(found, text, hint))
		return true;
	if (read_plain(found, text, hint) || found->is_doubtful)
		return !found->is_doubtful;
	if (uri_is(text))
		return false;
	if (at > 0)
		return read_plain(found, slice_from(text, (size_t)at + 1), hint);
	at = slice_find_byte(text, '(');
	if (at <= 0 || text.p[text.n - 1] != ')' ||
	    slice_find_byte(slice_from(text, (size_t)at + 1), '(') >= 0)
		return false;
	has_outer = read_plain(found, slice_first(text, (size_t)at), hint);
	if (!has_outer || found->is_doubtful)
		return false;
	/* What stands inside may say more; another language inside makes it two. */
	return !read_plain(&inner, slice_from(text, (size_t)at + 1), hint) ||
	       slice_eq(inner.tag, found->tag);
}

bool language_read(struct slice *tag, struct slice declared, const struct hint *hint,
		   struct reading *reading, struct arena *arena)
{
	struct found found = { .table = NULL };

	(void)arena; /* tags are static */
	if (language_is_required(declared) || !read_decorated(&found, slice_trim(declared), hint) ||
	    is_nothing(found.tag))
		return false;
	*tag = found.tag;
	reading_set(reading, FROM_DECLARED, "%s: %.*s -> %.*s", found.table, SLICE_ARG(found.key),
		    SLICE_ARG(found.tag));
	return true;
}

struct slice language_of_tag(struct slice declared, struct arena *arena)
{
	struct slice tag;

	return language_read(&tag, declared, NULL, NULL, arena) && !slice_eq_z(tag, "mul")
		       ? tag
		       : SLICE_LIT("und");
}
