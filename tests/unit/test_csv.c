// SPDX-License-Identifier: EUPL-1.2
/* Tests of the CSV harvester: detection and pinning, columns, groups of rows, traps. */
#include "base/limits.h"
#include "harvesters/registry.h"
#include "tests/support/recorder.h"
#include "tests/support/unit.h"

static void start(struct recorder *rec)
{
	recorder_init(rec, &harvester_csv, "https://uni.example/kurse.csv");
}

static void run_bytes(struct recorder *rec, const char *text, size_t n)
{
	recorder_answer_text(rec, text, n);
	recorder_run(rec);
	assert_true(recorder_balances(rec));
}

static void run_text(struct recorder *rec, const char *text)
{
	run_bytes(rec, text, strlen(text));
}

static void run_file(struct recorder *rec, const char *name)
{
	struct recorder_route route = { .part = "kurse.csv", .body = name };

	recorder_serve(rec, &route, 1);
	recorder_run(rec);
	assert_true(recorder_balances(rec));
}

/* What the note about the file's reading says. */
static const char *read_as(const struct recorder *rec)
{
	for (size_t i = 0; i < rec->notes.n; i++)
		if (strncmp(rec->notes.items[i].why, "csv-read-as|", 12) == 0)
			return rec->notes.items[i].why + 12;
	return "";
}

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

static void rows_of_one_id_are_sessions_wherever_they_stand(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	run_file(&rec, "@csv/kurser-1252.csv");
	assert_int_equal(rec.records.n, 2);
	assert_int_equal(rec.n_items, 2);
	assert_non_null(strstr(read_as(&rec), "encoding windows-1252"));
	assert_string_equal(recorder_word(&rec, "AB1", EL_TITLE, 0, 0), "Räkning – grundkurs");
	assert_string_equal(recorder_word_member(&rec, "AB1", EL_WORKLOAD, 0, 0, "scheme"), "hp");
	assert_int_equal(recorder_n_words(&rec, "AB1", EL_WORKLOAD), 1);
	assert_string_equal(recorder_word(&rec, "AB1", EL_SESSION_START, 0, 0), "2027-01-15");
	assert_string_equal(recorder_word(&rec, "AB1", EL_SESSION_START, 1, 0), "2027-08-30");
	assert_string_equal(recorder_word(&rec, "AB1", EL_SESSION_START, 2, 0), "2028-01-14");
	assert_string_equal(recorder_word(&rec, "AB1", EL_SESSION_PLACE, 1, 0), "Malmö");
	/* languages differ: each session has its own */
	assert_string_equal(recorder_word(&rec, "AB1", EL_SESSION_LANGUAGE, 1, 0), "Engelska");
	assert_string_equal(recorder_word(&rec, "AB2", EL_SESSION_LANGUAGE, 0, 0), "");
	assert_string_equal(recorder_word(&rec, "AB1", EL_COURSE_CODE, 0, 0), "AB1");
	assert_string_equal(recorder_offer_text(&rec, "AB1", "sessions.1.start"), "2027-08-30");
	assert_false(recorder_mentions(&rec, "Person"));
	assert_true(recorder_has_note(&rec, "csv-columns-not-read", NULL));
	recorder_clear(&rec);
}

static void copies_and_other_titles_are_shown_by_themselves(void **state)
{
	struct recorder rec, again;
	static const char text[] = "id;title;start\n"
				   "a;Course;2027-01-01\n"
				   "b;Other;\n"
				   "a;Course;2027-01-01\n"
				   "a;Another title;2027-03-01\n"
				   "a;Course;2027-02-01\n";

	(void)state;
	start(&rec);
	run_text(&rec, text);
	/* the record with two sessions first, then the copy, then the other title */
	assert_int_equal(rec.n_items, 4);
	assert_int_equal(rec.records.n, 4);
	assert_string_equal(recorder_at(&rec, 0)->id, "b");
	assert_string_equal(recorder_at(&rec, 1)->id, "a");
	assert_string_equal(recorder_word(&rec, "a", EL_SESSION_START, 1, 0), "2027-02-01");
	assert_memory_equal(recorder_at(&rec, 1)->hash.bytes, recorder_at(&rec, 2)->hash.bytes, 16);
	assert_true(recorder_has_note(&rec, "same-id-other-title", "a"));
	start(&again);
	recorder_knows(&again, &rec);
	run_text(&again, text);
	assert_int_equal(again.n_seen, 4);
	recorder_clear(&again);
	recorder_clear(&rec);
}

static void rows_that_differ_in_the_offer_itself_are_noted(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	run_text(&rec, "id;title;description\na;Course;One\na;Course;Two\n");
	assert_int_equal(rec.records.n, 1);
	assert_string_equal(recorder_word(&rec, "a", EL_DESCRIPTION, 0, 0), "One");
	assert_int_equal(recorder_n_words(&rec, "a", EL_DESCRIPTION), 1);
	assert_true(recorder_has_note(&rec, "rows-differ", "a"));
	recorder_clear(&rec);
}

static void ids_may_be_made_of_columns(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	recorder_id_column(&rec, "Title");
	recorder_id_column(&rec, "Campus");
	run_text(&rec, "Title,Campus,URL\nA,X,\nA,Y,\nB,,\n,,https://x.org\n");
	assert_int_equal(rec.records.n, 3);
	assert_string_equal(recorder_at(&rec, 0)->id, "A|X");
	assert_string_equal(recorder_at(&rec, 2)->id, "B|");
	assert_int_equal(rec.rejected.n, 1);
	assert_string_equal(rec.rejected.items[0].why, "line 5: no id: the id column is empty");
	recorder_clear(&rec);
}

static void an_address_stands_for_a_missing_id(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	run_text(&rec, "Title,URL\nA, https://x.org/a \nB,\n");
	assert_string_equal(recorder_at(&rec, 0)->id, "https://x.org/a");
	assert_int_equal(rec.rejected.n, 1);
	assert_non_null(strstr(rec.rejected.items[0].why, "line 3: no id"));
	recorder_clear(&rec);
}

static void rows_of_another_length_are_rejected_singly(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	run_text(&rec, "id;title;url\n"
		       "a;A;u\n"
		       "b;B\n"
		       "c;C;u;more\n"
		       "\n"
		       ";;\n"
		       "d;D;u;;\n" /* what is empty does not count */
		       "e;\"E\ne\";u\n"
		       "f\n");
	assert_int_equal(rec.records.n, 3);
	assert_int_equal(rec.rejected.n, 3);
	assert_string_equal(rec.rejected.items[0].why,
			    "line 3: 2 cells, expected 3 as in the first row");
	assert_string_equal(rec.rejected.items[1].why,
			    "line 4: 4 cells, expected 3 as in the first row");
	assert_string_equal(rec.rejected.items[2].why,
			    "line 10: 1 cells, expected 3 as in the first row");
	assert_true(rec.is_proven); /* the last one is closed by its line end: no cut */
	recorder_clear(&rec);
}

/* What is known of a record stays when its row is bad: it must not count as absent. */
static void a_row_that_is_bad_says_whose_it_is(void **state)
{
	static const struct {
		const char *text;
		const char *id; /* of the one that is rejected */
	} cases[] = {
		{ "title;id;url\nA;a;u\nB;b\nC;c;u\n", "b" },
		{ "title;id;url\nA;a;u\nB;b;u;more\n", "b" },
		{ "title;id;url\nA;a;u\nB\nC;c;u\n", "" },
		/* another row is the record */
		{ "title;id;url\nA;a;u\nA;a\nB;b;u\n", "" },
		{ "title;id;url\nA;a\nA;a;u\nB;b;u\n", "" },
		/* the end may have cut it */
		{ "title;id;url\nA;a;u\nB;b", "" },
		{ "title;id;url;x\nA;a;u;x\nB;b;u", "b" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;

		start(&rec);
		run_text(&rec, cases[i].text);
		assert_int_equal(rec.rejected.n, 1);
		assert_string_equal(rec.rejected.items[0].id, cases[i].id);
		recorder_clear(&rec);
	}
}

/* A row of "title;id", then cells or one cell of many bytes. */
static void add_long_row(struct buf *text, size_t n_cells, size_t n_bytes)
{
	buf_str(text, "B;b");
	buf_fill(text, ';', n_cells);
	buf_fill(text, 'x', n_bytes);
	buf_char(text, '\n');
}

static void a_row_beyond_a_limit_says_whose_it_is(void **state)
{
	static const struct {
		size_t n_cells, n_bytes;
		const char *why;
	} cases[] = {
		{ LIMIT_CSV_COLUMNS, 0,
		  "line 2: the row is more than 512 cells (LIMIT_CSV_COLUMNS)" },
		{ 1, LIMIT_CSV_ROW_BYTES,
		  "line 2: the row is longer than 1 MiB (LIMIT_CSV_ROW_BYTES)" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct buf text = BUF_INIT(2 * LIMIT_CSV_ROW_BYTES);
		struct recorder rec;

		buf_str(&text, "title;id;url\n");
		add_long_row(&text, cases[i].n_cells, cases[i].n_bytes);
		buf_str(&text, "C;c;u\n");
		start(&rec);
		run_bytes(&rec, buf_z(&text), text.len);
		assert_int_equal(rec.records.n, 1);
		assert_int_equal(rec.rejected.n, 1);
		assert_string_equal(rec.rejected.items[0].id, "b");
		assert_string_equal(rec.rejected.items[0].why, cases[i].why);
		assert_true(rec.is_proven);
		recorder_clear(&rec);
		buf_clear(&text);
	}
}

static void a_first_row_beyond_a_limit_is_said(void **state)
{
	struct buf text = BUF_INIT(2 * LIMIT_CSV_ROW_BYTES);
	struct recorder rec;

	(void)state;
	add_long_row(&text, LIMIT_CSV_COLUMNS, 0);
	buf_str(&text, "C;c;u\n");
	start(&rec);
	run_bytes(&rec, buf_z(&text), text.len);
	assert_false(rec.is_proven);
	assert_int_equal(rec.records.n, 0);
	assert_non_null(
		strstr(rec.finish_err.msg, "line 1, the first row, is more than 512 cells"));
	recorder_clear(&rec);
	buf_clear(&text);
}

static void a_file_that_is_cut_is_a_lost_page(void **state)
{
	static const struct {
		const char *text, *why;
		size_t n_records;
	} cases[] = {
		{ "id;title\na;A\nb;\"B", "the text ends inside quotes that line 3 opens", 1 },
		{ "id;title;url\na;A;u\nb;B", "the file is cut: line 3, its last, has 2 of 3 cells",
		  1 },
		{ "", "the file is empty", 0 },
		{ "\xef\xbb\xbf", "the file is empty", 0 },
		{ "<!DOCTYPE html><title>x</title>", "an HTML page instead of CSV", 0 },
		{ "id;name der kurse\na;A\n", "no column is the title", 0 },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;

		start(&rec);
		run_text(&rec, cases[i].text);
		assert_false(rec.is_proven);
		assert_int_equal(rec.n_lost, 1);
		if (strstr(rec.pages[0].lost.msg, cases[i].why) == NULL)
			fail_msg("%s", rec.pages[0].lost.msg);
		assert_string_equal(rec.finish_err.msg, rec.pages[0].lost.msg);
		assert_int_equal(rec.records.n, cases[i].n_records);
		recorder_clear(&rec);
	}
}

static void a_table_of_shorter_rows_at_the_end_is_no_cut(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	run_text(&rec, "id;title;url\na;A;u\nx;X\ny;Y");
	assert_true(rec.is_proven);
	assert_int_equal(rec.n_lost, 0);
	assert_int_equal(rec.records.n, 1);
	assert_int_equal(rec.rejected.n, 2);
	recorder_clear(&rec);
}

static void a_body_that_was_cut_is_a_lost_page(void **state)
{
	static const struct recorder_route cut[] = {
		{ .part = "kurse.csv", .body = "id;title\na;A\nb;B\n", .end = BODY_CUT },
	};
	static const struct recorder_route failing[] = {
		{ .part = "kurse.csv", .failure = ERR_TIMEOUT },
	};
	static const struct recorder_route missing[] = {
		{ .part = "kurse.csv", .status = 404 },
	};
	const struct recorder_route *all[] = { cut, failing, missing };

	(void)state;
	for (size_t i = 0; i < countof(all); i++) {
		struct recorder rec;

		start(&rec);
		recorder_serve(&rec, all[i], 1);
		recorder_run(&rec);
		assert_false(rec.is_proven);
		assert_int_equal(rec.n_lost, 1);
		assert_int_equal(rec.records.n, i == 0 ? 2 : 0);
		recorder_clear(&rec);
	}
}

static void the_last_line_needs_no_end(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	run_text(&rec, "id;title\na;A\nb;B");
	assert_int_equal(rec.records.n, 2);
	assert_true(rec.is_proven);
	recorder_clear(&rec);
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

static void a_changed_cell_or_heading_is_a_change(void **state)
{
	static const struct {
		const char *text;
		size_t n_seen;
	} cases[] = {
		{ "id;title;price\na;A;1\nb;B;2\n", 2 },
		{ "id;title;price\na;A;1\nb;B;3\n", 1 },
		{ "id;title;cost\na;A;1\nb;B;2\n", 0 },
	};
	struct recorder first;

	(void)state;
	start(&first);
	run_text(&first, cases[0].text);
	for (size_t i = 0; i < countof(cases); i++) {
		struct recorder rec;

		start(&rec);
		recorder_knows(&rec, &first);
		run_text(&rec, cases[i].text);
		assert_int_equal(rec.n_seen, cases[i].n_seen);
		recorder_clear(&rec);
	}
	recorder_clear(&first);
}

static void answer_once(void *data, const struct request *request, struct recorder_reply *reply)
{
	(void)data;
	(void)request;
	reply->body = SLICE_LIT("id;title\na;A\n");
	reply->cannot_rewind = true;
}

static void a_body_that_cannot_be_read_again_says_so(void **state)
{
	struct recorder rec;

	(void)state;
	start(&rec);
	rec.answer = answer_once;
	recorder_run(&rec);
	assert_int_equal(rec.pages[0].lost.code, ERR_UNSUPPORTED);
	assert_false(rec.is_proven);
	recorder_clear(&rec);
}

static void rows_that_wait_too_long_go_out_as_they_are(void **state)
{
	struct buf text = BUF_INIT(64u << 20);
	struct recorder rec;

	(void)state;
	buf_str(&text, "id;title;description\n");
	for (unsigned turn = 0; turn < 2; turn++) /* each id again only after 30 MB of others */
		for (unsigned i = 0; i < 60; i++) {
			buf_printf(&text, "c%u;T;", i);
			buf_fill(&text, 'x', 500000);
			buf_printf(&text, "%u\n", turn);
		}
	start(&rec);
	rec.piece = 65536;
	run_bytes(&rec, text.data, text.len);
	assert_true(recorder_has_note(&rec, "rows-too-far-apart", NULL));
	assert_true(rec.n_items > 60 && rec.n_items <= 120);
	assert_true(rec.is_proven);
	recorder_clear(&rec);
	buf_clear(&text);
}

static void an_id_of_too_many_rows_is_one_record(void **state)
{
	struct buf text = BUF_INIT(1u << 20);
	struct recorder rec;

	(void)state;
	buf_str(&text, "id;title;start\n");
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&text, "a;A;2027-01-%02u %u\n", 1 + i % 28, i);
	start(&rec);
	run_bytes(&rec, text.data, text.len);
	assert_int_equal(rec.records.n, 1);
	assert_int_equal(recorder_n_words(&rec, "a", EL_SESSION_START), LIMIT_OFFER_SESSIONS);
	assert_true(recorder_has_note(&rec, "too-many-rows", "a"));
	recorder_clear(&rec);
	buf_clear(&text);
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
		cmocka_unit_test(rows_of_one_id_are_sessions_wherever_they_stand),
		cmocka_unit_test(copies_and_other_titles_are_shown_by_themselves),
		cmocka_unit_test(rows_that_differ_in_the_offer_itself_are_noted),
		cmocka_unit_test(ids_may_be_made_of_columns),
		cmocka_unit_test(an_address_stands_for_a_missing_id),
		cmocka_unit_test(rows_of_another_length_are_rejected_singly),
		cmocka_unit_test(a_row_that_is_bad_says_whose_it_is),
		cmocka_unit_test(a_row_beyond_a_limit_says_whose_it_is),
		cmocka_unit_test(a_first_row_beyond_a_limit_is_said),
		cmocka_unit_test(a_file_that_is_cut_is_a_lost_page),
		cmocka_unit_test(a_table_of_shorter_rows_at_the_end_is_no_cut),
		cmocka_unit_test(a_body_that_was_cut_is_a_lost_page),
		cmocka_unit_test(the_last_line_needs_no_end),
		cmocka_unit_test(encodings_are_guessed_or_pinned),
		cmocka_unit_test(bytes_that_are_not_in_the_pinned_encoding_are_noted),
		cmocka_unit_test(separators_are_guessed_or_pinned),
		cmocka_unit_test(columns_are_read_as_configured),
		cmocka_unit_test(a_file_without_headings_has_numbers),
		cmocka_unit_test(several_values_in_a_cell_are_split),
		cmocka_unit_test(habits_of_spreadsheets_are_taken_off),
		cmocka_unit_test(a_changed_cell_or_heading_is_a_change),
		cmocka_unit_test(a_body_that_cannot_be_read_again_says_so),
		cmocka_unit_test(rows_that_wait_too_long_go_out_as_they_are),
		cmocka_unit_test(an_id_of_too_many_rows_is_one_record),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
