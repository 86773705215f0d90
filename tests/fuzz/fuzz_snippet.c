// SPDX-License-Identifier: EUPL-1.2
/*
 * Snippets of an offer's texts. The first line is what was searched for, the
 * second the language wanted; then texts, each behind a line "@@ ELEMENT TAG"
 * (title, outcomes, description).
 *
 * A snippet is one line, within its limit, with its marks in pairs, and says
 * nothing but what the offer says.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "index/offer_text.h"
#include "index/snippet.h"

enum { ARENA_BYTES = 16 * 1024 * 1024, MAX_TEXTS = 32, TODAY = 20780 };

static const char begin_mark[] = "\xee\x80\x81", end_mark[] = "\xee\x80\x82";
static const char ellipsis[] = "\xe2\x80\xa6";

/* --- the input --- */

struct input {
	struct arena arena;
	struct text titles[MAX_TEXTS], descriptions[MAX_TEXTS];
	struct text_list outcomes[MAX_TEXTS];
	struct slice outcome_texts[MAX_TEXTS];
	struct offer offer;
};

static void add_text(struct input *in, struct slice head, struct slice text)
{
	struct offer *o = &in->offer;
	struct slice name = SLICE_NONE, tag = SLICE_LIT("und");

	(void)slice_split(&name, &head, ' ');
	if (head.n > 0)
		tag = head;
	if (slice_eq_z(name, "title") && o->title.n < MAX_TEXTS) {
		in->titles[o->title.n++] = (struct text){ tag, text };
	} else if (slice_eq_z(name, "description") && o->description.n < MAX_TEXTS) {
		in->descriptions[o->description.n++] = (struct text){ tag, text };
	} else if (slice_eq_z(name, "outcomes") && o->outcomes.n < MAX_TEXTS) {
		in->outcome_texts[o->outcomes.n] = text;
		in->outcomes[o->outcomes.n] =
			(struct text_list){ tag, &in->outcome_texts[o->outcomes.n], 1 };
		o->outcomes.n++;
	}
}

static void read_texts(struct input *in, struct slice rest)
{
	struct slice mark = SLICE_LIT("@@ ");

	in->offer.title.items = in->titles;
	in->offer.description.items = in->descriptions;
	in->offer.outcomes.langs = in->outcomes;
	while (slice_starts_with(rest, mark)) {
		ptrdiff_t at;
		struct slice head, text;

		rest = slice_from(rest, mark.n);
		head = fuzz_line(&rest);
		at = slice_find(rest, SLICE_LIT("\n@@ "));
		text = slice_first(rest, at < 0 ? rest.n : (size_t)at);
		add_text(in, head, text);
		rest = at < 0 ? SLICE_LIT("") : slice_from(rest, (size_t)at + 1);
	}
}

static bool read_query(struct text_query *out, struct arena *arena, struct slice line)
{
	struct query_param param = { SLICE_LIT("q"), line };
	struct search_query q;
	bool is_known;

	search_query_init(&q, TODAY);
	return search_query_param(&q, &is_known, param, arena, NULL) == ERR_OK &&
	       text_query_build(out, arena, &q, NULL) == ERR_OK;
}

/* --- what must hold --- */

/* Runs of white space as one blank, none at the beginning. */
static void collapse(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		bool is_blank = ascii_is_space(text.p[i]);

		if (!is_blank)
			buf_char(out, text.p[i]);
		else if (out->len > 0 && out->data[out->len - 1] != ' ')
			buf_char(out, ' ');
	}
}

/* The snippet without its marks, which stand in pairs. */
static void strip_marks(struct buf *out, struct slice snippet)
{
	bool is_inside = false;

	while (snippet.n > 0) {
		bool begins = slice_starts_with(snippet, slice_of(begin_mark));
		bool ends = slice_starts_with(snippet, slice_of(end_mark));

		if (begins || ends) {
			FUZZ_CHECK(is_inside == ends);
			is_inside = begins;
			snippet = slice_from(snippet, sizeof(begin_mark) - 1);
			continue;
		}
		buf_char(out, snippet.p[0]);
		snippet = slice_from(snippet, 1);
	}
	FUZZ_CHECK(!is_inside);
}

static bool is_said(struct slice said, struct slice field)
{
	struct slice dots = slice_of(ellipsis);
	struct slice shorter = said;

	if (slice_starts_with(shorter, dots))
		shorter = slice_from(shorter, dots.n);
	if (slice_ends_with(shorter, dots))
		shorter = slice_first(shorter, shorter.n - dots.n);
	return slice_contains(field, said) || slice_contains(field, slice_trim(shorter));
}

static void check_snippet(struct slice snippet, const struct slice fields[FIELD_COUNT])
{
	struct buf said = BUF_INIT(LIMIT_SNIPPET_BYTES);
	bool is_found = false;

	FUZZ_CHECK(snippet.n <= LIMIT_SNIPPET_BYTES && utf8_is_valid(snippet));
	FUZZ_CHECK(slice_find_byte(snippet, '\n') < 0 && slice_find_byte(snippet, '\r') < 0);
	strip_marks(&said, snippet);
	for (size_t i = 0; i < FIELD_COUNT && !is_found; i++) {
		struct buf field = BUF_INIT(4 * LIMIT_OFFER_BYTES);

		collapse(&field, fields[i]);
		is_found = is_said(buf_view(&said), buf_view(&field));
		buf_clear(&field);
	}
	FUZZ_EXPECT(is_found, "%.*s", FUZZ_ARG(snippet));
	buf_clear(&said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), rest = text;
	struct slice words = fuzz_line(&rest), lang = fuzz_line(&rest);
	struct input in = { .arena = ARENA_INIT(ARENA_BYTES) };
	struct offer_text built;
	struct text_query query;

	offer_text_init(&built);
	if (utf8_is_valid(text) && read_query(&query, &in.arena, words)) {
		struct slice fields[FIELD_COUNT];
		struct snippets s;
		struct slice snippet;

		read_texts(&in, rest);
		FUZZ_CHECK(offer_text_build(&built, &in.offer, NULL) == ERR_OK);
		for (size_t i = 0; i < FIELD_COUNT; i++)
			fields[i] = buf_view(&built.fields[i]);
		snippets_init(&s, &query, lang);
		snippet = snippet_of_fields(&in.arena, &s, fields);
		snippets_clear(&s);
		if (snippet.p != NULL)
			check_snippet(snippet, fields);
	}
	offer_text_clear(&built);
	arena_clear(&in.arena);
	unit_exact_free(text);
	return 0;
}
