// SPDX-License-Identifier: EUPL-1.2
/*
 * From a partner's text field (HTML, Markdown, escapes, any bytes) to plain
 * text: the first line says how many bytes are wanted, the rest is the field.
 * What comes out is UTF-8 in NFC of at most that size, without controls and
 * without blanks at its ends, and its items add up to nothing new.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "catalogue/html.h"
#include "catalogue/markdown.h"
#include "catalogue/text.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	text_init();
	return 0;
}

/* A plain text: what readers and the index rely on. */
static void check_plain(struct slice text, bool is_line)
{
	struct slice rest = text;
	uint32_t c = 0, before = 0;

	FUZZ_CHECK(text.n > 0 && utf8_is_valid(text));
	FUZZ_CHECK(slice_eq(text, slice_trim(text)));
	while (utf8_next(&c, &rest)) {
		FUZZ_EXPECT(c >= 0x20 || (c == '\n' && !is_line), "U+%04X", c);
		FUZZ_EXPECT(c < 0x7f || c >= 0xa0, "U+%04X", c);
		FUZZ_EXPECT(c < 0xe000 || c > 0xf8ff, "U+%04X", c);
		FUZZ_CHECK(c != ' ' || before != ' ');
		before = c;
	}
}

static void check_nfc(struct slice text, struct arena *arena)
{
	struct slice nfc = text_nfc(text, arena);

	FUZZ_CHECK(slice_eq(nfc, text));
}

static void check_list(struct slice text, struct arena *arena)
{
	struct slice *items = NULL;
	size_t n = text_split_list(&items, text, arena), n_bytes = 0;

	FUZZ_CHECK(n > 0);
	for (size_t i = 0; i < n; i++) {
		FUZZ_CHECK(items[i].n > 0 && utf8_is_valid(items[i]));
		n_bytes += items[i].n;
	}
	FUZZ_EXPECT(n_bytes <= text.n, "%zu bytes of %zu", n_bytes, text.n);
}

/* Whether it holds a sign, or a line, that begins markup: shown as text, it would be read as markup again. */
static bool has_markup(struct slice text)
{
	static const char signs[] = "<&\\*_`[#!";
	struct slice rest = text, line;

	while (slice_split(&line, &rest, '\n'))
		if (markdown_begins_block(line))
			return true;
	for (size_t i = 0; i + 1 < sizeof(signs); i++)
		if (slice_find_byte(text, signs[i]) >= 0)
			return true;
	return false;
}

/* A plain text stays as it is when it is cleaned again. */
static void check_stays(struct slice text, bool is_line, struct arena *arena)
{
	struct slice again = is_line ? text_clean_line(text, LIMIT_TEXT_BYTES, arena)
				     : text_clean(text, LIMIT_TEXT_BYTES, arena);

	FUZZ_EXPECT(has_markup(text) || slice_eq(again, text), "%.*s\n%.*s", FUZZ_ARG(text),
		    FUZZ_ARG(again));
}

static void check_clean(struct slice raw, size_t max, bool is_line, struct arena *arena)
{
	struct slice text =
		is_line ? text_clean_line(raw, max, arena) : text_clean(raw, max, arena);
	struct slice again =
		is_line ? text_clean_line(raw, max, arena) : text_clean(raw, max, arena);

	FUZZ_CHECK(slice_eq(text, again) && (text.p == NULL) == (again.p == NULL));
	if (text.p == NULL)
		return;
	FUZZ_CHECK(text.n <= max);
	check_plain(text, is_line);
	check_nfc(text, arena);
	FUZZ_CHECK(!text_is_placeholder(text));
	check_list(text, arena);
	check_stays(text, is_line, arena);
	(void)text_fold(text, arena);
}

/* The passes by themselves: UTF-8 in, UTF-8 out, bounded. */
static void check_passes(struct slice text)
{
	struct buf out = BUF_INIT(4 * text.n + 64);

	html_unescape(&out, text);
	FUZZ_CHECK(!buf_failed(&out) && utf8_is_valid(buf_view(&out)));
	buf_reset(&out);
	html_to_text(&out, text);
	FUZZ_CHECK(!buf_failed(&out) && utf8_is_valid(buf_view(&out)));
	buf_reset(&out);
	markdown_unmark(&out, text);
	FUZZ_CHECK(!buf_failed(&out) && out.len <= text.n && utf8_is_valid(buf_view(&out)));
	buf_clear(&out);
}

static void check_url(struct slice raw, struct arena *arena)
{
	struct slice url = text_url(raw, arena);

	if (url.p == NULL)
		return;
	FUZZ_CHECK(url.n <= LIMIT_URL_BYTES);
	/* What was escaped twice is unescaped once. */
	FUZZ_EXPECT(slice_find_byte(url, '&') >= 0 || slice_eq(text_url(url, arena), url), "%.*s",
		    FUZZ_ARG(url));
	FUZZ_CHECK(slice_starts_with_nocase(url, SLICE_LIT("http")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice input = fuzz_input(data, n);
	struct slice rest = input, first = fuzz_line(&rest);
	struct arena arena = ARENA_INIT(ARENA_BYTES);
	uint64_t max = LIMIT_TEXT_BYTES;

	(void)slice_to_u64(&max, first, LIMIT_TEXT_BYTES);
	check_clean(rest, (size_t)max, false, &arena);
	check_clean(rest, (size_t)max, true, &arena);
	check_url(rest, &arena);
	if (utf8_is_valid(rest))
		check_passes(rest);
	arena_clear(&arena);
	unit_exact_free(input);
	return 0;
}
