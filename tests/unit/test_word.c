// SPDX-License-Identifier: EUPL-1.2
/*
 * Words and notes: adding, finding, JSON both ways.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* After what it needs. */
#include <cmocka.h>

#include "tests/support/random.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, LIMIT_OFFER_ARENA_BYTES);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static void every_element_has_a_name_and_comes_back_from_it(void **state)
{
	(void)state;
	for (int e = 0; e < EL_COUNT; e++) {
		const char *name = element_name((enum element)e);

		assert_non_null(name);
		assert_int_equal(element_of_name(slice_of(name)), e);
	}
	assert_null(element_name(EL_COUNT));
	assert_int_equal(element_of_name(SLICE_LIT("no.such")), EL_COUNT);
	assert_int_equal(element_of_name(SLICE_LIT("")), EL_COUNT);
}

static void blank_words_are_not_added(void **state)
{
	struct words words = { 0 };

	(void)state;
	assert_true(words_add(&words, &arena, (struct word){ .element = EL_TITLE }));
	assert_true(words_add(&words, &arena,
			      (struct word){ .element = EL_TITLE, .text = SLICE_LIT(" \n ") }));
	assert_int_equal(words.n, 0);
}

static void words_are_found_by_element_and_part(void **state)
{
	struct words words = { 0 };

	(void)state;
	for (uint16_t part = 0; part < 3; part++)
		assert_true(
			words_add(&words, &arena,
				  (struct word){ .element = EL_SESSION_START,
						 .part = part,
						 .text = arena_printf(&arena, "202%u", part) }));
	assert_true(slice_eq_z(words_find(&words, EL_SESSION_START, 2)->text, "2022"));
	assert_null(words_find(&words, EL_SESSION_START, 3));
	assert_null(words_find(&words, EL_TITLE, 0));
}

static void words_beyond_the_limit_are_refused_for_ever(void **state)
{
	struct words words = { 0 };
	struct word word = { .element = EL_KEYWORD, .text = SLICE_LIT("x") };

	(void)state;
	for (unsigned i = 0; i < LIMIT_OFFER_WORDS; i++)
		assert_true(words_add(&words, &arena, word));
	assert_false(words_add(&words, &arena, word));
	assert_false(words_add(&words, &arena, word));
	assert_int_equal(words.n, LIMIT_OFFER_WORDS);
}

static void words_survive_json(void **state)
{
	struct words words = { 0 }, back = { 0 };
	struct buf first = BUF_INIT(LIMIT_OFFER_BYTES), second = BUF_INIT(LIMIT_OFFER_BYTES);
	struct json_writer w1 = JSON_WRITER(&first), w2 = JSON_WRITER(&second);
	struct err err = ERR_INIT;

	(void)state;
	assert_true(words_add(&words, &arena,
			      (struct word){ EL_TITLE, 0, SLICE_LIT("fi"), SLICE_NONE,
					     SLICE_LIT("<b>Teko\303\244ly</b>\n \"x\""),
					     SLICE_LIT("name[0].value") }));
	assert_true(words_add(&words, &arena,
			      (struct word){ EL_WORKLOAD, 0, SLICE_NONE, SLICE_LIT("ects"),
					     SLICE_LIT("5"), SLICE_LIT("studyLoad.value") }));
	assert_true(words_add(&words, &arena,
			      (struct word){ EL_SESSION_END, 7, SLICE_NONE, SLICE_NONE,
					     SLICE_LIT("2027"), SLICE_NONE }));
	words_write(&w1, &words);
	assert_int_equal(words_read(&back, &arena, buf_view(&first), &err), ERR_OK);
	assert_int_equal(back.n, 3);
	assert_int_equal(back.items[2].part, 7);
	assert_null(back.items[2].lang.p);
	words_write(&w2, &back);
	assert_string_equal(buf_z(&first), buf_z(&second));
	buf_clear(&first);
	buf_clear(&second);
}

static void words_of_a_former_version_are_left_out(void **state)
{
	struct words words = { 0 };
	struct slice json = SLICE_LIT("[{\"element\":\"gone.element\",\"text\":\"a\"},"
				      "{\"element\":\"title\",\"text\":\"b\",\"more\":[1]}]");

	(void)state;
	assert_int_equal(words_read(&words, &arena, json, NULL), ERR_OK);
	assert_int_equal(words.n, 1);
	assert_int_equal(words.items[0].element, EL_TITLE);
}

static void words_that_are_wrong_are_refused_with_their_path(void **state)
{
	static const struct {
		const char *json, *message;
	} rows[] = {
		{ "{}", "words: expected a list" },
		{ "[1]", "words[0]: expected an object" },
		{ "[{\"element\":\"title\"},{\"text\":\"x\"}]", "words[1].element: expected" },
		{ "[{\"element\":\"title\",\"part\":-1}]",
		  "words[0].part: expected a whole number" },
		{ "[{\"element\":\"title\",\"part\":65536}]", "words[0].part" },
		{ "[{\"element\":\"title\",\"text\":5}]", "words[0].text: expected a text" },
		{ "[", "words: not JSON at byte 1" },
		{ "", "words: not JSON" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct words words = { 0 };
		struct err err = ERR_INIT;

		assert_int_equal(words_read(&words, &arena, slice_of(rows[i].json), &err),
				 ERR_PARSE);
		if (strncmp(err.msg, rows[i].message, strlen(rows[i].message)) != 0)
			fail_msg("%s: read \"%s\"", rows[i].json, err.msg);
	}
}

static void notes_are_cut_and_counted(void **state)
{
	struct notes notes = { 0 };
	struct slice code = SLICE_LIT("unknown-level");
	char text[2 * LIMIT_NOTE_BYTES];

	(void)state;
	memset(text, 'x', sizeof text);
	for (unsigned i = 0; i < 2 * LIMIT_OFFER_NOTES; i++)
		notes_add(&notes, &arena,
			  (struct note){ .code = code, .got = { text, sizeof text } });
	assert_int_equal(notes.n, LIMIT_OFFER_NOTES);
	assert_int_equal(notes.items[0].got.n, LIMIT_NOTE_BYTES);
	notes_add(NULL, &arena, (struct note){ .code = code });
}

/* What the writer makes of what the reader reads; false when it reads nothing. */
static bool write_again(struct buf *out, struct slice json)
{
	struct json_writer w = JSON_WRITER(out);
	struct words words = { 0 };
	struct err err = ERR_INIT;

	if (words_read(&words, &arena, json, &err) != ERR_OK)
		return false;
	words_write(&w, &words);
	return true;
}

static const char *const written[] = {
	"[]",
	"[{\"element\":\"title\",\"text\":\"x\"}]",
	"[{\"element\":\"title\",\"lang\":\"fi\",\"text\":\"Tekoälyn \\\"perusteet\\\"\","
	"\"path\":\"name[0].value\"},"
	"{\"element\":\"workload\",\"scheme\":\"ects\",\"text\":\"5\",\"path\":\"\"},"
	"{\"element\":\"sessions.start\",\"part\":3,\"text\":\"a\\nb\\tc\\rd\\u0001e\\u001ff\\\\\"}"
	"]",
};

static const char *const not_written[] = {
	"",
	"[",
	"[ ]",
	"[]x",
	"[{}]",
	"[{\"element\":\"no.such\",\"text\":\"x\"}]",
	"[{\"element\":\"title\"}]",
	"[{\"element\":\"title\",\"text\":\"\"}]",
	"[{\"element\":\"title\",\"text\":\"  \\n\"}]",
	"[{\"text\":\"x\",\"element\":\"title\"}]",
	"[{\"element\":\"title\", \"text\":\"x\"}]",
	"[{\"element\":\"title\",\"part\":0,\"text\":\"x\"}]",
	"[{\"element\":\"title\",\"part\":01,\"text\":\"x\"}]",
	"[{\"element\":\"title\",\"part\":65536,\"text\":\"x\"}]",
	"[{\"element\":\"title\",\"part\":,\"text\":\"x\"}]",
	"[{\"element\":\"title\",\"text\":\"\\/\"}]",
	"[{\"element\":\"title\",\"text\":\"x\\u0000\"}]",
	"[{\"element\":\"title\",\"text\":\"x\\u000a\"}]",
	"[{\"element\":\"title\",\"text\":\"x\\u001F\"}]",
	"[{\"element\":\"title\",\"text\":\"x\\u0020\"}]",
	"[{\"element\":\"title\",\"text\":\"x\ny\"}]",
	"[{\"element\":\"title\",\"text\":\"\xc3\"}]",
	"[{\"element\":\"title\",\"text\":\"x\"},]",
	"[{\"element\":\"title\",\"text\":\"x\",\"text\":\"y\"}]",
};

static void words_that_were_written_are_known_as_such(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(written); i++) {
		struct buf again = BUF_INIT(4096);

		assert_true(write_again(&again, slice_of(written[i])));
		assert_string_equal(buf_z(&again), written[i]);
		assert_true(words_are_written(slice_of(written[i])));
		buf_clear(&again);
	}
	for (size_t i = 0; i < countof(not_written); i++)
		if (words_are_written(slice_of(not_written[i])))
			fail_msg("%s", not_written[i]);
}

/* Whatever is taken for written, written again, is the same. */
static void damaged_words_are_not_taken_for_written(void **state)
{
	static const char bytes[] = "{}[]\",:\\u0019afnrt x\n\xc3\xa4";
	struct random r = RANDOM_INIT(3);
	size_t n_taken = 0;

	(void)state;
	for (size_t round = 0; round < 30000; round++) {
		struct buf text = BUF_INIT(4096), again = BUF_INIT(4096);
		size_t at;

		arena_reset(&arena);
		buf_str(&text, written[1 + random_below(&r, 2)]);
		for (uint32_t k = 1 + random_below(&r, 2); k > 0; k--) {
			at = random_below(&r, (uint32_t)text.len);
			text.data[at] = bytes[random_below(&r, sizeof(bytes) - 1)];
		}
		if (words_are_written(buf_view(&text))) {
			n_taken++;
			assert_true(write_again(&again, buf_view(&text)));
			assert_string_equal(buf_z(&again), buf_z(&text));
		}
		buf_clear(&text);
		buf_clear(&again);
	}
	assert_true(n_taken > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_element_has_a_name_and_comes_back_from_it,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(blank_words_are_not_added, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_are_found_by_element_and_part, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(words_beyond_the_limit_are_refused_for_ever, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(words_survive_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_of_a_former_version_are_left_out, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(words_that_are_wrong_are_refused_with_their_path,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_that_were_written_are_known_as_such, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(damaged_words_are_not_taken_for_written, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(notes_are_cut_and_counted, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
