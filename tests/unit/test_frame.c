// SPDX-License-Identifier: EUPL-1.2
/* Tests of harvesters/frame: what is written can be taken again, and nothing else can. */
#include "harvesters/frame.h"

#include "tests/support/unit.h"

static const uint8_t all_types[] = { FRAME_BEGIN,    FRAME_KNOWN,    FRAME_RESPONSE,
				     FRAME_BODY,     FRAME_BODY_END, FRAME_FAILED,
				     FRAME_FINISH,   FRAME_READY,    FRAME_REQUEST,
				     FRAME_CREDIT,   FRAME_REWIND,   FRAME_OFFER,
				     FRAME_SEEN,     FRAME_GONE,     FRAME_OUT_OF_SCOPE,
				     FRAME_REJECT,   FRAME_NOTE,     FRAME_ANNOUNCE,
				     FRAME_REMEMBER, FRAME_PAGE,     FRAME_COMPLETE };

static void header_is_little_endian(void **state)
{
	struct buf out = BUF_INIT(100);
	static const char expected[] = "\x03\x00\x00\x00\x29\x00\x00\x00\x04\x03\x02\x01{}\n";

	(void)state;
	frame_write(&out, FRAME_NOTE, 0, 0x01020304, SLICE_LIT("{}\n"));
	assert_slices_equal(buf_view(&out), slice_make(expected, sizeof(expected) - 1));
	buf_clear(&out);
}

static void every_type_comes_back(void **state)
{
	struct buf out = BUF_INIT(100000);
	struct slice in;
	struct frame f;
	bool is_whole;

	(void)state;
	for (size_t i = 0; i < countof(all_types); i++) {
		struct slice payload =
			slice_first(SLICE_LIT("12345678"), frame_max_payload(all_types[i]));

		frame_write(&out, all_types[i], 0, (uint32_t)i, payload);
	}
	in = buf_view(&out);
	for (size_t i = 0; i < countof(all_types); i++) {
		assert_int_equal(frame_take(&f, &is_whole, &in, NULL), ERR_OK);
		assert_true(is_whole);
		assert_int_equal(f.type, all_types[i]);
		assert_int_equal(f.tag, i);
		assert_int_equal(f.payload.n,
				 frame_max_payload(f.type) < 8 ? frame_max_payload(f.type) : 8);
		assert_string_not_equal(frame_type_name(f.type), "?");
	}
	assert_int_equal(in.n, 0);
	buf_clear(&out);
}

static void half_a_frame_waits_for_the_rest(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct frame f;
	bool is_whole = true;

	(void)state;
	frame_write(&out, FRAME_KNOWN, FRAME_FLAG_LAST, 0, SLICE_LIT("0123456789abcdef"));
	for (size_t n = 0; n < out.len; n++) {
		struct slice part = unit_exact(slice_first(buf_view(&out), n));
		struct slice in = part;

		assert_int_equal(frame_take(&f, &is_whole, &in, NULL), ERR_OK);
		assert_false(is_whole);
		assert_int_equal(in.n, n);
		unit_exact_free(part);
	}
	buf_clear(&out);
}

static void impossible_headers_are_refused(void **state)
{
	static const struct {
		const char bytes[FRAME_HEADER_BYTES + 1];
		const char *message;
	} cases[] = {
		{ "\0\0\0\0\x00\0\0\0\0\0\0\0", "a frame of unknown type 0" },
		{ "\0\0\0\0\x08\0\0\0\0\0\0\0", "a frame of unknown type 8" },
		{ "\0\0\0\0\x1f\0\0\0\0\0\0\0", "a frame of unknown type 31" },
		{ "\0\0\0\0\x2e\0\0\0\0\0\0\0", "a frame of unknown type 46" },
		{ "\0\0\0\0\xff\0\0\0\0\0\0\0", "a frame of unknown type 255" },
		{ "\x05\0\0\0\x22\0\0\0\0\0\0\0", "a CREDIT frame of 5 bytes, at most 4 expected" },
		{ "\x01\0\x01\0\x25\0\0\0\0\0\0\0",
		  "a SEEN frame of 65537 bytes, at most 65536 expected" },
		{ "\xff\xff\xff\xff\x24\0\0\0\0\0\0\0",
		  "a OFFER frame of 4294967295 bytes, at most 1049110 expected" },
		{ "\0\0\0\0\x20\x01\0\0\0\0\0\0", "a READY frame with unknown flags" },
		{ "\0\0\0\0\x02\x02\0\0\0\0\0\0", "a KNOWN frame with unknown flags" },
		{ "\0\0\0\0\x20\0\x01\0\0\0\0\0", "a READY frame with unknown flags" },
		{ "\0\0\0\0\x20\0\0\x80\0\0\0\0", "a READY frame with unknown flags" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice in = slice_make(cases[i].bytes, FRAME_HEADER_BYTES);
		struct err err = ERR_INIT;
		struct frame f;
		bool is_whole;

		assert_int_equal(frame_take(&f, &is_whole, &in, &err), ERR_PROTOCOL);
		assert_string_equal(err.msg, cases[i].message);
		assert_int_equal(in.n, FRAME_HEADER_BYTES);
	}
}

static void payload_can_be_written_in_place(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct slice in;
	struct frame f;
	bool is_whole;
	size_t at;

	(void)state;
	frame_write(&out, FRAME_FINISH, 0, 0, SLICE_NONE);
	at = frame_begin(&out, FRAME_OFFER, 0, 7);
	buf_str(&out, "{\"recordId\":");
	buf_str(&out, "\"x\"}");
	frame_end(&out, at);

	in = buf_view(&out);
	assert_int_equal(frame_take(&f, &is_whole, &in, NULL), ERR_OK);
	assert_int_equal(f.type, FRAME_FINISH);
	assert_int_equal(frame_take(&f, &is_whole, &in, NULL), ERR_OK);
	assert_true(is_whole);
	assert_slice(f.payload, "{\"recordId\":\"x\"}");
	assert_int_equal(f.tag, 7);
	buf_clear(&out);
}

static void full_buf_holds_whole_frames_only(void **state)
{
	struct buf out = BUF_INIT(30);
	size_t at;

	(void)state;
	frame_write(&out, FRAME_FINISH, 0, 0, SLICE_NONE);
	at = frame_begin(&out, FRAME_NOTE, 0, 1);
	buf_str(&out, "does not fit");
	assert_true(buf_failed(&out));
	frame_end(&out, at);
	assert_int_equal(out.len, FRAME_HEADER_BYTES);

	buf_reset(&out);
	frame_write(&out, FRAME_FINISH, 0, 0, SLICE_NONE);
	frame_write(&out, FRAME_NOTE, 0, 1, SLICE_LIT("does not fit"));
	assert_true(buf_failed(&out));
	assert_int_equal(out.len, FRAME_HEADER_BYTES);
	buf_clear(&out);
}

static void sides_are_told_apart(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++)
		assert_int_equal(frame_is_from_worker((uint8_t)type),
				 type >= FRAME_READY && type <= FRAME_COMPLETE);
	assert_string_equal(frame_type_name(99), "?");
	assert_int_equal(frame_max_payload(99), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_little_endian),
		cmocka_unit_test(every_type_comes_back),
		cmocka_unit_test(half_a_frame_waits_for_the_rest),
		cmocka_unit_test(impossible_headers_are_refused),
		cmocka_unit_test(payload_can_be_written_in_place),
		cmocka_unit_test(full_buf_holds_whole_frames_only),
		cmocka_unit_test(sides_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
