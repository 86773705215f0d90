// SPDX-License-Identifier: EUPL-1.2
/*
 * Prices: amounts with a currency beside them, words for free and for "on
 * request". Zero is free only where a word says so: a harvester whose format
 * has a rule for free gives the text "free", a bare 0 is unknown.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/number.h"
#include "catalogue/readers.h"
#include "catalogue/text.h"
#include "catalogue/vocab.h"

enum {
	MAX_PRICE_BYTES = 300, /* of a text that is looked at */
	MAX_AMOUNT_MILLI = 100000000, /* times 1000: a hundred million is no price */
	MAX_SIGN = 24,
};

/* --- currencies: ISO 4217 (list one), signs and names as catalogues write them --- */

static const char currency_codes[] =
	" ALL AMD AUD AZN BAM BGN BRL BYN CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GEL HKD HUF ILS"
	" INR ISK JPY KRW KZT MAD MDL MKD MXN MYR NOK NZD PEN PHP PLN RON RSD RUB SAR SEK SGD THB "
	"TND"
	" TRY TWD UAH USD XOF ZAR ";

static const struct {
	const char *sign; /* folded */
	const char *code; /* "" : the country decides */
} signs[] = {
	{ "\342\202\254", "EUR" },
	{ "euro", "EUR" },
	{ "euros", "EUR" },
	{ "euroa", "EUR" },
	{ "eurot", "EUR" },
	{ "e", "EUR" },
	{ "\302\243", "GBP" },
	{ "pounds", "GBP" },
	{ "pound", "GBP" },
	{ "$", "" },
	{ "us$", "USD" },
	{ "us dollar", "USD" },
	{ "us dollars", "USD" },
	{ "dollars", "" },
	{ "dollar", "" },
	{ "kr", "" },
	{ "kr.", "" },
	{ ":-", "" },
	{ "kronor", "SEK" },
	{ "krona", "SEK" },
	{ "kroner", "" },
	{ "z\305\202", "PLN" },
	{ "z\305\202otych", "PLN" },
	{ "k\304\215", "CZK" },
	{ "ft", "HUF" },
	{ "forint", "HUF" },
	{ "lei", "RON" },
	{ "\320\273\320\262", "BGN" },
	{ "\320\273\320\262.", "BGN" },
	{ "\342\202\264", "UAH" },
	{ "\321\200\320\275", "UAH" },
	{ "\342\202\272", "TRY" },
	{ "tl", "TRY" },
	{ "fr.", "CHF" },
	{ "sfr", "CHF" },
	{ "sfr.", "CHF" },
	{ "franken", "CHF" },
	{ "swiss francs", "CHF" },
	{ "\302\245", "JPY" },
	{ "\320\265\320\262\321\200\320\276", "EUR" },
	{ "\316\265\317\205\317\201\317\216", "EUR" },
};

static const struct {
	const char *country, *dollar, *krone;
} local_currencies[] = {
	{ "US", "USD", NULL }, { "CA", "CAD", NULL }, { "AU", "AUD", NULL }, { "NZ", "NZD", NULL },
	{ "SE", NULL, "SEK" }, { "NO", NULL, "NOK" }, { "DK", NULL, "DKK" }, { "IS", NULL, "ISK" },
	{ "FO", NULL, "DKK" }, { "GL", NULL, "DKK" },
};

static bool is_currency_code(struct slice code)
{
	char key[6] = { ' ', 0 };

	if (code.n != 3)
		return false;
	for (size_t i = 0; i < 3; i++)
		key[i + 1] = ascii_upper(code.p[i]);
	key[4] = ' ';
	return strstr(currency_codes, key) != NULL;
}

static void set_code(char out[4], const char *code)
{
	memcpy(out, code, 3);
	out[3] = '\0';
}

/* A sign or name that several countries share. */
static bool set_local(char out[4], struct slice folded, struct slice country)
{
	bool is_krone = folded.p[0] == 'k' || folded.p[0] == ':';

	for (size_t i = 0; i < countof(local_currencies); i++) {
		const char *code =
			is_krone ? local_currencies[i].krone : local_currencies[i].dollar;

		if (code == NULL || !slice_eq_z(country, local_currencies[i].country))
			continue;
		set_code(out, code);
		return true;
	}
	return false;
}

/* A code, sign, name or the IRI of the EU's authority table. */
static bool currency_read(char out[4], struct slice text, struct slice country)
{
	char bytes[MAX_SIGN];
	struct slice folded = SLICE_NONE;

	text = slice_trim(text);
	if (uri_is(text))
		text = uri_last(text);
	if (is_currency_code(text)) {
		for (size_t i = 0; i < 3; i++)
			out[i] = ascii_upper(text.p[i]);
		out[3] = '\0';
		return true;
	}
	folded = slice_make(bytes, vocab_fold(bytes, sizeof bytes, text));
	for (size_t i = 0; folded.n > 0 && i < countof(signs); i++) {
		if (!slice_eq_z(folded, signs[i].sign))
			continue;
		if (signs[i].code[0] == '\0')
			return set_local(out, folded, country);
		set_code(out, signs[i].code);
		return true;
	}
	return false;
}

static bool is_wordy(char c)
{
	return ascii_is_alpha(c) || (unsigned char)c >= 0x80;
}

static size_t skip_blanks(struct slice s)
{
	size_t i = 0, n = 0;

	while ((n = number_blank(slice_from(s, i))) > 0)
		i += n;
	return i;
}

/* A currency right behind a number; the bytes with blanks before it, 0 for none. */
static size_t currency_behind(char out[4], struct slice s, struct slice country)
{
	size_t from = skip_blanks(s), end = from;

	/* "200.- CHF", "200,- Kc" */
	if (slice_starts_with(slice_from(s, from), SLICE_LIT(".-")) ||
	    slice_starts_with(slice_from(s, from), SLICE_LIT(",-"))) {
		from += 2 + skip_blanks(slice_from(s, from + 2));
		end = from;
	}
	while (end < s.n && is_wordy(s.p[end]))
		end++;
	if (end == from && end < s.n && s.p[end] == '$')
		end++;
	if (slice_starts_with(slice_from(s, from), SLICE_LIT(":-")))
		end = from + 2;
	return end > from && currency_read(out, slice_make(s.p + from, end - from), country) ? end
											     : 0;
}

/* A currency right before a number: the last word or sign of what is in front of it. */
static bool currency_before(char out[4], struct slice s, struct slice country)
{
	size_t end = s.n, from = 0;

	while (end > 0 && (s.p[end - 1] == ' ' || s.p[end - 1] == ':'))
		end--;
	if (end > 1 && slice_ends_with(slice_first(s, end), SLICE_LIT("\302\240")))
		end -= 2;
	from = end;
	while (from > 0 &&
	       (is_wordy(s.p[from - 1]) || s.p[from - 1] == '$' || s.p[from - 1] == '.'))
		from--;
	return end > from && currency_read(out, slice_make(s.p + from, end - from), country);
}

/* --- words --- */

/* Folded; whole words of the text. */
static const char *const free_words[] = {
	"free",
	"free of charge",
	"no fee",
	"no cost",
	"kostenlos",
	"kostenfrei",
	"geb\303\274hrenfrei",
	"unentgeltlich",
	"gratis",
	"gratuit",
	"gratuite",
	"gratuito",
	"gratuita",
	"gratu\303\257t",
	"maksuton",
	"maksutta",
	"ilmainen",
	"ilmaiseksi",
	"avgiftsfri",
	"avgiftsfritt",
	"kostnadsfri",
	"kostnadsfritt",
	"tasuta",
	"bezmaksas",
	"nemokamai",
	"nemokama",
	"darmowy",
	"darmowe",
	"darmowa",
	"bezp\305\202atny",
	"bezp\305\202atne",
	"bezp\305\202atnie",
	"zdarma",
	"bezplatn\304\233",
	"bezplatne",
	"ingyenes",
	"besplatno",
	"brezpla\304\215no",
	"brezpla\304\215en",
	"\303\263keypis",
	"saor in aisce",
	"\316\264\317\211\317\201\316\265\316\254\316\275",
	"\316\264\317\211\317\201\316\265\316\261\316\275",
	"\320\261\320\265\320\267\320\277\320\273\320\260\321\202\320\275\320\276",
	"\320\261\320\265\320\267\320\272\320\276\321\210\321\202\320\276\320\262\320\275\320\276",
	"\303\274cretsiz",
	"b\303\241v\303\274r",
	"b'xejn",
};
static const char *const request_words[] = {
	"on request",
	"upon request",
	"on application",
	"contact us",
	"auf anfrage",
	"sur demande",
	"a consultar",
	"su richiesta",
	"op aanvraag",
	"p\303\245 beg\303\244ran",
	"p\303\245 f\303\266rfr\303\245gan",
	"pyydett\303\244ess\303\244",
	"na zapytanie",
	"na dotaz",
	"sob consulta",
	"bajo petici\303\263n",
	"etter avtale",
	"efter aftale",
};
static const char *const negations[] = { "not ",  "nicht ", "non ",   "pas ", "ei ",
					 "inte ", "ikke ",  "no es ", "niet " };

/* Where the word stands with nothing wordy beside it, or -1. */
static ptrdiff_t find_word(struct slice text, const char *word)
{
	struct slice w = slice_of(word), rest = text;
	size_t offset = 0;

	for (;;) {
		ptrdiff_t at = slice_find(rest, w);
		size_t from = 0, end = 0;

		if (at < 0)
			return -1;
		from = offset + (size_t)at;
		end = from + w.n;
		if ((from == 0 || !is_wordy(text.p[from - 1])) &&
		    (end >= text.n || !is_wordy(text.p[end])))
			return (ptrdiff_t)from;
		offset = from + 1;
		rest = slice_from(text, offset);
	}
}

static bool is_negated(struct slice text, size_t at)
{
	for (size_t i = 0; i < countof(negations); i++)
		if (slice_ends_with(slice_first(text, at), slice_of(negations[i])))
			return true;
	return false;
}

static const char *find_any(struct slice folded, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ptrdiff_t at = find_word(folded, words[i]);

		if (at >= 0 && !is_negated(folded, (size_t)at))
			return words[i];
	}
	return NULL;
}

/* --- amounts --- */

struct context {
	const struct word *word;
	const struct hint *hint;
	struct notes *notes;
	struct arena *arena;
};

static void note(const struct context *c, const char *code, const char *expected)
{
	notes_add(c->notes, c->arena,
		  (struct note){ slice_of(code), c->word->element, c->word->path,
				 arena_dup(c->arena, slice_first(slice_trim(c->word->text),
								 LIMIT_NOTE_BYTES)),
				 slice_of(expected) });
}

static bool has_decimal_point(struct slice country)
{
	static const char *const countries[] = { "GB", "IE", "MT", "US", "CA",
						 "AU", "NZ", "ZA", "CH", "LI" };

	for (size_t i = 0; i < countof(countries); i++)
		if (slice_eq_z(country, countries[i]))
			return true;
	return false;
}

/* "1.250": by the country's custom; false when it could be both. */
static bool settle(int64_t *out, struct number n, struct slice as_written, struct slice country)
{
	bool is_point = slice_find_byte(as_written, '.') >= 0;

	*out = n.decimal;
	if (n.decimal == n.grouped)
		return true;
	if (country.n == 0 || is_point == has_decimal_point(country))
		return false;
	*out = n.grouped;
	return true;
}

struct amounts {
	int64_t lo, hi; /* thousandths; hi < 0: none */
	char currency[4];
	bool has_zero, has_negative, is_unclear;
};

static void add_amount(struct amounts *a, int64_t lo, int64_t hi)
{
	if (lo == 0 && hi == 0) {
		a->has_zero = true;
		return;
	}
	if (a->hi < 0 || lo < a->lo)
		a->lo = lo;
	if (hi > a->hi)
		a->hi = hi;
}

/*
 * Numbers with a currency beside them; those without only if the field names
 * the currency or nothing else is there ("150").
 */
static void find_amounts(struct amounts *out, struct slice text, const struct context *c,
			 bool needs_currency)
{
	size_t i = 0;

	while (i < text.n) {
		struct slice rest = slice_from(text, i);
		struct number lo, hi;
		char currency[4] = "";
		int64_t from = 0, to = 0;
		size_t behind = 0;
		bool has_currency = false, is_negative = i > 0 && text.p[i - 1] == '-' &&
							 (i == 1 || text.p[i - 2] == ' ');

		if (!ascii_is_digit(text.p[i])) {
			i++;
			continue;
		}
		has_currency = currency_before(currency, slice_first(text, i - is_negative),
					       c->hint->country);
		if (!number_take_range(&lo, &hi, &rest, c->hint->decimal)) {
			i = text.n - rest.n;
			continue;
		}
		behind = has_currency ? 0 : currency_behind(currency, rest, c->hint->country);
		has_currency = has_currency || behind > 0;
		if (has_currency && out->currency[0] == '\0')
			memcpy(out->currency, currency, sizeof currency);
		if ((needs_currency && !has_currency) || (rest.n > 0 && rest.p[0] == '%'))
			;
		else if (is_negative)
			out->has_negative = true;
		else if (settle(&from, lo, slice_first(slice_from(text, i), text.n - rest.n - i),
				c->hint->country) &&
			 settle(&to, hi, slice_first(slice_from(text, i), text.n - rest.n - i),
				c->hint->country))
			add_amount(out, from, to);
		else
			out->is_unclear = true;
		i = text.n - rest.n + behind;
	}
}

static bool take_amounts(struct price *out, const struct amounts *a, bool is_free,
			 const struct context *c)
{
	if (a->hi > (int64_t)MAX_AMOUNT_MILLI * 1000) {
		note(c, "price-impossible", "a price");
		return false;
	}
	if (a->hi < 0 && !is_free)
		return false;
	out->has_amount = true;
	out->amount_c = is_free ? 0 : (a->lo + 5) / 10;
	out->amount_max_c = a->hi < 0 ? 0 : (a->hi + 5) / 10;
	if (out->currency[0] == '\0')
		memcpy(out->currency, a->currency, sizeof out->currency);
	return true;
}

static void add_declared(struct price *out, const struct context *c, struct slice text)
{
	struct slice scheme = slice_trim(c->word->scheme);

	if (scheme.n > 0 && scheme.n <= 8 && !uri_is(scheme))
		text = arena_printf(c->arena, "%.*s %.*s", SLICE_ARG(text), SLICE_ARG(scheme));
	if (slice_contains(out->declared, text) || out->declared.n + text.n + 2 > LIMIT_TITLE_BYTES)
		return;
	out->declared = out->declared.n == 0
				? text
				: arena_printf(c->arena, "%.*s; %.*s", SLICE_ARG(out->declared),
					       SLICE_ARG(text));
}

bool price_read(struct price *out, const struct word *word, const struct hint *hint,
		struct reading *reading, struct notes *notes, struct arena *arena)
{
	struct context c = { word, hint, notes, arena };
	struct amounts found = { .hi = -1 };
	struct slice text = text_clean_line(word->text, MAX_PRICE_BYTES, arena);
	struct slice folded = text_fold(text, arena);
	const char *free_word = find_any(folded, free_words, countof(free_words));
	const char *request = find_any(folded, request_words, countof(request_words));
	bool has_scheme = currency_read(found.currency, word->scheme, hint->country);

	if (text.n == 0)
		return false;
	add_declared(out, &c, text);
	find_amounts(&found, text, &c, true);
	if (found.hi < 0 && !found.has_zero && !found.has_negative && free_word == NULL)
		find_amounts(&found, text, &c, false);
	if (has_scheme)
		(void)currency_read(found.currency, word->scheme, hint->country);
	out->is_on_request = out->is_on_request || request != NULL;
	if (found.has_negative)
		note(&c, "price-negative", "an amount, or a word for free");
	else if (found.is_unclear)
		note(&c, "price-unclear", "thousands and decimals told apart: 1250.00");
	else if (found.has_zero && free_word == NULL)
		note(&c, "price-zero", "a word for free: a bare 0 is taken as unknown");
	if (out->has_amount) /* the first word that says an amount counts */
		return true;
	if (take_amounts(out, &found, free_word != NULL, &c)) {
		reading_set(reading, FROM_DECLARED,
			    free_word != NULL ? "word for free: %s" : "amount%s",
			    free_word != NULL ? free_word : "");
		return true;
	}
	if (request != NULL)
		reading_set(reading, FROM_DECLARED, "word for on request: %s", request);
	return request != NULL;
}
