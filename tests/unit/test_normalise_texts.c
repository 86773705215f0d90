// SPDX-License-Identifier: EUPL-1.2
/*
 * From words to texts of offers: in which language they are, how long they may
 * be, and where they are lists.
 */
#include "tests/support/normalise_fixture.h"

static void a_text_without_a_tag_is_the_sources_or_unknown(void **state)
{
	(void)state;
	start_record();
	add(EL_DESCRIPTION, "Something");
	run();
	assert_text(offer.description.items[0].lang, "und");
	context.language = SLICE_LIT("sv");
	run();
	assert_text(offer.description.items[0].lang, "sv");
}

static void one_text_under_two_tags_is_kept_once(void **state)
{
	static const char english[] =
		"This course introduces the students to the methods of the history of science and "
		"it is open for all who want to know more about the past.";

	(void)state;
	start_record();
	add_tagged(EL_TITLE, 0, "nl-NL", NULL, "A title");
	add_tagged(EL_DESCRIPTION, 0, "nl-NL", NULL, english);
	add_tagged(EL_DESCRIPTION, 0, "en-GB", NULL, english);
	add_tagged(EL_AUDIENCE, 0, "nl", NULL, english);
	add_tagged(EL_AUDIENCE, 0, "fi", NULL, english);
	run();
	assert_int_equal(offer.title.n, 1);
	assert_int_equal(offer.description.n, 1);
	assert_text(offer.description.items[0].lang, "en");
	assert_int_equal(offer.audience.n, 1);
	assert_text(offer.audience.items[0].lang, "en");
	assert_true(has_note("language-tag-lies"));
}

static void a_tag_that_lies_beside_a_right_one_is_noticed(void **state)
{
	static const char english[] =
		"This course introduces the students to the methods of the history of science and "
		"it is open for all who want to know more about the past.";

	(void)state;
	start_record();
	add_tagged(EL_TITLE, 0, "en", NULL, "A title");
	add_tagged(EL_DESCRIPTION, 0, "en-GB", NULL, english);
	add_tagged(EL_DESCRIPTION, 0, "nl-NL", NULL, english);
	run();
	assert_text(offer.description.items[0].lang, "en");
	assert_true(has_note("language-tag-lies"));
}

/* Bosnian is so near to Croatian that the same text may well be both. */
static void a_tag_that_the_guess_does_not_know_is_not_accused(void **state)
{
	static const char english[] =
		"This course introduces the students to the methods of the history of science and "
		"it is open for all who want to know more about the past.";

	(void)state;
	start_record();
	add_tagged(EL_DESCRIPTION, 0, "en", NULL, english);
	add_tagged(EL_DESCRIPTION, 0, "bs", NULL, english);
	run();
	assert_text(offer.description.items[0].lang, "en");
	assert_false(has_note("language-tag-lies"));
}

static void a_short_text_under_two_tags_follows_a_long_one(void **state)
{
	static const char english[] =
		"This course introduces the students to the methods of the history of science and "
		"it is open for all who want to know more about the past.";
	static const char outcomes[] = "After the course, the student\n- weighs evidence\n"
				       "- can explain how the methods of a field came to be what "
				       "they are and which of them have been given up";

	(void)state;
	add(EL_RECORD_ID, "r1");
	add_tagged(EL_TITLE, 0, "nl-NL", NULL, "Advanced history");
	add_tagged(EL_TITLE, 0, "en-GB", NULL, "Advanced history");
	add_tagged(EL_OUTCOME, 0, "nl-NL", NULL, outcomes);
	add_tagged(EL_OUTCOME, 0, "en-GB", NULL, outcomes);
	add_tagged(EL_DESCRIPTION, 0, "nl-NL", NULL, english);
	add_tagged(EL_DESCRIPTION, 0, "en-GB", NULL, english);
	run();
	assert_int_equal(offer.title.n, 1);
	assert_text(offer.title.items[0].lang, "en");
	assert_int_equal(offer.outcomes.n, 1);
	assert_text(offer.outcomes.langs[0].lang, "en");
	assert_int_equal(offer.outcomes.langs[0].n, 2); /* the line before them is none */
	assert_text(offer.outcomes.langs[0].items[0], "weighs evidence");
}

static void a_text_without_a_tag_is_in_the_language_it_is_written_in(void **state)
{
	static const char english[] =
		"<p>This course introduces the students to the methods of the history of science "
		"and it is open for all who want to know more about the past.</p>";
	static const struct {
		const char *language; /* of the source */
		const char *expected;
	} cases[] = {
		{ "", "en" },
		{ "de", "en" },
		{ "en-IE", "en-IE" },
		{ "nn", "nn" }, /* not one of those that can be told: the source knows better */
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		words = (struct words){ 0 };
		add(EL_RECORD_ID, "r1");
		add(EL_TITLE, "A title");
		context.title = SLICE_LIT("Lernhaus");
		context.is_own = true;
		context.language = slice_of(cases[i].language);
		add(EL_DESCRIPTION, english);
		add(EL_KEYWORD, "past");
		run();
		assert_text(offer.description.items[0].lang, cases[i].expected);
		assert_text(offer.title.items[0].lang, cases[i].expected);
		assert_text(offer.keywords.langs[0].lang, cases[i].expected);
		/* What the partner is called is said by the source. */
		assert_text(offer.provider.name.items[0].lang,
			    cases[i].language[0] != 0 ? cases[i].language : "und");
	}
}

static void outcomes_are_one_a_word_or_split(void **state)
{
	(void)state;
	start_record();
	add_tagged(EL_OUTCOME, 0, "en", NULL,
		   "After this you can:<ul><li>one</li><li>two</li></ul>");
	add_tagged(EL_OUTCOME, 0, "fi", NULL, "yksi");
	add_tagged(EL_OUTCOME, 0, "fi", NULL, "kaksi");
	add_tagged(EL_OUTCOME, 0, "fi", NULL, "kaksi");
	add_tagged(EL_OUTCOME, 0, "sv", NULL, "- ett");
	add_tagged(EL_OUTCOME, 0, "sv", NULL, "- två");
	add_tagged(EL_KEYWORD, 0, "en", NULL, "ai, ethics , data");
	run();
	assert_int_equal(offer.outcomes.n, 3);
	assert_text(offer.outcomes.langs[2].items[0], "ett"); /* without its mark */
	assert_text(offer.outcomes.langs[2].items[1], "två");
	assert_int_equal(offer.outcomes.langs[0].n, 2);
	assert_text(offer.outcomes.langs[0].items[1], "two");
	assert_int_equal(offer.outcomes.langs[1].n, 2);
	assert_int_equal(offer.keywords.langs[0].n, 3);
	assert_text(offer.keywords.langs[0].items[1], "ethics");
}

static void long_texts_are_cut_with_a_note(void **state)
{
	struct buf text = BUF_INIT(LIMIT_OFFER_BYTES);

	(void)state;
	start_record();
	while (text.len < LIMIT_TEXT_BYTES + 10)
		buf_str(&text, "word ");
	add(EL_DESCRIPTION, buf_z(&text));
	run();
	assert_true(offer.description.items[0].text.n <= LIMIT_TEXT_BYTES);
	assert_true(has_note("text-cut"));
	buf_clear(&text);
}

static void many_paragraphs_are_joined_in_bounded_memory(void **state)
{
	(void)state;
	start_record();
	for (unsigned i = 0; i < 3000; i++)
		assert_true(words_add(
			&words, &arena,
			(struct word){ .element = EL_DESCRIPTION,
				       .text = arena_printf(&arena, "Paragraph %u.", i) }));
	run();
	assert_true(offer.description.items[0].text.n > 40000);
	assert_true(arena.used < 4u * LIMIT_MIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NORMALISE_TEST(a_text_without_a_tag_is_the_sources_or_unknown),
		NORMALISE_TEST(one_text_under_two_tags_is_kept_once),
		NORMALISE_TEST(a_tag_that_lies_beside_a_right_one_is_noticed),
		NORMALISE_TEST(a_tag_that_the_guess_does_not_know_is_not_accused),
		NORMALISE_TEST(a_short_text_under_two_tags_follows_a_long_one),
		NORMALISE_TEST(a_text_without_a_tag_is_in_the_language_it_is_written_in),
		NORMALISE_TEST(outcomes_are_one_a_word_or_split),
		NORMALISE_TEST(long_texts_are_cut_with_a_note),
		NORMALISE_TEST(many_paragraphs_are_joined_in_bounded_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
