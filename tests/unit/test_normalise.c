// SPDX-License-Identifier: EUPL-1.2
/*
 * From words to offers.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "catalogue/normalise.h"
#include "catalogue/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
/* After what it needs. */
#include <cmocka.h>

static struct arena arena;
static struct words words;
static struct notes notes;
static struct offer offer;
static struct source_context context;

static int set_up(void **state)
{
	(void)state;
	text_init();
	arena_init(&arena, LIMIT_OFFER_ARENA_BYTES);
	words = (struct words){ 0 };
	notes = (struct notes){ 0 };
	context = (struct source_context){ .source_id = SLICE_LIT("demo") };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static void add_tagged(enum element e, uint16_t part, const char *lang, const char *scheme,
		       const char *text)
{
	assert_true(words_add(&words, &arena,
			      (struct word){ e, part, slice_of(lang), slice_of(scheme),
					     slice_of(text), SLICE_LIT("some.path") }));
}

static void add(enum element e, const char *text)
{
	add_tagged(e, 0, NULL, NULL, text);
}

static void add_part(enum element e, uint16_t part, const char *text)
{
	add_tagged(e, part, NULL, NULL, text);
}

static void start_record(void)
{
	add(EL_RECORD_ID, "r1");
	add_tagged(EL_TITLE, 0, "en", NULL, "A title");
}

/* Normalises, and shows that the result survives its JSON form. */
static void run(void)
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

static bool has_note(const char *code)
{
	for (size_t i = 0; i < notes.n; i++)
		if (slice_eq_z(notes.items[i].code, code))
			return true;
	return false;
}

static void check_text(struct slice got, const char *text, int line)
{
	if (!slice_eq_z(got, text))
		fail_msg("line %d: read \"%.*s\", expected \"%s\"", line, SLICE_ARG(got), text);
}

#define assert_text(got, text) check_text((got), (text), __LINE__)

static void only_a_missing_id_or_title_rejects(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	add_tagged(EL_TITLE, 0, "en", NULL, "A title");
	assert_int_equal(normalise(&offer, &words, &context, &notes, NULL, &arena, &err),
			 ERR_PARSE);
	assert_string_equal(err.msg, "no id: a record needs an identifier that stays the same");
	words.n = 0;
	add(EL_RECORD_ID, "r1");
	assert_int_equal(normalise(&offer, &words, &context, &notes, NULL, &arena, &err),
			 ERR_PARSE);
	assert_string_equal(err.msg, "no title: a record needs one in at least one language");
	add(EL_TITLE, "TBC");
	assert_int_equal(normalise(&offer, &words, &context, &notes, NULL, &arena, &err),
			 ERR_PARSE);
	assert_string_equal(err.msg, "no title: \"TBC\" (some.path) stands for nothing");
	add(EL_TITLE, "Title");
	add(EL_WORKLOAD, "much");
	add(EL_LEVEL, "hard");
	add(EL_LANGUAGE, "Klingonisch");
	add(EL_URL, "nowhere");
	add(EL_SESSION_START, "soon");
	run();
	assert_true(has_note("workload-not-understood"));
	assert_true(has_note("unknown-level"));
	assert_true(has_note("unknown-language"));
	assert_true(has_note("bad-url"));
	assert_true(has_note("bad-date"));
	for (size_t i = 0; i < notes.n; i++) {
		assert_true(notes.items[i].got.n > 0);
		assert_true(notes.items[i].expected.n > 0);
	}
}

static void a_record_becomes_an_offer(void **state)
{
	(void)state;
	context.country = SLICE_LIT("FI");
	context.language = SLICE_LIT("fi");
	context.standard = SLICE_LIT("ooapi-5");
	add(EL_RECORD_ID, "r1");
	add_tagged(EL_IDENTIFIER, 0, NULL, "urn-schac-course", "urn:schac:x");
	add(EL_COURSE_CODE, " TIEA101 ");
	add_tagged(EL_TITLE, 0, "fi-FI", NULL, "Teko\303\244lyn perusteet");
	add_tagged(EL_TITLE, 0, "en_EN", NULL, "<b>Elements</b> of AI");
	add(EL_DESCRIPTION, "<p>Yksi</p>");
	add(EL_DESCRIPTION, "Kaksi");
	add_tagged(EL_WORKLOAD, 0, NULL, "ects", "5");
	add_tagged(EL_LEVEL, 0, NULL, "eqf", "7");
	add_tagged(EL_SUBJECT, 0, NULL, "iscedf", "0613");
	add_tagged(EL_SUBJECT, 0, NULL, "iscedf", "0613");
	add(EL_LANGUAGE, "eng");
	add(EL_LANGUAGE, "fin");
	add(EL_LANGUAGE, "en");
	add(EL_MODE, "online");
	add(EL_ASSESSMENT,
	    "A long essay about everything that was said, and a talk with the teacher");
	add(EL_STACKABILITY, "stackable");
	add(EL_URL, "www.jyu.fi/x");
	run();
	assert_text(offer.course_code, "TIEA101");
	assert_int_equal(offer.title.n, 2);
	assert_text(offer.title.items[0].lang, "fi");
	assert_text(offer.title.items[1].lang, "en");
	assert_text(offer.title.items[1].text, "Elements of AI");
	assert_text(offer.description.items[0].lang, "fi");
	assert_text(offer.description.items[0].text, "Yksi\n\nKaksi");
	assert_int_equal(offer.workload.ects_c, 500);
	assert_text(offer.workload.declared, "5 ects");
	assert_int_equal(offer.level.eqf, 7);
	assert_int_equal(offer.level.cycle, CYCLE_SECOND);
	assert_int_equal(offer.subjects.n, 1);
	assert_string_equal(offer.subjects.items[0].code, "0613");
	assert_int_equal(offer.languages.n, 2);
	assert_text(offer.languages.items[0], "en");
	assert_text(offer.modes.items[0], "online");
	assert_int_equal(offer.assessment_text.n, 1);
	assert_text(offer.stackability, "stackable");
	assert_text(offer.url, "https://www.jyu.fi/x");
	assert_text(offer.provider.country, "FI");
	assert_int_equal(offer.size_class, SIZE_MICRO);
	assert_true(offer.compatible.ects && offer.compatible.level && offer.compatible.assessment);
	assert_false(offer.compatible.outcomes || offer.compatible.recognition);
}

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

static void a_session_said_twice_is_one(void **state)
{
	(void)state;
	start_record();
	add_part(EL_SESSION_START, 0, "2027-09-01");
	add_part(EL_SESSION_PLACE, 0, "Metz");
	add_part(EL_SESSION_START, 1, "2027-09-01");
	add_part(EL_SESSION_PLACE, 1, "Metz");
	add_part(EL_SESSION_START, 2, "2027-09-01");
	add_part(EL_SESSION_PLACE, 2, "Nancy");
	add_part(EL_SESSION_START, 3, "2027-09-01");
	add_part(EL_SESSION_PLACE, 3, "Metz");
	add_part(EL_SESSION_ID, 3, "evening group");
	run();
	assert_int_equal(offer.sessions.n, 3);
	assert_text(offer.sessions.items[1].place, "Nancy");
	assert_text(offer.sessions.items[2].id, "evening group");
}

static void a_city_is_no_zone(void **state)
{
	static const struct {
		const char *text, *zone;
	} cases[] = {
		{ "Australia/Sydney", "Australia/Sydney" },
		{ "utc", "utc" },
		{ "+02:00", "+02:00" },
		{ "Melbourne", "" },
		{ "-", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		words.n = 0;
		start_record();
		add(EL_SESSION_START, "2027-09-01");
		add(EL_SESSION_TIMEZONE, cases[i].text);
		run();
		assert_text(offer.sessions.items[0].timezone, cases[i].zone);
	}
	assert_true(has_note("unknown-timezone"));
}

static void an_example_s_identifier_is_none(void **state)
{
	(void)state;
	start_record();
	add_tagged(EL_IDENTIFIER, 0, NULL, "crohoCreboCode", "string");
	add_tagged(EL_IDENTIFIER, 0, NULL, "crohoCreboCode", "59312");
	run();
	assert_int_equal(offer.identifiers.n, 1);
	assert_text(offer.identifiers.items[0].value, "59312");
}

static void a_keyword_of_a_scheme_is_whole(void **state)
{
	(void)state;
	start_record();
	add_tagged(EL_KEYWORD, 0, "en", "theme", "Business, Law and Peace");
	add_tagged(EL_KEYWORD, 0, "fi", NULL, "laki, rauha");
	run();
	assert_int_equal(offer.keywords.langs[0].n, 1);
	assert_text(offer.keywords.langs[0].items[0], "Business, Law and Peace");
	assert_int_equal(offer.keywords.langs[1].n, 2);
}

/* What is declared is heard before the title, which speaks of something else here. */
static void a_partner_s_own_name_of_a_field_is_told_by_its_words(void **state)
{
	(void)state;
	start_record();
	add(EL_TITLE, "History of mathematics in painting");
	add(EL_SUBJECT, "Radiologische technologie (medische beeldvorming)");
	run();
	assert_int_equal(offer.subjects.n, 1);
	assert_string_equal(offer.subjects.items[0].code, "0914");
	assert_int_equal(offer.subjects.items[0].from, FROM_INFERRED);
}

static void an_alliance_that_no_table_knows_keeps_its_name(void **state)
{
	(void)state;
	start_record();
	add(EL_ALLIANCE, "qxz");
	add(EL_ALLIANCE, "QXZ");
	add(EL_ALLIANCE, "Young Alliance");
	run();
	assert_int_equal(offer.alliances.n, 2);
	assert_text(offer.alliances.items[0], "QXZ");
	assert_text(offer.alliances.items[1], "Young Alliance");
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

static void the_provider_is_the_source_where_it_owns_its_offers(void **state)
{
	(void)state;
	start_record();
	context.title = SLICE_LIT("Example University");
	run();
	assert_int_equal(offer.provider.name.n, 0);
	assert_true(offer.completeness.missing & 1u << REQ_AWARDING_BODY);
	context.is_own = true;
	run();
	assert_text(offer.provider.name.items[0].text, "Example University");
	assert_int_equal(offer.awarding_bodies.n, 0);
	assert_false(offer.completeness.missing & 1u << REQ_AWARDING_BODY);
	/* Assessing again, as joining does, forgets nothing. */
	offer_assess(&offer);
	assert_false(offer.completeness.missing & 1u << REQ_AWARDING_BODY);
	add(EL_PROVIDER_NAME, "Other School");
	run();
	assert_int_equal(offer.provider.name.n, 1);
	assert_text(offer.provider.name.items[0].text, "Other School");
}

static void the_country_comes_from_the_best_witness(void **state)
{
	(void)state;
	start_record();
	context.country = SLICE_LIT("DE");
	run();
	assert_text(offer.provider.country, "DE");
	add_tagged(EL_PROVIDER_ID, 0, NULL, "schac", "jyu.fi");
	run();
	assert_text(offer.provider.country, "FI");
	assert_int_equal(offer.provider.ids.n, 2);
	assert_text(offer.provider.ids.items[1].scheme, "ror");
	add(EL_PROVIDER_COUNTRY, "Ruotsi");
	run();
	assert_text(offer.provider.country, "SE");
	words.n = 2;
	context.country = SLICE_NONE;
	add(EL_PROVIDER_URL, "https://www.nowhere-college.pt/");
	run();
	assert_text(offer.provider.country, "PT");
}

static void organisations_are_grouped_by_part(void **state)
{
	(void)state;
	start_record();
	add_part(EL_JOINT_NAME, 1, "Second");
	add_part(EL_JOINT_NAME, 0, "First");
	add_part(EL_JOINT_COUNTRY, 1, "IT");
	add_part(EL_JOINT_COUNTRY, 2, "ES");
	add_part(EL_AWARDING_NAME, 0, "Awarder");
	run();
	assert_int_equal(offer.joint_providers.n, 2);
	assert_text(offer.joint_providers.items[0].name.items[0].text, "Second");
	assert_text(offer.joint_providers.items[0].country, "IT");
	assert_int_equal(offer.awarding_bodies.n, 1);
	assert_false(offer.completeness.missing & 1u << REQ_AWARDING_BODY);
}

static void alliances_come_from_words_then_settings_then_membership(void **state)
{
	struct slice forthem = SLICE_LIT("FORTHEM");

	(void)state;
	start_record();
	add_tagged(EL_PROVIDER_ID, 0, NULL, "schac", "jyu.fi");
	run();
	assert_true(codes_has(&offer.alliances, forthem));
	context.alliances = (struct codes){ &forthem, 1 };
	add(EL_ALLIANCE, "euroteq");
	add(EL_ALLIANCE, "A Young One");
	run();
	assert_int_equal(offer.alliances.n, 3);
	assert_text(offer.alliances.items[1], "A Young One");
	assert_text(offer.alliances.items[2], "FORTHEM");
}

static void sessions_are_grouped_by_part_and_share_the_offers_price(void **state)
{
	struct session *s = NULL;

	(void)state;
	start_record();
	context.country = SLICE_LIT("FI");
	add_part(EL_SESSION_START, 3, "2027-01-15T10:00:00+02:00");
	add_part(EL_SESSION_START, 5, "kev\303\244t 2027");
	add_part(EL_SESSION_END, 3, "2027-03");
	add_part(EL_SESSION_MODE, 3, "online");
	add_part(EL_SESSION_LANGUAGE, 3, "fin");
	add_part(EL_SESSION_ROLLING, 5, "true");
	add_part(EL_SESSION_TIMEZONE, 3, "Europe/Helsinki");
	add_tagged(EL_SESSION_PRICE, 5, NULL, "EUR", "20");
	add_tagged(EL_PRICE, 0, NULL, "EUR", "free");
	add_tagged(EL_PRICE_AUDIENCE, 0, "en", NULL, "EU students");
	run();
	assert_int_equal(offer.sessions.n, 2);
	s = &offer.sessions.items[0];
	assert_int_equal(s->start.day, 15);
	assert_int_equal(s->start_from, FROM_DECLARED);
	assert_int_equal(s->end.month, 3);
	assert_text(s->modes.items[0], "online");
	assert_text(s->languages.items[0], "fi");
	assert_text(s->timezone, "Europe/Helsinki");
	assert_true(s->price.has_amount && s->price.amount_c == 0);
	assert_text(s->price.audience.items[0].text, "EU students");
	s = &offer.sessions.items[1];
	assert_int_equal(s->start_from, FROM_INFERRED);
	assert_int_equal(s->start.month, 1);
	assert_int_equal(s->start_max.month, 6);
	assert_int_equal(s->rolling, TRI_TRUE);
	assert_text(s->declared, "kev\303\244t 2027");
	assert_int_equal(s->price.amount_c, 2000);
	assert_true(offer.completeness.is_computed);
	assert_false(offer.completeness.missing & 1u << REQ_MODE);
}

static void a_price_without_sessions_makes_one(void **state)
{
	(void)state;
	start_record();
	add_tagged(EL_PRICE, 0, NULL, "EUR", "150");
	run();
	assert_int_equal(offer.sessions.n, 1);
	assert_int_equal(offer.sessions.items[0].price.amount_c, 15000);
	assert_int_equal(offer.sessions.items[0].start.precision, DATE_NONE);
}

static void an_end_before_its_start_undoes_both(void **state)
{
	(void)state;
	start_record();
	add(EL_SESSION_START, "2027-03-01");
	add(EL_SESSION_END, "2027-02-01");
	add(EL_SESSION_APPLY_FROM, "2027-01-01");
	add(EL_SESSION_APPLY_UNTIL, "2026-01-01");
	run();
	assert_int_equal(offer.sessions.items[0].start.precision, DATE_NONE);
	assert_int_equal(offer.sessions.items[0].end.precision, DATE_NONE);
	assert_int_equal(offer.sessions.items[0].apply_until.precision, DATE_NONE);
	assert_text(offer.sessions.items[0].declared,
		    "2027-03-01 to 2027-02-01; 2027-01-01 to 2026-01-01");
	assert_true(has_note("end-before-start"));
	assert_true(has_note("apply-until-before-from"));
}

static void sessions_beyond_the_limit_are_counted(void **state)
{
	(void)state;
	start_record();
	for (unsigned i = 0; i < LIMIT_OFFER_SESSIONS + 10; i++)
		add_part(EL_SESSION_START, (uint16_t)i,
			 arena_printf(&arena, "%u-%02u-01", 2027 + i / 12, i % 12 + 1).p);
	run();
	assert_int_equal(offer.sessions.n, LIMIT_OFFER_SESSIONS);
	assert_true(has_note("too-many-sessions"));
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

static void what_follows_is_computed(void **state)
{
	static const struct {
		const char *ects;
		enum size_class size;
	} sizes[] = {
		{ "0.5", SIZE_NANO },   { "1", SIZE_MICRO },   { "5", SIZE_MICRO },
		{ "5.5", SIZE_COURSE }, { "15", SIZE_COURSE }, { "16", SIZE_PATHWAY },
		{ "60", SIZE_PATHWAY }, { "61", SIZE_MACRO },
	};

	(void)state;
	for (size_t i = 0; i < countof(sizes); i++) {
		words.n = 0;
		start_record();
		add_tagged(EL_WORKLOAD, 0, NULL, "ects", sizes[i].ects);
		run();
		assert_int_equal(offer.size_class, sizes[i].size);
	}
	assert_int_equal(offer.completeness.score, 2 * 100 / REQ_COUNT);
	add(EL_RECOGNITION, "yes, by all partners");
	run();
	assert_true(offer.compatible.recognition);
}

static void what_several_words_say_together_is_explained(void **state)
{
	struct traces traces = { 0 };
	bool is_said = false;

	(void)state;
	start_record();
	add_tagged(EL_HOURS_PER_WEEK, 0, NULL, "h/week", "3");
	add(EL_DURATION, "P2W");
	assert_int_equal(normalise(&offer, &words, &context, &notes, &traces, &arena, NULL),
			 ERR_OK);
	for (size_t i = 0; i < traces.n; i++) {
		const struct trace *t = &traces.items[i];

		if (t->element != EL_HOURS_PER_WEEK)
			continue;
		is_said = true;
		assert_text(t->result, "6 h");
		assert_string_equal(t->reading.rule, "hours a week times weeks");
		assert_int_equal(t->reading.from, FROM_INFERRED);
	}
	assert_true(is_said);
}

/* "element piece result rule..." of each trace of an element, a line each. */
static void assert_told(const struct traces *traces, enum element element, const char *lines)
{
	struct buf text = BUF_INIT(65536);

	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *t = &traces->items[i];

		if (t->element == element)
			buf_printf(&text, "%.*s > %.*s (%s)\n", SLICE_ARG(t->piece),
				   SLICE_ARG(t->result), t->reading.rule);
	}
	assert_string_equal(buf_z(&text), lines);
	buf_clear(&text);
}

static void each_of_several_values_is_explained_by_itself(void **state)
{
	struct traces traces = { 0 };

	(void)state;
	context.country = SLICE_LIT("FI");
	context.language = SLICE_LIT("fi");
	start_record();
	add(EL_LANGUAGE, "suomi, englanti; Quenya-ish");
	add(EL_SUBJECT, "0613, 999, 0611");
	add(EL_WORKLOAD, "5 op (135 h)");
	add(EL_LEVEL, "EQF 6-7");
	add(EL_QUALITY_ASSURANCE, "internal, external");
	add_part(EL_SESSION_LANGUAGE, 0, "fi/sv");
	add(EL_OUTCOME, "- laskee\n- lukee");
	add(EL_KEYWORD, "data; etiikka");
	assert_int_equal(normalise(&offer, &words, &context, &notes, &traces, &arena, NULL),
			 ERR_OK);
	assert_told(&traces, EL_LANGUAGE,
		    "suomi > fi (languages.tsv: suomi -> fi)\n"
		    "englanti > en (language-names.tsv: englanti -> en)\n"
		    "Quenya-ish >  (no language that is known)\n");
	assert_true(has_note("unknown-language"));
	assert_told(&traces, EL_SUBJECT,
		    "0613 > 0613 (isced-f-2013.tsv: code -> 0613)\n"
		    "999 >  (no field of ISCED-F that is known)\n"
		    "0611 > 0611 (isced-f-2013.tsv: code -> 0611)\n");
	assert_told(&traces, EL_WORKLOAD,
		    " > 5 ECTS (credit-systems.tsv: op (FI) = 1 ECTS)\n"
		    " > 135 h (hours of all study, as declared)\n");
	assert_told(&traces, EL_LEVEL,
		    " > EQF 6 to 7 (nqf-eqf.tsv: eqf 6 -> EQF 6 (EU); "
		    "nqf-eqf.tsv: eqf 7 -> EQF 7 (EU))\n");
	assert_told(&traces, EL_QUALITY_ASSURANCE,
		    " > internal-and-external (the parts of the list together)\n");
	assert_told(&traces, EL_SESSION_LANGUAGE,
		    "fi > fi (languages.tsv: fi -> fi)\nsv > sv (languages.tsv: sv -> sv)\n");
	assert_told(&traces, EL_OUTCOME,
		    " > laskee (one of 2, split at bullets or numbers)\n"
		    " > lukee (one of 2, split at bullets or numbers)\n");
	assert_told(&traces, EL_KEYWORD,
		    " > data (one of 2, split at its separators)\n"
		    " > etiikka (one of 2, split at its separators)\n");
}

static void why_nothing_came_of_a_word_is_told(void **state)
{
	struct traces traces = { 0 };

	(void)state;
	context.country = SLICE_LIT("FI");
	start_record();
	add(EL_WORKLOAD, "6 weeks");
	add(EL_WORKLOAD_HOURS, "-3");
	add(EL_LEVEL, "master");
	add(EL_LEVEL, "EQF 6");
	add(EL_LEVEL, "advanced");
	add(EL_LANGUAGE, "n/a");
	add(EL_DURATION, "P6W");
	add(EL_COURSE_CODE, "A1");
	add(EL_COURSE_CODE, "A2");
	add(EL_SESSION_START, "2027-03-01");
	add(EL_SESSION_END, "2027-02-01");
	add_part(EL_SESSION_APPLY_UNTIL, 1, "0001-01-01T00:00:00");
	assert_int_equal(normalise(&offer, &words, &context, &notes, &traces, &arena, NULL),
			 ERR_OK);
	assert_told(&traces, EL_WORKLOAD, " >  (time that passes is no workload)\n");
	assert_told(&traces, EL_WORKLOAD_HOURS,
		    " >  (workload-negative, expected credits or hours above 0)\n");
	assert_told(&traces, EL_LEVEL,
		    " >  (not kept: another word says more)\n"
		    " > EQF 6 (nqf-eqf.tsv: eqf 6 -> EQF 6 (EU))\n"
		    " >  (unknown-level, expected an EQF or national level, or a cycle such as "
		    "master)\n");
	assert_told(&traces, EL_LANGUAGE, " >  (placeholders.tsv: stands for nothing)\n");
	assert_told(&traces, EL_DURATION, " >  (time that passes is no workload)\n");
	assert_told(&traces, EL_COURSE_CODE,
		    " > A1 (as declared)\n >  (not needed: another word has said it)\n");
	assert_told(&traces, EL_SESSION_START,
		    " >  (not kept: the last day is before the first)\n");
	assert_told(&traces, EL_SESSION_END, " >  (not kept: the last day is before the first)\n");
	assert_told(&traces, EL_SESSION_APPLY_UNTIL, " >  (stands for no date)\n");
	assert_false(has_note("bad-date"));
	assert_true(has_note("workload-no-size"));
}

static void every_element_can_be_explained(void **state)
{
	struct traces traces = { 0 };
	struct buf text = BUF_INIT(65536);

	(void)state;
	context.country = SLICE_LIT("GB");
	context.title = SLICE_LIT("Example University");
	context.is_own = true;
	start_record();
	add(EL_WORKLOAD, "20 CATS");
	add(EL_SESSION_START, "autumn 2027");
	add(EL_SESSION_PRICE, "€ 890,-");
	for (size_t i = 0; i < LIMIT_NOTE_BYTES; i++)
		buf_str(&text,
			"ä"); /* the limit falls into one, or the text begins with one byte */
	add(EL_DESCRIPTION, buf_z(&text));
	add(EL_AUDIENCE, arena_printf(&arena, "x%s", buf_z(&text)).p);
	assert_int_equal(normalise(&offer, &words, &context, &notes, &traces, &arena, NULL),
			 ERR_OK);
	assert_true(traces.n >= 4);
	for (size_t i = 0; i < traces.n; i++) {
		const struct trace *t = &traces.items[i];

		assert_true(t->reading.rule[0] != '\0');
		assert_true(t->result.n > 0);
		assert_true(utf8_is_valid(t->result));
		if (t->element == EL_SESSION_START)
			assert_text(t->result, "2027-08 to 2027-12");
		if (t->element == EL_SESSION_PRICE)
			assert_text(t->result, "890 EUR");
		if (t->element == EL_WORKLOAD) {
			assert_int_equal(t->word, 2);
			assert_int_equal(t->reading.from, FROM_CONVERTED);
			assert_text(t->result, "10 ECTS");
		}
		if (t->element == EL_PROVIDER_NAME)
			assert_true(t->word == SIZE_MAX);
	}
	buf_clear(&text);
}

static void a_small_arena_is_a_limit(void **state)
{
	struct arena small = ARENA_INIT(600);
	struct err err = ERR_INIT;

	(void)state;
	start_record();
	add(EL_DESCRIPTION,
	    "A text of some length that needs some memory in the arena to be copied.");
	add(EL_OUTCOME, "One");
	assert_int_equal(normalise(&offer, &words, &context, NULL, NULL, &small, &err), ERR_LIMIT);
	arena_clear(&small);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void any_words_give_an_offer_that_survives_json(void **state)
{
	static const char *const pieces[] = {
		"free",
		"5 ECTS",
		"2027-01-01",
		"<p>",
		"</li>",
		"&amp;",
		"\303\244",
		"\377",
		"\001",
		"en",
		"Master",
		"0613",
		"online",
		"https://x.org/",
		" ",
		"\n",
		"-",
		"1",
		"999",
		"autumn 2027",
		"http://",
		"bachelor, master",
		"\356\200\201",
		"EUR",
		"; ",
		",",
		"x",
		"FI",
	};
	static const char *const langs[] = { NULL, "en", "fi_FI", "zz", "", "english", "\377" };
	static const char *const schemes[] = { NULL,  "ects",    "EUR",      "iscedf",
					       "eqf", "a b\377", "ooapi-5/x" };
	uint32_t seed = 21;

	(void)state;
	for (int round = 0; round < 400; round++) {
		arena_reset(&arena);
		words = (struct words){ 0 };
		notes = (struct notes){ 0 };
		start_record();
		for (unsigned i = 0; i < 40; i++) {
			struct buf text = BUF_INIT(4096);

			for (unsigned k = 0; k < 1 + next_random(&seed) % 6; k++)
				buf_str(&text, pieces[next_random(&seed) % countof(pieces)]);
			assert_true(words_add(
				&words, &arena,
				(struct word){
					(enum element)(1 + next_random(&seed) % (EL_COUNT - 1)),
					(uint16_t)(next_random(&seed) % 4),
					slice_of(langs[next_random(&seed) % countof(langs)]),
					slice_of(schemes[next_random(&seed) % countof(schemes)]),
					arena_dup(&arena, buf_view(&text)), SLICE_NONE }));
			buf_clear(&text);
		}
		run();
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(only_a_missing_id_or_title_rejects),
		TEST(a_record_becomes_an_offer),
		TEST(a_text_without_a_tag_is_the_sources_or_unknown),
		TEST(one_text_under_two_tags_is_kept_once),
		TEST(a_tag_that_lies_beside_a_right_one_is_noticed),
		TEST(a_tag_that_the_guess_does_not_know_is_not_accused),
		TEST(a_short_text_under_two_tags_follows_a_long_one),
		TEST(a_text_without_a_tag_is_in_the_language_it_is_written_in),
		TEST(a_session_said_twice_is_one),
		TEST(a_city_is_no_zone),
		TEST(an_example_s_identifier_is_none),
		TEST(a_keyword_of_a_scheme_is_whole),
		TEST(a_partner_s_own_name_of_a_field_is_told_by_its_words),
		TEST(an_alliance_that_no_table_knows_keeps_its_name),
		TEST(outcomes_are_one_a_word_or_split),
		TEST(the_provider_is_the_source_where_it_owns_its_offers),
		TEST(the_country_comes_from_the_best_witness),
		TEST(organisations_are_grouped_by_part),
		TEST(alliances_come_from_words_then_settings_then_membership),
		TEST(sessions_are_grouped_by_part_and_share_the_offers_price),
		TEST(a_price_without_sessions_makes_one),
		TEST(an_end_before_its_start_undoes_both),
		TEST(sessions_beyond_the_limit_are_counted),
		TEST(long_texts_are_cut_with_a_note),
		TEST(many_paragraphs_are_joined_in_bounded_memory),
		TEST(what_follows_is_computed),
		TEST(what_several_words_say_together_is_explained),
		TEST(each_of_several_values_is_explained_by_itself),
		TEST(why_nothing_came_of_a_word_is_told),
		TEST(every_element_can_be_explained),
		TEST(a_small_arena_is_a_limit),
		TEST(any_words_give_an_offer_that_survives_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
