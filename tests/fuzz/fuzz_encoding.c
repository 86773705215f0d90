// SPDX-License-Identifier: EUPL-1.2
/*
 * Decoders and the guess. Bytes of any encoding become valid UTF-8 of bounded
 * size, the same however they are cut; what is UTF-8 stays as it is.
 */
#include "tests/fuzz/fuzz.h"

#include "harvesters/encoding.h"

static uint64_t decode(struct buf *out, enum encoding e, struct slice in, size_t piece)
{
	struct decoder d;

	decoder_init(&d, e);
	while (in.n > 0) {
		struct slice part = unit_exact(slice_first(in, piece));

		decoder_feed(&d, out, part);
		unit_exact_free(part);
		in = slice_from(in, piece);
	}
	decoder_end(&d, out);
	return d.n_repaired;
}

static void check_decoder(enum encoding e, struct slice in)
{
	struct buf whole = BUF_INIT(3 * in.n + 16), pieces = BUF_INIT(3 * in.n + 16);
	uint64_t n_whole = decode(&whole, e, in, in.n + 1);
	uint64_t n_pieces = decode(&pieces, e, in, fuzz_piece(in, fuzz_mix(in) % 2));
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

static enum encoding guess(struct slice in, size_t piece, const char **why)
{
	struct encoding_guess g;
	enum encoding e;

	encoding_guess_init(&g);
	for (; in.n > 0; in = slice_from(in, piece))
		encoding_guess_feed(&g, slice_first(in, piece));
	e = encoding_guess_end(&g, why);
	buf_clear(&g.start);
	return e;
}

static void check_guess(struct slice in)
{
	const char *why = NULL, *why_pieces = NULL;
	enum encoding e = guess(in, in.n + 1, &why);
	size_t mark_bytes = 0;
	enum encoding marked = encoding_of_mark(&mark_bytes, in);

	FUZZ_CHECK(e < ENCODING_COUNT && why != NULL);
	FUZZ_CHECK(e == guess(in, fuzz_piece(in, 0), &why_pieces) && strcmp(why, why_pieces) == 0);
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
