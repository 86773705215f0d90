// SPDX-License-Identifier: EUPL-1.2
/* The compiled vocabularies: folding, look-ups, the operator's overlay, the compiler's checks. */
#include "base/arena.h"
#include "base/limits.h"
#include "catalogue/readers.h"
#include "catalogue/vocab.h"
#include "catalogue/vocab_fold.h"

#include "base/utf8.h"
#include "tests/support/unit.h"

#include <sys/stat.h>
#include <utf8proc.h>

/* Says what differs and counts it, so that one run shows all. */
#define print_failure(...) (print_error(__VA_ARGS__), print_error("\n"), 1)

static const struct {
	enum vocab_fold how;
	const char *text;
	const char *folded; /* "" for nothing */
} folds[] = {
	{ VOCAB_FOLD_TEXT, "English", "english" },
	{ VOCAB_FOLD_TEXT, "  two \t words\n", "two words" },
	{ VOCAB_FOLD_TEXT,
	  "no\xc2\xa0"
	  "break",
	  "no break" },
	{ VOCAB_FOLD_TEXT, "ÅÄÖ", "åäö" },
	{ VOCAB_FOLD_TEXT, "a\xcc\x88", "ä" },
	{ VOCAB_FOLD_TEXT, "Straße", "strasse" },
	{ VOCAB_FOLD_TEXT, "İngilizce", "ingilizce" },
	{ VOCAB_FOLD_TEXT, "INGILIZCE", "ingilizce" },
	{ VOCAB_FOLD_TEXT, "çalışma", "çalişma" },
	{ VOCAB_FOLD_TEXT, "ΕΛΛΗΝΙΚΆ", "ελληνικα" },
	{ VOCAB_FOLD_TEXT, "ελληνικά", "ελληνικα" },
	{ VOCAB_FOLD_TEXT, "λόγος", "λογοσ" },
	{ VOCAB_FOLD_TEXT, "bachelor’s", "bachelor's" },
	{ VOCAB_FOLD_TEXT, "„so“ «sic»", "\"so\" \"sic\"" },
	{ VOCAB_FOLD_TEXT, "3–5", "3-5" },
	{ VOCAB_FOLD_TEXT,
	  "soft\xc2\xad"
	  "hyphen",
	  "softhyphen" },
	{ VOCAB_FOLD_TEXT, "ﬁ", "fi" },
	{ VOCAB_FOLD_TEXT, "４２", "42" },
	{ VOCAB_FOLD_TEXT, "http://Data.Europa.eu/x/", "data.europa.eu/x" },
	{ VOCAB_FOLD_TEXT, "HTTPS://data.europa.eu/x", "data.europa.eu/x" },
	{ VOCAB_FOLD_TEXT, "on-campus", "on-campus" },
	{ VOCAB_FOLD_WORDS, "on-campus", "on campus" },
	{ VOCAB_FOLD_WORDS, "on_campus", "on campus" },
	{ VOCAB_FOLD_WORDS, "Work–based", "work based" },
	{ VOCAB_FOLD_WORDS, "4+", "4+" },
	{ VOCAB_FOLD_NAME, "Jyväskylän yliopisto", "jyvaskylan yliopisto" },
	{ VOCAB_FOLD_NAME, "L'Université, (Paris)", "l universite paris" },
	{ VOCAB_FOLD_NAME, "Łódź", "łodz" },
	{ VOCAB_FOLD_TOPIC, "Science and technology of food", "food science technology" },
	{ VOCAB_FOLD_TOPIC, "Design de moda e d'interiores", "design interiores moda" },
	{ VOCAB_FOLD_TOPIC, "Of the", "of the" },
	{ VOCAB_FOLD_TEXT, "", "" },
	{ VOCAB_FOLD_TEXT, " \t", "" },
	{ VOCAB_FOLD_TEXT, "\xff", "" },
	{ VOCAB_FOLD_NAME, "---", "" },
};

static void texts_are_folded_for_comparing(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < countof(folds); i++) {
		char out[VOCAB_KEY_BYTES];
		size_t n = vocab_fold_as(out, sizeof(out), slice_of(folds[i].text), folds[i].how);

		if (!slice_eq_z(slice_make(out, n), folds[i].folded))
			failures += print_failure("\"%s\": got \"%.*s\", expected \"%s\"",
						  folds[i].text, (int)n, out, folds[i].folded);
	}
	assert_int_equal(failures, 0);
}

/* A letter's own folding, and what the long way through Unicode makes of it: a dash beside it
 * leads there. */
static int fold_beside_a_dash(uint32_t c, uint32_t d, enum vocab_fold how)
{
	char text[16], quick[64], slow[64], expected[64];
	size_t n = utf8_encode(text, c);
	size_t n_quick, n_slow;

	n += utf8_encode(text + n, d);
	n_quick = vocab_fold_as(quick, sizeof(quick), slice_make(text, n), how);
	memcpy(text + n, "x\342\200\223x", 5); /* a blank where dashes are blanks */
	n_slow = vocab_fold_as(slow, sizeof(slow), slice_make(text, n + 5), how);
	snprintf(expected, sizeof(expected), "%.*sx%cx", (int)n_quick, quick,
		 how == VOCAB_FOLD_TEXT ? '-' : ' ');
	if (slice_eq_z(slice_make(slow, n_slow), expected))
		return 0;
	return print_failure("U+%04X U+%04X: got \"%s\", expected \"%.*s\"", c, d, expected,
			     (int)n_slow, slow);
}

static void letters_are_folded_as_the_long_way_does(void **state)
{
	static const uint32_t beside[] = { 'i', 0x130, 0x131, 0x3b1, 0x3ac, 0x3c2, 0x44f };
	int failures = 0;

	(void)state;
	for (uint32_t c = 0x80; c < 0x560; c++) {
		utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);

		if (category < UTF8PROC_CATEGORY_LU || category > UTF8PROC_CATEGORY_LO)
			continue;
		for (size_t i = 0; i < countof(beside); i++)
			for (int how = VOCAB_FOLD_TEXT; how <= VOCAB_FOLD_PATTERN; how++)
				failures += fold_beside_a_dash(c, beside[i], (enum vocab_fold)how);
	}
	assert_int_equal(failures, 0);
}

static void every_key_is_found_with_its_rows(void **state)
{
	(void)state;
	for (int t = 0; t < VOCAB_TABLE_COUNT; t++) {
		enum vocab_table table = (enum vocab_table)t;

		for (size_t i = 0; i < vocab_count(table); i++) {
			struct vocab_row rows[2], row = vocab_at(table, i);
			char longer[VOCAB_KEY_BYTES + 1];

			if (i > 0 && slice_eq(vocab_at(table, i - 1).key, row.key))
				continue;
			assert_true(vocab_find(rows, 2, table, row.key) >= 1);
			assert_ptr_equal(rows[0].key.p, row.key.p);
			assert_ptr_equal(rows[0].cells[0].p, row.cells[0].p);
			assert_int_equal(row.key.n, strlen(row.key.p));
			/* Nor is a text that merely begins or ends like a key. */
			memcpy(longer, row.key.p, row.key.n);
			longer[row.key.n] = '\001';
			assert_int_equal(
				vocab_find(rows, 2, table, slice_make(longer, row.key.n + 1)), 0);
		}
	}
}

static void folding_keeps_within_its_memory(void **state)
{
	char text[4 * VOCAB_KEY_BYTES];
	char out[VOCAB_KEY_BYTES];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(vocab_fold(out, sizeof(out), slice_make(text, VOCAB_KEY_BYTES)),
			 VOCAB_KEY_BYTES);
	assert_int_equal(vocab_fold(out, sizeof(out), slice_make(text, VOCAB_KEY_BYTES + 1)), 0);
	assert_int_equal(vocab_fold(out, 3, SLICE_LIT("abcd")), 0);
	assert_int_equal(vocab_fold(out, 3, SLICE_LIT("äö")), 0);
	/* One code point that becomes eighteen. */
	for (size_t i = 0; i + 3 <= 300; i += 3)
		memcpy(text + i, "\xef\xb7\xba", 3);
	(void)vocab_fold(out, sizeof(out), slice_make(text, 300));
}

static void every_table_has_sorted_rows_that_are_found_by_their_keys(void **state)
{
	struct vocab_row rows[64];

	(void)state;
	for (int t = 0; t < VOCAB_TABLE_COUNT; t++) {
		enum vocab_table table = (enum vocab_table)t;
		size_t n = vocab_count(table);

		assert_true(n > 10);
		for (size_t i = 0; i < n; i++) {
			struct vocab_row row = vocab_at(table, i);

			assert_true(row.key.n > 0);
			assert_false(row.is_own);
			if (i > 0)
				assert_true(slice_cmp(vocab_at(table, i - 1).key, row.key) <= 0);
			if (i % 97 == 0)
				assert_true(vocab_find(rows, countof(rows), table, row.key) > 0);
		}
	}
}

static void keys_are_looked_up_folded(void **state)
{
	struct vocab_row rows[8];
	char key[32];
	size_t n;

	(void)state;
	assert_int_equal(vocab_find(rows, 8, VOCAB_SUBJECT_CODE, SLICE_LIT("0613")), 1);
	assert_slice(rows[0].key, "0613");
	assert_string_equal(rows[0].table, "isced-f-2013.tsv");
	assert_true(vocab_look_up(rows, 8, VOCAB_CODED_VALUE, SLICE_LIT("ON_CAMPUS")) > 0);
	assert_int_equal(vocab_find(rows, 8, VOCAB_LANGUAGE, SLICE_LIT("nosuchlanguage")), 0);
	assert_int_equal(vocab_find(rows, 8, VOCAB_LANGUAGE, SLICE_LIT("")), 0);
	assert_int_equal(vocab_find(rows, 1, VOCAB_CREDIT_SYSTEM, SLICE_LIT("ects")), 1);
	n = vocab_fold_for(key, sizeof(key), VOCAB_CODED_VALUE, SLICE_LIT("ON-campus"));
	assert_slices_equal(slice_make(key, n), SLICE_LIT("on campus"));
}

static void hours_of_credits_are_found_by_unit_and_country(void **state)
{
	struct vocab_row rows[64];
	size_t n = vocab_look_up(rows, countof(rows), VOCAB_CREDIT_SYSTEM, SLICE_LIT("ECTS"));
	bool has_seen_nl = false;

	(void)state;
	assert_true(n > 30);
	for (size_t i = 0; i < n; i++) {
		if (!slice_eq_z(rows[i].cells[0], "NL"))
			continue;
		has_seen_nl = true;
		assert_slice(rows[i].cells[1], "1");
		assert_slice(rows[i].cells[2], "28");
	}
	assert_true(has_seen_nl);
}

static void a_language_cell_holds_languages_by_their_primary_subtag(void **state)
{
	(void)state;
	assert_true(vocab_lang_has(SLICE_LIT("da nb sv"), SLICE_LIT("nb")));
	assert_true(vocab_lang_has(SLICE_LIT("da nb sv"), SLICE_LIT("nn-NO")));
	assert_true(vocab_lang_has(SLICE_LIT("sr-Latn"), SLICE_LIT("sr")));
	assert_true(vocab_lang_has(SLICE_LIT("en"), SLICE_LIT("EN_gb")));
	assert_false(vocab_lang_has(SLICE_LIT("da nb sv"), SLICE_LIT("n")));
	assert_false(vocab_lang_has(SLICE_LIT("mul"), SLICE_LIT("en")));
	assert_false(vocab_lang_has(SLICE_LIT(""), SLICE_LIT("en")));
	assert_false(vocab_lang_has(SLICE_LIT("en"), SLICE_LIT("")));
}

/* ---- the overlay ---- */

static int clear_overlay(void **state)
{
	(void)state;
	vocab_overlay_clear();
	return 0;
}

static void an_operators_rows_decide_where_they_speak(void **state)
{
	struct word word = { .text = SLICE_LIT("Telepräsenz") };
	char version[17];
	struct slice code;
	struct err err = ERR_INIT;

	(void)state;
	(void)snprintf(version, sizeof(version), "%s", vocab_version());
	assert_int_equal(strlen(version), 16);
	assert_false(coded_read(&code, "mode", &word, NULL, NULL));

	assert_int_equal(vocab_overlay_add("coded-values.tsv",
					   SLICE_LIT("# our own words\n"
						     "scheme\tcode\tlang\tkind\tlabel\n"
						     "mode\thybrid\tde\tterm\tTelepräsenz\n"
						     "mode\thybrid\tde\tterm\tFernstudium\n"),
					   &err),
			 ERR_OK);
	assert_true(coded_read(&code, "mode", &word, NULL, NULL));
	assert_slice(code, "hybrid");
	/* "Fernstudium" is online in our tables; the operator knows better */
	word.text = SLICE_LIT("Fernstudium");
	assert_true(coded_read(&code, "mode", &word, NULL, NULL));
	assert_slice(code, "hybrid");
	/* another scheme's words are as before */
	word.text = SLICE_LIT("Klausur");
	assert_true(coded_read(&code, "assessment", &word, NULL, NULL));
	assert_string_not_equal(version, vocab_version());

	vocab_overlay_clear();
	assert_string_equal(version, vocab_version());
	word.text = SLICE_LIT("Fernstudium");
	assert_true(coded_read(&code, "mode", &word, NULL, NULL));
	assert_slice(code, "online");
}

static void rows_of_the_overlay_come_first_and_in_order(void **state)
{
	struct vocab_row rows[8];
	size_t n;

	(void)state;
	assert_int_equal(vocab_overlay_add("credit-forms.tsv",
					   SLICE_LIT("unit\tform\nzz\tZZ\nects\top\nyy\tZZ\n"),
					   NULL),
			 ERR_OK);
	n = vocab_look_up(rows, countof(rows), VOCAB_CREDIT_FORM, SLICE_LIT("zz"));
	assert_int_equal(n, 2);
	assert_slice(rows[0].cells[0], "zz");
	assert_slice(rows[1].cells[0], "yy");
	assert_true(rows[0].is_own);
	assert_string_equal(rows[0].table, "credit-forms.tsv");
	n = vocab_look_up(rows, countof(rows), VOCAB_CREDIT_FORM, SLICE_LIT("op"));
	assert_true(n > 1);
	assert_true(rows[0].is_own);
	assert_false(rows[1].is_own);
}

static void mistakes_of_an_operator_are_named_with_their_line(void **state)
{
	static const struct {
		const char *file;
		const char *text;
		enum err_code rc;
		const char *part;
	} rows[] = {
		{ "nothing.tsv", "a\n", ERR_CONFIG, "nothing.tsv" },
		{ "credit-forms.tsv", "", ERR_PARSE, "expected a line of column names" },
		{ "credit-forms.tsv", "unit\tcolour\n", ERR_PARSE, "credit-forms.tsv:1" },
		{ "credit-forms.tsv", "unit\tunit\n", ERR_PARSE, "twice" },
		{ "credit-forms.tsv", "unit\tform\nects\top\nects\n", ERR_PARSE,
		  "credit-forms.tsv:3: 1 cells; expected 2" },
		{ "credit-forms.tsv", "unit\tform\nects\t\xff\n", ERR_PARSE, "not UTF-8" },
		{ "country-names.tsv", "alpha2\tname\nFIN\tSuomi\n", ERR_PARSE,
		  "country-names.tsv:2: alpha2 \"FIN\"; expected two capital letters" },
		{ "country-names.tsv", "alpha2\tname\nFI\t---\n", ERR_PARSE,
		  "country-names.tsv:2: \"---\" holds nothing that it could be found by" },
		{ "nqf-eqf.tsv", "country\teqf\tlevel_forms\nFI\t6 7\tkuusi\n", ERR_PARSE,
		  "nqf-eqf.tsv:2: eqf \"6 7\"; expected 1 to 8" },
		{ "credit-systems.tsv", "unit\tcountry\nx\tEU27\n", ERR_PARSE,
		  "expected two capital letters or EHEA" },
		{ "isced-f-labels.tsv", "code\tlabel\nIT\tKoodaus\n", ERR_PARSE,
		  "expected two to four digits" },
		{ "isced-f-labels.tsv", "label\nKoodaus\n", ERR_PARSE,
		  "isced-f-labels.tsv:2: code \"\"; expected two to four digits" },
		{ "language-aliases.tsv", "alias\tbcp47\nsavo\t-x-savo\n", ERR_PARSE,
		  "expected a language tag such as pt or pt-BR" },
		{ "language-aliases.tsv", "alias\tbcp47\nsavo\tfi-\n", ERR_PARSE, "bcp47 \"fi-\"" },
		{ "price-words.tsv", "word\tkind\tvalue\nmk\tcurrency\tmk.\n", ERR_PARSE,
		  "expected three capital letters" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(vocab_overlay_add(rows[i].file, slice_of(rows[i].text), &err),
				 rows[i].rc);
		assert_non_null(strstr(err.msg, rows[i].part));
	}
}

static void an_overlay_has_an_end(void **state)
{
	struct buf text = BUF_INIT(32 * LIMIT_MIB);
	struct err err = ERR_INIT;

	(void)state;
	buf_str(&text, "unit\tform\n");
	for (unsigned i = 0; i <= LIMIT_VOCAB_OWN_ROWS; i++)
		buf_printf(&text, "ects\tform%u\n", i);
	assert_int_equal(vocab_overlay_add("credit-forms.tsv", buf_view(&text), &err), ERR_LIMIT);
	assert_non_null(strstr(err.msg, "credit-forms.tsv"));
	buf_clear(&text);
}

/* ---- attributions ---- */

static void every_source_is_named_with_its_licence(void **state)
{
	size_t n;
	const struct vocab_attribution *all = vocab_attributions(&n);

	(void)state;
	assert_true(n >= 8);
	for (size_t i = 0; i < n; i++) {
		assert_true(strlen(all[i].name) > 0);
		assert_true(strlen(all[i].licence) > 0);
		assert_true(strlen(all[i].text) > 0);
		assert_true(strlen(all[i].files) > 0);
	}
}

/* ---- the compiler ---- */

/* Runs it over a copy of the tables in which one file is replaced; what it says. */
static int compile_with(const char *file, const char *text, char *says, size_t cap)
{
	char dir[] = "/tmp/vocab.XXXXXX";
	char command[2048];
	FILE *pipe;
	FILE *out;
	size_t n;
	int status;

	assert_non_null(mkdtemp(dir));
	(void)snprintf(command, sizeof(command), "cp %s/catalogue/vocab/*.tsv %s/",
		       MICROCAT_SOURCE_DIR, dir);
	assert_int_equal(system(command), 0);
	(void)snprintf(command, sizeof(command), "%s/%s", dir, file);
	out = fopen(command, "ab");
	assert_non_null(out);
	(void)fputs(text, out);
	assert_int_equal(fclose(out), 0);
	(void)snprintf(command, sizeof(command), "%s/vocab-compile %s %s/out.c 2>&1",
		       MICROCAT_BIN_DIR, dir, dir);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	n = fread(says, 1, cap - 1, pipe);
	says[n] = '\0';
	status = pclose(pipe);
	(void)snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
	return status;
}

static void the_compiler_refuses_what_the_library_could_not_trust(void **state)
{
	static const struct {
		const char *file;
		const char *text;
		const char *says; /* NULL: compiles */
	} rows[] = {
		{ "workload-forms.tsv", "hour\tzz\tzzzz\n", NULL },
		{ "workload-forms.tsv", "hour\tzz\n", "2 cells; expected 3" },
		{ "workload-forms.tsv", "hour\tzz\tzzzz\nhour\tzz\tzzzz\n", "twice" },
		{ "credit-forms.tsv", "nosuchunit\tmul\tzz\tword\t\t\n",
		  "is not in credit-systems.tsv" },
		{ "isced-f-labels.tsv", "0692\ten\tpref\tX\town\n", "is not in isced-f-2013.tsv" },
		{ "coded-mappings.tsv", "x\ty\tz\tmode\tnosuchcode\t\n",
		  "is not in coded-values.tsv" },
		{ "country-names.tsv", "FI\tzz\t---\n", "gives no key" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		char says[1024];
		int status = compile_with(rows[i].file, rows[i].text, says, sizeof(says));

		if (rows[i].says == NULL) {
			assert_int_equal(status, 0);
			continue;
		}
		assert_int_not_equal(status, 0);
		if (strstr(says, rows[i].says) == NULL || strstr(says, rows[i].file) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", says, rows[i].says);
	}
}

static struct buf read_all(const char *path)
{
	struct buf text = BUF_INIT(4 * LIMIT_MIB);
	FILE *file = fopen(path, "rb");
	size_t n;

	if (file == NULL)
		fail_msg("%s cannot be read", path);
	do {
		char piece[4096];

		n = fread(piece, 1, sizeof(piece), file);
		buf_append(&text, piece, n);
	} while (n > 0);
	(void)fclose(file);
	return text;
}

static void the_page_of_vocabularies_is_what_the_tables_say(void **state)
{
	char dir[] = "/tmp/vocab.XXXXXX";
	char path[256];
	char command[2048];
	struct buf made;
	struct buf kept;

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/page.md", dir);
	(void)snprintf(command, sizeof(command), "%s/vocab-compile --doc %s/catalogue/vocab %s",
		       MICROCAT_BIN_DIR, MICROCAT_SOURCE_DIR, path);
	assert_int_equal(system(command), 0);
	made = read_all(path);
	(void)snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
	kept = read_all(MICROCAT_SOURCE_DIR "/docs/vocabularies.md");
	if (!slice_eq(buf_view(&made), buf_view(&kept)))
		fail_msg("docs/vocabularies.md is old: vocab-compile --doc catalogue/vocab "
			 "docs/vocabularies.md");
	buf_clear(&made);
	buf_clear(&kept);
}

static void every_file_of_an_attribution_is_there_and_noticed(void **state)
{
	struct buf notice = read_all(MICROCAT_SOURCE_DIR "/NOTICE");
	size_t n;
	const struct vocab_attribution *all = vocab_attributions(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct slice files = slice_of(all[i].files);
		struct slice file;

		if (!slice_contains(buf_view(&notice), slice_of(all[i].name)) ||
		    !slice_contains(buf_view(&notice), slice_of(all[i].licence)))
			fail_msg("NOTICE lacks \"%s\", %s", all[i].name, all[i].licence);
		while (slice_split(&file, &files, ' ')) {
			struct stat st;
			char path[512];

			(void)snprintf(path, sizeof(path), "%s/catalogue/vocab/%.*s",
				       MICROCAT_SOURCE_DIR, SLICE_ARG(file));
			if (stat(path, &st) != 0)
				fail_msg("%s: no such file", path);
		}
	}
	buf_clear(&notice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_folded_for_comparing),
		cmocka_unit_test(letters_are_folded_as_the_long_way_does),
		cmocka_unit_test(every_key_is_found_with_its_rows),
		cmocka_unit_test(folding_keeps_within_its_memory),
		cmocka_unit_test(every_table_has_sorted_rows_that_are_found_by_their_keys),
		cmocka_unit_test(keys_are_looked_up_folded),
		cmocka_unit_test(hours_of_credits_are_found_by_unit_and_country),
		cmocka_unit_test(a_language_cell_holds_languages_by_their_primary_subtag),
		cmocka_unit_test_teardown(an_operators_rows_decide_where_they_speak, clear_overlay),
		cmocka_unit_test_teardown(rows_of_the_overlay_come_first_and_in_order,
					  clear_overlay),
		cmocka_unit_test_teardown(mistakes_of_an_operator_are_named_with_their_line,
					  clear_overlay),
		cmocka_unit_test_teardown(an_overlay_has_an_end, clear_overlay),
		cmocka_unit_test(every_source_is_named_with_its_licence),
		cmocka_unit_test(every_file_of_an_attribution_is_there_and_noticed),
		cmocka_unit_test(the_page_of_vocabularies_is_what_the_tables_say),
		cmocka_unit_test(the_compiler_refuses_what_the_library_could_not_trust),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
