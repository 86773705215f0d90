// SPDX-License-Identifier: EUPL-1.2
/*
 * Suggestions: what is suggested, and that the list follows the catalogue.
 */
#include "tests/support/corpus.h"

#include "base/limits.h"
#include "index/suggest.h"
#include "index/tokenizer.h"

struct fixture {
	struct corpus corpus;
	struct suggest *suggest;
	struct arena arena;
};

static int open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	corpus_open(&f->corpus);
	f->suggest = suggest_new();
	arena_init(&f->arena, 16u << 20);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	suggest_free(f->suggest);
	corpus_close(&f->corpus);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static void add(struct fixture *f, const char *title)
{
	struct offer o;

	corpus_simple_offer(&f->corpus, &o, title, NULL);
	corpus_put(&f->corpus, CORPUS_NEW, &o);
}

static void refresh(struct fixture *f, uint64_t now_ms)
{
	bool has_list = false;
	struct err err = ERR_INIT;

	while (!has_list)
		if (suggest_refresh_in_pool(f->suggest, &has_list, &f->corpus.reader,
					    f->corpus.snapshot, &err) != ERR_OK)
			fail_msg("%s", err.msg);
	suggest_publish(f->suggest, now_ms);
}

/* The suggestions as "text(n)", separated by blanks. */
static const char *suggested(struct fixture *f, const char *typed, size_t max)
{
	struct suggestions s;
	struct buf out = BUF_INIT(4096);
	char *text;

	assert_int_equal(suggest_find(&s, &f->arena, f->suggest, slice_of(typed), max, NULL),
			 ERR_OK);
	for (size_t i = 0; i < s.n; i++)
		buf_printf(&out, "%s%.*s(%d)", i > 0 ? "; " : "", SLICE_ARG(s.items[i].text),
			   (int)s.items[i].n_offers);
	text = arena_strdup(&f->arena, buf_z(&out));
	buf_clear(&out);
	return text;
}

static void words_of_titles_are_completed(void **state)
{
	static const struct {
		const char *typed;
		const char *expected;
	} table[] = {
		{ "dat", "data(3); Databases(1)" },
		{ "DAT", "data(3); Databases(1)" },
		{ "databa", "Databases(1)" },
		{ "tekoa", "Tekoälyn(1)" },
		{ "Tekoä", "Tekoälyn(1)" },
		{ "big dat", "big data(3); big Databases(1)" },
		{ "c", "C++(1)" },
		{ "2", "" },
		{ "zz", "" },
		{ "", "" },
		{ "???", "" },
		{ "a", "analysis(1); and(1)" },
	};
	struct fixture *f = *state;

	corpus_begin(&f->corpus, CORPUS_DAY);
	add(f, "Data and Databases");
	add(f, "Big data in 2027");
	add(f, "Data analysis, data");
	add(f, "Tekoälyn perusteet A");
	add(f, "C++");
	corpus_commit(&f->corpus);
	assert_string_equal(suggested(f, "dat", 9), "");
	refresh(f, 0);
	for (size_t i = 0; i < countof(table); i++)
		if (strcmp(suggested(f, table[i].typed, 9), table[i].expected) != 0)
			fail_msg("%s: %s", table[i].typed, suggested(f, table[i].typed, 9));
	assert_string_equal(suggested(f, "dat", 1), "data(3)");
	assert_string_equal(suggested(f, "dat", 0), "");
}

static void providers_and_subjects_are_found_by_each_word(void **state)
{
	struct fixture *f = *state;
	struct suggestions s;

	corpus_fill(&f->corpus, CORPUS_DAY, 200);
	refresh(f, 0);
	assert_int_equal(suggest_find(&s, &f->arena, f->suggest, SLICE_LIT("akad"), 5, NULL),
			 ERR_OK);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.items[0].kind, SUGGEST_PROVIDER);
	assert_slice(s.items[0].text, "Åbo Akademi");
	assert_slice(s.items[0].code, "abo.fi");
	assert_true(s.items[0].n_offers > 10);
	assert_int_equal(s.generation, f->corpus.generation);
	assert_int_equal(
		suggest_find(&s, &f->arena, f->suggest, SLICE_LIT("jyvaskylan yl"), 5, NULL),
		ERR_OK);
	assert_int_equal(s.n, 1);
	assert_slice(s.items[0].code, "jyu.fi");
	assert_int_equal(
		suggest_find(&s, &f->arena, f->suggest, SLICE_LIT("communication t"), 20, NULL),
		ERR_OK);
	assert_true(s.n > 0);
	assert_int_equal(s.items[0].kind, SUGGEST_SUBJECT);
	assert_string_equal(suggestion_kind_name(s.items[0].kind), "subject");
}

/* What a list made from nothing would suggest. */
static void check_like_new(struct fixture *f)
{
	static struct fixture other; /* too large for a stack that is watched */
	static const char *const typed[] = { "d", "s", "te", "in", "m", "an", "st", "c", "ka" };

	other = *f;
	other.suggest = suggest_new();
	refresh(&other, 0);
	for (size_t i = 0; i < countof(typed); i++) {
		struct suggestions a, b;

		assert_int_equal(
			suggest_find(&a, &f->arena, f->suggest, slice_of(typed[i]), 20, NULL),
			ERR_OK);
		assert_int_equal(
			suggest_find(&b, &f->arena, other.suggest, slice_of(typed[i]), 20, NULL),
			ERR_OK);
		assert_int_equal(a.n, b.n);
		for (size_t k = 0; k < a.n; k++) {
			assert_int_equal(a.items[k].n_offers, b.items[k].n_offers);
			assert_int_equal(a.items[k].kind, b.items[k].kind);
		}
	}
	suggest_free(other.suggest);
}

static void the_list_follows_the_catalogue(void **state)
{
	struct fixture *f = *state;

	corpus_fill(&f->corpus, CORPUS_DAY, 100);
	refresh(f, 0);
	for (int round = 0; round < 6; round++) {
		corpus_begin(&f->corpus, CORPUS_DAY + round);
		for (int i = 0; i < 15; i++) {
			int at = (int)random_below(&f->corpus.random, (uint32_t)f->corpus.n);
			struct offer o;

			corpus_random_offer(&f->corpus, &o);
			if (i % 3 == 0)
				corpus_remove(&f->corpus, at);
			else
				corpus_put(&f->corpus, i % 3 == 1 ? CORPUS_NEW : at, &o);
		}
		corpus_commit(&f->corpus);
		if (round % 2 == 0)
			refresh(f, 0); /* one generation, and several at once */
	}
	refresh(f, 0);
	check_like_new(f);
}

static void a_refresh_is_due_when_the_catalogue_moved_and_some_time_passed(void **state)
{
	struct fixture *f = *state;
	const uint64_t start_ms = 1000000;

	assert_false(suggest_is_due(f->suggest, 0, start_ms));
	corpus_fill(&f->corpus, CORPUS_DAY, 5);
	assert_true(suggest_is_due(f->suggest, 1, start_ms));
	refresh(f, start_ms);
	assert_false(suggest_is_due(f->suggest, 1, start_ms + 10 * LIMIT_SUGGEST_AGE_MS));
	assert_false(suggest_is_due(f->suggest, 2, start_ms + LIMIT_SUGGEST_AGE_MS - 1));
	assert_true(suggest_is_due(f->suggest, 2, start_ms + LIMIT_SUGGEST_AGE_MS));
}

static void a_step_that_failed_is_done_again(void **state)
{
	struct fixture *f = *state;
	atomic_bool is_cancelled = true;
	bool has_list = true;

	corpus_fill(&f->corpus, CORPUS_DAY, 300);
	f->corpus.reader.is_cancelled = &is_cancelled;
	/* The statement may be through before the handler is asked: then it succeeds. */
	(void)!suggest_refresh_in_pool(f->suggest, &has_list, &f->corpus.reader, f->corpus.snapshot,
				       NULL);
	f->corpus.reader.is_cancelled = NULL;
	refresh(f, 0);
	check_like_new(f);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
	const struct CMUnitTest tests[] = {
		TEST(words_of_titles_are_completed),
		TEST(providers_and_subjects_are_found_by_each_word),
		TEST(the_list_follows_the_catalogue),
		TEST(a_refresh_is_due_when_the_catalogue_moved_and_some_time_passed),
		TEST(a_step_that_failed_is_done_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
