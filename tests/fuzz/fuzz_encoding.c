// SPDX-License-Identifier: EUPL-1.2
/*
 * Decoders and the guess. Bytes of any encoding become valid UTF-8 of bounded
 * size, the same however they are cut; what is UTF-8 stays as it is.
 */
#include "tests/fuzz/fuzz.h"

#include "tests/support/decoding.h"

static void check_decoder(enum encoding e, struct slice in)
{
	struct buf whole = BUF_INIT(3 * in.n + 16), pieces = BUF_INIT(3 * in.n + 16);
	uint64_t n_whole = decode_in_pieces(&whole, e, in, in.n + 1);
	uint64_t n_pieces = decode_in_pieces(&pieces, e, in, fuzz_piece(in, fuzz_mix(in) % 2));
	struct slice mark = SLICE_LIT("\xef\xbb\xbf");

	FUZZ_EXPECT(!buf_failed(&whole), "%s: more than three bytes a byte", encoding_name(e));
	FUZZ_EXPECT(utf8_is_valid(buf_view(&whole)), "%s", encoding_name(e));
	FUZZ_EXPECT(slice_eq(buf_view(&whole), buf_view(&pieces)) && n_whole == n_pieces, "%s",
		    encoding_name(e));
	if (e == ENCODING_UTF_8 && utf8_is_valid(in))
		FUZZ_CHECK(n_whole == 0 &&
			   slice_eq(buf_view(&whole),
				    slice_starts_with(in, mark) ? slice_from(in, 3) : in));
	buf_clear(&whole);
	buf_clear(&pieces);
}

static void check_guess(struct slice in)
{
	const char *why = NULL, *why_pieces = NULL;
	enum encoding e = guess_in_pieces(&why, in, in.n + 1);
	size_t mark_bytes = 0;
	enum encoding marked = encoding_of_mark(&mark_bytes, in);

	FUZZ_CHECK(e < ENCODING_COUNT && why != NULL);
	FUZZ_CHECK(e == guess_in_pieces(&why_pieces, in, fuzz_piece(in, 0)) &&
		   strcmp(why, why_pieces) == 0);
	FUZZ_CHECK(mark_bytes <= in.n && (marked == ENCODING_COUNT || e == marked));
}

static void check_name(struct slice name)
{
	enum encoding e = encoding_of_name(name);

	if (e != ENCODING_COUNT)
		FUZZ_CHECK(encoding_of_name(slice_of(encoding_name(e))) == e);
	(void)encoding_of_content_type(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice in = fuzz_input(data, n);
	struct slice rest = in;

	for (int e = 0; e < ENCODING_COUNT; e++)
		check_decoder((enum encoding)e, in);
	check_guess(in);
	check_name(fuzz_line(&rest));
	unit_exact_free(in);
	return 0;
}
