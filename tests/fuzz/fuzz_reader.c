// SPDX-License-Identifier: EUPL-1.2
/*
 * One reader of words, FUZZ_READER, over any text: lines with country,
 * language, standard and scheme, then the word's text.
 *
 * What a reader reads twice is the same, in whatever time zone; where it says
 * that it read nothing, its result is untouched; what it read lies within what
 * the offer record allows, and is read again from its own canonical form.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "catalogue/readers.h"
#include "catalogue/text.h"

#include <time.h>

enum { ARENA_BYTES = 16 * 1024 * 1024 };

struct input {
	struct hint hint;
	struct word word;
	struct arena arena;
};

static struct reading reading;

static void check_reading(bool is_read)
{
	if (is_read)
		FUZZ_CHECK(reading.from > FROM_NONE && reading.from < FROM_COUNT &&
			   reading.rule[0] != '\0');
	FUZZ_CHECK(utf8_is_valid(slice_of(reading.rule)));
	reading = (struct reading){ .from = FROM_NONE };
}

/* --- workload --- */

static struct word word_of(enum element e, const char *scheme, const char *text)
{
	return (struct word){ .element = e, .scheme = slice_of(scheme), .text = slice_of(text) };
}

static void check_range(int32_t low, int32_t high, enum from from)
{
	FUZZ_EXPECT(low >= 0 && high >= low, "%d to %d", low, high);
	FUZZ_CHECK((low > 0) == (from != FROM_NONE));
}

static void read_workload(struct workload *out, struct input *in, const struct word *word)
{
	struct notes notes = { 0 };
	bool is_read;

	*out = (struct workload){ 0 };
	is_read = workload_read(out, word, &in->hint, &reading, &notes, &in->arena);
	FUZZ_CHECK(is_read || (out->ects_c == 0 && out->hours_t == 0));
	FUZZ_CHECK(notes.n <= LIMIT_OFFER_NOTES);
	check_reading(is_read);
}

static void check_workload(struct input *in)
{
	static const enum element elements[] = { EL_WORKLOAD, EL_WORKLOAD_HOURS,
						 EL_HOURS_PER_WEEK };

	for (size_t i = 0; i < countof(elements); i++) {
		struct workload once, twice, canonical;
		struct word word = in->word;
		char text[40];

		word.element = elements[i];
		read_workload(&once, in, &word);
		read_workload(&twice, in, &word);
		FUZZ_CHECK(once.ects_c == twice.ects_c && once.ects_max_c == twice.ects_max_c &&
			   once.hours_t == twice.hours_t && once.hours_max_t == twice.hours_max_t);
		check_range(once.ects_c, once.ects_max_c, once.ects_from);
		check_range(once.hours_t, once.hours_max_t, once.hours_from);
		if (once.ects_c == 0)
			continue;
		snprintf(text, sizeof(text), "%d.%02d", once.ects_c / 100, once.ects_c % 100);
		word = word_of(EL_WORKLOAD, "ects", text);
		read_workload(&canonical, in, &word);
		FUZZ_EXPECT(canonical.ects_c == once.ects_c, "%s: %d", text, canonical.ects_c);
	}
}

/* --- level --- */

static bool read_level(struct level *out, struct input *in, const struct word *word)
{
	bool is_read;

	*out = (struct level){ .isced = ISCED_LEVEL_UNKNOWN };
	is_read = level_read(out, word, &in->hint, &reading, &in->arena);
	FUZZ_CHECK(is_read || (out->eqf == 0 && out->nqf.n == 0 && out->cycle == CYCLE_NONE));
	check_reading(is_read);
	return is_read;
}

static void check_level(struct input *in)
{
	struct level once, twice, completed;

	if (!read_level(&once, in, &in->word))
		return;
	FUZZ_CHECK(read_level(&twice, in, &in->word));
	FUZZ_CHECK(once.eqf == twice.eqf && once.eqf_max == twice.eqf_max &&
		   once.cycle == twice.cycle && once.isced == twice.isced &&
		   slice_eq(once.nqf, twice.nqf));
	FUZZ_CHECK(once.eqf <= 8 && once.eqf_max <= 8 && once.eqf <= once.eqf_max);
	FUZZ_CHECK(once.isced >= ISCED_LEVEL_UNKNOWN && once.isced <= 8);
	FUZZ_CHECK(utf8_is_valid(once.nqf));
	level_complete(&once);
	completed = once;
	level_complete(&completed);
	FUZZ_CHECK(completed.cycle == once.cycle && completed.isced == once.isced);
	if (once.eqf > 0) {
		char text[4];
		struct word word;

		snprintf(text, sizeof(text), "%u", (unsigned)once.eqf);
		word = word_of(EL_LEVEL, "eqf", text);
		FUZZ_CHECK(read_level(&twice, in, &word) && twice.eqf == once.eqf);
	}
}

/* --- dates and terms --- */

static bool date_is_same(struct date a, struct date b)
{
	return a.year == b.year && a.month == b.month && a.day == b.day &&
	       a.precision == b.precision;
}

static void use_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void check_date_form(struct input *in, struct date d)
{
	char text[DATE_TEXT_BYTES];
	struct hint iso = in->hint;
	struct date again;

	date_format(text, d);
	FUZZ_EXPECT(date_parse(&again, slice_of(text)) && date_is_same(d, again), "%s", text);
	iso.date_format = SLICE_NONE;
	FUZZ_EXPECT(date_read(&again, slice_of(text), &iso, NULL) && date_is_same(d, again), "%s",
		    text);
	FUZZ_CHECK(date_first_day(d) <= date_last_day(d));
}

static void check_term(struct input *in)
{
	struct date first[2], last[2];
	bool is_read = term_read(&first[0], &last[0], in->word.text, &in->hint, &reading);

	check_reading(is_read);
	if (!is_read)
		return;
	use_zone("Pacific/Kiritimati");
	FUZZ_CHECK(term_read(&first[1], &last[1], in->word.text, &in->hint, NULL));
	use_zone("UTC");
	FUZZ_CHECK(date_is_same(first[0], first[1]) && date_is_same(last[0], last[1]));
	FUZZ_CHECK(date_first_day(first[0]) <= date_last_day(last[0]));
	check_date_form(in, first[0]);
	check_date_form(in, last[0]);
}

static void check_date(struct input *in)
{
	struct date once, twice;
	int32_t days = -1;
	bool is_read;

	/* The scheme's place holds a pattern of the source's own. */
	if (date_format_is_good(in->word.scheme))
		in->hint.date_format = in->word.scheme;
	is_read = date_read(&once, in->word.text, &in->hint, &reading);
	check_reading(is_read);
	if (is_read) {
		use_zone("America/Los_Angeles");
		FUZZ_CHECK(date_read(&twice, in->word.text, &in->hint, NULL));
		use_zone("UTC");
		FUZZ_CHECK(date_is_same(once, twice));
		check_date_form(in, once);
	}
	check_term(in);
	if (duration_days_read(&days, in->word.text))
		FUZZ_CHECK(days >= 0);
}

/* --- price --- */

static bool read_price(struct price *out, struct input *in, const struct word *word)
{
	struct notes notes = { 0 };
	bool is_read;

	*out = (struct price){ 0 };
	is_read = price_read(out, word, &in->hint, &reading, &notes, &in->arena);
	FUZZ_CHECK(is_read || (!out->has_amount && out->amount_c == 0 && !out->is_on_request));
	check_reading(is_read);
	return is_read;
}

static void check_price(struct input *in)
{
	struct price once, twice;
	struct word word = in->word;

	word.element = EL_PRICE;
	if (!read_price(&once, in, &word))
		return;
	FUZZ_CHECK(read_price(&twice, in, &word));
	FUZZ_CHECK(once.amount_c == twice.amount_c && once.amount_max_c == twice.amount_max_c &&
		   strcmp(once.currency, twice.currency) == 0);
	FUZZ_EXPECT(once.amount_c >= 0 && once.amount_max_c >= once.amount_c, "%lld to %lld",
		    (long long)once.amount_c, (long long)once.amount_max_c);
	FUZZ_CHECK(once.has_amount || once.amount_c == 0);
	FUZZ_CHECK(once.currency[0] == '\0' || strlen(once.currency) == 3);
	for (const char *c = once.currency; *c != '\0'; c++)
		FUZZ_CHECK(*c >= 'A' && *c <= 'Z');
	if (once.amount_c > 0 && once.currency[0] != '\0') {
		char text[40];

		snprintf(text, sizeof(text), "%lld.%02lld", (long long)once.amount_c / 100,
			 (long long)once.amount_c % 100);
		word = word_of(EL_PRICE, once.currency, text);
		FUZZ_EXPECT(read_price(&twice, in, &word) && twice.amount_c == once.amount_c &&
				    strcmp(once.currency, twice.currency) == 0,
			    "%s %s: %lld", text, once.currency, (long long)twice.amount_c);
	}
}

/* --- languages and countries --- */

static void check_tag(struct input *in, struct slice tag)
{
	struct hint none = { .decimal = 0 };
	struct slice again = SLICE_NONE;

	FUZZ_CHECK(tag.n >= 2 && utf8_is_valid(tag));
	FUZZ_EXPECT(language_read(&again, tag, &none, NULL, &in->arena) && slice_eq(again, tag),
		    "%.*s: %.*s", FUZZ_ARG(tag), FUZZ_ARG(again));
}

static void check_language(struct input *in)
{
	struct slice text = in->word.text, tag = SLICE_NONE, unknown = SLICE_NONE;
	struct codes codes = { 0 };
	bool is_read = language_read(&tag, text, &in->hint, &reading, &in->arena);
	size_t n;

	FUZZ_CHECK(is_read || tag.p == NULL);
	check_reading(is_read);
	if (is_read)
		check_tag(in, tag);
	n = language_read_list(&codes, text, &in->hint, &unknown, &reading, &in->arena);
	check_reading(n > 0);
	FUZZ_CHECK(n == codes.n && n <= LIMIT_OFFER_VALUES && unknown.n <= text.n);
	for (size_t i = 0; i < codes.n; i++)
		check_tag(in, codes.items[i]);
	tag = language_of_tag(text, &in->arena);
	FUZZ_CHECK(tag.n > 0 && slice_eq(language_of_tag(tag, &in->arena), tag));
	if (language_detect(&tag, text, &in->arena))
		FUZZ_CHECK(language_is_detected(tag));
}

static void check_country(struct input *in)
{
	struct institution found, again;
	struct slice alpha2 = SLICE_NONE, same = SLICE_NONE;
	bool is_read = country_read(&alpha2, in->word.text, &in->hint, &reading);

	FUZZ_CHECK(is_read || alpha2.p == NULL);
	check_reading(is_read);
	if (is_read)
		FUZZ_CHECK(alpha2.n == 2 && country_read(&same, alpha2, &in->hint, NULL) &&
			   slice_eq(same, alpha2));
	if (country_of_domain(&alpha2, in->word.text))
		FUZZ_CHECK(alpha2.n == 2);
	if (institution_by_name(&found, in->word.text, in->hint.country, NULL)) {
		FUZZ_CHECK(institution_by_name(&again, in->word.text, in->hint.country, NULL));
		FUZZ_CHECK(slice_eq(found.domain, again.domain) && slice_eq(found.ror, again.ror));
	}
	(void)institution_by_id(&found, in->word.scheme, in->word.text);
	(void)alliance_read(&alpha2, in->word.text, NULL);
}

/* --- subjects and coded values --- */

static void check_code(struct input *in, const struct subject *s)
{
	struct slice code = slice_of(s->code);
	struct word word = word_of(EL_SUBJECT, "iscedf", s->code);
	struct subject again;

	FUZZ_CHECK(code.n >= 2 && code.n <= 4);
	FUZZ_CHECK(s->from > FROM_NONE && s->confidence <= 100);
	FUZZ_EXPECT(subject_label(code).n > 0, "%s", s->code);
	FUZZ_EXPECT(subject_read(&again, &word, &in->hint, NULL) &&
			    strcmp(again.code, s->code) == 0,
		    "%s: %s", s->code, again.code);
}

static void check_subject(struct input *in)
{
	struct subject s = { .code = "" };
	struct subjects list = { 0 };
	struct slice unknown = SLICE_NONE;
	bool is_read;
	size_t n;

	in->word.element = EL_SUBJECT;
	is_read = subject_read(&s, &in->word, &in->hint, &reading);
	FUZZ_CHECK(is_read || s.code[0] == '\0');
	check_reading(is_read);
	if (is_read)
		check_code(in, &s);
	n = subject_read_list(&list, &in->word, &in->hint, &unknown, &reading, &in->arena);
	check_reading(n > 0);
	FUZZ_CHECK(n == list.n && n <= LIMIT_OFFER_VALUES);
	for (size_t i = 0; i < list.n; i++)
		check_code(in, &list.items[i]);
}

static void check_coded_value(struct input *in, const char *scheme, struct slice code)
{
	struct word word = { .element = in->word.element, .text = code };
	struct slice again = SLICE_NONE;
	struct hint none = { .decimal = 0 };

	FUZZ_EXPECT(coded_is_known(scheme, code), "%s: %.*s", scheme, FUZZ_ARG(code));
	FUZZ_EXPECT(coded_read(&again, scheme, &word, &none, NULL) && slice_eq(again, code),
		    "%s: %.*s: %.*s", scheme, FUZZ_ARG(code), FUZZ_ARG(again));
}

static void check_coded(struct input *in)
{
	static const char *const schemes[] = { "mode",
					       "assessment",
					       "qa-type",
					       "stackability",
					       "supervision-annex",
					       "learning-opportunity",
					       "learning-schedule",
					       "learning-setting",
					       "award-format" };

	for (size_t i = 0; i < countof(schemes); i++) {
		struct slice code = SLICE_NONE, unknown = SLICE_NONE;
		struct codes codes = { 0 };
		bool is_read = coded_read(&code, schemes[i], &in->word, &in->hint, &reading);
		size_t n;

		FUZZ_CHECK(is_read || code.p == NULL);
		check_reading(is_read);
		if (is_read)
			check_coded_value(in, schemes[i], code);
		n = coded_read_list(&codes, schemes[i], &in->word, &in->hint, &unknown, &reading,
				    &in->arena);
		check_reading(n > 0);
		FUZZ_CHECK(n == codes.n && n <= LIMIT_OFFER_VALUES);
		for (size_t k = 0; k < codes.n; k++)
			check_coded_value(in, schemes[i], codes.items[k]);
	}
}

/* --- the input --- */

static const struct {
	const char *name;
	void (*check)(struct input *in);
} readers[] = {
	{ "workload", check_workload }, { "level", check_level },
	{ "date", check_date },         { "price", check_price },
	{ "language", check_language }, { "country", check_country },
	{ "subject", check_subject },   { "coded", check_coded },
};

/* As normalise() makes it: countries are codes, languages are tags. */
static void read_hint(struct input *in, struct slice country, struct slice lang,
		      struct slice standard)
{
	struct slice tag = language_of_tag(lang, &in->arena);

	(void)country_read(&in->hint.country, country, &in->hint, NULL);
	if (lang.n > 0)
		in->hint.lang = tag;
	if (standard.n > 0)
		in->hint.standard = standard;
	in->hint.decimal = slice_ends_with(standard, SLICE_LIT(",")) ? ',' : 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	text_init();
	use_zone("UTC");
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), rest = text;
	struct slice country = fuzz_line(&rest), lang = fuzz_line(&rest);
	struct slice standard = fuzz_line(&rest), scheme = fuzz_line(&rest);
	struct input in = { .arena = ARENA_INIT(ARENA_BYTES) };

	/* Words are UTF-8 and not blank: checked where they are read. */
	if (utf8_is_valid(text) && slice_trim(rest).n > 0) {
		read_hint(&in, country, lang, standard);
		in.word = (struct word){ .element = EL_WORKLOAD, .text = rest };
		if (scheme.n > 0)
			in.word.scheme = scheme;
		for (size_t i = 0; i < countof(readers); i++)
			if (strcmp(readers[i].name, FUZZ_READER) == 0)
				readers[i].check(&in);
	}
	arena_clear(&in.arena);
	unit_exact_free(text);
	return 0;
}
