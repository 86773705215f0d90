// SPDX-License-Identifier: EUPL-1.2
/*
 * The CSV harvester, the file as a whole: encoding, separator, columns, what cells
 * say. Its rows are in test_csv_rows.c.
 */
#include "tests/support/csv_run.h"

static void a_file_with_our_own_headings_needs_no_settings(void **state)
{
	static const struct {
		enum element e;
		unsigned part, nth;
		const char *text;
	} words[] = {
		{ EL_TITLE, 0, 0, "Moor; und Torf" },
		{ EL_DESCRIPTION, 0, 0, "Erste Zeile\r\nzweite \"Zeile\"" },
		{ EL_PROVIDER_NAME, 0, 0, "Moorhochschule" },
		{ EL_PROVIDER_COUNTRY, 0, 0, "DE" },
		{ EL_WORKLOAD, 0, 0, "5 ECTS" },
		{ EL_LEVEL, 0, 0, "EQF 6" },
		{ EL_SUBJECT, 0, 0, "0532" },
		{ EL_LANGUAGE, 0, 0, "de, en" },
		{ EL_MODE, 0, 0, "online" },
		{ EL_SESSION_START, 0, 0, "2027-01-11" },
		{ EL_SESSION_END, 0, 0, "2027-02-08" },
		{ EL_SESSION_APPLY_UNTIL, 0, 0, "2027-01-05" },
		{ EL_SESSION_PRICE, 0, 0, "149,50" },
		{ EL_URL, 0, 0, "https://mooc.example/m1" },
		{ EL_KEYWORD, 0, 0, "Moor" },
		{ EL_KEYWORD, 0, 1, "Torf" },
		{ EL_KEYWORD, 0, 2, "Klima" },
	};

	(void)state;
	for (size_t piece = 1; piece < 700; piece = piece * 2 + 1) {
		struct recorder rec;

		start(&rec);
		rec.piece = piece;
		run_file(&rec, "@csv/elements-utf8.csv");
		assert_int_equal(rec.records.n, 2);
		for (size_t i = 0; i < countof(words); i++)
			assert_string_equal(
				recorder_word(&rec, "M1", words[i].e, words[i].part, words[i].nth),
				words[i].text);
		assert_string_equal(
			recorder_word_member(&rec, "M1", EL_SESSION_PRICE, 0, 0, "scheme"), "EUR");
		assert_string_equal(recorder_word_member(&rec, "M1", EL_TITLE, 0, 0, "path"),
				    "column title");
		assert_string_equal(recorder_word(&rec, "M2", EL_URL, 0, 0),
				    "https://mooc.example/m2");
		assert_int_equal(json_array_size(recorder_record(&rec, "M2")->words), 5);
		assert_string_equal(recorder_offer_text(&rec, "M1", "workload.ects"), "5");
		assert_string_equal(recorder_offer_text(&rec, "M1", "languages"),
				    "[\"de\",\"en\"]");
		assert_string_equal(recorder_offer_text(&rec, "M1", "sessions.0.price.amount"),
				    "149.5");
		assert_string_equal(rec.rule, "the end of the file");
		assert_non_null(
			strstr(read_as(&rec), "encoding utf-8 (its byte order mark), separator ;"));
		recorder_clear(&rec);
	}
}

#define BYTES(text)                                                                                \
	{                                                                                          \
		(text), sizeof(text) - 1                                                           \
	}

static void encodings_are_guessed_or_pinned(void **state)
{
	static const struct {
		struct slice text;
		const char *pinned, *content_type, *title;
	} cases[] = {
		{ BYTES("id;title\na;Caf\xc3\xa9\n"), "", "", "Café" },
		{ BYTES("id;title\na;Caf\xe9 \x80\n"), "", "", "Café €" },
		{ BYTES("id;title\na;\xa4\n"), "", "text/csv; charset=iso-8859-15", "€" },
		{ BYTES("id;title\na;\xa4\n"), "iso-8859-15", "", "€" },
		{ BYTES("id;title\na;\xf8\xe8\n"), "windows-1250", "", "řč" },
		{ BYTES("id;title\ra;M\x8etier\rb;\x8f\r"), "", "", "Métier" },
		{ BYTES("\xff\xfei\0d\0;\0t\0i\0t\0l\0e\0\n\0a\0;\0\xe9\0\n\0"), "", "", "é" },
		{ BYTES("id;title\na;Caf\xe9 \xc3\xa9\n"), "utf-8", "", "Café é" },
		/* what Content-Type says is no match for valid UTF-8 */
		{ BYTES("id;title\na;Caf\xc3\xa9\n"), "", "text/csv; charset=iso-8859-1", "Café" },
		/* nor for text that has no zero bytes */
		{ BYTES("id;title\na;Caf\xe9\n"), "", "text/csv; charset=utf-16be", "Café" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		for (size_t piece = 1; piece < 64; piece += 7) {
			struct recorder rec;
			struct recorder_route route = { .part = "kurse.csv",
							.content_type = cases[i].content_type };

			start(&rec);
			rec.piece = piece;
			rec.source.csv.encoding = slice_of(cases[i].pinned);
			recorder_answer_text(&rec, cases[i].text.p, cases[i].text.n);
			if (cases[i].content_type[0] != 0) {
				route.body = cases[i].text.p;
				recorder_serve(&rec, &route, 1);
			}
			recorder_run(&rec);
			assert_string_equal(recorder_word(&rec, "a", EL_TITLE, 0, 0),
					    cases[i].title);
			recorder_clear(&rec);
		}
	}
}

static void bytes_that_are_not_in_the_pinned_encoding_are_noted(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	rec.source.csv.encoding = SLICE_LIT("utf-8");
	run_text(&rec, "id;title\na;Caf\xe9\n");
	assert_true(recorder_has_note(&rec, "bytes-not-in-encoding", NULL));
	recorder_clear(&rec);
	start(&rec);
	rec.source.csv.encoding = SLICE_LIT("klingon");
	recorder_run(&rec);
	assert_int_equal(rec.begin_err.code, ERR_CONFIG);
	recorder_clear(&rec);
}

static void separators_are_guessed_or_pinned(void **state)
{
	static const struct {
		const char *text;
		char pinned;
	} cases[] = {
		{ "id;title\na;T, with comma\n", 0 },
		{ "id,title\na,\"T, with comma\"\n", 0 },
		{ "id\ttitle\na\tT, with comma\n", 0 },
		{ "id|title\na|T, with comma\n", 0 },
		{ "sep=|\r\nid|title\r\na|T, with comma\r\n", 0 },
		{ "id:title\na:T, with comma\n", ':' },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;

		start(&rec);
		rec.source.csv.separator = cases[i].pinned;
		run_text(&rec, cases[i].text);
		assert_string_equal(recorder_word(&rec, "a", EL_TITLE, 0, 0), "T, with comma");
		recorder_clear(&rec);
	}
}

static void columns_are_read_as_configured(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	recorder_column(&rec, "title", "Kurs");
	recorder_column(&rec, "ects", "Umfang");
	recorder_column(&rec, "term", "Semester");
	recorder_column(&rec, "currency", "W\xc3\xa4hrung");
	rec.source.csv.date_format = SLICE_LIT("dd.MM.yyyy");
	rec.source.csv.decimal = ',';
	run_text(&rec, "Code;Kurs;Umfang;Semester;Start;Kosten;W\xc3\xa4hrung\n"
		       "a;Torf;2,5;WiSe 2027/28;15.10.2027;100;CHF\n");
	assert_string_equal(recorder_offer_text(&rec, "a", "workload.ects"), "2.5");
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_TERM, 0, 0), "WiSe 2027/28");
	assert_string_equal(recorder_offer_text(&rec, "a", "sessions.0.start"), "2027-10-15");
	assert_string_equal(recorder_offer_text(&rec, "a", "sessions.0.price.currency"), "CHF");
	recorder_clear(&rec);
	start(&rec);
	recorder_column(&rec, "titel", "Kurs");
	recorder_run(&rec);
	assert_string_equal(rec.begin_err.msg,
			    "columns: \"titel\" is no element: expected a name such as "
			    "title, workload or provider.name");
	recorder_clear(&rec);
}

static void a_file_without_headings_has_numbers(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	rec.source.csv.has_header = false;
	recorder_column(&rec, "id", "1");
	recorder_column(&rec, "title", "2");
	run_text(&rec, "\"a\";\"Torf\"\n\"b\";\"Heide\"\n");
	assert_int_equal(rec.records.n, 2);
	assert_string_equal(recorder_word_member(&rec, "b", EL_TITLE, 0, 0, "path"), "column 2");
	recorder_clear(&rec);
}

static void several_values_in_a_cell_are_split(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	run_text(&rec, "id,title,fields,keywords\na,A,Software;BIO;,x;y; z\n");
	assert_string_equal(recorder_word(&rec, "a", EL_SUBJECT, 0, 1), "BIO");
	assert_int_equal(recorder_n_words(&rec, "a", EL_SUBJECT), 2);
	assert_string_equal(recorder_word(&rec, "a", EL_KEYWORD, 0, 2), "z");
	recorder_clear(&rec);
	start(&rec);
	rec.source.csv.split = SLICE_LIT("+");
	run_text(&rec, "id,title,fields\na,A,Data+Ethics;Law+\n");
	assert_string_equal(recorder_word(&rec, "a", EL_SUBJECT, 0, 0), "Data");
	assert_string_equal(recorder_word(&rec, "a", EL_SUBJECT, 0, 1), "Ethics;Law");
	assert_int_equal(recorder_n_words(&rec, "a", EL_SUBJECT), 2);
	recorder_clear(&rec);
}

static void habits_of_spreadsheets_are_taken_off(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	run_text(&rec, "id;title;online;url;level;start\n"
		       "=\"007\";\"\"\"Live "
		       "coding\"\"\";true;\"=HYPERLINK(\"\"https://x.org/7\"\";\"\"x\"\")\";#N/A; "
		       "20220222T133000\n"
		       "8;\xc2\xa0"
		       "Eight\xc2\xa0;false;;;\n");
	assert_string_equal(recorder_word(&rec, "007", EL_TITLE, 0, 0), "Live coding");
	assert_string_equal(recorder_word(&rec, "007", EL_MODE, 0, 0), "online");
	assert_string_equal(recorder_word(&rec, "007", EL_URL, 0, 0), "https://x.org/7");
	assert_string_equal(recorder_word(&rec, "007", EL_LEVEL, 0, 0), "");
	assert_string_equal(recorder_offer_text(&rec, "007", "sessions.0.start"), "2022-02-22");
	assert_string_equal(recorder_word(&rec, "8", EL_TITLE, 0, 0), "Eight");
	assert_string_equal(recorder_word(&rec, "8", EL_MODE, 0, 0), "");
	recorder_clear(&rec);
}

static void the_partner_says_what_credits_are(void **state)
{
	static const struct {
		const char *credits; /* NULL: not said */
		const char *workload;
	} cases[] = {
		{ NULL, "{\"declared\":\"10\"}" },
		{ "CATS",
		  "{\"ects\":5,\"ectsMax\":5,\"from\":\"converted\",\"declared\":\"10 CATS\"}" },
		{ "ECTS",
		  "{\"ects\":10,\"ectsMax\":10,\"from\":\"declared\",\"declared\":\"10 ECTS\"}" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;

		start(&rec);
		rec.source.country = SLICE_LIT("GB");
		if (cases[i].credits != NULL)
			recorder_option(&rec, "credits", cases[i].credits);
		run_text(&rec, "id,title,credits\na,A,10\n");
		assert_string_equal(recorder_offer_text(&rec, "a", "workload"), cases[i].workload);
		recorder_clear(&rec);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_partner_says_what_credits_are),
		cmocka_unit_test(a_file_with_our_own_headings_needs_no_settings),
		cmocka_unit_test(encodings_are_guessed_or_pinned),
		cmocka_unit_test(bytes_that_are_not_in_the_pinned_encoding_are_noted),
		cmocka_unit_test(separators_are_guessed_or_pinned),
		cmocka_unit_test(columns_are_read_as_configured),
		cmocka_unit_test(a_file_without_headings_has_numbers),
		cmocka_unit_test(several_values_in_a_cell_are_split),
		cmocka_unit_test(habits_of_spreadsheets_are_taken_off),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
