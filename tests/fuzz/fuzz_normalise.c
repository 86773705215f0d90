// SPDX-License-Identifier: EUPL-1.2
/*
 * A record's words, as JSON, and the offer that is made of them: the first
 * line has country, language, role and standard of the source. Words that can
 * be read are written as they were; an offer that was made is written, read
 * and written the same; assessing it again changes nothing. How its values were
 * reached is told of each, and asking for it changes none.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
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

/* --- how values were reached --- */

static bool is_told(const struct traces *traces, enum element element, struct slice value)
{
	for (size_t i = 0; i < traces->n; i++)
		if (traces->items[i].element == element &&
		    slice_eq(traces->items[i].result, utf8_first(value, LIMIT_NOTE_BYTES)))
			return true;
	return value.n == 0;
}

static void check_codes_told(const struct traces *traces, enum element element,
			     const struct codes *codes)
{
	for (size_t i = 0; i < codes->n; i++)
		FUZZ_EXPECT(is_told(traces, element, codes->items[i]), "%s %.*s",
			    element_name(element), FUZZ_ARG(codes->items[i]));
}

/* Each coded value, and what became of each word. */
static void check_told(const struct offer *o, const struct words *words,
		       const struct traces *traces)
{
	const struct {
		enum element element;
		const struct codes *codes;
	} lists[] = {
		{ EL_LANGUAGE, &o->languages },
		{ EL_MODE, &o->modes },
		{ EL_SCHEDULE, &o->schedules },
		{ EL_ASSESSMENT, &o->assessments },
		{ EL_QUALITY_ASSURANCE, &o->quality_assurance },
		{ EL_CREDENTIAL_TYPE, &o->credential_types },
		{ EL_ALLIANCE, &o->alliances },
	};
	const struct {
		enum element element;
		struct slice value;
	} singles[] = {
		{ EL_OPPORTUNITY_TYPE, o->opportunity_type }, { EL_SUPERVISION, o->supervision },
		{ EL_STACKABILITY, o->stackability },         { EL_FORMALITY, o->formality },
		{ EL_COURSE_CODE, o->course_code },           { EL_URL, o->url },
		{ EL_PROVIDER_COUNTRY, o->provider.country },
	};

	if (traces->n >= LIMIT_OFFER_TRACES)
		return;
	for (size_t i = 0; i < countof(lists); i++)
		check_codes_told(traces, lists[i].element, lists[i].codes);
	for (size_t i = 0; i < countof(singles); i++)
		FUZZ_EXPECT(is_told(traces, singles[i].element, singles[i].value), "%s %.*s",
			    element_name(singles[i].element), FUZZ_ARG(singles[i].value));
	for (size_t i = 0; i < o->subjects.n; i++)
		FUZZ_EXPECT(is_told(traces, EL_SUBJECT, slice_of(o->subjects.items[i].code)),
			    "subject %s", o->subjects.items[i].code);
	for (size_t i = 0; i < o->sessions.n; i++) {
		check_codes_told(traces, EL_SESSION_LANGUAGE, &o->sessions.items[i].languages);
		check_codes_told(traces, EL_SESSION_MODE, &o->sessions.items[i].modes);
	}
	for (size_t i = 0; i < words->n; i++) {
		size_t k = 0;

		while (k < traces->n && traces->items[k].word != i)
			k++;
		FUZZ_EXPECT(k < traces->n, "%s \"%.*s\"", element_name(words->items[i].element),
			    FUZZ_ARG(words->items[i].text));
	}
}

/* The same offer where nobody asks how. */
static void check_unasked(const struct offer *offer, const struct words *words,
			  const struct source_context *context)
{
	struct buf text = BUF_INIT(8 * LIMIT_OFFER_BYTES), again = BUF_INIT(8 * LIMIT_OFFER_BYTES);
	struct arena arena = ARENA_INIT(LIMIT_OFFER_ARENA_BYTES);
	struct json_writer w = JSON_WRITER(&text), w_again = JSON_WRITER(&again);
	struct err err = ERR_INIT;
	struct offer unasked;

	FUZZ_EXPECT(normalise(&unasked, words, context, NULL, NULL, &arena, &err) == ERR_OK, "%s",
		    err.msg);
	offer_write(&w, offer);
	offer_write(&w_again, &unasked);
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
	for (size_t i = 0; i < traces.n; i++)
		FUZZ_CHECK(traces.items[i].reading.rule[0] != '\0' &&
			   utf8_is_valid(traces.items[i].result) &&
			   utf8_is_valid(traces.items[i].piece));
	if (rc == ERR_OK) {
		check_offer(&offer);
		check_told(&offer, words, &traces);
		check_unasked(&offer, words, &context);
	}
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
