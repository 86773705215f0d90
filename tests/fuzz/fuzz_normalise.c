// SPDX-License-Identifier: EUPL-1.2
/*
 * A record's words, as JSON, and the offer that is made of them: the first
 * line has country, language, role and standard of the source. Words that can
 * be read are written as they were; an offer that was made is written, read
 * and written the same; assessing it again changes nothing.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "catalogue/normalise.h"
#include "catalogue/readers.h"
#include "catalogue/text.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	text_init();
	return 0;
}

static void check_words(const struct words *words, struct slice json)
{
	struct buf text = BUF_INIT(8 * LIMIT_OFFER_BYTES), again = BUF_INIT(8 * LIMIT_OFFER_BYTES);
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&text), w_again = JSON_WRITER(&again);
	struct words read = { 0 };
	struct err err = ERR_INIT;

	words_write(&w, words);
	FUZZ_CHECK(!buf_failed(&text));
	FUZZ_EXPECT(words_read(&read, &arena, buf_view(&text), &err) == ERR_OK, "%s: %s", err.msg,
		    buf_z(&text));
	words_write(&w_again, &read);
	FUZZ_EXPECT(slice_eq(buf_view(&text), buf_view(&again)), "%s\n%s", buf_z(&text),
		    buf_z(&again));
	if (words_are_written(json))
		FUZZ_EXPECT(slice_eq(buf_view(&text), json), "%s\n%.*s", buf_z(&text),
			    FUZZ_ARG(json));
	buf_clear(&text);
	buf_clear(&again);
	arena_clear(&arena);
}

static void check_offer(const struct offer *offer)
{
	struct buf text = BUF_INIT(8 * LIMIT_OFFER_BYTES), again = BUF_INIT(8 * LIMIT_OFFER_BYTES);
	struct arena arena = ARENA_INIT(4 * LIMIT_OFFER_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&text), w_again = JSON_WRITER(&again);
	struct offer read;
	struct err err = ERR_INIT;

	offer_write(&w, offer);
	FUZZ_EXPECT(offer_read(&read, &arena, buf_view(&text), &err) == ERR_OK, "%s: %s", err.msg,
		    buf_z(&text));
	offer_assess(&read);
	offer_write(&w_again, &read);
	FUZZ_EXPECT(slice_eq(buf_view(&text), buf_view(&again)), "%s\n%s", buf_z(&text),
		    buf_z(&again));
	buf_clear(&text);
	buf_clear(&again);
	arena_clear(&arena);
}

static void check_normalise(const struct words *words, struct slice head)
{
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct source_context context = { .source_id = SLICE_LIT("test"),
					  .title = SLICE_LIT("Test University") };
	const struct hint none = { .decimal = 0 };
	struct slice part = SLICE_NONE;
	struct notes notes = { 0 };
	struct traces traces = { 0 };
	struct err err = ERR_INIT;
	struct offer offer;
	enum err_code rc;

	if (slice_split(&part, &head, ' '))
		(void)country_read(&context.country, part, &none, NULL);
	if (slice_split(&part, &head, ' '))
		(void)language_read(&context.language, part, &none, NULL, &arena);
	if (slice_split(&part, &head, ' '))
		context.is_own = slice_eq_z(part, "own");
	if (head.n > 0)
		context.standard = head;
	rc = normalise(&offer, words, &context, &notes, &traces, &arena, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_PARSE || rc == ERR_LIMIT);
	FUZZ_CHECK(notes.n <= LIMIT_OFFER_NOTES);
	for (size_t i = 0; i < notes.n; i++)
		FUZZ_CHECK(notes.items[i].code.n > 0 && notes.items[i].got.n <= LIMIT_NOTE_BYTES);
	for (size_t i = 0; i < traces.n; i++)
		FUZZ_CHECK(traces.items[i].word == SIZE_MAX || traces.items[i].word < words->n);
	if (rc == ERR_OK)
		check_offer(&offer);
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), rest = text;
	struct slice head = fuzz_line(&rest);
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct words words = { 0 };
	struct err err = ERR_INIT;
	enum err_code rc = words_read(&words, &arena, rest, &err);

	fuzz_check_err(rc, &err);
	/* What is taken as it came is read by everybody else. */
	FUZZ_EXPECT(rc == ERR_OK || !words_are_written(rest), "%s", err.msg);
	if (rc == ERR_OK && utf8_is_valid(head)) {
		check_words(&words, rest);
		check_normalise(&words, head);
	}
	arena_clear(&arena);
	unit_exact_free(text);
	return 0;
}
