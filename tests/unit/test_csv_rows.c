// SPDX-License-Identifier: EUPL-1.2
/*
 * The CSV harvester, row by row: which are one record, which are rejected and
 * whose they are, and where a file is cut.
 */
#include "base/limits.h"
#include "tests/support/csv_run.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		cmocka_unit_test(a_changed_cell_or_heading_is_a_change),
		cmocka_unit_test(a_body_that_cannot_be_read_again_says_so),
		cmocka_unit_test(rows_that_wait_too_long_go_out_as_they_are),
		cmocka_unit_test(an_id_of_too_many_rows_is_one_record),
	};

	json_object_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
