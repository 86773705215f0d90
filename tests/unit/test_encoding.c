// SPDX-License-Identifier: EUPL-1.2
/* Tests of the decoders and of the guess; each input in pieces of every size. */
#include "base/utf8.h"
#include "tests/support/decoding.h"
#include "tests/support/unit.h"

/* As SLICE_LIT, where a constant is wanted. */
#define BYTES(text)                                                                                \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	}

static void each_encoding_becomes_utf8(void **state)
{
	static const struct {
		enum encoding encoding;
		struct slice in;
		const char *out;
		unsigned n_repaired;
	} cases[] = {
		{ ENCODING_UTF_8, BYTES("plain"), "plain", 0 },
		{ ENCODING_UTF_8, BYTES("\xef\xbb\xbf\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\x93"),
		  "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\x93", 0 },
		{ ENCODING_UTF_8, BYTES("a\xef\xbb\xbf"), "a\xef\xbb\xbf", 0 },
		{ ENCODING_UTF_8, BYTES("caf\xe9 \x96 \xc3\xa9"), "café – é", 2 },
		{ ENCODING_UTF_8, BYTES("x\xe2\x82"), "xâ‚", 2 },
		{ ENCODING_UTF_16LE,
		  BYTES("\xff\xfe"
			"a\0\xe9\0\x3d\xd8\x00\xde"),
		  "aé\xf0\x9f\x98\x80", 0 },
		{ ENCODING_UTF_16BE, BYTES("\xfe\xff\0a\x20\xac"), "a€", 0 },
		{ ENCODING_UTF_16LE,
		  BYTES("\x3d\xd8"
			"a\0\x00\xde"
			"b"),
		  "\xef\xbf\xbd"
		  "a\xef\xbf\xbd\xef\xbf\xbd",
		  3 },
		{ ENCODING_WINDOWS_1252, BYTES("\x80 \x93\xe9\x94 \x9c\xff \x81"),
		  "€ “é” œÿ \xef\xbf\xbd", 0 },
		{ ENCODING_WINDOWS_1250, BYTES("\xf8\xe8\x8a\x9e\xb9\xa3 \xe9"), "řčŠžąŁ é", 0 },
		{ ENCODING_ISO_8859_15, BYTES("\xa4\xa6\xbd\xbe \x96 \xe9"), "€ŠœŸ – é", 0 },
		{ ENCODING_MAC_ROMAN, BYTES("\x8e\x8f\x88\x9a\x8a\xd0\xdb"), "éèàöä–€", 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		for (size_t piece = 1; piece <= cases[i].in.n; piece++) {
			struct buf out = BUF_INIT(1000);
			uint64_t n = decode_in_pieces(&out, cases[i].encoding, cases[i].in, piece);

			assert_buf(&out, cases[i].out);
			assert_int_equal(n, cases[i].n_repaired);
			buf_clear(&out);
		}
	}
}

static void every_byte_of_every_table_decodes(void **state)
{
	char all[256];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	for (int e = 0; e < ENCODING_COUNT; e++) {
		struct buf out = BUF_INIT(2000);

		decode_in_pieces(&out, (enum encoding)e, slice_make(all, sizeof(all)), 7);
		assert_true(utf8_is_valid(buf_view(&out)));
		assert_true(out.len >= 128);
		buf_clear(&out);
	}
}

static void names_and_aliases_are_known(void **state)
{
	(void)state;
	for (int e = 0; e < ENCODING_COUNT; e++)
		assert_int_equal(encoding_of_name(slice_of(encoding_name((enum encoding)e))), e);
	assert_int_equal(encoding_of_name(SLICE_LIT(" Latin1 ")), ENCODING_WINDOWS_1252);
	assert_int_equal(encoding_of_name(SLICE_LIT("UTF-16")), ENCODING_UTF_16LE);
	assert_int_equal(encoding_of_name(SLICE_LIT("ebcdic")), ENCODING_COUNT);
	assert_int_equal(
		encoding_of_content_type(SLICE_LIT("text/csv; Charset=\"ISO-8859-15\"; x=y")),
		ENCODING_ISO_8859_15);
	assert_int_equal(encoding_of_content_type(SLICE_LIT("text/csv;charset=utf-8")),
			 ENCODING_UTF_8);
	assert_int_equal(encoding_of_content_type(SLICE_LIT("text/csv")), ENCODING_COUNT);
	assert_int_equal(encoding_of_content_type(SLICE_LIT("text/csv; charset=")), ENCODING_COUNT);
	assert_int_equal(encoding_of_content_type(SLICE_NONE), ENCODING_COUNT);
}

static void the_guess_is_the_format_pages(void **state)
{
	static const struct {
		struct slice in;
		enum encoding encoding;
	} cases[] = {
		{ BYTES("Id;Titel\r\n"), ENCODING_UTF_8 },
		{ BYTES("Id;Universit\xc3\xa4t"), ENCODING_UTF_8 },
		{ BYTES("\xef\xbb\xbfId;\xe4"), ENCODING_UTF_8 },
		{ BYTES("\xff\xfeI\0d\0"), ENCODING_UTF_16LE },
		{ BYTES("\xfe\xff\0I\0d"), ENCODING_UTF_16BE },
		{ BYTES("I\0d\0;\0T\0"), ENCODING_UTF_16LE },
		{ BYTES("\0I\0d\0;\0T"), ENCODING_UTF_16BE },
		{ BYTES("Universit\xe4t;\x96\r\n"), ENCODING_WINDOWS_1252 },
		{ BYTES("caf\xe9\n\xc3\xa9"), ENCODING_WINDOWS_1252 },
		{ BYTES("\x8e;\x8f\rm\x8etier\r"), ENCODING_MAC_ROMAN },
		{ BYTES("\x8e;\x8f\r\nm\x8etier\r\n"), ENCODING_WINDOWS_1252 }, /* no bare CR */
		{ BYTES("\xed\xa0\x80"), ENCODING_WINDOWS_1252 }, /* a surrogate */
		{ BYTES("\xc0\x80"), ENCODING_WINDOWS_1252 }, /* overlong */
		{ BYTES(""), ENCODING_UTF_8 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		for (size_t piece = 1; piece <= cases[i].in.n + 1; piece++) {
			const char *why = NULL;

			assert_int_equal(guess_in_pieces(&why, cases[i].in, piece),
					 cases[i].encoding);
			assert_non_null(why);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_encoding_becomes_utf8),
		cmocka_unit_test(every_byte_of_every_table_decodes),
		cmocka_unit_test(names_and_aliases_are_known),
		cmocka_unit_test(the_guess_is_the_format_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
