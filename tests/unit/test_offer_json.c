// SPDX-License-Identifier: EUPL-1.2
/*
 * Walking over stored JSON, and offers as they are served.
 */
#include "tests/support/unit.h"

#include "base/clock.h"
#include "base/limits.h"
#include "daemon/api/json_scan.h"
#include "daemon/api/offer_json.h"

/* --- json_scan --- */

static void members_are_found_with_their_bytes(void **state)
{
	static const char json[] =
		" { \"a\" : 1 , \"b\":\"x\\\"}\\\\\",\"c\":{\"d\":[1,{\"e\":\"]\"}]},"
		"\"f\":[],\"g\\n\":true}";
	static const struct {
		const char *key, *value;
	} expected[] = {
		{ "a", "1" },  { "b", "\"x\\\"}\\\\\"" }, { "c", "{\"d\":[1,{\"e\":\"]\"}]}" },
		{ "f", "[]" }, { "g\\n", "true" },
	};
	struct json_scan it = json_scan_of(SLICE_LIT(json), '{');
	struct slice key, value;

	(void)state;
	for (size_t i = 0; i < countof(expected); i++) {
		assert_true(json_scan_member(&key, &value, &it));
		assert_slice(key, expected[i].key);
		assert_slice(value, expected[i].value);
	}
	assert_false(json_scan_member(&key, &value, &it));
	assert_slice(json_scan_get(SLICE_LIT(json), "f"), "[]");
	assert_slice(json_scan_get(SLICE_LIT(json), "d"), NULL);
}

static void elements_are_found_with_their_bytes(void **state)
{
	static const char *const expected[] = { "1", "\"a,b\"", "[2,3]", "{\"x\":1}", "null" };
	struct json_scan it = json_scan_of(SLICE_LIT("[1,\"a,b\",[2,3], {\"x\":1} ,null]"), '[');
	struct slice value;

	(void)state;
	for (size_t i = 0; i < countof(expected); i++) {
		assert_true(json_scan_element(&value, &it));
		assert_slice(value, expected[i]);
	}
	assert_false(json_scan_element(&value, &it));
}

static void nothing_is_found_in_what_is_something_else(void **state)
{
	static const char *const texts[] = { "", "1", "\"{\"", "[", "{", "null" };
	struct slice key, value;

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct json_scan object = json_scan_of(slice_of(texts[i]), '{');
		struct json_scan array = json_scan_of(slice_of(texts[i]), '[');

		assert_false(json_scan_member(&key, &value, &object));
		assert_false(json_scan_element(&value, &array));
	}
	assert_slice(json_scan_text(SLICE_LIT("\"abc\"")), "abc");
	assert_slice(json_scan_text(SLICE_LIT("\"a\\nb\"")), NULL);
	assert_slice(json_scan_text(SLICE_LIT("12")), NULL);
	assert_slice(json_scan_text(SLICE_LIT("\"")), NULL);
}

/* Cut at each byte, and with each byte changed: it ends, and stays inside. */
static void damaged_bytes_end_a_walk(void **state)
{
	static const char json[] = "{\"a\":{\"b\":[\"x\\\"y\",{\"c\":1}]},\"d\":\"e\"}";
	static const char bytes[] = "\"{}[],:\\x";

	(void)state;
	for (size_t n = 0; n < sizeof(json); n++) {
		for (size_t b = 0; b < sizeof(bytes); b++) {
			struct slice copy = unit_exact(slice_make(json, n));
			struct json_scan it;
			struct slice key, value;
			size_t n_found = 0;

			if (n > 0)
				((char *)(uintptr_t)copy.p)[n / 2] = bytes[b];
			it = json_scan_of(copy, '{');
			while (json_scan_member(&key, &value, &it)) {
				struct json_scan inner = json_scan_of(value, '{');
				struct slice inner_key, inner_value;

				assert_true(n_found++ < n);
				while (json_scan_member(&inner_key, &inner_value, &inner))
					assert_true(inner_value.n < n);
			}
			unit_exact_free(copy);
		}
	}
}

/* --- offers --- */

static const char body[] =
	"{\"title\":{\"en\":\"Statistics \\u00e4\",\"fi\":\"Tilastotiede\"},"
	"\"provider\":{\"name\":{\"en\":\"=Uni, of \\\"X\\\"\"},\"country\":\"FI\"},"
	"\"alliances\":[\"FORTHEM\",\"UNITA\"],"
	"\"workload\":{\"ects\":2.5,\"ectsMax\":5,\"from\":\"declared\",\"hours\":67.5,"
	"\"hoursFrom\":\"declared\"},"
	"\"level\":{\"eqf\":7,\"from\":\"declared\"},"
	"\"subjects\":[{\"iscedf\":\"0542\",\"from\":\"declared\"},"
	"{\"iscedf\":\"06\",\"from\":\"inferred\",\"confidence\":0.8}],"
	"\"languages\":[\"en\",\"fi\"],\"mode\":[\"online\"],"
	"\"sessions\":[{\"start\":\"2026-01-15\",\"startFrom\":\"declared\","
	"\"applyUntil\":\"2025-12-01\"},"
	"{\"start\":\"2027-01-15\",\"startFrom\":\"declared\",\"applyFrom\":\"2026-10-01\","
	"\"applyUntil\":\"2026-12-01\","
	"\"price\":{\"amount\":0,\"max\":150,\"currency\":\"EUR\"}},"
	"{\"rolling\":true}],"
	"\"url\":\"https://example.org/a?b=1,2\","
	"\"completeness\":{\"score\":0.83,\"missing\":[\"assessment\"]}}";

static struct report_record record = {
	.source_id = { "jyu", 3 },
	.record_id = { "r1", 2 },
	.state = { "live", 4 },
	.seen_s = 1795262400,
	.body = { body, sizeof(body) - 1 },
};
static struct report_records records = { .items = &record, .n = 1 };
static struct report_offer offer = {
	.id = { "0123456789ABCDEFGHJKMNPQRS", 26 },
	.state = { "live", 4 },
	.first_seen_s = 1795262400,
	.changed_s = 1795266000,
	.body = { body, sizeof(body) - 1 },
};

static int32_t day_of(const char *text)
{
	int32_t day = 0;

	assert_true(clock_parse_day(&day, slice_of(text)));
	return day;
}

static void write_json(struct buf *out, const char *fields, const char *snippet)
{
	struct json_writer w = JSON_WRITER(out);
	struct offer_served o = { .offer = &offer,
				  .records = &records,
				  .snippet = slice_of(snippet) };
	offer_fields wanted = OFFER_FIELDS_ALL;
	struct zone_days days;
	struct err err = ERR_INIT;

	if (fields != NULL)
		assert_int_equal(offer_fields_read(&wanted, slice_of(fields), &err), ERR_OK);
	zone_days_all(&days, day_of("2026-11-21"));
	offer_json_write(&w, &o, wanted, &days);
}

static void an_offer_is_spliced_with_what_is_known_beside_it(void **state)
{
	struct buf out = BUF_INIT(65536);

	(void)state;
	write_json(&out, "workload,records,firstSeen,changed,languages", NULL);
	assert_buf(&out,
		   "{\"id\":\"0123456789ABCDEFGHJKMNPQRS\","
		   "\"workload\":{\"ects\":2.5,\"ectsMax\":5,\"from\":\"declared\","
		   "\"hours\":67.5,\"hoursFrom\":\"declared\"},\"languages\":[\"en\",\"fi\"],"
		   "\"records\":[{\"source\":\"jyu\",\"recordId\":\"r1\","
		   "\"url\":\"https://example.org/a?b=1,2\",\"seen\":\"2026-11-21T12:00:00Z\","
		   "\"state\":\"live\"}],\"firstSeen\":\"2026-11-21T12:00:00Z\","
		   "\"changed\":\"2026-11-21T13:00:00Z\"}");
	buf_reset(&out);
	write_json(&out, "", NULL);
	assert_buf(&out, "{\"id\":\"0123456789ABCDEFGHJKMNPQRS\"}");
	buf_clear(&out);
}

static void sessions_say_whether_one_can_apply(void **state)
{
	struct buf out = BUF_INIT(65536);

	(void)state;
	write_json(&out, "sessions", NULL);
	assert_buf(&out, "{\"id\":\"0123456789ABCDEFGHJKMNPQRS\",\"sessions\":["
			 "{\"start\":\"2026-01-15\",\"startFrom\":\"declared\","
			 "\"applyUntil\":\"2025-12-01\",\"applicationState\":\"closed\"},"
			 "{\"start\":\"2027-01-15\",\"startFrom\":\"declared\","
			 "\"applyFrom\":\"2026-10-01\",\"applyUntil\":\"2026-12-01\","
			 "\"price\":{\"amount\":0,\"max\":150,\"currency\":\"EUR\"},"
			 "\"applicationState\":\"open\"},"
			 "{\"rolling\":true,\"applicationState\":\"rolling\"}]}");
	buf_clear(&out);
}

/* 2026-12-01, the last day to apply, is over in Helsinki and Tokyo two and nine hours before UTC,
 * and in New York five hours behind it. */
static void the_last_day_ends_where_the_offer_is(void **state)
{
	static const struct {
		const char *country, *timezone, *now, *state;
	} rows[] = {
		{ "FI", NULL, "2026-12-01T21:59:59Z", "open" },
		{ "FI", NULL, "2026-12-01T22:00:00Z", "closed" },
		{ "US", NULL, "2026-12-02T04:59:59Z", "open" },
		{ "US", NULL, "2026-12-02T05:00:00Z", "closed" },
		{ NULL, NULL, "2026-12-01T23:59:59Z", "open" },
		{ NULL, NULL, "2026-12-02T00:00:00Z", "closed" },
		{ "FI", "Asia/Tokyo", "2026-12-01T15:00:00Z", "closed" },
		{ "FI", "UTC", "2026-12-01T23:00:00Z", "open" },
		{ "FI", "Nowhere/City", "2026-12-01T22:00:00Z", "closed" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct buf text = BUF_INIT(1024), out = BUF_INIT(4096);
		struct json_writer w = JSON_WRITER(&out);
		struct report_offer own = offer;
		struct offer_served o = { .offer = &own };
		struct zone_days days;
		int64_t now_s = 0;
		char expected[64];

		buf_str(&text, "{\"provider\":{\"name\":{\"en\":\"A\"}");
		if (rows[i].country != NULL)
			buf_printf(&text, ",\"country\":\"%s\"", rows[i].country);
		buf_str(&text, "},\"sessions\":[{\"applyUntil\":\"2026-12-01\"");
		if (rows[i].timezone != NULL)
			buf_printf(&text, ",\"timezone\":\"%s\"", rows[i].timezone);
		buf_str(&text, "}]}");
		own.body = buf_view(&text);
		assert_true(clock_parse(&now_s, slice_of(rows[i].now)));
		zone_days_at(&days, now_s);
		offer_json_write(&w, &o, OFFER_FIELDS_ALL, &days);
		snprintf(expected, sizeof(expected), "\"applicationState\":\"%s\"", rows[i].state);
		if (slice_find(buf_view(&out), slice_of(expected)) < 0)
			fail_msg("row %zu: %.*s", i, SLICE_ARG(buf_view(&out)));
		buf_clear(&text);
		buf_clear(&out);
	}
}

static void subjects_carry_their_labels(void **state)
{
	struct buf out = BUF_INIT(65536);

	(void)state;
	write_json(&out, "subjects", NULL);
	assert_buf(&out, "{\"id\":\"0123456789ABCDEFGHJKMNPQRS\",\"subjects\":["
			 "{\"iscedf\":\"0542\",\"from\":\"declared\",\"label\":\"Statistics\"},"
			 "{\"iscedf\":\"06\",\"from\":\"inferred\",\"confidence\":0.8,\"label\":"
			 "\"Information and Communication Technologies (ICTs)\"}]}");
	buf_clear(&out);
}

static void snippets_name_their_matches_in_code_points(void **state)
{
	static const struct {
		const char *marked, *json;
	} table[] = {
		{ "ä \xee\x80\x81stat\xee\x80\x82istics",
		  "{\"text\":\"ä statistics\",\"matches\":[[2,4]]}" },
		{ "\xee\x80\x81"
		  "a\xee\x80\x82 \xee\x80\x81"
		  "b\xee\x80\x82",
		  "{\"text\":\"a b\",\"matches\":[[0,1],[2,1]]}" },
		{ "a \"quoted\"", "{\"text\":\"a \\\"quoted\\\"\",\"matches\":[]}" },
		{ "\xee\x80\x82"
		  "a\xee\x80\x81",
		  "{\"text\":\"a\",\"matches\":[]}" },
	};

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		struct buf out = BUF_INIT(65536);
		struct buf expected = BUF_INIT(65536);

		write_json(&out, "snippet", table[i].marked);
		buf_printf(&expected, "{\"id\":\"0123456789ABCDEFGHJKMNPQRS\",\"snippet\":%s}",
			   table[i].json);
		assert_slices_equal(buf_view(&out), buf_view(&expected));
		buf_clear(&out);
		buf_clear(&expected);
	}
}

static void a_snippet_of_any_length_is_cut_between_code_points(void **state)
{
	struct buf marked = BUF_INIT(1024 * 1024);
	struct buf out = BUF_INIT(1024 * 1024);

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_str(&marked, "\xee\x80\x81"
				 "ä\xee\x80\x82 ");
	write_json(&out, "snippet", buf_z(&marked));
	assert_false(buf_failed(&out));
	assert_true(out.len < 8 * LIMIT_SNIPPET_BYTES);
	buf_clear(&marked);
	buf_clear(&out);
}

static void fields_are_members_of_an_offer(void **state)
{
	offer_fields fields = 0;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(offer_fields_read(&fields, SLICE_LIT("title, records,"), &err), ERR_OK);
	assert_true(offer_fields_want_records(fields));
	assert_int_equal(offer_fields_read(&fields, SLICE_LIT("title"), &err), ERR_OK);
	assert_false(offer_fields_want_records(fields));
	assert_int_equal(offer_fields_read(&fields, SLICE_LIT("title,nonsense"), &err), ERR_PARSE);
	assert_non_null(strstr(err.msg, "fields=nonsense: expected members of an offer"));
	assert_string_equal(offer_field_name(0), "id");
	assert_null(offer_field_name(1000));
}

static void every_member_that_is_written_can_be_asked_for(void **state)
{
	struct json_scan it = json_scan_of(offer.body, '{');
	struct slice key, value;

	(void)state;
	while (json_scan_member(&key, &value, &it)) {
		offer_fields fields;

		assert_int_equal(offer_fields_read(&fields, key, NULL), ERR_OK);
	}
}

static void an_offer_is_a_row_too(void **state)
{
	struct buf out = BUF_INIT(65536);
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct csv_writer w = CSV_WRITER(&out);
	struct offer_served o = { .offer = &offer, .records = &records };
	struct err err = ERR_INIT;

	(void)state;
	csv_header(&w, OFFER_CSV_COLUMNS);
	assert_int_equal(
		offer_csv_write(&w, &o, SLICE_LIT("fi"), day_of("2026-11-21"), &arena, &err),
		ERR_OK);
	assert_buf(
		&out,
		"id,title,provider,country,ects,hours,eqf,subjects,languages,mode,start,price,"
		"currency,url,alliances,sources,completeness\r\n"
		"0123456789ABCDEFGHJKMNPQRS,Tilastotiede,\"'=Uni, of \"\"X\"\"\",FI,2.5..5,67.5,7,"
		"0542;06,en;fi,online,2027-01-15,0..150,EUR,\"https://example.org/a?b=1,2\","
		"FORTHEM;UNITA,jyu,0.83\r\n");
	arena_clear(&arena);
	buf_clear(&out);
}

static void a_row_of_an_offer_without_anything_is_empty(void **state)
{
	struct report_offer bare = offer;
	struct buf out = BUF_INIT(65536);
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct csv_writer w = CSV_WRITER(&out);
	struct offer_served o = { .offer = &bare };
	struct err err = ERR_INIT;

	(void)state;
	bare.body = SLICE_LIT("{\"title\":{\"und\":\"T\"}}");
	assert_int_equal(offer_csv_write(&w, &o, SLICE_NONE, 0, &arena, &err), ERR_OK);
	assert_buf(&out, "0123456789ABCDEFGHJKMNPQRS,T,,,,,,,,,,,,,,,0\r\n");
	bare.body = SLICE_LIT("{\"title\":7}");
	assert_int_equal(offer_csv_write(&w, &o, SLICE_NONE, 0, &arena, &err), ERR_PARSE);
	arena_clear(&arena);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_with_their_bytes),
		cmocka_unit_test(elements_are_found_with_their_bytes),
		cmocka_unit_test(nothing_is_found_in_what_is_something_else),
		cmocka_unit_test(damaged_bytes_end_a_walk),
		cmocka_unit_test(an_offer_is_spliced_with_what_is_known_beside_it),
		cmocka_unit_test(sessions_say_whether_one_can_apply),
		cmocka_unit_test(the_last_day_ends_where_the_offer_is),
		cmocka_unit_test(subjects_carry_their_labels),
		cmocka_unit_test(snippets_name_their_matches_in_code_points),
		cmocka_unit_test(a_snippet_of_any_length_is_cut_between_code_points),
		cmocka_unit_test(fields_are_members_of_an_offer),
		cmocka_unit_test(every_member_that_is_written_can_be_asked_for),
		cmocka_unit_test(an_offer_is_a_row_too),
		cmocka_unit_test(a_row_of_an_offer_without_anything_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
