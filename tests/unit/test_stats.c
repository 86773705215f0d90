// SPDX-License-Identifier: EUPL-1.2
/*
 * Statistics: generated questions give what a simple reference gives, and the
 * answer for a past day is what it was on that day.
 */
#include "tests/support/reference.h"

#include "base/clock.h"
#include "base/limits.h"
#include "index/stats.h"

enum { N_OFFERS = 250, N_DAYS = 8, QUERIES_A_DAY = 12 };

struct fixture {
	struct corpus corpus;
	struct arena arena; /* of one query */
	struct arena kept; /* of answers that are compared later */
	struct random random;
};

/* --- the reference --- */

enum { REF_CELLS = 20000, REF_KEY_BYTES = 160 };

struct ref_cell {
	char key[REF_KEY_BYTES];
	uint64_t n_offers, n_sessions, n_with_ects;
	int64_t ects_sum_c;
	size_t last;
};

struct ref_cells {
	struct ref_cell items[REF_CELLS];
	size_t n;
	int64_t n_offers;
};

static struct ref_cell *ref_cell(struct ref_cells *cells, const char *key)
{
	size_t i = 0;

	while (i < cells->n && strcmp(cells->items[i].key, key) != 0)
		i++;
	if (i == cells->n) {
		assert_true(cells->n < REF_CELLS);
		memset(&cells->items[i], 0, sizeof(cells->items[i]));
		snprintf(cells->items[i].key, REF_KEY_BYTES, "%s", key);
		cells->n++;
	}
	return &cells->items[i];
}

/* All keys from dimension i on, behind a beginning. */
static void ref_keys(struct ref_cells *cells, const struct stats_query *q, size_t i,
		     const char *before, const struct corpus_offer *o, const struct session *s,
		     const struct ref_terms *t, uint64_t n_sessions, size_t serial)
{
	struct ref_values values;

	if (i == q->n_by) {
		struct ref_cell *cell = ref_cell(cells, before);

		cell->n_sessions += n_sessions;
		if (cell->last == serial)
			return;
		cell->last = serial;
		cell->n_offers++;
		if (o->offer.workload.ects_c > 0 && o->offer.workload.ects_from >= t->weakest) {
			cell->n_with_ects++;
			cell->ects_sum_c += o->offer.workload.ects_c;
		}
		return;
	}
	ref_dim_values(&values, q->by[i], o, s, t, q->subject_depth);
	if (values.n == 0)
		ref_add(&values, "unknown");
	for (size_t k = 0; k < values.n; k++) {
		char key[REF_KEY_BYTES];

		snprintf(key, sizeof(key), "%s|%s", before, values.items[k]);
		ref_keys(cells, q, i + 1, key, o, s, t, n_sessions, serial);
	}
}

static void ref_offer(struct ref_cells *cells, const struct stats_query *q,
		      const struct corpus_offer *o, const struct ref_terms *t, size_t serial)
{
	bool by_session = false;
	uint64_t n_real = 0;

	if (!ref_matches(o, t, 0))
		return;
	cells->n_offers++;
	for (size_t i = 0; i < q->n_by; i++)
		by_session = by_session || dimension_is_session(q->by[i]);
	for (size_t i = 0; i < ref_n_sessions(&o->offer); i++) {
		const struct session *s = ref_session(&o->offer, i);
		uint64_t n = o->offer.sessions.n > 0 ? 1 : 0;

		if (!ref_session_meets(o, s, t, 0))
			continue;
		n_real += n;
		if (by_session)
			ref_keys(cells, q, 0, "", o, s, t, n, serial);
	}
	if (!by_session)
		ref_keys(cells, q, 0, "", o, NULL, t, n_real, serial);
}

static void cell_key(char out[REF_KEY_BYTES], const struct stats_cell *cell, size_t n_by)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n_by; i++)
		n += (size_t)snprintf(out + n, REF_KEY_BYTES - n, "|%.*s", SLICE_ARG(cell->key[i]));
}

static void check_with_reference(struct fixture *f, const struct stats_query *q,
				 const struct stats_result *r)
{
	const struct ref_terms t = { &q->filters, q->weakest, q->today, &q->days };
	struct ref_cells *cells = calloc(1, sizeof(*cells));

	for (size_t i = 0; i < f->corpus.n; i++)
		ref_offer(cells, q, &f->corpus.offers[i], &t, i + 1);
	assert_int_equal(r->n_offers, cells->n_offers);
	assert_int_equal(r->n, cells->n);
	for (size_t i = 0; i < r->n; i++) {
		const struct ref_cell *expected;
		char key[REF_KEY_BYTES];

		cell_key(key, &r->cells[i], q->n_by);
		expected = ref_cell(cells, key);
		if (r->cells[i].n_offers != expected->n_offers ||
		    r->cells[i].n_sessions != expected->n_sessions ||
		    r->cells[i].n_with_ects != expected->n_with_ects ||
		    r->cells[i].ects_sum_c != expected->ects_sum_c)
			fail_msg("%s: %d offers, %d sessions; expected %d, %d", key,
				 (int)r->cells[i].n_offers, (int)r->cells[i].n_sessions,
				 (int)expected->n_offers, (int)expected->n_sessions);
	}
	free(cells);
}

/* --- random questions --- */

static void random_question(struct stats_query *q, struct arena *arena, struct random *r,
			    int32_t today)
{
	stats_query_init_at(q,
			    (int64_t)today * CLOCK_DAY_S + (int64_t)random_below(r, CLOCK_DAY_S));
	ref_random_filters(&q->filters, arena, r, 6 + random_below(r, 30));
	q->weakest = random_below(r, 3) == 0 ? FROM_DECLARED : FROM_NONE;
	q->n_by = random_below(r, STATS_MAX_DIMENSIONS + 1);
	q->subject_depth = (uint8_t)(2 + random_below(r, 3));
	for (size_t i = 0; i < q->n_by; i++) {
		bool is_new;

		do {
			q->by[i] = (enum dimension)random_below(r, DIM_COUNT);
			is_new = true;
			for (size_t k = 0; k < i; k++)
				is_new = is_new && q->by[k] != q->by[i];
		} while (!is_new);
	}
}

static void change_some(struct fixture *f, int32_t day)
{
	struct random *r = &f->corpus.random;

	corpus_begin(&f->corpus, day);
	for (int i = 0; i < 60; i++) {
		int at = (int)random_below(r, (uint32_t)f->corpus.n);
		struct offer o;

		if (random_below(r, 4) == 0) {
			if (f->corpus.offers[at].is_live)
				corpus_remove(&f->corpus, at);
			continue;
		}
		corpus_random_offer(&f->corpus, &o);
		corpus_put(&f->corpus, random_below(r, 6) == 0 ? CORPUS_NEW : at, &o);
	}
	corpus_commit(&f->corpus);
}

static enum err_code ask(struct fixture *f, struct stats_result *r, struct arena *arena,
			 const struct stats_query *q, struct err *err)
{
	return stats_run(r, arena, &f->corpus.reader, f->corpus.snapshot, q, err);
}

/* --- fixtures and tests --- */

static int open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	corpus_open(&f->corpus);
	arena_init(&f->arena, 64u << 20);
	arena_init(&f->kept, 256u << 20);
	f->random = (struct random)RANDOM_INIT(11);
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	corpus_close(&f->corpus);
	arena_clear(&f->arena);
	arena_clear(&f->kept);
	free(f);
	return 0;
}

static void generated_questions_give_what_the_reference_gives(void **state)
{
	struct fixture *f = *state;

	corpus_fill(&f->corpus, CORPUS_DAY, N_OFFERS);
	change_some(f, CORPUS_DAY);
	for (int i = 0; i < 200; i++) {
		struct stats_query q;
		struct stats_result r;
		struct err err = ERR_INIT;

		arena_reset(&f->arena);
		random_question(&q, &f->arena, &f->random, CORPUS_DAY);
		if (ask(f, &r, &f->arena, &q, &err) != ERR_OK)
			fail_msg("question %d: %s", i, err.msg);
		assert_int_equal(r.generation, f->corpus.generation);
		check_with_reference(f, &q, &r);
	}
}

static void check_same(const struct stats_query *q, const struct stats_result *was,
		       const struct stats_result *is)
{
	assert_int_equal(is->generation, was->generation);
	assert_int_equal(is->n_offers, was->n_offers);
	assert_int_equal(is->n, was->n);
	for (size_t i = 0; i < is->n; i++) {
		char a[REF_KEY_BYTES], b[REF_KEY_BYTES];

		cell_key(a, &was->cells[i], q->n_by);
		cell_key(b, &is->cells[i], q->n_by);
		assert_string_equal(a, b);
		assert_int_equal(is->cells[i].n_offers, was->cells[i].n_offers);
		assert_int_equal(is->cells[i].n_sessions, was->cells[i].n_sessions);
		assert_int_equal(is->cells[i].n_with_ects, was->cells[i].n_with_ects);
		assert_int_equal(is->cells[i].ects_sum_c, was->cells[i].ects_sum_c);
	}
}

static void a_past_day_is_answered_as_on_that_day(void **state)
{
	struct fixture *f = *state;
	struct stats_query questions[N_DAYS][QUERIES_A_DAY];
	struct stats_result answers[N_DAYS][QUERIES_A_DAY];
	struct err err = ERR_INIT;

	corpus_fill(&f->corpus, CORPUS_DAY, N_OFFERS);
	for (int d = 0; d < N_DAYS; d++) {
		/* Some days see several generations; only the last of them counts. */
		for (int k = 0; k <= d % 3; k++)
			change_some(f, CORPUS_DAY + d);
		for (int i = 0; i < QUERIES_A_DAY; i++) {
			random_question(&questions[d][i], &f->kept, &f->random, CORPUS_DAY + d);
			if (ask(f, &answers[d][i], &f->kept, &questions[d][i], &err) != ERR_OK)
				fail_msg("day %d: %s", d, err.msg);
		}
	}
	/* Later. */
	for (int d = 0; d < N_DAYS; d++)
		for (int i = 0; i < QUERIES_A_DAY; i++) {
			struct stats_query q = questions[d][i];
			struct stats_result r;

			arena_reset(&f->arena);
			q.as_of = CORPUS_DAY + d;
			q.today = CORPUS_DAY + 100;
			if (ask(f, &r, &f->arena, &q, &err) != ERR_OK)
				fail_msg("day %d: %s", d, err.msg);
			check_same(&q, &answers[d][i], &r);
		}
}

static void before_the_first_day_there_was_nothing(void **state)
{
	struct fixture *f = *state;
	struct stats_query q;
	struct stats_result r;

	corpus_fill(&f->corpus, CORPUS_DAY, 10);
	stats_query_init(&q, CORPUS_DAY + 1);
	q.as_of = CORPUS_DAY - 1;
	assert_int_equal(ask(f, &r, &f->arena, &q, NULL), ERR_OK);
	assert_int_equal(r.n_offers, 0);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.generation, 0);
	q.as_of = CORPUS_DAY;
	assert_int_equal(ask(f, &r, &f->arena, &q, NULL), ERR_OK);
	assert_int_equal(r.n_offers, 10);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.cells[0].n_offers, 10);
}

static void cells_are_in_the_order_of_their_codes(void **state)
{
	struct fixture *f = *state;
	struct stats_query q;
	struct stats_result r;

	corpus_fill(&f->corpus, CORPUS_DAY, 60);
	stats_query_init(&q, CORPUS_DAY);
	q.n_by = 1;
	q.by[0] = DIM_COUNTRY;
	assert_int_equal(ask(f, &r, &f->arena, &q, NULL), ERR_OK);
	assert_int_equal(r.n, 4);
	assert_slice(r.cells[0].key[0], "DE");
	assert_slice(r.cells[1].key[0], "FI");
	assert_slice(r.cells[2].key[0], "SE");
	assert_slice(r.cells[3].key[0], "unknown");
}

static void questions_that_cannot_be_are_refused(void **state)
{
	struct fixture *f = *state;
	struct filter_value value = { .code = SLICE_LIT("x") };
	struct stats_query q;
	struct stats_result r;
	struct err err = ERR_INIT;

	stats_query_init(&q, CORPUS_DAY);
	q.n_by = 2;
	q.by[0] = q.by[1] = DIM_LANG;
	assert_int_equal(ask(f, &r, &f->arena, &q, &err), ERR_PARSE);
	assert_non_null(strstr(err.msg, "named twice"));
	q.n_by = 0;
	q.subject_depth = 5;
	assert_int_equal(ask(f, &r, &f->arena, &q, &err), ERR_PARSE);
	q.subject_depth = 2;
	q.filters.items[DIM_SUBJECT] = (struct filter){ DIM_SUBJECT, &value, 1 };
	assert_int_equal(ask(f, &r, &f->arena, &q, &err), ERR_PARSE);
}

static void too_many_cells_are_refused(void **state)
{
	struct fixture *f = *state;
	struct subject subjects[60];
	struct slice codes[60];
	struct stats_query q;
	struct stats_result r;
	struct err err = ERR_INIT;
	struct offer o;

	corpus_simple_offer(&f->corpus, &o, "Everything", NULL);
	for (unsigned i = 0; i < countof(codes); i++) {
		subjects[i] = (struct subject){ .from = FROM_DECLARED, .confidence = 100 };
		snprintf(subjects[i].code, sizeof(subjects[i].code), "%04u", 1000 + i);
		codes[i] = arena_printf(&f->arena, "code-%u", i);
	}
	o.subjects = (struct subjects){ subjects, countof(subjects) };
	o.alliances = (struct codes){ codes, countof(codes) };
	o.credential_types = (struct codes){ codes, countof(codes) };
	corpus_begin(&f->corpus, CORPUS_DAY);
	corpus_put(&f->corpus, CORPUS_NEW, &o);
	corpus_commit(&f->corpus);
	stats_query_init(&q, CORPUS_DAY);
	q.subject_depth = 4;
	q.n_by = 3;
	q.by[0] = DIM_SUBJECT;
	q.by[1] = DIM_ALLIANCE;
	q.by[2] = DIM_CREDENTIAL;
	assert_int_equal(ask(f, &r, &f->arena, &q, &err), ERR_LIMIT);
	assert_non_null(strstr(err.msg, "100000 cells"));
	q.n_by = 2;
	assert_int_equal(ask(f, &r, &f->arena, &q, &err), ERR_OK);
	assert_int_equal(r.n, 3600);
}

static void long_statistics_are_ended(void **state)
{
	struct fixture *f = *state;
	struct stats_query q;
	struct stats_result r;
	struct err err = ERR_INIT;

	corpus_fill(&f->corpus, CORPUS_DAY, 1000);
	stats_query_init(&q, CORPUS_DAY);
	q.n_by = 3;
	q.by[0] = DIM_HAS;
	q.by[1] = DIM_MISSING;
	q.by[2] = DIM_START;
	f->corpus.reader.deadline_ms = 1;
	assert_int_equal(ask(f, &r, &f->arena, &q, &err), ERR_TIMEOUT);
	f->corpus.reader.deadline_ms = 0;
	assert_int_equal(ask(f, &r, &f->arena, &q, &err), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(generated_questions_give_what_the_reference_gives,
						open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(a_past_day_is_answered_as_on_that_day, open_fixture,
						close_fixture),
		cmocka_unit_test_setup_teardown(before_the_first_day_there_was_nothing,
						open_fixture, close_fixture),
		cmocka_unit_test_setup_teardown(cells_are_in_the_order_of_their_codes, open_fixture,
						close_fixture),
		cmocka_unit_test_setup_teardown(questions_that_cannot_be_are_refused, open_fixture,
						close_fixture),
		cmocka_unit_test_setup_teardown(too_many_cells_are_refused, open_fixture,
						close_fixture),
		cmocka_unit_test_setup_teardown(long_statistics_are_ended, open_fixture,
						close_fixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
