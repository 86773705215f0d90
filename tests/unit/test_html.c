// SPDX-License-Identifier: EUPL-1.2
/*
 * Tests of catalogue/html: what our own reader of plain HTML takes becomes the
 * same text as by libxml2's parser.
 */
#include "base/limits.h"
#include "catalogue/html.h"
#include "catalogue/html_plain.h"
#include "catalogue/text.h"
#include "tests/support/random.h"
#include "tests/support/unit.h"

enum { ROUNDS = 60000, MAX_DEPTH = 5 };

/* True when our own reader took it. */
static bool check(struct slice html)
{
	struct buf ours = BUF_INIT(LIMIT_OFFER_BYTES), theirs = BUF_INIT(LIMIT_OFFER_BYTES);
	struct slice exact = unit_exact(html);
	bool is_plain = html_plain_to_text(&ours, exact);

	if (is_plain) {
		html_to_text_by_parser(&theirs, exact);
		if (!slice_eq(buf_view(&ours), buf_view(&theirs)))
			fail_msg("\"%.*s\" becomes \"%s\", by the parser \"%s\"", SLICE_ARG(html),
				 buf_z(&ours), buf_z(&theirs));
	}
	unit_exact_free(exact);
	buf_clear(&ours);
	buf_clear(&theirs);
	return is_plain;
}

static void plain_fragments_are_read_by_us(void **state)
{
	static const char *const fragments[] = {
		"<p>One</p><p>Two</p>",
		"<P STYLE='x'>One<br/>two<BR>three</P>",
		"Intro:<ul><li>a<b>b</b></li>\n<li><p>c</p><p>d</p></li></ul>end",
		"Intro:<ol><li>a<li>b</li></ol>",
		"<h2>Head</h2>text <a href=\"https://x.org/?a=1&amp;b=2\">link</a>",
		"text<p>paragraph<p>another",
		"<div>Caf\303\251 &amp; Universit&auml;t &#8211; &nbsp; x</div>",
		"<p>&lt;p&gt; stays</p>",
		"a <br /> b <br><br><br> c",
		"<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>",
		"not closed <b>at all",
		"words of <em>Greek</em>: \316\261\316\262\316\263",
	};

	(void)state;
	for (size_t i = 0; i < countof(fragments); i++)
		if (!check(slice_of(fragments[i])))
			fail_msg("\"%s\" is left to the parser", fragments[i]);
}

static void what_parsers_must_guess_at_is_left_to_them(void **state)
{
	static const char *const fragments[] = {
		"",
		"<p>a</b>",
		"<b><p>a</p></b>",
		"<p>a<script>x</script>",
		"a < b",
		"<3",
		"<p",
		"<p class=x>a</p>",
		"<p class=\"x>a</p>",
		"<!-- note -->a",
		"<ul><li>a</ul>",
		"<table><tr><td>a</table>",
		"&apos;",
		"&unknown;",
		"AT&T",
		"&#0;",
		"&#150;",
		"a\001b",
		"\357\273\277a",
		"<a><a>",
		"<li>a</li>",
		"<br",
		"</br>",
	};

	(void)state;
	for (size_t i = 0; i < countof(fragments); i++)
		if (check(slice_of(fragments[i])))
			fail_msg("\"%s\" is not left to the parser", fragments[i]);
}

static void add_piece(struct buf *out, struct random *random)
{
	static const char *const pieces[] = {
		"word",    " ",        "two words ", "\n",        "  \t",    "\303\244\303\266",
		"&amp;",   "&nbsp;",   "&#32;",      "&uuml;",    "&#x20;",  "\342\200\223",
		"<br>",    "<br/>",    "<BR />",     ". ",        "&ndash;", "\r\n",
		"- item ", "&hearts;", "\302\240",   "&lt;b&gt;",
	};

	buf_str(out, pieces[random_below(random, countof(pieces))]);
}

/* What mostly stands in a tag; NULL: in the text itself. */
static const char *draw_name(struct random *random, const char *in)
{
	static const char *const any[] = { "p", "ul",  "ol", "li", "b", "strong", "em",   "span",
					   "i", "div", "h2", "h3", "a", "u",      "table" };
	static const char *const inlines[] = { "b", "strong", "em", "i", "u", "span", "a" };
	static const char *const blocks[] = { "p", "p", "ul", "ol", "div", "b", "em" };

	if (random_below(random, 12) == 0)
		return any[random_below(random, countof(any))];
	if (in == NULL || strcmp(in, "div") == 0 || strcmp(in, "li") == 0)
		return blocks[random_below(random, countof(blocks))];
	if (strcmp(in, "ul") == 0 || strcmp(in, "ol") == 0)
		return "li";
	return inlines[random_below(random, countof(inlines))];
}

/* Mostly tags that stand and are closed where they should be. */
static void add_nested(struct buf *out, struct random *random, const char *in, int depth)
{
	for (uint32_t n = random_below(random, 5); n > 0; n--) {
		const char *name = draw_name(random, in);

		if (depth >= MAX_DEPTH || random_below(random, 3) == 0) {
			add_piece(out, random);
			continue;
		}
		buf_printf(out, "<%s%s>", name,
			   random_below(random, 6) == 0 ? " class=\"x > y\" id='z'" : "");
		add_nested(out, random, name, depth + 1);
		if (random_below(random, 16) > 0)
			buf_printf(out, "</%s>", name);
	}
}

static void random_fragments_become_what_the_parser_makes_of_them(void **state)
{
	struct random random = RANDOM_INIT(23);
	struct buf html = BUF_INIT(LIMIT_OFFER_BYTES);
	unsigned n_plain = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		buf_reset(&html);
		add_nested(&html, &random, NULL, 0);
		n_plain += check(buf_view(&html));
	}
	buf_clear(&html);
	/* Else it is the parser that is compared with itself. */
	assert_true(n_plain > ROUNDS / 5);
}

static int set_up(void **state)
{
	(void)state;
	text_init();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_fragments_are_read_by_us),
		cmocka_unit_test(what_parsers_must_guess_at_is_left_to_them),
		cmocka_unit_test(random_fragments_become_what_the_parser_makes_of_them),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
