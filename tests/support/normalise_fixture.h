// SPDX-License-Identifier: EUPL-1.2
#ifndef TESTS_SUPPORT_NORMALISE_FIXTURE_H
#define TESTS_SUPPORT_NORMALISE_FIXTURE_H

/*
 * One record made of words that a test says, normalised, and shown to survive its
 * JSON form.
 *
 *     start_record();
 *     add(EL_WORKLOAD, "5 ECTS");
 *     run();
 */

#include "tests/support/unit.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "catalogue/normalise.h"
#include "catalogue/text.h"

static struct arena arena;
static struct words words;
static struct notes notes;
static struct offer offer;
static struct source_context context;

static inline int set_up(void **state)
{
	(void)state;
	text_init();
	arena_init(&arena, LIMIT_OFFER_ARENA_BYTES);
	words = (struct words){ 0 };
	notes = (struct notes){ 0 };
	context = (struct source_context){ .source_id = SLICE_LIT("demo") };
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static inline void add_tagged(enum element e, uint16_t part, const char *lang, const char *scheme,
			      const char *text)
{
	assert_true(words_add(&words, &arena,
			      (struct word){ e, part, slice_of(lang), slice_of(scheme),
					     slice_of(text), SLICE_LIT("some.path") }));
}

static inline void add(enum element e, const char *text)
{
	add_tagged(e, 0, NULL, NULL, text);
}

static inline void add_part(enum element e, uint16_t part, const char *text)
{
	add_tagged(e, part, NULL, NULL, text);
}

static inline void start_record(void)
{
	add(EL_RECORD_ID, "r1");
	add_tagged(EL_TITLE, 0, "en", NULL, "A title");
}

/* Normalises, and shows that the result survives its JSON form. */
static inline void run(void)
{
	struct buf one = BUF_INIT(4 * LIMIT_OFFER_BYTES), two = BUF_INIT(4 * LIMIT_OFFER_BYTES);
	struct json_writer w1 = JSON_WRITER(&one), w2 = JSON_WRITER(&two);
	struct err err = ERR_INIT;
	struct offer back;

	if (normalise(&offer, &words, &context, &notes, NULL, &arena, &err) != ERR_OK)
		fail_msg("%s", err.msg);
	offer_write(&w1, &offer);
	if (offer_read(&back, &arena, buf_view(&one), &err) != ERR_OK)
		fail_msg("%s in %.*s", err.msg, SLICE_ARG(buf_view(&one)));
	offer_write(&w2, &back);
	assert_string_equal(buf_z(&one), buf_z(&two));
	buf_clear(&one);
	buf_clear(&two);
}

static inline bool has_note(const char *code)
{
	for (size_t i = 0; i < notes.n; i++)
		if (slice_eq_z(notes.items[i].code, code))
			return true;
	return false;
}

static inline void check_text(struct slice got, const char *text, int line)
{
	if (!slice_eq_z(got, text))
		fail_msg("line %d: read \"%.*s\", expected \"%s\"", line, SLICE_ARG(got), text);
}

#define assert_text(got, text) check_text((got), (text), __LINE__)

#define NORMALISE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
