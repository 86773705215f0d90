// SPDX-License-Identifier: EUPL-1.2
/*
 * What a worker says, as items for the store: each kind with its members, and
 * frames that are not what they should be.
 */
#include "tests/support/unit.h"

#include "daemon/frames_to_items.h"
#include "harvesters/message.h"

struct fixture {
	struct arena arena;
	struct buf frames;
	struct frame_items items;
	struct err err;
};

static int open_fixture(void **state)
{
	struct fixture *f = mem_new(struct fixture);

	arena_init(&f->arena, 1 << 20);
	buf_init(&f->frames, 1 << 20);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	buf_clear(&f->frames);
	mem_free(f);
	return 0;
}

static const struct tag_page pages[] = { { 7, { "https://a.org/1", 15 } },
					 { 8, { "https://a.org/2", 15 } } };

static enum err_code convert(struct fixture *f)
{
	return frames_to_items(&f->items, &f->arena, buf_view(&f->frames), pages, countof(pages),
			       &f->err);
}

static void each_kind_of_frame_becomes_its_item(void **state)
{
	struct fixture *f = *state;
	struct raw_hash hash = { { 1, 2, 3 } };
	struct raw_hash hashes[] = { { { 4 } }, { { 5 } } };
	struct err why = { ERR_PARSE, "no title" };
	struct note note = { .code = SLICE_LIT("bad-date"),
			     .element = EL_URL,
			     .path = SLICE_LIT("a.b"),
			     .got = SLICE_LIT("x"),
			     .expected = SLICE_LIT("y") };
	const struct apply_item *i;

	message_write_offer(&f->frames, 7, SLICE_LIT("r1"), &hash, SLICE_LIT("{\"title\":{}}"),
			    SLICE_LIT("[]"));
	frame_write(&f->frames, FRAME_SEEN, 0, 8, slice_make((const char *)hashes, sizeof(hashes)));
	message_write_gone(&f->frames, 7, SLICE_LIT("r2"));
	message_write_reject(&f->frames, 9, SLICE_NONE, &why);
	message_write_out_of_scope(&f->frames, 8, SLICE_LIT("r3"), "a degree");
	message_write_note(&f->frames, 7, SLICE_LIT("r4"), &note);
	message_write_announce(&f->frames, 7, 123);
	message_write_remember(&f->frames, 7, "token", SLICE_LIT("t"));
	message_write_page(&f->frames, 7, 5, NULL);
	message_write_page(&f->frames, 8, 6, &why);
	assert_int_equal(convert(f), ERR_OK);
	assert_int_equal(f->items.n, 11);
	i = f->items.items;
	assert_int_equal(i[0].kind, APPLY_OFFER);
	assert_slice(i[0].record_id, "r1");
	assert_slice(i[0].offer, "{\"title\":{}}");
	assert_slice(i[0].words, "[]");
	assert_slice(i[0].page, "https://a.org/1");
	assert_memory_equal(i[0].raw_hash, hash.bytes, 16);
	assert_int_equal(i[1].kind, APPLY_SEEN);
	assert_memory_equal(i[1].raw_hash, hashes[0].bytes, 16);
	assert_memory_equal(i[2].raw_hash, hashes[1].bytes, 16);
	assert_int_equal(i[3].kind, APPLY_GONE);
	assert_slice(i[3].record_id, "r2");
	assert_int_equal(i[4].kind, APPLY_REJECT);
	assert_slice(i[4].code, "parse");
	assert_slice(i[4].msg, "no title");
	assert_null(i[4].page.p); /* of no tag that is known */
	assert_int_equal(i[5].kind, APPLY_OUT_OF_SCOPE);
	assert_slice(i[5].msg, "a degree");
	assert_int_equal(i[6].kind, APPLY_NOTE);
	assert_slice(i[6].code, "bad-date");
	assert_slice(i[6].element, "url");
	assert_slice(i[6].path, "a.b");
	assert_slice(i[6].got, "x");
	assert_slice(i[6].expected, "y");
	assert_int_equal(i[7].kind, APPLY_ANNOUNCE);
	assert_int_equal(i[7].count, 123);
	assert_int_equal(i[8].kind, APPLY_REMEMBER);
	assert_slice(i[8].key, "token");
	assert_slice(i[8].value, "t");
	assert_int_equal(i[9].kind, APPLY_PAGE);
	assert_int_equal(i[9].count, 5);
	assert_false(i[9].is_lost);
	assert_true(i[10].is_lost);
	assert_slice(i[10].msg, "no title");
}

static void frames_that_cannot_be_read_are_refused(void **state)
{
	static const struct {
		uint8_t type;
		const char *payload;
	} cases[] = {
		{ FRAME_OFFER, "" },
		{ FRAME_OFFER, "not json" },
		{ FRAME_OFFER, "{\"recordId\":7}" },
		{ FRAME_GONE, "{}" },
		{ FRAME_GONE, "[]" },
		{ FRAME_REJECT, "{\"code\":1}" },
		{ FRAME_NOTE, "{" },
		{ FRAME_PAGE, "{\"items\":-1}" },
		{ FRAME_ANNOUNCE, "123" },
		{ FRAME_REMEMBER, "{\"key\":\"a\"}" },
		{ FRAME_REQUEST, "{}" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < countof(cases); i++) {
		buf_reset(&f->frames);
		frame_write(&f->frames, cases[i].type, 0, 7, slice_of(cases[i].payload));
		if (convert(f) != ERR_PROTOCOL)
			fail_msg("taken: %s %s", frame_type_name(cases[i].type), cases[i].payload);
	}
}

static void half_a_frame_is_refused(void **state)
{
	struct fixture *f = *state;

	message_write_gone(&f->frames, 7, SLICE_LIT("r2"));
	for (size_t n = f->frames.len - 1; n > 0; n--) {
		buf_truncate(&f->frames, n);
		assert_int_equal(convert(f), ERR_PROTOCOL);
	}
	buf_truncate(&f->frames, 0);
	assert_int_equal(convert(f), ERR_OK);
	assert_int_equal(f->items.n, 0);
}

static void a_batch_has_a_limit(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	arena_init(&f->arena, 4096);
	for (int i = 0; i < 200; i++)
		message_write_gone(&f->frames, 7, SLICE_LIT("some-record"));
	assert_int_equal(convert(f), ERR_LIMIT);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(each_kind_of_frame_becomes_its_item),
		WITH_FIXTURE(frames_that_cannot_be_read_are_refused),
		WITH_FIXTURE(half_a_frame_is_refused),
		WITH_FIXTURE(a_batch_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
