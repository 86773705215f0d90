// SPDX-License-Identifier: EUPL-1.2
/* Tests of the CSV reader, its guesses, headings and cells; each text in pieces of every size. */
#include "base/limits.h"
#include "harvesters/csv_cells.h"
#include "harvesters/csv_columns.h"
#include "harvesters/csv_headings.h"

#include "tests/support/unit.h"

static void on_row(void *data, const struct csv_row *row)
{
	struct buf *seen = (struct buf *)data;

	buf_printf(seen, "%d%s", (int)row->line, row->is_ended ? ":" : "!");
	for (size_t i = 0; i < row->n; i++) {
		buf_char(seen, '[');
		buf_slice(seen, row->cells[i]);
		buf_char(seen, ']');
	}
	if (row->defect != NULL)
		buf_printf(seen, " %s", row->defect);
	buf_char(seen, '\n');
}

static enum err_code read_text(struct buf *seen, struct slice text, char separator, size_t piece,
			       struct err *err)
{
	struct csv_reader c;
	enum err_code rc = ERR_OK;

	csv_reader_init(&c, separator, 1, on_row, seen);
	while (text.n > 0 && rc == ERR_OK) {
		struct slice part = unit_exact(slice_first(text, piece));

		rc = csv_reader_feed(&c, part, err);
		unit_exact_free(part);
		text = slice_from(text, piece);
	}
	if (rc == ERR_OK)
		rc = csv_reader_end(&c, err);
	csv_reader_clear(&c);
	return rc;
}

static void rows_and_cells_are_found(void **state)
{
	static const struct {
		const char *text, *rows, *failure;
	} cases[] = {
		{ "a;b\nc;d\n", "1:[a][b]\n2:[c][d]\n", NULL },
		{ "a;b\r\nc;d\r\n", "1:[a][b]\n2:[c][d]\n", NULL },
		{ "a;b\rc;d\r", "1:[a][b]\n2:[c][d]\n", NULL },
		{ "a;b\nc;d", "1:[a][b]\n2![c][d]\n", NULL },
		{ "a;;\n;\n", "1:[a][][]\n2:[][]\n", NULL },
		{ "\n\na\n", "1:[]\n2:[]\n3:[a]\n", NULL },
		{ "\"a;b\";c\n", "1:[a;b][c]\n", NULL },
		{ "\"a\"\"b\";\"\"\n", "1:[a\"b][]\n", NULL },
		{ "\"a\nb\r\nc\rd\";e\nf\n", "1:[a\nb\r\nc\rd][e]\n5:[f]\n", NULL },
		{ "a\"b\";c\"\n", "1:[a\"b\"][c\"]\n", NULL },
		{ "\"a\"b;c\n", "1:[ab][c]\n", NULL },
		{ "\"\"\"a\"\"\";b\n", "1:[\"a\"][b]\n", NULL },
		{ "\"\"", "1![]\n", NULL },
		{ "a;", "1![a][]\n", NULL },
		{ "", "", NULL },
		{ "a;b\n\"c;d\n", "1:[a][b]\n", "the text ends inside quotes that line 2 opens" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		for (size_t piece = 1; piece <= strlen(cases[i].text) + 1; piece++) {
			struct buf seen = BUF_INIT(4000);
			struct err err = ERR_INIT;
			enum err_code rc =
				read_text(&seen, slice_of(cases[i].text), ';', piece, &err);

			assert_int_equal(rc, cases[i].failure != NULL ? ERR_PARSE : ERR_OK);
			assert_string_equal(err.msg,
					    cases[i].failure != NULL ? cases[i].failure : "");
			assert_buf(&seen, cases[i].rows);
			buf_clear(&seen);
		}
	}
}

static void rows_beyond_a_limit_cost_themselves(void **state)
{
	struct buf text = BUF_INIT(8u << 20), seen = BUF_INIT(8u << 20);
	struct err err = ERR_INIT;

	(void)state;
	buf_str(&text, "a;b\n");
	buf_fill(&text, ';', LIMIT_CSV_COLUMNS);
	buf_str(&text, "\nc;d\n");
	buf_str(&text, "y;z;");
	buf_fill(&text, 'x', LIMIT_CSV_ROW_BYTES + 1);
	buf_str(&text, ";y\ne;f\n");
	assert_int_equal(read_text(&seen, buf_view(&text), ';', 4096, &err), ERR_OK);
	assert_non_null(strstr(buf_z(&seen), "1:[a][b]\n"));
	assert_non_null(strstr(buf_z(&seen), "[] more than 512 cells (LIMIT_CSV_COLUMNS)\n"));
	assert_non_null(strstr(buf_z(&seen), "3:[c][d]\n"));
	assert_non_null(strstr(buf_z(&seen), "4:[y][z] longer than 1 MiB (LIMIT_CSV_ROW_BYTES)\n"));
	assert_non_null(strstr(buf_z(&seen), "5:[e][f]\n"));
	buf_reset(&text);
	buf_str(&text, "a;b\n\"");
	buf_fill(&text, 'x', LIMIT_CSV_ROW_BYTES + 1);
	assert_int_equal(read_text(&seen, buf_view(&text), ';', 4096, &err), ERR_LIMIT);
	assert_non_null(strstr(err.msg, "line 2"));
	buf_clear(&text);
	buf_clear(&seen);
}

static void the_separator_is_the_one_most_rows_agree_on(void **state)
{
	static const struct {
		const char *text;
		char separator;
	} cases[] = {
		{ "a;b,c;d\ne;f;g, h\n", ';' },
		{ "a,b\n\"c;d;e\",f\n", ',' },
		{ "a\tb\tc\n1,5\t2\t3\n", '\t' },
		{ "a|b\nc|d\n", '|' },
		{ "a;b;c", ';' },
		{ "a;b\nc;d\ne,f,g,h\n", ';' },
		{ "title\none\ntwo\n", 0 },
		{ "", 0 },
	};
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(csv_guess_separator(slice_of(cases[i].text)), cases[i].separator);
	assert_int_equal(csv_separator_line(&n, SLICE_LIT("sep=;\r\na;b")), ';');
	assert_int_equal(n, 7);
	assert_int_equal(csv_separator_line(&n, SLICE_LIT("SEP=\t\na")), '\t');
	assert_int_equal(n, 6);
	assert_int_equal(csv_separator_line(&n, SLICE_LIT("sep=ab\n")), 0);
	assert_int_equal(csv_separator_line(&n, SLICE_LIT("separator")), 0);
}

static void headings_are_compared_folded(void **state)
{
	static const struct {
		const char *heading, *folded;
	} cases[] = {
		{ "  Opintojakson\nNimi: ", "opintojakson nimi" },
		{ "Nom_Complet_Diplome", "nom complet diplome" },
		{ "Gebühr (EUR)", "gebuhr eur" },
		{ "Högskolepoäng", "hogskolepoang" },
		{ "L\xc3\xa4ros\xc3\xa4te", "larosate" },
		{ "Acquis d'apprentissage", "acquis d apprentissage" },
		{ "A\xcc\x88mne", "amne" },
		{ "Straße Ærø", "strasse aero" },
		{ "Nazwa łączna", "nazwa laczna" },
		{ "--", "" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char out[100];
		size_t n = csv_fold_heading(out, sizeof(out), slice_of(cases[i].heading));

		assert_slices_equal(slice_make(out, n), slice_of(cases[i].folded));
	}
	assert_int_equal(csv_fold_heading((char[4]){ 0 }, 4, SLICE_LIT("abcdef")), 0);
}

static void cells_lose_what_spreadsheets_add(void **state)
{
	static const struct {
		const char *cell;
		bool is_link;
		const char *clean; /* NULL: absent */
	} cases[] = {
		{ "  x ", false, "x" },
		{ "\xc2\xa0x\xc2\xa0", false, "x" },
		{ "\xef\xbb\xbfx", false, "x" },
		{ "\xc2\xa0", false, NULL },
		{ "", false, NULL },
		{ "\"Live coding\"", false, "Live coding" },
		{ "\"", false, "\"" },
		{ "\"\"", false, NULL },
		{ "\"\"\"Ward Road\"\"\"", false, "Ward Road" },
		{ "\"\"the \"open\" kind\"\"", false, "the \"open\" kind" },
		{ "\"Faust\" and \"Hamlet\"", false, "\"Faust\" and \"Hamlet\"" },
		{ "the \"open\"", false, "the \"open\"" },
		{ "=\"0123\"", false, "0123" },
		{ "=HYPERLINK(\"https://x.org/a\";\"Go on\")", true, "https://x.org/a" },
		{ "=HYPERLINK(\"https://x.org/a\",\"Go on\")", false, "Go on" },
		{ "=hyperlink(\"https://x.org/a\")", false, "https://x.org/a" },
		{ "=HYPERLINK(A1)", false, NULL },
		{ "#N/A", false, NULL },
		{ "#BEZUG!", false, NULL },
		{ "#1 in class", false, "#1 in class" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_slice(csv_clean_cell(slice_of(cases[i].cell), cases[i].is_link),
			     cases[i].clean);
}

static void a_header_has_no_numbers_gaps_or_doubles(void **state)
{
	static const struct {
		const char *cells[3];
		bool is_heading;
	} cases[] = {
		{ { "Id", "Titel", "ECTS" }, true },
		{ { "Id", "", "ECTS" }, false },
		{ { "Id", "7,5", "ECTS" }, false },
		{ { "Id", "Titel", "Titel" }, false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct slice cells[3];
		struct csv_row row = { .cells = cells, .n = 3 };

		for (size_t k = 0; k < 3; k++)
			cells[k] = slice_of(cases[i].cells[k]);
		assert_int_equal(csv_is_heading(&row), cases[i].is_heading);
	}
}

/* "element" of each column, '-' for one that is not read. */
static void check_columns(const char *header, const struct source *source, const char *expected)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct slice rest = slice_of(header), cells[40];
	struct csv_row row = { .cells = cells };
	struct csv_columns columns;
	struct err err = ERR_INIT;
	struct buf got = BUF_INIT(2000);

	while (slice_split(&cells[row.n], &rest, ';'))
		row.n++;
	if (csv_columns_find(&columns, &arena, &row, source, &err) != ERR_OK)
		buf_str(&got, err.msg);
	else
		for (size_t i = 0; i < columns.n; i++) {
			enum element e = columns.items[i].element;

			buf_printf(&got, "%s%s", i > 0 ? ";" : "",
				   e == EL_COUNT ? "-" : element_name(e));
			if (columns.items[i].scheme != NULL)
				buf_printf(&got, "(%s)", columns.items[i].scheme);
		}
	assert_buf(&got, expected);
	buf_clear(&got);
	arena_clear(&arena);
}

static void columns_are_found_by_heading(void **state)
{
	struct source source;

	(void)state;
	source_init(&source);
	check_columns("id;title;description;provider;country;workload;level;subject;languages;mode;"
		      "start;end;price;url",
		      &source,
		      "recordId;title;description;provider.name;provider.country;workload;level;"
		      "subjects;languages;mode;sessions.start;sessions.end;sessions.price;url");
	check_columns(
		"Kurskod;Ben\xc3\xa4mning;H\xc3\xb6gskolepo\xc3\xa4ng;Spr\xc3\xa5k;Kontaktperson",
		&source, "recordId;title;workload(hp);languages;-");
	check_columns("Tunniste;Opintojakson nimi;Nimi;Opintopisteet;Opetuskieli", &source,
		      "recordId;title;-;workload(op);languages");
	check_columns("Name;Code;Id;EQF-Level", &source, "title;courseCode;recordId;level(eqf)");
	check_columns("Title;URL;Cost;Currency", &source, "title;url;price;-");
	check_columns("Code;Name;Credits", &source, "recordId;title;workload");
	check_columns("a;b", &source,
		      "no column is the title: name it in columns; there are: a, b");
	check_columns(
		"1;b", &source,
		"the first row looks like data: set csv { header = false } and name columns by "
		"number, or name the title's heading in columns");
	check_columns("title;x", &source,
		      "no column is an id: name some in csv { id-columns }; there are: title, x");
}

static void columns_are_found_as_configured(void **state)
{
	struct setting set[] = {
		{ SLICE_LIT("title"), SLICE_LIT("kurs titel") },
		{ SLICE_LIT("ects"), SLICE_LIT("Umfang") },
		{ SLICE_LIT("description"), SLICE_LIT("Inhalt | Ziele | Nichts") },
		{ SLICE_LIT("language"), SLICE_LIT("") },
		{ SLICE_LIT("url"), SLICE_LIT("#7") },
	};
	struct slice ids[] = { SLICE_LIT("Nr"), SLICE_LIT("Ort") };
	struct source source;

	(void)state;
	source_init(&source);
	source.columns = (struct settings){ set, countof(set) };
	source.csv.id_columns = (struct codes){ ids, 2 };
	check_columns("Nr;Kurs-Titel;Umfang;Inhalt;Ziele;Sprache;X;Ort", &source,
		      "-;title;workload(ects);description;description;-;url;sessions.place");
	set[4].value = SLICE_LIT("Fehlt");
	check_columns("Nr;Kurs-Titel;Umfang;Inhalt;Ort", &source,
		      "no column \"Fehlt\"; there are: Nr, Kurs-Titel, Umfang, Inhalt, Ort");
	source.columns.n = 3;
	ids[0] = SLICE_LIT("Nummer");
	check_columns("Nr;Kurs-Titel;Umfang;Inhalt;Ort", &source,
		      "no column \"Nummer\"; there are: Nr, Kurs-Titel, Umfang, Inhalt, Ort");
}

static void columns_without_headings_have_numbers(void **state)
{
	struct setting set[] = {
		{ SLICE_LIT("id"), SLICE_LIT("1") },
		{ SLICE_LIT("title"), SLICE_LIT("3") },
	};
	struct source source;

	(void)state;
	source_init(&source);
	source.csv.has_header = false;
	source.columns = (struct settings){ set, countof(set) };
	check_columns("A1;7.5;Kurs", &source, "recordId;-;title");
	set[1].value = SLICE_LIT("4");
	check_columns("A1;7.5;Kurs", &source, "no column \"4\"; there are: 1, 2, 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_cells_are_found),
		cmocka_unit_test(rows_beyond_a_limit_cost_themselves),
		cmocka_unit_test(the_separator_is_the_one_most_rows_agree_on),
		cmocka_unit_test(headings_are_compared_folded),
		cmocka_unit_test(cells_lose_what_spreadsheets_add),
		cmocka_unit_test(a_header_has_no_numbers_gaps_or_doubles),
		cmocka_unit_test(columns_are_found_by_heading),
		cmocka_unit_test(columns_are_found_as_configured),
		cmocka_unit_test(columns_without_headings_have_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
