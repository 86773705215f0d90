// SPDX-License-Identifier: EUPL-1.2
/*
 * The offer's JSON form both ways, its dates, names and ids.
 */
#include "base/limits.h"
#include "base/mem.h"
#include "catalogue/offer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
/* After what it needs. */
#include <cmocka.h>

/* Every member once, in the order in which they are written. */
static const char full_offer[] =
	"{\"identifiers\":[{\"scheme\":\"urn-schac-course\",\"value\":\"urn:schac:x:jyu.fi:"
	"TIEA101\"}],"
	"\"courseCode\":\"TIEA101\","
	"\"title\":{\"fi\":\"Teko\303\244lyn perusteet\",\"en\":\"Elements of AI\"},"
	"\"description\":{\"en\":\"One.\\n\\n- two\\n- three\"},"
	"\"learningOutcomes\":{\"en\":[\"knows\",\"can\"],\"fi\":[\"osaa\"]},"
	"\"keywords\":{\"en\":[\"ai\"]},"
	"\"audience\":{\"en\":\"All\"},"
	"\"provider\":{\"name\":{\"fi\":\"Jyv\303\244skyl\303\244n yliopisto\"},"
	"\"unit\":{\"en\":\"Faculty of IT\"},\"country\":\"FI\","
	"\"ids\":{\"ror\":\"https://ror.org/05n3dz165\",\"schac\":\"jyu.fi\"},\"url\":\"https://"
	"jyu.fi/\"},"
	"\"jointProviders\":[{\"name\":{\"it\":\"Padova\"},\"country\":\"IT\"}],"
	"\"awardingBodies\":[{\"name\":{\"fi\":\"JYU\"},\"country\":\"FI\"},{\"name\":{\"und\":"
	"\"X\"}}],"
	"\"alliances\":[\"FORTHEM\",\"4EU+\"],"
	"\"workload\":{\"ects\":7.5,\"ectsMax\":10,\"from\":\"converted\",\"hours\":25.5,"
	"\"hoursMax\":25.5,"
	"\"hoursFrom\":\"declared\",\"declared\":\"5 op (135 h)\"},"
	"\"level\":{\"eqf\":6,\"eqfMax\":7,\"from\":\"nqf\",\"qfEhea\":\"second\",\"nqf\":\"FiNQF "
	"7\","
	"\"isced\":0,\"declared\":\"maisteri\"},"
	"\"subjects\":[{\"iscedf\":\"0613\",\"from\":\"declared\"},"
	"{\"iscedf\":\"06\",\"from\":\"inferred\",\"confidence\":0.8}],"
	"\"languages\":[\"en\",\"pt-BR\"],"
	"\"opportunityType\":\"course\",\"mode\":[\"online\",\"blended\"],\"schedule\":[\"full-"
	"time\"],"
	"\"assessment\":[\"written\"],\"assessmentText\":{\"en\":\"Exam 60 %\"},"
	"\"supervision\":\"supervised-id\",\"qualityAssurance\":[\"institutional\"],"
	"\"qualityAssuranceText\":{\"en\":\"Audit\"},\"prerequisites\":{\"en\":\"None\"},"
	"\"stackability\":\"stackable\",\"credentialTypes\":[\"edc\",\"open-badge\"],"
	"\"formality\":\"formal\",\"sizeClass\":\"course\","
	"\"compatible\":{\"outcomes\":true,\"ects\":true,\"level\":true,\"assessment\":false,"
	"\"qualityAssurance\":true,\"recognition\":false},"
	"\"skills\":[{\"uri\":\"http://data.europa.eu/esco/skill/x\",\"label\":{\"en\":\"AI\"}}],"
	"\"sessions\":[{\"id\":\"s1\",\"start\":\"2027-01-15\",\"startMax\":\"2027-02\",\"end\":"
	"\"2027-03\","
	"\"startFrom\":\"declared\",\"applyFrom\":\"2026\",\"applyUntil\":\"2026-12-01\","
	"\"timezone\":\"Europe/"
	"Helsinki\",\"rolling\":false,\"mode\":[\"online\"],\"languages\":[\"en\"],"
	"\"pace\":\"self-paced\",\"place\":\"Jyv\303\244skyl\303\244\",\"status\":\"cancelled\","
	"\"declared\":\"kev\303\244t "
	"2027\",\"price\":{\"amount\":0,\"max\":150.5,\"currency\":\"EUR\","
	"\"onRequest\":true,\"audience\":{\"en\":\"EU students\"},\"declared\":\"0-150,50 EUR\"},"
	"\"url\":\"https://jyu.fi/1\"},{}],"
	"\"url\":\"https://jyu.fi/c\",\"image\":\"https://jyu.fi/i.png\","
	"\"completeness\":{\"score\":0.83,\"missing\":[\"assessment\",\"qualityAssurance\"]}}";

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

static void a_full_offer_comes_back_byte_by_byte(void **state)
{
	struct buf out = BUF_INIT(LIMIT_OFFER_BYTES);
	struct json_writer w = JSON_WRITER(&out);
	struct err err = ERR_INIT;
	struct offer offer;

	(void)state;
	if (offer_read(&offer, &arena, slice_of(full_offer), &err) != ERR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(offer.workload.ects_c, 750);
	assert_int_equal(offer.workload.ects_max_c, 1000);
	assert_int_equal(offer.workload.hours_t, 255);
	assert_int_equal(offer.level.isced, 0);
	assert_int_equal(offer.sessions.n, 2);
	assert_int_equal(offer.sessions.items[0].price.amount_max_c, 15050);
	assert_int_equal(offer.sessions.items[0].rolling, TRI_FALSE);
	assert_int_equal(offer.sessions.items[1].rolling, TRI_UNKNOWN);
	assert_int_equal(offer.completeness.missing,
			 1u << REQ_ASSESSMENT | 1u << REQ_QUALITY_ASSURANCE);
	offer_write(&w, &offer);
	assert_false(buf_failed(&out));
	assert_string_equal(buf_z(&out), full_offer);
	buf_clear(&out);
}

static void an_empty_offer_is_written_as_nothing(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct json_writer w = JSON_WRITER(&out);
	struct offer offer;

	(void)state;
	offer_init(&offer);
	offer_write(&w, &offer);
	assert_string_equal(buf_z(&out), "{}");
	buf_clear(&out);
}

static void an_assessed_offer_says_that_nothing_is_compatible(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct json_writer w = JSON_WRITER(&out);
	struct offer offer;

	(void)state;
	offer_init(&offer);
	offer.completeness.is_computed = true;
	offer_write(&w, &offer);
	assert_non_null(strstr(buf_z(&out), "\"compatible\":{\"outcomes\":false,"));
	assert_non_null(strstr(buf_z(&out), "\"completeness\":{\"score\":0,\"missing\":[]}"));
	buf_clear(&out);
}

static void unknown_members_and_nulls_are_ignored(void **state)
{
	struct offer offer;

	(void)state;
	assert_int_equal(
		offer_read(
			&offer, &arena,
			SLICE_LIT("{\"id\":5,\"title\":{\"en\":\"T\"},\"url\":null,\"new\":[{}]}"),
			NULL),
		ERR_OK);
	assert_int_equal(offer.title.n, 1);
	assert_null(offer.url.p);
	assert_int_equal(offer.level.isced, ISCED_LEVEL_UNKNOWN);
}

static void what_is_wrong_is_refused_with_its_path(void **state)
{
	static const struct {
		const char *member, *message;
	} rows[] = {
		{ "\"title\":[]", "offer.title: expected an object" },
		{ "\"title\":{\"e n\":\"x\"}", "offer.title.e n: expected a language tag" },
		{ "\"title\":{\"en\":\"\"}", "offer.title.en: expected a text that is not empty" },
		{ "\"title\":{\"en\":\"a\\nb\"}",
		  "offer.title.en: expected no control characters" },
		{ "\"description\":{\"en\":\"a\\u0001\"}",
		  "offer.description.en: expected no control" },
		{ "\"courseCode\":5", "offer.courseCode: expected a text" },
		{ "\"learningOutcomes\":{\"en\":\"x\"}",
		  "offer.learningOutcomes.en: expected a list" },
		{ "\"learningOutcomes\":{\"en\":[1]}",
		  "offer.learningOutcomes.en[0]: expected a text" },
		{ "\"provider\":{\"country\":\"fi\"}",
		  "offer.provider.country: expected a country" },
		{ "\"provider\":{\"ids\":{\"ror\":1}}", "offer.provider.ids.ror: expected a text" },
		{ "\"jointProviders\":[{},7]", "offer.jointProviders[1]: expected an object" },
		{ "\"workload\":{\"ects\":\"5\"}", "offer.workload.ects: expected a number" },
		{ "\"workload\":{\"ects\":-1}", "offer.workload.ects: expected a number from 0" },
		{ "\"workload\":{\"ects\":1e300}",
		  "offer.workload.ects: expected a number from 0" },
		{ "\"workload\":{\"ects\":1.001}",
		  "offer.workload.ects: expected at most 2 decimals" },
		{ "\"workload\":{\"ects\":5}", "offer.workload: ects needs from" },
		{ "\"workload\":{\"ects\":5,\"ectsMax\":4,\"from\":\"declared\"}",
		  "offer.workload: ectsMax" },
		{ "\"workload\":{\"ects\":5,\"from\":\"guess\"}",
		  "offer.workload.from: \"guess\" is not" },
		{ "\"level\":{\"eqf\":9,\"from\":\"nqf\"}",
		  "offer.level.eqf: expected a whole number" },
		{ "\"level\":{\"eqf\":6}", "offer.level: eqf needs from" },
		{ "\"level\":{\"isced\":-1}",
		  "offer.level.isced: expected a whole number from 0 to 8" },
		{ "\"subjects\":[{\"iscedf\":\"x613\"}]",
		  "offer.subjects[0].iscedf: expected an ISCED-F" },
		{ "\"subjects\":[{\"iscedf\":\"06130\"}]", "offer.subjects[0].iscedf: 5 bytes" },
		{ "\"subjects\":[{\"iscedf\":\"06\"}]", "offer.subjects[0]: a subject needs from" },
		{ "\"languages\":[\"en us\"]", "offer.languages[0]: expected a BCP 47" },
		{ "\"mode\":\"online\"", "offer.mode: expected a list" },
		{ "\"mode\":[\"on line\"]", "offer.mode[0]: expected a code" },
		{ "\"sizeClass\":\"huge\"", "offer.sizeClass: \"huge\" is not one of its values" },
		{ "\"compatible\":{\"ects\":1}", "offer.compatible.ects: expected true or false" },
		{ "\"skills\":[{}]", "offer.skills[0]: a skill needs uri or label" },
		{ "\"sessions\":[{\"start\":\"15.1.2027\"}]",
		  "offer.sessions[0].start: expected a date" },
		{ "\"sessions\":[{\"start\":\"2027-02-30\"}]",
		  "offer.sessions[0].start: expected a date" },
		{ "\"sessions\":[{\"start\":\"2027\"}]",
		  "offer.sessions[0]: start needs startFrom" },
		{ "\"sessions\":[{\"price\":{\"amount\":-5}}]",
		  "offer.sessions[0].price.amount: expected" },
		{ "\"sessions\":[{\"price\":{\"currency\":\"eur\"}}]",
		  "offer.sessions[0].price.currency" },
		{ "\"sessions\":[{\"rolling\":\"yes\"}]",
		  "offer.sessions[0].rolling: expected true" },
		{ "\"url\":\"ftp://x\"", "offer.url: expected an http or https URL" },
		{ "\"url\":\"javascript:alert(1)\"", "offer.url: expected an http or https URL" },
		{ "\"completeness\":{\"score\":2}", "offer.completeness.score: expected a number" },
		{ "\"completeness\":{\"missing\":[\"x\"]}",
		  "offer.completeness.missing[0]: \"x\"" },
		{ "\"id\":\"x\"", "offer: no title" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		bool has_title =
			strncmp(rows[i].member, "\"title", 6) == 0 || i + 1 == countof(rows);
		struct slice json =
			arena_printf(&arena, "{%s%s}", has_title ? "" : "\"title\":{\"en\":\"T\"},",
				     rows[i].member);
		struct err err = ERR_INIT;
		struct offer offer;
		enum err_code rc = offer_read(&offer, &arena, json, &err);

		if (rc == ERR_OK || strncmp(err.msg, rows[i].message, strlen(rows[i].message)) != 0)
			fail_msg("%s: read \"%s\", expected \"%s\"", rows[i].member, err.msg,
				 rows[i].message);
	}
}

static void limits_are_met_with_a_message(void **state)
{
	struct buf json = BUF_INIT(4 * LIMIT_OFFER_BYTES);
	struct err err = ERR_INIT;
	struct offer offer;

	(void)state;
	buf_str(&json, "{\"title\":{\"en\":\"T\"},\"sessions\":[{}");
	for (unsigned i = 0; i < LIMIT_OFFER_SESSIONS; i++)
		buf_str(&json, ",{}");
	buf_str(&json, "]}");
	assert_int_equal(offer_read(&offer, &arena, buf_view(&json), &err), ERR_LIMIT);
	assert_string_equal(err.msg, "offer.sessions: 257 values, at most 256 are allowed");

	buf_reset(&json);
	buf_str(&json, "{\"title\":{\"en\":\"");
	buf_fill(&json, 'x', LIMIT_TITLE_BYTES + 1);
	buf_str(&json, "\"}}");
	assert_int_equal(offer_read(&offer, &arena, buf_view(&json), &err), ERR_LIMIT);

	buf_reset(&json);
	buf_fill(&json, '[', LIMIT_OFFER_BYTES);
	assert_int_equal(offer_read(&offer, &arena, buf_view(&json), &err), ERR_PARSE);
	buf_char(&json, '[');
	assert_int_equal(offer_read(&offer, &arena, buf_view(&json), &err), ERR_LIMIT);
	buf_clear(&json);

	struct arena small = ARENA_INIT(300);

	assert_int_equal(offer_read(&offer, &small, slice_of(full_offer), &err), ERR_LIMIT);
	arena_clear(&small);
}

/* What offer_read_written() takes is what is written of it, and offer_read() takes the same. */
static bool is_written(struct slice json)
{
	struct buf scanned = BUF_INIT(LIMIT_OFFER_BYTES), read = BUF_INIT(LIMIT_OFFER_BYTES);
	struct json_writer w1 = JSON_WRITER(&scanned), w2 = JSON_WRITER(&read);
	struct err err = ERR_INIT;
	struct offer offer;
	bool is = offer_read_written(&offer, &arena, json);

	if (is) {
		offer_write(&w1, &offer);
		if (offer_read(&offer, &arena, json, &err) != ERR_OK)
			fail_msg("%s\nfrom %.*s", err.msg, SLICE_ARG(json));
		offer_write(&w2, &offer);
		if (!slice_eq(buf_view(&scanned), json) || !slice_eq(buf_view(&read), json))
			fail_msg("taken: %.*s\nwritten: %s\nby offer_read(): %s", SLICE_ARG(json),
				 buf_z(&scanned), buf_z(&read));
	}
	buf_clear(&scanned);
	buf_clear(&read);
	return is;
}

static void what_is_written_is_read_at_once(void **state)
{
	static const char *const written[] = {
		"{\"title\":{\"en\":\"T\"}}",
		"{\"title\":{\"en\":\"\\\"Ä\\\\\"},\"description\":{\"en\":\"a\\n\\tb\\\\\"}}",
		"{\"title\":{\"en\":\"T\"},\"keywords\":{\"en\":[],\"fi\":[\"a\",\"b\"]}}",
		"{\"title\":{\"en\":\"T\"},\"awardingBodies\":[{},{}]}",
		"{\"title\":{\"en\":\"T\"},\"sessions\":[{\"price\":{\"amount\":0,\"max\":0}}]}",
	};

	(void)state;
	assert_true(is_written(slice_of(full_offer)));
	for (size_t i = 0; i < countof(written); i++)
		if (!is_written(slice_of(written[i])))
			fail_msg("not taken: %s", written[i]);
}

static void what_is_not_written_is_left_to_the_reader(void **state)
{
	static const char *const members[] = {
		"", /* no title */
		",\"url\":\"https://a.example/\"", /* a comma in front */
		"\"title\": {\"en\":\"T\"}", /* a blank */
		"\"title\":{\"en\":\"T\"},", /* a comma behind */
		"\"title\":{\"en\":\"T\"}}", /* something behind */
		"\"title\":{\"en\":\"T\",}",
		"\"title\":{\"en\":\"T\",\"en\":\"T\"}", /* one key twice */
		"\"title\":{\"en\":\"\\u0054\"}", /* another way to write it */
		"\"title\":{\"en\":\"T\\/\"}",
		"\"title\":{\"en\":\"a\\nb\"}", /* two lines, where one is allowed */
		"\"title\":{\"en\":\"\x7f\"}",
		"\"title\":{\"en\":\"\xff\"}",
		"\"title\":{\"en\":\"\"}",
		"\"title\":{\"en\":\"T",
		"\"title\":{\"en\":\"T\\",
		"\"title\":{\"e_n\":\"T\"}",
		"\"title\":{}",
		"\"url\":\"https://a.example/\",\"title\":{\"en\":\"T\"}", /* another order */
		"\"title\":{\"en\":\"T\"},\"id\":\"x\"", /* an unknown member */
		"\"title\":{\"en\":\"T\"},\"url\":\"ftp://a.example/\"",
		"\"title\":{\"en\":\"T\"},\"url\":null",
		"\"title\":{\"en\":\"T\"},\"mode\":[]", /* written when there is one */
		"\"title\":{\"en\":\"T\"},\"provider\":{}",
		"\"title\":{\"en\":\"T\"},\"workload\":{\"ects\":5,\"from\":\"declared\"}", /* no
											       max
											     */
		"\"title\":{\"en\":\"T\"},\"workload\":{\"ects\":5.0,\"ectsMax\":5,\"from\":"
		"\"declared\"}",
		"\"title\":{\"en\":\"T\"},\"workload\":{\"ects\":05,\"ectsMax\":5,\"from\":"
		"\"declared\"}",
		"\"title\":{\"en\":\"T\"},\"workload\":{\"ects\":5.125,\"ectsMax\":5.125,\"from\":"
		"\"declared\"}",
		"\"title\":{\"en\":\"T\"},\"workload\":{\"ects\":.5,\"ectsMax\":.5,\"from\":"
		"\"declared\"}",
		"\"title\":{\"en\":\"T\"},\"workload\":{\"ects\":5000,\"ectsMax\":5000,\"from\":"
		"\"declared\"}",
		"\"title\":{\"en\":\"T\"},\"workload\":{\"ects\":99999999999999999999,"
		"\"ectsMax\":99999999999999999999,\"from\":\"declared\"}",
		"\"title\":{\"en\":\"T\"},\"subjects\":[{\"iscedf\":\"06\",\"from\":\"declared\","
		"\"confidence\":1}]",
		"\"title\":{\"en\":\"T\"},\"sessions\":[{\"price\":{\"amount\":5,\"max\":0}}]",
		"\"title\":{\"en\":\"T\"},\"sessions\":[{\"price\":{\"onRequest\":false}}]",
		"\"title\":{\"en\":\"T\"},\"sessions\":[{\"start\":\"2027-9\",\"startFrom\":"
		"\"declared\"}]",
		"\"title\":{\"en\":\"T\"},\"sessions\":[{\"start\":\"2027-09\",\"startMax\":\"2027-"
		"09\","
		"\"startFrom\":\"declared\"}]",
		"\"title\":{\"en\":\"T\"},\"completeness\":{\"score\":0.5,\"missing\":[\"mode\","
		"\"level\"]}",
	};

	(void)state;
	for (size_t i = 0; i < countof(members); i++)
		if (is_written(arena_printf(&arena, "{%s}", members[i])))
			fail_msg("taken: {%s}", members[i]);
}

/* What survives a mutation must be written and read again without a change. */
static void check_mutation(struct slice json)
{
	struct buf one = BUF_INIT(LIMIT_OFFER_BYTES), two = BUF_INIT(LIMIT_OFFER_BYTES);
	struct json_writer w1 = JSON_WRITER(&one), w2 = JSON_WRITER(&two);
	struct err err = ERR_INIT;
	struct offer offer;

	is_written(json);
	if (offer_read(&offer, &arena, json, &err) != ERR_OK) {
		assert_true(err.msg[0] != '\0');
		return;
	}
	offer_write(&w1, &offer);
	if (!is_written(buf_view(&one)))
		fail_msg("written, and not taken: %s", buf_z(&one));
	if (offer_read(&offer, &arena, buf_view(&one), &err) != ERR_OK)
		fail_msg("%s\nfrom %.*s", err.msg, SLICE_ARG(buf_view(&one)));
	offer_write(&w2, &offer);
	assert_string_equal(buf_z(&one), buf_z(&two));
	buf_clear(&one);
	buf_clear(&two);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void random_changes_of_the_json_never_harm(void **state)
{
	static const char bytes[] = "{}[]\",:0123456789.-e\\nutrueflas \377\001";
	uint32_t seed = 7;
	char copy[sizeof full_offer];

	(void)state;
	for (int round = 0; round < 4000; round++) {
		size_t n = sizeof full_offer - 1;

		memcpy(copy, full_offer, sizeof copy);
		for (unsigned i = 0; i < 1 + next_random(&seed) % 3; i++) {
			size_t at = next_random(&seed) % n;

			if (next_random(&seed) % 4 == 0) {
				memmove(copy + at, copy + at + 1, n - at - 1);
				n--;
			} else {
				copy[at] = bytes[next_random(&seed) % (sizeof bytes - 1)];
			}
		}
		check_mutation(slice_make(copy, n));
		arena_reset(&arena);
	}
	for (size_t n = 0; n < sizeof full_offer; n += 7)
		check_mutation(slice_make(full_offer, n));
}

static void dates_are_read_and_written_reduced(void **state)
{
	static const struct {
		const char *text;
		int32_t first, last;
	} rows[] = {
		{ "1970", 0, 364 },
		{ "2027", 20819, 21183 },
		{ "2027-02", 20850, 20877 },
		{ "2028-02-29", 21243, 21243 },
	};
	static const char *const wrong[] = {
		"",        "27",   "2027-13",   "2027-00",  "2027-1",     "2027-02-29",
		"2027/02", "0000", "2027-02-1", "20270201", "2027-02-00", "2027-02-0x"
	};
	char text[DATE_TEXT_BYTES];
	struct date d = { 0 };

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		assert_true(date_parse(&d, slice_of(rows[i].text)));
		assert_int_equal(date_first_day(d), rows[i].first);
		assert_int_equal(date_last_day(d), rows[i].last);
		date_format(text, d);
		assert_string_equal(text, rows[i].text);
	}
	for (size_t i = 0; i < countof(wrong); i++)
		assert_false(date_parse(&d, slice_of(wrong[i])));
	date_format(text, (struct date){ 0 });
	assert_string_equal(text, "");
}

static void names_come_back(void **state)
{
	(void)state;
	for (int i = 1; i < FROM_COUNT; i++)
		assert_int_equal(from_of_name(slice_of(from_name((enum from)i))), i);
	for (int i = CYCLE_SHORT; i <= CYCLE_THIRD; i++)
		assert_int_equal(cycle_of_name(slice_of(cycle_name((enum cycle)i))), i);
	for (int i = SIZE_NANO; i <= SIZE_MACRO; i++)
		assert_int_equal(size_class_of_name(slice_of(size_class_name((enum size_class)i))),
				 i);
	for (int i = 0; i < REQ_COUNT; i++)
		assert_int_equal(required_element_of_name(
					 slice_of(required_element_name((enum required_element)i))),
				 i);
	assert_null(from_name(FROM_NONE));
	assert_null(from_name(FROM_COUNT));
	assert_int_equal(from_of_name(SLICE_NONE), FROM_NONE);
	assert_int_equal(required_element_of_name(SLICE_LIT("titles")), REQ_COUNT);
}

static void an_id_is_its_hash_in_base_32(void **state)
{
	uint8_t hash[16] = { 0 };
	char id[OFFER_ID_CHARS + 1], again[OFFER_ID_CHARS + 1];

	(void)state;
	offer_id_of_hash(id, hash);
	assert_string_equal(id, "00000000000000000000000000");
	memset(hash, 0xff, sizeof hash);
	offer_id_of_hash(id, hash);
	assert_string_equal(id, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	for (uint8_t i = 0; i < 16; i++)
		hash[i] = (uint8_t)(i * 17);
	offer_id_of_hash(id, hash);
	assert_string_equal(id, "0024H36H2NCSVRH6DAQF6DVVQZ");
	assert_true(offer_id_parse(again, SLICE_LIT("oo24h36h2ncsvrh6daqf6dvvqz")));
	assert_string_equal(again, id);
	assert_false(offer_id_parse(again, SLICE_LIT("8ZZZZZZZZZZZZZZZZZZZZZZZZZ")));
	assert_false(offer_id_parse(again, SLICE_LIT("0024H36H2NCSVRH6DAQF6DVVQ")));
	assert_false(offer_id_parse(again, SLICE_LIT("0024H36H2NCSVRH6DAQF6DVVQU")));
	assert_false(offer_id_parse(again, SLICE_LIT("0024H36H2NCSVRH6DAQF6DVVQ-")));
}

static void a_text_is_picked_by_language(void **state)
{
	struct text items[] = { { SLICE_LIT("fi"), SLICE_LIT("suomi") },
				{ SLICE_LIT("en-IE"), SLICE_LIT("english") },
				{ SLICE_LIT("sr-Latn"), SLICE_LIT("srpski") } };
	struct texts texts = { items, 3 }, one = { items, 1 }, none = { NULL, 0 };

	(void)state;
	assert_true(slice_eq_z(texts_pick(&texts, SLICE_LIT("fi")), "suomi"));
	assert_true(slice_eq_z(texts_pick(&texts, SLICE_LIT("sr")), "srpski"));
	assert_true(slice_eq_z(texts_pick(&texts, SLICE_LIT("de")), "english"));
	assert_true(slice_eq_z(texts_pick(&texts, SLICE_NONE), "english"));
	assert_true(slice_eq_z(texts_pick(&one, SLICE_LIT("de")), "suomi"));
	assert_null(texts_pick(&none, SLICE_LIT("de")).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_offer_comes_back_byte_by_byte),
		cmocka_unit_test(what_is_written_is_read_at_once),
		cmocka_unit_test(what_is_not_written_is_left_to_the_reader),
		cmocka_unit_test(an_empty_offer_is_written_as_nothing),
		cmocka_unit_test(an_assessed_offer_says_that_nothing_is_compatible),
		cmocka_unit_test(unknown_members_and_nulls_are_ignored),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_path),
		cmocka_unit_test(limits_are_met_with_a_message),
		cmocka_unit_test(random_changes_of_the_json_never_harm),
		cmocka_unit_test(dates_are_read_and_written_reduced),
		cmocka_unit_test(names_come_back),
		cmocka_unit_test(an_id_is_its_hash_in_base_32),
		cmocka_unit_test(a_text_is_picked_by_language),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
