// SPDX-License-Identifier: EUPL-1.2
/*
 * Prices from words.
 */
#include "catalogue/readers.h"
#include "tests/support/reader_arena.h"

enum { NONE = -1 };

static void prices_are_read_as_written(void **state)
{
	static const struct {
		const char *text, *scheme, *country;
		int64_t amount_c, max_c;
		const char *currency;
		const char *note;
	} rows[] = {
		{ "150", "EUR", "FI", 15000, 15000, "EUR", NULL },
		{ "149 \342\202\254", NULL, "DE", 14900, 14900, "EUR", NULL },
		{ "\342\202\254 149,50", NULL, "NL", 14950, 14950, "EUR", NULL },
		{ "EUR 1.250,00", NULL, "DE", 125000, 125000, "EUR", NULL },
		{ "1.250 \342\202\254", NULL, "DE", 125000, 125000, "EUR", NULL },
		{ "1,250 EUR", NULL, "IE", 125000, 125000, "EUR", NULL },
		{ "1,250 EUR", NULL, "DE", NONE, NONE, "", "price-unclear" },
		{ "1 250 kr", NULL, "SE", 125000, 125000, "SEK", NULL },
		{ "500:-", NULL, "SE", 50000, 50000, "SEK", NULL },
		{ "kr 500", NULL, "NO", 50000, 50000, "NOK", NULL },
		{ "500 kr.", NULL, "DK", 50000, 50000, "DKK", NULL },
		{ "CHF 200.-", NULL, "CH", 20000, 20000, "CHF", NULL },
		{ "$ 99", NULL, "US", 9900, 9900, "USD", NULL },
		{ "$ 99", NULL, NULL, 9900, 9900, "", NULL },
		{ "\302\243"
		  "40",
		  NULL, "GB", 4000, 4000, "GBP", NULL },
		{ "100 z\305\202", NULL, "PL", 10000, 10000, "PLN", NULL },
		{ "150\342\200\223"
		  "300 EUR",
		  NULL, "FI", 15000, 30000, "EUR", NULL },
		{ "100 EUR (students 50 EUR)", NULL, "FI", 5000, 10000, "EUR", NULL },
		{ "Price 2027: 150 EUR, 25 % off", NULL, "FI", 15000, 15000, "EUR", NULL },
		{ "13900.0", "http://publications.europa.eu/resource/authority/currency/CZK", "CZ",
		  1390000, 1390000, "CZK", NULL },
		{ "200 US Dollar", NULL, "FI", 20000, 20000, "USD", NULL },
		{ "200", "US Dollar", "FI", 20000, 20000, "USD", NULL },
		/* free, only where a word says so */
		{ "free", NULL, "IE", 0, 0, "", NULL },
		{ "free", "EUR", "IE", 0, 0, "EUR", NULL },
		{ "Maksuton", NULL, "FI", 0, 0, "", NULL },
		{ "<b>Kostenlos</b>", NULL, "DE", 0, 0, "", NULL },
		{ "gratuit pour tous", NULL, "FR", 0, 0, "", NULL },
		{ "0 EUR - free of charge", NULL, "FI", 0, 0, "EUR", NULL },
		{ "Free for students, otherwise 50 \342\202\254", NULL, "FI", 0, 5000, "EUR",
		  NULL },
		{ "not free", NULL, "IE", NONE, NONE, "", NULL },
		{ "nicht kostenlos", NULL, "DE", NONE, NONE, "", NULL },
		{ "freedom", NULL, "IE", NONE, NONE, "", NULL },
		{ "0", "EUR", "FI", NONE, NONE, "", "price-zero" },
		{ "0.0000", "EUR", "FI", NONE, NONE, "", "price-zero" },
		{ "0,00 \342\202\254", NULL, "DE", NONE, NONE, "", "price-zero" },
		{ "-5", "EUR", "FI", NONE, NONE, "", "price-negative" },
		{ "999999999", "EUR", "FI", NONE, NONE, "", "price-impossible" },
		{ "paid", NULL, "FI", NONE, NONE, "", NULL },
		{ "n/a", "EUR", "FI", NONE, NONE, "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct word word = { .element = EL_PRICE,
				     .text = slice_of(rows[i].text),
				     .scheme = slice_of(rows[i].scheme) };
		struct hint hint = { .country = slice_of(rows[i].country) };
		struct price p = { .currency = "" };
		struct notes notes = { 0 };
		struct reading reading = { 0 };
		bool is_read = price_read(&p, &word, &hint, &reading, &notes, &arena);
		struct slice code = notes.n > 0 ? notes.items[0].code : SLICE_NONE;
		int64_t amount = p.has_amount ? p.amount_c : NONE;
		int64_t max = p.has_amount ? p.amount_max_c : NONE;

		if (amount != rows[i].amount_c || max != rows[i].max_c ||
		    strcmp(p.currency, rows[i].currency) != 0 ||
		    !slice_eq(code, slice_of(rows[i].note)) || is_read != p.has_amount)
			fail_msg("%s (%s): %lld..%lld %s, note %.*s", rows[i].text, rows[i].country,
				 (long long)amount, (long long)max, p.currency, SLICE_ARG(code));
	}
}

static void prices_on_request_are_marked(void **state)
{
	static const char *const texts[] = { "on request", "Price: upon request", "Auf Anfrage",
					     "sur demande" };

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct word word = { .element = EL_PRICE, .text = slice_of(texts[i]) };
		struct hint hint = { .decimal = 0 };
		struct price p = { .currency = "" };

		assert_true(price_read(&p, &word, &hint, NULL, NULL, &arena));
		assert_true(p.is_on_request);
		assert_false(p.has_amount);
		assert_true(slice_eq_z(p.declared, texts[i]));
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void any_bytes_are_read_without_harm(void **state)
{
	static const char *const pieces[] = {
		"1",  "0",    "9",  ".",        ",",    "-", " ",    "EUR",      "\342\202\254",
		"kr", "free", ":-", "\302\240", "\377", "%", "not ", "999999999"
	};
	uint32_t seed = 9;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct buf text = BUF_INIT(2000);
		struct hint hint = { .country = SLICE_LIT("SE") };
		struct word word = { .element = EL_PRICE };
		struct notes notes = { 0 };
		struct price p = { .currency = "" };

		for (unsigned i = 0; i < 1 + next_random(&seed) % 20; i++)
			buf_str(&text, pieces[next_random(&seed) % countof(pieces)]);
		word.text = buf_view(&text);
		(void)price_read(&p, &word, &hint, NULL, &notes, &arena);
		assert_true(p.amount_c >= 0 && p.amount_max_c >= p.amount_c);
		buf_clear(&text);
		arena_reset(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_are_read_as_written),
		cmocka_unit_test(prices_on_request_are_marked),
		cmocka_unit_test(any_bytes_are_read_without_harm),
	};

	return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
}
