// SPDX-License-Identifier: EUPL-1.2
/* Tests of catalogue/json_load: it gives what jansson gives, for good and for broken text. */
#include "catalogue/json_load.h"

#include "tests/support/random.h"
#include "tests/support/unit.h"

static const size_t all_flags[] = {
	0,
	JSON_REJECT_DUPLICATES,
	JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL,
	JSON_DISABLE_EOF_CHECK,
};

static char *dump(const json_t *value)
{
	return value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;
}

/* Loads both ways and compares values, order of members, and messages. */
static void check(struct slice text, size_t flags)
{
	struct slice exact = unit_exact(text);
	json_error_t ours_at = { 0 }, theirs_at = { 0 };
	json_t *ours = json_load(exact, flags, &ours_at);
	json_t *theirs = json_loadb(exact.p, exact.n, flags, &theirs_at);
	char *ours_text = dump(ours), *theirs_text = dump(theirs);

	if ((ours == NULL) != (theirs == NULL) || (ours != NULL && !json_equal(ours, theirs)) ||
	    (ours != NULL && strcmp(ours_text, theirs_text) != 0))
		fail_msg("\"%.*s\" (flags %zu): %s, jansson %s", SLICE_ARG(text), flags,
			 ours != NULL ? ours_text : ours_at.text,
			 theirs != NULL ? theirs_text : theirs_at.text);
	if (ours == NULL)
		assert_string_equal(ours_at.text, theirs_at.text);
	free(ours_text);
	free(theirs_text);
	json_decref(ours);
	json_decref(theirs);
	unit_exact_free(exact);
}

static void check_all(struct slice text)
{
	for (size_t i = 0; i < countof(all_flags); i++)
		check(text, all_flags[i]);
}

static const char *const texts[] = {
	"",
	" ",
	"{}",
	"[]",
	" { } ",
	"[ ]\n",
	"{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"e\"}}",
	"\t{ \"a\" : 1 ,\r\n\"b\" : [ 1 , 2 ] }  ",
	"\"text\"",
	"17",
	"true",
	/* strings */
	"[\"\"]",
	"[\"a longer text, of more than eight bytes, with \\\"quotes\\\" and \\\\ in it\"]",
	"[\"\\b\\f\\n\\r\\t\\/\\\"\\\\\"]",
	"[\"\\u00e4\\u20AC\\ud83d\\ude00x\"]",
	"[\"Opintojakson jälkeen – 日本語 😀\"]",
	"[\"\\u0000\"]",
	"{\"\\u0000\":1}",
	"{\"\\u0061bc\":{\"\\u0061\":\"\\u0062\"}}",
	"{\"\":1}",
	"[\"\\ud83d\"]",
	"[\"\\ude00\"]",
	"[\"\\ud83dx\"]",
	"[\"\\ud83d\\u0041\"]",
	"[\"\\u12\"]",
	"[\"\\u12g4\"]",
	"[\"\\x\"]",
	"[\"\\",
	"[\"open",
	"[\"a\nb\"]",
	"[\"a\tb\"]",
	"[\"\177\"]",
	"[\"\xc3\"]",
	"[\"\xc0\x80\"]",
	"[\"\xed\xa0\x80\"]",
	"[\"\xf4\x90\x80\x80\"]",
	/* numbers */
	"[0,-0,1,-1,10,123456789012345678,-123456789012345678]",
	"[1234567890123456789,-9223372036854775808,9223372036854775807]",
	"[9223372036854775808]",
	"[99999999999999999999999]",
	"[0.5,-0.5,1.0,1e5,1E+5,1e-5,1.25e2,-0.0,1e-400,0.1,30.0]",
	"[0.12345678901234567890123456789012345678901234567890]",
	"[1e400]",
	"[01]",
	"[-]",
	"[1.]",
	"[.5]",
	"[+1]",
	"[1e]",
	"[1e+]",
	"[1x]",
	"[0x1]",
	"[NaN]",
	/* words */
	"[nul]",
	"[nullx]",
	"[True]",
	"[true1]",
	"[truefalse]",
	/* shapes */
	"{",
	"}",
	"[",
	"]",
	"[1",
	"[1,",
	"[1,]",
	"[,1]",
	"[1 2]",
	"{\"a\"}",
	"{\"a\":}",
	"{\"a\":1,}",
	"{a:1}",
	"{1:1}",
	"{\"a\":1 \"b\":2}",
	"[1}",
	"{\"a\":1]",
	"{} {}",
	"[1]x",
	/* duplicates */
	"{\"a\":1,\"a\":2}",
	"{\"a\":1,\"b\":2,\"\\u0061\":3}",
	"[{\"a\":{\"b\":1,\"c\":1,\"b\":1}}]",
};

static void gives_what_jansson_gives(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(texts); i++)
		check_all(slice_of(texts[i]));
	check_all(slice_make("[\"a\0b\"]", 7));
	check_all(slice_make("[1]\0", 4));
}

static void reads_any_depth_as_jansson_does(void **state)
{
	static const size_t depths[] = { 1, 63, 64, 65, 200, 2047, 2048, 2049, 5000 };

	(void)state;
	for (size_t i = 0; i < countof(depths); i++) {
		struct buf text = BUF_INIT(1 << 20);

		buf_fill(&text, '[', depths[i]);
		buf_fill(&text, ']', depths[i]);
		check_all(buf_view(&text));
		buf_truncate(&text, depths[i]);
		check_all(buf_view(&text));
		buf_clear(&text);
	}
}

static void names_of_any_length_with_escapes_are_kept(void **state)
{
	(void)state;
	for (size_t n = 1; n < 200; n += 9) {
		struct buf text = BUF_INIT(4096);

		buf_str(&text, "{\"\\n");
		buf_fill(&text, 'k', n);
		buf_str(&text, "\":{\"\\t\":\"\\r\"}}");
		check_all(buf_view(&text));
		buf_clear(&text);
	}
}

/* Documents with some bytes changed, left out or doubled. */
static void broken_documents_are_judged_alike(void **state)
{
	static const char bytes[] = "{}[]\",:\\u0123456789eE+-.tfn \n\t\x01\xc3\xa4\xff"
				    "d8";
	struct random r = RANDOM_INIT(42);

	(void)state;
	for (size_t round = 0; round < 40000; round++) {
		const char *from = texts[random_below(&r, countof(texts))];
		struct buf text = BUF_INIT(4096);

		buf_str(&text, from);
		for (uint32_t k = 1 + random_below(&r, 3); k > 0 && text.len > 0; k--) {
			size_t at = random_below(&r, (uint32_t)text.len);
			char c = bytes[random_below(&r, sizeof(bytes) - 1)];

			if (random_below(&r, 4) == 0)
				buf_char(&text, c);
			else if (random_below(&r, 4) == 0)
				buf_truncate(&text, at);
			else
				text.data[at] = c;
		}
		check(buf_view(&text), all_flags[random_below(&r, countof(all_flags))]);
		buf_clear(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_what_jansson_gives),
		cmocka_unit_test(reads_any_depth_as_jansson_does),
		cmocka_unit_test(names_of_any_length_with_escapes_are_kept),
		cmocka_unit_test(broken_documents_are_judged_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
