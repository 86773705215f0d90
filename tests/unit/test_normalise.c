// SPDX-License-Identifier: EUPL-1.2
/*
 * From words to offers: the record as a whole. Its texts and parts are in
 * test_normalise_texts.c and test_normalise_parts.c.
 */
#include "tests/support/normalise_fixture.h"

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
	const struct CMUnitTest tests[] = {
		NORMALISE_TEST(only_a_missing_id_or_title_rejects),
		NORMALISE_TEST(a_record_becomes_an_offer),
		NORMALISE_TEST(an_example_s_identifier_is_none),
		NORMALISE_TEST(a_keyword_of_a_scheme_is_whole),
		NORMALISE_TEST(a_partner_s_own_name_of_a_field_is_told_by_its_words),
		NORMALISE_TEST(what_follows_is_computed),
		NORMALISE_TEST(what_several_words_say_together_is_explained),
		NORMALISE_TEST(each_of_several_values_is_explained_by_itself),
		NORMALISE_TEST(why_nothing_came_of_a_word_is_told),
		NORMALISE_TEST(every_element_can_be_explained),
		NORMALISE_TEST(a_small_arena_is_a_limit),
		NORMALISE_TEST(any_words_give_an_offer_that_survives_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
