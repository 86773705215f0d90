// SPDX-License-Identifier: EUPL-1.2
/*
 * Countries: from codes, names and authority URIs to ISO 3166-1 alpha-2, with
 * XK for Kosovo. EL and UK, as the EU writes them, are GR and GB. What may mean
 * two countries means none.
 */
#include "base/mem.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"

enum { MAX_ROWS = 32 };

enum country_cell { CELL_ALPHA2, CELL_LANG, CELL_KIND };

static bool is_code_row(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return slice_eq_z(row->cells[CELL_KIND], "code");
}

static bool is_name_row(const struct vocab_row *row, const void *arg)
{
	(void)arg;
	return !slice_eq_z(row->cells[CELL_KIND], "code");
}

static bool is_in_lang(const struct vocab_row *row, const void *arg)
{
	const struct slice *lang = arg;

	return vocab_lang_has(row->cells[CELL_LANG], *lang);
}

static bool rows_agree(const struct vocab_row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (!slice_eq(rows[i].cells[CELL_ALPHA2], rows[0].cells[CELL_ALPHA2]))
			return false;
	return n > 0;
}

/* A code where it can be one, else a name; false when two countries are meant. */
static bool look_up(struct vocab_row *found, struct slice text, const struct hint *hint)
{
	struct vocab_row rows[MAX_ROWS];
	struct vocab_row names[MAX_ROWS];
	size_t n = vocab_look_up(rows, MAX_ROWS, VOCAB_COUNTRY, text);
	size_t n_names = n;

	memcpy(names, rows, n * sizeof(rows[0]));
	n = vocab_keep(rows, n, is_code_row, NULL);
	if (n == 0) {
		n_names = vocab_keep(names, n_names, is_name_row, NULL);
		memcpy(rows, names, n_names * sizeof(rows[0]));
		n = n_names;
	}
	if (!rows_agree(rows, n) && hint != NULL)
		n = vocab_keep(rows, n, is_in_lang, &hint->lang);
	if (!rows_agree(rows, n))
		return false;
	*found = rows[0];
	return true;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* "DE-BY": the country of an ISO 3166-2 code. */
static struct slice of_subdivision(struct slice text)
{
	if (text.n < 4 || text.n > 6 || text.p[2] != '-' || !is_upper(text.p[0]) ||
	    !is_upper(text.p[1]))
		return SLICE_NONE;
	for (size_t i = 3; i < text.n; i++)
		if (!is_upper(text.p[i]) && !ascii_is_digit(text.p[i]))
			return SLICE_NONE;
	return slice_first(text, 2);
}

static struct slice unwrapped(struct slice text)
{
	text = slice_trim(text);
	if (slice_starts_with_nocase(text, SLICE_LIT("the ")))
		text = slice_trim(slice_from(text, 4));
	while (text.n > 0 && strchr("([{\"'.,;:", text.p[0]) != NULL)
		text = slice_from(text, 1);
	while (text.n > 0 && strchr(")]}\"',;:*", text.p[text.n - 1]) != NULL)
		text.n--;
	return slice_trim(text);
}

/* "la France", "die Schweiz", "l'Italie": without the article, where one is written. */
static struct slice without_article(struct slice text)
{
	static const char *const articles[] = { "la ",  "le ",  "les ", "l'",  "l’",
						"die ", "der ", "das ", "il ", "lo ",
						"los ", "el ",  "os ",  "η ",  "το " };

	for (size_t i = 0; i < countof(articles); i++)
		if (slice_starts_with_nocase(text, slice_of(articles[i])))
			return slice_trim(slice_from(text, strlen(articles[i])));
	return SLICE_NONE;
}

/* "in Deutschland", "en España", "Repubblica di San Marino": without a preposition, or the form of
 * state; absent where neither stands in front. */
static struct slice without_front(struct slice text)
{
	static const char *const fronts[] = {
		"in der ",
		"in den ",
		"in ",
		"im ",
		"en ",
		"au ",
		"aux ",
		"à ",
		"em ",
		"na ",
		"no ",
		"nos ",
		"nel ",
		"nella ",
		"nei ",
		"i ",
		"á ",
		"w ",
		"we ",
		"v ",
		"ve ",
		"vo ",
		"u ",
		"у ",
		"в ",
		"във ",
		"στην ",
		"στη ",
		"στο ",
		"στις ",
		"republic of ",
		"rep. of ",
		"kingdom of ",
		"principality of ",
		"grand duchy of ",
		"republik ",
		"königreich ",
		"fürstentum ",
		"großherzogtum ",
		"république de ",
		"république d'",
		"royaume de ",
		"royaume d'",
		"royaume du ",
		"principauté de ",
		"principauté d'",
		"grand-duché de ",
		"grand-duché du ",
		"repubblica di ",
		"repubblica d'",
		"regno di ",
		"regno d'",
		"principato di ",
		"república de ",
		"república da ",
		"república do ",
		"reino de ",
		"reino da ",
		"reino do ",
		"principado de ",
		"gran ducado de ",
		"grão-ducado do ",
		"republiek ",
		"koninkrijk ",
		"republiken ",
		"konungariket ",
		"kongeriget ",
		"kongeriket ",
		"republikken ",
		"republika ",
		"kraljevina ",
		"република ",
		"кралство ",
		"республика ",
		"repubblika ta' ",
	};

	for (size_t i = 0; i < countof(fronts); i++)
		if (slice_starts_with_nocase(text, slice_of(fronts[i])))
			return slice_trim(slice_from(text, strlen(fronts[i])));
	return SLICE_NONE;
}

/* Two states each claim these names. */
static bool is_claimed_twice(const struct vocab_row *row)
{
	static const char *const codes[] = { "CN", "KR", "KP", "CG", "CD" };

	for (size_t i = 0; i < countof(codes); i++)
		if (slice_eq_z(row->cells[CELL_ALPHA2], codes[i]))
			return true;
	return false;
}

/* A part as it is, or behind an article; there a name, no code. */
static bool look_up_one(struct vocab_row *found, struct slice text, const struct hint *hint)
{
	struct slice bare;

	text = unwrapped(text);
	if (look_up(found, text, hint))
		return true;
	bare = without_article(text);
	if (bare.n > 3 && look_up(found, bare, hint) && !is_code_row(found, NULL))
		return true;
	bare = without_front(text);
	return bare.n > 3 && look_up(found, bare, hint) && !is_code_row(found, NULL) &&
	       !is_claimed_twice(found);
}

/*
 * Codes behind a place that are states of the USA, Australia or Canada as well
 * (ISO 3166-2): "San Jose, CA", "Newark, DE".
 */
static bool is_state(struct slice code)
{
	static const char *const states[] = {
		"AB", "AL", "AR", "AZ", "BC", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI",
		"IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MB", "MD", "ME", "MI", "MN",
		"MO", "MS", "MT", "NB", "NC", "ND", "NE", "NH", "NJ", "NL", "NM", "NS", "NT",
		"NU", "NV", "NY", "OH", "OK", "ON", "OR", "PA", "PE", "QC", "RI", "SA", "SC",
		"SD", "SK", "TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY", "YT",
	};

	for (size_t i = 0; i < countof(states); i++)
		if (slice_eq_z(code, states[i]))
			return true;
	return false;
}

/* What stands behind a place: a country's name, or a code in capitals that is no state's but
 * where it is the source's own country. */
static bool look_up_behind(struct vocab_row *found, struct slice text, const struct hint *hint)
{
	if (!look_up(found, text, hint))
		return false;
	if (!is_code_row(found, NULL))
		return !slice_eq_z(found->cells[CELL_ALPHA2], "GE"); /* "Atlanta, Georgia" */
	return is_upper(text.p[0]) && is_upper(text.p[1]) &&
	       (!is_state(text) ||
		(hint != NULL && slice_eq(hint->country, found->cells[CELL_ALPHA2])));
}

/* What stands before a place: a country's name. */
static bool look_up_before(struct vocab_row *found, struct slice text, const struct hint *hint)
{
	struct slice first;

	return slice_split(&first, &text, ',') && look_up(found, unwrapped(first), hint) &&
	       !is_code_row(found, NULL) && !slice_eq_z(found->cells[CELL_ALPHA2], "GE");
}

/* "Helsinki, Finland", "Main campus, Dublin, Ireland": a place and its country, not two
 * countries. */
static bool look_up_place(struct vocab_row *found, struct slice text, const struct hint *hint)
{
	struct slice part, rest = text;
	ptrdiff_t at = -1;

	for (size_t i = 0; i + 1 < text.n; i++)
		if (text.p[i] == ',' && text.p[i + 1] == ' ')
			at = (ptrdiff_t)i;
	if (at <= 0)
		return false;
	if (look_up_behind(found, unwrapped(slice_from(text, (size_t)at + 1)), hint))
		rest = slice_first(text, (size_t)at);
	else if (!look_up_before(found, text, hint)) /* "Portugal, Lisbon" */
		return false;
	while (slice_split(&part, &rest, ',')) {
		struct vocab_row other;

		if (look_up(&other, unwrapped(part), hint) &&
		    !slice_eq(other.cells[CELL_ALPHA2], found->cells[CELL_ALPHA2]))
			return false;
	}
	return true;
}

/* "Finland (FI)", "FI - Finland", "Helsinki, Finland": parts that name one country. */
static bool look_up_parts(struct vocab_row *found, struct slice text, const struct hint *hint)
{
	static const char *const separators[] = { "(", " - ", " – ", "/", ":", "=", " | " };
	struct vocab_row left;
	struct vocab_row right;

	for (size_t i = 0; i < countof(separators); i++) {
		ptrdiff_t at = slice_find(text, slice_of(separators[i]));
		bool has_left;
		bool has_right;

		if (at <= 0 || slice_find(slice_from(text, (size_t)at + 1), /* a list */
					  slice_of(separators[i])) >= 0)
			continue;
		has_left = look_up_one(&left, slice_first(text, (size_t)at), hint);
		has_right = look_up_one(&right,
					slice_from(text, (size_t)at + strlen(separators[i])), hint);
		/* The one must be the other's code or name, or no country at all: a remark. */
		if (has_left && has_right &&
		    !slice_eq(left.cells[CELL_ALPHA2], right.cells[CELL_ALPHA2]))
			return false;
		if (has_left || has_right) {
			*found = has_left ? left : right;
			return true;
		}
	}
	return look_up_place(found, text, hint);
}

static bool look_up_uri(struct vocab_row *found, struct slice uri, const struct hint *hint)
{
	if (slice_find_nocase(uri, SLICE_LIT("country")) < 0 &&
	    slice_find_nocase(uri, SLICE_LIT("countries")) < 0 &&
	    slice_find_nocase(uri, SLICE_LIT("iso3166")) < 0 &&
	    slice_find_nocase(uri, SLICE_LIT("iso:3166")) < 0)
		return false;
	return look_up(found, uri_last(uri), hint);
}

bool country_read(struct slice *alpha2, struct slice declared, const struct hint *hint,
		  struct reading *reading)
{
	struct vocab_row row;
	struct slice text = unwrapped(declared);
	bool has_found;

	if (text.n == 0)
		return false;
	if (uri_is(text)) {
		has_found = look_up_uri(&row, text, hint);
	} else {
		struct slice code = of_subdivision(text);

		has_found = look_up_one(&row, text, hint) ||
			    (code.n > 0 && look_up(&row, code, hint)) ||
			    look_up_parts(&row, text, hint);
	}
	if (!has_found)
		return false;
	*alpha2 = row.cells[CELL_ALPHA2];
	reading_set(reading, FROM_DECLARED, "%s: %.*s -> %.*s", row.table, SLICE_ARG(row.key),
		    SLICE_ARG(*alpha2));
	return true;
}

/* Top-level domains of countries that are sold to everyone; "ac.io" is no better. */
static bool is_sold_widely(struct slice tld)
{
	static const char *const sold[] = { "ac", "ai", "cc", "co", "fm", "gg", "gl",
					    "im", "io", "la", "ly", "me", "nu", "sh",
					    "so", "st", "to", "tv", "vc", "ws" };

	for (size_t i = 0; i < countof(sold); i++)
		if (slice_eq_nocase(tld, slice_of(sold[i])))
			return true;
	return false;
}

/* The host of a URL, or the text itself, without user, port and the root's dot. */
static struct slice host_of(struct slice text)
{
	ptrdiff_t at = slice_find(text, SLICE_LIT("://"));

	text = slice_trim(text);
	if (at >= 0)
		text = slice_from(text, (size_t)at + 3);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '/' || text.p[i] == '?' || text.p[i] == '#') {
			text.n = i;
			break;
		}
	}
	at = slice_find_byte(text, '@');
	if (at >= 0)
		text = slice_from(text, (size_t)at + 1);
	at = slice_find_byte(text, ':');
	if (at >= 0)
		text = slice_first(text, (size_t)at);
	while (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	return text;
}

/* Whether the second label is the country's own for education ("ucg.ac.me"). */
static bool is_academic(struct slice host, size_t tld_bytes)
{
	struct slice before = slice_first(host, host.n - tld_bytes);

	return slice_ends_with(before, SLICE_LIT(".ac.")) ||
	       slice_ends_with(before, SLICE_LIT(".edu."));
}

bool country_of_domain(struct slice *alpha2, struct slice host_or_url)
{
	struct slice host = host_of(host_or_url);
	struct slice tld;
	struct vocab_row row;
	size_t dot = host.n;

	while (dot > 0 && host.p[dot - 1] != '.')
		dot--;
	if (dot < 2)
		return false;
	tld = slice_from(host, dot);
	if (tld.n != 2 || !ascii_is_alpha(tld.p[0]) || !ascii_is_alpha(tld.p[1]))
		return false;
	if (is_sold_widely(tld) && !is_academic(host, tld.n))
		return false;
	/* el is no top-level domain; uk is. */
	if (slice_eq_nocase(tld, SLICE_LIT("el")) || !look_up(&row, tld, NULL) ||
	    !is_code_row(&row, NULL))
		return false;
	*alpha2 = row.cells[CELL_ALPHA2];
	return true;
}

struct slice country_languages(struct slice alpha2)
{
	static const char *const table[][2] = {
		{ "AT", "de" }, { "BE", "nl fr de" },    { "BG", "bg" },    { "CH", "de fr it" },
		{ "CY", "el" }, { "CZ", "cs" },          { "DE", "de" },    { "DK", "da" },
		{ "EE", "et" }, { "ES", "es ca eu gl" }, { "FI", "fi sv" }, { "FR", "fr" },
		{ "GR", "el" }, { "HR", "hr" },          { "HU", "hu" },    { "IE", "en ga" },
		{ "GB", "en" }, { "IS", "is" },          { "IT", "it" },    { "LI", "de" },
		{ "LT", "lt" }, { "LU", "fr de" },       { "LV", "lv" },    { "MD", "ro" },
		{ "MK", "mk" }, { "MT", "mt" },          { "NL", "nl" },    { "NO", "nb" },
		{ "PL", "pl" }, { "PT", "pt" },          { "RO", "ro" },    { "RS", "sr" },
		{ "SE", "sv" }, { "SI", "sl" },          { "SK", "sk" },    { "TR", "tr" },
		{ "UA", "uk" }, { "AL", "sq" },
	};

	for (size_t i = 0; i < countof(table); i++)
		if (slice_eq_z(alpha2, table[i][0]))
			return slice_of(table[i][1]);
	return SLICE_NONE;
}
