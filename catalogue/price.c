// SPDX-License-Identifier: EUPL-1.2
/*
 * Prices: amounts with a currency beside them, words for free and for "on
 * request". Zero is free only where a word says so: a harvester whose format
 * has a rule for free gives the text "free", a bare 0 is unknown.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/number.h"
#include "catalogue/price_words.h"
#include "catalogue/readers.h"
#include "catalogue/text.h"

enum {
	MAX_PRICE_BYTES = 300, /* of a text that is looked at */
	MAX_AMOUNT_MILLI = 100000000, /* times 1000: a hundred million is no price */
};

static size_t skip_blanks(struct slice s)
{
	size_t i = 0, n = 0;

	while ((n = number_blank(slice_from(s, i))) > 0)
		i += n;
	return i;
}

/* A currency right behind a number; the bytes with blanks before it, 0 for none. */
static size_t currency_behind(char out[PRICE_CURRENCY_BYTES], struct slice s, struct slice country)
{
	static const char *const cents[] = { ".-", ",-", ".\342\200\223", ",\342\200\223" };
	size_t from = skip_blanks(s), n = 0;

	/* "200.- CHF", "200,- Kc" */
	for (size_t i = 0; i < countof(cents); i++) {
		if (!slice_starts_with(slice_from(s, from), slice_of(cents[i])))
			continue;
		from += strlen(cents[i]);
		from += skip_blanks(slice_from(s, from));
		break;
	}
	n = price_currency_at(out, slice_from(s, from), country);
	return n > 0 ? from + n : 0;
}

/* A currency right before a number: the last word or sign of what is in front of it. */
static bool currency_before(char out[PRICE_CURRENCY_BYTES], struct slice s, struct slice country)
{
	size_t end = s.n, from = 0;

	while (end > 0 && (s.p[end - 1] == ' ' || s.p[end - 1] == ':' || s.p[end - 1] == ')'))
		end--;
	if (end > 1 && slice_ends_with(slice_first(s, end), SLICE_LIT("\302\240")))
		end -= 2;
	while (end > 0 && s.p[end - 1] == '.')
		end--;
	from = end;
	while (from > 0 && (ascii_is_alpha(s.p[from - 1]) || (unsigned char)s.p[from - 1] >= 0x80 ||
			    s.p[from - 1] == '$'))
		from--;
	/* "50-100" with a dash that is no letter */
	while (slice_starts_with(slice_make(s.p + from, end - from), SLICE_LIT("\342\200\223")) ||
	       slice_starts_with(slice_make(s.p + from, end - from), SLICE_LIT("\342\200\224")))
		from += 3;
	return end > from && price_currency_read(out, slice_make(s.p + from, end - from), country);
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
static bool settle(int64_t *out, struct number n, struct slice as_written, const struct hint *hint)
{
	struct slice country = hint->country;
	bool is_point = slice_find_byte(as_written, '.') >= 0;

	*out = n.decimal;
	if (n.decimal == n.grouped)
		return true;
	if (country.n == 0)
		return false;
	/* English texts group by commas wherever they are written. */
	if (is_point == has_decimal_point(country) &&
	    (is_point || !slice_starts_with_nocase(hint->lang, SLICE_LIT("en"))))
		return false;
	*out = n.grouped;
	return true;
}

struct amounts {
	int64_t lo, hi; /* thousandths; hi < 0: none */
	char currency[PRICE_CURRENCY_BYTES];
	bool has_zero, has_negative, is_unclear, has_part;
	bool has_currencies; /* more than one */
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

/* A minus right before the number, which no other number or word stands before. */
static size_t minus_before(struct slice before)
{
	static const char *const signs[] = { "-", "\342\210\222" };

	for (size_t i = 0; i < countof(signs); i++) {
		size_t n = strlen(signs[i]);

		if (slice_ends_with(before, slice_of(signs[i])) &&
		    (before.n == n || before.p[before.n - n - 1] == ' '))
			return n;
	}
	return 0;
}

/* One number with what stands around it. */
struct found_amount {
	struct number lo, hi;
	struct slice before, written, behind;
	bool is_negative;
	bool is_joined; /* to the number before: neither is the price */
};

/* "80 ezer Ft", "1,5 tis. K\304\215": the word is a part of the number. */
static void take_thousands(struct found_amount *a)
{
	size_t n = price_thousand_at(a->behind);

	if (n == 0)
		return;
	a->behind = slice_from(a->behind, n);
	a->lo.grouped = a->lo.decimal = a->lo.decimal * 1000;
	a->hi.grouped = a->hi.decimal = a->hi.decimal * 1000;
}

static void take_amount(struct amounts *out, const struct found_amount *a, const struct context *c)
{
	/* What is added, also a fee of another kind, makes the whole another price. */
	bool is_added = a->is_joined && !a->is_negative;
	int64_t lo = 0, hi = 0;

	if (a->behind.n > 0 && a->behind.p[0] == '%')
		return;
	if (!is_added && price_is_part(a->before, a->behind))
		out->has_part = true;
	else if (a->is_negative)
		out->has_negative = true;
	else if (!is_added && settle(&lo, a->lo, a->written, c->hint) &&
		 settle(&hi, a->hi, a->written, c->hint))
		add_amount(out, lo, hi);
	else
		out->is_unclear = true;
}

/*
 * Numbers with a currency beside them; those without only if the field names
 * the currency or nothing else is there ("150").
 */
static void find_amounts(struct amounts *out, struct slice text, const struct context *c,
			 bool needs_currency)
{
	size_t i = 0, last_end = 0; /* of the number before */
	bool is_last_bare = false;

	while (i < text.n) {
		struct found_amount a = { .before = slice_first(text, i),
					  .behind = slice_from(text, i) };
		char currency[PRICE_CURRENCY_BYTES] = "";
		size_t minus = minus_before(a.before), behind = 0;
		bool has_currency = false;

		if (!ascii_is_digit(text.p[i])) {
			i++;
			continue;
		}
		a.is_negative = minus > 0;
		a.before.n -= minus;
		has_currency = currency_before(currency, a.before, c->hint->country);
		if (!number_take_range(&a.lo, &a.hi, &a.behind, a.before, c->hint->decimal)) {
			i = text.n - a.behind.n;
			continue;
		}
		/* "300/500 EUR": one of two. */
		out->is_unclear |= a.before.n > 1 && a.before.p[a.before.n - 1] == '/' &&
				   ascii_is_digit(a.before.p[a.before.n - 2]);
		a.written = slice_make(text.p + i, text.n - a.behind.n - i);
		take_thousands(&a);
		/* "$49 USD": a sign of several currencies, and behind which of them. */
		behind = currency[0] != '\0'
				 ? 0
				 : currency_behind(currency, a.behind, c->hint->country);
		has_currency = has_currency || behind > 0;
		a.is_joined = has_currency && last_end > 0 &&
			      price_is_joined(slice_from(a.before, last_end), is_last_bare);
		if (has_currency && out->currency[0] == '\0')
			memcpy(out->currency, currency, sizeof currency);
		else if (currency[0] != '\0' && strcmp(currency, out->currency) != 0)
			out->has_currencies = true;
		a.behind = slice_from(a.behind, behind);
		if (has_currency || !needs_currency)
			take_amount(out, &a, c);
		i = text.n - a.behind.n;
		last_end = i;
		is_last_bare = !has_currency;
	}
}

static bool take_amounts(struct price *out, const struct amounts *a, bool is_free,
			 const struct context *c)
{
	if (a->hi > (int64_t)MAX_AMOUNT_MILLI * 1000) {
		note(c, "price-impossible", "a price");
		return false;
	}
	if ((a->hi < 0 && !is_free) || a->has_currencies || (a->is_unclear && !is_free))
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
	struct slice scheme = text_clean_line(c->word->scheme, LIMIT_NOTE_BYTES, c->arena);

	if (scheme.n > 0 && scheme.n <= 8 && !uri_is(scheme))
		text = arena_printf(c->arena, "%.*s %.*s", SLICE_ARG(text), SLICE_ARG(scheme));
	if (slice_contains(out->declared, text) || out->declared.n + text.n + 2 > LIMIT_TITLE_BYTES)
		return;
	out->declared = out->declared.n == 0
				? text
				: arena_printf(c->arena, "%.*s; %.*s", SLICE_ARG(out->declared),
					       SLICE_ARG(text));
}

/* For whom it is free, as the source's words say. */
static void add_audience(struct price *out, struct slice people, const struct context *c)
{
	struct slice lang = c->hint->lang.n > 0 ? c->hint->lang : SLICE_LIT("und");
	struct text *text = NULL;

	if (people.n == 0 || out->audience.n > 0 || out->amount_max_c > 0)
		return;
	text = arena_new_n(c->arena, struct text, 1);
	if (text == NULL)
		return;
	*text = (struct text){ lang, people };
	out->audience = (struct texts){ text, 1 };
}

static void note_problems(const struct amounts *found, bool is_free, const struct context *c)
{
	if (found->has_negative)
		note(c, "price-negative", "an amount, or a word for free");
	else if (found->has_currencies)
		note(c, "price-currencies", "one currency");
	else if (found->is_unclear)
		note(c, "price-unclear", "thousands and decimals told apart: 1250.00");
	else if (found->has_zero && !is_free)
		note(c, "price-zero", "a word for free: a bare 0 is taken as unknown");
	else if (found->has_part && found->hi < 0)
		note(c, "price-part", "the price of the whole offer, not of a month or a credit");
}

/* Signs of times, telephones and fractions make a number without a currency something else. */
static bool is_number_text(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\0' && strchr("+:/#=*@&", text.p[i]) != NULL &&
		    (i + 1 < text.n && text.p[i + 1] != ' '))
			return false;
	return true;
}

bool price_read(struct price *out, const struct word *word, const struct hint *hint,
		struct reading *reading, struct notes *notes, struct arena *arena)
{
	struct context c = { word, hint, notes, arena };
	struct amounts found = { .hi = -1 };
	struct slice text = text_clean_line(word->text, MAX_PRICE_BYTES, arena);
	struct price_words words;
	bool is_free = false, has_scheme = false;

	/* "On request" says nothing in other elements, and is absent of a clean text. */
	price_words_read(&words, text.n > 0 ? text : slice_first(word->text, MAX_PRICE_BYTES));
	if (text.n == 0)
		text = words.request;
	if (text.n == 0)
		return false;
	is_free = words.free.n > 0;
	has_scheme = price_currency_read(found.currency, word->scheme, hint->country);
	add_declared(out, &c, text);
	find_amounts(&found, text, &c, true);
	/* A number alone, or with words of prices in a field that names the currency. */
	if (found.hi < 0 && !found.has_zero && !found.has_negative && !found.has_part && !is_free &&
	    is_number_text(text) && (!words.has_words || (has_scheme && !words.has_strange)))
		find_amounts(&found, text, &c, false);
	if (has_scheme)
		(void)price_currency_read(found.currency, word->scheme, hint->country);
	out->is_on_request = out->is_on_request || words.request.n > 0;
	note_problems(&found, is_free, &c);
	if (out->has_amount) /* the first word that says an amount counts */
		return true;
	if (take_amounts(out, &found, is_free, &c)) {
		/* The text's own; that of a field is the field's. */
		bool names_currency = !has_scheme && found.currency[0] != '\0';

		add_audience(out, words.audience, &c);
		if (is_free)
			reading_set(reading, FROM_DECLARED, "price-words.tsv: free: %.*s",
				    SLICE_ARG(words.free));
		else
			reading_set(reading, FROM_DECLARED, "amount%s%s",
				    names_currency ? ", price-words.tsv: " : "",
				    names_currency ? out->currency : "");
		return true;
	}
	if (words.request.n > 0)
		reading_set(reading, FROM_DECLARED, "price-words.tsv: request: %.*s",
			    SLICE_ARG(words.request));
	return words.request.n > 0;
}
