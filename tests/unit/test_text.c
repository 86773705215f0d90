// SPDX-License-Identifier: EUPL-1.2
/*
 * Partners' texts to plain text, lists and addresses.
 */
#include "base/utf8.h"
#include "tests/support/random.h"
#include "tests/support/reader_arena.h"

#include <utf8proc.h>

static void texts_become_plain(void **state)
{
	static const struct {
		const char *raw, *clean;
	} rows[] = {
		{ "  Plain text. ", "Plain text." },
		{ "a\r\nb\rc", "a\nb\nc" },
		{ "a \t b\302\240c\342\200\257d", "a b c d" },
		{ "a\n\n\n\n  b", "a\n\nb" },
		/* HTML */
		{ "<p>One</p><p>Two</p>", "One\n\nTwo" },
		{ "<P STYLE='x'>One<br/>two<BR>three</P>", "One\ntwo\nthree" },
		{ "One<br><br>two", "One\n\ntwo" },
		{ "<ul><li>one</li><li><p>two <b>b</b></p></li><li></li></ul>end",
		  "- one\n- two b\n\nend" },
		{ "Intro:<ol><li>a<li>b</ol>", "Intro:\n\n- a\n- b" },
		{ "<h2>Head</h2>text", "Head\n\ntext" },
		{ "x<script>alert('<p>')</script><style>p{}</style>y", "xy" },
		{ "<div>Caf\303\251 &amp; Universit&auml;t</div>",
		  "Caf\303\251 & Universit\303\244t" },
		{ "<p>Universit&amp;auml;t</p>", "Universit\303\244t" },
		{ "&lt;p&gt;One &amp;amp; two&lt;/p&gt;", "One & two" },
		{ "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc" },
		{ "<button>Enrol</button><nav>Home</nav><p>Text</p>", "Text" },
		{ "a <b>b</b> <i>c</i>", "a b c" },
		{ "<!-- note -->a", "a" },
		{ "<p>not closed <b>at all", "not closed at all" },
		{ "<meta charset=\"iso-8859-1\"><p>Teko\303\244ly</p>", "Teko\303\244ly" },
		/* not HTML */
		{ "if a < b and b <c then List<String> x > 3",
		  "if a < b and b <c then List<String> x > 3" },
		{ "I <3 you", "I <3 you" },
		{ "AT&T; R&D", "AT&T; R&D" },
		{ "A &amp; B", "A & B" },
		{ "Universit&amp;auml;t", "Universit\303\244t" },
		{ "&#228;&#xe4;&#x110000;&#0;", "\303\244\303\244&#x110000;&#0;" },
		{ "10 &ndash; 20 &euro;", "10 \342\200\223 20 \342\202\254" },
		/* Markdown */
		{ "**Bold** and *soft* and __strong__ and _em_.",
		  "Bold and soft and strong and em." },
		{ "2 * 3 * 4, snake_case_name, a*b*c", "2 * 3 * 4, snake_case_name, a*b*c" },
		{ "# Head\n\n* one\n* two", "Head\n\n- one\n- two" },
		{ "see [the page](https://x.org/a_b) now", "see the page now" },
		{ "[**bold** words](u) and [not a link]", "bold words and [not a link]" },
		{ "![logo](x.png) text", "text" },
		{ "C# and #1", "C# and #1" },
		{ "use `code` here", "use code here" },
		{ "\342\200\242 one\n\342\200\242two\n\302\267 three", "- one\n- two\n- three" },
		/* a soft hyphen and a zero-width blank do not keep mojibake */
		{ "Universit\303\203\302\244t f\303\203\302\274r\302\255 a\342\200\213ll",
		  "Universit\303\244t f\303\274r all" },
		{ "one\n\357\202\267 two\n\357\202\267", "one\n- two" },
		{ "-one\n-two\n-5 degrees", "- one\n- two\n-5 degrees" },
		/* what is not shown does not come between a mark and its item */
		{ "-\4one\n-\302\255two\n-\357\202\247three", "- one\n- two\n- three" },
		{ "\342\206\222\342\200\213 one\n+\4 two\n-\4", "- one\n- two\n-" },
		/* literal line ends */
		{ "one\\n\\nTwo\\r\\n- three", "one\n\nTwo\n- three" },
		{ "C:\\new\\things", "C:\\new\\things" },
		/* bytes */
		{ "soft\302\255hyphen zero\342\200\213width \357\273\277bom",
		  "softhyphen zerowidth bom" },
		{ "a\001b\177c", "abc" },
		{ "it\302\222s \302\200 5\302\205", "it\342\200\231s \342\202\254 5\342\200\246" },
		{ "L\303\203\302\244hiopetus", "L\303\244hiopetus" },
		{ "it\303\242\342\202\254\342\204\242s", "it\342\200\231s" },
		{ "\303\203\302\244 and \342\202\254 and \346\274\242",
		  "\303\203\302\244 and \342\202\254 and \346\274\242" },
		{ "S\303\203O PAULO CAF\303\211", "S\303\203O PAULO CAF\303\211" },
		{ "a\314\210 o\314\210", "\303\244 \303\266" },
		{ "bad \377 byte", "bad \357\277\275 byte" },
		{ "mark \356\200\201x\356\200\202", "mark x" },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct slice clean = text_clean(slice_of(rows[i].raw), LIMIT_TEXT_BYTES, &arena);

		if (!slice_eq_z(clean, rows[i].clean))
			fail_msg("\"%s\" became \"%.*s\", expected \"%s\"", rows[i].raw,
				 SLICE_ARG(clean), rows[i].clean);
	}
}

static void a_line_has_no_line_ends(void **state)
{
	(void)state;
	assert_true(slice_eq_z(text_clean_line(SLICE_LIT(" A\n\n title<br>of <b>two</b>  lines"),
					       LIMIT_TITLE_BYTES, &arena),
			       "A title of two lines"));
	assert_true(
		slice_eq_z(text_clean_line(SLICE_LIT("-isms of art"), LIMIT_TITLE_BYTES, &arena),
			   "-isms of art"));
}

static void placeholders_are_absent(void **state)
{
	static const char *const placeholders[] = { "",
						    "  ",
						    "-",
						    "--",
						    "N/A",
						    "n/a",
						    "null",
						    "NULL",
						    "TBC",
						    "tba",
						    "None",
						    "TODO",
						    "\342\200\223",
						    "...",
						    "00000000",
						    "<p>&nbsp;</p>",
						    "Select from the list",
						    "Todo: write" };
	static const char *const texts[] = {
		"Nanotechnology", "TBC 2", "5", "C", "nullable types", "None of the above", "Todos"
	};

	(void)state;
	for (size_t i = 0; i < countof(placeholders); i++) {
		struct slice clean = text_clean(slice_of(placeholders[i]), 100, &arena);

		if (clean.p != NULL)
			fail_msg("\"%s\" became \"%.*s\"", placeholders[i], SLICE_ARG(clean));
	}
	for (size_t i = 0; i < countof(texts); i++)
		assert_true(slice_eq_z(text_clean(slice_of(texts[i]), 100, &arena), texts[i]));
}

static void texts_are_cut_between_characters(void **state)
{
	struct slice clean = text_clean(SLICE_LIT("\303\244\303\244\303\244"), 5, &arena);

	(void)state;
	assert_true(slice_eq_z(clean, "\303\244\303\244"));
}

static void markup_that_nests_for_ever_ends(void **state)
{
	struct buf html = BUF_INIT(LIMIT_OFFER_BYTES);
	struct slice clean;

	(void)state;
	buf_str(&html, "start ");
	for (unsigned i = 0; i < 100000; i++)
		buf_str(&html, "<div>");
	buf_str(&html, "deep");
	clean = text_clean(buf_view(&html), LIMIT_TEXT_BYTES, &arena);
	assert_true(slice_starts_with(clean, SLICE_LIT("start")));
	buf_reset(&html);
	for (unsigned i = 0; i < 50000; i++)
		buf_str(&html, "<b>x</i>");
	clean = text_clean(buf_view(&html), LIMIT_TEXT_BYTES, &arena);
	assert_true(clean.n > 100);
	buf_reset(&html);
	buf_fill(&html, '<', 500000);
	buf_fill(&html, '[', 400000);
	clean = text_clean(buf_view(&html), LIMIT_TEXT_BYTES, &arena);
	assert_int_equal(clean.n, LIMIT_TEXT_BYTES);
	buf_clear(&html);
}

/* Each sign looks for another that does not come: in a text as long as can be, once for all. */
static void signs_that_nothing_closes_are_looked_for_once(void **state)
{
	static const struct {
		const char *begin, *sign, *expected;
	} cases[] = {
		{ "a ", "~~", "a ~~~~" },
		{ "a ", "\\[", "a \\[\\[" },
		{ "a ", "\\]", "a \\]\\]" },
		{ "a ", "x \\*", "a x \\*x \\*" },
		{ "a ", "[", "a [[" },
		{ "a ", "![", "a ![![" },
		{ "a ", "[x](", "a [x](" },
		{ "# a\n", "> ", "a" },
		{ "a\n", "# ", "a" },
		{ "a\n", "> # ", "a" },
		{ "a\n", "- [ ] ", "a\n" },
		{ "a ", "*b ", "a *b *b" },
		{ "a ", "<https://", "a <https" },
		{ "a ", "<!--", "a" },
		{ "a ", "&amp;", "a &&" },
		{ "a ", "<b title=\"", "a" },
		{ "a ", "\303\203\302\244\342\202\254", "a " },
		{ "a ", "e\314\201", "a \303\251\303\251" },
	};
	struct buf text = BUF_INIT(LIMIT_OFFER_BYTES);

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		size_t n = strlen(cases[i].sign);
		struct slice clean;

		buf_reset(&text);
		buf_str(&text, cases[i].begin);
		while (text.len + n <= LIMIT_OFFER_BYTES)
			buf_str(&text, cases[i].sign);
		clean = text_clean(buf_view(&text), LIMIT_TEXT_BYTES, &arena);
		if (!slice_starts_with(clean, slice_of(cases[i].expected)))
			fail_msg("%s: %.60s", cases[i].sign, clean.p);
		arena_reset(&arena);
	}
	buf_clear(&text);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void any_bytes_give_valid_text_that_stays(void **state)
{
	static const char *const pieces[] = {
		"<p>",
		"</p>",
		"<li>",
		"&amp;",
		"&",
		";",
		"**",
		"*",
		"_",
		"[a](b)",
		"](",
		"\\n",
		"\n",
		"- ",
		"1. ",
		"\303",
		"\244",
		"\342\200\242",
		"\303\203\302\244",
		"word",
		" ",
		"<",
		">",
		"\"",
		"<script>",
		"#",
		"`",
		"\r",
		"\314\210",
		"\377",
		"\356\200\201",
		"<!--",
		"&#1",
		"x",
	};
	uint32_t seed = 11;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct buf raw = BUF_INIT(4096);
		struct slice clean, line, *items = NULL;

		for (unsigned i = 0; i < next_random(&seed) % 30; i++)
			buf_str(&raw, pieces[next_random(&seed) % countof(pieces)]);
		clean = text_clean(buf_view(&raw), 200, &arena);
		assert_true(utf8_is_valid(clean));
		assert_true(clean.n <= 200);
		line = text_clean_line(buf_view(&raw), 200, &arena);
		assert_true(slice_find_byte(line, '\n') < 0);
		(void)text_url(buf_view(&raw), &arena);
		(void)text_split_list(&items, clean, &arena);
		assert_true(utf8_is_valid(text_fold(clean, &arena)));
		buf_clear(&raw);
		arena_reset(&arena);
	}
}

static void lists_are_split_where_they_show(void **state)
{
	static const struct {
		const char *text;
		const char *items[4];
	} rows[] = {
		{ "- one\n- two", { "one", "two" } },
		{ "You will learn to:\n- one\n- two", { "one", "two" } },
		{ "Some words first.\n- one\n- two", { "Some words first.", "one", "two" } },
		{ "1. one\n2. two\nand more\n3) three", { "one", "two and more", "three" } },
		{ "a) one\nb) two", { "one", "two" } },
		{ "(1) one\n(2) two\n\nAnd then.", { "one", "two", "And then." } },
		{ "- one\n\n- two", { "one", "two" } },
		{ "Just a text\nof two lines.", { "Just a text\nof two lines." } },
		{ "- only one", { "only one" } },
		{ "\342\200\242 a \342\200\242 b \342\200\242 c", { "a", "b", "c" } },
		{ "- a \342\200\242 b", { "a", "b" } },
		{ "a \342\200\242 b", { "a \342\200\242 b" } },
		{ "2027. was a year\nand 3. was a number",
		  { "2027. was a year\nand 3. was a number" } },
		{ "", { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct slice *items = NULL;
		size_t n = text_split_list(&items, slice_of(rows[i].text), &arena);

		for (size_t k = 0; k < 4 && rows[i].items[k] != NULL; k++)
			if (k >= n || !slice_eq_z(items[k], rows[i].items[k]))
				fail_msg("\"%s\": item %zu of %zu is \"%.*s\"", rows[i].text, k, n,
					 SLICE_ARG(k < n ? items[k] : SLICE_NONE));
		if (n < 4 && n > 0)
			assert_null(rows[i].items[n]);
	}
}

static void addresses_are_made_whole(void **state)
{
	static const struct {
		const char *raw, *url;
	} rows[] = {
		{ " https://x.org/a?b=c#d ", "https://x.org/a?b=c#d" },
		{ "HTTP://X.org", "http://X.org" },
		{ "www.x.org/a b", "https://www.x.org/a%20b" },
		{ "x.org", "https://x.org" },
		{ "//cdn.x.org/i.png", "https://cdn.x.org/i.png" },
		{ "https://x.org/?a=1&amp;b=2", "https://x.org/?a=1&b=2" },
		{ "http://localhost:8080/x", "http://localhost:8080/x" },
		{ "https://x.org/a_b_c*d*", "https://x.org/a_b_c*d*" },
		{ "person@x.org", NULL },
		{ "https://user:secret@x.org/", NULL },
		{ "javascript:alert(1)", NULL },
		{ "mailto:a@x.org", NULL },
		{ "ftp://x.org", NULL },
		{ "/relative/path", NULL },
		{ "see the page", NULL },
		{ "index.1", NULL },
		{ "https://", NULL },
		{ "https://a b.org/", NULL },
		{ "n/a", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(rows); i++) {
		struct slice url = text_url(slice_of(rows[i].raw), &arena);

		if (rows[i].url == NULL ? url.p != NULL : !slice_eq_z(url, rows[i].url))
			fail_msg("\"%s\" became \"%.*s\"", rows[i].raw, SLICE_ARG(url));
	}
}

static void texts_fold_to_one_form(void **state)
{
	(void)state;
	assert_true(slice_eq(text_fold(SLICE_LIT("  STRASSE  \n x"), &arena),
			     text_fold(SLICE_LIT("Stra\303\237e x"), &arena)));
	assert_true(slice_eq(text_fold(SLICE_LIT("\303\204"), &arena),
			     text_fold(SLICE_LIT("a\314\210"), &arena)));
	assert_true(slice_eq_z(text_fold(SLICE_NONE, &arena), ""));
}

/* The short cut past utf8proc must never skip what it would change. */
static void only_stable_code_points_skip_normalising(void **state)
{
	(void)state;
	for (uint32_t c = 0x20; c < 0x10000; c++) {
		char bytes[4];
		struct slice text = { bytes, 0 };
		utf8proc_uint8_t *nfc = NULL;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		text.n = utf8_encode(bytes, c);
		if (text_nfc(text, &arena).p != bytes)
			continue;
		assert_true(utf8proc_map((utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)text.n, &nfc,
					 UTF8PROC_STABLE | UTF8PROC_COMPOSE) >= 0);
		if (!slice_eq_z(text, (char *)nfc) ||
		    utf8proc_get_property((utf8proc_int32_t)c)->combining_class != 0)
			fail_msg("U+%04X is changed by normalising", c);
		free(nfc);
	}
}

/*
 * A control inside a word is dropped by the slow way through all passes, and
 * keeps a text from the quick one: both ways must give the same.
 */
static void clean_texts_are_recognised_as_such(void **state)
{
	static const char *const pieces[] = {
		"word",
		" ",
		" ",
		"two words",
		"\n",
		"\n\n",
		"-",
		"- ",
		"\303\244",
		"\303\237",
		"\303\202",
		"\302\240",
		"\302\255",
		"\302\267",
		"\302\272 ",
		"\316\261\316\262",
		"\320\266",
		"a\314\210",
		"\342\200\223",
		"\342\200\242 ",
		"\342\200\223 x",
		"\342\200\257",
		"\342\200\250",
		"\342\202\254",
		"\343\200\200",
		"\346\274\242",
		".",
		"+1",
		"*",
		"#",
		"# ",
		"&amp;",
		"&",
		"_x_",
		"[a](b)",
		"\\n",
		"<p>",
		"\t",
		"\r\n",
		"\302\200",
		"\303",
		"\357\273\277",
	};
	struct random random = RANDOM_INIT(31);
	struct buf raw = BUF_INIT(4096), marked = BUF_INIT(4096);

	(void)state;
	for (int round = 0; round < 40000; round++) {
		bool is_line = random_below(&random, 3) == 0;
		uint32_t n = 1 + random_below(&random, 7), at = random_below(&random, n);
		struct slice quick, slow;

		buf_reset(&raw);
		buf_reset(&marked);
		for (uint32_t i = 0; i < n; i++) {
			/* The first ones are clean in most places. */
			uint32_t kinds = random_below(&random, 3) > 0 ? 11 : countof(pieces);
			const char *piece = pieces[random_below(&random, kinds)];

			buf_str(&raw, i == at ? "amid" : piece);
			buf_str(&marked, i == at ? "am\001id" : piece);
		}
		arena_reset(&arena);
		quick = is_line ? text_clean_line(buf_view(&raw), 4096, &arena)
				: text_clean(buf_view(&raw), 4096, &arena);
		slow = is_line ? text_clean_line(buf_view(&marked), 4096, &arena)
			       : text_clean(buf_view(&marked), 4096, &arena);
		if (!slice_eq(quick, slow))
			fail_msg("\"%s\" becomes \"%.*s\", through all passes \"%.*s\"",
				 buf_z(&raw), SLICE_ARG(quick), SLICE_ARG(slow));
	}
	buf_clear(&raw);
	buf_clear(&marked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_texts_are_recognised_as_such),
		cmocka_unit_test(texts_become_plain),
		cmocka_unit_test(a_line_has_no_line_ends),
		cmocka_unit_test(placeholders_are_absent),
		cmocka_unit_test(texts_are_cut_between_characters),
		cmocka_unit_test(markup_that_nests_for_ever_ends),
		cmocka_unit_test(signs_that_nothing_closes_are_looked_for_once),
		cmocka_unit_test(any_bytes_give_valid_text_that_stays),
		cmocka_unit_test(lists_are_split_where_they_show),
		cmocka_unit_test(addresses_are_made_whole),
		cmocka_unit_test(texts_fold_to_one_form),
		cmocka_unit_test(only_stable_code_points_skip_normalising),
	};

	return cmocka_run_group_tests(tests, reader_arena_make, reader_arena_clear);
}
