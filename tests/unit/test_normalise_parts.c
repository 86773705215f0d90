// SPDX-License-Identifier: EUPL-1.2
/*
 * From words to the parts of offers that are several: organisations, alliances,
 * sessions and their prices.
 */
#include "tests/support/normalise_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		NORMALISE_TEST(a_session_said_twice_is_one),
		NORMALISE_TEST(a_city_is_no_zone),
		NORMALISE_TEST(an_alliance_that_no_table_knows_keeps_its_name),
		NORMALISE_TEST(the_provider_is_the_source_where_it_owns_its_offers),
		NORMALISE_TEST(the_country_comes_from_the_best_witness),
		NORMALISE_TEST(organisations_are_grouped_by_part),
		NORMALISE_TEST(alliances_come_from_words_then_settings_then_membership),
		NORMALISE_TEST(sessions_are_grouped_by_part_and_share_the_offers_price),
		NORMALISE_TEST(a_price_without_sessions_makes_one),
		NORMALISE_TEST(an_end_before_its_start_undoes_both),
		NORMALISE_TEST(sessions_beyond_the_limit_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
