// SPDX-License-Identifier: EUPL-1.2
/*
 * An operator's own vocabulary: a line with a file's name, then the file. It
 * is taken, or refused with file and line; its rows are found by their keys;
 * whatever they say, the readers that use them stay within what an offer may
 * hold; and when they are gone all is as it was.
 */
#include "tests/fuzz/fuzz.h"

#include "base/limits.h"
#include "catalogue/readers.h"
#include "catalogue/text.h"
#include "catalogue/vocab.h"
#include "catalogue/vocab_fold.h"

enum { ARENA_BYTES = 16 * 1024 * 1024, N_TRIED = 24, MAX_TEXT_BYTES = 300 };

static char version_before[17];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	text_init();
	snprintf(version_before, sizeof(version_before), "%s", vocab_version());
	return 0;
}

/* --- readers --- */

struct trial {
	struct arena arena;
	struct hint hint;
	struct notes notes;
};

static void try_measures(struct trial *t, struct slice text)
{
	static const enum element elements[] = { EL_WORKLOAD, EL_WORKLOAD_HOURS };
	struct word word = { .element = EL_PRICE, .text = text };
	struct price price = { .amount_c = 0 };

	for (size_t i = 0; i < countof(elements); i++) {
		struct workload w = { 0 };

		word.element = elements[i];
		(void)workload_read(&w, &word, &t->hint, NULL, &t->notes, &t->arena);
		FUZZ_EXPECT(w.ects_c >= 0 && w.ects_max_c >= w.ects_c, "%.*s: %d to %d",
			    FUZZ_ARG(text), w.ects_c, w.ects_max_c);
		FUZZ_CHECK(w.hours_t >= 0 && w.hours_max_t >= w.hours_t);
	}
	word.element = EL_PRICE;
	(void)price_read(&price, &word, &t->hint, NULL, &t->notes, &t->arena);
	FUZZ_CHECK(price.amount_c >= 0 && price.amount_max_c >= price.amount_c);
	FUZZ_CHECK(price.currency[0] == '\0' || strlen(price.currency) == 3);
}

static void try_levels(struct trial *t, struct slice text)
{
	struct word word = { .element = EL_LEVEL, .text = text };
	struct level level = { .isced = ISCED_LEVEL_UNKNOWN };
	struct subject subject;

	if (level_read(&level, &word, &t->hint, NULL, &t->arena)) {
		level_complete(&level);
		FUZZ_EXPECT(level.eqf <= level.eqf_max && level.eqf_max <= 8, "%.*s: %u to %u",
			    FUZZ_ARG(text), (unsigned)level.eqf, (unsigned)level.eqf_max);
		FUZZ_EXPECT(level.isced >= ISCED_LEVEL_UNKNOWN && level.isced <= 8, "%d",
			    (int)level.isced);
	}
	word.element = EL_SUBJECT;
	if (subject_read(&subject, &word, &t->hint, NULL))
		FUZZ_EXPECT(strlen(subject.code) >= 2 && strlen(subject.code) <= 4, "%s",
			    subject.code);
}

static void try_names(struct trial *t, struct slice text)
{
	struct word word = { .element = EL_MODE, .text = text };
	struct slice code = SLICE_NONE, unknown;
	struct codes codes = { 0 };
	struct institution found;
	struct date first, last;

	if (language_read(&code, text, &t->hint, NULL, &t->arena))
		FUZZ_CHECK(code.n > 0 && utf8_is_valid(code));
	(void)language_read_list(&codes, text, &t->hint, &unknown, NULL, &t->arena);
	FUZZ_CHECK(codes.n <= LIMIT_OFFER_VALUES);
	if (country_read(&code, text, &t->hint, NULL))
		FUZZ_EXPECT(code.n == 2, "%.*s: %.*s", FUZZ_ARG(text), FUZZ_ARG(code));
	if (coded_read(&code, "mode", &word, &t->hint, NULL))
		FUZZ_CHECK(utf8_is_valid(code));
	if (term_read(&first, &last, text, &t->hint, NULL))
		FUZZ_CHECK(date_first_day(first) <= date_last_day(last));
	if (institution_by_name(&found, text, SLICE_NONE, NULL))
		FUZZ_CHECK(utf8_is_valid(found.domain) && utf8_is_valid(found.ror));
	(void)alliance_read(&code, text, NULL);
}

static void try_readers(const struct vocab_row *row)
{
	static const char *const forms[] = { "%.*s", "10 %.*s", "%.*s 2027", "5-7 %.*s, 20 h" };
	struct slice key = utf8_first(row->key, MAX_TEXT_BYTES);

	for (size_t i = 0; i < countof(forms); i++) {
		struct trial t = { .arena = ARENA_INIT(ARENA_BYTES) };
		char text[MAX_TEXT_BYTES + 40];
		struct slice s;

		snprintf(text, sizeof(text), forms[i], FUZZ_ARG(key));
		s = slice_of(text);
		(void)country_read(&t.hint.country, row->cells[0], &t.hint, NULL);
		if (slice_trim(s).n > 0) {
			try_measures(&t, s);
			try_levels(&t, s);
			try_names(&t, s);
		}
		arena_clear(&t.arena);
	}
}

/* --- rows --- */

static void check_rows(void)
{
	size_t n_tried = 0;

	for (size_t table = 0; table < VOCAB_TABLE_COUNT; table++) {
		for (size_t i = 0; i < vocab_own_count((enum vocab_table)table); i++) {
			struct vocab_row row = vocab_own_at((enum vocab_table)table, i), found;

			FUZZ_CHECK(row.is_own && row.key.n > 0 && row.key.n <= VOCAB_KEY_BYTES);
			FUZZ_CHECK(utf8_is_valid(row.key));
			FUZZ_CHECK(vocab_find(&found, 1, (enum vocab_table)table, row.key) == 1 &&
				   found.is_own && slice_eq(found.key, row.key));
			for (size_t c = 0; c < VOCAB_CELLS; c++)
				FUZZ_CHECK(utf8_is_valid(row.cells[c]));
			if (n_tried++ < N_TRIED)
				try_readers(&row);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice text = fuzz_input(data, n), rest = text, name = fuzz_line(&rest);
	struct slice rows = unit_exact(rest);
	struct err err = ERR_INIT;
	char file[64]; /* a name in a folder; the configuration takes *.tsv there */
	enum err_code rc;

	if (!utf8_is_valid(name))
		name = SLICE_LIT("");
	snprintf(file, sizeof(file), "%.*s", FUZZ_ARG(utf8_first(name, 60)));
	rc = vocab_overlay_add(file, rows, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == ERR_OK || rc == ERR_PARSE || rc == ERR_LIMIT || rc == ERR_CONFIG);
	FUZZ_EXPECT(rc == ERR_OK || strchr(file, '\r') != NULL ||
			    slice_starts_with(slice_of(err.msg), slice_of(file)),
		    "%s", err.msg);
	unit_exact_free(rows); /* nothing refers to it */
	if (rc == ERR_OK) {
		FUZZ_CHECK(strcmp(vocab_version(), version_before) != 0);
		check_rows();
	}
	vocab_overlay_clear();
	FUZZ_CHECK(strcmp(vocab_version(), version_before) == 0);
	unit_exact_free(text);
	return 0;
}
