// SPDX-License-Identifier: EUPL-1.2
/*
 * Attributes: that their encoding brings back what was written, and refuses
 * what was not; subjects as numbers; rows.
 */
#include "tests/support/random.h"
#include "tests/support/unit.h"

#include "index/row.h"

static struct slice encoded(struct buf *out, const struct attrs *a)
{
	buf_reset(out);
	attrs_encode(out, a);
	assert_false(buf_failed(out));
	return buf_view(out);
}

static uint32_t *random_terms(struct arena *arena, struct random *r, uint32_t *n, uint32_t max)
{
	uint32_t *terms;

	*n = random_below(r, max + 1);
	terms = arena_new_n(arena, uint32_t, *n + 1);
	for (uint32_t i = 0; i < *n; i++)
		terms[i] = random_below(r, 4) == 0 ? UINT32_MAX - i : i * 7 + 1;
	return terms;
}

static int32_t random_i32(struct random *r)
{
	static const int32_t edges[] = { INT32_MIN, -1, 0, 1, 127, 128, INT32_MAX };

	return random_below(r, 3) == 0 ? edges[random_below(r, countof(edges))]
				       : (int32_t)random_next(r);
}

static void random_session(struct attr_session *s, struct arena *arena, struct random *r)
{
	*s = (struct attr_session){
		.start_lo = random_i32(r),
		.start_hi = random_i32(r),
		.end_hi = random_i32(r),
		.apply_lo = random_i32(r),
		.apply_hi = random_i32(r),
		.rolling = (uint8_t)random_below(r, 3),
		.start_from = (uint8_t)random_below(r, FROM_COUNT),
		.zone = (uint8_t)random_below(r, TIME_ZONE_COUNT),
		.is_cancelled = random_below(r, 2) == 1,
		.price_min_c = random_below(r, 3) == 0 ? -1 : (int64_t)(random_next(r) >> 8),
		.price_max_c = random_below(r, 3) == 0 ? INT64_MIN : INT64_MAX,
		.currency = random_below(r, 100),
	};
	s->langs = random_terms(arena, r, &s->n_langs, 3);
	s->modes = random_terms(arena, r, &s->n_modes, 2);
}

static void random_attrs(struct attrs *a, struct arena *arena, struct random *r)
{
	static const uint16_t keys[] = { 600 * 4, 610 * 4 + 1, 613 * 4 + 2, 0, 39999 - 1 };

	*a = (struct attrs){
		.ects_min_c = random_i32(r),
		.ects_max_c = random_i32(r),
		.ects_from = (uint8_t)random_below(r, FROM_COUNT),
		.hours_min_t = random_i32(r),
		.eqf_min = (uint8_t)random_below(r, 9),
		.eqf_max = (uint8_t)random_below(r, 9),
		.size_class = (uint8_t)random_below(r, 6),
		.score = (uint8_t)random_below(r, 101),
		.missing = (uint16_t)random_below(r, 1 << REQ_COUNT),
		.has = (uint32_t)random_next(r),
		.country = random_below(r, 300),
		.provider = (uint32_t)random_next(r),
		.first_seen_s = (int64_t)random_next(r),
		.changed_s = random_below(r, 2000000000),
		.title_key = slice_first(
			SLICE_LIT("a title that is longer than the key may ever be, so cut"),
			random_below(r, TITLE_KEY_BYTES + 1)),
	};
	a->n_subjects = random_below(r, 5);
	a->subjects = arena_new_n(arena, struct attr_subject, a->n_subjects + 1);
	for (uint32_t i = 0; i < a->n_subjects; i++)
		a->subjects[i] = (struct attr_subject){ keys[random_below(r, countof(keys))],
							(uint8_t)random_below(r, FROM_COUNT),
							(uint8_t)random_below(r, 101) };
	a->langs = random_terms(arena, r, &a->n_langs, 4);
	a->alliances = random_terms(arena, r, &a->n_alliances, 2);
	a->modes = random_terms(arena, r, &a->n_modes, 3);
	a->credentials = random_terms(arena, r, &a->n_credentials, 3);
	a->sources = random_terms(arena, r, &a->n_sources, 3);
	a->awarding = random_terms(arena, r, &a->n_awarding, 2);
	a->n_sessions = random_below(r, 4);
	a->sessions = arena_new_n(arena, struct attr_session, a->n_sessions + 1);
	for (uint32_t i = 0; i < a->n_sessions; i++)
		random_session(&a->sessions[i], arena, r);
	for (size_t i = 0; i < FIELD_COUNT; i++)
		a->n_words[i] = random_below(r, 5000);
}

static void what_is_decoded_is_what_was_encoded(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct buf first = BUF_INIT(1 << 16);
	struct buf second = BUF_INIT(1 << 16);
	struct random r = RANDOM_INIT(1);
	struct err err;

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct attrs a, b;

		arena_reset(&arena);
		random_attrs(&a, &arena, &r);
		assert_int_equal(attrs_decode(&b, &arena, encoded(&first, &a), &err), ERR_OK);
		assert_int_equal(b.provider, a.provider);
		assert_int_equal(b.first_seen_s, a.first_seen_s);
		assert_int_equal(b.ects_min_c, a.ects_min_c);
		assert_int_equal(b.n_sessions, a.n_sessions);
		if (a.n_sessions > 0)
			assert_memory_equal(b.sessions[0].langs, a.sessions[0].langs,
					    a.sessions[0].n_langs * sizeof(uint32_t));
		assert_slices_equal(b.title_key, a.title_key);
		assert_slices_equal(encoded(&second, &b), buf_view(&first));
	}
	buf_clear(&first);
	buf_clear(&second);
	arena_clear(&arena);
}

/* As version 1 wrote them: without the zone, where encodings that differ in it alone differ. */
static void the_first_version_is_read_without_time_zones(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct buf bytes = BUF_INIT(1 << 16), other = BUF_INIT(1 << 16), old = BUF_INIT(1 << 16);
	struct random r = RANDOM_INIT(7);
	struct attrs a, b;
	struct err err;
	size_t at = 0;

	(void)state;
	random_attrs(&a, &arena, &r);
	a.n_sessions = 1;
	a.sessions = arena_new_n(&arena, struct attr_session, 1);
	a.sessions[0] = (struct attr_session){ .start_lo = 20000, .rolling = TRI_TRUE };
	encoded(&bytes, &a);
	a.sessions[0].zone = 5;
	encoded(&other, &a);
	while (bytes.data[at] == other.data[at])
		at++;
	buf_char(&old, 1);
	buf_append(&old, bytes.data + 1, at - 1);
	buf_append(&old, bytes.data + at + 1, bytes.len - at - 1);
	assert_int_equal(attrs_decode(&b, &arena, buf_view(&old), &err), ERR_OK);
	assert_int_equal(b.sessions[0].start_lo, 20000);
	assert_int_equal(b.sessions[0].zone, TIME_ZONE_UNKNOWN);
	assert_slices_equal(b.title_key, a.title_key);
	buf_clear(&bytes);
	buf_clear(&other);
	buf_clear(&old);
	arena_clear(&arena);
}

static void damaged_bytes_are_refused_or_read_without_harm(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct buf bytes = BUF_INIT(1 << 16);
	struct random r = RANDOM_INIT(2);
	struct attrs a, b;
	struct err err;

	(void)state;
	random_attrs(&a, &arena, &r);
	encoded(&bytes, &a);
	for (size_t n = 0; n < bytes.len; n++) {
		struct slice cut = unit_exact(slice_first(buf_view(&bytes), n));

		assert_int_equal(attrs_decode(&b, &arena, cut, &err), ERR_PARSE);
		unit_exact_free(cut);
	}
	for (int i = 0; i < 3000; i++) {
		struct slice copy = unit_exact(buf_view(&bytes));

		((char *)(uintptr_t)copy.p)[random_below(&r, (uint32_t)copy.n)] =
			(char)random_next(&r);
		arena_reset(&arena);
		(void)!attrs_decode(&b, &arena, copy, &err);
		unit_exact_free(copy);
	}
	buf_char(&bytes, 0);
	arena_reset(&arena);
	assert_int_equal(attrs_decode(&b, &arena, buf_view(&bytes), &err), ERR_PARSE);
	assert_int_equal(attrs_decode(&b, &arena, SLICE_LIT("\x7f"), &err), ERR_PARSE);
	assert_non_null(strstr(err.msg, "version 127"));
	buf_clear(&bytes);
	arena_clear(&arena);
}

static void a_subject_holds_its_subtree(void **state)
{
	static const struct {
		const char *outer, *inner;
		bool holds;
	} table[] = {
		{ "06", "06", true },     { "06", "061", true },   { "06", "0613", true },
		{ "06", "0699", true },   { "06", "07", false },   { "061", "06", false },
		{ "061", "0613", true },  { "061", "062", false }, { "0613", "0613", true },
		{ "0613", "061", false }, { "00", "0031", true },
	};
	uint16_t outer, inner;
	char code[5];

	(void)state;
	for (size_t i = 0; i < countof(table); i++) {
		assert_true(subject_key(&outer, slice_of(table[i].outer)));
		assert_true(subject_key(&inner, slice_of(table[i].inner)));
		assert_true(outer < SUBJECT_KEYS);
		if ((inner >= outer && inner <= subject_key_last(outer)) != table[i].holds)
			fail_msg("%s in %s", table[i].inner, table[i].outer);
		subject_key_code(code, inner);
		assert_string_equal(code, table[i].inner);
	}
	assert_false(subject_key(&outer, SLICE_LIT("6")));
	assert_false(subject_key(&outer, SLICE_LIT("06131")));
	assert_false(subject_key(&outer, SLICE_LIT("06x")));
	assert_true(subject_key(&inner, SLICE_LIT("0613")));
	subject_key_code(code, subject_key_at_depth(inner, 2));
	assert_string_equal(code, "06");
	subject_key_code(code, subject_key_at_depth(inner, 3));
	assert_string_equal(code, "061");
	subject_key_code(code, subject_key_at_depth(inner, 4));
	assert_string_equal(code, "0613");
	assert_true(subject_key(&inner, SLICE_LIT("06")));
	subject_key_code(code, subject_key_at_depth(inner, 4));
	assert_string_equal(code, "06");
}

static void elements_have_names_both_ways(void **state)
{
	(void)state;
	for (unsigned e = 0; e < HAS_COUNT; e++) {
		const char *name = has_element_name((enum has_element)e);

		assert_non_null(name);
		assert_int_equal(has_element_of_name(slice_of(name)), e);
	}
	assert_int_equal(has_element_of_name(SLICE_LIT("nonsense")), HAS_COUNT);
	assert_null(has_element_name(HAS_COUNT));
}

static void a_row_holds_what_the_attributes_hold(void **state)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct random r = RANDOM_INIT(3);
	uint32_t pool[4096];

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct attrs a;
		struct row row;
		struct row_view v = { &row, pool };
		struct row_sessions it;
		struct row_session s;
		char key[TITLE_KEY_BYTES];
		uint32_t n = 0;

		arena_reset(&arena);
		random_attrs(&a, &arena, &r);
		memset(pool, 0xee, sizeof(pool));
		row_build(&row, pool, 0, &a);
		assert_int_equal(row_pool_size(&v), row_pool_words(&a));
		assert_int_equal(pool[row_pool_words(&a)], 0xeeeeeeee);
		assert_slices_equal(slice_make(key, row_title_key(key, &v)), a.title_key);
		assert_memory_equal(row_modes(&v), a.modes, a.n_modes * sizeof(uint32_t));
		assert_memory_equal(row_sources(&v), a.sources, a.n_sources * sizeof(uint32_t));
		for (uint32_t k = 0; k < a.n_subjects; k++)
			assert_int_equal(row_subject_key(row_subjects(&v)[k]), a.subjects[k].key);
		it = row_sessions_of(&v);
		for (; row_session_next(&s, &it); n++) {
			if (a.n_sessions == 0) {
				assert_true(s.is_implied);
				assert_int_equal(s.start_lo, ATTR_NO_DAY);
				continue;
			}
			assert_int_equal(s.start_lo, a.sessions[n].start_lo);
			assert_int_equal(s.is_cancelled, a.sessions[n].is_cancelled);
			assert_int_equal(s.zone, a.sessions[n].zone);
			assert_int_equal(s.price_min_c < 0, a.sessions[n].price_min_c < 0);
			assert_int_equal(s.n_langs, a.sessions[n].n_langs > 0
							    ? a.sessions[n].n_langs
							    : a.n_langs);
		}
		assert_int_equal(n, a.n_sessions > 0 ? a.n_sessions : 1);
	}
	arena_clear(&arena);
}

static void numbers_of_words_keep_their_size(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 32; n++)
		assert_int_equal(row_words(row_words_pack(n)), n);
	for (uint32_t n = 32; n < 1000000; n += 1 + n / 9) {
		double got = row_words(row_words_pack(n));

		assert_true(got > n * 0.95 && got < n * 1.05);
	}
	assert_int_equal(row_words_pack(UINT32_MAX), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_decoded_is_what_was_encoded),
		cmocka_unit_test(the_first_version_is_read_without_time_zones),
		cmocka_unit_test(damaged_bytes_are_refused_or_read_without_harm),
		cmocka_unit_test(a_subject_holds_its_subtree),
		cmocka_unit_test(elements_have_names_both_ways),
		cmocka_unit_test(a_row_holds_what_the_attributes_hold),
		cmocka_unit_test(numbers_of_words_keep_their_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
