// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of base/scan: each scan stops where a loop over bytes stops, at every
 * length, wherever the byte that ends the run stands.
 */
#include "base/scan.h"

#include "base/utf8.h"
#include "tests/support/random.h"
#include "tests/support/unit.h"

enum { LONGEST = 70, ROUNDS = 4000 };

static bool is_ascii(unsigned char c)
{
	return c < 0x80;
}

static bool is_json(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static bool is_json_utf8(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static size_t scan_json_ascii(const char *p, size_t n)
{
	return scan_json_plain(p, n, false);
}

static size_t scan_json_text(const char *p, size_t n)
{
	return scan_json_plain(p, n, true);
}

static const struct {
	const char *name;
	size_t (*scan)(const char *p, size_t n);
	bool (*goes_on)(unsigned char c);
} scans[] = {
	{ "scan_ascii", scan_ascii, is_ascii },
	{ "scan_json_plain", scan_json_ascii, is_json },
	{ "scan_json_plain of UTF-8", scan_json_text, is_json_utf8 },
};

static size_t words_by_steps(struct slice text)
{
	size_t n = 0;

	while (n < text.n && text.p[n] >= ' ' && text.p[n] < 0x7f &&
	       memchr("#&*<[\\_`", text.p[n], 8) == NULL &&
	       !(n > 0 && text.p[n] == ' ' && text.p[n - 1] == ' '))
		n++;
	return n;
}

static void check(struct slice text)
{
	struct slice exact = unit_exact(text);

	for (size_t s = 0; s < countof(scans); s++) {
		size_t expected = 0, got = scans[s].scan(exact.p, exact.n);

		while (expected < exact.n && scans[s].goes_on((unsigned char)exact.p[expected]))
			expected++;
		if (got != expected)
			fail_msg("%s: %zu of %zu bytes, expected %zu", scans[s].name, got, exact.n,
				 expected);
	}
	if (scan_words(exact.p, exact.n) != words_by_steps(exact))
		fail_msg("scan_words: %zu of \"%.*s\", expected %zu", scan_words(exact.p, exact.n),
			 SLICE_ARG(exact), words_by_steps(exact));
	unit_exact_free(exact);
}

static void each_byte_at_each_place_ends_a_run_or_does_not(void **state)
{
	char text[LONGEST];

	(void)state;
	for (size_t n = 0; n <= 40; n++) {
		for (size_t at = 0; at < n; at++) {
			for (unsigned c = 0; c < 256; c++) {
				memset(text, 'a', n);
				text[at] = (char)c;
				check(slice_make(text, n));
			}
		}
		memset(text, 'a', n);
		check(slice_make(text, n));
	}
}

static void random_texts_are_scanned_as_by_a_loop(void **state)
{
	struct random random = RANDOM_INIT(7);
	char text[LONGEST];

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t n = random_below(&random, LONGEST);

		/* Mostly plain, so that runs are long; ends beside one another, so that
		 * a carry from one byte to the next would show. */
		for (size_t i = 0; i < n; i++)
			text[i] = random_below(&random, 12) > 0 ? 'x'
								: (char)random_below(&random, 256);
		check(slice_make(text, n));
	}
}

/* Sequences one behind the other, decoded one by one. */
static size_t valid_prefix_by_steps(struct slice s)
{
	struct slice rest = s;
	uint32_t c;

	while (rest.n > 0) {
		struct slice before = rest;
		char encoded[4];
		size_t n;

		utf8_next(&c, &rest);
		n = utf8_encode(encoded, c);
		/* A malformed one gives U+FFFD, which it is not itself. */
		if (before.n - rest.n != n || memcmp(before.p, encoded, n) != 0)
			return s.n - before.n;
	}
	return s.n;
}

static void utf8_is_checked_as_by_steps(void **state)
{
	static const char *const pieces[] = {
		"a",
		"some words of ASCII",
		"\xc3\xa4",
		"\xce\xb1\xce\xb2",
		"\xe2\x80\x93",
		"\xe4\xb8\xad\xe6\x96\x87",
		"\xf0\x9f\x98\x80",
		"\xed\x9f\xbf",
		"\xed\xa0\x80",
		"\xe0\x80\x80",
		"\xc0\x80",
		"\xf4\x90\x80\x80",
		"\xc3",
		"\xe2\x82",
		"\x80",
		"\xff",
	};
	struct random random = RANDOM_INIT(11);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char text[200];
		size_t n = 0;
		struct slice exact;

		for (uint32_t i = random_below(&random, 9); i > 0; i--) {
			/* Broken ones stand behind, and are drawn seldom. */
			uint32_t kinds = random_below(&random, 8) > 0 ? 8 : countof(pieces);
			const char *piece = pieces[random_below(&random, kinds)];

			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}
		exact = unit_exact(slice_make(text, n));
		assert_int_equal(utf8_valid_prefix(exact), valid_prefix_by_steps(exact));
		unit_exact_free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_byte_at_each_place_ends_a_run_or_does_not),
		cmocka_unit_test(random_texts_are_scanned_as_by_a_loop),
		cmocka_unit_test(utf8_is_checked_as_by_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
